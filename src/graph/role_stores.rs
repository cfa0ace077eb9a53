//! What policies give a role outright of the stores of its account: without conditions, and with no deny in the way.
//!
//! May import: `model`, `graph`. Guarantees: whatever is named here the role is given by a statement that says so of it;
//! that there is nothing else takes path analysis. Permissions of AWS's own policies:
//! <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html>.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::organizations::text;
use super::perimeter::Guards;
use super::purpose::role_tag;
use super::reading::list;
use super::statement::{Effect, Form, Principals, Statement};
use super::{Surroundings, iam, project_tags, purpose, s3, stores};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

/// The facts of a role.
pub(super) const FACTS: [&str; 3] = ["namedForeignStores", "namedSourceWrites", "sweepingPolicies"];

/// Policies of AWS's that give every action on every bucket.
const SWEEPING: [&str; 3] = ["AdministratorAccess", "AmazonS3FullAccess", "PowerUserAccess"];
const WRITES: [&str; 6] = [
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:PutObject",
    "s3:PutObjectAcl",
    "s3:ReplicateObject",
    "s3:RestoreObject",
];
const READS: [&str; 2] = ["s3:GetObject", "s3:GetObjectVersion"];

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let none = Origin::Derived(document.calls.get("ManagedPolicyArns").cloned().into_iter().collect());
    // With a boundary a policy gives only what the boundary lets through.
    let unbounded = text(document, "PermissionsBoundary").is_ok_and(str::is_empty);
    match list(document, "ManagedPolicyArns") {
        Ok(arns) => {
            let sweeping: BTreeSet<&str> = arns
                .iter()
                .filter_map(Value::as_str)
                .filter(|_| unbounded)
                .filter(|arn| {
                    let name = arn.split_once(":iam::aws:policy/").map(|(_, name)| name);
                    name.is_some_and(|name| SWEEPING.contains(&name))
                })
                .collect();
            entity.set("sweepingPolicies", json!(sweeping), none.clone());
        }
        Err(why) => entity.withhold("sweepingPolicies", why),
    }
    let mut own = Guards::default();
    if unbounded {
        iam::add_own_policies(&mut own, document, around);
    }
    let given = Given { role: document, own: &own, around };
    entity.set("namedSourceWrites", json!(given.source_writes()), none.clone());
    entity.set("namedForeignStores", json!(given.foreign_stores()), none);
}

struct Given<'a> {
    role: &'a ResourceDocument,
    own: &'a Guards,
    around: &'a Surroundings<'a>,
}

impl Given<'_> {
    /// Buckets of source data in which the role may write.
    fn source_writes(&self) -> BTreeSet<String> {
        let buckets = self.around.of_type(stores::BUCKET);
        let source = buckets.filter(|bucket| {
            role_tag(bucket, self.around.declared)
                .is_ok_and(|tag| tag.is_some_and(|t| t.eq_ignore_ascii_case("source")))
        });
        source.filter_map(|bucket| self.gives(bucket, &WRITES)).collect()
    }

    /// Stores that the role may read and whose datasets are none of its projects'.
    fn foreign_stores(&self) -> BTreeSet<String> {
        let declared = self.around.declared;
        let Some(projects) = &declared.projects else { return BTreeSet::new() };
        let mine = match purpose::project_tag(self.role, declared) {
            Ok(Some(project)) => Ok(BTreeSet::from([project.to_owned()])),
            Ok(None) => project_tags::of_personas(self.role, declared),
            Err(why) => Err(why),
        };
        let Ok(mine) = mine else { return BTreeSet::new() };
        let approved: BTreeSet<&str> = projects
            .iter()
            .filter(|project| mine.contains(&project.id))
            .flat_map(|project| project.datasets.iter().map(String::as_str))
            .collect();
        if mine.is_empty() || declared.set_aside.contains_key("project") {
            return BTreeSet::new();
        }
        let foreign = self.around.of_type(stores::BUCKET).filter(|bucket| {
            s3::datasets(&bucket.id, declared)
                .is_ok_and(|found| !found.is_empty() && !found.iter().all(|d| approved.contains(d.id.as_str())))
        });
        foreign.filter_map(|bucket| self.gives(bucket, &READS)).collect()
    }

    /// The bucket with the statement that gives the role one of these actions on all of its objects.
    fn gives(&self, bucket: &ResourceDocument, actions: &[&str]) -> Option<String> {
        let objects = format!("{}/*", s3::bucket_arn(bucket));
        let mut policy = Guards::default();
        policy.add(bucket, "BucketPolicy", "the bucket policy", Form::Resource);
        if !policy.gaps.is_empty() || !self.own.gaps.is_empty() {
            return None;
        }
        let all = || policy.guards.iter().chain(&self.own.guards).map(|guard| &guard.statement);
        for action in actions {
            let denied = all().any(|s| s.effect == Effect::Deny && s.may_be_about(action, &objects));
            let gives = |s: &&Statement| {
                s.effect == Effect::Allow
                    && s.conditions.is_empty()
                    && self.is_meant(&s.principals)
                    && s.is_about(action, &objects)
            };
            if let Some(statement) = all().find(gives).filter(|_| !denied) {
                return Some(format!("{}: {action} by {}", bucket.id, statement.label));
            }
        }
        None
    }

    /// Whether the role is named outright, or the statement stands on it.
    fn is_meant(&self, principals: &Principals) -> bool {
        match principals {
            Principals::Implied => true,
            Principals::List(list) => {
                list.iter().any(|p| p.kind == "AWS" && Some(p.value.as_str()) == self.role.arn.as_deref())
            }
            Principals::Any | Principals::Not(_) => false,
        }
    }
}
