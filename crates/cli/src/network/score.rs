//! `warmpath network score`: how strong every tie is, from what happened.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;
use warmpath_network::{
    Calibration, DAY, EventLog, JUDGED_AFTER_DAYS, Levels, Tier, calibration_error, outcomes,
    read_events, score,
};

use super::files::{column, create, interrupted, open, open_csv, stop_if_interrupted, tell};
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
    /// Outcomes of own asks, p,answered (probability when asked; 1 or 0), to find the own level from
    #[arg(long)]
    outcomes: Option<PathBuf>,
    /// Find the own levels from these events themselves: what was promised 180 and 90 days before,
    /// held against what happened since
    #[arg(long, conflicts_with = "outcomes")]
    refit: bool,
    /// Output: from,to,p_reply_7d,p_reply_24h,p_keep_90d,tier
    #[arg(long)]
    out: PathBuf,
}

impl ScoreCommand {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let log = read_log(&self.events)?;
        stop_if_interrupted()?;
        let mut book = score(&log, self.as_of.as_second());
        if self.refit {
            refitted(&log, self.as_of.as_second()).apply(&mut book);
        }
        if book.events_later > 0 {
            tell(&format!(
                "{} events lie after {} and were not read",
                book.events_later, self.as_of
            ));
        }
        let own = self.calibration()?;
        let mut out = create(&self.out)?;
        writeln!(out, "from,to,p_reply_7d,p_reply_24h,p_keep_90d,tier")?;
        let names: Vec<String> =
            (0..log.people_count() as u32).map(|who| csv_field(&log.name(who))).collect();
        for tie in &book.scores {
            let (from, to) = (&names[tie.from as usize], &names[tie.to as usize]);
            let week = own.apply(tie.in_7_days);
            let (day, keep) = (tie.in_24_hours.min(week), tie.keeps_90_days);
            let tier = Tier::of(day, week).word();
            writeln!(out, "{from},{to},{week:.6},{day:.6},{keep:.6},{tier}")?;
        }
        out.finish()?;
        Ok(ExitCode::SUCCESS)
    }

    /// The workspace's own level, or the prior's with a word on why.
    fn calibration(&self) -> anyhow::Result<Calibration> {
        let Some(path) = &self.outcomes else { return Ok(Calibration::NONE) };
        let mut rows = open_csv(path)?;
        let header = rows.headers()?.clone();
        let (p, answered) = (column(&header, "p")?, column(&header, "answered")?);
        let mut outcomes = Vec::new();
        for row in rows.records() {
            let row = row.with_context(|| format!("reading {}", path.display()))?;
            let line = row.position().map_or(0, csv::Position::line);
            let p: Option<f64> = row.get(p).and_then(|text| text.trim().parse().ok());
            let answered = match row.get(answered).map(str::trim) {
                Some("1" | "true" | "yes") => Some(true),
                Some("0" | "false" | "no") => Some(false),
                _ => None,
            };
            match (p.filter(|p| (0.0..=1.0).contains(p)), answered) {
                (Some(p), Some(answered)) => outcomes.push((p, answered)),
                _ => bail!("{}, line {line}: not a probability and 1 or 0", path.display()),
            }
        }
        match Calibration::fit(&outcomes) {
            Ok(own) => {
                let (slope, level) = (own.slope, own.level);
                tell(&format!(
                    "own level from {} outcomes: slope {slope:.3}, level {level:.3}; calibration \
                     error {:.3} before",
                    own.outcomes,
                    calibration_error(&outcomes)
                ));
                Ok(own)
            }
            Err(reason) => {
                tell(&format!("{reason}; the prior stays"));
                Ok(Calibration::NONE)
            }
        }
    }
}

/// The levels of these events' own past, with a word on what they are worth: the older stretch alone
/// says what the younger one would have gained.
fn refitted(log: &EventLog, as_of: i64) -> Levels {
    let stretch = JUDGED_AFTER_DAYS * DAY;
    let (older, younger) = (outcomes(log, as_of - 2 * stretch), outcomes(log, as_of - stretch));
    let before = Levels::fit(&older);
    let own = Levels::refit(log, as_of);
    for (what, tested, held_out, own) in [
        ("answers in 7 days", before.in_7_days, &younger.in_7_days, own.in_7_days),
        ("answers in 24 hours", before.in_24_hours, &younger.in_24_hours, own.in_24_hours),
        (
            "still writes in 90 days",
            before.keeps_90_days,
            &younger.keeps_90_days,
            own.keeps_90_days,
        ),
    ] {
        if own.outcomes == 0 {
            tell(&format!("{what}: too few outcomes, the prior stays"));
            continue;
        }
        let bent: Vec<(f64, bool)> =
            held_out.iter().map(|&(p, answered)| (tested.apply(p), answered)).collect();
        tell(&format!(
            "{what}: slope {:.2}, level {:.2} from {} outcomes; calibration error of the last 90 \
             days {:.3}, with a level from the 90 days before {:.3}",
            own.slope,
            own.level,
            own.outcomes,
            calibration_error(held_out),
            calibration_error(&bent)
        ));
    }
    own
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
