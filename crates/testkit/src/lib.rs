//! Fake clock, builders, fake vendors and the browser driver.

pub mod postgres;
