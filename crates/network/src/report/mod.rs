//! The first look at a network: what is there, who could connect, what is cooling.
//!
//! [`audit`] computes, [`html`] writes one page that needs nothing else.

mod audit;
mod page;

pub use audit::{Audit, CONNECTORS_SHOWN, Cooling, UnderUsed, VOUCHING_NEEDED, audit};
pub use page::html;
