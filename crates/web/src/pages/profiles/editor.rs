//! The editor: the brief is read as one types, nothing is kept before it is saved.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use warmpath_app::Failure;
use warmpath_app::error::Problem;
use warmpath_app::manage_profiles::{self as use_case, Whole, Written, kit_of, read_brief};
use warmpath_app::policy::{ReadProfiles, WriteProfiles, grant};
use warmpath_app::profile::{Kit, Move, ParsedBrief, State as ProfileState, Verdict};
use warmpath_app::read_matches::{self, Measured};
use warmpath_app::sign_in::SignedIn;
use warmpath_core::id::ProfileId;

use super::{HREF, proposals, tabs, words};
use crate::form::Fields;
use crate::pages::card;
use crate::refuse::{self, render, render_with};
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::shell;
use crate::view::part::{
    Action, Bar, Bars, Block, Field, FieldKind, FormView, Note, Section, Tone, Voice,
};
use crate::view::pathway::LifeStep;
use crate::view::profile::{Meter, ProfilePage};
use crate::words::thousands;

/// An empty editor.
pub(super) async fn blank(State(face): State<Face>, Reader(who): Reader) -> Response {
    if let Err(failure) = grant::<WriteProfiles>(&who.principal) {
        return card::refused(&face, &who, &failure).await;
    }
    page(&face, &who, None, &Written::default(), None).await
}

/// A profile.
pub(super) async fn show(
    State(face): State<Face>,
    Path(id): Path<String>,
    Reader(who): Reader,
) -> Response {
    match load(&face, &who, &id).await {
        Ok(whole) => {
            let written = written_of(&whole);
            page(&face, &who, Some(&whole), &written, None).await
        }
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}

pub(super) async fn load(face: &Face, who: &SignedIn, id: &str) -> Result<Whole, Failure> {
    let may = grant::<ReadProfiles>(&who.principal)?;
    let id: ProfileId = id.parse().map_err(|_| Failure::NotFound)?;
    use_case::one(&face.app, &may, id).await
}

fn written_of(whole: &Whole) -> Written {
    let shown = whole.shown();
    Written {
        name: whole.profile.name.clone(),
        brief: shown.map(|v| v.brief.clone()).unwrap_or_default(),
        script: shown.map(|v| v.script.clone()).unwrap_or_default(),
        value_line: shown.map(|v| v.value_line.clone()).unwrap_or_default(),
        benefit: shown.map(|v| v.benefit.clone()).unwrap_or_default(),
        needed_by_hand: Some(whole.profile.needed_by_hand),
        base: whole.profile.version,
    }
}

fn typed(fields: &Fields) -> Written {
    let needed = fields.trimmed("needed_by_hand");
    Written {
        name: fields.trimmed("name").to_owned(),
        brief: fields.get("brief").to_owned(),
        script: fields.get("script").to_owned(),
        value_line: fields.get("value_line").to_owned(),
        benefit: fields.get("benefit").to_owned(),
        // What is no number is refused as one out of range.
        needed_by_hand: (!needed.is_empty()).then(|| needed.parse().unwrap_or(0)),
        base: fields.trimmed("base").parse().unwrap_or(0),
    }
}

/// Reads a new brief without keeping it.
pub(super) async fn check_new(State(face): State<Face>, writer: Writer) -> Response {
    page(&face, &writer.signed_in, None, &typed(&writer.fields), None).await
}

/// Reads what stands in the field without keeping it.
pub(super) async fn check(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    match load(&face, &writer.signed_in, &id).await {
        Ok(whole) => {
            let written = typed(&writer.fields);
            page(&face, &writer.signed_in, Some(&whole), &written, None).await
        }
        Err(failure) => card::refused(&face, &writer.signed_in, &failure).await,
    }
}

/// Keeps a new profile.
pub(super) async fn create(State(face): State<Face>, writer: Writer) -> Response {
    keep(&face, &writer, None).await
}

/// Keeps the next version.
pub(super) async fn save(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    if let Err(failure) = grant::<WriteProfiles>(&writer.signed_in.principal) {
        return card::refused(&face, &writer.signed_in, &failure).await;
    }
    match load(&face, &writer.signed_in, &id).await {
        Ok(whole) => keep(&face, &writer, Some(whole)).await,
        Err(failure) => card::refused(&face, &writer.signed_in, &failure).await,
    }
}

async fn keep(face: &Face, writer: &Writer, whole: Option<Whole>) -> Response {
    let written = typed(&writer.fields);
    let id = whole.as_ref().map(|w| w.profile.id);
    let saved = async {
        let may = grant::<WriteProfiles>(&writer.signed_in.principal)?;
        use_case::save(&face.app, &may, id, &written).await
    };
    match saved.await {
        Ok(saved) => Redirect::to(&format!("{HREF}/{}", saved.id)).into_response(),
        Err(failure @ (Failure::Invalid(_) | Failure::Conflict(_))) => {
            page(face, &writer.signed_in, whole.as_ref(), &written, Some(&failure)).await
        }
        Err(failure) => card::refused(face, &writer.signed_in, &failure).await,
    }
}

/// A step of the life cycle.
pub(super) async fn step(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    let done = async {
        let may = grant::<WriteProfiles>(&writer.signed_in.principal)?;
        let id: ProfileId = id.parse().map_err(|_| Failure::NotFound)?;
        let step = Move::of(writer.fields.trimmed("step"))
            .ok_or_else(|| Failure::invalid("step", "step_unknown", "There is no such step."))?;
        use_case::step(&face.app, &may, id, step).await
    };
    card::after(&face, &writer.signed_in, done.await, &format!("{HREF}/{id}")).await
}

struct Read {
    parsed: Option<ParsedBrief>,
    measured: Option<Measured>,
    problem: Option<String>,
}

async fn read(face: &Face, who: &SignedIn, brief: &str) -> Result<Read, Failure> {
    let may = grant::<ReadProfiles>(&who.principal)?;
    if brief.trim().is_empty() {
        return Ok(Read { parsed: None, measured: None, problem: None });
    }
    match read_brief(brief) {
        Ok(parsed) => {
            let measured = read_matches::measure(&face.app, &may, &parsed).await?;
            Ok(Read { parsed: Some(parsed), measured: Some(measured), problem: None })
        }
        Err(Failure::Invalid(problems)) => {
            let problem = problems.first().map(|p| p.message.clone());
            Ok(Read { parsed: None, measured: None, problem })
        }
        Err(other) => Err(other),
    }
}

async fn page(
    face: &Face,
    who: &SignedIn,
    whole: Option<&Whole>,
    written: &Written,
    failure: Option<&Failure>,
) -> Response {
    let title = whole.map_or("New profile", |w| w.profile.name.as_str()).to_owned();
    let frame =
        shell::at(shell::under(shell::of(&face.app, who, &title).await, "Profiles", HREF), HREF);
    let read = match read(face, who, &written.brief).await {
        Ok(read) => read,
        Err(failure) => return refuse::page(Some(frame), &failure),
    };
    let may_write = grant::<WriteProfiles>(&who.principal).is_ok()
        && whole.is_none_or(|w| w.state() != ProfileState::Retired);
    let problems: &[Problem] = match failure {
        Some(Failure::Invalid(problems)) => problems,
        _ => &[],
    };
    let id = whole.map(|w| w.profile.id.to_string()).unwrap_or_default();
    let path = if id.is_empty() { HREF.to_owned() } else { format!("{HREF}/{id}") };
    let specific = read.measured.as_ref().map(|m| m.specificity.judgement.verdict);
    let mut shown = ProfilePage {
        title,
        lead: whole
            .map(|w| words::automation(w.automation(), w.profile.needed_by_hand))
            .unwrap_or_default(),
        tabs: if id.is_empty() { Vec::new() } else { tabs(&id, "") },
        life: whole.map(life).unwrap_or_default(),
        errors: card::summary(problems),
        note: note(failure, &read, specific),
        save_action: if may_write { path.clone() } else { String::new() },
        check_action: format!("{path}/check"),
        base: written.base.to_string(),
        name: card::with_error(
            Field::text("name", "Name", &written.name).max_length(120),
            problems,
        ),
        brief: written.brief.clone(),
        brief_error: problem(problems, "brief").or(read.problem.clone()).unwrap_or_default(),
        texts: texts(written, problems),
        findings: findings(written),
        needed: card::with_error(needed(written), problems),
        ..ProfilePage::default()
    };
    if let Some(whole) = whole {
        let refused = whole.shown().is_some_and(|v| v.state == "refused");
        shown.pill = Some(words::state_pill(whole.state(), refused));
        shown.rail = rail(whole, who, &frame.csrf);
        let open = whole.versions.first().is_some_and(|v| v.state == "draft");
        if open && may_write {
            shown.rail.extend(proposals::ask_card(face, &id, &frame.csrf));
        }
    }
    fill(&mut shown, &read, &written.brief);
    shown.shell = frame;
    match failure {
        Some(failure) => render_with(refuse::status(failure), &shown),
        None => render(&shown),
    }
}

fn problem(problems: &[Problem], field: &str) -> Option<String> {
    problems.iter().find(|p| p.field == field).map(|p| p.message.clone())
}

/// What was read out of the brief, and how many people it leaves.
fn fill(page: &mut ProfilePage, read: &Read, brief: &str) {
    let (Some(parsed), Some(measured)) = (&read.parsed, &read.measured) else {
        page.meter = Meter { title: "How specific it is".into(), parts: Vec::new() };
        page.funnel_note = "Nobody is looked for before there is a brief.".into();
        return;
    };
    page.pieces = words::pieces(brief, parsed);
    page.language = words::language(parsed);
    page.criteria = words::criteria_table(parsed);
    let quoted: Vec<String> =
        parsed.not_understood.iter().map(|w| format!("\u{201c}{w}\u{201d}")).collect();
    page.unread = quoted.join(", ");
    page.meter = words::meter(&measured.specificity, &parsed.criteria);
    page.funnel = Some(funnel(measured));
    page.funnel_note = funnel_note(measured);
}

fn funnel(measured: &Measured) -> Bars {
    let all = std::iter::once(("All people", measured.universe)).chain(measured.funnel.clone());
    // Bars on a log scale: a thousand and ten are both to be seen.
    let length = |n: usize| ((n + 1) as f64).ln() / ((measured.universe + 1) as f64).ln().max(1.0);
    let bars = all.map(|(label, n)| Bar {
        label: label.to_owned(),
        share: (length(n) * 100.0).clamp(0.0, 100.0) as u8,
        figure: thousands(n as i64),
        ..Bar::default()
    });
    Bars {
        caption: "People left after each criterion".into(),
        heads: ("Criterion".into(), "People".into(), String::new()),
        bars: bars.collect(),
    }
}

fn funnel_note(measured: &Measured) -> String {
    let left = measured.specificity.left.as_ref();
    let mut text = format!(
        "Bars on a log scale. For {} more something is unknown; they are shown apart, never counted as fitting.",
        thousands(measured.possible as i64)
    );
    if let Some((criterion, gained)) = left.and_then(|l| l.loosen) {
        let name = words::check_name(criterion).to_lowercase();
        text.push_str(&format!(
            " Nobody fits. Without {name} it would be {}.",
            thousands(gained as i64)
        ));
    } else if left.is_some_and(|l| l.crowd && l.people > 0 && l.universe >= 1000) {
        text.push_str(" It still fits a crowd: sharpen it.");
    }
    text
}

fn note(failure: Option<&Failure>, read: &Read, verdict: Option<Verdict>) -> Option<Note> {
    if let Some(failure @ Failure::Conflict(_)) = failure {
        return Some(Note::new(Tone::Negative, "Not saved.", failure.to_string()));
    }
    let measured = read.measured.as_ref()?;
    match verdict {
        Some(Verdict::Vague | Verdict::Contradictory) => {
            let why = words::refusal(&measured.specificity);
            Some(Note::new(Tone::Negative, "Nothing is asked with this brief.", why))
        }
        _ => None,
    }
}

fn texts(written: &Written, problems: &[Problem]) -> Vec<Field> {
    let area = |name: &str, label: &str, hint: &str, value: &str| {
        let field = Field::of(FieldKind::Area(4, Voice::Person), name, label, value).hint(hint);
        card::with_error(field.max_length(1000), problems)
    };
    vec![
        area("script", "Script", "Two sentences a connector can say.", &written.script),
        area(
            "benefit",
            "What is in it for the person asked",
            "Start with them, not with us.",
            &written.benefit,
        ),
        area(
            "value_line",
            "Value line",
            "One sentence to repeat from memory.",
            &written.value_line,
        ),
    ]
}

fn needed(written: &Written) -> Field {
    let value = written.needed_by_hand.map(|n| n.to_string()).unwrap_or_else(|| "3".to_owned());
    Field::of(FieldKind::Number, "needed_by_hand", "By hand before automation", &value)
        .hint("Introductions that must have worked.")
}

fn findings(written: &Written) -> Vec<(String, String)> {
    let kit = Kit {
        version: 1,
        script: written.script.trim().to_owned(),
        value_line: written.value_line.trim().to_owned(),
        target_benefit: written.benefit.trim().to_owned(),
    };
    if [&kit.script, &kit.value_line, &kit.target_benefit].iter().all(|t| t.is_empty()) {
        return Vec::new();
    }
    kit.findings().iter().map(words::finding).collect()
}

fn life(whole: &Whole) -> Vec<LifeStep> {
    let state = whole.state();
    let at = ProfileState::ALL.iter().position(|s| *s == state).unwrap_or(0);
    let labels = ["Draft", "Specific", "Trial", "Proven", "Automatable", "Retired"];
    labels
        .into_iter()
        .enumerate()
        .map(|(n, label)| LifeStep {
            label: label.to_owned(),
            done: n < at && state != ProfileState::Retired,
            current: n == at,
        })
        .collect()
}

/// What can happen now, and what is lacking for what cannot.
fn rail(whole: &Whole, who: &SignedIn, csrf: &str) -> Vec<Section> {
    let id = whole.profile.id;
    let allowed = whole.allowed(&who.principal);
    let mut blocks = Vec::new();
    let steps = [
        (Move::StartTrial, "Approve and start the trial"),
        (Move::Prove, "Mark as proven"),
        (Move::Automate, "Allow automation"),
        (Move::StopAutomation, "Stop automation"),
        (Move::Retire, "Retire"),
    ];
    for (step, label) in steps {
        if allowed.contains(&step.as_str()) {
            let button = if step == Move::StartTrial {
                Action::submit(label).primary()
            } else {
                Action::submit(label)
            };
            blocks.push(Block::Form(FormView {
                action: format!("{HREF}/{id}/step"),
                csrf: csrf.to_owned(),
                parts: vec![Field::hidden("step", step.as_str()).into()],
                buttons: vec![button],
                ..FormView::default()
            }));
        }
    }
    let next = match whole.state() {
        ProfileState::Trial => Some(Move::Prove),
        ProfileState::Proven => Some(Move::Automate),
        ProfileState::Draft | ProfileState::Specific => Some(Move::StartTrial),
        _ => None,
    };
    if let Some(refusal) = next.and_then(|step| whole.hindered(step)) {
        blocks.push(Block::Text(refusal.to_string()));
    }
    let mut sections = vec![Section::new("now", "What can happen now", blocks)];
    if let Some(refused) = whole.versions.iter().skip(1).find(|v| v.state == "refused") {
        let text = format!("\u{201c}{}\u{201d}", refused.brief);
        sections.push(
            Section::new(
                "lesson",
                format!("Version {} was refused", refused.number),
                vec![Block::Text(text)],
            )
            .foot(format!("It was {}.", refused.verdict)),
        );
    }
    if whole.shown().is_some_and(|v| !kit_of(v).findings().is_empty()) {
        let text = "Script, value line and benefit are not fit to be said yet.".to_owned();
        sections.push(Section::new("unfit", "Texts", vec![Block::Text(text)]));
    }
    sections
}
