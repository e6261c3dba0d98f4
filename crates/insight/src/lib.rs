//! Funnels, intervals and attribution.

mod wilson;

pub use wilson::{Interval, wilson};
