//! Whole estates written by hand: the example TRE of `havenmark demo`, and the hostile one of the tests.
//!
//! May import: `model`, `snapshot`, `source`. Guarantees: no file system, clock or randomness: the same texts give the same
//! snapshot; the ledger is made from the operation table, so that a made-up estate shows every gap just as a collected
//! one does; a facet that no operation answers is an error with its file and line, for a misspelt one would pass unread.
//!
//! An estate is a folder: `estate.toml` (scope, times, listings that were not answered) and `documents/*.toml` (lists of
//! `[[document]]` in the shape of `docs/resource-documents.md`). `tre.toml` and `attestations/` beside them are read by
//! `declaration` and passed over here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;

use super::collectors::operations;
use super::operations::{EFFECTIVE_POLICIES, OPERATIONS, Operation, REGIONAL_TYPES, Scope as Asked};
use super::table;
use crate::model::call::{CallId, CallOutcome, CallRecord};
use crate::model::document::ResourceDocument;
use crate::model::listing::Listing;
use crate::model::time::AsOf;
use crate::snapshot::{Reader, Scope, SnapshotError, Writer};

const HEAD: &str = "estate.toml";
const GLOBAL: &str = "global";
const UNTAGGED: &str = "tags of this type are not collected";

/// Why an estate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EstateError {
    /// A text is wrong: where, what, and what to do.
    #[error("{place}: {text}")]
    Text { place: String, text: String },
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
}

/// `estate.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    accounts: Vec<String>,
    regions: Vec<String>,
    /// Who collected.
    caller: Option<String>,
    collected_from: toml::value::Datetime,
    collected_to: toml::value::Datetime,
    /// The account through which the organisation was read; the others were not asked about it.
    organization_account: Option<String>,
    #[serde(default)]
    incomplete: Vec<Spanned<Incomplete>>,
}

/// A listing that was not answered.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Incomplete {
    account: String,
    region: String,
    #[serde(rename = "type")]
    kind: String,
    outcome: CallOutcome,
    /// `s3:ListAccessPoints throttled: SlowDown (503)`.
    reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DocumentFile {
    #[serde(default)]
    document: Vec<Spanned<ResourceDocument>>,
}

/// An estate that was read and holds together.
#[derive(Debug, Clone)]
pub struct EstateFiles {
    head: Head,
    collected_from: AsOf,
    collected_to: AsOf,
    documents: Vec<Placed>,
}

/// A document and where it stands.
#[derive(Debug, Clone)]
struct Placed {
    place: String,
    document: ResourceDocument,
}

impl EstateFiles {
    /// Reads an estate from the paths (below its folder) and texts of its files.
    ///
    /// # Errors
    /// The first thing that is wrong, with file and line.
    pub fn read<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, EstateError> {
        let files: BTreeMap<&str, &str> = files.into_iter().collect();
        let text = files.get(HEAD).copied().ok_or_else(|| wrong(HEAD, "it is not there; an estate begins with it"))?;
        let head: Head = parse(HEAD, text)?;
        let (collected_from, collected_to) =
            (time("collected_from", &head.collected_from)?, time("collected_to", &head.collected_to)?);
        if collected_to < collected_from {
            return Err(wrong(HEAD, "collected_to is earlier than collected_from; correct one of them"));
        }
        let mut documents = Vec::new();
        for (path, text) in files {
            let expected = path == HEAD || path == "tre.toml" || path.starts_with("attestations/");
            if path.starts_with("documents/") && Path::new(path).extension().is_some_and(|e| e == "toml") {
                let file: DocumentFile = parse(path, text)?;
                for spanned in file.document {
                    let place = format!("{path}:{}", line(text, spanned.span().start));
                    documents.push(Placed { document: spanned.into_inner(), place });
                }
            } else if !expected {
                return Err(wrong(path, "it is no part of an estate; documents stand in documents/*.toml"));
            }
        }
        let mut estate = Self { head, collected_from, collected_to, documents };
        estate.check_documents()?;
        estate.check_incomplete(text)?;
        Ok(estate)
    }

    /// The documents, without the calls that writing adds.
    pub fn documents(&self) -> impl Iterator<Item = &ResourceDocument> {
        self.documents.iter().map(|placed| &placed.document)
    }

    /// Writes the estate as a snapshot into a new or empty folder.
    ///
    /// # Errors
    /// Two facets disagree about one call, or the disk.
    pub fn write(&self, folder: &Path) -> Result<Reader, EstateError> {
        let mut ledger = Ledger::default();
        let listings = self.listings(&mut ledger)?;
        let mut writer = Writer::create(folder)?;
        for placed in &self.documents {
            let mut document = placed.document.clone();
            ledger.answer(&mut document, &placed.place)?;
            writer.document(&document)?;
        }
        for call in ledger.spread(self.collected_from, self.collected_to) {
            writer.record(call);
        }
        for listing in listings {
            writer.listing(listing);
        }
        Ok(writer.finish(Scope {
            accounts: self.head.accounts.clone(),
            regions: self.head.regions.clone(),
            caller: self.head.caller.clone(),
            collected_from: self.collected_from,
            collected_to: self.collected_to,
        })?)
    }

    fn check_documents(&mut self) -> Result<(), EstateError> {
        let mut seen: BTreeMap<(String, String, String, String), String> = BTreeMap::new();
        for Placed { place, document } in &mut self.documents {
            let fail = |text: String| wrong(place, &text);
            if !self.head.accounts.contains(&document.account) {
                let text = format!("account {} is not among the accounts of {HEAD}; add it there", document.account);
                return Err(fail(text));
            }
            let known = known_facets(&document.kind);
            if known.is_empty() {
                return Err(fail(format!(
                    "no operation lists the type {}; see docs/resource-documents.md",
                    document.kind
                )));
            }
            let facets = document.properties.keys().chain(document.observed.keys()).chain(document.missing.keys());
            if let Some(facet) = facets.into_iter().find(|f| !known.contains(f.as_str()) && f.as_str() != "tags") {
                let text = format!("{} has no facet {facet}; see docs/resource-documents.md", document.kind);
                return Err(fail(text));
            }
            for (name, value) in document.properties.iter().chain(&document.observed) {
                if document.missing.contains_key(name) {
                    return Err(fail(format!("{name} has a value and is missing as well; take one of them out")));
                }
                plain(value).map_err(|text| fail(format!("{name}: {text}")))?;
            }
            // What no operation reads is missing in every collected document too.
            if document.tags.is_none() && !known.contains("tags") {
                document.missing.entry("tags".to_owned()).or_insert_with(|| UNTAGGED.to_owned());
            }
            let key = (document.account.clone(), document.region.clone(), document.kind.clone(), document.id.clone());
            if let Some(first) = seen.insert(key, place.clone()) {
                return Err(fail(format!("{} stands here a second time; the first is at {first}", document.id)));
            }
        }
        Ok(())
    }

    fn check_incomplete(&self, text: &str) -> Result<(), EstateError> {
        for spanned in &self.head.incomplete {
            let place = format!("{HEAD}:{}", line(text, spanned.span().start));
            let gap = spanned.get_ref();
            if gap.outcome.answered() {
                return Err(wrong(&place, "a listing that was answered is complete; take the entry out"));
            }
            let lists = operation_of(&gap.reason).is_some_and(|operation| operation.types.contains(&&*gap.kind));
            if !lists {
                let text = format!(
                    "the reason names no operation that lists {}; write for example \"s3:ListBuckets denied: AccessDenied (403)\"",
                    gap.kind
                );
                return Err(wrong(&place, &text));
            }
            if outcome_of(&gap.reason, &place)? != gap.outcome {
                let text =
                    format!("the outcome is {} and the reason says otherwise; correct one", gap.outcome.as_str());
                return Err(wrong(&place, &text));
            }
        }
        Ok(())
    }

    /// Asks every listing of every account, and says which were answered.
    fn listings(&self, ledger: &mut Ledger) -> Result<Vec<Listing>, EstateError> {
        let mut listings = Vec::new();
        for account in &self.head.accounts {
            let mut kinds: BTreeSet<&str> = OPERATIONS.iter().flat_map(|o| o.types.iter().copied()).collect();
            if self.head.organization_account.as_ref() != Some(account) {
                kinds.retain(|kind| !kind.starts_with("AWS::Organizations::"));
            }
            // Of the table only what the estate holds: a listing that nobody thought of would say that there is none.
            kinds.extend(self.documents().filter_map(|d| table::kind(&d.kind)).map(|k| k.kind));
            for kind in kinds {
                let regions: Vec<&str> = if REGIONAL_TYPES.contains(&kind) || table::kind(kind).is_some() {
                    self.head.regions.iter().map(String::as_str).collect()
                } else {
                    vec![GLOBAL]
                };
                for region in regions {
                    listings.push(self.listing(ledger, account, region, kind)?);
                }
            }
            let identity =
                ledger.ask(&super::operations::STS_GET_CALLER_IDENTITY, account, GLOBAL, BTreeMap::new(), "", HEAD)?;
            listings.push(Listing {
                account: account.clone(),
                region: GLOBAL.to_owned(),
                kind: "AWS::Account".to_owned(),
                complete: true,
                reason: String::new(),
                calls: vec![identity],
            });
        }
        Ok(listings)
    }

    fn listing(&self, ledger: &mut Ledger, account: &str, region: &str, kind: &str) -> Result<Listing, EstateError> {
        let gap = self
            .head
            .incomplete
            .iter()
            .map(Spanned::get_ref)
            .find(|gap| (gap.account.as_str(), gap.region.as_str(), gap.kind.as_str()) == (account, region, kind));
        let mut calls = Vec::new();
        let of_table = table::kind(kind).map(|row| &row.list.operation);
        let listing = OPERATIONS.iter().copied().filter(|operation| operation.types.contains(&kind)).chain(of_table);
        for operation in listing {
            // One operation may list several types: it failed if any of their listings says so.
            let reason = self.head.incomplete.iter().map(Spanned::get_ref).find(|gap| {
                gap.account == account
                    && gap.region == region
                    && operation_of(&gap.reason).is_some_and(|named| named.name() == operation.name())
            });
            let reason = reason.map_or("", |gap| gap.reason.as_str());
            for parameters in self.questions(operation) {
                calls.push(ledger.ask(operation, account, region, parameters, reason, HEAD)?);
            }
        }
        calls.sort();
        calls.dedup();
        Ok(Listing {
            account: account.to_owned(),
            region: region.to_owned(),
            kind: kind.to_owned(),
            complete: gap.is_none(),
            reason: gap.map(|gap| gap.reason.clone()).unwrap_or_default(),
            calls,
        })
    }

    /// The parameters with which a listing operation is asked: once for each unit where it lists what is below one.
    fn questions(&self, operation: &Operation) -> Vec<BTreeMap<String, String>> {
        let one = |name: &str, value: &str| BTreeMap::from([(name.to_owned(), value.to_owned())]);
        match operation.operation {
            "ListOrganizationalUnitsForParent" | "ListAccountsForParent" => self
                .documents()
                .filter(|document| document.kind == "AWS::Organizations::OrganizationalUnit")
                .map(|unit| one("ParentId", &unit.id))
                .collect(),
            "ListPolicies" => {
                ["RESOURCE_CONTROL_POLICY", "SERVICE_CONTROL_POLICY"].map(|kind| one("Filter", kind)).to_vec()
            }
            _ => vec![BTreeMap::new()],
        }
    }
}

/// The calls that would have given the estate.
#[derive(Debug, Default)]
struct Ledger {
    calls: BTreeMap<CallId, CallRecord>,
}

impl Ledger {
    /// Notes a call with the reason for which it was not answered, or none.
    fn ask(
        &mut self,
        operation: &Operation,
        account: &str,
        region: &str,
        parameters: BTreeMap<String, String>,
        reason: &str,
        place: &str,
    ) -> Result<CallId, EstateError> {
        let outcome = if reason.is_empty() { CallOutcome::Present } else { outcome_of(reason, place)? };
        let id = CallRecord::derive_id(account, region, operation.service, operation.operation, &parameters, 1);
        let call = CallRecord {
            account: account.to_owned(),
            // A throttled call was sent until the retries were used up.
            attempts: if matches!(outcome, CallOutcome::Throttled | CallOutcome::Unreachable) { 5 } else { 1 },
            // There was no answer, so there is no body.
            body_sha256: None,
            id: id.clone(),
            operation: operation.operation.to_owned(),
            outcome,
            page: 1,
            parameters,
            reason: reason.to_owned(),
            region: region.to_owned(),
            request_id: None,
            service: operation.service.to_owned(),
            time: AsOf::from_unix(0),
        };
        if let Some(first) = self.calls.get(&id)
            && (first.outcome, &first.reason) != (call.outcome, &call.reason)
        {
            let said = if first.reason.is_empty() { "it was answered" } else { first.reason.as_str() };
            let text = format!("{} cannot have ended in two ways: elsewhere {said}", operation.name());
            return Err(wrong(place, &text));
        }
        self.calls.insert(id.clone(), call);
        Ok(id)
    }

    /// Notes the calls behind a document and puts their ids into it.
    fn answer(&mut self, document: &mut ResourceDocument, place: &str) -> Result<(), EstateError> {
        let mut facets: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in document.properties.iter().chain(&document.observed) {
            facets.insert(name.clone(), absent_reason(&document.kind, name, value));
        }
        if document.tags.is_some() {
            let empty = Value::Object(serde_json::Map::new());
            let none = document.tags.as_ref().is_some_and(BTreeMap::is_empty);
            let reason = if none { absent_reason(&document.kind, "tags", &empty) } else { String::new() };
            facets.insert("tags".to_owned(), reason);
        }
        for (name, reason) in &document.missing {
            // A call that was answered may still leave a facet out: "iam:GetCredentialReport has no row for this user".
            let failed = operation_of(reason).is_some() && outcome_of(reason, place).is_ok();
            facets.insert(name.clone(), if failed { reason.clone() } else { String::new() });
        }
        if document.kind == "AWS::S3::Bucket" && document.region != "unknown" {
            facets.insert("region".to_owned(), String::new());
        }
        for (name, reason) in facets {
            let named = operation_of(&reason);
            let Some(operation) = named.or_else(|| operation_for(document, &name)) else { continue };
            let region = match operation.scope {
                Asked::Global => GLOBAL,
                Asked::Region | Asked::Declared => document.region.as_str(),
            };
            let parameters = parameters(operation, document, &name);
            let id = self.ask(operation, &document.account, region, parameters, &reason, place)?;
            if name != "region" {
                document.calls.insert(name, id);
            }
        }
        Ok(())
    }

    /// The calls, their times spread evenly between the two ends in a stable order.
    fn spread(self, from: AsOf, to: AsOf) -> Vec<CallRecord> {
        let mut calls: Vec<CallRecord> = self.calls.into_values().collect();
        let key = |c: &CallRecord| {
            (c.account.clone(), c.service.clone(), c.region.clone(), c.parameters.clone(), c.operation.clone())
        };
        calls.sort_by_cached_key(key);
        let count = i64::try_from(calls.len()).unwrap_or(i64::MAX).max(1);
        let length = to.unix().saturating_sub(from.unix());
        for (index, call) in (0_i64..).zip(calls.iter_mut()) {
            call.time = AsOf::from_unix(from.unix().saturating_add(length.saturating_mul(index) / count));
        }
        calls
    }
}

/// What an operation that lists a type says of each resource. Everything else is answered by the operations that name
/// the facet in their row.
fn listed_facets(kind: &str) -> &'static [&'static str] {
    match kind {
        "AWS::IAM::User" => &[
            "UserName",
            "Path",
            "Groups",
            "ManagedPolicyArns",
            "Policies",
            "PermissionsBoundary",
            "CreateDate",
            "tags",
        ],
        "AWS::IAM::Role" => &[
            "RoleName",
            "Path",
            "AssumeRolePolicyDocument",
            "ManagedPolicyArns",
            "Policies",
            "PermissionsBoundary",
            "CreateDate",
            "RoleLastUsed",
            "InstanceProfiles",
            "tags",
        ],
        "AWS::IAM::Group" => &["GroupName", "Path", "ManagedPolicyArns", "Policies", "CreateDate", "tags"],
        "AWS::IAM::ManagedPolicy" => &[
            "ManagedPolicyName",
            "Path",
            "PolicyDocument",
            "AttachmentCount",
            "PermissionsBoundaryUsageCount",
            "CreateDate",
        ],
        "AWS::IAM::SAMLProvider" => &["CreateDate"],
        "AWS::S3::Bucket" => &["BucketName", "CreationDate"],
        "AWS::S3::AccessPoint" => &["Name", "Bucket", "BucketAccountId", "VpcConfiguration", "NetworkOrigin"],
        "AWS::CloudTrail::Trail" => &[
            "TrailName",
            "S3BucketName",
            "IsMultiRegionTrail",
            "IsOrganizationTrail",
            "EnableLogFileValidation",
            "IncludeGlobalServiceEvents",
            "KMSKeyId",
            "CloudWatchLogsLogGroupArn",
            "HomeRegion",
        ],
        "AWS::Config::ConfigurationRecorder" => {
            &["Name", "RoleARN", "RecordingGroup", "RecordingMode", "RecordingScope"]
        }
        "AWS::Config::DeliveryChannel" => &["Name", "S3BucketName", "S3KeyPrefix", "SnsTopicARN", "S3KmsKeyArn"],
        "AWS::Config::ConfigRule" => &["ConfigRuleName", "Source", "ConfigRuleState"],
        "AWS::Config::ConfigurationAggregator" => {
            &["ConfigurationAggregatorName", "AccountAggregationSources", "OrganizationAggregationSource"]
        }
        "AWS::Organizations::Organization" => &["ManagementAccountId", "FeatureSet", "AvailablePolicyTypes"],
        "AWS::Organizations::OrganizationalUnit" => &["Name", "ParentId", "PolicyTypes"],
        "AWS::Organizations::Account" => &["AccountName", "ParentId", "Status", "JoinedMethod", "JoinedTimestamp"],
        "AWS::Organizations::Policy" => &["Name", "Type", "AwsManaged"],
        _ => &[],
    }
}

/// Every facet that some operation answers for a type.
#[must_use]
pub fn known_facets(kind: &str) -> BTreeSet<&'static str> {
    let described = OPERATIONS.iter().flat_map(|operation| operation.facets);
    let described = described.filter(|(of, _)| *of == kind).map(|(_, facet)| *facet);
    let of_table = table::kind(kind).into_iter().flat_map(table::Kind::facets).map(|(facet, _)| facet.name);
    listed_facets(kind).iter().copied().chain(described).chain(of_table).collect()
}

/// The operation that answers a facet of a document.
fn operation_for(document: &ResourceDocument, facet: &str) -> Option<&'static Operation> {
    let kind = document.kind.as_str();
    if let Some(row) = table::kind(kind) {
        let answering = row.facets().find(|(of, _)| of.name == facet).map(|(_, operation)| operation);
        return answering.or_else(|| (facet == "tags").then(|| row.tags_from()).flatten());
    }
    // The last row: the credential report is ordered before it is read.
    let described = OPERATIONS.iter().rev().find(|o| o.facets.contains(&(kind, facet)));
    let lists = |wanted: &str| OPERATIONS.iter().find(|o| o.types.contains(&kind) && o.operation == wanted);
    described.copied().or_else(|| {
        let root = document.facet("ParentId").and_then(Value::as_str) == Some("");
        listed_facets(kind).contains(&facet).then_some(())?;
        match kind {
            "AWS::Organizations::OrganizationalUnit" if root => lists("ListRoots"),
            "AWS::Organizations::OrganizationalUnit" => lists("ListOrganizationalUnitsForParent"),
            "AWS::Organizations::Account" => lists("ListAccountsForParent"),
            _ => OPERATIONS.iter().find(|o| o.types.contains(&kind)),
        }
        .copied()
    })
}

/// What an operation is asked about a document for the sake of a facet, as live collection asks it.
fn parameters(operation: &Operation, document: &ResourceDocument, facet: &str) -> BTreeMap<String, String> {
    if let Some(row) = table::kind(&document.kind) {
        // The listing holds the id under its member's name, and nothing else that a request needs.
        let ask = row.asks().find(|ask| ask.operation.name() == operation.name());
        let words = ask.into_iter().flat_map(|ask| ask.sent).map(|(name, sent)| {
            let word = match sent {
                table::Sent::Text(text) => (*text).to_owned(),
                table::Sent::Number(number) => number.to_string(),
                table::Sent::Flag(flag) => flag.to_string(),
                table::Sent::Arn => document.arn.clone().unwrap_or_default(),
                table::Sent::Account => document.account.clone(),
                table::Sent::Texts(texts) => texts.join(","),
                table::Sent::Of(_) | table::Sent::One(_) | table::Sent::Record(_) | table::Sent::List(_) => {
                    document.id.clone()
                }
            };
            ((*name).to_owned(), word)
        });
        return words.collect();
    }
    let text = |facet: &str| document.facet(facet).and_then(Value::as_str).unwrap_or_default();
    let pairs: Vec<(&str, &str)> = match operation.operation {
        "GetPublicAccessBlock" if document.kind == "AWS::Account" => vec![("AccountId", &document.account)],
        "GetAccessPoint" | "GetAccessPointPolicy" => vec![("AccountId", &document.account), ("Name", text("Name"))],
        "GetTrailStatus" => vec![("Name", &document.id)],
        "GetEventSelectors" => vec![("TrailName", &document.id)],
        "GetOpenIDConnectProvider" => vec![("OpenIDConnectProviderArn", &document.id)],
        "DescribeEffectivePolicy" => {
            let kind = EFFECTIVE_POLICIES.iter().find(|(name, _)| *name == facet).map_or("", |(_, kind)| kind);
            vec![("PolicyType", kind), ("TargetId", &document.id)]
        }
        "DescribePolicy" | "ListTargetsForPolicy" => vec![("PolicyId", &document.id)],
        "ListOrganizationalUnitsForParent" | "ListAccountsForParent" => vec![("ParentId", text("ParentId"))],
        "ListPolicies" => vec![("Filter", text("Type"))],
        "DescribeConfigurationAggregatorSourcesStatus" => {
            vec![("ConfigurationAggregatorName", text("ConfigurationAggregatorName"))]
        }
        _ if document.kind == "AWS::S3::Bucket" && operation.types.is_empty() => vec![("Bucket", &document.id)],
        _ => Vec::new(),
    };
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// An empty facet of an operation that has a code for "not configured" was answered with that code.
fn absent_reason(kind: &str, facet: &str, value: &Value) -> String {
    let empty = value.as_object().is_some_and(serde_json::Map::is_empty) || value.as_array().is_some_and(Vec::is_empty);
    let operation = OPERATIONS.iter().rev().find(|o| o.facets.contains(&(kind, facet)));
    match operation.and_then(|o| o.absent_codes.first().map(|code| (o, code))) {
        Some((operation, code)) if empty => format!("{} absent: {code} (404)", operation.name()),
        _ => String::new(),
    }
}

/// The operation that a reason names in its first word. Bucket and account have one of the same name.
fn operation_of(reason: &str) -> Option<&'static Operation> {
    let name = reason.split_whitespace().next()?;
    operations().into_iter().find(|operation| operation.name() == name)
}

/// The outcome that a reason tells, by the words of live collection.
fn outcome_of(reason: &str, place: &str) -> Result<CallOutcome, EstateError> {
    let words = [
        ("absent", CallOutcome::Absent),
        ("not enabled", CallOutcome::NotEnabled),
        ("denied", CallOutcome::Denied),
        ("refused in this Region", CallOutcome::RegionDisabled),
        ("throttled", CallOutcome::Throttled),
        ("unsupported", CallOutcome::Unsupported),
        ("unparseable", CallOutcome::Unparseable),
        ("unreachable", CallOutcome::Unreachable),
    ];
    let said = reason.split_once(' ').and_then(|(_, rest)| rest.split_once(':')).map(|(word, _)| word);
    words.iter().find(|(word, _)| said == Some(word)).map(|(_, outcome)| *outcome).ok_or_else(|| {
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let text =
            format!("\"{reason}\" does not say how the call ended; after its name stands one of: {}", known.join(", "));
        wrong(place, &text)
    })
}

/// Refuses what no collected document holds.
fn plain(value: &Value) -> Result<(), String> {
    match value {
        Value::Null => Err("a number that is none stands here; numbers are integers".to_owned()),
        Value::Number(number) if !(number.is_i64() || number.is_u64()) => {
            Err(format!("{number} is no integer; numbers are integers"))
        }
        Value::Array(items) => items.iter().try_for_each(plain),
        Value::Object(members) if members.contains_key("$__toml_private_datetime") => {
            Err("a time stands here without quotes; times are texts: \"2026-11-24T02:00:00Z\"".to_owned())
        }
        Value::Object(members) => members.values().try_for_each(plain),
        _ => Ok(()),
    }
}

fn time(name: &str, value: &toml::value::Datetime) -> Result<AsOf, EstateError> {
    value.to_string().parse().map_err(|error| wrong(HEAD, &format!("{name}: {error}")))
}

fn parse<T: serde::de::DeserializeOwned>(path: &str, text: &str) -> Result<T, EstateError> {
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(1, |span| line(text, span.start));
        wrong(&format!("{path}:{at}"), error.message())
    })
}

/// The number of the line that holds a byte.
fn line(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

fn wrong(place: &str, text: &str) -> EstateError {
    EstateError::Text { place: place.to_owned(), text: text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::EstateFiles;
    use crate::model::call::CallOutcome;

    const HEAD: &str = r#"
accounts = ["111111111111"]
regions = ["eu-west-2"]
collected_from = 2026-11-24T02:00:00Z
collected_to = 2026-11-24T02:10:00Z

[[incomplete]]
account = "111111111111"
region = "eu-west-2"
type = "AWS::S3::AccessPoint"
outcome = "throttled"
reason = "s3:ListAccessPoints throttled: SlowDown (503)"
"#;

    const BUCKET: &str = r#"
[[document]]
type = "AWS::S3::Bucket"
id = "tre-data"
account = "111111111111"
region = "eu-west-2"
tags = {}
properties.BucketName = "tre-data"
properties.LifecycleConfiguration = {}
missing.BucketPolicy = "s3:GetBucketPolicy denied: AccessDenied (403)"
"#;

    fn error(head: &str, documents: &str) -> String {
        EstateFiles::read([("estate.toml", head), ("documents/a.toml", documents)]).unwrap_err().to_string()
    }

    #[test]
    fn the_ledger_holds_what_would_have_been_asked() {
        let estate =
            EstateFiles::read([("estate.toml", HEAD), ("documents/a.toml", BUCKET), ("tre.toml", "")]).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let reader = estate.write(folder.path()).unwrap();
        let mut calls = std::collections::BTreeMap::new();
        reader.for_each_call(|call| drop(calls.insert(call.name(), call))).unwrap();
        assert_eq!(calls["s3:GetBucketPolicy"].outcome, CallOutcome::Denied);
        assert_eq!(calls["s3:GetBucketPolicy"].parameters["Bucket"], "tre-data");
        assert_eq!(calls["s3:GetBucketLifecycleConfiguration"].outcome, CallOutcome::Absent);
        assert_eq!(calls["s3:ListAccessPoints"].outcome, CallOutcome::Throttled);
        assert_eq!(calls["s3:ListBuckets"].region, "global");
        let chunk = &reader.manifest().chunks[0];
        let document = &reader.documents(chunk).unwrap()[0];
        assert_eq!(document.calls["BucketPolicy"], calls["s3:GetBucketPolicy"].id);
        assert_eq!(document.calls["BucketName"], calls["s3:ListBuckets"].id);
        assert_eq!(document.calls["tags"], calls["s3:GetBucketTagging"].id);
        let listings = reader.listings().unwrap();
        let listing = |kind: &str| listings.iter().find(|l| l.kind == kind).unwrap();
        assert!(!listing("AWS::S3::AccessPoint").complete);
        assert!(listing("AWS::S3::Bucket").complete);
        assert!(!listings.iter().any(|l| l.kind.starts_with("AWS::Organizations")));
    }

    #[test]
    fn the_same_texts_give_the_same_bytes() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let write = |folder: &std::path::Path| {
            let files = [("estate.toml", HEAD), ("documents/a.toml", BUCKET)];
            EstateFiles::read(files).unwrap().write(folder).unwrap().sha256().to_owned()
        };
        assert_eq!(write(one.path()), write(two.path()));
    }

    #[test]
    fn errors_name_file_and_line_and_say_what_to_do() {
        let misspelt = BUCKET.replace("LifecycleConfiguration", "LifeCycleConfiguration");
        assert_eq!(
            error(HEAD, &misspelt),
            "documents/a.toml:2: AWS::S3::Bucket has no facet LifeCycleConfiguration; see docs/resource-documents.md"
        );
        assert!(
            error(HEAD, &format!("{BUCKET}{BUCKET}")).contains("documents/a.toml:12: tre-data stands here a second")
        );
        assert!(error(HEAD, &format!("{BUCKET}x = 1.5e")).starts_with("documents/a.toml:11: "));
        let unquoted =
            BUCKET.replace("properties.BucketName", "observed.CreationDate = 2026-01-01\nproperties.BucketName");
        assert!(error(HEAD, &unquoted).contains("times are texts"));
        let both = format!("{BUCKET}observed.BucketPolicy = {{}}\n");
        assert!(error(HEAD, &both).contains("has a value and is missing as well"));
        let elsewhere = BUCKET.replace("account = \"1", "account = \"9");
        assert!(error(HEAD, &elsewhere).contains("not among the accounts"));
        let gap = HEAD.replace("s3:ListAccessPoints throttled", "s3:ListBuckets throttled");
        assert!(error(&gap, BUCKET).starts_with("estate.toml:7: the reason names no operation that lists"));
        let stray = EstateFiles::read([("estate.toml", HEAD), ("notes.txt", "")]).unwrap_err().to_string();
        assert!(stray.starts_with("notes.txt: it is no part of an estate"));
    }
}
