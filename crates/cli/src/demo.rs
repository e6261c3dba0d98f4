//! `warmpath demo`: a sample workspace in a data folder, served on loopback.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use tokio::net::TcpListener;
use warmpath_app::App;
use warmpath_app::rows::MemberRow;
use warmpath_app::setup_workspace::{self, Setup};
use warmpath_core::id::WorkspaceId;
use warmpath_core::role::Role;

use crate::check;
use crate::house::{self, House};

mod cast;
mod clock;
mod files;
mod history;
mod introductions;
mod network;
mod office;
mod profiles;
mod programme;
mod story;

/// Loads a sample workspace and serves it.
#[derive(Args)]
pub(crate) struct DemoCommand {
    /// Where its data goes; `warmpath-data` when nothing is said.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Where it listens.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: String,
    /// Prints the sign-in links again and ends.
    #[arg(long)]
    links: bool,
    /// Drives one referral from each door to accepted over HTTP on a free port, verifies the
    /// ledger, says what it saw and ends. Without --data it works in a folder that it removes.
    #[arg(long, conflicts_with_all = ["links", "listen"])]
    check: bool,
}

const SETUP: &str = include_str!("../../../samples/workspace.toml");
const PATHWAYS: [&str; 2] = [
    include_str!("../../../samples/pathways/customer-referrals.toml"),
    include_str!("../../../samples/pathways/partner-referrals.toml"),
];

impl DemoCommand {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        crate::log::start(Some("warn"));
        tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(self.go())
    }

    async fn go(self) -> anyhow::Result<ExitCode> {
        if self.check {
            return self.go_and_check().await;
        }
        let data = self.data.unwrap_or_else(|| PathBuf::from("warmpath-data"));
        // Taken before the work begins, so that a taken port is said at once; port 0 is any free one.
        let listener = if self.links {
            None
        } else {
            let taken = TcpListener::bind(&self.listen).await;
            Some(taken.with_context(|| format!("cannot listen on {}", self.listen))?)
        };
        let address = match &listener {
            Some(listener) => listener.local_addr()?.to_string(),
            None => self.listen.clone(),
        };
        let public_url = format!("http://{address}");
        if !data.join("warmpath.db").exists() {
            say("Loading the sample: files of a CRM, then 90 days of referrals. About a minute.");
        }
        let house = house::open(&data, &public_url).await?;
        load(&house, &data).await?;
        print_links(&house).await?;
        let Some(listener) = listener else { return Ok(ExitCode::SUCCESS) };
        say(&format!(
            "\nServing {public_url}   (Ctrl-C stops; the data stays in {})",
            data.display()
        ));
        house::serve(&house, listener, house::stop_on_signal()).await?;
        Ok(ExitCode::SUCCESS)
    }

    async fn go_and_check(self) -> anyhow::Result<ExitCode> {
        let removed_at_the_end = tempfile::tempdir()?;
        let data = self.data.as_deref().unwrap_or(removed_at_the_end.path());
        match check::run(data, say).await {
            Ok(()) => Ok(ExitCode::SUCCESS),
            Err(error) => {
                say(&format!("Failed at {error:#}"));
                Ok(ExitCode::FAILURE)
            }
        }
    }
}

/// Makes the workspace, imports the sample files as a customer would, and lives through 90 days.
pub(crate) async fn load(house: &House, folder: &Path) -> anyhow::Result<()> {
    if !warmpath_app::read_workspace::all(&house.app).await?.is_empty() {
        return Ok(());
    }
    let past = history::Past::open(house, folder)?;
    let workspace = found(&past.house.app).await?;
    files::import_all(&past, workspace).await?;
    history::live(&past, workspace).await?;
    network::live(&past, workspace).await?;
    profiles::load(&house.app, workspace).await?;
    house.worker.until_idle().await?;
    Ok(())
}

/// Makes the workspace with its members and pathways, without any history.
pub(crate) async fn found(app: &App) -> anyhow::Result<WorkspaceId> {
    let setup: Setup = toml::from_str(SETUP)?;
    let pathways = PATHWAYS.map(str::to_owned);
    Ok(setup_workspace::run(app, &setup, &pathways).await?)
}

async fn print_links(house: &House) -> anyhow::Result<()> {
    for workspace in warmpath_app::read_workspace::all(&house.app).await? {
        say(&format!("Sign in to {} as:", workspace.name));
        let members =
            warmpath_app::read_workspace::members(&house.app, workspace.workspace).await?;
        for role in Role::ALL {
            let Some(member) = members.iter().find(|m| m.role == *role && m.active) else {
                continue;
            };
            let address = sign_in_address(house, member).await?;
            say(&format!("  {:<8} {:<16} {address}", role.as_str(), member.name));
        }
    }
    Ok(())
}

async fn sign_in_address(house: &House, member: &MemberRow) -> anyhow::Result<String> {
    Ok(warmpath_app::sign_in::printed_link(&house.app, member).await?)
}

#[expect(clippy::print_stdout, reason = "this is what the command is for")]
fn say(line: &str) {
    println!("{line}");
}
