//! The reference of `tre.toml` and of the register: every member, what it is for, and which controls read it.
//!
//! What a member is for is the form's own comment. Which controls read it is taken from the policies where they read it
//! themselves, and from the table below where they read a fact that is derived from it.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use havenmark::catalogue::Catalogue;
use havenmark::declaration::limits::BOUNDS;
use havenmark::declaration::register::Kind;
use havenmark::declaration::register::members::MEMBERS;
use havenmark::declaration::schema;
use havenmark::policy::Judge;
use serde_json::Value;

/// Member, and the controls that read it through facts.
const READERS: &[(&str, &str)] = &[
    (
        "tre.regions",
        "DAT-STO-08 DAT-STO-13 DAT-STO-14 DAT-BAK-02 SET-PER-06 SET-NET-03 SET-MON-01 SET-MON-02 SET-CFG-04",
    ),
    (
        "tre.accounts",
        "PEO-IAM-03 PEO-IAM-08 PRJ-REG-02 PRJ-SEG-15 DAT-STO-08 DAT-STO-13 DAT-BAK-02 SET-ORG-01 SET-ORG-02 SET-ORG-04 SET-ORG-05 SET-ORG-07 SET-PER-01 SET-PER-02 SET-SWS-01 SET-SWS-06 SET-LOG-01 SET-LOG-03 SET-LOG-06",
    ),
    ("tre.ou", "SET-ORG-01 SET-ORG-02 PRJ-SEG-15"),
    ("tre.tags", "PRJ-REG-01 PRJ-REG-02 PRJ-REG-03 PRJ-REG-06 PRJ-REG-07 PRJ-SEG-16 DAT-CLS-01 DAT-CLS-02 DAT-CLS-03"),
    ("tre.res", "PRJ-REG-08"),
    ("personas.lead_researcher", "PEO-IDC-01 PEO-IDC-02 PEO-IDC-08 PEO-TRN-01 SET-PER-03"),
    (
        "personas.researcher",
        "PEO-IDC-01 PEO-IDC-02 PEO-IDC-08 PEO-TRN-01 PRJ-SEG-16 DAT-STO-07 SET-PER-03 SET-PER-05 SET-CMP-01 SET-LOG-06 OUT-AIR-01 OUT-AIR-02 OUT-AIR-04",
    ),
    ("personas.data_manager", "PEO-IDC-01 PEO-TRN-01 OUT-AIR-05"),
    ("personas.ig_manager", "PEO-IDC-01 PEO-TRN-01"),
    ("personas.output_checker", "PEO-IDC-01 PEO-TRN-01 OUT-SOD-01 OUT-SOD-02 OUT-REC-02"),
    ("personas.operator", "PEO-IDC-01 PEO-TRN-01 PEO-ROL-02 OUT-SOD-03"),
    ("personas.release", "OUT-AIR-03 OUT-AIR-10 OUT-SOD-03 OUT-REC-02"),
    ("personas.ingest", "OUT-AIR-05"),
    ("personas.project_manager", "PEO-ROL-01"),
    ("personas.information_asset_owner", "PEO-ROL-01 OUT-SOD-04"),
    ("personas.backup", "DAT-RET-03"),
    ("airlock.ingress", "OUT-AIR-01 OUT-AIR-04 OUT-AIR-05 OUT-AIR-06 OUT-AIR-07 OUT-AIR-08"),
    ("airlock.request", "OUT-AIR-02 OUT-AIR-04 OUT-AIR-08"),
    ("airlock.review", "OUT-AIR-01 OUT-AIR-04 OUT-AIR-06 OUT-AIR-08 OUT-AIR-09 OUT-SOD-03"),
    ("airlock.outbound", "DAT-STO-09 OUT-AIR-03 OUT-AIR-04 OUT-AIR-08 OUT-AIR-10 OUT-SOD-03 OUT-REC-02"),
    ("airlock.rejected", "OUT-AIR-01 OUT-AIR-08"),
    ("airlock.records", "OUT-REC-02"),
    ("airlock.paths", "OUT-TRF-03"),
    ("airlock.scanner", "OUT-AIR-05 OUT-AIR-07"),
    ("network.workspace", "SET-NET-01 SET-NET-02 SET-NET-04 SET-VDI-07 SET-CMP-02 SET-CMP-03"),
    ("network.data", "DAT-STO-12 SET-NET-01 SET-NET-02"),
    ("network.allowed", "SET-NET-06"),
    ("network.broker", "SET-NET-05 SET-NET-10"),
    ("network.broker_encrypted", "SET-NET-10"),
    ("network.management", "SET-NET-05"),
    ("network.endpoints", "DAT-STO-02 DAT-STO-09 SET-PER-03 SET-VDI-06"),
    ("network.vpcs", "DAT-STO-02 DAT-STO-10 SET-PER-03 SET-PER-04 SET-NET-06 SET-NET-09 SET-DNS-02 SET-VDI-06"),
    ("network.inspection", "SET-NET-02"),
    ("network.egress_ports", "SET-NET-04"),
    ("network.tls_policies", "SET-NET-10"),
    ("network.flow_log_destination", "SET-NET-09"),
    ("network.resolvers", "SET-DNS-02"),
    ("network.dns_allow", "SET-DNS-01"),
    ("project.id", "PRJ-REG-01 PRJ-REG-03 PRJ-REG-04 PRJ-REG-05 PRJ-REG-06 PRJ-REG-08 PRJ-SEG-16 PEO-IDC-04"),
    ("project.aliases", "PRJ-REG-08"),
    ("project.lead", "PRJ-REG-04"),
    ("project.manager", "PRJ-REG-04 PEO-ROL-01"),
    ("project.owner", "PRJ-REG-04"),
    ("project.legal_basis", "PRJ-REG-04"),
    ("project.tier", "PRJ-REG-04 DAT-CLS-02"),
    ("project.start", "PRJ-REG-04"),
    ("project.end", "PRJ-REG-03 PRJ-REG-04"),
    ("project.datasets", "PRJ-REG-04 PRJ-SEG-11 DAT-MIN-01"),
    ("project.budget_gbp", "PRJ-BUD-01"),
    ("project.cost_stop", "PRJ-BUD-02"),
    ("project.recipients", "OUT-AIR-10"),
    ("dataset.id", "DAT-CLS-03 DAT-CLS-04 PRJ-REG-04"),
    ("dataset.owner", "DAT-CLS-03 OUT-SOD-04"),
    ("dataset.source", "DAT-CLS-03"),
    ("dataset.class", "DAT-CLS-01 DAT-CLS-02"),
    ("dataset.identifiability", "DAT-CLS-04"),
    ("dataset.legal_basis", "DAT-CLS-03"),
    ("dataset.stores", "DAT-CLS-03 DAT-STO-01 DAT-STO-02 DAT-STO-08 DAT-STO-13 DAT-RET-01 DAT-RET-02"),
    ("dataset.delete_by", "DAT-CLS-03 DAT-RET-01 PRJ-CLO-01"),
    ("dataset.deleted", "DAT-RET-02"),
    ("identity.source", "PEO-IDC-01 PEO-IDC-07"),
    ("identity.break_glass", "PEO-IDC-03 PEO-IAM-01 PEO-IAM-08 OUT-AIR-03 DAT-RET-03"),
    ("identity.issuers", "PEO-IDC-07 PEO-IAM-04 PEO-DIR-01 PEO-COG-01"),
    ("identity.directories", "PEO-IDC-01 PEO-DIR-01 SET-DNS-02"),
    ("identity.user_pools", "PEO-IDC-01 PEO-COG-01 PEO-COG-02"),
    ("classification.levels", "DAT-CLS-01 DAT-CLS-02 PRJ-REG-04"),
    ("perimeter.accounts", "PRJ-SEG-08 PRJ-SEG-15 DAT-STO-06 DAT-STO-08 DAT-STO-13 DAT-STO-16 SET-PER-01"),
    ("perimeter.suppliers", "PEO-IAM-04 SET-PER-01"),
    ("perimeter.aws_owned", "SET-PER-02 SET-PER-04"),
    ("perimeter.service_principals", "DAT-STO-02 DAT-STO-03"),
    ("perimeter.exempt", "DAT-STO-02"),
    ("perimeter.no_endpoint", "SET-PER-03"),
    ("perimeter.functions", "DAT-STO-16"),
    ("perimeter.access_points", "DAT-STO-17"),
    ("perimeter.session_tags", "DAT-LAK-01"),
    ("controls.required", "SET-ORG-02"),
    ("availability.multi_az", "SET-CFG-04"),
    ("operations.deploy_roles", "OUT-AIR-03 SET-CFG-02"),
    ("operations.landing_zone_roles", "SET-ORG-04 SET-LOG-03"),
    ("operations.lza_floor", "SET-ORG-03"),
    ("limits.stale_days", "PEO-IAM-03"),
    ("limits.review_days", "PEO-REV-01"),
    ("limits.restore_test_days", "DAT-BAK-03"),
    ("limits.image_days", "SET-SWS-01"),
    ("limits.airlock_days", "OUT-AIR-08"),
    ("limits.log_days", "SET-LOG-03"),
    ("limits.close_grace_days", "PRJ-REG-03"),
    ("limits.finding_days", "SET-MON-03"),
    ("limits.drift_days", "SET-CFG-01"),
    ("limits.iac_percent", "SET-CFG-01"),
    ("limits.presign_seconds", "DAT-STO-09"),
    ("limits.session_hours", "PEO-IDC-08"),
    ("limits.idle_minutes", "PEO-IDC-08"),
    ("limits.imds_hops", "SET-CMP-04"),
    ("limits.checkers", "OUT-SOD-02"),
    ("limits.rpo_hours", "DAT-BAK-01"),
    ("transfer.partners", "OUT-TRF-01"),
    ("transfer.policies", "OUT-TRF-01"),
    ("transfer.users", "OUT-AIR-10"),
    ("access.places", "SET-VDI-02 SET-VDI-06"),
    ("software.quarantine", "SET-SWS-02"),
    ("software.upstreams", "SET-SWS-06"),
    ("software.blueprints", "SET-VDI-08"),
    ("people.projects", "PEO-IDC-04"),
    ("people.leave", "PEO-IDC-05"),
    ("catalogue.kind", "DAT-LAK-07"),
    ("logging.buckets", "SET-LOG-03"),
    ("logging.cost_buckets", "SET-CFG-03"),
];

/// Kind of attestation, and the controls that read it.
const KIND_READERS: &[(Kind, &str)] = &[
    (Kind::Dpia, "PRJ-REG-05"),
    (Kind::Approval, "PRJ-REG-05"),
    (Kind::Training, "PEO-TRN-01 OUT-SOD-02"),
    (Kind::Accreditation, "PEO-TRN-02"),
    (Kind::Terms, "PEO-TRN-02"),
    (Kind::AccessReview, "PEO-REV-01"),
    (Kind::Deidentification, "DAT-CLS-04"),
    (Kind::Delegation, "OUT-SOD-04"),
    (Kind::EgressDestination, "SET-NET-08"),
    (Kind::EmergencyChange, "PEO-IAM-08 SET-CFG-02"),
    (Kind::Deletion, "DAT-RET-02 DAT-KEY-01"),
    (Kind::MlPlan, "DAT-ML-01"),
    (Kind::Retention, "PRJ-CLO-01"),
    (Kind::InGuestAudit, "SET-LOG-02"),
    (Kind::IdpMfa, "PEO-COG-01 PEO-DIR-01"),
    (Kind::GroupPolicy, "SET-VDI-02"),
    (Kind::Scanner, "OUT-AIR-06"),
];

/// Members that the report or the roll-up reads, and no control.
const ELSEWHERE: &[(&str, &str)] = &[
    ("tre.name", "the head of the report"),
    ("tre.federation", "whether pillar 5 is in scope"),
    ("dspt.track", "the DSPT pages"),
    ("dspt.edition", "the DSPT pages"),
    ("dspt.claims", "the DSPT pages"),
    ("dspt.held", "the DSPT pages"),
    ("project.title", "for people"),
    ("dataset.title", "for people"),
];

/// `context.limits.stale_days` in the text of a policy, as `limits.stale_days`.
fn read_by_policies(catalogue: &Catalogue, judge: &Judge) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for control in &catalogue.controls {
        for part in judge.policy_text(control.id.as_str()).split("context.").skip(1) {
            let name = |c: char| !(c.is_alphanumeric() || c == '_');
            let mut parts = part.splitn(3, name);
            if let (Some(table), Some(member)) = (parts.next(), parts.next()) {
                found.entry(format!("{table}.{member}")).or_default().insert(control.id.to_string());
            }
        }
    }
    found
}

/// (table, member, what it is for), as the schema says.
fn members() -> Vec<(String, String, String)> {
    let schema = schema::schema();
    let text = |value: Option<&Value>| {
        let about = value.and_then(|v| v.get("description")).and_then(Value::as_str);
        about.unwrap_or_default().replace('\n', " ")
    };
    // `#/$defs/Tre` is a pointer of JSON behind its first sign.
    let definition = |of: &Value| {
        let places = ["/$ref", "/items/$ref", "/additionalProperties/$ref"];
        let reference = places.into_iter().find_map(|place| of.pointer(place)).and_then(Value::as_str);
        reference.and_then(|reference| schema.pointer(reference.trim_start_matches('#')))
    };
    let properties = |of: Option<&Value>| {
        let members = of.and_then(|of| of.get("properties")).and_then(Value::as_object);
        members.cloned().unwrap_or_default()
    };
    let mut all = Vec::new();
    for (table, property) in properties(Some(&schema)) {
        for (member, property) in properties(definition(&property)) {
            let about = text(Some(&property));
            // A member that is a table of its own is described by it.
            let about = if about.is_empty() { text(definition(&property)) } else { about };
            all.push((table.clone(), member, about));
        }
    }
    all
}

fn row(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|c| c.replace('|', "\\|")).collect();
    format!("| {} |\n", cells.join(" | "))
}

#[test]
fn the_reference_of_the_declaration_is_current() -> Result<(), Box<dyn Error>> {
    let catalogue = Catalogue::built_in()?;
    let judge = Judge::compile(&catalogue)?;
    let designed: BTreeSet<&str> =
        catalogue.satre.statements.iter().flat_map(|s| &s.controls).map(String::as_str).collect();
    let known = |id: &str| catalogue.control(id).is_some() || designed.contains(id);
    let by_policy = read_by_policies(&catalogue, &judge);
    let mut text = String::from(
        "# Reference of the declaration and the register\n\nGenerated from the form and the policies. A control that \
         `havenmark list controls` does not have yet is designed and not built. A member that is left out makes the controls \
         that need it *not assessed*.\n\n## `tre.toml`\n",
    );
    let mut seen = BTreeSet::new();
    let mut last = String::new();
    for (table, member, about) in members() {
        if table != last {
            let entries = ["project", "dataset"].contains(&table.as_str());
            let head = match table.as_str() {
                "people" => "`[people.USER]`".to_owned(),
                _ if entries => format!("`[[{table}]]`"),
                _ => format!("`[{table}]`"),
            };
            text.push_str(&format!("\n### {head}\n\n| member | what it is for | read by |\n|---|---|---|\n"));
            last.clone_from(&table);
        }
        let path = format!("{table}.{member}");
        let mut readers = by_policy.get(&path).cloned().unwrap_or_default();
        for (_, ids) in READERS.iter().filter(|(p, _)| *p == path) {
            readers.extend(ids.split(' ').map(str::to_owned));
        }
        for id in &readers {
            assert!(known(id), "{path} is said to be read by {id}, which there is not");
        }
        let elsewhere = ELSEWHERE.iter().find(|(p, _)| *p == path).map(|(_, what)| (*what).to_owned());
        let mut said: Vec<String> = readers.into_iter().collect();
        said.extend(elsewhere);
        let default = BOUNDS.iter().find(|b| path == format!("limits.{}", b.name)).map(|b| (b.least, b.most));
        let about = default.map_or(about.clone(), |(least, most)| format!("{about} From {least} to {most}."));
        text.push_str(&row(&[&format!("`{member}`"), &about, &said.join(", ")]));
        seen.insert(path);
    }
    for (path, _) in READERS.iter().chain(ELSEWHERE) {
        assert!(seen.contains(*path), "{path} is no member of the form");
    }
    text.push_str(
        "\n## The register: `attestations/*.toml`\n\nEvery file has `id`, `kind`, `subject`, `by`, `approved_by`, `made`, \
         `expires` and `evidence`, and may have `claim`, `role` and `supersedes`.\n\n| kind | what it is | subject | lives at most \
         | its members (*italic*: may be left out) | read by |\n|---|---|---|---|---|---|\n",
    );
    for kind in Kind::ALL {
        let subjects: Vec<String> = kind.subjects().iter().map(|s| format!("`{s}:…`")).collect();
        let life = kind.longest_days().map_or("to the contract's end".to_owned(), |days| format!("{days} days"));
        let own = MEMBERS.iter().filter(|m| m.may.contains(&kind) && m.may.len() < Kind::ALL.len());
        let own: Vec<String> = own
            .map(|m| if m.must.contains(&kind) { format!("`{}`", m.name) } else { format!("*`{}`*", m.name) })
            .collect();
        let readers = match kind {
            Kind::Statement => "its SATRE statement".to_owned(),
            Kind::Exception => "the control that it names".to_owned(),
            Kind::Supplier => "SATRE statements on suppliers".to_owned(),
            _ => {
                let found = KIND_READERS.iter().find(|(k, _)| *k == kind).ok_or("a kind that nobody reads")?.1;
                assert!(found.split(' ').all(known), "{found}");
                found.replace(' ', ", ")
            }
        };
        let name = format!("`{}`", kind.as_str());
        text.push_str(&row(&[&name, kind.about(), &subjects.join(" "), &life, &own.join(", "), &readers]));
    }
    text.push_str("\n| member | what stands in it |\n|---|---|\n");
    for member in MEMBERS {
        text.push_str(&row(&[&format!("`{}`", member.name), member.about]));
    }
    crate::generated::current("docs/declaration-reference.md", &text)
}
