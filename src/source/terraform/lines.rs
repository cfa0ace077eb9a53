//! Where the code of a resource stands in the `*.tf` files, and what its arguments say there.
//!
//! May import: `model`. Guarantees: a place is given only where block and module agree; without one a plan's place has no
//! line.

use std::collections::BTreeMap;

use super::hcl::{self, Block, Body};
use crate::model::planned::Place;

/// The blocks of the files, by directory.
#[derive(Debug, Default)]
pub(super) struct Code {
    blocks: BTreeMap<Key, (String, Block)>,
    locals: BTreeMap<(String, String), String>,
    root: String,
}

/// Directory, `resource` or `data`, type and name.
type Key = (String, String, String, String);

impl Code {
    pub(super) fn read(files: &[(String, String)]) -> Self {
        let mut code = Self::default();
        let directories = files.iter().map(|(name, _)| directory(name));
        // The plan's own module lies above the modules that it brings.
        code.root = directories
            .min_by_key(|at| (at.split('/').filter(|part| !part.is_empty()).count(), at.clone()))
            .unwrap_or_default();
        for (name, text) in files {
            let at = directory(name);
            for block in hcl::parse(text).blocks {
                match (block.kind.as_str(), block.labels.as_slice()) {
                    ("resource" | "data", [kind, label]) => {
                        let key = (at.clone(), block.kind.clone(), kind.clone(), label.clone());
                        code.blocks.entry(key).or_insert((name.clone(), block));
                    }
                    ("locals", []) => {
                        for (local, argument) in block.body.arguments {
                            code.locals.entry((at.clone(), local)).or_insert(argument.text);
                        }
                    }
                    _ => {}
                }
            }
        }
        code
    }

    /// The directory of the plan's own module.
    pub(super) fn root(&self) -> &str {
        &self.root
    }

    /// A block, by mode (`managed`, `data`).
    pub(super) fn block(&self, at: &str, mode: &str, kind: &str, name: &str) -> Option<Found<'_>> {
        let mode = if mode == "data" { "data" } else { "resource" };
        let key = (at.to_owned(), mode.to_owned(), kind.to_owned(), name.to_owned());
        self.blocks.get(&key).map(|(file, block)| Found { file, block })
    }

    /// The expression of `local.NAME`.
    pub(super) fn local(&self, at: &str, name: &str) -> Option<&str> {
        self.locals.get(&(at.to_owned(), name.to_owned())).map(String::as_str)
    }
}

/// A block with its file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'c> {
    pub(super) file: &'c str,
    block: &'c Block,
}

impl<'c> Found<'c> {
    pub(super) fn body(self) -> &'c Body {
        &self.block.body
    }

    /// The place of an argument or of a block within, else of the block itself.
    pub(super) fn place(self, attribute: Option<&str>) -> Place {
        let body = &self.block.body;
        let inner = attribute.and_then(|name| {
            let argument = body.arguments.get(name).map(|a| (a.line, a.column));
            argument.or_else(|| body.blocks.iter().find(|b| is_of(b, name)).map(|b| (b.line, b.column)))
        });
        let (line, column) = inner.unwrap_or((self.block.line, self.block.column));
        Place { file: self.file.to_owned(), line, column }
    }
}

/// Whether a block is of a name, written out or made by `dynamic`.
fn is_of(block: &Block, name: &str) -> bool {
    block.kind == name || (block.kind == "dynamic" && block.labels.first().is_some_and(|label| label == name))
}

fn directory(file: &str) -> String {
    let file = file.replace('\\', "/");
    let at = file.rsplit_once('/').map_or("", |(at, _)| at);
    join("", at)
}

/// A path below a directory, without `.` and `..`.
pub(super) fn join(at: &str, path: &str) -> String {
    let mut parts: Vec<&str> = at.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if at.is_empty() && path.starts_with('/') { format!("/{joined}") } else { joined }
}
