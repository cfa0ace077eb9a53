//! Lake Formation and the Data Catalog: who is let in past the grants, what researchers are granted, and which datasets
//! are described.
//!
//! May import: `model`, `graph`. Guarantees: a set is empty only where every grant, location, database and table of the
//! Region was read; a grantee whose role cannot be told is never taken for nobody. Facts:
//! <https://docs.aws.amazon.com/lake-formation/latest/APIReference/>.

mod columns;

use std::collections::BTreeSet;

use serde_json::Value;

use super::iam::{self, Found};
use super::organizations::text;
use super::perimeter::Guards;
use super::reading::{beside, flag, list, listed_beside, origin, place_of, word, words};
use super::statement::Form;
use super::{Surroundings, grants, purpose, stores};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

const DATABASE: &str = "AWS::Glue::Database";
const TABLE: &str = "AWS::Glue::Table";
const LOCATION: &str = "AWS::LakeFormation::Resource";
/// Whoever IAM lets in, without a grant of Lake Formation's.
const IAM_ALLOWED: &str = "IAM_ALLOWED_PRINCIPALS";

/// The facts of an account.
pub(super) const FACTS: [&str; 2] = ["heldDatasets", "undescribedDatasets"];

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    contents(document, &[DATABASE, LOCATION], around).put(entity, "lakeContents", &Origin::Derived(Vec::new()));
    let defaults = ["CreateDatabaseDefaultPermissions", "CreateTableDefaultPermissions", "Permissions"];
    past_grants(document, around).put(entity, "iamAllowed", &origin(document, &defaults));
    hybrid(document, around).put(entity, "hybridLocations", &Origin::Derived(Vec::new()));
    let facets = ["AllowExternalDataFiltering", "AllowFullTableExternalDataAccess", "ExternalDataFilteringAllowList"];
    engines(document, around).put(entity, "outsideEngines", &origin(document, &facets));
    powers(document, around).put(entity, "researchPowers", &origin(document, &["Admins", "Permissions"]));
    columns::derive(entity, document, around);
}

/// What the catalogue of a Region holds.
pub(super) fn derive_catalogue(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    const FACET: &str = "ResourcePolicies";
    contents(document, &[DATABASE], around).put(entity, "databases", &Origin::Derived(Vec::new()));
    let mut all = Guards::default();
    match list(document, FACET) {
        Ok(policies) => {
            for policy in policies {
                let facet = policy.get("Policy").map(|policy| ("Policy".to_owned(), policy.clone()));
                let one = ResourceDocument {
                    id: document.id.clone(),
                    properties: facet.into_iter().collect(),
                    ..ResourceDocument::default()
                };
                all.add(&one, "Policy", "a policy of the catalogue", Form::Resource);
            }
        }
        Err(why) => all.gaps.push(why),
    }
    match grants::outside_grants(&all, document, around) {
        Ok(found) => entity.set("outsideGrants", found, origin(document, &[FACET])),
        Err(why) => entity.withhold("outsideGrants", why),
    }
}

fn contents(document: &ResourceDocument, kinds: &[&'static str], around: &Surroundings<'_>) -> Found {
    let mut found = Found::default();
    for kind in kinds {
        beside(document, kind, around).for_each(|thing| found.add(thing.name()));
        if let Err(why) = listed_beside(document, kind, around) {
            found.doubt(why);
        }
    }
    found
}

/// Defaults and grants that name everyone whom IAM lets in.
fn past_grants(document: &ResourceDocument, around: &Surroundings<'_>) -> Found {
    let mut found = Found::default();
    let names_all =
        |entry: &Value| word(entry, "Principal") == Some(IAM_ALLOWED) && words(entry, "Permissions").next().is_some();
    for facet in ["CreateDatabaseDefaultPermissions", "CreateTableDefaultPermissions"] {
        match list(document, facet) {
            Ok(entries) if entries.iter().any(names_all) => found.add(facet),
            Ok(_) => {}
            Err(why) => found.doubt(why),
        }
    }
    match list(document, "Permissions") {
        Ok(grants) => {
            grants
                .iter()
                .filter(|grant| names_all(grant))
                .for_each(|grant| found.add(format!("a grant on {}", of(grant))));
        }
        Err(why) => found.doubt(why),
    }
    for database in beside(document, DATABASE, around) {
        match list(database, "CreateTableDefaultPermissions") {
            Ok(entries) if entries.iter().any(names_all) => found.add(format!("new tables of {}", database.name())),
            Ok(_) => {}
            Err(why) => found.doubt(why),
        }
    }
    if let Err(why) = listed_beside(document, DATABASE, around) {
        found.doubt(why);
    }
    found
}

/// What a grant is about, in few words.
fn of(grant: &Value) -> String {
    let Some(resource) = grant.get("Resource") else { return "something".to_owned() };
    let name = |kind: &str| -> String {
        let members = resource.get(kind).and_then(Value::as_object).into_iter().flatten();
        let texts = members.filter(|(member, _)| !member.ends_with("CatalogId") && *member != "Id");
        texts.filter_map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(".")
    };
    let kind = resource.as_object().and_then(|o| o.keys().next()).map_or("something", String::as_str);
    let name = name(kind);
    let text = if name.is_empty() { kind.to_owned() } else { format!("{kind} {name}") };
    text.chars().take(120).collect()
}

/// Registered locations that IAM still opens.
fn hybrid(document: &ResourceDocument, around: &Surroundings<'_>) -> Found {
    let mut found = Found::default();
    for location in beside(document, LOCATION, around) {
        match flag(location, "HybridAccessEnabled") {
            Ok(true) => found.add(text(location, "ResourceArn").unwrap_or(&location.id)),
            Ok(false) => {}
            Err(why) => found.doubt(why),
        }
    }
    if let Err(why) = listed_beside(document, LOCATION, around) {
        found.doubt(why);
    }
    found
}

/// Engines of others that are handed credentials to the data.
fn engines(document: &ResourceDocument, around: &Surroundings<'_>) -> Found {
    let mut found = Found::default();
    match flag(document, "AllowFullTableExternalDataAccess") {
        Ok(true) => found.add("any engine, for tables that the caller may read in full"),
        Ok(false) => {}
        Err(why) => found.doubt(why),
    }
    match flag(document, "AllowExternalDataFiltering") {
        Ok(false) => return found,
        Ok(true) => {}
        Err(why) => found.doubt(why),
    }
    match list(document, "ExternalDataFilteringAllowList") {
        Ok(allowed) => {
            for account in allowed.iter().filter_map(|entry| word(entry, "DataLakePrincipalIdentifier")) {
                match stores::is_declared_account(account, around.declared) {
                    Ok(true) => {}
                    Ok(false) => found.add(format!("account {account}")),
                    Err(why) => found.doubt(why),
                }
            }
        }
        Err(why) => found.doubt(why),
    }
    match list(document, "AuthorizedSessionTagValueList") {
        Ok(tags) => tags.iter().filter_map(Value::as_str).for_each(|tag| found.add(format!("session tag {tag}"))),
        Err(why) => found.doubt(why),
    }
    found
}

/// Whether a grantee is one of the researchers' roles.
///
/// # Errors
/// Why it cannot be told.
fn is_research(principal: &str, document: &ResourceDocument, around: &Surroundings<'_>) -> Result<bool, String> {
    let is_account = principal.len() == 12 && principal.bytes().all(|b| b.is_ascii_digit());
    if principal == IAM_ALLOWED || is_account {
        return Ok(false);
    }
    // Everyone of the account whom IAM knows, researchers among them.
    if principal.strip_suffix(":IAMPrincipals") == Some(document.account.as_str()) {
        return Ok(true);
    }
    let role = place_of(principal).filter(|_| principal.contains(":role/"));
    match role {
        // A role of a service: only the service assumes it.
        Some(_) if principal.contains(&format!(":role{}", super::persona::SERVICE_LINKED_PATH)) => Ok(false),
        Some((account, _)) if account == document.account => {
            let found = around.of_type("AWS::IAM::Role").find(|role| role.name() == principal);
            found.map_or_else(
                || Err(format!("{principal} was not seen")),
                |role| iam::is_research_role(role, around.declared),
            )
        }
        _ => Err(format!("whether {principal} is a researcher cannot be told from here")),
    }
}

/// Rights of researchers beyond reading what they were given.
fn powers(document: &ResourceDocument, around: &Surroundings<'_>) -> Found {
    let mut found = Found::default();
    match list(document, "Admins") {
        Ok(admins) => {
            for admin in admins.iter().filter_map(|entry| word(entry, "DataLakePrincipalIdentifier")) {
                match is_research(admin, document, around) {
                    Ok(true) => found.add(format!("{admin}: administrator of the lake")),
                    Ok(false) => {}
                    Err(why) => found.doubt(why),
                }
            }
        }
        Err(why) => found.doubt(why),
    }
    match list(document, "Permissions") {
        Ok(grants) => {
            for grant in grants {
                let whole = words(grant, "Permissions").any(|right| ["ALL", "SUPER_USER"].contains(&right));
                let grantable = words(grant, "PermissionsWithGrantOption").next();
                if !whole && grantable.is_none() {
                    continue;
                }
                let principal = word(grant, "Principal").unwrap_or_default();
                match is_research(principal, document, around) {
                    Ok(true) => {
                        let what = grantable.map_or("ALL".to_owned(), |right| format!("may pass on {right}"));
                        found.add(format!("{principal}: {what} of {}", of(grant)));
                    }
                    Ok(false) => {}
                    Err(why) => found.doubt(why),
                }
            }
        }
        Err(why) => found.doubt(why),
    }
    found
}

/// The registered datasets that lie in an account, and those of them that no catalogue describes.
pub(super) fn derive_account(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let Some(datasets) = &around.declared.datasets else {
        for fact in FACTS {
            entity.withhold(fact, "tre.toml declares no [[dataset]]");
        }
        return;
    };
    let (mut held, mut undescribed) = (Found::default(), Found::default());
    let mut here: BTreeSet<String> = BTreeSet::new();
    for store in stores::kinds().flat_map(|kind| around.of_type(kind)) {
        if store.kind == stores::BUCKET {
            here.insert(format!("s3:{}", store.id));
        } else if let Ok(references) = purpose::declared_stores(store, around.declared) {
            here.extend(references.into_iter().map(|(_, placed)| placed.text.clone()));
        }
    }
    for dataset in datasets.iter().filter(|d| !d.fields.contains_key("deleted")) {
        if !dataset.stores.iter().any(|store| here.contains(&store.text)) {
            continue;
        }
        held.add(&dataset.id);
        let references: Vec<&str> = dataset.stores.iter().map(|store| store.text.as_str()).collect();
        match is_described(&dataset.id, &references, document, around) {
            Ok(true) => {}
            Ok(false) => undescribed.add(&dataset.id),
            Err(why) => undescribed.doubt(why),
        }
    }
    let listings = around.estate.listings();
    let gap = stores::kinds().find_map(|kind| listings.listed(kind, &document.account).err());
    let unseen = stores::unseen(around);
    for why in gap.into_iter().chain(around.declared.set_aside.get("dataset").cloned()).chain(unseen) {
        held.doubt(why.clone());
        undescribed.doubt(why);
    }
    held.put(entity, "heldDatasets", &Origin::Derived(Vec::new()));
    undescribed.put(entity, "undescribedDatasets", &Origin::Derived(Vec::new()));
}

/// Whether a table with a description and an owner stands for one of the stores.
fn is_described(
    id: &str,
    references: &[&str],
    document: &ResourceDocument,
    around: &Surroundings<'_>,
) -> Result<bool, String> {
    let mut unread = None;
    for table in around.of_type(TABLE) {
        let found = text(table, "Location").and_then(|location| {
            let bucket = stores::bucket_of(location);
            let database = text(table, "DatabaseName")?;
            Ok(references.iter().any(|reference| match reference.split_once(':') {
                Some(("s3", name)) => bucket == Some(name),
                Some(("glue", name)) => database == name,
                _ => false,
            }))
        });
        match found {
            Ok(false) => {}
            Ok(true) => match (text(table, "Description"), text(table, "Owner")) {
                (Ok(about), Ok(owner)) if !about.trim().is_empty() && !owner.trim().is_empty() => return Ok(true),
                (Ok(_), Ok(_)) => {}
                (Err(why), _) | (_, Err(why)) => unread = Some(why),
            },
            Err(why) => unread = Some(why),
        }
    }
    around.estate.listings().listed(TABLE, &document.account)?;
    if let Some(why) = unread {
        return Err(why);
    }
    for domain in around.of_type("AWS::DataZone::Domain") {
        let named = |listing: &Value| {
            ["Asset", "DataProduct"]
                .iter()
                .filter_map(|kind| listing.get(kind))
                .any(|one| word(one, "Name") == Some(id))
        };
        if list(domain, "Listings")?.iter().any(named) {
            return Err(format!("the description of {id} in {} is not collected", domain.name()));
        }
    }
    around.estate.listings().listed("AWS::DataZone::Domain", &document.account)?;
    if around.estate.accounts.len() > 1 {
        return Err(format!("no table of this account describes {id}; one of another account may"));
    }
    Ok(false)
}
