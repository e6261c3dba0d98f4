//! Facts: what a pathway may ask about a referral, and the values one referral has.
//!
//! Start with [`catalogue`]: it lists every fact with its type, unit and source as data, so that
//! the linter, the editor and the language reference read the same list.

mod catalogue;
mod decimal;
mod place;
mod values;

pub(crate) use catalogue::slot_of;
pub use catalogue::{CATALOGUE, FactDefinition, Kind, definition};
pub use decimal::Decimal;
pub use place::{COUNTRIES, REGIONS, Region, expand_place};
pub use values::{Fact, FactError, Facts, Value};
pub(crate) use values::{Slot, fold};
