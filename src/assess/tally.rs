//! Counts, samples and failing rows of a part of the estate, mergeable in order.
//!
//! May import: `model`. Guarantees: merging parts in the order of the estate gives what counting the whole would have
//! given; what is kept of a control does not grow with the estate.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::assessment::{EXPLORER_LIMIT, FindingTable, SAMPLE_LIMIT};
use crate::model::id::Severity;
use crate::model::verdict::{Counts, Outcome, Verdict};

/// What is kept of one control.
#[derive(Debug, Clone, Default)]
pub(super) struct ControlTally {
    pub(super) counts: Counts,
    pub(super) failing: Vec<Verdict>,
    pub(super) unknown: Vec<Verdict>,
}

/// What is kept of a part of the estate.
#[derive(Debug, Clone)]
pub(super) struct Tally {
    pub(super) controls: Vec<ControlTally>,
    /// Failing rows: (control, account, Region, resource).
    rows: Vec<(u16, String, String, String)>,
    total: u64,
    /// `service:Operation` to the controls that want its answer.
    pub(super) wanting: BTreeMap<String, BTreeSet<u16>>,
    /// Exception id to the verdicts that it turned.
    pub(super) excepted: BTreeMap<String, u64>,
    pub(super) resources: u64,
}

impl Tally {
    /// An empty tally over this many controls.
    pub(super) fn new(controls: usize) -> Self {
        Self {
            controls: vec![ControlTally::default(); controls],
            rows: Vec::new(),
            total: 0,
            wanting: BTreeMap::new(),
            excepted: BTreeMap::new(),
            resources: 0,
        }
    }

    /// Counts one verdict.
    pub(super) fn add(&mut self, control: usize, verdict: &Verdict) {
        let number = u16::try_from(control).unwrap_or(u16::MAX);
        if let Some(tally) = self.controls.get_mut(control) {
            tally.counts.add(verdict.verdict);
            let sample = match verdict.verdict {
                Outcome::NotMet | Outcome::Excepted => Some(&mut tally.failing),
                Outcome::NotAssessed => Some(&mut tally.unknown),
                Outcome::Met | Outcome::NotApplicable => None,
            };
            if let Some(sample) = sample
                && sample.len() < SAMPLE_LIMIT
            {
                sample.push(verdict.clone());
            }
        }
        match verdict.verdict {
            Outcome::NotMet => {
                self.total += 1;
                if self.rows.len() < EXPLORER_LIMIT {
                    self.rows.push((number, verdict.account.clone(), verdict.region.clone(), verdict.resource.clone()));
                }
            }
            Outcome::NotAssessed => {
                let reasons = verdict.facts.iter().filter_map(|f| f.missing.as_deref());
                for operation in reasons.chain([verdict.reason.as_str()]).filter_map(operation_in) {
                    self.wanting.entry(operation.to_owned()).or_default().insert(number);
                }
            }
            _ => {}
        }
        if let Some(exception) = &verdict.exception {
            *self.excepted.entry(exception.clone()).or_default() += 1;
        }
    }

    /// Adds the tally of the part that comes next.
    pub(super) fn merge(&mut self, next: Self) {
        for (mine, theirs) in self.controls.iter_mut().zip(next.controls) {
            mine.counts.merge(theirs.counts);
            for (mine, theirs) in [(&mut mine.failing, theirs.failing), (&mut mine.unknown, theirs.unknown)] {
                let room = SAMPLE_LIMIT.saturating_sub(mine.len());
                mine.extend(theirs.into_iter().take(room));
            }
        }
        let room = EXPLORER_LIMIT.saturating_sub(self.rows.len());
        self.rows.extend(next.rows.into_iter().take(room));
        self.total += next.total;
        for (operation, controls) in next.wanting {
            self.wanting.entry(operation).or_default().extend(controls);
        }
        for (exception, count) in next.excepted {
            *self.excepted.entry(exception).or_default() += count;
        }
        self.resources += next.resources;
    }

    /// The failing rows in columns, worst severity first, then by control and in the order of the estate.
    pub(super) fn findings(&mut self, ids: &[String], severities: &[Severity]) -> FindingTable {
        let mut rows = std::mem::take(&mut self.rows);
        let severity = |control: u16| severities.get(usize::from(control)).copied().unwrap_or(Severity::Low);
        rows.sort_by(|a, b| severity(b.0).cmp(&severity(a.0)).then(a.0.cmp(&b.0)));
        let mut table = FindingTable {
            controls: ids.to_vec(),
            severities: severities.to_vec(),
            total: self.total,
            ..FindingTable::default()
        };
        let accounts: BTreeSet<&String> = rows.iter().map(|r| &r.1).collect();
        let regions: BTreeSet<&String> = rows.iter().map(|r| &r.2).collect();
        table.accounts = accounts.into_iter().cloned().collect();
        table.regions = regions.into_iter().cloned().collect();
        for (control, account, region, resource) in rows {
            table.control.push(control);
            let account = table.accounts.binary_search(&account).unwrap_or_default();
            table.account.push(u32::try_from(account).unwrap_or_default());
            let region = table.regions.binary_search(&region).unwrap_or_default();
            table.region.push(u16::try_from(region).unwrap_or_default());
            table.resource.push(resource);
        }
        table
    }
}

/// The `service:Operation` that a reason names, if it names one.
fn operation_in(reason: &str) -> Option<&str> {
    reason
        .split([' ', ','])
        .find(|word| {
            word.split_once(':').is_some_and(|(service, operation)| {
                !service.is_empty()
                    && service.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
                    && operation.starts_with(|c: char| c.is_ascii_uppercase())
            })
        })
        .map(|word| word.trim_end_matches([':', '.', ';']))
}

#[cfg(test)]
mod tests {
    use super::{Tally, operation_in};
    use crate::model::verdict::{Outcome, Verdict};

    fn verdict(resource: &str, outcome: Outcome) -> Verdict {
        Verdict {
            account: "111111111111".to_owned(),
            control: "DAT-STO-01".to_owned(),
            exception: None,
            facts: Vec::new(),
            fingerprint: String::new(),
            reason: "VersioningConfiguration: s3:GetBucketVersioning denied: AccessDenied (403)".to_owned(),
            region: "eu-west-2".to_owned(),
            resource: resource.to_owned(),
            kind: "AWS::S3::Bucket".to_owned(),
            verdict: outcome,
        }
    }

    #[test]
    fn merging_parts_equals_counting_the_whole() {
        let verdicts: Vec<Verdict> = (0..200).map(|i| verdict(&i.to_string(), Outcome::ALL[i % 5])).collect();
        let mut whole = Tally::new(1);
        for verdict in &verdicts {
            whole.add(0, verdict);
        }
        let mut parts = Tally::new(1);
        for part in verdicts.chunks(7) {
            let mut tally = Tally::new(1);
            for verdict in part {
                tally.add(0, verdict);
            }
            parts.merge(tally);
        }
        assert_eq!(whole.controls[0].counts, parts.controls[0].counts);
        assert_eq!(whole.controls[0].failing, parts.controls[0].failing);
        assert_eq!(whole.rows, parts.rows);
        assert_eq!(whole.wanting, parts.wanting);
        assert_eq!(whole.controls[0].counts.total(), 200);
    }

    #[test]
    fn a_reason_names_its_operation() {
        assert_eq!(operation_in("x: s3:GetBucketPolicy denied: AccessDenied (403)"), Some("s3:GetBucketPolicy"));
        assert_eq!(operation_in("tre.toml declares no [airlock]"), None);
    }
}
