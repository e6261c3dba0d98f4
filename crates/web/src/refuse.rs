//! Refusals: what did not happen, why, and what to do next; as a page or as problem+json.

use askama::Template;
use axum::extract::Request;
use axum::http::{StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use warmpath_app::error::{LinkTrouble, Problem};
use warmpath_app::sign_in::SignedIn;
use warmpath_app::{Failure, StoreError};

use crate::view::error::{ErrorOutsidePage, ErrorPage};
use crate::view::part::{Action, Pill, Tone};
use crate::view::{Outsider, Shell};

/// Renders a page.
pub fn render(page: &impl Template) -> Response {
    render_with(StatusCode::OK, page)
}

/// Renders a page with a status.
pub fn render_with(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a template did not render");
            (StatusCode::INTERNAL_SERVER_ERROR, "internal").into_response()
        }
    }
}

/// The status of a failure.
pub fn status(failure: &Failure) -> StatusCode {
    match failure {
        Failure::NotSignedIn => StatusCode::UNAUTHORIZED,
        Failure::NotAllowed { .. } => StatusCode::FORBIDDEN,
        Failure::NotFound => StatusCode::NOT_FOUND,
        Failure::Link(LinkTrouble::Unknown) => StatusCode::NOT_FOUND,
        Failure::Link(LinkTrouble::Used | LinkTrouble::Ended) => StatusCode::GONE,
        Failure::Link(LinkTrouble::NoPage) => StatusCode::BAD_REQUEST,
        Failure::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Failure::NotPossible(what) if what.forbidden => StatusCode::FORBIDDEN,
        Failure::NotPossible(_) => StatusCode::CONFLICT,
        Failure::Refused(warmpath_core::referral::Refusal::NotYours { .. }) => {
            StatusCode::FORBIDDEN
        }
        Failure::Refused(warmpath_core::referral::Refusal::NotNow { .. })
        | Failure::Refused(warmpath_core::referral::Refusal::NoBasis)
        | Failure::Refused(warmpath_core::referral::Refusal::ReferrerNotVerified)
        | Failure::Conflict(_)
        | Failure::InProgress => StatusCode::CONFLICT,
        Failure::Refused(_) | Failure::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
        Failure::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        Failure::Store(StoreError::Full(_)) => StatusCode::INSUFFICIENT_STORAGE,
        Failure::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
        Failure::Defect(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The words for a person: what is true now, and what to do.
fn words(failure: &Failure) -> (String, String) {
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    match failure {
        Failure::NotSignedIn => pair("You are not signed in", "Ask for a link to go on."),
        Failure::NotAllowed { role } => (
            "This is not yours to open".to_owned(),
            format!("Your role is {role}. Somebody of revenue operations can help."),
        ),
        Failure::NotFound => pair(
            "There is no such page here",
            "It was never there, it was deleted, or it belongs to others. All three look the same.",
        ),
        Failure::Conflict(sentence) => (sentence.clone(), "Look again, then decide.".to_owned()),
        Failure::Store(StoreError::Full(_)) => pair(
            "There is no room left to save this",
            "Nothing was saved. Reading still works. Tell whoever runs this installation.",
        ),
        Failure::Store(StoreError::Unavailable(_)) => pair(
            "The database does not answer",
            "Nothing was saved. Press again in a moment: the same request is never done twice.",
        ),
        Failure::Store(_) | Failure::Defect(_) => pair(
            "We do not know whether it was saved",
            "Press again: the same request is never done twice.",
        ),
        other => (other.to_string(), "Nothing was changed.".to_owned()),
    }
}

fn log(failure: &Failure) {
    if let Failure::Defect(reason) = failure {
        tracing::error!(reason, "defect");
    } else if let Failure::Store(error) = failure {
        tracing::warn!(%error, "storage");
    }
}

/// Tells what surrounds the handlers why there was no answer.
#[derive(Debug, Clone, Copy)]
pub struct Refused(pub &'static str);

/// A refusal as a page, inside the work shell when there is one.
pub fn page(shell: Option<Shell>, failure: &Failure) -> Response {
    let mut response = page_of(shell, failure);
    response.extensions_mut().insert(Refused(failure.code()));
    if let Some(seconds) = retry_after(failure) {
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}

fn retry_after(failure: &Failure) -> Option<header::HeaderValue> {
    match failure {
        Failure::TooMany { retry_after_s } => Some((*retry_after_s).into()),
        Failure::Store(_) => Some(header::HeaderValue::from_static("1")),
        _ => None,
    }
}

fn page_of(shell: Option<Shell>, failure: &Failure) -> Response {
    log(failure);
    let status = status(failure);
    let (title, lead) = words(failure);
    let pill = match status {
        StatusCode::NOT_FOUND | StatusCode::GONE => Pill::new("Not found", Tone::Neutral),
        StatusCode::FORBIDDEN => Pill::new("Not allowed", Tone::Negative),
        _ => Pill::new("Not saved", Tone::Negative),
    };
    let code = format!("{} {}", status.as_u16(), failure.code());
    let back = Action::link("Back to the start", "/inbox").primary();
    match shell {
        Some(mut shell) => {
            shell.title = format!("Error: {title}");
            let page = ErrorPage {
                shell,
                pill,
                code,
                title,
                lead,
                actions: vec![back],
                ..ErrorPage::default()
            };
            render_with(status, &page)
        }
        None => {
            let outsider = Outsider {
                title: format!("Error: {title}"),
                sender: "Warmpath".to_owned(),
                language: "en".to_owned(),
                ..Outsider::default()
            };
            let page = ErrorOutsidePage {
                outsider,
                pill,
                code,
                title,
                lead,
                actions: vec![Action::link("Go to the start", "/")],
                ..ErrorOutsidePage::default()
            };
            render_with(status, &page)
        }
    }
}

/// Gives a refusal that nobody wrote (an extractor's, the router's, a timeout's) the form that its
/// reader expects: a problem for programs, a page for people.
pub(crate) async fn dress(request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/v1/");
    let response = next.run(request).await;
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    let bare = kind.is_none_or(|kind| kind.starts_with("text/plain"));
    let refused = response.status().is_client_error() || response.status().is_server_error();
    let watched = response.extensions().get::<Refused>().is_some();
    if !refused || !bare || watched || response.extensions().get::<Plain>().is_some() {
        return response;
    }
    let (parts, _) = response.into_parts();
    let (code, title) = bare_words(parts.status);
    let mut dressed = if is_api {
        crate::api::problem(parts.status, code, title)
    } else {
        let page = outside_page(Pill::new("Not done", Tone::Negative), parts.status, code, title);
        render_with(parts.status, &page)
    };
    for name in [header::ALLOW, header::RETRY_AFTER] {
        if let Some(value) = parts.headers.get(&name) {
            dressed.headers_mut().insert(name, value.clone());
        }
    }
    dressed.extensions_mut().insert(Refused(code));
    dressed
}

/// Marks an answer that is plain text on purpose: what a machine asks for, such as a health check.
#[derive(Debug, Clone, Copy)]
pub struct Plain;

fn bare_words(status: StatusCode) -> (&'static str, &'static str) {
    match status {
        StatusCode::NOT_FOUND => ("not_found", "There is nothing here."),
        StatusCode::METHOD_NOT_ALLOWED => {
            ("method_not_allowed", "This address does not answer to that method.")
        }
        StatusCode::PAYLOAD_TOO_LARGE => ("body_too_large", "That is more than this takes."),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            ("content_type_unsupported", "This is not the type of content that this takes.")
        }
        StatusCode::SERVICE_UNAVAILABLE => ("busy", "That took too long. Try again in a moment."),
        status if status.is_server_error() => ("internal", "Something broke on our side."),
        _ => ("request_malformed", "This could not be read as a request."),
    }
}

fn outside_page(pill: Pill, status: StatusCode, code: &str, title: &str) -> ErrorOutsidePage {
    ErrorOutsidePage {
        outsider: Outsider {
            title: format!("Error: {title}"),
            sender: "Warmpath".to_owned(),
            language: "en".to_owned(),
            ..Outsider::default()
        },
        pill,
        code: format!("{} {code}", status.as_u16()),
        title: title.to_owned(),
        lead: "Nothing was changed.".to_owned(),
        ..ErrorOutsidePage::default()
    }
}

/// The last resort: a page with a reference to quote.
pub(crate) fn broken(reference: &str) -> Response {
    let title = "Something broke on our side".to_owned();
    let page = ErrorOutsidePage {
        outsider: Outsider {
            title: format!("Error: {title}"),
            sender: "Warmpath".to_owned(),
            language: "en".to_owned(),
            ..Outsider::default()
        },
        pill: Pill::new("Not saved", Tone::Negative),
        code: format!("500 internal, reference {reference}"),
        title,
        lead: "Go back and press again: the same request is never done twice. If it happens \
               again, quote the reference."
            .to_owned(),
        ..ErrorOutsidePage::default()
    };
    render_with(StatusCode::INTERNAL_SERVER_ERROR, &page)
}

/// To the sign-in page, and back afterwards.
pub fn to_sign_in(uri: &Uri) -> Response {
    let here = uri.path_and_query().map_or("/", |p| p.as_str());
    let query: String =
        form_urlencoded::Serializer::new(String::new()).append_pair("next", here).finish();
    Redirect::to(&format!("/sign-in?{query}")).into_response()
}

/// An unsafe request came from a page of somebody else.
pub fn foreign_origin() -> Response {
    let failure = Failure::NotAllowed { role: "somebody else's page" };
    let mut response = page(None, &failure);
    *response.status_mut() = StatusCode::FORBIDDEN;
    response
}

/// The form's token is not this session's: it was open in another session, or made elsewhere.
pub fn stale_form(_: &SignedIn) -> Response {
    let failure =
        Failure::Conflict("This form is from an earlier visit. Nothing was changed.".to_owned());
    let mut response = page(None, &failure);
    *response.status_mut() = StatusCode::FORBIDDEN;
    response
}

/// A refusal as problem+json (RFC 9457).
pub fn problem(failure: &Failure) -> Response {
    log(failure);
    let status = status(failure);
    let (title, next) = words(failure);
    let mut body = serde_json::json!({
        "type": format!("/problems/{}", failure.code()),
        "title": title,
        "status": status.as_u16(),
        "code": failure.code(),
        "detail": detail(failure, &next),
    });
    if let Failure::Invalid(problems) = failure {
        body["errors"] = serde_json::json!(problems);
    }
    if let Failure::Refused(warmpath_core::referral::Refusal::NotNow { allowed, .. }) = failure {
        body["allowed_actions"] = serde_json::json!(allowed);
    }
    if let Failure::NotPossible(what) = failure {
        body["allowed_actions"] = serde_json::json!(what.allowed);
        body["possible_from"] = serde_json::json!(what.from);
    }
    let mut response =
        (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string())
            .into_response();
    response.extensions_mut().insert(Refused(failure.code()));
    if let Some(seconds) = retry_after(failure) {
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}

fn detail(failure: &Failure, next: &str) -> String {
    match failure {
        Failure::Store(_) | Failure::Defect(_) => next.to_owned(),
        other => other.to_string(),
    }
}

/// One problem as a failure; short for handlers.
pub fn invalid(field: &str, code: &str, message: &str) -> Failure {
    Failure::Invalid(vec![Problem::new(field, code, message)])
}
