//! What the path commands share: ties into a graph, teams, and who is asked for.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use warmpath_network::{PathValue, Person, TieGraph, read_ties};

use super::files::{column, interrupted, open, open_csv, tell};

/// Reads ties and builds the graph, telling what was left out.
pub(super) fn read_graph(path: &Path) -> anyhow::Result<TieGraph> {
    let mut input = open(path)?;
    let mut watch = |_| !interrupted();
    let (ties, skips) = read_ties(&mut input.reader, &mut watch)
        .with_context(|| format!("reading {}", path.display()))?;
    input.progress.finish_and_clear();
    if skips.total() > 0 {
        tell(&format!("{}: rows left out: {skips}", path.display()));
    }
    let (graph, report) = ties.build();
    let left_out = report.self_ties + report.empty_ties + report.repeated_ties;
    if left_out > 0 {
        let (own, empty, again) = (report.self_ties, report.empty_ties, report.repeated_ties);
        tell(&format!("ties left out: {own} to oneself, {empty} rounding to 0, {again} repeated"));
    }
    Ok(graph)
}

/// Members by team name, in the order of names (numbers by size).
pub(super) fn read_teams(
    path: &Path,
    graph: &TieGraph,
) -> anyhow::Result<BTreeMap<TeamName, Vec<Person>>> {
    let mut rows = open_csv(path)?;
    let header = rows.headers()?.clone();
    let (team, member) = (column(&header, "team")?, column(&header, "member")?);
    let (mut teams, mut unknown) = (BTreeMap::<_, Vec<_>>::new(), 0);
    for row in rows.records() {
        let row = row.with_context(|| format!("reading {}", path.display()))?;
        let name = TeamName::new(row.get(team).unwrap_or("").trim());
        let members = teams.entry(name).or_default();
        match graph.people().find(row.get(member).unwrap_or("").trim()) {
            Some(person) => members.push(person),
            None => unknown += 1,
        }
    }
    if unknown > 0 {
        tell(&format!("{}: {unknown} members have no ties", path.display()));
    }
    Ok(teams)
}

/// A team's name, ordered as a number when it is one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TeamName(Option<u64>, pub(super) String);

impl TeamName {
    /// From the text in a file.
    pub(super) fn new(name: &str) -> Self {
        Self(name.parse().ok(), name.to_owned())
    }
}

/// The exact decimal form of a value.
pub(super) fn decimal(value: PathValue) -> String {
    let raw = value.raw();
    let (whole, part) = (raw / 10_u64.pow(16), raw % 10_u64.pow(16));
    let digits = format!("{part:016}");
    match digits.trim_end_matches('0') {
        "" => format!("{whole}"),
        digits => format!("{whole}.{digits}"),
    }
}

/// Does the same to every piece of work on up to `threads` threads; results in the order of work.
pub(super) fn on_threads<W: Sync, R: Send>(
    threads: usize,
    work: &[W],
    run: impl Fn(&W) -> R + Sync,
) -> Vec<R> {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            match work.get(at) {
                Some(piece) if !interrupted() => done.push((at, run(piece))),
                _ => return done,
            }
        }
    };
    let mut done = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads.max(1)).map(|_| scope.spawn(worker)).collect();
        let mut done = worker();
        for other in others {
            match other.join() {
                Ok(more) => done.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}
