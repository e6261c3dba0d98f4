//! Times, clocks and states in words.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use warmpath_app::rows::ClockRow;
use warmpath_core::referral::{Action, ReferralState};

use crate::view::part::{Clock, ClockKind, Pill, Tone};

/// Puts times into words for one reader: their zone, and now.
#[derive(Clone)]
pub struct Words {
    /// The reader's zone.
    pub zone: TimeZone,
    /// Now.
    pub now: Timestamp,
}

impl Words {
    /// For a reader in this zone.
    pub fn new(zone: &str, now: Timestamp) -> Self {
        Self { zone: TimeZone::get(zone).unwrap_or(TimeZone::UTC), now }
    }

    /// "Today, 09:02", "Yesterday, 17:20", "18 May, 17:20", with the year when it is not this one.
    pub fn moment(&self, at: Timestamp) -> String {
        let (then, now) = (at.to_zoned(self.zone.clone()), self.now.to_zoned(self.zone.clone()));
        let time = then.strftime("%H:%M");
        let days = days_between(&then, &now);
        match days {
            0 => format!("Today, {time}"),
            1 => format!("Yesterday, {time}"),
            -1 => format!("Tomorrow, {time}"),
            _ => format!("{}, {time}", self.day(at)),
        }
    }

    /// The same inside a sentence: "today, 09:02".
    pub fn within(&self, at: Timestamp) -> String {
        let words = self.moment(at);
        let relative = ["Today", "Yesterday", "Tomorrow"].iter().any(|w| words.starts_with(w));
        if relative { words.to_lowercase() } else { words }
    }

    /// "18 May", with the year when it is not this one.
    pub fn day(&self, at: Timestamp) -> String {
        let (then, now) = (at.to_zoned(self.zone.clone()), self.now.to_zoned(self.zone.clone()));
        let day = then.day();
        if then.year() == now.year() {
            format!("{day} {}", then.strftime("%B"))
        } else {
            format!("{day} {}", then.strftime("%B %Y"))
        }
    }

    /// A stretch in words: "52 min", "3 h 10", "4 days".
    pub fn stretch(seconds: i64) -> String {
        let minutes = seconds.max(0) / 60;
        match minutes {
            0..=59 => format!("{minutes} min"),
            60..=1439 if minutes % 60 == 0 => format!("{} h", minutes / 60),
            60..=599 => format!("{} h {:02}", minutes / 60, minutes % 60),
            600..=2879 => format!("{} h", minutes / 60),
            _ => format!("{} days", minutes / 1440),
        }
    }

    /// A clock as it stands.
    pub fn clock(&self, row: &ClockRow) -> Clock {
        let left = row.due_at.duration_since(self.now).as_secs();
        let total = row.due_at.duration_since(row.started_at).as_secs().max(1);
        let share = (left.max(0) * 100 / total).clamp(0, 100);
        let datetime = row.due_at.to_string();
        let share_left = u8::try_from(share).unwrap_or(0);
        let (words, kind) = match row.state.as_str() {
            "met" => {
                let spare = row.met_at.map_or(0, |met| row.due_at.duration_since(met).as_secs());
                (format!("Met, {} to spare", Self::stretch(spare)), ClockKind::Met)
            }
            "paused" => ("Paused".to_owned(), ClockKind::Paused),
            _ if left < 0 && row.met_at.is_none() => {
                (format!("{} late", Self::stretch(-left)), ClockKind::Breached)
            }
            "breached" => ("Late".to_owned(), ClockKind::Breached),
            _ => {
                let kind = if share <= 25 { ClockKind::Soon } else { ClockKind::Fine };
                let words = if left <= 36_000 {
                    format!("{} left", Self::stretch(left))
                } else {
                    self.moment(row.due_at)
                };
                (words, kind)
            }
        };
        Clock { words, datetime, kind, share_left }
    }
}

fn days_between(then: &jiff::Zoned, now: &jiff::Zoned) -> i64 {
    let (a, b) = (then.date(), now.date());
    a.until(b).map_or(i64::MAX, |span| i64::from(span.get_days()))
}

/// A state as a pill.
pub fn state_pill(state: ReferralState) -> Pill {
    use ReferralState as S;
    let tone = match state {
        S::Received | S::Verified | S::Declined | S::Expired | S::Cancelled => Tone::Neutral,
        S::Qualified | S::Opportunity | S::Won => Tone::Positive,
        S::NoShow | S::Cancelling => Tone::Warning,
        S::Held | S::Duplicate => Tone::Hold,
        S::Withdrawn | S::Failed | S::Lost => Tone::Negative,
        _ => Tone::Accent,
    };
    Pill::new(state_word(state), tone)
}

/// A state as a word for people.
pub fn state_word(state: ReferralState) -> &'static str {
    use ReferralState as S;
    match state {
        S::Received => "Received",
        S::Verified => "Waiting for an answer",
        S::Cleared => "Cleared",
        S::Resolved => "Resolved",
        S::Enriched => "Enriched",
        S::Scored => "Scored",
        S::Routed => "Routed",
        S::Accepted => "Accepted",
        S::Contacted => "Contacted",
        S::MeetingScheduled => "Meeting planned",
        S::MeetingHeld => "Met",
        S::Qualified => "Qualified",
        S::Opportunity => "Opportunity",
        S::Won => "Won",
        S::Lost => "Lost",
        S::Held => "Held",
        S::Duplicate => "Joined",
        S::Nurturing => "Later",
        S::Declined => "Declined",
        S::Failed => "Not possible",
        S::NoShow => "No-show",
        S::Cancelling => "Cancelling",
        S::Cancelled => "Cancelled",
        S::Withdrawn => "Withdrawn",
        S::Expired => "Expired",
    }
}

/// An action as a verb for a button, with its key letter (empty for none).
pub fn action_word(action: Action) -> (&'static str, &'static str) {
    match action {
        Action::Accept => ("Accept", "A"),
        Action::Decline => ("Decline", "D"),
        Action::LogContact => ("Log first contact", "C"),
        Action::ScheduleMeeting => ("Log meeting date", "M"),
        Action::RecordNoShow => ("Record a no-show", ""),
        Action::LogMeeting => ("Log meeting", "M"),
        Action::Qualify => ("Qualify", "Q"),
        Action::OpenOpportunity => ("Open opportunity", "O"),
        Action::Win => ("Mark as won", "W"),
        Action::Lose => ("Mark as lost", "L"),
        Action::Fail => ("Not possible", ""),
        Action::Nurture => ("Later", ""),
        Action::Return => ("Bring back now", "B"),
        Action::Hold => ("Hold", ""),
        Action::Release => ("Release", "R"),
        Action::MarkDuplicate => ("Join with another", ""),
        Action::Reassign => ("Hand to a colleague", "H"),
        Action::RequestCancel => ("Cancel", ""),
        Action::ConfirmCancel => ("Confirm cancelling", ""),
        Action::KeepGoing => ("Keep going", ""),
        Action::Withdraw => ("Record a withdrawal", ""),
        Action::RenewLink => ("Make a fresh link", ""),
        Action::Verify
        | Action::Clear
        | Action::Resolve
        | Action::Enrich
        | Action::Score
        | Action::Route
        | Action::Expire => ("", ""),
    }
}

/// The first letter made large: codes and short reasons stand as sentences.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A small number as a word at the beginning of a sentence: "Two"; larger ones in digits.
pub fn number_word(number: usize) -> String {
    const SMALL: [&str; 9] =
        ["Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"];
    let small = number.checked_sub(2).and_then(|place| SMALL.get(place));
    small.map_or_else(|| thousands(number as i64), |word| (*word).to_owned())
}

/// A number with thousands separated: "48,211".
pub fn thousands(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::new();
    for (n, c) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    if number < 0 { format!("-{out}") } else { out }
}
