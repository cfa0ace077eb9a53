//! S3 Control: the account's public access block, and access points.
//!
//! May import: `model`, `source`. Guarantees: access points are listed Region by Region; an access point whose details
//! were denied still has a document, with what the listing said of it.

use aws_sdk_s3control::operation::get_access_point::GetAccessPointOutput;
use aws_sdk_s3control::types::{AccessPoint, PublicAccessBlockConfiguration};
use futures_util::StreamExt as _;
use serde_json::Value;

use crate::model::call::CallId;
use crate::source::json::policy;
use crate::source::operations as table;

use super::draft::{Answer, Facet, Place, object, some, time};
use super::session::{Question, Session};

const KIND: &str = "AWS::S3::AccessPoint";

/// The account-level public access block, a facet of `AWS::Account`.
pub(super) async fn account_block(session: &Session<'_>) -> Facet {
    let client = session.clients.s3control(session.clients.primary());
    let account = session.account.as_str();
    let answer = session
        .ask(
            Question::new(&table::S3CONTROL_GET_PUBLIC_ACCESS_BLOCK, "global", &[("AccountId", account)]),
            |recorder| client.get_public_access_block().account_id(account).customize().interceptor(recorder).send(),
            |output| {
                let block = output.public_access_block_configuration().ok_or("it has no configuration")?;
                Ok(public_access_block(block))
            },
        )
        .await;
    Facet { place: Place::Observed, name: "PublicAccessBlockConfiguration", empty: object([]), answer }
}

/// Collects the access points of one Region.
pub(super) async fn access_points(session: &Session<'_>, region: &str) {
    let client = session.clients.s3control(region);
    let account = session.account.as_str();
    let pages = session
        .pages(
            Question::new(&table::S3CONTROL_LIST_ACCESS_POINTS, region, &[("AccountId", account)]),
            |recorder, token| {
                client
                    .list_access_points()
                    .account_id(account)
                    .set_next_token(token)
                    .customize()
                    .interceptor(recorder)
                    .send()
            },
            |output| {
                if output.access_point_list().iter().any(|point| point.name().is_empty()) {
                    return Err("an access point has no name".to_owned());
                }
                Ok(output.next_token().map(str::to_owned))
            },
        )
        .await;
    let all: Vec<_> = pages
        .answered
        .iter()
        .flat_map(|(output, call)| output.access_point_list().iter().map(move |point| (point, call)))
        .collect();
    futures_util::stream::iter(all)
        .for_each_concurrent(session.concurrency, |(point, call)| document(session, point, region, call))
        .await;
    session.listing(KIND, region, pages.calls, pages.gap);
}

async fn document(session: &Session<'_>, point: &AccessPoint, region: &str, call: &CallId) {
    let client = session.clients.s3control(region);
    let account = session.account.as_str();
    let name = point.name();
    let arn = point
        .access_point_arn()
        .map_or_else(|| format!("arn:{}:s3:{region}:{account}:accesspoint/{name}", session.partition), str::to_owned);
    let parameters = [("AccountId", account), ("Name", name)];
    let (details, policy_document) = tokio::join!(
        session.ask(
            Question::new(&table::S3CONTROL_GET_ACCESS_POINT, region, &parameters),
            |recorder| {
                client.get_access_point().account_id(account).name(name).customize().interceptor(recorder).send()
            },
            details,
        ),
        session.ask(
            Question::new(&table::S3CONTROL_GET_ACCESS_POINT_POLICY, region, &parameters),
            |recorder| {
                client.get_access_point_policy().account_id(account).name(name).customize().interceptor(recorder).send()
            },
            |output| policy(output.policy().ok_or("it has no policy")?).map_err(|error| error.to_string()),
        ),
    );
    let by = "s3:ListAccessPoints";
    let at = arn.split(':').nth(3).filter(|part| !part.is_empty()).unwrap_or(region);
    let mut draft = session.draft(KIND, &arn, Some(&arn), at);
    draft.property("Name", name, call);
    let bucket = Some(point.bucket()).filter(|bucket| !bucket.is_empty());
    draft.listed(Place::Property, "Bucket", some(bucket), call, by);
    draft.listed(Place::Property, "BucketAccountId", some(point.bucket_account_id()), call, by);
    let vpc =
        point.vpc_configuration().map_or_else(|| object([]), |vpc| object([("VpcId", Some(vpc.vpc_id().into()))]));
    draft.property("VpcConfiguration", vpc, call);
    draft.observed("NetworkOrigin", point.network_origin().as_str(), call);
    let (block, created) = match details {
        Answer::Present { value: (block, created), call } => {
            (Answer::Present { value: block, call: call.clone() }, Answer::Present { value: created, call })
        }
        Answer::Absent { call } => (Answer::Absent { call: call.clone() }, Answer::Absent { call }),
        Answer::Missing { call, reason } => {
            (Answer::Missing { call: call.clone(), reason: reason.clone() }, Answer::Missing { call, reason })
        }
    };
    draft.fill(Place::Property, "PublicAccessBlockConfiguration", object([]), block);
    draft.fill(Place::Observed, "CreationDate", Value::Null, created);
    draft.fill(Place::Property, "Policy", object([]), policy_document);
    draft.tags_not_collected();
    session.document(draft);
}

// Normalisers.

/// Public access block and creation date. AWS always returns both; an answer without the block would look like one that
/// blocks nothing, so it is none.
#[expect(clippy::needless_pass_by_value, reason = "the shape of a reader of `Session::ask`")]
fn details(output: GetAccessPointOutput) -> Result<(Value, Value), String> {
    let block = output.public_access_block_configuration().ok_or("it has no public access block")?;
    let created = time(output.creation_date()).ok_or("it has no creation date")?;
    Ok((public_access_block(block), created))
}

fn public_access_block(block: &PublicAccessBlockConfiguration) -> Value {
    object([
        ("BlockPublicAcls", some(block.block_public_acls())),
        ("BlockPublicPolicy", some(block.block_public_policy())),
        ("IgnorePublicAcls", some(block.ignore_public_acls())),
        ("RestrictPublicBuckets", some(block.restrict_public_buckets())),
    ])
}

#[cfg(test)]
mod tests {
    use super::{details, public_access_block};
    use aws_sdk_s3control::operation::get_access_point::GetAccessPointOutput;
    use aws_sdk_s3control::types::PublicAccessBlockConfiguration;
    use aws_smithy_types::DateTime;
    use serde_json::json;

    #[test]
    fn a_block_keeps_only_what_aws_said() {
        let block =
            PublicAccessBlockConfiguration::builder().block_public_acls(true).block_public_policy(false).build();
        assert_eq!(public_access_block(&block), json!({ "BlockPublicAcls": true, "BlockPublicPolicy": false }));
    }

    #[test]
    fn details_without_a_block_are_none() {
        let output = GetAccessPointOutput::builder().creation_date(DateTime::from_secs(0));
        assert!(details(output.clone().build()).is_err());
        let block = PublicAccessBlockConfiguration::builder().build();
        assert!(details(output.public_access_block_configuration(block).build()).is_ok());
    }
}
