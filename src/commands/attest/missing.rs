//! What the register should hold and does not, as far as declaration and directory tell.
//!
//! May import: everything below `commands`. Guarantees: nothing is said to be missing that a counting attestation covers, and
//! nothing about what was neither declared nor read.

use std::collections::BTreeMap;

use super::members::Group;
use crate::declaration::Declaration;
use crate::declaration::form::{Dataset, Project};
use crate::declaration::register::{Kind, Standings};
use crate::declaration::value::Day;
use crate::model::time::AsOf;

/// An attestation that is wanted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Missing {
    pub(super) subject: String,
    pub(super) kind: Kind,
    /// Where it is declared, or the group that was read.
    pub(super) place: String,
    pub(super) reason: String,
}

/// Everything that is missing, sorted.
pub(super) fn missing(
    declaration: &Declaration,
    groups: &[Group],
    standings: &Standings<'_>,
    as_of: AsOf,
) -> Vec<Missing> {
    let mut wanted: BTreeMap<(String, Kind), (String, String)> = BTreeMap::new();
    let mut want = |kind: Kind, subject: String, place: &str, reason: &str| {
        wanted.entry((subject, kind)).or_insert_with(|| (place.to_owned(), reason.to_owned()));
    };
    for (index, project) in declaration.projects().filter(|(_, p)| is_live(p, as_of)) {
        let place = declaration.place(&format!("project[{index}]"));
        for kind in [Kind::Dpia, Kind::Approval] {
            want(kind, format!("project:{}", project.id), &place, "the project is live");
        }
    }
    for (index, dataset) in declaration.datasets() {
        let place = declaration.place(&format!("dataset[{index}]"));
        if let Some((kind, why)) = of_dataset(dataset) {
            want(kind, format!("dataset:{}", dataset.id), &place, &format!("the dataset is {why}"));
        }
    }
    let live = |id: &String| declaration.projects().any(|(_, p)| p.id == *id && is_live(p, as_of));
    for (user, person) in declaration.form().people.iter().flatten() {
        let stays = person.leave.is_none_or(|leave| as_of < leave.end());
        if stays && person.projects.iter().flatten().any(live) {
            let place = declaration.place(&format!("people.{user}"));
            of_person(&mut want, user, &place, "the person works on a live project");
        }
    }
    let review_days = declaration.limit("review_days").value().unwrap_or_default();
    for group in groups {
        let subject = format!("group:{}", group.name);
        for user in &group.members {
            let left = declaration.person(user).and_then(|p| p.leave).is_some_and(|leave| leave.end() <= as_of);
            if !left {
                of_person(&mut want, user, &subject, "the person is a member of the group");
            }
        }
        let young = |made: AsOf| as_of.unix() - made.unix() <= review_days.saturating_mul(86_400);
        let reviews = standings.counting(Kind::AccessReview, &subject);
        if !reviews.iter().any(|a| young(a.form.made.as_of())) {
            let why = format!("a persona names the group; at most {review_days} days lie between reviews");
            want(Kind::AccessReview, subject, "[personas]", &why);
        }
    }
    let absent = |kind: Kind, subject: &str| {
        // An old review counts, and is too old all the same.
        kind == Kind::AccessReview || standings.counting(kind, subject).is_empty()
    };
    let wanted = wanted.into_iter().filter(|((subject, kind), _)| absent(*kind, subject));
    wanted.map(|((subject, kind), (place, reason))| Missing { subject, kind, place, reason }).collect()
}

/// Whether what an attestation is about has come to its declared end, so that nobody has to renew it.
pub(super) fn is_over(declaration: &Declaration, subject: &str, as_of: AsOf) -> bool {
    let ended = |day: Option<Day>| day.is_some_and(|day| day.end() <= as_of);
    match subject.split_once(':') {
        Some(("project", id)) => declaration.projects().any(|(_, p)| p.id == id && ended(p.end)),
        Some(("dataset", id)) => declaration.datasets().any(|(_, d)| d.id == id && ended(d.deleted)),
        Some(("person", user)) => declaration.person(user).is_some_and(|p| ended(p.leave)),
        _ => false,
    }
}

fn of_person(want: &mut impl FnMut(Kind, String, &str, &str), user: &str, place: &str, reason: &str) {
    for kind in [Kind::Training, Kind::Accreditation, Kind::Terms] {
        want(kind, format!("person:{user}"), place, reason);
    }
}

/// A day that was set aside ends nothing.
fn is_live(project: &Project, as_of: AsOf) -> bool {
    project.start.is_none_or(|day| day.as_of() <= as_of) && project.end.is_none_or(|day| as_of < day.end())
}

fn of_dataset(dataset: &Dataset) -> Option<(Kind, &str)> {
    if dataset.deleted.is_some() {
        return Some((Kind::Deletion, "deleted"));
    }
    let word = dataset.identifiability.as_deref()?;
    ["pseudonymised", "anonymised"].contains(&word).then_some((Kind::Deidentification, word))
}
