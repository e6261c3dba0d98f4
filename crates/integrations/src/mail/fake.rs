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
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let sessions = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&sessions);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, behaviour, Arc::clone(&kept)));
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

async fn serve(stream: TcpStream, behaviour: Behaviour, kept: Arc<Mutex<Vec<Session>>>) {
    let record = Record::open(kept);
    // A client that hangs up ends the session; what it said until then is kept.
    let _ = converse(BufReader::new(stream), behaviour, &record).await;
}

async fn converse(
    mut stream: BufReader<impl AsyncRead + AsyncWrite + Unpin>,
    behaviour: Behaviour,
    record: &Record,
) -> io::Result<()> {
    if behaviour == Behaviour::Silent {
        return wait_for_hang_up(&mut stream).await;
    }
    stream.write_all(b"220 capture.test ready\r\n").await?;
    let mut line = Vec::new();
    loop {
        line.clear();
        if stream.read_until(b'\n', &mut line).await? == 0 {
            return Ok(());
        }
        let command = String::from_utf8_lossy(&line).trim_end().to_owned();
        let verb = command.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        record.change(|session| session.commands.push(command));
        match verb.as_str() {
            "EHLO" => stream.write_all(b"250-capture.test\r\n250 8BITMIME\r\n").await?,
            "RCPT" => stream.write_all(&recipient_answer(behaviour)).await?,
            "QUIT" => return stream.write_all(b"221 bye\r\n").await,
            "DATA" => {
                stream.write_all(b"354 go ahead\r\n").await?;
                let body = read_body(&mut stream).await?;
                record.change(|session| session.bodies.push(body));
                match behaviour {
                    Behaviour::DropAfterBody => return Ok(()),
                    Behaviour::SilentAfterBody => return wait_for_hang_up(&mut stream).await,
                    Behaviour::RefuseBody(code) => stream.write_all(&refusal(code)).await?,
                    _ => stream.write_all(b"250 taken\r\n").await?,
                }
            }
            "MAIL" | "RSET" | "NOOP" => stream.write_all(b"250 ok\r\n").await?,
            _ => stream.write_all(b"500 unknown command\r\n").await?,
        }
    }
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

async fn wait_for_hang_up(stream: &mut (impl AsyncBufReadExt + Unpin)) -> io::Result<()> {
    let mut line = Vec::new();
    while stream.read_until(b'\n', &mut line).await? > 0 {
        line.clear();
    }
    Ok(())
}
