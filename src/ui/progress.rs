//! Progress of a collection: a bar for a person at a terminal, and a line for each thing that is done, for everyone.
//!
//! May import: `ui::colour`. Guarantees: a bar is drawn on standard error only, and never where progress was switched off; a
//! line never stands in the middle of one.

use std::io::Write;
use std::sync::Mutex;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::colour::{Colour, Environment, stderr_is_terminal};

/// What is drawn while a collection runs.
pub struct Progress {
    bars: Option<MultiProgress>,
    lines: Mutex<Box<dyn Write + Send>>,
}

/// The progress of something that is under way.
#[derive(Debug)]
pub struct Running {
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

    /// Begins something whose number of calls nobody knows beforehand.
    #[must_use]
    pub fn calls(&self, what: &str) -> Running {
        let bar = self.bars.as_ref().map(|bars| {
            let style = ProgressStyle::with_template("{spinner} {prefix} {pos} calls  {wide_msg}")
                .unwrap_or_else(|_| ProgressStyle::default_spinner())
                .tick_chars("-\\|/ ");
            let bar = bars.add(ProgressBar::new_spinner().with_style(style));
            bar.set_prefix(what.to_owned());
            bar
        });
        Running { bar }
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

impl Running {
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
    fn a_line_goes_where_lines_go() {
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
        let progress = Progress::new(true, Colour::Auto, Box::new(sink.clone()));
        let running = progress.calls("reading AWS");
        running.advance("s3:eu-west-2");
        progress.line("account 111122223333");
        running.clear();
        assert_eq!(String::from_utf8(sink.0.lock().unwrap().clone()).unwrap(), "account 111122223333\n");
    }
}
