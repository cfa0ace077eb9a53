//! `CloudTrail`'s history of management events: what a control needs of it, and from when to when it was seen.
//!
//! May import: `model`, `source`. Guarantees: a page is forgotten when what is kept of it was handed on; a window says no more
//! than what was answered: the newest events come first, so that a history that was cut short was seen from the oldest event
//! of its last page on, and not at all where events did not come in that order.
//!
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html>

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::model::call::CallId;
use crate::model::document::ResourceDocument;
use crate::model::time::AsOf;
use crate::model::trail::{EVENT, LOOKUP, WINDOW};
use crate::source::table::cloudtrail::{CLOUDTRAIL, EVENTS};
use crate::source::trail::{Change, Record, Wanted, Window};

use super::Events;
use super::draft::Answer;
use super::session::{Question, Session};

/// As far as the history reaches, in seconds.
const REACH: i64 = 90 * 86_400;
/// An event may come as late as this, in seconds.
const LATE: i64 = 15 * 60;
/// No more pages are read of one Region: some three hours.
const MOST_PAGES: u32 = 20_000;
/// No more events are kept of one Region.
const MOST_KEPT: usize = 200_000;

/// Collects the events of every Region, and of that in which global services write.
pub(super) async fn collect(session: &Session<'_>, regions: &[String], asked: Option<&Events>) {
    let Some(asked) = asked else { return };
    let mut all: BTreeSet<&str> = regions.iter().map(String::as_str).collect();
    all.insert(match session.partition.as_str() {
        "aws-cn" => "cn-northwest-1",
        "aws-us-gov" => "us-gov-west-1",
        _ => "us-east-1",
    });
    futures_util::future::join_all(all.into_iter().map(|region| of_region(session, region, asked))).await;
}

/// What was seen so far.
#[derive(Debug, Default)]
struct Seen {
    /// The time of the oldest event.
    oldest: Option<AsOf>,
    in_order: bool,
    kept: usize,
    changes: BTreeSet<Change>,
    calls: Vec<CallId>,
    /// The last of them that was answered.
    answered: CallId,
}

/// What is kept of a page.
#[derive(Debug)]
struct Page {
    times: Vec<AsOf>,
    records: Vec<Record>,
    next: Option<String>,
}

async fn of_region(session: &Session<'_>, region: &str, asked: &Events) {
    let now = session.now();
    let reach = AsOf::from_unix(now.unix() - REACH);
    let from = asked.from.unwrap_or(reach).max(reach);
    let mut seen = Seen { in_order: true, ..Seen::default() };
    let gap = pages(session, region, (from, now), &asked.wanted, &mut seen).await;
    let begins = match (&gap, seen.oldest) {
        (None, _) => Some(from),
        // What happened in the same second may stand on the next page.
        (Some(_), Some(oldest)) if seen.in_order => Some(AsOf::from_unix(oldest.unix() + 1)),
        (Some(_), _) => None,
    };
    let ends = AsOf::from_unix(now.unix() - LATE);
    if let Some(begins) = begins.filter(|begins| *begins < ends) {
        let window = Window {
            account: &session.account,
            region,
            source: LOOKUP,
            trail: "",
            from: begins,
            to: ends,
            wanted: &asked.wanted,
            changes: &seen.changes,
            call: &seen.answered,
        };
        session.document(window.document().into());
    }
    session.listing(WINDOW, region, seen.calls.clone(), gap.clone());
    session.listing(EVENT, region, seen.calls, gap);
}

/// Reads pages to the end; gives why not.
async fn pages(
    session: &Session<'_>,
    region: &str,
    (from, to): (AsOf, AsOf),
    wanted: &Wanted,
    seen: &mut Seen,
) -> Option<String> {
    let name = EVENTS.operation.name();
    let times = [("StartTime", from), ("EndTime", to)];
    let words: BTreeMap<String, String> = times.iter().map(|(name, at)| ((*name).to_owned(), at.to_string())).collect();
    let mut tokens = BTreeSet::new();
    let mut token: Option<String> = None;
    for page in 1..=MOST_PAGES {
        let mut question = Question::new(&EVENTS.operation, region, &[]).page(page);
        question.parameters.clone_from(&words);
        let asked_for = token.take();
        let mut sent: Vec<(&'static str, Value)> =
            times.iter().map(|(name, at)| (*name, Value::from(at.unix()))).collect();
        sent.push(("MaxResults", Value::from(50)));
        if let Some(token) = asked_for {
            sent.push(("NextToken", Value::from(token)));
        }
        let send = |recorder| session.clients.wire().send(&CLOUDTRAIL, &EVENTS, region, sent, recorder);
        let answer = session.ask(question, send, |answer: Value| read(&answer, wanted, &tokens)).await;
        seen.calls.push(answer.call().clone());
        let (read, call) = match answer {
            Answer::Present { value, call } => (value, call),
            Answer::Absent { .. } => return Some(format!("{name} ended before its last page")),
            Answer::Missing { reason, .. } => return Some(reason),
        };
        seen.answered.clone_from(&call);
        for time in read.times {
            seen.in_order &= seen.oldest.is_none_or(|oldest| time <= oldest);
            seen.oldest = Some(seen.oldest.map_or(time, |oldest| oldest.min(time)));
        }
        for record in read.records {
            seen.kept += 1;
            seen.changes.extend(record.change());
            let document: ResourceDocument = record.document(&session.account, &call);
            session.document(document.into());
        }
        let next = read.next?;
        if seen.kept > MOST_KEPT {
            return Some(format!(
                "{name} gave more than {MOST_KEPT} events that a control needs; name a later --events-from"
            ));
        }
        tokens.insert(next.clone());
        token = Some(next);
    }
    Some(format!("{name} has more than {MOST_PAGES} pages; name a later --events-from"))
}

/// A page with the events that are kept. One that cannot be read makes the page unreadable: it may be what is looked for.
fn read(answer: &Value, wanted: &Wanted, tokens: &BTreeSet<String>) -> Result<Page, String> {
    let mut page = Page { times: Vec::new(), records: Vec::new(), next: None };
    let events = answer.get("Events").and_then(Value::as_array).ok_or("Events is no list")?;
    for event in events {
        let text = event.get("CloudTrailEvent").and_then(Value::as_str).ok_or("an event has no CloudTrailEvent")?;
        let record: Record = serde_json::from_str(text).map_err(|_| "a CloudTrailEvent is no JSON of an event")?;
        page.times.push(record.check()?);
        if record.is_wanted(wanted) {
            page.records.push(record);
        }
    }
    page.next = match answer.get("NextToken") {
        None | Some(Value::Null) => None,
        Some(Value::String(token)) => Some(token.clone()).filter(|token| !token.is_empty()),
        Some(_) => return Err("its continuation token is no text".to_owned()),
    };
    if page.next.as_ref().is_some_and(|token| tokens.contains(token)) {
        return Err("its continuation token repeats".to_owned());
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn event(id: &str, name: &str) -> Value {
        let record = json!({
            "eventID": id, "eventTime": "2026-11-10T00:00:00Z", "eventName": name, "eventSource": "ec2.amazonaws.com",
            "awsRegion": "eu-west-2",
        });
        json!({ "EventId": id, "CloudTrailEvent": record.to_string() })
    }

    fn page(answer: &Value) -> Result<Page, String> {
        read(answer, &Wanted::default(), &BTreeSet::from(["seen".to_owned()]))
    }

    #[test]
    fn a_page_keeps_what_is_wanted_and_tells_the_time_of_all() {
        let events = [event("e-1", "CreateRoute"), event("e-2", "DescribeVpcs")];
        let read = page(&json!({ "Events": events, "NextToken": "t" })).unwrap();
        assert_eq!((read.records.len(), read.times.len(), read.next.as_deref()), (1, 2, Some("t")));
        for end in [json!(null), json!("")] {
            assert_eq!(page(&json!({ "Events": [], "NextToken": end })).unwrap().next, None);
        }
    }

    /// What cannot be read may be what is looked for: the whole page counts as not answered.
    #[test]
    fn a_page_with_something_unreadable_is_no_page() {
        let nameless = json!({ "eventID": "x", "eventTime": "2026-11-10T00:00:00Z" }).to_string();
        for (answer, reason) in [
            (json!({}), "Events is no list"),
            (json!({ "Events": 5 }), "Events is no list"),
            (json!({ "Events": [{ "EventId": "x" }] }), "no CloudTrailEvent"),
            (json!({ "Events": [event("e", "X"), { "CloudTrailEvent": "{" }] }), "no JSON of an event"),
            (json!({ "Events": [{ "CloudTrailEvent": "[]" }] }), "an event has no eventID"),
            (json!({ "Events": [{ "CloudTrailEvent": nameless }] }), "an event has no eventName"),
            (json!({ "Events": [], "NextToken": 5 }), "no text"),
            (json!({ "Events": [], "NextToken": "seen" }), "repeats"),
        ] {
            let said = page(&answer).map(|page| page.times.len()).unwrap_err();
            assert!(said.contains(reason), "{answer}: {said}");
        }
    }
}
