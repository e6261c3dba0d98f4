//! Names of people as numbers.

use crate::kind::{ColumnKind, Kinds};
use crate::normal::nickname::Nicknames;
use crate::normal::person::{self, PersonName};
use crate::pool::{MISSING, Pool};
use crate::similarity::{Shape, edit_distance, jaro_winkler};

use super::{Memo, Row, columns_of, first_text};

/// Given, family, middle name and generation.
pub type NameCells = [u32; 4];

/// Pools of names and the columns they come from.
pub struct Names {
    given_columns: Vec<usize>,
    family_columns: Vec<usize>,
    full_columns: Vec<usize>,
    /// Given and family names share one pool, so that swapped names are equal numbers.
    pub pool: Pool,
    /// Middle names.
    pub middles: Pool,
    /// Generations.
    pub generations: Pool,
    /// Short-form families of each name of the pool.
    nicknames: Vec<Box<[u16]>>,
    /// Shape of each name of the pool.
    shapes: Vec<Shape>,
    given_memo: Memo,
    family_memo: Memo,
}

impl Names {
    pub(super) fn new(kinds: &Kinds) -> Self {
        Self {
            given_columns: columns_of(kinds, ColumnKind::GivenName),
            family_columns: columns_of(kinds, ColumnKind::FamilyName),
            full_columns: columns_of(kinds, ColumnKind::FullName),
            pool: Pool::default(),
            middles: Pool::default(),
            generations: Pool::default(),
            nicknames: Vec::new(),
            shapes: Vec::new(),
            given_memo: Memo::default(),
            family_memo: Memo::default(),
        }
    }

    /// Whether any column holds names of people.
    pub fn present(&self) -> bool {
        !(self.given_columns.is_empty()
            && self.family_columns.is_empty()
            && self.full_columns.is_empty())
    }

    pub(super) fn read(&mut self, row: &impl Row) -> NameCells {
        if !self.present() {
            return [MISSING; 4];
        }
        if let Some(cells) = self.read_memoised(row) {
            return cells;
        }
        let given = first_text(row, &self.given_columns);
        let family = first_text(row, &self.family_columns);
        let full = first_text(row, &self.full_columns);
        let mut name = person::parse(given, family, full);
        if name.middle.is_empty() && !full.is_empty() {
            name.middle = person::parse_full(full).middle;
        }
        let plain = name.middle.is_empty() && name.generation.is_empty();
        let cells = self.intern(&name);
        if plain && self.full_columns.is_empty() && !given.is_empty() && !family.is_empty() {
            self.given_memo.put(single_raw(row, &self.given_columns), cells[0]);
            self.family_memo.put(single_raw(row, &self.family_columns), cells[1]);
        }
        cells
    }

    /// Both parts seen before, each without a middle name.
    fn read_memoised(&self, row: &impl Row) -> Option<NameCells> {
        let given = self.given_memo.get(single_raw(row, &self.given_columns))?;
        let family = self.family_memo.get(single_raw(row, &self.family_columns))?;
        Some([given, family, MISSING, MISSING])
    }

    fn intern(&mut self, name: &PersonName) -> NameCells {
        let given = self.pool.intern(&name.given);
        let family = self.pool.intern(&name.family);
        let middle = self.middles.intern(&name.middle);
        let generation = self.generations.intern(&name.generation);
        let table = Nicknames::shipped();
        while self.nicknames.len() < self.pool.len() {
            let text = self.pool.get(self.nicknames.len() as u32);
            self.nicknames.push(table.classes(text).into());
            self.shapes.push(Shape::of(text));
        }
        [given, family, middle, generation]
    }

    /// Short-form families of a name.
    pub fn nicknames(&self, name: u32) -> &[u16] {
        self.nicknames.get(name as usize).map_or(&[], |list| list)
    }

    /// Equal or a likely misspelling.
    pub fn alike(&self, left: u32, right: u32) -> bool {
        if left == right {
            return true;
        }
        let (a, b) = (self.shape(left), self.shape(right));
        if a.edits_min(b) > 1 && a.likeness_max(b) < 0.9 {
            return false;
        }
        let (left, right) = (self.pool.get(left), self.pool.get(right));
        edit_distance(left, right) <= 1 || jaro_winkler(left, right) >= 0.9
    }

    /// Shape of a name.
    pub fn shape(&self, name: u32) -> Shape {
        self.shapes[name as usize]
    }

    pub(super) fn lengths(&self) -> [usize; 3] {
        [self.pool.len(), self.middles.len(), self.generations.len()]
    }

    pub(super) fn truncate(&mut self, lengths: &[usize; 3]) {
        self.pool.truncate(lengths[0]);
        self.middles.truncate(lengths[1]);
        self.generations.truncate(lengths[2]);
        self.nicknames.truncate(lengths[0]);
        self.shapes.truncate(lengths[0]);
    }

    pub(super) fn memory(&self) -> usize {
        self.pool.memory()
            + self.middles.memory()
            + self.generations.memory()
            + self.nicknames.capacity() * 16
            + self.shapes.capacity() * 8
    }

    pub(super) fn forget_memos(&mut self) {
        self.given_memo = Memo::default();
        self.family_memo = Memo::default();
    }
}

fn single_raw(row: &impl Row, columns: &[usize]) -> Option<u32> {
    match columns {
        [column] => row.raw(*column).filter(|raw| *raw != MISSING),
        _ => None,
    }
}
