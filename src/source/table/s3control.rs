//! S3 beside its buckets: access grants, batch jobs, Multi-Region and Object Lambda access points, directory buckets.
//!
//! May import: `source::table`. Guarantees: plain data; of a job no name of an object and no argument is kept, of an Object
//! Lambda access point not what it passes on. Facts about calls: <https://docs.aws.amazon.com/AmazonS3/latest/API/>.

use super::super::operations::Body;
use super::{Arn, Detail, Facet, Kind, Protocol, Sent, Service, Shape, ask};

/// The account stands before the host and in a header.
const HOST: &str = "{account}.s3-control.{region}.{dns}";

static S3_CONTROL: Service = Service::new("s3", Protocol::RestXml).at(HOST);

/// Where every request about Multi-Region access points goes.
static S3_CONTROL_OF_ALL: Service = Service::new("s3", Protocol::RestXml).at(HOST).only_in("us-west-2");

static S3_EXPRESS: Service = Service::new("s3express", Protocol::RestXml).at("s3express-control.{region}.{dns}");

const ACCOUNT: (&str, Sent) = ("x-amz-account-id", Sent::Account);

pub(super) static GRANTS_INSTANCE: Kind = Kind {
    arn: Arn::Member("AccessGrantsInstanceArn"),
    facets: &[
        Facet::observed("AccessGrantsInstanceId", "AccessGrantsInstanceId", Shape::Text),
        // Only one that is connected to Identity Center has them.
        Facet::property("IdentityCenterArn", "IdentityCenterArn", Shape::Text).or_empty(),
        Facet::observed("IdentityCenterInstanceArn", "IdentityCenterInstanceArn", Shape::Text).or_empty(),
        Facet::observed("IdentityCenterApplicationArn", "IdentityCenterApplicationArn", Shape::Text).or_empty(),
        Facet::observed("CreatedAt", "CreatedAt", Shape::Time),
    ],
    details: &[Detail {
        ask: ask!(
            "s3" "GetAccessGrantsInstanceResourcePolicy",
            Body::Xml("GetAccessGrantsInstanceResourcePolicyResult")
        )
        .route("GET", "/v20180820/accessgrantsinstance/resourcepolicy")
        .sending(&[ACCOUNT])
        .absent(&["AccessGrantsInstanceResourcePolicyNotExists"]),
        facets: &[Facet::observed("ResourcePolicy", "Policy", Shape::Document)],
    }],
    ..Kind::new(
        "AWS::S3::AccessGrantsInstance",
        &S3_CONTROL,
        ask!("s3" "ListAccessGrantsInstances", Body::XmlOrEmpty("ListAccessGrantsInstancesResult"))
            .route("GET", "/v20180820/accessgrantsinstances")
            .sending(&[ACCOUNT])
            .list("AccessGrantsInstancesList")
            .paged("nextToken", "NextToken"),
        "AccessGrantsInstanceArn",
    )
};

/// A Region has one instance at most; without one there is nobody to ask.
pub(super) static GRANT: Kind = Kind {
    under: Some(&GRANTS_INSTANCE),
    arn: Arn::Member("AccessGrantArn"),
    facets: &[
        Facet::property("AccessGrantsLocationId", "AccessGrantsLocationId", Shape::Text),
        Facet::property(
            "AccessGrantsLocationConfiguration",
            "AccessGrantsLocationConfiguration",
            Shape::Record(&[("S3SubPrefix", "S3SubPrefix", Shape::Text)]),
        )
        .or_empty(),
        // "ALL" where any application may use the grant.
        Facet::property("ApplicationArn", "ApplicationArn", Shape::Text).or_empty(),
        Facet::property(
            "Grantee",
            "Grantee",
            Shape::Record(&[
                ("GranteeType", "GranteeType", Shape::Text),
                ("GranteeIdentifier", "GranteeIdentifier", Shape::Text),
            ]),
        ),
        Facet::property("Permission", "Permission", Shape::Text),
        Facet::observed("AccessGrantId", "AccessGrantId", Shape::Text),
        Facet::observed("CreatedAt", "CreatedAt", Shape::Time),
        Facet::observed("GrantScope", "GrantScope", Shape::Text),
    ],
    ..Kind::new(
        "AWS::S3::AccessGrant",
        &S3_CONTROL,
        ask!("s3" "ListAccessGrants", Body::XmlOrEmpty("ListAccessGrantsResult"))
            .route("GET", "/v20180820/accessgrantsinstance/grants")
            .sending(&[ACCOUNT])
            .list("AccessGrantsList")
            .paged("nextToken", "NextToken"),
        "AccessGrantArn",
    )
};

const BUCKET_OF_MANIFEST: Shape = Shape::Record(&[
    ("SourceBucket", "SourceBucket", Shape::Text),
    ("ExpectedBucketOwner", "ExpectedBucketOwner", Shape::Text),
    ("ManifestBucket", "ManifestOutputLocation.Bucket", Shape::Text),
]);

/// The name is ours. What an operation is told beside where it leads is not read.
pub(super) static JOB: Kind = Kind {
    arn: Arn::Regional("s3", "job/"),
    facets: &[
        Facet::observed("JobId", "JobId", Shape::Text),
        Facet::observed("CreationTime", "CreationTime", Shape::Time),
        Facet::observed("OperationName", "Operation", Shape::Text),
        Facet::observed("Status", "Status", Shape::Text),
        // A job that has not ended has none.
        Facet::observed("Termination", "", Shape::Record(&[("TerminationDate", "TerminationDate", Shape::Time)])),
    ],
    details: &[Detail {
        // The answer names objects and holds what users wrote.
        ask: ask!("s3" "DescribeJob", Body::Xml("DescribeJobResult"))
            .route("GET", "/v20180820/jobs/{id}")
            .sending(&[ACCOUNT, ("id", Sent::Of("JobId"))])
            .secret(),
        facets: &[
            Facet::observed("RoleArn", "Job.RoleArn", Shape::Text),
            Facet::observed(
                "Operation",
                "Job.Operation",
                Shape::Record(&[
                    ("FunctionArn", "LambdaInvoke.FunctionArn", Shape::Text),
                    ("TargetResource", "S3PutObjectCopy.TargetResource", Shape::Text),
                    ("CopyKmsKeyId", "S3PutObjectCopy.SSEAwsKmsKeyId", Shape::Text),
                    ("CopyCannedAcl", "S3PutObjectCopy.CannedAccessControlList", Shape::Text),
                    ("CannedAcl", "S3PutObjectAcl.AccessControlPolicy.CannedAccessControlList", Shape::Text),
                ]),
            ),
            Facet::observed(
                "Report",
                "Job.Report",
                Shape::Record(&[
                    ("Bucket", "Bucket", Shape::Text),
                    ("Enabled", "Enabled", Shape::Flag),
                    ("ReportScope", "ReportScope", Shape::Text),
                ]),
            ),
            // A job that was given its manifest has none.
            Facet::observed("ManifestGenerator", "Job.ManifestGenerator.S3JobManifestGenerator", BUCKET_OF_MANIFEST)
                .or_empty(),
        ],
    }],
    ..Kind::new(
        "AWS::S3::BatchJob",
        &S3_CONTROL,
        ask!("s3" "ListJobs", Body::XmlOrEmpty("ListJobsResult"))
            .route("GET", "/v20180820/jobs")
            .sending(&[ACCOUNT])
            .list("Jobs")
            .paged("nextToken", "NextToken"),
        "JobId",
    )
};

pub(super) static MULTI_REGION_ACCESS_POINT: Kind = Kind {
    arn: Arn::Made("s3", "accesspoint/{Alias}"),
    facets: &[
        Facet::property("Name", "Name", Shape::Text),
        Facet::property(
            "PublicAccessBlockConfiguration",
            "PublicAccessBlock",
            Shape::Record(&[
                ("BlockPublicAcls", "BlockPublicAcls", Shape::Flag),
                ("BlockPublicPolicy", "BlockPublicPolicy", Shape::Flag),
                ("IgnorePublicAcls", "IgnorePublicAcls", Shape::Flag),
                ("RestrictPublicBuckets", "RestrictPublicBuckets", Shape::Flag),
            ]),
        ),
        Facet::property(
            "Regions",
            "Regions",
            Shape::List(&Shape::Record(&[
                ("Bucket", "Bucket", Shape::Text),
                ("BucketAccountId", "BucketAccountId", Shape::Text),
                ("Region", "Region", Shape::Text),
            ])),
        ),
        Facet::observed("Alias", "Alias", Shape::Text),
        Facet::observed("CreatedAt", "CreatedAt", Shape::Time),
        Facet::observed("Status", "Status", Shape::Text),
    ],
    ..Kind::new(
        "AWS::S3::MultiRegionAccessPoint",
        &S3_CONTROL_OF_ALL,
        ask!("s3" "ListMultiRegionAccessPoints", Body::XmlOrEmpty("ListMultiRegionAccessPointsResult"))
            .route("GET", "/v20180820/mrap/instances")
            .sending(&[ACCOUNT])
            .list("AccessPoints")
            .paged("nextToken", "NextToken")
            .global(),
        "Name",
    )
};

pub(super) static OBJECT_LAMBDA: Kind = Kind {
    arn: Arn::Regional("s3-object-lambda", "accesspoint/"),
    facets: &[
        Facet::property("Name", "Name", Shape::Text),
        Facet::observed("Alias", "Alias.Value", Shape::Text).or_empty(),
    ],
    details: &[Detail {
        // The answer holds what is passed to a function.
        ask: ask!(
            "s3" "GetAccessPointConfigurationForObjectLambda",
            Body::Xml("GetAccessPointConfigurationForObjectLambdaResult")
        )
        .route("GET", "/v20180820/accesspointforobjectlambda/{name}/configuration")
        .sending(&[ACCOUNT, ("name", Sent::Of("Name"))])
        .secret(),
        facets: &[Facet::property(
            "ObjectLambdaConfiguration",
            "Configuration",
            Shape::Record(&[
                ("SupportingAccessPoint", "SupportingAccessPoint", Shape::Text),
                ("CloudWatchMetricsEnabled", "CloudWatchMetricsEnabled", Shape::Flag),
                ("AllowedFeatures", "AllowedFeatures", Shape::List(&Shape::Text)),
                (
                    "TransformationConfigurations",
                    "TransformationConfigurations",
                    Shape::List(&Shape::Record(&[
                        ("Actions", "Actions", Shape::List(&Shape::Text)),
                        ("FunctionArn", "ContentTransformation.AwsLambda.FunctionArn", Shape::Text),
                    ])),
                ),
            ]),
        )],
    }],
    ..Kind::new(
        "AWS::S3ObjectLambda::AccessPoint",
        &S3_CONTROL,
        ask!("s3" "ListAccessPointsForObjectLambda", Body::XmlOrEmpty("ListAccessPointsForObjectLambdaResult"))
            .route("GET", "/v20180820/accesspointforobjectlambda")
            .sending(&[ACCOUNT])
            .list("ObjectLambdaAccessPointList")
            .paged("nextToken", "NextToken"),
        "Name",
    )
};

/// Buckets of one Availability Zone, which `ListBuckets` leaves out.
pub(super) static DIRECTORY_BUCKET: Kind = Kind {
    arn: Arn::Regional("s3express", "bucket/"),
    facets: &[
        Facet::property("BucketName", "Name", Shape::Text),
        Facet::observed("CreationDate", "CreationDate", Shape::Time),
    ],
    ..Kind::new(
        "AWS::S3Express::DirectoryBucket",
        &S3_EXPRESS,
        ask!(
            "s3express" "ListDirectoryBuckets" as &["s3express:ListAllMyDirectoryBuckets"],
            Body::XmlOrEmpty("ListAllMyDirectoryBucketsResult")
        )
        .route("GET", "/")
        .list("Buckets")
        .paged("continuation-token", "ContinuationToken"),
        "Name",
    )
};
