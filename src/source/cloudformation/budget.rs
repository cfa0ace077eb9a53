//! How much one input may grow while it is read: aliases, loops and functions can multiply a small file.
//!
//! May import: `model`. Guarantees: a budget that is spent stays spent, so that whoever spent it cannot be missed.

use std::cell::Cell;

use crate::model::planned::{InputError, Place};

/// How many nodes a file may have once its aliases are written out.
pub(super) const NODES: usize = 500_000;

/// How much text a file may have once its aliases are written out.
pub(super) const TEXT: usize = 64 * 1024 * 1024;

/// How much all worlds of an input may hold together: text, and a flat price for each value.
const ALL: usize = 256 * 1024 * 1024;

/// What a value costs beside its text.
const VALUE: usize = 48;

/// What is left to spend.
#[derive(Debug)]
pub(super) struct Budget(Cell<Option<usize>>);

impl Budget {
    pub(super) fn new() -> Self {
        Self(Cell::new(Some(ALL)))
    }

    /// Pays for a value with so much text. False once the budget is spent.
    pub(super) fn pay(&self, text: usize) -> bool {
        let left = self.0.get().and_then(|left| left.checked_sub(text.saturating_add(VALUE)));
        self.0.set(left);
        left.is_some()
    }

    /// An error if the budget was overdrawn.
    pub(super) fn check(&self, file: &str) -> Result<(), InputError> {
        if self.0.get().is_some() {
            return Ok(());
        }
        Err(InputError {
            place: Place { file: file.to_owned(), line: 0, column: 0 },
            message: format!(
                "{file} grows beyond {} MiB once its functions are worked out: split the template, or give fewer \
                 parameter sets",
                ALL >> 20
            ),
        })
    }
}
