//! An endpoint that wakes up with thousands waiting gets them one after another.

use jiff::{SignedDuration, Timestamp};

/// Deliveries to one endpoint in a second, unless its owner set another number.
pub const PER_SECOND_DEFAULT: u32 = 10;

/// A limit of evenly spaced deliveries (the generic cell rate algorithm with a burst of one
/// second's worth). Plain data; keep one for each endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    spacing_us: i64,
    /// When the next delivery would be due if they were spaced evenly.
    due_at: Option<Timestamp>,
}

impl Pace {
    /// At most `per_second` deliveries in any second on average, 1 to 1,000.
    pub fn new(per_second: u32) -> Self {
        Self { spacing_us: 1_000_000 / i64::from(per_second.clamp(1, 1_000)), due_at: None }
    }

    /// Takes a place now, or says when one will be free.
    ///
    /// # Errors
    /// The time to ask again.
    pub fn admit(&mut self, now: Timestamp) -> Result<(), Timestamp> {
        let spacing = SignedDuration::from_micros(self.spacing_us);
        let burst = SignedDuration::from_micros(1_000_000 - self.spacing_us);
        let due_at = self.due_at.map_or(now, |due| due.max(now));
        let ahead = due_at.duration_since(now);
        if ahead > burst {
            return Err(due_at.saturating_sub(burst).unwrap_or(due_at));
        }
        self.due_at = Some(due_at.saturating_add(spacing).unwrap_or(due_at));
        Ok(())
    }
}
