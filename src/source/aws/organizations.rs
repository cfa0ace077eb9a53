//! AWS Organizations: the organisation, its units, accounts, the policies that limit them and those that take effect in each.
//!
//! May import: `model`, `source`. Guarantees: an account that is in no organisation has complete and empty listings; one
//! that may not see the organisation has incomplete ones. E-mail addresses are never kept.

use std::cell::RefCell;

use aws_sdk_organizations::types::{
    Account, EffectivePolicyType, Organization, PolicySummary, PolicyType, PolicyTypeSummary,
};
use futures_util::StreamExt as _;
use serde_json::Value;

use crate::model::call::CallId;
use crate::source::json::policy;
use crate::source::operations as table;

use super::draft::{Answer, Place, object, some, sorted_texts, time};
use super::session::{Question, Session};

const GLOBAL: &str = "global";
const ORGANIZATION: &str = "AWS::Organizations::Organization";
const UNIT: &str = "AWS::Organizations::OrganizationalUnit";
const ACCOUNT: &str = "AWS::Organizations::Account";
const POLICY: &str = "AWS::Organizations::Policy";

/// Collects the organisation, as far as this account may see it.
pub(super) async fn collect(session: &Session<'_>) {
    let client = session.clients.organizations();
    let answer = session
        .ask(
            Question::new(&table::ORGANIZATIONS_DESCRIBE_ORGANIZATION, GLOBAL, &[]),
            |recorder| client.describe_organization().customize().interceptor(recorder).send(),
            |output| {
                let organization = output.organization().cloned().ok_or("it has no organisation")?;
                if organization.id().is_none() {
                    Err("the organisation has no id".to_owned())
                } else {
                    Ok(organization)
                }
            },
        )
        .await;
    let calls = vec![answer.call().clone()];
    match answer {
        Answer::Present { value, call } => {
            let mut draft = organization_document(session, &value, &call);
            let features = session.ask(
                Question::new(&table::IAM_LIST_ORGANIZATIONS_FEATURES, GLOBAL, &[]),
                |recorder| {
                    let client = session.clients.iam();
                    async move { client.list_organizations_features().customize().interceptor(recorder).send().await }
                },
                |output| {
                    let features = output.enabled_features.as_ref().ok_or("it has no list of features")?;
                    Ok(sorted_texts(features.iter().map(|feature| feature.as_str())))
                },
            );
            draft.fill(Place::Observed, "OrganizationsFeatures", Value::Array(Vec::new()), features.await);
            session.document(draft);
            session.listing(ORGANIZATION, GLOBAL, calls, None);
        }
        Answer::Absent { .. } => {
            // In no organisation: there are no units, accounts or policies either.
            for kind in [ORGANIZATION, UNIT, ACCOUNT, POLICY] {
                session.listing(kind, GLOBAL, calls.clone(), None);
            }
            return;
        }
        Answer::Missing { reason, .. } => session.listing(ORGANIZATION, GLOBAL, calls, Some(reason)),
    }
    tokio::join!(tree(session), policies(session));
}

/// What the walk through the units has seen of one type.
#[derive(Debug, Default)]
struct Progressing {
    calls: Vec<CallId>,
    gap: Option<String>,
}

impl Progressing {
    fn add(&mut self, calls: &[CallId], gap: Option<&String>) {
        self.calls.extend_from_slice(calls);
        // The alphabetically first reason, so that it does not depend on the order of the answers.
        if let Some(gap) = gap
            && self.gap.as_ref().is_none_or(|kept| gap < kept)
        {
            self.gap = Some(gap.clone());
        }
    }

    fn finish(mut self, session: &Session<'_>, kind: &str) {
        self.calls.sort();
        self.calls.dedup();
        session.listing(kind, GLOBAL, self.calls, self.gap);
    }
}

async fn tree(session: &Session<'_>) {
    let client = session.clients.organizations();
    let roots = session
        .pages(
            Question::new(&table::ORGANIZATIONS_LIST_ROOTS, GLOBAL, &[]),
            |recorder, token| client.list_roots().set_next_token(token).customize().interceptor(recorder).send(),
            |output| {
                named(output.roots().iter().map(|root| root.id()))?;
                Ok(output.next_token().map(str::to_owned))
            },
        )
        .await;
    let units = RefCell::new(Progressing::default());
    let accounts = RefCell::new(Progressing::default());
    units.borrow_mut().add(&roots.calls, roots.gap.as_ref());
    accounts.borrow_mut().add(&roots.calls, roots.gap.as_ref());

    let mut level = Vec::new();
    for (output, call) in &roots.answered {
        for root in output.roots() {
            let id = root.id().unwrap_or_default();
            let mut draft = session.draft(UNIT, id, root.arn(), GLOBAL);
            draft.listed(Place::Property, "Name", some(root.name()), call, "organizations:ListRoots");
            draft.property("ParentId", "", call);
            draft.observed("PolicyTypes", policy_types(root.policy_types()), call);
            draft.tags_not_collected();
            session.document(draft);
            level.push(id.to_owned());
        }
    }
    // Units nest at most five deep; a chain that goes on is a loop.
    for _ in 0..16 {
        if level.is_empty() {
            break;
        }
        let parents = std::mem::take(&mut level);
        let found: Vec<Vec<String>> = futures_util::stream::iter(&parents)
            .map(|parent| async {
                let (children, ()) = tokio::join!(
                    child_units(session, &client, parent, &units, &accounts),
                    child_accounts(session, &client, parent, &accounts),
                );
                children
            })
            .buffered(session.concurrency)
            .collect()
            .await;
        level = found.into_iter().flatten().collect();
    }
    if !level.is_empty() {
        let gap = "organizations:ListOrganizationalUnitsForParent unparseable: the units do not end".to_owned();
        units.borrow_mut().add(&[], Some(&gap));
        accounts.borrow_mut().add(&[], Some(&gap));
    }
    units.into_inner().finish(session, UNIT);
    accounts.into_inner().finish(session, ACCOUNT);
}

/// Refuses a page with an item that has no id: it could not be told from another one.
fn named<'i>(mut ids: impl Iterator<Item = Option<&'i str>>) -> Result<(), String> {
    if ids.any(|id| id.is_none_or(str::is_empty)) { Err("an item has no id".to_owned()) } else { Ok(()) }
}

async fn child_units(
    session: &Session<'_>,
    client: &aws_sdk_organizations::Client,
    parent: &str,
    units: &RefCell<Progressing>,
    accounts: &RefCell<Progressing>,
) -> Vec<String> {
    let operation = &table::ORGANIZATIONS_LIST_ORGANIZATIONAL_UNITS_FOR_PARENT;
    let pages = session
        .pages(
            Question::new(operation, GLOBAL, &[("ParentId", parent)]),
            |recorder, token| {
                client
                    .list_organizational_units_for_parent()
                    .parent_id(parent)
                    .set_next_token(token)
                    .customize()
                    .interceptor(recorder)
                    .send()
            },
            |output| {
                named(output.organizational_units().iter().map(|unit| unit.id()))?;
                Ok(output.next_token().map(str::to_owned))
            },
        )
        .await;
    // A unit that was not seen hides its accounts as well.
    units.borrow_mut().add(&pages.calls, pages.gap.as_ref());
    accounts.borrow_mut().add(&pages.calls, pages.gap.as_ref());
    let mut children = Vec::new();
    for (output, call) in &pages.answered {
        for unit in output.organizational_units() {
            let id = unit.id().unwrap_or_default();
            let mut draft = session.draft(UNIT, id, unit.arn(), GLOBAL);
            draft.listed(Place::Property, "Name", some(unit.name()), call, &operation.name());
            draft.property("ParentId", parent, call);
            draft.tags_not_collected();
            session.document(draft);
            children.push(id.to_owned());
        }
    }
    children
}

async fn child_accounts(
    session: &Session<'_>,
    client: &aws_sdk_organizations::Client,
    parent: &str,
    accounts: &RefCell<Progressing>,
) {
    let pages = session
        .pages(
            Question::new(&table::ORGANIZATIONS_LIST_ACCOUNTS_FOR_PARENT, GLOBAL, &[("ParentId", parent)]),
            |recorder, token| {
                client
                    .list_accounts_for_parent()
                    .parent_id(parent)
                    .set_next_token(token)
                    .customize()
                    .interceptor(recorder)
                    .send()
            },
            |output| {
                named(output.accounts().iter().map(|account| account.id()))?;
                Ok(output.next_token().map(str::to_owned))
            },
        )
        .await;
    accounts.borrow_mut().add(&pages.calls, pages.gap.as_ref());
    let found = pages.answered.iter().flat_map(|(output, call)| output.accounts().iter().map(move |one| (one, call)));
    futures_util::stream::iter(found)
        .for_each_concurrent(session.concurrency, |(account, call)| account_document(session, account, parent, call))
        .await;
}

async fn account_document(session: &Session<'_>, account: &Account, parent: &str, call: &CallId) {
    let by = "organizations:ListAccountsForParent";
    let mut draft = session.draft(ACCOUNT, account.id().unwrap_or_default(), account.arn(), GLOBAL);
    draft.listed(Place::Property, "AccountName", some(account.name()), call, by);
    draft.observed("ParentId", parent, call);
    draft.listed(Place::Observed, "Status", account_status(account), call, by);
    draft.listed(Place::Observed, "JoinedMethod", some(account.joined_method().map(|x| x.as_str())), call, by);
    draft.listed(Place::Observed, "JoinedTimestamp", time(account.joined_timestamp()), call, by);
    let id = account.id().unwrap_or_default();
    let policies =
        table::EFFECTIVE_POLICIES.map(|(facet, kind)| async move { (facet, effective(session, id, kind).await) });
    for (facet, policy) in futures_util::future::join_all(policies).await {
        draft.fill(Place::Observed, facet, object([]), policy);
    }
    draft.tags_not_collected();
    session.document(draft);
}

/// The policy of a type as it takes effect in an account: what is attached to it, and to what is above it.
async fn effective(session: &Session<'_>, account: &str, kind: &str) -> Answer<Value> {
    let client = session.clients.organizations();
    let row = &table::ORGANIZATIONS_DESCRIBE_EFFECTIVE_POLICY;
    session
        .ask(
            Question::new(row, GLOBAL, &[("PolicyType", kind), ("TargetId", account)]),
            |recorder| {
                let asked = client.describe_effective_policy().policy_type(EffectivePolicyType::from(kind));
                asked.target_id(account).customize().interceptor(recorder).send()
            },
            |output| {
                let effective = output.effective_policy().ok_or("it has no policy")?;
                let other = |said: Option<&str>, asked: &str| said.is_some_and(|said| said != asked);
                if other(effective.target_id(), account) || other(effective.policy_type().map(|x| x.as_str()), kind) {
                    return Err("it is the policy of another account or type".to_owned());
                }
                policy(effective.policy_content().ok_or("it has no content")?).map_err(|error| error.to_string())
            },
        )
        .await
}

async fn policies(session: &Session<'_>) {
    let client = session.clients.organizations();
    let mut listing = Progressing::default();
    let mut found = Vec::new();
    for kind in [PolicyType::ServiceControlPolicy, PolicyType::ResourceControlPolicy] {
        let pages = session
            .pages(
                Question::new(&table::ORGANIZATIONS_LIST_POLICIES, GLOBAL, &[("Filter", kind.as_str())]),
                |recorder, token| {
                    client
                        .list_policies()
                        .filter(kind.clone())
                        .set_next_token(token)
                        .customize()
                        .interceptor(recorder)
                        .send()
                },
                |output| {
                    named(output.policies().iter().map(|policy| policy.id()))?;
                    Ok(output.next_token().map(str::to_owned))
                },
            )
            .await;
        listing.add(&pages.calls, pages.gap.as_ref());
        for (output, call) in &pages.answered {
            found.extend(output.policies().iter().map(|policy| (policy.clone(), kind.clone(), call.clone())));
        }
    }
    futures_util::stream::iter(&found)
        .for_each_concurrent(session.concurrency, |(summary, kind, call)| policy_document(session, summary, kind, call))
        .await;
    listing.finish(session, POLICY);
}

async fn policy_document(session: &Session<'_>, summary: &PolicySummary, kind: &PolicyType, call: &CallId) {
    let client = session.clients.organizations();
    let id = summary.id().unwrap_or_default();
    let (content, targets) = tokio::join!(
        session.ask(
            Question::new(&table::ORGANIZATIONS_DESCRIBE_POLICY, GLOBAL, &[("PolicyId", id)]),
            |recorder| client.describe_policy().policy_id(id).customize().interceptor(recorder).send(),
            |output| {
                let text = output.policy().and_then(|policy| policy.content()).ok_or("it has no content")?;
                policy(text).map_err(|error| error.to_string())
            },
        ),
        session.pages(
            Question::new(&table::ORGANIZATIONS_LIST_TARGETS_FOR_POLICY, GLOBAL, &[("PolicyId", id)]),
            |recorder, token| {
                client
                    .list_targets_for_policy()
                    .policy_id(id)
                    .set_next_token(token)
                    .customize()
                    .interceptor(recorder)
                    .send()
            },
            |output| {
                named(output.targets().iter().map(|target| target.target_id()))?;
                Ok(output.next_token().map(str::to_owned))
            },
        ),
    );
    let targets = targets.into_answer(|pages| {
        let ids = pages.iter().flat_map(|page| page.targets()).filter_map(|target| target.target_id());
        sorted_texts(ids)
    });
    let mut draft = session.draft(POLICY, id, summary.arn(), GLOBAL);
    draft.listed(Place::Property, "Name", some(summary.name()), call, "organizations:ListPolicies");
    draft.property("Type", kind.as_str(), call);
    draft.fill(Place::Property, "Content", object([]), content);
    draft.fill(Place::Property, "TargetIds", Value::Array(Vec::new()), targets);
    draft.observed("AwsManaged", summary.aws_managed(), call);
    draft.tags_not_collected();
    session.document(draft);
}

// Normalisers.

fn organization_document(session: &Session<'_>, organization: &Organization, call: &CallId) -> super::draft::Draft {
    let by = "organizations:DescribeOrganization";
    let mut draft = session.draft(ORGANIZATION, organization.id().unwrap_or_default(), organization.arn(), GLOBAL);
    draft.listed(Place::Observed, "ManagementAccountId", some(organization.master_account_id()), call, by);
    draft.listed(Place::Observed, "FeatureSet", some(organization.feature_set().map(|x| x.as_str())), call, by);
    draft.observed("AvailablePolicyTypes", policy_types(organization.available_policy_types()), call);
    draft.tags_not_collected();
    draft
}

fn policy_types(types: &[PolicyTypeSummary]) -> Value {
    let mut all: Vec<_> = types
        .iter()
        .map(|item| (item.r#type().map(|x| x.as_str().to_owned()), item.status().map(|x| x.as_str().to_owned())))
        .collect();
    all.sort();
    all.into_iter().map(|(kind, status)| object([("Type", some(kind)), ("Status", some(status))])).collect()
}

/// AWS replaces `Status` by `State`; the older member is read where the newer one is missing.
fn account_status(account: &Account) -> Option<Value> {
    let status = account.status().map(|status| status.as_str().to_owned());
    some(account.state().map(|state| state.as_str().to_owned()).or(status))
}

#[cfg(test)]
mod tests {
    use super::{Progressing, named, policy_types};
    use aws_sdk_organizations::types::{PolicyType, PolicyTypeStatus, PolicyTypeSummary};
    use serde_json::json;

    #[test]
    fn policy_types_are_sorted() {
        let item = |kind| PolicyTypeSummary::builder().r#type(kind).status(PolicyTypeStatus::Enabled).build();
        assert_eq!(
            policy_types(&[item(PolicyType::ServiceControlPolicy), item(PolicyType::ResourceControlPolicy)]),
            json!([
                { "Type": "RESOURCE_CONTROL_POLICY", "Status": "ENABLED" },
                { "Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED" },
            ])
        );
    }

    #[test]
    fn an_item_without_an_id_spoils_its_page() {
        assert!(named([Some("r-1")].into_iter()).is_ok());
        assert!(named([Some("r-1"), None].into_iter()).is_err());
        assert!(named([Some("")].into_iter()).is_err());
    }

    #[test]
    fn the_reason_does_not_depend_on_the_order() {
        let mut progress = Progressing::default();
        progress.add(&[], Some(&"b".to_owned()));
        progress.add(&[], None);
        progress.add(&[], Some(&"a".to_owned()));
        assert_eq!(progress.gap.as_deref(), Some("a"));
    }
}
