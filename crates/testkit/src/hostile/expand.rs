//! Placeholders: repeats and nests are written out here, names are asked for by the runner.

use std::collections::BTreeMap;
use std::io::{self, Write};

/// Beginnings of names that an adapter fills. Other braces, as in a template injection, are text.
const HEADS: [&str; 15] = [
    "a.",
    "b.",
    "random.",
    "token.",
    "session.",
    "sig.",
    "config.",
    "unknown_email",
    "form.nonce",
    "origin",
    "own_port",
    "random_ip",
    "i",
    "now",
    "now-",
];

/// Writes a text with its `{{repeat:S:N}}` and `{{nest:OPEN:CLOSE:N}}` written out; a literal colon
/// in a nest stands as `\:`. Everything else goes through as it is.
///
/// # Errors
/// When the sink refuses.
///
/// ```
/// let mut out = Vec::new();
/// warmpath_testkit::hostile::expand("<{{repeat:ab:3}}{{nest:[:]:2}}>", &mut out)?;
/// assert_eq!(out, b"<ababab[[]]>");
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn expand(text: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut rest = text;
    while let Some((before, inner, after)) = next(rest) {
        out.write_all(before.as_bytes())?;
        if !write_out(inner, out)? {
            write!(out, "{{{{{inner}}}}}")?;
        }
        rest = after;
    }
    out.write_all(rest.as_bytes())
}

/// Splits at the next placeholder: before, inside, after. A repeat may hold braces itself.
fn next(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find("{{")?;
    let end = start + 2 + text[start + 2..].find("}}")?;
    Some((&text[..start], &text[start + 2..end], &text[end + 2..]))
}

/// True when it was a repeat or a nest.
fn write_out(inner: &str, out: &mut dyn Write) -> io::Result<bool> {
    let Some((head, count)) = inner.rsplit_once(':') else {
        return Ok(false);
    };
    let Ok(count) = count.parse::<usize>() else {
        return Ok(false);
    };
    if let Some(piece) = head.strip_prefix("repeat:") {
        repeat(piece, count, out)?;
        return Ok(true);
    }
    let Some(pair) = head.strip_prefix("nest:") else {
        return Ok(false);
    };
    let plain = pair.replace("\\:", "\u{0}");
    let Some((open, close)) = plain.split_once(':') else {
        return Ok(false);
    };
    repeat(&open.replace('\u{0}', ":"), count, out)?;
    repeat(&close.replace('\u{0}', ":"), count, out)?;
    Ok(true)
}

/// Writes a piece many times, in larger chunks: a bomb has a thousand million pieces.
fn repeat(piece: &str, count: usize, out: &mut dyn Write) -> io::Result<()> {
    // `\n` stands for a line end where the file could not hold one; `{{i}}` counts.
    let per_chunk = (64 << 10) / piece.len().max(1) + 1;
    let chunk = piece.repeat(per_chunk.min(count));
    let (whole, left) = (count / per_chunk, count % per_chunk);
    if count > per_chunk {
        for _ in 0..whole {
            out.write_all(chunk.as_bytes())?;
        }
        return out.write_all(&chunk.as_bytes()[..left * piece.len()]);
    }
    out.write_all(chunk.as_bytes())
}

/// The names in a text that an adapter has to fill.
pub(super) fn names(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some((_, inner, after)) = next(rest) {
        if is_name(inner) && !names.iter().any(|known| known == inner) {
            names.push(inner.to_owned());
        }
        rest = after;
    }
    names
}

/// The text with names replaced; unknown ones stay.
pub(super) fn replace(text: &str, values: &BTreeMap<String, String>) -> String {
    let mut done = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, inner, after)) = next(rest) {
        done.push_str(before);
        match values.get(inner) {
            Some(value) => done.push_str(value),
            None => done.push_str(&format!("{{{{{inner}}}}}")),
        }
        rest = after;
    }
    done + rest
}

fn is_name(inner: &str) -> bool {
    let legal = |letter: char| letter.is_ascii_alphanumeric() || "._:-".contains(letter);
    inner.chars().all(legal)
        && HEADS.iter().any(|head| {
            if head.ends_with(['.', '-']) { inner.starts_with(head) } else { inner == *head }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(text: &str) -> String {
        let mut out = Vec::new();
        expand(text, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn repeats_and_nests_are_written_out() {
        assert_eq!(expanded("{{nest:{\"a\"\\::}:2}}"), "{\"a\":{\"a\":}}");
        assert_eq!(expanded("{{repeat:a:b:2}}"), "a:ba:b");
        assert_eq!(expanded("{{repeat:xyz:100000}}"), "xyz".repeat(100_000));
        assert_eq!(expanded("{{7*7}} {{token.valid}}"), "{{7*7}} {{token.valid}}");
    }

    #[test]
    fn only_known_names_are_asked_for() {
        assert_eq!(
            names("{{7*7}} {{token.valid:swapcase}} {{token.valid:swapcase}} {{id}}"),
            ["token.valid:swapcase"]
        );
        let values = BTreeMap::from([("b.user".to_owned(), "u1".to_owned())]);
        assert_eq!(replace("/{{b.user}}/{{x}}", &values), "/u1/{{x}}");
    }
}
