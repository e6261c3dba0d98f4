//! The connector's page: one link, no account. GET shows, POST with the page's nonce answers. First
//! blind; the name only after a yes; then a text of their own for the target, and when both said yes,
//! the introduction itself.

use serde_json::json;
use warmpath_core::consent::ConsentState;
use warmpath_core::id::MemberId;
use warmpath_core::introduction::message::OWN_LINE;
use warmpath_core::introduction::policy::{YES_DAYS, days_after};
use warmpath_core::introduction::{Action, Command, Reveal, Side, Standing, TargetState};
use warmpath_core::role::Actor;
use warmpath_store::Applied;
use warmpath_store::table::access::{self, LinkRow};
use warmpath_store::table::introduction;

use super::dossier;
use super::{Dossier, advance, deliver, goodwill, request, seal, texts};
use crate::context::App;
use crate::error::{Failure, LinkTrouble, NotPossible};
use crate::fill_text::first_name;
use crate::link::{self, Purpose};
use crate::unit::{Happening, Unit};

/// What the connector's page shows.
#[derive(Debug, Clone)]
pub struct Page {
    /// The introduction. Its target may be shown only when `named` is set.
    pub dossier: Dossier,
    /// The connector wanted to know who it is.
    pub named: bool,
    /// What they may do now.
    pub allowed: Vec<Action>,
    /// Their goodwill and rules.
    pub account: goodwill::Account,
    /// What the form must send back.
    pub nonce: String,
    /// The text for the target, with its link, once they approved one.
    pub passed_on: Option<PassedOn>,
    /// A draft of that text.
    pub proposal: String,
    /// The introduction's message, once both said yes.
    pub message: Option<deliver::MessageDraft>,
    /// What went out, once it was made, and to whom.
    pub delivered: Option<deliver::Delivered>,
}

/// An approved text for the target.
#[derive(Debug, Clone)]
pub struct PassedOn {
    /// The words.
    pub text: String,
}

/// What a connector says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Tell me who it is.
    Willing,
    /// Later, in so many days.
    Later(i64),
    /// I ask them.
    Agree,
    /// I would rather not, with a coded reason.
    No(String),
}

/// The codes of a no. It costs nothing; the reason tunes the next ask.
pub const REASONS: &[(&str, &str)] = &[
    ("do_not_know", "I do not know them well enough"),
    ("wrong_time", "The time is not right for them"),
    ("wrong_fit", "It does not fit them"),
    ("too_many_asks", "I was asked too often"),
    ("rather_not", "I would rather not say"),
];

async fn open(app: &App, token: &str) -> Result<(LinkRow, Dossier), Failure> {
    let link = link::find(app, token, Purpose::Connector).await?;
    let dossier = of_link(app, &link).await?;
    if link.expires_at <= app.now() || dossier.connector.erased_at.is_some() {
        return Err(Failure::Link(LinkTrouble::Ended));
    }
    Ok((link, dossier))
}

/// The introduction behind a link of one of its sides.
pub(super) async fn of_link(app: &App, link: &LinkRow) -> Result<Dossier, Failure> {
    let unknown = || Failure::Link(LinkTrouble::Unknown);
    let consent = link.consent.ok_or_else(unknown)?;
    let consent = introduction::consent(app.db(), link.workspace, consent).await?;
    let consent = consent.ok_or_else(unknown)?;
    let found = dossier::load(app, link.workspace, consent.introduction).await;
    found.map_err(|failure| match failure {
        Failure::NotFound => unknown(),
        other => other,
    })
}

/// Shows it; changes nothing, whoever looks and however often.
///
/// # Errors
/// [`Failure::Link`] when the link does not work.
pub async fn page(app: &App, token: &str) -> Result<Page, Failure> {
    let (link, dossier) = open(app, token).await?;
    show(app, dossier, link.nonce).await
}

/// The link passed through the hands of whoever asked: they do not answer in the connector's place. That
/// they tried stands in the ledger.
///
/// # Errors
/// [`Failure::NotPossible`] when this member asked for the introduction.
pub async fn not_by_requester(app: &App, token: &str, member: MemberId) -> Result<(), Failure> {
    let (_, dossier) = open(app, token).await?;
    if dossier.row.requester != member {
        return Ok(());
    }
    let mut unit = Unit::new(app, dossier.row.workspace);
    let happening =
        Happening::new("introduction.own_answer_refused", Actor::Member(member), dossier.row.id);
    unit.record(happening).await?;
    unit.commit("Look again.").await?;
    let sentence = "You asked for this introduction. Only the connector answers here.";
    Err(NotPossible::new("not_yours_to_answer", sentence).into())
}

async fn show(app: &App, dossier: Dossier, nonce: String) -> Result<Page, Failure> {
    let row = &dossier.row;
    let named = row.named && !row.request.is_over() || row.delivered_at.is_some();
    let account = goodwill::account(app, row.workspace, row.connector).await?;
    let asked = row.target_state == TargetState::Proposed;
    let passed_on = match dossier.text("target") {
        // Without a mailbox: the connector writes to the one they know. Ours is the target's to give.
        text if named && asked && !text.is_empty() => Some(PassedOn { text: text.to_owned() }),
        _ => None,
    };
    let proposal = if named { proposal(&dossier) } else { String::new() };
    let allowed = dossier.allowed(&[Standing::Connector]);
    let message = match allowed.contains(&Action::Deliver) {
        true => Some(deliver::draft(app, &dossier).await?),
        false => None,
    };
    let delivered = deliver::delivered(app, &dossier).await?;
    Ok(Page { named, allowed, account, nonce, passed_on, proposal, message, delivered, dossier })
}

/// A draft for the target, from stored words only, in the connector's voice.
fn proposal(dossier: &Dossier) -> String {
    let (member, ours) = (&dossier.requester, &dossier.workspace);
    let who = match dossier.row.reveal {
        Reveal::Name => format!("{} of {}", member.name, ours.name),
        Reveal::Company => format!("somebody of {}", ours.name),
        Reveal::Nothing => format!("somebody who works on {}", ours.trade),
    };
    format!(
        "Hello {},\n\n{OWN_LINE}\n\nMay I introduce you to {who}? It is about {}. {} Nobody \
         writes to you unless you say yes, and a no is fine:\n{{link}}\n\n{}",
        first_name(&dossier.target.name),
        dossier.text("topic"),
        dossier.text("benefit"),
        first_name(&dossier.connector.name),
    )
}

/// Takes an answer.
///
/// # Errors
/// [`Failure::Link`] when the link or the nonce does not work, [`Failure::NotPossible`] when the
/// answer comes in the wrong order or too late.
pub async fn answer(
    app: &App,
    token: &str,
    nonce: &str,
    said: &Said,
    origin: &str,
) -> Result<(), Failure> {
    for _ in 0..5 {
        let (link, mut dossier) = opened(app, token, nonce).await?;
        let mut unit = Unit::new(app, link.workspace);
        let command = match said {
            Said::Willing => Command::new(Action::AcceptBlind, Standing::Connector),
            Said::Later(days) => {
                Command::new(Action::ConnectorLater, Standing::Connector).for_days(*days)
            }
            Said::Agree => Command::new(Action::Agree, Standing::Connector),
            Said::No(reason) => {
                Command::new(no(&dossier), Standing::Connector).because(known_reason(reason)?)
            }
        };
        let actor = Actor::Connector(dossier.row.connector);
        advance::step(app, &mut unit, &mut dossier, &command, actor).await?;
        keep_consent(&mut unit, &mut dossier, Side::Connector, &command, origin).await?;
        if unit.apply().await? == Applied::Applied {
            return Ok(());
        }
    }
    Err(Failure::Conflict("Somebody else is answering. Press again.".into()))
}

/// A no before the yes is a no; after it, it takes the yes back.
fn no(dossier: &Dossier) -> Action {
    let allowed = dossier.allowed(&[Standing::Connector]);
    if allowed.contains(&Action::ConnectorWithdraw) {
        Action::ConnectorWithdraw
    } else {
        Action::Refuse
    }
}

fn known_reason(reason: &str) -> Result<String, Failure> {
    let known = REASONS.iter().any(|(code, _)| *code == reason);
    if known {
        return Ok(reason.to_owned());
    }
    Err(Failure::invalid("reason", "reason_needed", "Choose a reason. It costs nothing."))
}

pub(super) async fn opened(
    app: &App,
    token: &str,
    nonce: &str,
) -> Result<(LinkRow, Dossier), Failure> {
    let (link, dossier) = open(app, token).await?;
    if nonce != link.nonce {
        return Err(Failure::Link(LinkTrouble::NoPage));
    }
    Ok((link, dossier))
}

/// Writes an answer into the side's consent record, with its evidence sealed under the person's key.
///
/// # Errors
/// When the person's key cannot be read.
pub async fn keep_consent(
    unit: &mut Unit<'_>,
    dossier: &mut Dossier,
    side: Side,
    command: &Command,
    origin: &str,
) -> Result<(), Failure> {
    let at = unit.at;
    let wanted = match side {
        Side::Connector => dossier.row.connector_consent,
        Side::Target => dossier.row.target_consent,
    };
    let Some(consent) = dossier.consents.iter_mut().find(|c| Some(c.id) == wanted) else {
        return Ok(());
    };
    let (state, until) = match command.action {
        Action::Agree => (ConsentState::Active, Some(days_after(at, 2 * YES_DAYS))),
        Action::TargetYes => (ConsentState::Active, Some(days_after(at, YES_DAYS))),
        Action::Refuse | Action::TargetNo => (ConsentState::Refused, None),
        Action::ConnectorWithdraw | Action::TargetWithdraw => (ConsentState::Withdrawn, None),
        Action::Complain if consent.state == ConsentState::Active => {
            (ConsentState::Withdrawn, None)
        }
        Action::Complain if consent.state == ConsentState::Pending => (ConsentState::Refused, None),
        _ => (consent.state, consent.expires_at),
    };
    consent.state = state;
    consent.expires_at = until;
    command.action.as_str().clone_into(&mut consent.answer);
    consent.answered_at = Some(at);
    if state == ConsentState::Withdrawn {
        consent.withdrawn_at = Some(at);
    }
    let evidence = json!({
        "action": command.action, "at": at, "purpose": consent.purpose,
        "wording_version": consent.wording_version, "origin": origin,
    });
    let (person, id) = (consent.person, consent.id);
    let sealed = unit.seal_for(person, id, evidence.to_string().as_bytes()).await?;
    consent.evidence = sealed;
    consent.version += 1;
    unit.push(consent.save());
    let actor = match side {
        Side::Connector => Actor::Connector(person),
        Side::Target => Actor::Target(person),
    };
    let happening = Happening::new("consent.answered", actor, id)
        .of(person)
        .under(format!("wording/{}", consent.wording_version))
        .with("answer", command.action)
        .with("introduction", dossier.row.id)
        .with("side", side);
    unit.record(happening).await?;
    Ok(())
}

/// The connector approves their own text for the target. A fresh one-time link is made for it; an
/// edit makes another link and ends the one before.
///
/// # Errors
/// [`Failure::Invalid`] with what is wrong with the words, else as [`answer`].
pub async fn propose(
    app: &App,
    token: &str,
    nonce: &str,
    (text, own): (&str, &str),
) -> Result<(), Failure> {
    const LINK: &str = "{link}";
    for _ in 0..5 {
        let (link, mut dossier) = opened(app, token, nonce).await?;
        let mut unit = Unit::new(app, link.workspace);
        request::check_objection(app, link.workspace, dossier.row.target).await?;
        let command = Command::new(Action::Propose, Standing::Connector).approved();
        let actor = Actor::Connector(dossier.row.connector);
        let purpose = Purpose::Target.as_str();
        unit.push(introduction::revoke_links(unit.workspace, dossier.row.id, purpose, unit.at));
        let target = request::open_consent(app, &mut unit, &mut dossier, Side::Target);
        advance::step(app, &mut unit, &mut dossier, &command, actor).await?;
        let address = format!("{}/t/{target}", app.config.public_url);
        let body = texts::with_own_line(text, own).map_err(Failure::Invalid)?;
        let body = if body.contains(LINK) {
            body.replace(LINK, &address)
        } else {
            format!("{}\n{address}", body.trim_end())
        };
        let problems = texts::check_ask(&body, &seal::from_target(&dossier), &address);
        if !problems.is_empty() {
            return Err(Failure::Invalid(problems));
        }
        let author = dossier.connector.name.clone();
        let id = dossier.row.id;
        texts::write(&mut unit, (id, &dossier.texts), "target", &body, (&author, true));
        if unit.apply().await? == Applied::Applied {
            return Ok(());
        }
    }
    Err(Failure::Conflict("Somebody else is answering. Press again.".into()))
}

/// The page of a signed-in connector about one ask: the same, by the link that is theirs.
///
/// # Errors
/// [`Failure::NotFound`] when it is not theirs.
pub async fn token_for(app: &App, dossier: &Dossier) -> Result<String, Failure> {
    let row = &dossier.row;
    let purpose = Purpose::Connector.as_str();
    let links = access::links_of_person(app.db(), row.workspace, row.connector, purpose).await?;
    let found = links.iter().find(|l| l.consent == row.connector_consent);
    found.map(|l| link::token_of(app, row.workspace, l.id)).ok_or(Failure::NotFound)
}
