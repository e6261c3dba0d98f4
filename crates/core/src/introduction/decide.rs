//! Decides one command on one introduction, and evolves it: pure, total, replayable.

use jiff::Timestamp;

use super::policy::{LATER_DAYS_MAX, TELL_DAYS, YES_DAYS, days_after, timeout};
use super::state::{ConnectorState, Outcome, RequestState, Side, TargetState};
use super::table::{Action, Place, Row, Standing, allowed, rows_of};

/// One introduction: three tracks, what followed, and the times that bind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Introduction {
    /// The request.
    pub request: RequestState,
    /// The connector.
    pub connector: ConnectorState,
    /// The target.
    pub target: TargetState,
    /// What followed the delivery.
    pub outcome: Outcome,
    /// The connector was told the target's name.
    pub named: bool,
    /// The connector's yes is alive until then, exclusive.
    pub connector_until: Option<Timestamp>,
    /// The target's yes is alive until then, exclusive.
    pub target_until: Option<Timestamp>,
    /// When the present step runs out of time.
    pub due: Option<Timestamp>,
    /// By when the connector is owed news.
    pub tell_by: Option<Timestamp>,
    /// The target said that it was unwanted.
    pub complained: bool,
}

impl Introduction {
    /// A new draft.
    pub fn draft(at: Timestamp) -> Self {
        let mut made = Self {
            request: RequestState::Draft,
            connector: ConnectorState::Unasked,
            target: TargetState::Unasked,
            outcome: Outcome::Open,
            named: false,
            connector_until: None,
            target_until: None,
            due: None,
            tell_by: None,
            complained: false,
        };
        made.due = timeout(made.place()).map(|(_, days)| days_after(at, days));
        made
    }

    /// Where everything stands.
    pub fn place(&self) -> Place {
        (self.request, self.connector, self.target, self.outcome)
    }

    /// The connector was asked, did not answer, and the answer is still awaited.
    pub fn is_ask_open(&self) -> bool {
        self.connector.is_open_ask() && self.request.is_before_delivery()
    }

    /// Both said yes, and both are alive: neither expired nor taken back.
    pub fn is_deliverable(&self, at: Timestamp) -> bool {
        self.is_alive(Side::Connector, at) && self.is_alive(Side::Target, at)
    }

    /// Whether the yes of this side is alive.
    pub fn is_alive(&self, side: Side, at: Timestamp) -> bool {
        let (yes, until) = match side {
            Side::Connector => (self.connector == ConnectorState::Yes, self.connector_until),
            Side::Target => (self.target == TargetState::Yes, self.target_until),
        };
        yes && until.is_some_and(|end| at < end)
    }

    /// What the clock does now, if the present step's time is over.
    pub fn overdue(&self, at: Timestamp) -> Option<Action> {
        let due = self.due.filter(|&due| due <= at)?;
        timeout(self.place()).map(|(action, _)| action).filter(|_| due <= at)
    }
}

/// What somebody wants to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The action.
    pub action: Action,
    /// How the caller stands to it; several may hold at once.
    pub standings: Vec<Standing>,
    /// A coded reason; needed for side states.
    pub reason: Option<String>,
    /// Days of thinking, for "later".
    pub days: Option<i64>,
    /// A text that goes out was approved by its sender, by its hash.
    pub approved: bool,
}

impl Command {
    /// A command that needs nothing but its name.
    pub fn new(action: Action, standing: Standing) -> Self {
        Self::by(action, vec![standing])
    }

    /// The same for somebody who stands to it in several ways.
    pub fn by(action: Action, standings: Vec<Standing>) -> Self {
        Self { action, standings, reason: None, days: None, approved: false }
    }

    /// Adds the coded reason.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// The text was approved.
    #[must_use]
    pub fn approved(mut self) -> Self {
        self.approved = true;
        self
    }

    /// Takes this many days.
    #[must_use]
    pub fn for_days(mut self, days: i64) -> Self {
        self.days = Some(days);
        self
    }
}

/// What happened, as data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The tracks moved here.
    Moved(Place),
    /// The connector was told the name.
    Named,
    /// A side said yes, alive until then.
    SaidYes(Side, Timestamp),
    /// A side's yes is over.
    YesOver(Side),
    /// The step's time.
    Due(Option<Timestamp>),
    /// The connector is owed news by then.
    OwesNews(Timestamp),
    /// The connector was told.
    NewsGiven,
    /// The target complained.
    Complained,
}

/// What follows, to be done in the same change set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The connector's goodwill is withdrawn from.
    ChargeAsk,
    /// The connector's page shows the target's name from now on.
    TellName,
    /// A fresh one-time link for the target; older ones end.
    TargetLink,
    /// A consent of this side opens.
    OpenConsent(Side),
    /// The consent of this side is given up, refused or over.
    CloseConsent(Side),
    /// The introduction goes out; both sides learn of each other.
    Deliver,
    /// Every open link ends, and texts that await sending are cancelled.
    EndLinks,
    /// Others may approach the target again.
    Unlock,
    /// The requester hears of it.
    TellRequester,
    /// The requester may have less under way.
    LowerAllowance,
    /// The connector was told an outcome: goodwill is given back.
    CreditTold,
}

/// What becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What happened.
    pub events: Vec<Event>,
    /// What follows.
    pub effects: Vec<Effect>,
}

/// Why a command changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not as things stand; carries what this caller may do instead.
    #[error("`{action}` is not possible now: the request is {}, the connector {}, the target {}", .place.0, .place.1, .place.2)]
    NotNow {
        /// What was asked.
        action: Action,
        /// Where everything stands.
        place: Place,
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
    /// The text was not approved as it stands.
    #[error("the text is not approved as it stands")]
    NotApproved,
    /// The connector's yes is not there, over or taken back.
    #[error("the connector is not willing any more")]
    ConnectorNotWilling,
    /// The target's yes is not there, over or taken back.
    #[error("the target is not willing any more")]
    TargetNotWilling,
    /// The clock came too early.
    #[error("there is time left")]
    TimeLeft,
    /// "Later" has an end.
    #[error("later is at most {LATER_DAYS_MAX} days")]
    TooLate,
    /// Said once already.
    #[error("this was done already")]
    Already,
}

/// Decides. The order of the checks is the order in which a person would want to hear of them.
///
/// # Errors
/// A [`Refusal`] that says what is missing; nothing has changed then.
pub fn decide(now: &Introduction, command: &Command, at: Timestamp) -> Result<Decision, Refusal> {
    let action = command.action;
    let row = rows_of(action).find(|row| row.fits(now.place())).ok_or_else(|| Refusal::NotNow {
        action,
        place: now.place(),
        allowed: allowed(now.place(), &command.standings),
    })?;
    if !row.who.iter().any(|who| command.standings.contains(who)) {
        return Err(Refusal::NotYours {
            action,
            who: row.who.iter().map(|w| w.as_str()).collect(),
        });
    }
    needs(now, command, at)?;
    let place = after(row, now.place());
    Ok(Decision { events: events(now, command, place, at), effects: effects(action, now, place) })
}

fn after(row: &Row, (request, connector, target, outcome): Place) -> Place {
    (
        row.request.after(request),
        row.connector.after(connector),
        row.target.after(target),
        row.outcome.after(outcome),
    )
}

fn needs(now: &Introduction, command: &Command, at: Timestamp) -> Result<(), Refusal> {
    use Action as A;
    let action = command.action;
    let by_clock = command.standings == [Standing::System];
    let side_state = matches!(
        action,
        A::Reject | A::Refuse | A::ConnectorWithdraw | A::Withdraw | A::Lose | A::NothingCame
    );
    if side_state && command.reason.as_deref().is_none_or(str::is_empty) {
        return Err(Refusal::NoReason(action));
    }
    if matches!(action, A::Ask | A::Propose | A::Deliver) && !command.approved {
        return Err(Refusal::NotApproved);
    }
    if matches!(action, A::Propose | A::TargetYes | A::Deliver)
        && !now.is_alive(Side::Connector, at)
    {
        return Err(Refusal::ConnectorNotWilling);
    }
    if action == A::Deliver && !now.is_alive(Side::Target, at) {
        return Err(Refusal::TargetNotWilling);
    }
    let clock_only =
        matches!(action, A::Expire | A::ConnectorSilent | A::TargetSilent | A::NothingCame);
    if clock_only && by_clock && now.overdue(at) != Some(action) {
        return Err(Refusal::TimeLeft);
    }
    if matches!(action, A::ConnectorLater | A::TargetLater)
        && command.days.is_some_and(|days| !(1..=LATER_DAYS_MAX).contains(&days))
    {
        return Err(Refusal::TooLate);
    }
    let said_before = (action == A::Complain && now.complained)
        || (action == A::TellConnector && now.tell_by.is_none());
    if said_before { Err(Refusal::Already) } else { Ok(()) }
}

fn events(now: &Introduction, command: &Command, place: Place, at: Timestamp) -> Vec<Event> {
    use Action as A;
    let mut events = vec![Event::Moved(place)];
    match command.action {
        A::AcceptBlind => events.push(Event::Named),
        A::Agree => {
            events.push(Event::SaidYes(Side::Connector, days_after(at, 2 * YES_DAYS)));
        }
        A::TargetYes => events.push(Event::SaidYes(Side::Target, days_after(at, YES_DAYS))),
        A::ConnectorWithdraw | A::ConnectorSilent => {
            events.push(Event::YesOver(Side::Connector));
        }
        A::TargetWithdraw => events.push(Event::YesOver(Side::Target)),
        A::Complain => events.extend([Event::YesOver(Side::Target), Event::Complained]),
        A::TellConnector => events.push(Event::NewsGiven),
        _ => {}
    }
    let moved = place != now.place();
    let thinks = matches!(command.action, A::ConnectorLater | A::TargetLater | A::Propose);
    if moved || thinks {
        let days = match (command.days, timeout(place)) {
            (Some(days), Some(_)) if thinks => Some(days),
            (_, timeout) => timeout.map(|(_, days)| days),
        };
        events.push(Event::Due(days.map(|days| days_after(at, days))));
    }
    if owes_news(now, place) {
        events.push(Event::OwesNews(days_after(at, TELL_DAYS)));
    }
    events
}

/// The connector hears of a delivery, of every step of its outcome, and of the end of everything
/// they had a hand in; not of their own no.
fn owes_news(now: &Introduction, place: Place) -> bool {
    let (request, connector, ..) = place;
    let had_a_hand = now.connector == ConnectorState::Yes;
    let ended = request != now.request && (request.is_over() || request == RequestState::Delivered);
    let outcome = place.3 != now.outcome;
    had_a_hand && (outcome || (ended && connector == ConnectorState::Yes))
}

fn effects(action: Action, now: &Introduction, place: Place) -> Vec<Effect> {
    use Action as A;
    let ends = place.0 != now.request && place.0.is_over() && place.0 != RequestState::Rerouted;
    let mut effects = match action {
        A::Ask => vec![Effect::ChargeAsk],
        A::AcceptBlind => vec![Effect::TellName],
        A::Agree => vec![Effect::OpenConsent(Side::Connector), Effect::TellRequester],
        A::Propose => vec![Effect::TargetLink],
        A::TargetYes => vec![Effect::OpenConsent(Side::Target), Effect::TellRequester],
        A::Deliver => vec![Effect::Deliver, Effect::TellRequester],
        A::TargetNo | A::TargetWithdraw => vec![Effect::CloseConsent(Side::Target)],
        A::Refuse | A::ConnectorWithdraw => vec![Effect::CloseConsent(Side::Connector)],
        A::Complain => vec![Effect::CloseConsent(Side::Target), Effect::LowerAllowance],
        A::TellConnector => vec![Effect::CreditTold],
        _ => Vec::new(),
    };
    if ends {
        // Silently: whoever was asked is told only that it is not possible at the moment, and only
        // when they look. Who was introduced and does not go on must not be written to any more: that
        // is said at once.
        effects.extend([Effect::EndLinks, Effect::Unlock]);
        let no_more = matches!(action, A::TargetWithdraw | A::Complain);
        if now.request.is_before_delivery() || no_more {
            effects.push(Effect::TellRequester);
        }
    }
    effects
}

/// The introduction after an event. Total: whatever was stored can be replayed.
#[must_use]
pub fn evolve(mut now: Introduction, event: &Event) -> Introduction {
    match *event {
        Event::Moved((request, connector, target, outcome)) => {
            (now.request, now.connector) = (request, connector);
            (now.target, now.outcome) = (target, outcome);
        }
        Event::Named => now.named = true,
        Event::SaidYes(Side::Connector, until) => now.connector_until = Some(until),
        Event::SaidYes(Side::Target, until) => now.target_until = Some(until),
        Event::YesOver(Side::Connector) => now.connector_until = None,
        Event::YesOver(Side::Target) => now.target_until = None,
        Event::Due(due) => now.due = due,
        Event::OwesNews(by) => now.tell_by = Some(now.tell_by.map_or(by, |old| old.min(by))),
        Event::NewsGiven => now.tell_by = None,
        Event::Complained => now.complained = true,
    }
    now
}
