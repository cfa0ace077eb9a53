//! A finding as a frame of the code that it points into.
//!
//! May import: `model`, `report`. Guarantees: what cannot be seen in a file is replaced by one sign each, so columns stay
//! right and nothing moves the text around; a place that a file does not have makes no frame.

use std::collections::BTreeMap;
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use anstyle::AnsiColor;

use super::{BOLD, BOLD_GREEN, BOLD_RED, BOLD_YELLOW, note_lines};
use crate::model::checked::{Checked, CheckedVerdict, Mark};
use crate::model::planned::Place;
use crate::model::verdict::Outcome;
use crate::model::visible::hidden;
use crate::report::gate::path;
use crate::report::text::show;

/// Characters of a line above which it is no line that a person wrote, and a frame of it shows nothing.
const LINE: usize = 2_000;
/// Characters that are underlined.
const SPAN: usize = 48;
/// Columns beside a line and its number.
const GUTTER: usize = 3;
/// Characters of a label, at least.
const SHORTEST: usize = 12;
/// Marks of one finding that are shown.
const MARKS: usize = 6;

/// What a frame says.
pub(super) struct Finding<'a> {
    pub(super) heading: &'a str,
    pub(super) outcome: Outcome,
    pub(super) checked: &'a CheckedVerdict,
    pub(super) notes: &'a [(&'static str, String)],
}

/// The lines of the inputs.
pub(super) struct Sources<'a>(BTreeMap<&'a str, Vec<&'a str>>);

/// An underlined place of a file.
struct Spot {
    place: Place,
    primary: bool,
    label: Option<String>,
}

impl<'a> Sources<'a> {
    pub(super) fn new(checked: &'a Checked) -> Self {
        let lines = |text: &'a String| text.lines().collect();
        Self(checked.sources.iter().map(|(file, text)| (file.as_str(), lines(text))).collect())
    }

    /// Whether there is a line to show.
    pub(super) fn have(&self, file: &str, line: usize) -> bool {
        self.line(file, line).is_some()
    }

    fn line(&self, file: &str, line: usize) -> Option<&'a str> {
        let line = self.0.get(file)?.get(line.checked_sub(1)?)?;
        (line.len() <= LINE).then_some(*line)
    }

    /// The finding with its frames: the file of the resource first, then other files that it rests on.
    pub(super) fn frame(&self, finding: &Finding<'_>, width: u16) -> String {
        let checked = finding.checked;
        let mut files: Vec<(&str, Vec<Spot>)> = vec![(&checked.location.file, Vec::new())];
        for spot in self.spots(checked) {
            if let Some((_, spots)) = files.iter_mut().find(|(file, _)| *file == spot.place.file) {
                spots.push(spot);
            } else if let Some((file, _)) = self.0.get_key_value(spot.place.file.as_str()) {
                files.push((file, vec![spot]));
            }
        }
        let id = show(&checked.verdict.control);
        let title = level(finding.outcome).primary_title(finding.heading).id(id.as_str());
        let mut group = Group::with_title(title);
        for (file, spots) in &files {
            group = group.element(self.snippet(file, spots, width));
        }
        let digits = checked.marks.iter().map(|mark| mark.place.line).chain([checked.location.line]).max();
        let gutter = digits.unwrap_or_default().to_string().len();
        for (name, text) in finding.notes {
            let room = usize::from(width).saturating_sub(gutter + name.len() + 5);
            group = group.element(Level::NOTE.with_name(*name).message(note_lines(name, text, room).join("\n")));
        }
        renderer(width).render(&[group])
    }

    /// What to underline: the marks, and the resource that they belong to. A resource without marks is itself to blame.
    fn spots(&self, checked: &CheckedVerdict) -> Vec<Spot> {
        let resource =
            Place { file: checked.location.file.clone(), line: checked.location.line, column: checked.location.column };
        let shown = |mark: &&Mark| self.have(&mark.place.file, mark.place.line);
        let mut spots: Vec<Spot> = Vec::new();
        for mark in checked.marks.iter().filter(shown).take(MARKS) {
            // Two facts may rest on one property.
            if spots.iter().all(|spot| spot.place != mark.place) {
                spots.push(Spot { place: mark.place.clone(), primary: true, label: self.label(mark) });
            }
        }
        if spots.iter().all(|spot| spot.place != resource) {
            let label = self.name(checked);
            spots.push(Spot { place: resource, primary: spots.is_empty(), label });
        }
        spots
    }

    /// What the code at a resource does not say itself: its address in a module, its construct, or else its type.
    fn name(&self, checked: &CheckedVerdict) -> Option<String> {
        let place = &checked.location;
        let line = self.line(&place.file, place.line).unwrap_or_default();
        let address = (!line.contains(&place.address)).then_some(place.address.as_str());
        let mut parts: Vec<&str> = address.into_iter().chain(place.construct.as_deref()).collect();
        if parts.is_empty() {
            parts.push(&checked.verdict.kind);
        }
        parts.retain(|part| !part.is_empty());
        (!parts.is_empty()).then(|| show(&parts.join(", ")).to_string())
    }

    /// What the code at a mark does not say itself: the property's name where it stands elsewhere, and what is not known.
    fn label(&self, mark: &Mark) -> Option<String> {
        let line = self.line(&mark.place.file, mark.place.line).unwrap_or_default();
        let name = mark.property.rsplit('.').next().unwrap_or_default();
        let named = line.contains(name);
        let text = match (named, &mark.unknown) {
            (true, None) => return None,
            (true, Some(unknown)) => unknown.clone(),
            (false, None) => mark.property.clone(),
            (false, Some(unknown)) => format!("{}: {unknown}", mark.property),
        };
        Some(show(&text).to_string())
    }

    /// The lines of a file from the first spot to the last.
    fn snippet<'s>(&self, file: &str, spots: &[Spot], width: u16) -> Snippet<'s, Annotation<'s>> {
        let first = spots.iter().map(|spot| spot.place.line).min().unwrap_or(1);
        let last = spots.iter().map(|spot| spot.place.line).max().unwrap_or(1);
        let mut text = String::new();
        let mut annotations = Vec::new();
        for number in first..=last {
            // A line too long to show is one between two spots, and folded away.
            let line = plain(self.line(file, number).unwrap_or_default());
            for spot in spots.iter().filter(|spot| spot.place.line == number) {
                let (span, label) =
                    spot.within(&line, usize::from(width).saturating_sub(last.to_string().len() + GUTTER));
                let kind = if spot.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
                annotations.push(kind.span(text.len() + span.start..text.len() + span.end).label(label));
            }
            text.push_str(&line);
            text.push('\n');
        }
        Snippet::source(text).path(show(&path(file)).to_string()).line_start(first).annotations(annotations)
    }
}

impl Spot {
    /// The bytes to underline and the label beside them, in so many columns: a long label takes the room of the value, and
    /// what is still too long is cut, because the note below says it in full.
    fn within(&self, line: &str, width: usize) -> (Range<usize>, Option<String>) {
        let whole = span(line, self.place.column);
        let Some(label) = &self.label else { return (whole, None) };
        let columns = |to: usize| line.get(..to).unwrap_or_default().chars().count() + 1;
        let long = label.chars().count();
        if columns(whole.end) + long <= width {
            return (whole, Some(label.clone()));
        }
        let said = line.get(whole.clone()).unwrap_or_default();
        let name = whole.start..whole.start + token(said).len();
        let room = width.saturating_sub(columns(name.end)).max(SHORTEST);
        if long <= room {
            return (name, Some(label.clone()));
        }
        let mut cut: String = label.chars().take(room - 1).collect();
        // Whole words, where there is one.
        cut.truncate(cut.rfind(' ').unwrap_or(cut.len()));
        (name, Some(format!("{cut}…")))
    }
}

/// A line with one sign for each character that cannot be seen. Tabs stay: the renderer widens them.
fn plain(line: &str) -> String {
    line.chars().map(|c| if c != '\t' && hidden(c) { '\u{fffd}' } else { c }).collect()
}

/// The bytes to underline from a column on: to the end of what is said there, without a comment and what only opens a block.
fn span(line: &str, column: usize) -> Range<usize> {
    let indent = line.len() - line.trim_start().len();
    let start =
        column.checked_sub(1).map_or(indent, |skip| line.char_indices().nth(skip).map_or(line.len(), |(at, _)| at));
    let rest = line.get(start..).unwrap_or_default();
    let said = rest.split(" #").next().unwrap_or_default();
    let said = said.trim_end_matches([' ', '\t', ',', ':', '{', '[', '=']);
    let said = match said.char_indices().nth(SPAN) {
        // Much is said: the name is enough.
        Some((at, _)) => {
            let name = token(said);
            if name.len() < at { name } else { said.get(..at).unwrap_or_default() }
        }
        None => said,
    };
    let least = rest.chars().next().map_or(0, char::len_utf8);
    start..start + said.len().max(least)
}

/// The name at the beginning of what is said.
fn token(said: &str) -> &str {
    said.get(..said.find([':', ' ', '=', ',']).unwrap_or(said.len())).unwrap_or_default()
}

fn level(outcome: Outcome) -> Level<'static> {
    match outcome {
        Outcome::NotMet => Level::ERROR,
        Outcome::Excepted => Level::NOTE,
        _ => Level::WARNING,
    }
}

/// The house's colours, of the sixteen that a reader's theme decides.
fn renderer(width: u16) -> Renderer {
    let cyan = AnsiColor::Cyan.on_default();
    Renderer::styled()
        .decor_style(DecorStyle::Ascii)
        .hyperlink(false)
        .term_width(usize::from(width))
        .error(BOLD_RED)
        .warning(BOLD_YELLOW)
        .note(BOLD_GREEN)
        .line_num(cyan)
        .context(cyan)
        .emphasis(BOLD)
}

#[cfg(test)]
mod tests {
    use super::{Spot, plain, span};
    use crate::model::planned::Place;

    #[test]
    fn what_is_said_from_a_column_on_is_underlined() {
        for (line, column, said) in [
            ("  RawBucket:", 3, "RawBucket"),
            ("  \"RawBucket\": {", 3, "\"RawBucket\""),
            ("    \"BlockPublicAcls\": false,", 5, "\"BlockPublicAcls\": false"),
            ("    A: !GetAtt Key.Arn # ours", 5, "A: !GetAtt Key.Arn"),
            ("    A: !GetAtt Key.Arn", 8, "!GetAtt Key.Arn"),
            ("resource \"aws_s3_bucket\" \"raw\" {", 0, "resource \"aws_s3_bucket\" \"raw\""),
            ("Policy: {Statement: [{Effect: Allow, Principal: \"*\", Action: s3}]}", 1, "Policy"),
            ("}", 1, "}"),
            ("short", 90, ""),
            ("", 1, ""),
        ] {
            assert_eq!(line.get(span(line, column)), Some(said), "{line}");
        }
    }

    #[test]
    fn a_long_label_takes_the_room_of_the_value_and_is_cut_between_words() {
        let line = "  Rotate: !Ref Rotate";
        let within = |label: &str, width| {
            let place = Place { column: 3, line: 1, ..Place::default() };
            let (range, label) = Spot { place, primary: true, label: Some(label.into()) }.within(line, width);
            (line[range].to_owned(), label.unwrap())
        };
        let whole = "no value is given";
        assert_eq!(within(whole, 60), ("Rotate: !Ref Rotate".to_owned(), whole.to_owned()));
        assert_eq!(within(whole, 30), ("Rotate".to_owned(), whole.to_owned()));
        assert_eq!(within(whole, 24), ("Rotate".to_owned(), "no value is…".to_owned()));
    }

    #[test]
    fn one_sign_stands_for_one_that_cannot_be_seen() {
        assert_eq!(plain("a\u{202e}\u{1b}b\tc"), "a\u{fffd}\u{fffd}b\tc");
    }
}
