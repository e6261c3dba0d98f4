//! What is going on in a page, kept from its events as a state that can be waited for.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;
use tokio::sync::watch;

/// What the browser complained about since the page was opened or the findings were taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Errors on the console, uncaught exceptions, resources that did not load.
    pub console: Vec<String>,
    /// What the page's content security policy refused.
    pub policy: Vec<String>,
    /// Addresses of other origins that the page asked for.
    pub foreign: Vec<String>,
    /// Dialogs that a script opened (`alert`, `confirm`, `prompt`).
    pub dialogs: Vec<String>,
}

impl Findings {
    /// True when there was nothing to complain about.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let groups = [
            ("console", &self.console),
            ("content policy", &self.policy),
            ("request to another origin", &self.foreign),
            ("dialog", &self.dialogs),
        ];
        for (name, lines) in groups {
            for line in lines {
                writeln!(out, "{name}: {line}")?;
            }
        }
        Ok(())
    }
}

/// What a page is doing.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    /// Id of the main frame.
    pub(super) frame: String,
    /// Id of the load that made the document shown; a new one with every navigation.
    pub(super) loader: String,
    /// True once the document of `loader` fired its load event.
    pub(super) loaded: bool,
    /// True between the start and the end of a navigation of the main frame.
    navigating: bool,
    /// A navigation that was asked for and has not started.
    scheduled: bool,
    /// Requests not yet answered, with the load they belong to.
    open: BTreeMap<String, String>,
    /// Kind of every request, by id: a failed one is judged by it.
    kinds: BTreeMap<String, String>,
    /// Status of the last answer that became the document.
    pub(super) status: u16,
    /// Origins that belong to the test.
    pub(super) own: BTreeSet<String>,
    pub(super) findings: Findings,
    /// True when the test has switched scripts off.
    pub(super) scripts_off: bool,
    /// True when the browser has gone.
    pub(super) ended: bool,
}

impl State {
    /// Nothing under way: the document is loaded and no request is open.
    pub(super) fn is_quiet(&self) -> bool {
        self.ended || self.loaded && !self.navigating && !self.scheduled && self.open.is_empty()
    }
}

/// The state of one page and those who wait for a change.
pub(super) struct Watch {
    state: watch::Sender<State>,
}

impl Watch {
    pub(super) fn new(frame: &str) -> Self {
        // The empty page a tab is born with is loaded before anybody can look.
        let state = State { frame: frame.to_owned(), loaded: true, ..State::default() };
        Self { state: watch::Sender::new(state) }
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<State> {
        self.state.subscribe()
    }

    pub(super) fn read<T>(&self, reader: impl FnOnce(&State) -> T) -> T {
        reader(&self.state.borrow())
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut State)) {
        self.state.send_modify(change);
    }

    pub(super) fn end(&self) {
        self.change(|state| state.ended = true);
    }

    /// Takes an event of the protocol in.
    pub(super) fn event(&self, method: &str, params: &Value) {
        self.change(|state| match method.split_once('.') {
            Some(("Page", name)) => page_event(state, name, params),
            Some(("Network", name)) => network_event(state, name, params),
            Some(("Runtime" | "Log" | "Audits", _)) => complaint(state, method, params),
            _ => {}
        });
    }
}

fn page_event(state: &mut State, name: &str, params: &Value) {
    if name == "javascriptDialogOpening" {
        if params["type"] != "beforeunload" {
            state.findings.dialogs.push(text(&params["message"]));
        }
        return;
    }
    if params["frameId"] != state.frame.as_str() {
        return;
    }
    match name {
        "frameScheduledNavigation" | "frameRequestedNavigation" => state.scheduled = true,
        "frameClearedScheduledNavigation" => state.scheduled = false,
        "frameStartedLoading" => (state.navigating, state.scheduled) = (true, false),
        "frameStoppedLoading" => (state.navigating, state.scheduled) = (false, false),
        "lifecycleEvent" if params["name"] == "init" => {
            state.loader = text(&params["loaderId"]);
            state.loaded = false;
            let State { open, loader, .. } = state;
            // The page before will never hear of the requests it left behind.
            open.retain(|_, owner| owner == loader);
        }
        "lifecycleEvent" if params["name"] == "load" => {
            state.loaded = params["loaderId"] == state.loader.as_str();
        }
        _ => {}
    }
}

fn network_event(state: &mut State, name: &str, params: &Value) {
    let id = text(&params["requestId"]);
    match name {
        "requestWillBeSent" => {
            let kind = text(&params["type"]);
            let address = text(&params["request"]["url"]);
            if let Some(origin) = origin(&address).filter(|origin| !state.own.contains(origin)) {
                state.findings.foreign.push(format!("{origin} ({address})"));
            }
            // A stream of events stays open for good.
            if !matches!(kind.as_str(), "EventSource" | "WebSocket" | "Ping" | "Preflight") {
                state.open.insert(id.clone(), text(&params["loaderId"]));
            }
            state.kinds.insert(id, kind);
        }
        "responseReceived" => {
            if params["type"] == "Document" && params["frameId"] == state.frame.as_str() {
                let status = params["response"]["status"].as_u64().unwrap_or(0);
                state.status = u16::try_from(status).unwrap_or(0);
            }
            if params["response"]["mimeType"] == "text/event-stream" {
                state.open.remove(&id);
            }
        }
        "loadingFinished" | "loadingFailed" => {
            state.open.remove(&id);
        }
        _ => {}
    }
}

fn complaint(state: &mut State, method: &str, params: &Value) {
    match method {
        "Runtime.exceptionThrown" => {
            let details = &params["exceptionDetails"];
            let said = details["exception"]["description"].as_str();
            state.findings.console.push(said.map_or_else(|| text(&details["text"]), str::to_owned));
        }
        "Runtime.consoleAPICalled" if params["type"] == "error" || params["type"] == "assert" => {
            let words = params["args"].as_array().into_iter().flatten();
            let words: Vec<String> = words
                .map(|word| {
                    word.get("value").or(word.get("description")).map_or(String::new(), text)
                })
                .collect();
            state.findings.console.push(words.join(" "));
        }
        "Audits.issueAdded" if params["issue"]["code"] == "ContentSecurityPolicyIssue" => {
            let details = &params["issue"]["details"]["contentSecurityPolicyIssueDetails"];
            let (rule, blocked) =
                (text(&details["violatedDirective"]), text(&details["blockedURL"]));
            state.findings.policy.push(format!("{rule} {blocked}").trim().to_owned());
        }
        "Log.entryAdded" if params["entry"]["level"] == "error" => {
            log_entry(state, &params["entry"])
        }
        _ => {}
    }
}

/// A refusal that a form or a script asked for is an answer, not a fault; a picture, a style or a
/// script that does not load is one, and so is every 5xx.
fn log_entry(state: &mut State, entry: &Value) {
    let said = text(&entry["text"]);
    if said.contains("Content Security Policy") || said.contains("Content-Security-Policy") {
        // The audit event says the same with the directive.
        return;
    }
    let kind = entry["networkRequestId"].as_str().and_then(|id| state.kinds.get(id));
    let asked = matches!(kind.map(String::as_str), Some("Document" | "Fetch" | "XHR"));
    let refused = said.contains("status of 4");
    if !(asked && refused) {
        state.findings.console.push(format!("{said} {}", text(&entry["url"])).trim().to_owned());
    }
}

/// Scheme, host and port of an address that leads over the network; `None` for all others.
pub(super) fn origin(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://")?;
    if !matches!(scheme, "http" | "https" | "ws" | "wss") {
        return None;
    }
    let host = rest.split(['/', '?', '#']).next()?;
    Some(format!("{scheme}://{host}"))
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(
        || if value.is_null() { String::new() } else { value.to_string() },
        str::to_owned,
    )
}
