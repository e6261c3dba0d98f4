//! The working spans of a calendar, in order.
//!
//! Time is cut where the zone changes its offset. Inside one piece the wall clock runs evenly, so
//! a block of a day is a plain interval there, cut to the piece. This needs no rule for hours
//! that are missing or come twice, nor for zones that skip a whole day.

use std::collections::VecDeque;

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use super::{Block, CalendarRefusal, HORIZON_DAYS, WorkingHours};

/// A half-open interval of instants.
type Span = (Timestamp, Timestamp);

impl WorkingHours {
    /// Working spans that intersect `[from, to)`, cut to it, in order, never empty; at most
    /// [`HORIZON_DAYS`] days of them.
    pub(super) fn spans(
        &self,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<impl Iterator<Item = Span> + '_, CalendarRefusal> {
        let offset = self.zone().to_offset(from);
        let date = offset.to_datetime(from).date();
        let mut spans = Spans {
            hours: self,
            offset,
            piece: (from, to),
            end: to,
            date,
            days_left: HORIZON_DAYS,
            ready: VecDeque::new(),
        };
        spans.piece.1 = spans.piece_end(from);
        Ok(spans)
    }
}

struct Spans<'a> {
    hours: &'a WorkingHours,
    /// Offset of the zone within the piece.
    offset: Offset,
    /// Stretch of constant offset being worked through.
    piece: Span,
    /// Where the question ends.
    end: Timestamp,
    /// Date by the wall clock that comes next.
    date: Date,
    /// Days that may still be looked at.
    days_left: i32,
    /// Spans found and not yet handed out.
    ready: VecDeque<Span>,
}

impl Spans<'_> {
    /// The next change of the zone's offset after `from`, or the end of the question.
    fn piece_end(&self, from: Timestamp) -> Timestamp {
        let next = self.hours.zone().following(from).next();
        next.map_or(self.end, |transition| transition.timestamp().min(self.end))
    }

    /// Works through one date; `None` when the question is at its end.
    fn advance(&mut self) -> Option<()> {
        self.days_left = self.days_left.checked_sub(1).filter(|days| *days >= 0)?;
        if self.instant(self.date, 0).is_none_or(|midnight| midnight >= self.piece.1) {
            return self.next_piece();
        }
        let hours = self.hours;
        for block in hours.blocks_on(self.date) {
            self.push_block(*block);
        }
        match self.date.tomorrow() {
            Ok(tomorrow) => self.date = tomorrow,
            Err(_) => self.days_left = 0,
        }
        Some(())
    }

    fn next_piece(&mut self) -> Option<()> {
        let from = self.piece.1;
        if from >= self.end {
            return None;
        }
        self.offset = self.hours.zone().to_offset(from);
        self.piece = (from, self.piece_end(from));
        self.date = self.offset.to_datetime(from).date();
        Some(())
    }

    fn push_block(&mut self, block: Block) {
        let from = self.instant(self.date, block.from).map(|from| from.max(self.piece.0));
        let to = self.instant(self.date, block.to).map(|to| to.min(self.piece.1));
        let (Some(mut from), Some(to)) = (from, to) else { return };
        for absence in self.hours.absences_after(from) {
            if absence.from >= to {
                break;
            }
            if from < absence.from {
                self.ready.push_back((from, absence.from));
            }
            from = from.max(absence.to);
        }
        if from < to {
            self.ready.push_back((from, to));
        }
    }

    /// The instant at which a clock with this piece's offset shows the minute of the date.
    fn instant(&self, date: Date, minute: u16) -> Option<Timestamp> {
        let midnight = DateTime::from(date);
        let start = self.offset.to_timestamp(midnight).ok()?;
        start.checked_add(SignedDuration::from_mins(i64::from(minute))).ok()
    }
}

impl Iterator for Spans<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        loop {
            if let Some(span) = self.ready.pop_front() {
                return Some(span);
            }
            self.advance()?;
        }
    }
}
