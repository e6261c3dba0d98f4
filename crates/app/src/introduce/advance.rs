//! Lets the pure table decide one step of an introduction, writes it into the row, and carries out
//! what follows in the same change set.

use serde_json::json;
use warmpath_core::consent::ConsentState;
use warmpath_core::id::GoodwillId;
use warmpath_core::introduction::goodwill::GoodwillKind;
use warmpath_core::introduction::{
    Action, Command, ConnectorState, Effect, Introduction, Refusal, Side, decide, evolve,
};
use warmpath_core::role::Actor;
use warmpath_network::Tier;
use warmpath_store::table::connector::{self, GoodwillRow};
use warmpath_store::table::introduction::{self, IntroductionMailRow};

use super::Dossier;
use super::dossier::state;
use crate::context::App;
use crate::count_asks;
use crate::error::{Failure, NotPossible};
use crate::read_network::best_tie;
use crate::send_mail::{Letter, queue};
use crate::unit::{Happening, Unit};

/// The kind of the job that looks at an introduction whose step ran out of time.
pub const TEND: &str = "introduction.tend";

/// The kind of the job that looks whether a connector was told.
pub const NEWS: &str = "introduction.news";

/// Takes one step: decides, changes the row, queues its clock, notes it in the ledger and carries
/// out what follows. The row is saved here.
///
/// # Errors
/// [`Failure::NotPossible`] with what is allowed instead.
pub async fn step(
    app: &App,
    unit: &mut Unit<'_>,
    dossier: &mut Dossier,
    command: &Command,
    actor: Actor,
) -> Result<Vec<Effect>, Failure> {
    let before = state(&dossier.row);
    let decision = decide(&before, command, unit.at).map_err(refused)?;
    let after = decision.events.iter().fold(before, evolve);
    let row = &mut dossier.row;
    (row.request, row.connector_state) = (after.request, after.connector);
    (row.target_state, row.outcome) = (after.target, after.outcome);
    (row.named, row.due_at, row.tell_by) = (after.named, after.due, after.tell_by);
    (row.connector_until, row.target_until) = (after.connector_until, after.target_until);
    if let Some(reason) = &command.reason {
        row.reason.clone_from(reason);
    }
    if command.action == Action::Complain {
        row.complained_at = Some(unit.at);
    }
    if decision.effects.contains(&Effect::Deliver) {
        row.delivered_at = Some(unit.at);
    }
    if before.place() != after.place() {
        row.state_since = unit.at;
    }
    row.version += 1;
    unit.push(row.save());
    set_clocks(unit, dossier, &before);
    if !before.is_ask_open() && after.is_ask_open() {
        let tier = tier_of(app, unit, dossier).await?;
        count_asks::asked(unit, dossier.row.connector, &dossier.row.id.to_string(), tier);
    }
    count_what_came(unit, dossier, (&before, &after), &decision.effects);
    let row = &dossier.row;
    let mut happening = Happening::new("introduction.moved", actor, row.id)
        .with("action", command.action)
        .with("request", row.request)
        .with("connector", row.connector_state)
        .with("target", row.target_state)
        .with("outcome", row.outcome);
    if let Some(reason) = &command.reason {
        happening = happening.with("reason", reason);
    }
    unit.record(happening).await?;
    carry_out(app, unit, dossier, &decision.effects, command.action).await?;
    Ok(decision.effects)
}

/// The best tie of ours to the connector: its tier is what the ask is measured against.
async fn tier_of(app: &App, unit: &Unit<'_>, dossier: &Dossier) -> Result<Tier, Failure> {
    let network = app.network(unit.workspace).await?;
    let best = best_tie(&network, dossier.row.connector, None);
    Ok(best.map_or(Tier::Gap, |(_, tie)| tie.tier))
}

/// What the network has to know of an open ask: whether it was answered, or ended without an answer.
fn count_what_came(
    unit: &mut Unit<'_>,
    dossier: &Dossier,
    (before, after): (&Introduction, &Introduction),
    effects: &[Effect],
) {
    let connector = dossier.row.connector;
    if before.is_ask_open() && !after.is_ask_open() {
        match after.connector {
            state if state.is_open_ask() => count_asks::ended(unit, connector),
            state => {
                let yes = state == ConnectorState::Yes;
                count_asks::answered(unit, connector, &dossier.row.id.to_string(), yes);
            }
        }
    }
    if effects.contains(&Effect::Deliver) {
        count_asks::received(unit, connector);
    }
}

fn set_clocks(unit: &mut Unit<'_>, dossier: &Dossier, before: &Introduction) {
    let row = &dossier.row;
    if let Some(due) = row.due_at.filter(|due| Some(*due) != before.due) {
        let key = format!("{TEND}/{}/{}", row.id, row.version);
        unit.job(TEND, row.id, key, due, &json!({}));
    }
    if let Some(by) = row.tell_by.filter(|by| Some(*by) != before.tell_by) {
        let key = format!("{NEWS}/{}/{}", row.id, row.version);
        unit.job(NEWS, row.id, key, by, &json!({}));
    }
}

async fn carry_out(
    app: &App,
    unit: &mut Unit<'_>,
    dossier: &mut Dossier,
    effects: &[Effect],
    action: Action,
) -> Result<(), Failure> {
    let id = dossier.row.id;
    for effect in effects {
        match effect {
            Effect::ChargeAsk => goodwill(app, unit, dossier, GoodwillKind::Ask),
            Effect::CreditTold => {
                let steps = connector::goodwill_of(app.db(), unit.workspace, dossier.row.connector);
                let told = steps
                    .await?
                    .iter()
                    .any(|step| step.kind == GoodwillKind::Told && step.introduction == Some(id));
                if !told {
                    goodwill(app, unit, dossier, GoodwillKind::Told);
                }
            }
            Effect::EndLinks => {
                unit.push(introduction::cancel_mails(unit.workspace, id));
                end_waiting_consents(unit, dossier, action);
            }
            Effect::Unlock => {
                unit.push(introduction::unlock(unit.workspace, id));
            }
            Effect::TellRequester => tell_requester(app, unit, dossier, action),
            Effect::LowerAllowance => {
                let row = &dossier.row;
                let happening =
                    Happening::new("introduction.complaint", Actor::Target(row.target), id)
                        .with("requester", row.requester);
                unit.record(happening).await?;
            }
            // Done where the words and the evidence are at hand.
            Effect::TellName
            | Effect::TargetLink
            | Effect::OpenConsent(_)
            | Effect::CloseConsent(_)
            | Effect::Deliver => {}
        }
    }
    Ok(())
}

/// One more step of the connector's goodwill, for this introduction.
pub fn goodwill(app: &App, unit: &mut Unit<'_>, dossier: &Dossier, kind: GoodwillKind) {
    let row = GoodwillRow {
        workspace: unit.workspace,
        id: app.id::<GoodwillId>(),
        connector: dossier.row.connector,
        kind,
        introduction: Some(dossier.row.id),
        member: Some(dossier.row.requester),
        at: unit.at,
    };
    unit.push(row.insert());
}

/// Nobody is asked any more: what was not answered has run out.
fn end_waiting_consents(unit: &mut Unit<'_>, dossier: &mut Dossier, action: Action) {
    let answering = match action {
        Action::Refuse | Action::ConnectorWithdraw => Some(Side::Connector),
        Action::TargetNo | Action::TargetWithdraw | Action::Complain => Some(Side::Target),
        _ => None,
    };
    for consent in &mut dossier.consents {
        if Some(consent.side) == answering || consent.state != ConsentState::Pending {
            continue;
        }
        consent.state = ConsentState::Expired;
        consent.version += 1;
        unit.push(consent.save());
    }
}

/// The requester hears that something moved; the mail names nobody.
fn tell_requester(app: &App, unit: &mut Unit<'_>, dossier: &Dossier, action: Action) {
    let words = dossier.sealed_words().line();
    let what = match action {
        Action::Agree => "The connector said yes and asks them now.",
        Action::TargetYes => "Both said yes. The connector makes the introduction.",
        Action::Deliver => "The introduction was made. Answer it today.",
        Action::ConnectorSilent | Action::TargetSilent => {
            "Nobody answered in time. Silence is not a no, and nobody is pressed."
        }
        Action::Expire => "A step ran out of time.",
        Action::Withdraw => "It was taken back.",
        Action::TargetWithdraw | Action::Complain if dossier.row.delivered_at.is_some() => {
            "They do not wish to go on. Do not write to them or call them any more."
        }
        _ => "It is not possible at the moment.",
    };
    let address = format!("{}/introductions/{}", app.config.public_url, dossier.row.id);
    let letter = Letter::service("introduction", &dossier.requester.email, "Your introduction")
        .saying(format!("Hello,\n\n{what}\n\nIt is about: {words}.\n\n{address}\n"));
    let mail = queue(app, unit, letter);
    belongs(unit, dossier, mail);
}

/// Notes that a mail belongs to an introduction, so that it is forgotten with it.
pub fn belongs(unit: &mut Unit<'_>, dossier: &Dossier, mail: warmpath_core::id::MailId) {
    let row = IntroductionMailRow { workspace: unit.workspace, mail, introduction: dossier.row.id };
    unit.push(row.insert());
}

/// A refusal of the table in the words of the edge.
pub fn refused(refusal: Refusal) -> Failure {
    let words = |actions: &[Action]| actions.iter().map(ToString::to_string).collect();
    match refusal {
        Refusal::NotNow { place, allowed, .. } => {
            let sentence = format!(
                "Not possible now: the request is {}, the connector {}, the target {}.",
                spoken(place.0),
                spoken(place.1),
                spoken(place.2)
            );
            NotPossible { allowed: words(&allowed), ..NotPossible::new("not_now", sentence) }.into()
        }
        Refusal::NotYours { who, .. } => {
            let sentence = format!("Only the {} may do this.", who.join(" or the "));
            NotPossible { forbidden: true, ..NotPossible::new("not_yours", sentence) }.into()
        }
        Refusal::NoReason(_) => {
            Failure::invalid("reason", "reason_needed", "Choose a reason. It helps the next ask.")
        }
        Refusal::NotApproved => Failure::invalid(
            "text",
            "not_approved",
            "The text was changed after it was approved. Read it again, then approve it.",
        ),
        Refusal::TooLate => {
            Failure::invalid("days", "later_too_late", "Later is at most 14 days. Choose a day.")
        }
        Refusal::ConnectorNotWilling => not("connector_not_willing"),
        Refusal::TargetNotWilling => not("target_not_willing"),
        Refusal::TimeLeft => NotPossible::new("time_left", "There is time left.").into(),
        Refusal::Already => NotPossible::new("already", "This was done already.").into(),
    }
}

fn not(code: &'static str) -> Failure {
    NotPossible::new(code, "It is not possible at the moment.").into()
}

/// A state as it is spoken: "asked blind".
pub fn spoken(state: impl std::fmt::Display) -> String {
    state.to_string().replace('_', " ")
}
