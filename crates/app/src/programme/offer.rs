//! An introduction that a connector offers unasked: "I could introduce you to somebody like this". The
//! words name nobody; who it is they say when they agreed to be asked about it. An offer is a gift: it is
//! answered, and thanked for, also when it does not fit. It counts for them once it became an introduction
//! that was made, so that many offers weigh no more than one that came true.

use warmpath_core::id::{IntroductionId, OfferId, PersonId, WorkspaceId};
use warmpath_core::role::Actor;
use warmpath_store::table::bulletin::{self, OfferRow};
use warmpath_store::table::connector;
use warmpath_store::table::person::{self, PersonRow};

use super::bulletin::HOW_WELL;
use super::{BlindWords, Problems};
use crate::context::App;
use crate::error::{Failure, NotPossible};
use crate::policy::{AskIntroduction, Grant, OwnRules, ReadIntroductions};
use crate::unit::{Happening, Unit};

/// Offers of one connector that wait at once.
pub const OPEN_MAX: usize = 5;

/// Why one is declined: code, and its words.
pub const REASONS: [(&str, &str); 3] = [
    ("not_our_field", "Not our field"),
    ("not_now", "Not now"),
    ("known_already", "We are in touch already"),
];

/// An offer as typed.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// Words that name nobody.
    pub words: BlindWords,
    /// How well they know them.
    pub how_well: String,
}

/// The words of an offer.
pub fn words(row: &OfferRow) -> BlindWords {
    BlindWords {
        role: row.role.clone(),
        industry: row.industry.clone(),
        size: row.size.clone(),
        topic: row.topic.clone(),
    }
}

/// A connector with an account offers.
///
/// # Errors
/// As [`make_as`].
pub async fn make(app: &App, grant: &Grant<OwnRules>, typed: &Typed) -> Result<OfferId, Failure> {
    let ws = grant.workspace();
    let row = connector::of_member(app.db(), ws, grant.member()).await?;
    let me = row.ok_or(Failure::NotFound)?.person;
    make_as(app, (ws, me), typed, grant.principal().actor()).await
}

/// A connector offers, with or without an account.
///
/// # Errors
/// [`Failure::Invalid`] with what is wrong; [`Failure::NotPossible`] when as many wait as may.
pub async fn make_as(
    app: &App,
    (ws, connector): (WorkspaceId, PersonId),
    typed: &Typed,
    actor: Actor,
) -> Result<OfferId, Failure> {
    connector::connector(app.db(), ws, connector).await?.ok_or(Failure::NotFound)?;
    let mut problems = Problems::default();
    typed.words.check(&mut problems);
    if !HOW_WELL.iter().any(|(word, _)| *word == typed.how_well) {
        problems.say("how_well", "how_well_unknown", "Say how well you know them.");
    }
    problems.done()?;
    let before = bulletin::offers_of(app.db(), ws, connector).await?;
    if before.iter().filter(|row| row.state == "open").count() >= OPEN_MAX {
        let sentence = format!("{OPEN_MAX} of your offers wait for an answer. Let one end first.");
        return Err(NotPossible::new("offers_open", sentence).into());
    }
    let mut unit = Unit::new(app, ws);
    let trimmed = |text: &str| text.trim().to_owned();
    let row = OfferRow {
        workspace: ws,
        id: app.id::<OfferId>(),
        connector,
        role: trimmed(&typed.words.role),
        industry: trimmed(&typed.words.industry),
        size: trimmed(&typed.words.size),
        topic: trimmed(&typed.words.topic),
        how_well: typed.how_well.clone(),
        state: "open".to_owned(),
        reason: String::new(),
        member: None,
        introduction: None,
        created_at: unit.at,
        decided_at: None,
        version: 1,
    };
    unit.push(row.insert());
    unit.record(Happening::new("offer.made", actor, row.id).of(connector)).await?;
    unit.commit("Press again.").await?;
    Ok(row.id)
}

/// Offers with who made them, those that wait first, then latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn all(
    app: &App,
    grant: &Grant<ReadIntroductions>,
) -> Result<Vec<(OfferRow, PersonRow)>, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let mut rows = bulletin::offers(db, ws).await?;
    rows.sort_by_key(|row| row.state != "open");
    let ids: Vec<PersonId> = rows.iter().map(|row| row.connector).collect();
    let people = person::many(db, ws, &ids).await?;
    let with_maker = rows.into_iter().filter_map(|row| {
        let maker = people.get(&row.connector)?.clone();
        maker.erased_at.is_none().then_some((row, maker))
    });
    Ok(with_maker.collect())
}

/// What a member does with an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Takes it up; the introduction, once there is one.
    Take(Option<IntroductionId>),
    /// It does not fit, for this coded reason.
    Decline(String),
}

/// Takes it up, or declines with thanks.
///
/// # Errors
/// [`Failure::NotFound`]; [`Failure::Conflict`] when it was decided; [`Failure::Invalid`] without a reason.
pub async fn decide(
    app: &App,
    grant: &Grant<AskIntroduction>,
    id: OfferId,
    verdict: &Verdict,
) -> Result<OfferRow, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let mut row = bulletin::offer(db, ws, id).await?.ok_or(Failure::NotFound)?;
    let taken_further = row.state == "taken" && matches!(verdict, Verdict::Take(Some(_)));
    if row.state != "open" && !taken_further {
        return Err(Failure::Conflict("Somebody answered this offer already. Look again.".into()));
    }
    let mut unit = Unit::new(app, ws);
    let mut kind = "offer.taken";
    match verdict {
        Verdict::Take(introduction) => {
            "taken".clone_into(&mut row.state);
            row.introduction = *introduction;
        }
        Verdict::Decline(reason) => {
            if !REASONS.iter().any(|(code, _)| code == reason) {
                let message = "Choose a reason. It helps the next offer.";
                return Err(Failure::invalid("reason", "reason_needed", message));
            }
            "declined".clone_into(&mut row.state);
            row.reason.clone_from(reason);
            kind = "offer.declined";
        }
    }
    row.member = Some(grant.member());
    row.decided_at = Some(unit.at);
    row.version += 1;
    unit.push(row.save());
    let happening = Happening::new(kind, grant.principal().actor(), id).of(row.connector);
    unit.record(happening).await?;
    unit.commit("Somebody was faster. Look again.").await?;
    Ok(row)
}

/// A connector takes their own offer back.
///
/// # Errors
/// [`Failure::NotFound`] when it is not theirs; [`Failure::Conflict`] when it was answered.
pub async fn withdraw_as(
    app: &App,
    (ws, connector): (WorkspaceId, PersonId),
    id: OfferId,
    actor: Actor,
) -> Result<(), Failure> {
    let row = bulletin::offer(app.db(), ws, id).await?;
    let mut row = row.filter(|row| row.connector == connector).ok_or(Failure::NotFound)?;
    if row.state != "open" {
        return Err(Failure::Conflict("It was answered already.".into()));
    }
    let mut unit = Unit::new(app, ws);
    "withdrawn".clone_into(&mut row.state);
    row.decided_at = Some(unit.at);
    row.version += 1;
    unit.push(row.save());
    unit.record(Happening::new("offer.withdrawn", actor, id).of(connector)).await?;
    unit.commit("Look again.").await
}
