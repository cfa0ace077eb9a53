//! What a bucket's policy and the resource control policies over it deny, and whom the policy lets in from outside.
//!
//! May import: `model`, `graph`. Guarantees: an empty set of ways out stands for a deny that binds every principal and
//! every request of the scenario; a set of ways out is there only when every policy that could close them was read.

use serde_json::json;

use super::super::Surroundings;
use super::super::perimeter::{Guards, is_inside, organisation};
use super::super::statement::{Answer, Condition, Coverage, Effect, Form, Given, Scenario, denies};
use super::{bucket_arn, names_principal, put, put_answer, texts, tre_accounts};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

/// Actions on objects and lists of them, as of November 2026
/// (<https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html>).
const OBJECT_ACTIONS: [&str; 28] = [
    "s3:AbortMultipartUpload",
    "s3:BypassGovernanceRetention",
    "s3:DeleteObject",
    "s3:DeleteObjectTagging",
    "s3:DeleteObjectVersion",
    "s3:DeleteObjectVersionTagging",
    "s3:GetObject",
    "s3:GetObjectAcl",
    "s3:GetObjectAttributes",
    "s3:GetObjectLegalHold",
    "s3:GetObjectRetention",
    "s3:GetObjectTagging",
    "s3:GetObjectTorrent",
    "s3:GetObjectVersion",
    "s3:GetObjectVersionAcl",
    "s3:GetObjectVersionAttributes",
    "s3:GetObjectVersionForReplication",
    "s3:GetObjectVersionTagging",
    "s3:GetObjectVersionTorrent",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
    "s3:PutObjectAcl",
    "s3:PutObjectLegalHold",
    "s3:PutObjectRetention",
    "s3:PutObjectTagging",
    "s3:PutObjectVersionAcl",
    "s3:PutObjectVersionTagging",
    "s3:RestoreObject",
];
const LIST_ACTIONS: [&str; 3] = ["s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:ListBucketVersions"];

/// Derives what the policies deny, and returns them for further questions.
pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) -> Guards {
    let mut all = Guards::default();
    all.add(document, "BucketPolicy", "the bucket policy", Form::Resource);
    let own = all.clone();
    all.extend(around.resource_control());
    let bucket = bucket_arn(document);
    let objects = format!("{bucket}/*");
    let asks = Asks { document, around, all: &all, bucket: &bucket, objects: &objects };

    let every = [("s3:*", bucket.as_str()), ("s3:*", objects.as_str())];
    let plain = Scenario::any().with("aws:securetransport", Given::Is("false"));
    asks.put(entity, "plaintextGaps", &every, &plain);
    asks.network(entity);
    asks.outsiders(entity);
    let grants = super::super::grants::outside_grants(&own, document, around);
    put(entity, "outsideGrants", grants, Origin::Derived(own.calls.iter().cloned().collect()));
    asks.signature_age(entity);
    asks.principals(entity);
    asks.writes(entity);
    all
}

struct Asks<'a> {
    document: &'a ResourceDocument,
    around: &'a Surroundings<'a>,
    all: &'a Guards,
    bucket: &'a str,
    objects: &'a str,
}

impl Asks<'_> {
    fn put(&self, entity: &mut Entity, fact: &str, asked: &[(&str, &str)], scenario: &Scenario<'_>) {
        let answer = self.all.settle(denies(&self.all.guards, asked, scenario));
        put_answer(entity, fact, answer, &self.all.calls);
    }

    /// Every action on objects and lists of them.
    fn reads_and_writes(&self) -> Vec<(&'static str, &str)> {
        let objects = OBJECT_ACTIONS.iter().map(|a| (*a, self.objects));
        objects.chain(LIST_ACTIONS.iter().map(|a| (*a, self.bucket))).collect()
    }

    /// Requests from anywhere but the declared endpoints; and the same for presigned requests alone.
    fn network(&self, entity: &mut Entity) {
        let declared = self.around.declared;
        let list = |name: &str, value: &str, what: &str| match &declared.network {
            None => Answer::Unknown("tre.toml declares no [network]".to_owned()),
            table @ Some(_) => match texts(table.as_ref(), name) {
                None => Answer::Unknown(format!("tre.toml declares no [network] {name}")),
                Some(list) if list.contains(value) => Answer::Yes,
                Some(_) => Answer::no(format!("{what} {value} is not declared")),
            },
        };
        let endpoint = |v: &str| list("endpoints", v, "endpoint");
        let vpc = |v: &str| list("vpcs", v, "network");
        let account = |v: &str| match tre_accounts(declared) {
            Ok(accounts) if accounts.contains(v) => Answer::Yes,
            Ok(_) => Answer::no(format!("endpoints of account {v}, which is not declared")),
            Err(why) => Answer::Unknown(why),
        };
        let path = |v: &str| match &declared.ou {
            // `o-…/r-…/ou-…/*`: below the declared unit, and written out down to it: ids of units are only unique within
            // their organisation.
            Some(ou) if v.split('/').take_while(|part| !part.contains(['*', '?'])).any(|part| part == ou.text) => {
                Answer::Yes
            }
            Some(_) => Answer::no(format!("endpoints of {v}, which is not the declared unit")),
            None => Answer::Unknown("tre.toml declares no [tre] ou".to_owned()),
        };
        let organisation_wide =
            |v: &str| Answer::no(format!("endpoints of the whole organisation {v}, the TRE's or not"));
        let exempt = |v: &str| self.listed_role(v, declared.perimeter.as_ref(), "exempt");
        let service = |_: &str| Answer::Yes;
        let base = Scenario::any()
            .with("aws:sourcevpce", Given::Outside(&endpoint))
            .with("aws:sourcevpc", Given::Outside(&vpc))
            .with("aws:vpceaccount", Given::Outside(&account))
            .with("aws:vpceorgpaths", Given::Outside(&path))
            .with("aws:vpceorgid", Given::Outside(&organisation_wide))
            .with("aws:principalarn", Given::Outside(&exempt))
            // Narrower than PrincipalIsAWSService, which may be let out altogether.
            .with("aws:principalservicename", Given::Outside(&service))
            .with("aws:principalisawsservice", Given::FalseOrAbsent)
            // AWS has this key in every request
            // (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html).
            .with("aws:viaawsservice", Given::Is("false"));
        let asked = self.reads_and_writes();
        let coverage = Coverage::new(&self.all.guards, &asked);
        let presigned = base.clone().with("s3:authtype", Given::Is("REST-QUERY-STRING"));
        for (fact, scenario) in [("networkGaps", base), ("presignGaps", presigned)] {
            put_answer(entity, fact, self.all.settle(coverage.denies(&scenario)), &self.all.calls);
        }
    }

    /// Whether a role is in a declared list; unknown where there is no list.
    fn listed_role(
        &self,
        value: &str,
        table: Option<&std::collections::BTreeMap<String, Vec<super::Placed>>>,
        name: &str,
    ) -> Answer {
        let Some(table) = table else { return Answer::Unknown("tre.toml declares no [perimeter]".to_owned()) };
        let list = table.get(name).map(Vec::as_slice).unwrap_or_default();
        self.listed(value, list)
    }

    fn listed(&self, value: &str, list: &[super::Placed]) -> Answer {
        if names_principal(value, list, self.around.declared, &self.document.account) {
            Answer::Yes
        } else {
            Answer::no(format!("{value} is let out"))
        }
    }

    /// Requests of identities that are not of the organisation.
    fn outsiders(&self, entity: &mut Entity) {
        let estate = self.around.estate;
        let own = organisation(estate);
        let organisation = |v: &str| match &own {
            Ok(id) if *id == v => Answer::Yes,
            Ok(_) => Answer::no(format!("identities of {v}, which is another organisation")),
            Err(why) => Answer::Unknown(why.clone()),
        };
        let account = |v: &str| {
            if texts(self.around.declared.perimeter.as_ref(), "accounts").is_some_and(|a| a.contains(v)) {
                return Answer::Yes;
            }
            match is_inside(estate, &self.document.account, v) {
                Ok(true) => Answer::Yes,
                Ok(false) => Answer::no(format!("account {v} is not of the organisation")),
                Err(why) => Answer::Unknown(why),
            }
        };
        let service = |_: &str| Answer::Yes;
        let path = |v: &str| match &own {
            Ok(id) if v.starts_with(&format!("{id}/")) => Answer::Yes,
            Ok(_) => Answer::no(format!("identities of {v}")),
            Err(why) => Answer::Unknown(why.clone()),
        };
        let mut scenario = Scenario::any()
            .with("aws:principalorgid", Given::Outside(&organisation))
            .with("aws:principalorgpaths", Given::Outside(&path))
            .with("aws:principalaccount", Given::Outside(&account))
            .with("aws:principalservicename", Given::Outside(&service))
            .with("aws:principalisawsservice", Given::FalseOrAbsent)
            .with("aws:resourceaccount", Given::Is(&self.document.account));
        // The bucket's own organisation is in every request for it.
        if let Ok(id) = own {
            scenario = scenario.with("aws:resourceorgid", Given::Is(id));
        }
        // Replication from another account's bucket writes and deletes objects by actions of its own.
        let replicate = ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"];
        let mut asked = self.reads_and_writes();
        asked.extend(replicate.map(|action| (action, self.objects)));
        self.put(entity, "outsiderGaps", &asked, &scenario);
    }

    /// The shortest life of a signature that a deny to everyone enforces, in milliseconds.
    fn signature_age(&self, entity: &mut Entity) {
        let mut shortest: Option<i64> = None;
        let mut unknown = self.all.gaps.first().cloned();
        for guard in self.all.guards.iter().filter(|g| g.statement.effect == Effect::Deny) {
            let statement = &guard.statement;
            let about = statement.is_about("s3:GetObject", self.objects)
                && statement.is_about("s3:GetObjectVersion", self.objects);
            if !statement.is_for_everyone() || !about {
                continue;
            }
            let (age, rest): (Vec<&Condition>, Vec<&Condition>) =
                statement.conditions.iter().partition(|c| c.key == "s3:signatureage");
            // Beside the age it may only say that it is about presigned requests.
            let presigned = Scenario::any().with("s3:authtype", Given::Is("REST-QUERY-STRING"));
            let rest: Vec<Condition> = rest.into_iter().cloned().collect();
            match (presigned.implies_all(&rest), age.as_slice()) {
                (Answer::Yes, []) => shortest = Some(0),
                (Answer::Yes, [age]) if age.operator.starts_with("NumericGreaterThan") && age.quantifier.is_none() => {
                    // Of several values one has to be passed: the smallest decides.
                    let bound = age.values.iter().map(|v| v.parse::<i64>()).collect::<Result<Vec<_>, _>>();
                    match bound.ok().and_then(|b| b.into_iter().min()) {
                        Some(bound) => shortest = Some(shortest.map_or(bound, |s| s.min(bound))),
                        None => unknown = Some("a bound on s3:signatureAge is no number".to_owned()),
                    }
                }
                (Answer::Yes, [age, ..]) => {
                    unknown =
                        Some(format!("the condition operator {} on s3:signatureAge is not modelled", age.operator));
                }
                (Answer::Unknown(why), _) => unknown = Some(why),
                (Answer::No(_), _) => {}
            }
        }
        // Another policy could only shorten what is found; a bound that is not known at all may be there.
        let value = match (shortest, unknown) {
            (Some(milliseconds), _) => Ok(json!({ "maximumMilliseconds": milliseconds })),
            (None, Some(why)) => Err(why),
            (None, None) => Ok(json!({})),
        };
        put(entity, "signatureAge", value, Origin::Derived(self.all.calls.iter().cloned().collect()));
    }

    /// Denies to all but some principals: the release role, deploy roles, break-glass identities.
    fn principals(&self, entity: &mut Entity) {
        let declared = self.around.declared;
        let release = |v: &str| match declared.personas.as_ref().map(|p| p.get("release")) {
            None => Answer::Unknown(declared.no_personas()),
            Some(None) => Answer::Unknown("tre.toml declares no release persona".to_owned()),
            Some(Some(list)) => self.listed(v, list),
        };
        let deploy = |v: &str| {
            if declared.deploy_roles.is_empty() {
                Answer::Unknown("tre.toml declares no [operations] deploy_roles".to_owned())
            } else {
                self.listed(v, &declared.deploy_roles)
            }
        };
        let break_glass = |v: &str| self.break_glass(v);
        let only = |permitted| Scenario::any().with("aws:principalarn", Given::Outside(permitted));
        let (bucket, objects) = (self.bucket, self.objects);
        let fill = [("s3:PutObject", objects), ("s3:ReplicateObject", objects)];
        self.put(entity, "releaseGaps", &fill, &only(&release));
        let policy = [("s3:PutBucketPolicy", bucket), ("s3:DeleteBucketPolicy", bucket)];
        self.put(entity, "policyChangeGaps", &policy, &only(&deploy));
        let destroy = [
            ("s3:DeleteObject", objects),
            ("s3:DeleteObjectVersion", objects),
            ("s3:PutLifecycleConfiguration", bucket),
        ];
        self.put(entity, "logDeletionGaps", &destroy, &only(&deploy));
        // Without such a deny it depends on who has the permission, which only the analysis of access can say.
        let asked = [("s3:BypassGovernanceRetention", objects)];
        let answer = match self.all.settle(denies(&self.all.guards, &asked, &only(&break_glass))) {
            Answer::No(ways) => {
                let ways = ways.into_iter().collect::<Vec<_>>().join("; ");
                Answer::Unknown(format!("who may bypass retention needs path analysis ({ways})"))
            }
            answer => answer,
        };
        put_answer(entity, "bypassGaps", answer, &self.all.calls);
    }

    fn break_glass(&self, value: &str) -> Answer {
        let named = |p: &super::Placed| {
            // A directory or IAM user by name alone is one of the bucket's account.
            value.ends_with(&format!(":iam::{}:user/{}", self.document.account, p.text)) && !value.contains(['*', '?'])
        };
        if self.around.declared.break_glass.iter().any(named) {
            return Answer::Yes;
        }
        self.listed(value, &self.around.declared.break_glass)
    }

    /// Overwriting and deleting objects, by anyone.
    fn writes(&self, entity: &mut Entity) {
        let objects = self.objects;
        // An overwrite is a write that does not ask to be the first of its name
        // (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html).
        let overwrite = Scenario::any()
            .with("s3:if-none-match", Given::Absent)
            .with("s3:objectcreationoperation", Given::Is("true"));
        let mut answer = denies(&self.all.guards, &[("s3:PutObject", objects)], &overwrite);
        let delete = [("s3:DeleteObject", objects), ("s3:DeleteObjectVersion", objects)];
        answer = answer.and(denies(&self.all.guards, &delete, &Scenario::any()));
        put_answer(entity, "overwriteGaps", self.all.settle(answer), &self.all.calls);
    }
}

// ---- Grants to outsiders -----------------------------------------------------------------------------------------
