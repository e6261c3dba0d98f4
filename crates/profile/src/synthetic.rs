//! A made-up universe of people and companies, for measuring speed and memory.
//!
//! Same seed, same bytes. Titles come from the role table with the usual trimmings and slips,
//! so that distinct titles grow with the size as real ones do.

use crate::lexicon::{Lexicon, Term, role_phrases};
use crate::matching::{Company, Day, Event, Person};

/// Makes companies and people in order.
#[derive(Debug, Clone)]
pub struct Universe {
    state: u64,
    companies: u32,
    newest: Day,
    phrases: Vec<(&'static str, &'static str)>,
    industries: Vec<(&'static str, &'static str)>,
}

const PLACES: [(&str, &[&str]); 14] = [
    (
        "US",
        &[
            "US-CA", "US-TX", "US-NY", "US-FL", "US-IL", "US-OH", "US-MA", "US-MI", "US-GA",
            "US-IN", "US-WA", "US-CO",
        ],
    ),
    ("DE", &["DE-BY", "DE-NW", "DE-BW", "DE-HE", "DE-BE"]),
    ("GB", &["GB-LND", "GB-ENG", "GB-SCT"]),
    ("FR", &["FR-IDF", "FR-ARA", "FR-PAC"]),
    ("IT", &["IT-25", "IT-34", "IT-62"]),
    ("ES", &["ES-MD", "ES-CT", "ES-AN"]),
    ("SE", &["SE-AB", "SE-O", "SE-M"]),
    ("CH", &["CH-ZH", "CH-GE"]),
    ("AT", &["AT-9", "AT-6"]),
    ("NL", &["NL-NH", "NL-ZH"]),
    ("CA", &["CA-ON", "CA-QC"]),
    ("NO", &[]),
    ("PL", &[]),
    ("AU", &["AU-NSW", "AU-VIC"]),
];
const OWNERSHIP: [&str; 8] = [
    "public",
    "private",
    "family_owned",
    "pe_backed",
    "vc_backed",
    "franchise",
    "bootstrapped",
    "independent",
];
const STAGES: [&str; 5] = ["seed", "series_a", "series_b", "series_c", "series_d"];
const TYPES: [&str; 6] = ["agency", "consultancy", "reseller", "staffing", "broker", "government"];
const KINDS: [&str; 16] = [
    "funding",
    "ipo",
    "acquisition",
    "leadership_change",
    "hiring",
    "layoffs",
    "expansion",
    "regulatory",
    "compliance_audit",
    "tech_migration",
    "contract_renewal",
    "incident",
    "product_launch",
    "earnings_pressure",
    "strike_labor",
    "sustainability_commitment",
];
const VERBS: [&str; 4] =
    ["owns the budget for", "selects the vendors for", "makes the decision on", "signs off"];
const TOPICS: [&str; 8] = [
    "software",
    "equipment",
    "logistics",
    "benefits",
    "analytics",
    "services",
    "financial software",
    "energy projects",
];
const SYLLABLES: [&str; 16] = [
    "bel", "cor", "dan", "fen", "gal", "hor", "jor", "kel", "lor", "mon", "pal", "ral", "tor",
    "ver", "vin", "wex",
];
const TAILS: [&str; 8] = ["", "", "", "", " (interim)", ", EMEA", " - Americas", ", North America"];

impl Universe {
    /// A universe with that many companies; `newest` is the day of the last possible event.
    #[must_use]
    pub fn new(seed: u64, companies: u32, newest: Day) -> Self {
        let lexicon = Lexicon::shared();
        let phrases = role_phrases()
            .into_iter()
            .filter_map(|(phrase, term)| match term {
                Term::Role(key) => Some((phrase, key)),
                _ => None,
            })
            .collect();
        let industries = lexicon
            .industries
            .iter()
            .filter_map(|(key, industry)| industry.naics.first().map(|code| (*key, *code)))
            .collect();
        Self { state: seed, companies, newest, phrases, industries }
    }

    /// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        let bound = bound.max(1) as u64;
        usize::try_from(self.next() % bound).unwrap_or(0)
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        let at = self.below(list.len());
        list.get(at).copied().unwrap_or("")
    }

    fn place(&mut self) -> (Option<String>, Option<String>) {
        let wide = self.below(3) == 0;
        let (country, subdivisions) = PLACES[if wide { self.below(PLACES.len()) } else { 0 }];
        let known = !subdivisions.is_empty() && !self.chance(15);
        let subdivision = known.then(|| self.pick(subdivisions).to_owned());
        (Some(country.to_owned()), subdivision)
    }

    /// The next company; `number` is its position, from 0.
    pub fn company(&mut self, number: u32) -> Company {
        let at = self.below(self.industries.len());
        let (industry, prefix) = self.industries[at];
        let code = format!("{prefix:0<6}");
        // Headcounts are spread over four decades, as real ones are.
        let decade = self.below(40);
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let employees = 10f64.powf(1.0 + decade as f64 / 10.0).round();
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let revenue = (employees * (60_000.0 + 1_000.0 * self.below(300) as f64)).round();
        let (country, subdivision) = self.place();
        let name =
            format!("{}{}{}", self.pick(&SYLLABLES), self.pick(&SYLLABLES), self.pick(&SYLLABLES));
        let events = (0..self.below(4)).map(|_| self.event()).collect();
        Company {
            id: format!("C{number}"),
            name,
            industry: Some(industry.replace('_', " ")),
            naics: (!self.chance(10)).then_some(code),
            employees: (!self.chance(7)).then_some(employees),
            revenue_usd: (!self.chance(13)).then_some(revenue),
            country,
            subdivision,
            city: None,
            ownership: (!self.chance(16)).then(|| self.pick(&OWNERSHIP).to_owned()),
            stage: (!self.chance(25)).then(|| self.pick(&STAGES).to_owned()),
            company_type: self.chance(5).then(|| self.pick(&TYPES).to_owned()),
            events: Some(events),
            provenance: None,
        }
    }

    fn event(&mut self) -> Event {
        let days = i32::try_from(self.below(1_500)).unwrap_or(0);
        let kind = self.pick(&KINDS);
        Event {
            kind: kind.to_owned(),
            date: Day(self.newest.0 - days).to_string(),
            text: format!("{} reported", kind.replace('_', " ")),
        }
    }

    /// The next person; `number` is its position, from 0.
    pub fn person(&mut self, number: u32) -> Person {
        let at = self.below(self.phrases.len());
        let mut title = self.phrases[at].0.to_owned();
        title.push_str(self.pick(&TAILS));
        if self.chance(3) {
            title = swap_two(&title, self.below(title.len()));
        }
        let (country, subdivision) = self.place();
        let notes = self.chance(30).then(|| {
            let verb = self.pick(&VERBS);
            format!("{verb} {}", self.pick(&TOPICS))
        });
        Person {
            id: format!("P{number}"),
            title: Some(title),
            company_id: Some(format!("C{}", self.below(self.companies as usize))),
            country,
            subdivision,
            notes,
        }
    }
}

/// Swaps two neighbouring letters of an ASCII title.
fn swap_two(title: &str, at: usize) -> String {
    let mut letters: Vec<char> = title.chars().collect();
    if at + 1 < letters.len() {
        letters.swap(at, at + 1);
    }
    letters.into_iter().collect()
}
