//! Sources that cost nothing: the form of what was given, and the name service.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Answer, AnswerItem, Field, MailboxClass, PhoneKind, Question, Vendor, Verification};
use crate::{
    dns::{MailServers, Resolver},
    mail::Address,
};

fn found(items: Vec<AnswerItem>) -> Answer {
    if items.is_empty() { Answer::Miss { cost_e4: 0 } } else { Answer::Match { items, cost_e4: 0 } }
}

fn item(field: Field, value: impl Into<String>, verification: Verification) -> AnswerItem {
    AnswerItem { field, value: value.into(), verification, confidence: None }
}

fn address(question: &Question) -> Option<Address> {
    question.email.as_deref()?.parse().ok()
}

/// The mail address in its normal form, if it is one.
#[derive(Debug, Clone, Copy, Default)]
pub struct MailboxSyntax;

#[async_trait::async_trait]
impl Vendor for MailboxSyntax {
    fn name(&self) -> &str {
        "mailbox_syntax"
    }

    fn cost_e4(&self) -> u64 {
        0
    }

    fn offers(&self) -> &[Field] {
        &[Field::Email]
    }

    fn can_ask(&self, question: &Question) -> bool {
        question.email.is_some()
    }

    async fn lookup(&self, question: &Question, _at: Timestamp) -> Answer {
        let address = address(question);
        let email = |address: Address| item(Field::Email, address.to_string(), Verification::Form);
        found(address.map(email).into_iter().collect())
    }
}

/// Whether the domain of the mail address takes mail, asked of the name service.
#[derive(Clone)]
pub struct MailServerCheck {
    resolver: Arc<dyn Resolver>,
}

impl MailServerCheck {
    /// Asks this resolver.
    pub fn new(resolver: Arc<dyn Resolver>) -> Self {
        Self { resolver }
    }
}

#[async_trait::async_trait]
impl Vendor for MailServerCheck {
    fn name(&self) -> &str {
        "mail_server"
    }

    fn cost_e4(&self) -> u64 {
        0
    }

    fn offers(&self) -> &[Field] {
        &[Field::EmailDomainTakesMail]
    }

    fn can_ask(&self, question: &Question) -> bool {
        address(question).is_some()
    }

    async fn lookup(&self, question: &Question, _at: Timestamp) -> Answer {
        let Some(address) = address(question) else { return Answer::BadInput };
        let takes_mail = match self.resolver.mail_servers(address.domain()).await {
            Ok(MailServers::Hosts(_)) => "yes",
            Ok(MailServers::Null) => "null_mx",
            // Without an MX record the domain's own address takes the mail (RFC 5321, 5.1).
            Ok(MailServers::Absent) => match self.resolver.addresses(address.domain()).await {
                Ok(addresses) if addresses.is_empty() => "no",
                Ok(_) => "yes",
                Err(_) => return Answer::VendorDown,
            },
            Err(_) => return Answer::VendorDown,
        };
        found(vec![item(Field::EmailDomainTakesMail, takes_mail, Verification::Domain)])
    }
}

/// The class of the mail address, as the caller's lists have it.
#[derive(Debug, Clone, Copy, Default)]
pub struct MailboxClassCheck;

#[async_trait::async_trait]
impl Vendor for MailboxClassCheck {
    fn name(&self) -> &str {
        "mailbox_lists"
    }

    fn cost_e4(&self) -> u64 {
        0
    }

    fn offers(&self) -> &[Field] {
        &[Field::EmailClass]
    }

    fn can_ask(&self, question: &Question) -> bool {
        question.email_class.is_some()
    }

    async fn lookup(&self, question: &Question, _at: Timestamp) -> Answer {
        let word = |class| match class {
            MailboxClass::Disposable => "disposable",
            MailboxClass::Free => "free",
            MailboxClass::Role => "role",
            MailboxClass::Corporate => "corporate",
        };
        let class = question.email_class.map(word);
        let class = class.map(|word| item(Field::EmailClass, word, Verification::Domain));
        found(class.into_iter().collect())
    }
}

/// The phone in E.164 with kind and country, as the caller parsed it.
#[derive(Debug, Clone, Copy, Default)]
pub struct PhoneShapeCheck;

#[async_trait::async_trait]
impl Vendor for PhoneShapeCheck {
    fn name(&self) -> &str {
        "phone_shape"
    }

    fn cost_e4(&self) -> u64 {
        0
    }

    fn offers(&self) -> &[Field] {
        &[Field::Phone, Field::PhoneKind, Field::PhoneCountry]
    }

    fn can_ask(&self, question: &Question) -> bool {
        question.phone.is_some()
    }

    async fn lookup(&self, question: &Question, _at: Timestamp) -> Answer {
        let Some(phone) = &question.phone else { return Answer::BadInput };
        let digits = phone.e164.strip_prefix('+').unwrap_or_default();
        if !(7..=15).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Answer::BadInput;
        }
        let kind = match phone.kind {
            PhoneKind::Mobile => "mobile",
            PhoneKind::FixedLine => "fixed_line",
            PhoneKind::FixedOrMobile => "fixed_or_mobile",
            PhoneKind::Voip => "voip",
            PhoneKind::Other => "other",
        };
        let mut items = vec![
            item(Field::Phone, phone.e164.clone(), Verification::Form),
            item(Field::PhoneKind, kind, Verification::Domain),
        ];
        let country = phone.country.clone();
        items.extend(country.map(|code| item(Field::PhoneCountry, code, Verification::Domain)));
        found(items)
    }
}
