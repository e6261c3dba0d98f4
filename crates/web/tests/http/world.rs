//! A small house for HTTP tests: a workspace of the sample document over a file in a temporary
//! folder, with a clock that stands still.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use jiff::Timestamp;
use serde_json::Value;
use tower::ServiceExt as _;
use warmpath_app::context::PathwayCache;
use warmpath_app::keys::Keys;
use warmpath_app::propose_criteria::LanguageModel;
use warmpath_app::rows::EntryRow;
use warmpath_app::setup_workspace::{self, Setup};
use warmpath_app::{App, Config, api_key};
use warmpath_core::id::WorkspaceId;
use warmpath_core::role::Role;
use warmpath_core::source::Random as _;
use warmpath_store::ChangeSet;
use warmpath_store::table::{ledger, workspace};
use warmpath_store_sqlite::Sqlite;
use warmpath_testkit::clock::FakeClock;
use warmpath_testkit::random::SeededRandom;
use warmpath_web::{Face, router};

pub(crate) struct World {
    pub(crate) app: Arc<App>,
    pub(crate) workspace: WorkspaceId,
    router: axum::Router,
    folder: Arc<tempfile::TempDir>,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with_model(None).await
    }

    /// A house that has a language model.
    pub(crate) async fn with_model(model: Option<Arc<dyn LanguageModel>>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = Arc::new(Sqlite::open(&folder.path().join("test.db")).unwrap());
        let start: Timestamp = "2026-05-18T09:00:00Z".parse().unwrap();
        warmpath_store::migration::migrate(&*db, start).await.unwrap();
        let random = SeededRandom::new(7);
        let mut secret = [0; 32];
        random.fill(&mut secret);
        let config = Config {
            public_url: "http://127.0.0.1:8080".to_owned(),
            mail_from: "house@corvane.example".to_owned(),
            looks_up_mail_exchangers: false,
            first_contact_minutes: None,
            zone: "Europe/Berlin".to_owned(),
            trusted_proxies: Vec::new(),
            outbound_held: false,
        };
        let app = Arc::new(App {
            db,
            clock: Arc::new(FakeClock::at(start)),
            random: Arc::new(random),
            keys: Keys::new(secret),
            config,
            pathways: PathwayCache::default(),
            universes: warmpath_app::universe::Universes::default(),
            networks: warmpath_app::network::Networks::default(),
            language_model: model,
            wake: Arc::new(|| {}),
        });
        Self::in_house(app, Arc::new(folder)).await
    }

    /// Another workspace in the same house and database.
    pub(crate) async fn beside(&self) -> Self {
        Self::in_house(Arc::clone(&self.app), Arc::clone(&self.folder)).await
    }

    async fn in_house(app: Arc<App>, folder: Arc<tempfile::TempDir>) -> Self {
        let setup: Setup =
            toml::from_str(include_str!("../../../../samples/workspace.toml")).unwrap();
        let pathways = [
            include_str!("../../../../samples/pathways/customer-referrals.toml").to_owned(),
            include_str!("../../../../samples/pathways/partner-referrals.toml").to_owned(),
        ];
        let workspace = setup_workspace::run(&app, &setup, &pathways).await.unwrap();
        let router = router(Face::new(Arc::clone(&app)));
        Self { app, workspace, router, folder }
    }

    /// A key that acts for the first member of this role.
    pub(crate) async fn key(&self, role: Role, scopes: &[&str]) -> String {
        let members = workspace::members(self.app.db(), self.workspace).await.unwrap();
        let member = members.iter().find(|m| m.role == role).unwrap();
        let (row, text) = api_key::make(&self.app, member, "test", scopes);
        let mut changes = ChangeSet::new();
        changes.push(row.insert());
        changes.apply(self.app.db()).await.unwrap();
        text
    }

    pub(crate) fn request(
        &self,
        method: &str,
        path: &str,
        key: Option<&str>,
        kind: Option<&str>,
        body: Vec<u8>,
    ) -> Request<Body> {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(key) = key.filter(|key| !key.is_empty()) {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        request.body(Body::from(body)).unwrap()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> (StatusCode, HeaderMap, Vec<u8>) {
        answer(self.router.clone(), request).await
    }

    pub(crate) async fn get(&self, key: &str, path: &str) -> (StatusCode, Value) {
        let request = self.request("GET", path, Some(key), None, Vec::new());
        let (status, _, body) = self.send(request).await;
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    pub(crate) async fn post(&self, key: &str, path: &str, body: &Value) -> (StatusCode, Value) {
        self.post_with(key, path, body, None).await
    }

    pub(crate) fn post_with(
        &self,
        key: &str,
        path: &str,
        body: &Value,
        idempotency: Option<&str>,
    ) -> impl Future<Output = (StatusCode, Value)> + Send + use<> {
        let body = body.to_string().into_bytes();
        let mut request = self.request("POST", path, Some(key), Some("application/json"), body);
        if let Some(text) = idempotency {
            request.headers_mut().insert("idempotency-key", text.parse().unwrap());
        }
        let router = self.router.clone();
        async move {
            let (status, _, body) = answer(router, request).await;
            (status, serde_json::from_slice(&body).unwrap_or_default())
        }
    }

    /// The ledger's entries of a kind, numbered or not.
    pub(crate) async fn entries(&self, kind: &str) -> Vec<EntryRow> {
        let found = ledger::unnumbered(self.app.db(), self.workspace, 500).await.unwrap();
        found.into_iter().filter(|e| e.kind == kind).collect()
    }
}

async fn answer(router: axum::Router, request: Request<Body>) -> (StatusCode, HeaderMap, Vec<u8>) {
    let response = router.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, 16 << 20).await.unwrap();
    (parts.status, parts.headers, body.to_vec())
}
