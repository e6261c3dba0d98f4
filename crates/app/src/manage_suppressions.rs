//! Who is never contacted again. Addresses are not stored: an entry is a keyed mark, and only
//! somebody who types the address can see whether it is there. Nothing here takes an entry away;
//! the person's own new yes does (`answer_opt_in`).

use warmpath_core::contact::{Email, Phone};
use warmpath_store::table::person::{self, SuppressionRow};

use crate::context::App;
use crate::error::Failure;
use crate::policy::{Grant, ManageCompliance, ReadCompliance};
use crate::unit::{Happening, Unit};

/// Why somebody is on the list by hand.
pub const REASONS: &[(&str, &str)] =
    &[("objection", "They objected"), ("complaint", "They complained"), ("manual", "Other")];

/// The list, latest first, at most 500.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(
    app: &App,
    grant: &Grant<ReadCompliance>,
) -> Result<Vec<SuppressionRow>, Failure> {
    Ok(person::suppressions(app.db(), grant.workspace()).await?)
}

/// Whether an address is on the list, itself or by its domain.
///
/// # Errors
/// [`Failure::Invalid`] when it is no mailbox, phone number or domain.
pub async fn look_up(
    app: &App,
    grant: &Grant<ReadCompliance>,
    address: &str,
) -> Result<Option<SuppressionRow>, Failure> {
    let ws = grant.workspace();
    let marks = marks(address)?;
    let keys: Vec<_> = marks.iter().map(|(kind, text)| app.keys.blind(ws, kind, text)).collect();
    Ok(person::suppressed(app.db(), ws, &keys).await?)
}

/// Puts an address on the list. Everything that awaits sending to it stops at its own check.
///
/// # Errors
/// [`Failure::Invalid`] when it is no mailbox, phone number or domain.
pub async fn add(
    app: &App,
    grant: &Grant<ManageCompliance>,
    address: &str,
    reason: &str,
) -> Result<(), Failure> {
    let (kind, text) = marks(address)?.swap_remove(0);
    let reason = REASONS.iter().find(|(word, _)| *word == reason).map_or("manual", |(w, _)| w);
    let mut unit = Unit::new(app, grant.workspace());
    let row = SuppressionRow {
        workspace: unit.workspace,
        key: app.keys.blind(unit.workspace, kind, &text),
        id: app.id(),
        kind: kind.to_owned(),
        reason: reason.to_owned(),
        created_at: unit.at,
    };
    unit.push(row.put());
    let happening = Happening::new("suppression.added", grant.principal().actor(), row.id)
        .with("kind", kind)
        .with("reason", reason);
    unit.record(happening).await?;
    unit.commit("Try again.").await
}

/// The marks under which an address may stand: itself first, then its domain.
fn marks(address: &str) -> Result<Vec<(&'static str, String)>, Failure> {
    let text = address.trim();
    if let Ok(email) = Email::parse(text) {
        let domain = email.registrable_domain().to_owned();
        return Ok(vec![("mailbox", email.folded()), ("domain", domain)]);
    }
    if let Ok(phone) = Phone::parse(text, None) {
        return Ok(vec![("phone", phone.e164().to_owned())]);
    }
    // A domain is what makes a mailbox when a name stands before it.
    match Email::parse(&format!("name@{text}")) {
        Ok(email) => Ok(vec![("domain", email.registrable_domain().to_owned())]),
        Err(_) => {
            let message = "Write a mailbox, a phone number with + and country, or a domain.";
            Err(Failure::invalid("address", "address_invalid", message))
        }
    }
}
