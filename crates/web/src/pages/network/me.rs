//! The glass box of a member: what is held of oneself, one's level, whom one never shares; and, for
//! revenue operations, whom the workspace excludes and who is in scope.

use axum::extract::State;
use axum::response::Response;
use warmpath_app::import_network;
use warmpath_app::leave_network::{self, Choice as Wish, Held};
use warmpath_app::policy::{ManageNetwork, OwnNetwork, grant};
use warmpath_app::rows::{BlockRow, ImportRow};
use warmpath_app::set_privacy::{self, Choices as Chosen, LEVELS};
use warmpath_app::sign_in::SignedIn;
use warmpath_app::{Failure, network::ScopeRule};

use super::bits::{frame, moved};
use crate::refuse::{self, render};
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::shell;
use crate::view::Shell;
use crate::view::desk::DeskPage;
use crate::view::part::{
    Action, Block, Cell, Choice, Choices, Column, Fact, Facts, Field, FieldKind, FormPart,
    FormView, Note, Row, Section, TableView, Tone,
};
use crate::words::{Words, thousands};

/// Shows what is held of oneself.
pub(super) async fn show(State(face): State<Face>, Reader(me): Reader) -> Response {
    let base = frame(&face, &me, "What is held of me", "/network/mine").await;
    let frame = shell::under(base, "My network", "/network/mine");
    match page(&face, &me, frame.clone()).await {
        Ok(page) => render(&page),
        Err(failure) => refuse::page(Some(frame), &failure),
    }
}

async fn page(face: &Face, me: &SignedIn, shell: Shell) -> Result<DeskPage, Failure> {
    let may = grant::<OwnNetwork>(&me.principal)?;
    let chosen = set_privacy::read(&face.app, &may).await?;
    let held = match leave_network::mine(&face.app, &may).await {
        Ok(held) => Some(held),
        Err(Failure::NotFound) => None,
        Err(other) => return Err(other),
    };
    let imports = import_network::mine(&face.app, &may).await?;
    let words = Words::new(&me.member.zone, face.app.now());
    let csrf = shell.csrf.clone();
    let manages = grant::<ManageNetwork>(&me.principal).is_ok();
    let mut actions = vec![Action::link("Import my data", "/network/import")];
    if manages {
        actions.insert(0, Action::link("Rules for everybody", "/network/rules"));
    }
    Ok(DeskPage {
        shell,
        title: "What is held of me".to_owned(),
        lead:
            "Who wrote when, to how many, and nothing else. You can correct it, limit it or leave."
                .to_owned(),
        actions,
        main: vec![
            held_section(held.as_ref(), &words),
            level_section(&chosen, &csrf),
            runs(&imports, &words),
        ],
        rail: vec![blocks(&chosen.blocks, &csrf, &words), leave(held.as_ref())],
        ..DeskPage::default()
    })
}

/// What is held of somebody, as facts.
pub(super) fn held_facts(held: &Held, words: &Words) -> Facts {
    let standing = match held.standing.as_deref() {
        Some("open") => "On the map",
        Some("limited") => "Held, and used for nothing",
        Some("left") => "Left: nothing is held",
        _ => "Not on the map",
    };
    let mut facts = vec![
        Fact::new("Name", &held.person.name),
        Fact::new("Role", &held.person.title),
        Fact::new("E-mail", held.mailboxes.join(", ")),
        Fact::new("Standing", standing),
    ];
    for (kind, count) in &held.events {
        let name = match kind.as_str() {
            "message" => "Mails",
            "meeting" => "Meetings",
            "introduction" => "Introductions",
            "stated" => "Statements",
            _ => "Entries of lists and CRMs",
        };
        facts.push(Fact::new(name, thousands(i64::try_from(*count).unwrap_or(i64::MAX))));
    }
    if let Some((first, last)) = held.span {
        facts.push(Fact::new("From, to", format!("{} to {}", words.day(first), words.day(last))));
    }
    facts.push(Fact::new("With", format!("{} people", held.others)));
    facts.push(Fact::new("Found in", format!("the data of {} members", held.members)));
    facts.push(Fact::new("Ratings", held.ratings.to_string()));
    facts.retain(|fact| !fact.value.is_empty());
    Facts { facts, pair: false, lined: true }
}

fn held_section(held: Option<&Held>, words: &Words) -> Section {
    let block = match held {
        Some(held) => Block::Facts(held_facts(held, words)),
        None => Block::Text("Nothing. You are not on the map.".to_owned()),
    };
    Section::new("held", "Held now", vec![block])
        .foot("Dates, who and how many. No subject and no word of any message is ever read.")
}

fn level_section(chosen: &Chosen, csrf: &str) -> Section {
    let now = chosen.seat.as_ref().map_or("subjects_never", |seat| seat.privacy.as_str());
    let choices = LEVELS
        .iter()
        .map(|(word, title, consequence)| Choice {
            value: (*word).to_owned(),
            title: (*title).to_owned(),
            consequence: (*consequence).to_owned(),
            checked: *word == now,
            ..Choice::default()
        })
        .collect();
    let form = FormView {
        action: "/network/me/level".to_owned(),
        csrf: csrf.to_owned(),
        parts: vec![FormPart::Choices(Choices {
            name: "level".to_owned(),
            legend: "What may be held of your own data".to_owned(),
            choices,
            ..Choices::default()
        })],
        buttons: vec![Action::submit("Save my choice")],
        ..FormView::default()
    };
    Section::new("level", "My level", vec![Block::Form(form)])
        .foot("Applied before anything is stored.")
}

fn blocks(blocks: &[BlockRow], csrf: &str, words: &Words) -> Section {
    let form = FormView {
        action: "/network/me/block".to_owned(),
        csrf: csrf.to_owned(),
        parts: vec![
            Field::text("who", "Address or domain", "")
                .hint("Such as clinic.example. What is held of them is deleted.")
                .max_length(254)
                .into(),
        ],
        buttons: vec![Action::submit("Never share")],
        ..FormView::default()
    };
    let mut parts = vec![Block::Form(form)];
    if !blocks.is_empty() {
        parts.push(Block::Table(marks(blocks, "/network/me/unblock", words)));
    }
    Section::new("blocks", "Whom I never share", parts)
        .foot("Addresses are kept as keyed marks: nobody can read this list, not even you.")
}

fn marks(blocks: &[BlockRow], path: &str, words: &Words) -> TableView {
    let line = |block: &BlockRow| -> Row {
        let mark = set_privacy::mark_text(block);
        let button = Action::post("Take back", path).with("mark", mark).small().quiet();
        vec![Cell::lines(&block.hint, words.day(block.created_at)), Cell::Actions(vec![button])]
            .into()
    };
    TableView {
        caption: "Never held".to_owned(),
        columns: vec![Column::name("Who"), Column::silent("Take back")],
        rows: blocks.iter().map(line).collect(),
        ..TableView::default()
    }
}

fn leave(held: Option<&Held>) -> Section {
    let standing = held.and_then(|held| held.standing.as_deref()).unwrap_or("");
    let choose = |label: &str, word: &str| {
        Action::post(label, "/network/me/choose").with("choice", word).small()
    };
    let buttons = match standing {
        "open" => vec![
            Action::post("Something is wrong", "/network/me/correct").small(),
            choose("Limit", "limit"),
            choose("Leave the map", "leave").danger(),
        ],
        "limited" => {
            vec![choose("Use it again", "return"), choose("Leave the map", "leave").danger()]
        }
        _ => Vec::new(),
    };
    let text = match standing {
        "left" => "You left. Nothing of you is held, and no import brings you back.",
        "" => "You are not on the map.",
        _ => {
            "Limiting keeps what is held and uses it for nothing. Leaving deletes it, for good. \
              Either takes every path through you away at once."
        }
    };
    let mut blocks = vec![Block::Text(text.to_owned())];
    if !buttons.is_empty() {
        blocks.push(Block::Buttons(buttons));
    }
    Section::new("leave", "Correct, limit, leave", blocks)
}

fn runs(imports: &[ImportRow], words: &Words) -> Section {
    let line = |row: &ImportRow| -> Row {
        vec![
            Cell::link(&row.file_name, format!("/network/imports/{}", row.id), row.state.clone()),
            Cell::figure(thousands(row.done)),
            Cell::Time(words.moment(row.created_at), row.created_at.to_string()),
        ]
        .into()
    };
    let table = TableView {
        caption: "My imports, latest first".to_owned(),
        columns: vec![Column::name("File"), Column::figures("Taken"), Column::new("When")],
        rows: imports.iter().map(line).collect(),
        empty: "You imported nothing yet.".to_owned(),
        ..TableView::default()
    };
    Section::new("imports", "My imports", vec![Block::Table(table)])
}

/// Chooses a level.
pub(super) async fn level(State(face): State<Face>, writer: Writer) -> Response {
    let outcome = match grant::<OwnNetwork>(&writer.signed_in.principal) {
        Ok(may) => set_privacy::choose(&face.app, &may, writer.fields.get("level")).await,
        Err(failure) => Err(failure),
    };
    moved(&face, &writer.signed_in, "/network/me", outcome).await
}

/// Never shares somebody.
pub(super) async fn block(State(face): State<Face>, writer: Writer) -> Response {
    let outcome = match grant::<OwnNetwork>(&writer.signed_in.principal) {
        Ok(may) => set_privacy::block(&face.app, &may, writer.fields.get("who")).await,
        Err(failure) => Err(failure),
    };
    moved(&face, &writer.signed_in, "/network/me", outcome).await
}

/// Takes that back.
pub(super) async fn unblock(State(face): State<Face>, writer: Writer) -> Response {
    let outcome = match grant::<OwnNetwork>(&writer.signed_in.principal) {
        Ok(may) => set_privacy::unblock(&face.app, &may, writer.fields.get("mark")).await,
        Err(failure) => Err(failure),
    };
    moved(&face, &writer.signed_in, "/network/me", outcome).await
}

/// Limits, leaves or returns.
pub(super) async fn choose(State(face): State<Face>, writer: Writer) -> Response {
    let wish = Wish::from_word(writer.fields.get("choice"));
    let wish = wish.ok_or_else(|| refuse::invalid("choice", "choice_unknown", "Choose one."));
    let outcome = match (grant::<OwnNetwork>(&writer.signed_in.principal), wish) {
        (Ok(may), Ok(wish)) => leave_network::choose_mine(&face.app, &may, wish).await,
        (Err(failure), _) | (_, Err(failure)) => Err(failure),
    };
    moved(&face, &writer.signed_in, "/network/me", outcome).await
}

/// Says that something is wrong.
pub(super) async fn correct(State(face): State<Face>, writer: Writer) -> Response {
    let outcome = match grant::<OwnNetwork>(&writer.signed_in.principal) {
        Ok(may) => leave_network::correct_mine(&face.app, &may).await,
        Err(failure) => Err(failure),
    };
    moved(&face, &writer.signed_in, "/network/me", outcome).await
}

/// Shows the rules for everybody.
pub(super) async fn rules(State(face): State<Face>, Reader(me): Reader) -> Response {
    let base = frame(&face, &me, "Rules of the network", "/network/mine").await;
    let frame = shell::under(base, "My network", "/network/mine");
    match rules_page(&face, &me, frame.clone()).await {
        Ok(page) => render(&page),
        Err(failure) => refuse::page(Some(frame), &failure),
    }
}

async fn rules_page(face: &Face, me: &SignedIn, shell: Shell) -> Result<DeskPage, Failure> {
    let may = grant::<ManageNetwork>(&me.principal)?;
    let rule = import_network::scope(&face.app, may.workspace()).await?;
    let (excluded, left) = set_privacy::excluded(&face.app, &may).await?;
    let words = Words::new(&me.member.zone, face.app.now());
    let csrf = shell.csrf.clone();
    let number = |name: &str, label: &str, value: u32| {
        Field::of(FieldKind::Number, name, label, &value.to_string()).into()
    };
    let scope = FormView {
        action: "/network/rules/scope".to_owned(),
        csrf: csrf.clone(),
        parts: vec![
            number("messages_min", "Messages, at least", rule.messages_min),
            number("years", "Within years", rule.years),
        ],
        buttons: vec![Action::submit("Save")],
        pair: true,
        ..FormView::default()
    };
    let exclude = FormView {
        action: "/network/rules/exclude".to_owned(),
        csrf,
        parts: vec![
            Field::text("who", "Address or domain", "")
                .hint("Executives, board members, groups. What is held of them is deleted.")
                .max_length(254)
                .into(),
        ],
        buttons: vec![Action::submit("Exclude for everybody")],
        ..FormView::default()
    };
    let mut blocks = vec![Block::Form(exclude)];
    if left > 0 {
        let note = Note::new(
            Tone::Neutral,
            format!("{left} addresses left by themselves."),
            "They stay out of every import.",
        );
        blocks.push(Block::Note(note));
    }
    if !excluded.is_empty() {
        blocks.push(Block::Table(marks(&excluded, "/network/rules/include", &words)));
    }
    Ok(DeskPage {
        shell,
        title: "Rules of the network".to_owned(),
        lead: "They bind every member's imports, before anything is stored.".to_owned(),
        main: vec![
            Section::new("scope", "Who is in scope", vec![Block::Form(scope)])
                .foot("Ties older than the years are deleted by night."),
            Section::new("excluded", "Excluded for everybody", blocks),
        ],
        ..DeskPage::default()
    })
}

/// Sets who is in scope.
pub(super) async fn scope(State(face): State<Face>, writer: Writer) -> Response {
    let number = |name: &str| writer.fields.trimmed(name).parse().unwrap_or(0);
    let rule = ScopeRule { messages_min: number("messages_min"), years: number("years") };
    let outcome = match grant::<ManageNetwork>(&writer.signed_in.principal) {
        Ok(may) => import_network::set_scope(&face.app, &may, rule).await,
        Err(failure) => Err(failure),
    };
    moved(&face, &writer.signed_in, "/network/rules", outcome).await
}

/// Excludes somebody for everybody.
pub(super) async fn exclude(State(face): State<Face>, writer: Writer) -> Response {
    let outcome = match grant::<ManageNetwork>(&writer.signed_in.principal) {
        Ok(may) => set_privacy::exclude(&face.app, &may, writer.fields.get("who")).await,
        Err(failure) => Err(failure),
    };
    moved(&face, &writer.signed_in, "/network/rules", outcome).await
}

/// Takes an exclusion back.
pub(super) async fn include(State(face): State<Face>, writer: Writer) -> Response {
    let outcome = match grant::<ManageNetwork>(&writer.signed_in.principal) {
        Ok(may) => set_privacy::include(&face.app, &may, writer.fields.get("mark")).await,
        Err(failure) => Err(failure),
    };
    moved(&face, &writer.signed_in, "/network/rules", outcome).await
}
