//! The partner portal: hand over, and follow what one's organisation handed over.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use warmpath_app::policy::{UsePortal, grant};
use warmpath_app::portal::{self, Line, Seen};
use warmpath_app::sign_in::SignedIn;
use warmpath_app::submit_referral::Receipt;
use warmpath_app::{Failure, keys, read_workspace};
use warmpath_core::limits;

use crate::evenly::evenly;
use crate::form::Fields;
use crate::limit::Rate;
use crate::pages::answer::outsider;
use crate::pages::hand_over::{NEXT, questions, typed};
use crate::refuse::{self, render, render_with, status};
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::view::Outsider;
use crate::view::hand_over::{HandOverOutsidePage, PartnerReferralsPage};
use crate::view::part::{Action, Cell, Column, EmptyState, Row, TableView, Tone};
use crate::words::Words;

async fn frame(face: &Face, signed_in: &SignedIn, title: &str) -> Result<Outsider, Failure> {
    let all = read_workspace::all(&face.app).await?;
    let here = signed_in.principal.workspace;
    let workspace = all.into_iter().find(|w| w.workspace == here).ok_or(Failure::NotFound)?;
    let mut frame = outsider(&workspace, title, "en");
    frame.for_whom = format!("For {}", signed_in.member.name);
    frame.footer_links = vec![("Your account, sign out".to_owned(), "/account".to_owned())];
    Ok(frame)
}

fn tabs(current: usize) -> Vec<(String, String, bool)> {
    [("Hand over", "/portal"), ("Handed over", "/portal/referrals")]
        .into_iter()
        .enumerate()
        .map(|(n, (label, href))| (label.to_owned(), href.to_owned(), n == current))
        .collect()
}

/// Shows the form.
pub async fn show(State(face): State<Face>, Reader(signed_in): Reader) -> Response {
    let key = keys::random_token(&face.app);
    match page(&face, &signed_in, &Fields::default(), &key, &[]).await {
        Ok(page) => render(&page),
        Err(failure) => refuse::page(None, &failure),
    }
}

async fn page(
    face: &Face,
    signed_in: &SignedIn,
    fields: &Fields,
    key: &str,
    problems: &[warmpath_app::error::Problem],
) -> Result<HandOverOutsidePage, Failure> {
    grant::<UsePortal>(&signed_in.principal)?;
    let mut form = questions("/portal", fields, key, problems);
    form.csrf.clone_from(&signed_in.session.form_token);
    Ok(HandOverOutsidePage {
        outsider: frame(face, signed_in, "Hand over a person").await?,
        title: "Whom should we meet?".to_owned(),
        lead: "They answer for themselves. Nobody contacts them before.".to_owned(),
        form,
        next: NEXT.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect(),
        tabs: tabs(0),
    })
}

/// Takes the form. The answer and its time are the same whether or not the person was known.
pub async fn submit(State(face): State<Face>, writer: Writer) -> Response {
    let Writer { signed_in, fields } = writer;
    match evenly(submitted(&face, &signed_in, &fields)).await {
        Ok(receipt) => Redirect::to(&receipt.status_url.replace(&face.app.config.public_url, ""))
            .into_response(),
        Err(Failure::Invalid(problems)) => {
            let key = fields.get("idempotency_key").to_owned();
            let code = status(&Failure::Invalid(Vec::new()));
            match page(&face, &signed_in, &fields, &key, &problems).await {
                Ok(page) => render_with(code, &page),
                Err(failure) => refuse::page(None, &failure),
            }
        }
        Err(failure) => refuse::page(None, &failure),
    }
}

async fn submitted(face: &Face, signed_in: &SignedIn, fields: &Fields) -> Result<Receipt, Failure> {
    let grant = grant::<UsePortal>(&signed_in.principal)?;
    let who = format!("{:?}", signed_in.principal.partner);
    let rate = Rate::per_day(limits::PARTNER_SUBMISSIONS_PER_DAY);
    face.limiter.admit("portal", &who, rate, face.app.now())?;
    portal::submit(&face.app, &grant, &signed_in.member, &typed(fields)).await
}

/// Which page.
#[derive(Debug, Default, Deserialize)]
pub struct Page {
    after: Option<String>,
}

/// Lists what the organisation handed over.
pub async fn list(
    State(face): State<Face>,
    Reader(signed_in): Reader,
    Query(wanted): Query<Page>,
) -> Response {
    match listed(&face, &signed_in, &wanted).await {
        Ok(page) => render(&page),
        Err(failure) => refuse::page(None, &failure),
    }
}

async fn listed(
    face: &Face,
    signed_in: &SignedIn,
    wanted: &Page,
) -> Result<PartnerReferralsPage, Failure> {
    let grant = grant::<UsePortal>(&signed_in.principal)?;
    let before = match &wanted.after {
        Some(text) => Some(text.parse().map_err(|_| Failure::NotFound)?),
        None => None,
    };
    let limit = limits::PAGE_ROWS_DEFAULT;
    let lines = portal::list(&face.app, &grant, before, limit as i64).await?;
    let next = lines.last().filter(|_| lines.len() == limit);
    let next_href = next.map(|l| format!("/portal/referrals?after={}", l.id)).unwrap_or_default();
    let words = Words::new(&signed_in.member.zone, face.app.now());
    let empty = lines.is_empty().then(|| EmptyState {
        title: "Nobody yet".to_owned(),
        sentence: "Whom you hand over stands here, with what each person lets us share.".to_owned(),
        actions: vec![Action::link("Hand over a person", "/portal").primary()],
        ..EmptyState::default()
    });
    Ok(PartnerReferralsPage {
        outsider: frame(face, signed_in, "People you handed over").await?,
        tabs: tabs(1),
        summary: "Changes stand here a day after they happen.".to_owned(),
        table: TableView {
            caption: "People your organisation handed over".to_owned(),
            columns: vec![Column::name("Person"), Column::new("State"), Column::new("Handed over")],
            rows: lines.iter().map(|line| row(line, &words)).collect(),
            next_href,
            ..TableView::default()
        },
        empty,
    })
}

fn row(line: &Line, words: &Words) -> Row {
    let (word, tone) = match line.seen {
        Seen::Received => ("Received", Tone::Neutral),
        Seen::InTalks => ("In talks", Tone::Accent),
        Seen::LedToBusiness => ("Led to business", Tone::Positive),
        Seen::Closed => ("Closed", Tone::Neutral),
    };
    let by = if line.own { "By you" } else { "By a colleague of yours" };
    vec![
        Cell::lines(&line.name, by),
        Cell::pill(word, tone),
        Cell::Time(words.moment(line.at), line.at.to_string()),
    ]
    .into()
}
