//! The terminal is drawn at 80 columns without colour; what a picture cannot show is tested apart.

use proptest::prelude::{prop_assert, proptest};

use super::{Options, write};
use crate::model::checked::Checked;
use crate::model::score::RollUp;
use crate::model::verdict::Outcome;
use crate::model::visible::hidden;
use crate::report::gate::sample::{
    PLAN, TEMPLATE, example, hostile, hostile_texts, mark, place, verdict, with_controls,
};

const NARROW: Options = Options { width: 80, verbose: false, new_only: false };
const VERBOSE: Options = Options { width: 80, verbose: true, new_only: false };

fn plain(checked: &Checked, options: Options) -> String {
    let mut stream = anstream::StripStream::new(Vec::new());
    write(checked, options, &mut stream).unwrap();
    String::from_utf8(stream.into_inner()).unwrap()
}

fn styled(checked: &Checked, options: Options) -> String {
    let mut bytes = Vec::new();
    write(checked, options, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Many buckets that fail for one reason.
fn many(n: usize) -> Checked {
    let mut checked = example();
    checked.verdicts = (0..n)
        .map(|n| verdict("DAT-STO-01", Outcome::NotMet, place(TEMPLATE, 4, 3), &format!("Bucket{n}"), "it is public"))
        .collect();
    with_controls(&mut checked);
    checked
}

#[test]
fn the_example_at_80_columns() {
    insta::assert_snapshot!(plain(&example(), NARROW));
}

#[test]
fn the_example_with_everything() {
    insta::assert_snapshot!(plain(&example(), VERBOSE));
}

#[test]
fn lines_keep_within_80_columns() {
    for line in plain(&example(), VERBOSE).lines() {
        assert!(line.chars().count() <= 80 && line == line.trim_end(), "{line}");
    }
}

#[test]
fn of_many_alike_three_are_shown_and_the_rest_is_counted() {
    let text = plain(&many(17), NARROW);
    assert_eq!(text.matches("error[DAT-STO-01]").count(), 3);
    assert!(text.contains("  ... and 14 more in this file for the same reason; -v shows all\n"));
    assert_eq!(plain(&many(17), VERBOSE).matches("error[DAT-STO-01]").count(), 17);
    assert!(!plain(&many(3), NARROW).contains("more in this file"));
}

#[test]
fn a_fix_is_said_once_for_those_that_are_alike() {
    let mut checked = many(3);
    for one in &mut checked.verdicts {
        one.remediation = Some("Close it.".into());
    }
    let text = plain(&checked, NARROW);
    assert_eq!([text.matches("= why:").count(), text.matches("= fix: Close it.").count()], [3, 1]);
}

#[test]
fn code_in_a_fix_keeps_its_lines() {
    let mut checked = many(1);
    checked.verdicts[0].remediation = Some("resource \"x\" \"y\" {\n  a = 1\n}\n".into());
    assert!(plain(&checked, NARROW).contains("  = fix: resource \"x\" \"y\" {\n           a = 1\n         }\n"));
}

#[test]
fn a_mark_in_another_file_has_a_frame_of_its_own() {
    let mut checked = many(1);
    checked.sources.insert("modules/policy.yaml".into(), "Statement:\r\n  Effect: Allow\r\n".into());
    checked.verdicts[0].marks = vec![mark(place("modules/policy.yaml", 2, 3), "PolicyDocument", None, None)];
    let text = plain(&checked, NARROW);
    insta::assert_snapshot!(text.split("\n\n").next().unwrap());
}

#[test]
fn what_was_known_before_is_short_and_does_not_fail() {
    let mut checked = example();
    for one in &mut checked.verdicts {
        one.known = one.verdict.verdict == Outcome::NotMet;
    }
    checked.verdict = RollUp::Met;
    let text = plain(&checked, NARROW);
    assert!(text.contains("error[DAT-STO-01]: Buckets refuse public access (critical): not met, known before\n  -->"));
    assert!(text.contains("\nPASS  nothing new failed, 2 known before; 1 not assessed\n"));
    let text = plain(&checked, Options { new_only: true, ..NARROW });
    assert!(!text.contains("error[") && text.contains(", 2 known before; "));
    assert!(plain(&checked, Options { new_only: true, ..VERBOSE }).contains("error["));
    checked.verdict = RollUp::NotMet;
    assert!(plain(&checked, NARROW).contains("\nFAIL  not met: 1 critical and 1 high; 2 of them known before\n"));
}

#[test]
fn a_place_that_a_file_does_not_have_is_named_and_not_drawn() {
    let mut checked = many(1);
    checked.verdicts[0].location.line = 4_000;
    assert!(plain(&checked, NARROW).contains("\n  --> templates/store.yaml:4000:3 Bucket0\n"));
    checked.verdicts[0].location.line = 4;
    checked.verdicts[0].location.column = 4_000;
    assert!(plain(&checked, NARROW).contains("   RawBucket:"));
    // All of a template on one line, as programs write it.
    checked.verdicts[0].location = example().verdicts[0].location.clone();
    checked.sources.insert(TEMPLATE.into(), format!("\n\n\n{{{}}}", " ".repeat(1_000_000)));
    assert!(plain(&checked, NARROW).contains("\n  --> templates/store.yaml:4:3 RawBucket\n"));
}

#[test]
fn a_result_says_which_verdict_it_is_and_what_to_read_next() {
    let mut checked = many(0);
    checked.unjudgeable.clear();
    checked.exceptions.clear();
    checked.incomplete.clear();
    checked.verdict = RollUp::Met;
    let end = |checked: &Checked| plain(checked, NARROW).lines().skip(3).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(end(&checked), @r"
    PASS  nothing failed
        judged  5 resources by 0 controls
    ");
    checked.verdict = RollUp::Incomplete;
    checked.incomplete = vec!["no resource of the plan is of AWS".into()];
    insta::assert_snapshot!(end(&checked), @r"
    INCOMPLETE  not everything that counts could be judged
        judged  5 resources by 0 controls
    incomplete  no resource of the plan is of AWS.
    ");
    checked.verdicts = vec![verdict("DAT-KEY-02", Outcome::NotAssessed, place(PLAN, 0, 0), "k", "unknown")];
    assert!(plain(&checked, NARROW).ends_with("      next  havenmark explain DAT-KEY-02\n"));
}

#[test]
fn columns_are_characters_and_a_sign_that_cannot_be_seen_is_one() {
    let mut checked = many(1);
    checked.sources.insert(TEMPLATE.into(), "\n\n\né\u{202e}東 Bücket: x # y\n".into());
    checked.verdicts[0].location.column = 5;
    let text = plain(&checked, NARROW);
    // The renderer knows that 東 is two columns wide.
    assert!(text.contains("4 | é\u{fffd}東 Bücket: x # y\n  |      ^^^^^^^^^ "), "{text}");
}

#[test]
fn styles_are_colours_of_the_terminal_and_no_more() {
    let text = styled(&hostile("\u{1b}[35mowned\u{1b}]0;title\u{7}"), VERBOSE);
    for escape in text.split('\u{1b}').skip(1) {
        let code = escape.split('m').next().unwrap_or_default();
        assert!(["[0", "[1", "[31", "[32", "[33", "[36"].contains(&code), "{code}");
    }
}

#[test]
fn a_thousand_findings_take_no_time_in_a_large_file() {
    let mut checked = many(1_000);
    let filler = "  Filler: x\n".repeat(100_000);
    checked.sources.insert(TEMPLATE.into(), filler);
    for (n, one) in checked.verdicts.iter_mut().enumerate() {
        one.location.line = 1 + n * 90;
        one.verdict.reason = format!("reason {n}");
    }
    assert_eq!(plain(&checked, NARROW).matches("error[").count(), 1_000);
}

proptest! {
    #[test]
    fn no_name_changes_how_the_text_around_it_looks(text in hostile_texts()) {
        let checked = hostile(&text);
        for options in [NARROW, VERBOSE] {
            let shown = plain(&checked, options);
            prop_assert!(!shown.chars().any(|c| c != '\n' && hidden(c)), "{}", shown);
            prop_assert!(shown.contains("\nFAIL  not met: 1 critical and 1 high\n"), "{}", shown);
        }
    }

    #[test]
    fn any_place_is_drawn_or_named(line in 0_usize..40, column in 0_usize..90, width in 20_u16..200) {
        let mut checked = example();
        checked.verdicts[0].location.line = line;
        checked.verdicts[0].marks[0].place = place(TEMPLATE, column % 20, line);
        checked.verdicts[0].location.column = column;
        let shown = plain(&checked, Options { width, ..VERBOSE });
        prop_assert!(shown.contains("error[DAT-STO-01]"));
    }
}
