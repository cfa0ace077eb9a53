//! What is collected, on its way into a snapshot.
//!
//! May import: everything below `commands`. Guarantees: nothing is written before the caller's identity is known; an account
//! that an interrupted run had read whole is not read again.

use std::collections::BTreeMap;
use std::path::Path;

use crate::model::call::CallRecord;
use crate::model::document::ResourceDocument;
use crate::model::inventory::Inventoried;
use crate::model::listing::Listing;
use crate::snapshot::{Plan, Writer};
use crate::source::aws::{Sink, SinkError};
use crate::ui::clock;

/// Begins the snapshot with the first thing that comes: the call that read the caller's identity.
pub(super) struct Keeper<'a> {
    pub(super) folder: &'a Path,
    pub(super) plan: Plan,
    pub(super) writer: Option<Writer>,
    /// Accounts that an earlier run had read.
    pub(super) kept: usize,
    /// What was read elsewhere of each account.
    pub(super) beside: BTreeMap<String, Vec<ResourceDocument>>,
    /// Told of each account that was read.
    pub(super) tell: &'a dyn Fn(&str),
}

impl Keeper<'_> {
    fn writer(&mut self) -> Result<&mut Writer, SinkError> {
        if self.writer.is_none() {
            let begun = Writer::resume(self.folder, self.plan.clone(), clock::now());
            self.writer = Some(begun.map_err(|e| SinkError(e.to_string()))?);
        }
        self.writer.as_mut().ok_or_else(|| SinkError("the snapshot could not be begun".to_owned()))
    }
}

impl Sink for Keeper<'_> {
    fn call(&mut self, call: CallRecord) -> Result<(), SinkError> {
        self.writer()?.record(call);
        Ok(())
    }

    fn document(&mut self, document: ResourceDocument) -> Result<(), SinkError> {
        self.writer()?.document(&document).map_err(|e| SinkError(e.to_string()))
    }

    fn listing(&mut self, listing: Listing) -> Result<(), SinkError> {
        self.writer()?.listing(listing);
        Ok(())
    }

    fn late_listing(&mut self, listing: Listing) -> Result<(), SinkError> {
        self.writer()?.late_listing(listing);
        Ok(())
    }

    fn inventoried(&mut self, asker: &str, row: Inventoried) -> Result<(), SinkError> {
        self.writer()?.inventoried(asker, row);
        Ok(())
    }

    fn begins(&mut self, account: &str) -> Result<Option<Vec<String>>, SinkError> {
        if self.writer.is_none() {
            // The first is the caller's own: another caller is another collection.
            self.plan.insert("caller's account".to_owned(), account.to_owned());
        }
        let note = self.writer()?.ended(account).map(<[String]>::to_vec);
        self.kept += usize::from(note.is_some());
        Ok(note)
    }

    fn ends(&mut self, account: &str, note: Vec<String>) -> Result<(), SinkError> {
        for document in self.beside.remove(account).unwrap_or_default() {
            self.document(document)?;
        }
        let (documents, gaps) = self.writer()?.end(account, note).map_err(|e| SinkError(e.to_string()))?;
        let resources = crate::model::plural::count(documents, "resource");
        let gaps = crate::model::plural::count(gaps, "gap");
        (self.tell)(&format!("{:>10} account {account}: {resources}, {gaps}", "Read"));
        Ok(())
    }
}
