//! How the pages look: view models and their templates. Read `shell.rs` first, then one page.
//!
//! A handler fills plain structs (words, tones, links) and renders them; nothing here loads,
//! decides or reads a clock. Times arrive as words beside an RFC 3339 instant. Every text is
//! escaped by the templates.

#[expect(unreachable_pub, reason = "the filter macro makes items that look public")]
mod filters;
pub mod part;
mod shell;

pub mod answer;
pub mod desk;
pub mod error;
pub mod hand_over;
pub mod inbox;
pub mod pathway;
pub mod referral;
pub mod sign_in;
pub mod status;

pub use shell::{Crumb, LedgerBox, Member, NavEntry, NavGroup, Outsider, Shell};

/// The whole stylesheet, served as `/assets/app.css`. The first part holds the tokens.
pub const STYLESHEET: &str = concat!(
    include_str!("../../assets/css/1-tokens.css"),
    include_str!("../../assets/css/2-base.css"),
    include_str!("../../assets/css/3-shell.css"),
    include_str!("../../assets/css/4-parts.css"),
    include_str!("../../assets/css/5-forms-tables.css"),
    include_str!("../../assets/css/6-pages.css"),
);
