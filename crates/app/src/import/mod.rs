//! The parts of an import. Read `table.rs` first: a file becomes a header and rows. `column.rs` knows
//! which header means which field, `line.rs` reads one row by the mapping, `take/` turns a row into
//! writes, `desk.rs` is what all of them work with.
//!
//! The use cases stand beside this folder: `upload_import`, `map_import`, `run_import`,
//! `stop_import`, `read_imports`.

mod cards;
pub mod column;
pub(crate) mod desk;
pub mod line;
pub mod table;
pub(crate) mod take;
pub(crate) mod value;

use warmpath_core::text_enum;

text_enum! {
    /// What a file holds.
    pub enum Kind {
        /// Companies.
        Accounts = "accounts",
        /// People.
        Contacts = "contacts",
        /// Deals of every lead source.
        Opportunities = "opportunities",
        /// People handed over.
        Referrals = "referrals",
        /// Users of the workspace.
        Members = "members",
        /// Outside organisations with portal access.
        Partners = "partners",
    }
}

text_enum! {
    /// Where an import stands.
    pub enum State {
        /// The file is here, columns wait to be looked at.
        Uploaded = "uploaded",
        /// Every column has a meaning or is left out.
        Mapped = "mapped",
        /// Rows are being taken.
        Running = "running",
        /// Every row was looked at.
        Done = "done",
        /// Somebody stopped it; what is in stays.
        Stopped = "stopped",
        /// It could not go on.
        Failed = "failed",
    }
}

impl State {
    /// Nothing will change any more.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Stopped | Self::Failed)
    }
}
