//! What the pages made of cards share: the frame, forms, tables, and what is said after a refusal.

use axum::response::{IntoResponse, Redirect, Response};
use warmpath_app::Failure;
use warmpath_app::error::Problem;
use warmpath_app::sign_in::SignedIn;

use crate::refuse;
use crate::server::Face;
use crate::shell;
use crate::view::Shell;
use crate::view::part::{
    Action, Block, Column, ErrorSummary, Field, FormPart, FormView, Row, TableView,
};
use crate::words::{Words, number_word};

/// The frame of a page at a menu entry.
pub(crate) async fn frame(face: &Face, who: &SignedIn, title: &str, href: &str) -> Shell {
    shell::at(shell::of(&face.app, who, title).await, href)
}

/// Times in words for this reader.
pub(crate) fn words(face: &Face, who: &SignedIn) -> Words {
    Words::new(&who.member.zone, face.app.now())
}

/// A form with one button.
pub(crate) fn form(shell: &Shell, action: &str, parts: Vec<FormPart>, button: &str) -> Block {
    Block::Form(FormView {
        action: action.to_owned(),
        csrf: shell.csrf.clone(),
        parts,
        buttons: vec![Action::submit(button)],
        ..FormView::default()
    })
}

/// A table that says so when it is empty.
pub(crate) fn table(caption: &str, columns: Vec<Column>, rows: Vec<Row>, empty: &str) -> Block {
    Block::Table(TableView {
        caption: caption.to_owned(),
        columns,
        rows,
        empty: empty.to_owned(),
        ..TableView::default()
    })
}

/// What needs a look, at the top.
pub(crate) fn summary(problems: &[Problem]) -> ErrorSummary {
    let title = match problems.len() {
        0 => String::new(),
        1 => "One answer needs a look".to_owned(),
        n => format!("{} answers need a look", number_word(n)),
    };
    let errors = problems.iter().map(|p| (p.field.clone(), p.message.clone())).collect();
    ErrorSummary { title, errors }
}

/// A field with what is wrong with it.
pub(crate) fn with_error(field: Field, problems: &[Problem]) -> Field {
    let message = problems.iter().find(|p| p.field == field.name).map(|p| p.message.clone());
    match message {
        Some(message) => field.error(message),
        None => field,
    }
}

/// After a change: on to the next page, or the refusal.
pub(crate) async fn after<T>(
    face: &Face,
    who: &SignedIn,
    done: Result<T, Failure>,
    next: &str,
) -> Response {
    match done {
        Ok(_) => Redirect::to(next).into_response(),
        Err(failure) => refused(face, who, &failure).await,
    }
}

/// A refusal inside the frame.
pub(crate) async fn refused(face: &Face, who: &SignedIn, failure: &Failure) -> Response {
    refuse::page(Some(shell::of(&face.app, who, "Not done").await), failure)
}

/// A text as part of an address.
pub(crate) fn query(pairs: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    query.finish()
}

/// A file to be kept.
pub(crate) fn file(kind: &'static str, name: &str, body: impl Into<axum::body::Body>) -> Response {
    use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
    let safe: String =
        name.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect();
    let disposition = format!("attachment; filename=\"{safe}\"");
    ([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, disposition)], body.into())
        .into_response()
}

/// Rows as CSV (RFC 4180); the cells are guarded by whoever made them.
pub(crate) fn csv<'a>(rows: impl IntoIterator<Item = Vec<&'a str>>) -> String {
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> =
            row.iter().map(|c| format!("\"{}\"", c.replace('"', "\"\""))).collect();
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}
