//! What holds projects apart, in every service that has a part in it.
//!
//! May import: `model`, `graph`. Guarantees: those of its parts; each derives only for its own types.

mod budgets;
mod closure;
mod files;
pub(super) mod keys;
mod lake;
mod members;
mod profiles;
mod results;
mod roles;
mod runs;
mod shares;
mod studios;

use super::Surroundings;
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    closure::derive(entity, document, around);
    match document.kind.as_str() {
        "AWS::Account" => {
            studios::derive(entity, document, around);
            budgets::cost_tags(entity, document, around);
        }
        "AWS::Athena::WorkGroup" => results::derive(entity, document, around),
        "AWS::DataZone::Project" => members::derive(entity, document, around),
        "AWS::EFS::AccessPoint" => files::derive(entity, document, around),
        "AWS::Glue::Crawler" | "AWS::Glue::Job" | "AWS::IAM::Role" | "AWS::IAM::User" => {
            roles::derive(entity, document, around);
        }
        "AWS::KMS::Key" => keys::derive(entity, document, around),
        "AWS::LakeFormation::DataLakeSettings" => lake::derive(entity, document, around),
        "AWS::Omics::Run" => runs::derive(entity, document, around),
        "AWS::RAM::ResourceShare" => shares::derive(entity, document, around),
        "AWS::SageMaker::UserProfile" => profiles::derive(entity, document, around),
        "TRE::Project" => budgets::derive(entity, document, around),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    use crate::declaration::Declaration;
    use crate::graph::{Declared, Estate, build};
    use crate::model::document::ResourceDocument;
    use crate::model::listing::Listing;
    use crate::model::time::AsOf;

    const OWN: &str = "111111111111";
    const DECLARATION: &str = "[tre]\naccounts = { data = \"111111111111\" }\n[transfer]\npartners = []\n[airlock]\ningress = []\n\
        paths = []\n[personas]\nresearcher = []\n[[project]]\nid = \"cardio\"\naliases = [\"datazone:z\"]\n[[dataset]]\nid = \"ehr\"\n";

    /// Each with a facet and the set that is read from it.
    const READ: [(&str, &str, &str); 12] = [
        ("AWS::Athena::WorkGroup", "WorkGroupConfiguration", "resultsElsewhere"),
        ("AWS::DataSync::Task", "SourceLocationArn", "pathGaps"),
        ("AWS::DataZone::Project", "Members", "strangeMembers"),
        ("AWS::KMS::Key", "Grants", "strangers"),
        ("AWS::KMS::Key", "KeyPolicy", "openStatements"),
        ("AWS::KMS::Key", "KeyPolicy", "strangers"),
        ("AWS::LakeFormation::DataLakeSettings", "Permissions", "everyoneGrants"),
        ("AWS::LakeFormation::DataLakeSettings", "Permissions", "foreignGrants"),
        ("AWS::Lambda::Function", "FunctionUrls", "openUrls"),
        ("AWS::Omics::Run", "OutputUri", "foreignPlaces"),
        ("AWS::RAM::ResourceShare", "SharePrincipals", "undeclaredPrincipals"),
        ("AWS::Transfer::Server", "EndpointDetails", "openRanges"),
    ];

    fn derived(kind: &str, facet: &str, fact: &str, value: &Value) -> Option<Value> {
        let mut document = ResourceDocument {
            kind: kind.to_owned(),
            id: "arn:aws:x:eu-west-2:111111111111:y/1".to_owned(),
            account: OWN.to_owned(),
            region: "eu-west-2".to_owned(),
            tags: Some([("tre:project".to_owned(), "cardio".to_owned())].into()),
            ..ResourceDocument::default()
        };
        // All else is as it should be.
        for (name, good) in [
            ("Id", json!("z")),
            ("DomainUnitOwners", json!([])),
            ("KeyPolicy", json!({})),
            ("Grants", json!([])),
            ("RoleArn", json!("arn:aws:iam::111111111111:role/tre")),
            ("DestinationLocationArn", json!("arn:aws:datasync:eu-west-2:111111111111:location/b")),
        ] {
            document.properties.insert(name.to_owned(), good);
        }
        document.properties.insert(facet.to_owned(), value.clone());
        let listed = Listing {
            account: OWN.to_owned(),
            region: "global".to_owned(),
            kind: kind.to_owned(),
            complete: true,
            reason: String::new(),
            calls: Vec::new(),
        };
        let estate = Estate::new([], vec![listed], vec![OWN.to_owned()], Vec::new());
        let declared = Declared::new(Some(&Declaration::parse("tre.toml", DECLARATION).unwrap()), None);
        let known = |_: &str| BTreeSet::from([fact.to_owned()]);
        let shard = build(OWN, vec![document], &estate, &declared, AsOf::from_unix(0), &known);
        shard.entities.into_values().next().unwrap().facts.remove(fact).map(|fact| fact.value)
    }

    #[test]
    fn what_is_in_no_form_that_is_understood_is_never_an_empty_set() {
        let odd = [
            json!(1),
            json!("x"),
            json!([1]),
            json!(["x"]),
            json!([{}]),
            json!([{ "Id": 1, "Principal": [], "GroupId": {}, "Operations": "Decrypt", "GranteePrincipal": 7 }]),
            json!({ "Statement": 1, "AddressAllocationIds": "eipalloc-1", "ResultConfiguration": [] }),
            json!({ "AddressAllocationIds": ["eipalloc-1"], "SecurityGroupIds": [1], "x": null }),
        ];
        for (kind, facet, fact) in READ {
            for value in &odd {
                assert_ne!(derived(kind, facet, fact, value), Some(json!([])), "{kind} {facet} = {value} gives {fact}");
            }
        }
    }
}
