//! KMS: who holds both the administration and the use of a key, and what was attested of its end.
//!
//! May import: `model`, `graph`. Guarantees: whoever is named holds both by the key's own policy and grants; the account
//! itself is not named, for what its IAM policies give takes path analysis. Facts:
//! <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html>.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::iam::Found;
use super::perimeter::Guards;
use super::reading::{list, origin, word, words};
use super::statement::{Effect, Form, Principals, Statement};
use super::{Surroundings, persona, purpose};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

const ADMINISTER: [&str; 3] = ["kms:CreateGrant", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"];
const EVERYONE: &str = "everyone";
const USE: [&str; 2] = ["kms:Decrypt", "kms:GenerateDataKey"];

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    both(document, around).put(entity, "doubleHolders", &origin(document, &["Grants", "KeyPolicy"]));
    attested(entity, document, around);
}

/// Which of the two powers a principal was seen to hold.
#[derive(Debug, Default, Clone, Copy)]
struct Powers {
    administers: bool,
    uses: bool,
}

fn both(document: &ResourceDocument, around: &Surroundings<'_>) -> Found {
    let mut found = Found::default();
    let mut held: BTreeMap<String, Powers> = BTreeMap::new();
    let mut policy = Guards::default();
    policy.add(document, "KeyPolicy", "the key policy", Form::Resource);
    if let Some(gap) = policy.gaps.first() {
        found.doubt(gap);
    }
    for guard in policy.guards.iter().filter(|guard| guard.statement.effect == Effect::Allow) {
        let powers = of_statement(&guard.statement, document.name());
        for principal in holders(&guard.statement) {
            add(&mut held, principal, powers);
        }
    }
    match list(document, "Grants") {
        Ok(grants) => {
            for grant in grants {
                let operations: BTreeSet<&str> = words(grant, "Operations").collect();
                let named =
                    |list: &[&str]| list.iter().filter_map(|a| a.strip_prefix("kms:")).any(|a| operations.contains(a));
                let powers = Powers { administers: named(&ADMINISTER), uses: named(&USE) };
                add(&mut held, word(grant, "GranteePrincipal").unwrap_or_default().to_owned(), powers);
            }
        }
        Err(why) => found.doubt(why),
    }
    let everyone = held.get(EVERYONE).copied().unwrap_or_default();
    for (principal, mut powers) in held {
        powers.administers |= everyone.administers;
        powers.uses |= everyone.uses;
        if powers.administers && powers.uses && !is_exempt(&principal, document, around) {
            found.add(principal);
        }
    }
    found
}

fn add(held: &mut BTreeMap<String, Powers>, principal: String, powers: Powers) {
    let all = held.entry(principal).or_default();
    all.administers |= powers.administers;
    all.uses |= powers.uses;
}

fn of_statement(statement: &Statement, key: &str) -> Powers {
    // Whoever may grant only to AWS services on their own behalf lends use and no more.
    let lends = statement.conditions.iter().any(|condition| {
        condition.key == "kms:grantisforawsresource"
            && condition.operator == "Bool"
            && condition.values.iter().all(|value| value == "true")
    });
    let administration = ADMINISTER.iter().filter(|action| !lends || **action != "kms:CreateGrant");
    Powers {
        administers: administration.into_iter().any(|action| statement.is_about(action, key)),
        uses: USE.iter().any(|action| statement.is_about(action, key)),
    }
}

fn holders(statement: &Statement) -> Vec<String> {
    match &statement.principals {
        Principals::Any | Principals::Not(_) => vec![EVERYONE.to_owned()],
        Principals::Implied => Vec::new(),
        Principals::List(list) => list.iter().filter(|p| p.kind == "AWS").map(|p| p.value.clone()).collect(),
    }
}

/// The account (its root), services, and identities for emergencies.
fn is_exempt(principal: &str, document: &ResourceDocument, around: &Surroundings<'_>) -> bool {
    let account = principal == document.account || principal.ends_with(&format!(":iam::{}:root", document.account));
    let service =
        principal.ends_with(".amazonaws.com") || principal.contains(&format!(":role{}", persona::SERVICE_LINKED_PATH));
    let name = principal.rsplit('/').next().unwrap_or(principal);
    let mut glass = around.declared.break_glass.iter().map(|word| word.text.as_str());
    let emergency = glass.any(|word| {
        let bare = word.split_once(':').filter(|(kind, _)| ["role", "user"].contains(kind)).map_or(word, |(_, n)| n);
        word == principal || (bare == name && principal.contains(&format!(":iam::{}:", document.account)))
    });
    account || service || emergency
}

/// Deletion attestations for the project that the key is tagged for.
fn attested(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    const FACT: &str = "deletionAttestations";
    if !around.declared.register_given {
        return entity.withhold(FACT, "no attestation register was given");
    }
    match purpose::project_tag(document, around.declared) {
        Ok(project) => {
            let live =
                project.map(|p| around.declared.attested("deletion", &format!("project:{p}"))).unwrap_or_default();
            let place = live.first().map_or_else(|| origin(document, &["tags"]), |a| Origin::Declared(a.place.clone()));
            entity.set(FACT, json!(live.iter().map(|a| a.id.as_str()).collect::<Vec<_>>()), place);
        }
        Err(why) => entity.withhold(FACT, why),
    }
}
