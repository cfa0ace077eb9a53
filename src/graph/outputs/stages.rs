//! Whom the policy of a stage of the airlock lets in by name, and what its access control list gives to everyone.
//!
//! May import: `model`, `graph`. Guarantees: what is named is allowed; that nobody is, is never said here, but of the access
//! control list, which is read whole.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::graph::Surroundings;
use crate::graph::certain::researchers_let_in;
use crate::graph::iam::Found;
use crate::graph::membership::derived;
use crate::graph::organizations::known;
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

/// Groups of everyone, and of everyone with any account of AWS.
const EVERYONE: [&str; 2] = ["/groups/global/AllUsers", "/groups/global/AuthenticatedUsers"];

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let bucket = document.arn.clone().unwrap_or_else(|| format!("arn:aws:s3:::{}", document.id));
    let objects = format!("{bucket}/*");
    let (bucket, objects) = (bucket.as_str(), objects.as_str());
    let reads = [
        ("s3:GetObject", objects),
        ("s3:GetObjectTagging", objects),
        ("s3:GetObjectVersion", objects),
        ("s3:ListBucket", bucket),
        ("s3:ListBucketVersions", bucket),
    ];
    for (fact, asked) in [("researchReaders", &reads as &[_]), ("strayWriters", &[("s3:DeleteObjectVersion", objects)])]
    {
        let found = researchers_let_in(document, "BucketPolicy", asked, around);
        put(entity, fact, &found, document);
    }
    open_acl(entity, document, around);
}

/// Sets what is certain; where nothing is, path analysis has to say.
fn put(entity: &mut Entity, fact: &str, found: &BTreeSet<String>, document: &ResourceDocument) {
    if !found.is_empty() {
        entity.set(fact, json!(found), derived(document, &["BucketPolicy"]));
    }
}

/// What the access control list gives to everyone, unless ownership or the public access block takes the list away.
fn open_acl(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let mut found = Found::default();
    match is_ignored(document, around) {
        Ok(true) => {}
        ignored => match known(document, "Acl").map(|acl| acl.get("Grants").and_then(Value::as_array)) {
            Ok(Some(grants)) => {
                for grant in grants {
                    let uri = grant.pointer("/Grantee/URI").and_then(Value::as_str).unwrap_or("");
                    if EVERYONE.iter().any(|group| uri.ends_with(group)) {
                        match &ignored {
                            Err(why) => found.doubt(why),
                            Ok(_) => found.add(uri),
                        }
                    }
                }
            }
            Ok(None) => found.doubt("the access control list is in no form that is understood"),
            Err(why) => found.doubt(why),
        },
    }
    found.put(
        entity,
        "openAclGrants",
        &derived(document, &["Acl", "OwnershipControls", "PublicAccessBlockConfiguration"]),
    );
}

fn is_ignored(document: &ResourceDocument, around: &Surroundings<'_>) -> Result<bool, String> {
    let enforced = known(document, "OwnershipControls").map(|controls| {
        controls.pointer("/Rules/0/ObjectOwnership").and_then(Value::as_str) == Some("BucketOwnerEnforced")
    });
    let account = around.documents.get(&("AWS::Account".to_owned(), document.account.clone()));
    let flag = |of: &ResourceDocument| {
        known(of, "PublicAccessBlockConfiguration")
            .map(|block| block.get("IgnorePublicAcls").and_then(Value::as_bool) == Some(true))
    };
    let of_account = account.map_or_else(|| Err("the account was not read".to_owned()), flag);
    let all = [enforced, flag(document), of_account];
    if all.contains(&Ok(true)) {
        return Ok(true);
    }
    all.into_iter().try_fold(false, |_, one| one)
}
