//! One action in one situation, for every caller and every resource at once.
//!
//! May import: `graph`. Guarantees: the same answers as `evaluate` gives one by one, which tests hold it to, except that the
//! fuel is one tank for the whole question; memory for two bits an answer and some twenty while it is worked out.
//!
//! Statements that say the same of all callers are asked once for each resource, those that say the same of all resources
//! once for each caller, and conditions once for each combination of values that they hang on; the rest is sets of bits.

use super::bits::{Bits, Line};
use super::caller::Caller;
use super::columns::{Sides, of_stores};
use super::context::{Context, Given};
use super::crowd::Crowd;
use super::decide::evaluate_within;
use super::glob::Fuel;
use super::layer::Layer;
use super::layers::{Grants, Layers, Rails};
use super::request::{Request, Resource};
use super::rows::{Own, Rows};
use super::services::needs_resource_policy;
use super::truth::Truth;
use super::verdict::{Outcome, Verdict};

/// Who may ask, with the layers on that side.
#[derive(Debug, Clone)]
pub struct Subject<'a> {
    pub caller: Caller,
    /// Keys that requests of this caller have, in lower case: tags, the organisation.
    pub keys: Vec<(String, Given)>,
    pub identity: Layer<'a>,
    pub boundary: Option<Layer<'a>>,
    pub service_control: Rails<'a>,
}

/// What may be asked for, with the layers on that side.
#[derive(Debug, Clone)]
pub struct Store<'a> {
    pub resource: Resource,
    /// Keys that requests for this resource have, in lower case: its tags.
    pub keys: Vec<(String, Given)>,
    pub policy: Option<Layer<'a>>,
    pub resource_control: Rails<'a>,
    pub grants: Grants,
    /// As in [`Layers`].
    pub restricts_public: bool,
}

/// What is done, and in which situation.
#[derive(Debug, Clone)]
pub struct Question<'a> {
    /// `s3:GetObject`.
    pub action: String,
    /// What is known whoever asks for whatever.
    pub context: Context,
    pub endpoint: Option<Layer<'a>>,
}

impl<'a> Question<'a> {
    /// The request of one caller for one resource.
    #[must_use]
    pub fn request(&self, subject: &Subject<'_>, store: &Store<'_>) -> Request {
        let mut context = self.context.clone();
        for (key, given) in subject.keys.iter().chain(&store.keys) {
            context.set(key, given.clone());
        }
        Request::new(subject.caller.clone(), &self.action, store.resource.clone(), context)
    }

    /// The answer for one caller and one resource, with its reasons.
    #[must_use]
    pub fn ask(&self, subject: &Subject<'a>, store: &Store<'a>, fuel: &Fuel) -> Verdict {
        let layers = Layers {
            identity: subject.identity.clone(),
            boundary: subject.boundary.clone(),
            session: None,
            resource: store.policy.clone(),
            service_control: subject.service_control.clone(),
            resource_control: store.resource_control.clone(),
            endpoint: self.endpoint.clone(),
            grants: store.grants.clone(),
            restricts_public: store.restricts_public,
        };
        evaluate_within(&self.request(subject, store), &layers, fuel)
    }
}

/// The answers of a question: a row for each caller, a place in it for each resource.
#[derive(Debug, Clone)]
pub struct Matrix {
    rows: Vec<Line>,
}

impl Matrix {
    /// Answers a question for all callers and resources.
    #[must_use]
    pub fn of(question: &Question<'_>, subjects: &[Subject<'_>], stores: &[Store<'_>], fuel: &Fuel) -> Self {
        let crowd = Crowd::new(question, subjects, stores, fuel);
        let sides = of_stores(&crowd);
        let accounts = Accounts::new(question, stores);
        let mut rows = Rows::new(&crowd);
        let answers = subjects.iter().zip(sides).enumerate().map(|(at, (subject, side))| {
            match subject.caller.account() {
                Some(account) if matches!(subject.caller, Caller::User { .. } | Caller::Role { .. }) => {
                    combine(&rows.own(at), &side, &accounts.of(account), &accounts)
                }
                // Few, and of other kinds: one by one.
                _ => one_by_one(question, subject, stores, fuel),
            }
        });
        Self { rows: answers.collect() }
    }

    /// The answer for one caller and one resource, by their places.
    #[must_use]
    pub fn outcome(&self, subject: usize, store: usize) -> Outcome {
        match self.rows.get(subject).map_or(Truth::Unknown, |row| row.at(store)) {
            Truth::No => Outcome::Denied,
            Truth::Unknown => Outcome::Unknown,
            Truth::Yes => Outcome::Allowed,
        }
    }

    /// The resources that a caller is allowed for certain, by their places.
    pub fn certain(&self, subject: usize) -> impl Iterator<Item = usize> + '_ {
        self.rows.get(subject).into_iter().flat_map(|row| row.must.places())
    }

    /// The resources that a caller may be allowed, the certain ones among them.
    pub fn possible(&self, subject: usize) -> impl Iterator<Item = usize> + '_ {
        self.rows.get(subject).into_iter().flat_map(|row| row.may.places())
    }

    /// How many answers are allowed, and how many may be.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let add = |(must, may): (usize, usize), row: &Line| {
            (must.saturating_add(row.must.count()), may.saturating_add(row.may.count()))
        };
        self.rows.iter().fold((0, 0), add)
    }
}

fn one_by_one(question: &Question<'_>, subject: &Subject<'_>, stores: &[Store<'_>], fuel: &Fuel) -> Line {
    let mut row = Line::no(stores.len());
    for (place, store) in stores.iter().enumerate() {
        row.set(
            place,
            match question.ask(subject, store, fuel).outcome {
                Outcome::Denied => Truth::No,
                Outcome::Unknown => Truth::Unknown,
                Outcome::Allowed => Truth::Yes,
            },
        );
    }
    row
}

/// Which resources are whose, and what their kind asks for.
struct Accounts<'a> {
    stores: &'a [Store<'a>],
    /// Whether the resource's policy has to let in even within an account.
    needs: Line,
    /// Outsiders may be turned away.
    turns_away: Bits,
    known: std::collections::BTreeMap<&'a str, Bits>,
    unknown: Bits,
}

impl<'a> Accounts<'a> {
    fn new(question: &Question<'_>, stores: &'a [Store<'a>]) -> Self {
        let none = || Bits::none(stores.len());
        let action = question.action.to_ascii_lowercase();
        let mut all = Self {
            stores,
            needs: Line::no(stores.len()),
            turns_away: none(),
            known: std::collections::BTreeMap::new(),
            unknown: none(),
        };
        for (place, store) in stores.iter().enumerate() {
            all.needs.set(place, needs_resource_policy(&action, &store.resource));
            if super::decide::may_turn_away(&action, store.restricts_public, store.policy.as_ref()) {
                all.turns_away.set(place);
            }
            match &store.resource.account {
                Some(account) => all.known.entry(account).or_insert_with(none).set(place),
                None => all.unknown.set(place),
            }
        }
        all
    }

    /// Whether each resource is of this account.
    fn of(&self, account: &str) -> Line {
        let must = self.known.get(account).cloned().unwrap_or_else(|| Bits::none(self.stores.len()));
        let mut may = must.clone();
        may.or(&self.unknown);
        Line { must, may }
    }
}

/// Word by word what `decide` does with single truths.
fn combine(own: &Own, side: &Sides, same: &Line, accounts: &Accounts<'_>) -> Line {
    let mut row = Line::no(accounts.stores.len());
    for at in 0..row.may.words() {
        let of = |line: &Line| Pair { must: line.must.word(at), may: line.may.word(at) };
        let (boundary, direct, role, account) =
            (of(&own.boundary), of(&side.direct), of(&side.role), of(&side.account));
        let identity = of(&own.identity).and(boundary);
        let grants = of(&side.grants);
        let needs = of(&accounts.needs);
        let through = identity.and(account);
        let together = needs.choose(through, identity);
        let within =
            together.or(direct).or(role.and(boundary)).or(Pair { must: grants.must & boundary.must, may: grants.may });
        let let_in = direct.or(role).or(account);
        let across = identity.and(let_in).or(Pair { must: grants.must & identity.must, may: grants.may });
        let same = of(same);
        let mut granted = same.choose(within, across);
        // Of an insider nobody is turned away.
        granted.must &= !(accounts.turns_away.word(at) & !same.must);
        let denied = of(&own.denied).or(of(&side.denied));
        let all = granted.and(of(&own.caps)).and(of(&side.caps));
        row.must.set_word(at, all.must & !denied.may);
        row.may.set_word(at, all.may & !denied.must);
    }
    row
}

/// 64 truths.
#[derive(Clone, Copy)]
struct Pair {
    must: u64,
    may: u64,
}

impl Pair {
    fn and(self, other: Self) -> Self {
        Self { must: self.must & other.must, may: self.may & other.may }
    }

    fn or(self, other: Self) -> Self {
        Self { must: self.must | other.must, may: self.may | other.may }
    }

    /// One where this holds, the other where it does not, and what both have in common where it is unknown.
    fn choose(self, one: Self, other: Self) -> Self {
        let (yes, no, open) = (self.must, !self.may, self.may & !self.must);
        Self {
            must: (yes & one.must) | (no & other.must) | (open & one.must & other.must),
            may: (yes & one.may) | (no & other.may) | (open & (one.may | other.may)),
        }
    }
}
