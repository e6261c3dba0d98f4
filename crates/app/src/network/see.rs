//! What a reader may see of a tie: numbers of their own, of others the tier and the kinds of
//! evidence.

use jiff::Timestamp;
use warmpath_core::id::PersonId;
use warmpath_network::{Rating, TieState, Tier};

use super::{Evidence, Network, TieFacts};

/// The numbers of a tie, shown to its owner alone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Numbers {
    /// P(answers within 7 days) in use, `0..=1`.
    pub in_use: f64,
    /// The score's P(answers within 24 hours), `0..=1`.
    pub in_24_hours: f64,
    /// The score's P(answers within 7 days), `0..=1`.
    pub in_7_days: f64,
    /// The score's P(writes within 90 days), `0..=1`.
    pub keeps_90_days: f64,
    /// What there is.
    pub evidence: Evidence,
}

/// A tie as one reader sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct TieSeen {
    /// Who asks.
    pub from: PersonId,
    /// Who answers.
    pub to: PersonId,
    /// The word for it.
    pub tier: Tier,
    /// How it stands.
    pub state: TieState,
    /// Kinds of evidence.
    pub kinds: Vec<&'static str>,
    /// Numbers, where the tie is the reader's own.
    pub numbers: Option<Numbers>,
    /// What the owner said, while it counts, and until when.
    pub rated: Option<(Rating, Timestamp)>,
    /// Nothing but lists and statements speak for it.
    pub only_said: bool,
}

impl Network {
    /// A tie as a reader at this place sees it.
    pub fn see(
        &self,
        (from, to): (PersonId, PersonId),
        tie: &TieFacts,
        reader: Option<PersonId>,
    ) -> TieSeen {
        let own = reader == Some(from);
        let seen = &tie.evidence;
        TieSeen {
            from,
            to,
            tier: tie.tier,
            state: tie.state,
            kinds: seen.kinds(),
            numbers: own.then(|| Numbers {
                in_use: tie.probability.to_f64(),
                in_24_hours: tie.in_24_hours,
                in_7_days: tie.in_7_days,
                keeps_90_days: tie.keeps_90_days,
                evidence: *seen,
            }),
            rated: tie.rated,
            only_said: seen.sent + seen.received + seen.meetings + seen.introductions == 0
                && tie.rated.is_none(),
        }
    }
}
