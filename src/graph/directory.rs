//! The users of the directory, as far as a snapshot tells: who is a current one.
//!
//! May import: `model`. Guarantees: that somebody is no user is only said where every listing of users was answered and
//! every user has a name; a snapshot without any user is one of which no directory was read.

use std::collections::BTreeMap;

use crate::model::document::ResourceDocument;
use crate::model::listing::Listing;

/// The type whose documents are users of Identity Center.
pub const USER: &str = "AWS::IdentityStore::User";

/// What a directory says of a user name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Enabled,
    /// In every directory that has the name.
    Disabled,
    /// In none.
    Absent,
    /// Not seen, and it may be there.
    Unseen,
}

/// Users by name, in lower case: Identity Center tells no cases apart.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    enabled: BTreeMap<String, bool>,
    gap: Option<String>,
}

impl Directory {
    /// Takes in how far users were listed.
    pub fn listing(&mut self, listing: &Listing) {
        if listing.kind == USER && !listing.complete {
            self.gap.get_or_insert_with(|| listing.reason.clone());
        }
    }

    /// Takes in a document; of other types nothing.
    pub fn document(&mut self, document: &ResourceDocument) {
        if document.kind != USER {
            return;
        }
        let text = |facet: &str| document.observed.get(facet).and_then(|value| value.as_str());
        let Some(name) = text("UserName").filter(|name| !name.is_empty()) else {
            self.gap.get_or_insert_with(|| format!("the user {} has no name that could be read", document.id));
            return;
        };
        // Who is there and not said to be disabled can sign in.
        let enabled = text("UserStatus") != Some("DISABLED");
        *self.enabled.entry(name.to_lowercase()).or_default() |= enabled;
    }

    /// Whether any user was read.
    #[must_use]
    pub fn is_read(&self) -> bool {
        !self.enabled.is_empty()
    }

    /// Why not every user may have been read; none where all were.
    #[must_use]
    pub fn gap(&self) -> Option<&str> {
        self.gap.as_deref()
    }

    /// What is known of a user name.
    #[must_use]
    pub fn user(&self, name: &str) -> Standing {
        match self.enabled.get(&name.to_lowercase()) {
            Some(true) => Standing::Enabled,
            // Another directory, which was not read, may have the name too; a disabled one is known all the same.
            Some(false) => Standing::Disabled,
            None if self.is_read() && self.gap.is_none() => Standing::Absent,
            None => Standing::Unseen,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn user(name: &str, status: Option<&str>) -> ResourceDocument {
        let mut document =
            ResourceDocument { kind: USER.to_owned(), id: format!("d-1/{name}"), ..ResourceDocument::default() };
        document.observed.insert("UserName".to_owned(), json!(name));
        if let Some(status) = status {
            document.observed.insert("UserStatus".to_owned(), json!(status));
        }
        document
    }

    fn listed(complete: bool) -> Listing {
        Listing {
            account: "111111111111".to_owned(),
            region: "eu-west-2".to_owned(),
            kind: USER.to_owned(),
            complete,
            reason: if complete { String::new() } else { "identitystore:ListUsers denied".to_owned() },
            calls: Vec::new(),
        }
    }

    #[test]
    fn a_user_is_what_the_directory_says() {
        let mut directory = Directory::default();
        directory.listing(&listed(true));
        for (name, status) in [("u1", Some("ENABLED")), ("u2", Some("DISABLED")), ("u3", None)] {
            directory.document(&user(name, status));
        }
        assert_eq!(directory.user("U1"), Standing::Enabled);
        assert_eq!(directory.user("u2"), Standing::Disabled);
        assert_eq!(directory.user("u3"), Standing::Enabled);
        assert_eq!(directory.user("u4"), Standing::Absent);
        // Of one name in two directories one is enough.
        directory.document(&user("u2", Some("ENABLED")));
        assert_eq!(directory.user("u2"), Standing::Enabled);
    }

    #[test]
    fn nobody_is_absent_from_what_was_not_read() {
        let mut none = Directory::default();
        none.listing(&listed(true));
        assert_eq!((none.is_read(), none.user("u1")), (false, Standing::Unseen));
        let mut part = Directory::default();
        part.listing(&listed(false));
        part.document(&user("u1", Some("ENABLED")));
        assert_eq!((part.user("u1"), part.user("u2")), (Standing::Enabled, Standing::Unseen));
        assert_eq!(part.gap(), Some("identitystore:ListUsers denied"));
        let mut nameless = Directory::default();
        nameless.document(&user("u1", None));
        nameless.document(&ResourceDocument { kind: USER.to_owned(), id: "d-1/x".to_owned(), ..Default::default() });
        assert_eq!(nameless.user("u2"), Standing::Unseen);
    }
}
