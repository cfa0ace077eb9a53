//! Log files that a trail of `CloudTrail` delivered, with the digests that say which there are.
//!
//! May import: `model`, `source`. Guarantees: no network; of a log file only events that a control needs are kept; a time
//! counts as seen only where a digest speaks of it and every log file that the digest names was read whole and has the hash that
//! it gives. Digests are signed, and their signatures are not checked here: they say what is missing, not who wrote it.
//!
//! Layout and members:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html>.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::{self, Read};
use std::path::PathBuf;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::delivered::{self, FilesError, Found, Hashed, Limits, Of};
use super::trail::{Record, Wanted, Window};
use crate::model::call::CallRecord;
use crate::model::digest::sha256_hex;
use crate::model::document::ResourceDocument;
use crate::model::time::AsOf;
use crate::model::trail::FILES;

const SERVICE: &str = "cloudtrail";
const LOG: &str = "_CloudTrail_";
const DIGEST: &str = "_CloudTrail-Digest_";
/// `CloudTrail` closes a log file at some 50 MB.
const LIMITS: Limits = Limits { bytes: 256 << 20, text: 1 << 20, depth: 200 };
/// No more events are kept of all files.
const MOST_KEPT: usize = 500_000;
/// An event may be delivered as late as this after it happened, in seconds; so much of the end of a digest is not believed.
const LATE: i64 = 3_600;

/// What the files gave.
#[derive(Debug, Default)]
pub struct Delivered {
    /// One entry for each file, in order; the account is [`crate::snapshot::FILES`].
    pub calls: Vec<CallRecord>,
    /// Events and windows, by account.
    pub documents: BTreeMap<String, Vec<ResourceDocument>>,
}

impl Delivered {
    /// What was read, as one hash: another set of files is another one.
    #[must_use]
    pub fn sha256(&self) -> String {
        let each =
            self.calls.iter().map(|call| format!("{}:{}\n", call.id, call.body_sha256.as_deref().unwrap_or("-")));
        sha256_hex(each.collect::<String>().as_bytes())
    }
}

/// The files of paths, found but not read: what is wrong with a path itself is said before anything is done.
#[derive(Debug)]
pub struct Files {
    found: Vec<Found>,
}

/// From when to when, and the ledger entry that says so.
type Span = (AsOf, AsOf, String);

/// What was read so far.
#[derive(Debug, Default)]
struct Seen {
    /// By account and id: several trails may deliver the same event.
    events: BTreeMap<(String, String), ResourceDocument>,
    /// Names of the log files that were read whole, with the hash of what is in them.
    logs: BTreeMap<String, String>,
    /// Times that digests speak of, by account, Region and trail.
    spans: BTreeMap<(String, String, String), Vec<Span>>,
}

impl Files {
    /// Finds the files: each path is one, or a folder with some.
    ///
    /// # Errors
    /// A path is not there, is no file or folder, or holds no file that a trail delivers.
    pub fn find(paths: &[PathBuf]) -> Result<Self, FilesError> {
        let of = Of {
            who: "a trail of CloudTrail",
            is_one: |name| {
                (name.ends_with(".json.gz") || name.ends_with(".json")) && (name.contains(LOG) || name.contains(DIGEST))
            },
        };
        delivered::find(paths, of).map(|found| Self { found })
    }

    /// Reads them.
    #[must_use]
    pub fn read(&self, wanted: &Wanted, clock: &dyn Fn() -> AsOf) -> Delivered {
        self.read_within(LIMITS, MOST_KEPT, wanted, clock)
    }

    fn read_within(&self, limits: Limits, most: usize, wanted: &Wanted, clock: &dyn Fn() -> AsOf) -> Delivered {
        let mut read = Seen::default();
        let mut calls = Vec::new();
        let (digests, logs): (Vec<&Found>, Vec<&Found>) =
            self.found.iter().partition(|found| last(&found.name).contains(DIGEST));
        for found in logs {
            let mut inside = None;
            let call = found.call(SERVICE);
            let result = found.read(limits, |text| {
                let mut hashed = Hashed::new(text);
                let result = log(&mut hashed, &mut Into { events: &mut read.events, wanted, call: &call, most });
                // Blanks may follow.
                io::copy(&mut hashed, &mut io::sink()).map_err(|error| error.kind().to_string())?;
                inside = Some(hashed.finish());
                result
            });
            if let (Ok(()), Some(sha256)) = (&result.1, inside) {
                read.logs.insert(plain(last(&found.name)).to_owned(), sha256);
            }
            calls.push(found.record(SERVICE, result, clock()));
        }
        // After all log files, for a digest names them.
        for found in digests {
            let call = found.call(SERVICE);
            let result = found.read(limits, |text| digest(text, found, &call, &mut read));
            calls.push(found.record(SERVICE, result, clock()));
        }
        Delivered { calls, documents: documents(read, wanted) }
    }
}

/// The last part of a path with slashes.
fn last(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// The name of a file, compressed or not.
fn plain(name: &str) -> &str {
    name.strip_suffix(".gz").unwrap_or(name)
}

/// Events and windows by account.
fn documents(read: Seen, wanted: &Wanted) -> BTreeMap<String, Vec<ResourceDocument>> {
    let mut all: BTreeMap<String, Vec<ResourceDocument>> = BTreeMap::new();
    for ((account, _), event) in read.events {
        all.entry(account).or_default().push(event);
    }
    for ((account, region, trail), mut spans) in read.spans {
        spans.sort();
        let mut joined: Vec<Span> = Vec::new();
        for (from, to, call) in spans {
            match joined.last_mut() {
                Some((_, end, of)) if from <= *end => {
                    if to > *end {
                        *end = to;
                        *of = call;
                    }
                }
                _ => joined.push((from, to, call)),
            }
        }
        for (from, to, call) in joined {
            let to = AsOf::from_unix(to.unix().saturating_sub(LATE));
            if from < to {
                let window = Window {
                    account: &account,
                    region: &region,
                    source: FILES,
                    trail: &trail,
                    from,
                    to,
                    wanted,
                    changes: &BTreeSet::new(),
                    call: &call,
                };
                all.entry(account.clone()).or_default().push(window.document());
            }
        }
    }
    all
}

/// A digest: the log files that were delivered in an hour.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Digest {
    aws_account_id: String,
    #[serde(rename = "digestStartTime")]
    from: String,
    #[serde(rename = "digestEndTime")]
    to: String,
    log_files: Vec<LogFile>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct LogFile {
    s3_object: String,
    hash_value: String,
    hash_algorithm: String,
}

fn digest(text: &mut dyn Read, found: &Found, call: &str, read: &mut Seen) -> Result<(), String> {
    let digest: Digest = serde_json::from_reader(text).map_err(|error| format!("it is no digest: {error}"))?;
    let (region, trail) = place(last(&found.name)).ok_or("its name says no Region and trail")?;
    let time = |text: &str, what: &str| text.parse::<AsOf>().map_err(|_| format!("its {what} is no time"));
    let from = time(&digest.from, "digestStartTime")?;
    let to = time(&digest.to, "digestEndTime")?;
    if from >= to {
        return Err("it ends before it begins".to_owned());
    }
    for file in &digest.log_files {
        let name = last(&file.s3_object);
        match read.logs.get(plain(name)) {
            None => return Err(format!("the log file {name}, which it names, was not read")),
            Some(_) if file.hash_algorithm != "SHA-256" => {
                return Err(format!("its hash of {name} is none that is known"));
            }
            Some(hash) if !hash.eq_ignore_ascii_case(&file.hash_value) => {
                return Err(format!("the log file {name} is not as it was delivered"));
            }
            Some(_) => {}
        }
    }
    let key = (digest.aws_account_id, region.to_owned(), trail.to_owned());
    read.spans.entry(key).or_default().push((from, to, call.to_owned()));
    Ok(())
}

/// Region and trail in `111111111111_CloudTrail-Digest_eu-west-2_NAME_HOME-REGION_20261124T090000Z.json.gz`.
fn place(name: &str) -> Option<(&str, &str)> {
    let (_, rest) = name.split_once(DIGEST)?;
    let (region, rest) = rest.split_once('_')?;
    let (rest, _) = rest.rsplit_once('_')?;
    let (trail, _) = rest.rsplit_once('_')?;
    (!region.is_empty() && !trail.is_empty()).then_some((region, trail))
}

/// Where events go.
struct Into<'a> {
    events: &'a mut BTreeMap<(String, String), ResourceDocument>,
    wanted: &'a Wanted,
    call: &'a String,
    most: usize,
}

/// Reads a log file to its end.
fn log(text: &mut dyn Read, into: &mut Into<'_>) -> Result<(), String> {
    let mut reader = serde_json::Deserializer::from_reader(text);
    let broken = |error: serde_json::Error| match error.classify() {
        serde_json::error::Category::Eof => "it is truncated, or empty".to_owned(),
        serde_json::error::Category::Data => error.to_string(),
        _ => format!("it is no JSON: {error}"),
    };
    Root(into).deserialize(&mut reader).and_then(|()| reader.end()).map_err(broken)
}

struct Root<'a, 'i>(&'a mut Into<'i>);

impl<'de> DeserializeSeed<'de> for Root<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Root<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with Records")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut there = false;
        while let Some(key) = map.next_key::<String>()? {
            if key == "Records" {
                map.next_value_seed(Records(self.0))?;
                there = true;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        if there { Ok(()) } else { Err(A::Error::custom("it has no Records")) }
    }
}

struct Records<'a, 'i>(&'a mut Into<'i>);

impl<'de> DeserializeSeed<'de> for Records<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Records<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of Records")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let into = self.0;
        while let Some(record) = items.next_element::<Record>()? {
            record.check().map_err(A::Error::custom)?;
            let account = record.account();
            if account.len() != 12 || !account.bytes().all(|b| b.is_ascii_digit()) {
                return Err(A::Error::custom("an event has no recipientAccountId"));
            }
            if !record.is_wanted(into.wanted) {
                continue;
            }
            if into.events.len() >= into.most {
                return Err(A::Error::custom(format!("with it more than {} events are kept", into.most)));
            }
            let document = record.document(account, into.call);
            into.events.insert((account.to_owned(), document.id.clone()), document);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
