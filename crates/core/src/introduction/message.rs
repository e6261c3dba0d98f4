//! What makes an introduction a pitch, and what a personal slot needs.

use crate::text::fold;

/// What stands in a draft where the connector's own line goes.
pub const OWN_LINE: &str = "[your own line]";
/// Shortest personal line, in characters.
pub const OWN_LINE_MIN: usize = 12;

/// Phrases by which somebody sells instead of introducing.
const PITCH: &[&str] = &[
    "book a demo",
    "product demo",
    "free trial",
    "free demo",
    "pricing",
    "discount",
    "special offer",
    "limited time",
    "our solution",
    "our product",
    "our platform",
    "market leader",
    "leading provider",
    "sales team",
    "schedule a call now",
    "sign up",
    "buy now",
];

/// The phrases of a text that sell.
pub fn pitches(text: &str) -> Vec<&'static str> {
    let folded = fold(text).split_whitespace().collect::<Vec<_>>().join(" ");
    PITCH.iter().copied().filter(|phrase| folded.contains(phrase)).collect()
}

/// Whether somebody wrote a line of their own.
pub fn is_own_line(line: &str) -> bool {
    line.trim().chars().count() >= OWN_LINE_MIN && !line.contains(OWN_LINE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selling_is_told_from_introducing() {
        assert!(pitches("You both closed five plants in a week.").is_empty());
        assert_eq!(pitches("Get a FREE\n trial of our platform"), ["free trial", "our platform"]);
    }

    #[test]
    fn a_personal_line_is_more_than_a_word() {
        assert!(!is_own_line("Hi both"));
        assert!(!is_own_line("[your own line] and more"));
        assert!(is_own_line("We sat together in Oslo last year."));
    }
}
