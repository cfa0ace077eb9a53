//! Whether one attestation is valid in itself, before any other file or instant is looked at.
//!
//! May import: `model`. Guarantees: it names everything that is wrong, each with its line; it reads no clock.

use super::form::Evidence;
use super::kind::Kind;
use super::members::MEMBERS;
use super::{Attestation, Facts, Person};
use crate::declaration::form::Personas;
use crate::model::assessment::Notice;
use crate::model::id::ControlId;
use crate::model::score::{Importance, Score};

/// Everything that makes the attestation invalid; empty: it is valid.
pub(super) fn faults(attestation: &Attestation, facts: &dyn Facts) -> Vec<Notice> {
    let mut checker = Checker { attestation, facts, faults: Vec::new() };
    checker.people();
    checker.dates();
    checker.subject();
    checker.score();
    checker.evidence();
    checker.members();
    checker.faults
}

/// What is wrong with a subject, as a sentence without its place.
pub(super) fn subject_fault(kind: Kind, subject: &str, facts: &dyn Facts) -> Option<String> {
    let allowed = kind.subjects();
    let Some((prefix, name)) = subject.split_once(':').filter(|(p, n)| allowed.contains(p) && !n.trim().is_empty())
    else {
        let forms: Vec<String> = allowed.iter().map(|p| format!("{p}:…")).collect();
        let kind = kind.as_str();
        return Some(format!("The subject \"{subject}\" does not fit the kind {kind}; write {}", forms.join(" or ")));
    };
    match prefix {
        "satre" if facts.statement(name).is_none() => {
            Some(format!("SATRE 2.0 has no statement \"{name}\"; see `havenmark list statements`"))
        }
        "control" => control_fault(name, facts),
        "project" if facts.project(name) == Some(false) => {
            Some(format!("There is no project \"{name}\" in the declaration"))
        }
        "dataset" if facts.dataset(name) == Some(false) => {
            Some(format!("There is no dataset \"{name}\" in the declaration"))
        }
        // Of one who has left there may be something to say all the same.
        "person" => match facts.person(name) {
            Person::Unknown(why) => Some(format!("\"{name}\" {why}")),
            Person::Current | Person::Left(_) | Person::Unchecked => None,
        },
        _ => None,
    }
}

/// What is wrong with `SET-NET-02@arn…`.
fn control_fault(name: &str, facts: &dyn Facts) -> Option<String> {
    let Some((id, resource)) = name.split_once('@').filter(|(_, r)| !r.trim().is_empty()) else {
        return Some("The exception names no resource; write control:SET-NET-02@arn:… or a glob with *".to_owned());
    };
    match id.parse::<ControlId>() {
        Err(error) => Some(error.to_string()),
        Ok(id) if !facts.control(&id) => Some(format!("There is no control {id}; see `havenmark list controls`")),
        Ok(_) if resource.chars().any(char::is_whitespace) => {
            Some("The resource of the exception holds white space".to_owned())
        }
        Ok(_) => None,
    }
}

struct Checker<'a> {
    attestation: &'a Attestation,
    facts: &'a dyn Facts,
    faults: Vec<Notice>,
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn said(text: Option<&String>) -> bool {
    text.is_some_and(|t| !t.trim().is_empty())
}

impl Checker<'_> {
    fn fault(&mut self, path: &str, text: &str) {
        // A member that is not there has no line; the id's line is where the attestation begins.
        let path = if self.attestation.lines.has(path) { path } else { "id" };
        let text = format!("{}.", text.trim_end_matches('.'));
        self.faults.push(Notice { place: self.attestation.place_of(path), text });
    }

    fn people(&mut self) {
        let form = &self.attestation.form;
        if form.id.trim().is_empty() {
            self.fault("id", "The id is empty; give one such as att-2026-0031");
        }
        for (path, user) in [("by", &form.by), ("approved_by", &form.approved_by)] {
            if user.trim().is_empty() {
                self.fault(path, &format!("The member {path} is empty; write a directory user name"));
            } else {
                self.person(path, user);
            }
        }
        let (by, approved_by) = (form.by.trim(), form.approved_by.trim());
        if !by.is_empty() && by.eq_ignore_ascii_case(approved_by) {
            self.fault("approved_by", "It is approved by its author; a different person must approve it");
        }
        for (path, user) in [("delegate", &form.delegate), ("owner", &form.owner)] {
            if let Some(user) = user {
                self.person(path, user);
            }
        }
    }

    /// Who signs, decides or owns has to be a current user.
    fn person(&mut self, path: &str, user: &str) {
        if let Person::Left(why) | Person::Unknown(why) = self.facts.person(user.trim()) {
            self.fault(path, &format!("\"{user}\" {why}; a current user has to stand here"));
        }
    }

    fn dates(&mut self) {
        let form = &self.attestation.form;
        let (made, expires, kind) = (form.made, form.expires, form.kind);
        if expires <= made {
            self.fault("expires", &format!("It expires on {expires}, not after it was made on {made}"));
            return;
        }
        let life = made.days_until(expires);
        match (kind.longest_days(), form.contract_end) {
            (Some(longest), _) if life > longest => self.fault(
                "expires",
                &format!("It would live {life} days; the kind {} lives at most {longest}", kind.as_str()),
            ),
            (None, None) => self.fault("kind", "The last day of the contract is missing; add contract_end"),
            (None, Some(end)) if expires > end => {
                self.fault("expires", &format!("It expires on {expires}, after the contract ends on {end}"));
            }
            _ => {}
        }
        if let Some(review) = form.review
            && !(made <= review && review <= expires)
        {
            self.fault("review", "The day of review does not lie between made and expires");
        }
    }

    fn subject(&mut self) {
        let form = &self.attestation.form;
        if let Some(text) = subject_fault(form.kind, &form.subject, self.facts) {
            self.fault("subject", &text);
        } else if let Some(id) = form.subject.strip_prefix("satre:") {
            self.statement(id);
        }
    }

    fn statement(&mut self, id: &str) {
        let Some(statement) = self.facts.statement(id) else { return };
        let form = &self.attestation.form;
        match form.role.as_deref() {
            None => {
                let text = format!("The role is missing; statement {id} lists {}", statement.roles.join(", "));
                self.fault("role", &text);
            }
            Some(role) if !statement.roles.iter().any(|r| r == role) => {
                let text = format!(
                    "The role \"{role}\" is not listed for statement {id}, which lists {}",
                    statement.roles.join(", ")
                );
                self.fault("role", &text);
            }
            Some(_) => {}
        }
        if form.score == Some(Score::NotApplicable) && statement.importance == Importance::Mandatory {
            self.fault("score", &format!("Statement {id} is Mandatory and cannot be N/A; score it 0, 1 or 2"));
        }
    }

    fn score(&mut self) {
        let form = &self.attestation.form;
        if form.kind != Kind::Statement {
            return;
        }
        if form.score.is_none() {
            self.fault("kind", "The score is missing; a statement is scored 0, 1, 2 or \"N/A\"");
        }
        if !said(form.claim.as_ref()) {
            self.fault("claim", "The claim is missing; say in a sentence what is claimed");
        }
        let not_applicable = form.score == Some(Score::NotApplicable);
        if not_applicable && !said(form.na_reason.as_ref()) {
            self.fault("score", "A statement that is N/A needs na_reason");
        }
        if !not_applicable && form.na_reason.is_some() {
            self.fault("na_reason", "There is an na_reason, but the score is not \"N/A\"");
        }
    }

    fn evidence(&mut self) {
        let form = &self.attestation.form;
        let cites = !form.events.is_empty() || form.event_sha256.is_some() || form.members_sha256.is_some();
        if form.kind.needs_evidence() && form.evidence.is_empty() && !cites {
            self.fault("kind", "There is no evidence; name at least one document with its sha256, or who holds it");
        }
        for (index, Evidence { uri, sha256, held_by }) in form.evidence.iter().enumerate() {
            let at = format!("evidence[{index}]");
            if uri.trim().is_empty() {
                self.fault(&at, "The evidence has an empty uri");
            }
            match sha256 {
                Some(hash) if !is_sha256(hash) => {
                    self.fault(&at, "The sha256 of the evidence is not 64 lower-case hexadecimal digits");
                }
                None if !said(held_by.as_ref()) => {
                    self.fault(&at, "The evidence has neither sha256 nor held_by, so nobody could check it");
                }
                _ => {}
            }
        }
        for (path, hash) in [("members_sha256", &form.members_sha256), ("event_sha256", &form.event_sha256)] {
            if hash.as_ref().is_some_and(|h| !is_sha256(h)) {
                self.fault(path, &format!("{path} is not 64 lower-case hexadecimal digits"));
            }
        }
    }

    /// Members that a kind must have, and members that belong to another kind.
    fn members(&mut self) {
        let form = &self.attestation.form;
        let missing = |what: &str| format!("The kind {} needs the member {what}", form.kind.as_str());
        // Of a statement's score, claim and role is said elsewhere what may stand there.
        for member in MEMBERS.iter().filter(|m| !["score", "claim", "role"].contains(&m.name)) {
            let there = member.is_there(form);
            if !there && member.must.contains(&form.kind) {
                // An empty one has a line of its own.
                let at = if self.attestation.lines.has(member.name) { member.name } else { "kind" };
                self.fault(at, &missing(member.name));
            } else if there && !member.may.contains(&form.kind) {
                let kind = form.kind.as_str();
                self.fault(member.name, &format!("The member {} does not belong to the kind {kind}", member.name));
            }
        }
        if form.score.is_some() && form.kind != Kind::Statement {
            self.fault("score", &format!("The member score does not belong to the kind {}", form.kind.as_str()));
        }
        // Of a deletion the event has to be citable in one of two ways.
        if form.kind == Kind::Deletion && form.events.is_empty() && form.event_sha256.is_none() {
            self.fault("kind", &missing("events or event_sha256"));
        }
        if let Some(persona) = &form.persona
            && !Personas::default().all().iter().any(|(name, _)| name == persona)
        {
            self.fault("persona", &format!("There is no persona \"{persona}\""));
        }
    }
}
