//! `havenmark init`: the draft of the example against its real declaration, and what happens to files.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;

use havenmark::declaration::Declaration;
use havenmark::declaration::form::Form;

use crate::program::{demo_file, demo_snapshot, evidence, havenmark, run};

type Outcome = Result<(), Box<dyn Error>>;

/// The draft of the example, on standard output.
fn draft(folder: &Path) -> Result<String, Box<dyn Error>> {
    let (code, text, story) = run(havenmark(folder).args(["init", "--demo", "-o", "-"]))?;
    assert_eq!(code, 0, "{story}");
    Ok(text)
}

fn form(text: &str) -> Result<Form, Box<dyn Error>> {
    let declaration = Declaration::parse("tre.toml", text)?;
    assert_eq!(declaration.notices(), []);
    Ok(declaration.form().clone())
}

fn set(words: &[String]) -> BTreeSet<&str> {
    words.iter().map(String::as_str).collect()
}

/// What tags and names show is found, and every difference from what people declared is one of those named here.
#[test]
fn the_draft_of_the_example_is_its_declaration_as_far_as_aws_shows_it() -> Outcome {
    let folder = tempfile::tempdir()?;
    let text = draft(folder.path())?;
    assert!(text.contains("# id = \"cardiology\"") && text.contains("is it spelt right?"), "{text}");
    let drafted = form(&text)?;
    let real = form(&std::fs::read_to_string(demo_file("tre.toml"))?)?;

    let (tre, real_tre) = (drafted.tre.ok_or("no [tre]")?, real.tre.ok_or("no [tre]")?);
    assert_eq!(tre.regions, real_tre.regions);
    // By what stands in it an account may be for more than people declared; each purpose that they declared shows.
    let (found, declared) = (tre.accounts.ok_or("none")?, real_tre.accounts.ok_or("none")?);
    for (purpose, ids) in &declared {
        let drafted = found.get(purpose).ok_or_else(|| format!("no account for {purpose}"))?;
        assert!(ids.0.iter().all(|id| drafted.0.contains(id)), "{purpose}: {drafted:?}");
    }
    assert_eq!(tre.ou, real_tre.ou);
    // The name is that of the unit, and a promise is no fact.
    assert_eq!(tre.name.as_deref(), Some("Secure Data Environment"));
    assert_eq!(tre.federation, None);

    let (personas, real_personas) = (drafted.personas.ok_or("none")?, real.personas.ok_or("none")?);
    for ((name, found), (_, declared)) in personas.all().into_iter().zip(real_personas.all()) {
        // More than people declared may show; what they declared does.
        let (found, declared) = (set(found.as_deref().unwrap_or(&[])), set(declared.as_deref().unwrap_or(&[])));
        assert!(declared.is_subset(&found), "{name}: {found:?}");
    }

    let (airlock, real_airlock) = (drafted.airlock.ok_or("none")?, real.airlock.ok_or("none")?);
    assert_eq!(airlock.stages(), real_airlock.stages());
    // The paths are a promise.
    assert_eq!(airlock.paths, None);

    let logs = drafted.logging.and_then(|l| l.buckets).ok_or("none")?;
    assert!(set(&real.logging.and_then(|l| l.buckets).ok_or("none")?).is_subset(&set(&logs)));
    let identity = drafted.identity.ok_or("none")?;
    assert_eq!(identity.source, real.identity.ok_or("none")?.source);

    let ids = |form: Option<Vec<havenmark::declaration::form::Project>>| -> BTreeSet<String> {
        form.into_iter().flatten().map(|p| p.id).collect()
    };
    let (found, declared) = (ids(drafted.project), ids(real.project));
    // A tag that is spelt wrong in the example is asked about and not written.
    assert_eq!(found, declared);

    let stores = |form: Option<Vec<havenmark::declaration::form::Dataset>>| -> BTreeSet<String> {
        form.into_iter().flatten().filter_map(|d| d.stores).flatten().collect()
    };
    let (found, declared) = (stores(drafted.dataset), stores(real.dataset));
    // A database of the catalogue has no tags that would show it.
    assert_eq!(declared.difference(&found).collect::<Vec<_>>(), ["glue:cardio"]);
    // What nobody declared, a copy abroad among it.
    assert_eq!(
        found.difference(&declared).collect::<Vec<_>>(),
        ["efs:fs-0d2e3f4a5b6c7d8e9", "rds:northmoor-air-quality", "s3:northmoor-sde-dr-oncology"]
    );

    // What allows something, and what AWS cannot know.
    assert_eq!((identity.issuers, identity.break_glass), (None, None));
    assert_eq!((drafted.perimeter, drafted.operations, drafted.limits, drafted.people), (None, None, None, None));
    assert_eq!(drafted.dspt, None);
    Ok(())
}

/// The names of people in the example stand nowhere in the draft.
#[test]
fn no_user_of_the_example_is_named() -> Outcome {
    let folder = tempfile::tempdir()?;
    let text = draft(folder.path())?;
    let mut users = 0;
    for account in ["111111111111", "222222222222", "333333333333", "444444444444"] {
        let documents = std::fs::read_to_string(demo_file(&format!("documents/{account}-iam.toml")))?;
        for line in documents.lines().filter_map(|l| l.strip_prefix("properties.UserName = ")) {
            users += 1;
            assert!(!text.contains(line.trim_matches('"')), "{line}");
        }
    }
    assert!(users > 3);
    Ok(())
}

#[test]
fn two_runs_give_the_same_bytes() -> Outcome {
    let folder = tempfile::tempdir()?;
    assert_eq!(draft(folder.path())?, draft(folder.path())?);
    Ok(())
}

/// The draft goes straight into an audit, which sets nothing of it aside. What a checked declaration finds wrong in the
/// example is never met by a draft of the example.
#[test]
fn an_audit_takes_the_draft() -> Outcome {
    let folder = tempfile::tempdir()?;
    let snapshot = demo_snapshot(folder.path())?;
    let (code, result, story) = run(havenmark(folder.path()).args(["init", &snapshot]))?;
    assert_eq!((code, result.as_str()), (0, ""), "{story}");
    assert!(story.contains("tre.toml: ") && story.contains("check them"), "{story}");
    let verdicts = |declaration: &str, output: &str| -> Result<Verdicts, Box<dyn Error>> {
        let attestations = demo_file("attestations");
        let arguments =
            ["audit", &snapshot, "--declaration", declaration, "--attestations", &attestations, "-o", output];
        let (code, _, story) = run(havenmark(folder.path()).args(arguments))?;
        assert_eq!(code, 3, "{story}");
        let evidence = evidence(&folder.path().join(output))?;
        let notices = evidence["notices"].as_array().ok_or("no notices")?;
        assert!(notices.iter().all(|n| !n["place"].as_str().is_some_and(|p| p.starts_with("tre.toml"))), "{notices:?}");
        let all = evidence["verdicts"].as_array().ok_or("no verdicts")?.iter();
        Ok(all.map(|v| (format!("{} {}", v["control"], v["resource"]), v["verdict"].to_string())).collect())
    };
    let (real, drafted) = (verdicts(&demo_file("tre.toml"), "real")?, verdicts("tre.toml", "drafted")?);
    let better: Vec<&String> = real
        .iter()
        .filter(|(row, verdict)| {
            let now = drafted.get(*row).map_or("", String::as_str);
            *verdict != "\"met\"" && now == "\"met\"" || *verdict == "\"not_met\"" && now == "\"not_applicable\""
        })
        .map(|(row, _)| row)
        .collect();
    assert_eq!(better, Vec::<&String>::new());
    Ok(())
}

type Verdicts = std::collections::BTreeMap<String, String>;

#[test]
fn a_file_that_is_there_is_kept_until_force_is_used() -> Outcome {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("tre.toml");
    std::fs::write(&file, "mine")?;
    let (code, _, story) = run(havenmark(folder.path()).args(["init", "--demo"]))?;
    assert_eq!(code, 2, "{story}");
    assert!(story.contains("--force"), "{story}");
    assert_eq!(std::fs::read_to_string(&file)?, "mine");
    let (code, _, story) = run(havenmark(folder.path()).args(["init", "--demo", "--force"]))?;
    assert_eq!(code, 0, "{story}");
    assert_eq!(std::fs::read_to_string(&file)?, draft(folder.path())?);
    // Nothing else was left behind.
    assert_eq!(std::fs::read_dir(folder.path())?.count(), 1);
    Ok(())
}

/// A link that leads nowhere is a file that is there, and what it leads to is not made.
#[cfg(unix)]
#[test]
fn a_link_is_not_followed() -> Outcome {
    let folder = tempfile::tempdir()?;
    let elsewhere = folder.path().join("elsewhere");
    std::os::unix::fs::symlink(&elsewhere, folder.path().join("tre.toml"))?;
    let (code, _, story) = run(havenmark(folder.path()).args(["init", "--demo"]))?;
    assert_eq!(code, 2, "{story}");
    let (code, _, story) = run(havenmark(folder.path()).args(["init", "--demo", "--force"]))?;
    assert_eq!((code, elsewhere.exists()), (0, false), "{story}");
    Ok(())
}

#[test]
fn what_cannot_be_done_is_said_with_what_to_do() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (code, _, story) = run(havenmark(folder.path()).arg("init"))?;
    assert_eq!(code, 2, "{story}");
    let words = story.replace('│', " ").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("havenmark collect -o havenmark-snapshot"), "{story}");
    assert!(!folder.path().join("tre.toml").exists());
    let (code, _, story) = run(havenmark(folder.path()).args(["init", "--demo", "--force", "-o", "."]))?;
    assert_eq!(code, 2, "{story}");
    let (code, _, story) = run(havenmark(folder.path()).args(["init", "--demo", "-o", "no/such/folder/tre.toml"]))?;
    assert_eq!(code, 1, "{story}");
    assert!(story.contains("cannot write to"), "{story}");
    Ok(())
}

/// From live answers to a draft: tags that a server gave, of buckets, subnets and a table.
#[cfg(feature = "live")]
#[test]
fn what_was_collected_becomes_a_draft() -> Outcome {
    const SEED: &str = r#"
import boto3, sys
make = lambda name: boto3.client(name, region_name="eu-west-2", endpoint_url=sys.argv[1])
s3, ec2, dynamodb = make("s3"), make("ec2"), make("dynamodb")
tag = lambda **tags: [{"Key": "tre:" + key, "Value": value} for key, value in tags.items()]
for name, tags in [("t-ask", tag(role="request")), ("t-out", tag(role="outbound")),
                   ("t-ehr", tag(role="store", project="cardio-2026")), ("t-plain", [])]:
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    if tags:
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags})
vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.1.0/24")["Subnet"]["SubnetId"]
ec2.create_tags(Resources=[subnet], Tags=tag(role="workspace"))
dynamodb.create_table(TableName="tre-egress-requests", BillingMode="PAY_PER_REQUEST",
    KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}])
print(vpc, subnet)
"#;
    let moto = crate::moto::Moto::start_empty()?;
    let python =
        std::env::var("HAVENMARK_MOTO_PYTHON").map_err(|_| "HAVENMARK_MOTO_PYTHON is not set: run ./scripts/test")?;
    let seeded = std::process::Command::new(python).args(["-c", SEED, &moto.url()]).output()?;
    assert!(seeded.status.success(), "{}", String::from_utf8_lossy(&seeded.stderr));
    let names = String::from_utf8(seeded.stdout)?;
    let (vpc, subnet) = names.trim().split_once(' ').ok_or("no names")?;

    let folder = tempfile::tempdir()?;
    let url = moto.url();
    let (code, _, story) =
        run(havenmark(folder.path()).args(["collect", "--region", "eu-west-2", "--endpoint-url", &url]))?;
    assert_eq!(code, 0, "{story}");
    let (code, _, story) = run(havenmark(folder.path()).arg("init"))?;
    assert_eq!(code, 0, "{story}");
    let text = std::fs::read_to_string(folder.path().join("tre.toml"))?;
    let drafted = form(&text)?;
    let airlock = drafted.airlock.ok_or("none")?;
    assert_eq!(airlock.request.ok_or("none")?, ["s3:t-ask"]);
    assert_eq!(airlock.outbound.ok_or("none")?, ["s3:t-out"]);
    assert_eq!(airlock.records.as_deref(), Some("dynamodb:tre-egress-requests"));
    let network = drafted.network.ok_or("none")?;
    assert_eq!(
        (network.workspace.ok_or("none")?, network.vpcs.ok_or("none")?),
        (vec![subnet.to_owned()], vec![vpc.to_owned()])
    );
    assert_eq!(drafted.dataset.ok_or("none")?[0].id, "t-ehr");
    assert_eq!(drafted.project.ok_or("none")?[0].id, "cardio-2026");
    let tre = drafted.tre.ok_or("none")?;
    assert_eq!(tre.regions.ok_or("none")?, ["eu-west-2"]);
    let accounts: BTreeSet<String> = tre.accounts.ok_or("none")?.into_keys().collect();
    assert!(["data", "workspace"].iter().all(|role| accounts.contains(*role)), "{accounts:?}");
    Ok(())
}
