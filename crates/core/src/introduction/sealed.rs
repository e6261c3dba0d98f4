//! Names that must not be said yet. Every text and every page that goes to one side before the other
//! side agreed is held against the sealed names of the other.

use std::ops::Range;

use crate::message_review::name_spans;

/// What must not be said of somebody: their name and its parts, their company, their mailbox.
#[derive(Debug, Clone, Default)]
pub struct Sealed {
    whole: Vec<String>,
    parts: Vec<String>,
}

/// Shortest part of a name that is looked for by itself.
const PART_MIN: usize = 3;

impl Sealed {
    /// Nobody.
    pub fn nobody() -> Self {
        Self::default()
    }

    /// Seals a person: name, company and addresses as stored.
    #[must_use]
    pub fn person(mut self, name: &str, company: &str, addresses: &[String]) -> Self {
        self.add(name);
        for part in name.split(|c: char| !c.is_alphanumeric()) {
            if part.chars().count() >= PART_MIN {
                self.parts.push(part.to_owned());
            }
        }
        self.company(company);
        for address in addresses {
            self.add(address);
            if let Some((local, domain)) = address.split_once('@') {
                if local.chars().count() > PART_MIN {
                    self.add(local);
                }
                self.add(domain);
            }
        }
        self
    }

    /// Seals a company: its name, and its name without the legal form.
    fn company(&mut self, company: &str) {
        self.add(company);
        if let Ok(name) = crate::contact::CompanyName::parse(company) {
            self.add(&name.normal());
        }
    }

    fn add(&mut self, text: &str) {
        let text = text.trim();
        if !text.is_empty() && !self.whole.iter().any(|known| known == text) {
            self.whole.push(text.to_owned());
        }
    }

    /// Where a text names the sealed: whole names whatever their case and accents, parts of a name
    /// where they are written like names, so that "will" is not taken for Will.
    pub fn found_in(&self, text: &str) -> Vec<Range<usize>> {
        let mut spans: Vec<_> = self.whole.iter().flat_map(|name| name_spans(text, name)).collect();
        for part in &self.parts {
            let named = name_spans(text, part).into_iter().filter(|span| {
                text[span.clone()].chars().next().is_some_and(|first| !first.is_lowercase())
            });
            spans.extend(named);
        }
        spans.sort_by_key(|span| (span.start, span.end));
        spans.dedup();
        spans
    }

    /// Whether a text keeps the seal.
    pub fn keeps(&self, text: &str) -> bool {
        self.found_in(text).is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed() -> Sealed {
        let mails = ["o.graf@weidenau.example".to_owned()];
        Sealed::nobody().person("Ottmar Graf", "Weidenau Guss GmbH", &mails)
    }

    #[test]
    fn a_name_is_found_in_every_dress() {
        for text in [
            "Could you introduce us to Ottmar Graf?",
            "OTTMAR is the one",
            "Graf's plant in Siegen",
            "the CFO of WEIDENAU GUSS GmbH",
            "the CFO of Weidenau Guss",
            "write to o.graf@weidenau.example",
            "see weidenau.example",
        ] {
            assert!(!sealed().keeps(text), "{text}");
        }
    }

    #[test]
    fn what_is_agreed_to_be_said_keeps_the_seal() {
        for text in ["A CFO in machinery, 500 to 1,000 people", "closing five plants", "a graf"] {
            assert!(sealed().keeps(text), "{text}");
        }
    }
}
