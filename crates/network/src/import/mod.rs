//! From what people's tools export to events: message headers, calendars, contact lists.
//!
//! Every reader here streams: it holds one message, event, card or row at a time, each of bounded
//! size. What it cannot use it counts with a reason. Before anything is handed on, [`Policy`] has
//! had its say: who is hidden, blocked, internal or outside the window is never stored. Bodies and
//! subjects are not read at all.

mod address;
mod archive;
mod calendar;
mod contacts_csv;
mod content_lines;
mod events_table;
mod form;
mod mail;
mod mbox;
mod policy;
mod scope;
mod vcard;

pub use address::{address, is_automatic};
pub use archive::{ArchiveError, Bounds, Unpacking, is_directory_bounded, read_gzip, read_zip};
pub use calendar::{OCCURRENCES_MAX, read_calendar};
pub use contacts_csv::{PREAMBLE_LINES_MAX, read_contacts_csv};
pub use events_table::read_events_table;
pub use form::{Form, read_form};
pub use mail::{HEADER_BYTES_MAX, RECIPIENTS_MAX, read_message};
pub use mbox::read_mbox;
pub use policy::{Policy, Privacy};
pub use scope::{Scope, ScopeRule};
pub use vcard::read_vcards;

use std::collections::HashSet;

use crate::events::{Kind, Provenance};
use crate::tables::Skips;

/// One contact found in a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// Seconds since 1970, UTC.
    pub at: i64,
    /// Normalised address of who acted.
    pub from: String,
    /// Normalised address of the other.
    pub to: String,
    /// Groups the observations of one message or meeting.
    pub message: u64,
    /// How many people it went to.
    pub recipients: u16,
    /// What it was.
    pub kind: Kind,
    /// How sure it is.
    pub provenance: Provenance,
}

/// A person somebody keeps in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// Normalised address; empty when the list has none.
    pub email: String,
    /// Full name.
    pub name: String,
    /// Where they work.
    pub company: String,
    /// Their post.
    pub title: String,
    /// Their page, if the list has one.
    pub url: String,
    /// Since when they are connected, in seconds since 1970.
    pub since: Option<i64>,
}

/// Takes what a reader finds.
pub trait Sink {
    /// A contact between two people that may be stored.
    fn observation(&mut self, observation: Observation);
    /// A person that may be stored.
    fn contact(&mut self, contact: Contact);
}

/// One import: whose data, under which policy, and what was left out so far.
pub struct Import<'a> {
    /// The rules applied before anything is stored.
    pub policy: &'a Policy,
    /// Where admitted finds go.
    pub sink: &'a mut dyn Sink,
    /// What was left out.
    pub skips: Skips,
    /// Things looked at: messages, calendar events, cards, rows.
    pub seen: u64,
    /// Observations and contacts handed on.
    pub stored: u64,
    /// Messages met before, in another folder or file.
    messages: HashSet<u64>,
}

impl<'a> Import<'a> {
    /// Begins an import.
    pub fn new(policy: &'a Policy, sink: &'a mut dyn Sink) -> Self {
        let (skips, messages) = (Skips::default(), HashSet::new());
        Self { policy, sink, skips, seen: 0, stored: 0, messages }
    }

    /// Whether this message was not met before.
    fn first_time(&mut self, message: u64) -> bool {
        self.messages.insert(message)
    }

    fn skip(&mut self, reason: &'static str) {
        self.skips.note(self.seen, reason);
    }

    fn observe(&mut self, observation: Observation) {
        match self.policy.admit(&observation) {
            Ok(()) => {
                self.stored += 1;
                self.sink.observation(observation);
            }
            Err(reason) => self.skip(reason),
        }
    }

    fn meet(&mut self, contact: Contact) {
        match self.policy.admit_contact(&contact) {
            Ok(()) => {
                self.stored += 1;
                self.sink.contact(contact);
            }
            Err(reason) => self.skip(reason),
        }
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    /// Keeps everything, for tests to look at.
    #[derive(Debug, Default)]
    pub(crate) struct Kept {
        pub(crate) observations: Vec<Observation>,
        pub(crate) contacts: Vec<Contact>,
    }

    impl Sink for Kept {
        fn observation(&mut self, observation: Observation) {
            self.observations.push(observation);
        }

        fn contact(&mut self, contact: Contact) {
            self.contacts.push(contact);
        }
    }

    impl Kept {
        pub(crate) fn pairs(&self) -> Vec<(&str, &str)> {
            self.observations.iter().map(|seen| (&*seen.from, &*seen.to)).collect()
        }
    }

    /// A policy of an owner at acme.example on 1 January 2027.
    pub(crate) fn policy() -> Policy {
        Policy { owner: "me@acme.example".to_owned(), as_of: 1_798_761_600, ..Policy::default() }
    }

    /// Runs a reader and returns what it kept and what it left out.
    pub(crate) fn run(read: impl FnOnce(&mut Import)) -> (Kept, Skips) {
        let (policy, mut kept) = (policy(), Kept::default());
        let mut import = Import::new(&policy, &mut kept);
        read(&mut import);
        let skips = import.skips.clone();
        (kept, skips)
    }
}
