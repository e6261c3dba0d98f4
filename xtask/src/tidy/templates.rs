//! What the content policy forbids in pages: styles and scripts in the page itself.

use super::{Fault, File};

/// Handlers and styles written as attributes, and the filter that switches escaping off.
const REFUSED: [(&str, &str); 4] = [
    (" style=", "give it a class: the content policy refuses styles in the page"),
    (" onclick=", "bind it in app.js: the content policy refuses handlers in the page"),
    (" onsubmit=", "bind it in app.js: the content policy refuses handlers in the page"),
    ("javascript:", "link to a page: the content policy refuses scripts in addresses"),
];

/// Checks a template line by line.
pub(crate) fn check(file: &File) -> Vec<Fault> {
    if file.ending() != "html" || file.path.contains("/data/") {
        return Vec::new();
    }
    let mut faults = Vec::new();
    for (line, text) in file.lines() {
        let lower = text.to_lowercase();
        for (part, remedy) in REFUSED {
            if lower.contains(part) {
                faults.push(file.fault(line, format!("“{}” in a template", part.trim()), remedy));
            }
        }
        for tag in lower.split("<script").skip(1) {
            let tag = tag.split('>').next().unwrap_or_default();
            if !tag.contains("src=") && !tag.contains("application/json") {
                let remedy = "put it into a file under assets; data goes as application/json";
                faults.push(file.fault(line, "a script in the page", remedy));
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    #[test]
    fn styles_and_scripts_in_the_page_are_found() {
        let count = |text: &str| check(&file("a.html", text)).len();
        assert_eq!(count("<p style=\"color: red\">"), 1);
        assert_eq!(count("<script>alert(1)</script>"), 1);
        assert_eq!(count("<script src=\"/a.js\" defer></script>"), 0);
        assert_eq!(count("<script type=\"application/json\" id=\"d\">{}</script>"), 0);
        assert_eq!(count("<link rel=\"stylesheet\" href=\"/a.css\">"), 0);
    }
}
