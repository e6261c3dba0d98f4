//! Looks before somebody asks: who owns a person or company, what is open, who spoke to them last.
//! For members only; every look is an entry in the ledger.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use warmpath_core::contact::{CompanyName, Email};
use warmpath_core::id::{AccountId, EntryId, MemberId, PersonId, ReferralId};
use warmpath_core::referral::ReferralState;
use warmpath_core::text::fold_key;
use warmpath_store::table::account::{self, AccountRow, OpportunityRow};
use warmpath_store::table::introduction;
use warmpath_store::table::person::{self, PersonRow};
use warmpath_store::table::referral;
use warmpath_store::table::workspace::{self, MemberRow};

use crate::context::App;
use crate::error::Failure;
use crate::find_person::as_domain;
use crate::policy::{Grant, LookFirst};
use crate::resolve::{cluster, group};
use crate::unit::{Happening, Unit};

/// Whom or what somebody asks about; at least one is filled.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// Name of a person.
    pub name: String,
    /// Mailbox.
    pub email: String,
    /// Company name or website.
    pub company: String,
}

/// A person or company that fits the question.
#[derive(Debug, Clone)]
pub struct Known {
    /// The person, when it is one.
    pub person: Option<PersonRow>,
    /// The company, when it is known.
    pub account: Option<AccountRow>,
    /// Who owns the lead or the company; empty for nobody.
    pub owner: String,
    /// Open deals, in any business unit: unit, stage, owner.
    pub deals: Vec<Deal>,
    /// Referrals on their way: id, state, owner.
    pub referrals: Vec<Open>,
    /// Who asked for an introduction to this person; others leave them alone.
    pub asks: Vec<String>,
    /// The latest contact on record.
    pub last_contact: Option<Timestamp>,
    /// Asked not to be contacted.
    pub suppressed: bool,
}

/// An open deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deal {
    /// Another company of the group, by name; empty for the company itself.
    pub company: String,
    /// Business unit.
    pub unit: String,
    /// Stage as the CRM has it.
    pub stage: String,
    /// Its owner; empty is unassigned.
    pub owner: String,
}

/// Something on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// The referral.
    pub id: ReferralId,
    /// Where it stands.
    pub state: ReferralState,
    /// Its owner; empty is nobody.
    pub owner: String,
}

/// What the look found.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Everybody and everything that fits; empty is "not known here".
    pub known: Vec<Known>,
    /// The entry of the look.
    pub entry: EntryId,
}

impl Answer {
    /// Somebody works on it: an owner, an open deal, a referral or an ask on its way.
    pub fn is_taken(&self) -> bool {
        self.known.iter().any(|k| {
            let free = k.deals.is_empty() && k.referrals.is_empty() && k.asks.is_empty();
            !k.owner.is_empty() || !free
        })
    }
}

/// Most people and companies in one answer.
pub const KNOWN_MAX: usize = 10;

/// Looks.
///
/// # Errors
/// [`Failure::Invalid`] when nothing was asked.
pub async fn run(
    app: &App,
    grant: &Grant<LookFirst>,
    question: &Question,
) -> Result<Answer, Failure> {
    let mut unit = Unit::new(app, grant.workspace());
    let people = people(app, &unit, question).await?;
    let accounts = accounts(app, &unit, question, &people).await?;
    let members = workspace::members(app.db(), unit.workspace).await?;
    let mut known = Vec::new();
    for person in people {
        let account = accounts.iter().find(|a| Some(a.id) == person.account).cloned();
        known.push(of_person(app, &unit, person, account, &members).await?);
    }
    let covered: BTreeSet<AccountId> =
        known.iter().filter_map(|k| k.account.as_ref().map(|a| a.id)).collect();
    for account in accounts.into_iter().filter(|a| !covered.contains(&a.id)) {
        known.push(of_account(app, &unit, account, &members).await?);
    }
    known.truncate(KNOWN_MAX);
    // What was asked stays out of the ledger: it names a person. What was found is ids.
    let about = known.first().and_then(id_of).unwrap_or_else(|| grant.member().to_string());
    let happening =
        Happening::new("look.made", grant.principal().actor(), about).with("found", known.len());
    let entry = unit.record(happening).await?;
    unit.commit("Look again.").await?;
    Ok(Answer { known, entry })
}

fn id_of(known: &Known) -> Option<String> {
    let person = known.person.as_ref().map(|p| p.id.to_string());
    person.or_else(|| known.account.as_ref().map(|a| a.id.to_string()))
}

async fn people(
    app: &App,
    unit: &Unit<'_>,
    question: &Question,
) -> Result<Vec<PersonRow>, Failure> {
    let (db, ws) = (app.db(), unit.workspace);
    let (name, email) = (question.name.trim(), question.email.trim());
    if name.is_empty() && email.is_empty() && question.company.trim().is_empty() {
        return Err(Failure::invalid("q", "question_missing", "Write a name, e-mail or company."));
    }
    let mut ids: Vec<PersonId> = Vec::new();
    if let Ok(email) = Email::parse(email) {
        ids.extend(person::by_key(db, ws, app.keys.blind(ws, "email", &email.folded())).await?);
    }
    if !name.is_empty() {
        ids.extend(person::search(db, ws, name).await?);
    }
    ids.dedup();
    ids.truncate(KNOWN_MAX);
    let found = person::many(db, ws, &ids).await?;
    Ok(found.into_values().filter(|p| p.erased_at.is_none()).collect())
}

async fn accounts(
    app: &App,
    unit: &Unit<'_>,
    question: &Question,
    people: &[PersonRow],
) -> Result<Vec<AccountRow>, Failure> {
    let (db, ws) = (app.db(), unit.workspace);
    let ids: Vec<AccountId> = people.iter().filter_map(|p| p.account).collect();
    let mut found: Vec<AccountRow> = account::many(db, ws, &ids).await?.into_values().collect();
    let mail_domain = Email::parse(question.email.trim()).ok();
    let mail_domain = mail_domain
        .map(|e| e.registrable_domain().to_owned())
        .filter(|d| !warmpath_core::contact::is_free_domain(d));
    for domain in [as_domain(&question.company), mail_domain].into_iter().flatten() {
        found.extend(account::by_domain(db, ws, &domain).await?);
    }
    if let Ok(name) = CompanyName::parse(question.company.trim()) {
        found.extend(account::by_name(db, ws, fold_key(&name.normal())).await?);
    }
    let mut seen = BTreeSet::new();
    found.retain(|a| seen.insert(a.id));
    found.truncate(KNOWN_MAX);
    Ok(found)
}

async fn of_person(
    app: &App,
    unit: &Unit<'_>,
    person: PersonRow,
    account: Option<AccountRow>,
    members: &[MemberRow],
) -> Result<Known, Failure> {
    let (db, ws) = (app.db(), unit.workspace);
    let rows = cluster::referrals(db, ws, person.id).await?;
    let mut keys = Vec::new();
    for point in cluster::contact_points(db, ws, person.id).await? {
        let kind = crate::resolve::keys::suppressed_as(&point.kind);
        keys.push(app.keys.blind(ws, kind, &point.normal));
    }
    let suppressed = person::suppressed(db, ws, &keys).await?.is_some();
    let mut known = gather(app, unit, account, rows, members).await?;
    for one in cluster::whole(db, ws, person.id).await? {
        if let Some(lock) = introduction::lock(db, ws, one).await? {
            known.asks.push(name_of(members, Some(lock.member)));
        }
    }
    known.person = Some(person);
    known.suppressed = suppressed;
    Ok(known)
}

async fn of_account(
    app: &App,
    unit: &Unit<'_>,
    account: AccountRow,
    members: &[MemberRow],
) -> Result<Known, Failure> {
    let rows = referral::of_account(app.db(), unit.workspace, account.id).await?;
    gather(app, unit, Some(account), rows, members).await
}

fn name_of(members: &[MemberRow], id: Option<MemberId>) -> String {
    members.iter().find(|m| Some(m.id) == id).map(|m| m.name.clone()).unwrap_or_default()
}

/// The deals of a company and its group, and the names of the other companies.
async fn deals_of_group(
    app: &App,
    unit: &Unit<'_>,
    company: &AccountRow,
) -> Result<(Vec<OpportunityRow>, BTreeMap<AccountId, String>), Failure> {
    let (db, ws) = (app.db(), unit.workspace);
    let group = group::of(db, ws, company.id).await?;
    let mut deals = Vec::new();
    for id in &group {
        deals.extend(account::opportunities_of(db, ws, *id).await?);
    }
    let others = account::many(db, ws, &group).await?.into_iter();
    let others = others.filter(|(id, row)| *id != company.id && row.name != company.name);
    Ok((deals, others.map(|(id, row)| (id, row.name)).collect()))
}

async fn gather(
    app: &App,
    unit: &Unit<'_>,
    account: Option<AccountRow>,
    rows: Vec<referral::ReferralRow>,
    members: &[MemberRow],
) -> Result<Known, Failure> {
    let name = |id: Option<MemberId>| name_of(members, id);
    let (deals, companies) = match &account {
        Some(account) => deals_of_group(app, unit, account).await?,
        None => Default::default(),
    };
    let last_contact = deals
        .iter()
        .filter_map(|d| d.contacted_at)
        .chain(rows.iter().filter_map(|r| r.met_at.or(r.contacted_at)))
        .max();
    let referrals: Vec<Open> = rows
        .iter()
        .filter(|r| !r.state.is_final())
        .map(|r| Open { id: r.id, state: r.state, owner: name(r.owner) })
        .collect();
    let deals: Vec<Deal> = deals
        .into_iter()
        .filter(|d| d.won.is_none())
        .map(|d| Deal {
            company: d.account.and_then(|id| companies.get(&id).cloned()).unwrap_or_default(),
            owner: if d.owner.is_some() { name(d.owner) } else { d.owner_name.clone() },
            unit: d.unit,
            stage: d.stage,
        })
        .collect();
    let of_company = account.as_ref().map(|a| match a.owner {
        Some(_) => name(a.owner),
        None => a.owner_name.clone(),
    });
    let of_lead = referrals.iter().map(|r| r.owner.clone()).find(|owner| !owner.is_empty());
    Ok(Known {
        person: None,
        owner: of_lead.or(of_company).unwrap_or_default(),
        account,
        deals,
        referrals,
        asks: Vec::new(),
        last_contact,
        suppressed: false,
    })
}
