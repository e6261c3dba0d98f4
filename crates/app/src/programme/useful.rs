//! Something useful to share with a connector: a signal about their own company or trade that they may
//! not have seen. Suggested to a person, who writes it; once shared it counts as a give, and the same
//! thing counts once.

use std::collections::BTreeSet;

use warmpath_core::id::{GoodwillId, PersonId, SignalId};
use warmpath_core::introduction::goodwill::{ConnectorStage, GoodwillKind};
use warmpath_core::text::fold_key;
use warmpath_store::table::account;
use warmpath_store::table::connector::{self, GoodwillRow};
use warmpath_store::table::person::{self, PersonRow};
use warmpath_store::table::recruit::{self, SharedSignalRow};
use warmpath_store::table::register::{self, SignalRow};

use super::known;
use crate::context::App;
use crate::error::Failure;
use crate::policy::{Grant, KeepGoodwill, ReadIntroductions};
use crate::unit::{Happening, Unit};

/// Signals that are looked at, latest first.
const SIGNALS_MAX: i64 = 500;

/// Suggestions on the page.
const SHOWN: usize = 20;

/// A signal older than this is no news, in days.
const NEWS_DAYS: i32 = 60;

/// Something worth sharing.
#[derive(Debug, Clone)]
pub struct Suggestion {
    /// With whom.
    pub connector: PersonRow,
    /// What.
    pub signal: SignalRow,
    /// The company it is about.
    pub company: String,
    /// Why it is theirs: their own company, or their trade.
    pub own: bool,
}

/// What is worth sharing, their own company first, then the latest.
///
/// # Errors
/// When the database cannot be read.
pub async fn suggestions(
    app: &App,
    grant: &Grant<ReadIntroductions>,
) -> Result<Vec<Suggestion>, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let today = app.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let news = |row: &SignalRow| {
        let day: Option<jiff::civil::Date> = row.day.parse().ok();
        day.is_some_and(|day| (today - day).get_days() <= NEWS_DAYS && day <= today)
    };
    let signals: Vec<SignalRow> =
        register::signals(db, ws, SIGNALS_MAX).await?.into_iter().filter(news).collect();
    let done: BTreeSet<(PersonId, SignalId)> =
        recruit::all_shared(db, ws).await?.iter().map(|row| (row.connector, row.signal)).collect();
    let about = companies_of(app, grant, &signals).await?;
    let rows = connector::connectors(db, ws).await?;
    let ids: Vec<PersonId> =
        rows.iter().filter(|row| row.stage != ConnectorStage::Left).map(|row| row.person).collect();
    let people = person::many(db, ws, &ids).await?;
    let mut found = Vec::new();
    for connector in people.into_values().filter(|row| row.erased_at.is_none()) {
        let industry = match connector.account {
            Some(id) => account::account(db, ws, id).await?.map(|a| a.industry),
            None => None,
        };
        let industry = industry.unwrap_or_default();
        for (signal, (company, trade)) in signals.iter().zip(&about) {
            let own =
                !connector.company.is_empty() && fold_key(&connector.company) == fold_key(company);
            let same_trade = !industry.is_empty() && industry.eq_ignore_ascii_case(trade);
            if (own || same_trade) && !done.contains(&(connector.id, signal.id)) {
                found.push(Suggestion {
                    connector: connector.clone(),
                    signal: signal.clone(),
                    company: company.clone(),
                    own,
                });
            }
        }
    }
    found.sort_by(|a, b| b.own.cmp(&a.own).then_with(|| b.signal.day.cmp(&a.signal.day)));
    // One connector does not crowd out the others.
    let mut each = std::collections::BTreeMap::<PersonId, usize>::new();
    found.retain(|one| {
        let count = each.entry(one.connector.id).or_default();
        *count += 1;
        *count <= 3
    });
    found.truncate(SHOWN);
    Ok(found)
}

/// Name and industry of the company behind each signal; empty where it is not known.
async fn companies_of(
    app: &App,
    grant: &Grant<ReadIntroductions>,
    signals: &[SignalRow],
) -> Result<Vec<(String, String)>, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let mut found = Vec::new();
    for signal in signals {
        let named = match (signal.account, signal.company) {
            (Some(id), _) => account::account(db, ws, id).await?.map(|a| (a.name, a.industry)),
            (None, Some(id)) => {
                register::company(db, ws, id).await?.map(|row| (row.name, String::new()))
            }
            (None, None) => None,
        };
        found.push(named.unwrap_or_default());
    }
    Ok(found)
}

/// What a member did with a suggestion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// They shared it.
    Shared,
    /// It is not worth it.
    Dismissed,
}

/// Notes it. Shared counts as a give, once for each signal and connector.
///
/// # Errors
/// [`Failure::NotFound`] when either is unknown; [`Failure::Conflict`] when it was noted.
pub async fn note(
    app: &App,
    grant: &Grant<KeepGoodwill>,
    (connector, signal): (PersonId, SignalId),
    done: Done,
) -> Result<(), Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    known(app, ws, connector).await?;
    connector::connector(db, ws, connector).await?.ok_or(Failure::NotFound)?;
    let signals = register::signals(db, ws, SIGNALS_MAX).await?;
    signals.iter().find(|row| row.id == signal).ok_or(Failure::NotFound)?;
    let mut unit = Unit::new(app, ws);
    let row = SharedSignalRow {
        workspace: ws,
        connector,
        signal,
        state: if done == Done::Shared { "shared" } else { "dismissed" }.to_owned(),
        member: grant.member(),
        at: unit.at,
    };
    unit.push(row.insert());
    if done == Done::Shared {
        let step = GoodwillRow {
            workspace: ws,
            id: app.id::<GoodwillId>(),
            connector,
            kind: GoodwillKind::Intelligence,
            introduction: None,
            member: Some(grant.member()),
            at: unit.at,
        };
        unit.push(step.insert());
    }
    let happening = Happening::new("goodwill.noted", grant.principal().actor(), connector)
        .of(connector)
        .with("signal", signal)
        .with("shared", done == Done::Shared);
    unit.record(happening).await?;
    unit.commit("Somebody noted it already. Look again.").await
}
