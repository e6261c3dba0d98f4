//! Comparing two records: which level of each ladder do they reach?
//!
//! [`Plan`] lists the comparisons that the columns allow; [`Plan::compare`] fills an [`Outcome`]. A
//! level is a number from 1; 0 says that a value is missing on one side, which is no evidence.

pub mod levels;
mod organisations;
mod people;
mod values;

use crate::features::fields::FieldKind;
use crate::features::{
    ADDRESS, ALIAS, COMPANY, DOMAIN, FAMILY, FIELDS, FLAGS, Features, GENERATION, GIVEN, LOCAL,
    MIDDLE, SLUG, STEM, flag,
};
use crate::pool::MISSING;
use levels::{Context, Level};

/// Most comparisons of one pair: four bits each in a pattern of 128.
pub const COMPARISONS_MAX: usize = 32;
/// Most further fields, after the six comparisons of names and organisations.
pub const FIELDS_MAX: usize = COMPARISONS_MAX - 6;

/// What a comparison looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Given names.
    Given,
    /// Middle names.
    Middle,
    /// Generations.
    Generation,
    /// Family names.
    Family,
    /// Organisations.
    Organisation,
    /// E-mail addresses.
    Mail,
    /// A further field, by number.
    Field(usize),
}

/// One comparison.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// Name for people: the header or the subject.
    pub name: String,
    /// What it looks at.
    pub subject: Subject,
    /// Its ladder.
    pub levels: &'static [Level],
}

/// All comparisons that the columns allow, in the order in which they give each other context.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The comparisons.
    pub comparisons: Vec<Comparison>,
    /// Per comparison the levels, as bits, that are more than a name in common.
    marks: Vec<u16>,
    /// Whether records without a person's name are organisations in their own right.
    organisations: bool,
    /// Bits to take off where a name is all that agrees.
    name_alone: f64,
}

/// Levels of one pair.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    /// Level per comparison, from 1; 0 where a value is missing.
    pub levels: [u8; COMPARISONS_MAX],
    /// Bits of surprise of the shared value, negative log2 of its frequency, where the level is
    /// scaled by rarity; 0 otherwise.
    pub rarity: [f32; COMPARISONS_MAX],
    /// Contradictions between things a person keeps for life; see [`CONTRADICTION_BITS`].
    pub contradictions: u8,
    /// Bits taken off where nothing but the name agrees; see [`NAME_ALONE_PEOPLE`].
    pub name_alone: f64,
}

/// People among whom a name alone must single out one.
///
/// A small file knows its own records, not all the people of that name: that two Robert Smiths stand in
/// it does not make them one. Where nothing but the name agrees and there was more to compare, the odds
/// are those of a file of at least this size.
pub const NAME_ALONE_PEOPLE: f64 = 20_000.0;

/// Bits that each contradiction takes off, beyond the weights of the comparisons themselves.
///
/// Families share a name, an address, a telephone and a mailbox, and each of these counts as if it
/// were independent. Against that stands what family members do not share: given names, dates of birth,
/// identifiers, generations. Two of them at odds are two people however much the rest agrees.
pub const CONTRADICTION_BITS: f64 = 12.0;

impl Default for Outcome {
    fn default() -> Self {
        Self {
            levels: [0; COMPARISONS_MAX],
            rarity: [0.0; COMPARISONS_MAX],
            contradictions: 0,
            name_alone: 0.0,
        }
    }
}

impl Outcome {
    /// Bits taken off beyond the comparisons.
    pub fn taken_off(&self) -> f64 {
        CONTRADICTION_BITS * f64::from(self.contradictions) + self.name_alone
    }

    /// All levels packed into one number.
    pub fn pattern(&self) -> u128 {
        self.levels.iter().rev().fold(0, |packed, level| packed << 4 | u128::from(*level))
    }
}

/// Level of one comparison inside a packed pattern.
pub fn level_of(pattern: u128, comparison: usize) -> u8 {
    (pattern >> (4 * comparison) & 15) as u8
}

/// What is known of a pair while its comparisons run.
#[derive(Clone, Copy, Default)]
struct Known {
    given: bool,
    family: bool,
    organisation: bool,
    place: bool,
    street: bool,
    given_differs: bool,
    generation_differs: bool,
    date_same: bool,
    date_differs: bool,
    identifier_same: bool,
    identifier_close: bool,
    identifier_differs: bool,
    /// How much beside the name agrees.
    marks: u8,
    /// Neither record names a person.
    nameless: bool,
}

impl Known {
    fn contradictions(&self, clearly: bool) -> u8 {
        let family = self.given_differs && self.family && clearly && !self.identifier_same;
        let identifier = self.identifier_differs && !self.identifier_same;
        let facts =
            u8::from(self.given_differs) + u8::from(self.date_differs) + u8::from(identifier);
        // One household, or one register of companies: what sets its members apart counts twice.
        let household = self.street && self.family || self.nameless;
        let apart = self.date_differs && !self.identifier_close || identifier;
        2 * u8::from(self.generation_differs)
            + u8::from(household && apart)
            + u8::from(family)
            + u8::from(family && self.street)
            + u8::from(facts >= 2)
    }
}

impl Plan {
    /// Comparisons for the values that are there.
    pub fn new(features: &Features) -> Self {
        let mut comparisons = Vec::new();
        let mut add = |name: &str, subject, levels| {
            comparisons.push(Comparison { name: name.to_owned(), subject, levels });
        };
        if features.has(COMPANY) || features.has(DOMAIN) {
            add("organisation", Subject::Organisation, levels::ORGANISATION);
        }
        if features.has(GIVEN) || features.has(FAMILY) {
            add("family name", Subject::Family, levels::FAMILY);
            add("given name", Subject::Given, levels::GIVEN);
            if features.has(MIDDLE) {
                add("middle name", Subject::Middle, levels::MIDDLE);
            }
            if features.has(GENERATION) {
                add("generation", Subject::Generation, levels::GENERATION);
            }
        }
        if features.has(ADDRESS) {
            add("e-mail", Subject::Mail, levels::MAIL);
        }
        for (i, field) in features.fields.iter().enumerate() {
            if features.has(FIELDS + i) {
                add(&field.name, Subject::Field(i), levels::of_field(field.kind));
            }
        }
        comparisons.truncate(COMPARISONS_MAX);
        let marks_of = |c: &Comparison| {
            let marks = (0..16).filter(|level| is_mark(c.subject, features, *level));
            marks.fold(0u16, |bits, level| bits | 1 << level)
        };
        let marks: Vec<u16> = comparisons.iter().map(marks_of).collect();
        let wanting = (NAME_ALONE_PEOPLE / features.records.max(1) as f64).log2();
        let marked = marks.iter().any(|levels| levels & 2 != 0);
        let name_alone = if marked { wanting.max(0.0) } else { 0.0 };
        Self { comparisons, marks, organisations: has_organisations(features), name_alone }
    }

    /// Compares two records.
    pub fn compare(&self, features: &Features, left: u32, right: u32) -> Outcome {
        let (a, b) = (features.row(left), features.row(right));
        let mut outcome = Outcome::default();
        let mut known = Known::default();
        let swapped = people::names_swapped(features, a, b);
        for (i, comparison) in self.comparisons.iter().enumerate() {
            let (level, rarity) = match comparison.subject {
                Subject::Given => {
                    let (level, rarity) = people::given(features, a, b, swapped);
                    known.given = (1..=6).contains(&level);
                    known.given_differs = level == 7;
                    match level {
                        0 | 6 => (level, rarity),
                        7 if known.family => (13, None),
                        _ => (level + if known.family { 7 } else { 0 }, rarity),
                    }
                }
                Subject::Middle => (people::middle(features, a[MIDDLE], b[MIDDLE]), None),
                Subject::Generation => {
                    let level = same_or_not(a[GENERATION], b[GENERATION]);
                    known.generation_differs = level == 2;
                    (level, None)
                }
                Subject::Family => {
                    let found = people::family(features, a, b, swapped);
                    known.family = found.0 == 1;
                    let step = if known.organisation && found.0 > 0 { 5 } else { 0 };
                    (found.0 + step, found.1)
                }
                Subject::Organisation => {
                    let found = organisation(features, a, b);
                    known.organisation = (1..=4).contains(&found.0);
                    let nameless = |row: &[u32]| row[GIVEN] == MISSING && row[FAMILY] == MISSING;
                    if self.organisations && found.0 > 0 && nameless(a) && nameless(b) {
                        (found.0 + 7, None)
                    } else {
                        found
                    }
                }
                Subject::Mail => mail(features, a, b, known.family && !known.given_differs),
                Subject::Field(field) => compare_field(features, field, a, b, &mut known),
            };
            known.marks += (self.marks[i] >> level & 1) as u8;
            outcome.levels[i] = level;
            if let Some((position, value)) = rarity {
                outcome.rarity[i] = features.rarity(position, value);
            }
        }
        let birthday_alone = known.date_same && known.marks == 1;
        let clearly = known.given_differs
            && known.family
            && people::clearly_different(features, a, b, known.street || birthday_alone);
        let nameless = |row: &[u32]| row[GIVEN] == MISSING && row[FAMILY] == MISSING;
        known.nameless = nameless(a) && nameless(b);
        outcome.contradictions = known.contradictions(clearly);
        if known.marks == 0 && !known.nameless {
            outcome.name_alone = self.name_alone;
        }
        outcome
    }
}

/// Whether a level of this comparison is more than a name or a broad class in common.
fn is_mark(subject: Subject, features: &Features, level: u8) -> bool {
    match subject {
        // Under one domain are many: a small file knows a few of them, not how many share a name.
        Subject::Organisation => matches!(level, 1 | 3..=6 | 8..=13),
        Subject::Mail => !matches!(level, 0 | 3 | 5 | 8 | 9 | 11 | 12 | 15),
        Subject::Field(i) => match features.fields[i].kind {
            FieldKind::Phone => matches!(level, 1..=4 | 8),
            FieldKind::Date => (1..=4).contains(&level),
            FieldKind::Street => (1..=4).contains(&level),
            FieldKind::Postcode => matches!(level, 1..=3 | 5..=7),
            FieldKind::City => !matches!(level, 0 | 3 | 6 | 9),
            FieldKind::Identifier | FieldKind::List | FieldKind::Text => (1..=3).contains(&level),
            FieldKind::Point => (1..=2).contains(&level),
            _ => false,
        },
        _ => false,
    }
}

/// Records that name a company and no person are entities of their own when they are more than
/// lapses: one in twenty.
fn has_organisations(features: &Features) -> bool {
    let nameless = |row: &[u32]| row[GIVEN] == MISSING && row[FAMILY] == MISSING;
    let rows = (0..features.records as u32).map(|record| features.row(record));
    let count = rows.filter(|row| nameless(row) && row[COMPANY] != MISSING).count();
    count * 20 > features.records
}

/// A level, and the position and number of the shared value where rarity counts.
type Found = (u8, Option<(usize, u32)>);

fn same_or_not(left: u32, right: u32) -> u8 {
    match (left, right) {
        (MISSING, _) | (_, MISSING) => 0,
        _ => {
            if left == right {
                1
            } else {
                2
            }
        }
    }
}

fn organisation(features: &Features, a: &[u32], b: &[u32]) -> Found {
    let named = |row: &[u32]| row[COMPANY] != MISSING;
    let hosted = |row: &[u32]| row[DOMAIN] != MISSING;
    if !(named(a) || hosted(a)) || !(named(b) || hosted(b)) {
        return (0, None);
    }
    for position in [COMPANY, ALIAS] {
        for other in [COMPANY, ALIAS] {
            if a[position] != MISSING && a[position] == b[other] {
                return (1, Some((COMPANY, a[position])));
            }
        }
    }
    if hosted(a) && a[DOMAIN] == b[DOMAIN] {
        return (2, Some((DOMAIN, a[DOMAIN])));
    }
    if a[SLUG] != MISSING && (a[SLUG] == b[STEM] || a[SLUG] == b[SLUG]) {
        return (3, Some((SLUG, a[SLUG])));
    }
    if b[SLUG] != MISSING && b[SLUG] == a[STEM] {
        return (3, Some((SLUG, b[SLUG])));
    }
    (organisations::company(features, a, b), None)
}

fn mail(features: &Features, a: &[u32], b: &[u32], same_name: bool) -> Found {
    let (left, right) = (a[ADDRESS], b[ADDRESS]);
    if left == MISSING || right == MISSING {
        return (0, None);
    }
    let work = |row: &[u32]| row[DOMAIN] != MISSING && row[FLAGS] & flag::FREE == 0;
    let numbered = a[FLAGS] & b[FLAGS] & flag::DIGITS != 0;
    let telling = numbered || a[FLAGS] & flag::DERIVED == 0;
    let same_local = a[LOCAL] != MISSING && a[LOCAL] == b[LOCAL];
    let level = match (work(a), work(b)) {
        (true, true) if a[DOMAIN] == b[DOMAIN] => {
            if left == right {
                13
            } else if organisations::near_locals(features, a, b) {
                14
            } else {
                15
            }
        }
        (true, true) => {
            let near = same_local && organisations::near_domains(features, a, b);
            match (near, same_local) {
                (true, _) => {
                    if same_name {
                        10
                    } else {
                        6
                    }
                }
                // Of two namesakes a mailbox tells little, even where it is not seen to be made of
                // the name.
                (false, true) if numbered || telling && !same_name => 7,
                (false, true) => {
                    if same_name {
                        11
                    } else {
                        8
                    }
                }
                (false, false) => {
                    if same_name {
                        12
                    } else {
                        9
                    }
                }
            }
        }
        (false, false) if left == right => return (1, Some((ADDRESS, left))),
        (false, false) => {
            let near =
                same_local && telling || organisations::near_addresses(features, left, right);
            if near { 2 } else { 3 }
        }
        _ => {
            let near = same_local && telling;
            if near { 4 } else { 5 }
        }
    };
    (level, None)
}

fn compare_field(
    features: &Features,
    number: usize,
    a: &[u32],
    b: &[u32],
    known: &mut Known,
) -> Found {
    let position = FIELDS + number;
    let (left, right) = (a[position], b[position]);
    if left == MISSING || right == MISSING {
        return (0, None);
    }
    let field = &features.fields[number];
    let context = match (known.organisation || known.place, known.family) {
        (true, _) => Context::SameOrganisation,
        (false, true) => Context::SameFamily,
        _ => Context::Plain,
    };
    if field.kind == FieldKind::Phone {
        return phone(features, number, left, right, known.organisation);
    }
    let level = if left == right { 1 } else { values::field(field, left, right) };
    if level <= 2 && field.kind == FieldKind::Street
        || level == 1 && field.kind == FieldKind::Postcode
    {
        known.place = true;
    }
    known.street |= level <= 2 && field.kind == FieldKind::Street;
    known.date_same |= level == 1 && field.kind == FieldKind::Date;
    known.date_differs |= level == 6 && field.kind == FieldKind::Date;
    known.identifier_same |= level == 1 && field.kind == FieldKind::Identifier;
    known.identifier_close |= (1..=3).contains(&level) && field.kind == FieldKind::Identifier;
    known.identifier_differs |= level == 4 && field.kind == FieldKind::Identifier;
    let step = match field.kind {
        FieldKind::Postcode if context == Context::SameOrganisation => 4,
        FieldKind::City | FieldKind::Region => 3 * context as u8,
        FieldKind::Country => 2 * context as u8,
        _ => 0,
    };
    let rare = level == 1 && step == 0 && left == right && field.kind != FieldKind::List;
    (level + step, rare.then_some((position, left)))
}

fn phone(
    features: &Features,
    field: usize,
    left: u32,
    right: u32,
    same_organisation: bool,
) -> Found {
    let step = if same_organisation { 5 } else { 0 };
    if left == right {
        let level = if features.is_shared(field, left) { 2 } else { 1 };
        return (level + step, (step == 0).then_some((FIELDS + field, left)));
    }
    (values::phone(&features.fields[field], left, right) + step, None)
}
