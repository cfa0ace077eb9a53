//! Effective access: whether a caller may do something to a resource, from every layer of policies.
//!
//! May import: `model`, `graph`. Guarantees: three answers. Allowed and denied are said only where they hold whatever the
//! layers that were not read, the condition keys that are not known and the corners that AWS does not document turn out
//! to be; all the rest is unknown, with what would have to be known. `evaluate` is the readable reference, one question at
//! a time; `Matrix` gives the same answers for many at once. Nothing depends on the order of policies, statements or values.
//!
//! | file | question |
//! |---|---|
//! | `policy` | What does a document say, and is it too large to be asked? |
//! | `glob`, `variable` | Which texts does a pattern match? |
//! | `operator`, `condition`, `context`, `scenario` | Does a condition hold, on what is known of a request? |
//! | `caller`, `principal` | Whom does a statement mean? |
//! | `request`, `applies`, `layer` | What does one layer say of a request? |
//! | `layers`, `gather`, `services`, `decide` | What do they say together? |
//! | `data` | Can data be read whose key is another resource? |
//! | `verdict`, `truth` | What is the answer, and why? |
//! | `matrix`, `crowd`, `rows`, `columns`, `bits` | What is the answer for every caller and every resource at once? |
//!
//! What the documents of the graph give, and where it goes:
//!
//! | from | to |
//! |---|---|
//! | `Policies`, `ManagedPolicyArns` of a user, its groups or a role, and the `AWS::IAM::ManagedPolicy` that are attached | `Layers::identity`; one that was not read is a gap |
//! | `PermissionsBoundary`: `""` is none, an ARN is a policy, not read is a gap | `Layers::boundary` |
//! | `BucketPolicy`, `KeyPolicy`, `AssumeRolePolicyDocument`, `QueuePolicy` and so on: `{}` is a policy without statements | `Layers::resource` |
//! | `perimeter::binding` of the caller's account and of the resource's: `levels` with the policies whose `target` is theirs, and its `gaps`; no level and no gap is `Exempt` | `Layers::service_control`, `Layers::resource_control` |
//! | `PolicyDocument` of an `AWS::EC2::VPCEndpoint` whose service is asked | `Layers::endpoint`, with `Scenario::Endpoints` |
//! | grants of a key; an access control list that is in force (`ObjectOwnership` other than `BucketOwnerEnforced`) | `Grants` |
//! | `PublicAccessBlockConfiguration` of the bucket and of its account | `Layers::restricts_public` |
//! | tags of a role or user, of a resource; the organisation's id and path | `Context`: `aws:PrincipalTag/…`, `aws:ResourceTag/…`, `aws:PrincipalOrgID` and their like |
//! | `BucketEncryption` | `Encryption`, with an answer of its own for `kms:Decrypt` in `through_s3` |
//!
//! What is not modelled, so that whoever feeds it has to name a gap where it may count: access control lists (a gap of
//! `Grants`), access points that a bucket policy delegates to, Lake Formation, roles anywhere, and sessions of
//! `GetFederationToken`.

mod applies;
mod bits;
mod caller;
mod columns;
mod condition;
mod context;
mod crowd;
mod data;
mod decide;
mod gather;
mod glob;
mod layer;
mod layers;
mod matrix;
mod operator;
mod policy;
mod principal;
mod request;
mod rows;
mod scenario;
mod services;
mod truth;
mod variable;
mod verdict;

pub use caller::Caller;
pub use context::{Context, Given};
pub use data::{Encryption, readable, through_s3};
pub use decide::{evaluate, evaluate_within};
pub use glob::Fuel;
pub use layer::Layer;
pub use layers::{Grant, Grants, Layers, Level, Rails};
pub use matrix::{Matrix, Question, Store, Subject};
pub use policy::{Allowance, Policy, Refused};
pub use request::{Request, Resource};
pub use scenario::Scenario;
pub use truth::Truth;
pub use verdict::{Cause, Outcome, Verdict};
