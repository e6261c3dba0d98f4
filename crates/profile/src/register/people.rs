//! People out of one's own files: who does what where, as a plain table.

use super::{Columns, RegisterError, Skipped, cell};

/// A person and where they work.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonRow {
    /// Id in the file.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Job title.
    pub title: String,
    /// Id or name of the company, as the file has it.
    pub company: String,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// ISO 3166-2.
    pub subdivision: Option<String>,
    /// What is known of their authority, in words.
    pub notes: Option<String>,
}

/// What was read out of a file of people.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct People {
    /// People, in the order of the file.
    pub rows: Vec<PersonRow>,
    /// Rows that could not be read: their position from 1, and why.
    pub skipped: Vec<(usize, Skipped)>,
}

/// Reads people from CSV with the columns `id`, `name`, `title`, `company` and optionally
/// `country`, `subdivision`, `notes`.
///
/// # Errors
///
/// [`RegisterError`] where the text is no CSV or lacks a column.
pub fn read_people_csv(text: &str) -> Result<People, RegisterError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let columns = Columns::new(reader.headers()?);
    let id = columns.required("id")?;
    let name = columns.required("name")?;
    let title = columns.required("title")?;
    let company = columns.required("company")?;
    let country = columns.optional("country");
    let subdivision = columns.optional("subdivision");
    let notes = columns.optional("notes");
    let mut people = People::default();
    for (number, record) in reader.records().enumerate() {
        let at = number + 1;
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                people.skipped.push((at, Skipped::Malformed(error.to_string())));
                continue;
            }
        };
        let own = |at| cell(&record, Some(at)).map(str::to_owned);
        let more = |at| cell(&record, at).map(str::to_owned);
        let Some(id) = own(id) else {
            people.skipped.push((at, Skipped::NoId));
            continue;
        };
        let Some(name) = own(name) else {
            people.skipped.push((at, Skipped::NoName));
            continue;
        };
        people.rows.push(PersonRow {
            id,
            name,
            title: own(title).unwrap_or_default(),
            company: own(company).unwrap_or_default(),
            country: more(country),
            subdivision: more(subdivision),
            notes: more(notes),
        });
    }
    Ok(people)
}
