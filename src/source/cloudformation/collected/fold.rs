//! Companions folded into the resources that they say something about.
//!
//! May import: `model`. Guarantees: what a companion sets is known only where nobody else may set it too; a companion that nobody can
//! place makes what it sets unknown wherever it may belong.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::around::Around;
use super::facets;
use super::language::{Absent, Facet};
use super::link::{self, Link};
use super::rows::{Companion, Table};
use super::strangers;
use crate::model::planned::{Action, Assumed, Place, Planned, PlannedResource, Property, Unjudgeable, World};

/// Why nothing is known of what is there already.
const EXISTS: &str = "it exists already; give --live SNAPSHOT";

/// What a companion says about a facet of a resource.
struct Said<'w> {
    by: &'w str,
    adds: bool,
    property: Property,
}

/// Resources on their way out.
struct Fold<'w> {
    table: &'w Table,
    around: &'w Around<'w>,
    resources: Vec<PlannedResource>,
    by_address: BTreeMap<&'w str, usize>,
    /// Facets that nothing in the template sets.
    defaults: BTreeSet<(usize, String)>,
    said: BTreeMap<(usize, String), Vec<Said<'w>>>,
    /// Resources outside the template by type and name.
    outside: BTreeMap<(String, String), usize>,
    taken: BTreeSet<String>,
    unjudgeable: Vec<Unjudgeable>,
}

/// The resources of a world as live documents have them.
pub(super) fn fold(table: &Table, world: &World) -> (Vec<PlannedResource>, Vec<Unjudgeable>) {
    let around = Around::of(world);
    let mut fold = Fold {
        table,
        around: &around,
        resources: Vec::new(),
        by_address: BTreeMap::new(),
        defaults: BTreeSet::new(),
        said: BTreeMap::new(),
        outside: BTreeMap::new(),
        taken: world.resources.iter().map(|resource| resource.address.clone()).collect(),
        unjudgeable: Vec::new(),
    };
    let (said, doubtful) = strangers::named(table, world);
    fold.unjudgeable.extend(said);
    let mut companions = Vec::new();
    for resource in world.resources.iter().filter(|resource| !strangers::is_one(resource, table)) {
        let companion = table.companions.get(&resource.kind);
        if let Some(companion) = companion {
            companions.push((resource, companion));
        }
        if companion.is_none_or(|companion| companion.keep) {
            fold.build(resource);
        }
    }
    for (resource, companion) in companions {
        if resource.action != Action::Forget {
            fold.place(resource, companion);
        }
    }
    fold.apply();
    for (address, why) in doubtful {
        if let Some(index) = fold.by_address.get(address.as_str())
            && let Some(resource) = fold.resources.get_mut(*index)
        {
            resource.doubtful.get_or_insert(why);
        }
    }
    (fold.resources, fold.unjudgeable)
}

impl<'w> Fold<'w> {
    /// A resource with its facets. One whose type has no row keeps its properties.
    fn build(&mut self, resource: &'w PlannedResource) {
        let index = self.resources.len();
        let mut built = resource.clone();
        if let Some(row) = self.table.types.get(&resource.kind).filter(|_| !resource.shaped) {
            built.properties.clear();
            // What AWS sets on a new resource says nothing of one that is there already.
            let is_there = matches!(resource.action, Action::Update | Action::Keep);
            for facet in &row.facets {
                if let Some(said) = resource.beside.get(&facet.name) {
                    built.properties.insert(facet.name.clone(), said.clone());
                    continue;
                }
                let Some(mut made) = facets::make(facet, resource, self.around) else { continue };
                if made.by_default {
                    self.defaults.insert((index, facet.name.clone()));
                }
                if made.of_new && is_there {
                    made.property.value = Planned::Unknown(EXISTS.to_owned());
                } else if made.of_new {
                    let assumed = if made.recent { Assumed::Recent } else { Assumed::Setting };
                    built.assumed.insert(facet.name.clone(), assumed);
                }
                built.properties.insert(facet.name.clone(), made.property);
            }
            for (name, value) in &row.always {
                let value = if is_there { Planned::Unknown(EXISTS.to_owned()) } else { Planned::Known(value.clone()) };
                built.properties.insert(name.clone(), property(value, &resource.place));
                built.assumed.extend((!is_there).then(|| (name.clone(), Assumed::State)));
            }
            if let Some(kind) = &row.kind {
                built.kind.clone_from(kind);
            }
        }
        self.by_address.insert(&resource.address, index);
        self.resources.push(built);
    }

    /// Notes what a companion says, about each resource that it may be about.
    fn place(&mut self, companion: &'w PlannedResource, row: &'w Companion) {
        for (kind, names) in &row.of {
            if row.single {
                let index = self.outside(companion, kind, "", &companion.place);
                self.note(index, companion, row, None);
                continue;
            }
            let name_in = self.table.names.get(kind).map(String::as_str);
            for link in link::links(companion, names, kind, name_in, self.around) {
                match link {
                    Link::To(address) => {
                        if let Some(index) = self.by_address.get(address).copied() {
                            self.note(index, companion, row, None);
                        }
                    }
                    Link::Outside(name) => {
                        let place =
                            companion.properties.get(names).map_or(&companion.place, |property| &property.place);
                        let index = self.outside(companion, kind, &name, place);
                        self.note(index, companion, row, None);
                    }
                    Link::Perhaps(addresses, reason) => {
                        if addresses.is_empty() {
                            self.unplaced(companion, row, kind, &reason);
                        }
                        for address in addresses {
                            if let Some(index) = self.by_address.get(address).copied() {
                                self.note(index, companion, row, Some(&reason));
                            }
                        }
                    }
                }
            }
        }
    }

    fn note(&mut self, index: usize, companion: &'w PlannedResource, row: &'w Companion, doubt: Option<&str>) {
        // What changes beside a resource changes it.
        let parent = self.resources.get_mut(index).filter(|parent| parent.action == Action::Keep);
        if let Some(parent) = parent.filter(|_| companion.action != Action::Keep) {
            parent.action = Action::Update;
        }
        for facet in &row.facets {
            let Some(made) = facets::make(facet, companion, self.around) else { continue };
            let mut property = made.property;
            if companion.action == Action::Delete {
                // What is left without it is not in the code, and not what is there now.
                property.value = Planned::Unknown(format!("{} sets it and goes away", companion.address));
            } else if let Some(doubt) = doubt {
                property.value = Planned::Unknown(format!("{} may belong to it: it {doubt}", companion.address));
            } else if let Some(doubt) = &companion.doubtful {
                property.value = Planned::Unknown(format!("{} {doubt}", companion.address));
            }
            let said = Said { by: &companion.address, adds: facet.adds, property };
            self.said.entry((index, facet.name.clone())).or_default().push(said);
        }
    }

    /// A resource that the template only says something about.
    fn outside(&mut self, companion: &PlannedResource, kind: &str, named: &str, place: &Place) -> usize {
        let region = companion.region.clone().unwrap_or_default();
        let key = (kind.to_owned(), if named.is_empty() { region } else { link::name_of(named).to_owned() });
        if let Some(index) = self.outside.get(&key) {
            return *index;
        }
        let row = self.table.types.get(kind);
        let (of_region, of_account) = link::site_of(named);
        // What has no name of its own is called by its id or its ARN.
        let named_by_id = !named.is_empty() && !self.table.names.contains_key(kind);
        let is_arn = named.starts_with("arn:");
        let mut made = PlannedResource {
            id: (named_by_id && !is_arn).then(|| named.to_owned()),
            arn: is_arn.then(|| named.to_owned()),
            address: self.address(&companion.address, named),
            construct: companion.construct.clone(),
            kind: row.and_then(|row| row.kind.clone()).unwrap_or_else(|| kind.to_owned()),
            action: Action::Update,
            place: companion.place.clone(),
            properties: BTreeMap::new(),
            account: of_account.or_else(|| companion.account.clone()),
            region: of_region.or_else(|| companion.region.clone()),
            doubtful: companion.doubtful.clone(),
            ..PlannedResource::default()
        };
        let unsaid = |facet: &&Facet| facet.absent != Absent::Unsaid;
        for facet in row.into_iter().flat_map(|row| &row.facets).filter(unsaid) {
            made.properties.insert(facet.name.clone(), property(Planned::Unknown(EXISTS.to_owned()), &companion.place));
        }
        if let Some(name_in) = self.table.names.get(kind) {
            let name = Planned::Known(Value::from(link::name_of(named)));
            made.properties.insert(name_in.clone(), property(name, place));
        }
        let index = self.resources.len();
        self.resources.push(made);
        self.outside.insert(key, index);
        index
    }

    /// The companion's address, which is free where it is no resource of its own.
    fn address(&mut self, companion: &str, named: &str) -> String {
        let is_free = !self.by_address.contains_key(companion)
            && !self.resources.iter().any(|resource| resource.address == companion);
        if is_free {
            return companion.to_owned();
        }
        let mut address = format!("{companion} {named}");
        while !self.taken.insert(address.clone()) {
            address.push('\'');
        }
        address
    }

    fn unplaced(&mut self, companion: &PlannedResource, row: &Companion, kind: &str, reason: &str) {
        let facets: Vec<&str> = row.facets.iter().map(|facet| facet.name.as_str()).collect();
        let reason = format!(
            "{} sets {} of a {kind} outside the template, and nobody can tell which one: it {reason}",
            companion.address,
            facets.join(" and "),
        );
        self.unjudgeable.push(Unjudgeable { place: companion.place.clone(), reason, whole: false });
    }

    fn apply(&mut self) {
        for ((index, facet), said) in std::mem::take(&mut self.said) {
            let by_default = self.defaults.contains(&(index, facet.clone()));
            if let Some(resource) = self.resources.get_mut(index) {
                let own = resource.properties.remove(&facet);
                let is_there = own.as_ref().is_some_and(|own| own.value == Planned::Unknown(EXISTS.to_owned()));
                let made = joined(own, by_default, is_there, said);
                resource.assumed.remove(&facet);
                resource.properties.extend(made.map(|made| (facet, made)));
            }
        }
    }
}

fn property(value: Planned, place: &Place) -> Property {
    Property { value, place: place.clone(), expression: None }
}

/// A facet with what companions say about it. `is_there`: what it has already is not in the template.
fn joined(own: Option<Property>, by_default: bool, is_there: bool, said: Vec<Said<'_>>) -> Option<Property> {
    let (adding, setting): (Vec<Said<'_>>, Vec<Said<'_>>) = said.into_iter().partition(|said| said.adds);
    // What AWS sets gives way to the first item; what nobody can tell does not.
    let start = match own.as_ref().map(|own| &own.value) {
        Some(Planned::Unknown(reason)) => Planned::Unknown(reason.clone()),
        Some(Planned::Known(Value::Object(_))) => Planned::Known(json!({})),
        _ => Planned::Known(json!([])),
    };
    let base = match setting.split_first() {
        Some((set, others)) => {
            let mut property = set.property.clone();
            if let Some(other) = others.iter().find(|other| other.property.value != property.value) {
                property.value = Planned::Unknown(format!("{} and {} both set it", set.by, other.by));
            }
            Some(property)
        }
        None => own.filter(|_| !by_default && !is_there),
    };
    let Some(add) = adding.first() else { return base };
    let value = if is_there && setting.is_empty() {
        Planned::Unknown(format!("{} adds to what it has already, and what that is the template does not say", add.by))
    } else {
        added(base.as_ref().map_or(start, |base| base.value.clone()), &adding)
    };
    Some(Property { value, ..base.unwrap_or_else(|| add.property.clone()) })
}

/// Items added to a list, or statements to a policy.
fn added(base: Planned, adding: &[Said<'_>]) -> Planned {
    let mut items = Vec::new();
    for said in adding {
        match &said.property.value {
            Planned::Known(value) => items.push(value.clone()),
            Planned::Unknown(reason) => return Planned::Unknown(reason.clone()),
        }
    }
    match base {
        Planned::Unknown(reason) => Planned::Unknown(reason),
        Planned::Known(Value::Array(mut list)) => {
            list.append(&mut items);
            Planned::Known(Value::Array(list))
        }
        Planned::Known(Value::Object(policy)) => Planned::Known(with_statements(policy, items)),
        Planned::Known(_) => Planned::Known(Value::Array(items)),
    }
}

fn with_statements(mut policy: Map<String, Value>, mut items: Vec<Value>) -> Value {
    policy.entry("Version").or_insert_with(|| "2012-10-17".into());
    let statements = policy.entry("Statement").or_insert_with(|| json!([]));
    match statements {
        Value::Array(list) => list.append(&mut items),
        one => {
            let mut list = vec![one.take()];
            list.append(&mut items);
            *one = Value::Array(list);
        }
    }
    Value::Object(policy)
}
