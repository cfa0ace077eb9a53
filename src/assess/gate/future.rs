//! The state after a change: the documents of the code over those of a snapshot.
//!
//! May import: `model`, `snapshot`, `graph`. Guarantees: what the code says wins; what it leaves to AWS or to other code comes from the
//! snapshot where the resource is there already and stays; what goes away is gone; what nobody knows stays missing.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::estate::GLOBAL_TYPES;
use crate::graph::uid;
use crate::model::document::ResourceDocument;
use crate::model::entity::EntityRef;
use crate::model::planned::{Action, Assumed, GIVE_LIVE, Unnamed, is_answered_live};
use crate::snapshot::{Reader, SnapshotError};

/// What a change does to one resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What the code calls it.
    pub address: String,
    pub action: Action,
    /// As the code declares it; of what goes away only its identity counts.
    pub document: ResourceDocument,
    /// Facets of it that the code does not say: they are known of a new resource alone.
    pub assumed: BTreeMap<String, Assumed>,
    /// Whether the code or the plan says what AWS will call it.
    pub named: bool,
    /// Why its name is not known, where the code leaves it open.
    pub unnamed: Option<Unnamed>,
    /// Another input has a resource of the same address: an entry of `tre.toml` that gives it may mean either.
    pub shared: bool,
}

impl Change {
    /// Whether there is something to judge afterwards.
    pub(super) fn touches(&self) -> bool {
        matches!(self.action, Action::Create | Action::Update | Action::Replace)
    }

    /// Whether a template declares it, which does not say whether the resource is there already. (Terraform's addresses have a dot, and
    /// logical ids none.)
    fn is_of_template(&self) -> bool {
        !self.address.contains('.')
    }

    fn goes_away(&self) -> bool {
        self.action == Action::Delete
    }
}

/// Documents by account.
pub(super) type Documents = BTreeMap<String, Vec<ResourceDocument>>;

/// What a snapshot holds of some accounts, and everywhere of the types that others depend on.
pub(super) fn state(live: &Reader, accounts: &BTreeSet<String>) -> Result<Documents, SnapshotError> {
    let mut documents = Documents::new();
    for account in &live.manifest().accounts {
        let own = accounts.contains(account);
        for chunk in live.chunks_of(account) {
            if own || GLOBAL_TYPES.contains(&chunk.kind.as_str()) {
                documents.entry(account.clone()).or_default().extend(live.documents(chunk)?);
            }
        }
    }
    Ok(documents)
}

/// The documents after the change, by account.
pub(super) fn after(before: Option<&Documents>, changes: &[Change]) -> Documents {
    let mut all: BTreeMap<String, BTreeMap<EntityRef, ResourceDocument>> = BTreeMap::new();
    for (account, documents) in before.into_iter().flatten() {
        all.insert(account.clone(), documents.iter().map(|d| (uid(d), d.clone())).collect());
    }
    // What goes goes first: what is made under the same name stays.
    let (gone, staying): (Vec<&Change>, Vec<&Change>) = changes.iter().partition(|change| change.goes_away());
    for change in gone.into_iter().chain(staying) {
        let documents = all.entry(change.document.account.clone()).or_default();
        let key = uid(&change.document);
        let live = documents.remove(&key);
        match live {
            _ if change.goes_away() => {}
            // Nothing of what was replaced is left.
            Some(live) if change.action != Action::Replace => {
                documents.insert(key, over(change.document.clone(), &change.assumed, &live));
            }
            Some(_) | None => {
                documents.insert(key, change.document.clone());
            }
        }
    }
    all.into_iter().map(|(account, documents)| (account, documents.into_values().collect())).collect()
}

/// The same documents without what a new resource would have and the code does not say, where nobody knows whether the resource is
/// new: without a snapshot, or one whose list of the type is not whole there.
pub(super) fn without_assumed(
    after: &Documents,
    changes: &[Change],
    settled: impl Fn(&ResourceDocument) -> bool,
) -> Option<Documents> {
    // A plan says what is new. What has no name in the code is not found in a snapshot, although it may be there.
    let is_open = |c: &&Change| {
        let settles = c.unnamed.is_none() && settled(&c.document);
        c.touches() && c.is_of_template() && !c.assumed.is_empty() && !settles
    };
    let open: Vec<&Change> = changes.iter().filter(is_open).collect();
    if open.is_empty() {
        return None;
    }
    let mut after = after.clone();
    for change in open {
        let key = uid(&change.document);
        let documents = after.get_mut(&change.document.account).into_iter().flatten();
        for document in documents.filter(|document| uid(document) == key) {
            for name in
                change.assumed.keys().filter(|name| document.calls.get(*name) == change.document.calls.get(*name))
            {
                document.properties.remove(name);
                let what = "the code does not set it, and one that is there already may have another";
                document.missing.entry(name.clone()).or_insert_with(|| format!("{name}: {what}; {GIVE_LIVE}"));
            }
        }
    }
    Some(after)
}

/// A document of the code over the live one of the same resource. What a new resource has is not what this one gets: its states are as they are,
/// and settings that the code leaves out stay, unless an earlier version of the code set them and this one takes them back. Where
/// both are the same, they are known.
fn over(mut code: ResourceDocument, assumed: &BTreeMap<String, Assumed>, live: &ResourceDocument) -> ResourceDocument {
    for (name, assumed) in assumed {
        let differs = match (code.facet(name), live.facet(name)) {
            (Some(here), Some(there)) => here != there,
            // A snapshot that does not say it settles nothing.
            (Some(_), None) => true,
            (None, _) => false,
        };
        if !differs {
            continue;
        }
        code.properties.remove(name);
        code.calls.remove(name);
        if *assumed != Assumed::State {
            let what = "the code does not set it, and whether it stays or goes back to AWS's default shows once it is deployed";
            code.missing.insert(name.clone(), format!("{name}: {what}"));
        }
    }
    let left_open: Vec<String> =
        code.missing.iter().filter(|(_, reason)| is_answered_live(reason)).map(|(name, _)| name.clone()).collect();
    for name in &left_open {
        code.missing.remove(name);
        code.calls.remove(name);
    }
    let open = |name: &String| !code.properties.contains_key(name) && !code.missing.contains_key(name);
    let mut filled = code.clone();
    for (name, value) in live.properties.iter().filter(|(name, _)| open(name)) {
        filled.properties.insert(name.clone(), value.clone());
    }
    for (name, value) in live.observed.iter().filter(|(name, _)| open(name)) {
        filled.observed.insert(name.clone(), value.clone());
    }
    for (name, reason) in live.missing.iter().filter(|(name, _)| open(name)) {
        filled.missing.insert(name.clone(), reason.clone());
    }
    for (name, call) in live.calls.iter().filter(|(name, _)| open(name)) {
        filled.calls.insert(name.clone(), call.clone());
    }
    if !code.calls.contains_key("tags") {
        filled.tags.clone_from(&live.tags);
    }
    // What was left open and what nobody answered there either.
    for name in left_open {
        if filled.facet(&name).is_none() && !filled.missing.contains_key(&name) && name != "tags" {
            filled.missing.insert(name.clone(), format!("neither the code nor the snapshot says {name}"));
        }
    }
    filled.arn = code.arn.or_else(|| live.arn.clone());
    filled
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn key(rotates: bool) -> ResourceDocument {
        let properties = BTreeMap::from([("EnableKeyRotation".to_owned(), json!(rotates))]);
        ResourceDocument { kind: "AWS::KMS::Key".to_owned(), id: "k".to_owned(), properties, ..Default::default() }
    }

    /// Somebody may have turned on what the code leaves out, or an earlier version of the code that no longer says it.
    #[test]
    fn a_default_over_what_is_there_is_known_only_where_both_are_the_same() {
        let assumed = BTreeMap::from([("EnableKeyRotation".to_owned(), Assumed::Setting)]);
        assert_eq!(over(key(false), &assumed, &key(false)).facet("EnableKeyRotation"), Some(&json!(false)));
        let differs = over(key(false), &assumed, &key(true));
        assert!(differs.facet("EnableKeyRotation").is_none());
        assert!(differs.missing["EnableKeyRotation"].contains("does not set it"), "{:?}", differs.missing);
    }

    #[test]
    fn a_state_that_no_code_sets_is_as_it_is() {
        let assumed = BTreeMap::from([("EnableKeyRotation".to_owned(), Assumed::State)]);
        assert_eq!(over(key(false), &assumed, &key(true)).facet("EnableKeyRotation"), Some(&json!(true)));
    }

    #[test]
    fn what_the_code_says_goes_before_what_is_there() {
        let said = over(key(false), &BTreeMap::new(), &key(true));
        assert_eq!(said.facet("EnableKeyRotation"), Some(&json!(false)));
    }

    fn change(address: &str, action: Action, document: ResourceDocument) -> Change {
        let assumed = BTreeMap::from([("EnableKeyRotation".to_owned(), Assumed::Setting)]);
        Change { address: address.to_owned(), action, document, assumed, named: true, unnamed: None, shared: false }
    }

    /// A stack may be there already, with what somebody set in it; a plan says what it makes.
    #[test]
    fn what_a_template_leaves_out_is_known_only_where_the_snapshot_settles_that_it_is_new() {
        let rotation = |address: &str, settled: bool| {
            let changes = [change(address, Action::Create, key(true))];
            let open = without_assumed(&after(None, &changes), &changes, |_| settled);
            open.map(|documents| documents[""][0].missing.contains_key("EnableKeyRotation"))
        };
        assert_eq!(rotation("Key", false), Some(true));
        assert_eq!(rotation("Key", true), None);
        assert_eq!(rotation("aws_kms_key.k", false), None);
    }

    /// The order of two addresses decides nothing.
    #[test]
    fn what_is_made_under_the_name_of_what_goes_stays() {
        let [gone, made] = [("aws_kms_key.z", Action::Delete), ("aws_kms_key.a", Action::Create)]
            .map(|(address, action)| change(address, action, key(true)));
        for changes in [[gone.clone(), made.clone()], [made, gone]] {
            assert_eq!(after(None, &changes)[""].len(), 1);
        }
    }
}
