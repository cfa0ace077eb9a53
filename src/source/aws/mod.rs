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
mod events;
mod hub;
mod iam;
mod items;
mod kinds;
mod ledger;
mod limit;
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
use futures_util::stream::{self, StreamExt as _};

use crate::model::call::{CallOutcome, CallRecord};
use crate::model::document::ResourceDocument;
use crate::model::inventory::Inventoried;
use crate::model::listing::Listing;
use crate::model::time::AsOf;
use crate::source::table::declared::{DECLARED, Tables};
use crate::source::trail::Wanted;

use hub::Hub;
use session::Session;
use sts::Identity;

/// How to collect. Gaps never stop a collection.
#[derive(Debug, Clone)]
pub struct Options {
    /// The profile of the shared AWS configuration; none for the default chain.
    pub profile: Option<String>,
    /// Where regional services are asked; global ones are asked in the first. Empty: the Region of the configuration.
    /// [`EVERY_REGION`]: those that each account has enabled.
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
    /// Tables that are read because they are declared.
    pub tables: Tables,
    /// Read `CloudTrail`'s history of events.
    pub events: Option<Events>,
}

/// Which part of `CloudTrail`'s history is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Events {
    /// From when; none for as far back as it reaches.
    pub from: Option<AsOf>,
    pub wanted: Wanted,
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
            tables: Tables::default(),
            events: None,
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
    /// The same, when its account may have ended already.
    fn late_listing(&mut self, listing: Listing) -> Result<(), SinkError> {
        self.listing(listing)
    }
    /// A resource that AWS Config knows, of whichever account; `asker` is the account that was told.
    fn inventoried(&mut self, asker: &str, row: Inventoried) -> Result<(), SinkError> {
        let _ = (asker, row);
        Ok(())
    }
    /// What [`Self::ends`] was told of an account that was read, whole, before the collection was interrupted; none where
    /// it has to be read.
    fn begins(&mut self, account: &str) -> Result<Option<Vec<String>>, SinkError> {
        let _ = account;
        Ok(None)
    }
    /// Nothing more comes of an account; `note` is what [`Self::begins`] gives when it is asked again.
    fn ends(&mut self, account: &str, note: Vec<String>) -> Result<(), SinkError> {
        let _ = (account, note);
        Ok(())
    }
}

/// The sink could not keep what it was given; collection stops.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct SinkError(pub String);

/// A sink that keeps everything in memory.
#[derive(Debug, Default)]
pub struct Memory {
    pub calls: Vec<CallRecord>,
    pub documents: Vec<ResourceDocument>,
    pub listings: Vec<Listing>,
    pub inventory: Vec<Inventoried>,
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

    fn inventoried(&mut self, _: &str, row: Inventoried) -> Result<(), SinkError> {
        self.inventory.push(row);
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

/// How many accounts are read at once: what each holds is in memory until it ends.
const ACCOUNTS_AT_ONCE: usize = 4;

/// In place of a Region: every one that an account has enabled.
pub const EVERY_REGION: &str = "all";

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
    for region in options.regions.iter().filter(|region| *region != EVERY_REGION) {
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
    let mut regions: Vec<String> = options.regions.iter().filter(|r| *r != EVERY_REGION).cloned().collect();
    let configured = shared.region().map(ToString::to_string);
    let primary = regions.first().cloned().or_else(|| configured.clone()).ok_or(CollectError::NoRegion)?;
    if options.regions.iter().any(|region| region == EVERY_REGION) {
        regions.clear();
    } else if regions.is_empty() {
        regions.push(primary.clone());
    }
    regions.sort();
    regions.dedup();

    let identity = sts::identity(&shared, &primary, clock).await?;
    let hub = Hub::new(sink, progress);
    let place = Place { options, regions: &regions, primary: &primary, hub: &hub, clock };
    let own = account(&place, shared.clone(), &identity).await?;

    let mut accounts = BTreeSet::from([identity.account.clone()]);
    let mut unreached = Vec::new();
    let mut read = own.regions;
    let mut tables = own.tables;
    if let Some(role) = &options.role {
        let others: BTreeSet<String> =
            if options.accounts.is_empty() { own.members } else { options.accounts.iter().cloned().collect() };
        let others: Vec<String> = others.into_iter().filter(|other| accounts.insert(other.clone())).collect();
        let all = others.iter().map(|other| {
            let (place, shared, identity) = (&place, &shared, &identity);
            async move { (other, another(place, shared, identity, other, role).await) }
        });
        // What an account holds is on the disk before much of the next is asked.
        let mut ended = stream::iter(all).buffer_unordered(ACCOUNTS_AT_ONCE);
        while let Some((other, reached)) = ended.next().await {
            match reached? {
                Some(there) => {
                    read.extend(there.regions);
                    tables.extend(there.tables);
                }
                None => unreached.push(other.clone()),
            }
        }
    }
    unreached.sort();
    seen_nowhere(&place, &tables, &accounts.iter().filter(|account| !unreached.contains(account)))?;
    let counts = hub.counts();
    let regions = read.into_iter().collect();
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

/// What a collection is about, and where it all goes.
struct Place<'a> {
    options: &'a Options,
    /// Empty: those that each account has enabled.
    regions: &'a [String],
    primary: &'a str,
    hub: &'a Hub<'a>,
    clock: &'a dyn Fn() -> AsOf,
}

/// What is known of an account that was read.
struct Read {
    members: BTreeSet<String>,
    regions: BTreeSet<String>,
    /// Declared tables that stand there.
    tables: BTreeSet<String>,
}

/// A declared table that no account has was named wrongly, or what it held is elsewhere: of its type nothing is whole then.
fn seen_nowhere<'a>(
    place: &Place<'_>,
    seen: &BTreeSet<String>,
    accounts: &(impl Iterator<Item = &'a String> + Clone),
) -> Result<(), SinkError> {
    for declared in DECLARED {
        let tables = declared.tables_of(&place.options.tables);
        let Some(table) = tables.into_iter().filter(|table| !seen.contains(table)).min() else { continue };
        for account in accounts.clone() {
            place.hub.late_listing(Listing {
                account: account.clone(),
                region: "global".to_owned(),
                kind: declared.kind.kind.to_owned(),
                complete: false,
                reason: format!(
                    "the table {table}, which is declared, was seen in no account and Region that was read"
                ),
                calls: Vec::new(),
            });
        }
    }
    place.hub.finished()
}

/// Reads another account by a role; gives what is known of it, or none where the role cannot be assumed.
async fn another(
    place: &Place<'_>,
    shared: &SdkConfig,
    caller: &Identity,
    other: &str,
    role: &Role,
) -> Result<Option<Read>, CollectError> {
    if let Some(read) = place.hub.begins(other)? {
        return Ok(Some(read));
    }
    let (call, reached) = sts::assume(shared, caller, other, role, place.primary, place.clock).await;
    place.hub.call(call);
    let Some((config, there)) = reached else {
        // It is asked again when the collection goes on.
        place.hub.finished()?;
        return Ok(None);
    };
    Ok(Some(account(place, config, &there).await?))
}

/// Reads an account, unless it was read, whole, before the collection was interrupted.
async fn account(place: &Place<'_>, shared: SdkConfig, identity: &Identity) -> Result<Read, CollectError> {
    if let Some(read) = place.hub.begins(&identity.account)? {
        return Ok(read);
    }
    let session = Session::new(place.options, shared, identity, place.primary, place.hub, place.clock);
    session.keep_call(identity.call.clone());
    let discovered;
    let regions = if place.regions.is_empty() {
        discovered = kinds::regions(&session).await;
        &discovered
    } else {
        place.regions
    };

    let mut account = session.draft("AWS::Account", &identity.account, None, "global");
    let (iam_facets, block, (), (), (), (), (), ()) = tokio::join!(
        iam::collect(&session),
        s3control::account_block(&session),
        s3::collect(&session),
        organizations::collect(&session),
        each_region(&session, regions),
        cloudtrail::collect(&session, regions),
        kinds::collect(&session, regions),
        events::collect(&session, regions, place.options.events.as_ref()),
    );
    for facet in iam_facets {
        account.take(facet);
    }
    account.take(block);
    account.tags_not_collected();
    session.document(account);
    session.listing("AWS::Account", "global", vec![identity.call.id.clone()], None);
    Ok(place.hub.ends(&identity.account, regions, session.tables())?)
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
