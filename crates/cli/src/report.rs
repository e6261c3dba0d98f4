//! `warmpath report`: the figures of an installation on the terminal or as JSON.

use std::io::{Write as _, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use warmpath_app::policy::{Principal, ReadFigures, grant};
use warmpath_app::report_figures::{self, Figures, Line, Wish};
use warmpath_core::referral::Origin;
use warmpath_core::role::Role;

use crate::house;

/// Prints the figures of every workspace: conversion, times, sources, losses.
#[derive(Args)]
pub(crate) struct ReportCommand {
    /// The data folder.
    #[arg(long, default_value = "warmpath-data")]
    data: PathBuf,
    /// The last so many days.
    #[arg(long, default_value_t = 90)]
    days: i64,
    /// Only from this origin: customer, partner, colleague, vendor, community.
    #[arg(long)]
    origin: Option<String>,
    /// One JSON object a workspace and line.
    #[arg(long)]
    json: bool,
}

impl ReportCommand {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(self.go())
    }

    async fn go(self) -> anyhow::Result<ExitCode> {
        let database = self.data.join("warmpath.db");
        anyhow::ensure!(database.exists(), "there is no database in {}", self.data.display());
        let origin = self.origin.as_deref().map(str::parse::<Origin>).transpose();
        let origin = origin.ok().context("there is no such origin")?;
        let house = house::open(&self.data, "http://127.0.0.1").await?;
        for workspace in warmpath_app::read_workspace::all(&house.app).await? {
            let members =
                warmpath_app::read_workspace::members(&house.app, workspace.workspace).await?;
            let admin = members.iter().find(|m| m.role == Role::Admin && m.active);
            let admin = admin.with_context(|| format!("{} has no admin", workspace.name))?;
            let principal = Principal {
                workspace: workspace.workspace,
                member: admin.id,
                role: admin.role,
                team: String::new(),
                partner: None,
                key: None,
            };
            let grant = grant::<ReadFigures>(&principal)?;
            let wish = Wish { days: self.days, origin, team: None };
            let figures = report_figures::run(&house.app, &grant, &wish).await?;
            self.print(&workspace.name, &figures)?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn print(&self, name: &str, figures: &Figures) -> anyhow::Result<()> {
        let mut out = stdout().lock();
        if self.json {
            let line = serde_json::json!({ "workspace": name, "report": figures });
            writeln!(out, "{line}")?;
            return Ok(());
        }
        writeln!(out, "{name}: {} referrals in {} days", figures.referrals, self.days)?;
        let mut part = "";
        for line in report_figures::lines(figures, None) {
            if line.part != part {
                part = line.part;
                writeln!(out, "\n{part}")?;
            }
            writeln!(out, "  {:<34} {:<36} {}", line.name, line.measure, figure(&line))?;
        }
        Ok(())
    }
}

fn figure(line: &Line) -> String {
    let (Some(figure), Some(hits)) = (line.figure, line.hits) else {
        let figure = line.figure.map_or("not known".to_owned(), |f| format!("{f:.0}"));
        return format!("{figure:>9}  n {}", line.cases);
    };
    let enough = line.cases >= warmpath_insight::CASES_MIN;
    match line.interval {
        Some((low, high)) if enough => format!(
            "{:>7.1} %  {hits} of {} ({:.1}–{:.1} %)",
            figure * 100.0,
            line.cases,
            low * 100.0,
            high * 100.0
        ),
        _ => format!("{hits:>9}  of {}, too few for a rate", line.cases),
    }
}
