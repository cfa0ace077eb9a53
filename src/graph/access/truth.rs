//! Truth with three values, after Kleene.
//!
//! May import: nothing of this crate. Guarantees: what is decided stays decided whatever an unknown part turns out to be.

/// Whether something holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Truth {
    /// In no case that the inputs leave open.
    No,
    /// In some and not in others, or it cannot be told.
    Unknown,
    /// In every case that the inputs leave open.
    Yes,
}

impl Truth {
    /// Decided.
    #[must_use]
    pub fn of(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }

    /// Both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// One of them holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }

    /// It does not hold.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
            Self::Yes => Self::No,
        }
    }

    /// What holds in two cases of which one applies: the same answer of both, or none.
    #[must_use]
    pub fn either(self, other: Self) -> Self {
        if self == other { self } else { Self::Unknown }
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{No, Unknown, Yes};

    #[test]
    fn an_unknown_part_never_decides() {
        assert_eq!([No.and(Unknown), Yes.and(Unknown), Yes.and(Yes)], [No, Unknown, Yes]);
        assert_eq!([No.or(Unknown), Yes.or(Unknown), No.or(No)], [Unknown, Yes, No]);
        assert_eq!([No.negated(), Unknown.negated(), Yes.negated()], [Yes, Unknown, No]);
        assert_eq!([Yes.either(No), Yes.either(Yes), No.either(Unknown)], [Unknown, Yes, Unknown]);
    }
}
