//! Shared parts of the pages. Each part is a plain struct that renders itself: a page's template
//! writes `{{ part }}`. Parts know words and tones; they know neither clock nor store.

mod action;
mod chain;
mod chart;
mod contact;
mod form;
mod mark;
mod notice;
mod path;
mod qr;
mod record;
mod score;
mod section;
mod step_line;
mod table;
mod words;

pub use action::{Action, ActionGroup, ActionKind, ActionTo, Menu};
pub use chain::{Chain, ChainStep, Hop, PersonRole};
pub use chart::{Bar, Bars, ChartView, HeatCell, HeatMap, Target, Targets};
pub use contact::{Channel, MayContact, Verdict};
pub use form::{Check, Choice, Choices, ErrorSummary, Field, FieldKind, FormPart, FormView, Voice};
pub use mark::{
    Avatar, AvatarSize, Clock, ClockKind, EvidenceChip, Pill, Seal, SealedPerson, Standing, Tier,
    TierKind, Tone,
};
pub use notice::{EmptyArt, EmptyState, Note, Segment, SegmentEntry, Toast};
pub use path::PathCard;
pub use qr::Qr;
pub use record::{Comment, Fact, Facts, Progress, RightsLine, Timeline, TimelineEntry};
pub use score::{Candidate, RouteTrace, ScoreStep, StepTable, TraceStage};
pub use section::{Block, FilterBar, Section};
pub use step_line::StepLine;
pub use table::{Cell, Column, Row, Sort, Stat, Stats, TableView};
pub use words::{HumanWords, OpeningText, TextPiece};

/// Marks parts as rendering safe HTML: their templates escape every text they were given.
macro_rules! renders_itself {
    ($($part:ty),+ $(,)?) => { $(impl askama::filters::HtmlSafe for $part {})+ };
}
pub(crate) use renders_itself;
