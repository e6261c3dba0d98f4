//! One tab: where it goes, how it is looked at, and what it complained about.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use tokio::sync::watch::Receiver;

use super::error::BrowserError;
use super::watch::{Findings, State, Watch, origin};
use super::wire::Wire;

/// How long anything is awaited: long, because machines that run tests are busy ones.
pub(super) const WAIT_MAX: Duration = Duration::from_secs(20);

/// The colour scheme that a visitor prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// `prefers-color-scheme: light`
    Light,
    /// `prefers-color-scheme: dark`
    Dark,
}

/// A cookie as the browser keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cookie {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// True when scripts cannot read it.
    pub http_only: bool,
    /// True when it travels over TLS only.
    pub secure: bool,
    /// `Strict`, `Lax` or `None`; empty when the server did not say.
    pub same_site: String,
}

/// A tab. Its cookies are its visitor's own; [`Page::tab`] opens another one of the same visitor.
pub struct Page {
    wire: Arc<Wire>,
    session: String,
    context: String,
    pub(super) watch: Arc<Watch>,
}

impl Page {
    pub(super) async fn open(wire: Arc<Wire>, context: String) -> Result<Self, BrowserError> {
        let wanted = json!({"url": "about:blank", "browserContextId": context});
        let target = wire.call("Target.createTarget", wanted).await?["targetId"].clone();
        let attach = json!({"targetId": target, "flatten": true});
        let attached = wire.call("Target.attachToTarget", attach).await?;
        let session = attached["sessionId"].as_str().unwrap_or_default().to_owned();
        // The main frame of a page has the id of its target.
        let watch = Arc::new(Watch::new(target.as_str().unwrap_or_default()));
        wire.watch(&session, Arc::clone(&watch));
        let page = Self { wire, session, context, watch };
        for domain in ["Page", "Network", "Runtime", "Log", "Audits", "DOM"] {
            page.call(&format!("{domain}.enable"), json!({})).await?;
        }
        page.call("Page.setLifecycleEventsEnabled", json!({"enabled": true})).await?;
        page.call("Emulation.setFocusEmulationEnabled", json!({"enabled": true})).await?;
        page.set_theme(Theme::Light).await?;
        page.set_viewport(1440, 900).await?;
        Ok(page)
    }

    /// Another tab of the same visitor: same cookies, same storage.
    ///
    /// # Errors
    /// When the browser refuses or has gone.
    pub async fn tab(&self) -> Result<Self, BrowserError> {
        Self::open(Arc::clone(&self.wire), self.context.clone()).await
    }

    /// Opens an address, waits until the page is quiet and gives the status of the answer. The
    /// address's origin counts as the test's own from then on.
    ///
    /// # Errors
    /// When nothing answers there or the page does not become quiet.
    pub async fn goto(&self, url: &str) -> Result<u16, BrowserError> {
        self.watch.change(|state| state.own.extend(origin(url)));
        let answer = self.call("Page.navigate", json!({"url": url})).await?;
        // A file to be saved is an answer too, though no document comes of it.
        if let Some(reason) = answer["errorText"].as_str().filter(|why| *why != "net::ERR_ABORTED")
        {
            return Err(BrowserError::Navigation {
                url: url.to_owned(),
                reason: reason.to_owned(),
            });
        }
        if let Some(loader) = answer["loaderId"].as_str() {
            let arrived = |state: &State| state.ended || state.loader == loader;
            self.until(&format!("the document of {url}"), arrived).await?;
        }
        self.settle().await?;
        Ok(self.watch.read(|state| state.status))
    }

    /// Loads the page again, as goto.
    ///
    /// # Errors
    /// As [`Page::goto`].
    pub async fn reload(&self) -> Result<u16, BrowserError> {
        let before = self.watch.read(|state| state.loader.clone());
        self.call("Page.reload", json!({})).await?;
        self.until("the page again", |state| state.ended || state.loader != before).await?;
        self.settle().await?;
        Ok(self.watch.read(|state| state.status))
    }

    /// Waits until no navigation and no request is under way. Streams of events do not count.
    ///
    /// # Errors
    /// [`BrowserError::Timeout`] when it never becomes quiet.
    pub async fn settle(&self) -> Result<(), BrowserError> {
        loop {
            self.until("the page to become quiet", State::is_quiet).await?;
            // What the last action set going is under way once the page has answered a question;
            // when the document goes away meanwhile, there is more to wait for.
            let answered = self.run("Runtime.evaluate", json!({"expression": "0"})).await;
            let quiet = self.watch.read(State::is_quiet);
            match answered {
                Ok(_) if quiet => return Ok(()),
                Ok(_) | Err(BrowserError::Command { .. }) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// The address shown.
    ///
    /// # Errors
    /// When the browser has gone.
    pub async fn url(&self) -> Result<String, BrowserError> {
        Ok(self.script("location.href").await?.as_str().unwrap_or_default().to_owned())
    }

    /// The title of the page.
    ///
    /// # Errors
    /// When the browser has gone.
    pub async fn title(&self) -> Result<String, BrowserError> {
        Ok(self.script("document.title").await?.as_str().unwrap_or_default().to_owned())
    }

    /// The value of a script's expression, through the protocol: it is not subject to the page's
    /// content policy and runs with scripts switched off.
    ///
    /// # Errors
    /// [`BrowserError::Script`] when it throws.
    pub async fn script(&self, expression: &str) -> Result<Value, BrowserError> {
        let wanted =
            json!({"expression": expression, "returnByValue": true, "awaitPromise": false});
        Ok(self.run("Runtime.evaluate", wanted).await?["result"]["value"].take())
    }

    /// Sets the inner size of the window in CSS pixels; up to 480 wide it also counts as a phone
    /// with touch.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn set_viewport(&self, width: u32, height: u32) -> Result<(), BrowserError> {
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width <= 480,
        });
        self.call("Emulation.setDeviceMetricsOverride", metrics).await.map(drop)
    }

    /// Sets the preferred colour scheme. Motion is always reduced, so that pictures hold still.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn set_theme(&self, theme: Theme) -> Result<(), BrowserError> {
        let scheme = if theme == Theme::Dark { "dark" } else { "light" };
        let features = json!({"features": [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]});
        self.call("Emulation.setEmulatedMedia", features).await.map(drop)
    }

    /// Switches the scripts of pages opened from now on on or off.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn set_scripts(&self, on: bool) -> Result<(), BrowserError> {
        self.allow_scripts(on).await?;
        self.watch.change(|state| state.scripts_off = !on);
        Ok(())
    }

    pub(super) async fn allow_scripts(&self, on: bool) -> Result<(), BrowserError> {
        self.call("Emulation.setScriptExecutionDisabled", json!({"value": !on})).await.map(drop)
    }

    /// Writes a PNG of what the window shows, or of the whole page.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn screenshot(&self, path: &Path, whole: bool) -> Result<(), BrowserError> {
        let wanted = json!({"format": "png", "captureBeyondViewport": whole});
        let wanted = if whole { self.whole(wanted).await? } else { wanted };
        let taken = self.call("Page.captureScreenshot", wanted).await?;
        let bytes = BASE64_STANDARD.decode(taken["data"].as_str().unwrap_or_default());
        let bytes = bytes.map_err(|error| BrowserError::Script(error.to_string()))?;
        let fault = |source| BrowserError::Write { path: path.display().to_string(), source };
        std::fs::write(path, bytes).map_err(fault)
    }

    async fn whole(&self, mut wanted: Value) -> Result<Value, BrowserError> {
        let size = self.call("Page.getLayoutMetrics", json!({})).await?["cssContentSize"].take();
        wanted["clip"] = json!({
            "x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1,
        });
        Ok(wanted)
    }

    /// The cookies that the visitor would send to the page shown.
    ///
    /// # Errors
    /// When the browser has gone.
    pub async fn cookies(&self) -> Result<Vec<Cookie>, BrowserError> {
        let answer = self.call("Network.getCookies", json!({})).await?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let cookies = answer["cookies"].as_array().into_iter().flatten().map(|cookie| Cookie {
            name: text(&cookie["name"]),
            value: text(&cookie["value"]),
            http_only: cookie["httpOnly"] == true,
            secure: cookie["secure"] == true,
            same_site: text(&cookie["sameSite"]),
        });
        Ok(cookies.collect())
    }

    /// Gives the visitor a cookie for an address.
    ///
    /// # Errors
    /// When the browser refuses it.
    pub async fn set_cookie(&self, url: &str, name: &str, value: &str) -> Result<(), BrowserError> {
        let cookie = json!({"url": url, "name": name, "value": value});
        self.call("Network.setCookie", cookie).await.map(drop)
    }

    /// What the browser complained about so far.
    #[must_use]
    pub fn findings(&self) -> Findings {
        self.watch.read(|state| state.findings.clone())
    }

    /// The same, and forgets it: for a step that is expected to leave something.
    #[must_use]
    pub fn take_findings(&self) -> Findings {
        let mut taken = Findings::default();
        self.watch.change(|state| taken = std::mem::take(&mut state.findings));
        taken
    }

    /// Passes when there was no console error, no broken content policy, no request to another
    /// origin and no dialog.
    ///
    /// # Errors
    /// [`BrowserError::NotClean`] with everything found.
    pub fn assert_clean(&self) -> Result<(), BrowserError> {
        let found = self.findings();
        if found.is_empty() { Ok(()) } else { Err(BrowserError::NotClean(found.to_string())) }
    }

    /// Sends a command of the protocol to this page.
    pub(super) async fn call(&self, method: &str, params: Value) -> Result<Value, BrowserError> {
        self.wire.call_page(&self.session, method, params).await
    }

    /// The same for one that runs a script: an exception is an error.
    pub(super) async fn run(&self, method: &str, params: Value) -> Result<Value, BrowserError> {
        let answer = self.call(method, params).await?;
        match answer.get("exceptionDetails") {
            Some(details) => {
                let said = details["exception"]["description"].as_str();
                let said = said.or_else(|| details["text"].as_str()).unwrap_or("it threw");
                Err(BrowserError::Script(said.to_owned()))
            }
            None => Ok(answer),
        }
    }

    /// Waits for a state of the page.
    pub(super) async fn until(
        &self,
        what: &str,
        wanted: impl FnMut(&State) -> bool,
    ) -> Result<(), BrowserError> {
        let mut state: Receiver<State> = self.watch.subscribe();
        let reached = tokio::time::timeout(WAIT_MAX, state.wait_for(wanted)).await;
        match reached {
            Ok(Ok(state)) if !state.ended => Ok(()),
            Ok(_) => Err(BrowserError::Closed),
            Err(_) => {
                Err(BrowserError::Timeout { what: what.to_owned(), seconds: WAIT_MAX.as_secs() })
            }
        }
    }
}
