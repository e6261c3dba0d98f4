//! Submission over SMTP, one connection a message, phase by phase.
//!
//! The library's own transport folds every error into one; here the phases are driven by hand,
//! because only the phase tells *not taken* from *nobody knows*.

use std::{net::IpAddr, time::Duration};

use lettre::transport::smtp::{
    Error as SmtpError,
    authentication::{Credentials as Login, Mechanism},
    client::{AsyncSmtpConnection, Certificate, TlsParameters},
    commands::{Data, Mail, Rcpt},
    extension::ClientId,
};
use tokio::time::timeout;

use super::{Delivery, Failure, Mailer, Message};

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Port 587: plain greeting, then `STARTTLS` or nothing (RFC 6409). Never falls back.
    StartTls,
    /// Port 465: TLS from the first byte (RFC 8314).
    ImplicitTls,
    /// No protection; refused unless the server is a loopback address.
    PlainOnLoopback,
}

/// User name and password of the submission account.
#[derive(Clone)]
pub struct Credentials {
    /// User name.
    pub user: String,
    /// Password.
    pub password: String,
}

/// Prints nothing of either part.
impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(…)")
    }
}

/// Longest waits, one for each kind of phase.
#[derive(Debug, Clone, Copy)]
pub struct SmtpTimeouts {
    /// Connect, greeting and TLS.
    pub connect: Duration,
    /// One command.
    pub command: Duration,
    /// The body and the answer to it. RFC 5321 4.5.3.2.6 asks for ten minutes at most.
    pub body: Duration,
}

impl Default for SmtpTimeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(20),
            command: Duration::from_secs(20),
            body: Duration::from_secs(120),
        }
    }
}

/// Where and how to submit.
#[derive(Debug, Clone)]
pub struct SmtpConfig {
    /// Host name (checked against the certificate) or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Protection.
    pub security: Security,
    /// Account, if the server asks for one.
    pub credentials: Option<Credentials>,
    /// What we call ourselves in `EHLO`.
    pub hello: String,
    /// Longest waits.
    pub timeouts: SmtpTimeouts,
    /// A further certificate authority in PEM form, for a server in the house.
    pub extra_root_pem: Option<Vec<u8>>,
}

/// Why a configuration cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmtpConfigError {
    /// Unprotected mail may only go to this very machine.
    #[error("mail without TLS is only allowed to a loopback address; use starttls or tls")]
    PlainOffLoopback,
    /// The certificate or the host name is unusable.
    #[error("TLS cannot be set up for the mail server: {0}")]
    Tls(String),
    /// The name for `EHLO` is not a plain host name.
    #[error("the name for EHLO must be a plain host name")]
    Hello,
}

/// Sends by SMTP submission.
pub struct SmtpMailer {
    config: SmtpConfig,
    hello: ClientId,
    tls: Option<TlsParameters>,
}

impl SmtpMailer {
    /// Checks the configuration; connects to nothing.
    ///
    /// # Errors
    /// See [`SmtpConfigError`].
    pub fn new(config: SmtpConfig) -> Result<Self, SmtpConfigError> {
        let is_plain_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
        if config.hello.is_empty() || !config.hello.chars().all(is_plain_name) {
            return Err(SmtpConfigError::Hello);
        }
        let tls = match config.security {
            Security::PlainOnLoopback if is_loopback(&config.host) => None,
            Security::PlainOnLoopback => return Err(SmtpConfigError::PlainOffLoopback),
            Security::StartTls | Security::ImplicitTls => Some(tls_parameters(&config)?),
        };
        Ok(Self { hello: ClientId::Domain(config.hello.clone()), config, tls })
    }

    async fn open(&self) -> Result<AsyncSmtpConnection, Failure> {
        let config = &self.config;
        let at_once = self.tls.clone().filter(|_| config.security == Security::ImplicitTls);
        let connecting = AsyncSmtpConnection::connect_tokio1(
            (config.host.as_str(), config.port),
            Some(config.timeouts.connect),
            &self.hello,
            at_once,
            None,
        );
        let mut connection = within(config.timeouts.connect, "connect", connecting).await?;
        if config.security == Security::StartTls {
            let tls = self.tls.clone().ok_or_else(|| temporary("starttls"))?;
            let upgrading = connection.starttls(tls, &self.hello);
            within(config.timeouts.connect, "starttls", upgrading).await?;
        }
        if let Some(Credentials { user, password }) = &config.credentials {
            let login = Login::new(user.clone(), password.clone());
            let mechanisms = [Mechanism::Plain, Mechanism::Login];
            let authenticating = connection.auth(&mechanisms, &login);
            within(config.timeouts.command, "auth", authenticating).await.map_err(retry_later)?;
        }
        Ok(connection)
    }

    /// Everything up to the server's "go ahead" for the body. Nothing is taken yet.
    async fn offer(&self, message: &Message) -> Result<AsyncSmtpConnection, Failure> {
        let mut connection = self.open().await?;
        let wait = self.config.timeouts.command;
        let envelope = message.envelope();
        let mail = Mail::new(envelope.from().cloned(), Vec::new());
        within(wait, "mail from", connection.command(mail)).await?;
        for recipient in envelope.to() {
            let rcpt = Rcpt::new(recipient.clone(), Vec::new());
            within(wait, "rcpt to", connection.command(rcpt)).await?;
        }
        within(wait, "data", connection.command(Data)).await?;
        Ok(connection)
    }
}

#[async_trait::async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, message: &Message) -> Delivery {
        let mut connection = match self.offer(message).await {
            Ok(connection) => connection,
            Err(failure) => return Delivery::Failed(failure),
        };
        // From here on only an answer tells whether the message was taken.
        match timeout(self.config.timeouts.body, connection.message(message.bytes())).await {
            Ok(Ok(_)) => {
                // The message is taken; a lost goodbye changes nothing.
                let _ = timeout(self.config.timeouts.command, connection.quit()).await;
                Delivery::Sent
            }
            Ok(Err(error)) if error.status().is_some() => Delivery::Failed(failure("body", &error)),
            Ok(Err(error)) => Delivery::Unknown {
                detail: format!("the answer to the body was lost: {}", kind_of(&error)),
            },
            Err(_) => Delivery::Unknown { detail: "no answer to the body in time".to_owned() },
        }
    }
}

async fn within<T>(
    wait: Duration,
    phase: &str,
    step: impl Future<Output = Result<T, SmtpError>>,
) -> Result<T, Failure> {
    match timeout(wait, step).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(failure(phase, &error)),
        Err(_) => Err(temporary(phase)),
    }
}

fn temporary(phase: &str) -> Failure {
    Failure::Temporary { code: None, detail: format!("{phase}: no answer in time") }
}

fn failure(phase: &str, error: &SmtpError) -> Failure {
    let code = error.status().map(u16::from);
    // The server's own words may quote the recipient, so only the code is kept.
    let detail = match code {
        Some(code) => format!("{phase}: answered {code}"),
        None => format!("{phase}: {}", kind_of(error)),
    };
    if error.is_permanent() {
        Failure::Permanent { code, detail }
    } else {
        Failure::Temporary { code, detail }
    }
}

/// A refused login is our configuration, not the message: the mail waits until it is mended.
fn retry_later(failure: Failure) -> Failure {
    match failure {
        Failure::Permanent { code, detail } | Failure::Temporary { code, detail } => {
            Failure::Temporary { code, detail }
        }
    }
}

fn kind_of(error: &SmtpError) -> &'static str {
    if error.is_timeout() {
        "timed out"
    } else if error.is_tls() {
        "TLS failed"
    } else if error.is_response() {
        "the answer ended early"
    } else if error.is_client() {
        "the server lacks what we need"
    } else {
        "the connection failed"
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn tls_parameters(config: &SmtpConfig) -> Result<TlsParameters, SmtpConfigError> {
    let refuse = |error: SmtpError| SmtpConfigError::Tls(error.to_string());
    let mut builder = TlsParameters::builder(config.host.clone());
    if let Some(pem) = &config.extra_root_pem {
        builder = builder.add_root_certificate(Certificate::from_pem(pem).map_err(refuse)?);
    }
    builder.build_rustls().map_err(refuse)
}
