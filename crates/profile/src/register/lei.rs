//! Legal entities: the LEI golden copy as CSV, in the column names of GLEIF's LEI-CDF 3.1.

use super::{Columns, Imported, RegisterError, Skipped, cell, date_of};
use crate::matching::{Company, Provenance};

/// Licence under which GLEIF publishes LEI data.
const LICENCE: &str = "CC0 1.0";

/// Reads an LEI golden copy. Entities that are not active are skipped.
///
/// # Errors
///
/// [`RegisterError`] where the text is no CSV or lacks a column of the format.
pub fn read_lei_csv(text: &str) -> Result<Imported, RegisterError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let columns = Columns::new(reader.headers()?);
    let lei = columns.required("LEI")?;
    let name = columns.required("Entity.LegalName")?;
    let country = columns.required("Entity.LegalAddress.Country")?;
    let status = columns.required("Entity.EntityStatus")?;
    let region = columns.optional("Entity.LegalAddress.Region");
    let city = columns.optional("Entity.LegalAddress.City");
    let seat_country = columns.optional("Entity.HeadquartersAddress.Country");
    let seat_region = columns.optional("Entity.HeadquartersAddress.Region");
    let seat_city = columns.optional("Entity.HeadquartersAddress.City");
    let updated = columns.optional("Registration.LastUpdateDate");
    let mut imported = Imported::default();
    for (number, record) in reader.records().enumerate() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                imported.skipped.push((number + 1, Skipped::Malformed(error.to_string())));
                continue;
            }
        };
        let Some(id) = cell(&record, Some(lei)).filter(|id| is_lei(id)) else {
            imported.skipped.push((number + 1, Skipped::NoId));
            continue;
        };
        let Some(legal_name) = cell(&record, Some(name)) else {
            imported.skipped.push((number + 1, Skipped::NoName));
            continue;
        };
        if cell(&record, Some(status)) != Some("ACTIVE") {
            imported.skipped.push((number + 1, Skipped::Inactive));
            continue;
        }
        let own = |at: Option<usize>| cell(&record, at).map(str::to_owned);
        imported.companies.push(Company {
            id: id.to_owned(),
            name: legal_name.to_owned(),
            country: own(seat_country).or_else(|| own(Some(country))),
            subdivision: own(seat_region).or_else(|| own(region)),
            city: own(seat_city).or_else(|| own(city)),
            provenance: Some(Provenance {
                source: "GLEIF LEI golden copy".to_owned(),
                record: id.to_owned(),
                licence: LICENCE.to_owned(),
                as_of: cell(&record, updated).and_then(date_of),
            }),
            ..Company::default()
        });
    }
    Ok(imported)
}

/// Twenty capitals and digits whose number, letters written as 10 to 35, leaves 1 divided by 97
/// (ISO 17442, ISO/IEC 7064 MOD 97-10).
fn is_lei(id: &str) -> bool {
    if id.len() != 20 {
        return false;
    }
    let mut rest = 0_u32;
    for c in id.chars() {
        let Some(value) = c.to_digit(36).filter(|_| !c.is_ascii_lowercase()) else { return false };
        rest = if value >= 10 { (rest * 100 + value) % 97 } else { (rest * 10 + value) % 97 };
    }
    rest == 1
}
