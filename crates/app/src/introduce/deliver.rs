//! The introduction itself: one message to both, approved by the connector by its hash, delivered with
//! the change of state in one commit. Only with two live yes.

use warmpath_core::introduction::message::OWN_LINE;
use warmpath_core::introduction::{Action, Command, Refusal, Side, Standing};
use warmpath_core::role::Actor;
use warmpath_store::Applied;
use warmpath_store::table::access;
use warmpath_store::table::workspace::WorkspaceRow;

use super::answer_as_connector::{of_link, opened};
use super::ask_connector::How;
use super::dossier::{mailbox, state};
use super::{Dossier, advance, request, texts};
use crate::context::App;
use crate::error::{Failure, LinkTrouble};
use crate::fill_text::first_name;
use crate::link::{self, Purpose};
use crate::send_mail::{Letter, queue};
use crate::unit::{Happening, Unit};

/// The message as it is proposed.
#[derive(Debug, Clone)]
pub struct MessageDraft {
    /// Subject.
    pub subject: String,
    /// Three sentences, with a marked place for the connector's own line.
    pub text: String,
    /// The one link it may carry.
    pub link: String,
    /// The stored facts it may use.
    pub facts: Vec<String>,
}

/// The address of the page about the occasion: the one link.
async fn page_link(app: &App, dossier: &Dossier) -> Result<String, Failure> {
    let row = &dossier.row;
    let purpose = Purpose::Occasion.as_str();
    let links = access::links_of_person(app.db(), row.workspace, row.connector, purpose).await?;
    let found = links.iter().find(|l| l.consent == row.connector_consent);
    let found = found.ok_or(Failure::NotFound)?;
    let token = link::token_of(app, row.workspace, found.id);
    Ok(format!("{}/i/{token}", app.config.public_url))
}

/// What the page about the occasion shows: the problem, the outcome, the benefit. It names neither
/// side.
#[derive(Debug, Clone)]
pub struct Occasion {
    /// The workspace.
    pub workspace: WorkspaceRow,
    /// The topic.
    pub topic: String,
    /// The problem both know.
    pub problem: String,
    /// One measured outcome.
    pub proof: String,
    /// What the target has of it.
    pub benefit: String,
}

/// Shows the page about the occasion, once the introduction was made; changes nothing.
///
/// # Errors
/// [`Failure::Link`] when the link does not work, or nothing was delivered.
pub async fn occasion(app: &App, token: &str) -> Result<Occasion, Failure> {
    let link = link::find(app, token, Purpose::Occasion).await?;
    link::check_usable(&link, app.now())?;
    let dossier = of_link(app, &link).await?;
    if dossier.row.delivered_at.is_none() {
        return Err(Failure::Link(LinkTrouble::Unknown));
    }
    let text = |slot: &str| dossier.text(slot).to_owned();
    Ok(Occasion {
        topic: text("topic"),
        problem: text("problem"),
        proof: text("proof"),
        benefit: text("benefit"),
        workspace: dossier.workspace,
    })
}

/// A draft from stored facts only. May be shown only when both said yes.
///
/// # Errors
/// When the database cannot be read.
pub async fn draft(app: &App, dossier: &Dossier) -> Result<MessageDraft, Failure> {
    let (target, member) = (&dossier.target, &dossier.requester);
    let link = page_link(app, dossier).await?;
    let text = format!(
        "{}, meet {} of {}: {}. {OWN_LINE}. {} {link}",
        first_name(&target.name),
        member.name,
        dossier.workspace.name,
        unended(dossier.text("problem")),
        ended(dossier.text("proof")),
    );
    let subject = format!("{} and {}", first_name(&target.name), first_name(&member.name));
    Ok(MessageDraft { subject, text, link, facts: facts(dossier) })
}

fn unended(sentence: &str) -> &str {
    sentence.trim().trim_end_matches(['.', '!', '?'])
}

/// A sentence of its own: begins large, ends with a full stop.
fn ended(sentence: &str) -> String {
    let mut letters = unended(sentence).chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", letters.as_str())
}

/// Everything that is stored about the two and their occasion. Numbers and names of the message must
/// stand here; the connector's own line is theirs.
fn facts(dossier: &Dossier) -> Vec<String> {
    let (target, connector) = (&dossier.target, &dossier.connector);
    let mut facts = vec![
        format!("{}, {}, {}", target.name, target.title, target.company),
        format!("{}, {}, {}", connector.name, connector.title, connector.company),
        format!(
            "{}, {}, {}, {}",
            dossier.requester.name,
            dossier.requester.title,
            dossier.workspace.name,
            dossier.workspace.trade
        ),
    ];
    for slot in ["role", "industry", "size", "topic", "benefit", "problem", "proof"] {
        facts.push(dossier.text(slot).to_owned());
    }
    facts
}

/// What is wrong with a message; the connector's own line counts as a fact, because they say it.
pub fn check(draft: &MessageDraft, text: &str, own: &str) -> Vec<crate::error::Problem> {
    let mut facts = draft.facts.clone();
    facts.push(own.to_owned());
    texts::check_message(text, &facts, &draft.link)
}

/// Where an introduction went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// The approved words.
    pub text: String,
    /// Subject.
    pub subject: String,
    /// The mailboxes of both, for the connector's own mail program.
    pub to: Vec<String>,
}

/// Approves the message and delivers it: state, consent, mails and ledger in one change set.
///
/// # Errors
/// [`Failure::Invalid`] with everything that is wrong with the words, [`Failure::NotPossible`] when
/// one of the two yes is not alive, [`Failure::Link`] when link or nonce does not work.
pub async fn run(
    app: &App,
    token: &str,
    nonce: &str,
    (text, own): (&str, &str),
    how: How,
) -> Result<Delivered, Failure> {
    for _ in 0..5 {
        let (link, mut dossier) = opened(app, token, nonce).await?;
        let mut unit = Unit::new(app, link.workspace);
        let now = state(&dossier.row);
        if now.request == warmpath_core::introduction::RequestState::Deliverable {
            // Said before the words are looked at: a draft shows names.
            for (side, refusal) in [
                (Side::Connector, Refusal::ConnectorNotWilling),
                (Side::Target, Refusal::TargetNotWilling),
            ] {
                if !now.is_alive(side, unit.at) {
                    return Err(advance::refused(refusal));
                }
            }
        }
        for person in [dossier.row.target, dossier.row.connector] {
            request::check_objection(app, link.workspace, person).await?;
        }
        let command = Command::new(Action::Deliver, Standing::Connector).approved();
        let actor = Actor::Connector(dossier.row.connector);
        advance::step(app, &mut unit, &mut dossier, &command, actor).await?;
        let draft = draft(app, &dossier).await?;
        let body = texts::with_own_line(text, unended(own)).map_err(Failure::Invalid)?;
        let problems = check(&draft, &body, own);
        if !problems.is_empty() {
            return Err(Failure::Invalid(problems));
        }
        let author = dossier.connector.name.clone();
        let id = dossier.row.id;
        let hash = texts::write(&mut unit, (id, &dossier.texts), "message", &body, (&author, true));
        let to = recipients(app, &dossier).await?;
        if how == How::Click {
            send(app, &mut unit, &dossier, (&draft.subject, &body)).await?;
        }
        let happening =
            Happening::new("introduction.delivered", Actor::Connector(dossier.row.connector), id)
                .of(dossier.row.target)
                .with("text_sha256", hash.iter().map(|b| format!("{b:02x}")).collect::<String>())
                .with("how", if how == How::Click { "sent" } else { "own" })
                .with("connector_consent", dossier.row.connector_consent)
                .with("target_consent", dossier.row.target_consent);
        unit.record(happening).await?;
        if unit.apply().await? == Applied::Applied {
            return Ok(Delivered { text: body, subject: draft.subject, to });
        }
    }
    Err(Failure::Conflict("Somebody else is working on it. Press again.".into()))
}

/// What went out, for the connector who takes it to their own mail program.
///
/// # Errors
/// When the database cannot be read.
pub async fn delivered(app: &App, dossier: &Dossier) -> Result<Option<Delivered>, Failure> {
    if dossier.row.request != warmpath_core::introduction::RequestState::Delivered {
        return Ok(None);
    }
    let subject = draft(app, dossier).await?.subject;
    let to = recipients(app, dossier).await?;
    Ok(Some(Delivered { text: dossier.text("message").to_owned(), subject, to }))
}

async fn recipients(app: &App, dossier: &Dossier) -> Result<Vec<String>, Failure> {
    let target = mailbox(app, dossier.row.workspace, dossier.row.target).await?;
    let target = target.map(|mail| mail.as_written().to_owned());
    Ok(target.into_iter().chain([dossier.requester.email.clone()]).collect())
}

/// One mail to each, in the connector's name, answered to the other.
async fn send(
    app: &App,
    unit: &mut Unit<'_>,
    dossier: &Dossier,
    (subject, body): (&str, &str),
) -> Result<(), Failure> {
    let ws = dossier.row.workspace;
    let text = format!("{body}\n\n{}\n", dossier.connector.name);
    let Some(target) = mailbox(app, ws, dossier.row.target).await? else {
        let sentence = "No mailbox of theirs is known. Introduce them from your own.";
        return Err(Failure::invalid("how", "mailbox_missing", sentence));
    };
    let mut to_target = Letter::service("introduction", target.as_written(), subject)
        .to_person(dossier.row.target)
        .saying(text.clone());
    to_target.reply_to.clone_from(&dossier.requester.email);
    let mut to_requester =
        Letter::service("introduction", &dossier.requester.email, subject).saying(text);
    target.as_written().clone_into(&mut to_requester.reply_to);
    for letter in [to_target, to_requester] {
        let mail = queue(app, unit, letter);
        advance::belongs(unit, dossier, mail);
    }
    Ok(())
}
