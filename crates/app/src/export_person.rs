//! Everything we hold about one person, as they may ask for it: one JSON document.

use serde_json::{Value, json};
use warmpath_core::id::PersonId;
use warmpath_store::table::{
    authority, bulletin, consent, group, introduction, ledger, mail, person, recruit, referral,
};

use crate::context::App;
use crate::error::Failure;
use crate::policy::{Grant, ManageCompliance};
use crate::resolve::cluster;
use crate::unit::{Happening, Unit};

/// Gathers the document, and notes in the ledger that it was made.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such person here, or they are erased.
pub async fn run(
    app: &App,
    grant: &Grant<ManageCompliance>,
    id: PersonId,
) -> Result<Value, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let row = person::person(db, ws, id).await?;
    let row = row.filter(|r| r.erased_at.is_none()).ok_or(Failure::NotFound)?;
    let mut unit = Unit::new(app, ws);
    let document = json!({
        "made_at": unit.at,
        "person": {
            "id": row.id, "name": row.name, "title": row.title, "company": row.company,
            "country": row.country, "language": row.language, "first_seen": row.created_at,
        },
        "contact_points": contact_points(app, grant, id).await?,
        "consents": consents(app, grant, id).await?,
        "introductions": introductions(app, grant, id).await?,
        "programme": programme(app, grant, id).await?,
        "referrals": referrals(app, grant, id).await?,
        "referred_others": referral::by_referrer(db, ws, id).await?.len(),
        "source_records": source_records(app, grant, id).await?,
    });
    let happening = Happening::new("person.copied", grant.principal().actor(), id).of(id);
    unit.record(happening).await?;
    unit.commit("Try again.").await?;
    Ok(document)
}

async fn contact_points(
    app: &App,
    grant: &Grant<ManageCompliance>,
    id: PersonId,
) -> Result<Vec<Value>, Failure> {
    let points = cluster::contact_points(app.db(), grant.workspace(), id).await?;
    let shown = points.into_iter().map(|p| {
        json!({
            "kind": p.kind, "value": p.value, "source": p.source,
            "verification": p.verification, "observed_at": p.observed_at,
        })
    });
    Ok(shown.collect())
}

async fn consents(
    app: &App,
    grant: &Grant<ManageCompliance>,
    id: PersonId,
) -> Result<Vec<Value>, Failure> {
    let mut rows = Vec::new();
    for one in cluster::whole(app.db(), grant.workspace(), id).await? {
        rows.extend(consent::of_person(app.db(), grant.workspace(), one).await?);
    }
    let shown = rows.into_iter().map(|c| {
        json!({
            "id": c.id, "state": c.state, "answer": c.answer, "purpose": c.purpose,
            "channels": c.channels.0, "wording_version": c.wording_version,
            "asked_at": c.asked_at, "answered_at": c.answered_at, "expires_at": c.expires_at,
            "withdrawn_at": c.withdrawn_at,
        })
    });
    Ok(shown.collect())
}

/// Introductions they were asked about, with the answers they gave.
async fn introductions(
    app: &App,
    grant: &Grant<ManageCompliance>,
    id: PersonId,
) -> Result<Vec<Value>, Failure> {
    let rows = introduction::consents_of_person(app.db(), grant.workspace(), id).await?;
    let shown = rows.into_iter().map(|c| {
        json!({
            "introduction": c.introduction, "as": c.side, "state": c.state, "answer": c.answer,
            "purpose": c.purpose, "wording_version": c.wording_version, "asked_at": c.asked_at,
            "answered_at": c.answered_at, "expires_at": c.expires_at,
            "withdrawn_at": c.withdrawn_at,
        })
    });
    Ok(shown.collect())
}

/// What is kept of them around introductions: whether they decide, seats, what they offered and agreed to.
async fn programme(
    app: &App,
    grant: &Grant<ManageCompliance>,
    id: PersonId,
) -> Result<Value, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let authority = authority::of_person(db, ws, id).await?.into_iter().map(|row| {
        json!({
            "about": row.topic, "holds": row.holds, "shown_by": row.evidence, "at": row.at,
            "until": row.until,
        })
    });
    let seats = group::seats_of(db, ws, id).await?.into_iter().map(|row| {
        json!({
            "group": row.group_id, "trade": row.trade, "competes": row.competes.0,
            "state": row.state, "reason": row.reason, "since": row.at,
        })
    });
    let recruit = recruit::recruit(db, ws, id).await?.map(|row| {
        json!({
            "trade": row.trade, "serves": row.serves, "step": row.step, "offer": row.offer,
            "reason": row.reason, "since": row.since,
        })
    });
    let agreements = recruit::agreements(db, ws, id).await?.into_iter().map(|row| {
        json!({
            "edition": row.edition, "what": row.what, "how_often": row.how_often,
            "in_return": row.in_return, "at": row.at,
        })
    });
    let offers = bulletin::offers_of(db, ws, id).await?.into_iter().map(|row| {
        json!({
            "role": row.role, "industry": row.industry, "size": row.size, "topic": row.topic,
            "state": row.state, "at": row.created_at,
        })
    });
    let answers = bulletin::answers_of(db, ws, id).await?.into_iter().map(|row| {
        json!({ "asked": row.bulletin, "answer": row.answer, "how_well": row.how_well, "at": row.at })
    });
    Ok(json!({
        "authority": authority.collect::<Vec<_>>(),
        "seats": seats.collect::<Vec<_>>(),
        "recruiting": recruit,
        "agreements": agreements.collect::<Vec<_>>(),
        "offers": offers.collect::<Vec<_>>(),
        "answers_to_asks": answers.collect::<Vec<_>>(),
    }))
}

async fn referrals(
    app: &App,
    grant: &Grant<ManageCompliance>,
    id: PersonId,
) -> Result<Vec<Value>, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let mut found = Vec::new();
    for row in cluster::referrals(db, ws, id).await? {
        let words: Vec<Value> = referral::texts(db, ws, row.id)
            .await?
            .into_iter()
            .map(|t| json!({ "about": t.slot, "text": t.body, "by": t.author, "at": t.at }))
            .collect();
        let mails: Vec<Value> = mail::of_referral(db, ws, row.id)
            .await?
            .into_iter()
            .filter(|m| m.person == Some(id))
            .map(|m| {
                json!({
                    "kind": m.kind, "to": m.to_address, "subject": m.subject, "text": m.body,
                    "state": m.state, "at": m.created_at,
                })
            })
            .collect();
        let entries: Vec<Value> = ledger::about(db, ws, &row.id.to_string(), 200)
            .await?
            .into_iter()
            .map(|e| json!({ "number": e.seq, "what": e.kind, "at": e.at }))
            .collect();
        found.push(json!({
            "id": row.id, "state": row.state, "received_at": row.received_at,
            "score": row.score, "words": words, "mails": mails, "ledger": entries,
        }));
    }
    Ok(found)
}

async fn source_records(
    app: &App,
    grant: &Grant<ManageCompliance>,
    id: PersonId,
) -> Result<Vec<Value>, Failure> {
    let mut rows = Vec::new();
    for one in cluster::whole(app.db(), grant.workspace(), id).await? {
        rows.extend(person::source_records(app.db(), grant.workspace(), one).await?);
    }
    let shown = rows.into_iter().map(|r| {
        let body: Value = serde_json::from_str(&r.body).unwrap_or(Value::String(r.body));
        json!({ "kind": r.kind, "source": r.source, "id": r.external_id, "record": body })
    });
    Ok(shown.collect())
}
