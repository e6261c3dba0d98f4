//! A stretch of constant eligibility: who is due what, in exact integers.
//!
//! A member's claim after `n` turns is `d = b + n·w/W − x`: what they brought along, plus their
//! share, minus the turns they had. All claims are kept over the denominator `W · UNIT`.
//!
//! At the start of a stretch the members' old claims are brought to a sum of zero, in proportion
//! to weight, and then carried over. Tijdeman's theorem starts from zero; from other claims the
//! bound can be out of reach. Since turns come back to where they began after `W` of them, one
//! round can be played through: if it keeps the bound, every later one does. If not, the claims
//! are shrunk to three quarters, a half, a quarter, and at last to nothing, which always works.

use serde::{Deserialize, Serialize};

/// Claims carried over are kept in millionths of a turn.
pub(super) const UNIT: i128 = 1_000_000;

/// One eligible member inside a stretch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Seat {
    pub(super) member: String,
    pub(super) weight: u32,
    /// Claim at the start, in millionths of a turn.
    pub(super) brought: i64,
    /// Turns in this stretch.
    pub(super) turns: u64,
}

/// The eligible members with their weights, in the order of the pool.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stretch {
    pub(super) seats: Vec<Seat>,
    /// Turns given in this stretch.
    pub(super) turns: u64,
}

/// Shares of the old claims that may be carried over, in quarters.
const QUARTERS: [i64; 5] = [4, 3, 2, 1, 0];

impl Stretch {
    /// Begins a stretch with members, weights and old claims.
    pub(super) fn begin(members: &[(String, u32, i64)]) -> Self {
        let even = balanced(members);
        let seats = |quarters: i64| {
            let mut seats: Vec<Seat> = members
                .iter()
                .zip(&even)
                .map(|((member, weight, _), claim)| Seat {
                    member: member.clone(),
                    weight: *weight,
                    brought: claim * quarters / 4,
                    turns: 0,
                })
                .collect();
            // Rounding may leave a few millionths; the heaviest can bear them best.
            let rest: i64 = seats.iter().map(|seat| seat.brought).sum();
            if let Some(heaviest) = seats.iter_mut().max_by_key(|seat| seat.weight) {
                heaviest.brought -= rest;
            }
            Self { seats, turns: 0 }
        };
        QUARTERS.into_iter().map(seats).find(Self::keeps_the_bound).unwrap_or_else(|| seats(0))
    }

    /// True when the stretch is for exactly these members and weights.
    pub(super) fn fits(&self, members: &[(String, u32, i64)]) -> bool {
        self.seats.len() == members.len()
            && self
                .seats
                .iter()
                .zip(members)
                .all(|(seat, (member, weight, _))| seat.member == *member && seat.weight == *weight)
    }

    fn weight(&self) -> i128 {
        self.seats.iter().map(|seat| i128::from(seat.weight)).sum()
    }

    /// Claim of a seat after `turns`, over `W · UNIT`.
    fn claim(&self, seat: &Seat, turns: u64) -> i128 {
        let total = self.weight();
        i128::from(seat.brought) * total
            + (i128::from(turns) * i128::from(seat.weight) - i128::from(seat.turns) * total) * UNIT
    }

    /// Claim of a seat now, rounded to millionths of a turn.
    pub(super) fn claim_now(&self, seat: &Seat) -> i64 {
        let total = self.weight().max(1);
        let rounded = (self.claim(seat, self.turns) + total / 2).div_euclid(total);
        i64::try_from(rounded).unwrap_or(0)
    }

    /// The seat that gets the next turn; none when there are no seats. Among equals the one
    /// further behind, then the earlier in the pool.
    pub(super) fn next(&self) -> Option<usize> {
        let members = self.seats.len() as i128;
        if members <= 1 {
            return (members == 1).then_some(0);
        }
        let total = self.weight();
        let one = total * UNIT;
        let spread = 2 * members - 2;
        let claim = |seat: &Seat| self.claim(seat, self.turns + 1);
        let due = |place: &usize| claim(&self.seats[*place]) * spread >= one;
        // The deadline is (1 − 1/(2k−2) − d) / (w/W): compared crosswise, so no rounding.
        let slack = |seat: &Seat| one * (spread - 1) - claim(seat) * spread;
        let earlier = |left: &usize, right: &usize| {
            let (a, b) = (&self.seats[*left], &self.seats[*right]);
            let crossed = (slack(a) * i128::from(b.weight)).cmp(&(slack(b) * i128::from(a.weight)));
            crossed.then(claim(b).cmp(&claim(a))).then(left.cmp(right))
        };
        let chosen = (0..self.seats.len()).filter(due).min_by(earlier);
        chosen.or_else(|| (0..self.seats.len()).min_by(earlier))
    }

    /// Gives a turn to a seat.
    pub(super) fn take(&mut self, place: usize) {
        let total = self.weight();
        if let Some(seat) = self.seats.get_mut(place) {
            seat.turns += 1;
            self.turns += 1;
        }
        // After a whole round everybody is back where they began, so numbers stay small.
        let round = i128::from(self.turns) == total
            && self.seats.iter().all(|seat| seat.turns == u64::from(seat.weight));
        if round {
            self.turns = 0;
            self.seats.iter_mut().for_each(|seat| seat.turns = 0);
        }
    }

    /// Largest distance of any claim from zero, over `(2k − 2) · W · UNIT`, against the bound.
    fn within_bound(&self) -> bool {
        let spread = 2 * self.seats.len() as i128 - 2;
        let limit = self.weight() * UNIT * (spread - 1);
        self.seats.iter().all(|seat| (self.claim(seat, self.turns) * spread).abs() <= limit)
    }

    /// Plays one round. Only whole rounds that end where they began prove the rounds after.
    fn keeps_the_bound(&self) -> bool {
        if self.seats.len() <= 1 {
            return true;
        }
        let mut trial = self.clone();
        let round = u64::try_from(self.weight()).unwrap_or(0);
        for _ in 0..round {
            if !trial.within_bound() {
                return false;
            }
            let Some(place) = trial.next() else { return true };
            trial.seats[place].turns += 1;
            trial.turns += 1;
        }
        trial.seats.iter().all(|seat| seat.turns == u64::from(seat.weight))
    }
}

/// Claims brought to a sum of (nearly) zero by taking the excess from all in proportion.
fn balanced(members: &[(String, u32, i64)]) -> Vec<i64> {
    let total: i128 = members.iter().map(|(_, weight, _)| i128::from(*weight)).sum();
    let excess: i128 = members.iter().map(|(_, _, claim)| i128::from(*claim)).sum();
    let share = |weight: u32| excess * i128::from(weight) / total.max(1);
    members
        .iter()
        .map(|(_, weight, claim)| i64::try_from(i128::from(*claim) - share(*weight)).unwrap_or(0))
        .collect()
}
