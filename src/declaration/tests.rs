use super::*;

/// The example of the form's own documentation.
pub(super) const EXAMPLE: &str = r#"[tre]
name = "example-tre"
regions = ["eu-west-2"]
accounts = { data = "111111111111", workspace = ["222222222222"], log = "333333333333", image = "444444444444", dev = ["555555555555"] }
ou = "ou-abcd-tre00000"
tags = { project = "tre:project", role = "tre:role", class = "tre:class" }   # optional, these are the defaults
federation = { member = false }

[personas]              # seed Table 1 -> how AWS knows them; {project} expands per project
lead_researcher = ["sso:TRE-Lead", "group:tre-{project}-leads"]
researcher      = ["sso:TRE-Researcher", "group:tre-{project}-researchers", "role:*-{project}-workspace"]
data_manager    = ["sso:TRE-DataManager"]
ig_manager      = ["group:tre-ig"]
output_checker  = ["group:tre-{project}-checkers", "cognito:egress/InformationGovernance"]
operator        = ["sso:TRE-Operator"]
release         = ["role:tre-airlock-release"]        # the one machine role that fills outbound

[airlock]
ingress  = ["s3:tre-ingress"]
request  = ["s3:tre-egress-request"]                  # researchers write here
review   = ["s3:tre-egress-review"]
outbound = ["s3:tre-egress-outbound"]
records  = "dynamodb:tre-egress-requests"
paths    = [["ingress", "store"], ["request", "review"], ["review", "outbound"]]

[network]               # omitted when tags tre:role=workspace|data|endpoint are on subnets and VPCs
workspace = ["subnet-0aa", "subnet-0bb"]
allowed = []            # joined networks; empty = none
broker = ["sg-0dcv"]

[[project]]
id = "cardio-2026"
lead = "u123"           # directory user names
manager = "u456"
owner = "u789"
legal_basis = "6(1)(e), 9(2)(j)"
tier = "tier3"
start = 2026-01-01
end = 2027-06-30
datasets = ["ds-ehr-v4"]
budget_gbp = 4000

[[dataset]]
id = "ds-ehr-v4"
owner = "u789"
source = "NHS Example Trust"
class = "tier3"
identifiability = "pseudonymised"
legal_basis = "6(1)(e), 9(2)(j)"
stores = ["s3:tre-data-ehr", "efs:fs-0123"]
delete_by = 2028-01-01
"#;

/// The further tables of the documentation, with their values.
pub(super) const FURTHER_TABLES: &str = r#"[identity]
source = "identity-center"    # identity-center | external | directory
break_glass = []              # IAM or directory users allowed outside groups
issuers = []                  # federated providers, ARN or URL
[classification]
levels = ["tier0", "tier1", "tier2", "tier3", "tier4"]
[perimeter]
accounts = []                 # outside accounts that may be shared with
aws_owned = []                # AWS-owned resources exempt from the resource perimeter
service_principals = []       # that may reach stores from outside the endpoints
[controls]
required = []                 # Control Tower controls that must be enabled on the unit
[availability]
multi_az = false
[operations]
deploy_roles = []             # roles that may change boundary resources
lza_floor = ""                # oldest Landing Zone Accelerator release allowed
[limits]                      # CSV defaults: stale 45, review 90, restore test 365, image 60, airlock 30; the others have none
stale_days = 45
review_days = 90
restore_test_days = 365
image_days = 60
airlock_days = 30
log_days = 365                # no default: an example
close_grace_days = 30         # no default
finding_days = 14             # no default
drift_days = 7                # no default
iac_percent = 95              # no default
presign_seconds = 300         # no default
session_hours = 12            # no default; likewise idle_minutes, imds_hops, checkers, rpo_hours
[dspt]
track = "caf"                 # caf | ndg
edition = "v9"                # caf: v8 or v9; ndg: v8/2, v8/3 or v8/4
claims = { "B2.a" = "achieved" }   # optional: the level or answer that the user claims, by outcome or item
held = ["cyber-essentials-plus"]   # optional: certificates held, iso27001 too
"#;
