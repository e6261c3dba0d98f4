//! Outbound introductions, from a chosen match to what became of it. One use case a file; read
//! [`request`] first, then follow the tracks: [`ask_connector`], [`answer_as_connector`],
//! [`answer_as_target`], [`deliver`], [`move_introduction`].
//!
//! [`dossier`] loads everything about one introduction, [`advance`] lets the pure table of
//! `core::introduction` decide and carries out what follows, [`seal`] holds every text that goes to
//! one side against the names of the other.

pub mod add_connector;
pub mod advance;
pub mod answer_as_connector;
pub mod answer_as_target;
pub mod ask_connector;
pub mod choose;
pub mod deliver;
pub mod dossier;
pub mod goodwill;
pub mod hand_off;
pub mod keep_goodwill;
pub mod move_introduction;
pub mod read_connectors;
pub mod read_introductions;
pub mod request;
pub mod reroute;
pub mod seal;
pub mod set_rules;
pub mod tell_connector;
pub mod tend;
pub mod texts;

pub use dossier::Dossier;
