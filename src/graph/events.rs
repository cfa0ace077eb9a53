//! What happened, matched with what was allowed: releases with their requests, changes of the boundary and emergencies with
//! the attestations that cite them, sign-ins with their second factor.
//!
//! May import: `model`, `graph`. Guarantees: an empty set is given only where every event of the declared window was seen; an
//! event that cannot be told to be allowed or not is never passed over. Events are named by their ids: the name of an object may
//! name a person.
//!
//! `CloudTrail` keeps its history for 90 days, and delivers an event within minutes, mostly: nothing is said of the last day.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::declared::Declared;
use super::iam::Found;
use super::organizations::{known, text};
use super::{Surroundings, persona, records};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};
use crate::model::time::AsOf;
use crate::model::trail::{Class, EVENT, FILES, LOOKUP, WINDOW, class};

const REQUEST: &str = "Airlock::Request";
const TRAIL: &str = "AWS::CloudTrail::Trail";
const DAY: i64 = 86_400;

pub(super) const RELEASES: &str = "unapprovedReleases";
pub(super) const CHANGES: &str = "unexplainedBoundaryChanges";
pub(super) const EMERGENCIES: &str = "unexplainedEmergencyAccess";
pub(super) const SIGN_INS: &str = "passwordOnlySignIns";

/// Derives the facts of a type that policies ask for.
pub(super) fn derive(
    entity: &mut Entity,
    document: &ResourceDocument,
    around: &Surroundings<'_>,
    known: &BTreeSet<String>,
) {
    let facts: &[Fact] = match document.kind.as_str() {
        "AWS::Account" => &[(CHANGES, changes), (EMERGENCIES, emergencies)],
        "AWS::S3::Bucket" => &[(RELEASES, releases)],
        "AWS::SSO::Instance" => &[(SIGN_INS, sign_ins)],
        _ => return,
    };
    for (fact, find) in facts.iter().filter(|(fact, _)| known.contains(*fact)) {
        match Period::declared(around) {
            Ok(period) => find(document, around, period).put(entity, fact, &origin(around)),
            Err(reason) => entity.withhold(fact, reason),
        }
    }
}

type Fact = (&'static str, fn(&ResourceDocument, &Surroundings<'_>, Period) -> Found);

/// The time that is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Period {
    from: AsOf,
    /// Every event before it must have been seen.
    settled: AsOf,
    to: AsOf,
}

impl Period {
    fn declared(around: &Surroundings<'_>) -> Result<Self, String> {
        let days = around
            .declared
            .limits
            .get("events_days")
            .copied()
            .ok_or("tre.toml declares no [limits] events_days, so how far back events count is not known")?;
        let before = |seconds: i64| AsOf::from_unix(around.as_of.unix().saturating_sub(seconds));
        let from = before(days.saturating_mul(DAY));
        Ok(Self { from, settled: before(DAY).max(from), to: around.as_of })
    }

    /// Whether something fell into it. What has no time may have.
    fn holds(self, time: Option<AsOf>) -> bool {
        time.is_none_or(|time| self.from <= time && time <= self.to)
    }
}

/// An event, or the reason why it cannot be used.
struct Event<'a>(&'a ResourceDocument);

impl<'a> Event<'a> {
    fn word(&self, member: &str) -> &'a str {
        self.0.facet(member).and_then(Value::as_str).unwrap_or_default()
    }

    fn time(&self) -> Option<AsOf> {
        self.word("EventTime").parse().ok()
    }

    fn is(&self, wanted: Class) -> bool {
        class(self.word("EventSource"), self.word("EventName")) == Some(wanted)
    }

    /// Whether it did what it is named after.
    fn was_done(&self) -> bool {
        self.word("ErrorCode").is_empty()
    }

    /// How a set names it.
    fn name(&self, who: &str) -> String {
        let by = if who.is_empty() { String::new() } else { format!(" by {who}") };
        format!("{}{by} at {}, event {}", self.word("EventName"), self.word("EventTime"), self.0.id)
    }
}

/// The events of the judged period that an account shows, in the order of their ids.
fn events<'a>(around: &Surroundings<'a>, period: Period) -> impl Iterator<Item = Event<'a>> {
    around.of_type(EVENT).map(Event).filter(move |event| period.holds(event.time()))
}

/// The ledger entries behind events and windows of an account.
fn origin(around: &Surroundings<'_>) -> Origin {
    let windows = around.estate.documents(WINDOW).iter().filter(|window| window.account == around.account);
    let calls = windows.chain(around.of_type(EVENT)).filter_map(|document| document.calls.values().next());
    Origin::Derived(calls.cloned().collect::<BTreeSet<_>>().into_iter().collect())
}

/// Whether every event of a place was seen in the part of a period that is settled.
fn covered<'w>(windows: impl Iterator<Item = &'w ResourceDocument>, period: Period, place: &str) -> Result<(), String> {
    let mut spans = Vec::new();
    for window in windows {
        let end = |facet: &str| -> Result<AsOf, String> {
            text(window, facet)?.parse().map_err(|_| format!("{facet} of {} is no time", window.id))
        };
        spans.push((end("From")?, end("To")?));
    }
    if spans.is_empty() {
        return Err(format!("no source covers the events of {place}"));
    }
    spans.sort();
    let mut seen = period.from;
    for (from, to) in spans {
        if from > seen {
            break;
        }
        seen = seen.max(to);
    }
    if seen >= period.settled {
        return Ok(());
    }
    Err(format!("no source covers the events of {place} from {seen} to {}", period.settled))
}

fn is_of(window: &ResourceDocument, source: &str, account: &str, region: &str) -> bool {
    window.account == account
        && window.region == region
        && window.facet("Source").and_then(Value::as_str) == Some(source)
}

/// Whether every management event of a Region of an account was seen.
fn management(around: &Surroundings<'_>, account: &str, region: &str, period: Period) -> Result<(), String> {
    let windows = || around.estate.documents(WINDOW).iter().filter(|w| is_of(w, LOOKUP, account, region));
    covered(windows(), period, &format!("account {account} in {region}")).map_err(|gap| {
        let listings = around.estate.listings();
        match listings.listed_in(EVENT, account, region) {
            // What stopped the listing says more than the time that is missing.
            Err(reason) if listings.is_asked(EVENT, account) => reason,
            _ if windows().next().is_some() => gap,
            _ => format!("{gap}; `havenmark collect --events` reads them"),
        }
    })
}

/// The Regions whose events tell what happened in an account: those in scope, and the one in which global services write.
fn regions(around: &Surroundings<'_>) -> BTreeSet<String> {
    let mut regions: BTreeSet<String> =
        around.estate.regions.iter().filter(|region| *region != "global").cloned().collect();
    regions.extend(around.declared.regions.iter().flatten().map(|region| region.text.clone()));
    let partition = regions.first().map_or("aws", |region| super::partition(region));
    regions.insert(
        match partition {
            "aws-cn" => "cn-northwest-1",
            "aws-us-gov" => "us-gov-west-1",
            _ => "us-east-1",
        }
        .to_owned(),
    );
    regions
}

/// Says of a set that an event may belong to it of which one of these facets was not read.
fn doubt_unread(found: &mut Found, around: &Surroundings<'_>, period: Period, facets: &[&str]) {
    for event in events(around, period) {
        if let Some(reason) = facets.iter().find_map(|facet| event.0.missing.get(*facet)) {
            found.doubt(reason.clone());
        }
    }
}

/// Says of a set what else may belong to it, where not all events of the account were seen.
fn doubt_unseen(found: &mut Found, around: &Surroundings<'_>, account: &str, period: Period) {
    for region in regions(around) {
        if let Err(reason) = management(around, account, &region, period) {
            found.doubt(reason);
        }
    }
}

/// The ids of events that live attestations of emergencies cite.
fn cited(declared: &Declared) -> BTreeSet<&str> {
    let emergencies = declared.attestations.iter().filter(|attested| attested.kind == "emergency-change");
    emergencies.flat_map(|attested| &attested.events).map(String::as_str).collect()
}

fn changes(document: &ResourceDocument, around: &Surroundings<'_>, period: Period) -> Found {
    let mut found = Found::default();
    let cited = cited(around.declared);
    for event in events(around, period).filter(|e| e.is(Class::Boundary) && e.was_done()) {
        if cited.contains(event.0.id.as_str()) {
            continue;
        }
        match changed_by(&event, around.declared) {
            Ok(None) => {}
            Ok(Some(who)) if event.time().is_some() => found.add(event.name(&who)),
            Ok(Some(_)) => found.doubt(format!("event {} does not say when it was", event.0.id)),
            Err(reason) => found.doubt(reason),
        }
    }
    doubt_unread(&mut found, around, period, &["EventName", "EventSource", "ErrorCode"]);
    doubt_unseen(&mut found, around, &document.account, period);
    found
}

/// The person who made a change; none where a service or a declared role did.
fn changed_by(event: &Event<'_>, declared: &Declared) -> Result<Option<String>, String> {
    let kind = event.word("IdentityType");
    match kind {
        "AWSService" => Ok(None),
        "Root" => Ok(Some("root".to_owned())),
        "IAMUser" | "SAMLUser" | "FederatedUser" | "IdentityCenterUser" => Ok(Some(who(event))),
        "AssumedRole" => {
            let issuer = event.word("IssuerArn");
            let path = issuer.split_once(":role/").map(|(_, path)| path);
            let path = path.ok_or_else(|| format!("event {} does not say whose session it was", event.0.id))?;
            let name = path.rsplit('/').next().unwrap_or(path);
            if path.starts_with(persona::SERVICE_LINKED_PATH.trim_start_matches('/')) {
                return Ok(None);
            }
            if deploys(declared, issuer, path, name) {
                return Ok(None);
            }
            if !declared.whole.contains("operations.deploy_roles") {
                return Err("tre.toml declares no [operations] deploy_roles".to_owned());
            }
            // Only people have sessions of Identity Center's roles. Another role may be a machine's.
            if path.starts_with(persona::IDENTITY_CENTER_PATH.trim_start_matches('/')) {
                return Ok(Some(who(event)));
            }
            Err(format!(
                "the role {name} made {} (event {}) and is no declared deploy role; whether a person used it is not known",
                event.word("EventName"),
                event.0.id
            ))
        }
        _ => Err(format!("event {} does not say who made it", event.0.id)),
    }
}

/// Whether a role is one of `[operations] deploy_roles`: by its ARN, by its name, as `role:NAME` (with `*`) or `sso:SET`.
fn deploys(declared: &Declared, arn: &str, path: &str, name: &str) -> bool {
    let by_center = path.starts_with(persona::IDENTITY_CENTER_PATH.trim_start_matches('/'));
    declared.deploy_roles.iter().any(|placed| {
        let text = placed.text.as_str();
        match text.split_once(':') {
            Some(("role", glob)) => persona::glob(glob, name),
            Some(("sso", set)) => by_center && persona::permission_set(name) == Some(set),
            _ => text == arn || text == name || text == path,
        }
    })
}

/// Whose event it is, as far as that says no more than a work name.
fn who(event: &Event<'_>) -> String {
    let arn = event.word("IdentityArn");
    match (event.word("UserName"), arn.rsplit_once(':')) {
        ("", Some((_, last))) => last.to_owned(),
        ("", None) => event.word("IdentityType").to_owned(),
        (name, _) => name.to_owned(),
    }
}

fn emergencies(document: &ResourceDocument, around: &Surroundings<'_>, period: Period) -> Found {
    let mut found = Found::default();
    let declared = around.declared;
    let cited = cited(declared);
    // What belongs to one session is explained by any event of it that is cited.
    let mut sessions: BTreeMap<(String, &str, &str), Vec<Event<'_>>> = BTreeMap::new();
    for event in events(around, period) {
        let Some(who) = emergency(&event, declared) else { continue };
        if event.word("Outcome") == "Failure" {
            continue;
        }
        let created = event.word("SessionCreated");
        let id = if created.is_empty() { event.0.id.as_str() } else { "" };
        sessions.entry((who, created, id)).or_default().push(event);
    }
    for ((who, _, _), mut events) in sessions {
        if events.iter().any(|event| cited.contains(event.0.id.as_str())) {
            continue;
        }
        events.sort_by_key(|event| (event.time(), &event.0.id));
        match events.first() {
            Some(first) if first.time().is_some() => found.add(first.name(&who)),
            Some(first) => found.doubt(format!("event {} does not say when it was", first.0.id)),
            None => {}
        }
    }
    if !declared.whole.contains("identity.break_glass") {
        found.doubt("tre.toml declares no [identity] break_glass, so who acts in emergencies is not known");
    }
    for placed in &declared.break_glass {
        for window in around
            .estate
            .documents(WINDOW)
            .iter()
            .filter(|w| w.account == document.account && w.facet("Source").and_then(Value::as_str) == Some(LOOKUP))
        {
            let people = window.facet("People").and_then(Value::as_array);
            if !people.is_some_and(|people| people.iter().any(|name| name.as_str() == Some(&placed.text))) {
                found.doubt(format!(
                    "events were read without looking for {} ({}); collect with --events and --declaration",
                    placed.text, placed.place
                ));
            }
        }
    }
    doubt_unread(&mut found, around, period, &["IdentityType", "IdentityArn", "UserName", "Outcome"]);
    doubt_unseen(&mut found, around, &document.account, period);
    found
}

/// Whose emergency an event is; none where it is none.
fn emergency(event: &Event<'_>, declared: &Declared) -> Option<String> {
    if event.word("IdentityType") == "Root" {
        return Some("root".to_owned());
    }
    let session = event.word("IdentityArn").rsplit('/').next().unwrap_or_default();
    let names = [event.word("UserName"), session];
    let user = declared.break_glass.iter().find(|placed| names.contains(&placed.text.as_str()))?;
    Some(user.text.clone())
}

fn sign_ins(document: &ResourceDocument, around: &Surroundings<'_>, period: Period) -> Found {
    let mut found = Found::default();
    let mut any = false;
    for event in events(around, period) {
        let is_here = event.0.region == document.region && event.word("EventName") == "UserAuthentication";
        if !is_here || !event.is(Class::SignIn) || !event.was_done() || event.word("Outcome") == "Failure" {
            continue;
        }
        any = true;
        match event.word("CredentialType") {
            "PASSWORD" if event.time().is_some() => found.add(event.name("")),
            "EXTERNAL_IDP" => found.doubt(
                "people sign in through another identity provider, whose second factor AWS cannot see: that takes an attestation",
            ),
            // A password and something else, in this order or another.
            both if both.split(',').count() > 1 && both.split(',').all(|way| WAYS.contains(&way.trim())) => {}
            // Without a password: a passkey is two factors in one.
            "WEBAUTHN" => {}
            other => found.doubt(format!("event {} says the way \"{other}\" of signing in, which is not known", event.0.id)),
        }
    }
    doubt_unread(&mut found, around, period, &["EventName", "EventSource", "ErrorCode", "Outcome"]);
    if !any {
        found.doubt("nobody signed in within the declared window, so no second factor was seen");
    }
    if let Err(reason) = management(around, &document.account, &document.region, period) {
        found.doubt(reason);
    }
    found
}

/// Ways of signing in that make a second factor together:
/// <https://docs.aws.amazon.com/singlesignon/latest/userguide/understanding-sign-in-events.html>.
const WAYS: [&str; 5] = ["EMAIL_OTP", "PASSWORD", "SMS_OTP", "TOTP", "WEBAUTHN"];

fn releases(document: &ResourceDocument, around: &Surroundings<'_>, period: Period) -> Found {
    let mut found = Found::default();
    let records = Records::new(around, &document.account);
    for event in events(around, period).filter(|e| e.is(Class::ObjectWrite) && e.was_done()) {
        match event.word("BucketName") {
            "" => found.doubt(format!("event {} does not say which bucket it wrote to", event.0.id)),
            bucket if bucket == document.id => match records.approve(&event, &document.id) {
                Ok(true) => {}
                Ok(false) => found.add(event.name(&who(&event))),
                Err(reason) => found.doubt(reason),
            },
            _ => {}
        }
    }
    doubt_unread(&mut found, around, period, &["EventName", "EventSource", "ErrorCode", "BucketName"]);
    if let Err(reason) = writes_seen(document, around, period) {
        found.doubt(reason);
    }
    found
}

/// Whether every write of a bucket's objects was seen: log files of one trail that selects all of them, from its digests, and
/// nothing changed what it selects.
fn writes_seen(bucket: &ResourceDocument, around: &Surroundings<'_>, period: Period) -> Result<(), String> {
    let mut reason = None;
    for trail in around.estate.documents(TRAIL) {
        match records::records_writes(trail, bucket, around) {
            Ok(true) => match delivered(trail, bucket, around, period) {
                Ok(()) => return Ok(()),
                Err(why) => reason = Some(why),
            },
            Ok(false) => {}
            Err(why) => {
                reason.get_or_insert(why);
            }
        }
    }
    Err(reason.unwrap_or_else(|| format!("no trail that was read records every write to {}", bucket.id)))
}

fn delivered(
    trail: &ResourceDocument,
    bucket: &ResourceDocument,
    around: &Surroundings<'_>,
    period: Period,
) -> Result<(), String> {
    let name = text(trail, "TrailName")?;
    let files = around.estate.documents(WINDOW).iter().filter(|window| {
        let looked = window.facet("Buckets").and_then(Value::as_array);
        is_of(window, FILES, &bucket.account, &bucket.region)
            && window.facet("Trail").and_then(Value::as_str) == Some(name)
            && looked.is_some_and(|buckets| buckets.iter().any(|b| b.as_str() == Some(&bucket.id)))
    });
    let what = format!("objects of {} in the files of the trail {name}", bucket.id);
    covered(files, period, &what).map_err(|gap| format!("{gap}; `havenmark collect --trail-files` reads them"))?;
    // What the trail selects is known of today: that it was so all along needs that nothing was changed.
    let home = text(trail, "HomeRegion")?;
    management(around, &trail.account, home, period)?;
    for window in around.estate.documents(WINDOW).iter().filter(|w| is_of(w, LOOKUP, &trail.account, home)) {
        for change in known(window, "RecordingChanges")?.as_array().into_iter().flatten() {
            let word = |member: &str| change.get(member).and_then(Value::as_str).unwrap_or_default();
            if period.holds(word("Time").parse().ok()) {
                return Err(format!(
                    "{} at {} (event {}) changed what is recorded; what the trail {name} recorded before is not known",
                    word("Name"),
                    word("Time"),
                    word("Id")
                ));
            }
        }
    }
    Ok(())
}

/// The records of requests in an account.
struct Records<'a> {
    all: Vec<&'a ResourceDocument>,
    gap: Option<String>,
    declared: &'a Declared,
}

impl<'a> Records<'a> {
    fn new(around: &Surroundings<'a>, account: &str) -> Self {
        let gap = around
            .estate
            .listings()
            .listed(REQUEST, account)
            .err()
            .map(|gap| format!("{gap}; the table is read with --declaration, where [airlock] records names it"));
        Self { all: around.of_type(REQUEST).collect(), gap, declared: around.declared }
    }

    /// Whether a write was approved before it was made, by a checker who is not who asked.
    fn approve(&self, event: &Event<'_>, bucket: &str) -> Result<bool, String> {
        let unsaid = |member: &str| format!("event {} does not say {member}", event.0.id);
        let key = Some(event.word("ObjectKey"))
            .filter(|key| !key.is_empty())
            .ok_or_else(|| unsaid("which object it wrote"))?;
        let time = event.time().ok_or_else(|| unsaid("when it was"))?;
        let mut doubt = self.gap.clone();
        for record in &self.all {
            match self.approves(record, key, bucket, time) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(reason) => {
                    doubt.get_or_insert(reason);
                }
            }
        }
        doubt.map_or(Ok(false), Err)
    }

    /// A definite no beats what the record does not say.
    fn approves(&self, record: &ResourceDocument, key: &str, bucket: &str, time: AsOf) -> Result<bool, String> {
        let object = text(record, "ObjectKey").map(|object| {
            let inside = object.strip_prefix("s3://").and_then(|rest| rest.strip_prefix(bucket)?.strip_prefix('/'));
            object == key || inside == Some(key)
        });
        let status = text(record, "Status").map(|status| status.eq_ignore_ascii_case("approved"));
        let before = text(record, "ApprovedAt").and_then(|at| {
            at.parse::<AsOf>().map(|at| at < time).map_err(|_| format!("ApprovedAt of {} is no time", record.id))
        });
        let apart = text(record, "Approver").and_then(|approver| {
            let requester = text(record, "Requester")?;
            Ok(!approver.trim().is_empty() && !approver.trim().eq_ignore_ascii_case(requester.trim()))
        });
        let parts = [object, status, before, apart];
        if parts.contains(&Ok(false)) {
            return Ok(false);
        }
        parts.into_iter().collect::<Result<Vec<_>, _>>()?;
        self.is_checker(text(record, "Approver")?)
    }

    /// Whether a persona names someone as an output checker.
    fn is_checker(&self, approver: &str) -> Result<bool, String> {
        let personas = self.declared.personas.as_ref().ok_or("tre.toml declares no [personas]")?;
        let patterns = personas.get("output_checker").ok_or("tre.toml declares no output_checker in [personas]")?;
        let named = |pattern: &str| match pattern.split_once(':') {
            Some(("user", glob)) => Ok(persona::glob(glob, approver)),
            Some(("role", glob)) if !glob.contains('{') => {
                Ok(role_of(approver).is_some_and(|r| persona::glob(glob, r)))
            }
            Some(("sso", set)) if !set.contains('{') && approver.starts_with("arn:") => {
                Ok(role_of(approver).and_then(persona::permission_set) == Some(set))
            }
            _ => Err(format!("whether an approver belongs to {pattern} of the output checkers is not known")),
        };
        let answers: Vec<Result<bool, String>> = patterns.iter().map(|placed| named(&placed.text)).collect();
        if answers.contains(&Ok(true)) {
            return Ok(true);
        }
        answers.into_iter().collect::<Result<Vec<_>, _>>()?;
        self.declared.set_aside.get("personas.output_checker").map_or(Ok(false), |reason| Err(reason.clone()))
    }
}

/// The name of the role in the ARN of a role or of a session of it.
fn role_of(arn: &str) -> Option<&str> {
    let (_, rest) = arn.split_once(":assumed-role/").or_else(|| arn.split_once(":role/"))?;
    if arn.contains(":assumed-role/") { rest.split('/').next() } else { rest.rsplit('/').next() }
}

#[cfg(test)]
mod tests;
