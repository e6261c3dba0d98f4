//! Filings: the "submissions" JSON that the SEC publishes for each filer in EDGAR.

use serde::Deserialize;

use super::{Imported, RegisterError, Skipped, date_of, event};
use crate::matching::{Company, Provenance};

/// Works of the United States government are in the public domain (17 U.S.C. 105).
const LICENCE: &str = "Public domain (US government work)";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Submissions {
    cik: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    sic_description: String,
    #[serde(default)]
    tickers: Vec<String>,
    #[serde(default)]
    addresses: Addresses,
    #[serde(default)]
    filings: Filings,
}

#[derive(Deserialize, Default)]
struct Addresses {
    business: Option<Address>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Address {
    city: Option<String>,
    state_or_country: Option<String>,
}

#[derive(Deserialize, Default)]
struct Filings {
    #[serde(default)]
    recent: Recent,
}

/// Columns of equal length.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Recent {
    #[serde(default)]
    form: Vec<String>,
    #[serde(default)]
    filing_date: Vec<String>,
}

/// Reads the submissions of one filer. Filings that say something become events: Form D an
/// offering of securities, Form S-1 or F-1 a listing, Form 15 nothing.
///
/// # Errors
///
/// [`RegisterError::Json`] where the text is no such JSON.
pub fn read_edgar_submissions(text: &str) -> Result<Imported, RegisterError> {
    let submissions: Submissions = serde_json::from_str(text)?;
    let mut imported = Imported::default();
    if submissions.cik.trim().is_empty() {
        imported.skipped.push((1, Skipped::NoId));
        return Ok(imported);
    }
    if submissions.name.trim().is_empty() {
        imported.skipped.push((1, Skipped::NoName));
        return Ok(imported);
    }
    let recent = &submissions.filings.recent;
    let events = recent
        .form
        .iter()
        .zip(&recent.filing_date)
        .filter_map(|(form, date)| Some((kind_of(form)?, form, date_of(date)?)))
        .map(|(kind, form, date)| event(kind, date, format!("filed Form {form}")))
        .collect();
    let business = submissions.addresses.business.unwrap_or_default();
    let state = business.state_or_country.filter(|code| is_state(code));
    imported.companies.push(Company {
        id: format!("CIK{:0>10}", submissions.cik.trim()),
        name: submissions.name,
        industry: Some(submissions.sic_description).filter(|words| !words.is_empty()),
        country: state.as_ref().map(|_| "US".to_owned()),
        subdivision: state.map(|code| format!("US-{code}")),
        city: business.city,
        ownership: (!submissions.tickers.is_empty()).then(|| "public".to_owned()),
        events: Some(events),
        provenance: Some(Provenance {
            source: "SEC EDGAR submissions".to_owned(),
            record: submissions.cik,
            licence: LICENCE.to_owned(),
            as_of: recent.filing_date.iter().max().and_then(|date| date_of(date)),
        }),
        ..Company::default()
    });
    Ok(imported)
}

fn kind_of(form: &str) -> Option<&'static str> {
    match form {
        "D" | "D/A" => Some("funding"),
        "S-1" | "S-1/A" | "F-1" | "F-1/A" => Some("ipo"),
        "SC TO-T" | "DEFM14A" | "SC 13E3" => Some("acquisition"),
        _ => None,
    }
}

/// EDGAR codes of the states are those of the post; its codes of other countries have a digit.
fn is_state(code: &str) -> bool {
    code.len() == 2 && code.chars().all(|c| c.is_ascii_uppercase())
}
