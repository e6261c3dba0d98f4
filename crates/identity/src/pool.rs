//! A string interner: every distinct text gets a small number, so that equality is an integer
//! compare and frequencies are a table.

use std::hash::Hasher;

use rustc_hash::FxHasher;

/// Number of the empty text in every pool: "no value".
pub const MISSING: u32 = 0;

/// Distinct texts, numbered from 0 in order of first appearance; 0 is always the empty text.
#[derive(Clone, Debug)]
pub struct Pool {
    text: String,
    ends: Vec<u32>,
    /// Open addressing; 0 marks a free slot, otherwise 32 bits of hash above the number of a text.
    slots: Vec<u64>,
}

impl Default for Pool {
    fn default() -> Self {
        Self { text: String::new(), ends: vec![0], slots: vec![FREE; 16] }
    }
}

const FREE: u64 = 0;

fn hash_text(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    // Only the upper half is kept, and its low bits choose the slot: mix once more.
    let hash = hasher.finish();
    (hash ^ (hash >> 31)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl Pool {
    /// The number of `text`, which is added when new.
    pub fn intern(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return MISSING;
        }
        self.intern_hashed(text, hash_text(text))
    }

    fn intern_hashed(&mut self, text: &str, hash: u64) -> u32 {
        match self.find(text, hash) {
            Ok(number) => number,
            Err(slot) => {
                let number = self.ends.len() as u32;
                self.text.push_str(text);
                self.ends.push(self.text.len() as u32);
                self.slots[slot] = entry(hash, number);
                if self.ends.len() * 2 > self.slots.len() {
                    self.grow();
                }
                number
            }
        }
    }

    /// Interns texts in order and appends their numbers.
    ///
    /// The same as calling [`Pool::intern`] on each, but the tables are looked at for many texts
    /// before any of them is compared: a large pool lies outside the processor's caches, and this way
    /// it waits for many places of memory at once and not for one after the other.
    pub fn intern_many(&mut self, texts: &[&str], numbers: &mut Vec<u32>) {
        const TOGETHER: usize = 32;
        while (self.ends.len() + texts.len()) * 2 > self.slots.len() {
            self.grow();
        }
        let mut hashes = [0u64; TOGETHER];
        let mut entries = [FREE; TOGETHER];
        let mut bounds = [(0u32, 0u32); TOGETHER];
        for group in texts.chunks(TOGETHER) {
            let mask = self.slots.len() - 1;
            for (i, text) in group.iter().enumerate() {
                hashes[i] = hash_text(text);
                entries[i] = self.slots[home_of(hashes[i]) & mask];
            }
            for i in 0..group.len() {
                let likely = entries[i] != FREE && (entries[i] ^ hashes[i]) >> 32 == 0;
                let number = if likely { entries[i] as u32 as usize } else { 0 };
                let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
                bounds[i] = (start, self.ends[number]);
            }
            for (i, text) in group.iter().enumerate() {
                let (start, end) = bounds[i];
                let known = start != end
                    && &self.text.as_bytes()[start as usize..end as usize] == text.as_bytes();
                numbers.push(match *text {
                    "" => MISSING,
                    _ if known => entries[i] as u32,
                    _ => self.intern_hashed(text, hashes[i]),
                });
            }
        }
    }

    /// The number of `text` when it is known.
    pub fn lookup(&self, text: &str) -> Option<u32> {
        if text.is_empty() { Some(MISSING) } else { self.find(text, hash_text(text)).ok() }
    }

    /// The text behind a number of this pool.
    pub fn get(&self, number: u32) -> &str {
        let number = number as usize;
        if number == 0 {
            return "";
        }
        &self.text[self.ends[number - 1] as usize..self.ends[number] as usize]
    }

    /// How many texts there are, the empty one included: never 0.
    #[expect(clippy::len_without_is_empty, reason = "a pool always holds the empty text")]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes held by the texts and tables.
    pub fn memory(&self) -> usize {
        self.text.capacity() + 4 * self.ends.capacity() + 8 * self.slots.capacity()
    }

    /// Bytes of text held so far; a pool takes at most 4 GiB.
    pub fn text_bytes(&self) -> usize {
        self.text.len()
    }

    /// Forgets every text numbered `len` or above.
    pub fn truncate(&mut self, len: usize) {
        while self.ends.len() > len.max(1) {
            let number = self.ends.len() as u32 - 1;
            self.remove_slot(number);
            self.ends.pop();
            let end = self.ends.last().copied().unwrap_or(0);
            self.text.truncate(end as usize);
        }
    }

    fn find(&self, text: &str, hash: u64) -> Result<u32, usize> {
        let mask = self.slots.len() - 1;
        let mut slot = home_of(hash) & mask;
        loop {
            match self.slots[slot] {
                FREE => return Err(slot),
                known if (known ^ hash) >> 32 == 0 && self.get(known as u32) == text => {
                    return Ok(known as u32);
                }
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    fn grow(&mut self) {
        let mask = self.slots.len() * 2 - 1;
        let mut slots = vec![FREE; mask + 1];
        for known in self.slots.iter().filter(|known| **known != FREE) {
            let mut slot = home_of(*known) & mask;
            while slots[slot] != FREE {
                slot = (slot + 1) & mask;
            }
            slots[slot] = *known;
        }
        self.slots = slots;
    }

    /// Removes one entry and moves back those that had been pushed past it.
    fn remove_slot(&mut self, number: u32) {
        let mask = self.slots.len() - 1;
        let sought = entry(hash_text(self.get(number)), number);
        let mut hole = home_of(sought) & mask;
        while self.slots[hole] != sought {
            hole = (hole + 1) & mask;
        }
        self.slots[hole] = FREE;
        let mut next = (hole + 1) & mask;
        while self.slots[next] != FREE {
            let home = home_of(self.slots[next]) & mask;
            if (next.wrapping_sub(home) & mask) >= (next.wrapping_sub(hole) & mask) {
                self.slots[hole] = self.slots[next];
                self.slots[next] = FREE;
                hole = next;
            }
            next = (next + 1) & mask;
        }
    }
}

/// Upper half of the hash over the number.
fn entry(hash: u64, number: u32) -> u64 {
    hash & !0xffff_ffff | u64::from(number)
}

/// First slot to look at; only the upper half of a hash is kept, so only it may decide.
fn home_of(hash_or_entry: u64) -> usize {
    (hash_or_entry >> 32) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn together_is_the_same_as_one_by_one(texts in proptest::collection::vec("[ab]{0,4}", 0..200)) {
            let (mut one, mut two) = (Pool::default(), Pool::default());
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let single: Vec<u32> = texts.iter().map(|text| one.intern(text)).collect();
            let mut many = Vec::new();
            two.intern_many(&texts, &mut many);
            proptest::prop_assert_eq!(single, many);
        }
    }

    #[test]
    fn numbers_are_stable_and_truncation_forgets() {
        let mut pool = Pool::default();
        let numbers: Vec<u32> = (0..500).map(|i| pool.intern(&format!("value {i}"))).collect();
        assert_eq!(pool.intern(""), MISSING);
        assert_eq!(pool.lookup("value 77"), Some(numbers[77]));
        pool.truncate(100);
        assert_eq!(pool.len(), 100);
        for (i, number) in numbers.iter().enumerate() {
            let known = pool.lookup(&format!("value {i}"));
            assert_eq!(known, (i < 99).then_some(*number), "value {i}");
        }
        assert_eq!(pool.intern("value 400"), 100);
    }
}
