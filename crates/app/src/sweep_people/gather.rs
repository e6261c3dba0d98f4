//! Everybody of a workspace, as a table of columns; and what members said of pairs of them.

use std::collections::{BTreeSet, HashMap};

use warmpath_core::id::{PersonId, WorkspaceId};
use warmpath_identity::input::{Column, Table};
use warmpath_identity::labels::Label;
use warmpath_identity::normal::person as names;
use warmpath_store::Engine;
use warmpath_store::table::{identity, person, sweep};

use super::{Halt, PEOPLE_MAX, Run};
use crate::resolve::candidates::record_of;
use crate::resolve::cluster::id_of;
use crate::resolve::judge::{self, Record};

/// People read at once.
const PAGE: i64 = 1_000;

/// Answers and merges that are read at most.
const ANSWERS_MAX: usize = 20_000;

/// So many different family names make a mailbox or line one of many.
const NAMES_OF_COMMON: usize = 3;

/// Everybody, by row of the table.
#[derive(Default)]
pub(super) struct Everybody {
    /// Who stands in which row.
    pub people: Vec<PersonId>,
    /// The row of each.
    pub rows: HashMap<PersonId, u32>,
    /// What is known of them. The last record is no person: it has a value in every column.
    pub table: Table,
    /// What members said of two of them.
    pub labels: Vec<Label>,
    /// Pairs that are one already, the one that stands for both first.
    pub merged: Vec<(u32, u32)>,
    /// Mailboxes and lines that people of several family names carry.
    pub common: Vec<String>,
}

/// Reads them, page by page.
pub(super) async fn everybody(run: &mut Run<'_>) -> Result<Everybody, Halt> {
    let (db, ws) = (run.app.db(), run.job.workspace);
    let total = sweep::count_people(db, ws).await?;
    if total > PEOPLE_MAX {
        return Err(Halt::Failed("people_too_many".to_owned()));
    }
    let mut all = Everybody { table: empty_table(), ..Everybody::default() };
    let mut carried: HashMap<String, BTreeSet<String>> = HashMap::new();
    loop {
        run.say("reading", all.people.len(), total as usize).await?;
        let page = sweep::people(db, ws, all.people.last().copied(), PAGE).await?;
        let last = (page.len() as i64) < PAGE;
        let ids: Vec<PersonId> = page.iter().map(|row| row.id).collect();
        let mut points: HashMap<PersonId, Vec<person::ContactPointRow>> = HashMap::new();
        for point in person::contact_points_of_many(db, ws, &ids).await? {
            points.entry(point.person).or_default().push(point);
        }
        for row in page {
            let record = record_of(&row, points.get(&row.id).map_or(&[], Vec::as_slice));
            count_carried(&mut carried, &record);
            all.rows.insert(row.id, all.people.len() as u32);
            all.people.push(row.id);
            push(&mut all.table, &judge::texts(&record));
        }
        if last {
            break;
        }
    }
    push(&mut all.table, &judge::PRIMER.map(str::to_owned));
    let common = carried.into_iter().filter(|(_, names)| names.len() >= NAMES_OF_COMMON);
    all.common = common.map(|(value, _)| value).collect();
    read_answers(db, ws, &mut all).await?;
    Ok(all)
}

fn empty_table() -> Table {
    let column = |(name, _): &(&str, _)| Column { name: (*name).to_owned(), ..Column::default() };
    Table { columns: judge::COLUMNS.iter().map(column).collect(), ..Table::default() }
}

fn push(table: &mut Table, texts: &[String]) {
    for (column, text) in table.columns.iter_mut().zip(texts) {
        let number = column.pool.intern(text.trim());
        column.values.push(number);
    }
    let id = table.ids.pool.intern(&table.records.to_string());
    table.ids.values.push(id);
    table.records += 1;
}

fn count_carried(carried: &mut HashMap<String, BTreeSet<String>>, record: &Record) {
    let family = names::parse("", "", &record.name).family;
    for value in record.mailboxes.iter().chain(&record.phones) {
        let names = carried.entry(value.clone()).or_default();
        if names.len() < NAMES_OF_COMMON {
            names.insert(family.clone());
        }
    }
}

/// What is one by a merge, and what members said; pairs with somebody who is gone say nothing.
async fn read_answers(db: &dyn Engine, ws: WorkspaceId, all: &mut Everybody) -> Result<(), Halt> {
    let rows = |all: &Everybody, left: &[u8], right: &[u8]| {
        let row = |bytes| id_of::<PersonId>(bytes).and_then(|id| all.rows.get(&id).copied());
        Some((row(left)?, row(right)?))
    };
    let mut after = None;
    while all.merged.len() < ANSWERS_MAX {
        let page = identity::merges_of_people(db, ws, after, PAGE).await?;
        after = page.last().map(|merge| merge.id);
        let pairs = page.iter().filter_map(|merge| rows(all, &merge.kept, &merge.gone));
        let pairs: Vec<(u32, u32)> = pairs.collect();
        all.merged.extend(pairs);
        if (page.len() as i64) < PAGE {
            break;
        }
    }
    let mut after = None;
    while all.labels.len() < ANSWERS_MAX {
        let page = identity::answers_about_people(db, ws, after, PAGE).await?;
        after = page.last().map(|question| question.id);
        let label = |question: &identity::DuplicateRow| {
            let (left, right) = rows(all, &question.known, &question.fresh)?;
            Some(Label { left, right, same: question.state == "same" })
        };
        let labels: Vec<Label> = page.iter().filter_map(label).collect();
        all.labels.extend(labels);
        if (page.len() as i64) < PAGE {
            break;
        }
    }
    Ok(())
}
