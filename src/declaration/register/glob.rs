//! Matching with `*`, in time linear in the text.
//!
//! May import: nothing. Guarantees: no backtracking: the pieces between stars are looked for once each, from left to
//! right, which is right because the leftmost place of a piece leaves most room for the rest.

/// Whether `text` matches `pattern`, in which `*` stands for any text, empty too. Everything else stands for itself.
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(first) else { return false };
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    for piece in middle.split('*') {
        let Some((_, after)) = text.split_once(piece) else { return false };
        text = after;
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;
    use proptest::prelude::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, text) in [
            ("", ""),
            ("*", ""),
            ("*", "anything"),
            ("**", "anything"),
            ("arn:aws:s3:::tre-*", "arn:aws:s3:::tre-"),
            ("arn:aws:s3:::tre-*", "arn:aws:s3:::tre-data/key"),
            ("*-data", "tre-data"),
            ("a*b*c", "aXbbYc"),
            ("a*a", "aa"),
            ("*é*", "café au lait"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn everything_else_stands_for_itself() {
        for (pattern, text) in [
            ("", "a"),
            ("a", "A"),
            ("a?", "ab"),
            ("a*a", "a"),
            ("*ab*ab", "ab"),
            ("arn:aws:s3:::tre-*", "arn:aws:s3:::other"),
            ("a*b*c", "acb"),
            ("[ab]", "a"),
        ] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn a_pattern_made_to_backtrack_costs_nothing() {
        let pattern = "a*".repeat(20_000) + "b";
        assert!(!matches(&pattern, &"a".repeat(200_000)));
    }

    /// The textbook definition, exponential in the worst case.
    fn oracle(pattern: &[u8], text: &[u8]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some((b'*', rest)) => (0..=text.len()).any(|at| oracle(rest, &text[at..])),
            Some((byte, rest)) => text.first() == Some(byte) && oracle(rest, &text[1..]),
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_definition(pattern in "[ab*]{0,7}", text in "[ab]{0,9}") {
            prop_assert_eq!(matches(&pattern, &text), oracle(pattern.as_bytes(), text.as_bytes()));
        }
    }
}
