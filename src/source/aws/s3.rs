//! S3: every bucket of the account and its configuration. Never an object.
//!
//! May import: `model`, `source`. Guarantees: each facet of a bucket is asked on its own, in the bucket's Region, so that
//! one denied call leaves one facet out; a bucket that was listed always has a document.

use std::collections::BTreeMap;

use aws_sdk_s3::types::{Bucket, BucketLocationConstraint};
use futures_util::StreamExt as _;
use serde_json::Value;

use crate::model::call::CallId;
use crate::source::json::policy;
use crate::source::operations as table;

use super::draft::{Answer, Facet, Place, is_empty_object, object, time};
use super::session::{Question, Session};

mod normalise;

const KIND: &str = "AWS::S3::Bucket";
/// Where a bucket is when neither call would say so.
const UNKNOWN: &str = "unknown";

/// Collects every bucket of the account, whatever its Region.
pub(super) async fn collect(session: &Session<'_>) {
    let client = session.clients.s3(session.clients.primary());
    let pages = session
        .pages(
            Question::new(&table::S3_LIST_BUCKETS, "global", &[]),
            |recorder, token| {
                // With a page size, the answer names each bucket's Region.
                client
                    .list_buckets()
                    .max_buckets(1000)
                    .set_continuation_token(token)
                    .customize()
                    .interceptor(recorder)
                    .send()
            },
            |output| {
                if output.buckets.is_none() {
                    return Err("it has no list of buckets".to_owned());
                }
                if output.buckets().iter().any(|bucket| bucket.name().is_none_or(str::is_empty)) {
                    return Err("a bucket has no name".to_owned());
                }
                Ok(output.continuation_token().map(str::to_owned))
            },
        )
        .await;
    let all: Vec<_> = pages
        .answered
        .iter()
        .flat_map(|(output, call)| output.buckets().iter().map(move |bucket| (bucket, call)))
        .collect();
    futures_util::stream::iter(all)
        .for_each_concurrent(session.concurrency, |(bucket, call)| document(session, bucket, call))
        .await;
    session.listing(KIND, "global", pages.calls, pages.gap);
}

/// The Region that a location constraint names.
fn region_of(constraint: Option<&BucketLocationConstraint>) -> String {
    match constraint.map(BucketLocationConstraint::as_str) {
        None | Some("") => "us-east-1".to_owned(),
        Some("EU") => "eu-west-1".to_owned(),
        Some(region) => region.to_owned(),
    }
}

/// A bucket and how it is asked about.
struct Asked<'b, 's> {
    session: &'b Session<'s>,
    client: aws_sdk_s3::Client,
    name: &'b str,
    /// `unknown` where nobody would say.
    region: String,
}

async fn document(session: &Session<'_>, bucket: &Bucket, listed: &CallId) {
    let name = bucket.name().unwrap_or_default();
    let hint = bucket.bucket_region().filter(|region| !region.is_empty());
    let location = location(session, name, hint).await;
    let region = match &location {
        Answer::Present { value, .. } => value.clone(),
        _ => hint.unwrap_or(UNKNOWN).to_owned(),
    };
    let client = session.clients.s3(if region == UNKNOWN { session.clients.primary() } else { &region });
    let arn = format!("arn:{}:s3:::{name}", session.partition);
    let mut draft = session.draft(KIND, name, Some(&arn), &region);
    if region == UNKNOWN
        && let Answer::Missing { call, reason } = &location
    {
        draft.missing_by("region", reason, call);
    }
    draft.property("BucketName", name, listed);
    draft.listed(Place::Observed, "CreationDate", time(bucket.creation_date()), listed, "s3:ListBuckets");
    let asked = Asked { session, client, name, region };
    let (access, protection, flows, tags) =
        tokio::join!(access(&asked), protection(&asked), flows(&asked), tags(&asked));
    for facet in access.into_iter().chain(protection).chain(flows) {
        draft.take(facet);
    }
    draft.tags(tags);
    session.document(draft);
}

async fn location(session: &Session<'_>, name: &str, hint: Option<&str>) -> Answer<String> {
    let client = session.clients.s3(hint.unwrap_or(session.clients.primary()));
    session
        .ask(
            Question::new(&table::S3_GET_BUCKET_LOCATION, hint.unwrap_or(UNKNOWN), &[("Bucket", name)]),
            |recorder| client.get_bucket_location().bucket(name).customize().interceptor(recorder).send(),
            |output| Ok(region_of(output.location_constraint())),
        )
        .await
}

/// Asks for one facet of a bucket.
macro_rules! ask {
    ($asked:expr, $row:ident, $method:ident, $read:expr) => {
        $asked.session.ask(
            Question::new(&table::$row, &$asked.region, &[("Bucket", $asked.name)]),
            |recorder| $asked.client.$method().bucket($asked.name).customize().interceptor(recorder).send(),
            $read,
        )
    };
}

fn property(name: &'static str, answer: Answer<Value>) -> Facet {
    Facet { place: Place::Property, name, empty: object([]), answer }
}

fn observed(name: &'static str, answer: Answer<Value>) -> Facet {
    Facet { place: Place::Observed, name, empty: object([]), answer }
}

/// Who may reach the bucket.
async fn access(asked: &Asked<'_, '_>) -> Vec<Facet> {
    let (block, document, status, ownership, acl) = tokio::join!(
        ask!(asked, S3_GET_PUBLIC_ACCESS_BLOCK, get_public_access_block, |output| {
            let block = output.public_access_block_configuration().map(normalise::public_access_block);
            required(block.filter(|block| !is_empty_object(block)))
        }),
        ask!(asked, S3_GET_BUCKET_POLICY, get_bucket_policy, |output| {
            policy(output.policy().ok_or("it has no policy")?).map_err(|error| error.to_string())
        }),
        ask!(asked, S3_GET_BUCKET_POLICY_STATUS, get_bucket_policy_status, |output| {
            let public = output.policy_status().and_then(|status| status.is_public());
            required(public.map(|public| object([("IsPublic", Some(public.into()))])))
        }),
        ask!(asked, S3_GET_BUCKET_OWNERSHIP_CONTROLS, get_bucket_ownership_controls, |output| {
            required(output.ownership_controls().filter(|item| !item.rules().is_empty()).map(normalise::ownership))
        }),
        ask!(asked, S3_GET_BUCKET_ACL, get_bucket_acl, |output| {
            // Without the list of grants, nobody could tell that there is none.
            let grants = output.grants.as_deref();
            required(output.owner.as_ref().zip(grants).map(|(owner, grants)| normalise::acl(owner, grants)))
        }),
    );
    vec![
        property("PublicAccessBlockConfiguration", block),
        observed("BucketPolicy", document),
        observed("PolicyStatus", status),
        property("OwnershipControls", ownership),
        observed("Acl", acl),
    ]
}

/// How its content is kept.
async fn protection(asked: &Asked<'_, '_>) -> Vec<Facet> {
    let (encryption, versioning, lifecycle, lock, logging) = tokio::join!(
        ask!(asked, S3_GET_BUCKET_ENCRYPTION, get_bucket_encryption, |output| {
            let configuration = output.server_side_encryption_configuration();
            required(configuration.filter(|item| !item.rules().is_empty()).map(normalise::encryption))
        }),
        ask!(asked, S3_GET_BUCKET_VERSIONING, get_bucket_versioning, |output| Ok(normalise::versioning(&output))),
        ask!(asked, S3_GET_BUCKET_LIFECYCLE_CONFIGURATION, get_bucket_lifecycle_configuration, |output| {
            required(Some(output.rules()).filter(|rules| !rules.is_empty()).map(normalise::lifecycle))
        }),
        ask!(asked, S3_GET_OBJECT_LOCK_CONFIGURATION, get_object_lock_configuration, |output| {
            required(output.object_lock_configuration().map(normalise::object_lock))
        }),
        ask!(asked, S3_GET_BUCKET_LOGGING, get_bucket_logging, |output| {
            Ok(output.logging_enabled().map_or_else(|| object([]), normalise::logging))
        }),
    );
    vec![
        property("BucketEncryption", encryption),
        property("VersioningConfiguration", versioning),
        property("LifecycleConfiguration", lifecycle),
        property("ObjectLockConfiguration", lock),
        property("LoggingConfiguration", logging),
    ]
}

/// Where its content, or what is known of it, goes by itself.
async fn flows(asked: &Asked<'_, '_>) -> Vec<Facet> {
    let (replication, notification, metadata, inventories, analytics) = tokio::join!(
        ask!(asked, S3_GET_BUCKET_REPLICATION, get_bucket_replication, |output| {
            let configuration = output.replication_configuration();
            required(configuration.filter(|item| !item.rules().is_empty()).map(normalise::replication))
        }),
        ask!(asked, S3_GET_BUCKET_NOTIFICATION_CONFIGURATION, get_bucket_notification_configuration, |output| {
            Ok(normalise::notification(&output))
        }),
        ask!(asked, S3_GET_BUCKET_METADATA_CONFIGURATION, get_bucket_metadata_configuration, |output| {
            let result = output.get_bucket_metadata_configuration_result();
            required(result.and_then(|result| result.metadata_configuration_result()).map(normalise::metadata))
        }),
        inventories(asked),
        analytics(asked),
    );
    let list = |name, answer| Facet { place: Place::Property, name, empty: Value::Array(Vec::new()), answer };
    vec![
        property("ReplicationConfiguration", replication),
        property("NotificationConfiguration", notification),
        property("MetadataConfiguration", metadata),
        list("InventoryConfigurations", inventories),
        list("AnalyticsConfigurations", analytics),
    ]
}

async fn tags(asked: &Asked<'_, '_>) -> Answer<BTreeMap<String, String>> {
    ask!(asked, S3_GET_BUCKET_TAGGING, get_bucket_tagging, |output| {
        Ok(output.tag_set().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect())
    })
    .await
}

async fn inventories(asked: &Asked<'_, '_>) -> Answer<Value> {
    let row = &table::S3_LIST_BUCKET_INVENTORY_CONFIGURATIONS;
    asked
        .session
        .pages(
            Question::new(row, &asked.region, &[("Bucket", asked.name)]),
            |recorder, token| {
                let call = asked.client.list_bucket_inventory_configurations().bucket(asked.name);
                call.set_continuation_token(token).customize().interceptor(recorder).send()
            },
            |output| next_token(output.is_truncated(), output.next_continuation_token()),
        )
        .await
        .into_answer(|pages| normalise::inventories(pages.iter().flat_map(|page| page.inventory_configuration_list())))
}

async fn analytics(asked: &Asked<'_, '_>) -> Answer<Value> {
    let row = &table::S3_LIST_BUCKET_ANALYTICS_CONFIGURATIONS;
    asked
        .session
        .pages(
            Question::new(row, &asked.region, &[("Bucket", asked.name)]),
            |recorder, token| {
                let call = asked.client.list_bucket_analytics_configurations().bucket(asked.name);
                call.set_continuation_token(token).customize().interceptor(recorder).send()
            },
            |output| next_token(output.is_truncated(), output.next_continuation_token()),
        )
        .await
        .into_answer(|pages| normalise::analytics(pages.iter().flat_map(|page| page.analytics_configuration_list())))
}

/// What has to be in a success: an answer without it is none, because it would look like "not configured".
fn required(value: Option<Value>) -> Result<Value, String> {
    value.ok_or_else(|| "it is empty".to_owned())
}

/// The token of the next page of a list of configurations.
fn next_token(truncated: Option<bool>, token: Option<&str>) -> Result<Option<String>, String> {
    match (truncated, some_text(token)) {
        (Some(true), None) => Err("it is truncated and has no continuation token".to_owned()),
        (Some(true), Some(token)) => Ok(Some(token.to_owned())),
        (Some(false), _) => Ok(None),
        // S3 always says so; without it, nobody knows whether there is more.
        (None, _) => Err("it does not say whether it is complete".to_owned()),
    }
}

fn some_text(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{next_token, region_of};
    use aws_sdk_s3::types::BucketLocationConstraint as Constraint;

    #[test]
    fn old_names_of_regions_are_understood() {
        assert_eq!(region_of(None), "us-east-1");
        assert_eq!(region_of(Some(&Constraint::from(""))), "us-east-1");
        assert_eq!(region_of(Some(&Constraint::Eu)), "eu-west-1");
        assert_eq!(region_of(Some(&Constraint::EuWest2)), "eu-west-2");
    }

    #[test]
    fn a_truncated_list_needs_a_token() {
        assert_eq!(next_token(Some(false), None), Ok(None));
        assert_eq!(next_token(Some(true), Some("t")), Ok(Some("t".to_owned())));
        assert!(next_token(Some(true), None).is_err());
        assert!(next_token(Some(true), Some("")).is_err());
        assert!(next_token(None, None).is_err());
    }
}
