//! A pair in words: what both say, how far it agrees, and the waterfall that sums.

use warmpath_app::decide_duplicate;
use warmpath_app::read_duplicates::{Question, Side};
use warmpath_app::resolve::trace::{Step, Trace};

use crate::view::duplicates::{FieldRow, Pair, SideView, StepBar};
use crate::view::part::{Action, Avatar, Note, Tone};
use crate::words::{Words, thousands};

/// "0.986", "0.94": three digits where two would say 1.00.
pub(super) fn probability(p: f64) -> String {
    match p {
        p if p > 0.9995 => "0.999".to_owned(),
        p if p >= 0.95 => format!("{:.3}", (p * 1000.0).floor() / 1000.0),
        p => format!("{p:.2}"),
    }
}

/// The pair as the page shows it.
pub(super) fn view(words: &Words, question: &Question, may_review: bool) -> Pair {
    let (steps, total, zero) = waterfall(&question.trace);
    Pair {
        note: note(words, question),
        known: side(words, &question.known, false),
        fresh: side(words, &question.fresh, true),
        rows: rows(question),
        actions: actions(question, may_review),
        promise: "Can be undone. Nobody outside sees it either way.".to_owned(),
        steps,
        total,
        zero,
        foot: foot(words, question),
    }
}

fn note(words: &Words, question: &Question) -> Option<Note> {
    let when = question.row.decided_at.map(|at| words.moment(at)).unwrap_or_default();
    let (tone, strong) = match question.row.state.as_str() {
        "same" => (Tone::Positive, "These are one."),
        "different" => (Tone::Neutral, "These are not the same."),
        "gone" => (Tone::Neutral, "One of these records is no more."),
        _ => return why(question),
    };
    let by = &question.decided_by;
    let said = match (by.is_empty(), question.row.sweep.is_some()) {
        (false, _) => format!("{by} said so: {when}."),
        (true, true) => format!("A comparison of everybody joined them: {when}."),
        (true, false) => String::new(),
    };
    Some(Note::new(tone, strong, said))
}

/// Why a machine did not decide, where the figures alone do not say it.
fn why(question: &Question) -> Option<Note> {
    let (strong, text) = match question.row.reason.as_str() {
        "names_differ" => (
            "One mailbox, two names.",
            "Somebody else may have taken it over, or one of the names is wrong.",
        ),
        "shared_mailbox" => (
            "A shared mailbox proves nobody.",
            "Several people may read it, so it joins no records.",
        ),
        "legal_form" => ("One domain, two legal forms.", "They may be two companies of one group."),
        _ => return None,
    };
    Some(Note::new(Tone::Hold, strong, text))
}

fn side(words: &Words, side: &Side, fresh: bool) -> SideView {
    let records = match side.records {
        1 => "1 record".to_owned(),
        n => format!("{n} records"),
    };
    let from = side.sources.join(", ");
    let since = words.day(side.since);
    let origin = match (fresh, from.is_empty()) {
        (true, false) => format!("Came {since} from {from}"),
        (true, true) => format!("Came {since}"),
        (false, false) => format!("Known since {since}, {records}: {from}"),
        (false, true) => format!("Known since {since}, {records}"),
    };
    SideView { avatar: Avatar::of(&side.name, &side.id), name: side.name.clone(), origin }
}

fn actions(question: &Question, may_review: bool) -> Vec<Action> {
    let id = question.row.id;
    let path = format!("/duplicates/{id}/decide");
    let same = match question.row.kind.as_str() {
        "person" => "Same person",
        _ => "Same company",
    };
    let allowed = decide_duplicate::allowed(&question.row, may_review);
    allowed
        .into_iter()
        .map(|word| match word {
            "same" => Action::post(same, &path).with("verdict", "same").key("S").primary(),
            "different" => {
                Action::post("Not the same", &path).with("verdict", "different").key("N")
            }
            "later" => Action::post("Later", &path).with("verdict", "later").key("L").quiet(),
            _ => Action::post("Undo", format!("/duplicates/{id}/undo")).key("U"),
        })
        .collect()
}

fn foot(words: &Words, question: &Question) -> String {
    let (review, join) = question.lines;
    let by_machine = match question.row.kind.as_str() {
        "person" => {
            "Joined by machine on the same personal mailbox, or where a comparison of everybody is sure"
        }
        _ => "Joined by machine only on the same domain and name",
    };
    let found = words.day(question.row.found_at);
    let model = &question.trace.model;
    format!(
        "{by_machine}. Asked from {review:.2}, from {join:.3} on only a proof is missing, new below. \
         Model {model}, found {found}."
    )
}

fn rows(question: &Question) -> Vec<FieldRow> {
    let (known, fresh) = (&question.known, &question.fresh);
    let one = |text: &str| if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
    let mut rows: Vec<FieldRow> = Vec::new();
    let mut add = |label: &str, known: Vec<String>, fresh: Vec<String>, names: &[&str]| {
        if known.is_empty() && fresh.is_empty() {
            return;
        }
        let steps = question.trace.steps.iter().filter(|s| names.contains(&s.comparison.as_str()));
        let steps: Vec<&Step> = steps.collect();
        let same = !known.is_empty() && known == fresh;
        let mut row = FieldRow { label: label.to_owned(), known, fresh, ..FieldRow::default() };
        judge(&mut row, &steps, same);
        rows.push(row);
    };
    if let (Some(a), Some(b)) = (&known.person, &fresh.person) {
        let names = ["family name", "given name", "middle name", "generation"];
        add("Name", one(&a.name), one(&b.name), &names);
        add("E-mail", a.mailboxes.clone(), b.mailboxes.clone(), &["e-mail"]);
        add("Phone", a.phones.clone(), b.phones.clone(), &["phone"]);
        add("Company", one(&a.company), one(&b.company), &["organisation"]);
        add("Role", one(&a.title), one(&b.title), &["role"]);
        add("Country", one(&a.country), one(&b.country), &["country"]);
        add("Profile", one(&a.profile), one(&b.profile), &["profile"]);
    }
    if let (Some(a), Some(b)) = (&known.company, &fresh.company) {
        add("Name", one(&a.name), one(&b.name), &["name", "legal form"]);
        add("Website", a.domains.clone(), b.domains.clone(), &["domain"]);
        add("Country", one(&a.country), one(&b.country), &["country"]);
    }
    rows
}

/// The sign and the words of a field: the step that speaks against it most, else the weakest for it.
fn judge(row: &mut FieldRow, steps: &[&Step], same: bool) {
    if row.known.is_empty() || row.fresh.is_empty() {
        return;
    }
    let weakest = steps.iter().min_by(|a, b| a.bits.total_cmp(&b.bits));
    let level = weakest.map_or("", |step| step.level.as_str());
    let differs = level.starts_with("different") || level.starts_with("two ") || level == "apart";
    let agrees = same || level.starts_with("same") && !level.contains("other domain");
    let (sign, tone, verdict) = match (weakest, agrees, differs) {
        (None, true, _) => ("=", "pos", "Agrees."),
        (None, false, _) => return,
        (Some(_), _, true) => ("≠", "neg", "Differs."),
        (Some(_), true, _) => ("=", "pos", "Agrees."),
        (Some(_), false, false) => ("≈", "warn", "Close."),
    };
    (row.sign, row.tone) = (sign, tone);
    row.verdict = verdict.to_owned();
    let plain = level.split(',').next().unwrap_or_default();
    let says_nothing = matches!(plain, "" | "same" | "different") || same;
    if !says_nothing {
        row.remark = format!(" {}", capital(plain));
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}

/// Bars in percent of the widest running total, and where zero is.
fn waterfall(trace: &Trace) -> (Vec<StepBar>, StepBar, String) {
    let mut running = vec![0.0, trace.prior_bits];
    for step in &trace.steps {
        running.push(running.last().copied().unwrap_or_default() + step.bits);
    }
    let low = running.iter().copied().fold(0.0_f64, f64::min);
    let high = running.iter().copied().fold(0.0_f64, f64::max);
    let span = (high - low).max(1.0);
    let percent = |bits: f64| (bits - low) * 100.0 / span;
    let bar = |label: String, bits: f64, from: f64, tone, remark: String| StepBar {
        label,
        bits: signed(bits),
        from: format!("{:.2}", percent(from.min(from + bits))),
        width: format!("{:.2}", bits.abs() * 100.0 / span),
        tone,
        remark,
    };
    let one_in = thousands((1.0 + (-trace.prior_bits).exp2()).round() as i64);
    let before = format!("1 pair in {one_in} is one");
    let mut steps = vec![bar("Before looking".to_owned(), trace.prior_bits, 0.0, "prior", before)];
    let mut at = trace.prior_bits;
    for step in &trace.steps {
        let tone = if step.bits >= 0.0 { "for" } else { "against" };
        steps.push(bar(label(step), step.bits, at, tone, remark(step)));
        at += step.bits;
    }
    let said = format!("Probability {}", probability(trace.probability));
    let total = bar("Total".to_owned(), trace.total_bits, 0.0, "total", said);
    (steps, total, format!("{:.2}", percent(0.0)))
}

/// "+7.9", "−0.6".
fn signed(bits: f64) -> String {
    let sign = if bits < 0.0 { '\u{2212}' } else { '+' };
    format!("{sign}{:.1}", bits.abs())
}

fn label(step: &Step) -> String {
    let subject = capital(&step.comparison);
    let level = step.level.split(',').next().unwrap_or_default();
    match level {
        "same" => format!("{subject} agrees"),
        "different" => format!("{subject} differs"),
        level => format!("{subject}: {level}"),
    }
}

fn remark(step: &Step) -> String {
    let context = step.level.split_once(", ").map(|(_, context)| context);
    if step.rarity > 1.0 {
        return format!("Rare: 1 in {}", thousands(step.rarity.exp2().round() as i64));
    }
    match context {
        Some("same organisation") => "Judged among colleagues".to_owned(),
        Some("same family name") => "Judged among namesakes".to_owned(),
        Some("same name") => "Judged among people of one name".to_owned(),
        Some(other) => capital(other),
        None if step.m > 0.0 && step.u > 0.0 => {
            let share = |p: f64| match p * 100.0 {
                p if p < 0.1 => "under 0.1 %".to_owned(),
                p if p < 10.0 => format!("{p:.1} %"),
                p => format!("{p:.0} %"),
            };
            format!("{} where one, {} where not", share(step.m), share(step.u))
        }
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bars_end_where_the_total_stands() {
        let step = |bits: f64| Step { bits, level: "same".into(), ..Step::default() };
        let trace = Trace {
            prior_bits: -12.0,
            steps: vec![step(8.0), step(-1.0), step(11.0)],
            total_bits: 6.0,
            probability: 0.984,
            ..Trace::default()
        };
        let (steps, total, zero) = waterfall(&trace);
        let number = |text: &str| text.parse::<f64>().expect("a number");
        let last = steps.last().expect("a step");
        let end = number(&last.from) + number(&last.width);
        assert!((end - number(&total.from) - number(&total.width)).abs() < 0.1);
        assert_eq!((zero.as_str(), total.from.as_str()), ("66.67", "66.67"));
        assert_eq!((steps[0].bits.as_str(), total.remark.as_str()), ("−12.0", "Probability 0.984"));
    }
}
