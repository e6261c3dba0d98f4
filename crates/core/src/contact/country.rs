//! Countries of ISO 3166-1, by alpha-2 code.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A country or territory that has an ISO 3166-1 alpha-2 code. Any value of this type is in the
/// list; Kosovo (XK) and "UK" are not.
///
/// ```
/// use warmpath_core::contact::Country;
/// let norway: Country = "no".parse()?;
/// assert_eq!((norway.code(), norway.name()), ("NO", "Norway"));
/// assert!(norway.is_eea() && !norway.is_eu());
/// # Ok::<(), warmpath_core::contact::UnknownCountry>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country(u16);

/// The text is no ISO 3166-1 alpha-2 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a two-letter country code of ISO 3166-1")]
pub struct UnknownCountry;

struct Row {
    code: &'static str,
    name: &'static str,
    eu: bool,
    eea: bool,
}

/// Rows in order of their code, as in the file.
static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let text = include_str!("../../data/countries.csv");
    text.lines().filter_map(row).collect()
});

fn row(line: &'static str) -> Option<Row> {
    let mut cells = line.splitn(4, ',');
    let (code, eu, eea, name) = (cells.next()?, cells.next()?, cells.next()?, cells.next()?);
    Some(Row { code, name: name.trim_matches('"'), eu: eu == "1", eea: eea == "1" })
}

impl Country {
    /// The alpha-2 code in capitals.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.row().code
    }

    /// The English name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// Member state of the European Union.
    #[must_use]
    pub fn is_eu(self) -> bool {
        self.row().eu
    }

    /// Member of the European Economic Area (the EU, Iceland, Liechtenstein and Norway).
    #[must_use]
    pub fn is_eea(self) -> bool {
        self.row().eea
    }

    /// Every country, in order of its code.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..ROWS.len()).filter_map(|index| u16::try_from(index).ok().map(Self))
    }

    fn row(self) -> &'static Row {
        &ROWS[usize::from(self.0)]
    }
}

impl FromStr for Country {
    type Err = UnknownCountry;

    fn from_str(text: &str) -> Result<Self, UnknownCountry> {
        let code = text.to_ascii_uppercase();
        let index = ROWS.binary_search_by(|row| row.code.cmp(&code)).map_err(|_| UnknownCountry)?;
        u16::try_from(index).map(Self).map_err(|_| UnknownCountry)
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Country {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole_sorted_and_named() {
        assert_eq!(Country::all().count(), 249);
        assert!(ROWS.windows(2).all(|pair| pair[0].code < pair[1].code));
        assert!(Country::all().all(|country| country.name().len() > 2));
        assert_eq!(Country::all().filter(|country| country.is_eu()).count(), 27);
        assert_eq!(Country::all().filter(|country| country.is_eea()).count(), 30);
        assert!(Country::all().all(|country| country.code().parse() == Ok(country)));
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for text in ["", "D", "DEU", "UK", "XK", "ZZ", "Germany", "ДE"] {
            assert_eq!(text.parse::<Country>(), Err(UnknownCountry), "{text}");
        }
    }
}
