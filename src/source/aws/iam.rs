//! IAM: users, roles, groups, policies, identity providers, and what IAM says of the account as a whole.
//!
//! May import: `model`, `source`. Guarantees: a page that was answered gives its documents even when a later one was
//! not; the listing then says so. The normalisers below the collectors are pure.

use std::collections::BTreeMap;

use aws_sdk_iam::operation::generate_credential_report::GenerateCredentialReportOutput;
use aws_sdk_iam::operation::get_account_authorization_details::GetAccountAuthorizationDetailsOutput;
use aws_sdk_iam::operation::list_virtual_mfa_devices::ListVirtualMfaDevicesOutput;
use aws_sdk_iam::types::{
    AttachedPermissionsBoundary, AttachedPolicy, GroupDetail, ManagedPolicyDetail, PasswordPolicy, PolicyDetail,
    ReportStateType, RoleDetail, SummaryKeyType, Tag, UserDetail,
};
use serde_json::{Map, Value, json};

use crate::model::call::CallId;
use crate::model::time::AsOf;
use crate::source::json::encoded_policy;
use crate::source::operations as table;

use super::draft::{Answer, Draft, Facet, Place, object, some, sorted_texts, time};
use super::session::{Pages, Question, Session};

const GLOBAL: &str = "global";
const DETAILS: &str = "iam:GetAccountAuthorizationDetails";

/// How often to ask whether the credential report is ready.
const REPORT_TRIES: u32 = 6;

/// Collects IAM; gives the facets of `AWS::Account`.
pub(super) async fn collect(session: &Session<'_>) -> Vec<Facet> {
    let (details, durations, report, mut facets, (), ()) = tokio::join!(
        authorization_details(session),
        session_durations(session),
        credential_report(session),
        account(session),
        saml_providers(session),
        oidc_providers(session),
    );
    for (output, call) in &details.answered {
        for user in output.user_detail_list() {
            session.document(user_document(session, user, call, &report));
        }
        for role in output.role_detail_list() {
            session.document(role_document(session, role, call, &durations));
        }
        for group in output.group_detail_list() {
            session.document(group_document(session, group, call));
        }
        for policy in output.policies() {
            session.document(managed_policy_document(session, policy, call));
        }
    }
    for kind in ["AWS::IAM::User", "AWS::IAM::Role", "AWS::IAM::Group", "AWS::IAM::ManagedPolicy"] {
        session.listing(kind, GLOBAL, details.calls.clone(), details.gap.clone());
    }
    facets.push(Facet {
        place: Place::Observed,
        name: "RootCredentials",
        empty: json!({}),
        answer: root_credentials(report),
    });
    facets
}

async fn authorization_details(session: &Session<'_>) -> Pages<GetAccountAuthorizationDetailsOutput> {
    let client = session.clients.iam();
    session
        .pages(
            Question::new(&table::IAM_GET_ACCOUNT_AUTHORIZATION_DETAILS, GLOBAL, &[]),
            |recorder, marker| {
                client
                    .get_account_authorization_details()
                    .max_items(1000)
                    .set_marker(marker)
                    .customize()
                    .interceptor(recorder)
                    .send()
            },
            |output| {
                let nameless = output.user_detail_list().iter().any(|x| x.arn().is_none())
                    || output.role_detail_list().iter().any(|x| x.arn().is_none())
                    || output.group_detail_list().iter().any(|x| x.arn().is_none())
                    || output.policies().iter().any(|x| x.arn().is_none());
                if nameless {
                    return Err("an item has no ARN".to_owned());
                }
                marker(output.is_truncated(), output.marker())
            },
        )
        .await
}

/// The token of the next page; an answer that says there is more and not where is no whole answer.
fn marker(truncated: bool, marker: Option<&str>) -> Result<Option<String>, String> {
    match (truncated, marker.filter(|text| !text.is_empty())) {
        (true, None) => Err("it is truncated and has no marker".to_owned()),
        (true, Some(marker)) => Ok(Some(marker.to_owned())),
        (false, _) => Ok(None),
    }
}

/// Maximum session duration by role ARN, and why a role that is not among them has none.
#[derive(Debug)]
struct Durations {
    by_role: BTreeMap<String, (i32, CallId)>,
    otherwise: String,
    last_call: CallId,
}

async fn session_durations(session: &Session<'_>) -> Durations {
    let client = session.clients.iam();
    let pages = session
        .pages(
            Question::new(&table::IAM_LIST_ROLES, GLOBAL, &[]),
            |recorder, marker| {
                client.list_roles().max_items(1000).set_marker(marker).customize().interceptor(recorder).send()
            },
            |output| marker(output.is_truncated(), output.marker()),
        )
        .await;
    let mut by_role = BTreeMap::new();
    for (output, call) in &pages.answered {
        for role in output.roles() {
            if let Some(seconds) = role.max_session_duration() {
                by_role.insert(role.arn().to_owned(), (seconds, call.clone()));
            }
        }
    }
    Durations {
        by_role,
        otherwise: pages.gap.unwrap_or_else(|| "iam:ListRoles does not say for this role".to_owned()),
        last_call: pages.calls.last().cloned().unwrap_or_default(),
    }
}

/// Generates the credential report, waits for it a little, and reads it.
async fn credential_report(session: &Session<'_>) -> Answer<Report> {
    let client = session.clients.iam();
    let mut wait = session.report_wait;
    for page in 1..=REPORT_TRIES {
        let state = session
            .ask(
                Question::new(&table::IAM_GENERATE_CREDENTIAL_REPORT, GLOBAL, &[]).page(page),
                |recorder| client.generate_credential_report().customize().interceptor(recorder).send(),
                |output: GenerateCredentialReportOutput| Ok(output.state().cloned()),
            )
            .await;
        // A report of the last four hours may be there even when a new one may not be ordered.
        match state {
            Answer::Present { value: Some(ReportStateType::Started | ReportStateType::Inprogress), .. } => {}
            _ => break,
        }
        tokio::time::sleep(wait).await;
        wait = wait.saturating_mul(2);
    }
    session
        .ask(
            Question::new(&table::IAM_GET_CREDENTIAL_REPORT, GLOBAL, &[]),
            |recorder| client.get_credential_report().customize().interceptor(recorder).send(),
            |output| {
                let content = output.content().ok_or("it has no content")?;
                parse_report(content.as_ref())
            },
        )
        .await
}

fn root_credentials(report: Answer<Report>) -> Answer<Value> {
    match report {
        Answer::Present { value, call } => match value.root {
            Some(value) => Answer::Present { value, call },
            None => Answer::Missing { call, reason: "iam:GetCredentialReport has no row for the root user".to_owned() },
        },
        Answer::Absent { call } => {
            Answer::Missing { call, reason: "iam:GetCredentialReport gave no report".to_owned() }
        }
        Answer::Missing { call, reason } => Answer::Missing { call, reason },
    }
}

async fn account(session: &Session<'_>) -> Vec<Facet> {
    let client = session.clients.iam();
    let observed = |name, empty, answer| Facet { place: Place::Observed, name, empty, answer };
    let (summary, password_policy, devices) = tokio::join!(
        session.ask(
            Question::new(&table::IAM_GET_ACCOUNT_SUMMARY, GLOBAL, &[]),
            |recorder| client.get_account_summary().customize().interceptor(recorder).send(),
            |output| {
                let map = output.summary_map().filter(|map| !map.is_empty()).ok_or("it has no entries")?;
                Ok(summary(map.iter()))
            },
        ),
        session.ask(
            Question::new(&table::IAM_GET_ACCOUNT_PASSWORD_POLICY, GLOBAL, &[]),
            |recorder| client.get_account_password_policy().customize().interceptor(recorder).send(),
            |output| output.password_policy().map(password_policy).ok_or_else(|| "it has no policy".to_owned()),
        ),
        session.pages(
            Question::new(&table::IAM_LIST_VIRTUAL_MFA_DEVICES, GLOBAL, &[]),
            |recorder, marker| {
                client.list_virtual_mfa_devices().set_marker(marker).customize().interceptor(recorder).send()
            },
            |output| marker(output.is_truncated(), output.marker()),
        ),
    );
    vec![
        observed("AccountSummary", json!({}), summary),
        observed("PasswordPolicy", json!({}), password_policy),
        observed("VirtualMFADevices", json!([]), devices.into_answer(|pages| virtual_mfa_devices(&pages))),
    ]
}

async fn saml_providers(session: &Session<'_>) {
    let client = session.clients.iam();
    let answer = session
        .ask(
            Question::new(&table::IAM_LIST_SAML_PROVIDERS, GLOBAL, &[]),
            |recorder| client.list_saml_providers().customize().interceptor(recorder).send(),
            |output| {
                let providers = output.saml_provider_list().to_vec();
                if providers.iter().any(|provider| provider.arn().is_none()) {
                    return Err("a provider has no ARN".to_owned());
                }
                Ok(providers)
            },
        )
        .await;
    if let Answer::Present { value: providers, call } = &answer {
        for provider in providers {
            let arn = provider.arn().unwrap_or_default();
            let mut draft = session.draft("AWS::IAM::SAMLProvider", arn, Some(arn), GLOBAL);
            draft.listed(Place::Observed, "CreateDate", time(provider.create_date()), call, "iam:ListSAMLProviders");
            draft.tags_not_collected();
            session.document(draft);
        }
    }
    one_call_listing(session, "AWS::IAM::SAMLProvider", answer);
}

/// The listing of a type that one call without pages lists.
fn one_call_listing<T>(session: &Session<'_>, kind: &str, answer: Answer<T>) {
    let calls = vec![answer.call().clone()];
    let gap = match answer {
        Answer::Missing { reason, .. } => Some(reason),
        _ => None,
    };
    session.listing(kind, GLOBAL, calls, gap);
}

async fn oidc_providers(session: &Session<'_>) {
    let client = session.clients.iam();
    let answer = session
        .ask(
            Question::new(&table::IAM_LIST_OPEN_ID_CONNECT_PROVIDERS, GLOBAL, &[]),
            |recorder| client.list_open_id_connect_providers().customize().interceptor(recorder).send(),
            |output| {
                output
                    .open_id_connect_provider_list()
                    .iter()
                    .map(|provider| provider.arn().map(str::to_owned).ok_or_else(|| "a provider has no ARN".to_owned()))
                    .collect::<Result<Vec<_>, _>>()
            },
        )
        .await;
    if let Answer::Present { value: arns, .. } = &answer {
        futures_util::future::join_all(arns.iter().map(|arn| oidc_provider(session, &client, arn))).await;
    }
    one_call_listing(session, "AWS::IAM::OIDCProvider", answer);
}

async fn oidc_provider(session: &Session<'_>, client: &aws_sdk_iam::Client, arn: &str) {
    let answer = session
        .ask(
            Question::new(&table::IAM_GET_OPEN_ID_CONNECT_PROVIDER, GLOBAL, &[("OpenIDConnectProviderArn", arn)]),
            |recorder| {
                client
                    .get_open_id_connect_provider()
                    .open_id_connect_provider_arn(arn)
                    .customize()
                    .interceptor(recorder)
                    .send()
            },
            Ok,
        )
        .await;
    let mut draft = session.draft("AWS::IAM::OIDCProvider", arn, Some(arn), GLOBAL);
    match answer {
        Answer::Present { value, call } => {
            let name = "iam:GetOpenIDConnectProvider";
            draft.listed(Place::Property, "Url", some(value.url()), &call, name);
            draft.property("ClientIdList", sorted_texts(value.client_id_list()), &call);
            draft.listed(Place::Observed, "CreateDate", time(value.create_date()), &call, name);
            draft.tags(Answer::Present { value: tags(value.tags()), call });
        }
        Answer::Absent { call } => all_missing(&mut draft, "iam:GetOpenIDConnectProvider gave nothing", &call),
        Answer::Missing { call, reason } => all_missing(&mut draft, &reason, &call),
    }
    session.document(draft);
}

fn all_missing(draft: &mut Draft, reason: &str, call: &CallId) {
    for facet in ["Url", "ClientIdList", "CreateDate", "tags"] {
        draft.missing_by(facet, reason, call);
    }
}

// Normalisers.

fn summary<'m>(map: impl Iterator<Item = (&'m SummaryKeyType, &'m i32)>) -> Value {
    Value::Object(map.map(|(key, value)| (key.as_str().to_owned(), Value::from(*value))).collect::<Map<_, _>>())
}

fn password_policy(policy: &PasswordPolicy) -> Value {
    object([
        ("MinimumPasswordLength", some(policy.minimum_password_length())),
        ("RequireSymbols", Some(policy.require_symbols().into())),
        ("RequireNumbers", Some(policy.require_numbers().into())),
        ("RequireUppercaseCharacters", Some(policy.require_uppercase_characters().into())),
        ("RequireLowercaseCharacters", Some(policy.require_lowercase_characters().into())),
        ("AllowUsersToChangePassword", Some(policy.allow_users_to_change_password().into())),
        ("ExpirePasswords", Some(policy.expire_passwords().into())),
        ("MaxPasswordAge", some(policy.max_password_age())),
        ("PasswordReusePrevention", some(policy.password_reuse_prevention())),
        ("HardExpiry", some(policy.hard_expiry())),
    ])
}

fn virtual_mfa_devices(pages: &[ListVirtualMfaDevicesOutput]) -> Value {
    let mut devices: Vec<_> = pages.iter().flat_map(ListVirtualMfaDevicesOutput::virtual_mfa_devices).collect();
    devices.sort_by(|a, b| a.serial_number().cmp(b.serial_number()));
    devices
        .into_iter()
        .map(|device| {
            object([
                ("SerialNumber", Some(device.serial_number().into())),
                ("EnableDate", time(device.enable_date())),
                ("User", some(device.user().map(|user| user.arn()).filter(|arn| !arn.is_empty()))),
            ])
        })
        .collect()
}

fn tags(tags: &[Tag]) -> BTreeMap<String, String> {
    tags.iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect()
}

/// Inline policies in the order of their names; one that cannot be read spoils the facet, because what it grants is
/// unknown.
fn inline_policies(policies: &[PolicyDetail]) -> Result<Value, String> {
    let mut all = Vec::new();
    for policy in policies {
        let name = policy.policy_name().unwrap_or_default();
        let document = document(policy.policy_document()).map_err(|why| format!("inline policy {name:?}: {why}"))?;
        all.push((name.to_owned(), document));
    }
    all.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(all.into_iter().map(|(name, document)| json!({ "PolicyName": name, "PolicyDocument": document })).collect())
}

fn document(text: Option<&str>) -> Result<Value, String> {
    encoded_policy(text.ok_or("there is no document")?).map_err(|error| error.to_string())
}

fn attached(draft: &mut Draft, policies: &[AttachedPolicy], call: &CallId) {
    // An attachment without an ARN would be a grant that nobody sees.
    match policies.iter().map(AttachedPolicy::policy_arn).collect::<Option<Vec<_>>>() {
        Some(arns) => draft.property("ManagedPolicyArns", sorted_texts(arns), call),
        None => draft.missing_by(
            "ManagedPolicyArns",
            &format!("{DETAILS} unparseable: an attached policy has no ARN"),
            call,
        ),
    }
}

fn boundary(draft: &mut Draft, boundary: Option<&AttachedPermissionsBoundary>, call: &CallId) {
    match boundary.map(AttachedPermissionsBoundary::permissions_boundary_arn) {
        None => draft.property("PermissionsBoundary", "", call),
        Some(Some(arn)) => draft.property("PermissionsBoundary", arn, call),
        Some(None) => draft.missing_by(
            "PermissionsBoundary",
            &format!("{DETAILS} unparseable: the permissions boundary has no ARN"),
            call,
        ),
    }
}

fn user_document(session: &Session<'_>, user: &UserDetail, call: &CallId, report: &Answer<Report>) -> Draft {
    let arn = user.arn().unwrap_or_default();
    let mut draft = session.draft("AWS::IAM::User", arn, Some(arn), GLOBAL);
    draft.listed(Place::Property, "UserName", some(user.user_name()), call, DETAILS);
    draft.listed(Place::Property, "Path", some(user.path()), call, DETAILS);
    draft.property("Groups", sorted_texts(user.group_list()), call);
    attached(&mut draft, user.attached_managed_policies(), call);
    draft.policy(Place::Property, "Policies", inline_policies(user.user_policy_list()), call, DETAILS);
    boundary(&mut draft, user.permissions_boundary(), call);
    draft.listed(Place::Observed, "CreateDate", time(user.create_date()), call, DETAILS);
    draft.tags(Answer::Present { value: tags(user.tags()), call: call.clone() });
    match report {
        Answer::Present { value: report, call } => match report.users.get(arn) {
            Some(value) => draft.observed("Credentials", value.clone(), call),
            None => draft.missing_by("Credentials", "iam:GetCredentialReport has no row for this user", call),
        },
        Answer::Absent { call } => draft.missing_by("Credentials", "iam:GetCredentialReport gave no report", call),
        Answer::Missing { call, reason } => draft.missing_by("Credentials", reason, call),
    }
    draft
}

fn role_document(session: &Session<'_>, role: &RoleDetail, call: &CallId, durations: &Durations) -> Draft {
    let arn = role.arn().unwrap_or_default();
    let mut draft = session.draft("AWS::IAM::Role", arn, Some(arn), GLOBAL);
    draft.listed(Place::Property, "RoleName", some(role.role_name()), call, DETAILS);
    draft.listed(Place::Property, "Path", some(role.path()), call, DETAILS);
    let trust = document(role.assume_role_policy_document());
    draft.policy(Place::Property, "AssumeRolePolicyDocument", trust, call, DETAILS);
    attached(&mut draft, role.attached_managed_policies(), call);
    draft.policy(Place::Property, "Policies", inline_policies(role.role_policy_list()), call, DETAILS);
    boundary(&mut draft, role.permissions_boundary(), call);
    match durations.by_role.get(arn) {
        Some((seconds, call)) => draft.property("MaxSessionDuration", *seconds, call),
        None => draft.missing_by("MaxSessionDuration", &durations.otherwise, &durations.last_call),
    }
    draft.listed(Place::Observed, "CreateDate", time(role.create_date()), call, DETAILS);
    let used = role.role_last_used();
    let used = object([
        ("LastUsedDate", time(used.and_then(|used| used.last_used_date()))),
        ("Region", some(used.and_then(|used| used.region()))),
    ]);
    draft.observed("RoleLastUsed", used, call);
    let profiles = sorted_texts(role.instance_profile_list().iter().map(|profile| profile.arn()));
    draft.observed("InstanceProfiles", profiles, call);
    draft.tags(Answer::Present { value: tags(role.tags()), call: call.clone() });
    draft
}

fn group_document(session: &Session<'_>, group: &GroupDetail, call: &CallId) -> Draft {
    let arn = group.arn().unwrap_or_default();
    let mut draft = session.draft("AWS::IAM::Group", arn, Some(arn), GLOBAL);
    draft.listed(Place::Property, "GroupName", some(group.group_name()), call, DETAILS);
    draft.listed(Place::Property, "Path", some(group.path()), call, DETAILS);
    attached(&mut draft, group.attached_managed_policies(), call);
    draft.policy(Place::Property, "Policies", inline_policies(group.group_policy_list()), call, DETAILS);
    draft.listed(Place::Observed, "CreateDate", time(group.create_date()), call, DETAILS);
    // IAM groups cannot have tags.
    draft.tags(Answer::Present { value: BTreeMap::new(), call: call.clone() });
    draft
}

fn managed_policy_document(session: &Session<'_>, policy: &ManagedPolicyDetail, call: &CallId) -> Draft {
    let arn = policy.arn().unwrap_or_default();
    let mut draft = session.draft("AWS::IAM::ManagedPolicy", arn, Some(arn), GLOBAL);
    draft.listed(Place::Property, "ManagedPolicyName", some(policy.policy_name()), call, DETAILS);
    draft.listed(Place::Property, "Path", some(policy.path()), call, DETAILS);
    draft.policy(Place::Property, "PolicyDocument", default_version(policy), call, DETAILS);
    draft.listed(Place::Observed, "AttachmentCount", some(policy.attachment_count()), call, DETAILS);
    let boundaries = some(policy.permissions_boundary_usage_count());
    draft.listed(Place::Observed, "PermissionsBoundaryUsageCount", boundaries, call, DETAILS);
    draft.listed(Place::Observed, "CreateDate", time(policy.create_date()), call, DETAILS);
    draft.tags_not_collected();
    draft
}

/// The document of the version that is in force; no other one.
fn default_version(policy: &ManagedPolicyDetail) -> Result<Value, String> {
    let versions = policy.policy_version_list();
    let version = match policy.default_version_id() {
        Some(id) => versions.iter().find(|version| version.version_id() == Some(id)),
        None => versions.iter().find(|version| version.is_default_version()),
    };
    document(version.ok_or("the default version is not among the versions")?.document())
}

/// The credential report.
#[derive(Debug, Clone, Default, PartialEq)]
struct Report {
    /// By ARN.
    users: BTreeMap<String, Value>,
    root: Option<Value>,
}

/// The columns that are read; a report without one of them is not the report that this code knows.
const COLUMNS: [&str; 13] = [
    "user",
    "arn",
    "password_enabled",
    "password_last_used",
    "password_last_changed",
    "mfa_active",
    "user_creation_time",
    "access_key_1_active",
    "access_key_1_last_rotated",
    "access_key_1_last_used_date",
    "access_key_2_active",
    "access_key_2_last_rotated",
    "access_key_2_last_used_date",
];

fn parse_report(content: &[u8]) -> Result<Report, String> {
    let mut reader = csv::Reader::from_reader(content);
    let headers = reader.headers().map_err(|_| "its content is no CSV")?.clone();
    let mut positions = BTreeMap::new();
    for column in COLUMNS {
        let at =
            headers.iter().position(|header| header == column).ok_or_else(|| format!("it has no column {column}"))?;
        positions.insert(column, at);
    }
    let mut report = Report::default();
    for record in reader.records() {
        let record = record.map_err(|_| "a row of it has another number of columns".to_owned())?;
        let cell = |column: &str| positions.get(column).and_then(|at| record.get(*at)).unwrap_or_default();
        let row = credentials(cell)?;
        if cell("user") == "<root_account>" {
            report.root = Some(row);
        } else {
            report.users.insert(cell("arn").to_owned(), row);
        }
    }
    Ok(report)
}

fn credentials<'c>(cell: impl Fn(&str) -> &'c str) -> Result<Value, String> {
    let key = |number: u8| -> Result<Value, String> {
        let column = |rest: &str| format!("access_key_{number}_{rest}");
        Ok(object([
            ("Active", some(flag(cell(&column("active")))?.or(Some(false)))),
            ("LastRotated", some(instant(cell(&column("last_rotated")))?)),
            ("LastUsed", some(instant(cell(&column("last_used_date")))?)),
        ]))
    };
    Ok(object([
        ("PasswordEnabled", some(flag(cell("password_enabled"))?)),
        ("PasswordLastUsed", some(instant(cell("password_last_used"))?)),
        ("PasswordLastChanged", some(instant(cell("password_last_changed"))?)),
        ("MfaActive", some(flag(cell("mfa_active"))?)),
        ("AccessKeys", Some(Value::Array(vec![key(1)?, key(2)?]))),
    ]))
}

/// The report's words for "there is none".
fn is_none(text: &str) -> bool {
    ["N/A", "no_information", "not_supported", ""].contains(&text)
}

fn flag(text: &str) -> Result<Option<bool>, String> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
        _ if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
        _ if is_none(text) => Ok(None),
        _ => Err("a cell of it is neither true nor false".to_owned()),
    }
}

fn instant(text: &str) -> Result<Option<String>, String> {
    if is_none(text) {
        return Ok(None);
    }
    let time: AsOf = text.parse().map_err(|_| "a cell of it is no time".to_owned())?;
    Ok(Some(time.to_string()))
}

#[cfg(test)]
mod tests {
    use super::{default_version, inline_policies, parse_report};
    use aws_sdk_iam::types::{ManagedPolicyDetail, PolicyDetail, PolicyVersion};
    use serde_json::json;

    const HEADER: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
        password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,\
        access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,\
        access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,\
        cert_1_last_rotated,cert_2_active,cert_2_last_rotated";

    #[test]
    fn the_report_gives_users_and_the_root_and_leaves_out_what_never_was() {
        let text = format!(
            "{HEADER}\n<root_account>,arn:aws:iam::123456789012:root,2020-01-01T00:00:00+00:00,not_supported,\
             no_information,not_supported,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A\n\
             ada,arn:aws:iam::123456789012:user/ada,2026-01-01T00:00:00+00:00,TRUE,2026-11-01T08:00:00+00:00,\
             2026-01-02T00:00:00Z,N/A,false,true,2026-02-01T00:00:00+00:00,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A\n"
        );
        let report = parse_report(text.as_bytes()).unwrap();
        assert_eq!(
            report.root,
            Some(json!({ "MfaActive": true, "AccessKeys": [{ "Active": false }, { "Active": false }] }))
        );
        assert_eq!(
            report.users["arn:aws:iam::123456789012:user/ada"],
            json!({
                "PasswordEnabled": true,
                "PasswordLastUsed": "2026-11-01T08:00:00Z",
                "PasswordLastChanged": "2026-01-02T00:00:00Z",
                "MfaActive": false,
                "AccessKeys": [{ "Active": true, "LastRotated": "2026-02-01T00:00:00Z" }, { "Active": false }],
            })
        );
    }

    #[test]
    fn a_report_that_is_not_understood_is_none() {
        let odd = format!(
            "{HEADER}\nada,arn:x,t,perhaps,N/A,N/A,N/A,false,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A\n"
        );
        for text in ["", "<html></html>", "user,arn\nada,x\n", odd.as_str(), &format!("{HEADER}\nada,arn:x\n")] {
            assert!(parse_report(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn the_default_version_is_read_and_no_other() {
        let version = |id: &str, text: &str| PolicyVersion::builder().version_id(id).document(text).build();
        let policy = |default: &str| {
            ManagedPolicyDetail::builder()
                .default_version_id(default)
                .policy_version_list(version("v1", "%7B%22Id%22%3A%22old%22%7D"))
                .policy_version_list(version("v2", "%7B%22Id%22%3A%22new%22%7D"))
                .build()
        };
        assert_eq!(default_version(&policy("v2")).unwrap(), json!({ "Id": "new" }));
        assert!(default_version(&policy("v3")).is_err());
    }

    #[test]
    fn one_unreadable_inline_policy_spoils_the_facet() {
        let policy = |name: &str, text: &str| PolicyDetail::builder().policy_name(name).policy_document(text).build();
        let good = policy("b", "%7B%7D");
        assert_eq!(
            inline_policies(&[good.clone(), policy("a", "{}")]).unwrap(),
            json!([{ "PolicyName": "a", "PolicyDocument": {} }, { "PolicyName": "b", "PolicyDocument": {} }])
        );
        let error = inline_policies(&[good, policy("bad", "{\"a\":1,\"a\":2}")]).unwrap_err();
        assert!(error.contains("\"bad\"") && error.contains("stands twice"), "{error}");
    }
}
