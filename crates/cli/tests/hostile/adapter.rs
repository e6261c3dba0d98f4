//! The one place that knows what the words of the cases are in this program.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};
use tokio::sync::OnceCell;
use warmpath_app::link;
use warmpath_core::id::{self, RecordId};
use warmpath_core::source::Random as _;
use warmpath_store::table::access;
use warmpath_testkit::browser::Browser;
use warmpath_testkit::client::{Client, ClientError, Request, Response, raw};
use warmpath_testkit::hostile::{Adapter, Case, Gap, Payload, Verdict};
use warmpath_testkit::random::SeededRandom;

use crate::house::House;
use crate::seed::{Seed, Tenant, Way};
use crate::{act, check, last, state, wire};

/// What a case has done so far.
#[derive(Default)]
pub(crate) struct Memory {
    /// Cookie and form token of whoever signed in last, and of those before.
    pub(crate) sessions: Vec<(String, String)>,
    /// Method, target and body of every request that was sent.
    pub(crate) sent: Vec<(String, String, Vec<u8>)>,
    /// What filled placeholders: never to be logged.
    pub(crate) secrets: Vec<String>,
    /// Nonces of the pages that were fetched, by path.
    pub(crate) pages: BTreeMap<String, String>,
    /// Links by which a consent is taken back.
    pub(crate) withdraws: Vec<String>,
    /// Entries of B's ledger before the case.
    pub(crate) entries_b: usize,
    /// Denials in A's ledger before the case.
    pub(crate) denials_a: usize,
    pub(crate) random_ip: u8,
    /// Whose request it was last.
    pub(crate) actor: String,
}

/// The program under test.
pub(crate) struct Program {
    pub(crate) seed: Arc<Seed>,
    house: Mutex<Option<Arc<House>>>,
    pub(crate) memory: Mutex<Memory>,
    pub(crate) chance: SeededRandom,
    /// Started by the first text that is looked at; it ends with the group.
    pub(crate) browser: OnceCell<Browser>,
}

impl Program {
    pub(crate) fn new(seed: Arc<Seed>) -> Self {
        let (house, memory) = (Mutex::new(None), Mutex::default());
        Self { seed, house, memory, chance: SeededRandom::new(3), browser: OnceCell::new() }
    }

    pub(crate) fn house(&self) -> Arc<House> {
        Arc::clone(self.house.lock().unwrap().as_ref().unwrap())
    }

    pub(crate) fn set_house(&self, house: House) {
        *self.house.lock().unwrap() = Some(Arc::new(house));
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.house().address)
    }

    /// `a.sdr` and the like; nobody for those who have no account.
    pub(crate) fn way(&self, actor: &str) -> Option<&Way> {
        let (tenant, role) = actor.split_once('.').unwrap_or(("a", actor));
        match (tenant, role) {
            ("disabled", _) => self.seed.a.ways.get("disabled"),
            ("b", role) => self.seed.b.ways.get(role),
            (_, role) => self.seed.a.ways.get(role),
        }
    }

    pub(crate) fn tenant(&self, letter: &str) -> &Tenant {
        if letter == "b" { &self.seed.b } else { &self.seed.a }
    }

    pub(crate) fn random_id<I: RecordId>(&self) -> I {
        let mut bytes = [0; 16];
        self.chance.fill(&mut bytes);
        // Version 7 at a time near that of the case, so that it looks like one of ours.
        bytes[..4].copy_from_slice(&[0x01, 0x9e, 0x3a, 0x11]);
        bytes[6] = 0x70 | (bytes[6] & 0x0f);
        bytes[8] = 0x80 | (bytes[8] & 0x3f);
        I::from_bytes(bytes)
    }

    /// The newest way back of the person whom the valid link asks, else of the seeded one.
    async fn withdraw_token(&self) -> String {
        let house = self.house();
        let a = &self.seed.a;
        let referral = a.objects["referral"].parse().unwrap();
        let links = access::links_of(house.app.db(), a.id, referral).await.unwrap();
        match links.into_iter().filter(|row| row.purpose == "withdraw").max_by_key(|row| row.id) {
            Some(row) => link::token_of(&house.app, a.id, row.id),
            None => self.seed.tokens["withdraw"].clone(),
        }
    }

    async fn token(&self, name: &str) -> Result<String, Gap> {
        let tokens = &self.seed.tokens;
        let (name, variant) = name.split_once(':').unwrap_or((name, ""));
        let valid = &tokens["valid"];
        let token = match (name, variant) {
            ("purpose", "login") => tokens["login"].clone(),
            ("purpose", "withdraw" | "unsubscribe") => {
                let token = self.withdraw_token().await;
                self.memory.lock().unwrap().withdraws.push(token.clone());
                token
            }
            ("purpose", other) => {
                tokens.get(other).cloned().ok_or(format!("no link for {other}"))?
            }
            ("tenant", _) => wire::foreign_key(&self.house().app, &self.seed),
            ("valid", "") => valid.clone(),
            ("valid", "flip_last_bit") => wire::flip_last_bit(valid),
            ("valid", "drop_last_4") => valid[..valid.len() - 4].to_owned(),
            ("valid", "swapcase") => wire::swap_case(valid),
            ("valid", "percent_encode_all") => {
                valid.bytes().map(|byte| format!("%{byte:02X}")).collect()
            }
            (name, "") => tokens.get(name).cloned().ok_or(format!("no link {name}"))?,
            (name, other) => return Err(format!("no variant {other} of {name}")),
        };
        Ok(token)
    }

    /// The nonce of the page behind a path, by GET; where it shows none any more, the one it had.
    async fn nonce(&self, target: &str) -> String {
        let Ok(page) = self.deliver(Request::new("GET", &self.path(target))).await else {
            return "none".to_owned();
        };
        let found = value_of(&page.text(), "nonce");
        let mut memory = self.memory.lock().unwrap();
        match found {
            Some(nonce) => {
                memory.pages.insert(target.to_owned(), nonce.clone());
                nonce
            }
            // Somebody has the page of before still open.
            None => memory.pages.get(target).cloned().unwrap_or_else(|| "none".to_owned()),
        }
    }

    /// Sends a request as it is, over the wire.
    pub(crate) async fn deliver(&self, request: Request) -> Result<Response, Gap> {
        match self.client().send(request.clone()).await {
            Ok(answer) => Ok(answer),
            // What no client library says goes out as bytes.
            Err(ClientError::Unsayable(_)) => {
                let bytes = wire::bytes_of(&request, &self.house().origin());
                let sent = raw::send(self.house().address, &bytes, Duration::from_secs(20)).await;
                sent.map_err(|error| error.to_string())
            }
            // A server that has heard enough of a large body answers and closes.
            Err(ClientError::Connection(_)) if request.body.len() > 1 << 20 => {
                let bytes = wire::bytes_of(&request, &self.house().origin());
                let sent = raw::send(self.house().address, &bytes, Duration::from_secs(20)).await;
                sent.map_err(|error| error.to_string())
            }
            Err(error) => Err(error.to_string()),
        }
    }

    pub(crate) fn keep_secret(&self, text: &str) {
        self.memory.lock().unwrap().secrets.push(text.to_owned());
    }
}

/// The value of a form's field.
pub(crate) fn value_of(page: &str, name: &str) -> Option<String> {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\""))?;
    Some(rest.split('"').next()?.to_owned())
}

#[async_trait]
impl Adapter for Program {
    async fn begin(&self, case: &Case) -> Result<(), Gap> {
        let house = House::open(&self.seed, true).await;
        let memory = Memory {
            entries_b: state::entries(&house.file, &self.seed.b, ""),
            denials_a: state::entries(&house.file, &self.seed.a, "access.denied"),
            ..Memory::default()
        };
        *self.memory.lock().unwrap() = memory;
        self.set_house(house);
        let _ = case;
        Ok(())
    }

    async fn fill(&self, name: &str, target: &str) -> Result<String, Gap> {
        let house = self.house();
        if let Some(rest) = name.strip_prefix("random.") {
            // A well-formed id of nothing.
            return Ok(match rest {
                "referral" | "cursor" => self.random_id::<id::ReferralId>().to_string(),
                "contact" => self.random_id::<id::PersonId>().to_string(),
                "user" | "admin" | "partner" => self.random_id::<id::MemberId>().to_string(),
                "endpoint" => self.random_id::<id::EndpointId>().to_string(),
                "export" => self.random_id::<id::ImportId>().to_string(),
                "consent" => self.random_id::<id::ConsentId>().to_string(),
                "workspace" => self.random_id::<id::WorkspaceId>().to_string(),
                other => return Err(format!("no id of nothing for {other}")),
            });
        }
        if let Some(rest) = name.strip_prefix("token.") {
            let token = self.token(rest).await?;
            self.keep_secret(&token);
            return Ok(token);
        }
        if let Some(role) = name.strip_prefix("session.") {
            return act::session(self, role);
        }
        if let Some((letter @ ("a" | "b"), object)) = name.split_once('.') {
            let tenant = self.tenant(letter);
            let found = tenant.objects.get(object).cloned();
            return found.ok_or(format!("nothing seeded is called {name}"));
        }
        Ok(match name {
            "unknown_email" => "nobody.here@unheard-of.example".to_owned(),
            "form.nonce" => self.nonce(target).await,
            "origin" => house.origin(),
            "own_port" => house.address.port().to_string(),
            "random_ip" => {
                let mut memory = self.memory.lock().unwrap();
                memory.random_ip = memory.random_ip.wrapping_add(1);
                format!("198.51.100.{}", memory.random_ip)
            }
            "config.secret_key" => "{{config.secret_key}}".to_owned(),
            "now" => house.app.now().as_second().to_string(),
            other => return Err(format!("no placeholder {other}")),
        })
    }

    async fn request(
        &self,
        surface: &str,
        actor: Option<&str>,
        payload: &Payload,
    ) -> Result<Request, Gap> {
        wire::request(self, surface, actor, payload)
    }

    fn path(&self, path: &str) -> String {
        wire::path(self, path)
    }

    async fn send(&self, request: Request) -> Result<Response, Gap> {
        let request = wire::translate(self, request);
        {
            let mut memory = self.memory.lock().unwrap();
            let kept = request.body[..request.body.len().min(64 << 10)].to_vec();
            memory.sent.push((request.method.clone(), request.target.clone(), kept));
        }
        let pair = request.has(wire::ALIKE);
        let mut request = request;
        request.headers.retain(|(name, _)| name != wire::ALIKE);
        let answer = self.deliver(request.clone()).await?;
        if pair { wire::alike(self, &request, answer).await } else { Ok(answer) }
    }

    async fn send_raw(&self, bytes: &[u8]) -> Result<Response, Gap> {
        let bytes = wire::raw(bytes);
        let sent = raw::send(self.house().address, &bytes, Duration::from_secs(20)).await;
        sent.map_err(|error| error.to_string())
    }

    async fn act(&self, action: &str, step: &Value) -> Result<Response, Gap> {
        act::act(self, action, step).await
    }

    async fn check(&self, sentence: &str, case: &Case, seen: &[Response]) -> Result<Verdict, Gap> {
        check::check(self, sentence, case, seen).await
    }

    async fn scenario(&self, case: &Case, input: &Value) -> Result<Verdict, Gap> {
        match case.group() {
            "email" => crate::email::play(self, case, input).await,
            "export" => crate::export::play(self, case, input).await,
            "ssrf" => crate::ssrf::play(self, case, input).await,
            "ledger" => crate::ledger::play(case, input).await,
            "config" => crate::config::play(case, input),
            "raw" => crate::raw::play(self, case, input).await,
            "render" => crate::render::play(self, case, input).await,
            other => Err(format!("no scenario for {other}")),
        }
    }

    async fn state(&self) -> Result<String, Gap> {
        Ok(state::digest(&self.house().file))
    }

    async fn end(&self, case: &Case, seen: &[Response]) -> Result<Verdict, Gap> {
        last::judge(self, case, seen).await
    }
}

/// An honest hand-over, to be bent in one place.
pub(crate) fn honest() -> Value {
    json!({
        "contact": {
            "email": "pat.lee@prospect.example",
            "name": "Pat Lee",
            "company": "Prospect Example Ltd",
        },
        "context": "We worked together on a treasury roll-out.",
        "source": "csm",
    })
}
