//! What is known of a person and of a tie, in the form that paths and pages read.

use jiff::Timestamp;
use warmpath_core::id::{AccountId, MemberId, PersonId};
use warmpath_core::text_enum;
use warmpath_network::{Probability, Rating, TieState, Tier};
use warmpath_pathway::fact::REGIONS;
use warmpath_profile::{TitleResolver, role_info};

text_enum! {
    /// How high somebody stands, read from their title.
    pub enum Seniority {
        /// Chiefs, founders, owners, presidents.
        Chief = "chief",
        /// Vice presidents and partners.
        VicePresident = "vice_president",
        /// Heads and directors.
        Head = "head",
        /// Managers.
        Manager = "manager",
        /// Everybody else with a title.
        Specialist = "specialist",
        /// No title, or one that says nothing.
        Unknown = "unknown",
    }
}

impl Seniority {
    /// As shown to people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Chief => "C-level",
            Self::VicePresident => "VP",
            Self::Head => "Head, director",
            Self::Manager => "Manager",
            Self::Specialist => "Specialist",
            Self::Unknown => "Role unknown",
        }
    }

    /// Reads a title.
    pub(crate) fn of(title: &str, resolver: TitleResolver) -> Self {
        let Some(found) = resolver.resolve(title) else { return Self::Unknown };
        match role_info(found.role).map_or("", |role| role.seniority) {
            "c_suite" | "founder" | "owner" | "board" => Self::Chief,
            "vp" | "partner" => Self::VicePresident,
            "head" | "director" => Self::Head,
            "manager" => Self::Manager,
            "" => Self::Unknown,
            _ => Self::Specialist,
        }
    }
}

/// The sales territory of a country; the country itself where none names it, empty for no country.
pub fn region_of(country: &str) -> String {
    let named = REGIONS.iter().find(|region| region.countries.contains(&country));
    named.map_or_else(|| country.to_owned(), |region| region.name.to_owned())
}

/// What is known of a person.
#[derive(Debug, Clone)]
pub struct PersonFacts {
    /// Who.
    pub id: PersonId,
    /// Their name; their mailbox where nobody said a name.
    pub name: String,
    /// Role as stated.
    pub title: String,
    /// Company, or the mail domain where no company is known.
    pub company: String,
    /// The account, when known.
    pub account: Option<AccountId>,
    /// Their company buys from us.
    pub is_customer: bool,
    /// Industry of their company; empty when unknown.
    pub industry: String,
    /// How high they stand.
    pub seniority: Seniority,
    /// Sales territory; empty when unknown.
    pub region: String,
    /// The member they are.
    pub member: Option<MemberId>,
    /// They stand on the map: somebody's data speaks of them.
    pub mapped: bool,
    /// Everything searched, folded.
    pub(crate) words: Vec<u8>,
}

/// What there is between two people, both ways together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Messages from the one who asks.
    pub sent: u32,
    /// Messages from the one who answers.
    pub received: u32,
    /// Meetings.
    pub meetings: u32,
    /// Activities and entries of lists.
    pub imported: u32,
    /// Introductions.
    pub introductions: u32,
    /// Somebody said so.
    pub stated: u32,
    /// The last of all, in seconds since 1970.
    pub last_at: i64,
    /// The first of all, in seconds since 1970.
    pub first_at: i64,
}

impl Evidence {
    /// The last contact.
    pub fn last(&self) -> Timestamp {
        Timestamp::from_second(self.last_at).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// The kinds of evidence there are, in words.
    pub fn kinds(&self) -> Vec<&'static str> {
        let all = [
            (self.sent + self.received, "mails"),
            (self.meetings, "meetings"),
            (self.introductions, "introductions"),
            (self.imported, "a contact list or CRM"),
            (self.stated, "a statement"),
        ];
        all.into_iter().filter(|(count, _)| *count > 0).map(|(_, word)| word).collect()
    }
}

/// A directed tie as a path may use it.
#[derive(Debug, Clone, PartialEq)]
pub struct TieFacts {
    /// P(answers within 7 days) that paths multiply; zero where no path may go.
    pub probability: Probability,
    /// The score's P(answers within 7 days), `0..=1`; what was computed before anybody spoke.
    pub in_7_days: f64,
    /// The score's P(answers within 24 hours), `0..=1`.
    pub in_24_hours: f64,
    /// The score's P(writes within 90 days), `0..=1`.
    pub keeps_90_days: f64,
    /// The word for it.
    pub tier: Tier,
    /// How it stands.
    pub state: TieState,
    /// What there is.
    pub evidence: Evidence,
    /// What the owner said, while it counts, and when that ends.
    pub rated: Option<(Rating, Timestamp)>,
}
