//! A team's load: who carries what, how the clocks stand, and handing over one or many.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use warmpath_app::Failure;
use warmpath_app::policy::{LeadTeam, grant};
use warmpath_app::read_referrals::Line;
use warmpath_app::read_team::{self, Load, Team};
use warmpath_app::rows::ClockRow;
use warmpath_app::sign_in::SignedIn;
use warmpath_core::id::{MemberId, ReferralId};

use super::bits::{address, join, name_of, query, role_of, summary, wrong};
use crate::form::Fields;
use crate::refuse::{self, render, render_with, status};
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::shell;
use crate::view::Shell;
use crate::view::desk::DeskPage;
use crate::view::part::{
    Action, Block, Cell, Check, Column, EmptyArt, EmptyState, Field, FieldKind, FormPart, FormView,
    Note, Row, Section, TableView, Tone,
};
use crate::words::{Words, state_pill};

/// Shows it.
pub(super) async fn show(State(face): State<Face>, Reader(me): Reader, raw: RawQuery) -> Response {
    let fields = query(&raw);
    let frame = shell::at(shell::of(&face.app, &me, "Team").await, "/team");
    match page(&face, &me, frame.clone(), &fields, None).await {
        Ok(page) => render(&page),
        Err(failure) => refuse::page(Some(frame), &failure),
    }
}

async fn page(
    face: &Face,
    me: &SignedIn,
    frame: Shell,
    fields: &Fields,
    refused: Option<&Failure>,
) -> Result<DeskPage, Failure> {
    let grant = grant::<LeadTeam>(&me.principal)?;
    let only: Option<MemberId> = fields.get("of").parse().ok();
    let team = read_team::run(&face.app, &grant, only).await?;
    let words = Words::new(&me.member.zone, face.app.now());
    let csrf = frame.csrf.clone();
    Ok(DeskPage {
        shell: frame,
        title: "Team".to_owned(),
        lead: "Who carries what, and how the clocks stand.".to_owned(),
        errors: refused.map(summary).unwrap_or_default(),
        note: outcome(fields),
        main: vec![loads(&team, &words), leads(&team, only, fields, &csrf, refused, &words)],
        ..DeskPage::default()
    })
}

/// What became of the last handing over, as its redirect tells.
fn outcome(fields: &Fields) -> Option<Note> {
    let count = |name: &str| fields.get(name).parse::<usize>().ok();
    let moved = count("moved")?;
    let left = count("left").unwrap_or(0);
    let text = match left {
        0 => "Their new owner was told by mail, and the clocks start anew.".to_owned(),
        n => format!("{n} could not be moved: they were closed or moved meanwhile."),
    };
    let tone = if left == 0 { Tone::Positive } else { Tone::Warning };
    Some(Note::new(tone, format!("{moved} handed over."), text))
}

fn loads(team: &Team, words: &Words) -> Section {
    let table = TableView {
        caption: "Load by member".to_owned(),
        columns: vec![
            Column::name("Member"),
            Column::figures("Open"),
            Column::figures("Not accepted"),
            Column::figures("Late"),
            Column::new("Next clock"),
            Column::new("Away"),
        ],
        rows: team.loads.iter().map(|load| load_row(load, words)).collect(),
        empty: "Nobody of your team works leads yet.".to_owned(),
        ..TableView::default()
    };
    Section::new("load", "Load", vec![Block::Table(table)])
}

fn load_row(load: &Load, words: &Words) -> Row {
    let id = load.member.id.to_string();
    let open = match load.cap {
        Some(cap) => format!("{} of {cap}", load.open),
        None => load.open.to_string(),
    };
    Row::from(vec![
        Cell::person(&load.member.name, &id, address("/team", &[("of", &id)]), &load.member.title),
        match load.cap.is_some_and(|cap| load.open as i64 >= cap) {
            true => Cell::Toned(open, Tone::Warning),
            false => Cell::figure(open),
        },
        Cell::figure(load.not_accepted.to_string()),
        match load.late {
            0 => Cell::figure("0"),
            n => Cell::Toned(n.to_string(), Tone::Negative),
        },
        load.next.as_ref().map_or(Cell::Nothing, |c| Cell::Clock(words.clock(c))),
        match &load.away {
            Some(away) => Cell::lines(&away.reason, format!("until {}", words.day(away.ends_at))),
            None => Cell::Nothing,
        },
    ])
}

fn leads(
    team: &Team,
    only: Option<MemberId>,
    fields: &Fields,
    csrf: &str,
    refused: Option<&Failure>,
    words: &Words,
) -> Section {
    let who = team.loads.iter().find(|l| Some(l.member.id) == only).map(|l| &l.member.name);
    let title = who.map_or("Open leads".to_owned(), |name| format!("Open leads of {name}"));
    if team.lines.is_empty() {
        let empty = EmptyState {
            art: EmptyArt::Path,
            title: "Nothing is open".to_owned(),
            sentence: "Leads show up here when they are routed.".to_owned(),
            actions: vec![Action::link("See all referrals", "/referrals")],
        };
        return Section::new("leads", title, vec![Block::Empty(empty)]);
    }
    let table = TableView {
        caption: "Open leads, most urgent first".to_owned(),
        columns: vec![
            Column::silent("Choose"),
            Column::name("Person"),
            Column::new("State"),
            Column::new("Owner"),
            Column::new("Clock"),
        ],
        rows: team.lines.iter().map(|(line, c)| row(line, c.as_ref(), fields, words)).collect(),
        ..TableView::default()
    };
    let options = std::iter::once((String::new(), "Choose a colleague".to_owned()))
        .chain(team.takers.iter().map(|m| (m.id.to_string(), join(&[&m.name, &m.title]))))
        .collect();
    let owner = Field::of(FieldKind::Select(options), "owner", "Hand to", fields.get("owner"))
        .error(wrong(refused, "owner"));
    let form = FormView {
        action: "/team/reassign".to_owned(),
        csrf: csrf.to_owned(),
        parts: vec![FormPart::Table(table), owner.into()],
        buttons: vec![Action::submit("Hand over the ticked ones")],
        ..FormView::default()
    };
    let mut section = Section::new("leads", title, vec![Block::Form(form)]);
    if only.is_some() {
        section.actions.push(Action::link("Show all", "/team").small());
    }
    section
}

fn row(line: &Line, clock: Option<&ClockRow>, fields: &Fields, words: &Words) -> Row {
    let id = line.referral.id.to_string();
    let name = name_of(&line.person);
    let check = Check {
        name: "referral".to_owned(),
        value: id.clone(),
        label: format!("Choose {name}"),
        checked: fields.all("referral").any(|chosen| chosen == id),
        silent: true,
        ..Check::default()
    };
    Row {
        cells: vec![
            Cell::Check(check),
            Cell::person(
                &name,
                &line.person.id.to_string(),
                format!("/referrals/{id}"),
                role_of(&line.person, line.account.as_ref()),
            ),
            Cell::Pill(state_pill(line.referral.state)),
            if line.owner_name.is_empty() { Cell::Nothing } else { Cell::text(&line.owner_name) },
            clock.map_or(Cell::Nothing, |c| Cell::Clock(words.clock(c))),
        ],
        id,
    }
}

/// Hands the ticked ones over.
pub(super) async fn reassign(State(face): State<Face>, writer: Writer) -> Response {
    let Writer { signed_in: me, fields } = writer;
    let ids: Vec<ReferralId> = fields.all("referral").filter_map(|id| id.parse().ok()).collect();
    let owner = fields.get("owner").parse().ok();
    let outcome = match grant::<LeadTeam>(&me.principal) {
        Ok(grant) => read_team::reassign(&face.app, &grant, &ids, owner).await,
        Err(failure) => Err(failure),
    };
    match outcome {
        Ok(done) => {
            let (moved, left) = (done.moved.to_string(), done.left.len().to_string());
            let to = address("/team", &[("moved", &moved), ("left", &left)]);
            Redirect::to(&to).into_response()
        }
        Err(failure) => {
            let frame = shell::at(shell::of(&face.app, &me, "Team").await, "/team");
            if !matches!(failure, Failure::Invalid(_)) {
                return refuse::page(Some(frame), &failure);
            }
            match page(&face, &me, frame.clone(), &fields, Some(&failure)).await {
                Ok(page) => render_with(status(&failure), &page),
                Err(other) => refuse::page(Some(frame), &other),
            }
        }
    }
}
