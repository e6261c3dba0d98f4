//! The target's page: asked by somebody they know, through a one-time link, without account or script.
//! Every answer is a consent record. Who asks is shown only as far as the requester agreed.

use jiff::Timestamp;
use warmpath_core::contact::Email;
use warmpath_core::id::ContactPointId;
use warmpath_core::introduction::{Action, Command, Reveal, Side, Standing, TargetState};
use warmpath_core::role::Actor;
use warmpath_store::Applied;
use warmpath_store::table::access::LinkRow;
use warmpath_store::table::person::{self, ContactPointRow, SuppressionRow};

use super::answer_as_connector::{keep_consent, of_link};
use super::dossier::{OWN_WORD, mailbox};
use super::{Dossier, advance};
use crate::context::App;
use crate::error::{Failure, LinkTrouble};
use crate::link::{self, Purpose};
use crate::unit::Unit;

/// What the target's page shows.
#[derive(Debug, Clone)]
pub struct Page {
    /// The introduction. The page shows of the requester only `who`.
    pub dossier: Dossier,
    /// Who asks, to the level they agreed.
    pub who: Who,
    /// What the target may do now.
    pub allowed: Vec<Action>,
    /// A mailbox of theirs is known, masked.
    pub mailbox: Option<String>,
    /// What the form must send back.
    pub nonce: String,
    /// When the link ends.
    pub ends: Timestamp,
}

/// Who asks, to the level they agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// "Maya Okafor of Corvane", "somebody of Corvane", "somebody who works on close software".
    pub line: String,
    /// The workspace's name may be shown.
    pub company_shown: bool,
}

/// What a target says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Yes, introduce us.
    Yes,
    /// Later, in so many days.
    Later(i64),
    /// No.
    No,
}

/// Who asks, as the target may know it now.
pub fn who(dossier: &Dossier) -> Who {
    let (member, ours) = (&dossier.requester, &dossier.workspace);
    let reveal = if dossier.row.delivered_at.is_some() { Reveal::Name } else { dossier.row.reveal };
    match reveal {
        Reveal::Name => {
            Who { line: format!("{} of {}", member.name, ours.name), company_shown: true }
        }
        Reveal::Company => Who { line: format!("somebody of {}", ours.name), company_shown: true },
        Reveal::Nothing => {
            Who { line: format!("somebody who works on {}", ours.trade), company_shown: false }
        }
    }
}

async fn open(app: &App, token: &str) -> Result<(LinkRow, Dossier), Failure> {
    let link = link::find(app, token, Purpose::Target).await?;
    let dossier = of_link(app, &link).await?;
    if link.expires_at <= app.now() || dossier.target.erased_at.is_some() {
        return Err(Failure::Link(LinkTrouble::Ended));
    }
    if dossier.row.target_consent != link.consent {
        return Err(Failure::Link(LinkTrouble::Unknown));
    }
    Ok((link, dossier))
}

/// Shows it; changes nothing, whoever looks and however often.
///
/// # Errors
/// [`Failure::Link`] when the link does not work.
pub async fn page(app: &App, token: &str) -> Result<Page, Failure> {
    let (link, dossier) = open(app, token).await?;
    let known = mailbox(app, link.workspace, dossier.row.target).await?;
    Ok(Page {
        who: who(&dossier),
        allowed: dossier.allowed(&[Standing::Target]),
        mailbox: known.map(|mail| mail.masked()),
        nonce: link.nonce,
        ends: link.expires_at,
        dossier,
    })
}

/// Takes an answer. A second one shows the first: a decision once made is changed only by taking it
/// back.
///
/// # Errors
/// [`Failure::Link`] when link or nonce does not work, [`Failure::Invalid`] when a yes has no
/// mailbox, [`Failure::NotPossible`] when there is nothing to answer any more.
pub async fn answer(
    app: &App,
    token: &str,
    nonce: &str,
    (said, email): (&Said, Option<&Email>),
    origin: &str,
) -> Result<TargetState, Failure> {
    for _ in 0..5 {
        let (mut link, mut dossier) = opened(app, token, nonce).await?;
        if link.used_at.is_some() {
            return match dossier.row.target_state {
                state @ (TargetState::Yes | TargetState::No) => Ok(state),
                _ => Err(Failure::Link(LinkTrouble::Used)),
            };
        }
        let mut unit = Unit::new(app, link.workspace);
        let command = match said {
            Said::Yes => Command::new(Action::TargetYes, Standing::Target),
            Said::Later(days) => {
                Command::new(Action::TargetLater, Standing::Target).for_days(*days)
            }
            Said::No => Command::new(Action::TargetNo, Standing::Target).because("target_no"),
        };
        if *said == Said::Yes {
            keep_mailbox(app, &mut unit, &dossier, email).await?;
        }
        if matches!(said, Said::Yes | Said::No) {
            link.used_at = Some(unit.at);
            link.version += 1;
            unit.push(link.save());
        }
        take(app, &mut unit, &mut dossier, &command, origin).await?;
        if unit.apply().await? == Applied::Applied {
            return Ok(dossier.row.target_state);
        }
    }
    Err(Failure::Conflict("Somebody else is answering. Press again.".into()))
}

async fn opened(app: &App, token: &str, nonce: &str) -> Result<(LinkRow, Dossier), Failure> {
    let (link, dossier) = open(app, token).await?;
    if nonce != link.nonce {
        return Err(Failure::Link(LinkTrouble::NoPage));
    }
    Ok((link, dossier))
}

async fn take(
    app: &App,
    unit: &mut Unit<'_>,
    dossier: &mut Dossier,
    command: &Command,
    origin: &str,
) -> Result<(), Failure> {
    let actor = Actor::Target(dossier.row.target);
    advance::step(app, unit, dossier, command, actor).await?;
    keep_consent(unit, dossier, Side::Target, command, origin).await
}

/// An introduction needs a mailbox; what the target types is theirs.
async fn keep_mailbox(
    app: &App,
    unit: &mut Unit<'_>,
    dossier: &Dossier,
    email: Option<&Email>,
) -> Result<(), Failure> {
    let id = dossier.row.target;
    let points = person::contact_points(app.db(), unit.workspace, id).await?;
    let known = |normal: &str| points.iter().find(|p| p.kind == "email" && p.normal == normal);
    let Some(email) = email else {
        if points.iter().any(|point| point.kind == "email") {
            return Ok(());
        }
        let sentence = "Add the address the introduction goes to.";
        return Err(Failure::invalid("email", "email_missing", sentence));
    };
    if let Some(point) = known(&email.folded()) {
        let point =
            ContactPointRow { source: OWN_WORD.to_owned(), observed_at: unit.at, ..point.clone() };
        unit.push(point.save());
        return Ok(());
    }
    let row = ContactPointRow {
        workspace: unit.workspace,
        id: app.id::<ContactPointId>(),
        person: id,
        kind: "email".to_owned(),
        value: email.as_written().to_owned(),
        normal: email.folded(),
        verification: "syntax".to_owned(),
        class: String::new(),
        source: OWN_WORD.to_owned(),
        observed_at: unit.at,
    };
    unit.push(row.insert());
    Ok(())
}

/// Takes a yes back: before the delivery everything ends silently, after it nobody goes on.
///
/// # Errors
/// As [`answer`].
pub async fn withdraw(app: &App, token: &str, nonce: &str, origin: &str) -> Result<(), Failure> {
    for _ in 0..5 {
        let (link, mut dossier) = opened(app, token, nonce).await?;
        let mut unit = Unit::new(app, link.workspace);
        let command =
            Command::new(Action::TargetWithdraw, Standing::Target).because("target_withdrew");
        take(app, &mut unit, &mut dossier, &command, origin).await?;
        if unit.apply().await? == Applied::Applied {
            return Ok(());
        }
    }
    Err(Failure::Conflict("Somebody else is answering. Press again.".into()))
}

/// "This was unwanted": ends it, lowers the asker's allowance, and nobody asks again.
///
/// # Errors
/// As [`answer`]; said twice it is refused.
pub async fn complain(app: &App, token: &str, nonce: &str, origin: &str) -> Result<(), Failure> {
    for _ in 0..5 {
        let (link, mut dossier) = opened(app, token, nonce).await?;
        let mut unit = Unit::new(app, link.workspace);
        let command = Command::new(Action::Complain, Standing::Target).because("unwanted");
        for point in person::contact_points(app.db(), unit.workspace, dossier.row.target).await? {
            let kind = if point.kind == "email" { "mailbox" } else { "phone" };
            let row = SuppressionRow {
                workspace: unit.workspace,
                key: app.keys.blind(unit.workspace, kind, &point.normal),
                id: app.id(),
                kind: kind.to_owned(),
                reason: "complaint".to_owned(),
                created_at: unit.at,
            };
            unit.push(row.put());
        }
        take(app, &mut unit, &mut dossier, &command, origin).await?;
        if unit.apply().await? == Applied::Applied {
            return Ok(());
        }
    }
    Err(Failure::Conflict("Somebody else is answering. Press again.".into()))
}
