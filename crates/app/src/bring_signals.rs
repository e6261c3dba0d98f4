//! Signals: what happened at a company, brought in by a program, a file or a person, and bound to
//! the trigger it stands for.

use std::collections::BTreeSet;

use warmpath_core::contact::CompanyName;
use warmpath_core::id::{AccountId, CompanyId, SignalId, WorkspaceId};
use warmpath_core::text::fold_key;
use warmpath_profile::matching::Day;
use warmpath_profile::register::{read_signals_csv, signal_kind, trigger_of};
use warmpath_store::table::account;
use warmpath_store::table::register::{self, SignalRow};

use crate::context::App;
use crate::error::{Failure, Problem};
use crate::policy::{BringSignals, Grant, ReadProfiles};
use crate::unit::{Happening, Unit};

/// Most signals taken in one request or file.
pub const SIGNALS_MAX: usize = 5_000;
/// Most characters of a signal's words.
const TEXT_MAX: usize = 500;

/// A signal as it comes in.
#[derive(Debug, Clone, Default)]
pub struct SignalIn {
    /// The company: our id, its id in a register or the CRM, its mail domain, or its exact name.
    pub company: String,
    /// The trigger; empty lets the words decide.
    pub kind: String,
    /// The day it happened, ISO 8601.
    pub day: String,
    /// What is known, in words.
    pub text: String,
    /// Who says so.
    pub source: String,
}

/// What became of signals.
#[derive(Debug, Clone, Default)]
pub struct Brought {
    /// New ones.
    pub taken: Vec<SignalRow>,
    /// Known already.
    pub known: usize,
    /// Refused: place from 1, and why.
    pub refused: Vec<(usize, Problem)>,
}

/// The latest signals.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(app: &App, grant: &Grant<ReadProfiles>) -> Result<Vec<SignalRow>, Failure> {
    Ok(register::signals(app.db(), grant.workspace(), 200).await?)
}

/// Takes signals in. A row that is wrong is refused by itself.
///
/// # Errors
/// [`Failure::Invalid`] when there are too many.
pub async fn run(
    app: &App,
    grant: &Grant<BringSignals>,
    signals: &[SignalIn],
) -> Result<Brought, Failure> {
    if signals.len() > SIGNALS_MAX {
        let message = format!("At most {SIGNALS_MAX} signals at once.");
        return Err(Failure::invalid("signals", "too_many", message));
    }
    let workspace = grant.workspace();
    let before = register::signals(app.db(), workspace, register::UNIVERSE_ROWS_MAX).await?;
    let mut seen: BTreeSet<_> = before.iter().map(same_as).collect();
    let mut unit = Unit::new(app, workspace);
    let mut brought = Brought::default();
    for (number, signal) in signals.iter().enumerate() {
        match read(app, workspace, signal).await? {
            Err(problem) => brought.refused.push((number + 1, problem)),
            Ok(row) => {
                let row = SignalRow {
                    id: app.id::<SignalId>(),
                    member: Some(grant.member()),
                    created_at: unit.at,
                    ..row
                };
                if seen.insert(same_as(&row)) {
                    unit.push(row.insert());
                    brought.taken.push(row);
                } else {
                    brought.known += 1;
                }
            }
        }
    }
    if !brought.taken.is_empty() {
        let actor = grant.principal().actor();
        let happening = Happening::new("signal.brought", actor, brought.taken[0].id)
            .with("taken", brought.taken.len())
            .with("refused", brought.refused.len());
        unit.record(happening).await?;
        unit.commit("Somebody brought the same signals this moment. Try again.").await?;
        app.universes.forget(workspace);
    }
    Ok(brought)
}

/// Takes the signals of a CSV file in: `company_id`, `date`, `text`, optionally `type`.
///
/// # Errors
/// [`Failure::Invalid`] when it is no such file.
pub async fn csv(
    app: &App,
    grant: &Grant<BringSignals>,
    text: &str,
    source: &str,
) -> Result<Brought, Failure> {
    let read = read_signals_csv(text)
        .map_err(|error| Failure::invalid("file", "file_unreadable", format!("{error}.")))?;
    let signals: Vec<SignalIn> = read
        .rows
        .into_iter()
        .map(|row| SignalIn {
            company: row.company_id,
            kind: row.event.kind,
            day: row.event.date,
            text: row.event.text,
            source: source.to_owned(),
        })
        .collect();
    let mut brought = run(app, grant, &signals).await?;
    let unread = read
        .skipped
        .into_iter()
        .map(|(at, why)| (at, Problem::new("row", "row_unreadable", format!("Row {at}: {why}."))));
    brought.refused.extend(unread);
    Ok(brought)
}

type Same = (Option<CompanyId>, Option<AccountId>, String, String, String);

fn same_as(row: &SignalRow) -> Same {
    (row.company, row.account, row.kind.clone(), row.day.clone(), row.text.clone())
}

async fn read(
    app: &App,
    workspace: WorkspaceId,
    signal: &SignalIn,
) -> Result<Result<SignalRow, Problem>, Failure> {
    let wrong = |field, code, message: &str| Ok(Err(Problem::new(field, code, message)));
    let kind = match signal.kind.trim() {
        "" => signal_kind(&signal.text),
        word => trigger_of(word),
    };
    let Some(kind) = kind else {
        return wrong(
            "type",
            "trigger_unknown",
            "This binds to no trigger. Name one, or say more.",
        );
    };
    let Ok(day) = signal.day.trim().parse::<Day>() else {
        return wrong("date", "date_invalid", "Write the day as YYYY-MM-DD.");
    };
    if day > crate::universe::today(app) {
        return wrong("date", "date_in_future", "A signal tells what has happened.");
    }
    if signal.text.chars().count() > TEXT_MAX || signal.source.chars().count() > TEXT_MAX {
        return wrong("text", "text_too_long", "At most 500 characters.");
    }
    let (company, account) = find(app, workspace, signal.company.trim()).await?;
    if company.is_none() && account.is_none() {
        return wrong("company", "company_unknown", "No company here has this id, domain or name.");
    }
    Ok(Ok(SignalRow {
        workspace,
        id: app.id(),
        company,
        account,
        kind: kind.to_owned(),
        day: day.to_string(),
        text: signal.text.trim().to_owned(),
        source: signal.source.trim().to_owned(),
        member: None,
        created_at: app.now(),
    }))
}

/// The company somebody means: by our id, a register's or the CRM's id, a domain, an exact name.
pub(crate) async fn find(
    app: &App,
    workspace: WorkspaceId,
    text: &str,
) -> Result<(Option<CompanyId>, Option<AccountId>), Failure> {
    let db = app.db();
    if text.is_empty() {
        return Ok((None, None));
    }
    if let Ok(id) = text.parse::<CompanyId>() {
        let found = register::company(db, workspace, id).await?;
        return Ok(found.map_or((None, None), |c| (Some(c.id), c.account)));
    }
    if let Ok(id) = text.parse::<AccountId>() {
        return Ok((None, account::account(db, workspace, id).await?.map(|a| a.id)));
    }
    if let [company] = &register::by_any_record(db, workspace, text).await?[..] {
        return Ok((Some(company.id), company.account));
    }
    if let Some(found) = account::by_external_id(db, workspace, text).await? {
        return Ok((None, Some(found.id)));
    }
    if let Some(found) = account::by_domain(db, workspace, &text.to_lowercase()).await? {
        return Ok((None, Some(found.id)));
    }
    if let Ok(name) = CompanyName::parse(text) {
        let key = fold_key(&name.normal());
        if let [found] = &account::by_name(db, workspace, key.clone()).await?[..] {
            return Ok((None, Some(found.id)));
        }
        if let [found] = &register::by_name(db, workspace, key).await?[..] {
            return Ok((Some(found.id), found.account));
        }
    }
    Ok((None, None))
}
