//! All connectors, with what could be given first and the balance between companies.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use warmpath_app::Failure;
use warmpath_app::introduce::add_connector::{self, Typed};
use warmpath_app::introduce::goodwill::tenths;
use warmpath_app::introduce::read_connectors::{self, Connector, WhyGive};
use warmpath_app::policy::{ReadIntroductions, RunIntroductions, grant};
use warmpath_app::sign_in::SignedIn;
use warmpath_core::introduction::goodwill::{ConnectorStage, NotNow};

use super::headed;
use crate::form::Fields;
use crate::pages::card;
use crate::pages::programme::connector_tabs;
use crate::pages::trust::finish;
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::view::desk::DeskPage;
use crate::view::part::{Block, Cell, Column, Field, FieldKind, Row, Section, Tone};
use crate::words::Words;

/// Where connectors stand in the menu.
pub(super) const HREF: &str = "/goodwill";

/// The list.
pub(super) async fn list(State(face): State<Face>, Reader(who): Reader) -> Response {
    list_page(&face, &who, &Fields::default(), None).await
}

async fn list_page(
    face: &Face,
    who: &SignedIn,
    typed: &Fields,
    failure: Option<&Failure>,
) -> Response {
    let found = match grant::<ReadIntroductions>(&who.principal) {
        Ok(grant) => read_connectors::all(&face.app, &grant).await,
        Err(failure) => Err(failure),
    };
    let all = match found {
        Ok(all) => all,
        Err(failure) => return card::refused(face, who, &failure).await,
    };
    let words = card::words(face, who);
    let shell = card::frame(face, who, "Goodwill", HREF).await;
    let active = all.iter().filter(|one| one.stage == ConnectorStage::Active).count();
    let mut rail = vec![give_first(face, &all)];
    if grant::<RunIntroductions>(&who.principal).is_ok() {
        let problems = problems(failure);
        let fields = [
            Field::text("name", "Name", typed.get("name")),
            Field::of(FieldKind::Email, "email", "E-mail", typed.get("email")),
            Field::text("title", "Role", typed.get("title")).optional(),
            Field::text("company", "Company", typed.get("company")).optional(),
        ];
        let parts = fields.into_iter().map(|f| card::with_error(f, problems).into()).collect();
        let form = card::form(&shell, HREF, parts, "Add a candidate");
        rail.push(
            Section::new("new", "Somebody who could introduce us", vec![form])
                .foot("Nothing is asked of them, and nothing is sent."),
        );
    }
    let page = DeskPage {
        shell,
        title: "Goodwill".to_owned(),
        tabs: connector_tabs(HREF),
        lead: format!("{active} active. Fifteen who answer are worth more than 150 who do not."),
        main: vec![
            Section::new("all", "", vec![table_of(&all, &words)]),
            Section::new("between", "Between companies", vec![between(&all)])
                .foot("Given to us, and given by us. At least one to one is healthy."),
        ],
        rail,
        ..DeskPage::default()
    };
    finish(page, problems(failure), failure)
}

/// Problems of a refused form; none of any other failure.
pub(super) fn problems(failure: Option<&Failure>) -> &[warmpath_app::error::Problem] {
    match failure {
        Some(Failure::Invalid(problems)) => problems,
        _ => &[],
    }
}

/// The tone of a stage.
pub(super) fn stage_tone(stage: ConnectorStage) -> Tone {
    match stage {
        ConnectorStage::Active => Tone::Positive,
        ConnectorStage::Agreed | ConnectorStage::GaveFirst | ConnectorStage::Reactivating => {
            Tone::Accent
        }
        ConnectorStage::Dormant => Tone::Warning,
        ConnectorStage::Candidate | ConnectorStage::Resting | ConnectorStage::Left => Tone::Neutral,
    }
}

fn table_of(all: &[Connector], words: &Words) -> Block {
    let rows: Vec<Row> = all
        .iter()
        .map(|one| {
            let person = &one.person;
            let id = person.id.to_string();
            let below = join(&[&person.title, &person.company]);
            let (yes, of) = one.yes_of();
            vec![
                Cell::person(&person.name, &id, format!("{HREF}/{id}"), below),
                Cell::pill(headed(one.stage), stage_tone(one.stage)),
                Cell::figure(tenths(one.account.balance())),
                Cell::text(if of == 0 { "Not asked yet".into() } else { format!("{yes} of {of}") }),
                Cell::text(when(one, words)),
            ]
            .into()
        })
        .collect();
    let columns = vec![
        Column::name("Who"),
        Column::new("Stage"),
        Column::figures("Goodwill"),
        Column::new("Said yes"),
        Column::new("Next ask"),
    ];
    card::table("Goodwill", columns, rows, "Nobody yet. Begin with somebody you gave something.")
}

/// What is there, with commas.
pub(super) fn join(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(", ")
}

/// From when they may be asked, in a few words.
pub(super) fn when(one: &Connector, words: &Words) -> String {
    let Some(refused) = &one.not_now else { return "Possible now".to_owned() };
    let give = match refused.needs_give {
        true => "Give first",
        false => "",
    };
    match (refused.from.filter(|from| *from > words.now), give) {
        (Some(from), "") => format!("From {}", words.day(from)),
        (Some(from), give) => format!("{give}, then from {}", words.day(from)),
        (None, "") => match refused.why.first() {
            Some(NotNow::NotActive { stage }) => headed(stage),
            _ => "Not possible".to_owned(),
        },
        (None, give) => give.to_owned(),
    }
}

fn give_first(face: &Face, all: &[Connector]) -> Section {
    let rows: Vec<Row> = read_connectors::give_first(&face.app, all)
        .into_iter()
        .take(8)
        .map(|(id, name, why)| {
            let why = match why {
                WhyGive::NeverGiven => "Nothing was ever given",
                WhyGive::NetNegative => "We took more than we gave",
                WhyGive::Cooling => "Quiet for 60 days, dormant at 90",
            };
            vec![Cell::link(name, format!("{HREF}/{id}"), why)].into()
        })
        .collect();
    let empty = "Everybody was given something lately.";
    let table = card::table("Give first", vec![Column::name("Who and why")], rows, empty);
    Section::new("give", "Give first", vec![table])
}

fn between(all: &[Connector]) -> Block {
    let rows: Vec<Row> = read_connectors::between_companies(all)
        .into_iter()
        .map(|(company, sum)| {
            let state = if sum.is_net_negative() {
                Cell::pill("Give something", Tone::Warning)
            } else {
                Cell::pill("Even", Tone::Neutral)
            };
            vec![
                Cell::text(company),
                Cell::figure(sum.given.to_string()),
                Cell::figure(sum.returned.to_string()),
                state,
            ]
            .into()
        })
        .collect();
    let columns = vec![
        Column::name("Company"),
        Column::figures("They gave"),
        Column::figures("We gave"),
        Column::new("Balance"),
    ];
    card::table("Given and returned", columns, rows, "No connector has a company yet.")
}

/// Adds a candidate.
pub(super) async fn add(State(face): State<Face>, writer: Writer) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let text = |name: &str| fields.trimmed(name).to_owned();
    let typed = Typed {
        name: text("name"),
        email: text("email"),
        title: text("title"),
        company: text("company"),
    };
    let done = match grant::<RunIntroductions>(&who.principal) {
        Ok(grant) => add_connector::run(&face.app, &grant, &typed).await,
        Err(failure) => Err(failure),
    };
    match done {
        Ok(id) => Redirect::to(&format!("{HREF}/{id}")).into_response(),
        Err(failure @ Failure::Invalid(_)) => list_page(&face, &who, &fields, Some(&failure)).await,
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}
