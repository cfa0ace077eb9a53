//! The one look at the clock.
//!
//! May import: `model`. Guarantees: nothing else in the crate reads the time; only commands and live collection call
//! this, so that an audit stays a pure function of its inputs.

use crate::model::time::AsOf;

/// The present second, in UTC.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the place that every other module is sent to")]
pub fn now() -> AsOf {
    AsOf::from_unix(jiff::Timestamp::now().as_second())
}
