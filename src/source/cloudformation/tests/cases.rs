//! The worlds of open parameters are exactly what their values can bring about, one by one.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{given, plain, set, with};
use crate::model::planned::Input;

/// What parameters may hold: the values that conditions name, and two that none does.
const VALUES: [&str; 4] = ["x", "y", "one", "another"];

/// A formula over the parameters A and B, as JSON.
fn formula() -> impl Strategy<Value = String> {
    let side =
        || prop::sample::select(vec![r#"{"Ref":"A"}"#, r#"{"Ref":"B"}"#, r#""x""#, r#""y""#, r#"{"Fn::Sub":"${A}"}"#]);
    let leaf = prop_oneof![
        4 => (side(), side()).prop_map(|(one, other)| format!(r#"{{"Fn::Equals":[{one},{other}]}}"#)),
        1 => prop::sample::select(vec!["C0", "C1", "C2"]).prop_map(|name| format!(r#"{{"Condition":"{name}"}}"#)),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|one| format!(r#"{{"Fn::Not":[{one}]}}"#)),
            (prop::sample::select(vec!["And", "Or"]), prop::collection::vec(inner, 2..4))
                .prop_map(|(name, all)| format!(r#"{{"Fn::{name}":[{}]}}"#, all.join(","))),
        ]
    })
}

/// The sets of resources that exist together.
fn together(input: &Input) -> BTreeSet<Vec<String>> {
    let addresses = |world: &crate::model::planned::World| {
        assert!(world.resources.iter().all(|resource| resource.doubtful.is_none()), "{input:?}");
        world.resources.iter().map(|resource| resource.address.clone()).collect()
    };
    input.worlds.iter().map(addresses).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_case_has_its_world_and_every_world_its_case(formulas in prop::collection::vec(formula(), 3)) {
        // A condition may name an earlier one only, so that none goes in a circle.
        let conditions: Vec<String> = formulas.iter().enumerate().map(|(index, formula)| {
            let formula = (index..3).fold(formula.clone(), |text, later| {
                text.replace(&format!(r#"{{"Condition":"C{later}"}}"#), r#"{"Fn::Equals":[{"Ref":"B"},"x"]}"#)
            });
            format!(r#""C{index}":{formula}"#)
        }).collect();
        let resources: Vec<String> =
            (0..3).map(|index| format!(r#""R{index}":{{"Type":"AWS::X::Y","Condition":"C{index}"}}"#)).collect();
        let text = format!(
            r#"{{"Parameters":{{"A":{{"Type":"String"}},"B":{{"Type":"String"}}}},"Conditions":{{{}}},"Resources":{{{}}}}}"#,
            conditions.join(","), resources.join(",")
        );
        let open = together(&plain(&text));
        let mut cases = BTreeSet::new();
        for a in VALUES {
            for b in VALUES {
                let one = together(&with(&given(vec![set("s", &[("A", a), ("B", b)])]), &text));
                prop_assert_eq!(one.len(), 1);
                cases.extend(one);
            }
        }
        prop_assert_eq!(open, cases, "{}", text);
    }
}
