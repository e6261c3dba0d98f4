//! Records as numbers: every comparable value of every record, interned, in one row of cells.
//!
//! A [`Features`] is filled once from a [`Table`] by [`Features::extract`], or record by record by the
//! online index. Cell 0 always means "no value".

mod distinct;
pub mod fields;
pub mod names;
pub mod organisations;

use crate::input::Table;
use crate::kind::{ColumnKind, Kinds};
use crate::pool::MISSING;
use crate::work::{Task, share_out};
use fields::{Field, FieldKind};
use names::Names;
use organisations::Organisations;

/// Cell of the given name.
pub const GIVEN: usize = 0;
/// Cell of the family name.
pub const FAMILY: usize = 1;
/// Cell of the middle names.
pub const MIDDLE: usize = 2;
/// Cell of the generation (junior, senior).
pub const GENERATION: usize = 3;
/// Cell of the company name.
pub const COMPANY: usize = 4;
/// Cell of a second name of the company.
pub const ALIAS: usize = 5;
/// Cell of the company name written as one word.
pub const SLUG: usize = 6;
/// Cell of the registrable domain, empty for free mailbox providers.
pub const DOMAIN: usize = 7;
/// Cell of the first label of the domain, in the same pool as [`SLUG`].
pub const STEM: usize = 8;
/// Cell of the e-mail address.
pub const ADDRESS: usize = 9;
/// Cell of the part of the address before the at sign.
pub const LOCAL: usize = 10;
/// Cell of the flags, see [`flag`].
pub const FLAGS: usize = 11;
/// First cell of the further fields, in the order of [`Features::fields`].
pub const FIELDS: usize = 12;

/// Bits of the [`FLAGS`] cell.
pub mod flag {
    /// The address belongs to a function, not to a person.
    pub const ROLE: u32 = 1;
    /// The address is at a free mailbox provider.
    pub const FREE: u32 = 2;
    /// The part before the at sign is made of the record's own name.
    pub const DERIVED: u32 = 4;
    /// The part before the at sign holds at least two digits.
    pub const DIGITS: u32 = 8;
}

/// Text of one record, by column number.
pub trait Row {
    /// The trimmed text; empty when there is none.
    fn text(&self, column: usize) -> &str;
    /// Number of the text among the distinct texts of its column, where one exists.
    fn raw(&self, column: usize) -> Option<u32>;
}

/// One record of a table.
pub struct TableRow<'a> {
    /// The table.
    pub table: &'a Table,
    /// Number of the record.
    pub record: usize,
}

impl Row for TableRow<'_> {
    fn text(&self, column: usize) -> &str {
        self.table.columns[column].text(self.record)
    }

    fn raw(&self, column: usize) -> Option<u32> {
        Some(self.table.columns[column].values[self.record])
    }
}

/// One record given as plain texts.
pub struct TextRow<'a>(pub &'a [&'a str]);

impl Row for TextRow<'_> {
    fn text(&self, column: usize) -> &str {
        self.0.get(column).map_or("", |text| text.trim())
    }

    fn raw(&self, _column: usize) -> Option<u32> {
        None
    }
}

/// Lengths of all pools at one moment.
pub struct Mark {
    names: [usize; 3],
    organisations: [usize; 6],
    fields: Vec<[usize; 2]>,
}

/// All records as numbers.
pub struct Features {
    /// Cells per record.
    pub stride: usize,
    /// Number of records.
    pub records: usize,
    /// People's names.
    pub names: Names,
    /// Organisations and e-mail addresses.
    pub organisations: Organisations,
    /// Everything else, one comparison each.
    pub fields: Vec<Field>,
    cells: Vec<u32>,
    /// Per cell position: how many records carry each number.
    counts: Vec<Vec<u32>>,
    /// Per cell position: bits of surprise of each number.
    rarities: Vec<Vec<f32>>,
    /// Per cell position: how many records carry a value.
    filled: Vec<u32>,
    /// Per field: whether a value is shared by people with different names.
    shared: Vec<Vec<bool>>,
}

impl Features {
    /// Prepares an empty set for columns of these names and kinds.
    pub fn new(headers: &[String], kinds: &Kinds) -> Self {
        Self::planned(kinds, fields::plan(headers, kinds, &|_| false))
    }

    fn planned(kinds: &Kinds, fields: Vec<Field>) -> Self {
        let names = Names::new(kinds);
        let organisations = Organisations::new(kinds);
        let stride = FIELDS + fields.len();
        Self {
            stride,
            records: 0,
            names,
            organisations,
            cells: Vec::new(),
            counts: vec![Vec::new(); stride],
            rarities: vec![Vec::new(); stride],
            filled: vec![0; stride],
            shared: vec![Vec::new(); fields.len()],
            fields,
        }
    }

    /// Reads a whole table on up to `threads` threads; the result does not depend on their number.
    pub fn extract(table: &Table, kinds: &Kinds, threads: usize) -> Self {
        let headers: Vec<String> = table.columns.iter().map(|c| c.name.clone()).collect();
        let alternative = |columns: &[usize]| are_alternative(table, columns);
        let fields = fields::plan(&headers, kinds, &alternative);
        let mut features = Self::planned(kinds, fields);
        let Self { names, organisations, fields, .. } = &mut features;
        let rows = || (0..table.records).map(|record| TableRow { table, record });
        organisations.prepare(table, threads);
        let (mut name_cells, mut organisation_cells) = (Vec::new(), Vec::new());
        let mut field_cells: Vec<Vec<u32>> = vec![Vec::new(); fields.len()];
        let mut tasks: Vec<Task<'_>> = vec![
            Box::new(|| organisation_cells = rows().map(|row| organisations.read(&row)).collect()),
            Box::new(|| name_cells = rows().map(|row| names.read(&row)).collect()),
        ];
        for (field, cells) in fields.iter_mut().zip(&mut field_cells) {
            tasks.push(Box::new(|| *cells = rows().map(|row| field.read(&row)).collect()));
        }
        share_out(threads, tasks);
        features.fill_rows(&name_cells, &organisation_cells, &field_cells, threads);
        features.forget_memos();
        features.settle(threads);
        features
    }

    fn fill_rows(
        &mut self,
        names: &[names::NameCells],
        organisations: &[organisations::OrganisationCells],
        fields: &[Vec<u32>],
        threads: usize,
    ) {
        const ROWS: usize = 1 << 14;
        self.records = names.len();
        self.cells = vec![MISSING; self.records * self.stride];
        let (stride, known) = (self.stride, (&self.organisations, &self.names));
        let mut tasks: Vec<Task<'_>> = Vec::new();
        for (piece, cells) in self.cells.chunks_mut(ROWS * stride).enumerate() {
            tasks.push(Box::new(move || {
                for (i, row) in cells.chunks_exact_mut(stride).enumerate() {
                    let record = piece * ROWS + i;
                    row[..COMPANY].copy_from_slice(&names[record]);
                    row[COMPANY..FIELDS].copy_from_slice(&organisations[record]);
                    for (cell, field) in row[FIELDS..].iter_mut().zip(fields) {
                        *cell = field[record];
                    }
                    row[FLAGS] |= known.0.derived(row, known.1);
                }
            }));
        }
        share_out(threads, tasks);
    }

    /// Adds one record and counts its values; used by the online index.
    pub fn push(&mut self, row: &impl Row) -> usize {
        let record = self.push_uncounted(row);
        self.count(record);
        record
    }

    /// Adds one record for the length of a question; [`Features::pop`] takes it back.
    pub fn push_uncounted(&mut self, row: &impl Row) -> usize {
        let name = self.names.read(row);
        let organisation = self.organisations.read(row);
        self.cells.extend_from_slice(&name);
        self.cells.extend_from_slice(&organisation);
        for field in &mut self.fields {
            let number = field.read(row);
            self.cells.push(number);
        }
        self.finish_row()
    }

    /// Takes back the last record of [`Features::push_uncounted`] and all values it brought, back to
    /// the [`Features::mark`] taken before it.
    pub fn pop(&mut self, mark: &Mark) {
        self.records -= 1;
        self.cells.truncate(self.records * self.stride);
        self.names.truncate(&mark.names);
        self.organisations.truncate(&mark.organisations);
        for (field, lengths) in self.fields.iter_mut().zip(&mark.fields) {
            field.truncate(*lengths);
        }
    }

    /// How many values there are, to return to.
    pub fn mark(&self) -> Mark {
        Mark {
            names: self.names.lengths(),
            organisations: self.organisations.lengths(),
            fields: self.fields.iter().map(Field::lengths).collect(),
        }
    }

    /// Cells of one record.
    pub fn row(&self, record: u32) -> &[u32] {
        let start = record as usize * self.stride;
        &self.cells[start..start + self.stride]
    }

    /// Brings the rows of some pairs into the processor's caches, all at once.
    pub(crate) fn touch(&self, pairs: &[(u32, u32)]) {
        let ends = |record: u32| {
            let row = self.row(record);
            row[0] ^ row[row.len() - 1]
        };
        let all = pairs.iter().fold(0, |sum, (left, right)| sum ^ ends(*left) ^ ends(*right));
        std::hint::black_box(all);
    }

    /// One cell.
    pub fn cell(&self, record: u32, position: usize) -> u32 {
        self.cells[record as usize * self.stride + position]
    }

    /// How common a value is among the records that carry any at this position, 0..=1.
    ///
    /// At least that of two records, since a value seen once has not shown how rare it is. A small
    /// file shows little either, so the records are joined by imagined ones that general experience
    /// says would not carry the value: thousands for a telephone line, none for a category.
    pub fn frequency(&self, position: usize, number: u32) -> f64 {
        let count = self.counts[position].get(number as usize).copied().unwrap_or(0);
        self.frequency_of(position, count)
    }

    fn frequency_of(&self, position: usize, count: u32) -> f64 {
        f64::from(count.max(2))
            / (f64::from(self.filled[position].max(2)) + self.imagined(position))
    }

    /// Bits of surprise of a value: the negative log2 of its frequency.
    pub fn rarity(&self, position: usize, number: u32) -> f32 {
        match self.rarities[position].get(number as usize) {
            Some(bits) => *bits,
            None => -self.frequency(position, number).log2() as f32,
        }
    }

    /// Chance that two random records with a value at this position carry the same one: the sum of
    /// squared frequencies, with the frequencies of [`Features::frequency`].
    pub fn chance_of_agreement(&self, position: usize) -> f64 {
        let filled = f64::from(self.filled[position].max(2));
        let carried = self.counts[position].iter().enumerate().filter(|(_, count)| **count > 0);
        let chance = carried
            .map(|(n, count)| self.frequency(position, n as u32) * f64::from(*count) / filled)
            .sum::<f64>();
        chance.max(1e-9)
    }

    fn imagined(&self, position: usize) -> f64 {
        match position {
            GIVEN => 150.0,
            FAMILY => 500.0,
            COMPANY | SLUG | STEM | DOMAIN => 500.0,
            ADDRESS => 5000.0,
            _ => match self.fields.get(position.wrapping_sub(FIELDS)).map(|field| field.kind) {
                Some(FieldKind::Identifier | FieldKind::Phone) => 5000.0,
                Some(FieldKind::Date | FieldKind::Street) => 2000.0,
                Some(FieldKind::Postcode) => 500.0,
                Some(FieldKind::City | FieldKind::Text) => 50.0,
                _ => 0.0,
            },
        }
    }

    /// How many records carry a value at this position.
    pub fn filled(&self, position: usize) -> u32 {
        self.filled[position]
    }

    /// How many records carry each number at this position.
    pub fn counts(&self, position: usize) -> &[u32] {
        &self.counts[position]
    }

    /// Whether people with clearly different names share this value of a field.
    pub fn is_shared(&self, field: usize, number: u32) -> bool {
        self.shared[field].get(number as usize).copied().unwrap_or(false)
    }

    /// Whether any record carries a value at this position.
    pub fn has(&self, position: usize) -> bool {
        self.filled[position] > 0
    }

    /// Bytes held, pools and counts included.
    pub fn memory(&self) -> usize {
        let cells = self.cells.capacity() * 4;
        let counts: usize = self.counts.iter().map(|c| c.capacity() * 4).sum();
        let fields: usize = self.fields.iter().map(Field::memory).sum();
        let rarities: usize = self.rarities.iter().map(|r| r.capacity() * 4).sum();
        cells + counts + rarities + fields + self.names.memory() + self.organisations.memory()
    }

    fn finish_row(&mut self) -> usize {
        let record = self.records;
        let start = record * self.stride;
        let flags = {
            let row = &self.cells[start..start + self.stride];
            self.organisations.derived(row, &self.names)
        };
        self.cells[start + FLAGS] |= flags;
        self.records += 1;
        record
    }

    fn count(&mut self, record: usize) {
        let row = &self.cells[record * self.stride..][..self.stride];
        for (position, number) in row.iter().enumerate() {
            if *number != MISSING && position != FLAGS {
                count_one(&mut self.counts[position], *number);
                self.filled[position] += 1;
            }
        }
    }

    /// Counts every value and finds those that different people share.
    fn settle(&mut self, threads: usize) {
        let (cells, stride) = (&self.cells, self.stride);
        let positions = self.counts.iter_mut().zip(&mut self.filled).enumerate();
        let mut positions: Vec<_> = positions.filter(|(position, _)| *position != FLAGS).collect();
        // Positions that lie together share lines of memory.
        let share = positions.len().div_ceil(threads.max(1)).max(4);
        let mut tasks: Vec<Task<'_>> = Vec::new();
        for group in positions.chunks_mut(share) {
            tasks.push(Box::new(move || {
                for row in cells.chunks_exact(stride) {
                    for (position, (counts, filled)) in &mut *group {
                        let number = row[*position];
                        if number != MISSING {
                            count_one(counts, number);
                            **filled += 1;
                        }
                    }
                }
            }));
        }
        share_out(threads, tasks);
        self.organisations.settle(&self.counts[COMPANY]);
        let mut rarities: Vec<Vec<f32>> = vec![Vec::new(); self.stride];
        let mut shared: Vec<Vec<bool>> = vec![Vec::new(); self.fields.len()];
        let known = &*self;
        let mut tasks: Vec<Task<'_>> = Vec::new();
        for (field, shared) in shared.iter_mut().enumerate() {
            if known.fields[field].kind == FieldKind::Phone {
                tasks.push(Box::new(move || *shared = known.find_shared(FIELDS + field)));
            }
        }
        for (position, bits) in rarities.iter_mut().enumerate() {
            tasks.push(Box::new(move || *bits = known.rarities_at(position)));
        }
        share_out(threads, tasks);
        (self.rarities, self.shared) = (rarities, shared);
    }

    /// Bits of surprise of every value at a position.
    fn rarities_at(&self, position: usize) -> Vec<f32> {
        const COUNTS_KEPT: usize = 256;
        let bits = |count: u32| -self.frequency_of(position, count).log2() as f32;
        let kept: Vec<f32> = (0..COUNTS_KEPT as u32).map(bits).collect();
        let counts = self.counts[position].iter();
        counts
            .map(|count| kept.get(*count as usize).copied().unwrap_or_else(|| bits(*count)))
            .collect()
    }

    /// A value is shared when at least three clearly different names carry it.
    fn find_shared(&self, position: usize) -> Vec<bool> {
        const NAMES_KEPT: usize = 3;
        let pool = self.counts[position].len();
        let mut seen: Vec<[u32; NAMES_KEPT]> = vec![[MISSING; NAMES_KEPT]; pool];
        for record in 0..self.records as u32 {
            let number = self.cell(record, position) as usize;
            let name = self.cell(record, FAMILY);
            if number == 0 || name == MISSING {
                continue;
            }
            let slots = &mut seen[number];
            for slot in slots.iter_mut() {
                if *slot == MISSING {
                    *slot = name;
                    break;
                }
                if self.names.alike(*slot, name) {
                    break;
                }
            }
        }
        seen.iter().map(|names| names[NAMES_KEPT - 1] != MISSING).collect()
    }

    fn forget_memos(&mut self) {
        self.names.forget_memos();
        self.organisations.forget_memos();
        for field in &mut self.fields {
            field.forget_memo();
        }
    }
}

/// Whether hardly any record fills more than one of these columns.
fn are_alternative(table: &Table, columns: &[usize]) -> bool {
    let filled = |record: usize| {
        columns.iter().filter(|c| table.columns[**c].values[record] != MISSING).count()
    };
    let counts = (0..table.records).map(filled);
    let (any, several) = counts
        .fold((0, 0), |(any, several), n| (any + usize::from(n > 0), several + usize::from(n > 1)));
    columns.len() > 1 && several * 100 <= any
}

fn count_one(counts: &mut Vec<u32>, number: u32) {
    let number = number as usize;
    if counts.len() <= number {
        counts.resize(number + 1, 0);
    }
    counts[number] += 1;
}

/// The result of a thread; its panic goes on in this one.
pub(crate) fn join<T>(handle: std::thread::ScopedJoinHandle<'_, T>) -> T {
    handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Column numbers of one kind, in file order.
pub(crate) fn columns_of(kinds: &Kinds, kind: ColumnKind) -> Vec<usize> {
    (0..kinds.len()).filter(|i| kinds[*i] == kind).collect()
}

/// First non-empty text among columns.
pub(crate) fn first_text<'a>(row: &'a impl Row, columns: &[usize]) -> &'a str {
    columns.iter().map(|c| row.text(*c)).find(|text| !text.is_empty()).unwrap_or("")
}

/// A number per distinct raw text of a column, remembered while a table is read.
#[derive(Default)]
pub(crate) struct Memo(Vec<u32>);

impl Memo {
    const UNKNOWN: u32 = u32::MAX;

    pub(crate) fn get(&self, raw: Option<u32>) -> Option<u32> {
        let known = self.0.get(raw? as usize).copied()?;
        (known != Self::UNKNOWN).then_some(known)
    }

    pub(crate) fn put(&mut self, raw: Option<u32>, number: u32) {
        let Some(raw) = raw.map(|raw| raw as usize) else { return };
        if self.0.len() <= raw {
            self.0.resize(raw + 1, Self::UNKNOWN);
        }
        self.0[raw] = number;
    }
}
