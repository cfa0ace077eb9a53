//! Made-up assessments for tests and for looking at the page: an example, a hostile one, and the edges.
//!
//! May import: `model`. Guarantees: nothing in them is real; the same bytes each time. Titles are this project's own.

use serde_json::json;

use crate::model::assessment::{
    Assessment, AttestationStatus, ControlResult, Coverage, ExceptionStatus, FindingTable, FrameworkEdition, Gap,
    InventoryGap, Notice, RollUpEntry, RollUps, Run, SAMPLE_LIMIT, SatreRollUp, Since, Standing, StatementResult, Tool,
};
use crate::model::call::CallOutcome;
use crate::model::digest::sha256_hex;
use crate::model::id::{Safe, Severity};
use crate::model::location::{Located, LocationGap, LocationRow, Locations, Placement};
use crate::model::obligation::{DsptView, GdprView, ObligationLine, Stance};
use crate::model::processing::{ProcessingDraft, ProcessingRow, StorePlace};
use crate::model::score::{Importance, Mode, RollUp, Score, State};
use crate::model::time::AsOf;
use crate::model::verdict::{Counts, FactRead, Outcome, Verdict, fingerprint};

pub(crate) type Sample = (Assessment, Vec<Verdict>);

const CONTROLS: &str = include_str!("../../fixtures/report/controls.tsv");
const SATRE: &str = include_str!("../../fixtures/report/satre.tsv");
const OBLIGATIONS: &str = include_str!("../../fixtures/report/obligations.tsv");
const ACCOUNTS: [&str; 3] = ["111122223333", "444455556666", "777788889999"];

/// Controls that fail in the example, with the number of resources.
const FAIL: [(&str, u64); 19] = [
    ("SET-VDI-01", 2),
    ("DAT-STO-02", 7),
    ("PEO-IAM-01", 3),
    ("SET-NET-02", 1),
    ("OUT-SOD-01", 1),
    ("PRJ-SEG-02", 2),
    ("SET-LOG-03", 1),
    ("SET-NET-06", 78),
    ("DAT-KEY-02", 12),
    ("SET-CMP-03", 24),
    ("PEO-IDC-03", 4),
    ("PRJ-BUD-01", 3),
    ("SET-MON-02", 2),
    ("DAT-BAK-02", 9),
    ("SET-CFG-03", 31),
    ("PRJ-REG-05", 2),
    ("DAT-RET-01", 5),
    ("SET-DNS-02", 1),
    ("PEO-TRN-02", 6),
];
const UNKNOWN: [(&str, u64); 8] = [
    ("DAT-STO-03", 2),
    ("SET-PER-01", 3),
    ("PEO-IDC-06", 1),
    ("OUT-REC-02", 60),
    ("SET-NET-06", 4),
    ("PRJ-SEG-05", 2),
    ("DAT-MIN-02", 1),
    ("SET-SWS-02", 8),
];

fn time(text: &str) -> AsOf {
    text.parse().unwrap()
}

/// A number that depends on the text alone.
fn dice(text: &str, sides: u64) -> u64 {
    u64::from_str_radix(&sha256_hex(text.as_bytes())[..12], 16).unwrap() % sides
}

fn split(text: &str) -> Vec<String> {
    text.split(';').map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned).collect()
}

fn mode(text: &str) -> Mode {
    match text {
        "automated" => Mode::Automated,
        "hybrid" => Mode::Hybrid,
        _ => Mode::Attested,
    }
}

fn verdict(control: &str, kind: &str, place: u64, outcome: Outcome, call: &str) -> Verdict {
    let account = ACCOUNTS[(place % 3) as usize];
    let last = kind.rsplit("::").next().unwrap_or(kind).to_lowercase();
    let resource = format!("arn:aws:{last}:eu-west-2:{account}:{last}/northmoor-{}-{place:03}", control.to_lowercase());
    let (service, operation) = call.split_once(':').unwrap_or(("s3", "GetBucketPolicy"));
    let reason = match outcome {
        Outcome::Met => String::new(),
        Outcome::NotMet => "the policy permits it only where resource.Observed.enabled is true".to_owned(),
        Outcome::NotAssessed => format!("{service}:{operation} was denied (AccessDenied, HTTP 403)"),
        Outcome::NotApplicable => "there is none of this type in scope".to_owned(),
        Outcome::Excepted => "not met, under exception exc-2026-0011 until 30 December 2026".to_owned(),
    };
    let call_id = sha256_hex(format!("{control}{place}").as_bytes())[..16].to_owned();
    let fact = |path: &str| FactRead {
        call: None,
        declared: None,
        derived_from: Vec::new(),
        missing: None,
        path: path.to_owned(),
        value: None,
    };
    let facts = match outcome {
        Outcome::NotAssessed => vec![FactRead { missing: Some(reason.clone()), ..fact("resource.Observed.enabled") }],
        Outcome::NotApplicable => Vec::new(),
        _ => vec![
            FactRead {
                call: Some(call_id.clone()),
                value: Some(json!(outcome == Outcome::Met)),
                ..fact("resource.Observed.enabled")
            },
            FactRead {
                declared: Some("tre.toml:42".to_owned()),
                value: Some(json!(["vpce-0a1b2c3d4e5f60718"])),
                ..fact("context.declaration.network.endpoints")
            },
            FactRead {
                derived_from: vec![call_id.clone(), "9f2c41ab00aa11bb".to_owned()],
                value: Some(json!({"effect": "Allow", "principals": ["*"]})),
                ..fact("resource.Derived.effectiveAccess")
            },
        ],
    };
    Verdict {
        account: account.to_owned(),
        control: control.to_owned(),
        exception: (outcome == Outcome::Excepted).then(|| "exc-2026-0011".to_owned()),
        facts,
        fingerprint: fingerprint(control, &resource),
        reason,
        region: "eu-west-2".to_owned(),
        resource,
        kind: kind.to_owned(),
        verdict: outcome,
    }
}

fn controls(fail: &[(&str, u64)], unknown: &[(&str, u64)], all: &mut Vec<Verdict>) -> Vec<ControlResult> {
    CONTROLS
        .lines()
        .map(|line| {
            let [id, safe, title, kind, rule, severity, scope, pre, satre, call] =
                line.split('\t').collect::<Vec<_>>().try_into().unwrap();
            let of = |list: &[(&str, u64)]| list.iter().find(|(c, _)| *c == id).map_or(0, |(_, n)| *n);
            let excepted = u64::from(!fail.is_empty() && matches!(id, "DAT-STO-09" | "DAT-STO-02"));
            let absent = dice(id, 5) == 0 && of(fail) + of(unknown) + excepted == 0;
            let met = if absent { 0 } else { dice(&format!("{id}met"), 40) + u64::from(of(fail) == 0) };
            let counts = Counts {
                excepted,
                met,
                not_applicable: u64::from(absent),
                not_assessed: of(unknown),
                not_met: of(fail),
            };
            let mut place = 0;
            let mut verdicts = |n: u64, outcome| {
                (0..n)
                    .map(|_| {
                        place += 1;
                        verdict(id, kind, place, outcome, call)
                    })
                    .collect::<Vec<_>>()
            };
            let mut failing = verdicts(counts.not_met, Outcome::NotMet);
            failing.extend(verdicts(counts.excepted, Outcome::Excepted));
            let mut unknown = verdicts(counts.not_assessed, Outcome::NotAssessed);
            all.extend(failing.iter().cloned());
            all.extend(unknown.iter().cloned());
            all.extend(verdicts(counts.met, Outcome::Met));
            all.extend(verdicts(counts.not_applicable, Outcome::NotApplicable));
            failing.truncate(SAMPLE_LIMIT);
            unknown.truncate(SAMPLE_LIMIT);
            ControlResult {
                id: id.to_owned(),
                own: false,
                title: title.to_owned(),
                severity: match severity {
                    "critical" => Severity::Critical,
                    "high" => Severity::High,
                    "medium" => Severity::Medium,
                    _ => Severity::Low,
                },
                safe: Safe::from_code(&id[..3]).unwrap(),
                scope: scope.to_owned(),
                pre_deploy: pre == "yes",
                applies_to: vec![kind.to_owned()],
                rationale: rule.to_owned(),
                remediation: vec![
                    ("AWS CLI".to_owned(), "aws appstream update-stack --name NAME \\\n  --user-settings Action=CLIPBOARD_COPY_TO_LOCAL_DEVICE,Permission=DISABLED".to_owned()),
                    ("Terraform".to_owned(), "resource \"aws_appstream_stack\" \"desktop\" {\n  user_settings {\n    action     = \"CLIPBOARD_COPY_TO_LOCAL_DEVICE\"\n    permission = \"DISABLED\"\n  }\n}".to_owned()),
                ],
                policy: format!("@id(\"{id}\")\npermit (\n  principal,\n  action == Action::\"comply\",\n  resource is {kind}\n) when {{\n  resource.Observed.enabled\n}};"),
                satre: split(satre),
                dspt: vec!["v9 B4.b".to_owned(), "v8/2 9.3.1".to_owned()],
                uk_gdpr: vec!["5(1)(f)".to_owned(), "32(1)(b)".to_owned()],
                counts,
                failing,
                unknown,
            }
            .tap(safe)
        })
        .collect()
}

trait Tap: Sized {
    fn tap(self, safe: &str) -> Self;
}

impl Tap for ControlResult {
    fn tap(self, safe: &str) -> Self {
        assert_eq!(self.safe.as_str(), safe);
        self
    }
}

/// How the people of a sample behave.
#[derive(Clone, Copy, PartialEq)]
enum People {
    Mixed,
    All,
}

fn score(row: &[&str; 9], controls: &[ControlResult], people: People) -> (State, Option<Score>, bool, String) {
    let [id, capability, importance, _, _, mode, _, ids, can_fail] = row;
    if capability.starts_with('5') {
        return (State::OutOfScope, None, false, "The declaration says that this TRE does not federate.".to_owned());
    }
    let linked: Vec<&ControlResult> =
        split(ids).iter().filter_map(|id| controls.iter().find(|c| &c.id == id)).collect();
    let severe = linked.iter().find(|c| c.counts.not_met > 0 && c.severity >= Severity::High);
    let mild = linked.iter().find(|c| c.counts.not_met > 0);
    let excepted = linked.iter().find(|c| c.counts.excepted > 0);
    let unknown = linked.iter().find(|c| c.counts.not_assessed > 0);
    let mut machine = match (severe, mild.or(excepted), unknown) {
        (Some(c), ..) if *can_fail == "yes" || *mode == "automated" => {
            return (
                State::NotMet,
                Some(Score::NotMet),
                false,
                format!("{} fails on {} resources.", c.id, c.counts.not_met),
            );
        }
        (_, _, Some(c)) if *mode != "attested" => {
            return (
                State::NotAssessed,
                None,
                false,
                format!("{} is not assessed on {} resources.", c.id, c.counts.not_assessed),
            );
        }
        (_, Some(_), _) => Score::Sufficient,
        _ => Score::Satisfied,
    };
    if *mode == "automated" {
        let state = match (machine, mild) {
            (Score::Satisfied, _) => State::Met,
            (_, None) => State::Excepted,
            _ => State::PartlyMet,
        };
        return (state, Some(machine), false, format!("{} linked controls decide it.", linked.len()));
    }
    if people == People::Mixed {
        match dice(id, 24) {
            0 => return (State::AwaitsAttestation, None, false, "No attestation counts for it.".to_owned()),
            1 if *importance == "R" || *importance == "O" => {
                return (
                    State::NotMet,
                    Some(Score::NotMet),
                    true,
                    "The attestation says that it is not met.".to_owned(),
                );
            }
            2 if *importance != "M" => {
                return (
                    State::NotApplicable,
                    Some(Score::NotApplicable),
                    true,
                    "Claimed not applicable: no public data is held.".to_owned(),
                );
            }
            3..=6 => machine = Score::Sufficient,
            _ => {}
        }
    }
    let state = if machine == Score::Satisfied { State::Met } else { State::PartlyMet };
    let by_person = *mode == "attested" || linked.is_empty() || dice(&format!("{id}p"), 3) > 0;
    (state, Some(machine), by_person, "The attestation counts, and no control contradicts it.".to_owned())
}

fn statements(controls: &[ControlResult], people: People) -> Vec<StatementResult> {
    let mut all: Vec<StatementResult> = SATRE
        .lines()
        .map(|line| {
            let row: [&str; 9] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
            let (state, score, by_person, reason) = score(&row, controls, people);
            let [id, capability, importance, title, safe, mode_, roles, ids, _] = row;
            StatementResult {
                attestation: by_person.then(|| format!("att-2026-{:04}", dice(id, 24))),
                controls: split(ids),
                edition: "2.0.0".to_owned(),
                framework: "satre".to_owned(),
                id: id.to_owned(),
                importance: Some(match importance {
                    "M" => Importance::Mandatory,
                    "M*" => Importance::MandatoryStar,
                    "R" => Importance::Recommended,
                    _ => Importance::Optional,
                }),
                mode: mode(mode_),
                reason,
                score,
                state,
                title: title.to_owned(),
                group: capability.to_owned(),
                safe: Safe::ALL.into_iter().find(|s| s.as_str() == safe),
                by_person,
                roles: split(roles),
                claim: None,
            }
        })
        .collect();
    let obligations: Vec<StatementResult> = OBLIGATIONS
        .lines()
        .map(|line| {
            let [framework, edition, id, title, group, mode_, satre] =
                line.split('\t').collect::<Vec<_>>().try_into().unwrap();
            let linked: Vec<&StatementResult> = split(satre)
                .iter()
                .filter_map(|id| all.iter().find(|s| s.framework == "satre" && &s.id == id))
                .collect();
            let state = if linked.iter().any(|s| s.state == State::NotMet) {
                State::NotMet
            } else if linked.is_empty() || mode(mode_) == Mode::Attested {
                State::NotAssessed
            } else if linked.iter().any(|s| s.score.is_none()) {
                State::AwaitsAttestation
            } else if linked.iter().all(|s| s.state == State::Met) {
                State::Met
            } else {
                State::PartlyMet
            };
            let mut controls: Vec<String> = linked.iter().flat_map(|s| s.controls.clone()).collect();
            controls.sort();
            controls.dedup();
            StatementResult {
                attestation: None,
                controls,
                edition: edition.to_owned(),
                framework: framework.to_owned(),
                id: id.to_owned(),
                importance: None,
                mode: mode(mode_),
                reason: format!("Drawn from {}.", if linked.is_empty() { "nothing" } else { satre }),
                score: None,
                state,
                title: title.to_owned(),
                group: group.to_owned(),
                safe: None,
                by_person: false,
                roles: Vec::new(),
                claim: (edition == "v9" && id.starts_with('B')).then(|| "achieved".to_owned()),
            }
        })
        .collect();
    all.extend(obligations);
    all
}

fn roll(statements: &[&StatementResult]) -> (RollUp, bool) {
    let binding: Vec<_> = statements.iter().filter(|s| s.importance.is_some_and(Importance::binding)).collect();
    let state = if statements.iter().all(|s| s.state == State::OutOfScope) {
        RollUp::OutOfScope
    } else if binding.iter().any(|s| s.score == Some(Score::NotMet)) {
        RollUp::NotMet
    } else if binding.iter().any(|s| s.score.is_none() && s.state != State::OutOfScope) {
        RollUp::Incomplete
    } else {
        RollUp::Met
    };
    (state, binding.iter().all(|s| s.importance == Some(Importance::MandatoryStar)))
}

fn rollup(statements: &[StatementResult]) -> RollUps {
    let satre: Vec<&StatementResult> = statements.iter().filter(|s| s.framework == "satre").collect();
    let entry = |id: &str, title: &str, of: Vec<&StatementResult>, vacuous: bool| {
        let (state, nothing) = roll(&of);
        RollUpEntry {
            id: id.to_owned(),
            nothing_mandatory: vacuous && nothing && state == RollUp::Met,
            state,
            title: title.to_owned(),
        }
    };
    let mut groups: Vec<&str> = satre.iter().map(|s| s.group.as_str()).collect();
    groups.dedup();
    let pillars = [
        ("1", "Information governance"),
        ("2", "Computing technology and information security"),
        ("3", "Data management"),
        ("4", "Supporting capabilities"),
        ("5", "Federation"),
    ];
    RollUps {
        dspt: Vec::new(),
        five_safes: Safe::ALL
            .into_iter()
            .map(|safe| {
                let of = satre.iter().copied().filter(|s| s.safe == Some(safe)).collect();
                entry(safe.as_str(), safe.heading(), of, false)
            })
            .collect(),
        satre: SatreRollUp {
            capabilities: groups
                .iter()
                .map(|group| {
                    let (id, title) = group.split_once(' ').unwrap();
                    entry(id, title, satre.iter().copied().filter(|s| s.group == *group).collect(), true)
                })
                .collect(),
            pillars: pillars
                .into_iter()
                .map(|(id, title)| {
                    entry(id, title, satre.iter().copied().filter(|s| s.id.starts_with(id)).collect(), false)
                })
                .collect(),
            whole: Some(roll(&satre).0),
        },
        uk_gdpr: Vec::new(),
    }
}

fn attestations(mixed: bool) -> Vec<AttestationStatus> {
    (0..24)
        .map(|n| {
            let standing = match n {
                3 if mixed => Standing::Expired,
                5 | 9 if mixed => Standing::Expiring,
                7 if mixed => Standing::Invalid,
                11 => Standing::Superseded,
                _ => Standing::Live,
            };
            let (made, expires, reason) = match standing {
                Standing::Expired => ("2025-11-01", "2026-11-01", "It expired on 1 November 2026."),
                Standing::Expiring => ("2025-12-09", "2026-12-09", ""),
                Standing::Invalid => ("2026-10-01", "2027-10-01", "The same person made and approved it."),
                Standing::Superseded => ("2025-10-01", "2026-10-01", "att-2026-0012 supersedes it."),
                Standing::Live => ("2026-10-01", "2027-10-01", ""),
            };
            AttestationStatus {
                id: format!("att-2026-{n:04}"),
                kind: "statement".to_owned(),
                subject: format!("satre:3.3.{:02}", n % 9 + 1),
                role: "Output Checker".to_owned(),
                by: "u321".to_owned(),
                approved_by: "u654".to_owned(),
                made: time(made),
                expires: Some(time(expires)),
                standing,
                reason: reason.to_owned(),
                place: format!("attestations/att-2026-{n:04}.toml"),
            }
        })
        .collect()
}

fn exceptions() -> Vec<ExceptionStatus> {
    [("exc-2026-0011", Standing::Live, "2026-12-30"), ("exc-2026-0007", Standing::Expired, "2026-11-10")]
        .into_iter()
        .map(|(id, standing, expires)| ExceptionStatus {
            id: id.to_owned(),
            control: "DAT-STO-02".to_owned(),
            resource: "arn:aws:s3:::northmoor-reference-*".to_owned(),
            reason: "Public reference genome, no personal data.".to_owned(),
            risk: "Low: nothing confidential is held.".to_owned(),
            by: "u321".to_owned(),
            approved_by: "u654".to_owned(),
            authority: "SIRO".to_owned(),
            made: time("2026-10-01"),
            review: Some(time("2026-11-15")),
            expires: Some(time(expires)),
            end_plan: "Moved to the public account by December.".to_owned(),
            standing,
            standing_reason: if standing == Standing::Expired {
                "It expired on 10 November 2026.".into()
            } else {
                String::new()
            },
            used: u64::from(standing == Standing::Live) * 2,
        })
        .collect()
}

fn findings(controls: &[ControlResult], verdicts: &[Verdict]) -> FindingTable {
    let mut table = FindingTable {
        controls: controls.iter().map(|c| c.id.clone()).collect(),
        severities: controls.iter().map(|c| c.severity).collect(),
        accounts: ACCOUNTS.map(str::to_owned).to_vec(),
        regions: vec!["eu-west-2".to_owned(), "eu-west-1".to_owned()],
        ..FindingTable::default()
    };
    for v in verdicts.iter().filter(|v| v.verdict == Outcome::NotMet) {
        table.control.push(u16::try_from(table.controls.iter().position(|c| *c == v.control).unwrap()).unwrap());
        table.account.push(u32::try_from(table.accounts.iter().position(|a| *a == v.account).unwrap_or(0)).unwrap());
        table.region.push(0);
        table.resource.push(v.resource.clone());
        table.total += 1;
    }
    table
}

fn views(statements: &[StatementResult]) -> (DsptView, GdprView) {
    let (mut dspt, mut uk_gdpr) = (
        DsptView {
            edition: Some("v9".to_owned()),
            held: vec!["cyber-essentials-plus".to_owned()],
            track: Some("caf".to_owned()),
            ..DsptView::default()
        },
        GdprView { article_30: drafts(), lines: Vec::new(), locations: locations() },
    );
    for statement in statements.iter().filter(|s| s.framework != "satre") {
        let line = ObligationLine {
            claim: statement.claim.clone(),
            covered_by: Vec::new(),
            edition: statement.edition.clone(),
            framework: statement.framework.clone(),
            id: statement.id.clone(),
            reason: statement.reason.clone(),
            stance: match statement.state {
                State::Met => Stance::Supports,
                State::NotMet => Stance::Contradicts,
                _ => Stance::Silent,
            },
            text: format!("Made up: {} of {}.", statement.id, statement.edition),
        };
        if line.framework == "uk_gdpr" { &mut uk_gdpr.lines } else { &mut dspt.lines }.push(line);
    }
    (dspt, uk_gdpr)
}

fn locations() -> Locations {
    let row = |what, kind: &str, region: &str, place, count: u64, examples: &[&str]| LocationRow {
        account: ACCOUNTS[0].to_owned(),
        count,
        examples: examples.iter().map(|name| (*name).to_owned()).collect(),
        place,
        region: region.to_owned(),
        kind: kind.to_owned(),
        what,
    };
    Locations {
        approved: Some(vec!["eu-west-2".to_owned()]),
        gaps: vec![LocationGap {
            accounts: vec![ACCOUNTS[2].to_owned()],
            count: 1,
            reason: "s3:GetBucketReplication denied: AccessDenied (403)".to_owned(),
            kind: "AWS::S3::Bucket ReplicationConfiguration".to_owned(),
        }],
        none_found: vec!["AWS::EC2::Image".to_owned(), "AWS::FSx::FileSystem".to_owned()],
        read: vec!["eu-west-1".to_owned(), "eu-west-2".to_owned()],
        rows: vec![
            row(Located::Store, "AWS::S3::Bucket", "eu-west-2", Placement::Approved, 1_204, &[]),
            row(
                Located::Store,
                "AWS::S3::Bucket",
                "eu-west-1",
                Placement::Outside,
                12,
                &["arn:aws:s3:::northmoor-study-sleep", "arn:aws:s3:::northmoor-old", "arn:aws:s3:::northmoor-x"],
            ),
            row(Located::Log, "AWS::CloudTrail::Trail S3BucketName", "unknown", Placement::Unknown, 1, &["t to b"]),
        ],
    }
}

fn drafts() -> ProcessingDraft {
    let store = |region: Option<&str>, place| StorePlace {
        account: region.map(|_| ACCOUNTS[0].to_owned()),
        place,
        reason: if region.is_some() { String::new() } else { "it was not seen".to_owned() },
        region: region.map(str::to_owned),
        store: "s3:northmoor-store-cardio".to_owned(),
    };
    let whole = ProcessingRow {
        categories: "tier3, pseudonymised".to_owned(),
        dataset: Some("ds-cardio".to_owned()),
        dataset_title: "Cohort of the cardio project".to_owned(),
        delete_by: "2027-12-31".to_owned(),
        legal_basis: "6(1)(e), 9(2)(j)".to_owned(),
        place: "tre.toml:40".to_owned(),
        project: Some("cardio-2026".to_owned()),
        project_title: "Statins after 75".to_owned(),
        recipients: vec!["u101".to_owned()],
        source: "Northmoor Hospitals".to_owned(),
        stores: vec![store(Some("eu-west-2"), Placement::Approved), store(None, Placement::Unknown)],
    };
    let bare =
        ProcessingRow { project: Some("renal-2025".to_owned()), place: "tre.toml:57".to_owned(), ..<_>::default() };
    ProcessingDraft {
        gaps: vec!["part of [dataset] at tre.toml:80 was set aside".to_owned()],
        rows: vec![whole, bare],
        security: vec!["DAT-STO: 8 met, 2 not met".to_owned(), "SET-LOG: 2 met, 1 not assessed".to_owned()],
    }
}

fn frameworks() -> Vec<FrameworkEdition> {
    [
        ("satre", "2.0.0", "SATRE 2.0.0", false, ""),
        (
            "dspt_caf",
            "v9",
            "DSPT, CAF-aligned, 2026-27 (v9: confirm with the toolkit)",
            false,
            "Confirm with dsptoolkit.nhs.uk: this edition rests on published guidance, not on the workbook.",
        ),
        ("dspt_caf", "v8", "DSPT, CAF-aligned, 2025-26 (v8)", false, ""),
        ("dspt_ndg", "v8/2", "DSPT, ten standards, category 2, IT suppliers (v8)", false, ""),
        (
            "dspt_ndg",
            "v8/3",
            "DSPT, ten standards, category 3, universities and others (v8)",
            true,
            "Only the items found in public sources; the category has more.",
        ),
        ("dspt_ndg", "v8/4", "DSPT, ten standards, category 4, general practice (v8)", false, ""),
        ("uk_gdpr", "2026-02-05", "UK GDPR, as in force since 5 February 2026", false, ""),
    ]
    .into_iter()
    .map(|(framework, edition, title, partial, note)| FrameworkEdition {
        edition: edition.to_owned(),
        framework: framework.to_owned(),
        note: note.to_owned(),
        partial,
        title: title.to_owned(),
    })
    .collect()
}

fn build(fail: &[(&str, u64)], unknown: &[(&str, u64)], people: People) -> Sample {
    let mut verdicts = Vec::new();
    let controls = controls(fail, unknown, &mut verdicts);
    let statements = statements(&controls, people);
    let rollup = rollup(&statements);
    let (dspt, uk_gdpr) = views(&statements);
    let gap = |call: &str, account: &str, outcome, count, ids: &[&str]| {
        let (service, operation) = call.split_once(':').unwrap();
        Gap {
            account: account.to_owned(),
            controls: ids.iter().map(|id| (*id).to_owned()).collect(),
            count,
            operation: operation.to_owned(),
            outcome,
            reason: "AccessDenied, HTTP 403: no identity-based policy allows it.".to_owned(),
            region: "eu-west-2".to_owned(),
            service: service.to_owned(),
        }
    };
    let gaps = if unknown.is_empty() {
        Vec::new()
    } else {
        vec![
            gap("dynamodb:Scan", ACCOUNTS[0], CallOutcome::Denied, 1, &["OUT-REC-02", "PRJ-SEG-05"]),
            gap("s3:GetBucketPolicy", ACCOUNTS[2], CallOutcome::Denied, 2, &["DAT-STO-03", "SET-PER-01", "DAT-MIN-02"]),
            gap("ssm:DescribeInstanceInformation", ACCOUNTS[1], CallOutcome::Throttled, 8, &["SET-SWS-02"]),
        ]
    };
    let refused: u64 = gaps.iter().map(|g| g.count).sum();
    let assessment = Assessment {
        run: Run {
            profiles: Vec::new(),
            accounts: ACCOUNTS.map(str::to_owned).to_vec(),
            as_of: time("2026-11-24T02:14:00Z"),
            caller: Some("arn:aws:sts::111122223333:assumed-role/HavenmarkAuditor/nightly".to_owned()),
            collected_from: time("2026-11-24T01:40:00Z"),
            collected_to: time("2026-11-24T02:11:00Z"),
            coverage: Coverage { answered: 6_204 - refused, calls: 6_204, gaps, inventory: Vec::new() },
            declaration_sha256: Some(sha256_hex(b"declaration")),
            name: Some("Northmoor Secure Data Environment".to_owned()),
            projects: 11,
            regions: vec!["eu-west-2".to_owned(), "eu-west-1".to_owned()],
            register_sha256: Some(sha256_hex(b"register")),
            resources: 4_812,
            snapshot_sha256: sha256_hex(b"snapshot"),
        },
        tool: Tool { control_pack_sha256: sha256_hex(b"pack"), version: "0.1.0".to_owned() },
        verdict: rollup.satre.whole.unwrap(),
        findings: findings(&controls, &verdicts),
        controls,
        statements,
        rollup,
        attestations: attestations(people == People::Mixed),
        exceptions: if fail.is_empty() { Vec::new() } else { exceptions() },
        notices: vec![Notice {
            place: "tre.toml:57".to_owned(),
            text: "The project \"renal-2025\" ended on 30 June 2025 and still has a workspace.".to_owned(),
        }],
        since: Some(Since {
            as_of: time("2026-10-24T02:14:00Z"),
            new: 1,
            fixed: 2,
            unchanged: 190,
            no_longer_seen: 3,
            new_sample: vec![(
                "SET-DNS-02".to_owned(),
                "arn:aws:route53resolver:eu-west-2:111122223333:rule/rslvr-1".to_owned(),
            )],
            no_longer_seen_sample: vec![("DAT-STO-03".to_owned(), "arn:aws:s3:::northmoor-study-sleep".to_owned())],
        }),
        frameworks: frameworks(),
        dspt,
        uk_gdpr,
    };
    (assessment, verdicts)
}

/// A TRE with faults, gaps and people who are late.
pub(crate) fn example() -> Sample {
    build(&FAIL, &UNKNOWN, People::Mixed)
}

/// Nothing fails, but not everything was seen.
pub(crate) fn incomplete() -> Sample {
    let mut sample = build(&[], &UNKNOWN, People::Mixed);
    sample.0.since = None;
    sample.0.run.declaration_sha256 = None;
    sample
}

/// Everything was seen, nothing fails, everybody attested.
pub(crate) fn met() -> Sample {
    let mut sample = build(&[], &[], People::All);
    sample.0.notices.clear();
    sample
}

/// More findings than plain JSON is used for.
pub(crate) fn large() -> Sample {
    build(&[("SET-NET-06", 12_400), ("DAT-STO-02", 90)], &UNKNOWN, People::Mixed)
}

/// Nothing at all.
pub(crate) fn empty() -> Sample {
    let (full, _) = met();
    let assessment = Assessment {
        controls: Vec::new(),
        statements: Vec::new(),
        rollup: RollUps::default(),
        verdict: RollUp::Incomplete,
        attestations: Vec::new(),
        exceptions: Vec::new(),
        findings: FindingTable::default(),
        notices: Vec::new(),
        since: None,
        frameworks: Vec::new(),
        dspt: DsptView::default(),
        uk_gdpr: GdprView::default(),
        run: Run { name: None, caller: None, coverage: Coverage::default(), ..full.run },
        tool: full.tool,
    };
    (assessment, Vec::new())
}

/// What an enemy would call a thing.
pub(crate) const HOSTILE: &str = "</title></style></script></template><script>window.__pwned=1</script><img src=x onerror=window.__pwned=1>\"'`{{7*7}}\\u{202e}\u{202e}gpj\u{2066}\u{7}\u{1b}[31m\u{0}\u{200b}<b id=pwned>";

/// Every text that can come from outside is hostile, and one of them is a megabyte long.
pub(crate) fn hostile() -> Sample {
    let (mut a, mut verdicts) = example();
    let evil = || HOSTILE.to_owned();
    a.run.name = Some(evil());
    a.run.caller = Some(evil());
    a.run.accounts = vec![evil()];
    a.findings.accounts[0] = evil();
    a.findings.regions[0] = evil();
    for resource in &mut a.findings.resource {
        resource.push_str(HOSTILE);
    }
    for control in &mut a.controls {
        control.title.push_str(HOSTILE);
        control.rationale = evil();
        control.policy = evil();
        control.remediation = vec![(evil(), evil())];
        control.applies_to = vec![evil()];
        control.dspt = vec![evil()];
        for verdict in control.failing.iter_mut().chain(&mut control.unknown).take(3) {
            verdict.resource = evil();
            verdict.reason = evil();
            verdict.region = evil();
            for fact in &mut verdict.facts {
                fact.path = evil();
                fact.value = Some(json!({ HOSTILE: [HOSTILE] }));
            }
        }
    }
    if let Some(fact) = a.controls.iter_mut().find_map(|c| c.failing.first_mut()?.facts.first_mut()) {
        fact.value = Some(json!("x".repeat(1_000_000)));
    }
    for statement in &mut a.statements {
        statement.title.push_str(HOSTILE);
        statement.reason = evil();
        statement.roles = vec![evil()];
        statement.claim = Some(evil());
        statement.controls.push(evil());
    }
    for entry in a.rollup.satre.capabilities.iter_mut().chain(&mut a.rollup.satre.pillars) {
        entry.title = evil();
    }
    for attestation in &mut a.attestations {
        for text in [&mut attestation.id, &mut attestation.subject, &mut attestation.reason, &mut attestation.by] {
            *text = evil();
        }
    }
    for exception in &mut a.exceptions {
        for text in [&mut exception.id, &mut exception.control, &mut exception.resource, &mut exception.end_plan] {
            *text = evil();
        }
    }
    for gap in &mut a.run.coverage.gaps {
        gap.reason = evil();
        gap.operation = evil();
    }
    a.run.coverage.inventory.push(InventoryGap {
        account: evil(),
        controls: vec![evil()],
        count: 3,
        kind: evil(),
        reason: evil(),
        regions: vec![evil()],
    });
    for line in a.dspt.lines.iter_mut().chain(&mut a.uk_gdpr.lines) {
        line.reason = evil();
        line.text = evil();
        line.claim = Some(evil());
        line.covered_by = vec![evil()];
    }
    a.dspt.held = vec![evil()];
    let found = &mut a.uk_gdpr.locations;
    found.approved = Some(vec![evil()]);
    found.none_found = vec![evil()];
    for row in &mut found.rows {
        (row.account, row.region, row.kind, row.examples) = (evil(), evil(), evil(), vec![evil()]);
    }
    for gap in &mut found.gaps {
        (gap.accounts, gap.reason, gap.kind) = (vec![evil()], evil(), evil());
    }
    let draft = &mut a.uk_gdpr.article_30;
    (draft.gaps, draft.security) = (vec![evil()], vec![evil()]);
    for row in &mut draft.rows {
        (row.project, row.dataset, row.recipients) = (Some(evil()), Some(evil()), vec![evil()]);
        for text in [&mut row.project_title, &mut row.categories, &mut row.legal_basis, &mut row.source, &mut row.place]
        {
            *text = evil();
        }
        for store in &mut row.stores {
            (store.store, store.region, store.account) = (evil(), Some(evil()), Some(evil()));
        }
    }
    for edition in &mut a.frameworks {
        edition.title.push_str(HOSTILE);
        edition.note = evil();
    }
    a.notices.push(Notice { place: evil(), text: evil() });
    a.tool.version = evil();
    for verdict in verdicts.iter_mut().take(5) {
        verdict.resource = evil();
    }
    (a, verdicts)
}

/// All of them, by name.
pub(crate) fn all() -> Vec<(&'static str, Sample)> {
    vec![
        ("example", example()),
        ("incomplete", incomplete()),
        ("met", met()),
        ("large", large()),
        ("empty", empty()),
        ("hostile", hostile()),
    ]
}
