//! Writes an expression of a template back, in short form.
//!
//! May import: nothing of this crate. Guarantees: the same text for the same expression, in whichever form, format or
//! order of keys it was written.

use super::scalar::Scalar;
use super::tree::{Data, Entry, Node};

/// How much of an expression is shown.
const SHOWN: usize = 80;

/// As much of an expression as is ever looked at to show its beginning, in bytes.
const LOOKED_AT: usize = 16 * SHOWN;

/// An expression on one line: `!GetAtt Key.Arn`.
pub(super) fn render(node: &Node) -> String {
    let mut text = String::new();
    write(node, &mut text, usize::MAX);
    text
}

/// The beginning of an expression on one line, for people, however long it is.
pub(super) fn brief(node: &Node) -> String {
    let mut text = String::new();
    write(node, &mut text, LOOKED_AT);
    let shown = shorten(&text);
    if text.len() < LOOKED_AT || shown.ends_with('…') { shown } else { format!("{shown}…") }
}

/// The beginning of a text, for people.
pub(super) fn shorten(text: &str) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if line.len() > 4 * SHOWN {
            break;
        }
        line.push_str(if line.is_empty() { "" } else { " " });
        line.push_str(beginning(word, 5 * SHOWN));
    }
    if line.chars().count() <= SHOWN {
        return line;
    }
    line.chars().take(SHOWN - 1).chain(std::iter::once('…')).collect()
}

/// So many bytes of a text, and less where a character would be cut.
fn beginning(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most)).unwrap_or_default()
}

/// Writes until there are about so many bytes.
fn write(node: &Node, text: &mut String, most: usize) {
    if text.len() >= most {
        return;
    }
    if let Some((name, argument)) = node.function() {
        text.push('!');
        text.push_str(name.strip_prefix("Fn::").unwrap_or(name));
        text.push(' ');
        return write_argument(name, argument, text, most);
    }
    match &node.data {
        Data::Scalar(scalar) => write_scalar(scalar, text, most),
        Data::List(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                if text.len() >= most {
                    break;
                }
                text.push_str(if index == 0 { "" } else { ", " });
                write(item, text, most);
            }
            text.push(']');
        }
        Data::Map(entries) => {
            let mut sorted: Vec<&Entry> = entries.iter().collect();
            sorted.sort_by(|one, other| one.key.cmp(&other.key));
            text.push('{');
            for (index, entry) in sorted.into_iter().enumerate() {
                if text.len() >= most {
                    break;
                }
                text.push_str(if index == 0 { "" } else { ", " });
                text.push_str(beginning(&entry.key, most));
                text.push_str(": ");
                write(&entry.value, text, most);
            }
            text.push('}');
        }
    }
}

/// Quotes stand where they change what the text means, not where the format (JSON) demands them.
fn write_scalar(scalar: &Scalar, text: &mut String, most: usize) {
    let shown = beginning(&scalar.text, most.saturating_sub(text.len()));
    let simple = |byte: u8| byte.is_ascii_alphanumeric() || b"_./:-".contains(&byte);
    let bare = if scalar.is_text_without_quotes() { shown.bytes().all(simple) } else { !scalar.quoted };
    if bare {
        text.push_str(shown);
    } else {
        text.push_str(&format!("{shown:?}"));
    }
}

/// Names are written without quotes, and both forms of `GetAtt` as one.
fn write_argument(name: &str, argument: &Node, text: &mut String, most: usize) {
    let plain = matches!(name, "Ref" | "Fn::GetAtt" | "Fn::ImportValue");
    match (argument.text(), argument.items()) {
        (Some(argument), _) if plain => text.push_str(beginning(argument, most.saturating_sub(text.len()))),
        (_, Some(items)) if name == "Fn::GetAtt" && items.iter().all(|item| item.text().is_some()) => {
            text.push_str(&items.iter().filter_map(Node::text).collect::<Vec<_>>().join("."));
        }
        _ => write(argument, text, most),
    }
}
