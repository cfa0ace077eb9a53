use super::*;

/// The statement of the documentation, with a hash in place of the dots.
pub(in crate::declaration) const STATEMENT: &str = r#"id = "att-2026-0031"
kind = "statement"            # statement | dpia | approval | training | terms | access-review | deidentification | delegation |
                              # egress-destination | emergency-change | deletion | ml-plan | supplier | exception
subject = "satre:3.3.04"      # or project:cardio-2026, person:u123, dataset:..., group:..., destination:..., control:SET-NET-02@arn
score = 1                     # statements only: 0, 1, 2 or "N/A" with na_reason (refused for Mandatory)
claim = "SOP-14 v3 governs output checking."
role = "Output Checker"       # must be a SATRE role listed for that statement
by = "u321"                   # must hold the role
approved_by = "u654"          # a different person
made = 2026-10-01
expires = 2027-10-01          # mandatory; longest life per kind below
evidence = [{ uri = "https://docs.example/sop-14v3", sha256 = "abababababababababababababababababababababababababababababababab" }]
supersedes = "att-2025-0019"
"#;

/// The exception of the documentation.
pub(in crate::declaration) const EXCEPTION: &str = r#"id = "exc-2026-0011"
kind = "exception"
subject = "control:DAT-STO-02@arn:aws:s3:::tre-reference-data"   # resource exact, or a glob
reason = "Public reference genome, no personal data."
risk = "Low: nothing confidential is held."
by = "u321"
approved_by = "u654"
authority = "SIRO"            # by what authority the approver decides
made = 2026-10-01
review = 2026-11-15
expires = 2026-12-30
end_plan = "Moved to the public account by December."
"#;

use crate::model::assessment::Standing;

/// A small catalogue and directory.
pub(super) struct Known;

impl Facts for Known {
    fn statement(&self, id: &str) -> Option<StatementFacts> {
        let importance = match id {
            "3.3.04" => Importance::Mandatory,
            "1.7.01" => Importance::MandatoryStar,
            _ => return None,
        };
        Some(StatementFacts { importance, roles: vec!["Output Checker".to_owned(), "Operator".to_owned()] })
    }

    fn control(&self, id: &ControlId) -> bool {
        ["DAT-STO-02", "SET-NET-02"].contains(&id.as_str())
    }

    fn project(&self, id: &str) -> Option<bool> {
        Some(id == "cardio-2026")
    }

    fn dataset(&self, id: &str) -> Option<bool> {
        Some(id == "d")
    }

    fn person(&self, user: &str) -> Person {
        match user {
            "u123" | "u321" | "u654" => Person::Current,
            "u777" => Person::Left("left on 2026-07-31".to_owned()),
            "u888" => Person::Unchecked,
            _ => Person::Unknown("is no user of the directory".to_owned()),
        }
    }
}

const NOW: &str = "2026-11-24";

fn register(files: &[(&str, &str)]) -> Register {
    Register::from_sources(files.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned())).collect())
}

/// The standing and reason of one file at an instant.
fn standing_at(text: &str, as_of: &str) -> (Standing, String) {
    let register = register(&[("a.toml", text)]);
    let standings = register.at(as_of.parse().unwrap(), &Known);
    match (standings.statuses().pop(), standings.exceptions().pop()) {
        (Some(status), None) => (status.standing, status.reason),
        (None, Some(status)) => (status.standing, status.standing_reason),
        other => panic!("one file has one status: {other:?}"),
    }
}

fn standing(text: &str) -> (Standing, String) {
    standing_at(text, NOW)
}

/// Why a file is invalid.
fn invalid(text: &str) -> String {
    let (standing, reason) = standing(text);
    assert_eq!(standing, Standing::Invalid, "{text}");
    reason
}

/// The statement without what it supersedes, with one line replaced.
fn statement(line: &str, by: &str) -> String {
    assert!(STATEMENT.contains(line), "{line}");
    STATEMENT.replace(line, by).replace("supersedes = \"att-2025-0019\"", "")
}

#[test]
fn the_documented_statement_counts_and_says_what_is_missing_beside_it() {
    let register = register(&[("att-2026-0031.toml", STATEMENT)]);
    let standings = register.at(NOW.parse().unwrap(), &Known);
    let status = &standings.statuses()[0];
    assert_eq!((status.standing, status.place.as_str()), (Standing::Live, "attestations/att-2026-0031.toml"));
    assert_eq!(standings.statement("3.3.04").unwrap().form.score, Some(crate::model::score::Score::Sufficient));
    assert!(standings.statement("3.3.05").is_none());
    let notices: Vec<String> = standings.notices().iter().map(|n| format!("{}: {}", n.place, n.text)).collect();
    insta::assert_snapshot!(notices.join("\n"), @r#"
    attestations/att-2026-0031.toml:13: att-2026-0031 supersedes att-2025-0019, which is not in the register. Correct the id.
    "#);
}

#[test]
fn the_documented_exception_covers_its_resource_only() {
    let register = register(&[("exc.toml", EXCEPTION)]);
    let standings = register.at(NOW.parse().unwrap(), &Known);
    let status = &standings.exceptions()[0];
    assert_eq!((status.control.as_str(), status.resource.as_str()), ("DAT-STO-02", "arn:aws:s3:::tre-reference-data"));
    assert!(standings.excepts("DAT-STO-02", "arn:aws:s3:::tre-reference-data").is_some());
    assert!(standings.excepts("DAT-STO-02", "arn:aws:s3:::tre-reference-data-2").is_none());
    assert!(standings.excepts("SET-NET-02", "arn:aws:s3:::tre-reference-data").is_none());
    assert!(standings.statuses().is_empty());
}

#[test]
fn an_exception_may_cover_a_family_of_resources() {
    let text = EXCEPTION.replace("tre-reference-data", "tre-reference-*");
    let register = register(&[("exc.toml", &text)]);
    let standings = register.at(NOW.parse().unwrap(), &Known);
    assert!(standings.excepts("DAT-STO-02", "arn:aws:s3:::tre-reference-data").is_some());
    assert!(standings.excepts("DAT-STO-02", "arn:aws:s3:::tre-secret").is_none());
}

#[test]
fn an_exception_that_ended_covers_nothing() {
    let register = register(&[("exc.toml", EXCEPTION)]);
    let standings = register.at("2026-12-30".parse().unwrap(), &Known);
    assert_eq!(standings.exceptions()[0].standing, Standing::Expired);
    assert!(standings.excepts("DAT-STO-02", "arn:aws:s3:::tre-reference-data").is_none());
    // It is named where it would have covered.
    let lapsed = |control: &str, resource: &str| standings.lapsed(control, resource).map(|found| found.form.id.clone());
    assert!(lapsed("DAT-STO-02", "arn:aws:s3:::tre-reference-data").is_some());
    assert!(lapsed("DAT-STO-02", "arn:aws:s3:::other").is_none());
    assert!(lapsed("DAT-STO-01", "arn:aws:s3:::tre-reference-data").is_none());
    assert!(
        register.at(NOW.parse().unwrap(), &Known).lapsed("DAT-STO-02", "arn:aws:s3:::tre-reference-data").is_none()
    );
}

#[test]
fn an_exception_whose_review_is_due_says_so() {
    assert_eq!(standing_at(EXCEPTION, "2026-11-14").1, "");
    assert_eq!(standing_at(EXCEPTION, "2026-11-15"), (Standing::Live, "Its review was due on 2026-11-15.".to_owned()));
}

#[test]
fn it_counts_from_the_day_it_was_made_to_the_day_it_expires() {
    let at = |day: &str| standing_at(&statement("", ""), day).0;
    assert_eq!(at("2026-09-30T23:59:59Z"), Standing::Invalid);
    assert_eq!(at("2026-10-01"), Standing::Live);
    assert_eq!(at("2027-08-31T23:59:59Z"), Standing::Live);
    assert_eq!(at("2027-09-01"), Standing::Expiring);
    assert_eq!(at("2027-09-30T23:59:59Z"), Standing::Expiring);
    assert_eq!(at("2027-10-01"), Standing::Expired);
}

#[test]
fn each_fault_of_a_statement_makes_it_invalid_and_says_why() {
    let hash = "ab".repeat(32);
    let cases = [
        ("by = \"u321\"", "by = \"U654\"".to_owned()),
        ("by = \"u321\"", "by = \"u999\"".to_owned()),
        ("satre:3.3.04", "satre:9.9.99".to_owned()),
        ("satre:3.3.04", "project:cardio-2026".to_owned()),
        ("score = 1", "score = \"N/A\"".to_owned()),
        ("score = 1", "na_reason = \"x\"".to_owned()),
        ("role = \"Output Checker\"", "role = \"Auditor\"".to_owned()),
        ("role = \"Output Checker\"", String::new()),
        ("expires = 2027-10-01", "expires = 2027-10-03".to_owned()),
        ("expires = 2027-10-01", "expires = 2026-10-01".to_owned()),
        (hash.as_str(), "AB".repeat(32)),
        ("sha256 =", "held_by =".to_owned()),
        ("claim =", "course =".to_owned()),
    ];
    let mut reasons = Vec::new();
    for (line, by) in &cases {
        let text = statement(line, by);
        if *line == "sha256 =" {
            // Held inside the environment: no hash is needed.
            assert_eq!(standing(&text).0, Standing::Live);
        } else {
            reasons.push(invalid(&text));
        }
    }
    reasons.push(invalid(&regex_free_without_evidence()));
    insta::assert_snapshot!(reasons.join("\n"), @r#"
    "U654" is no user of the directory; a current user has to stand here (attestations/a.toml:8). It is approved by its author; a different person must approve it (attestations/a.toml:9).
    "u999" is no user of the directory; a current user has to stand here (attestations/a.toml:8).
    SATRE 2.0 has no statement "9.9.99"; see `havenmark list statements` (attestations/a.toml:4).
    The subject "project:cardio-2026" does not fit the kind statement; write satre:… (attestations/a.toml:4).
    Statement 3.3.04 is Mandatory and cannot be N/A; score it 0, 1 or 2 (attestations/a.toml:5). A statement that is N/A needs na_reason (attestations/a.toml:5).
    The score is missing; a statement is scored 0, 1, 2 or "N/A" (attestations/a.toml:2). There is an na_reason, but the score is not "N/A" (attestations/a.toml:5).
    The role "Auditor" is not listed for statement 3.3.04, which lists Output Checker, Operator (attestations/a.toml:7).
    The role is missing; statement 3.3.04 lists Output Checker, Operator (attestations/a.toml:1).
    It would live 367 days; the kind statement lives at most 366 (attestations/a.toml:11).
    It expires on 2026-10-01, not after it was made on 2026-10-01 (attestations/a.toml:11).
    The sha256 of the evidence is not 64 lower-case hexadecimal digits (attestations/a.toml:12).
    The claim is missing; say in a sentence what is claimed (attestations/a.toml:1). The member course does not belong to the kind statement (attestations/a.toml:6).
    There is no evidence; name at least one document with its sha256, or who holds it (attestations/a.toml:2).
    "#);
}

fn regex_free_without_evidence() -> String {
    statement("", "").lines().filter(|l| !l.starts_with("evidence")).collect::<Vec<_>>().join("\n")
}

#[test]
fn not_applicable_is_for_statements_that_allow_it_and_needs_a_reason() {
    let star = statement("satre:3.3.04", "satre:1.7.01");
    assert_eq!(
        standing(&star.replace("score = 1", "score = \"N/A\"\nna_reason = \"no such thing\"")).0,
        Standing::Live
    );
    assert!(invalid(&star.replace("score = 1", "score = \"N/A\"")).contains("needs na_reason"));
}

#[test]
fn each_fault_of_an_exception_makes_it_invalid_and_says_why() {
    let cases = [
        ("control:DAT-STO-02@", "control:DAT-STO-99@"),
        ("control:DAT-STO-02@", "control:nonsense@"),
        ("control:DAT-STO-02@arn:aws:s3:::tre-reference-data", "control:DAT-STO-02"),
        ("expires = 2026-12-30", "expires = 2026-12-31"),
        ("review = 2026-11-15", "review = 2027-11-15"),
        ("authority = \"SIRO\"", "authority = \" \""),
        ("reason = \"Public reference genome, no personal data.\"", ""),
        ("end_plan =", "claim ="),
    ];
    let reasons: Vec<String> = cases
        .iter()
        .map(|(line, by)| {
            assert!(EXCEPTION.contains(line), "{line}");
            invalid(&EXCEPTION.replace(line, by))
        })
        .collect();
    insta::assert_snapshot!(reasons.join("\n"), @r#"
    There is no control DAT-STO-99; see `havenmark list controls` (attestations/a.toml:3).
    "nonsense" is no control id; ids look like SET-NET-01 (see `havenmark list controls`) (attestations/a.toml:3).
    The exception names no resource; write control:SET-NET-02@arn:… or a glob with * (attestations/a.toml:3).
    It would live 91 days; the kind exception lives at most 90 (attestations/a.toml:11).
    The day of review does not lie between made and expires (attestations/a.toml:10).
    The kind exception needs the member authority (attestations/a.toml:8).
    The kind exception needs the member reason (attestations/a.toml:2).
    The kind exception needs the member end_plan (attestations/a.toml:2).
    "#);
}

const HASH: &str = "abababababababababababababababababababababababababababababababab";

/// Every kind: a subject, the members that belong to it (one a line) and must be there, and how many days it may live.
pub(super) const KINDS: [(&str, &str, &[&str], i64); 20] = [
    ("statement", "satre:3.3.04", &["score = 2", "claim = \"c\"", "role = \"Operator\""], 366),
    ("dpia", "project:cardio-2026", &[], 366),
    ("approval", "project:cardio-2026", &[], 366),
    ("training", "person:u123", &["course = \"c\""], 366),
    ("accreditation", "person:u123", &[], 366),
    ("terms", "person:u123", &[], 366),
    (
        "access-review",
        "group:g",
        &["members_sha256 = \"abababababababababababababababababababababababababababababababab\""],
        90,
    ),
    ("deidentification", "dataset:d", &[], 366),
    ("delegation", "dataset:d", &["delegate = \"u123\""], 366),
    ("egress-destination", "destination:example.org", &["risk = \"r\"", "telemetry = \"t\"", "owner = \"u123\""], 184),
    ("emergency-change", "event:e", &["events = [\"e\"]"], 366),
    ("deletion", "dataset:d", &["events = [\"e\"]"], 3_653),
    ("ml-plan", "project:cardio-2026", &[], 366),
    ("supplier", "supplier:s", &["contract_end = 2027-01-01"], 365),
    ("retention", "dataset:d", &[], 366),
    ("in-guest-audit", "store:s3:x", &[], 366),
    ("idp-mfa", "issuer:i", &[], 366),
    ("group-policy", "directory:d-1", &[], 366),
    ("scanner", "store:s3:x", &[], 366),
    (
        "exception",
        "control:SET-NET-02@arn:aws:ec2:*",
        &["reason = \"r\"", "risk = \"r\"", "authority = \"SIRO\"", "review = 2026-01-02", "end_plan = \"e\""],
        90,
    ),
];

/// A file of a kind that was made on 2026-01-01 and lives so many days.
fn of_kind(kind: &str, subject: &str, members: &[&str], days: i64) -> String {
    let made: jiff::civil::Date = "2026-01-01".parse().unwrap();
    let expires = made.checked_add(jiff::Span::new().days(days)).unwrap();
    let evidence = "evidence = [{ uri = \"r\", held_by = \"u321\" }]";
    let members = members.join("\n");
    format!(
        "id = \"x\"\nkind = \"{kind}\"\nsubject = \"{subject}\"\nby = \"u321\"\napproved_by = \"u654\"\nmade = {made}\n\
         expires = {expires}\n{evidence}\n{members}\n"
    )
}

#[test]
fn the_table_of_these_tests_has_every_kind() {
    let kinds: Vec<&str> = KINDS.iter().map(|(kind, ..)| *kind).collect();
    assert_eq!(kinds, Kind::ALL.map(Kind::as_str));
}

#[test]
fn every_kind_has_its_longest_life() {
    for (kind, subject, members, days) in KINDS {
        let at = |days| standing_at(&of_kind(kind, subject, members, days), "2026-01-02");
        let (counts, reason) = at(days);
        assert!(counts.counts(), "{kind}: {reason}");
        assert_eq!(at(days + 1).0, Standing::Invalid, "{kind}");
        let (none, why) = at(0);
        assert_eq!(none, Standing::Invalid, "{kind}");
        assert!(why.contains("not after it was made") && why.contains("a.toml:7"), "{kind}: {why}");
    }
    // How long a supplier counts is said by the contract alone.
    let (_, subject, _, _) = KINDS[13];
    assert!(invalid(&of_kind("supplier", subject, &[], 8)).contains("contract_end"));
}

#[test]
fn every_kind_is_said_to_end_thirty_days_before_it_does() {
    for (kind, subject, members, days) in KINDS {
        let text = of_kind(kind, subject, members, days);
        let end = text.lines().find_map(|l| l.strip_prefix("expires = ")).unwrap();
        let end: jiff::civil::Date = end.parse().unwrap();
        let at = |before: i64| {
            let day = end.checked_sub(jiff::Span::new().days(before)).unwrap();
            standing_at(&text, &day.to_string()).0
        };
        assert_eq!([at(31), at(30), at(1), at(0)], {
            use Standing::{Expired, Expiring, Live};
            [Live, Expiring, Expiring, Expired]
        });
    }
}

#[test]
fn every_member_that_a_kind_needs_is_missed_and_every_other_one_is_refused() {
    let all: Vec<&str> = KINDS.iter().flat_map(|(_, _, members, _)| *members).copied().collect();
    let name = |member: &str| member.split(" = ").next().unwrap_or_default().to_owned();
    for (kind, subject, members, days) in KINDS {
        let days = days.min(80);
        for missing in members {
            let rest: Vec<&str> = members.iter().filter(|m| *m != missing).copied().collect();
            let why = invalid_at(&of_kind(kind, subject, &rest, days));
            let word = if name(missing) == "contract_end" { "contract" } else { &name(missing) };
            assert!(why.contains(word), "{kind} without {missing}: {why}");
        }
        let owns = |member: &str| members.iter().any(|m| name(m) == name(member));
        // What is said of any kind, and the two members that several kinds may have.
        let free = |member: &str| match name(member).as_str() {
            "claim" | "role" => true,
            "events" => kind == "deletion",
            _ => false,
        };
        for foreign in all.iter().filter(|m| !owns(m) && !free(m)) {
            let mut with = members.to_vec();
            with.push(foreign);
            let why = invalid_at(&of_kind(kind, subject, &with, days));
            assert!(why.contains("does not belong") || why.contains("na_reason"), "{kind} with {foreign}: {why}");
        }
    }
}

/// Why a file of [`of_kind`] is invalid on the day after it was made.
fn invalid_at(text: &str) -> String {
    let (standing, reason) = standing_at(text, "2026-01-02");
    assert_eq!(standing, Standing::Invalid, "{text}");
    reason
}

#[test]
fn every_kind_is_about_something_of_its_own_that_is_known() {
    for (kind, subject, members, days) in KINDS {
        let with = |subject: &str| of_kind(kind, subject, members, days.min(80));
        for odd in ["planet:mars", "satre", "project:", ""] {
            let why = invalid_at(&with(odd));
            assert!(why.contains("does not fit the kind") && why.contains("a.toml:3"), "{kind} {odd}: {why}");
        }
        // What nobody knows of is refused where it is known what there is.
        let unknown = match subject.split_once(':').unwrap() {
            ("satre", _) => "satre:9.9.99",
            ("project", _) => "project:nowhere",
            ("dataset", _) => "dataset:nothing",
            ("person", _) => "person:u999",
            ("control", _) => "control:SET-NET-99@*",
            _ => continue,
        };
        let why = invalid_at(&with(unknown));
        assert!(why.contains("a.toml:3"), "{kind} {unknown}: {why}");
    }
}

#[test]
fn every_kind_needs_two_current_people_and_something_to_show() {
    for (kind, subject, members, days) in KINDS {
        let text = of_kind(kind, subject, members, days.min(80));
        let change = |from: &str, to: &str| {
            assert!(text.contains(from));
            text.replace(from, to)
        };
        for (from, to, line) in [
            ("by = \"u321\"\napproved_by", "by = \"u654\"\napproved_by", 5),
            ("by = \"u321\"\napproved_by", "by = \" U654 \"\napproved_by", 5),
            ("by = \"u321\"\napproved_by", "by = \"\"\napproved_by", 4),
            ("by = \"u321\"\napproved_by", "by = \"u999\"\napproved_by", 4),
            ("by = \"u321\"\napproved_by", "by = \"u777\"\napproved_by", 4),
            ("approved_by = \"u654\"", "approved_by = \"u777\"", 5),
        ] {
            let why = invalid_at(&change(from, to));
            assert!(why.contains(&format!("a.toml:{line}")), "{kind} {to}: {why}");
        }
        // Of whom nothing could be read nothing is held against the file.
        assert!(standing_at(&change("\"u654\"", "\"u888\""), "2026-01-02").0.counts(), "{kind}");
        let none = change("evidence = [{ uri = \"r\", held_by = \"u321\" }]", "");
        let bare = change("held_by = \"u321\"", "held_by = \" \"");
        let wrong = change("held_by = \"u321\"", "sha256 = \"abc\"");
        let right = change("held_by = \"u321\"", &format!("sha256 = \"{HASH}\""));
        assert!(standing_at(&right, "2026-01-02").0.counts(), "{kind}");
        for text in [bare, wrong] {
            let why = invalid_at(&text);
            assert!(why.contains("a.toml:8"), "{kind}: {why}");
        }
        // An exception carries its own grounds, and what cites an event or a digest cites that.
        let cites = ["exception", "access-review", "emergency-change", "deletion"].contains(&kind);
        assert_eq!(standing_at(&none, "2026-01-02").0.counts(), cites, "{kind}");
    }
}

#[test]
fn who_decides_for_others_is_a_current_user_and_who_is_spoken_of_need_not_be() {
    for (kind, member) in [("delegation", "delegate"), ("egress-destination", "owner")] {
        let (_, subject, members, days) = KINDS.into_iter().find(|(k, ..)| *k == kind).unwrap();
        let text = of_kind(kind, subject, members, days);
        for user in ["u777", "u999"] {
            let why = invalid_at(&text.replace(&format!("{member} = \"u123\""), &format!("{member} = \"{user}\"")));
            assert!(why.contains(user), "{kind}: {why}");
        }
    }
    // The training of one who has left was passed all the same.
    let training = of_kind("training", "person:u777", &["course = \"c\""], 80);
    assert_eq!(standing_at(&training, "2026-01-02").0, Standing::Live);
}

#[test]
fn what_has_to_be_corrected_stands_at_its_line() {
    let wrong = statement("by = \"u321\"", "by = \"u654\"").replace("role = \"Output Checker\"", "role = \"Auditor\"");
    let lost = statement("", "").replace("att-2026-0031", "att-2026-0032") + "supersedes = \"att-1\"\n";
    let register = register(&[("a.toml", &wrong), ("b.toml", &lost), ("c.toml", "id == 7"), ("d.toml", EXCEPTION)]);
    let standings = register.at(NOW.parse().unwrap(), &Known);
    let problems: Vec<String> = standings.problems().iter().map(|n| format!("{}: {}", n.place, n.text)).collect();
    insta::assert_snapshot!(problems.join("\n"), @r#"
    attestations/a.toml:7: The role "Auditor" is not listed for statement 3.3.04, which lists Output Checker, Operator.
    attestations/a.toml:9: It is approved by its author; a different person must approve it.
    attestations/b.toml:14: att-2026-0032 supersedes att-1, which is not in the register. Correct the id.
    attestations/c.toml:1: This is not TOML: extra `=`, expected nothing. Correct the line; strings need quotes, dates do not, and a table or key may stand only once.
    attestations/c.toml:1: This is not TOML: unexpected key or value, expected newline, `#`. Correct the line; strings need quotes, dates do not, and a table or key may stand only once.
    "#);
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_listed_and_not_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("/dev/zero", dir.path().join("endless.toml")).unwrap();
    std::os::unix::fs::symlink("nowhere", dir.path().join("lost.toml")).unwrap();
    let register = Register::load(dir.path()).unwrap();
    let standings = register.at(NOW.parse().unwrap(), &Known);
    let listed: Vec<String> = standings.statuses().into_iter().map(|s| format!("{}: {}", s.id, s.reason)).collect();
    assert_eq!(listed.len(), 2, "{listed:?}");
    assert!(listed[0].contains("is no file of text") && listed[1].contains("cannot read"), "{listed:?}");
}

#[test]
fn a_file_that_cannot_be_read_is_listed_with_what_it_says_of_itself() {
    let text = "id = \"att-9\"\nkind = \"opinion\"\nsubject = \"satre:3.3.04\"\nby = \"u321\"\nmade = 2026-10-01\nexpires = 2027-10-01\nwhy = \"because\"\n";
    let register = register(&[("odd.toml", text), ("torn.toml", "id == 7")]);
    let standings = register.at(NOW.parse().unwrap(), &Known);
    let statuses = standings.statuses();
    assert_eq!(statuses[0].id, "att-9");
    assert_eq!(statuses[0].kind, "opinion");
    assert_eq!(statuses[0].made.to_string(), "2026-10-01T00:00:00Z");
    assert_eq!(statuses[1].id, "torn");
    assert!(statuses.iter().all(|s| s.standing == Standing::Invalid));
    let notices: Vec<String> = standings.notices().iter().map(|n| format!("{}: {}", n.place, n.text)).collect();
    insta::assert_snapshot!(notices.join("\n"), @r#"
    attestations/odd.toml: att-9 counts as absent. "opinion" is not known here (attestations/odd.toml:2). Write one of: statement, dpia, approval, training, accreditation, terms, access-review, deidentification, delegation, egress-destination, emergency-change, deletion, ml-plan, supplier, retention, in-guest-audit, idp-mfa, group-policy, scanner, exception. There is no member "why" here (attestations/odd.toml:7). Did you mean "by"? The members are: id, kind, subject, score, na_reason, claim, role, by, approved_by, made, expires, evidence, supersedes, course, persona, members_sha256, events, event_sha256, delegate, telemetry, owner, contract_end, reason, risk, authority, review, end_plan.
    attestations/torn.toml: torn counts as absent. This is not TOML: extra `=`, expected nothing (attestations/torn.toml:1). Correct the line; strings need quotes, dates do not, and a table or key may stand only once. This is not TOML: unexpected key or value, expected newline, `#` (attestations/torn.toml:1). Correct the line; strings need quotes, dates do not, and a table or key may stand only once.
    "#);
}

/// A statement with an id, a day and perhaps a predecessor.
fn version(id: &str, made: &str, score: &str, supersedes: Option<&str>) -> String {
    let text = statement("", "")
        .replace("att-2026-0031", id)
        .replace("made = 2026-10-01", &format!("made = {made}"))
        .replace("score = 1", &format!("score = {score}"))
        .replace("2027-10-01", "2027-01-31");
    supersedes.map_or(text.clone(), |old| format!("{text}\nsupersedes = \"{old}\"\n"))
}

fn standings_of(files: &[(&str, &str)], as_of: &str) -> Vec<(String, Standing)> {
    let register = register(files);
    let standings = register.at(as_of.parse().unwrap(), &Known);
    standings.statuses().into_iter().map(|s| (s.id, s.standing)).collect()
}

fn named(list: &[(&str, Standing)]) -> Vec<(String, Standing)> {
    list.iter().map(|(id, s)| ((*id).to_owned(), *s)).collect()
}

#[test]
fn a_valid_successor_supersedes_from_the_day_it_was_made_and_for_good() {
    let old = version("old", "2026-02-01", "2", None);
    let new = version("new", "2026-06-01", "0", Some("old")).replace("2027-01-31", "2026-12-01");
    let files = [("a.toml", old.as_str()), ("b.toml", new.as_str())];
    use Standing::{Expired, Invalid, Live, Superseded};
    assert_eq!(standings_of(&files, "2026-05-31"), named(&[("old", Live), ("new", Invalid)]));
    assert_eq!(standings_of(&files, "2026-06-01"), named(&[("old", Superseded), ("new", Live)]));
    // The better score of long ago does not come back.
    assert_eq!(standings_of(&files, "2026-12-01"), named(&[("old", Superseded), ("new", Expired)]));
}

#[test]
fn an_invalid_successor_supersedes_nothing() {
    let old = version("old", "2026-02-01", "2", None);
    let new = version("new", "2026-06-01", "7", Some("old"));
    let other = version("new", "2026-06-01", "0", Some("old")).replace("by = \"u321\"", "by = \"u654\"");
    for new in [new, other] {
        let found = standings_of(&[("a.toml", &old), ("b.toml", &new)], "2026-07-01");
        assert_eq!(found, named(&[("old", Standing::Live), ("new", Standing::Invalid)]));
    }
}

#[test]
fn a_successor_must_be_about_the_same_thing_and_later() {
    let old = version("old", "2026-02-01", "2", None);
    let elsewhere = version("new", "2026-06-01", "1", Some("old")).replace("satre:3.3.04", "satre:1.7.01");
    let earlier = version("new", "2026-02-01", "1", Some("old")).replace("made = 2026-02-01", "made = 2026-01-31");
    for new in [elsewhere, earlier] {
        let found = standings_of(&[("a.toml", &old), ("b.toml", &new)], "2026-07-01");
        assert_eq!(found, named(&[("old", Standing::Live), ("new", Standing::Invalid)]));
    }
}

#[test]
fn circles_of_successors_count_for_nothing_and_do_not_hang() {
    let day = "2026-02-01";
    let a = version("a", day, "1", Some("b"));
    let b = version("b", day, "1", Some("c"));
    let c = version("c", day, "1", Some("b"));
    let own = version("own", day, "1", Some("own"));
    let found = standings_of(&[("a.toml", &a), ("b.toml", &b), ("c.toml", &c), ("d.toml", &own)], "2026-07-01");
    use Standing::{Invalid, Live};
    assert_eq!(found, named(&[("a", Live), ("b", Invalid), ("c", Invalid), ("own", Invalid)]));
}

#[test]
fn of_two_that_count_for_one_statement_the_lower_score_holds() {
    let high = version("high", "2026-06-01", "2", None);
    let low = version("low", "2026-02-01", "0", None);
    let register = register(&[("a.toml", &high), ("b.toml", &low)]);
    let standings = register.at("2026-07-01".parse().unwrap(), &Known);
    assert_eq!(standings.statement("3.3.04").unwrap().form.id, "low");
    assert!(standings.notices()[0].text.contains("high and low score satre:3.3.04 differently"));
    // Of other questions the newest answers.
    assert_eq!(standings.live(Kind::Statement, "satre:3.3.04").unwrap().form.id, "high");
}

#[test]
fn two_files_of_one_id_count_for_nothing() {
    let one = version("one", "2026-02-01", "2", None);
    let found = standings_of(&[("a.toml", &one), ("b.toml", &one)], "2026-07-01");
    assert_eq!(found, named(&[("one", Standing::Invalid), ("one", Standing::Invalid)]));
}

#[test]
fn files_are_read_in_the_order_of_their_names_whatever_the_folder_says() {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("b.toml", version("b", "2026-02-01", "1", None)),
        ("a.toml", version("a", "2026-02-01", "1", None)),
        ("notes.md", "no attestation".to_owned()),
    ] {
        std::fs::write(dir.path().join(name), text).unwrap();
    }
    let loaded = Register::load(dir.path()).unwrap();
    assert_eq!(loaded.attestations().map(|a| a.form.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    let same = register(&[
        ("b.toml", &version("b", "2026-02-01", "1", None)),
        ("a.toml", &version("a", "2026-02-01", "1", None)),
    ]);
    assert_eq!(loaded.sha256(), same.sha256());
    assert!(Register::load(&dir.path().join("none")).is_err());
}
