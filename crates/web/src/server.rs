//! The front of the house: routes, limits, security headers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tower_http::timeout::TimeoutLayer;
use warmpath_app::App;
use warmpath_core::limits;

use crate::kept_figures::KeptFigures;
use crate::limit::Limiter;
use crate::measure::Measure;
use crate::{api, assets, observe, pages, refuse, watch};

/// What every handler can reach.
#[derive(Clone)]
pub struct Face {
    /// The use cases.
    pub app: Arc<App>,
    /// Cookies are marked secure: the public address is https.
    pub secure: bool,
    /// How often who may ask.
    pub limiter: Arc<Limiter>,
    /// The figures made last, where making them takes long.
    pub figures: Arc<KeptFigures>,
    /// What was answered, and how fast.
    pub measure: Arc<Measure>,
    /// The program is stopping: it finishes what it has and is not ready for more.
    draining: Arc<AtomicBool>,
}

impl Face {
    /// A face over these use cases.
    pub fn new(app: Arc<App>) -> Self {
        let secure = app.config.public_url.starts_with("https://");
        Self {
            app,
            secure,
            limiter: Arc::default(),
            figures: Arc::default(),
            measure: Arc::default(),
            draining: Arc::default(),
        }
    }

    /// Without limits on how often who may ask: for measuring how fast the house is.
    #[must_use]
    pub fn unlimited(mut self) -> Self {
        self.limiter = Arc::new(Limiter::unlimited());
        self
    }

    /// From now on `/readyz` says no, so that nothing new is sent here.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::SeqCst);
    }

    /// Whether the program is stopping.
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::SeqCst)
    }
}

/// A request is answered within this time, or given up.
const ANSWER_SECONDS: u64 = 30;

/// All routes, with what surrounds them.
pub fn router(face: Face) -> Router {
    Router::new()
        .merge(pages::routes())
        .merge(api::routes())
        .route("/assets/{*path}", axum::routing::get(assets::serve))
        .fallback(pages::not_found)
        .layer(middleware::from_fn(refuse::dress))
        .layer(middleware::from_fn_with_state(face.clone(), watch::requests))
        .layer(middleware::from_fn_with_state(face.clone(), same_origin))
        .layer(DefaultBodyLimit::max(limits::BODY_BYTES_MAX))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            Duration::from_secs(ANSWER_SECONDS),
        ))
        .layer(middleware::from_fn(refuse::dress))
        .layer(middleware::from_fn_with_state(face.clone(), observe::observe))
        .layer(middleware::from_fn(security_headers))
        .with_state(face)
}

/// Refuses an unsafe request that a page of somebody else sent. Mail programs that withdraw with
/// one click and programs with an API key send no cookie and are let through.
async fn same_origin(State(face): State<Face>, request: Request, next: Next) -> Response {
    // What is none of these changes nothing anywhere: its route refuses it as a method.
    let changing = [Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    let safe = !changing.contains(request.method());
    let headers = request.headers();
    let path = request.uri().path();
    let one_click = path.starts_with("/w/") || path.starts_with("/u/");
    let program = headers.contains_key(header::AUTHORIZATION) || path.starts_with("/v1/");
    if safe || one_click || program || is_ours(headers, &face.app.config.public_url) {
        return next.run(request).await;
    }
    refuse::foreign_origin().into_response()
}

fn is_ours(headers: &axum::http::HeaderMap, public_url: &str) -> bool {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    // Our pages tell nobody where they were, so browsers send the origin of their forms as "null";
    // what no page can forge then says whether it was ours.
    if let Some(origin) = text("origin").filter(|origin| *origin != "null") {
        return origin == public_url;
    }
    matches!(text("sec-fetch-site"), Some("same-origin" | "none"))
}

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                   font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
                   frame-ancestors 'none'";

async fn security_headers(request: Request, next: Next) -> Response {
    let is_asset = request.uri().path().starts_with("/assets/");
    let mut response = next.run(request).await;
    let refused = response.status().is_client_error() || response.status().is_server_error();
    let headers = response.headers_mut();
    let mut set = |name: header::HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, CSP);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(header::HeaderName::from_static("permissions-policy"), "interest-cohort=()");
    if !is_asset || refused {
        set(header::CACHE_CONTROL, "no-store");
    }
    response
}
