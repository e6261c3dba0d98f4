//! Questions, answers, and what is kept of them.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Most values taken from one answer.
pub const FINDINGS_MAX: usize = 32;
/// Longest value, in characters.
pub const VALUE_CHARS_MAX: usize = 500;

/// One thing to know about a person or a company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Mail address in its normal form.
    Email,
    /// `yes`, `no` or `null_mx`: whether the domain takes mail.
    EmailDomainTakesMail,
    /// `disposable`, `free`, `role` or `corporate`.
    EmailClass,
    /// Phone in E.164.
    Phone,
    /// `mobile`, `fixed_line`, `voip`, … of the phone.
    PhoneKind,
    /// ISO 3166 code of the phone's numbering plan.
    PhoneCountry,
    /// Job title.
    JobTitle,
    /// Company name.
    Company,
    /// Company web domain.
    CompanyDomain,
    /// Company size in employees, a number or a range.
    CompanySize,
    /// Industry.
    Industry,
    /// ISO 3166 country of the person.
    Country,
    /// Public profile address; kept as text, never fetched.
    ProfileUrl,
}

/// How far a value was checked. Ordered: a later one replaces an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verification {
    /// Somebody says so.
    Claimed,
    /// The form is right.
    Form,
    /// The domain or the numbering plan confirms that such a thing can exist.
    Domain,
    /// A vendor checked it against its own evidence.
    Vendor,
}

/// What kind of mailbox an address is, judged by the lists the caller holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailboxClass {
    /// Throw-away address.
    Disposable,
    /// Free mail provider.
    Free,
    /// Shared mailbox such as `sales@`.
    Role,
    /// None of these.
    Corporate,
}

/// Kind of line behind a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneKind {
    /// Mobile.
    Mobile,
    /// Fixed line.
    FixedLine,
    /// Could be either.
    FixedOrMobile,
    /// Over the Internet.
    Voip,
    /// Anything else, or not known.
    Other,
}

/// A phone number that the caller has parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneShape {
    /// `+` and digits.
    pub e164: String,
    /// Kind of line.
    pub kind: PhoneKind,
    /// ISO 3166 code of the numbering plan.
    pub country: Option<String>,
}

/// What is known already and what is missing.
#[derive(Clone, Default)]
pub struct Question {
    /// Mail address as given.
    pub email: Option<String>,
    /// Class of the mail address, if the caller's lists know it.
    pub email_class: Option<MailboxClass>,
    /// Parsed phone.
    pub phone: Option<PhoneShape>,
    /// Full name.
    pub full_name: Option<String>,
    /// Company name.
    pub company: Option<String>,
    /// Company domain.
    pub domain: Option<String>,
    /// The fields that are missing.
    pub wanted: BTreeSet<Field>,
}

/// Prints what is asked, not about whom.
impl std::fmt::Debug for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Question").field("wanted", &self.wanted).finish_non_exhaustive()
    }
}

/// One value in an answer, not yet trusted.
#[derive(Clone, PartialEq)]
pub struct AnswerItem {
    /// Which field.
    pub field: Field,
    /// The value.
    pub value: String,
    /// How far the vendor checked it.
    pub verification: Verification,
    /// P(value is right), `0..=1`, calibrated for this vendor and field; nothing if unknown.
    pub confidence: Option<f64>,
}

/// Prints the field alone.
impl std::fmt::Debug for AnswerItem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AnswerItem({:?})", self.field)
    }
}

/// What a vendor said. All vendors' codes map to these.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Something was found.
    Match {
        /// The values.
        items: Vec<AnswerItem>,
        /// Price charged, ten-thousandths.
        cost_e4: u64,
    },
    /// Nothing was found; a normal answer.
    Miss {
        /// Price charged, ten-thousandths.
        cost_e4: u64,
    },
    /// Work goes on at the vendor; ask again with the handle. Costs are settled then.
    Pending {
        /// The vendor's handle.
        handle: String,
        /// When to ask again.
        poll_after: Timestamp,
    },
    /// The person asked not to be processed. Ends the chain; store a suppression.
    Suppressed,
    /// Too many questions; try this vendor again later.
    RateLimited {
        /// When.
        until: Timestamp,
    },
    /// The account is empty. Takes the vendor out until the operator acts.
    OutOfCredits,
    /// The key is refused. Takes the vendor out until the operator acts.
    AuthFailed,
    /// The vendor cannot work with this question.
    BadInput,
    /// No usable answer: down, late or rubbish.
    VendorDown,
}

/// One value that was kept.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Which field.
    pub field: Field,
    /// The value.
    pub value: String,
    /// Which vendor said so.
    pub source: String,
    /// When.
    pub observed_at: Timestamp,
    /// How far it was checked.
    pub verification: Verification,
    /// P(value is right), `0..=1`, if the vendor is calibrated.
    pub confidence: Option<f64>,
}

/// Prints everything but the value.
impl std::fmt::Debug for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Finding({:?} from {}, {:?})", self.field, self.source, self.verification)
    }
}
