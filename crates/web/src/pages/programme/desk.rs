//! `/b/{token}`: a connector's own page without an account.

use axum::extract::{Path, State};
use axum::response::Response;
use warmpath_app::Failure;
use warmpath_app::programme::bulletin::HOW_WELL;
use warmpath_app::programme::desk::{self, Desk};
use warmpath_app::programme::offer;

use super::{blind_fields, blind_words};
use crate::form::Fields;
use crate::pages::introductions::outside::{frame, over, shown, summary, to, wrong};
use crate::server::Face;
use crate::view::introductions::{IntroductionOutsidePage, NonceForm};
use crate::view::part::Field;
use crate::words::Words;

/// Shows it.
pub(super) async fn show(State(face): State<Face>, Path(token): Path<String>) -> Response {
    page(&face, &token, &Fields::default(), None).await
}

async fn page(face: &Face, token: &str, typed: &Fields, failure: Option<&Failure>) -> Response {
    let found = match desk::page(&face.app, token).await {
        Ok(found) => found,
        Err(failure) => return over(&failure),
    };
    let words = Words::new(&found.workspace.zone, face.app.now());
    let title = format!("For {}", found.person.name);
    let mut forms: Vec<NonceForm> = found
        .bulletins
        .iter()
        .map(|one| {
            let answered = match one.answered.as_str() {
                "may_know" => " You said that you may know somebody.",
                "pass" => " You passed.",
                _ => "",
            };
            NonceForm {
                action: format!("/b/{token}/answer"),
                title: format!("Do you know a {}?", one.words.line()),
                sentence: format!(
                    "About {}. {} Until {}.{answered}",
                    one.words.topic,
                    one.benefit,
                    words.day(one.until)
                ),
                nonce: found.nonce.clone(),
                hidden: vec![("bulletin".to_owned(), one.id.to_string())],
                buttons: vec![
                    ("answer".to_owned(), "well".to_owned(), "I know somebody well".to_owned()),
                    ("answer".to_owned(), "a_little".to_owned(), "A little".to_owned()),
                    ("answer".to_owned(), "pass".to_owned(), "Pass".to_owned()),
                ],
                ..NonceForm::default()
            }
        })
        .collect();
    forms.push(offer_form(token, &found, typed, failure));
    forms.extend(waiting(token, &found));
    let lead = match found.bulletins.len() {
        0 => "Nothing is asked of you now. You can offer an introduction.".to_owned(),
        _ => "Asked of you and others. Nobody is named, and a pass costs nothing.".to_owned(),
    };
    let page = IntroductionOutsidePage {
        outsider: frame(&found.workspace, &title, true),
        title,
        lead,
        errors: summary(failure),
        forms,
        closing: vec![
            "An answer is no introduction yet: you are asked by a person before anything happens."
                .to_owned(),
        ],
        ..IntroductionOutsidePage::default()
    };
    shown(page, failure)
}

fn offer_form(token: &str, found: &Desk, typed: &Fields, failure: Option<&Failure>) -> NonceForm {
    let mut fields = blind_fields(typed);
    fields.push(Field::select("how_well", "You know them", &HOW_WELL, typed.get("how_well")));
    for field in &mut fields {
        field.error = wrong(failure, &field.name);
    }
    NonceForm {
        action: format!("/b/{token}/offer"),
        title: "Offer an introduction".to_owned(),
        sentence: "Somebody you could introduce. Say no name yet; you are asked about it."
            .to_owned(),
        nonce: found.nonce.clone(),
        fields,
        buttons: vec![(String::new(), String::new(), "Offer it".to_owned())],
        ..NonceForm::default()
    }
}

/// Their offers that wait, each with its way back.
fn waiting<'a>(token: &'a str, found: &'a Desk) -> impl Iterator<Item = NonceForm> + 'a {
    let open = found.offers.iter().filter(|row| row.state == "open");
    open.map(move |row| NonceForm {
        action: format!("/b/{token}/withdraw"),
        title: format!("You offered: {}", offer::words(row).line()),
        sentence: "It waits for an answer.".to_owned(),
        nonce: found.nonce.clone(),
        hidden: vec![("offer".to_owned(), row.id.to_string())],
        buttons: vec![(String::new(), String::new(), "Take it back".to_owned())],
        quiet: true,
        ..NonceForm::default()
    })
}

async fn after(face: &Face, token: &str, fields: &Fields, done: Result<(), Failure>) -> Response {
    match done {
        Ok(()) => to(&format!("/b/{token}")),
        Err(failure @ (Failure::Invalid(_) | Failure::NotPossible(_))) => {
            page(face, token, fields, Some(&failure)).await
        }
        Err(failure) => over(&failure),
    }
}

/// Answers an ask to all.
pub(super) async fn answer(
    State(face): State<Face>,
    Path(token): Path<String>,
    fields: Fields,
) -> Response {
    let said = match fields.get("answer") {
        how @ ("well" | "a_little") => ("may_know", how),
        other => (other, ""),
    };
    let done = match fields.get("bulletin").parse() {
        Ok(id) => desk::answer(&face.app, (&token, fields.get("nonce")), id, said).await,
        Err(_) => Err(Failure::NotFound),
    };
    after(&face, &token, &fields, done).await
}

/// Offers an introduction.
pub(super) async fn offer(
    State(face): State<Face>,
    Path(token): Path<String>,
    fields: Fields,
) -> Response {
    let typed =
        offer::Typed { words: blind_words(&fields), how_well: fields.get("how_well").to_owned() };
    let done = desk::offers(&face.app, (&token, fields.get("nonce")), &typed).await;
    after(&face, &token, &fields, done.map(|_| ())).await
}

/// Takes an offer back.
pub(super) async fn withdraw(
    State(face): State<Face>,
    Path(token): Path<String>,
    fields: Fields,
) -> Response {
    let done = match fields.get("offer").parse() {
        Ok(id) => desk::withdraw(&face.app, (&token, fields.get("nonce")), id).await,
        Err(_) => Err(Failure::NotFound),
    };
    after(&face, &token, &fields, done).await
}
