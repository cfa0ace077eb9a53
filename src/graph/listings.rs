//! How far each type was listed, for thousands of accounts in little memory.
//!
//! May import: `model`. Guarantees: nothing of a listing is lost but its calls; a type of which nothing is here was never
//! asked for there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::listing::Listing;

/// The listings of an estate. Regions and reasons, which are few, are held once.
#[derive(Debug, Clone, Default)]
pub struct Listings {
    /// By type and account: each Region, and why it is not complete there.
    by_type: BTreeMap<String, BTreeMap<Arc<str>, Vec<Place>>>,
    texts: BTreeSet<Arc<str>>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    region: Arc<str>,
    gap: Option<Arc<str>>,
}

impl Listings {
    /// Adds one, in whatever order they come.
    pub fn add(&mut self, listing: &Listing) {
        let gap = (!listing.complete).then(|| self.text(&listing.reason));
        let place = Place { region: self.text(&listing.region), gap };
        let account = self.text(&listing.account);
        if !self.by_type.contains_key(&listing.kind) {
            self.by_type.insert(listing.kind.clone(), BTreeMap::new());
        }
        if let Some(accounts) = self.by_type.get_mut(&listing.kind) {
            let places = accounts.entry(account).or_default();
            let at = places.binary_search(&place).unwrap_or_else(|at| at);
            places.insert(at, place);
        }
    }

    /// Takes one back that was added.
    pub fn take_back(&mut self, listing: &Listing) {
        let Some(accounts) = self.by_type.get_mut(&listing.kind) else { return };
        let Some(places) = accounts.get_mut(listing.account.as_str()) else { return };
        let gap = (!listing.complete).then_some(listing.reason.as_str());
        if let Some(at) = places.iter().position(|p| *p.region == *listing.region && p.gap.as_deref() == gap) {
            places.remove(at);
        }
        if places.is_empty() {
            accounts.remove(listing.account.as_str());
        }
        if accounts.is_empty() {
            self.by_type.remove(&listing.kind);
        }
    }

    /// Says of every type that is listed by Region that it was not listed in these Regions where nothing was asked of them:
    /// what is approved and was not read is not seen.
    pub fn expect(&mut self, regions: &[&str]) {
        for region in regions {
            let reason = self.text(&format!("Region {region} is declared and was not read"));
            let region = self.text(region);
            for places in self.by_type.values_mut().flat_map(BTreeMap::values_mut) {
                let by_region = places.iter().all(|place| &*place.region != "global");
                if by_region && places.iter().all(|place| place.region != region) {
                    let place = Place { region: Arc::clone(&region), gap: Some(Arc::clone(&reason)) };
                    let at = places.binary_search(&place).unwrap_or_else(|at| at);
                    places.insert(at, place);
                }
            }
        }
    }

    fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return Arc::clone(known);
        }
        let new: Arc<str> = Arc::from(text);
        self.texts.insert(Arc::clone(&new));
        new
    }

    /// Whether a type was listed completely in an account, in every Region that was in scope.
    ///
    /// # Errors
    /// The reason of the first Region in which it was not, or that it was listed nowhere.
    pub fn listed(&self, kind: &str, account: &str) -> Result<(), String> {
        match self.places(kind, account) {
            [] => Err(format!("{kind} was not listed in account {account}")),
            places => first_gap(places).map_or(Ok(()), |gap| Err(gap.to_owned())),
        }
    }

    /// Whether a type was asked for in an account at all.
    #[must_use]
    pub fn is_asked(&self, kind: &str, account: &str) -> bool {
        !self.places(kind, account).is_empty()
    }

    /// Whether a type was listed completely in one Region of an account, or there without regard to Regions.
    ///
    /// # Errors
    /// Why not.
    pub fn listed_in(&self, kind: &str, account: &str, region: &str) -> Result<(), String> {
        let here: Vec<Place> = self
            .places(kind, account)
            .iter()
            .filter(|place| [region, "global"].contains(&&*place.region))
            .cloned()
            .collect();
        match here.as_slice() {
            [] => Err(format!("{kind} was not listed in {region}")),
            places => first_gap(places).map_or(Ok(()), |gap| Err(gap.to_owned())),
        }
    }

    /// Why some type was not listed completely in an account: of the first such type.
    #[must_use]
    pub fn gap_in(&self, account: &str) -> Option<&str> {
        self.by_type.values().find_map(|accounts| first_gap(accounts.get(account)?))
    }

    /// The accounts in which a type was listed, each with the first reason why it was not complete there.
    pub fn accounts_of<'a>(&'a self, kind: &str) -> impl Iterator<Item = (&'a str, Result<(), &'a str>)> {
        let accounts = self.by_type.get(kind).into_iter().flatten();
        accounts.map(|(account, places)| (&**account, first_gap(places).map_or(Ok(()), Err)))
    }

    fn places(&self, kind: &str, account: &str) -> &[Place] {
        self.by_type.get(kind).and_then(|accounts| accounts.get(account)).map_or(&[], Vec::as_slice)
    }
}

fn first_gap(places: &[Place]) -> Option<&str> {
    places.iter().find_map(|place| place.gap.as_deref())
}

impl From<Vec<Listing>> for Listings {
    fn from(listings: Vec<Listing>) -> Self {
        let mut all = Self::default();
        for listing in &listings {
            all.add(listing);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: &str = "AWS::S3::Bucket";

    fn listing(account: &str, region: &str, gap: &str) -> Listing {
        Listing {
            account: account.to_owned(),
            region: region.to_owned(),
            kind: KIND.to_owned(),
            complete: gap.is_empty(),
            reason: gap.to_owned(),
            calls: Vec::new(),
        }
    }

    #[test]
    fn complete_is_complete_in_every_region() {
        let listings: Listings =
            vec![listing("1", "eu-west-2", ""), listing("2", "eu-west-2", ""), listing("2", "eu-west-1", "denied")]
                .into();
        assert_eq!(listings.listed(KIND, "1"), Ok(()));
        assert_eq!(listings.listed(KIND, "2"), Err("denied".to_owned()));
        assert_eq!(listings.listed(KIND, "3"), Err(format!("{KIND} was not listed in account 3")));
        assert!(listings.listed("AWS::S3::AccessPoint", "1").is_err());
        assert_eq!(listings.listed_in(KIND, "2", "eu-west-2"), Ok(()));
        assert_eq!(listings.listed_in(KIND, "2", "eu-west-1"), Err("denied".to_owned()));
        assert!(listings.listed_in(KIND, "2", "us-east-1").is_err());
        let accounts: Vec<_> = listings.accounts_of(KIND).collect();
        assert_eq!(accounts, [("1", Ok(())), ("2", Err("denied"))]);
    }

    #[test]
    fn what_is_taken_back_leaves_what_was_there() {
        let doubt = listing("1", "eu-west-2", "AWS Config knows more");
        let mut listings: Listings = vec![listing("1", "eu-west-2", "")].into();
        listings.add(&doubt);
        assert!(listings.listed(KIND, "1").is_err());
        listings.take_back(&doubt);
        assert_eq!(listings.listed(KIND, "1"), Ok(()));
        let mut none = Listings::default();
        none.add(&doubt);
        none.take_back(&doubt);
        assert!(!none.is_asked(KIND, "1") && none.accounts_of(KIND).next().is_none());
    }

    #[test]
    fn a_declared_region_that_was_not_read_is_a_gap_of_what_is_listed_by_region() {
        let mut listings: Listings = vec![
            listing("1", "eu-west-2", ""),
            Listing { kind: "AWS::IAM::Role".to_owned(), ..listing("1", "global", "") },
        ]
        .into();
        listings.expect(&["eu-west-1", "eu-west-2"]);
        assert!(listings.listed(KIND, "1").is_err_and(|why| why.contains("eu-west-1")));
        assert_eq!(listings.listed_in(KIND, "1", "eu-west-2"), Ok(()));
        assert_eq!(listings.listed("AWS::IAM::Role", "1"), Ok(()));
    }

    #[test]
    fn a_type_without_regions_is_listed_in_each() {
        let listings: Listings = vec![listing("1", "global", "")].into();
        assert_eq!(listings.listed_in(KIND, "1", "eu-west-2"), Ok(()));
    }

    #[test]
    fn two_answers_of_one_place_do_not_hide_each_other() {
        for order in [["", "denied"], ["denied", ""]] {
            let listings: Listings = order.map(|gap| listing("1", "eu-west-2", gap)).to_vec().into();
            assert!(listings.listed(KIND, "1").is_err(), "{order:?}");
        }
    }
}
