//! The URL: what the driver library understands, and the TLS that goes with it.

use std::net::IpAddr;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use warmpath_store::StoreError;

/// A parsed URL.
#[derive(Clone)]
pub(crate) struct Options {
    pub(crate) config: Config,
    pub(crate) tls: ClientConfig,
}

impl Options {
    pub(crate) fn parse(url: &str) -> Result<Self, StoreError> {
        let given = Given::split(url);
        // The library's message does not repeat the URL, which may hold a password.
        let mut config: Config = given
            .url
            .parse()
            .map_err(|e| StoreError::Unavailable(format!("the PostgreSQL URL is wrong: {e}")))?;
        if !given.says_mode {
            let mode = if is_local(&config) { SslMode::Disable } else { SslMode::Require };
            config.ssl_mode(mode);
        }
        config.application_name("warmpath");
        Ok(Self { config, tls: tls(given.root_file.as_deref())? })
    }
}

/// The URL without the two settings that the library does not know.
struct Given {
    url: String,
    says_mode: bool,
    root_file: Option<String>,
}

impl Given {
    fn split(url: &str) -> Self {
        let Some((address, query)) = url.split_once('?') else {
            let says_mode = url.contains("sslmode=");
            return Self { url: url.to_owned(), says_mode, root_file: None };
        };
        let mut root_file = None;
        let mut says_mode = false;
        let mut kept = Vec::new();
        for setting in query.split('&') {
            match setting.split_once('=') {
                Some(("sslrootcert", file)) => root_file = Some(file.replace("%2F", "/")),
                Some(("sslmode", mode)) => {
                    says_mode = true;
                    // A certificate is always verified, so the stricter words mean the same.
                    let mode = if mode.starts_with("verify-") { "require" } else { mode };
                    kept.push(format!("sslmode={mode}"));
                }
                _ => kept.push(setting.to_owned()),
            }
        }
        Self { url: format!("{address}?{}", kept.join("&")), says_mode, root_file }
    }
}

/// Whether the server is on this machine, where nobody else can listen.
fn is_local(config: &Config) -> bool {
    config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    })
}

fn tls(root_file: Option<&str>) -> Result<ClientConfig, StoreError> {
    let wrong = |e: &dyn std::fmt::Display| StoreError::Unavailable(format!("TLS: {e}"));
    let mut roots = RootCertStore::empty();
    match root_file {
        Some(file) => {
            for certificate in CertificateDer::pem_file_iter(file).map_err(|e| wrong(&e))? {
                let certificate = certificate.map_err(|e| wrong(&e))?;
                roots.add(certificate).map_err(|e| wrong(&e))?;
            }
        }
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| wrong(&e))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(url: &str) -> SslMode {
        Options::parse(url).expect("a good URL").config.get_ssl_mode()
    }

    #[test]
    fn tls_follows_the_url_and_the_place_of_the_server() {
        assert_eq!(mode("postgres://u@127.0.0.1/db"), SslMode::Disable);
        assert_eq!(mode("postgres://u@localhost:5433/db"), SslMode::Disable);
        assert_eq!(mode("postgres://u@[::1]/db"), SslMode::Disable);
        assert_eq!(mode("postgres://u@db.example/db"), SslMode::Require);
        assert_eq!(mode("postgres://u@db.example/db?sslmode=disable"), SslMode::Disable);
        assert_eq!(mode("postgres://u@localhost/db?sslmode=verify-full"), SslMode::Require);
        assert_eq!(mode("host=db.example user=u sslmode=disable"), SslMode::Disable);
    }

    #[test]
    fn a_wrong_url_is_refused_without_repeating_it() {
        let error = Options::parse("postgres://u:geheim@h/db?sslmode=perhaps").err();
        let text = error.expect("refused").to_string();
        assert!(!text.contains("geheim"), "{text}");
    }

    #[test]
    fn a_missing_root_file_is_named() {
        let error = Options::parse("postgres://u@h/db?sslrootcert=/no/such/file.pem").err();
        assert!(error.expect("refused").to_string().starts_with("the database is not available"));
    }
}
