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

    async fn send(&self, method: &str, path: &str, login: &Login, form: &str) -> Answer {
        let kept = self.idle.lock().expect("not poisoned").pop();
        let mut stream = match kept {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(&*self.address).await.expect("connected");
                stream.set_nodelay(true).expect("set");
                stream
            }
        };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\n{1}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {2}\r\n\r\n{form}",
            self.address,
            if login.header.is_empty() { "X-Nobody: 1" } else { &login.header },
            form.len()
        );
        stream.write_all(request.as_bytes()).await.expect("sent");
        let answer = read(&mut stream).await;
        self.idle.lock().expect("not poisoned").push(stream);
        answer
    }
}

async fn read(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::with_capacity(65_536);
    let mut wanted = None;
    loop {
        let read = stream.read_buf(&mut bytes).await.expect("answered");
        assert!(read > 0, "the connection ended");
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
            return Answer { status, body };
        }
    }
}
