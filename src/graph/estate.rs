//! What has to be known over all accounts before any one of them can be judged.
//!
//! May import: `model`. Guarantees: small, whatever the size of the estate: only the types named in [`GLOBAL_TYPES`].

use std::collections::BTreeMap;

use crate::model::document::ResourceDocument;
use crate::model::listing::Listing;

/// Types that resources of other accounts depend on; all of their documents are held.
pub const GLOBAL_TYPES: [&str; 8] = [
    "AWS::Account",
    "AWS::CloudTrail::Trail",
    "AWS::Config::ConfigurationAggregator",
    "AWS::Config::ConfigurationRecorder",
    "AWS::Organizations::Account",
    "AWS::Organizations::Organization",
    "AWS::Organizations::OrganizationalUnit",
    "AWS::Organizations::Policy",
];

/// The documents of the global types, and every listing.
#[derive(Debug, Clone, Default)]
pub struct Estate {
    documents: BTreeMap<String, Vec<ResourceDocument>>,
    listings: Vec<Listing>,
    /// Accounts in scope, sorted.
    pub accounts: Vec<String>,
    /// Regions in scope, sorted.
    pub regions: Vec<String>,
}

impl Estate {
    /// From the documents of the global types; others are left out.
    #[must_use]
    pub fn new(
        documents: impl IntoIterator<Item = ResourceDocument>,
        mut listings: Vec<Listing>,
        mut accounts: Vec<String>,
        mut regions: Vec<String>,
    ) -> Self {
        let mut by_type: BTreeMap<String, Vec<ResourceDocument>> = BTreeMap::new();
        for document in documents {
            if GLOBAL_TYPES.contains(&document.kind.as_str()) {
                by_type.entry(document.kind.clone()).or_default().push(document);
            }
        }
        for list in by_type.values_mut() {
            list.sort_by(|a, b| (&a.account, &a.id).cmp(&(&b.account, &b.id)));
        }
        listings.sort();
        accounts.sort();
        regions.sort();
        Self { documents: by_type, listings, accounts, regions }
    }

    /// All documents of a global type, by account and id.
    #[must_use]
    pub fn documents(&self, kind: &str) -> &[ResourceDocument] {
        self.documents.get(kind).map_or(&[], Vec::as_slice)
    }

    /// Every listing, sorted.
    #[must_use]
    pub fn listings(&self) -> &[Listing] {
        &self.listings
    }

    /// Whether a type was listed completely in every account in scope that was asked for it, and by at least one.
    ///
    /// # Errors
    /// Why not.
    pub fn listed_somewhere(&self, kind: &str) -> Result<(), String> {
        let mut any = false;
        for listing in self.listings.iter().filter(|l| l.kind == kind) {
            any = true;
            if !listing.complete {
                return Err(format!("{} in account {}", listing.reason, listing.account));
            }
        }
        if any { Ok(()) } else { Err(format!("{kind} was not listed")) }
    }
}
