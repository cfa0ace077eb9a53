//! The other resources of the same template, found by address and by name.
//!
//! May import: `model`. Guarantees: a resource is found only where the template says that it is the one.

use std::collections::BTreeMap;

use serde_json::Value;

use super::shapes;
use crate::model::planned::{Planned, PlannedResource, World};

/// The resources of a world.
#[derive(Debug)]
pub(super) struct Around<'w> {
    by_address: BTreeMap<&'w str, &'w PlannedResource>,
}

impl<'w> Around<'w> {
    pub(super) fn of(world: &'w World) -> Self {
        Self { by_address: world.resources.iter().map(|resource| (resource.address.as_str(), resource)).collect() }
    }

    pub(super) fn get(&self, address: &str) -> Option<&'w PlannedResource> {
        self.by_address.get(address).copied()
    }

    pub(super) fn is(&self, address: &str, kind: &str) -> bool {
        self.get(address).is_some_and(|resource| resource.kind == kind)
    }

    /// What a property of a resource holds.
    ///
    /// # Errors
    /// Nobody can tell; the reason.
    pub(super) fn said(&self, address: &str, property: &str) -> Result<Option<&'w Value>, String> {
        match self.get(address).and_then(|resource| resource.properties.get(property)).map(|property| &property.value) {
            Some(Planned::Unknown(reason)) => Err(reason.clone()),
            Some(Planned::Known(value)) => Ok(Some(value).filter(|value| !value.is_null())),
            None => Ok(None),
        }
    }

    /// Why the name of some resource of a type cannot be told.
    pub(super) fn unnamed(&self, kind: &str, property: &str) -> Option<&'w str> {
        self.of_kind(kind).find_map(|resource| match &resource.properties.get(property)?.value {
            Planned::Unknown(reason) => Some(reason.as_str()),
            Planned::Known(_) => None,
        })
    }

    /// The address of the resource that has this name.
    pub(super) fn named(&self, kind: &str, property: &str, name: &str) -> Option<&'w str> {
        let found = self
            .of_kind(kind)
            .find(|resource| shapes::known(resource.properties.get(property)).and_then(Value::as_str) == Some(name));
        found.map(|resource| resource.address.as_str())
    }

    pub(super) fn of_kind(&self, kind: &str) -> impl Iterator<Item = &'w PlannedResource> {
        self.by_address.values().copied().filter(move |resource| resource.kind == kind)
    }
}
