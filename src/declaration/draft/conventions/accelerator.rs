//! Tags of Landing Zone Accelerator, which marks what it made and no research environment.
//!
//! May import: nothing of this crate. Guarantees: plain data.

use super::What;

pub(super) const KEYS: &[(&str, What)] = &[("Accelerator", What::Part), ("Accel-P", What::Part)];

/// The bucket of the central logs is named `aws-accelerator-central-logs-ACCOUNT-REGION`.
pub(in super::super) const CENTRAL_LOGS: &str = "aws-accelerator-central-logs-";
/// The pipeline that installs it.
pub(in super::super) const PIPELINE: &str = "AWSAccelerator-Pipeline";
/// The parameter that holds the installed release ends so; its value is never read.
pub(in super::super) const VERSION: (&str, &str) = ("/accelerator/AWSAccelerator-PipelineStack-", "/version");
