//! How the program meets a person: streams, colour, width, progress, and the one look at the clock.
//!
//! May import: `model`. Guarantees: stdout carries the result and stderr the story; no colour where it was not wanted;
//! a reader that closes its end of a pipe ends the program quietly.

pub mod clock;
pub mod colour;
pub mod progress;
pub mod width;

use std::fmt;
use std::io::{self, Write};

use anstream::AutoStream;

pub use colour::Colour;

/// Where the result and the story go. Everything that prints is given one of these; styles may always be written, the
/// stream drops them where they are not wanted.
pub struct Streams {
    /// The result.
    pub out: Box<dyn Write + Send>,
    /// The story.
    pub err: Box<dyn Write + Send>,
}

impl Streams {
    /// The process's own streams. Call once, in `main`.
    #[must_use]
    pub fn new(colour: Colour) -> Self {
        let environment = colour::Environment::read();
        Self {
            out: Box::new(AutoStream::new(io::stdout(), colour.resolve(&environment, colour::stdout_is_terminal()))),
            err: Box::new(AutoStream::new(io::stderr(), colour.resolve(&environment, colour::stderr_is_terminal()))),
        }
    }

    /// Streams that end in the given writers, without styles.
    #[must_use]
    pub fn plain(out: Box<dyn Write + Send>, err: Box<dyn Write + Send>) -> Self {
        Self { out: Box::new(AutoStream::never(out)), err: Box::new(AutoStream::never(err)) }
    }

    /// Writes out what was kept back.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()?;
        self.err.flush()
    }
}

impl fmt::Debug for Streams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streams").finish_non_exhaustive()
    }
}

/// Takes a closed pipe (`havenmark … | head`) for a success: the reader has what it wanted.
pub fn quiet_broken_pipe(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Whether an error, or one that caused it, is a closed pipe.
#[must_use]
pub fn is_broken_pipe(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe) {
            return true;
        }
        next = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use std::io;

    #[test]
    fn a_closed_pipe_is_no_failure_and_anything_else_is() {
        assert!(super::quiet_broken_pipe(Err(io::Error::from(io::ErrorKind::BrokenPipe))).is_ok());
        assert!(super::quiet_broken_pipe(Err(io::Error::from(io::ErrorKind::StorageFull))).is_err());
        assert!(super::is_broken_pipe(&io::Error::from(io::ErrorKind::BrokenPipe)));
    }
}
