//! Which resources of code `tre.toml` names, where the code does not say what AWS will call them.
//!
//! May import: `model`, `graph`. Guarantees: an entry that gives a resource's address (a logical id, Terraform's address) means that
//! resource, unless it may as well be a name in AWS; of any other resource without a name in the code it is known that no entry means it
//! only where none can: by the type, by the form of the names that Terraform makes, or because the snapshot shows that nothing is called so.

use super::future::{Change, Documents};
use crate::graph::Declared;
use crate::graph::declared::Placed;
use crate::graph::listings::Listings;
use crate::model::document::ResourceDocument;
use crate::model::planned::{Naming, Unnamed};

/// An entry of `tre.toml`, with where it stands.
#[derive(Clone, Copy)]
struct Word<'d> {
    table: &'d str,
    list: &'d str,
    placed: &'d Placed,
}

/// The state before the change, as far as names are concerned.
#[derive(Clone, Copy)]
pub(super) struct Live<'a> {
    pub(super) documents: &'a Documents,
    pub(super) listings: &'a Listings,
}

/// What is declared, with addresses replaced by what the resources are called here; nothing where no entry is an address.
pub(super) fn by_address(declared: &Declared, changes: &[Change], live: Option<Live<'_>>) -> Option<Declared> {
    let mut meant: Vec<(&Change, Vec<String>)> = Vec::new();
    for change in changes.iter().filter(|change| !change.named && change.touches()) {
        let places: Vec<String> = entries(declared, change, live).map(|word| word.placed.place.clone()).collect();
        if !places.is_empty() {
            meant.push((change, places));
        }
    }
    if meant.is_empty() {
        return None;
    }
    let mut renamed = declared.clone();
    for_each(&mut renamed, &mut |table, list, placed| {
        let of = |(change, places): &&(&Change, Vec<String>)| {
            places.contains(&placed.place)
                && address_of(&placed.text) == change.address
                && fits(table, list, &change.document.kind)
        };
        if let Some((change, _)) = meant.iter().find(of) {
            let prefix = placed.text.strip_suffix(change.address.as_str()).unwrap_or_default();
            placed.text = format!("{prefix}{}", called(&change.document, table, list));
        }
    });
    Some(renamed)
}

/// What a list calls a resource: by its ARN, where its entries are ARNs, else by its id.
fn called(document: &ResourceDocument, table: &str, list: &str) -> String {
    let arns = matches!(
        (table, list),
        ("operations", "deploy_roles" | "landing_zone_roles") | ("perimeter", "exempt" | "access_points")
    );
    match &document.arn {
        Some(arn) if arns => arn.clone(),
        _ => document.id.rsplit([':', '/']).next().unwrap_or(&document.id).to_owned(),
    }
}

/// Why it is not known what resources without a name are declared to be; none where it is known of each.
pub(super) fn doubt(declared: &Declared, changes: &[Change], live: Option<Live<'_>>) -> Option<String> {
    if !declared.given {
        return None;
    }
    let unnamed = changes.iter().filter(|change| change.touches());
    let mut unnamed = unnamed.filter_map(|change| Some((change, change.unnamed.as_ref()?))).peekable();
    unnamed.peek()?;
    if let Some(why) = declared.set_aside.values().next() {
        return Some(why.clone());
    }
    unnamed.find_map(|(change, why)| of(declared, change, why, live))
}

fn of(declared: &Declared, change: &Change, unnamed: &Unnamed, live: Option<Live<'_>>) -> Option<String> {
    let address = &change.address;
    if let Some(word) = entries(declared, change, live).next() {
        let twice = format!("{} names {address}, and several of the inputs have one", word.placed.place);
        return change.shared.then_some(twice);
    }
    let kind = change.document.kind.as_str();
    let is_alias = |alias: &String| alias.starts_with("datazone:") && kind.starts_with("AWS::DataZone::");
    if declared.projects.iter().flatten().flat_map(|project| &project.aliases).any(is_alias) {
        return Some(format!("{address}: {}; an alias of a [[project]] may mean it", unnamed.why));
    }
    let words = words(declared);
    let mut words = words.iter().filter(|word| fits(word.table, word.list, kind) && is_of(&word.placed.text, kind));
    let found = words.find(|word| may_be(name_of(&word.placed.text), &change.document, unnamed, live))?;
    Some(format!(
        "{address}: {}; {} may mean it by {}: name it there by its address, or give it a name in the code",
        unnamed.why, found.placed.place, found.placed.text
    ))
}

/// The entries that give the address of a change.
fn entries<'d>(declared: &'d Declared, change: &'d Change, live: Option<Live<'d>>) -> impl Iterator<Item = Word<'d>> {
    let kind = change.document.kind.as_str();
    words(declared).into_iter().filter(move |word| {
        let text = word.placed.text.as_str();
        let gives = address_of(text) == change.address && fits(word.table, word.list, kind) && is_of(text, kind);
        gives && is_address(&change.document, &change.address, live)
    })
}

/// Whether a text that is the address of a resource can be no name of another one: by its form, or because nothing is called so.
fn is_address(own: &ResourceDocument, address: &str, live: Option<Live<'_>>) -> bool {
    let kind = own.kind.as_str();
    let has_ids = IDS.iter().any(|(_, of)| *of == kind);
    let no_bucket = kind == "AWS::S3::Bucket" && address.contains(|letter: char| letter.is_ascii_uppercase());
    address.contains('.') || has_ids || no_bucket || live.is_some_and(|live| !live.may_have(own, address))
}

impl Live<'_> {
    /// Whether something of the type and the account of a resource may be called so.
    fn may_have(&self, own: &ResourceDocument, name: &str) -> bool {
        let known = |document: &ResourceDocument| document.kind == own.kind && is_called(document, name);
        // Without its account or Region it may stand anywhere, and that is not listed.
        let listed = self.listings.listed(&own.kind, &own.account);
        let unlisted = listed.and_then(|()| self.listings.listed_in(&own.kind, &own.account, &own.region)).is_err();
        name.contains(['*', '{']) || unlisted || self.documents.get(&own.account).into_iter().flatten().any(known)
    }
}

/// An entry without its prefix, where that is one of ours: addresses of Terraform hold no colon, or within quotation marks.
fn address_of(text: &str) -> &str {
    match text.split_once(':') {
        Some((prefix, rest)) if KINDS.iter().any(|(known, _)| *known == prefix) => rest,
        _ => text,
    }
}

/// The name in an entry: of an ARN its last part.
fn name_of(text: &str) -> &str {
    if text.starts_with("arn:") { text.rsplit([':', '/']).next().unwrap_or(text) } else { address_of(text) }
}

/// Whether a resource without a name in the code may be called so.
fn may_be(name: &str, own: &ResourceDocument, unnamed: &Unnamed, live: Option<Live<'_>>) -> bool {
    let kind = own.kind.as_str();
    match unnamed.naming {
        Naming::Open => true,
        Naming::Provider => name.contains(['*', '{']) || ends_in(name, 26..=26, |c| c.is_ascii_hexdigit(), ""),
        Naming::Template => {
            // A name of this form may be given to it when it is made.
            let generated = GENERATED.contains(&kind) && ends_in(name, 10..=16, |c| c.is_ascii_alphanumeric(), "-");
            generated || live.is_none_or(|live| live.may_have(own, name))
        }
    }
}

fn is_called(document: &ResourceDocument, name: &str) -> bool {
    let all = std::iter::once(document.id.as_str()).chain(document.arn.as_deref());
    all.flat_map(|whole| [whole, whole.rsplit([':', '/']).next().unwrap_or(whole)]).any(|called| called == name)
}

/// Types whose names CloudFormation makes of the stack, the logical id and 12 or 13 letters and digits, joined by hyphens:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html>. Stack and id may be cut short, and a
/// refactored stack keeps the name of the one before, so only the end counts.
const GENERATED: [&str; 9] = [
    "AWS::DynamoDB::Table",
    "AWS::IAM::Group",
    "AWS::IAM::Role",
    "AWS::IAM::User",
    "AWS::Lambda::Function",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
];

/// Whether a name may end in so many letters of a kind behind a separator. `*` and `{project}` stand for any text.
fn ends_in(name: &str, length: std::ops::RangeInclusive<usize>, letter: fn(char) -> bool, behind: &str) -> bool {
    let (open, end) = match name.rfind(['*', '}']) {
        Some(at) => (true, name.get(at + 1..).unwrap_or_default()),
        None => (false, name),
    };
    let tail = if behind.is_empty() { None } else { end.rsplit_once(behind).map(|(_, tail)| tail) };
    match (tail, open) {
        // The last part is written out.
        (Some(tail), _) => length.contains(&tail.chars().count()) && tail.chars().all(letter),
        // It begins somewhere in what is not written out.
        (None, true) => end.chars().rev().take(*length.end()).all(letter),
        (None, false) if behind.is_empty() => {
            let last: Vec<char> = end.chars().rev().take(*length.start()).collect();
            last.len() == *length.start() && last.into_iter().all(letter)
        }
        (None, false) => false,
    }
}

/// What the words before a colon name.
const KINDS: [(&str, &[&str]); 22] = [
    ("s3", &["AWS::S3::Bucket", "AWS::S3::AccessPoint", "AWS::S3Express::DirectoryBucket"]),
    ("dynamodb", &["AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"]),
    ("ebs", &["AWS::EC2::Volume"]),
    ("efs", &["AWS::EFS::FileSystem"]),
    ("fsx", &["AWS::FSx::FileSystem", "AWS::FSx::Volume"]),
    ("glue", &["AWS::Glue::Database"]),
    ("healthlake", &["AWS::HealthLake::FHIRDatastore"]),
    ("omics", &["AWS::Omics::"]),
    ("opensearch", &["AWS::OpenSearchService::Domain", "AWS::OpenSearchServerless::Collection"]),
    ("rds", &["AWS::RDS::DBCluster", "AWS::RDS::DBInstance"]),
    ("docdb", &["AWS::RDS::DBCluster", "AWS::RDS::DBInstance", "AWS::DocDB"]),
    ("neptune", &["AWS::RDS::DBCluster", "AWS::RDS::DBInstance", "AWS::Neptune"]),
    ("redshift", &["AWS::Redshift"]),
    ("s3tables", &["AWS::S3Tables::"]),
    ("logs", &["AWS::Logs::LogGroup"]),
    ("role", &["AWS::IAM::Role"]),
    ("user", &["AWS::IAM::User"]),
    ("group", &["AWS::IAM::Group", "AWS::IdentityStore::Group"]),
    ("sso", &["AWS::SSO::PermissionSet"]),
    ("cognito", &["AWS::Cognito::"]),
    ("datazone", &["AWS::DataZone::"]),
    ("res", &[]),
];

/// How AWS begins the ids of a type.
const IDS: [(&str, &str); 12] = [
    ("subnet-", "AWS::EC2::Subnet"),
    ("vpc-", "AWS::EC2::VPC"),
    ("vpce-", "AWS::EC2::VPCEndpoint"),
    ("sg-", "AWS::EC2::SecurityGroup"),
    ("tgw-attach-", "AWS::EC2::TransitGatewayAttachment"),
    ("tgw-", "AWS::EC2::TransitGateway"),
    ("pcx-", "AWS::EC2::VPCPeeringConnection"),
    ("pl-", "AWS::EC2::PrefixList"),
    ("nat-", "AWS::EC2::NatGateway"),
    ("igw-", "AWS::EC2::InternetGateway"),
    ("eni-", "AWS::EC2::NetworkInterface"),
    ("fs-", "AWS::EFS::FileSystem"),
];

/// Services that are called in ARNs as in types; others may be called otherwise.
const SAME: [&str; 10] = ["dynamodb", "ec2", "iam", "kms", "lambda", "logs", "s3", "sns", "sqs", "sso"];

/// Whether an entry may name something of a type, by its own form.
fn is_of(text: &str, kind: &str) -> bool {
    if let Some(rest) = text.strip_prefix("arn:") {
        let service = rest.split(':').nth(1).unwrap_or_default();
        let own = kind.split("::").nth(1).unwrap_or_default().to_ascii_lowercase();
        return service == own || !(SAME.contains(&service) || SAME.contains(&own.as_str()));
    }
    if let Some((prefix, _)) = text.split_once(':')
        && let Some((_, kinds)) = KINDS.iter().find(|(known, _)| *known == prefix)
    {
        return kinds.iter().any(|known| kind.starts_with(known));
    }
    if let Some((_, of)) = IDS.iter().find(|(prefix, _)| text.strip_prefix(prefix).is_some_and(is_hex)) {
        return *of == kind;
    }
    true
}

fn is_hex(text: &str) -> bool {
    matches!(text.len(), 8 | 17) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a list may name something of a type. One that is not known here may name anything.
fn fits(table: &str, list: &str, kind: &str) -> bool {
    let any = |kinds: &[&str]| kinds.iter().any(|known| kind.starts_with(known));
    match (table, list) {
        ("network", "workspace" | "data") => any(&["AWS::EC2::Subnet"]),
        ("network", "vpcs") => any(&["AWS::EC2::VPC"]),
        ("network", "endpoints") => any(&["AWS::EC2::VPCEndpoint"]),
        ("network", "inspection") => {
            any(&["AWS::EC2::VPCEndpoint", "AWS::EC2::TransitGateway", "AWS::NetworkFirewall::"])
        }
        ("network", "broker_encrypted") => any(&["AWS::ElasticLoadBalancingV2::"]),
        ("network", "resolvers" | "dns_allow") => any(&["AWS::Route53Resolver::"]),
        ("network", "broker" | "management" | "allowed") => {
            any(&["AWS::EC2::", "AWS::ElasticLoadBalancingV2::", "AWS::Route53"])
        }
        ("network", "egress_ports" | "tls_policies")
        | (
            "perimeter",
            "accounts" | "suppliers" | "aws_owned" | "service_principals" | "no_endpoint" | "session_tags",
        )
        | ("identity", "source" | "directories")
        | ("operations", "lza_floor")
        | ("access" | "controls", _) => false,
        ("perimeter", "exempt") => any(&["AWS::IAM::"]),
        ("perimeter", "functions") | ("airlock", "scanner") => any(&["AWS::Lambda::"]),
        ("perimeter", "access_points") => any(&["AWS::S3::AccessPoint"]),
        ("identity", "user_pools") => any(&["AWS::Cognito::"]),
        ("identity", "break_glass" | "issuers") => any(&["AWS::IAM::"]),
        ("operations", "deploy_roles" | "landing_zone_roles") => any(&["AWS::IAM::Role"]),
        ("software", _) => {
            any(&["AWS::ECR", "AWS::CodeArtifact", "AWS::DataZone", "AWS::ServiceCatalog", "AWS::ImageBuilder"])
        }
        ("tre", "res") => any(&["AWS::DynamoDB::"]),
        ("transfer", "partners" | "policies") => any(&["AWS::Transfer::"]),
        ("project", _) => any(&["AWS::DataZone::"]),
        _ => true,
    }
}

/// Every entry that may name a resource.
fn words(declared: &Declared) -> Vec<Word<'_>> {
    let mut all = Vec::new();
    for dataset in declared.datasets.iter().flatten() {
        all.extend(dataset.stores.iter().map(|placed| Word { table: "dataset", list: "stores", placed }));
    }
    let maps = [
        ("airlock", &declared.airlock),
        ("identity", &declared.identity),
        ("network", &declared.network),
        ("perimeter", &declared.perimeter),
        ("personas", &declared.personas),
        ("transfer", &declared.transfer),
    ];
    let tables = declared.tables.iter().map(|(table, lists)| (*table, lists));
    let maps = maps.into_iter().filter_map(|(table, lists)| Some((table, lists.as_ref()?))).chain(tables);
    for (table, lists) in maps {
        for (list, placed) in lists.iter().flat_map(|(list, all)| all.iter().map(move |placed| (list.as_str(), placed)))
        {
            all.push(Word { table, list, placed });
        }
    }
    let lists = [
        ("airlock", "records", declared.records.as_slice()),
        ("airlock", "scanner", declared.scanners.as_deref().unwrap_or_default()),
        ("identity", "break_glass", declared.break_glass.as_slice()),
        ("identity", "issuers", declared.issuers.as_slice()),
        ("logging", "buckets", declared.log_buckets.as_slice()),
        ("logging", "cost_buckets", declared.cost_buckets.as_slice()),
        ("operations", "deploy_roles", declared.deploy_roles.as_slice()),
        ("tre", "res", declared.studios.as_slice()),
    ];
    for (table, list, placed) in lists {
        all.extend(placed.iter().map(|placed| Word { table, list, placed }));
    }
    all
}

/// The same entries, to be changed.
fn for_each(declared: &mut Declared, change: &mut dyn FnMut(&str, &str, &mut Placed)) {
    for dataset in declared.datasets.iter_mut().flatten() {
        dataset.stores.iter_mut().for_each(|placed| change("dataset", "stores", placed));
    }
    let maps = [
        ("airlock", &mut declared.airlock),
        ("identity", &mut declared.identity),
        ("network", &mut declared.network),
        ("perimeter", &mut declared.perimeter),
        ("personas", &mut declared.personas),
        ("transfer", &mut declared.transfer),
    ];
    let tables = declared.tables.iter_mut().map(|(table, lists)| (*table, lists));
    for (table, lists) in maps.into_iter().filter_map(|(table, lists)| Some((table, lists.as_mut()?))).chain(tables) {
        for (list, all) in lists {
            for placed in all.iter_mut() {
                change(table, list, placed);
            }
        }
    }
    let lists = [
        ("airlock", "records", declared.records.as_mut_slice()),
        ("airlock", "scanner", declared.scanners.as_deref_mut().unwrap_or_default()),
        ("identity", "break_glass", declared.break_glass.as_mut_slice()),
        ("identity", "issuers", declared.issuers.as_mut_slice()),
        ("logging", "buckets", declared.log_buckets.as_mut_slice()),
        ("logging", "cost_buckets", declared.cost_buckets.as_mut_slice()),
        ("operations", "deploy_roles", declared.deploy_roles.as_mut_slice()),
        ("tre", "res", declared.studios.as_mut_slice()),
    ];
    for (table, list, all) in lists {
        for placed in all.iter_mut() {
            change(table, list, placed);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::model::listing::Listing;
    use crate::model::planned::Action;

    fn placed(text: &str) -> Placed {
        Placed { text: text.to_owned(), place: format!("tre.toml:{}", text.len()) }
    }

    fn declared(table: &str, list: &str, words: &[&str]) -> Declared {
        let lists = Some([(list.to_owned(), words.iter().map(|word| placed(word)).collect())].into());
        let mut declared = Declared { given: true, ..Declared::default() };
        match table {
            "airlock" => declared.airlock = lists,
            "network" => declared.network = lists,
            "personas" => declared.personas = lists,
            "identity" => declared.identity = lists,
            _ => declared.deploy_roles = lists.into_iter().flatten().flat_map(|(_, words)| words).collect(),
        }
        declared
    }

    fn change(kind: &str, address: &str, naming: Option<Naming>) -> Change {
        let id = if kind == "AWS::EC2::Subnet" { format!("subnet-{address}") } else { address.to_owned() };
        let document = ResourceDocument {
            kind: kind.to_owned(),
            arn: Some(format!("arn:aws:iam::111111111111:role/{address}")),
            id,
            account: "111111111111".to_owned(),
            region: "eu-west-2".to_owned(),
            ..ResourceDocument::default()
        };
        Change {
            address: address.to_owned(),
            action: Action::Create,
            document,
            assumed: BTreeMap::new(),
            named: false,
            unnamed: naming.map(|naming| Unnamed { why: "the code gives it no name".to_owned(), naming }),
            shared: false,
        }
    }

    const MADE: Naming = Naming::Template;

    fn is_known(declared: &Declared, change: Change) -> bool {
        doubt(declared, &[change], None).is_none()
    }

    #[test]
    fn without_a_declaration_nothing_is_declared_by_name() {
        assert!(is_known(&Declared::default(), change("AWS::S3::Bucket", "Store", Some(Naming::Open))));
    }

    #[test]
    fn an_entry_by_address_says_what_a_resource_is_declared_to_be() {
        let stages = declared("airlock", "ingress", &["s3:Store", "s3:lake-store-1abcdef2ghij3"]);
        assert!(is_known(&stages, change("AWS::S3::Bucket", "Store", Some(Naming::Open))));
        // Of one of several inputs that have one it does not say which.
        let twice = Change { shared: true, ..change("AWS::S3::Bucket", "Store", Some(Naming::Open)) };
        assert!(doubt(&stages, &[twice], None).is_some_and(|why| why.contains("several of the inputs")));
        // Nor of a resource of another type.
        assert!(!is_known(&stages, change("AWS::S3::Bucket", "Other", Some(Naming::Open))));
        assert!(is_known(&stages, change("AWS::DynamoDB::Table", "Store", Some(Naming::Open))));
    }

    /// Buckets, roles and subnets were listed, and these were there.
    fn with_live<T>(names: &[&str], then: impl FnOnce(Live<'_>) -> T) -> T {
        let mut listings = Listings::default();
        for kind in ["AWS::S3::Bucket", "AWS::IAM::Role", "AWS::EC2::Subnet"] {
            listings.add(&Listing {
                account: "111111111111".to_owned(),
                region: "eu-west-2".to_owned(),
                kind: kind.to_owned(),
                complete: true,
                reason: String::new(),
                calls: Vec::new(),
            });
        }
        let of = |kind: &str, name: &&str| ResourceDocument {
            kind: kind.to_owned(),
            id: (*name).to_owned(),
            ..ResourceDocument::default()
        };
        let kinds = ["AWS::S3::Bucket", "AWS::IAM::Role", "AWS::EC2::Subnet"];
        let all = kinds.iter().flat_map(|kind| names.iter().map(|name| of(kind, name))).collect();
        then(Live { documents: &Documents::from([("111111111111".to_owned(), all)]), listings: &listings })
    }

    #[test]
    fn what_a_template_does_not_name_may_be_any_declared_one_until_a_snapshot_shows_that_none_is_called_so() {
        let own = "northmoor-sde-airlock-ingress";
        let of = |words: &[&str], live: &[&str]| {
            let declared = declared("airlock", "ingress", words);
            with_live(live, |live| {
                doubt(&declared, &[change("AWS::S3::Bucket", "Store", Some(MADE))], Some(live)).is_none()
            })
        };
        let stages = declared("airlock", "ingress", &["s3:northmoor-sde-airlock-ingress"]);
        assert!(!is_known(&stages, change("AWS::S3::Bucket", "Store", Some(MADE))));
        assert!(of(&["s3:northmoor-sde-airlock-ingress"], &[]) && !of(&["s3:northmoor-sde-airlock-ingress"], &[own]));
        // A name that CloudFormation may still make, and patterns.
        assert!(!of(&["s3:lake-store-k6y8hjnwl2ud4"], &[]) && !of(&["s3:lake-*"], &[]) && !of(&["s3:*-store"], &[]));
        // What was not listed may be there.
        let queue = change("AWS::SQS::Queue", "Store", Some(MADE));
        let any = declared("airlock", "ingress", &["some-queue"]);
        assert!(with_live(&[], |live| doubt(&any, &[queue], Some(live))).is_some());
    }

    #[test]
    fn a_logical_id_that_may_be_the_name_of_another_resource_is_no_address() {
        let roles = declared("operations", "deploy_roles", &["Deploy"]);
        let own = || change("AWS::IAM::Role", "Deploy", Some(MADE));
        assert!(by_address(&roles, &[own()], None).is_none() && !is_known(&roles, own()));
        assert!(with_live(&["Deploy"], |live| by_address(&roles, &[own()], Some(live))).is_none());
        assert!(with_live(&[], |live| by_address(&roles, &[own()], Some(live))).is_some());
    }

    #[test]
    fn terraform_makes_names_that_end_in_a_time() {
        let of = |word: &str| {
            is_known(&declared("airlock", "ingress", &[word]), change("AWS::S3::Bucket", "a.b", Some(Naming::Provider)))
        };
        assert!(of("s3:northmoor-sde-airlock-ingress") && of("s3:lake-store-k6y8hjnwl2ud4"));
        assert!(
            !of("s3:terraform-20260105101112131400000001")
                && !of("s3:data-20260105101112131400000001")
                && !of("s3:*")
                && !of("s3:*-store")
        );
    }

    #[test]
    fn an_id_that_aws_gives_may_be_any_declared_one_of_the_type_and_no_other() {
        let subnet = |words: &[&str]| {
            is_known(&declared("network", "workspace", words), change("AWS::EC2::Subnet", "Work", Some(MADE)))
        };
        assert!(!subnet(&["subnet-0a11c4d2019b3e5f7"]));
        assert!(subnet(&["Work", "subnet-0a11c4d2019b3e5f7"]) && subnet(&[]));
        let key =
            |table, list, word| is_known(&declared(table, list, &[word]), change("AWS::KMS::Key", "Key", Some(MADE)));
        assert!(key("network", "workspace", "subnet-0a11c4d2019b3e5f7") && key("identity", "break_glass", "bg-1"));
        assert!(key("airlock", "ingress", "s3:anything-k6y8hjnwl2ud4") && key("personas", "release", "role:x-*"));
        assert!(!key("airlock", "ingress", "anything"));
    }

    #[test]
    fn an_address_in_a_list_of_ids_or_of_arns_stands_for_what_the_resource_is_called_here() {
        let subnets = declared("network", "workspace", &["aws_subnet.work", "subnet-0a11c4d2019b3e5f7"]);
        let renamed = by_address(&subnets, &[change("AWS::EC2::Subnet", "aws_subnet.work", None)], None).unwrap();
        let texts: Vec<&str> =
            renamed.network.iter().flat_map(|all| &all["workspace"]).map(|p| p.text.as_str()).collect();
        assert_eq!(texts, ["subnet-aws_subnet.work", "subnet-0a11c4d2019b3e5f7"]);
        let roles = declared("operations", "deploy_roles", &["aws_iam_role.deploy"]);
        let renamed = by_address(&roles, &[change("AWS::IAM::Role", "aws_iam_role.deploy", None)], None).unwrap();
        assert_eq!(renamed.deploy_roles[0].text, "arn:aws:iam::111111111111:role/aws_iam_role.deploy");
        assert!(by_address(&roles, &[change("AWS::S3::Bucket", "aws_iam_role.deploy", None)], None).is_none());
    }

    #[test]
    fn a_part_of_the_declaration_that_was_set_aside_may_name_anything() {
        let mut declared = declared("airlock", "ingress", &[]);
        assert!(is_known(&declared, change("AWS::S3::Bucket", "Store", Some(MADE))));
        declared.set_aside.insert("dataset".to_owned(), "a part of [[dataset]] was set aside".to_owned());
        assert!(!is_known(&declared, change("AWS::S3::Bucket", "Store", Some(MADE))));
    }
}
