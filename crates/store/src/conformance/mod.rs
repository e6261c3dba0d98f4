//! The suite that every engine must pass, run by the tests of the driver crates.
//!
//! A case takes an engine whose schema is up to date and uses workspaces of its own, so that cases
//! do not meet; the database should be a fresh one. [`run_all`] runs every case and names those
//! that failed. Row security and refused statements are tested by the driver that has them.

mod changes;
mod jobs;
mod join;
mod kinds;
mod ledger;
mod lists;
mod rows;
mod sample;
mod second_texts;
mod tenants;

use std::future::Future;
use std::pin::Pin;

use jiff::Timestamp;
use warmpath_core::id::{RecordId as _, WorkspaceId};

use crate::change::{Applied, Write};
use crate::engine::{Engine, StoreError};
use crate::migration;

pub use sample::{Sample, Source};
pub use second_texts::{SECOND_TEXTS, SecondText};

/// What a case found to be otherwise than it must be.
#[derive(Debug)]
pub struct Wrong(pub String);

impl From<StoreError> for Wrong {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}

/// A case that failed.
#[derive(Debug)]
pub struct Failure {
    /// The case.
    pub case: &'static str,
    /// What was wrong.
    pub what: String,
}

type Outcome = Result<(), Wrong>;
type Running<'a> = Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

/// One case: its name says what an engine must do.
pub struct Case {
    /// The name.
    pub name: &'static str,
    /// Runs it.
    pub run: for<'a> fn(&'a dyn Engine) -> Running<'a>,
}

macro_rules! cases {
    ($($module:ident::$name:ident),* $(,)?) => {
        &[$(Case { name: stringify!($name), run: |engine| Box::pin($module::$name(engine)) },)*]
    };
}

/// All cases.
pub const CASES: &[Case] = cases![
    rows::every_table_has_a_row_type,
    rows::every_row_keeps_odd_values,
    rows::a_megabyte_of_text_is_kept,
    changes::a_save_meets_its_version,
    changes::a_taken_key_conflicts,
    changes::a_put_writes_over,
    changes::a_change_set_is_whole_or_nothing,
    changes::the_first_wrong_write_is_named,
    changes::one_of_many_writers_wins,
    changes::an_idempotency_key_is_taken_once,
    changes::a_large_change_set_is_applied,
    changes::a_wrong_statement_changes_nothing,
    changes::an_empty_change_set_is_applied,
    jobs::a_job_is_queued_once,
    jobs::two_workers_never_share_a_job,
    jobs::a_lease_runs_out,
    jobs::a_lost_lease_cannot_finish,
    jobs::a_dead_letter_is_replayed,
    ledger::an_entry_is_numbered_once,
    ledger::waiting_entries_are_found,
    lists::pages_follow_the_last_id,
    lists::names_sort_by_their_folded_bytes,
    lists::counts_and_sums_are_integers,
    lists::a_filter_narrows,
    lists::what_is_asked_together_is_answered_in_order,
    second_texts::second_texts_do_the_same,
    tenants::readers_are_blind,
    tenants::writers_are_blind,
];

/// Brings the schema up to date and runs every case. Returns how many passed.
///
/// # Errors
/// The cases that failed, each with what was wrong.
pub async fn run_all(engine: &dyn Engine) -> Result<usize, Vec<Failure>> {
    let failure = |case, wrong: Wrong| Failure { case, what: wrong.0 };
    if let Err(error) = migration::migrate(engine, moment(0)).await {
        return Err(vec![failure("migrate", error.into())]);
    }
    let mut failures = Vec::new();
    for case in CASES {
        if let Err(wrong) = (case.run)(engine).await {
            failures.push(failure(case.name, wrong));
        }
    }
    if failures.is_empty() { Ok(CASES.len()) } else { Err(failures) }
}

/// A condition, and what to say when it does not hold.
fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Outcome {
    if holds { Ok(()) } else { Err(Wrong(otherwise())) }
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, wanted: &T) -> Outcome {
    ensure(found == wanted, || format!("{what}: found {found:?}, wanted {wanted:?}"))
}

async fn applied(engine: &dyn Engine, writes: Vec<Write>) -> Outcome {
    let labels: Vec<&str> = writes.iter().map(|write| write.label).collect();
    match engine.apply(writes).await? {
        Applied::Applied => Ok(()),
        Applied::Conflict(label) => Err(Wrong(format!("conflict at {label} among {labels:?}"))),
    }
}

async fn conflict(engine: &dyn Engine, writes: Vec<Write>, label: &'static str) -> Outcome {
    let outcome = engine.apply(writes).await?;
    same("outcome", &outcome, &Applied::Conflict(label))
}

/// A workspace of a case's own: the case's number and a number within it.
fn workspace(case: u8, number: u16) -> WorkspaceId {
    let mut bytes = [0xA5; 16];
    bytes[0] = case;
    bytes[1..3].copy_from_slice(&number.to_be_bytes());
    WorkspaceId::from_bytes(bytes)
}

/// A moment of the suite's own time, in seconds.
fn moment(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap_or(Timestamp::UNIX_EPOCH)
}
