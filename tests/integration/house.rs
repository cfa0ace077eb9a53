//! The order of the house: who may import whom, who owns a heavy dependency, and what a module says of itself.
//!
//! Reads every path in `src/**/*.rs` (comments, strings and character literals left out) and resolves `crate`, `self` and
//! `super`. What it reads is source text, so the tables below are the only place where the order is written as data.

use std::path::{Path, PathBuf};

/// From the bottom up. A module imports from lower levels only; those on one level do not know each other.
const LEVELS: [&[&str]; 11] = [
    &["model"],
    &["catalogue", "snapshot"],
    &["source", "declaration"],
    &["graph"],
    &["policy"],
    &["assess"],
    &["report", "ui"],
    &["store"],
    &["cli"],
    &["commands"],
    &["main", "lib"],
];

/// Imports on one level that are meant: from, to, reason. None is, today.
const SIDEWAYS: [(&str, &str, &str); 0] = [];

/// Modules that may see less than everything below them.
const NARROW: [(&str, &[&str], &str); 3] = [
    ("source", &["model", "snapshot"], "a source knows what was seen, never what is required of it"),
    ("snapshot", &["model"], "a snapshot is evidence, readable without any control pack"),
    ("cli", &["model", "ui"], "the command line says what can be asked, and does nothing"),
];

/// Files of `source` that every source may use.
const SHARED_SOURCE: [&str; 8] =
    ["operations", "table", "unread", "collectors", "json", "planned", "trail", "delivered"];

/// One importer for each heavy dependency: name (`*` at the end: any ending), folders and files, reason.
const OWNERS: [(&str, &[&str], &str); 15] = [
    ("cedar_policy", &["src/policy/"], "Cedar can be replaced or upgraded in one place"),
    ("aws_*", &["src/source/aws/", "src/source/aws.rs"], "the network stands behind the feature `live`"),
    ("roxmltree", &["src/source/aws/"], "only answers of AWS are XML"),
    ("tokio", &["src/source/aws/", "src/source/aws.rs"], "the audit itself is not asynchronous"),
    ("futures_util", &["src/source/aws/", "src/source/aws.rs"], "the audit itself is not asynchronous"),
    ("askama", &["src/report/"], "pages are made of an assessment and nothing else"),
    ("clap", &["src/cli.rs", "src/commands/", "src/main.rs"], "the library is usable without a command line"),
    ("clap_*", &["src/cli.rs", "src/commands/"], "the library is usable without a command line"),
    ("indicatif", &["src/ui/"], "progress is shown only where a person watches"),
    ("zstd", &["src/snapshot/"], "limits on decompression stand in one place"),
    ("comfy_table", &["src/report/", "src/commands/list.rs", "src/commands/list/"], "one look for every table"),
    ("annotate_snippets", &["src/report/"], "frames are drawn in one place"),
    ("granit_parser", &["src/source/cloudformation/"], "templates are loaded in one place"),
    ("quick_junit", &["src/report/"], "as annotate_snippets"),
    ("include_dir", &["src/catalogue/", "src/commands/"], "what is embedded is a pack or the example estate"),
];

/// Single uses elsewhere, each with its reason: file, dependency, reason.
const LENT: [(&str, &str, &str); 3] = [
    ("src/report/gate/junit.rs", "roxmltree", "its tests read back what they wrote"),
    ("src/ui/colour.rs", "clap", "the value of --color is derived where it is understood"),
    ("src/ui/width.rs", "comfy_table", "it knows the terminal's width, and std does not"),
];

/// Modules that compute and do nothing else.
const PURE: [(&str, &[&str]); 3] = [
    ("model", &["fs", "net", "process", "env", "thread"]),
    ("graph", &["fs", "net", "process", "env"]),
    ("policy", &["fs", "net", "process", "env"]),
];

/// Files without a header of their own, each with its reason.
const HEADERLESS: [(&str, &str); 1] = [("src/lib.rs", "it states the order of all modules")];

const MAIN_LINES: usize = 40;

/// A piece of source that matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Word(String),
    /// `::`
    Step,
    Mark(char),
}

#[derive(Debug, Clone)]
struct Token {
    piece: Piece,
    line: usize,
}

/// A path as written in a file, made absolute: `["crate", "model", "id"]` or `["cedar_policy", "Entity"]`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Use {
    line: usize,
    parts: Vec<String>,
}

/// Source text as words, steps and marks; comments, strings, lifetimes and character literals are left out.
fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut line = 1;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let skip = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if let Some(length) = raw_string(rest) {
            length
        } else if let Some(prefix) = ["b\"", "c\"", "\""].iter().find(|p| rest.starts_with(**p)) {
            quoted(rest, prefix.len(), '"')
        } else if rest.starts_with("b'") {
            quoted(rest, 2, '\'')
        } else if first == '\'' {
            character(rest)
        } else if first.is_alphabetic() || first == '_' {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            let (word, _) = rest.split_at(end);
            found.push(Token { piece: Piece::Word(word.to_owned()), line });
            end
        } else if rest.starts_with("::") {
            found.push(Token { piece: Piece::Step, line });
            2
        } else {
            if !first.is_whitespace() {
                found.push(Token { piece: Piece::Mark(first), line });
            }
            first.len_utf8()
        };
        let (done, after) = rest.split_at(skip.clamp(1, rest.len()));
        line += done.matches('\n').count();
        rest = after;
    }
    found
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    loop {
        let Some(rest) = text.get(at..) else { return text.len() };
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            match rest.chars().next() {
                Some(c) => at += c.len_utf8(),
                None => return text.len(),
            }
        }
    }
}

/// The length of `r"…"`, `r#"…"#`, `br"…"` or `cr"…"` at the start of the text.
fn raw_string(text: &str) -> Option<usize> {
    let prefix = ["r", "br", "cr"]
        .into_iter()
        .find(|p| text.strip_prefix(p).is_some_and(|rest| rest.trim_start_matches('#').starts_with('"')))?;
    let rest = text.strip_prefix(prefix)?;
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    let open = prefix.len() + hashes + 1;
    let close = format!("\"{}", "#".repeat(hashes));
    let body = text.get(open..)?;
    Some(body.find(&close).map_or(text.len(), |at| open + at + close.len()))
}

fn quoted(text: &str, from: usize, end: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().filter(|(at, _)| *at >= from) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == end => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

/// A character literal, or the tick and name of a lifetime.
fn character(text: &str) -> usize {
    let mut chars = text.chars().skip(1);
    match (chars.next(), chars.next()) {
        (Some('\\'), _) => quoted(text, 1, '\''),
        (Some(c), Some('\'')) => 2 + c.len_utf8(),
        _ => {
            let after = text.get(1..).unwrap_or_default();
            1 + after.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(after.len())
        }
    }
}

/// The module that a file is: `src/source/aws/mod.rs` is `["source", "aws"]`; `main.rs` and `lib.rs` are the crate's root.
fn module_of(file: &str) -> Vec<String> {
    let inner = file.trim_start_matches("src/").trim_end_matches(".rs");
    let mut parts: Vec<String> = inner.split('/').map(str::to_owned).collect();
    if parts.last().is_some_and(|p| p == "mod") || matches!(inner, "main" | "lib") {
        parts.pop();
    }
    parts
}

/// Every path of a file, absolute.
fn uses(file: &str, text: &str) -> Vec<Use> {
    let tokens = tokens(text);
    let piece = |at: usize| tokens.get(at).map(|t| &t.piece);
    let mut module = module_of(file);
    let mut inline: Vec<usize> = Vec::new();
    let mut depth = 0_usize;
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match &token.piece {
            Piece::Mark('{') => depth += 1,
            Piece::Mark('}') => {
                depth = depth.saturating_sub(1);
                if inline.last() == Some(&depth) {
                    inline.pop();
                    module.pop();
                }
            }
            Piece::Word(word) if word == "mod" => {
                if let (Some(Piece::Word(name)), Some(Piece::Mark('{'))) = (piece(at + 1), piece(at + 2)) {
                    module.push(name.clone());
                    inline.push(depth);
                }
            }
            Piece::Word(word) if word == "use" => {
                let mut leaves = Vec::new();
                let end = tree(&tokens, at + 1, &[], &mut leaves);
                found.extend(leaves.into_iter().map(|(line, parts)| Use { line, parts: absolute(&module, parts) }));
                at = end;
                continue;
            }
            Piece::Word(_) => {
                let inside = at > 0 && matches!(piece(at - 1), Some(Piece::Step | Piece::Mark('.')));
                if !inside && piece(at + 1) == Some(&Piece::Step) {
                    let mut parts = Vec::new();
                    while let Some(Piece::Word(part)) = piece(at) {
                        parts.push(part.clone());
                        if piece(at + 1) != Some(&Piece::Step) {
                            break;
                        }
                        at += 2;
                    }
                    found.push(Use { line: token.line, parts: absolute(&module, parts) });
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// The leaves of a use tree from a token on; returns the token after it.
fn tree(tokens: &[Token], mut at: usize, before: &[String], leaves: &mut Vec<(usize, Vec<String>)>) -> usize {
    let mut parts = before.to_vec();
    let mut line = 0;
    while let Some(token) = tokens.get(at) {
        line = token.line;
        match &token.piece {
            Piece::Word(word) if word == "as" => {
                // The new name is no part of the path.
                at += 1;
            }
            Piece::Word(word) => parts.push(word.clone()),
            Piece::Mark('*') => parts.push("*".to_owned()),
            Piece::Step => {}
            Piece::Mark('{') => loop {
                at = tree(tokens, at + 1, &parts, leaves);
                if tokens.get(at).map(|t| &t.piece) != Some(&Piece::Mark(',')) {
                    return at + 1;
                }
            },
            Piece::Mark(_) => break,
        }
        at += 1;
    }
    if parts.len() > before.len() {
        leaves.push((line, parts));
    }
    at
}

/// `crate`, `self` and `super` resolved against the module in which they stand.
fn absolute(module: &[String], parts: Vec<String>) -> Vec<String> {
    let mut base = module.to_vec();
    let mut rest = parts.as_slice();
    match parts.first().map(String::as_str) {
        // The binary names the library by the package's name.
        Some("crate" | "havenmark") => base.clear(),
        Some("self" | "super") => {}
        _ => return parts,
    }
    while let Some((first, after)) = rest.split_first() {
        match first.as_str() {
            "super" => {
                base.pop();
            }
            "crate" | "havenmark" | "self" => {}
            _ => break,
        }
        rest = after;
    }
    let mut path = vec!["crate".to_owned()];
    path.extend(base);
    path.extend(rest.iter().cloned());
    path
}

fn level(module: &str) -> Option<usize> {
    LEVELS.iter().position(|names| names.contains(&module))
}

/// Everything that is wrong with the imports of one file.
fn violations(file: &str, text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let own = file.trim_start_matches("src/").trim_end_matches(".rs").split('/').next().unwrap_or_default().to_owned();
    let Some(own_level) = level(&own) else {
        return vec![format!("{file}: the module `{own}` has no level: add it to LEVELS and to src/lib.rs")];
    };
    for Use { line, parts } in uses(file, text) {
        let mut parts = parts.iter().map(String::as_str);
        let (root, top, inner) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
        if root == "crate" {
            let Some(top) = top else { continue };
            // An item of the crate's root (`crate::X`) is no module.
            let Some(other) = level(top) else { continue };
            if top == own {
                if own == "source" {
                    wrong.extend(sibling_source(file, line, inner));
                }
            } else if other > own_level {
                wrong.push(format!("{file}:{line}: `{own}` imports `{top}`, which is above it"));
            } else if other == own_level && !SIDEWAYS.iter().any(|(from, to, _)| *from == own && *to == top) {
                wrong.push(format!("{file}:{line}: `{own}` imports `{top}`, which is beside it"));
            } else if let Some((_, allowed, reason)) = NARROW.iter().find(|(name, _, _)| *name == own)
                && !allowed.contains(&top)
            {
                wrong.push(format!("{file}:{line}: `{own}` imports `{top}`: {reason}"));
            }
        } else {
            for (name, places, reason) in &OWNERS {
                let hit = name.strip_suffix('*').map_or(*name == root, |start| root.starts_with(start));
                let lent = LENT.iter().any(|(at, what, _)| *at == file && *what == root);
                if hit && !lent && !places.iter().any(|place| file.starts_with(place)) {
                    wrong.push(format!("{file}:{line}: `{root}` belongs to {}: {reason}", places.join(", ")));
                }
            }
            if let Some((_, barred)) = PURE.iter().find(|(name, _)| *name == own)
                && root == "std"
                && top.is_some_and(|top| barred.contains(&top))
            {
                wrong.push(format!("{file}:{line}: `{own}` only computes, and uses std::{}", top.unwrap_or_default()));
            }
        }
    }
    wrong
}

/// Sources know the shared parts and themselves.
fn sibling_source(file: &str, line: usize, inner: Option<&str>) -> Option<String> {
    let own = file.trim_start_matches("src/source/").trim_end_matches(".rs").split('/').next().unwrap_or_default();
    let other = inner.unwrap_or("*");
    if own == "mod" || other == own || SHARED_SOURCE.contains(&other) {
        return None;
    }
    Some(match other {
        "*" => format!("{file}:{line}: the source `{own}` imports all of `source`: name the shared part"),
        // A function or type of `source/mod.rs` is shared by its place.
        other if !is_source(other) => return None,
        other => format!("{file}:{line}: the source `{own}` imports the source `{other}`"),
    })
}

/// Whether a name of `source` is a module, by the way that modules and types are written.
fn is_source(name: &str) -> bool {
    let folder = root().join("src/source");
    folder.join(name).is_dir() || folder.join(format!("{name}.rs")).is_file() || KNOWN_SOURCES.contains(&name)
}

/// Sources of the plan, so that the checker's own test does not depend on what exists.
const KNOWN_SOURCES: [&str; 5] = ["aws", "config", "terraform", "cloudformation", "estate"];

/// What a module's header lacks.
fn header_gaps(file: &str, text: &str) -> Vec<String> {
    let header: String = text.lines().take_while(|l| l.starts_with("//!")).collect::<Vec<_>>().join("\n");
    // Unit tests in files of their own belong to the module beside them.
    let tests = file.ends_with("/tests.rs") || file.contains("/tests/");
    if tests || HEADERLESS.iter().any(|(name, _)| *name == file) {
        return Vec::new();
    }
    if header.is_empty() {
        return vec![format!("{file}: does not open with `//!`: what it does, what it may import, what it guarantees")];
    }
    let mut gaps = Vec::new();
    for wanted in ["May import", "Guarantees"] {
        // Line ends within a sentence do not count.
        if !header.replace("\n//!", "").contains(wanted) {
            gaps.push(format!("{file}: its header does not say `{wanted}: …`"));
        }
    }
    gaps
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Path from the root, with `/`, and text of every source file, in order.
fn sources() -> std::io::Result<Vec<(String, String)>> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                walk(&path, found)?;
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
        Ok(())
    }
    let mut paths = Vec::new();
    walk(&root().join("src"), &mut paths)?;
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(root()).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            Ok((name, std::fs::read_to_string(&path)?))
        })
        .collect()
}

#[test]
fn imports_go_downwards_and_heavy_dependencies_have_one_importer() {
    let sources = sources().unwrap();
    assert!(sources.len() > 30, "only {} source files were found", sources.len());
    let wrong: Vec<String> = sources.iter().flat_map(|(file, text)| violations(file, text)).collect();
    assert!(wrong.is_empty(), "{} imports break the order of the house:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_module_says_what_it_may_import_and_what_it_guarantees() {
    let gaps: Vec<String> = sources().unwrap().iter().flat_map(|(file, text)| header_gaps(file, text)).collect();
    assert!(gaps.is_empty(), "{} headers are not whole:\n{}", gaps.len(), gaps.join("\n"));
}

#[test]
fn main_is_thin() {
    let lines = std::fs::read_to_string(root().join("src/main.rs")).unwrap().lines().count();
    assert!(lines < MAIN_LINES, "src/main.rs has {lines} lines; parse, run and return belong there, nothing else");
}

#[test]
fn every_module_of_the_library_has_a_level() {
    let text = std::fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let names = text.lines().filter_map(|l| l.strip_prefix("pub mod ")?.strip_suffix(';'));
    let without: Vec<&str> = names.filter(|n| level(n).is_none()).collect();
    assert!(without.is_empty(), "modules without a level: {}", without.join(", "));
}

/// Each source breaks one rule, and the checker has to see it; each of the last ones breaks none.
#[test]
fn the_checker_sees_what_it_is_for() {
    let broken = [
        ("src/model/x.rs", "use crate::graph::Estate;"),
        ("src/model/x.rs", "fn f() -> crate::assess::run::Inputs { todo() }"),
        ("src/model/x.rs", "use crate::{model::id, report};"),
        ("src/model/x.rs", "use super::super::ui;"),
        ("src/model/x.rs", "mod tests { use super::super::super::snapshot::Reader; }"),
        ("src/model/x.rs", "use std::{collections::BTreeMap, fs};"),
        ("src/catalogue/pack.rs", "use crate::snapshot::Reader;"),
        ("src/snapshot/reader.rs", "use crate::catalogue::Catalogue;"),
        ("src/source/config/mod.rs", "use crate::catalogue::Catalogue;"),
        ("src/source/terraform/plan.rs", "use crate::source::cloudformation::Template;"),
        ("src/source/terraform.rs", "use super::cloudformation;"),
        ("src/source/terraform.rs", "use super::*;"),
        ("src/cli.rs", "use crate::commands::audit;"),
        ("src/cli.rs", "use crate::report::html;"),
        ("src/graph/s3.rs", "use cedar_policy::Entity;"),
        ("src/graph/s3.rs", "use cedar_policy as judge;"),
        ("src/source/config.rs", "let c = aws_sdk_s3::Client::new();"),
        ("src/commands/collect.rs", "#[tokio::main] async fn f() {}"),
        ("src/commands/audit.rs", "use {indicatif::ProgressBar};"),
        ("src/ui/mod.rs", "use crate::report::html;"),
        ("src/assess/run.rs", "use clap::Parser;"),
        ("src/report/html.rs", "let x = zstd::decode_all(y);"),
        ("src/invented/mod.rs", ""),
    ];
    for (file, text) in broken {
        assert_eq!(violations(file, text).len(), 1, "{file}: {text}: {:?}", violations(file, text));
    }
    let sound = [
        ("src/model/x.rs", "// use crate::graph::Estate;\n/* crate::report /* nested */ crate::ui::x */"),
        ("src/model/x.rs", "const A: &str = \"crate::graph::x\"; const B: &str = r#\"\"crate::ui::x\"#;"),
        ("src/model/x.rs", "fn f<'a>(x: &'a str) -> char { '\"' } // crate::ui::x\nconst C: char = '\\''; "),
        ("src/model/x.rs", "pub(crate) fn f() {}"),
        ("src/graph/s3.rs", "use super::{Surroundings, derive_from}; use crate::model::entity::Entity;"),
        ("src/source/aws/iam.rs", "use crate::source::operations as table; use aws_sdk_iam::Client;"),
        ("src/source/aws/iam.rs", "mod tests { use super::*; use super::super::client; }"),
        ("src/source/json.rs", "mod tests { use super::*; }"),
        ("src/main.rs", "use havenmark::{cli, commands}; fn main() {}"),
        ("src/commands/list.rs", "use comfy_table::Table; use crate::catalogue::Catalogue;"),
        ("src/report/html.rs", "let aws_name = x.zstd; y.tokio::<A>();"),
    ];
    for (file, text) in sound {
        assert_eq!(violations(file, text), Vec::<String>::new(), "{file}: {text}");
    }
    assert_eq!(header_gaps("src/x/y.rs", "//! Does.\n//!\n//! May import: `model`.\nuse a;").len(), 1);
    assert_eq!(header_gaps("src/x/y.rs", "use a;").len(), 1);
    assert!(header_gaps("src/x/y.rs", "//! Does. May\n//! import: x. Guarantees: y.\n").is_empty());
}
