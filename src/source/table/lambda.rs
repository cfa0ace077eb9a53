//! Lambda functions: their role, network, resource policy and URLs.
//!
//! May import: `source::table`. Guarantees: plain data; neither code nor environment variables are kept. Facts about
//! calls: <https://docs.aws.amazon.com/lambda/latest/api/>.

use super::super::operations::{Body, Operation};
use super::{Arn, Ask, Detail, Facet, Kind, Paging, Protocol, Sent, Service, Shape, Tags, regional};

static LAMBDA: Service = Service::new("lambda", Protocol::Rest);

const PAGES: Option<Paging> = Some(Paging { sent: "Marker", read: "NextMarker" });
const THIS_FUNCTION: &[(&str, Sent)] = &[("FunctionName", Sent::Of("FunctionName"))];

static TAGS: Ask = Ask {
    operation: regional("lambda", "ListTags", &["lambda:ListTags"], Body::Json(&["Tags"])),
    route: ("GET", "/2017-03-31/tags/{Resource}"),
    sent: &[("Resource", Sent::Of("FunctionArn"))],
    items: "",
    within: "",
    elsewhere: None,
    paging: None,
    only: None,
};

const NETWORK: Shape = Shape::Record(&[
    ("VpcId", "VpcId", Shape::Text),
    ("SubnetIds", "SubnetIds", Shape::List(&Shape::Text)),
    ("SecurityGroupIds", "SecurityGroupIds", Shape::List(&Shape::Text)),
]);
const FILE_SYSTEM: Shape =
    Shape::Record(&[("Arn", "Arn", Shape::Text), ("LocalMountPath", "LocalMountPath", Shape::Text)]);
const URL: Shape = Shape::Record(&[
    // It ends in the alias that the URL is of.
    ("FunctionArn", "FunctionArn", Shape::Text),
    ("AuthType", "AuthType", Shape::Text),
    ("InvokeMode", "InvokeMode", Shape::Text),
    ("AllowOrigins", "Cors.AllowOrigins", Shape::List(&Shape::Text)),
]);

pub(super) static FUNCTION: Kind = Kind {
    kind: "AWS::Lambda::Function",
    service: &LAMBDA,
    list: Ask {
        // The answer holds environment variables.
        operation: Operation {
            secret_body: true,
            ..regional("lambda", "ListFunctions", &["lambda:ListFunctions"], Body::Json(&["Functions"]))
        },
        route: ("GET", "/2015-03-31/functions"),
        sent: &[],
        items: "Functions",
        within: "",
        elsewhere: None,
        paging: PAGES,
        only: None,
    },
    under: None,
    id: "FunctionName",
    arn: Arn::Member("FunctionArn"),
    tags: Tags::Object(&TAGS, "Tags"),
    facets: &[
        Facet::property("FileSystemConfigs", "FileSystemConfigs", Shape::List(&FILE_SYSTEM)),
        Facet::property("FunctionName", "FunctionName", Shape::Text),
        Facet::property("KmsKeyArn", "KMSKeyArn", Shape::Text).or_empty(),
        Facet::property("PackageType", "PackageType", Shape::Text),
        Facet::property("Role", "Role", Shape::Text),
        // A container image has none.
        Facet::property("Runtime", "Runtime", Shape::Text).or_empty(),
        Facet::property("VpcConfig", "VpcConfig", NETWORK),
        Facet::observed("LastModified", "LastModified", Shape::Text),
    ],
    details: &[
        Detail {
            ask: Ask {
                // The answer holds environment variables.
                operation: Operation {
                    secret_body: true,
                    ..regional(
                        "lambda",
                        "GetFunctionConfiguration",
                        &["lambda:GetFunctionConfiguration"],
                        Body::Json(&["FunctionArn"]),
                    )
                },
                route: ("GET", "/2015-03-31/functions/{FunctionName}/configuration"),
                sent: THIS_FUNCTION,
                items: "",
                within: "",
                elsewhere: None,
                paging: None,
                only: None,
            },
            facets: &[
                Facet::property(
                    "LoggingConfig",
                    "LoggingConfig",
                    Shape::Record(&[("LogGroup", "LogGroup", Shape::Text)]),
                ),
                Facet::observed("State", "State", Shape::Text),
                Facet::observed("LastUpdateStatus", "LastUpdateStatus", Shape::Text),
                // A container image has none.
                Facet::observed("RuntimeVersionArn", "RuntimeVersionConfig.RuntimeVersionArn", Shape::Text).or_empty(),
            ],
        },
        Detail {
            ask: Ask {
                operation: Operation {
                    absent_codes: &["ResourceNotFoundException"],
                    ..regional("lambda", "GetPolicy", &["lambda:GetPolicy"], Body::Json(&["Policy"]))
                },
                route: ("GET", "/2015-03-31/functions/{FunctionName}/policy"),
                sent: THIS_FUNCTION,
                items: "",
                within: "",
                elsewhere: None,
                paging: None,
                only: None,
            },
            facets: &[Facet::observed("Policy", "Policy", Shape::Document)],
        },
        Detail {
            ask: Ask {
                operation: regional(
                    "lambda",
                    "ListFunctionUrlConfigs",
                    &["lambda:ListFunctionUrlConfigs"],
                    Body::Json(&["FunctionUrlConfigs"]),
                ),
                route: ("GET", "/2021-10-31/functions/{FunctionName}/urls"),
                sent: THIS_FUNCTION,
                items: "FunctionUrlConfigs",
                within: "",
                elsewhere: None,
                paging: PAGES,
                only: None,
            },
            facets: &[Facet::observed("FunctionUrls", "", Shape::List(&URL))],
        },
    ],
};
