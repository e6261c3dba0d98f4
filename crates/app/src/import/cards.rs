//! A file of contact cards (vCard 2.1, 3.0 and 4.0; RFC 6350) as a table, so that a card is read, refused
//! and reported like a row. Notes, photographs, birthdays and addresses are not read.

use std::collections::BTreeMap;

/// Columns of the table, with the properties they come from.
const COLUMNS: [&str; 13] = [
    "vCard Version",
    "First Name",
    "Last Name",
    "Full Name",
    "Email",
    "Email 2",
    "Email 3",
    "Phone",
    "Phone 2",
    "Phone 3",
    "Job Title",
    "Company",
    "URL",
];

/// The text as it came, or the table of its cards.
pub(super) fn as_table(text: String) -> String {
    let start = text.trim_start_matches(['\u{feff}', ' ', '\r', '\n']);
    if !start.get(..11).is_some_and(|head| head.eq_ignore_ascii_case("BEGIN:VCARD")) {
        return text;
    }
    let mut table = COLUMNS.join(",");
    table.push('\n');
    let mut card: BTreeMap<&'static str, String> = BTreeMap::new();
    for line in unfolded(start) {
        let Some((name, value)) = property(&line) else { continue };
        if name == "END" {
            let cells = COLUMNS.iter().map(|column| quoted(card.get(column)));
            table.push_str(&cells.collect::<Vec<_>>().join(","));
            table.push('\n');
            card.clear();
        } else {
            read(&mut card, &name, &value);
        }
    }
    table
}

/// Lines with their continuations (RFC 6350 section 3.2): a line that begins with white space belongs
/// to the one before.
fn unfolded(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some(before)) => before.push_str(rest),
            _ => lines.push(line.trim_end_matches('\r').to_owned()),
        }
    }
    lines
}

/// Name of a property without group and parameters, upper case, and its value.
fn property(line: &str) -> Option<(String, String)> {
    // A colon inside a quoted parameter does not end the name.
    let mut quoted = false;
    let colon = line.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == ':' && !quoted
    })?;
    let (head, value) = (&line[..colon.0], &line[colon.0 + 1..]);
    let name = head.split(';').next()?.rsplit('.').next()?.to_uppercase();
    let value = match head.to_uppercase().contains("QUOTED-PRINTABLE") {
        true => printable(value),
        false => value.to_owned(),
    };
    Some((name, value))
}

/// Quoted-printable of version 2.1 (RFC 2045 section 6.7), within one line.
fn printable(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut decoded, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let code = bytes.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        let code = code.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (bytes[at], code) {
            (b'=', Some(byte)) => {
                decoded.push(byte);
                at += 3;
            }
            (byte, _) => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

fn read(card: &mut BTreeMap<&'static str, String>, name: &str, value: &str) {
    let mut put = |column: &'static str, value: &str| {
        let value = plain(value);
        if !value.is_empty() {
            card.entry(column).or_insert(value);
        }
    };
    let parts: Vec<&str> = split(value);
    let part = |place: usize| parts.get(place).copied().unwrap_or_default();
    match name {
        "VERSION" => put("vCard Version", value),
        "N" => {
            put("Last Name", part(0));
            put("First Name", part(1));
        }
        "FN" => put("Full Name", value),
        "TITLE" => put("Job Title", value),
        "ORG" => put("Company", part(0)),
        "URL" if value.contains("linkedin.") => put("URL", value),
        "EMAIL" => next(card, ["Email", "Email 2", "Email 3"], value),
        "TEL" => {
            let line = value.strip_prefix("tel:").unwrap_or(value);
            next(card, ["Phone", "Phone 2", "Phone 3"], line);
        }
        _ => {}
    }
}

/// The first column of these that is still free.
fn next(card: &mut BTreeMap<&'static str, String>, columns: [&'static str; 3], value: &str) {
    let value = plain(value);
    if let Some(free) = columns.into_iter().find(|column| !card.contains_key(column))
        && !value.is_empty()
    {
        card.insert(free, value);
    }
}

/// Parts between semicolons that are not escaped.
fn split(value: &str) -> Vec<&str> {
    let (mut parts, mut start, mut escaped) = (Vec::new(), 0, false);
    for (at, c) in value.char_indices() {
        if c == ';' && !escaped {
            parts.push(&value[start..at]);
            start = at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    parts.push(&value[start..]);
    parts
}

/// Without escapes (RFC 6350 section 3.4); line breaks become blanks.
fn plain(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => match characters.next() {
                Some('n' | 'N') => text.push(' '),
                Some(other) => text.push(other),
                None => {}
            },
            c => text.push(c),
        }
    }
    text.trim().to_owned()
}

fn quoted(cell: Option<&String>) -> String {
    cell.map_or_else(String::new, |cell| format!("\"{}\"", cell.replace('"', "\"\"")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_of_three_versions_become_rows() {
        let cards = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Doe\\, Jr;Jane;;;\r\nFN:Jane \"J\" Doe\r\n\
             item1.EMAIL;TYPE=\"work:x\":jane@acme.exa\r\n mple\r\nEMAIL:j@home.example\r\n\
             TEL;VALUE=uri:tel:+49-30-2345678\r\nORG:Acme GmbH;Finance\r\nNOTE:never read\r\n\
             END:VCARD\r\nBEGIN:VCARD\r\nVERSION:2.1\r\n\
             N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;Ana\r\nEND:VCARD\r\n";
        let table = as_table(cards.to_owned());
        let rows: Vec<&str> = table.lines().collect();
        assert_eq!(rows.len(), 3, "{table}");
        assert!(
            rows[1].starts_with("\"3.0\",\"Jane\",\"Doe, Jr\",\"Jane \"\"J\"\" Doe\""),
            "{table}"
        );
        assert!(rows[1].contains("\"jane@acme.example\",\"j@home.example\",,\"+49-30-2345678\""));
        assert!(rows[1].contains("\"Acme GmbH\"") && !table.contains("never read"), "{table}");
        assert!(rows[2].contains("\"Ana\",\"Müller\""), "{table}");
        assert_eq!(as_table("a,b\n1,2\n".to_owned()), "a,b\n1,2\n");
    }
}
