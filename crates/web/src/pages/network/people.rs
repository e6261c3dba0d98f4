//! `/network/people/{id}`: somebody's place in the network, one's own tie to them, and what may be
//! said or done about it.

use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use warmpath_app::count_asks;
use warmpath_app::introduce::keep_goodwill;
use warmpath_app::policy::{KeepGoodwill, ManageNetwork, OwnNetwork, ReadNetwork, grant};
use warmpath_app::read_network::{self, About};
use warmpath_app::sign_in::SignedIn;
use warmpath_app::{Failure, leave_network, rate_tie};
use warmpath_core::id::PersonId;
use warmpath_core::introduction::goodwill::GoodwillKind;

use super::bits::{
    address, back_or, frame, moved, person_href, query, rate_buttons, rating_words, role_of,
    state_pill, tie_href, tier_word,
};
use crate::refuse::{self, render};
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::shell;
use crate::view::Shell;
use crate::view::desk::DeskPage;
use crate::view::part::{Action, Block, Fact, Facts, Field, FieldKind, FormView, Section};
use crate::words::Words;

/// Shows it.
pub(super) async fn show(
    State(face): State<Face>,
    Reader(me): Reader,
    Path(id): Path<PersonId>,
) -> Response {
    let frame = shell::under(frame(&face, &me, "Person", "/network").await, "Map", "/network");
    let about = match grant::<ReadNetwork>(&me.principal) {
        Ok(may) => read_network::about(&face.app, &may, id).await,
        Err(failure) => Err(failure),
    };
    match about {
        Ok(about) => render(&page(&face, &me, frame, &about, "")),
        Err(failure) => refuse::page(Some(frame), &failure),
    }
}

fn page(face: &Face, me: &SignedIn, mut shell: Shell, about: &About, link: &str) -> DeskPage {
    let facts = &about.person;
    let words = Words::new(&me.member.zone, face.app.now());
    shell.title.clone_from(&facts.name);
    let csrf = shell.csrf.clone();
    let id = facts.id.to_string();
    let manages = grant::<ManageNetwork>(&me.principal).is_ok();
    let mut main = vec![standing(about)];
    if !link.is_empty() {
        main.insert(0, glass_link(facts.name.as_str(), link));
    }
    let mut rail = Vec::new();
    if facts.member.is_none() {
        rail.push(own(about, &words));
        rail.push(know(facts.id, &csrf));
        rail.push(care(about, manages));
    }
    DeskPage {
        title: facts.name.clone(),
        pill: about.own.as_ref().map(|tie| state_pill(tie.state)),
        lead: role_of(facts),
        actions: vec![
            Action::link("Show on the map", address("/network", &[("focus", &id)])),
            Action::link(
                format!("Find paths to {}", first_name(&facts.name)),
                address("/paths", &[("to", &id)]),
            )
            .primary(),
        ],
        main,
        rail,
        shell,
        ..DeskPage::default()
    }
}

fn first_name(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}

fn standing(about: &About) -> Section {
    let facts = &about.person;
    let known = |text: &str| if text.is_empty() { "unknown".to_owned() } else { text.to_owned() };
    let [strong, medium, weak, _] = about.knows;
    let best = match &about.best {
        Some((_, tie)) => {
            let owner = if tie.numbers.is_some() { "you" } else { "a colleague" };
            format!("{owner}, {} tie", tier_word(tie.tier).to_lowercase())
        }
        None => "nobody of ours".to_owned(),
    };
    let list = vec![
        Fact::new("Industry", known(&facts.industry)),
        Fact::new("Seniority", facts.seniority.label()),
        Fact::new("Region", known(&facts.region)),
        Fact::new("Known best by", best),
        Fact::new("Ties we know of", format!("{strong} strong, {medium} medium, {weak} weak")),
        Fact::new("May be asked", if about.closed { "No, they asked not to be" } else { "Yes" }),
    ];
    let facts_block = Facts { facts: list, pair: true, lined: true };
    let mut section = Section::new("standing", "In the network", vec![Block::Facts(facts_block)]);
    if let Some((_, tie)) = &about.best {
        section = section.action(Action::link("Tie and evidence", tie_href(tie)).small());
    }
    if about.person.member.is_none() {
        let href = format!("/connectors/{}", facts.id);
        section = section.action(Action::link("As a connector", href).small());
    }
    section
}

fn own(about: &About, words: &Words) -> Section {
    let to = about.person.id;
    let back = person_href(to);
    let rated = about.own.as_ref().and_then(|tie| tie.rated);
    let text = match &about.own {
        Some(tie) => {
            format!("{} tie. {}.", tier_word(tie.tier), rating_words(rated, words))
        }
        None => "Your own data shows no contact with them.".to_owned(),
    };
    let buttons = rate_buttons(to, rated.map(|(rating, _)| rating), &back);
    Section::new(
        "rate",
        "How well do you know them?",
        vec![Block::Text(text), Block::Buttons(buttons)],
    )
    .foot("Counts for 180 days. Only you can rate your ties.")
}

fn know(id: PersonId, csrf: &str) -> Section {
    let form = FormView {
        action: format!("{}/state", person_href(id)),
        csrf: csrf.to_owned(),
        parts: vec![
            Field::select("how", "How do you know them?", &rate_tie::HOW, "worked_together").into(),
            Field::of(FieldKind::Number, "since", "Since which year", "").optional().into(),
        ],
        buttons: vec![Action::submit("I know them")],
        ..FormView::default()
    };
    Section::new("know", "Say that you know them", vec![Block::Form(form)])
        .foot("Counts like two answered mails of today. By name only carries no path.")
}

fn care(about: &About, manages: bool) -> Section {
    let href = person_href(about.person.id);
    let (label, value) = if about.closed {
        ("They may be asked again", "0")
    } else {
        ("They do not want to be asked", "1")
    };
    let mut buttons = vec![
        Action::post("Note something useful we gave", format!("{href}/gave")).small(),
        Action::post(label, format!("{href}/refuses")).with("refuses", value).small(),
    ];
    if manages {
        buttons
            .push(Action::post("Make their link to what we hold", format!("{href}/link")).small());
    }
    Section::new("care", "Care", vec![Block::Buttons(buttons)])
        .foot("Nothing is sent from here. Whoever asked not to be asked stands on no path.")
}

fn glass_link(name: &str, link: &str) -> Section {
    let text = format!(
        "Send this to {name} yourself. It shows what is held of them, and lets them correct it, limit \
         it or leave. It works for {} days.",
        leave_network::LINK_DAYS
    );
    Section::new(
        "glass",
        "Their own page",
        vec![Block::Text(text), Block::Copy { id: "glass-link".into(), text: link.to_owned() }],
    )
}

/// Rates one's own tie; an empty rating takes it back.
pub(super) async fn rate(
    State(face): State<Face>,
    Path(id): Path<PersonId>,
    raw: RawQuery,
    writer: Writer,
) -> Response {
    let outcome = match grant::<OwnNetwork>(&writer.signed_in.principal) {
        Ok(may) if writer.fields.has("rating") => {
            rate_tie::run(&face.app, &may, id, writer.fields.get("rating")).await
        }
        Ok(may) => rate_tie::take_back(&face.app, &may, id).await,
        Err(failure) => Err(failure),
    };
    let to = back_or(&query(&raw), &person_href(id));
    moved(&face, &writer.signed_in, &to, outcome).await
}

/// States that one knows somebody.
pub(super) async fn state(
    State(face): State<Face>,
    Path(id): Path<PersonId>,
    writer: Writer,
) -> Response {
    let since = match writer.fields.trimmed("since") {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| {
            refuse::invalid("since", "year_invalid", "Write the year as four digits.")
        }),
    };
    let outcome = match (grant::<OwnNetwork>(&writer.signed_in.principal), since) {
        (Ok(may), Ok(since)) => {
            rate_tie::state(&face.app, &may, id, writer.fields.get("how"), since).await
        }
        (Err(failure), _) | (_, Err(failure)) => Err(failure),
    };
    moved(&face, &writer.signed_in, &person_href(id), outcome).await
}

/// Notes that somebody does not want to be asked, or takes it back.
pub(super) async fn refuses(
    State(face): State<Face>,
    Path(id): Path<PersonId>,
    writer: Writer,
) -> Response {
    let refuses = writer.fields.get("refuses") == "1";
    let outcome = match grant::<OwnNetwork>(&writer.signed_in.principal) {
        Ok(may) => count_asks::note_refusal(&face.app, &may, id, refuses).await,
        Err(failure) => Err(failure),
    };
    moved(&face, &writer.signed_in, &person_href(id), outcome).await
}

/// Notes that we gave somebody something useful.
pub(super) async fn gave(
    State(face): State<Face>,
    Path(id): Path<PersonId>,
    writer: Writer,
) -> Response {
    let outcome = match grant::<KeepGoodwill>(&writer.signed_in.principal) {
        Ok(may) => keep_goodwill::run(&face.app, &may, id, GoodwillKind::GiveHelp).await,
        Err(failure) => Err(failure),
    };
    moved(&face, &writer.signed_in, &person_href(id), outcome).await
}

/// Makes somebody's own link to what is held of them.
pub(super) async fn link(
    State(face): State<Face>,
    Path(id): Path<PersonId>,
    writer: Writer,
) -> Response {
    let me = writer.signed_in;
    match made(&face, &me, id).await {
        Ok((about, link)) => {
            let frame =
                shell::under(frame(&face, &me, "Person", "/network").await, "Map", "/network");
            render(&page(&face, &me, frame, &about, &link))
        }
        Err(Failure::NotSignedIn) => Redirect::to("/sign-in").into_response(),
        Err(failure) => refuse::page(Some(frame(&face, &me, "Person", "/network").await), &failure),
    }
}

async fn made(face: &Face, me: &SignedIn, id: PersonId) -> Result<(About, String), Failure> {
    let may = grant::<ManageNetwork>(&me.principal)?;
    let link = leave_network::make_link(&face.app, &may, id).await?;
    let about = read_network::about(&face.app, &grant::<ReadNetwork>(&me.principal)?, id).await?;
    Ok((about, link))
}
