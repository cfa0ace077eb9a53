//! An answer for every operation of the table, made from its rows: one resource of every type, or none.

use std::collections::BTreeMap;

use havenmark::source::operations::{Body, Operation};
use havenmark::source::table::{Arn, Ask, KINDS, Kind, Protocol, Sent, Shape, Tags, WHOLE};
use serde_json::{Map, Value, json};

/// Bodies by `service:Operation`.
pub(crate) struct Answers {
    /// Everything is there once.
    pub(crate) full: BTreeMap<String, String>,
    /// Nothing is there, but for settings of the Region.
    pub(crate) empty: BTreeMap<String, String>,
}

pub(crate) fn answers() -> Answers {
    let (mut full, mut empty) = (BTreeMap::new(), BTreeMap::new());
    let mut protocols = BTreeMap::new();
    for kind in KINDS {
        let xml = kind.service.protocol.is_xml();
        for ask in kind.asks() {
            protocols.insert(ask.operation.name(), (kind.service.protocol, &ask.operation));
            let (full, empty) = (of(&mut full, ask), of(&mut empty, ask));
            for root in [full, empty] {
                if let Body::Json(members) | Body::JsonOrEmpty(members) = ask.operation.body {
                    for member in members {
                        put(root, member, Value::Null);
                    }
                }
            }
        }
        let root = of(&mut full, &kind.list);
        let item = item_of(kind, xml);
        match kind.list.items {
            WHOLE => {
                put(root, "", item.clone());
                put(of(&mut empty, &kind.list), "", item);
            }
            items => {
                let place = if kind.list.within.is_empty() {
                    items.to_owned()
                } else {
                    format!("{items}.0.{}", kind.list.within)
                };
                put(root, &place, json!([item]));
                put(of(&mut empty, &kind.list), items, json!([]));
            }
        }
        for detail in kind.details {
            let root = of(&mut full, &detail.ask);
            match detail.ask.items {
                "" => detail.facets.iter().for_each(|f| put(root, f.path, value(f.shape, xml))),
                items => {
                    put(root, items, json!([]));
                    put(of(&mut empty, &detail.ask), items, json!([]));
                }
            }
        }
        match kind.tags {
            Tags::Asked(ask, ..) => put(of(&mut full, ask), ask.items, json!([])),
            Tags::Object(ask, path) => put(of(&mut full, ask), path, json!({})),
            Tags::Within(ask, path, ..) => put(of(&mut full, ask), path, json!([])),
            Tags::Listed(..) | Tags::None => {}
        }
    }
    let written = |bodies: BTreeMap<String, Value>| {
        bodies.into_iter().filter_map(|(name, body)| {
            let (protocol, operation) = protocols.get(&name)?;
            Some((name, text(&filled(body), *protocol, operation)))
        })
    };
    Answers { full: written(full).collect(), empty: written(empty).collect() }
}

/// What has to be there and no row reads.
fn filled(mut body: Value) -> Value {
    body.as_object_mut().into_iter().flat_map(Map::values_mut).filter(|member| member.is_null()).for_each(|member| {
        *member = json!("x");
    });
    body
}

fn of<'b>(bodies: &'b mut BTreeMap<String, Value>, ask: &Ask) -> &'b mut Value {
    bodies.entry(ask.operation.name()).or_insert_with(|| json!({}))
}

/// A resource as its listing shows it: with what its row reads, and what is sent to learn more of it.
fn item_of(kind: &'static Kind, xml: bool) -> Value {
    if kind.id.is_empty() && kind.list.items != WHOLE {
        return json!("x");
    }
    let mut item = json!({});
    let mut sent: Vec<&str> = kind.id.split('|').filter(|part| !part.starts_with('^') && !part.is_empty()).collect();
    let ours = kind.asks().flat_map(|ask| ask.sent).filter_map(|(_, sent)| match sent {
        Sent::Of(path) | Sent::One(path) if !path.starts_with('^') => Some(*path),
        _ => None,
    });
    sent.extend(ours);
    // Those that are listed under it ask with its members too.
    for child in KINDS.iter().filter(|child| child.under.is_some_and(|under| under.kind == kind.kind)) {
        sent.extend(child.id.split('|').filter_map(|part| part.strip_prefix('^')));
        sent.extend(child.asks().flat_map(|ask| ask.sent).filter_map(|(_, sent)| match sent {
            Sent::Of(path) | Sent::One(path) => path.strip_prefix('^').filter(|path| !path.starts_with('^')),
            _ => None,
        }));
    }
    sent.iter().filter(|path| !path.is_empty()).for_each(|path| put(&mut item, path, json!("x")));
    kind.facets.iter().for_each(|f| put(&mut item, f.path, value(f.shape, xml)));
    if let Arn::Member(path) = kind.arn {
        put(&mut item, path, json!("arn:aws:x:eu-west-2:000000000000:x/x"));
    }
    if let Tags::Listed(path, ..) = kind.tags {
        put(&mut item, path, json!([]));
    }
    item
}

fn value(shape: Shape, xml: bool) -> Value {
    match shape {
        Shape::Text => json!("x"),
        Shape::Flag => json!(true),
        Shape::FlagText => json!("true"),
        Shape::Number => json!(1),
        Shape::NumberText => json!("1"),
        Shape::Time if xml => json!("2026-05-28T20:26:40Z"),
        Shape::Time => json!(1_780_000_000),
        Shape::Document => json!("{\"Version\":\"2012-10-17\",\"Statement\":[]}"),
        Shape::List(item) => json!([value(*item, xml)]),
        Shape::Map(item) => json!({ "k": value(*item, xml) }),
        Shape::Record(members) => {
            let mut record = json!({});
            for (_, path, shape) in members {
                put(&mut record, path, value(*shape, xml));
            }
            record
        }
    }
}

/// Puts a value at a path, beside what is there: a number is a place in a list, `Name[key]` a key in a list of pairs.
fn put(root: &mut Value, path: &str, new: Value) {
    if path.is_empty() {
        return merge(root, new);
    }
    let (part, rest) = path.split_once(['.', '[']).unwrap_or((path, ""));
    if path.as_bytes().get(part.len()) == Some(&b'[') {
        let (key, after) = rest.split_once(']').unwrap_or((rest, ""));
        let mut inner = json!({});
        put(&mut inner, after.trim_start_matches('.'), new);
        let pair = json!({ "key": key, "value": inner });
        let list = member(root, part);
        if !list.is_array() {
            *list = json!([]);
        }
        list.as_array_mut().into_iter().for_each(|list| list.push(pair.clone()));
        return;
    }
    if part.bytes().all(|b| b.is_ascii_digit()) {
        if !root.is_array() {
            *root = json!([{}]);
        }
        if let Some(first) = root.as_array_mut().and_then(|list| list.first_mut()) {
            put(first, rest, new);
        }
        return;
    }
    put(member(root, part), rest, new);
}

fn member<'v>(root: &'v mut Value, name: &str) -> &'v mut Value {
    if !root.is_object() {
        *root = Value::Object(Map::new());
    }
    match root {
        Value::Object(members) => members.entry(name).or_insert(Value::Null),
        other => other,
    }
}

fn merge(old: &mut Value, new: Value) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            new.into_iter().for_each(|(name, value)| merge(old.entry(name).or_insert(Value::Null), value));
        }
        (Value::Array(old), Value::Array(new)) if !old.is_empty() => {
            new.into_iter().zip(old).for_each(|(new, old)| merge(old, new));
        }
        (old @ (Value::Null | Value::String(_)), new) if !new.is_null() => *old = new,
        (old, new) if old.as_object().is_some_and(Map::is_empty) => *old = new,
        _ => {}
    }
}

fn text(body: &Value, protocol: Protocol, of: &Operation) -> String {
    let operation = of.operation;
    match (protocol, of.body) {
        (Protocol::RestXml, Body::Xml(root) | Body::XmlOrEmpty(root)) => format!("<{root}>{}</{root}>", xml(body)),
        (Protocol::Json { .. } | Protocol::Rest | Protocol::RestXml, _) => body.to_string(),
        (Protocol::Query { .. }, _) => {
            format!("<{operation}Response><{operation}Result>{}</{operation}Result></{operation}Response>", xml(body))
        }
        (Protocol::Ec2 { .. }, _) => format!("<{operation}Response>{}</{operation}Response>", xml(body)),
    }
}

fn xml(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| format!("<{name}>{}</{name}>", xml(value)));
            members.collect::<Vec<_>>().concat()
        }
        Value::Array(items) => {
            items.iter().map(|item| format!("<item>{}</item>", xml(item))).collect::<Vec<_>>().concat()
        }
        Value::String(text) => text.replace('&', "&amp;").replace('<', "&lt;"),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
