//! The findings that the page's explorer reads: plain JSON, packed JSON, or none with the name of a file.
//!
//! May import: `model`, `report`. Guarantees: worst first; the same findings give the same bytes; nothing is cut
//! without being said.

use std::cmp::Reverse;
use std::io::{self, Write as _};

use base64::Engine as _;
use serde_json::{Value, json};

use crate::model::assessment::{EXPLORER_LIMIT, FindingTable};
use crate::model::id::Severity;
use crate::report::text::{self, Shown};

/// Rows up to which the pack is plain JSON.
pub(super) const PLAIN_LIMIT: usize = 5_000;
/// Rows that stand in the page without a script.
pub(super) const SERVER_ROWS: usize = 25;

/// One row, as the page prints it.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) anchor: String,
    pub(super) control: Shown,
    pub(super) severity: &'static str,
    pub(super) resource: Shown,
    pub(super) account: Shown,
    pub(super) region: Shown,
}

/// What the explorer is given.
#[derive(Debug)]
pub(super) struct Pack {
    /// `json` or `gzip`; none where there are too many.
    pub(super) encoding: Option<&'static str>,
    pub(super) text: String,
    pub(super) rows: Vec<Row>,
    pub(super) total: u64,
}

/// Packs the findings.
pub(super) fn pack(table: &FindingTable) -> io::Result<Pack> {
    let severity = |row: usize| {
        table
            .control
            .get(row)
            .and_then(|control| table.severities.get(usize::from(*control)))
            .copied()
            .unwrap_or(Severity::Low)
    };
    let mut order: Vec<usize> = (0..table.resource.len()).collect();
    order.sort_by_key(|&row| (Reverse(severity(row)), row));
    let rows = order.iter().take(SERVER_ROWS).map(|&row| server_row(table, row, severity(row))).collect();
    let too_many = table.total > EXPLORER_LIMIT as u64 || table.resource.len() as u64 != table.total;
    let (encoding, text) = if table.resource.is_empty() || too_many {
        (None, String::new())
    } else {
        let mut plain = Vec::new();
        crate::model::canonical::write(&columns(table, &order), &mut plain)?;
        if order.len() <= PLAIN_LIMIT {
            (Some("json"), String::from_utf8_lossy(&plain).into_owned())
        } else {
            let mut packer = flate2::GzBuilder::new().mtime(0).write(Vec::new(), flate2::Compression::new(6));
            packer.write_all(&plain)?;
            (Some("gzip"), base64::engine::general_purpose::STANDARD.encode(packer.finish()?))
        }
    };
    Ok(Pack { encoding, text, rows, total: table.total })
}

fn columns(table: &FindingTable, order: &[usize]) -> Value {
    let shown = |texts: &[String]| texts.iter().map(|t| text::show(t).as_str().to_owned()).collect::<Vec<_>>();
    let column = |get: &dyn Fn(usize) -> Value| order.iter().map(|&row| get(row)).collect::<Vec<_>>();
    json!({
        "account": column(&|row| json!(table.account.get(row))),
        "control": column(&|row| json!(table.control.get(row))),
        "dict": {
            "account": shown(&table.accounts),
            "anchor": table.controls.iter().map(|id| text::anchor(id)).collect::<Vec<_>>(),
            "control": shown(&table.controls),
            "region": shown(&table.regions),
            "severity": table.severities.iter().map(|s| s.as_str()).collect::<Vec<_>>(),
        },
        "region": column(&|row| json!(table.region.get(row))),
        "resource": column(&|row| json!(table.resource.get(row).map(|r| text::show(r).as_str().to_owned()))),
    })
}

fn server_row(table: &FindingTable, row: usize, severity: Severity) -> Row {
    let named = |names: &[String], place: Option<usize>| {
        text::show(place.and_then(|place| names.get(place)).map_or("", String::as_str))
    };
    let control = table.control.get(row).map(|place| usize::from(*place));
    Row {
        anchor: text::anchor(control.and_then(|place| table.controls.get(place)).map_or("", String::as_str)),
        control: named(&table.controls, control),
        severity: severity.as_str(),
        resource: text::show(table.resource.get(row).map_or("", String::as_str)),
        account: named(&table.accounts, table.account.get(row).and_then(|place| usize::try_from(*place).ok())),
        region: named(&table.regions, table.region.get(row).map(|place| usize::from(*place))),
    }
}

#[cfg(test)]
mod tests {
    use super::{PLAIN_LIMIT, pack};
    use crate::model::assessment::FindingTable;
    use crate::model::id::Severity;

    fn table(rows: usize) -> FindingTable {
        FindingTable {
            controls: vec!["SET-NET-01".into(), "SET-VDI-01".into()],
            severities: vec![Severity::Low, Severity::Critical],
            accounts: vec!["1".into()],
            regions: vec!["eu-west-2".into()],
            control: (0..rows).map(|i| u16::from(i % 2 == 1)).collect(),
            account: vec![0; rows],
            region: vec![0; rows],
            resource: (0..rows).map(|i| format!("r{i}\u{202e}")).collect(),
            total: rows as u64,
        }
    }

    #[test]
    fn a_small_pack_is_plain_and_worst_first() {
        let pack = pack(&table(4)).unwrap();
        assert_eq!(pack.encoding, Some("json"));
        assert!(pack.text.contains(r#""resource":["r1\\u{202e}","r3\\u{202e}","r0"#), "{}", pack.text);
        assert_eq!(pack.rows.first().map(|r| r.severity), Some("critical"));
    }

    #[test]
    fn a_large_one_is_packed_the_same_way_each_time() {
        let table = table(PLAIN_LIMIT + 1);
        let first = pack(&table).unwrap();
        assert_eq!(first.encoding, Some("gzip"));
        assert_eq!(first.text, pack(&table).unwrap().text);
    }

    #[test]
    fn more_than_the_page_holds_is_left_to_the_file() {
        let mut table = table(10);
        table.total = 250_001;
        let pack = pack(&table).unwrap();
        assert_eq!((pack.encoding, pack.rows.len()), (None, 10));
    }
}
