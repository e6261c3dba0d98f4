//! What an index knows of one person, in words: for lists, and for asks that may name nobody.

use super::index::{Index, NONE};
use crate::lexicon::{RoleInfo, role_info};

/// A person of the index, described.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Described<'a> {
    /// The title as the record has it; empty where none is known.
    pub title: &'a str,
    /// The role the title stands for.
    pub role: Option<&'static RoleInfo>,
    /// Id of the company; empty where none is known.
    pub company_id: &'a str,
    /// Name of the company.
    pub company: &'a str,
    /// Industry in words, as the record has it.
    pub industry: &'a str,
    /// Headcount.
    pub employees: Option<u32>,
    /// Country or subdivision code of the company, else of the person.
    pub place: &'a str,
    /// Where the company's record comes from; empty for one's own data.
    pub source: &'a str,
}

impl Index {
    /// Describes the person at this position.
    #[must_use]
    pub fn describe(&self, person: u32) -> Described<'_> {
        let Some(row) = self.people.get(person as usize) else { return Described::default() };
        let company = (row.company != NONE).then(|| &self.companies[row.company as usize]);
        let at = row.company as usize;
        let (country, subdivision) = self.place(company.map_or(row.place, |c| c.place));
        let resolved = self.title_roles.get(row.title as usize).copied().flatten();
        Described {
            title: self.titles.get(row.title).unwrap_or(""),
            role: resolved.and_then(|found| role_info(found.role)),
            company_id: company.map_or("", |_| self.company_ids.get(at)),
            company: company.map_or("", |_| self.company_names.get(at)),
            industry: company.and_then(|c| self.industries.get(c.industry)).unwrap_or(""),
            employees: company.map(|c| c.employees).filter(|n| n.is_finite()).map(whole),
            place: subdivision.or(country).unwrap_or(""),
            source: company.and_then(|c| self.words.get(c.source)).unwrap_or(""),
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a headcount is far below 2^32 and not negative"
)]
fn whole(number: f32) -> u32 {
    number.clamp(0.0, 1e9) as u32
}

/// A headcount in words that fit many companies: "200 to 500 people".
///
/// ```
/// assert_eq!(warmpath_profile::matching::size_band(320), "200 to 500 people");
/// ```
#[must_use]
pub fn size_band(employees: u32) -> &'static str {
    match employees {
        0..=10 => "up to 10 people",
        11..=50 => "11 to 50 people",
        51..=200 => "51 to 200 people",
        201..=500 => "200 to 500 people",
        501..=1_000 => "500 to 1,000 people",
        1_001..=5_000 => "1,000 to 5,000 people",
        5_001..=10_000 => "5,000 to 10,000 people",
        _ => "more than 10,000 people",
    }
}
