//! One introduction: three tracks, what may be said, what can happen now, what happened.

use axum::extract::{Path, State};
use axum::response::Response;
use warmpath_app::Failure;
use warmpath_app::introduce::read_introductions::{self, Record};
use warmpath_app::introduce::{hand_off, move_introduction, reroute as rerouting, tell_connector};
use warmpath_app::policy::{AskIntroduction, KeepGoodwill, ReadIntroductions, grant};
use warmpath_app::sign_in::SignedIn;
use warmpath_core::id::IntroductionId;
use warmpath_core::introduction::Action as Step;

use super::ask::mailto;
use super::{headed, request_tone, without_tokens};
use crate::form::Fields;
use crate::pages::card;
use crate::pages::programme::authority_card;
use crate::pages::trust::finish;
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::shell;
use crate::view::desk::DeskPage;
use crate::view::part::{
    Action, Block, Cell, Column, Fact, Facts, Field, FieldKind, FormView, HumanWords, Pill,
    Section, Voice,
};
use crate::words::{Words, thousands};

fn id(text: &str) -> Result<IntroductionId, Failure> {
    text.parse().map_err(|_| Failure::NotFound)
}

/// The page.
pub(super) async fn show(
    State(face): State<Face>,
    Path(text): Path<String>,
    Reader(who): Reader,
) -> Response {
    page(&face, &who, &text, None).await
}

async fn page(
    face: &Face,
    who: &SignedIn,
    text: &str,
    refused: Option<(&Fields, &Failure)>,
) -> Response {
    let found = match (grant::<ReadIntroductions>(&who.principal), id(text)) {
        (Ok(grant), Ok(id)) => read_introductions::one(&face.app, &grant, id).await,
        (Err(failure), _) | (_, Err(failure)) => Err(failure),
    };
    let record = match found {
        Ok(record) => record,
        Err(failure) => return card::refused(face, who, &failure).await,
    };
    let words = card::words(face, who);
    let shell = card::frame(face, who, "Introduction", "/introductions").await;
    let shell = shell::under(shell, "Introductions", "/introductions");
    let csrf = shell.csrf.clone();
    let problems = match refused {
        Some((_, Failure::Invalid(problems))) => problems.as_slice(),
        _ => &[],
    };
    let (title, lead) = head(&record);
    let row = &record.dossier.row;
    let mut main = vec![tracks(&record, &words), may_be_said(&record)];
    main.extend(asked(&record));
    main.extend(message(&record));
    main.push(timeline(&record, &words));
    let mut rail = Vec::new();
    rail.push(steps(&record, &csrf));
    if row.requester == who.principal.member && row.request.is_before_delivery() {
        let back = format!("/introductions/{text}");
        rail.extend(authority_card(face, who, &shell, row.target, &back).await);
    }
    rail.extend(meeting(&record, &csrf, refused, problems));
    rail.extend(telling(&record, &csrf, refused, problems));
    rail.extend(next(&record, &csrf));
    let page = DeskPage {
        shell,
        title,
        pill: Some(Pill::new(headed(row.request), request_tone(row.request))),
        lead,
        actions: main_action(&record),
        main,
        rail,
        ..DeskPage::default()
    };
    finish(page, problems, refused.map(|(_, failure)| failure))
}

fn head(record: &Record) -> (String, String) {
    let dossier = &record.dossier;
    let via = format!("via {}, asked for by {}.", dossier.connector.name, dossier.requester.name);
    if record.open {
        let target = &dossier.target;
        let parts = [target.title.as_str(), &target.company];
        let role = parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", ");
        (target.name.clone(), format!("{role}, {via}"))
    } else {
        (dossier.sealed_words().line(), format!("Name sealed until both said yes, {via}"))
    }
}

fn main_action(record: &Record) -> Vec<Action> {
    if record.allowed.contains(&Step::Ask) {
        let href = format!("/introductions/{}/ask", record.dossier.row.id);
        vec![Action::link("Write the ask", href).primary()]
    } else {
        Vec::new()
    }
}

fn facts(rows: Vec<Fact>) -> Block {
    Block::Facts(Facts { facts: rows, ..Facts::default() })
}

fn tracks(record: &Record, words: &Words) -> Section {
    let row = &record.dossier.row;
    let mut rows = vec![
        Fact::new("Request", headed(row.request)),
        Fact::new("Connector", headed(row.connector_state)),
        Fact::new("Target", headed(row.target_state)),
    ];
    if row.delivered_at.is_some() {
        rows.push(Fact::new("Since then", headed(row.outcome)));
    }
    if !row.reason.is_empty() {
        rows.push(Fact::new("Reason", headed(&row.reason)));
    }
    if let Some(due) = row.due_at {
        rows.push(Fact::new("This step ends", words.moment(due)));
    }
    if let Some(by) = row.tell_by {
        rows.push(Fact::new("Connector is told by", words.day(by)));
    }
    let foot = match record.open {
        false => "Silence is its own outcome. Nobody is pressed.",
        true => "Names opened in the same step as the second yes.",
    };
    Section::new("tracks", "Tracks", vec![facts(rows)]).foot(foot)
}

fn may_be_said(record: &Record) -> Section {
    let words = record.dossier.sealed_words();
    let rows = vec![
        Fact::new("Role", words.role),
        Fact::new("Industry", words.industry),
        Fact::new("Size", words.size),
        Fact::new("Topic", words.topic),
        Fact::new("What they have of it", record.dossier.text("benefit")),
        Fact::new("The target sees of us", headed(record.dossier.row.reveal)),
    ];
    Section::new("said", "What may be said", vec![facts(rows)])
}

fn human(record: &Record, slot: &str) -> Option<HumanWords> {
    let text = record.dossier.texts.get(slot)?;
    Some(HumanWords {
        paragraphs: text.body.lines().filter(|l| !l.trim().is_empty()).map(str::to_owned).collect(),
        caption: format!("{}, approved word by word", text.author),
        ..HumanWords::default()
    })
}

/// The ask as it went out, to copy or open in one's own mail program.
fn asked(record: &Record) -> Option<Section> {
    let mut words = human(record, "ask")?;
    let dossier = &record.dossier;
    let own = !record.allowed.is_empty() && dossier.row.connector_state.is_open_ask();
    if !own {
        words.paragraphs = words.paragraphs.iter().map(|text| without_tokens(text)).collect();
    }
    let mut blocks = vec![Block::Words(words)];
    if own {
        let to = mailto("", "Somebody you may know", dossier.text("ask"));
        blocks.push(Block::Buttons(vec![Action::link("Open in mail", to).icon("mail")]));
    }
    Some(Section::new("asked", "The ask to the connector", blocks))
}

fn message(record: &Record) -> Option<Section> {
    let words = record.open.then(|| human(record, "message")).flatten()?;
    Some(Section::new("message", "The introduction", vec![Block::Words(words)]))
}

fn timeline(record: &Record, words: &Words) -> Section {
    let rows = record
        .entries
        .iter()
        .map(|entry| {
            let number = entry
                .seq
                .map_or("waits for a number".to_owned(), |seq| format!("#{}", thousands(seq)));
            let what = headed(entry.kind.trim_start_matches("introduction."));
            vec![
                Cell::text(step_of(&entry.body).unwrap_or(what)),
                Cell::text(words.moment(entry.at)),
                Cell::proof(number),
            ]
            .into()
        })
        .collect();
    let columns = vec![Column::name("What"), Column::new("When"), Column::new("Entry")];
    let table = card::table("What happened, latest first", columns, rows, "Nothing yet.");
    Section::new("timeline", "What happened", vec![table])
}

/// The step that an entry speaks of.
fn step_of(body: &str) -> Option<String> {
    let body: serde_json::Value = serde_json::from_str(body).ok()?;
    let data = body.get("data")?;
    let action = data.get("action")?.as_str()?;
    Some(headed(action))
}

fn form(csrf: &str, action: String, fields: Vec<Field>, button: Action) -> Block {
    Block::Form(FormView {
        action,
        csrf: csrf.to_owned(),
        parts: fields.into_iter().map(Into::into).collect(),
        buttons: vec![button],
        ..FormView::default()
    })
}

/// A button word for a plain step.
fn button_of(step: Step) -> &'static str {
    match step {
        Step::Screen => "Screened: fit to ask",
        Step::Reject => "Not fit to ask",
        Step::Withdraw => "Take it back",
        Step::LogNoShow => "Log a no-show",
        Step::LogMeeting => "Log the meeting",
        Step::OpenOpportunity => "Open an opportunity",
        Step::Win => "Won",
        Step::Lose => "Lost",
        Step::NothingCame => "Nothing came of it",
        _ => "Go on",
    }
}

fn steps(record: &Record, csrf: &str) -> Section {
    let row = &record.dossier.row;
    let mut blocks = Vec::new();
    for &step in move_introduction::PLAIN.iter().filter(|step| record.allowed.contains(step)) {
        let mut fields = vec![Field::hidden("action", step.as_str())];
        let reasons = move_introduction::reasons(step);
        if !reasons.is_empty() {
            let options = reasons.iter().map(|(v, l)| ((*v).to_owned(), (*l).to_owned())).collect();
            let name = format!("reason-{step}");
            let label = format!("{}: why", button_of(step));
            fields.push(Field::of(FieldKind::Select(options), &name, &label, ""));
        }
        let button = Action { to: crate::view::part::ActionTo::Submit, ..Action::default() };
        let button = Action { label: button_of(step).to_owned(), ..button };
        blocks.push(form(csrf, format!("/introductions/{}/move", row.id), fields, button));
    }
    let none = "Nothing here waits for you.".to_owned();
    if blocks.is_empty() {
        blocks.push(Block::Text(none));
    }
    Section::new("steps", "What can happen now", blocks).foot(waits_for(record))
}

fn waits_for(record: &Record) -> String {
    let now = &record.dossier.row;
    let who = if now.connector_state.is_open_ask() {
        "The connector decides."
    } else if now.request == warmpath_core::introduction::RequestState::Arranging {
        "The connector asks the target, and the target decides."
    } else if now.request == warmpath_core::introduction::RequestState::Deliverable {
        "Both said yes. The connector makes the introduction."
    } else {
        ""
    };
    who.to_owned()
}

fn typed(refused: Option<(&Fields, &Failure)>, name: &str) -> String {
    refused.map(|(fields, _)| fields.get(name).to_owned()).unwrap_or_default()
}

fn meeting(
    record: &Record,
    csrf: &str,
    refused: Option<(&Fields, &Failure)>,
    problems: &[warmpath_app::error::Problem],
) -> Option<Section> {
    if !record.allowed.contains(&Step::ProposeMeeting) {
        return None;
    }
    let href = format!("/introductions/{}", record.dossier.row.id);
    let field = Field::text("when", "Day and time", &typed(refused, "when"))
        .optional()
        .hint("Your time zone: 2026-06-01 10:00");
    let text = |slot: &str| record.dossier.text(slot).to_owned();
    let before = match typed(refused, "page") {
        page if page.is_empty() => text("scheduling"),
        page => page,
    };
    let page = Field::text("page", "Your booking page", &before)
        .optional()
        .hint("Where they choose a time themselves: https://");
    let button = Action { kind: Default::default(), ..Action::submit("Propose a time") };
    let mut blocks = vec![form(
        csrf,
        format!("{href}/meeting"),
        vec![card::with_error(field, problems), card::with_error(page, problems)],
        button,
    )];
    if !text("meeting").is_empty() {
        let file = Action::link("Calendar file", format!("{href}/meeting.ics")).icon("download");
        blocks.push(Block::Buttons(vec![file]));
    }
    Some(Section::new("meeting", "Hand-off", blocks).foot("You send it yourself."))
}

fn telling(
    record: &Record,
    csrf: &str,
    refused: Option<(&Fields, &Failure)>,
    problems: &[warmpath_app::error::Problem],
) -> Option<Section> {
    let row = &record.dossier.row;
    let href = format!("/introductions/{}", row.id);
    let name = &record.dossier.connector.name;
    let mut blocks = Vec::new();
    let area = |label: &str| {
        let kind = FieldKind::Area(3, Voice::Person);
        Field::of(kind, "text", label, &typed(refused, "text")).max_length(2_000)
    };
    if row.tell_by.is_some() && record.allowed.contains(&Step::TellConnector) {
        let field = card::with_error(area("What became of it"), problems);
        let button = Action { kind: Default::default(), ..Action::submit("Tell them") };
        blocks.push(form(csrf, format!("{href}/tell"), vec![field], button));
    } else if row.delivered_at.is_some() && !record.dossier.texts.contains_key("thanks") {
        let field = card::with_error(area("Your thanks"), problems);
        let button = Action { kind: Default::default(), ..Action::submit("Thank them") };
        blocks.push(form(csrf, format!("{href}/thank"), vec![field], button));
    } else {
        return None;
    }
    let foot = "Thanks within 24 hours and told outcomes refill goodwill.";
    Some(Section::new("tell", format!("Tell {name}"), blocks).foot(foot))
}

fn next(record: &Record, csrf: &str) -> Option<Section> {
    if !record.allowed.contains(&Step::Reroute) {
        return None;
    }
    let blocks = match record.shortlist.first() {
        Some((_, name)) => vec![
            Block::Text(format!("{name} is next on the shortlist.")),
            form(
                csrf,
                format!("/introductions/{}/reroute", record.dossier.row.id),
                Vec::new(),
                Action::submit(format!("Ask {name}")),
            ),
        ],
        None => {
            vec![Block::Text("Nobody is left on the shortlist. Look for another path.".to_owned())]
        }
    };
    Some(Section::new("next", "The next connector", blocks))
}

/// Takes a plain step.
pub(super) async fn act(
    State(face): State<Face>,
    Path(text): Path<String>,
    writer: Writer,
) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let action: Result<Step, Failure> = fields
        .get("action")
        .parse()
        .map_err(|_| Failure::invalid("action", "action_unknown", "There is no such step."));
    let done = match (grant::<AskIntroduction>(&who.principal), id(&text), action) {
        (Ok(grant), Ok(id), Ok(action)) => {
            let name = format!("reason-{action}");
            let reason = Some(fields.get(&name)).filter(|reason| !reason.is_empty());
            move_introduction::run(&face.app, &grant, id, action, reason).await.map(|_| ())
        }
        (Err(failure), ..) | (_, Err(failure), _) | (.., Err(failure)) => Err(failure),
    };
    card::after(&face, &who, done, &format!("/introductions/{text}")).await
}

/// Asks the next connector.
pub(super) async fn reroute(
    State(face): State<Face>,
    Path(text): Path<String>,
    writer: Writer,
) -> Response {
    let who = writer.signed_in;
    let done = match (grant::<AskIntroduction>(&who.principal), id(&text)) {
        (Ok(grant), Ok(id)) => rerouting::run(&face.app, &grant, id, None).await,
        (Err(failure), _) | (_, Err(failure)) => Err(failure),
    };
    let next = match &done {
        Ok(new) => format!("/introductions/{new}"),
        Err(_) => String::new(),
    };
    card::after(&face, &who, done, &next).await
}

async fn back(
    face: &Face,
    who: &SignedIn,
    text: &str,
    fields: &Fields,
    done: Result<(), Failure>,
) -> Response {
    match done {
        Err(failure @ Failure::Invalid(_)) => page(face, who, text, Some((fields, &failure))).await,
        other => card::after(face, who, other, &format!("/introductions/{text}")).await,
    }
}

/// Proposes a time.
pub(super) async fn propose_meeting(
    State(face): State<Face>,
    Path(text): Path<String>,
    writer: Writer,
) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let done = match (grant::<AskIntroduction>(&who.principal), id(&text)) {
        (Ok(grant), Ok(id)) => {
            let offer = (fields.get("when"), fields.get("page"));
            hand_off::propose(&face.app, &grant, id, offer).await
        }
        (Err(failure), _) | (_, Err(failure)) => Err(failure),
    };
    back(&face, &who, &text, &fields, done).await
}

/// The calendar file.
pub(super) async fn calendar(
    State(face): State<Face>,
    Path(text): Path<String>,
    Reader(who): Reader,
) -> Response {
    let found = match (grant::<AskIntroduction>(&who.principal), id(&text)) {
        (Ok(grant), Ok(id)) => hand_off::calendar(&face.app, &grant, id).await,
        (Err(failure), _) | (_, Err(failure)) => Err(failure),
    };
    match found {
        Ok(file) => card::file("text/calendar; charset=utf-8", "meeting.ics", file),
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}

/// Tells the connector.
pub(super) async fn tell(
    State(face): State<Face>,
    Path(text): Path<String>,
    writer: Writer,
) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let done = match (grant::<AskIntroduction>(&who.principal), id(&text)) {
        (Ok(grant), Ok(id)) => tell_connector::run(&face.app, &grant, id, fields.get("text")).await,
        (Err(failure), _) | (_, Err(failure)) => Err(failure),
    };
    back(&face, &who, &text, &fields, done).await
}

/// Thanks the connector.
pub(super) async fn thank(
    State(face): State<Face>,
    Path(text): Path<String>,
    writer: Writer,
) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let done = match (grant::<KeepGoodwill>(&who.principal), id(&text)) {
        (Ok(grant), Ok(id)) => {
            tell_connector::thank(&face.app, &grant, id, fields.get("text")).await.map(|_| ())
        }
        (Err(failure), _) | (_, Err(failure)) => Err(failure),
    };
    back(&face, &who, &text, &fields, done).await
}
