//! Where a check's result goes: the terminal, and files for other tools.
//!
//! May import: everything below `commands`. Guarantees: a format without a file goes to standard output, and only one can; files are
//! renamed into place when they are whole.

use std::io::Write;
use std::path::PathBuf;

use crate::cli::{CheckArgs, Global};
use crate::commands::Failure;
use crate::model::checked::Checked;
use crate::report::gate::{github, gitlab, json, junit, sarif, terminal};
use crate::ui::{Streams, width};

/// A format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Table,
    Json,
    Sarif,
    Junit,
    Gitlab,
    Github,
}

/// What is written where; without a file to standard output.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Output {
    form: Form,
    file: Option<PathBuf>,
}

/// What `--format` asks for. Without it the terminal gets a table and, in a run of GitHub Actions, its annotations.
///
/// # Errors
/// An unknown format, or two that both go to standard output.
pub(super) fn plan(args: &CheckArgs) -> Result<Vec<Output>, Failure> {
    let mut outputs = Vec::new();
    for text in &args.formats {
        let (word, file) = match text.split_once('=') {
            Some((word, file)) if !file.is_empty() => (word, Some(PathBuf::from(file))),
            Some((word, _)) => {
                return Err(Failure::sentence(format!("--format {word}= names no file; write --format {word}=FILE")));
            }
            None => (text.as_str(), None),
        };
        let form = match word {
            "table" => Form::Table,
            "json" => Form::Json,
            "sarif" => Form::Sarif,
            "junit" => Form::Junit,
            "gitlab" => Form::Gitlab,
            "github" => Form::Github,
            other => {
                let all = "table, json, sarif, junit, gitlab and github, each with =FILE or without";
                return Err(Failure::sentence(format!("--format {other} is not known; there are {all}")));
            }
        };
        outputs.push(Output { form, file });
    }
    let shown: Vec<Form> = outputs.iter().filter(|output| output.file.is_none()).map(|output| output.form).collect();
    match shown.as_slice() {
        [] => outputs.push(Output { form: default_form(), file: None }),
        [_] => {}
        _ => {
            let text = "two formats go to standard output; give all but one a file: --format sarif=FILE";
            return Err(Failure::sentence(text));
        }
    }
    Ok(outputs)
}

fn default_form() -> Form {
    if std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true") { Form::Github } else { Form::Table }
}

/// Writes everything.
///
/// # Errors
/// A file cannot be written.
pub(super) fn write(
    outputs: &[Output],
    checked: &Checked,
    global: &Global,
    new_only: bool,
    streams: &mut Streams,
) -> Result<(), Failure> {
    for output in outputs {
        match &output.file {
            None => render(output.form, checked, global, new_only, &mut streams.out)?,
            Some(path) => {
                let mut bytes = Vec::new();
                render(output.form, checked, global, new_only, &mut bytes)?;
                crate::commands::place::over(path, &bytes).map_err(|error| {
                    Failure::sentence(format!("cannot write {}: {error}; name another file", path.display()))
                })?;
            }
        }
    }
    if outputs.iter().any(|output| output.form == Form::Github) {
        summary(checked)?;
    }
    Ok(())
}

/// Adds the summary to the page of a step of GitHub Actions.
fn summary(checked: &Checked) -> Result<(), Failure> {
    let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").map(PathBuf::from) else { return Ok(()) };
    let mut text = Vec::new();
    github::write_summary(checked, &mut text)?;
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(&path).map_err(|error| {
        Failure::failed(miette::miette!("cannot write the step's summary to {}: {error}", path.display()))
    })?;
    file.write_all(&text)?;
    Ok(())
}

fn render(form: Form, checked: &Checked, global: &Global, new_only: bool, out: &mut dyn Write) -> Result<(), Failure> {
    match form {
        Form::Table => {
            let options = terminal::Options { width: width::of_stdout(), verbose: global.verbose, new_only };
            terminal::write(checked, options, out)?;
        }
        Form::Json => json::write(checked, out)?,
        Form::Sarif => sarif::write(checked, out)?,
        Form::Junit => junit::write(checked, new_only, out)?,
        Form::Gitlab => gitlab::write(checked, out)?,
        Form::Github => github::write(checked, new_only, out)?,
    }
    Ok(())
}
