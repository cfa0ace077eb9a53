//! Draft rows for the record of processing activities, from the registers and from what was seen.
//!
//! May import: `model`, `graph`. Guarantees: each declared project and dataset is in at least one row; a purpose, a
//! controller and a basis beyond the register's words come from nowhere; a store that was not seen has no Region.

use std::collections::{BTreeMap, BTreeSet};

use super::locations::Survey;
use crate::graph::Declared;
use crate::graph::declared::{Dataset, Project};
use crate::model::assessment::{ControlResult, Notice};
use crate::model::location::Placement;
use crate::model::plural::number;
use crate::model::processing::{ProcessingDraft, ProcessingRow, StorePlace};
use crate::model::verdict::Outcome;

/// The drafts. What was set aside of the declaration stands in `notices`.
pub(super) fn draft(
    declared: &Declared,
    survey: &Survey,
    controls: &[ControlResult],
    notices: &[Notice],
) -> ProcessingDraft {
    let projects = declared.projects.as_deref().unwrap_or_default();
    let datasets = declared.datasets.as_deref().unwrap_or_default();
    let of_register = |notice: &&Notice| notice.place.starts_with("attestations/");
    let mut gaps: Vec<String> =
        notices.iter().filter(|n| !of_register(n)).map(|n| format!("{}: {}", n.place, n.text)).collect();
    for (table, there) in [("project", declared.projects.is_some()), ("dataset", declared.datasets.is_some())] {
        if !there {
            gaps.push(format!("tre.toml declares no [[{table}]]"));
        }
    }
    let mut rows = Vec::new();
    let mut used = BTreeSet::new();
    for project in projects {
        for id in &project.datasets {
            used.insert(id.as_str());
            let known = datasets.iter().find(|dataset| dataset.id == *id);
            // One that was set aside keeps its row; the notice says why nothing is known of it.
            rows.push(ProcessingRow { dataset: Some(id.clone()), ..row(Some(project), known, survey) });
        }
        if project.datasets.is_empty() {
            rows.push(row(Some(project), None, survey));
        }
    }
    for dataset in datasets.iter().filter(|dataset| !used.contains(dataset.id.as_str())) {
        rows.push(row(None, Some(dataset), survey));
    }
    ProcessingDraft { gaps, rows, security: security(controls) }
}

fn row(project: Option<&Project>, dataset: Option<&Dataset>, survey: &Survey) -> ProcessingRow {
    let of_project = |name: &str| project.and_then(|p| p.fields.get(name)).cloned().unwrap_or_default();
    let of_dataset = |name: &str| dataset.and_then(|d| d.fields.get(name)).cloned().unwrap_or_default();
    let some = |parts: [String; 2]| parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
    let basis = match [of_dataset("legal_basis"), of_project("legal_basis")] {
        [dataset, project] if dataset == project || project.is_empty() => dataset,
        [dataset, project] if dataset.is_empty() => project,
        [dataset, project] => format!("dataset: {dataset}; project: {project}"),
    };
    ProcessingRow {
        categories: some([of_dataset("class"), of_dataset("identifiability")]).join(", "),
        dataset: dataset.map(|d| d.id.clone()),
        dataset_title: of_dataset("title"),
        delete_by: dataset.and_then(|d| d.delete_by).map(|day| day.date().to_string()).unwrap_or_default(),
        legal_basis: basis,
        place: dataset.map(|d| &d.place).or(project.map(|p| &p.place)).cloned().unwrap_or_default(),
        project: project.map(|p| p.id.clone()),
        project_title: of_project("title"),
        recipients: serde_json::from_str(&of_project("recipients")).unwrap_or_default(),
        source: of_dataset("source"),
        stores: dataset.into_iter().flat_map(|d| &d.stores).flat_map(|store| places(&store.text, survey)).collect(),
    }
}

/// Where a declared store was seen; where it was not, that.
fn places(store: &str, survey: &Survey) -> Vec<StorePlace> {
    let seen: Vec<StorePlace> = survey
        .places(store)
        .map(|(account, region)| {
            let place = survey.placement(region);
            let known = place != Placement::Unknown;
            StorePlace {
                account: Some(account.clone()),
                place,
                reason: if known { String::new() } else { "AWS did not say in which Region it lies".to_owned() },
                region: known.then(|| region.clone()),
                store: store.to_owned(),
            }
        })
        .collect();
    if !seen.is_empty() {
        return seen;
    }
    let reason = "it was not seen in the accounts and Regions that were read".to_owned();
    vec![StorePlace { account: None, place: Placement::Unknown, reason, region: None, store: store.to_owned() }]
}

/// The controls by area: how many are met, not met and so on.
fn security(controls: &[ControlResult]) -> Vec<String> {
    let mut areas: BTreeMap<&str, BTreeMap<Outcome, u64>> = BTreeMap::new();
    for control in controls {
        let area = control.id.rsplit_once('-').map_or(control.id.as_str(), |(area, _)| area);
        *areas.entry(area).or_default().entry(control.counts.overall()).or_default() += 1;
    }
    let words = |(outcome, n): (&Outcome, &u64)| format!("{} {}", number(*n), outcome.as_str().replace('_', " "));
    areas
        .into_iter()
        .map(|(area, counts)| format!("{area}: {}", counts.iter().map(words).collect::<Vec<_>>().join(", ")))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Declared, Survey, draft};
    use crate::declaration::Declaration;
    use crate::graph::listings::Listings;
    use crate::model::document::ResourceDocument;
    use crate::model::location::Placement;

    const TEXT: &str = r#"
[[project]]
id = "p1"
title = "Hearts"
legal_basis = "6(1)(e)"
datasets = ["d1"]
recipients = ["u1"]

[[project]]
id = "p2"

[[dataset]]
id = "d1"
class = "tier3"
identifiability = "pseudonymised"
legal_basis = "9(2)(j)"
stores = ["s3:seen", "s3:unseen"]
delete_by = 2028-01-01

[[dataset]]
id = "d2"
"#;

    #[test]
    fn every_project_and_dataset_has_a_row_and_nothing_is_made_up() {
        let declaration = Declaration::parse("tre.toml", TEXT).unwrap();
        let declared = Declared::new(Some(&declaration), None);
        let mut survey =
            Survey::new(Some(vec!["eu-west-2".to_owned()]), ["s3:seen".to_owned(), "s3:unseen".to_owned()]);
        let bucket = ResourceDocument {
            kind: "AWS::S3::Bucket".to_owned(),
            id: "seen".to_owned(),
            account: "1".to_owned(),
            region: "eu-west-1".to_owned(),
            ..ResourceDocument::default()
        };
        survey.account("1", &[bucket], &Listings::default(), |_| None);
        let got = draft(&declared, &survey, &[], &declaration.notices());
        let ids: Vec<(Option<&str>, Option<&str>)> =
            got.rows.iter().map(|r| (r.project.as_deref(), r.dataset.as_deref())).collect();
        assert_eq!(ids, [(Some("p1"), Some("d1")), (Some("p2"), None), (None, Some("d2"))]);
        let first = &got.rows[0];
        assert_eq!(first.categories, "tier3, pseudonymised");
        assert_eq!(first.legal_basis, "dataset: 9(2)(j); project: 6(1)(e)");
        assert_eq!((first.delete_by.as_str(), first.recipients.as_slice()), ("2028-01-01", &["u1".to_owned()][..]));
        let stores: BTreeMap<&str, (Option<&str>, Placement)> =
            first.stores.iter().map(|s| (s.store.as_str(), (s.region.as_deref(), s.place))).collect();
        assert_eq!(stores["s3:seen"], (Some("eu-west-1"), Placement::Outside));
        assert_eq!(stores["s3:unseen"], (None, Placement::Unknown));
        assert_eq!((got.rows[1].legal_basis.as_str(), got.rows[1].categories.as_str()), ("", ""));
        assert!(got.gaps.is_empty(), "{:?}", got.gaps);
    }

    #[test]
    fn what_was_set_aside_is_said_beside_the_rows() {
        let text = TEXT.replace("datasets = [\"d1\"]", "datasets = [\"d1\", \"gone\"]");
        let declaration = Declaration::parse("tre.toml", &text).unwrap();
        let declared = Declared::new(Some(&declaration), None);
        let got = draft(&declared, &Survey::new(None, []), &[], &declaration.notices());
        assert!(got.gaps.iter().any(|gap| gap.contains("gone")), "{:?}", got.gaps);
        let ids: Vec<Option<&str>> = got.rows.iter().map(|row| row.dataset.as_deref()).collect();
        assert!(ids.contains(&Some("d1")) && ids.contains(&Some("d2")), "no dataset is lost: {ids:?}");
    }

    #[test]
    fn without_registers_there_is_no_row_and_the_reason() {
        let got = draft(&Declared::new(None, None), &Survey::new(None, []), &[], &[]);
        assert!(got.rows.is_empty());
        assert_eq!(got.gaps, ["tre.toml declares no [[project]]", "tre.toml declares no [[dataset]]"]);
    }
}
