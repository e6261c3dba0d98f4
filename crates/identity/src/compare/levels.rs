//! The ladders of levels: what two values can have in common, from best to worst.
//!
//! Probabilities here are starting points from general experience with people and company data; the
//! trainer moves them to what the data say, and keeps them where the data say nothing.

use crate::features::fields::FieldKind;

/// Context in which a level's probabilities hold.
///
/// Fellegi and Sunter assume that comparisons are independent. They are not: colleagues share a
/// domain, a telephone trunk and a city, namesakes share a country. So the level of one comparison
/// is judged given what another already said, and each context has its own m and u.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Context {
    /// Nothing else agrees.
    Plain = 0,
    /// The family names agree.
    SameFamily = 1,
    /// The organisation or the exact place agrees.
    SameOrganisation = 2,
    /// Two work addresses at different domains.
    TwoDomains = 3,
    /// Two private addresses.
    TwoPrivate = 4,
    /// One work and one private address.
    Mixed = 5,
    /// Given and family name agree.
    SameName = 6,
    /// The organisation is itself the entity.
    Entity = 7,
}

/// One level of a comparison.
#[derive(Clone, Copy, Debug)]
pub struct Level {
    /// Words for people.
    pub label: &'static str,
    /// Where its probabilities hold.
    pub context: Context,
    /// P(level | same entity, context) to start from.
    pub m: f64,
    /// P(level | different entities, context) to start from.
    pub u: f64,
    /// Whether the rarity of the shared value scales the weight.
    pub rarity: bool,
}

const fn level(label: &'static str, context: Context, m: f64, u: f64) -> Level {
    Level { label, context, m, u, rarity: false }
}

const fn rare(label: &'static str, context: Context, m: f64, u: f64) -> Level {
    Level { label, context, m, u, rarity: true }
}

use Context::{
    Entity, Mixed, Plain, SameFamily, SameName, SameOrganisation, TwoDomains, TwoPrivate,
};

/// Given name. Namesakes share a language, so given names agree more often where family names do.
pub const GIVEN: &[Level] = &[
    rare("same", Plain, 0.74, 0.01),
    level("short form", Plain, 0.07, 0.005),
    level("initial", Plain, 0.05, 0.01),
    level("beginning", Plain, 0.02, 0.002),
    level("misspelt", Plain, 0.06, 0.003),
    rare("swapped with family name", Plain, 0.015, 0.0005),
    level("different", Plain, 0.045, 0.97),
    rare("same, same family name", SameFamily, 0.75, 0.015),
    level("short form, same family name", SameFamily, 0.07, 0.007),
    level("initial, same family name", SameFamily, 0.05, 0.012),
    level("beginning, same family name", SameFamily, 0.02, 0.003),
    level("misspelt, same family name", SameFamily, 0.06, 0.004),
    level("different, same family name", SameFamily, 0.05, 0.959),
];
/// Middle names.
pub const MIDDLE: &[Level] = &[
    level("same", Plain, 0.80, 0.03),
    level("initial or part", Plain, 0.15, 0.04),
    level("different", Plain, 0.05, 0.93),
];
/// Generation: junior, senior.
pub const GENERATION: &[Level] =
    &[level("same", Plain, 0.999, 0.4), level("different", Plain, 0.001, 0.6)];
/// Family name. Colleagues share a language, and some firms are families.
pub const FAMILY: &[Level] = &[
    rare("same", Plain, 0.84, 0.002),
    level("misspelt", Plain, 0.08, 0.001),
    level("alike", Plain, 0.02, 0.004),
    level("part of the other", Plain, 0.02, 0.001),
    level("different", Plain, 0.04, 0.99),
    rare("same, same organisation", SameOrganisation, 0.84, 0.01),
    level("misspelt, same organisation", SameOrganisation, 0.08, 0.001),
    level("alike, same organisation", SameOrganisation, 0.02, 0.005),
    level("part of the other, same organisation", SameOrganisation, 0.02, 0.002),
    level("different, same organisation", SameOrganisation, 0.04, 0.982),
];
/// Organisation: name and domain together.
pub const ORGANISATION: &[Level] = &[
    rare("same name", Plain, 0.52, 0.001),
    rare("same domain", Plain, 0.15, 0.0008),
    rare("name is the domain", Plain, 0.08, 0.0005),
    level("names nearly equal", Plain, 0.05, 0.0005),
    level("names overlap", Plain, 0.05, 0.004),
    level("one word in common", Plain, 0.04, 0.02),
    level("different", Plain, 0.11, 0.97),
    level("same name, no person", Entity, 0.45, 0.001),
    level("same domain, no person", Entity, 0.08, 0.001),
    level("name is the domain, no person", Entity, 0.04, 0.0005),
    level("names nearly equal, no person", Entity, 0.14, 0.0005),
    level("names overlap, no person", Entity, 0.17, 0.004),
    level("one word in common, no person", Entity, 0.06, 0.03),
    level("different, no person", Entity, 0.06, 0.964),
];
/// E-mail address. Two namesakes often have the same mailbox name, so work addresses at different
/// domains are judged apart where the names agree.
pub const MAIL: &[Level] = &[
    rare("same private address", TwoPrivate, 0.80, 1e-5),
    level("misspelt private address", TwoPrivate, 0.08, 1e-5),
    level("two private addresses", TwoPrivate, 0.12, 0.9999),
    level("same telling mailbox, work and private", Mixed, 0.05, 1e-5),
    level("work and private", Mixed, 0.95, 0.9999),
    level("misspelt domain", TwoDomains, 0.10, 1e-5),
    level("same telling mailbox, other domain", TwoDomains, 0.05, 1e-4),
    level("same mailbox, other domain", TwoDomains, 0.40, 2e-3),
    level("two work addresses", TwoDomains, 0.45, 0.998),
    level("misspelt domain, same name", SameName, 0.10, 1e-3),
    level("same mailbox, other domain, same name", SameName, 0.45, 0.25),
    level("two work addresses, same name", SameName, 0.45, 0.749),
    level("same work address", SameOrganisation, 0.88, 0.01),
    level("misspelt mailbox", SameOrganisation, 0.05, 0.005),
    level("two mailboxes at one domain", SameOrganisation, 0.07, 0.985),
];
/// Telephone line.
pub const PHONE: &[Level] = &[
    rare("same line", Plain, 0.50, 1e-5),
    rare("same shared line", Plain, 0.05, 1e-4),
    level("one digit off", Plain, 0.04, 1e-5),
    level("same exchange", Plain, 0.03, 2e-4),
    level("different", Plain, 0.38, 0.999),
    level("same line, same organisation", SameOrganisation, 0.35, 0.005),
    level("same shared line, same organisation", SameOrganisation, 0.20, 0.15),
    level("one digit off, same organisation", SameOrganisation, 0.03, 0.02),
    level("same exchange, same organisation", SameOrganisation, 0.20, 0.40),
    level("different, same organisation", SameOrganisation, 0.22, 0.42),
];
/// Date of birth.
pub const DATE: &[Level] = &[
    rare("same", Plain, 0.77, 5e-5),
    level("one slip", Plain, 0.09, 5e-4),
    level("two parts agree", Plain, 0.05, 3e-3),
    level("within 13 months", Plain, 0.04, 0.02),
    level("same year", Plain, 0.02, 0.01),
    level("different", Plain, 0.03, 0.97),
];
/// Street address.
pub const STREET: &[Level] = &[
    rare("same", Plain, 0.65, 2e-4),
    level("nearly the same", Plain, 0.15, 3e-4),
    level("same number, part of the street", Plain, 0.05, 3e-4),
    level("part of the street", Plain, 0.04, 5e-3),
    level("different", Plain, 0.11, 0.99),
];
/// Postcode.
pub const POSTCODE: &[Level] = &[
    rare("same", Plain, 0.70, 2e-3),
    level("one slip", Plain, 0.08, 4e-3),
    level("same area", Plain, 0.10, 0.01),
    level("different", Plain, 0.12, 0.98),
    level("same, same street or organisation", SameOrganisation, 0.88, 0.70),
    level("one slip, same street or organisation", SameOrganisation, 0.06, 0.08),
    level("same area, same street or organisation", SameOrganisation, 0.02, 0.08),
    level("different, same street or organisation", SameOrganisation, 0.04, 0.14),
];
/// City, region: three levels in three contexts.
pub const PLACE: &[Level] = &[
    rare("same", Plain, 0.75, 0.03),
    level("alike", Plain, 0.05, 0.005),
    level("different", Plain, 0.20, 0.965),
    level("same, same family name", SameFamily, 0.75, 0.06),
    level("alike, same family name", SameFamily, 0.05, 0.005),
    level("different, same family name", SameFamily, 0.20, 0.935),
    level("same, same organisation", SameOrganisation, 0.85, 0.60),
    level("alike, same organisation", SameOrganisation, 0.05, 0.03),
    level("different, same organisation", SameOrganisation, 0.10, 0.37),
];
/// Country.
pub const COUNTRY: &[Level] = &[
    rare("same", Plain, 0.92, 0.20),
    level("different", Plain, 0.08, 0.80),
    level("same, same family name", SameFamily, 0.94, 0.50),
    level("different, same family name", SameFamily, 0.06, 0.50),
    level("same, same organisation", SameOrganisation, 0.97, 0.85),
    level("different, same organisation", SameOrganisation, 0.03, 0.15),
];
/// Identifier.
pub const IDENTIFIER: &[Level] = &[
    rare("same", Plain, 0.85, 1e-5),
    level("one slip", Plain, 0.08, 1e-5),
    level("two slips", Plain, 0.02, 1e-4),
    level("different", Plain, 0.05, 0.9999),
];
/// Job title.
pub const TITLE: &[Level] = &[
    rare("same", Plain, 0.45, 0.03),
    level("words in common", Plain, 0.20, 0.08),
    level("different", Plain, 0.35, 0.89),
];
/// Category.
pub const CATEGORY: &[Level] = &[
    rare("same", Plain, 0.85, 0.2),
    level("one slip", Plain, 0.03, 0.02),
    level("different", Plain, 0.12, 0.78),
];
/// List of items.
pub const LIST: &[Level] = &[
    level("three or more in common", Plain, 0.25, 0.002),
    level("two in common", Plain, 0.12, 0.004),
    level("one in common", Plain, 0.18, 0.03),
    level("none in common", Plain, 0.45, 0.964),
];
/// Longer text.
pub const TEXT: &[Level] = &[
    rare("same", Plain, 0.40, 0.005),
    level("most words in common", Plain, 0.15, 0.005),
    level("some words in common", Plain, 0.15, 0.05),
    level("different", Plain, 0.30, 0.94),
];
/// Point on the map.
pub const POINT: &[Level] = &[
    rare("same", Plain, 0.60, 0.02),
    level("within 25 km", Plain, 0.10, 0.03),
    level("apart", Plain, 0.30, 0.95),
];

/// Ladder of a field.
pub fn of_field(kind: FieldKind) -> &'static [Level] {
    match kind {
        FieldKind::Phone => PHONE,
        FieldKind::Date => DATE,
        FieldKind::Street => STREET,
        FieldKind::Postcode => POSTCODE,
        FieldKind::City | FieldKind::Region => PLACE,
        FieldKind::Country => COUNTRY,
        FieldKind::Identifier => IDENTIFIER,
        FieldKind::Title => TITLE,
        FieldKind::Category => CATEGORY,
        FieldKind::List => LIST,
        FieldKind::Text => TEXT,
        FieldKind::Point => POINT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_context_of_every_ladder_sums_to_one() {
        for ladder in [
            GIVEN,
            MIDDLE,
            GENERATION,
            FAMILY,
            ORGANISATION,
            MAIL,
            PHONE,
            DATE,
            STREET,
            POSTCODE,
            PLACE,
            COUNTRY,
            IDENTIFIER,
            TITLE,
            CATEGORY,
            LIST,
            TEXT,
            POINT,
        ] {
            assert!(ladder.len() < 16, "a level takes four bits");
            for first in ladder {
                let group = || ladder.iter().filter(|l| l.context == first.context);
                let m: f64 = group().map(|l| l.m).sum();
                let u: f64 = group().map(|l| l.u).sum();
                assert!((m - 1.0).abs() < 1e-9, "{}: m sums to {m}", first.label);
                assert!((u - 1.0).abs() < 0.03, "{}: u sums to {u}", first.label);
            }
        }
    }
}
