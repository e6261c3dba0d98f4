//! Atoms: the pieces of records that blocking rules are made of.

use crate::features::fields::{Detail, FieldKind};
use crate::features::{ADDRESS, COMPANY, FAMILY, FIELDS, Features, GIVEN, LOCAL, SLUG, STEM};
use crate::pool::{MISSING, Pool};
use crate::work::{Task, share_out};

use super::Rule;

/// One piece of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Atom {
    /// Both names, in either order.
    Name,
    /// Given name under its formal form.
    Given,
    /// First letter of the given name.
    Initial,
    /// Family name.
    Family,
    /// First three letters of the family name.
    FamilyHead,
    /// Last three letters of the family name.
    FamilyTail,
    /// First six letters of the company name, else of the domain.
    CompanyHead,
    /// First six letters of the domain, else of the company name.
    DomainHead,
    /// Whole company name.
    Company,
    /// The most telling word of the company name.
    CompanyWord,
    /// The word of the company name that most records share.
    CompanyTop,
    /// E-mail address.
    Address,
    /// Part of the address before the at sign.
    Local,
    /// Whole value of a field.
    Field(u8),
    /// A coarse part of a field: postcode area, month and day, house number, rarest item.
    FieldPart(u8),
}

impl Atom {
    /// Words for people.
    pub fn describe(self, features: &Features) -> String {
        match self {
            Atom::Name => "both names".to_owned(),
            Atom::Given => "given name".to_owned(),
            Atom::Initial => "initial".to_owned(),
            Atom::Family => "family name".to_owned(),
            Atom::FamilyHead => "first 3 letters of family name".to_owned(),
            Atom::FamilyTail => "last 3 letters of family name".to_owned(),
            Atom::CompanyHead => "first 6 letters of company or domain".to_owned(),
            Atom::DomainHead => "first 6 letters of domain or company".to_owned(),
            Atom::Company => "company".to_owned(),
            Atom::CompanyWord => "rarest word of company".to_owned(),
            Atom::CompanyTop => "commonest word of company".to_owned(),
            Atom::Address => "e-mail".to_owned(),
            Atom::Local => "mailbox name".to_owned(),
            Atom::Field(i) => features.fields[i as usize].name.clone(),
            Atom::FieldPart(i) => format!("part of {}", features.fields[i as usize].name),
        }
    }
}

/// All atoms that the data allow, with the parts of values they need worked out once.
pub struct AtomTable {
    /// Atoms in order.
    pub atoms: Vec<Atom>,
    /// Formal form of each name of the name pool, as a number.
    formal: Vec<u32>,
    /// First letter, first three and last three letters of each name.
    letters: Vec<[u32; 3]>,
    /// First six letters of each slug.
    slug_heads: Vec<u32>,
    /// Most telling word of each company.
    company_words: Vec<u32>,
    /// Commonest word of each company.
    company_tops: Vec<u32>,
    /// Coarse part of each value of each field.
    parts: Vec<Vec<u32>>,
}

impl AtomTable {
    /// Works out the atoms of a set of records.
    pub fn new(features: &Features) -> Self {
        let mut table = Self {
            atoms: list(features),
            formal: Vec::new(),
            letters: Vec::new(),
            slug_heads: Vec::new(),
            company_words: Vec::new(),
            company_tops: Vec::new(),
            parts: vec![Vec::new(); features.fields.len()],
        };
        table.extend(features);
        table
    }

    /// Takes in values that were interned since the last call.
    pub fn extend(&mut self, features: &Features) {
        let names = &features.names;
        for name in self.formal.len() as u32..names.pool.len() as u32 {
            let text = names.pool.get(name);
            // Names of one family share the lowest family number; others stand for themselves.
            let family = names.nicknames(name).first();
            self.formal.push(family.map_or(name, |class| u32::MAX - u32::from(*class)));
            let head = text.get(..3).unwrap_or(text);
            let tail = text.get(text.len().saturating_sub(3)..).unwrap_or(text);
            self.letters.push([
                hash_text(text.get(..1).unwrap_or("")),
                hash_text(head),
                hash_text(tail),
            ]);
        }
        let slugs = &features.organisations.slugs;
        for slug in self.slug_heads.len() as u32..slugs.len() as u32 {
            let text = slugs.get(slug);
            self.slug_heads.push(hash_text(text.get(..6).unwrap_or(text)));
        }
        let organisations = &features.organisations;
        for company in self.company_words.len() as u32..organisations.companies.len() as u32 {
            let words = organisations.company_words(company);
            let weight = |w: &u32| organisations.word(*w).weight;
            let long = |w: &&u32| organisations.words.get(**w).len() >= 3;
            // A word seen once pairs nothing: take the most telling of the repeated ones.
            let best = words.iter().filter(long).filter(|w| organisations.is_repeated(**w));
            let best = best.max_by(|a, b| weight(a).total_cmp(&weight(b)).then(a.cmp(b)));
            self.company_words.push(best.or(words.first()).copied().unwrap_or(MISSING));
            let top = words.iter().filter(long);
            let top = top.min_by(|a, b| weight(a).total_cmp(&weight(b)).then(a.cmp(b)));
            self.company_tops.push(top.copied().unwrap_or(MISSING));
        }
        for (i, field) in features.fields.iter().enumerate() {
            let counts = features.counts(FIELDS + i);
            for value in self.parts[i].len() as u32..field.pool.len() as u32 {
                self.parts[i].push(part_of(
                    field.kind,
                    field.detail(value),
                    &field.pool,
                    value,
                    counts,
                ));
            }
        }
    }

    /// Forgets values that were taken back.
    pub fn shrink(&mut self, features: &Features) {
        self.formal.truncate(features.names.pool.len());
        self.letters.truncate(features.names.pool.len());
        self.slug_heads.truncate(features.organisations.slugs.len());
        self.company_words.truncate(features.organisations.companies.len());
        self.company_tops.truncate(features.organisations.companies.len());
        for (part, field) in self.parts.iter_mut().zip(&features.fields) {
            part.truncate(field.pool.len());
        }
    }

    /// Keys of all records under each of some rules: what [`AtomTable::key`] says, record by record.
    ///
    /// Rules share most of their atoms, so each atom is read once, for some records at a time.
    pub fn keys(&self, features: &Features, rules: &[Rule], threads: usize) -> Vec<Vec<u32>> {
        const RECORDS: usize = 1 << 12;
        let mut columns: Vec<Vec<u32>> = rules.iter().map(|_| vec![0; features.records]).collect();
        let mut pieces: Vec<_> = columns.iter_mut().map(|keys| keys.chunks_mut(RECORDS)).collect();
        let mut tasks: Vec<Task<'_>> = Vec::new();
        for start in (0..features.records).step_by(RECORDS) {
            let keys: Vec<&mut [u32]> = pieces.iter_mut().filter_map(Iterator::next).collect();
            tasks.push(Box::new(move || self.keys_from(features, start as u32, rules, keys)));
        }
        share_out(threads, tasks);
        columns
    }

    fn keys_from(&self, features: &Features, start: u32, rules: &[Rule], keys: Vec<&mut [u32]>) {
        let mut known: Vec<(Atom, Vec<u32>)> = Vec::new();
        for (rule, keys) in rules.iter().zip(keys) {
            let mut mixed = vec![rule.atoms.len() as u64; keys.len()];
            for atom in &rule.atoms {
                let at = known.iter().position(|(known, _)| known == atom).unwrap_or_else(|| {
                    let records = start..start + keys.len() as u32;
                    let values = records.map(|record| self.value(features, record, *atom));
                    known.push((*atom, values.collect()));
                    known.len() - 1
                });
                for (key, value) in mixed.iter_mut().zip(&known[at].1) {
                    *key = if *value == 0 || *key == 0 { 0 } else { mix_atom(*key, *atom, *value) };
                }
            }
            for (key, mixed) in keys.iter_mut().zip(mixed) {
                *key = if mixed == 0 { 0 } else { short(mixed) };
            }
        }
    }

    /// Key of a record under a rule; 0 when a piece is missing.
    pub fn key(&self, features: &Features, record: u32, rule: &Rule) -> u32 {
        let mut key = rule.atoms.len() as u64;
        for atom in &rule.atoms {
            match self.value(features, record, *atom) {
                0 => return 0,
                value => key = mix_atom(key, *atom, value),
            }
        }
        short(key)
    }

    /// Value of one atom of a record; 0 when it is missing.
    pub fn value(&self, features: &Features, record: u32, atom: Atom) -> u32 {
        let row = features.row(record);
        let first_of = |one: u32, other: u32| {
            self.slug_heads[if one == MISSING { other } else { one } as usize]
        };
        match atom {
            Atom::Name => {
                let (given, family) = (row[GIVEN], row[FAMILY]);
                if given == MISSING || family == MISSING {
                    return 0;
                }
                let (low, high) = (given.min(family), given.max(family));
                ((mix(u64::from(low), u64::from(high)) >> 32) as u32).max(1)
            }
            Atom::Given => self.formal[row[GIVEN] as usize],
            Atom::Initial => self.letters[row[GIVEN] as usize][0],
            Atom::Family => row[FAMILY],
            Atom::FamilyHead => self.letters[row[FAMILY] as usize][1],
            Atom::FamilyTail => self.letters[row[FAMILY] as usize][2],
            Atom::CompanyHead => first_of(row[SLUG], row[STEM]),
            Atom::DomainHead => first_of(row[STEM], row[SLUG]),
            Atom::Company => row[COMPANY],
            Atom::CompanyWord => self.company_words[row[COMPANY] as usize],
            Atom::CompanyTop => self.company_tops[row[COMPANY] as usize],
            Atom::Address => row[ADDRESS],
            Atom::Local => row[LOCAL],
            Atom::Field(i) => row[FIELDS + i as usize],
            Atom::FieldPart(i) => self.parts[i as usize][row[FIELDS + i as usize] as usize],
        }
    }

    /// The atom that refines blocks of a rule which grew too large.
    pub fn refinement(&self, rule: &Rule) -> Option<Atom> {
        const ORDER: [Atom; 6] = [
            Atom::DomainHead,
            Atom::CompanyHead,
            Atom::Family,
            Atom::FamilyHead,
            Atom::Given,
            Atom::Initial,
        ];
        let fields = self.atoms.iter().filter(|atom| matches!(atom, Atom::Field(_)));
        let usable = |atom: &&Atom| self.atoms.contains(atom) && !rule.atoms.contains(atom);
        ORDER.iter().chain(fields).find(usable).copied()
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        let parts: usize = self.parts.iter().map(|part| part.capacity() * 4).sum();
        let words = self.slug_heads.capacity() + self.company_words.capacity();
        (self.formal.capacity() + 3 * self.letters.capacity() + 2 * words) * 4 + parts
    }

    /// Key of a refined block.
    pub fn refine(&self, features: &Features, record: u32, key: u32, next: Atom) -> u32 {
        match self.value(features, record, next) {
            0 => 0,
            value => ((mix(u64::from(key), u64::from(value)) >> 32) as u32).max(1),
        }
    }
}

fn list(features: &Features) -> Vec<Atom> {
    let mut atoms = Vec::new();
    if features.has(GIVEN) && features.has(FAMILY) {
        atoms.push(Atom::Name);
    }
    if features.has(GIVEN) {
        atoms.extend([Atom::Given, Atom::Initial]);
    }
    if features.has(FAMILY) {
        atoms.extend([Atom::Family, Atom::FamilyHead, Atom::FamilyTail]);
    }
    if features.has(SLUG) || features.has(STEM) {
        atoms.extend([Atom::CompanyHead, Atom::DomainHead]);
    }
    if features.has(COMPANY) {
        atoms.extend([Atom::Company, Atom::CompanyWord, Atom::CompanyTop]);
    }
    if features.has(ADDRESS) {
        atoms.extend([Atom::Address, Atom::Local]);
    }
    for (i, field) in features.fields.iter().enumerate().take(16) {
        if !features.has(FIELDS + i) {
            continue;
        }
        match field.kind {
            FieldKind::List | FieldKind::Text => atoms.push(Atom::FieldPart(i as u8)),
            FieldKind::Country | FieldKind::Region => {}
            FieldKind::Postcode | FieldKind::Date | FieldKind::Street | FieldKind::Phone => {
                atoms.extend([Atom::Field(i as u8), Atom::FieldPart(i as u8)]);
            }
            _ => atoms.push(Atom::Field(i as u8)),
        }
    }
    atoms
}

fn part_of(kind: FieldKind, detail: &Detail, pool: &Pool, value: u32, counts: &[u32]) -> u32 {
    let text = pool.get(value);
    match (kind, detail) {
        (_, _) if value == MISSING => 0,
        (FieldKind::Postcode, _) => {
            let area = text.len().saturating_sub(2).clamp(2, 4);
            hash_text(text.get(..area).unwrap_or(text))
        }
        (FieldKind::Phone, _) => {
            hash_text(text.get(text.len().saturating_sub(6)..).unwrap_or(text))
        }
        // Year and month: a slip in the day is the most common one.
        (FieldKind::Date, _) => hash_text(text.get(..6).unwrap_or(text)),
        (FieldKind::Street, _) => {
            let mut words = text.split(' ');
            let first = words.next().unwrap_or_default();
            let second = words.find(|word| word.len() > 2).unwrap_or_default();
            hash_text(first) ^ hash_text(second).rotate_left(7)
        }
        (_, Detail::Items(items)) => {
            let count = |item: &&u32| counts.get(**item as usize).copied().unwrap_or(0);
            items.iter().min_by_key(|item| (count(item), **item)).copied().unwrap_or(0)
        }
        _ => 0,
    }
}

fn tag(atom: Atom) -> u32 {
    match atom {
        Atom::Name => 1,
        Atom::Given => 2,
        Atom::Initial => 3,
        Atom::Family => 4,
        Atom::FamilyHead => 5,
        Atom::FamilyTail => 6,
        Atom::CompanyHead | Atom::DomainHead => 7,
        Atom::Company => 9,
        Atom::CompanyWord => 10,
        Atom::CompanyTop => 8,
        Atom::Address => 11,
        Atom::Local => 12,
        Atom::Field(i) => 16 + u32::from(i),
        Atom::FieldPart(i) => 64 + u32::from(i),
    }
}

/// A number for a short text; 0 for the empty one.
fn hash_text(text: &str) -> u32 {
    if text.is_empty() {
        return 0;
    }
    let folded = text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| mix(hash, u64::from(byte)));
    ((folded >> 32) as u32).max(1)
}

/// Mixes the value of an atom into a key, which never becomes 0.
fn mix_atom(key: u64, atom: Atom, value: u32) -> u64 {
    mix(key, u64::from(value) | (u64::from(tag(atom)) << 32)).max(1)
}

/// A key as it is kept, never 0.
fn short(key: u64) -> u32 {
    ((key >> 32) as u32).max(1)
}

/// Mixes a value into a key (multiply and fold, after wyhash).
pub(crate) fn mix(key: u64, value: u64) -> u64 {
    let product = u128::from(key ^ 0x9e37_79b9_7f4a_7c15)
        * u128::from(value.wrapping_add(0xe703_7ed1_a0b4_28db));
    (product as u64) ^ ((product >> 64) as u64)
}
