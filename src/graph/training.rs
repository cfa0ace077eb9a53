//! Training of models: where its outputs go, and whether the project has a plan for them.
//!
//! May import: `model`, `graph`. Guarantees: a place is named where it is no store of the resource's project; of what
//! belongs to no project, where it is no store at all.

use serde_json::{Value, json};

use super::iam::Found;
use super::organizations::text;
use super::reading::{list, origin, record, word};
use super::{Surroundings, purpose, stores};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let project = purpose::project_tag(document, around.declared);
    let projects = project.clone().and_then(|project| {
        let project = project.ok_or("it carries no project tag, so that no store is its project's")?;
        Ok([project.to_owned()].into())
    });
    let mut found = Found::default();
    let mut check = |what: &str, place: Result<Option<&str>, String>| match place {
        Ok(Some(place)) => stores::check_place(what, place, &projects, around, &mut found),
        Ok(None) => {}
        Err(why) => found.doubt(why),
    };
    let facets: &[&str] = if document.kind == "AWS::SageMaker::Model" {
        let containers = record(document, "PrimaryContainer").map(|one| vec![one]);
        let more = list(document, "Containers").map(|all| all.iter().collect());
        for containers in [containers, more] {
            match containers {
                Ok(containers) => containers.iter().for_each(|container| {
                    for member in ["ModelDataUrl", "ModelDataS3Uri"] {
                        check("model", Ok(word(container, member)));
                    }
                    if let Some(package) = word(container, "ModelPackageName") {
                        check("model", Err(format!("where the package {package} keeps its model was not read")));
                    }
                }),
                Err(why) => check("model", Err(why)),
            }
        }
        &["Containers", "PrimaryContainer", "tags"]
    } else {
        check("output", record(document, "OutputDataConfig").map(|output: &Value| word(output, "S3OutputPath")));
        for (what, facet) in [
            ("checkpoints", "CheckpointS3Uri"),
            ("model", "S3ModelArtifacts"),
            ("tensors", "DebugS3Uri"),
            ("profiles", "ProfilerS3Uri"),
            ("summaries", "TensorBoardS3Uri"),
        ] {
            check(what, text(document, facet).map(|place| Some(place).filter(|place| !place.is_empty())));
        }
        &[
            "CheckpointS3Uri",
            "DebugS3Uri",
            "OutputDataConfig",
            "ProfilerS3Uri",
            "S3ModelArtifacts",
            "TensorBoardS3Uri",
            "tags",
        ]
    };
    found.put(entity, "strayPlaces", &origin(document, facets));
    if !around.declared.register_given {
        return entity.withhold("mlPlans", "no attestation register was given");
    }
    match project {
        Ok(Some(project)) => {
            let live = around.declared.attested("ml-plan", &format!("project:{project}"));
            let place = live.first().map_or_else(|| origin(document, &["tags"]), |a| Origin::Declared(a.place.clone()));
            entity.set("mlPlans", json!(live.iter().map(|a| a.id.as_str()).collect::<Vec<_>>()), place);
        }
        Ok(None) => entity.withhold("mlPlans", "it carries no project tag"),
        Err(why) => entity.withhold("mlPlans", why),
    }
}
