//! Figures that say how sure they are: rates with intervals, chances over time under censoring,
//! spreads of durations, funnels, causes and sums of money.
//!
//! Everything is pure: cases and the present moment come in, figures go out. A figure from fewer
//! than [`CASES_MIN`] cases says so by [`Rate::is_enough`], and the caller shows the cases instead.
//!
//! ```
//! use warmpath_insight::Rate;
//!
//! let rate = Rate::new(81, 263);
//! let (low, high) = rate.interval().unwrap();
//! assert!((low - 0.2553).abs() < 0.0001 && (high - 0.3662).abs() < 0.0001);
//! ```

mod funnel;
mod money;
mod rate;
mod spread;
mod survival;
mod tally;

pub use funnel::{Journey, Reached, StageFigure, by_source, chance, stages};
pub use money::{Total, totals};
pub use rate::{CASES_MIN, Rate, Z_95};
pub use spread::{Spread, quantile};
pub use survival::{Chance, Observation, chance_by};
pub use tally::{Tally, tally};
