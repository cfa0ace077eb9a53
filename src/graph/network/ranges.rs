//! Ranges of addresses: which of them hold public ones, and which lie within others.
//!
//! May import: nothing of this crate. Guarantees: a text that is no range gives none; IPv4 and IPv6 never meet.

use core::net::IpAddr;

/// The addresses of one CIDR block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::graph) struct Range {
    six: bool,
    first: u128,
    last: u128,
}

/// Blocks that nobody reaches over the internet (<https://www.iana.org/assignments/iana-ipv4-special-registry/>, and the one
/// for IPv6). Blocks for documentation count as public: they are no private network either.
const NOT_PUBLIC: [&str; 14] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/127",
    "fc00::/7",
    "fe80::/10",
    "ff00::/8",
];

impl Range {
    /// Reads `10.0.0.0/16`, `fd00::/8` or a single address.
    pub(in crate::graph) fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u32>().ok()?)),
            None => (text, None),
        };
        let (six, address, whole) = match address.trim().parse().ok()? {
            IpAddr::V4(four) => (false, u128::from(u32::from(four)), 32_u32),
            IpAddr::V6(long) => (true, u128::from(long), 128),
        };
        let rest = whole.checked_sub(bits.unwrap_or(whole))?;
        // A mask of all 128 bits cannot be shifted out.
        let mask = 1_u128.checked_shl(rest).map_or(u128::MAX, |size| size.wrapping_sub(1));
        Some(Self { six, first: address & !mask, last: address | mask })
    }

    /// Whether all of `other` lies within.
    pub(in crate::graph) fn contains(self, other: Self) -> bool {
        self.six == other.six && self.first <= other.first && other.last <= self.last
    }

    pub(in crate::graph) fn overlaps(self, other: Self) -> bool {
        self.six == other.six && self.first <= other.last && other.first <= self.last
    }

    /// Whether it has no more addresses than the other.
    pub(in crate::graph) fn is_within_size_of(self, other: Self) -> bool {
        self.last.wrapping_sub(self.first) <= other.last.wrapping_sub(other.first)
    }

    /// Every address of its family.
    pub(in crate::graph) fn is_everything(self) -> bool {
        let last = if self.six { u128::MAX } else { u128::from(u32::MAX) };
        self.first == 0 && self.last == last
    }

    /// Whether a public address of it is in none of the others.
    pub(in crate::graph) fn has_public_beside(self, others: &[Self]) -> bool {
        let private = NOT_PUBLIC.into_iter().filter_map(Self::parse);
        let mut holes: Vec<Self> = others.iter().copied().chain(private).filter(|hole| hole.overlaps(self)).collect();
        holes.sort();
        let mut at = self.first;
        for hole in holes {
            if hole.first > at {
                return true;
            }
            match hole.last.checked_add(1) {
                Some(next) => at = at.max(next),
                None => return false,
            }
        }
        at <= self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> Range {
        Range::parse(text).unwrap()
    }

    #[test]
    fn public_is_what_no_private_block_holds() {
        for (text, public) in [
            ("0.0.0.0/0", true),
            ("10.0.0.0/8", false),
            ("10.0.0.0/7", true),
            ("192.168.1.1", false),
            ("203.0.113.7/32", true),
            ("172.0.0.0/8", true),
            ("::/0", true),
            ("fd00::/8", false),
            ("2a05:d01c::/32", true),
            ("fc00::/6", true),
        ] {
            assert_eq!(range(text).has_public_beside(&[]), public, "{text}");
        }
        let halves = [range("0.0.0.0/1"), range("128.0.0.0/1")];
        assert!(!range("0.0.0.0/0").has_public_beside(&halves));
        assert!(range("0.0.0.0/0").has_public_beside(&halves[..1]));
        assert!(range("::/0").has_public_beside(&halves), "the halves are of the other family");
        assert!(!range("::/0").has_public_beside(&[range("::/0")]));
    }

    #[test]
    fn what_is_no_range_is_none() {
        for text in ["", "10.0.0.0/33", "10.0.0.0/-1", "::/129", "sg-0broker", "10.0.0/8", "/", "10.0.0.0/8/8"] {
            assert_eq!(Range::parse(text), None, "{text}");
        }
        assert!(range("0.0.0.0/0").is_everything() && range("::/0").is_everything());
        assert!(!range("0.0.0.0/1").is_everything());
        assert!(
            range("10.0.0.0/8").contains(range("10.1.0.0/16")) && !range("10.1.0.0/16").contains(range("10.0.0.0/8"))
        );
        assert_eq!(range("10.1.2.3/8"), range("10.0.0.0/8"), "what stands behind the mask does not count");
    }
}
