//! When the data of an ended project has to be gone, and what may stay.
//!
//! May import: `model`, `graph`. Guarantees: a deadline is that of a dataset's entry; a project that has not ended has none.

use std::collections::BTreeSet;

use serde_json::json;

use crate::graph::Surroundings;
use crate::graph::declared::{Dataset, Declared, Project};
use crate::graph::membership::{Projects, datasets_in, derived, in_store, of_resource};
use crate::graph::organizations::text;
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};
use crate::model::time::AsOf;

/// Types that hold data, with whether they hold some for as long as they exist; of a bucket its objects tell.
const HOLDERS: [(&str, bool); 8] = [
    ("AWS::EC2::Snapshot", true),
    ("AWS::EFS::FileSystem", true),
    ("AWS::FSx::FileSystem", true),
    ("AWS::RDS::DBCluster", true),
    ("AWS::RDS::DBClusterSnapshot", true),
    ("AWS::RDS::DBInstance", true),
    ("AWS::RDS::DBSnapshot", true),
    ("AWS::S3::Bucket", false),
];

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let Some((_, always)) = HOLDERS.iter().find(|(kind, _)| *kind == document.kind) else { return };
    if *always {
        entity.set("stillHoldsData", json!(true), Origin::Document);
    }
    let declared = around.declared;
    let due = of_snapshot_or_store(document, declared)
        .and_then(|(projects, here)| deadline(&projects, &here, declared, around.as_of));
    match due {
        Ok(Some((by, place))) => {
            entity.set("deletionDue", json!({ "by": by.to_string() }), Origin::Declared(place));
        }
        Ok(None) => entity.set("deletionDue", json!({}), derived(document, &["tags"])),
        Err(why) => entity.withhold("deletionDue", why),
    }
    retained(entity, document, declared);
}

/// The projects of a resource and the datasets that lie in it. A snapshot holds what its source held, whatever its tags.
fn of_snapshot_or_store<'d>(
    document: &ResourceDocument,
    declared: &'d Declared,
) -> Result<(Projects, BTreeSet<&'d str>), String> {
    let mut projects = of_resource(document, declared)?;
    let mut here = datasets_in(document, declared)?;
    let source = match document.kind.as_str() {
        "AWS::EC2::Snapshot" => Some(("ebs", "VolumeId")),
        "AWS::RDS::DBSnapshot" => Some(("rds", "DBInstanceIdentifier")),
        "AWS::RDS::DBClusterSnapshot" => Some(("rds", "DBClusterIdentifier")),
        _ => None,
    };
    if let Some((word, facet)) = source {
        here.extend(in_store(&format!("{word}:{}", text(document, facet)?), declared)?);
        if !here.is_empty() {
            let register = declared.projects.as_ref().ok_or("tre.toml declares no [[project]]")?;
            let uses = |p: &&Project| p.datasets.iter().any(|id| here.contains(id.as_str()));
            projects.extend(register.iter().filter(uses).map(|p| p.id.clone()));
        }
    }
    Ok((projects, here))
}

/// By when it has to be gone; none where it is of no project, or one of its projects goes on.
fn deadline(
    projects: &Projects,
    here: &BTreeSet<&str>,
    declared: &Declared,
    now: AsOf,
) -> Result<Option<(AsOf, String)>, String> {
    if projects.is_empty() {
        return Ok(None);
    }
    let register = declared.projects.as_ref().ok_or("tre.toml declares no [[project]]")?;
    let mut ended: Vec<&Project> = Vec::new();
    for id in projects {
        let project =
            register.iter().find(|p| p.id == *id).ok_or_else(|| format!("the register has no project {id}"))?;
        match project.end {
            Some(end) if end < now => ended.push(project),
            Some(_) => return Ok(None),
            None => return Err(format!("project {id} has no end")),
        }
    }
    let all = declared.datasets.as_ref().ok_or("tre.toml declares no [[dataset]]")?;
    let by = |d: &Dataset| {
        d.delete_by.map(|by| (by, d.place.clone())).ok_or_else(|| format!("dataset {} has no delete_by", d.id))
    };
    if !here.is_empty() {
        let dues = all.iter().filter(|d| here.contains(d.id.as_str())).map(by);
        return Ok(dues.collect::<Result<Vec<_>, _>>()?.into_iter().min());
    }
    // What no dataset names may hold any of the project's: it may stay until the last of them has to be gone.
    let mut dues = Vec::new();
    for id in ended.iter().flat_map(|p| &p.datasets) {
        let dataset = all.iter().find(|d| d.id == *id).ok_or_else(|| format!("the register has no dataset {id}"))?;
        dues.push(by(dataset)?);
    }
    dues.into_iter()
        .max()
        .map(Some)
        .ok_or_else(|| "its project has no dataset that says by when it has to be gone".to_owned())
}

/// Live attestations that say why it is kept.
fn retained(entity: &mut Entity, document: &ResourceDocument, declared: &Declared) {
    if !declared.register_given {
        return entity.withhold("retentionAttestations", "no register of attestations was given");
    }
    let mut subjects: Vec<String> = vec![format!("store:{}", document.id), format!("store:{}", document.name())];
    if document.kind == "AWS::S3::Bucket" {
        subjects.push(format!("store:s3:{}", document.id));
    }
    if let Ok(projects) = of_resource(document, declared) {
        subjects.extend(projects.iter().map(|id| format!("project:{id}")));
    }
    if let Ok(datasets) = datasets_in(document, declared) {
        subjects.extend(datasets.iter().map(|id| format!("dataset:{id}")));
    }
    let found: Vec<_> = subjects.iter().flat_map(|subject| declared.attested("retention", subject)).collect();
    let ids: BTreeSet<&str> = found.iter().map(|a| a.id.as_str()).collect();
    let place = found.first().map_or_else(|| "attestations".to_owned(), |a| a.place.clone());
    entity.set("retentionAttestations", json!(ids), Origin::Declared(place));
}
