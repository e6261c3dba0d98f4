//! The connector is asked blind: by a person, with a text made from role, industry, size and topic,
//! that carries a line of their own. They approve it by its hash; then they copy it, open it in their
//! mail program, or have it sent in their name.

use warmpath_core::id::IntroductionId;
use warmpath_core::introduction::goodwill::AskChannel;
use warmpath_core::introduction::message::OWN_LINE;
use warmpath_core::introduction::{Action, Command};
use warmpath_store::Applied;
use warmpath_store::table::connector::ConnectorRow;
use warmpath_store::table::{access, workspace};

use super::dossier::{self, mailbox, standings};
use super::{Dossier, advance, goodwill, request, seal, texts};
use crate::context::App;
use crate::error::{Failure, NotPossible};
use crate::fill_text::first_name;
use crate::link::{self, Purpose};
use crate::policy::{AskIntroduction, Grant};
use crate::programme::authority;
use crate::send_mail::{Letter, queue};
use crate::unit::Unit;

/// How an approved text goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The sender takes it with them: clipboard, mail program, file.
    Own,
    /// We send exactly the approved words in the sender's name.
    Click,
}

/// The ask as it is proposed.
#[derive(Debug, Clone)]
pub struct AskDraft {
    /// The introduction.
    pub dossier: Dossier,
    /// Subject.
    pub subject: String,
    /// Text, with a marked place for the sender's own line.
    pub text: String,
    /// The link it carries.
    pub link: String,
    /// The connector agreed to be asked and their mailbox is known, so that it can be sent on a click.
    pub can_send: bool,
    /// The connector's rules as they were read: nobody else asks between this look and the ask.
    pub rules: ConnectorRow,
}

/// Shows the ask; changes nothing.
///
/// # Errors
/// [`Failure::NotFound`], or [`Failure::NotPossible`] when the connector cannot be asked now.
pub async fn draft(
    app: &App,
    grant: &Grant<AskIntroduction>,
    id: IntroductionId,
) -> Result<AskDraft, Failure> {
    let ws = grant.workspace();
    let dossier = dossier::load(app, ws, id).await?;
    let standings = standings(grant.principal(), &dossier.row);
    if standings.is_empty() {
        return Err(Failure::NotFound);
    }
    if !dossier.allowed(&standings).contains(&Action::Ask) {
        let command = Command::by(Action::Ask, standings).approved();
        let now = dossier::state(&dossier.row);
        warmpath_core::introduction::decide(&now, &command, app.now()).map_err(advance::refused)?;
    }
    authority::check(app, ws, dossier.row.target).await?;
    let account = check_goodwill(app, &dossier).await?;
    let link = connector_link(app, &dossier).await?;
    let words = dossier.sealed_words();
    let text = format!(
        "Hello {},\n\n{OWN_LINE}\n\nDo you know a {} in {}, at a company of {}? It is about {}. {}\n\n\
         If somebody comes to mind, say so here. Who it is you learn only if you want to, and a no \
         costs nothing:\n{link}\n\n{}",
        first_name(&dossier.connector.name),
        words.role,
        words.industry,
        words.size,
        words.topic,
        ended(dossier.text("benefit")),
        dossier.requester.name,
    );
    // To somebody who agreed to nothing yet, only a person writes.
    let can_send = account.row.agreed_at.is_some()
        && account.row.channel == AskChannel::Email
        && mailbox(app, ws, dossier.row.connector).await?.is_some();
    let subject = format!("A {} you may know", words.role);
    Ok(AskDraft { dossier, subject, text, link, can_send, rules: account.row })
}

fn ended(sentence: &str) -> String {
    let sentence = sentence.trim();
    if sentence.is_empty() || sentence.ends_with(['.', '!', '?']) {
        sentence.to_owned()
    } else {
        format!("{sentence}.")
    }
}

/// The rules may have changed since the request was made: they bind at the moment of asking.
async fn check_goodwill(app: &App, dossier: &Dossier) -> Result<goodwill::Account, Failure> {
    let row = &dossier.row;
    let account = goodwill::account(app, row.workspace, row.connector).await?;
    let (company, zone) = (&dossier.target.company, &app.config.zone);
    match account.may_ask(company, row.deal, zone, app.now()) {
        Ok(()) => Ok(account),
        Err(why) => Err(goodwill::refusal(&dossier.connector.name, &why, zone, None)),
    }
}

/// The address of the connector's page.
///
/// # Errors
/// When there is none, or the database cannot be read.
pub async fn connector_link(app: &App, dossier: &Dossier) -> Result<String, Failure> {
    let row = &dossier.row;
    let purpose = Purpose::Connector.as_str();
    let links = access::links_of_person(app.db(), row.workspace, row.connector, purpose).await?;
    let found = links.iter().find(|l| l.consent == row.connector_consent && l.revoked_at.is_none());
    let found = found.ok_or(Failure::NotFound)?;
    let token = link::token_of(app, row.workspace, found.id);
    Ok(format!("{}/c/{token}", app.config.public_url))
}

/// What may have changed since the request was made: somebody objected, or the requester was
/// complained of and has more under way than they may.
async fn may_still(app: &App, dossier: &Dossier) -> Result<(), Failure> {
    let row = &dossier.row;
    for person in [row.target, row.connector] {
        request::check_objection(app, row.workspace, person).await?;
    }
    let (allowance, open) = goodwill::allowance_of(app, row.workspace, row.requester).await?;
    if open <= allowance.open_max {
        return Ok(());
    }
    let sentence = format!(
        "{} of these introductions were unwanted, so only {} may be under way. Let one end first.",
        allowance.complaints, allowance.open_max
    );
    Err(NotPossible { from: allowance.grows_at, ..NotPossible::new("allowance", sentence) }.into())
}

/// What went out.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The approved words.
    pub text: String,
    /// Subject.
    pub subject: String,
    /// The connector's mailbox, for their mail program.
    pub to: String,
}

/// Approves the words and asks. The words are kept with their hash; the same ask is never made twice.
///
/// # Errors
/// [`Failure::Invalid`] with everything that is wrong with the words; [`Failure::NotPossible`] when
/// the connector cannot be asked now.
pub async fn send(
    app: &App,
    grant: &Grant<AskIntroduction>,
    id: IntroductionId,
    (text, own): (&str, &str),
    how: How,
) -> Result<Asked, Failure> {
    let ws = grant.workspace();
    for _ in 0..3 {
        let draft = draft(app, grant, id).await?;
        let mut dossier = draft.dossier;
        may_still(app, &dossier).await?;
        let body = texts::with_own_line(text, own).map_err(Failure::Invalid)?;
        let sealed = seal::from_connector(app, &dossier).await?;
        let problems = texts::check_ask(&body, &sealed, &draft.link);
        if !problems.is_empty() {
            return Err(Failure::Invalid(problems));
        }
        let mut unit = Unit::new(app, ws);
        let author = workspace::member(app.db(), ws, grant.member()).await?;
        let author = author.ok_or(Failure::NotFound)?;
        texts::write(&mut unit, (id, &dossier.texts), "ask", &body, (&author.name, true));
        let mut rules = draft.rules;
        rules.version += 1;
        unit.push(if rules.version == 1 { rules.insert() } else { rules.save() });
        let to = mailbox(app, ws, dossier.row.connector).await?;
        let to = to.map(|mail| mail.as_written().to_owned()).unwrap_or_default();
        if how == How::Click {
            if !draft.can_send {
                let sentence = "They have not agreed to be asked by mail. Ask them yourself.";
                return Err(Failure::invalid("how", "mailbox_missing", sentence));
            }
            let mut letter = Letter::service("introduction_ask", &to, &draft.subject)
                .to_person(dossier.row.connector)
                .saying(body.clone());
            letter.sent_by = Some(grant.member());
            letter.reply_to.clone_from(&author.email);
            let mail = queue(app, &mut unit, letter);
            advance::belongs(&mut unit, &dossier, mail);
        }
        let standings = standings(grant.principal(), &dossier.row);
        let command = Command::by(Action::Ask, standings).approved();
        let actor = grant.principal().actor();
        advance::step(app, &mut unit, &mut dossier, &command, actor).await?;
        if unit.apply().await? == Applied::Applied {
            return Ok(Asked { text: body, subject: draft.subject, to });
        }
    }
    Err(Failure::Conflict("Somebody is working on this introduction. Look again.".into()))
}
