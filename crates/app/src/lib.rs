//! The use cases: one file each, named with a verb. Each reads the same way: authorise, load,
//! decide, apply.
//!
//! The actors: [`App`] holds what every use case needs (database, clock, random source, keys); a
//! [`Grant`] is the proof, made by the policy alone, that the caller may do this; a
//! [`Unit`](unit::Unit) gathers what one use case changes and applies it as one change set.
//!
//! Invariants: nothing is answered before it is durable; nothing is sent from here, only queued; no
//! use case reads a clock or a random source but through [`App`].

pub mod add_words;
pub mod advance_referral;
pub mod answer_opt_in;
pub mod api_key;
pub mod audit_past_referrals;
pub mod believe_account;
pub mod bring_signals;
pub mod change_workspace;
pub mod choose_places;
pub mod comment_on_referral;
pub mod consent_receipt;
pub mod context;
pub mod count_asks;
pub mod count_menu;
pub mod currency;
pub mod decide_duplicate;
pub mod edit_pathway;
pub mod erase_person;
pub mod error;
pub mod explain_route;
pub mod export_leads;
pub mod export_ledger;
pub mod export_person;
pub mod fan_out;
pub mod fill_text;
pub mod find_paths;
pub mod find_person;
pub mod gather_facts;
pub mod hand_over;
pub mod import;
pub mod import_network;
pub mod import_register;
pub mod index_people;
pub mod introduce;
pub mod join_referral;
pub mod keep_brief;
pub mod keep_no_longer;
pub mod keys;
pub mod leave_network;
pub mod link;
pub mod look_first;
pub mod make_personal_link;
pub mod manage_absences;
pub mod manage_account;
pub mod manage_api_keys;
pub mod manage_endpoints;
pub mod manage_members;
pub mod manage_pools;
pub mod manage_profiles;
pub mod manage_requests;
pub mod manage_sources;
pub mod manage_suppressions;
pub mod map_import;
pub mod may_contact;
pub mod member_hours;
pub mod move_referral;
pub mod network;
pub mod note_denial;
pub mod opening_text;
pub mod pick_owner;
pub mod place_company;
pub mod plan_asks;
pub mod policy;
pub mod portal;
pub mod programme;
pub mod propose_criteria;
pub mod prove_entry;
pub mod rate_tie;
pub mod read_account;
pub mod read_connectors;
pub mod read_duplicates;
pub mod read_health;
pub mod read_imports;
pub mod read_inbox;
pub mod read_ledger;
pub mod read_matches;
pub mod read_network;
pub mod read_referrals;
pub mod read_status;
pub mod read_team;
pub mod read_tie;
pub mod read_tiers;
pub mod read_workspace;
pub mod renew_link;
pub mod report_figures;
pub mod resolve;
pub mod route_referral;
pub mod run_clock;
pub mod run_import;
pub mod run_job;
pub mod send_mail;
pub mod sequence_ledger;
pub mod set_privacy;
pub mod setup_workspace;
pub mod sign_in;
pub mod stop_import;
pub mod submit_by_program;
pub mod submit_referral;
pub mod sweep_people;
pub(crate) mod take_network;
pub mod tend_outbox;
pub mod thank_referrer;
pub mod told;
pub mod unit;
pub mod universe;
pub mod upload_import;
pub mod use_personal_link;
pub mod verify_entries;
pub mod verify_ledger;
pub mod wording;

pub use context::{App, Config};
pub use error::Failure;
pub use policy::{Grant, Principal};

/// The row types that use cases hand out, for the faces that show them. No query leaves this crate.
pub mod rows {
    pub use warmpath_store::field::Json;
    pub use warmpath_store::table::access::{ApiKeyRow, LinkRow, SessionRow};
    pub use warmpath_store::table::account::{AccountRow, OpportunityRow};
    pub use warmpath_store::table::authority::{AuthorityRow, CommitteeSeatRow};
    pub use warmpath_store::table::bulletin::{BulletinAnswerRow, BulletinRow, OfferRow};
    pub use warmpath_store::table::clock::{AcknowledgementRow, ClockRow};
    pub use warmpath_store::table::connector::{ConnectorRow, GoodwillRow};
    pub use warmpath_store::table::consent::ConsentRow;
    pub use warmpath_store::table::group::{GatheringRow, GroupRow, GroupSeatRow};
    pub use warmpath_store::table::identity::{DuplicateRow, MergeRow};
    pub use warmpath_store::table::import::{ImportRow, RefusedRow};
    pub use warmpath_store::table::introduction::{
        IntroductionConsentRow, IntroductionRow, IntroductionTextRow,
    };
    pub use warmpath_store::table::job::JobRow;
    pub use warmpath_store::table::ledger::{CheckpointRow, EntryRow};
    pub use warmpath_store::table::mail::MailRow;
    pub use warmpath_store::table::network::{
        BlockRow, BriefRow, ConnectorRecordRow, MappedRow, SeatRow, TieEventRow,
    };
    pub use warmpath_store::table::pathway::{PathwayRow, PathwayVersionRow};
    pub use warmpath_store::table::person::{
        ContactPointRow, EvidenceRow, PersonRow, SubjectRequestRow, SuppressionRow,
    };
    pub use warmpath_store::table::profile::{ProfileOutcomeRow, ProfileRow, ProfileVersionRow};
    pub use warmpath_store::table::recruit::{AgreementRow, RecruitRow};
    pub use warmpath_store::table::referral::{
        CommentRow, CreditRow, DecisionRow, Filter, HopRow, ReferralRow, TextRow,
    };
    pub use warmpath_store::table::register::{CompanyRow, RegisterFileRow, SignalRow};
    pub use warmpath_store::table::source::{PrecedenceRow, SystemRow};
    pub use warmpath_store::table::sweep::SweepRow;
    pub use warmpath_store::table::webhook::{DeliveryRow, EndpointRow};
    pub use warmpath_store::table::workspace::{
        AbsenceRow, HolidayRow, MemberRow, PartnerRow, PoolMemberRow, PoolRow, WorkspaceRow,
    };
}

pub use warmpath_store::StoreError;

/// What profile pages show: the words of a brief, criteria, meter, texts.
pub mod profile {
    pub use warmpath_profile::kit::{Finding, Kit, Problem};
    pub use warmpath_profile::lifecycle::{
        Automation, Comparison, Move, Outcomes, Rate, State, compare,
    };
    pub use warmpath_profile::matching::{Check, Truth};
    pub use warmpath_profile::meter::{Advice, Left, Specificity};
    pub use warmpath_profile::proposal::{Dropped, ProposedItem, Reviewed};
    pub use warmpath_profile::{
        Criteria, Evidence, Judgement, ParsedBrief, Reason, Verdict, role_info,
    };
}

/// The words of the network's engine.
pub mod tie {
    pub use warmpath_network::{
        CLAIM_FROM, CONFIDENT_FROM, ConnectorWillingness, Rating, TieState, Tier,
    };
}

/// What pathway pages show of a document: findings, forms, differences.
pub mod pathway {
    pub use warmpath_pathway::edit::{LineKind, RuleForm, diff_lines, rule_forms};
    pub use warmpath_pathway::fact::CATALOGUE;
    pub use warmpath_pathway::{Decision, Finding, Outcome, Severity, apply_fix, parse};
}
