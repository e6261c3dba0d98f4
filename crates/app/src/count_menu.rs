//! What the frame of every work page shows: counts beside the menu, and how the ledger stands.

use jiff::Timestamp;
use warmpath_core::referral::ReferralState;
use warmpath_store::table::referral::{self, Filter};
use warmpath_store::table::{clock, identity, ledger, workspace};

use crate::context::App;
use crate::error::Failure;
use crate::policy::ReadDuplicates;
use crate::read_inbox::meets_later;
use crate::sign_in::SignedIn;
use crate::verify_ledger::{self, Verdict};

/// The counts.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    /// The workspace's name.
    pub workspace_name: String,
    /// What waits in the reader's inbox.
    pub inbox: i64,
    /// Questions about who is one that wait, where the reader may see them.
    pub duplicates: i64,
    /// A clock in it has run out.
    pub late: bool,
    /// Entries numbered.
    pub ledger_entries: i64,
    /// What the last check of the whole log found; none before the first.
    pub ledger_verified: Option<bool>,
    /// When it was checked.
    pub ledger_checked_at: Option<Timestamp>,
    /// The reader switched single-letter keys off.
    pub keys_off: bool,
}

impl Counts {
    /// The count beside a menu entry.
    pub fn of(&self, href: &str) -> Option<i64> {
        match href {
            "/inbox" => Some(self.inbox),
            "/duplicates" => Some(self.duplicates),
            _ => None,
        }
    }
}

/// Counts for one reader.
///
/// # Errors
/// When the database cannot be read.
pub async fn run(app: &App, signed_in: &SignedIn) -> Result<Counts, Failure> {
    let ws = signed_in.principal.workspace;
    let mut counts = Counts::default();
    if let Some(row) = workspace::workspace(app.db(), ws).await? {
        counts.workspace_name = row.name;
    }
    let filter = Filter {
        states: WAITING.to_vec(),
        owners: vec![signed_in.principal.member],
        limit: 500,
        ..Filter::default()
    };
    let mine = referral::list(app.db(), ws, &filter).await?;
    let now = app.now();
    if crate::policy::grant::<ReadDuplicates>(&signed_in.principal).is_ok() {
        counts.duplicates = identity::count_waiting(app.db(), ws, now).await?;
    }
    counts.inbox = mine.iter().filter(|row| !meets_later(row, now)).count() as i64;
    counts.late = clock::counting(app.db(), ws).await?.iter().any(|c| {
        c.member == Some(signed_in.principal.member)
            && c.state != "paused"
            && c.due_at < now
            && mine.iter().any(|r| r.id == c.referral)
    });
    if let Some(head) = ledger::head(app.db(), ws).await? {
        counts.ledger_entries = head.size;
    }
    if let Some(check) = verify_ledger::last(app, ws).await? {
        counts.ledger_verified = match check.verdict {
            Verdict::Running => None,
            Verdict::Holds => Some(true),
            Verdict::Broken { .. } => Some(false),
        };
        counts.ledger_checked_at = Some(check.at);
    }
    counts.keys_off = crate::manage_account::keys_off(app, ws, signed_in.principal.member).await?;
    Ok(counts)
}

/// The states in which an owner has something to do.
pub const WAITING: &[ReferralState] = &[
    ReferralState::Routed,
    ReferralState::Accepted,
    ReferralState::Contacted,
    ReferralState::MeetingScheduled,
    ReferralState::MeetingHeld,
    ReferralState::Qualified,
    ReferralState::Opportunity,
    ReferralState::NoShow,
];
