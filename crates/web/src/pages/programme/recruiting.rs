//! Recruiting connectors: everybody on the way, one of them, and what they agreed to.

use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use warmpath_app::Failure;
use warmpath_app::policy::{
    ReadIntroductions, ReadNetwork, RecruitConnectors, RunIntroductions, grant,
};
use warmpath_app::programme::desk;
use warmpath_app::programme::recruit::{
    self, ACTIVE_WANTED, Agreement, Move, PASSIVE_MANY, Pipeline, REASONS, STEPS, Suggestion, Typed,
};
use warmpath_app::rows::{AgreementRow, PersonRow, RecruitRow};
use warmpath_app::sign_in::SignedIn;

use super::{connector_tabs, people, person_field, problems, refusal, stays};
use crate::form::Fields;
use crate::pages::card;
use crate::pages::trust::finish;
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::shell;
use crate::view::Shell;
use crate::view::desk::DeskPage;
use crate::view::part::{
    Action, Block, Cell, Column, Fact, Facts, Field, FieldKind, FilterBar, FormPart, Pill, Row,
    Section, Tone, Voice,
};
use crate::words::Words;

const HREF: &str = "/recruiting";

/// The list.
pub(super) async fn list(
    State(face): State<Face>,
    Reader(who): Reader,
    RawQuery(query): RawQuery,
) -> Response {
    let typed = Fields::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    page(&face, &who, &typed, None).await
}

async fn page(face: &Face, who: &SignedIn, typed: &Fields, failure: Option<&Failure>) -> Response {
    let found = match grant::<ReadIntroductions>(&who.principal) {
        Ok(may) => recruit::pipeline(&face.app, &may).await,
        Err(failure) => Err(failure),
    };
    let pipeline = match found {
        Ok(pipeline) => pipeline,
        Err(failure) => return card::refused(face, who, &failure).await,
    };
    let suggested = match grant::<ReadNetwork>(&who.principal) {
        Ok(may) => recruit::suggestions(&face.app, &may).await.unwrap_or_default(),
        Err(_) => Vec::new(),
    };
    let words = card::words(face, who);
    let shell = card::frame(face, who, "Recruiting", "/goodwill").await;
    let may_add = grant::<RecruitConnectors>(&who.principal).is_ok();
    let mut rail = vec![meter(&pipeline)];
    if may_add {
        rail.push(add_form(face, who, &shell, typed, failure).await);
    }
    let page = DeskPage {
        shell,
        title: "Recruiting".to_owned(),
        lead: "Adjacent trades that serve the same deciders, led with an offer.".to_owned(),
        tabs: connector_tabs(HREF),
        actions: vec![Action::link("As CSV", "/recruiting.csv").icon("download")],
        note: refusal(failure),
        filters: may_add.then(|| FilterBar {
            action: HREF.to_owned(),
            fields: vec![Field::of(FieldKind::Search, "q", "Find a person", typed.get("q"))],
            clear_href: String::new(),
        }),
        main: vec![table(&pipeline, &words), suggestions(&suggested, may_add)],
        rail,
        ..DeskPage::default()
    };
    finish(page, problems(failure), failure)
}

fn meter(pipeline: &Pipeline) -> Section {
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let active = Block::Progress {
        done: count(pipeline.active.min(ACTIVE_WANTED)),
        total: count(ACTIVE_WANTED),
        words: format!("{} of {ACTIVE_WANTED} active", pipeline.active),
        aside: String::new(),
    };
    let passive = Block::Progress {
        done: count(pipeline.passive.min(PASSIVE_MANY)),
        total: count(PASSIVE_MANY),
        words: format!("{} passive; {PASSIVE_MANY} are more than enough", pipeline.passive),
        aside: String::new(),
    };
    Section::new("meter", "Fifteen active first", vec![active, passive]).foot(pipeline.advice())
}

async fn add_form(
    face: &Face,
    who: &SignedIn,
    shell: &Shell,
    typed: &Fields,
    failure: Option<&Failure>,
) -> Section {
    let people = people(face, who, typed.get("q"), typed.get("person")).await.unwrap_or_default();
    let fields = [
        person_field("person", "Who", &people, typed.get("person")),
        Field::text("trade", "Their trade", typed.get("trade")).hint("Auditor"),
        Field::text("serves", "They serve as well", typed.get("serves"))
            .hint("CFOs of manufacturers"),
        Field::select(
            "competing",
            "Do they compete with us?",
            &[("no", "No, an adjacent trade"), ("yes", "Yes")],
            typed.get("competing"),
        ),
    ];
    let parts: Vec<FormPart> =
        fields.into_iter().map(|f| card::with_error(f, problems(failure)).into()).collect();
    let form = card::form(shell, HREF, parts, "Put them on the way");
    Section::new("add", "A candidate", vec![form]).foot("Nothing is sent to them.")
}

fn step_pill(row: &RecruitRow) -> Pill {
    let word = STEPS.iter().find(|(step, _)| *step == row.step).map_or("", |(_, word)| *word);
    let tone = match row.step.as_str() {
        "active" | "agreed" => Tone::Positive,
        "approached" | "talking" => Tone::Accent,
        _ => Tone::Neutral,
    };
    Pill::new(word, tone)
}

fn table(pipeline: &Pipeline, words: &Words) -> Section {
    let line = |(row, who): &(RecruitRow, PersonRow)| -> Row {
        vec![
            Cell::link(&who.name, format!("{HREF}/{}", row.person), &who.company),
            Cell::lines(&row.trade, format!("serves {}", row.serves)),
            Cell::Pill(step_pill(row)),
            Cell::text(words.day(row.since)),
            Cell::text(&row.offer),
        ]
        .into()
    };
    let columns = vec![
        Column::name("Who"),
        Column::new("Trade"),
        Column::new("Step"),
        Column::new("Since"),
        Column::new("Offer"),
    ];
    let empty = "Nobody is on the way. Begin with somebody below who was never asked.";
    let rows = pipeline.list.iter().map(line).collect();
    Section::new("all", "On the way", vec![card::table("On the way", columns, rows, empty)])
}

fn suggestions(all: &[Suggestion], may_add: bool) -> Section {
    let line = |one: &Suggestion| -> Row {
        let person = &one.person;
        let id = person.id.to_string();
        let mut actions = Vec::new();
        if may_add {
            let query = card::query(&[("person", &id), ("q", &person.name)]);
            actions.push(Action::link("Consider", format!("{HREF}?{query}#add")).small());
        }
        let title = [person.title.as_str(), &person.company];
        let below: Vec<&str> = title.into_iter().filter(|part| !part.is_empty()).collect();
        vec![
            Cell::link(&person.name, format!("/people/{id}"), below.join(", ")),
            Cell::figure(one.best_for.to_string()),
            Cell::Actions(actions),
        ]
        .into()
    };
    let columns =
        vec![Column::name("Who"), Column::figures("Best path to"), Column::silent("Consider")];
    let empty = "Nobody else of the network opens a best path.";
    let rows = all.iter().map(line).collect();
    Section::new(
        "suggested",
        "Well placed, never asked",
        vec![card::table("Well placed", columns, rows, empty)],
    )
    .foot("From the network. Look yourself whether they compete with us.")
}

/// The list as a file.
pub(super) async fn csv(State(face): State<Face>, Reader(who): Reader) -> Response {
    use warmpath_core::export::guard;
    let found = match grant::<ReadIntroductions>(&who.principal) {
        Ok(may) => recruit::pipeline(&face.app, &may).await,
        Err(failure) => Err(failure),
    };
    let pipeline = match found {
        Ok(pipeline) => pipeline,
        Err(failure) => return card::refused(&face, &who, &failure).await,
    };
    let head: Vec<String> =
        ["name", "company", "trade", "serves", "step", "since", "offer", "reason"]
            .map(str::to_owned)
            .to_vec();
    let line = |(row, who): &(RecruitRow, PersonRow)| -> Vec<String> {
        [&who.name, &who.company, &row.trade, &row.serves, &row.step]
            .map(|cell| guard(cell).to_string())
            .into_iter()
            .chain([row.since.to_string(), guard(&row.offer).to_string(), row.reason.clone()])
            .collect()
    };
    let rows: Vec<Vec<String>> =
        std::iter::once(head).chain(pipeline.list.iter().map(line)).collect();
    let body = card::csv(rows.iter().map(|row| row.iter().map(String::as_str).collect()));
    card::file("text/csv; charset=utf-8", "recruiting.csv", body)
}

/// One on the way.
pub(super) async fn one(
    State(face): State<Face>,
    Path(person): Path<String>,
    Reader(who): Reader,
) -> Response {
    record(&face, &who, &person, &Fields::default(), None, "").await
}

async fn record(
    face: &Face,
    who: &SignedIn,
    person: &str,
    typed: &Fields,
    failure: Option<&Failure>,
    address: &str,
) -> Response {
    let found = async {
        let may = grant::<ReadIntroductions>(&who.principal)?;
        let id = person.parse().map_err(|_| Failure::NotFound)?;
        let list = recruit::pipeline(&face.app, &may).await?.list;
        let found = list.into_iter().find(|(row, _)| row.person == id);
        let (row, person) = found.ok_or(Failure::NotFound)?;
        Ok::<_, Failure>((row, person, recruit::agreements(&face.app, &may, id).await?))
    };
    let (row, somebody, agreed) = match found.await {
        Ok(found) => found,
        Err(failure) => return card::refused(face, who, &failure).await,
    };
    let words = card::words(face, who);
    let shell = card::frame(face, who, &somebody.name, "/goodwill").await;
    let shell = shell::under(shell, "Recruiting", HREF);
    let mut rail = Vec::new();
    if grant::<RunIntroductions>(&who.principal).is_ok() {
        rail.push(move_form(&shell, &row, typed, failure));
        rail.push(agree_form(&shell, person, typed, failure));
        rail.push(own_page(person, address));
    }
    let page = DeskPage {
        title: somebody.name.clone(),
        pill: Some(step_pill(&row)),
        lead: format!("{}, serves {}.", row.trade, row.serves),
        actions: vec![Action::link("Goodwill and rules", format!("/goodwill/{person}"))],
        note: refusal(failure),
        main: vec![facts(&row, &words), agreements(&agreed, &words)],
        rail,
        shell,
        ..DeskPage::default()
    };
    finish(page, problems(failure), failure)
}

fn facts(row: &RecruitRow, words: &Words) -> Section {
    let offer = if row.offer.is_empty() { "Nothing offered yet" } else { &row.offer };
    let mut facts =
        vec![Fact::new("Led with", offer), Fact::new("In this step since", words.day(row.since))];
    if let Some((_, why)) = REASONS.iter().find(|(code, _)| *code == row.reason) {
        facts.push(Fact::new("Declined, because", *why));
    }
    let block = Block::Facts(Facts { facts, pair: false, lined: true });
    Section::new("facts", "How it stands", vec![block])
}

fn agreements(all: &[AgreementRow], words: &Words) -> Section {
    let line = |row: &AgreementRow| -> Row {
        vec![
            Cell::lines(&row.what, &row.how_often),
            Cell::text(&row.in_return),
            Cell::lines(words.day(row.at), format!("edition {}", row.edition)),
        ]
        .into()
    };
    let columns =
        vec![Column::name("What, how often"), Column::new("In return"), Column::new("Agreed")];
    let empty = "Nothing is agreed. What they do, how often at most, and what they have of it.";
    let rows = all.iter().map(line).collect();
    Section::new("agreement", "Agreement", vec![card::table("Agreement", columns, rows, empty)])
}

fn move_form(
    shell: &Shell,
    row: &RecruitRow,
    typed: &Fields,
    failure: Option<&Failure>,
) -> Section {
    let place = STEPS.iter().position(|(step, _)| *step == row.step).unwrap_or(0);
    let next = match row.step.as_str() {
        "declined" => STEPS.first(),
        _ => STEPS.get(place + 1).filter(|(step, _)| *step != "declined"),
    };
    let mut options: Vec<(&str, &str)> = next.into_iter().copied().collect();
    if !matches!(row.step.as_str(), "declined" | "active") {
        options.push(("declined", "Declined"));
    }
    if options.is_empty() {
        let text =
            "They are active. Their rules, their goodwill and their asks stand on their page.";
        return Section::new("move", "On the way", vec![Block::Text(text.to_owned())]);
    }
    let mut fields = vec![Field::select("to", "Next step", &options, typed.get("to"))];
    if row.step == "candidate" {
        let area = FieldKind::Area(3, Voice::Person);
        let offer = Field::of(area, "offer", "What you offer first", typed.get("offer"));
        fields.push(offer.hint("An introduction, a note, a seat at a table: something for them"));
    }
    let mut reasons = vec![("", "No decline")];
    reasons.extend(REASONS);
    fields.push(Field::select("reason", "If they decline, why", &reasons, typed.get("reason")));
    let parts: Vec<FormPart> =
        fields.into_iter().map(|f| card::with_error(f, problems(failure)).into()).collect();
    let form = card::form(shell, &format!("{HREF}/{}", row.person), parts, "Note the step");
    Section::new("move", "On the way", vec![form]).foot("You write to them yourself.")
}

fn agree_form(shell: &Shell, person: &str, typed: &Fields, failure: Option<&Failure>) -> Section {
    let area = || FieldKind::Area(2, Voice::Product);
    let fields = [
        Field::of(area(), "what", "What they do", typed.get("what"))
            .hint("Introduces us to CFOs they know well"),
        Field::text("how_often", "How often at most", typed.get("how_often"))
            .hint("One ask a month"),
        Field::of(area(), "in_return", "What they have of it", typed.get("in_return"))
            .hint("The same from us, and our quarterly figures"),
    ];
    let parts: Vec<FormPart> =
        fields.into_iter().map(|f| card::with_error(f, problems(failure)).into()).collect();
    let form = card::form(shell, &format!("{HREF}/{person}/agree"), parts, "Write it down");
    Section::new("agree", "What was agreed", vec![form])
        .foot("A later edition replaces this one; both are kept.")
}

fn own_page(person: &str, address: &str) -> Section {
    let blocks = if address.is_empty() {
        vec![Block::Buttons(vec![
            Action::post("Show the link", format!("{HREF}/{person}/link")).small(),
        ])]
    } else {
        vec![Block::Copy { id: "own-page".to_owned(), text: address.to_owned() }]
    };
    Section::new("page", "Their own page", blocks)
        .foot("Asks to all, and offers, without an account. Pass it on yourself.")
}

/// Puts somebody on the way.
pub(super) async fn add(State(face): State<Face>, writer: Writer) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let typed = Typed {
        person: fields.get("person").parse().ok(),
        trade: fields.trimmed("trade").to_owned(),
        serves: fields.trimmed("serves").to_owned(),
        competing: fields.get("competing") == "yes",
        brief: fields.get("brief").parse().ok(),
    };
    let done = match grant::<RecruitConnectors>(&who.principal) {
        Ok(may) => recruit::add(&face.app, &may, &typed).await,
        Err(failure) => Err(failure),
    };
    match done {
        Ok(id) => Redirect::to(&format!("{HREF}/{id}")).into_response(),
        Err(failure) if stays(&failure) => page(&face, &who, &fields, Some(&failure)).await,
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}

/// One step on.
pub(super) async fn advance(
    State(face): State<Face>,
    Path(person): Path<String>,
    writer: Writer,
) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let wanted = Move {
        to: fields.get("to").to_owned(),
        offer: fields.trimmed("offer").to_owned(),
        reason: fields.get("reason").to_owned(),
    };
    let done = match (grant::<RunIntroductions>(&who.principal), person.parse()) {
        (Ok(may), Ok(id)) => recruit::advance(&face.app, &may, id, &wanted).await.map(|_| ()),
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    after(&face, &who, &person, &fields, done).await
}

async fn after(
    face: &Face,
    who: &SignedIn,
    person: &str,
    fields: &Fields,
    done: Result<(), Failure>,
) -> Response {
    match done {
        Ok(()) => Redirect::to(&format!("{HREF}/{person}")).into_response(),
        Err(failure) if stays(&failure) => {
            record(face, who, person, fields, Some(&failure), "").await
        }
        Err(failure) => card::refused(face, who, &failure).await,
    }
}

/// Writes an agreement down.
pub(super) async fn agree(
    State(face): State<Face>,
    Path(person): Path<String>,
    writer: Writer,
) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let text = |name: &str| fields.trimmed(name).to_owned();
    let typed = Agreement {
        what: text("what"),
        how_often: text("how_often"),
        in_return: text("in_return"),
    };
    let done = match (grant::<RunIntroductions>(&who.principal), person.parse()) {
        (Ok(may), Ok(id)) => recruit::agree(&face.app, &may, id, &typed).await.map(|_| ()),
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    after(&face, &who, &person, &fields, done).await
}

/// Shows the address of their own page.
pub(super) async fn link(
    State(face): State<Face>,
    Path(person): Path<String>,
    writer: Writer,
) -> Response {
    let who = writer.signed_in;
    let done = match (grant::<RunIntroductions>(&who.principal), person.parse()) {
        (Ok(may), Ok(id)) => desk::address(&face.app, &may, id).await,
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    match done {
        Ok(address) => record(&face, &who, &person, &Fields::default(), None, &address).await,
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}
