//! The people a profile finds, each with what is known about every criterion.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use warmpath_app::Failure;
use warmpath_app::manage_profiles::Whole;
use warmpath_app::policy::{AskIntroduction, ReadProfiles, grant};
use warmpath_app::profile::{Check, Truth};
use warmpath_app::read_matches::{self, Ask, MATCHES_MAX, Match, Page};
use warmpath_app::sign_in::SignedIn;
use warmpath_core::id::ProfileId;
use warmpath_core::limits;

use super::{HREF, editor, tabs, words};
use warmpath_core::export::Cell as CsvCell;

use crate::csv::Csv;
use crate::pages::card;
use crate::refuse::render;
use crate::server::Face;
use crate::session::Reader;
use crate::shell;
use crate::view::desk::DeskPage;
use crate::view::part::{
    Action, Block, Cell, Column, Note, Row, Section, Segment, TableView, Tone,
};
use crate::words::thousands;

/// Which people.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Shown {
    kind: Option<String>,
    from: Option<usize>,
}

impl Shown {
    fn certain(&self) -> bool {
        self.kind.as_deref() != Some("possible")
    }
}

async fn load(face: &Face, who: &SignedIn, id: &str, ask: Ask) -> Result<(Whole, Page), Failure> {
    let whole = editor::load(face, who, id).await?;
    let may = grant::<ReadProfiles>(&who.principal)?;
    let id: ProfileId = id.parse().map_err(|_| Failure::NotFound)?;
    let page = read_matches::page(&face.app, &may, id, ask).await?;
    Ok((whole, page))
}

/// A page of them.
pub(super) async fn show(
    State(face): State<Face>,
    Path(id): Path<String>,
    Query(shown): Query<Shown>,
    Reader(who): Reader,
) -> Response {
    let limit = limits::PAGE_ROWS_DEFAULT;
    let ask = Ask { certain: shown.certain(), from: shown.from.unwrap_or(0), limit };
    let (whole, page) = match load(&face, &who, &id, ask).await {
        Ok(found) => found,
        Err(failure) => return card::refused(&face, &who, &failure).await,
    };
    let name = whole.profile.name.clone();
    let frame = shell::under(card::frame(&face, &who, &name, HREF).await, "Profiles", HREF);
    let asked = card::words(&face, &who);
    let here = format!("{HREF}/{id}/matches");
    let fits = format!("Fits {}", thousands(page.certain_total as i64));
    let possible = format!("Possible {}", thousands(page.possible_total as i64));
    let other = format!("{here}?kind=possible");
    let entries = [(fits.as_str(), here.as_str()), (possible.as_str(), other.as_str())];
    let vague = whole.versions.iter().all(|v| v.verdict != "specific");
    let may_ask = grant::<AskIntroduction>(&who.principal).is_ok();
    let mut section = Section {
        blocks: vec![Block::Table(table(&page, may_ask))],
        foot: format!(
            "Of {} people in your universe, as of {}. Erased and suppressed people are not shown.",
            thousands(page.universe as i64),
            asked.moment(page.as_of)
        ),
        ..Section::default()
    };
    if let Some(next) = page.next {
        let kind = if page.certain { "" } else { "&kind=possible" };
        section = section.action(Action::link("Next", format!("{here}?from={next}{kind}")));
    }
    render(&DeskPage {
        shell: frame,
        title: name,
        lead: "Every criterion holds, fails or is unknown. Whoever fails one is not here.".into(),
        actions: actions(&here, &id, &page, may_ask),
        segment: Some(Segment::of("Who is shown", &entries, usize::from(!page.certain))),
        tabs: tabs(&id, "/matches"),
        note: vague.then(|| {
            let text = "The brief is not specific enough. Sharpen it first.";
            Note::new(Tone::Warning, "Nobody is looked for.", text)
        }),
        main: vec![section],
        ..DeskPage::default()
    })
}

fn actions(here: &str, id: &str, page: &Page, may_ask: bool) -> Vec<Action> {
    let file = format!("{here}.csv{}", if page.certain { "" } else { "?kind=possible" });
    let plan = Action::link("Plan the asks", format!("/plan?profile={id}"));
    let plan = (may_ask && page.certain_total > 0).then_some(plan);
    std::iter::once(Action::link("CSV", file)).chain(plan).collect()
}

fn table(page: &Page, may_ask: bool) -> TableView {
    let rows = page.people.iter().map(|found| row(found, may_ask)).collect();
    let empty = if page.certain {
        "Nobody fits for certain. Look at the possible ones, or loosen a criterion."
    } else {
        "Nobody is merely possible: for everybody looked at, everything is known."
    };
    TableView {
        caption: "People found".into(),
        columns: vec![
            Column::name("Person"),
            Column::new("Company"),
            Column::new("What is known"),
            Column::figures("Fit"),
            Column::silent("Next"),
        ],
        rows,
        empty: empty.to_owned(),
        ..TableView::default()
    }
}

fn row(found: &Match, may_ask: bool) -> Row {
    let source = if found.source.is_empty() { "Your own data" } else { found.source.as_str() };
    let company = if found.place.is_empty() {
        source.to_owned()
    } else {
        format!("{} · {source}", found.place)
    };
    let unknown: Vec<String> = found
        .checks
        .iter()
        .filter(|c| c.truth == Truth::Unknown)
        .map(|c| words::check_name(c.criterion).to_lowercase())
        .collect();
    let below =
        if unknown.is_empty() { String::new() } else { format!("Unknown: {}", unknown.join(", ")) };
    let person = found.person.to_string();
    let asked = card::query(&[("target", &person), ("role", &found.title)]);
    let ask = Action::link("Ask for an introduction", format!("/introductions/new?{asked}"));
    vec![
        Cell::person(&found.name, &found.person.to_string(), "", &found.title),
        Cell::lines(&found.company, company),
        Cell::lines(known(&found.checks), below),
        Cell::figure(format!("{:.0} %", found.fit * 100.0)),
        Cell::Actions(may_ask.then(|| ask.small()).into_iter().collect()),
    ]
    .into()
}

/// What holds, with the value it was judged on.
fn known(checks: &[Check]) -> String {
    let holds =
        checks.iter().filter(|c| c.truth == Truth::Holds && !c.criterion.starts_with("not "));
    let parts: Vec<String> = holds
        .map(|c| {
            let when = c.date.as_ref().map(|day| format!(", {day}")).unwrap_or_default();
            format!("{}: {}{when}", words::check_name(c.criterion), c.value)
        })
        .collect();
    let excluded =
        checks.iter().any(|c| c.truth == Truth::Holds && c.criterion.starts_with("not "));
    let mut text = parts.join("; ");
    if excluded {
        text.push_str("; not ruled out");
    }
    text
}

/// All of them as a file.
pub(super) async fn csv(
    State(face): State<Face>,
    Path(id): Path<String>,
    Query(shown): Query<Shown>,
    Reader(who): Reader,
) -> Response {
    let ask = Ask { certain: shown.certain(), from: 0, limit: MATCHES_MAX };
    let page = match load(&face, &who, &id, ask).await {
        Ok((_, page)) => page,
        Err(failure) => return card::refused(&face, &who, &failure).await,
    };
    let mut file = Csv::with_heads(&[
        "person", "name", "title", "company", "place", "source", "fit", "certain", "known",
        "unknown",
    ]);
    for found in &page.people {
        let unknown: Vec<&str> = found
            .checks
            .iter()
            .filter(|c| c.truth == Truth::Unknown)
            .map(|c| c.criterion)
            .collect();
        let (id, fit, known) =
            (found.person.to_string(), format!("{:.3}", found.fit), known(&found.checks));
        let unknown = unknown.join(", ");
        let cells = [
            id.as_str(),
            &found.name,
            &found.title,
            &found.company,
            &found.place,
            &found.source,
            &fit,
            if found.certain { "yes" } else { "possible" },
            &known,
            &unknown,
        ];
        file.row(&cells.map(CsvCell::Text));
    }
    file.download("matches.csv")
}
