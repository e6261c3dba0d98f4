//! Thanks a referrer. The text is drafted from the pathway's words and goes out only after a named
//! person filled its personal line; the mail carries who sent it.

use jiff::Timestamp;
use warmpath_core::id::{MailId, ReferralId};
use warmpath_core::role::Role;
use warmpath_core::text::{Line, Paragraphs};
use warmpath_store::table::clock::AcknowledgementRow;
use warmpath_store::table::person;
use warmpath_store::table::workspace::{self, MemberRow};

use crate::context::App;
use crate::error::{Failure, Problem};
use crate::fill_text::{Piece, first_name, pieces};
use crate::opening_text::{document_of, names_of};
use crate::policy::{Acknowledge, Grant, Principal, ReadReferrals, grant as permit};
use crate::read_inbox::owes_thanks;
use crate::read_referrals::{self, Dossier};
use crate::send_mail::{Letter, queue};
use crate::unit::{Happening, Unit};

/// What stands in the draft where the personal line goes.
pub const OWN_LINE: &str = "[your own line]";

/// Shortest personal line, in characters: a word of thanks is more than "thx".
pub const OWN_LINE_MIN: usize = 12;

/// Longest personal line, in characters.
pub const OWN_LINE_MAX: usize = 500;

/// Longest thank-you, in characters.
pub const TEXT_MAX: usize = 2_000;

const OTHERS_THANKED: &str = "Somebody thanked them at the same moment. Nothing was sent twice.";

/// Used where the pathway has no words.
const DEFAULT_TEXT: &str = "Thank you, {referrer_first_name}. {personal}\n\
    We get in touch with {prospect_first_name} only as agreed, and you will hear what becomes of it.";

/// A thank-you to be.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The referral with everything around it.
    pub dossier: Dossier,
    /// What is owed.
    pub owed: AcknowledgementRow,
    /// The draft in pieces.
    pub pieces: Vec<Piece>,
    /// The draft as one text, with [`OWN_LINE`] where the personal line goes.
    pub text: String,
    /// Who would send it.
    pub sender: MemberRow,
    /// The referrer's mailbox, when one is known.
    pub mailbox: Option<String>,
}

/// Shows the draft.
///
/// # Errors
/// [`Failure::NotFound`] when nothing is owed, [`Failure::NotAllowed`] when it is somebody else's.
pub async fn draft(
    app: &App,
    grant: &Grant<Acknowledge>,
    id: ReferralId,
) -> Result<Draft, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let reads: Grant<ReadReferrals> = permit(grant.principal())?;
    let dossier = read_referrals::one(app, &reads, id).await?;
    let owed = dossier.thanks.clone().ok_or(Failure::NotFound)?;
    if !may_thank(grant.principal(), &dossier, &owed) {
        return Err(Failure::NotAllowed { role: grant.principal().role.as_str() });
    }
    let sender = workspace::member(db, ws, grant.member()).await?.ok_or(Failure::NotFound)?;
    let ours = workspace::workspace(db, ws).await?.map(|w| w.name).unwrap_or_default();
    let document = document_of(app, &dossier.referral).await?;
    let words = document.map(|d| d.acknowledgement.text.value).filter(|t| !t.trim().is_empty());
    // The referrer reads the name that they wrote.
    let mut names = names_of(&dossier, &ours, &sender.name);
    names.prospect.clone_from(&dossier.told.name);
    let pieces = pieces(words.as_deref().unwrap_or(DEFAULT_TEXT), &names);
    let points = person::contact_points(db, ws, dossier.referrer.id).await?;
    let mailbox = points.into_iter().find(|p| p.kind == "email").map(|p| p.value);
    Ok(Draft { text: one_text(&pieces), pieces, owed, sender, mailbox, dossier })
}

/// The one who owes it, the owner, or somebody who leads.
fn may_thank(reader: &Principal, dossier: &Dossier, owed: &AcknowledgementRow) -> bool {
    let me = Some(reader.member);
    owes_thanks(&dossier.referral, owed) == me
        || dossier.referral.owner == me
        || dossier.referral.submitted_by == me
        || matches!(reader.role, Role::Admin | Role::Revops | Role::Manager)
}

fn one_text(pieces: &[Piece]) -> String {
    let own = pieces.iter().position(|p| matches!(p, Piece::Slot(hint) if is_personal(hint)));
    let mut text = String::new();
    for (place, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Text(words) => text.push_str(words),
            Piece::Slot(_) if Some(place) == own => text.push_str(OWN_LINE),
            Piece::Slot(hint) => text.push_str(&format!("[{hint}]")),
        }
    }
    if own.is_none() {
        text.push_str(&format!("\n{OWN_LINE}"));
    }
    text
}

fn is_personal(hint: &str) -> bool {
    hint.starts_with("One line of your own")
}

/// The finished text.
///
/// # Errors
/// [`Failure::Invalid`] when the personal line is missing, too short or not their own, or when a
/// marked place is still open.
pub fn finish(draft: &Draft, own_line: &str, text: &str) -> Result<String, Failure> {
    let mut problems = Vec::new();
    let line = Line::<OWN_LINE_MAX>::parse(own_line).map(Line::into_string).unwrap_or_default();
    if line.chars().count() < OWN_LINE_MIN || line.contains(OWN_LINE) {
        let first = first_name(&draft.dossier.referrer.name);
        problems.push(Problem::new(
            "personal",
            "slot_unfilled",
            format!("Write a line of your own to {first}. Without it, nothing is sent."),
        ));
    }
    let filled = if text.contains(OWN_LINE) {
        text.replace(OWN_LINE, &line)
    } else {
        format!("{}\n{line}", text.trim_end())
    };
    if let Some(open) = open_place(&filled) {
        let message = format!("Fill {open}, or take it out.");
        problems.push(Problem::new("text", "slot_unfilled", message));
    }
    match Paragraphs::<TEXT_MAX>::parse(&filled) {
        Ok(done) if problems.is_empty() => Ok(done.into_string()),
        Ok(_) => Err(Failure::Invalid(problems)),
        Err(refusal) => {
            problems.push(Problem::new("text", "text_invalid", refusal.to_string()));
            Err(Failure::Invalid(problems))
        }
    }
}

/// A place in brackets or braces that nobody filled.
fn open_place(text: &str) -> Option<&str> {
    for (open, close) in [('[', ']'), ('{', '}')] {
        if let Some(start) = text.find(open)
            && let Some(length) = text[start..].find(close)
        {
            return Some(&text[start..=start + length]);
        }
    }
    None
}

/// Sends it in the caller's name.
///
/// # Errors
/// As [`finish`]; [`Failure::Conflict`] when somebody thanked already.
pub async fn send(
    app: &App,
    grant: &Grant<Acknowledge>,
    id: ReferralId,
    own_line: &str,
    text: &str,
) -> Result<(), Failure> {
    let draft = draft(app, grant, id).await?;
    already(&draft)?;
    let body = finish(&draft, own_line, text)?;
    let Some(mailbox) = draft.mailbox.clone() else {
        return Err(Failure::invalid(
            "text",
            "mailbox_missing",
            "No mailbox of theirs is known. Thank them by phone.",
        ));
    };
    let mut unit = Unit::new(app, grant.workspace());
    let mut letter = Letter::service("thanks", mailbox, "Thank you for your introduction")
        .to_person(draft.dossier.referrer.id)
        .about(id)
        .saying(format!("{body}\n\n{}\n", draft.sender.name));
    letter.sent_by = Some(grant.member());
    letter.reply_to.clone_from(&draft.sender.email);
    let mail = queue(app, &mut unit, letter);
    settle(&mut unit, grant, draft, Some(mail), "mail").await?;
    unit.commit(OTHERS_THANKED).await
}

/// Notes that the caller thanked by phone.
///
/// # Errors
/// [`Failure::Conflict`] when somebody thanked already.
pub async fn by_phone(
    app: &App,
    grant: &Grant<Acknowledge>,
    id: ReferralId,
) -> Result<(), Failure> {
    let draft = draft(app, grant, id).await?;
    already(&draft)?;
    let mut unit = Unit::new(app, grant.workspace());
    settle(&mut unit, grant, draft, None, "phone").await?;
    unit.commit(OTHERS_THANKED).await
}

fn already(draft: &Draft) -> Result<(), Failure> {
    let Some(at) = draft.owed.sent_at else { return Ok(()) };
    let who = draft.dossier.member_name(draft.owed.member).unwrap_or("Somebody");
    Err(Failure::Conflict(format!("{who} has thanked already, on {}.", day(at))))
}

fn day(at: Timestamp) -> String {
    at.strftime("%-d %B %Y").to_string()
}

/// The clock is met: noted who thanked, how, and whether it was in time.
async fn settle(
    unit: &mut Unit<'_>,
    grant: &Grant<Acknowledge>,
    draft: Draft,
    mail: Option<MailId>,
    how: &'static str,
) -> Result<(), Failure> {
    let mut owed = draft.owed;
    let in_time = unit.at <= owed.due_at;
    "sent_by_person".clone_into(&mut owed.state);
    owed.member = Some(grant.member());
    owed.mail = mail;
    owed.sent_at = Some(unit.at);
    owed.version += 1;
    unit.push(owed.save());
    let happening =
        Happening::new("thanks.sent", grant.principal().actor(), draft.dossier.referral.id)
            .of(owed.referrer)
            .with("how", how)
            .with("in_time", in_time);
    unit.record(happening).await?;
    Ok(())
}
