//! What a brief asks for and rules out at once.

use std::collections::BTreeSet;

use super::Remarks;
use super::mentions::Reading;
use super::numbers::Meaning;
use super::refine::place_codes;
use crate::criteria::Range;
use crate::lexicon::{Lexicon, Term};

/// What the brief asks for and takes away again.
pub(crate) fn clashes(reading: &Reading) -> Remarks {
    let places = &Lexicon::shared().places;
    let excluded = place_codes(reading, true);
    let gone = |code: &str| {
        excluded.contains(code) || excluded.contains(code.split('-').next().unwrap_or(""))
    };
    let place_clash =
        reading.mentions.iter().filter(|m| !m.excluded).flat_map(|m| &m.terms).any(
            |t| matches!(t, Term::Place(place) if places[*place].iter().all(|code| gone(code))),
        );
    let roles = |excluded: bool| -> BTreeSet<Term> {
        reading
            .mentions
            .iter()
            .filter(|m| m.excluded == excluded)
            .flat_map(|m| m.terms.iter().copied())
            .filter(|t| matches!(t, Term::Role(_)))
            .collect()
    };
    let role_clash = roles(false).intersection(&roles(true)).next().is_some();
    let level = |wanted: &[&str]| {
        reading.mentions.iter().any(|m| {
            !m.excluded && m.is(|t| matches!(t, Term::Seniority(level) if wanted.contains(level)))
        })
    };
    let role_of = |ranks: &[&str]| {
        roles(false).iter().any(|t| match t {
            Term::Role(key) => {
                Lexicon::shared().role(key).is_some_and(|r| ranks.contains(&r.seniority))
            }
            _ => false,
        })
    };
    let high = level(&["c_suite", "vp"]);
    let low_role = role_of(&["entry", "intern"]);
    let seniority_clash = (high && (level(&["intern", "entry"]) || low_role))
        || (role_of(&["c_suite"]) && level(&["intern"]));
    let size_clash = size_clash(reading);
    Remarks { place_clash, role_clash, seniority_clash, size_clash, ..Remarks::default() }
}

/// "Startups with 10,000 employees": the number lies four times outside the soft band of the word.
fn size_clash(reading: &Reading) -> bool {
    let sizes = &Lexicon::shared().sizes;
    let ranges: Vec<Range> = reading
        .quantities
        .iter()
        .filter_map(|q| match q.meaning {
            Meaning::Employees(range) => Some(range),
            _ => None,
        })
        .collect();
    reading.mentions.iter().filter(|m| !m.excluded).flat_map(|m| &m.terms).any(|term| {
        let Term::Size(word) = term else { return false };
        let Some(band) = sizes.get(word) else { return false };
        ranges.iter().any(|range| {
            let above =
                matches!((range.min, band.employees.1), (Some(min), Some(max)) if min > 4.0 * max);
            let below =
                matches!((range.max, band.employees.0), (Some(max), Some(min)) if max * 4.0 < min);
            above || below
        })
    })
}
