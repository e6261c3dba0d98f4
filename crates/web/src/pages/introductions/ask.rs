//! Asking for an introduction, and the ask to the connector.

use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use warmpath_app::Failure;
use warmpath_app::introduce::ask_connector::{self, AskDraft, How};
use warmpath_app::introduce::choose::{self, Choice};
use warmpath_app::introduce::request::{self, Wanted};
use warmpath_app::policy::{AskIntroduction, grant};
use warmpath_app::programme::{bulletin, offer};
use warmpath_app::sign_in::SignedIn;
use warmpath_core::id::IntroductionId;
use warmpath_core::introduction::Reveal;

use super::encode;
use crate::form::Fields;
use crate::pages::card;
use crate::pages::trust::finish;
use crate::refuse::invalid;
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::shell;
use crate::view::desk::{DeskPage, Layout};
use crate::view::part::{
    Action, Block, Field, FieldKind, FilterBar, FormPart, FormView, Note, Section, Tone, Voice,
};

const NEW: &str = "/introductions/new";

/// The form.
pub(super) async fn new_page(
    State(face): State<Face>,
    Reader(who): Reader,
    RawQuery(query): RawQuery,
) -> Response {
    let typed = Fields::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    form_page(&face, &who, &typed, None).await
}

fn problems(failure: Option<&Failure>) -> &[warmpath_app::error::Problem] {
    match failure {
        Some(Failure::Invalid(problems)) => problems,
        _ => &[],
    }
}

async fn form_page(
    face: &Face,
    who: &SignedIn,
    typed: &Fields,
    failure: Option<&Failure>,
) -> Response {
    let found = match grant::<AskIntroduction>(&who.principal) {
        Ok(grant) => {
            let picked = (typed.get("target").parse().ok(), typed.get("connector").parse().ok());
            choose::run(&face.app, &grant, typed.get("q"), picked).await
        }
        Err(failure) => Err(failure),
    };
    let choice = match found {
        Ok(choice) => choice,
        Err(failure) => return card::refused(face, who, &failure).await,
    };
    let shell = card::frame(face, who, "Ask for an introduction", "/introductions").await;
    let shell = shell::under(shell, "Introductions", "/introductions");
    let mut main = Vec::new();
    if choice.targets.is_empty() {
        let text = match typed.get("q") {
            "" => "Find the person first: by name, company or mailbox.",
            _ => {
                "Nobody of that name is known here. Look for a match in a profile, or import them."
            }
        };
        main.push(Section::new("who", "", vec![Block::Text(text.to_owned())]));
    } else {
        let parts = fields(&choice, typed)
            .into_iter()
            .map(|field| FormPart::from(card::with_error(field, problems(failure))))
            .collect();
        let form = FormView {
            action: NEW.to_owned(),
            csrf: shell.csrf.clone(),
            parts,
            buttons: vec![Action::submit("Ask for the introduction")],
            ..FormView::default()
        };
        main.push(Section::new("ask", "What may be said", vec![Block::Form(form)]).foot(
            "Until both said yes, only role, industry, size and topic are shown to anybody.",
        ));
    }
    let note = match failure {
        Some(Failure::NotPossible(what)) => {
            Some(Note::new(Tone::Warning, "", what.sentence.clone()))
        }
        _ => None,
    };
    let search = Field::of(FieldKind::Search, "q", "Find a person", typed.get("q"));
    let page = DeskPage {
        shell,
        title: "Ask for an introduction".to_owned(),
        lead: "Whom do you want to meet, and who may know them? The connector's own rules are \
               checked before a word is written."
            .to_owned(),
        note,
        filters: Some(FilterBar {
            action: NEW.to_owned(),
            fields: vec![search],
            clear_href: if typed.has("q") { NEW.to_owned() } else { String::new() },
        }),
        layout: Layout::Narrow,
        main,
        ..DeskPage::default()
    };
    finish(page, problems(failure), failure)
}

fn fields(choice: &Choice, typed: &Fields) -> Vec<Field> {
    let select = |name: &str, label: &str, options: Vec<(String, String)>| {
        Field::of(FieldKind::Select(options), name, label, typed.get(name))
    };
    let reveal = [
        ("company", "Our company, not my name"),
        ("name", "My name and our company"),
        ("nothing", "What we work on, nothing else"),
    ];
    let area = |name: &str, label: &str, hint: &str| {
        let kind = FieldKind::Area(2, Voice::Person);
        Field::of(kind, name, label, typed.get(name)).hint(hint).max_length(400).full()
    };
    let mut next = vec![(String::new(), "Nobody".to_owned())];
    next.extend(choice.connectors.clone());
    let mut fields = vec![
        select("target", "Whom to meet", choice.targets.clone()),
        select("connector", "Ask", choice.connectors.clone()),
        select("next", "If they cannot", next),
        Field::text("role", "Role", typed.get("role")).hint("As it may be said: CFO"),
        Field::text("industry", "Industry", typed.get("industry")),
        Field::text("size", "Size", typed.get("size")).hint("500 to 1,000 people"),
        Field::text("topic", "Topic", typed.get("topic")).full(),
        area("benefit", "What they have of it", "One sentence. Only what helps both is asked for."),
        area("problem", "The problem both know", "One sentence, without names."),
        area("proof", "One measured outcome", "With its figure."),
        Field::select("reveal", "The target may see of me", &reveal, typed.get("reveal")),
        Field::of(FieldKind::Number, "deal", "Size of the deal", typed.get("deal")).optional(),
    ];
    if typed.has("profile") {
        fields.push(Field::of(FieldKind::Hidden, "profile", "", typed.get("profile")));
    }
    // What it goes on from, so that the answer or the offer knows what it became.
    for from in ["bulletin", "offer"].into_iter().filter(|from| typed.has(from)) {
        fields.push(Field::hidden(from, typed.get(from)));
    }
    fields
}

/// Asks.
pub(super) async fn begin(State(face): State<Face>, writer: Writer) -> Response {
    let (who, typed) = (writer.signed_in, writer.fields);
    let done = match (grant::<AskIntroduction>(&who.principal), read(&typed)) {
        (Ok(grant), Ok(wanted)) => request::run(&face.app, &grant, &wanted).await,
        (Err(failure), _) | (_, Err(failure)) => Err(failure),
    };
    match done {
        Ok(id) => {
            note_origin(&face, &who, &typed, id).await;
            Redirect::to(&format!("/introductions/{id}")).into_response()
        }
        Err(failure @ (Failure::Invalid(_) | Failure::NotPossible(_))) => {
            form_page(&face, &who, &typed, Some(&failure)).await
        }
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}

/// Where it went on from an ask to all or an offer, that one knows now. The introduction stands whatever
/// becomes of this note.
async fn note_origin(face: &Face, who: &SignedIn, typed: &Fields, id: IntroductionId) {
    let Ok(may) = grant::<AskIntroduction>(&who.principal) else { return };
    if let (Ok(bulletin), Ok(connector)) =
        (typed.get("bulletin").parse(), typed.get("connector").parse())
    {
        let _ = bulletin::became(&face.app, &may, (bulletin, connector), id).await;
    }
    if let Ok(from) = typed.get("offer").parse() {
        let taken = offer::Verdict::Take(Some(id));
        let _ = offer::decide(&face.app, &may, from, &taken).await;
    }
}

fn read(typed: &Fields) -> Result<Wanted, Failure> {
    let text = |name: &str| typed.trimmed(name).to_owned();
    let id = |name: &str| {
        let choose = || invalid(name, "person_missing", "Choose somebody.");
        typed.get(name).parse().map_err(|_| choose())
    };
    let deal = typed.trimmed("deal").replace([',', ' '], "");
    let deal =
        match deal.as_str() {
            "" => None,
            digits => Some(digits.parse().map_err(|_| {
                invalid("deal", "deal_invalid", "A whole number, or leave it empty.")
            })?),
        };
    Ok(Wanted {
        target: id("target")?,
        connector: id("connector")?,
        shortlist: typed.get("next").parse().into_iter().collect(),
        role: text("role"),
        industry: text("industry"),
        size: text("size"),
        topic: text("topic"),
        benefit: text("benefit"),
        problem: text("problem"),
        proof: text("proof"),
        reveal: typed.get("reveal").parse().unwrap_or(Reveal::Company),
        deal,
        profile: text("profile"),
    })
}

fn id(text: &str) -> Result<IntroductionId, Failure> {
    text.parse().map_err(|_| Failure::NotFound)
}

/// The ask as it is proposed.
pub(super) async fn draft_page(
    State(face): State<Face>,
    Path(text): Path<String>,
    Reader(who): Reader,
) -> Response {
    match draft_of(&face, &who, &text).await {
        Ok(draft) => ask_page(&face, &who, &draft, None).await,
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}

async fn draft_of(face: &Face, who: &SignedIn, text: &str) -> Result<AskDraft, Failure> {
    let grant = grant::<AskIntroduction>(&who.principal)?;
    ask_connector::draft(&face.app, &grant, id(text)?).await
}

async fn ask_page(
    face: &Face,
    who: &SignedIn,
    draft: &AskDraft,
    typed: Option<(&Fields, &Failure)>,
) -> Response {
    let failure = typed.map(|(_, failure)| failure);
    let value = |name: &str, default: &str| match typed {
        Some((fields, _)) => fields.get(name).to_owned(),
        None => default.to_owned(),
    };
    let name = &draft.dossier.connector.name;
    let shell = card::frame(face, who, &format!("Ask {name}"), "/introductions").await;
    let shell = shell::under(shell, "Introductions", "/introductions");
    let kind = FieldKind::Area(14, Voice::Person);
    let parts = [
        Field::of(kind, "text", "The ask", &value("text", &draft.text))
            .hint("Change every word. The marked place takes your own line.")
            .max_length(2_000)
            .full(),
        Field::of(FieldKind::Area(2, Voice::Person), "own", "Your own line", &value("own", ""))
            .hint("Something between you and them. Without it nothing goes out.")
            .max_length(400)
            .full(),
    ];
    let parts = parts.into_iter().map(|f| card::with_error(f, problems(failure)).into()).collect();
    let mut buttons = Vec::new();
    if draft.can_send {
        buttons.push(Action::submit("Send it in my name").with("how", "click"));
    }
    let own = Action::submit("I send it myself").with("how", "own");
    buttons.push(if draft.can_send {
        Action { kind: crate::view::part::ActionKind::Plain, ..own }
    } else {
        own
    });
    let form = FormView {
        action: format!("/introductions/{}/ask", draft.dossier.row.id),
        csrf: shell.csrf.clone(),
        parts,
        buttons,
        ..FormView::default()
    };
    let page = DeskPage {
        shell,
        title: format!("Ask {name}"),
        lead: "Blind: role, industry, size and topic only. They learn the name when they want to."
            .to_owned(),
        layout: Layout::Narrow,
        main: vec![
            Section::new("text-card", "The text", vec![Block::Form(form)])
                .foot("You approve exactly these words. Any change needs a new approval."),
        ],
        ..DeskPage::default()
    };
    finish(page, problems(failure), failure)
}

/// Approves the words and asks.
pub(super) async fn send(
    State(face): State<Face>,
    Path(text): Path<String>,
    writer: Writer,
) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let how = if fields.get("how") == "click" { How::Click } else { How::Own };
    let words = (fields.get("text"), fields.get("own"));
    let done = match (grant::<AskIntroduction>(&who.principal), id(&text)) {
        (Ok(grant), Ok(id)) => ask_connector::send(&face.app, &grant, id, words, how).await,
        (Err(failure), _) | (_, Err(failure)) => Err(failure),
    };
    match done {
        Ok(_) => Redirect::to(&format!("/introductions/{text}#asked")).into_response(),
        Err(failure @ Failure::Invalid(_)) => match draft_of(&face, &who, &text).await {
            Ok(draft) => ask_page(&face, &who, &draft, Some((&fields, &failure))).await,
            Err(failure) => card::refused(&face, &who, &failure).await,
        },
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}

/// A link that opens the reader's mail program with these words.
pub(super) fn mailto(to: &str, subject: &str, body: &str) -> String {
    // Each address by itself: an encoded comma would make one address of two.
    let to: Vec<String> = to.split(',').map(encode).collect();
    format!("mailto:{}?subject={}&body={}", to.join(","), encode(subject), encode(body))
}
