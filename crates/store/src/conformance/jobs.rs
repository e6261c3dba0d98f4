//! A due job is handed to one worker at a time.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;

use jiff::Timestamp;
use warmpath_core::id::{JobId, RecordId as _};

use crate::conformance::join::join;
use crate::conformance::sample::Source;
use crate::conformance::{Outcome, Wrong, applied, conflict, ensure, moment, same, workspace};
use crate::engine::Engine;
use crate::table::job::{self, JobRow};

type Claiming<'a> = Pin<Box<dyn Future<Output = Result<Vec<JobId>, Wrong>> + Send + 'a>>;

fn ready(source: &mut Source, key: String, due_at: Timestamp) -> JobRow {
    let mut job = JobRow::sample(source);
    job.key = key;
    job.state = "ready".into();
    job.due_at = due_at;
    job.attempts = 0;
    job.lease_until = None;
    job.lease = Vec::new();
    job
}

async fn claim(
    engine: &dyn Engine,
    at: Timestamp,
    until: Timestamp,
    lease: Vec<u8>,
    limit: i64,
) -> Result<Vec<JobRow>, Wrong> {
    applied(engine, vec![job::claim(at, until, lease.clone(), limit)]).await?;
    Ok(job::leased(engine, lease).await?)
}

fn finish_all(jobs: &[JobRow]) -> Vec<crate::change::Write> {
    jobs.iter().map(JobRow::finish).collect()
}

pub(super) async fn a_job_is_queued_once(engine: &dyn Engine) -> Outcome {
    let mut source = Source::new(workspace(20, 0), 0);
    let (first, again) =
        (ready(&mut source, "k".into(), moment(5)), ready(&mut source, "k".into(), moment(6)));
    applied(engine, vec![first.enqueue(), again.enqueue()]).await?;
    applied(engine, vec![again.enqueue()]).await?;
    let waiting = job::pending(engine, moment(10)).await?;
    same("waiting", &waiting, &vec![first.clone()])?;
    same("next due", &job::next_due(engine).await?, &Some(moment(5)))?;
    let none = claim(engine, moment(4), moment(60), vec![1; 16], 10).await?;
    same("claimed before its time", &none, &vec![])?;
    let claimed = claim(engine, moment(5), moment(60), vec![1; 16], 10).await?;
    same("claimed", &claimed.len(), &1)?;
    applied(engine, finish_all(&claimed)).await?;
    same("left", &job::pending(engine, moment(10)).await?, &vec![])
}

pub(super) async fn two_workers_never_share_a_job(engine: &dyn Engine) -> Outcome {
    const JOBS: usize = 60;
    // Two workspaces: a worker takes from all.
    let mut queued = Vec::new();
    for half in 0..2_u8 {
        let mut source = Source::new(workspace(21, half.into()), half);
        for number in 0..JOBS / 2 {
            queued.push(ready(&mut source, number.to_string(), moment(number as i64)).enqueue());
        }
    }
    applied(engine, queued).await?;
    let workers = (0..4_u8).map(|worker| Box::pin(work(engine, worker)) as Claiming<'_>);
    let mut seen = BTreeSet::new();
    let mut handed_out = 0;
    for done in join(workers.collect()).await {
        for id in done? {
            handed_out += 1;
            seen.insert(id.bytes());
        }
    }
    same("handed out", &handed_out, &JOBS)?;
    same("different jobs", &seen.len(), &JOBS)?;
    same("left", &job::pending(engine, moment(1000)).await?, &vec![])
}

/// Claims a few at a time until there is nothing; finishes what it claimed.
async fn work(engine: &dyn Engine, worker: u8) -> Result<Vec<JobId>, Wrong> {
    let mut done = Vec::new();
    let mut idle = 0;
    // Locked rows are skipped, so nothing found once does not mean that nothing is left.
    for turn in 0..200_u8 {
        let lease = vec![worker, turn, 0xEE];
        let claimed = claim(engine, moment(500), moment(900), lease, 3).await?;
        ensure(claimed.len() <= 3, || format!("{} claimed, 3 asked for", claimed.len()))?;
        ensure(claimed.iter().all(|job| job.attempts == 1), || "claimed twice".into())?;
        applied(engine, finish_all(&claimed)).await?;
        idle = if claimed.is_empty() { idle + 1 } else { 0 };
        if idle == 20 {
            break;
        }
        done.extend(claimed.into_iter().map(|job| job.id));
    }
    Ok(done)
}

pub(super) async fn a_lease_runs_out(engine: &dyn Engine) -> Outcome {
    let mut source = Source::new(workspace(22, 0), 0);
    let queued = ready(&mut source, "k".into(), moment(0));
    applied(engine, vec![queued.enqueue()]).await?;
    let first = claim(engine, moment(1), moment(10), vec![1; 16], 10).await?;
    same("first claim", &first.len(), &1)?;
    same("next due", &job::next_due(engine).await?, &Some(moment(10)))?;
    let early = claim(engine, moment(9), moment(20), vec![2; 16], 10).await?;
    same("claimed while leased", &early, &vec![])?;
    let second = claim(engine, moment(10), moment(20), vec![2; 16], 10).await?;
    same("attempts", &second.iter().map(|job| job.attempts).collect(), &vec![2])?;
    same("held by the first", &job::leased(engine, vec![1; 16]).await?, &vec![])?;
    applied(engine, finish_all(&second)).await
}

pub(super) async fn a_lost_lease_cannot_finish(engine: &dyn Engine) -> Outcome {
    let mut source = Source::new(workspace(23, 0), 0);
    applied(engine, vec![ready(&mut source, "k".into(), moment(0)).enqueue()]).await?;
    let slow = claim(engine, moment(1), moment(10), vec![1; 16], 1).await?;
    let quick = claim(engine, moment(11), moment(20), vec![2; 16], 1).await?;
    let effect = ready(&mut source, "effect".into(), moment(0));
    let mut writes = vec![effect.enqueue()];
    writes.extend(finish_all(&slow));
    conflict(engine, writes, "job").await?;
    for lost in &slow {
        conflict(engine, vec![lost.retry(moment(30), "late")], "job").await?;
        conflict(engine, vec![lost.bury("late")], "job").await?;
    }
    let left = job::pending(engine, moment(1000)).await?;
    same("left", &left.iter().map(|job| job.id).collect::<Vec<_>>(), &vec![quick[0].id])?;
    applied(engine, finish_all(&quick)).await?;
    conflict(engine, finish_all(&quick), "job").await
}

pub(super) async fn a_dead_letter_is_replayed(engine: &dyn Engine) -> Outcome {
    let here = workspace(24, 0);
    let mut source = Source::new(here, 0);
    applied(engine, vec![ready(&mut source, "k".into(), moment(0)).enqueue()]).await?;
    let claimed = claim(engine, moment(1), moment(10), vec![1; 16], 1).await?;
    applied(engine, claimed.iter().map(|job| job.retry(moment(5), "busy")).collect()).await?;
    let again = claim(engine, moment(5), moment(10), vec![2; 16], 1).await?;
    same("error", &again.iter().map(|job| job.last_error.as_str()).collect(), &vec!["busy"])?;
    applied(engine, again.iter().map(|job| job.bury("gone")).collect()).await?;
    same("claimed dead", &claim(engine, moment(90), moment(99), vec![3; 16], 1).await?, &vec![])?;
    let dead = job::dead(engine, here).await?;
    same("dead", &dead.len(), &1)?;
    applied(engine, vec![job::replay(here, dead[0].id, moment(50))]).await?;
    conflict(engine, vec![job::replay(here, dead[0].id, moment(50))], "job").await?;
    let alive = claim(engine, moment(50), moment(60), vec![4; 16], 1).await?;
    same("attempts", &alive.iter().map(|job| job.attempts).collect(), &vec![1])?;
    // A running job is not dropped, a waiting one is.
    applied(engine, vec![job::drop_about(here, "same", "sa")]).await?;
    applied(engine, vec![alive[0].retry(moment(70), "later")]).await?;
    applied(engine, vec![job::drop_about(here, "same", "other")]).await?;
    same("left", &job::pending(engine, moment(1000)).await?.len(), &1)?;
    applied(engine, vec![job::drop_about(here, "same", "sa")]).await?;
    same("left", &job::pending(engine, moment(1000)).await?, &vec![])
}
