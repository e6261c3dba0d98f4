//! What people say of their own ties overrules what was computed, for a time.

use thiserror::Error;

use crate::events::Provenance;
use crate::probability::Probability;
use crate::strength::{DAY, GAP_AFTER_DAYS, TieScore, Tier};

/// The answers to "how well do you know them?".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rating {
    /// They would take my call within the day.
    Well,
    /// They would answer within the week.
    Somewhat,
    /// We would have to be introduced again.
    Barely,
    /// I do not know them, or will not say.
    No,
}

impl Rating {
    /// P(answers within 7 days) taken from the answer; the bounds of the tiers plus half the way
    /// up. Assumptions, until outcomes of rated ties exist.
    #[must_use]
    pub fn probability(self) -> Probability {
        let raw = match self {
            Self::Well => 8_000,
            Self::Somewhat => 5_000,
            Self::Barely => 2_000,
            Self::No => 0,
        };
        Probability::from_raw(raw).unwrap_or(Probability::ZERO)
    }

    /// The tier the answer names.
    #[must_use]
    pub fn tier(self) -> Tier {
        match self {
            Self::Well => Tier::Strong,
            Self::Somewhat => Tier::Medium,
            Self::Barely => Tier::Weak,
            Self::No => Tier::Gap,
        }
    }
}

/// Days after which an answer no longer counts.
pub const CONFIRMATION_DAYS: i64 = 180;

/// What the owner of a tie said of it, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmation {
    owner: String,
    rating: Rating,
    at: i64,
}

/// A tie belongs to the person who asks; nobody else may rate it.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("only the person whose tie it is can rate it")]
pub struct NotTheOwner;

impl Confirmation {
    /// Records an answer.
    ///
    /// # Errors
    /// When `by` is not the owner of the tie.
    pub fn new(owner: &str, by: &str, rating: Rating, at: i64) -> Result<Self, NotTheOwner> {
        if owner == by {
            Ok(Self { owner: owner.to_owned(), rating, at })
        } else {
            Err(NotTheOwner)
        }
    }

    /// Whose tie it is.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// Whether the answer still counts.
    #[must_use]
    pub fn is_alive(&self, now: i64) -> bool {
        now - self.at <= CONFIRMATION_DAYS * DAY
    }
}

/// How a tie stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TieState {
    /// Concluded only; carries no path.
    Inferred,
    /// Seen in traffic.
    Observed,
    /// Taken from a list.
    Imported,
    /// The owner said so, lately.
    Confirmed,
    /// The owner said so, too long ago; or there was no contact for a year.
    Stale,
    /// The owner denies it; carries no path.
    Disputed,
}

/// The strength a path may use, and how the tie stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effective {
    /// P(answers within 7 days); zero where no path may go.
    pub probability: Probability,
    /// The tier to show.
    pub tier: Tier,
    /// How the tie stands.
    pub state: TieState,
}

/// Puts together what was computed and what the owner said. `last_contact` and `now` in seconds
/// since 1970.
#[must_use]
pub fn effective(
    score: &TieScore,
    last_contact: i64,
    said: Option<&Confirmation>,
    now: i64,
) -> Effective {
    let computed = Probability::from_f64(score.in_7_days).unwrap_or(Probability::ZERO);
    match said {
        Some(said) if said.is_alive(now) => {
            let denied = said.rating == Rating::No;
            let state = if denied { TieState::Disputed } else { TieState::Confirmed };
            Effective { probability: said.rating.probability(), tier: said.rating.tier(), state }
        }
        _ if score.provenance == Provenance::Inferred => {
            Effective { probability: Probability::ZERO, tier: Tier::Gap, state: TieState::Inferred }
        }
        expired => {
            let cold = now - last_contact > GAP_AFTER_DAYS * DAY;
            let state = match score.provenance {
                _ if cold || expired.is_some() => TieState::Stale,
                Provenance::Imported => TieState::Imported,
                Provenance::Confirmed => TieState::Confirmed,
                _ => TieState::Observed,
            };
            let tier = if cold { Tier::Gap } else { score.tier };
            Effective { probability: computed, tier, state }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::{EventLog, Kind, NewEvent};

    const NOW: i64 = 1_790_000_000;

    fn scored(provenance: Provenance) -> TieScore {
        let mut log = EventLog::default();
        let (kind, recipients) = (Kind::Message, 1);
        let event = NewEvent {
            at: NOW - 86_400,
            from: "a",
            to: "b",
            message: 1,
            recipients,
            kind,
            provenance,
        };
        log.add(event).expect("a fair event");
        crate::strength::score(&log, NOW).scores.remove(0)
    }

    #[test]
    fn the_owner_overrules_until_the_answer_expires() {
        let score = scored(Provenance::Observed);
        let said = Confirmation::new("a", "a", Rating::Well, NOW).expect("the owner");
        let state = |said: Option<&Confirmation>, now: i64| {
            let all = effective(&score, NOW - 86_400, said, now);
            (all.state, all.tier)
        };
        assert_eq!(state(Some(&said), NOW).0, TieState::Confirmed);
        assert_eq!(state(Some(&said), NOW).1, Tier::Strong);
        assert_eq!(state(Some(&said), NOW + 181 * DAY).0, TieState::Stale);
        assert_eq!(state(None, NOW).0, TieState::Observed);
        assert_eq!(state(None, NOW + 366 * DAY), (TieState::Stale, Tier::Gap));
    }

    #[test]
    fn denied_and_inferred_ties_carry_nothing() {
        let no = Confirmation::new("a", "a", Rating::No, NOW).expect("the owner");
        let denied = effective(&scored(Provenance::Observed), NOW, Some(&no), NOW);
        assert_eq!((denied.probability, denied.state), (Probability::ZERO, TieState::Disputed));
        let inferred = effective(&scored(Provenance::Inferred), NOW, None, NOW);
        assert_eq!((inferred.probability, inferred.state), (Probability::ZERO, TieState::Inferred));
    }

    #[test]
    fn nobody_rates_the_tie_of_another() {
        assert_eq!(Confirmation::new("a", "b", Rating::Well, NOW), Err(NotTheOwner));
    }
}
