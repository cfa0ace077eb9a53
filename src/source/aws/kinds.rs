//! Collects the types of the table: lists each, describes what was listed, and puts the documents together.
//!
//! May import: `model`, `source`. Guarantees: a type whose listing was not answered to its end says so; a resource that
//! was listed has a document, whatever became of the calls that describe it.

use std::collections::BTreeMap;
use std::rc::Rc;

use futures_util::stream::{self, StreamExt as _};
use serde_json::{Map, Value};

use crate::model::call::CallId;
use crate::source::operations::Body;
use crate::source::table::declared::{DECLARED, Declared};
use crate::source::table::shape::{Part, at, items, was_said};
use crate::source::table::{self, Arn, Ask, Facet, KINDS, Kind, Sent, Service, Tags, WHOLE};

use super::draft::{Answer, Draft, Place};
use super::items as typed;
use super::session::{Pages, Question, Session};

/// Collects every type of the table: in every Region, and those of global services once.
pub(super) async fn collect(session: &Session<'_>, regions: &[String]) {
    let top = || KINDS.iter().copied().filter(|kind| kind.under.is_none());
    let global = top().filter(|kind| kind.is_global()).map(|kind| (kind, GLOBAL));
    let regional = regions
        .iter()
        .flat_map(|region| top().filter(|kind| !kind.is_global()).map(move |kind| (kind, region.as_str())));
    let all = global.chain(regional).map(|(kind, region)| Box::pin(of_kind(session, kind, region, None)));
    stream::iter(all).buffer_unordered(session.concurrency).collect::<Vec<()>>().await;
}

/// The Regions that the account has enabled. Where they could not be read, none: then no regional type is listed, and the
/// ledger says why.
pub(super) async fn regions(session: &Session<'_>) -> Vec<String> {
    let primary = session.clients.primary().to_owned();
    let (service, ask) = table::regions();
    let enabled = |answer: &Value| {
        let mut names = Vec::new();
        for region in list(ask, answer, true)? {
            let name = region.get("regionName").and_then(Value::as_str).ok_or("a Region has no name")?;
            if region.get("optInStatus").and_then(Value::as_str) != Some("not-opted-in") {
                names.push(name.to_owned());
            }
        }
        Ok::<_, String>(names)
    };
    let pages = ask_pages(session, service, ask, &primary, None, |answer| enabled(answer).map(|_| ())).await;
    let mut found: Vec<String> =
        pages.answered.iter().flat_map(|(answer, _)| enabled(answer).unwrap_or_default()).collect();
    found.sort();
    found
}

/// The Region of what a global service holds.
const GLOBAL: &str = "global";

/// A resource as its listing shows it.
#[derive(Debug)]
struct Listed {
    /// What the document is known by; see [`Kind::document_id`].
    id: String,
    arn: Option<String>,
    item: Value,
    call: CallId,
    /// The resource under which it was listed.
    above: Option<Rc<Listed>>,
}

impl Listed {
    /// A member, as [`Sent::Of`] names it.
    fn member(&self, path: &str) -> Option<&Value> {
        match path.strip_prefix('^') {
            Some(rest) => self.above.as_deref()?.member(rest),
            None => at(&self.item, path),
        }
    }
}

/// What was listed of a type in a place.
struct Listing {
    found: Vec<Rc<Listed>>,
    calls: Vec<CallId>,
    /// Why there may be more.
    gap: Option<String>,
}

/// Lists a type, describes what was listed, and goes on to the types that are listed under it.
async fn of_kind(session: &Session<'_>, kind: &'static Kind, region: &str, above: Option<Rc<Listing>>) {
    let listing = Rc::new(match above {
        None => list_one(session, kind, region, None).await,
        Some(above) => list_under(session, kind, region, &above).await,
    });
    session.listing(kind.kind, region, listing.calls.clone(), listing.gap.clone());
    let described = listing.found.iter().map(|listed| Box::pin(describe(session, kind, region, listed)));
    let described = stream::iter(described).buffer_unordered(session.concurrency).collect::<Vec<()>>();
    let declared = DECLARED.iter().filter(|declared| session.declares_any(declared)).map(|declared| &declared.kind);
    let declared = declared.filter(|below| below.under.is_some_and(|under| under.kind == kind.kind));
    let beneath =
        kind.beneath().chain(declared).map(|kind| Box::pin(of_kind(session, kind, region, Some(Rc::clone(&listing)))));
    futures_util::join!(described, futures_util::future::join_all(beneath));
}

/// A type that is read where it is declared.
fn declared(kind: &Kind) -> Option<&'static Declared> {
    DECLARED.iter().copied().find(|declared| declared.kind.kind == kind.kind)
}

/// Lists a type under each resource of the type above it, or under those that are declared. Complete only where those were,
/// too.
async fn list_under(session: &Session<'_>, kind: &'static Kind, region: &str, above: &Listing) -> Listing {
    let declared = declared(kind);
    let is_asked = |above: &&Rc<Listed>| {
        declared.is_none_or(|declared| above.item.as_str().is_some_and(|table| session.declares(declared, table)))
    };
    let each = above
        .found
        .iter()
        .filter(is_asked)
        .map(|above| Box::pin(list_one(session, kind, region, Some(Rc::clone(above)))));
    let mut all = Listing { found: Vec::new(), calls: above.calls.clone(), gap: above.gap.clone() };
    for one in stream::iter(each).buffered(session.concurrency).collect::<Vec<_>>().await {
        all.found.extend(one.found);
        all.calls.extend(one.calls);
        all.gap = all.gap.or(one.gap);
    }
    all
}

async fn list_one(session: &Session<'_>, kind: &'static Kind, region: &str, above: Option<Rc<Listed>>) -> Listing {
    let xml = kind.service_of(&kind.list).protocol.is_xml();
    let declared = declared(kind);
    let about = above.map(|above| Listed {
        id: String::new(),
        arn: None,
        item: Value::Null,
        call: CallId::default(),
        above: Some(above),
    });
    let pages = ask_pages(session, kind.service_of(&kind.list), &kind.list, region, about.as_ref(), |answer| {
        resources(kind, answer, xml).map(|_| ())
    })
    .await;
    let mut listing = Listing { found: Vec::new(), calls: pages.calls, gap: pages.gap };
    for (answer, call) in &pages.answered {
        // Each page was read once already: what did not read is a gap.
        for item in resources(kind, answer, xml).unwrap_or_default() {
            if declared.is_some_and(|declared| !declared.keeps(&item)) {
                continue;
            }
            let above = about.as_ref().and_then(|about| about.above.clone());
            let mut listed = Listed { id: String::new(), arn: None, item, call: call.clone(), above };
            match id(kind, &listed) {
                Ok(id) => {
                    listed.arn = arn(session, kind, region, &id, &listed);
                    listed.id = kind.document_id(region, &id, listed.arn.as_deref());
                    listing.found.push(Rc::new(listed));
                }
                Err(why) => {
                    let name = kind.list.operation.name();
                    listing.gap.get_or_insert_with(|| format!("{name} unparseable: {why}"));
                }
            }
        }
    }
    listing
}

/// The id of a resource, of as many members as the row names.
fn id(kind: &Kind, listed: &Listed) -> Result<String, String> {
    if kind.list.items == WHOLE {
        return Ok(String::new());
    }
    let mut parts = Vec::new();
    for path in kind.id.split('|') {
        let part = match listed.member(path) {
            Some(Value::String(text)) if !text.is_empty() => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => return Err(format!("an item has no {}", if path.is_empty() { "id" } else { path })),
        };
        parts.push(part);
    }
    Ok(parts.join("|"))
}

/// The ARN of a resource, where it has one.
fn arn(session: &Session<'_>, kind: &Kind, region: &str, id: &str, listed: &Listed) -> Option<String> {
    let place = if kind.is_global() { "" } else { region };
    let begin = |service: &str| format!("arn:{}:{service}:{place}:{}:", session.partition, session.account);
    match kind.arn {
        Arn::Member(path) => listed.member(path).and_then(Value::as_str).map(str::to_owned),
        Arn::Regional(service, before) => Some(format!("{}{before}{id}", begin(service))),
        Arn::Made(service, template) => {
            let mut made = begin(service);
            for (index, part) in template.split(['{', '}']).enumerate() {
                let named = index % 2 == 1;
                made.push_str(if named { listed.member(part).and_then(Value::as_str)? } else { part });
            }
            Some(made)
        }
        Arn::None => None,
    }
}

/// The resources in a page. One without an id makes the page unreadable.
fn resources(kind: &Kind, answer: &Value, xml: bool) -> Result<Vec<Value>, String> {
    if kind.list.items == WHOLE {
        return Ok(vec![answer.clone()]);
    }
    let mut found = Vec::new();
    for item in list(&kind.list, answer, xml)? {
        let within = if kind.list.within.is_empty() {
            vec![item]
        } else {
            let inner = at(item, kind.list.within).ok_or_else(|| format!("an item has no {}", kind.list.within))?;
            items(inner, xml)?
        };
        for resource in within {
            // What stands above is looked at when it is known.
            for path in kind.id.split('|').filter(|path| !path.starts_with('^')) {
                let is_id = |value: &Value| value.is_number() || value.as_str().is_some_and(|id| !id.is_empty());
                if !at(resource, path).is_some_and(is_id) {
                    return Err(format!("an item has no {}", if path.is_empty() { "id" } else { path }));
                }
            }
            found.push(resource.clone());
        }
    }
    Ok(found)
}

/// The list in an answer; where EC2 has none of it, the element is missing.
fn list<'v>(ask: &Ask, answer: &'v Value, xml: bool) -> Result<Vec<&'v Value>, String> {
    match at(answer, ask.items) {
        Some(value) => items(value, xml).map_err(|why| format!("{} is {why}", ask.items)),
        // `check_body` lets no other answer without it pass.
        None if matches!(ask.operation.body, Body::JsonOrEmpty(_)) && *answer == Value::Object(Map::new()) => {
            Ok(Vec::new())
        }
        None if matches!(ask.operation.body, Body::XmlOrEmpty(_)) && answer.as_str().is_some_and(is_blank) => {
            Ok(Vec::new())
        }
        None => Err(format!("it has no {}", ask.items)),
    }
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// What is sent about a resource: for the request, and as words for the ledger. Without one of the values nothing is asked: it
/// would be another question.
fn values(session: &Session<'_>, ask: &Ask, listed: Option<&Listed>) -> Result<Values, String> {
    let mut sent = Vec::new();
    let mut words = BTreeMap::new();
    for (name, value) in ask.sent {
        let value = value_of(session, value, listed)?;
        let word = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        words.insert((*name).to_owned(), word);
        sent.push((*name, value));
    }
    Ok((sent, words))
}

fn value_of(session: &Session<'_>, sent: &Sent, listed: Option<&Listed>) -> Result<Value, String> {
    let member = |path: &str| {
        let value = listed.and_then(|listed| listed.member(path)).filter(|value| !value.is_null());
        value.cloned().ok_or_else(|| format!("its listing does not say {}", path.trim_start_matches('^')))
    };
    Ok(match sent {
        Sent::Text(text) => Value::from(*text),
        Sent::Texts(texts) => texts.iter().copied().map(Value::from).collect(),
        Sent::Account => Value::from(session.account.as_str()),
        Sent::Number(number) => Value::from(*number),
        Sent::Flag(flag) => Value::from(*flag),
        Sent::Arn => listed.and_then(|listed| listed.arn.as_deref()).map(Value::from).ok_or("it has no ARN")?,
        Sent::Of(path) => member(path)?,
        Sent::One(path) => Value::Array(vec![member(path)?]),
        // No deeper than a row is written.
        Sent::Record(members) => members
            .iter()
            .map(|(name, sent)| Ok(((*name).to_owned(), value_of(session, sent, listed)?)))
            .collect::<Result<Map<_, _>, String>>()
            .map(Value::Object)?,
        Sent::List(items) => {
            items.iter().map(|sent| value_of(session, sent, listed)).collect::<Result<Vec<_>, _>>().map(Value::Array)?
        }
    })
}

/// What is sent, and the same as words for the ledger.
type Values = (Vec<(&'static str, Value)>, BTreeMap<String, String>);

async fn ask_pages(
    session: &Session<'_>,
    service: &'static Service,
    ask: &'static Ask,
    region: &str,
    listed: Option<&Listed>,
    check: impl Fn(&Value) -> Result<(), String>,
) -> Pages<Value> {
    let (sent, words) = match values(session, ask, listed) {
        Ok(values) => values,
        Err(why) => {
            // The listing is what did not say it.
            let call = listed.map(|listed| {
                listed.above.as_ref().map_or(&listed.call, |above| match listed.item {
                    Value::Null => &above.call,
                    _ => &listed.call,
                })
            });
            return Pages {
                answered: Vec::new(),
                calls: call.cloned().into_iter().collect(),
                gap: Some(format!("{} was not asked: {why}", ask.operation.name())),
                absent: false,
            };
        }
    };
    let mut first = Question::new(&ask.operation, region, &[]);
    first.parameters = words;
    let is_items = ask.operation.body == Body::Items;
    session
        .pages(
            first,
            |recorder, token| {
                let mut sent = sent.clone();
                if let (Some(paging), Some(token)) = (ask.paging, token) {
                    let token = if is_items { typed::key(&token) } else { Value::from(token) };
                    sent.push((paging.sent, token));
                }
                session.clients.wire().send(service, ask, region, sent, recorder)
            },
            |answer: &Value| {
                check(answer)?;
                let (token, flag) = ask.paging.map_or(("", ""), |paging| paging.parts());
                // A token in another form is not the end: what it leads to would be lost.
                let next = match Some(token).filter(|token| !token.is_empty()).and_then(|token| at(answer, token)) {
                    None | Some(Value::Null) => None,
                    Some(Value::String(token)) => Some(token.clone()).filter(|token| !token.is_empty()),
                    Some(Value::Object(key)) if is_items => typed::token(key),
                    Some(_) => return Err("its continuation token is no text".to_owned()),
                };
                let more = Some(flag).filter(|flag| !flag.is_empty()).and_then(|flag| at(answer, flag));
                let is_false = |value: &Value| value.is_null() || *value == Value::Bool(false) || value == "false";
                if next.is_none() && more.is_some_and(|more| !is_false(more)) {
                    return Err("it holds not all that there is".to_owned());
                }
                Ok(next)
            },
        )
        .await
}

async fn describe(session: &Session<'_>, kind: &'static Kind, region: &str, listed: &Listed) {
    let xml = kind.service.protocol.is_xml();
    let mut draft = session.draft(kind.kind, &listed.id, listed.arn.as_deref(), region);
    let of_listing = Answer::Present { value: listed.item.clone(), call: listed.call.clone() };
    put(&mut draft, kind.facets, &of_listing, &kind.list.operation.name(), xml);
    let answers = futures_util::future::join_all(
        kind.details.iter().map(|detail| Box::pin(answer(session, kind, &detail.ask, region, listed))),
    )
    .await;
    for (detail, answer) in kind.details.iter().zip(&answers) {
        let xml = kind.service_of(&detail.ask).protocol.is_xml();
        put(&mut draft, detail.facets, answer, &detail.ask.operation.name(), xml);
    }
    let tags = match kind.tags {
        Tags::None => None,
        Tags::Listed(path, key, value) => Some(read(of_listing, &kind.list, |item| match at(item, path) {
            // AWS leaves the list out where there is none.
            None => Ok(BTreeMap::new()),
            Some(list) => pairs(items(list, xml)?, key, value),
        })),
        Tags::Asked(ask, key, value) => {
            let answer = answer(session, kind, ask, region, listed).await;
            // The pages of a list are one list already.
            Some(read(answer, ask, |list| pairs(items(list, false)?, key, value)))
        }
        Tags::Object(ask, _) | Tags::Within(ask, ..) => {
            let asked = kind.details.iter().position(|detail| detail.ask.operation.name() == ask.operation.name());
            let described = match asked.and_then(|place| answers.into_iter().nth(place)) {
                Some(answer) => answer,
                None => answer(session, kind, ask, region, listed).await,
            };
            Some(read(described, ask, |whole| match kind.tags {
                Tags::Within(_, path, ..) | Tags::Object(_, path) if !was_said(whole, path) => {
                    Err(format!("it does not describe what {path} stands in"))
                }
                Tags::Within(_, path, key, value) => match at(whole, path) {
                    None | Some(Value::Null) => Ok(BTreeMap::new()),
                    Some(list) => pairs(items(list, xml)?, key, value),
                },
                Tags::Object(_, path) => object(at(whole, path)),
                Tags::Listed(..) | Tags::Asked(..) | Tags::None => Err("no row says where they stand".to_owned()),
            }))
        }
    };
    match tags {
        Some(tags) => draft.tags(tags),
        None => draft.tags_not_collected(),
    }
    session.document(draft);
}

/// The whole answer of an operation about a resource: of a list, all its pages as one.
async fn answer(
    session: &Session<'_>,
    kind: &'static Kind,
    ask: &'static Ask,
    region: &str,
    listed: &Listed,
) -> Answer<Value> {
    let service = kind.service_of(ask);
    let xml = service.protocol.is_xml();
    if let Some(only) = ask.only.filter(|only| !only.is_asked(|path| listed.member(path).and_then(Value::as_str))) {
        return Answer::Missing { call: listed.call.clone(), reason: only.otherwise.to_owned() };
    }
    let is_list = !ask.items.is_empty();
    let check = |answer: &Value| if is_list { list(ask, answer, xml).map(|_| ()) } else { Ok(()) };
    let pages = ask_pages(session, service, ask, region, Some(listed), check).await;
    pages.into_answer(|pages| {
        if is_list {
            let all = pages.iter().flat_map(|page| list(ask, page, xml).unwrap_or_default());
            Value::Array(all.cloned().collect())
        } else {
            pages.into_iter().next().unwrap_or_default()
        }
    })
}

fn put(draft: &mut Draft, facets: &'static [Facet], answer: &Answer<Value>, operation: &str, xml: bool) {
    for facet in facets {
        let place = match facet.part {
            Part::Properties => Place::Property,
            Part::Observed => Place::Observed,
        };
        match answer {
            Answer::Present { value, call } => match facet.read(value, xml) {
                Ok(value) => draft.listed(place, facet.name, value, call, operation),
                Err(why) => draft.missing_by(facet.name, &format!("{operation} unparseable: {why}"), call),
            },
            Answer::Absent { call } => draft.set(place, facet.name, facet.shape.empty(), call),
            Answer::Missing { call, reason } => draft.missing_by(facet.name, reason, call),
        }
    }
}

fn read<T>(answer: Answer<Value>, ask: &Ask, read: impl FnOnce(&Value) -> Result<T, String>) -> Answer<T> {
    match answer {
        Answer::Present { value, call } => match read(&value) {
            Ok(value) => Answer::Present { value, call },
            Err(why) => Answer::Missing { call, reason: format!("{} unparseable: {why}", ask.operation.name()) },
        },
        Answer::Absent { call } => Answer::Absent { call },
        Answer::Missing { call, reason } => Answer::Missing { call, reason },
    }
}

fn pairs(list: Vec<&Value>, key: &str, value: &str) -> Result<BTreeMap<String, String>, String> {
    let member = |item: &Value, name: &str| item.get(name).and_then(Value::as_str).map(str::to_owned);
    list.into_iter()
        .map(|item| Some((member(item, key)?, member(item, value)?)))
        .collect::<Option<_>>()
        .ok_or_else(|| "a tag has no key or no value".to_owned())
}

fn object(value: Option<&Value>) -> Result<BTreeMap<String, String>, String> {
    match value {
        // AWS leaves the object out where there is none.
        None | Some(Value::Null) => Ok(BTreeMap::new()),
        Some(Value::Object(members)) => members
            .iter()
            .map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
            .collect::<Option<_>>()
            .ok_or_else(|| "a tag's value is no text".to_owned()),
        Some(_) => Err("the tags are no object".to_owned()),
    }
}
