//! `warmpath network report`: the first look at a network as one page.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use clap::Args;
use warmpath_network::{audit, html};

use super::files::{create, stop_if_interrupted};
use super::score::read_log;

/// Tiers, under-used connectors, cooling ties: one self-contained HTML page
#[derive(Debug, Args)]
pub(super) struct ReportCommand {
    /// Events: ts,from,to and, where known, msg,kind,recipients,provenance; .gz allowed
    #[arg(long)]
    events: PathBuf,
    /// The moment looked at; the end of the last event's day unless given
    #[arg(long)]
    as_of: Option<jiff::Timestamp>,
    /// The page to write
    #[arg(long)]
    html: PathBuf,
}

impl ReportCommand {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let log = read_log(&self.events)?;
        stop_if_interrupted()?;
        let Some(last) = log.events().iter().map(|event| event.at).max() else {
            bail!("{} holds no events", self.events.display());
        };
        let end_of_day = (last / 86_400 + 1) * 86_400;
        let as_of = self.as_of.map_or(end_of_day, jiff::Timestamp::as_second);
        let mut out = create(&self.html)?;
        out.write_all(html(&audit(&log, as_of)).as_bytes())?;
        out.finish()?;
        Ok(ExitCode::SUCCESS)
    }
}
