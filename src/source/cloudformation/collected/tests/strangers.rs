//! Resources of types that are not known: they are listed, and what they name is in doubt.

use super::*;

const BUCKETS: &str = r#""A": { "Type": "AWS::S3::Bucket", "Properties": { "BucketName": "tre-a" } },
    "B": { "Type": "AWS::S3::Bucket", "Properties": { "BucketName": "tre-b" } }"#;

#[test]
fn a_bucket_that_a_custom_resource_names_is_doubtful() {
    for named in ["<A.Ref>", "arn of <A.Arn>", "tre-a"] {
        let own =
            format!(r#""C": {{ "Type": "Custom::Open", "Properties": {{ "Buckets": [{{ "Name": "{named}" }}] }} }}"#);
        let (world, unjudgeable) = collected(world(&format!("{{ {BUCKETS}, {own} }}")));
        // That its type is not known, the reader of templates has said.
        assert_eq!(unjudgeable, []);
        let doubtful = |address: &str| {
            let found = world.resources.iter().find(|resource| resource.address == address).unwrap();
            found.doubtful.clone().unwrap_or_default()
        };
        assert!(doubtful("A").starts_with("C (Custom::Open) names it"), "{named}: {}", doubtful("A"));
        assert_eq!(doubtful("B"), "", "{named}");
        assert!(!world.resources.iter().any(|resource| resource.address == "C"));
    }
}

#[test]
fn a_type_of_aws_without_a_row_is_listed() {
    let own = r#""C": { "Type": "AWS::Nobody::Knows", "Properties": {} }"#;
    let (world, unjudgeable) = collected(world(&format!("{{ {BUCKETS}, {own} }}")));
    let reasons: Vec<&str> = unjudgeable.iter().map(|found| found.reason.as_str()).collect();
    assert_eq!(
        reasons,
        ["the resource C is of the type AWS::Nobody::Knows, which is not known here: nothing was judged of it"]
    );
    assert!(unjudgeable.iter().all(|found| !found.whole && found.place.line == 99));
    assert!(world.resources.iter().all(|resource| resource.doubtful.is_none()));
}
