//! Every row of the table against AWS's own description of its API.
//!
//! botocore, which comes with moto, carries the service models that AWS publishes. `tests/model/check.py` reads them and says
//! where a row asks, sends, pages or reads something that is not in them.

use std::error::Error;
use std::io::Write as _;
use std::process::Command;

use havenmark::source::collectors;
use havenmark::source::operations::Body;
use havenmark::source::table::{self, Arn, Ask, KINDS, Kind, Protocol, Sent, Service, Shape, Tags};
use havenmark::source::unread::UNREAD;
use serde_json::{Value, json};

use crate::moto::{Moto, run_in, sound};
use crate::proxy::{Answers, Proxy};

fn sent(value: &Sent) -> Value {
    match value {
        Sent::Text(text) => json!({ "text": text }),
        Sent::Texts(texts) => json!({ "texts": texts }),
        Sent::Number(number) => json!({ "number": number }),
        Sent::Flag(flag) => json!({ "flag": flag }),
        Sent::Account => json!({ "account": true }),
        Sent::Arn => json!({ "arn": true }),
        Sent::Of(path) => json!({ "of": path }),
        Sent::One(path) => json!({ "one": path }),
        Sent::Record(members) => {
            json!({ "record": members.iter().map(|(name, value)| json!([name, sent(value)])).collect::<Vec<_>>() })
        }
        Sent::List(items) => json!({ "list": items.iter().map(sent).collect::<Vec<_>>() }),
    }
}

fn service(of: &Service) -> Value {
    let (protocol, version) = match of.protocol {
        Protocol::Json { version, target } => (json!({ "json": [version, target] }), ""),
        Protocol::Rest => (json!("rest"), ""),
        Protocol::RestXml => (json!("rest xml"), ""),
        Protocol::Query { version } => (json!("query"), version),
        Protocol::Ec2 { version } => (json!("ec2"), version),
    };
    json!({ "name": of.name, "protocol": protocol, "version": version, "host": of.host, "only_in": of.only_in })
}

fn ask(kind: &Kind, ask: &Ask) -> Value {
    let needed: &[&str] = match ask.operation.body {
        Body::Json(members) | Body::JsonOrEmpty(members) | Body::JsonAnyOf(members) => members,
        Body::Items => &["Items"],
        Body::Xml(_) | Body::XmlOrEmpty(_) | Body::Query | Body::Document => &[],
    };
    let root = match ask.operation.body {
        Body::Xml(root) | Body::XmlOrEmpty(root) => root,
        _ => "",
    };
    json!({
        "of": service(kind.service_of(ask)),
        "root": root,
        "service": ask.operation.service,
        "operation": ask.operation.operation,
        "actions": ask.operation.iam_actions,
        "absent": ask.operation.absent_codes,
        "needed": needed,
        "route": [ask.route.0, ask.route.1],
        "sent": ask.sent.iter().map(|(name, value)| json!([name, sent(value)])).collect::<Vec<_>>(),
        "items": ask.items,
        "within": ask.within,
        "paging": ask.paging.map(|paging| [paging.sent, paging.read]),
        "only": ask.only.map(|only| only.members.iter().map(|(path, begins, ends)| [path, begins, ends]).collect::<Vec<_>>()),
    })
}

fn shape(of: &Shape) -> Value {
    match of {
        Shape::Text => json!("text"),
        Shape::Flag => json!("flag"),
        Shape::FlagText => json!("flag text"),
        Shape::Number => json!("number"),
        Shape::NumberText => json!("number text"),
        Shape::Time => json!("time"),
        Shape::Document => json!("document"),
        Shape::List(item) => json!({ "list": shape(item) }),
        Shape::Map(item) => json!({ "map": shape(item) }),
        Shape::Record(members) => {
            json!({ "record": members.iter().map(|(name, path, of)| json!([name, path, shape(of)])).collect::<Vec<_>>() })
        }
    }
}

fn row(kind: &Kind) -> Value {
    let facets = |facets: &[havenmark::source::table::Facet]| -> Vec<Value> {
        facets.iter().map(|f| json!({ "name": f.name, "path": f.path, "shape": shape(&f.shape) })).collect()
    };
    let ask = |of: &Ask| ask(kind, of);
    let tags = match kind.tags {
        Tags::None => Value::Null,
        Tags::Listed(path, key, value) => json!({ "listed": [path, key, value] }),
        Tags::Asked(of, key, value) => json!({ "ask": ask(of), "asked": [key, value] }),
        Tags::Object(of, path) => json!({ "ask": ask(of), "object": path }),
        Tags::Within(of, path, key, value) => json!({ "ask": ask(of), "within": [path, key, value] }),
    };
    json!({
        "kind": kind.kind,
        "service": service(kind.service),
        "under": kind.under.map(|under| under.kind),
        "id": kind.id,
        "arn": match kind.arn { Arn::Member(path) => Some(path), _ => None },
        "list": ask(&kind.list),
        "facets": facets(kind.facets),
        "details": kind.details.iter().map(|d| json!({ "ask": ask(&d.ask), "facets": facets(d.facets) })).collect::<Vec<_>>(),
        "tags": tags,
    })
}

/// The whole table, for what is not written in Rust.
pub(crate) fn rows() -> Value {
    KINDS.iter().map(|kind| row(kind)).collect()
}

/// Runs a script of `tests/model` on the rows.
fn python(script: &str) -> Result<std::process::Output, Box<dyn Error>> {
    let python =
        std::env::var("HAVENMARK_MOTO_PYTHON").map_err(|_| "HAVENMARK_MOTO_PYTHON is not set: run ./scripts/test")?;
    let mut file = tempfile::NamedTempFile::new()?;
    file.write_all(rows().to_string().as_bytes())?;
    Ok(Command::new(python).arg(script).arg(file.path()).current_dir(env!("CARGO_MANIFEST_DIR")).output()?)
}

/// An answer for every operation of the table, in the documented shape.
pub(crate) fn answers() -> Result<Answers, Box<dyn Error>> {
    let made = python("tests/model/answers.py")?;
    if !made.status.success() {
        return Err(String::from_utf8_lossy(&made.stderr).into());
    }
    Ok(serde_json::from_slice(&made.stdout)?)
}

#[test]
fn every_row_is_what_aws_documents() -> Result<(), Box<dyn Error>> {
    let checked = python("tests/model/check.py")?;
    let (said, wrong) = (String::from_utf8_lossy(&checked.stdout), String::from_utf8_lossy(&checked.stderr));
    assert!(checked.status.success(), "{said}{wrong}");
    assert!(said.contains(&format!("{} types", KINDS.len())), "{said}");
    Ok(())
}

/// Names that AWS's models call sensitive and that an audit cannot do without: what a thing is called, and who is in a group.
const KEPT: &[(&str, &str)] = &[
    ("AWS::Bedrock::Guardrail", "name"),
    ("AWS::Cognito::UserPoolClient", "ClientId"),
    ("AWS::Cognito::UserPoolClient", "ClientName"),
    ("AWS::Cognito::UserPoolGroup", "Username"),
    ("AWS::DataZone::", "name"),
    ("AWS::DataZone::GroupProfile", "groupName"),
    ("AWS::IdentityStore::Group", "DisplayName"),
    ("AWS::IdentityStore::User", "UserName"),
    // Whether another directory provisions the user.
    ("AWS::IdentityStore::User", "Issuer"),
    // Where the stream leads; not a key.
    ("AWS::KinesisFirehose::DeliveryStream", "AccountUrl"),
    // Of one name alone.
    ("AWS::SSM::Parameter", "Value"),
    ("AWS::WorkSpacesWeb::", "displayName"),
    ("AWS::WorkSpacesWeb::", "ipRange"),
    ("AWS::WorkSpacesWeb::", "Key"),
    ("AWS::WorkSpacesWeb::", "Value"),
];

/// Through the same client, signed and over HTTP: every operation is asked, every type found, every facet read; and what
/// AWS's models mark as sensitive is not kept.
#[test]
fn every_documented_answer_is_read_and_no_secret_of_it_kept() -> Result<(), Box<dyn Error>> {
    let moto = Moto::start_empty()?;
    let proxy = Proxy::with_answers(moto.address, answers()?)?;
    let (_, memory) = run_in(proxy.url(), &["eu-west-2"])?;
    sound(&memory)?;
    let seen = proxy.take_seen();
    let mut wrong = Vec::new();
    for operation in table::operations().iter().filter(|o| o.operation != "DescribeRegions") {
        if !seen.contains_key(&operation.name()) {
            wrong.push(format!("{} was never asked", operation.name()));
        }
    }
    for kind in KINDS {
        if !memory.documents.iter().any(|document| document.kind == kind.kind) {
            wrong.push(format!("{} has no document", kind.kind));
        }
    }
    for listing in memory.listings.iter().filter(|listing| table::kind(&listing.kind).is_some() && !listing.complete) {
        wrong.push(format!("{}: {}", listing.kind, listing.reason));
    }
    for document in memory.documents.iter().filter(|document| table::kind(&document.kind).is_some()) {
        for (facet, reason) in document.missing.iter().filter(|(_, reason)| !reason.contains("not collected")) {
            wrong.push(format!("{} {facet}: {reason}", document.kind));
        }
        for planted in serde_json::to_string(document)?.split("PLANTED ").skip(1) {
            let member: String = planted.chars().take_while(char::is_ascii_alphanumeric).collect();
            let is_kept = |(kind, name): &(&str, &str)| document.kind.starts_with(kind) && member == *name;
            if !KEPT.iter().any(is_kept) {
                wrong.push(format!("{} keeps {member}, which AWS calls sensitive", document.kind));
            }
        }
    }
    // What was sent about a resource stands in the ledger: its id, and nothing else that is sensitive.
    for call in &memory.calls {
        let said = format!("{:?}{}", call.parameters, call.reason);
        for planted in said.split("PLANTED ").skip(1) {
            let member: String = planted.chars().take_while(char::is_ascii_alphanumeric).collect();
            if !KEPT.iter().any(|(_, name)| member == *name) {
                wrong.push(format!("the ledger keeps {member} in {}", call.name()));
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

/// The catalogue's names of services that IAM calls otherwise.
const PREFIXES: &[(&str, &str)] = &[
    ("accessanalyzer", "access-analyzer"),
    ("efs", "elasticfilesystem"),
    ("elbv2", "elasticloadbalancing"),
    ("resourcegroupstaggingapi", "tag"),
    ("s3control", "s3"),
    ("sso-admin", "sso"),
    ("stepfunctions", "states"),
];

/// `tests/model/api_sources.txt` holds every operation that the catalogue of controls names.
#[test]
fn every_operation_of_the_catalogue_is_read_or_says_why_not() {
    let read: Vec<String> = collectors::rows().iter().map(|r| format!("{}:{}", r.service, r.operation)).collect();
    let unread: Vec<String> = UNREAD.iter().map(|u| format!("{}:{}", u.service, u.operation)).collect();
    let wanted: Vec<String> = include_str!("../model/api_sources.txt")
        .lines()
        .map(|line| {
            // IAM has a prefix of its own for the one operation of S3 that lists directory buckets.
            let line = if line == "s3:ListDirectoryBuckets" { "s3express:ListDirectoryBuckets" } else { line };
            let (service, operation) = line.split_once(':').unwrap_or_default();
            let prefix = PREFIXES.iter().find(|(name, _)| *name == service).map_or(service, |(_, prefix)| prefix);
            format!("{prefix}:{operation}")
        })
        .collect();
    assert!(wanted.len() > 300, "the list of the catalogue is not there");
    let lost: Vec<&String> = wanted.iter().filter(|name| !read.contains(name) && !unread.contains(name)).collect();
    assert!(lost.is_empty(), "neither read nor named as unread: {lost:?}");
    let idle: Vec<&String> = unread.iter().filter(|name| !wanted.contains(name)).collect();
    assert!(idle.is_empty(), "nobody asks for {idle:?}");
}

/// What a listing leaves out is not asked about with nothing in its place.
#[test]
fn without_what_it_needs_an_operation_is_not_asked() -> Result<(), Box<dyn Error>> {
    let moto = Moto::start_empty()?;
    let mut answers = answers()?;
    let listed = answers.get_mut("ecr:DescribeRepositories").ok_or("no such answer")?;
    *listed = listed.replace("\"repositoryArn\"", "\"another\"");
    let proxy = Proxy::with_answers(moto.address, answers)?;
    let (_, memory) = run_in(proxy.url(), &["eu-west-2"])?;
    sound(&memory)?;
    let repository = memory.documents.iter().find(|d| d.kind == "AWS::ECR::Repository").ok_or("it has no document")?;
    let reason = repository.missing.get("tags").ok_or("its tags are there")?;
    assert_eq!(reason, "ecr:ListTagsForResource was not asked: its listing does not say repositoryArn");
    assert!(!proxy.take_seen().contains_key("ecr:ListTagsForResource"));
    Ok(())
}

/// An operation that describes several at once leaves out what it does not know: of that, nothing is empty.
#[test]
fn what_a_batch_leaves_out_is_not_described() -> Result<(), Box<dyn Error>> {
    let moto = Moto::start_empty()?;
    let mut answers = answers()?;
    answers.insert("codebuild:BatchGetProjects".to_owned(), r#"{"projects":[],"projectsNotFound":["x"]}"#.to_owned());
    let proxy = Proxy::with_answers(moto.address, answers)?;
    let (_, memory) = run_in(proxy.url(), &["eu-west-2"])?;
    sound(&memory)?;
    let project = memory.documents.iter().find(|d| d.kind == "AWS::CodeBuild::Project").ok_or("it has no document")?;
    assert!(project.tags.is_none() && project.missing.contains_key("tags"), "{:?}", project.tags);
    assert!(project.properties.is_empty() && project.observed.is_empty(), "{project:?}");
    Ok(())
}

/// A list that says that it left something out is not the whole list, whether or not a token came with it.
#[test]
fn a_list_that_left_something_out_is_not_whole() -> Result<(), Box<dyn Error>> {
    let moto = Moto::start_empty()?;
    let mut answers = answers()?;
    let streams = answers.get_mut("firehose:ListDeliveryStreams").ok_or("no such answer")?;
    *streams = streams.replacen('{', r#"{"HasMoreDeliveryStreams":true,"#, 1);
    let routes = answers.get_mut("ec2:SearchTransitGatewayRoutes").ok_or("no such answer")?;
    let end = "</SearchTransitGatewayRoutesResponse>";
    *routes = routes.replace(end, &format!("<additionalRoutesAvailable>true</additionalRoutesAvailable>{end}"));
    let proxy = Proxy::with_answers(moto.address, answers)?;
    let (_, memory) = run_in(proxy.url(), &["eu-west-2"])?;
    sound(&memory)?;
    let streams = memory.listings.iter().find(|l| l.kind == "AWS::KinesisFirehose::DeliveryStream").ok_or("lost")?;
    assert!(!streams.complete && streams.reason.contains("not all that there is"), "{streams:?}");
    let table = memory.documents.iter().find(|d| d.kind == "AWS::EC2::TransitGatewayRouteTable").ok_or("no table")?;
    assert!(table.missing.values().any(|reason| reason.contains("not all that there is")), "{:?}", table.missing);
    Ok(())
}
