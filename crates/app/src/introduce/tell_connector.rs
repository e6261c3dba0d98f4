//! The connector hears what became of it, whatever it is, within seven days: in words that the
//! requester wrote, and of the target only what the target's answer allows.

use warmpath_core::id::IntroductionId;
use warmpath_core::introduction::goodwill::{GoodwillKind, THANKS_HOURS};
use warmpath_core::introduction::{Action, Command, RequestState};
use warmpath_core::text::Paragraphs;
use warmpath_store::Applied;
use warmpath_store::table::connector;
use warmpath_store::table::workspace::{self, MemberRow};

use super::dossier::{self, mailbox, standings};
use super::{advance, seal, texts};
use crate::context::App;
use crate::error::{Failure, NotPossible, Problem};
use crate::policy::{AskIntroduction, Grant, KeepGoodwill, Principal};
use crate::send_mail::{Letter, queue};
use crate::unit::{Happening, Unit};

/// Shortest message, in characters.
const WORDS_MIN: usize = 12;

fn read(text: &str) -> Result<String, Failure> {
    match Paragraphs::<{ texts::TEXT_MAX }>::parse(text) {
        Ok(text) if text.as_str().trim().chars().count() >= WORDS_MIN => Ok(text.into_string()),
        Ok(_) => Err(Failure::invalid("text", "text_short", "Say it in a sentence of your own.")),
        Err(refusal) => Err(Failure::invalid("text", "text_invalid", refusal.to_string())),
    }
}

/// Tells them.
///
/// # Errors
/// [`Failure::Invalid`] for words that name somebody they must not, [`Failure::NotPossible`] when
/// nothing is owed.
pub async fn run(
    app: &App,
    grant: &Grant<AskIntroduction>,
    id: IntroductionId,
    text: &str,
) -> Result<(), Failure> {
    let ws = grant.workspace();
    let text = read(text)?;
    let writer = by_hand(app, grant.principal()).await?;
    for _ in 0..5 {
        let mut dossier = dossier::load(app, ws, id).await?;
        let standings = standings(grant.principal(), &dossier.row);
        if standings.is_empty() {
            return Err(Failure::NotFound);
        }
        let sealed = seal::from_connector(app, &dossier).await?;
        if let Some(span) = sealed.found_in(&text).into_iter().next() {
            let sentence = format!("Take out “{}”: they were not told the name.", &text[span]);
            let problem = Problem::new("text", "naming_before_consent", sentence);
            return Err(Failure::Invalid(vec![problem]));
        }
        let mut unit = Unit::new(app, ws);
        let author = &writer.name;
        texts::write(&mut unit, (id, &dossier.texts), "told", &text, (author, true));
        if let Some(to) = mailbox(app, ws, dossier.row.connector).await? {
            let mut letter = Letter::service(
                "introduction_told",
                to.as_written(),
                "What became of your introduction",
            )
            .to_person(dossier.row.connector)
            .saying(format!("{text}\n\n{author}\n"));
            letter.sent_by = Some(writer.id);
            letter.reply_to.clone_from(&writer.email);
            let mail = queue(app, &mut unit, letter);
            advance::belongs(&mut unit, &dossier, mail);
        }
        let command = Command::by(Action::TellConnector, standings);
        let actor = grant.principal().actor();
        advance::step(app, &mut unit, &mut dossier, &command, actor).await?;
        if unit.apply().await? == Applied::Applied {
            return Ok(());
        }
    }
    Err(Failure::Conflict("Somebody is telling them right now. Look again.".into()))
}

/// Thanks the connector for a delivered introduction, once. Within 24 hours it refills goodwill.
///
/// # Errors
/// [`Failure::NotPossible`] before the delivery or a second time.
pub async fn thank(
    app: &App,
    grant: &Grant<KeepGoodwill>,
    id: IntroductionId,
    text: &str,
) -> Result<bool, Failure> {
    let ws = grant.workspace();
    let text = read(text)?;
    let writer = by_hand(app, grant.principal()).await?;
    let dossier = dossier::load(app, ws, id).await?;
    if standings(grant.principal(), &dossier.row).is_empty() {
        return Err(Failure::NotFound);
    }
    let not = |code, sentence: &str| Failure::from(NotPossible::new(code, sentence));
    let made = dossier.row.delivered_at.ok_or_else(|| {
        not("not_delivered", "There is nothing to thank for yet. Thank them when it is made.")
    })?;
    if dossier.row.request == RequestState::Rerouted || dossier.texts.contains_key("thanks") {
        return Err(not("already", "They were thanked already."));
    }
    let mut unit = Unit::new(app, ws);
    let in_time = unit.at.duration_since(made).as_hours() < THANKS_HOURS;
    let steps = connector::goodwill_of(app.db(), ws, dossier.row.connector).await?;
    let thanked =
        steps.iter().any(|step| step.kind == GoodwillKind::Thanks && step.introduction == Some(id));
    if in_time && !thanked {
        advance::goodwill(app, &mut unit, &dossier, GoodwillKind::Thanks);
    }
    let author = &writer.name;
    texts::write(&mut unit, (id, &dossier.texts), "thanks", &text, (author, true));
    if let Some(to) = mailbox(app, ws, dossier.row.connector).await? {
        let mut letter =
            Letter::service("thanks", to.as_written(), "Thank you for your introduction")
                .to_person(dossier.row.connector)
                .saying(format!("{text}\n\n{author}\n"));
        letter.sent_by = Some(writer.id);
        letter.reply_to.clone_from(&writer.email);
        let mail = queue(app, &mut unit, letter);
        advance::belongs(&mut unit, &dossier, mail);
    }
    let happening = Happening::new("introduction.thanked", grant.principal().actor(), id)
        .of(dossier.row.connector)
        .with("in_time", in_time);
    unit.record(happening).await?;
    unit.commit("Somebody thanked them at the same moment.").await?;
    Ok(in_time)
}

/// The person whose words they are: a program writes to nobody, and nobody signs for another.
async fn by_hand(app: &App, principal: &Principal) -> Result<MemberRow, Failure> {
    if principal.key.is_some() {
        let sentence = "A person writes to connectors, not a program. Do it on the page.";
        return Err(NotPossible::new("person_needed", sentence).into());
    }
    let row = workspace::member(app.db(), principal.workspace, principal.member).await?;
    row.ok_or(Failure::NotFound)
}
