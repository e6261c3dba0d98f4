//! `warmpath network score`: how strong every tie is, from what happened.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use warmpath_network::{EventLog, read_events, score};

use super::files::{create, interrupted, open, stop_if_interrupted, tell};
use super::paths::csv_field;

/// P(answers in 7 days, in 24 hours), P(still writes in 90 days) and tier of every tie
#[derive(Debug, Args)]
pub(super) struct ScoreCommand {
    /// Events: ts,from,to and, where known, msg,kind,recipients,provenance; .gz allowed
    #[arg(long)]
    events: PathBuf,
    /// The moment asked about, such as 2026-11-20T00:00:00Z; nothing later is read
    #[arg(long)]
    as_of: jiff::Timestamp,
    /// Output: from,to,p_reply_7d,p_reply_24h,p_keep_90d,tier
    #[arg(long)]
    out: PathBuf,
}

impl ScoreCommand {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let log = read_log(&self.events)?;
        stop_if_interrupted()?;
        let book = score(&log, self.as_of.as_second());
        if book.events_later > 0 {
            tell(&format!(
                "{} events lie after {} and were not read",
                book.events_later, self.as_of
            ));
        }
        let mut out = create(&self.out)?;
        writeln!(out, "from,to,p_reply_7d,p_reply_24h,p_keep_90d,tier")?;
        let names: Vec<String> =
            (0..log.people_count() as u32).map(|who| csv_field(&log.name(who))).collect();
        for tie in &book.scores {
            let (from, to) = (&names[tie.from as usize], &names[tie.to as usize]);
            let (week, day, keep) = (tie.in_7_days, tie.in_24_hours, tie.keeps_90_days);
            let tier = tie.tier.word();
            writeln!(out, "{from},{to},{week:.6},{day:.6},{keep:.6},{tier}")?;
        }
        out.finish()?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Reads events, telling what was left out.
pub(super) fn read_log(path: &Path) -> anyhow::Result<EventLog> {
    let mut input = open(path)?;
    let mut watch = |_| !interrupted();
    let (log, skips) = read_events(&mut input.reader, &mut watch)
        .with_context(|| format!("reading {}", path.display()))?;
    input.progress.finish_and_clear();
    if skips.total() > 0 {
        tell(&format!("{}: rows left out: {skips}", path.display()));
    }
    Ok(log)
}
