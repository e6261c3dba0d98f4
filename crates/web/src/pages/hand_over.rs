//! The form for members: phone first, six answers, and a link to pass on at the end.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use warmpath_app::hand_over::{self as use_case, Typed};
use warmpath_app::policy::{SubmitReferral, grant};
use warmpath_app::{Failure, keys, submit_referral};

use crate::form::Fields;
use crate::refuse::{self, render, render_with, status};
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::shell;
use crate::view::Shell;
use crate::view::hand_over::{HandOverForm, HandOverPage};
use crate::view::part::{Choice, Choices, ErrorSummary, Field, FieldKind, Voice};

/// What happens next, for whoever hands over.
pub const NEXT: &[(&str, &str)] = &[
    ("You pass on the link", "By the channel they know you from."),
    ("They answer for themselves", "Yes, later or no. Each is fine."),
    ("One person gets in touch", "Only after a yes. You see who."),
    ("You hear what became of it", "Thanks within 24 hours, then every step they let us share."),
];

/// Shows the form, with the last choices.
pub async fn show(State(face): State<Face>, Reader(signed_in): Reader) -> Response {
    let frame = shell::of(&face.app, &signed_in, "Hand over a person").await;
    if let Err(failure) = grant::<SubmitReferral>(&signed_in.principal) {
        return refuse::page(Some(frame), &failure);
    }
    let mut typed = Fields::default();
    for (name, value) in &signed_in.member.last_choices.0 {
        typed.add(name, value);
    }
    let key = keys::random_token(&face.app);
    render(&page(frame, &typed, &key, &[]))
}

/// Takes the form.
pub async fn submit(State(face): State<Face>, writer: Writer) -> Response {
    let Writer { signed_in, fields } = writer;
    let outcome = hand_over(&face, &signed_in, &fields).await;
    match outcome {
        Ok(receipt) => Redirect::to(&receipt.status_url.replace(&face.app.config.public_url, ""))
            .into_response(),
        Err(failure) => {
            let mut frame = shell::of(&face.app, &signed_in, "Hand over a person").await;
            let Failure::Invalid(problems) = &failure else {
                return refuse::page(Some(frame), &failure);
            };
            frame.title = format!("Error: {}", frame.title);
            let key = fields.get("idempotency_key").to_owned();
            render_with(status(&failure), &page(frame, &fields, &key, problems))
        }
    }
}

async fn hand_over(
    face: &Face,
    signed_in: &warmpath_app::sign_in::SignedIn,
    fields: &Fields,
) -> Result<submit_referral::Receipt, Failure> {
    let grant = grant::<SubmitReferral>(&signed_in.principal)?;
    let typed = typed(fields);
    use_case::by_member(&face.app, &grant, &signed_in.member, &typed).await
}

/// The form's fields as typed.
pub fn typed(fields: &Fields) -> Typed {
    let text = |name: &str| fields.trimmed(name).to_owned();
    Typed {
        idempotency_key: text("idempotency_key"),
        name: text("name"),
        company: text("company"),
        title: text("role"),
        email: text("email"),
        phone: text("phone"),
        referrer_name: text("referrer"),
        referrer_email: text("referrer_email"),
        relationship: text("relation"),
        context: fields.get("words").to_owned(),
        kind: text("kind"),
        evidence: text("evidence"),
        expects: fields.get("knows") == "yes",
        budget: text("budget"),
        authority: text("authority"),
        need: text("need"),
        timing: text("timing"),
        earlier: text("earlier"),
        language: text("language"),
    }
}

fn page(
    frame: Shell,
    typed: &Fields,
    key: &str,
    problems: &[warmpath_app::error::Problem],
) -> HandOverPage {
    let next = NEXT.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    let csrf = frame.csrf.clone();
    let mut form = questions("/hand-over", typed, key, problems);
    form.csrf = csrf;
    let name = |name: &str, label: &str| Field::text(name, label, typed.get(name)).optional();
    form.more.push(name("referrer", "Who referred them, if not you"));
    form.more.push(name("referrer_email", "Their e-mail"));
    HandOverPage { shell: frame, form, next, check_href: "/check".to_owned() }
}

/// The questions, the same for everybody who hands over a person.
pub fn questions(
    action: &str,
    typed: &Fields,
    key: &str,
    problems: &[warmpath_app::error::Problem],
) -> HandOverForm {
    let wrong = |field: &str| {
        problems.iter().find(|p| p.field == field).map(|p| p.message.clone()).unwrap_or_default()
    };
    let text = |name: &str, label: &str, token: &str| {
        Field::text(name, label, typed.get(name)).autocomplete(token).error(wrong(name))
    };
    let first = typed.trimmed("name").split_whitespace().next().unwrap_or_default();
    let area = Field::of(
        FieldKind::Area(5, Voice::Person),
        "words",
        "Why should they talk to us? In your words",
        typed.get("words"),
    );
    let optional = |name: &str, label: &str| {
        Field::text(name, label, typed.get(name)).optional().error(wrong(name))
    };
    let more = vec![
        optional("need", "What they need"),
        optional("budget", "Budget"),
        optional("authority", "Who decides"),
        optional("timing", "When"),
        optional("earlier", "Who introduced you to them"),
    ];
    HandOverForm {
        action: action.to_owned(),
        csrf: String::new(),
        idempotency_key: key.to_owned(),
        errors: summary(problems),
        name: text("name", "Name", "off").max_length(200),
        company: text("company", "Company or website", "off").max_length(200),
        role: text("role", "Role", "off").optional().max_length(200),
        contact: Some(
            Field::of(FieldKind::Email, "email", "Work e-mail", typed.get("email"))
                .optional()
                .error(wrong("email")),
        ),
        referrer: None,
        relation: relation(typed, &wrong("relation")),
        words: area
            .hint("They may read this. It is kept exactly as you write it.")
            .max_length(1000)
            .error(wrong("words")),
        kind: Some(kind(typed, &wrong("kind"))),
        evidence: Some(
            optional("evidence", "Where, which or what group")
                .hint("For a mention: where. For something of ours: what. For a group: which."),
        ),
        knows: knows(typed, &wrong("knows")),
        more_open: more.iter().any(|f| !f.value.is_empty() || !f.error.is_empty()),
        more,
        button: if first.is_empty() {
            "Hand over".to_owned()
        } else {
            format!("Hand over {first}")
        },
    }
}

fn summary(problems: &[warmpath_app::error::Problem]) -> ErrorSummary {
    let title = match problems.len() {
        0 => String::new(),
        1 => "One answer needs a look".to_owned(),
        n => format!("{} answers need a look", crate::words::number_word(n)),
    };
    let errors = problems.iter().map(|p| (p.field.clone(), p.message.clone())).collect();
    ErrorSummary { title, errors }
}

fn choices(
    name: &str,
    legend: &str,
    typed: &Fields,
    error: &str,
    list: &[(&str, &str, &str)],
) -> Choices {
    Choices {
        name: name.to_owned(),
        legend: legend.to_owned(),
        error: error.to_owned(),
        pair: true,
        choices: list
            .iter()
            .map(|(value, title, consequence)| Choice {
                value: (*value).to_owned(),
                title: (*title).to_owned(),
                consequence: (*consequence).to_owned(),
                checked: typed.get(name) == *value,
                inner: Vec::new(),
            })
            .collect(),
        ..Choices::default()
    }
}

fn relation(typed: &Fields, error: &str) -> Choices {
    choices(
        "relation",
        "How do you know each other?",
        typed,
        error,
        &[
            ("worked_together", "Worked together", "Same company or project"),
            ("business", "Customer and supplier", "We do business now"),
            ("met", "Met a few times", "Events, calls, a circle"),
            ("by_name", "Only by name", "We will look for a warmer way"),
        ],
    )
}

fn kind(typed: &Fields, error: &str) -> Choices {
    choices(
        "kind",
        "What kind of referral is it?",
        typed,
        error,
        &[
            ("direct", "I introduce them", "You know both sides"),
            ("implied", "They came up", "Mentioned in a talk, a thread, a call"),
            ("tangible", "Through something of yours", "A report, an event, a tool"),
            ("community", "Out of a group", "A circle, an association, a forum"),
        ],
    )
}

fn knows(typed: &Fields, error: &str) -> Choices {
    choices(
        "knows",
        "Do they know?",
        typed,
        error,
        &[
            ("yes", "Yes, I asked", "They expect your link"),
            ("no", "Not yet", "You pass on the link when it suits"),
        ],
    )
}
