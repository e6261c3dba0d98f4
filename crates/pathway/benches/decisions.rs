//! Decisions a second on one core, with the whole trace, for a pathway of 50 rules.
//!
//! `cargo bench -p warmpath-pathway`

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
#![expect(clippy::expect_used, reason = "a benchmark may stop")]

use std::hint::black_box;
use std::time::Instant;

use warmpath_pathway::{Facts, compile, evaluate, parse};

const GOOD: &str = include_str!("../samples/customer-referrals.toml");
const RULES: usize = 50;
const ROUNDS: usize = 200_000;

/// The sample with more owner rules in front of its own, so that the last ones are reached.
fn fifty_rules() -> String {
    let have = GOOD.matches("[[rule]]").count();
    let mut more = String::new();
    for number in 0..RULES - have {
        more.push_str(&format!(
            "[[rule]]\nid = \"extra-{number}\"\nname = \"Extra {number}\"\nstage = \"owner\"\n\
             when = \"headcount between {} and {} and industry = 'Trade {number}'\"\n\
             then = {{ owner = \"pool:inbound\", fallback = \"member:lena\" }}\n\n",
            number * 10,
            number * 10 + 9_000
        ));
    }
    GOOD.replacen("# Owner\n", &format!("# Owner\n\n{more}"), 1)
}

fn main() {
    let text = fifty_rules();
    let document = parse(&text).expect("the document reads");
    assert_eq!(document.rules.len(), RULES);
    let pathway = compile(&document);
    let source = "bench";
    let mut facts = Facts::new();
    for (name, value) in [
        ("source", "customer"),
        ("type", "direct"),
        ("door", "form"),
        ("basis", "opt-in"),
        ("country", "DE"),
        ("industry", "Food"),
        ("rating", "strong"),
        ("department", "Finance"),
        ("seniority", "director"),
    ] {
        facts.set(name, value, source).expect("a known fact");
    }
    for (name, value) in [("referrer_level", 3), ("headcount", 640), ("asked", 9), ("accepted", 6)]
    {
        facts.set(name, value, source).expect("a known fact");
    }
    for name in ["suppressed", "customer", "open_opportunity", "live_referral", "competitor"] {
        facts.set(name, false, source).expect("a known fact");
    }
    let at = jiff::Timestamp::UNIX_EPOCH;
    let decision = evaluate(&pathway, &facts, at);
    let rules: usize = decision.stages.iter().map(|stage| stage.rules.len()).sum();
    let conditions: usize =
        decision.stages.iter().flat_map(|stage| &stage.rules).map(|rule| rule.seen.len()).sum();
    let begun = Instant::now();
    for _ in 0..ROUNDS {
        black_box(evaluate(black_box(&pathway), black_box(&facts), at));
    }
    let bare = ROUNDS as f64 / begun.elapsed().as_secs_f64();
    let begun = Instant::now();
    let mut bytes = 0;
    for _ in 0..ROUNDS / 10 {
        bytes = black_box(evaluate(&pathway, &facts, at).to_json().expect("it serialises")).len();
    }
    let written = (ROUNDS / 10) as f64 / begun.elapsed().as_secs_f64();
    println!("rules {RULES}, traced {rules} rules with {conditions} conditions");
    println!(
        "decisions with trace: {bare:.0}/s; with trace as JSON ({bytes} bytes): {written:.0}/s"
    );
}
