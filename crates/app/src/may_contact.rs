//! May we write to this person or call them, and by which rule? The answer of the rule table for
//! every channel, from the consent and the countries at hand.

use warmpath_core::compliance::{Channel, ContactQuestion, OwnAnswer, Verdict, contact_verdict};
use warmpath_core::consent::{self, Channel as Opened, ConsentState};
use warmpath_core::contact::Country;
use warmpath_core::id::WorkspaceId;
use warmpath_store::table::consent::ConsentRow;
use warmpath_store::table::{person, workspace};

use crate::context::App;
use crate::error::Failure;
use crate::read_referrals::Dossier;

/// The answer.
#[derive(Debug, Clone)]
pub struct Contact {
    /// Mail, phone, message: each with its verdict.
    pub channels: Vec<Verdict>,
    /// The address or number of a channel, where it is open and known.
    pub addresses: Vec<String>,
}

/// Answers for the person of a dossier.
///
/// # Errors
/// When the database cannot be read.
pub async fn run(app: &App, workspace: WorkspaceId, dossier: &Dossier) -> Result<Contact, Failure> {
    let ours = workspace::workspace(app.db(), workspace).await?.ok_or(Failure::NotFound)?;
    let sender: Country = ours
        .country
        .parse()
        .map_err(|_| Failure::Defect("the workspace's country is not one".into()))?;
    // A mailbox that asked to be left alone counts, whichever of the person's records it came with.
    let points =
        crate::resolve::cluster::contact_points(app.db(), workspace, dossier.person.id).await?;
    let keys: Vec<Vec<u8>> = points
        .iter()
        .map(|point| {
            let kind = crate::resolve::keys::suppressed_as(&point.kind);
            app.keys.blind(workspace, kind, &point.normal)
        })
        .collect();
    let objected = person::suppressed(app.db(), workspace, &keys).await?.is_some();
    let country = dossier.person.country.as_deref();
    let country = country.or(dossier.account.as_ref().and_then(|a| a.country.as_deref()));
    let recipient = country.and_then(|code| code.parse().ok());
    let exemptions = crate::choose_places::exemptions(app, workspace).await?;
    let mut contact = Contact { channels: Vec::new(), addresses: Vec::new() };
    for channel in [Channel::Email, Channel::Phone, Channel::Message] {
        let mut question = ContactQuestion::unknown(recipient, sender, channel);
        question.objected = objected;
        question.exemptions = exemptions;
        question.own_answer =
            dossier.consent.as_ref().and_then(|consent| own_answer(app, consent, channel));
        contact.channels.push(contact_verdict(&question));
        contact.addresses.push(address(dossier, channel));
    }
    Ok(contact)
}

fn own_answer(app: &App, consent: &ConsentRow, channel: Channel) -> Option<OwnAnswer> {
    match consent.state {
        ConsentState::Active if consent::is_alive(consent.state, consent.expires_at, app.now()) => {
            let opened = match channel {
                Channel::Email => Opened::Email,
                Channel::Phone => Opened::Phone,
                Channel::Message | Channel::SocialNetwork => Opened::Text,
            };
            consent.channels.0.contains(&opened).then_some(OwnAnswer::Agreed)
        }
        ConsentState::Active | ConsentState::Expired => Some(OwnAnswer::Expired),
        ConsentState::Refused => Some(OwnAnswer::Refused),
        ConsentState::Withdrawn => Some(OwnAnswer::Withdrawn),
        ConsentState::Pending | ConsentState::Superseded => None,
    }
}

fn address(dossier: &Dossier, channel: Channel) -> String {
    let kind = if channel == Channel::Email { "email" } else { "phone" };
    // What the person gave themselves stands before what others said about them.
    let own = dossier.contacts.iter().find(|p| p.kind == kind && p.source == "prospect");
    let any = dossier.contacts.iter().find(|p| p.kind == kind);
    own.or(any).map(|p| p.value.clone()).unwrap_or_default()
}
