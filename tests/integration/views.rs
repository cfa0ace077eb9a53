//! The views of the DSPT and of UK GDPR on the example environment: what they may say, and what they never say.

use std::collections::{BTreeMap, BTreeSet};

use havenmark::model::assessment::Assessment;
use havenmark::model::location::{LocationRow, Placement};
use havenmark::model::obligation::{ObligationLine, Stance};
use havenmark::model::score::{Importance, RollUp, Score, State};
use havenmark::model::verdict::Outcome;
use havenmark::report::summary::Summary;

use crate::demo::{audit, documents, read, texts};
use crate::program::{havenmark, run};

type Failure = Box<dyn std::error::Error>;

/// The example without its claims, and with its declaration changed.
fn demo(change: impl Fn(&str) -> String) -> Result<Assessment, Failure> {
    let mut texts = texts("estates/demo")?;
    for (_, text) in texts.iter_mut().filter(|(path, _)| path == "tre.toml") {
        let unclaimed: String = text.split_inclusive('\n').filter(|line| !line.starts_with("claims = ")).collect();
        *text = change(&unclaimed);
    }
    Ok(audit(&texts)?.0)
}

const CHOSEN: &str = "track = \"caf\"\nedition = \"v9\"";

fn with_claims(chosen: &str, claims: &str) -> Result<Assessment, Failure> {
    demo(|text| {
        assert!(text.contains(CHOSEN));
        text.replace(CHOSEN, &format!("{chosen}\n{claims}"))
    })
}

fn lines(assessment: &Assessment) -> impl Iterator<Item = &ObligationLine> {
    assessment.dspt.lines.iter().chain(&assessment.uk_gdpr.lines)
}

#[test]
fn every_line_of_every_edition_has_a_stance_a_reason_and_a_text() -> Result<(), Failure> {
    let assessment = demo(str::to_owned)?;
    let wanted: Vec<(&str, &str, &str)> = assessment
        .statements
        .iter()
        .filter(|s| s.framework != "satre")
        .map(|s| (s.framework.as_str(), s.edition.as_str(), s.id.as_str()))
        .collect();
    let got: Vec<(&str, &str, &str)> =
        lines(&assessment).map(|l| (l.framework.as_str(), l.edition.as_str(), l.id.as_str())).collect();
    assert_eq!(got, wanted);
    assert_eq!((assessment.dspt.lines.len(), assessment.uk_gdpr.lines.len()), (47 + 49 + 186, 46));
    for line in lines(&assessment) {
        assert!(!line.reason.is_empty() && !line.text.is_empty(), "{} {}", line.edition, line.id);
        let text = format!("{} {}", line.reason, line.text).to_lowercase();
        // Titles of controls speak of accredited people; none speaks so of an environment.
        for never in ["compliant", "compliance", "certified", "%"] {
            assert!(!text.contains(never), "{} {}: {never}", line.edition, line.id);
        }
    }
    Ok(())
}

/// The worst that a view could do is to say *supports* of something that nobody saw. Held against the statements and the
/// controls themselves rather than against the function that decides.
#[test]
fn no_line_is_supported_by_what_was_not_assessed() -> Result<(), Failure> {
    let assessment = demo(str::to_owned)?;
    let catalogue = havenmark::catalogue::Catalogue::built_in()?;
    let controls: BTreeMap<&str, Outcome> =
        assessment.controls.iter().map(|c| (c.id.as_str(), c.counts.overall())).collect();
    let mut seen = BTreeSet::new();
    for line in lines(&assessment) {
        seen.insert(line.stance);
        let framework = catalogue.lines.iter().find(|f| f.framework == line.framework).ok_or("no framework")?;
        let mapped =
            framework.lines.iter().find(|l| l.id == line.id && l.editions.contains(&line.edition)).ok_or("no line")?;
        let behind: Vec<_> = assessment
            .statements
            .iter()
            .filter(|s| s.framework == "satre" && mapped.satre.contains(&s.id) && s.state != State::OutOfScope)
            .collect();
        let failing = |id: &String| controls.get(id.as_str()) == Some(&Outcome::NotMet);
        match line.stance {
            Stance::Supports => {
                assert!(!behind.is_empty(), "{} {}", line.edition, line.id);
                for statement in behind {
                    let full = matches!(statement.score, Some(Score::Satisfied | Score::NotApplicable));
                    assert!(full, "{} {} rests on {}", line.edition, line.id, statement.id);
                    for id in &statement.controls {
                        let outcome = controls.get(id.as_str());
                        let good = matches!(outcome, Some(Outcome::Met | Outcome::NotApplicable));
                        assert!(good, "{} {} rests on {id}: {outcome:?}", line.edition, line.id);
                    }
                }
            }
            Stance::Contradicts => assert!(
                behind.iter().any(|s| s.score == Some(Score::NotMet) || s.controls.iter().any(failing)),
                "{} {}: {}",
                line.edition,
                line.id,
                line.reason
            ),
            Stance::Silent => {}
        }
    }
    assert!(seen.contains(&Stance::Contradicts) && seen.contains(&Stance::Silent));
    Ok(())
}

#[test]
fn a_claim_decides_what_the_same_evidence_is_held_against() -> Result<(), Failure> {
    let of = |claims: &str| -> Result<ObligationLine, Failure> {
        let assessment = with_claims(CHOSEN, claims)?;
        let found = assessment.dspt.lines.into_iter().find(|l| l.edition == "v9" && l.id == "B2.a");
        Ok(found.ok_or("no B2.a")?)
    };
    let achieved = of("claims = { \"B2.a\" = \"achieved\" }")?;
    assert_eq!((achieved.claim.as_deref(), achieved.stance), (Some("achieved"), Stance::Contradicts));
    assert_eq!(of("claims = { \"B2.a\" = \"partially-achieved\" }")?.stance, Stance::Silent);
    let denied = of("claims = { \"B2.a\" = \"not-achieved\" }")?;
    assert_eq!((denied.claim.as_deref(), denied.stance), (Some("not-achieved"), Stance::Silent));
    assert_eq!(of("")?.claim, None);
    Ok(())
}

#[test]
fn a_claim_that_belongs_to_nothing_is_said_and_not_taken() -> Result<(), Failure> {
    let notices = |assessment: &Assessment| -> Vec<String> {
        let about = assessment.notices.iter().filter(|n| n.text.contains("laim"));
        about.map(|n| format!("{}: {}", n.place, n.text)).collect()
    };
    let unknown = with_claims(CHOSEN, "claims = { \"Z9.z\" = \"achieved\" }")?;
    assert_eq!(notices(&unknown).len(), 1, "{:?}", unknown.notices);
    assert!(notices(&unknown)[0].contains("Z9.z") && notices(&unknown)[0].starts_with("tre.toml:"));
    assert!(lines(&unknown).all(|l| l.claim.is_none()));
    // A2.b means something else in each edition, so a claim without an edition is a claim of nothing.
    let without = with_claims("track = \"caf\"", "claims = { \"A2.b\" = \"achieved\" }")?;
    assert!(notices(&without)[0].contains("edition"), "{:?}", without.notices);
    assert!(lines(&without).all(|l| l.claim.is_none()));
    Ok(())
}

#[test]
fn certificates_cover_items_and_settle_nothing() -> Result<(), Failure> {
    let held = demo(|t| t.replace(CHOSEN, "track = \"ndg\"\nedition = \"v8/2\""))?;
    let none = demo(|t| t.replace("held = [\"cyber-essentials-plus\", \"iso27001\"]", "held = []"))?;
    let covered = |a: &Assessment| a.dspt.lines.iter().filter(|l| !l.covered_by.is_empty()).count();
    assert_eq!((covered(&held), covered(&none)), (47, 0));
    assert!(held.dspt.lines.iter().all(|l| l.framework == "dspt_ndg" || l.covered_by.is_empty()));
    let stances = |a: &Assessment| lines(a).map(|l| (l.edition.clone(), l.id.clone(), l.stance)).collect::<Vec<_>>();
    assert_eq!(stances(&held), stances(&none));
    let all: BTreeSet<&str> = held.dspt.lines.iter().flat_map(|l| &l.covered_by).map(String::as_str).collect();
    assert_eq!(all, BTreeSet::from(["cyber-essentials-plus", "iso27001"]));
    Ok(())
}

/// Counted anew from the documents: every bucket is in one row, and only those of the declared Region are in an approved one.
#[test]
fn every_store_is_counted_once_where_it_lies() -> Result<(), Failure> {
    let texts = texts("estates/demo")?;
    let folder = tempfile::tempdir()?;
    let reader = read(&texts)?.write(folder.path())?;
    let mut lies: BTreeMap<(String, String), u64> = BTreeMap::new();
    for document in documents(&reader)?.iter().filter(|d| d.kind == "AWS::S3::Bucket") {
        *lies.entry((document.account.clone(), document.region.clone())).or_default() += 1;
    }
    let (assessment, _) = audit(&texts)?;
    let found = &assessment.uk_gdpr.locations;
    let of = |rows: &[&LocationRow]| -> BTreeMap<(String, String), u64> {
        rows.iter().map(|row| ((row.account.clone(), row.region.clone()), row.count)).collect()
    };
    let buckets: Vec<&LocationRow> = found.rows.iter().filter(|row| row.kind == "AWS::S3::Bucket").collect();
    assert_eq!(of(&buckets), lies);
    assert_eq!(found.approved.as_deref(), Some(&["eu-west-2".to_owned()][..]));
    for row in &found.rows {
        assert_eq!(row.place == Placement::Approved, row.region == "eu-west-2", "{row:?}");
        assert_eq!(row.place == Placement::Approved, row.examples.is_empty(), "{row:?}");
    }
    assert!(buckets.iter().any(|row| row.place == Placement::Outside));
    // What the example does not list is said, and is not "none".
    const NEVER_LISTED: &str = "AWS::S3Tables::TableBucket";
    assert!(!texts.iter().any(|(_, text)| text.contains(NEVER_LISTED)));
    assert!(found.gaps.iter().any(|gap| gap.kind == NEVER_LISTED));
    assert!(!found.none_found.contains(&NEVER_LISTED.to_owned()));
    Ok(())
}

#[test]
fn without_declared_regions_nothing_is_approved() -> Result<(), Failure> {
    let assessment = demo(|text| text.replace("regions = [\"eu-west-2\"]\n", ""))?;
    let found = &assessment.uk_gdpr.locations;
    assert_eq!(found.approved, None);
    assert!(!found.rows.is_empty());
    assert!(found.rows.iter().all(|row| matches!(row.place, Placement::NotDeclared | Placement::Unknown)));
    let stores = assessment.uk_gdpr.article_30.rows.iter().flat_map(|row| &row.stores);
    assert!(stores.clone().count() > 0 && stores.clone().all(|store| store.place != Placement::Approved));
    Ok(())
}

#[test]
fn the_record_has_each_declared_project_and_dataset_and_no_word_of_its_own() -> Result<(), Failure> {
    let assessment = demo(str::to_owned)?;
    let draft = &assessment.uk_gdpr.article_30;
    let projects: BTreeSet<&str> = draft.rows.iter().filter_map(|row| row.project.as_deref()).collect();
    let datasets: BTreeSet<&str> = draft.rows.iter().filter_map(|row| row.dataset.as_deref()).collect();
    assert_eq!((projects.len(), datasets.len()), (4, 7));
    let text = &texts("estates/demo")?.into_iter().find(|(path, _)| path == "tre.toml").ok_or("no tre.toml")?.1;
    for row in &draft.rows {
        for part in [&row.source, &row.dataset_title, &row.project_title, &row.delete_by] {
            assert!(text.contains(part.as_str()), "{part}");
        }
        for basis in
            row.legal_basis.split("; ").map(|b| b.trim_start_matches("dataset: ").trim_start_matches("project: "))
        {
            assert!(text.contains(basis), "{basis}");
        }
        assert!(row.stores.iter().all(|store| store.region.is_some() == store.reason.is_empty()), "{row:?}");
    }
    assert!(draft.rows.iter().flat_map(|row| &row.stores).any(|store| store.place == Placement::Approved));
    Ok(())
}

/// 89 Mandatory and 6 Mandatory* statements, whatever is declared; those out of scope are counted apart.
#[test]
fn the_mandatory_tally_sums_to_95_and_federation_is_a_matter_of_declaration() -> Result<(), Failure> {
    const ALONE: &str = "federation = { member = false }";
    for (federation, scope) in [(ALONE, false), ("federation = { member = true }", true), ("", true)] {
        let assessment = demo(|text| {
            assert!(text.contains(ALONE));
            text.replace(ALONE, federation)
        })?;
        let summary = Summary::new(&assessment);
        let binding = summary.binding;
        assert_eq!((binding.total(), summary.whole.total()), (95, 185), "{federation}");
        let fifth: Vec<_> =
            assessment.statements.iter().filter(|s| s.framework == "satre" && s.id.starts_with("5.")).collect();
        assert!(fifth.iter().all(|s| (s.state == State::OutOfScope) != scope), "{federation}");
        assert!(scope || fifth.iter().all(|s| s.score.is_none()));
        let pillar = assessment.rollup.satre.pillars.iter().find(|p| p.id == "5").ok_or("no pillar 5")?;
        assert_eq!(pillar.state == RollUp::OutOfScope, !scope, "{federation}");
        assert!(pillar.state != RollUp::Met);
    }
    let mandatory = |importance| {
        let of = havenmark::catalogue::Catalogue::built_in().map(|c| c.satre.statements).unwrap_or_default();
        of.iter().filter(|s| s.importance == importance).count()
    };
    assert_eq!((mandatory(Importance::Mandatory), mandatory(Importance::MandatoryStar)), (89, 6));
    Ok(())
}

#[test]
fn packs_are_written_on_request_and_named_in_the_summary() -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let (code, out, _) = run(havenmark(folder.path()).args(["demo", "-o", "plain"]))?;
    assert!(code == 0 && !out.contains(".csv"), "{out}");
    let (code, out, _) = run(havenmark(folder.path()).args(["demo", "-o", "all", "--pack", "all"]))?;
    assert_eq!(code, 0);
    let mut written = BTreeSet::new();
    for entry in std::fs::read_dir(folder.path().join("all"))? {
        written.insert(entry?.file_name().into_string().map_err(|_| "no text")?);
    }
    let sheets: Vec<&String> = written.iter().filter(|name| name.ends_with(".csv")).collect();
    assert_eq!(sheets, ["dspt.csv", "gdpr-article-30.csv", "gdpr-locations.csv", "satre.csv"]);
    assert!(sheets.iter().all(|name| out.contains(name.as_str())), "{out}");
    for name in ["evidence.json", "report.html"] {
        let read = |of: &str| std::fs::read(folder.path().join(of).join(name));
        assert!(read("plain")? == read("all")?, "{name}");
    }
    let (code, _, _) = run(havenmark(folder.path()).args(["demo", "-o", "some", "--pack", "satre"]))?;
    assert!(code == 0 && !folder.path().join("some/dspt.csv").exists());
    assert_eq!(run(havenmark(folder.path()).args(["demo", "--pack", "pdf"]))?.0, 2);
    Ok(())
}
