//! AWS Backup: vaults with their access policy and lock, and plans.
//!
//! May import: `source::table`. Guarantees: plain data. Facts about calls: <https://docs.aws.amazon.com/aws-backup/latest/devguide/api-reference.html>.

use super::super::operations::{Body, Operation};
use super::{Arn, Ask, Detail, Facet, Kind, Paging, Protocol, Sent, Service, Shape, Tags, regional};

static BACKUP: Service = Service::new("backup", Protocol::Rest);

const PAGES: Option<Paging> = Some(Paging { sent: "nextToken", read: "NextToken" });
const LARGE: &[(&str, Sent)] = &[("maxResults", Sent::Number(1000))];
const THIS_PLAN: &[(&str, Sent)] = &[("backupPlanId", Sent::Of("BackupPlanId"))];

const fn listing(operation: Operation, path: &'static str, items: &'static str) -> Ask {
    Ask { operation, route: ("GET", path), sent: LARGE, items, within: "", paging: PAGES }
}

const fn tags(sent: &'static [(&'static str, Sent)]) -> Ask {
    Ask {
        operation: regional("backup", "ListTags", &["backup:ListTags"], Body::Json(&["Tags"])),
        route: ("GET", "/tags/{resourceArn}/"),
        sent,
        items: "",
        within: "",
        paging: None,
    }
}

static VAULT_TAGS: Ask = tags(&[("resourceArn", Sent::Of("BackupVaultArn")), ("maxResults", Sent::Number(1000))]);
static PLAN_TAGS: Ask = tags(&[("resourceArn", Sent::Of("BackupPlanArn")), ("maxResults", Sent::Number(1000))]);

const LIFECYCLE: Shape = Shape::Record(&[
    ("DeleteAfterDays", "DeleteAfterDays", Shape::Number),
    ("MoveToColdStorageAfterDays", "MoveToColdStorageAfterDays", Shape::Number),
]);
const COPY: Shape = Shape::Record(&[
    ("DestinationBackupVaultArn", "DestinationBackupVaultArn", Shape::Text),
    ("Lifecycle", "Lifecycle", LIFECYCLE),
]);
const RULE: Shape = Shape::Record(&[
    ("RuleName", "RuleName", Shape::Text),
    ("TargetBackupVault", "TargetBackupVaultName", Shape::Text),
    ("ScheduleExpression", "ScheduleExpression", Shape::Text),
    ("EnableContinuousBackup", "EnableContinuousBackup", Shape::Flag),
    ("Lifecycle", "Lifecycle", LIFECYCLE),
    ("CopyActions", "CopyActions", Shape::List(&COPY)),
]);

pub(super) static VAULT: Kind = Kind {
    kind: "AWS::Backup::BackupVault",
    service: &BACKUP,
    list: listing(
        regional("backup", "ListBackupVaults", &["backup:ListBackupVaults"], Body::Json(&["BackupVaultList"])),
        "/backup-vaults/",
        "BackupVaultList",
    ),
    under: None,
    id: "BackupVaultName",
    arn: Arn::Member("BackupVaultArn"),
    tags: Tags::Object(&VAULT_TAGS, "Tags"),
    facets: &[
        Facet::property("BackupVaultName", "BackupVaultName", Shape::Text),
        Facet::property("EncryptionKeyArn", "EncryptionKeyArn", Shape::Text),
        Facet::observed("CreationDate", "CreationDate", Shape::Time),
        Facet::observed("Locked", "Locked", Shape::Flag),
        // With what the answer says of the lock; a date only where nobody can lift it any more.
        Facet::observed(
            "Lock",
            "",
            Shape::Record(&[
                ("LockDate", "LockDate", Shape::Time),
                ("MaxRetentionDays", "MaxRetentionDays", Shape::Number),
                ("MinRetentionDays", "MinRetentionDays", Shape::Number),
            ]),
        ),
    ],
    details: &[Detail {
        ask: Ask {
            operation: Operation {
                absent_codes: &["ResourceNotFoundException"],
                ..regional(
                    "backup",
                    "GetBackupVaultAccessPolicy",
                    &["backup:GetBackupVaultAccessPolicy"],
                    Body::Json(&["Policy"]),
                )
            },
            route: ("GET", "/backup-vaults/{backupVaultName}/access-policy"),
            sent: &[("backupVaultName", Sent::Of("BackupVaultName"))],
            items: "",
            within: "",
            paging: None,
        },
        facets: &[Facet::property("AccessPolicy", "Policy", Shape::Document)],
    }],
};

pub(super) static PLAN: Kind = Kind {
    kind: "AWS::Backup::BackupPlan",
    service: &BACKUP,
    list: listing(
        regional("backup", "ListBackupPlans", &["backup:ListBackupPlans"], Body::Json(&["BackupPlansList"])),
        "/backup/plans/",
        "BackupPlansList",
    ),
    under: None,
    id: "BackupPlanId",
    arn: Arn::Member("BackupPlanArn"),
    tags: Tags::Object(&PLAN_TAGS, "Tags"),
    facets: &[
        Facet::observed("BackupPlanName", "BackupPlanName", Shape::Text),
        Facet::observed("CreationDate", "CreationDate", Shape::Time),
    ],
    details: &[
        Detail {
            ask: Ask {
                operation: regional("backup", "GetBackupPlan", &["backup:GetBackupPlan"], Body::Json(&["BackupPlan"])),
                route: ("GET", "/backup/plans/{backupPlanId}/"),
                sent: THIS_PLAN,
                items: "",
                within: "",
                paging: None,
            },
            facets: &[Facet::property(
                "BackupPlan",
                "BackupPlan",
                Shape::Record(&[
                    ("BackupPlanName", "BackupPlanName", Shape::Text),
                    ("BackupPlanRule", "Rules", Shape::List(&RULE)),
                ]),
            )],
        },
        Detail {
            ask: Ask {
                operation: regional(
                    "backup",
                    "ListBackupSelections",
                    &["backup:ListBackupSelections"],
                    Body::Json(&["BackupSelectionsList"]),
                ),
                route: ("GET", "/backup/plans/{backupPlanId}/selections/"),
                sent: THIS_PLAN,
                items: "BackupSelectionsList",
                within: "",
                paging: PAGES,
            },
            facets: &[Facet::observed(
                "Selections",
                "",
                Shape::List(&Shape::Record(&[
                    ("SelectionId", "SelectionId", Shape::Text),
                    ("SelectionName", "SelectionName", Shape::Text),
                    ("IamRoleArn", "IamRoleArn", Shape::Text),
                ])),
            )],
        },
    ],
};
