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
pub mod duplicates;
pub mod error;
pub mod glass;
pub mod hand_over;
pub mod inbox;
pub mod introductions;
pub mod pathway;
pub mod profile;
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
    include_str!("../../assets/css/7-network.css"),
    include_str!("../../assets/css/7-review.css"),
);

#[cfg(test)]
mod tests {
    use super::STYLESHEET;
    use std::fs;
    use std::path::Path;

    const SPRITE: &str = include_str!("../../assets/icons.svg");

    /// Every template as (path, text).
    fn templates() -> Vec<(String, String)> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
        [root.clone(), root.join("part")]
            .iter()
            .flat_map(|folder| fs::read_dir(folder).expect("the folder stands"))
            .map(|entry| entry.expect("can be read").path())
            .filter(|path| path.is_file())
            .map(|path| (path.display().to_string(), fs::read_to_string(&path).expect("text")))
            .collect()
    }

    #[test]
    fn nothing_inline_breaks_the_content_security_policy() {
        for (path, text) in templates() {
            for forbidden in ["style=", "<style", " onclick", " onload", " hx-on", "javascript:"] {
                assert!(!text.contains(forbidden), "{path} contains {forbidden}");
            }
            for script in text.split("<script").skip(1) {
                let inert = script.starts_with(" src=") || script.contains("application/json");
                assert!(inert, "{path} holds an inline script");
            }
        }
    }

    #[test]
    fn every_named_icon_is_in_the_sprite() {
        let mut seen = 0;
        for (path, text) in templates() {
            for piece in text.split("{{ \"").skip(1) {
                let Some((name, rest)) = piece.split_once('"') else { continue };
                if rest.starts_with("|icon") {
                    seen += 1;
                    assert!(SPRITE.contains(&format!("id=\"{name}\"")), "{path}: no icon {name}");
                }
            }
        }
        assert!(seen > 40, "{seen} icons");
    }

    #[test]
    fn every_token_used_is_defined() {
        for piece in STYLESHEET.split("var(--").skip(1) {
            let name = piece.split([')', ',']).next().expect("a name");
            assert!(STYLESHEET.contains(&format!("--{name}:")), "--{name} is not defined");
        }
    }
}
