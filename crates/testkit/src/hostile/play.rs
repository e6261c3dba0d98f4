//! Plays cases one after the other and collects what failed.

use std::collections::BTreeMap;
use std::fmt;

use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::expand::{expand, names, replace};
use super::judge::{self, Seen};
use super::{Adapter, Case, Gap, Input, Payload, Verdict};
use crate::client::{Request, Response};

/// What became of a run.
#[derive(Debug, Default)]
pub struct Report {
    /// Ids of the cases that passed.
    pub passed: Vec<String>,
    /// One line per failing case: id, file, what was wrong.
    pub failed: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.failed {
            writeln!(out, "{line}")?;
        }
        write!(out, "{} hostile cases passed, {} failed", self.passed.len(), self.failed.len())
    }
}

/// Plays cases through an adapter.
pub struct Runner<'a, A: Adapter> {
    adapter: &'a A,
}

/// One case being played.
struct Play<'a, A: Adapter> {
    adapter: &'a A,
    case: &'a Case,
    /// Placeholders already filled.
    known: BTreeMap<String, String>,
    seen: Vec<Seen>,
    faults: Vec<String>,
}

impl<'a, A: Adapter> Runner<'a, A> {
    /// A runner for a system.
    pub const fn new(adapter: &'a A) -> Self {
        Self { adapter }
    }

    /// Plays every case in order.
    pub async fn run(&self, cases: &[Case]) -> Report {
        let mut report = Report::default();
        for case in cases {
            let faults = self.play(case).await;
            if faults.is_empty() {
                report.passed.push(case.id.clone());
            } else {
                let line = format!("{} {}: {}", case.id, case.file, faults.join("; "));
                report.failed.push(line.replace('\n', " "));
            }
        }
        report
    }

    /// Plays one case; what was wrong, nothing when it passed.
    pub async fn play(&self, case: &Case) -> Vec<String> {
        let mut play = Play {
            adapter: self.adapter,
            case,
            known: BTreeMap::new(),
            seen: Vec::new(),
            faults: Vec::new(),
        };
        if let Err(gap) = play.run().await {
            play.faults.push(format!("not played to its end: {gap}"));
        }
        play.faults
    }
}

impl<A: Adapter> Play<'_, A> {
    async fn run(&mut self) -> Result<(), Gap> {
        let input = self.case.input()?;
        self.adapter.begin(self.case).await?;
        if let Input::Scenario(value) = &input {
            let value = self.fill(value, "").await?;
            let verdict = self.adapter.scenario(self.case, &value).await?;
            self.take(verdict);
            return self.finish().await;
        }
        let before = self.adapter.state().await?;
        match &input {
            Input::Single(payload) => {
                let payload = self.fill_payload(payload).await?;
                let request = self.request(None, &payload).await?;
                self.exchange(request).await?;
                self.judge_last();
            }
            Input::Raw(bytes) => {
                let start = Instant::now();
                let answer = self.adapter.send_raw(bytes).await?;
                self.note(answer, start);
                self.judge_last();
            }
            Input::Request(value) => self.request_case(value).await?,
            Input::Pair(value) => self.pair(value).await?,
            Input::Steps(steps) => {
                for step in steps {
                    self.step(step).await?;
                }
            }
            Input::Scenario(_) => {}
        }
        let answers = self.answers();
        if judge::must_not_change(self.case, &answers) && self.adapter.state().await? != before {
            // Some steps accept by design: then their own checks judge what changed.
            let stepwise = matches!(input, Input::Steps(_))
                && answers.iter().any(|answer| answer.status < 400);
            if !stepwise {
                self.faults.push("the state has changed".to_owned());
            }
        }
        for sentence in &self.case.invariants {
            if !sentence.starts_with("bounded") {
                self.check(sentence).await?;
            }
        }
        self.finish().await
    }

    async fn finish(&mut self) -> Result<(), Gap> {
        for seen in &self.seen {
            self.faults.extend(judge::global(self.case, seen));
        }
        self.faults.dedup();
        let verdict = self.adapter.end(self.case, &self.answers()).await?;
        self.take(verdict);
        Ok(())
    }

    fn take(&mut self, verdict: Verdict) {
        if let Verdict::Broken(reason) = verdict {
            self.faults.push(reason);
        }
    }

    async fn check(&mut self, sentence: &str) -> Result<(), Gap> {
        match self.adapter.check(sentence, self.case, &self.answers()).await? {
            Verdict::Held => {}
            Verdict::Broken(why) => self.faults.push(format!("“{sentence}”: {why}")),
        }
        Ok(())
    }

    fn judge_last(&mut self) {
        let fault = self.seen.last().and_then(|seen| judge::status(self.case, &seen.answer));
        self.faults.extend(fault);
    }

    /// A request with actor and path. Where a foreign object must look like no object, the same is
    /// asked for with ids of nothing.
    async fn request_case(&mut self, value: &Value) -> Result<(), Gap> {
        let probe = self.fill(value, "").await?;
        let request = self.build(&probe).await?;
        self.exchange(request).await?;
        self.judge_last();
        if self.case.outcome == super::Outcome::Indistinguishable {
            let text = value.to_string().replace("{{b.", "{{random.");
            let control = serde_json::from_str(&text).map_err(|error| error.to_string())?;
            let control = self.fill(&control, "").await?;
            let request = self.build(&control).await?;
            self.exchange(request).await?;
            self.compare_last_two();
        }
        Ok(())
    }

    async fn pair(&mut self, value: &Value) -> Result<(), Gap> {
        let surface = value["surface"].as_str().unwrap_or_default().to_owned();
        for part in ["probe", "control"] {
            let payload = Payload::Value(self.fill(&value[part], "").await?);
            let request = self.adapter.request(&surface, None, &payload).await?;
            self.exchange(request).await?;
        }
        self.compare_last_two();
        Ok(())
    }

    fn compare_last_two(&mut self) {
        if let [.., probe, control] = self.seen.as_slice()
            && let Some(what) = judge::difference(&probe.answer, &control.answer)
        {
            self.faults.push(format!("probe and control can be told apart: {what}"));
        }
    }

    /// One step: what it says in words, its request (or several at once), and its checks.
    async fn step(&mut self, step: &Value) -> Result<(), Gap> {
        let times = step["repeat"].as_u64().unwrap_or(1);
        // What is done in words sets the stage; what is then refused must leave it as it is.
        let refused = self.case.outcome == super::Outcome::Reject && step["action"].is_null();
        let before = if refused { Some(self.adapter.state().await?) } else { None };
        for _ in 0..times {
            match &step["parallel"] {
                Value::Array(list) => self.at_once(list.clone(), step).await?,
                Value::Number(count) => {
                    let copies = vec![step.clone(); count.as_u64().unwrap_or(1) as usize];
                    self.at_once(copies, step).await?;
                }
                _ => self.at_once(vec![step.clone()], step).await?,
            }
        }
        if let Some(before) = before
            && self.adapter.state().await? != before
        {
            self.faults.push("a refused step has changed the state".to_owned());
        }
        if let Some(sentence) = step["check"].as_str() {
            self.check(sentence).await?;
        }
        for key in ["same_body_as", "same_bytes_as"] {
            self.same_as(step, key);
        }
        Ok(())
    }

    fn same_as(&mut self, step: &Value, key: &str) {
        let Some(index) = step[key].as_u64() else {
            return;
        };
        let (earlier, last) = (self.seen.get(index as usize), self.seen.last());
        if let (Some(earlier), Some(last)) = (earlier, last)
            && earlier.answer.body != last.answer.body
        {
            self.faults.push(format!("the body differs from that of step {index}"));
        }
    }

    /// Sends copies at the same instant; `step` says what is accepted.
    async fn at_once(&mut self, copies: Vec<Value>, step: &Value) -> Result<(), Gap> {
        if step["action"].is_null()
            && step["method"].is_null()
            && step["path"].is_null()
            && step["headers"].is_null()
            && step["body"].is_null()
            && step["parallel"].is_null()
        {
            // A step that is a check alone.
            return Ok(());
        }
        let adapter = self.adapter;
        let mut filled = Vec::new();
        for copy in copies {
            let path = copy["path"].as_str().unwrap_or_default().to_owned();
            let path = self.fill(&Value::String(path), "").await?;
            filled.push(self.fill(&copy, path.as_str().unwrap_or_default()).await?);
        }
        let mut requests = Vec::new();
        for copy in &filled {
            requests.push(match copy["action"].as_str() {
                Some(_) => None,
                None => Some(self.build(copy).await?),
            });
        }
        let sends = requests.into_iter().zip(&filled).map(|(request, copy)| async move {
            let start = Instant::now();
            let answer = match request {
                Some(request) => adapter.send(request).await,
                None => adapter.act(copy["action"].as_str().unwrap_or_default(), copy).await,
            };
            answer.map(|answer| (answer, start))
        });
        for outcome in join_all(sends).await {
            let (answer, start) = outcome?;
            let took = start.elapsed().as_millis();
            if !judge::expected(step, answer.status) {
                self.faults.push(format!("answered {}, not {}", answer.status, step["expect"]));
            }
            if step["within_ms"].as_u64().is_some_and(|within| took > u128::from(within)) {
                self.faults.push(format!("took {took} ms"));
            }
            self.note(answer, start);
        }
        Ok(())
    }

    /// The request of a step or of a request case, placeholders already filled. What it does not
    /// say comes from the surface.
    async fn build(&self, step: &Value) -> Result<Request, Gap> {
        let actor = step["as"].as_str();
        let bytes = match &step["body"] {
            Value::Null => Vec::new(),
            Value::String(text) => {
                let mut bytes = Vec::new();
                expand(text, &mut bytes).map_err(|error| error.to_string())?;
                bytes
            }
            value => value.to_string().into_bytes(),
        };
        let content_type = step["content_type"].as_str().map(str::to_owned);
        let content_type = content_type
            .or_else(|| step["body"].is_object().then(|| "application/json".to_owned()));
        let payload = match bytes.is_empty() && step["content_type"].is_null() {
            true => Payload::Nothing,
            false => Payload::Body { content_type, bytes, headers: Vec::new() },
        };
        let mut request = self.adapter.request(&self.case.surface, actor, &payload).await?;
        if let Some(method) = step["method"].as_str() {
            method.clone_into(&mut request.method);
        }
        if let Some(path) = step["path"].as_str() {
            request.target = self.adapter.path(path);
            if step["method"].is_null() {
                "GET".clone_into(&mut request.method);
            }
        }
        for (name, value) in headers(&step["headers"]) {
            // A content type that the case names takes the place of the surface's own.
            let own = name.eq_ignore_ascii_case("content-type");
            request.headers.retain(|(known, _)| !(own && known.eq_ignore_ascii_case(&name)));
            request.headers.push((name, value.into_bytes()));
        }
        if let Some(cookie) = step["cookie"].as_str() {
            request.headers.push(("Cookie".to_owned(), cookie.into()));
        }
        Ok(request)
    }

    async fn request(&self, actor: Option<&str>, payload: &Payload) -> Result<Request, Gap> {
        self.adapter.request(&self.case.surface, actor, payload).await
    }

    async fn exchange(&mut self, request: Request) -> Result<(), Gap> {
        let start = Instant::now();
        let answer = self.adapter.send(request).await?;
        self.note(answer, start);
        Ok(())
    }

    fn note(&mut self, answer: Response, start: Instant) {
        self.seen.push(Seen { answer, took: start.elapsed() });
    }

    fn answers(&self) -> Vec<Response> {
        self.seen.iter().map(|seen| seen.answer.clone()).collect()
    }

    async fn fill_payload(&mut self, payload: &Payload) -> Result<Payload, Gap> {
        Ok(match payload {
            Payload::Value(value) => Payload::Value(self.fill(value, "").await?),
            // Small bodies may hold names; a bomb holds none and is not searched.
            Payload::Body { content_type, bytes, headers } if bytes.len() < 64 << 10 => {
                let bytes = match std::str::from_utf8(bytes) {
                    Ok(text) => {
                        let text = self.fill(&Value::String(text.to_owned()), "").await?;
                        text.as_str().unwrap_or_default().as_bytes().to_vec()
                    }
                    Err(_) => bytes.clone(),
                };
                let (content_type, headers) = (content_type.clone(), headers.clone());
                Payload::Body { content_type, bytes, headers }
            }
            other => other.clone(),
        })
    }

    /// Replaces every name in a value's strings.
    async fn fill(&mut self, value: &Value, target: &str) -> Result<Value, Gap> {
        // Working on the JSON text would let a filled quote break out; strings are walked instead.
        for name in names(&value.to_string()) {
            let volatile = name == "form.nonce" || name == "random_ip" || name.starts_with("now");
            if volatile || !self.known.contains_key(&name) {
                let text = self.adapter.fill(&name, target).await?;
                self.known.insert(name, text);
            }
        }
        Ok(walk(value, &self.known))
    }
}

fn walk(value: &Value, known: &BTreeMap<String, String>) -> Value {
    match value {
        Value::String(text) => replace(text, known).into(),
        Value::Array(list) => list.iter().map(|item| walk(item, known)).collect(),
        Value::Object(members) => {
            let mut walked = json!({});
            for (name, member) in members {
                walked[replace(name, known)] = walk(member, known);
            }
            walked
        }
        other => other.clone(),
    }
}

/// Headers as an object or as a list of pairs.
fn headers(value: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match value {
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), text(value))).collect()
        }
        Value::Array(pairs) => pairs.iter().map(|pair| (text(&pair[0]), text(&pair[1]))).collect(),
        _ => Vec::new(),
    }
}
