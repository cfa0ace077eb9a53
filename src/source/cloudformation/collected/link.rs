//! Which resource a companion is about.
//!
//! May import: `model`. Guarantees: a resource is meant only where a reference or its own name says so; where nobody can tell, every
//! resource that it may be is named as one.

use std::collections::BTreeSet;

use serde_json::Value;

use super::around::Around;
use super::shapes::{self, later, sole};
use crate::model::planned::{Planned, PlannedResource, references};

/// What a companion is about.
#[derive(Debug, PartialEq)]
pub(super) enum Link<'w> {
    /// This resource of the template.
    To(&'w str),
    /// A resource outside the template that has this name or ARN.
    Outside(String),
    /// One of these, or one outside the template; with the reason.
    Perhaps(Vec<&'w str>, String),
}

/// What a property of a companion names: resources of a type whose names stand in `name_in`.
pub(super) fn links<'w>(
    companion: &PlannedResource,
    property: &str,
    kind: &str,
    name_in: Option<&str>,
    around: &Around<'w>,
) -> Vec<Link<'w>> {
    let all = || around.of_kind(kind).map(|resource| resource.address.as_str()).collect::<Vec<_>>();
    let value = match companion.properties.get(property).map(|property| &property.value) {
        None => return Vec::new(),
        Some(Planned::Unknown(reason)) => return vec![Link::Perhaps(all(), reason.clone())],
        Some(Planned::Known(value)) => value,
    };
    let named = match value {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let named = named.iter().filter(|item| !item.is_null());
    let linked = |item: &Value| match shapes::text(item) {
        Ok(text) => link(&text, kind, name_in, around),
        Err(_) => Some(Link::Perhaps(all(), "is named by something that is no text".to_owned())),
    };
    named.filter_map(linked).collect()
}

fn link<'w>(text: &str, kind: &str, name_in: Option<&str>, around: &Around<'w>) -> Option<Link<'w>> {
    let all = around.of_kind(kind);
    let referred: BTreeSet<&str> = references(text).map(|(address, _)| address).collect();
    if let (Some(address), 1) = (referred.first(), referred.len())
        && let Some(found) = around.get(address)
    {
        // An alias or a version of a function has a policy of its own.
        return match found.kind.as_str() {
            same if same == kind => Some(Link::To(found.address.as_str())),
            "AWS::Lambda::Alias" | "AWS::Lambda::Version" => None,
            _ => Some(Link::Perhaps(all.map(|resource| resource.address.as_str()).collect(), later(text))),
        };
    }
    if !referred.is_empty() {
        // What it refers to is not there in this case, so the companion is not either.
        return sole(text).is_none().then(|| Link::Perhaps(all.map(|r| r.address.as_str()).collect(), later(text)));
    }
    let Some(name_in) = name_in else { return Some(Link::Outside(text.to_owned())) };
    let mut perhaps = Vec::new();
    for resource in all {
        match resource.properties.get(name_in).map(|property| &property.value) {
            Some(Planned::Known(Value::String(name))) if names(text, name) => return Some(Link::To(&resource.address)),
            // A name that is made of references may turn out to be this one.
            Some(Planned::Known(Value::String(name))) if references(name).next().is_some() => perhaps.push(resource),
            Some(Planned::Unknown(_)) => perhaps.push(resource),
            _ => {}
        }
    }
    if perhaps.is_empty() {
        return Some(Link::Outside(text.to_owned()));
    }
    let reason = format!("names {text}, and nobody can tell whether that is its name");
    Some(Link::Perhaps(perhaps.into_iter().map(|resource| resource.address.as_str()).collect(), reason))
}

/// Whether a text is a name, or an ARN or an address of it.
fn names(text: &str, name: &str) -> bool {
    text == name || name_of(text) == name
}

/// The name within a literal that may be an ARN or the address of a queue.
pub(super) fn name_of(text: &str) -> &str {
    let last = |text| str::rsplit(text, '/').next().unwrap_or(text);
    match text.strip_prefix("arn:").and_then(|arn| arn.splitn(5, ':').nth(4)) {
        // `function:NAME`, `log-group:NAME:*`
        Some(resource) => match resource.split_once(':') {
            Some((_, name)) => name.trim_end_matches(":*"),
            None => last(resource),
        },
        None if text.contains("://") => last(text),
        None => text,
    }
}

/// The Region and the account that an ARN names.
pub(super) fn site_of(text: &str) -> (Option<String>, Option<String>) {
    let mut parts = text.strip_prefix("arn:").unwrap_or_default().split(':').skip(2);
    let mut part = || parts.next().filter(|part| !part.is_empty()).map(str::to_owned);
    (part(), part())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_in_arns_and_addresses() {
        for (text, name) in [
            ("/tre/app", "/tre/app"),
            ("arn:aws:s3:::b", "b"),
            ("arn:aws:iam::111111111111:role/path/r", "r"),
            ("arn:aws:lambda:eu-west-2:111111111111:function:f", "f"),
            ("arn:aws:logs:eu-west-2:111111111111:log-group:/tre/app:*", "/tre/app"),
            ("arn:aws:sns:eu-west-2:111111111111:t", "t"),
            ("https://sqs.eu-west-2.amazonaws.com/111111111111/q", "q"),
        ] {
            assert_eq!(name_of(text), name, "{text}");
        }
        let site = (Some("eu-west-2".to_owned()), Some("111111111111".to_owned()));
        assert_eq!(site_of("arn:aws:sns:eu-west-2:111111111111:t"), site);
        assert_eq!(site_of("arn:aws:s3:::b"), (None, None));
    }
}
