//! `warmpath network gaps`: where the network does not reach, and who would close it.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use warmpath_network::{Gap, Published, Segment, Team, TieGraph, Willingness, gaps};

use super::files::{column, create, open_csv, stop_if_interrupted};
use super::paths::csv_field;
use super::ties::{on_threads, read_graph, read_teams};

/// How each team covers each segment of the people it wants to meet
#[derive(Debug, Args)]
pub(super) struct GapsCommand {
    /// Ties: from,to,p (or src,dst,p), .gz allowed
    #[arg(long)]
    ties: PathBuf,
    /// Teams: team,member
    #[arg(long)]
    teams: PathBuf,
    /// People to meet: person and the columns to group by
    #[arg(long)]
    people: PathBuf,
    /// Columns that make a segment, such as industry,seniority,region
    #[arg(long, value_delimiter = ',', required = true)]
    by: Vec<String>,
    /// Output, a row per team and segment
    #[arg(long)]
    out: PathBuf,
    /// Threads
    #[arg(long, default_value_t = 1)]
    threads: usize,
}

impl GapsCommand {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let graph = read_graph(&self.ties)?;
        stop_if_interrupted()?;
        let teams: Vec<_> = read_teams(&self.teams, &graph)?.into_iter().collect();
        let segments = self.read_segments(&graph)?;
        let state = Published::fixed(graph);
        let found = on_threads(self.threads, &teams, |(_, members)| {
            let team = Team::new(&state, members, Willingness::default());
            gaps(state.graph(), &team, &segments)
        });
        stop_if_interrupted()?;
        let mut out = create(&self.out)?;
        writeln!(
            out,
            "team,segment,people,value_at_least_10,value_at_least_05,any_path,no_path,mean_value,\
             closer_1,gain_1,closer_2,gain_2,closer_3,gain_3"
        )?;
        for ((team, _), gaps) in teams.iter().zip(found) {
            for gap in gaps {
                writeln!(out, "{},{}", csv_field(&team.1), row(state.graph(), &gap))?;
            }
        }
        out.finish()?;
        Ok(ExitCode::SUCCESS)
    }

    fn read_segments(&self, graph: &TieGraph) -> anyhow::Result<Vec<Segment>> {
        let mut rows = open_csv(&self.people)?;
        let header = rows.headers()?.clone();
        let person = column(&header, "person")?;
        let by = self.by.iter().map(|name| column(&header, &name.trim().to_ascii_lowercase()));
        let by: Vec<usize> = by.collect::<anyhow::Result<_>>()?;
        let mut segments: BTreeMap<String, Segment> = BTreeMap::new();
        for row in rows.records() {
            let row = row.with_context(|| format!("reading {}", self.people.display()))?;
            let parts: Vec<&str> = by
                .iter()
                .map(|&at| row.get(at).unwrap_or("").trim())
                .map(|part| if part.is_empty() { "unknown" } else { part })
                .collect();
            let name = parts.join(" / ");
            let segment = segments.entry(name.clone()).or_default();
            segment.name = name;
            match graph.people().find(row.get(person).unwrap_or("").trim()) {
                Some(person) => segment.people.push(person),
                None => segment.unknown += 1,
            }
        }
        Ok(segments.into_values().collect())
    }
}

fn row(graph: &TieGraph, gap: &Gap) -> String {
    let counts = [gap.people, gap.well_reached, gap.reached, gap.any_path, gap.no_path];
    let counts = counts.map(|count| count.to_string()).join(",");
    let mut row = format!("{},{counts},{:.6}", csv_field(&gap.segment), gap.mean_value);
    for rank in 0..warmpath_network::CLOSERS_MAX {
        match gap.closers.get(rank) {
            Some(closer) => {
                let name = csv_field(&graph.people().name(closer.person));
                row.push_str(&format!(",{name},{:.4}", closer.gain));
            }
            None => row.push_str(",,"),
        }
    }
    row
}
