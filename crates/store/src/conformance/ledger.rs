//! Entries are inserted without a number and numbered once.

use crate::conformance::sample::Source;
use crate::conformance::{Outcome, applied, conflict, ensure, same, workspace};
use crate::engine::Engine;
use crate::table::ledger::{self, EntryRow};

fn draft(source: &mut Source) -> EntryRow {
    EntryRow { seq: None, leaf: Vec::new(), ..EntryRow::sample(source) }
}

pub(super) async fn an_entry_is_numbered_once(engine: &dyn Engine) -> Outcome {
    let here = workspace(30, 0);
    let mut source = Source::new(here, 0);
    let (mut first, mut second) = (draft(&mut source), draft(&mut source));
    applied(engine, vec![first.insert(), second.insert()]).await?;
    let waiting = ledger::unnumbered(engine, here, 10).await?;
    same("unnumbered", &waiting, &vec![first.clone(), second.clone()])?;
    first.seq = Some(1);
    first.body = "{\"seq\":1}".into();
    first.leaf = vec![3; 32];
    applied(engine, vec![first.number()]).await?;
    same("numbered", &ledger::entry(engine, here, 1).await?, &Some(first.clone()))?;
    let mut again = first.clone();
    again.seq = Some(2);
    conflict(engine, vec![again.number()], "ledger_entry").await?;
    // The same number for another entry.
    second.seq = Some(1);
    conflict(engine, vec![second.number()], "ledger_entry").await?;
    same("still numbered", &ledger::feed(engine, here, 0, 10).await?, &vec![first])
}

pub(super) async fn waiting_entries_are_found(engine: &dyn Engine) -> Outcome {
    let (here, there) = (workspace(31, 0), workspace(31, 1));
    same("none waiting", &ledger::waiting(engine, here).await?, &(0, None))?;
    let mut entry = draft(&mut Source::new(here, 0));
    applied(engine, vec![entry.insert(), draft(&mut Source::new(there, 0)).insert()]).await?;
    same("waiting", &ledger::waiting(engine, here).await?, &(1, Some(entry.at)))?;
    let found = ledger::workspaces_waiting(engine).await?;
    ensure(found.contains(&here) && found.contains(&there), || format!("{found:?}"))?;
    entry.seq = Some(1);
    applied(engine, vec![entry.number()]).await?;
    let found = ledger::workspaces_waiting(engine).await?;
    ensure(!found.contains(&here) && found.contains(&there), || format!("{found:?}"))
}
