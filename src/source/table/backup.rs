//! AWS Backup: vaults with their access policy and lock, plans, what is protected, and what was restored.
//!
//! May import: `source::table`. Guarantees: plain data. Facts about calls: <https://docs.aws.amazon.com/aws-backup/latest/devguide/api-reference.html>.

use super::super::operations::{Body, Operation};
use super::{Arn, Ask, Detail, Facet, Kind, Paging, Protocol, Sent, Service, Shape, Tags, WHOLE, ask, regional};

static BACKUP: Service = Service::new("backup", Protocol::Rest);

const PAGES: Option<Paging> = Some(Paging { sent: "nextToken", read: "NextToken" });
const LARGE: &[(&str, Sent)] = &[("maxResults", Sent::Number(1000))];
const THIS_PLAN: &[(&str, Sent)] = &[("backupPlanId", Sent::Of("BackupPlanId"))];

const fn listing(operation: Operation, path: &'static str, items: &'static str) -> Ask {
    Ask { operation, route: ("GET", path), sent: LARGE, items, within: "", elsewhere: None, paging: PAGES, only: None }
}

const fn tags(sent: &'static [(&'static str, Sent)]) -> Ask {
    Ask {
        operation: regional("backup", "ListTags", &["backup:ListTags"], Body::Json(&["Tags"])),
        route: ("GET", "/tags/{resourceArn}/"),
        sent,
        items: "",
        within: "",
        elsewhere: None,
        paging: None,
        only: None,
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
    details: &[
        Detail {
            ask: ask!("backup" "DescribeBackupVault", Body::Json(&["BackupVaultArn"]))
                .route("GET", "/backup-vaults/{backupVaultName}")
                .sending(&[("backupVaultName", Sent::Of("BackupVaultName"))]),
            facets: &[
                Facet::observed("EncryptionKeyType", "EncryptionKeyType", Shape::Text),
                Facet::observed("NumberOfRecoveryPoints", "NumberOfRecoveryPoints", Shape::Number),
                Facet::observed("VaultState", "VaultState", Shape::Text),
                Facet::observed("VaultType", "VaultType", Shape::Text),
            ],
        },
        Detail {
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
                elsewhere: None,
                paging: None,
                only: None,
            },
            facets: &[Facet::property("AccessPolicy", "Policy", Shape::Document)],
        },
    ],
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
                elsewhere: None,
                paging: None,
                only: None,
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
                elsewhere: None,
                paging: PAGES,
                only: None,
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

/// A resource of any type that has recovery points, whether it still exists or not. The name is ours.
pub(super) static PROTECTED: Kind = Kind {
    facets: &[
        Facet::observed("LastBackupTime", "LastBackupTime", Shape::Time),
        Facet::observed("ResourceArn", "ResourceArn", Shape::Text),
        Facet::observed("ResourceType", "ResourceType", Shape::Text),
    ],
    details: &[Detail {
        ask: ask!("backup" "ListRecoveryPointsByResource", Body::Json(&["RecoveryPoints"]))
            .route("GET", "/resources/{resourceArn}/recovery-points/")
            .sending(&[("resourceArn", Sent::Of("ResourceArn"))])
            .list("RecoveryPoints")
            .paged("nextToken", "NextToken"),
        facets: &[Facet::observed(
            "RecoveryPoints",
            "",
            Shape::List(&Shape::Record(&[
                ("RecoveryPointArn", "RecoveryPointArn", Shape::Text),
                ("BackupVaultName", "BackupVaultName", Shape::Text),
                ("CreationDate", "CreationDate", Shape::Time),
                ("EncryptionKeyArn", "EncryptionKeyArn", Shape::Text),
                ("Status", "Status", Shape::Text),
                ("VaultType", "VaultType", Shape::Text),
            ])),
        )],
    }],
    ..Kind::new(
        "AWS::Backup::ProtectedResource",
        &BACKUP,
        ask!("backup" "ListProtectedResources", Body::Json(&["Results"]))
            .route("GET", "/resources/")
            .sending(LARGE)
            .list("Results")
            .paged("nextToken", "NextToken"),
        "ResourceArn",
    )
};

/// The name is ours.
pub(super) static RESTORE_JOB: Kind = Kind {
    facets: &[
        Facet::observed("BackupVaultArn", "BackupVaultArn", Shape::Text),
        Facet::observed("CompletionDate", "CompletionDate", Shape::Time),
        Facet::observed("CreationDate", "CreationDate", Shape::Time),
        Facet::observed("RecoveryPointArn", "RecoveryPointArn", Shape::Text),
        Facet::observed("ResourceType", "ResourceType", Shape::Text),
        // Only where a plan for tests of restores made the job.
        Facet::observed("RestoreTestingPlanArn", "CreatedBy.RestoreTestingPlanArn", Shape::Text).or_empty(),
        Facet::observed("SourceResourceArn", "SourceResourceArn", Shape::Text),
        Facet::observed("Status", "Status", Shape::Text),
        Facet::observed("ValidationStatus", "ValidationStatus", Shape::Text).or_empty(),
    ],
    ..Kind::new(
        "AWS::Backup::RestoreJob",
        &BACKUP,
        ask!("backup" "ListRestoreJobs", Body::Json(&["RestoreJobs"]))
            .route("GET", "/restore-jobs/")
            .sending(LARGE)
            .list("RestoreJobs")
            .paged("nextToken", "NextToken"),
        "RestoreJobId",
    )
};

pub(super) static TESTING_PLAN: Kind = Kind {
    arn: Arn::Member("RestoreTestingPlanArn"),
    facets: &[
        Facet::property("RestoreTestingPlanName", "RestoreTestingPlanName", Shape::Text),
        Facet::property("ScheduleExpression", "ScheduleExpression", Shape::Text),
        Facet::observed("CreationTime", "CreationTime", Shape::Time),
        Facet::observed("LastExecutionTime", "LastExecutionTime", Shape::Time),
    ],
    ..Kind::new(
        "AWS::Backup::RestoreTestingPlan",
        &BACKUP,
        ask!("backup" "ListRestoreTestingPlans", Body::Json(&["RestoreTestingPlans"]))
            .route("GET", "/restore-testing/plans")
            .list("RestoreTestingPlans")
            .paged("NextToken", "NextToken"),
        "RestoreTestingPlanName",
    )
};

/// What Backup takes on in a Region, and what the organisation allows. The name is ours.
pub(super) static SETTINGS: Kind = Kind {
    facets: &[
        Facet::observed(
            "ResourceTypeManagementPreference",
            "ResourceTypeManagementPreference",
            Shape::Map(&Shape::Flag),
        ),
        Facet::observed("ResourceTypeOptInPreference", "ResourceTypeOptInPreference", Shape::Map(&Shape::Flag)),
    ],
    details: &[Detail {
        ask: ask!("backup" "DescribeGlobalSettings", Body::Json(&["GlobalSettings"])).route("GET", "/global-settings"),
        facets: &[Facet::observed("GlobalSettings", "GlobalSettings", Shape::Map(&Shape::Text))],
    }],
    ..Kind::new(
        "AWS::Backup::RegionSettings",
        &BACKUP,
        ask!("backup" "DescribeRegionSettings", Body::Json(&["ResourceTypeOptInPreference"]))
            .route("GET", "/account-settings")
            .list(WHOLE),
        "",
    )
};
