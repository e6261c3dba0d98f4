//! How much a requester may have under way. One unwanted introduction costs three.

use jiff::Timestamp;

use super::policy::days_after;

/// Introductions on their way that one requester may have at once.
pub const OPEN_MAX: usize = 6;
/// What one complaint takes away.
pub const COMPLAINT_COSTS: usize = 3;
/// For how long.
pub const COMPLAINT_DAYS: i64 = 90;

/// What a requester may have under way at this moment, and when it grows again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Introductions at once.
    pub open_max: usize,
    /// Complaints that count.
    pub complaints: usize,
    /// When the oldest of them stops counting.
    pub grows_at: Option<Timestamp>,
}

/// The allowance after these complaints of targets.
pub fn allowance(complaints: &[Timestamp], at: Timestamp) -> Allowance {
    let mut ends: Vec<Timestamp> = complaints
        .iter()
        .map(|&when| days_after(when, COMPLAINT_DAYS))
        .filter(|&end| end > at)
        .collect();
    ends.sort_unstable();
    Allowance {
        open_max: OPEN_MAX.saturating_sub(COMPLAINT_COSTS * ends.len()),
        complaints: ends.len(),
        grows_at: ends.first().copied(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_costs_three_for_ninety_days() {
        let at: Timestamp = "2026-05-18T09:00:00Z".parse().unwrap();
        assert_eq!(allowance(&[], at).open_max, 6);
        let one = allowance(&[at], at);
        assert_eq!((one.open_max, one.grows_at), (3, Some(days_after(at, 90))));
        assert_eq!(allowance(&[at, at, at], at).open_max, 0);
        assert_eq!(allowance(&[at], days_after(at, 90)).open_max, 6);
    }
}
