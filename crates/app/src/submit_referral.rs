//! Hand over a person: the one use case behind all five doors.
//!
//! In one commit: the person found or made, the referral, the words frozen, the chain, the
//! referrer's evidence, the one-time link to pass on, the status link, the clock for thanks,
//! reminders and the end of the link, the ledger entry and the idempotency record. The answer says
//! nothing about whether the person was known.

use futures_util::future::join4;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use warmpath_core::consent::ConsentState;
use warmpath_core::contact::Email;
use warmpath_core::id::{
    AcknowledgementId, ConsentId, EvidenceId, LinkId, MemberId, PartnerId, ReferralId, WorkspaceId,
};
use warmpath_core::referral::{Door, Origin, ReferralKind, ReferralState};
use warmpath_core::role::Actor;
use warmpath_store::Applied;
use warmpath_store::field::Json;
use warmpath_store::table::access::IdempotencyRow;
use warmpath_store::table::clock::AcknowledgementRow;
use warmpath_store::table::consent::{self, ConsentRow};
use warmpath_store::table::pathway;
use warmpath_store::table::person::{self, EvidenceRow, PersonRow};
use warmpath_store::table::referral::{HopRow, ReferralRow, TextRow};
use warmpath_store::table::workspace::{self, WorkspaceRow};

use crate::advance_referral;
use crate::context::App;
use crate::error::Failure;
use crate::find_person::{self, Described, Found};
use crate::link::{self, Purpose, Subject};
use crate::told;
use crate::unit::{Happening, Unit};
use crate::wording;

/// The link a referrer passes on lives this long; the referrer can renew it.
pub const LINK_DAYS: i64 = 14;

/// After this long without an answer everything about the person is shredded.
pub const SHRED_DAYS: i64 = 30;

/// The referrer is reminded on these days; the prospect never is.
pub const REMINDER_DAYS: [i64; 2] = [3, 7];

/// The referrer is thanked within this time.
pub const ACKNOWLEDGE_HOURS: i64 = 24;

/// What was observed of a referrer so lately is not written down again with each person they hand
/// over; it lives for 30 days or more.
const EVIDENCE_FRESH_HOURS: i64 = 24;

/// An answer is kept under its idempotency key this long.
pub const IDEMPOTENCY_DAYS: i64 = 30;

/// Who hands over.
#[derive(Debug, Clone)]
pub struct Referrer {
    /// As described; found or made like the prospect.
    pub described: Described,
    /// The evidence that this door gives: class letter, method, lifetime.
    pub evidence: Vec<(&'static str, &'static str, Option<SignedDuration>)>,
    /// Level of the channel, 0 to 4.
    pub channel_level: i64,
    /// The actor for the ledger; `None` is the referrer themselves.
    pub actor: Option<Actor>,
    /// The member who typed it in.
    pub member: Option<MemberId>,
    /// The partner organisation.
    pub partner: Option<PartnerId>,
}

/// An earlier hop of the chain.
#[derive(Debug, Clone)]
pub struct Hop {
    /// Who.
    pub described: Described,
    /// `introduced`, `mentioned`, `worked_together`.
    pub relation: String,
    /// The year, as stated.
    pub since: String,
}

/// What is handed over. All texts are bounded and clean when they get here.
#[derive(Debug, Clone)]
pub struct Submission {
    /// The door.
    pub door: Door,
    /// Who the referrer is to us.
    pub origin: Origin,
    /// The type.
    pub kind: ReferralKind,
    /// Who is referred.
    pub prospect: Described,
    /// Who refers.
    pub referrer: Referrer,
    /// In the referrer's words.
    pub context: String,
    /// The type's evidence: where mentioned, which asset, which group.
    pub evidence: String,
    /// Need.
    pub need: String,
    /// Budget.
    pub budget: String,
    /// Authority.
    pub authority: String,
    /// Timing.
    pub timing: String,
    /// `worked_together`, `business`, `met`, `by_name`.
    pub relationship: String,
    /// `strong`, `medium`, `weak` or empty.
    pub rating: String,
    /// The person was asked before.
    pub expects: bool,
    /// Earlier hops, nearest first.
    pub hops: Vec<Hop>,
    /// Value in minor units, when known.
    pub amount: Option<i64>,
    /// ISO 4217.
    pub currency: String,
    /// Language of the texts for the prospect.
    pub language: String,
}

/// An idempotency key with what it stands for.
#[derive(Debug, Clone)]
pub struct IdempotencyKey {
    /// The key, with the caller's id in front.
    pub key: String,
    /// SHA-256 of method, path and body.
    pub fingerprint: Vec<u8>,
}

/// What the referrer gets back.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Receipt {
    /// The referral.
    pub id: ReferralId,
    /// The link to pass on.
    pub answer_url: String,
    /// The page that tells what becomes of it.
    pub status_url: String,
    /// When the link to pass on ends.
    pub link_ends: Timestamp,
}

/// Hands over.
///
/// The `Grant` is asked for at each door, because a personal link needs none: there the proof is
/// the mailbox code.
///
/// # Errors
/// As the database; [`Failure::KeyReused`] when the idempotency key stood for another request.
pub async fn run(
    app: &App,
    workspace: WorkspaceId,
    submission: &Submission,
    key: Option<&IdempotencyKey>,
) -> Result<Receipt, Failure> {
    run_with(app, workspace, submission, key, &[]).await
}

/// Hands over, with words of further slots than the form knows: (slot, words).
///
/// # Errors
/// As [`run`].
pub async fn run_with(
    app: &App,
    workspace: WorkspaceId,
    submission: &Submission,
    key: Option<&IdempotencyKey>,
    more: &[(&str, String)],
) -> Result<Receipt, Failure> {
    // A conflict means that another request made the same person meanwhile; the second look finds
    // them. More than a few rounds would mean a defect.
    for _ in 0..5 {
        if let Some(key) = key
            && let Some(receipt) = replay(app, workspace, key).await?
        {
            return Ok(receipt);
        }
        let mut unit = Unit::new(app, workspace);
        unit.read_ahead(expect(app, &unit, submission)).await;
        let receipt = gather(app, &mut unit, submission, key).await?;
        for (slot, body) in more.iter().filter(|(_, body)| !body.is_empty()) {
            let author = &submission.referrer.described.name;
            unit.push(words(&unit, receipt.id, slot, body, author).insert());
        }
        if unit.apply().await? == Applied::Applied {
            return Ok(receipt);
        }
    }
    Err(Failure::Conflict("Somebody is handing over the same person. Try again.".into()))
}

/// Reads what is read for every submission.
async fn expect(app: &App, unit: &Unit<'_>, submission: &Submission) {
    let (db, ws) = (unit.db(), unit.workspace);
    let _ = join4(
        workspace::workspace(db, ws),
        pathway::pathways(db, ws),
        find_person::expect_known(app, unit, &submission.referrer.described),
        find_person::expect_new(app, unit, &submission.prospect),
    )
    .await;
}

async fn replay(
    app: &App,
    workspace: WorkspaceId,
    key: &IdempotencyKey,
) -> Result<Option<Receipt>, Failure> {
    let kept = warmpath_store::table::access::idempotency(app.db(), workspace, &key.key, app.now())
        .await?;
    let Some(kept) = kept else { return Ok(None) };
    if kept.fingerprint != key.fingerprint {
        return Err(Failure::KeyReused);
    }
    let links: Links =
        serde_json::from_str(&kept.body).map_err(|e| Failure::Defect(e.to_string()))?;
    Ok(Some(links.receipt(app, workspace)))
}

/// Gathers everything one submission changes into the unit: used alone, and by an import for many.
///
/// # Errors
/// When the database cannot be read.
pub async fn gather(
    app: &App,
    unit: &mut Unit<'_>,
    submission: &Submission,
    key: Option<&IdempotencyKey>,
) -> Result<Receipt, Failure> {
    let workspace = workspace::workspace(unit.db(), unit.workspace).await?;
    let workspace = workspace.ok_or(Failure::NotFound)?;
    let referrer = find_person::run(app, unit, &submission.referrer.described).await?;
    let prospect = find_person::run(app, unit, &submission.prospect).await?;
    let consent =
        consent_for(app, unit, submission, &workspace, &referrer.person, &prospect).await?;
    let mut row = new_referral(app, unit, submission, &referrer, &prospect, consent.id);
    add_evidence(app, unit, submission, &row).await?;
    keep_words(unit, submission, row.id, &referrer.person.name);
    keep_hops(app, unit, submission, row.id).await?;
    let links = make_links(app, unit, &row, &consent);
    let receipt = links.receipt(app, unit.workspace);
    owe_thanks(app, unit, &row);
    let due = unit.at + SignedDuration::from_hours(24 * REMINDER_DAYS[0]);
    unit.job("link.tend", row.id, format!("link.tend/{}/0", row.id), due, &json!({ "stage": 0 }));
    if let Some(key) = key {
        keep_answer(unit, key, &links)?;
    }
    let actor = submission.referrer.actor.clone().unwrap_or(Actor::Referrer(referrer.person.id));
    let happening = Happening::new("referral.received", actor, row.id)
        .of(row.person)
        .with("door", row.door)
        .with("origin", row.origin)
        .with("kind", row.kind)
        .with("referrer", row.referrer)
        .with("hops", submission.hops.len())
        .with("context_sha256", hex(&crate::keys::sha256(submission.context.as_bytes())));
    unit.record(happening).await?;
    if looks_like_another(submission) {
        advance_referral::hold_odd_mailbox(app, unit, &mut row).await?;
    } else {
        let mailbox = referrer.mailbox.as_ref();
        advance_referral::after_submit(app, unit, &mut row, mailbox, &consent).await?;
    }
    unit.push(row.insert());
    Ok(receipt)
}

/// The mailbox of one side is written so that a reader could take it for another one.
fn looks_like_another(submission: &Submission) -> bool {
    let sides = [&submission.prospect, &submission.referrer.described];
    sides.into_iter().filter_map(|d| d.email.as_ref()).any(|e| e.domain_warning().is_some())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn new_referral(
    app: &App,
    unit: &Unit<'_>,
    submission: &Submission,
    referrer: &Found,
    prospect: &Found,
    consent: ConsentId,
) -> ReferralRow {
    ReferralRow {
        workspace: unit.workspace,
        id: app.id::<ReferralId>(),
        state: ReferralState::Received,
        resume: None,
        reason: String::new(),
        kind: submission.kind,
        origin: submission.origin,
        door: submission.door,
        person: prospect.person.id,
        account: prospect.account.as_ref().map(|a| a.id).or(prospect.person.account),
        referrer: referrer.person.id,
        submitted_by: submission.referrer.member,
        partner: submission.referrer.partner,
        owner: None,
        arbiter: None,
        pathway: None,
        pathway_version: 0,
        consent: Some(consent),
        basis: String::new(),
        duplicate_of: None,
        relationship: submission.relationship.clone(),
        rating: submission.rating.clone(),
        expects: submission.expects,
        referrer_level: 0,
        channel_level: submission.referrer.channel_level,
        score: None,
        priority: String::new(),
        playbook: String::new(),
        until: None,
        received_at: unit.at,
        state_since: unit.at,
        cleared_at: None,
        routed_at: None,
        accepted_at: None,
        contacted_at: None,
        met_at: None,
        closed_at: None,
        amount: submission.amount,
        currency: submission.currency.clone(),
        version: 1,
    }
}

async fn add_evidence(
    app: &App,
    unit: &mut Unit<'_>,
    submission: &Submission,
    row: &ReferralRow,
) -> Result<(), Failure> {
    let fresh = unit.at - SignedDuration::from_hours(EVIDENCE_FRESH_HOURS);
    let standing = person::standing_evidence(unit.db(), unit.workspace, row.referrer).await?;
    for (class, method, lifetime) in &submission.referrer.evidence {
        // What shows a relationship or signs a request holds for this referral alone.
        let once = matches!(*class, "S" | "R");
        let same = |e: &EvidenceRow| {
            e.person == row.referrer
                && e.holds
                && e.observed_at > fresh
                && e.class == *class
                && e.method == *method
        };
        if !once && standing.iter().chain(&unit.evidence).any(same) {
            continue;
        }
        let row = EvidenceRow {
            workspace: unit.workspace,
            id: app.id::<EvidenceId>(),
            person: row.referrer,
            class: (*class).to_owned(),
            method: (*method).to_owned(),
            holds: true,
            referral: once.then_some(row.id),
            observed_at: unit.at,
            expires_at: lifetime.map(|life| unit.at + life),
        };
        unit.push(row.insert());
        unit.evidence.push(row);
    }
    unit.evidence.extend(standing);
    Ok(())
}

/// The consent this referral asks for. Two links to one person lead to one record: one that waits
/// or is in force is used again.
async fn consent_for(
    app: &App,
    unit: &mut Unit<'_>,
    submission: &Submission,
    workspace: &WorkspaceRow,
    referrer: &PersonRow,
    prospect: &Found,
) -> Result<ConsentRow, Failure> {
    if prospect.known {
        let known = consent::of_person(unit.db(), unit.workspace, prospect.person.id).await?;
        let usable = known
            .into_iter()
            .find(|c| c.state == ConsentState::Pending || c.state == ConsentState::Active);
        if let Some(consent) = usable {
            return Ok(consent);
        }
    }
    let words = wording::answer_page(workspace, &referrer.name, None, &submission.language);
    let mailbox = submission.prospect.email.as_ref().map(Email::folded).unwrap_or_default();
    let row = ConsentRow {
        workspace: unit.workspace,
        id: app.id::<ConsentId>(),
        person: prospect.person.id,
        // The referral's id is known only after this; the link carries it.
        referral: app.id::<ReferralId>(),
        state: ConsentState::Pending,
        answer: String::new(),
        channels: Json(Vec::new()),
        purpose: words.purpose.clone(),
        wording_version: words.version,
        wording_hash: words.hash(),
        language: words.language.clone(),
        mailbox: app.keys.blind(unit.workspace, "email", &mailbox),
        share_milestones: false,
        asked_at: unit.at,
        answered_at: None,
        expires_at: None,
        withdrawn_at: None,
        evidence: Vec::new(),
        version: 1,
    };
    unit.push(row.insert());
    Ok(row)
}

fn keep_words(unit: &mut Unit<'_>, submission: &Submission, referral: ReferralId, author: &str) {
    let slots = [
        ("context", &submission.context),
        ("evidence", &submission.evidence),
        ("need", &submission.need),
        ("budget", &submission.budget),
        ("authority", &submission.authority),
        ("timing", &submission.timing),
    ];
    let told = told::slots(&submission.prospect);
    let slots = slots.into_iter().chain(told.iter().map(|(slot, body)| (*slot, body)));
    for (slot, body) in slots.filter(|(_, body)| !body.is_empty()) {
        unit.push(words(unit, referral, slot, body, author).insert());
    }
}

fn words(unit: &Unit<'_>, referral: ReferralId, slot: &str, body: &str, author: &str) -> TextRow {
    TextRow {
        workspace: unit.workspace,
        referral,
        slot: slot.to_owned(),
        edition: 0,
        body: body.to_owned(),
        author: author.to_owned(),
        at: unit.at,
    }
}

async fn keep_hops(
    app: &App,
    unit: &mut Unit<'_>,
    submission: &Submission,
    referral: ReferralId,
) -> Result<(), Failure> {
    for (place, hop) in submission.hops.iter().enumerate() {
        let found = find_person::run(app, unit, &hop.described).await?;
        let row = HopRow {
            workspace: unit.workspace,
            referral,
            place: place as i64,
            person: found.person.id,
            relation: hop.relation.clone(),
            since: hop.since.clone(),
        };
        unit.push(row.insert());
    }
    Ok(())
}

/// The two links of a referral, by id: what is kept under an idempotency key holds no secret.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
struct Links {
    referral: ReferralId,
    answer: LinkId,
    status: LinkId,
    ends: Timestamp,
}

impl Links {
    fn receipt(&self, app: &App, workspace: WorkspaceId) -> Receipt {
        let public = &app.config.public_url;
        Receipt {
            id: self.referral,
            answer_url: format!("{public}/a/{}", link::token_of(app, workspace, self.answer)),
            status_url: format!("{public}/s/{}", link::token_of(app, workspace, self.status)),
            link_ends: self.ends,
        }
    }
}

fn make_links(app: &App, unit: &mut Unit<'_>, row: &ReferralRow, consent: &ConsentRow) -> Links {
    let ends = unit.at + SignedDuration::from_hours(24 * LINK_DAYS);
    let mut answer = answer_link(app, row, consent.id, ends).row;
    answer.wording_hash = Some(consent.wording_hash.clone());
    let subject =
        Subject { person: Some(row.referrer), referral: Some(row.id), ..Subject::default() };
    let status_ends = unit.at + SignedDuration::from_hours(24 * 365);
    let status = link::make(app, unit.workspace, Purpose::Status, subject, status_ends).row;
    let links = Links { referral: row.id, answer: answer.id, status: status.id, ends };
    unit.push(answer.insert());
    unit.push(status.insert());
    links
}

/// A link to pass on for this referral.
pub fn answer_link(
    app: &App,
    row: &ReferralRow,
    consent: ConsentId,
    ends: Timestamp,
) -> link::Made {
    let subject = Subject {
        person: Some(row.person),
        referral: Some(row.id),
        consent: Some(consent),
        member: None,
    };
    link::make(app, row.workspace, Purpose::Answer, subject, ends)
}

fn owe_thanks(app: &App, unit: &mut Unit<'_>, row: &ReferralRow) {
    let due_at = unit.at + SignedDuration::from_hours(ACKNOWLEDGE_HOURS);
    let owed = AcknowledgementRow {
        workspace: unit.workspace,
        id: app.id::<AcknowledgementId>(),
        referral: row.id,
        referrer: row.referrer,
        member: row.submitted_by,
        state: "due".to_owned(),
        due_at,
        mail: None,
        sent_at: None,
        version: 1,
    };
    unit.push(owed.insert());
    let key = format!("thanks.breach/{}", row.id);
    unit.job("thanks.breach", row.id, key, due_at, &json!({}));
}

fn keep_answer(unit: &mut Unit<'_>, key: &IdempotencyKey, links: &Links) -> Result<(), Failure> {
    let row = IdempotencyRow {
        workspace: unit.workspace,
        key: key.key.clone(),
        fingerprint: key.fingerprint.clone(),
        status: 201,
        body: serde_json::to_string(links).map_err(|e| Failure::Defect(e.to_string()))?,
        created_at: unit.at,
        expires_at: unit.at + SignedDuration::from_hours(24 * IDEMPOTENCY_DAYS),
    };
    unit.push(row.insert());
    Ok(())
}
