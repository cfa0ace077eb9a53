//! What has to be known over all accounts before any one of them can be judged.
//!
//! May import: `model`. Guarantees: small, whatever the size of the estate: only the types named in [`GLOBAL_TYPES`].

use std::collections::{BTreeMap, BTreeSet};

use super::listings::Listings;
use crate::model::document::ResourceDocument;
use crate::model::listing::Listing;

/// Types that resources of other accounts depend on; all of their documents are held.
pub const GLOBAL_TYPES: [&str; 28] = [
    "AWS::AccessAnalyzer::Analyzer",
    "AWS::Account",
    "AWS::BCMDataExports::Export",
    "AWS::Budgets::Budget",
    "AWS::Budgets::BudgetsAction",
    "AWS::Budgets::Notification",
    "AWS::CUR::ReportDefinition",
    "AWS::CloudTrail::EventDataStore",
    "AWS::CloudTrail::Trail",
    "AWS::Cognito::UserPool",
    "AWS::Cognito::UserPoolGroup",
    "AWS::Config::ConfigurationAggregator",
    "AWS::Config::ConfigurationRecorder",
    "AWS::DirectoryService::Directory",
    "AWS::DirectoryService::Group",
    // Workspaces start from images of another account.
    "AWS::EC2::Image",
    "AWS::IdentityStore::Group",
    "AWS::IdentityStore::GroupMembership",
    "AWS::IdentityStore::User",
    "AWS::Macie::ClassificationJob",
    "AWS::Organizations::Account",
    "AWS::Organizations::Organization",
    "AWS::Organizations::OrganizationalUnit",
    "AWS::Organizations::Policy",
    "AWS::SSO::Assignment",
    "AWS::SSO::Instance",
    "AWS::SSO::PermissionSet",
    "Events::Window",
];

const ORGANISATION: &str = "AWS::Organizations::Organization";

/// The documents of the global types, and every listing.
#[derive(Debug, Clone, Default)]
pub struct Estate {
    documents: BTreeMap<String, Vec<ResourceDocument>>,
    listings: Listings,
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
        listings: impl Into<Listings>,
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
        accounts.sort();
        regions.sort();
        Self { documents: by_type, listings: listings.into(), accounts, regions }
    }

    /// What `look` sees while these listings stand beside the others.
    pub fn doubting<T>(&mut self, doubts: &[Listing], look: impl FnOnce(&Self) -> T) -> T {
        for doubt in doubts {
            self.listings.add(doubt);
        }
        let seen = look(self);
        for doubt in doubts {
            self.listings.take_back(doubt);
        }
        seen
    }

    /// All documents of a global type, by account and id.
    #[must_use]
    pub fn documents(&self, kind: &str) -> &[ResourceDocument] {
        self.documents.get(kind).map_or(&[], Vec::as_slice)
    }

    /// The document of a global type that has this id in an account.
    #[must_use]
    pub fn document(&self, kind: &str, account: &str, id: &str) -> Option<&ResourceDocument> {
        let all = self.documents(kind);
        let at = all.binary_search_by(|d| (d.account.as_str(), d.id.as_str()).cmp(&(account, id))).ok()?;
        all.get(at)
    }

    /// How far each type was listed.
    #[must_use]
    pub fn listings(&self) -> &Listings {
        &self.listings
    }

    /// Whether a type was listed completely in every account in scope that was asked for it, and by at least one.
    ///
    /// # Errors
    /// Why not.
    pub fn listed_somewhere(&self, kind: &str) -> Result<(), String> {
        if kind.starts_with("AWS::Organizations::") && !self.documents(ORGANISATION).is_empty() {
            return self.listed_of_organisation(kind);
        }
        let mut any = false;
        for (account, listed) in self.listings.accounts_of(kind) {
            any = true;
            listed.map_err(|gap| format!("{gap} in account {account}"))?;
        }
        if any { Ok(()) } else { Err(format!("{kind} was not listed")) }
    }

    /// Whether each organisation that was seen was listed completely by one account that belongs to it. Its other members
    /// may not list it, and that takes nothing away; an account that stands alone speaks only of itself.
    fn listed_of_organisation(&self, kind: &str) -> Result<(), String> {
        let seen = self.documents(ORGANISATION);
        let ids: BTreeSet<&str> = seen.iter().map(|o| o.id.as_str()).collect();
        for id in ids {
            let member = |account: &str| seen.iter().any(|o| o.id == id && o.account == account);
            let mut listings = self.listings.accounts_of(kind).filter(|(account, _)| member(account)).peekable();
            if listings.peek().is_none() {
                return Err(format!("{kind} of {id} was not listed"));
            }
            let mut gap = None;
            if !listings.any(|(account, listed)| {
                gap.get_or_insert_with(|| format!("{} in account {account}", listed.err().unwrap_or_default()));
                listed.is_ok()
            }) {
                return Err(gap.unwrap_or_default());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::listing::Listing;

    const MEMBERS: &str = "AWS::Organizations::Account";

    fn estate(organisations: &[(&str, &str)], listed: &[(&str, bool)]) -> Estate {
        let documents = organisations.iter().map(|(id, account)| ResourceDocument {
            kind: ORGANISATION.to_owned(),
            id: (*id).to_owned(),
            account: (*account).to_owned(),
            ..ResourceDocument::default()
        });
        let listings = listed.iter().map(|(account, complete)| Listing {
            account: (*account).to_owned(),
            region: "global".to_owned(),
            kind: MEMBERS.to_owned(),
            complete: *complete,
            reason: if *complete { String::new() } else { "organizations:ListRoots denied".to_owned() },
            calls: Vec::new(),
        });
        Estate::new(documents, listings.collect::<Vec<_>>(), Vec::new(), Vec::new())
    }

    #[test]
    fn one_account_that_may_list_the_organisation_is_enough() {
        let both = [("o-a", "1"), ("o-a", "2")];
        assert_eq!(estate(&both, &[("1", true), ("2", false)]).listed_somewhere(MEMBERS), Ok(()));
        assert!(estate(&both, &[("1", false), ("2", false)]).listed_somewhere(MEMBERS).is_err());
        assert!(estate(&both, &[]).listed_somewhere(MEMBERS).is_err());
    }

    #[test]
    fn an_account_that_stands_alone_speaks_only_of_itself() {
        // Account 3 is in no organisation: its empty listing is complete and says nothing of o-a.
        assert!(estate(&[("o-a", "2")], &[("2", false), ("3", true)]).listed_somewhere(MEMBERS).is_err());
        assert!(estate(&[("o-a", "1"), ("o-b", "2")], &[("1", true), ("2", false)]).listed_somewhere(MEMBERS).is_err());
        assert_eq!(estate(&[], &[("3", true)]).listed_somewhere(MEMBERS), Ok(()));
    }
}
