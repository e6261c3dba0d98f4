//! The receipt of a consent: what was allowed, to whom, for what, until when, and how to take it
//! back. Fields after ISO/IEC TS 27560:2023, words for the status after the W3C Data Privacy
//! Vocabulary.

use serde_json::{Value, json};
use warmpath_core::id::ReferralId;
use warmpath_store::table::consent::{self, ConsentRow};
use warmpath_store::table::referral;
use warmpath_store::table::workspace::{self, WorkspaceRow};

use crate::context::App;
use crate::error::{Failure, LinkTrouble};
use crate::link::{self, Purpose};
use crate::policy::{Grant, ReadReferrals};
use crate::read_referrals;

/// The version of this shape.
pub const SCHEMA: &str = "warmpath-consent-receipt/1";

/// The receipt of the consent that carries a referral, for a member.
///
/// # Errors
/// [`Failure::NotFound`] when there is none that the caller may see.
pub async fn for_member(
    app: &App,
    grant: &Grant<ReadReferrals>,
    id: ReferralId,
) -> Result<Value, Failure> {
    let dossier = read_referrals::one(app, grant, id).await?;
    let consent = dossier.consent.ok_or(Failure::NotFound)?;
    let ours = workspace::workspace(app.db(), grant.workspace()).await?;
    let ours = ours.ok_or(Failure::NotFound)?;
    Ok(receipt(app, &ours, &consent))
}

/// The same for the person themselves, behind the link of every later message.
///
/// # Errors
/// [`Failure::Link`] when the link is not one.
pub async fn for_person(app: &App, token: &str) -> Result<Value, Failure> {
    let unknown = || Failure::Link(LinkTrouble::Unknown);
    let link = link::find(app, token, Purpose::Withdraw).await?;
    let consent = match (link.consent, link.referral) {
        (Some(id), _) => Some(id),
        (None, Some(id)) => {
            referral::referral(app.db(), link.workspace, id).await?.and_then(|r| r.consent)
        }
        (None, None) => None,
    };
    let consent = consent.ok_or_else(unknown)?;
    let consent = consent::consent(app.db(), link.workspace, consent).await?.ok_or_else(unknown)?;
    let ours = workspace::workspace(app.db(), link.workspace).await?.ok_or_else(unknown)?;
    Ok(receipt(app, &ours, &consent))
}

/// The receipt itself. It names the person by an id, never by their address.
pub fn receipt(app: &App, ours: &WorkspaceRow, consent: &ConsentRow) -> Value {
    let hash: String = consent.wording_hash.iter().map(|b| format!("{b:02x}")).collect();
    let channels: Vec<&str> = consent.channels.0.iter().map(|c| c.as_str()).collect();
    json!({
        "schema_version": SCHEMA,
        "receipt_id": format!("{}/{}", consent.id, consent.version),
        "record_id": consent.id,
        "pii_principal_id": consent.person,
        "issued_at": app.now(),
        "pii_processing": {
            "privacy_notice": format!("wording {} sha256:{hash}", consent.wording_version),
            "language": consent.language,
            "purposes": [{
                "purpose": consent.purpose,
                "purpose_type": "dpv:DirectMarketing",
                "lawful_basis": "dpv:Consent",
                "pii_information": pii(consent),
                "pii_controllers": ["controller"],
                "collection_method": "answered by the person on a page behind a one-time link",
                "processing_method": ["dpv:Collect", "dpv:Store", "dpv:Use"],
                "storage_locations": [ours.country],
                "retention_period": "24 months after the last contact",
                "processing_locations": [ours.country],
                "geographic_restrictions": [],
                "jurisdiction": ours.country,
                "recipient_third_parties": [],
                "withdrawal_method": "one click behind the link in every message",
                "privacy_rights": ["access", "correction", "erasure", "withdrawal", "complaint"],
                "channels": channels,
            }],
        },
        "parties": [{
            "party_id": "controller",
            "party_role": "dpv:DataController",
            "party_name": ours.legal_name,
            "party_address": ours.address,
            "party_contact": ours.privacy_contact,
        }],
        "events": events(consent),
        "shares_milestones_with_referrer": consent.share_milestones,
    })
}

fn pii(consent: &ConsentRow) -> Value {
    let mut kinds = vec![("name", "dpv-pd:Name"), ("role and company", "dpv-pd:Employment")];
    for channel in &consent.channels.0 {
        kinds.push(match channel {
            warmpath_core::consent::Channel::Email => ("e-mail", "dpv-pd:EmailAddress"),
            _ => ("phone", "dpv-pd:TelephoneNumber"),
        });
    }
    let list = kinds
        .iter()
        .map(|(pii, kind)| json!({ "pii": pii, "pii_type": kind, "pii_optional": *pii != "name" }));
    Value::Array(list.collect())
}

fn events(consent: &ConsentRow) -> Value {
    let mut events = vec![json!({
        "event_state": "dpv:ConsentRequested",
        "event_time": consent.asked_at,
        "event_type": "dpv:ExplicitlyExpressedConsent",
        "entity_id": "controller",
    })];
    if let Some(at) = consent.answered_at {
        let state = match consent.answer.as_str() {
            "yes" => "dpv:ConsentGiven",
            "later" => "dpv:ConsentRequestDeferred",
            _ => "dpv:ConsentRefused",
        };
        events.push(json!({
            "event_state": state,
            "event_time": at,
            "event_type": "dpv:ExplicitlyExpressedConsent",
            "validity_until": consent.expires_at,
            "entity_id": consent.person,
        }));
    }
    if let Some(at) = consent.withdrawn_at {
        events.push(json!({
            "event_state": consent.state.dpv(),
            "event_time": at,
            "event_type": "dpv:ExplicitlyExpressedConsent",
            "entity_id": consent.person,
        }));
    }
    Value::Array(events)
}
