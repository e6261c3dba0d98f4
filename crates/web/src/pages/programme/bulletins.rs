//! Asks to all and offers, as the team sees them, and as a connector with an account answers them.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use warmpath_app::Failure;
use warmpath_app::policy::{AskIntroduction, OwnRules, ReadIntroductions, grant};
use warmpath_app::programme::bulletin::{self, Bulletin, ForConnector, HOW_WELL};
use warmpath_app::programme::offer::{self, REASONS, Verdict};
use warmpath_app::rows::OfferRow;
use warmpath_app::sign_in::SignedIn;
use warmpath_core::role::Actor;

use super::{blind_fields, blind_words, introduction_tabs, problems, refusal, stays};
use crate::form::Fields;
use crate::pages::card;
use crate::pages::trust::finish;
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::view::Shell;
use crate::view::desk::DeskPage;
use crate::view::part::{
    Action, Cell, Column, Field, FieldKind, FormPart, Pill, Row, Section, Tone, Voice,
};
use crate::words::Words;

const HREF: &str = "/bulletins";

/// Shows them.
pub(super) async fn list(State(face): State<Face>, Reader(who): Reader) -> Response {
    page(&face, &who, &Fields::default(), None).await
}

/// What stands on the page.
struct Found {
    bulletins: Vec<Bulletin>,
    offers: Vec<(OfferRow, String)>,
    reach: usize,
    mine: Vec<ForConnector>,
    is_connector: bool,
}

async fn read(face: &Face, who: &SignedIn) -> Result<Found, Failure> {
    let may = grant::<ReadIntroductions>(&who.principal)?;
    let own = grant::<OwnRules>(&who.principal)?;
    let me = warmpath_app::introduce::read_connectors::me(&face.app, &own).await;
    let (mine, is_connector) = match me {
        Ok(me) => {
            let ws = may.workspace();
            (bulletin::for_connector(&face.app, ws, me.person.id).await?, true)
        }
        Err(Failure::NotFound) => (Vec::new(), false),
        Err(other) => return Err(other),
    };
    let offers = offer::all(&face.app, &may).await?;
    Ok(Found {
        bulletins: bulletin::all(&face.app, &may).await?,
        offers: offers.into_iter().map(|(row, who)| (row, who.name)).collect(),
        reach: bulletin::reach(&face.app, &may).await?,
        mine,
        is_connector,
    })
}

async fn page(face: &Face, who: &SignedIn, typed: &Fields, failure: Option<&Failure>) -> Response {
    let found = match read(face, who).await {
        Ok(found) => found,
        Err(failure) => return card::refused(face, who, &failure).await,
    };
    let words = card::words(face, who);
    let shell = card::frame(face, who, "Asks to all, offers", "/introductions").await;
    let may_ask = grant::<AskIntroduction>(&who.principal).is_ok();
    let mut main = vec![asks(&found, who, &words, may_ask), offers(&found, &words, may_ask)];
    if found.is_connector {
        main.insert(0, to_me(&found.mine, &words));
    }
    let mut rail = Vec::new();
    if may_ask {
        rail.push(ask_form(&shell, typed, failure, found.reach));
    }
    if found.is_connector {
        rail.push(offer_form(&shell, typed, failure));
    }
    let page = DeskPage {
        shell,
        title: "Asks to all, offers".to_owned(),
        lead: "For when you do not know whom to ask. Nobody is named, and silence costs nothing."
            .to_owned(),
        tabs: introduction_tabs(HREF),
        note: refusal(failure),
        main,
        rail,
        ..DeskPage::default()
    };
    finish(page, problems(failure), failure)
}

fn asks(found: &Found, who: &SignedIn, words: &Words, may_ask: bool) -> Section {
    let line = |one: &Bulletin| -> Row {
        let row = &one.row;
        let said = bulletin::words(row);
        let open = bulletin::is_open(row, words.now);
        let pill = match open {
            true => Pill::new(format!("Until {}", words.day(row.until)), Tone::Accent),
            false => Pill::new("Over", Tone::Neutral),
        };
        let mut actions: Vec<Action> =
            one.may_know.iter().filter(|_| may_ask).map(|answer| go_on(one, answer)).collect();
        if open && row.requester == who.principal.member {
            actions.push(Action::post("Close", format!("{HREF}/{}/close", row.id)).small());
        }
        let knows: Vec<String> = one
            .may_know
            .iter()
            .map(|a| match a.row.how_well.as_str() {
                "well" => format!("{} (well)", a.connector.name),
                _ => a.connector.name.clone(),
            })
            .collect();
        let knows = if knows.is_empty() { "Nobody yet".to_owned() } else { knows.join(", ") };
        vec![
            Cell::lines(said.line(), format!("About {}", said.topic)),
            Cell::Pill(pill),
            Cell::text(knows),
            Cell::figure(one.passed.to_string()),
            Cell::Actions(actions),
        ]
        .into()
    };
    let columns = vec![
        Column::name("Ask"),
        Column::new("Open"),
        Column::new("May know somebody"),
        Column::figures("Passed"),
        Column::silent("Go on"),
    ];
    let empty = "Nothing is asked of all. Ask when no path is known, and rarely.";
    let rows = found.bulletins.iter().map(line).collect();
    Section::new("asks", "Asks to all", vec![card::table("Asks to all", columns, rows, empty)])
        .foot("From an answer you go on to a directed ask. The connector's own rules hold there.")
}

/// On to the directed ask, with what is known filled in.
fn go_on(one: &Bulletin, answer: &bulletin::Answer) -> Action {
    let name = answer.connector.name.split(' ').next().unwrap_or_default();
    if let Some(made) = answer.row.introduction {
        return Action::link(format!("With {name}"), format!("/introductions/{made}")).small();
    }
    let row = &one.row;
    let connector = answer.connector.id.to_string();
    let target = row.target.map(|id| id.to_string()).unwrap_or_default();
    let id = row.id.to_string();
    let query = card::query(&[
        ("target", &target),
        ("connector", &connector),
        ("role", &row.role),
        ("industry", &row.industry),
        ("size", &row.size),
        ("topic", &row.topic),
        ("benefit", &row.benefit),
        ("profile", &row.profile),
        ("bulletin", &id),
    ]);
    Action::link(format!("Ask {name}"), format!("/introductions/new?{query}")).small()
}

fn offers(found: &Found, words: &Words, may_ask: bool) -> Section {
    let line = |(row, name): &(OfferRow, String)| -> Row {
        let said = offer::words(row);
        let (word, tone) = match row.state.as_str() {
            "open" => ("Waits for you", Tone::Warning),
            "taken" => ("Taken up", Tone::Positive),
            "declined" => ("Declined with thanks", Tone::Neutral),
            _ => ("Taken back", Tone::Neutral),
        };
        let mut actions = Vec::new();
        if may_ask && row.state == "open" {
            actions.push(take(row));
            for (code, label) in REASONS {
                let path = format!("/offers/{}/decide", row.id);
                actions.push(Action::post(label, path).with("reason", code).small().quiet());
            }
        }
        if let Some(made) = row.introduction {
            let href = format!("/introductions/{made}");
            actions.push(Action::link("Introduction", href).small());
        }
        vec![
            Cell::link(name, format!("/goodwill/{}", row.connector), words.day(row.created_at)),
            Cell::lines(said.line(), format!("About {}", said.topic)),
            Cell::pill(word, tone),
            Cell::Actions(actions),
        ]
        .into()
    };
    let columns = vec![
        Column::name("Who offers"),
        Column::new("Somebody like"),
        Column::new("Stands"),
        Column::silent("Answer"),
    ];
    let empty = "Nobody offered anything yet. A connector's own page has a form for it.";
    let rows = found.offers.iter().map(line).collect();
    Section::new("offers", "Offered to us", vec![card::table("Offers", columns, rows, empty)])
        .foot("Thank them yourself, also when it does not fit. A quick no is better than silence.")
}

fn take(row: &OfferRow) -> Action {
    let (connector, id) = (row.connector.to_string(), row.id.to_string());
    let query = card::query(&[
        ("connector", &connector),
        ("role", &row.role),
        ("industry", &row.industry),
        ("size", &row.size),
        ("topic", &row.topic),
        ("offer", &id),
    ]);
    Action::link("Take it up", format!("/introductions/new?{query}")).small()
}

/// What I, as a connector, am asked with everybody.
fn to_me(mine: &[ForConnector], words: &Words) -> Section {
    let line = |one: &ForConnector| -> Row {
        let path = format!("{HREF}/{}/answer", one.id);
        let knows = |label: &str, how: &str| {
            Action::post(label, &path).with("answer", "may_know").with("how_well", how).small()
        };
        let actions = vec![
            knows("I know somebody well", "well"),
            knows("A little", "a_little"),
            Action::post("Pass", &path).with("answer", "pass").small().quiet(),
        ];
        let said = match one.answered.as_str() {
            "may_know" => Cell::pill("You may know somebody", Tone::Positive),
            "pass" => Cell::pill("You passed", Tone::Neutral),
            _ => Cell::text(format!("Until {}", words.day(one.until))),
        };
        vec![
            Cell::lines(one.words.line(), format!("About {}", one.words.topic)),
            said,
            Cell::Actions(actions),
        ]
        .into()
    };
    let columns = vec![Column::name("Ask"), Column::new("Answer"), Column::silent("Say")];
    let rows = mine.iter().map(line).collect();
    let table = card::table("Asked of me and others", columns, rows, "Nothing is asked of you.");
    Section::new("mine", "Do you know somebody?", vec![table])
        .foot("A pass costs nothing, and is not shown with your name.")
}

fn ask_form(shell: &Shell, typed: &Fields, failure: Option<&Failure>, reach: usize) -> Section {
    let wrong = if typed.get("form") == "offer" { &[] } else { problems(failure) };
    let mut fields = blind_fields(typed);
    let value = |name: &str, default: &str| match typed.get(name) {
        "" => default.to_owned(),
        text => text.to_owned(),
    };
    let area = FieldKind::Area(2, Voice::Person);
    fields.push(Field::of(area, "benefit", "What they have of it", typed.get("benefit")));
    fields.push(Field::of(FieldKind::Number, "days", "Open for days", &value("days", "14")));
    let parts: Vec<FormPart> =
        fields.into_iter().map(|field| card::with_error(field, wrong).into()).collect();
    let form = card::form(shell, HREF, parts, "Ask all connectors");
    Section::new("ask-all", "Ask all", vec![form])
        .foot(format!("{reach} connectors see it. Who rests, left or wants no asks does not."))
}

fn offer_form(shell: &Shell, typed: &Fields, failure: Option<&Failure>) -> Section {
    let mine = typed.get("form") == "offer";
    let (wrong, kept) =
        if mine { (problems(failure), typed.clone()) } else { (&[][..], Fields::default()) };
    let mut fields = blind_fields(&kept);
    fields.push(Field::select("how_well", "You know them", &HOW_WELL, kept.get("how_well")));
    fields.push(Field::hidden("form", "offer"));
    let parts: Vec<FormPart> =
        fields.into_iter().map(|field| card::with_error(field, wrong).into()).collect();
    let form = card::form(shell, "/offers", parts, "Offer an introduction");
    Section::new("offer", "Offer one", vec![form]).foot("Say no name yet. You are asked about it.")
}

/// Asks all.
pub(super) async fn ask(State(face): State<Face>, writer: Writer) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let typed = bulletin::Typed {
        words: blind_words(&fields),
        benefit: fields.trimmed("benefit").to_owned(),
        target: fields.get("target").parse().ok(),
        profile: String::new(),
        days: fields.trimmed("days").parse().unwrap_or(0),
    };
    let done = match grant::<AskIntroduction>(&who.principal) {
        Ok(may) => bulletin::ask(&face.app, &may, &typed).await.map(|_| ()),
        Err(failure) => Err(failure),
    };
    after(&face, &who, &fields, done).await
}

async fn after(
    face: &Face,
    who: &SignedIn,
    fields: &Fields,
    done: Result<(), Failure>,
) -> Response {
    match done {
        Ok(()) => Redirect::to(HREF).into_response(),
        Err(failure) if stays(&failure) => page(face, who, fields, Some(&failure)).await,
        Err(failure) => card::refused(face, who, &failure).await,
    }
}

/// Closes one.
pub(super) async fn close(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    let who = writer.signed_in;
    let done = match (grant::<AskIntroduction>(&who.principal), id.parse()) {
        (Ok(may), Ok(id)) => bulletin::close(&face.app, &may, id).await,
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    card::after(&face, &who, done, HREF).await
}

/// A connector with an account answers.
pub(super) async fn answer(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let said = (fields.get("answer"), fields.get("how_well"));
    let done = match (grant::<OwnRules>(&who.principal), id.parse()) {
        (Ok(may), Ok(id)) => bulletin::answer(&face.app, &may, id, said).await,
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    after(&face, &who, &fields, done).await
}

/// A connector with an account offers.
pub(super) async fn offer(State(face): State<Face>, writer: Writer) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let typed =
        offer::Typed { words: blind_words(&fields), how_well: fields.get("how_well").to_owned() };
    let done = match grant::<OwnRules>(&who.principal) {
        Ok(may) => offer::make(&face.app, &may, &typed).await.map(|_| ()),
        Err(failure) => Err(failure),
    };
    after(&face, &who, &fields, done).await
}

/// Declines an offer.
pub(super) async fn decide(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let verdict = match fields.get("verdict") {
        "take" => Verdict::Take(None),
        _ => Verdict::Decline(fields.get("reason").to_owned()),
    };
    let done = match (grant::<AskIntroduction>(&who.principal), id.parse()) {
        (Ok(may), Ok(id)) => offer::decide(&face.app, &may, id, &verdict).await.map(|_| ()),
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    after(&face, &who, &fields, done).await
}

/// A connector with an account takes their offer back.
pub(super) async fn withdraw(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    let who = writer.signed_in;
    let done = async {
        let own = grant::<OwnRules>(&who.principal)?;
        let me = warmpath_app::introduce::read_connectors::me(&face.app, &own).await?;
        let id = id.parse().map_err(|_| Failure::NotFound)?;
        let actor = Actor::Member(own.member());
        offer::withdraw_as(&face.app, (own.workspace(), me.person.id), id, actor).await
    };
    let done = done.await;
    card::after(&face, &who, done, HREF).await
}
