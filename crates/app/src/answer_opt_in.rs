//! The prospect's answer: a page that shows, and a POST with the page's nonce that decides.
//!
//! Each link is used once. Links to one person lead to one consent record: a "yes" opens it, a "no" on
//! any of them closes it. A decision once made stays; a second answer shows the first.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use warmpath_core::consent::{Answer, Channel, ConsentState};
use warmpath_core::contact::{Email, Phone};
use warmpath_core::id::{ConsentId, ContactPointId, SuppressionId};
use warmpath_core::referral::{Action, Command, ReferralState, Standing};
use warmpath_core::role::Actor;
use warmpath_store::Applied;
use warmpath_store::field::Json;
use warmpath_store::table::access::{self, LinkRow};
use warmpath_store::table::consent::{self, ConsentRow};
use warmpath_store::table::person::{self, ContactPointRow, PersonRow, SuppressionRow};
use warmpath_store::table::referral::{self, ReferralRow, TextRow};
use warmpath_store::table::workspace::{self, WorkspaceRow};
use warmpath_store::table::{job, mail};

use crate::advance_referral;
use crate::context::App;
use crate::error::{Failure, LinkTrouble};
use crate::link::{self, Purpose, Subject};
use crate::resolve::cluster;
use crate::send_mail::{Letter, queue};
use crate::told::Told;
use crate::unit::{Happening, Unit};
use crate::wording::{self, Wording};

/// A consent holds this long.
pub const CONSENT_MONTHS: i64 = 24;

/// Somebody who says "later" hears once, after this long.
pub const LATER_DAYS: i64 = 90;

/// Everything the answer page shows.
#[derive(Debug, Clone)]
pub struct AnswerPage {
    /// The workspace.
    pub workspace: WorkspaceRow,
    /// The referred person.
    pub person: PersonRow,
    /// Who suggests it.
    pub referrer: PersonRow,
    /// The referrer's words, frozen.
    pub words: Option<TextRow>,
    /// The wording, as it will be stored.
    pub wording: Wording,
    /// The mailbox known, masked.
    pub mailbox: Option<String>,
    /// A phone is known.
    pub phone_known: bool,
    /// When the link ends.
    pub ends: Timestamp,
    /// What the form must send back.
    pub nonce: String,
}

/// What the person sends.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The page's nonce.
    pub nonce: String,
    /// The answer.
    pub answer: Answer,
    /// The channels ticked.
    pub channels: Vec<Channel>,
    /// A mailbox, when none was known or another is wished.
    pub email: Option<Email>,
    /// A phone, when calls are wished.
    pub phone: Option<Phone>,
    /// The referrer may hear whether a meeting took place.
    pub share_milestones: bool,
    /// Truncated address and agent, for the sealed evidence.
    pub origin: String,
}

/// What became of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The answer that counts: the first one.
    pub answer: Answer,
    /// The page to change one's mind.
    pub withdraw_url: Option<String>,
    /// Another answer was given before, and stands.
    pub other_stands: bool,
}

struct Loaded {
    link: LinkRow,
    referral: ReferralRow,
    consent: ConsentRow,
    person: PersonRow,
}

async fn load(app: &App, link: LinkRow) -> Result<Loaded, Failure> {
    let unknown = || Failure::Link(LinkTrouble::Unknown);
    let workspace = link.workspace;
    let referral = link.referral.ok_or_else(unknown)?;
    let referral = referral::referral(app.db(), workspace, referral).await?.ok_or_else(unknown)?;
    let consent = referral.consent.or(link.consent).ok_or_else(unknown)?;
    let consent = consent::consent(app.db(), workspace, consent).await?.ok_or_else(unknown)?;
    let person = person::person(app.db(), workspace, referral.person).await?.ok_or_else(unknown)?;
    if person.erased_at.is_some() {
        return Err(Failure::Link(LinkTrouble::Ended));
    }
    Ok(Loaded { link, referral, consent, person })
}

/// Shows the page; changes nothing, whoever looks and however often.
///
/// # Errors
/// [`Failure::Link`] when it does not work any more.
pub async fn page(app: &App, token: &str) -> Result<AnswerPage, Failure> {
    let link = link::find(app, token, Purpose::Answer).await?;
    link::check_usable(&link, app.now())?;
    let loaded = load(app, link).await?;
    let db = app.db();
    let id = loaded.link.workspace;
    let workspace = workspace::workspace(db, id).await?.ok_or(Failure::NotFound)?;
    let referrer = person::person(db, id, loaded.referral.referrer).await?;
    let referrer = referrer.ok_or(Failure::NotFound)?;
    let texts = referral::texts(db, id, loaded.referral.id).await?;
    // Whoever passes the link on can read this page: it shows what they said, not what we knew.
    let told = Told::of(&texts);
    let words = texts.into_iter().find(|t| t.slot == "context" && t.edition == 0);
    let wording = wording::answer_page(&workspace, &referrer.name, None, &loaded.consent.language);
    Ok(AnswerPage {
        wording,
        words,
        mailbox: told.email.as_ref().map(Email::masked),
        phone_known: told.has_phone,
        ends: loaded.link.expires_at,
        nonce: loaded.link.nonce,
        person: told.named(loaded.person),
        referrer,
        workspace,
    })
}

/// Takes the answer.
///
/// # Errors
/// [`Failure::Link`] when the link does not work any more, [`Failure::Invalid`] when a "yes" opens no
/// channel.
pub async fn answer(app: &App, token: &str, answered: &Answered) -> Result<Outcome, Failure> {
    for _ in 0..5 {
        let link = link::find(app, token, Purpose::Answer).await?;
        if let Some(used) = link.used_at {
            return recorded(app, &link, used, answered).await;
        }
        link::check_usable(&link, app.now())?;
        if answered.nonce != link.nonce {
            return Err(Failure::Link(LinkTrouble::NoPage));
        }
        let mut loaded = load(app, link).await?;
        check_channels(app, &loaded, answered).await?;
        let mut unit = Unit::new(app, loaded.link.workspace);
        let outcome = take(app, &mut unit, &mut loaded, answered).await?;
        if unit.apply().await? == Applied::Applied {
            return Ok(outcome);
        }
        // Somebody answered or moved the referral meanwhile: look again.
    }
    Err(Failure::Conflict("Somebody else is answering. Press again.".into()))
}

/// The link was used: the answer that counts is the one recorded then.
async fn recorded(
    app: &App,
    link: &LinkRow,
    used: Timestamp,
    answered: &Answered,
) -> Result<Outcome, Failure> {
    let again = app.now().duration_since(used) < SignedDuration::from_hours(24);
    // Only whoever had the page hears what was answered.
    if !again || answered.nonce != link.nonce {
        return Err(Failure::Link(LinkTrouble::Used));
    }
    let loaded = load(app, link.clone()).await?;
    let answer = loaded.consent.answer.parse().map_err(|_| Failure::Link(LinkTrouble::Used))?;
    Ok(Outcome { answer, withdraw_url: None, other_stands: answer != answered.answer })
}

async fn check_channels(app: &App, loaded: &Loaded, answered: &Answered) -> Result<(), Failure> {
    if answered.answer != Answer::Yes {
        return Ok(());
    }
    if answered.channels.is_empty() {
        return Err(Failure::invalid(
            "channels",
            "channel_missing",
            "Tick how we may reach you, by e-mail or by phone.",
        ));
    }
    let texts = referral::texts(app.db(), loaded.link.workspace, loaded.referral.id).await?;
    let told = Told::of(&texts);
    let (email, phone) = (told.email.is_some(), told.has_phone);
    if answered.channels.contains(&Channel::Email) && !email && answered.email.is_none() {
        return Err(Failure::invalid("email", "email_missing", "Add the address we may write to."));
    }
    if answered.channels.contains(&Channel::Phone) && !phone && answered.phone.is_none() {
        return Err(Failure::invalid("phone", "phone_missing", "Add the number we may call."));
    }
    Ok(())
}

async fn take(
    app: &App,
    unit: &mut Unit<'_>,
    loaded: &mut Loaded,
    answered: &Answered,
) -> Result<Outcome, Failure> {
    loaded.link.used_at = Some(unit.at);
    loaded.link.version += 1;
    unit.push(loaded.link.save());
    add_contact_points(app, unit, loaded, answered).await?;
    keep_consent(app, unit, loaded, answered).await?;
    let mut withdraw_url = None;
    match answered.answer {
        Answer::Yes => {
            withdraw_url = Some(open(app, unit, loaded).await?);
        }
        Answer::Later => later(app, unit, loaded).await?,
        Answer::No => close(app, unit, loaded, "refused").await?,
        Answer::NotMe => not_me(app, unit, loaded).await?,
    }
    loaded.referral.version += 1;
    unit.push(loaded.referral.save());
    let happening =
        Happening::new("consent.answered", Actor::Prospect(loaded.person.id), loaded.consent.id)
            .of(loaded.person.id)
            .under(format!("wording/{}", loaded.consent.wording_version))
            .with("answer", answered.answer)
            .with("referral", loaded.referral.id)
            .with("channels", &loaded.consent.channels.0)
            .with("wording_sha256", hex(&loaded.consent.wording_hash));
    unit.record(happening).await?;
    Ok(Outcome { answer: answered.answer, withdraw_url, other_stands: false })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

async fn add_contact_points(
    app: &App,
    unit: &mut Unit<'_>,
    loaded: &Loaded,
    answered: &Answered,
) -> Result<(), Failure> {
    if answered.answer != Answer::Yes {
        return Ok(());
    }
    let points = person::contact_points(app.db(), unit.workspace, loaded.person.id).await?;
    let mut add = |kind: &str, value: String, normal: String| {
        if points.iter().any(|p| p.kind == kind && p.normal == normal) {
            return;
        }
        let row = ContactPointRow {
            workspace: unit.workspace,
            id: app.id::<ContactPointId>(),
            person: loaded.person.id,
            kind: kind.to_owned(),
            value,
            normal,
            verification: "syntax".to_owned(),
            class: String::new(),
            source: "prospect".to_owned(),
            observed_at: unit.at,
        };
        unit.push(row.insert());
    };
    if let Some(email) = &answered.email {
        add("email", email.as_written().to_owned(), email.folded());
    }
    if let Some(phone) = &answered.phone {
        add("phone", phone.international(), phone.e164().to_owned());
    }
    Ok(())
}

async fn keep_consent(
    app: &App,
    unit: &mut Unit<'_>,
    loaded: &mut Loaded,
    answered: &Answered,
) -> Result<(), Failure> {
    let evidence = json!({
        "answer": answered.answer,
        "channels": answered.channels,
        "at": unit.at,
        "link": loaded.link.id,
        "wording_version": loaded.consent.wording_version,
        "origin": answered.origin,
    });
    let consent = &mut loaded.consent;
    // A later link of the same person cannot undo a decision but by saying no.
    let state = match (consent.state, answered.answer) {
        (ConsentState::Active, Answer::No | Answer::NotMe) => ConsentState::Withdrawn,
        (state, answer) => state.answered(answer).unwrap_or(state),
    };
    consent.state = state;
    answered.answer.as_str().clone_into(&mut consent.answer);
    consent.answered_at = Some(unit.at);
    if state == ConsentState::Active {
        consent.channels = Json(answered.channels.clone());
        consent.share_milestones = answered.share_milestones;
        consent.expires_at = Some(unit.at + SignedDuration::from_hours(24 * 30 * CONSENT_MONTHS));
        if let Some(email) = &answered.email {
            consent.mailbox = app.keys.blind(unit.workspace, "email", &email.folded());
        }
    }
    if state == ConsentState::Withdrawn {
        consent.withdrawn_at = Some(unit.at);
    }
    let sealed = unit.seal_for(consent.person, consent.id, evidence.to_string().as_bytes()).await?;
    consent.evidence = sealed;
    consent.version += 1;
    unit.push(consent.save());
    Ok(())
}

/// Yes: contact is open, the referral goes on, and the person gets a receipt with the way back.
async fn open(app: &App, unit: &mut Unit<'_>, loaded: &mut Loaded) -> Result<String, Failure> {
    lift_suppression(app, unit, loaded).await?;
    unit.lifts_suppression = true;
    if loaded.referral.state == ReferralState::Verified {
        let consent = loaded.consent.clone();
        advance_referral::clear(app, unit, &mut loaded.referral, &consent).await?;
    } else if loaded.referral.state == ReferralState::Nurturing {
        let back = Command::new(Action::Return, vec![Standing::System]);
        advance_referral::step(unit, &mut loaded.referral, back, true)?;
        let consent = loaded.consent.clone();
        advance_referral::clear(app, unit, &mut loaded.referral, &consent).await?;
    }
    advance_referral::join_waiting(app, unit, &loaded.referral).await?;
    let until = unit.at + SignedDuration::from_hours(24 * 30 * CONSENT_MONTHS);
    let subject = Subject {
        person: Some(loaded.person.id),
        referral: Some(loaded.referral.id),
        consent: Some(loaded.consent.id),
        member: None,
    };
    let withdraw = link::make(app, unit.workspace, Purpose::Withdraw, subject, until);
    unit.push(withdraw.row.insert());
    let url = format!("{}/w/{}", app.config.public_url, withdraw.token);
    send_receipt(app, unit, loaded, &url).await?;
    Ok(url)
}

/// The person's own new yes is the only thing that ends a suppression.
async fn lift_suppression(app: &App, unit: &mut Unit<'_>, loaded: &Loaded) -> Result<(), Failure> {
    let points = person::contact_points(app.db(), unit.workspace, loaded.person.id).await?;
    for point in points {
        let kind = crate::resolve::keys::suppressed_as(&point.kind);
        let key = app.keys.blind(unit.workspace, kind, &point.normal);
        if let Some(entry) = person::suppressed(app.db(), unit.workspace, &[key]).await? {
            unit.push(entry.delete());
            let happening =
                Happening::new("suppression.lifted", Actor::Prospect(loaded.person.id), entry.id)
                    .of(loaded.person.id);
            unit.record(happening).await?;
        }
    }
    Ok(())
}

async fn send_receipt(
    app: &App,
    unit: &mut Unit<'_>,
    loaded: &Loaded,
    withdraw_url: &str,
) -> Result<(), Failure> {
    if !loaded.consent.channels.0.contains(&Channel::Email) {
        return Ok(());
    }
    let points = person::contact_points(app.db(), unit.workspace, loaded.person.id).await?;
    let Some(to) = points.iter().find(|p| p.kind == "email") else { return Ok(()) };
    let Some(workspace) = workspace::workspace(app.db(), unit.workspace).await? else {
        return Ok(());
    };
    let letter = Letter::service(
        "receipt",
        &to.value,
        format!("What you allowed {}", workspace.name),
    )
    .to_person(loaded.person.id)
    .about(loaded.referral.id)
    .saying(format!(
        "Hello {},\n\nyou allowed {} to get in touch with you for {}.\n\nYou can change your \
             mind at any time, with one click:\n\n{withdraw_url}\n\n{}\n",
        loaded.person.name, workspace.name, loaded.consent.purpose, workspace.legal_name
    ));
    queue(app, unit, letter);
    Ok(())
}

async fn later(app: &App, unit: &mut Unit<'_>, loaded: &mut Loaded) -> Result<(), Failure> {
    if loaded.referral.state != ReferralState::Verified {
        return Ok(());
    }
    let until = unit.at + SignedDuration::from_hours(24 * LATER_DAYS);
    let mut command = Command::new(Action::Nurture, vec![Standing::Prospect]).because("later");
    command.until = Some(until);
    advance_referral::step(unit, &mut loaded.referral, command, false)?;
    // A fresh link, because this one is used up; it is what the one reminder will carry.
    let fresh = crate::submit_referral::answer_link(
        app,
        &loaded.referral,
        loaded.consent.id,
        until + SignedDuration::from_hours(24 * crate::submit_referral::SHRED_DAYS),
    );
    unit.push(fresh.row.insert());
    let key = format!("later.remind/{}", loaded.referral.id);
    let payload = json!({ "link": fresh.row.id });
    unit.job("later.remind", loaded.referral.id, key, until, &payload);
    Ok(())
}

/// No, or taken back: everything stops, what was said is deleted, nobody asks again.
///
/// # Errors
/// When the database cannot be read.
async fn close(
    app: &App,
    unit: &mut Unit<'_>,
    loaded: &mut Loaded,
    reason: &str,
) -> Result<(), Failure> {
    suppress(app, unit, loaded, reason).await?;
    stop_everything(app, unit, &mut loaded.referral, reason).await?;
    for mut other in cluster::referrals(app.db(), unit.workspace, loaded.person.id).await? {
        if other.id == loaded.referral.id || other.state.is_final() {
            continue;
        }
        stop_everything(app, unit, &mut other, reason).await?;
        other.version += 1;
        unit.push(other.save());
    }
    unit.push(mail::cancel_to(unit.workspace, loaded.person.id));
    Ok(())
}

/// Ends a referral because the person does not want it, or is to be forgotten.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn stop_everything(
    app: &App,
    unit: &mut Unit<'_>,
    row: &mut ReferralRow,
    reason: &str,
) -> Result<(), Failure> {
    if row.state.is_final() {
        return Ok(());
    }
    let command = Command::new(Action::Withdraw, vec![Standing::Prospect]).because(reason);
    advance_referral::step(unit, row, command, false)?;
    crate::run_clock::drop_all(app, unit, row.id).await?;
    unit.push(job::drop_about(unit.workspace, &row.id.to_string(), "later."));
    unit.push(job::drop_about(unit.workspace, &row.id.to_string(), "enrich"));
    unit.push(access::revoke_links(unit.workspace, row.id, Purpose::Answer.as_str(), unit.at));
    unit.push(referral::shred_texts(unit.workspace, row.id));
    let happening = Happening::new("referral.withdrawn", Actor::Prospect(row.person), row.id)
        .of(row.person)
        .with("reason", reason);
    unit.record(happening).await?;
    Ok(())
}

async fn suppress(
    app: &App,
    unit: &mut Unit<'_>,
    loaded: &Loaded,
    reason: &str,
) -> Result<(), Failure> {
    let points = cluster::contact_points(app.db(), unit.workspace, loaded.person.id).await?;
    for point in points {
        let kind = crate::resolve::keys::suppressed_as(&point.kind);
        let row = SuppressionRow {
            workspace: unit.workspace,
            key: app.keys.blind(unit.workspace, kind, &point.normal),
            id: app.id::<SuppressionId>(),
            kind: kind.to_owned(),
            reason: reason.to_owned(),
            created_at: unit.at,
        };
        unit.push(row.put());
    }
    Ok(())
}

/// The link reached somebody else: this link ends, a person at the workspace looks at it.
async fn not_me(app: &App, unit: &mut Unit<'_>, loaded: &mut Loaded) -> Result<(), Failure> {
    if loaded.referral.state == ReferralState::Verified {
        let arbiter = crate::route_referral::arbiter_for(app, &loaded.referral).await?;
        advance_referral::hold(app, unit, &mut loaded.referral, "wrong_person", arbiter).await?;
    }
    Ok(())
}

/// What the withdrawal page shows.
#[derive(Debug, Clone)]
pub struct WithdrawPage {
    /// The workspace.
    pub workspace: WorkspaceRow,
    /// The person.
    pub person: PersonRow,
    /// The consent as it stands.
    pub consent: ConsentRow,
    /// What the form must send back.
    pub nonce: String,
}

/// Shows the page behind the link in every later message; changes nothing.
///
/// # Errors
/// [`Failure::Link`] when the link is not one.
pub async fn withdraw_page(app: &App, token: &str) -> Result<WithdrawPage, Failure> {
    let link = link::find(app, token, Purpose::Withdraw).await?;
    let nonce = link.nonce.clone();
    let workspace = workspace::workspace(app.db(), link.workspace).await?;
    let loaded = load(app, link).await?;
    Ok(WithdrawPage {
        workspace: workspace.ok_or(Failure::NotFound)?,
        person: loaded.person,
        consent: loaded.consent,
        nonce,
    })
}

/// Takes the consent back. One click: works without cookie and nonce, because mail programs send it
/// so (RFC 8058), and again and again with the same end.
///
/// # Errors
/// [`Failure::Link`] when the link is not one.
pub async fn withdraw(app: &App, token: &str) -> Result<ConsentId, Failure> {
    for _ in 0..5 {
        let link = link::find(app, token, Purpose::Withdraw).await?;
        let mut loaded = load(app, link).await?;
        let Some(state) = loaded.consent.state.withdrawn() else { return Ok(loaded.consent.id) };
        let mut unit = Unit::new(app, loaded.link.workspace);
        loaded.consent.state = state;
        loaded.consent.withdrawn_at = Some(unit.at);
        loaded.consent.version += 1;
        unit.push(loaded.consent.save());
        close(app, &mut unit, &mut loaded, "withdrawn").await?;
        loaded.referral.version += 1;
        unit.push(loaded.referral.save());
        let happening = Happening::new(
            "consent.withdrawn",
            Actor::Prospect(loaded.person.id),
            loaded.consent.id,
        )
        .of(loaded.person.id);
        unit.record(happening).await?;
        if unit.apply().await? == Applied::Applied {
            return Ok(loaded.consent.id);
        }
    }
    Err(Failure::Conflict("Somebody is working on this right now. Press again.".into()))
}
