//! Loads YAML, and JSON with it, into the tree of a template.
//!
//! May import: `model`. Guarantees: it neither recurses nor grows beyond its limits, whatever the text; what two readers
//! could understand differently (a key that stands twice, several documents) is refused with its line; a function in
//! short form comes out in long form.

use std::collections::{BTreeMap, BTreeSet};

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, Span, Tag};

use super::budget::{NODES, TEXT};
use super::scalar::Scalar;
use super::text::{forbidden, marks_a_reference};
use super::tree::{At, DEEPEST, Data, Entry, Node};
use crate::model::planned::InputError;

/// How long a key may be, in bytes.
const LONGEST_KEY: usize = 4096;

/// What stands in place of a function for a tag that only says "this is a string".
const QUOTED: &str = "!!str";

/// Loads the only document of a text.
pub(super) fn load(file: &str, text: &str) -> Result<Node, InputError> {
    // The lookahead leaves room to say what is wrong with a long key, instead of a syntax error.
    let options = granit_parser::options! { simple_key_max_lookahead: 4 * LONGEST_KEY, emit_comments: false };
    let mut loader = Loader { file, open: Vec::new(), root: None, anchors: BTreeMap::new(), nodes: 0, text: 0 };
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| {
            let at = At { line: error.marker().line(), column: error.marker().col() + 1 };
            match error.kind() {
                ErrorKind::RecursionLimitExceeded => loader.too_deep(at),
                _ => loader.refuse(at, format!("{file} is neither valid YAML nor valid JSON here: {}", error.info())),
            }
        })?;
        loader.take(event, span)?;
    }
    let nothing = loader.refuse(At::default(), format!("{file} holds no document: give a file with content"));
    loader.root.ok_or(nothing)
}

/// A collection that is still open.
struct Open {
    at: At,
    tag: Option<String>,
    anchor: usize,
    inner: Inner,
}

enum Inner {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, keys: BTreeSet<String>, pending: Option<Pending>, merges: Vec<Node> },
}

/// The key whose value comes next.
enum Pending {
    Key(String, At),
    Merge,
}

/// What a node weighs with all that it holds.
#[derive(Clone, Copy)]
struct Weight {
    nodes: usize,
    text: usize,
    depth: usize,
}

struct Loader<'a> {
    file: &'a str,
    open: Vec<Open>,
    root: Option<Node>,
    anchors: BTreeMap<usize, (Node, Weight)>,
    nodes: usize,
    text: usize,
}

impl Loader<'_> {
    fn refuse(&self, at: At, message: String) -> InputError {
        InputError { place: at.place(self.file), message }
    }

    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), InputError> {
        let at = At { line: span.start.line(), column: span.start.col() + 1 };
        // A function begins where its tag stands.
        let start = span.tag_start.map_or(at, |tag| At { line: tag.line(), column: tag.col() + 1 });
        match event {
            Event::DocumentStart(..) if self.root.is_some() => {
                Err(self.refuse(at, format!("{} holds several documents: keep one template in one file", self.file)))
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.scalar(start, text.into_owned(), style, anchor, tag.as_deref())
            }
            Event::SequenceStart(_, anchor, tag) => self.begin(start, anchor, tag.as_deref(), Inner::List(Vec::new())),
            Event::MappingStart(_, anchor, tag) => {
                let inner =
                    Inner::Map { entries: Vec::new(), keys: BTreeSet::new(), pending: None, merges: Vec::new() };
                self.begin(start, anchor, tag.as_deref(), inner)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::Alias(anchor) => self.alias(at, anchor),
            _ => Ok(()),
        }
    }

    fn scalar(
        &mut self,
        at: At,
        text: String,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
    ) -> Result<(), InputError> {
        if text.contains(marks_a_reference) {
            return Err(self.refuse(at, forbidden(self.file)));
        }
        let plain = style == ScalarStyle::Plain;
        if self.awaits_key() {
            // A tag that only says "this is a string" does no harm.
            let adorned = anchor != 0
                || tag.is_some_and(|tag| !matches!(self.tag(at, Some(tag)), Ok(Some(name)) if name == QUOTED));
            return self.key(at, text, plain, adorned);
        }
        self.count(at, Weight { nodes: 1, text: text.len(), depth: 0 })?;
        let tag = self.tag(at, tag)?;
        let quoted = !plain || tag.as_deref() == Some(QUOTED);
        let node = Node { at, data: Data::Scalar(Scalar { text, quoted }) };
        self.close(node, tag, anchor)
    }

    fn key(&mut self, at: At, text: String, plain: bool, adorned: bool) -> Result<(), InputError> {
        if text.len() > LONGEST_KEY {
            return Err(self.refuse(at, format!("a key has more than {LONGEST_KEY} bytes: shorten it")));
        }
        if adorned {
            let message =
                "a key carries a tag or an anchor, which CloudFormation does not read: write it as plain text";
            return Err(self.refuse(at, message.to_owned()));
        }
        if let Some(Open { inner: Inner::Map { keys, pending, .. }, .. }) = self.open.last_mut() {
            if plain && text == "<<" {
                *pending = Some(Pending::Merge);
            } else if keys.insert(text.clone()) {
                *pending = Some(Pending::Key(text, at));
            } else {
                let twice = format!("the key {text:?} stands twice in one map: keep the one that you mean");
                return Err(self.refuse(at, twice));
            }
        }
        Ok(())
    }

    fn begin(&mut self, at: At, anchor: usize, tag: Option<&Tag>, inner: Inner) -> Result<(), InputError> {
        if self.awaits_key() {
            return Err(self.refuse(at, "a key is a list or a map: CloudFormation's keys are text".to_owned()));
        }
        self.count(at, Weight { nodes: 1, text: 0, depth: 0 })?;
        let tag = self.tag(at, tag)?;
        if self.levels() + 1 + usize::from(tag.is_some()) > DEEPEST {
            return Err(self.too_deep(at));
        }
        self.open.push(Open { at, tag, anchor, inner });
        Ok(())
    }

    fn end(&mut self) -> Result<(), InputError> {
        let Some(Open { at, tag, anchor, inner }) = self.open.pop() else { return Ok(()) };
        let node = match inner {
            Inner::List(items) => Node::list(at, items),
            Inner::Map { mut entries, mut keys, merges, .. } => {
                for merged in merges {
                    self.merge(merged, &mut entries, &mut keys)?;
                }
                Node::map(at, entries)
            }
        };
        self.close(node, tag, anchor)
    }

    /// Adds what `<<` names: a map, or several of which an earlier one wins. The map's own keys always win.
    fn merge(&self, merged: Node, entries: &mut Vec<Entry>, keys: &mut BTreeSet<String>) -> Result<(), InputError> {
        let at = merged.at;
        let maps = if let Data::List(items) = merged.data { items } else { vec![merged] };
        for map in maps {
            let Data::Map(members) = map.data else {
                return Err(self.refuse(at, "a merge key (<<) names something else than maps: name maps".to_owned()));
            };
            entries.extend(members.into_iter().filter(|member| keys.insert(member.key.clone())));
        }
        Ok(())
    }

    fn alias(&mut self, at: At, anchor: usize) -> Result<(), InputError> {
        if self.awaits_key() {
            return Err(self.refuse(at, "a key is an alias: write it as plain text".to_owned()));
        }
        let Some((_, weight)) = self.anchors.get(&anchor) else {
            let message = "an alias refers to the value that it stands in: write the value out";
            return Err(self.refuse(at, message.to_owned()));
        };
        if self.levels() + weight.depth > DEEPEST {
            return Err(self.too_deep(at));
        }
        self.count(at, *weight)?;
        // Paid for above, so that a bomb is refused before it is copied.
        if let Some(copy) = self.anchors.get(&anchor).map(|(node, _)| node.clone()) {
            self.attach(copy);
        }
        Ok(())
    }

    /// A finished node: wrapped in its function, remembered under its anchor, put where it belongs.
    fn close(&mut self, node: Node, tag: Option<String>, anchor: usize) -> Result<(), InputError> {
        let at = node.at;
        let node = match tag {
            Some(tag) if tag != QUOTED => Node::call(at, tag, node),
            _ => node,
        };
        if anchor != 0 {
            let weight = weigh(&node);
            self.count(at, weight)?;
            self.anchors.insert(anchor, (node.clone(), weight));
        }
        self.attach(node);
        Ok(())
    }

    fn attach(&mut self, node: Node) {
        match self.open.last_mut().map(|open| &mut open.inner) {
            None => self.root = Some(node),
            Some(Inner::List(items)) => items.push(node),
            Some(Inner::Map { entries, pending, merges, .. }) => match pending.take() {
                Some(Pending::Key(key, at)) => entries.push(Entry { key, at, value: node }),
                Some(Pending::Merge) => merges.push(node),
                None => {}
            },
        }
    }

    /// Whether the next node is a key.
    fn awaits_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { inner: Inner::Map { pending: None, .. }, .. }))
    }

    /// How deep the open collections stand. A tag becomes a map around its value, and so a level of its own.
    fn levels(&self) -> usize {
        self.open.iter().map(|open| 1 + usize::from(open.tag.is_some())).sum()
    }

    fn count(&mut self, at: At, weight: Weight) -> Result<(), InputError> {
        self.nodes = self.nodes.saturating_add(weight.nodes);
        self.text = self.text.saturating_add(weight.text);
        if self.nodes <= NODES && self.text <= TEXT {
            return Ok(());
        }
        let message = format!(
            "{} has more than {NODES} values or {} MiB of text once its aliases are written out: split it",
            self.file,
            TEXT >> 20
        );
        Err(self.refuse(at, message))
    }

    fn too_deep(&self, at: At) -> InputError {
        self.refuse(at, format!("{} nests deeper than {DEEPEST} levels: flatten it", self.file))
    }

    /// The function that a tag stands for, or [`QUOTED`], or nothing where the tag says nothing new.
    fn tag(&self, at: At, tag: Option<&Tag>) -> Result<Option<String>, InputError> {
        let Some(tag) = tag else { return Ok(None) };
        match (tag.core_suffix(), tag.handle(), tag.suffix()) {
            (Some("str"), ..) | (None, "", "!") => Ok(Some(QUOTED.to_owned())),
            (Some(_), ..) => Ok(None),
            (None, "!", name @ ("Ref" | "Condition")) => Ok(Some(name.to_owned())),
            (None, "!", name) => Ok(Some(format!("Fn::{name}"))),
            _ => {
                let message = format!("the tag {} is none of CloudFormation's: leave it out", tag.original());
                Err(self.refuse(at, message))
            }
        }
    }
}

fn weigh(node: &Node) -> Weight {
    let mut weight = Weight { nodes: 1, text: 0, depth: 0 };
    let inner: &mut dyn Iterator<Item = Weight> = match &node.data {
        Data::Scalar(scalar) => return Weight { text: scalar.text.len(), ..weight },
        Data::List(items) => &mut items.iter().map(weigh),
        Data::Map(entries) => {
            weight.text += entries.iter().map(|entry| entry.key.len()).sum::<usize>();
            &mut entries.iter().map(|entry| weigh(&entry.value))
        }
    };
    for one in inner {
        weight.nodes += one.nodes;
        weight.text += one.text;
        weight.depth = weight.depth.max(one.depth);
    }
    weight.depth += 1;
    weight
}
