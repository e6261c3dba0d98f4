//! Where people, companies and signals come from: files of open registers, own files, signals.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use warmpath_app::Failure;
use warmpath_app::bring_signals::{self, Brought, SignalIn};
use warmpath_app::error::Problem;
use warmpath_app::import_register::{self, Format};
use warmpath_app::policy::{BringSignals, ImportRegisters, ReadProfiles, grant};
use warmpath_app::rows::{RegisterFileRow, SignalRow};
use warmpath_app::sign_in::SignedIn;

use super::HREF;
use crate::form::Fields;
use crate::pages::card;
use crate::pages::imports::upload;
use crate::refuse::{self, render_with};
use crate::server::Face;
use crate::session::{self, Reader, Writer};
use crate::shell;
use crate::view::Shell;
use crate::view::desk::DeskPage;
use crate::view::part::{
    Action, Block, Cell, Column, Field, FieldKind, FormView, Note, Row, Section, Tone,
};
use crate::words::{Words, thousands};

const HERE: &str = "/profiles/sources";

/// The page.
pub(super) async fn show(State(face): State<Face>, Reader(who): Reader) -> Response {
    page(&face, &who, &Fields::default(), None, None).await
}

/// Reads a file of a register in.
pub(super) async fn register(
    State(face): State<Face>,
    Reader(who): Reader,
    request: Request,
) -> Response {
    let sent = match upload::read(&face, request).await {
        Ok(sent) => sent,
        Err(failure) => return page(&face, &who, &Fields::default(), Some(&failure), None).await,
    };
    if !session::token_fits(&who, &sent.csrf) {
        return refuse::stale_form(&who);
    }
    let done = async {
        let may = grant::<ImportRegisters>(&who.principal)?;
        let format = Format::of(&sent.kind).ok_or_else(|| {
            Failure::invalid("kind", "format_unknown", "Say which register the file is of.")
        })?;
        import_register::run(&face.app, &may, format, &sent.file_name, &sent.bytes).await
    };
    match done.await {
        Ok(_) => Redirect::to(HERE).into_response(),
        Err(failure) => page(&face, &who, &Fields::default(), Some(&failure), None).await,
    }
}

/// Reads a file of signals in.
pub(super) async fn signals(
    State(face): State<Face>,
    Reader(who): Reader,
    request: Request,
) -> Response {
    let sent = match upload::read(&face, request).await {
        Ok(sent) => sent,
        Err(failure) => return page(&face, &who, &Fields::default(), Some(&failure), None).await,
    };
    if !session::token_fits(&who, &sent.csrf) {
        return refuse::stale_form(&who);
    }
    let done = async {
        let may = grant::<BringSignals>(&who.principal)?;
        let text = std::str::from_utf8(&sent.bytes)
            .map_err(|_| Failure::invalid("file", "file_not_utf8", "The file is not UTF-8."))?;
        bring_signals::csv(&face.app, &may, text, &sent.file_name).await
    };
    brought(&face, &who, &Fields::default(), done.await).await
}

/// Takes one signal in.
pub(super) async fn signal(State(face): State<Face>, writer: Writer) -> Response {
    let who = &writer.signed_in;
    let text = |name: &str| writer.fields.trimmed(name).to_owned();
    let signal = SignalIn {
        company: text("company"),
        kind: text("type"),
        day: text("date"),
        text: text("text"),
        source: who.member.name.clone(),
    };
    let done = async {
        let may = grant::<BringSignals>(&who.principal)?;
        let brought = bring_signals::run(&face.app, &may, &[signal]).await?;
        match brought.refused.first() {
            Some((_, problem)) => Err(Failure::Invalid(vec![problem.clone()])),
            None => Ok(brought),
        }
    };
    brought(&face, who, &writer.fields, done.await).await
}

async fn brought(
    face: &Face,
    who: &SignedIn,
    typed: &Fields,
    done: Result<Brought, Failure>,
) -> Response {
    match done {
        Ok(brought) if brought.refused.is_empty() => Redirect::to(HERE).into_response(),
        Ok(brought) => {
            let first: Vec<String> = brought
                .refused
                .iter()
                .take(5)
                .map(|(at, p)| format!("{at}: {}", p.message))
                .collect();
            let text = format!(
                "{} taken, {} known already, {} refused. {}",
                brought.taken.len(),
                brought.known,
                brought.refused.len(),
                first.join(" ")
            );
            page(face, who, typed, None, Some(Note::new(Tone::Warning, "Some were refused.", text)))
                .await
        }
        Err(failure) => page(face, who, typed, Some(&failure), None).await,
    }
}

async fn page(
    face: &Face,
    who: &SignedIn,
    typed: &Fields,
    failure: Option<&Failure>,
    note: Option<Note>,
) -> Response {
    let found = async {
        let may = grant::<ReadProfiles>(&who.principal)?;
        let files = import_register::files(&face.app, &may).await?;
        let signals = bring_signals::list(&face.app, &may).await?;
        Ok::<_, Failure>((files, signals))
    };
    let (files, signals) = match found.await {
        Ok(found) => found,
        Err(failure) => return card::refused(face, who, &failure).await,
    };
    let problems: &[Problem] = match failure {
        Some(Failure::Invalid(problems)) => problems,
        _ => &[],
    };
    let frame = card::frame(face, who, "People and signals", HREF).await;
    let frame = shell::under(frame, "Profiles", HREF);
    let words = card::words(face, who);
    let mut rail = Vec::new();
    if grant::<BringSignals>(&who.principal).is_ok() {
        rail.push(one_signal(&frame, typed, problems));
        rail.push(signal_file(&frame));
    }
    if grant::<ImportRegisters>(&who.principal).is_ok() {
        rail.push(register_file(&frame, problems));
    }
    let note = note.or_else(|| match failure {
        Some(failure) if problems.is_empty() => {
            Some(Note::new(Tone::Negative, "Not taken.", failure.to_string()))
        }
        _ => None,
    });
    let status = failure.map_or(axum::http::StatusCode::OK, refuse::status);
    let page = DeskPage {
        shell: frame,
        title: "People and signals".into(),
        lead: "What matching looks through: your own imports, open registers with their licence, and signals.".into(),
        errors: card::summary(problems),
        note,
        main: vec![signal_table(&signals, &words), file_table(&files, &words)],
        rail,
        ..DeskPage::default()
    };
    render_with(status, &page)
}

fn one_signal(frame: &Shell, typed: &Fields, problems: &[Problem]) -> Section {
    let fields = [
        Field::text("company", "Company", typed.get("company")).hint("Name, mail domain or id"),
        Field::text("text", "What happened", typed.get("text"))
            .hint("Like “closed a funding round”"),
        Field::of(FieldKind::Date, "date", "Day", typed.get("date")),
        Field::text("type", "Trigger", typed.get("type"))
            .hint("Empty: the words decide")
            .optional(),
    ];
    let parts = fields.into_iter().map(|f| card::with_error(f, problems).into()).collect();
    let form = card::form(frame, "/profiles/sources/signal", parts, "Add the signal");
    Section::new("signal", "A signal", vec![form])
}

fn signal_file(frame: &Shell) -> Section {
    let file = Field::of(FieldKind::File(".csv".into()), "file", "CSV file", "");
    let file = file.hint("Columns company_id, date, text, and type if you know it");
    // Two forms of the page have a file; each field has its own id by its name in the form.
    let form = Block::Form(FormView {
        action: "/profiles/sources/signals".into(),
        csrf: frame.csrf.clone(),
        parts: vec![file.into()],
        buttons: vec![Action::submit("Read the signals")],
        sends_file: true,
        ..FormView::default()
    });
    Section::new("signals-file", "Signals by file", vec![form])
}

fn register_file(frame: &Shell, problems: &[Problem]) -> Section {
    let options: Vec<(&str, &str)> =
        Format::ALL.iter().map(|format| (format.as_str(), format.label())).collect();
    let kind = card::with_error(Field::select("kind", "What is in it", &options, "lei"), problems);
    let file = Field::of(FieldKind::File(".csv,.json".into()), "register-file", "File", "");
    let file = file.hint("As the register publishes it, at most 10 MB");
    let form = Block::Form(FormView {
        action: "/profiles/sources/register".into(),
        csrf: frame.csrf.clone(),
        parts: vec![kind.into(), file.into()],
        buttons: vec![Action::submit("Read the file")],
        sends_file: true,
        ..FormView::default()
    });
    Section::new("register", "A register's file", vec![form])
        .foot("Nothing is fetched. Each record keeps its source and licence.")
}

fn signal_table(signals: &[SignalRow], words: &Words) -> Section {
    let rows: Vec<Row> = signals
        .iter()
        .take(50)
        .map(|signal| {
            vec![
                Cell::text(signal.text.clone()),
                Cell::text(signal.kind.replace('_', " ")),
                Cell::text(signal.day.clone()),
                Cell::lines(signal.source.clone(), words.day(signal.created_at)),
            ]
            .into()
        })
        .collect();
    let columns = vec![
        Column::name("Signal"),
        Column::new("Trigger"),
        Column::new("Day"),
        Column::new("Who says so"),
    ];
    let table = card::table("Signals", columns, rows, "No signal yet.");
    Section::new("signals", "Signals", vec![table]).aside("The latest 50")
}

fn file_table(files: &[RegisterFileRow], words: &Words) -> Section {
    let rows: Vec<Row> = files
        .iter()
        .map(|file| {
            let source =
                if file.source.is_empty() { file.format.clone() } else { file.source.clone() };
            vec![
                Cell::lines(file.file_name.clone(), words.moment(file.at)),
                Cell::lines(source, file.licence.clone()),
                Cell::figure(thousands(file.created)),
                Cell::figure(thousands(file.updated)),
                Cell::lines(thousands(file.skipped), first_reason(&file.reasons)),
            ]
            .into()
        })
        .collect();
    let columns = vec![
        Column::name("File"),
        Column::new("Source and licence"),
        Column::figures("New"),
        Column::figures("Changed"),
        Column::new("Not read"),
    ];
    let table = card::table("Files read", columns, rows, "No register has been read yet.");
    Section::new("files", "Files read", vec![table])
}

fn first_reason(reasons: &str) -> String {
    let list: Vec<serde_json::Value> = serde_json::from_str(reasons).unwrap_or_default();
    let first = list.first().map(|r| (r["record"].clone(), r["reason"].clone()));
    first
        .map(|(at, why)| format!("Record {at}: {}", why.as_str().unwrap_or_default()))
        .unwrap_or_default()
}
