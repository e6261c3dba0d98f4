//! The bounds of a pathway document and of a pool. Everything has one, so that no document can
//! make the linter or the evaluator slow; `/v1/limits` shows them.

/// Longest document, in bytes of UTF-8.
pub const DOCUMENT_BYTES_MAX: usize = 128 * 1024;
/// Most rules in one document.
pub const RULES_MAX: usize = 200;
/// Most rows in the fit table.
pub const FIT_ROWS_MAX: usize = 30;
/// Most playbooks in one document.
pub const PLAYBOOKS_MAX: usize = 50;
/// Longest `when` line, in bytes.
pub const WHEN_BYTES_MAX: usize = 2_000;
/// Deepest nesting of parentheses and `not` in a `when`.
pub const WHEN_DEPTH_MAX: usize = 24;
/// Most conditions in one `when`.
pub const CONDITIONS_MAX: usize = 64;
/// Most values in one list, in a `when` or elsewhere in a document.
pub const LIST_VALUES_MAX: usize = 256;
/// Longest text value (an opening text), in characters.
pub const TEXT_CHARS_MAX: usize = 4_000;
/// Longest name or id, in characters.
pub const NAME_CHARS_MAX: usize = 120;
/// Most findings reported at once; the rest would only hide the first.
pub const FINDINGS_MAX: usize = 200;
/// Longest clock, in minutes of its own kind (90 days of the wall clock).
pub const PERIOD_MINUTES_MAX: u32 = 90 * 24 * 60;
/// Most members in one pool.
pub const POOL_MEMBERS_MAX: usize = 64;
/// Largest weight of a pool member.
pub const WEIGHT_MAX: u32 = 100;
/// Most turns that may be owed to one member (credit back and catch-up together).
pub const OWED_MAX: u32 = 50;
/// Most past turns kept for one member to count its caps.
pub const TURNS_KEPT_MAX: usize = 1_000;
/// Longest line count for which a line-by-line difference is searched; above it the whole middle
/// counts as changed.
pub const DIFF_LINES_MAX: usize = 3_000;
/// Most boxes (products of value sets) the exact shadow analysis may hold before it gives up.
pub const BOXES_MAX: usize = 600;
