//! Whether the cases hold the policies: every change of a policy has to make one of its control's cases fail.
//!
//! `cargo run --example mutants -- SET-LOG-03` says it of one control, without a build.

use std::collections::BTreeSet;

use havenmark::catalogue::Catalogue;
use havenmark::policy::Judge;
use rayon::prelude::*;

use crate::cases::case_files;

#[path = "../../examples/mutants/mutate.rs"]
mod mutate;

/// Of a hundred mutants, how many the cases have to notice.
const NOTICED: usize = 95;

/// Changes that no state can show: the mutant, and why it means the same.
const EQUIVALENT: [(&str, &str); 3] = [
    (
        "DAT-STO-05: deleted: resource.defaultEncryption has customerKey",
        "without a key there is no project of a key either",
    ),
    (
        "PRJ-REG-02.applies: deleted: resource is AWS::IAM::Role",
        "it judges buckets and roles alone, and buckets went before",
    ),
    ("SET-ORG-01: deleted: resource.treAccount", "where it applies to another account, that is a stranger in the unit"),
];

#[test]
fn a_changed_policy_fails_a_case() {
    let catalogue = Catalogue::built_in().unwrap();
    let judge = Judge::compile(&catalogue).unwrap();
    let files = case_files().unwrap();
    let results: Vec<(usize, Vec<String>)> = files
        .par_iter()
        .map(|(id, file)| {
            let control = catalogue.control(id).unwrap();
            let all = mutate::mutants(&judge.policy_text(id)).unwrap();
            let alive = mutate::survivors(&catalogue, &judge, control, file, &all);
            (all.len(), alive.unwrap_or_else(|e| panic!("{id}: {e}")))
        })
        .collect();
    let total: usize = results.iter().map(|(count, _)| count).sum();
    let alive: BTreeSet<&str> = results.iter().flat_map(|(_, alive)| alive.iter().map(String::as_str)).collect();
    let equivalent: BTreeSet<&str> = EQUIVALENT.iter().map(|(what, _)| *what).collect();
    let stale: Vec<&&str> = equivalent.difference(&alive).collect();
    assert!(stale.is_empty(), "take these out of EQUIVALENT, for a case notices them: {stale:?}");
    let unnoticed: Vec<&str> = alive.difference(&equivalent).copied().collect();
    assert!(total > catalogue.controls.len() * 3, "only {total} mutants were made");
    assert!(
        unnoticed.len() * 100 <= total * (100 - NOTICED),
        "{} of {total} changes make no case fail; write a near miss for each:\n{}",
        unnoticed.len(),
        unnoticed.join("\n")
    );
}

/// The mutants of a clause that has every operator, by hand.
#[test]
fn every_operand_is_deleted_and_negated_once() {
    let clause =
        "!resource.a && (resource.b == 1 || !(resource.c && resource.d)) && (if resource.e then resource.f else true)";
    let policy = format!("@id(\"X\")\npermit (principal, action, resource) when {{ {clause} }};");
    let made = mutate::mutants(&policy).unwrap();
    let whats: Vec<&str> = made.iter().map(|m| m.what.as_str()).collect();
    let expected = [
        "X: deleted: !resource.a",
        "X: negated: !resource.a",
        "X: deleted: (resource.b == 1) || (!(resource.c && resource.d))",
        "X: negated: (resource.b == 1) || (!(resource.c && resource.d))",
        "X: deleted: resource.b == 1",
        "X: negated: resource.b == 1",
        "X: deleted: !(resource.c && resource.d)",
        "X: negated: !(resource.c && resource.d)",
        "X: deleted: resource.c",
        "X: negated: resource.c",
        "X: deleted: resource.d",
        "X: negated: resource.d",
        "X: deleted: if resource.e then resource.f else true",
        "X: negated: if resource.e then resource.f else true",
        "X: negated: resource.e",
        "X: negated: resource.f",
        "X: negated: true",
    ];
    assert_eq!(whats, expected);
    let texts: BTreeSet<&str> = made.iter().map(|m| m.text.as_str()).collect();
    assert_eq!(texts.len(), made.len(), "two changes are the same");
    // A clause of one condition is deleted by holding always.
    let one = mutate::mutants("@id(\"X\") permit (principal, action, resource) when { resource.a };").unwrap();
    assert_eq!(one.len(), 2);
    assert!(one[0].text.contains("true") && one[1].text.contains("!resource.a"), "{one:?}");
}
