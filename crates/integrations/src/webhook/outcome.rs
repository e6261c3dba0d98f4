//! What an answer of a receiver means for the delivery.

use jiff::{SignedDuration, Timestamp, civil, fmt::rfc2822, tz::TimeZone};

/// Longest `Retry-After` that is believed: the longest wait of the schedule.
pub const RETRY_AFTER_SECONDS_MAX: i64 = 86_400;

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Taken; done.
    Delivered,
    /// Not taken; try again by the schedule.
    Retry {
        /// The receiver asked for at least this wait from now.
        not_before: Option<SignedDuration>,
    },
    /// 410: the receiver is gone; disable the endpoint and tell its owner.
    Gone,
}

/// Reads a status code and `Retry-After` (seconds, or an HTTP date seen from `now`).
/// 2xx is success, 410 ends the endpoint, everything else (3xx included) is retried;
/// `Retry-After` counts for 429, 502, 503 and 504.
pub fn classify(status: u16, retry_after: Option<&str>, now: Timestamp) -> Outcome {
    match status {
        200..=299 => Outcome::Delivered,
        410 => Outcome::Gone,
        429 | 502 | 503 | 504 => {
            Outcome::Retry { not_before: retry_after.and_then(|text| wait(text, now)) }
        }
        _ => Outcome::Retry { not_before: None },
    }
}

fn wait(text: &str, now: Timestamp) -> Option<SignedDuration> {
    let text = text.trim();
    if text.is_empty() || text.len() > 64 {
        return None;
    }
    let seconds = if text.bytes().all(|b| b.is_ascii_digit()) {
        // A number too large to read is a wait too long to keep.
        text.parse::<i64>().unwrap_or(RETRY_AFTER_SECONDS_MAX)
    } else {
        http_date(text)?.as_second().saturating_sub(now.as_second())
    };
    Some(SignedDuration::from_secs(seconds.clamp(0, RETRY_AFTER_SECONDS_MAX)))
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`, or a numeric offset in place of `GMT`.
fn http_date(text: &str) -> Option<Timestamp> {
    if let Ok(at) = rfc2822::DateTimeParser::new().parse_timestamp(text) {
        return Some(at);
    }
    let local = civil::DateTime::strptime("%a, %d %b %Y %H:%M:%S GMT", text).ok()?;
    local.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}
