//! Which attestations count at an instant, and which exception covers a resource.
//!
//! May import: `model`. Guarantees: a pure function of the register, the instant and the facts; every file has a standing
//! and, where it does not count, a reason. An attestation counts from the day on which it was made until the beginning of
//! the day on which it expires. What a valid attestation has superseded stays superseded, also when that one expires, for
//! else a better score of long ago would come back.

use std::collections::{BTreeMap, BTreeSet};

use super::check::faults;
use super::kind::Kind;
use super::{Attestation, Entry, Facts, Register, glob, sentences};
use crate::model::assessment::{AttestationStatus, ExceptionStatus, Notice, Standing};
use crate::model::time::AsOf;

/// Days before its end from which an attestation is said to expire.
const WARNING_DAYS: i64 = 30;
const DAY: i64 = 86_400;

/// The register at an instant.
#[derive(Debug)]
pub struct Standings<'a> {
    as_of: AsOf,
    judged: Vec<Judged<'a>>,
    by_subject: BTreeMap<(Kind, &'a str), Vec<usize>>,
    exceptions: BTreeMap<&'a str, Covers<'a>>,
    notices: Vec<Notice>,
    /// Those of the notices that are about how files fit together.
    links: Vec<Notice>,
}

#[derive(Debug)]
struct Judged<'a> {
    entry: &'a Entry,
    standing: Standing,
    reason: String,
    /// Why it does not count though it claims to, each with its line.
    faults: Vec<Notice>,
}

/// Exceptions of one control that count.
#[derive(Debug, Default)]
struct Covers<'a> {
    exact: BTreeMap<&'a str, usize>,
    globs: Vec<(&'a str, usize)>,
}

impl<'a> Standings<'a> {
    pub(super) fn new(register: &'a Register, as_of: AsOf, facts: &dyn Facts) -> Self {
        let mut notices = Vec::new();
        let mut faulty: Vec<Vec<Notice>> = register
            .entries
            .iter()
            .map(|entry| match entry {
                Entry::Read(attestation) => faults(attestation, facts),
                Entry::Broken(broken) => broken.faults.clone(),
            })
            .collect();
        doubled(register, &mut faulty);
        let replaced = superseded(register, &mut faulty, &mut notices);
        let judged: Vec<Judged<'a>> = register
            .entries
            .iter()
            .zip(faulty)
            .enumerate()
            .map(|(index, (entry, mut faults))| {
                let by = replaced.get(&index).and_then(|new| {
                    let new = new.iter().filter_map(|i| read(register.entries.get(*i)?));
                    new.filter(|n| n.form.made.as_of() <= as_of).map(|n| n.form.id.as_str()).min()
                });
                faults.extend(read(entry).filter(|_| faults.is_empty()).and_then(|a| from_later(a, as_of)));
                let (standing, reason) = judge(entry, &faults, by, as_of);
                Judged { entry, standing, reason, faults }
            })
            .collect();
        let mut standings = Self {
            as_of,
            judged,
            by_subject: BTreeMap::new(),
            exceptions: BTreeMap::new(),
            notices,
            links: Vec::new(),
        };
        standings.index();
        standings.contradictions();
        standings.links.clone_from(&standings.notices);
        standings.notices.extend(standings.judged.iter().filter(|j| j.standing == Standing::Invalid).map(|j| {
            let (id, place) = match j.entry {
                Entry::Read(a) => (&a.form.id, &a.place),
                Entry::Broken(b) => (&b.id, &b.place),
            };
            Notice { place: place.clone(), text: format!("{id} counts as absent. {}", j.reason) }
        }));
        standings.notices.sort();
        standings
    }

    fn index(&mut self) {
        for (index, judged) in self.judged.iter().enumerate() {
            let Some(attestation) = read(judged.entry) else { continue };
            let key = (attestation.form.kind, attestation.form.subject.as_str());
            self.by_subject.entry(key).or_default().push(index);
            if let (true, Some((control, resource))) = (judged.standing.counts(), attestation.excepted()) {
                let covers = self.exceptions.entry(control).or_default();
                if resource.contains('*') {
                    covers.globs.push((resource, index));
                } else {
                    covers.exact.entry(resource).or_insert(index);
                }
            }
        }
    }

    /// Two attestations of one statement that both count and differ: the lower score holds, and it is said.
    fn contradictions(&mut self) {
        let mut notices = Vec::new();
        for (kind, subject) in self.by_subject.keys().filter(|(kind, _)| *kind == Kind::Statement) {
            let counting: Vec<&Attestation> = self.counting(*kind, subject);
            let scores: BTreeSet<_> = counting.iter().map(|a| a.form.score).collect();
            if scores.len() > 1
                && let Some(last) = counting.last()
            {
                let ids: Vec<&str> = counting.iter().map(|a| a.form.id.as_str()).collect();
                notices.push(Notice {
                    place: last.place_of("score"),
                    text: format!(
                        "{} score {subject} differently, and none supersedes the other; the lowest score holds. Add \
                         supersedes to the one that replaces.",
                        ids.join(" and ")
                    ),
                });
            }
        }
        self.notices.extend(notices);
    }

    /// The instant.
    #[must_use]
    pub fn as_of(&self) -> AsOf {
        self.as_of
    }

    /// Every file but the exceptions, with its standing, in the order of the file names.
    #[must_use]
    pub fn statuses(&self) -> Vec<AttestationStatus> {
        self.judged.iter().filter_map(|judged| status(judged)).collect()
    }

    /// Every exception that could be read, with its standing. `used` is 0; who applies exceptions counts.
    #[must_use]
    pub fn exceptions(&self) -> Vec<ExceptionStatus> {
        self.judged.iter().filter_map(|judged| self.exception_status(judged)).collect()
    }

    fn exception_status(&self, judged: &Judged<'a>) -> Option<ExceptionStatus> {
        let attestation = read(judged.entry).filter(|a| a.form.kind == Kind::Exception)?;
        let form = &attestation.form;
        let (control, resource) = attestation.excepted().unwrap_or((&form.subject, ""));
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let mut standing_reason = judged.reason.clone();
        if let Some(review) = form.review
            && judged.standing.counts()
            && review.as_of() <= self.as_of
        {
            standing_reason = format!("Its review was due on {review}.");
        }
        if judged.standing == Standing::Expired {
            standing_reason.push_str(" What it covered is judged without it.");
        }
        Some(ExceptionStatus {
            id: form.id.clone(),
            control: control.to_owned(),
            resource: resource.to_owned(),
            reason: text(&form.reason),
            risk: text(&form.risk),
            by: form.by.clone(),
            approved_by: form.approved_by.clone(),
            authority: text(&form.authority),
            made: form.made.as_of(),
            review: form.review.map(super::super::value::Day::as_of),
            expires: Some(form.expires.as_of()),
            end_plan: text(&form.end_plan),
            standing: judged.standing,
            standing_reason,
            used: 0,
        })
    }

    /// Problems of the register as sentences with file and line, sorted.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// Everything that has to be corrected, each with its line: what keeps a file from counting, and what does not fit
    /// together. Sorted.
    #[must_use]
    pub fn problems(&self) -> Vec<Notice> {
        let faults = self.judged.iter().flat_map(|judged| &judged.faults);
        let mut all: Vec<Notice> = faults.chain(&self.links).cloned().collect();
        // Lines by their number, so that the fourth comes before the tenth.
        let key = |n: &Notice| {
            let (file, line) = n.place.rsplit_once(':').unwrap_or((&n.place, ""));
            (file.to_owned(), line.parse::<usize>().unwrap_or_default())
        };
        all.sort_by_cached_key(key);
        all
    }

    /// Every attestation of a kind about a subject, with its standing and why it does not count.
    #[must_use]
    pub fn about<'s>(&'s self, kind: Kind, subject: &str) -> Vec<(&'a Attestation, Standing, &'s str)> {
        let indexes = self.by_subject.get(&(kind, subject)).map_or(&[][..], Vec::as_slice);
        let judged = indexes.iter().filter_map(|index| self.judged.get(*index));
        judged.filter_map(|j| Some((read(j.entry)?, j.standing, j.reason.as_str()))).collect()
    }

    /// Every attestation of a kind about a subject that counts.
    #[must_use]
    pub fn counting(&self, kind: Kind, subject: &str) -> Vec<&'a Attestation> {
        let about = self.about(kind, subject).into_iter();
        about.filter(|(_, standing, _)| standing.counts()).map(|(attestation, _, _)| attestation).collect()
    }

    /// Every attestation of a kind that counts, whatever it is about.
    pub fn counting_of(&self, kind: Kind) -> impl Iterator<Item = &'a Attestation> {
        self.judged
            .iter()
            .filter(|j| j.standing.counts())
            .filter_map(|j| read(j.entry))
            .filter(move |a| a.form.kind == kind)
    }

    /// The newest attestation of a kind about a subject that counts.
    #[must_use]
    pub fn live(&self, kind: Kind, subject: &str) -> Option<&'a Attestation> {
        self.counting(kind, subject).into_iter().max_by(|a, b| {
            let key = |x: &'a Attestation| (x.form.made, x.form.expires);
            key(a).cmp(&key(b)).then_with(|| b.form.id.cmp(&a.form.id))
        })
    }

    /// The attestation that scores a SATRE statement (`3.3.04`). Where several count, the lowest score holds.
    #[must_use]
    pub fn statement(&self, id: &str) -> Option<&'a Attestation> {
        self.counting(Kind::Statement, &format!("satre:{id}")).into_iter().min_by(|a, b| {
            let newest = (b.form.made, &a.form.id).cmp(&(a.form.made, &b.form.id));
            a.form.score.cmp(&b.form.score).then(newest)
        })
    }

    /// The exception that covers a control on a resource: the exact one first, else the first glob by file name.
    #[must_use]
    pub fn excepts(&self, control: &str, resource: &str) -> Option<&'a Attestation> {
        let covers = self.exceptions.get(control)?;
        let by_glob = || covers.globs.iter().find(|(pattern, _)| glob::matches(pattern, resource)).map(|(_, i)| i);
        let index = covers.exact.get(resource).or_else(by_glob)?;
        read(self.judged.get(*index)?.entry)
    }

    /// The exception that would cover a control on a resource, had it not expired: the one that ended last.
    #[must_use]
    pub fn lapsed(&self, control: &str, resource: &str) -> Option<&'a Attestation> {
        let expired = self.judged.iter().filter(|judged| judged.standing == Standing::Expired);
        let covers = |attestation: &&Attestation| {
            let of = attestation.excepted();
            of.is_some_and(|(of, pattern)| of == control && glob::matches(pattern, resource))
        };
        let found = expired.filter_map(|judged| read(judged.entry)).filter(covers);
        found.max_by_key(|attestation| (attestation.form.expires, &attestation.form.id))
    }
}

fn read(entry: &Entry) -> Option<&Attestation> {
    match entry {
        Entry::Read(attestation) => Some(attestation),
        Entry::Broken(_) => None,
    }
}

/// Which of two files of one id is right cannot be known, so neither counts.
fn doubled(register: &Register, faulty: &mut [Vec<Notice>]) {
    let mut holders: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, attestation) in register.entries.iter().enumerate().filter_map(|(i, e)| Some((i, read(e)?))) {
        holders.entry(&attestation.form.id).or_default().push(index);
    }
    for (id, indexes) in holders.into_iter().filter(|(_, i)| i.len() > 1) {
        for index in &indexes {
            let others = indexes.iter().filter(|other| *other != index);
            let places: Vec<&str> =
                others.filter_map(|o| read(register.entries.get(*o)?)).map(|a| a.place.as_str()).collect();
            if let (Some(faults), Some(attestation)) =
                (faulty.get_mut(*index), register.entries.get(*index).and_then(read))
            {
                let text = format!("The id {id} stands also in {}.", places.join(", "));
                faults.push(Notice { place: attestation.place_of("id"), text });
            }
        }
    }
}

/// Which entries each entry is superseded by, by index; adds the faults of wrong links.
fn superseded(
    register: &Register,
    faulty: &mut [Vec<Notice>],
    notices: &mut Vec<Notice>,
) -> BTreeMap<usize, Vec<usize>> {
    let mut ids: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, entry) in register.entries.iter().enumerate() {
        let id = match entry {
            Entry::Read(attestation) => &attestation.form.id,
            Entry::Broken(broken) => &broken.id,
        };
        ids.entry(id).or_insert(index);
    }
    // The link of each entry, to the index of what it supersedes.
    let links: Vec<Option<usize>> = register
        .entries
        .iter()
        .map(|entry| read(entry)?.form.supersedes.as_deref().and_then(|old| ids.get(old).copied()))
        .collect();
    let circular = cycles(&links);
    let mut replaced: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, entry) in register.entries.iter().enumerate() {
        let Some(new) = read(entry) else { continue };
        let Some(old_id) = new.form.supersedes.as_deref() else { continue };
        let at = new.place_of("supersedes");
        let Some(old_index) = links.get(index).copied().flatten() else {
            let text = format!("{} supersedes {old_id}, which is not in the register. Correct the id.", new.form.id);
            notices.push(Notice { place: at, text });
            continue;
        };
        let fault = if circular.contains(&index) {
            Some(format!("It supersedes {old_id}, which in the end supersedes it"))
        } else {
            register.entries.get(old_index).and_then(read).and_then(|old| unfit(new, old))
        };
        let Some(faults) = faulty.get_mut(index) else { continue };
        if let Some(text) = fault {
            faults.push(Notice { place: at, text: format!("{text}.") });
        }
        if faults.is_empty() {
            replaced.entry(old_index).or_default().push(index);
        }
    }
    replaced
}

/// Why `new` cannot supersede `old`.
fn unfit(new: &Attestation, old: &Attestation) -> Option<String> {
    let id = &old.form.id;
    if new.form.kind != old.form.kind {
        return Some(format!("It supersedes {id}, which is of the kind {}", old.form.kind.as_str()));
    }
    // The resource of an exception may become narrower or wider; the control stays.
    let about = |a: &Attestation| a.excepted().map_or(a.form.subject.clone(), |(control, _)| control.to_owned());
    if about(new) != about(old) {
        return Some(format!("It supersedes {id}, which is about {}", old.form.subject));
    }
    (new.form.made < old.form.made).then(|| format!("It supersedes {id}, which was made later, on {}", old.form.made))
}

/// The indexes that lie on a cycle of links. Each has one link at most, so one walk over all is enough.
fn cycles(links: &[Option<usize>]) -> BTreeSet<usize> {
    let mut walk_of: BTreeMap<usize, usize> = BTreeMap::new();
    let mut circular = BTreeSet::new();
    for start in 0..links.len() {
        let mut path = Vec::new();
        let mut at = Some(start);
        while let Some(index) = at {
            match walk_of.get(&index) {
                None => {
                    walk_of.insert(index, start);
                    path.push(index);
                    at = links.get(index).copied().flatten();
                }
                Some(walk) => {
                    if *walk == start {
                        circular.extend(path.iter().skip_while(|i| **i != index));
                    }
                    break;
                }
            }
        }
    }
    circular
}

/// What was made after the instant does not count yet.
fn from_later(attestation: &Attestation, as_of: AsOf) -> Option<Notice> {
    let made = attestation.form.made;
    let text = format!("It was made on {made}, after the time of the audit.");
    (made.as_of() > as_of).then(|| Notice { place: attestation.place_of("made"), text })
}

fn judge(entry: &Entry, faults: &[Notice], by: Option<&str>, as_of: AsOf) -> (Standing, String) {
    let (true, Some(attestation)) = (faults.is_empty(), read(entry)) else {
        return (Standing::Invalid, sentences(faults));
    };
    let form = &attestation.form;
    if let Some(by) = by {
        return (Standing::Superseded, format!("{by} supersedes it."));
    }
    let left = form.expires.as_of().unix() - as_of.unix();
    if left <= 0 {
        (Standing::Expired, format!("It expired on {}.", form.expires))
    } else if left <= WARNING_DAYS * DAY {
        (Standing::Expiring, String::new())
    } else {
        (Standing::Live, String::new())
    }
}

fn status(judged: &Judged<'_>) -> Option<AttestationStatus> {
    let status = match judged.entry {
        Entry::Read(attestation) => {
            let form = &attestation.form;
            if form.kind == Kind::Exception {
                return None;
            }
            AttestationStatus {
                id: form.id.clone(),
                kind: form.kind.as_str().to_owned(),
                subject: form.subject.clone(),
                role: form.role.clone().unwrap_or_default(),
                by: form.by.clone(),
                approved_by: form.approved_by.clone(),
                made: form.made.as_of(),
                expires: Some(form.expires.as_of()),
                standing: judged.standing,
                reason: judged.reason.clone(),
                place: attestation.place.clone(),
            }
        }
        Entry::Broken(broken) => AttestationStatus {
            id: broken.id.clone(),
            kind: broken.kind.clone(),
            subject: broken.subject.clone(),
            role: broken.role.clone(),
            by: broken.by.clone(),
            approved_by: broken.approved_by.clone(),
            // The model has no unknown day; the reason says that the file could not be read.
            made: broken.made.unwrap_or(AsOf::from_unix(0)),
            expires: broken.expires,
            standing: judged.standing,
            reason: judged.reason.clone(),
            place: broken.place.clone(),
        },
    };
    Some(status)
}
