//! Macie: whether it is on in a Region, which buckets it watches and its jobs cover, and what it found.
//!
//! May import: `source::table`. Guarantees: plain data; of a finding neither an object's name nor the place of what was found
//! is kept, and no operation shows the data. Facts about calls: <https://docs.aws.amazon.com/macie/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Ask, Detail, Facet, Kind, Protocol, Sent, Service, Shape, Tags, WHOLE, ask};

static MACIE: Service = Service::new("macie2", Protocol::Rest);

pub(super) static SESSION: Kind = Kind {
    facets: &[
        Facet::property("FindingPublishingFrequency", "findingPublishingFrequency", Shape::Text),
        Facet::property("Status", "status", Shape::Text),
        Facet::observed("CreatedAt", "createdAt", Shape::Time),
        Facet::observed("ServiceRole", "serviceRole", Shape::Text),
    ],
    details: &[Detail {
        ask: ask!("macie2" "GetAutomatedDiscoveryConfiguration", Body::Json(&["status"]))
            .route("GET", "/automated-discovery/configuration"),
        facets: &[
            Facet::observed("AutomatedDiscoveryStatus", "status", Shape::Text),
            Facet::observed("AutoEnableOrganizationMembers", "autoEnableOrganizationMembers", Shape::Text),
            Facet::observed("ClassificationScopeId", "classificationScopeId", Shape::Text),
        ],
    }],
    ..Kind::new(
        "AWS::Macie::Session",
        &MACIE,
        ask!("macie2" "GetMacieSession", Body::Json(&["status"]))
            .route("GET", "/macie")
            .list(WHOLE)
            .absent(&["AccessDeniedException: Macie is not enabled"]),
        "",
    )
};

/// Which buckets automated discovery leaves out. The name is ours.
pub(super) static SCOPE: Kind = Kind {
    under: Some(&SESSION),
    facets: &[Facet::observed("Name", "name", Shape::Text)],
    details: &[Detail {
        ask: ask!("macie2" "GetClassificationScope", Body::Json(&["s3"]))
            .route("GET", "/classification-scopes/{id}")
            .sending(&[("id", Sent::Of("id"))]),
        facets: &[Facet::observed("ExcludedBucketNames", "s3.excludes.bucketNames", Shape::List(&Shape::Text))],
    }],
    ..Kind::new(
        "AWS::Macie::ClassificationScope",
        &MACIE,
        ask!("macie2" "ListClassificationScopes", Body::Json(&["classificationScopes"]))
            .route("GET", "/classification-scopes")
            .list("classificationScopes")
            .paged("nextToken", "nextToken"),
        "id",
    )
};

const DESCRIBE_JOB: Ask = ask!("macie2" "DescribeClassificationJob", Body::Json(&["jobId"]))
    .route("GET", "/jobs/{jobId}")
    .sending(&[("jobId", Sent::Of("jobId"))]);

const CRITERIA: Shape = Shape::Record(&[(
    "And",
    "and",
    Shape::List(&Shape::Record(&[
        (
            "SimpleCriterion",
            "simpleCriterion",
            Shape::Record(&[
                ("Comparator", "comparator", Shape::Text),
                ("Key", "key", Shape::Text),
                ("Values", "values", Shape::List(&Shape::Text)),
            ]),
        ),
        (
            "TagCriterion",
            "tagCriterion",
            Shape::Record(&[
                ("Comparator", "comparator", Shape::Text),
                (
                    "TagValues",
                    "tagValues",
                    Shape::List(&Shape::Record(&[("Key", "key", Shape::Text), ("Value", "value", Shape::Text)])),
                ),
            ]),
        ),
    ])),
)]);

/// Which objects of the buckets a job leaves out.
const SCOPED: Shape = Shape::Record(&[(
    "And",
    "and",
    Shape::List(&Shape::Record(&[
        (
            "SimpleScopeTerm",
            "simpleScopeTerm",
            Shape::Record(&[
                ("Comparator", "comparator", Shape::Text),
                ("Key", "key", Shape::Text),
                ("Values", "values", Shape::List(&Shape::Text)),
            ]),
        ),
        (
            "TagScopeTerm",
            "tagScopeTerm",
            Shape::Record(&[
                ("Comparator", "comparator", Shape::Text),
                ("Key", "key", Shape::Text),
                ("Target", "target", Shape::Text),
            ]),
        ),
    ])),
)]);

/// The name is ours.
pub(super) static JOB: Kind = Kind {
    under: Some(&SESSION),
    arn: Arn::Regional("macie2", "classification-job/"),
    tags: Tags::Object(&DESCRIBE_JOB, "tags"),
    facets: &[
        Facet::observed("CreatedAt", "createdAt", Shape::Time),
        Facet::observed("JobStatus", "jobStatus", Shape::Text),
        Facet::observed("JobType", "jobType", Shape::Text),
        Facet::observed("Name", "name", Shape::Text),
    ],
    details: &[Detail {
        ask: DESCRIBE_JOB,
        facets: &[
            Facet::observed("LastRunErrorStatus", "lastRunErrorStatus.code", Shape::Text),
            Facet::observed("LastRunTime", "lastRunTime", Shape::Time),
            Facet::observed(
                "S3JobDefinition",
                "s3JobDefinition",
                Shape::Record(&[
                    (
                        "BucketDefinitions",
                        "bucketDefinitions",
                        Shape::List(&Shape::Record(&[
                            ("AccountId", "accountId", Shape::Text),
                            ("Buckets", "buckets", Shape::List(&Shape::Text)),
                        ])),
                    ),
                    (
                        "BucketCriteria",
                        "bucketCriteria",
                        Shape::Record(&[("Excludes", "excludes", CRITERIA), ("Includes", "includes", CRITERIA)]),
                    ),
                    (
                        "Scoping",
                        "scoping",
                        Shape::Record(&[("Excludes", "excludes", SCOPED), ("Includes", "includes", SCOPED)]),
                    ),
                ]),
            ),
            Facet::observed("SamplingPercentage", "samplingPercentage", Shape::Number),
        ],
    }],
    ..Kind::new(
        "AWS::Macie::ClassificationJob",
        &MACIE,
        ask!("macie2" "ListClassificationJobs", Body::Json(&["items"]))
            .route("POST", "/jobs/list")
            .list("items")
            .paged("nextToken", "nextToken"),
        "jobId",
    )
};

/// A bucket as Macie sees it. The name is ours.
pub(super) static BUCKET: Kind = Kind {
    under: Some(&SESSION),
    facets: &[
        Facet::observed("AccountId", "accountId", Shape::Text),
        Facet::observed("AutomatedDiscoveryMonitoringStatus", "automatedDiscoveryMonitoringStatus", Shape::Text),
        Facet::observed("BucketArn", "bucketArn", Shape::Text),
        // Only where Macie could not read something of the bucket.
        Facet::observed("ErrorCode", "errorCode", Shape::Text).or_empty(),
        Facet::observed(
            "JobDetails",
            "jobDetails",
            Shape::Record(&[
                ("IsDefinedInJob", "isDefinedInJob", Shape::Text),
                ("IsMonitoredByJob", "isMonitoredByJob", Shape::Text),
                ("LastJobId", "lastJobId", Shape::Text),
                ("LastJobRunTime", "lastJobRunTime", Shape::Time),
            ]),
        ),
        Facet::observed("LastAutomatedDiscoveryTime", "lastAutomatedDiscoveryTime", Shape::Time),
        Facet::observed("LastUpdated", "lastUpdated", Shape::Time),
        Facet::observed("EffectivePermission", "publicAccess.effectivePermission", Shape::Text),
        Facet::observed("SensitivityScore", "sensitivityScore", Shape::Number),
        Facet::observed("SharedAccess", "sharedAccess", Shape::Text),
    ],
    ..Kind::new(
        "AWS::Macie::Bucket",
        &MACIE,
        ask!("macie2" "DescribeBuckets", Body::Json(&["buckets"]))
            .route("POST", "/datasources/s3")
            .list("buckets")
            .paged("nextToken", "nextToken"),
        "bucketName",
    )
};

/// The name is ours.
pub(super) static FINDING: Kind = Kind {
    under: Some(&SESSION),
    facets: &[Facet::observed("Id", "", Shape::Text)],
    details: &[Detail {
        // The answer names objects and people.
        ask: ask!("macie2" "GetFindings", Body::Json(&["findings"]))
            .route("POST", "/findings/describe")
            .sending(&[("findingIds", Sent::One(""))])
            .secret(),
        facets: &[
            Facet::observed("AccountId", "findings.0.accountId", Shape::Text),
            Facet::observed("Archived", "findings.0.archived", Shape::Flag),
            Facet::observed("BucketArn", "findings.0.resourcesAffected.s3Bucket.arn", Shape::Text),
            Facet::observed("Category", "findings.0.category", Shape::Text),
            Facet::observed("CreatedAt", "findings.0.createdAt", Shape::Time),
            Facet::observed("Sample", "findings.0.sample", Shape::Flag),
            Facet::observed("Severity", "findings.0.severity.description", Shape::Text),
            Facet::observed("Type", "findings.0.type", Shape::Text),
            Facet::observed("UpdatedAt", "findings.0.updatedAt", Shape::Time),
        ],
    }],
    ..Kind::new(
        "AWS::Macie::Finding",
        &MACIE,
        ask!("macie2" "ListFindings", Body::Json(&["findingIds"]))
            .route("POST", "/findings")
            .list("findingIds")
            .paged("nextToken", "nextToken"),
        "",
    )
};
