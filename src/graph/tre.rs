//! Declared things as documents: projects, datasets, and stores that no account showed.
//!
//! May import: `model`, `graph`.

use crate::graph::Declared;
use crate::model::document::ResourceDocument;

/// The documents of declared projects and datasets.
#[must_use]
pub fn documents(_declared: &Declared) -> Vec<ResourceDocument> {
    Vec::new()
}

/// A declared bucket that no account showed. Nothing is known of it but what the declaration says.
#[must_use]
pub fn unseen_bucket(name: &str, place: &str) -> ResourceDocument {
    let mut document = ResourceDocument {
        kind: "AWS::S3::Bucket".to_owned(),
        id: name.to_owned(),
        arn: Some(format!("arn:aws:s3:::{name}")),
        account: "declared".to_owned(),
        region: "unknown".to_owned(),
        ..ResourceDocument::default()
    };
    let reason = format!("declared at {place}, but no account that was read holds it");
    for facet in super::BUCKET_FACETS {
        document.missing.insert(facet.to_owned(), reason.clone());
    }
    document
}
