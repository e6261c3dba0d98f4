//! A PostgreSQL server of one's own, for tests: found (or installed), started on a free port of the
//! loopback, stopped and removed when it is dropped.
//!
//! It listens on 127.0.0.1 alone and trusts whoever connects; nothing in it outlives the test. As
//! root, which PostgreSQL refuses to run as, it runs as the user `postgres` or `nobody`.

mod binaries;

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use tempfile::TempDir;

use binaries::Binaries;

/// The server must be ready within this time, also after recovery.
const READY_SECONDS_MAX: u64 = 60;

/// What can go wrong with a test server.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// There is no PostgreSQL here, and it could not be installed.
    #[error("PostgreSQL is not installed and could not be: {0}")]
    Missing(String),
    /// A test that needs a server was given none.
    #[error(
        "set WARMPATH_TEST_POSTGRES to the URL of a superuser on the loopback (`cargo xtask test` \
         does), or WARMPATH_WITHOUT=postgres to leave these tests out by choice"
    )]
    NotGiven,
    /// A program of PostgreSQL failed.
    #[error("{program} failed: {output}")]
    Failed {
        /// The program.
        program: String,
        /// What it said.
        output: String,
    },
    /// The system refused something.
    #[error("{0}")]
    System(#[from] std::io::Error),
}

/// How far the server goes to keep what it acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Survives that the server is killed, not that the machine is: no `fsync`. Much faster where
    /// disks are slow.
    Process,
    /// As in production; for benchmarks.
    Disk,
}

/// How to stop the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Ends sessions and writes a checkpoint.
    Fast,
    /// Dies at once, as in a crash; the next start recovers.
    Immediate,
}

/// A running server.
pub struct TestPostgres {
    folder: TempDir,
    binaries: Binaries,
    user: Option<String>,
    port: u16,
    durability: Durability,
    server: Option<Child>,
}

impl TestPostgres {
    /// Makes and starts a server that survives being killed.
    ///
    /// # Errors
    /// When there is no PostgreSQL and none can be installed, or when it does not start.
    pub fn start() -> Result<Self, PostgresError> {
        Self::start_with(Durability::Process)
    }

    /// Makes and starts a server.
    ///
    /// # Errors
    /// As [`TestPostgres::start`].
    pub fn start_with(durability: Durability) -> Result<Self, PostgresError> {
        let binaries = Binaries::find()?;
        let folder = tempfile::Builder::new().prefix("warmpath-postgres-").tempdir()?;
        let user = binaries::user_to_become()?;
        if let Some(user) = &user {
            run(Command::new("chown").arg(user).arg(folder.path()))?;
        }
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let mut made = Self { folder, binaries, user, port, durability, server: None };
        let mut initdb = made.command("initdb");
        initdb.args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"]);
        run(initdb.args(["--no-sync", "--pgdata"]).arg(made.data()))?;
        made.start_again()?;
        Ok(made)
    }

    /// The URL of a superuser, for the server's own database `postgres`.
    pub fn url(&self) -> String {
        self.url_of("postgres")
    }

    /// The URL of a superuser for a database.
    pub fn url_of(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes a fresh database and returns its URL; one of the same name is dropped before.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn database(&self, name: &str) -> Result<String, PostgresError> {
        fresh_database(&self.url(), name)
    }

    /// The process id, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.server.as_ref().map(Child::id)
    }

    /// Stops the server and waits until it is gone. The data stays.
    ///
    /// # Errors
    /// When the signal cannot be sent.
    pub fn stop(&mut self, how: Stop) -> Result<(), PostgresError> {
        let Some(mut server) = self.server.take() else { return Ok(()) };
        let signal = match how {
            Stop::Fast => "-INT",
            Stop::Immediate => "-QUIT",
        };
        let sent = run(Command::new("kill").arg(signal).arg(server.id().to_string()));
        if sent.is_err() {
            server.kill()?;
        }
        server.wait()?;
        Ok(())
    }

    /// Starts a stopped server on the same port, with the same data.
    ///
    /// # Errors
    /// When it does not become ready in time.
    pub fn start_again(&mut self) -> Result<(), PostgresError> {
        self.stop(Stop::Fast)?;
        let mut command = self.command("postgres");
        command.arg("-D").arg(self.data()).args(["-p", &self.port.to_string()]);
        for setting in self.settings() {
            command.args(["-c", &setting]);
        }
        let mut server = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let words = server.stderr.take();
        self.server = Some(server);
        let ready = words.map(listen);
        let wait = Duration::from_secs(READY_SECONDS_MAX);
        match ready.map(|ready| ready.recv_timeout(wait)) {
            Some(Ok(Ok(()))) => Ok(()),
            Some(Ok(Err(output))) => {
                Err(PostgresError::Failed { program: "postgres".into(), output })
            }
            _ => Err(PostgresError::Failed {
                program: "postgres".into(),
                output: format!("not ready after {READY_SECONDS_MAX} s"),
            }),
        }
    }

    fn settings(&self) -> Vec<String> {
        let durable = if self.durability == Durability::Disk { "on" } else { "off" };
        vec![
            "listen_addresses=127.0.0.1".into(),
            format!("unix_socket_directories={}", self.folder.path().display()),
            "max_connections=200".into(),
            "lc_messages=C".into(),
            format!("fsync={durable}"),
            format!("full_page_writes={durable}"),
        ]
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = self.binaries.command(program, self.user.as_deref());
        // The folder of the caller may be closed to the other user.
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }
}

impl Drop for TestPostgres {
    fn drop(&mut self) {
        // Nobody is left to hear of a failure; the folder goes away with `folder`.
        let _ = self.stop(Stop::Immediate);
    }
}

/// Whether tests against PostgreSQL are left out by choice: `WARMPATH_WITHOUT` names it.
pub fn left_out() -> bool {
    let without = std::env::var("WARMPATH_WITHOUT").unwrap_or_default();
    without.split(',').any(|word| word.trim() == "postgres")
}

/// A fresh database for one test, on the server of `WARMPATH_TEST_POSTGRES`; none, said so on the
/// standard error, when PostgreSQL is left out by choice.
///
/// # Errors
/// When no server was given, or it refuses.
pub fn database_for_test(name: &str) -> Result<Option<String>, PostgresError> {
    if left_out() {
        eprintln!("{name}: left out by choice (WARMPATH_WITHOUT=postgres)");
        return Ok(None);
    }
    let server = std::env::var("WARMPATH_TEST_POSTGRES").map_err(|_| PostgresError::NotGiven)?;
    fresh_database(&server, name).map(Some)
}

/// Makes a fresh database on a server, given a superuser's URL, and returns its URL; one of the
/// same name is dropped before.
///
/// # Errors
/// When there is no `psql`, or the server refuses.
pub fn fresh_database(server_url: &str, name: &str) -> Result<String, PostgresError> {
    let psql = Binaries::find_one("psql")?;
    let (address, settings) = server_url.split_once('?').unwrap_or((server_url, ""));
    let mut command = Command::new(psql);
    command.args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname", server_url]);
    let drop = format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)");
    run(command.args(["-c", &drop, "-c", &format!("CREATE DATABASE \"{name}\"")]))?;
    // scheme://user@host:port/database
    let start = address.find("://").map_or(0, |at| at + 3);
    let end = address[start..].find('/').map_or(address.len(), |at| start + at);
    let settings = if settings.is_empty() { String::new() } else { format!("?{settings}") };
    Ok(format!("{}/{name}{settings}", &address[..end]))
}

/// Reads what the server says until it is ready, and goes on reading so that it never blocks.
fn listen(words: ChildStderr) -> mpsc::Receiver<Result<(), String>> {
    let (ready, told) = mpsc::channel();
    std::thread::spawn(move || {
        let mut said = String::new();
        let mut is_ready = false;
        for line in BufReader::new(words).lines().map_while(Result::ok) {
            if !is_ready {
                said.push_str(&line);
                said.push('\n');
                is_ready = line.contains("database system is ready to accept connections");
                if is_ready {
                    let _ = ready.send(Ok(()));
                }
            }
        }
        if !is_ready {
            let _ = ready.send(Err(said));
        }
    });
    told
}

fn run(command: &mut Command) -> Result<(), PostgresError> {
    let program = Path::new(command.get_program()).display().to_string();
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(PostgresError::Failed { program, output: said })
}
