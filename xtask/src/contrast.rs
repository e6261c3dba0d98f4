//! Contrast of the stylesheet's colours, after WCAG 2.x: the tokens are read from the stylesheet,
//! and every pair that occurs on a page is computed in both themes.

use std::collections::BTreeMap;

/// Least contrast of text, WCAG 2.x success criterion 1.4.3.
const TEXT_MIN: f64 = 4.5;
/// Least contrast of graphics and borders that carry meaning, success criterion 1.4.11.
const GRAPHICS_MIN: f64 = 3.0;

/// Grounds that any text may stand on.
const GROUNDS: [&str; 4] = ["canvas", "surface", "sunken", "raised"];
/// Colours of text.
const TEXTS: [&str; 8] = ["ink", "ink-2", "ink-3", "accent", "pos", "warn", "neg", "hold"];
/// Text on its own ground: (text, ground).
const TEXT_PAIRS: [(&str, &str); 50] = [
    ("on-accent", "accent-solid"),
    ("on-accent", "accent-solid-hover"),
    ("on-neg", "neg-solid"),
    ("accent", "accent-soft"),
    ("pos", "pos-soft"),
    ("warn", "warn-soft"),
    ("neg", "neg-soft"),
    ("hold", "hold-soft"),
    ("ink", "accent-soft"),
    ("ink", "pos-soft"),
    ("ink", "warn-soft"),
    ("ink", "neg-soft"),
    ("ink", "hold-soft"),
    ("ink-2", "accent-soft"),
    ("ink-2", "pos-soft"),
    ("ink-2", "warn-soft"),
    ("ink-2", "neg-soft"),
    ("ink-2", "hold-soft"),
    ("ink", "hover"),
    ("ink-2", "hover"),
    ("ink-3", "hover"),
    ("accent", "hover"),
    ("neg", "hover"),
    ("warn", "hover"),
    ("pos", "hover"),
    ("ink", "selected"),
    ("ink-2", "selected"),
    ("ink-3", "selected"),
    ("accent", "selected"),
    ("neg", "selected"),
    ("warn", "selected"),
    ("pos", "selected"),
    ("ink", "nav-current"),
    ("ink-2", "nav-current"),
    ("accent", "nav-current"),
    ("neg", "nav-current"),
    ("ink-2", "pill"),
    ("ink", "pill"),
    ("canvas", "ink"),
    ("ink", "heat-medium"),
    ("ink", "heat-weak"),
    ("ink", "accent-line"),
    ("ink", "tint-0"),
    ("ink", "tint-1"),
    ("ink", "tint-2"),
    ("ink", "tint-3"),
    ("ink", "tint-4"),
    ("ink", "tint-5"),
    ("on-accent", "tier-strong"),
    ("hold", "selected"),
];
/// Graphics that carry meaning; each has to stand out from canvas and surface.
const GRAPHICS: [&str; 13] = [
    "control",
    "focus",
    "accent-solid",
    "tier-strong",
    "tier-medium",
    "tier-weak",
    "tier-gap",
    "c1",
    "c2",
    "c3",
    "c4",
    "c5",
    "c6",
];

/// A colour as red, green, blue.
type Colour = [u8; 3];

/// Checks every pair of a stylesheet and says how many were looked at.
///
/// # Errors
///
/// One sentence for each token that is missing or cannot be read, and for each pair below its
/// limit.
pub(crate) fn check(css: &str) -> Result<usize, Vec<String>> {
    let tokens = tokens(css);
    let mut seen = 0;
    let mut faults = Vec::new();
    for (front, ground, least) in pairs() {
        for (theme, name) in ["light", "dark"].iter().enumerate() {
            let (Some(a), Some(b)) = (tokens.get(front), tokens.get(ground)) else {
                let missing = if tokens.contains_key(front) { ground } else { front };
                faults.push(format!(
                    "--{missing} is missing, or not light-dark() of two hex colours"
                ));
                break;
            };
            seen += 1;
            let ratio = ratio(a[theme], b[theme]);
            if ratio < least {
                faults.push(format!("--{front} on --{ground}, {name}: {ratio:.2}, below {least}"));
            }
        }
    }
    faults.dedup();
    if faults.is_empty() { Ok(seen) } else { Err(faults) }
}

/// All pairs as (front, ground, least contrast).
fn pairs() -> impl Iterator<Item = (&'static str, &'static str, f64)> {
    let texts = TEXTS
        .into_iter()
        .flat_map(|text| GROUNDS.into_iter().map(move |ground| (text, ground, TEXT_MIN)));
    let own = TEXT_PAIRS.into_iter().map(|(text, ground)| (text, ground, TEXT_MIN));
    let graphics = GRAPHICS.into_iter().flat_map(|front| {
        ["canvas", "surface"].into_iter().map(move |ground| (front, ground, GRAPHICS_MIN))
    });
    texts.chain(own).chain(graphics)
}

/// Reads every `--name: light-dark(#RRGGBB, #RRGGBB);` as (light, dark).
fn tokens(css: &str) -> BTreeMap<&str, [Colour; 2]> {
    let mut found = BTreeMap::new();
    for line in css.lines() {
        let Some((name, value)) =
            line.trim().strip_prefix("--").and_then(|rest| rest.split_once(':'))
        else {
            continue;
        };
        let inner = value.trim().strip_prefix("light-dark(").and_then(|rest| rest.split_once(')'));
        let Some((light, dark)) = inner.and_then(|(both, _)| both.split_once(',')) else {
            continue;
        };
        if let (Some(light), Some(dark)) = (colour(light), colour(dark)) {
            found.insert(name, [light, dark]);
        }
    }
    found
}

fn colour(text: &str) -> Option<Colour> {
    let hex = text.trim().strip_prefix('#').filter(|hex| hex.len() == 6 && hex.is_ascii())?;
    let part = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).ok();
    Some([part(0)?, part(2)?, part(4)?])
}

/// Contrast ratio of two colours, `1..=21`, WCAG 2.x.
fn ratio(a: Colour, b: Colour) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Relative luminance, `0..=1`, WCAG 2.x.
fn luminance(colour: Colour) -> f64 {
    let [red, green, blue] = colour.map(|part| {
        let share = f64::from(part) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

#[cfg(test)]
mod tests {
    use super::{check, ratio};

    const STYLESHEET: &str = include_str!("../../crates/web/assets/css/1-tokens.css");

    #[test]
    fn every_pair_of_the_stylesheet_can_be_read() {
        let seen = check(STYLESHEET).expect("all pairs stand out");
        assert!(seen > 200, "{seen} pairs");
    }

    #[test]
    fn a_pale_text_is_found() {
        let pale = STYLESHEET.replace("#696359", "#A9A399");
        let faults = check(&pale).expect_err("ink-3 is too pale");
        assert!(faults.iter().any(|fault| fault.starts_with("--ink-3 on --canvas, light")));
    }

    #[test]
    fn a_missing_token_is_found() {
        let faults = check(&STYLESHEET.replace("--focus:", "--gone:")).expect_err("no focus");
        assert!(faults.iter().any(|fault| fault.starts_with("--focus is missing")));
    }

    #[test]
    fn the_ratio_follows_the_standard() {
        assert!((ratio([0, 0, 0], [255, 255, 255]) - 21.0).abs() < 1e-9);
        assert!((ratio([0x77, 0x77, 0x77], [255, 255, 255]) - 4.478).abs() < 0.001);
    }
}
