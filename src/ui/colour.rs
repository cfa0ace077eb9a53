//! Whether colour is written.
//!
//! May import: nothing of this crate. Guarantees: `--color` decides; then `NO_COLOR`, `CLICOLOR_FORCE` and `TERM=dumb`,
//! in this order; then whether the stream is a terminal.

use std::io::IsTerminal as _;

/// What `--color` was given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Colour {
    /// As the environment says, and only on a terminal.
    #[default]
    Auto,
    Always,
    Never,
}

/// The variables that speak of colour.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "four variables, each set or not")]
pub struct Environment {
    /// `NO_COLOR` is set and not empty.
    pub no_color: bool,
    /// `CLICOLOR_FORCE` is set, not empty and not 0.
    pub force: bool,
    /// `TERM` is `dumb`.
    pub dumb: bool,
    /// `CI` is set.
    pub ci: bool,
}

impl Environment {
    /// This process's environment.
    #[must_use]
    pub fn read() -> Self {
        let is = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        Self {
            no_color: is("NO_COLOR").is_some(),
            force: is("CLICOLOR_FORCE").is_some_and(|value| value != "0"),
            dumb: is("TERM").is_some_and(|value| value == "dumb"),
            ci: is("CI").is_some(),
        }
    }
}

impl Colour {
    /// The choice for one stream.
    #[must_use]
    pub fn resolve(self, environment: &Environment, terminal: bool) -> anstream::ColorChoice {
        let coloured = match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto if environment.no_color => false,
            Self::Auto if environment.force => true,
            Self::Auto => terminal && !environment.dumb,
        };
        if coloured { anstream::ColorChoice::Always } else { anstream::ColorChoice::Never }
    }
}

/// Whether standard output is a terminal.
#[must_use]
pub fn stdout_is_terminal() -> bool {
    std::io::stdout().is_terminal()
}

/// Whether standard error is a terminal.
#[must_use]
pub fn stderr_is_terminal() -> bool {
    std::io::stderr().is_terminal()
}

#[cfg(test)]
mod tests {
    use super::{Colour, Environment};
    use anstream::ColorChoice::{Always, Never};

    #[test]
    fn the_option_wins_then_no_color_then_force_then_the_terminal() {
        let plain = Environment::default();
        let no = Environment { no_color: true, force: true, ..Environment::default() };
        let force = Environment { force: true, dumb: true, ..Environment::default() };
        let dumb = Environment { dumb: true, ..Environment::default() };
        assert_eq!(Colour::Always.resolve(&no, false), Always);
        assert_eq!(Colour::Never.resolve(&force, true), Never);
        assert_eq!(Colour::Auto.resolve(&no, true), Never);
        assert_eq!(Colour::Auto.resolve(&force, false), Always);
        assert_eq!(Colour::Auto.resolve(&dumb, true), Never);
        assert_eq!(Colour::Auto.resolve(&plain, true), Always);
        assert_eq!(Colour::Auto.resolve(&plain, false), Never);
    }
}
