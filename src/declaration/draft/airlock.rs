//! `[airlock]`: the stages by role tags, what may be one by its name, and the table of requests.
//!
//! May import: nothing of this crate but this module's own parts. Guarantees: a stage is written only where a tag says so;
//! the paths that data may take are a promise and are never guessed.

use super::survey::Survey;
use super::{Member, Table, shown};
use crate::declaration::words;

/// `[airlock]`.
pub(super) fn table(survey: &Survey) -> Table {
    let mut stages = [
        Member::many("ingress", words::store, "[\"s3:tre-ingress\"]  # where data arrives"),
        Member::many(
            "request",
            words::store,
            "[\"s3:tre-egress-request\"]  # where researchers write what they ask to take out",
        ),
        Member::many("review", words::store, "[\"s3:tre-egress-review\"]  # where output checkers read"),
        Member::many("outbound", words::store, "[\"s3:tre-egress-outbound\"]  # what has been released"),
        Member::many("rejected", words::store, "[\"s3:tre-egress-rejected\"]  # what has been refused"),
    ];
    for thing in survey.things() {
        let (Some(sign), Some(store)) = (thing.role(), thing.name.store()) else { continue };
        if let Some(member) = stages.iter_mut().find(|m| m.name == sign.value) {
            member.guess(&store, &format!("{} of {}", sign.words(), thing.name.shown()));
        }
    }
    let tagged: Vec<String> = stages.iter().flat_map(|m| &m.guesses).map(|g| g.value.clone()).collect();
    for (bucket, account) in &survey.buckets {
        let words = super::personas::words_of(bucket);
        let airlock = words.iter().any(|w| ["airlock", "egress", "ingress"].contains(&w.as_str()));
        let stage = stages.iter_mut().find(|m| words.iter().any(|w| w == m.name));
        let reference = format!("s3:{bucket}");
        if let (true, Some(member), false) = (airlock, stage, tagged.contains(&reference)) {
            member.offer(
                &reference,
                &format!("name of the bucket in account {}, which no tag tre:role marks", shown(account)),
            );
        }
    }
    let mut members = Vec::from(stages);
    members.push(records(survey));
    members.push(Member::asked(
        "paths",
        "[[\"ingress\", \"store\"], [\"request\", \"review\"], [\"review\", \"outbound\"]]  # moves that are allowed",
    ));
    members.push(Member::asked("scanner", "\"tre-scan\"  # functions that scan what arrives"));
    Table { path: "airlock", about: vec!["The stages through which data enters and leaves.".to_owned()], members }
}

/// The table of requests, by its name: written where there is but one.
fn records(survey: &Survey) -> Member {
    let mut member = Member::one("records", words::table, "\"dynamodb:tre-egress-requests\"  # the table of requests");
    let named: Vec<&(String, String)> = survey.tables.iter().filter(|(table, _)| is_records(table)).collect();
    for (table, account) in &named {
        let reference = format!("dynamodb:{table}");
        let source = format!("name of the table in account {}", shown(account));
        if named.len() == 1 {
            member.guess(&reference, &source);
        } else {
            member.offer(&reference, &format!("{source}; which one is it?"));
        }
    }
    member
}

fn is_records(table: &str) -> bool {
    let words = super::personas::words_of(table);
    let has = |all: &[&str]| words.iter().any(|w| all.contains(&w.as_str()));
    has(&["airlock", "egress", "sde", "tre"]) && has(&["request", "requests"])
}
