//! Events from CSV: `ts,from,to` and, where known, `msg`, `kind`, `recipients`, `provenance`.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Read;

use super::{EventLog, Kind, NewEvent, Provenance};
use crate::tables::{ReadError, Skips, Watch};

/// Times the caller is told about progress: every so many rows.
const WATCH_EVERY: u64 = 16_384;

#[derive(Clone, Copy)]
struct Columns {
    at: usize,
    from: usize,
    to: usize,
    message: Option<usize>,
    kind: Option<usize>,
    recipients: Option<usize>,
    provenance: Option<usize>,
}

/// Reads events. `ts` is in whole seconds since 1970; rows of one `msg` by one sender are one
/// message, and without `msg` those of one sender in one second are. Rows that cannot be true are
/// left out and reported by line.
///
/// # Errors
/// When the input fails, when a column is missing, or when `watch` says stop.
pub fn read_events(input: &mut dyn Read, watch: Watch) -> Result<(EventLog, Skips), ReadError> {
    let mut rows = csv::ReaderBuilder::new().flexible(true).from_reader(input);
    let columns = find_columns(rows.byte_headers().map_err(broken)?)?;
    let (mut log, mut skips) = (EventLog::default(), Skips::default());
    let mut row = csv::ByteRecord::new();
    while rows.read_byte_record(&mut row).map_err(broken)? {
        let line = row.position().map_or(0, csv::Position::line);
        if let Err(reason) = columns.add(&row, &mut log) {
            skips.note(line, reason);
        }
        if line.is_multiple_of(WATCH_EVERY) && !watch(0) {
            return Err(ReadError::Interrupted);
        }
    }
    log.count_recipients();
    Ok((log, skips))
}

fn broken(error: csv::Error) -> ReadError {
    ReadError::Input(std::io::Error::other(error))
}

fn find_columns(header: &csv::ByteRecord) -> Result<Columns, ReadError> {
    let names: Vec<String> = header
        .iter()
        .map(|name| String::from_utf8_lossy(name).trim_start_matches('\u{feff}').trim().to_owned())
        .collect();
    let find = |name: &str| names.iter().position(|found| found.eq_ignore_ascii_case(name));
    let need = |wanted: &'static str| {
        let header = names.join(",").chars().take(200).collect();
        find(wanted).ok_or(ReadError::MissingColumn { wanted, header })
    };
    Ok(Columns {
        at: need("ts")?,
        from: need("from")?,
        to: need("to")?,
        message: find("msg"),
        kind: find("kind"),
        recipients: find("recipients"),
        provenance: find("provenance"),
    })
}

impl Columns {
    fn add(self, row: &csv::ByteRecord, log: &mut EventLog) -> Result<(), &'static str> {
        let text = |at: usize| {
            let field = row.get(at).unwrap_or(b"");
            std::str::from_utf8(field).map(str::trim).map_err(|_| "not UTF-8")
        };
        let optional = |at: Option<usize>| at.map_or(Ok(""), text);
        let at = whole_seconds(text(self.at)?).ok_or("not a time")?;
        let from = text(self.from)?;
        let message = match optional(self.message)? {
            "" => number_of(&(from, at)),
            name => name.parse().unwrap_or_else(|_| number_of(&name)),
        };
        let recipients = match optional(self.recipients)? {
            "" => 0,
            count => count.parse().map_err(|_| "not a count of recipients")?,
        };
        let kind = Kind::from_word(optional(self.kind)?).ok_or("unknown kind")?;
        let provenance = match optional(self.provenance)? {
            "" => Provenance::Observed,
            word => Provenance::from_word(word).ok_or("unknown provenance")?,
        };
        let to = text(self.to)?;
        log.add(NewEvent { at, from, to, message, recipients, kind, provenance })
    }
}

fn whole_seconds(text: &str) -> Option<i64> {
    text.parse::<i64>().ok().or_else(|| {
        let number: f64 = text.parse().ok()?;
        (number.abs() < 1e15).then(|| number.floor() as i64)
    })
}

/// A number for a name; the same in every run.
pub(crate) fn number_of(name: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_events_and_bad_rows_are_named() {
        let text = "ts,from,to,msg,kind\n1000000000,a,b,m,to\n1000000000,a,c,m,cc\n\
                    283996800,a,b,n,to\n1000000001,a,a,o,to\nsoon,a,b,p,to\n1000000002,a,b,q,dance\n";
        let (log, skips) = read_events(&mut text.as_bytes(), &mut |_| true).expect("readable");
        let recipients: Vec<u16> = log.events().iter().map(|event| event.recipients).collect();
        assert_eq!(recipients, [2, 2]);
        for reason in ["dated before 1990", "to oneself", "not a time", "unknown kind"] {
            assert_eq!(skips.count(reason), 1, "{reason}");
        }
    }
}
