//! Live collection of AWS accounts: the caller's own, and others by a role that is assumed in each.
//!
//! May import: `model`, `source`. The only importer of `aws-sdk-*` and `tokio`.
//! Guarantees: only operations of `source::operations` are called, and only reads; denied is not absent, so that what
//! was not answered is left out and its reason kept; nothing reaches the sink before the caller's identity was read;
//! ids do not depend on the order in which answers came; secrets are never kept.

#![expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the paths of generated types say less than a closure does, in many more words"
)]

mod client;
mod cloudtrail;
mod config;
mod draft;
mod iam;
mod kinds;
mod ledger;
mod organizations;
mod outcome;
mod s3;
mod s3control;
mod session;
mod sts;
mod wire;

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use aws_config::SdkConfig;

use crate::model::call::{CallOutcome, CallRecord};
use crate::model::document::ResourceDocument;
use crate::model::listing::Listing;
use crate::model::time::AsOf;

use session::Session;
use sts::Identity;

/// How to collect. Gaps never stop a collection.
#[derive(Debug, Clone)]
pub struct Options {
    /// The profile of the shared AWS configuration; none for the default chain.
    pub profile: Option<String>,
    /// Where regional services are asked; global ones are asked in the first. Empty: the Region of the configuration.
    pub regions: Vec<String>,
    /// Another endpoint than AWS's, for every service.
    pub endpoint_url: Option<String>,
    /// How often a call is sent at most.
    pub max_attempts: u32,
    pub connect_timeout: Duration,
    /// For one attempt of one call.
    pub attempt_timeout: Duration,
    /// How many calls may be under way at once.
    pub concurrency: usize,
    /// How long to wait before asking again whether the credential report is ready; doubles each time.
    pub report_wait: Duration,
    /// Read other accounts too, by assuming this role in each.
    pub role: Option<Role>,
    /// Which others; empty for every account of the organisation.
    pub accounts: Vec<String>,
}

/// A role that every other account has under the same name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// With its path, without a leading slash.
    pub name: String,
    /// What its trust policy asks for.
    pub external_id: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            profile: None,
            regions: Vec::new(),
            endpoint_url: None,
            max_attempts: 5,
            connect_timeout: Duration::from_secs(5),
            attempt_timeout: Duration::from_secs(30),
            concurrency: 16,
            report_wait: Duration::from_millis(500),
            role: None,
            accounts: Vec::new(),
        }
    }
}

/// Where the collected things go. The order in which they come means nothing.
pub trait Sink {
    /// One ledger entry.
    fn call(&mut self, call: CallRecord) -> Result<(), SinkError>;
    /// One resource document.
    fn document(&mut self, document: ResourceDocument) -> Result<(), SinkError>;
    /// Whether a type was listed completely in one place.
    fn listing(&mut self, listing: Listing) -> Result<(), SinkError>;
    /// Nothing more comes of the account that was read last.
    fn account_ended(&mut self) -> Result<(), SinkError> {
        Ok(())
    }
}

/// The sink could not keep what it was given; collection stops.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct SinkError(pub String);

/// A sink that keeps everything in memory.
#[derive(Debug, Default)]
pub struct Memory {
    pub calls: Vec<CallRecord>,
    pub documents: Vec<ResourceDocument>,
    pub listings: Vec<Listing>,
}

impl Sink for Memory {
    fn call(&mut self, call: CallRecord) -> Result<(), SinkError> {
        self.calls.push(call);
        Ok(())
    }

    fn document(&mut self, document: ResourceDocument) -> Result<(), SinkError> {
        self.documents.push(document);
        Ok(())
    }

    fn listing(&mut self, listing: Listing) -> Result<(), SinkError> {
        self.listings.push(listing);
        Ok(())
    }
}

/// One step of a collection, for whoever shows progress. The number of calls to come is not known before the listings
/// were answered, so there is no total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress<'a> {
    pub service: &'static str,
    pub operation: &'static str,
    pub region: &'a str,
    pub outcome: CallOutcome,
    /// Calls that have ended, this one included.
    pub calls: u64,
    /// Those of them that were not answered.
    pub gaps: u64,
    /// Resource documents written until now.
    pub documents: u64,
}

/// What was collected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The caller's own.
    pub account: String,
    /// Every account that was to be read, sorted.
    pub accounts: Vec<String>,
    /// Those of them in which the role could not be assumed: nothing is known of them.
    pub unreached: Vec<String>,
    /// Who asked.
    pub caller_arn: String,
    /// Sorted.
    pub regions: Vec<String>,
    pub collected_from: AsOf,
    pub collected_to: AsOf,
    pub calls: u64,
    pub gaps: u64,
    pub documents: u64,
}

/// Why nothing could be collected. Each sentence says what to do.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    #[error("no AWS Region is set; name one (for example eu-west-2) or set AWS_REGION")]
    NoRegion,
    #[error("\"{0}\" is no AWS Region; Regions look like eu-west-2")]
    BadRegion(String),
    #[error(
        "\"{0}\" is no name of a role; give it without arn: and account, with its path (for example audit/Havenmark)"
    )]
    BadRole(String),
    #[error("\"{0}\" is no account id; it has twelve digits")]
    BadAccount(String),
    #[error(
        "no AWS credentials could be read; name a profile that has them, or set AWS_ACCESS_KEY_ID and \
         AWS_SECRET_ACCESS_KEY (`aws configure export-credentials --format env` prints those of a signed-in session)"
    )]
    NoCredentials,
    #[error("the AWS credentials have expired; sign in again and repeat the command")]
    ExpiredCredentials,
    #[error("AWS does not accept the credentials ({0}); check the profile and sign in again")]
    RefusedCredentials(String),
    #[error("the caller's identity could not be read: {0}; check the network, the endpoint and the Region")]
    Identity(String),
    #[error("interrupted; what was read so far cannot be judged")]
    Interrupted,
    #[error("the asynchronous runtime could not be started: {0}")]
    Runtime(#[source] std::io::Error),
    #[error("what was collected could not be kept: {0}")]
    Sink(#[from] SinkError),
}

/// Collects one account. Blocks until it is done; must not be called from inside a tokio runtime.
///
/// `clock` is asked for the time of each answer.
pub fn collect(
    options: &Options,
    sink: &mut dyn Sink,
    progress: &dyn Fn(Progress<'_>),
    clock: &dyn Fn() -> AsOf,
) -> Result<Summary, CollectError> {
    for region in &options.regions {
        let well_formed = region.contains('-')
            && region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && region.len() <= 32;
        if !well_formed {
            return Err(CollectError::BadRegion(region.clone()));
        }
    }
    if let Some(role) = &options.role {
        let legal = |c: u8| c.is_ascii_alphanumeric() || b"+=,.@_/-".contains(&c);
        if role.name.is_empty() || role.name.starts_with('/') || !role.name.bytes().all(legal) {
            return Err(CollectError::BadRole(role.name.clone()));
        }
    }
    if let Some(wrong) = options.accounts.iter().find(|id| id.len() != 12 || !id.bytes().all(|b| b.is_ascii_digit())) {
        return Err(CollectError::BadAccount(wrong.clone()));
    }
    // One thread is enough: the work is waiting, and the sink need not be shared between threads.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(CollectError::Runtime)?;
    runtime.block_on(async {
        tokio::select! {
            // In this order: the handler stands before the first call is made. Where none can be set, Ctrl-C ends the
            // process as it always did.
            biased;
            Ok(()) = tokio::signal::ctrl_c() => Err(CollectError::Interrupted),
            collected = run(options, sink, progress, clock) => collected,
        }
    })
}

async fn run(
    options: &Options,
    sink: &mut dyn Sink,
    progress: &dyn Fn(Progress<'_>),
    clock: &dyn Fn() -> AsOf,
) -> Result<Summary, CollectError> {
    let collected_from = clock();
    let shared = client::load(options).await;
    let mut regions = options.regions.clone();
    if regions.is_empty() {
        regions.extend(shared.region().map(ToString::to_string));
    }
    let primary = regions.first().cloned().ok_or(CollectError::NoRegion)?;
    regions.sort();
    regions.dedup();

    let identity = sts::identity(&shared, &primary, clock).await?;
    let mut noting = Noting { sink, members: BTreeSet::new() };
    let mut counts =
        account(options, shared.clone(), &identity, &regions, &primary, &mut noting, progress, clock).await?;
    noting.account_ended()?;

    let mut accounts = BTreeSet::from([identity.account.clone()]);
    let mut unreached = Vec::new();
    if let Some(role) = &options.role {
        let others = if options.accounts.is_empty() {
            noting.members.clone()
        } else {
            options.accounts.iter().cloned().collect()
        };
        for other in others {
            // One after the other: what one account holds is on the disk before the next is asked.
            if !accounts.insert(other.clone()) {
                continue;
            }
            let (call, reached) = sts::assume(&shared, &identity, &other, role, &primary, clock).await;
            counts.add(Counts { calls: 1, gaps: u64::from(reached.is_none()), documents: 0 });
            noting.call(call)?;
            match reached {
                Some((config, there)) => counts
                    .add(account(options, config, &there, &regions, &primary, &mut noting, progress, clock).await?),
                None => unreached.push(other),
            }
            noting.account_ended()?;
        }
    }
    Ok(Summary {
        account: identity.account,
        accounts: accounts.into_iter().collect(),
        unreached,
        caller_arn: identity.arn,
        regions,
        collected_from,
        collected_to: clock(),
        calls: counts.calls,
        gaps: counts.gaps,
        documents: counts.documents,
    })
}

/// Passes everything on and notes the accounts of the organisation: a suspended one, too, may hold data, and is named where
/// it cannot be read.
struct Noting<'a> {
    sink: &'a mut dyn Sink,
    members: BTreeSet<String>,
}

impl Sink for Noting<'_> {
    fn call(&mut self, call: CallRecord) -> Result<(), SinkError> {
        self.sink.call(call)
    }

    fn document(&mut self, document: ResourceDocument) -> Result<(), SinkError> {
        if document.kind == "AWS::Organizations::Account" {
            self.members.insert(document.id.clone());
        }
        self.sink.document(document)
    }

    fn listing(&mut self, listing: Listing) -> Result<(), SinkError> {
        self.sink.listing(listing)
    }

    fn account_ended(&mut self) -> Result<(), SinkError> {
        self.sink.account_ended()
    }
}

#[derive(Debug, Clone, Copy)]
struct Counts {
    calls: u64,
    gaps: u64,
    documents: u64,
}

impl Counts {
    fn add(&mut self, more: Self) {
        self.calls += more.calls;
        self.gaps += more.gaps;
        self.documents += more.documents;
    }
}

#[expect(clippy::too_many_arguments, reason = "what is asked, as whom, where, and where it goes")]
async fn account(
    options: &Options,
    shared: SdkConfig,
    identity: &Identity,
    regions: &[String],
    primary: &str,
    sink: &mut dyn Sink,
    progress: &dyn Fn(Progress<'_>),
    clock: &dyn Fn() -> AsOf,
) -> Result<Counts, CollectError> {
    let session = Session::new(options, shared, identity, primary, sink, progress, clock);
    session.keep_call(identity.call.clone());

    let mut account = session.draft("AWS::Account", &identity.account, None, "global");
    let (iam_facets, block, (), (), (), (), ()) = tokio::join!(
        iam::collect(&session),
        s3control::account_block(&session),
        s3::collect(&session),
        organizations::collect(&session),
        each_region(&session, regions),
        cloudtrail::collect(&session, regions),
        kinds::collect(&session, regions),
    );
    for facet in iam_facets {
        account.take(facet);
    }
    account.take(block);
    account.tags_not_collected();
    session.document(account);
    session.listing("AWS::Account", "global", vec![identity.call.id.clone()], None);

    let (calls, gaps, documents) = session.finish()?;
    Ok(Counts { calls, gaps, documents })
}

async fn each_region(session: &Session<'_>, regions: &[String]) {
    let all = regions.iter().map(|region| async move {
        tokio::join!(config::collect(session, region), s3control::access_points(session, region));
    });
    futures_util::future::join_all(all).await;
}

impl fmt::Display for Progress<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} {}", self.service, self.operation, self.region)
    }
}
