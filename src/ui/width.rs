//! How wide a line may be.
//!
//! May import: nothing of this crate. Guarantees: between 60 and 120 columns, whatever the environment says.

/// Columns for a table: `COLUMNS`, else the terminal's, else 100; at least 60 and at most 120.
#[must_use]
pub fn choose(columns: Option<&str>, terminal: Option<u16>) -> u16 {
    columns
        .and_then(|text| text.trim().parse::<u16>().ok())
        .filter(|&width| width > 0)
        .or(terminal)
        .unwrap_or(100)
        .clamp(60, 120)
}

/// The width of this process's standard output.
#[must_use]
pub fn of_stdout() -> u16 {
    // A table without content knows the terminal's width, and none when standard output is no terminal.
    choose(std::env::var("COLUMNS").ok().as_deref(), comfy_table::Table::new().width())
}

#[cfg(test)]
mod tests {
    use super::choose;

    #[test]
    fn columns_come_first_and_all_is_clamped() {
        assert_eq!(choose(Some("80"), Some(200)), 80);
        assert_eq!(choose(Some("5000"), None), 120);
        assert_eq!(choose(None, Some(20)), 60);
        assert_eq!(choose(Some("wide"), None), 100);
        assert_eq!(choose(Some("0"), Some(90)), 90);
    }
}
