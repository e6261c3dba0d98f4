//! How long each step may take. A step without an answer ends by itself: silence is an outcome.

use jiff::{SignedDuration, Timestamp};

use super::state::{ConnectorState, Outcome, RequestState, TargetState};
use super::table::{Action, Place};

/// A draft is kept this long.
pub const DRAFT_DAYS: i64 = 14;
/// A programme manager looks within this time.
pub const SCREEN_DAYS: i64 = 3;
/// A screened request is asked within this time.
pub const ASK_DAYS: i64 = 14;
/// The connector answers within this time.
pub const CONNECTOR_DAYS: i64 = 7;
/// A willing connector asks the target within this time.
pub const PROPOSE_DAYS: i64 = 7;
/// The target answers within this time.
pub const TARGET_DAYS: i64 = 14;
/// Two yes are delivered within this time.
pub const DELIVER_DAYS: i64 = 7;
/// A yes is alive this long.
pub const YES_DAYS: i64 = 30;
/// What became of a delivery is known within this time.
pub const OUTCOME_DAYS: i64 = 60;
/// The connector hears what became of it within this time, whatever it is.
pub const TELL_DAYS: i64 = 7;
/// Longest time that somebody who says "later" may ask for.
pub const LATER_DAYS_MAX: i64 = 14;

/// Days from now.
pub fn days_after(at: Timestamp, days: i64) -> Timestamp {
    at.saturating_add(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MAX)
}

/// What happens when nothing happens: the action a clock takes, and after how many days. Where an
/// introduction is over there is none.
pub fn timeout(place: Place) -> Option<(Action, i64)> {
    use RequestState as R;
    let (request, connector, target, outcome) = place;
    match request {
        R::Draft => Some((Action::Expire, DRAFT_DAYS)),
        R::Submitted => Some((Action::Expire, SCREEN_DAYS)),
        R::Screened => Some((Action::Expire, ASK_DAYS)),
        R::Offered if connector.is_open_ask() => Some((Action::ConnectorSilent, CONNECTOR_DAYS)),
        R::Arranging => match (connector, target) {
            (ConnectorState::Yes, TargetState::Unasked) => {
                Some((Action::ConnectorSilent, PROPOSE_DAYS))
            }
            _ => Some((Action::TargetSilent, TARGET_DAYS)),
        },
        R::Deliverable => Some((Action::Expire, DELIVER_DAYS)),
        // A deal takes as long as it takes; whoever owns it says how it ended.
        R::Delivered if !matches!(outcome, Outcome::Opportunity | Outcome::Won) => {
            Some((Action::NothingCame, OUTCOME_DAYS))
        }
        _ => None,
    }
}
