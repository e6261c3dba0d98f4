//! The runner passes what is right and fails what is wrong: a small server that refuses as it
//! should, and the same with one fault at a time.

use async_trait::async_trait;
use serde_json::Value;
use warmpath_testkit::client::{Client, Request, Response};
use warmpath_testkit::hostile::{Adapter, Case, Gap, Payload, Runner, Verdict};

use crate::server::{Asked, reply, serve};

/// What is wrong with the server.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    AcceptsAll,
    RefusesAll,
    Breaks,
    NoCode,
    TellsForeignIds,
    Changes,
}

struct Small {
    client: Client,
    fault: Fault,
}

fn answer(fault: Fault, asked: &Asked) -> String {
    let problem = |status: u16| {
        let body = r#"{"code":"refused"}"#;
        let kind =
            if fault == Fault::NoCode { "application/json" } else { "application/problem+json" };
        reply(status, kind, "", body)
    };
    if asked.target.contains("foreign") {
        return problem(if fault == Fault::TellsForeignIds { 403 } else { 404 });
    }
    if asked.target.contains("nothing") {
        return problem(404);
    }
    let honest = serde_json::from_slice::<Value>(&asked.body).is_ok_and(|body| {
        body["contact"]["email"].is_string() && body["contact"]["name"].is_string()
    });
    match fault {
        Fault::Breaks => problem(500),
        Fault::AcceptsAll => reply(202, "application/json", "", "{}"),
        Fault::RefusesAll => problem(422),
        _ if honest => reply(202, "application/json", "", "{}"),
        _ => problem(422),
    }
}

impl Small {
    async fn start(fault: Fault) -> Self {
        let address = serve(move |asked| answer(fault, asked)).await;
        Self { client: Client::new(address), fault }
    }
}

#[async_trait]
impl Adapter for Small {
    async fn begin(&self, _: &Case) -> Result<(), Gap> {
        Ok(())
    }
    async fn fill(&self, name: &str, _: &str) -> Result<String, Gap> {
        Ok(if name.starts_with("b.") { "foreign" } else { "nothing" }.to_owned())
    }
    async fn request(&self, _: &str, _: Option<&str>, payload: &Payload) -> Result<Request, Gap> {
        let request = Request::new("POST", "/v1/referrals");
        Ok(match payload {
            Payload::Body { bytes, .. } => request.body("application/json", bytes.clone()),
            _ => request,
        })
    }
    fn path(&self, path: &str) -> String {
        path.to_owned()
    }
    async fn send(&self, request: Request) -> Result<Response, Gap> {
        self.client.send(request).await.map_err(|error| error.to_string())
    }
    async fn send_raw(&self, _: &[u8]) -> Result<Response, Gap> {
        Err("nothing raw here".to_owned())
    }
    async fn act(&self, action: &str, _: &Value) -> Result<Response, Gap> {
        Err(format!("cannot {action}"))
    }
    async fn check(&self, _: &str, _: &Case, _: &[Response]) -> Result<Verdict, Gap> {
        Ok(Verdict::Held)
    }
    async fn scenario(&self, case: &Case, _: &Value) -> Result<Verdict, Gap> {
        Ok(Verdict::when(self.fault == Fault::None, format!("{} undetected", case.id)))
    }
    async fn state(&self) -> Result<String, Gap> {
        // Every look shows another state when the fault is that refusals leave something.
        static LOOKS: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let look = LOOKS.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        Ok(if self.fault == Fault::Changes { look.to_string() } else { String::new() })
    }
    async fn end(&self, _: &Case, _: &[Response]) -> Result<Verdict, Gap> {
        Ok(Verdict::Held)
    }
}

/// Ids that fail of those given.
async fn failing(fault: Fault, ids: &[&str]) -> Vec<String> {
    let cases = Case::load(&["api", "tenant", "ledger", "control", "auth"]).unwrap();
    let cases: Vec<Case> =
        cases.into_iter().filter(|case| ids.contains(&case.id.as_str())).collect();
    assert_eq!(cases.len(), ids.len());
    let small = Small::start(fault).await;
    let report = Runner::new(&small).run(&cases).await;
    assert_eq!(report.passed.len() + report.failed.len(), ids.len());
    report.failed.iter().map(|line| line.split(' ').next().unwrap_or_default().to_owned()).collect()
}

const IDS: [&str; 5] = ["H-API-001", "H-API-005", "H-TENANT-001", "H-LEDGER-001", "H-CONTROL-001"];

#[tokio::test]
async fn a_right_server_passes() {
    assert!(failing(Fault::None, &IDS).await.is_empty());
    assert!(failing(Fault::None, &["H-API-042"]).await.is_empty(), "steps are played");
}

#[tokio::test]
async fn each_fault_is_found() {
    assert_eq!(failing(Fault::AcceptsAll, &IDS[..2]).await, IDS[..2]);
    assert_eq!(failing(Fault::RefusesAll, &["H-CONTROL-001"]).await, ["H-CONTROL-001"]);
    assert_eq!(failing(Fault::Breaks, &["H-API-001"]).await, ["H-API-001"]);
    assert_eq!(failing(Fault::NoCode, &["H-API-001"]).await, ["H-API-001"]);
    assert_eq!(failing(Fault::TellsForeignIds, &["H-TENANT-001"]).await, ["H-TENANT-001"]);
    assert_eq!(failing(Fault::Changes, &["H-API-001"]).await, ["H-API-001"]);
    assert_eq!(failing(Fault::AcceptsAll, &["H-LEDGER-001"]).await, ["H-LEDGER-001"]);
}

#[tokio::test]
async fn a_gap_in_the_adapter_fails_the_case() {
    assert_eq!(failing(Fault::None, &["H-AUTH-002"]).await, ["H-AUTH-002"]);
}
