//! How much one input may grow while it is read: aliases, loops and functions can multiply a small file.
//!
//! May import: `model`. Guarantees: a budget that is spent stays spent, so that whoever spent it cannot be missed.

use std::cell::Cell;

use crate::model::planned::{InputError, Place};

/// How many nodes a file may have once its aliases are written out.
pub(super) const NODES: usize = 250_000;

/// How much text a file may have once its aliases are written out.
pub(super) const TEXT: usize = 16 * 1024 * 1024;

/// How much all worlds of an input may hold together: text, and a flat price for each value.
pub(super) const ALL: usize = 64 * 1024 * 1024;

/// What a value costs beside its text: about what it takes in memory, and as much time as so many bytes of text.
pub(super) const VALUE: usize = 64;

/// How much the stacks of an assembly may hold together.
pub(super) const ASSEMBLY: usize = 4 * ALL;

/// What is left to spend.
#[derive(Debug)]
pub(super) struct Budget {
    left: Cell<Option<usize>>,
    all: usize,
    /// Whether others spent so much before that this is less than one input may have.
    is_rest: bool,
}

impl Budget {
    /// For one input, of which `left` is what is left for it and what comes after it.
    pub(super) fn within(left: usize) -> Self {
        let all = ALL.min(left);
        Self { left: Cell::new(Some(all)), all, is_rest: left < ALL }
    }

    pub(super) fn spent(&self) -> usize {
        self.all.saturating_sub(self.left.get().unwrap_or(0))
    }

    /// Pays for a value with so much text. False once the budget is spent.
    pub(super) fn pay(&self, text: usize) -> bool {
        let left = self.left.get().and_then(|left| left.checked_sub(text.saturating_add(VALUE)));
        self.left.set(left);
        left.is_some()
    }

    /// Whether more was asked for than there was: whatever comes then is thrown away, and need not be worked out.
    pub(super) fn is_spent(&self) -> bool {
        self.left.get().is_none()
    }

    /// An error if the budget was overdrawn.
    pub(super) fn check(&self, file: &str) -> Result<(), InputError> {
        if !self.is_spent() {
            return Ok(());
        }
        let message = if self.is_rest {
            format!(
                "with {file} the stacks grow beyond {} MiB together once their functions are worked out: check the \
                 templates one by one",
                ASSEMBLY >> 20
            )
        } else {
            format!(
                "{file} grows beyond {} MiB once its functions are worked out: split the template, or give fewer \
                 parameter sets",
                ALL >> 20
            )
        };
        Err(InputError { place: Place { file: file.to_owned(), line: 0, column: 0 }, message })
    }
}
