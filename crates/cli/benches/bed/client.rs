//! Requests as a browser or a program sends them, on kept connections.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// An answer.
pub(crate) struct Answer {
    /// Its status.
    pub(crate) status: u16,
    /// Its body.
    pub(crate) body: String,
}

/// Who asks.
#[derive(Clone)]
pub(crate) struct Login {
    /// The header that says who: `Cookie: …` or `Authorization: …`; empty for nobody.
    pub(crate) header: String,
    /// The token that this session's forms carry.
    pub(crate) form_token: String,
}

/// Connections to one address, kept while nobody needs them.
#[derive(Clone)]
pub(crate) struct Clients {
    address: Arc<str>,
    idle: Arc<Mutex<Vec<TcpStream>>>,
}

impl Clients {
    /// Clients of this address.
    pub(crate) fn of(address: &str) -> Self {
        Self { address: address.into(), idle: Arc::default() }
    }

    /// Reads a page.
    pub(crate) async fn get(&self, path: &str, login: &Login) -> Answer {
        self.send("GET", path, login, "").await
    }

    /// Sends a form.
    pub(crate) async fn post(&self, path: &str, login: &Login, form: &str) -> Answer {
        self.send("POST", path, login, form).await
    }

    async fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&*self.address).await.expect("connected");
        stream.set_nodelay(true).expect("set");
        stream
    }

    async fn send(&self, method: &str, path: &str, login: &Login, form: &str) -> Answer {
        let kept = self.idle.lock().expect("not poisoned").pop();
        let mut stream = match kept {
            Some(stream) => stream,
            None => self.connect().await,
        };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\n{1}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {2}\r\n\r\n{form}",
            self.address,
            if login.header.is_empty() { "X-Nobody: 1" } else { &login.header },
            form.len()
        );
        let sent = stream.write_all(request.as_bytes()).await;
        let answer = match sent.ok() {
            Some(()) => read(&mut stream).await,
            None => None,
        };
        let answer = match answer {
            Some(answer) => answer,
            // The server closes what stood idle for some seconds; as browsers do, on a new one then.
            None => {
                stream = self.connect().await;
                stream.write_all(request.as_bytes()).await.expect("sent");
                read(&mut stream).await.expect("the connection ended")
            }
        };
        self.idle.lock().expect("not poisoned").push(stream);
        answer
    }
}

/// The next answer; nothing when the connection ended before its first byte.
async fn read(stream: &mut TcpStream) -> Option<Answer> {
    let mut bytes = Vec::with_capacity(65_536);
    let mut wanted = None;
    loop {
        let read = stream.read_buf(&mut bytes).await.unwrap_or(0);
        if read == 0 {
            assert!(bytes.is_empty(), "the connection ended within an answer");
            return None;
        }
        if wanted.is_none()
            && let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n")
        {
            let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.map_or(0, |length| length.trim().parse().expect("a length"));
            let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
            wanted = Some((status.expect("a status"), end + 4, length));
        }
        if let Some((status, start, length)) = wanted
            && bytes.len() >= start + length
        {
            let body = String::from_utf8_lossy(&bytes[start..]).into_owned();
            return Some(Answer { status, body });
        }
    }
}
