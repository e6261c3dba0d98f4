//! Filters of the templates.

use askama::filters::HtmlSafeOutput;
use std::fmt::Display;

/// Draws an icon of the sprite by its name: `{{ "inbox"|icon }}`. It is decoration: a label stands
/// beside it, or on the control around it.
#[askama::filter_fn]
pub fn icon(name: impl Display, _: &dyn askama::Values) -> askama::Result<HtmlSafeOutput<String>> {
    let name: String = name
        .to_string()
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-')
        .collect();
    Ok(HtmlSafeOutput(format!(
        r##"<svg class="i" aria-hidden="true"><use href="/assets/icons.svg#{name}"></use></svg>"##
    )))
}
