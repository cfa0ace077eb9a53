//! Text that came from outside, made fit for a reader: the one place where that is done for the page and the terminal.
//!
//! May import: `model`. Guarantees: what comes out holds no control, bidirectional or other invisible
//! character that could change how the text around it looks, and is not longer than [`LONGEST`] characters and a note.
//! It does not escape markup: the templates do, for every text.

use std::fmt::{self, Write as _};

use crate::model::visible::visible;

/// Characters of one text that are shown.
pub const LONGEST: usize = 2_000;

/// A text that is fit to be shown. Only this module makes one from outside text.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shown(String);

impl Shown {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A text of one line: line feeds and tabs are made visible as well.
#[must_use]
pub fn show(text: &str) -> Shown {
    Shown(clean(text, false))
}

/// A text of several lines (a policy, a command): line feeds and tabs stay.
#[must_use]
pub fn show_block(text: &str) -> Shown {
    Shown(clean(text, true))
}

/// A JSON value on one line: strings without their quotation marks, everything else as JSON.
#[must_use]
pub fn show_value(value: &serde_json::Value) -> Shown {
    if let serde_json::Value::String(text) = value {
        return if text.is_empty() { Shown("\"\"".to_owned()) } else { show(text) };
    }
    let mut bytes = Vec::new();
    // Writing to a Vec cannot fail.
    let _ = crate::model::canonical::write(value, &mut bytes);
    show(&String::from_utf8_lossy(&bytes))
}

fn clean(text: &str, block: bool) -> String {
    visible(text, LONGEST, block)
}

/// A name cut where a line may break, behind its dots, colons and slashes: the page joins the parts.
#[must_use]
pub fn breakable(text: &Shown) -> Vec<Shown> {
    text.0.split_inclusive(['.', ':', '/', ',']).map(|part| Shown(part.to_owned())).collect()
}

/// A text as lines of at most `width` characters, broken between words. A word that is longer stands on a line of its own.
#[must_use]
pub fn wrap(text: &Shown, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.as_str().split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// An id that can stand in `id=""` and behind `#`: lower case, letters, digits, dot and hyphen.
#[must_use]
pub fn anchor(text: &str) -> String {
    text.chars()
        .take(120)
        .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c.to_ascii_lowercase() } else { '-' })
        .collect()
}

/// A text as the inside of a CSS string: everything but plain letters, digits and spaces is escaped.
#[must_use]
pub fn css_string(text: &Shown) -> String {
    let mut out = String::new();
    for c in text.as_str().chars().take(120) {
        if c.is_ascii_alphanumeric() || c == ' ' {
            out.push(c);
        } else {
            // The space ends the escape and is no part of the text.
            let _ = write!(out, "\\{:06x} ", u32::from(c));
        }
    }
    out
}

/// A hash as a reader compares it: `9f2c…41ab`.
#[must_use]
pub fn short_hash(hash: &str) -> Shown {
    match (hash.get(..4), hash.len().checked_sub(4).and_then(|from| hash.get(from..))) {
        (Some(head), Some(tail)) if hash.len() > 12 => show(&format!("{head}…{tail}")),
        _ => show(hash),
    }
}

#[cfg(test)]
mod tests {
    use super::{anchor, css_string, show, show_block, show_value, wrap};

    #[test]
    fn what_cannot_be_seen_is_spelt_out() {
        assert_eq!(show("a\u{202e}b\u{7}c\nd\u{1b}[31m").as_str(), "a\\u{202e}b\\u{7}c\\u{a}d\\u{1b}[31m");
        assert_eq!(show_block("a\r\n\tb\u{2066}").as_str(), "a\n\tb\\u{2066}");
        assert_eq!(show("Ysbyty Tŷ Gwyn, 東京").as_str(), "Ysbyty Tŷ Gwyn, 東京");
    }

    #[test]
    fn a_text_of_a_megabyte_is_shortened_and_says_so() {
        let shown = show(&"é".repeat(1_000_000));
        assert!(shown.as_str().ends_with("é… (1,000,000 characters)"));
        assert!(shown.as_str().chars().count() < 2_040);
    }

    #[test]
    fn lines_break_between_words_and_nowhere_else() {
        assert_eq!(wrap(&show("Stores speak  TLS only"), 12), ["Stores speak", "TLS only"]);
        assert_eq!(wrap(&show("a organizations:ListParents b"), 6), ["a", "organizations:ListParents", "b"]);
        assert!(wrap(&show(""), 6).is_empty());
    }

    #[test]
    fn anchors_and_css_strings_cannot_break_out() {
        assert_eq!(anchor("SET-NET-01\"><b>"), "set-net-01---b-");
        assert_eq!(css_string(&show("a\";}</style>")), "a\\000022 \\00003b \\00007d \\00003c \\00002f style\\00003e ");
    }

    #[test]
    fn values_are_shown_as_json_but_for_the_marks_around_a_string() {
        assert_eq!(show_value(&serde_json::json!("Enabled")).as_str(), "Enabled");
        assert_eq!(show_value(&serde_json::json!({"b": 1, "a": [true, null]})).as_str(), r#"{"a":[true,null],"b":1}"#);
    }
}
