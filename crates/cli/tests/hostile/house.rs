//! The program as it runs, over a copy of the seed: its router behind the real server on a port of
//! the loopback, its worker, and witnesses where mails, questions to name servers and log lines go.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

use async_trait::async_trait;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use warmpath_app::context::PathwayCache;
use warmpath_app::keys::Keys;
use warmpath_app::run_job::{self, StepFailure};
use warmpath_app::{App, Config};
use warmpath_integrations::dns::FakeResolver;
use warmpath_integrations::mail::{Delivery, Mailer, Message};
use warmpath_integrations::webhook::Sender;
use warmpath_jobs::{Nudge, StepError, Steps, Worker};
use warmpath_store::Engine;
use warmpath_store::table::job::JobRow;
use warmpath_store_sqlite::Sqlite;
use warmpath_testkit::clock::FakeClock;
use warmpath_testkit::random::SeededRandom;
use warmpath_web::Face;

use crate::postman::Post;
use crate::seed::Seed;

/// When every case begins: a Monday morning.
pub(crate) fn start() -> Timestamp {
    "2026-05-18T07:00:00Z".parse().unwrap()
}

/// A mail as it went out.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    pub(crate) to: String,
    pub(crate) bytes: Vec<u8>,
}

/// Takes every mail, and hands it on where one more witness stands.
#[derive(Default)]
pub(crate) struct Captured {
    letters: Mutex<Vec<Letter>>,
    onward: Option<Box<dyn Mailer>>,
}

impl Captured {
    pub(crate) fn and(onward: Box<dyn Mailer>) -> Self {
        Self { letters: Mutex::default(), onward: Some(onward) }
    }

    pub(crate) fn letters(&self) -> Vec<Letter> {
        self.letters.lock().unwrap().clone()
    }
}

#[async_trait]
impl Mailer for Captured {
    async fn send(&self, message: &Message) -> Delivery {
        let to = format!("{}@{}", message.to().local(), message.to().domain());
        self.letters.lock().unwrap().push(Letter { to, bytes: message.bytes().to_vec() });
        match &self.onward {
            Some(mailer) => mailer.send(message).await,
            None => Delivery::Sent,
        }
    }

    async fn forget(&self, id: &str) -> std::io::Result<()> {
        match &self.onward {
            Some(mailer) => mailer.forget(id).await,
            None => Ok(()),
        }
    }
}

/// The use cases over a database.
pub(crate) fn app(db: Arc<dyn Engine>, public_url: String, seed: u64) -> Arc<App> {
    Arc::new(App {
        db,
        clock: Arc::new(FakeClock::at(start())),
        random: Arc::new(SeededRandom::new(seed)),
        keys: Keys::new([0x5a; 32]),
        config: Config {
            public_url,
            mail_from: "us@corvane.example".to_owned(),
            looks_up_mail_exchangers: false,
            first_contact_minutes: None,
            zone: "Europe/Berlin".to_owned(),
            trusted_proxies: Vec::new(),
            outbound_held: false,
        },
        pathways: PathwayCache::default(),
        universes: warmpath_app::universe::Universes::default(),
        networks: warmpath_app::network::Networks::default(),
        language_model: None,
        wake: Arc::new(|| {}),
    })
}

struct AppSteps {
    app: Arc<App>,
    post: Arc<dyn run_job::Postman>,
}

#[async_trait]
impl Steps for AppSteps {
    async fn run(&self, job: &JobRow) -> Result<(), StepError> {
        run_job::run(&self.app, &self.post, job).await.map_err(|failure| match failure {
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

/// A worker that sends through this mailer.
pub(crate) fn worker(app: &Arc<App>, mailer: Arc<dyn Mailer>) -> Worker {
    worker_with(app, Post { mailer, resolver: None, sender: None })
}

pub(crate) fn worker_with(app: &Arc<App>, post: Post) -> Worker {
    let steps = Arc::new(AppSteps { app: Arc::clone(app), post: Arc::new(post) });
    let (db, clock) = (Arc::clone(&app.db), Arc::clone(&app.clock));
    Worker::new(db, clock, Arc::clone(&app.random), steps, Nudge::default())
}

/// One case's program.
pub(crate) struct House {
    pub(crate) app: Arc<App>,
    pub(crate) worker: Worker,
    pub(crate) address: SocketAddr,
    pub(crate) file: PathBuf,
    pub(crate) mails: Arc<Captured>,
    pub(crate) dns: Arc<FakeResolver>,
    /// Where the log stood when the case began.
    pub(crate) log_from: usize,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<()>,
    _folder: tempfile::TempDir,
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // Nobody listening any more is as good as stopped.
            let _ = stop.send(());
        }
        self.server.abort();
    }
}

impl House {
    /// Opens one, with limits on how often who may ask unless they are in the way.
    pub(crate) async fn open(seed: &Seed, limited: bool) -> Self {
        Self::with(seed, limited, Captured::default(), None).await
    }

    pub(crate) async fn with(
        seed: &Seed,
        limited: bool,
        mailer: Captured,
        sender: Option<Sender>,
    ) -> Self {
        let log_from = log().lock().unwrap().len();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("case.db");
        seed.copy_to(&file);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let db: Arc<dyn Engine> = Arc::new(Sqlite::open(&file).unwrap());
        let app = app(db, format!("http://{address}"), 11);
        let mails = Arc::new(mailer);
        let dns = Arc::new(FakeResolver::new());
        let post =
            Post { mailer: Arc::clone(&mails) as _, resolver: Some(Arc::clone(&dns) as _), sender };
        let worker = worker_with(&app, post);
        let face = Face::new(Arc::clone(&app));
        let face = if limited { face } else { face.unlimited() };
        let (stop, stopped) = oneshot::channel();
        let router = warmpath_web::router(face);
        let server = tokio::spawn(async move {
            let stopped = async {
                let _ = stopped.await;
            };
            warmpath_web::serve(listener, router, stopped).await.unwrap();
        });
        let stop = Some(stop);
        Self { app, worker, address, file, mails, dns, log_from, stop, server, _folder: folder }
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The log since the case began.
    pub(crate) fn log(&self) -> String {
        let lines = log().lock().unwrap();
        String::from_utf8_lossy(&lines[self.log_from..]).into_owned()
    }
}

static LOG: OnceLock<Arc<Mutex<Vec<u8>>>> = OnceLock::new();

#[derive(Clone)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Every line so far, at the finest level that an operator can ask for.
fn log() -> &'static Mutex<Vec<u8>> {
    LOG.get_or_init(|| {
        let lines = Lines(Arc::default());
        let made = lines.clone();
        let crates = ["app", "core", "integrations", "jobs", "store", "store_sqlite", "web"];
        let ours: Vec<String> = crates.iter().map(|c| format!("warmpath_{c}=trace")).collect();
        let filter = tracing_subscriber::EnvFilter::new(format!("warn,{}", ours.join(",")));
        let builder = tracing_subscriber::fmt().json().with_current_span(true);
        builder.with_env_filter(filter).with_writer(move || made.clone()).init();
        lines.0
    })
}
