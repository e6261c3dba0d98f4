//! What can go wrong with a browser, said so that a failing journey can be understood.

/// An error of the browser driver.
#[derive(Debug, thiserror::Error)]
pub enum BrowserError {
    /// No Chromium on this machine.
    #[error(
        "no Chromium found: looked for {0} on PATH; install one (Debian: `apt-get install \
         chromium`) or leave the journeys out with `cargo xtask test --without browser`"
    )]
    Missing(String),
    /// It was found and did not start.
    #[error("Chromium did not start: {0}")]
    Start(String),
    /// The process or the connection to it has ended.
    #[error("the browser has gone")]
    Closed,
    /// It refused a command.
    #[error("{method}: {message}")]
    Command {
        /// The method of the protocol.
        method: String,
        /// What it answered.
        message: String,
    },
    /// A page could not be opened.
    #[error("{url} could not be opened: {reason}")]
    Navigation {
        /// Where to.
        url: String,
        /// Chromium's name of the fault.
        reason: String,
    },
    /// An element was not there, not alone, or could not be acted on.
    #[error("{wanted}: {reason}, on {page}")]
    Element {
        /// The locator.
        wanted: String,
        /// What was the matter at the end of the wait.
        reason: String,
        /// Address and title of the page.
        page: String,
    },
    /// Something was awaited in vain.
    #[error("waited {seconds} s in vain for {what}")]
    Timeout {
        /// What was awaited.
        what: String,
        /// How long.
        seconds: u64,
    },
    /// A script that was evaluated threw.
    #[error("script: {0}")]
    Script(String),
    /// The page complained; see [`super::Findings`].
    #[error("the page is not clean:\n{0}")]
    NotClean(String),
    /// A key that the driver does not know.
    #[error("no key is called {0}")]
    Key(String),
    /// A picture could not be written.
    #[error("{path}: {source}")]
    Write {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
}
