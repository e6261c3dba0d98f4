//! Reads referrals for lists and the record page: what a caller may see, with everything around it.

use warmpath_core::id::{MemberId, PersonId, ReferralId, WorkspaceId};
use warmpath_core::referral::{Action, ReferralState};
use warmpath_core::role::Role;
use warmpath_store::table::access;
use warmpath_store::table::account::{self, AccountRow};
use warmpath_store::table::clock::{self, AcknowledgementRow, ClockRow};
use warmpath_store::table::consent::{self, ConsentRow};
use warmpath_store::table::ledger::{self, EntryRow};
use warmpath_store::table::person::{self, ContactPointRow, EvidenceRow, PersonRow};
use warmpath_store::table::referral::{
    self, CommentRow, CreditRow, DecisionRow, Filter, HopRow, ReferralRow, SeenBy, TextRow,
};
use warmpath_store::table::workspace::{self, MemberRow};

use crate::context::App;
use crate::error::Failure;
use crate::link::{self, Purpose};
use crate::move_referral::{allowed_now, standings};
use crate::policy::{Grant, Principal, ReadReferrals};
use crate::told::{self, Told};

/// A referral with everything that the record page and the API show.
#[derive(Debug, Clone)]
pub struct Dossier {
    /// The person as the referrer described them.
    pub told: Told,
    /// The referral.
    pub referral: ReferralRow,
    /// Who is referred.
    pub person: PersonRow,
    /// How to reach them.
    pub contacts: Vec<ContactPointRow>,
    /// Their company.
    pub account: Option<AccountRow>,
    /// Who referred them.
    pub referrer: PersonRow,
    /// The evidence about the referrer.
    pub evidence: Vec<EvidenceRow>,
    /// Earlier hops, nearest first, with the person of each.
    pub hops: Vec<(HopRow, PersonRow)>,
    /// The words.
    pub texts: Vec<TextRow>,
    /// The consent.
    pub consent: Option<ConsentRow>,
    /// The clocks.
    pub clocks: Vec<ClockRow>,
    /// Decisions, latest first.
    pub decisions: Vec<DecisionRow>,
    /// Ledger entries, latest first.
    pub entries: Vec<EntryRow>,
    /// Comments.
    pub comments: Vec<CommentRow>,
    /// Credits.
    pub credits: Vec<CreditRow>,
    /// Thanks owed.
    pub thanks: Option<AcknowledgementRow>,
    /// All members, for names.
    pub members: Vec<MemberRow>,
    /// What this caller may do now.
    pub allowed: Vec<Action>,
    /// The address of the referrer's page, while the link on it waits to be passed on; only for
    /// those who hand that page to the referrer: whoever handed the person over, and revenue
    /// operations.
    pub referrer_page: Option<String>,
}

impl Dossier {
    /// A member's name.
    pub fn member_name(&self, id: Option<MemberId>) -> Option<&str> {
        let id = id?;
        self.members.iter().find(|m| m.id == id).map(|m| m.name.as_str())
    }

    /// The words of a slot: the frozen original.
    pub fn words(&self, slot: &str) -> Option<&TextRow> {
        self.texts.iter().find(|t| t.slot == slot && t.edition == 0)
    }
}

/// Roles that see every referral of the workspace.
pub fn sees_all(principal: &Principal) -> bool {
    matches!(principal.role, Role::Admin | Role::Revops | Role::Auditor)
}

/// Whether this caller sees this referral: their own, their team's, what they handed over, or all.
pub fn sees(principal: &Principal, row: &ReferralRow, members: &[MemberRow]) -> bool {
    if sees_all(principal) || !standings(principal, row, members).is_empty() {
        return true;
    }
    // A manager also sees what nobody owns yet, to look after it.
    principal.role == Role::Manager && row.owner.is_none()
}

/// One referral, whole.
///
/// # Errors
/// [`Failure::NotFound`] when there is none here or the caller may not see it: the two look the
/// same.
pub async fn one(
    app: &App,
    grant: &Grant<ReadReferrals>,
    id: ReferralId,
) -> Result<Dossier, Failure> {
    let db = app.db();
    let ws = grant.workspace();
    let row = referral::referral(db, ws, id).await?.ok_or(Failure::NotFound)?;
    let members = workspace::members(db, ws).await?;
    if !sees(grant.principal(), &row, &members) {
        return Err(Failure::NotFound);
    }
    let person = person::person(db, ws, row.person).await?.ok_or(Failure::NotFound)?;
    let referrer = person::person(db, ws, row.referrer).await?.ok_or(Failure::NotFound)?;
    let account = match row.account {
        Some(id) => account::account(db, ws, id).await?,
        None => None,
    };
    let consent = match row.consent {
        Some(id) => consent::consent(db, ws, id).await?,
        None => None,
    };
    let mut hops = Vec::new();
    for hop in referral::hops(db, ws, id).await? {
        if let Some(person) = person::person(db, ws, hop.person).await? {
            hops.push((hop, person));
        }
    }
    let referrer_page = referrer_page(app, grant.principal(), &row).await?;
    let texts = referral::texts(db, ws, id).await?;
    let told = Told::of(&texts);
    Ok(Dossier {
        told,
        referrer_page,
        contacts: person::contact_points(db, ws, row.person).await?,
        evidence: person::evidence(db, ws, row.referrer, row.id).await?,
        texts: texts.into_iter().filter(|text| !told::is_told(text)).collect(),
        clocks: clock::of_referral(db, ws, id).await?,
        decisions: referral::decisions(db, ws, id).await?,
        entries: entries(app, ws, &row).await?,
        comments: referral::comments(db, ws, id).await?,
        credits: referral::credits(db, ws, id).await?,
        thanks: clock::acknowledgement_of(db, ws, id).await?,
        allowed: allowed_now(grant.principal(), &row, &members),
        referral: row,
        person,
        account,
        referrer,
        hops,
        consent,
        members,
    })
}

/// The referrer's page of a referral that waits for its person.
async fn referrer_page(
    app: &App,
    principal: &Principal,
    row: &ReferralRow,
) -> Result<Option<String>, Failure> {
    let waits = matches!(row.state, ReferralState::Received | ReferralState::Verified);
    let tends = matches!(principal.role, Role::Admin | Role::Revops)
        || row.submitted_by == Some(principal.member);
    if !waits || !tends {
        return Ok(None);
    }
    let links = access::links_of(app.db(), row.workspace, row.id).await?;
    let status = links
        .iter()
        .find(|link| link.purpose == Purpose::Status.as_str() && link.revoked_at.is_none());
    Ok(status.map(|status| {
        let token = link::token_of(app, row.workspace, status.id);
        format!("{}/s/{token}", app.config.public_url)
    }))
}

/// The ledger entries of a referral and of the consent that carries it, latest first.
async fn entries(
    app: &App,
    workspace: WorkspaceId,
    row: &ReferralRow,
) -> Result<Vec<EntryRow>, Failure> {
    let mut found = ledger::about(app.db(), workspace, &row.id.to_string(), 100).await?;
    if let Some(consent) = row.consent {
        found.extend(ledger::about(app.db(), workspace, &consent.to_string(), 20).await?);
    }
    found.sort_by_key(|e| std::cmp::Reverse((e.at, e.seq, e.id)));
    Ok(found)
}

/// A line of a list.
#[derive(Debug, Clone)]
pub struct Line {
    /// The referral.
    pub referral: ReferralRow,
    /// Who is referred.
    pub person: PersonRow,
    /// Their company.
    pub account: Option<AccountRow>,
    /// Who referred them.
    pub referrer: PersonRow,
    /// Who works it; empty for nobody.
    pub owner_name: String,
    /// What this caller may do now.
    pub allowed: Vec<Action>,
}

/// A page of referrals that this caller may see, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(
    app: &App,
    grant: &Grant<ReadReferrals>,
    filter: &Filter,
) -> Result<Vec<Line>, Failure> {
    let (db, ws, reader) = (app.db(), grant.workspace(), grant.principal());
    let members = workspace::members(db, ws).await?;
    // Narrowed in the query, so that a page is never short of lines it could have shown.
    let filter = Filter { seen_by: seen_by(reader, &members), ..filter.clone() };
    let rows = referral::list(db, ws, &filter).await?;
    lines_of(app, reader, rows, &members).await
}

/// The part of the referrals this reader may see; none is everything.
pub fn seen_by(reader: &Principal, members: &[MemberRow]) -> Option<SeenBy> {
    if sees_all(reader) {
        return None;
    }
    let leads = reader.role == Role::Manager;
    let team = members.iter().filter(|m| leads && m.team == reader.team).map(|m| m.id).collect();
    Some(SeenBy { member: reader.member, team, unowned: leads })
}

/// Rows with their people and companies.
///
/// # Errors
/// When the database cannot be read.
pub async fn lines_of(
    app: &App,
    reader: &Principal,
    rows: Vec<ReferralRow>,
    members: &[MemberRow],
) -> Result<Vec<Line>, Failure> {
    let (db, ws) = (app.db(), reader.workspace);
    let ids: Vec<PersonId> = rows.iter().flat_map(|r| [r.person, r.referrer]).collect();
    let people = person::many(db, ws, &ids).await?;
    let accounts: Vec<_> = rows.iter().filter_map(|r| r.account).collect();
    let accounts = account::many(db, ws, &accounts).await?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let (Some(person), Some(referrer)) = (people.get(&row.person), people.get(&row.referrer))
        else {
            continue;
        };
        let owner = members.iter().find(|m| Some(m.id) == row.owner);
        lines.push(Line {
            person: person.clone(),
            referrer: referrer.clone(),
            account: row.account.and_then(|id| accounts.get(&id)).cloned(),
            owner_name: owner.map(|m| m.name.clone()).unwrap_or_default(),
            allowed: allowed_now(reader, &row, members),
            referral: row,
        });
    }
    Ok(lines)
}

/// People whose name or company holds what was typed, or whose mailbox begins with it; for the
/// search of a list.
///
/// # Errors
/// When the database cannot be read.
pub async fn search_people(
    app: &App,
    workspace: WorkspaceId,
    text: &str,
) -> Result<Vec<PersonId>, Failure> {
    Ok(person::search(app.db(), workspace, text).await?)
}

/// Which referral a link to pass on is about, and who owns it: for the check of an installation,
/// which then signs in as that owner.
///
/// # Errors
/// [`Failure::Link`] when there is no such link.
pub async fn owner_by_link(
    app: &App,
    token: &str,
) -> Result<Option<(ReferralId, MemberId)>, Failure> {
    let link = crate::link::find(app, token, crate::link::Purpose::Answer).await?;
    let Some(id) = link.referral else { return Ok(None) };
    let row = referral::referral(app.db(), link.workspace, id).await?;
    Ok(row.and_then(|row| row.owner.map(|owner| (id, owner))))
}
