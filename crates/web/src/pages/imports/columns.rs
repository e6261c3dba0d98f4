//! What each column becomes.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use warmpath_app::error::Problem;
use warmpath_app::import::{Kind, column};
use warmpath_app::map_import::{self, Preview};
use warmpath_app::policy::{Import, grant};
use warmpath_app::sign_in::SignedIn;
use warmpath_app::{Failure, map_import::kind_of};
use warmpath_core::id::ImportId;

use super::kind_word;
use crate::form::Fields;
use crate::refuse::{self, render, render_with, status};
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::shell;
use crate::view::Shell;
use crate::view::desk::{DeskPage, Layout};
use crate::view::part::{
    Action, Block, Cell, Column, ErrorSummary, Field, FieldKind, FormPart, FormView, Row, Section,
    TableView,
};

/// Shows the columns with what the header says they are.
pub(super) async fn show(
    State(face): State<Face>,
    Reader(signed_in): Reader,
    Path(id): Path<ImportId>,
) -> Response {
    match load(&face, &signed_in, id).await {
        Ok((frame, shown, kind)) => {
            let mapping = shown.row.mapping.0.clone();
            render(&page(frame, &shown, kind, &mapping, &[]))
        }
        Err(response) => response,
    }
}

/// Sets what each column becomes.
pub(super) async fn set(
    State(face): State<Face>,
    Path(id): Path<ImportId>,
    writer: Writer,
) -> Response {
    let Writer { signed_in, fields } = writer;
    let (mut frame, shown, kind) = match load(&face, &signed_in, id).await {
        Ok(loaded) => loaded,
        Err(response) => return response,
    };
    let mapping = mapping(&shown, &fields);
    let outcome = match grant::<Import>(&signed_in.principal) {
        Ok(may) => map_import::run(&face.app, &may, id, &mapping).await,
        Err(failure) => Err(failure),
    };
    match outcome {
        Ok(_) => Redirect::to(&format!("/imports/{id}")).into_response(),
        Err(Failure::Invalid(problems)) => {
            frame.title = format!("Error: {}", frame.title);
            let failure = Failure::Invalid(problems.clone());
            render_with(status(&failure), &page(frame, &shown, kind, &mapping, &problems))
        }
        Err(failure) => refuse::page(Some(frame), &failure),
    }
}

fn mapping(shown: &Preview, fields: &Fields) -> Vec<(String, String)> {
    let field = |n: usize| fields.get(&format!("column{n}")).to_owned();
    shown.samples.iter().enumerate().map(|(n, (name, _))| (name.clone(), field(n))).collect()
}

async fn load(
    face: &Face,
    signed_in: &SignedIn,
    id: ImportId,
) -> Result<(Shell, Preview, Kind), Response> {
    let frame = shell::of(&face.app, signed_in, "Columns").await;
    let frame = shell::under(frame, "Import", &format!("/imports/{id}"));
    let frame = shell::at(shell::under(frame, "Imports", "/imports"), "/imports");
    let loaded = async {
        let may = grant::<Import>(&signed_in.principal)?;
        let shown = map_import::preview(&face.app, &may, id).await?;
        let kind = kind_of(&shown.row)?;
        Ok::<_, Failure>((shown, kind))
    };
    match loaded.await {
        Ok((shown, kind)) => Ok((frame, shown, kind)),
        Err(failure) => Err(refuse::page(Some(frame), &failure)),
    }
}

fn page(
    shell: Shell,
    shown: &Preview,
    kind: Kind,
    mapping: &[(String, String)],
    problems: &[Problem],
) -> DeskPage {
    let unknown =
        shown.samples.iter().filter(|(name, _)| column::recognise(kind, name).is_none()).count();
    let lead = match unknown {
        0 => format!("{}: every column was recognised by its name.", kind_word(&shown.row.kind)),
        1 => "One column is not known here. It is left out unless you say what it is.".to_owned(),
        n => format!(
            "{n} columns are not known here. They are left out unless you say what they are."
        ),
    };
    let csrf = shell.csrf.clone();
    let form = FormView {
        action: format!("/imports/{}/columns", shown.row.id),
        csrf,
        parts: vec![FormPart::Table(table(shown, kind, mapping))],
        buttons: vec![Action::submit("See a preview"), Action::link("Back", "/imports").quiet()],
        ..FormView::default()
    };
    let at = |p: &Problem| {
        let place = shown.samples.iter().position(|(name, _)| *name == p.field);
        format!("column{}", place.unwrap_or(0))
    };
    DeskPage {
        shell,
        title: "What each column becomes".into(),
        lead,
        errors: ErrorSummary {
            title: if problems.is_empty() { String::new() } else { "Columns need a look".into() },
            errors: problems.iter().map(|p| (at(p), p.message.clone())).collect(),
        },
        layout: Layout::Narrow,
        main: vec![
            Section::new("columns", "Columns", vec![Block::Form(form)])
                .foot("A column that is left out is not kept anywhere."),
        ],
        ..DeskPage::default()
    }
}

fn table(shown: &Preview, kind: Kind, mapping: &[(String, String)]) -> TableView {
    let mut options = vec![(String::new(), "leave out".to_owned())];
    let fields = column::fields(kind).iter();
    options.extend(fields.map(|f| (f.name.to_owned(), f.label.to_owned())));
    let row = |(n, (name, sample)): (usize, &(String, String))| -> Row {
        let value = mapping.iter().find(|(column, _)| column == name).map_or("", |(_, f)| f);
        let kind = FieldKind::Select(options.clone());
        let label = format!("{name} becomes");
        let field = Field::of(kind, &format!("column{n}"), &label, value);
        let sample = if sample.is_empty() { Cell::Nothing } else { Cell::text(sample) };
        vec![Cell::text(name), sample, Cell::Field(Box::new(field))].into()
    };
    TableView {
        caption: "Columns of the file".into(),
        columns: vec![Column::name("Column"), Column::new("First value"), Column::new("Becomes")],
        rows: shown.samples.iter().enumerate().map(row).collect(),
        ..TableView::default()
    }
}
