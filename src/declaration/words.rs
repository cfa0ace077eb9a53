//! The words that members may hold: account ids, Regions, references to stores, personas, networks.
//!
//! May import: nothing of this crate. Guarantees: pure functions; each refusal says what is wrong and what to write.

use std::net::IpAddr;

/// What is wrong with a word, and what to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) text: String,
    pub(super) help: String,
}

/// A check of one word.
pub(super) type Word = fn(&str) -> Result<(), Fault>;

/// How near a dataset is to people.
pub const IDENTIFIABILITY: [&str; 5] = ["identifiable", "pseudonymised", "anonymised", "synthetic", "not-personal"];
/// Who may hold the accounts of people.
pub const IDENTITY_SOURCES: [&str; 3] = ["identity-center", "external", "directory"];
/// Where datasets may be described.
pub const CATALOGUES: [&str; 3] = ["glue", "datazone", "external"];
/// Certificates that the toolkit counts.
pub const CERTIFICATES: [&str; 3] = ["cyber-essentials", "cyber-essentials-plus", "iso27001"];
/// Levels of classification where none are declared.
pub const LEVELS: [&str; 5] = ["tier0", "tier1", "tier2", "tier3", "tier4"];
/// Stages that a path of the airlock may name.
pub const STAGES: [&str; 6] = ["ingress", "request", "review", "outbound", "rejected", "store"];
/// Account roles that rules read.
pub(super) const ACCOUNT_ROLES: [&str; 10] =
    ["data", "workspace", "log", "image", "network", "security", "backup", "management", "dev", "test"];
/// Prefixes of references to stores.
const STORES: [&str; 14] = [
    "s3",
    "efs",
    "fsx",
    "dynamodb",
    "rds",
    "redshift",
    "neptune",
    "docdb",
    "opensearch",
    "glue",
    "omics",
    "healthlake",
    "ebs",
    "s3tables",
];
const PERSONAS: [&str; 5] = ["sso", "group", "role", "user", "cognito"];

fn fault(text: String, help: &str) -> Result<(), Fault> {
    Err(Fault { text, help: help.to_owned() })
}

/// Any text that is not empty and holds no white space or control character.
pub(super) fn plain(word: &str) -> Result<(), Fault> {
    if word.is_empty() {
        return fault("An empty text stands here.".to_owned(), "Write the name, or take the member out.");
    }
    if word.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return fault(
            format!("{word:?} holds white space."),
            "Names of AWS and of the register hold none; correct it.",
        );
    }
    Ok(())
}

/// Any text that is not empty.
pub(super) fn prose(word: &str) -> Result<(), Fault> {
    if word.trim().is_empty() {
        return fault("An empty text stands here.".to_owned(), "Write it, or take the member out.");
    }
    Ok(())
}

/// 12 digits.
pub(super) fn account(word: &str) -> Result<(), Fault> {
    if word.len() == 12 && word.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(());
    }
    fault(format!("\"{word}\" is no account id."), "An account id has 12 digits, in quotes: \"111111111111\".")
}

/// An account id or an ARN.
pub(super) fn supplier(word: &str) -> Result<(), Fault> {
    if word.starts_with("arn:") { plain(word) } else { account(word) }
}

/// The shape of a Region's name; whether AWS has it is not known here.
pub(super) fn region(word: &str) -> Result<(), Fault> {
    let parts: Vec<&str> = word.split('-').collect();
    let lower = |p: &&str| !p.is_empty() && p.bytes().all(|b| b.is_ascii_lowercase());
    let shaped = match parts.split_last() {
        Some((number, words)) => {
            words.len() >= 2
                && words.iter().all(lower)
                && words.first().is_some_and(|w| (2..=4).contains(&w.len()))
                && matches!(number.len(), 1 | 2)
                && number.bytes().all(|b| b.is_ascii_digit())
        }
        None => false,
    };
    if shaped { Ok(()) } else { fault(format!("\"{word}\" is no Region."), "Regions look like eu-west-2.") }
}

/// An organisational unit or root.
pub(super) fn unit(word: &str) -> Result<(), Fault> {
    if (word.starts_with("ou-") || word.starts_with("r-")) && plain(word).is_ok() {
        return Ok(());
    }
    fault(
        format!("\"{word}\" is no organisational unit."),
        "Units look like ou-abcd-11111111 (`aws organizations list-organizational-units-for-parent`).",
    )
}

/// An environment of Research and Engineering Studio: what its tables begin with. No pattern, for it becomes part of a policy.
pub(super) fn environment(word: &str) -> Result<(), Fault> {
    let legal = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if (1..=32).contains(&word.len()) && word.bytes().all(legal) {
        return Ok(());
    }
    fault(
        format!("{word:?} is no environment of Research and Engineering Studio."),
        "Environments have up to 32 letters, digits, - and _, such as res-prod: the tag res:EnvironmentName.",
    )
}

/// `s3:bucket` and its like.
pub(super) fn store(word: &str) -> Result<(), Fault> {
    match word.split_once(':') {
        Some((kind, name)) if STORES.contains(&kind) && plain(name).is_ok() => Ok(()),
        _ => fault(
            format!("\"{word}\" names no store."),
            "Stores are written s3:bucket, efs:fs-0123, dynamodb:table; also fsx, rds, redshift, neptune, docdb, opensearch, glue, omics, healthlake, ebs, s3tables.",
        ),
    }
}

/// `s3:bucket` only.
pub(super) fn bucket(word: &str) -> Result<(), Fault> {
    match word.split_once(':') {
        Some(("s3", name)) if plain(name).is_ok() => Ok(()),
        _ => fault(format!("\"{word}\" names no bucket."), "Buckets are written s3:name."),
    }
}

/// `dynamodb:table` only.
pub(super) fn table(word: &str) -> Result<(), Fault> {
    match word.split_once(':') {
        // A policy names it: nothing in it may stand for other tables.
        Some(("dynamodb", name))
            if (3..=255).contains(&name.len())
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b)) =>
        {
            Ok(())
        }
        _ => fault(format!("\"{word}\" names no table."), "The table of requests is written dynamodb:name."),
    }
}

/// `s3:bucket`, `logs:group`, `firehose:stream` or an ARN.
pub(super) fn log_destination(word: &str) -> Result<(), Fault> {
    match word.split_once(':') {
        Some(("s3" | "logs" | "firehose" | "arn", name)) if plain(name).is_ok() => Ok(()),
        _ => fault(
            format!("\"{word}\" is no destination of logs."),
            "Destinations are written s3:bucket, logs:group, firehose:stream, or as an ARN.",
        ),
    }
}

/// `sso:PermissionSet` and its like.
pub(super) fn persona(word: &str) -> Result<(), Fault> {
    let shape = "References are written sso:PermissionSet, group:name, role:name, user:name or cognito:pool/group.";
    let Some((kind, name)) = word.split_once(':').filter(|(kind, _)| PERSONAS.contains(kind)) else {
        return fault(format!("\"{word}\" does not say how AWS knows the persona."), shape);
    };
    let rest = name.replace("{project}", "");
    if rest.contains(['{', '}']) {
        return fault(format!("\"{word}\" has a placeholder that is not known."), "The only placeholder is {project}.");
    }
    // Names of directory groups may hold spaces; every other name may not.
    let named = if kind == "group" { prose(name) } else { plain(name) };
    if named.is_err() {
        return fault(format!("\"{word}\" names nobody."), shape);
    }
    let in_pool = name.split_once('/').is_some_and(|(pool, group)| !pool.is_empty() && !group.is_empty());
    if kind == "cognito" && !in_pool {
        return fault(format!("\"{word}\" names no group of a user pool."), "Write cognito:pool/group.");
    }
    Ok(())
}

/// A directory user name or a persona reference.
pub(super) fn recipient(word: &str) -> Result<(), Fault> {
    if word.contains(':') { persona(word) } else { plain(word) }
}

/// Refuses an id that belongs to another kind of network resource. A logical id or an address of a template is allowed.
fn network(word: &str, prefix: &str, what: &str) -> Result<(), Fault> {
    const OTHERS: [&str; 9] = ["subnet-", "vpc-", "vpce-", "sg-", "rtb-", "igw-", "nat-", "tgw-", "eni-"];
    plain(word)?;
    if !word.starts_with(prefix) && OTHERS.iter().any(|other| word.starts_with(other)) {
        return fault(format!("\"{word}\" is no {what}."), &format!("Here stand ids that begin with {prefix}."));
    }
    Ok(())
}

pub(super) fn subnet(word: &str) -> Result<(), Fault> {
    network(word, "subnet-", "subnet")
}

pub(super) fn vpc(word: &str) -> Result<(), Fault> {
    network(word, "vpc-", "VPC")
}

pub(super) fn endpoint(word: &str) -> Result<(), Fault> {
    network(word, "vpce-", "VPC endpoint")
}

/// `service.amazonaws.com`.
pub(super) fn service_principal(word: &str) -> Result<(), Fault> {
    let host = word.strip_suffix(".cn").unwrap_or(word);
    if plain(word).is_ok() && host.strip_suffix(".amazonaws.com").is_some_and(|s| !s.is_empty()) {
        return Ok(());
    }
    fault(format!("\"{word}\" is no service principal."), "Service principals look like logging.s3.amazonaws.com.")
}

/// `service:Action`, with `*` allowed.
pub(super) fn action(word: &str) -> Result<(), Fault> {
    match word.split_once(':') {
        Some((service, name)) if plain(service).is_ok() && plain(name).is_ok() && !name.contains(':') => Ok(()),
        _ => fault(format!("\"{word}\" is no action."), "Actions look like iam:GetRole."),
    }
}

/// An address range.
pub(super) fn range(word: &str) -> Result<(), Fault> {
    let parsed = word.split_once('/').and_then(|(address, bits)| {
        let widest = match address.parse::<IpAddr>().ok()? {
            IpAddr::V4(_) => 32,
            IpAddr::V6(_) => 128,
        };
        bits.parse::<u8>().ok().filter(|b| *b <= widest)
    });
    if parsed.is_some() {
        return Ok(());
    }
    fault(format!("\"{word}\" is no address range."), "Ranges look like 198.51.100.0/24 or 2001:db8::/32.")
}

/// `v1.12.0`.
pub(super) fn release(word: &str) -> Result<(), Fault> {
    let number = word.strip_prefix('v').unwrap_or(word);
    let parts: Vec<&str> = number.split('.').collect();
    if (2..=3).contains(&parts.len()) && parts.iter().all(|p| p.parse::<u32>().is_ok()) {
        return Ok(());
    }
    fault(format!("\"{word}\" is no release."), "Releases look like v1.12.0.")
}

fn one_of(word: &str, known: &[&str]) -> Result<(), Fault> {
    if known.contains(&word) {
        return Ok(());
    }
    fault(format!("\"{word}\" is not known here."), &format!("Write one of: {}.", known.join(", ")))
}

pub(super) fn identifiability(word: &str) -> Result<(), Fault> {
    one_of(word, &IDENTIFIABILITY)
}

pub(super) fn identity_source(word: &str) -> Result<(), Fault> {
    one_of(word, &IDENTITY_SOURCES)
}

pub(super) fn catalogue(word: &str) -> Result<(), Fault> {
    one_of(word, &CATALOGUES)
}

pub(super) fn certificate(word: &str) -> Result<(), Fault> {
    one_of(word, &CERTIFICATES)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sort(word: Word, good: &[&str], bad: &[&str]) {
        for text in good {
            assert_eq!(word(text), Ok(()), "{text}");
        }
        for text in bad {
            assert!(word(text).is_err(), "{text}");
        }
    }

    #[test]
    fn accounts_have_twelve_digits() {
        sort(account, &["111111111111"], &["", "11111111111", "1111111111111", "11111111111a", "١١١١١١"]);
    }

    #[test]
    fn regions_of_every_partition_have_one_shape() {
        sort(
            region,
            &["eu-west-2", "us-gov-west-1", "cn-north-1", "eusc-de-east-1", "ap-southeast-7"],
            &["", "eu-west", "eu-west-2a", "EU-WEST-2", "london", "eu--2", "europe-west-2"],
        );
    }

    #[test]
    fn an_environment_is_no_pattern() {
        sort(
            environment,
            &["res-prod", "res-1", "IDEA_test", &"r".repeat(32)],
            &[
                "",
                "*",
                "res-*",
                "res-?",
                "res.prod",
                "a/b",
                "res prod",
                "res-prod\n",
                "r\u{e9}s",
                "${x}",
                &"r".repeat(33),
            ],
        );
    }

    #[test]
    fn stores_name_their_service() {
        sort(
            store,
            &["s3:tre-data", "efs:fs-0123", "s3:module.lake.aws_s3_bucket.source", "dynamodb:t"],
            &["tre-data", "s3:", "gcs:bucket", "s3:two words", "arn:aws:s3:::x"],
        );
    }

    #[test]
    fn personas_say_how_aws_knows_them() {
        sort(
            persona,
            &[
                "sso:TRE-Lead",
                "group:tre-{project}-leads",
                "group:TRE Leads",
                "role:*-{project}-ws",
                "cognito:egress/IG",
            ],
            &["TRE-Lead", "sso:", "ldap:x", "group:tre-{projects}", "cognito:egress", "cognito:/IG", "role:two words"],
        );
    }

    #[test]
    fn a_network_id_of_another_kind_is_refused_and_a_logical_id_is_not() {
        sort(subnet, &["subnet-0aa", "WorkspaceSubnet", "module.net.aws_subnet.ws"], &["", "vpc-0aa", "sg-1"]);
        sort(endpoint, &["vpce-0aa"], &["vpc-0aa"]);
        sort(vpc, &["vpc-0aa"], &["vpce-0aa"]);
    }

    #[test]
    fn ranges_are_of_both_families() {
        sort(range, &["198.51.100.0/24", "2001:db8::/32"], &["198.51.100.0", "198.51.100.0/33", "office/24", "::/129"]);
    }

    #[test]
    fn principals_actions_and_releases() {
        sort(service_principal, &["logging.s3.amazonaws.com", "s3.amazonaws.com.cn"], &[".amazonaws.com", "s3"]);
        sort(action, &["iam:GetRole", "iam:Get*"], &["GetRole", "iam:", "a:b:c"]);
        sort(release, &["v1.12.0", "1.12"], &["latest", "v1", "1.12.0.1"]);
    }
}
