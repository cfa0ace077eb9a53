//! Problems of an input file: what is wrong, where, and what to do about it.
//!
//! May import: `model`. Guarantees: every problem is a sentence with file and line; where the file was readable it also
//! has the span, so that the edge can show the line itself. Severity `Error` stopped the file; `Warning` set a part aside.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use miette::{Diagnostic, LabeledSpan, NamedSource, Severity, SourceCode};

use crate::model::assessment::Notice;

/// The largest file that is read. A declaration of ten thousand projects is smaller.
pub const FILE_LIMIT: usize = 4 * 1024 * 1024;
/// Problems of one file that are written out; more of them help nobody.
pub(super) const PROBLEM_LIMIT: usize = 50;

/// One thing that is wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// `tre.toml:12`, or `tre.toml` where no line is at fault.
    pub place: String,
    /// What is wrong, as a sentence without the place.
    pub text: String,
    /// What to do about it.
    pub help: String,
    /// The bytes at fault.
    pub span: Option<Range<usize>>,
    /// The file cannot be used; otherwise only this part of it is set aside.
    pub fatal: bool,
}

impl Problem {
    /// The sentence for the report's list of notices.
    #[must_use]
    pub fn notice(&self) -> Notice {
        Notice { place: self.place.clone(), text: format!("{} {}", self.text, self.help).trim().to_owned() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.text)
    }
}

impl std::error::Error for Problem {}

impl Diagnostic for Problem {
    fn severity(&self) -> Option<Severity> {
        Some(if self.fatal { Severity::Error } else { Severity::Warning })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        (!self.help.is_empty()).then(|| Box::new(&self.help) as Box<dyn fmt::Display>)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.span.clone()?;
        Some(Box::new(std::iter::once(LabeledSpan::new(None, span.start, span.len()))))
    }
}

/// Everything that is wrong in one file, with its text, ready for `miette` to show.
#[derive(Debug, Clone)]
pub struct Problems {
    /// The file's name, without a directory.
    pub name: String,
    /// In the order of the file.
    pub list: Vec<Problem>,
    /// Further problems that are not in the list.
    pub more: usize,
    source: NamedSource<Arc<str>>,
}

impl Problems {
    /// The problems of the file `name` with this text.
    #[must_use]
    pub fn new(name: &str, text: &str, mut list: Vec<Problem>) -> Self {
        list.sort_by_key(|p| p.span.as_ref().map_or(0, |s| s.start));
        let more = list.len().saturating_sub(PROBLEM_LIMIT);
        list.truncate(PROBLEM_LIMIT);
        Self { name: name.to_owned(), list, more, source: NamedSource::new(name, Arc::from(text)) }
    }

    fn fatal(&self) -> bool {
        self.list.iter().any(|p| p.fatal)
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.list.len() + self.more;
        let problems = if count == 1 { "problem" } else { "problems" };
        if self.fatal() {
            write!(f, "{} cannot be used: it has {count} {problems}", self.name)?;
        } else {
            write!(f, "{} has {count} {problems}; the parts concerned were set aside", self.name)?;
        }
        if self.more > 0 {
            write!(f, ", of which the first {} are shown", self.list.len())?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

impl Diagnostic for Problems {
    fn severity(&self) -> Option<Severity> {
        Some(if self.fatal() { Severity::Error } else { Severity::Warning })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.list.iter().map(|p| p as &dyn Diagnostic)))
    }
}

/// Why a declaration or a register cannot be used at all.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum DeclarationError {
    /// The file could not be read from disk.
    #[error("cannot read {name}: {source}")]
    #[diagnostic(help("check the path and that it may be read"))]
    Read { name: String, source: std::io::Error },
    /// The file is not text.
    #[error("{name} is not UTF-8 text")]
    #[diagnostic(help("save it as UTF-8; TOML allows no other encoding"))]
    NotText { name: String },
    /// The file is larger than any declaration.
    #[error("{name} has {size} bytes; a file of a declaration has at most {FILE_LIMIT} (4 MiB)")]
    #[diagnostic(help("give the right file, or let tags say what the file repeats"))]
    TooLarge { name: String, size: u64 },
    /// The text is no TOML, or has members or types that the form does not know.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Form(Box<Problems>),
}
