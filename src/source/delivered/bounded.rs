//! Bytes of a JSON text on their way to its parser, as long as the parser can take them in little memory.
//!
//! May import: nothing of this crate. Guarantees: no more than the allowed bytes pass, no text is longer and no bracket deeper
//! than allowed: a parser holds a text that it does not keep, and one byte for each open bracket.

use std::io::{self, Read};

use super::Limits;

/// Reads from `inner`, and stops for good where a limit is met.
#[derive(Debug)]
pub(super) struct Bounded<R> {
    inner: R,
    limits: Limits,
    seen: u64,
    /// Bytes of the text that is open; none outside one.
    text: Option<u64>,
    escaped: bool,
    depth: u32,
    stopped: Option<String>,
}

impl<R: Read> Bounded<R> {
    pub(super) fn new(inner: R, limits: Limits) -> Self {
        Self { inner, limits, seen: 0, text: None, escaped: false, depth: 0, stopped: None }
    }

    /// Why it stopped before the end.
    pub(super) fn stopped(&self) -> Option<String> {
        self.stopped.clone()
    }

    fn see(&mut self, byte: u8) -> Result<(), String> {
        match (self.text, byte) {
            (Some(_), _) if self.escaped => self.escaped = false,
            (Some(_), b'\\') => self.escaped = true,
            (Some(_), b'"') => {
                self.text = None;
                return Ok(());
            }
            (Some(_), _) => {}
            (None, b'"') => self.text = Some(0),
            (None, b'{' | b'[') => self.depth += 1,
            (None, b'}' | b']') => self.depth = self.depth.saturating_sub(1),
            (None, _) => {}
        }
        if let Some(length) = &mut self.text {
            *length += 1;
            if *length > self.limits.text {
                return Err(format!("a text of it is longer than {} bytes", self.limits.text));
            }
        }
        if self.depth > self.limits.depth {
            return Err(format!("it is nested more than {} deep", self.limits.depth));
        }
        Ok(())
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.stopped.is_some() {
            return Ok(0);
        }
        let count = match self.inner.read(bytes) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
            Err(error) => {
                self.stopped = Some(match error.kind() {
                    io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
                        "it is no gzip file, or damaged".to_owned()
                    }
                    io::ErrorKind::UnexpectedEof => "it is truncated".to_owned(),
                    kind => format!("it cannot be read: {kind}"),
                });
                return Ok(0);
            }
        };
        self.seen += count as u64;
        let limits = self.limits;
        let mut wrong =
            (self.seen > limits.bytes).then(|| format!("it is more than {} bytes when decompressed", limits.bytes));
        for byte in bytes.get(..count).unwrap_or_default() {
            wrong = wrong.or_else(|| self.see(*byte).err());
        }
        if wrong.is_some() {
            self.stopped = wrong;
            return Ok(0);
        }
        Ok(count)
    }
}
