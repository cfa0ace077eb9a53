//! Batch: compute environments and job queues.
//!
//! May import: `source::table`. Guarantees: plain data; no job is read. Facts about calls:
//! <https://docs.aws.amazon.com/batch/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Ask, Facet, Kind, Protocol, Sent, Service, Shape, Tags, ask};

static BATCH: Service = Service::new("batch", Protocol::Rest);

static TAGS_OF_ENVIRONMENT: Ask = ask!("batch" "DescribeComputeEnvironments", Body::Json(&["computeEnvironments"]))
    .route("POST", "/v1/describecomputeenvironments")
    .sending(&[("computeEnvironments", Sent::One("computeEnvironmentName"))]);
static TAGS_OF_QUEUE: Ask = ask!("batch" "DescribeJobQueues", Body::Json(&["jobQueues"]))
    .route("POST", "/v1/describejobqueues")
    .sending(&[("jobQueues", Sent::One("jobQueueName"))]);

pub(super) static COMPUTE_ENVIRONMENT: Kind = Kind {
    arn: Arn::Member("computeEnvironmentArn"),
    tags: Tags::Object(&TAGS_OF_ENVIRONMENT, "computeEnvironments.0.tags"),
    facets: &[
        Facet::property("ComputeEnvironmentName", "computeEnvironmentName", Shape::Text),
        Facet::property("Type", "type", Shape::Text),
        Facet::property("State", "state", Shape::Text),
        Facet::property("ServiceRole", "serviceRole", Shape::Text).or_empty(),
        // One that is not managed has none.
        Facet::property(
            "ComputeResources",
            "computeResources",
            Shape::Record(&[
                ("Type", "type", Shape::Text),
                ("Subnets", "subnets", Shape::List(&Shape::Text)),
                ("SecurityGroupIds", "securityGroupIds", Shape::List(&Shape::Text)),
                ("InstanceRole", "instanceRole", Shape::Text),
                ("Ec2KeyPair", "ec2KeyPair", Shape::Text),
                ("ImageId", "imageId", Shape::Text),
                ("MaxvCpus", "maxvCpus", Shape::Number),
                (
                    "LaunchTemplate",
                    "launchTemplate",
                    Shape::Record(&[
                        ("LaunchTemplateId", "launchTemplateId", Shape::Text),
                        ("LaunchTemplateName", "launchTemplateName", Shape::Text),
                        ("Version", "version", Shape::Text),
                    ]),
                ),
            ]),
        )
        .or_empty(),
        Facet::property(
            "EksConfiguration",
            "eksConfiguration",
            Shape::Record(&[
                ("EksClusterArn", "eksClusterArn", Shape::Text),
                ("KubernetesNamespace", "kubernetesNamespace", Shape::Text),
            ]),
        )
        .or_empty(),
        Facet::observed("EcsClusterArn", "ecsClusterArn", Shape::Text).or_empty(),
        Facet::observed("Status", "status", Shape::Text),
    ],
    ..Kind::new(
        "AWS::Batch::ComputeEnvironment",
        &BATCH,
        ask!("batch" "DescribeComputeEnvironments", Body::Json(&["computeEnvironments"]))
            .route("POST", "/v1/describecomputeenvironments")
            .list("computeEnvironments")
            .paged("nextToken", "nextToken"),
        "computeEnvironmentName",
    )
};

pub(super) static JOB_QUEUE: Kind = Kind {
    arn: Arn::Member("jobQueueArn"),
    tags: Tags::Object(&TAGS_OF_QUEUE, "jobQueues.0.tags"),
    facets: &[
        Facet::property("JobQueueName", "jobQueueName", Shape::Text),
        Facet::property("State", "state", Shape::Text),
        Facet::property("Priority", "priority", Shape::Number),
        Facet::property(
            "ComputeEnvironmentOrder",
            "computeEnvironmentOrder",
            Shape::List(&Shape::Record(&[
                ("Order", "order", Shape::Number),
                ("ComputeEnvironment", "computeEnvironment", Shape::Text),
            ])),
        ),
        Facet::property("SchedulingPolicyArn", "schedulingPolicyArn", Shape::Text).or_empty(),
        Facet::observed("Status", "status", Shape::Text),
    ],
    ..Kind::new(
        "AWS::Batch::JobQueue",
        &BATCH,
        ask!("batch" "DescribeJobQueues", Body::Json(&["jobQueues"]))
            .route("POST", "/v1/describejobqueues")
            .list("jobQueues")
            .paged("nextToken", "nextToken"),
        "jobQueueName",
    )
};
