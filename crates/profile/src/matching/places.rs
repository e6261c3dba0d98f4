//! Which place lies in which: countries, their subdivisions, and second levels where records use them.

use super::Truth;

/// Second-level codes and the first-level codes they lie in.
const PARENTS: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/own/subdivision_parents.psv"));

fn parent(code: &str) -> Option<&'static str> {
    PARENTS
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once('|'))
        .find(|(_, children)| children.split(' ').any(|child| child == code))
        .map(|(parent, _)| parent)
}

/// Whether a record's place lies in one of the wanted codes.
pub(crate) fn lies_in(
    wanted: &[String],
    country: Option<&str>,
    subdivision: Option<&str>,
) -> Truth {
    let has = |code: &str| wanted.iter().any(|w| w == code);
    let Some(country) = country.or_else(|| subdivision.and_then(|s| s.split('-').next())) else {
        return Truth::Unknown;
    };
    if has(country) {
        return Truth::Holds;
    }
    let inside =
        |code: &str| code.len() > 3 && code.starts_with(country) && code.as_bytes()[2] == b'-';
    let Some(subdivision) = subdivision else {
        let some = wanted.iter().any(|code| inside(code));
        return if some { Truth::Unknown } else { Truth::Fails };
    };
    if has(subdivision) || parent(subdivision).is_some_and(has) {
        return Truth::Holds;
    }
    // A record that names only the larger part may lie in the wanted smaller one.
    let wider = wanted.iter().any(|code| parent(code) == Some(subdivision));
    if wider { Truth::Unknown } else { Truth::Fails }
}
