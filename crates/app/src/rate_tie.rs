//! What a member says of their own ties: one tap, or that they know somebody. It overrules what was
//! computed until it expires. Nobody says anything of another's tie: a tie here always starts at the
//! place of whoever asks.

use jiff::{SignedDuration, Timestamp};
use warmpath_core::id::{PersonId, RecordId};
use warmpath_network::{CONFIRMATION_DAYS, Kind, Provenance, Rating};
use warmpath_store::table::network::{self, ConfirmationRow, TieEventRow};
use warmpath_store::table::person;
use warmpath_store::table::workspace;

use crate::context::App;
use crate::error::Failure;
use crate::import_network;
use crate::policy::{Grant, OwnNetwork};
use crate::unit::{Happening, Unit};

/// The answers, as (stored word, what the button says).
pub const RATINGS: [(&str, &str); 4] = [
    ("well", "Takes my call"),
    ("somewhat", "Answers in a week"),
    ("barely", "Barely"),
    ("no", "Do not know them"),
];

/// The stored word of a rating.
pub fn word(rating: Rating) -> &'static str {
    match rating {
        Rating::Well => "well",
        Rating::Somewhat => "somewhat",
        Rating::Barely => "barely",
        Rating::No => "no",
    }
}

/// How well a member knows somebody, in their own view, for the next 180 days.
///
/// # Errors
/// [`Failure::Invalid`] for a word that is no rating, [`Failure::NotFound`] for somebody who is not
/// here or left.
pub async fn run(
    app: &App,
    grant: &Grant<OwnNetwork>,
    to: PersonId,
    rating: &str,
) -> Result<(), Failure> {
    let Some(rating) = crate::network::rating_of(rating) else {
        let message = "Choose one of the four answers.";
        return Err(Failure::invalid("rating", "rating_unknown", message));
    };
    let mut unit = Unit::new(app, grant.workspace());
    let owner = places(app, grant, &mut unit, to).await?;
    let row = ConfirmationRow {
        workspace: unit.workspace,
        owner,
        person: to,
        rating: word(rating).to_owned(),
        member: grant.member(),
        at: unit.at,
        expires_at: unit.at + SignedDuration::from_hours(24 * CONFIRMATION_DAYS),
    };
    unit.push(row.put());
    unit.push(network::choices_changed(unit.workspace));
    let happening = Happening::new("tie.rated", grant.principal().actor(), to)
        .of(to)
        .with("owner", owner)
        .with("rating", word(rating));
    unit.record(happening).await?;
    unit.commit("You rated this tie in another window. Look again.").await
}

/// Takes a rating back: the score speaks again.
///
/// # Errors
/// [`Failure::NotFound`] for somebody who is not here or left.
pub async fn take_back(app: &App, grant: &Grant<OwnNetwork>, to: PersonId) -> Result<(), Failure> {
    let mut unit = Unit::new(app, grant.workspace());
    let owner = places(app, grant, &mut unit, to).await?;
    let at = unit.at;
    let row = ConfirmationRow {
        workspace: unit.workspace,
        owner,
        person: to,
        rating: String::new(),
        member: grant.member(),
        at,
        expires_at: at,
    };
    unit.push(row.delete());
    unit.push(network::choices_changed(unit.workspace));
    let happening = Happening::new("tie.rating_taken_back", grant.principal().actor(), to)
        .of(to)
        .with("owner", owner);
    unit.record(happening).await?;
    unit.commit("You rated this tie in another window. Look again.").await
}

/// How a member came to know somebody, as (stored word, label).
pub const HOW: [(&str, &str); 4] = [
    ("worked_together", "We worked together"),
    ("business", "We do business"),
    ("met", "We met"),
    ("by_name", "By name only"),
];

/// A member says that they know somebody: how, and since which year. It counts like two answered
/// mails of today, and fades.
///
/// # Errors
/// As [`run`]; [`Failure::Invalid`] for a year that cannot be.
pub async fn state(
    app: &App,
    grant: &Grant<OwnNetwork>,
    to: PersonId,
    how: &str,
    since: Option<i16>,
) -> Result<(), Failure> {
    if !HOW.iter().any(|(word, _)| *word == how) {
        return Err(Failure::invalid("how", "how_unknown", "Say how you know them."));
    }
    let mut unit = Unit::new(app, grant.workspace());
    let this_year = unit.at.to_zoned(jiff::tz::TimeZone::UTC).year();
    if since.is_some_and(|year| !(1950..=this_year).contains(&year)) {
        let message = format!("Write a year up to {this_year}.");
        return Err(Failure::invalid("since", "year_invalid", message));
    }
    let owner = places(app, grant, &mut unit, to).await?;
    // By name only is no tie: it is noted, and carries nothing.
    let provenance = if how == "by_name" { Provenance::Inferred } else { Provenance::Confirmed };
    let message = message_of(owner, to, unit.at);
    for (from_person, to_person) in [(owner, to), (to, owner)] {
        let row = TieEventRow {
            workspace: unit.workspace,
            message,
            from_person,
            to_person,
            at: unit.at,
            kind: Kind::Stated.word().to_owned(),
            provenance: provenance.word().to_owned(),
            recipients: 1,
            member: grant.member(),
            import: None,
        };
        unit.push(network::add_event(&row));
    }
    unit.push(network::choices_changed(unit.workspace));
    let happening = Happening::new("tie.stated", grant.principal().actor(), to)
        .of(to)
        .with("owner", owner)
        .with("how", how)
        .with("since", since);
    unit.record(happening).await?;
    unit.commit("Try again.").await
}

/// One statement a day of the same tie.
fn message_of(owner: PersonId, to: PersonId, at: Timestamp) -> i64 {
    let day = at.as_second() / 86_400;
    let bytes = [owner.bytes().as_slice(), &to.bytes(), &day.to_be_bytes()].concat();
    let hash = crate::keys::sha256(&bytes);
    let mut first = [0; 8];
    first.copy_from_slice(&hash[..8]);
    i64::from_be_bytes(first)
}

/// The member's own place, and the other on the map.
async fn places(
    app: &App,
    grant: &Grant<OwnNetwork>,
    unit: &mut Unit<'_>,
    to: PersonId,
) -> Result<PersonId, Failure> {
    let known = person::person(app.db(), unit.workspace, to).await?;
    known.filter(|row| row.erased_at.is_none()).ok_or(Failure::NotFound)?;
    let standing = network::mapped_person(app.db(), unit.workspace, to).await?;
    if standing.is_some_and(|row| row.standing != "open") {
        return Err(Failure::NotFound);
    }
    let me = workspace::member(app.db(), unit.workspace, grant.member()).await?;
    let owner = import_network::seat(app, unit, &me.ok_or(Failure::NotFound)?).await?;
    if owner == to {
        return Err(Failure::invalid("rating", "own_self", "That is you."));
    }
    unit.push(network::map_person(unit.workspace, to, unit.at));
    Ok(owner)
}
