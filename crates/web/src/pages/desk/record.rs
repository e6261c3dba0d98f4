//! The record of one referral: who, how they came, may I contact, why I got it, what happened.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use warmpath_app::policy::{MoveReferral, ReadReferrals, grant};
use warmpath_app::read_referrals::Dossier;
use warmpath_app::sign_in::SignedIn;
use warmpath_app::{
    Failure, comment_on_referral, explain_route, may_contact, opening_text, read_referrals,
};
use warmpath_core::id::ReferralId;
use warmpath_core::referral::{Action as Move, ReferralState};

use super::bits::{button, human_words, id, name_of, opening, role_of, wrong};
use super::reasons;
use super::record_people::{chain, chips, contact_card};
use super::record_proof::{known, rights, timeline};
use super::record_route::{score, trace};
use crate::refuse::{self, render, render_with, status};
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::shell;
use crate::view::Shell;
use crate::view::part::{
    Action, ActionKind, Avatar, AvatarSize, Comment, Fact, Facts, Field, FieldKind, FormView, Menu,
    Note, Progress, Tone, Voice,
};
use crate::view::referral::ReferralPage;
use crate::words::{Words, state_pill, state_word};

/// Shows it.
pub(super) async fn show(
    State(face): State<Face>,
    Reader(me): Reader,
    Path(text): Path<String>,
) -> Response {
    let frame = frame(&face, &me).await;
    match fill(&face, &me, &text, frame.clone(), None).await {
        Ok(page) => render(&page),
        Err(failure) => refuse::page(Some(frame), &failure),
    }
}

/// The frame of a page about one referral.
pub(super) async fn frame(face: &Face, me: &SignedIn) -> Shell {
    let frame = shell::of(&face.app, me, "Referral").await;
    shell::at(shell::under(frame, "Referrals", "/referrals"), "/referrals")
}

async fn fill(
    face: &Face,
    me: &SignedIn,
    text: &str,
    mut frame: Shell,
    refused: Option<(&Failure, &str)>,
) -> Result<ReferralPage, Failure> {
    let grant = grant::<ReadReferrals>(&me.principal)?;
    let dossier = read_referrals::one(&face.app, &grant, id::<ReferralId>(text)?).await?;
    let words = Words::new(&me.member.zone, face.app.now());
    let ws = me.principal.workspace;
    let story = explain_route::of(&face.app, ws, &dossier).await?;
    let may = may_contact::run(&face.app, ws, &dossier).await?;
    let text = opening_text::run(&face.app, ws, &dossier).await?;
    let name = name_of(&dossier.person);
    frame.title.clone_from(&name);
    if let Some(last) = frame.crumbs.last_mut() {
        last.label.clone_from(&name);
    }
    let (actions, more) = actions(&dossier);
    frame.sticky = actions.iter().rev().take(1).cloned().collect();
    Ok(ReferralPage {
        avatar: Avatar::of(&name, &dossier.person.id.to_string()).sized(AvatarSize::Head),
        role: role_of(&dossier.person, dossier.account.as_ref()),
        state: state_pill(dossier.referral.state),
        clocks: dossier
            .clocks
            .iter()
            .filter(|c| c.state != "dropped" && c.met_at.is_none())
            .map(|c| named_clock(c, &words))
            .collect(),
        actions,
        more,
        progress: progress(&dossier),
        note: note(&dossier, &words),
        chain: chain(&dossier, &words, false),
        chain_summary: chain_summary(&dossier),
        chips: chips(&dossier, &words),
        words: human_words(&context_of(&dossier), &words).into_iter().collect(),
        need: need(&dossier),
        trace: story.as_ref().map(|story| trace(story, &dossier, &words)),
        timeline: timeline(&dossier, me, &words),
        contact: contact_card(&dossier, &may, me, &words),
        rights: rights(&dossier, me),
        score: story.as_ref().map(score),
        opening: text.map(|t| {
            let note = "Complete it and send it from your own mailbox. Nothing goes out by itself.";
            opening("Opening text", &t.playbook, &t.pieces, note)
        }),
        known: known(&dossier, &words),
        comments: comments(&dossier, &words),
        comment_form: comment_form(me, &dossier, &frame.csrf, refused),
        thanks: thanks(&dossier, &words),
        thanks_href: thanks_href(me, &dossier),
        name,
        shell: frame,
    })
}

/// The referrer's words of a dossier.
pub(super) fn context_of(dossier: &Dossier) -> Vec<&warmpath_app::rows::TextRow> {
    dossier.texts.iter().filter(|t| t.slot == "context").collect()
}

fn named_clock(row: &warmpath_app::rows::ClockRow, words: &Words) -> crate::view::part::Clock {
    let mut clock = words.clock(row);
    let what = match row.kind.as_str() {
        "accept" => "Accept",
        "contact" => "First contact",
        "arbiter" => "Decide",
        "nurture" => "Look again",
        _ => "Due",
    };
    clock.words = format!("{what}: {}", clock.words);
    clock
}

/// The buttons in the head, the primary one last, and what stands behind "More".
fn actions(dossier: &Dossier) -> (Vec<Action>, Menu) {
    let row = &dossier.referral;
    let next = warmpath_app::read_inbox::next_action(&dossier.allowed);
    let beside = [Move::Decline, Move::Nurture, Move::Reassign];
    let mut shown: Vec<Action> = Vec::new();
    let mut items: Vec<Action> = Vec::new();
    for action in dossier.allowed.iter().copied().filter(|a| Some(*a) != next) {
        if beside.contains(&action) && shown.len() < 2 {
            shown.push(button(row, action));
        } else {
            items.push(button(row, action));
        }
    }
    if dossier.thanks.as_ref().is_some_and(|t| t.sent_at.is_none()) {
        let href = format!("/thanks/{}", row.id);
        items.push(Action::link("Write the thank-you", href).icon("heart"));
    }
    if let Some(next) = next {
        shown.push(button(row, next).primary());
    }
    (shown, Menu { label: "More actions".to_owned(), items })
}

const STEPS: &[&str] = &[
    "Received",
    "Verified",
    "Cleared",
    "Scored",
    "Routed",
    "Accepted",
    "Contacted",
    "Meeting",
    "Qualified",
];

/// The place of a state on the line of nine steps.
fn place(state: ReferralState) -> Option<usize> {
    use ReferralState as S;
    match state {
        S::Received => Some(0),
        S::Verified => Some(1),
        S::Cleared | S::Resolved | S::Enriched => Some(2),
        S::Scored => Some(3),
        S::Routed => Some(4),
        S::Accepted => Some(5),
        S::Contacted => Some(6),
        S::MeetingScheduled | S::MeetingHeld | S::NoShow => Some(7),
        S::Qualified | S::Opportunity | S::Won | S::Lost => Some(8),
        _ => None,
    }
}

fn progress(dossier: &Dossier) -> Progress {
    let row = &dossier.referral;
    let here = place(row.state);
    let reached = here.or_else(|| row.resume.and_then(place)).unwrap_or_else(|| reached(dossier));
    let (number, state) = (reached + 1, state_word(row.state));
    let words = match (here, STEPS.get(reached + 1)) {
        (None, _) => format!("{state} at step {number} of {}", STEPS.len()),
        (_, Some(next)) => {
            format!("Step {number} of {}: {state}, next: {}", STEPS.len(), next.to_lowercase())
        }
        _ => format!("Step {number} of {}: {state}", STEPS.len()),
    };
    Progress {
        steps: STEPS.iter().map(|s| (*s).to_owned()).collect(),
        current: reached,
        side: here.is_none(),
        words,
    }
}

/// How far something had come that stands beside the line now.
fn reached(dossier: &Dossier) -> usize {
    let row = &dossier.referral;
    let stamps = [
        (row.met_at.is_some(), 7),
        (row.contacted_at.is_some(), 6),
        (row.accepted_at.is_some(), 5),
        (row.routed_at.is_some(), 4),
        (row.cleared_at.is_some(), 2),
    ];
    stamps.iter().find(|(was, _)| *was).map_or(1, |(_, place)| *place)
}

fn note(dossier: &Dossier, words: &Words) -> Option<Note> {
    let row = &dossier.referral;
    let why = reasons::words(&row.reason);
    match row.state {
        ReferralState::Held => {
            let who = dossier.member_name(row.arbiter).unwrap_or("somebody of revenue operations");
            Some(Note::new(Tone::Hold, format!("Held for {who}."), format!("{why}.")))
        }
        ReferralState::Duplicate => {
            let mut note = Note::new(Tone::Neutral, "Joined.", "The same person is on the way.");
            note.link = row
                .duplicate_of
                .map(|lead| ("Open the lead".to_owned(), format!("/referrals/{lead}")));
            Some(note)
        }
        ReferralState::Received | ReferralState::Verified => waits(dossier),
        ReferralState::Nurturing => {
            let until = row.until.map(|u| words.day(u)).unwrap_or_default();
            Some(Note::new(Tone::Neutral, format!("Back on {until}."), why))
        }
        ReferralState::Cancelling => Some(Note::new(
            Tone::Warning,
            "Somebody asked to cancel.",
            format!("{why}. A lead of the team confirms, or it goes on."),
        )),
        state if state.is_final() && !row.reason.is_empty() => {
            Some(Note::new(Tone::Neutral, format!("{}.", state_word(state)), format!("{why}.")))
        }
        _ => None,
    }
}

/// Who has to do something before the person can answer, for those who hand the page on.
fn waits(dossier: &Dossier) -> Option<Note> {
    let page = dossier.referrer_page.clone()?;
    let (person, referrer) =
        (super::bits::first(&dossier.person), super::bits::first(&dossier.referrer));
    let text = format!("{referrer} passes the link on. It stands ready to copy on their page.");
    let mut note = Note::new(Tone::Neutral, format!("{person} has not answered yet."), text);
    note.link = Some((format!("Open {referrer}’s page"), page));
    Some(note)
}

fn chain_summary(dossier: &Dossier) -> String {
    match dossier.hops.len() {
        0 => "1 referrer".to_owned(),
        1 => "1 referrer, 1 earlier hop".to_owned(),
        n => format!("1 referrer, {n} earlier hops"),
    }
}

fn need(dossier: &Dossier) -> Facts {
    let slots =
        [("budget", "Budget"), ("need", "Need"), ("authority", "Authority"), ("timing", "Timing")];
    let facts = slots
        .iter()
        .filter_map(|(slot, name)| dossier.words(slot).map(|t| Fact::new(*name, &t.body)))
        .collect();
    Facts { facts, pair: true, lined: false }
}

fn comments(dossier: &Dossier, words: &Words) -> Vec<Comment> {
    dossier
        .comments
        .iter()
        .map(|comment| {
            let author = dossier.member_name(Some(comment.author)).unwrap_or("Somebody who left");
            Comment {
                avatar: Avatar::of(author, &comment.author.to_string()),
                author: author.to_owned(),
                when: words.moment(comment.at),
                datetime: comment.at.to_string(),
                paragraphs: super::bits::paragraphs(&comment.body),
                mark: None,
            }
        })
        .collect()
}

fn comment_form(
    me: &SignedIn,
    dossier: &Dossier,
    csrf: &str,
    refused: Option<(&Failure, &str)>,
) -> Option<FormView> {
    grant::<MoveReferral>(&me.principal).ok()?;
    let typed = refused.map_or("", |(_, typed)| typed);
    let field =
        Field::of(FieldKind::Area(2, Voice::Product), "comment", "Write to your colleagues", typed)
            .max_length(2_000)
            .error(wrong(refused.map(|(failure, _)| failure), "comment"));
    Some(FormView {
        action: format!("/referrals/{}/comments", dossier.referral.id),
        csrf: csrf.to_owned(),
        parts: vec![field.into()],
        buttons: vec![Action { kind: ActionKind::Plain, ..Action::submit("Add comment") }],
        ..FormView::default()
    })
}

fn thanks(dossier: &Dossier, words: &Words) -> String {
    let first = super::bits::first(&dossier.referrer);
    match &dossier.thanks {
        None => String::new(),
        Some(owed) => match owed.sent_at {
            Some(at) => {
                let who = dossier.member_name(owed.member).unwrap_or("Somebody");
                format!("{who} thanked {first} on {}.", words.day(at))
            }
            None if owed.due_at < words.now => {
                format!(
                    "{first} has been waiting for a thank-you since {}.",
                    words.moment(owed.due_at)
                )
            }
            None => format!("{first} waits for a thank-you until {}.", words.moment(owed.due_at)),
        },
    }
}

fn thanks_href(me: &SignedIn, dossier: &Dossier) -> String {
    let may = grant::<warmpath_app::policy::Acknowledge>(&me.principal).is_ok();
    let open = dossier.thanks.as_ref().is_some_and(|t| t.sent_at.is_none());
    if may && open { format!("/thanks/{}", dossier.referral.id) } else { String::new() }
}

/// Adds a comment.
pub(super) async fn comment(
    State(face): State<Face>,
    Path(text): Path<String>,
    writer: Writer,
) -> Response {
    let Writer { signed_in: me, fields } = writer;
    let typed = fields.get("comment").to_owned();
    let outcome = match (grant::<MoveReferral>(&me.principal), id::<ReferralId>(&text)) {
        (Ok(grant), Ok(id)) => comment_on_referral::run(&face.app, &grant, id, &typed).await,
        (Err(failure), _) | (_, Err(failure)) => Err(failure),
    };
    let failure = match outcome {
        Ok(_) => {
            return Redirect::to(&format!("/referrals/{text}#comments-title")).into_response();
        }
        Err(failure) => failure,
    };
    let frame = frame(&face, &me).await;
    if !matches!(failure, Failure::Invalid(_)) {
        return refuse::page(Some(frame), &failure);
    }
    match fill(&face, &me, &text, frame.clone(), Some((&failure, &typed))).await {
        Ok(mut page) => {
            page.shell.title = format!("Error: {}", page.shell.title);
            render_with(status(&failure), &page)
        }
        Err(other) => refuse::page(Some(frame), &other),
    }
}
