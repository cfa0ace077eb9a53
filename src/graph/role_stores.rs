//! What policies give a role outright of the stores of its account: without conditions, and with no deny in the way.
//!
//! May import: `model`, `graph`. Guarantees: whatever is named here the role is given by a statement that says so of it;
//! that there is nothing else takes path analysis. Permissions of AWS's own policies:
//! <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html>.

use std::collections::BTreeSet;

use serde_json::Value;

use super::iam::Found;
use super::organizations::text;
use super::perimeter::Guards;
use super::purpose::role_tag;
use super::reading::{list, origin};
use super::statement::{Effect, Form, Principals, Statement};
use super::{Surroundings, iam, project_tags, purpose, s3, stores};
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

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
    if entity.facts.get("researchRole").is_none_or(|is| is.value != true) {
        for fact in FACTS {
            entity.withhold(fact, "it is not known to be a role of researchers");
        }
        return;
    }
    // With a boundary a policy gives only what the boundary lets through.
    let bounded = text(document, "PermissionsBoundary").map(|boundary| !boundary.is_empty());
    let mut own = Guards::default();
    match &bounded {
        Ok(true) => {}
        Ok(false) => iam::add_own_policies(&mut own, document, around),
        Err(why) => own.gaps.push(why.clone()),
    }
    let given = Given { role: document, own: &own, around };
    let facets = origin(document, &["ManagedPolicyArns", "PermissionsBoundary", "Policies"]);
    let found = [given.foreign_stores(), given.source_writes(), sweeping(document, &bounded)];
    for (fact, found) in FACTS.into_iter().zip(found) {
        found.put(entity, fact, &facets);
    }
}

/// Policies of AWS's that open every bucket, where no boundary narrows them.
fn sweeping(document: &ResourceDocument, bounded: &Result<bool, String>) -> Found {
    let mut found = Found::default();
    match list(document, "ManagedPolicyArns") {
        Err(why) => found.doubt(why),
        Ok(arns) => {
            for arn in arns.iter().filter_map(Value::as_str) {
                let name = arn.split_once(":iam::aws:policy/").map(|(_, name)| name);
                match bounded {
                    _ if !name.is_some_and(|name| SWEEPING.contains(&name)) => {}
                    Ok(true) => {}
                    Ok(false) => found.add(arn),
                    Err(why) => found.doubt(why),
                }
            }
        }
    }
    found
}

struct Given<'a> {
    role: &'a ResourceDocument,
    own: &'a Guards,
    around: &'a Surroundings<'a>,
}

impl Given<'_> {
    /// Buckets of source data in which the role may write.
    fn source_writes(&self) -> Found {
        let mut found = Found::default();
        for bucket in self.around.of_type(stores::BUCKET) {
            match role_tag(bucket, self.around.declared) {
                Ok(Some(role)) if role.eq_ignore_ascii_case("source") => self.look(bucket, &WRITES, &mut found),
                Ok(_) => {}
                Err(why) => found.doubt(why),
            }
        }
        self.listed(&mut found);
        found
    }

    /// Stores that the role may read and whose datasets are none of its projects'.
    fn foreign_stores(&self) -> Found {
        let mut found = Found::default();
        match self.foreign() {
            Err(why) => found.doubt(why),
            Ok(names) => {
                for bucket in names.into_iter().filter_map(|name| stores::bucket(name, self.around)) {
                    self.look(bucket, &READS, &mut found);
                }
            }
        }
        self.listed(&mut found);
        found
    }

    /// The buckets of datasets that are approved for none of the role's projects.
    fn foreign(&self) -> Result<BTreeSet<&str>, String> {
        let declared = self.around.declared;
        let mine = match purpose::project_tag(self.role, declared)? {
            Some(project) => BTreeSet::from([project.to_owned()]),
            None => project_tags::of_personas(self.role, declared)?,
        };
        let projects = declared.projects.as_ref().ok_or("tre.toml declares no [[project]]")?;
        let datasets = declared.datasets.as_ref().ok_or("tre.toml declares no [[dataset]]")?;
        for table in ["project", "dataset"] {
            declared.set_aside.get(table).map_or(Ok(()), |why| Err(why.clone()))?;
        }
        if mine.is_empty() {
            return Err("the role is of no project".to_owned());
        }
        let ours = projects.iter().filter(|project| mine.contains(&project.id));
        let approved: BTreeSet<&String> = ours.flat_map(|project| &project.datasets).collect();
        let foreign = datasets.iter().filter(|dataset| !approved.contains(&dataset.id));
        Ok(foreign.flat_map(|d| &d.stores).filter_map(|store| store.text.strip_prefix("s3:")).collect())
    }

    fn listed(&self, found: &mut Found) {
        if let Err(why) = self.around.estate.listings().listed(stores::BUCKET, self.around.account) {
            found.doubt(why);
        }
    }

    /// Names the bucket with the statement that gives the role one of these actions on all of its objects.
    fn look(&self, bucket: &ResourceDocument, actions: &[&str], found: &mut Found) {
        let objects = format!("{}/*", s3::bucket_arn(bucket));
        let mut policy = Guards::default();
        policy.add(bucket, "BucketPolicy", "the bucket policy", Form::Resource);
        if let Some(gap) = policy.gaps.first().or(self.own.gaps.first()) {
            return found.doubt(gap);
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
                return found.add(format!("{}: {action} by {}", bucket.id, statement.label));
            }
        }
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
