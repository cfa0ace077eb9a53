//! `check --format junit`: `JUnit` XML, which nearly every pipeline shows as a list of tests.
//!
//! May import: `model`, `report`. Guarantees: what makes the run incomplete is a failure here, because pipelines show skipped
//! tests as green; no time and no host name; no character that XML 1.0 forbids.
//!
//! A suite is a file, not a control: a change touches files, so what it broke stands together. The class of a test case is
//! the control's id, and viewers that group by class show the other order.

use std::collections::BTreeMap;
use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{Exceptions, message, path, position, sentence};
use crate::model::checked::{Checked, CheckedVerdict};
use crate::model::score::RollUp;
use crate::model::verdict::Outcome;
use crate::model::visible::visible;

/// Characters of one text.
const LONGEST: usize = 10_000;

/// Writes the file. With `new_only` what was known before is skipped, as the exit code leaves it out.
///
/// What a control does not apply to is no test case. Met is a pass, not met a failure, excepted is skipped, and not assessed
/// is skipped where the run is complete all the same, else a failure of the type `not_assessed`.
pub fn write(checked: &Checked, new_only: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut report = Report::new("havenmark check");
    let exceptions = Exceptions::new(checked);
    let incomplete = checked.verdict == RollUp::Incomplete;
    let mut suites: BTreeMap<&str, TestSuite> = BTreeMap::new();
    for one in checked.verdicts.iter().filter(|one| one.verdict.verdict != Outcome::NotApplicable) {
        let file = one.location.file.as_str();
        let suite = suites.entry(file).or_insert_with(|| TestSuite::new(clean(&path(file))));
        let said = clean(&message(one, &exceptions));
        let status = match one.verdict.verdict {
            Outcome::Met | Outcome::NotApplicable => TestCaseStatus::success(),
            Outcome::NotMet if one.known && new_only => skipped(&format!("Known before: {said}")),
            Outcome::NotAssessed if !incomplete => skipped(&said),
            Outcome::Excepted => skipped(&said),
            outcome @ (Outcome::NotMet | Outcome::NotAssessed) => {
                failure(outcome.as_str(), &said, &details(one, &said))
            }
        };
        let mut case = TestCase::new(clean(&format!("{}: {}", one.location.address, one.title)), status);
        case.set_classname(clean(&one.verdict.control));
        case.extra.insert("file".into(), clean(&path(file)).into());
        if one.location.line > 0 {
            case.extra.insert("line".into(), one.location.line.to_string().into());
        }
        suite.add_test_case(case);
    }
    report.add_test_suites(suites.into_values());
    report.add_test_suites(completeness(checked));
    report.serialize(&mut *out).map_err(io::Error::other)?;
    out.write_all(b"\n")
}

/// Whether the run is complete, as a test of its own: a template that nobody could judge has no verdict to fail.
fn completeness(checked: &Checked) -> Option<TestSuite> {
    if checked.verdict != RollUp::Incomplete && checked.incomplete.is_empty() && checked.unjudgeable.is_empty() {
        return None;
    }
    let mut lines: Vec<String> = checked.incomplete.iter().map(|reason| sentence(reason)).collect();
    lines.extend(checked.unjudgeable.iter().map(|one| {
        let (file, line) = (path(&one.place.file), one.place.line);
        let place = if line > 0 { format!("{file}:{line}") } else { file };
        format!("{place}: {}", sentence(&one.reason))
    }));
    let lines: Vec<String> = lines.iter().map(|line| clean(line)).collect();
    let said = lines.first().map_or("Nothing could be judged.", String::as_str);
    let status = if checked.verdict == RollUp::Incomplete {
        failure("incomplete", said, &lines.join("\n"))
    } else {
        let mut status = skipped(said);
        status.set_description(lines.join("\n"));
        status
    };
    let mut suite = TestSuite::new("havenmark check");
    let mut case = TestCase::new("everything could be judged", status);
    case.set_classname("havenmark");
    suite.add_test_case(case);
    Some(suite)
}

/// What a viewer shows when a failure is opened.
fn details(one: &CheckedVerdict, said: &str) -> String {
    let mut lines = vec![clean(&position(&one.location)), said.to_owned()];
    lines.extend(one.location.construct.iter().map(|path| clean(&format!("Construct: {path}"))));
    lines.extend(one.marks.iter().map(|mark| {
        let expression = mark.expression.as_ref().map_or_else(String::new, |text| format!(" is {text}"));
        clean(&format!("{}:{}: {}{expression}", mark.place.file, mark.place.line, mark.property))
    }));
    lines.extend(one.remediation.iter().map(|fix| format!("Fix: {}", fit(visible(fix, LONGEST, true)))));
    lines.push(format!("Severity: {}. More: havenmark explain {}", one.severity, clean(&one.verdict.control)));
    lines.join("\n")
}

fn failure(kind: &str, said: &str, details: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_type(kind).set_message(said).set_description(details);
    status
}

fn skipped(said: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(said);
    status
}

/// A text on one line, without what XML forbids.
fn clean(text: &str) -> String {
    fit(visible(text, LONGEST, false))
}

/// U+FFFE and U+FFFF are no characters, so they hide nothing, but XML forbids them all the same.
fn fit(text: String) -> String {
    if text.contains(['\u{fffe}', '\u{ffff}']) {
        text.replace('\u{fffe}', "\\u{fffe}").replace('\u{ffff}', "\\u{ffff}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};
    use roxmltree::{Document, Node};

    use super::write;
    use crate::model::checked::Checked;
    use crate::model::score::RollUp;
    use crate::model::verdict::Outcome;
    use crate::report::gate::sample::{example, hostile, hostile_texts};

    fn written(checked: &Checked, new_only: bool) -> String {
        let mut bytes = Vec::new();
        write(checked, new_only, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    /// What became of the test case of an address: the child's name, its type and its message.
    fn outcome(checked: &Checked, new_only: bool, address: &str) -> (String, String, String) {
        let text = written(checked, new_only);
        let document = Document::parse(&text).unwrap();
        let named = |node: &Node| node.attribute("name").is_some_and(|name| name.starts_with(address));
        let case = document.descendants().filter(|node| node.has_tag_name("testcase")).find(named).unwrap();
        let Some(child) = case.children().find(Node::is_element) else { return Default::default() };
        let attribute = |name| child.attribute(name).unwrap_or_default().to_owned();
        (child.tag_name().name().to_owned(), attribute("type"), attribute("message"))
    }

    #[test]
    fn the_example_in_full() {
        insta::assert_snapshot!(written(&example(), false));
    }

    #[test]
    fn each_outcome_has_its_form() {
        let of = |address| outcome(&example(), false, address);
        assert_eq!(of("aws_s3_bucket.lake").0, "");
        assert_eq!((of("RawBucket").0.as_str(), of("RawBucket").1.as_str()), ("failure", "not_met"));
        assert_eq!(of("Key:").0, "skipped");
        assert_eq!(of("module.desks").0, "skipped");
        assert!(of("module.desks").2.starts_with("Excepted by EXC-004"));
        assert!(!written(&example(), false).contains("aws_kms_key.sign"));
    }

    #[test]
    fn what_makes_the_run_incomplete_is_no_green_test() {
        let mut checked = example();
        checked.verdicts.retain(|one| one.verdict.verdict == Outcome::NotAssessed);
        checked.verdict = RollUp::Incomplete;
        assert_eq!(outcome(&checked, false, "Key:").1, "not_assessed");
        assert_eq!(outcome(&checked, false, "everything could be judged").1, "incomplete");
        checked.verdicts.clear();
        checked.incomplete.clear();
        checked.unjudgeable.clear();
        let (element, _, said) = outcome(&checked, false, "everything could be judged");
        assert_eq!((element.as_str(), said.as_str()), ("failure", "Nothing could be judged."));
    }

    #[test]
    fn what_is_known_fails_unless_only_the_new_counts() {
        let mut checked = example();
        checked.verdicts[0].known = true;
        assert_eq!(outcome(&checked, false, "RawBucket").0, "failure");
        let (element, _, said) = outcome(&checked, true, "RawBucket");
        assert!(element == "skipped" && said.starts_with("Known before: "));
        assert_eq!(outcome(&checked, true, "aws_instance.gate").0, "failure");
    }

    #[test]
    fn a_suite_is_a_file_and_the_sums_are_right() {
        let text = written(&example(), false);
        let document = Document::parse(&text).unwrap();
        let sums: Vec<_> = document
            .descendants()
            .filter(|node| node.has_tag_name("testsuite"))
            .map(|node| ["name", "tests", "skipped", "failures"].map(|name| node.attribute(name).unwrap()))
            .collect();
        let expected =
            [["plan.json", "3", "1", "1"], ["templates/store.yaml", "2", "1", "1"], ["havenmark check", "1", "1", "0"]];
        assert_eq!(sums, expected);
    }

    proptest! {
        #[test]
        fn no_name_breaks_the_xml(text in hostile_texts()) {
            let text = written(&hostile(&text), false);
            let document = Document::parse(&text).unwrap();
            prop_assert_eq!(document.descendants().filter(|node| node.has_tag_name("testcase")).count(), 6);
            // `roxmltree` is lenient about these; XML 1.0 is not.
            prop_assert!(!text.contains(['\u{fffe}', '\u{ffff}', '\u{b}', '\u{1b}']), "{}", text);
        }
    }
}
