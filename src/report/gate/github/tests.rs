//! Annotations are read back as the runner reads them, and the summary as a table of GitHub's Markdown.

use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

use super::{SUMMARY, entities, write, write_summary, write_summary_within};
use crate::model::checked::Checked;
use crate::model::id::Severity;
use crate::model::verdict::Outcome;
use crate::report::gate::sample::{PLAN, example, hostile, hostile_texts, place, verdict, with_controls};

fn annotations(checked: &Checked, new_only: bool) -> String {
    let mut bytes = Vec::new();
    write(checked, new_only, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn summary(checked: &Checked) -> String {
    let mut bytes = Vec::new();
    write_summary(checked, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Many of a kind.
fn many(n: usize, outcome: Outcome, reason: &str) -> Checked {
    let mut checked = example();
    checked.verdicts =
        (0..n).map(|n| verdict("DAT-STO-01", outcome, place(PLAN, 0, 0), &format!("b{n}"), reason)).collect();
    with_controls(&mut checked);
    checked
}

#[test]
fn the_annotations_of_the_example() {
    insta::assert_snapshot!(annotations(&example(), false));
}

#[test]
fn the_summary_of_the_example() {
    insta::assert_snapshot!(summary(&example()));
}

#[test]
fn at_most_ten_of_a_kind_the_worst_first_and_the_rest_is_counted() {
    let mut checked = many(14, Outcome::NotMet, "public");
    checked.verdicts.extend(many(1_013, Outcome::NotAssessed, "unknown").verdicts);
    for one in checked.verdicts.iter_mut().take(13) {
        one.severity = Severity::Low;
    }
    let text = annotations(&checked, false);
    let of = |command: &str| text.lines().filter(|line| line.starts_with(command)).count();
    assert_eq!([of("::error "), of("::warning "), of("::notice ")], [10, 10, 1]);
    assert!(text.starts_with("::error file=plan.json,title=DAT-STO-01 Buckets refuse public access (critical)::b13: "));
    assert!(text.contains("4 more not met, 1,003 more not assessed, 1 part not judged, 1 exception unused"));
}

#[test]
fn what_is_known_comes_last_or_not_at_all() {
    let mut checked = example();
    checked.verdicts[0].known = true;
    let first = |new_only| annotations(&checked, new_only).lines().next().unwrap().contains("aws_instance.gate");
    assert!(first(false) && annotations(&checked, false).contains("RawBucket"));
    assert!(first(true) && !annotations(&checked, true).contains("RawBucket"));
}

#[test]
fn signs_of_a_command_are_escaped() {
    let mut checked = example();
    checked.verdicts[0].location.file = "a,b:c%.yaml".into();
    checked.verdicts[0].verdict.reason = "100% of it\r\n::error::owned".into();
    let text = annotations(&checked, false);
    assert!(text.starts_with("::error file=a%2Cb%3Ac%25.yaml,line=4,col=3,"));
    assert!(text.contains("100%25 of it\\u{d}\\u{a}::error::owned"));
}

#[test]
fn a_summary_too_long_is_cut_between_rows_and_says_so() {
    let text = summary(&many(20_000, Outcome::NotMet, &"|".repeat(500)));
    assert!(text.len() < 1_048_576 && text.len() > SUMMARY - 4_000, "{}", text.len());
    assert!(text.contains(" rows more: a step summary takes no more text."));
    let mut bytes = Vec::new();
    write_summary_within(&example(), 0, &mut bytes).unwrap();
    assert!(String::from_utf8(bytes).unwrap().contains("\n2 rows more: "));
}

#[test]
fn nothing_of_markdown_or_html_is_left_in_a_name() {
    assert_eq!(entities("a|b`<i>@x"), "a&#124;b&#96;&#60;i&#62;&#64;x");
    assert_eq!(entities("www.example https://x"), "www&#46;example https&#58;//x");
}

proptest! {
    #[test]
    fn no_name_is_a_command_of_its_own(text in hostile_texts()) {
        let lines = annotations(&hostile(&text), false);
        prop_assert_eq!(lines.lines().count(), 5);
        for line in lines.lines() {
            let (head, _) = line[2..].split_once("::").unwrap();
            let properties = head.split_once(' ').unwrap().1;
            let allowed = ["file", "line", "col", "title"];
            prop_assert!(properties.split(',').all(|one| allowed.contains(&one.split('=').next().unwrap())), "{}", line);
        }
    }

    #[test]
    fn no_name_leaves_its_cell(text in hostile_texts()) {
        let page = summary(&hostile(&text));
        prop_assert!(!page.contains(['`', '@', '\u{1b}', '\u{202e}']), "{}", page);
        for row in page.lines().filter(|line| line.starts_with('|')) {
            prop_assert!([2, 5].map(|cells| cells + 2).contains(&row.split('|').count()), "{}", row);
        }
        let tags = page.replace("<code>", "").replace("</code>", "").replace("<span>", "").replace("</span>", "");
        prop_assert!(!tags.contains('<'), "{}", tags);
    }
}
