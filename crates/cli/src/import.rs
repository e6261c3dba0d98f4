//! `warmpath import`: takes a CSV file into a workspace, and says what became of every row.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Args;
use warmpath_app::import::Kind;
use warmpath_app::policy::{Import, Principal, ReadImports, grant};
use warmpath_app::rows::{ImportRow, MemberRow};
use warmpath_app::upload_import::{self, Unknown, Upload};
use warmpath_app::{Failure, read_imports, read_workspace, run_import};
use warmpath_core::role::Role;

use crate::house::{self, House};

/// Imports a CSV file.
#[derive(Args)]
pub(crate) struct ImportCommand {
    /// The file.
    file: PathBuf,
    /// What it holds: accounts, contacts, opportunities, referrals, members or partners.
    #[arg(long)]
    kind: String,
    /// The data folder.
    #[arg(long, default_value = "warmpath-data")]
    data: PathBuf,
    /// The workspace, by its name; needed when there are several.
    #[arg(long)]
    workspace: Option<String>,
    /// The source system the file comes from, by its short name; told from the header if not given.
    #[arg(long, default_value = "")]
    source: String,
    /// A column to leave out; may be given several times.
    #[arg(long = "ignore")]
    ignore: Vec<String>,
    /// Who imports, by mailbox; an admin when not given.
    #[arg(long = "as")]
    by: Option<String>,
}

impl ImportCommand {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(self.go())
    }

    async fn go(self) -> anyhow::Result<ExitCode> {
        let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
        let Ok(kind) = self.kind.parse::<Kind>() else {
            bail!("--kind is one of {}", kinds.join(", "));
        };
        let bytes = std::fs::read(&self.file)
            .with_context(|| format!("cannot read {}", self.file.display()))?;
        if !self.data.join("warmpath.db").exists() {
            bail!("there is no database in {}", self.data.display());
        }
        let house = house::open(&self.data, "http://127.0.0.1:8080").await?;
        let principal = self.principal(&house).await?;
        let name = self.file.file_name().map(|n| n.to_string_lossy().into_owned());
        let file_name = name.unwrap_or_default();
        let upload = Upload { kind, file_name, source: self.source.clone(), bytes };
        match take(&house, &principal, &upload, &self.ignore).await {
            Ok(row) if row.refused == 0 => Ok(ExitCode::SUCCESS),
            Ok(_) => Ok(ExitCode::from(2)),
            Err(Failure::Invalid(problems)) => {
                for problem in problems {
                    say(&format!("{}: {} ({})", problem.field, problem.message, problem.code));
                }
                Ok(ExitCode::FAILURE)
            }
            Err(other) => Err(other.into()),
        }
    }

    async fn principal(&self, house: &House) -> anyhow::Result<Principal> {
        let all = read_workspace::all(&house.app).await?;
        let fits = |name: &str| self.workspace.as_ref().is_none_or(|wanted| wanted == name);
        let mut found = all.iter().filter(|row| fits(&row.name));
        let (Some(workspace), None) = (found.next(), found.next()) else {
            bail!("name one workspace with --workspace");
        };
        let members = read_workspace::members(&house.app, workspace.workspace).await?;
        let wanted = |m: &&MemberRow| match &self.by {
            Some(email) => m.email == email.to_lowercase(),
            None => m.role == Role::Admin && m.active,
        };
        let member = members.iter().find(wanted).context("there is no such member")?;
        Ok(principal_of(member))
    }
}

/// A member as the one who acts.
pub(crate) fn principal_of(member: &MemberRow) -> Principal {
    Principal {
        workspace: member.workspace,
        member: member.id,
        role: member.role,
        team: member.team.clone(),
        partner: member.partner,
        key: None,
    }
}

async fn take(
    house: &House,
    principal: &Principal,
    upload: &Upload,
    ignore: &[String],
) -> Result<ImportRow, Failure> {
    let may = grant::<Import>(principal)?;
    let unknown = Unknown::Refuse(ignore.to_vec());
    let taken = upload_import::run(&house.app, &may, upload, &unknown).await?;
    run_import::start(&house.app, &may, taken.row.id).await?;
    house.worker.until_idle().await?;
    let reads = grant::<ReadImports>(principal)?;
    let mut from = 0;
    loop {
        let record = read_imports::one(&house.app, &reads, taken.row.id, from).await?;
        for row in &record.refused {
            let column = if row.column_name.is_empty() { "row" } else { &row.column_name };
            say(&format!("line {}, {column}: {} ({})", row.line, row.message, row.code));
        }
        if let Some(next) = record.next {
            from = next;
            continue;
        }
        let row = record.row;
        say(&format!(
            "{}: {} rows, {} new, {} changed, {} unchanged, {} refused",
            row.state, row.total, row.created, row.updated, row.unchanged, row.refused
        ));
        return Ok(row);
    }
}

#[expect(clippy::print_stdout, reason = "this is what the command is for")]
fn say(line: &str) {
    println!("{line}");
}
