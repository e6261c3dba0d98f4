//! What was answered and how fast, as Prometheus reads it. Labels are bounded: methods, route
//! templates and status classes, never what somebody sent.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Mutex;
use std::time::Duration;

use warmpath_app::read_health::Health;

/// Upper bounds of the durations, in milliseconds.
const BOUNDS_MS: [u64; 9] = [5, 10, 25, 50, 100, 250, 500, 1_000, 5_000];

/// Method, route template, status class.
type Labels = (String, String, u16);

#[derive(Debug, Default, Clone)]
struct Cell {
    count: u64,
    sum_us: u64,
    within: [u64; BOUNDS_MS.len()],
}

/// Counts answers.
#[derive(Debug, Default)]
pub struct Measure {
    cells: Mutex<BTreeMap<Labels, Cell>>,
}

impl Measure {
    /// Counts an answer.
    pub fn note(&self, method: &str, route: &str, status: u16, took: Duration) {
        // A method that is none of ours is a text of the caller's.
        let method = match method {
            "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS" => method,
            _ => "other",
        };
        let Ok(mut cells) = self.cells.lock() else { return };
        let cell = cells.entry((method.into(), route.into(), status / 100)).or_default();
        cell.count += 1;
        cell.sum_us += u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        for (place, bound) in BOUNDS_MS.iter().enumerate() {
            cell.within[place] += u64::from(took <= Duration::from_millis(*bound));
        }
    }

    /// The text that Prometheus reads (exposition format 0.0.4).
    pub fn text(&self, health: &Health) -> String {
        let mut out = String::new();
        let gauges = [
            ("jobs_waiting", "Jobs that wait or run.", health.jobs),
            ("jobs_dead", "Jobs that were given up.", health.jobs_dead),
            ("job_late_seconds", "How late the oldest waiting job is.", health.job_late_s),
            ("ledger_entries_waiting", "Ledger entries without a number.", health.entries),
            ("ledger_lag_seconds", "Age of the oldest of them.", health.ledger_lag_s),
            ("mails_waiting", "Mails that wait to be sent.", health.mails),
        ];
        for (name, help, value) in gauges {
            let _ = writeln!(out, "# HELP warmpath_{name} {help}");
            let _ = writeln!(out, "# TYPE warmpath_{name} gauge\nwarmpath_{name} {value}");
        }
        let cells = self.cells.lock().map(|cells| cells.clone()).unwrap_or_default();
        let name = "warmpath_http_request_duration_seconds";
        let _ = writeln!(out, "# HELP {name} Time to answer.\n# TYPE {name} histogram");
        for ((method, route, class), cell) in &cells {
            let labels = format!("method=\"{method}\",route=\"{route}\",status=\"{class}xx\"");
            for (bound, count) in BOUNDS_MS.iter().zip(cell.within) {
                let seconds = *bound as f64 / 1000.0;
                let _ = writeln!(out, "{name}_bucket{{{labels},le=\"{seconds}\"}} {count}");
            }
            let _ = writeln!(out, "{name}_bucket{{{labels},le=\"+Inf\"}} {}", cell.count);
            let _ = writeln!(out, "{name}_sum{{{labels}}} {}", cell.sum_us as f64 / 1e6);
            let _ = writeln!(out, "{name}_count{{{labels}}} {}", cell.count);
        }
        out
    }
}
