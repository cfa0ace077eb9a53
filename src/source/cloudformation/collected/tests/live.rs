//! A template gives the documents that its resources would have.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{known, made};

#[derive(Deserialize)]
struct Pairs {
    same: Vec<Pair>,
}

#[derive(Deserialize)]
struct Pair {
    file: String,
    case: String,
    id: String,
    template: String,
    #[serde(default)]
    but: Vec<String>,
}

/// The document of a case that meets its control.
fn document(pair: &Pair) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/controls").join(&pair.file);
    let cases: Value = toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let case = cases["case"].as_array().unwrap().iter().find(|case| case["name"] == pair.case.as_str());
    let case = case.unwrap_or_else(|| panic!("{} has no case {}", pair.file, pair.case));
    assert_eq!(case["expect"], "met", "{}", pair.case);
    let document = case["documents"].as_array().unwrap().iter().find(|document| document["id"] == pair.id.as_str());
    document.unwrap_or_else(|| panic!("{} has no {}", pair.case, pair.id)).clone()
}

#[test]
fn a_template_gives_the_documents_that_its_resources_would_have() {
    let pairs: Pairs = toml::from_str(include_str!("live.toml")).unwrap();
    let mut kinds = BTreeSet::new();
    for pair in &pairs.same {
        let live = document(pair);
        let made = made(&pair.template);
        let resource = made.values().find(|resource| live["type"] == resource.kind.as_str());
        let resource = resource.unwrap_or_else(|| panic!("nothing is a {}", live["type"]));
        let nothing = Map::new();
        let part = |name: &str| live.get(name).and_then(Value::as_object).unwrap_or(&nothing).iter();
        for (facet, value) in part("properties").chain(part("observed")) {
            if !pair.but.contains(facet) {
                assert_eq!(known(resource, facet), value, "{facet} of {}", pair.id);
            }
        }
        if let Some(tags) = live.get("tags").filter(|_| resource.properties.contains_key("Tags")) {
            assert_eq!(known(resource, "Tags"), tags, "the tags of {}", pair.id);
        }
        kinds.insert(resource.kind.clone());
    }
    assert!(kinds.len() >= 50, "{}", kinds.len());
}
