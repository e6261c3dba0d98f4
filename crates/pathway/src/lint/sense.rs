//! What every document must have: defaults, clocks, score exponents that add up, open doors.

use crate::document::{Action, BreachStep, Document, Rule, Stage};
use crate::fact::Decimal;
use crate::finding::{Code, Reporter};
use crate::when::Expression;

pub(super) fn check(document: &Document, reporter: &mut Reporter<'_>) {
    defaults(document, reporter);
    doors(document, reporter);
    exponents(document, reporter);
    for rule in &document.rules {
        clocks(rule, reporter);
    }
    if let Some(based_on) = &document.header.based_on
        && based_on.value >= document.header.version
    {
        let message = format!(
            "Version {} cannot be based on version {}",
            document.header.version, based_on.value
        );
        let what = "Raise version.";
        reporter.error(Code::WrongValue, based_on.range.clone(), message, what);
    }
}

fn defaults(document: &Document, reporter: &mut Reporter<'_>) {
    for stage in Stage::ALL {
        let last = document.rules.iter().rfind(|rule| rule.stage == stage);
        if last.is_some_and(|rule| rule.when.value == Expression::Always) {
            continue;
        }
        let range = last.map_or(document.header.range.clone(), |rule| rule.range.clone());
        let message = format!("The stage {} has no default", stage.name());
        let what = format!(
            "End it with a rule that has stage = \"{}\" and when = \"always\".",
            stage.name()
        );
        reporter.error(Code::NoDefault, range, message, what);
    }
}

fn doors(document: &Document, reporter: &mut Reporter<'_>) {
    let level = document.verification.min_level.value;
    let open = document.doors.iter().any(|door| door.trust >= level);
    for door in document.doors.iter().filter(|door| door.trust < level) {
        let message = format!(
            "Nothing that comes in by {} reaches an owner: its trust is {}, and level {level} is \
             needed",
            door.name.value, door.trust
        );
        let what = "Raise the door's trust, lower min_level, or close the door.";
        reporter.error(Code::Hole, door.name.range.clone(), message, what);
    }
    let header = &document.header;
    let empty = [
        (header.sources.is_empty(), "source"),
        (header.types.is_empty(), "referral type"),
        (document.doors.is_empty() || !open, "door"),
    ];
    for (_, what) in empty.into_iter().filter(|(empty, _)| *empty) {
        let message = format!("No {what} is open, so nothing reaches an owner");
        reporter.error(Code::Hole, header.range.clone(), message, format!("Name a {what}."));
    }
}

fn exponents(document: &Document, reporter: &mut Reporter<'_>) {
    let found = document.score.exponents;
    let all = [found.depth, found.fit, found.acceptance, found.timing, found.quality];
    let range = document.score.range.clone();
    if all.iter().any(|one| *one < Decimal::whole(0) || *one > Decimal::whole(1)) {
        let message = "A score exponent is outside 0 to 1";
        let what = "Each says how much its factor counts; together they make 1.";
        reporter.error(Code::BadExponents, range, message, what);
        return;
    }
    let sum = Decimal::from_units(all.iter().map(|one| one.units()).sum());
    if sum != Decimal::whole(1) {
        let message = format!("The score exponents add up to {sum}, not to 1");
        let what = "Change them so that depth, fit, acceptance, timing and quality make 1.";
        reporter.error(Code::BadExponents, range, message, what);
    }
}

fn clocks(rule: &Rule, reporter: &mut Reporter<'_>) {
    let range = rule.then.range.clone();
    match &rule.then.value {
        Action::Hold { review_in: None, .. } => {
            let message = format!("Rule {:?} holds a referral without a clock", rule.id.value);
            let what = "Add review_in = \"8h\": by when the arbiter decides.";
            reporter.error(Code::NoClock, range, message, what);
        }
        Action::Clocks { accept_in, contact_in, acknowledge_in, on_breach, escalate_to } => {
            for (clock, state, key) in [
                (accept_in, "routed", "accept_in"),
                (contact_in, "accepted", "contact_in"),
                (acknowledge_in, "received", "acknowledge_in"),
            ] {
                if clock.is_none() {
                    let message = format!(
                        "Rule {:?} leaves the state {state} without a clock",
                        rule.id.value
                    );
                    let what = format!("Add {key} = \"4h\".");
                    reporter.error(Code::NoClock, range.clone(), message, what);
                }
            }
            let escalates = on_breach.contains(&BreachStep::Escalate);
            if escalates && escalate_to.is_none() {
                let message = format!("Rule {:?} escalates to nobody", rule.id.value);
                let what = "Add escalate_to = \"member:NAME\".";
                reporter.error(Code::MissingFallback, range.clone(), message, what);
            }
            if on_breach.is_empty() {
                let message = format!("Rule {:?} does nothing on a breach", rule.id.value);
                let what = "Add on_breach = [\"remind\", \"reassign\"] if that is not meant.";
                reporter.remark(Code::Untidy, range, message, what);
            }
        }
        _ => {}
    }
}
