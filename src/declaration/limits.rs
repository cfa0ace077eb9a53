//! The bounds of `[limits]`: which there are, their defaults, and which value holds.
//!
//! May import: nothing of this crate. Guarantees: the defaults are those of the control catalogue; a bound that was
//! declared wrongly has no value at all, never the default, for nobody asked to be judged by the default.

use super::form::LimitsForm;

/// What a bound may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// The member of `[limits]`.
    pub name: &'static str,
    /// The value where nothing is declared; none leaves the control not assessed.
    pub default: Option<i64>,
    /// The smallest value that makes sense.
    pub least: i64,
    /// The largest value that makes sense.
    pub most: i64,
}

const fn bound(name: &'static str, default: Option<i64>, least: i64, most: i64) -> Bound {
    Bound { name, default, least, most }
}

/// A hundred years of days.
const DAYS: i64 = 36_525;

/// Every bound, by name.
pub const BOUNDS: [Bound; 17] = [
    bound("airlock_days", Some(30), 1, DAYS),
    bound("checkers", Some(2), 1, 1_000),
    bound("close_grace_days", None, 0, DAYS),
    bound("drift_days", None, 1, DAYS),
    // CloudTrail keeps its history of events for 90 days.
    bound("events_days", None, 2, 90),
    bound("finding_days", None, 0, DAYS),
    bound("iac_percent", None, 0, 100),
    bound("idle_minutes", None, 1, 10_080),
    bound("image_days", Some(60), 1, DAYS),
    bound("imds_hops", Some(2), 1, 64),
    bound("log_days", None, 1, DAYS),
    // A presigned request lives at most seven days.
    bound("presign_seconds", None, 1, 604_800),
    bound("restore_test_days", Some(365), 1, DAYS),
    bound("review_days", Some(90), 1, DAYS),
    bound("rpo_hours", None, 1, 8_784),
    bound("session_hours", Some(12), 1, 720),
    bound("stale_days", Some(45), 1, DAYS),
];

/// The value of a bound and why it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// A person declared it.
    Declared(i64),
    /// Nobody declared it and the catalogue has a default.
    Default(i64),
    /// Declared wrongly: there is no value, and a notice says why.
    SetAside,
    /// Nobody declared it and there is no default, or there is no such bound.
    Undeclared,
}

impl Limit {
    /// The value that policies compare with.
    #[must_use]
    pub fn value(self) -> Option<i64> {
        match self {
            Self::Declared(value) | Self::Default(value) => Some(value),
            Self::SetAside | Self::Undeclared => None,
        }
    }

    /// Whether the value is the catalogue's and not the declaration's.
    #[must_use]
    pub fn is_default(self) -> bool {
        matches!(self, Self::Default(_))
    }
}

impl LimitsForm {
    /// The declared value of a bound.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<i64> {
        let mut copy = self.clone();
        copy.slot(name).and_then(|slot| *slot)
    }

    /// The member of that name.
    pub(super) fn slot(&mut self, name: &str) -> Option<&mut Option<i64>> {
        Some(match name {
            "airlock_days" => &mut self.airlock_days,
            "checkers" => &mut self.checkers,
            "close_grace_days" => &mut self.close_grace_days,
            "drift_days" => &mut self.drift_days,
            "events_days" => &mut self.events_days,
            "finding_days" => &mut self.finding_days,
            "iac_percent" => &mut self.iac_percent,
            "idle_minutes" => &mut self.idle_minutes,
            "image_days" => &mut self.image_days,
            "imds_hops" => &mut self.imds_hops,
            "log_days" => &mut self.log_days,
            "presign_seconds" => &mut self.presign_seconds,
            "restore_test_days" => &mut self.restore_test_days,
            "review_days" => &mut self.review_days,
            "rpo_hours" => &mut self.rpo_hours,
            "session_hours" => &mut self.session_hours,
            "stale_days" => &mut self.stale_days,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{BOUNDS, Limit};
    use crate::declaration::Declaration;
    use crate::declaration::form::LimitsForm;

    #[test]
    fn the_table_and_the_form_have_the_same_bounds() {
        let members = serde_json::to_value(LimitsForm::default()).unwrap();
        let mut form: Vec<&str> = members.as_object().unwrap().keys().map(String::as_str).collect();
        form.sort_unstable();
        assert_eq!(form, BOUNDS.map(|b| b.name));
        for bound in BOUNDS {
            assert!(LimitsForm::default().slot(bound.name).is_some(), "{}", bound.name);
        }
    }

    #[test]
    fn the_defaults_are_those_of_the_catalogue_and_the_others_have_none() {
        let none = Declaration::default();
        let with_default = [
            ("airlock_days", 30),
            ("checkers", 2),
            ("image_days", 60),
            ("imds_hops", 2),
            ("restore_test_days", 365),
            ("review_days", 90),
            ("session_hours", 12),
            ("stale_days", 45),
        ];
        for bound in BOUNDS {
            let expected = with_default.iter().find(|(n, _)| *n == bound.name);
            assert_eq!(none.limit(bound.name), expected.map_or(Limit::Undeclared, |(_, v)| Limit::Default(*v)));
        }
    }

    #[test]
    fn a_declared_bound_holds_even_where_it_equals_the_default() {
        let declared = Declaration::parse("tre.toml", "[limits]\nstale_days = 45\nlog_days = 400\n").unwrap();
        assert_eq!(declared.limit("stale_days"), Limit::Declared(45));
        assert_eq!(declared.limit("log_days"), Limit::Declared(400));
        assert!(declared.limit("review_days").is_default());
    }

    #[test]
    fn a_senseless_bound_has_no_value_and_no_default() {
        let wrong = Declaration::parse("tre.toml", "[limits]\nstale_days = -1\niac_percent = 101\n").unwrap();
        assert_eq!(wrong.limit("stale_days"), Limit::SetAside);
        assert_eq!(wrong.limit("stale_days").value(), None);
        let notices: Vec<String> = wrong.notices().into_iter().map(|n| format!("{}: {}", n.place, n.text)).collect();
        assert_eq!(
            notices,
            [
                "tre.toml:2: -1 is no sensible stale_days. Write a whole number from 1 to 36525. Until then limits.stale_days counts as not declared.",
                "tre.toml:3: 101 is no sensible iac_percent. Write a whole number from 0 to 100. Until then limits.iac_percent counts as not declared.",
            ]
        );
    }
}
