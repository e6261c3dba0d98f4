//! `warmpath network paths`: the five best warm paths for each query.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, bail};
use clap::Args;
use warmpath_network::{PATHS_MAX, PathValue, Person, Published, Team, Willingness};

use super::files::{column, create, open_csv, stop_if_interrupted, tell};
use super::ties::{TeamName, decimal, on_threads, read_graph, read_teams};

/// The five best paths of at most three ties, each with a different first contact
#[derive(Debug, Args)]
pub(super) struct PathsCommand {
    /// Ties: from,to,p (or src,dst,p), .gz allowed
    #[arg(long)]
    ties: PathBuf,
    /// Teams: team,member
    #[arg(long)]
    teams: PathBuf,
    /// Queries: query,team,target
    #[arg(long)]
    queries: PathBuf,
    /// Output: query,b1,b2,b3,b4,b5
    #[arg(long)]
    out: PathBuf,
    /// Add a column `us`: microseconds of each search, without the team's own table
    #[arg(long)]
    timings: bool,
    /// Threads
    #[arg(long, default_value_t = 1)]
    threads: usize,
}

struct Query {
    name: String,
    target: Option<Person>,
}

/// One team's queries by their place in the file.
struct Work<'a> {
    members: &'a [Person],
    queries: Vec<(usize, &'a Query)>,
}

/// Values of one query and the microseconds they took.
type Answer = (usize, Vec<PathValue>, f64);

impl PathsCommand {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let graph = read_graph(&self.ties)?;
        stop_if_interrupted()?;
        let teams = read_teams(&self.teams, &graph)?;
        let (queries, teams_of) = self.read_queries(&graph, &teams)?;
        let state = Published::fixed(graph);
        let mut work: BTreeMap<&TeamName, Work> = BTreeMap::new();
        for (at, (query, team)) in queries.iter().zip(&teams_of).enumerate() {
            if let Some((name, members)) = teams.get_key_value(team) {
                let entry = work.entry(name);
                entry.or_insert(Work { members, queries: vec![] }).queries.push((at, query));
            }
        }
        let work: Vec<Work> = work.into_values().collect();
        let mut answers: Vec<Answer> =
            on_threads(self.threads, &work, |piece| answer(&state, piece))
                .into_iter()
                .flatten()
                .collect();
        stop_if_interrupted()?;
        answers.sort_by_key(|(at, _, _)| *at);
        self.write(&queries, &answers)?;
        Ok(ExitCode::SUCCESS)
    }

    fn read_queries(
        &self,
        graph: &warmpath_network::TieGraph,
        teams: &BTreeMap<TeamName, Vec<Person>>,
    ) -> anyhow::Result<(Vec<Query>, Vec<TeamName>)> {
        let mut rows = open_csv(&self.queries)?;
        let header = rows.headers()?.clone();
        let [name, team, target] = ["query", "team", "target"].map(|name| column(&header, name));
        let (name, team, target) = (name?, team?, target?);
        let (mut queries, mut teams_of, mut unknown) = (Vec::new(), Vec::new(), 0);
        for row in rows.records() {
            let row = row.with_context(|| format!("reading {}", self.queries.display()))?;
            let field = |at| row.get(at).unwrap_or("").trim();
            let of = TeamName::new(field(team));
            if !teams.contains_key(&of) {
                bail!("query {} names team {}, which has no members", field(name), field(team));
            }
            let found = graph.people().find(field(target));
            unknown += usize::from(found.is_none());
            queries.push(Query { name: field(name).to_owned(), target: found });
            teams_of.push(of);
        }
        if unknown > 0 {
            tell(&format!("{unknown} targets have no ties: no verified path yet"));
        }
        Ok((queries, teams_of))
    }

    fn write(&self, queries: &[Query], answers: &[Answer]) -> anyhow::Result<()> {
        let mut out = create(&self.out)?;
        let us = if self.timings { ",us" } else { "" };
        writeln!(out, "query,b1,b2,b3,b4,b5{us}")?;
        for (query, (_, values, us)) in queries.iter().zip(answers) {
            write!(out, "{}", csv_field(&query.name))?;
            for rank in 0..PATHS_MAX {
                let value = values.get(rank).map(|&value| decimal(value));
                write!(out, ",{}", value.unwrap_or_default())?;
            }
            if self.timings {
                write!(out, ",{us:.2}")?;
            }
            writeln!(out)?;
        }
        out.finish()
    }
}

#[expect(clippy::disallowed_methods, reason = "timings are what --timings is for")]
fn answer(state: &Published, work: &Work) -> Vec<Answer> {
    let team = Team::new(state, work.members, Willingness::default());
    let mut answers = Vec::with_capacity(work.queries.len());
    for (at, query) in &work.queries {
        let start = Instant::now();
        let values = match query.target {
            Some(target) => team.values_to(state.graph(), target),
            None => Vec::new(),
        };
        answers.push((*at, values, start.elapsed().as_secs_f64() * 1e6));
    }
    answers
}

/// A field as CSV wants it, and never a formula to a spreadsheet.
pub(super) fn csv_field(text: &str) -> String {
    let guarded = match text.as_bytes().first() {
        _ if text.parse::<f64>().is_ok() => text.to_owned(),
        Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r') => format!("'{text}"),
        _ => text.to_owned(),
    };
    if guarded.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded
    }
}
