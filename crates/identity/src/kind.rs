//! What a column means: inferred from its header and values, or set by the user.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::input::{Column, Table};
use crate::normal::company::LegalForms;
use crate::normal::fold::fold;

/// The meaning of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// Given name.
    GivenName,
    /// Family name.
    FamilyName,
    /// Whole name of a person, in any order.
    FullName,
    /// Organisation: employer of a person, or the entity itself.
    Company,
    /// E-mail address.
    Email,
    /// Telephone number.
    Phone,
    /// Web address or domain.
    Domain,
    /// Job title or occupation.
    Title,
    /// Street address.
    Street,
    /// City or other named place.
    City,
    /// State, province, county.
    Region,
    /// Postcode.
    Postcode,
    /// Country.
    Country,
    /// Date of birth.
    BirthDate,
    /// Year of birth, where the date stands in three columns.
    BirthYear,
    /// Month of birth, where the date stands in three columns.
    BirthMonth,
    /// Day of birth, where the date stands in three columns.
    BirthDay,
    /// Number or code that belongs to one entity.
    Identifier,
    /// One of few values.
    Category,
    /// Several values in one field, separated by bars or semicolons.
    List,
    /// Anything longer.
    Text,
    /// Degrees north.
    Latitude,
    /// Degrees east.
    Longitude,
    /// Takes no part.
    Ignore,
}

/// Kinds of all columns of a table, in column order.
pub type Kinds = Vec<ColumnKind>;

/// Infers the kind of every column.
pub fn infer(table: &Table) -> Kinds {
    let mut kinds: Kinds = table.columns.iter().map(infer_column).collect();
    // One column with legal forms makes every unspecified name column a company name.
    let companies = table
        .columns
        .iter()
        .zip(&kinds)
        .any(|(column, kind)| *kind == ColumnKind::FullName && looks_like_companies(column));
    let has_person = kinds.contains(&ColumnKind::FamilyName);
    if companies && !has_person {
        for kind in &mut kinds {
            if *kind == ColumnKind::FullName {
                *kind = ColumnKind::Company;
            }
        }
    }
    kinds
}

/// Applies the user's choices, `header = "kind"` in TOML, to inferred kinds.
///
/// # Errors
/// Unknown headers and unknown kinds.
pub fn apply_settings(table: &Table, kinds: &mut Kinds, toml_text: &str) -> Result<(), Error> {
    let settings: BTreeMap<String, ColumnKind> =
        toml::from_str(toml_text).map_err(|error| Error::Columns(error.to_string()))?;
    for (name, kind) in settings {
        let at = table.columns.iter().position(|column| column.name.eq_ignore_ascii_case(&name));
        match at {
            Some(at) => kinds[at] = kind,
            None => return Err(Error::Columns(format!("there is no column {name:?}"))),
        }
    }
    Ok(())
}

fn infer_column(column: &Column) -> ColumnKind {
    let sample = Sample::of(column);
    if sample.filled == 0 || sample.distinct < 2 {
        return ColumnKind::Ignore;
    }
    let header = fold(&column.name.replace(['_', '-'], " "));
    match from_header(&header) {
        Some(ColumnKind::Email) if sample.share(|s| s.contains('@')) < 0.3 => from_values(&sample),
        Some(ColumnKind::Street) if sample.share(|s| s.contains('@')) > 0.5 => ColumnKind::Email,
        Some(kind) => kind,
        None => from_values(&sample),
    }
}

/// Words of a header that decide its kind; the first row that fits wins.
const HEADERS: &[(&[&str], ColumnKind)] = &[
    (
        &[
            "source",
            "data source",
            "system",
            "file",
            "created",
            "updated",
            "timestamp",
            "amount",
            "notes",
            "status date",
        ],
        ColumnKind::Ignore,
    ),
    (
        &[
            "middle name",
            "name middle",
            "middlename",
            "phone type",
            "addr type",
            "address type",
            "rel anchor key",
            "rel pointer key",
            "rel pointer role",
            "status",
            "date",
            "id type",
            "national id type",
            "tax id type",
        ],
        ColumnKind::Ignore,
    ),
    (
        &["national id country", "passport country", "tax id country", "drivers license state"],
        ColumnKind::Ignore,
    ),
    (&["birth year", "year of birth", "by", "yob"], ColumnKind::BirthYear),
    (&["birth month", "month of birth", "bm", "mob"], ColumnKind::BirthMonth),
    (&["birth day", "day of birth", "bd"], ColumnKind::BirthDay),
    (
        &["dob", "date of birth", "birth date", "birthdate", "birthday", "born", "geburtsdatum"],
        ColumnKind::BirthDate,
    ),
    (&["birth place", "birthplace", "place of birth"], ColumnKind::City),
    (
        &[
            "name first",
            "first name",
            "firstname",
            "given name",
            "givenname",
            "forename",
            "given",
            "fname",
            "vorname",
            "prenom",
            "fname c1",
        ],
        ColumnKind::GivenName,
    ),
    (
        &[
            "name last",
            "last name",
            "lastname",
            "surname",
            "family name",
            "familyname",
            "lname",
            "nachname",
            "sname",
            "lname c1",
        ],
        ColumnKind::FamilyName,
    ),
    (&["email", "e mail", "mail", "email address"], ColumnKind::Email),
    (
        &["phone", "telephone", "tel", "mobile", "cell", "fax", "phone number", "telefon"],
        ColumnKind::Phone,
    ),
    (&["website", "url", "domain", "web", "homepage", "site url"], ColumnKind::Domain),
    (
        &[
            "company",
            "organisation",
            "organization",
            "org",
            "employer",
            "account name",
            "account",
            "firm",
            "business",
            "name org",
            "site name",
            "applicant",
            "company name",
            "institution",
            "agency",
        ],
        ColumnKind::Company,
    ),
    (
        &[
            "full name",
            "fullname",
            "name full",
            "name",
            "contact",
            "person",
            "raw name",
            "display name",
        ],
        ColumnKind::FullName,
    ),
    (&["street number", "house number", "number", "house no"], ColumnKind::Category),
    (
        &[
            "postcode",
            "post code",
            "zip",
            "zipcode",
            "zip code",
            "postal code",
            "plz",
            "postcode fake",
        ],
        ColumnKind::Postcode,
    ),
    (
        &[
            "address",
            "street",
            "addr line1",
            "addr full",
            "address 1",
            "address 2",
            "address1",
            "address2",
            "address line 1",
            "addr",
        ],
        ColumnKind::Street,
    ),
    (
        &["city", "town", "suburb", "locality", "place", "municipality", "ort", "stadt"],
        ColumnKind::City,
    ),
    (&["state", "region", "province", "county", "addr state"], ColumnKind::Region),
    (&["country", "addr country", "land", "nation"], ColumnKind::Country),
    (
        &["title", "job title", "position", "occupation", "role", "job", "profession"],
        ColumnKind::Title,
    ),
    (
        &["gender", "sex", "record type", "type", "category", "program", "program name"],
        ColumnKind::Category,
    ),
    (&["lat", "latitude"], ColumnKind::Latitude),
    (&["lng", "lon", "long", "longitude"], ColumnKind::Longitude),
    (
        &[
            "ssn",
            "social security",
            "soc sec id",
            "passport",
            "passport number",
            "license number",
            "drivers license",
            "id number",
            "account number",
            "customer number",
            "licence number",
            "national id",
            "national id number",
            "tax id",
            "tax number",
            "vat",
            "lei",
            "lei number",
            "duns",
            "linkedin",
            "linkedin url",
            "profile",
            "profile url",
            "registration number",
            "customer id",
            "ssn number",
        ],
        ColumnKind::Identifier,
    ),
];

fn from_header(header: &str) -> Option<ColumnKind> {
    let padded = format!(" {header} ");
    let exact = HEADERS.iter().find(|(names, _)| names.contains(&header));
    // The longest ending decides: a "licence number" is more than a "number".
    let ends = || {
        let ending = |names: &[&str]| {
            let fits = names.iter().filter(|n| padded.ends_with(&format!(" {n} ")));
            fits.map(|n| n.len()).max()
        };
        let fitting = HEADERS.iter().filter_map(|row| Some((ending(row.0)?, row)));
        fitting.rev().max_by_key(|(length, _)| *length).map(|(_, row)| row)
    };
    let within = || {
        HEADERS[3..].iter().find(|(names, _)| {
            names.iter().any(|n| n.len() > 3 && padded.contains(&format!(" {n} ")))
        })
    };
    exact.or_else(ends).or_else(within).map(|(_, kind)| *kind)
}

/// A bounded look at the values of a column.
struct Sample<'a> {
    texts: Vec<&'a str>,
    filled: usize,
    distinct: usize,
}

impl<'a> Sample<'a> {
    fn of(column: &'a Column) -> Self {
        let step = (column.values.len() / 2000).max(1);
        let texts: Vec<&str> = (0..column.values.len())
            .step_by(step)
            .map(|record| column.text(record))
            .filter(|text| !text.is_empty())
            .collect();
        let filled = column.values.iter().filter(|value| **value != 0).count();
        Self { texts, filled, distinct: column.pool.len() - 1 }
    }

    fn share(&self, test: impl Fn(&str) -> bool) -> f64 {
        let hits = self.texts.iter().filter(|text| test(text)).count();
        hits as f64 / self.texts.len().max(1) as f64
    }
}

fn from_values(sample: &Sample<'_>) -> ColumnKind {
    let digits = |s: &str| s.bytes().filter(u8::is_ascii_digit).count();
    let words = |s: &str| s.split_whitespace().count();
    if sample.share(|s| s.contains('@') && s.contains('.')) > 0.6 {
        return ColumnKind::Email;
    }
    if sample.share(|s| s.contains(['|', ';'])) > 0.2 {
        return ColumnKind::List;
    }
    if sample.share(|s| s.starts_with("http") || s.starts_with("www.")) > 0.5 {
        return ColumnKind::Domain;
    }
    let repeated = sample.filled as f64 / sample.distinct.max(1) as f64;
    let short = sample.share(|s| s.len() <= 24 && words(s) <= 3);
    if sample.share(|s| crate::normal::date::parse(s).is_some() && s.len() < 30) > 0.6 {
        return ColumnKind::Ignore;
    }
    if sample.share(|s| digits(s) >= 5 && words(s) == 1) > 0.8 && repeated < 6.0 {
        return ColumnKind::Identifier;
    }
    if short > 0.8 && (repeated > 3.0 || sample.distinct <= 50) {
        return ColumnKind::Category;
    }
    ColumnKind::Text
}

/// A legal form at the end of at least a sixth of the names.
fn looks_like_companies(column: &Column) -> bool {
    let table = LegalForms::shipped();
    let sample = Sample::of(column);
    let share = sample.share(|text| {
        let folded = fold(text);
        folded.rsplit_once(' ').is_some_and(|(_, last)| table.codes(last).is_some())
    });
    share > 0.16
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(csv: &str, expected: &[ColumnKind]) {
        let table = Table::read(csv.as_bytes()).expect("a table");
        assert_eq!(infer(&table), expected, "{csv}");
    }

    #[test]
    fn headers_and_values_decide() {
        use ColumnKind::*;
        check(
            "first_name,surname,dob,e-mail,Company Name\nA,B,1990-01-01,a@b.de,X\nC,D,1991-01-01,c@d.de,Y\n",
            &[GivenName, FamilyName, BirthDate, Email, Company],
        );
        check("name,lat\nAcme GmbH,1\nBeta AG,2\n", &[Company, Latitude]);
        check("name,kind\nJane Doe,a|b\nJohn Roe,c|d\n", &[FullName, List]);
        check("birth_year,primary_name_last\n1990,x\n1991,y\n", &[BirthYear, FamilyName]);
    }
}
