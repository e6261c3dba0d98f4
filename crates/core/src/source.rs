//! Where time, ids and secrets come from. The program passes real sources, tests pass sources they
//! control; nothing else in the house may read a clock or a random source.

use jiff::Timestamp;

use crate::id::RecordId;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now, in UTC. May jump when the machine's clock is set.
    fn now(&self) -> Timestamp;
}

/// Makes ids and secrets.
pub trait Random: Send + Sync {
    /// Fills the buffer with random bytes fit for secrets.
    fn fill(&self, buffer: &mut [u8]);

    /// 32 random bytes, for one-time links, keys and nonces.
    fn secret(&self) -> [u8; 32]
    where
        Self: Sized,
    {
        let mut bytes = [0; 32];
        self.fill(&mut bytes);
        bytes
    }
}

/// A new UUIDv7 (RFC 9562 section 5.7) of the wanted kind: 48 bits of Unix milliseconds, 12 bits of
/// the millisecond's fraction, 62 random bits.
pub fn new_id<I: RecordId>(at: Timestamp, random: &dyn Random) -> I {
    let mut bytes = [0_u8; 16];
    random.fill(&mut bytes[8..]);
    let micros = at.as_microsecond().max(0) as u64;
    let (millis, fraction) = (micros / 1000, (micros % 1000) * 4096 / 1000);
    bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
    bytes[6] = 0x70 | (fraction >> 8) as u8;
    bytes[7] = (fraction & 0xff) as u8;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    I::from_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::ReferralId;

    struct Zero;
    impl Random for Zero {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(0);
        }
    }

    #[test]
    fn ids_sort_by_time_of_creation() {
        let early: ReferralId = new_id("2026-05-18T17:20:00.000250Z".parse().unwrap(), &Zero);
        let late: ReferralId = new_id("2026-05-18T17:20:00.000750Z".parse().unwrap(), &Zero);
        assert!(early < late);
        assert_eq!(early.bytes()[6] >> 4, 7, "version 7");
    }
}
