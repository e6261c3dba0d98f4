//! Lists of ties packed end to end: six bytes a tie, four a person.

use crate::people::Person;
use crate::probability::Probability;

/// The far end of a tie and its strength: six bytes without padding, because ten million ties in
/// both directions have to fit an ordinary server beside everything else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tie {
    low: u16,
    high: u16,
    strength: u16,
}

impl Tie {
    pub(crate) fn new(person: u32, strength: u16) -> Self {
        Self { low: person as u16, high: (person >> 16) as u16, strength }
    }

    #[inline]
    pub(crate) fn index(self) -> u32 {
        u32::from(self.low) | (u32::from(self.high) << 16)
    }

    #[inline]
    pub(crate) fn raw(self) -> u64 {
        u64::from(self.strength)
    }

    pub(crate) fn strength(self) -> u16 {
        self.strength
    }

    /// The person at the far end.
    #[must_use]
    pub fn person(self) -> Person {
        Person(self.index())
    }

    /// How likely the tie carries a request.
    #[must_use]
    pub fn probability(self) -> Probability {
        Probability::from_raw(self.strength).unwrap_or(Probability::ONE)
    }
}

/// All lists of one direction.
#[derive(Debug, Default)]
pub(crate) struct Adjacency {
    starts: Vec<u32>,
    ties: Vec<Tie>,
}

impl Adjacency {
    /// Scatters ties, given strongest first, into the lists of their `owner`; each list then is
    /// strongest first too. `degree[owner]` says how long each list gets.
    pub(crate) fn scatter(degree: &[u32], ties: impl Iterator<Item = (u32, u32, u16)>) -> Self {
        let mut starts = Vec::with_capacity(degree.len() + 1);
        let mut end = 0_u32;
        starts.push(0);
        for &length in degree {
            end += length;
            starts.push(end);
        }
        let mut next = starts.clone();
        let mut packed = vec![Tie::default(); end as usize];
        for (owner, other, strength) in ties {
            let slot = &mut next[owner as usize];
            packed[*slot as usize] = Tie::new(other, strength);
            *slot += 1;
        }
        Self { starts, ties: packed }
    }

    /// Packs lists that are already in order.
    pub(crate) fn pack<'a>(lists: impl Iterator<Item = &'a [Tie]>) -> Self {
        let (mut starts, mut ties) = (vec![0], Vec::new());
        for list in lists {
            ties.extend_from_slice(list);
            starts.push(ties.len() as u32);
        }
        ties.shrink_to_fit();
        Self { starts, ties }
    }

    #[inline]
    pub(crate) fn list(&self, person: u32) -> &[Tie] {
        let person = person as usize;
        match (self.starts.get(person), self.starts.get(person + 1)) {
            (Some(&start), Some(&end)) => &self.ties[start as usize..end as usize],
            _ => &[],
        }
    }

    pub(crate) fn tie_count(&self) -> usize {
        self.ties.len()
    }

    /// Keeps of every list only the first tie to each person, which is the strongest. Returns how
    /// many ties went.
    pub(crate) fn drop_repeats(&mut self) -> usize {
        let people = self.starts.len().saturating_sub(1);
        let mut last_seen_by = vec![u32::MAX; people];
        let (mut kept, mut start) = (0_usize, 0_usize);
        for person in 0..people {
            let end = self.starts[person + 1] as usize;
            for at in start..end {
                let other = self.ties[at].index() as usize;
                if last_seen_by[other] == person as u32 {
                    continue;
                }
                last_seen_by[other] = person as u32;
                self.ties[kept] = self.ties[at];
                kept += 1;
            }
            start = end;
            self.starts[person + 1] = kept as u32;
        }
        let dropped = self.ties.len() - kept;
        self.ties.truncate(kept);
        if dropped > 0 {
            self.ties.shrink_to_fit();
        }
        dropped
    }
}
