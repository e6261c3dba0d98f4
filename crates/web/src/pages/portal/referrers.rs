//! Personal referral links, for members: list, make, copy, revoke.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use warmpath_app::Failure;
use warmpath_app::make_personal_link::{self as use_case, For, Personal};
use warmpath_app::policy::{ManageReferrers, grant};
use warmpath_app::sign_in::SignedIn;

use crate::form::Fields;
use crate::refuse::{self, render, render_with, status};
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::shell;
use crate::view::desk::DeskPage;
use crate::view::part::{
    Action, Block, Cell, Column, ErrorSummary, Field, FieldKind, FormView, Row, Section, TableView,
};
use crate::words::Words;

const TITLE: &str = "Personal links";

/// Lists and asks.
pub async fn show(State(face): State<Face>, Reader(signed_in): Reader) -> Response {
    match page(&face, &signed_in, &Fields::default(), &[]).await {
        Ok(page) => render(&page),
        Err(failure) => refused(&face, &signed_in, &failure).await,
    }
}

async fn refused(face: &Face, signed_in: &SignedIn, failure: &Failure) -> Response {
    refuse::page(Some(shell::of(&face.app, signed_in, TITLE).await), failure)
}

async fn page(
    face: &Face,
    signed_in: &SignedIn,
    fields: &Fields,
    problems: &[warmpath_app::error::Problem],
) -> Result<DeskPage, Failure> {
    let grant = grant::<ManageReferrers>(&signed_in.principal)?;
    let links = use_case::list(&face.app, &grant).await?;
    let frame = shell::at(shell::of(&face.app, signed_in, TITLE).await, "/referrers");
    let words = Words::new(&signed_in.member.zone, face.app.now());
    let table = TableView {
        caption: "Live personal links".to_owned(),
        columns: ["Person", "Link to copy", "Made", "Revoke"].map(Column::new).to_vec(),
        rows: links.iter().map(|link| row(link, &words)).collect(),
        empty: "No link yet. Make the first one here.".to_owned(),
        ..TableView::default()
    };
    let form = make_form(&frame.csrf, fields, problems);
    Ok(DeskPage {
        title: TITLE.to_owned(),
        lead: "For customers, vendors and others without an account. Only their own mailbox opens \
               it."
        .to_owned(),
        errors: ErrorSummary {
            title: if problems.is_empty() { "" } else { "Some answers need a look" }.to_owned(),
            errors: problems.iter().map(|p| (p.field.clone(), p.message.clone())).collect(),
        },
        main: vec![Section::new("links", "Live links", vec![Block::Table(table)])],
        rail: vec![Section::new("make", "Make a link", vec![Block::Form(form)])],
        shell: frame,
        ..DeskPage::default()
    })
}

fn row(link: &Personal, words: &Words) -> Row {
    let made = link.link.created_at;
    vec![
        Cell::lines(&link.person.name, &link.person.company),
        Cell::proof(&link.url),
        Cell::Time(words.moment(made), made.to_string()),
        Cell::Actions(vec![
            Action::post("Revoke", format!("/referrers/{}/revoke", link.id)).small().danger(),
        ]),
    ]
    .into()
}

fn make_form(csrf: &str, fields: &Fields, problems: &[warmpath_app::error::Problem]) -> FormView {
    let wrong = |name: &str| {
        problems.iter().find(|p| p.field == name).map(|p| p.message.clone()).unwrap_or_default()
    };
    let origins = [("customer", "Customer"), ("vendor", "Vendor"), ("community", "Network")];
    let email = Field::of(FieldKind::Email, "email", "E-mail", fields.get("email"));
    FormView {
        action: "/referrers".to_owned(),
        csrf: csrf.to_owned(),
        parts: vec![
            Field::text("name", "Name", fields.get("name")).error(wrong("name")).into(),
            email.error(wrong("email")).into(),
            Field::text("company", "Company", fields.get("company")).optional().into(),
            Field::select("origin", "Who they are to us", &origins, fields.get("origin"))
                .error(wrong("origin"))
                .into(),
        ],
        buttons: vec![Action::submit("Make the link").primary()],
        ..FormView::default()
    }
}

/// Makes one.
pub async fn make(State(face): State<Face>, writer: Writer) -> Response {
    let Writer { signed_in, fields } = writer;
    let text = |name: &str| fields.trimmed(name).to_owned();
    let whom = For {
        name: text("name"),
        email: text("email"),
        company: text("company"),
        origin: text("origin"),
    };
    let made = match grant::<ManageReferrers>(&signed_in.principal) {
        Ok(grant) => use_case::run(&face.app, &grant, &whom).await,
        Err(failure) => Err(failure),
    };
    match made {
        Ok(_) => Redirect::to("/referrers").into_response(),
        Err(Failure::Invalid(problems)) => {
            match page(&face, &signed_in, &fields, &problems).await {
                Ok(page) => render_with(status(&Failure::Invalid(problems)), &page),
                Err(failure) => refused(&face, &signed_in, &failure).await,
            }
        }
        Err(failure) => refused(&face, &signed_in, &failure).await,
    }
}

/// Takes one back.
pub async fn revoke(State(face): State<Face>, Path(id): Path<String>, writer: Writer) -> Response {
    match revoked(&face, &writer.signed_in, &id).await {
        Ok(()) => Redirect::to("/referrers").into_response(),
        Err(failure) => refused(&face, &writer.signed_in, &failure).await,
    }
}

async fn revoked(face: &Face, signed_in: &SignedIn, id: &str) -> Result<(), Failure> {
    let grant = grant::<ManageReferrers>(&signed_in.principal)?;
    let id = id.parse().map_err(|_| Failure::NotFound)?;
    use_case::revoke(&face.app, &grant, id).await
}
