//! The connector's page: one link, no account, no script needed. GET shows, POST answers.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use warmpath_app::Failure;
use warmpath_app::introduce::answer_as_connector::{self as use_case, Page, REASONS, Said};
use warmpath_app::introduce::ask_connector::How;
use warmpath_app::introduce::{deliver as delivering, goodwill};
use warmpath_app::sign_in;
use warmpath_core::introduction::{Action as Step, ConnectorState, RequestState, TargetState};
use warmpath_integrations::mail::{Mailbox, unsent};

use super::ask::mailto;
use super::outside::{frame, origin, over, sealed_lines, shown, summary, to, wrong};
use crate::form::Fields;
use crate::server::Face;
use crate::session;
use crate::view::answer::PassOn;
use crate::view::introductions::{IntroductionOutsidePage, NonceForm};
use crate::view::part::{Avatar, AvatarSize, Choice, Choices, Field, FieldKind, Voice};

/// Days of thinking that the page offers.
const LATER_DAYS: i64 = 7;

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
    let mut outsider = frame(&dossier.workspace, &title, true);
    outsider.through = format!("Asked by {}", dossier.requester.name);
    outsider.for_whom = format!("For {}", dossier.connector.name);
    let target = &dossier.target;
    let person = found.named.then(|| {
        let parts = [target.title.as_str(), &target.company];
        let line = parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", ");
        let avatar = Avatar::of(&target.name, &target.id.to_string()).sized(AvatarSize::Large);
        (avatar, target.name.clone(), line)
    });
    let asked = !matches!(dossier.row.connector_state, ConnectorState::Unasked);
    let over = dossier.row.request.is_over();
    IntroductionOutsidePage {
        outsider,
        title,
        lead,
        errors: summary(failure),
        sealed: if person.is_none() && asked && !over { sealed_lines(dossier) } else { Vec::new() },
        person,
        facts: if asked && !over { facts(found) } else { Vec::new() },
        pass_on: pass_on(token, found),
        forms: forms(token, found, typed, failure),
        closing: closing(found),
        ..IntroductionOutsidePage::default()
    }
}

fn headline(found: &Page) -> (String, String) {
    let row = &found.dossier.row;
    let name = &found.dossier.target.name;
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    match (row.request, row.connector_state, row.target_state) {
        (RequestState::Offered, ConnectorState::AskedBlind, _) => pair(
            "Do you know somebody like this?",
            "You learn who it is only if you want to. A no costs nothing, and nobody asks why.",
        ),
        (RequestState::Offered, ..) => (
            format!("Would you introduce {name}?"),
            "You ask them yourself, in your own words. Nothing is sent from here.".to_owned(),
        ),
        (RequestState::Arranging, _, TargetState::Unasked) => (
            format!("Ask {name} in your own words"),
            "We make a link on which they answer. Nobody writes to them unless they say yes."
                .to_owned(),
        ),
        (RequestState::Arranging, ..) => (
            format!("{name} decides"),
            "Pass the text on if you have not yet. You see their answer here.".to_owned(),
        ),
        (RequestState::Deliverable, ..) => (
            format!("{name} said yes. Introduce the two."),
            "Three sentences, from what is known, with a line of your own.".to_owned(),
        ),
        (RequestState::Delivered, ..) => (
            "Thank you. They are introduced.".to_owned(),
            "You hear what became of it within seven days, also when nothing came of it."
                .to_owned(),
        ),
        (RequestState::Closed, ..) => {
            pair("Thank you for this introduction", "It is complete. Nothing waits for you.")
        }
        (_, ConnectorState::No, _) => {
            pair("Thank you for saying so", "Nothing is asked of you. It costs you nothing.")
        }
        (RequestState::Draft | RequestState::Submitted | RequestState::Screened, ..) => {
            pair("Nothing is asked of you", "This page opens when somebody asks you.")
        }
        _ => pair(
            "It is not possible at the moment",
            "Nothing is asked of you any more. Thank you for your time.",
        ),
    }
}

fn facts(found: &Page) -> Vec<(String, String)> {
    let dossier = &found.dossier;
    let mut facts = vec![
        ("Topic".to_owned(), dossier.text("topic").to_owned()),
        ("What they have of it".to_owned(), dossier.text("benefit").to_owned()),
    ];
    let rules = found.account.rules();
    let mut mine = format!(
        "At most {} open asks, one in {} days. Your goodwill with us: {}.",
        rules.open_max,
        rules.rest_days,
        goodwill::tenths(found.account.balance())
    );
    if !rules.no_go.is_empty() {
        mine.push_str(&format!(" Never {}.", rules.no_go.join(", ")));
    }
    facts.push(("Your rules".to_owned(), mine));
    facts
}

fn pass_on(token: &str, found: &Page) -> Option<PassOn> {
    let first = first(&found.dossier.target.name);
    if let Some(sent) = &found.delivered {
        return Some(PassOn {
            title: "The introduction".to_owned(),
            sentence: "If you did not have it sent, take it to your own mail program.".to_owned(),
            text: sent.text.clone(),
            mailto: mailto(&sent.to.join(","), &sent.subject, &sent.text),
            file: format!("/c/{token}/introduction.eml"),
            ..PassOn::default()
        });
    }
    let text = found.passed_on.as_ref()?;
    Some(PassOn {
        title: format!("Pass this on to {first}"),
        sentence: "These are the words you approved. The link works once.".to_owned(),
        text: text.text.clone(),
        mailto: mailto("", "May I introduce you?", &text.text),
        ..PassOn::default()
    })
}

/// The introduction as a file that the connector's own mail program opens as a draft.
pub(super) async fn file(State(face): State<Face>, Path(token): Path<String>) -> Response {
    let found = match use_case::page(&face.app, &token).await {
        Ok(found) => found,
        Err(other) => return over(&other),
    };
    let Some(sent) = &found.delivered else { return over(&Failure::NotFound) };
    let to = sent.to.iter().filter_map(|to| to.parse().ok()).map(Mailbox::bare);
    match unsent(&to.collect::<Vec<_>>(), &sent.subject, &sent.text) {
        Ok(bytes) => {
            let named = "attachment; filename=introduction.eml";
            let head = [(CONTENT_TYPE, "message/rfc822"), (CONTENT_DISPOSITION, named)];
            (head, bytes).into_response()
        }
        Err(error) => over(&Failure::Defect(error.to_string())),
    }
}

fn first(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}

fn forms(token: &str, found: &Page, typed: &Fields, failure: Option<&Failure>) -> Vec<NonceForm> {
    let allowed = |step| found.allowed.contains(&step);
    let mut forms = Vec::new();
    if allowed(Step::AcceptBlind) || allowed(Step::Agree) {
        forms.push(answers(token, found, typed, failure));
    }
    if allowed(Step::Deliver) {
        forms.extend(message(token, found, typed, failure));
    } else if allowed(Step::Propose) && found.passed_on.is_none() {
        forms.push(text(token, found, typed, failure));
    }
    if allowed(Step::ConnectorWithdraw) {
        forms.push(NonceForm {
            action: format!("/c/{token}"),
            nonce: found.nonce.clone(),
            hidden: vec![
                ("answer".to_owned(), "no".to_owned()),
                ("reason".to_owned(), "rather_not".to_owned()),
            ],
            buttons: vec![button("", "", "I changed my mind")],
            quiet: true,
            ..NonceForm::default()
        });
    }
    forms
}

fn button(name: &str, value: &str, label: &str) -> (String, String, String) {
    (name.to_owned(), value.to_owned(), label.to_owned())
}

/// Yes, later, no: of equal size and weight, nothing chosen by us.
fn answers(token: &str, found: &Page, typed: &Fields, failure: Option<&Failure>) -> NonceForm {
    let choice = |value: &str, title: &str, consequence: &str| Choice {
        value: value.to_owned(),
        title: title.to_owned(),
        consequence: consequence.to_owned(),
        checked: typed.get("answer") == value,
        inner: Vec::new(),
    };
    let blind = found.allowed.contains(&Step::AcceptBlind);
    let yes = if blind {
        choice("willing", "Somebody comes to mind", "You see who it is. You can still say no.")
    } else {
        choice("agree", "I ask them", "You get a text and a link, and change every word.")
    };
    // Nothing is chosen for them, not even a reason.
    let known = REASONS.iter().map(|(v, l)| ((*v).to_owned(), (*l).to_owned()));
    let reasons =
        [(String::new(), "Choose a reason".to_owned())].into_iter().chain(known).collect();
    NonceForm {
        action: format!("/c/{token}"),
        nonce: found.nonce.clone(),
        choices: Some(Choices {
            name: "answer".to_owned(),
            legend: "What would you like?".to_owned(),
            error: wrong(failure, "answer"),
            choices: vec![
                yes,
                choice("later", "Let me think", "A week more. Nobody reminds you."),
                choice(
                    "no",
                    "I would rather not",
                    "It costs nothing. A reason helps the next ask.",
                ),
            ],
            ..Choices::default()
        }),
        fields: vec![
            Field::of(FieldKind::Select(reasons), "reason", "If not, why", typed.get("reason"))
                .error(wrong(failure, "reason")),
        ],
        buttons: vec![button("", "", "Send my answer")],
        ..NonceForm::default()
    }
}

fn area(rows: u8, name: &str, label: &str, value: &str, failure: Option<&Failure>) -> Field {
    Field::of(FieldKind::Area(rows, Voice::Person), name, label, value)
        .max_length(2_000)
        .error(wrong(failure, name))
}

fn kept<'a>(typed: &'a Fields, name: &str, default: &'a str) -> &'a str {
    if typed.has(name) { typed.get(name) } else { default }
}

fn text(token: &str, found: &Page, typed: &Fields, failure: Option<&Failure>) -> NonceForm {
    NonceForm {
        title: "Your text".to_owned(),
        sentence: "The marked places take your own line and the link.".to_owned(),
        action: format!("/c/{token}/text"),
        nonce: found.nonce.clone(),
        fields: vec![
            area(10, "text", "The text", kept(typed, "text", &found.proposal), failure),
            area(2, "own", "A line of your own", typed.get("own"), failure),
        ],
        buttons: vec![button("", "", "Make my text and link")],
        ..NonceForm::default()
    }
}

fn message(
    token: &str,
    found: &Page,
    typed: &Fields,
    failure: Option<&Failure>,
) -> Option<NonceForm> {
    let draft = found.message.as_ref()?;
    Some(NonceForm {
        title: draft.subject.clone(),
        sentence: "Three sentences, at most 90 words, one link.".to_owned(),
        action: format!("/c/{token}/deliver"),
        nonce: found.nonce.clone(),
        fields: vec![
            area(7, "text", "The introduction", kept(typed, "text", &draft.text), failure),
            area(2, "own", "A line of your own", typed.get("own"), failure),
        ],
        buttons: vec![
            button("how", "click", "Approve and send to both"),
            button("how", "own", "Approve, I send it myself"),
        ],
        ..NonceForm::default()
    })
}

fn closing(found: &Page) -> Vec<String> {
    if found.allowed.is_empty() {
        return Vec::new();
    }
    vec![
        "You can change your mind on this page at any time before it is done.".to_owned(),
        "Your answer is kept as a consent record with its time and wording.".to_owned(),
    ]
}

/// Takes an answer.
pub(super) async fn answer(
    State(face): State<Face>,
    Path(token): Path<String>,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let done = match not_the_requester(&face, &headers, &token).await.and(read(&fields)) {
        Ok(said) => {
            let nonce = fields.get("nonce");
            use_case::answer(&face.app, &token, nonce, &said, &origin(&headers)).await
        }
        Err(failure) => Err(failure),
    };
    after(&face, &token, &fields, done).await
}

/// The link passed through the requester's hands. In their own session nobody answers with it.
async fn not_the_requester(face: &Face, headers: &HeaderMap, token: &str) -> Result<(), Failure> {
    let Some(cookie) = session::cookie(face, headers) else { return Ok(()) };
    match sign_in::by_cookie(&face.app, &cookie).await {
        Ok(who) => use_case::not_by_requester(&face.app, token, who.member.id).await,
        Err(_) => Ok(()),
    }
}

async fn after(face: &Face, token: &str, fields: &Fields, done: Result<(), Failure>) -> Response {
    match done {
        Ok(()) => to(&format!("/c/{token}")),
        Err(failure @ (Failure::Invalid(_) | Failure::NotPossible(_))) => {
            again(face, token, fields, Some(&failure)).await
        }
        Err(failure) => over(&failure),
    }
}

fn read(fields: &Fields) -> Result<Said, Failure> {
    match fields.get("answer") {
        "willing" => Ok(Said::Willing),
        "agree" => Ok(Said::Agree),
        "later" => Ok(Said::Later(LATER_DAYS)),
        "no" => Ok(Said::No(fields.get("reason").to_owned())),
        _ => Err(Failure::invalid("answer", "answer_missing", "Choose one of the answers.")),
    }
}

/// Approves the text for the target.
pub(super) async fn propose(
    State(face): State<Face>,
    Path(token): Path<String>,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let words = (fields.get("text"), fields.get("own"));
    let done = match not_the_requester(&face, &headers, &token).await {
        Ok(()) => use_case::propose(&face.app, &token, fields.get("nonce"), words).await,
        Err(failure) => Err(failure),
    };
    after(&face, &token, &fields, done).await
}

/// Approves the introduction and delivers it.
pub(super) async fn deliver(
    State(face): State<Face>,
    Path(token): Path<String>,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let words = (fields.get("text"), fields.get("own"));
    let how = if fields.get("how") == "click" { How::Click } else { How::Own };
    let done = match not_the_requester(&face, &headers, &token).await {
        Ok(()) => {
            let nonce = fields.get("nonce");
            delivering::run(&face.app, &token, nonce, words, how).await.map(|_| ())
        }
        Err(failure) => Err(failure),
    };
    after(&face, &token, &fields, done).await
}
