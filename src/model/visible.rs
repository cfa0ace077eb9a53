//! Text that came from outside, with everything that cannot be seen spelt out: for pages, the terminal and comments in files.
//!
//! May import: `model`. Guarantees: what comes out holds no control, bidirectional or other invisible character that could
//! change how the text around it looks or end the line it stands on, and is not longer than was asked and a note.

use std::fmt::Write as _;

use super::plural::number;

/// A text of at most `longest` characters with a note of how many there were. In a block line feeds and tabs stay.
#[must_use]
pub fn visible(text: &str, longest: usize, block: bool) -> String {
    let mut out = String::with_capacity(text.len().min(longest.saturating_mul(4)));
    for (place, c) in text.chars().enumerate() {
        if place >= longest {
            let all = text.chars().count() as u64;
            let _ = write!(out, "… ({} characters)", number(all));
            break;
        }
        if block && matches!(c, '\n' | '\t') {
            out.push(c);
        } else if block && c == '\r' {
            // A carriage return before a line feed says nothing to a reader.
        } else if hidden(c) {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// Characters that cannot be seen but change what can: controls, bidirectional marks, joiners, tags, fillers, surrogates'
/// leftovers and the line separators.
#[must_use]
pub fn hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn no_text_can_leave_its_line() {
        assert_eq!(visible("a\nb\r\u{2028}c\u{202e}", 99, false), "a\\u{a}b\\u{d}\\u{2028}c\\u{202e}");
        assert_eq!(visible("abcd", 3, false), "abc… (4 characters)");
    }
}
