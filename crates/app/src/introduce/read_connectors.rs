//! Connectors with their goodwill, rules and record; the reciprocity between companies; and what could
//! be given first.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use warmpath_core::id::{IntroductionId, PersonId};
use warmpath_core::introduction::ConnectorState;
use warmpath_core::introduction::goodwill::{ConnectorStage, Reciprocity, Refused};
use warmpath_store::table::connector;
use warmpath_store::table::introduction::{self, IntroductionRow};
use warmpath_store::table::person::{self, PersonRow};

use super::dossier::SealedWords;
use super::goodwill::{Account, account};
use super::texts;
use crate::context::App;
use crate::error::Failure;
use crate::policy::{Grant, OwnRules, ReadIntroductions};

/// A connector as pages show them.
#[derive(Debug, Clone)]
pub struct Connector {
    /// Who.
    pub person: PersonRow,
    /// Rules, steps and what they were asked for.
    pub account: Account,
    /// Where they stand now.
    pub stage: ConnectorStage,
    /// Why they are not asked now, and from when they can be.
    pub not_now: Option<Refused>,
    /// What they gave us, and what we gave them.
    pub reciprocity: Reciprocity,
}

impl Connector {
    /// Asks they answered with a yes, of all they answered or let pass.
    pub fn yes_of(&self) -> (usize, usize) {
        let over = |row: &&IntroductionRow| {
            !matches!(row.connector_state, ConnectorState::Unasked)
                && !row.connector_state.is_open_ask()
        };
        let all = self.account.asked.iter().filter(over).count();
        let yes = self
            .account
            .asked
            .iter()
            .filter(|row| row.connector_state == ConnectorState::Yes || row.delivered_at.is_some())
            .count();
        (yes, all)
    }

    /// Silent for 90 days or longer.
    pub fn is_dormant(&self) -> bool {
        self.stage == ConnectorStage::Dormant
    }
}

fn as_connector(app: &App, person: PersonRow, account: Account) -> Connector {
    let now = app.now();
    let given = account.asked.iter().filter(|row| row.delivered_at.is_some()).count();
    let returned = account.steps.iter().filter(|step| step.kind.is_give()).count();
    Connector {
        stage: account.stage(now),
        not_now: account.may_ask("", account.row.deal_min, &app.config.zone, now).err(),
        reciprocity: Reciprocity { given, returned },
        person,
        account,
    }
}

/// All connectors.
///
/// # Errors
/// When the database cannot be read.
pub async fn all(app: &App, grant: &Grant<ReadIntroductions>) -> Result<Vec<Connector>, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let mut found = Vec::new();
    for row in connector::connectors(db, ws).await? {
        let Some(person) = person::person(db, ws, row.person).await? else { continue };
        if person.erased_at.is_none() {
            found.push(as_connector(app, person, account(app, ws, row.person).await?));
        }
    }
    Ok(found)
}

/// One connector.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such connector.
pub async fn one(
    app: &App,
    grant: &Grant<ReadIntroductions>,
    id: PersonId,
) -> Result<Connector, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let person = person::person(db, ws, id).await?;
    let person = person.filter(|row| row.erased_at.is_none()).ok_or(Failure::NotFound)?;
    connector::connector(db, ws, id).await?.ok_or(Failure::NotFound)?;
    Ok(as_connector(app, person, account(app, ws, id).await?))
}

/// The caller as a connector, with the asks that wait for them.
///
/// # Errors
/// [`Failure::NotFound`] when the caller is no connector.
pub async fn me(app: &App, grant: &Grant<OwnRules>) -> Result<Connector, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let row = connector::of_member(db, ws, grant.member()).await?.ok_or(Failure::NotFound)?;
    let person = person::person(db, ws, row.person).await?.ok_or(Failure::NotFound)?;
    Ok(as_connector(app, person, account(app, ws, row.person).await?))
}

/// What may be said of the targets of these asks.
///
/// # Errors
/// When the database cannot be read.
pub async fn words_of(
    app: &App,
    rows: &[IntroductionRow],
) -> Result<BTreeMap<IntroductionId, SealedWords>, Failure> {
    let Some(first) = rows.first() else { return Ok(BTreeMap::new()) };
    let ids: Vec<IntroductionId> = rows.iter().map(|row| row.id).collect();
    let mut by: BTreeMap<IntroductionId, Vec<_>> = BTreeMap::new();
    for some in ids.chunks(200) {
        for text in introduction::texts_of_many(app.db(), first.workspace, some).await? {
            by.entry(text.introduction).or_default().push(text);
        }
    }
    let words = by.into_iter().map(|(id, rows)| {
        let texts = texts::latest(rows);
        let said = |slot: &str| texts.get(slot).map(|t| t.body.clone()).unwrap_or_default();
        let words = SealedWords {
            role: said("role"),
            industry: said("industry"),
            size: said("size"),
            topic: said("topic"),
        };
        (id, words)
    });
    Ok(words.collect())
}

/// Given and returned between us and the company of each connector, most one-sided first.
pub fn between_companies(connectors: &[Connector]) -> Vec<(String, Reciprocity)> {
    let mut by: BTreeMap<String, Reciprocity> = BTreeMap::new();
    for one in connectors.iter().filter(|one| !one.person.company.is_empty()) {
        let sum = by.entry(one.person.company.clone()).or_default();
        sum.given += one.reciprocity.given;
        sum.returned += one.reciprocity.returned;
    }
    let mut all: Vec<(String, Reciprocity)> = by.into_iter().collect();
    all.sort_by_key(|(_, r)| std::cmp::Reverse(r.given.saturating_sub(r.returned)));
    all
}

/// Why somebody should be given something now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyGive {
    /// Nothing was ever given.
    NeverGiven,
    /// We took more than we gave.
    NetNegative,
    /// Nothing happened for 60 days; at 90 they are dormant.
    Cooling,
}

/// Who should be given something, most urgent first.
pub fn give_first(app: &App, connectors: &[Connector]) -> Vec<(PersonId, String, WhyGive)> {
    let mut found = Vec::new();
    for one in connectors.iter().filter(|one| one.stage != ConnectorStage::Left) {
        let steps = &one.account.steps;
        let quiet = steps.last().is_none_or(|step| {
            app.now().duration_since(step.at) > SignedDuration::from_hours(24 * 60)
        });
        let why = if !steps.iter().any(|step| step.kind.is_give()) {
            WhyGive::NeverGiven
        } else if one.reciprocity.is_net_negative() {
            WhyGive::NetNegative
        } else if quiet {
            WhyGive::Cooling
        } else {
            continue;
        };
        found.push((one.person.id, one.person.name.clone(), why));
    }
    found
}
