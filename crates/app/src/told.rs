//! How a referrer described the person, kept with the referral. What outsiders read back is what was
//! said there, never what the house knew before: otherwise a page would tell whether it knew.

use warmpath_core::contact::Email;
use warmpath_core::id::ReferralId;
use warmpath_store::table::person::PersonRow;
use warmpath_store::table::referral::TextRow;

use crate::find_person::Described;

const NAME: &str = "told_name";
const EMAIL: &str = "told_email";
const PHONE: &str = "told_phone";

/// What stands for a name that was deleted.
const NOBODY: &str = "This person";

/// What was told of a person.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// The name, as the referrer wrote it; another word once it was deleted.
    pub name: String,
    /// The mailbox.
    pub email: Option<Email>,
    /// A phone was told.
    pub has_phone: bool,
}

impl Told {
    /// Reads it from the texts of a referral.
    #[must_use]
    pub fn of(texts: &[TextRow]) -> Self {
        let slot = |name: &str| texts.iter().find(|t| t.slot == name).map(|t| t.body.as_str());
        Self {
            name: slot(NAME).unwrap_or(NOBODY).to_owned(),
            email: slot(EMAIL).and_then(|text| Email::parse(text).ok()),
            has_phone: slot(PHONE).is_some(),
        }
    }

    /// The person under the name that was told.
    #[must_use]
    pub fn named(&self, person: PersonRow) -> PersonRow {
        PersonRow { name: self.name.clone(), ..person }
    }
}

/// The slots to keep for what a referrer says of a person.
pub(crate) fn slots(described: &Described) -> [(&'static str, String); 3] {
    let email = described.email.as_ref().map(|e| e.as_written().to_owned());
    let phone = described.phone.as_ref().map(|p| p.e164().to_owned());
    [
        (NAME, described.name.clone()),
        (EMAIL, email.unwrap_or_default()),
        (PHONE, phone.unwrap_or_default()),
    ]
}

/// Whether a text is one of these, and not words of the referrer.
#[must_use]
pub fn is_told(text: &TextRow) -> bool {
    [NAME, EMAIL, PHONE].contains(&text.slot.as_str())
}

/// The names told for several referrals, out of their texts.
pub(crate) fn name_in(texts: &[TextRow], referral: ReferralId) -> String {
    let own = texts.iter().filter(|t| t.referral == referral && t.slot == NAME);
    own.map(|t| t.body.clone()).next().unwrap_or_else(|| NOBODY.to_owned())
}

/// The slot of the name, for whoever reads it for many referrals at once.
pub(crate) const fn name_slot() -> &'static str {
    NAME
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_deleted_leaves_no_name() {
        let told = Told::of(&[]);
        assert_eq!((told.name.as_str(), told.email, told.has_phone), (NOBODY, None, false));
    }
}
