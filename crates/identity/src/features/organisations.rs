//! Organisations and e-mail addresses as numbers; they share the domain.

use rustc_hash::FxHashMap;

use crate::input::Table;
use crate::kind::{ColumnKind, Kinds};
use crate::normal::fold::squash;
use crate::normal::{company, email, fold};
use crate::pool::{MISSING, Pool};
use crate::similarity::Shape;

use crate::work::{Task, share_out};

use super::distinct::{self, Addresses, Texts};
use super::{FAMILY, GIVEN, LOCAL, Memo, Row, columns_of, first_text, flag, names::Names};

/// Company, alias, slug, domain, stem, address, local part, flags.
pub type OrganisationCells = [u32; 8];

/// What comparing two names of companies asks for.
#[derive(Clone, Copy, Default)]
struct Company {
    /// End of its words among those of all companies.
    words_end: u32,
    /// Its name as one word.
    slug: u32,
    /// Shape of its name.
    shape: Shape,
    /// Letters that its words begin with, by their lowest five bits.
    heads: u32,
}

/// What comparing two words of companies asks for.
#[derive(Clone, Copy, Default)]
pub struct Word {
    /// How much it tells, in bits: the negative logarithm of its share of the records.
    pub weight: f32,
    /// Its shape.
    pub shape: Shape,
}

/// Pools of organisations and addresses and the columns they come from.
pub struct Organisations {
    company_columns: Vec<usize>,
    email_columns: Vec<usize>,
    domain_columns: Vec<usize>,
    /// Cores of company names.
    pub companies: Pool,
    /// Words of company names.
    pub words: Pool,
    /// Company names as one word, and stems of domains.
    pub slugs: Pool,
    /// Registrable domains.
    pub domains: Pool,
    /// Whole addresses.
    pub addresses: Pool,
    /// Parts before the at sign.
    pub locals: Pool,
    /// What is known of each company.
    known_companies: Vec<Company>,
    /// Words of all companies, one company behind the other, each in order.
    company_words: Vec<u32>,
    /// What is known of each word.
    known_words: Vec<Word>,
    /// Shape of each slug.
    slug_shapes: Vec<Shape>,
    /// Records per word.
    word_counts: Vec<u32>,
    records: u32,
    company_memos: Vec<Memo>,
    /// What each raw address came to, while a table is read.
    email_cells: Vec<[u32; 5]>,
    hosts: FxHashMap<String, (u32, u32)>,
}

impl Organisations {
    pub(super) fn new(kinds: &Kinds) -> Self {
        let company_columns = columns_of(kinds, ColumnKind::Company);
        Self {
            company_memos: company_columns.iter().map(|_| Memo::default()).collect(),
            company_columns,
            email_columns: columns_of(kinds, ColumnKind::Email),
            domain_columns: columns_of(kinds, ColumnKind::Domain),
            companies: Pool::default(),
            words: Pool::default(),
            slugs: Pool::default(),
            domains: Pool::default(),
            addresses: Pool::default(),
            locals: Pool::default(),
            known_companies: vec![Company::default()],
            company_words: Vec::new(),
            known_words: vec![Word::default()],
            slug_shapes: vec![Shape::default()],
            word_counts: Vec::new(),
            records: 0,
            email_cells: Vec::new(),
            hosts: FxHashMap::default(),
        }
    }

    /// Whether any column names an organisation or its domain.
    pub fn present(&self) -> bool {
        !(self.company_columns.is_empty()
            && self.email_columns.is_empty()
            && self.domain_columns.is_empty())
    }

    pub(super) fn read(&mut self, row: &impl Row) -> OrganisationCells {
        let mut companies = [MISSING; 2];
        let mut found = 0;
        for at in 0..self.company_columns.len() {
            let number = self.read_company(row, at);
            if number != MISSING && found < 2 && !companies[..found].contains(&number) {
                companies[found] = number;
                found += 1;
            }
        }
        let [mut domain, mut stem, address, local, flags] = self.read_email(row);
        let written = first_text(row, &self.domain_columns);
        if !written.is_empty() {
            let name = email::domain(written);
            if !name.is_empty() && !email::is_free(&name) {
                (domain, stem) = self.intern_domain(&name);
            }
        }
        let slug = self.known_companies[companies[0] as usize].slug;
        [companies[0], companies[1], slug, domain, stem, address, local, flags]
    }

    fn read_company(&mut self, row: &impl Row, at: usize) -> u32 {
        let column = self.company_columns[at];
        let raw = row.raw(column);
        if let Some(known) = self.company_memos[at].get(raw) {
            return known;
        }
        let number = self.intern_company(&company::core(row.text(column)));
        self.company_memos[at].put(raw, number);
        number
    }

    fn intern_company(&mut self, core: &str) -> u32 {
        let number = self.companies.intern(core);
        if number as usize == self.known_companies.len() {
            let mut heads = 0;
            for text in core.split(' ') {
                let word = self.words.intern(text);
                if word as usize == self.known_words.len() {
                    // Settled when all records are read; a word that comes later is rare.
                    let weight = self.weight_of(1) as f32;
                    self.known_words.push(Word { weight, shape: Shape::of(text) });
                }
                heads |= 1 << (self.known_words[word as usize].shape.first() & 31);
                self.company_words.push(word);
            }
            let slug = self.slugs.intern(&squash(core));
            self.extend_slug_shapes();
            let words_end = self.company_words.len() as u32;
            self.known_companies.push(Company { words_end, slug, shape: Shape::of(core), heads });
        }
        number
    }

    fn read_email(&mut self, row: &impl Row) -> [u32; 5] {
        if let [column] = self.email_columns.as_slice()
            && let Some(raw) = row.raw(*column)
            && let Some(cells) = self.email_cells.get(raw as usize)
        {
            return *cells;
        }
        let text = first_text(row, &self.email_columns);
        let mut reader = email::Reader::default();
        let mailbox = reader.read(text);
        if reader.full.is_empty() {
            return [MISSING; 5];
        }
        let (domain, stem, host) = match reader.host(mailbox.host) {
            Some(host) => self.number_host(host),
            None => (MISSING, MISSING, 0),
        };
        let local = &reader.full[..mailbox.local];
        let flags = flags_of(local, mailbox.role, host);
        if mailbox.role {
            return [domain, stem, MISSING, MISSING, flags];
        }
        let (address, local) = (self.addresses.intern(&reader.full), self.locals.intern(local));
        [domain, stem, address, local, flags]
    }

    /// Domain and stem of a host, and its flag.
    fn number_host(&mut self, host: &email::Host) -> (u32, u32, u32) {
        if host.free {
            return (MISSING, MISSING, flag::FREE);
        }
        let (domain, stem) = match host.domain.as_str() {
            "" => (MISSING, MISSING),
            domain => self.intern_domain(domain),
        };
        (domain, stem, 0)
    }

    /// Normalises all companies and addresses of a table ahead of its rows.
    pub(super) fn prepare(&mut self, table: &Table, threads: usize) {
        let company_columns: Vec<_> =
            self.company_columns.iter().map(|at| &table.columns[*at]).collect();
        let email_column = match self.email_columns.as_slice() {
            [one] => Some(&table.columns[*one]),
            _ => None,
        };
        let mut emails: Vec<(_, Addresses)> = email_column
            .map(|column| distinct::pieces(column).into_iter().map(|p| (p, <_>::default())))
            .into_iter()
            .flatten()
            .collect();
        let mut names: Vec<(usize, _, Texts)> = Vec::new();
        for (at, column) in company_columns.iter().enumerate() {
            names.extend(distinct::pieces(column).into_iter().map(|p| (at, p, <_>::default())));
        }
        let mut tasks: Vec<Task<'_>> = Vec::new();
        for (piece, parsed) in &mut emails {
            if let Some(column) = email_column {
                tasks.push(Box::new(|| *parsed = distinct::addresses(column, piece.clone())));
            }
        }
        for (at, piece, cores) in &mut names {
            let column = company_columns[*at];
            tasks.push(Box::new(|| *cores = distinct::companies(column, piece.clone())));
        }
        share_out(threads, tasks);
        self.number(&names, &emails, threads);
    }

    /// Numbers what was parsed: companies and hosts share a pool, addresses and mailboxes need none.
    fn number(
        &mut self,
        names: &[(usize, std::ops::Range<u32>, Texts)],
        emails: &[(std::ops::Range<u32>, Addresses)],
        threads: usize,
    ) {
        let mut addresses = std::mem::take(&mut self.addresses);
        let mut locals = std::mem::take(&mut self.locals);
        let [mut full, mut local] = [const { Vec::new() }; 2];
        let mut hosts = Vec::new();
        let tasks: Vec<Task<'_>> = vec![
            Box::new(|| {
                for (at, piece, cores) in names {
                    for (raw, core) in piece.clone().zip(cores.iter()) {
                        let number = self.intern_company(core);
                        self.company_memos[*at].put(Some(raw), number);
                    }
                }
                for (_, parsed) in emails {
                    let known = parsed.reader.hosts().iter();
                    hosts.push(known.map(|host| self.number_host(host)).collect::<Vec<_>>());
                }
            }),
            Box::new(|| {
                emails.iter().for_each(|(_, parsed)| parsed.number_full(&mut addresses, &mut full));
            }),
            Box::new(|| {
                emails.iter().for_each(|(_, parsed)| parsed.number_local(&mut locals, &mut local));
            }),
        ];
        share_out(threads, tasks);
        (self.addresses, self.locals) = (addresses, locals);
        self.email_cells.reserve_exact(full.len());
        let mut numbers = full.into_iter().zip(local);
        for ((_, parsed), hosts) in emails.iter().zip(hosts) {
            let parts = parsed.local.iter().zip(&parsed.roles).zip(&parsed.hosts);
            for (((local, role), host), (full, number)) in parts.zip(&mut numbers) {
                let known = hosts.get((*host as usize).wrapping_sub(1)).copied();
                let (domain, stem, host) = known.unwrap_or((MISSING, MISSING, 0));
                let junk = full == MISSING && !role;
                let cells = [domain, stem, full, number, flags_of(local, *role, host)];
                self.email_cells.push(if junk { [MISSING; 5] } else { cells });
            }
        }
    }

    fn intern_domain(&mut self, domain: &str) -> (u32, u32) {
        if let Some(known) = self.hosts.get(domain) {
            return *known;
        }
        let stem = fold::plain_umlauts(&email::folded_stem(domain));
        let numbers = (self.domains.intern(domain), self.slugs.intern(&stem));
        self.extend_slug_shapes();
        self.hosts.insert(domain.to_owned(), numbers);
        numbers
    }

    /// Flags that need the name of the record: is its mailbox made of its name?
    pub(super) fn derived(&self, row: &[u32], names: &Names) -> u32 {
        let local = row[LOCAL];
        if local == MISSING {
            return 0;
        }
        let local = self.locals.get(local).as_bytes();
        let part = |number: u32| {
            let name = names.pool.get(number).as_bytes();
            let begins = |w: &[u8]| w[0] == name[0] && w[1] == name[1] && w[2] == name[2];
            name.len() >= 3 && local.windows(name.len()).any(|w| begins(w) && w == name)
        };
        if part(row[FAMILY]) || part(row[GIVEN]) { flag::DERIVED } else { 0 }
    }

    /// Learns how common each word is, after all records are read.
    pub(super) fn settle(&mut self, company_counts: &[u32]) {
        self.word_counts = vec![0; self.words.len()];
        self.records = 0;
        for (company, count) in company_counts.iter().enumerate().skip(1) {
            self.records += count;
            for word in self.words_of(company) {
                self.word_counts[self.company_words[word] as usize] += count;
            }
        }
        for word in 0..self.known_words.len() {
            self.known_words[word].weight = self.weight_of(self.word_counts[word]) as f32;
        }
    }

    fn words_of(&self, company: usize) -> std::ops::Range<usize> {
        let end = |company: usize| self.known_companies[company].words_end as usize;
        company.checked_sub(1).map_or(0, end)..end(company)
    }

    /// Words of a company in order.
    pub fn company_words(&self, company: u32) -> &[u32] {
        &self.company_words[self.words_of(company as usize)]
    }

    /// Whether two companies may have words that begin with the same letter.
    pub fn may_share_heads(&self, left: u32, right: u32) -> bool {
        let heads = |company: u32| self.known_companies[company as usize].heads;
        heads(left) & heads(right) != 0
    }

    /// Shape of the name of a company.
    pub fn company_shape(&self, company: u32) -> Shape {
        self.known_companies[company as usize].shape
    }

    /// What is known of a word.
    pub fn word(&self, word: u32) -> Word {
        self.known_words[word as usize]
    }

    fn weight_of(&self, count: u32) -> f64 {
        (f64::from(self.records.max(2)) / f64::from(count.max(1))).log2().max(0.2)
    }

    fn extend_slug_shapes(&mut self) {
        for slug in self.slug_shapes.len() as u32..self.slugs.len() as u32 {
            self.slug_shapes.push(Shape::of(self.slugs.get(slug)));
        }
    }

    /// Shape of a slug.
    pub fn slug_shape(&self, slug: u32) -> Shape {
        self.slug_shapes[slug as usize]
    }

    pub(super) fn lengths(&self) -> [usize; 6] {
        [
            self.companies.len(),
            self.words.len(),
            self.slugs.len(),
            self.domains.len(),
            self.addresses.len(),
            self.locals.len(),
        ]
    }

    pub(super) fn truncate(&mut self, lengths: &[usize; 6]) {
        for domain in lengths[3]..self.domains.len() {
            self.hosts.remove(self.domains.get(domain as u32));
        }
        self.companies.truncate(lengths[0]);
        self.known_companies.truncate(lengths[0]);
        let words_end = self.known_companies.last().map_or(0, |company| company.words_end);
        self.company_words.truncate(words_end as usize);
        self.words.truncate(lengths[1]);
        self.known_words.truncate(lengths[1]);
        self.slugs.truncate(lengths[2]);
        self.slug_shapes.truncate(lengths[2]);
        self.domains.truncate(lengths[3]);
        self.addresses.truncate(lengths[4]);
        self.locals.truncate(lengths[5]);
    }

    pub(super) fn memory(&self) -> usize {
        let pools = [
            &self.companies,
            &self.words,
            &self.slugs,
            &self.domains,
            &self.addresses,
            &self.locals,
        ];
        let companies = self.known_companies.capacity() * size_of::<Company>();
        let words = self.company_words.capacity() * 4
            + self.known_words.capacity() * size_of::<Word>()
            + self.slug_shapes.capacity() * size_of::<Shape>();
        pools.iter().map(|pool| pool.memory()).sum::<usize>() + companies + words
    }

    pub(super) fn forget_memos(&mut self) {
        self.company_memos = self.company_columns.iter().map(|_| Memo::default()).collect();
        self.email_cells = Vec::new();
    }
}

/// Flags of an address.
fn flags_of(local: &str, role: bool, host: u32) -> u32 {
    if role {
        // A shared mailbox tells the company, not the person.
        return flag::ROLE;
    }
    let digits = local.bytes().filter(u8::is_ascii_digit).count();
    host | if digits >= 2 { flag::DIGITS } else { 0 }
}

impl Organisations {
    /// Whether a word stands in more than one record.
    pub fn is_repeated(&self, word: u32) -> bool {
        self.word_counts.get(word as usize).copied().unwrap_or(0) > 1
    }
}
