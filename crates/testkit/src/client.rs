//! A small HTTP client for tests: keeps cookies, follows nothing by itself, and sends headers,
//! targets and bodies as they were given, however odd.

pub mod raw;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, COOKIE, HOST, HeaderName, HeaderValue, SET_COOKIE};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::{TcpSocket, TcpStream};

/// Longest wait for an answer as a whole.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// What can go wrong with a request.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The client cannot say this in HTTP; [`raw`] can.
    #[error("{0} cannot be sent as HTTP; send it raw")]
    Unsayable(String),
    /// No connection, or it broke.
    #[error("connection: {0}")]
    Connection(String),
    /// No complete answer in time.
    #[error("no answer within {} s", ANSWER_WITHIN.as_secs())]
    Silent,
    /// The body is not what was asked for.
    #[error("the body is no JSON: {0}")]
    NotJson(serde_json::Error),
}

/// A request, built up step by step.
#[derive(Clone, Debug)]
pub struct Request {
    /// `GET`, `POST`, or any other token.
    pub method: String,
    /// Path with query, as it goes over the wire.
    pub target: String,
    /// Headers in order; doubles stay.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// A request without headers and body.
    #[must_use]
    pub fn new(method: &str, target: &str) -> Self {
        let (method, target) = (method.to_owned(), target.to_owned());
        Self { method, target, headers: Vec::new(), body: Vec::new() }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// Sets body and content type.
    #[must_use]
    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("Content-Type", content_type)
    }

    /// Sets a JSON body.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// Sets a form as a browser encodes it.
    #[must_use]
    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        let pair = |(name, value): &(&str, &str)| format!("{}={}", encode(name), encode(value));
        let body: Vec<String> = fields.iter().map(pair).collect();
        self.body("application/x-www-form-urlencoded", body.join("&"))
    }

    /// True when a header of this name was given.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
    }
}

/// An answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// The status; 0 when the connection ended without one.
    pub status: u16,
    /// Headers in order, names in lower case; bytes that are no text are replaced.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// The first header of this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as text; bytes that are no text are replaced.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// [`ClientError::NotJson`] when it is none.
    pub fn json(&self) -> Result<Value, ClientError> {
        serde_json::from_slice(&self.body).map_err(ClientError::NotJson)
    }
}

/// A client of one server, with the cookies of one visitor.
#[derive(Debug)]
pub struct Client {
    address: SocketAddr,
    /// The address of the loopback it sends from, where not any will do.
    source: Option<IpAddr>,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl Client {
    /// A client without cookies.
    #[must_use]
    pub const fn new(address: SocketAddr) -> Self {
        Self { address, source: None, cookies: Mutex::new(BTreeMap::new()) }
    }

    /// The same client at another address of the loopback.
    #[must_use]
    pub fn from(self, source: IpAddr) -> Self {
        Self { source: Some(source), ..self }
    }

    /// Where it sends to.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Gets a page.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn get(&self, target: &str) -> Result<Response, ClientError> {
        self.send(Request::new("GET", target)).await
    }

    /// Sends a form from the server's own origin, as a browser does.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn post_form(
        &self,
        target: &str,
        fields: &[(&str, &str)],
    ) -> Result<Response, ClientError> {
        let origin = format!("http://{}", self.address);
        let request = Request::new("POST", target).form(fields).header("Origin", origin);
        self.send(request.header("Sec-Fetch-Site", "same-origin")).await
    }

    /// Sends a request on a connection of its own. `Host` and the visitor's cookies are added
    /// unless the request has its own.
    ///
    /// # Errors
    /// When it cannot be said in HTTP, the connection breaks or nothing answers in time.
    pub async fn send(&self, request: Request) -> Result<Response, ClientError> {
        let answered = tokio::time::timeout(ANSWER_WITHIN, self.exchange(request)).await;
        answered.unwrap_or(Err(ClientError::Silent))
    }

    /// Sends a request and follows up to five redirects to the same server by GET.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn follow(&self, request: Request) -> Result<Response, ClientError> {
        let mut answer = self.send(request).await?;
        for _ in 0..5 {
            let own = format!("http://{}", self.address);
            let target = match answer.header("location") {
                Some(place) if (300..400).contains(&answer.status) => {
                    place.strip_prefix(&own).unwrap_or(place).to_owned()
                }
                _ => break,
            };
            if !target.starts_with('/') || target.starts_with("//") {
                break;
            }
            answer = self.get(&target).await?;
        }
        Ok(answer)
    }

    /// The value of a cookie.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.jar().get(name).cloned()
    }

    /// Sets a cookie.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.jar().insert(name.to_owned(), value.to_owned());
    }

    /// Forgets all cookies.
    pub fn clear_cookies(&self) {
        self.jar().clear();
    }

    fn jar(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, String>> {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn exchange(&self, request: Request) -> Result<Response, ClientError> {
        let request = self.prepare(request)?;
        let broken = |error: &dyn std::fmt::Display| ClientError::Connection(error.to_string());
        let stream = self.connect().await.map_err(|error| broken(&error))?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|error| broken(&error))?;
        let driver = tokio::spawn(connection);
        let answer = sender.send_request(request).await.map_err(|error| broken(&error))?;
        let (head, body) = answer.into_parts();
        let body = body.collect().await.map_err(|error| broken(&error))?.to_bytes().to_vec();
        driver.abort();
        for cookie in head.headers.get_all(SET_COOKIE) {
            self.keep(&String::from_utf8_lossy(cookie.as_bytes()));
        }
        let headers = head.headers.iter().map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        });
        Ok(Response { status: head.status.as_u16(), headers: headers.collect(), body })
    }

    async fn connect(&self) -> std::io::Result<TcpStream> {
        let Some(source) = self.source else { return TcpStream::connect(self.address).await };
        let socket = if source.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        socket.bind(SocketAddr::new(source, 0))?;
        socket.connect(self.address).await
    }

    fn prepare(&self, request: Request) -> Result<hyper::Request<Full<Bytes>>, ClientError> {
        let unsayable = |what: &str| ClientError::Unsayable(what.to_owned());
        let (own_host, own_cookie) = (request.has("Host"), request.has("Cookie"));
        let mut built = hyper::Request::new(Full::new(Bytes::from(request.body)));
        *built.method_mut() = request.method.parse().map_err(|_| unsayable(&request.method))?;
        *built.uri_mut() = request.target.parse().map_err(|_| unsayable(&request.target))?;
        for (name, value) in &request.headers {
            let key: HeaderName = name.parse().map_err(|_| unsayable(name))?;
            let value = HeaderValue::from_bytes(value).map_err(|_| unsayable(name))?;
            // The content type set last wins; everything else may be doubled.
            if key == CONTENT_TYPE {
                built.headers_mut().insert(key, value);
            } else {
                built.headers_mut().append(key, value);
            }
        }
        if !own_host {
            let host = HeaderValue::from_str(&self.address.to_string());
            built.headers_mut().insert(HOST, host.map_err(|_| unsayable("Host"))?);
        }
        let jar = self.jar();
        if !own_cookie && !jar.is_empty() {
            let pairs: Vec<String> =
                jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let cookies = HeaderValue::from_str(&pairs.join("; "));
            built.headers_mut().insert(COOKIE, cookies.map_err(|_| unsayable("Cookie"))?);
        }
        Ok(built)
    }

    /// Keeps or drops a cookie as `Set-Cookie` says; only its value and its end matter here.
    fn keep(&self, line: &str) {
        let mut parts = line.split(';');
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else {
            return;
        };
        let over = parts.any(|part| part.trim().eq_ignore_ascii_case("max-age=0"));
        if over || value.is_empty() {
            self.jar().remove(name.trim());
        } else {
            self.jar().insert(name.trim().to_owned(), value.to_owned());
        }
    }
}

/// Percent-encodes what is not a letter, digit or one of `-._~`; a space as `+`, as forms do.
#[must_use]
pub fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            b' ' => encoded.push('+'),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}
