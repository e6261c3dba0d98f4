//! What Linux says of a process and of the machine, read from `/proc`.

use std::fs;

/// CPU seconds that a process used so far, of all its threads (100 ticks a second).
pub(crate) fn cpu_seconds(process: &str) -> f64 {
    ticks(process).map_or(0.0, |ticks| ticks[..2].iter().sum::<f64>() / 100.0)
}

/// CPU seconds of a PostgreSQL server so far: the first process, the ones it has, and the ones it had.
pub(crate) fn cpu_seconds_of_family(process: u32) -> f64 {
    let own: f64 = ticks(&process.to_string()).map_or(0.0, |ticks| ticks.iter().sum());
    let children = fs::read_dir("/proc").into_iter().flatten().flatten();
    let children = children.filter_map(|entry| entry.file_name().into_string().ok());
    let children = children.filter(|name| parent(name) == Some(process));
    let theirs: f64 = children.filter_map(|name| ticks(&name)).flatten().sum();
    (own + theirs) / 100.0
}

/// User and system time of a process, and of the children it has waited for.
fn ticks(process: &str) -> Option<[f64; 4]> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let fields = text.rsplit(')').next()?.split_whitespace().skip(11).take(4);
    let fields: Vec<f64> = fields.flat_map(str::parse).collect();
    fields.try_into().ok()
}

fn parent(process: &str) -> Option<u32> {
    process.parse::<u32>().ok()?;
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    text.rsplit(')').next()?.split_whitespace().nth(1)?.parse().ok()
}

/// Resident memory of a process in MiB: now, and the most it ever was.
pub(crate) fn resident_mib(process: u32) -> (f64, f64) {
    let text = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        kib.unwrap_or_default() / 1024.0
    };
    (field("VmRSS:"), field("VmHWM:"))
}

/// The load average of the machine.
pub(crate) fn load() -> String {
    fs::read_to_string("/proc/loadavg").unwrap_or_default().trim().to_owned()
}
