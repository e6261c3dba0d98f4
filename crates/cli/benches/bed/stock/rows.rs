//! The rows of one stored referral.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use warmpath_app::App;
use warmpath_app::submit_referral::{LINK_DAYS, answer_link};
use warmpath_app::unit::{Happening, Unit};
use warmpath_core::consent::{Channel, ConsentState};
use warmpath_core::id::{PathwayId, PersonId, ReferralId, WorkspaceId};
use warmpath_core::referral::{Door, Origin, ReferralKind, ReferralState as S};
use warmpath_core::role::Actor;
use warmpath_core::text::fold_key;
use warmpath_store::ChangeSet;
use warmpath_store::field::Json;
use warmpath_store::table::clock::{AcknowledgementRow, ClockRow};
use warmpath_store::table::consent::ConsentRow;
use warmpath_store::table::pathway;
use warmpath_store::table::person::{ContactPointRow, EvidenceRow, IdentityKeyRow, PersonRow};
use warmpath_store::table::referral::{CreditRow, DecisionRow, ReferralRow, TextRow};

use super::{Life, Shelf};

/// So many people are handed over by one referrer.
const REFERRALS_OF_ONE: usize = 4;

/// What was written.
pub(super) struct Made {
    pub(super) referral: ReferralId,
    pub(super) status: String,
    pub(super) seller: Option<usize>,
}

/// The pathway they came in under.
pub(super) async fn pathway(app: &App, workspace: WorkspaceId) -> PathwayId {
    pathway::pathways(app.db(), workspace).await.expect("read").remove(0).id
}

/// Writes the n-th.
pub(super) async fn write(
    shelf: &Shelf,
    n: usize,
    life: Life,
    now: Timestamp,
    referrer: &mut Option<PersonId>,
    bulk: &mut ChangeSet,
) -> Made {
    let (app, workspace) = (&shelf.app, shelf.workspace);
    let mut unit = Unit::new(app, workspace);
    let person = person(shelf, &mut unit, &format!("Person Number{n}"), &format!("person{n}"));
    if n.is_multiple_of(REFERRALS_OF_ONE) {
        *referrer = None;
    }
    let referrer = *referrer.get_or_insert_with(|| {
        self::person(shelf, &mut unit, &format!("Referrer Number{n}"), &format!("referrer{n}"))
    });
    let row = referral(shelf, n, life, unit.at, person, referrer);
    let consent = consent(shelf, life, &row);
    let row = ReferralRow { consent: Some(consent.id), ..row };
    words(&mut unit, &row);
    let ends = unit.at + SignedDuration::from_hours(24 * LINK_DAYS);
    let mut answer = answer_link(app, &row, consent.id, ends).row;
    answer.used_at = consent.answered_at;
    let status =
        super::status_link(shelf, referrer, row.id, now + SignedDuration::from_hours(24 * 90));
    unit.push(answer.insert());
    unit.push(status.row.insert());
    unit.push(consent.insert());
    evidence(shelf, &mut unit, &row);
    thanks(shelf, &mut unit, &row, n, now);
    if life.was_routed() {
        decision(shelf, &mut unit, &row, n);
        clocks(shelf, &mut unit, &row, life, now);
        unit.push(credit(&row).put());
    }
    if row.state == S::Verified {
        let key = format!("link.tend/{}/0", row.id);
        let due = now + SignedDuration::from_hours(24 + (n % 200) as i64);
        unit.job("link.tend", row.id, key, due, &json!({ "stage": 0 }));
    }
    entries(&mut unit, &row, life).await;
    unit.push(row.insert());
    bulk.append(unit.into_changes());
    let seller = row.owner.map(|_| owner_of(shelf, n));
    Made { referral: row.id, status: status.token, seller }
}

/// Whose it would be. What becomes of it goes by the last two digits of `n`, so each hundred starts
/// with another seller: everybody has some of every kind.
fn owner_of(shelf: &Shelf, n: usize) -> usize {
    (n + n / 100) % shelf.sellers.len()
}

fn person(shelf: &Shelf, unit: &mut Unit<'_>, name: &str, mailbox: &str) -> PersonId {
    let (app, workspace) = (&shelf.app, shelf.workspace);
    let id: PersonId = app.id();
    let email = format!("{mailbox}@company{}.example", name.len() * 31 + mailbox.len());
    let row = PersonRow {
        workspace,
        id,
        name: name.to_owned(),
        name_key: fold_key(name),
        title: "Head of finance".into(),
        company: "Orbis Pumpen".into(),
        account: None,
        country: Some("DE".into()),
        language: "en".into(),
        erased_at: None,
        created_at: unit.at,
        version: 1,
    };
    let key = app.keys.blind(workspace, "email", &email);
    let contact = ContactPointRow {
        workspace,
        id: app.id(),
        person: id,
        kind: "email".into(),
        value: email.clone(),
        normal: email,
        verification: "mx".into(),
        class: "corporate".into(),
        source: "referrer".into(),
        observed_at: unit.at,
    };
    unit.push(row.insert());
    unit.push(contact.insert());
    unit.push(IdentityKeyRow { workspace, key, person: id }.insert());
    id
}

fn referral(
    shelf: &Shelf,
    n: usize,
    life: Life,
    at: Timestamp,
    person: PersonId,
    referrer: PersonId,
) -> ReferralRow {
    let step = |part: i32| at + life.took / 6 * part;
    let when = |reached: bool, part: i32| reached.then(|| step(part));
    let routed = life.was_routed();
    let seller = shelf.sellers[owner_of(shelf, n)].id;
    let accepted = routed && life.state != S::Routed && life.state != S::Declined;
    ReferralRow {
        workspace: shelf.workspace,
        id: shelf.app.id(),
        state: life.state,
        resume: (life.state == S::Held).then_some(S::Verified),
        reason: if life.is_over() || life.state == S::Held { "no_need" } else { "" }.into(),
        kind: ReferralKind::Direct,
        origin: Origin::ALL[n % Origin::ALL.len()],
        door: Door::Form,
        person,
        account: None,
        referrer,
        submitted_by: Some(shelf.sellers[n * 7 % shelf.sellers.len()].id),
        partner: None,
        owner: routed.then_some(seller),
        arbiter: (life.state == S::Held).then_some(shelf.lena),
        pathway: Some(shelf.pathway),
        pathway_version: 1,
        consent: None,
        basis: if routed { "opt_in" } else { "" }.into(),
        duplicate_of: None,
        relationship: "worked_together".into(),
        rating: String::new(),
        expects: true,
        referrer_level: 3,
        channel_level: 3,
        score: routed.then_some(40.0 + (n % 50) as f64),
        priority: if routed { "normal" } else { "" }.into(),
        playbook: String::new(),
        until: (life.state == S::Nurturing).then(|| step(6) + SignedDuration::from_hours(24 * 400)),
        received_at: at,
        state_since: step(6),
        cleared_at: when(routed, 1),
        routed_at: when(routed, 1),
        accepted_at: when(accepted, 2),
        contacted_at: when(life.was_contacted(), 3),
        met_at: when(life.met(), 4),
        closed_at: when(life.is_over(), 6),
        amount: life.met().then_some(2_400_000),
        currency: if life.met() { "EUR" } else { "" }.into(),
        version: 1,
    }
}

fn consent(shelf: &Shelf, life: Life, row: &ReferralRow) -> ConsentRow {
    let yes = life.was_routed();
    let refused = life.state == S::Withdrawn;
    let state = match (yes, refused) {
        (true, _) => ConsentState::Active,
        (_, true) => ConsentState::Refused,
        _ => ConsentState::Pending,
    };
    ConsentRow {
        workspace: row.workspace,
        id: shelf.app.id(),
        person: row.person,
        referral: row.id,
        state,
        answer: if yes {
            "yes"
        } else if refused {
            "no"
        } else {
            ""
        }
        .into(),
        channels: Json(if yes { vec![Channel::Email] } else { Vec::new() }),
        purpose: "To be contacted once about closing the month faster.".into(),
        wording_version: 1,
        wording_hash: vec![7; 32],
        language: "en".into(),
        mailbox: vec![9; 32],
        share_milestones: yes,
        asked_at: row.received_at,
        answered_at: (yes || refused).then_some(row.received_at + life.took / 6),
        expires_at: None,
        withdrawn_at: None,
        evidence: Vec::new(),
        version: 1,
    }
}

fn words(unit: &mut Unit<'_>, row: &ReferralRow) {
    let slots = [
        ("context", "We closed the books together for three years, and she is looking now."),
        ("need", "Their close takes twelve days."),
    ];
    for (slot, body) in slots {
        let text = TextRow {
            workspace: row.workspace,
            referral: row.id,
            slot: slot.into(),
            edition: 0,
            body: body.into(),
            author: "A Referrer".into(),
            at: row.received_at,
        };
        unit.push(text.insert());
    }
}

fn evidence(shelf: &Shelf, unit: &mut Unit<'_>, row: &ReferralRow) {
    let evidence = EvidenceRow {
        workspace: row.workspace,
        id: shelf.app.id(),
        person: row.referrer,
        class: "S".into(),
        method: "member_vouches".into(),
        holds: true,
        referral: Some(row.id),
        observed_at: row.received_at,
        expires_at: None,
    };
    unit.push(evidence.insert());
}

fn thanks(shelf: &Shelf, unit: &mut Unit<'_>, row: &ReferralRow, n: usize, now: Timestamp) {
    let due_at = row.received_at + SignedDuration::from_hours(24);
    // Nearly all are said in time; of the last day's, many are still owed.
    let said = due_at < now && !n.is_multiple_of(200);
    let owed = AcknowledgementRow {
        workspace: row.workspace,
        id: shelf.app.id(),
        referral: row.id,
        referrer: row.referrer,
        member: row.submitted_by,
        state: if said { "sent_by_person" } else { "due" }.into(),
        due_at,
        mail: None,
        sent_at: said.then_some(row.received_at + SignedDuration::from_hours(5)),
        version: 1,
    };
    unit.push(owed.insert());
}

fn decision(shelf: &Shelf, unit: &mut Unit<'_>, row: &ReferralRow, n: usize) {
    let (facts, trace) = shelf.traces[n % shelf.traces.len()].clone();
    let decision = DecisionRow {
        workspace: row.workspace,
        id: shelf.app.id(),
        referral: row.id,
        kind: "route".into(),
        pathway: row.pathway,
        pathway_version: row.pathway_version,
        facts,
        trace,
        at: row.routed_at.unwrap_or(row.received_at),
    };
    unit.push(decision.insert());
}

fn clocks(shelf: &Shelf, unit: &mut Unit<'_>, row: &ReferralRow, life: Life, now: Timestamp) {
    let met = [row.accepted_at, row.contacted_at];
    for (template, met_at) in shelf.clocks.iter().zip(met) {
        let started_at = row.routed_at.unwrap_or(row.received_at);
        let state = match (met_at, life.is_over() || life.state == S::Nurturing) {
            (Some(_), _) => "met",
            (None, true) => "dropped",
            (None, false) => "running",
        };
        // What still runs is not late yet, so that its timers do not all fire at once.
        let hours = if state == "running" { 24 * 20 } else { 8 };
        let clock = ClockRow {
            id: shelf.app.id(),
            referral: row.id,
            state: state.into(),
            member: row.owner,
            started_at,
            due_at: started_at + SignedDuration::from_hours(hours),
            wake_at: None,
            met_at,
            ..template.clone()
        };
        if state == "running" {
            let due = now + SignedDuration::from_hours(24 * 30);
            let key = format!("clock/{}/1", clock.id);
            unit.job("clock.look", clock.id, key, due, &json!({}));
        }
        unit.push(clock.insert());
    }
}

fn credit(row: &ReferralRow) -> CreditRow {
    CreditRow {
        workspace: row.workspace,
        referral: row.id,
        person: row.referrer,
        kind: "sourced".into(),
        share: 10_000,
        rule: "first-touch/1".into(),
    }
}

async fn entries(unit: &mut Unit<'_>, row: &ReferralRow, life: Life) {
    let mut kinds = vec!["referral.received", "referral.verified"];
    if life.was_routed() {
        kinds.extend(["consent.answered", "referral.scored", "referral.routed"]);
    }
    let steps = [
        (row.accepted_at.is_some(), "referral.accepted"),
        (row.contacted_at.is_some(), "referral.contacted"),
        (row.met_at.is_some(), "referral.meeting_held"),
        (matches!(row.state, S::Opportunity | S::Won | S::Lost), "referral.qualified"),
        (row.closed_at.is_some(), "referral.closed"),
    ];
    kinds.extend(steps.iter().filter(|(was, _)| *was).map(|(_, kind)| *kind));
    for kind in kinds {
        let happening = Happening::new(kind, Actor::System, row.id)
            .of(row.person)
            .with("origin", row.origin)
            .with("referrer", row.referrer);
        unit.record(happening).await.expect("an entry");
    }
}
