//! What evidence says of a line of the DSPT or of UK GDPR: it supports, contradicts, or is silent.
//!
//! May import: `model`. Guarantees: evidence that is not there is *silent*, never *supports*; a level of the toolkit and a
//! legal conclusion have no member here, because only people give them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::location::Locations;
use super::processing::ProcessingDraft;

/// Where the evidence of an audit stands to what is claimed of a line, or to the line itself where nothing is claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stance {
    /// All that is mapped and can be assessed is met, and nothing of it is unknown.
    Supports,
    /// Something that is mapped is not met.
    Contradicts,
    /// Nothing can be said either way; the reason says why.
    Silent,
}

impl Stance {
    /// The word used in files and on pages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Supports => "supports",
            Self::Contradicts => "contradicts",
            Self::Silent => "silent",
        }
    }
}

/// The view of the NHS Data Security and Protection Toolkit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DsptView {
    /// The edition that was chosen in `tre.toml`; none where none was.
    pub edition: Option<String>,
    /// Certificates that the organisation says it holds.
    pub held: Vec<String>,
    /// Every line of every edition, in the order of the statements.
    pub lines: Vec<ObligationLine>,
    /// `caf` or `ndg`; none where no track was chosen.
    pub track: Option<String>,
}

impl DsptView {
    /// The chosen framework and, where it was chosen too, its edition.
    #[must_use]
    pub fn chosen(&self) -> Option<(&'static str, Option<&str>)> {
        let framework = match (self.track.as_deref(), self.edition.as_deref()) {
            (Some("caf"), _) | (None, Some("v8" | "v9")) => "dspt_caf",
            (Some("ndg"), _) | (None, Some("v8/2" | "v8/3" | "v8/4")) => "dspt_ndg",
            _ => return None,
        };
        Some((framework, self.edition.as_deref()))
    }

    /// Whether this edition of this framework is the chosen one.
    #[must_use]
    pub fn chose(&self, framework: &str, edition: &str) -> bool {
        self.chosen().is_some_and(|(chosen, only)| chosen == framework && only.is_none_or(|only| only == edition))
    }
}

/// One outcome, evidence item or article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ObligationLine {
    /// The level or answer that the user claims; always none for articles.
    pub claim: Option<String>,
    /// Certificates which the organisation says it holds and whose holders need not answer the item.
    pub covered_by: Vec<String>,
    pub edition: String,
    /// `dspt_caf`, `dspt_ndg`, `uk_gdpr`.
    pub framework: String,
    pub id: String,
    /// Why the evidence stands there, made from data.
    pub reason: String,
    pub stance: Stance,
    /// Facts to paste beside the line: what was judged, when, with what result.
    pub text: String,
}

/// The view of UK GDPR.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GdprView {
    /// Drafts for the record of processing activities.
    pub article_30: ProcessingDraft,
    /// Every article, in the order of the statements.
    pub lines: Vec<ObligationLine>,
    pub locations: Locations,
}

#[cfg(test)]
mod tests {
    use super::DsptView;

    #[test]
    fn an_edition_chooses_its_track_and_a_track_alone_all_of_its_editions() {
        let view = |track: Option<&str>, edition: Option<&str>| DsptView {
            track: track.map(str::to_owned),
            edition: edition.map(str::to_owned),
            ..DsptView::default()
        };
        assert!(view(Some("caf"), Some("v9")).chose("dspt_caf", "v9"));
        assert!(!view(Some("caf"), Some("v9")).chose("dspt_caf", "v8"));
        assert!(view(None, Some("v8/3")).chose("dspt_ndg", "v8/3"));
        assert!(view(Some("ndg"), None).chose("dspt_ndg", "v8/2"));
        assert!(!view(Some("ndg"), None).chose("dspt_caf", "v8"));
        assert!(!view(None, None).chose("dspt_caf", "v9"));
    }
}
