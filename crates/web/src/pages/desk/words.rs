//! Whoever handed a person over adds words; what was said first stays.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use warmpath_app::policy::{ReadReferrals, SubmitReferral, grant};
use warmpath_app::sign_in::SignedIn;
use warmpath_app::{Failure, add_words, read_referrals};
use warmpath_core::id::ReferralId;

use super::bits::{human_words, id, name_of, summary, wrong};
use super::record::{context_of, frame};
use crate::refuse::{self, render, render_with, status};
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::view::Shell;
use crate::view::desk::{DeskPage, Layout};
use crate::view::part::{Action, Block, Field, FieldKind, FormView, Section, Voice};
use crate::words::Words;

/// Asks for the words.
pub(super) async fn ask(
    State(face): State<Face>,
    Reader(me): Reader,
    Path(text): Path<String>,
) -> Response {
    let frame = frame(&face, &me).await;
    match page(&face, &me, &text, frame.clone(), None).await {
        Ok(page) => render(&page),
        Err(failure) => refuse::page(Some(frame), &failure),
    }
}

async fn page(
    face: &Face,
    me: &SignedIn,
    text: &str,
    frame: Shell,
    refused: Option<(&Failure, &str)>,
) -> Result<DeskPage, Failure> {
    grant::<SubmitReferral>(&me.principal)?;
    let reads = grant::<ReadReferrals>(&me.principal)?;
    let dossier = read_referrals::one(&face.app, &reads, id::<ReferralId>(text)?).await?;
    if dossier.referral.submitted_by != Some(me.member.id) {
        return Err(Failure::NotFound);
    }
    let words = Words::new(&me.member.zone, face.app.now());
    let (failure, typed) = refused.unzip();
    let kind = FieldKind::Area(4, Voice::Person);
    let field = Field::of(kind, "words", "What else should be known", typed.unwrap_or_default())
        .max_length(1_000)
        .error(wrong(failure, "words"));
    let form = FormView {
        action: format!("/referrals/{text}/words"),
        csrf: frame.csrf.clone(),
        parts: vec![field.into()],
        buttons: vec![Action::submit("Add these words")],
        ..FormView::default()
    };
    let mut blocks: Vec<Block> =
        human_words(&context_of(&dossier), &words).map(Block::Words).into_iter().collect();
    blocks.push(Block::Form(form));
    Ok(DeskPage {
        title: format!("Add words about {}", name_of(&dossier.person)),
        lead: "What you wrote first stays as it is. This is added below it, with the time."
            .to_owned(),
        errors: failure.map(summary).unwrap_or_default(),
        layout: Layout::Narrow,
        main: vec![Section::new("words-card", "", blocks)],
        shell: frame,
        ..DeskPage::default()
    })
}

/// Adds them.
pub(super) async fn add(
    State(face): State<Face>,
    Path(text): Path<String>,
    writer: Writer,
) -> Response {
    let Writer { signed_in: me, fields } = writer;
    let typed = fields.get("words").to_owned();
    let outcome = match (grant::<SubmitReferral>(&me.principal), id::<ReferralId>(&text)) {
        (Ok(grant), Ok(id)) => add_words::by_submitter(&face.app, &grant, id, &typed).await,
        (Err(failure), _) | (_, Err(failure)) => Err(failure),
    };
    let Err(failure) = outcome else {
        return Redirect::to(&format!("/referrals/{text}")).into_response();
    };
    let frame = frame(&face, &me).await;
    if !matches!(failure, Failure::Invalid(_)) {
        return refuse::page(Some(frame), &failure);
    }
    match page(&face, &me, &text, frame.clone(), Some((&failure, &typed))).await {
        Ok(page) => render_with(status(&failure), &page),
        Err(other) => refuse::page(Some(frame), &other),
    }
}
