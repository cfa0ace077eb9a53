//! What a person at a terminal sees while AWS is read, and a program does not.

use std::error::Error;
use std::process::Command;

use crate::moto::Moto;
use crate::program::havenmark;

/// Runs a command on a terminal of its own and gives what came to it.
fn on_a_terminal(command: &Command) -> Result<String, Box<dyn Error>> {
    let python =
        std::env::var("HAVENMARK_MOTO_PYTHON").map_err(|_| "HAVENMARK_MOTO_PYTHON is not set: run ./scripts/test")?;
    let mut terminal = Command::new(python);
    terminal.args(["-c", "import pty, sys; pty.spawn(sys.argv[1:])"]).arg(command.get_program());
    terminal.args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        terminal.current_dir(folder);
    }
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => terminal.env(name, value),
            None => terminal.env_remove(name),
        };
    }
    Ok(String::from_utf8_lossy(&terminal.env("TERM", "xterm").output()?.stdout).into_owned())
}

#[test]
fn a_bar_is_shown_on_a_terminal_alone() -> Result<(), Box<dyn Error>> {
    let moto = Moto::start_empty()?;
    let folder = tempfile::tempdir()?;
    let collect = |name: &str, more: &[&str]| {
        let mut command = havenmark(folder.path());
        command.args(["collect", "-o", name, "--region", "eu-west-2", "--endpoint-url", &moto.url()]);
        command.args(more).env("AWS_MAX_ATTEMPTS", "1");
        command
    };
    let seen = on_a_terminal(&collect("bar", &[]))?;
    assert!(seen.contains("reading AWS") && seen.contains("documents"), "{seen}");
    let seen = on_a_terminal(&collect("none", &["--no-progress"]))?;
    assert!(!seen.contains("reading AWS") && seen.contains("Collected"), "{seen}");
    let piped = collect("piped", &[]).output()?;
    let said = String::from_utf8_lossy(&piped.stderr);
    assert!(!said.contains("reading AWS") && said.contains("Collected"), "{said}");
    Ok(())
}
