//! Effective access held against an implementation that nobody here wrote, against AWS's documented examples, and
//! against what has to hold of any policies.

#[cfg(test)]
mod case;
#[cfg(test)]
mod crowds;
#[cfg(test)]
mod differential;
#[cfg(test)]
mod documented;
#[cfg(test)]
mod generator;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod properties;
