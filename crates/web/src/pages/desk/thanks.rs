//! The thank-you: drafted, completed by a person, sent in their name; or said by phone.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use warmpath_app::Failure;
use warmpath_app::policy::{Acknowledge, Grant, grant};
use warmpath_app::sign_in::SignedIn;
use warmpath_app::thank_referrer::{self as use_case, Draft, OWN_LINE_MAX, TEXT_MAX};
use warmpath_core::id::ReferralId;

use super::bits::{first, human_words, id, name_of, opening, summary, wrong};
use super::inbox::due_clock;
use super::record::context_of;
use crate::form::Fields;
use crate::refuse::{self, render, render_with, status};
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::shell;
use crate::view::Shell;
use crate::view::part::{Action, Field, FieldKind, Note, Tone, Voice};
use crate::view::status::ThanksPage;
use crate::words::Words;

async fn frame(face: &Face, me: &SignedIn) -> Shell {
    let frame = shell::of(&face.app, me, "Thank-you").await;
    shell::at(shell::under(frame, "Inbox", "/inbox"), "/inbox")
}

fn may(me: &SignedIn, text: &str) -> Result<(Grant<Acknowledge>, ReferralId), Failure> {
    Ok((grant::<Acknowledge>(&me.principal)?, id(text)?))
}

/// Shows the draft.
pub(super) async fn show(
    State(face): State<Face>,
    Reader(me): Reader,
    Path(text): Path<String>,
) -> Response {
    let frame = frame(&face, &me).await;
    match page(&face, &me, &text, frame.clone(), &Fields::default(), None).await {
        Ok(page) => render(&page),
        Err(failure) => refuse::page(Some(frame), &failure),
    }
}

async fn page(
    face: &Face,
    me: &SignedIn,
    text: &str,
    mut frame: Shell,
    typed: &Fields,
    refused: Option<&Failure>,
) -> Result<ThanksPage, Failure> {
    let (grant, id) = may(me, text)?;
    let draft = use_case::draft(&face.app, &grant, id).await?;
    let words = Words::new(&me.member.zone, face.app.now());
    let referrer = first(&draft.dossier.referrer);
    let title = format!("Thank {referrer}");
    frame.title = match refused {
        Some(_) => format!("Error: {title}"),
        None => title.clone(),
    };
    let owed = &draft.owed;
    let body = if typed.has("text") { typed.get("text") } else { &draft.text };
    let slot = Field::text("personal", "A line of your own", typed.get("personal"))
        .hint(format!("What did {referrer}’s introduction mean to you? It goes where the mark is."))
        .max_length(OWN_LINE_MAX as u32)
        .error(wrong(refused, "personal"));
    let area = Field::of(FieldKind::Area(6, Voice::Person), "text", "The text around it", body)
        .hint("Change it as you like.")
        .max_length(TEXT_MAX as u32)
        .error(wrong(refused, "text"));
    Ok(ThanksPage {
        title,
        about: format!(
            "For introducing {}, {}",
            name_of(&draft.dossier.person),
            words.day(draft.dossier.referral.received_at)
        ),
        clock: due_clock(owed.due_at, draft.dossier.referral.received_at, &words),
        draft: opening("Draft", "", &draft.pieces, "It is not sent before you filled the mark."),
        action: format!("/thanks/{text}"),
        idempotency_key: String::new(),
        slot,
        text: area,
        errors: refused.map(summary).unwrap_or_default(),
        words: human_words(&context_of(&draft.dossier), &words),
        sender: sender(&draft),
        note: note(&draft, &words),
        others: others(&draft, text),
        shell: frame,
    })
}

fn sender(draft: &Draft) -> String {
    match &draft.mailbox {
        Some(mailbox) => format!(
            "Goes to {mailbox} in the name of {}. Answers reach {}.",
            draft.sender.name, draft.sender.email
        ),
        None => "No mailbox of theirs is known. Thank them by phone.".to_owned(),
    }
}

fn note(draft: &Draft, words: &Words) -> Option<Note> {
    let at = draft.owed.sent_at?;
    let who = draft.dossier.member_name(draft.owed.member).unwrap_or("Somebody");
    let lead = format!("{who} has thanked already.");
    Some(Note::new(Tone::Positive, lead, format!("On {}.", words.moment(at))))
}

fn others(draft: &Draft, text: &str) -> Vec<Action> {
    if draft.owed.sent_at.is_some() {
        return vec![Action::link("Back to the referral", format!("/referrals/{text}"))];
    }
    vec![Action::post("I thanked them by phone", format!("/thanks/{text}/phone"))]
}

/// Sends it.
pub(super) async fn send(
    State(face): State<Face>,
    Path(text): Path<String>,
    writer: Writer,
) -> Response {
    let Writer { signed_in: me, fields } = writer;
    let outcome = match may(&me, &text) {
        Ok((grant, id)) => {
            let (line, body) = (fields.get("personal"), fields.get("text"));
            use_case::send(&face.app, &grant, id, line, body).await
        }
        Err(failure) => Err(failure),
    };
    let Err(failure) = outcome else {
        return Redirect::to(&format!("/referrals/{text}")).into_response();
    };
    let frame = frame(&face, &me).await;
    if !matches!(failure, Failure::Invalid(_)) {
        return refuse::page(Some(frame), &failure);
    }
    match page(&face, &me, &text, frame.clone(), &fields, Some(&failure)).await {
        Ok(page) => render_with(status(&failure), &page),
        Err(other) => refuse::page(Some(frame), &other),
    }
}

/// Notes that it was said by phone.
pub(super) async fn by_phone(
    State(face): State<Face>,
    Path(text): Path<String>,
    writer: Writer,
) -> Response {
    let me = writer.signed_in;
    let outcome = match may(&me, &text) {
        Ok((grant, id)) => use_case::by_phone(&face.app, &grant, id).await,
        Err(failure) => Err(failure),
    };
    match outcome {
        Ok(()) => Redirect::to(&format!("/referrals/{text}")).into_response(),
        Err(failure) => refuse::page(Some(frame(&face, &me).await), &failure),
    }
}
