//! The log: one JSON object a line on standard error.
//!
//! It holds ids and codes, never what a person is called or wrote. A panic is logged with its place
//! and not with its message, because a message may quote what was being worked on.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// What is logged where nobody says otherwise.
const LEVEL: &str = "info";

/// Starts logging at this level; `info` where none is given.
pub(crate) fn start(level: Option<&str>) {
    if start_into(level.unwrap_or(LEVEL), std::io::stderr) {
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            tracing::error!(place, "panic");
        }));
    }
}

/// Whether logging was started here: the first one in a process stays.
fn start_into<W>(level: &str, writer: W) -> bool
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    // Libraries log what they carry (addresses, statements, headers): only their warnings pass,
    // at every level that is asked for.
    let ours = format!("warn,warmpath={level},{}", of_crates(level));
    let filter = EnvFilter::try_new(ours).unwrap_or_else(|_| EnvFilter::new(LEVEL));
    let builder = tracing_subscriber::fmt().json().with_current_span(true).with_span_list(false);
    builder.with_env_filter(filter).with_writer(writer).try_init().is_ok()
}

fn of_crates(level: &str) -> String {
    let crates =
        ["app", "core", "integrations", "jobs", "store", "store_postgres", "store_sqlite", "web"];
    crates.map(|name| format!("warmpath_{name}={level}")).join(",")
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::http::{Request, header};
    use tower::ServiceExt as _;
    use warmpath_core::role::Role;

    use super::*;
    use crate::{demo, house};

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    async fn send(router: &Router, path: &str, cookie: &str, form: Option<&str>) -> (u16, String) {
        let method = if form.is_some() { "POST" } else { "GET" };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::COOKIE, cookie)
            .header(header::ORIGIN, "http://127.0.0.1")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.unwrap_or_default().to_owned()))
            .unwrap();
        let answer = router.clone().oneshot(request).await.unwrap();
        let status = answer.status().as_u16();
        let cookie = answer.headers().get(header::SET_COOKIE).cloned();
        let body = to_bytes(answer.into_body(), 1 << 22).await.unwrap();
        let body = String::from_utf8_lossy(&body).into_owned();
        (status, cookie.map_or(body, |c| c.to_str().unwrap().to_owned()))
    }

    fn value_of<'a>(page: &'a str, name: &str) -> &'a str {
        let mark = format!("name=\"{name}\" value=\"");
        page.split_once(&mark).unwrap().1.split('"').next().unwrap()
    }

    /// Somebody signs in, hands over a person and looks at the figures, at the finest level: the
    /// log names neither of them, and no secret of a link.
    #[tokio::test(flavor = "multi_thread")]
    async fn no_line_holds_a_name_a_mailbox_a_word_or_a_secret() {
        let lines = Lines::default();
        let made = lines.clone();
        assert!(start_into("trace", move || made.clone()));
        let folder = tempfile::tempdir().unwrap();
        let house = house::open(folder.path(), "http://127.0.0.1").await.unwrap();
        demo::found(&house.app).await.unwrap();
        let router = warmpath_web::router(warmpath_web::Face::new(Arc::clone(&house.app)));

        let workspaces = warmpath_app::read_workspace::all(&house.app).await.unwrap();
        let members = warmpath_app::read_workspace::members(&house.app, workspaces[0].workspace);
        let members = members.await.unwrap();
        let admin = members.iter().find(|m| m.role == Role::Admin).unwrap();
        let link = warmpath_app::sign_in::printed_link(&house.app, admin).await.unwrap();
        let path = link.strip_prefix("http://127.0.0.1").unwrap();
        let (_, page) = send(&router, path, "", None).await;
        let form = format!("nonce={}", value_of(&page, "nonce"));
        let (_, cookie) = send(&router, path, "", Some(&form)).await;
        let cookie = cookie.split(';').next().unwrap().to_owned();

        let (_, page) = send(&router, "/hand-over", &cookie, None).await;
        let form = format!(
            "csrf={}&idempotency_key={}&name=Zebulon+Canarywood&company=Canary+Works\
             &email=zebulon%40canary-works.example&relation=worked_together&kind=direct\
             &words=Canarysong+before+dawn",
            value_of(&page, "csrf"),
            value_of(&page, "idempotency_key"),
        );
        let (status, answer) = send(&router, "/hand-over", &cookie, Some(&form)).await;
        assert_eq!(status, 303, "{answer}");
        house.worker.until_idle().await.unwrap();
        let (status, page) = send(&router, "/insights?days=30", &cookie, None).await;
        assert_eq!(status, 200, "{page}");
        assert!(page.contains("From introduction to deal"));
        let (status, table) = send(&router, "/insights.csv?part=stages", &cookie, None).await;
        assert_eq!(status, 200);
        assert!(table.contains("stages,received,of all received,1,1,1,"), "{table}");
        let (status, report) = send(&router, "/v1/report?origin=colleague", &cookie, None).await;
        assert_eq!(status, 200);
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        assert_eq!(report["stages"][0]["name"], "received");
        let (status, problem) = send(&router, "/v1/report?days=0", &cookie, None).await;
        assert_eq!(status, 422, "{problem}");
        let (status, _) = send(&router, "/v1/report", "", None).await;
        assert_eq!(status, 401);

        let logged = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        assert!(logged.contains("\"route\":\"/hand-over\""), "{logged}");
        let token = path.rsplit('/').next().unwrap();
        let secret = cookie.split_once('=').unwrap().1;
        let lower = logged.to_lowercase();
        for canary in ["zebulon", "canary", &admin.name, &admin.email, token, secret] {
            assert!(!lower.contains(&canary.to_lowercase()), "{canary} is in the log");
        }
    }
}
