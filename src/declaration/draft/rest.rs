//! What nothing in AWS can tell: the members and tables that a draft only offers.
//!
//! May import: nothing of this crate but this module's own parts. Guarantees: every line is a comment; with the other parts of
//! the draft every member of the form is named once.

use super::{Member, Table};

/// The members of `[network]` that are approvals.
pub(super) fn network() -> Vec<Member> {
    let member = Member::asked;
    vec![
        member("broker_encrypted", "[]  # listeners of plain TCP whose traffic the broker itself encrypts"),
        member("management", "[\"sg-0adm\"]  # security groups from which the environment is managed"),
        member("inspection", "[]  # firewall endpoints through which all traffic out must go"),
        member("egress_ports", "[443]  # ports that workspaces may use to leave"),
        member("tls_policies", "[\"ELBSecurityPolicy-TLS13-1-2-2021-06\"]  # that listeners may use"),
        member("flow_log_destination", "\"s3:tre-log-vpc-flow\"  # or logs:group, or a list"),
        member("resolvers", "[]  # resolvers that names may be forwarded to"),
        member("dns_allow", "[]  # domain lists of the DNS firewall that are allowed"),
    ]
}

/// The bounds that have a default, and those that a first audit can do without.
pub(super) fn limits() -> Vec<Member> {
    let member = Member::asked;
    vec![
        member("finding_days", "14  # days in which a serious finding is settled"),
        member("drift_days", "7  # days in which drift is looked for"),
        member("iac_percent", "95  # share of resources that a stack owns"),
        member("idle_minutes", "30  # minutes after which an idle desktop is disconnected"),
        member("rpo_hours", "24  # hours of work that may be lost"),
        member("stale_days", "45  # the default: days after which an unused credential is stale"),
        member("review_days", "90  # the default: days between access reviews"),
        member("restore_test_days", "365  # the default: days between restore tests"),
        member("image_days", "60  # the default: days after which a machine image is too old"),
        member("airlock_days", "30  # the default: days after which the airlock's stages empty themselves"),
        member("session_hours", "12  # the default: longest session"),
        member("imds_hops", "2  # the default: hops that instance metadata may travel"),
        member("checkers", "2  # the default: fewest output checkers of a project"),
    ]
}

/// Tables of which nothing was seen.
pub(super) fn tables() -> Vec<Table> {
    let member = Member::asked;
    let table =
        |path: &'static str, about: &str, members: Vec<Member>| Table { path, about: vec![about.to_owned()], members };
    vec![
        table(
            "controls",
            "Controls of Control Tower that must be enabled on the unit.",
            vec![member("required", "[\"AWS-GR_ENCRYPTED_VOLUMES\"]  # by identifier")],
        ),
        table(
            "availability",
            "What was promised of availability.",
            vec![member("multi_az", "false  # whether databases must run in two zones")],
        ),
        table(
            "transfer",
            "Transfer servers and connectors.",
            vec![
                member("partners", "[\"198.51.100.0/24\"]  # address ranges and names of partners"),
                member("policies", "[\"TransferSecurityPolicy-2024-01\"]  # security policies that a server may use"),
                member("users", "[]  # users that may take released outputs"),
            ],
        ),
        table(
            "access",
            "From where people may work.",
            vec![member("places", "[\"198.51.100.0/24\"]  # address ranges")],
        ),
        table(
            "software",
            "Where software comes from.",
            vec![
                member(
                    "quarantine",
                    "\"tre/quarantine\"  # repositories that hold outside software before it is allowed",
                ),
                member("upstreams", "[]  # registries that a pull-through cache may name"),
                member("blueprints", "[]  # blueprints of DataZone or Unified Studio that may be enabled"),
            ],
        ),
        table(
            "catalogue",
            "Where datasets are described.",
            vec![member(
                "kind",
                "\"external\"  # where neither Glue nor DataZone holds the descriptions; else glue, datazone",
            )],
        ),
        table(
            "dspt",
            "The Data Security and Protection Toolkit of the NHS.",
            vec![
                member("track", "\"caf\"  # or ndg"),
                member("edition", "\"v9\"  # caf: v8, v9; ndg: v8/2, v8/3, v8/4"),
                member("held", "[\"cyber-essentials-plus\"]  # certificates held"),
                member("claims", "{ \"B2.a\" = \"achieved\" }  # what is claimed, by outcome or item"),
            ],
        ),
        table(
            "people",
            "The register of registered people, by directory user name; nothing but what access needs.",
            vec![member("u123", "{ projects = [\"cardio-2026\"], leave = 2027-06-30 }  # leave: the last day")],
        ),
    ]
}
