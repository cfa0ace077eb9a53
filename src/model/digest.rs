//! SHA-256 in lower-case hex, the only hash in any of our formats.
//!
//! May import: nothing of this crate. Guarantees: the text that `sha256sum` prints for the same bytes.

use sha2::{Digest as _, Sha256};

/// The SHA-256 of `bytes` as 64 lower-case hexadecimal digits.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Lower-case hexadecimal of any bytes.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    // Every verdict has one: by `format!` it would take longer than the hash.
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// SHA-256 and length of what comes in pieces.
#[derive(Debug, Default)]
pub struct Hasher {
    sha256: Sha256,
    bytes: u64,
}

impl Hasher {
    /// Adds a piece.
    pub fn add(&mut self, bytes: &[u8]) {
        self.sha256.update(bytes);
        self.bytes += bytes.len() as u64;
    }

    /// The number of bytes, and their SHA-256 as [`sha256_hex`] writes it.
    #[must_use]
    pub fn finish(self) -> (u64, String) {
        (self.bytes, hex(&self.sha256.finalize()))
    }
}

#[cfg(test)]
mod tests {
    use super::sha256_hex;

    #[test]
    fn agrees_with_the_published_test_vector() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(sha256_hex(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
