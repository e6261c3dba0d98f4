//! Distinct texts of a column, normalised before they are numbered.
//!
//! Parsing an address or a company name is the costly part of reading and needs nothing but the text,
//! so pieces of a column are parsed side by side. Numbers are given afterwards, in the order of the
//! texts, and so do not depend on the threads.

use crate::input::Column;
use crate::normal::{company, email};
use crate::pool::Pool;

/// Distinct texts of one piece.
const PIECE: usize = 1 << 15;

/// Many short texts in one.
#[derive(Default)]
pub(super) struct Texts {
    text: String,
    ends: Vec<u32>,
}

impl Texts {
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len() as u32);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let text = &self.text[start..*end as usize];
            start = *end as usize;
            text
        })
    }
}

/// Numbers of the raw texts of each piece of a column.
pub(super) fn pieces(column: &Column) -> Vec<std::ops::Range<u32>> {
    let all = column.pool.len() as u32;
    (0..all).step_by(PIECE).map(|start| start..(start + PIECE as u32).min(all)).collect()
}

/// Cores of the company names of a piece.
pub(super) fn companies(column: &Column, piece: std::ops::Range<u32>) -> Texts {
    let mut cores = Texts::default();
    piece.for_each(|raw| cores.push(&company::core(column.pool.get(raw))));
    cores
}

/// Addresses of a piece.
#[derive(Default)]
pub(super) struct Addresses {
    pub(super) full: Texts,
    pub(super) local: Texts,
    /// Number of the host in `reader`, from 1.
    pub(super) hosts: Vec<u32>,
    pub(super) roles: Vec<bool>,
    pub(super) reader: email::Reader,
}

impl Addresses {
    /// Numbers the whole addresses, in order.
    pub(super) fn number_full(&self, pool: &mut Pool, numbers: &mut Vec<u32>) {
        pool.intern_many(&self.of_people(&self.full), numbers);
    }

    /// Numbers the parts before the at sign, in order.
    pub(super) fn number_local(&self, pool: &mut Pool, numbers: &mut Vec<u32>) {
        pool.intern_many(&self.of_people(&self.local), numbers);
    }

    /// Texts, empty where the address belongs to a function.
    fn of_people<'a>(&self, texts: &'a Texts) -> Vec<&'a str> {
        texts.iter().zip(&self.roles).map(|(text, role)| if *role { "" } else { text }).collect()
    }
}

pub(super) fn addresses(column: &Column, piece: std::ops::Range<u32>) -> Addresses {
    let mut out = Addresses::default();
    for raw in piece {
        let mailbox = out.reader.read(column.pool.get(raw));
        out.full.push(&out.reader.full);
        out.local.push(&out.reader.full[..mailbox.local]);
        out.hosts.push(mailbox.host);
        out.roles.push(mailbox.role);
    }
    out
}
