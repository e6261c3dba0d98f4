//! Bringing one's own data in: the files, what may be stored of them, progress, and stop.

use axum::extract::{FromRequest, Multipart, Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use warmpath_app::error::Problem;
use warmpath_app::import::State as Standing;
use warmpath_app::network::NetworkFile;
use warmpath_app::policy::{OwnNetwork, grant};
use warmpath_app::rows::ImportRow;
use warmpath_app::sign_in::SignedIn;
use warmpath_app::{Failure, import_network};
use warmpath_core::id::ImportId;
use warmpath_core::limits;

use super::bits::frame;
use crate::refuse::{self, invalid, render, render_with, status};
use crate::server::Face;
use crate::session::{self, Reader, Writer};
use crate::shell;
use crate::view::Shell;
use crate::view::desk::{DeskPage, Layout};
use crate::view::part::{
    Action, Block, ErrorSummary, Fact, Facts, Field, FieldKind, FormView, Pill, Section, Stat,
    Stats, Tone,
};
use crate::words::thousands;

/// Shows the form.
pub(super) async fn show(State(face): State<Face>, Reader(me): Reader) -> Response {
    let frame = under(&face, &me).await;
    match grant::<OwnNetwork>(&me.principal) {
        Ok(_) => render(&form_page(frame, &[])),
        Err(failure) => refuse::page(Some(frame), &failure),
    }
}

async fn under(face: &Face, me: &SignedIn) -> Shell {
    let base = frame(face, me, "Import my data", "/network/mine").await;
    shell::under(base, "My network", "/network/mine")
}

fn form_page(shell: Shell, problems: &[Problem]) -> DeskPage {
    let error = problems.iter().find(|p| p.field == "file").map(|p| p.message.clone());
    let most = limits::NETWORK_BYTES_MAX >> 20;
    let unpacked = limits::NETWORK_UNPACKED_BYTES_MAX >> 20;
    let accept = ".mbox,.mbx,.eml,.ics,.vcf,.csv,.tsv,.zip,.gz,text/csv,text/calendar,text/vcard";
    let field = Field::of(FieldKind::Files(accept.into()), "file", "Files", "")
        .hint(format!(
            "Mailbox (.mbox, also Google Takeout), messages (.eml), calendar (.ics), cards (.vcf), \
             LinkedIn, Google, Outlook, HubSpot or Salesforce contacts (.csv), tables of events \
             (.csv); a .zip of them (Takeout, a Maildir folder) or a .gz. Several at once, up to \
             {most} MB, {unpacked} MB unpacked."
        ))
        .error(error.unwrap_or_default());
    let form = FormView {
        action: "/network/import".to_owned(),
        csrf: shell.csrf.clone(),
        parts: vec![field.into()],
        buttons: vec![Action::submit("Read the headers")],
        sends_file: true,
        ..FormView::default()
    };
    DeskPage {
        errors: ErrorSummary {
            title: if problems.is_empty() { String::new() } else { "Nothing was taken".into() },
            errors: problems.iter().map(|p| (p.field.clone(), p.message.clone())).collect(),
        },
        shell,
        title: "Import my data".to_owned(),
        lead: "Only who wrote when, and to how many. Subjects and texts are not read. Whom you \
               never share, whom the workspace excludes and whoever left is out before anything is \
               stored."
            .to_owned(),
        layout: Layout::Narrow,
        main: vec![
            Section::new("upload", "", vec![Block::Form(form)])
                .foot("You see what it comes to before anything goes onto the map."),
        ],
        ..DeskPage::default()
    }
}

/// Takes the files.
pub(super) async fn take(
    State(face): State<Face>,
    Reader(me): Reader,
    request: Request,
) -> Response {
    let (csrf, files) = match read(&face, request).await {
        Ok(sent) => sent,
        Err(failure) => return again(&face, &me, &failure).await,
    };
    if !session::token_fits(&me, &csrf) {
        return refuse::stale_form(&me);
    }
    let taken = match grant::<OwnNetwork>(&me.principal) {
        Ok(may) => import_network::upload(&face.app, &may, &files).await,
        Err(failure) => Err(failure),
    };
    match taken {
        Ok(row) => Redirect::to(&format!("/network/imports/{}", row.id)).into_response(),
        Err(failure) => again(&face, &me, &failure).await,
    }
}

async fn read(face: &Face, request: Request) -> Result<(String, Vec<NetworkFile>), Failure> {
    let broken =
        || invalid("file", "upload_broken", "The upload did not arrive whole. Send it again.");
    let mut parts = Multipart::from_request(request, face).await.map_err(|_| broken())?;
    let (mut csrf, mut files) = (String::new(), Vec::new());
    loop {
        let part = match parts.next_field().await {
            Ok(Some(part)) => part,
            Ok(None) => return Ok((csrf, files)),
            Err(error) => return Err(of_body(&error)),
        };
        let name = part.name().unwrap_or_default().to_owned();
        let file_name = part.file_name().map(str::to_owned);
        let bytes = part.bytes().await.map_err(|error| of_body(&error))?;
        match name.as_str() {
            "csrf" => csrf = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned(),
            "file" if !bytes.is_empty() && files.len() <= limits::NETWORK_FILES_MAX => {
                let name = file_name.unwrap_or_default();
                files.push(NetworkFile { name, bytes: bytes.to_vec() });
            }
            _ => {}
        }
    }
}

fn of_body(error: &axum::extract::multipart::MultipartError) -> Failure {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        let most = limits::NETWORK_BYTES_MAX >> 20;
        invalid("file", "file_too_large", &format!("At most {most} MB at once."))
    } else {
        invalid("file", "upload_broken", "The upload did not arrive whole. Send it again.")
    }
}

async fn again(face: &Face, me: &SignedIn, failure: &Failure) -> Response {
    let mut frame = under(face, me).await;
    let Failure::Invalid(problems) = failure else { return refuse::page(Some(frame), failure) };
    frame.title = format!("Error: {}", frame.title);
    render_with(status(failure), &form_page(frame, problems))
}

/// Shows an import as it stands.
pub(super) async fn record(
    State(face): State<Face>,
    Reader(me): Reader,
    Path(id): Path<ImportId>,
) -> Response {
    let frame = under(&face, &me).await;
    let row = match grant::<OwnNetwork>(&me.principal) {
        Ok(may) => import_network::one(&face.app, &may, id).await,
        Err(failure) => Err(failure),
    };
    match row {
        Ok(row) => render(&record_page(frame, &row, row.member == Some(me.principal.member))),
        Err(failure) => refuse::page(Some(frame), &failure),
    }
}

fn record_page(mut shell: Shell, row: &ImportRow, own: bool) -> DeskPage {
    shell.title.clone_from(&row.file_name);
    let href = format!("/network/imports/{}", row.id);
    let standing = row.state.parse::<Standing>().ok();
    let runs = standing == Some(Standing::Running);
    let mut actions = Vec::new();
    match standing {
        Some(Standing::Mapped) if own => {
            actions.push(Action::post("Throw away", format!("{href}/stop")));
            actions.push(Action::post("Put it on the map", format!("{href}/start")).primary());
        }
        Some(Standing::Running) => {
            actions.push(Action::link("Look again", &href));
            actions.push(Action::post("Stop", format!("{href}/stop")).danger());
        }
        Some(Standing::Done) => actions.push(Action::link("My network", "/network/mine").primary()),
        _ => {}
    }
    let (people, left_out) = import_network::counts(row);
    let count = |n: i64| u64::try_from(n).unwrap_or(0);
    let bar = Block::Progress {
        done: count(row.done),
        total: count(row.total),
        words: format!("{} of {} rows", thousands(row.done), thousands(row.total)),
        aside: String::new(),
    };
    let stats = Stats {
        stats: vec![
            Stat::new("People", &thousands(people), "in it", ""),
            Stat::new("Contacts between them", &thousands(row.total - people), "headers only", ""),
            Stat::new("New people", &thousands(row.created), "so far", ""),
            Stat::new("Known people", &thousands(row.unchanged), "so far", ""),
        ],
    };
    DeskPage {
        title: row.file_name.clone(),
        pill: Some(pill(standing)),
        lead: lead(standing).to_owned(),
        actions,
        main: vec![Section::new("progress", "", vec![bar, Block::Stats(stats)])],
        rail: vec![skipped(&left_out, row.refused)],
        refresh_href: if runs { href } else { String::new() },
        shell,
        ..DeskPage::default()
    }
}

fn lead(standing: Option<Standing>) -> &'static str {
    match standing {
        Some(Standing::Mapped) => {
            "This is what it comes to. Nothing is on the map yet. The files themselves are gone."
        }
        Some(Standing::Running) => "You can leave this page, the import goes on.",
        Some(Standing::Stopped) => "It was stopped; what is in stays.",
        Some(Standing::Done) => "It is on the map. The same files again change nothing.",
        _ => "",
    }
}

fn pill(standing: Option<Standing>) -> Pill {
    let (word, tone) = match standing {
        Some(Standing::Mapped | Standing::Uploaded) => ("Ready to start", Tone::Accent),
        Some(Standing::Running) => ("Reading", Tone::Accent),
        Some(Standing::Done) => ("Done", Tone::Positive),
        Some(Standing::Stopped) => ("Stopped", Tone::Neutral),
        _ => ("Failed", Tone::Negative),
    };
    Pill::new(word, tone)
}

fn skipped(left_out: &[(String, i64)], refused: i64) -> Section {
    let mut facts: Vec<Fact> =
        left_out.iter().map(|(reason, count)| Fact::new(reason, thousands(*count))).collect();
    if refused > 0 {
        facts.push(Fact::new("asked not to be held, or not readable", thousands(refused)));
    }
    let block = if facts.is_empty() {
        Block::Text("Nothing was left out.".to_owned())
    } else {
        Block::Facts(Facts { facts, pair: false, lined: true })
    };
    Section::new("left-out", "Left out, and why", vec![block])
        .foot("Left out before anything was stored.")
}

/// Starts it.
pub(super) async fn start(
    State(face): State<Face>,
    Path(id): Path<ImportId>,
    writer: Writer,
) -> Response {
    let outcome = match grant::<OwnNetwork>(&writer.signed_in.principal) {
        Ok(may) => import_network::start(&face.app, &may, id).await,
        Err(failure) => Err(failure),
    };
    let to = format!("/network/imports/{id}");
    super::bits::moved(&face, &writer.signed_in, &to, outcome.map(|_| ())).await
}

/// Stops it.
pub(super) async fn stop(
    State(face): State<Face>,
    Path(id): Path<ImportId>,
    writer: Writer,
) -> Response {
    let outcome = match grant::<OwnNetwork>(&writer.signed_in.principal) {
        Ok(may) => import_network::stop(&face.app, &may, id).await,
        Err(failure) => Err(failure),
    };
    let to = format!("/network/imports/{id}");
    super::bits::moved(&face, &writer.signed_in, &to, outcome.map(|_| ())).await
}
