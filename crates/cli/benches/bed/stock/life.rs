//! How far a stored referral came, and the decision that routed it.

use jiff::{SignedDuration, Timestamp};
use warmpath_core::referral::ReferralState as S;
use warmpath_pathway::{Facts, compile, evaluate, parse};

const PATHWAY: &str = include_str!("../../../../../samples/pathways/customer-referrals.toml");

/// How far it came.
#[derive(Clone, Copy)]
pub(crate) struct Life {
    /// Where it stands.
    pub(crate) state: S,
    /// How long it took to get there from being handed over; less than its age.
    pub(crate) took: SignedDuration,
}

/// What becomes of them in their first month, by weight of a hundred.
const YOUNG: [(S, usize); 12] = [
    (S::Verified, 35),
    (S::Held, 3),
    (S::Routed, 6),
    (S::Accepted, 6),
    (S::Contacted, 10),
    (S::MeetingScheduled, 6),
    (S::MeetingHeld, 4),
    (S::Qualified, 3),
    (S::Withdrawn, 7),
    (S::Declined, 8),
    (S::Failed, 8),
    (S::Nurturing, 4),
];

/// And later.
const OLD: [(S, usize); 10] = [
    (S::Expired, 33),
    (S::Withdrawn, 10),
    (S::Declined, 15),
    (S::Failed, 14),
    (S::Lost, 8),
    (S::Won, 8),
    (S::Duplicate, 5),
    (S::Nurturing, 5),
    (S::Opportunity, 1),
    (S::Contacted, 1),
];

impl Life {
    /// The life of the n-th, which is so old.
    pub(crate) fn of(n: usize, age: SignedDuration) -> Self {
        let table: &[(S, usize)] = if age.as_hours() < 24 * 30 { &YOUNG } else { &OLD };
        // 37 and 100 have no common factor: every weight is met evenly.
        let mut place = n * 37 % 100;
        let found = table.iter().find(|(_, weight)| {
            let here = place < *weight;
            place = place.saturating_sub(*weight);
            here
        });
        let state = found.map_or(S::Expired, |(state, _)| *state);
        let days = 1 + (n % 25) as i64;
        Self { state, took: SignedDuration::from_hours(24 * days).min(age / 2) }
    }

    /// The person said yes and somebody was given it.
    pub(crate) fn was_routed(self) -> bool {
        !matches!(self.state, S::Verified | S::Held | S::Expired | S::Withdrawn | S::Duplicate)
    }

    /// The owner spoke with the person.
    pub(crate) fn was_contacted(self) -> bool {
        self.was_routed()
            && !matches!(self.state, S::Routed | S::Accepted | S::Declined | S::Nurturing)
    }

    /// They met.
    pub(crate) fn met(self) -> bool {
        use S::{Lost, MeetingHeld, Opportunity, Qualified, Won};
        matches!(self.state, MeetingHeld | Qualified | Opportunity | Won | Lost)
    }

    /// Nothing more will come of it.
    pub(crate) fn is_over(self) -> bool {
        self.state.is_final()
    }
}

/// Decisions with their facts, as they are stored: facts, trace.
pub(crate) fn traces(at: Timestamp) -> Vec<(String, String)> {
    let pathway = compile(&parse(PATHWAY).expect("it reads"));
    let trace = |headcount: i64| {
        let mut facts = Facts::new();
        for (name, value) in [
            ("source", "customer"),
            ("type", "direct"),
            ("door", "form"),
            ("basis", "opt-in"),
            ("country", "DE"),
            ("industry", "Pumps"),
            ("rating", "strong"),
            ("title", "Head of finance"),
            ("seniority", "director"),
        ] {
            facts.set(name, value, "the referral as submitted").expect("a fact");
        }
        facts.set("referrer_level", 3, "verification").expect("a fact");
        facts.set("headcount", headcount, "accounts").expect("a fact");
        for name in ["suppressed", "customer", "open_opportunity", "live_referral", "competitor"] {
            facts.set(name, false, "accounts").expect("a fact");
        }
        let trace = evaluate(&pathway, &facts, at).to_json().expect("it serialises");
        (serde_json::to_string(&facts).expect("they serialise"), trace)
    };
    [40, 250, 900, 4_000].map(trace).to_vec()
}
