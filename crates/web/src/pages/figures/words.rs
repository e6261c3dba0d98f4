//! Figures in words: a rate with its interval, a length of time, an amount of money.

use warmpath_insight::{Rate, Total};

use crate::words::thousands;

/// "70 %".
pub(super) fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// "65–74 %".
pub(super) fn interval((low, high): (f64, f64)) -> String {
    format!("{:.0}–{:.0} %", low * 100.0, high * 100.0)
}

/// "70 % (65–74 %)", or how many of how many where there are too few cases for a rate.
pub(super) fn rate(rate: Rate) -> String {
    match (rate.share(), rate.interval()) {
        (Some(share), Some(ends)) if rate.is_enough() => {
            format!("{} ({})", percent(share), interval(ends))
        }
        (Some(_), _) => format!("{} of {}, too few for a rate", rate.hits(), rate.cases()),
        _ => String::new(),
    }
}

/// "71 of 287".
pub(super) fn of(rate: Rate) -> String {
    format!("{} of {}", count(rate.hits()), count(rate.cases()))
}

/// "48,211".
pub(super) fn count(number: u64) -> String {
    thousands(i64::try_from(number).unwrap_or(i64::MAX))
}

/// "420,000 EUR". Minor units are cut: a pipeline is not told to the cent.
pub(super) fn money(total: &Total) -> String {
    let major = total.minor / 10_i64.pow(decimals(&total.currency));
    format!("{} {}", thousands(major), total.currency)
}

/// Digits after the point (ISO 4217, those that are not 2).
fn decimals(currency: &str) -> u32 {
    match currency {
        "CLP" | "ISK" | "JPY" | "KRW" | "PYG" | "UGX" | "VND" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// A stage for people.
pub(super) fn stage(name: &str) -> &'static str {
    match name {
        "received" => "Received",
        "cleared" => "Said yes",
        "routed" => "Has an owner",
        "accepted" => "Accepted",
        "contacted" => "Contacted",
        "meeting_held" => "Meeting held",
        "qualified" => "Qualified",
        "opportunity" => "Opportunity",
        _ => "Won",
    }
}

/// An origin for people.
pub(super) fn origin(name: &str) -> &'static str {
    match name {
        "customer" => "Customers",
        "partner" => "Partners",
        "colleague" => "Colleagues",
        "vendor" => "Vendors",
        _ => "Community",
    }
}

/// A code for people: "held: open_opportunity" becomes "Held: open opportunity".
pub(super) fn code(text: &str) -> String {
    let spaced = text.replace('_', " ");
    let mut letters = spaced.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => spaced,
    }
}

/// "2026-11" as "Nov 2026".
pub(super) fn month(text: &str) -> String {
    format!("{text}-01")
        .parse::<jiff::civil::Date>()
        .map_or_else(|_| text.to_owned(), |day| day.strftime("%b %Y").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_cases_are_told_as_cases() {
        assert_eq!(rate(Rate::new(3, 4)), "3 of 4, too few for a rate");
        assert_eq!(rate(Rate::new(81, 263)), "31 % (26–37 %)");
        assert_eq!(rate(Rate::new(0, 0)), "");
    }

    #[test]
    fn money_keeps_to_its_currency() {
        let total =
            |currency: &str| Total { currency: currency.into(), cases: 1, minor: 1_234_567 };
        assert_eq!(money(&total("EUR")), "12,345 EUR");
        assert_eq!(money(&total("JPY")), "1,234,567 JPY");
    }
}
