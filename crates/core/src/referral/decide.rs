//! Decides one command on one referral: pure, total, replayable.

use jiff::Timestamp;

use super::state::ReferralState;
use super::table::{Action, Standing, To, allowed, row_of};
use crate::id::MemberId;

/// What the decision needs to know about the referral.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Where it stands.
    pub state: ReferralState,
    /// Where a hold, a nurture or a cancel request goes back to.
    pub resume: Option<ReferralState>,
    /// The referrer reaches the pathway's level.
    pub referrer_verified: bool,
    /// A live basis for contact exists now: consent not expired and not withdrawn, or a rule.
    pub basis_alive: bool,
    /// The present owner.
    pub owner: Option<MemberId>,
}

/// What somebody wants to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The action.
    pub action: Action,
    /// How the caller stands to this referral; several may hold at once.
    pub standings: Vec<Standing>,
    /// A coded reason; needed for side states.
    pub reason: Option<String>,
    /// The owner to be, for `route` and `reassign`.
    pub owner: Option<MemberId>,
    /// When to come back, for `nurture`.
    pub until: Option<Timestamp>,
}

impl Command {
    /// A command that needs nothing but its name.
    pub fn new(action: Action, standings: Vec<Standing>) -> Self {
        Self { action, standings, reason: None, owner: None, until: None }
    }

    /// Adds the coded reason.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }
}

/// What becomes of the referral.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The state before.
    pub from: ReferralState,
    /// The state after.
    pub to: ReferralState,
    /// What `resume` becomes.
    pub resume: Option<ReferralState>,
    /// Who owns it after.
    pub owner: Option<MemberId>,
    /// What happens to the clocks and who is told.
    pub effects: Vec<Effect>,
}

/// What follows from a decision, as data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Start the clock of this kind.
    Start(Clock),
    /// The clock's purpose is fulfilled.
    Meet(Clock),
    /// Nothing is owed for now: all clocks of the owner pause.
    PauseOwnerClocks,
    /// All clocks of the owner go on.
    ResumeOwnerClocks,
    /// Nothing is owed any more: every clock that still runs is dropped.
    DropClocks,
    /// Tell the owner by mail.
    TellOwner,
    /// The referrer may learn of this milestone, if the prospect's consent allows it.
    Milestone,
    /// Everything about the prospect that awaits sending stops at once.
    StopEverything,
}

/// The clocks a referral can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The owner accepts.
    Accept,
    /// The owner makes first contact; starts at clearance.
    Contact,
    /// A named arbiter decides a hold.
    Arbiter,
    /// The owner looks at it again.
    Nurture,
}

/// Why a command changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not in this state; carries what this caller may do instead.
    #[error("`{action}` is not possible while the referral is {state}")]
    NotNow {
        /// What was asked.
        action: Action,
        /// The state it is in.
        state: ReferralState,
        /// What this caller may do now.
        allowed: Vec<Action>,
    },
    /// The caller has no right to this action.
    #[error("only {} may do `{action}`", .who.join(", "))]
    NotYours {
        /// What was asked.
        action: Action,
        /// Who may.
        who: Vec<&'static str>,
    },
    /// A side state needs a coded reason.
    #[error("`{0}` needs a reason")]
    NoReason(Action),
    /// A referral cannot be routed to nobody.
    #[error("`{0}` needs an owner")]
    NoOwner(Action),
    /// There is no verified referrer.
    #[error("the referrer is not verified")]
    ReferrerNotVerified,
    /// There is no live basis for contact.
    #[error("there is no live basis for contact")]
    NoBasis,
    /// A referral that waits must say until when.
    #[error("`nurture` needs a date to come back")]
    NoReturn,
}

/// Decides. The order of the checks is the order in which a person would want to hear of them.
///
/// # Errors
/// A [`Refusal`] that says what is missing; nothing has changed then.
pub fn decide(facts: &Facts, command: &Command, at: Timestamp) -> Result<Decision, Refusal> {
    let action = command.action;
    let Some(row) = row_of(action) else {
        return Err(not_now(facts, command));
    };
    if !row.from.contains(&facts.state) {
        return Err(not_now(facts, command));
    }
    if !row.who.iter().any(|who| command.standings.contains(who)) {
        let who = row.who.iter().map(|w| w.as_str()).collect();
        return Err(Refusal::NotYours { action, who });
    }
    needs(facts, command, at)?;

    let (to, resume) = match row.to {
        To::State(to) if keeps_place(action) => (to, Some(facts.resume_for(action))),
        To::State(to) => (to, None),
        To::Resume => (facts.resume.unwrap_or(ReferralState::Received), None),
        To::Same => (facts.state, facts.resume),
    };
    let owner = command.owner.or(facts.owner);
    let effects = effects(action, facts.state, to);
    Ok(Decision { from: facts.state, to, resume, owner, effects })
}

impl Facts {
    fn resume_for(&self, action: Action) -> ReferralState {
        match (action, self.state) {
            // A prospect who says "later" before anybody owns the lead comes back to the same
            // place; a worked lead comes back to its owner's desk.
            (Action::Nurture, ReferralState::Verified) => ReferralState::Verified,
            (Action::Nurture, _) => ReferralState::Accepted,
            // Cancelling while held must not forget what the hold goes back to.
            (_, ReferralState::Held) => self.resume.unwrap_or(ReferralState::Received),
            (_, state) => state,
        }
    }
}

const fn keeps_place(action: Action) -> bool {
    matches!(action, Action::Hold | Action::Nurture | Action::RequestCancel)
}

fn not_now(facts: &Facts, command: &Command) -> Refusal {
    Refusal::NotNow {
        action: command.action,
        state: facts.state,
        allowed: allowed(facts.state, &command.standings),
    }
}

fn needs(facts: &Facts, command: &Command, at: Timestamp) -> Result<(), Refusal> {
    use Action as A;
    let action = command.action;
    let wants_reason = matches!(
        action,
        A::Decline
            | A::Fail
            | A::Lose
            | A::Hold
            | A::RequestCancel
            | A::Withdraw
            | A::MarkDuplicate
    );
    if wants_reason && command.reason.as_deref().is_none_or(str::is_empty) {
        return Err(Refusal::NoReason(action));
    }
    if matches!(action, A::Route | A::Reassign) && command.owner.is_none() {
        return Err(Refusal::NoOwner(action));
    }
    if matches!(action, A::Clear | A::Route) && !facts.referrer_verified {
        return Err(Refusal::ReferrerNotVerified);
    }
    let touches_person = matches!(
        action,
        A::Clear | A::Resolve | A::Enrich | A::Score | A::Route | A::Accept | A::LogContact
    );
    if touches_person && !facts.basis_alive {
        return Err(Refusal::NoBasis);
    }
    if action == A::Nurture && command.until.is_none_or(|until| until <= at) {
        return Err(Refusal::NoReturn);
    }
    Ok(())
}

fn effects(action: Action, from: ReferralState, to: ReferralState) -> Vec<Effect> {
    use Action as A;
    match action {
        A::Route => vec![
            Effect::Start(Clock::Accept),
            Effect::Start(Clock::Contact),
            Effect::TellOwner,
            Effect::Milestone,
        ],
        A::Reassign => vec![Effect::Start(Clock::Accept), Effect::TellOwner],
        A::Accept => vec![Effect::Meet(Clock::Accept), Effect::Milestone],
        A::LogContact => vec![Effect::Meet(Clock::Contact), Effect::Milestone],
        A::LogMeeting | A::Qualify | A::OpenOpportunity => vec![Effect::Milestone],
        A::Win | A::Lose | A::Fail | A::Decline | A::ConfirmCancel => {
            vec![Effect::DropClocks, Effect::Milestone]
        }
        A::Withdraw => vec![Effect::DropClocks, Effect::StopEverything, Effect::Milestone],
        A::Expire | A::MarkDuplicate => vec![Effect::DropClocks],
        A::Hold => vec![Effect::PauseOwnerClocks, Effect::Start(Clock::Arbiter)],
        A::Release => vec![Effect::ResumeOwnerClocks, Effect::Meet(Clock::Arbiter)],
        A::Nurture => vec![Effect::DropClocks, Effect::Start(Clock::Nurture)],
        A::Return if to == ReferralState::Accepted => {
            vec![Effect::Meet(Clock::Nurture), Effect::Start(Clock::Contact), Effect::TellOwner]
        }
        A::Return => vec![Effect::Meet(Clock::Nurture)],
        A::RequestCancel => vec![Effect::PauseOwnerClocks],
        A::KeepGoing if from == ReferralState::Cancelling => vec![Effect::ResumeOwnerClocks],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::select;

    fn facts(state: ReferralState) -> Facts {
        Facts { state, resume: None, referrer_verified: true, basis_alive: true, owner: None }
    }

    fn at() -> Timestamp {
        "2026-05-18T17:20:00Z".parse().unwrap()
    }

    #[test]
    fn an_illegal_step_says_what_is_allowed_instead() {
        let command = Command::new(Action::Win, vec![Standing::Owner]);
        let refusal = decide(&facts(ReferralState::Routed), &command, at()).unwrap_err();
        let Refusal::NotNow { allowed, .. } = refusal else { panic!("wrong refusal: {refusal}") };
        assert!(allowed.contains(&Action::Accept));
        assert!(!allowed.contains(&Action::Win));
    }

    #[test]
    fn nothing_is_routed_without_verified_referrer_basis_and_owner() {
        use crate::id::RecordId;
        let owner = Some(MemberId::from_bytes([1; 16]));
        let with = |verified, basis, owner| {
            let mut f = facts(ReferralState::Scored);
            f.referrer_verified = verified;
            f.basis_alive = basis;
            let mut c = Command::new(Action::Route, vec![Standing::System]);
            c.owner = owner;
            decide(&f, &c, at()).is_ok()
        };
        assert!(with(true, true, owner));
        assert!(!with(false, true, owner));
        assert!(!with(true, false, owner));
        assert!(!with(true, true, None));
    }

    #[test]
    fn withdrawal_is_possible_from_every_open_state_and_stops_everything() {
        for &state in ReferralState::ALL {
            let command =
                Command::new(Action::Withdraw, vec![Standing::Prospect]).because("person");
            match decide(&facts(state), &command, at()) {
                Ok(decision) => assert!(decision.effects.contains(&Effect::StopEverything)),
                Err(_) => assert!(state.is_final(), "{state} cannot be withdrawn"),
            }
        }
    }

    #[test]
    fn a_lead_without_live_basis_cannot_be_contacted() {
        let mut f = facts(ReferralState::Accepted);
        f.basis_alive = false;
        let command = Command::new(Action::LogContact, vec![Standing::Owner]);
        assert_eq!(decide(&f, &command, at()), Err(Refusal::NoBasis));
    }

    #[test]
    fn final_states_have_no_way_out() {
        for &state in ReferralState::ALL.iter().filter(|s| s.is_final()) {
            assert_eq!(allowed(state, Standing::ALL), vec![], "{state}");
        }
    }

    #[test]
    fn the_diagram_is_the_one_in_the_book() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/referral-states.txt");
        let drawn = super::super::table::diagram();
        if std::env::var_os("WARMPATH_BLESS").is_some() {
            std::fs::write(path, &drawn).unwrap();
        }
        let pinned = std::fs::read_to_string(path).unwrap();
        assert_eq!(drawn, pinned, "set WARMPATH_BLESS=1 to redraw it");
    }

    proptest! {
        #[test]
        fn only_the_table_moves_a_referral(
            state in select(ReferralState::ALL),
            action in select(Action::ALL),
            standing in select(Standing::ALL),
        ) {
            let mut f = facts(state);
            f.resume = Some(ReferralState::Routed);
            let mut command = Command::new(action, vec![standing]).because("x");
            command.until = Some(at() + jiff::SignedDuration::from_hours(24));
            let legal = row_of(action)
                .is_some_and(|row| row.from.contains(&state) && row.who.contains(&standing));
            let outcome = decide(&f, &command, at());
            if !legal {
                prop_assert!(outcome.is_err());
            }
            if let Ok(decision) = outcome {
                prop_assert_eq!(decision.from, state);
                prop_assert!(allowed(state, &[standing]).contains(&action));
            }
        }
    }
}
