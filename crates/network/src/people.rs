//! People as callers name them, and the dense numbers the engine works with.
//!
//! Numbers are given by how many ties a person has, busiest first: the tables that a search
//! touches at random are then touched mostly at their beginning, which stays in the cache.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

/// A person inside one [`crate::TieGraph`]: a dense index, meaningful only there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Person(pub(crate) u32);

impl Person {
    /// The dense index.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Who the people of a graph are. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct People {
    base: Arc<Names>,
    /// People who came after the graph was built, in order of arrival.
    later: Arc<Later>,
}

#[derive(Clone, Debug, Default)]
struct Later {
    names: Vec<Box<str>>,
    index: HashMap<Box<str>, u32>,
}

#[derive(Debug)]
enum Names {
    /// Every name is a whole number in plain decimal form: `number[person]`, and persons sorted by
    /// number.
    Numbers { number: Vec<u32>, sorted: Vec<u32> },
    /// Any text: one arena, `ends[person]`, and persons sorted by name.
    Text { arena: String, ends: Vec<u32>, sorted: Vec<u32> },
}

impl Default for Names {
    fn default() -> Self {
        Self::Text { arena: String::new(), ends: Vec::new(), sorted: Vec::new() }
    }
}

impl People {
    /// People named by distinct numbers, in the order of their dense index.
    #[must_use]
    pub(crate) fn from_numbers(number: Vec<u32>) -> Self {
        let mut sorted: Vec<u32> = (0..number.len() as u32).collect();
        sorted.sort_unstable_by_key(|&person| number[person as usize]);
        Self { base: Arc::new(Names::Numbers { number, sorted }), later: Arc::default() }
    }

    /// People named by distinct texts, in the order of their dense index.
    pub(crate) fn from_names<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let (mut arena, mut ends) = (String::new(), Vec::new());
        for name in names {
            arena.push_str(name);
            ends.push(arena.len() as u32);
        }
        arena.shrink_to_fit();
        let mut sorted: Vec<u32> = (0..ends.len() as u32).collect();
        sorted.sort_unstable_by(|&a, &b| slice(&arena, &ends, a).cmp(slice(&arena, &ends, b)));
        Self { base: Arc::new(Names::Text { arena, ends, sorted }), later: Arc::default() }
    }

    /// How many people there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.base.len() + self.later.names.len()
    }

    /// Whether there is nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The person of that name, if the graph knows them.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<Person> {
        self.base.find(name).or_else(|| self.later.index.get(name).copied()).map(Person)
    }

    /// How the caller names this person.
    #[must_use]
    pub fn name(&self, person: Person) -> String {
        let base = self.base.len();
        match person.index().checked_sub(base) {
            Some(later) => self.later.names[later].to_string(),
            None => match &*self.base {
                Names::Numbers { number, .. } => number[person.index()].to_string(),
                Names::Text { arena, ends, .. } => slice(arena, ends, person.0).to_owned(),
            },
        }
    }

    /// The order of names: numbers by size and before texts, texts by their bytes. Ties between
    /// equally good answers are settled by it, so that answers do not depend on dense numbers.
    #[must_use]
    pub fn compare(&self, a: Person, b: Person) -> Ordering {
        if a == b {
            return Ordering::Equal;
        }
        if let Names::Numbers { number, .. } = &*self.base
            && let (Some(x), Some(y)) = (number.get(a.index()), number.get(b.index()))
        {
            return x.cmp(y);
        }
        if let Names::Text { arena, ends, .. } = &*self.base
            && a.index() < ends.len()
            && b.index() < ends.len()
        {
            return compare_names(slice(arena, ends, a.0), slice(arena, ends, b.0));
        }
        compare_names(&self.name(a), &self.name(b))
    }

    /// The person of that name, added when new.
    pub(crate) fn find_or_add(&mut self, name: &str) -> Person {
        if let Some(person) = self.find(name) {
            return person;
        }
        let person = self.len() as u32;
        let later = Arc::make_mut(&mut self.later);
        later.names.push(name.into());
        later.index.insert(name.into(), person);
        Person(person)
    }
}

fn compare_names(a: &str, b: &str) -> Ordering {
    match (plain_number(a.as_bytes()), plain_number(b.as_bytes())) {
        (Some(x), Some(y)) => x.cmp(&y),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.cmp(b),
    }
}

fn slice<'a>(arena: &'a str, ends: &[u32], person: u32) -> &'a str {
    let start = if person == 0 { 0 } else { ends[person as usize - 1] };
    &arena[start as usize..ends[person as usize] as usize]
}

impl Names {
    fn len(&self) -> usize {
        match self {
            Self::Numbers { number, .. } => number.len(),
            Self::Text { ends, .. } => ends.len(),
        }
    }

    fn find(&self, name: &str) -> Option<u32> {
        match self {
            Self::Numbers { number, sorted } => {
                let wanted = plain_number(name.as_bytes())?;
                let at = sorted.binary_search_by_key(&wanted, |&person| number[person as usize]);
                at.ok().map(|at| sorted[at])
            }
            Self::Text { arena, ends, sorted } => {
                let at = sorted.binary_search_by(|&p| slice(arena, ends, p).cmp(name));
                at.ok().map(|at| sorted[at])
            }
        }
    }
}

/// A whole number below 2^32 written without sign or leading zero.
pub(crate) fn plain_number(text: &[u8]) -> Option<u32> {
    if text.is_empty() || text.len() > 10 || (text[0] == b'0' && text.len() > 1) {
        return None;
    }
    let mut number = 0_u64;
    for &byte in text {
        if !byte.is_ascii_digit() {
            return None;
        }
        number = number * 10 + u64::from(byte - b'0');
    }
    u32::try_from(number).ok().filter(|&number| number != u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_and_ordered_whatever_their_form() {
        let mut people = People::from_numbers(vec![10, 9]);
        let (ten, nine) = (Person(0), Person(1));
        assert_eq!(people.find("9"), Some(nine));
        assert_eq!(people.find("09"), None, "another spelling is another person");
        assert_eq!(people.compare(nine, ten), Ordering::Less);
        let ann = people.find_or_add("ann@x.example");
        assert_eq!(people.find_or_add("ann@x.example"), ann);
        assert_eq!(people.compare(ten, ann), Ordering::Less);
        assert_eq!(people.name(ann), "ann@x.example");
        assert_eq!(people.len(), 3);
    }
}
