//! Writes infrastructure code of an environment that nobody has, so that whole checks can be measured.
//!
//!     cargo run --release --example gate -- FOLDER TEMPLATES RESOURCES
//!     havenmark check FOLDER/plan.json
//!     havenmark check FOLDER/templates/*.json
//!
//! TEMPLATES of thirty resources each, and a Terraform plan of RESOURCES.

mod code;

use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, templates, resources] = arguments.as_slice() else {
        return Err("usage: gate FOLDER TEMPLATES RESOURCES".into());
    };
    let (templates, resources): (usize, usize) = (templates.parse()?, resources.parse()?);
    let folder = Path::new(folder);
    std::fs::create_dir_all(folder.join("templates"))?;
    for number in 0..templates {
        let template = code::template(number, 1);
        let count = template.get("Resources").and_then(serde_json::Value::as_object).map_or(0, serde_json::Map::len);
        if count != code::ROUND {
            return Err(format!("a template has {count} resources, not {}", code::ROUND).into());
        }
        let path = folder.join(format!("templates/{number:03}.json"));
        std::fs::write(path, serde_json::to_string_pretty(&template)?)?;
    }
    std::fs::write(folder.join("plan.json"), serde_json::to_string(&code::plan(resources))?)?;
    Ok(())
}
