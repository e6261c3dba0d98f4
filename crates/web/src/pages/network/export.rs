//! The lists of the network as files: one's own ties, people and how they are reached, connectors,
//! tiers and gaps. What a reader may not see on a page does not stand in the file either.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use warmpath_app::network::{PersonFacts, TieSeen, Whom};
use warmpath_app::policy::{Grant, ReadNetwork, grant};
use warmpath_app::sign_in::SignedIn;
use warmpath_app::{Failure, rate_tie, read_connectors, read_network, read_tiers};
use warmpath_core::export::Cell;
use warmpath_core::limits::EXPORT_ROWS_MAX;

use super::bits::{chance_words, frame, query};
use super::connectors::order_of;
use crate::csv::Csv;
use crate::form::Fields;
use crate::refuse;
use crate::server::Face;
use crate::session::Reader;

/// The file, or the refusal as a page.
async fn answer(face: &Face, me: &SignedIn, made: Result<Csv, Failure>, name: &str) -> Response {
    match made {
        Ok(csv) => csv.download(name),
        Err(failure) => {
            let frame = frame(face, me, "Network", "/network").await;
            refuse::page(Some(frame), &failure)
        }
    }
}

fn may(me: &SignedIn) -> Result<Grant<ReadNetwork>, Failure> {
    grant::<ReadNetwork>(&me.principal)
}

/// A probability with four places, as it is stored.
pub(super) fn rounded(share: f64) -> Cell<'static> {
    Cell::Decimal { units: (share * 10_000.0).round() as i64, places: 4 }
}

fn count(n: usize) -> Cell<'static> {
    Cell::Integer(i64::try_from(n).unwrap_or(i64::MAX))
}

/// Name, role, company, industry.
fn who(facts: &PersonFacts) -> [Cell<'_>; 4] {
    [&facts.name, &facts.title, &facts.company, &facts.industry].map(|text| Cell::Text(text))
}

/// One's own ties.
pub(super) async fn mine(State(face): State<Face>, Reader(me): Reader, raw: RawQuery) -> Response {
    let made = own_ties(&face, &me, &query(&raw)).await;
    answer(&face, &me, made, "my-network.csv").await
}

async fn own_ties(face: &Face, me: &SignedIn, fields: &Fields) -> Result<Csv, Failure> {
    let ties = read_network::all_mine(&face.app, &may(me)?, fields.trimmed("q")).await?;
    let mut csv = Csv::with_heads(&[
        "person",
        "name",
        "title",
        "company",
        "industry",
        "tier",
        "evidence",
        "answers_in_7_days",
        "answers_in_24_hours",
        "writes_in_90_days",
        "last_contact",
        "you_said",
    ]);
    for (facts, tie) in &ties {
        let (id, kinds) = (facts.id.to_string(), tie.kinds.join("; "));
        let number = |of: fn(&warmpath_app::network::Numbers) -> f64| {
            tie.numbers.as_ref().map_or(Cell::Empty, |numbers| rounded(of(numbers)))
        };
        let last = tie.numbers.filter(|numbers| numbers.evidence.last_at > 0);
        let mut row = vec![Cell::Text(&id)];
        row.extend(who(facts));
        row.extend([
            Cell::Text(tie.tier.word()),
            Cell::Text(&kinds),
            number(|numbers| numbers.in_use),
            number(|numbers| numbers.in_24_hours),
            number(|numbers| numbers.keeps_90_days),
            last.map_or(Cell::Empty, |numbers| Cell::Instant(numbers.evidence.last())),
            tie.rated.map_or(Cell::Empty, |(rating, _)| Cell::Text(rate_tie::word(rating))),
        ]);
        csv.row(&row);
    }
    Ok(csv)
}

/// Everybody who fits the words, best reached first.
pub(super) async fn paths(State(face): State<Face>, Reader(me): Reader, raw: RawQuery) -> Response {
    let made = reached(&face, &me, &query(&raw)).await;
    answer(&face, &me, made, "paths.csv").await
}

async fn reached(face: &Face, me: &SignedIn, fields: &Fields) -> Result<Csv, Failure> {
    let whom = match fields.get("for") {
        "me" => Whom::Member(me.principal.member),
        _ => Whom::Team,
    };
    let words = fields.trimmed("q");
    let found = read_network::matches(&face.app, &may(me)?, words, &whom, EXPORT_ROWS_MAX).await?;
    let mut csv = Csv::with_heads(&[
        "person",
        "name",
        "title",
        "company",
        "industry",
        "best_chance",
        "chance",
        "ties",
    ]);
    for (facts, chance, ties) in &found {
        let (id, said) = (facts.id.to_string(), chance_words(*chance));
        let mut row = vec![Cell::Text(&id)];
        row.extend(who(facts));
        // The chance over one tie is that tie's own number, which only its owner sees.
        let figure = if *ties == 1 { Cell::Empty } else { rounded(*chance) };
        row.extend([Cell::Text(&said), figure, Cell::Integer(i64::from(*ties))]);
        csv.row(&row);
    }
    Ok(csv)
}

/// All connectors.
pub(super) async fn connectors(
    State(face): State<Face>,
    Reader(me): Reader,
    raw: RawQuery,
) -> Response {
    let made = all_connectors(&face, &me, &query(&raw)).await;
    answer(&face, &me, made, "connectors.csv").await
}

async fn all_connectors(face: &Face, me: &SignedIn, fields: &Fields) -> Result<Csv, Failure> {
    let all = read_connectors::run(&face.app, &may(me)?).await?;
    let mut csv = Csv::with_heads(&[
        "person",
        "name",
        "title",
        "company",
        "industry",
        "best_tier",
        "best_for",
        "only_way_to",
        "would_cost",
        "willingness",
        "asked",
        "accepted",
        "open_asks",
        "given",
        "received",
        "closed",
        "rests_until",
    ]);
    for one in all.sorted(fields.trimmed("q"), order_of(fields)) {
        let (id, record) = (one.person.id.to_string(), &one.record);
        let mut row = vec![Cell::Text(&id)];
        row.extend(who(&one.person));
        row.extend([
            one.best.as_ref().map_or(Cell::Empty, |(_, tie)| Cell::Text(tie.tier.word())),
            count(one.reach.best_for),
            count(one.reach.only_way_to),
            rounded(one.reach.would_cost),
            rounded(one.willingness.willingness.to_f64()),
            Cell::Integer(record.asked),
            Cell::Integer(record.accepted),
            Cell::Integer(record.open_asks),
            Cell::Integer(record.given),
            Cell::Integer(record.received),
            Cell::Text(if one.closed { "yes" } else { "no" }),
            one.rests_until.map_or(Cell::Empty, Cell::Instant),
        ]);
        csv.row(&row);
    }
    Ok(csv)
}

/// The heat map of tiers and gaps.
pub(super) async fn tiers(State(face): State<Face>, Reader(me): Reader, raw: RawQuery) -> Response {
    let made = heat(&face, &me, &query(&raw)).await;
    answer(&face, &me, made, "tiers-and-gaps.csv").await
}

async fn heat(face: &Face, me: &SignedIn, fields: &Fields) -> Result<Csv, Failure> {
    let tiers = read_tiers::run(&face.app, &may(me)?, fields.get("region")).await?;
    let mut csv = Csv::with_heads(&["industry", "seniority", "strong", "medium", "weak", "gap"]);
    for (industry, cells) in &tiers.heat {
        for (cell, seniority) in cells.iter().zip(&tiers.columns) {
            let [strong, medium, weak, gap] = cell.counts.map(count);
            let field = [Cell::Text(industry), Cell::Text(seniority.as_str())];
            csv.row(&[&field[..], &[strong, medium, weak, gap]].concat());
        }
    }
    Ok(csv)
}

/// The people of one cell.
pub(super) async fn people(
    State(face): State<Face>,
    Reader(me): Reader,
    raw: RawQuery,
) -> Response {
    let made = of_cell(&face, &me, &query(&raw)).await;
    answer(&face, &me, made, "people.csv").await
}

async fn of_cell(face: &Face, me: &SignedIn, fields: &Fields) -> Result<Csv, Failure> {
    let segment = (fields.get("industry"), fields.get("seniority"), fields.get("region"));
    let rows = (0, EXPORT_ROWS_MAX);
    let found = read_tiers::people(&face.app, &may(me)?, segment, rows).await?;
    let mut csv = Csv::with_heads(&["person", "name", "title", "company", "industry", "best_tier"]);
    for (facts, best) in &found {
        let id = facts.id.to_string();
        let tier = |(_, tie): &(_, TieSeen)| Cell::Text(tie.tier.word());
        let mut row = vec![Cell::Text(&id)];
        row.extend(who(facts));
        row.push(best.as_ref().map_or(Cell::Text("gap"), tier));
        csv.row(&row);
    }
    Ok(csv)
}
