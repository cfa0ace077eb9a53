//! Finds the top-level conjuncts of a when-clause in Cedar text.
//!
//! May import: nothing of this crate. Guarantees: text inside strings and comments is never taken for an operator; the
//! pieces joined by `&&` are the whole clause.

/// Brackets within brackets, and words and signs of one policy. Cedar and what walks over its trees call themselves for each
/// level, so that these bound the stack; the largest policy of the program has a third of it.
const NESTING: usize = 32;
const LENGTH: usize = 600;

/// Whether a text is small enough for Cedar's parser.
pub(super) fn bounded(text: &str) -> Result<(), String> {
    let (mut depth, mut length, mut in_word) = (0usize, 0usize, false);
    for (at, token) in tokens(text) {
        let continues = in_word && token == Token::Word;
        in_word = token == Token::Word;
        match token {
            Token::Skipped => continue,
            Token::Other(c) if c.is_whitespace() => continue,
            Token::Word if continues => continue,
            Token::Other('(' | '[' | '{') => depth += 1,
            Token::Other(')' | ']' | '}') => depth = depth.saturating_sub(1),
            Token::Other(';') if depth == 0 => length = 0,
            _ => {}
        }
        length += 1;
        if depth > NESTING || length > LENGTH {
            let line = text.get(..at).unwrap_or_default().matches('\n').count() + 1;
            let what = if depth > NESTING { "brackets within brackets" } else { "words and signs in one policy" };
            let most = if depth > NESTING { NESTING } else { LENGTH };
            return Err(format!("line {line}: more than {most} {what}; divide it into controls"));
        }
    }
    Ok(())
}

/// The text between the braces of each `when { … }` of one policy, outermost braces only.
pub(super) fn when_clauses(policy: &str) -> Vec<&str> {
    let mut clauses = Vec::new();
    let mut depth = 0usize;
    let mut start = None;
    let mut word_before_brace = "";
    let mut word_start = None;
    for (at, token) in tokens(policy) {
        match token {
            Token::Word => {
                word_start.get_or_insert(at);
            }
            Token::Other(c) => {
                if let Some(begin) = word_start.take() {
                    word_before_brace = policy.get(begin..at).unwrap_or_default().trim();
                }
                match c {
                    '{' => {
                        if depth == 0 && word_before_brace == "when" {
                            start = Some(at + 1);
                        }
                        depth += 1;
                    }
                    '}' => {
                        depth = depth.saturating_sub(1);
                        if depth == 0
                            && let Some(begin) = start.take()
                        {
                            clauses.push(policy.get(begin..at).unwrap_or_default().trim());
                        }
                    }
                    c if !c.is_whitespace() => word_before_brace = "",
                    _ => {}
                }
            }
            Token::Skipped => {}
        }
    }
    clauses
}

/// The conjuncts of an expression: split at each `&&` outside of brackets, unless an operator that binds less tightly
/// (`||`, `if`) stands at the same level; then the expression is one piece.
pub(super) fn conjuncts(expression: &str) -> Vec<String> {
    let mut depth = 0usize;
    let mut cuts = Vec::new();
    let mut previous = (0usize, ' ');
    let mut loose = false;
    for (at, token) in tokens(expression) {
        if let Token::Other(c) = token {
            match c {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth = depth.saturating_sub(1),
                '&' if depth == 0 && previous == (at.wrapping_sub(1), '&') => cuts.push(at - 1),
                '|' if depth == 0 => loose = true,
                _ => {}
            }
            previous = (at, c);
        }
    }
    if loose || expression.trim_start().starts_with("if ") || expression.trim_start().starts_with("if(") {
        return vec![tidy(expression)];
    }
    let mut pieces = Vec::new();
    let mut begin = 0;
    for cut in cuts {
        pieces.push(tidy(expression.get(begin..cut).unwrap_or_default()));
        begin = cut + 2;
    }
    pieces.push(tidy(expression.get(begin..).unwrap_or_default()));
    pieces
}

/// One line, without comments, with single spaces outside of strings.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_string = false;
    let mut last_kept = 0;
    for (at, token) in tokens(text) {
        let end = text.get(at..).and_then(|t| t.chars().next()).map_or(at, |c| at + c.len_utf8());
        match token {
            Token::Skipped => {
                // Strings are skipped tokens too, but they start with a quote: keep them to the letter.
                if text.get(at..).is_some_and(|t| t.starts_with('"')) && !in_string {
                    in_string = true;
                    last_kept = at;
                }
            }
            Token::Word | Token::Other(_) => {
                if in_string {
                    out.push_str(text.get(last_kept..at).unwrap_or_default());
                    in_string = false;
                }
                let piece = text.get(at..end).unwrap_or_default();
                if piece.chars().all(char::is_whitespace) {
                    if !out.ends_with(' ') && !out.is_empty() {
                        out.push(' ');
                    }
                } else {
                    out.push_str(piece);
                }
            }
        }
    }
    if in_string {
        out.push_str(text.get(last_kept..).unwrap_or_default());
    }
    out.trim().to_owned()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    /// A character of a name.
    Word,
    /// Any other character that counts.
    Other(char),
    /// Inside a string or comment.
    Skipped,
}

fn tokens(text: &str) -> impl Iterator<Item = (usize, Token)> + '_ {
    let mut state = State::Code;
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (at, c) = chars.next()?;
        let next = chars.peek().map(|(_, c)| *c);
        let token = match state {
            State::Code => match (c, next) {
                ('"', _) => {
                    state = State::Text;
                    Token::Skipped
                }
                ('/', Some('/')) => {
                    state = State::Comment;
                    Token::Skipped
                }
                (c, _) if c.is_alphanumeric() || c == '_' => Token::Word,
                (c, _) => Token::Other(c),
            },
            State::Text => {
                match c {
                    '\\' => state = State::Escape,
                    '"' => state = State::Code,
                    _ => {}
                }
                Token::Skipped
            }
            State::Escape => {
                state = State::Text;
                Token::Skipped
            }
            State::Comment => {
                if c == '\n' {
                    state = State::Code;
                    Token::Other('\n')
                } else {
                    Token::Skipped
                }
            }
        };
        Some((at, token))
    })
}

#[derive(Clone, Copy)]
enum State {
    Code,
    Text,
    Escape,
    Comment,
}

#[cfg(test)]
mod tests {
    use super::{LENGTH, NESTING, bounded, conjuncts, when_clauses};

    #[test]
    fn the_size_of_one_policy_is_bounded_and_that_of_a_file_is_not() {
        let policy = format!("permit(principal, action, resource) when {{ {}1 == 1 }};\n", "1 == 1 && ".repeat(80));
        assert_eq!(bounded(&policy.repeat(50)), Ok(()));
        let of = |n: usize| format!("\n{}", "a.b &&".repeat(n));
        assert!(bounded(&of(LENGTH / 5)).is_ok());
        assert!(bounded(&of(LENGTH / 5 + 1)).unwrap_err().starts_with("line 2: more than 600 words"));
        assert!(bounded(&"(".repeat(NESTING)).is_ok());
        assert!(bounded(&"(".repeat(NESTING + 1)).unwrap_err().contains("brackets"));
        // What is long is not deep where it is text.
        assert_eq!(bounded(&format!("\"{0}\" // {0}", "((a ".repeat(9_000))), Ok(()));
    }

    #[test]
    fn strings_and_comments_hide_operators() {
        let policy = r#"permit (principal, action, resource is A) when {
            resource.a == "x && } y" && // and && this
            (resource.b || resource.c)
        };"#;
        let clauses = when_clauses(policy);
        assert_eq!(clauses.len(), 1);
        assert_eq!(conjuncts(clauses[0]), [r#"resource.a == "x && } y""#, "(resource.b || resource.c)"]);
    }

    #[test]
    fn a_disjunction_is_one_piece() {
        assert_eq!(conjuncts("a.b && c.d || e.f"), ["a.b && c.d || e.f"]);
    }

    #[test]
    fn records_inside_a_clause_do_not_end_it() {
        assert_eq!(when_clauses("permit(principal,action,resource) when { {a: 1}.a == 1 };"), ["{a: 1}.a == 1"]);
    }
}
