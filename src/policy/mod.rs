//! Cedar as the judge: load, validate, lint, evaluate, explain. The only importer of `cedar_policy`.
//!
//! May import: `model`, `catalogue`. Guarantees: a fact that is not there makes a verdict *not assessed*, never met; all
//! controls judged at once give the same verdicts as one by one.

mod convert;
mod index;
mod judge;
mod lint;
mod load;
mod paths;
mod schema;
mod split;

pub use convert::ConvertError;
pub use judge::{Instead, Judge, JudgeContext, Judgement, World};
pub use load::PolicyError;
