//! Everything that live collection asks of AWS, whoever asks it: for `list collectors` and the least-privilege policy.
//!
//! May import: `source::operations`, `source::table`. Guarantees: both are printed from the rows that the collectors use, so
//! they cannot drift apart.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::operations::{OPERATIONS, Operation, STS_ASSUME_ROLE};
use super::table::cloudtrail::EVENTS;
use super::table::declared::{DECLARED, Tables};
use super::table::{self, Only};
use crate::model::trail::{EVENT, WINDOW};

/// Every operation that live collection may call without a declaration, each once for each set of IAM actions.
#[must_use]
pub fn operations() -> Vec<&'static Operation> {
    OPERATIONS.iter().copied().chain(table::operations()).collect()
}

/// The operations that are asked of declared things alone, each once.
fn of_declared() -> Vec<&'static Operation> {
    let mut all: Vec<&Operation> = DECLARED.iter().map(|declared| &declared.kind.list.operation).collect();
    all.dedup_by_key(|operation| operation.name());
    all
}

/// A row of `havenmark list collectors`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Row {
    pub service: &'static str,
    pub operation: &'static str,
    pub iam_action: &'static str,
    pub scope: &'static str,
    pub types: Vec<&'static str>,
}

/// The rows of `list collectors`, sorted by service, operation and action.
#[must_use]
pub fn rows() -> Vec<Row> {
    let mut rows: Vec<Row> = operations()
        .into_iter()
        .chain(of_declared())
        .chain([&STS_ASSUME_ROLE, &EVENTS.operation])
        .flat_map(|operation| {
            operation.iam_actions.iter().map(|action| {
                let mut types: BTreeSet<&str> = operation.types.iter().copied().collect();
                types.extend(operation.facets.iter().map(|(kind, _)| *kind));
                types.extend(table::kinds_of(operation));
                if operation.name() == EVENTS.operation.name() {
                    types.extend([EVENT, WINDOW]);
                }
                Row {
                    service: operation.service,
                    operation: operation.operation,
                    iam_action: action,
                    scope: operation.scope.as_str(),
                    types: types.into_iter().collect(),
                }
            })
        })
        .collect();
    rows.sort();
    rows
}

/// What IAM lets one managed policy hold, in characters without blanks.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
pub const MOST_OF_A_POLICY: usize = 6144;

/// The least privilege that collection needs: identity policies with every action of the table and nothing else, as many as it
/// takes, each small enough for a managed policy. With a role's name also what the collecting identity needs to read other
/// accounts: to assume the role of that name there. With declared tables what reads these, and no other table; with events what
/// reads `CloudTrail`'s history.
#[must_use]
pub fn iam_policies(role: Option<&str>, declared: &Tables, events: bool) -> Vec<Value> {
    let is_limited = |operation: &Operation| table::limited().any(|(limited, _)| limited.name() == operation.name());
    let free = operations().into_iter().filter(|operation| !is_limited(operation));
    let actions: BTreeSet<&str> = free.flat_map(|operation| operation.iam_actions).copied().collect();
    let assume = role.map(|role| {
        json!({
            "Sid": "HavenmarkReadOtherAccounts",
            "Effect": "Allow",
            "Action": STS_ASSUME_ROLE.iam_actions,
            "Resource": format!("arn:aws:iam::*:role/{role}"),
        })
    });
    let others: Vec<Value> = assume.into_iter().chain(table::limited().map(named)).collect();
    // What stands around the actions, the other statements with it.
    let around = policy(&[], &others).to_string().len();
    let mut parts: Vec<Vec<&str>> = vec![Vec::new()];
    let mut length = around;
    for action in actions {
        // Quotes and a comma.
        let more = action.len() + 3;
        if length + more > MOST_OF_A_POLICY {
            parts.push(Vec::new());
            length = around;
        }
        length += more;
        if let Some(part) = parts.last_mut() {
            part.push(action);
        }
    }
    let last = parts.len().saturating_sub(1);
    let with = |(place, part): (usize, &Vec<&str>)| policy(part, if place == last { &others } else { &[] });
    let mut policies: Vec<Value> = parts.iter().enumerate().map(with).collect();
    // Each a policy of its own, so that what is declared changes none of the others.
    let environments = declared.environments.chunks(ENVIRONMENTS).map(<[String]>::to_vec);
    let mut tables: Vec<Tables> = environments.map(|environments| Tables { environments, records: None }).collect();
    if declared.records.is_some() {
        tables.push(Tables { environments: Vec::new(), records: declared.records.clone() });
    }
    policies.extend(tables.iter().map(|some| of_statements(&[readable(some)])));
    if events {
        let statement = json!({
            "Sid": "HavenmarkReadEvents",
            "Effect": "Allow",
            "Action": EVENTS.operation.iam_actions,
            // It knows no resources.
            "Resource": "*",
        });
        policies.push(of_statements(&[statement]));
    }
    policies
}

/// Environments whose tables one managed policy names: their names have at most 32 characters.
const ENVIRONMENTS: usize = 20;

/// Lets declared tables be read. No account and no Region: where they stand, the declaration does not say.
fn readable(tables: &Tables) -> Value {
    let names = DECLARED.iter().flat_map(|declared| declared.tables_of(tables));
    let arns: BTreeSet<String> = names.map(|table| format!("arn:aws:dynamodb:*:*:table/{table}")).collect();
    let actions: BTreeSet<&str> = of_declared().iter().flat_map(|operation| operation.iam_actions).copied().collect();
    json!({ "Sid": "HavenmarkReadDeclaredTables", "Effect": "Allow", "Action": actions, "Resource": arns })
}

/// Lets an operation read the resources of which alone it is asked.
fn named((operation, only): (&Operation, Only)) -> Value {
    json!({
        "Sid": format!("Havenmark{}OfSome", operation.operation),
        "Effect": "Allow",
        "Action": operation.iam_actions,
        "Resource": only.resource,
    })
}

fn policy(actions: &[&str], more: &[Value]) -> Value {
    let collect = json!({ "Sid": "HavenmarkCollect", "Effect": "Allow", "Action": actions, "Resource": "*" });
    let statements: Vec<Value> = std::iter::once(collect).chain(more.iter().cloned()).collect();
    of_statements(&statements)
}

fn of_statements(statements: &[Value]) -> Value {
    json!({ "Version": "2012-10-17", "Statement": statements })
}

#[cfg(test)]
mod tests {
    use super::{MOST_OF_A_POLICY, iam_policies, rows};
    use crate::source::table::declared::Tables;
    use crate::source::table::{self, Ask, KINDS};
    use crate::source::unread::UNREAD;
    use serde_json::Value;

    fn of(role: Option<&str>, environments: &[String]) -> Vec<Value> {
        iam_policies(role, &Tables { environments: environments.to_vec(), records: None }, false)
    }

    /// What reads data, secrets or messages, whoever it is asked of.
    const DATA: &[&str] = &[
        "athena:GetQueryResults",
        "codecommit:GetBlob",
        "codecommit:GetFile",
        "codeartifact:GetAuthorizationToken",
        "dynamodb:BatchGet",
        "dynamodb:GetItem",
        "dynamodb:Query",
        "dynamodb:Scan",
        "ecr:BatchGetImage",
        "ecr:GetAuthorizationToken",
        "ecr:GetDownloadUrl",
        "kinesis:GetRecords",
        "lambda:GetFunction\0",
        "logs:GetLogEvents",
        "logs:GetQueryResults",
        "omics:GetReadSet",
        "omics:GetReference\0",
        "s3:GetObject",
        "secretsmanager:GetSecretValue",
        "sqs:ReceiveMessage",
        "ssm:GetParameter",
        "states:GetExecutionHistory",
    ];

    #[test]
    fn the_policy_is_sorted_and_reads_no_data() {
        let policies = of(None, &[]);
        let actions_of = |policy: &Value| -> Vec<String> {
            let actions = policy["Statement"][0]["Action"].as_array().unwrap().iter();
            actions.map(|action| action.as_str().unwrap().to_owned()).collect()
        };
        let actions: Vec<String> = policies.iter().flat_map(actions_of).collect();
        let mut sorted = actions.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(actions, sorted);
        for action in actions.iter().map(String::as_str) {
            let (_, verb) = action.split_once(':').unwrap();
            assert!(
                [
                    "Get",
                    "List",
                    "Describe",
                    "BatchGet",
                    "Search",
                    "SelectAggregateResourceConfig",
                    "ViewBudget",
                    "AccessDSData",
                    "GenerateCredentialReport"
                ]
                .iter()
                .any(|prefix| verb.starts_with(prefix)),
                "{action}"
            );
            assert!(!verb.contains('*'), "{action}");
            for data in DATA {
                assert!(!format!("{action}\0").starts_with(data), "{action}");
            }
        }
        let has = |name: &str| actions.iter().any(|action| action == name);
        assert!(has("s3:GetAccountPublicAccessBlock") && has("s3:GetBucketPublicAccessBlock"));
        assert!(!has("s3:GetPublicAccessBlock"), "an operation's name, not an action");
        assert!(!has("sts:AssumeRole"));
        for policies in [policies, of(Some(&"a".repeat(64)), &[])] {
            for policy in &policies {
                assert!(policy.to_string().len() <= MOST_OF_A_POLICY, "it is too long for a managed policy");
            }
            assert!(policies.len() <= 10, "a role takes ten managed policies");
        }
        let with_role = of(Some("Audit"), &[]);
        assert_eq!(with_role.iter().flat_map(actions_of).collect::<Vec<_>>(), actions);
        assert_eq!(with_role.last().unwrap()["Statement"][1]["Resource"], "arn:aws:iam::*:role/Audit");
    }

    /// What stands in no list of everything: one statement, one action, one name.
    #[test]
    fn of_parameters_one_value_may_be_read() {
        let policies = of(None, &[]);
        let statements = policies.iter().flat_map(|policy| policy["Statement"].as_array().unwrap());
        let of_some: Vec<&Value> = statements.filter(|statement| statement["Resource"] != "*").collect();
        assert_eq!(
            of_some,
            [&serde_json::json!({
                "Sid": "HavenmarkGetParameterOfSome",
                "Effect": "Allow",
                "Action": ["ssm:GetParameter"],
                "Resource": "arn:aws:ssm:*:*:parameter/accelerator/*/version",
            })]
        );
        let all = serde_json::to_string(&of(Some("Audit"), &["res-prod".to_owned()])).unwrap();
        assert_eq!(all.matches("ssm:GetParameter").count(), 1);
    }

    /// An action that one row limits is asked by no other row without the limit.
    #[test]
    fn what_is_limited_is_limited_everywhere() {
        let asks = || KINDS.iter().flat_map(|kind| kind.asks());
        for (operation, only) in table::limited() {
            assert!(only.resource.starts_with("arn:aws:") && !only.members.is_empty(), "{}", operation.name());
            let shares =
                |ask: &&'static Ask| ask.operation.iam_actions.iter().any(|a| operation.iam_actions.contains(a));
            assert!(asks().filter(shares).all(|ask| ask.only == Some(only)), "{}", operation.name());
        }
    }

    #[test]
    fn tables_are_read_only_where_they_are_declared_and_no_other() {
        let names = |count: usize| (0..count).map(|n| format!("res-{n:028}")).collect::<Vec<_>>();
        let without = of(Some("Audit"), &[]);
        assert!(!serde_json::to_string(&without).unwrap().contains("dynamodb:Scan"));
        let with = of(Some("Audit"), &["res-prod".to_owned()]);
        let (declared, others) = with.split_last().unwrap();
        assert_eq!(others, without);
        let statement = &declared["Statement"];
        assert_eq!(statement.as_array().unwrap().len(), 1);
        assert_eq!(statement[0]["Action"], serde_json::json!(["dynamodb:Scan"]));
        assert_eq!(
            statement[0]["Resource"],
            serde_json::json!([
                "arn:aws:dynamodb:*:*:table/res-prod.cluster-settings",
                "arn:aws:dynamodb:*:*:table/res-prod.projects",
                "arn:aws:dynamodb:*:*:table/res-prod.vdc.controller.permission-profiles",
            ])
        );
        for policy in of(None, &names(41)) {
            assert!(policy.to_string().len() <= MOST_OF_A_POLICY, "it is too long for a managed policy");
        }
    }

    /// Each a policy of its own, so that what is asked besides changes none of the others.
    #[test]
    fn requests_and_events_are_read_only_where_they_are_asked_for() {
        let tables = Tables { environments: Vec::new(), records: Some("tre-egress-requests".to_owned()) };
        let without = of(None, &[]);
        let with = iam_policies(None, &tables, true);
        let (others, more) = with.split_at(without.len());
        assert_eq!(others, without);
        let statements: Vec<&Value> = more.iter().map(|policy| &policy["Statement"][0]).collect();
        assert_eq!(statements.len(), 2);
        assert_eq!(statements[0]["Action"], serde_json::json!(["dynamodb:Scan"]));
        let table = "arn:aws:dynamodb:*:*:table/tre-egress-requests";
        assert_eq!(statements[0]["Resource"], serde_json::json!([table]));
        assert_eq!(statements[1]["Action"], serde_json::json!(["cloudtrail:LookupEvents"]));
        assert!(!serde_json::to_string(&without).unwrap().contains("LookupEvents"));
    }

    #[test]
    fn what_is_not_read_is_no_collector_and_says_why() {
        let key = |service: &str, operation: &str| format!("{service}:{operation}");
        assert!(UNREAD.is_sorted_by_key(|u| (u.service, u.operation)));
        for unread in UNREAD {
            assert!(!unread.reason.is_empty());
            let name = key(unread.service, unread.operation);
            assert!(!rows().iter().any(|row| key(row.service, row.operation) == name), "{name} is read");
        }
    }

    #[test]
    fn rows_are_sorted_and_name_their_types() {
        let rows = rows();
        assert!(rows.is_sorted());
        let row = rows.iter().find(|row| row.operation == "GetBucketPolicy").unwrap();
        assert_eq!(
            (row.iam_action, row.scope, row.types.as_slice()),
            ("s3:GetBucketPolicy", "region", &["AWS::S3::Bucket"][..])
        );
        let row = rows.iter().find(|row| row.operation == "Scan").unwrap();
        assert_eq!(
            (row.iam_action, row.scope, row.types.as_slice()),
            (
                "dynamodb:Scan",
                "declared",
                &["Airlock::Request", "RES::PermissionProfile", "RES::Project", "RES::Setting"][..]
            )
        );
    }
}
