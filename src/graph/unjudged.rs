//! Things that hold data and that no control of the catalogue judges as a store.
//!
//! May import: `model`, `graph`. Guarantees: an account holds none only where the types that are listed were listed and
//! AWS Config recorded every other type in each Region; a dataset that names a thing answers for it.

use super::iam::Found;
use super::organizations::text;
use super::purpose::names;
use super::{Surroundings, inventory};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

pub(super) const FACT: &str = "unjudgedHolders";

const TAGGED: &str = "AWS::ResourceGroups::TaggedResource";

/// Types that are listed, and the word with which `[[dataset]] stores` may name one.
const LISTED: [(&str, &str); 9] = [
    ("AWS::Kinesis::Stream", ""),
    ("AWS::Omics::ReferenceStore", "omics"),
    ("AWS::Omics::SequenceStore", "omics"),
    ("AWS::Omics::VariantStore", "omics"),
    ("AWS::RDS::DBCluster", "docdb"),
    ("AWS::RDS::DBCluster", "neptune"),
    ("AWS::Redshift::Cluster", "redshift"),
    ("AWS::S3Express::DirectoryBucket", "s3"),
    ("AWS::S3Tables::TableBucket", "s3tables"),
];

/// Types that no source lists: by the name of `CloudFormation`, by how their ARNs go on after `arn:aws:`, and the word of a store.
const UNLISTED: [(&str, &str, &str, &str); 14] = [
    ("AWS::Cassandra::Keyspace", "cassandra", "/keyspace/", ""),
    ("AWS::DocDBElastic::Cluster", "docdb-elastic", "cluster/", "docdb"),
    ("AWS::ElastiCache::ReplicationGroup", "elasticache", "replicationgroup:", ""),
    ("AWS::ElastiCache::ServerlessCache", "elasticache", "serverlesscache:", ""),
    ("AWS::HealthLake::FHIRDatastore", "healthlake", "datastore/", "healthlake"),
    ("AWS::MSK::Cluster", "kafka", "cluster/", ""),
    ("AWS::MSK::ServerlessCluster", "kafka", "cluster/", ""),
    ("AWS::MemoryDB::Cluster", "memorydb", "cluster/", ""),
    ("AWS::NeptuneGraph::Graph", "neptune-graph", "graph/", "neptune"),
    ("AWS::Omics::AnnotationStore", "omics", "annotationStore/", "omics"),
    ("AWS::OpenSearchServerless::Collection", "aoss", "collection/", "opensearch"),
    ("AWS::OpenSearchService::Domain", "es", "domain/", "opensearch"),
    ("AWS::RedshiftServerless::Namespace", "redshift-serverless", "namespace/", "redshift"),
    ("AWS::Timestream::Database", "timestream", "database/", ""),
];

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let mut found = Found::default();
    for (kind, word) in LISTED {
        for thing in around.of_type(kind) {
            match is_of(thing, kind, word) {
                Ok(true) => judge(thing, word, around, &mut found),
                Ok(false) => {}
                Err(why) => found.doubt(why),
            }
        }
        if let Err(why) = around.estate.listings().listed(kind, &document.account) {
            found.doubt(why);
        }
    }
    if let Err(why) = around.estate.listings().listed(TAGGED, &document.account) {
        found.doubt(why);
    }
    for tagged in around.of_type(TAGGED) {
        match text(tagged, "ResourceARN") {
            Ok(arn) => {
                if let Some((.., word)) = UNLISTED.iter().find(|(_, service, path, _)| is_about(arn, service, path)) {
                    judge(&ResourceDocument { arn: Some(arn.to_owned()), ..tagged.clone() }, word, around, &mut found);
                }
            }
            Err(why) => found.doubt(why),
        }
    }
    if around.estate.regions.iter().all(|region| region == "global") {
        found.doubt("no Region is in scope");
    }
    for region in &around.estate.regions {
        if region != "global"
            && let Err(why) = inventory::is_whole(around.estate, &document.account, region)
        {
            found.doubt(format!("types that are not collected would show in AWS Config alone: {why} ({region})"));
        }
    }
    for (kind, ..) in UNLISTED {
        // AWS Config recorded some, which nobody read.
        if let (true, Err(why)) = (
            around.estate.listings().is_asked(kind, &document.account),
            around.estate.listings().listed(kind, &document.account),
        ) {
            found.doubt(why);
        }
    }
    found.put(entity, FACT, &Origin::Derived(Vec::new()));
}

/// RDS lists the clusters of `DocumentDB` and Neptune with its own.
fn is_of(thing: &ResourceDocument, kind: &str, word: &str) -> Result<bool, String> {
    Ok(kind != "AWS::RDS::DBCluster" || text(thing, "Engine")? == word)
}

fn is_about(arn: &str, service: &str, path: &str) -> bool {
    let mut parts = arn.splitn(6, ':').skip(2);
    parts.next() == Some(service) && parts.nth(2).is_some_and(|rest| rest.starts_with(path))
}

/// Names a thing that no dataset names.
fn judge(thing: &ResourceDocument, word: &str, around: &Surroundings<'_>, found: &mut Found) {
    let Some(datasets) = &around.declared.datasets else { return found.doubt("tre.toml declares no [[dataset]]") };
    let names = names(thing);
    let is_named =
        |reference: &str| reference.split_once(':').is_some_and(|(of, name)| of == word && names.contains(name));
    if datasets.iter().flat_map(|d| &d.stores).any(|store| is_named(&store.text)) {
        return;
    }
    match around.declared.set_aside.get("dataset") {
        Some(why) => found.doubt(why),
        None => found.add(thing.name()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_is_told_by_service_and_path() {
        assert!(is_about("arn:aws:es:eu-west-2:111111111111:domain/notes", "es", "domain/"));
        assert!(!is_about("arn:aws:es:eu-west-2:111111111111:application/notes", "es", "domain/"));
        assert!(!is_about("domain/notes", "es", "domain/"));
    }
}
