//! Figures: conversion, times, sources, with intervals; exports.

mod cards;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use axum::routing::get;
use warmpath_app::Failure;
use warmpath_app::policy::{ReadFigures, grant};
use warmpath_app::report_figures::{self, Figures, PARTS, Wish};
use warmpath_app::sign_in::SignedIn;
use warmpath_core::export::Cell;
use warmpath_core::referral::Origin;

use crate::api::report::wish;
use crate::csv::Csv;
use crate::form::Fields;
use crate::refuse::{self, render};
use crate::server::Face;
use crate::session::Reader;
use crate::shell;
use crate::view::Shell;
use crate::view::desk::{DeskPage, Layout};
use crate::view::part::{Action, Field, FilterBar, Segment};
use crate::words::Words;

/// The pages of this room.
pub fn routes() -> Router<Face> {
    Router::new().route("/insights", get(show)).route("/insights.csv", get(export))
}

/// Shows the figures.
async fn show(
    State(face): State<Face>,
    Reader(signed_in): Reader,
    RawQuery(query): RawQuery,
) -> Response {
    let frame = shell::of(&face.app, &signed_in, "Insights").await;
    let frame = shell::at(frame, "/insights");
    match load(&face, &signed_in, query.as_deref().unwrap_or_default()).await {
        Ok((wish, figures)) => render(&page(frame, &signed_in, &wish, &figures)),
        Err(failure) => refuse::page(Some(frame), &failure),
    }
}

/// The figures, or one part of them, as CSV.
async fn export(
    State(face): State<Face>,
    Reader(signed_in): Reader,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let fields = Fields::parse(query.as_bytes()).unwrap_or_default();
    let part = PARTS.into_iter().find(|part| *part == fields.trimmed("part"));
    match load(&face, &signed_in, &query).await {
        Ok((_, figures)) => csv(&figures, part),
        Err(failure) => refuse::page(None, &failure),
    }
}

async fn load(
    face: &Face,
    signed_in: &SignedIn,
    query: &str,
) -> Result<(Wish, Arc<Figures>), Failure> {
    let grant = grant::<ReadFigures>(&signed_in.principal)?;
    let wish = wish(query)?;
    let figures = face.figures.read(&face.app, &grant, &wish).await?;
    Ok((wish, figures))
}

fn csv(figures: &Figures, part: Option<&str>) -> Response {
    let heads = ["part", "name", "measure", "figure", "hits", "cases", "low", "high"];
    let mut csv = Csv::with_heads(&heads);
    let real = |figure: Option<f64>| figure.map_or(Cell::Empty, Cell::Real);
    let whole = |count: u64| Cell::Integer(i64::try_from(count).unwrap_or(i64::MAX));
    for line in report_figures::lines(figures, part) {
        csv.row(&[
            Cell::Text(line.part),
            Cell::Text(&line.name),
            Cell::Text(&line.measure),
            real(line.figure),
            line.hits.map_or(Cell::Empty, whole),
            whole(line.cases),
            real(line.interval.map(|(low, _)| low)),
            real(line.interval.map(|(_, high)| high)),
        ]);
    }
    csv.download(&format!("warmpath-{}.csv", part.unwrap_or("figures")))
}

/// The address of a report with another period or part.
fn address(path: &str, wish: &Wish, days: i64, part: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("days", &days.to_string());
    if let Some(origin) = wish.origin {
        query.append_pair("origin", origin.as_str());
    }
    if let Some(team) = &wish.team {
        query.append_pair("team", team);
    }
    if !part.is_empty() {
        query.append_pair("part", part);
    }
    format!("{path}?{}", query.finish())
}

const PERIODS: [(&str, i64); 4] =
    [("30 days", 30), ("90 days", 90), ("180 days", 180), ("A year", 365)];

fn page(mut shell: Shell, signed_in: &SignedIn, wish: &Wish, figures: &Figures) -> DeskPage {
    shell.charts = true;
    let addresses = PERIODS.map(|(label, days)| (label, address("/insights", wish, days, "")));
    let entries: Vec<(&str, &str)> = addresses.iter().map(|(l, a)| (*l, a.as_str())).collect();
    let current = PERIODS.iter().position(|(_, days)| *days == wish.days);
    let segment = Segment::of("Period", &entries, current.unwrap_or(usize::MAX));
    let csv = |part: &str| address("/insights.csv", wish, wish.days, part);
    DeskPage {
        shell,
        title: "Insights".into(),
        lead: format!(
            "Every rate with its cases and 95 % interval. Below 20 cases the list is more honest. \
             As of {}.",
            Words::new(&signed_in.member.zone, figures.as_of).moment(figures.as_of)
        ),
        actions: vec![Action::link("CSV", csv("")).icon("download")],
        segment: Some(segment),
        filters: Some(filters(signed_in, wish)),
        stats: Some(cards::stats(figures)),
        layout: Layout::TwoUp,
        main: cards::all(figures, &csv),
        ..DeskPage::default()
    }
}

fn filters(signed_in: &SignedIn, wish: &Wish) -> FilterBar {
    let mut origins = vec![("", "Every origin")];
    origins.extend(Origin::ALL.iter().map(|o| (o.as_str(), words::origin(o.as_str()))));
    let chosen = wish.origin.map_or("", Origin::as_str);
    let mut fields = vec![
        Field::hidden("days", &wish.days.to_string()),
        Field::select("origin", "Origin", &origins, chosen),
    ];
    if signed_in.member.role != warmpath_core::role::Role::Manager {
        fields.push(Field::text("team", "Team", wish.team.as_deref().unwrap_or_default()));
    }
    let narrowed = wish.origin.is_some() || wish.team.is_some();
    let clear_href = if narrowed { format!("/insights?days={}", wish.days) } else { String::new() };
    FilterBar { action: "/insights".into(), fields, clear_href }
}
