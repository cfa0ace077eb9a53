//! Whatever is not known stays so, and no template makes the step fail.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{property, world};
use crate::model::planned::{Place, Planned, PlannedResource, World, reference};
use crate::source::cloudformation::collected::collected;
use crate::source::cloudformation::collected::rows::table;

type Facets = BTreeMap<(String, String), (Planned, usize)>;

/// Every facet of what becomes of a world, with the line that it names.
fn facets(world: World) -> Facets {
    let (world, _) = collected(world);
    let all = world.resources.into_iter().flat_map(|resource| {
        let address = resource.address;
        resource
            .properties
            .into_iter()
            .map(move |(name, property)| ((address.clone(), name), (property.value, property.place.line)))
    });
    all.collect()
}

/// With a property not known, no facet is known that has its place or that would be another one without the property.
fn stays_unknown(world: &World, index: usize, name: &str) -> Result<(), String> {
    let mut without = world.clone();
    without.resources[index].properties.remove(name);
    let mut unknown = world.clone();
    let line = unknown.resources[index].properties[name].place.line;
    let nobody_knows = Planned::Unknown("depends on the parameter P, which has no value".to_owned());
    unknown.resources[index].properties.insert(name.to_owned(), property(nobody_knows, line));
    let known_of = |resource: &PlannedResource| {
        table().is_ok_and(|table| {
            table.types.contains_key(&resource.kind) || table.companions.contains_key(&resource.kind)
        })
    };
    if !known_of(&world.resources[index]) {
        return Ok(());
    }
    let (all, without, unknown) = (facets(world.clone()), facets(without), facets(unknown));
    for (facet, (value, of_line)) in &unknown {
        let same = all.get(facet).map(|(value, _)| value) == without.get(facet).map(|(value, _)| value);
        if matches!(value, Planned::Known(_)) && (*of_line == line || !same) {
            return Err(format!("{facet:?} is {value:?} although {name} is not known"));
        }
    }
    Ok(())
}

#[derive(Deserialize)]
struct Pairs {
    same: Vec<Pair>,
}

#[derive(Deserialize)]
struct Pair {
    template: String,
}

/// Types that look at each other.
const TOGETHER: [&str; 4] = [
    r#"{ "V": { "Type": "AWS::EC2::VPC", "Properties": { "CidrBlock": "10.0.0.0/16", "EnableDnsSupport": true } },
        "S": { "Type": "AWS::EC2::Subnet", "Properties": { "VpcId": "<V.Ref>", "MapPublicIpOnLaunch": false } },
        "T": { "Type": "AWS::EC2::RouteTable", "Properties": { "VpcId": "<V.Ref>" } },
        "R": { "Type": "AWS::EC2::Route", "Properties": { "RouteTableId": "<T.Ref>", "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1" } },
        "A": { "Type": "AWS::EC2::SubnetRouteTableAssociation", "Properties": { "RouteTableId": "<T.Ref>", "SubnetId": "<S.Ref>" } },
        "G": { "Type": "AWS::EC2::SecurityGroup", "Properties": { "GroupName": "g", "SecurityGroupIngress": [{ "IpProtocol": "tcp", "CidrIp": "10.0.0.0/8" }] } },
        "E": { "Type": "AWS::EC2::SecurityGroupEgress", "Properties": { "GroupId": "<G.GroupId>", "IpProtocol": "-1", "CidrIp": "0.0.0.0/0" } },
        "I": { "Type": "AWS::EC2::Instance", "Properties": { "SubnetId": "<S.Ref>", "IamInstanceProfile": "<P.Ref>", "SecurityGroupIds": ["<G.GroupId>"] } },
        "X": { "Type": "AWS::EC2::EIP", "Properties": { "InstanceId": "<I.Ref>" } },
        "P": { "Type": "AWS::IAM::InstanceProfile", "Properties": { "InstanceProfileName": "p", "Roles": ["r"] } },
        "L": { "Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": { "Subnets": ["<S.Ref>"], "Type": "network" } },
        "F": { "Type": "AWS::Lambda::Function", "Properties": { "VpcConfig": { "SubnetIds": ["<S.Ref>"] }, "PackageType": "Zip", "Code": {} } } }"#,
    r#"{ "K": { "Type": "AWS::KMS::Key", "Properties": { "Enabled": true, "EnableKeyRotation": true } },
        "A": { "Type": "AWS::KMS::Alias", "Properties": { "AliasName": "alias/k", "TargetKeyId": "<K.Ref>" } },
        "B": { "Type": "AWS::EC2::Volume", "Properties": { "KmsKeyId": "alias/k", "Encrypted": true } },
        "C": { "Type": "AWS::EFS::FileSystem", "Properties": { "KmsKeyId": "<A.Ref>", "Encrypted": true, "AvailabilityZoneName": "a" } },
        "Q": { "Type": "AWS::SQS::Queue", "Properties": { "KmsMasterKeyId": "<K.Arn>" } } }"#,
    r#"{ "R": { "Type": "AWS::IAM::Role", "Properties": { "RoleName": "r", "ManagedPolicyArns": ["a"], "Path": "/p/" } },
        "P": { "Type": "AWS::IAM::Policy", "Properties": { "PolicyName": "p", "PolicyDocument": {}, "Roles": ["r"] } },
        "M": { "Type": "AWS::IAM::ManagedPolicy", "Properties": { "PolicyDocument": {}, "Roles": ["<R.Ref>"], "Users": ["u"] } },
        "I": { "Type": "AWS::IAM::InstanceProfile", "Properties": { "Roles": ["<R.Ref>"] } },
        "B": { "Type": "AWS::S3::Bucket", "Properties": { "BucketName": "b", "ObjectLockEnabled": true, "AccessControl": "PublicRead" } },
        "O": { "Type": "AWS::S3::BucketPolicy", "Properties": { "Bucket": "b", "PolicyDocument": {} } },
        "D": { "Type": "AWS::S3::BucketPolicy", "Properties": { "Bucket": "d", "PolicyDocument": {} } } }"#,
    r#"{ "G": { "Type": "AWS::RDS::DBSubnetGroup", "Properties": { "DBSubnetGroupName": "g", "SubnetIds": ["s"] } },
        "D": { "Type": "AWS::RDS::DBInstance", "Properties": { "DBSubnetGroupName": "<G.Ref>", "StorageEncrypted": true, "DBClusterIdentifier": "<C.Ref>" } },
        "C": { "Type": "AWS::RDS::DBCluster", "Properties": { "DBClusterIdentifier": "c", "StorageEncrypted": true, "KmsKeyId": "k" } },
        "T": { "Type": "AWS::SNS::Topic", "Properties": { "TopicName": "t", "Subscription": [{ "Protocol": "email" }] } },
        "U": { "Type": "AWS::SNS::Subscription", "Properties": { "TopicArn": "<T.Ref>", "Protocol": "https" } },
        "L": { "Type": "AWS::S3::AccessGrantsLocation", "Properties": { "LocationScope": "s3://b/*" } },
        "A": { "Type": "AWS::S3::AccessGrant", "Properties": { "AccessGrantsLocationId": "<L.Ref>", "AccessGrantsLocationConfiguration": { "S3SubPrefix": "x/*" } } } }"#,
];

#[test]
fn no_facet_is_known_that_was_made_from_a_property_that_is_not() {
    let pairs: Pairs = toml::from_str(include_str!("live.toml")).unwrap();
    let written = pairs.same.iter().map(|pair| pair.template.as_str());
    let mut tried = 0;
    for template in written.chain(TOGETHER) {
        let world = world(template);
        for (index, resource) in world.resources.iter().enumerate() {
            for name in resource.properties.keys() {
                stays_unknown(&world, index, name).unwrap_or_else(|why| panic!("{template}: {why}"));
                tried += 1;
            }
        }
    }
    assert!(tried > 250, "{tried}");
}

/// Values as templates have them, sensible or not.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop_oneof![
            Just("true"),
            Just("False"),
            Just("7"),
            Just(""),
            Just("alias/k"),
            Just("{\"a\":1}"),
            Just("arn:aws:s3:::b"),
            Just("Gateway")
        ]
        .prop_map(Value::from),
        prop_oneof![Just("A"), Just("B"), Just("C")].prop_map(|address| Value::from(reference(address, "Ref"))),
        "[a-z\u{1}\u{2}\u{3}/:]{0,8}".prop_map(Value::from),
    ];
    let name = prop_oneof![
        Just("Enabled"),
        Just("Status"),
        Just("SubnetId"),
        Just("Key"),
        Just("Value"),
        Just("Region"),
        Just("Name"),
        Just("Rules"),
        Just("Principal"),
        Just("IpProtocol"),
        Just("SubnetIds"),
        Just("Statement"),
        Just("Version"),
        Just("AutomaticBackupRetentionDays"),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(name.clone().prop_map(str::to_owned), inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Up to three resources of any types, their properties filled with anything.
fn any_world() -> impl Strategy<Value = World> {
    let one = (any::<prop::sample::Index>(), proptest::collection::vec((any::<prop::sample::Index>(), value()), 0..8));
    proptest::collection::vec(one, 1..4).prop_map(|resources| {
        let table = table().unwrap();
        let (mut line, mut before) = (0, None);
        let made = resources.into_iter().zip(["A", "B", "C"]).map(|((kind, values), address)| {
            let kinds: Vec<(&String, Vec<&str>)> = {
                let types = table.types.iter().map(|(kind, row)| (kind, &row.facets));
                let beside = table.companions.iter().map(|(kind, row)| (kind, &row.facets));
                types
                    .chain(beside)
                    .map(|(kind, facets)| {
                        (kind, facets.iter().flat_map(super::super::language::Facet::inputs).collect())
                    })
                    .collect()
            };
            // A companion often stands beside what it may be about.
            let beside = before.as_ref().and_then(|before: &String| table.companions.get(before)?.of.keys().next());
            let of = beside.and_then(|of| kinds.iter().find(|(kind, _)| *kind == of));
            let (kind, names) = of.unwrap_or_else(|| &kinds[kind.index(kinds.len())]);
            before = Some((*kind).clone());
            let links = table.companions.get(*kind).into_iter().flat_map(|row| row.of.values()).map(String::as_str);
            let names: Vec<&str> = names.iter().copied().chain(links).filter(|name| !name.is_empty()).collect();
            let properties = values.into_iter().filter(|_| !names.is_empty()).map(|(name, value)| {
                line += 1;
                (names[name.index(names.len())].to_owned(), property(Planned::Known(value), line))
            });
            PlannedResource {
                address: address.to_owned(),
                kind: (*kind).clone(),
                place: Place { file: "t.yaml".to_owned(), line: 99, column: 1 },
                properties: properties.collect(),
                account: Some("111111111111".to_owned()),
                region: Some("eu-west-2".to_owned()),
                ..PlannedResource::default()
            }
        });
        World { assumed: Vec::new(), resources: made.collect() }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn nothing_becomes_known_of_any_template(world in any_world(), which in any::<prop::sample::Index>()) {
        let all: Vec<(usize, String)> = world.resources.iter().enumerate()
            .flat_map(|(index, resource)| resource.properties.keys().map(move |name| (index, name.clone()))).collect();
        let Some((index, name)) = all.get(which.index(all.len().max(1))) else { return Ok(()) };
        let outcome = stays_unknown(&world, *index, name);
        prop_assert!(outcome.is_ok(), "{:?} of {:#?}", outcome, world.resources);
    }

    #[test]
    fn addresses_stay_unique(world in any_world()) {
        let (made, _) = collected(world);
        let addresses: std::collections::BTreeSet<_> = made.resources.iter().map(|resource| &resource.address).collect();
        prop_assert_eq!(addresses.len(), made.resources.len());
    }
}
