//! A loopback AWS of many accounts, so that the memory of a whole collection can be measured.
//!
//!     cargo run --release --example fleet -- 1000 &
//!     /usr/bin/time -v havenmark collect -o SNAPSHOT --role Havenmark --endpoint-url http://127.0.0.1:4600 --region …
//!
//! Every account holds one resource of each type of the table in the first Region that is asked about, and none in the
//! others. It answers what the collectors ask, checks no signature, and knows an account by the access key that
//! `sts:AssumeRole` gave out. It prints the command and ends with the process that started it, or after four hours.

mod answers;

#[path = "../../tests/integration/proxy.rs"]
#[expect(dead_code, reason = "of the proxy of the tests only what reads a request is used")]
mod proxy;

use std::error::Error;
use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use proxy::Request;

const PORT: u16 = 4600;
/// The Regions that every account has enabled without asking, as of November 2026
/// (<https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html>).
const REGIONS: [&str; 17] = [
    "eu-west-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];
const LONGEST: Duration = Duration::from_hours(4);
const OWN: u64 = 100_000_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    let accounts: u64 = std::env::args().nth(1).ok_or("usage: fleet ACCOUNTS")?.parse()?;
    let answers = Arc::new(answers::answers());
    let listener = TcpListener::bind(("127.0.0.1", PORT))?;
    writeln!(
        std::io::stdout(),
        "havenmark collect -o SNAPSHOT --role Havenmark --endpoint-url http://127.0.0.1:{PORT} --region {}",
        REGIONS.join(" --region ")
    )?;
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answers = Arc::clone(&answers);
            std::thread::spawn(move || {
                // A client that goes away is no failure.
                let _ = serve(stream, &answers, accounts);
            });
        }
    });
    std::thread::sleep(LONGEST);
    Ok(())
}

fn serve(mut stream: TcpStream, answers: &answers::Answers, accounts: u64) -> Result<(), Box<dyn Error>> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_mins(5)))?;
    loop {
        let request = Request::read(&mut stream)?;
        let scope =
            request.header("authorization").and_then(|text| text.split("Credential=").nth(1)).unwrap_or_default();
        let mut scope = scope.split('/');
        let account =
            scope.next().and_then(|key| key.strip_prefix("ASIA")).and_then(|id| id.parse().ok()).unwrap_or(OWN);
        let region = scope.nth(1).unwrap_or_default();
        let operation = request.operation();
        let of_table = if region == REGIONS[0] || !answers.empty.contains_key(&operation) {
            answers.full.get(&operation)
        } else {
            answers.empty.get(&operation)
        };
        let (status, body) = match of_table {
            Some(body) => (200, body.clone()),
            None => typed(&operation, &String::from_utf8_lossy(&request.body), account, accounts),
        };
        let kind = if body.starts_with('<') { "text/xml" } else { "application/x-amz-json-1.1" };
        let head = format!(
            "HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nx-amzn-RequestId: fleet\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(format!("{head}{body}").as_bytes())?;
    }
}

/// What the services with a typed client are asked: who the caller is, the organisation, and lists of nothing.
fn typed(operation: &str, body: &str, account: u64, accounts: u64) -> (u16, String) {
    let query =
        |name: &str, inner: &str| format!("<{name}Response><{name}Result>{inner}</{name}Result></{name}Response>");
    let own = account == OWN;
    let said = match operation {
        "sts:GetCallerIdentity" => query(
            "GetCallerIdentity",
            &format!("<Arn>arn:aws:iam::{account:012}:role/Havenmark</Arn><UserId>x</UserId><Account>{account:012}</Account>"),
        ),
        "sts:AssumeRole" => {
            let of = body.split("arn%3Aaws%3Aiam%3A%3A").nth(1).and_then(|arn| arn.get(..12)).unwrap_or_default();
            query(
                "AssumeRole",
                &format!(
                    "<Credentials><AccessKeyId>ASIA{of}</AccessKeyId><SecretAccessKey>x</SecretAccessKey>\
                     <SessionToken>x</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>\
                     <AssumedRoleUser><AssumedRoleId>x:x</AssumedRoleId>\
                     <Arn>arn:aws:sts::{of}:assumed-role/Havenmark/x</Arn></AssumedRoleUser>"
                ),
            )
        }
        "organizations:DescribeOrganization" if own => format!(
            r#"{{"Organization":{{"Id":"o-fleet","Arn":"arn:aws:organizations::{OWN}:organization/o-fleet","FeatureSet":"ALL","MasterAccountId":"{OWN}","MasterAccountArn":"arn:aws:organizations::{OWN}:account/o-fleet/{OWN}"}}}}"#
        ),
        "organizations:ListRoots" if own => {
            r#"{"Roots":[{"Id":"r-1","Arn":"arn:aws:organizations::1:root/o-fleet/r-1","Name":"Root","PolicyTypes":[]}]}"#.to_owned()
        }
        "organizations:ListOrganizationalUnitsForParent" if own => r#"{"OrganizationalUnits":[]}"#.to_owned(),
        "organizations:ListAccountsForParent" if own => {
            let all: Vec<String> = (0..accounts)
                .map(|number| {
                    let id = OWN + number;
                    format!(
                        r#"{{"Id":"{id}","Arn":"arn:aws:organizations::{OWN}:account/o-fleet/{id}","Name":"a{number}","Status":"ACTIVE","State":"ACTIVE","JoinedMethod":"CREATED","JoinedTimestamp":1780000000}}"#
                    )
                })
                .collect();
            format!(r#"{{"Accounts":[{}]}}"#, all.join(","))
        }
        "organizations:ListPolicies" if own => r#"{"Policies":[]}"#.to_owned(),
        "organizations:ListTagsForResource" if own => r#"{"Tags":[]}"#.to_owned(),
        "organizations:ListDelegatedAdministrators" if own => r#"{"DelegatedAdministrators":[]}"#.to_owned(),
        "organizations:ListAWSServiceAccessForOrganization" if own => r#"{"EnabledServicePrincipals":[]}"#.to_owned(),
        "organizations:DescribeOrganization" => {
            return (400, r#"{"__type":"AWSOrganizationsNotInUseException","message":"none"}"#.to_owned());
        }
        "config:DescribeConfigurationRecorders" => r#"{"ConfigurationRecorders":[]}"#.to_owned(),
        "config:DescribeConfigurationRecorderStatus" => r#"{"ConfigurationRecordersStatus":[]}"#.to_owned(),
        "config:DescribeDeliveryChannels" => r#"{"DeliveryChannels":[]}"#.to_owned(),
        "config:DescribeConfigRules" => r#"{"ConfigRules":[]}"#.to_owned(),
        "config:DescribeConfigurationAggregators" => r#"{"ConfigurationAggregators":[]}"#.to_owned(),
        "cloudtrail:DescribeTrails" => r#"{"trailList":[]}"#.to_owned(),
        "s3:ListBuckets" => "<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>".to_owned(),
        "s3control:ListAccessPoints" => "<ListAccessPointsResult><AccessPointList/></ListAccessPointsResult>".to_owned(),
        "iam:GetAccountAuthorizationDetails" => query("GetAccountAuthorizationDetails", "<IsTruncated>false</IsTruncated>"),
        "iam:ListRoles" => query("ListRoles", "<IsTruncated>false</IsTruncated><Roles/>"),
        "iam:ListVirtualMFADevices" => query("ListVirtualMFADevices", "<IsTruncated>false</IsTruncated><VirtualMFADevices/>"),
        "iam:ListSAMLProviders" => query("ListSAMLProviders", "<SAMLProviderList/>"),
        "iam:ListOpenIDConnectProviders" => query("ListOpenIDConnectProviders", "<OpenIDConnectProviderList/>"),
        _ if operation.starts_with("organizations:") || operation.starts_with("config:") => {
            return (400, r#"{"__type":"AccessDeniedException","message":"no"}"#.to_owned());
        }
        _ => return (403, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>".to_owned()),
    };
    (200, said)
}
