//! Asks questions of one account and keeps the ledger.
//!
//! May import: `model`, `source`. Guarantees: every question becomes exactly one ledger entry, whatever became of it; no
//! more than the allowed number of calls is under way; a success is believed only after its body was checked; a chain of
//! pages ends even when AWS's tokens repeat.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt;
use std::time::Instant;

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use tokio::sync::Semaphore;

use crate::model::call::{CallId, CallOutcome, CallRecord};
use crate::model::digest::sha256_hex;
use crate::model::inventory::Inventoried;
use crate::model::listing::Listing;
use crate::model::time::AsOf;
use crate::source::operations::Operation;
use crate::source::table::declared::{Declared, Tables};

use super::Options;
use super::client::Clients;
use super::draft::{Answer, Draft};
use super::hub::Hub;
use super::ledger::Recorder;
use super::limit::{Limits, lane};
use super::outcome::{Failure, check_body, classify};
use super::sts::Identity;

/// No listing has as many pages; one that goes on is a loop.
const MAX_PAGES: u32 = 20_000;

/// The collection of one account.
pub(super) struct Session<'a> {
    pub(super) clients: Clients,
    pub(super) account: String,
    /// Second part of ARNs.
    pub(super) partition: String,
    pub(super) concurrency: usize,
    pub(super) report_wait: std::time::Duration,
    hub: &'a Hub<'a>,
    limits: Limits,
    clock: &'a dyn Fn() -> AsOf,
    permits: Semaphore,
    written: RefCell<BTreeSet<(String, String, String)>>,
    /// What is declared of tables.
    declared: Tables,
    /// Declared tables that were seen.
    tables: RefCell<BTreeSet<String>>,
}

impl fmt::Debug for Session<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("account", &self.account).finish_non_exhaustive()
    }
}

/// What is asked: operation, place, parameters, page.
#[derive(Debug, Clone)]
pub(super) struct Question<'q> {
    pub(super) operation: &'static Operation,
    pub(super) region: &'q str,
    pub(super) parameters: BTreeMap<String, String>,
    pub(super) page: u32,
}

impl<'q> Question<'q> {
    /// The only page of an operation.
    pub(super) fn new(operation: &'static Operation, region: &'q str, parameters: &[(&str, &str)]) -> Self {
        let parameters = parameters.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Self { operation, region, parameters, page: 1 }
    }

    pub(super) fn page(mut self, page: u32) -> Self {
        self.page = page;
        self
    }
}

/// The pages of a listing that were answered, and what stopped it before its end.
#[derive(Debug)]
pub(super) struct Pages<O> {
    pub(super) answered: Vec<(O, CallId)>,
    pub(super) calls: Vec<CallId>,
    /// Why the listing is not complete.
    pub(super) gap: Option<String>,
    /// AWS answered "not configured".
    pub(super) absent: bool,
}

impl<O> Pages<O> {
    /// The whole list as one facet: only when every page was answered.
    pub(super) fn into_answer<T>(self, read: impl FnOnce(Vec<O>) -> T) -> Answer<T> {
        let call = self.calls.last().cloned().unwrap_or_default();
        match self.gap {
            Some(reason) => Answer::Missing { call, reason },
            None if self.absent => Answer::Absent { call },
            None => Answer::Present { value: read(self.answered.into_iter().map(|(page, _)| page).collect()), call },
        }
    }
}

impl<'a> Session<'a> {
    pub(super) fn new(
        options: &Options,
        shared: SdkConfig,
        identity: &Identity,
        primary: &str,
        hub: &'a Hub<'a>,
        clock: &'a dyn Fn() -> AsOf,
    ) -> Self {
        Self {
            clients: Clients::new(shared, &identity.account, identity.partition(), primary),
            account: identity.account.clone(),
            partition: identity.partition().to_owned(),
            concurrency: options.concurrency.max(1),
            report_wait: options.report_wait,
            hub,
            limits: Limits::default(),
            clock,
            permits: Semaphore::new(options.concurrency.max(1)),
            written: RefCell::default(),
            declared: options.tables.clone(),
            tables: RefCell::default(),
        }
    }

    /// Asks one question. `send` sends it with the given interceptor; `read` takes what is needed out of the answer, and
    /// where it says why it cannot, the call counts as unparseable.
    pub(super) async fn ask<O, E, T, F>(
        &self,
        question: Question<'_>,
        send: impl FnOnce(Recorder) -> F,
        read: impl FnOnce(O) -> Result<T, String>,
    ) -> Answer<T>
    where
        F: Future<Output = Result<O, SdkError<E, HttpResponse>>>,
        E: Error + ProvideErrorMetadata + 'static,
    {
        let operation = question.operation;
        let id = self.call_of(&question);
        if self.hub.has_failed() {
            return Answer::Missing { call: id, reason: format!("{} was not asked", operation.name()) };
        }
        let recorder = Recorder::default();
        let result = {
            // The semaphore is never closed, so that a missing permit cannot happen; without one the call is made too.
            let _permit = self.permits.acquire().await.ok();
            let wait = self.limits.wait(lane(operation), question.region, Instant::now());
            if !wait.is_zero() {
                tokio::time::sleep(wait).await;
            }
            // SDK futures are large and many of them are joined: they live on the heap.
            Box::pin(send(recorder.clone())).await
        };
        let seen = recorder.take();
        let read = match result {
            Ok(output) => check_body(operation, seen.body.as_deref())
                .and_then(|()| read(output))
                .map_err(|why| (CallOutcome::Unparseable, format!("{} unparseable: {why}", operation.name()))),
            Err(error) => Err(classify(operation, &Failure::of(&error))),
        };
        let (outcome, reason) = match &read {
            Ok(_) => (CallOutcome::Present, String::new()),
            Err((outcome, reason)) => (*outcome, reason.clone()),
        };
        self.limits.learn(lane(operation), question.region, outcome == CallOutcome::Throttled);
        let body_sha256 = seen.body.as_deref().filter(|_| !operation.secret_body).map(sha256_hex);
        let record = CallRecord {
            account: self.account.clone(),
            attempts: seen.attempts,
            body_sha256,
            id: id.clone(),
            operation: operation.operation.to_owned(),
            outcome,
            page: question.page,
            parameters: question.parameters,
            reason,
            region: question.region.to_owned(),
            request_id: seen.request_id,
            service: operation.service.to_owned(),
            time: (self.clock)(),
        };
        self.hub.step(&record, operation.service, operation.operation);
        self.hub.call(record);
        match read {
            Ok(value) => Answer::Present { value, call: id },
            Err((CallOutcome::Absent, _)) => Answer::Absent { call: id },
            Err((_, reason)) => Answer::Missing { call: id, reason },
        }
    }

    /// Asks for every page. `next` gives the token of the next page, none at the end, or says what is wrong with this
    /// page. Pages before one that was not answered are kept.
    pub(super) async fn pages<O, E, F>(
        &self,
        first: Question<'_>,
        send: impl Fn(Recorder, Option<String>) -> F,
        next: impl Fn(&O) -> Result<Option<String>, String>,
    ) -> Pages<O>
    where
        F: Future<Output = Result<O, SdkError<E, HttpResponse>>>,
        E: Error + ProvideErrorMetadata + 'static,
    {
        let mut all = Pages { answered: Vec::new(), calls: Vec::new(), gap: None, absent: false };
        let mut tokens = BTreeSet::new();
        let mut token: Option<String> = None;
        for page in 1.. {
            let asked_for = token.take();
            let answer = self
                .ask(
                    first.clone().page(page),
                    |recorder| send(recorder, asked_for),
                    |output| {
                        let next = next(&output)?.filter(|token| !token.is_empty());
                        if next.as_ref().is_some_and(|token| tokens.contains(token)) {
                            return Err("its continuation token repeats".to_owned());
                        }
                        if page >= MAX_PAGES {
                            return Err(format!("it has more than {MAX_PAGES} pages"));
                        }
                        Ok((output, next))
                    },
                )
                .await;
            all.calls.push(answer.call().clone());
            match answer {
                Answer::Present { value: (output, next), call } => {
                    all.answered.push((output, call));
                    let Some(next) = next else { break };
                    tokens.insert(next.clone());
                    token = Some(next);
                }
                Answer::Absent { .. } => {
                    all.absent = page == 1;
                    if page > 1 {
                        all.gap = Some(format!("{} ended before its last page", first.operation.name()));
                    }
                    break;
                }
                Answer::Missing { reason, .. } => {
                    all.gap = Some(if page == 1 { reason } else { format!("{reason} (page {page})") });
                    break;
                }
            }
        }
        all
    }

    /// A new document of this account.
    pub(super) fn draft(&self, kind: &str, id: &str, arn: Option<&str>, region: &str) -> Draft {
        Draft::new(kind, id, arn, &self.account, region)
    }

    pub(super) fn keep_call(&self, call: CallRecord) {
        self.hub.call(call);
    }

    /// Hands a document on; a resource that a listing named twice is written once.
    pub(super) fn document(&self, draft: Draft) {
        let document = draft.into_document();
        let key = (document.kind.clone(), document.region.clone(), document.id.clone());
        if self.written.borrow_mut().insert(key) {
            self.hub.document(document);
        }
    }

    /// The time by the clock that the answers have.
    pub(super) fn now(&self) -> AsOf {
        (self.clock)()
    }

    /// Hands on what AWS Config knows of a resource.
    pub(super) fn inventoried(&self, row: Inventoried) {
        self.hub.inventoried(&self.account, row);
    }

    /// The id of the call that a question becomes.
    pub(super) fn call_of(&self, question: &Question<'_>) -> CallId {
        let operation = question.operation;
        CallRecord::derive_id(
            &self.account,
            question.region,
            operation.service,
            operation.operation,
            &question.parameters,
            question.page,
        )
    }

    /// Whether any table is declared that holds this type.
    pub(super) fn declares_any(&self, declared: &Declared) -> bool {
        !declared.tables_of(&self.declared).is_empty()
    }

    /// Whether a table is declared and holds this type.
    pub(super) fn declares(&self, declared: &Declared, table: &str) -> bool {
        let found = declared.tables_of(&self.declared).iter().any(|name| name == table);
        if found {
            self.tables.borrow_mut().insert(table.to_owned());
        }
        found
    }

    /// The declared tables that were seen.
    pub(super) fn tables(&self) -> BTreeSet<String> {
        self.tables.borrow().clone()
    }

    /// Says whether a type was listed completely.
    pub(super) fn listing(&self, kind: &str, region: &str, calls: Vec<CallId>, gap: Option<String>) {
        self.hub.listing(Listing {
            account: self.account.clone(),
            region: region.to_owned(),
            kind: kind.to_owned(),
            complete: gap.is_none(),
            reason: gap.unwrap_or_default(),
            calls,
        });
    }
}

#[cfg(test)]
#[expect(clippy::result_large_err, clippy::unnecessary_wraps, reason = "the answers are the SDK's own type")]
mod tests {
    use super::{Pages, Question, Session};
    use crate::model::call::{CallOutcome, CallRecord};
    use crate::model::time::AsOf;
    use crate::source::aws::hub::Hub;
    use crate::source::aws::sts::Identity;
    use crate::source::aws::{Memory, Options};
    use crate::source::operations as table;
    use aws_config::SdkConfig;
    use aws_sdk_iam::operation::list_roles::{ListRolesError, ListRolesOutput};
    use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
    use aws_smithy_runtime_api::client::result::{ConnectorError, SdkError};
    use std::collections::BTreeMap;

    type Answer = Result<ListRolesOutput, SdkError<ListRolesError, HttpResponse>>;

    const BODY: &str = "<ListRolesResponse><ListRolesResult></ListRolesResult></ListRolesResponse>";

    fn page(marker: Option<&str>) -> Answer {
        let output = ListRolesOutput::builder().set_roles(Some(Vec::new())).set_marker(marker.map(str::to_owned));
        Ok(output.build().unwrap())
    }

    /// Asks for pages that `answer` gives by the token asked with.
    fn ask(body: &str, answer: impl Fn(Option<&str>) -> Answer) -> (Pages<ListRolesOutput>, Vec<CallRecord>) {
        let call = CallRecord {
            account: "123456789012".to_owned(),
            attempts: 1,
            body_sha256: None,
            id: String::new(),
            operation: String::new(),
            outcome: CallOutcome::Present,
            page: 1,
            parameters: BTreeMap::new(),
            reason: String::new(),
            region: String::new(),
            request_id: None,
            service: String::new(),
            time: AsOf::from_unix(0),
        };
        let identity = Identity { account: "123456789012".to_owned(), arn: "arn:aws:iam::1:root".to_owned(), call };
        let mut memory = Memory::default();
        let shared = SdkConfig::builder().build();
        let clock = || AsOf::from_unix(0);
        let hub = Hub::new(&mut memory, &|_| {});
        let session = Session::new(&Options::default(), shared, &identity, "eu-west-2", &hub, &clock);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let pages = runtime.block_on(session.pages(
            Question::new(&table::IAM_LIST_ROLES, "global", &[]),
            |recorder, token| {
                recorder.put(body.as_bytes());
                std::future::ready(answer(token.as_deref()))
            },
            |output: &ListRolesOutput| Ok(output.marker().map(str::to_owned)),
        ));
        hub.finished().unwrap();
        (pages, memory.calls)
    }

    #[test]
    fn pages_are_followed_to_the_end() {
        let (pages, calls) = ask(BODY, |token| page(if token.is_none() { Some("a") } else { None }));
        assert_eq!((pages.answered.len(), pages.gap, calls.len()), (2, None, 2));
        assert_eq!(calls.iter().map(|call| call.page).collect::<Vec<_>>(), [1, 2]);
        assert_ne!(calls[0].id, calls[1].id);
    }

    #[test]
    fn an_empty_token_is_the_end() {
        let (pages, _) = ask(BODY, |_| page(Some("")));
        assert_eq!((pages.answered.len(), pages.gap), (1, None));
    }

    #[test]
    fn a_loop_of_tokens_ends_and_is_incomplete() {
        let (pages, calls) = ask(BODY, |token| page(Some(if token == Some("a") { "b" } else { "a" })));
        assert_eq!(pages.answered.len(), 2);
        assert!(pages.gap.unwrap().starts_with("iam:ListRoles unparseable: its continuation token repeats"));
        assert_eq!(calls.last().unwrap().outcome, CallOutcome::Unparseable);
    }

    #[test]
    fn a_page_that_is_not_answered_leaves_the_earlier_ones() {
        let (pages, _) = ask(BODY, |token| match token {
            None => page(Some("a")),
            Some(_) => Err(SdkError::dispatch_failure(ConnectorError::io("gone".into()))),
        });
        assert_eq!(pages.answered.len(), 1);
        assert_eq!(pages.gap.as_deref(), Some("iam:ListRoles unreachable: no connection (page 2)"));
    }

    #[test]
    fn a_success_that_answers_another_question_is_no_page() {
        let (pages, calls) = ask("<Other/>", |_| page(None));
        assert!(pages.answered.is_empty() && pages.gap.is_some() && !pages.absent);
        assert_eq!(calls[0].outcome, CallOutcome::Unparseable);
    }
}
