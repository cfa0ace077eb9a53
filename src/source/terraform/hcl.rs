//! The blocks of a `*.tf` file with the places and the texts of their arguments.
//!
//! May import: nothing. Guarantees: never panics and reads each character once; what is not understood is passed over, for
//! it only costs a place.

use std::collections::BTreeMap;

/// A block's body.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Body {
    pub(super) arguments: BTreeMap<String, Argument>,
    pub(super) blocks: Vec<Block>,
}

/// `name = text`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Argument {
    pub(super) line: usize,
    pub(super) column: usize,
    /// The expression as it is written.
    pub(super) text: String,
}

/// `kind "label" "label" { body }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) kind: String,
    pub(super) labels: Vec<String>,
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) body: Body,
}

/// The blocks of a file.
pub(super) fn parse(text: &str) -> Body {
    let mut scanner = Scanner { characters: text.chars().collect(), at: 0, line: 1, column: 1 };
    let mut body = Body::default();
    while scanner.peek().is_some() {
        body_of(&mut scanner, &mut body, 0);
        // A brace too many.
        scanner.next();
    }
    body
}

/// Blocks deeper than this are passed over.
const DEEPEST: usize = 32;

fn body_of(scanner: &mut Scanner, body: &mut Body, depth: usize) {
    loop {
        scanner.space(true);
        match scanner.peek() {
            None | Some('}') => return,
            Some(c) if is_word(c) => {}
            Some('"') => {
                scanner.quoted();
                continue;
            }
            Some(_) => {
                scanner.next();
                continue;
            }
        }
        let (line, column) = (scanner.line, scanner.column);
        let kind = scanner.word();
        let mut labels = Vec::new();
        loop {
            scanner.space(false);
            match scanner.peek() {
                Some('"') => labels.push(scanner.quoted()),
                Some(c) if is_word(c) => labels.push(scanner.word()),
                _ => break,
            }
        }
        match scanner.peek() {
            Some('=') if labels.is_empty() => {
                scanner.next();
                let text = scanner.expression();
                body.arguments.entry(kind).or_insert(Argument { line, column, text });
            }
            Some('{') => {
                scanner.next();
                let mut inner = Body::default();
                if depth < DEEPEST {
                    body_of(scanner, &mut inner, depth + 1);
                } else {
                    scanner.skip_block();
                }
                // The brace that closes.
                scanner.next();
                body.blocks.push(Block { kind, labels, line, column, body: inner });
            }
            _ => {}
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

struct Scanner {
    characters: Vec<char>,
    at: usize,
    line: usize,
    column: usize,
}

impl Scanner {
    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    fn peek_second(&self) -> Option<char> {
        self.characters.get(self.at + 1).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        if c == '\n' {
            self.line += 1;
            self.column = 1;
        } else {
            self.column += 1;
        }
        Some(c)
    }

    fn text(&self, from: usize) -> String {
        self.characters.get(from..self.at).unwrap_or_default().iter().collect()
    }

    /// Passes over white space and comments, and over ends of lines where they mean nothing.
    fn space(&mut self, lines: bool) {
        while let Some(c) = self.peek() {
            match (c, self.peek_second()) {
                ('\n', _) if !lines => return,
                (c, _) if c.is_whitespace() => {
                    self.next();
                }
                ('#', _) | ('/', Some('/')) => self.pass_line(),
                ('/', Some('*')) => self.comment(),
                _ => return,
            }
        }
    }

    fn pass_line(&mut self) {
        while self.peek().is_some_and(|c| c != '\n') {
            self.next();
        }
    }

    fn comment(&mut self) {
        self.next();
        self.next();
        while let Some(c) = self.next() {
            if c == '*' && self.peek() == Some('/') {
                self.next();
                return;
            }
        }
    }

    fn word(&mut self) -> String {
        let from = self.at;
        while self.peek().is_some_and(is_word) {
            self.next();
        }
        self.text(from)
    }

    /// A quoted text without its quotes; what a template holds belongs to it.
    fn quoted(&mut self) -> String {
        self.next();
        let from = self.at;
        let mut depth = 0_usize;
        let mut inner = false;
        while let Some(c) = self.peek() {
            match c {
                '\\' => {
                    self.next();
                }
                '$' | '%' if !inner && self.peek_second() == Some('{') => {
                    self.next();
                    depth += 1;
                }
                '"' if depth == 0 => break,
                '"' => inner = !inner,
                '{' if depth > 0 && !inner => depth += 1,
                '}' if depth > 0 && !inner => depth -= 1,
                '\n' if depth == 0 => break,
                _ => {}
            }
            self.next();
        }
        let text = self.text(from);
        if self.peek() == Some('"') {
            self.next();
        }
        text
    }

    /// `<<EOT` to the line that ends it.
    fn heredoc(&mut self) {
        self.next();
        self.next();
        if self.peek() == Some('-') {
            self.next();
        }
        let end = self.word();
        loop {
            self.pass_line();
            if self.next().is_none() {
                return;
            }
            while self.peek().is_some_and(|c| c == ' ' || c == '\t') {
                self.next();
            }
            if self.word() == end && matches!(self.peek(), None | Some('\n' | '\r')) {
                return;
            }
        }
    }

    /// An expression: to the end of the line, or of the last bracket that opens in it.
    fn expression(&mut self) -> String {
        self.space(false);
        let from = self.at;
        let mut open = 0_usize;
        while let Some(c) = self.peek() {
            match (c, self.peek_second()) {
                ('\n', _) if open == 0 => break,
                ('}', _) if open == 0 => break,
                ('"', _) => {
                    self.quoted();
                    continue;
                }
                ('<', Some('<')) => {
                    self.heredoc();
                    continue;
                }
                ('#', _) | ('/', Some('/')) => {
                    self.pass_line();
                    continue;
                }
                ('/', Some('*')) => {
                    self.comment();
                    continue;
                }
                ('(' | '[' | '{', _) => open += 1,
                (')' | ']' | '}', _) => open = open.saturating_sub(1),
                _ => {}
            }
            self.next();
        }
        self.text(from).trim().to_owned()
    }

    fn skip_block(&mut self) {
        let mut open = 0_usize;
        while let Some(c) = self.peek() {
            match c {
                '"' => {
                    self.quoted();
                    continue;
                }
                '{' => open += 1,
                '}' if open == 0 => return,
                '}' => open -= 1,
                _ => {}
            }
            self.next();
        }
    }
}
