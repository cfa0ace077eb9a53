//! Requests to take something out of the airlock, from the table that `[airlock] records` declares.
//!
//! May import: `source::table`. Guarantees: plain data; of the table the six attributes that are named here and no other.
//!
//! A table of one's own has these names: `id` (its key), `object_key` (the key in the outbound bucket, or `s3://bucket/key`),
//! `requester`, `approver`, `status` (`approved`) and `approved_at`. What it calls otherwise is not found, and so unknown.

use super::declared::{Declared, PAGE, Table, listed, scan, text};
use super::{Facet, Sent, Shape};

pub(super) static REQUEST: Declared = Declared {
    kind: listed(
        "Airlock::Request",
        scan(&[
            ("TableName", Sent::Of("^")),
            ("Limit", PAGE),
            ("ProjectionExpression", Sent::Text("#a,#b,#c,#d,#e,#f")),
            (
                "ExpressionAttributeNames",
                Sent::Record(&[
                    ("#a", Sent::Text("id")),
                    ("#b", Sent::Text("object_key")),
                    ("#c", Sent::Text("requester")),
                    ("#d", Sent::Text("approver")),
                    ("#e", Sent::Text("status")),
                    ("#f", Sent::Text("approved_at")),
                ]),
            ),
        ]),
        "^|id",
        &[
            text("Id", "id"),
            text("ObjectKey", "object_key"),
            text("Requester", "requester"),
            text("Approver", "approver"),
            text("Status", "status"),
            Facet::property("ApprovedAt", "approved_at", Shape::Time),
        ],
    ),
    table: Table::Records,
    only: "",
};
