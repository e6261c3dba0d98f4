//! Somebody is thought of as a connector: they become a candidate. Nothing is asked of them, and nothing
//! is sent to them.

use warmpath_core::contact::{Email, PersonName};
use warmpath_core::id::PersonId;
use warmpath_core::text::Line;
use warmpath_store::Applied;
use warmpath_store::table::{connector, workspace};

use super::goodwill;
use crate::context::App;
use crate::error::{Failure, Problem};
use crate::find_person::{self, Described};
use crate::policy::{Grant, RunIntroductions};
use crate::unit::{Happening, Unit};

/// A connector as typed.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// Name.
    pub name: String,
    /// Mailbox.
    pub email: String,
    /// Role.
    pub title: String,
    /// Company.
    pub company: String,
}

fn read(typed: &Typed) -> Result<Described, Failure> {
    let mut problems = Vec::new();
    if let Err(refusal) = PersonName::parse(&typed.name) {
        problems.push(Problem::new("name", "name_invalid", format!("Their name: {refusal}.")));
    }
    let email = match Email::parse(&typed.email) {
        Ok(email) => Some(email),
        Err(refusal) => {
            problems.push(Problem::new("email", "email_invalid", refusal.to_string()));
            None
        }
    };
    for (field, text) in [("title", &typed.title), ("company", &typed.company)] {
        if !text.is_empty() && Line::<200>::parse(text).is_err() {
            problems.push(Problem::new(field, "text_invalid", "One line, at most 200 characters."));
        }
    }
    if !problems.is_empty() {
        return Err(Failure::Invalid(problems));
    }
    Ok(Described {
        name: typed.name.trim().to_owned(),
        email,
        title: typed.title.trim().to_owned(),
        company: typed.company.trim().to_owned(),
        source: "member".to_owned(),
        ..Described::default()
    })
}

/// Adds them; somebody who is a connector already stays what they are.
///
/// # Errors
/// [`Failure::Invalid`] with what is wrong.
pub async fn run(
    app: &App,
    grant: &Grant<RunIntroductions>,
    typed: &Typed,
) -> Result<PersonId, Failure> {
    let ws = grant.workspace();
    let described = read(typed)?;
    for _ in 0..3 {
        let mut unit = Unit::new(app, ws);
        let found = find_person::run(app, &mut unit, &described).await?;
        let id = found.person.id;
        if connector::connector(app.db(), ws, id).await?.is_some() {
            return Ok(id);
        }
        let mut row = goodwill::candidate(ws, id, unit.at);
        let members = workspace::members(app.db(), ws).await?;
        let mailbox = described.email.as_ref().map(Email::folded).unwrap_or_default();
        row.member = members.iter().find(|m| m.email == mailbox).map(|m| m.id);
        row.version = 1;
        unit.push(row.insert());
        let happening = Happening::new("connector.added", grant.principal().actor(), id).of(id);
        unit.record(happening).await?;
        if unit.apply().await? == Applied::Applied {
            return Ok(id);
        }
    }
    Err(Failure::Conflict("Somebody adds them right now. Look again.".into()))
}
