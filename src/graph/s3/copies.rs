//! Where S3 itself writes copies of a bucket's objects, lists, logs and events.
//!
//! May import: `model`, `graph`. Guarantees: a destination that is not named in a known form is a reason to withhold,
//! never a declared place.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::Surroundings;
use super::{derived, put, read, tre_accounts};
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

const FACETS: [&str; 6] = [
    "ReplicationConfiguration",
    "InventoryConfigurations",
    "AnalyticsConfigurations",
    "LoggingConfiguration",
    "MetadataConfiguration",
    "NotificationConfiguration",
];

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let mut found = Destinations { document, around, undeclared: BTreeSet::new(), unknown: None };
    for facet in FACETS {
        match read(document, facet) {
            Ok(value) => match facet {
                "ReplicationConfiguration" => found.replication(value),
                "InventoryConfigurations" => found.exports("inventory", value, "/Destination"),
                "AnalyticsConfigurations" => {
                    found.exports("analytics", value, "/StorageClassAnalysis/DataExport/Destination");
                }
                "LoggingConfiguration" => found.logging(value),
                "MetadataConfiguration" => found.metadata(value),
                _ => found.notifications(value),
            },
            Err(why) => found.unknown = Some(why),
        }
    }
    // A place that is certainly not declared is one, whatever the configurations that were not read would add.
    let value = match found.unknown {
        Some(why) if found.undeclared.is_empty() => Err(why),
        _ => Ok(json!(found.undeclared)),
    };
    put(entity, "undeclaredDestinations", value, derived(document, &FACETS));
}

struct Destinations<'a> {
    document: &'a ResourceDocument,
    around: &'a Surroundings<'a>,
    undeclared: BTreeSet<String>,
    unknown: Option<String>,
}

impl Destinations<'_> {
    fn unclear(&mut self, what: &str) {
        self.unknown = Some(format!("the destination of {what} is in no form that is understood"));
    }

    /// A bucket by ARN or name, and the account that it is said to be of.
    fn bucket(&mut self, what: &str, destination: Option<&Value>, account: Option<&Value>) {
        let Some(destination) = destination.and_then(Value::as_str) else { return self.unclear(what) };
        let name = destination.rsplit(":::").next().unwrap_or(destination);
        let declared = self.around.declared;
        if name.is_empty() || name.contains(':') || name.contains('/') {
            return self.unclear(what);
        }
        if let Some(account) = account.and_then(Value::as_str) {
            self.account(what, name, account);
        }
        let is_declared = !declared.roles_of_bucket(name).is_empty();
        if is_declared {
            return;
        }
        match (&declared.datasets, &declared.airlock, declared.log_buckets.is_empty()) {
            (None, None, true) => {
                self.unknown = Some("tre.toml declares no [[dataset]], [airlock] or [logging] buckets".to_owned());
            }
            _ => {
                self.undeclared.insert(format!("{what}: bucket {name}"));
            }
        }
    }

    fn account(&mut self, what: &str, of: &str, account: &str) {
        if account == self.document.account {
            return;
        }
        match tre_accounts(self.around.declared) {
            Ok(accounts) if accounts.contains(account) => {}
            Ok(_) => {
                self.undeclared.insert(format!("{what}: {of} of account {account}"));
            }
            Err(why) => self.unknown = Some(why),
        }
    }

    fn region(&mut self, what: &str, of: &str, region: &str) {
        if region == self.document.region {
            return;
        }
        match &self.around.declared.regions {
            Some(regions) if regions.iter().any(|r| r.text == region) => {}
            Some(_) => {
                self.undeclared.insert(format!("{what}: {of} in {region}"));
            }
            None => self.unknown = Some("tre.toml declares no [tre] regions".to_owned()),
        }
    }

    /// A topic, queue, function or table bucket: account and Region stand in the ARN.
    fn arn(&mut self, what: &str, arn: Option<&Value>) {
        let Some(arn) = arn.and_then(Value::as_str) else { return self.unclear(what) };
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let (Some(region), Some(account), Some(_)) = (parts.get(3), parts.get(4), parts.get(5)) else {
            return self.unclear(what);
        };
        if region.is_empty() || account.is_empty() {
            return self.unclear(what);
        }
        self.account(what, arn, account);
        self.region(what, arn, region);
    }

    fn replication(&mut self, facet: &Value) {
        let Some(rules) = facet.get("Rules") else {
            if facet.as_object().is_none_or(|o| !o.is_empty()) {
                self.unclear("replication");
            }
            return;
        };
        let Some(rules) = rules.as_array() else { return self.unclear("replication") };
        for rule in rules {
            match rule.get("Status").and_then(Value::as_str) {
                Some("Disabled") => {}
                Some("Enabled") => {
                    self.bucket(
                        "replication",
                        rule.pointer("/Destination/Bucket"),
                        rule.pointer("/Destination/Account"),
                    );
                }
                _ => self.unclear("replication"),
            }
        }
    }

    /// Inventory and analytics: a list, each with a destination of the same form.
    fn exports(&mut self, what: &str, facet: &Value, pointer: &str) {
        let Some(list) = facet.as_array() else { return self.unclear(what) };
        for item in list {
            let inventory = what == "inventory";
            if inventory && item.get("Enabled").and_then(Value::as_bool) == Some(false) {
                continue;
            }
            match item.pointer(pointer) {
                Some(destination) => {
                    // CloudFormation has no layer for S3 here, the API has one.
                    let inner = destination.get("S3BucketDestination").unwrap_or(destination);
                    let name = inner.get("BucketArn").or_else(|| inner.get("Bucket"));
                    self.bucket(what, name, inner.get("BucketAccountId").or_else(|| inner.get("AccountId")));
                }
                // Analytics without an export stay in the console.
                None if !inventory => {}
                None => self.unclear(what),
            }
        }
    }

    fn logging(&mut self, facet: &Value) {
        let Some(members) = facet.as_object() else { return self.unclear("access logs") };
        match members.get("DestinationBucketName") {
            Some(name) => self.bucket("access logs", Some(name), None),
            None if members.is_empty() => {}
            // CloudFormation: a prefix without a bucket logs into the bucket itself.
            None => {
                let own = json!(self.document.id);
                self.bucket("access logs", Some(&own), None);
            }
        }
    }

    fn metadata(&mut self, facet: &Value) {
        let Some(members) = facet.as_object() else { return self.unclear("metadata tables") };
        if members.is_empty() {
            return;
        }
        // The table bucket that AWS manages is of the bucket's own account and Region
        // (https://docs.aws.amazon.com/AmazonS3/latest/userguide/metadata-tables-overview.html).
        if facet.pointer("/Destination/TableBucketType").and_then(Value::as_str) == Some("aws") {
            return;
        }
        let arns = ["/Destination/TableBucketArn", "/S3TablesDestination/TableBucketArn"];
        match arns.iter().find_map(|pointer| facet.pointer(pointer)) {
            Some(arn) => self.arn("metadata tables", Some(arn)),
            // Without a destination it is the managed table bucket, where it has tables at all.
            None if members.contains_key("JournalTableConfiguration") && !members.contains_key("Destination") => {}
            None => self.unclear("metadata tables"),
        }
    }

    fn notifications(&mut self, facet: &Value) {
        let Some(members) = facet.as_object() else { return self.unclear("notifications") };
        for (name, value) in members {
            let target = match name.as_str() {
                // Events go to the default bus of the bucket's own account and Region.
                "EventBridgeConfiguration" => continue,
                "TopicConfigurations" => "Topic",
                "QueueConfigurations" => "Queue",
                "LambdaConfigurations" => "Function",
                _ => {
                    self.unclear("notifications");
                    continue;
                }
            };
            match value.as_array() {
                Some(list) => list.iter().for_each(|item| self.arn("notifications", item.get(target))),
                None => self.unclear("notifications"),
            }
        }
    }
}
