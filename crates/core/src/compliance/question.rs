//! What must be known to say whether a person may be contacted. Every default is the careful one.

use serde::{Deserialize, Serialize};

use crate::contact::Country;

/// The way a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Electronic mail.
    Email,
    /// A telephone call.
    Phone,
    /// A text message or a messenger.
    Message,
    /// A message inside a social network.
    SocialNetwork,
}

impl Channel {
    /// Every channel, in the order in which pages show them.
    pub const ALL: [Self; 4] = [Self::Email, Self::Phone, Self::Message, Self::SocialNetwork];
}

/// Who reads the mailbox, in the sense of the United Kingdom's subscriber rule.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecipientKind {
    /// A consumer, a sole trader or a partnership without limited liability.
    Individual,
    /// A mailbox of a company or a public body.
    Corporate,
    /// Not known; treated as an individual.
    #[default]
    Unknown,
}

/// What the person said about being contacted by this organisation over this channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnAnswer {
    /// Agreed, and the agreement is live.
    Agreed,
    /// Asked and said no.
    Refused,
    /// Agreed and took it back.
    Withdrawn,
    /// Agreed, but the agreement ran out.
    Expired,
}

/// What the Canadian one-message exemption asks for (SOR/2013-221 s 4(1)). `None` is "not known"
/// and does not fulfil a condition.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CaslFacts {
    /// Commercial messages sent to this person after the referral.
    pub messages_sent: u32,
    /// The recipient is an individual.
    pub recipient_is_individual: Option<bool>,
    /// The referrer is an individual.
    pub referrer_is_individual: Option<bool>,
    /// The referrer has a business, non-business, family or personal relationship with the
    /// sender, on record with a dated statement.
    pub referrer_knows_sender: Option<bool>,
    /// The same between the referrer and the recipient.
    pub referrer_knows_recipient: Option<bool>,
    /// The full name of every referrer is known and each agreed to be named.
    pub referrers_may_be_named: Option<bool>,
}

impl CaslFacts {
    /// The conditions that are not fulfilled, in the order of the regulation.
    #[must_use]
    pub fn unmet(&self) -> Vec<&'static str> {
        let conditions = [
            (self.messages_sent == 0, "this would not be the first message after the referral"),
            (self.recipient_is_individual == Some(true), "the recipient is not an individual"),
            (self.referrer_is_individual == Some(true), "the referrer is not an individual"),
            (
                self.referrer_knows_sender == Some(true),
                "no relationship between referrer and sender is on record",
            ),
            (
                self.referrer_knows_recipient == Some(true),
                "no relationship between referrer and recipient is on record",
            ),
            (
                self.referrers_may_be_named == Some(true),
                "not every referrer's full name may be given",
            ),
        ];
        conditions.into_iter().filter(|(met, _)| !met).map(|(_, unmet)| unmet).collect()
    }
}

/// What the French and Singaporean rules ask of a work address. `None` is "not known".
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WorkFacts {
    /// The address was given for work and not solely for private life.
    pub work_address: Option<bool>,
    /// The subject concerns the person's job.
    pub concerns_job: Option<bool>,
    /// The person was told when the address was collected, and could object.
    pub informed_at_collection: Option<bool>,
}

/// Exemptions that a workspace has switched on. All are off unless somebody decides otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Exemptions {
    /// Canada: one message after a referral.
    pub canada_one_message: bool,
    /// France: professional address, subject fits the job, informed at collection.
    pub france_work_address: bool,
    /// Singapore: business contact information.
    pub singapore_business_contact: bool,
    /// United Kingdom: corporate subscribers.
    pub united_kingdom_corporate: bool,
    /// United States: opt-out regime.
    pub united_states_opt_out: bool,
}

impl Exemptions {
    /// Every exemption switched on, to show what could be allowed.
    #[must_use]
    pub const fn all() -> Self {
        Self {
            canada_one_message: true,
            france_work_address: true,
            singapore_business_contact: true,
            united_kingdom_corporate: true,
            united_states_opt_out: true,
        }
    }
}

/// The question: may the organisation write to this person?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactQuestion {
    /// Where the person is; `None` if not known, which counts as the strictest place.
    pub recipient: Option<Country>,
    /// The person is in California, as far as is known.
    pub recipient_in_california: bool,
    /// Where the organisation that sends is.
    pub sender: Country,
    /// Where the person's data was collected and comes from.
    pub exporter: Country,
    /// Who reads the mailbox.
    pub recipient_kind: RecipientKind,
    /// The way the message goes.
    pub channel: Channel,
    /// What the person said; `None` if never asked.
    pub own_answer: Option<OwnAnswer>,
    /// The person, or their company, objected, or the address is on the suppression list.
    pub objected: bool,
    /// The Canadian test.
    pub casl: CaslFacts,
    /// The facts of a work address.
    pub work: WorkFacts,
    /// Exemptions that are switched on.
    pub exemptions: Exemptions,
}

impl ContactQuestion {
    /// A question with nothing known and nothing switched on.
    #[must_use]
    pub fn unknown(recipient: Option<Country>, sender: Country, channel: Channel) -> Self {
        Self {
            recipient,
            recipient_in_california: false,
            sender,
            exporter: sender,
            recipient_kind: RecipientKind::Unknown,
            channel,
            own_answer: None,
            objected: false,
            casl: CaslFacts::default(),
            work: WorkFacts::default(),
            exemptions: Exemptions::default(),
        }
    }
}
