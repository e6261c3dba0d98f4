//! From draft to live: a table of moves, and what each asks for.
//!
//! A second person approves what goes live. A workspace with one member approves alone, and the
//! move says so, so that the ledger can.

use serde::{Deserialize, Serialize};

/// Where a version of a pathway stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Being written.
    Draft,
    /// The linter found no error.
    Linted,
    /// Run over past referrals.
    Simulated,
    /// Live for one door.
    Pilot,
    /// Live.
    Live,
    /// Replaced or taken off. Referrals that came in under it keep it.
    Retired,
}

/// What somebody may do with a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Move {
    /// Change the text.
    Edit,
    /// Pass the linter.
    Lint,
    /// Run over past referrals.
    Simulate,
    /// Go live for one door.
    StartPilot,
    /// Go live for all doors.
    GoLive,
    /// Bring a retired version back ("one-click return").
    Return,
    /// Take off.
    Retire,
}

/// All moves there are: from, move, to.
pub const MOVES: &[(State, Move, State)] = &[
    (State::Draft, Move::Edit, State::Draft),
    (State::Draft, Move::Lint, State::Linted),
    (State::Linted, Move::Edit, State::Draft),
    (State::Linted, Move::Simulate, State::Simulated),
    (State::Simulated, Move::Edit, State::Draft),
    (State::Simulated, Move::Simulate, State::Simulated),
    (State::Simulated, Move::StartPilot, State::Pilot),
    (State::Simulated, Move::GoLive, State::Live),
    (State::Pilot, Move::GoLive, State::Live),
    (State::Pilot, Move::Retire, State::Retired),
    (State::Live, Move::Retire, State::Retired),
    (State::Retired, Move::Return, State::Live),
];

/// What is known when a move is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Who asks (member id).
    pub by: String,
    /// Who wrote the version (member id).
    pub author: String,
    /// Who approved it, if anybody (member id).
    pub approved_by: Option<String>,
    /// Active members who may approve.
    pub approvers: u32,
    /// Errors the linter finds now, with today's roster.
    pub lint_errors: usize,
    /// `without_owner` of the last simulation; none when there was none.
    pub without_owner: Option<usize>,
}

/// A move that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moved {
    /// Before.
    pub from: State,
    /// The move.
    pub by_move: Move,
    /// After.
    pub to: State,
    /// How it was approved; none for moves that need no approval.
    pub approval: Option<Approval>,
}

/// How a move was approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Approval {
    /// By a second person.
    SecondPerson {
        /// Member id.
        member: String,
    },
    /// By the author, as the only one there.
    Alone {
        /// Member id.
        member: String,
    },
}

/// Why a move is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Refusal {
    /// Not from this state.
    #[error("not possible from this state")]
    NotFromHere {
        /// What is possible.
        allowed: Vec<Move>,
    },
    /// The linter finds errors.
    #[error("the linter finds {errors} errors")]
    LintErrors {
        /// How many.
        errors: usize,
    },
    /// Some referrals would have no owner.
    #[error("{count} referrals would be without an owner")]
    WithoutOwner {
        /// How many.
        count: usize,
    },
    /// No simulation yet.
    #[error("it was not simulated")]
    NotSimulated,
    /// A second person has to approve.
    #[error("a second person has to approve")]
    NeedsApproval,
}

/// What is possible from a state, approvals aside.
pub fn allowed(state: State) -> Vec<Move> {
    MOVES.iter().filter(|(from, ..)| *from == state).map(|(_, step, _)| *step).collect()
}

/// Makes a move or says why not.
///
/// # Errors
/// [`Refusal`], with what is missing.
pub fn decide(state: State, step: Move, evidence: &Evidence) -> Result<Moved, Refusal> {
    let found = MOVES.iter().find(|(from, wanted, _)| *from == state && *wanted == step);
    let Some((from, by_move, to)) = found else {
        return Err(Refusal::NotFromHere { allowed: allowed(state) });
    };
    let moved = Moved { from: *from, by_move: *by_move, to: *to, approval: None };
    if matches!(step, Move::Edit | Move::Retire) {
        return Ok(moved);
    }
    if evidence.lint_errors > 0 {
        return Err(Refusal::LintErrors { errors: evidence.lint_errors });
    }
    match step {
        Move::StartPilot | Move::GoLive => {
            match evidence.without_owner {
                None => return Err(Refusal::NotSimulated),
                Some(0) => {}
                Some(count) => return Err(Refusal::WithoutOwner { count }),
            }
            Ok(Moved { approval: Some(approval(evidence)?), ..moved })
        }
        // A version that was live before was approved then; going back must be quick.
        _ => Ok(moved),
    }
}

fn approval(evidence: &Evidence) -> Result<Approval, Refusal> {
    match &evidence.approved_by {
        Some(member) if *member != evidence.author => {
            Ok(Approval::SecondPerson { member: member.clone() })
        }
        _ if evidence.approvers <= 1 && evidence.by == evidence.author => {
            Ok(Approval::Alone { member: evidence.by.clone() })
        }
        _ => Err(Refusal::NeedsApproval),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence() -> Evidence {
        Evidence {
            by: "lena".into(),
            author: "lena".into(),
            approved_by: None,
            approvers: 3,
            lint_errors: 0,
            without_owner: Some(0),
        }
    }

    #[test]
    fn nothing_goes_live_unapproved_with_holes_or_errors() {
        let live = |evidence: &Evidence| decide(State::Simulated, Move::GoLive, evidence);
        assert_eq!(live(&evidence()), Err(Refusal::NeedsApproval));
        let own = Evidence { approved_by: Some("lena".into()), ..evidence() };
        assert_eq!(live(&own), Err(Refusal::NeedsApproval));
        let second = Evidence { approved_by: Some("petra".into()), ..evidence() };
        let moved = live(&second).unwrap();
        assert_eq!(moved.approval, Some(Approval::SecondPerson { member: "petra".into() }));
        let hole = Evidence { without_owner: Some(2), ..second.clone() };
        assert_eq!(live(&hole), Err(Refusal::WithoutOwner { count: 2 }));
        let errors = Evidence { lint_errors: 1, ..second.clone() };
        assert_eq!(live(&errors), Err(Refusal::LintErrors { errors: 1 }));
        let unsimulated = Evidence { without_owner: None, ..second };
        assert_eq!(live(&unsimulated), Err(Refusal::NotSimulated));
    }

    #[test]
    fn a_single_member_approves_alone_and_it_says_so() {
        let alone = Evidence { approvers: 1, ..evidence() };
        let moved = decide(State::Simulated, Move::GoLive, &alone).unwrap();
        assert_eq!(moved.approval, Some(Approval::Alone { member: "lena".into() }));
    }

    #[test]
    fn a_live_version_is_never_edited() {
        let refused = decide(State::Live, Move::Edit, &evidence());
        assert_eq!(refused, Err(Refusal::NotFromHere { allowed: vec![Move::Retire] }));
        assert!(decide(State::Draft, Move::GoLive, &evidence()).is_err());
        let back = decide(State::Retired, Move::Return, &evidence()).unwrap();
        assert_eq!(back.to, State::Live);
    }
}
