//! One connector with goodwill, rules and record; and the connector's own page.

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::Timestamp;
use warmpath_app::Failure;
use warmpath_app::introduce::goodwill::tenths;
use warmpath_app::introduce::read_connectors::{self, Connector};
use warmpath_app::introduce::{answer_as_connector, dossier, keep_goodwill};
use warmpath_app::policy::{KeepGoodwill, OwnRules, ReadIntroductions, RunIntroductions, grant};
use warmpath_app::sign_in::SignedIn;
use warmpath_core::id::PersonId;
use warmpath_core::introduction::goodwill::{CEILING, ConnectorStage, GoodwillKind, line};

use super::connectors::{HREF, join, problems, stage_tone, when};
use super::{headed, said};
use crate::form::Fields;
use crate::pages::card;
use crate::pages::trust::finish;
use crate::refuse::render;
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::shell;
use crate::view::desk::DeskPage;
use crate::view::part::{
    Action, Block, Cell, Column, Fact, Facts, Field, FieldKind, FormView, Note, Pill, Row, Section,
    StepLine, Tone,
};
use crate::words::Words;

fn id(text: &str) -> Result<PersonId, Failure> {
    text.parse().map_err(|_| Failure::NotFound)
}

/// One connector.
pub(super) async fn one(
    State(face): State<Face>,
    Path(text): Path<String>,
    Reader(who): Reader,
) -> Response {
    show_one(&face, &who, &text, &Fields::default(), None).await
}

pub(super) async fn show_one(
    face: &Face,
    who: &SignedIn,
    text: &str,
    typed: &Fields,
    failure: Option<&Failure>,
) -> Response {
    let found = match (grant::<ReadIntroductions>(&who.principal), id(text)) {
        (Ok(grant), Ok(id)) => read_connectors::one(&face.app, &grant, id).await,
        (Err(failure), _) | (_, Err(failure)) => Err(failure),
    };
    let one = match found {
        Ok(one) => one,
        Err(failure) => return card::refused(face, who, &failure).await,
    };
    let words = card::words(face, who);
    let shell = card::frame(face, who, &one.person.name, HREF).await;
    let shell = shell::under(shell, "Goodwill", HREF);
    let csrf = shell.csrf.clone();
    let href = format!("{HREF}/{text}");
    let mut rail = vec![rules_card(&one, &words), record_card(&one)];
    if grant::<KeepGoodwill>(&who.principal).is_ok() {
        rail.push(give_card(&csrf, &href));
    }
    if grant::<RunIntroductions>(&who.principal).is_ok() {
        rail.push(stage_card(&csrf, &href, &one));
        let form = super::rules::form(&csrf, format!("{href}/rules"), &one, typed, failure);
        rail.push(Section::new("set-rules", "Write down their rules", vec![form]));
    }
    let agreed = one.account.row.agreed_at.map(|at| format!("Agreed on {}.", words.day(at)));
    let page = DeskPage {
        shell,
        title: one.person.name.clone(),
        pill: Some(Pill::new(headed(one.stage), stage_tone(one.stage))),
        lead: join(&[&one.person.title, &one.person.company, &agreed.unwrap_or_default()]),
        note: refusal_note(&one, &words),
        main: vec![goodwill_card(&one, &words), asks_card(face, &one, &words, false).await],
        rail,
        ..DeskPage::default()
    };
    finish(page, problems(failure), failure)
}

fn refusal_note(one: &Connector, words: &Words) -> Option<Note> {
    one.not_now.as_ref()?;
    let text = "The connector's rules bind whoever asks.";
    Some(Note::new(Tone::Warning, format!("Next ask: {}.", when(one, words)), text))
}

fn kind_words(kind: GoodwillKind) -> &'static str {
    match kind {
        GoodwillKind::Opening => "Agreed to introduce",
        GoodwillKind::Ask => "Asked blind",
        GoodwillKind::Thanks => "Thanked within 24 hours",
        GoodwillKind::Told => "Told the outcome",
        GoodwillKind::GiveIntroduction => "Gave an introduction",
        GoodwillKind::GiveHelp => "Gave help",
        GoodwillKind::Intelligence => "Shared something about their market",
        GoodwillKind::Touch => "Spoke or met, without an ask",
    }
}

fn goodwill_card(one: &Connector, words: &Words) -> Section {
    let steps = line(&one.account.counted());
    let (floor, balance) = (one.account.row.floor, one.account.balance());
    let state = if balance >= floor { "fine" } else { "below the floor" };
    let shares = steps.iter().map(|s| (share(steps[0].step.at, words.now, s.step.at), s.balance));
    let drawing = StepLine {
        figure: tenths(balance),
        words: format!("{state}, floor is {}", tenths(floor)),
        finding: format!(
            "Goodwill is {} after {} steps, the floor is {}.",
            tenths(balance),
            steps.len(),
            tenths(floor)
        ),
        steps: shares.collect(),
        floor,
        ceiling: steps.iter().map(|s| s.balance).max().unwrap_or(CEILING).max(floor) + 10,
    };
    let rows: Vec<Row> = steps
        .iter()
        .rev()
        .take(50)
        .map(|step| {
            let sign = if step.moved > 0 { "+" } else { "" };
            let tone = if step.moved > 0 { Tone::Positive } else { Tone::Neutral };
            vec![
                Cell::text(kind_words(step.step.kind)),
                Cell::text(words.day(step.step.at)),
                Cell::Toned(format!("{sign}{}", tenths(step.moved)), tone),
                Cell::figure(tenths(step.balance)),
            ]
            .into()
        })
        .collect();
    let columns = vec![
        Column::name("What"),
        Column::new("Day"),
        Column::figures("Change"),
        Column::figures("Balance"),
    ];
    let table = card::table("Every step of goodwill", columns, rows, "Nothing yet.");
    let mut blocks = Vec::new();
    if !steps.is_empty() {
        blocks.push(Block::Line(drawing));
    }
    blocks.push(table);
    Section::new("goodwill", "Goodwill", blocks)
        .aside("What they gave us, and what we gave back")
        .foot("Spent by asks. Refilled by thanks in time, told outcomes and useful gives.")
}

/// How far this moment lies between the first and now, in thousandths.
fn share(first: Timestamp, now: Timestamp, at: Timestamp) -> i64 {
    let all = now.duration_since(first).as_secs().max(1);
    (at.duration_since(first).as_secs() * 960 / all).clamp(0, 960)
}

async fn asks_card(face: &Face, one: &Connector, words: &Words, own: bool) -> Section {
    let open = |row: &&warmpath_app::rows::IntroductionRow| {
        row.request.is_before_delivery()
            && row.connector_state != warmpath_core::introduction::ConnectorState::Unasked
    };
    let waiting: Vec<_> = one.account.asked.iter().filter(open).cloned().collect();
    let said_of = read_connectors::words_of(&face.app, &waiting).await.unwrap_or_default();
    let mut rows: Vec<Row> = Vec::new();
    for row in &waiting {
        let about = said_of.get(&row.id).cloned().unwrap_or_default();
        let href =
            if own { own_link(face, row).await } else { format!("/introductions/{}", row.id) };
        let due = row.due_at.map(|due| words.moment(due)).unwrap_or_default();
        let below = format!("About {}", about.topic);
        rows.push(
            vec![
                Cell::link(about.line(), href, below),
                Cell::text(said(row.connector_state)),
                Cell::text(due),
            ]
            .into(),
        );
    }
    let cap = one.account.row.open_max;
    let columns = vec![Column::name("Sealed"), Column::new("Stands"), Column::new("Until")];
    let table = card::table("Asks waiting", columns, rows, "No ask waits.");
    let open = one.account.open().len();
    Section::new("asks", "Asks waiting", vec![table]).aside(format!("{open} of {cap} open"))
}

/// The address of a connector's own page about one ask.
async fn own_link(face: &Face, row: &warmpath_app::rows::IntroductionRow) -> String {
    let Ok(found) = dossier::load(&face.app, row.workspace, row.id).await else {
        return HREF.to_owned();
    };
    match answer_as_connector::token_for(&face.app, &found).await {
        Ok(token) => format!("/c/{token}"),
        Err(_) => HREF.to_owned(),
    }
}

fn rules_card(one: &Connector, words: &Words) -> Section {
    let rules = one.account.rules();
    let days = match rules.weekdays.as_slice() {
        [] => "Any day".to_owned(),
        days => days.iter().map(|d| format!("{d:?}")).collect::<Vec<_>>().join(", "),
    };
    let never = match rules.no_go.as_slice() {
        [] => "Nobody named".to_owned(),
        names => names.join(", "),
    };
    let mut facts = vec![
        Fact::new("Open asks", format!("At most {}", rules.open_max)),
        Fact::new("Between two asks", format!("{} days", rules.rest_days)),
        Fact::new("Batch window", days),
        Fact::new("Never", never),
        Fact::new("Asked by", headed(rules.channel)),
        Fact::new("Floor", tenths(rules.floor)),
    ];
    if let Some(min) = rules.deal_min {
        facts.push(Fact::new("Deals from", crate::words::thousands(min)));
    }
    let by = match one.account.row.rules_at {
        Some(at) => format!("Set by themselves, {}", words.day(at)),
        None => "Defaults, or as they said".to_owned(),
    };
    let block = Block::Facts(Facts { facts, ..Facts::default() });
    Section::new("rules", "Rules", vec![block])
        .aside(by)
        .foot("Hard limits. Nobody in the team can override them.")
}

fn record_card(one: &Connector) -> Section {
    let (yes, of) = one.yes_of();
    let gave = one.reciprocity;
    let rate = match of {
        0 => "Not asked yet".to_owned(),
        of => format!("{yes} of {of} asks"),
    };
    let facts = vec![
        Fact::new("Says yes", rate),
        Fact::new("Gave us", format!("{} introductions", gave.given)),
        Fact::new("We gave", gave.returned.to_string()),
    ];
    let foot = if gave.is_net_negative() {
        "We took more than we gave. Give something before the next ask."
    } else {
        ""
    };
    let block = Block::Facts(Facts { facts, ..Facts::default() });
    Section::new("record", "Willingness and balance", vec![block]).foot(foot)
}

fn plain(csrf: &str, action: String, fields: Vec<Field>, label: &str) -> Block {
    Block::Form(FormView {
        action,
        csrf: csrf.to_owned(),
        parts: fields.into_iter().map(Into::into).collect(),
        buttons: vec![Action { kind: Default::default(), ..Action::submit(label) }],
        ..FormView::default()
    })
}

fn give_card(csrf: &str, href: &str) -> Section {
    let options: Vec<(&str, &str)> =
        keep_goodwill::NOTED.iter().map(|(kind, words)| (kind.as_str(), *words)).collect();
    let field = Field::select("kind", "What was given", &options, "");
    let form = plain(csrf, format!("{href}/give"), vec![field], "Note it");
    Section::new("note", "Note a give", vec![form]).foot("A touch counts once a week.")
}

fn stage_card(csrf: &str, href: &str, one: &Connector) -> Section {
    let options: Vec<(String, String)> =
        ConnectorStage::ALL.iter().map(|s| (s.to_string(), headed(s))).collect();
    let now = one.account.row.stage.to_string();
    let field = Field::of(FieldKind::Select(options), "stage", "Stage", &now);
    let form = plain(csrf, format!("{href}/stage"), vec![field], "Move them");
    Section::new("pipeline", "Pipeline", vec![form])
}

/// Notes a give.
pub(super) async fn give(
    State(face): State<Face>,
    Path(text): Path<String>,
    writer: Writer,
) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let kind = fields
        .get("kind")
        .parse()
        .map_err(|_| Failure::invalid("kind", "kind_unknown", "Choose what was given."));
    let done = match (grant::<KeepGoodwill>(&who.principal), id(&text), kind) {
        (Ok(grant), Ok(id), Ok(kind)) => keep_goodwill::run(&face.app, &grant, id, kind).await,
        (Err(failure), ..) | (_, Err(failure), _) | (.., Err(failure)) => Err(failure),
    };
    card::after(&face, &who, done, &format!("{HREF}/{text}")).await
}

/// Moves them in the pipeline.
pub(super) async fn stage(
    State(face): State<Face>,
    Path(text): Path<String>,
    writer: Writer,
) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let stage = fields
        .get("stage")
        .parse()
        .map_err(|_| Failure::invalid("stage", "stage_unknown", "Choose a stage."));
    let done = match (grant::<RunIntroductions>(&who.principal), id(&text), stage) {
        (Ok(grant), Ok(id), Ok(stage)) => keep_goodwill::stage(&face.app, &grant, id, stage).await,
        (Err(failure), ..) | (_, Err(failure), _) | (.., Err(failure)) => Err(failure),
    };
    card::after(&face, &who, done, &format!("{HREF}/{text}")).await
}

/// The reader as a connector.
pub(super) async fn me(State(face): State<Face>, Reader(who): Reader) -> Response {
    my_page(&face, &who, &Fields::default(), None).await
}

pub(super) async fn my_page(
    face: &Face,
    who: &SignedIn,
    typed: &Fields,
    failure: Option<&Failure>,
) -> Response {
    let found = match grant::<OwnRules>(&who.principal) {
        Ok(grant) => read_connectors::me(&face.app, &grant).await,
        Err(failure) => Err(failure),
    };
    let shell = card::frame(face, who, "My introductions", HREF).await;
    let one = match found {
        Ok(one) => one,
        Err(Failure::NotFound) => {
            let page = DeskPage {
                shell,
                title: "My introductions".to_owned(),
                lead: "Nobody asks you for introductions yet.".to_owned(),
                ..DeskPage::default()
            };
            return render(&page);
        }
        Err(failure) => return card::refused(face, who, &failure).await,
    };
    let words = card::words(face, who);
    let csrf = shell.csrf.clone();
    let action = format!("{HREF}/me/rules");
    let form = super::rules::form(&csrf, action, &one, typed, failure);
    let balance = tenths(one.account.balance());
    let page = DeskPage {
        shell,
        title: "My introductions".to_owned(),
        pill: Some(Pill::new(headed(one.stage), stage_tone(one.stage))),
        lead: format!("What waits for you, and what you gave and got. Goodwill {balance}."),
        main: vec![asks_card(face, &one, &words, true).await, goodwill_card(&one, &words)],
        rail: vec![
            Section::new("my-rules", "My rules", vec![form])
                .foot("Hard limits. They bind everybody from this moment."),
            record_card(&one),
        ],
        ..DeskPage::default()
    };
    finish(page, problems(failure), failure)
}
