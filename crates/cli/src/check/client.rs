//! A browser without a screen: fetches pages over loopback, keeps its cookie, sends forms back.

use std::net::SocketAddr;

use anyhow::{Context as _, bail};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Longest answer read.
const ANSWER_BYTES_MAX: usize = 64 << 20;

/// One visitor: their cookie or, for a program, their key.
#[derive(Clone)]
pub(super) struct Visitor {
    address: SocketAddr,
    cookie: Option<String>,
    key: Option<String>,
}

/// A request, built up step by step.
pub(super) struct Ask<'a> {
    method: &'a str,
    path: &'a str,
    headers: Vec<(&'a str, String)>,
    body: Vec<u8>,
}

impl<'a> Ask<'a> {
    pub(super) fn get(path: &'a str) -> Self {
        Self { method: "GET", path, headers: Vec::new(), body: Vec::new() }
    }

    pub(super) fn post(path: &'a str, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![(CONTENT_TYPE.as_str(), kind.to_owned())];
        Self { method: "POST", path, headers, body: body.into() }
    }

    pub(super) fn header(mut self, name: &'a str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

/// What came back.
pub(super) struct Answer {
    /// The status.
    pub(super) status: u16,
    /// Where it sends the visitor.
    pub(super) location: String,
    /// The body, as text.
    pub(super) body: String,
}

impl Visitor {
    /// Somebody who was never here.
    pub(super) fn new(address: SocketAddr) -> Self {
        Self { address, cookie: None, key: None }
    }

    /// A program with this key.
    pub(super) fn with_key(address: SocketAddr, key: &str) -> Self {
        Self { key: Some(key.to_owned()), ..Self::new(address) }
    }

    /// Fetches a page that has to be there.
    pub(super) async fn get(&mut self, path: &str) -> anyhow::Result<Answer> {
        self.send(Ask::get(path)).await?.expect(200).with_context(|| format!("GET {path}"))
    }

    /// Sends a form that has to be taken.
    pub(super) async fn post(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
    ) -> anyhow::Result<Answer> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let ask = Ask::post(path, "application/x-www-form-urlencoded", body);
        let answer = self.send(ask).await?;
        if answer.status == 200 || answer.status == 303 {
            return Ok(answer);
        }
        answer.expect(303).with_context(|| format!("POST {path}"))
    }

    /// Sends anything.
    pub(super) async fn send(&mut self, ask: Ask<'_>) -> anyhow::Result<Answer> {
        let mut request = hyper::Request::builder()
            .method(ask.method)
            .uri(ask.path)
            .header(HOST, self.address.to_string())
            .header(ORIGIN, format!("http://{}", self.address));
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        if let Some(key) = &self.key {
            request = request.header(AUTHORIZATION, format!("Bearer {key}"));
        }
        for (name, value) in &ask.headers {
            request = request.header(*name, value);
        }
        let stream = TcpStream::connect(self.address).await?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let driven = tokio::spawn(connection);
        let response = sender.send_request(request.body(Full::new(Bytes::from(ask.body)))?).await?;
        let answer = self.read(response).await;
        driven.abort();
        answer.with_context(|| format!("{} {}", ask.method, ask.path))
    }

    async fn read(
        &mut self,
        response: hyper::Response<hyper::body::Incoming>,
    ) -> anyhow::Result<Answer> {
        let (head, body) = response.into_parts();
        let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
        if let Some(cookie) = text(SET_COOKIE) {
            self.cookie = cookie.split(';').next().map(str::to_owned);
        }
        let location = text(LOCATION).unwrap_or_default().to_owned();
        let whole = Limited::new(body, ANSWER_BYTES_MAX).collect().await;
        let bytes = whole.map_err(|error| anyhow::anyhow!("the answer broke off: {error}"))?;
        let body = String::from_utf8_lossy(&bytes.to_bytes()).into_owned();
        Ok(Answer { status: head.status.as_u16(), location, body })
    }
}

impl Answer {
    /// Insists on a status; what the page says is in the error.
    pub(super) fn expect(self, status: u16) -> anyhow::Result<Self> {
        if self.status != status {
            let said = self.between("<h1", "</h1>").or_else(|| self.between("\"detail\":\"", "\""));
            let said = said.unwrap_or_else(|| self.body.chars().take(300).collect());
            bail!("answered {} instead of {status}: {said}", self.status);
        }
        Ok(self)
    }

    /// The value of a field in a form of the page.
    pub(super) fn field(&self, name: &str) -> anyhow::Result<String> {
        let wanted = format!(" name=\"{name}\"");
        let tags = self.body.split('<').filter(|tag| tag.starts_with("input"));
        let tag = tags.into_iter().find(|tag| tag.contains(&wanted));
        let tag = tag.with_context(|| format!("the page has no field `{name}`"))?;
        Ok(attribute(tag, "value").unwrap_or_default())
    }

    /// What the button for this place sends, as (name, value).
    pub(super) fn button(&self, path: &str) -> anyhow::Result<(String, String)> {
        let wanted = format!(" formaction=\"{path}\"");
        let tags = self.body.split('<').filter(|tag| tag.starts_with("button"));
        let tag = tags.into_iter().find(|tag| tag.contains(&wanted));
        let tag = tag.with_context(|| format!("the page has no button for {path}"))?;
        let part = |name| attribute(tag, name).unwrap_or_default();
        Ok((part("name"), part("value")))
    }

    /// The first text between two marks.
    pub(super) fn between(&self, before: &str, after: &str) -> Option<String> {
        let (_, rest) = self.body.split_once(before)?;
        Some(unescape(rest.split_once(after)?.0))
    }

    /// The rest of the page behind a text.
    pub(super) fn after(&self, text: &str) -> anyhow::Result<Self> {
        let (_, rest) = self
            .body
            .split_once(text)
            .with_context(|| format!("the page does not show “{text}”"))?;
        Ok(Self { status: self.status, location: String::new(), body: rest.to_owned() })
    }

    /// The first secret that follows this part of an address.
    pub(super) fn token(&self, place: &str) -> anyhow::Result<String> {
        let (_, rest) = self
            .body
            .split_once(place)
            .with_context(|| format!("the page shows no link {place}…"))?;
        let inside = |c: &char| c.is_ascii_alphanumeric() || "-_".contains(*c);
        Ok(rest.chars().take_while(inside).collect())
    }

    /// The body as JSON.
    pub(super) fn json(&self) -> anyhow::Result<serde_json::Value> {
        serde_json::from_str(&self.body).context("the answer is no JSON")
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(unescape(rest.split_once('"')?.0))
}

/// Undoes the escaping of HTML in a value.
fn unescape(text: &str) -> String {
    text.replace("&#39;", "'")
        .replace("&#34;", "\"")
        .replace("&quot;", "\"")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#38;", "&")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_and_buttons_of_a_page_are_read() {
        let body = r#"<form><input type="hidden" name="csrf" value="a&amp;b"></form>
            <button form="act" formaction="/x/accept" name="version" value="3">Accept</button>
            <p>http://127.0.0.1/a/to-ken_1. Bye</p>"#;
        let page = Answer { status: 200, location: String::new(), body: body.to_owned() };
        assert_eq!(page.field("csrf").unwrap(), "a&b");
        assert_eq!(page.button("/x/accept").unwrap(), ("version".to_owned(), "3".to_owned()));
        assert_eq!(page.token("/a/").unwrap(), "to-ken_1");
        assert!(page.field("absent").is_err());
    }
}
