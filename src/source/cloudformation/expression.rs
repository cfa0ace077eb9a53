//! Writes an expression of a template back, in short form.
//!
//! May import: nothing of this crate. Guarantees: the same text for the same expression, in whichever form, format or
//! order of keys it was written.

use super::scalar::Scalar;
use super::tree::{Data, Entry, Node};

/// How much of an expression is shown.
const SHOWN: usize = 80;

/// An expression on one line: `!GetAtt Key.Arn`.
pub(super) fn render(node: &Node) -> String {
    let mut text = String::new();
    write(node, &mut text);
    text
}

/// The beginning of an expression, for people.
pub(super) fn shorten(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= SHOWN {
        return line;
    }
    line.chars().take(SHOWN - 1).chain(std::iter::once('…')).collect()
}

fn write(node: &Node, text: &mut String) {
    if let Some((name, argument)) = node.function() {
        text.push('!');
        text.push_str(name.strip_prefix("Fn::").unwrap_or(name));
        text.push(' ');
        return write_argument(name, argument, text);
    }
    match &node.data {
        Data::Scalar(scalar) => write_scalar(scalar, text),
        Data::List(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { ", " });
                write(item, text);
            }
            text.push(']');
        }
        Data::Map(entries) => {
            let mut sorted: Vec<&Entry> = entries.iter().collect();
            sorted.sort_by(|one, other| one.key.cmp(&other.key));
            text.push('{');
            for (index, entry) in sorted.into_iter().enumerate() {
                text.push_str(if index == 0 { "" } else { ", " });
                text.push_str(&entry.key);
                text.push_str(": ");
                write(&entry.value, text);
            }
            text.push('}');
        }
    }
}

/// Quotes stand where they change what the text means, not where the format (JSON) demands them.
fn write_scalar(scalar: &Scalar, text: &mut String) {
    let simple = |byte: u8| byte.is_ascii_alphanumeric() || b"_./:-".contains(&byte);
    let bare = if scalar.is_text_without_quotes() { scalar.text.bytes().all(simple) } else { !scalar.quoted };
    if bare {
        text.push_str(&scalar.text);
    } else {
        text.push_str(&format!("{:?}", scalar.text));
    }
}

/// Names are written without quotes, and both forms of `GetAtt` as one.
fn write_argument(name: &str, argument: &Node, text: &mut String) {
    let plain = matches!(name, "Ref" | "Fn::GetAtt" | "Fn::ImportValue");
    match (argument.text(), argument.items()) {
        (Some(argument), _) if plain => text.push_str(argument),
        (_, Some(items)) if name == "Fn::GetAtt" && items.iter().all(|item| item.text().is_some()) => {
            text.push_str(&items.iter().filter_map(Node::text).collect::<Vec<_>>().join("."));
        }
        _ => write(argument, text),
    }
}
