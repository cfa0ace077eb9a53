//! The obligations of the page: the DSPT with what is claimed of it, and UK GDPR.
//!
//! May import: `model`, `report`. Guarantees: every line of every edition stands on the page, the chosen track first; no
//! level of the toolkit is stated but the user's own claim.

use std::collections::BTreeMap;

use super::marks::{self, Mark};
use super::statements::{ControlGroup, groups};
use crate::model::assessment::{FrameworkEdition, StatementResult};
use crate::model::obligation::{DsptView, ObligationLine, Stance};
use crate::model::plural::{count, list, number};
use crate::report::summary::{Summary, statement_anchor};
use crate::report::text::{self, Shown, show};

/// An outcome, item or article.
pub(super) struct LineView {
    pub(super) anchor: String,
    pub(super) id: Shown,
    pub(super) title: Shown,
    pub(super) claim: Shown,
    pub(super) mark: Mark,
    /// Certificates that cover the item, by the word of the organisation.
    pub(super) covered: Vec<Shown>,
    pub(super) reason: Shown,
    pub(super) text: Shown,
    pub(super) groups: Vec<ControlGroup>,
}

/// An edition of a framework.
pub(super) struct Edition {
    pub(super) articles: bool,
    pub(super) anchor: String,
    pub(super) title: Shown,
    pub(super) note: Shown,
    pub(super) partial: bool,
    pub(super) chosen: bool,
    pub(super) sentence: String,
    pub(super) groups: Vec<(Shown, Vec<LineView>)>,
}

/// How the track was chosen, or how to choose one.
pub(super) fn choice(summary: &Summary) -> Shown {
    let view = &summary.assessment.dspt;
    let mut sentences = Vec::new();
    match view.chosen() {
        None => sentences.push(
            "No track of the DSPT is chosen. Choose one in tre.toml: [dspt] with track = \"caf\" or \"ndg\" and edition = \
             \"v8\" or \"v9\" (caf), \"v8/2\", \"v8/3\" or \"v8/4\" (ndg, by category); claims = { \"B2.a\" = \"achieved\" } \
             holds the evidence against each level or answer that is claimed. Until then it is held against each line as if \
             that were claimed."
                .to_owned(),
        ),
        Some((framework, edition)) => {
            let chosen: Vec<String> = summary
                .assessment
                .frameworks
                .iter()
                .filter(|f| f.framework == framework && edition.is_none_or(|only| only == f.edition))
                .map(|f| f.title.clone())
                .collect();
            sentences.push(format!("tre.toml chooses {}.", list(&chosen)));
            sentences.push(claims(view, framework, edition));
        }
    }
    if !view.held.is_empty() {
        sentences.push(format!("Certificates that the organisation says it holds: {}.", list(&view.held)));
        let covered = view.lines.iter().filter(|line| !line.covered_by.is_empty()).count() as u64;
        sentences.push(match covered {
            0 => "No list of what they cover is known to this program.".to_owned(),
            n => format!(
                "They cover {} of the ten standards, each marked there; the list is from a public copy of the workbook, and \
                 none is known for the CAF-aligned track: confirm with the toolkit.",
                count(n, "item")
            ),
        });
    }
    show(&sentences.join(" "))
}

fn claims(view: &DsptView, framework: &str, edition: Option<&str>) -> String {
    let of = |line: &&ObligationLine| line.framework == framework && edition.is_none_or(|only| only == line.edition);
    let all = view.lines.iter().filter(of).count() as u64;
    let claimed = view.lines.iter().filter(of).filter(|line| line.claim.is_some());
    let against = claimed.clone().filter(|line| line.stance == Stance::Contradicts).count() as u64;
    match (claimed.count() as u64, edition) {
        (_, None) => {
            "It names no edition, so every one of the track stands here, and claims belong to none.".to_owned()
        }
        (0, Some(_)) => format!(
            "None of its {} has a claim yet ([dspt] claims): the evidence is held against each line as if it were claimed.",
            count(all, "line")
        ),
        (n, Some(_)) => format!(
            "{} of its {} {} a claim; the evidence contradicts {} of the claims.",
            number(n),
            count(all, "line"),
            if n == 1 { "has" } else { "have" },
            number(against)
        ),
    }
}

/// The other frameworks, edition by edition: the chosen ones first.
pub(super) fn editions(summary: &Summary) -> Vec<Edition> {
    let assessment = summary.assessment;
    let mut by_edition: BTreeMap<(&str, &str), Vec<&StatementResult>> = BTreeMap::new();
    for statement in assessment.statements.iter().filter(|s| s.framework != "satre") {
        by_edition.entry((&statement.framework, &statement.edition)).or_default().push(statement);
    }
    let mut known: Vec<FrameworkEdition> =
        assessment.frameworks.iter().filter(|f| f.framework != "satre").cloned().collect();
    // An edition that nobody described is shown by its bare names rather than dropped.
    for (framework, edition) in by_edition.keys() {
        if !known.iter().any(|k| k.framework == *framework && k.edition == *edition) {
            known.push(FrameworkEdition {
                edition: (*edition).to_owned(),
                framework: (*framework).to_owned(),
                note: String::new(),
                partial: false,
                title: match *framework {
                    "dspt_caf" => format!("DSPT, CAF-aligned, {edition}"),
                    "dspt_ndg" => format!("DSPT, National Data Guardian standards, {edition}"),
                    "uk_gdpr" => "UK GDPR".to_owned(),
                    other => format!("{other} {edition}"),
                },
            });
        }
    }
    known.sort_by_key(|edition| !assessment.dspt.chose(&edition.framework, &edition.edition));
    let lines: BTreeMap<(&str, &str, &str), &ObligationLine> = assessment
        .dspt
        .lines
        .iter()
        .chain(&assessment.uk_gdpr.lines)
        .map(|line| ((line.framework.as_str(), line.edition.as_str(), line.id.as_str()), line))
        .collect();
    known
        .iter()
        .filter_map(|edition| {
            let statements = by_edition.get(&(edition.framework.as_str(), edition.edition.as_str()))?;
            Some(edition_view(summary, edition, statements, &lines))
        })
        .collect()
}

fn edition_view(
    summary: &Summary,
    edition: &FrameworkEdition,
    statements: &[&StatementResult],
    lines: &BTreeMap<(&str, &str, &str), &ObligationLine>,
) -> Edition {
    let mut groups: Vec<(Shown, Vec<LineView>)> = Vec::new();
    let mut last: Option<&str> = None;
    let mut counts = [0_u64; 3];
    for statement in statements {
        if last != Some(statement.group.as_str()) {
            groups.push((show(&statement.group), Vec::new()));
            last = Some(statement.group.as_str());
        }
        let key = (edition.framework.as_str(), edition.edition.as_str(), statement.id.as_str());
        let line = lines.get(&key).copied();
        let place = match line.map_or(Stance::Silent, |line| line.stance) {
            Stance::Supports => 0,
            Stance::Contradicts => 1,
            Stance::Silent => 2,
        };
        if let Some(n) = counts.get_mut(place) {
            *n += 1;
        }
        if let Some((_, views)) = groups.last_mut() {
            views.push(view(summary, statement, line));
        }
    }
    let [supported, contradicted, silent] = counts.map(number);
    Edition {
        articles: edition.framework == "uk_gdpr",
        anchor: text::anchor(&format!("{}-{}", edition.framework, edition.edition)),
        title: show(&edition.title),
        note: show(&edition.note),
        partial: edition.partial,
        chosen: summary.assessment.dspt.chose(&edition.framework, &edition.edition),
        sentence: format!(
            "{}: the evidence supports {supported}, contradicts {contradicted} and is silent on {silent}",
            count(statements.len() as u64, "line")
        ),
        groups,
    }
}

fn view(summary: &Summary, statement: &StatementResult, line: Option<&ObligationLine>) -> LineView {
    LineView {
        anchor: statement_anchor(statement),
        id: show(&statement.id),
        title: show(&statement.title),
        claim: show(statement.claim.as_deref().unwrap_or_default()),
        mark: marks::stance(line.map_or(Stance::Silent, |line| line.stance), statement.by_person),
        covered: line.into_iter().flat_map(|line| &line.covered_by).map(|name| show(name)).collect(),
        reason: show(line.map_or(statement.reason.as_str(), |line| line.reason.as_str())),
        text: show(line.map_or("", |line| line.text.as_str())),
        groups: groups(summary, &statement.controls),
    }
}

#[cfg(test)]
mod tests {
    use super::{choice, editions};
    use crate::model::obligation::DsptView;
    use crate::report::sample;
    use crate::report::summary::Summary;

    #[test]
    fn the_chosen_track_comes_first_and_none_is_left_out() {
        let (mut assessment, _) = sample::example();
        let all = editions(&Summary::new(&assessment)).len();
        for (track, edition, first) in
            [("caf", "v9", "dspt-caf-v9"), ("caf", "v8", "dspt-caf-v8"), ("ndg", "v8/4", "dspt-ndg-v8-4")]
        {
            assessment.dspt.track = Some(track.to_owned());
            assessment.dspt.edition = Some(edition.to_owned());
            let summary = Summary::new(&assessment);
            let shown = editions(&summary);
            assert_eq!((shown.len(), shown[0].anchor.as_str(), shown[0].chosen), (all, first, true));
            assert_eq!(shown.iter().filter(|e| e.chosen).count(), 1);
            let lines: usize = shown.iter().flat_map(|e| &e.groups).map(|(_, lines)| lines.len()).sum();
            assert_eq!(lines, assessment.statements.iter().filter(|s| s.framework != "satre").count());
        }
    }

    #[test]
    fn the_view_says_how_to_choose_a_track() {
        let (mut assessment, _) = sample::example();
        let chosen = choice(&Summary::new(&assessment)).to_string();
        assert!(
            chosen.contains("v9: confirm with the toolkit") && chosen.contains("cyber-essentials-plus"),
            "{chosen}"
        );
        assessment.dspt = DsptView { lines: assessment.dspt.lines, ..DsptView::default() };
        let none = choice(&Summary::new(&assessment)).to_string();
        assert!(none.contains("track = \"caf\"") && none.contains("claims ="), "{none}");
    }
}
