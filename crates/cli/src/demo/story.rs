//! Which referrals happen: by whom, through which door, and what becomes of each.

use warmpath_app::hand_over::{self, Typed, member_evidence};
use warmpath_app::policy::{SubmitReferral, grant};
use warmpath_app::rows::MemberRow;
use warmpath_app::submit_referral::{self, Receipt, Referrer};
use warmpath_app::{App, Failure, find_person::Described};
use warmpath_core::consent::Answer;
use warmpath_core::contact::{Country, Email};
use warmpath_core::id::WorkspaceId;
use warmpath_core::referral::{Action, Door, Origin};
use warmpath_core::role::{Actor, Role};

use super::cast;
use super::clock::Chance;
use super::history::{DAYS, amount};
use crate::import::principal_of;

/// So many referrals are handed over one by one.
pub(super) const REFERRALS: usize = 118;

/// One step of a story.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    /// The prospect answers.
    Answer(Answer),
    /// The prospect takes the consent back.
    Withdraw,
    /// Somebody of the workspace moves it.
    Move(Action, &'static str),
    /// Nothing, for so many hours.
    Wait(i64),
}

impl Step {
    /// How long after the step before, in hours.
    pub(super) fn hours(self) -> (i64, i64) {
        match self {
            Self::Answer(_) => (3, 96),
            Self::Withdraw => (48, 300),
            Self::Wait(hours) => (hours, hours),
            Self::Move(Action::Accept, _) => (0, 2),
            Self::Move(Action::LogContact, _) => (0, 4),
            Self::Move(Action::ScheduleMeeting, _) => (4, 60),
            Self::Move(Action::LogMeeting | Action::RecordNoShow, _) => (48, 170),
            Self::Move(Action::Win | Action::Lose, _) => (170, 520),
            Self::Move(..) => (6, 70),
        }
    }

    /// Done at a desk, in office hours.
    pub(super) fn is_office_work(self) -> bool {
        matches!(self, Self::Move(..))
    }
}

/// The day of each referral: few at first, more later, as a programme grows.
pub(super) fn days(chance: &Chance) -> Vec<i64> {
    let mut days: Vec<i64> = (0..REFERRALS)
        .map(|_| {
            let (a, b) = (chance.between(0, DAYS - 1), chance.between(0, DAYS - 1));
            if chance.below(3) == 0 { a.min(b) } else { a.max(b) }
        })
        .collect();
    days.sort_unstable();
    days
}

/// What becomes of the n-th referral, if nothing comes in between.
pub(super) fn steps(n: usize, chance: &Chance) -> Vec<Step> {
    use Action as A;
    let yes = Step::Answer(Answer::Yes);
    let go = |action: Action| Step::Move(action, "");
    let worked = [yes, go(A::Accept), go(A::LogContact)];
    let met = [&worked[..], &[go(A::ScheduleMeeting), go(A::LogMeeting)]].concat();
    let deal = [&met[..], &[go(A::Qualify), go(A::OpenOpportunity)]].concat();
    let and = |start: &[Step], rest: &[Step]| [start, rest].concat();
    match n % 20 {
        // Nobody answers: reminded, then expired and shredded.
        0 | 9 => Vec::new(),
        1 => vec![Step::Answer(Answer::No)],
        2 => vec![Step::Answer(Answer::Later)],
        3 => vec![yes, Step::Move(A::Decline, "no_fit")],
        4 => and(&worked, &[Step::Withdraw]),
        5 => {
            let missed = [go(A::ScheduleMeeting), go(A::RecordNoShow), go(A::ScheduleMeeting)];
            and(&worked, &and(&missed, &[go(A::LogMeeting), Step::Move(A::Fail, "no_budget")]))
        }
        6 => and(&worked, &[Step::Move(A::Fail, "unreachable")]),
        7 | 15 => and(&deal, &[Step::Move(A::Lose, chance.one(&["competitor", "no_decision"]))]),
        8 => and(&worked[..2], &[Step::Move(A::Nurture, "waits_for_budget")]),
        // The owner is away: the clock runs over and the next of the pool gets it.
        10 => {
            let late = [yes, Step::Wait(60), go(A::Accept), go(A::LogContact)];
            and(&late, &[Step::Move(A::Nurture, "wrong_time")])
        }
        11 => match n % 40 {
            11 => vec![Step::Answer(Answer::NotMe)],
            _ => vec![go(A::RequestCancel), go(A::ConfirmCancel)],
        },
        12 => and(&worked, &[Step::Move(A::RequestCancel, "mistake"), go(A::ConfirmCancel)]),
        13 => and(&deal, &[Step::Move(A::Lose, "no_need")]),
        14 => {
            let handed = and(&worked[..2], &[go(A::Reassign), go(A::Accept), go(A::LogContact)]);
            let met = and(&handed, &[go(A::ScheduleMeeting), go(A::LogMeeting)]);
            and(&met, &[go(A::Qualify), go(A::OpenOpportunity), go(A::Win)])
        }
        _ => and(&deal, &[go(A::Win)]),
    }
}

/// The referrals of the last days: hours before the end, and what becomes of each until then. What
/// they leave behind is what a visitor finds to do.
pub(super) fn fresh() -> Vec<(i64, Vec<Step>)> {
    use Action as A;
    let yes = Step::Answer(Answer::Yes);
    let go = |action: Action| Step::Move(action, "");
    let worked = || vec![yes, go(A::Accept), go(A::LogContact)];
    vec![
        (76, worked()),
        (71, vec![yes, go(A::Accept)]),
        (54, [worked(), vec![go(A::ScheduleMeeting)]].concat()),
        (51, Vec::new()),
        (49, vec![yes]),
        (47, vec![Step::Answer(Answer::Later)]),
        (31, worked()),
        (30, vec![yes, go(A::Accept)]),
        (29, vec![yes, go(A::Accept)]),
        (27, vec![yes]),
        (26, Vec::new()),
        (9, vec![yes, go(A::Accept)]),
        (8, vec![yes]),
        (7, vec![yes]),
        (6, vec![yes, go(A::Accept)]),
        (5, vec![yes]),
        (4, Vec::new()),
        (3, vec![yes]),
        (2, vec![yes]),
        (1, Vec::new()),
    ]
}

/// People of companies where a deal is open already; a referral of theirs is held. Name, mailbox,
/// company.
const IN_TALKS: [(&str, &str, &str); 3] = [
    ("Priya Engel", "priya.engel@windrose.example", "Windrose Reisen"),
    ("Ingrid Hedlund", "ingrid.hedlund@skargard.example", "Skärgård Rederi"),
    ("Tuva Rask", "tuva.rask@weserkai.example", "Weserkai Terminal"),
];

/// Who hands over the n-th referral.
pub(super) struct Hand<'h> {
    /// Its number.
    pub(super) n: usize,
    /// The members.
    pub(super) members: &'h [MemberRow],
    /// Chance.
    pub(super) chance: &'h Chance,
}

/// Customers who refer again and again: name, mailbox, company.
pub(super) const CUSTOMERS: [(&str, &str, &str); 8] = [
    ("Priya Raman", "priya.raman@northmere.example", "Northmere Foods"),
    ("Katrin Ehlers", "katrin.ehlers@ebenau.example", "Stadtwerke Ebenau"),
    ("Luis Ferrer", "luis.ferrer@almar.example", "Grupo Almar"),
    ("Solveig Aune", "solveig.aune@nordlys.example", "Nordlys Energi"),
    ("Bernd Hallstein", "bernd.hallstein@hallstein.example", "Hallstein Werkzeuge"),
    ("Margit Uhl", "margit.uhl@birkenau.example", "Birkenau Papier"),
    ("Colin Abbot", "colin.abbot@marlinfreight.example", "Marlin Freight"),
    ("Yvonne Claes", "yvonne.claes@ostseeklinik.example", "Ostsee Klinikgruppe"),
];

/// Hands it over through its door.
///
/// # Errors
/// As the use case.
pub(super) async fn hand_over(
    app: &App,
    workspace: WorkspaceId,
    hand: &Hand<'_>,
) -> Result<Receipt, Failure> {
    let typed = typed(hand);
    let member = |role: Role, n: usize| {
        let all: Vec<&MemberRow> = hand.members.iter().filter(|m| m.role == role).collect();
        all.get(n % all.len().max(1)).copied().ok_or(Failure::NotFound)
    };
    let turn = hand.n / 10;
    match hand.n % 10 {
        // Members: sellers and customer success, in the form, often for a customer who told them.
        0..=3 => {
            let by = if hand.n.is_multiple_of(2) {
                member(Role::Csm, turn)?
            } else {
                member(Role::Seller, turn)?
            };
            let may = grant::<SubmitReferral>(&principal_of(by))?;
            let typed = if hand.n % 10 == 3 { typed } else { told_by(typed, customer(hand)) };
            hand_over::by_member(app, &may, by, &typed).await
        }
        // Two partners, in the portal.
        4 | 5 => {
            let by = member(Role::Partner, hand.n)?;
            let referrer = Referrer {
                described: described(&by.name, &by.email, &by.title),
                evidence: member_evidence(),
                channel_level: 3,
                actor: Some(Actor::Member(by.id)),
                member: Some(by.id),
                partner: by.partner,
            };
            submit(app, workspace, hand, (Door::Portal, Origin::Partner), referrer).await
        }
        // Customers, by their personal link.
        6..=8 => {
            let (name, email, company) = customer(hand);
            let referrer = Referrer {
                described: described(name, email, company),
                evidence: member_evidence(),
                channel_level: 2,
                actor: None,
                member: None,
                partner: None,
            };
            submit(app, workspace, hand, (Door::Link, Origin::Customer), referrer).await
        }
        // A program that customer success runs.
        _ => {
            let (name, email, company) = customer(hand);
            let by = member(Role::Csm, turn)?;
            let referrer = Referrer {
                described: described(name, email, company),
                evidence: member_evidence(),
                channel_level: 3,
                actor: Some(Actor::Member(by.id)),
                member: Some(by.id),
                partner: None,
            };
            submit(app, workspace, hand, (Door::Api, Origin::Customer), referrer).await
        }
    }
}

fn customer(hand: &Hand<'_>) -> (&'static str, &'static str, &'static str) {
    CUSTOMERS[(hand.n * 3 + hand.n / 10) % CUSTOMERS.len()]
}

fn described(name: &str, email: &str, company: &str) -> Described {
    Described {
        name: name.to_owned(),
        email: Email::parse(email).ok(),
        company: company.to_owned(),
        source: "referrer".to_owned(),
        ..Described::default()
    }
}

async fn submit(
    app: &App,
    workspace: WorkspaceId,
    hand: &Hand<'_>,
    (door, origin): (Door, Origin),
    referrer: Referrer,
) -> Result<Receipt, Failure> {
    let mut submission = hand_over::check(&typed(hand), door, origin, referrer, country())?;
    submission.amount = amount(hand.n);
    submission.currency = if submission.amount.is_some() { "EUR".into() } else { String::new() };
    submission.rating = hand.chance.one(&["strong", "medium", "medium", "weak"]).to_owned();
    submit_referral::run(app, workspace, &submission, None).await
}

fn country() -> Option<Country> {
    "DE".parse().ok()
}

fn told_by(mut typed: Typed, (name, email, _): (&str, &str, &str)) -> Typed {
    name.clone_into(&mut typed.referrer_name);
    email.clone_into(&mut typed.referrer_email);
    typed
}

/// What is typed. Every twelfth time it is somebody who was handed over before.
fn typed(hand: &Hand<'_>) -> Typed {
    let n = if hand.n % 12 == 11 { hand.n - 5 } else { hand.n };
    let mut prospect = cast::prospect(n, hand.chance);
    if let Some(place) = hand.n.checked_sub(REFERRALS).filter(|place| place % 5 == 4)
        && let Some((name, email, company)) = IN_TALKS.get(place / 5)
    {
        (prospect.name, prospect.email) = ((*name).to_owned(), (*email).to_owned());
        prospect.company = company;
    }
    let (kind, evidence) = match hand.n % 9 {
        4 => ("implied", "Came up in a steering meeting"),
        7 => ("tangible", "The closing checklist, passed on"),
        _ => ("direct", ""),
    };
    let phone = match hand.n % 4 {
        0 => String::new(),
        n => format!("+49 30 23125 {}{:02}", n, hand.n % 100),
    };
    let relations = ["worked_together", "business", "met"];
    let text = str::to_owned;
    Typed {
        name: prospect.name,
        company: text(prospect.company),
        title: text(prospect.title),
        email: prospect.email,
        phone,
        relationship: text(hand.chance.one(&relations)),
        context: text(cast::words(hand.chance)),
        kind: text(kind),
        evidence: text(evidence),
        expects: hand.n.is_multiple_of(2),
        need: if hand.n.is_multiple_of(3) { text("Close the month faster") } else { String::new() },
        timing: if hand.n.is_multiple_of(5) { text("Next quarter") } else { String::new() },
        language: text("en"),
        ..Typed::default()
    }
}
