//! The page of a connector who has no account: asks to all that they may answer, and introductions they
//! could make. It opens by a link that a person of the team passes on, and shows nobody's name.

use jiff::SignedDuration;
use warmpath_core::id::{BulletinId, OfferId, PersonId};
use warmpath_core::role::Actor;
use warmpath_store::table::access::{self, LinkRow};
use warmpath_store::table::bulletin::OfferRow;
use warmpath_store::table::person::PersonRow;
use warmpath_store::table::workspace::{self, WorkspaceRow};
use warmpath_store::table::{bulletin as rows, connector};

use super::bulletin::{self, ForConnector};
use super::{known, offer};
use crate::context::App;
use crate::error::{Failure, LinkTrouble};
use crate::link::{self, Purpose, Subject, check_usable};
use crate::policy::{Grant, RunIntroductions};
use crate::unit::{Happening, Unit};

/// The link lives this long.
const LINK_DAYS: i64 = 180;

/// The address of a connector's page; made when there is none that works.
///
/// # Errors
/// [`Failure::NotFound`] when they are no connector.
pub async fn address(
    app: &App,
    grant: &Grant<RunIntroductions>,
    person: PersonId,
) -> Result<String, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    known(app, ws, person).await?;
    connector::connector(db, ws, person).await?.ok_or(Failure::NotFound)?;
    let links = access::links_of_person(db, ws, person, Purpose::Desk.as_str()).await?;
    if let Some(row) = links.iter().find(|row| check_usable(row, app.now()).is_ok()) {
        let token = link::token_of(app, ws, row.id);
        return Ok(format!("{}/b/{token}", app.config.public_url));
    }
    let mut unit = Unit::new(app, ws);
    let subject = Subject { person: Some(person), ..Subject::default() };
    let ends = unit.at + SignedDuration::from_hours(24 * LINK_DAYS);
    let made = link::make(app, ws, Purpose::Desk, subject, ends);
    unit.push(made.row.insert());
    let happening = Happening::new("connector.link_made", grant.principal().actor(), person);
    unit.record(happening.of(person)).await?;
    unit.commit("Somebody made one this moment. Look again.").await?;
    Ok(format!("{}/b/{}", app.config.public_url, made.token))
}

/// The page.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The workspace.
    pub workspace: WorkspaceRow,
    /// Whose page.
    pub person: PersonRow,
    /// What a form sends back: whoever has only the link has not seen the page.
    pub nonce: String,
    /// Asks to all that they may answer.
    pub bulletins: Vec<ForConnector>,
    /// Their own offers, latest first.
    pub offers: Vec<OfferRow>,
}

/// Shows it; changes nothing.
///
/// # Errors
/// [`Failure::Link`] for a link that does not open.
pub async fn page(app: &App, token: &str) -> Result<Desk, Failure> {
    let (row, person) = opened(app, token).await?;
    let ws = row.workspace;
    Ok(Desk {
        workspace: workspace::workspace(app.db(), ws).await?.ok_or(Failure::NotFound)?,
        person: known(app, ws, person).await?,
        nonce: row.nonce,
        bulletins: bulletin::for_connector(app, ws, person).await?,
        offers: rows::offers_of(app.db(), ws, person).await?,
    })
}

async fn opened(app: &App, token: &str) -> Result<(LinkRow, PersonId), Failure> {
    let row = link::find(app, token, Purpose::Desk).await?;
    check_usable(&row, app.now())?;
    let person = row.person.ok_or(Failure::NotFound)?;
    Ok((row, person))
}

async fn checked(app: &App, token: &str, nonce: &str) -> Result<(LinkRow, PersonId), Failure> {
    let (row, person) = opened(app, token).await?;
    if row.nonce != nonce {
        return Err(Failure::Link(LinkTrouble::NoPage));
    }
    Ok((row, person))
}

/// Answers an ask to all.
///
/// # Errors
/// As [`bulletin::answer_as`].
pub async fn answer(
    app: &App,
    (token, nonce): (&str, &str),
    id: BulletinId,
    answer: (&str, &str),
) -> Result<(), Failure> {
    let (row, person) = checked(app, token, nonce).await?;
    bulletin::answer_as(app, (row.workspace, person), id, answer, Actor::Connector(person)).await
}

/// Offers an introduction.
///
/// # Errors
/// As [`offer::make_as`].
pub async fn offers(
    app: &App,
    (token, nonce): (&str, &str),
    typed: &offer::Typed,
) -> Result<OfferId, Failure> {
    let (row, person) = checked(app, token, nonce).await?;
    offer::make_as(app, (row.workspace, person), typed, Actor::Connector(person)).await
}

/// Takes an offer back.
///
/// # Errors
/// As [`offer::withdraw_as`].
pub async fn withdraw(app: &App, (token, nonce): (&str, &str), id: OfferId) -> Result<(), Failure> {
    let (row, person) = checked(app, token, nonce).await?;
    offer::withdraw_as(app, (row.workspace, person), id, Actor::Connector(person)).await
}
