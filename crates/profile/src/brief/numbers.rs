//! The number grammar: ranges of headcount and revenue, and windows of time.
//!
//! A number counts only with a unit it can be read by: people, or money. Students, beds, trucks,
//! stores, loan books and funds under management are somebody else's size.

use super::classes::is;
use super::words::{self, Bound, Unit};
use crate::criteria::Range;
use crate::lexicon::Lexicon;
use crate::text::{Kind, Token};

/// What a numeric phrase says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Meaning {
    Employees(Range),
    RevenueUsd(Range),
    WithinDays(u32),
    /// Read, and of no use here: a number of students, or an amount that is no revenue.
    Other,
}

/// A numeric phrase and the tokens it covers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quantity {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) meaning: Meaning,
}

/// Numbers beyond this are a slip or an attack, not a company.
const VALUE_MAX: f64 = 1e14;

/// One amount: a number with its magnitude and currency.
#[derive(Debug, Clone, Copy)]
struct Amount {
    to: usize,
    value: f64,
    magnitude: Option<f64>,
    /// Dollars per unit.
    rate: Option<f64>,
}

/// All numeric phrases of the tokens, in order.
pub(crate) fn quantities(tokens: &[Token]) -> Vec<Quantity> {
    let mut found: Vec<Quantity> = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        let quantity = window(tokens, i)
            .or_else(|| window_number_first(tokens, i))
            .or_else(|| window_unit_first(tokens, i))
            .or_else(|| no_staff(tokens, i))
            .or_else(|| sized(tokens, i));
        match quantity {
            Some(quantity) => {
                i = quantity.to.max(i + 1);
                found.push(quantity);
            }
            None => i += 1,
        }
    }
    found
}

fn word_at(tokens: &[Token], i: usize) -> Option<&str> {
    tokens.get(i).filter(|token| token.is_word()).map(|token| token.folded.as_str())
}

/// "with no staff", "ohne Mitarbeiter": a headcount of nought.
fn no_staff(tokens: &[Token], i: usize) -> Option<Quantity> {
    let first = word_at(tokens, i)?;
    if !is("none_of", first) {
        return None;
    }
    let unit = word_at(tokens, i + 1)?;
    let whole = words::unit(unit) == Some(Unit::People)
        && matches!(
            unit,
            "staff"
                | "employees"
                | "mitarbeiter"
                | "angestellte"
                | "salaries"
                | "employes"
                | "empleados"
                | "dipendenti"
                | "anstallda"
                | "beschaftigte"
        );
    // "no staff of agencies" excludes people; "with no staff" counts them.
    let counted = i == 0
        || word_at(tokens, i - 1)
            .is_some_and(|w| matches!(w, "with" | "mit" | "avec" | "con" | "med" | "have" | "has"))
        || !matches!(first, "no" | "kein" | "keine" | "inga" | "ninguno");
    (whole && counted).then_some(Quantity {
        from: i,
        to: i + 2,
        meaning: Meaning::Employees(Range { min: None, max: Some(0.0) }),
    })
}

/// "12 derniers mois", "6 últimos meses": the number stands first.
fn window_number_first(tokens: &[Token], i: usize) -> Option<Quantity> {
    let (count, after) = plain_number(tokens, i)?;
    let last = word_at(tokens, after)?;
    let is_last = matches!(
        last,
        "derniers"
            | "dernieres"
            | "last"
            | "past"
            | "letzten"
            | "ultimos"
            | "ultimas"
            | "ultimi"
            | "ultime"
            | "senaste"
            | "previous"
    );
    let days = words::time_unit(word_at(tokens, after + 1)?)?;
    (is_last && (1.0..=1200.0).contains(&count)).then(|| Quantity {
        from: i,
        to: after + 2,
        meaning: Meaning::WithinDays(days_of(count, days)),
    })
}

/// "L'an dernier", "el año pasado": the unit stands first.
fn window_unit_first(tokens: &[Token], i: usize) -> Option<Quantity> {
    let days = words::time_unit(word_at(tokens, i)?)?;
    let is_last = matches!(
        word_at(tokens, i + 1)?,
        "dernier" | "derniere" | "pasado" | "pasada" | "scorso" | "scorsa" | "ecoule" | "ecoulee"
    );
    let meaning = Meaning::WithinDays(days_of(1.0, days));
    is_last.then_some(Quantity { from: i, to: i + 2, meaning })
}

/// Days in so many units; twelve months are a year.
fn days_of(count: f64, days: f64) -> u32 {
    let years = days == 30.0 && count % 12.0 == 0.0;
    clamp_days(if years { count / 12.0 * 365.0 } else { count * days })
}

/// A window of time: "in the last 12 months", "past six months", "letztes Jahr".
fn window(tokens: &[Token], i: usize) -> Option<Quantity> {
    let first = word_at(tokens, i)?;
    if !is("window_lead", first) {
        return None;
    }
    let mut j = i + 1;
    while word_at(tokens, j).is_some_and(|w| is("window_fill", w)) && j < i + 5 {
        j += 1;
    }
    let (count, after) = match plain_number(tokens, j) {
        Some((value, after)) => (Some(value), after),
        None => (None, j),
    };
    let unit_at = (after..after + 2)
        .find(|k| word_at(tokens, *k).is_some_and(|w| words::time_unit(w).is_some()))?;
    let days = words::time_unit(word_at(tokens, unit_at)?)?;
    // "Within" needs its number; "last year" does not. "Last but one" has no unit and ends here.
    if count.is_none() && is("window_needs_count", first) && after == i + 1 {
        return None;
    }
    // The number stands after the unit in "los meses 6"; nobody writes that. Before is all.
    let count = count.unwrap_or(1.0);
    if !(1.0..=1200.0).contains(&count) {
        return None;
    }
    let mut to = unit_at + 1;
    while word_at(tokens, to).is_some_and(|w| is("window_tail", w)) {
        to += 1;
    }
    Some(Quantity { from: i, to, meaning: Meaning::WithinDays(days_of(count, days)) })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the value is clamped to 0..=36500 first"
)]
fn clamp_days(days: f64) -> u32 {
    days.clamp(0.0, 36_500.0) as u32
}

/// A number in digits or a small one in words.
fn plain_number(tokens: &[Token], i: usize) -> Option<(f64, usize)> {
    if let Some(value) = tokens.get(i).and_then(Token::number) {
        return Some((value, i + 1));
    }
    let mut value = words::number_word(word_at(tokens, i)?)?;
    let mut next = i + 1;
    while let Some(more) = word_at(tokens, next).and_then(words::number_word) {
        value = if more >= 100.0 { value * more } else { value + more };
        next += 1;
    }
    Some((value, next))
}

/// Symbol or word of a currency at token `i`: dollars per unit, and the next token.
fn currency(tokens: &[Token], i: usize) -> Option<(f64, usize)> {
    let rates = &Lexicon::shared().currencies.rates;
    let token = tokens.get(i)?;
    if token.folded == "us" && tokens.get(i + 1).is_some_and(|next| next.is_mark('$')) {
        return Some((1.0, i + 2));
    }
    if let (Kind::Word, Some(next)) = (token.kind, tokens.get(i + 1))
        && next.is_mark('$')
        && let Some(rate) = rates.get(&format!("{}$", token.folded))
    {
        return Some((*rate, i + 2));
    }
    if let Some(next) = tokens.get(i + 1)
        && let Some(rate) = rates.get(&format!("{} {}", token.folded, next.folded))
    {
        return Some((*rate, i + 2));
    }
    if token.folded == "us" || (token.folded == "rs" && !token.capitalised) {
        return None;
    }
    rates.get(&token.folded).map(|rate| (*rate, i + 1))
}

fn amount(tokens: &[Token], from: usize) -> Option<Amount> {
    let mut i = from;
    let mut rate = None;
    if let Some((found, next)) = currency(tokens, i) {
        rate = Some(found);
        i = next;
    }
    let mut magnitude = None;
    let value;
    // "At least one thousand": the article is the number.
    let article_of_number = word_at(tokens, i).is_some_and(|w| is("article", w))
        && word_at(tokens, i + 1).and_then(words::number_word).is_some_and(|v| v >= 100.0);
    if article_of_number {
        i += 1;
    }
    if let Some(next) = half_of(tokens, i) {
        value = 0.5;
        i = next;
    } else if let Some((number, next)) = plain_number(tokens, i) {
        value = number;
        i = next;
    } else {
        // "a billion dollars", "eine Milliarde Euro"
        let article = word_at(tokens, i).is_some_and(|w| is("article", w));
        let large = word_at(tokens, i + 1).and_then(words::magnitude).filter(|m| *m >= 1e6);
        if article && large.is_some() && rate.is_none() {
            value = 1.0;
            i += 1;
        } else {
            return None;
        }
    }
    loop {
        let adjacent = i > 0 && tokens.get(i).is_some_and(|t| tokens[i - 1].end == t.start);
        let Some(found) = word_at(tokens, i).and_then(|w| words::magnitude_near(w, adjacent))
        else {
            break;
        };
        magnitude = Some(magnitude.unwrap_or(1.0) * found);
        i += 1;
    }
    if let Some((scale, found)) = word_at(tokens, i).and_then(words::scaled_currency) {
        magnitude = Some(scale);
        rate = rate.or(Some(found));
        i += 1;
    }
    let linked = word_at(tokens, i).is_some_and(|w| matches!(w, "de" | "d" | "di" | "of"));
    if let Some((found, next)) = currency(tokens, if linked { i + 1 } else { i }) {
        rate = rate.or(Some(found));
        i = next;
    }
    (value <= VALUE_MAX).then_some(Amount { to: i, value, magnitude, rate })
}

/// "Half a billion", "eine halbe Milliarde", "un demi-milliard": the token of the magnitude.
fn half_of(tokens: &[Token], from: usize) -> Option<usize> {
    let mut i = from;
    let skip = |i: usize| word_at(tokens, i).is_some_and(|w| is("article", w));
    i += usize::from(skip(i));
    if !word_at(tokens, i).is_some_and(|w| is("half", w)) {
        return None;
    }
    i += 1;
    i += usize::from(tokens.get(i).is_some_and(|t| t.is_mark('-')));
    i += usize::from(skip(i));
    word_at(tokens, i).and_then(words::magnitude).filter(|m| *m >= 1e6).map(|_| i)
}

/// A size: comparators, one or two amounts, and the unit that makes sense of them.
fn sized(tokens: &[Token], i: usize) -> Option<Quantity> {
    let lead = words::comparator(tokens, i);
    let start = lead.map_or(i, |(_, next)| next);
    // "Des 12 derniers mois" is a window of time, whatever stands before it.
    if lead.is_some() && window_number_first(tokens, start).is_some() {
        return None;
    }
    // "between" alone, "from ... to": the bound of a lead that opens a range is dropped below.
    let first = amount(tokens, start)?;
    let joint = range_joint(tokens, first.to);
    let second = joint.and_then(|next| amount(tokens, next));
    let mut to = second.map_or(first.to, |amount| amount.to);
    let mut suffix = None;
    if second.is_none()
        && let Some((bound, next)) = words::suffix_bound(tokens, to)
    {
        suffix = Some(bound);
        to = next;
    }
    let rate = second.and_then(|amount| amount.rate).or(first.rate);
    let (unit, to) = unit_of(tokens, i, to, rate.is_some())
        .filter(|(unit, _)| *unit != Unit::Other || second.is_some() || suffix.is_some())
        .or_else(|| lead.map(|(bound, _)| bound).or(suffix).and_then(|_| unit_of_next(tokens, to)))
        .or_else(|| unit_of(tokens, i, to, rate.is_some()))?;
    // "20 people or less": the bound stands after the unit.
    let (suffix, to) = match words::suffix_bound(tokens, to) {
        Some((bound, next)) if suffix.is_none() && second.is_none() && lead.is_none() => {
            (Some(bound), next)
        }
        _ => (suffix, to),
    };
    let low_high = bounds(lead.map(|(bound, _)| bound), suffix, first, second);
    let scaled = |value: Option<f64>| value.map(|v| (v * rate.unwrap_or(1.0)).round());
    let range = Range { min: scaled(low_high.min), max: scaled(low_high.max) };
    let sane = [range.min, range.max].iter().flatten().all(|v| v.is_finite() && *v <= VALUE_MAX);
    let meaning = match unit {
        _ if !sane => Meaning::Other,
        Unit::People => Meaning::Employees(range),
        Unit::Money => Meaning::RevenueUsd(range),
        Unit::Other => Meaning::Other,
    };
    Some(Quantity { from: i, to, meaning })
}

/// "At least 1,000 but fewer than 200 employees": the first number has the unit of the second.
fn unit_of_next(tokens: &[Token], to: usize) -> Option<(Unit, usize)> {
    let joins = tokens.get(to)?.is_mark(',')
        || word_at(tokens, to).is_some_and(|w| {
            matches!(
                w,
                "but"
                    | "and"
                    | "yet"
                    | "aber"
                    | "und"
                    | "jedoch"
                    | "pero"
                    | "y"
                    | "e"
                    | "ma"
                    | "mais"
                    | "et"
                    | "men"
                    | "och"
                    | "or"
                    | "oder"
                    | "zugleich"
            )
        });
    let from = (to + 1..to + 3).find(|k| words::comparator(tokens, *k).is_some())?;
    let next = if joins { sized(tokens, from) } else { None };
    match next?.meaning {
        Meaning::Employees(_) => Some((Unit::People, to)),
        Meaning::RevenueUsd(_) => Some((Unit::Money, to)),
        _ => None,
    }
}

/// "-", "to", "bis", "and" between two amounts: the token after it.
fn range_joint(tokens: &[Token], i: usize) -> Option<usize> {
    let token = tokens.get(i)?;
    let joins = token.is_mark('-') || (token.is_word() && is("range_joint", token.folded.as_str()));
    joins.then(|| {
        let skip = word_at(tokens, i + 1).is_some_and(|w| {
            matches!(w, "to" | "les" | "los" | "zu" | "till" | "i" | "gli" | "le" | "the" | "den")
        });
        if skip { i + 2 } else { i + 1 }
    })
}

fn bounds(
    lead: Option<Bound>,
    suffix: Option<Bound>,
    first: Amount,
    second: Option<Amount>,
) -> Range {
    if let Some(second) = second {
        let large = second.magnitude.unwrap_or(1.0);
        // "50-200m": the magnitude of the second holds for the first, unless that inverts them.
        let small = first.magnitude.unwrap_or(if first.value <= second.value || large < 1e3 {
            large
        } else {
            1.0
        });
        return Range { min: Some(first.value * small), max: Some(second.value * large) };
    }
    let value = first.value * first.magnitude.unwrap_or(1.0);
    match suffix.or(lead) {
        Some(Bound::Max) => Range { min: None, max: Some(value) },
        Some(Bound::Min) => Range { min: Some(value), max: None },
        Some(Bound::About) => Range { min: Some(value * 0.5), max: Some(value * 1.5) },
        // A bare number of people or dollars is a floor: "companies with 500 employees".
        None => Range { min: Some(value), max: None },
    }
}

/// The unit of an amount: the words after it, else the words before it, else its currency.
fn unit_of(tokens: &[Token], from: usize, to: usize, is_money: bool) -> Option<(Unit, usize)> {
    if is_money {
        let (near_other, end) = money_context(tokens, from, to);
        return Some((if near_other { Unit::Other } else { Unit::Money }, end));
    }
    for (k, token) in tokens.iter().enumerate().skip(to).take(3) {
        if token.is_mark('%') {
            return Some((Unit::Other, k + 1));
        }
        if matches!(token.kind, Kind::Mark('+')) {
            continue;
        }
        if !token.is_word() {
            break;
        }
        if let Some(unit) = words::unit(&token.folded) {
            return Some((unit, k + 1));
        }
        if !is("unit_fill", token.folded.as_str()) && k > to + 1 {
            break;
        }
    }
    let before = (from.saturating_sub(4)..from)
        .rev()
        .take_while(|k| !matches!(tokens[*k].kind, Kind::Mark(',' | ';' | '.')))
        .find_map(|k| word_at(tokens, k).and_then(words::unit_before));
    match before {
        Some(unit) => Some((unit, to)),
        None => tokens
            .get(to)
            .filter(|token| token.is_word() && !words::is_plain(&token.folded))
            .map(|_| (Unit::Other, to)),
    }
}

/// True where an amount of money near these tokens is no revenue (assets, a fund, a round), and
/// the token after the words that were read for it.
fn money_context(tokens: &[Token], from: usize, to: usize) -> (bool, usize) {
    let mut end = to;
    for k in to..(to + 4).min(tokens.len()) {
        let Some(word) = word_at(tokens, k) else { break };
        if is("revenue", word) {
            return (false, k + 1);
        }
        if is("not_revenue", word) {
            return (true, k + 1);
        }
        if !is("unit_fill", word) {
            break;
        }
        end = to;
    }
    for k in (from.saturating_sub(5)..from).rev() {
        if matches!(tokens[k].kind, Kind::Mark(',' | ';' | '.' | '(')) {
            break;
        }
        let Some(word) = word_at(tokens, k) else { continue };
        if is("revenue", word) {
            return (false, end);
        }
        if is("not_revenue", word) {
            return (true, end);
        }
    }
    (false, end)
}
