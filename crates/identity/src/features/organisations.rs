//! Organisations and e-mail addresses as numbers; they share the domain.

use rustc_hash::FxHashMap;

use crate::input::Table;
use crate::kind::{ColumnKind, Kinds};
use crate::normal::fold::squash;
use crate::normal::{company, email, fold};
use crate::pool::{MISSING, Pool};

use crate::work::{Task, share_out};

use super::distinct::{self, Addresses, Texts};
use super::{FAMILY, GIVEN, LOCAL, Memo, Row, columns_of, first_text, flag, names::Names};

/// Company, alias, slug, domain, stem, address, local part, flags.
pub type OrganisationCells = [u32; 8];

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
    /// Words of each company, in order.
    company_words: Vec<Box<[u32]>>,
    /// Slug of each company.
    company_slugs: Vec<u32>,
    /// First two letters of each slug.
    slug_heads: Vec<u16>,
    /// Records per word.
    word_counts: Vec<u32>,
    /// Weight of each word, see [`Organisations::word_weight`].
    word_weights: Vec<f32>,
    /// First letter of each word.
    word_heads: Vec<u8>,
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
            company_words: vec![Box::default()],
            company_slugs: vec![MISSING],
            slug_heads: vec![0],
            word_counts: Vec::new(),
            word_weights: Vec::new(),
            word_heads: vec![0],
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
        let slug = self.company_slugs[companies[0] as usize];
        [companies[0], companies[1], slug, domain, stem, address, local, flags]
    }

    fn read_company(&mut self, row: &impl Row, at: usize) -> u32 {
        let column = self.company_columns[at];
        let raw = row.raw(column);
        if let Some(known) = self.company_memos[at].get(raw) {
            return known;
        }
        let name = company::parse(row.text(column));
        let number = self.intern_company(&name.core);
        self.company_memos[at].put(raw, number);
        number
    }

    fn intern_company(&mut self, core: &str) -> u32 {
        let number = self.companies.intern(core);
        if number as usize == self.company_words.len() {
            let words = core.split(' ').map(|word| self.words.intern(word)).collect();
            self.company_words.push(words);
            for word in self.word_heads.len() as u32..self.words.len() as u32 {
                self.word_heads.push(self.words.get(word).as_bytes().first().copied().unwrap_or(0));
            }
            self.company_slugs.push(self.slugs.intern(&squash(core)));
            self.extend_slug_heads();
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
        for (at, piece, cores) in &names {
            for (raw, core) in piece.clone().zip(cores.iter()) {
                let number = self.intern_company(core);
                self.company_memos[*at].put(Some(raw), number);
            }
        }
        for (_, parsed) in &emails {
            self.number_addresses(parsed);
        }
    }

    fn number_addresses(&mut self, parsed: &Addresses) {
        let hosts: Vec<_> =
            parsed.reader.hosts().iter().map(|host| self.number_host(host)).collect();
        let kept = |(text, role): (_, &bool)| if *role { "" } else { text };
        let full: Vec<&str> = parsed.full.iter().zip(&parsed.roles).map(kept).collect();
        let (mut addresses, mut locals) = (Vec::new(), Vec::new());
        self.addresses.intern_many(&full, &mut addresses);
        let local: Vec<&str> = parsed.local.iter().zip(&parsed.roles).map(kept).collect();
        self.locals.intern_many(&local, &mut locals);
        for (i, local) in parsed.local.iter().enumerate() {
            let known = hosts.get((parsed.hosts[i] as usize).wrapping_sub(1)).copied();
            let (domain, stem, host) = known.unwrap_or((MISSING, MISSING, 0));
            let role = parsed.roles[i];
            let junk = addresses[i] == MISSING && !role;
            let cells = [domain, stem, addresses[i], locals[i], flags_of(local, role, host)];
            self.email_cells.push(if junk { [MISSING; 5] } else { cells });
        }
    }

    fn intern_domain(&mut self, domain: &str) -> (u32, u32) {
        if let Some(known) = self.hosts.get(domain) {
            return *known;
        }
        let stem = fold::plain_umlauts(&email::folded_stem(domain));
        let numbers = (self.domains.intern(domain), self.slugs.intern(&stem));
        self.extend_slug_heads();
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
            name.len() >= 3 && local.windows(name.len()).any(|w| w[0] == name[0] && w == name)
        };
        if part(row[FAMILY]) || part(row[GIVEN]) { flag::DERIVED } else { 0 }
    }

    /// Learns how common each word is, after all records are read.
    pub(super) fn settle(&mut self, company_counts: &[u32]) {
        self.word_counts = vec![0; self.words.len()];
        self.records = 0;
        for (company, count) in company_counts.iter().enumerate().skip(1) {
            self.records += count;
            for word in &self.company_words[company] {
                self.word_counts[*word as usize] += count;
            }
        }
        self.word_weights = self.word_counts.iter().map(|n| self.weight_of(*n) as f32).collect();
    }

    /// Words of a company in order.
    pub fn company_words(&self, company: u32) -> &[u32] {
        &self.company_words[company as usize]
    }

    /// How much a word tells, in bits: the negative logarithm of its share of the records.
    pub fn word_weight(&self, word: u32) -> f64 {
        match self.word_weights.get(word as usize) {
            Some(weight) => f64::from(*weight),
            None => self.weight_of(1),
        }
    }

    fn weight_of(&self, count: u32) -> f64 {
        (f64::from(self.records.max(2)) / f64::from(count.max(1))).log2().max(0.2)
    }

    fn extend_slug_heads(&mut self) {
        for slug in self.slug_heads.len() as u32..self.slugs.len() as u32 {
            let bytes = self.slugs.get(slug).as_bytes();
            let letter = |at: usize| u16::from(bytes.get(at).copied().unwrap_or(0));
            self.slug_heads.push(letter(0) << 8 | letter(1));
        }
    }

    /// First two letters of a slug, to pass over most strangers without reading them.
    pub fn slug_head(&self, slug: u32) -> u16 {
        self.slug_heads[slug as usize]
    }

    /// First letter of a word.
    pub fn word_head(&self, word: u32) -> u8 {
        self.word_heads[word as usize]
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
        self.company_words.truncate(lengths[0]);
        self.company_slugs.truncate(lengths[0]);
        self.words.truncate(lengths[1]);
        self.word_heads.truncate(lengths[1]);
        self.slugs.truncate(lengths[2]);
        self.slug_heads.truncate(lengths[2]);
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
        let words: usize = self.company_words.iter().map(|w| 16 + w.len() * 4).sum();
        pools.iter().map(|pool| pool.memory()).sum::<usize>() + words + self.company_slugs.len() * 4
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
