//! Cards: vCard 2.1, 3.0 and 4.0, as phones and address books write them.

use std::io::BufRead;

use super::address::address;
use super::content_lines::{ContentLine, ContentLines};
use super::{Contact, Import};
use crate::tables::{ReadError, Watch};

/// A card of more lines, or of more bytes, is left out. Phones put a picture into each card, so
/// that a megabyte is nothing unusual.
const CARD_LINES_MAX: usize = 1_000;
const CARD_BYTES_MAX: u64 = 4 << 20;

/// A card while it is read.
#[derive(Default)]
struct Card {
    contact: Contact,
    structured_name: String,
    /// Whether the address held so far is marked as preferred.
    preferred: bool,
    addresses: usize,
    lines: usize,
    bytes: u64,
    too_large: bool,
}

/// Reads all cards of a file. Of several addresses the preferred one is kept, else the first; the
/// rest are counted as left out. Nothing a card points to is fetched.
///
/// # Errors
/// When the input fails, or when `watch` says stop.
pub fn read_vcards(
    input: &mut dyn BufRead,
    import: &mut Import,
    watch: Watch,
) -> Result<(), ReadError> {
    let mut lines = ContentLines::new(input);
    let mut card: Option<Card> = None;
    while let Some(line) = lines.next()? {
        let is_card = line.value.trim().eq_ignore_ascii_case("VCARD");
        match (&*line.name, &mut card) {
            ("BEGIN", open) if is_card => {
                if open.replace(Card::default()).is_some() {
                    import.skip("card without end");
                }
                import.seen += 1;
                if !watch(0) {
                    return Err(ReadError::Interrupted);
                }
            }
            ("END", open) if is_card => {
                if let Some(card) = open.take() {
                    finish(card, import);
                }
            }
            (_, Some(card)) => card.take(&line),
            (_, None) => {}
        }
    }
    if card.is_some() {
        import.skip("card without end");
    }
    if import.seen == 0 {
        import.skip("no card: not a vCard file");
    }
    Ok(())
}

impl Card {
    fn take(&mut self, line: &ContentLine) {
        self.lines += 1;
        self.bytes += line.bytes;
        self.too_large |= self.lines > CARD_LINES_MAX || self.bytes > CARD_BYTES_MAX;
        let wanted = ["FN", "N", "ORG", "TITLE", "EMAIL"].contains(&&*line.name);
        self.too_large |= line.cut && wanted;
        match &*line.name {
            "FN" => self.contact.name = line.text(),
            "N" => self.structured_name = structured_name(line),
            "ORG" => self.contact.company = line.text().split(';').next().unwrap_or("").to_owned(),
            "TITLE" => self.contact.title = line.text(),
            "EMAIL" => self.take_address(line),
            _ => {}
        }
    }

    fn take_address(&mut self, line: &ContentLine) {
        let Some(found) = address(&line.text()) else { return };
        self.addresses += 1;
        let preferred = line.parameter("PREF").is_some()
            || line.parameters.iter().any(|(name, value)| {
                name == "TYPE" && value.split(',').any(|word| word.eq_ignore_ascii_case("pref"))
            });
        if self.contact.email.is_empty() || (preferred && !self.preferred) {
            self.contact.email = found;
            self.preferred = preferred;
        }
    }
}

/// Family and given name of an `N` line, given name first. Its parts are separated before they are
/// decoded, so that an encoded separator separates nothing.
fn structured_name(line: &ContentLine) -> String {
    let part = |at: usize| {
        let value = line.value.split(';').nth(at).unwrap_or("").to_owned();
        ContentLine { value, ..line.clone() }.text()
    };
    format!("{} {}", part(1), part(0)).trim().to_owned()
}

fn finish(card: Card, import: &mut Import) {
    if card.too_large {
        return import.skip("card too large");
    }
    for _ in 1..card.addresses {
        import.skip("further address of a card");
    }
    let mut contact = card.contact;
    if contact.name.is_empty() {
        contact.name = card.structured_name;
    }
    import.meet(contact);
}
