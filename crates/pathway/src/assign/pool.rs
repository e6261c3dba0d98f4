//! One turn of a pool: who gets it, why, and why not the others.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::eligible::{Availability, Candidate, OnReturn, Refused, refusal};
use super::stretch::{Stretch, UNIT};
use crate::document::Target;
use crate::fact::Decimal;
use crate::limits::{OWED_MAX, POOL_MEMBERS_MAX, TURNS_KEPT_MAX, WEIGHT_MAX};

/// Turns are remembered this long, which bounds the longest window of a cap.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 35);

/// What a pool remembers between turns. Starts as `PoolState::default()`; stored as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolState {
    stretch: Stretch,
    members: BTreeMap<String, Standing>,
}

/// What a pool remembers of one member.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Standing {
    /// Claim when last seated, in millionths of a turn; positive when turns are due.
    claim: i64,
    /// Share of turns missed while away, in millionths of a turn.
    missed: i64,
    away: bool,
    /// Turns owed, paid before any other.
    pub owed: u32,
    /// Turns of the last 35 days, oldest first.
    pub turns: Vec<Timestamp>,
}

/// Why a pool cannot be used. It is a fault of its set-up, not of the moment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PoolError {
    /// More members than the bound.
    #[error("a pool has at most {POOL_MEMBERS_MAX} members, this one has {0}")]
    TooMany(usize),
    /// A weight above the bound.
    #[error("{0} has a weight above {WEIGHT_MAX}")]
    TooHeavy(String),
    /// A member named twice.
    #[error("{0} is in the pool twice")]
    Twice(String),
}

/// Who gets the turn, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// The member; none when nobody is eligible.
    pub chosen: Option<String>,
    /// Why.
    pub reason: Reason,
    /// All members of the pool in its order, each with why not.
    pub candidates: Vec<CandidateTrace>,
    /// What the pool remembers from now on.
    pub state: PoolState,
}

impl Assignment {
    /// Whose the referral is: the member, else the fallback. None only when nobody is eligible
    /// and no fallback was given, which a linted pathway excludes.
    #[must_use]
    pub fn owner(&self) -> Option<Target> {
        match (&self.chosen, &self.reason) {
            (Some(member), _) => Some(Target::Member(member.as_str().into())),
            (None, Reason::Fallback { to }) => Some(to.clone()),
            _ => None,
        }
    }
}

/// Why somebody was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Reason {
    /// Their share of the turns is due first.
    FairShare,
    /// A turn was owed to them.
    Owed {
        /// Still owed after this one.
        left: u32,
    },
    /// Only one member was eligible.
    OnlyOne,
    /// Nobody was eligible.
    Fallback {
        /// Who gets it instead.
        to: Target,
    },
    /// Nobody was eligible and there is no fallback.
    Nobody,
}

/// A member as this turn saw them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CandidateTrace {
    /// Member id.
    pub member: String,
    /// Weight.
    pub weight: u32,
    /// Turns they were behind (positive) or ahead (negative) before this one.
    pub behind: Decimal,
    /// Why they were not chosen; none for the one who was.
    pub refused: Option<Refused>,
}

/// Gives one turn. Deterministic: the same state, candidates and time give the same answer.
///
/// # Errors
/// [`PoolError`] when the pool is over a bound or names a member twice.
pub fn assign(
    state: &PoolState,
    candidates: &[Candidate],
    fallback: Option<&Target>,
    at: Timestamp,
) -> Result<Assignment, PoolError> {
    validate(candidates)?;
    let mut state = state.clone();
    state.forget_leavers(candidates);
    let refusals: Vec<_> = candidates
        .iter()
        .map(|candidate| refusal(candidate, state.turns(&candidate.member), at))
        .collect();
    state.settle_absences(candidates, &refusals);
    state.seat(candidates, &refusals);
    let behind: Vec<_> = candidates.iter().map(|one| state.claim(&one.member)).collect();
    let (chosen, reason) = state.choose(fallback);
    if let Some(member) = &chosen {
        state.remember(member, at);
    }
    let owed = matches!(reason, Reason::Owed { .. });
    let others = if owed { Refused::OwedFirst } else { Refused::NotTheirTurn };
    let trace = |((candidate, refused), claim): ((&Candidate, Option<Refused>), i64)| {
        let taken = chosen.as_deref() == Some(candidate.member.as_str());
        CandidateTrace {
            member: candidate.member.clone(),
            weight: candidate.weight,
            behind: Decimal::from_units(claim / 100),
            refused: if taken { None } else { refused.or_else(|| Some(others.clone())) },
        }
    };
    let candidates = candidates.iter().zip(refusals).zip(behind).map(trace).collect();
    Ok(Assignment { chosen, reason, candidates, state })
}

impl PoolState {
    /// Gives a turn back (no-show, cancelled): it is owed from now on. Caps still count it. Does
    /// nothing for somebody the pool has never seen, or above the bound of turns owed.
    #[must_use]
    pub fn credit_back(&self, member: &str) -> Self {
        let mut state = self.clone();
        if let Some(standing) = state.members.get_mut(member) {
            standing.owed = (standing.owed + 1).min(OWED_MAX);
        }
        state
    }

    /// What is remembered of a member.
    #[must_use]
    pub fn standing(&self, member: &str) -> Option<&Standing> {
        self.members.get(member)
    }

    fn turns(&self, member: &str) -> &[Timestamp] {
        self.members.get(member).map_or(&[], |standing| &standing.turns)
    }

    /// Millionths of a turn this member is behind.
    fn claim(&self, member: &str) -> i64 {
        let seat = self.stretch.seats.iter().find(|seat| seat.member == member);
        match seat {
            Some(seat) => self.stretch.claim_now(seat),
            None => self.members.get(member).map_or(0, |standing| standing.claim),
        }
    }

    fn forget_leavers(&mut self, candidates: &[Candidate]) {
        let present: BTreeSet<_> = candidates.iter().map(|one| one.member.as_str()).collect();
        self.members.retain(|member, _| present.contains(member.as_str()));
        for candidate in candidates {
            self.members.entry(candidate.member.clone()).or_default();
        }
    }

    /// Counts what is missed by those away, and what those who are back may catch up on.
    fn settle_absences(&mut self, candidates: &[Candidate], refusals: &[Option<Refused>]) {
        let seated = candidates.iter().zip(refusals).filter(|(_, refused)| refused.is_none());
        let total: u32 = seated.map(|(one, _)| one.weight).sum();
        for candidate in candidates {
            let Some(standing) = self.members.get_mut(&candidate.member) else { continue };
            let away = matches!(candidate.availability, Availability::Away { .. });
            match candidate.on_return {
                OnReturn::CatchUp { turns_max } if away => {
                    let with_them = i128::from(total) + i128::from(candidate.weight);
                    let share = UNIT * i128::from(candidate.weight) / with_them.max(1);
                    let most = i64::from(turns_max.min(OWED_MAX)) * UNIT as i64;
                    let share = i64::try_from(share).unwrap_or(0);
                    standing.missed = standing.missed.saturating_add(share).min(most);
                }
                OnReturn::CatchUp { turns_max } if standing.away => {
                    let whole = u32::try_from(standing.missed / UNIT as i64).unwrap_or(0);
                    standing.owed = (standing.owed + whole.min(turns_max)).min(OWED_MAX);
                    standing.missed = 0;
                }
                OnReturn::CatchUp { .. } => {}
                OnReturn::KeepPlace => standing.missed = 0,
            }
            standing.away = away;
        }
    }

    /// Goes on with the stretch, or begins a new one when who is eligible has changed.
    fn seat(&mut self, candidates: &[Candidate], refusals: &[Option<Refused>]) {
        let eligible: Vec<_> = candidates
            .iter()
            .zip(refusals)
            .filter(|(_, refused)| refused.is_none())
            .map(|(one, _)| (one.member.clone(), one.weight, self.claim(&one.member)))
            .collect();
        if self.stretch.fits(&eligible) {
            return;
        }
        for seat in &self.stretch.seats {
            if let Some(standing) = self.members.get_mut(&seat.member) {
                standing.claim = self.stretch.claim_now(seat);
            }
        }
        self.stretch = Stretch::begin(&eligible);
    }

    fn choose(&mut self, fallback: Option<&Target>) -> (Option<String>, Reason) {
        let owed = |member: &str| self.members.get(member).map_or(0, |standing| standing.owed);
        let seats = &self.stretch.seats;
        let creditor = (0..seats.len())
            .filter(|place| owed(&seats[*place].member) > 0)
            .max_by_key(|place| (owed(&seats[*place].member), std::cmp::Reverse(*place)));
        if let Some(place) = creditor {
            let member = seats[place].member.clone();
            let standing = self.members.entry(member.clone()).or_default();
            standing.owed -= 1;
            return (Some(member), Reason::Owed { left: standing.owed });
        }
        let Some(place) = self.stretch.next() else {
            let reason = fallback.map_or(Reason::Nobody, |to| Reason::Fallback { to: to.clone() });
            return (None, reason);
        };
        let only = self.stretch.seats.len() == 1;
        let member = self.stretch.seats[place].member.clone();
        self.stretch.take(place);
        (Some(member), if only { Reason::OnlyOne } else { Reason::FairShare })
    }

    fn remember(&mut self, member: &str, at: Timestamp) {
        let Some(standing) = self.members.get_mut(member) else { return };
        let oldest = at.checked_sub(REMEMBERED).unwrap_or(Timestamp::MIN);
        standing.turns.retain(|turn| *turn >= oldest);
        standing.turns.push(at);
        let over = standing.turns.len().saturating_sub(TURNS_KEPT_MAX);
        standing.turns.drain(..over);
    }
}

fn validate(candidates: &[Candidate]) -> Result<(), PoolError> {
    if candidates.len() > POOL_MEMBERS_MAX {
        return Err(PoolError::TooMany(candidates.len()));
    }
    let mut seen = BTreeSet::new();
    for candidate in candidates {
        if candidate.weight > WEIGHT_MAX {
            return Err(PoolError::TooHeavy(candidate.member.clone()));
        }
        if !seen.insert(candidate.member.as_str()) {
            return Err(PoolError::Twice(candidate.member.clone()));
        }
    }
    Ok(())
}
