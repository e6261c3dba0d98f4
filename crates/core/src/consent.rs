//! Consent of the referred person: it comes from that person only, and ends when they say so.
//!
//! The record's fields follow ISO/IEC TS 27560:2023; the words for its status follow the W3C Data
//! Privacy Vocabulary 2.3.

use jiff::Timestamp;

use crate::text_enum;

text_enum! {
    /// Where a consent stands.
    pub enum ConsentState {
        /// Asked for, not answered.
        Pending = "pending",
        /// Given and in force.
        Active = "active",
        /// Taken back by the person.
        Withdrawn = "withdrawn",
        /// Ran out unanswered, or its time is over.
        Expired = "expired",
        /// Replaced by a newer consent of the same person.
        Superseded = "superseded",
        /// The person said no.
        Refused = "refused",
    }
}

text_enum! {
    /// The prospect's answers on the answer page.
    pub enum Answer {
        /// Yes, get in touch.
        Yes = "yes",
        /// Later.
        Later = "later",
        /// No, thank you.
        No = "no",
        /// This link was not meant for me.
        NotMe = "not_me",
    }
}

text_enum! {
    /// The ways to reach somebody that a consent can open.
    pub enum Channel {
        /// By e-mail.
        Email = "email",
        /// By phone call.
        Phone = "phone",
        /// By text message.
        Text = "text",
    }
}

impl ConsentState {
    /// The word of the Data Privacy Vocabulary for this state.
    pub const fn dpv(self) -> &'static str {
        match self {
            Self::Pending => "dpv:ConsentRequested",
            Self::Active => "dpv:ConsentGiven",
            Self::Withdrawn => "dpv:ConsentWithdrawn",
            Self::Expired => "dpv:ConsentExpired",
            Self::Superseded => "dpv:ConsentInvalidated",
            Self::Refused => "dpv:ConsentRefused",
        }
    }

    /// Where an answer leads. Only a pending consent can be answered; a decision once made stays.
    pub const fn answered(self, answer: Answer) -> Option<Self> {
        match (self, answer) {
            (Self::Pending, Answer::Yes) => Some(Self::Active),
            (Self::Pending, Answer::No | Answer::NotMe) => Some(Self::Refused),
            (Self::Pending, Answer::Later) => Some(Self::Pending),
            _ => None,
        }
    }

    /// Where withdrawal leads: possible whenever something is in force.
    pub const fn withdrawn(self) -> Option<Self> {
        match self {
            Self::Active | Self::Pending => Some(Self::Withdrawn),
            _ => None,
        }
    }
}

/// Whether a consent allows contact at this moment. The end is exclusive.
pub fn is_alive(state: ConsentState, expires: Option<Timestamp>, at: Timestamp) -> bool {
    state == ConsentState::Active && expires.is_none_or(|end| at < end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_once_made_stays() {
        for &state in ConsentState::ALL.iter().filter(|&&s| s != ConsentState::Pending) {
            for &answer in Answer::ALL {
                assert_eq!(state.answered(answer), None, "{state} answered {answer}");
            }
        }
    }

    #[test]
    fn only_yes_opens_contact() {
        for &answer in Answer::ALL {
            let after = ConsentState::Pending.answered(answer).unwrap();
            assert_eq!(after == ConsentState::Active, answer == Answer::Yes);
        }
    }

    #[test]
    fn consent_ends_at_its_time() {
        let end: Timestamp = "2026-06-17T00:00:00Z".parse().unwrap();
        let before = end - jiff::SignedDuration::from_secs(1);
        assert!(is_alive(ConsentState::Active, Some(end), before));
        assert!(!is_alive(ConsentState::Active, Some(end), end));
        assert!(!is_alive(ConsentState::Withdrawn, None, before));
    }
}
