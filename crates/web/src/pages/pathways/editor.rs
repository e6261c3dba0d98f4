//! One pathway: text, rules and changes as views of one document, with lint beside it.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use warmpath_app::edit_pathway::{self, Kept, Whole, is_open};
use warmpath_app::pathway::{self as document, Finding as Found, LineKind, Severity};
use warmpath_app::policy::{ReadPathways, WritePathways, grant};
use warmpath_app::rows::PathwayVersionRow;
use warmpath_app::sign_in::SignedIn;
use warmpath_app::{Failure, read_workspace};

use crate::refuse::{self, render};
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::shell;
use crate::view::part::{
    Action, ActionKind, Block, Cell, ChartView, Column, Field, FormView, Note, Pill, Row, Section,
    Segment, Stat, Stats, TableView, Tone,
};
use crate::view::pathway::{
    Finding, LifeStep, LineMark, PathwayPage, PathwayView, RuleView, Simulation, SourceLine,
};
use crate::words::Words;

/// What is shown.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Shown {
    view: Option<String>,
}

/// The page.
pub(super) async fn show(
    State(face): State<Face>,
    Path(slug): Path<String>,
    Query(shown): Query<Shown>,
    Reader(signed_in): Reader,
) -> Response {
    page(&face, &signed_in, &slug, shown.view.as_deref().unwrap_or("text"), None, None).await
}

/// Keeps the text.
pub(super) async fn save(
    State(face): State<Face>,
    Path(slug): Path<String>,
    writer: Writer,
) -> Response {
    let text = writer.fields.get("text").to_owned();
    let base = writer.fields.get("base").parse().unwrap_or(0);
    let saved = async {
        let grant = grant::<WritePathways>(&writer.signed_in.principal)?;
        edit_pathway::save(&face.app, &grant, &slug, base, &text).await
    };
    match saved.await {
        Ok(_) => Redirect::to(&format!("/pathways/{slug}")).into_response(),
        Err(failure @ Failure::NotAllowed { .. }) => {
            let frame = shell::of(&face.app, &writer.signed_in, "Pathways").await;
            refuse::page(Some(frame), &failure)
        }
        // What was typed stays in the field.
        Err(failure) => {
            let note = Note::new(Tone::Negative, "Not saved.", failure.to_string());
            let who = &writer.signed_in;
            let mut response = page(&face, who, &slug, "edit", Some(text), Some(note)).await;
            *response.status_mut() = refuse::status(&failure);
            response
        }
    }
}

/// Lints what stands in the field, without keeping it.
pub(super) async fn lint(
    State(face): State<Face>,
    Path(slug): Path<String>,
    writer: Writer,
) -> Response {
    let text = writer.fields.get("text").to_owned();
    page(&face, &writer.signed_in, &slug, "edit", Some(text), None).await
}

/// Applies what the linter offers.
pub(super) async fn fix(
    State(face): State<Face>,
    Path(slug): Path<String>,
    writer: Writer,
) -> Response {
    let at = writer.fields.get("at").to_owned();
    let fixed = async {
        let grant = grant::<WritePathways>(&writer.signed_in.principal)?;
        let whole = edit_pathway::by_slug(&face.app, grant.workspace(), &slug).await?;
        let row = newest(&whole).ok_or(Failure::NotFound)?;
        let findings = edit_pathway::lint(&face.app, grant.workspace(), &row.text).await?;
        let finding = findings.iter().find(|f| place(f) == at).ok_or(Failure::NotFound)?;
        let text = document::apply_fix(&row.text, finding).ok_or(Failure::NotFound)?;
        edit_pathway::save(&face.app, &grant, &slug, 0, &text).await
    };
    match fixed.await {
        Ok(_) => Redirect::to(&format!("/pathways/{slug}")).into_response(),
        Err(failure) => {
            let frame = shell::of(&face.app, &writer.signed_in, "Pathways").await;
            refuse::page(Some(frame), &failure)
        }
    }
}

/// The version worked on: the open draft, else the pilot, else the live one.
fn newest(whole: &Whole) -> Option<&PathwayVersionRow> {
    let live = |v: &&PathwayVersionRow| Some(v.number) == whole.pathway.live_version;
    whole
        .versions
        .iter()
        .find(|v| is_open(v))
        .or_else(|| whole.versions.iter().find(|v| v.state == "pilot"))
        .or_else(|| whole.versions.iter().find(live))
        .or_else(|| whole.versions.first())
}

struct Loaded {
    whole: Whole,
    row: PathwayVersionRow,
    findings: Vec<Found>,
    members: Vec<warmpath_app::rows::MemberRow>,
    may_write: bool,
}

async fn load(
    face: &Face,
    signed_in: &SignedIn,
    slug: &str,
    text: Option<&str>,
) -> Result<Loaded, Failure> {
    let read = grant::<ReadPathways>(&signed_in.principal)?;
    let whole = edit_pathway::by_slug(&face.app, read.workspace(), slug).await?;
    let row = newest(&whole).cloned().ok_or(Failure::NotFound)?;
    let looked = text.unwrap_or(&row.text);
    let findings = edit_pathway::lint(&face.app, read.workspace(), looked).await?;
    let members = read_workspace::members(&face.app, read.workspace()).await?;
    let may_write = grant::<WritePathways>(&signed_in.principal).is_ok();
    Ok(Loaded { whole, row, findings, members, may_write })
}

async fn page(
    face: &Face,
    signed_in: &SignedIn,
    slug: &str,
    view: &str,
    typed: Option<String>,
    note: Option<Note>,
) -> Response {
    let frame = shell::of(&face.app, signed_in, "Pathway").await;
    let loaded = match load(face, signed_in, slug, typed.as_deref()).await {
        Ok(loaded) => loaded,
        Err(failure) => return refuse::page(Some(frame), &failure),
    };
    let name = loaded.whole.pathway.name.clone();
    let mut frame = shell::of(&face.app, signed_in, &name).await;
    frame = shell::at(shell::under(frame, "Pathways", "/pathways"), "/pathways");
    let kept = Kept::read(&loaded.row.simulation);
    frame.charts = kept.as_ref().is_some_and(|k| k.owner_changed > 0);
    frame.actions = if loaded.may_write { actions(&loaded, signed_in) } else { Vec::new() };
    let words = Words::new(&signed_in.member.zone, face.app.now());
    let text = typed.unwrap_or_else(|| loaded.row.text.clone());
    let errors = count(&loaded.findings, Severity::Error);
    let remarks = count(&loaded.findings, Severity::Remark);
    let csrf = frame.csrf.clone();
    render(&PathwayPage {
        shell: frame,
        title: format!("{name}, version {}", loaded.row.number),
        state: state_pill(&loaded.row.state),
        lead: lead(&loaded.whole, &words),
        segment: segment(slug, view, loaded.may_write),
        life: life(&loaded.row, errors),
        note,
        file_name: format!("{slug}.toml"),
        view: shown(&loaded, view, &text),
        save_action: if loaded.may_write { format!("/pathways/{slug}") } else { String::new() },
        base: loaded.row.version.to_string(),
        edit_href: if loaded.may_write {
            format!("/pathways/{slug}?view=edit")
        } else {
            String::new()
        },
        lint_pills: lint_pills(errors, remarks),
        findings: loaded.findings.iter().map(|f| finding(f, slug, loaded.may_write)).collect(),
        simulation: kept.as_ref().map(simulation),
        rail: rail(&loaded, slug, &csrf, &words),
    })
}

fn count(findings: &[Found], severity: Severity) -> usize {
    findings.iter().filter(|f| f.severity == severity).count()
}

fn place(finding: &Found) -> String {
    format!("{}:{}", finding.line, finding.column)
}

fn state_pill(state: &str) -> Pill {
    match state {
        "live" => Pill::new("Live", Tone::Accent),
        "pilot" => Pill::new("Pilot", Tone::Accent),
        "simulated" => Pill::new("Simulated", Tone::Neutral),
        "linted" => Pill::new("Linted", Tone::Neutral),
        "retired" => Pill::new("Retired", Tone::Neutral),
        _ => Pill::new("Draft", Tone::Neutral),
    }
}

fn lead(whole: &Whole, words: &Words) -> String {
    let live = whole.versions.iter().find(|v| Some(v.number) == whole.pathway.live_version);
    match live {
        Some(v) => {
            let since = v.approved_at.unwrap_or(v.created_at);
            format!(
                "Version {} has been live since {}. A second person approves before another replaces it.",
                v.number,
                words.day(since)
            )
        }
        None => "No version is live: referrals of these origins wait for an arbiter.".to_owned(),
    }
}

fn segment(slug: &str, view: &str, may_write: bool) -> Segment {
    let path = |v: &str| format!("/pathways/{slug}?view={v}");
    let (text, rules, changes) =
        (path(if may_write { "edit" } else { "text" }), path("rules"), path("changes"));
    let current = match view {
        "rules" => 1,
        "changes" => 2,
        _ => 0,
    };
    let entries =
        [("Text", text.as_str()), ("Rules", rules.as_str()), ("Changes", changes.as_str())];
    Segment::of("How it is shown", &entries, current)
}

fn life(row: &PathwayVersionRow, errors: usize) -> Vec<LifeStep> {
    let order = ["draft", "linted", "simulated", "pilot", "live"];
    let at = order.iter().position(|s| *s == row.state).unwrap_or(4);
    let label = |n: usize| match n {
        0 => "Draft".to_owned(),
        1 if errors == 1 => "Lint, 1 error".to_owned(),
        1 if errors > 1 => format!("Lint, {errors} errors"),
        1 => "Lint".to_owned(),
        2 => "Simulate".to_owned(),
        3 => "Pilot".to_owned(),
        _ => "Live".to_owned(),
    };
    (0..order.len()).map(|n| LifeStep { label: label(n), done: n < at, current: n == at }).collect()
}

fn lint_pills(errors: usize, remarks: usize) -> Vec<Pill> {
    let plural =
        |n: usize, word: &str| if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") };
    let mut pills = Vec::new();
    if errors > 0 {
        pills.push(Pill::new(plural(errors, "error"), Tone::Negative));
    }
    if remarks > 0 {
        pills.push(Pill::new(plural(remarks, "remark"), Tone::Warning));
    }
    if pills.is_empty() {
        pills.push(Pill::new("Nothing found", Tone::Positive));
    }
    pills
}

fn finding(found: &Found, slug: &str, may_write: bool) -> Finding {
    let fixable = found.fix.is_some() && may_write;
    Finding {
        tone: if found.severity == Severity::Error { Tone::Negative } else { Tone::Warning },
        title: found.message.clone(),
        help: found.what_to_do.clone(),
        place: place(found),
        line: u32::try_from(found.line).unwrap_or(0),
        fix: fixable.then(|| {
            Action::post("Fix it", format!("/pathways/{slug}/fix")).small().with("at", place(found))
        }),
    }
}

fn shown(loaded: &Loaded, view: &str, text: &str) -> PathwayView {
    match view {
        "edit" if loaded.may_write => PathwayView::Edit(text.to_owned()),
        "rules" => PathwayView::Rules(rules(text), None),
        "changes" => changes(loaded, text),
        _ => PathwayView::Source(source(loaded, text)),
    }
}

fn live_text(loaded: &Loaded) -> Option<&PathwayVersionRow> {
    let live = loaded.whole.pathway.live_version;
    loaded.whole.versions.iter().find(|v| Some(v.number) == live)
}

fn source(loaded: &Loaded, text: &str) -> Vec<SourceLine> {
    let old = live_text(loaded).map_or("", |v| v.text.as_str());
    let changed: Vec<usize> = if old == text || old.is_empty() {
        Vec::new()
    } else {
        document::diff_lines(old, text)
            .into_iter()
            .filter(|c| c.kind == LineKind::Added)
            .filter_map(|c| c.new_line)
            .collect()
    };
    text.lines()
        .zip(1_usize..)
        .map(|(line, number)| {
            let found = loaded.findings.iter().find(|f| f.line == number);
            let mark = match found.map(|f| f.severity) {
                Some(Severity::Error) => LineMark::Error,
                Some(Severity::Remark) => LineMark::Remark,
                None if changed.contains(&number) => LineMark::Changed,
                None => LineMark::None,
            };
            SourceLine::of(u32::try_from(number).unwrap_or(0), line, mark)
        })
        .collect()
}

fn changes(loaded: &Loaded, text: &str) -> PathwayView {
    let Some(live) = live_text(loaded) else {
        return PathwayView::Source(source(loaded, text));
    };
    let mut old = Vec::new();
    let mut new = Vec::new();
    for change in document::diff_lines(&live.text, text) {
        let number = |n: Option<usize>| n.and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
        match change.kind {
            LineKind::Same => {
                old.push(SourceLine::of(number(change.old_line), &change.text, LineMark::None));
                new.push(SourceLine::of(number(change.new_line), &change.text, LineMark::None));
            }
            LineKind::Removed => {
                old.push(SourceLine::of(number(change.old_line), &change.text, LineMark::Removed));
            }
            LineKind::Added => {
                new.push(SourceLine::of(number(change.new_line), &change.text, LineMark::Added));
            }
        }
    }
    PathwayView::Compare(
        (format!("Version {}, live", live.number), old),
        (format!("Version {}", loaded.row.number), new),
    )
}

fn rules(text: &str) -> Vec<RuleView> {
    let Ok(read) = document::parse(text) else { return Vec::new() };
    let conditions: Vec<String> = read.rules.iter().map(|r| r.when.value.to_string()).collect();
    document::rule_forms(&read)
        .into_iter()
        .zip(conditions)
        .map(|(rule, when)| RuleView {
            id: rule.id,
            name: rule.name,
            stage: rule.stage.name().to_owned(),
            when,
            then: rule.then.iter().map(|(k, v)| format!("{k}: {v}")).collect::<Vec<_>>().join(", "),
            fired: String::new(),
            actions: Vec::new(),
        })
        .collect()
}

fn actions(loaded: &Loaded, signed_in: &SignedIn) -> Vec<Action> {
    let slug = &loaded.whole.pathway.slug;
    let row = &loaded.row;
    let path = |verb: &str| format!("/pathways/{slug}/{verb}");
    let without = Kept::read(&row.simulation).map_or(0, |k| k.without_owner);
    match row.state.as_str() {
        "draft" => vec![
            Action::post("Simulate", path("simulate")).not_now("Simulate: after the lint error"),
        ],
        "linted" => vec![Action::post("Simulate", path("simulate")).primary()],
        "simulated" if without > 0 => vec![
            Action::post("Approve", path("approve"))
                .not_now(format!("Approval: {without} would be without an owner")),
        ],
        "simulated" if row.approved_by.is_none() && row.author == Some(signed_in.member.id) => {
            vec![
                Action::post("Simulate again", path("simulate")),
                Action::ask("Go live", path("live")).primary(),
            ]
        }
        "simulated" if row.approved_by.is_none() => {
            vec![Action::post("Approve", path("approve")).primary()]
        }
        "simulated" => vec![
            Action::ask("Pilot one door", path("pilot")),
            Action::ask("Go live", path("live")).primary(),
        ],
        "pilot" => vec![Action::ask("Go live for all doors", path("live")).primary()],
        _ => vec![Action::link("Change it", format!("/pathways/{slug}?view=edit"))],
    }
}

fn simulation(kept: &Kept) -> Simulation {
    let figure = |label: &str, n: usize| Stat::new(label, &n.to_string(), "", "");
    let none = figure("without an owner", kept.without_owner);
    let none = none.toned(if kept.without_owner == 0 { Tone::Positive } else { Tone::Negative });
    let rows: Vec<Row> = kept
        .moves
        .iter()
        .take(25)
        .map(|(id, from, to, wait)| {
            let wait = match wait {
                Some(0) | None => "same".to_owned(),
                Some(minutes) => format!("{minutes:+} min"),
            };
            let short: String = id.chars().take(14).collect();
            vec![
                Cell::link(short, format!("/referrals/{id}"), ""),
                Cell::text(from),
                Cell::text(to),
                Cell::figure(wait),
            ]
            .into()
        })
        .collect();
    Simulation {
        about: format!("{} past referrals of this pathway", kept.total),
        counts: Stats {
            stats: vec![
                figure("get another owner", kept.owner_changed),
                figure("wait longer to be accepted", kept.waits_longer),
                none,
            ],
        },
        chart: (kept.owner_changed > 0).then(|| sankey(kept)),
        table: TableView {
            caption: "Referrals that move".into(),
            columns: vec![
                Column::name("Referral"),
                Column::new("From"),
                Column::new("To"),
                Column::figures("Wait"),
            ],
            rows,
            ..TableView::default()
        },
        all_href: String::new(),
    }
}

fn sankey(kept: &Kept) -> ChartView {
    let mut names: Vec<String> = Vec::new();
    let mut links = Vec::new();
    for (from, to, count) in &kept.flows {
        let (from, to) = (format!("{from} before"), format!("{to} after"));
        for name in [&from, &to] {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        links.push(serde_json::json!({ "source": from, "target": to, "value": count }));
    }
    let data: Vec<_> = names.iter().map(|n| serde_json::json!({ "name": n })).collect();
    let options = serde_json::json!({
        "tooltip": {},
        "series": [{
            "type": "sankey", "left": 4, "right": 120, "top": 8, "bottom": 8, "nodeWidth": 8,
            "draggable": false, "label": { "color": "token:ink" },
            "lineStyle": { "color": "source", "opacity": 0.2 },
            "data": data, "links": links,
        }],
    });
    let rows = kept
        .flows
        .iter()
        .map(|(from, to, count)| {
            vec![Cell::text(from), Cell::text(to), Cell::figure(count.to_string())].into()
        })
        .collect();
    ChartView {
        id: "moves".into(),
        finding: format!("{} of {} get another owner.", kept.owner_changed, kept.total),
        options: options.to_string().replace('<', "\\u003c"),
        table: TableView {
            caption: "Owners before and after".into(),
            columns: vec![
                Column::name("Before"),
                Column::new("After"),
                Column::figures("Referrals"),
            ],
            rows,
            ..TableView::default()
        },
        csv_href: String::new(),
    }
}

fn rail(loaded: &Loaded, slug: &str, csrf: &str, words: &Words) -> Vec<Section> {
    let form = FormView {
        action: format!("/pathways/{slug}/what-if"),
        csrf: csrf.to_owned(),
        parts: vec![
            Field::text("referral", "Somebody who was handed over", "")
                .hint("Name, e-mail, or the address of the referral")
                .into(),
        ],
        buttons: vec![Action { kind: ActionKind::Plain, ..Action::submit("Try it") }],
        inline: true,
        ..FormView::default()
    };
    let rows = loaded
        .whole
        .versions
        .iter()
        .map(|v| {
            let who = edit_pathway::author_name(&loaded.members, v.approved_by);
            let below = match v.approved_at {
                Some(at) if who.is_empty() => format!("{}, {}", v.state, words.day(at)),
                Some(at) => format!("{}, approved by {who}, {}", v.state, words.day(at)),
                None => v.state.clone(),
            };
            let back = (v.state == "retired" && loaded.may_write).then(|| {
                Action::ask("Return to it", format!("/pathways/{slug}/return/{}", v.number)).small()
            });
            vec![
                Cell::lines(v.number.to_string(), below),
                Cell::Actions(back.into_iter().collect()),
            ]
            .into()
        })
        .collect();
    let versions = TableView {
        caption: "Versions".into(),
        columns: vec![Column::name("Version"), Column::silent("Actions")],
        rows,
        ..TableView::default()
    };
    vec![
        Section::new("person", "What would happen to this person?", vec![Block::Form(form)]),
        Section::new("versions", "Versions", vec![Block::Table(versions)]),
    ]
}
