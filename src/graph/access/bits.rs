//! Truths of many things at once: one bit for "certainly" and one for "possibly".
//!
//! May import: `graph`. Guarantees: what is certain is possible, after every operation.

use super::truth::Truth;

/// One bit for each place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    pub(super) fn none(places: usize) -> Self {
        Self(vec![0; places.div_ceil(64)])
    }

    pub(super) fn all(places: usize) -> Self {
        let mut bits = vec![u64::MAX; places.div_ceil(64)];
        let over = bits.len().saturating_mul(64).saturating_sub(places);
        if let Some(last) = bits.last_mut() {
            *last = last.checked_shr(u32::try_from(over).unwrap_or(0)).unwrap_or(0);
        }
        Self(bits)
    }

    pub(super) fn set(&mut self, place: usize) {
        if let Some(word) = self.0.get_mut(place / 64) {
            *word |= 1 << (place % 64);
        }
    }

    pub(super) fn clear(&mut self, place: usize) {
        if let Some(word) = self.0.get_mut(place / 64) {
            *word &= !(1 << (place % 64));
        }
    }

    pub(super) fn has(&self, place: usize) -> bool {
        self.word(place / 64) >> (place % 64) & 1 == 1
    }

    pub(super) fn word(&self, at: usize) -> u64 {
        self.0.get(at).copied().unwrap_or(0)
    }

    pub(super) fn set_word(&mut self, at: usize, word: u64) {
        if let Some(place) = self.0.get_mut(at) {
            *place = word;
        }
    }

    pub(super) fn words(&self) -> usize {
        self.0.len()
    }

    pub(super) fn or(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a |= b);
    }

    pub(super) fn and(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a &= b);
    }

    /// How many are set.
    pub(super) fn count(&self) -> usize {
        self.0.iter().map(|w| usize::try_from(w.count_ones()).unwrap_or(0)).sum()
    }

    /// The places that are set, in order.
    pub(super) fn places(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().flat_map(|(at, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let next = usize::try_from(left.trailing_zeros()).ok().filter(|_| left != 0)?;
                left &= left.wrapping_sub(1);
                Some(at.saturating_mul(64).saturating_add(next))
            })
        })
    }
}

/// One truth for each place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) must: Bits,
    pub(super) may: Bits,
}

impl Line {
    pub(super) fn of(truth: Truth, places: usize) -> Self {
        let bits = |set| if set { Bits::all(places) } else { Bits::none(places) };
        Self { must: bits(truth == Truth::Yes), may: bits(truth != Truth::No) }
    }

    pub(super) fn no(places: usize) -> Self {
        Self::of(Truth::No, places)
    }

    /// Sets a place that was no.
    pub(super) fn set(&mut self, place: usize, truth: Truth) {
        if truth != Truth::No {
            self.may.set(place);
        }
        if truth == Truth::Yes {
            self.must.set(place);
        }
    }

    pub(super) fn clear(&mut self, place: usize) {
        self.must.clear(place);
        self.may.clear(place);
    }

    pub(super) fn at(&self, place: usize) -> Truth {
        match (self.must.has(place), self.may.has(place)) {
            (true, _) => Truth::Yes,
            (false, true) => Truth::Unknown,
            (false, false) => Truth::No,
        }
    }

    /// Holds too where the other does, as far as the gate is open.
    pub(super) fn or_where(&mut self, other: &Self, gate: Truth) {
        if gate == Truth::Yes {
            self.must.or(&other.must);
        }
        if gate != Truth::No {
            self.may.or(&other.may);
        }
    }

    pub(super) fn and(&mut self, other: &Self) {
        self.must.and(&other.must);
        self.may.and(&other.may);
    }
}

/// Turns 64 words of 64 bits over, so that bit `i` of word `k` is bit `k` of word `i`.
pub(super) fn transpose(block: &mut [u64; 64]) {
    let (mut step, mut mask) = (32_usize, 0x0000_0000_FFFF_FFFF_u64);
    while step != 0 {
        for pair in block.chunks_exact_mut(step.saturating_mul(2)) {
            let (low, high) = pair.split_at_mut(step);
            for (l, h) in low.iter_mut().zip(high) {
                let swap = ((*l >> step) ^ *h) & mask;
                *h ^= swap;
                *l ^= swap << step;
            }
        }
        step /= 2;
        mask ^= mask << step;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_holds_a_truth_for_each_place() {
        for places in [1, 63, 64, 65, 130] {
            assert_eq!(Bits::all(places).count(), places);
            let mut line = Line::no(places);
            line.set(places - 1, Truth::Unknown);
            assert_eq!((line.at(places - 1), line.at(places)), (Truth::Unknown, Truth::No));
            line.or_where(&Line::of(Truth::Yes, places), Truth::Unknown);
            assert_eq!((line.must.count(), line.may.count()), (0, places));
        }
        let mut bits = Bits::none(200);
        for place in [0, 63, 64, 199] {
            bits.set(place);
        }
        assert_eq!(bits.places().collect::<Vec<_>>(), [0, 63, 64, 199]);
    }

    #[test]
    fn rows_become_columns() {
        let mut block = [0_u64; 64];
        for (k, word) in block.iter_mut().enumerate() {
            *word = (k as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
        let before = block;
        transpose(&mut block);
        for (k, word) in before.iter().enumerate() {
            for (i, turned) in block.iter().enumerate() {
                assert_eq!(word >> i & 1, turned >> k & 1, "{k} {i}");
            }
        }
    }
}
