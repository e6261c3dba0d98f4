//! British companies: the free company data product of Companies House, "BasicCompanyData" CSV.

use super::{Columns, Imported, RegisterError, Skipped, cell};
use crate::matching::{Company, Provenance};

/// Licence of the product.
const LICENCE: &str = "Open Government Licence v3.0";

/// Reads a BasicCompanyData file. Companies that are not active are skipped. The first SIC 2007
/// text becomes the industry in words; its code is no NAICS code and is not used as one.
///
/// # Errors
///
/// [`RegisterError`] where the text is no CSV or lacks a column of the format.
pub fn read_companies_house(text: &str) -> Result<Imported, RegisterError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let columns = Columns::new(reader.headers()?);
    let name = columns.required("CompanyName")?;
    let number_column = columns.required("CompanyNumber")?;
    let status = columns.required("CompanyStatus")?;
    let category = columns.optional("CompanyCategory");
    let town = columns.optional("RegAddress.PostTown");
    let country = columns.optional("RegAddress.Country");
    let sic = columns.required("SICCode.SicText_1")?;
    let mut imported = Imported::default();
    for (number, record) in reader.records().enumerate() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                imported.skipped.push((number + 1, Skipped::Malformed(error.to_string())));
                continue;
            }
        };
        let Some(id) = cell(&record, Some(number_column)) else {
            imported.skipped.push((number + 1, Skipped::NoId));
            continue;
        };
        let Some(company_name) = cell(&record, Some(name)) else {
            imported.skipped.push((number + 1, Skipped::NoName));
            continue;
        };
        if cell(&record, Some(status)) != Some("Active") {
            imported.skipped.push((number + 1, Skipped::Inactive));
            continue;
        }
        let public = cell(&record, category)
            .is_some_and(|c| c.eq_ignore_ascii_case("Public Limited Company"));
        imported.companies.push(Company {
            id: format!("GB-{id}"),
            name: company_name.to_owned(),
            industry: cell(&record, Some(sic)).map(sic_words),
            country: Some("GB".to_owned()),
            subdivision: cell(&record, country).and_then(nation).map(str::to_owned),
            city: cell(&record, town).map(str::to_owned),
            // A public limited company need not be listed: nothing is claimed either way.
            ownership: if public { None } else { Some("private".to_owned()) },
            provenance: Some(Provenance {
                source: "Companies House BasicCompanyData".to_owned(),
                record: id.to_owned(),
                licence: LICENCE.to_owned(),
                as_of: None,
            }),
            ..Company::default()
        });
    }
    Ok(imported)
}

/// "62012 - Business and domestic software development": the words after the code.
fn sic_words(text: &str) -> String {
    text.split_once(" - ").map_or(text, |(_, words)| words).trim().to_lowercase()
}

fn nation(country: &str) -> Option<&'static str> {
    Some(match country.to_ascii_uppercase().as_str() {
        "ENGLAND" => "GB-ENG",
        "SCOTLAND" => "GB-SCT",
        "WALES" => "GB-WLS",
        "NORTHERN IRELAND" => "GB-NIR",
        _ => return None,
    })
}
