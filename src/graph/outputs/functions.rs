//! Functions of the airlock and of transfers: which they are, who shares their role, and until when their runtime lives.
//!
//! May import: `model`, `graph`. Guarantees: a function is not one of the airlock's only where its tags, its role's personas
//! and the declared scanners were read; a runtime that the dated list does not know is not known.

use serde_json::{Value, json};

use super::scans::is_scanner;
use crate::graph::Surroundings;
use crate::graph::certain::researchers_let_in;
use crate::graph::iam::Found;
use crate::graph::membership::{derived, role_name};
use crate::graph::organizations::{known, text};
use crate::graph::persona;
use crate::graph::purpose::{STAGES, role_tag};
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

const KIND: &str = "AWS::Lambda::Function";
const RUNTIMES: &str = include_str!("runtimes.txt");

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    match is_airlocks(document, around) {
        Ok(is) => entity.set("isAirlockFunction", json!(is), derived(document, &["tags", "Role"])),
        Err(why) => entity.withhold("isAirlockFunction", why),
    }
    open_urls(entity, document);
    sharers(entity, document, around);
    match supported_until(document) {
        Ok(day) => {
            entity.set("runtimeSupportedUntil", json!(format!("{day}T23:59:59Z")), derived(document, &["Runtime"]));
        }
        Err(why) => entity.withhold("runtimeSupportedUntil", why),
    }
    let asked = [("lambda:InvokeFunction", document.id.as_str()), ("lambda:InvokeFunctionUrl", document.id.as_str())];
    let found = researchers_let_in(document, "Policy", &asked, around);
    if !found.is_empty() {
        entity.set("researchInvokers", json!(found), derived(document, &["Policy"]));
    }
}

/// By the role tag, by a persona that its execution role is, or as a declared scanner.
fn is_airlocks(document: &ResourceDocument, around: &Surroundings<'_>) -> Result<bool, String> {
    let tagged = role_tag(document, around.declared).map(|tag| {
        let others = ["release", "transfer"];
        tag.is_some_and(|tag| STAGES.iter().chain(&others).any(|known| known.eq_ignore_ascii_case(tag)))
    });
    let by_role = text(document, "Role").and_then(|arn| {
        let (_, name, path) = role_name(arn).ok_or_else(|| format!("{arn} is no role"))?;
        persona::of_role(around.declared, name, path.as_deref().unwrap_or("/")).any_of(&["ingest", "release"])
    });
    let scanner = is_scanner(&document.id, around);
    let all = [tagged, by_role, scanner];
    if all.contains(&Ok(true)) {
        return Ok(true);
    }
    all.into_iter().try_fold(false, |_, one| one)
}

fn open_urls(entity: &mut Entity, document: &ResourceDocument) {
    let mut found = Found::default();
    match known(document, "FunctionUrls").map(Value::as_array) {
        Ok(Some(urls)) => {
            for url in urls {
                if url.get("AuthType").and_then(Value::as_str) != Some("AWS_IAM") {
                    found.add(url.get("FunctionArn").and_then(Value::as_str).unwrap_or("a URL"));
                }
            }
        }
        Ok(None) => found.doubt("FunctionUrls is no list"),
        Err(why) => found.doubt(why),
    }
    found.put(entity, "openUrls", &derived(document, &["FunctionUrls"]));
}

/// Other functions of the account that have its role.
fn sharers(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let mut found = Found::default();
    if let Err(why) = around.estate.listings().listed(KIND, &document.account) {
        found.doubt(why);
    }
    let mine = text(document, "Role");
    if let Err(why) = &mine {
        found.doubt(why);
    }
    for other in around.of_type(KIND).filter(|other| other.id != document.id) {
        match text(other, "Role") {
            Ok(role) if mine == Ok(role) => found.add(other.name()),
            Ok(_) => {}
            Err(why) => found.doubt(why),
        }
    }
    found.put(entity, "functionsOfItsRole", &derived(document, &["Role"]));
}

/// The last day of a runtime's support.
fn supported_until(document: &ResourceDocument) -> Result<&'static str, String> {
    let runtime = text(document, "Runtime")?;
    if runtime.is_empty() {
        return Err("what a container image runs is not read".to_owned());
    }
    let mut lines = RUNTIMES.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' '));
    let found = lines.find(|(name, _)| *name == runtime).map(|(_, day)| day);
    found.ok_or_else(|| format!("until when AWS supports {runtime} is not in the list"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::AsOf;

    #[test]
    fn the_list_is_sorted_and_every_day_is_one() {
        let lines: Vec<&str> = RUNTIMES.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(lines.windows(2).all(|pair| pair[0] < pair[1]));
        for line in lines {
            let (_, day) = line.split_once(' ').unwrap();
            assert!(format!("{day}T23:59:59Z").parse::<AsOf>().is_ok(), "{line}");
        }
    }
}
