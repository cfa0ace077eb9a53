//! IAM policy documents as statements, and the questions about them that need no full evaluation.
//!
//! May import: nothing of this crate. Guarantees: a document that is not in a form that it understands is an error, never
//! an empty policy.
