//! To come.

/// TEMPORARY until the declaration lands.
pub mod glob {
    /// Whether `pattern` with `*` matches.
    #[must_use]
    pub fn matches(pattern: &str, text: &str) -> bool {
        pattern == text
    }
}
