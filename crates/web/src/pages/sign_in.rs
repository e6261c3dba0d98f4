//! Signing in by a one-time link. The answer is the same for everyone; opening the link changes
//! nothing, pressing the button does.

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use warmpath_app::error::LinkTrouble;
use warmpath_app::{Failure, sign_in};
use warmpath_core::limits;

use crate::address::Address;
use crate::evenly::evenly;
use crate::form::Fields;
use crate::limit::Rate;
use crate::refuse::{render, render_with};
use crate::server::Face;
use crate::session::{Writer, clear_cookie, cookie, set_cookie};
use crate::view::part::{ErrorSummary, Field, FieldKind, Note, Tone};
use crate::view::sign_in::{SignInPage, SignInStep};

/// Where to go afterwards.
#[derive(Debug, Default, Deserialize)]
pub struct Next {
    next: Option<String>,
}

/// Only a path of ours: never another site.
fn safe_next(next: &str) -> String {
    let ours = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(['\\', '\r', '\n'])
        && !next.starts_with("/sign-in");
    if ours { next.to_owned() } else { "/inbox".to_owned() }
}

fn ask_page(email: &str, next: &str) -> SignInPage {
    let field = Field::of(FieldKind::Email, "email", "Work e-mail", email).autocomplete("email");
    SignInPage {
        workspace: "Warmpath".to_owned(),
        email: field,
        next: next.to_owned(),
        ..SignInPage::default()
    }
}

/// The page.
pub async fn show(
    State(face): State<Face>,
    Query(next): Query<Next>,
    headers: HeaderMap,
) -> Response {
    let next = safe_next(next.next.as_deref().unwrap_or("/inbox"));
    if let Some(value) = cookie(&face, &headers)
        && sign_in::by_cookie(&face.app, &value).await.is_ok()
    {
        return Redirect::to(&next).into_response();
    }
    render(&ask_page("", &next))
}

/// Asks for a link.
///
/// The answer and its time are the same for everyone; who asks too often waits, whoever they are.
pub async fn ask(State(face): State<Face>, address: Address, fields: Fields) -> Response {
    let email = fields.trimmed("email").to_owned();
    let next = safe_next(fields.get("next"));
    if !email.contains('@') {
        let mut page = ask_page(&email, &next);
        page.email = page.email.error("Write the address we know you by.");
        page.errors = ErrorSummary {
            title: "One answer needs a look".to_owned(),
            errors: vec![("email".to_owned(), "Write the address we know you by.".to_owned())],
        };
        return render_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    if let Err(failure) = evenly(requested(&face, &address.0, &email)).await {
        return crate::refuse::page(None, &failure);
    }
    let mut page = ask_page(&email, &next);
    page.step = SignInStep::Sent(email);
    render(&page)
}

async fn requested(face: &Face, address: &str, email: &str) -> Result<(), Failure> {
    let now = face.app.now();
    let email_key = email.to_lowercase();
    let pair = format!("{address} {email_key}");
    // From outside in: what one address sends in vain does not count against the mailbox.
    let by_address = Rate::per_hour(limits::SIGN_IN_PER_ADDRESS_HOUR);
    face.limiter.admit("sign_in_address", address, by_address, now)?;
    let by_pair = Rate::per_hour(limits::SIGN_IN_PER_MAILBOX_AND_ADDRESS_HOUR);
    face.limiter.admit("sign_in_pair", &pair, by_pair, now)?;
    let by_mailbox = Rate::per_hour(limits::SIGN_IN_PER_MAILBOX_HOUR);
    face.limiter.admit("sign_in_mailbox", &email_key, by_mailbox, now)?;
    sign_in::request(&face.app, email).await
}

/// The page behind the link.
pub async fn enter_page(State(face): State<Face>, Path(token): Path<String>) -> Response {
    match sign_in::page(&face.app, &token).await {
        Ok(found) => {
            let mut page = ask_page("", "");
            page.workspace = found.workspace_name;
            page.step = SignInStep::Enter(format!("/enter/{token}"));
            page.nonce = found.nonce;
            render(&page)
        }
        Err(failure) => over(&failure),
    }
}

fn over(failure: &Failure) -> Response {
    let mut page = ask_page("", "/inbox");
    page.note = Some(Note::new(Tone::Warning, failure.to_string(), "Ask for a new one here."));
    render_with(crate::refuse::status(failure), &page)
}

/// Whoever comes with a session that has ended is asked to sign in again, and goes on where they
/// wanted to.
pub(crate) fn ended(here: &str) -> Response {
    let mut page = ask_page("", &safe_next(here));
    let next = "Ask for a link to go on.";
    page.note = Some(Note::new(Tone::Warning, "Your session has ended.", next));
    render_with(StatusCode::UNAUTHORIZED, &page)
}

/// Signs in. Tries are counted by network address, so that nobody can go through links.
pub async fn enter(
    State(face): State<Face>,
    address: Address,
    Path(token): Path<String>,
    fields: Fields,
) -> Response {
    let rate = Rate::per_hour(limits::SIGN_IN_PER_ADDRESS_HOUR);
    if let Err(failure) = face.limiter.admit("enter", &address.0, rate, face.app.now()) {
        return crate::refuse::page(None, &failure);
    }
    match sign_in::enter(&face.app, &token, fields.get("nonce")).await {
        Ok(value) => {
            let next = safe_next(fields.get("next"));
            ([(header::SET_COOKIE, set_cookie(&face, &value))], Redirect::to(&next)).into_response()
        }
        Err(failure @ Failure::Link(LinkTrouble::Unknown)) => {
            let mut response = over(&failure);
            *response.status_mut() = StatusCode::UNAUTHORIZED;
            response
        }
        Err(failure) => over(&failure),
    }
}

/// Signs out.
pub async fn leave(State(face): State<Face>, writer: Writer) -> Response {
    match sign_in::leave(&face.app, &writer.signed_in).await {
        Ok(()) => {
            ([(header::SET_COOKIE, clear_cookie(&face))], Redirect::to("/sign-in")).into_response()
        }
        Err(failure) => crate::refuse::page(None, &failure),
    }
}
