//! The command line: what can be said, no logic.
//!
//! May import: `ui`, `model` for the types of values. Guarantees: `--help` names every option and exit code.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::model::time::AsOf;
use crate::ui::Colour;

const EXIT_CODES: &str = "Exit codes:
  0  met, or the command did its work
  1  the program failed: damaged snapshot, expired credentials, full disk
  2  usage: an option, a file or a declaration that has to be corrected
  3  not met
  4  incomplete: something mandatory could not be assessed";

/// Audits a Trusted Research Environment on AWS against SATRE 2.0, the Five Safes, the DSPT and UK GDPR.
#[derive(Debug, Parser)]
#[command(name = "havenmark", version, about, after_help = EXIT_CODES, max_term_width = 100, propagate_version = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub global: Global,
}

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Colour: with `auto`, `NO_COLOR`, `CLICOLOR_FORCE` and `TERM=dumb` count.
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    pub color: Colour,
    /// No bars; one line for each finished account.
    #[arg(long, global = true)]
    pub no_progress: bool,
    /// Only the result and errors.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// More of the story: failing controls by name.
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Audit the embedded example environment: no AWS account, no files.
    Demo(DemoArgs),
    /// Read the state of an AWS account into a snapshot.
    Collect(CollectArgs),
    /// Draft tre.toml from the tags and names in a snapshot, each value with its source.
    Init(InitArgs),
    /// Make a snapshot of what AWS Config delivered into files, offline.
    Import(ImportArgs),
    /// Judge a snapshot and write the reports (collects first when none is given).
    Audit(AuditArgs),
    /// Judge Terraform plans, CloudFormation templates and CDK assemblies before they are deployed.
    Check(CheckArgs),
    /// Show a control or a SATRE statement in full, offline.
    Explain(ExplainArgs),
    /// List controls, statements, collectors or frameworks, offline.
    List(ListArgs),
    /// Show the facts behind a verdict, and where each came from.
    Why(WhyArgs),
    /// The register of attestations and exceptions: write a new one, check all, list what is due.
    Attest(AttestArgs),
    /// Run the cases of controls, your own included.
    Test(TestArgs),
    /// Print completions for a shell.
    Completions(CompletionsArgs),
    /// Print the manual page (troff).
    Man,
}

/// Which controls.
#[derive(Debug, Clone, Default, Args)]
pub struct PackArgs {
    /// Folder with controls/ and policies/ of your own, judged beside the built-in ones (docs/own-controls.md).
    #[arg(long, value_name = "DIR")]
    pub controls: Option<PathBuf>,
}

/// `demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Folder for the reports.
    #[arg(short, long, value_name = "DIR", default_value = "havenmark-report")]
    pub output: PathBuf,
    /// Files for other people's forms, beside the reports (repeatable): satre.csv is the evaluation sheet of SATRE, dspt.csv
    /// the lines of the toolkit with texts to paste, gdpr-article-30.csv drafts for the record of processing,
    /// gdpr-locations.csv where data lies.
    #[arg(long = "pack", value_enum, value_name = "PACK", value_delimiter = ',')]
    pub packs: Vec<PackName>,
    /// Judge as of this time rather than when the example was collected.
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<AsOf>,
    #[command(flatten)]
    pub pack: PackArgs,
    /// A profile (repeatable): the controls that it switches off, each with its reason, are not assessed.
    #[arg(long = "profile", value_name = "FILE")]
    pub profiles: Vec<PathBuf>,
}

/// Whom to ask, and how.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "AWS options")]
pub struct AwsArgs {
    /// Region to read (repeatable); `all` reads those that each account has enabled. Default: `AWS_REGION` or that of the
    /// AWS profile.
    #[arg(long = "region", value_name = "REGION")]
    pub regions: Vec<String>,
    /// AWS profile of the shared configuration files.
    #[arg(long, value_name = "NAME")]
    pub aws_profile: Option<String>,
    /// Role to assume in every other account of the organisation (or in those of --account): its name, with its path.
    #[arg(long, value_name = "NAME")]
    pub role: Option<String>,
    /// External id that the trust policy of the role asks for.
    #[arg(long, value_name = "ID", requires = "role")]
    pub external_id: Option<String>,
    /// Account to read besides the caller's own (repeatable). Default with --role: every one of the organisation.
    #[arg(long = "account", value_name = "ID", requires = "role")]
    pub accounts: Vec<String>,
    /// Another endpoint for every service, for example a test server.
    #[arg(long, value_name = "URL")]
    pub endpoint_url: Option<String>,
}

/// `collect`.
#[derive(Debug, Args)]
pub struct CollectArgs {
    /// Folder for the snapshot; must be new, empty, or hold an unfinished snapshot.
    #[arg(short, long, value_name = "SNAPSHOT", default_value = "havenmark-snapshot")]
    pub output: PathBuf,
    /// Print the least-privilege IAM policies that collection needs (a list: one managed policy does not hold them), and stop.
    #[arg(long)]
    pub print_iam_policy: bool,
    /// File or folder that AWS Config delivered (repeatable): a resource that it names and that was not read is a gap.
    #[arg(long, value_name = "PATH")]
    pub config_files: Vec<PathBuf>,
    /// The declaration: of the environments in its `[tre] res` the tables of Research and Engineering Studio are read too, and
    /// the table of requests in its `[airlock] records`; of events it says whose and which buckets' are kept.
    #[arg(long, value_name = "FILE")]
    pub declaration: Option<PathBuf>,
    /// Read `CloudTrail`'s history of management events too: 90 days, 100 events a second, and of them only what a control
    /// needs is kept.
    #[arg(long)]
    pub events: bool,
    /// Read that history from this time only.
    #[arg(long, value_name = "TIME", requires = "events")]
    pub events_from: Option<AsOf>,
    /// File or folder that a trail of `CloudTrail` delivered, digests among them (repeatable): its writes to the buckets in
    /// `[airlock] outbound` of the declaration, and what --events would keep.
    #[arg(long, value_name = "PATH")]
    pub trail_files: Vec<PathBuf>,
    #[command(flatten)]
    pub aws: AwsArgs,
}

/// `init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Snapshot folder.
    #[arg(default_value = "havenmark-snapshot")]
    pub snapshot: PathBuf,
    /// File for the draft; `-` is standard output.
    #[arg(short, long, value_name = "FILE", default_value = "tre.toml")]
    pub output: PathBuf,
    /// Write over a file that is there.
    #[arg(long)]
    pub force: bool,
    /// Draft for the embedded example environment.
    #[arg(long, conflicts_with = "snapshot")]
    pub demo: bool,
    /// Write the declaration and the register of the embedded example into this folder, to copy from, and stop.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["snapshot", "demo", "output", "force"])]
    pub example: Option<PathBuf>,
}

/// `import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// File or folder that AWS Config delivered (repeatable): its configuration snapshots and histories. They say which
    /// resources there are, so that each is not assessed.
    #[arg(long, value_name = "PATH", required = true, num_args = 1..)]
    pub config_files: Vec<PathBuf>,
    /// Folder for the snapshot; must be new, empty, or hold an unfinished snapshot.
    #[arg(short, long, value_name = "SNAPSHOT", default_value = "havenmark-snapshot")]
    pub output: PathBuf,
}

/// What is judged, and against what.
#[derive(Debug, Clone, Args)]
pub struct JudgeArgs {
    /// The declaration. Default: tre.toml in this folder, if it is there.
    #[arg(long, value_name = "FILE")]
    pub declaration: Option<PathBuf>,
    /// The attestation register. Default: attestations/ beside the declaration, if it is there.
    #[arg(long, value_name = "DIR")]
    pub attestations: Option<PathBuf>,
    /// Judge as of this time. Default: when the snapshot was finished.
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<AsOf>,
    #[command(flatten)]
    pub pack: PackArgs,
    /// A profile (repeatable): the controls that it switches off, each with its reason, are not assessed.
    #[arg(long = "profile", value_name = "FILE")]
    pub profiles: Vec<PathBuf>,
}

/// `audit`.
#[derive(Debug, Args)]
pub struct AuditArgs {
    /// Snapshot folder. Without it, AWS is read first, into DIR/snapshot.
    pub snapshot: Option<PathBuf>,
    #[command(flatten)]
    pub judge: JudgeArgs,
    /// Folder for the reports.
    #[arg(short, long, value_name = "DIR", default_value = "havenmark-report")]
    pub output: PathBuf,
    /// Files for other people's forms, beside the reports (repeatable): satre.csv is the evaluation sheet of SATRE, dspt.csv
    /// the lines of the toolkit with texts to paste, gdpr-article-30.csv drafts for the record of processing,
    /// gdpr-locations.csv where data lies.
    #[arg(long = "pack", value_enum, value_name = "PACK", value_delimiter = ',')]
    pub packs: Vec<PackName>,
    /// evidence.json of an earlier run: says what is new, fixed, unchanged, and no longer seen.
    #[arg(long, value_name = "FILE")]
    pub since: Option<PathBuf>,
    /// Exit with 3 when a control of this severity or worse is not met, whatever the verdict; never: no 3 at all.
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub fail_on: Option<FailOn>,
    /// Turn exit codes 3 and 4 into 0.
    #[arg(long)]
    pub exit_zero: bool,
    /// What goes to standard output.
    #[arg(long, value_enum, default_value_t = Format::Table, value_name = "FORMAT")]
    pub format: Format,
    #[command(flatten)]
    pub aws: AwsArgs,
}

/// `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Terraform or OpenTofu plans as JSON (`terraform show -json PLAN`), CloudFormation templates, or folders cdk.out; - is
    /// standard input.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub code: CodeArgs,
    /// Where the result goes (repeatable): table, json, sarif, junit, gitlab or github, each with =FILE or to standard output.
    /// Default: table, and github in a run of GitHub Actions.
    #[arg(long = "format", value_name = "FORMAT[=FILE]")]
    pub formats: Vec<String>,
    /// Exit with 3 only when a control of this severity or worse is not met; any: whatever its severity; never: no 3 at all.
    /// Default: any.
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub fail_on: Option<FailOn>,
    /// Exit with 3 only for what is not in the baseline, or was not so in the snapshot.
    #[arg(long)]
    pub new_only: bool,
    /// What is not met already: a file of fingerprints, evidence.json, or a result of check --format json.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Turn exit codes 3 and 4 into 0.
    #[arg(long)]
    pub exit_zero: bool,
    #[command(flatten)]
    pub judge: JudgeArgs,
}

/// How code is read, and what it is laid over: the same for `check` and `why`.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options of code")]
pub struct CodeArgs {
    /// What the files are. Default: it shows from their content.
    #[arg(long, value_enum, value_name = "KIND", requires = "files")]
    pub input: Option<InputKind>,
    /// Snapshot of the state before the change: the code is laid over it and the future state is judged, with what gets
    /// worse elsewhere.
    #[arg(long, value_name = "SNAPSHOT", requires = "files")]
    pub live: Option<PathBuf>,
    /// Folder of the *.tf files that a plan was made from: for lines, and for local values that a plan does not hold.
    #[arg(long, value_name = "DIR", requires = "files")]
    pub tf_dir: Option<PathBuf>,
    /// A value for a parameter of a template (repeatable).
    #[arg(long = "param", value_name = "NAME=VALUE", requires = "files")]
    pub params: Vec<String>,
    /// A file with values for parameters (repeatable), as CloudFormation or CodePipeline write it.
    #[arg(long = "params-file", value_name = "FILE", requires = "files")]
    pub params_files: Vec<PathBuf>,
    /// A set of values that is deployed (repeatable): each is judged, and one that fails fails.
    #[arg(long = "param-set", value_name = "FILE", requires = "files")]
    pub param_sets: Vec<PathBuf>,
    /// The account in which it will be deployed, where the code does not say it; none is invented.
    #[arg(long, value_name = "ID", value_parser = account_id, requires = "files")]
    pub account: Option<String>,
    /// The Region in which it will be deployed, where the code does not say it.
    #[arg(long, value_name = "REGION", requires = "files")]
    pub region: Option<String>,
    /// A file with what other stacks export, as names and values.
    #[arg(long, value_name = "FILE", requires = "files")]
    pub imports: Option<PathBuf>,
}

/// `check --input`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InputKind {
    TfPlan,
    Cfn,
    Cdk,
}

/// An account id.
fn account_id(text: &str) -> Result<String, String> {
    if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err("an account id has twelve digits".to_owned())
    }
}

/// `--pack`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PackName {
    All,
    Satre,
    Dspt,
    Gdpr,
}

/// `--fail-on`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    Critical,
    High,
    Medium,
    Low,
    Any,
    Never,
}

/// `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Table,
    Json,
}

/// `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A control (SET-LOG-01) or a SATRE statement (2.8.01).
    #[arg(value_name = "ID")]
    pub id: String,
    #[command(flatten)]
    pub pack: PackArgs,
}

/// `list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// What to list.
    #[arg(value_enum)]
    pub what: Listed,
    /// Only the statements of this framework.
    #[arg(long, value_name = "NAME", value_parser = ["satre", "dspt_caf", "dspt_ndg", "uk_gdpr"])]
    pub framework: Option<String>,
    #[command(flatten)]
    pub pack: PackArgs,
    /// What goes to standard output.
    #[arg(long, value_enum, default_value_t = Format::Table, value_name = "FORMAT")]
    pub format: Format,
}

/// What `list` lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Listed {
    Controls,
    Statements,
    Collectors,
    Frameworks,
}

/// `why`.
#[derive(Debug, Args)]
pub struct WhyArgs {
    /// Id of the control, such as SET-LOG-01.
    #[arg(value_name = "CONTROL")]
    pub control: String,
    /// ARN or id, as the report names it; of code its Terraform address, logical id or construct path.
    #[arg(value_name = "RESOURCE")]
    pub resource: String,
    /// Snapshot folder; of code --live names it.
    #[arg(default_value = "havenmark-snapshot", conflicts_with = "files")]
    pub snapshot: PathBuf,
    /// Ask of code before it is deployed (repeatable): a plan, a template or a folder cdk.out, as `check` reads it.
    #[arg(long = "file", value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Ask of the embedded example environment.
    #[arg(long, conflicts_with = "files")]
    pub demo: bool,
    #[command(flatten)]
    pub code: CodeArgs,
    #[command(flatten)]
    pub judge: JudgeArgs,
    /// What goes to standard output.
    #[arg(long, value_enum, default_value_t = Format::Table, value_name = "FORMAT")]
    pub format: Format,
}

/// `attest`.
#[derive(Debug, Args)]
pub struct AttestArgs {
    #[command(subcommand)]
    pub command: AttestCommand,
}

/// What to do with the register.
#[derive(Debug, Subcommand)]
pub enum AttestCommand {
    /// Write a new file with every member of its kind; none that is there is written over.
    New(AttestNewArgs),
    /// Check every file as an audit would; exit 3 where something has to be corrected.
    Check(AttestCheckArgs),
    /// List what has expired, what ends soon, and what is missing for projects, datasets and people.
    Due(AttestDueArgs),
}

/// Where the register is, and what it speaks of.
#[derive(Debug, Clone, Args)]
pub struct RegisterArgs {
    /// The declaration. Default: tre.toml in this folder, if it is there.
    #[arg(long, value_name = "FILE")]
    pub declaration: Option<PathBuf>,
    /// The attestation register. Default: attestations/ beside the declaration.
    #[arg(long, value_name = "DIR")]
    pub attestations: Option<PathBuf>,
    #[command(flatten)]
    pub pack: PackArgs,
    /// What goes to standard output.
    #[arg(long, value_enum, default_value_t = Format::Table, value_name = "FORMAT")]
    pub format: Format,
}

/// `attest new`.
#[derive(Debug, Args)]
pub struct AttestNewArgs {
    /// What it is, such as statement, dpia or exception.
    #[arg(value_name = "KIND")]
    pub kind: String,
    /// What it is about: satre:3.3.04, project:ID, dataset:ID, person:USER, `control:ID@RESOURCE`, as the kind asks.
    #[arg(value_name = "SUBJECT")]
    pub subject: String,
    /// Directory user name of who attests.
    #[arg(long, value_name = "USER")]
    pub by: Option<String>,
    /// Directory user name of who approved it: a different person.
    #[arg(long, value_name = "USER")]
    pub approved_by: Option<String>,
    /// SATRE role that is listed for the statement.
    #[arg(long, value_name = "ROLE")]
    pub role: Option<String>,
    /// The day on which it was made. Default: today, in UTC.
    #[arg(long, value_name = "DAY")]
    pub made: Option<String>,
    /// The day on which it no longer counts. Default: the longest life that the kind allows.
    #[arg(long, value_name = "DAY")]
    pub expires: Option<String>,
    /// Document that stands behind it (repeatable): its name and its SHA-256 are written.
    #[arg(long, value_name = "FILE")]
    pub evidence: Vec<PathBuf>,
    /// The id of the attestation that this one replaces.
    #[arg(long, value_name = "ID")]
    pub supersedes: Option<String>,
    /// Another member of the kind, such as score=2 or claim=TEXT (repeatable).
    #[arg(long = "set", value_name = "MEMBER=VALUE")]
    pub members: Vec<String>,
    #[command(flatten)]
    pub register: RegisterArgs,
}

/// `attest check`.
#[derive(Debug, Args)]
pub struct AttestCheckArgs {
    #[command(flatten)]
    pub register: RegisterArgs,
    /// Snapshot folder: who signs is held against the users of the directory in it.
    #[arg(long, value_name = "SNAPSHOT")]
    pub snapshot: Option<PathBuf>,
    /// Check as of this time. Default: now.
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<AsOf>,
}

/// `attest due`.
#[derive(Debug, Args)]
pub struct AttestDueArgs {
    /// How far to look ahead.
    #[arg(long, value_name = "DAYS", default_value_t = 30, value_parser = clap::value_parser!(u16))]
    pub within: u16,
    #[command(flatten)]
    pub register: RegisterArgs,
    /// Snapshot folder: the members of its directory's groups need attestations too.
    #[arg(long, value_name = "SNAPSHOT")]
    pub snapshot: Option<PathBuf>,
    /// Look from this time on. Default: now.
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<AsOf>,
}

/// `test`.
#[derive(Debug, Args)]
pub struct TestArgs {
    /// A folder with policies/, controls/ and fixtures/controls/ of your own. Default: the built-in cases.
    #[arg(conflicts_with = "controls")]
    pub folder: Option<PathBuf>,
    /// The same, as the other commands name it.
    #[arg(long, value_name = "DIR")]
    pub controls: Option<PathBuf>,
}

/// `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell that reads them.
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}
