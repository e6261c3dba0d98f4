//! The table of transitions: from which states an action leads where, and who may take it.

use super::state::ReferralState as S;
use super::state::ReferralState;
use crate::text_enum;

text_enum! {
    /// What can be done to a referral.
    pub enum Action {
        /// The referrer and the channel reach the pathway's level.
        Verify = "verify",
        /// A live basis for contact exists.
        Clear = "clear",
        /// Person and company are attached.
        Resolve = "resolve",
        /// Contact fields are looked up.
        Enrich = "enrich",
        /// The score is known.
        Score = "score",
        /// An owner is chosen.
        Route = "route",
        /// Take the lead.
        Accept = "accept",
        /// Refuse to work it, with a reason.
        Decline = "decline",
        /// Record the first contact.
        LogContact = "log_contact",
        /// A meeting has a date.
        ScheduleMeeting = "schedule_meeting",
        /// The meeting was missed.
        RecordNoShow = "record_no_show",
        /// The meeting took place.
        LogMeeting = "log_meeting",
        /// A real need.
        Qualify = "qualify",
        /// An opportunity exists.
        OpenOpportunity = "open_opportunity",
        /// Won.
        Win = "win",
        /// Lost.
        Lose = "lose",
        /// Worked, and not possible.
        Fail = "fail",
        /// Later, with a date or a trigger.
        Nurture = "nurture",
        /// Back from later.
        Return = "return",
        /// Stop until a person decides.
        Hold = "hold",
        /// The person decided: go on.
        Release = "release",
        /// The same person is already on the way.
        MarkDuplicate = "mark_duplicate",
        /// Give it to another owner.
        Reassign = "reassign",
        /// First step of cancelling.
        RequestCancel = "request_cancel",
        /// Second step of cancelling.
        ConfirmCancel = "confirm_cancel",
        /// Do not cancel after all.
        KeepGoing = "keep_going",
        /// The person said no, or withdrew.
        Withdraw = "withdraw",
        /// The link ran out unanswered.
        Expire = "expire",
        /// The referrer makes a fresh link.
        RenewLink = "renew_link",
    }
}

text_enum! {
    /// How the caller stands to this referral.
    pub enum Standing {
        /// Owns it.
        Owner = "owner",
        /// Leads the team of its owner.
        Manager = "manager",
        /// Revenue operations or admin.
        Revops = "revops",
        /// Handed the person over.
        Referrer = "referrer",
        /// The referred person.
        Prospect = "prospect",
        /// A rule or a clock.
        System = "system",
    }
}

/// Where an action leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// To this state.
    State(ReferralState),
    /// Back to the state it was in before a hold or a cancel request.
    Resume,
    /// Nowhere: the state stays.
    Same,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The action.
    pub action: Action,
    /// The states it may be taken in.
    pub from: &'static [ReferralState],
    /// Where it leads.
    pub to: To,
    /// Who may take it.
    pub who: &'static [Standing],
}

use Standing::{Manager, Owner, Prospect, Referrer, Revops, System};

const WORKED: &[ReferralState] = &[
    S::Routed,
    S::Accepted,
    S::Contacted,
    S::MeetingScheduled,
    S::MeetingHeld,
    S::Qualified,
    S::Opportunity,
    S::NoShow,
];

const OPEN: &[ReferralState] = &[
    S::Received,
    S::Verified,
    S::Cleared,
    S::Resolved,
    S::Enriched,
    S::Scored,
    S::Routed,
    S::Accepted,
    S::Contacted,
    S::MeetingScheduled,
    S::MeetingHeld,
    S::Qualified,
    S::Opportunity,
    S::NoShow,
    S::Nurturing,
    S::Held,
    S::Cancelling,
];

const WITHDRAWABLE: &[ReferralState] = OPEN;

const fn row(
    action: Action,
    from: &'static [ReferralState],
    to: To,
    who: &'static [Standing],
) -> Row {
    Row { action, from, to, who }
}

/// Every transition there is.
pub const TABLE: &[Row] = &[
    row(Action::Verify, &[S::Received], To::State(S::Verified), &[System]),
    row(Action::Clear, &[S::Verified], To::State(S::Cleared), &[System]),
    row(Action::Resolve, &[S::Cleared], To::State(S::Resolved), &[System]),
    row(Action::Enrich, &[S::Resolved], To::State(S::Enriched), &[System]),
    row(Action::Score, &[S::Enriched], To::State(S::Scored), &[System]),
    row(Action::Route, &[S::Scored], To::State(S::Routed), &[System]),
    row(Action::Accept, &[S::Routed], To::State(S::Accepted), &[Owner]),
    row(
        Action::Decline,
        &[S::Received, S::Verified, S::Held, S::Routed, S::Accepted, S::Nurturing],
        To::State(S::Declined),
        &[Owner, Manager, Revops, System],
    ),
    row(Action::LogContact, &[S::Accepted], To::State(S::Contacted), &[Owner]),
    row(
        Action::ScheduleMeeting,
        &[S::Contacted, S::NoShow],
        To::State(S::MeetingScheduled),
        &[Owner],
    ),
    row(Action::RecordNoShow, &[S::MeetingScheduled], To::State(S::NoShow), &[Owner, Manager]),
    row(Action::LogMeeting, &[S::MeetingScheduled], To::State(S::MeetingHeld), &[Owner]),
    row(Action::Qualify, &[S::MeetingHeld], To::State(S::Qualified), &[Owner]),
    row(Action::OpenOpportunity, &[S::Qualified], To::State(S::Opportunity), &[Owner]),
    row(Action::Win, &[S::Opportunity], To::State(S::Won), &[Owner, Manager, Revops]),
    row(Action::Lose, &[S::Opportunity], To::State(S::Lost), &[Owner, Manager, Revops]),
    row(
        Action::Fail,
        &[S::Contacted, S::MeetingScheduled, S::MeetingHeld, S::Qualified, S::NoShow],
        To::State(S::Failed),
        &[Owner, Manager],
    ),
    row(
        Action::Nurture,
        &[
            S::Routed,
            S::Accepted,
            S::Contacted,
            S::MeetingHeld,
            S::NoShow,
            S::Verified,
            S::Qualified,
        ],
        To::State(S::Nurturing),
        &[Owner, Manager, Prospect],
    ),
    row(Action::Return, &[S::Nurturing], To::Resume, &[Owner, Manager, Revops, System]),
    row(Action::Hold, OPEN_NOT_HELD, To::State(S::Held), &[Manager, Revops, System]),
    row(Action::Release, &[S::Held], To::Resume, &[Revops, System]),
    row(
        Action::MarkDuplicate,
        &[S::Received, S::Verified, S::Cleared, S::Resolved, S::Held],
        To::State(S::Duplicate),
        &[Revops, System],
    ),
    row(Action::Reassign, WORKED, To::State(S::Routed), &[Owner, Manager, Revops, System]),
    row(
        Action::RequestCancel,
        CANCELLABLE,
        To::State(S::Cancelling),
        &[Owner, Manager, Revops, Referrer],
    ),
    row(Action::ConfirmCancel, &[S::Cancelling], To::State(S::Cancelled), &[Manager, Revops]),
    row(Action::KeepGoing, &[S::Cancelling], To::Resume, &[Owner, Manager, Revops]),
    row(Action::Withdraw, WITHDRAWABLE, To::State(S::Withdrawn), &[Prospect, Revops, System]),
    row(Action::Expire, &[S::Received, S::Verified, S::Held], To::State(S::Expired), &[System]),
    row(Action::RenewLink, &[S::Verified], To::Same, &[Referrer, Revops, Owner]),
];

const OPEN_NOT_HELD: &[ReferralState] = &[
    S::Received,
    S::Verified,
    S::Cleared,
    S::Resolved,
    S::Enriched,
    S::Scored,
    S::Routed,
    S::Accepted,
    S::Contacted,
];

const CANCELLABLE: &[ReferralState] = &[
    S::Received,
    S::Verified,
    S::Held,
    S::Routed,
    S::Accepted,
    S::Contacted,
    S::MeetingScheduled,
    S::NoShow,
    S::Nurturing,
];

/// What a caller with these standings may do now, in the order of the table. This is what the API
/// returns as `allowed_actions` and what pages show as buttons.
pub fn allowed(state: ReferralState, standings: &[Standing]) -> Vec<Action> {
    TABLE
        .iter()
        .filter(|row| row.from.contains(&state))
        .filter(|row| row.who.iter().any(|who| standings.contains(who)))
        .map(|row| row.action)
        .collect()
}

/// The row for an action.
pub fn row_of(action: Action) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.action == action)
}

/// The state diagram as text, one line per arrow: `state --action(who)--> state`.
pub fn diagram() -> String {
    let mut lines = Vec::new();
    for row in TABLE {
        let who = row.who.iter().map(|w| w.as_str()).collect::<Vec<_>>().join(", ");
        for from in row.from {
            let to = match row.to {
                To::State(state) => state.as_str(),
                To::Resume => "(where it was)",
                To::Same => from.as_str(),
            };
            lines.push(format!("{from} --{} ({who})--> {to}", row.action));
        }
    }
    lines.sort();
    lines.join("\n") + "\n"
}
