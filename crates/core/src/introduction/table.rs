//! The table of transitions: which action moves which tracks from where to where, and who may take
//! it. An action is possible when every track it speaks of stands where a row says.

use super::state::{ConnectorState as C, Outcome as O, RequestState as R, TargetState as T};
use crate::text_enum;

text_enum! {
    /// What can be done to an introduction.
    pub enum Action {
        /// Hand the request in.
        Submit = "submit",
        /// The request is fit to be asked.
        Screen = "screen",
        /// The request is not fit to be asked.
        Reject = "reject",
        /// Ask the connector, without a name.
        Ask = "ask",
        /// The connector is willing and wants to know who it is.
        AcceptBlind = "accept_blind",
        /// The connector takes time.
        ConnectorLater = "connector_later",
        /// The connector will ask the target.
        Agree = "agree",
        /// The connector would rather not.
        Refuse = "refuse",
        /// The connector takes their yes back.
        ConnectorWithdraw = "connector_withdraw",
        /// The connector did not answer, or did not ask the target, in time.
        ConnectorSilent = "connector_silent",
        /// The connector asks the target, with a text of their own.
        Propose = "propose",
        /// The target takes time.
        TargetLater = "target_later",
        /// The target wants to be introduced.
        TargetYes = "target_yes",
        /// The target does not.
        TargetNo = "target_no",
        /// The target takes their yes back.
        TargetWithdraw = "target_withdraw",
        /// The target did not answer in time.
        TargetSilent = "target_silent",
        /// The introduction is made.
        Deliver = "deliver",
        /// A step ran out of time.
        Expire = "expire",
        /// The request is taken back.
        Withdraw = "withdraw",
        /// Ask the next connector of the shortlist.
        Reroute = "reroute",
        /// A time for a meeting was proposed.
        ProposeMeeting = "propose_meeting",
        /// The meeting was missed.
        LogNoShow = "log_no_show",
        /// They met.
        LogMeeting = "log_meeting",
        /// An opportunity exists.
        OpenOpportunity = "open_opportunity",
        /// Won.
        Win = "win",
        /// Lost.
        Lose = "lose",
        /// Nothing came of it.
        NothingCame = "nothing_came",
        /// The connector was told what became of it.
        TellConnector = "tell_connector",
        /// The target says that this was unwanted.
        Complain = "complain",
    }
}

text_enum! {
    /// How the caller stands to this introduction.
    pub enum Standing {
        /// Asked for it.
        Requester = "requester",
        /// Runs the programme: screens, reroutes, sees all.
        Programme = "programme",
        /// The connector, through their link or their account.
        Connector = "connector",
        /// The target, through their link.
        Target = "target",
        /// A clock or a rule.
        System = "system",
    }
}

/// Where a track must stand, and where it goes.
#[derive(Debug, Clone, Copy)]
pub struct Track<S: 'static> {
    /// Where it must stand; empty for anywhere.
    pub from: &'static [S],
    /// Where it goes; stays when there is none.
    pub to: Option<S>,
}

impl<S: Copy + PartialEq + 'static> Track<S> {
    pub(super) fn fits(&self, state: S) -> bool {
        self.from.is_empty() || self.from.contains(&state)
    }

    pub(super) fn after(&self, state: S) -> S {
        self.to.unwrap_or(state)
    }
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The action.
    pub action: Action,
    /// Who may take it.
    pub who: &'static [Standing],
    /// The request.
    pub request: Track<R>,
    /// The connector.
    pub connector: Track<C>,
    /// The target.
    pub target: Track<T>,
    /// What followed.
    pub outcome: Track<O>,
}

use Standing::{Connector, Programme, Requester, System, Target};

const fn on<S>(from: &'static [S]) -> Track<S> {
    Track { from, to: None }
}

const fn to<S>(from: &'static [S], to: S) -> Track<S> {
    Track { from, to: Some(to) }
}

const fn row(action: Action, who: &'static [Standing], request: Track<R>) -> Row {
    Row { action, who, request, connector: on(&[]), target: on(&[]), outcome: on(&[]) }
}

impl Row {
    const fn connector(mut self, track: Track<C>) -> Self {
        self.connector = track;
        self
    }

    const fn target(mut self, track: Track<T>) -> Self {
        self.target = track;
        self
    }

    const fn outcome(mut self, track: Track<O>) -> Self {
        self.outcome = track;
        self
    }
}

const BEFORE: &[R] =
    &[R::Draft, R::Submitted, R::Screened, R::Offered, R::Arranging, R::Deliverable];
const TOLD: &[R] =
    &[R::Offered, R::Arranging, R::Delivered, R::Closed, R::Declined, R::Expired, R::Withdrawn];
const ASKED: &[C] = &[C::AskedBlind, C::AskedNamed, C::Deciding];
const NAMED: &[C] = &[C::AskedNamed, C::Deciding];
const OPEN: &[T] = &[T::Proposed, T::Deciding];
const OURS: &[Standing] = &[Requester, Programme];
const MINE: &[Standing] = &[Requester];

/// Every transition there is.
pub const TABLE: &[Row] = &[
    row(Action::Submit, MINE, to(&[R::Draft], R::Submitted)),
    row(Action::Screen, &[Programme, System], to(&[R::Submitted], R::Screened)),
    row(Action::Reject, &[Programme], to(&[R::Submitted, R::Screened], R::Declined)),
    row(Action::Ask, OURS, to(&[R::Screened], R::Offered))
        .connector(to(&[C::Unasked], C::AskedBlind)),
    row(Action::AcceptBlind, &[Connector], on(&[R::Offered]))
        .connector(to(&[C::AskedBlind], C::AskedNamed)),
    row(Action::ConnectorLater, &[Connector], on(&[R::Offered])).connector(on(&[C::AskedBlind])),
    row(Action::ConnectorLater, &[Connector], on(&[R::Offered])).connector(to(NAMED, C::Deciding)),
    row(Action::Agree, &[Connector], to(&[R::Offered], R::Arranging)).connector(to(NAMED, C::Yes)),
    row(Action::Refuse, &[Connector], to(&[R::Offered], R::Declined)).connector(to(ASKED, C::No)),
    row(Action::ConnectorWithdraw, &[Connector], to(&[R::Arranging, R::Deliverable], R::Withdrawn))
        .connector(to(&[C::Yes], C::No)),
    row(Action::ConnectorSilent, &[System], to(&[R::Offered], R::Expired))
        .connector(to(ASKED, C::Silent)),
    row(Action::ConnectorSilent, &[System], to(&[R::Arranging], R::Expired))
        .connector(to(&[C::Yes], C::Silent))
        .target(on(&[T::Unasked])),
    row(Action::Propose, &[Connector], on(&[R::Arranging]))
        .connector(on(&[C::Yes]))
        .target(to(&[T::Unasked, T::Proposed], T::Proposed)),
    row(Action::TargetLater, &[Target], on(&[R::Arranging]))
        .connector(on(&[C::Yes]))
        .target(to(OPEN, T::Deciding)),
    row(Action::TargetYes, &[Target], to(&[R::Arranging], R::Deliverable))
        .connector(on(&[C::Yes]))
        .target(to(OPEN, T::Yes)),
    row(Action::TargetNo, &[Target], to(&[R::Arranging], R::Declined)).target(to(OPEN, T::No)),
    row(Action::TargetWithdraw, &[Target], to(&[R::Deliverable], R::Withdrawn))
        .target(to(&[T::Yes], T::No)),
    row(Action::TargetWithdraw, &[Target], to(&[R::Delivered], R::Closed))
        .target(to(&[T::Yes], T::No)),
    row(Action::TargetSilent, &[System], to(&[R::Arranging], R::Expired))
        .target(to(OPEN, T::Silent)),
    row(Action::Deliver, &[Connector], to(&[R::Deliverable], R::Delivered))
        .connector(on(&[C::Yes]))
        .target(on(&[T::Yes])),
    row(
        Action::Expire,
        &[System],
        to(&[R::Draft, R::Submitted, R::Screened, R::Deliverable], R::Expired),
    ),
    row(Action::Withdraw, &[Requester, Programme, System], to(BEFORE, R::Withdrawn)),
    row(Action::Reroute, OURS, to(&[R::Declined, R::Expired], R::Rerouted))
        .connector(on(&[C::No, C::Silent])),
    row(Action::ProposeMeeting, MINE, on(&[R::Delivered]))
        .outcome(to(&[O::Open, O::MeetingProposed, O::NoShow], O::MeetingProposed)),
    row(Action::LogNoShow, MINE, on(&[R::Delivered])).outcome(to(&[O::MeetingProposed], O::NoShow)),
    row(Action::LogMeeting, MINE, on(&[R::Delivered]))
        .outcome(to(&[O::Open, O::MeetingProposed, O::NoShow], O::MeetingHeld)),
    row(Action::OpenOpportunity, MINE, on(&[R::Delivered]))
        .outcome(to(&[O::MeetingHeld], O::Opportunity)),
    row(Action::Win, OURS, to(&[R::Delivered], R::Closed)).outcome(to(&[O::Opportunity], O::Won)),
    row(Action::Lose, OURS, to(&[R::Delivered], R::Closed))
        .outcome(to(&[O::MeetingHeld, O::Opportunity], O::Lost)),
    row(Action::NothingCame, &[Requester, Programme, System], to(&[R::Delivered], R::Closed))
        .outcome(to(
            &[O::Open, O::MeetingProposed, O::NoShow, O::MeetingHeld, O::Opportunity],
            O::NothingCame,
        )),
    row(Action::TellConnector, OURS, on(TOLD)),
    row(Action::Complain, &[Target], to(&[R::Arranging], R::Declined)).target(to(OPEN, T::No)),
    row(Action::Complain, &[Target], to(&[R::Deliverable], R::Withdrawn))
        .target(to(&[T::Yes], T::No)),
    row(Action::Complain, &[Target], to(&[R::Delivered], R::Closed)).target(to(&[T::Yes], T::No)),
    row(Action::Complain, &[Target], on(&[R::Closed, R::Declined, R::Expired, R::Withdrawn]))
        .target(on(&[T::Proposed, T::Deciding, T::Yes, T::No, T::Silent])),
];

/// The rows of an action.
pub fn rows_of(action: Action) -> impl Iterator<Item = &'static Row> {
    TABLE.iter().filter(move |row| row.action == action)
}

/// Where the three tracks and the outcome stand.
pub type Place = (R, C, T, O);

impl Row {
    /// Whether this row starts where everything stands.
    pub fn fits(&self, (request, connector, target, outcome): Place) -> bool {
        self.request.fits(request)
            && self.connector.fits(connector)
            && self.target.fits(target)
            && self.outcome.fits(outcome)
    }
}

/// What a caller with these standings may do now, in the order of the table: what the API returns
/// as `allowed_actions`, and what pages show as buttons.
pub fn allowed(place: Place, standings: &[Standing]) -> Vec<Action> {
    let mut found: Vec<Action> = TABLE
        .iter()
        .filter(|row| row.fits(place))
        .filter(|row| row.who.iter().any(|who| standings.contains(who)))
        .map(|row| row.action)
        .collect();
    found.dedup();
    found
}

/// The three tracks as text, one line per row:
/// `action (who): request a, b -> c; connector …; target …`.
pub fn diagram() -> String {
    fn words<S: Copy + std::fmt::Display + PartialEq>(name: &str, track: &Track<S>) -> String {
        if track.from.is_empty() {
            return String::new();
        }
        let from = track.from.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        match track.to {
            Some(to) => format!("; {name} {from} -> {to}"),
            None => format!("; {name} {from}"),
        }
    }
    let mut lines = Vec::new();
    for row in TABLE {
        let who = row.who.iter().map(|w| w.as_str()).collect::<Vec<_>>().join(", ");
        let tracks = [
            words("request", &row.request),
            words("connector", &row.connector),
            words("target", &row.target),
            words("outcome", &row.outcome),
        ]
        .concat();
        lines.push(format!("{} ({who}): {}", row.action, tracks.trim_start_matches("; ")));
    }
    lines.join("\n") + "\n"
}
