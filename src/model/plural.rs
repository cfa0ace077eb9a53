//! Counts with their nouns: "1 account", "4,812 resources".
//!
//! May import: nothing of this crate. Guarantees: thousands are grouped by commas, and one is singular.

/// The number with its thousands grouped: `4,812`.
#[must_use]
pub fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count and its noun, for nouns whose plural adds an s: `count(2, "account")` is `2 accounts`.
#[must_use]
pub fn count(n: u64, noun: &str) -> String {
    let number = number(n);
    if n == 1 { format!("{number} {noun}") } else { format!("{number} {noun}s") }
}

/// `singular` for one, else `plural`.
#[must_use]
pub fn choose<'a>(n: u64, singular: &'a str, plural: &'a str) -> &'a str {
    if n == 1 { singular } else { plural }
}

/// `a, b and c`.
#[must_use]
pub fn list(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::{count, list, number};

    #[test]
    fn thousands_are_grouped() {
        assert_eq!([0, 7, 999, 1000, 4812, 1_234_567].map(number), ["0", "7", "999", "1,000", "4,812", "1,234,567"]);
    }

    #[test]
    fn one_is_singular_and_nought_is_plural() {
        assert_eq!([0, 1, 2].map(|n| count(n, "account")), ["0 accounts", "1 account", "2 accounts"]);
    }

    #[test]
    fn the_last_of_a_list_is_joined_by_and() {
        let parts = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
        assert_eq!(list(&parts(&["a", "b", "c"])), "a, b and c");
        assert_eq!(list(&parts(&["a"])), "a");
    }
}
