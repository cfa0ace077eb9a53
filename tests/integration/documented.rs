//! Every row of the table against AWS's own description of its API.
//!
//! botocore, which comes with moto, carries the service models that AWS publishes. `tests/model/check.py` reads them and says
//! where a row asks, sends, pages or reads something that is not in them.

use std::error::Error;
use std::io::Write as _;
use std::process::Command;

use havenmark::source::operations::Body;
use havenmark::source::table::{Arn, Ask, KINDS, Kind, Protocol, Sent, Shape, Tags};
use serde_json::{Value, json};

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
    }
}

fn ask(ask: &Ask) -> Value {
    let needed: &[&str] = match ask.operation.body {
        Body::Json(members) | Body::JsonOrEmpty(members) => members,
        Body::Xml(_) | Body::Query | Body::Document => &[],
    };
    json!({
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
    let (protocol, version) = match kind.service.protocol {
        Protocol::Json { version, target } => (json!({ "json": [version, target] }), ""),
        Protocol::Rest => (json!("rest"), ""),
        Protocol::Query { version } => (json!("query"), version),
        Protocol::Ec2 { version } => (json!("ec2"), version),
    };
    let tags = match kind.tags {
        Tags::None => Value::Null,
        Tags::Listed(path, key, value) => json!({ "listed": [path, key, value] }),
        Tags::Asked(of, key, value) => json!({ "ask": ask(of), "asked": [key, value] }),
        Tags::Object(of, path) => json!({ "ask": ask(of), "object": path }),
        Tags::Within(of, path, key, value) => json!({ "ask": ask(of), "within": [path, key, value] }),
    };
    json!({
        "kind": kind.kind,
        "service": {
            "name": kind.service.name, "protocol": protocol, "version": version, "host": kind.service.host,
            "only_in": kind.service.only_in,
        },
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

#[test]
fn every_row_is_what_aws_documents() -> Result<(), Box<dyn Error>> {
    let python =
        std::env::var("HAVENMARK_MOTO_PYTHON").map_err(|_| "HAVENMARK_MOTO_PYTHON is not set: run ./scripts/test")?;
    let mut file = tempfile::NamedTempFile::new()?;
    file.write_all(rows().to_string().as_bytes())?;
    let checked = Command::new(python)
        .arg("tests/model/check.py")
        .arg(file.path())
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()?;
    let (said, wrong) = (String::from_utf8_lossy(&checked.stdout), String::from_utf8_lossy(&checked.stderr));
    assert!(checked.status.success(), "{said}{wrong}");
    assert!(said.contains(&format!("{} types", KINDS.len())), "{said}");
    Ok(())
}
