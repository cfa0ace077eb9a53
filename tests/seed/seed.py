"""Fills a moto server with a small Trusted Research Environment.

Usage: seed.py ENDPOINT BUCKETS. Prints what was made as JSON. Needs boto3, which comes with moto.
"""

import io
import json
import socket
import sys
import zipfile

import boto3

# S3 Control puts the account id before the host; no resolver knows that name.
resolve = socket.getaddrinfo
socket.getaddrinfo = lambda host, *rest, **more: resolve(
    "127.0.0.1" if host.endswith(".127.0.0.1") else host, *rest, **more
)

REGION = "eu-west-2"
ACCOUNT = "123456789012"


TAGS = [{"Key": "project", "Value": "cardio-2026"}]


def allow(principal: dict, action: str) -> str:
    """A policy of one statement."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def table_of_operations(client) -> None:
    """One resource of every type that the table lists, where moto has it."""
    kms = client("kms")
    key = kms.create_key(Description="store", Tags=[{"TagKey": "project", "TagValue": "cardio-2026"}])["KeyMetadata"]
    kms.enable_key_rotation(KeyId=key["KeyId"])
    kms.create_grant(
        KeyId=key["KeyId"], GranteePrincipal=f"arn:aws:iam::{ACCOUNT}:role/researcher", Operations=["Decrypt"]
    )

    ec2 = client("ec2")
    tags = lambda kind: [{"ResourceType": kind, "Tags": TAGS}]  # noqa: E731
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=tags("vpc"))["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(
        GroupName="tre-ws", Description="workspaces", VpcId=vpc, TagSpecifications=tags("security-group")
    )["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
        ],
    )
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    routes = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=routes, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=routes, SubnetId=subnet)
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)
    ec2.create_vpc_endpoint(
        VpcId=vpc,
        ServiceName=f"com.amazonaws.{REGION}.s3",
        RouteTableIds=[routes],
        PolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}],
            }
        ),
    )
    other = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    ec2.create_vpc_peering_connection(VpcId=vpc, PeerVpcId=other)
    ec2.create_flow_logs(
        ResourceIds=[vpc],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="s3",
        LogDestination="arn:aws:s3:::tre-logs",
    )
    volume = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=8, Encrypted=True)["VolumeId"]
    ec2.create_snapshot(VolumeId=volume)
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnet, SecurityGroupIds=[group])

    client("guardduty").create_detector(Enable=True, Tags={"project": "cardio-2026"})


def databases(client) -> None:
    """A database and a cluster with a snapshot of each."""
    rds = client("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="cohort",
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="owner",
        MasterUserPassword="Correct-Horse-1!",
        StorageEncrypted=True,
        EnableCloudwatchLogsExports=["postgresql"],
        Tags=TAGS,
    )
    rds.create_db_snapshot(DBInstanceIdentifier="cohort", DBSnapshotIdentifier="cohort-1")
    rds.modify_db_snapshot_attribute(
        DBSnapshotIdentifier="cohort-1", AttributeName="restore", ValuesToAdd=["210987654321"]
    )
    rds.create_db_cluster(
        DBClusterIdentifier="omics",
        Engine="aurora-postgresql",
        MasterUsername="owner",
        MasterUserPassword="Correct-Horse-1!",
        Tags=TAGS,
    )
    rds.create_db_cluster_snapshot(DBClusterIdentifier="omics", DBClusterSnapshotIdentifier="omics-1")


def messages(client) -> None:
    """A topic with a subscriber."""
    sns = client("sns")
    topic = sns.create_topic(Name="alarms", Tags=TAGS)["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="security@example.org")


def functions(client) -> None:
    """A function with a policy and a secret in its environment."""
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", "def handler(event, context):\n    return None\n")
    functions = client("lambda")
    functions.create_function(
        FunctionName="release",
        Runtime="python3.12",
        Role=f"arn:aws:iam::{ACCOUNT}:role/researcher",
        Handler="index.handler",
        Code={"ZipFile": code.getvalue()},
        Environment={"Variables": {"TOKEN": "not-to-be-kept"}},
        Tags={"project": "cardio-2026"},
    )
    functions.add_permission(
        FunctionName="release", StatementId="events", Action="lambda:InvokeFunction", Principal="events.amazonaws.com"
    )


def file_systems(client) -> None:
    """A file system with a policy, a mount target and an access point."""
    efs = client("efs")
    made = efs.create_file_system(CreationToken="work", Encrypted=True, Tags=TAGS)["FileSystemId"]
    efs.put_file_system_policy(
        FileSystemId=made,
        Policy=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "elasticfilesystem:ClientMount"}
                ],
            }
        ),
    )
    subnet = client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    efs.create_mount_target(FileSystemId=made, SubnetId=subnet)
    efs.create_access_point(
        ClientToken="work", FileSystemId=made, PosixUser={"Uid": 1000, "Gid": 1000}, RootDirectory={"Path": "/work"}
    )


def backups(client) -> None:
    """A locked vault and a plan that fills it."""
    backup = client("backup")
    backup.create_backup_vault(BackupVaultName="safe", BackupVaultTags={"project": "cardio-2026"})
    backup.put_backup_vault_lock_configuration(BackupVaultName="safe", MinRetentionDays=30)
    backup.create_backup_plan(
        BackupPlan={
            "BackupPlanName": "nightly",
            "Rules": [
                {
                    "RuleName": "nightly",
                    "TargetBackupVaultName": "safe",
                    "ScheduleExpression": "cron(0 3 * * ? *)",
                    "Lifecycle": {"DeleteAfterDays": 35},
                }
            ],
        },
        BackupPlanTags={"project": "cardio-2026"},
    )


def front_door(client) -> None:
    """A load balancer whose listener redirects to TLS."""
    elb = client("elbv2")
    subnets = [s["SubnetId"] for s in client("ec2").describe_subnets()["Subnets"] if s["DefaultForAz"]][:2]
    made = elb.create_load_balancer(Name="portal", Subnets=subnets, Scheme="internal", Tags=TAGS)
    elb.create_listener(
        LoadBalancerArn=made["LoadBalancers"][0]["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[
            {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}
        ],
    )


def stacks(client) -> None:
    """A stack with a parameter that is nobody's business."""
    template = {
        "Parameters": {"Word": {"Type": "String"}},
        "Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "requests"}}},
    }
    client("cloudformation").create_stack(
        StackName="tre",
        TemplateBody=json.dumps(template),
        Parameters=[{"ParameterKey": "Word", "ParameterValue": "not-to-be-kept"}],
    )


def logs(client) -> None:
    logs = client("logs")
    logs.create_log_group(logGroupName="/tre/audit", tags={"project": "cardio-2026"})
    logs.put_retention_policy(logGroupName="/tre/audit", retentionInDays=365)
    logs.create_log_group(logGroupName="/tre/for-ever")
    logs.put_metric_filter(
        logGroupName="/tre/audit",
        filterName="routes",
        filterPattern="CreateRoute",
        metricTransformations=[{"metricName": "routes", "metricNamespace": "TRE", "metricValue": "1"}],
    )
    stream = client("kinesis")
    stream.create_stream(StreamName="logs", ShardCount=1)
    logs.put_subscription_filter(
        logGroupName="/tre/audit",
        filterName="all",
        filterPattern="",
        destinationArn=f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/logs",
        roleArn=f"arn:aws:iam::{ACCOUNT}:role/researcher",
    )
    logs.put_resource_policy(policyName="dns", policyDocument=allow({"Service": "route53.amazonaws.com"}, "logs:PutLogEvents"))


def secretsmanager(client) -> None:
    secrets = client("secretsmanager")
    secrets.create_secret(Name="tre/db", SecretString="never-collected", Tags=TAGS)
    secrets.put_resource_policy(
        SecretId="tre/db", ResourcePolicy=allow({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "secretsmanager:GetSecretValue")
    )
    secrets.create_secret(Name="tre/plain", SecretString="never-collected")


def dynamodb(client) -> None:
    dynamodb = client("dynamodb")
    for name in ["requests", "plain"]:
        dynamodb.create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
            DeletionProtectionEnabled=name == "requests",
            Tags=TAGS,
        )
    dynamodb.update_continuous_backups(
        TableName="requests", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    dynamodb.put_resource_policy(
        ResourceArn=f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/requests",
        Policy=allow({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "dynamodb:GetItem"),
    )


def athena(client) -> None:
    client("athena").create_work_group(
        Name="cardio-2026",
        Configuration={
            "EnforceWorkGroupConfiguration": True,
            "ResultConfiguration": {
                "OutputLocation": "s3://tre-000/results/",
                "EncryptionConfiguration": {"EncryptionOption": "SSE_KMS", "KmsKey": "k"},
            },
        },
        Tags=TAGS,
    )


def transfer(client) -> None:
    client("transfer").create_server(
        Domain="S3",
        EndpointType="PUBLIC",
        IdentityProviderType="SERVICE_MANAGED",
        LoggingRole=f"arn:aws:iam::{ACCOUNT}:role/researcher",
        Protocols=["SFTP"],
        SecurityPolicyName="TransferSecurityPolicy-2024-01",
        Tags=TAGS,
    )


def lake(client) -> None:
    """A database and a table with tags by which permissions are granted."""
    glue, lake = client("glue"), client("lakeformation")
    glue.create_database(DatabaseInput={"Name": "cohort"})
    glue.create_table(DatabaseName="cohort", TableInput={"Name": "visits"})
    lake.create_lf_tag(TagKey="sensitivity", TagValues=["high", "low"])
    of_table = {"Table": {"CatalogId": ACCOUNT, "DatabaseName": "cohort", "Name": "visits"}}
    for resource, value in [({"Database": {"CatalogId": ACCOUNT, "Name": "cohort"}}, "low"), (of_table, "high")]:
        lake.add_lf_tags_to_resource(Resource=resource, LFTags=[{"TagKey": "sensitivity", "TagValues": [value]}])


def posture(client) -> None:
    hub = client("securityhub")
    hub.enable_security_hub()
    hub.batch_import_findings(
        Findings=[
            {
                "SchemaVersion": "2018-10-08",
                "Id": "finding-1",
                "ProductArn": f"arn:aws:securityhub:{REGION}:{ACCOUNT}:product/{ACCOUNT}/default",
                "GeneratorId": "aws-foundational-security-best-practices/v/1.0.0/S3.2",
                "AwsAccountId": ACCOUNT,
                "Types": ["Software and Configuration Checks"],
                "CreatedAt": "2026-05-01T00:00:00.000Z",
                "UpdatedAt": "2026-05-02T00:00:00.000Z",
                "Severity": {"Label": "HIGH"},
                "Workflow": {"Status": "NEW"},
                "RecordState": "ACTIVE",
                "Title": "never-collected",
                "Description": "never-collected",
                "Resources": [{"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::tre-000", "Region": REGION}],
            }
        ]
    )


def everywhere(client) -> None:
    block = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": False}
    client("s3control", "us-west-2").create_multi_region_access_point(
        AccountId=ACCOUNT,
        Details={"Name": "everywhere", "PublicAccessBlock": block, "Regions": [{"Bucket": "tre-elsewhere"}]},
    )


def main() -> None:
    endpoint, buckets = sys.argv[1], int(sys.argv[2])

    def client(service: str, region: str = REGION):
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=endpoint,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )

    s3 = client("s3")
    names = [f"tre-{index:03d}" for index in range(buckets)]
    for index, name in enumerate(names):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        if index % 2 == 0:
            s3.put_public_access_block(
                Bucket=name,
                PublicAccessBlockConfiguration={
                    "BlockPublicAcls": True,
                    "IgnorePublicAcls": True,
                    "BlockPublicPolicy": True,
                    "RestrictPublicBuckets": True,
                },
            )
        if index % 3 == 0:
            s3.put_bucket_encryption(
                Bucket=name,
                ServerSideEncryptionConfiguration={
                    "Rules": [
                        {
                            "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "k"},
                            "BucketKeyEnabled": True,
                        }
                    ]
                },
            )
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
            s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [{"Key": "project", "Value": "cardio-2026"}]})
        if index % 4 == 1:
            s3.put_bucket_policy(
                Bucket=name,
                Policy=json.dumps(
                    {
                        "Version": "2012-10-17",
                        "Statement": [
                            {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"}
                        ],
                    }
                ),
            )
        if index % 4 == 2:
            s3.put_bucket_lifecycle_configuration(
                Bucket=name,
                LifecycleConfiguration={
                    "Rules": [{"ID": "old", "Status": "Enabled", "Filter": {"Prefix": "raw/"}, "Expiration": {"Days": 30}}]
                },
            )
            s3.put_bucket_ownership_controls(
                Bucket=name, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
            )
    client("s3", "us-east-1").create_bucket(Bucket="tre-elsewhere")
    names.append("tre-elsewhere")
    s3.create_bucket(
        Bucket="tre-locked",
        ObjectLockEnabledForBucket=True,
        CreateBucketConfiguration={"LocationConstraint": REGION},
    )
    s3.put_object_lock_configuration(
        Bucket="tre-locked",
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 30}},
        },
    )
    names.append("tre-locked")

    iam = client("iam", "us-east-1")
    trust = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
        }
    )
    document = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}]}
    )
    policy = iam.create_policy(PolicyName="read", PolicyDocument=document)["Policy"]["Arn"]
    for name in ["researcher", "output-checker"]:
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, MaxSessionDuration=7200)
        iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=document)
        iam.attach_role_policy(RoleName=name, PolicyArn=policy)
    iam.create_group(GroupName="analysts")
    iam.attach_group_policy(GroupName="analysts", PolicyArn=policy)
    for name in ["ada", "grace"]:
        iam.create_user(UserName=name, Tags=[{"Key": "team", "Value": "data"}])
        iam.add_user_to_group(UserName=name, GroupName="analysts")
    iam.create_login_profile(UserName="ada", Password="Correct-Horse-1!")
    iam.create_access_key(UserName="ada")
    iam.create_virtual_mfa_device(VirtualMFADeviceName="ada")
    iam.create_open_id_connect_provider(
        Url="https://idp.example.org", ClientIDList=["tre"], ThumbprintList=["a" * 40]
    )
    iam.create_saml_provider(Name="idp", SAMLMetadataDocument="x" * 1024)

    trail = client("cloudtrail")
    s3.create_bucket(Bucket="tre-logs", CreateBucketConfiguration={"LocationConstraint": REGION})
    names.append("tre-logs")
    trail.create_trail(Name="all", S3BucketName="tre-logs", IsMultiRegionTrail=True, EnableLogFileValidation=True)
    trail.start_logging(Name="all")
    trail.put_event_selectors(
        TrailName="all",
        EventSelectors=[{"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}],
    )

    config = client("config")
    config.put_configuration_recorder(
        ConfigurationRecorder={
            "name": "default",
            "roleARN": f"arn:aws:iam::{ACCOUNT}:role/researcher",
            "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": True},
        }
    )
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "tre-logs"})
    config.start_configuration_recorder(ConfigurationRecorderName="default")
    config.put_config_rule(
        ConfigRule={"ConfigRuleName": "versioning", "Source": {"Owner": "AWS", "SourceIdentifier": "S3_BUCKET_VERSIONING_ENABLED"}}
    )
    config.put_configuration_aggregator(
        ConfigurationAggregatorName="all", AccountAggregationSources=[{"AccountIds": [ACCOUNT], "AllAwsRegions": True}]
    )

    control = client("s3control")
    control.put_public_access_block(
        AccountId=ACCOUNT,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": True,
        },
    )
    control.create_access_point(AccountId=ACCOUNT, Name="airlock", Bucket=names[0])

    organizations = client("organizations", "us-east-1")
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    unit = organizations.create_organizational_unit(ParentId=root, Name="TRE")["OrganizationalUnit"]["Id"]
    member = organizations.create_account(Email="tre@example.org", AccountName="workspace")["CreateAccountStatus"]["AccountId"]
    organizations.move_account(AccountId=member, SourceParentId=root, DestinationParentId=unit)
    scp = organizations.create_policy(
        Name="no-internet",
        Description="",
        Type="SERVICE_CONTROL_POLICY",
        Content=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Deny", "Action": "ec2:CreateInternetGateway", "Resource": "*"}],
            }
        ),
    )["Policy"]["PolicySummary"]["Id"]
    organizations.attach_policy(PolicyId=scp, TargetId=unit)

    table_of_operations(client)
    databases(client)
    messages(client)
    functions(client)
    file_systems(client)
    backups(client)
    front_door(client)
    stacks(client)
    for seed in [athena, dynamodb, everywhere, lake, logs, posture, secretsmanager, transfer]:
        seed(client)

    print(json.dumps({"buckets": sorted(names), "unit": unit, "member": member, "scp": scp}))


main()
