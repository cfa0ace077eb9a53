//! Builds SDK clients: credentials, one shared HTTP client, retries, time limits, endpoint.
//!
//! May import: `source::aws`. Guarantees: one HTTP client for all; retries are counted for each account and service, so
//! that one throttled account cannot use up another's; clients are built when first needed.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use aws_config::meta::region::ProvideRegion as _;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::dns::{DnsFuture, ResolveDns};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::Options;
use super::wire::Wire;

/// Resolves every name to this machine: for endpoints on the loopback interface, where a service that puts the account
/// id before the host (S3 Control) asks for a name that no resolver knows.
#[derive(Debug, Clone)]
struct Loopback;

impl ResolveDns for Loopback {
    fn resolve_dns<'a>(&'a self, _name: &'a str) -> DnsFuture<'a> {
        DnsFuture::ready(Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]))
    }
}

/// Whether an endpoint is on this machine.
fn is_loopback(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn http_client(endpoint: Option<&str>) -> SharedHttpClient {
    let builder = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring));
    if endpoint.is_some_and(is_loopback) { builder.build_with_resolver(Loopback) } else { builder.build_https() }
}

/// The configuration that all clients share.
pub(super) async fn load(options: &Options) -> SdkConfig {
    let named = options.regions.iter().find(|region| *region != super::EVERY_REGION);
    // An endpoint may also come from the environment; only the loaded configuration knows, and the HTTP client depends
    // on it.
    let loopback = options.endpoint_url.clone().or_else(|| std::env::var("AWS_ENDPOINT_URL").ok());
    let http = http_client(loopback.as_deref());
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .http_client(http.clone())
        .retry_config(RetryConfig::standard().with_max_attempts(options.max_attempts.max(1)))
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(options.connect_timeout)
                .operation_attempt_timeout(options.attempt_timeout)
                .operation_timeout(
                    options
                        .attempt_timeout
                        .saturating_mul(options.max_attempts.max(1))
                        .saturating_add(Duration::from_secs(30)),
                )
                .build(),
        );
    if let Some(profile) = &options.profile {
        // In the default chain, credentials of the environment come before those of a profile. Whoever names a profile
        // means that profile, and must not get evidence of another account.
        let region = match named {
            Some(region) => Some(Region::new(region.clone())),
            None => ProfileFileRegionProvider::builder().profile_name(profile).build().region().await,
        };
        let provider = ProviderConfig::without_region().with_http_client(http).with_region(region.clone());
        let credentials = ProfileFileCredentialsProvider::builder().configure(&provider).profile_name(profile).build();
        loader = loader.profile_name(profile).credentials_provider(credentials);
        if let Some(region) = region {
            loader = loader.region(region);
        }
    }
    if let Some(region) = named {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(url) = &options.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    loader.load().await
}

/// The clients of one account.
#[derive(Debug)]
pub(super) struct Clients {
    shared: SdkConfig,
    account: String,
    /// The Region in which global services are asked.
    primary: String,
    s3: RefCell<BTreeMap<String, aws_sdk_s3::Client>>,
    s3control: RefCell<BTreeMap<String, aws_sdk_s3control::Client>>,
    wire: Wire,
}

/// A client for one service and Region, with its own retry partition.
macro_rules! regional {
    ($clients:expr, $service:literal, $crate_name:ident, $region:expr $(, $setting:ident($value:expr))*) => {{
        let partition = format!("havenmark-{}-{}", $clients.account, $service);
        $crate_name::Client::from_conf(
            $crate_name::config::Builder::from(&$clients.shared)
                .region($crate_name::config::Region::new($region.to_owned()))
                .retry_partition($crate_name::config::retry::RetryPartition::new(partition))
                $(.$setting($value))*
                .build(),
        )
    }};
}

impl Clients {
    pub(super) fn new(shared: SdkConfig, account: &str, partition: &str, primary: &str) -> Self {
        Self {
            wire: Wire::new(shared.clone(), account, partition),
            shared,
            account: account.to_owned(),
            primary: primary.to_owned(),
            s3: RefCell::default(),
            s3control: RefCell::default(),
        }
    }

    /// What sends the rows of the table.
    pub(super) fn wire(&self) -> &Wire {
        &self.wire
    }

    /// The Region in which global services are asked.
    pub(super) fn primary(&self) -> &str {
        &self.primary
    }

    pub(super) fn sts(&self) -> aws_sdk_sts::Client {
        regional!(self, "sts", aws_sdk_sts, self.primary)
    }

    pub(super) fn iam(&self) -> aws_sdk_iam::Client {
        regional!(self, "iam", aws_sdk_iam, self.primary)
    }

    pub(super) fn organizations(&self) -> aws_sdk_organizations::Client {
        regional!(self, "organizations", aws_sdk_organizations, self.primary)
    }

    pub(super) fn cloudtrail(&self, region: &str) -> aws_sdk_cloudtrail::Client {
        regional!(self, "cloudtrail", aws_sdk_cloudtrail, region)
    }

    pub(super) fn config(&self, region: &str) -> aws_sdk_config::Client {
        regional!(self, "config", aws_sdk_config, region)
    }

    /// The S3 client of a Region; an own endpoint gets the bucket in the path, since it has no names for buckets.
    pub(super) fn s3(&self, region: &str) -> aws_sdk_s3::Client {
        let path_style = self.shared.endpoint_url().is_some();
        self.s3
            .borrow_mut()
            .entry(region.to_owned())
            .or_insert_with(|| regional!(self, "s3", aws_sdk_s3, region, force_path_style(path_style)))
            .clone()
    }

    pub(super) fn s3control(&self, region: &str) -> aws_sdk_s3control::Client {
        self.s3control
            .borrow_mut()
            .entry(region.to_owned())
            .or_insert_with(|| regional!(self, "s3control", aws_sdk_s3control, region))
            .clone()
    }
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn only_this_machine_is_loopback() {
        for url in ["http://127.0.0.1:5000", "http://localhost:5000/x", "http://[::1]:80", "http://127.9.9.9"] {
            assert!(is_loopback(url), "{url}");
        }
        for url in ["https://s3.eu-west-2.amazonaws.com", "http://10.0.0.1:5000", "http://localhost.example.org", ""] {
            assert!(!is_loopback(url), "{url}");
        }
    }
}
