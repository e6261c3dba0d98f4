//! The target's page: asked by somebody they know. It works without account and script; GET shows, POST
//! answers; who asks is shown only as far as the requester agreed.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use warmpath_app::Failure;
use warmpath_app::introduce::answer_as_target::{self as use_case, Page, Said};
use warmpath_core::contact::Email;
use warmpath_core::introduction::{Action as Step, RequestState, TargetState};

use super::outside::{frame, origin, over, shown, summary, to, wrong};
use crate::form::Fields;
use crate::server::Face;
use crate::view::introductions::{IntroductionOutsidePage, NonceForm};
use crate::view::part::{Choice, Choices, Field, FieldKind};

/// Days of thinking that the page offers.
const LATER_DAYS: i64 = 14;

/// Shows it.
pub(super) async fn show(State(face): State<Face>, Path(token): Path<String>) -> Response {
    again(&face, &token, &Fields::default(), None).await
}

async fn again(face: &Face, token: &str, typed: &Fields, failure: Option<&Failure>) -> Response {
    match use_case::page(&face.app, token).await {
        Ok(found) => shown(page(token, &found, typed, failure), failure),
        Err(other) => over(&other),
    }
}

fn page(
    token: &str,
    found: &Page,
    typed: &Fields,
    failure: Option<&Failure>,
) -> IntroductionOutsidePage {
    let dossier = &found.dossier;
    let (title, lead) = headline(found);
    let mut outsider = frame(&dossier.workspace, &title, found.who.company_shown);
    outsider.through = format!("Asked by {}", dossier.connector.name);
    outsider.for_whom = format!("For {}", dossier.target.name);
    let asks = found.allowed.contains(&Step::TargetYes);
    IntroductionOutsidePage {
        outsider,
        title,
        lead,
        errors: summary(failure),
        facts: if asks { facts(found) } else { Vec::new() },
        forms: forms(token, found, typed, failure),
        gets_title: if asks { "If you say yes: who gets what".to_owned() } else { String::new() },
        gets: if asks { gets(found) } else { Vec::new() },
        closing: if asks {
            vec![
                "You can change your mind on this page until you are introduced. Your answer is \
                  kept as a consent record with its time and wording."
                    .to_owned(),
            ]
        } else {
            Vec::new()
        },
        ..IntroductionOutsidePage::default()
    }
}

fn headline(found: &Page) -> (String, String) {
    let row = &found.dossier.row;
    let connector = &found.dossier.connector.name;
    let who = &found.who.line;
    match (row.request, row.target_state) {
        (RequestState::Arranging, TargetState::Proposed | TargetState::Deciding) => (
            format!("{connector} would like to introduce you"),
            format!("To {who}. Nobody writes to you unless you say yes."),
        ),
        (RequestState::Deliverable, _) => (
            "Thank you. You will be introduced.".to_owned(),
            format!("{connector} writes to you both. Nobody else does."),
        ),
        (RequestState::Delivered | RequestState::Closed, TargetState::Yes) => {
            ("You were introduced".to_owned(), format!("To {who}, by {connector}."))
        }
        (_, TargetState::No) => {
            ("Thank you for saying so".to_owned(), "Nobody contacts you about it.".to_owned())
        }
        _ => (
            "It is not possible at the moment".to_owned(),
            "Nothing is asked of you any more.".to_owned(),
        ),
    }
}

fn facts(found: &Page) -> Vec<(String, String)> {
    let dossier = &found.dossier;
    vec![
        ("It is about".to_owned(), dossier.text("topic").to_owned()),
        ("What you have of it".to_owned(), dossier.text("benefit").to_owned()),
    ]
}

fn gets(found: &Page) -> Vec<(String, String)> {
    let who = found.who.line.chars().take(1).flat_map(char::to_uppercase).collect::<String>()
        + &found.who.line.chars().skip(1).collect::<String>();
    vec![
        (who, "your name and your mailbox, for one conversation".to_owned()),
        (
            found.dossier.connector.name.clone(),
            "that you said yes, and later what became of it".to_owned(),
        ),
        ("Anybody else".to_owned(), "nothing".to_owned()),
    ]
}

fn forms(token: &str, found: &Page, typed: &Fields, failure: Option<&Failure>) -> Vec<NonceForm> {
    let allowed = |step| found.allowed.contains(&step);
    let mut forms = Vec::new();
    if allowed(Step::TargetYes) {
        forms.push(answers(token, found, typed, failure));
    }
    let small = |path: &str, label: &str| NonceForm {
        action: format!("/t/{token}/{path}"),
        nonce: found.nonce.clone(),
        buttons: vec![(String::new(), String::new(), label.to_owned())],
        quiet: true,
        ..NonceForm::default()
    };
    if allowed(Step::TargetWithdraw) {
        forms.push(small("withdraw", "I changed my mind"));
    }
    if allowed(Step::Complain) && found.dossier.row.complained_at.is_none() {
        forms.push(small("complain", "This was unwanted. Never ask me again"));
    }
    forms
}

/// Yes, later, no: of equal size and weight, nothing chosen by us.
fn answers(token: &str, found: &Page, typed: &Fields, failure: Option<&Failure>) -> NonceForm {
    let connector = &found.dossier.connector.name;
    let choice = |value: &str, title: &str, consequence: String| Choice {
        value: value.to_owned(),
        title: title.to_owned(),
        consequence,
        checked: typed.get("answer") == value,
        inner: Vec::new(),
    };
    let label = match &found.mailbox {
        Some(known) => format!("Another mailbox than {known}"),
        None => "Your mailbox, for a yes".to_owned(),
    };
    let email = Field::of(FieldKind::Email, "email", &label, typed.get("email"))
        .autocomplete("email")
        .error(wrong(failure, "email"));
    NonceForm {
        action: format!("/t/{token}"),
        nonce: found.nonce.clone(),
        choices: Some(Choices {
            name: "answer".to_owned(),
            legend: "What would you like?".to_owned(),
            error: wrong(failure, "answer"),
            choices: vec![
                choice(
                    "yes",
                    "Yes, introduce us",
                    format!("{connector} writes one message to you both."),
                ),
                choice("later", "Later", "Two weeks more. Nobody reminds you.".to_owned()),
                choice(
                    "no",
                    "No, thank you",
                    "It ends here, and nobody asks you again.".to_owned(),
                ),
            ],
            ..Choices::default()
        }),
        fields: vec![if found.mailbox.is_some() { email.optional() } else { email }],
        buttons: vec![(String::new(), String::new(), "Send my answer".to_owned())],
        ..NonceForm::default()
    }
}

fn read(fields: &Fields) -> Result<(Said, Option<Email>), Failure> {
    let said = match fields.get("answer") {
        "yes" => Said::Yes,
        "later" => Said::Later(LATER_DAYS),
        "no" => Said::No,
        _ => {
            let sentence = "Choose one of the answers.";
            return Err(Failure::invalid("answer", "answer_missing", sentence));
        }
    };
    let email = fields.trimmed("email");
    let email = (!email.is_empty() && said == Said::Yes)
        .then(|| Email::parse(email))
        .transpose()
        .map_err(|e| Failure::invalid("email", "email_invalid", e.to_string()))?;
    Ok((said, email))
}

async fn after<T>(face: &Face, token: &str, fields: &Fields, done: Result<T, Failure>) -> Response {
    match done {
        Ok(_) => to(&format!("/t/{token}")),
        Err(failure @ (Failure::Invalid(_) | Failure::NotPossible(_))) => {
            again(face, token, fields, Some(&failure)).await
        }
        Err(failure) => over(&failure),
    }
}

/// Takes an answer.
pub(super) async fn answer(
    State(face): State<Face>,
    Path(token): Path<String>,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let nonce = fields.get("nonce");
    let done = match read(&fields) {
        Ok((said, email)) => {
            let answered = (&said, email.as_ref());
            use_case::answer(&face.app, &token, nonce, answered, &origin(&headers)).await
        }
        Err(failure) => Err(failure),
    };
    after(&face, &token, &fields, done).await
}

/// Takes a yes back.
pub(super) async fn withdraw(
    State(face): State<Face>,
    Path(token): Path<String>,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let nonce = fields.get("nonce");
    let done = use_case::withdraw(&face.app, &token, nonce, &origin(&headers)).await;
    after(&face, &token, &fields, done).await
}

/// Says that it was unwanted.
pub(super) async fn complain(
    State(face): State<Face>,
    Path(token): Path<String>,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let nonce = fields.get("nonce");
    let done = use_case::complain(&face.app, &token, nonce, &origin(&headers)).await;
    after(&face, &token, &fields, done).await
}
