//! Answers that must not tell what was known: by their text, their time or what follows.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::Value;
use warmpath_testkit::client::Response;
use warmpath_testkit::hostile::{Adapter as _, Case, Gap, Input, Payload, Verdict};

use crate::adapter::Program;
use crate::house::House;
use crate::{state, wire};

/// Samples of each side; they are taken in turns.
const SAMPLES: usize = 40;

/// Pairs that run at the same time.
const AT_ONCE: usize = 4;

/// A difference has to show this often in a row.
const ROUNDS: usize = 3;

pub(crate) async fn check(
    program: &Program,
    sentence: &str,
    case: &Case,
    _seen: &[Response],
) -> Result<Option<Verdict>, Gap> {
    if !sentence.starts_with("status, body, headers equal") {
        return Ok(None);
    }
    let Input::Pair(pair) = case.input()? else { return Ok(None) };
    for _ in 0..ROUNDS {
        // A fresh house without limits: the limits are the same for both, and in the way of samples.
        program.set_house(House::open(&program.seed, false).await);
        let before = audit(program);
        let (mut probe, mut control) = (Vec::new(), Vec::new());
        let mut kinds = Vec::new();
        one(program, &pair, "probe", SAMPLES).await?;
        let between = audit(program);
        kinds.push(difference(&before, &between));
        one(program, &pair, "control", SAMPLES).await?;
        kinds.push(difference(&between, &audit(program)));
        // A few at once, in turns: most of the time of an answer is waiting for its beat.
        for start in (0..SAMPLES).step_by(AT_ONCE) {
            let numbers = start..SAMPLES.min(start + AT_ONCE);
            let both = numbers.flat_map(|number| {
                [one(program, &pair, "probe", number), one(program, &pair, "control", number)]
            });
            for (place, took) in join_all(both).await.into_iter().enumerate() {
                if place % 2 == 0 { probe.push(took?) } else { control.push(took?) }
            }
        }
        if kinds[0] != kinds[1] && !asks_for_link(&pair) {
            return Ok(Some(Verdict::Broken(format!("the ledger tells them apart: {kinds:?}"))));
        }
        if same_time(&mut probe, &mut control) {
            return Ok(Some(Verdict::Held));
        }
    }
    Ok(Some(Verdict::Broken("the time of the answer tells them apart".to_owned())))
}

/// Only who is known gets a link; what outsiders can see is the answer.
fn asks_for_link(pair: &Value) -> bool {
    let by_mail = ["login", "login.magic", "password.reset", "partner.invite.accept"];
    by_mail.iter().any(|surface| pair["surface"] == **surface)
}

/// Kinds of entries in A's ledger, with their numbers.
fn audit(program: &Program) -> Vec<String> {
    let sql = "SELECT kind || ' ' || COUNT(*) FROM ledger_entry GROUP BY kind ORDER BY kind";
    state::column(&program.house().file, sql)
}

fn difference(before: &[String], after: &[String]) -> Vec<String> {
    let changed = after.iter().filter(|line| !before.contains(line));
    changed.map(|line| line.split(' ').next().unwrap_or_default().to_owned()).collect()
}

async fn one(program: &Program, pair: &Value, part: &str, number: usize) -> Result<Duration, Gap> {
    let surface = pair["surface"].as_str().unwrap_or_default();
    let mut value = pair[part].clone();
    for (_, member) in value.as_object_mut().into_iter().flatten() {
        if let Some(name) = member.as_str().and_then(|t| t.strip_prefix("{{")?.strip_suffix("}}")) {
            *member = program.fill(name, "").await?.into();
        }
    }
    let mut request = wire::request(program, surface, None, &Payload::Value(value))?;
    request.headers.retain(|(name, _)| name != wire::ALIKE);
    // Every hand-over is one of its own.
    let body =
        String::from_utf8_lossy(&request.body).replace("alike-", &format!("n{number}{part}-"));
    request.body = body.into_bytes();
    let start = Instant::now();
    program.deliver(request).await?;
    Ok(start.elapsed())
}

/// Whether two samples could be of one kind: medians within a millisecond, or the rank sum test
/// (Mann and Whitney 1947, normal approximation) does not tell them apart at one in a hundred.
pub(crate) fn same_time(one: &mut [Duration], other: &mut [Duration]) -> bool {
    one.sort();
    other.sort();
    let (a, b) = (one[one.len() / 2], other[other.len() / 2]);
    if a.abs_diff(b) < Duration::from_millis(1) {
        return true;
    }
    let mut wins = 0.0;
    for x in one.iter() {
        for y in other.iter() {
            wins += match x.cmp(y) {
                std::cmp::Ordering::Less => 1.0,
                std::cmp::Ordering::Equal => 0.5,
                std::cmp::Ordering::Greater => 0.0,
            };
        }
    }
    let (m, n) = (one.len() as f64, other.len() as f64);
    let z = (wins - m * n / 2.0) / (m * n * (m + n + 1.0) / 12.0).sqrt();
    z.abs() < 2.576
}
