//! What may be spent in a day, in ten-thousandths of the workspace's currency unit.

use std::sync::{Mutex, PoisonError};

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// The purse of a day, shared by all calls of a workspace.
#[derive(Debug)]
pub struct DayBudget {
    ceiling_e4: u64,
    state: Mutex<(Date, u64)>,
}

/// An amount set aside for one question. Give it back with [`DayBudget::settle`].
#[derive(Debug)]
#[must_use = "settle what was really charged"]
pub struct Reserved {
    day: Date,
    amount_e4: u64,
}

impl DayBudget {
    /// A purse with `spent_e4` gone already on the day of `at` (as the database knows it).
    pub fn new(ceiling_e4: u64, spent_e4: u64, at: Timestamp) -> Self {
        Self { ceiling_e4, state: Mutex::new((day(at), spent_e4)) }
    }

    /// Sets the amount aside, or says no.
    pub fn reserve(&self, amount_e4: u64, at: Timestamp) -> Option<Reserved> {
        let today = day(at);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that steps back must not open yesterday's purse again.
        if today > state.0 {
            *state = (today, 0);
        }
        let after = state.1.checked_add(amount_e4).filter(|after| *after <= self.ceiling_e4)?;
        state.1 = after;
        Some(Reserved { day: state.0, amount_e4 })
    }

    /// Replaces what was set aside by what was charged.
    pub fn settle(&self, reserved: Reserved, charged_e4: u64) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.0 == reserved.day {
            state.1 = state.1.saturating_sub(reserved.amount_e4).saturating_add(charged_e4);
        }
    }

    /// Spent or set aside on the current day.
    pub fn spent_e4(&self) -> u64 {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).1
    }
}

fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}
