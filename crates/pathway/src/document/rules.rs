//! The rules: `[[rule]]` with a typed `then` for each stage.

use super::model::{Action, BreachStep, Priority, Rule, Spanned, Stage, WhenUnknown};
use super::period::Counts;
use super::reader::Section;
use crate::finding::{Code, Reporter};
use crate::limits::RULES_MAX;

const KEYS: [&str; 6] = ["id", "name", "stage", "when", "when_unknown", "then"];

pub(super) fn rules(top: &Section<'_>, reporter: &mut Reporter<'_>) -> Vec<Rule> {
    if !top.has("rule") {
        top.missing("rules", "[[rule]] with id, name, stage, when and then", reporter);
    }
    let tables = top.sections("rule", &KEYS, RULES_MAX, reporter);
    tables.iter().filter_map(|table| rule(table, reporter)).collect()
}

fn rule(table: &Section<'_>, reporter: &mut Reporter<'_>) -> Option<Rule> {
    let id = table.id(reporter);
    let name = table.name("name", "name = \"DACH mid-market\"", reporter).value;
    for (key, example) in [
        ("stage", "stage = \"owner\""),
        ("when", "when = \"always\" or a condition"),
        ("then", "then = { … }"),
    ] {
        if !table.has(key) {
            table.missing(key, example, reporter);
        }
    }
    let stages = Stage::ALL.map(Stage::name);
    let stage = table.choice("stage", &stages, reporter);
    let stage = stage.and_then(|stage| Stage::named(&stage.value));
    let when = table.condition("when", reporter);
    let unknown = table.choice("when_unknown", &["skip", "hold"], reporter);
    let stage = stage?;
    let then = action(table, stage, reporter);
    let (when, then) = (when?, then?);
    let stops = matches!(then.value, Action::Hold { .. } | Action::Decline { .. });
    let when_unknown = match unknown.as_ref().map(|word| word.value.as_str()) {
        Some("hold") => WhenUnknown::Hold,
        Some(_) => WhenUnknown::Skip,
        None if stops && stage == Stage::Compliance => WhenUnknown::Hold,
        None => WhenUnknown::Skip,
    };
    if let Some(word) = unknown.filter(|_| stage > Stage::Eligibility)
        && when_unknown == WhenUnknown::Hold
    {
        let message = format!("Rules of the stage {} cannot hold a referral", stage.name());
        let what = "Remove when_unknown, or hold in compliance or eligibility.";
        reporter.error(Code::WrongValue, word.range, message, what);
    }
    Some(Rule { id, name, stage, when, when_unknown, then, range: table.range.clone() })
}

fn keys_of(stage: Stage) -> &'static [&'static str] {
    match stage {
        Stage::Compliance | Stage::Eligibility => {
            &["pass", "hold", "arbiter", "review_in", "decline"]
        }
        Stage::Priority => &["priority"],
        Stage::Owner => &["owner", "fallback"],
        Stage::Sla => &["accept_in", "contact_in", "acknowledge_in", "on_breach", "escalate_to"],
        Stage::Playbook => &["playbook"],
    }
}

fn action(
    rule: &Section<'_>,
    stage: Stage,
    reporter: &mut Reporter<'_>,
) -> Option<Spanned<Action>> {
    let then = rule.section("then", keys_of(stage), reporter)?;
    let value = match stage {
        Stage::Compliance | Stage::Eligibility => gate(&then, reporter),
        Stage::Priority => priority(&then, reporter),
        Stage::Owner => owner(&then, reporter),
        Stage::Sla => Some(clocks(&then, reporter)),
        Stage::Playbook => {
            if !then.has("playbook") {
                then.missing("playbook", "playbook = \"ID\"", reporter);
            }
            then.text("playbook", reporter).map(Action::Playbook)
        }
    };
    Some(Spanned { value: value?, range: then.range.clone() })
}

fn gate(then: &Section<'_>, reporter: &mut Reporter<'_>) -> Option<Action> {
    let chosen = ["pass", "hold", "decline"].into_iter().filter(|key| then.has(key)).count();
    if chosen != 1 {
        let message = "A rule of this stage does exactly one of pass, hold and decline";
        let what = "Write { pass = true }, { decline = \"code\" } or \
                    { hold = \"code\", arbiter = \"member:NAME\", review_in = \"8h\" }.";
        reporter.error(Code::WrongValue, then.range.clone(), message, what);
        return None;
    }
    if !then.has("hold") {
        for key in ["arbiter", "review_in"].into_iter().filter(|key| then.has(key)) {
            let message = format!("{key} belongs to hold");
            reporter.error(Code::WrongValue, then.range.clone(), message, "Remove it.");
        }
    }
    if then.has("pass") {
        then.must_be_true("pass", reporter);
        return Some(Action::Pass);
    }
    if then.has("decline") {
        let code = then.name("decline", "decline = \"competitor\"", reporter).value;
        return Some(Action::Decline { code });
    }
    let code = then.name("hold", "hold = \"collision\"", reporter).value;
    if !then.has("arbiter") {
        then.missing("arbiter", "arbiter = \"member:NAME\"", reporter);
    }
    let arbiter = then.target("arbiter", reporter)?;
    let review_in = then.period("review_in", Counts::Working, reporter);
    Some(Action::Hold { code, arbiter, review_in })
}

fn priority(then: &Section<'_>, reporter: &mut Reporter<'_>) -> Option<Action> {
    if !then.has("priority") {
        then.missing("priority", "priority = \"normal\"", reporter);
    }
    let word = then.choice("priority", &["high", "normal", "low"], reporter)?;
    Some(Action::Priority(match word.value.as_str() {
        "high" => Priority::High,
        "low" => Priority::Low,
        _ => Priority::Normal,
    }))
}

fn owner(then: &Section<'_>, reporter: &mut Reporter<'_>) -> Option<Action> {
    if !then.has("owner") {
        then.missing("owner", "owner = \"pool:NAME\"", reporter);
    }
    let owner = then.target("owner", reporter);
    let fallback = then.target("fallback", reporter);
    Some(Action::Owner { owner: owner?, fallback })
}

fn clocks(then: &Section<'_>, reporter: &mut Reporter<'_>) -> Action {
    let steps = then.choices("on_breach", &["remind", "reassign", "escalate"], reporter);
    let step = |word: &Spanned<String>| match word.value.as_str() {
        "reassign" => BreachStep::Reassign,
        "escalate" => BreachStep::Escalate,
        _ => BreachStep::Remind,
    };
    Action::Clocks {
        accept_in: then.period("accept_in", Counts::Working, reporter),
        contact_in: then.period("contact_in", Counts::Working, reporter),
        acknowledge_in: then.period("acknowledge_in", Counts::Clock, reporter),
        on_breach: steps.iter().map(step).collect(),
        escalate_to: then.target("escalate_to", reporter),
    }
}
