//! Moves of a pathway: simulate, approve, pilot, go live, return, and "what would happen to this
//! person?".

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use warmpath_app::edit_pathway::{self, Launch};
use warmpath_app::pathway::{Decision, Outcome};
use warmpath_app::policy::{ReadPathways, ReadReferrals, WritePathways, grant};
use warmpath_app::rows::Filter;
use warmpath_app::sign_in::SignedIn;
use warmpath_app::{Failure, keys, read_referrals};
use warmpath_core::id::ReferralId;

use crate::refuse::{self, render};
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::shell;
use crate::view::desk::DeskPage;
use crate::view::error::ConfirmPage;
use crate::view::part::{Action, Block, Fact, Facts, Field, FormPart, Section};

async fn done(
    face: &Face,
    signed_in: &SignedIn,
    slug: &str,
    outcome: Result<(), Failure>,
) -> Response {
    match outcome {
        Ok(()) => Redirect::to(&format!("/pathways/{slug}")).into_response(),
        Err(failure) => {
            let frame = shell::of(&face.app, signed_in, "Pathways").await;
            refuse::page(Some(shell::at(frame, "/pathways")), &failure)
        }
    }
}

/// Runs the draft over past referrals.
pub(super) async fn simulate(
    State(face): State<Face>,
    Path(slug): Path<String>,
    writer: Writer,
) -> Response {
    let outcome = async {
        let grant = grant::<WritePathways>(&writer.signed_in.principal)?;
        edit_pathway::run_simulation(&face.app, &grant, &slug).await.map(|_| ())
    };
    done(&face, &writer.signed_in, &slug, outcome.await).await
}

/// A second person approves.
pub(super) async fn approve(
    State(face): State<Face>,
    Path(slug): Path<String>,
    writer: Writer,
) -> Response {
    let outcome = async {
        let grant = grant::<WritePathways>(&writer.signed_in.principal)?;
        edit_pathway::approve(&face.app, &grant, &slug).await
    };
    done(&face, &writer.signed_in, &slug, outcome.await).await
}

async fn question(
    face: &Face,
    signed_in: &SignedIn,
    slug: &str,
    (title, lead, verb): (&str, &str, &str),
    action: String,
    parts: Vec<FormPart>,
) -> Response {
    let frame = shell::of(&face.app, signed_in, title).await;
    let frame = shell::at(shell::under(frame, "Pathways", "/pathways"), "/pathways");
    if let Err(failure) = grant::<WritePathways>(&signed_in.principal) {
        return refuse::page(Some(frame), &failure);
    }
    render(&ConfirmPage {
        shell: frame,
        title: title.to_owned(),
        lead: lead.to_owned(),
        action,
        idempotency_key: keys::random_token(&face.app),
        parts,
        button: Action::submit(verb),
        keep: "Leave it".to_owned(),
        keep_href: format!("/pathways/{slug}"),
    })
}

/// Asks before going live.
pub(super) async fn ask_live(
    State(face): State<Face>,
    Path(slug): Path<String>,
    Reader(signed_in): Reader,
) -> Response {
    let words = (
        "Go live with this version?",
        "From now on every new referral of these origins comes in under it. Referrals that are on \
         their way keep their version. You can return with one click.",
        "Go live",
    );
    let action = format!("/pathways/{slug}/live");
    question(&face, &signed_in, &slug, words, action, Vec::new()).await
}

/// Goes live.
pub(super) async fn live(
    State(face): State<Face>,
    Path(slug): Path<String>,
    writer: Writer,
) -> Response {
    let outcome = async {
        let grant = grant::<WritePathways>(&writer.signed_in.principal)?;
        edit_pathway::launch(&face.app, &grant, &slug, &Launch::Live).await
    };
    done(&face, &writer.signed_in, &slug, outcome.await).await
}

/// Asks which door the pilot runs for.
pub(super) async fn ask_pilot(
    State(face): State<Face>,
    Path(slug): Path<String>,
    Reader(signed_in): Reader,
) -> Response {
    let doors = [
        ("form", "The form for members"),
        ("portal", "The partner portal"),
        ("link", "Personal links"),
        ("api", "The API"),
        ("import", "Imports"),
    ];
    let field = Field::select("door", "For which door?", &doors, "form");
    let words = (
        "Pilot this version for one door?",
        "The other doors keep the live version. A report compares before and since.",
        "Start the pilot",
    );
    let action = format!("/pathways/{slug}/pilot");
    question(&face, &signed_in, &slug, words, action, vec![field.into()]).await
}

/// Starts the pilot.
pub(super) async fn pilot(
    State(face): State<Face>,
    Path(slug): Path<String>,
    writer: Writer,
) -> Response {
    let door = writer.fields.get("door").to_owned();
    let outcome = async {
        let grant = grant::<WritePathways>(&writer.signed_in.principal)?;
        if door.parse::<warmpath_core::referral::Door>().is_err() {
            return Err(Failure::invalid("door", "door_unknown", "Choose one of the doors."));
        }
        edit_pathway::launch(&face.app, &grant, &slug, &Launch::Pilot(door)).await
    };
    done(&face, &writer.signed_in, &slug, outcome.await).await
}

/// Asks before returning to an earlier version.
pub(super) async fn ask_return(
    State(face): State<Face>,
    Path((slug, number)): Path<(String, i64)>,
    Reader(signed_in): Reader,
) -> Response {
    let title = format!("Return to version {number}?");
    let words = (
        title.as_str(),
        "It was live before and was approved then. New referrals come in under it at once.",
        "Return to it",
    );
    let action = format!("/pathways/{slug}/return/{number}");
    question(&face, &signed_in, &slug, words, action, Vec::new()).await
}

/// Returns.
pub(super) async fn back(
    State(face): State<Face>,
    Path((slug, number)): Path<(String, i64)>,
    writer: Writer,
) -> Response {
    let outcome = async {
        let grant = grant::<WritePathways>(&writer.signed_in.principal)?;
        edit_pathway::return_to(&face.app, &grant, &slug, number).await
    };
    done(&face, &writer.signed_in, &slug, outcome.await).await
}

/// What the newest version would do with a stored referral.
pub(super) async fn what_if(
    State(face): State<Face>,
    Path(slug): Path<String>,
    writer: Writer,
) -> Response {
    let frame = shell::of(&face.app, &writer.signed_in, "What would happen").await;
    let frame = shell::at(shell::under(frame, "Pathways", "/pathways"), "/pathways");
    let outcome = async {
        let grant = grant::<ReadPathways>(&writer.signed_in.principal)?;
        let whole = edit_pathway::by_slug(&face.app, grant.workspace(), &slug).await?;
        let row = whole.versions.first().ok_or(Failure::NotFound)?;
        let id = referral_meant(&face, &writer, writer.fields.trimmed("referral")).await?;
        edit_pathway::what_if(&face.app, &grant, &row.text, id).await
    };
    match outcome.await {
        Ok(decision) => render(&DeskPage {
            shell: frame,
            title: "What would happen to this person?".into(),
            lead: headline(&decision),
            actions: vec![Action::link("Back to the pathway", format!("/pathways/{slug}"))],
            main: vec![Section::new(
                "stages",
                "Stage by stage",
                vec![Block::Facts(Facts { facts: stages(&decision), lined: true, pair: false })],
            )],
            ..DeskPage::default()
        }),
        Err(failure) => refuse::page(Some(frame), &failure),
    }
}

/// The referral of a name, a mailbox, an id, or the address of its page; the latest of several.
async fn referral_meant(face: &Face, writer: &Writer, text: &str) -> Result<ReferralId, Failure> {
    let last = text.trim_end_matches('/').rsplit('/').next().unwrap_or(text);
    if let Ok(id) = last.parse() {
        return Ok(id);
    }
    let nobody = || {
        let message =
            "Nobody of that name was handed over. Write a part of the name or the mailbox.";
        Failure::invalid("referral", "referral_unknown", message)
    };
    if text.is_empty() {
        return Err(nobody());
    }
    let principal = &writer.signed_in.principal;
    let people = read_referrals::search_people(&face.app, principal.workspace, text).await?;
    let filter = Filter { people: Some(people), limit: 1, ..Filter::default() };
    let reads = grant::<ReadReferrals>(principal)?;
    let found = read_referrals::list(&face.app, &reads, &filter).await?;
    found.first().map(|line| line.referral.id).ok_or_else(nobody)
}

fn headline(decision: &Decision) -> String {
    match &decision.outcome {
        Outcome::Routed => {
            let owner = decision.owner.as_ref().map(|o| o.target.to_string()).unwrap_or_default();
            format!("It would be routed to {owner}.")
        }
        Outcome::Held { code, .. } => format!("It would be held: {code}."),
        Outcome::Declined { code } => format!("It would be declined: {code}."),
    }
}

fn stages(decision: &Decision) -> Vec<Fact> {
    decision
        .stages
        .iter()
        .map(|stage| Fact {
            name: stage.stage.name().to_owned(),
            value: stage.outcome.to_string(),
            source: stage.rule.as_deref().unwrap_or_default().to_owned(),
            ..Fact::default()
        })
        .collect()
}
