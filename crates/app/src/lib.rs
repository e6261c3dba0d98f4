//! The use cases: one file each, named with a verb. Each reads the same way: authorise, load,
//! decide, apply.
//!
//! The actors: [`App`] holds what every use case needs (database, clock, random source, keys); a
//! [`Grant`](policy::Grant) is the proof, made by the policy alone, that the caller may do this; a
//! [`Unit`](unit::Unit) gathers what one use case changes and applies it as one change set.
//!
//! Invariants: nothing is answered before it is durable; nothing is sent from here, only queued; no
//! use case reads a clock or a random source but through [`App`].

pub mod advance_referral;
pub mod answer_opt_in;
pub mod context;
pub mod count_menu;
pub mod erase_person;
pub mod error;
pub mod find_person;
pub mod gather_facts;
pub mod hand_over;
pub mod keys;
pub mod link;
pub mod member_hours;
pub mod move_referral;
pub mod pick_owner;
pub mod policy;
pub mod read_referrals;
pub mod read_workspace;
pub mod report_figures;
pub mod route_referral;
pub mod run_clock;
pub mod run_job;
pub mod send_mail;
pub mod sequence_ledger;
pub mod setup_workspace;
pub mod sign_in;
pub mod submit_referral;
pub mod unit;
pub mod wording;

pub use context::{App, Config};
pub use error::Failure;
pub use policy::{Grant, Principal};

/// The row types that use cases hand out, for the faces that show them. No query leaves this crate.
pub mod rows {
    pub use warmpath_store::field::Json;
    pub use warmpath_store::table::access::{ApiKeyRow, LinkRow, SessionRow};
    pub use warmpath_store::table::account::{AccountRow, OpportunityRow};
    pub use warmpath_store::table::clock::{AcknowledgementRow, ClockRow};
    pub use warmpath_store::table::consent::ConsentRow;
    pub use warmpath_store::table::import::{ImportRow, RefusedRow};
    pub use warmpath_store::table::ledger::{CheckpointRow, EntryRow};
    pub use warmpath_store::table::mail::MailRow;
    pub use warmpath_store::table::pathway::{PathwayRow, PathwayVersionRow};
    pub use warmpath_store::table::person::{
        ContactPointRow, EvidenceRow, PersonRow, SubjectRequestRow, SuppressionRow,
    };
    pub use warmpath_store::table::referral::{
        CommentRow, CreditRow, DecisionRow, Filter, HopRow, ReferralRow, TextRow,
    };
    pub use warmpath_store::table::webhook::{DeliveryRow, EndpointRow};
    pub use warmpath_store::table::workspace::{
        AbsenceRow, HolidayRow, MemberRow, PartnerRow, PoolMemberRow, PoolRow, WorkspaceRow,
    };
}

pub use warmpath_store::StoreError;
