//! What becomes of the pairs: joined by machine, asked of a person, or left alone.

use std::collections::HashMap;

use warmpath_core::id::{DuplicateId, MergeId, PersonId, RecordId as _};
use warmpath_core::role::Actor;
use warmpath_store::table::identity::{self, DuplicateRow, MergeRow};

use super::compare::Pair;
use super::gather::Everybody;
use super::groups::Groups;
use super::{Halt, Run};
use crate::find_person::tenths;
use crate::resolve::candidates;
use crate::resolve::judge::{self, Answer, Record, Why};
use crate::unit::{Happening, Unit};

/// A machine joins from this probability on, by the learned model; the shipped one has its own line.
const JOIN_FROM: f64 = 0.995;

/// Most questions that one sweep raises: a person has to answer them.
const QUESTIONS_MAX: i64 = 300;

/// Pairs settled in one commit.
const BATCH: usize = 50;

/// Goes through the pairs, the likeliest first.
pub(super) async fn settle(
    run: &mut Run<'_>,
    everybody: &Everybody,
    pairs: Vec<Pair>,
) -> Result<(), Halt> {
    let (db, ws) = (run.app.db(), run.job.workspace);
    let both = pairs.iter().map(|pair| (pair.left, pair.right));
    let groups = Groups::read(db, ws, everybody, both).await?;
    let mut desk = Desk { everybody, groups, known: HashMap::new() };
    for (number, batch) in pairs.chunks(BATCH).enumerate() {
        run.row.step = "writing".to_owned();
        (run.row.done, run.row.total) = ((number * BATCH) as i64, pairs.len() as i64);
        desk.look_up(run, batch).await?;
        let mut unit = run.unit();
        for pair in batch {
            desk.settle(run, &mut unit, pair).await?;
        }
        run.save(unit).await?;
    }
    Ok(())
}

/// What is needed to settle a pair.
struct Desk<'a> {
    everybody: &'a Everybody,
    groups: Groups,
    /// What is known of the people of this batch.
    known: HashMap<PersonId, Record>,
}

impl Desk<'_> {
    fn id(&self, row: u32) -> PersonId {
        self.everybody.people[row as usize]
    }

    async fn look_up(&mut self, run: &Run<'_>, batch: &[Pair]) -> Result<(), Halt> {
        let rows = batch.iter().flat_map(|pair| [pair.left, pair.right]);
        let ids: Vec<PersonId> = rows.map(|row| self.id(row)).collect();
        let found = candidates::known(run.app.db(), run.job.workspace, &ids).await?;
        self.known = found.into_iter().map(|c| (c.person.id, c.record)).collect();
        Ok(())
    }

    async fn settle(
        &mut self,
        run: &mut Run<'_>,
        unit: &mut Unit<'_>,
        pair: &Pair,
    ) -> Result<(), Halt> {
        let (left, right) = self.groups.in_order(pair.left, pair.right);
        if self.groups.root(left) == self.groups.root(right) {
            return Ok(());
        }
        let (known, fresh) = (self.id(left), self.id(right));
        let (Some(a), Some(b)) = (self.known.get(&known), self.known.get(&fresh)) else {
            return Ok(());
        };
        // A second opinion: the shipped model sees this pair alone, and has its rules for mailboxes.
        let why = match judge::weigh(a, b, &self.everybody.common).answer {
            Answer::New => return Ok(()),
            Answer::Join => Why::NoProof,
            Answer::Ask(why) => why,
        };
        let sure = pair.held && pair.trace.probability >= JOIN_FROM && why == Why::NoProof;
        let sure = sure && !self.groups.both_have_a_history(left, right);
        let (db, ws) = (run.app.db(), run.job.workspace);
        let before = identity::asked(db, ws, &known.bytes(), &fresh.bytes()).await?;
        match before {
            None if sure => {
                let question = answered(question(run, (known, fresh), why, pair), run, unit);
                unit.push(question.insert());
                self.join(run, unit, (left, right), (question.id, pair)).await
            }
            // Open and of version 1: nobody has touched it.
            Some(asked) if sure && asked.state == "open" && asked.version == 1 => {
                let version = asked.version + 1;
                let question = DuplicateRow { version, ..answered(asked, run, unit) };
                unit.push(question.save());
                self.join(run, unit, (left, right), (question.id, pair)).await
            }
            None if run.row.asked < QUESTIONS_MAX => {
                unit.push(question(run, (known, fresh), why, pair).ask());
                run.row.asked += 1;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Lets one stand for both, and says so. The question it answers is the way to take it back.
    async fn join(
        &mut self,
        run: &mut Run<'_>,
        unit: &mut Unit<'_>,
        (left, right): (u32, u32),
        (duplicate, pair): (DuplicateId, &Pair),
    ) -> Result<(), Halt> {
        let (kept, gone) = self.groups.join(left, right);
        let (kept, gone) = (self.id(kept), self.id(gone));
        let made = MergeRow {
            workspace: unit.workspace,
            id: run.app.id::<MergeId>(),
            kind: "person".to_owned(),
            kept: kept.bytes().to_vec(),
            gone: gone.bytes().to_vec(),
            duplicate: Some(duplicate),
            member: None,
            at: unit.at,
            undone_at: None,
            undone_by: None,
            version: 1,
        };
        unit.push(made.insert());
        let happening = Happening::new("person.merged", Actor::System, kept)
            .with("merge", made.id)
            .with("gone", gone)
            .with("duplicate", duplicate)
            .with("sweep", run.row.id)
            .with("tenths_of_bits", tenths(pair.trace.total_bits))
            .with("steps", pair.trace.codes());
        unit.record(happening).await?;
        run.row.joined += 1;
        Ok(())
    }
}

fn question(
    run: &Run<'_>,
    (known, fresh): (PersonId, PersonId),
    why: Why,
    pair: &Pair,
) -> DuplicateRow {
    DuplicateRow {
        workspace: run.job.workspace,
        id: run.app.id::<DuplicateId>(),
        kind: "person".to_owned(),
        known: known.bytes().to_vec(),
        fresh: fresh.bytes().to_vec(),
        state: "open".to_owned(),
        reason: why.as_str().to_owned(),
        bits: pair.trace.total_bits,
        probability: pair.trace.probability,
        model: pair.trace.model.clone(),
        trace: pair.trace.to_json(),
        source: "sweep".to_owned(),
        import: run.row.import,
        found_at: run.app.now(),
        until: None,
        decided_by: None,
        decided_at: None,
        sweep: Some(run.row.id),
        version: 1,
    }
}

/// Answered by machine.
fn answered(question: DuplicateRow, run: &Run<'_>, unit: &Unit<'_>) -> DuplicateRow {
    DuplicateRow {
        state: "same".to_owned(),
        decided_at: Some(unit.at),
        sweep: Some(run.row.id),
        ..question
    }
}
