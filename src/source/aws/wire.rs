//! Sends one row of the table: a request in the service's protocol, signed, retried and timed by the SDK's own parts, and
//! the answer as plain members.
//!
//! May import: `source::table`. Guarantees: an answer that is cut off, or in another format than the protocol's, is an
//! error of the response and never an empty value; nothing of an answer is printed or written here.

use aws_config::SdkConfig;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_runtime::auth::sigv4::{SCHEME_ID, SigV4AuthScheme};
use aws_runtime::auth::{SigV4OperationSigningConfig, SigningOptions};
use aws_runtime::retries::classifiers::AwsErrorCodeClassifier;
use aws_runtime::service_clock_skew::ServiceClockSkewInterceptor;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime::client::retries::RetryPartition;
use aws_smithy_runtime::client::retries::classifiers::{HttpStatusCodeClassifier, TransientErrorClassifier};
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::auth::{
    AuthSchemeOptionResolverParams, SharedAuthScheme, SharedAuthSchemeOptionResolver,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::StaticRuntimePlugin;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::Layer;
use aws_smithy_types::error::ErrorMetadata;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::SigningName;
use aws_types::region::SigningRegion;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use super::items;
use super::ledger::Recorder;
use crate::source::operations::Body;
use crate::source::table::{Ask, Protocol, Service};

/// RFC 3986: what is not reserved stands for itself.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// XML deeper than this is no answer of AWS.
const DEEPEST: u32 = 64;

/// What is sent, in the order of the row.
pub(super) type Values = Vec<(&'static str, Value)>;

/// An error that a service answered with.
#[derive(Debug, thiserror::Error)]
#[error("the service answered with an error")]
pub(super) struct Refused(ErrorMetadata);

impl ProvideErrorMetadata for Refused {
    fn meta(&self) -> &ErrorMetadata {
        &self.0
    }
}

/// Sends requests of one account.
#[derive(Debug)]
pub(super) struct Wire {
    shared: SdkConfig,
    account: String,
    partition: String,
}

impl Wire {
    pub(super) fn new(shared: SdkConfig, account: &str, partition: &str) -> Self {
        Self { shared, account: account.to_owned(), partition: partition.to_owned() }
    }

    /// Sends one request and gives the members of its answer.
    pub(super) async fn send(
        &self,
        service: &'static Service,
        ask: &'static Ask,
        region: &str,
        values: Values,
        recorder: Recorder,
    ) -> Result<Value, SdkError<Refused, HttpResponse>> {
        let xml = service.protocol.is_xml();
        let region = service.only_in.unwrap_or(region);
        let mut builder = Operation::builder()
            .service_name(service.name)
            .operation_name(ask.operation.operation)
            .endpoint_url(&self.endpoint(service, region))
            .retry_classifier(AwsErrorCodeClassifier::<Refused>::new())
            .retry_classifier(TransientErrorClassifier::<Refused>::new())
            .retry_classifier(HttpStatusCodeClassifier::default())
            .interceptor(ServiceClockSkewInterceptor::new())
            .interceptor(recorder)
            .runtime_plugin(self.signing(service, region));
        if let Some(client) = self.shared.http_client() {
            builder = builder.http_client(client);
        }
        if let Some(retries) = self.shared.retry_config() {
            builder = builder.standard_retry(retries);
        }
        if let Some(limits) = self.shared.timeout_config() {
            builder = builder.timeout_config(limits.clone());
        }
        if let Some(sleep) = self.shared.sleep_impl() {
            builder = builder.sleep_impl(sleep);
        }
        if let Some(time) = self.shared.time_source() {
            builder = builder.time_source(time);
        }
        let operation = builder
            .serializer(move |values: Values| Ok(request(service.protocol, ask, values)?))
            .deserializer(move |response: &HttpResponse| {
                let value = answer(response, xml)?;
                Ok(match service.protocol {
                    Protocol::Query { .. } => result(value, ask.operation.operation),
                    _ if ask.operation.body == Body::Items => items::plain(value),
                    _ => value,
                })
            })
            .build();
        operation.invoke(values).await
    }

    fn endpoint(&self, service: &Service, region: &str) -> String {
        if let Some(url) = self.shared.endpoint_url() {
            return url.to_owned();
        }
        // https://docs.aws.amazon.com/general/latest/gr/rande.html
        let suffix = if self.partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
        match service.host {
            Some(host) => {
                let host = host.replace("{account}", &self.account).replace("{region}", region);
                format!("https://{}", host.replace("{dns}", suffix))
            }
            None => format!("https://{}.{region}.{suffix}", service.name),
        }
    }

    fn signing(&self, service: &Service, region: &str) -> StaticRuntimePlugin {
        let mut config = Layer::new("havenmark");
        config.store_put(SigV4OperationSigningConfig {
            region: Some(SigningRegion::from(aws_config::Region::new(region.to_owned()))),
            name: Some(SigningName::from(service.name)),
            signing_options: signing_options(service.protocol),
            ..SigV4OperationSigningConfig::default()
        });
        config.store_put(AuthSchemeOptionResolverParams::new(()));
        // One throttled account must not use up another's retries.
        config.store_put(RetryPartition::new(format!("havenmark-{}-{}", self.account, service.name)));
        let mut components = RuntimeComponentsBuilder::new("havenmark")
            .with_auth_scheme(SharedAuthScheme::new(SigV4AuthScheme::new()))
            .with_auth_scheme_option_resolver(Some(SharedAuthSchemeOptionResolver::new(
                StaticAuthSchemeOptionResolver::new(vec![SCHEME_ID]),
            )))
            .with_identity_cache(self.shared.identity_cache());
        if let Some(credentials) = self.shared.credentials_provider() {
            components.set_identity_resolver(SCHEME_ID, SharedCredentialsProvider::clone(&credentials));
        }
        StaticRuntimePlugin::new().with_config(config.freeze()).with_runtime_components(components)
    }
}

/// How S3 signs, whose services alone speak restXml here: the hash of the body in a header, and paths as they are sent.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>
fn signing_options(protocol: Protocol) -> SigningOptions {
    let mut options = SigningOptions::default();
    if matches!(protocol, Protocol::RestXml) {
        options.double_uri_encode = false;
        options.content_sha256_header = true;
        options.normalize_uri_path = false;
    }
    options
}

/// The values as they stand in a path, a query or a form.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn encoded(text: &str) -> impl std::fmt::Display + '_ {
    utf8_percent_encode(text, RESERVED)
}

fn form(pairs: &[(&str, String)]) -> String {
    pairs.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect::<Vec<_>>().join("&")
}

/// A request that could not be built: a row of the table is wrong.
#[derive(Debug, thiserror::Error)]
#[error("the request could not be built: {0}")]
struct Unbuilt(String);

fn request(protocol: Protocol, ask: &Ask, values: Values) -> Result<HttpRequest, Unbuilt> {
    let (method, route) = ask.route;
    let (path, asked) = route.split_once('?').unwrap_or((route, ""));
    let mut uri = path.to_owned();
    let mut named = Vec::new();
    let (body, kind, target) = match protocol {
        Protocol::Json { version, target } => {
            let members: Map<String, Value> =
                values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            let target = format!("{target}.{}", ask.operation.operation);
            (Value::Object(members).to_string(), format!("application/x-amz-json-{version}"), Some(target))
        }
        Protocol::Rest | Protocol::RestXml => {
            let mut rest = Vec::new();
            for (name, value) in values {
                let (place, greedy) = (format!("{{{name}}}"), format!("{{{name}+}}"));
                if uri.contains(&greedy) {
                    // Such a label takes the rest of the path, slashes and all.
                    uri = uri.replace(&greedy, &encoded(&plain(&value)).to_string().replace("%2F", "/"));
                } else if uri.contains(&place) {
                    uri = uri.replace(&place, &encoded(&plain(&value)).to_string());
                } else if matches!(protocol, Protocol::RestXml) && name.starts_with("x-amz-") {
                    named.push((name, plain(&value)));
                } else {
                    rest.push((name, value));
                }
            }
            let in_query = |name: &str| method == "GET" || asked.split('&').any(|asked| asked == name);
            let (query, members): (Vec<_>, Vec<_>) = rest.into_iter().partition(|(name, _)| in_query(name));
            if !query.is_empty() {
                let pairs: Vec<(&str, String)> = query.iter().map(|(name, value)| (*name, plain(value))).collect();
                uri = format!("{uri}?{}", form(&pairs));
            }
            if method == "GET" {
                (String::new(), String::new(), None)
            } else {
                let members: Map<String, Value> =
                    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
                (Value::Object(members).to_string(), "application/json".to_owned(), None)
            }
        }
        Protocol::Query { version } | Protocol::Ec2 { version } => {
            let mut pairs = vec![("Action", ask.operation.operation.to_owned()), ("Version", version.to_owned())];
            pairs.extend(values.iter().map(|(name, value)| (*name, plain(value))));
            (form(&pairs), "application/x-www-form-urlencoded; charset=utf-8".to_owned(), None)
        }
    };
    let mut request = HttpRequest::new(SdkBody::from(body.clone()));
    let wrong = |error: &dyn std::fmt::Display| Unbuilt(error.to_string());
    request.set_method(method).map_err(|e| wrong(&e))?;
    request.set_uri(uri).map_err(|e| wrong(&e))?;
    let headers = request.headers_mut();
    if !kind.is_empty() {
        headers.insert("content-type", kind);
        headers.insert("content-length", body.len().to_string());
    }
    if let Some(target) = target {
        headers.insert("x-amz-target", target);
    }
    for (name, value) in named {
        headers.try_insert(name, value).map_err(|e| wrong(&e))?;
    }
    Ok(request)
}

fn answer(response: &HttpResponse, xml: bool) -> Result<Value, OrchestratorError<Refused>> {
    let body = response.body().bytes().unwrap_or_default();
    if !response.status().is_success() {
        let code = response
            .headers()
            .get("x-amzn-errortype")
            .map(str::to_owned)
            .or_else(|| text_in(body, xml, "Code", &["__type", "code", "Code"]));
        // `com.amazonaws.kms#NotFoundException` and `NotFoundException:http://…` both mean the same code.
        let code = code.map(|c| {
            let last = c.rsplit('#').next().unwrap_or_default();
            last.split(':').next().unwrap_or_default().to_owned()
        });
        let mut meta = ErrorMetadata::builder();
        if let Some(code) = code {
            meta = meta.code(code);
        }
        if let Some(message) = text_in(body, xml, "Message", &["message", "Message"]) {
            meta = meta.message(message);
        }
        return Err(OrchestratorError::operation(Refused(meta.build())));
    }
    let unreadable = |why: String| OrchestratorError::response(why.into());
    if xml {
        let text = std::str::from_utf8(body).map_err(|e| unreadable(e.to_string()))?;
        let document = roxmltree::Document::parse(text).map_err(|e| unreadable(e.to_string()))?;
        return element(document.root_element(), DEEPEST).map_err(unreadable);
    }
    serde_json::from_slice(body).map_err(|e| unreadable(e.to_string()))
}

/// What stands in `<OperationResult>`; `check_body` sees to it that there is one.
fn result(mut value: Value, operation: &str) -> Value {
    value.get_mut(format!("{operation}Result")).map(Value::take).unwrap_or_default()
}

/// A text of an error: in XML the element of that name, in JSON the first of the members that is there.
fn text_in(body: &[u8], xml: bool, element: &str, members: &[&str]) -> Option<String> {
    if xml {
        let document = roxmltree::Document::parse(std::str::from_utf8(body).ok()?).ok()?;
        return document.descendants().find(|node| node.has_tag_name(element))?.text().map(str::to_owned);
    }
    let value: Value = serde_json::from_slice(body).ok()?;
    members.iter().find_map(|name| value.get(*name)?.as_str()).map(str::to_owned)
}

/// An element as a value: its text where it has no children, else its children by name; a name that repeats is a list.
fn element(node: roxmltree::Node<'_, '_>, deeper: u32) -> Result<Value, String> {
    let Some(deeper) = deeper.checked_sub(1) else { return Err("its XML is nested too deeply".to_owned()) };
    let mut members = Map::new();
    for child in node.children().filter(roxmltree::Node::is_element) {
        let value = element(child, deeper)?;
        match members.get_mut(child.tag_name().name()) {
            None => {
                members.insert(child.tag_name().name().to_owned(), value);
            }
            Some(Value::Array(items)) => items.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    if members.is_empty() { Ok(Value::from(node.text().unwrap_or_default())) } else { Ok(Value::Object(members)) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::source::table;

    fn read(xml: &str) -> Result<Value, String> {
        let document = roxmltree::Document::parse(xml).map_err(|e| e.to_string())?;
        element(document.root_element(), DEEPEST)
    }

    #[test]
    fn xml_keeps_every_child() {
        assert_eq!(
            read("<r xmlns='urn:x'><set><item><a>1</a></item><item><a>2</a><b/></item></set><t>x</t></r>"),
            Ok(json!({ "set": { "item": [{ "a": "1" }, { "a": "2", "b": "" }] }, "t": "x" }))
        );
        // Three of a name, and a list within a list.
        assert_eq!(
            read("<r><i><i>1</i><i>2</i></i><i>3</i><i>4</i></r>"),
            Ok(json!({ "i": [{ "i": ["1", "2"] }, "3", "4"] }))
        );
    }

    #[test]
    fn hostile_xml_is_refused() {
        assert!(read(&format!("{}x{}", "<a>".repeat(1000), "</a>".repeat(1000))).is_err());
        assert!(read("<!DOCTYPE r [<!ENTITY a \"xxxx\">]><r>&a;</r>").is_err(), "entities can grow without bound");
        assert!(read("<r><a>").is_err());
    }

    fn sent(kind: &str, values: Values) -> Result<HttpRequest, Unbuilt> {
        let kind = table::kind(kind).ok_or_else(|| Unbuilt("no such type".to_owned()))?;
        let ask = kind.details.first().map_or(&kind.list, |detail| &detail.ask);
        request(kind.service.protocol, ask, values)
    }

    #[test]
    fn requests_have_the_form_of_their_protocol() {
        let rest = sent("AWS::GuardDuty::Detector", vec![("DetectorId", json!("a/b ?")), ("x", json!(5))]).unwrap();
        assert_eq!((rest.method(), rest.uri()), ("GET", "/detector/a%2Fb%20%3F?x=5"));
        let json = sent("AWS::KMS::Key", vec![("KeyId", json!("k"))]).unwrap();
        assert_eq!((json.method(), json.uri()), ("POST", "/"));
        assert_eq!(json.headers().get("x-amz-target"), Some("TrentService.DescribeKey"));
        assert_eq!(json.body().bytes(), Some(&b"{\"KeyId\":\"k\"}"[..]));
        let form = sent("AWS::EC2::Subnet", vec![("NextToken", json!("a+b="))]).unwrap();
        assert_eq!(form.body().bytes(), Some(&b"Action=DescribeSubnets&Version=2016-11-15&NextToken=a%2Bb%3D"[..]));
    }

    /// A path as it is, the account in a header and before the host, the token in the query, no body.
    #[test]
    fn rest_with_xml_has_headers_and_no_body() {
        let values = vec![("x-amz-account-id", json!("123456789012")), ("nextToken", json!("a/b"))];
        let kind = table::kind("AWS::S3::AccessGrant").unwrap();
        let asked = request(kind.service.protocol, &kind.list, values).unwrap();
        assert_eq!((asked.method(), asked.uri()), ("GET", "/v20180820/accessgrantsinstance/grants?nextToken=a%2Fb"));
        assert_eq!(asked.headers().get("x-amz-account-id"), Some("123456789012"));
        assert_eq!(asked.body().bytes(), Some(&b""[..]));
        let broken = request(kind.service.protocol, &kind.list, vec![("x-amz-account-id", json!("1\r\nx: y"))]);
        assert!(broken.is_err(), "a header ends at its line");

        let wire = Wire::new(SdkConfig::builder().build(), "123456789012", "aws-cn");
        let host = |kind: &str, region: &str| wire.endpoint(table::kind(kind).unwrap().service, region);
        assert_eq!(
            host("AWS::S3::AccessGrant", "cn-north-1"),
            "https://123456789012.s3-control.cn-north-1.amazonaws.com.cn"
        );
        assert_eq!(
            host("AWS::S3Express::DirectoryBucket", "cn-north-1"),
            "https://s3express-control.cn-north-1.amazonaws.com.cn"
        );
    }

    #[test]
    fn error_codes_are_found_in_every_protocol() {
        for (body, xml) in [
            (r#"{"__type":"com.amazonaws.kms#NotFoundException","message":"x"}"#, false),
            (r#"{"__type":"NotFoundException:http://internal.amazon.com/"}"#, false),
            (r#"{"code":"NotFoundException"}"#, false),
            ("<Response><Errors><Error><Code>NotFoundException</Code></Error></Errors></Response>", true),
            ("<ErrorResponse xmlns='u'><Error><Code>NotFoundException</Code></Error></ErrorResponse>", true),
        ] {
            let response = HttpResponse::new(400.try_into().unwrap(), SdkBody::from(body));
            match answer(&response, xml) {
                Err(error) => {
                    assert_eq!(error.as_operation_error().and_then(|e| e.code()), Some("NotFoundException"), "{body}");
                }
                Ok(value) => panic!("{body} was read as {value}"),
            }
        }
    }
}
