use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use proptest::prelude::*;
use serde_json::{Value, json};
use toml::de::{DeTable, DeValue};

use super::{Draft, Scope, Survey};
use crate::declaration::Declaration;
use crate::declaration::form::Form;
use crate::declaration::problem::FILE_LIMIT;
use crate::model::document::ResourceDocument;
use crate::model::listing::Listing;

const DATA: &str = "111111111111";
const WORK: &str = "222222222222";

fn document(kind: &str, id: &str, account: &str, tags: &[(&str, &str)], properties: Value) -> ResourceDocument {
    ResourceDocument {
        kind: kind.to_owned(),
        id: id.to_owned(),
        account: account.to_owned(),
        region: "eu-west-2".to_owned(),
        tags: Some(tags.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()),
        properties: serde_json::from_value(properties).unwrap(),
        ..ResourceDocument::default()
    }
}

fn bucket(id: &str, tags: &[(&str, &str)]) -> ResourceDocument {
    document("AWS::S3::Bucket", id, DATA, tags, json!({}))
}

fn role(name: &str, tags: &[(&str, &str)]) -> ResourceDocument {
    document(
        "AWS::IAM::Role",
        &format!("arn:aws:iam::{WORK}:role/{name}"),
        WORK,
        tags,
        json!({ "RoleName": name, "Path": "/" }),
    )
}

fn organization(id: &str, name: &str, parent: &str) -> ResourceDocument {
    let unit = id.starts_with("ou-") || id.starts_with("r-");
    let kind = if unit { "OrganizationalUnit" } else { "Account" };
    let name = if unit { "Name" } else { "AccountName" }.to_owned() + "=" + name;
    let (key, name) = name.split_once('=').unwrap();
    document(&format!("AWS::Organizations::{kind}"), id, "999999999999", &[], json!({ key: name, "ParentId": parent }))
}

fn survey(documents: &[ResourceDocument]) -> Survey {
    let mut survey = Survey::new(Scope {
        accounts: vec![DATA.to_owned(), WORK.to_owned()],
        regions: vec!["eu-west-1".to_owned(), "eu-west-2".to_owned()],
        collected: "2026-01-01T00:00:00Z".to_owned(),
    });
    for document in documents {
        survey.document(document);
    }
    survey
}

/// The text, and the form that the declaration's own reader makes of it without a notice.
fn drafted(documents: &[ResourceDocument]) -> (String, Form) {
    let text = Draft::of(&survey(documents)).text();
    let form = read(&text);
    (text, form)
}

fn read(text: &str) -> Form {
    let declaration = Declaration::parse("tre.toml", text).unwrap_or_else(|e| panic!("{e:?}\n{text}"));
    assert_eq!(declaration.notices(), [], "{text}");
    declaration.form().clone()
}

/// The spans of every text, number and date.
fn leaves(value: &DeValue<'_>, span: &Range<usize>, found: &mut Vec<Range<usize>>) {
    match value {
        DeValue::Table(table) => table.iter().for_each(|(_, v)| leaves(v.get_ref(), &v.span(), found)),
        DeValue::Array(array) => array.iter().for_each(|v| leaves(v.get_ref(), &v.span(), found)),
        _ => found.push(span.clone()),
    }
}

/// Behind every value, on its own line, stands a comment that says something.
fn every_value_has_its_source(text: &str) -> usize {
    let table = DeTable::parse(text).unwrap();
    let mut found = Vec::new();
    table.get_ref().iter().for_each(|(_, v)| leaves(v.get_ref(), &v.span(), &mut found));
    for span in &found {
        assert!(!text[span.clone()].contains('\n'), "a value goes over lines: {}", &text[span.clone()]);
        let rest = text[span.end..].lines().next().unwrap();
        let source = rest.trim_start_matches([',', ']']).strip_prefix("  # ");
        assert!(source.is_some_and(|s| !s.trim().is_empty()), "no source: {}{rest}", &text[span.clone()]);
    }
    found.len()
}

#[test]
fn nothing_seen_is_nothing_declared() {
    let (text, form) = drafted(&[]);
    // The form compares equal only where not even an empty table is there.
    assert_eq!(form, Form::default(), "{text}");
}

#[test]
fn every_example_in_a_comment_is_one_that_the_form_takes() {
    let (text, _) = drafted(&[]);
    let names = |line: &str| line.starts_with('[') || line.split_once(" = ").is_some_and(|(n, _)| !n.contains(' '));
    let opened: Vec<&str> =
        text.lines().filter_map(|l| l.strip_prefix("# ")).filter(|l| names(l) && !l.ends_with('[')).collect();
    let form = read(&opened.join("\n"));
    assert!(form.personas.is_some() && form.project.is_some() && form.perimeter.is_some() && opened.len() > 60);
}

#[test]
fn every_member_of_the_form_is_named() {
    let (text, _) = drafted(&[]);
    // Table and member of each line, comments opened.
    let mut table = String::new();
    let mut named = std::collections::BTreeSet::new();
    for line in text.lines().map(|l| l.trim_start_matches("# ")) {
        if let Some(path) = line.strip_prefix('[') {
            path.trim_matches(|c| "[]".contains(c)).clone_into(&mut table);
        } else if let Some((name, _)) = line.split_once(" = ") {
            named.insert(format!("{table}.{name}"));
        }
    }
    let schema = crate::declaration::schema::schema();
    let of = |name: &str| schema["$defs"][name]["properties"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let mut missing = Vec::new();
    for (table, property) in schema["properties"].as_object().unwrap() {
        let reference = property["$ref"].as_str().or(property["items"]["$ref"].as_str());
        // People are named by their user names.
        let Some(reference) = reference.map(|r| r.trim_start_matches("#/$defs/")) else { continue };
        for member in of(reference) {
            let nested = ["tre.accounts", "tre.tags"].contains(&format!("{table}.{member}").as_str());
            if !nested && !named.contains(&format!("{table}.{member}")) {
                missing.push(format!("{table}.{member}"));
            }
        }
    }
    assert!(missing.is_empty(), "init offers no {missing:?}");
    assert!(named.contains("people.u123") && named.len() > 90, "{}", named.len());
}

#[test]
fn own_tags_say_what_buckets_subnets_and_accounts_are_for() {
    let subnet = |id, role| document("AWS::EC2::Subnet", id, WORK, &[("tre:role", role)], json!({ "VpcId": "vpc-0a" }));
    let endpoint = document(
        "AWS::EC2::VPCEndpoint",
        "vpce-0a",
        WORK,
        &[],
        json!({ "ServiceName": "com.amazonaws.eu-west-2.s3", "VpcId": "vpc-0a" }),
    );
    let (text, form) = drafted(&[
        bucket("in", &[("tre:role", "ingress")]),
        bucket("ask", &[("tre:role", "request")]),
        bucket("check", &[("tre:role", "review")]),
        bucket("out", &[("tre:role", "outbound")]),
        bucket("ehr", &[("tre:role", "store"), ("tre:project", "cardio"), ("tre:class", "tier3")]),
        subnet("subnet-0w", "workspace"),
        subnet("subnet-0d", "data"),
        endpoint,
        document("AWS::DynamoDB::Table", "arn:aws:dynamodb:eu-west-2:1:table/tre-requests", DATA, &[], json!({})),
    ]);
    let airlock = form.airlock.unwrap();
    let stages = airlock.stages().map(|(_, stores)| stores.clone().unwrap_or_default().join(" "));
    assert_eq!(stages, ["s3:in", "s3:ask", "s3:check", "s3:out", ""]);
    assert_eq!((airlock.records.as_deref(), airlock.paths), (Some("dynamodb:tre-requests"), None));
    let network = form.network.unwrap();
    assert_eq!(network.workspace.unwrap(), ["subnet-0w"]);
    assert_eq!(network.data.unwrap(), ["subnet-0d"]);
    assert_eq!(network.vpcs.unwrap(), ["vpc-0a"]);
    // Which endpoints may be used is for a person to say.
    assert_eq!(network.endpoints, None);
    assert!(text.contains("#     \"vpce-0a\",  # endpoint of S3 in vpc-0a"), "{text}");
    let accounts = form.tre.as_ref().unwrap().accounts.as_ref().unwrap();
    assert_eq!(accounts["data"].0, [DATA]);
    assert_eq!(accounts["workspace"].0, [WORK]);
    let dataset = &form.dataset.unwrap()[0];
    assert_eq!((dataset.id.as_str(), dataset.class.as_deref()), ("ehr", Some("tier3")));
    let project = &form.project.unwrap()[0];
    // That a project's tag is on a store does not make the project approved for it.
    assert_eq!((project.id.as_str(), &project.datasets), ("cardio", &None));
    assert!(text.contains("#     \"ehr\",  # its store carries the project's tag"), "{text}");
    assert!(text.contains("request = [\"s3:ask\"]  # tag tre:role=request of the bucket ask\n"), "{text}");
}

#[test]
fn research_and_engineering_studio_shows_projects_desktops_and_the_key_of_its_tag() {
    let desktop = |id, project| {
        let tags = [
            ("res:EnvironmentName", "res-sde"),
            ("res:NodeType", "virtual-desktop-dcv-host"),
            ("res:Project", project),
            ("res:User", "a.person"),
        ];
        document("AWS::EC2::Instance", id, WORK, &tags, json!({ "SubnetId": "subnet-0w", "VpcId": "vpc-0a" }))
    };
    let (text, form) = drafted(&[desktop("i-1", "imaging"), desktop("i-2", "imaging"), desktop("i-3", "asthma")]);
    let tre = form.tre.unwrap();
    assert_eq!((tre.name.as_deref(), tre.tags.unwrap().project.as_deref()), (Some("res-sde"), Some("res:Project")));
    // A project of one resource may be a tag that is spelt wrong.
    assert_eq!(form.project.unwrap().iter().map(|p| p.id.as_str()).collect::<Vec<_>>(), ["imaging"]);
    assert!(text.contains("# [[project]]\n# id = \"asthma\"  # tag res:Project=asthma"), "{text}");
    assert_eq!(form.network.unwrap().workspace.unwrap(), ["subnet-0w"]);
    assert!(
        text.contains("# tag res:Project=imaging (Research and Engineering Studio) of the instance i-1 and 1 other"),
        "{text}"
    );
    assert!(text.contains("nothing else carries it: is it spelt right?"), "{text}");
    assert!(!text.contains("a.person"), "{text}");
}

#[test]
fn treehoose_shows_projects_datasets_and_who_checks() {
    let tags = [
        ("ProjectCode", "p1"),
        ("ProjectName", "Asthma and air"),
        ("InformationClassification", "tier2"),
        ("DataSource", "NHS Example Trust"),
        ("IGLead", "a.person"),
        ("Owner", "b.person"),
    ];
    let group = |name| {
        document(
            "AWS::Cognito::UserPoolGroup",
            name,
            DATA,
            &[],
            json!({ "GroupName": name, "UserPoolId": "eu-west-2_a" }),
        )
    };
    let pool = document(
        "AWS::Cognito::UserPool",
        "arn:aws:cognito-idp:eu-west-2:1:userpool/eu-west-2_a",
        DATA,
        &[],
        json!({ "UserPoolName": "egress" }),
    );
    let (text, form) = drafted(&[bucket("lake", &tags), pool, group("InformationGovernance"), group("TREAdmin")]);
    let project = &form.project.unwrap()[0];
    assert_eq!((project.id.as_str(), project.title.as_deref(), &project.owner), ("p1", Some("Asthma and air"), &None));
    let dataset = &form.dataset.unwrap()[0];
    assert_eq!((dataset.source.as_deref(), dataset.class.as_deref()), (Some("NHS Example Trust"), Some("tier2")));
    assert_eq!(form.tre.unwrap().tags.unwrap().class.as_deref(), Some("InformationClassification"));
    assert_eq!(form.personas.unwrap().output_checker.unwrap(), ["cognito:egress/InformationGovernance"]);
    assert!(text.contains("# \"cognito:egress/TREAdmin\",  # Cognito"), "{text}");
    assert!(!text.contains(".person"), "{text}");
}

#[test]
fn service_workbench_shows_projects() {
    let (text, form) = drafted(&[bucket("study", &[("Env", "e"), ("Proj", "p-7"), ("CreatedBy", "a.person")])]);
    assert_eq!(form.project.unwrap()[0].id, "p-7");
    assert!(!text.contains("a.person"), "{text}");
}

#[test]
fn landing_zone_accelerator_shows_the_log_account_and_approves_nothing() {
    let logs = "aws-accelerator-central-logs-333333333333-eu-west-2";
    let release = "/accelerator/AWSAccelerator-PipelineStack-999999999999-eu-west-2/version";
    let (text, form) = drafted(&[
        document("AWS::S3::Bucket", logs, "333333333333", &[("Accelerator", "AWSAccelerator")], json!({})),
        document("AWS::SSM::Parameter", "p", "999999999999", &[], json!({ "Name": release })),
        document("AWS::CodePipeline::Pipeline", "p", "999999999999", &[], json!({ "Name": "AWSAccelerator-Pipeline" })),
        role("AWSControlTowerExecution", &[]),
    ]);
    assert_eq!(form.tre.unwrap().accounts.unwrap()["log"].0, ["333333333333"]);
    assert_eq!(form.logging.unwrap().buckets.unwrap(), [format!("s3:{logs}")]);
    assert_eq!(form.operations, None);
    assert!(text.contains(release) && text.contains("the pipeline AWSAccelerator-Pipeline"), "{text}");
    assert!(text.contains("#     \"arn:aws:iam::*:role/AWSControlTowerExecution\",  # IAM"), "{text}");
}

#[test]
fn nodes_of_a_cluster_are_offered_for_they_may_be_anybodys() {
    let tags = [("parallelcluster:cluster-name", "hpc")];
    let node = document("AWS::EC2::Instance", "i-1", WORK, &tags, json!({ "SubnetId": "subnet-0c" }));
    let (text, form) = drafted(&[node]);
    assert_eq!(form.network, None);
    assert!(text.contains("#     \"subnet-0c\",  # tag parallelcluster:cluster-name=hpc (ParallelCluster)"), "{text}");
}

#[test]
fn of_two_conventions_the_first_is_used_and_the_other_shown() {
    let (text, form) = drafted(&[
        bucket(
            "a",
            &[
                ("tre:project", "cardio"),
                ("tre:role", "store"),
                ("tre:class", "tier3"),
                ("InformationClassification", "tier1"),
            ],
        ),
        bucket("b", &[("res:Project", "imaging")]),
    ]);
    assert_eq!(form.project.unwrap().iter().map(|p| p.id.as_str()).collect::<Vec<_>>(), ["cardio"]);
    assert_eq!(form.tre.unwrap().tags, None);
    assert!(text.contains("# Is this another project, or an alias of one below? tag res:Project=imaging"), "{text}");
    assert_eq!(form.dataset.unwrap()[0].class.as_deref(), Some("tier3"));
    assert!(text.contains("# class = \"tier1\"  # tag InformationClassification=tier1 (TREEHOOSE)"), "{text}");
}

#[test]
fn a_class_that_is_no_default_level_waits_for_the_levels() {
    let (text, form) = drafted(&[bucket("a", &[("tre:role", "store"), ("tre:class", "secret")])]);
    assert_eq!(form.dataset.unwrap()[0].class, None);
    assert!(text.contains("# class = \"secret\"") && text.contains("A tag says \"secret\""), "{text}");
}

#[test]
fn names_of_accounts_count_where_the_unit_of_the_environment_holds_them() {
    let (text, form) = drafted(&[
        bucket("a", &[("tre:role", "store")]),
        organization("r-1", "Root", ""),
        organization("ou-1-tre", "Research", "r-1"),
        organization("ou-1-shop", "Shop", "r-1"),
        organization(DATA, "sde-data", "ou-1-tre"),
        organization("333333333333", "sde-log-archive", "ou-1-tre"),
        organization("444444444444", "shop-dev", "ou-1-shop"),
    ]);
    let tre = form.tre.unwrap();
    assert_eq!((tre.ou.as_deref(), tre.name.as_deref()), (Some("ou-1-tre"), Some("Research")));
    let accounts = tre.accounts.unwrap();
    assert_eq!(accounts["log"].0, ["333333333333"]);
    assert!(!accounts.contains_key("dev"), "{text}");
    assert!(text.contains(
        "#     \"444444444444\",  # AWS Organizations: account 444444444444 is named \"shop-dev\", which stands outside"
    ));
    assert!(text.contains(&format!("# What is account {WORK} for?")), "{text}");
}

#[test]
fn units_that_are_above_one_another_in_a_circle_end() {
    let (text, form) = drafted(&[
        bucket("a", &[("tre:role", "store")]),
        organization("ou-1-a", "a", "ou-1-b"),
        organization("ou-1-b", "b", "ou-1-a"),
        organization(DATA, "x", "ou-1-a"),
    ]);
    assert_eq!(form.tre.unwrap().ou.as_deref(), Some("ou-1-a"), "{text}");
}

#[test]
fn the_root_is_no_unit_of_the_environment() {
    let (text, form) = drafted(&[
        bucket("a", &[("tre:role", "store")]),
        role("b", &[("tre:role", "workspace")]),
        organization("r-1", "Root", ""),
        organization(DATA, "x", "r-1"),
        organization(WORK, "y", "r-1"),
    ]);
    assert_eq!(form.tre.unwrap().ou, None);
    assert!(text.contains("nothing but the root in common"), "{text}");
}

#[test]
fn a_copy_in_another_region_is_not_approved_by_a_draft() {
    let mut copy = bucket("copy", &[("tre:role", "store")]);
    copy.region = "eu-west-1".to_owned();
    let (text, form) = drafted(&[bucket("a", &[("tre:role", "store")]), bucket("b", &[("tre:role", "store")]), copy]);
    assert_eq!(form.tre.unwrap().regions.unwrap(), ["eu-west-2"]);
    assert!(
        text.contains("# \"eu-west-1\",  # tags of the environment on the bucket copy: is this Region approved?"),
        "{text}"
    );
}

#[test]
fn a_pattern_needs_two_projects() {
    let tagged = |project: &str| {
        role(&format!("tre-{project}-workspace"), &[("tre:project", project), ("tre:role", "workspace")])
    };
    let one = [tagged("cardio"), bucket("b", &[("tre:project", "asthma")])];
    let (text, form) = drafted(&one);
    assert_eq!(form.personas, None);
    assert!(text.contains("#     \"role:tre-{project}-workspace\",  # roles of project cardio alone"), "{text}");
    let (_, form) = drafted(&[tagged("cardio"), tagged("asthma")]);
    assert_eq!(form.personas.unwrap().researcher.unwrap(), ["role:tre-{project}-workspace"]);
    let group = |name: &str| document("AWS::IdentityStore::Group", name, DATA, &[], json!({ "DisplayName": name }));
    let (_, form) =
        drafted(&[tagged("cardio"), tagged("cardio-2"), group("tre-cardio-checkers"), group("tre-cardio-2-checkers")]);
    // The longer project is meant where both fit.
    assert_eq!(form.personas.unwrap().output_checker.unwrap(), ["group:tre-{project}-checkers"]);
}

#[test]
fn what_would_allow_something_is_offered_and_not_written() {
    let provider = document("AWS::IAM::OIDCProvider", "o", DATA, &[], json!({ "Url": "token.example.org" }));
    let saml = document("AWS::IAM::SAMLProvider", "arn:aws:iam::1:saml-provider/campus", DATA, &[], json!({}));
    let center = document("AWS::IAM::SAMLProvider", "arn:aws:iam::1:saml-provider/AWSSSO_1", DATA, &[], json!({}));
    let (text, form) =
        drafted(&[provider, saml, center, role("tre-airlock-release", &[]), role("egress-release", &[])]);
    assert_eq!((form.identity, form.personas), (None, None));
    assert!(text.contains("#     \"token.example.org\",  #") && text.contains("saml-provider/campus\",  #"), "{text}");
    assert!(!text.contains("AWSSSO_1"), "{text}");
    assert!(
        text.contains(
            "#     \"role:egress-release\",  # IAM: name of the role in account 222222222222; which one is it?"
        )
    );
}

#[test]
fn trails_that_do_not_record_name_no_log_bucket() {
    let trail = |name: &str, logging: bool| {
        let properties = json!({ "TrailName": name, "S3BucketName": name, "IsOrganizationTrail": true });
        let mut trail = document("AWS::CloudTrail::Trail", name, DATA, &[], properties);
        trail.observed.insert("Status".to_owned(), json!({ "IsLogging": logging }));
        trail
    };
    let (text, form) = drafted(&[trail("on", true), trail("off", false)]);
    assert_eq!(form.logging.unwrap().buckets.unwrap(), ["s3:on"]);
    assert!(!text.contains("s3:off"), "{text}");
}

#[test]
fn what_was_not_read_is_said() {
    let mut denied = bucket("a", &[]);
    denied.tags = None;
    denied.missing.insert("tags".to_owned(), "s3:GetBucketTagging denied: AccessDenied (403)".to_owned());
    let mut never = bucket("b", &[]);
    never.kind = "AWS::Budgets::Budget".to_owned();
    never.tags = None;
    never.missing.insert("tags".to_owned(), "tags of this type are not collected".to_owned());
    let mut survey = survey(&[denied, never]);
    survey.listing(&Listing {
        account: WORK.to_owned(),
        region: "eu-west-2".to_owned(),
        kind: "AWS::EC2::Subnet".to_owned(),
        complete: false,
        reason: "ec2:DescribeSubnets denied\n[tre]".to_owned(),
        calls: Vec::new(),
    });
    let text = Draft::of(&survey).text();
    assert_eq!(read(&text), Form::default());
    assert!(
        text.contains("# - tags of 1 buckets were not read: s3:GetBucketTagging denied: AccessDenied (403)\n"),
        "{text}"
    );
    assert!(
        text.contains("# - subnets could not all be listed in one place: ec2:DescribeSubnets denied\\u{a}[tre]\n"),
        "{text}"
    );
    assert!(text.contains("# - permission sets: the snapshot holds no listing of them\n"), "{text}");
    assert!(!text.contains("Budget"), "{text}");
}

#[test]
fn a_value_that_no_tag_of_aws_can_hold_is_told_and_not_written() {
    let long = "x".repeat(1 << 20);
    let (text, form) = drafted(&[
        bucket("a", &[("tre:project", &long)]),
        bucket("b", &[("tre:project", "two words")]),
        bucket("c", &[("tre:project", "bidi\u{202e}")]),
    ]);
    assert_eq!(form.project, None);
    assert!(text.len() < 20_000, "{}", text.len());
    assert_eq!(text.matches("# No project, for ").count(), 3, "{text}");
    assert!(text.contains("bidi\\u{202e}") && !text.contains('\u{202e}'), "{text}");
}

#[test]
fn a_list_that_would_be_cut_is_not_written() {
    let buckets: Vec<_> = (0..1_001).map(|n| bucket(&format!("log-{n}"), &[("tre:role", "log")])).collect();
    let (text, form) = drafted(&buckets);
    assert_eq!(form.logging, None);
    assert!(text.contains("# 1,001 values were found, more than the 1,000 that a draft names."), "{text}");
    assert!(drafted(&buckets[1..]).1.logging.is_some());
}

#[test]
fn a_file_of_twenty_thousand_projects_stays_readable() {
    let id = |n: u32| format!("{n}-{}", "é".repeat(240));
    let buckets: Vec<_> = (0..20_000).map(|n| bucket(&format!("b{n}"), &[("tre:project", &id(n))])).collect();
    let (text, form) = drafted(&buckets);
    assert!(text.len() < FILE_LIMIT);
    let written = form.project.unwrap().len();
    assert!((1_000..=5_000).contains(&written), "{written}");
    assert!(text.contains("more entries of [[project]] were found than a draft writes"));
}

#[test]
fn a_bucket_that_the_tagging_api_shows_as_well_is_one_thing_in_its_own_region() {
    let own = bucket("a", &[("tre:role", "store"), ("tre:project", "p")]);
    let mut again = own.clone();
    again.kind = "AWS::ResourceGroups::TaggedResource".to_owned();
    again.id = "arn:aws:s3:::a".to_owned();
    again.region = "eu-west-1".to_owned();
    for documents in [[own.clone(), again.clone()], [again, own]] {
        let (text, form) = drafted(&documents);
        assert_eq!(form.tre.unwrap().regions.unwrap(), ["eu-west-2"]);
        assert_eq!(form.dataset.unwrap().len(), 1);
        assert!(text.contains("# tag tre:project=p of the bucket a\n"), "{text}");
    }
}

#[test]
fn no_name_can_leave_its_comment() {
    let mut machine = role("tre-airlock-release", &[]);
    machine.account = "1\n[perimeter]\naccounts = []".to_owned();
    let (text, form) = drafted(&[machine]);
    assert_eq!(form.personas.unwrap().release.unwrap(), ["role:tre-airlock-release"]);
    assert_eq!(form.perimeter, None, "{text}");
}

/// Texts that are hard on files: quotes, comments, line ends, marks of direction, other alphabets, nothing at all.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = vec![
        "\"",
        "\"\"\"",
        "'''",
        "\\",
        "\n",
        "\r\n",
        "#",
        "]",
        "[tre]",
        "=",
        "\u{202e}",
        "\u{0}",
        "\u{2028}",
        "{project}",
        "*",
        "é",
        "東",
        " ",
        "a",
        "tre",
        "-",
        ":",
        "/",
        "vpc-0a",
        "sde",
        "researcher",
    ];
    let mixed = prop::collection::vec(prop::sample::select(pieces), 0..8).prop_map(|parts| parts.concat());
    prop_oneof![mixed, any::<String>(), Just("cardio".to_owned()), Just("tier3".to_owned()), Just("x".repeat(300))]
}

fn tags() -> impl Strategy<Value = BTreeMap<String, String>> {
    let keys = vec![
        "tre:project",
        "tre:role",
        "tre:class",
        "tre:scope",
        "res:Project",
        "res:NodeType",
        "res:EnvironmentName",
        "ProjectCode",
        "ProjectName",
        "InformationClassification",
        "DataSource",
        "Env",
        "Proj",
        "CreatedBy",
        "Accelerator",
        "parallelcluster:cluster-name",
    ];
    let roles =
        prop::sample::select(vec!["store", "archive", "request", "outbound", "log", "workspace", "data", "endpoint"]);
    let value = prop_oneof![hostile(), roles.prop_map(str::to_owned)];
    prop::collection::btree_map(prop::sample::select(keys).prop_map(str::to_owned), value, 0..6)
}

fn documents() -> impl Strategy<Value = Vec<ResourceDocument>> {
    let kinds = vec![
        "AWS::S3::Bucket",
        "AWS::EC2::Subnet",
        "AWS::EC2::VPC",
        "AWS::EC2::Instance",
        "AWS::EC2::VPCEndpoint",
        "AWS::IAM::Role",
        "AWS::IAM::User",
        "AWS::DynamoDB::Table",
        "AWS::SSO::PermissionSet",
        "AWS::IdentityStore::Group",
        "AWS::Cognito::UserPool",
        "AWS::Cognito::UserPoolGroup",
        "AWS::CloudTrail::Trail",
        "AWS::Organizations::Account",
        "AWS::IAM::OIDCProvider",
        "AWS::Organizations::OrganizationalUnit",
        "AWS::Organizations::Organization",
        "AWS::ResourceGroups::TaggedResource",
        "AWS::DirectoryService::Directory",
        "AWS::CUR::ReportDefinition",
        "AWS::IAM::SAMLProvider",
        "AWS::RDS::DBInstance",
        "AWS::SSM::Parameter",
    ];
    let facets = [
        "Name",
        "RoleName",
        "Path",
        "VpcId",
        "SubnetId",
        "DisplayName",
        "GroupName",
        "UserPoolId",
        "UserPoolName",
        "TrailName",
        "S3BucketName",
        "AccountName",
        "ParentId",
        "ManagementAccountId",
        "Url",
        "S3Bucket",
        "DirectoryId",
    ];
    let one = (
        prop::sample::select(kinds),
        hostile(),
        prop_oneof![Just(DATA.to_owned()), Just(WORK.to_owned()), hostile()],
        prop_oneof![Just("eu-west-2".to_owned()), hostile()],
        tags(),
        hostile(),
    );
    let made = one.prop_map(move |(kind, id, account, region, tags, name)| ResourceDocument {
        kind: kind.to_owned(),
        id,
        account,
        region,
        tags: Some(tags),
        properties: facets.iter().map(|f| ((*f).to_owned(), Value::from(name.clone()))).collect(),
        observed: BTreeMap::from([("Status".to_owned(), json!({ "IsLogging": true }))]),
        ..ResourceDocument::default()
    });
    prop::collection::vec(made, 0..24)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    /// Whatever stands in a snapshot: the reader takes the draft without a notice, every value has its source on its line,
    /// nothing invisible is in it, and the order of documents changes no byte.
    #[test]
    fn whatever_was_seen_the_draft_is_a_declaration(mut documents in documents()) {
        let draft = Draft::of(&survey(&documents));
        let text = draft.text();
        read(&text);
        prop_assert_eq!(every_value_has_its_source(&text), draft.values());
        prop_assert!(text.chars().all(|c| c == '\n' || !crate::model::visible::hidden(c)));
        documents.reverse();
        prop_assert_eq!(Draft::of(&survey(&documents)).text(), text);
    }
}

#[test]
fn each_kind_of_persona_stands_once_in_the_form() {
    let drafted: BTreeSet<&str> = super::personas::table(&survey(&[]), &super::registers::Found::default())
        .members
        .iter()
        .map(|m| m.name)
        .collect();
    let known: BTreeSet<&str> =
        crate::declaration::form::Personas::default().all().iter().map(|(name, _)| *name).collect();
    assert_eq!(drafted, known);
}
