//! `satre.csv`: the evaluation sheet of SATRE in its eight columns, filled with the proposed scores.
//!
//! May import: `model`, `report`. Guarantees: one row a statement, in the specification's order; titles are this project's
//! own, and the specification has the sentences; an unscored statement has an empty score and the reason.

use std::io::{self, Write};

use super::sheet::Sheet;
use crate::model::assessment::{Assessment, StatementResult};
use crate::model::plural::count;
use crate::model::score::{Importance, Score};
use crate::report::summary::{self, satre};

const HEADINGS: [&str; 8] =
    ["Section", "Item", "Statement", "Guidance", "Importance", "Score", "Response", "Improvements"];

pub(super) fn write(assessment: &Assessment, out: &mut dyn Write) -> io::Result<()> {
    let mut sheet = Sheet::new(&HEADINGS, out)?;
    for statement in satre(assessment) {
        sheet.row([
            statement.group.as_str(),
            &statement.id,
            &statement.title,
            &format!("Statement {} of SATRE {}", statement.id, statement.edition),
            statement.importance.map_or("", Importance::words),
            score(statement.score),
            &response(assessment, statement),
            &improvements(assessment, statement),
        ])?;
    }
    sheet.finish()
}

fn score(score: Option<Score>) -> &'static str {
    match score {
        Some(Score::NotMet) => "0",
        Some(Score::Sufficient) => "1",
        Some(Score::Satisfied) => "2",
        Some(Score::NotApplicable) => "N/A",
        None => "",
    }
}

/// What stands behind the score, and what it is.
fn response(assessment: &Assessment, statement: &StatementResult) -> String {
    let attestation = match &statement.attestation {
        Some(id) => format!(" Attestation {id}."),
        None => String::new(),
    };
    format!(
        "State: {}; {}.{attestation} As of {}. {}.",
        statement.state.words(),
        statement.reason.trim_end_matches('.'),
        assessment.run.as_of,
        summary::DISCLAIMER
    )
}

/// The controls that fail, with what they ask for.
fn improvements(assessment: &Assessment, statement: &StatementResult) -> String {
    let failing = assessment.controls.iter().filter(|c| c.satre.contains(&statement.id) && c.counts.not_met > 0);
    let all: Vec<String> =
        failing.map(|c| format!("{} {}: not met on {}", c.id, c.title, count(c.counts.not_met, "resource"))).collect();
    all.join("; ")
}

#[cfg(test)]
mod tests {
    use super::{HEADINGS, write};
    use crate::model::score::{Importance, Score};
    use crate::report::sample;
    use crate::report::summary::satre;

    #[test]
    fn the_sheet_has_the_eight_columns_and_every_statement_with_its_score() {
        let (assessment, _) = sample::example();
        let mut bytes = Vec::new();
        write(&assessment, &mut bytes).unwrap();
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), HEADINGS);
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 185);
        for (row, statement) in rows.iter().zip(satre(&assessment)) {
            let expected = match statement.score {
                None => "",
                Some(Score::NotMet) => "0",
                Some(Score::Sufficient) => "1",
                Some(Score::Satisfied) => "2",
                Some(Score::NotApplicable) => "N/A",
            };
            assert_eq!((&row[1], &row[5]), (statement.id.as_str(), expected));
            assert!(row[6].contains("not an accreditation"), "{row:?}");
        }
        let mandatory = rows.iter().filter(|row| &row[4] == Importance::Mandatory.words()).count();
        let starred = rows.iter().filter(|row| &row[4] == Importance::MandatoryStar.words()).count();
        assert_eq!((mandatory, starred), (89, 6));
        let failing = rows.iter().find(|row| row[7].contains("SET-NET-06")).unwrap();
        assert!(failing[7].contains("not met on 78 resources"), "{failing:?}");
    }
}
