//! `[tre.accounts]`: what each account is for, by role tags, by where trails write, by the names of Organizations.
//!
//! May import: `model`, and this module's own parts. Guarantees: of two things that speak of one account the better one
//! decides, and the other is shown; a name alone never draws in an account that stands outside the environment's unit,
//! unless it is named as the log archive or the audit account.

use std::collections::{BTreeMap, BTreeSet};

use super::conventions::accelerator::CENTRAL_LOGS;
use super::place::{self, Holder};
use super::survey::Survey;
use super::thing::Tally;
use super::{Member, Table, shown};
use crate::declaration::words::{self, ACCOUNT_ROLES};

/// How sure a source is; the surest decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Tag,
    Organization,
    Accelerator,
    Trail,
    Name,
    /// A name of an account that may belong to somebody else.
    Distant,
}

/// Something says that an account has a role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Hint {
    account: String,
    rank: Rank,
    role: &'static str,
    source: String,
}

/// `[tre.accounts]`.
pub(super) fn table(survey: &Survey, holder: &Holder) -> Table {
    let mut hints = by_tags(survey);
    hints.extend(by_organization(survey));
    hints.extend(by_trails(survey));
    hints.extend(by_names(survey, holder));
    hints.sort();
    let mut members: Vec<Member> =
        ACCOUNT_ROLES.iter().map(|role| Member::many(role, words::account, example(role))).collect();
    let mut best: BTreeMap<&str, Rank> = BTreeMap::new();
    for hint in &hints {
        let first = *best.entry(&hint.account).or_insert(hint.rank);
        let Some(member) = members.iter_mut().find(|m| m.name == hint.role) else { continue };
        if first == hint.rank && hint.rank != Rank::Distant {
            member.guess(&hint.account, &hint.source);
        } else {
            member.offer(&hint.account, &hint.source);
        }
    }
    Table { path: "tre.accounts", about: about(survey, &best), members }
}

/// Accounts of which nothing says what they are for.
fn about(survey: &Survey, known: &BTreeMap<&str, Rank>) -> Vec<String> {
    let mut lines = vec!["Accounts by what they are for; together they are the environment.".to_owned()];
    let marked = place::marked(survey);
    let all: BTreeSet<&String> = survey.scope.accounts.iter().chain(marked.keys()).collect();
    for account in all.into_iter().filter(|a| !known.contains_key(a.as_str())).take(100) {
        let named = survey.accounts.get(account).map(|a| format!(" (\"{}\")", shown(&a.name))).unwrap_or_default();
        let holds = match marked.get(account) {
            Some(tally) => format!("tags of the environment on {}", tally.words()),
            None => "no tag of the environment was seen there".to_owned(),
        };
        lines.push(format!("What is account {}{named} for? {holds}.", shown(account)));
    }
    lines
}

fn example(role: &str) -> &'static str {
    match role {
        "data" => "[\"111111111111\"]  # holds the data stores",
        "workspace" => "[\"222222222222\"]  # holds the workspaces",
        "log" => "[\"333333333333\"]  # holds the logs",
        "image" => "[\"444444444444\"]  # builds machine images",
        "network" => "[\"555555555555\"]  # holds firewalls and joined networks",
        "security" => "[\"666666666666\"]  # runs Security Hub, GuardDuty and their like",
        "backup" => "[\"777777777777\"]  # holds the backups",
        "management" => "[\"999999999999\"]  # manages the organisation",
        "dev" => "[\"121212121212\"]  # development, without real data",
        _ => "[\"131313131313\"]  # tests, without real data",
    }
}

fn by_tags(survey: &Survey) -> Vec<Hint> {
    let mut found: BTreeMap<(String, &'static str, String), Tally> = BTreeMap::new();
    for thing in survey.things() {
        let by_role = thing.role().and_then(|sign| {
            let role = match sign.value.as_str() {
                "source" | "store" | "archive" | "ingress" | "request" | "review" | "outbound" | "rejected"
                | "data" => "data",
                "workspace" => "workspace",
                "log" => "log",
                "image" => "image",
                _ => return None,
            };
            // A subnet of data may stand where no data is.
            (role != "data" || thing.name.store().is_some()).then(|| (role, sign.words()))
        });
        let research = thing.workplace().filter(|s| s.convention.marks_research()).map(|s| ("workspace", s.words()));
        for (role, words) in by_role.into_iter().chain(research) {
            found.entry((thing.account.clone(), role, words)).or_default().add(thing.name.shown());
        }
    }
    // One line for each account and role: the commonest tag stands for the others.
    let mut hints: BTreeMap<(String, &'static str), (u64, Hint)> = BTreeMap::new();
    for ((account, role, words), tally) in found {
        let source = format!("{words} of {}", tally.words());
        let hint = Hint { account: account.clone(), rank: Rank::Tag, role, source };
        let best = hints.entry((account, role)).or_insert_with(|| (tally.count, hint.clone()));
        if tally.count > best.0 {
            *best = (tally.count, hint);
        }
    }
    hints.into_values().map(|(_, hint)| hint).collect()
}

fn by_organization(survey: &Survey) -> Vec<Hint> {
    let hint = |account: &String| Hint {
        account: account.clone(),
        rank: Rank::Organization,
        role: "management",
        source: "AWS Organizations: manages the organisation".to_owned(),
    };
    survey.management.iter().map(hint).collect()
}

/// Accounts that own the bucket of an organisation's trail, or the central logs of Landing Zone Accelerator.
fn by_trails(survey: &Survey) -> Vec<Hint> {
    let mut hints = Vec::new();
    for (bucket, account) in
        survey.buckets.range(CENTRAL_LOGS.to_owned()..).take_while(|(b, _)| b.starts_with(CENTRAL_LOGS))
    {
        let source = format!("Landing Zone Accelerator: holds its bucket of central logs, {}", shown(bucket));
        hints.push(Hint { account: account.clone(), rank: Rank::Accelerator, role: "log", source });
    }
    for trail in survey.trails.iter().filter(|t| t.organization) {
        if let Some(account) = survey.buckets.get(&trail.bucket) {
            let source = format!("holds {}, to which the trail {} writes", shown(&trail.bucket), shown(&trail.name));
            hints.push(Hint { account: account.clone(), rank: Rank::Trail, role: "log", source });
        }
    }
    hints
}

fn by_names(survey: &Survey, holder: &Holder) -> Vec<Hint> {
    let mut hints = Vec::new();
    for (id, account) in survey.accounts.iter().filter(|(_, a)| a.active) {
        let Some(role) = role_of(&account.name) else { continue };
        let inside = match holder {
            Ok(unit) => place::above(survey, id).contains(&unit.id),
            Err(_) => survey.scope.accounts.contains(id),
        };
        let central = matches!(role, "log" | "security") && survey.scope.accounts.contains(id);
        let (rank, place) = match (inside, central) {
            (true, _) | (_, true) => (Rank::Name, ""),
            _ => (Rank::Distant, ", which stands outside the environment's unit or was not read"),
        };
        let source = format!("AWS Organizations: account {id} is named \"{}\"{place}", shown(&account.name));
        hints.push(Hint { account: id.clone(), rank, role, source });
    }
    hints
}

/// The role that an account's name speaks of.
fn role_of(name: &str) -> Option<&'static str> {
    let words = super::personas::words_of(name);
    let has = |all: &[&str]| words.iter().any(|w| all.contains(&w.as_str()));
    let roles: [(&str, &[&str]); 9] = [
        ("dev", &["dev", "development", "sandbox"]),
        ("test", &["test", "testing", "uat"]),
        ("log", &["log", "logs", "logging", "logarchive"]),
        ("security", &["audit", "security"]),
        ("network", &["network", "networking", "transit"]),
        ("backup", &["backup", "backups"]),
        ("image", &["image", "images", "imagebuilder"]),
        ("workspace", &["workspace", "workspaces"]),
        ("data", &["data"]),
    ];
    roles.into_iter().find(|(_, all)| has(all)).map(|(role, _)| role)
}

#[cfg(test)]
mod tests {
    use super::role_of;

    #[test]
    fn names_of_accounts_speak_of_their_role() {
        for (name, role) in [
            ("log-archive", Some("log")),
            ("LogArchive", Some("log")),
            ("Audit", Some("security")),
            ("sde-dev-workspace", Some("dev")),
            ("sde-workspace", Some("workspace")),
            ("northmoor-sde-data", Some("data")),
            ("catalogue", None),
            ("payroll", None),
        ] {
            assert_eq!(role_of(name), role, "{name}");
        }
    }
}
