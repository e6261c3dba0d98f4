//! Telephone numbers in E.164.

use std::fmt;

use phonenumber::{Mode, Type, country, metadata::DATABASE};
use serde::{Deserialize, Serialize};

use super::Country;
use crate::limits::PHONE_CHARACTERS_MAX;
use crate::text::Pii;

/// What kind of line the number plan says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhoneKind {
    /// A mobile line.
    Mobile,
    /// A fixed line.
    Fixed,
    /// Mobile or fixed; the number plan does not tell, as in North America.
    MobileOrFixed,
    /// Anything else: freephone, premium, voice over IP, unknown.
    Other,
}

/// Why a text is not taken as a telephone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneRefusal {
    /// Nothing there.
    #[error("the number is empty")]
    Empty,
    /// Longer than any number with its extension.
    #[error("the number is longer than 60 characters")]
    TooLong,
    /// A control character.
    #[error("the number holds a control character")]
    Control,
    /// A national number, and no country to read it in.
    #[error("the number has no country code and no default country is set")]
    NoCountry,
    /// No telephone number.
    #[error("this is not a telephone number")]
    NotANumber,
}

/// A telephone number. *Valid* means that it fits the number plan, not that it is assigned, and
/// says nothing of whose it is.
///
/// ```
/// use warmpath_core::contact::{Phone, PhoneKind};
/// let phone = Phone::parse("020 7946 0018", "GB".parse().ok())?;
/// assert_eq!(phone.e164(), "+442079460018");
/// assert_eq!((phone.kind(), phone.is_valid()), (PhoneKind::Fixed, true));
/// # Ok::<(), warmpath_core::contact::PhoneRefusal>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Phone {
    e164: String,
    extension: Option<String>,
    kind: PhoneKind,
    valid: bool,
}

impl Phone {
    /// Reads a number; `default_region` is the country in which a number without `+` is dialled.
    ///
    /// # Errors
    /// A [`PhoneRefusal`]. A number that only fails the number plan is no error; see
    /// [`Phone::is_valid`].
    pub fn parse(text: &str, default_region: Option<Country>) -> Result<Self, PhoneRefusal> {
        if text.trim().is_empty() {
            return Err(PhoneRefusal::Empty);
        }
        if text.chars().count() > PHONE_CHARACTERS_MAX {
            return Err(PhoneRefusal::TooLong);
        }
        if text.contains(char::is_control) {
            return Err(PhoneRefusal::Control);
        }
        let region = default_region.and_then(|country| country.code().parse::<country::Id>().ok());
        let number = phonenumber::parse(region, text).map_err(|error| match error {
            phonenumber::ParseError::InvalidCountryCode if region.is_none() => {
                PhoneRefusal::NoCountry
            }
            _ => PhoneRefusal::NotANumber,
        })?;
        Ok(Self {
            e164: format!("+{}{}", number.code().value(), number.national()),
            extension: number.extension().map(|extension| extension.as_ref().to_owned()),
            kind: kind(number.number_type(&DATABASE)),
            valid: number.is_valid(),
        })
    }

    /// The number with plus sign and country code, digits only; the match key.
    #[must_use]
    pub fn e164(&self) -> &str {
        &self.e164
    }

    /// The extension behind a switchboard, if one was written. Numbers that differ only here
    /// ring in the same house.
    #[must_use]
    pub fn extension(&self) -> Option<&str> {
        self.extension.as_deref()
    }

    /// The kind of line.
    #[must_use]
    pub const fn kind(&self) -> PhoneKind {
        self.kind
    }

    /// Whether the number fits its country's number plan.
    #[must_use]
    pub const fn is_valid(&self) -> bool {
        self.valid
    }

    /// The number for people to read, in international form.
    #[must_use]
    pub fn international(&self) -> String {
        phonenumber::parse(None, &self.e164).map_or_else(
            |_| self.e164.clone(),
            |number| number.format().mode(Mode::International).to_string(),
        )
    }

    /// The number where it must be recognised but not read: the last two digits.
    #[must_use]
    pub fn masked(&self) -> String {
        format!("+…{}", &self.e164[self.e164.len().saturating_sub(2)..])
    }
}

fn kind(kind: Type) -> PhoneKind {
    match kind {
        Type::Mobile => PhoneKind::Mobile,
        Type::FixedLine => PhoneKind::Fixed,
        Type::FixedLineOrMobile => PhoneKind::MobileOrFixed,
        _ => PhoneKind::Other,
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone({})", Pii::new(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str, region: &str) -> Result<Phone, PhoneRefusal> {
        Phone::parse(text, region.parse().ok())
    }

    #[test]
    fn one_number_written_in_many_ways_is_one_number() {
        for (text, region) in [
            ("+49 151 23456789", ""),
            ("0151 23456789", "DE"),
            ("0049 (151) 234-567-89", "DE"),
            ("tel:+49-151-23456789", ""),
        ] {
            let phone = parse(text, region).unwrap();
            assert_eq!(phone.e164(), "+4915123456789", "{text}");
            assert_eq!((phone.kind(), phone.is_valid()), (PhoneKind::Mobile, true));
        }
        assert_eq!(parse("(201) 555-0123", "US").unwrap().kind(), PhoneKind::MobileOrFixed);
        assert_eq!(parse("+39 06 1234 5678", "").unwrap().e164(), "+390612345678");
        assert_eq!(parse("+49 30 123456 ext. 12", "").unwrap().extension(), Some("12"));
    }

    #[test]
    fn a_number_outside_the_plan_is_kept_and_marked() {
        let phone = parse("+49 151 12345", "").unwrap();
        assert!(!phone.is_valid());
        assert_eq!(phone.e164(), parse("+4915112345", "").unwrap().e164());
    }

    #[test]
    fn what_is_no_number_is_refused_by_name() {
        assert_eq!(parse("  ", "DE"), Err(PhoneRefusal::Empty));
        assert_eq!(parse("0151 23456789", ""), Err(PhoneRefusal::NoCountry));
        assert_eq!(parse("call me", "DE"), Err(PhoneRefusal::NotANumber));
        assert_eq!(parse("+49 30\r\n123456", ""), Err(PhoneRefusal::Control));
        assert_eq!(parse(&"1".repeat(61), "DE"), Err(PhoneRefusal::TooLong));
    }

    #[test]
    fn logs_and_masks_do_not_show_the_number() {
        let phone = parse("+49 151 23456789", "").unwrap();
        assert_eq!(format!("{phone:?}"), "Phone([withheld])");
        assert_eq!(phone.masked(), "+…89");
    }

    proptest! {
        #[test]
        fn any_text_is_answered_and_the_key_is_digits(text in "[+0-9 ().;=,x-]{0,24}|\\PC{0,16}") {
            if let Ok(phone) = parse(&text, "DE") {
                prop_assert!(phone.e164().starts_with('+'));
                prop_assert!(phone.e164()[1..].bytes().all(|byte| byte.is_ascii_digit()));
            }
        }
    }
}
