//! How fast one service of one account is asked in one Region.
//!
//! May import: `source::operations`. Guarantees: no more than a burst at once and the rate after it; a service that says
//! that it was asked too fast is asked at half the rate from then on, and faster again as it answers.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::source::operations::Operation;

/// The one operation with a rate of its own, far below that of its service:
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html>.
const LOOKUP: &str = "cloudtrail:LookupEvents";

/// What an operation shares its rate with.
pub(super) fn lane(operation: &'static Operation) -> &'static str {
    if operation.service == "cloudtrail" && operation.operation == "LookupEvents" { LOOKUP } else { operation.service }
}

/// Calls a second, where nothing is known of a service: above what an audit needs and below what AWS grants most.
const USUAL: f64 = 50.0;
/// Services that AWS answers much faster, or slower, than most. S3 takes thousands of requests a second; Organizations
/// about ten (<https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>), Security Hub three
/// (<https://docs.aws.amazon.com/securityhub/1.0/APIReference/Welcome.html>).
const RATES: &[(&str, f64)] =
    &[("s3", 500.0), ("organizations", 10.0), ("securityhub", 3.0), ("sso", 18.0), (LOOKUP, 2.0)];
const SLOWEST: f64 = 1.0;

#[derive(Debug)]
struct Bucket {
    usual: f64,
    rate: f64,
    tokens: f64,
    filled: Instant,
}

impl Bucket {
    fn new(service: &str, now: Instant) -> Self {
        let usual = RATES.iter().find(|(name, _)| *name == service).map_or(USUAL, |(_, rate)| *rate);
        Self { usual, rate: usual, tokens: usual, filled: now }
    }

    /// Takes a token, on credit where there is none: how long to wait for it.
    fn take(&mut self, now: Instant) -> Duration {
        let since = now.saturating_duration_since(self.filled).as_secs_f64();
        self.tokens = (self.tokens + since * self.rate).min(self.usual);
        self.filled = now;
        self.tokens -= 1.0;
        if self.tokens >= 0.0 { Duration::ZERO } else { Duration::from_secs_f64(-self.tokens / self.rate) }
    }
}

/// The buckets of one account, by service and Region.
#[derive(Debug, Default)]
pub(super) struct Limits(RefCell<HashMap<(&'static str, String), Bucket>>);

impl Limits {
    /// How long to wait before a call is sent.
    pub(super) fn wait(&self, service: &'static str, region: &str, now: Instant) -> Duration {
        let mut buckets = self.0.borrow_mut();
        buckets.entry((service, region.to_owned())).or_insert_with(|| Bucket::new(service, now)).take(now)
    }

    /// What became of a call: too fast, or answered.
    pub(super) fn learn(&self, service: &'static str, region: &str, throttled: bool) {
        if let Some(bucket) = self.0.borrow_mut().get_mut(&(service, region.to_owned())) {
            bucket.rate =
                if throttled { (bucket.rate / 2.0).max(SLOWEST) } else { (bucket.rate + 0.5).min(bucket.usual) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_free_and_the_rest_waits_its_turn() {
        let (limits, now) = (Limits::default(), Instant::now());
        let waits: Vec<Duration> = (0..70).map(|_| limits.wait("kms", "eu-west-2", now)).collect();
        assert!(waits.iter().take(50).all(Duration::is_zero));
        assert_eq!(waits[50], Duration::from_millis(20));
        assert_eq!(waits[69], Duration::from_millis(400));
        assert!(limits.wait("kms", "us-east-1", now).is_zero(), "another Region has its own");
        assert!(limits.wait("kms", "eu-west-2", now + Duration::from_secs(10)).is_zero(), "it fills again");
    }

    #[test]
    fn events_are_asked_for_at_their_own_rate() {
        let (limits, now) = (Limits::default(), Instant::now());
        let events = lane(&crate::source::table::cloudtrail::EVENTS.operation);
        let waits: Vec<Duration> = (0..4).map(|_| limits.wait(events, "r", now)).collect();
        assert_eq!(waits, [0, 0, 500, 1000].map(Duration::from_millis));
        let trails = lane(&crate::source::operations::CLOUDTRAIL_DESCRIBE_TRAILS);
        assert!((0..40).all(|_| limits.wait(trails, "r", now).is_zero()), "trails wait for no event");
    }

    #[test]
    fn a_service_that_is_throttled_is_asked_more_slowly_until_it_answers() {
        let (limits, now) = (Limits::default(), Instant::now());
        let wait = || (0..60).map(|_| limits.wait("kms", "r", now)).last().unwrap();
        let rate = || limits.0.borrow()[&("kms", "r".to_owned())].rate;
        let before = wait();
        for _ in 0..20 {
            limits.learn("kms", "r", true);
        }
        assert!((rate() - SLOWEST).abs() < f64::EPSILON);
        assert!(wait() > before * 10);
        for _ in 0..200 {
            limits.learn("kms", "r", false);
        }
        assert!((rate() - USUAL).abs() < f64::EPSILON);
    }
}
