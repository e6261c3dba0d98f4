//! The built-in gates. They run before any rule and fail closed: what is unknown does not pass.

use std::sync::Arc;

use super::Pathway;
use super::decision::GateTrace;
use crate::fact::Facts;
use crate::when::Truth;

/// All gates, in order; the referral passes when every result is true.
pub(super) fn gates(pathway: &Pathway, facts: &Facts) -> Vec<GateTrace> {
    vec![
        listed("source", &pathway.sources, facts),
        listed("type", &pathway.types, facts),
        door(pathway, facts),
        verification(pathway, facts),
        listed("basis", &pathway.basis, facts),
    ]
}

fn gate(gate: &str, result: Truth, why: impl Into<Arc<str>>) -> GateTrace {
    GateTrace { gate: gate.into(), result, why: why.into() }
}

fn unknown(name: &str, fact: &str) -> GateTrace {
    gate(name, Truth::Unknown, format!("{fact} is unknown"))
}

fn listed(name: &str, accepted: &[Arc<str>], facts: &Facts) -> GateTrace {
    let Some(value) = facts.text(name) else { return unknown(name, name) };
    let open = accepted.contains(value);
    let why = if open { " is accepted" } else { " is not accepted here" };
    gate(name, open.into(), [name, " ", value, why].concat())
}

fn door(pathway: &Pathway, facts: &Facts) -> GateTrace {
    let Some(door) = facts.text("door") else { return unknown("door", "door") };
    match pathway.door_trust(door) {
        Some(trust) => gate("door", Truth::True, format!("{door} is open with trust {trust}")),
        None => gate("door", Truth::False, format!("{door} is not open in this pathway")),
    }
}

/// The lower of the referrer's level and the door's trust counts.
fn verification(pathway: &Pathway, facts: &Facts) -> GateTrace {
    const NAME: &str = "verification";
    let trust = facts.text("door").and_then(|door| pathway.door_trust(door));
    let Some(trust) = trust else { return unknown(NAME, "trust of the door") };
    let Some(level) = facts.number("referrer_level") else {
        return unknown(NAME, "referrer_level");
    };
    let counts = level.min(crate::fact::Decimal::whole(i64::from(trust)));
    let needed = pathway.min_level;
    let enough = counts >= crate::fact::Decimal::whole(i64::from(needed));
    let why = format!("level {counts} (referrer {level}, door {trust}), {needed} needed");
    gate(NAME, enough.into(), why)
}
