//! Tables of events that somebody exported: activities of a customer system, past introductions,
//! what members state. The columns are those of [`crate::read_events`].

use std::io::BufRead;

use super::address::address;
use super::content_lines::plain;
use super::{Import, Observation};
use crate::events::read_events;
use crate::tables::{ReadError, Watch};

/// Reads a table of events under the import's policy. People named by an address are put into
/// normal form; other names stay as they are.
///
/// # Errors
/// When the input fails, when a column is missing, or when `watch` says stop.
pub fn read_events_table(
    input: &mut dyn BufRead,
    import: &mut Import,
    watch: Watch,
) -> Result<(), ReadError> {
    let mut input = input;
    let (log, skips) = read_events(&mut input, watch)?;
    import.seen += log.events().len() as u64 + skips.total();
    import.skips.merge(&skips);
    for event in log.events() {
        let normal = |who: u32| {
            let name = log.name(who);
            address(&name).unwrap_or_else(|| plain(&name))
        };
        import.observe(Observation {
            at: event.at,
            from: normal(event.from),
            to: normal(event.to),
            message: event.message,
            recipients: event.recipients,
            kind: event.kind,
            provenance: event.provenance,
        });
    }
    Ok(())
}
