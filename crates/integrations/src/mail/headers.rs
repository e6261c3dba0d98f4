//! What may stand in a header line, and the few headers the library does not know.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use lettre::message::header::{HeaderName, HeaderValue};

/// Source bytes in one encoded word: 45 bytes are 60 Base64 characters, below the 75 allowed
/// for the whole word (RFC 2047, section 2).
const ENCODED_WORD_SOURCE_BYTES: usize = 45;

/// True for anything that could end or split a header line: controls of both planes and the two
/// Unicode line separators.
pub(super) fn is_forbidden_in_header(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// True for the embedding, override and isolate characters that make text read other than written.
pub(super) fn is_reordering(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A header whose value is plain ASCII on one line, already checked.
pub(super) fn plain(name: &'static str, value: &str) -> HeaderValue {
    let name = HeaderName::new_from_ascii_str(name);
    HeaderValue::dangerous_new_pre_encoded(name, value.to_owned(), value.to_owned())
}

/// The subject, with everything but plain ASCII words in encoded words. A text that only looks
/// like an encoded word is encoded too, so that a reader sees what was written.
pub(super) fn subject(text: &str) -> HeaderValue {
    let name = HeaderName::new_from_ascii_str("Subject");
    if text.is_ascii() && !text.contains("=?") {
        return HeaderValue::new(name, text.to_owned());
    }
    let mut words = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.floor_char_boundary(ENCODED_WORD_SOURCE_BYTES);
        let (head, tail) = rest.split_at(end);
        words.push(format!("=?utf-8?B?{}?=", STANDARD.encode(head)));
        rest = tail;
    }
    HeaderValue::dangerous_new_pre_encoded(name, text.to_owned(), words.join("\r\n "))
}
