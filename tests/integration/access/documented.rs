//! Cases from AWS's documentation of how policies are evaluated, each with its page: `tests/fixtures/access/documented.json`.

use std::collections::BTreeSet;
use std::path::Path;

use havenmark::graph::access::Outcome;
use serde::Deserialize;

use super::case::Case;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Documented {
    title: String,
    page: String,
    expect: Expected,
    case: Case,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Expected {
    Allowed,
    Denied,
    Unknown,
}

fn documented() -> Result<Vec<Documented>, Box<dyn std::error::Error>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/access/documented.json");
    Ok(serde_json::from_str(&std::fs::read_to_string(file)?)?)
}

#[test]
fn what_aws_documents_holds() -> Result<(), Box<dyn std::error::Error>> {
    let mut wrong = Vec::new();
    for Documented { title, page, expect, case } in documented()? {
        let verdict = case.load()?.verdict();
        let outcome = match verdict.outcome {
            Outcome::Allowed => Expected::Allowed,
            Outcome::Denied => Expected::Denied,
            Outcome::Unknown => Expected::Unknown,
        };
        if outcome != expect {
            wrong.push(format!("{title}: {outcome:?}, not {expect:?} ({page}): {:?}", verdict.explain()));
        }
        // An answer without a reason helps nobody.
        if verdict.explain().is_empty() {
            wrong.push(format!("{title}: {outcome:?} for no reason"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

#[test]
fn there_are_enough_of_them_and_each_names_its_page() -> Result<(), Box<dyn std::error::Error>> {
    let all = documented()?;
    assert!(all.len() >= 60, "{}", all.len());
    let titles: BTreeSet<&str> = all.iter().map(|d| d.title.as_str()).collect();
    assert_eq!(titles.len(), all.len());
    for one in &all {
        assert!(one.page.starts_with("https://docs.aws.amazon.com/"), "{}", one.title);
    }
    Ok(())
}
