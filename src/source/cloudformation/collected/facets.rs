//! One facet of a resource, made as its row says.
//!
//! May import: `model`. Guarantees: a facet of which one property is not known is not known, for that property's reason; it keeps the
//! place and the expression of the first property that it was made from.

use serde_json::{Map, Value};

use super::around::Around;
use super::language::{Absent, Facet, Shape, Source};
use super::made::{self, Given};
use super::shapes;
use crate::model::planned::{Planned, PlannedResource, Property};

/// Functions that say what a new resource has, whatever its properties.
const OF_NEW: [&str; 2] = ["local_route", "public_address"];

/// The function that says what a new resource has where its first property is not set, whatever the others are.
const OF_OTHERS: &str = "backup_policy";

/// A facet that was made.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) property: Property,
    /// Nothing of the template said it: it is what AWS sets.
    pub(super) by_default: bool,
    /// It holds of new resources alone: none of the properties that it is made of is there.
    pub(super) of_new: bool,
    /// AWS has not always set it so.
    pub(super) recent: bool,
}

/// Makes a facet. None: its row leaves it out where the template does not say it.
pub(super) fn make(facet: &Facet, resource: &PlannedResource, around: &Around<'_>) -> Option<Made> {
    let inputs = facet.inputs();
    let said = || inputs.iter().filter_map(|name| resource.properties.get(*name));
    let unknown = said().find_map(|property| match &property.value {
        Planned::Unknown(reason) => Some((reason.clone(), property)),
        Planned::Known(_) => None,
    });
    let first = unknown.as_ref().map(|(_, property)| *property).or_else(|| said().next());
    let is_unsaid = match &facet.source {
        Source::Made(function, _) if OF_NEW.contains(&function.as_str()) => true,
        Source::Made(function, names) if function == OF_OTHERS => {
            names.first().is_some_and(|name| !resource.properties.contains_key(name))
        }
        Source::Made(..) => !inputs.is_empty() && said().next().is_none(),
        _ => false,
    };
    let recent = matches!(facet.absent, Absent::Recent(_));
    let with = |value: Planned, by_default: bool| {
        let place = first.map_or(&resource.place, |property| &property.place).clone();
        let expression = first.and_then(|property| property.expression.clone());
        let of_new = by_default || is_unsaid;
        Some(Made { property: Property { value, place, expression }, by_default, of_new, recent: recent && by_default })
    };
    if let Some((reason, _)) = unknown {
        return with(Planned::Unknown(reason), false);
    }
    match given(facet, resource, around) {
        Err(reason) => with(Planned::Unknown(reason), false),
        Ok(Given::Value(value)) => with(Planned::Known(value), false),
        Ok(Given::Empty) => with(Planned::Known(facet.shape.empty()), true),
        Ok(Given::Nothing) => match &facet.absent {
            Absent::Unsaid => None,
            Absent::Value(value) | Absent::Recent(value) => with(Planned::Known(value.clone()), true),
            Absent::Unknown => {
                let name = inputs.first().copied().unwrap_or(&facet.name);
                with(Planned::Unknown(unset(name)), true)
            }
        },
    }
}

fn unset(name: &str) -> String {
    format!("the template does not set {name}, and AWS or the account's settings decide it")
}

fn given(facet: &Facet, resource: &PlannedResource, around: &Around<'_>) -> Result<Given, String> {
    let property = |name: &str| shapes::known(resource.properties.get(name));
    let read = |name: &str, value: &Value| {
        let read = shapes::read(&facet.shape, value, around).map_err(|why| about(name, &why))?;
        Ok(read.map_or(Given::Nothing, Given::Value))
    };
    match &facet.source {
        Source::None => Ok(Given::Nothing),
        Source::Path(path) => {
            let Some((name, rest)) = path.split_first() else { return Ok(Given::Nothing) };
            let Some(value) = property(name) else { return Ok(Given::Nothing) };
            match shapes::walk(value, rest).map_err(|why| about(name, &why))? {
                Some(value) => read(name, value),
                None => Ok(Given::Nothing),
            }
        }
        Source::Whole => {
            let said = facet.inputs().into_iter().filter_map(|name| Some((name.to_owned(), property(name)?.clone())));
            let said: Map<String, Value> = said.collect();
            let Shape::Record(members) = &facet.shape else { return Ok(Given::Nothing) };
            if said.is_empty() && !members.iter().all(super::language::Member::is_constant) {
                return Ok(Given::Nothing);
            }
            read(&facet.name, &Value::Object(said))
        }
        Source::Made(function, inputs) => match made::make(function, inputs, resource, around)? {
            Given::Value(value) if facet.shape != Shape::Any => {
                read(inputs.first().map_or(facet.name.as_str(), String::as_str), &value)
            }
            given => Ok(given),
        },
    }
}

/// A reason that names the property it is about.
fn about(name: &str, why: &str) -> String {
    if why.starts_with("depends on") { why.to_owned() } else { format!("its {name} {why}") }
}
