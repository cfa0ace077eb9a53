//! Audit logs of databases and file systems, which have no data events.
//!
//! May import: `model`, `graph`. Guarantees: an audit log counts where what is exported and what the engine was told to
//! write are both seen; an engine whose audit cannot be seen is not said to have none. Facts:
//! <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.pgaudit.html>,
//! <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Auditing.html>,
//! <https://docs.aws.amazon.com/fsx/latest/WindowsGuide/file-access-auditing.html>.

use std::collections::BTreeSet;

use serde_json::json;

use super::super::organizations::text;
use super::super::reading::{list, origin, put, record, word};
use super::super::{Surroundings, purpose, rds};
use super::FACTS;
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

/// Which of reads and writes a log holds.
type Logged = (bool, bool);

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let (label, facets, logged): (&str, &[&str], Result<Logged, String>) = match document.kind.as_str() {
        "AWS::RDS::DBInstance" | "AWS::RDS::DBCluster" => {
            ("the audit log", &["EnableCloudwatchLogsExports", "Engine"], database(document, around))
        }
        "AWS::FSx::FileSystem" => ("the audit log", &["WindowsConfiguration"], windows(document)),
        // EFS keeps no log of reads.
        "AWS::EFS::FileSystem" => ("the audit log", &[], Ok((false, false))),
        _ => return,
    };
    let attested =
        if document.kind.starts_with("AWS::RDS::") { Ok(BTreeSet::new()) } else { in_guest(document, around) };
    for (index, fact) in FACTS.into_iter().enumerate() {
        let mut found: BTreeSet<&str> = attested.iter().flatten().map(String::as_str).collect();
        let is_logged = logged.as_ref().map(|(reads, writes)| if index == 0 { *reads } else { *writes });
        if is_logged == Ok(true) {
            found.insert(label);
        }
        let unknown = is_logged.err().or(attested.as_ref().err());
        let value = match unknown {
            Some(why) if found.is_empty() => Err(why.clone()),
            _ => Ok(json!(found)),
        };
        put(entity, fact, value, origin(document, facets));
    }
}

fn database(document: &ResourceDocument, around: &Surroundings<'_>) -> Result<Logged, String> {
    // What an instance of a cluster logs, its cluster says.
    let document = rds::cluster_of(document, around)?.unwrap_or(document);
    let engine = text(document, "Engine")?;
    let exports = list(document, "EnableCloudwatchLogsExports")?;
    let exports = |name: &str| exports.iter().any(|log| log.as_str() == Some(name));
    let parameter = |name: &str| rds::parameter(document, name, around).map(Option::unwrap_or_default);
    match engine {
        "postgres" | "aurora-postgresql" => {
            if !exports("postgresql")
                || !parameter("shared_preload_libraries")?.split(',').any(|l| l.trim() == "pgaudit")
            {
                return Ok((false, false));
            }
            let classes = parameter("pgaudit.log")?;
            let named = |class: &str| classes.split(',').any(|c| c.trim().eq_ignore_ascii_case(class));
            let out = |class: &str| classes.split(',').any(|c| c.trim().eq_ignore_ascii_case(&format!("-{class}")));
            let of = |class: &str| (named("all") || named(class)) && !out(class);
            Ok((of("read"), of("write")))
        }
        "aurora-mysql" => {
            let events = parameter("server_audit_events")?;
            let on = ["1", "on"].contains(&parameter("server_audit_logging")?.to_ascii_lowercase().as_str());
            let named = |event: &str| events.split(',').any(|e| e.trim().eq_ignore_ascii_case(event));
            // A list of users, of those that are logged or of those that are not, leaves somebody out.
            for users in ["server_audit_incl_users", "server_audit_excl_users"] {
                if !parameter(users)?.is_empty() {
                    return Ok((false, false));
                }
            }
            let queries = exports("audit") && on && named("QUERY");
            Ok((queries, queries || (exports("audit") && on && named("QUERY_DML"))))
        }
        // Without an export there is no log; what stands in one, the option group or the database itself says.
        _ if ["mysql", "mariadb"].contains(&engine) || engine.starts_with("oracle-") => {
            if exports("audit") {
                Err(format!("what the audit of {engine} writes stands in its option group, which is not collected"))
            } else {
                Ok((false, false))
            }
        }
        _ => Err(format!("how {engine} writes its audit log is not modelled")),
    }
}

fn windows(document: &ResourceDocument) -> Result<Logged, String> {
    let audit = record(document, "WindowsConfiguration")?.get("AuditLogConfiguration");
    let level = audit.and_then(|audit| word(audit, "FileAccessAuditLogLevel"));
    let logged = matches!(level, Some("SUCCESS_ONLY" | "SUCCESS_AND_FAILURE"));
    Ok((logged, logged))
}

/// Attestations that whoever mounts the file system audits it.
fn in_guest(document: &ResourceDocument, around: &Surroundings<'_>) -> Result<BTreeSet<String>, String> {
    if !around.declared.register_given {
        return Err("no attestation register was given".to_owned());
    }
    let prefix = if document.kind == "AWS::EFS::FileSystem" { "efs" } else { "fsx" };
    let subjects = purpose::names(document).into_iter().map(|name| format!("store:{prefix}:{name}"));
    Ok(subjects.flat_map(|s| around.declared.attested("in-guest-audit", &s)).map(|a| a.id.clone()).collect())
}
