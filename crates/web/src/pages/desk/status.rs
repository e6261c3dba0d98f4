//! The referrer's status page: the link to pass on, what became of it, the thank-you. It works
//! without script and without account.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use warmpath_app::error::LinkTrouble;
use warmpath_app::read_status::{self as use_case, Milestone as Known, Status, Step};
use warmpath_app::{Failure, add_words, renew_link};

use super::bits::{first, human_words, paragraphs, summary, wrong};
use crate::form::Fields;
use crate::pages::answer::outsider;
use crate::refuse::{self, render, render_with, status};
use crate::server::Face;
use crate::view::Outsider;
use crate::view::answer::{OutsideMessagePage, PassOn};
use crate::view::part::{Avatar, AvatarSize, Field, FieldKind, Qr, Seal, Voice};
use crate::view::status::{Milestone, MilestoneState, StatusAddPage, StatusPage, Thanks};
use crate::words::{Words, thousands};

/// Shows it.
pub(super) async fn show(State(face): State<Face>, Path(token): Path<String>) -> Response {
    match use_case::run(&face.app, &token).await {
        Ok(found) => render(&page(&face, &token, &found)),
        Err(failure) => over(&failure),
    }
}

fn frame(found: &Status, title: &str) -> Outsider {
    let mut frame = outsider(&found.workspace, title, "en");
    frame.for_whom = format!("For {}", found.referrer.name);
    frame.footer = vec![format!("{}, {}.", found.workspace.legal_name, found.workspace.address)];
    frame
}

fn page(face: &Face, token: &str, found: &Status) -> StatusPage {
    let words = Words::new(&found.workspace.zone, face.app.now());
    let name = first(&found.person);
    let (title, lead) = headline(found, &name);
    StatusPage {
        outsider: frame(found, &title),
        title,
        lead,
        pass_on: found.pass_on.as_ref().map(|p| pass_on(token, found, p, &name, &words)),
        thanks: found.thanks.as_ref().map(|t| thanks(found, t, &words)),
        milestones: milestones(found, &name, &words),
        add: found
            .may_add
            .then(|| ("Add something they should know".to_owned(), format!("/s/{token}/add"))),
        year: year(found),
        links: Vec::new(),
        seal: found.entry.as_ref().and_then(|entry| {
            entry.seq.map(|seq| Seal { entry: thousands(seq), ..Seal::default() })
        }),
    }
}

fn headline(found: &Status, name: &str) -> (String, String) {
    let (ours, done) =
        (&found.workspace.name, |step| found.milestones.iter().any(|m| m.done && m.step == step));
    if done(Step::NothingCame) {
        return (
            format!("Nothing came of it this time: {name} and {ours} spoke"),
            "Your introduction was worth it all the same. Thank you.".to_owned(),
        );
    }
    if done(Step::DidNotFit) {
        return (
            "It did not fit".to_owned(),
            format!("Nobody from {ours} gets in touch with {name}. You did nothing wrong."),
        );
    }
    if done(Step::Unanswered) {
        return (
            format!("{name} has not answered"),
            "What you told us about them is deleted. You can introduce them again any time."
                .to_owned(),
        );
    }
    if done(Step::Met) {
        return (
            format!("Your introduction of {name} led to a meeting"),
            format!("Here is what {name} lets us share with you."),
        );
    }
    if done(Step::Answered) {
        return (
            format!("{name} has answered"),
            "You see here what they let us share, when it happens.".to_owned(),
        );
    }
    if found.pass_on.is_some() {
        return (
            format!("One thing left: pass the link on to {name}"),
            format!("{ours} does not write to {name}. They answer for themselves, or not at all."),
        );
    }
    (
        format!("Your introduction of {name} is here"),
        "Somebody is looking at it. You see here what becomes of it.".to_owned(),
    )
}

fn pass_on(
    token: &str,
    found: &Status,
    link: &use_case::PassOn,
    name: &str,
    words: &Words,
) -> PassOn {
    let subject = format!("{}: a thought", found.workspace.name);
    PassOn {
        title: format!("Pass this on to {name}"),
        sentence: match link.over {
            true => format!("The link ended on {}. Make a new one.", words.day(link.ends)),
            false => format!(
                "Change every word as you like. The link works once, until {}.",
                words.day(link.ends)
            ),
        },
        text: link.text.clone(),
        mailto: format!("mailto:?subject={}&body={}", encode(&subject), encode(&link.text)),
        file: String::new(),
        qr: Qr::of(&link.address, "QR code of the link"),
        renew_action: if link.over { format!("/s/{token}/renew") } else { String::new() },
        nonce: found.nonce.clone(),
    }
}

/// Percent-encodes for a mailto address (RFC 6068: a blank is %20, never a plus).
fn encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

fn thanks(found: &Status, said: &use_case::Thanks, words: &Words) -> Thanks {
    let hours = said.at.duration_since(found.referral.received_at).as_secs();
    Thanks {
        paragraphs: match said.words.is_empty() {
            true => vec!["Thanked in person, by phone.".to_owned()],
            false => paragraphs(&said.words),
        },
        avatar: Avatar::of(&said.member, &said.member).sized(AvatarSize::Row),
        who: format!("{}, {}", said.member, found.workspace.name),
        when: format!("{}, {} after your introduction", words.day(said.at), Words::stretch(hours)),
    }
}

fn milestones(found: &Status, name: &str, words: &Words) -> Vec<Milestone> {
    let latest = found.milestones.iter().rposition(|m| m.done);
    found
        .milestones
        .iter()
        .enumerate()
        .map(|(place, known)| milestone(known, latest == Some(place), name, words))
        .collect()
}

fn milestone(known: &Known, latest: bool, name: &str, words: &Words) -> Milestone {
    let (icon, title, sentence) = match (known.step, known.done) {
        (Step::HandedOver, _) => ("inbox", format!("You introduced {name}"), String::new()),
        (Step::Answered, true) => ("check", format!("{name} answered"), String::new()),
        (Step::Answered, false) => (
            "hourglass",
            format!("{name} answers"),
            "For themselves, on a page behind your link.".to_owned(),
        ),
        (Step::Met, true) => ("calendar-check", "They met".to_owned(), String::new()),
        (Step::Met, false) => ("calendar", "They meet".to_owned(), String::new()),
        (Step::DidNotFit, _) => ("minus", "It did not fit".to_owned(), String::new()),
        (Step::NothingCame, _) => ("minus", "Nothing came of it".to_owned(), String::new()),
        (Step::Unanswered, _) => {
            ("hourglass", "Nobody answered".to_owned(), "What you told us is deleted.".to_owned())
        }
    };
    Milestone {
        state: match (known.done, latest) {
            (true, true) => MilestoneState::Latest,
            (true, false) => MilestoneState::Done,
            (false, _) => MilestoneState::Future,
        },
        icon: icon.to_owned(),
        title,
        sentence,
        when: known.at.map(|at| words.day(at)).unwrap_or_default(),
        datetime: known.at.map(|at| at.to_string()).unwrap_or_default(),
    }
}

fn year(found: &Status) -> String {
    let year = found.year;
    let thanked = match year.thanked_in_time {
        0 => String::new(),
        n if n == year.made => ", each thanked within 24 hours".to_owned(),
        n => format!(", {n} thanked within 24 hours"),
    };
    let noun = if year.made == 1 { "introduction" } else { "introductions" };
    format!("{} {noun} of yours in the last twelve months{thanked}.", year.made)
}

/// Makes a fresh link.
pub(super) async fn renew(
    State(face): State<Face>,
    Path(token): Path<String>,
    fields: Fields,
) -> Response {
    match renew_link::by_referrer(&face.app, &token, fields.get("nonce")).await {
        Ok(()) => Redirect::to(&format!("/s/{token}")).into_response(),
        Err(failure) => over(&failure),
    }
}

/// Asks for more words.
pub(super) async fn add_page(State(face): State<Face>, Path(token): Path<String>) -> Response {
    match use_case::run(&face.app, &token).await {
        Ok(found) if found.may_add => render(&adding(&face, &token, &found, "", None)),
        Ok(_) => Redirect::to(&format!("/s/{token}")).into_response(),
        Err(failure) => over(&failure),
    }
}

fn adding(
    face: &Face,
    token: &str,
    found: &Status,
    typed: &str,
    refused: Option<&Failure>,
) -> StatusAddPage {
    let words = Words::new(&found.workspace.zone, face.app.now());
    let texts: Vec<_> = found.words.iter().collect();
    let title = "Add something they should know".to_owned();
    let mut frame = frame(found, &title);
    if refused.is_some() {
        frame.title = format!("Error: {title}");
    }
    let kind = FieldKind::Area(4, Voice::Person);
    StatusAddPage {
        outsider: frame,
        title,
        action: format!("/s/{token}/add"),
        nonce: found.nonce.clone(),
        words: human_words(&texts, &words).unwrap_or_default(),
        text: Field::of(kind, "words", "Your words", typed)
            .max_length(1_000)
            .error(wrong(refused, "words")),
        errors: refused.map(summary).unwrap_or_default(),
    }
}

/// Adds them.
pub(super) async fn add(
    State(face): State<Face>,
    Path(token): Path<String>,
    fields: Fields,
) -> Response {
    let typed = fields.get("words");
    let outcome = add_words::by_link(&face.app, &token, fields.get("nonce"), typed).await;
    let Err(failure) = outcome else {
        return Redirect::to(&format!("/s/{token}")).into_response();
    };
    match (&failure, use_case::run(&face.app, &token).await) {
        (Failure::Invalid(_), Ok(found)) => {
            let page = adding(&face, &token, &found, typed, Some(&failure));
            render_with(status(&failure), &page)
        }
        _ => over(&failure),
    }
}

/// A link that does not open the page.
fn over(failure: &Failure) -> Response {
    let (title, lead) = match failure {
        Failure::Link(LinkTrouble::Ended) => {
            ("This page has ended", "It lived for a year. Nothing was changed.")
        }
        Failure::Link(LinkTrouble::NoPage) => {
            ("Please open the page first", "Nothing was changed. Open the link again.")
        }
        Failure::Link(_) => {
            ("This link does not work", "It may have been cut off on its way to you.")
        }
        Failure::Refused(_) => {
            ("They have answered meanwhile", "Nothing was changed. Open your page again.")
        }
        other => return refuse::page(None, other),
    };
    let frame = Outsider {
        title: title.to_owned(),
        sender: "Warmpath".to_owned(),
        language: "en".to_owned(),
        ..Outsider::default()
    };
    let page = OutsideMessagePage {
        outsider: frame,
        title: title.to_owned(),
        lead: lead.to_owned(),
        links: Vec::new(),
    };
    render_with(status(failure), &page)
}
