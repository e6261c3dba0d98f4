//! Typed identifiers: one type per kind of record, so that a person's id can never be passed where
//! a referral's id is wanted.
//!
//! Every id is a UUIDv7 (RFC 9562): 16 bytes that sort by time of creation. Its text form is a
//! three-letter prefix and 26 characters of Crockford base 32 without the letters I, L, O and U.

use std::fmt;
use std::str::FromStr;

/// A text that is not an id of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id of this kind")]
pub struct NotAnId;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

fn encode(bytes: [u8; 16]) -> String {
    let mut rest = u128::from_be_bytes(bytes);
    let mut digits = [0_u8; 26];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[(rest & 31) as usize];
        rest >>= 5;
    }
    digits.iter().map(|&b| char::from(b)).collect()
}

fn decode(text: &str) -> Result<[u8; 16], NotAnId> {
    if text.len() != 26 {
        return Err(NotAnId);
    }
    let mut value: u128 = 0;
    for (place, byte) in text.bytes().enumerate() {
        let digit = ALPHABET.iter().position(|&a| a == byte).ok_or(NotAnId)?;
        // 26 digits hold 130 bits; the first may use only three of its five.
        if place == 0 && digit > 7 {
            return Err(NotAnId);
        }
        value = (value << 5) | digit as u128;
    }
    Ok(value.to_be_bytes())
}

/// What all ids have in common; used where the kind does not matter (storage, ledger references).
pub trait RecordId: Copy {
    /// Three letters that start the text form.
    const PREFIX: &'static str;
    /// The 16 bytes.
    fn bytes(self) -> [u8; 16];
    /// An id from its 16 bytes.
    fn from_bytes(bytes: [u8; 16]) -> Self;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl RecordId for $name {
            const PREFIX: &'static str = $prefix;
            fn bytes(self) -> [u8; 16] {
                self.0
            }
            fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}_{}", $prefix, encode(self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let rest = text.strip_prefix(concat!($prefix, "_")).ok_or(NotAnId)?;
                decode(rest).map(Self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// A workspace: one tenant.
    WorkspaceId = "wsp";
    /// A member: a user of one workspace.
    MemberId = "mem";
    /// A pool of members that share work.
    PoolId = "pol";
    /// A partner: an outside organisation with portal access.
    PartnerId = "par";
    /// A person the workspace knows of.
    PersonId = "per";
    /// One way to reach a person.
    ContactPointId = "cpt";
    /// A company known to the workspace.
    AccountId = "acc";
    /// A record as it came from a source, kept as it was.
    SourceRecordId = "src";
    /// An opportunity imported from a CRM.
    OpportunityId = "opp";
    /// An ideal introduction profile.
    ProfileId = "prf";
    /// A company read from a register.
    CompanyId = "cmp";
    /// A signal: something that happened at a company.
    SignalId = "sig";
    /// A referral.
    ReferralId = "ref";
    /// A consent record.
    ConsentId = "con";
    /// A one-time link.
    LinkId = "lnk";
    /// A job or timer.
    JobId = "job";
    /// An entry of the ledger, before it has a number.
    EntryId = "ent";
    /// A mail in the outbox.
    MailId = "mai";
    /// A session of a signed-in member.
    SessionId = "ses";
    /// An API key.
    ApiKeyId = "key";
    /// A webhook endpoint.
    EndpointId = "whe";
    /// One delivery to a webhook endpoint.
    DeliveryId = "whd";
    /// An import run.
    ImportId = "imp";
    /// A pathway (all its versions).
    PathwayId = "pwy";
    /// A comment on a referral.
    CommentId = "cmt";
    /// An acknowledgement owed to a referrer.
    AcknowledgementId = "ack";
    /// A running or finished service-level clock.
    ClockId = "clk";
    /// A stored decision with its facts and trace.
    DecisionId = "dec";
    /// One entry of the suppression list.
    SuppressionId = "sup";
    /// A personal referral link.
    ReferrerLinkId = "rlk";
    /// A piece of evidence about a referrer.
    EvidenceId = "evi";
    /// A member's absence.
    AbsenceId = "abs";
    /// A request of a person about their data.
    SubjectRequestId = "req";
    /// A gap in the network that somebody set out to close.
    RecruitingBriefId = "rbr";
    /// An outbound introduction.
    IntroductionId = "int";
    /// One step of a connector's goodwill.
    GoodwillId = "gwl";
    /// Two records that may be one, for a person to decide.
    DuplicateId = "dup";
    /// One record standing for another.
    MergeId = "mrg";
    /// One comparison of everybody with everybody.
    SweepId = "swp";
    /// Whether somebody decides about something, as verified.
    AuthorityId = "aut";
    /// An ask to all connectors who might know somebody.
    BulletinId = "bul";
    /// An introduction that a connector offers unasked.
    OfferId = "off";
    /// A group of connectors with one seat for each trade.
    GroupId = "grp";
    /// A seat in a group.
    SeatId = "sea";
    /// A call or an event of a group.
    GatheringId = "gat";
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn text_form_round_trips(bytes: [u8; 16]) {
            let id = ReferralId::from_bytes(bytes);
            prop_assert_eq!(id.to_string().parse::<ReferralId>(), Ok(id));
        }

        #[test]
        fn any_text_is_read_without_panic(text: String) {
            let _ = text.parse::<ReferralId>();
        }

        #[test]
        fn text_sorts_like_bytes(a: [u8; 16], b: [u8; 16]) {
            let (x, y) = (ReferralId::from_bytes(a), ReferralId::from_bytes(b));
            prop_assert_eq!(x.to_string().cmp(&y.to_string()), a.cmp(&b));
        }
    }

    #[test]
    fn another_kind_is_refused() {
        let person = PersonId::from_bytes([7; 16]).to_string();
        assert_eq!(person.parse::<ReferralId>(), Err(NotAnId));
    }
}
