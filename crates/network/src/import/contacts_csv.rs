//! Contact lists as CSV: LinkedIn connections, Google and Outlook contacts, HubSpot and Salesforce
//! exports. They differ in their headings, so headings decide; where the heading stands is found by
//! content, since some exports begin with notes.

use std::io::BufRead;

use jiff::civil::Date;

use super::address::address;
use super::content_lines::plain;
use super::mail::{Line, read_line};
use super::{Contact, Import, Observation};
use crate::events::{Kind, Provenance, number_of};
use crate::tables::{ReadError, Watch};

/// Lines looked through for the heading.
pub const PREAMBLE_LINES_MAX: usize = 20;
/// A longer row is left out.
const ROW_BYTES_MAX: usize = 256 * 1024;

/// The headings we know, by what they hold. Compared in lower case, without spaces and signs.
const EMAIL: [&str; 9] = [
    "emailaddress",
    "email",
    "email1value",
    "primaryemail",
    "workemail",
    "email2address",
    "email2value",
    "email3address",
    "contactemail",
];
const NAME: [&str; 3] = ["name", "fullname", "contactname"];
const FIRST: [&str; 2] = ["firstname", "givenname"];
const LAST: [&str; 3] = ["lastname", "familyname", "surname"];
const COMPANY: [&str; 7] = [
    "company",
    "organizationname",
    "organization1name",
    "companyname",
    "accountname",
    "associatedcompany",
    "organization",
];
const TITLE: [&str; 5] =
    ["position", "jobtitle", "organizationtitle", "organization1title", "title"];
const URL: [&str; 3] = ["url", "linkedinurl", "profileurl"];
const SINCE: [&str; 1] = ["connectedon"];

#[derive(Debug, Default)]
struct Columns {
    email: Vec<usize>,
    name: Option<usize>,
    first: Option<usize>,
    last: Option<usize>,
    company: Option<usize>,
    title: Option<usize>,
    url: Option<usize>,
    since: Option<usize>,
    count: usize,
}

/// Reads a contact list of any of the known kinds.
///
/// # Errors
/// When the input fails, when no known heading is found, or when `watch` says stop.
pub fn read_contacts_csv(
    input: &mut dyn BufRead,
    import: &mut Import,
    watch: Watch,
) -> Result<(), ReadError> {
    let columns = find_heading(input)?;
    let mut row = Vec::new();
    while let Some(whole) = read_row(input, &mut row)? {
        import.seen += 1;
        if !watch(row.len() as u64) {
            return Err(ReadError::Interrupted);
        }
        if !whole {
            import.skip("row too long");
            continue;
        }
        let fields = split(&decode(&row));
        if fields.iter().all(|field| field.trim().is_empty()) {
            import.skip("blank row");
        } else if fields.len() * 2 < columns.count {
            // Report exports end in a block of remarks.
            import.skip("not a row of the table");
        } else {
            columns.take(&fields, import);
        }
    }
    Ok(())
}

fn find_heading(input: &mut dyn BufRead) -> Result<Columns, ReadError> {
    let mut first = String::new();
    let mut row = Vec::new();
    for _ in 0..PREAMBLE_LINES_MAX {
        if read_row(input, &mut row)?.is_none() {
            break;
        }
        let text = decode(&row);
        let columns = Columns::find(&split(&text));
        if columns.is_useful() {
            return Ok(columns);
        }
        if first.is_empty() {
            first = text.chars().take(200).collect();
        }
    }
    Err(ReadError::MissingColumn { wanted: "an e-mail address or a name", header: first })
}

/// One row without its end; quoted fields may hold line ends. `Some(false)` when it was too long.
fn read_row(input: &mut dyn BufRead, row: &mut Vec<u8>) -> Result<Option<bool>, ReadError> {
    row.clear();
    let mut line = Vec::new();
    loop {
        line.clear();
        match read_line(input, &mut line, ROW_BYTES_MAX)?.0 {
            Line::End => return Ok((!row.is_empty()).then_some(true)),
            Line::TooLong => return Ok(Some(false)),
            Line::Whole => row.extend_from_slice(&line),
        }
        if row.len() > ROW_BYTES_MAX {
            return Ok(Some(false));
        }
        if row.iter().filter(|&&byte| byte == b'"').count() % 2 == 0 {
            return Ok(Some(true));
        }
        row.push(b'\n');
    }
}

/// UTF-8, else Windows-1252, whose upper half is written by older address books.
fn decode(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|&byte| windows_1252(byte)).collect(),
    }
}

fn windows_1252(byte: u8) -> char {
    const FROM_80: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž',
        '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}',
        'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => FROM_80[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}

fn split(row: &str) -> Vec<String> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(row.as_bytes());
    let mut record = csv::StringRecord::new();
    match reader.read_record(&mut record) {
        Ok(true) => record.iter().map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

impl Columns {
    fn find(headings: &[String]) -> Self {
        let known: Vec<String> = headings
            .iter()
            .map(|h| h.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase())
            .collect();
        let first = |names: &[&str]| {
            names.iter().find_map(|name| known.iter().position(|heading| heading == name))
        };
        let email = EMAIL.iter().filter_map(|name| known.iter().position(|found| found == name));
        Self {
            email: email.collect(),
            name: first(&NAME),
            first: first(&FIRST),
            last: first(&LAST),
            company: first(&COMPANY),
            title: first(&TITLE),
            url: first(&URL),
            since: first(&SINCE),
            count: headings.len(),
        }
    }

    fn is_useful(&self) -> bool {
        self.count > 1
            && (!self.email.is_empty()
                || self.name.is_some()
                || (self.first.is_some() && self.last.is_some()))
    }

    fn take(&self, fields: &[String], import: &mut Import) {
        let field = |at: Option<usize>| at.and_then(|at| fields.get(at)).map_or("", |f| f.as_str());
        let mut emails = self.email.iter().flat_map(|&at| field(Some(at)).split(" ::: "));
        let full = plain(field(self.name));
        let name = if full.is_empty() {
            plain(&format!("{} {}", field(self.first), field(self.last)))
        } else {
            full
        };
        let since = Date::strptime("%d %b %Y", field(self.since).trim()).ok().and_then(|day| {
            let zone = jiff::tz::TimeZone::UTC;
            zone.to_timestamp(day.at(0, 0, 0, 0)).ok().map(jiff::Timestamp::as_second)
        });
        let contact = Contact {
            email: emails.find_map(address).unwrap_or_default(),
            name,
            company: plain(field(self.company)),
            title: plain(field(self.title)),
            url: plain(field(self.url)),
            since,
        };
        self.connection(&contact, import);
        import.meet(contact);
    }

    /// Who is connected since a day has been in touch once, as far as the list can tell.
    fn connection(&self, contact: &Contact, import: &mut Import) {
        let Some(at) = contact.since else { return };
        let to = if contact.email.is_empty() { &contact.url } else { &contact.email };
        let from = import.policy.owner.clone();
        if to.is_empty() || from.is_empty() {
            return;
        }
        import.observe(Observation {
            at,
            message: number_of(&(&from, to, at)),
            from,
            to: to.clone(),
            recipients: 1,
            kind: Kind::Activity,
            provenance: Provenance::Imported,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::run;
    use super::*;

    fn contacts(bytes: &[u8]) -> (Vec<Contact>, crate::tables::Skips) {
        let (kept, skips) =
            run(|i| read_contacts_csv(&mut &*bytes, i, &mut |_| true).expect("readable"));
        (kept.contacts, skips)
    }

    #[test]
    fn linkedin_with_its_notes() {
        let text = "\u{feff}Notes:\n\"When exporting, some e-mail addresses, may be missing.\"\n\n\
            First Name,Last Name,URL,Email Address,Company,Position,Connected On\n\
            Pat,Lee,https://www.linkedin.example/in/pat,,\"Prospect, Ltd\",Head of Treasury,12 Mar 2024\n\
            ,,,,,,\nKim,Rey,https://www.linkedin.example/in/kim,Kim@Partner.example,P,CFO,03 Jan 2025\n";
        let (kept, skips) = run(|i| {
            read_contacts_csv(&mut text.as_bytes(), i, &mut |_| true).expect("readable");
        });
        assert_eq!(kept.contacts.len(), 2);
        assert_eq!(kept.contacts[0].company, "Prospect, Ltd");
        assert_eq!(kept.contacts[1].email, "kim@partner.example");
        assert_eq!(kept.contacts[1].since, Some(1_735_862_400));
        assert_eq!(kept.observations.len(), 2);
        assert_eq!(skips.count("blank row"), 1);
    }

    #[test]
    fn google_new_and_old_outlook_hubspot_salesforce() {
        let google = "First Name,Last Name,Organization Name,Organization Title,E-mail 1 - Label,\
            E-mail 1 - Value\nPat,Lee,Prospect,Head,* Work,pat@x.example ::: pat2@x.example\n";
        let old = "Name,Given Name,Family Name,E-mail 1 - Type,E-mail 1 - Value,Organization 1 - Name\n\
            Pat Lee,Pat,Lee,* Work,pat@x.example,Prospect\n";
        let outlook = b"First Name,Last Name,Title,E-mail Address,Company,Job Title\n\
            L\xe9a,M\xfcller,Dr,pat@x.example,Prospect,Head\n";
        let hubspot = "Record ID,First Name,Last Name,Email,Phone Number,Contact owner\n\
            1,Pat,Lee,pat@x.example,,kim@acme.example\n";
        let salesforce = "Id,FirstName,LastName,Email,Title,Company\n\
            003,Pat,Lee,pat@x.example,Head,Prospect\n\"Generated by: me\"\n";
        let all =
            [google.as_bytes(), old.as_bytes(), outlook, hubspot.as_bytes(), salesforce.as_bytes()];
        for bytes in all {
            let (contacts, _) = contacts(bytes);
            assert_eq!(contacts.len(), 1);
            assert_eq!(contacts[0].email, "pat@x.example");
        }
        assert_eq!(contacts(outlook).0[0].name, "Léa Müller");
        assert_eq!(contacts(outlook).0[0].title, "Head", "the post, not the honorific");
        assert_eq!(contacts(salesforce.as_bytes()).1.count("not a row of the table"), 1);
    }

    #[test]
    fn a_file_of_something_else_is_refused_by_name() {
        let (policy, mut kept) =
            (super::super::testing::policy(), super::super::testing::Kept::default());
        let mut import = Import::new(&policy, &mut kept);
        let text = "colour,size\nred,1\n";
        let error = read_contacts_csv(&mut text.as_bytes(), &mut import, &mut |_| true)
            .expect_err("nothing to read");
        assert!(error.to_string().contains("colour,size"), "{error}");
    }
}
