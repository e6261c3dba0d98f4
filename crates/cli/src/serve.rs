//! `warmpath serve`: an installation by its configuration file.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use tokio::net::TcpListener;
use warmpath_app::setup_workspace::{self, Setup};

use crate::config;
use crate::house;

/// Serves an installation.
#[derive(Args)]
pub(crate) struct ServeCommand {
    /// The configuration file.
    #[arg(long, default_value = "warmpath.toml")]
    config: PathBuf,
    /// Makes the first workspace from this document, when there is none yet.
    #[arg(long)]
    setup: Option<PathBuf>,
    /// Checks the configuration and ends.
    #[arg(long)]
    check: bool,
}

impl ServeCommand {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let config = match config::read(&self.config, std::env::vars()) {
            Ok(config) => config,
            Err(refused) => {
                complain(&refused.to_string());
                return Ok(ExitCode::from(2));
            }
        };
        if self.check {
            return Ok(ExitCode::SUCCESS);
        }
        crate::log::start(config.log.as_deref());
        tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
            let house = house::open_configured(&config).await?;
            if let Some(path) = &self.setup {
                set_up(&house, path).await?;
            }
            let listener = TcpListener::bind(config.listen)
                .await
                .with_context(|| format!("cannot listen on {}", config.listen))?;
            tracing::info!(listen = %listener.local_addr()?, "serving");
            house::serve(&house, listener, house::stop_on_signal()).await?;
            Ok(ExitCode::SUCCESS)
        })
    }
}

/// Makes the first workspace; a second start leaves it as it is.
async fn set_up(house: &house::House, path: &PathBuf) -> anyhow::Result<()> {
    if !warmpath_app::read_workspace::all(&house.app).await?.is_empty() {
        return Ok(());
    }
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let setup: Setup = toml::from_str(&text)?;
    setup_workspace::run(&house.app, &setup, &[]).await?;
    Ok(())
}

#[expect(clippy::print_stderr, reason = "the one line that says why it does not start")]
fn complain(line: &str) {
    eprintln!("{line}");
}
