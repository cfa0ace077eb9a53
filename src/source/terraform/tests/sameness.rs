//! What must not change what is read, and what must change it in step.

use serde_json::json;

use super::*;

fn lake() -> Value {
    serde_json::from_str(include_str!("lake.json")).unwrap()
}

/// The same plan with its changes and blocks in another order.
fn shuffled(plan: &Value, seed: usize) -> Value {
    let mut plan = plan.clone();
    for path in ["/resource_changes", "/configuration/root_module/resources"] {
        let items = plan.pointer_mut(path).unwrap().as_array_mut().unwrap();
        let length = items.len();
        items.rotate_left(seed % length);
        items.swap(0, seed / 7 % length);
        if seed % 2 == 1 {
            items.reverse();
        }
    }
    plan
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24))]

    #[test]
    fn the_order_of_the_changes_never_matters(seed in 0_usize..10_000) {
        let plan = lake();
        assert_eq!(input(&shuffled(&plan, seed)), input(&plan));
    }
}

#[test]
fn a_resource_under_another_name_is_the_same_resource() {
    // Names of the same length and order, for lists stand in the order of the addresses.
    for (from, to) in [("aws_s3_bucket.source", "aws_s3_bucket.soused"), ("aws_kms_key.data", "aws_kms_key.datb")] {
        let plan = lake();
        let (kind, name) = to.split_once('.').unwrap();
        let mut renamed: Value = serde_json::from_str(&plan.to_string().replace(from, to)).unwrap();
        for path in ["/resource_changes", "/configuration/root_module/resources"] {
            for item in renamed.pointer_mut(path).unwrap().as_array_mut().unwrap() {
                if item["type"] == kind && item["address"].as_str().unwrap().starts_with(to) {
                    item["name"] = json!(name);
                }
            }
        }
        let expected = format!("{:?}", input(&plan)).replace(from, to);
        assert!(expected.contains(to));
        assert_eq!(format!("{:?}", input(&renamed)), expected);
    }
}

#[test]
fn hiding_the_configuration_makes_nothing_known() {
    let mut hidden = lake();
    hidden.as_object_mut().unwrap().remove("configuration");
    let (full, hidden) = (input(&lake()), input(&hidden));
    let mut lost = 0;
    for resource in &full.worlds[0].resources {
        let Some(other) = hidden.worlds[0].resources.iter().find(|other| other.address == resource.address) else {
            panic!("{} is not read any more", resource.address);
        };
        let is_known = |of: &PlannedResource, name: &str| {
            of.properties.get(name).is_some_and(|property| matches!(property.value, Planned::Known(_)))
        };
        for name in resource.properties.keys().chain(other.properties.keys()) {
            match (is_known(resource, name), is_known(other, name)) {
                (false, true) => panic!("{} {name} became known", resource.address),
                (true, false) => lost += 1,
                _ => {}
            }
        }
    }
    assert!(lost > 3, "{lost}");
}

#[test]
fn a_mark_more_makes_nothing_known() {
    let plan = lake();
    let full = input(&plan);
    let changes = plan["resource_changes"].as_array().unwrap().len();
    for at in 0..changes {
        let after = plan["resource_changes"][at]["change"]["after"].clone();
        for name in after.as_object().map(|after| after.keys().cloned().collect::<Vec<_>>()).unwrap_or_default() {
            let mut marked = plan.clone();
            let change = &mut marked["resource_changes"][at]["change"];
            change["after"].as_object_mut().unwrap().remove(&name);
            change["after_unknown"][&name] = json!(true);
            let marked = input(&marked);
            for resource in &full.worlds[0].resources {
                for (property, set) in &resource.properties {
                    let other = marked.worlds[0].resources.iter().find(|other| other.address == resource.address);
                    let Some(other) = other.and_then(|other| other.properties.get(property)) else { continue };
                    let became = (&set.value, &other.value);
                    assert!(
                        !matches!(became, (Planned::Unknown(_), Planned::Known(_))),
                        "{} {property} became known by a mark on {name} of change {at}",
                        resource.address
                    );
                }
            }
        }
    }
}

#[test]
fn the_code_adds_knowledge_and_takes_none_away() {
    let code = include_str!("lake.tf");
    let (without, with) = (input(&lake()), super::with(&lake(), &[("main.tf", code)]));
    let mut gained = 0;
    for (resource, other) in without.worlds[0].resources.iter().zip(&with.worlds[0].resources) {
        assert_eq!(resource.address, other.address);
        for (name, property) in &resource.properties {
            match (&property.value, &other.properties[name].value) {
                (Planned::Known(a), Planned::Known(b)) => assert_eq!(a, b, "{} {name}", resource.address),
                (Planned::Known(_), Planned::Unknown(reason)) => panic!("{} {name}: {reason}", resource.address),
                (Planned::Unknown(_), Planned::Known(_)) => gained += 1,
                (Planned::Unknown(_), Planned::Unknown(_)) => {}
            }
        }
    }
    assert!(gained >= 2, "{gained}");
}
