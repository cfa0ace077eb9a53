//! Where each value of a TOML file stands.
//!
//! May import: nothing of this crate. Guarantees: a place names the file without a directory (reports must not depend on
//! where the file lay), and a path that the file does not have gets the place of its nearest parent.
//!
//! Paths are written `limits.stale_days`, `dataset[0].stores[1]`, `dspt.claims."B2.a"`: indexes count from 0 in the order
//! of the file, and a key that is not a bare TOML key is quoted.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

/// The index from paths to spans and lines.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    name: String,
    starts: Vec<usize>,
    keys: BTreeMap<String, Range<usize>>,
    values: BTreeMap<String, Range<usize>>,
}

impl Lines {
    /// An index of `text` that knows lines but no paths yet.
    #[must_use]
    pub fn of_text(name: &str, text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i + 1));
        Self { name: name.to_owned(), starts, ..Self::default() }
    }

    /// Adds every path of a parsed document.
    pub(super) fn index(&mut self, table: &DeTable<'_>) {
        self.walk_table("", table);
    }

    fn walk_table(&mut self, path: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let path = member(path, key.get_ref());
            self.keys.insert(path.clone(), key.span());
            self.values.insert(path.clone(), value.span());
            self.walk(&path, value.get_ref());
        }
    }

    fn walk(&mut self, path: &str, value: &DeValue<'_>) {
        match value {
            DeValue::Table(table) => self.walk_table(path, table),
            DeValue::Array(array) => {
                for (index, element) in array.iter().enumerate() {
                    let path = format!("{path}[{index}]");
                    self.values.insert(path.clone(), element.span());
                    self.walk(&path, element.get_ref());
                }
            }
            _ => {}
        }
    }

    /// Whether the file has this path.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.values.contains_key(path)
    }

    /// The bytes of the value at `path`, or of the nearest parent that the file has.
    #[must_use]
    pub fn span(&self, path: &str) -> Option<Range<usize>> {
        nearest(path, &self.values)
    }

    /// The line, from 1, on which the value at `path` or its nearest parent stands.
    #[must_use]
    pub fn line(&self, path: &str) -> Option<usize> {
        let mut path = path;
        loop {
            // The key's line, because a table's value has none of its own.
            if let Some(span) = self.keys.get(path).or_else(|| self.values.get(path)) {
                return Some(self.line_at(span.start));
            }
            path = parent(path)?;
        }
    }

    /// The line, from 1, that holds the byte at `offset`.
    #[must_use]
    pub fn line_at(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).max(1)
    }

    /// `tre.toml:12`, or `tre.toml` where no part of the path is in the file.
    #[must_use]
    pub fn place(&self, path: &str) -> String {
        self.line(path).map_or_else(|| self.name.clone(), |line| format!("{}:{line}", self.name))
    }

    /// `tre.toml:12` of a byte.
    #[must_use]
    pub fn place_at(&self, offset: usize) -> String {
        format!("{}:{}", self.name, self.line_at(offset))
    }

    /// The file's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// The span of a path or of its nearest parent.
fn nearest(path: &str, map: &BTreeMap<String, Range<usize>>) -> Option<Range<usize>> {
    let mut path = path;
    loop {
        if let Some(span) = map.get(path) {
            return Some(span.clone());
        }
        path = parent(path)?;
    }
}

/// The path of member `key` of the table at `path`.
#[must_use]
pub fn member(path: &str, key: &str) -> String {
    let bare = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    let key = if bare { key.to_owned() } else { format!("{key:?}") };
    if path.is_empty() { key } else { format!("{path}.{key}") }
}

fn parent(path: &str) -> Option<&str> {
    path.rfind(['.', '[']).and_then(|at| path.get(..at))
}

#[cfg(test)]
mod tests {
    use super::Lines;
    use toml::de::DeTable;

    fn lines(text: &str) -> Lines {
        let mut lines = Lines::of_text("tre.toml", text);
        lines.index(DeTable::parse(text).unwrap().get_ref());
        lines
    }

    #[test]
    fn every_form_of_toml_has_its_line() {
        let text = "[limits]\nstale_days = 45\n\n[[dataset]]\nid = \"a\"\n[[dataset]]\nid = \"b\"\nstores = [\n  \"s3:x\",\n  \"s3:y\",\n]\n[dspt]\nclaims = { \"B2.a\" = \"achieved\" }\n[people.u123]\nprojects = []\n";
        let lines = lines(text);
        let line = |path: &str| lines.line(path);
        assert_eq!(line("limits"), Some(1));
        assert_eq!(line("limits.stale_days"), Some(2));
        assert_eq!(line("dataset[0].id"), Some(5));
        assert_eq!(line("dataset[1]"), Some(6));
        assert_eq!(line("dataset[1].stores"), Some(8));
        assert_eq!(line("dataset[1].stores[1]"), Some(10));
        assert_eq!(line("dspt.claims.\"B2.a\""), Some(13));
        assert_eq!(line("people.u123"), Some(14));
    }

    #[test]
    fn an_absent_path_has_the_place_of_its_nearest_parent() {
        let lines = lines("\n[limits]\nstale_days = 45\n");
        assert_eq!(lines.place("limits.log_days"), "tre.toml:2");
        assert_eq!(lines.place("network.workspace[3]"), "tre.toml");
        assert!(!lines.has("limits.log_days"));
    }

    #[test]
    fn lines_are_counted_in_files_of_windows_and_after_other_scripts() {
        let lines = lines("# Übersicht\r\n[tre]\r\nname = \"Straße\"\r\nou = \"ou-1\"\r\n");
        assert_eq!(lines.place("tre.ou"), "tre.toml:4");
    }
}
