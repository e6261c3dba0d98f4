//! "Whom do you want to meet next?": one field, and only what fits.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use warmpath_app::Failure;
use warmpath_app::find_paths::WarmPath;
use warmpath_app::policy::{ReadNetwork, ReadProfiles, grant};
use warmpath_app::programme::concierge::{self, Answer, Fit};
use warmpath_app::sign_in::SignedIn;

use crate::form::Fields;
use crate::pages::card;
use crate::pages::profiles::words;
use crate::refuse::render;
use crate::server::Face;
use crate::session::Reader;
use crate::view::desk::{DeskPage, Layout};
use crate::view::part::{
    Action, Block, Cell, Column, Fact, Facts, Field, FieldKind, FilterBar, Row, Section,
};

const HREF: &str = "/meet";

/// Shows it.
pub(super) async fn show(
    State(face): State<Face>,
    Reader(who): Reader,
    RawQuery(query): RawQuery,
) -> Response {
    let typed = Fields::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let brief = typed.trimmed("brief");
    let may = grant::<ReadNetwork>(&who.principal).map(|_| ());
    let answer = match (may, brief) {
        (Err(failure), _) => Err(failure),
        (Ok(()), "") => Ok(None),
        (Ok(()), brief) => look(&face, &who, brief).await.map(Some),
    };
    let answer = match answer {
        Ok(answer) => answer,
        Err(failure) => return card::refused(&face, &who, &failure).await,
    };
    let shell = card::frame(&face, &who, "Whom to meet", HREF).await;
    let mut main = Vec::new();
    if let Some(answer) = &answer {
        match answer.fits.is_empty() {
            true => main.push(unclear(answer)),
            false => main.extend(answer.fits.iter().enumerate().map(|(n, fit)| person(n, fit))),
        }
    }
    let field =
        Field::of(FieldKind::Search, "brief", "In your own words", brief).max_length(2_000).full();
    render(&DeskPage {
        shell,
        title: "Whom do you want to meet next?".to_owned(),
        lead: match &answer {
            None => "Role, kind of company, where, and when: \u{201c}CFO of a food maker in DACH, 200 to \
                     1,000 people, after a funding round\u{201d}."
                .to_owned(),
            Some(answer) => match answer.total {
                0 => "Nobody fits yet.".to_owned(),
                n => format!("{} of {n} who fit, whoever can be reached best first.", answer.fits.len()),
            },
        },
        filters: Some(FilterBar {
            action: HREF.to_owned(),
            fields: vec![field],
            clear_href: if brief.is_empty() { String::new() } else { HREF.to_owned() },
        }),
        layout: Layout::Narrow,
        main,
        ..DeskPage::default()
    })
}

async fn look(face: &Face, who: &SignedIn, brief: &str) -> Result<Answer, Failure> {
    let profiles = grant::<ReadProfiles>(&who.principal)?;
    let network = grant::<ReadNetwork>(&who.principal)?;
    concierge::run(&face.app, (&profiles, &network), brief).await
}

/// Why nobody is shown, with two ways to say it better.
fn unclear(answer: &Answer) -> Section {
    let rows: Vec<Row> = answer
        .specificity
        .advice
        .iter()
        .map(|advice| vec![Cell::text(&advice.text), Cell::text(advice.examples.join("; "))].into())
        .collect();
    let columns = vec![Column::name("What is missing"), Column::new("For example")];
    let empty = "Nobody known here is like this. Bring in people under Profiles, Sources.";
    let table = card::table("What would help", columns, rows, empty);
    Section::new("unclear", "Say a little more", vec![table])
}

fn person(number: usize, fit: &Fit) -> Section {
    let found = &fit.found;
    let mut facts: Vec<Fact> = found
        .checks
        .iter()
        .map(|check| {
            // "CFO = cfo": what the record says, and what it was read as.
            let value = check.value.split(" = ").next().unwrap_or_default();
            let value = if value.is_empty() { "not known" } else { value };
            Fact::new(words::check_name(check.criterion), value)
        })
        .collect();
    facts.push(Fact::new("Best way", way_words(fit.way.as_ref())));
    let block = Block::Facts(Facts { facts, pair: true, lined: true });
    let (id, name) = (found.person.to_string(), found.name.as_str());
    let connector = fit.way.as_ref().and_then(|way| way.connector);
    let connector = connector.map(|id| id.to_string()).unwrap_or_default();
    let query = card::query(&[
        ("target", &id),
        ("q", name),
        ("connector", &connector),
        ("role", &found.blind.role),
        ("industry", &found.blind.industry),
        ("size", &found.blind.size),
    ]);
    let path = card::query(&[("to", &id)]);
    let ways = |label: &str| Action::link(label, format!("/paths?{path}"));
    let known = fit.way.as_ref().is_some_and(|way| way.connector.is_none());
    let buttons = if known {
        vec![ways("Ask the colleague")]
    } else {
        let ask = format!("/introductions/new?{query}");
        vec![Action::link("Ask for an introduction", ask), ways("All ways").quiet()]
    };
    let title = [found.title.as_str(), &found.company];
    let title: Vec<&str> = title.into_iter().filter(|part| !part.is_empty()).collect();
    Section::new(&format!("fit-{number}"), name, vec![block, Block::Buttons(buttons)])
        .aside(title.join(", "))
}

fn way_words(way: Option<&WarmPath>) -> String {
    match way {
        None => "No verified path yet".to_owned(),
        Some(way) if way.connector.is_none() => "A colleague knows them".to_owned(),
        Some(way) if way.low_confidence => "Through one contact, with low confidence".to_owned(),
        Some(way) => match way.people.len() {
            0..=3 => "Through one contact".to_owned(),
            n => format!("Through {} contacts", n - 2),
        },
    }
}
