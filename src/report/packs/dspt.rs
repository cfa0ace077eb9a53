//! `dspt.csv`: the lines of the toolkit with their claims, the evidence, and the text to paste beside each.
//!
//! May import: `model`, `report`. Guarantees: every line of every edition, the chosen ones first; no level but the user's
//! claim; what has to be confirmed with the toolkit says so in its row.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::sheet::Sheet;
use crate::model::assessment::{Assessment, FrameworkEdition, StatementResult};

const HEADINGS: [&str; 13] = [
    "Track",
    "Edition",
    "Chosen",
    "Group",
    "Item",
    "Title",
    "Claimed",
    "Evidence",
    "Why",
    "Supporting text",
    "Covered by certificates held",
    "Before use",
    "As of",
];

pub(super) fn write(assessment: &Assessment, out: &mut dyn Write) -> io::Result<()> {
    let view = &assessment.dspt;
    let statements: BTreeMap<(&str, &str, &str), &StatementResult> =
        assessment.statements.iter().map(|s| ((s.framework.as_str(), s.edition.as_str(), s.id.as_str()), s)).collect();
    let editions: BTreeMap<(&str, &str), &FrameworkEdition> =
        assessment.frameworks.iter().map(|f| ((f.framework.as_str(), f.edition.as_str()), f)).collect();
    let mut lines: Vec<_> = view.lines.iter().collect();
    lines.sort_by_key(|line| !view.chose(&line.framework, &line.edition));
    let as_of = assessment.run.as_of.to_string();
    let mut sheet = Sheet::new(&HEADINGS, out)?;
    for line in lines {
        let statement = statements.get(&(line.framework.as_str(), line.edition.as_str(), line.id.as_str()));
        let edition = editions.get(&(line.framework.as_str(), line.edition.as_str()));
        let before = edition.map_or(String::new(), |e| {
            let partial = if e.partial { " The list of items is not whole." } else { "" };
            format!("{}{partial}", e.note)
        });
        sheet.row([
            match line.framework.as_str() {
                "dspt_caf" => "CAF-aligned",
                "dspt_ndg" => "Ten data security standards",
                other => other,
            },
            edition.map_or(line.edition.as_str(), |e| e.title.as_str()),
            if view.chose(&line.framework, &line.edition) { "yes" } else { "no" },
            statement.map_or("", |s| s.group.as_str()),
            &line.id,
            statement.map_or("", |s| s.title.as_str()),
            line.claim.as_deref().unwrap_or("no claim"),
            line.stance.as_str(),
            &line.reason,
            &line.text,
            &line.covered_by.join("; "),
            before.trim(),
            &as_of,
        ])?;
    }
    sheet.finish()
}

#[cfg(test)]
mod tests {
    use super::write;
    use crate::report::sample;

    fn rows(assessment: &crate::model::assessment::Assessment) -> Vec<csv::StringRecord> {
        let mut bytes = Vec::new();
        write(assessment, &mut bytes).unwrap();
        csv::Reader::from_reader(bytes.as_slice()).records().map(Result::unwrap).collect()
    }

    #[test]
    fn every_line_has_a_row_and_the_chosen_ones_come_first() {
        let (mut assessment, _) = sample::example();
        let all = rows(&assessment);
        assert_eq!(all.len(), assessment.dspt.lines.len());
        let chosen = all.iter().take_while(|row| &row[2] == "yes").count();
        assert_eq!((chosen, all.iter().filter(|row| &row[2] == "yes").count()), (49, 49));
        assert!(all.iter().take(49).all(|row| row[1].contains("v9: confirm with the toolkit")));
        assessment.dspt.track = None;
        assessment.dspt.edition = None;
        let unchosen = rows(&assessment);
        assert_eq!(unchosen.len(), all.len());
        assert!(unchosen.iter().all(|row| &row[2] == "no"));
    }
}
