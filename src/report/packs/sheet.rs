//! Sheets of comma-separated values whose cells a spreadsheet takes for text.
//!
//! May import: `model`. Guarantees: no cell begins with a character that starts a formula, holds a control or bidirectional
//! character, or is longer than a spreadsheet's cell; what was long says how long it was.

use std::io::{self, Write};

use crate::model::visible::visible;

/// Characters of one cell: a spreadsheet takes 32,767.
const LONGEST: usize = 30_000;
/// What starts a formula, in the plain and the full-width form.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// A sheet on its way out.
pub(super) struct Sheet<'a> {
    rows: csv::Writer<&'a mut dyn Write>,
}

impl<'a> Sheet<'a> {
    /// Begins with the headings.
    pub(super) fn new(headings: &[&str], out: &'a mut dyn Write) -> io::Result<Self> {
        let mut rows = csv::WriterBuilder::new().from_writer(out);
        rows.write_record(headings).map_err(io::Error::other)?;
        Ok(Self { rows })
    }

    /// Adds a row.
    pub(super) fn row<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) -> io::Result<()> {
        self.rows.write_record(cells.into_iter().map(|cell| safe(cell.as_ref()))).map_err(io::Error::other)
    }

    /// Writes what is still held.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.rows.flush()
    }
}

/// A text that a spreadsheet does not compute: an apostrophe stands before what would start a formula.
fn safe(text: &str) -> String {
    let text = visible(text, LONGEST, false);
    if text.trim_start().starts_with(FORMULA) { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{FORMULA, Sheet, safe};

    #[test]
    fn formulas_are_text() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("+44 20", "'+44 20"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("  =1", "'  =1"),
            ("＝1", "'＝1"),
            ("a=1", "a=1"),
            ("\t=1", "\\u{9}=1"),
            ("a\r\nb", "a\\u{d}\\u{a}b"),
        ] {
            assert_eq!(safe(text), cell);
        }
    }

    proptest! {
        /// Whatever a cell holds, it comes back from a reader as one cell of its row, and as text.
        #[test]
        fn a_cell_stays_one_cell_and_text(text in "(?s).{0,40}", start in "[-=+@\"',;\t\r\n ＝]{0,3}") {
            let text = format!("{start}{text}");
            let mut bytes = Vec::new();
            let mut sheet = Sheet::new(&["a", "b"], &mut bytes).unwrap();
            sheet.row([text.as_str(), "next"]).unwrap();
            sheet.finish().unwrap();
            let read: Vec<csv::StringRecord> =
                csv::Reader::from_reader(bytes.as_slice()).records().map(Result::unwrap).collect();
            prop_assert_eq!(read.len(), 1);
            prop_assert_eq!(&read[0][1], "next");
            prop_assert!(!read[0][0].trim_start().starts_with(FORMULA));
            prop_assert!(!read[0][0].chars().any(char::is_control));
        }
    }
}
