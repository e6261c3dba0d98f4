//! The list of imports.

use axum::extract::State;
use axum::response::Response;
use warmpath_app::policy::{Import, ReadImports, grant};
use warmpath_app::read_imports;
use warmpath_app::rows::ImportRow;

use super::upload::{form, systems};
use super::{kind_word, state_pill};
use crate::refuse::{self, render};
use crate::server::Face;
use crate::session::Reader;
use crate::shell;
use crate::view::desk::DeskPage;
use crate::view::part::{
    Action, Block, Cell, Column, EmptyArt, EmptyState, Row, Section, TableView,
};
use crate::words::{Words, thousands};

/// Shows the list, latest first.
pub(super) async fn show(State(face): State<Face>, Reader(signed_in): Reader) -> Response {
    let frame = shell::at(shell::of(&face.app, &signed_in, "Imports").await, "/imports");
    let rows = match grant::<ReadImports>(&signed_in.principal) {
        Ok(may) => read_imports::list(&face.app, &may).await,
        Err(failure) => Err(failure),
    };
    let rows = match rows {
        Ok(rows) => rows,
        Err(failure) => return refuse::page(Some(frame), &failure),
    };
    let words = Words::new(&signed_in.member.zone, face.app.now());
    let may_import = grant::<Import>(&signed_in.principal).is_ok();
    let csrf = frame.csrf.clone();
    let rail = if may_import {
        let systems = systems(&face, &signed_in).await;
        let form = form(&csrf, "contacts", "", &systems);
        vec![Section::new("new", "Import a file", vec![Block::Form(form)])]
    } else {
        Vec::new()
    };
    let page = DeskPage {
        shell: frame,
        title: "Imports".into(),
        lead: "Importing the same file again changes nothing that is already in.".into(),
        main: vec![files(&rows, &words, may_import)],
        rail,
        ..DeskPage::default()
    };
    render(&page)
}

fn files(rows: &[ImportRow], words: &Words, may_import: bool) -> Section {
    if rows.is_empty() {
        let actions = match may_import {
            true => vec![Action::link("Import a file", "/imports/new").primary()],
            false => Vec::new(),
        };
        let empty = EmptyState {
            art: EmptyArt::Pages,
            title: "No file was imported yet".into(),
            sentence: "Start with accounts, then contacts, then opportunities of all lead sources."
                .into(),
            actions,
        };
        return Section::new("files", "Files", vec![Block::Empty(empty)]);
    }
    let line = |row: &ImportRow| -> Row {
        let below = format!("{}, read as {}", kind_word(&row.kind), row.encoding);
        vec![
            Cell::link(&row.file_name, format!("/imports/{}", row.id), below),
            Cell::Pill(state_pill(&row.state)),
            Cell::figure(thousands(row.total)),
            Cell::figure(thousands(row.created)),
            Cell::figure(thousands(row.refused)),
            Cell::Time(words.moment(row.created_at), row.created_at.to_string()),
        ]
        .into()
    };
    let table = TableView {
        caption: "Imported files, newest first".into(),
        columns: vec![
            Column::name("File"),
            Column::new("State"),
            Column::figures("Rows"),
            Column::figures("New"),
            Column::figures("Refused"),
            Column::new("When"),
        ],
        rows: rows.iter().map(line).collect(),
        ..TableView::default()
    };
    Section::new("files", "Files", vec![Block::Table(table)])
}
