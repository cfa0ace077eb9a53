//! Resources of a template in the shapes that collectors give of live ones: names and shapes of facets as in
//! `docs/resource-documents.md` and `docs/collected-types.md`, companions folded into the resources that they say something about.
//!
//! May import: `model`, `source::json`, `source::table`. Guarantees: pure; never panics, whatever the template holds; a facet is known only where the
//! template says it, a documented default of AWS holds, or it follows from the resource's being new; it keeps the place and the
//! expression of the property that it was made from.

mod around;
mod databases;
mod facets;
mod fold;
mod language;
mod link;
mod made;
mod network;
mod policies;
mod rows;
mod settings;
mod shapes;
mod spelling;
mod strangers;

#[cfg(test)]
mod tests;

use crate::model::planned::{Place, Unjudgeable, World};

/// A world's resources in the words of live documents, and what of it nobody can judge. Types that no row knows stay as they are, and so
/// do resources that have these words already; what others say of them is added.
#[must_use]
pub fn collected(world: World) -> (World, Vec<Unjudgeable>) {
    match rows::table() {
        Ok(table) => {
            let world = spelling::spelt(table, world);
            let (resources, mut unjudgeable) = fold::fold(table, &world);
            unjudgeable.sort();
            unjudgeable.dedup();
            (World { assumed: world.assumed, resources }, unjudgeable)
        }
        Err(why) => {
            let reason = format!("the table of types is broken, so no resource can be judged: {why}");
            let place = world.resources.first().map_or_else(Place::default, |resource| resource.place.clone());
            (World { assumed: world.assumed, resources: Vec::new() }, vec![Unjudgeable { place, reason, whole: true }])
        }
    }
}
