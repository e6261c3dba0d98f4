//! A language model over an endpoint in the manner of OpenAI's `chat/completions`. Off unless the
//! installation names one, and on this machine only unless it allows more.
//!
//! The endpoint is an outside party: the answer is bounded in time and size, redirects are not
//! followed, and what it says is only text.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use serde_json::{Value, json};

/// Longest wait for an answer.
const ANSWER_SECONDS: u64 = 20;
/// Longest answer in bytes, envelope included.
const BODY_BYTES_MAX: usize = 256 << 10;

/// Why an endpoint cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// The address is no `http` or `https` address.
    #[error("the address of the language model is no web address")]
    NoAddress,
    /// The address leaves this machine and that is not allowed.
    #[error("the language model is not on this machine; allow_remote is off")]
    NotLoopback,
    /// The client cannot be made.
    #[error("no client for the language model can be made")]
    NoClient,
}

/// An endpoint with the name of the model to ask.
#[derive(Clone)]
pub struct Endpoint {
    url: Url,
    model: String,
    key: Option<String>,
    client: reqwest::Client,
}

/// Without the key, and without what an address may carry.
impl std::fmt::Debug for Endpoint {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Endpoint").field("model", &self.model).finish_non_exhaustive()
    }
}

impl Endpoint {
    /// An endpoint at a base address such as `http://127.0.0.1:11434/v1`.
    ///
    /// # Errors
    /// [`EndpointError`] when the address is none, or leaves this machine without leave.
    pub fn new(
        base: &str,
        model: &str,
        key: Option<String>,
        allow_remote: bool,
    ) -> Result<Self, EndpointError> {
        let base = base.trim_end_matches('/');
        let url = Url::parse(&format!("{base}/chat/completions"))
            .map_err(|_| EndpointError::NoAddress)?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(EndpointError::NoAddress);
        }
        if !allow_remote && !is_loopback(&url) {
            return Err(EndpointError::NotLoopback);
        }
        let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| EndpointError::NoClient)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        // Where the address is ours, a proxy or a redirect must not lead elsewhere.
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(ANSWER_SECONDS))
            .build()
            .map_err(|_| EndpointError::NoClient)?;
        Ok(Self { url, model: model.to_owned(), key, client })
    }

    /// The name of the model.
    #[must_use]
    pub fn model(&self) -> &str {
        &self.model
    }

    /// Asks, and gives back the text of the first choice.
    ///
    /// # Errors
    /// A sentence that holds nothing of the question or the answer.
    pub async fn ask(
        &self,
        instructions: &str,
        text: &str,
        schema: &str,
    ) -> Result<String, String> {
        let schema: Value = serde_json::from_str(schema).unwrap_or(Value::Null);
        let body = json!({
            "model": self.model,
            "temperature": 0,
            "messages": [
                { "role": "system", "content": instructions },
                { "role": "user", "content": text },
            ],
            "response_format": {
                "type": "json_schema",
                "json_schema": { "name": "proposal", "strict": true, "schema": schema },
            },
        });
        let mut request = self.client.post(self.url.clone()).json(&body);
        if let Some(key) = &self.key {
            request = request.bearer_auth(key);
        }
        let mut response =
            request.send().await.map_err(|_| "The language model does not answer.".to_owned())?;
        if !response.status().is_success() {
            return Err(format!("The language model answered {}.", response.status().as_u16()));
        }
        let mut bytes = Vec::new();
        loop {
            let chunk = response.chunk().await;
            let chunk = chunk.map_err(|_| "The language model stopped answering.".to_owned())?;
            let Some(chunk) = chunk else { break };
            if bytes.len() + chunk.len() > BODY_BYTES_MAX {
                return Err("The answer of the language model was too long.".to_owned());
            }
            bytes.extend_from_slice(&chunk);
        }
        let answer: Value = serde_json::from_slice(&bytes)
            .map_err(|_| "The answer of the language model was no JSON.".to_owned())?;
        let content = answer["choices"][0]["message"]["content"].as_str();
        content
            .map(str::to_owned)
            .ok_or_else(|| "The answer of the language model held no text.".to_owned())
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_unless_allowed() {
        let made = |base: &str, remote| Endpoint::new(base, "m", None, remote).err();
        for base in
            ["http://10.0.0.7/v1", "https://models.example/v1", "http://127.0.0.1.evil.example"]
        {
            assert_eq!(made(base, false), Some(EndpointError::NotLoopback), "{base}");
        }
        assert_eq!(made("ftp://127.0.0.1", false), Some(EndpointError::NoAddress));
        assert_eq!(made("not an address", true), Some(EndpointError::NoAddress));
    }
}
