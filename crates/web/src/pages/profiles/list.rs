//! The profiles of the workspace, and the versions of one compared by outcome.

use axum::extract::{Path, State};
use axum::response::Response;
use warmpath_app::manage_profiles::{self as use_case, Whole, outcomes_of};
use warmpath_app::policy::{ReadProfiles, WriteProfiles, grant};
use warmpath_app::profile::{Comparison, Rate};

use super::{HREF, editor, tabs, words};
use crate::pages::card;
use crate::refuse::render;
use crate::server::Face;
use crate::session::Reader;
use crate::shell;
use crate::view::desk::DeskPage;
use crate::view::part::{Action, Block, Cell, Column, EmptyState, Row, Section, TableView};
use crate::words::Words;

/// Below this many cases a figure stands without a rate.
const CASES_MIN: u32 = 20;

/// The list.
pub(super) async fn show(State(face): State<Face>, Reader(who): Reader) -> Response {
    let found = async {
        let may = grant::<ReadProfiles>(&who.principal)?;
        use_case::list(&face.app, &may).await
    };
    let profiles = match found.await {
        Ok(found) => found,
        Err(failure) => return card::refused(&face, &who, &failure).await,
    };
    let may_write = grant::<WriteProfiles>(&who.principal).is_ok();
    let words = card::words(&face, &who);
    let mut actions = vec![Action::link("People and signals", format!("{HREF}/sources"))];
    if may_write {
        actions.push(Action::link("New profile", format!("{HREF}/new")).primary());
    }
    let block = if profiles.is_empty() {
        Block::Empty(EmptyState {
            title: "No profile yet".into(),
            sentence: "A profile says whom you want to meet, sharply enough that a connector thinks of a person.".into(),
            actions: may_write
                .then(|| Action::link("New profile", format!("{HREF}/new")).primary())
                .into_iter()
                .collect(),
            ..EmptyState::default()
        })
    } else {
        table(&profiles, &words)
    };
    render(&DeskPage {
        shell: card::frame(&face, &who, "Profiles", HREF).await,
        title: "Profiles".into(),
        lead: "Whom to meet, in words a connector can repeat. A vague brief is not asked with."
            .into(),
        actions,
        main: vec![Section { blocks: vec![block], ..Section::default() }],
        ..DeskPage::default()
    })
}

fn table(profiles: &[Whole], words: &Words) -> Block {
    let rows: Vec<Row> = profiles
        .iter()
        .map(|whole| {
            let shown = whole.shown();
            let refused = shown.is_some_and(|v| v.state == "refused");
            let href = format!("{HREF}/{}", whole.profile.id);
            let brief = shown.map(|v| shorten(&v.brief)).unwrap_or_default();
            let live = whole.profile.live_version.and_then(|n| whole.outcome(n));
            vec![
                Cell::link(&whole.profile.name, href, &brief),
                Cell::Pill(words::state_pill(whole.state(), refused)),
                Cell::figure(shown.map(|v| v.number.to_string()).unwrap_or_default()),
                Cell::figure(live.map(|o| o.asked.to_string()).unwrap_or_else(|| "0".into())),
                Cell::figure(live.map(|o| o.worked.to_string()).unwrap_or_else(|| "0".into())),
                Cell::text(shown.map(|v| words.day(v.created_at)).unwrap_or_default()),
            ]
            .into()
        })
        .collect();
    Block::Table(TableView {
        caption: "Profiles".into(),
        columns: vec![
            Column::name("Profile"),
            Column::new("State"),
            Column::figures("Version"),
            Column::figures("Asked"),
            Column::figures("Worked"),
            Column::new("Written"),
        ],
        rows,
        ..TableView::default()
    })
}

fn shorten(text: &str) -> String {
    let short: String = text.chars().take(110).collect();
    if short.len() < text.len() { format!("{short} …") } else { short }
}

/// The versions of a profile, compared by outcome.
pub(super) async fn versions(
    State(face): State<Face>,
    Path(id): Path<String>,
    Reader(who): Reader,
) -> Response {
    let whole = match editor::load(&face, &who, &id).await {
        Ok(whole) => whole,
        Err(failure) => return card::refused(&face, &who, &failure).await,
    };
    let words = card::words(&face, &who);
    let rows: Vec<Row> = whole
        .versions
        .iter()
        .map(|version| {
            let outcome = whole.outcome(version.number);
            let counts = outcome.map(outcomes_of).unwrap_or_default();
            let state = match version.state.as_str() {
                "approved" => "In force",
                "replaced" => "Replaced",
                "refused" => "Refused",
                _ => "Draft",
            };
            let rate = if counts.asked >= CASES_MIN {
                let rate = Rate::new(counts.worked, counts.asked);
                let percent = |share: f64| format!("{:.0}", share * 100.0);
                format!(
                    "{} % ({} to {})",
                    percent(rate.share),
                    percent(rate.low),
                    percent(rate.high)
                )
            } else {
                "Too few to say".to_owned()
            };
            vec![
                Cell::figure(version.number.to_string()),
                Cell::lines(state, words.day(version.created_at)),
                Cell::text(shorten(&version.brief)),
                Cell::figure(counts.asked.to_string()),
                Cell::figure(counts.accepted.to_string()),
                Cell::figure(counts.met.to_string()),
                Cell::figure(counts.worked.to_string()),
                Cell::lines(rate, whole.compared(version.number).map(compared).unwrap_or_default()),
            ]
            .into()
        })
        .collect();
    let table = TableView {
        caption: "Versions".into(),
        columns: vec![
            Column::figures("Version"),
            Column::new("State"),
            Column::name("Brief"),
            Column::figures("Asked"),
            Column::figures("Accepted"),
            Column::figures("Met"),
            Column::figures("Worked"),
            Column::new("Rate of those asked"),
        ],
        rows,
        empty: "No version yet.".into(),
        ..TableView::default()
    };
    let name = whole.profile.name.clone();
    let frame = shell::under(card::frame(&face, &who, &name, HREF).await, "Profiles", HREF);
    render(&DeskPage {
        shell: frame,
        title: name,
        lead: format!("Rates are shown from {CASES_MIN} asks on, with their 95 percent interval."),
        tabs: tabs(&id, "/versions"),
        main: vec![Section { blocks: vec![Block::Table(table)], ..Section::default() }],
        ..DeskPage::default()
    })
}

fn compared(comparison: Comparison) -> String {
    match comparison {
        Comparison::Better => "Better than the one before",
        Comparison::Worse => "Worse than the one before",
        Comparison::NoDifference => "No difference to the one before",
        Comparison::NotEnoughData => "Not enough data to compare",
    }
    .to_owned()
}
