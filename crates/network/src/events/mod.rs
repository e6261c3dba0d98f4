//! What happened between people: messages, meetings, introductions, and what people say.
//!
//! An event is who, whom, when, how and from which source; never what was written. [`EventLog`]
//! holds them for the tie score.

mod events_csv;

pub(crate) use events_csv::number_of;
pub use events_csv::read_events;

use crate::intern::Interner;

/// Events before this moment (1 January 1990, UTC) carry a wrong date: mail systems that lost
/// theirs write 1970, 1979 or 1980.
pub const EARLIEST: i64 = 631_152_000;
/// Meetings of more people than this say nothing about any two of them.
pub const MEETING_SIZE_MAX: usize = 8;
/// A message to more people than this is not personal.
pub const PERSONAL_RECIPIENTS_MAX: u16 = 5;

/// What kind of contact it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A message from one person to another.
    Message,
    /// A meeting both attended; recorded once in each direction.
    Meeting,
    /// An introduction the one made for the other, and the other took.
    Introduction,
    /// An activity a customer system recorded: a call, a note.
    Activity,
    /// The one says that they know the other.
    Stated,
}

impl Kind {
    /// How many messages one such event stands for. Assumptions: no public data tests them.
    #[must_use]
    pub fn weight(self) -> f64 {
        match self {
            Self::Message | Self::Activity => 1.0,
            Self::Meeting => 3.0,
            Self::Introduction => 5.0,
            Self::Stated => 2.0,
        }
    }

    /// In words.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Meeting => "meeting",
            Self::Introduction => "introduction",
            Self::Activity => "activity",
            Self::Stated => "stated",
        }
    }

    /// From its word; mail headers' `to`, `cc` and `bcc` are messages.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "" | "message" | "mail" | "to" | "cc" | "bcc" | "re" | "fw" | "new" => {
                Some(Self::Message)
            }
            "meeting" => Some(Self::Meeting),
            "introduction" => Some(Self::Introduction),
            "activity" | "call" | "note" => Some(Self::Activity),
            "stated" => Some(Self::Stated),
            _ => None,
        }
    }
}

/// How sure we can be that the event happened, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Provenance {
    /// Concluded from something else, such as a shared employer. Never carries a path.
    Inferred,
    /// Seen in traffic: message headers, calendars.
    Observed,
    /// Brought in from a list somebody kept: contacts, a customer system.
    Imported,
    /// A person said so.
    Confirmed,
}

impl Provenance {
    /// In words.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Inferred => "inferred",
            Self::Observed => "observed",
            Self::Imported => "imported",
            Self::Confirmed => "confirmed",
        }
    }

    /// From its word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Inferred, Self::Observed, Self::Imported, Self::Confirmed]
            .into_iter()
            .find(|provenance| provenance.word() == word)
    }
}

/// One contact between two people, in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Event {
    /// Seconds since 1970, UTC.
    pub at: i64,
    /// Who acted; a number of the log's own.
    pub from: u32,
    /// Towards whom.
    pub to: u32,
    /// Groups the rows of one message or meeting.
    pub message: u64,
    /// How many people it went to, this one included.
    pub recipients: u16,
    /// What it was.
    pub kind: Kind,
    /// How sure it is.
    pub provenance: Provenance,
}

/// Events and the names of the people in them.
#[derive(Debug, Default)]
pub struct EventLog {
    pub(crate) names: Interner,
    pub(crate) events: Vec<Event>,
}

/// One event as a reader hands it in.
#[derive(Clone, Copy, Debug)]
pub struct NewEvent<'a> {
    /// Seconds since 1970, UTC.
    pub at: i64,
    /// Who acted.
    pub from: &'a str,
    /// Towards whom.
    pub to: &'a str,
    /// Groups the rows of one message or meeting.
    pub message: u64,
    /// How many people it went to; 0 when [`EventLog::count_recipients`] is to find out.
    pub recipients: u16,
    /// What it was.
    pub kind: Kind,
    /// How sure it is.
    pub provenance: Provenance,
}

impl EventLog {
    /// Adds an event.
    ///
    /// # Errors
    /// With the reason, when the event cannot be true or says nothing.
    pub fn add(&mut self, event: NewEvent) -> Result<(), &'static str> {
        if event.from.is_empty() || event.to.is_empty() {
            return Err("no name");
        }
        if event.from == event.to {
            return Err("to oneself");
        }
        if event.at < EARLIEST {
            return Err("dated before 1990");
        }
        let from = self.names.person(event.from.as_bytes());
        let to = self.names.person(event.to.as_bytes());
        let NewEvent { at, message, recipients, kind, provenance, .. } = event;
        self.events.push(Event { at, from, to, message, recipients, kind, provenance });
        Ok(())
    }

    /// Gives every event without one the number of rows of its message.
    pub fn count_recipients(&mut self) {
        let mut order: Vec<u32> = (0..self.events.len() as u32).collect();
        let key = |at: u32| {
            let event = &self.events[at as usize];
            (event.message, event.from)
        };
        order.sort_unstable_by_key(|&at| key(at));
        let mut counts = Vec::with_capacity(order.len());
        for group in order.chunk_by(|&a, &b| key(a) == key(b)) {
            let size = u16::try_from(group.len()).unwrap_or(u16::MAX);
            counts.extend(group.iter().map(|&at| (at, size)));
        }
        for (at, size) in counts {
            let event = &mut self.events[at as usize];
            if event.recipients == 0 {
                event.recipients = size;
            }
        }
    }

    /// The events, in the order of arrival.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The name of a person in [`Event::from`] or [`Event::to`].
    #[must_use]
    pub fn name(&self, person: u32) -> String {
        self.names.name(person)
    }

    /// How many people occur.
    #[must_use]
    pub fn people_count(&self) -> usize {
        self.names.len()
    }
}
