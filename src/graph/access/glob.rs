//! Patterns with `*` and `?`, held against one text or against all texts of another pattern.
//!
//! May import: `graph`. Guarantees: a yes is right for every text that the other side stands for, a no for none of them;
//! each comparison takes at most the product of the two lengths, and all of them together no more than the fuel that is
//! given: what it did not suffice for is unknown, never a yes or a no.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>: a wildcard stands within
//! one segment of an ARN; at the end of a segment it can reach over the colon.

use std::cell::Cell;

use super::truth::Truth;

/// One place of a pattern. A text is a pattern of characters alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    Char(char),
    /// `?`: one character.
    One,
    /// `*`: any number of characters.
    Many,
}

/// Steps of matching that may still be taken, so that no policy, however it is written, holds an audit up.
#[derive(Debug)]
pub struct Fuel(Cell<u64>);

impl Fuel {
    /// Steps for one question: some hundredths of a second of work, a thousand times what real policies need.
    pub const ONE_QUESTION: u64 = 20_000_000;

    /// So many steps of matching.
    #[must_use]
    pub fn new(steps: u64) -> Self {
        Self(Cell::new(steps))
    }

    /// Whether there was not enough, so that some answers are unknown for that alone.
    #[must_use]
    pub fn is_spent(&self) -> bool {
        self.0.get() == 0
    }

    fn take(&self, steps: usize) -> bool {
        let left = self.0.get().checked_sub(u64::try_from(steps).unwrap_or(u64::MAX));
        self.0.set(left.unwrap_or(0));
        left.is_some()
    }
}

impl Default for Fuel {
    fn default() -> Self {
        Self::new(Self::ONE_QUESTION)
    }
}

/// The characters of a text, none of which stands for others.
pub(super) fn literal(text: &str) -> Vec<Token> {
    text.chars().map(Token::Char).collect()
}

/// The places of a pattern.
pub(super) fn wild(text: &str) -> Vec<Token> {
    let token = |c| match c {
        '*' => Token::Many,
        '?' => Token::One,
        c => Token::Char(c),
    };
    ordered(text.chars().map(token))
}

/// With `?` before `*` wherever they stand side by side: `*?` and `?*` mean the same, and only one is compared.
pub(super) fn ordered(tokens: impl Iterator<Item = Token>) -> Vec<Token> {
    let mut out = Vec::new();
    let mut many = false;
    for token in tokens {
        match token {
            Token::Many => many = true,
            Token::One => out.push(Token::One),
            Token::Char(c) => {
                if std::mem::take(&mut many) {
                    out.push(Token::Many);
                }
                out.push(Token::Char(c));
            }
        }
    }
    if many {
        out.push(Token::Many);
    }
    out
}

/// How many of the texts that `other` stands for a pattern matches: all, none, or some.
pub(super) fn matches(pattern: &[Token], other: &[Token], fuel: &Fuel) -> Truth {
    match contains(pattern, other, fuel) {
        None => Truth::Unknown,
        Some(true) => Truth::Yes,
        // One text is matched or not.
        Some(false) if other.iter().all(|t| matches!(t, Token::Char(_))) => Truth::No,
        Some(false) if overlaps(pattern, other, fuel) == Some(false) => Truth::No,
        Some(false) => Truth::Unknown,
    }
}

/// The same for patterns of ARNs: where it hangs on whether a wildcard reaches over a colon, it is unknown.
pub(super) fn matches_arn(pattern: &[Token], other: &[Token], fuel: &Fuel) -> Truth {
    let whole = matches(pattern, other, fuel);
    if whole != Truth::Yes || stays_in_its_segments(pattern) {
        return whole;
    }
    segments(pattern, other, fuel).unwrap_or(Truth::Unknown).and(whole).or(Truth::Unknown)
}

/// Each of the six parts of an ARN on its own; none where one of the two has not six parts.
pub(super) fn segments(pattern: &[Token], other: &[Token], fuel: &Fuel) -> Option<Truth> {
    let parts = |tokens| split(tokens).filter(|parts| parts.len() == 6);
    let (pattern, other) = (parts(pattern)?, parts(other)?);
    Some(pattern.iter().zip(other).map(|(p, o)| matches(p, o, fuel)).fold(Truth::Yes, Truth::and))
}

/// The parts of an ARN; none where a wildcard stands at a place where it may be several of them.
fn split(tokens: &[Token]) -> Option<Vec<&[Token]>> {
    let parts: Vec<&[Token]> = tokens.splitn(6, |t| *t == Token::Char(':')).collect();
    Some(parts).filter(|p| !p.is_empty())
}

/// Whether no wildcard before the last part of an ARN is followed by more of its segment.
fn stays_in_its_segments(pattern: &[Token]) -> bool {
    pattern.splitn(6, |t| *t == Token::Char(':')).take(5).all(|segment| {
        segment.split_last().is_none_or(|(_, inner)| inner.iter().all(|t| matches!(t, Token::Char(_))))
            && segment.last() != Some(&Token::One)
    })
}

/// Whether the pattern matches all that the other stands for; none without fuel. A star of the other is covered only by
/// a star, so that a no may be wrong where both are patterns.
fn contains(pattern: &[Token], other: &[Token], fuel: &Fuel) -> Option<bool> {
    let (mut at, mut on) = (0_usize, 0_usize);
    // Where to go on after the last star took one place more.
    let mut back: Option<(usize, usize)> = None;
    let mut steps = 0_usize;
    let result = loop {
        steps = steps.saturating_add(1);
        // Asked for now and then, so that one comparison cannot run away either.
        if steps == 4096 {
            if !fuel.take(steps) {
                return None;
            }
            steps = 0;
        }
        match (pattern.get(at), other.get(on)) {
            (None, None) => break true,
            (Some(Token::Many), _) => {
                at = at.saturating_add(1);
                back = Some((at, on));
            }
            (Some(p), Some(o)) if covers(*p, *o) => {
                at = at.saturating_add(1);
                on = on.saturating_add(1);
            }
            _ => match back {
                Some((star, from)) if from < other.len() => {
                    at = star;
                    on = from.saturating_add(1);
                    back = Some((star, on));
                }
                _ => break false,
            },
        }
    };
    fuel.take(steps).then_some(result)
}

fn covers(pattern: Token, other: Token) -> bool {
    match (pattern, other) {
        (Token::Many, _) | (Token::One, Token::Char(_) | Token::One) => true,
        (Token::Char(p), Token::Char(o)) => p == o,
        _ => false,
    }
}

/// Whether some text matches both; none without fuel.
fn overlaps(one: &[Token], two: &[Token], fuel: &Fuel) -> Option<bool> {
    // Most names begin alike: what both write out needs no looking into.
    let same = one.iter().zip(two).take_while(|(a, b)| a == b && matches!(a, Token::Char(_))).count();
    let (one, two) = (one.get(same..).unwrap_or_default(), two.get(same..).unwrap_or_default());
    if let (Some(Token::Char(_)), Some(Token::Char(_))) = (one.first(), two.first()) {
        return Some(false);
    }
    if !fuel.take(one.len().saturating_add(1).saturating_mul(two.len().saturating_add(1))) {
        return None;
    }
    // Row by row from the end: whether what is left of one and what is left of two have a text in common.
    let nothing_left = |tokens: &[Token]| tokens.iter().all(|t| *t == Token::Many);
    let mut below: Vec<bool> = (0..=two.len()).map(|j| two.get(j..).is_some_and(nothing_left)).collect();
    let mut row = below.clone();
    for (i, p) in one.iter().enumerate().rev() {
        // What was found one place further on, in this row and in the one below.
        let mut next = one.get(i..).is_some_and(nothing_left);
        let mut below_next = below.last().copied().unwrap_or(false);
        if let Some(end) = row.last_mut() {
            *end = next;
        }
        for ((o, below), place) in two.iter().zip(&below).zip(&mut row).rev() {
            let common = match (p, o) {
                (Token::Many, _) | (_, Token::Many) => *below || next,
                (Token::Char(a), Token::Char(b)) if a != b => false,
                _ => below_next,
            };
            *place = common;
            next = common;
            below_next = *below;
        }
        std::mem::swap(&mut below, &mut row);
    }
    Some(below.first().copied().unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use super::Truth::{No, Unknown, Yes};
    use super::*;

    fn ask(pattern: &str, other: &str) -> Truth {
        matches(&wild(pattern), &wild(other), &Fuel::default())
    }

    fn arn(pattern: &str, other: &str) -> Truth {
        matches_arn(&wild(pattern), &wild(other), &Fuel::default())
    }

    #[test]
    fn a_text_is_matched_or_not() {
        for (pattern, text, wanted) in [
            ("*", "", Yes),
            ("a*b*c", "aXbYbc", Yes),
            ("a*ab", "ab", No),
            ("a?c", "abc", Yes),
            ("a?c", "ac", No),
            ("", "", Yes),
            ("", "a", No),
            ("*a", "ba", Yes),
            ("*a", "ab", No),
            ("é?", "éü", Yes),
        ] {
            assert_eq!(ask(pattern, text), wanted, "{pattern} on {text}");
        }
    }

    #[test]
    fn a_pattern_holds_all_some_or_none_of_another() {
        for (pattern, other, wanted) in [
            ("b/*", "b/*", Yes),
            ("*", "b/*", Yes),
            ("b/p/*", "b/*", Unknown),
            ("b/*.csv", "b/p/*", Unknown),
            ("b/p/*", "b/q/*", No),
            ("b?", "b*", Unknown),
            ("?*", "*?", Yes),
            ("b/*x", "b/*y", No),
            ("a*b", "*", Unknown),
            ("b", "b/*", No),
        ] {
            assert_eq!(ask(pattern, other), wanted, "{pattern} on {other}");
        }
    }

    /// All short patterns over two letters against all short texts: the answers are exactly what counting gives, where a
    /// no of `contains` between two patterns may be an unknown.
    #[test]
    fn short_patterns_are_right_by_counting() {
        let words = |letters: &str, most: usize| {
            let mut all = vec![String::new()];
            let mut last = all.clone();
            for _ in 0..most {
                last = last.iter().flat_map(|w| letters.chars().map(move |c| format!("{w}{c}"))).collect();
                all.extend(last.iter().cloned());
            }
            all
        };
        // A third letter stands for all that neither names.
        let texts = words("abz", 6);
        let patterns = words("ab*?", 3);
        let member = |p: &str| -> Vec<bool> { texts.iter().map(|t| ask(p, t) == Yes).collect() };
        let members: Vec<Vec<bool>> = patterns.iter().map(|p| member(p)).collect();
        for (p, of_p) in patterns.iter().zip(&members) {
            for (o, of_o) in patterns.iter().zip(&members) {
                let common = of_p.iter().zip(of_o).any(|(a, b)| *a && *b);
                let all = of_p.iter().zip(of_o).all(|(a, b)| *a || !*b);
                match ask(p, o) {
                    Yes => assert!(all, "{p} does not hold all of {o}"),
                    No => assert!(!common, "{p} and {o} have texts in common"),
                    Unknown => assert!(common, "{p} and {o} have no text in common"),
                }
            }
        }
    }

    #[test]
    fn a_wildcard_of_an_arn_stays_in_its_segment_or_nobody_knows() {
        let object = "arn:aws:s3:::b/a:b";
        assert_eq!(arn("arn:aws:s3:::b/*", object), Yes);
        assert_eq!(arn("arn:aws:s3*", object), Yes);
        assert_eq!(arn("arn:*:s3:::b/*", object), Yes);
        assert_eq!(arn("arn:*3:::b/*", object), Unknown);
        assert_eq!(arn("arn:aws:s3:?:b/*", object), Unknown);
        assert_eq!(arn("arn:aws:?3:::b/*", object), Yes);
        assert_eq!(arn("arn:aws:s3:::c/*", object), No);
    }

    #[test]
    fn a_hostile_pattern_ends_in_unknown() {
        let fuel = Fuel::new(1_000_000);
        let pattern = wild(&format!("{}b", "*a".repeat(5_000)));
        let text = literal(&"a".repeat(100_000));
        for _ in 0..20 {
            let _ = matches(&wild("*aaaaaaaaaaaaaaaaaaaaaaaab"), &text, &fuel);
        }
        assert!(fuel.is_spent());
        assert_eq!(matches(&pattern, &text, &fuel), Unknown);
        assert_eq!(matches(&pattern, &wild("*b*"), &fuel), Unknown);
    }
}
