//! Job titles and other short categories.

use super::fold::fold;
use super::is_placeholder;

/// Folded words with common abbreviations written out and linking words left out.
pub fn title(text: &str) -> String {
    let folded = fold(text);
    if is_placeholder(&folded) {
        return String::new();
    }
    let words: Vec<&str> = folded.split(' ').map(expand).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

fn expand(word: &str) -> &str {
    match word {
        "of" | "the" | "and" | "for" => "",
        "vp" => "vice president",
        "ceo" => "chief executive officer",
        "cfo" => "chief financial officer",
        "cto" => "chief technology officer",
        "cmo" => "chief marketing officer",
        "cro" => "chief revenue officer",
        "coo" => "chief operating officer",
        "cio" => "chief information officer",
        "hr" => "human resources",
        "sr" | "snr" => "senior",
        "jr" | "jnr" => "junior",
        "mgr" => "manager",
        "dir" => "director",
        "eng" => "engineer",
        "ops" => "operations",
        "sdr" => "sales development representative",
        "csm" => "customer success manager",
        "ae" => "account executive",
        other => other,
    }
}

/// Folded text of a category, empty for a placeholder.
pub fn category(text: &str) -> String {
    let folded = fold(text);
    if is_placeholder(&folded) { String::new() } else { folded }
}
