//! Desktops and browsers that are streamed: what they let out, and from where they are reached.
//!
//! May import: `model`, `graph`. Guarantees: an action counts as disabled only where AWS says so in every entry of it; the
//! clipboard of a personal `WorkSpace`, which AWS does not show, is known by attestation alone.

use core::net::IpAddr;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::iam::Found;
use super::organizations::{known, text};
use super::{Surroundings, derive_from};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

const SETTINGS: &str = "AWS::WorkSpacesWeb::UserSettings";
const NETWORK: &str = "AWS::WorkSpacesWeb::NetworkSettings";
const IP_GROUP: &str = "AWS::WorkSpaces::IpGroup";
const SETTING: &str = "RES::Setting";

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    match document.kind.as_str() {
        "AWS::AppStream::Stack" => {
            derive_from(entity, document, "disabledActions", &["UserSettings"], |v| disabled(v.first().copied()));
            derive_from(entity, document, "storageConnectors", &["StorageConnectors"], |v| {
                let kinds = list(v.first().copied())?.iter().map(|c| member(c, "ConnectorType").unwrap_or("unnamed"));
                Ok(json!(kinds.collect::<BTreeSet<_>>()))
            });
            derive_from(entity, document, "hostRedirection", &["ContentRedirection"], |v| {
                redirects(v.first().copied())
            });
        }
        "AWS::WorkSpaces::Directory" => directory(entity, document, around),
        "AWS::WorkSpacesWeb::Portal" => portal(entity, document, around),
        "RES::PermissionProfile" => file_browsers(entity, document, around),
        _ => {}
    }
}

/// Actions that every entry about them disables.
fn disabled(settings: Option<&Value>) -> Result<Value, String> {
    let mut all: BTreeMap<&str, bool> = BTreeMap::new();
    for entry in list(settings)? {
        let action = member(entry, "Action").ok_or("a setting names no action")?;
        let off = member(entry, "Permission") == Some("DISABLED");
        all.entry(action).and_modify(|before| *before &= off).or_insert(off);
    }
    Ok(json!(all.into_iter().filter(|(_, off)| *off).map(|(action, _)| action).collect::<BTreeSet<_>>()))
}

/// Whether links of the desktop open on the device. What nobody configured is off.
fn redirects(redirection: Option<&Value>) -> Result<Value, String> {
    match redirection.and_then(|r| r.get("HostToClient")) {
        None => Ok(json!(false)),
        Some(to_client) => {
            let enabled = to_client.get("Enabled").and_then(Value::as_bool);
            enabled.map(Value::from).ok_or_else(|| "HostToClient does not say whether it is enabled".to_owned())
        }
    }
}

fn directory(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    derive_from(entity, document, "disabledActions", &["StreamingProperties"], |v| {
        match v.first().and_then(|streaming| streaming.get("UserSettings")) {
            Some(settings) => disabled(Some(settings)),
            None => Ok(json!([])),
        }
    });
    for (fact, setting) in
        [("internetAccess", "EnableInternetAccess"), ("localAdministrators", "UserEnabledAsLocalAdministrator")]
    {
        derive_from(entity, document, fact, &["WorkspaceCreationProperties"], |v| {
            let said = v.first().and_then(|properties| properties.get(setting)).and_then(Value::as_bool);
            said.map(Value::from).ok_or_else(|| format!("WorkspaceCreationProperties does not say {setting}"))
        });
    }
    group_policies(entity, document, around);
    address_rules(entity, document, around);
}

/// Live attestations that a group policy of the directory closes clipboard and printers. Without one nothing is known.
fn group_policies(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    const FACT: &str = "groupPolicyAttestations";
    if !around.declared.register_given {
        return entity.withhold(FACT, "no register of attestations was given");
    }
    let id = text(document, "DirectoryId").unwrap_or(&document.id);
    let subject = format!("directory:{id}");
    let live = around.declared.attested("group-policy", &subject).into_iter();
    let live: Vec<_> =
        live.filter(|a| a.made <= around.as_of && a.expires.is_some_and(|end| around.as_of < end)).collect();
    match live.first() {
        Some(first) => {
            let ids: Vec<&str> = live.iter().map(|a| a.id.as_str()).collect();
            entity.set(FACT, json!(ids), Origin::Declared(first.place.clone()));
        }
        None => entity.withhold(
            FACT,
            format!(
                "AWS does not show the clipboard of personal WorkSpaces: attest the group policy that closes it (kind \
                 group-policy, subject {subject})"
            ),
        ),
    }
}

/// The addresses that the directory's groups let in, and those of them that lie in no declared place.
fn address_rules(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let rules = addresses(document, around);
    let foreign = rules.clone().and_then(|rules| {
        let places = around.declared.list("access", "places")?;
        let is_within = |rule: &str| places.iter().any(|place| contains(&place.text, rule));
        Ok(rules.into_iter().filter(|rule| !is_within(rule)).collect::<BTreeSet<String>>())
    });
    let origin = Origin::Derived(document.calls.get("IpGroupIds").cloned().into_iter().collect());
    for (fact, value) in [("addressRules", rules), ("addressesElsewhere", foreign)] {
        match value {
            Ok(value) => entity.set(fact, json!(value), origin.clone()),
            Err(why) => entity.withhold(fact, why),
        }
    }
}

fn addresses(document: &ResourceDocument, around: &Surroundings<'_>) -> Result<BTreeSet<String>, String> {
    let mut rules = BTreeSet::new();
    for id in list(known(document, "IpGroupIds").map(Some)?)? {
        let id = id.as_str().ok_or("IpGroupIds holds something that is no text")?;
        let mut groups = around.of_type(IP_GROUP);
        let group = groups
            .find(|group| group.region == document.region && group.id.rsplit(':').next() == Some(id))
            .ok_or_else(|| format!("the address group {id} was not read"))?;
        for rule in list(known(group, "Rules").map(Some)?)? {
            rules.insert(member(rule, "IpRule").ok_or("a rule of an address group has no addresses")?.to_owned());
        }
    }
    Ok(rules)
}

/// Whether a range (or address) lies within another.
fn contains(outer: &str, inner: &str) -> bool {
    match (range(outer), range(inner)) {
        (Some((outer, wide)), Some((inner, narrow))) => match (outer, inner) {
            (IpAddr::V4(a), IpAddr::V4(b)) => {
                wide <= narrow && mask(u32::from(a).into(), wide, 32) == mask(u32::from(b).into(), wide, 32)
            }
            (IpAddr::V6(a), IpAddr::V6(b)) => {
                wide <= narrow && mask(u128::from(a), wide, 128) == mask(u128::from(b), wide, 128)
            }
            _ => false,
        },
        _ => false,
    }
}

fn range(text: &str) -> Option<(IpAddr, u32)> {
    let (address, length) = text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
    let address: IpAddr = address.trim().parse().ok()?;
    let whole = if address.is_ipv4() { 32 } else { 128 };
    let length = length.map_or(Some(whole), |length| length.trim().parse().ok()).filter(|length| *length <= whole)?;
    Some((address, length))
}

fn mask(address: u128, length: u32, whole: u32) -> u128 {
    address.checked_shr(whole - length).unwrap_or(0)
}

fn portal(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let settings = associated(document, "UserSettingsArn", SETTINGS, around);
    let allowed = settings.and_then(|settings| {
        let Some(settings) = settings else { return Ok(json!({})) };
        let mut open = BTreeSet::new();
        let mut unknown = None;
        for transfer in ["CopyAllowed", "DownloadAllowed", "PrintAllowed", "UploadAllowed"] {
            match text(settings, transfer) {
                Ok("Disabled") => {}
                Ok(_) => {
                    open.insert(transfer);
                }
                Err(why) => unknown = Some(why),
            }
        }
        match unknown {
            Some(why) if open.is_empty() => Err(why),
            _ => Ok(json!({ "allowed": open })),
        }
    });
    let network = associated(document, "NetworkSettingsArn", NETWORK, around).and_then(|network| match network {
        None => Ok(json!({})),
        Some(network) => Ok(json!({ "vpc": text(network, "VpcId")? })),
    });
    for (fact, value, facet) in
        [("transfers", allowed, "UserSettingsArn"), ("portalNetwork", network, "NetworkSettingsArn")]
    {
        let origin = Origin::Derived(document.calls.get(facet).cloned().into_iter().collect());
        match value {
            Ok(value) => entity.set(fact, value, origin),
            Err(why) => entity.withhold(fact, why),
        }
    }
}

/// The settings that a portal is associated with; nothing where AWS answered that there are none.
fn associated<'a>(
    document: &ResourceDocument,
    facet: &str,
    kind: &str,
    around: &Surroundings<'a>,
) -> Result<Option<&'a ResourceDocument>, String> {
    let arn = text(document, facet)?;
    if arn.is_empty() {
        return Ok(None);
    }
    let found = around.documents.get(&(kind.to_owned(), arn.to_owned()));
    found.map(Some).ok_or_else(|| format!("{arn} was not read"))
}

/// Settings of the profile's own environment that open the file browser. Where none is found nothing is known: what a later
/// release calls otherwise is not off.
fn file_browsers(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    const FACT: &str = "openFileBrowsers";
    let (Some(environment), mut open) = (environment(&document.id), Found::default()) else {
        return entity.withhold(FACT, "its id does not say of which environment it is");
    };
    let mut any = false;
    for setting in around.of_type(SETTING).filter(|s| self::environment(&s.id) == Some(environment)) {
        any = true;
        match known(setting, "Value").map(Value::as_bool) {
            Ok(Some(true)) => open.add(setting.id.clone()),
            Ok(Some(false)) => {}
            Ok(None) => open.doubt(format!("Value of {} is neither true nor false", setting.id)),
            Err(why) => open.doubt(why),
        }
    }
    if let Err(why) = around.estate.listings().listed(SETTING, around.account) {
        open.doubt(why);
    }
    if !any {
        open.doubt(format!("no setting of {environment} says whether the file browser is open"));
    }
    open.put(entity, FACT, &Origin::Derived(Vec::new()));
}

/// Region and environment of what stands in a table: `eu-west-2:res-prod.cluster-settings|…`.
fn environment(id: &str) -> Option<&str> {
    let table = id.split('|').next()?;
    table.split('.').next().filter(|environment| *environment != table)
}

fn list(value: Option<&Value>) -> Result<&[Value], String> {
    value.and_then(Value::as_array).map(Vec::as_slice).ok_or_else(|| "it is no list".to_owned())
}

fn member<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_lie_within_ranges() {
        for (outer, inner, within) in [
            ("198.51.100.0/24", "198.51.100.7", true),
            ("198.51.100.0/24", "198.51.100.0/24", true),
            ("198.51.100.0/24", "198.51.100.128/25", true),
            ("198.51.100.0/24", "198.51.0.0/16", false),
            ("198.51.100.0/24", "198.51.101.0/24", false),
            ("0.0.0.0/0", "203.0.113.9/32", true),
            ("198.51.100.0/24", "0.0.0.0/0", false),
            ("2001:db8::/32", "2001:db8:1::/48", true),
            ("2001:db8::/32", "2001:db9::/48", false),
            ("0.0.0.0/0", "2001:db8::/32", false),
            ("198.51.100.0/24", "198.51.100.0/99", false),
            ("198.51.100.0/24", "", false),
            ("nowhere", "198.51.100.7", false),
        ] {
            assert_eq!(contains(outer, inner), within, "{inner} in {outer}");
        }
    }

    #[test]
    fn an_action_that_is_both_is_not_disabled() {
        let entry = |action: &str, permission: &str| json!({ "Action": action, "Permission": permission });
        let both = json!([entry("A", "DISABLED"), entry("A", "ENABLED"), entry("B", "DISABLED")]);
        assert_eq!(disabled(Some(&both)), Ok(json!(["B"])));
        assert!(disabled(Some(&json!([{ "Permission": "DISABLED" }]))).is_err());
        assert!(disabled(Some(&json!("A"))).is_err() && disabled(None).is_err());
    }

    #[test]
    fn an_environment_is_told_by_its_table() {
        assert_eq!(environment("eu-west-2:res-a.vdc.controller.permission-profiles|p"), Some("eu-west-2:res-a"));
        assert_eq!(environment("eu-west-2:res-a.cluster-settings|m.key"), Some("eu-west-2:res-a"));
        assert_eq!(environment("eu-west-2:table|m.key"), None);
    }
}
