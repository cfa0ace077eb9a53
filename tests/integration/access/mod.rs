//! Effective access held against an implementation that nobody here wrote, against AWS's documented examples, and
//! against what has to hold of any policies.

mod case;
mod differential;
mod documented;
mod generator;
mod limits;
mod oracle;
mod properties;
