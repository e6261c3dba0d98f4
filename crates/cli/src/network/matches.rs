//! `warmpath network matches`: everybody who fits a profile, the best reached first.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use warmpath_network::{Person, Published, Team, Willingness};

use super::files::{column, create, open_csv, stop_if_interrupted, tell};
use super::paths::csv_field;
use super::ties::{decimal, on_threads, read_graph, read_teams};

/// The people of a list each team reaches best
#[derive(Debug, Args)]
pub(super) struct MatchesCommand {
    /// Ties: from,to,p (or src,dst,p), .gz allowed
    #[arg(long)]
    ties: PathBuf,
    /// Teams: team,member
    #[arg(long)]
    teams: PathBuf,
    /// People who fit: person
    #[arg(long)]
    people: PathBuf,
    /// How many per team
    #[arg(long, default_value_t = 100)]
    top: usize,
    /// Output: team,rank,person,value
    #[arg(long)]
    out: PathBuf,
    /// Threads
    #[arg(long, default_value_t = 1)]
    threads: usize,
}

impl MatchesCommand {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let graph = read_graph(&self.ties)?;
        stop_if_interrupted()?;
        let teams = read_teams(&self.teams, &graph)?;
        let people = self.read_people(&graph)?;
        let state = Published::fixed(graph);
        let teams: Vec<_> = teams.into_iter().collect();
        let found = on_threads(self.threads, &teams, |(_, members)| {
            let team = Team::new(&state, members, Willingness::default());
            team.matches(state.graph(), &people, self.top)
        });
        stop_if_interrupted()?;
        let mut out = create(&self.out)?;
        writeln!(out, "team,rank,person,value")?;
        for ((team, _), matches) in teams.iter().zip(found) {
            let team = csv_field(&team.1);
            for (at, found) in matches.iter().enumerate() {
                let person = csv_field(&state.graph().people().name(found.person));
                writeln!(out, "{team},{},{person},{}", at + 1, decimal(found.value))?;
            }
        }
        out.finish()?;
        Ok(ExitCode::SUCCESS)
    }

    fn read_people(&self, graph: &warmpath_network::TieGraph) -> anyhow::Result<Vec<Person>> {
        let mut rows = open_csv(&self.people)?;
        let person = column(&rows.headers()?.clone(), "person")?;
        let (mut people, mut unknown) = (Vec::new(), 0);
        for row in rows.records() {
            let row = row.with_context(|| format!("reading {}", self.people.display()))?;
            match graph.people().find(row.get(person).unwrap_or("").trim()) {
                Some(person) => people.push(person),
                None => unknown += 1,
            }
        }
        if unknown > 0 {
            tell(&format!("{unknown} people have no ties: no verified path yet"));
        }
        Ok(people)
    }
}
