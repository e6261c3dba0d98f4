//! A personal referral link: the mailbox is proved by a code, then the form, then the page with the
//! link to pass on. GET shows, POST acts.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use warmpath_app::submit_referral::Receipt;
use warmpath_app::use_personal_link::{self as use_case, Holder};
use warmpath_app::{Failure, keys};
use warmpath_core::limits;

use crate::evenly::evenly;
use crate::form::Fields;
use crate::limit::Rate;
use crate::pages::answer::outsider;
use crate::pages::hand_over::{NEXT, questions, typed};
use crate::refuse::{self, render, render_with, status};
use crate::server::Face;
use crate::view::hand_over::{HandOverOutsidePage, MailboxCodePage};
use crate::view::part::{ErrorSummary, Field, FieldKind};

/// Shows what the link is for, with the button that sends the code.
pub async fn start(State(face): State<Face>, Path(token): Path<String>) -> Response {
    match use_case::holder(&face.app, &token).await {
        Ok(holder) => render(&MailboxCodePage {
            outsider: outsider(&holder.workspace, "Your referral link", "en"),
            action: format!("/r/{token}"),
            ..MailboxCodePage::default()
        }),
        Err(failure) => refuse::page(None, &failure),
    }
}

/// Mails a code and goes on to the page that takes it.
pub async fn send_code(State(face): State<Face>, Path(token): Path<String>) -> Response {
    let rate = Rate::per_hour(limits::MAILBOX_CODES_PER_HOUR);
    if let Err(failure) = face.limiter.admit("code", &token, rate, face.app.now()) {
        return refuse::page(None, &failure);
    }
    match use_case::send_code(&face.app, &token).await {
        Ok(step) => Redirect::to(&format!("/r/{token}/code/{step}")).into_response(),
        Err(failure) => refuse::page(None, &failure),
    }
}

/// Shows the field for the code.
pub async fn code(
    State(face): State<Face>,
    Path((token, step)): Path<(String, String)>,
) -> Response {
    match use_case::holder(&face.app, &token).await {
        Ok(holder) => render(&code_page(&holder, &token, &step, "")),
        Err(failure) => refuse::page(None, &failure),
    }
}

fn code_page(holder: &Holder, token: &str, step: &str, wrong: &str) -> MailboxCodePage {
    let errors = if wrong.is_empty() {
        ErrorSummary::default()
    } else {
        ErrorSummary {
            title: "One answer needs a look".to_owned(),
            errors: vec![("code".to_owned(), wrong.to_owned())],
        }
    };
    let field = Field::of(FieldKind::Code, "code", "Code", "").autocomplete("one-time-code");
    MailboxCodePage {
        outsider: outsider(&holder.workspace, "Your code", "en"),
        action: format!("/r/{token}/code/{step}"),
        code: Some(field.error(wrong)),
        sent_to: holder.mailbox.masked(),
        again_action: format!("/r/{token}"),
        errors,
        ..MailboxCodePage::default()
    }
}

/// Tries the code.
pub async fn try_code(
    State(face): State<Face>,
    Path((token, step)): Path<(String, String)>,
    fields: Fields,
) -> Response {
    match use_case::try_code(&face.app, &token, &step, fields.get("code")).await {
        Ok(()) => Redirect::to(&format!("/r/{token}/form/{step}")).into_response(),
        Err(Failure::Invalid(problems)) => match use_case::holder(&face.app, &token).await {
            Ok(holder) => {
                let wrong = problems.first().map(|p| p.message.clone()).unwrap_or_default();
                let page = code_page(&holder, &token, &step, &wrong);
                render_with(status(&Failure::Invalid(problems)), &page)
            }
            Err(failure) => refuse::page(None, &failure),
        },
        Err(failure) => refuse::page(None, &failure),
    }
}

/// Shows the questions, once the mailbox is proved.
pub async fn form(
    State(face): State<Face>,
    Path((token, step)): Path<(String, String)>,
) -> Response {
    match use_case::proved(&face.app, &token, &step).await {
        Ok(holder) => {
            let key = keys::random_token(&face.app);
            render(&form_page(&holder, (&token, &step), &Fields::default(), &key, &[]))
        }
        Err(failure) => refuse::page(None, &failure),
    }
}

fn form_page(
    holder: &Holder,
    (token, step): (&str, &str),
    fields: &Fields,
    key: &str,
    problems: &[warmpath_app::error::Problem],
) -> HandOverOutsidePage {
    let mut frame = outsider(&holder.workspace, "Hand over a person", "en");
    frame.for_whom = format!("For {}", holder.person.name);
    HandOverOutsidePage {
        outsider: frame,
        title: format!("Whom should {} meet?", holder.workspace.name),
        lead: "They answer for themselves. Nobody contacts them before.".to_owned(),
        form: questions(&format!("/r/{token}/form/{step}"), fields, key, problems),
        next: NEXT.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect(),
        tabs: Vec::new(),
    }
}

/// Takes the form. The answer and its time are the same whether or not the person was known.
pub async fn submit(
    State(face): State<Face>,
    Path((token, step)): Path<(String, String)>,
    fields: Fields,
) -> Response {
    match evenly(submitted(&face, &token, &step, &fields)).await {
        Ok(receipt) => Redirect::to(&receipt.status_url.replace(&face.app.config.public_url, ""))
            .into_response(),
        Err(Failure::Invalid(problems)) => match use_case::proved(&face.app, &token, &step).await {
            Ok(holder) => {
                let key = fields.get("idempotency_key");
                let page = form_page(&holder, (&token, &step), &fields, key, &problems);
                render_with(status(&Failure::Invalid(problems)), &page)
            }
            Err(failure) => refuse::page(None, &failure),
        },
        Err(failure) => refuse::page(None, &failure),
    }
}

async fn submitted(
    face: &Face,
    token: &str,
    step: &str,
    fields: &Fields,
) -> Result<Receipt, Failure> {
    let rate = Rate::per_day(limits::PERSONAL_SUBMISSIONS_PER_DAY);
    face.limiter.admit("personal", token, rate, face.app.now())?;
    use_case::submit(&face.app, token, step, &typed(fields)).await
}
