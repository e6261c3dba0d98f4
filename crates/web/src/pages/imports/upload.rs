//! Takes a file: the form, and the multipart body it sends.

use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use warmpath_app::error::Problem;
use warmpath_app::manage_sources;
use warmpath_app::policy::{Import, ReadDuplicates, grant};
use warmpath_app::sign_in::SignedIn;
use warmpath_app::upload_import::{self, Unknown, Upload};
use warmpath_app::{Failure, import::Kind};
use warmpath_core::limits;

use crate::refuse::{self, invalid, render, render_with, status};
use crate::server::Face;
use crate::session::{self, Reader};
use crate::shell;
use crate::view::Shell;
use crate::view::desk::{DeskPage, Layout};
use crate::view::part::{Action, Block, ErrorSummary, Field, FieldKind, FormView, Section};

/// Shows the form.
pub(super) async fn show(State(face): State<Face>, Reader(signed_in): Reader) -> Response {
    let frame = frame(&face, &signed_in).await;
    if let Err(failure) = grant::<Import>(&signed_in.principal) {
        return refuse::page(Some(frame), &failure);
    }
    let systems = systems(&face, &signed_in).await;
    render(&page(frame, "contacts", &[], &systems))
}

/// The systems of the workspace, as choices; none where they cannot be read.
pub(super) async fn systems(face: &Face, signed_in: &SignedIn) -> Vec<(String, String)> {
    let found = match grant::<ReadDuplicates>(&signed_in.principal) {
        Ok(may) => manage_sources::read(&face.app, &may).await,
        Err(failure) => Err(failure),
    };
    let systems = found.map(|belief| belief.systems).unwrap_or_default();
    systems.into_iter().map(|s| (s.slug, s.name)).collect()
}

/// Takes the file and goes on to its columns.
pub(super) async fn take(
    State(face): State<Face>,
    Reader(signed_in): Reader,
    request: Request,
) -> Response {
    let sent = match read(&face, request).await {
        Ok(sent) => sent,
        Err(failure) => return again(&face, &signed_in, "contacts", &failure).await,
    };
    if !session::token_fits(&signed_in, &sent.csrf) {
        return refuse::stale_form(&signed_in);
    }
    match upload(&face, &signed_in, &sent).await {
        Ok(to) => Redirect::to(&to).into_response(),
        Err(failure) => again(&face, &signed_in, &sent.kind, &failure).await,
    }
}

async fn upload(face: &Face, signed_in: &SignedIn, sent: &Sent) -> Result<String, Failure> {
    let may = grant::<Import>(&signed_in.principal)?;
    let kind: Kind = sent
        .kind
        .parse()
        .map_err(|_| invalid("kind", "kind_unknown", "Say what is in the file."))?;
    let upload = Upload {
        kind,
        file_name: sent.file_name.clone(),
        source: sent.source.clone(),
        bytes: sent.bytes.clone(),
    };
    let taken = upload_import::run(&face.app, &may, &upload, &Unknown::Ask).await?;
    let known = if taken.same_as.is_some() { "?known" } else { "" };
    Ok(format!("/imports/{}{known}", taken.row.id))
}

/// What the form sends.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    /// Token of the form.
    pub(crate) csrf: String,
    /// What is in the file.
    pub(crate) kind: String,
    /// The system it comes from; empty is told from its header.
    pub(crate) source: String,
    /// Name of the file.
    pub(crate) file_name: String,
    /// The bytes.
    pub(crate) bytes: Vec<u8>,
}

/// Reads a multipart body of a few short fields and one file.
///
/// # Errors
/// [`Failure::Invalid`] when it is no such body, or over the bound.
pub(crate) async fn read(face: &Face, request: Request) -> Result<Sent, Failure> {
    let broken =
        || invalid("file", "upload_broken", "The upload did not arrive whole. Send it again.");
    let mut parts = Multipart::from_request(request, face).await.map_err(|_| broken())?;
    let mut sent = Sent::default();
    while let Some(part) = parts.next_field().await.map_err(|error| of_body(&error))? {
        let name = part.name().unwrap_or_default().to_owned();
        let file_name = part.file_name().map(str::to_owned);
        let bytes = part.bytes().await.map_err(|error| of_body(&error))?;
        let text = || String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
        match name.as_str() {
            "csrf" => sent.csrf = text(),
            "kind" => sent.kind = text(),
            "source" => sent.source = text(),
            "file" | "register-file" => {
                sent.file_name = file_name.unwrap_or_default();
                sent.bytes = bytes.to_vec();
            }
            _ => {}
        }
    }
    Ok(sent)
}

fn of_body(error: &axum::extract::multipart::MultipartError) -> Failure {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        too_large()
    } else {
        invalid("file", "upload_broken", "The upload did not arrive whole. Send it again.")
    }
}

/// The file is over the bound, which is said.
pub(crate) fn too_large() -> Failure {
    let message = format!("A file holds at most {} MB.", limits::IMPORT_BYTES_MAX >> 20);
    invalid("file", "file_too_large", &message)
}

async fn frame(face: &Face, signed_in: &SignedIn) -> Shell {
    let frame = shell::of(&face.app, signed_in, "Import a file").await;
    shell::at(shell::under(frame, "Imports", "/imports"), "/imports")
}

async fn again(face: &Face, signed_in: &SignedIn, kind: &str, failure: &Failure) -> Response {
    let mut frame = frame(face, signed_in).await;
    let Failure::Invalid(problems) = failure else { return refuse::page(Some(frame), failure) };
    frame.title = format!("Error: {}", frame.title);
    let systems = systems(face, signed_in).await;
    render_with(status(failure), &page(frame, kind, problems, &systems))
}

fn page(shell: Shell, kind: &str, problems: &[Problem], systems: &[(String, String)]) -> DeskPage {
    let first = problems.iter().find(|p| p.field == "file").map(|p| p.message.as_str());
    let form = form(&shell.csrf, kind, first.unwrap_or_default(), systems);
    let errors = ErrorSummary {
        title: if problems.is_empty() { String::new() } else { "The file was not taken".into() },
        errors: problems.iter().map(|p| (p.field.clone(), p.message.clone())).collect(),
    };
    DeskPage {
        shell,
        title: "Import a file".into(),
        lead: "You see what it becomes before anything is stored.".into(),
        errors,
        layout: Layout::Narrow,
        main: vec![Section::new("upload", "", vec![Block::Form(form)])],
        ..DeskPage::default()
    }
}

/// The form.
pub(super) fn form(csrf: &str, kind: &str, error: &str, systems: &[(String, String)]) -> FormView {
    let kinds = [
        ("accounts", "Accounts"),
        ("contacts", "Contacts"),
        ("opportunities", "Opportunities, of all lead sources"),
        ("referrals", "Referrals"),
        ("members", "Members"),
        ("partners", "Partners"),
    ];
    let hint = format!(
        "Up to {} MB, with commas, semicolons or tabs. You see a preview before anything is stored.",
        limits::IMPORT_BYTES_MAX >> 20
    );
    let mut parts = vec![Field::select("kind", "What is in it", &kinds, kind).into()];
    if !systems.is_empty() {
        let mut choices = vec![("", "Told from its header")];
        choices.extend(systems.iter().map(|(slug, name)| (slug.as_str(), name.as_str())));
        parts.push(Field::select("source", "Which system it comes from", &choices, "").into());
    }
    parts.push(
        Field::of(
            FieldKind::File(".csv,.tsv,.txt,.vcf,text/csv,text/vcard".into()),
            "file",
            "CSV file or contact cards",
            "",
        )
        .hint(hint)
        .error(error)
        .into(),
    );
    FormView {
        action: "/imports".into(),
        csrf: csrf.to_owned(),
        parts,
        buttons: vec![Action::submit("Read the header")],
        sends_file: true,
        ..FormView::default()
    }
}
