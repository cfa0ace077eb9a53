//! Our answers beside those of an implementation that nobody here wrote.
//!
//! 10,000 of its answers to our own questions are kept in `tests/fixtures/access/vectors.jsonl.zst`; new ones come from
//! `scripts/iam-differential`, which installs it and runs the ignored test below. It is one reading of AWS's documentation,
//! as ours is another: where the two differ and AWS is silent or says two things, the answer here is unknown. Each such
//! corner is in `ACCEPTED` with the page; anything else that is unknown on a whole request, or differs, fails.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use havenmark::graph::access::{Context, Outcome};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::case::Case;
use super::generator::{Random, case};
use super::oracle::{Answer, ask};

type Failure = Box<dyn std::error::Error>;

/// A corner in which the answer is unknown although the whole request is known.
struct Accepted {
    what: &'static str,
    /// Where AWS says what leaves it open.
    page: &'static str,
    /// Whether a case is in that corner.
    holds: fn(&Case) -> bool,
}

const ACCEPTED: [Accepted; 7] = [
    Accepted {
        what: "a variable without a value \"might cause the entire statement to be invalid\"",
        page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html",
        holds: has_a_variable_without_value,
    },
    Accepted {
        what: "NotPrincipal names an identity without its account, or the account alone, or a session without its role",
        page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html",
        holds: |case| text(case).contains("NotPrincipal"),
    },
    Accepted {
        what: "what a policy grants to the session itself or to everyone is not limited by the session's policy, says AWS; \
               the other implementation limits it",
        page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html",
        holds: |case| {
            case.session.is_some() && case.policy.as_ref().is_some_and(names_the_session_or_everyone(&case.principal))
        },
    },
    Accepted {
        what: "ForAnyValue together with IfExists, on a key that is not there",
        page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html",
        holds: any_value_if_exists,
    },
    Accepted {
        what: "variables in documents of 2008-10-17 are text, says AWS; the other implementation takes them for variables",
        page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html",
        holds: |case| text(case).contains("2008-10-17") && text(case).contains("${"),
    },
    Accepted {
        what: "NotIpAddress with ranges of IPv4 on an address of IPv6, or the other way round: outside them, or not compared",
        page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html",
        holds: |case| text(case).contains("NotIpAddress"),
    },
    Accepted {
        what: "a session whose name is not said may be the one that a policy names",
        page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
        holds: |case| case.principal.contains(":role/") && text(case).contains(":assumed-role/"),
    },
];

fn text(case: &Case) -> String {
    serde_json::to_string(case).unwrap_or_default()
}

fn names_the_session_or_everyone(session: &str) -> impl Fn(&Value) -> bool {
    move |policy| {
        let text = policy.to_string();
        text.contains(&format!("\"{session}\""))
            || text.contains("\"AWS\":\"*\"")
            || text.contains("\"Principal\":\"*\"")
    }
}

fn any_value_if_exists(case: &Case) -> bool {
    let text = text(case);
    text.split("ForAnyValue:").skip(1).any(|rest| rest.split('"').next().is_some_and(|name| name.ends_with("IfExists")))
}

fn has_a_variable_without_value(case: &Case) -> bool {
    let user = case.principal.contains(":user/");
    let has = |key: &str| case.context.keys().any(|k| k.eq_ignore_ascii_case(key)) || (user && key == "aws:username");
    let text = text(case);
    let variables = text.split("${").skip(1).filter_map(|rest| rest.split_once('}'));
    variables
        .map(|(inside, _)| inside)
        .any(|inside| !matches!(inside, "?" | "*" | "$") && !inside.contains(", ") && !has(inside))
}

/// A question with the answer of the other implementation.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Vector {
    case: Case,
    allowed: bool,
}

/// What a run found.
#[derive(Debug, Default)]
struct Tally {
    cases: usize,
    allowed: usize,
    agreed: usize,
    undecided: BTreeMap<&'static str, usize>,
    undecided_with_half: usize,
    undecided_with_none: usize,
    /// What must not be.
    wrong: Vec<String>,
    refused: usize,
    /// Why, of the first ones.
    wrong_questions: Vec<String>,
}

impl Tally {
    fn add(&mut self, vector: &Vector, random: &mut Random) -> Result<(), Failure> {
        let Vector { case, allowed } = vector;
        self.cases += 1;
        self.allowed += usize::from(*allowed);
        let contradicts = |outcome| match outcome {
            Outcome::Allowed => !allowed,
            Outcome::Denied => *allowed,
            Outcome::Unknown => false,
        };
        let mut wrong = |what: &str, outcome: Outcome| {
            self.wrong.push(format!("{what}: {outcome:?}, the other says allowed={allowed}: {}", text(case)));
        };
        let whole = case.load()?.verdict().outcome;
        if whole == Outcome::Unknown {
            // The first that holds is counted: the narrower ones stand first.
            match ACCEPTED.iter().find(|a| (a.holds)(case)) {
                Some(corner) => *self.undecided.entry(corner.what).or_default() += 1,
                None => wrong("undecided outside the accepted corners", whole),
            }
        } else if contradicts(whole) {
            wrong("with all keys", whole);
        } else {
            self.agreed += 1;
        }
        let mut half = case.known();
        let everything = EVERY_KEY.iter().map(|k| (*k).to_owned()).chain(case.context.keys().cloned());
        for key in everything {
            if random.percent(50) {
                half.forget(&key);
            }
        }
        for (what, context, count) in [
            ("with half the keys", half, &mut self.undecided_with_half),
            ("with no keys", Context::open(), &mut self.undecided_with_none),
        ] {
            let outcome = case.load_with(context)?.verdict().outcome;
            *count += usize::from(outcome == Outcome::Unknown);
            if contradicts(outcome) {
                self.wrong.push(format!("{what}: {outcome:?}, the other says allowed={allowed}: {}", text(case)));
            }
        }
        Ok(())
    }

    /// The counts, a line each.
    fn report(&self) -> String {
        let per_mille = |n: usize| n * 1_000 / self.cases.max(1);
        let undecided: usize = self.undecided.values().sum();
        let mut report = format!(
            "{} cases, {} refused; the other allows {} per mille; agreed {}, undecided {} ({} per mille); undecided with half \
             the keys {} per mille, with none {}; wrong {}\n",
            self.cases,
            self.refused,
            per_mille(self.allowed),
            self.agreed,
            undecided,
            per_mille(undecided),
            per_mille(self.undecided_with_half),
            per_mille(self.undecided_with_none),
            self.wrong.len()
        );
        for (what, count) in &self.undecided {
            report.push_str(&format!("  {count} undecided: {what}\n"));
        }
        for wrong in self.wrong.iter().take(5).chain(&self.wrong_questions) {
            report.push_str(&format!("{wrong}\n"));
        }
        report
    }
}

/// Keys that the other one is told and that ours knows from the caller and the resource.
const DERIVED: [&str; 6] = [
    "aws:PrincipalArn",
    "aws:PrincipalAccount",
    "aws:PrincipalType",
    "aws:PrincipalIsAWSService",
    "aws:ResourceAccount",
    "aws:username",
];

/// Keys that the generator knows: an absent one can be forgotten too.
const EVERY_KEY: [&str; 16] = [
    "aws:sourcevpce",
    "aws:principaltag/project",
    "aws:principaltag/team",
    "aws:multifactorauthpresent",
    "aws:multifactorauthage",
    "aws:securetransport",
    "aws:principalorgid",
    "aws:sourceip",
    "aws:tagkeys",
    "aws:principalorgpaths",
    "aws:currenttime",
    "aws:username",
    "aws:principalarn",
    "aws:principalaccount",
    "aws:principaltype",
    "aws:resourceaccount",
];

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/access/vectors.jsonl.zst")
}

fn read_vectors() -> Result<Vec<Vector>, Failure> {
    let file = std::fs::File::open(vectors())?;
    let lines = BufReader::new(zstd::Decoder::new(file)?).lines();
    lines.map(|line| Ok(serde_json::from_str(&line?)?)).collect()
}

/// The answers that are kept. Their number is asserted, so that a file that lost lines does not pass.
#[test]
fn ten_thousand_kept_answers_are_never_contradicted() -> Result<(), Failure> {
    let mut tally = Tally::default();
    let mut random = Random::new(1);
    for vector in read_vectors()? {
        tally.add(&vector, &mut random)?;
    }
    assert!(tally.wrong.is_empty(), "{}", tally.report());
    assert_eq!(tally.cases, 10_000);
    // An evaluator that says unknown to all would contradict nobody.
    assert!(tally.agreed >= 9_500, "{} of 10000 are decided", tally.agreed);
    assert!(tally.undecided_with_none <= 4_000, "{} are undecided without keys", tally.undecided_with_none);
    Ok(())
}

#[test]
fn each_accepted_corner_names_its_page() {
    for corner in &ACCEPTED {
        assert!(corner.page.starts_with("https://docs.aws.amazon.com/"), "{}", corner.what);
    }
}

/// New questions: run by `scripts/iam-differential`, which says where the other implementation is.
#[test]
#[ignore = "needs the other implementation: scripts/iam-differential installs and asks it"]
fn new_questions_are_answered_alike() -> Result<(), Failure> {
    let setting = |name: &str| std::env::var(name).ok();
    let harness =
        setting("HAVENMARK_IAM_HARNESS").ok_or("HAVENMARK_IAM_HARNESS is not set: use scripts/iam-differential")?;
    let wanted: usize = setting("HAVENMARK_IAM_CASES").map_or(Ok(10_000), |n| n.parse())?;
    let seed: u64 = setting("HAVENMARK_IAM_SEED").map_or(Ok(1), |n| n.parse())?;
    let file = setting("HAVENMARK_IAM_WRITE");
    let mut random = Random::new(seed);
    let mut forgetting = Random::new(seed ^ 0x5eed);
    let mut tally = Tally::default();
    let mut kept: Vec<Vector> = Vec::new();
    while tally.cases < wanted {
        let cases: Vec<Case> = (0..5_000.min(wanted - tally.cases)).map(|_| case(&mut random)).collect();
        let answers = ask(&harness, &cases)?;
        if answers.len() != cases.len() {
            return Err(format!("{} answers to {} questions", answers.len(), cases.len()).into());
        }
        for (mut case, answer) in cases.into_iter().zip(answers) {
            let Answer { allowed, ignored, error } = answer;
            let Some(allowed) = allowed else {
                tally.refused += 1;
                if tally.refused <= 3 {
                    tally.wrong_questions.push(error.unwrap_or_default());
                }
                continue;
            };
            case.context.retain(|key, _: &mut Value| !ignored.iter().any(|i| i.eq_ignore_ascii_case(key)));
            // They follow from the caller and the resource, which is how they are told apart from what is not known.
            case.context.retain(|key, _| !DERIVED.contains(&key.as_str()));
            let vector = Vector { case, allowed };
            tally.add(&vector, &mut forgetting)?;
            if file.is_some() {
                kept.push(vector);
            }
        }
    }
    if let Some(file) = file {
        let lines = kept.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
        // Like beside like: it is a tenth smaller so.
        let sorted: BTreeSet<String> = lines.into_iter().collect();
        let mut text = sorted.into_iter().collect::<Vec<_>>().join("\n");
        text.push('\n');
        std::fs::write(file, zstd::encode_all(text.as_bytes(), 22)?)?;
    }
    write!(std::io::stdout(), "{}", tally.report())?;
    assert!(tally.wrong.is_empty(), "{} wrong answers", tally.wrong.len());
    // Nearly every question has to be one that it takes.
    assert!(tally.refused * 100 <= tally.cases, "{} questions were refused", tally.refused);
    Ok(())
}
