//! One place whose rules apply, and what it allows.

use std::collections::BTreeSet;

use super::question::{Channel, ContactQuestion, RecipientKind};
use super::rules::{FirstContact, JurisdictionRule, rule_chain, rules};
use super::verdict::Exemption;
use crate::contact::Country;

/// One place whose rules apply.
pub(super) struct Place {
    pub(super) country: Option<Country>,
    pub(super) chain: Vec<&'static JurisdictionRule>,
}

/// Recipient, sender and exporter, each once; a recipient that is not known has no rules.
pub(super) fn places(question: &ContactQuestion) -> Vec<Place> {
    let recipient = Place {
        country: question.recipient,
        chain: question
            .recipient
            .map(|country| rule_chain(country, question.recipient_in_california))
            .unwrap_or_default(),
    };
    let mut seen: BTreeSet<Country> = question.recipient.into_iter().collect();
    let mut places = vec![recipient];
    for country in [question.sender, question.exporter] {
        if seen.insert(country) {
            places.push(Place { country: Some(country), chain: rule_chain(country, false) });
        }
    }
    places
}

impl Place {
    /// The first rule of the chain that settles a field.
    pub(super) fn field<T>(
        &self,
        read: impl Fn(&'static JurisdictionRule) -> Option<T>,
    ) -> Option<T> {
        self.chain.iter().find_map(|rule| read(rule))
    }

    fn name(&self) -> &'static str {
        self.country.map_or("an unknown country", Country::name)
    }

    /// Whether a first message may go before the person agreed, by which exemption, or why not.
    /// The file rules on electronic mail; for every other channel it names no exemption that was
    /// checked, so those wait for the person.
    pub(super) fn permission(
        &self,
        question: &ContactQuestion,
    ) -> Result<Option<Exemption>, String> {
        let name = self.name();
        if self.chain.is_empty() {
            return Err(match self.country {
                None => "The person's country is not known, so the strictest rule holds: only \
                         after the person agreed."
                    .to_owned(),
                Some(_) => format!(
                    "No rule for {name} is on file, so the strictest rule holds: only after the \
                     person agreed."
                ),
            });
        }
        if question.channel != Channel::Email {
            return Err(format!(
                "Only electronic mail has checked exemptions; in {name} other channels wait \
                 until the person agreed."
            ));
        }
        let exemption = match self.first_contact(question) {
            FirstContact::AllowedOptout | FirstContact::OneMessageExemption => {
                self.exemption(question)
            }
            FirstContact::OnlyAfterOptin | FirstContact::Never => None,
        };
        let Some((exemption, is_on, unmet)) = exemption else {
            return Err(format!(
                "The rules of {name} allow a message only after the person agreed."
            ));
        };
        if !is_on {
            return Err(format!(
                "The rules of {name} know an exemption, but it is not switched on here."
            ));
        }
        match unmet.first() {
            Some(unmet) => Err(format!("The exemption of {name} does not apply: {unmet}.")),
            None => Ok(Some(exemption)),
        }
    }

    fn first_contact(&self, question: &ContactQuestion) -> FirstContact {
        let by_kind = self.field(|rule| match question.recipient_kind {
            RecipientKind::Corporate => rule.corporate_subscriber.as_ref(),
            _ => rule.individual_subscriber.as_ref(),
        });
        by_kind
            .map(|rule| rule.first_contact_by_system)
            .or_else(|| self.field(|rule| rule.first_contact_by_system))
            .unwrap_or(rules().strict_default.first_contact_by_system)
    }

    /// The exemption of the place, whether it is switched on, and what it still lacks.
    fn exemption(
        &self,
        question: &ContactQuestion,
    ) -> Option<(Exemption, bool, Vec<&'static str>)> {
        let on = question.exemptions;
        let work = question.work;
        let lacks = |fact: Option<bool>, unmet| (fact != Some(true)).then_some(unmet);
        let address = lacks(work.work_address, "the address is not known to be one for work");
        Some(match self.country?.code() {
            "CA" => (Exemption::CanadaOneMessage, on.canada_one_message, question.casl.unmet()),
            "FR" => {
                let unmet = [
                    address,
                    lacks(work.concerns_job, "the subject is not known to concern the job"),
                    lacks(work.informed_at_collection, "the person was not told at collection"),
                ];
                let unmet = unmet.into_iter().flatten().collect();
                (Exemption::FranceWorkAddress, on.france_work_address, unmet)
            }
            "GB" => (Exemption::UnitedKingdomCorporate, on.united_kingdom_corporate, vec![]),
            "SG" => {
                let unmet = address.into_iter().collect();
                (Exemption::SingaporeBusinessContact, on.singapore_business_contact, unmet)
            }
            "US" => (Exemption::UnitedStatesOptOut, on.united_states_opt_out, vec![]),
            _ => return None,
        })
    }
}
