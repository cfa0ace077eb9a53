use super::*;

/// The example of the form's own documentation.
pub(super) const EXAMPLE: &str = r#"[tre]
name = "example-tre"
regions = ["eu-west-2"]
accounts = { data = "111111111111", workspace = ["222222222222"], log = "333333333333", image = "444444444444", dev = ["555555555555"] }
ou = "ou-abcd-tre00000"
tags = { project = "tre:project", role = "tre:role", class = "tre:class" }   # optional, these are the defaults
federation = { member = false }

[personas]              # seed Table 1 -> how AWS knows them; {project} expands per project
lead_researcher = ["sso:TRE-Lead", "group:tre-{project}-leads"]
researcher      = ["sso:TRE-Researcher", "group:tre-{project}-researchers", "role:*-{project}-workspace"]
data_manager    = ["sso:TRE-DataManager"]
ig_manager      = ["group:tre-ig"]
output_checker  = ["group:tre-{project}-checkers", "cognito:egress/InformationGovernance"]
operator        = ["sso:TRE-Operator"]
release         = ["role:tre-airlock-release"]        # the one machine role that fills outbound

[airlock]
ingress  = ["s3:tre-ingress"]
request  = ["s3:tre-egress-request"]                  # researchers write here
review   = ["s3:tre-egress-review"]
outbound = ["s3:tre-egress-outbound"]
records  = "dynamodb:tre-egress-requests"
paths    = [["ingress", "store"], ["request", "review"], ["review", "outbound"]]

[network]               # omitted when tags tre:role=workspace|data|endpoint are on subnets and VPCs
workspace = ["subnet-0aa", "subnet-0bb"]
allowed = []            # joined networks; empty = none
broker = ["sg-0dcv"]

[[project]]
id = "cardio-2026"
lead = "u123"           # directory user names
manager = "u456"
owner = "u789"
legal_basis = "6(1)(e), 9(2)(j)"
tier = "tier3"
start = 2026-01-01
end = 2027-06-30
datasets = ["ds-ehr-v4"]
budget_gbp = 4000

[[dataset]]
id = "ds-ehr-v4"
owner = "u789"
source = "NHS Example Trust"
class = "tier3"
identifiability = "pseudonymised"
legal_basis = "6(1)(e), 9(2)(j)"
stores = ["s3:tre-data-ehr", "efs:fs-0123"]
delete_by = 2028-01-01
"#;

/// The further tables of the documentation, with their values.
pub(super) const FURTHER_TABLES: &str = r#"[identity]
source = "identity-center"    # identity-center | external | directory
break_glass = []              # IAM or directory users allowed outside groups
issuers = []                  # federated providers, ARN or URL
[classification]
levels = ["tier0", "tier1", "tier2", "tier3", "tier4"]
[perimeter]
accounts = []                 # outside accounts that may be shared with
aws_owned = []                # AWS-owned resources exempt from the resource perimeter
service_principals = []       # that may reach stores from outside the endpoints
[controls]
required = []                 # Control Tower controls that must be enabled on the unit
[availability]
multi_az = false
[operations]
deploy_roles = []             # roles that may change boundary resources
lza_floor = ""                # oldest Landing Zone Accelerator release allowed
[limits]                      # CSV defaults: stale 45, review 90, restore test 365, image 60, airlock 30; the others have none
stale_days = 45
review_days = 90
restore_test_days = 365
image_days = 60
airlock_days = 30
log_days = 365                # no default: an example
close_grace_days = 30         # no default
finding_days = 14             # no default
drift_days = 7                # no default
iac_percent = 95              # no default
presign_seconds = 300         # no default
session_hours = 12            # no default; likewise idle_minutes, imds_hops, checkers, rpo_hours
[dspt]
track = "caf"                 # caf | ndg
edition = "v9"                # caf: v8 or v9; ndg: v8/2, v8/3 or v8/4
claims = { "B2.a" = "achieved" }   # optional: the level or answer that the user claims, by outcome or item
held = ["cyber-essentials-plus"]   # optional: certificates held, iso27001 too
"#;

fn parsed(text: &str) -> Declaration {
    Declaration::parse("tre.toml", text).unwrap()
}

/// `place: text help`, one a line.
fn notices(text: &str) -> Vec<String> {
    parsed(text).notices().into_iter().map(|n| format!("{}: {}", n.place, n.text)).collect()
}

/// How the edge shows an error, without colours.
fn shown(error: &dyn miette::Diagnostic) -> String {
    let mut text = String::new();
    miette::NarratableReportHandler::new().render_report(&mut text, error).unwrap();
    text
}

fn refused(text: &str) -> Vec<String> {
    match Declaration::parse("tre.toml", text) {
        Err(DeclarationError::Form(problems)) => {
            problems.list.iter().map(|p| format!("{p} {}", p.help).trim().to_owned()).collect()
        }
        other => panic!("expected problems of form, got {other:?}"),
    }
}

#[test]
fn the_documented_example_is_read_without_a_notice() {
    let declaration = parsed(EXAMPLE);
    assert_eq!(declaration.notices(), []);
    assert_eq!(declaration.regions().unwrap(), ["eu-west-2"]);
    assert_eq!(declaration.accounts("data").unwrap(), ["111111111111"]);
    assert_eq!(declaration.accounts("workspace").unwrap(), ["222222222222"]);
    assert_eq!(declaration.persona("release").unwrap(), ["role:tre-airlock-release"]);
    assert_eq!(declaration.federated(), Some(false));
    let (_, project) = declaration.projects().next().unwrap();
    assert_eq!((project.id.as_str(), project.budget_gbp), ("cardio-2026", Some(4000)));
    assert_eq!(project.end.unwrap().to_string(), "2027-06-30");
    assert_eq!(declaration.knows_dataset("ds-ehr-v4"), Some(true));
    assert_eq!(declaration.place("dataset[0].stores[1]"), "tre.toml:50");
}

#[test]
fn the_documented_further_tables_are_read_without_a_notice() {
    let declaration = parsed(FURTHER_TABLES);
    assert_eq!(declaration.notices(), []);
    assert_eq!(declaration.limit("log_days"), Limit::Declared(365));
    assert_eq!(declaration.form().dspt.as_ref().unwrap().claims.as_ref().unwrap()["B2.a"], "achieved");
}

#[test]
fn tables_that_rules_rely_on_besides_are_read_without_a_notice() {
    let text = r#"
        [personas]
        ingest = ["role:tre-ingest"]
        project_manager = ["group:tre-pm"]
        [airlock]
        rejected = ["s3:tre-rejected"]
        scanner = "tre-scan"
        [network]
        data = ["subnet-0cc"]
        endpoints = ["vpce-0aa"]
        vpcs = ["vpc-0aa"]
        egress_ports = [443]
        tls_policies = ["ELBSecurityPolicy-TLS13-1-2-2021-06"]
        flow_log_destination = "s3:tre-flow-logs"
        [perimeter]
        exempt = ["tre-deploy"]
        no_endpoint = ["iam:GetRole"]
        [transfer]
        partners = ["198.51.100.0/24"]
        policies = ["TransferSecurityPolicy-2024-01"]
        [access]
        places = ["198.51.100.0/24"]
        [software]
        quarantine = "tre/quarantine"
        [people.u123]
        projects = ["p"]
        leave = 2026-12-31
        [catalogue]
        kind = "external"
        [logging]
        buckets = ["s3:tre-logs"]
        [[project]]
        id = "p"
        recipients = ["u9", "group:tre-p-recipients"]
    "#;
    let declaration = parsed(text);
    assert_eq!(declaration.notices(), []);
    assert_eq!(declaration.person("u123").unwrap().leave.unwrap().to_string(), "2026-12-31");
    assert_eq!(declaration.form().software.as_ref().unwrap().quarantine.as_ref().unwrap().0, ["tre/quarantine"]);
}

#[test]
fn not_declared_and_declared_empty_differ() {
    assert_eq!(parsed("[network]\n").form().network.as_ref().unwrap().allowed, None);
    assert_eq!(parsed("[network]\nallowed = []\n").form().network.as_ref().unwrap().allowed, Some(vec![]));
    assert_eq!(parsed("").form().network, None);
    assert_eq!(parsed("").knows_project("p"), None);
    assert_eq!(parsed("project = []\n").knows_project("p"), Some(false));
}

#[test]
fn every_unknown_member_and_wrong_type_is_said_and_not_only_the_first() {
    let text = "[tre]\nnam = \"x\"\nregions = \"eu-west-2\"\n[personas]\nwizard = []\n[limits]\nstale_days = \"45\"\n[[project]]\nid = 7\nstart = 2026-01-01T00:00:00Z\nend = \"soon\"\n";
    insta::assert_snapshot!(refused(text).join("\n"), @r#"
    tre.toml:2: There is no member "nam" here. Did you mean "name"? The members are: name, regions, accounts, ou, tags, res, federation.
    tre.toml:3: Here stands string "eu-west-2", where a list is expected.
    tre.toml:5: There is no persona "wizard". The personas are: backup, data_manager, ig_manager, information_asset_owner, ingest, lead_researcher, operator, output_checker, project_manager, release, researcher. Until then personas counts as not declared.
    tre.toml:7: Here stands string "45", where a whole number is expected.
    tre.toml:9: Here stands integer 7, where a string is expected.
    tre.toml:10: "2026-01-01T00:00:00Z" is no date; write the day alone: 2026-01-31.
    tre.toml:11: "soon" is no date; write it as 2026-01-31.
    "#);
}

#[test]
fn a_project_needs_an_id() {
    insta::assert_snapshot!(refused("[[project]]\ntitle = \"x\"\n[[project]]\nid = \"y\"\n").join("\n"), @r#"
    tre.toml:1: The member "id" is missing here. Add id = … to this table.
    "#);
}

#[test]
fn every_line_that_is_not_toml_is_said() {
    insta::assert_snapshot!(refused("[tre\nname = x\n[limits]\nstale_days = 4\nstale_days = 5\n").join("\n"), @r#"
    tre.toml:1: This is not TOML: unclosed table, expected `]`. Correct the line; strings need quotes, dates do not, and a table or key may stand only once.
    tre.toml:5: This is not TOML: duplicate key. Correct the line; strings need quotes, dates do not, and a table or key may stand only once.
    "#);
}

#[test]
fn the_edge_can_show_the_line_itself() {
    let error = Declaration::parse("tre.toml", "[limits]\nstale_dais = 45\n").unwrap_err();
    insta::assert_snapshot!(shown(&error), @r#"
    tre.toml cannot be used: it has 1 problem
        Diagnostic severity: error

    Error: tre.toml:2: There is no member "stale_dais" here.
        Diagnostic severity: error

    Begin snippet for tre.toml starting at line 1, column 1

    snippet line 1: [limits]
    snippet line 2: stale_dais = 45
        label at line 2, columns 1 to 10
    diagnostic help: Did you mean "stale_days"? The members are: stale_days, review_days, restore_test_days, image_days, airlock_days, log_days, close_grace_days, events_days, finding_days, drift_days, iac_percent, presign_seconds, session_hours, idle_minutes, imds_hops, checkers, rpo_hours.
    "#);
    let declaration = parsed("[tre]\nregions = [\n  \"eu-west-2\",\n  \"London\",\n]\n");
    insta::assert_snapshot!(shown(declaration.problems().unwrap()), @r#"
    tre.toml has 1 problem; the parts concerned were set aside
        Diagnostic severity: warning

    Warning: tre.toml:4: "London" is no Region.
        Diagnostic severity: warning

    Begin snippet for tre.toml starting at line 3, column 1

    snippet line 3:   "eu-west-2",
    snippet line 4:   "London",
        label at line 4, columns 3 to 10
    snippet line 5: ]
    diagnostic help: Regions look like eu-west-2. Until then tre.regions counts as not declared.
    "#);
}

#[test]
fn places_never_hold_a_directory() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("mine.toml");
    std::fs::write(&path, "[tre]\nregions = [\"London\"]\n").unwrap();
    let declaration = Declaration::load(&path).unwrap();
    assert_eq!(declaration.place("tre.regions"), "mine.toml:2");
    assert_eq!(declaration.notices()[0].place, "mine.toml:2");
    let error = Declaration::load(&dir.path().join("none.toml")).unwrap_err();
    assert!(error.to_string().starts_with("cannot read none.toml: "), "{error}");
}

#[test]
fn a_file_over_four_mebibytes_is_refused_unread() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("tre.toml");
    std::fs::write(&path, "#".repeat(FILE_LIMIT + 1)).unwrap();
    let error = Declaration::load(&path).unwrap_err();
    assert_eq!(error.to_string(), "tre.toml has 4194305 bytes; a file of a declaration has at most 4194304 (4 MiB)");
    std::fs::write(&path, "#".repeat(FILE_LIMIT)).unwrap();
    assert!(Declaration::load(&path).is_ok());
}

#[test]
fn a_file_that_is_no_text_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("tre.toml");
    std::fs::write(&path, [0xff, 0xfe, 0x00]).unwrap();
    assert_eq!(Declaration::load(&path).unwrap_err().to_string(), "tre.toml is not UTF-8 text");
}

#[test]
fn deep_nesting_is_refused_and_does_not_overflow_the_stack() {
    for text in [
        format!("x = {}", "[".repeat(200_000)),
        format!("x = {}1", "{a=".repeat(200_000)),
        format!("{}a = 1", "a.".repeat(200_000)),
        format!("[{}a]", "a.".repeat(200_000)),
    ] {
        assert!(Declaration::parse("tre.toml", &text).is_err());
    }
}

#[test]
fn words_that_cannot_be_are_set_aside_with_their_line() {
    let text = r#"[tre]
regions = ["eu-west-2", "London"]
accounts = { data = "1234", log = ["333333333333"] }
[personas]
researcher = ["TRE-Researcher"]
[airlock]
ingress = ["tre-ingress"]
records = "s3:tre"
paths = [["ingress", "store"], ["review", "cloud"]]
[network]
workspace = ["vpc-0aa"]
egress_ports = [443, 70000]
[access]
places = ["office"]
"#;
    insta::assert_snapshot!(notices(text).join("\n"), @r#"
    tre.toml:2: "London" is no Region. Regions look like eu-west-2. Until then tre.regions counts as not declared.
    tre.toml:3: "1234" is no account id. An account id has 12 digits, in quotes: "111111111111". Until then tre.accounts counts as not declared.
    tre.toml:5: "TRE-Researcher" does not say how AWS knows the persona. References are written sso:PermissionSet, group:name, role:name, user:name or cognito:pool/group. Until then personas.researcher counts as not declared.
    tre.toml:7: "tre-ingress" names no store. Stores are written s3:bucket, efs:fs-0123, dynamodb:table; also fsx, rds, redshift, neptune, docdb, opensearch, glue, omics, healthlake, ebs, s3tables. Until then airlock.ingress counts as not declared.
    tre.toml:8: "s3:tre" names no table. The table of requests is written dynamodb:name. Until then airlock.records counts as not declared.
    tre.toml:9: "cloud" is no stage of the airlock. A path is two of: ingress, request, review, outbound, rejected, store. Until then airlock.paths counts as not declared.
    tre.toml:11: "vpc-0aa" is no subnet. Here stand ids that begin with subnet-. Until then network.workspace counts as not declared.
    tre.toml:12: 70000 is no port. Ports run from 1 to 65535. Until then network.egress_ports counts as not declared.
    tre.toml:14: "office" is no address range. Ranges look like 198.51.100.0/24 or 2001:db8::/32. Until then access.places counts as not declared.
    "#);
    let form = parsed(text).form().clone();
    assert_eq!(form.tre.as_ref().unwrap().regions, None);
    assert_eq!(form.tre.as_ref().unwrap().accounts, None);
    assert_eq!(form.personas.unwrap().researcher, None);
    assert_eq!(form.airlock.as_ref().unwrap().ingress, None);
    assert_eq!(form.airlock.unwrap().paths, None);
    assert_eq!(form.network.unwrap().egress_ports, None);
    assert!(parsed(text).is_set_aside("tre.accounts.log"));
    assert!(!parsed(text).is_set_aside("tre.name"));
}

#[test]
fn stages_that_share_a_store_are_set_aside() {
    let text = "[airlock]\nrequest = [\"s3:one\"]\noutbound = [\"s3:two\", \"s3:one\"]\nreview = [\"s3:three\"]\n";
    insta::assert_snapshot!(notices(text).join("\n"), @r#"
    tre.toml:3: s3:one stands in request and in outbound. One store cannot be two stages: what waits for review could be taken as released. Give each stage its own. Until then airlock.request and airlock.outbound count as not declared.
    "#);
    let airlock = parsed(text).form().airlock.clone().unwrap();
    assert_eq!((airlock.request, airlock.outbound), (None, None));
    assert!(airlock.review.is_some());
    assert!(parsed(text).is_set_aside("airlock.request") && parsed(text).is_set_aside("airlock.outbound[0]"));
}

#[test]
fn an_unknown_persona_sets_the_personas_aside_and_nothing_else() {
    let text =
        "[tre]\nname = \"x\"\n[personas]\noperator = [\"sso:TRE-Operator\"]\nreseacher = [\"sso:TRE-Researcher\"]\n";
    insta::assert_snapshot!(notices(text).join("\n"), @r#"
    tre.toml:5: There is no persona "reseacher". Did you mean "researcher"? The personas are: backup, data_manager, ig_manager, information_asset_owner, ingest, lead_researcher, operator, output_checker, project_manager, release, researcher. Until then personas counts as not declared.
    "#);
    let declaration = parsed(text);
    assert!(declaration.form().personas.is_none() && declaration.is_set_aside("personas.operator"));
    assert_eq!(declaration.form().tre.as_ref().unwrap().name.as_deref(), Some("x"));
}

#[test]
fn registers_must_agree_with_each_other() {
    let text = r#"[classification]
levels = ["open", "closed"]
[[project]]
id = "a"
tier = "tier3"
start = 2027-01-01
end = 2026-01-01
datasets = ["d", "none"]
budget_gbp = -1
[[dataset]]
id = "d"
class = "secret"
identifiability = "fuzzy"
[people.u1]
projects = ["a", "b"]
"#;
    insta::assert_snapshot!(notices(text).join("\n"), @r#"
    tre.toml:5: "tier3" is no level of classification. The levels are: open, closed. Until then project[0].tier counts as not declared.
    tre.toml:7: The project ends on 2026-01-01, before it starts on 2027-01-01. Correct one of the two days. Until then neither counts as declared in project[0].
    tre.toml:8: There is no [[dataset]] with the id "none". Add it to the register, or correct the id. Until then project[0].datasets counts as not declared.
    tre.toml:9: The approved spend is negative. Write whole pounds, 0 or more. Until then project[0].budget_gbp counts as not declared.
    tre.toml:12: "secret" is no level of classification. The levels are: open, closed. Until then dataset[0].class counts as not declared.
    tre.toml:13: "fuzzy" is not known here. Write one of: identifiable, pseudonymised, anonymised, synthetic, not-personal. Until then dataset[0].identifiability counts as not declared.
    tre.toml:15: There is no [[project]] with the id "b". Add it to the register, or correct the id. Until then people.u1.projects counts as not declared.
    "#);
    let declaration = parsed(text);
    let (_, project) = declaration.projects().next().unwrap();
    assert_eq!(
        (project.start, project.end, project.tier.as_ref(), project.datasets.as_ref()),
        (None, None, None, None)
    );
    assert!(declaration.is_set_aside("project[0].start"));
    assert_eq!(declaration.datasets().next().unwrap().1.class, None);
}

#[test]
fn references_to_a_register_that_is_not_declared_are_not_judged() {
    assert_eq!(notices("[[project]]\nid = \"a\"\ndatasets = [\"d\"]\n"), Vec::<String>::new());
}

#[test]
fn two_entries_of_one_id_are_both_set_aside_and_absence_proves_nothing() {
    let text = "[[project]]\nid = \"a\"\n[[project]]\nid = \"b\"\n[[project]]\nid = \"a\"\n";
    insta::assert_snapshot!(notices(text).join("\n"), @r#"
    tre.toml:6: The project "a" stands here a second time; the first is at tre.toml:2. Keep one of them. Until then project "a" counts as not declared.
    "#);
    let declaration = parsed(text);
    assert_eq!(declaration.projects().map(|(i, p)| (i, p.id.as_str())).collect::<Vec<_>>(), [(1, "b")]);
    assert_eq!(declaration.knows_project("b"), Some(true));
    assert_eq!(declaration.knows_project("a"), None);
    assert_eq!(declaration.knows_project("c"), None);
}

#[test]
fn a_track_of_the_toolkit_has_its_own_editions() {
    for (track, edition, good) in [
        ("caf", "v9", true),
        ("caf", "v8", true),
        ("ndg", "v8/3", true),
        ("caf", "v8/2", false),
        ("ndg", "v9", false),
        ("dsp", "v9", false),
    ] {
        let text = format!("[dspt]\ntrack = \"{track}\"\nedition = \"{edition}\"\n");
        assert_eq!(parsed(&text).notices().is_empty(), good, "{text}");
        assert_eq!(parsed(&text).is_set_aside("dspt"), !good, "{text}");
    }
    insta::assert_snapshot!(notices("[dspt]\ntrack = \"caf\"\nedition = \"v8/2\"\n").join("\n"), @r#"
    tre.toml:3: caf has no edition "v8/2". Write one of: v8, v9. Until then dspt counts as not declared.
    "#);
}

#[test]
fn a_case_of_a_control_may_bring_its_own_tables() {
    let table: toml::Table =
        toml::from_str("[limits]\nlog_days = 7\n[[project]]\nid = \"p\"\nend = 2026-01-01\n").unwrap();
    let declaration = Declaration::from_table(&table).unwrap();
    assert_eq!(declaration.limit("log_days"), Limit::Declared(7));
    assert_eq!(declaration.projects().next().unwrap().1.end.unwrap().to_string(), "2026-01-01");
}

#[test]
fn the_empty_declaration_declares_nothing() {
    let none = Declaration::default();
    assert_eq!(none.context().keys().collect::<Vec<_>>(), ["classification", "limits"]);
    assert_eq!(none.place("tre.regions"), "tre.toml");
    assert_eq!(none.context_place("limits.stale_days").as_deref(), Some("default"));
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "([a-z.\\[\\]{}=\"', 0-9#é\\n-]|\\[\\[project\\]\\]\\n|\\[limits\\]\\n|stale_days|id = \"a\"\\n){0,60}") {
        let _ = Declaration::parse("tre.toml", &text);
    }
}
