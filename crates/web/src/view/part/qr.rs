//! A QR code as inline SVG.

use super::renders_itself;
use askama::Template;
use fast_qr::qr::QRBuilder;
use std::fmt::Write;

/// A QR code of a link, drawn dark on white in both themes so that every camera reads it.
#[derive(Clone, Debug, Template)]
#[template(path = "part/qr.html")]
pub struct Qr {
    /// Name read aloud: "QR code of the link".
    pub label: String,
    /// Side of the drawing in modules, quiet zone included.
    side: usize,
    /// The dark modules as an SVG path.
    path: String,
}

/// Light modules around the code that readers need (ISO/IEC 18004 asks for four).
const QUIET_ZONE: usize = 4;

impl Qr {
    /// Encodes a text; `None` when it is too long for a QR code (about 2,900 bytes).
    #[must_use]
    pub fn of(text: &str, label: impl Into<String>) -> Option<Self> {
        let code = QRBuilder::new(text).build().ok()?;
        let mut path = String::new();
        for row in 0..code.size {
            for column in 0..code.size {
                if code[row][column].value() {
                    let (x, y) = (column + QUIET_ZONE, row + QUIET_ZONE);
                    // Writing to a string cannot fail.
                    let _ = write!(path, "M{x} {y}h1v1h-1z");
                }
            }
        }
        Some(Self { label: label.into(), side: code.size + 2 * QUIET_ZONE, path })
    }
}

renders_itself!(Qr);

#[cfg(test)]
mod tests {
    use super::Qr;

    #[test]
    fn a_link_becomes_a_square_with_finder_patterns() {
        let code = Qr::of("https://example.test/a/0123456789", "QR code").expect("short enough");
        assert!(code.path.starts_with("M4 4h1v1h-1z"), "the first finder pattern");
        assert!(code.side >= 21 + 8);
        assert!(Qr::of(&"x".repeat(5000), "QR code").is_none());
    }
}
