"""Fills every account of an organisation in a moto server with something of every type that moto can make and list.

Usage: services.py ENDPOINT ACCOUNTS. Prints {account: {type: count}} as JSON. Needs boto3, which comes with moto.

ROWS was decided by trying: each type of docs/collected-types.md and of the typed collectors was made and listed once against
moto 5.2.5. A type that is not here has no operation in moto that makes it or no operation that lists it as AWS documents it.
Left out for that reason, though AWS has them: S3's access points of every kind (moto gives the root of its answers another
name than AWS documents), table buckets (moto has none outside the United States), what is under a SageMaker domain or a
Transfer server, findings of GuardDuty, composite alarms, and Inspector, whose state moto cannot tell once it is enabled.
What is counted is what boto3 lists once all is made, so that what moto brings by itself (a default VPC, its subnets) counts too.
"""

import collections
import concurrent.futures
import contextvars
import functools
import io
import json
import socket
import sys
import zipfile

import boto3
import botocore.config
import botocore.credentials
import botocore.session
import jmespath

REGION = "eu-west-2"
TAGS = [{"Key": "project", "Value": "cardio-2026"}]
WORD = "Correct-Horse-1!"

# S3 Control puts the account id before the host; no resolver knows that name.
resolve = socket.getaddrinfo
socket.getaddrinfo = lambda host, *rest, **more: resolve(
    "127.0.0.1" if host.endswith(".127.0.0.1") else host, *rest, **more
)

here = contextvars.ContextVar("credentials of the account that a thread works on")


class OfThread(botocore.credentials.Credentials):
    """One client for all accounts: making a client is dearer than all that it asks here."""

    def get_frozen_credentials(self):
        return here.get()


core = botocore.session.get_session()
core._credentials = OfThread("testing", "testing")
session = boto3.Session(botocore_session=core, region_name=REGION)
GLOBAL = {"iam", "organizations", "budgets", "account"}


@functools.cache
def client(service: str):
    quick = botocore.config.Config(retries={"total_max_attempts": 1}, max_pool_connections=32, parameter_validation=False)
    region = "us-east-1" if service in GLOBAL else REGION
    return session.client(service, region_name=region, endpoint_url=sys.argv[1], config=quick)


def ask(what: str, **sent) -> dict:
    """`service.operation`, sent."""
    service, operation = what.split(".")
    return getattr(client(service), operation)(**sent)


def listed(what: str, path: str, **sent) -> list:
    """Everything that all pages of a listing hold at `path`."""
    service, operation = what.split(".")
    if client(service).can_paginate(operation):
        pages = client(service).get_paginator(operation).paginate(**sent)
    else:
        pages = [ask(what, **sent)]
    return [item for page in pages for item in jmespath.search(path, page) or []]


class Place:
    """An account, and what others need of it; each is made when first needed."""

    def __init__(self, account: str):
        self.account = account

    def arn(self, service: str, rest: str, region: str = REGION) -> str:
        return f"arn:aws:{service}:{region}:{self.account}:{rest}"

    @functools.cached_property
    def role(self) -> str:
        trust = allow({"Service": "codepipeline.amazonaws.com"}, "sts:AssumeRole")  # The one that moto looks for.
        return ask("iam.create_role", RoleName="service", AssumeRolePolicyDocument=trust)["Role"]["Arn"]

    @functools.cached_property
    def bucket(self) -> str:
        name = f"tre-{self.account}"
        ask("s3.create_bucket", Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        return name

    @functools.cached_property
    def key(self) -> str:
        return ask("kms.create_key", Description="store")["KeyMetadata"]["Arn"]

    @functools.cached_property
    def vpc(self) -> str:
        return ask("ec2.create_vpc", CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]

    @functools.cached_property
    def subnets(self) -> list:
        place = lambda n: {"VpcId": self.vpc, "CidrBlock": f"10.0.{n}.0/24", "AvailabilityZone": f"{REGION}{'ab'[n]}"}
        return [ask("ec2.create_subnet", **place(n))["Subnet"]["SubnetId"] for n in range(2)]

    @functools.cached_property
    def group(self) -> str:
        return ask("ec2.create_security_group", GroupName="ws", Description="ws", VpcId=self.vpc)["GroupId"]

    @functools.cached_property
    def instance(self) -> str:
        made = ask(
            "ec2.run_instances", ImageId="ami-12c6146b", MinCount=1, MaxCount=1,
            SubnetId=self.subnets[0], SecurityGroupIds=[self.group],
        )
        return made["Instances"][0]["InstanceId"]

    @functools.cached_property
    def volume(self) -> str:
        return ask("ec2.create_volume", AvailabilityZone=f"{REGION}a", Size=8, Encrypted=True)["VolumeId"]

    @functools.cached_property
    def address(self) -> str:
        return ask("ec2.allocate_address", Domain="vpc")["AllocationId"]

    @functools.cached_property
    def transit(self) -> str:
        return ask("ec2.create_transit_gateway", Description="hub")["TransitGateway"]["TransitGatewayId"]

    @functools.cached_property
    def balancer(self) -> str:
        made = ask("elbv2.create_load_balancer", Name="portal", Subnets=self.subnets, Scheme="internal", Type="network")
        return made["LoadBalancers"][0]["LoadBalancerArn"]

    @functools.cached_property
    def pool(self) -> str:
        return ask("cognito-idp.create_user_pool", PoolName="researchers")["UserPool"]["Id"]

    @functools.cached_property
    def locations(self) -> list:
        of = lambda n: {"S3BucketArn": f"arn:aws:s3:::{self.bucket}", "Subdirectory": f"/{n}", "S3Config": {"BucketAccessRoleArn": self.role}}
        return [ask("datasync.create_location_s3", **of(n))["LocationArn"] for n in range(2)]

    @functools.cached_property
    def directory(self) -> str:
        where = {"VpcId": self.vpc, "SubnetIds": self.subnets}
        made = ask("ds.create_microsoft_ad", Name="tre.example.org", Password=WORD, Edition="Standard", VpcSettings=where)
        return made["DirectoryId"]

    @functools.cached_property
    def files(self) -> str:
        return ask("efs.create_file_system", CreationToken="work", Encrypted=True)["FileSystemId"]

    @functools.cached_property
    def detector(self) -> str:
        return ask("guardduty.create_detector", Enable=True)["DetectorId"]

    @functools.cached_property
    def domain(self) -> str:
        made = ask(
            "sagemaker.create_domain", DomainName="studio", AuthMode="IAM", DefaultUserSettings={"ExecutionRole": self.role},
            SubnetIds=self.subnets, VpcId=self.vpc,
        )
        return made["DomainArn"].rsplit("/", 1)[1]

    @functools.cached_property
    def server(self) -> str:
        return ask("transfer.create_server", Domain="S3", EndpointType="PUBLIC", Protocols=["SFTP"])["ServerId"]

    @functools.cached_property
    def network(self) -> str:
        return ask("vpc-lattice.create_service_network", name="tre")["id"]

    @functools.cached_property
    def sso(self) -> dict:
        return listed("sso-admin.list_instances", "Instances")[0]

    @functools.cached_property
    def permission(self) -> str:
        return ask("sso-admin.create_permission_set", InstanceArn=self.sso["InstanceArn"], Name="admin")["PermissionSet"]["PermissionSetArn"]

    @functools.cached_property
    def people(self) -> str:
        return ask("identitystore.create_group", IdentityStoreId=self.sso["IdentityStoreId"], DisplayName="people")["GroupId"]

    @functools.cached_property
    def person(self) -> str:
        return ask("identitystore.create_user", IdentityStoreId=self.sso["IdentityStoreId"], UserName="ada", DisplayName="Ada", Name={"GivenName": "A", "FamilyName": "L"})["UserId"]

    @functools.cached_property
    def queries(self) -> str:
        made = ask(
            "route53resolver.create_resolver_query_log_config", Name="dns", CreatorRequestId="dns",
            DestinationArn=self.arn("logs", "log-group:/tre/audit"),
        )
        return made["ResolverQueryLogConfig"]["Id"]


def allow(principal: dict, action: str) -> str:
    """A policy of one statement."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


READ = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}]})


def code() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.py", "def handler(event, context): pass")
    return file.getvalue()


def finding(p: Place) -> None:
    """An open finding that is critical."""
    product = f"product/{p.account}/default"
    of = {
        "SchemaVersion": "2018-10-08", "Id": "open", "ProductArn": p.arn("securityhub", product), "GeneratorId": "a",
        "AwsAccountId": p.account, "CreatedAt": "2026-01-01T00:00:00Z", "UpdatedAt": "2026-01-01T00:00:00Z", "Title": "a",
        "Description": "a", "Severity": {"Label": "CRITICAL"}, "Resources": [{"Type": "AwsAccount", "Id": p.account}],
        "RecordState": "ACTIVE", "Workflow": {"Status": "NEW"}, "Types": ["Software and Configuration Checks"],
    }
    ask("securityhub.batch_import_findings", Findings=[of])


def unit(p: Place) -> None:
    """A unit under the root."""
    root = listed("organizations.list_roots", "Roots")[0]["Id"]
    ask("organizations.create_organizational_unit", ParentId=root, Name="TRE")


def contact(kind: str):
    return lambda p: ask(
        "account.put_alternate_contact", AlternateContactType=kind, EmailAddress="a@example.org", Name="Ada",
        PhoneNumber="+44", Title="Officer",
    )


BUDGET = {"BudgetName": "month", "BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": {"Amount": "10", "Unit": "USD"}}
NOTICE = {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80.0, "ThresholdType": "PERCENTAGE"}
DATABASE = {"MasterUsername": "owner", "MasterUserPassword": WORD}


def within(what: str, path: str, **names):
    """What to send for each parent that is listed: {parameter: member of the parent}."""
    of = lambda parent, member: jmespath.search(member, parent) if member else parent
    return lambda p: [{name: of(parent, member) for name, member in names.items()} for parent in listed(what, path)]


IDENTITIES = within("sso-admin.list_instances", "Instances", IdentityStoreId="IdentityStoreId")
POOLS = within("cognito-idp.list_user_pools", "UserPools", UserPoolId="Id")


def assignments(p: Place) -> list:
    return [{"InstanceArn": p.sso["InstanceArn"], "PermissionSetArn": p.permission, "AccountId": p.account}]


# (type, what makes one, what lists it, where the items are in the answer, what to send: one dict, or a dict for each parent)
ROWS = [
    ("AWS::IAM::Role", lambda p: p.role, "iam.list_roles", "Roles"),
    ("AWS::IAM::User", lambda p: ask("iam.create_user", UserName="ada"), "iam.list_users", "Users"),
    ("AWS::IAM::Group", lambda p: ask("iam.create_group", GroupName="analysts"), "iam.list_groups", "Groups"),
    ("AWS::IAM::ManagedPolicy", lambda p: ask("iam.create_policy", PolicyName="read", PolicyDocument=READ), "iam.list_policies", "Policies", {"Scope": "Local"}),
    ("AWS::IAM::OIDCProvider", lambda p: ask("iam.create_open_id_connect_provider", Url="https://idp.example.org", ClientIDList=["tre"], ThumbprintList=["a" * 40]), "iam.list_open_id_connect_providers", "OpenIDConnectProviderList"),
    ("AWS::IAM::SAMLProvider", lambda p: ask("iam.create_saml_provider", Name="idp", SAMLMetadataDocument="x" * 1024), "iam.list_saml_providers", "SAMLProviderList"),
    ("AWS::S3::Bucket", lambda p: p.bucket, "s3.list_buckets", "Buckets"),
    ("AWS::KMS::Key", lambda p: p.key, "kms.list_keys", "Keys"),
    ("AWS::Logs::LogGroup", lambda p: ask("logs.create_log_group", logGroupName="/tre/audit"), "logs.describe_log_groups", "logGroups"),
    ("AWS::Logs::ResourcePolicy", lambda p: ask("logs.put_resource_policy", policyName="dns", policyDocument=allow({"Service": "route53.amazonaws.com"}, "logs:PutLogEvents")), "logs.describe_resource_policies", "resourcePolicies"),
    ("AWS::Logs::ExportTask", lambda p: ask("logs.create_export_task", logGroupName="/tre/audit", fromTime=1, to=2, destination=p.bucket), "logs.describe_export_tasks", "exportTasks"),
    ("AWS::CloudTrail::Trail", lambda p: (ask("cloudtrail.create_trail", Name="all", S3BucketName=p.bucket, IsMultiRegionTrail=True), ask("cloudtrail.start_logging", Name="all"), ask("cloudtrail.put_event_selectors", TrailName="all", EventSelectors=[{"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}])), "cloudtrail.describe_trails", "trailList"),
    ("AWS::Config::ConfigurationRecorder", lambda p: ask("config.put_configuration_recorder", ConfigurationRecorder={"name": "default", "roleARN": p.role, "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": True}}), "config.describe_configuration_recorders", "ConfigurationRecorders"),
    ("AWS::Config::DeliveryChannel", lambda p: ask("config.put_delivery_channel", DeliveryChannel={"name": "default", "s3BucketName": p.bucket}), "config.describe_delivery_channels", "DeliveryChannels"),
    ("AWS::Config::ConfigRule", lambda p: ask("config.put_config_rule", ConfigRule={"ConfigRuleName": "versioning", "Source": {"Owner": "AWS", "SourceIdentifier": "S3_BUCKET_VERSIONING_ENABLED"}}), "config.describe_config_rules", "ConfigRules"),
    ("AWS::Config::ConfigurationAggregator", lambda p: ask("config.put_configuration_aggregator", ConfigurationAggregatorName="all", AccountAggregationSources=[{"AccountIds": [p.account], "AllAwsRegions": True}]), "config.describe_configuration_aggregators", "ConfigurationAggregators"),
    ("AWS::Account::BillingContact", contact("BILLING"), "account.get_alternate_contact", "[AlternateContact]", {"AlternateContactType": "BILLING"}),
    ("AWS::Account::OperationsContact", contact("OPERATIONS"), "account.get_alternate_contact", "[AlternateContact]", {"AlternateContactType": "OPERATIONS"}),
    ("AWS::Account::SecurityContact", contact("SECURITY"), "account.get_alternate_contact", "[AlternateContact]", {"AlternateContactType": "SECURITY"}),
    ("AWS::Budgets::Budget", lambda p: ask("budgets.create_budget", AccountId=p.account, Budget=BUDGET), "budgets.describe_budgets", "Budgets", lambda p: [{"AccountId": p.account}]),
    ("AWS::Budgets::Notification", lambda p: ask("budgets.create_notification", AccountId=p.account, BudgetName="month", Notification=NOTICE, Subscribers=[{"SubscriptionType": "EMAIL", "Address": "a@example.org"}]), "budgets.describe_notifications_for_budget", "Notifications", lambda p: [{"AccountId": p.account, "BudgetName": "month"}]),
    # EC2.
    ("AWS::EC2::VPC", lambda p: p.vpc, "ec2.describe_vpcs", "Vpcs"),
    ("AWS::EC2::Subnet", lambda p: p.subnets, "ec2.describe_subnets", "Subnets"),
    ("AWS::EC2::SecurityGroup", lambda p: p.group, "ec2.describe_security_groups", "SecurityGroups"),
    ("AWS::EC2::SecurityGroupRule", lambda p: ask("ec2.authorize_security_group_ingress", GroupId=p.group, IpPermissions=[{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}]), "ec2.describe_security_group_rules", "SecurityGroupRules"),
    ("AWS::EC2::InternetGateway", lambda p: ask("ec2.attach_internet_gateway", InternetGatewayId=ask("ec2.create_internet_gateway")["InternetGateway"]["InternetGatewayId"], VpcId=p.vpc), "ec2.describe_internet_gateways", "InternetGateways"),
    ("AWS::EC2::RouteTable", lambda p: ask("ec2.create_route_table", VpcId=p.vpc), "ec2.describe_route_tables", "RouteTables"),
    ("AWS::EC2::NetworkAcl", lambda p: ask("ec2.create_network_acl", VpcId=p.vpc), "ec2.describe_network_acls", "NetworkAcls"),
    ("AWS::EC2::NetworkInterface", lambda p: ask("ec2.create_network_interface", SubnetId=p.subnets[0]), "ec2.describe_network_interfaces", "NetworkInterfaces"),
    ("AWS::EC2::DHCPOptions", lambda p: ask("ec2.create_dhcp_options", DhcpConfigurations=[{"Key": "domain-name", "Values": ["example.org"]}]), "ec2.describe_dhcp_options", "DhcpOptions"),
    ("AWS::EC2::EIP", lambda p: p.address, "ec2.describe_addresses", "Addresses"),
    ("AWS::EC2::NatGateway", lambda p: ask("ec2.create_nat_gateway", SubnetId=p.subnets[0], AllocationId=p.address), "ec2.describe_nat_gateways", "NatGateways"),
    ("AWS::EC2::VPCEndpoint", lambda p: ask("ec2.create_vpc_endpoint", VpcId=p.vpc, ServiceName=f"com.amazonaws.{REGION}.s3"), "ec2.describe_vpc_endpoints", "VpcEndpoints"),
    ("AWS::EC2::VPCEndpointService", lambda p: ask("ec2.create_vpc_endpoint_service_configuration", NetworkLoadBalancerArns=[p.balancer]), "ec2.describe_vpc_endpoint_service_configurations", "ServiceConfigurations"),
    ("AWS::EC2::AvailableVPCEndpointService", None, "ec2.describe_vpc_endpoint_services", "ServiceDetails"),
    ("AWS::EC2::VPCPeeringConnection", lambda p: ask("ec2.create_vpc_peering_connection", VpcId=p.vpc, PeerVpcId=ask("ec2.create_vpc", CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]), "ec2.describe_vpc_peering_connections", "VpcPeeringConnections"),
    ("AWS::EC2::VPNConnection", lambda p: ask("ec2.create_vpn_connection", Type="ipsec.1", CustomerGatewayId=ask("ec2.create_customer_gateway", Type="ipsec.1", PublicIp="192.0.2.1", BgpAsn=65000)["CustomerGateway"]["CustomerGatewayId"], TransitGatewayId=p.transit), "ec2.describe_vpn_connections", "VpnConnections"),
    ("AWS::EC2::TransitGateway", lambda p: p.transit, "ec2.describe_transit_gateways", "TransitGateways"),
    ("AWS::EC2::TransitGatewayAttachment", lambda p: ask("ec2.create_transit_gateway_vpc_attachment", TransitGatewayId=p.transit, VpcId=p.vpc, SubnetIds=p.subnets[:1]), "ec2.describe_transit_gateway_attachments", "TransitGatewayAttachments"),
    ("AWS::EC2::TransitGatewayRouteTable", lambda p: ask("ec2.create_transit_gateway_route_table", TransitGatewayId=p.transit), "ec2.describe_transit_gateway_route_tables", "TransitGatewayRouteTables"),
    ("AWS::EC2::PrefixList", lambda p: ask("ec2.create_managed_prefix_list", PrefixListName="own", MaxEntries=1, AddressFamily="IPv4"), "ec2.describe_managed_prefix_lists", "PrefixLists"),
    ("AWS::EC2::FlowLog", lambda p: ask("ec2.create_flow_logs", ResourceIds=[p.vpc], ResourceType="VPC", TrafficType="ALL", LogDestinationType="s3", LogDestination=f"arn:aws:s3:::{p.bucket}"), "ec2.describe_flow_logs", "FlowLogs"),
    ("AWS::EC2::Volume", lambda p: p.volume, "ec2.describe_volumes", "Volumes"),
    ("AWS::EC2::Snapshot", lambda p: ask("ec2.create_snapshot", VolumeId=p.volume), "ec2.describe_snapshots", "Snapshots", {"OwnerIds": ["self"]}),
    ("AWS::EC2::Instance", lambda p: p.instance, "ec2.describe_instances", "Reservations[].Instances[]"),
    ("AWS::EC2::Image", lambda p: ask("ec2.create_image", InstanceId=p.instance, Name="desktop"), "ec2.describe_images", "Images", {"Owners": ["self"]}),
    ("AWS::EC2::LaunchTemplate", lambda p: ask("ec2.create_launch_template", LaunchTemplateName="desktop", LaunchTemplateData={"ImageId": "ami-12c6146b"}), "ec2.describe_launch_templates", "LaunchTemplates"),
    ("AWS::EC2::LaunchTemplateVersion", None, "ec2.describe_launch_template_versions", "LaunchTemplateVersions", within("ec2.describe_launch_templates", "LaunchTemplates", LaunchTemplateId="LaunchTemplateId")),
    ("AWS::EC2::RegionSettings", lambda p: ask("ec2.enable_ebs_encryption_by_default"), "ec2.get_ebs_encryption_by_default", "[@]"),
    # The rest by name.
    ("AWS::Athena::WorkGroup", lambda p: ask("athena.create_work_group", Name="cardio", Configuration={"ResultConfiguration": {"OutputLocation": f"s3://{p.bucket}/results/"}}, Tags=TAGS), "athena.list_work_groups", "WorkGroups"),
    ("AWS::Backup::BackupVault", lambda p: ask("backup.create_backup_vault", BackupVaultName="safe"), "backup.list_backup_vaults", "BackupVaultList"),
    ("AWS::Backup::BackupPlan", lambda p: ask("backup.create_backup_plan", BackupPlan={"BackupPlanName": "nightly", "Rules": [{"RuleName": "nightly", "TargetBackupVaultName": "safe"}]}), "backup.list_backup_plans", "BackupPlansList"),
    ("AWS::Batch::ComputeEnvironment", lambda p: ask("batch.create_compute_environment", computeEnvironmentName="hpc", type="UNMANAGED", state="ENABLED", serviceRole=p.role), "batch.describe_compute_environments", "computeEnvironments"),
    ("AWS::Batch::JobQueue", lambda p: ask("batch.create_job_queue", jobQueueName="hpc", state="ENABLED", priority=1, computeEnvironmentOrder=[{"order": 1, "computeEnvironment": "hpc"}]), "batch.describe_job_queues", "jobQueues"),
    ("AWS::Bedrock::ModelInvocationLoggingConfiguration", lambda p: ask("bedrock.put_model_invocation_logging_configuration", loggingConfig={"s3Config": {"bucketName": p.bucket}, "textDataDeliveryEnabled": True}), "bedrock.get_model_invocation_logging_configuration", "[@]"),
    ("AWS::CloudFormation::Stack", lambda p: ask("cloudformation.create_stack", StackName="tre", TemplateBody=json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "requests"}}}})), "cloudformation.describe_stacks", "Stacks"),
    ("AWS::CloudWatch::Alarm", lambda p: ask("cloudwatch.put_metric_alarm", AlarmName="routes", MetricName="routes", Namespace="TRE", Statistic="Sum", Period=60, EvaluationPeriods=1, Threshold=1.0, ComparisonOperator="GreaterThanThreshold"), "cloudwatch.describe_alarms", "MetricAlarms", {"AlarmTypes": ["MetricAlarm"]}),
    ("AWS::CodeBuild::Project", lambda p: ask("codebuild.create_project", name="build", source={"type": "S3", "location": f"{p.bucket}/a.zip"}, artifacts={"type": "NO_ARTIFACTS"}, environment={"type": "LINUX_CONTAINER", "image": "a", "computeType": "BUILD_GENERAL1_SMALL"}, serviceRole=p.role), "codebuild.list_projects", "projects"),
    ("AWS::CodePipeline::Pipeline", lambda p: ask("codepipeline.create_pipeline", pipeline={"name": "release", "roleArn": p.role, "artifactStore": {"type": "S3", "location": p.bucket}, "version": 1, "stages": [{"name": "a", "actions": [{"name": "a", "actionTypeId": {"category": "Source", "owner": "AWS", "provider": "S3", "version": "1"}}]}, {"name": "b", "actions": [{"name": "b", "actionTypeId": {"category": "Approval", "owner": "AWS", "provider": "Manual", "version": "1"}}]}]}), "codepipeline.list_pipelines", "pipelines"),
    ("AWS::Cognito::IdentityPool", lambda p: ask("cognito-identity.create_identity_pool", IdentityPoolName="tre", AllowUnauthenticatedIdentities=False), "cognito-identity.list_identity_pools", "IdentityPools", {"MaxResults": 60}),
    ("AWS::Cognito::UserPool", lambda p: p.pool, "cognito-idp.list_user_pools", "UserPools", {"MaxResults": 60}),
    ("AWS::Cognito::UserPoolClient", lambda p: ask("cognito-idp.create_user_pool_client", UserPoolId=p.pool, ClientName="portal"), "cognito-idp.list_user_pool_clients", "UserPoolClients", POOLS),
    ("AWS::Cognito::UserPoolGroup", lambda p: ask("cognito-idp.create_group", UserPoolId=p.pool, GroupName="project"), "cognito-idp.list_groups", "Groups", POOLS),
    ("AWS::DMS::Endpoint", lambda p: ask("dms.create_endpoint", EndpointIdentifier="source", EndpointType="source", EngineName="postgres", Username="a", Password=WORD, ServerName="db", Port=5432, DatabaseName="a"), "dms.describe_endpoints", "Endpoints"),
    ("AWS::DataSync::Location", lambda p: p.locations, "datasync.list_locations", "Locations"),
    ("AWS::DataSync::Task", lambda p: ask("datasync.create_task", SourceLocationArn=p.locations[0], DestinationLocationArn=p.locations[1], Name="in"), "datasync.list_tasks", "Tasks"),
    ("AWS::DirectoryService::Directory", lambda p: p.directory, "ds.describe_directories", "DirectoryDescriptions"),
    ("AWS::DynamoDB::Table", lambda p: ask("dynamodb.create_table", TableName="requests", AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}], KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST"), "dynamodb.list_tables", "TableNames"),
    ("AWS::ECR::Registry", None, "ecr.describe_registry", "[@]"),
    ("AWS::ECR::Repository", lambda p: ask("ecr.create_repository", repositoryName="desktop"), "ecr.describe_repositories", "repositories"),
    ("AWS::ECS::Cluster", lambda p: ask("ecs.create_cluster", clusterName="apps"), "ecs.list_clusters", "clusterArns"),
    ("AWS::ECS::TaskDefinition", lambda p: ask("ecs.register_task_definition", family="app", containerDefinitions=[{"name": "a", "image": "a", "memory": 128}]), "ecs.list_task_definitions", "taskDefinitionArns"),
    ("AWS::ECS::Service", lambda p: ask("ecs.create_service", cluster="apps", serviceName="app", taskDefinition="app", desiredCount=0), "ecs.list_services", "serviceArns", within("ecs.list_clusters", "clusterArns", cluster="")),
    ("AWS::EFS::FileSystem", lambda p: p.files, "efs.describe_file_systems", "FileSystems"),
    ("AWS::EFS::AccessPoint", lambda p: ask("efs.create_access_point", ClientToken="work", FileSystemId=p.files), "efs.describe_access_points", "AccessPoints"),
    ("AWS::EFS::MountTarget", lambda p: ask("efs.create_mount_target", FileSystemId=p.files, SubnetId=p.subnets[0], SecurityGroups=[p.group]), "efs.describe_mount_targets", "MountTargets", within("efs.describe_file_systems", "FileSystems", FileSystemId="FileSystemId")),
    ("AWS::EKS::Cluster", lambda p: ask("eks.create_cluster", name="apps", roleArn=p.role, resourcesVpcConfig={"subnetIds": p.subnets}), "eks.list_clusters", "clusters"),
    ("AWS::EMR::Cluster", lambda p: ask("emr.run_job_flow", Name="spark", ReleaseLabel="emr-6.0.0", Instances={"MasterInstanceType": "m5.large", "InstanceCount": 1, "KeepJobFlowAliveWhenNoSteps": True, "Ec2SubnetId": p.subnets[0]}, JobFlowRole="service", ServiceRole="service"), "emr.list_clusters", "Clusters"),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", lambda p: p.balancer, "elbv2.describe_load_balancers", "LoadBalancers"),
    ("AWS::Events::EventBus", lambda p: ask("events.create_event_bus", Name="tre"), "events.list_event_buses", "EventBuses"),
    ("AWS::Events::Rule", lambda p: ask("events.put_rule", Name="nightly", EventBusName="tre", EventPattern='{"source": ["aws.s3"]}'), "events.list_rules", "Rules", within("events.list_event_buses", "EventBuses", EventBusName="Name")),
    ("AWS::FSx::FileSystem", lambda p: ask("fsx.create_file_system", FileSystemType="LUSTRE", StorageCapacity=1200, StorageType="SSD", SubnetIds=p.subnets[:1], SecurityGroupIds=[p.group]), "fsx.describe_file_systems", "FileSystems"),
    ("AWS::Glue::Database", lambda p: ask("glue.create_database", DatabaseInput={"Name": "cohort"}), "glue.get_databases", "DatabaseList"),
    ("AWS::Glue::Table", lambda p: ask("glue.create_table", DatabaseName="cohort", TableInput={"Name": "people"}), "glue.get_tables", "TableList", within("glue.get_databases", "DatabaseList", DatabaseName="Name")),
    ("AWS::Glue::Connection", lambda p: ask("glue.create_connection", ConnectionInput={"Name": "db", "ConnectionType": "JDBC", "ConnectionProperties": {"PASSWORD": WORD}}), "glue.get_connections", "ConnectionList"),
    ("AWS::Glue::Crawler", lambda p: ask("glue.create_crawler", Name="crawl", Role=p.role, DatabaseName="cohort", Targets={"S3Targets": [{"Path": f"s3://{p.bucket}"}]}), "glue.get_crawlers", "Crawlers"),
    ("AWS::Glue::Job", lambda p: ask("glue.create_job", Name="clean", Role=p.role, Command={"Name": "glueetl", "ScriptLocation": f"s3://{p.bucket}/a.py"}), "glue.get_jobs", "Jobs"),
    ("AWS::Glue::DataCatalogEncryptionSettings", None, "glue.get_data_catalog_encryption_settings", "[@]"),
    ("AWS::GuardDuty::Detector", lambda p: p.detector, "guardduty.list_detectors", "DetectorIds"),
    ("AWS::Kinesis::Stream", lambda p: ask("kinesis.create_stream", StreamName="logs", ShardCount=1), "kinesis.list_streams", "StreamSummaries"),
    ("AWS::KinesisFirehose::DeliveryStream", lambda p: ask("firehose.create_delivery_stream", DeliveryStreamName="logs", ExtendedS3DestinationConfiguration={"RoleARN": p.role, "BucketARN": f"arn:aws:s3:::{p.bucket}"}), "firehose.list_delivery_streams", "DeliveryStreamNames"),
    ("AWS::LakeFormation::Resource", lambda p: ask("lakeformation.register_resource", ResourceArn=f"arn:aws:s3:::{p.bucket}", RoleArn=p.role), "lakeformation.list_resources", "ResourceInfoList"),
    ("AWS::LakeFormation::DataLakeSettings", None, "lakeformation.get_data_lake_settings", "[@]"),
    ("AWS::Lambda::Function", lambda p: ask("lambda.create_function", FunctionName="gate", Runtime="python3.12", Role=p.role, Handler="a.handler", Code={"ZipFile": code()}), "lambda.list_functions", "Functions"),
    ("AWS::Macie::Session", lambda p: ask("macie2.enable_macie", status="ENABLED"), "macie2.get_macie_session", "[@]"),
    ("AWS::NetworkFirewall::Firewall", lambda p: ask("network-firewall.create_firewall", FirewallName="edge", FirewallPolicyArn=p.arn("network-firewall", "firewall-policy/edge"), VpcId=p.vpc, SubnetMappings=[{"SubnetId": p.subnets[0]}]), "network-firewall.list_firewalls", "Firewalls"),
    ("AWS::RAM::ResourceShare", lambda p: ask("ram.create_resource_share", name="shared"), "ram.get_resource_shares", "resourceShares", {"resourceOwner": "SELF"}),
    ("AWS::RDS::DBInstance", lambda p: ask("rds.create_db_instance", DBInstanceIdentifier="cohort", DBInstanceClass="db.t3.micro", Engine="postgres", AllocatedStorage=20, **DATABASE), "rds.describe_db_instances", "DBInstances"),
    ("AWS::RDS::DBSnapshot", lambda p: ask("rds.create_db_snapshot", DBInstanceIdentifier="cohort", DBSnapshotIdentifier="cohort-1"), "rds.describe_db_snapshots", "DBSnapshots"),
    ("AWS::RDS::DBCluster", lambda p: ask("rds.create_db_cluster", DBClusterIdentifier="omics", Engine="aurora-postgresql", **DATABASE), "rds.describe_db_clusters", "DBClusters"),
    ("AWS::RDS::DBClusterSnapshot", lambda p: ask("rds.create_db_cluster_snapshot", DBClusterIdentifier="omics", DBClusterSnapshotIdentifier="omics-1"), "rds.describe_db_cluster_snapshots", "DBClusterSnapshots"),
    ("AWS::RDS::DBParameterGroup", lambda p: ask("rds.create_db_parameter_group", DBParameterGroupName="own", DBParameterGroupFamily="postgres16", Description="own"), "rds.describe_db_parameter_groups", "DBParameterGroups"),
    ("AWS::RDS::DBClusterParameterGroup", lambda p: ask("rds.create_db_cluster_parameter_group", DBClusterParameterGroupName="own", DBParameterGroupFamily="aurora-postgresql16", Description="own"), "rds.describe_db_cluster_parameter_groups", "DBClusterParameterGroups"),
    ("AWS::RDS::DBSubnetGroup", lambda p: ask("rds.create_db_subnet_group", DBSubnetGroupName="own", DBSubnetGroupDescription="own", SubnetIds=p.subnets), "rds.describe_db_subnet_groups", "DBSubnetGroups"),
    ("AWS::RDS::ExportTask", lambda p: ask("rds.start_export_task", ExportTaskIdentifier="out", SourceArn=p.arn("rds", "snapshot:cohort-1"), S3BucketName=p.bucket, IamRoleArn=p.role, KmsKeyId=p.key), "rds.describe_export_tasks", "ExportTasks"),
    ("AWS::Redshift::Cluster", lambda p: ask("redshift.create_cluster", ClusterIdentifier="omop", NodeType="ra3.large", **DATABASE), "redshift.describe_clusters", "Clusters"),
    ("AWS::Route53Resolver::ResolverEndpoint", lambda p: ask("route53resolver.create_resolver_endpoint", CreatorRequestId="a", Name="out", SecurityGroupIds=[p.group], Direction="OUTBOUND", IpAddresses=[{"SubnetId": s} for s in p.subnets]), "route53resolver.list_resolver_endpoints", "ResolverEndpoints"),
    ("AWS::Route53Resolver::ResolverRule", lambda p: ask("route53resolver.create_resolver_rule", CreatorRequestId="a", Name="out", RuleType="SYSTEM", DomainName="example.org"), "route53resolver.list_resolver_rules", "ResolverRules"),
    ("AWS::Route53Resolver::ResolverQueryLoggingConfig", lambda p: p.queries, "route53resolver.list_resolver_query_log_configs", "ResolverQueryLogConfigs"),
    ("AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation", lambda p: ask("route53resolver.associate_resolver_query_log_config", ResolverQueryLogConfigId=p.queries, ResourceId=p.vpc), "route53resolver.list_resolver_query_log_config_associations", "ResolverQueryLogConfigAssociations"),
    ("AWS::SNS::Topic", lambda p: ask("sns.create_topic", Name="alarms", Tags=TAGS), "sns.list_topics", "Topics"),
    ("AWS::SQS::Queue", lambda p: ask("sqs.create_queue", QueueName="uploads"), "sqs.list_queues", "QueueUrls"),
    ("AWS::SSM::Parameter", lambda p: ask("ssm.put_parameter", Name="/tre/a", Value="a", Type="String"), "ssm.describe_parameters", "Parameters"),
    ("AWS::SSO::Instance", None, "sso-admin.list_instances", "Instances"),
    ("AWS::SSO::PermissionSet", lambda p: p.permission, "sso-admin.list_permission_sets", "PermissionSets", lambda p: [{"InstanceArn": p.sso["InstanceArn"]}]),
    ("AWS::IdentityStore::Group", lambda p: p.people, "identitystore.list_groups", "Groups", IDENTITIES),
    ("AWS::IdentityStore::User", lambda p: p.person, "identitystore.list_users", "Users", IDENTITIES),
    ("AWS::IdentityStore::GroupMembership", lambda p: ask("identitystore.create_group_membership", IdentityStoreId=p.sso["IdentityStoreId"], GroupId=p.people, MemberId={"UserId": p.person}), "identitystore.list_group_memberships", "GroupMemberships", lambda p: [{"IdentityStoreId": p.sso["IdentityStoreId"], "GroupId": p.people}]),
    ("AWS::SSO::Assignment", lambda p: ask("sso-admin.create_account_assignment", InstanceArn=p.sso["InstanceArn"], PermissionSetArn=p.permission, TargetId=p.account, TargetType="AWS_ACCOUNT", PrincipalType="GROUP", PrincipalId=p.people), "sso-admin.list_account_assignments", "AccountAssignments", assignments),
    ("AWS::SSO::ProvisionedAccount", lambda p: ask("sso-admin.provision_permission_set", InstanceArn=p.sso["InstanceArn"], PermissionSetArn=p.permission, TargetType="AWS_ACCOUNT", TargetId=p.account), "sso-admin.list_accounts_for_provisioned_permission_set", "AccountIds", lambda p: [{"InstanceArn": p.sso["InstanceArn"], "PermissionSetArn": p.permission}]),
    ("AWS::SageMaker::Domain", lambda p: p.domain, "sagemaker.list_domains", "Domains"),
    ("AWS::SageMaker::Model", lambda p: ask("sagemaker.create_model", ModelName="risk", ExecutionRoleArn=p.role, PrimaryContainer={"Image": "a", "ModelDataUrl": f"s3://{p.bucket}/m"}), "sagemaker.list_models", "Models"),
    ("AWS::SageMaker::NotebookInstance", lambda p: ask("sagemaker.create_notebook_instance", NotebookInstanceName="old", InstanceType="ml.t3.medium", RoleArn=p.role), "sagemaker.list_notebook_instances", "NotebookInstances"),
    ("AWS::SageMaker::TrainingJob", lambda p: ask("sagemaker.create_training_job", TrainingJobName="train", AlgorithmSpecification={"TrainingImage": "a", "TrainingInputMode": "File"}, RoleArn=p.role, OutputDataConfig={"S3OutputPath": f"s3://{p.bucket}/o"}, ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10}, StoppingCondition={"MaxRuntimeInSeconds": 60}), "sagemaker.list_training_jobs", "TrainingJobSummaries"),
    ("AWS::SageMaker::ProcessingJob", lambda p: ask("sagemaker.create_processing_job", ProcessingJobName="clean", ProcessingResources={"ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 10}}, AppSpecification={"ImageUri": "a"}, RoleArn=p.role), "sagemaker.list_processing_jobs", "ProcessingJobSummaries"),
    ("AWS::SecretsManager::Secret", lambda p: ask("secretsmanager.create_secret", Name="tre/db", SecretString="never-collected"), "secretsmanager.list_secrets", "SecretList"),
    ("AWS::SecurityHub::Hub", lambda p: ask("securityhub.enable_security_hub", EnableDefaultStandards=False), "securityhub.describe_hub", "[@]"),
    ("AWS::SecurityHub::Finding", finding, "securityhub.get_findings", "Findings"),
    ("AWS::ServiceCatalog::Portfolio", lambda p: ask("servicecatalog.create_portfolio", DisplayName="desktops", ProviderName="tre", IdempotencyToken="a"), "servicecatalog.list_portfolios", "PortfolioDetails"),
    ("AWS::StepFunctions::StateMachine", lambda p: ask("stepfunctions.create_state_machine", name="gate", roleArn=p.role, definition=json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})), "stepfunctions.list_state_machines", "stateMachines"),
    ("AWS::Transfer::Server", lambda p: p.server, "transfer.list_servers", "Servers"),
    ("AWS::Transfer::Connector", lambda p: ask("transfer.create_connector", Url="sftp://example.org", AccessRole=p.role, SftpConfig={"UserSecretId": "a"}), "transfer.list_connectors", "Connectors"),
    ("AWS::VpcLattice::ServiceNetwork", lambda p: p.network, "vpc-lattice.list_service_networks", "items"),
    ("AWS::VpcLattice::ServiceNetworkVpcAssociation", lambda p: ask("vpc-lattice.create_service_network_vpc_association", serviceNetworkIdentifier=p.network, vpcIdentifier=p.vpc), "vpc-lattice.list_service_network_vpc_associations", "items", lambda p: [{"serviceNetworkIdentifier": p.network}]),
    ("AWS::WorkSpaces::Directory", lambda p: ask("workspaces.register_workspace_directory", DirectoryId=p.directory, SubnetIds=p.subnets, EnableSelfService=False), "workspaces.describe_workspace_directories", "Directories"),
    ("AWS::WorkSpaces::Workspace", lambda p: ask("workspaces.create_workspaces", Workspaces=[{"DirectoryId": p.directory, "UserName": "ada", "BundleId": "wsb-12345678a"}]), "workspaces.describe_workspaces", "Workspaces"),
    ("AWS::WorkSpacesWeb::NetworkSettings", lambda p: ask("workspaces-web.create_network_settings", vpcId=p.vpc, subnetIds=p.subnets, securityGroupIds=[p.group]), "workspaces-web.list_network_settings", "networkSettings"),
    ("AWS::WorkSpacesWeb::Portal", lambda p: ask("workspaces-web.create_portal", displayName="tre"), "workspaces-web.list_portals", "portals"),
    ("AWS::WorkSpacesWeb::UserSettings", lambda p: ask("workspaces-web.create_user_settings", copyAllowed="Disabled", pasteAllowed="Disabled", downloadAllowed="Disabled", uploadAllowed="Disabled", printAllowed="Disabled"), "workspaces-web.list_user_settings", "userSettings"),
    # Last: what all the others have left.
    ("AWS::ResourceGroups::TaggedResource", None, "resourcegroupstaggingapi.get_resources", "ResourceTagMappingList"),
]

# The same of the organisation, which the account that manages it may read; the root counts among its units.
POLICIES = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"]
MANAGED = [
    ("AWS::Organizations::Organization", None, "organizations.describe_organization", "[Organization]"),
    ("AWS::Organizations::OrganizationalUnit", unit, "organizations.list_organizational_units_for_parent", "OrganizationalUnits", within("organizations.list_roots", "Roots", ParentId="Id")),
    ("AWS::Organizations::OrganizationalUnit", None, "organizations.list_roots", "Roots"),
    ("AWS::Organizations::Account", None, "organizations.list_accounts", "Accounts"),
    ("AWS::Organizations::Policy", None, "organizations.list_policies", "Policies", lambda p: [{"Filter": kind} for kind in POLICIES]),
]


def fill(account: str, credentials, managing: bool) -> dict:
    """Makes one of each in an account, then counts what it lists."""
    here.set(credentials)
    place = Place(account)
    rows = ROWS + MANAGED if managing else ROWS
    for _, make, *_ in rows:
        if make:
            make(place)
    counts = collections.Counter()
    for kind, _, what, path, *sent in rows:
        of = sent[0] if sent else {}
        counts[kind] += sum(len(listed(what, path, **one)) for one in ([of] if isinstance(of, dict) else of(place)))
        if not counts[kind]:
            raise ValueError(f"{account} lists no {kind}")
    return counts


def main() -> None:
    own = botocore.credentials.ReadOnlyCredentials("testing", "testing", None, None)
    here.set(own)
    ask("organizations.create_organization", FeatureSet="ALL")
    for number in range(int(sys.argv[2]) - 1):
        ask("organizations.create_account", Email=f"a{number}@example.org", AccountName=f"project-{number}")
    accounts = {ask("sts.get_caller_identity")["Account"]: own}
    for account in listed("organizations.list_accounts", "Accounts[].Id"):
        if account not in accounts:
            got = ask("sts.assume_role", RoleArn=f"arn:aws:iam::{account}:role/Havenmark", RoleSessionName="seed")["Credentials"]
            accounts[account] = botocore.credentials.ReadOnlyCredentials(
                got["AccessKeyId"], got["SecretAccessKey"], got["SessionToken"], None
            )
    # Clients are made by one thread: botocore's session is not made for more.
    for _, _, what, *_ in ROWS + MANAGED:
        client(what.split(".")[0])
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        counts = pool.map(fill, accounts, accounts.values(), [credentials is own for credentials in accounts.values()])
        print(json.dumps(dict(zip(accounts, counts))))


main()
