//! A requester picks a match and a connector, and asks for an introduction. Everything that would make
//! it a bad ask is found before a word is written.

use jiff::{SignedDuration, Timestamp};
use warmpath_core::consent::ConsentState;
use warmpath_core::contact::Email;
use warmpath_core::id::{ConsentId, IntroductionId, MemberId, PersonId, WorkspaceId};
use warmpath_core::introduction::circle::closes_circle;
use warmpath_core::introduction::goodwill::is_no_go;
use warmpath_core::introduction::{
    Action, Command, Introduction, Reveal, Side, Standing, TargetState,
};
use warmpath_core::role::Actor;
use warmpath_core::text::{Line, Paragraphs};
use warmpath_store::Applied;
use warmpath_store::field::Json;
use warmpath_store::table::introduction::{
    self, IntroductionConsentRow, IntroductionRow, TargetLockRow,
};
use warmpath_store::table::network;
use warmpath_store::table::person::{self, ContactPointRow, PersonRow};
use warmpath_store::table::workspace;

use super::{Dossier, advance, goodwill, reroute, seal, texts};
use crate::context::App;
use crate::error::{Failure, NotPossible, Problem};
use crate::keys::sha256;
use crate::link::{self, Purpose, Subject};
use crate::policy::{AskIntroduction, Grant};
use crate::resolve::{cluster, keys};
use crate::unit::{Happening, Unit};

/// The setting that says whether a programme manager screens requests: `on` or `off`.
pub const SCREENING: &str = "introductions.screening";

/// The page behind a link lives this long; what it offers follows the state.
pub const LINK_DAYS: i64 = 120;

/// The page about the occasion lives this long.
const PAGE_DAYS: i64 = 730;

/// A no is remembered so long, whoever asks.
const NO_DAYS: i64 = 365;

/// Silence, so long.
const SILENT_DAYS: i64 = 90;

/// Version of the wording of the two pages.
pub const WORDING_VERSION: i64 = 1;

/// Longest of the short words, in characters.
const WORD_MAX: usize = 120;
/// Longest of the sentences, in characters.
const SENTENCE_MAX: usize = 400;

/// A match and how to reach it, as plain data: whoever found it fills this in.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Whom to meet.
    pub target: PersonId,
    /// Who is to introduce them.
    pub connector: PersonId,
    /// The next connectors, best first.
    pub shortlist: Vec<PersonId>,
    /// Role, as it may be said before consent: "CFO".
    pub role: String,
    /// Industry: "chemicals".
    pub industry: String,
    /// Size: "1,000 to 2,000 people".
    pub size: String,
    /// Topic: "closing five plants in one week".
    pub topic: String,
    /// What the target has of it. Required: only what helps both is asked for.
    pub benefit: String,
    /// The problem both know.
    pub problem: String,
    /// One measured outcome, with its figure.
    pub proof: String,
    /// What the target may see of the requester.
    pub reveal: Reveal,
    /// Size of the deal, if known.
    pub deal: Option<i64>,
    /// The profile and version it came from; empty for none.
    pub profile: String,
}

/// Asks.
///
/// # Errors
/// [`Failure::Invalid`] for words that are missing or name somebody, [`Failure::NotPossible`] with
/// the reason, the date, and who could be asked instead.
pub async fn run(
    app: &App,
    grant: &Grant<AskIntroduction>,
    wanted: &Wanted,
) -> Result<IntroductionId, Failure> {
    run_for(app, grant, grant.member(), wanted, None).await
}

/// Asks for somebody else: a programme manager goes on where a requester's connector said no. What it
/// goes on from is rerouted in the same change set.
///
/// # Errors
/// As [`run`].
pub(super) async fn run_for(
    app: &App,
    grant: &Grant<AskIntroduction>,
    requester: MemberId,
    wanted: &Wanted,
    from: Option<IntroductionId>,
) -> Result<IntroductionId, Failure> {
    let ws = grant.workspace();
    let mut wanted = wanted.clone();
    // Of records that are one person, the one that stands for them: its lock and objections count.
    wanted.target = cluster::root(app.db(), ws, wanted.target).await?;
    wanted.connector = cluster::root(app.db(), ws, wanted.connector).await?;
    let wanted = &wanted;
    let target = known(app, ws, wanted.target, "target").await?;
    let connector = known(app, ws, wanted.connector, "connector").await?;
    check_words(app, wanted, &target).await?;
    check_people(app, ws, wanted, &target).await?;
    check_requester(app, (ws, requester), wanted.connector).await?;
    check_allowance(app, ws, requester).await?;
    check_goodwill(app, ws, wanted, (&target, &connector)).await?;
    for _ in 0..3 {
        let mut unit = Unit::new(app, ws);
        let id =
            begin(app, &mut unit, (grant, requester), wanted, (&target, &connector), from).await?;
        if let Some(from) = from {
            reroute::leave(app, &mut unit, grant, from, id).await?;
        }
        match unit.apply().await? {
            Applied::Applied => return Ok(id),
            Applied::Conflict("target_lock") => check_people(app, ws, wanted, &target).await?,
            Applied::Conflict(_) => {}
        }
    }
    Err(Failure::Conflict("Somebody asks for the same person right now. Look again.".into()))
}

async fn known(
    app: &App,
    ws: WorkspaceId,
    id: PersonId,
    field: &str,
) -> Result<PersonRow, Failure> {
    let row = person::person(app.db(), ws, id).await?;
    row.filter(|row| row.erased_at.is_none())
        .ok_or_else(|| Failure::invalid(field, "person_unknown", "There is no such person here."))
}

/// The words are there, are short, and name nobody.
async fn check_words(app: &App, wanted: &Wanted, target: &PersonRow) -> Result<(), Failure> {
    let mut problems = Vec::new();
    let mut short = |field: &str, text: &str, say: &str| {
        if let Err(refusal) = Line::<WORD_MAX>::parse(text) {
            problems.push(Problem::new(field, "text_invalid", format!("{say}: {refusal}.")));
        }
    };
    short("role", &wanted.role, "Say the role");
    short("industry", &wanted.industry, "Say the industry");
    short("size", &wanted.size, "Say the size");
    short("topic", &wanted.topic, "Say the topic");
    for (field, text, say) in [
        ("benefit", &wanted.benefit, "Say what they have of it"),
        ("problem", &wanted.problem, "Say the problem both know"),
        ("proof", &wanted.proof, "Say one measured outcome"),
    ] {
        if let Err(refusal) = Paragraphs::<SENTENCE_MAX>::parse(text) {
            problems.push(Problem::new(field, "text_invalid", format!("{say}: {refusal}.")));
        }
    }
    let sealed = seal::person_sealed(app, target.workspace, target).await?;
    for (field, text) in [
        ("role", &wanted.role),
        ("industry", &wanted.industry),
        ("size", &wanted.size),
        ("topic", &wanted.topic),
        ("benefit", &wanted.benefit),
        ("problem", &wanted.problem),
    ] {
        if let Some(span) = sealed.found_in(text).into_iter().next() {
            let named = &text[span];
            problems.push(Problem::new(
                field,
                "naming_before_consent",
                format!("Take out “{named}”: nobody is named before they agreed."),
            ));
        }
    }
    let code = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    if wanted.profile.len() > WORD_MAX || !wanted.profile.chars().all(code) {
        problems.push(Problem::new("profile", "profile_invalid", "There is no such profile."));
    }
    if problems.is_empty() { Ok(()) } else { Err(Failure::Invalid(problems)) }
}

/// Nobody is asked for themselves, for a colleague of ours, in a circle, twice, or against their
/// will.
async fn check_people(
    app: &App,
    ws: WorkspaceId,
    wanted: &Wanted,
    target: &PersonRow,
) -> Result<(), Failure> {
    let db = app.db();
    let not = |code, sentence: &str| -> Failure { NotPossible::new(code, sentence).into() };
    if wanted.connector == wanted.target {
        return Err(not("connector_is_target", "They are the one you want to meet. Ask another."));
    }
    let points = cluster::contact_points(db, ws, target.id).await?;
    let members = workspace::members(db, ws).await?;
    let ours = |mail: &str| members.iter().any(|m| m.email.eq_ignore_ascii_case(mail));
    if points.iter().any(|point| point.kind == "email" && ours(&point.normal)) {
        return Err(not("target_on_own_team", "They are on your own team. Talk to them."));
    }
    let own = workspace::workspace(db, ws).await?.ok_or(Failure::NotFound)?;
    if !target.company.is_empty() && is_no_go(&[own.name, own.legal_name], &target.company) {
        return Err(not("target_on_own_team", "They are on your own team. Talk to them."));
    }
    check_objection(app, ws, target.id).await?;
    check_objection(app, ws, wanted.connector).await?;
    let before = introduction::of_target(db, ws, target.id).await?;
    if before.iter().any(|row| is_answered_for_good(row, app.now())) {
        return Err(not_possible());
    }
    if let Some(lock) = introduction::lock(db, ws, target.id).await? {
        let whose = members.iter().find(|m| m.id == lock.member).map_or("Somebody", |m| &m.name);
        let sentence =
            format!("{whose} is being introduced to them already. Others do not touch them.");
        return Err(not("target_locked", &sentence));
    }
    let under_way = introduction::under_way(db, ws).await?;
    let open: Vec<(PersonId, PersonId)> = under_way
        .iter()
        .filter(|row| row.request.is_before_delivery())
        .map(|row| (row.connector, row.target))
        .collect();
    if closes_circle(&open, wanted.connector, wanted.target) {
        return Err(not(
            "circle",
            "A circle of asks: the two would wait for each other. Let the first one end.",
        ));
    }
    Ok(())
}

/// Whether somebody objected, or said no before, is not told to whoever asks.
fn not_possible() -> Failure {
    NotPossible::new("not_possible", "It is not possible at the moment. Choose another person.")
        .into()
}

/// A no is remembered from the request on, and so is silence for a while; whoever complained is not asked again.
pub(crate) fn is_answered_for_good(row: &IntroductionRow, now: Timestamp) -> bool {
    let lately = |at: Timestamp, days: i64| now < at + SignedDuration::from_hours(24 * days);
    row.complained_at.is_some()
        || match row.target_state {
            TargetState::No => lately(row.created_at, NO_DAYS),
            TargetState::Silent => lately(row.created_at, SILENT_DAYS),
            _ => false,
        }
}

/// Nobody on the list of those who are not to be contacted takes part, on either side.
pub(super) async fn check_objection(
    app: &App,
    ws: WorkspaceId,
    person: PersonId,
) -> Result<(), Failure> {
    let points = cluster::contact_points(app.db(), ws, person).await?;
    let key = |point: &ContactPointRow| {
        app.keys.blind(ws, keys::suppressed_as(&point.kind), &point.normal)
    };
    let mut keys: Vec<Vec<u8>> = points.iter().map(key).collect();
    // A whole company may have objected.
    let mails = points.iter().filter(|point| point.kind == "email");
    keys.extend(
        mails
            .filter_map(|point| Email::parse(&point.value).ok())
            .map(|mail| app.keys.blind(ws, "domain", mail.registrable_domain())),
    );
    if !keys.is_empty() && person::suppressed(app.db(), ws, &keys).await?.is_some() {
        return Err(not_possible());
    }
    Ok(())
}

/// Nobody asks themselves.
async fn check_requester(
    app: &App,
    (ws, requester): (WorkspaceId, MemberId),
    connector: PersonId,
) -> Result<(), Failure> {
    let db = app.db();
    let requester = workspace::member(db, ws, requester).await?.ok_or(Failure::NotFound)?;
    let points = cluster::contact_points(db, ws, connector).await?;
    let theirs = |point: &&ContactPointRow| {
        point.kind == "email" && point.normal.eq_ignore_ascii_case(&requester.email)
    };
    if points.iter().any(|point| theirs(&point)) {
        let sentence = "You know them yourself. Write to them, or ask another connector.";
        return Err(NotPossible::new("connector_is_requester", sentence).into());
    }
    Ok(())
}

async fn check_allowance(app: &App, ws: WorkspaceId, requester: MemberId) -> Result<(), Failure> {
    let (allowance, open) = goodwill::allowance_of(app, ws, requester).await?;
    if open < allowance.open_max {
        return Ok(());
    }
    let why = match allowance.complaints {
        0 => format!("You have {open} introductions under way. Let one end first."),
        n => format!(
            "{n} of your introductions were unwanted, so you may have {} under way.",
            allowance.open_max
        ),
    };
    let refusal = NotPossible { from: allowance.grows_at, ..NotPossible::new("allowance", why) };
    Err(refusal.into())
}

/// The connector's rules, before a word is written.
async fn check_goodwill(
    app: &App,
    ws: WorkspaceId,
    wanted: &Wanted,
    (target, connector): (&PersonRow, &PersonRow),
) -> Result<(), Failure> {
    let zone = &app.config.zone;
    if network::connector(app.db(), ws, connector.id).await?.is_some_and(|row| row.refuses) {
        let sentence = format!("{} does not want to be asked. Ask another.", connector.name);
        return Err(NotPossible::new("refuses", sentence).into());
    }
    let account = goodwill::account(app, ws, connector.id).await?;
    let Err(refused) = account.may_ask(&target.company, wanted.deal, zone, app.now()) else {
        return Ok(());
    };
    let mut instead = None;
    for &next in wanted.shortlist.iter().filter(|&&next| next != connector.id) {
        let other = goodwill::account(app, ws, next).await?;
        if other.may_ask(&target.company, wanted.deal, zone, app.now()).is_ok() {
            instead = person::person(app.db(), ws, next).await?.map(|row| row.name);
            break;
        }
    }
    Err(goodwill::refusal(&connector.name, &refused, zone, instead.as_deref()))
}

/// Everything of a new introduction, submitted; screened at once where nobody screens.
async fn begin(
    app: &App,
    unit: &mut Unit<'_>,
    (grant, requester): (&Grant<AskIntroduction>, MemberId),
    wanted: &Wanted,
    (target, connector): (&PersonRow, &PersonRow),
    from: Option<IntroductionId>,
) -> Result<IntroductionId, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let requester = workspace::member(db, ws, requester).await?.ok_or(Failure::NotFound)?;
    let workspace = workspace::workspace(db, ws).await?.ok_or(Failure::NotFound)?;
    let row = IntroductionRow { rerouted_from: from, ..new_row(app, unit, requester.id, wanted) };
    let id = row.id;
    unit.push(row.insert());
    let lock = TargetLockRow {
        workspace: ws,
        person: target.id,
        introduction: id,
        member: requester.id,
        since: unit.at,
    };
    unit.push(lock.insert());
    let mut dossier = Dossier {
        row,
        workspace,
        target: target.clone(),
        connector: connector.clone(),
        requester,
        texts: std::collections::BTreeMap::new(),
        consents: Vec::new(),
    };
    write_words(unit, &mut dossier, wanted);
    open_consent(app, unit, &mut dossier, Side::Connector);
    make_page_link(app, unit, &dossier);
    let mut happening = Happening::new("introduction.begun", grant.principal().actor(), id)
        .of(dossier.row.target)
        .with("connector", dossier.row.connector);
    if !wanted.profile.is_empty() {
        happening = happening.with("profile", &wanted.profile);
    }
    unit.record(happening).await?;
    let submit = Command::new(Action::Submit, Standing::Requester);
    advance::step(app, unit, &mut dossier, &submit, grant.principal().actor()).await?;
    let setting = workspace::setting(db, ws, SCREENING).await?;
    if setting.is_none_or(|value| value != "on") {
        let screen = Command::new(Action::Screen, Standing::System);
        advance::step(app, unit, &mut dossier, &screen, Actor::System).await?;
    }
    Ok(id)
}

fn new_row(app: &App, unit: &Unit<'_>, requester: MemberId, wanted: &Wanted) -> IntroductionRow {
    let draft = Introduction::draft(unit.at);
    let next = |&id: &PersonId| id != wanted.connector && id != wanted.target;
    IntroductionRow {
        workspace: unit.workspace,
        id: app.id(),
        requester,
        target: wanted.target,
        connector: wanted.connector,
        request: draft.request,
        connector_state: draft.connector,
        target_state: draft.target,
        outcome: draft.outcome,
        reason: String::new(),
        named: false,
        connector_until: None,
        target_until: None,
        due_at: draft.due,
        tell_by: None,
        complained_at: None,
        reveal: wanted.reveal,
        deal: wanted.deal,
        profile: wanted.profile.clone(),
        shortlist: Json(wanted.shortlist.iter().copied().filter(next).collect()),
        rerouted_from: None,
        rerouted_to: None,
        connector_consent: None,
        target_consent: None,
        state_since: unit.at,
        delivered_at: None,
        created_at: unit.at,
        version: 1,
    }
}

fn write_words(unit: &mut Unit<'_>, dossier: &mut Dossier, wanted: &Wanted) {
    let author = dossier.requester.name.clone();
    let id = dossier.row.id;
    for (slot, body) in [
        ("role", &wanted.role),
        ("industry", &wanted.industry),
        ("size", &wanted.size),
        ("topic", &wanted.topic),
        ("benefit", &wanted.benefit),
        ("problem", &wanted.problem),
        ("proof", &wanted.proof),
    ] {
        texts::write(unit, (id, &dossier.texts), slot, body.trim(), (&author, false));
    }
}

/// The link to the page about the occasion: the one link that the introduction's message carries.
fn make_page_link(app: &App, unit: &mut Unit<'_>, dossier: &Dossier) {
    let (person, consent) = (Some(dossier.row.connector), dossier.row.connector_consent);
    let subject = Subject { person, consent, ..Subject::default() };
    let until = warmpath_core::introduction::policy::days_after(unit.at, PAGE_DAYS);
    let made = link::make(app, unit.workspace, Purpose::Occasion, subject, until);
    unit.push(made.row.insert());
}

/// A consent that awaits its side's answer, and the link to the page where it is given.
pub fn open_consent(app: &App, unit: &mut Unit<'_>, dossier: &mut Dossier, side: Side) -> String {
    let (person, purpose, link_purpose) = match side {
        Side::Connector => (
            dossier.row.connector,
            "being asked to introduce somebody, and hearing what became of it",
            Purpose::Connector,
        ),
        Side::Target => (
            dossier.row.target,
            "one introduction by somebody you know, with your name and mailbox",
            Purpose::Target,
        ),
    };
    let row = IntroductionConsentRow {
        workspace: unit.workspace,
        id: app.id::<ConsentId>(),
        introduction: dossier.row.id,
        person,
        side,
        state: ConsentState::Pending,
        answer: String::new(),
        purpose: purpose.to_owned(),
        wording_version: WORDING_VERSION,
        wording_hash: sha256(purpose.as_bytes()),
        language: "en".to_owned(),
        asked_at: unit.at,
        answered_at: None,
        expires_at: None,
        withdrawn_at: None,
        evidence: Vec::new(),
        version: 1,
    };
    let subject = Subject { person: Some(person), consent: Some(row.id), ..Subject::default() };
    let until = warmpath_core::introduction::policy::days_after(unit.at, LINK_DAYS);
    let made = link::make(app, unit.workspace, link_purpose, subject, until);
    unit.push(row.insert());
    unit.push(made.row.insert());
    match side {
        Side::Connector => dossier.row.connector_consent = Some(row.id),
        Side::Target => dossier.row.target_consent = Some(row.id),
    }
    dossier.consents.push(row);
    made.token
}
