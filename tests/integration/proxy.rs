//! A loopback proxy that answers chosen AWS operations with a fault and passes everything else on.
//!
//! It knows an operation by what is in the signed request: the service in the credential scope, and the target header
//! (JSON), the `Action` (query) or method, path and query (REST).

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use havenmark::source::operations::Body;
use havenmark::source::table::{Ask, KINDS, Protocol};

/// What is answered in place of the truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Access denied, in the shape of the protocol.
    Denied,
    /// Slow down.
    Throttled,
    /// The credentials have expired.
    Expired,
    /// 200 and a body that is cut off.
    CutOff,
    /// 200 and a well-formed body that answers another question.
    WrongRoot,
    /// 200 and nothing.
    Empty,
    /// 404 without an error code.
    PlainNotFound,
    /// The connection ends without an answer.
    HungUp,
    /// The service itself is at fault.
    ServerError,
    /// The clock of the caller is wrong.
    Skewed,
    /// The Region is not enabled: it does not know the credentials.
    Disabled,
    /// What was asked about has gone.
    Vanished,
    /// No answer in time.
    Slow,
    /// The token of the next page is always the same.
    Repeats,
    /// The first page is answered; when the next one is asked for, the credentials have expired.
    ExpiresNext,
}

impl Fault {
    /// Those that any operation may meet, and that need no time.
    pub(crate) const ALL: [Self; 12] = [
        Self::Denied,
        Self::Throttled,
        Self::Expired,
        Self::CutOff,
        Self::WrongRoot,
        Self::Empty,
        Self::PlainNotFound,
        Self::HungUp,
        Self::ServerError,
        Self::Skewed,
        Self::Disabled,
        Self::Vanished,
    ];
}

type Faults = Arc<Mutex<BTreeMap<String, Fault>>>;
/// Bodies that are answered without asking upstream, by operation; after `400 ` it is the body of an error. A page of JSON after
/// the first stands under `operation#token`.
pub(crate) type Answers = BTreeMap<String, String>;

/// The proxy; it ends with the test process.
#[derive(Debug)]
pub(crate) struct Proxy {
    address: SocketAddr,
    faults: Faults,
    seen: Arc<Mutex<BTreeMap<String, u32>>>,
}

impl Proxy {
    /// Starts a proxy before `upstream`.
    pub(crate) fn start(upstream: SocketAddr) -> Result<Self, Box<dyn Error>> {
        Self::with_answers(upstream, Answers::new())
    }

    /// The same, with answers of its own to some operations.
    pub(crate) fn with_answers(upstream: SocketAddr, answers: Answers) -> Result<Self, Box<dyn Error>> {
        let answers = Arc::new(answers);
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let faults = Faults::default();
        let seen: Arc<Mutex<BTreeMap<String, u32>>> = Arc::default();
        let (shared, counted) = (Arc::clone(&faults), Arc::clone(&seen));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (faults, seen, answers) = (Arc::clone(&shared), Arc::clone(&counted), Arc::clone(&answers));
                thread::spawn(move || {
                    // A client that goes away is no failure of the proxy.
                    let _ = serve(stream, upstream, &faults, &seen, &answers);
                });
            }
        });
        Ok(Self { address, faults, seen })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Replaces all faults: `service:Operation`, where account-level S3 Control is `s3control`.
    pub(crate) fn set(&self, faults: impl IntoIterator<Item = (String, Fault)>) {
        *self.faults.lock().unwrap_or_else(PoisonError::into_inner) = faults.into_iter().collect();
    }

    /// How often each operation was asked since the last call of this.
    pub(crate) fn take_seen(&self) -> BTreeMap<String, u32> {
        std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

pub(crate) struct Request {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn read(stream: &mut TcpStream) -> Result<Self, Box<dyn Error>> {
        let mut bytes = Vec::new();
        let mut chunk = [0_u8; 8192];
        let end = loop {
            if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                break at + 4;
            }
            let count = stream.read(&mut chunk)?;
            if count == 0 {
                return Err("the client went away".into());
            }
            bytes.extend_from_slice(chunk.get(..count).unwrap_or_default());
        };
        let mut body = bytes.split_off(end);
        let head = String::from_utf8_lossy(&bytes).into_owned();
        let mut request = Self { head, body: Vec::new() };
        let length: usize = request.header("content-length").unwrap_or("0").trim().parse()?;
        while body.len() < length {
            let count = stream.read(&mut chunk)?;
            if count == 0 {
                return Err("the client went away".into());
            }
            body.extend_from_slice(chunk.get(..count).unwrap_or_default());
        }
        request.body = body;
        Ok(request)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }

    /// Whether another page than the first is asked for.
    fn has_token(&self) -> bool {
        let path = self.head.lines().next().unwrap_or_default();
        path.contains(TOKEN) || self.body.windows(TOKEN.len()).any(|part| part == TOKEN.as_bytes())
    }

    /// `service:Operation`.
    pub(crate) fn operation(&self) -> String {
        let scope = self.header("authorization").and_then(|text| text.split("Credential=").nth(1)).unwrap_or_default();
        let service = scope.split('/').nth(3).unwrap_or("unsigned");
        if let Some(target) = self.header("x-amz-target") {
            return named(service, target.rsplit('.').next().unwrap_or_default());
        }
        let body = String::from_utf8_lossy(&self.body);
        if let Some(action) = body.split('&').find_map(|pair| pair.strip_prefix("Action=")) {
            return named(service, action);
        }
        let mut words = self.head.split(' ');
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        if let Some(operation) = routed(service, method, path) {
            return operation;
        }
        if let Some(rest) = path.strip_prefix("/v20180820/") {
            let operation = match rest {
                "configuration/publicAccessBlock" => "GetPublicAccessBlock",
                "accesspoint" => "ListAccessPoints",
                _ if rest.ends_with("/policy") => "GetAccessPointPolicy",
                _ => "GetAccessPoint",
            };
            return format!("s3control:{operation}");
        }
        let keys: Vec<&str> = query.split('&').map(|pair| pair.split('=').next().unwrap_or_default()).collect();
        let operation =
            S3.iter().find(|(key, _)| keys.contains(key)).map_or("ListBuckets", |(_, operation)| *operation);
        format!("{service}:{operation}")
    }
}

/// The rows of the table that a service is asked by.
fn asks(service: &str) -> impl Iterator<Item = &'static Ask> {
    KINDS.iter().flat_map(move |kind| kind.asks().filter(move |ask| kind.service_of(ask).name == service))
}

/// `service:Operation`, by the service's IAM prefix, which need not be the name that requests are signed for.
fn named(service: &str, operation: &str) -> String {
    let row = asks(service).find(|ask| ask.operation.operation == operation);
    row.map_or_else(|| format!("{service}:{operation}"), |ask| ask.operation.name())
}

/// The operation of a REST service of the table: the route with the fewest placeholders that fits.
fn routed(service: &str, method: &str, path: &str) -> Option<String> {
    let placeholder = |part: &str| part.starts_with('{');
    let fits = |route: &str| {
        let route = route.split('?').next().unwrap_or_default();
        let (mut parts, mut given) = (route.split('/'), path.split('/'));
        loop {
            match (parts.next(), given.next()) {
                (None, None) => return true,
                // Such a label takes the rest of the path.
                (Some(part), Some(_)) if part.ends_with("+}") => return true,
                (Some(part), Some(word)) if part == word || (placeholder(part) && !word.is_empty()) => {}
                _ => return false,
            }
        }
    };
    let fitting = asks(service).filter(|ask| ask.route.0 == method && fits(ask.route.1));
    let best = fitting.min_by_key(|ask| ask.route.1.split('/').filter(|part| placeholder(part)).count())?;
    Some(best.operation.name())
}

/// The protocol of a service of the table, by its IAM prefix.
fn protocol(service: &str) -> Option<Protocol> {
    let mut asks = KINDS.iter().flat_map(|kind| kind.asks().map(|ask| (ask, kind.service_of(ask).protocol)));
    asks.find(|(ask, _)| ask.operation.service == service).map(|(_, protocol)| protocol)
}

const S3: [(&str, &str); 17] = [
    ("location", "GetBucketLocation"),
    ("publicAccessBlock", "GetPublicAccessBlock"),
    ("encryption", "GetBucketEncryption"),
    ("policy", "GetBucketPolicy"),
    ("policyStatus", "GetBucketPolicyStatus"),
    ("versioning", "GetBucketVersioning"),
    ("ownershipControls", "GetBucketOwnershipControls"),
    ("logging", "GetBucketLogging"),
    ("lifecycle", "GetBucketLifecycleConfiguration"),
    ("replication", "GetBucketReplication"),
    ("object-lock", "GetObjectLockConfiguration"),
    ("notification", "GetBucketNotificationConfiguration"),
    ("inventory", "ListBucketInventoryConfigurations"),
    ("analytics", "ListBucketAnalyticsConfigurations"),
    ("acl", "GetBucketAcl"),
    ("tagging", "GetBucketTagging"),
    ("metadataConfiguration", "GetBucketMetadataConfiguration"),
];

fn serve(
    mut stream: TcpStream,
    upstream: SocketAddr,
    faults: &Faults,
    seen: &Mutex<BTreeMap<String, u32>>,
    answers: &Answers,
) -> Result<(), Box<dyn Error>> {
    stream.set_read_timeout(Some(Duration::from_mins(1)))?;
    let request = Request::read(&mut stream)?;
    let operation = request.operation();
    *seen.lock().unwrap_or_else(PoisonError::into_inner).entry(operation.clone()).or_insert(0) += 1;
    let fault = faults.lock().unwrap_or_else(PoisonError::into_inner).get(&operation).copied();
    match fault {
        Some(Fault::HungUp) => {}
        // Longer than the test lets an attempt take.
        Some(Fault::Slow) => thread::sleep(SLOW),
        Some(Fault::ExpiresNext) if request.has_token() => stream.write_all(&answer(&operation, Fault::Expired))?,
        Some(Fault::Repeats | Fault::ExpiresNext) => {
            let body = answers.get(&operation).map(|body| with_token(&operation, body)).unwrap_or_default();
            stream.write_all(&reply(
                200,
                if body.starts_with('<') { "text/xml" } else { "application/json" },
                &body,
            ))?;
        }
        Some(fault) => stream.write_all(&answer(&operation, fault))?,
        None if answers.contains_key(&operation) => {
            let asked: Option<serde_json::Value> = serde_json::from_slice(&request.body).ok();
            let token = asked.as_ref().and_then(|body| body.get("NextToken")).and_then(serde_json::Value::as_str);
            let page = token.and_then(|token| answers.get(&format!("{operation}#{token}")));
            let body = page.or_else(|| answers.get(&operation)).map(String::as_str).unwrap_or_default();
            let (status, body) = body.strip_prefix("400 ").map_or((200, body), |body| (400, body));
            let kind = if body.starts_with('<') { "text/xml" } else { "application/json" };
            stream.write_all(&reply(status, kind, body))?;
        }
        None => {
            let mut server = TcpStream::connect(upstream)?;
            server.set_read_timeout(Some(Duration::from_mins(1)))?;
            server.write_all(closing(&request.head).as_bytes())?;
            server.write_all(&request.body)?;
            let mut reply = Vec::new();
            server.read_to_end(&mut reply)?;
            stream.write_all(&amended(reply))?;
        }
    }
    Ok(())
}

/// The head of a request after which the server closes the connection.
fn closing(head: &str) -> String {
    let mut lines: Vec<&str> =
        head.trim_end().split("\r\n").filter(|line| !line.to_ascii_lowercase().starts_with("connection:")).collect();
    lines.push("Connection: close");
    format!("{}\r\n\r\n", lines.join("\r\n"))
}

/// Roots that moto gets wrong, and what AWS writes.
const ROOTS: [(&str, &str); 7] = [
    ("GetBucketVersioningResponse", "VersioningConfiguration"),
    ("GetBucketNotificationResponse", "NotificationConfiguration"),
    ("ListBucketInventoryConfigurationsResponse", "ListInventoryConfigurationsResult"),
    ("ListAccessPointsResponse", "ListAccessPointsResult"),
    ("GetAccessPointResponse", "GetAccessPointResult"),
    ("GetAccessPointPolicyResponse", "GetAccessPointPolicyResult"),
    ("ListMultiRegionAccessPointsResponse", "ListMultiRegionAccessPointsResult"),
];

/// moto's reply with AWS's roots.
fn amended(reply: Vec<u8>) -> Vec<u8> {
    let Ok(text) = String::from_utf8(reply.clone()) else { return reply };
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return reply };
    let Some((wrong, right)) = ROOTS.iter().find(|(wrong, _)| body.contains(&format!("<{wrong}"))) else {
        return reply;
    };
    let body = body.replace(wrong, right);
    let head: Vec<&str> =
        head.split("\r\n").filter(|line| !line.to_ascii_lowercase().starts_with("content-length:")).collect();
    format!("{}\r\nContent-Length: {}\r\n\r\n{body}", head.join("\r\n"), body.len()).into_bytes()
}

fn answer(operation: &str, fault: Fault) -> Vec<u8> {
    let service = operation.split(':').next().unwrap_or_default();
    let protocol = protocol(service);
    let json = matches!(protocol, Some(Protocol::Json { .. } | Protocol::Rest))
        || ["cloudtrail", "config", "organizations"].contains(&service);
    let query = matches!(protocol, Some(Protocol::Query { .. })) || ["iam", "sts"].contains(&service);
    let error = |status: u16, code: &str| {
        let body = if json {
            format!("{{\"__type\":\"{code}\",\"message\":\"no\"}}")
        } else if matches!(protocol, Some(Protocol::Ec2 { .. })) {
            format!(
                "<Response><Errors><Error><Code>{code}</Code><Message>no</Message></Error></Errors>\
                 <RequestID>r</RequestID></Response>"
            )
        } else if query || service == "s3control" {
            format!(
                "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>no</Message></Error>\
                 <RequestId>r</RequestId></ErrorResponse>"
            )
        } else {
            format!("<Error><Code>{code}</Code><Message>no</Message><RequestId>r</RequestId></Error>")
        };
        (status, body)
    };
    let (status, body) = match fault {
        Fault::Denied if json => error(400, "AccessDeniedException"),
        Fault::Denied => error(403, "AccessDenied"),
        Fault::Throttled if json => error(400, "ThrottlingException"),
        Fault::Throttled if query => error(400, "Throttling"),
        Fault::Throttled => error(503, "SlowDown"),
        Fault::Expired if json => error(400, "ExpiredTokenException"),
        Fault::Expired if query => error(403, "ExpiredToken"),
        Fault::Expired => error(400, "ExpiredToken"),
        Fault::CutOff if json => (200, "{\"trailList\":[".to_owned()),
        Fault::CutOff => (200, "<PublicAccessBlockConfiguration><BlockPublicAcls>true".to_owned()),
        Fault::WrongRoot if json => (200, "{\"Unrelated\":[]}".to_owned()),
        Fault::WrongRoot => (200, "<Unrelated></Unrelated>".to_owned()),
        Fault::Empty => (200, String::new()),
        Fault::PlainNotFound => (404, String::new()),
        Fault::ServerError => (500, String::new()),
        Fault::Skewed => error(403, if json { "InvalidSignatureException" } else { "RequestTimeTooSkewed" }),
        Fault::Disabled => error(403, if json { "UnrecognizedClientException" } else { "InvalidClientTokenId" }),
        Fault::Vanished => error(404, "ResourceNotFoundException"),
        // Not answered here.
        Fault::HungUp | Fault::Slow | Fault::Repeats | Fault::ExpiresNext => (200, String::new()),
    };
    let kind = if json { "application/x-amz-json-1.1" } else { "application/xml" };
    reply(status, kind, &body)
}

/// How long a slow answer takes.
pub(crate) const SLOW: Duration = Duration::from_secs(3);

/// The token of every page after the first.
pub(crate) const TOKEN: &str = "token-of-the-next-page";

/// A page after which there is always another.
fn with_token(operation: &str, body: &str) -> String {
    let ask = KINDS.iter().flat_map(|kind| kind.asks()).find(|ask| ask.operation.name() == operation);
    let Some(paging) = ask.and_then(|ask| ask.paging).filter(|paging| !paging.sent.is_empty()) else {
        return body.to_owned();
    };
    if let Ok(mut answer) = serde_json::from_str::<serde_json::Value>(body) {
        if let Some(members) = answer.as_object_mut() {
            members.insert(paging.parts().0.to_owned(), TOKEN.into());
        }
        return answer.to_string();
    }
    let name = operation.rsplit(':').next().unwrap_or_default();
    let root = match ask.map(|ask| ask.operation.body) {
        Some(Body::Xml(root) | Body::XmlOrEmpty(root)) => root,
        _ => "none",
    };
    let end = [format!("</{name}Result>"), format!("</{root}>")];
    let end = end.iter().find(|end| body.contains(end.as_str())).cloned().unwrap_or_default();
    body.replacen(&end, &format!("<{0}>{TOKEN}</{0}>{end}", paging.parts().0), 1)
}

fn reply(status: u16, kind: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nx-amzn-RequestId: proxy\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
