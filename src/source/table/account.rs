//! Account management: who is named for security, operations and billing.
//!
//! May import: `source::table`. Guarantees: plain data; of a contact no more is kept than that there is one. Facts about calls: <https://docs.aws.amazon.com/accounts/latest/reference/API_GetAlternateContact.html>.

use super::super::operations::Body;
use super::{Ask, Facet, Kind, Protocol, Sent, Service, Shape, WHOLE, ask};

static ACCOUNT: Service = Service::new("account", Protocol::Rest).only_in("us-east-1");

const fn contact(sent: &'static [(&'static str, Sent)]) -> Ask {
    // "Not found" is how a contact that nobody named looks.
    ask!("account" "GetAlternateContact", Body::Json(&["AlternateContact"]))
        .route("POST", "/getAlternateContact")
        .sending(sent)
        .list(WHOLE)
        .absent(&["ResourceNotFoundException"])
        .global()
        .secret()
}

const CONTACT: &[Facet] =
    &[Facet::observed("AlternateContactType", "AlternateContact.AlternateContactType", Shape::Text)];

/// The name is ours, as those of the other two.
pub(super) static BILLING: Kind = Kind {
    facets: CONTACT,
    ..Kind::new(
        "AWS::Account::BillingContact",
        &ACCOUNT,
        contact(&[("AlternateContactType", Sent::Text("BILLING"))]),
        "",
    )
};

pub(super) static OPERATIONS: Kind = Kind {
    facets: CONTACT,
    ..Kind::new(
        "AWS::Account::OperationsContact",
        &ACCOUNT,
        contact(&[("AlternateContactType", Sent::Text("OPERATIONS"))]),
        "",
    )
};

pub(super) static SECURITY: Kind = Kind {
    facets: CONTACT,
    ..Kind::new(
        "AWS::Account::SecurityContact",
        &ACCOUNT,
        contact(&[("AlternateContactType", Sent::Text("SECURITY"))]),
        "",
    )
};
