//! From a checked URL to one bounded HTTP exchange.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use reqwest::{
    Client,
    dns::{Name, Resolve, Resolving},
    header::{HeaderMap, HeaderName, HeaderValue},
    redirect,
};
use tokio::time::timeout;

use super::{
    address::Forbidden,
    url::{Policy, Target, UrlError},
};
use crate::dns::{DnsError, Resolver};

/// Longest whole exchange: name service, connect, TLS, request and answer.
pub const TOTAL_MS_MAX: u64 = 15_000;
/// Most bytes read of an answer; the rest is not read.
pub const RESPONSE_BYTES_MAX: usize = 64 * 1024;
/// Most bytes sent in a body.
pub const REQUEST_BYTES_MAX: usize = 1024 * 1024;

/// Bounds of one exchange; a test may tighten them.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Longest whole exchange, at most [`TOTAL_MS_MAX`].
    pub total_ms: u64,
    /// Most bytes read, at most [`RESPONSE_BYTES_MAX`].
    pub response_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { total_ms: TOTAL_MS_MAX, response_bytes: RESPONSE_BYTES_MAX }
    }
}

/// How to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Ask without a body.
    Get,
    /// Send a body.
    Post,
}

/// One question.
#[derive(Clone)]
pub struct Request {
    /// How to ask.
    pub method: Method,
    /// Header names and values; `Host`, length and connection headers are ours alone.
    pub headers: Vec<(String, String)>,
    /// The body; empty for [`Method::Get`].
    pub body: Vec<u8>,
}

/// Prints no header values (they may hold keys) and no body.
impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Request({:?}, {} bytes)", self.method, self.body.len())
    }
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// HTTP status code. A 3xx is handed back as it is.
    pub status: u16,
    /// `Retry-After`, as written, if it is plain text.
    pub retry_after: Option<String>,
    /// The first bytes of the body, at most [`RESPONSE_BYTES_MAX`].
    pub body: Vec<u8>,
    /// The body went on after the bytes kept.
    pub is_cut: bool,
}

/// Why there is no answer. Holds no address, header or body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GuardError {
    /// The URL is not allowed.
    #[error(transparent)]
    Url(#[from] UrlError),
    /// The name service failed.
    #[error(transparent)]
    Dns(#[from] DnsError),
    /// The host has no address.
    #[error("the host has no address")]
    NoAddress,
    /// At least one address of the host is out of bounds.
    #[error("the host points to an address that is not on the public Internet")]
    Address(Forbidden),
    /// A header or the body is not acceptable.
    #[error("the request is not acceptable: {0}")]
    Request(&'static str),
    /// The whole exchange took too long.
    #[error("no complete answer in time")]
    Timeout,
    /// Connection, TLS or HTTP failed; names the phase.
    #[error("the exchange failed: {0}")]
    Exchange(&'static str),
}

/// A target whose addresses are checked. Valid for one exchange.
#[derive(Debug, Clone)]
pub struct Admitted {
    target: Target,
    address: IpAddr,
}

impl Admitted {
    /// The address that will be dialled.
    pub fn address(&self) -> IpAddr {
        self.address
    }
}

/// Makes guarded HTTP exchanges. Cheap to clone.
#[derive(Clone)]
pub struct Guard {
    policy: Arc<Policy>,
    resolver: Arc<dyn Resolver>,
    tls: Arc<rustls::ClientConfig>,
    limits: Limits,
}

impl Guard {
    /// A guard that trusts the certificate authorities compiled in.
    ///
    /// # Errors
    /// [`GuardError::Exchange`] if TLS cannot be set up.
    pub fn new(policy: Policy, resolver: Arc<dyn Resolver>) -> Result<Self, GuardError> {
        let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        Self::with_roots(policy, resolver, roots)
    }

    /// A guard that trusts exactly these certificate authorities.
    ///
    /// # Errors
    /// [`GuardError::Exchange`] if TLS cannot be set up.
    pub fn with_roots(
        policy: Policy,
        resolver: Arc<dyn Resolver>,
        roots: rustls::RootCertStore,
    ) -> Result<Self, GuardError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| GuardError::Exchange("tls set-up"))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let limits = Limits::default();
        Ok(Self { policy: Arc::new(policy), resolver, tls: Arc::new(tls), limits })
    }

    /// The same guard with tighter bounds.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = Limits {
            total_ms: limits.total_ms.min(TOTAL_MS_MAX),
            response_bytes: limits.response_bytes.min(RESPONSE_BYTES_MAX),
        };
        self
    }

    /// Checks the text of a URL and nothing else, for the moment somebody types it in.
    ///
    /// # Errors
    /// [`UrlError`].
    pub fn check_url(&self, url: &str) -> Result<Target, UrlError> {
        self.policy.check(url)
    }

    /// Checks the URL, asks the name service once and checks every address. Dials nothing.
    ///
    /// # Errors
    /// [`GuardError`] for a URL or an address that is out of bounds, or no answer.
    pub async fn admit(&self, url: &str) -> Result<Admitted, GuardError> {
        let target = self.policy.check(url)?;
        let addresses = match target.literal {
            Some(address) => vec![address],
            None => self.resolver.addresses(&target.host).await?,
        };
        // One bad address condemns the answer: a name that points inside is not to be trusted.
        if let Some(why) = addresses.iter().find_map(|address| target.forbids(*address)) {
            return Err(GuardError::Address(why));
        }
        let address = addresses.first().copied().ok_or(GuardError::NoAddress)?;
        Ok(Admitted { target, address })
    }

    /// Admits the URL and makes one exchange, all within the total time.
    ///
    /// # Errors
    /// [`GuardError`]. A 4xx, 5xx or 3xx is an answer, not an error.
    pub async fn exchange(&self, url: &str, request: Request) -> Result<Response, GuardError> {
        let whole = async {
            let admitted = self.admit(url).await?;
            self.dial(admitted, request).await
        };
        let total = Duration::from_millis(self.limits.total_ms);
        timeout(total, whole).await.unwrap_or(Err(GuardError::Timeout))
    }

    /// Makes one exchange with a target that was admitted just now.
    ///
    /// # Errors
    /// [`GuardError`].
    pub async fn dial(&self, admitted: Admitted, request: Request) -> Result<Response, GuardError> {
        if request.body.len() > REQUEST_BYTES_MAX {
            return Err(GuardError::Request("the body is too long"));
        }
        let headers = header_map(&request.headers)?;
        let client = self.client(&admitted)?;
        let url = admitted.target.url;
        let asking = match request.method {
            Method::Get => client.get(url),
            Method::Post => client.post(url).body(request.body),
        };
        let mut answer = asking.headers(headers).send().await.map_err(failed)?;
        let status = answer.status().as_u16();
        let retry_after = answer.headers().get("retry-after");
        let retry_after = retry_after.and_then(|v| v.to_str().ok()).map(str::to_owned);
        let mut body = Vec::new();
        let mut is_cut = false;
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            let room = self.limits.response_bytes - body.len();
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if chunk.len() > room {
                is_cut = true;
                break;
            }
        }
        Ok(Response { status, retry_after, body, is_cut })
    }

    /// A client for one exchange that can reach one address and nothing else.
    fn client(&self, admitted: &Admitted) -> Result<Client, GuardError> {
        let address = SocketAddr::new(admitted.address, admitted.target.port);
        let total = Duration::from_millis(self.limits.total_ms);
        Client::builder()
            .tls_backend_preconfigured((*self.tls).clone())
            .resolve_to_addrs(&admitted.target.host, &[address])
            .dns_resolver(NoOtherNames)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .http1_only()
            .pool_max_idle_per_host(0)
            .connect_timeout(total)
            .timeout(total)
            .user_agent("Warmpath")
            .build()
            .map_err(|_| GuardError::Exchange("client set-up"))
    }
}

/// Answers no name at all; the one checked address is given beside it.
struct NoOtherNames;

impl Resolve for NoOtherNames {
    fn resolve(&self, _name: Name) -> Resolving {
        Box::pin(async { Err("this client knows one host only".into()) })
    }
}

fn failed(error: reqwest::Error) -> GuardError {
    if error.is_timeout() {
        GuardError::Timeout
    } else if error.is_connect() {
        GuardError::Exchange("connect")
    } else if error.is_body() || error.is_decode() {
        GuardError::Exchange("read the answer")
    } else {
        GuardError::Exchange("send the request")
    }
}

fn header_map(headers: &[(String, String)]) -> Result<HeaderMap, GuardError> {
    const OURS: [&str; 6] =
        ["host", "content-length", "transfer-encoding", "connection", "cookie", "upgrade"];
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| GuardError::Request("a header name is not plain"))?;
        if OURS.contains(&name.as_str()) {
            return Err(GuardError::Request("a header is not for the caller to set"));
        }
        let mut value = HeaderValue::from_str(value)
            .map_err(|_| GuardError::Request("a header value is not one plain line"))?;
        value.set_sensitive(true);
        map.append(name, value);
    }
    Ok(map)
}
