//! Random bytes that are the same for the same seed.

use std::sync::{Mutex, PoisonError};

use warmpath_core::source::Random;

/// A stream of bytes made from a seed by SplitMix64 (Steele, Lea and Flood 2014). Good enough to
/// make ids and links differ; never for secrets outside tests.
///
/// ```
/// use warmpath_core::source::Random;
/// use warmpath_testkit::SeededRandom;
///
/// assert_eq!(SeededRandom::new(7).secret(), SeededRandom::new(7).secret());
/// ```
#[derive(Debug)]
pub struct SeededRandom {
    state: Mutex<u64>,
}

impl SeededRandom {
    /// A stream for a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { state: Mutex::new(seed) }
    }

    /// The next number of the stream, any value.
    pub fn number(&self) -> u64 {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = *state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 when `end` is 0.
    pub fn below(&self, end: u64) -> u64 {
        // The high half of a 128-bit product: `0..end`, with a bias of at most end / 2^64.
        ((u128::from(self.number()) * u128::from(end)) >> 64) as u64
    }
}

impl Random for SeededRandom {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            chunk.copy_from_slice(&self.number().to_le_bytes()[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_gives_the_published_stream() {
        // The first outputs for seed 1234567 of the reference implementation in C.
        let random = SeededRandom::new(1_234_567);
        assert_eq!(random.number(), 6_457_827_717_110_365_317);
        assert_eq!(random.number(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn it_never_repeats_a_secret_and_stays_below() {
        let random = SeededRandom::new(1);
        assert_ne!(random.secret(), random.secret());
        assert!((0..1000).all(|_| random.below(10) < 10));
        assert_eq!(random.below(0), 0);
    }
}
