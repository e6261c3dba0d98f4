//! An SMTP server inside the process that keeps what it was sent, for tests.
//!
//! It speaks just enough of RFC 5321 to be a witness: every command line and every body is kept
//! as it came over the wire, so a test sees a smuggled second `DATA` if there was one.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

/// How the server treats a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    /// Takes everything.
    Accept,
    /// Answers `RCPT TO` with this code.
    RefuseRecipient(u16),
    /// Answers the finished body with this code.
    RefuseBody(u16),
    /// Never says hello.
    Silent,
    /// Reads the whole body, then hangs up without an answer.
    DropAfterBody,
    /// Reads the whole body, then says nothing and keeps the line open.
    SilentAfterBody,
}

/// How the server protects its sessions.
#[derive(Debug, Clone, Default)]
pub enum Protection {
    /// Not at all.
    #[default]
    None,
    /// After `STARTTLS`.
    StartTls(Arc<rustls::ServerConfig>),
    /// From the first byte.
    Implicit(Arc<rustls::ServerConfig>),
}

/// What one client said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Session {
    /// Command lines in order, without line ends.
    pub commands: Vec<String>,
    /// Bodies in order, dot-stuffing removed, CRLF kept.
    pub bodies: Vec<Vec<u8>>,
}

/// The running server; stops when dropped.
#[derive(Debug)]
pub struct CaptureServer {
    address: SocketAddr,
    sessions: Arc<Mutex<Vec<Session>>>,
    task: JoinHandle<()>,
}

impl CaptureServer {
    /// Starts on a free loopback port.
    ///
    /// # Errors
    /// When no port can be bound.
    pub async fn start(behaviour: Behaviour) -> io::Result<Self> {
        Self::start_protected(behaviour, Protection::None).await
    }

    /// Starts on a free loopback port, with TLS. Over TLS it asks nobody for a password and
    /// takes every one.
    ///
    /// # Errors
    /// When no port can be bound.
    pub async fn start_protected(behaviour: Behaviour, protection: Protection) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let sessions = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&sessions);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let record = Record::open(Arc::clone(&kept));
                let protection = protection.clone();
                tokio::spawn(async move {
                    // A client that hangs up ends the session; what it said until then is kept.
                    let _ = serve(stream, behaviour, protection, &record).await;
                });
            }
        });
        Ok(Self { address, sessions, task })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sessions so far; one that is still open is included.
    pub fn sessions(&self) -> Vec<Session> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for CaptureServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The record of one session inside the shared list.
struct Record {
    sessions: Arc<Mutex<Vec<Session>>>,
    index: usize,
}

impl Record {
    fn open(sessions: Arc<Mutex<Vec<Session>>>) -> Self {
        let mut list = sessions.lock().unwrap_or_else(PoisonError::into_inner);
        list.push(Session::default());
        let index = list.len() - 1;
        drop(list);
        Self { sessions, index }
    }

    fn change(&self, change: impl FnOnce(&mut Session)) {
        let mut list = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(session) = list.get_mut(self.index) {
            change(session);
        }
    }
}

async fn serve(
    stream: TcpStream,
    behaviour: Behaviour,
    protection: Protection,
    record: &Record,
) -> io::Result<()> {
    let (config, is_late) = match protection {
        Protection::None => (None, false),
        Protection::StartTls(config) => (Some(config), true),
        Protection::Implicit(config) => (Some(config), false),
    };
    let Some(config) = config else {
        return converse(&mut BufReader::new(stream), behaviour, Talk::Plain, record)
            .await
            .map(drop);
    };
    let mut plain = BufReader::new(stream);
    if is_late {
        let end = converse(&mut plain, behaviour, Talk::BeforeTls, record).await?;
        if end != End::WantsTls {
            return Ok(());
        }
    }
    let secure = TlsAcceptor::from(config).accept(plain.into_inner()).await?;
    let talk = if is_late { Talk::AfterTls } else { Talk::Secure };
    converse(&mut BufReader::new(secure), behaviour, talk, record).await.map(drop)
}

/// Where in the life of a session a conversation happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Talk {
    Plain,
    BeforeTls,
    /// After `STARTTLS` there is no second greeting.
    AfterTls,
    Secure,
}

impl Talk {
    fn extensions(self) -> &'static [u8] {
        match self {
            Self::Plain => b"250-capture.test\r\n250 8BITMIME\r\n",
            Self::BeforeTls => b"250-capture.test\r\n250 STARTTLS\r\n",
            Self::AfterTls | Self::Secure => b"250-capture.test\r\n250 AUTH PLAIN\r\n",
        }
    }
}

/// How a conversation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Over,
    WantsTls,
}

async fn converse(
    stream: &mut BufReader<impl AsyncRead + AsyncWrite + Unpin>,
    behaviour: Behaviour,
    talk: Talk,
    record: &Record,
) -> io::Result<End> {
    if behaviour == Behaviour::Silent {
        return wait_for_hang_up(stream).await;
    }
    if talk != Talk::AfterTls {
        say(stream, b"220 capture.test ready\r\n").await?;
    }
    let mut line = Vec::new();
    loop {
        line.clear();
        if stream.read_until(b'\n', &mut line).await? == 0 {
            return Ok(End::Over);
        }
        let command = String::from_utf8_lossy(&line).trim_end().to_owned();
        let verb = command.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        record.change(|session| session.commands.push(command));
        match verb.as_str() {
            "EHLO" => say(stream, talk.extensions()).await?,
            "STARTTLS" if talk == Talk::BeforeTls => {
                say(stream, b"220 go ahead\r\n").await?;
                return Ok(End::WantsTls);
            }
            "AUTH" => say(stream, b"235 welcome\r\n").await?,
            "RCPT" => say(stream, &recipient_answer(behaviour)).await?,
            "DATA" => {
                say(stream, b"354 go ahead\r\n").await?;
                let body = read_body(stream).await?;
                record.change(|session| session.bodies.push(body));
                match behaviour {
                    Behaviour::DropAfterBody => return Ok(End::Over),
                    Behaviour::SilentAfterBody => return wait_for_hang_up(stream).await,
                    Behaviour::RefuseBody(code) => say(stream, &refusal(code)).await?,
                    _ => say(stream, b"250 taken\r\n").await?,
                }
            }
            "MAIL" | "RSET" | "NOOP" => say(stream, b"250 ok\r\n").await?,
            "QUIT" => {
                say(stream, b"221 bye\r\n").await?;
                return Ok(End::Over);
            }
            _ => say(stream, b"500 unknown command\r\n").await?,
        }
    }
}

async fn say(stream: &mut (impl AsyncWrite + Unpin), text: &[u8]) -> io::Result<()> {
    stream.write_all(text).await?;
    stream.flush().await
}

fn recipient_answer(behaviour: Behaviour) -> Vec<u8> {
    match behaviour {
        Behaviour::RefuseRecipient(code) => refusal(code),
        _ => b"250 ok\r\n".to_vec(),
    }
}

fn refusal(code: u16) -> Vec<u8> {
    format!("{code} not taken\r\n").into_bytes()
}

async fn read_body(stream: &mut (impl AsyncBufReadExt + Unpin)) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = Vec::new();
        if stream.read_until(b'\n', &mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(body);
        }
        let unstuffed = line.strip_prefix(b".").unwrap_or(&line);
        body.extend_from_slice(unstuffed);
    }
}

async fn wait_for_hang_up(stream: &mut (impl AsyncBufReadExt + Unpin)) -> io::Result<End> {
    let mut line = Vec::new();
    while stream.read_until(b'\n', &mut line).await? > 0 {
        line.clear();
    }
    Ok(End::Over)
}
