//! Puts the house together: data folder, keys, database, use cases, worker, web server.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use async_trait::async_trait;
use tokio::net::TcpListener;
use tokio::sync::watch;
use warmpath_app::keys::Keys;
use warmpath_app::network::Networks;
use warmpath_app::propose_criteria::LanguageModel;
use warmpath_app::run_job::{self, Postman, StepFailure};
use warmpath_app::{App, Config};
use warmpath_integrations::dns::{HickoryResolver, Resolver};
use warmpath_integrations::guard::{Guard, Policy};
use warmpath_integrations::mail::{
    Credentials, Mailer, OutboxFolder, Security, SmtpConfig, SmtpMailer, SmtpTimeouts,
};
use warmpath_integrations::webhook::Sender;
use warmpath_jobs::{Nudge, StepError, Steps, Worker};
use warmpath_store::Engine;
use warmpath_store::table::job::JobRow;
use warmpath_store_postgres::Postgres;
use warmpath_store_sqlite::Sqlite;
use warmpath_web::{Face, router};

use crate::config;
use crate::postman::Post;
use crate::source::{SystemClock, SystemRandom};

/// Everything that runs.
pub(crate) struct House {
    /// The use cases.
    pub(crate) app: Arc<App>,
    /// The worker.
    pub(crate) worker: Arc<Worker>,
}

/// Opens a data folder, making what is missing.
///
/// # Errors
/// When the folder cannot be written, or the database is of a newer program.
pub(crate) async fn open(folder: &Path, public_url: &str) -> anyhow::Result<House> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the data folder {}", folder.display()))?;
    let secret = master_secret(&folder.join("master.key"))?;
    let db: Arc<dyn Engine> = Arc::new(Sqlite::open(&folder.join("warmpath.db"))?);
    migrate(&*db).await?;
    let outbox = OutboxFolder::open(folder.join("outbox"))?;
    let post = Post { mailer: Arc::new(outbox), resolver: None, sender: None };
    let config = Config {
        public_url: public_url.to_owned(),
        mail_from: "warmpath@localhost.example".to_owned(),
        looks_up_mail_exchangers: false,
        first_contact_minutes: None,
        zone: "UTC".to_owned(),
        trusted_proxies: Vec::new(),
        outbound_held: folder.join(crate::backup::HELD).exists(),
    };
    Ok(wire(db, secret, config, Networks::default(), Arc::new(post), None))
}

/// Opens an installation by its configuration.
///
/// # Errors
/// When the folder cannot be written, the database cannot be reached, or is of a newer program.
pub(crate) async fn open_configured(config: &config::Config) -> anyhow::Result<House> {
    std::fs::create_dir_all(&config.data)
        .with_context(|| format!("cannot make the data folder {}", config.data.display()))?;
    let secret = match &config.secret {
        config::Secret::DataFolder => master_secret(&config.data.join("master.key"))?,
        config::Secret::File(path) => master_secret(path)?,
        config::Secret::Given(bytes) => *bytes,
    };
    let db: Arc<dyn Engine> = match &config.database {
        config::Database::Sqlite(path) => Arc::new(Sqlite::open(path)?),
        config::Database::Postgres(url) => {
            Arc::new(Postgres::connect(&url.0, POSTGRES_CONNECTIONS).await?)
        }
    };
    migrate(&*db).await?;
    let mailer: Arc<dyn Mailer> = match &config.mail {
        config::Mail::Outbox => Arc::new(OutboxFolder::open(config.data.join("outbox"))?),
        config::Mail::Smtp { host, port, user, password } => {
            Arc::new(smtp(host, *port, user.as_deref(), password.as_ref())?)
        }
    };
    let resolver: Option<Arc<dyn Resolver>> =
        if config.dns { Some(Arc::new(HickoryResolver::from_system()?)) } else { None };
    let wired = Config {
        public_url: config.public_url.clone(),
        mail_from: config.mail_from.clone(),
        looks_up_mail_exchangers: config.dns,
        first_contact_minutes: config.first_contact_minutes,
        zone: config.zone.clone(),
        trusted_proxies: config.trusted_proxies.clone(),
        outbound_held: config.data.join(crate::backup::HELD).exists(),
    };
    let sender = match &resolver {
        Some(resolver) => Some(Sender::new(Guard::new(Policy::default(), Arc::clone(resolver))?)),
        None => None,
    };
    let networks = Networks::within(config.engine_memory_mib_max);
    let model = config.language_model.clone().map(|door| Arc::new(door) as Arc<dyn LanguageModel>);
    let post = Arc::new(Post { mailer, resolver, sender });
    Ok(wire(db, secret, wired, networks, post, model))
}

/// Connections to a PostgreSQL server.
const POSTGRES_CONNECTIONS: usize = 16;

async fn migrate(db: &dyn Engine) -> anyhow::Result<()> {
    let at = warmpath_core::source::Clock::now(&SystemClock);
    warmpath_store::migration::migrate(db, at).await?;
    Ok(())
}

fn smtp(
    host: &str,
    port: u16,
    user: Option<&str>,
    password: Option<&config::Hidden>,
) -> anyhow::Result<SmtpMailer> {
    let security = match port {
        465 => Security::ImplicitTls,
        _ if matches!(host, "localhost" | "127.0.0.1") => Security::PlainOnLoopback,
        _ => Security::StartTls,
    };
    let credentials = match (user, password) {
        (Some(user), Some(password)) => {
            Some(Credentials { user: user.to_owned(), password: password.0.clone() })
        }
        _ => None,
    };
    Ok(SmtpMailer::new(SmtpConfig {
        host: host.to_owned(),
        port,
        security,
        credentials,
        hello: "localhost".to_owned(),
        timeouts: SmtpTimeouts::default(),
        extra_root_pem: None,
    })?)
}

fn wire(
    db: Arc<dyn Engine>,
    secret: [u8; 32],
    config: Config,
    networks: Networks,
    postman: Arc<dyn Postman>,
    language_model: Option<Arc<dyn LanguageModel>>,
) -> House {
    let nudge = Nudge::default();
    let wake = nudge.clone();
    let clock = Arc::new(SystemClock);
    let random = Arc::new(SystemRandom);
    let app = Arc::new(App {
        db: Arc::clone(&db),
        clock: clock.clone(),
        random: random.clone(),
        keys: Keys::new(secret),
        config,
        pathways: warmpath_app::context::PathwayCache::default(),
        universes: warmpath_app::universe::Universes::default(),
        networks,
        language_model,
        wake: Arc::new(move || wake.now()),
    });
    let steps = Arc::new(AppSteps { app: Arc::clone(&app), postman });
    let worker = Arc::new(Worker::new(db, clock, random, steps, nudge));
    House { app, worker }
}

/// The same house under another clock and postman: for the history of a sample workspace.
///
/// # Errors
/// When the master secret cannot be read.
pub(crate) fn under(
    house: &House,
    folder: &Path,
    clock: Arc<dyn warmpath_core::source::Clock>,
    postman: Arc<dyn Postman>,
) -> anyhow::Result<House> {
    let secret = master_secret(&folder.join("master.key"))?;
    let (db, random) = (Arc::clone(&house.app.db), Arc::new(SystemRandom));
    let app = Arc::new(App {
        db: Arc::clone(&db),
        clock: Arc::clone(&clock),
        random: random.clone(),
        keys: Keys::new(secret),
        // Such a house has its own postman, who knows whether a domain takes mail.
        config: Config { looks_up_mail_exchangers: true, ..house.app.config.clone() },
        pathways: warmpath_app::context::PathwayCache::default(),
        universes: warmpath_app::universe::Universes::default(),
        networks: warmpath_app::network::Networks::default(),
        language_model: None,
        wake: Arc::new(|| {}),
    });
    let steps = Arc::new(AppSteps { app: Arc::clone(&app), postman });
    let worker = Arc::new(Worker::new(db, clock, random, steps, Nudge::default()));
    Ok(House { app, worker })
}

/// Jobs run use cases.
struct AppSteps {
    app: Arc<App>,
    postman: Arc<dyn Postman>,
}

#[async_trait]
impl Steps for AppSteps {
    async fn run(&self, job: &JobRow) -> Result<(), StepError> {
        run_job::run(&self.app, &self.postman, job).await.map_err(|failure| match failure {
            StepFailure::Retry(reason) => StepError::Retry { reason, not_before: None },
            StepFailure::GiveUp(reason) => StepError::GiveUp(reason),
        })
    }

    async fn round(&self) -> Result<(), StepError> {
        run_job::round(&self.app).await.map_err(|failure| StepError::Retry {
            reason: failure.code().to_owned(),
            not_before: None,
        })
    }
}

/// Reads the master secret, or makes it. It stands outside the database, readable by its owner
/// only.
fn master_secret(path: &PathBuf) -> anyhow::Result<[u8; 32]> {
    if let Ok(text) = std::fs::read(path) {
        return text
            .as_slice()
            .try_into()
            .map_err(|_| anyhow::anyhow!("{} must hold 32 bytes", path.display()));
    }
    let mut secret = [0; 32];
    warmpath_core::source::Random::fill(&SystemRandom, &mut secret);
    write_private(path, &secret)?;
    Ok(secret)
}

#[cfg(unix)]
fn write_private(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(())
}

#[cfg(not(unix))]
fn write_private(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    Ok(std::fs::write(path, bytes)?)
}

/// How long requests are still taken after a stop was asked for: `/readyz` already says no, and
/// whoever sends requests here needs a moment to ask it.
const DRAIN: std::time::Duration = std::time::Duration::from_millis(500);

/// Serves until told to stop: the web server and the worker.
///
/// # Errors
/// When the server fails.
pub(crate) async fn serve(
    house: &House,
    listener: TcpListener,
    stop: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    let worker = Arc::clone(&house.worker);
    let worker_stop = stop.clone();
    let working = tokio::spawn(async move { worker.run(worker_stop).await });
    let face = Face::new(Arc::clone(&house.app));
    let router = router(face.clone());
    let mut stopped = stop;
    let drained = async move {
        // The sender going away means the same as being told to stop.
        let _ = stopped.wait_for(|stop| *stop).await;
        face.drain();
        tokio::time::sleep(DRAIN).await;
    };
    warmpath_web::serve(listener, router, drained).await?;
    working.await?;
    Ok(())
}

/// Tells everything to stop on Ctrl-C or SIGTERM.
pub(crate) fn stop_on_signal() -> watch::Receiver<bool> {
    let (tell, told) = watch::channel(false);
    tokio::spawn(async move {
        wait_for_signal().await;
        // Nobody listening any more is as good as stopped.
        let _ = tell.send(true);
        tell.closed().await;
    });
    told
}

#[cfg(unix)]
async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut term) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = term.recv() => {}
    }
}

#[cfg(not(unix))]
async fn wait_for_signal() {
    let _ = tokio::signal::ctrl_c().await;
}
