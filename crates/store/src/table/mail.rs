//! The outbox: every mail that goes out, who approved it and what became of it.

use jiff::Timestamp;
use warmpath_core::id::{MailId, MemberId, PersonId, ReferralId, WorkspaceId};

use crate::change::Write;
use crate::engine::{Engine, StoreError};
use crate::{row, values};

row! {
    /// A mail.
    pub struct MailRow in "mail" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: MailId,;
        /// What it is: `sign_in`, `mailbox_code`, `assigned`, `sla_warning`, `thanks`, `receipt`, …
        kind: String,
        /// To.
        to_address: String,
        /// Reply to, if not us.
        reply_to: String,
        /// Subject.
        subject: String,
        /// Text.
        body: String,
        /// One-click withdrawal address, if it has one.
        unsubscribe: String,
        /// The person it goes to, if they are not a member.
        person: Option<PersonId>,
        /// The referral it is about.
        referral: Option<ReferralId>,
        /// The named person who sends it; service messages have none.
        sent_by: Option<MemberId>,
        /// `draft`, `queued`, `sent`, `failed`, `unknown`, `cancelled`.
        state: String,
        /// Made.
        created_at: Timestamp,
        /// Handed over.
        sent_at: Option<Timestamp>,
        /// What went wrong.
        error: String,
        /// For guarded saves.
        version: i64,
    }
}

/// One mail.
///
/// # Errors
/// When the database cannot be read.
pub async fn mail(
    db: &dyn Engine,
    workspace: WorkspaceId,
    id: MailId,
) -> Result<Option<MailRow>, StoreError> {
    MailRow::first(db, "WHERE workspace = ?1 AND id = ?2", values![workspace, id]).await
}

/// Mails, latest first, before this id.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(
    db: &dyn Engine,
    workspace: WorkspaceId,
    before: Option<MailId>,
    limit: i64,
) -> Result<Vec<MailRow>, StoreError> {
    match before {
        Some(before) => {
            let tail = "WHERE workspace = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3";
            MailRow::select(db, tail, values![workspace, before, limit]).await
        }
        None => {
            let tail = "WHERE workspace = ?1 ORDER BY id DESC LIMIT ?2";
            MailRow::select(db, tail, values![workspace, limit]).await
        }
    }
}

/// Mails in one of these states, latest first, before this id. No state is any state.
///
/// # Errors
/// When the database cannot be read.
pub async fn in_states(
    db: &dyn Engine,
    workspace: WorkspaceId,
    states: &[&str],
    before: Option<MailId>,
    limit: i64,
) -> Result<Vec<MailRow>, StoreError> {
    let mut values = values![workspace];
    let mut tail = "WHERE workspace = ?1".to_owned();
    if !states.is_empty() {
        let marks: Vec<String> = (2..states.len() + 2).map(|n| format!("?{n}")).collect();
        values.extend(states.iter().map(|s| crate::engine::Value::Text((*s).to_owned())));
        tail.push_str(&format!(" AND state IN ({})", marks.join(", ")));
    }
    if let Some(before) = before {
        values.extend(values![before]);
        tail.push_str(&format!(" AND id < ?{}", values.len()));
    }
    values.extend(values![limit]);
    tail.push_str(&format!(" ORDER BY id DESC LIMIT ?{}", values.len()));
    MailRow::select(db, &tail, values).await
}

/// Mails about a referral, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn of_referral(
    db: &dyn Engine,
    workspace: WorkspaceId,
    referral: ReferralId,
) -> Result<Vec<MailRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND referral = ?2 ORDER BY id DESC LIMIT 100";
    MailRow::select(db, tail, values![workspace, referral]).await
}

/// Cancels what awaits sending to a person.
pub fn cancel_to(workspace: WorkspaceId, person: PersonId) -> Write {
    let sql = "UPDATE mail SET state = 'cancelled', version = version + 1 \
               WHERE workspace = ?1 AND person = ?2 AND state IN ('draft', 'queued')";
    Write::any("mail", sql, values![workspace, person])
}

/// How many mails wait to be sent, in all workspaces.
///
/// # Errors
/// When the database cannot be read.
pub async fn waiting_in_all(db: &dyn Engine) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) FROM mail WHERE state = 'queued'";
    let statement = crate::engine::Statement::new(sql, vec![]).across_workspaces();
    let rows = db.query(statement).await?;
    rows.into_iter().next().map_or(Ok(0), |row| crate::field::Reader::new(row).take())
}
