//! Somebody without an account hands over by a personal link: their mailbox is proved by a one-time
//! code, then they answer the same questions as everybody.
//!
//! A code is six digits, lives ten minutes and allows five tries. It is worked out from the master
//! secret and the id of its link row, so no code is stored but in the mail that carries it.

use jiff::SignedDuration;
use warmpath_core::contact::Email;
use warmpath_core::id::WorkspaceId;
use warmpath_core::limits;
use warmpath_core::referral::{Door, Origin};
use warmpath_store::Applied;
use warmpath_store::table::access::LinkRow;
use warmpath_store::table::person::{self, PersonRow};
use warmpath_store::table::workspace::{self, WorkspaceRow};

use crate::context::App;
use crate::error::{Failure, LinkTrouble};
use crate::find_person::Described;
use crate::hand_over::{self, Typed};
use crate::keys::sha256;
use crate::link::{self, Purpose, Subject};
use crate::send_mail::{Letter, queue};
use crate::submit_referral::{self, IdempotencyKey, Receipt, Referrer};
use crate::unit::Unit;

/// After the code was right, the form may be sent this long.
pub const FORM_MINUTES: i64 = 60;

/// The person behind a live personal link.
#[derive(Debug, Clone)]
pub struct Holder {
    /// The workspace.
    pub workspace: WorkspaceRow,
    /// The person.
    pub person: PersonRow,
    /// Their mailbox.
    pub mailbox: Email,
    /// Who they are to us.
    pub origin: Origin,
    link: LinkRow,
}

/// Finds who a personal link belongs to; changes nothing.
///
/// # Errors
/// [`Failure::Link`] when it does not work.
pub async fn holder(app: &App, token: &str) -> Result<Holder, Failure> {
    let link = link::find(app, token, Purpose::Personal).await?;
    link::check_usable(&link, app.now())?;
    let unknown = || Failure::Link(LinkTrouble::Unknown);
    let id = link.person.ok_or_else(unknown)?;
    let row = person::person(app.db(), link.workspace, id).await?;
    let person = row.filter(|p| p.erased_at.is_none()).ok_or_else(unknown)?;
    let points = person::contact_points(app.db(), link.workspace, id).await?;
    let mailbox = points
        .iter()
        .filter(|p| p.kind == "email")
        .find_map(|p| Email::parse(&p.value).ok())
        .ok_or_else(unknown)?;
    let workspace = workspace::workspace(app.db(), link.workspace).await?.ok_or_else(unknown)?;
    let origin = link.nonce.parse().unwrap_or(Origin::Community);
    Ok(Holder { workspace, person, mailbox, origin, link })
}

/// Mails a code to the holder's mailbox. The answer is the token of the step that takes the code.
///
/// # Errors
/// [`Failure::Link`] when the personal link does not work.
pub async fn send_code(app: &App, token: &str) -> Result<String, Failure> {
    let holder = holder(app, token).await?;
    let mut unit = Unit::new(app, holder.link.workspace);
    let subject = Subject { person: Some(holder.person.id), ..Subject::default() };
    let ends = unit.at + SignedDuration::from_mins(limits::MAILBOX_CODE_MINUTES as i64);
    let made = link::make(app, unit.workspace, Purpose::MailboxCode, subject, ends);
    let code = code_of(app, unit.workspace, &made.row);
    let letter = Letter::service("mailbox_code", holder.mailbox.as_written(), "Your one-time code")
        .to_person(holder.person.id)
        .saying(format!(
            "Hello,\n\nyour code is {code}. It works for {} minutes on the page you opened. \
                 If you did not ask for it, nothing happens.\n",
            limits::MAILBOX_CODE_MINUTES
        ));
    queue(app, &mut unit, letter);
    unit.push(made.row.insert());
    unit.commit("Ask again.").await?;
    Ok(made.token)
}

fn code_of(app: &App, workspace: WorkspaceId, row: &LinkRow) -> String {
    let bytes = app.keys.blind(workspace, "mailbox code", &format!("{}{}", row.id, row.nonce));
    let number = bytes.first_chunk::<8>().map_or(0, |b| u64::from_be_bytes(*b));
    format!("{:06}", number % 1_000_000)
}

/// Tries a code. Every try counts before it is compared, so that no two at once share one.
///
/// # Errors
/// [`Failure::Invalid`] when it is wrong, [`Failure::Link`] when the step is over.
pub async fn try_code(app: &App, token: &str, step: &str, typed: &str) -> Result<(), Failure> {
    let holder = holder(app, token).await?;
    for _ in 0..5 {
        let mut row = of_holder(app, &holder, step).await?;
        let mut unit = Unit::new(app, row.workspace);
        link::check_usable(&row, unit.at)?;
        if row.attempts >= limits::MAILBOX_CODE_TRIES_MAX as i64 {
            return Err(Failure::Link(LinkTrouble::Ended));
        }
        row.attempts += 1;
        row.version += 1;
        let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        let right =
            sha256(typed.as_bytes()) == sha256(code_of(app, row.workspace, &row).as_bytes());
        if right {
            row.used_at = Some(unit.at);
        }
        unit.push(row.save());
        if unit.apply().await? == Applied::Applied {
            let wrong = "This is not the code of the latest mail. Look again.";
            return if right { Ok(()) } else { Err(Failure::invalid("code", "code_wrong", wrong)) };
        }
    }
    Err(Failure::Conflict("Several tries came at once. Try again.".into()))
}

async fn of_holder(app: &App, holder: &Holder, step: &str) -> Result<LinkRow, Failure> {
    let row = link::find(app, step, Purpose::MailboxCode).await?;
    let same = row.workspace == holder.link.workspace && row.person == Some(holder.person.id);
    if same { Ok(row) } else { Err(Failure::Link(LinkTrouble::Unknown)) }
}

/// Whether the mailbox was proved on this step, not too long ago.
///
/// # Errors
/// [`Failure::Link`] when it was not.
pub async fn proved(app: &App, token: &str, step: &str) -> Result<Holder, Failure> {
    let holder = holder(app, token).await?;
    let row = of_holder(app, &holder, step).await?;
    let fresh = SignedDuration::from_mins(FORM_MINUTES);
    match row.used_at {
        Some(used) if used + fresh > app.now() => Ok(holder),
        Some(_) => Err(Failure::Link(LinkTrouble::Ended)),
        None => Err(Failure::Link(LinkTrouble::NoPage)),
    }
}

/// Hands over.
///
/// # Errors
/// As [`proved`], [`hand_over::check`] and [`submit_referral::run`].
pub async fn submit(app: &App, token: &str, step: &str, typed: &Typed) -> Result<Receipt, Failure> {
    let holder = proved(app, token, step).await?;
    let referrer = Referrer {
        described: Described {
            name: holder.person.name.clone(),
            email: Some(holder.mailbox.clone()),
            source: "referrer".to_owned(),
            ..Described::default()
        },
        evidence: evidence(&holder),
        channel_level: 2,
        actor: None,
        member: None,
        partner: None,
    };
    let submission = hand_over::check(typed, Door::Link, holder.origin, referrer, None)?;
    let good = (16..=255).contains(&typed.idempotency_key.len());
    let key = good.then(|| IdempotencyKey {
        key: format!("link/{}/{}", holder.link.id, typed.idempotency_key),
        fingerprint: sha256(format!("{typed:?}").as_bytes()),
    });
    submit_referral::run(app, holder.link.workspace, &submission, key.as_ref()).await
}

fn evidence(holder: &Holder) -> Vec<(&'static str, &'static str, Option<SignedDuration>)> {
    let days = |n: i64| Some(SignedDuration::from_hours(24 * n));
    let mut found = vec![
        ("C", "a one-time code to the mailbox", days(90)),
        ("S", "came by a personal link", None),
        ("R", "stated how they know each other", None),
    ];
    if holder.person.account.is_some()
        && !warmpath_core::contact::is_free_domain(holder.mailbox.registrable_domain())
    {
        found.push(("D", "the mailbox's domain belongs to a known account", days(180)));
    }
    found
}
