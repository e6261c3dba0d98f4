//! The first look back: what became of past referrals, from imported CRM data alone.
//!
//! Every figure has its base and its interval. Nothing is guessed: a deal counts as a referral only
//! when the CRM's lead source says so, as contacted only when the CRM has a first activity.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use warmpath_core::id::{AccountId, PersonId};
use warmpath_insight::Rate;
use warmpath_store::table::account::{self, OpportunityRow};
use warmpath_store::table::{person, referral};

use crate::context::App;
use crate::error::Failure;
use crate::policy::{Grant, ReadFigures};

/// A referral should hear from us within this many days.
pub const CONTACT_DAYS: i64 = 3;

/// A connector of a won deal who was quiet this long is under-used.
pub const QUIET_DAYS: i64 = 365;

/// Most connectors named.
const CONNECTORS_MAX: usize = 20;

/// A count out of a base, with its 95 % interval where there is a base.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// How many.
    pub hits: u64,
    /// Out of how many.
    pub n: u64,
    /// Wilson's interval, low and high in `0..=1`.
    pub interval: Option<(f64, f64)>,
}

impl Share {
    fn of(hits: usize, n: usize) -> Self {
        let (hits, n) = (hits as u64, n as u64);
        Self { hits, n, interval: Rate::new(hits, n).interval() }
    }

    /// The share in whole percent; none without a base.
    pub fn percent(&self) -> Option<u64> {
        (self.n > 0).then(|| (self.hits * 200 + self.n) / (2 * self.n))
    }
}

/// What became of the deals of one lead source.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// The CRM's word; empty where it has none.
    pub name: String,
    /// It is the referrals' source.
    pub is_referral: bool,
    /// All deals.
    pub deals: usize,
    /// Won.
    pub won: usize,
    /// Lost.
    pub lost: usize,
    /// Won out of those decided.
    pub win_rate: Share,
    /// Amount won by currency, in minor units.
    pub won_amount: BTreeMap<String, i64>,
}

/// Somebody whose referrals were won and who was quiet for a year.
#[derive(Debug, Clone, PartialEq)]
pub struct Connector {
    /// Who.
    pub person: PersonId,
    /// Their name, as it stands now.
    pub name: String,
    /// Role and company.
    pub below: String,
    /// Deals won through them.
    pub won: usize,
    /// Deals they referred.
    pub referred: usize,
    /// When they referred last.
    pub last: Timestamp,
}

/// The first look back.
#[derive(Debug, Clone, PartialEq)]
pub struct Audit {
    /// Deals of all sources.
    pub deals: usize,
    /// Those that came by referral.
    pub referrals: usize,
    /// First and last day of the deals.
    pub span: Option<(Timestamp, Timestamp)>,
    /// Not contacted within three days, out of the referrals that are older than that.
    pub not_contacted: Share,
    /// Of these: never contacted at all.
    pub never_contacted: usize,
    /// Without an owner, out of all referrals.
    pub unassigned: Share,
    /// People referred more than once, out of all people referred.
    pub referred_twice: Share,
    /// By lead source, most deals first.
    pub sources: Vec<Source>,
    /// The under-used connectors, most won deals first.
    pub connectors: Vec<Connector>,
    /// How many there are in all.
    pub connectors_total: usize,
}

/// Looks back.
///
/// # Errors
/// When the database cannot be read.
pub async fn run(app: &App, grant: &Grant<ReadFigures>) -> Result<Audit, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let deals = account::all_opportunities(db, ws).await?;
    let since = app.now() - SignedDuration::from_hours(24 * QUIET_DAYS);
    let recent = referral::since(db, ws, since).await?;
    let recent: BTreeSet<PersonId> = recent.iter().map(|r| r.referrer).collect();
    let mut audit = look(&deals, &recent, app.now());
    let ids: Vec<PersonId> = audit.connectors.iter().map(|c| c.person).collect();
    let people = person::many(db, ws, &ids).await?;
    let accounts: Vec<AccountId> = people.values().filter_map(|p| p.account).collect();
    let accounts = account::many(db, ws, &accounts).await?;
    audit.connectors.retain_mut(|connector| {
        let Some(person) = people.get(&connector.person).filter(|p| p.erased_at.is_none()) else {
            return false;
        };
        let company = person.account.and_then(|id| accounts.get(&id)).map(|a| a.name.as_str());
        let parts = [person.title.as_str(), company.unwrap_or(&person.company)];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        connector.below = parts.join(", ");
        connector.name.clone_from(&person.name);
        true
    });
    Ok(audit)
}

/// Whether a lead source is that of referrals.
fn is_referral(lead_source: &str) -> bool {
    let word = lead_source.to_lowercase();
    word.contains("referral") || word.contains("referred") || word.contains("empfehlung")
}

/// The audit of these deals. `recent` are people who referred somebody here within the last year.
pub fn look(deals: &[OpportunityRow], recent: &BTreeSet<PersonId>, at: Timestamp) -> Audit {
    let referrals: Vec<&OpportunityRow> =
        deals.iter().filter(|deal| is_referral(&deal.lead_source)).collect();
    let limit = SignedDuration::from_hours(24 * CONTACT_DAYS);
    let old: Vec<&&OpportunityRow> =
        referrals.iter().filter(|deal| at.duration_since(deal.opened_at) > limit).collect();
    let late = |deal: &OpportunityRow| {
        deal.contacted_at.is_none_or(|first| first.duration_since(deal.opened_at) > limit)
    };
    let not_contacted = old.iter().filter(|deal| late(deal)).count();
    let unassigned = referrals.iter().filter(|deal| deal.owner_name.is_empty()).count();
    let mut times: BTreeMap<PersonId, usize> = BTreeMap::new();
    for person in referrals.iter().filter_map(|deal| deal.person) {
        *times.entry(person).or_default() += 1;
    }
    let twice = times.values().filter(|count| **count > 1).count();
    let mut connectors = connectors(&referrals, recent, at);
    let connectors_total = connectors.len();
    connectors.truncate(CONNECTORS_MAX);
    let opened = || deals.iter().map(|deal| deal.opened_at);
    Audit {
        deals: deals.len(),
        referrals: referrals.len(),
        span: opened().min().zip(opened().max()),
        not_contacted: Share::of(not_contacted, old.len()),
        never_contacted: old.iter().filter(|deal| deal.contacted_at.is_none()).count(),
        unassigned: Share::of(unassigned, referrals.len()),
        referred_twice: Share::of(twice, times.len()),
        sources: sources(deals),
        connectors,
        connectors_total,
    }
}

fn sources(deals: &[OpportunityRow]) -> Vec<Source> {
    let mut by_name: BTreeMap<&str, Vec<&OpportunityRow>> = BTreeMap::new();
    for deal in deals {
        by_name.entry(deal.lead_source.as_str()).or_default().push(deal);
    }
    let mut sources: Vec<Source> = by_name
        .into_iter()
        .map(|(name, deals)| {
            let won = deals.iter().filter(|deal| deal.won == Some(true)).count();
            let lost = deals.iter().filter(|deal| deal.won == Some(false)).count();
            let mut won_amount = BTreeMap::new();
            for deal in deals.iter().filter(|deal| deal.won == Some(true)) {
                if let Some(amount) = deal.amount {
                    *won_amount.entry(deal.currency.clone()).or_default() += amount;
                }
            }
            Source {
                name: name.to_owned(),
                is_referral: is_referral(name),
                deals: deals.len(),
                won,
                lost,
                win_rate: Share::of(won, won + lost),
                won_amount,
            }
        })
        .collect();
    sources.sort_by(|a, b| b.deals.cmp(&a.deals).then_with(|| a.name.cmp(&b.name)));
    sources
}

fn connectors(
    referrals: &[&OpportunityRow],
    recent: &BTreeSet<PersonId>,
    at: Timestamp,
) -> Vec<Connector> {
    let mut by_person: BTreeMap<PersonId, Vec<&OpportunityRow>> = BTreeMap::new();
    for deal in referrals {
        if let Some(referrer) = deal.referrer {
            by_person.entry(referrer).or_default().push(deal);
        }
    }
    let quiet = SignedDuration::from_hours(24 * QUIET_DAYS);
    let mut found: Vec<Connector> = by_person
        .into_iter()
        .filter_map(|(person, deals)| {
            let won = deals.iter().filter(|deal| deal.won == Some(true)).count();
            let last = deals.iter().map(|deal| deal.opened_at).max()?;
            let under_used =
                won > 0 && at.duration_since(last) > quiet && !recent.contains(&person);
            under_used.then(|| Connector {
                person,
                name: String::new(),
                below: String::new(),
                won,
                referred: deals.len(),
                last,
            })
        })
        .collect();
    found.sort_by(|a, b| b.won.cmp(&a.won).then(a.last.cmp(&b.last)).then(a.person.cmp(&b.person)));
    found
}

#[cfg(test)]
#[path = "audit_past_referrals_tests.rs"]
mod tests;
