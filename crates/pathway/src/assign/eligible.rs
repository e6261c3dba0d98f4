//! Who may get a turn now, and why the others may not.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A member of a pool as the caller sees them at this moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Candidate {
    /// Member id; unique in the pool.
    pub member: String,
    /// Weight, 0..=100; zero takes no turns.
    pub weight: u32,
    /// Whether they can take one now.
    pub availability: Availability,
    /// Bounds on their turns; all must hold.
    pub caps: Vec<Cap>,
    /// What happens to turns missed while away.
    pub on_return: OnReturn,
}

impl Candidate {
    /// An available member without caps who keeps their place.
    #[must_use]
    pub fn new(member: &str, weight: u32) -> Self {
        Self {
            member: member.to_owned(),
            weight,
            availability: Availability::Available,
            caps: Vec::new(),
            on_return: OnReturn::KeepPlace,
        }
    }
}

/// Whether a member can take a turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Availability {
    /// In their shift and present.
    Available,
    /// Away: outside the shift, absent, on a holiday, switched off.
    Away {
        /// In words, for the trace: "on holiday".
        reason: String,
        /// Until when, if known.
        until: Option<Timestamp>,
    },
    /// Present but not for this referral: language, conflict, already declined it.
    Unsuited {
        /// In words.
        reason: String,
    },
}

/// A bound on turns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    /// Most turns in the window.
    pub limit: u32,
    /// Which turns count.
    pub window: CapWindow,
}

/// Which turns count for a cap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum CapWindow {
    /// Turns since the start of the day, week or month, as the caller's calendar has it.
    Fixed {
        /// Start of the window.
        since: Timestamp,
        /// In words: "today".
        name: String,
    },
    /// Turns of the last so many minutes.
    Rolling {
        /// Length in minutes.
        minutes: u32,
    },
    /// Open work counted by the caller (a conditional cap: "fewer than 50 open accounts").
    Open {
        /// How much is open now.
        open: u32,
        /// In words: "open referrals".
        name: String,
    },
}

/// What happens to turns missed while away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "kebab-case", deny_unknown_fields)]
pub enum OnReturn {
    /// They are forgone; the member goes on from where they were.
    KeepPlace,
    /// They are made up for, up to a bound.
    CatchUp {
        /// Most turns made up for after one return.
        turns_max: u32,
    },
}

/// Why a member did not get the turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Refused {
    /// Away.
    Away {
        /// In words.
        reason: String,
        /// Until when, if known.
        until: Option<Timestamp>,
    },
    /// Not for this referral.
    Unsuited {
        /// In words.
        reason: String,
    },
    /// At a cap.
    AtCap {
        /// Turns counted.
        taken: u32,
        /// The limit.
        limit: u32,
        /// The window in words.
        window: String,
    },
    /// Weight zero.
    NoWeight,
    /// Eligible; somebody else came first.
    NotTheirTurn,
    /// Eligible; somebody is owed a turn.
    OwedFirst,
}

/// None when the member may take a turn; else why not.
pub(super) fn refusal(
    candidate: &Candidate,
    turns: &[Timestamp],
    at: Timestamp,
) -> Option<Refused> {
    match &candidate.availability {
        Availability::Available => {}
        Availability::Away { reason, until } => {
            return Some(Refused::Away { reason: reason.clone(), until: *until });
        }
        Availability::Unsuited { reason } => {
            return Some(Refused::Unsuited { reason: reason.clone() });
        }
    }
    if candidate.weight == 0 {
        return Some(Refused::NoWeight);
    }
    candidate.caps.iter().find_map(|cap| {
        let (taken, window) = counted(&cap.window, turns, at);
        (taken >= cap.limit).then_some(Refused::AtCap { taken, limit: cap.limit, window })
    })
}

fn counted(window: &CapWindow, turns: &[Timestamp], at: Timestamp) -> (u32, String) {
    let count = |from: Timestamp, ends_in: bool| {
        let in_window = |turn: &&Timestamp| if ends_in { **turn >= from } else { **turn > from };
        u32::try_from(turns.iter().filter(in_window).count()).unwrap_or(u32::MAX)
    };
    match window {
        CapWindow::Fixed { since, name } => (count(*since, true), name.clone()),
        CapWindow::Rolling { minutes } => {
            let length = SignedDuration::from_mins(i64::from(*minutes));
            let from = at.checked_sub(length).unwrap_or(Timestamp::MIN);
            (count(from, false), format!("the last {minutes} minutes"))
        }
        CapWindow::Open { open, name } => (*open, name.clone()),
    }
}
