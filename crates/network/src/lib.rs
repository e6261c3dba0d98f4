//! Relationship network: tie strength, tiers, warm paths, asks.
//!
//! The crate answers three questions about a team and the people around it: how likely is it that
//! somebody helps ([`TieList`] takes the answers in), which way to a person is best
//! ([`Team::paths_to`]), and whom to ask for what.
//!
//! Nothing here reads a clock, a file or chance: time comes in as an argument, readers and writers
//! are handed in, and equal inputs give equal bytes.

mod confirmation;
mod connectors;
mod events;
mod gaps;
pub mod import;
mod intern;
mod paths;
mod people;
mod plan;
mod probability;
mod report;
mod strength;
mod tables;
mod ties;

pub use confirmation::{
    CONFIRMATION_DAYS, Confirmation, Effective, NotTheOwner, Rating, TieState, effective,
};
pub use connectors::{AcceptancePrior, ConnectorRecord, ConnectorWillingness, Reach, reach};
pub use events::{
    EARLIEST, Event, EventLog, Kind, MEETING_SIZE_MAX, NewEvent, PERSONAL_RECIPIENTS_MAX,
    Provenance, read_events,
};
pub use gaps::{CLOSERS_MAX, Closer, Gap, REACHED_FROM, Segment, WELL_REACHED_FROM, gaps};
pub use paths::{
    CLAIM_FROM, CONFIDENT_FROM, Link, Match, PATHS_MAX, Path, Team, Verdict, Willingness, verdict,
};
pub use people::{People, Person};
pub use plan::{
    ASKS_PER_TARGET_MAX, Ask, AskOption, AskProblem, Assignment, assign, expected, extend,
};
pub use probability::{ONE, PathValue, Probability};
pub use report::{Audit, CONNECTORS_SHOWN, Cooling, UnderUsed, VOUCHING_NEEDED, audit, html};
pub use strength::{
    ANSWERS_IN_7_DAYS, ANSWERS_IN_24_HOURS, Calibration, DAY, EVIDENCE_MAX, Formula,
    GAP_AFTER_DAYS, INPUT_NAMES, INPUTS, JUDGED_AFTER_DAYS, Levels, MEDIUM_FROM, NotCalibrated,
    OUTCOMES_MIN, Outcomes, PersonSignals, STILL_WRITES_IN_90_DAYS, STRONG_FROM, ScoreBook,
    Signals, Term, TieEvidence, TieScore, Tier, calibration_error, evidence, outcomes, score,
};
pub use tables::{LINE_BYTES_MAX, ReadError, SkippedRow, Skips, Watch, read_ties};
pub use ties::{BuildReport, Change, LiveTies, Published, Tie, TieGraph, TieList};
