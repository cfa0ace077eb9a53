//! Progress of a collection: bars for a person at a terminal, one line per finished account for everyone else.
//!
//! May import: `ui::colour`. Guarantees: writes to standard error only, and never where progress was switched off but
//! for the line that an account is done.

use std::io::Write;
use std::sync::Mutex;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::colour::{Colour, Environment, stderr_is_terminal};

/// What is drawn while a collection runs.
pub struct Progress {
    bars: Option<MultiProgress>,
    lines: Mutex<Box<dyn Write + Send>>,
}

/// The progress of one account.
#[derive(Debug)]
pub struct AccountProgress {
    account: String,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Bars only on a terminal, outside CI, with colour not switched off, and without `--no-progress`.
    #[must_use]
    pub fn wanted(no_progress: bool, colour: Colour, environment: &Environment, terminal: bool) -> bool {
        terminal && !no_progress && !environment.ci && !environment.dumb && colour != Colour::Never
    }

    /// Progress on standard error; `lines` takes the lines where there are no bars.
    #[must_use]
    pub fn new(no_progress: bool, colour: Colour, lines: Box<dyn Write + Send>) -> Self {
        let wanted = Self::wanted(no_progress, colour, &Environment::read(), stderr_is_terminal());
        let bars = wanted.then(|| MultiProgress::with_draw_target(ProgressDrawTarget::stderr()));
        Self { bars, lines: Mutex::new(lines) }
    }

    /// Progress without bars, whatever the terminal.
    #[must_use]
    pub fn lines_only(lines: Box<dyn Write + Send>) -> Self {
        Self { bars: None, lines: Mutex::new(lines) }
    }

    /// Begins an account with the number of its tasks.
    #[must_use]
    pub fn account(&self, account: &str, tasks: u64) -> AccountProgress {
        let bar = self.bars.as_ref().map(|bars| {
            let style = ProgressStyle::with_template("  {prefix} [{bar:24}] {pos}/{len} {wide_msg}")
                .unwrap_or_else(|_| ProgressStyle::default_bar())
                .progress_chars("=> ");
            let bar = bars.add(ProgressBar::new(tasks).with_style(style));
            bar.set_prefix(account.to_owned());
            bar
        });
        AccountProgress { account: account.to_owned(), bar }
    }

    /// Begins something whose number of calls nobody knows beforehand.
    #[must_use]
    pub fn calls(&self, what: &str) -> AccountProgress {
        let bar = self.bars.as_ref().map(|bars| {
            let style = ProgressStyle::with_template("{spinner} {prefix} {pos} calls  {wide_msg}")
                .unwrap_or_else(|_| ProgressStyle::default_spinner())
                .tick_chars("-\\|/ ");
            let bar = bars.add(ProgressBar::new_spinner().with_style(style));
            bar.set_prefix(what.to_owned());
            bar
        });
        AccountProgress { account: what.to_owned(), bar }
    }

    /// Ends an account: its bar goes, or a line is written (`      Done 111122223333: 31 tasks, 2 gaps`).
    pub fn finish(&self, account: &AccountProgress, summary: &str) {
        if let Some(bar) = &account.bar {
            bar.finish_and_clear();
        }
        self.line(&format!("{:>10} {}: {summary}", "Collected", account.account));
    }

    /// Writes a line of the story above the bars.
    pub fn line(&self, text: &str) {
        let write = || {
            if let Ok(mut lines) = self.lines.lock() {
                // A closed standard error must not end a collection.
                let _ = writeln!(lines, "{text}");
                let _ = lines.flush();
            }
        };
        match &self.bars {
            Some(bars) => bars.suspend(write),
            None => write(),
        }
    }
}

impl std::fmt::Debug for Progress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Progress").field("bars", &self.bars.is_some()).finish_non_exhaustive()
    }
}

impl AccountProgress {
    /// One task is done; says what is being asked now (`s3:eu-west-2`, `waiting on iam throttling, 2 s`).
    pub fn advance(&self, message: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(message.to_owned());
            bar.inc(1);
        }
    }

    /// Takes the bar away.
    pub fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    /// Says what is being waited for.
    pub fn say(&self, message: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(message.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Colour, Environment, Progress};

    #[test]
    fn bars_are_for_people_only() {
        let (plain, ci) = (Environment::default(), Environment { ci: true, ..Environment::default() });
        assert!(Progress::wanted(false, Colour::Auto, &plain, true));
        assert!(!Progress::wanted(false, Colour::Auto, &plain, false));
        assert!(!Progress::wanted(false, Colour::Auto, &ci, true));
        assert!(!Progress::wanted(true, Colour::Auto, &plain, true));
        assert!(!Progress::wanted(false, Colour::Never, &plain, true));
    }

    #[test]
    fn without_bars_a_finished_account_is_a_line() {
        #[derive(Clone, Default)]
        struct Sink(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);
        impl std::io::Write for Sink {
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                self.0.lock().unwrap().extend_from_slice(bytes);
                Ok(bytes.len())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let sink = Sink::default();
        let progress = Progress::lines_only(Box::new(sink.clone()));
        let account = progress.account("111122223333", 31);
        account.advance("s3:eu-west-2");
        progress.finish(&account, "31 tasks, 0 gaps");
        let text = String::from_utf8(sink.0.lock().unwrap().clone()).unwrap();
        assert_eq!(text, " Collected 111122223333: 31 tasks, 0 gaps\n");
    }
}
