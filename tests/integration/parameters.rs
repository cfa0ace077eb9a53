//! Of parameters one value is read: the release of Landing Zone Accelerator.

use std::error::Error;
use std::process::Command;

use crate::moto::{Moto, collected, options, sound};
use crate::program::{havenmark, run};
use crate::proxy::{Fault, Proxy};

type Outcome = Result<(), Box<dyn Error>>;

const VERSION: &str = "/accelerator/AWSAccelerator-PipelineStack-123456789012-eu-west-2/version";

/// The release, and what must not be read: an encrypted parameter of such a name, and others that nearly have it.
const SEED: &str = r#"
import sys, boto3
client = boto3.client("ssm", region_name="eu-west-2", endpoint_url=sys.argv[1])
def put(name, value, kind="String"):
    client.put_parameter(Name=name, Value=value, Type=kind)
put("/accelerator/AWSAccelerator-PipelineStack-123456789012-eu-west-2/version", "v1.12.3")
put("/accelerator/secret/version", "never-collected", "SecureString")
for name in ["/accelerator/x/token", "/accelerator/version", "/x/accelerator/x/version", "/accelerator/x/version/old", "/tre/password"]:
    put(name, "never-collected")
"#;

fn seeded() -> Result<Moto, Box<dyn Error>> {
    let moto = Moto::start_empty()?;
    let seeded = Command::new(std::env::var("HAVENMARK_MOTO_PYTHON")?).args(["-c", SEED, &moto.url()]).output()?;
    if !seeded.status.success() {
        return Err(String::from_utf8_lossy(&seeded.stderr).into());
    }
    Ok(moto)
}

#[test]
fn the_value_of_no_other_parameter_is_asked_for() -> Outcome {
    let moto = seeded()?;
    let proxy = Proxy::start(moto.address)?;
    let (_, memory) = collected(&options(proxy.url()))?;
    sound(&memory)?;
    assert_eq!(proxy.take_seen().get("ssm:GetParameter"), Some(&1), "asked beside the ledger");
    let asked: Vec<_> = memory.calls.iter().filter(|call| call.operation == "GetParameter").collect();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].parameters, [("Name".to_owned(), VERSION.to_owned())].into());

    let parameters: Vec<_> = memory.documents.iter().filter(|d| d.kind == "AWS::SSM::Parameter").collect();
    assert_eq!(parameters.len(), 7, "every one has a document");
    for parameter in parameters {
        if parameter.properties["Name"] == VERSION {
            assert_eq!(parameter.properties["Value"], "v1.12.3");
        } else {
            assert!(parameter.missing["Value"].contains("not collected"), "{parameter:?}");
        }
    }
    assert!(!serde_json::to_string(&memory.documents)?.contains("never-collected"));

    proxy.set([("ssm:GetParameter".to_owned(), Fault::Denied)]);
    let (_, denied) = collected(&options(proxy.url()))?;
    let version = denied.documents.iter().find(|d| d.id.ends_with(VERSION)).ok_or("it has no document")?;
    assert!(version.missing["Value"].starts_with("ssm:GetParameter denied"), "{version:?}");
    Ok(())
}

#[test]
fn no_secret_reaches_the_disk() -> Outcome {
    let moto = seeded()?;
    let folder = tempfile::tempdir()?;
    let url = moto.url();
    let (code, _, story) =
        run(havenmark(folder.path()).args(["collect", "-o", "s", "--region", "eu-west-2", "--endpoint-url", &url]))?;
    assert_eq!(code, 0, "{story}");
    let snapshot = havenmark::snapshot::Reader::open(&folder.path().join("s"))?;
    let mut all = String::new();
    for chunk in &snapshot.manifest().chunks {
        all.push_str(&serde_json::to_string(&snapshot.documents(chunk)?)?);
    }
    assert!(all.contains("v1.12.3"), "the release is there");
    assert!(!all.contains("never-collected"));
    Ok(())
}
