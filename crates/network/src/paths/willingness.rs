//! Who may be asked, and how readily they help.

use std::collections::BTreeMap;

use crate::people::Person;
use crate::probability::Probability;

/// Willingness by person: P(agrees to introduce | reached). Everyone not named is taken at one.
///
/// Zero means refused, left, or out of budget: such a person stands on no path at all, neither as
/// first nor as second contact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Willingness {
    by_person: BTreeMap<Person, Probability>,
}

impl Willingness {
    /// States the willingness of one person.
    pub fn set(&mut self, person: Person, willingness: Probability) {
        self.by_person.insert(person, willingness);
    }

    /// The willingness of a person.
    #[must_use]
    pub fn of(&self, person: Person) -> Probability {
        self.by_person.get(&person).copied().unwrap_or(Probability::ONE)
    }

    /// Everyone through whom nothing may go.
    pub(crate) fn closed(&self) -> impl Iterator<Item = Person> {
        self.by_person.iter().filter(|(_, w)| **w == Probability::ZERO).map(|(p, _)| *p)
    }
}
