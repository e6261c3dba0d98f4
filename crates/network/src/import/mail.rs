//! One message, by its header alone.

use std::io::BufRead;

use mail_parser::{Address, Header, HeaderName, HeaderValue, MessageParser};

use super::address::address;
use super::{Import, Observation};
use crate::events::{Kind, Provenance, number_of};
use crate::tables::ReadError;

/// A longer header is left out.
pub const HEADER_BYTES_MAX: usize = 256 * 1024;
/// A message to more people is a circular, not a contact.
pub const RECIPIENTS_MAX: usize = 50;

/// Reads one message, as an .eml or Maildir file holds it. Its body is not read.
///
/// # Errors
/// When the input fails.
pub fn read_message(input: &mut dyn BufRead, import: &mut Import) -> Result<(), ReadError> {
    let mut header = Vec::new();
    let mut line = Vec::new();
    loop {
        line.clear();
        let (end, _) = read_line(input, &mut line, HEADER_BYTES_MAX)?;
        if end == Line::End || line.is_empty() {
            break;
        }
        header.extend_from_slice(&line);
        header.push(b'\n');
        if end == Line::TooLong || header.len() > HEADER_BYTES_MAX {
            import.seen += 1;
            import.skip("header too large");
            return Ok(());
        }
    }
    take_header(&header, import);
    Ok(())
}

/// How a line ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Within the limit.
    Whole,
    /// Only its first part was kept.
    TooLong,
    /// There was none.
    End,
}

/// Reads a line without its end, keeping at most `limit` bytes of it. Returns how it ended and how
/// long it was in the file.
pub(super) fn read_line(
    input: &mut dyn BufRead,
    line: &mut Vec<u8>,
    limit: usize,
) -> Result<(Line, u64), ReadError> {
    let (mut length, mut too_long) = (0, false);
    loop {
        let block = match input.fill_buf() {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        if block.is_empty() {
            break;
        }
        let end = block.iter().position(|&byte| byte == b'\n');
        let part = &block[..end.unwrap_or(block.len())];
        let room = limit.saturating_sub(line.len());
        too_long |= part.len() > room;
        line.extend_from_slice(&part[..part.len().min(room)]);
        let used = end.map_or(block.len(), |end| end + 1);
        length += used as u64;
        input.consume(used);
        if end.is_some() {
            break;
        }
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    let end = match (length, too_long) {
        (0, _) => Line::End,
        (_, true) => Line::TooLong,
        (_, false) => Line::Whole,
    };
    Ok((end, length))
}

/// Reads one header and hands its contacts on.
pub(super) fn take_header(header: &[u8], import: &mut Import) {
    import.seen += 1;
    let mut whole = header.to_vec();
    whole.extend_from_slice(b"\n");
    let Some(message) = MessageParser::new().parse_headers(&whole) else {
        return import.skip("no header");
    };
    let headers = message.headers();
    if let Some(reason) = not_a_person(headers, &whole) {
        return import.skip(reason);
    }
    let Some(from) = single_sender(headers) else {
        return import.skip("no single sender");
    };
    let Some(at) = date(headers) else { return import.skip("no date") };
    let to = recipients(headers);
    if to.is_empty() {
        return import.skip("no recipient");
    }
    if to.len() > RECIPIENTS_MAX {
        return import.skip("circular to many");
    }
    let message = match text(headers, |name| *name == HeaderName::MessageId) {
        Some(id) if !id.is_empty() => number_of(&id),
        _ => number_of(&(&from, at, &to)),
    };
    if !import.first_time(message) {
        return import.skip("seen before");
    }
    let recipients = to.len() as u16;
    for to in to {
        let (kind, provenance) = (Kind::Message, Provenance::Observed);
        let from = from.clone();
        import.observe(Observation { at, from, to, message, recipients, kind, provenance });
    }
}

/// Why a message is no contact between people, if so: lists, answers by machines, bounces, spam.
fn not_a_person(headers: &[Header], whole: &[u8]) -> Option<&'static str> {
    let raw = |wanted: &str| {
        let header = headers.iter().find(|h| h.name.as_str().eq_ignore_ascii_case(wanted))?;
        let value = whole.get(header.offset_start as usize..header.offset_end as usize)?;
        Some(String::from_utf8_lossy(value).trim().to_ascii_lowercase())
    };
    if raw("List-Id").is_some() || raw("List-Post").is_some() || raw("List-Unsubscribe").is_some() {
        return Some("mailing list");
    }
    if raw("Auto-Submitted").is_some_and(|value| !value.starts_with("no")) {
        return Some("automatic message");
    }
    let precedence = raw("Precedence").unwrap_or_default();
    if ["bulk", "list", "junk", "auto_reply"].contains(&&*precedence) {
        return Some("mailing list");
    }
    if raw("Return-Path").is_some_and(|value| value == "<>") {
        return Some("bounce");
    }
    if raw("X-Loop").is_some() || raw("X-Autoreply").is_some() || raw("X-Autorespond").is_some() {
        return Some("automatic message");
    }
    let labels = raw("X-Gmail-Labels").unwrap_or_default();
    let mut labels = labels.split(',').map(|label| label.trim().trim_matches('"'));
    if labels.any(|label| ["spam", "trash", "draft", "drafts", "chat"].contains(&label)) {
        return Some("spam, bin or draft");
    }
    None
}

/// The sender, if there is exactly one From with exactly one address.
fn single_sender(headers: &[Header]) -> Option<String> {
    let mut from = headers.iter().filter(|header| header.name == HeaderName::From);
    let only = from.next()?;
    let addresses = addresses(&only.value);
    (from.next().is_none() && addresses.len() == 1).then(|| addresses.into_iter().next())?
}

fn recipients(headers: &[Header]) -> Vec<String> {
    let named =
        |header: &&Header| matches!(header.name, HeaderName::To | HeaderName::Cc | HeaderName::Bcc);
    let mut all: Vec<String> =
        headers.iter().filter(named).flat_map(|header| addresses(&header.value)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn addresses(value: &HeaderValue) -> Vec<String> {
    let HeaderValue::Address(list) = value else { return Vec::new() };
    let all: Vec<_> = match list {
        Address::List(list) => list.iter().collect(),
        Address::Group(groups) => groups.iter().flat_map(|group| &group.addresses).collect(),
    };
    all.iter().filter_map(|one| address(one.address.as_deref()?)).collect()
}

fn date(headers: &[Header]) -> Option<i64> {
    let header = headers.iter().find(|header| header.name == HeaderName::Date)?;
    match &header.value {
        HeaderValue::DateTime(date) if date.is_valid() => Some(date.to_timestamp()),
        _ => None,
    }
}

fn text(headers: &[Header], wanted: impl Fn(&HeaderName) -> bool) -> Option<String> {
    let header = headers.iter().find(|header| wanted(&header.name))?;
    match &header.value {
        HeaderValue::Text(text) => Some(text.to_string()),
        HeaderValue::TextList(list) => list.first().map(ToString::to_string),
        _ => None,
    }
}
