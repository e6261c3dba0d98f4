//! The DevTools protocol over one web socket: numbered commands with one answer each, and events
//! that are handed to the page they belong to.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::stream::SplitStream;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use super::error::BrowserError;
use super::watch::Watch;

/// A command is answered within this time or never.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;
type Answer = Result<Value, String>;

/// The connection, shared by all pages of a browser.
pub(super) struct Wire {
    out: mpsc::UnboundedSender<Message>,
    next: AtomicU64,
    shared: Arc<Mutex<Shared>>,
}

/// What the reading task and the callers share.
#[derive(Default)]
struct Shared {
    /// Who waits for which answer.
    waiting: BTreeMap<u64, oneshot::Sender<Answer>>,
    /// Pages by the session they are attached under.
    pages: BTreeMap<String, Arc<Watch>>,
    /// True once the connection has ended: nobody may start to wait.
    ended: bool,
}

impl Wire {
    pub(super) async fn connect(address: &str) -> Result<Arc<Self>, BrowserError> {
        // A picture of a long page is tens of megabytes in base64.
        let config = WebSocketConfig::default()
            .max_message_size(Some(256 << 20))
            .max_frame_size(Some(256 << 20));
        let (socket, _) = connect_async_with_config(address, Some(config), true)
            .await
            .map_err(|error| BrowserError::Start(error.to_string()))?;
        let (mut sink, stream) = socket.split();
        let (out, mut queue) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Some(message) = queue.recv().await {
                if sink.send(message).await.is_err() {
                    return;
                }
            }
        });
        let shared = Arc::new(Mutex::new(Shared::default()));
        tokio::spawn(read(stream, Arc::clone(&shared), out.clone()));
        Ok(Arc::new(Self { out, next: AtomicU64::new(1), shared }))
    }

    /// Sends a command to the browser itself.
    pub(super) async fn call(&self, method: &str, params: Value) -> Result<Value, BrowserError> {
        self.send(None, method, params).await
    }

    /// Sends a command to the page attached as `session`.
    pub(super) async fn call_page(
        &self,
        session: &str,
        method: &str,
        params: Value,
    ) -> Result<Value, BrowserError> {
        self.send(Some(session), method, params).await
    }

    /// Has the events of a session handed to a watch.
    pub(super) fn watch(&self, session: &str, watch: Arc<Watch>) {
        lock(&self.shared).pages.insert(session.to_owned(), watch);
    }

    async fn send(
        &self,
        session: Option<&str>,
        method: &str,
        params: Value,
    ) -> Result<Value, BrowserError> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (answer, wait) = oneshot::channel();
        {
            let mut shared = lock(&self.shared);
            if shared.ended {
                return Err(BrowserError::Closed);
            }
            shared.waiting.insert(id, answer);
        }
        let message = command(id, session, method, &params);
        self.out.send(message).map_err(|_| BrowserError::Closed)?;
        match tokio::time::timeout(ANSWER_WITHIN, wait).await {
            Ok(Ok(Ok(value))) => Ok(value),
            Ok(Ok(Err(message))) => {
                Err(BrowserError::Command { method: method.to_owned(), message })
            }
            Ok(Err(_)) => Err(BrowserError::Closed),
            Err(_) => Err(BrowserError::Timeout {
                what: format!("an answer to {method}"),
                seconds: ANSWER_WITHIN.as_secs(),
            }),
        }
    }
}

/// Reads until the connection ends; then everybody who waits learns it.
async fn read(
    mut stream: SplitStream<Socket>,
    shared: Arc<Mutex<Shared>>,
    out: mpsc::UnboundedSender<Message>,
) {
    while let Some(Ok(message)) = stream.next().await {
        let Ok(Ok(mut value)) = message.to_text().map(serde_json::from_str::<Value>) else {
            continue;
        };
        if let Some(id) = value["id"].as_u64() {
            let waiting = lock(&shared).waiting.remove(&id);
            if let Some(waiting) = waiting {
                let _ = waiting.send(answer(&mut value));
            }
        } else {
            event(&shared, &out, &value);
        }
    }
    let mut shared = lock(&shared);
    shared.ended = true;
    shared.waiting.clear();
    for page in shared.pages.values() {
        page.end();
    }
}

fn answer(value: &mut Value) -> Answer {
    match value.get("error") {
        Some(error) => Err(error["message"].as_str().unwrap_or("refused").to_owned()),
        None => Ok(value["result"].take()),
    }
}

fn event(shared: &Mutex<Shared>, out: &mpsc::UnboundedSender<Message>, value: &Value) {
    let (session, method) = (value["sessionId"].as_str(), value["method"].as_str());
    let (Some(session), Some(method)) = (session, method) else {
        return;
    };
    let page = lock(shared).pages.get(session).cloned();
    if let Some(page) = page {
        page.event(method, &value["params"]);
    }
    if method == "Page.javascriptDialogOpening" {
        // A dialog stops the page until somebody answers. Leaving a page is agreed to, all other
        // questions are dismissed; the watch has noted that there was one. Nobody reads the answer.
        let accept = value["params"]["type"] == "beforeunload";
        let params = json!({"accept": accept});
        let _ = out.send(command(0, Some(session), "Page.handleJavaScriptDialog", &params));
    }
}

fn command(id: u64, session: Option<&str>, method: &str, params: &Value) -> Message {
    let mut message = json!({"id": id, "method": method, "params": params});
    if let Some(session) = session {
        message["sessionId"] = session.into();
    }
    Message::text(message.to_string())
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
