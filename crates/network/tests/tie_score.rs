//! Does the tie score say who answers? Asked on three days of a real company's mail, answered by
//! the 90 days after each. The weights were fitted on earlier days only.

#![expect(clippy::expect_used, reason = "a test states what must hold")]

use std::collections::{BTreeMap, BTreeSet};

use flate2::read::GzDecoder;
use warmpath_network::{
    Calibration, DAY, Event, EventLog, Kind, Levels, NewEvent, Provenance, Tier, calibration_error,
    evidence, read_events, score,
};

const DATA: &[u8] = include_bytes!("../data/enron/enron184_events.csv.gz");
const DAYS: [&str; 3] = ["2001-05-15", "2001-08-15", "2001-11-15"];

fn log() -> EventLog {
    let (log, skips) = read_events(&mut GzDecoder::new(DATA), &mut |_| true).expect("readable");
    assert_eq!((log.events().len(), skips.total()), (40_382, 0));
    log
}

fn at(day: &str) -> i64 {
    format!("{day}T00:00:00Z").parse::<jiff::Timestamp>().expect("a day").as_second()
}

/// A scored pair and what happened in the 90 days after.
struct Outcome {
    from: u32,
    in_7_days: f64,
    keeps: f64,
    tier: Tier,
    /// Half recency and half frequency, the customary score.
    customary: f64,
    wrote: bool,
    /// Whether a personal message was answered within 7 days; `None` when none was sent.
    answered: Option<bool>,
}

/// Pairs (u, v) where u sent at least 5 messages and had contact with v in the year before.
fn outcomes(log: &EventLog, day: &str) -> Vec<Outcome> {
    let now = at(day);
    let within = |event: &&Event, from: i64, to: i64| event.at >= from && event.at < to;
    let past: Vec<_> =
        log.events().iter().filter(|event| within(event, now - 365 * DAY, now)).collect();
    let future: Vec<_> =
        log.events().iter().filter(|event| within(event, now, now + 90 * DAY)).collect();
    let mut sent: BTreeMap<u32, BTreeSet<u64>> = BTreeMap::new();
    let mut history: BTreeMap<(u32, u32), Vec<i64>> = BTreeMap::new();
    for event in &past {
        sent.entry(event.from).or_default().insert(event.message);
        history.entry((event.from, event.to)).or_default().push(event.at);
    }
    let mut asked: BTreeMap<(u32, u32), i64> = BTreeMap::new();
    let mut wrote: BTreeMap<(u32, u32), Vec<i64>> = BTreeMap::new();
    for event in &future {
        wrote.entry((event.from, event.to)).or_default().push(event.at);
        if event.recipients <= 5 {
            let first = asked.entry((event.from, event.to)).or_insert(event.at);
            *first = (*first).min(event.at);
        }
    }
    score(log, now)
        .scores
        .iter()
        .filter(|tie| sent.get(&tie.from).is_some_and(|sent| sent.len() >= 5))
        .map(|tie| {
            let both = [(tie.from, tie.to), (tie.to, tie.from)];
            let times: Vec<i64> = both
                .iter()
                .flat_map(|pair| history.get(pair).cloned().unwrap_or_default())
                .collect();
            let last = times.iter().max().expect("contact within the year");
            let recency = (-((now - last) as f64) / (60 * DAY) as f64).exp2();
            let frequency = ((times.len() as f64).ln_1p() / 101_f64.ln()).min(1.0);
            let back = wrote.get(&both[1]);
            let answered = asked.get(&both[0]).map(|&first| {
                back.is_some_and(|back| back.iter().any(|&t| t > first && t <= first + 7 * DAY))
            });
            Outcome {
                from: tie.from,
                in_7_days: tie.in_7_days,
                keeps: tie.keeps_90_days,
                tier: tie.tier,
                customary: recency + frequency,
                wrote: back.is_some(),
                answered,
            }
        })
        .collect()
}

/// The chance that one who did scores above one who did not.
fn auc(scored: &[(f64, bool)]) -> f64 {
    let mut sorted = scored.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut wins) = (0.0, 0.0);
    for group in sorted.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let did = group.iter().filter(|(_, did)| *did).count() as f64;
        let did_not = group.len() as f64 - did;
        wins += did * (below + did_not / 2.0);
        below += did_not;
    }
    let did = scored.iter().filter(|(_, did)| *did).count() as f64;
    wins / (did * below)
}

fn answers(all: &[Outcome], value: impl Fn(&Outcome) -> f64) -> Vec<(f64, bool)> {
    all.iter().filter_map(|seen| Some((value(seen), seen.answered?))).collect()
}

#[test]
fn the_score_says_who_answers_better_than_recency_and_frequency() {
    let log = log();
    let all: Vec<Outcome> = DAYS.iter().flat_map(|day| outcomes(&log, day)).collect();
    let week = answers(&all, |seen| seen.in_7_days);
    assert_eq!((all.len(), week.len()), (7_197, 1_440), "the protocol's own counts");
    let customary = auc(&answers(&all, |seen| seen.customary));
    assert!(auc(&week) >= 0.70, "{}", auc(&week));
    assert!(auc(&week) >= customary + 0.06, "{} against {customary}", auc(&week));
    assert!(calibration_error(&week) <= 0.07, "{}", calibration_error(&week));
    let keeps: Vec<_> = all.iter().map(|seen| (seen.keeps, seen.wrote)).collect();
    assert!(auc(&keeps) >= 0.79, "{}", auc(&keeps));
}

#[test]
fn tiers_keep_their_order() {
    let log = log();
    let all: Vec<Outcome> = DAYS.iter().flat_map(|day| outcomes(&log, day)).collect();
    let share = |tier: Tier| {
        let asked: Vec<bool> =
            all.iter().filter(|seen| seen.tier == tier).filter_map(|seen| seen.answered).collect();
        assert!(asked.len() >= 50, "{tier:?}: {}", asked.len());
        asked.iter().filter(|answered| **answered).count() as f64 / asked.len() as f64
    };
    let [strong, medium, weak] = [Tier::Strong, Tier::Medium, Tier::Weak].map(share);
    assert!(strong >= 0.8 && strong > medium && medium >= 1.5 * weak, "{strong} {medium} {weak}");
}

#[test]
fn outcomes_of_some_members_cut_the_error_for_the_others() {
    let log = log();
    // Whether somebody still writes is the prior's weak side: far fewer do than it promises.
    let all: Vec<Outcome> = DAYS.iter().flat_map(|day| outcomes(&log, day)).collect();
    let keeps = |odd: u32| -> Vec<_> {
        let of = all.iter().filter(|seen| seen.from % 2 == odd);
        of.map(|seen| (seen.keeps, seen.wrote)).collect()
    };
    let own = Calibration::fit(&keeps(0)).expect("enough outcomes");
    let before = keeps(1);
    let after: Vec<_> = before.iter().map(|&(p, y)| (own.apply(p), y)).collect();
    let (before, after) = (calibration_error(&before), calibration_error(&after));
    assert!(before > 0.1 && after < 0.5 * before, "{before} before, {after} after");
}

#[test]
fn scores_do_not_depend_on_the_order_of_events_or_on_what_comes_later() {
    let log = log();
    let now = at(DAYS[0]);
    let mut other = EventLog::default();
    let past = log.events().iter().rev().filter(|event| event.at < now);
    for event in past {
        let Event { at, message, recipients, .. } = *event;
        let (from, to) = (log.name(event.from), log.name(event.to));
        let (kind, provenance) = (Kind::Message, Provenance::Observed);
        let event = NewEvent { at, from: &from, to: &to, message, recipients, kind, provenance };
        other.add(event).expect("a fair event");
    }
    let named = |log: &EventLog| -> Vec<_> {
        let book = score(log, now);
        let line = |tie: &warmpath_network::TieScore| {
            (log.name(tie.from), log.name(tie.to), tie.in_7_days.to_bits(), tie.tier)
        };
        book.scores.iter().map(line).collect()
    };
    assert_eq!(named(&log), named(&other), "to the last bit");
}

#[test]
fn a_tie_shows_what_it_rests_on() {
    let log = log();
    let now = at(DAYS[2]);
    let book = score(&log, now);
    let best = book.scores.iter().max_by(|a, b| a.in_7_days.total_cmp(&b.in_7_days));
    let best = best.expect("there are ties");
    let shown = evidence(&log, now, best.from, best.to).expect("they had contact");
    assert!((shown.probability - best.in_7_days).abs() < 1e-9);
    let sum = shown.formula.intercept + shown.terms.iter().map(|term| term.adds).sum::<f64>();
    assert!((sum - shown.log_odds).abs() < 1e-9, "the terms add up to what is claimed");
    assert_eq!(shown.events.len(), 5);
    assert!(shown.events[0].1 > 0.0, "the first event adds");
    assert!(shown.events.windows(2).all(|pair| pair[0].1 >= pair[1].1));
    assert_eq!(evidence(&log, now, best.from, best.from), None);
}

/// Mail of an organisation in which two of three answers never come.
fn quieter(log: &EventLog) -> EventLog {
    let mut asked: BTreeMap<(u32, u32), i64> = BTreeMap::new();
    let mut events: Vec<Event> = log.events().to_vec();
    events.sort_unstable_by_key(|event| (event.at, event.message, event.from, event.to));
    let mut quiet = EventLog::default();
    for event in events {
        let question = asked.get(&(event.to, event.from)).copied();
        let is_answer = question.is_some_and(|at| event.at > at && event.at - at <= 7 * DAY);
        if is_answer && event.message % 3 != 0 {
            continue;
        }
        asked.insert((event.from, event.to), event.at);
        let Event { at, message, recipients, kind, provenance, .. } = event;
        let (from, to) = (log.name(event.from), log.name(event.to));
        let event = NewEvent { at, from: &from, to: &to, message, recipients, kind, provenance };
        quiet.add(event).expect("a fair event");
    }
    quiet
}

/// Error of the prior and of own levels fitted on what lay before, over the three days.
fn errors(
    log: &EventLog,
    of: impl Fn(&warmpath_network::Outcomes) -> Vec<(f64, bool)>,
    level: impl Fn(&Levels) -> Calibration,
) -> (f64, f64) {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for day in DAYS {
        let own = level(&Levels::refit(log, at(day)));
        assert!(own.outcomes >= 200, "{day}: {own:?}");
        let happened = of(&warmpath_network::outcomes(log, at(day)));
        after.extend(happened.iter().map(|&(p, y)| (own.apply(p), y)));
        before.extend(happened);
    }
    (calibration_error(&before), calibration_error(&after))
}

#[test]
fn a_workspaces_own_past_cuts_the_error_where_the_prior_is_off() {
    let log = log();
    // At home the prior holds for answers; whether people still write it promises too often.
    let (before, after) = errors(&log, |o| o.keeps_90_days.clone(), |l| l.keeps_90_days);
    assert!(after < 0.5 * before, "still writes: {before} before, {after} after");
    let (before, after) = errors(&log, |o| o.in_24_hours.clone(), |l| l.in_24_hours);
    assert!(after < before, "24 hours: {before} before, {after} after");
    let (_, after) = errors(&log, |o| o.in_7_days.clone(), |l| l.in_7_days);
    assert!(after <= 0.07, "7 days: {after} after");

    // Moved to an organisation that answers less, the prior is off and the own past says so.
    let quiet = quieter(&log);
    let (before, after) = errors(&quiet, |o| o.in_7_days.clone(), |l| l.in_7_days);
    assert!(after < 0.6 * before && after <= 0.07, "moved: {before} before, {after} after");
}

#[test]
fn a_refit_reads_nothing_later_keeps_the_order_of_chances_and_needs_outcomes() {
    let log = log();
    let now = at(DAYS[0]);
    let mut past = EventLog::default();
    for event in log.events().iter().filter(|event| event.at < now) {
        let Event { at, message, recipients, kind, provenance, .. } = *event;
        let (from, to) = (log.name(event.from), log.name(event.to));
        let event = NewEvent { at, from: &from, to: &to, message, recipients, kind, provenance };
        past.add(event).expect("a fair event");
    }
    let levels = Levels::refit(&log, now);
    assert_eq!(levels, Levels::refit(&past, now), "what comes later is not read");
    let mut book = score(&log, now);
    let prior = book.scores.clone();
    levels.apply(&mut book);
    for (tie, prior) in book.scores.iter().zip(&prior) {
        assert!(tie.in_24_hours <= tie.in_7_days);
        assert_eq!(tie.tier, Tier::of(tie.in_24_hours, tie.in_7_days));
        assert_eq!((tie.from, tie.to), (prior.from, prior.to));
    }
    let nobody = EventLog::default();
    assert!(!Levels::refit(&nobody, now).is_own(), "no past, no own level");
}
