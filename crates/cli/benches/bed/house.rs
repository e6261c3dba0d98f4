//! An installation with a workspace and signed-in people, and the program that serves it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use warmpath_app::keys::{Keys, sha256};
use warmpath_app::policy::Principal;
use warmpath_app::rows::MemberRow;
use warmpath_app::setup_workspace::{self, Setup};
use warmpath_app::{App, Config};
use warmpath_core::id::{RecordId as _, WorkspaceId};
use warmpath_core::source::Random as _;
use warmpath_store::Engine;
use warmpath_store::table::access::SessionRow;
use warmpath_store_postgres::Postgres;
use warmpath_store_sqlite::Sqlite;
use warmpath_testkit::postgres::{Durability, TestPostgres};
use warmpath_testkit::{FakeClock, SeededRandom};

use super::client::Login;

const SETUP: &str = include_str!("../../../../samples/workspace.toml");
const PATHWAY: &str = include_str!("../../../../samples/pathways/customer-referrals.toml");

/// The engine that is measured.
pub(crate) enum Server {
    /// Inside the program.
    Sqlite,
    /// A server of its own, as durable as in production.
    Postgres(TestPostgres),
}

impl Server {
    /// By its name.
    pub(crate) fn named(name: &str) -> Self {
        match name {
            "postgres" => {
                Self::Postgres(TestPostgres::start_with(Durability::Disk).expect("a server"))
            }
            _ => Self::Sqlite,
        }
    }

    /// Its name.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }

    /// Gathers the statistics that its planner goes by, where it has some.
    pub(crate) async fn analyze(&self, place: &Place) {
        if let Self::Postgres(_) = self {
            let (client, connection) = tokio_postgres::connect(place.url(), tokio_postgres::NoTls)
                .await
                .expect("connected");
            tokio::spawn(connection);
            client.batch_execute("ANALYZE").await.expect("analysed");
        }
    }

    /// CPU seconds it used so far, where it is a process of its own.
    pub(crate) fn cpu_seconds(&self) -> f64 {
        match self {
            Self::Sqlite => 0.0,
            Self::Postgres(server) => {
                server.pid().map_or(0.0, super::machine::cpu_seconds_of_family)
            }
        }
    }
}

/// A database of that server, empty at first.
pub(crate) struct Place {
    /// The folder of the installation.
    pub(crate) folder: PathBuf,
    /// What the configuration says of the database.
    url: String,
}

impl Place {
    /// Makes one.
    pub(crate) fn new(server: &Server, folder: &Path, name: &str) -> Self {
        let folder = folder.join(name);
        std::fs::create_dir_all(&folder).expect("a folder");
        let url = match server {
            Server::Sqlite => format!("sqlite:{}", folder.join("warmpath.db").display()),
            Server::Postgres(server) => server.database(name).expect("a database"),
        };
        Self { folder, url }
    }

    /// The address of its database on a server.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Opens its database.
    pub(crate) async fn open(&self) -> Arc<dyn Engine> {
        match self.url.strip_prefix("sqlite:") {
            Some(path) => Arc::new(Sqlite::open(Path::new(path)).expect("opened")),
            None => Arc::new(Postgres::connect(&self.url, 16).await.expect("connected")),
        }
    }

    /// Starts the program on it and waits until it is ready.
    pub(crate) fn serve(&self) -> Program {
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = free.local_addr().expect("an address").to_string();
        drop(free);
        let secret: String = secret().iter().map(|byte| format!("{byte:02x}")).collect();
        let config = self.folder.join("warmpath.toml");
        let text = format!(
            "public_url = 'http://{address}'\nlisten = '{address}'\ndata = '{}'\n\
             database = '{}'\nsecret_key = '{secret}'\ndns = false\nlog = 'warn'\n",
            self.folder.display(),
            self.url
        );
        std::fs::write(&config, text).expect("written");
        let begun = Instant::now();
        let child = Command::new(env!("CARGO_BIN_EXE_warmpath"))
            .args(["serve", "--config"])
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("started");
        let mut program = Program { child, address, ready_after: Duration::ZERO };
        while !program.is_ready() {
            assert!(begun.elapsed() < Duration::from_secs(60), "it is not ready after a minute");
            std::thread::sleep(Duration::from_millis(2));
        }
        program.ready_after = begun.elapsed();
        program
    }
}

/// The program under test; stopped when dropped.
pub(crate) struct Program {
    child: Child,
    /// Where it listens.
    pub(crate) address: String,
    /// From its start to the first `/readyz` that says yes.
    pub(crate) ready_after: Duration,
}

impl Program {
    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    fn is_ready(&self) -> bool {
        use std::io::{Read as _, Write as _};
        let Ok(mut stream) = std::net::TcpStream::connect(&self.address) else { return false };
        let asked = write!(stream, "GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        let mut head = [0; 12];
        asked.is_ok() && stream.read_exact(&mut head).is_ok() && head.ends_with(b"200")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The master secret of every installation here.
fn secret() -> [u8; 32] {
    SeededRandom::new(2026).secret()
}

/// The use cases over a database, under a clock that is set.
pub(crate) fn app(db: Arc<dyn Engine>, clock: Arc<FakeClock>, seed: u64) -> App {
    let config = Config {
        public_url: "http://127.0.0.1".into(),
        mail_from: "warmpath@localhost.example".into(),
        looks_up_mail_exchangers: false,
        first_contact_minutes: None,
        zone: "UTC".into(),
        trusted_proxies: vec![],
        outbound_held: false,
    };
    App {
        db,
        clock,
        random: Arc::new(SeededRandom::new(seed)),
        keys: Keys::new(secret()),
        config,
        pathways: Default::default(),
        universes: warmpath_app::universe::Universes::default(),
        networks: warmpath_app::network::Networks::default(),
        language_model: None,
        wake: Arc::new(|| {}),
    }
}

/// Makes the sample workspace, with the pathway of customer referrals in force.
pub(crate) async fn set_up(app: &App) -> WorkspaceId {
    warmpath_store::migration::migrate(app.db(), app.now()).await.expect("migrated");
    let setup: Setup = toml::from_str(SETUP).expect("a setup");
    setup_workspace::run(app, &setup, &[PATHWAY.to_owned()]).await.expect("set up");
    warmpath_app::read_workspace::all(app).await.expect("read").remove(0).workspace
}

/// A member as the policy sees them.
pub(crate) fn principal(member: &MemberRow) -> Principal {
    Principal {
        workspace: member.workspace,
        member: member.id,
        role: member.role,
        team: member.team.clone(),
        partner: member.partner,
        key: None,
    }
}

/// Signs a member in, from now on.
pub(crate) async fn sign_in(app: &App, member: &MemberRow, now: Timestamp) -> Login {
    let secret = app.secret();
    let session = SessionRow {
        workspace: member.workspace,
        token_hash: sha256(&secret),
        id: app.id(),
        member: member.id,
        form_token: URL_SAFE_NO_PAD.encode(app.secret()),
        created_at: now,
        seen_at: now,
        expires_at: now + SignedDuration::from_hours(12),
    };
    app.db().apply(vec![session.insert()]).await.expect("signed in");
    let mut bytes = member.workspace.bytes().to_vec();
    bytes.extend_from_slice(&secret);
    Login {
        header: format!("Cookie: warmpath={}", URL_SAFE_NO_PAD.encode(bytes)),
        form_token: session.form_token,
    }
}
