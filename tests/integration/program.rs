//! The program as a test runs it: the real binary, in an environment of its own.

use std::error::Error;
use std::path::Path;
use std::process::{Command, Output};

use havenmark::source::estate::EstateFiles;
use serde_json::Value;

/// The binary, without the variables that would change what it prints or whom it asks.
pub(crate) fn havenmark(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_havenmark"));
    command.current_dir(folder);
    for name in
        ["NO_COLOR", "CLICOLOR_FORCE", "CI", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_MAX_ATTEMPTS"]
    {
        command.env_remove(name);
    }
    command.env("COLUMNS", "100").env("AWS_EC2_METADATA_DISABLED", "true").env("RUST_BACKTRACE", "0");
    command
}

/// Runs it and gives (exit code, stdout, stderr).
pub(crate) fn run(command: &mut Command) -> Result<(i32, String, String), Box<dyn Error>> {
    let Output { status, stdout, stderr } = command.output()?;
    let code = status.code().ok_or("it was ended by a signal")?;
    Ok((code, String::from_utf8(stdout)?, String::from_utf8(stderr)?))
}

/// An `evidence.json`, parsed.
pub(crate) fn evidence(folder: &Path) -> Result<Value, Box<dyn Error>> {
    Ok(serde_json::from_slice(&std::fs::read(folder.join("evidence.json"))?)?)
}

/// A file of the example environment.
pub(crate) fn demo_file(name: &str) -> String {
    format!("{}/fixtures/estates/demo/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// The example environment as a snapshot in `folder`; gives its name there.
pub(crate) fn demo_snapshot(folder: &Path) -> Result<String, Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/estates/demo");
    let mut files = vec![("estate.toml".to_owned(), std::fs::read_to_string(root.join("estate.toml"))?)];
    for entry in std::fs::read_dir(root.join("documents"))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        files.push((format!("documents/{name}"), std::fs::read_to_string(&path)?));
    }
    let estate = EstateFiles::read(files.iter().map(|(path, text)| (path.as_str(), text.as_str())))?;
    estate.write(&folder.join("snapshot"))?;
    Ok("snapshot".to_owned())
}
