//! A browser without a screen: fetches pages over loopback, keeps its cookie, fills forms.

use std::net::SocketAddr;

use anyhow::{Context as _, bail};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Longest answer read.
const ANSWER_BYTES_MAX: u64 = 8 << 20;

/// One visitor: their cookie and, for a program, their key.
pub(crate) struct Visitor {
    address: SocketAddr,
    origin: String,
    cookie: Option<String>,
    key: Option<String>,
}

/// What came back.
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: u16,
    /// Where it sends us.
    pub(crate) location: Option<String>,
    /// The body, as text.
    pub(crate) body: String,
}

impl Visitor {
    /// Somebody who was never here.
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { address, origin: format!("http://{address}"), cookie: None, key: None }
    }

    /// A program with this key.
    pub(crate) fn with_key(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }

    /// Fetches a page.
    pub(crate) async fn get(&mut self, path: &str) -> anyhow::Result<Answer> {
        self.send("GET", path, "", b"", &[]).await
    }

    /// Sends a form.
    pub(crate) async fn form(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
    ) -> anyhow::Result<Answer> {
        let body = fields
            .iter()
            .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
            .collect::<Vec<_>>()
            .join("&");
        self.send("POST", path, "application/x-www-form-urlencoded", body.as_bytes(), &[]).await
    }

    /// Sends any body, with further headers.
    pub(crate) async fn send(
        &mut self,
        method: &str,
        path: &str,
        kind: &str,
        body: &[u8],
        headers: &[(&str, &str)],
    ) -> anyhow::Result<Answer> {
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nOrigin: {}\r\n",
            self.address, self.origin
        );
        if let Some(cookie) = &self.cookie {
            head.push_str(&format!("Cookie: {cookie}\r\n"));
        }
        if let Some(key) = &self.key {
            head.push_str(&format!("Authorization: Bearer {key}\r\n"));
        }
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if method != "GET" {
            head.push_str(&format!("Content-Type: {kind}\r\nContent-Length: {}\r\n", body.len()));
        }
        head.push_str("\r\n");
        let mut stream = TcpStream::connect(self.address).await?;
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body).await?;
        let mut bytes = Vec::new();
        stream.take(ANSWER_BYTES_MAX).read_to_end(&mut bytes).await?;
        self.read(&bytes).with_context(|| format!("{method} {path}"))
    }

    fn read(&mut self, bytes: &[u8]) -> anyhow::Result<Answer> {
        let split = bytes.windows(4).position(|w| w == b"\r\n\r\n").context("no answer")?;
        let (head, body) = bytes.split_at(split + 4);
        let head = String::from_utf8_lossy(head);
        let mut lines = head.lines();
        let status = lines.next().and_then(|l| l.split(' ').nth(1)).context("no status")?;
        let status: u16 = status.parse()?;
        let mut location = None;
        let mut chunked = false;
        for line in lines {
            let Some((name, value)) = line.split_once(':') else { continue };
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "set-cookie" => {
                    self.cookie = value.split(';').next().map(str::to_owned);
                }
                "location" => location = Some(value.to_owned()),
                "transfer-encoding" => chunked = value.eq_ignore_ascii_case("chunked"),
                _ => {}
            }
        }
        let body = if chunked { unchunk(body)? } else { body.to_vec() };
        Ok(Answer { status, location, body: String::from_utf8_lossy(&body).into_owned() })
    }
}

fn unchunk(mut body: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let end = body.windows(2).position(|w| w == b"\r\n").context("chunk without a size")?;
        let size = std::str::from_utf8(body.get(..end).unwrap_or_default())?;
        let size = usize::from_str_radix(size.trim(), 16)?;
        if size == 0 {
            return Ok(whole);
        }
        let chunk = body.get(end + 2..end + 2 + size).context("chunk cut off")?;
        whole.extend_from_slice(chunk);
        body = body.get(end + 4 + size..).unwrap_or_default();
    }
}

fn escape(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                out.push(char::from(byte));
            }
            b' ' => out.push('+'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

impl Answer {
    /// The value of a field in a form of the page.
    pub(crate) fn field(&self, name: &str) -> anyhow::Result<String> {
        let wanted = format!("name=\"{name}\"");
        for tag in self.body.split('<').filter(|tag| tag.starts_with("input")) {
            if tag.contains(&wanted) {
                let value = tag.split("value=\"").nth(1).and_then(|rest| rest.split('"').next());
                return Ok(unescape(value.unwrap_or_default()));
            }
        }
        bail!("the page has no field `{name}`")
    }

    /// The first text between two marks.
    pub(crate) fn between(&self, before: &str, after: &str) -> Option<String> {
        let rest = self.body.split(before).nth(1)?;
        rest.split(after).next().map(unescape)
    }

    /// Insists on a status.
    pub(crate) fn expect(self, status: u16) -> anyhow::Result<Self> {
        if self.status != status {
            let said: String = self
                .between("<h1", "</h1>")
                .or_else(|| self.between("\"detail\":\"", "\""))
                .unwrap_or_else(|| self.body.chars().take(300).collect());
            bail!("answered {} instead of {status}: {said}", self.status);
        }
        Ok(self)
    }
}

/// Undoes the escaping of HTML in a value.
pub(crate) fn unescape(text: &str) -> String {
    text.replace("&#38;", "&")
        .replace("&amp;", "&")
        .replace("&#39;", "'")
        .replace("&#34;", "\"")
        .replace("&quot;", "\"")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
}
