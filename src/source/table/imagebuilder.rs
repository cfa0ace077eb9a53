//! Image Builder: pipelines that build images.
//!
//! May import: `source::table`. Guarantees: plain data; no script of a component is read. Facts about calls:
//! <https://docs.aws.amazon.com/imagebuilder/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Ask, Facet, Kind, Protocol, Sent, Service, Shape, Tags, ask};

static IMAGE_BUILDER: Service = Service::new("imagebuilder", Protocol::Rest);

static TAGS: Ask = ask!("imagebuilder" "ListTagsForResource", Body::Json(&["tags"]))
    .route("GET", "/tags/{resourceArn}")
    .sending(&[("resourceArn", Sent::Of("arn"))]);

pub(super) static PIPELINE: Kind = Kind {
    arn: Arn::Member("arn"),
    tags: Tags::Object(&TAGS, "tags"),
    facets: &[
        Facet::property("Name", "name", Shape::Text),
        Facet::property("Status", "status", Shape::Text),
        // Each has one of the two.
        Facet::property("ImageRecipeArn", "imageRecipeArn", Shape::Text).or_empty(),
        Facet::property("ContainerRecipeArn", "containerRecipeArn", Shape::Text).or_empty(),
        Facet::property("InfrastructureConfigurationArn", "infrastructureConfigurationArn", Shape::Text),
        Facet::property("DistributionConfigurationArn", "distributionConfigurationArn", Shape::Text).or_empty(),
        Facet::property(
            "ImageScanningConfiguration",
            "imageScanningConfiguration",
            Shape::Record(&[("ImageScanningEnabled", "imageScanningEnabled", Shape::Flag)]),
        )
        .or_empty(),
        Facet::property(
            "Schedule",
            "schedule",
            Shape::Record(&[
                ("ScheduleExpression", "scheduleExpression", Shape::Text),
                ("PipelineExecutionStartCondition", "pipelineExecutionStartCondition", Shape::Text),
            ]),
        )
        .or_empty(),
        Facet::property("ExecutionRole", "executionRole", Shape::Text).or_empty(),
        Facet::observed("Platform", "platform", Shape::Text),
        Facet::observed("DateCreated", "dateCreated", Shape::Text),
        Facet::observed("DateLastRun", "dateLastRun", Shape::Text).or_empty(),
    ],
    ..Kind::new(
        "AWS::ImageBuilder::ImagePipeline",
        &IMAGE_BUILDER,
        ask!("imagebuilder" "ListImagePipelines", Body::Json(&["imagePipelineList"]))
            .route("POST", "/ListImagePipelines")
            .list("imagePipelineList")
            .paged("nextToken", "nextToken"),
        "name",
    )
};
