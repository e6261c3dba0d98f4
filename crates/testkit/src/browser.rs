//! Chromium over its DevTools protocol, small: what a journey, a picture and an accessibility check
//! need, and no more.
//!
//! [`Browser`] is the process; [`Page`] is one tab with its own cookies; a [`Locator`] names an
//! element the way a person would (by role and name, by label, by text) or by CSS. Every action
//! waits until its element can be acted on and until the page is quiet again, so that a journey
//! holds no pause of its own. What the browser complained about on the way (console errors, broken
//! content policy, requests to other hosts, dialogs) is collected; [`Page::assert_clean`] says it.
//!
//! Start reading at [`page`]; [`wire`] speaks the protocol, [`launch`] finds and starts Chromium,
//! [`watch`] turns its events into state that can be waited for.

mod act;
mod axe;
mod error;
mod find;
mod key;
mod launch;
mod page;
mod watch;
mod wire;

use std::process::Child;
use std::sync::Arc;

use serde_json::json;
use tempfile::TempDir;

pub use axe::{Offender, Violation, describe};
pub use error::BrowserError;
pub use find::{Locator, css, label, role, text};
pub use launch::binary;
pub use page::{Cookie, Page, Theme};
pub use watch::Findings;

/// A headless Chromium of one's own, with an empty profile that is removed at the end.
pub struct Browser {
    wire: Arc<wire::Wire>,
    process: Child,
    /// Holds the profile until the process has ended.
    _profile: TempDir,
}

impl Browser {
    /// Finds Chromium and starts it on a free port of the loopback.
    ///
    /// # Errors
    /// [`BrowserError::Missing`] when there is no Chromium, [`BrowserError::Start`] with what it
    /// said when it does not come up.
    pub async fn start() -> Result<Self, BrowserError> {
        let launch::Launched { process, profile, address } = launch::launch()?;
        let mut started = Started { process: Some(process) };
        let wire = wire::Wire::connect(&address).await?;
        let process = started.process.take().ok_or(BrowserError::Closed)?;
        Ok(Self { wire, process, _profile: profile })
    }

    /// Opens a page for somebody new: no cookie, no storage in common with other pages.
    ///
    /// # Errors
    /// When the browser refuses or has gone.
    pub async fn visitor(&self) -> Result<Page, BrowserError> {
        let context = self.wire.call("Target.createBrowserContext", json!({})).await?;
        let context = context["browserContextId"].as_str().unwrap_or_default().to_owned();
        Page::open(Arc::clone(&self.wire), context).await
    }

    /// The id of the process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        end(&mut self.process);
    }
}

/// Ends the process when the connection to it could not be made.
struct Started {
    process: Option<Child>,
}

impl Drop for Started {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            end(process);
        }
    }
}

/// Its children (renderers) end by themselves when it is gone.
fn end(process: &mut Child) {
    let _ = process.kill();
    let _ = process.wait();
}
