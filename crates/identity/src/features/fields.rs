//! All columns that are compared on their own: phones, dates, places, numbers, categories, lists.

use crate::kind::{ColumnKind, Kinds};
use crate::normal::date::{self, DateParts};
use crate::normal::fold::{fold, plain_umlauts};
use crate::normal::{is_placeholder, phone, place, title};
use crate::pool::{MISSING, Pool};
use crate::similarity::Shape;

use super::{Memo, Row, columns_of, first_text};

/// How a field is read and compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// Telephone line.
    Phone,
    /// Date of birth.
    Date,
    /// Street address.
    Street,
    /// Postcode.
    Postcode,
    /// City or other named place.
    City,
    /// State or province.
    Region,
    /// Country.
    Country,
    /// Number or code that belongs to one entity.
    Identifier,
    /// Job title.
    Title,
    /// One of few values.
    Category,
    /// Several values.
    List,
    /// Longer text.
    Text,
    /// Point on the map.
    Point,
}

/// What a comparison needs to know of a value beyond its number.
#[derive(Clone, Debug)]
pub enum Detail {
    /// Nothing.
    None,
    /// Parts of a date.
    Date(DateParts),
    /// Sorted numbers of the items of a list or the words of a text.
    Items(Box<[u32]>),
    /// Degrees north and east.
    Point(f32, f32),
    /// Digits of a telephone line.
    Line(Line),
    /// Shape of the name of a place.
    Shape(Shape),
}

/// At most [`phone::DIGITS_KEPT`] digits.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    digits: [u8; phone::DIGITS_KEPT],
    length: u8,
}

impl Line {
    fn new(text: &str) -> Self {
        let mut digits = [0; phone::DIGITS_KEPT];
        let length = text.len().min(phone::DIGITS_KEPT);
        digits[..length].copy_from_slice(&text.as_bytes()[..length]);
        Self { digits, length: length as u8 }
    }

    /// The digits, as text bytes.
    pub fn as_slice(&self) -> &[u8] {
        &self.digits[..self.length as usize]
    }
}

/// Most items of a list that take part.
const ITEMS_MAX: usize = 64;

/// One comparable field.
pub struct Field {
    /// Header of the column, or of the first where several make one field.
    pub name: String,
    /// How it is compared.
    pub kind: FieldKind,
    columns: Vec<usize>,
    country: Option<usize>,
    /// Country code of each distinct raw country, while a table is read.
    country_codes: Vec<Option<String>>,
    /// Normal forms.
    pub pool: Pool,
    /// Items of lists and words of texts.
    pub items: Pool,
    details: Vec<Detail>,
    memo: Memo,
}

/// Fields for columns of these kinds, the most telling first.
///
/// `alternative` says of some columns that hardly any record fills two of them: the same fact, written
/// in one place or the other.
pub(super) fn plan(
    headers: &[String],
    kinds: &Kinds,
    alternative: &dyn Fn(&[usize]) -> bool,
) -> Vec<Field> {
    use ColumnKind as K;
    let mut fields = Vec::new();
    let country = columns_of(kinds, K::Country).first().copied();
    let mut add = |columns: Vec<usize>, kind| {
        if let Some(first) = columns.first() {
            let country = if kind == FieldKind::Phone { country } else { None };
            fields.push(Field::new(headers[*first].clone(), kind, columns, country));
        }
    };
    for (from, kind) in [
        (K::Identifier, FieldKind::Identifier),
        (K::Phone, FieldKind::Phone),
        (K::BirthDate, FieldKind::Date),
        (K::Street, FieldKind::Street),
        (K::Postcode, FieldKind::Postcode),
        (K::City, FieldKind::City),
        (K::Region, FieldKind::Region),
        (K::Country, FieldKind::Country),
        (K::Title, FieldKind::Title),
        (K::List, FieldKind::List),
        (K::Category, FieldKind::Category),
        (K::Text, FieldKind::Text),
    ] {
        let columns = columns_of(kinds, from);
        if kind == FieldKind::Street && alternative(&columns) {
            add(columns, kind);
            continue;
        }
        for column in columns {
            add(vec![column], kind);
        }
    }
    let parts: Vec<usize> = [K::BirthYear, K::BirthMonth, K::BirthDay]
        .into_iter()
        .filter_map(|kind| columns_of(kinds, kind).first().copied())
        .collect();
    if parts.len() == 3 {
        add(parts, FieldKind::Date);
    }
    let point: Vec<usize> = [K::Latitude, K::Longitude]
        .into_iter()
        .filter_map(|kind| columns_of(kinds, kind).first().copied())
        .collect();
    if point.len() == 2 {
        add(point, FieldKind::Point);
    }
    fields.truncate(crate::compare::FIELDS_MAX);
    fields
}

impl Field {
    fn new(name: String, kind: FieldKind, columns: Vec<usize>, country: Option<usize>) -> Self {
        Self {
            name,
            kind,
            columns,
            country,
            country_codes: Vec::new(),
            pool: Pool::default(),
            items: Pool::default(),
            details: vec![Detail::None],
            memo: Memo::default(),
        }
    }

    pub(super) fn read(&mut self, row: &impl Row) -> u32 {
        let raw = match (self.columns.as_slice(), self.kind) {
            ([_], FieldKind::Phone) => None,
            ([column], _) => row.raw(*column),
            _ => None,
        };
        if let Some(known) = self.memo.get(raw) {
            return known;
        }
        let number = self.normalise(row);
        self.memo.put(raw, number);
        number
    }

    fn normalise(&mut self, row: &impl Row) -> u32 {
        let text = match self.kind {
            FieldKind::Street => first_text(row, &self.columns),
            _ => row.text(self.columns[0]),
        };
        if text.is_empty() && self.columns.len() == 1 {
            return MISSING;
        }
        match self.kind {
            FieldKind::Phone => {
                let code = self.country_code(row);
                let line = phone::normalise(text, &code);
                self.country_codes_put(row, code);
                self.keep_detail(&line, |_| Detail::Line(Line::new(&line)))
            }
            FieldKind::Date => self.keep_date(row),
            FieldKind::Point => self.keep_point(row),
            FieldKind::Street => self.keep_words(&place::street(text)),
            FieldKind::Title => self.keep_words(&title::title(text)),
            FieldKind::Text => {
                let folded = plain_umlauts(&fold(text));
                self.keep_words(if is_placeholder(&folded) { "" } else { &folded })
            }
            FieldKind::Postcode => self.keep(&place::code(text)),
            FieldKind::City => self.keep_shape(&place::city(text)),
            FieldKind::Region => self.keep_shape(&title::category(text)),
            FieldKind::Country => self.keep(&place::country(text)),
            FieldKind::Identifier => self.keep(&place::code(text)),
            FieldKind::Category => self.keep(&title::category(text)),
            FieldKind::List => self.keep_list(text),
        }
    }

    /// Takes the code out of the memo, or works it out.
    fn country_code(&mut self, row: &impl Row) -> String {
        let Some(column) = self.country else { return String::new() };
        let known = row.raw(column).and_then(|raw| self.country_codes.get_mut(raw as usize));
        known.and_then(Option::take).unwrap_or_else(|| place::country(row.text(column)))
    }

    fn country_codes_put(&mut self, row: &impl Row, code: String) {
        let Some(raw) = self.country.and_then(|column| row.raw(column)) else { return };
        if self.country_codes.len() <= raw as usize {
            self.country_codes.resize(raw as usize + 1, None);
        }
        self.country_codes[raw as usize] = Some(code);
    }

    fn keep(&mut self, text: &str) -> u32 {
        self.pool.intern(text)
    }

    fn keep_detail(&mut self, text: &str, detail: impl FnOnce(&mut Pool) -> Detail) -> u32 {
        let number = self.pool.intern(text);
        while self.details.len() < number as usize {
            self.details.push(Detail::None);
        }
        if number as usize == self.details.len() {
            let detail = detail(&mut self.items);
            self.details.push(detail);
        }
        number
    }

    fn keep_shape(&mut self, text: &str) -> u32 {
        self.keep_detail(text, |_| Detail::Shape(Shape::of(text)))
    }

    fn keep_date(&mut self, row: &impl Row) -> u32 {
        let parsed = if let [year, month, day] = self.columns.as_slice() {
            let joined = format!("{}-{}-{}", row.text(*year), row.text(*month), row.text(*day));
            date::parse(&joined)
        } else {
            date::parse(row.text(self.columns[0]))
        };
        match parsed {
            Some(parts) => self.keep_detail(&parts.canonical(), |_| Detail::Date(parts)),
            None => MISSING,
        }
    }

    fn keep_point(&mut self, row: &impl Row) -> u32 {
        let parse = |column: usize| row.text(column).parse::<f32>().ok().filter(|v| v.is_finite());
        let (Some(north), Some(east)) = (parse(self.columns[0]), parse(self.columns[1])) else {
            return MISSING;
        };
        // Null island is where unknown places are put.
        if north == 0.0 && east == 0.0 {
            return MISSING;
        }
        self.keep_detail(&format!("{north:.4} {east:.4}"), |_| Detail::Point(north, east))
    }

    fn keep_words(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return MISSING;
        }
        self.keep_detail(text, |items| {
            Detail::Items(sorted(text.split(' ').take(ITEMS_MAX).map(|word| items.intern(word))))
        })
    }

    fn keep_list(&mut self, text: &str) -> u32 {
        let separator = if text.contains('|') { '|' } else { ';' };
        let mut parts: Vec<String> = text
            .split(separator)
            .map(|item| plain_umlauts(&fold(item)))
            .filter(|item| !is_placeholder(item))
            .map(|item| {
                // The same people are listed in either order of their names.
                let mut words: Vec<&str> = item.split(' ').collect();
                words.sort_unstable();
                words.join(" ")
            })
            .collect();
        parts.sort_unstable();
        parts.dedup();
        parts.truncate(ITEMS_MAX);
        if parts.is_empty() {
            return MISSING;
        }
        self.keep_detail(&parts.join("|"), |items| {
            Detail::Items(sorted(parts.iter().map(|part| items.intern(part))))
        })
    }

    /// What is known of a value beyond its number.
    pub fn detail(&self, number: u32) -> &Detail {
        self.details.get(number as usize).unwrap_or(&Detail::None)
    }

    /// Shape of the name of a place; of any other value that of an empty text.
    pub fn shape(&self, number: u32) -> Shape {
        if let Detail::Shape(shape) = self.detail(number) { *shape } else { Shape::default() }
    }

    pub(super) fn lengths(&self) -> [usize; 2] {
        [self.pool.len(), self.items.len()]
    }

    pub(super) fn truncate(&mut self, lengths: [usize; 2]) {
        self.pool.truncate(lengths[0]);
        self.items.truncate(lengths[1]);
        self.details.truncate(lengths[0]);
    }

    pub(super) fn memory(&self) -> usize {
        let items: usize = self
            .details
            .iter()
            .map(|detail| 24 + if let Detail::Items(list) = detail { list.len() * 4 } else { 0 })
            .sum();
        self.pool.memory() + self.items.memory() + items
    }

    pub(super) fn forget_memo(&mut self) {
        self.memo = Memo::default();
        self.country_codes = Vec::new();
    }
}

fn sorted(items: impl Iterator<Item = u32>) -> Box<[u32]> {
    let mut list: Vec<u32> = items.collect();
    list.sort_unstable();
    list.dedup();
    list.into()
}
