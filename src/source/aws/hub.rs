//! Where everything goes that sessions read, of however many accounts at once.
//!
//! May import: `model`, `source`. Guarantees: after the sink failed nothing more is handed to it, and the failure is what the
//! collection ends with; the organisation's accounts are noted as they come: a suspended one, too, may hold data, and is
//! named where it cannot be read.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::model::call::CallRecord;
use crate::model::document::ResourceDocument;
use crate::model::inventory::Inventoried;
use crate::model::listing::Listing;

use super::{Progress, Read, Sink, SinkError};

/// What was counted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counts {
    pub(super) calls: u64,
    pub(super) gaps: u64,
    pub(super) documents: u64,
}

/// The sink, and what was counted on the way into it.
pub(super) struct Hub<'a> {
    sink: RefCell<&'a mut dyn Sink>,
    failed: RefCell<Option<SinkError>>,
    progress: &'a dyn Fn(Progress<'_>),
    calls: Cell<u64>,
    gaps: Cell<u64>,
    documents: Cell<u64>,
    /// By the account that showed them.
    members: RefCell<BTreeMap<String, BTreeSet<String>>>,
}

impl fmt::Debug for Hub<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub").finish_non_exhaustive()
    }
}

/// What a declared table begins with in the note of an account, which no Region does.
const TABLE: &str = "table:";

fn more(count: &Cell<u64>) {
    count.set(count.get().saturating_add(1));
}

impl<'a> Hub<'a> {
    pub(super) fn new(sink: &'a mut dyn Sink, progress: &'a dyn Fn(Progress<'_>)) -> Self {
        Self {
            sink: RefCell::new(sink),
            failed: RefCell::new(None),
            progress,
            calls: Cell::new(0),
            gaps: Cell::new(0),
            documents: Cell::new(0),
            members: RefCell::default(),
        }
    }

    /// Whether the sink has given up.
    pub(super) fn has_failed(&self) -> bool {
        self.failed.borrow().is_some()
    }

    fn keep<T>(&self, write: impl FnOnce(&mut dyn Sink) -> Result<T, SinkError>) -> Option<T> {
        if self.has_failed() {
            return None;
        }
        let result = write(&mut **self.sink.borrow_mut());
        result.map_err(|error| *self.failed.borrow_mut() = Some(error)).ok()
    }

    pub(super) fn call(&self, call: CallRecord) {
        more(&self.calls);
        if !call.outcome.answered() {
            more(&self.gaps);
        }
        self.keep(|sink| sink.call(call));
    }

    pub(super) fn document(&self, document: ResourceDocument) {
        more(&self.documents);
        if document.kind == "AWS::Organizations::Account" {
            let mut members = self.members.borrow_mut();
            members.entry(document.account.clone()).or_default().insert(document.id.clone());
        }
        self.keep(|sink| sink.document(document));
    }

    pub(super) fn listing(&self, listing: Listing) {
        self.keep(|sink| sink.listing(listing));
    }

    pub(super) fn late_listing(&self, listing: Listing) {
        self.keep(|sink| sink.late_listing(listing));
    }

    pub(super) fn inventoried(&self, asker: &str, row: Inventoried) {
        self.keep(|sink| sink.inventoried(asker, row));
    }

    /// Says that a call has ended.
    pub(super) fn step(&self, call: &CallRecord, service: &'static str, operation: &'static str) {
        (self.progress)(Progress {
            service,
            operation,
            region: &call.region,
            outcome: call.outcome,
            calls: self.calls.get(),
            gaps: self.gaps.get(),
            documents: self.documents.get(),
        });
    }

    /// What is known of an account that was read before the collection was interrupted.
    pub(super) fn begins(&self, account: &str) -> Result<Option<Read>, SinkError> {
        let note = self.keep(|sink| sink.begins(account)).flatten();
        self.finished()?;
        Ok(note.map(|note| {
            let (tables, note): (Vec<_>, Vec<_>) = note.into_iter().partition(|word| word.starts_with(TABLE));
            let tables = tables.iter().filter_map(|word| word.strip_prefix(TABLE)).map(str::to_owned).collect();
            let (members, regions) = note.into_iter().partition(|word| word.bytes().all(|b| b.is_ascii_digit()));
            Read { members, regions, tables }
        }))
    }

    /// Nothing more comes of an account.
    pub(super) fn ends(&self, account: &str, regions: &[String], tables: BTreeSet<String>) -> Result<Read, SinkError> {
        let members = self.members.borrow_mut().remove(account).unwrap_or_default();
        let read = Read { members, regions: regions.iter().cloned().collect(), tables };
        let mut note: Vec<String> = read.members.union(&read.regions).cloned().collect();
        note.extend(read.tables.iter().map(|table| format!("{TABLE}{table}")));
        self.keep(|sink| sink.ends(account, note));
        self.finished()?;
        Ok(read)
    }

    /// Why the sink gave up, if it did.
    pub(super) fn finished(&self) -> Result<(), SinkError> {
        self.failed.borrow().as_ref().map_or(Ok(()), |error| Err(error.clone()))
    }

    pub(super) fn counts(&self) -> Counts {
        Counts { calls: self.calls.get(), gaps: self.gaps.get(), documents: self.documents.get() }
    }
}
