//! Policies and lists of grants that AWS writes from settings.
//!
//! May import: `model`. Guarantees: an account is named only where somebody said it.

use serde_json::{Map, Value, json};

use super::made::{Answer, Given, Inputs};
use super::shapes::{document, items, text};
use crate::model::planned::reference;

/// The grants that a canned list gives beside the owner's, whose canonical id no template knows.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl>
pub(super) fn acl(inputs: Inputs<'_>) -> Answer {
    const ALL: &str = "http://acs.amazonaws.com/groups/global/AllUsers";
    const AUTHENTICATED: &str = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
    const LOGS: &str = "http://acs.amazonaws.com/groups/s3/LogDelivery";
    let Some(name) = inputs.first() else { return Ok(Given::Nothing) };
    let grants: &[(&str, &str)] = match text(name).map_err(|why| format!("its AccessControl {why}"))?.as_str() {
        "Private" | "BucketOwnerRead" | "BucketOwnerFullControl" => &[],
        "PublicRead" => &[(ALL, "READ")],
        "PublicReadWrite" => &[(ALL, "READ"), (ALL, "WRITE")],
        "AuthenticatedRead" => &[(AUTHENTICATED, "READ")],
        "LogDeliveryWrite" => &[(LOGS, "WRITE"), (LOGS, "READ_ACP")],
        other => return Err(format!("the canned list {other} names grantees that the template does not say")),
    };
    let grants = grants.iter().map(|(uri, may)| json!({ "Grantee": { "URI": uri }, "Permission": may }));
    Ok(Given::Value(json!({ "Grants": grants.collect::<Value>() })))
}

/// A key's policy; where there is none, the one with which AWS makes keys.
pub(super) fn key_policy(inputs: Inputs<'_>) -> Answer {
    if let Some(said) = inputs.first() {
        return Ok(Given::Value(said.clone()));
    }
    let account = inputs.resource.account.as_deref();
    let account = account.ok_or("AWS's own policy for keys names the account, which nobody said; give --account")?;
    let partition = match inputs.resource.region.as_deref() {
        Some(region) if region.starts_with("cn-") => "aws-cn",
        Some(region) if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    Ok(Given::Value(json!({
        "Version": "2012-10-17",
        "Id": "key-default-1",
        "Statement": [{
            "Sid": "Enable IAM User Permissions",
            "Effect": "Allow",
            "Principal": { "AWS": format!("arn:{partition}:iam::{account}:root") },
            "Action": "kms:*",
            "Resource": "*",
        }],
    })))
}

/// Policies of AWS that a permission set has, as the API lists them.
pub(super) fn managed(inputs: Inputs<'_>) -> Answer {
    let Some(said) = inputs.first() else { return Ok(Given::Nothing) };
    let mut made = Vec::new();
    for arn in items(said).map_err(|why| format!("its ManagedPolicies: {why}"))? {
        let arn = text(arn).map_err(|why| format!("its ManagedPolicies: one {why}"))?;
        let name = arn.rsplit('/').next().unwrap_or_default();
        made.push(json!({ "Name": name, "Arn": arn }));
    }
    Ok(Given::Value(made.into()))
}

/// The statement that Lambda writes into the policy of a function.
pub(super) fn permission_of_function(inputs: Inputs<'_>) -> Answer {
    const CONDITIONS: [(&str, &str, &str); 5] = [
        ("SourceArn", "ArnLike", "AWS:SourceArn"),
        ("SourceAccount", "StringEquals", "AWS:SourceAccount"),
        ("PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID"),
        ("FunctionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType"),
        ("EventSourceToken", "StringEquals", "lambda:EventSourceToken"),
    ];
    let word = |name: &str| inputs.get(name).map(text).transpose().map_err(|why| format!("its {name} {why}"));
    let principal = word("Principal")?.ok_or("it names no principal")?;
    let principal = match principal.as_str() {
        "*" => json!("*"),
        service if service.contains(".amazonaws.com") => json!({ "Service": service }),
        account if account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()) => {
            json!({ "AWS": format!("arn:aws:iam::{account}:root") })
        }
        other => json!({ "AWS": other }),
    };
    let function = word("FunctionName")?.unwrap_or_default();
    let resource = match super::shapes::sole(&function) {
        Some((address, _)) => reference(address, "Arn"),
        None => function,
    };
    let mut conditions = Map::new();
    for (name, operator, key) in CONDITIONS {
        if let Some(value) = word(name)? {
            let of = conditions.entry(operator).or_insert_with(|| json!({}));
            if let Some(of) = of.as_object_mut() {
                of.insert(key.to_owned(), value.into());
            }
        }
    }
    let mut statement = Map::from_iter([
        ("Sid".to_owned(), Value::from(inputs.resource.address.as_str())),
        ("Effect".to_owned(), "Allow".into()),
        ("Principal".to_owned(), principal),
        ("Action".to_owned(), word("Action")?.ok_or("it names no action")?.into()),
        ("Resource".to_owned(), resource.into()),
    ]);
    if !conditions.is_empty() {
        statement.insert("Condition".to_owned(), conditions.into());
    }
    Ok(Given::Value(statement.into()))
}

/// A statement of the policy of an event bus: written out, or made of a principal and an action.
pub(super) fn bus_statement(inputs: Inputs<'_>) -> Answer {
    if let Some(said) = inputs.get("Statement") {
        return document(said).map(Given::Value).map_err(|why| format!("its Statement {why}"));
    }
    let word = |name: &str| inputs.get(name).map(text).transpose().map_err(|why| format!("its {name} {why}"));
    let principal = match word("Principal")?.ok_or("it names no principal")?.as_str() {
        "*" => json!("*"),
        account => json!({ "AWS": format!("arn:aws:iam::{account}:root") }),
    };
    let mut statement = Map::from_iter([
        ("Sid".to_owned(), Value::from(word("StatementId")?.unwrap_or_default())),
        ("Effect".to_owned(), "Allow".into()),
        ("Principal".to_owned(), principal),
        ("Action".to_owned(), word("Action")?.unwrap_or_else(|| "events:PutEvents".to_owned()).into()),
    ]);
    if let Some(condition) = inputs.get("Condition") {
        let part = |name: &str| condition.get(name).and_then(Value::as_str).ok_or("its Condition is not whole");
        let (operator, key) = (part("Type")?.to_owned(), part("Key")?.to_owned());
        let inner = Map::from_iter([(key, Value::from(part("Value")?))]);
        statement.insert("Condition".to_owned(), Map::from_iter([(operator, Value::from(inner))]).into());
    }
    Ok(Given::Value(statement.into()))
}
