//! To which company one belongs, as a member says it.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use warmpath_app::Failure;
use warmpath_app::error::Problem;
use warmpath_app::place_company::{self, Place};
use warmpath_app::policy::{ReviewDuplicates, grant};
use warmpath_app::read_account::{Company, View};
use warmpath_core::id::AccountId;

use super::accounts;
use crate::pages::card;
use crate::server::Face;
use crate::session::Writer;
use crate::view::Shell;
use crate::view::part::{Action, Block, Field, FormPart, Section};

/// What a member typed of the company above, and what was wrong with it.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) parent: String,
    pub(super) problems: Vec<Problem>,
}

/// Says to which company one belongs.
pub(super) async fn say(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    let typed = writer.fields.trimmed("parent").to_owned();
    let place = match writer.fields.get("place") {
        "alone" => Place::Alone,
        "imported" => Place::AsImported,
        _ => Place::Under(typed.clone()),
    };
    let who = writer.signed_in;
    let done = async {
        let may = grant::<ReviewDuplicates>(&who.principal)?;
        let id = id.parse::<AccountId>().map_err(|_| Failure::NotFound)?;
        place_company::run(&face.app, &may, id, &place).await
    };
    match done.await {
        Ok(()) => Redirect::to(&format!("/accounts/{id}")).into_response(),
        Err(Failure::Invalid(problems)) => {
            accounts::show(&face, &who, &id, Typed { parent: typed, problems }).await
        }
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}

/// Where a member corrects to which company this one belongs.
pub(super) fn form(shell: &Shell, first: &Company, view: &View, typed: &Typed) -> Section {
    let id = first.account.id;
    let by_member = view.said_by.as_deref() == Some(place_company::MEMBER);
    let above = view.above.as_ref().map(|a| a.name.as_str()).unwrap_or_default();
    let value = if typed.parent.is_empty() { above } else { &typed.parent };
    let field = Field::text("parent", "Company above", value).hint("Its name or website");
    let form = card::form(
        shell,
        &format!("/accounts/{id}/parent"),
        vec![FormPart::Field(card::with_error(field, &typed.problems))],
        "It belongs to this one",
    );
    let mut buttons = Vec::new();
    let other = |label: &str, place: &str| {
        Action::post(label, format!("/accounts/{id}/parent")).with("place", place).small()
    };
    if !by_member || view.above.is_some() {
        buttons.push(other("It stands alone", "alone"));
    }
    if by_member {
        buttons.push(other("As imported", "imported"));
    }
    let said = match (by_member, view.above.is_some()) {
        (true, false) => "A member said that it stands alone. Imports do not change that.",
        (true, true) => "A member said so. Imports do not change that.",
        (false, _) => "What you say here holds against what systems say.",
    };
    Section::new("place", "Correct the group", vec![form, Block::Buttons(buttons)]).foot(said)
}
