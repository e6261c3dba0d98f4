//! Names to numbers while something is being read, in the least memory the names allow.

use std::collections::HashMap;

use crate::people::{People, plain_number};

/// Gives provisional numbers to names. Stays in the compact numeric form until the first name that
/// is not a plain number.
#[derive(Debug, Default)]
pub(crate) struct Interner {
    /// Provisional number by numeric name, `u32::MAX` where none; for names that are close
    /// together.
    by_number: Vec<u32>,
    numbers: Vec<u32>,
    /// Everything else.
    by_text: HashMap<Box<str>, u32>,
    texts: Vec<Box<str>>,
    text_mode: bool,
}

/// Numeric names above this many times the number of people seen (plus a floor) would waste a
/// direct table; they are treated as text.
const SPREAD_MAX: usize = 64;
const SPREAD_FLOOR: usize = 1 << 22;

impl Interner {
    pub(crate) fn person(&mut self, name: &[u8]) -> u32 {
        if !self.text_mode {
            match plain_number(name).filter(|&number| self.takes_numbers(number)) {
                Some(number) => return self.numbered(number),
                None => self.become_text(),
            }
        }
        let name = String::from_utf8_lossy(name);
        if let Some(&person) = self.by_text.get(name.as_ref()) {
            return person;
        }
        let person = self.texts.len() as u32;
        self.texts.push(name.as_ref().into());
        self.by_text.insert(name.as_ref().into(), person);
        person
    }

    /// Whether a number this large still goes into the direct table.
    #[inline]
    pub(crate) fn takes_numbers(&self, largest: u32) -> bool {
        !self.text_mode && (largest as usize) < SPREAD_FLOOR + SPREAD_MAX * self.numbers.len()
    }

    /// The provisional number of a numeric name for which [`Self::takes_numbers`] holds.
    #[inline]
    pub(crate) fn numbered(&mut self, number: u32) -> u32 {
        let at = number as usize;
        if at >= self.by_number.len() {
            self.by_number.resize((at + 1).next_power_of_two(), u32::MAX);
        }
        let person = &mut self.by_number[at];
        if *person == u32::MAX {
            *person = self.numbers.len() as u32;
            self.numbers.push(number);
        }
        *person
    }

    fn become_text(&mut self) {
        self.text_mode = true;
        self.by_number = Vec::new();
        for (person, number) in std::mem::take(&mut self.numbers).into_iter().enumerate() {
            let text: Box<str> = number.to_string().into();
            self.texts.push(text.clone());
            self.by_text.insert(text, person as u32);
        }
    }

    pub(crate) fn len(&self) -> usize {
        if self.text_mode { self.texts.len() } else { self.numbers.len() }
    }

    /// The name given under this number.
    pub(crate) fn name(&self, person: u32) -> String {
        if self.text_mode {
            self.texts[person as usize].to_string()
        } else {
            self.numbers[person as usize].to_string()
        }
    }

    /// The people in the order of `old_of[new]`.
    pub(crate) fn into_people(self, old_of: &[u32]) -> People {
        if self.text_mode {
            People::from_names(old_of.iter().map(|&old| &*self.texts[old as usize]))
        } else {
            People::from_numbers(old_of.iter().map(|&old| self.numbers[old as usize]).collect())
        }
    }
}
