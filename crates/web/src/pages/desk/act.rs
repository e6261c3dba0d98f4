//! Moving a referral: the question that some actions ask first, the act itself, and the page that
//! says who was faster or what may be done instead.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use warmpath_app::move_referral::{self, Wish};
use warmpath_app::policy::{MoveReferral, ReadReferrals, grant};
use warmpath_app::read_referrals::{self, Dossier};
use warmpath_app::sign_in::SignedIn;
use warmpath_app::{Failure, join_referral, read_team};
use warmpath_core::id::{MemberId, ReferralId};
use warmpath_core::referral::{Action as Move, Refusal};

use super::bits::{asks, button, first, id, name_of, wrong};
use super::reasons;
use super::record::frame;
use crate::form::Fields;
use crate::refuse::{self, render, render_with, status};
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::view::Shell;
use crate::view::error::{ConfirmPage, ErrorPage};
use crate::view::part::{Action, ActionKind, Field, FieldKind, FormPart, Note, Pill, Tone};
use crate::words::{Words, action_word, state_word};

/// Where a referral and an action stand in an address.
type At = Path<(String, String)>;

/// Asks.
pub(super) async fn ask(
    State(face): State<Face>,
    Reader(me): Reader,
    Path((text, action)): At,
) -> Response {
    let frame = frame(&face, &me).await;
    let found = find(&face, &me, &text, &action).await;
    let (dossier, action) = match found {
        Ok(found) => found,
        Err(failure) => return refuse::page(Some(frame), &failure),
    };
    if !dossier.allowed.contains(&action) {
        return not_now(frame, &dossier, action);
    }
    match question(&face, &me, frame.clone(), &dossier, action, &Fields::default(), None).await {
        Ok(page) => render(&page),
        Err(failure) => refuse::page(Some(frame), &failure),
    }
}

async fn find(
    face: &Face,
    me: &SignedIn,
    text: &str,
    action: &str,
) -> Result<(Dossier, Move), Failure> {
    let grant = grant::<ReadReferrals>(&me.principal)?;
    let action: Move = action.parse().map_err(|_| Failure::NotFound)?;
    let dossier = read_referrals::one(&face.app, &grant, id::<ReferralId>(text)?).await?;
    Ok((dossier, action))
}

async fn question(
    face: &Face,
    me: &SignedIn,
    mut frame: Shell,
    dossier: &Dossier,
    action: Move,
    typed: &Fields,
    refused: Option<&Failure>,
) -> Result<ConfirmPage, Failure> {
    let row = &dossier.referral;
    let (verb, _) = action_word(action);
    let title = format!("{verb}: {}?", name_of(&dossier.person));
    frame.title = match refused {
        Some(_) => format!("Error: {title}"),
        None => title.clone(),
    };
    let mut parts: Vec<FormPart> = vec![Field::hidden("version", &row.version.to_string()).into()];
    parts.extend(fields(face, me, dossier, action, typed, refused).await?);
    if let Some(Failure::Invalid(problems)) = refused {
        let text = problems.iter().map(|p| p.message.as_str()).collect::<Vec<_>>().join(" ");
        parts.insert(0, FormPart::Note(Note::new(Tone::Negative, "Not done yet.", text)));
    }
    let danger = matches!(
        action,
        Move::Decline | Move::Fail | Move::Lose | Move::ConfirmCancel | Move::Withdraw
    );
    Ok(ConfirmPage {
        shell: frame,
        title,
        lead: consequence(action, dossier),
        action: format!("/referrals/{}/{}", row.id, action.as_str()),
        idempotency_key: String::new(),
        parts,
        button: Action {
            kind: if danger { ActionKind::DangerSolid } else { ActionKind::Primary },
            ..Action::submit(verb)
        },
        keep: "Leave it as it is".to_owned(),
        keep_href: format!("/referrals/{}", row.id),
    })
}

/// What an action leads to, in a sentence.
fn consequence(action: Move, dossier: &Dossier) -> String {
    let (person, referrer) = (first(&dossier.person), first(&dossier.referrer));
    match action {
        Move::Decline | Move::Fail => {
            format!("{referrer} sees that it did not fit. Nobody contacts {person} any more.")
        }
        Move::Lose => format!("{referrer} sees that nothing came of it, if {person} allows it."),
        Move::Hold => "Every clock stops until the person you name decides.".to_owned(),
        Move::RequestCancel => {
            "This is the first of two steps. A lead of the team confirms it.".to_owned()
        }
        Move::ConfirmCancel => format!("This ends it. Nobody contacts {person} any more."),
        Move::Withdraw => {
            format!("Everything about {person} stops at once, and nobody asks again.")
        }
        Move::MarkDuplicate => {
            format!(
                "There will be one lead, and {referrer} keeps the credit for this introduction."
            )
        }
        Move::Reassign => "The new owner is told by mail, and their clocks start.".to_owned(),
        Move::Nurture => "It comes back to its owner on that day, with a mail.".to_owned(),
        Move::ScheduleMeeting => format!("{person} agreed to meet on that day."),
        _ => String::new(),
    }
}

async fn fields(
    face: &Face,
    me: &SignedIn,
    dossier: &Dossier,
    action: Move,
    typed: &Fields,
    refused: Option<&Failure>,
) -> Result<Vec<FormPart>, Failure> {
    let mut parts: Vec<FormPart> = Vec::new();
    let reasons = reasons::of(action);
    if !reasons.is_empty() {
        let mut options = vec![("", "Choose a reason")];
        options.extend_from_slice(reasons);
        let field = Field::select("reason", "Why", &options, typed.get("reason"));
        parts.push(field.error(wrong(refused, "reason")).into());
    }
    if matches!(action, Move::Reassign | Move::Hold) {
        let label = if action == Move::Hold { "Who decides" } else { "New owner" };
        let takers = read_team::takers(&dossier.members);
        let others = takers.into_iter().filter(|m| Some(m.id) != dossier.referral.owner);
        let options = std::iter::once((String::new(), "Choose a colleague".to_owned()))
            .chain(others.map(|m| (m.id.to_string(), super::bits::join(&[&m.name, &m.title]))));
        let kind = FieldKind::Select(options.collect());
        let field = Field::of(kind, "owner", label, typed.get("owner"));
        parts.push(field.error(wrong(refused, "owner")).into());
    }
    if matches!(action, Move::Nurture | Move::ScheduleMeeting) {
        let label = if action == Move::Nurture { "Back on" } else { "Day of the meeting" };
        let field = Field::of(FieldKind::Date, "until", label, typed.get("until"));
        parts.push(field.error(wrong(refused, "until")).into());
    }
    if action == Move::MarkDuplicate {
        let grant = grant::<ReadReferrals>(&me.principal)?;
        let leads = join_referral::candidates(&face.app, &grant, dossier).await?;
        let options = std::iter::once((String::new(), "Choose the lead".to_owned())).chain(
            leads.iter().map(|l| {
                let state = state_word(l.referral.state);
                let name = name_of(&l.person);
                (l.referral.id.to_string(), super::bits::join(&[&name, state, &l.owner_name]))
            }),
        );
        let kind = FieldKind::Select(options.collect());
        let field = Field::of(kind, "lead", "The lead it joins", typed.get("lead"));
        parts.push(field.error(wrong(refused, "lead")).into());
    }
    Ok(parts)
}

/// Acts.
pub(super) async fn act(
    State(face): State<Face>,
    Path((text, action)): At,
    writer: Writer,
) -> Response {
    let Writer { signed_in: me, fields } = writer;
    let failure = match take(&face, &me, &text, &action, &fields).await {
        Ok(()) => return Redirect::to(&format!("/referrals/{text}")).into_response(),
        Err(failure) => failure,
    };
    let frame = frame(&face, &me).await;
    let found = find(&face, &me, &text, &action).await;
    match (failure, found) {
        (Failure::Refused(Refusal::NotNow { .. }), Ok((dossier, action))) => {
            not_now(frame, &dossier, action)
        }
        (failure @ Failure::Conflict(_), found) => {
            faster(frame, &failure, found.ok().map(|(dossier, _)| dossier).as_ref())
        }
        (failure, Ok((dossier, action))) if asks(action) && refuse_in_form(&failure) => {
            let failure = as_problem(failure, action);
            let page =
                question(&face, &me, frame.clone(), &dossier, action, &fields, Some(&failure));
            match page.await {
                Ok(page) => render_with(status(&failure), &page),
                Err(other) => refuse::page(Some(frame), &other),
            }
        }
        (failure, _) => refuse::page(Some(frame), &failure),
    }
}

fn refuse_in_form(failure: &Failure) -> bool {
    matches!(
        failure,
        Failure::Invalid(_)
            | Failure::Refused(Refusal::NoReason(_) | Refusal::NoOwner(_) | Refusal::NoReturn)
    )
}

/// What the table misses, as the field that a form can mark.
fn as_problem(failure: Failure, action: Move) -> Failure {
    match failure {
        Failure::Refused(Refusal::NoReason(_)) => {
            Failure::invalid("reason", "reason_missing", "Choose a reason.")
        }
        Failure::Refused(Refusal::NoOwner(_)) => {
            Failure::invalid("owner", "owner_missing", "Choose a colleague.")
        }
        Failure::Refused(Refusal::NoReturn) if action == Move::Nurture => {
            Failure::invalid("until", "until_missing", "Choose a day after today.")
        }
        other => other,
    }
}

async fn take(
    face: &Face,
    me: &SignedIn,
    text: &str,
    action: &str,
    fields: &Fields,
) -> Result<(), Failure> {
    let grant = grant::<MoveReferral>(&me.principal)?;
    let id = id::<ReferralId>(text)?;
    let action: Move = action.parse().map_err(|_| Failure::NotFound)?;
    if action == Move::MarkDuplicate && fields.has("lead") {
        let lead = fields.get("lead").parse().map_err(|_| {
            Failure::invalid("lead", "lead_unknown", "Choose one of the leads on the list.")
        })?;
        return join_referral::run(&face.app, &grant, id, lead).await;
    }
    let wish = wish(face, me, action, fields)?;
    move_referral::run(&face.app, &grant, id, &wish).await.map(|_| ())
}

fn wish(face: &Face, me: &SignedIn, action: Move, fields: &Fields) -> Result<Wish, Failure> {
    let mut wish = Wish::new(action);
    let reason = fields.trimmed("reason");
    if !reason.is_empty() {
        if !reasons::of(action).iter().any(|(code, _)| *code == reason) {
            return Err(Failure::invalid(
                "reason",
                "reason_unknown",
                "Choose a reason of the list.",
            ));
        }
        wish.reason = Some(reason.to_owned());
    }
    if action == Move::MarkDuplicate {
        wish.reason = Some("same_person".to_owned());
    }
    if fields.has("owner") {
        let owner: Result<MemberId, _> = fields.get("owner").parse();
        wish.owner = Some(owner.map_err(|_| {
            Failure::invalid("owner", "owner_unknown", "Choose a colleague of the list.")
        })?);
    }
    if fields.has("until") {
        wish.until = Some(day(face, me, fields.trimmed("until"))?);
    }
    wish.version = fields.get("version").parse().ok();
    Ok(wish)
}

/// Nine o'clock of a day in the writer's zone; a day that is over is refused.
fn day(face: &Face, me: &SignedIn, text: &str) -> Result<Timestamp, Failure> {
    let wrong = || Failure::invalid("until", "day_invalid", "Write a day that is still to come.");
    let date: Date = text.parse().map_err(|_| wrong())?;
    let words = Words::new(&me.member.zone, face.app.now());
    let at = date.at(9, 0, 0, 0).to_zoned(words.zone.clone()).map_err(|_| wrong())?.timestamp();
    if at <= words.now { Err(wrong()) } else { Ok(at) }
}

/// The table does not allow it: what may be done instead.
fn not_now(mut frame: Shell, dossier: &Dossier, action: Move) -> Response {
    let row = &dossier.referral;
    let (verb, _) = action_word(action);
    let state = state_word(row.state).to_lowercase();
    let verb = if verb.is_empty() { action.as_str() } else { verb };
    frame.title = format!("Error: {verb} is not possible now");
    let page = ErrorPage {
        pill: Pill::new("Not saved", Tone::Negative),
        code: "409 not_now".to_owned(),
        title: format!("{verb} is not possible now: the referral is {state}"),
        lead: match dossier.allowed.is_empty() {
            true => "Nothing was changed. There is nothing for you to do with it now.".to_owned(),
            false => "Nothing was changed. This is what you may do instead.".to_owned(),
        },
        actions: instead(dossier),
        shell: frame,
        ..ErrorPage::default()
    };
    render_with(axum::http::StatusCode::CONFLICT, &page)
}

/// Somebody was faster: who, and what is true now.
fn faster(mut frame: Shell, failure: &Failure, dossier: Option<&Dossier>) -> Response {
    frame.title = "Error: somebody was faster".to_owned();
    let page = ErrorPage {
        shell: frame,
        pill: Pill::new("Not saved", Tone::Negative),
        code: "409 conflict".to_owned(),
        title: failure.to_string(),
        lead: "Look again, then decide.".to_owned(),
        actions: match dossier {
            Some(dossier) => instead(dossier),
            None => vec![Action::link("Back to the inbox", "/inbox").primary()],
        },
        ..ErrorPage::default()
    };
    render_with(axum::http::StatusCode::CONFLICT, &page)
}

fn instead(dossier: &Dossier) -> Vec<Action> {
    let row = &dossier.referral;
    let mut actions: Vec<Action> =
        dossier.allowed.iter().map(|action| button(row, *action).key("")).collect();
    actions.push(Action::link("Open the referral", format!("/referrals/{}", row.id)).primary());
    actions
}
