//! The head of the file: what it is made of, and what was not read, so that there may be more.
//!
//! May import: `model`. Guarantees: a listing that was refused, or is not in the snapshot at all, is named with its reason.

use super::shown;
use super::survey::{Gap, Survey};
use crate::model::plural::{choose, count, list, number};

/// Types on which a draft depends, with the words for them.
const READ: [(&str, &str); 17] = [
    ("AWS::CloudTrail::Trail", "trails"),
    ("AWS::Cognito::UserPool", "user pools"),
    ("AWS::Cognito::UserPoolGroup", "groups of user pools"),
    ("AWS::DirectoryService::Directory", "directories"),
    ("AWS::DynamoDB::Table", "tables of DynamoDB"),
    ("AWS::EC2::Instance", "instances"),
    ("AWS::EC2::Subnet", "subnets"),
    ("AWS::EC2::VPC", "VPCs"),
    ("AWS::EC2::VPCEndpoint", "VPC endpoints"),
    ("AWS::IAM::Role", "IAM roles"),
    ("AWS::IdentityStore::Group", "directory groups of Identity Center"),
    ("AWS::Organizations::Account", "accounts of AWS Organizations"),
    ("AWS::Organizations::OrganizationalUnit", "units of AWS Organizations"),
    ("AWS::ResourceGroups::TaggedResource", "tagged resources of other types"),
    ("AWS::S3::Bucket", "buckets"),
    ("AWS::SSO::Instance", "Identity Center"),
    ("AWS::SSO::PermissionSet", "permission sets"),
];

/// The comment at the head of the file.
pub(super) fn head(survey: &Survey) -> Vec<String> {
    let scope = &survey.scope;
    let regions: Vec<String> = scope.regions.iter().take(20).map(|r| shown(r)).collect();
    let mut lines = vec![
        "A draft of the declaration, by `havenmark init`.".to_owned(),
        format!(
            "Made of the snapshot of {}: {}; {}: {}.",
            shown(&scope.collected),
            count(scope.accounts.len() as u64, "account"),
            choose(scope.regions.len() as u64, "Region", "Regions"),
            if regions.is_empty() { "none".to_owned() } else { list(&regions) },
        ),
        String::new(),
        "Every value is a guess, and the comment beside it says where it comes from. Check each one against what the".to_owned(),
        "environment was approved to be: an audit holds AWS against this file, so what it takes over from AWS unchecked".to_owned(),
        "cannot be found wrong. Lines behind a # wait for a decision or a value; a part that is left out makes the".to_owned(),
        "controls that need it not assessed. Names of people are not written: fill in work identifiers.".to_owned(),
    ];
    let gaps = gaps(survey);
    if !gaps.is_empty() {
        lines.push(String::new());
        lines.push("Not read, so that there may be more than stands here:".to_owned());
        lines.extend(gaps.into_iter().map(|gap| format!("- {gap}")));
    }
    lines
}

fn gaps(survey: &Survey) -> Vec<String> {
    let mut lines = Vec::new();
    for (kind, words) in READ {
        if let Some(Gap { count, reason }) = survey.unlisted.get(kind) {
            let places = if *count == 1 { "one place".to_owned() } else { format!("{} places", number(*count)) };
            lines.push(format!("{words} could not all be listed in {places}: {}", shown(reason)));
        } else if !survey.listed.contains(kind) {
            lines.push(format!("{words}: the snapshot holds no listing of them"));
        }
    }
    for (kind, Gap { count, reason }) in survey.untagged.iter().take(60) {
        let words = READ.iter().find(|(k, _)| k == kind).map_or_else(|| shown(kind), |(_, words)| (*words).to_owned());
        lines.push(format!("tags of {} {words} were not read: {}", number(*count), shown(reason)));
    }
    lines
}
