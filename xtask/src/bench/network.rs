//! `cargo xtask bench network DIR`: the relationship network against the clock.
//!
//! DIR holds `edges.csv`, `teams.csv`, `queries.csv` and `iip.csv` in the form of the warm-path
//! benchmark. CPU time is what the scheduler says this thread ran; wall time is told where several
//! threads are at work.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs::File;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use warmpath_network::{
    Change, LiveTies, Person, Probability, Published, Team, TieGraph, TieList, Willingness,
    read_ties,
};

/// Rounds over all queries, so that sums are long against the clock.
const ROUNDS: usize = 5;
/// Ties changed per second beside the readers.
const UPDATES_PER_SECOND: u64 = 50_000;
const UPDATE_BATCH: usize = 100;
const PAIRS_OF_RUNS: usize = 5;

/// The input of one run.
struct Input {
    state: Published,
    teams: Vec<Vec<Person>>,
    /// Team and target.
    queries: Vec<(usize, Person)>,
    people: Vec<Person>,
}

/// Runs everything and returns a table in Markdown.
pub(crate) fn run(folder: &Path) -> Result<String> {
    let mut table = String::from("| what | figure |\n|---|---|\n");
    let mut row = |what: &str, figure: String| {
        let _ = writeln!(table, "| {what} | {figure} |");
    };
    let before = resident_mib()?;
    let start = now();
    let graph = build(folder)?;
    row("build from CSV, wall", format!("{:.2} s", start.elapsed().as_secs_f64()));
    let ties = graph.tie_count();
    row("people, ties", format!("{}, {ties}", graph.people().len()));
    row("resident after build", format!("{:.0} MiB more than before", resident_mib()? - before));
    let input = read_input(folder, graph)?;

    let (cpu, p50, p99) = queries(&input)?;
    row("path query, CPU mean of all", format!("{cpu:.2} µs"));
    row("path query, p50 and p99", format!("{p50:.2} µs, {p99:.1} µs"));
    let (setup, matches) = teams(&input)?;
    row("table of a team, CPU", format!("{:.2} ms", setup * 1e3));
    row("100 best matches of a team, CPU with its table", format!("{:.2} ms", matches * 1e3));
    row("two threads against one, best of five pairs", format!("{:.2} ×", threads(&input)));
    let (small, large) = updates(&input)?;
    row("ties changed per second, batches of 100", format!("{small:.0}"));
    row("ties changed per second, batches of 10,000", format!("{large:.0}"));
    let wrong = after_a_million_changes(&input);
    row("answers wrong after 1,000,000 changes, against a fresh build", wrong.to_string());
    let (idle, busy) = while_updating(&input);
    row(
        "p99 of queries, idle and beside 50,000 changes a second",
        format!("{idle:.1} µs, {busy:.1} µs ({:.2} ×)", busy / idle),
    );
    Ok(table)
}

#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn now() -> Instant {
    Instant::now()
}

/// Seconds this thread has run, from the scheduler.
fn cpu_seconds() -> Result<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let ran: f64 = text.split_whitespace().next().context("no figure")?.parse()?;
    Ok(ran / 1e9)
}

fn resident_mib() -> Result<f64> {
    let text = std::fs::read_to_string("/proc/self/status")?;
    let line = text.lines().find(|line| line.starts_with("VmRSS:")).context("no VmRSS")?;
    let kib: f64 = line.split_whitespace().nth(1).context("no figure")?.parse()?;
    Ok(kib / 1024.0)
}

fn build(folder: &Path) -> Result<TieGraph> {
    let mut file = File::open(folder.join("edges.csv"))?;
    let (ties, _) = read_ties(&mut file, &mut |_| true)?;
    Ok(ties.build().0)
}

fn read_input(folder: &Path, graph: TieGraph) -> Result<Input> {
    let rows = |name: &str| -> Result<Vec<Vec<String>>> {
        let text = std::fs::read_to_string(folder.join(name))?;
        Ok(text.lines().skip(1).map(|l| l.split(',').map(str::to_owned).collect()).collect())
    };
    let find = |name: &String| graph.people().find(name);
    let mut teams: Vec<Vec<Person>> = Vec::new();
    for row in rows("teams.csv")? {
        let team: usize = row[0].parse()?;
        teams.resize_with(teams.len().max(team + 1), Vec::new);
        teams[team].extend(find(&row[1]));
    }
    let mut queries = Vec::new();
    for row in rows("queries.csv")? {
        if let Some(target) = find(&row[2]) {
            queries.push((row[1].parse()?, target));
        }
    }
    let people = rows("iip.csv")?.iter().filter_map(|row| find(&row[0])).collect();
    Ok(Input { state: Published::fixed(graph), teams, queries, people })
}

fn team(state: &Published, members: &[Person]) -> Team {
    Team::new(state, members, Willingness::default())
}

fn percentile(times: &mut [f64], share: f64) -> f64 {
    times.sort_unstable_by(f64::total_cmp);
    times[((times.len() as f64 * share) as usize).min(times.len() - 1)]
}

/// CPU mean, p50 and p99 of a query in microseconds, each team's queries after its table was built.
fn queries(input: &Input) -> Result<(f64, f64, f64)> {
    let (mut times, mut cpu) = (Vec::new(), 0.0);
    for _ in 0..ROUNDS {
        for (number, members) in input.teams.iter().enumerate() {
            let team = team(&input.state, members);
            let before = cpu_seconds()?;
            for (_, target) in input.queries.iter().filter(|(of, _)| *of == number) {
                let start = now();
                std::hint::black_box(team.values_to(input.state.graph(), *target));
                times.push(start.elapsed().as_secs_f64() * 1e6);
            }
            cpu += cpu_seconds()? - before;
        }
    }
    let mean = cpu * 1e6 / times.len() as f64;
    Ok((mean, percentile(&mut times, 0.5), percentile(&mut times, 0.99)))
}

/// CPU seconds of a team's table, and of table and matches together, means over teams.
fn teams(input: &Input) -> Result<(f64, f64)> {
    let (mut setup, mut whole) = (0.0, 0.0);
    for members in &input.teams {
        let start = cpu_seconds()?;
        let team = team(&input.state, members);
        setup += cpu_seconds()? - start;
        std::hint::black_box(team.matches(input.state.graph(), &input.people, 100));
        whole += cpu_seconds()? - start;
    }
    let count = input.teams.len() as f64;
    Ok((setup / count, whole / count))
}

/// How much more two threads do than one, in the best of several pairs of runs: tables and queries
/// of all teams.
fn threads(input: &Input) -> f64 {
    let work = |first: usize| {
        for _ in 0..ROUNDS {
            for (number, members) in input.teams.iter().enumerate().skip(first) {
                let team = team(&input.state, members);
                for (_, target) in input.queries.iter().filter(|(of, _)| *of == number) {
                    std::hint::black_box(team.values_to(input.state.graph(), *target));
                }
            }
        }
    };
    let mut best = 0.0_f64;
    for _ in 0..PAIRS_OF_RUNS {
        let start = now();
        work(0);
        let one = start.elapsed().as_secs_f64();
        let start = now();
        std::thread::scope(|scope| {
            let other = scope.spawn(|| work(0));
            work(0);
            // A panic of the other thread comes out at the end of the scope.
            drop(other.join());
        });
        best = best.max(2.0 * one / start.elapsed().as_secs_f64());
    }
    best
}

/// A walk over people that looks random and is the same in each run.
struct Walk(u64);

impl Walk {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    /// Existing ties with new strengths: what a day of events does.
    fn changes(&mut self, graph: &TieGraph, count: usize, ends: &[Person]) -> Vec<Change> {
        let mut changes = Vec::with_capacity(count);
        while changes.len() < count {
            let from = ends[self.below(ends.len() as u64) as usize];
            let ties = graph.outgoing(from);
            if ties.is_empty() {
                continue;
            }
            let to = ties[self.below(ties.len() as u64) as usize].person();
            let raw = self.below(9_999) as u16 + 1;
            let strength = Probability::from_raw(raw).unwrap_or(Probability::ONE);
            changes.push(Change { from, to, strength });
        }
        changes
    }
}

fn ends(graph: &TieGraph) -> Vec<Person> {
    let names = graph.people();
    (0..2_000_000_u32).filter_map(|name| names.find(&name.to_string())).collect()
}

/// Ties changed per second of CPU, in batches of 100 and of 10,000.
fn updates(input: &Input) -> Result<(f64, f64)> {
    let graph = input.state.graph();
    let ends = ends(graph);
    let mut figures = Vec::new();
    for (batch, batches) in [(100, 1_000), (10_000, 10)] {
        let live = LiveTies::new(graph.clone());
        let mut walk = Walk(7);
        let work: Vec<_> = (0..batches).map(|_| walk.changes(graph, batch, &ends)).collect();
        let start = cpu_seconds()?;
        for changes in &work {
            live.apply(changes);
        }
        figures.push((batch * batches) as f64 / (cpu_seconds()? - start));
    }
    Ok((figures[0], figures[1]))
}

/// Makes a million changes (new ties, ended ties, other strengths), keeping teams up as they come,
/// and counts the queries whose answer differs from that of a graph built of the outcome at once.
fn after_a_million_changes(input: &Input) -> usize {
    let graph = input.state.graph();
    let (ends, mut walk) = (ends(graph), Walk(3));
    let live = LiveTies::new(graph.clone());
    let mut teams: Vec<Team> =
        input.teams.iter().map(|members| team(&input.state, members)).collect();
    let mut last: HashMap<(Person, Person), Probability> = HashMap::new();
    for round in 0..1_000 {
        let mut changes = walk.changes(graph, 700, &ends);
        for change in changes.iter_mut().take(150) {
            change.strength = Probability::ZERO;
        }
        while changes.len() < 1_000 {
            let [from, to] = [(); 2].map(|()| ends[walk.below(ends.len() as u64) as usize]);
            let strength = Probability::from_raw(walk.below(9_999) as u16 + 1);
            changes.push(Change { from, to, strength: strength.unwrap_or(Probability::ONE) });
        }
        changes.retain(|change| change.from != change.to);
        last.extend(changes.iter().map(|change| ((change.from, change.to), change.strength)));
        live.apply(&changes);
        if round % 100 == 0 {
            let state = live.snapshot();
            teams.iter_mut().for_each(|team| team.advance(&state));
        }
    }
    let state = live.snapshot();
    teams.iter_mut().for_each(|team| team.advance(&state));
    let mut ties = TieList::default();
    let name = |person| graph.people().name(person);
    for &from in &ends {
        let kept = graph.outgoing(from).iter().map(|tie| (tie.person(), tie.probability()));
        for (to, strength) in kept.filter(|(to, _)| !last.contains_key(&(from, *to))) {
            ties.add(&name(from), &name(to), strength);
        }
    }
    for (&(from, to), &strength) in &last {
        ties.add(&name(from), &name(to), strength);
    }
    let fresh = Published::fixed(ties.build().0);
    let other = |person| fresh.graph().people().find(&name(person));
    let fresh_teams: Vec<Team> = input
        .teams
        .iter()
        .map(|members| {
            let members: Vec<Person> = members.iter().filter_map(|&who| other(who)).collect();
            team(&fresh, &members)
        })
        .collect();
    let differs = |(of, target): &&(usize, Person)| {
        let ours = teams[*of].values_to(state.graph(), *target);
        let theirs = other(*target).map(|who| fresh_teams[*of].values_to(fresh.graph(), who));
        ours != theirs.unwrap_or_default()
    };
    input.queries.iter().filter(differs).count()
}

/// p99 in microseconds of queries with nobody writing, and beside a writer.
fn while_updating(input: &Input) -> (f64, f64) {
    let graph = input.state.graph();
    let ends = ends(graph);
    let live = LiveTies::new(graph.clone());
    let measure = || {
        let mut times = Vec::new();
        for (number, members) in input.teams.iter().enumerate() {
            let mut team = team(&live.snapshot(), members);
            for _ in 0..ROUNDS * 4 {
                for (_, target) in input.queries.iter().filter(|(of, _)| *of == number) {
                    let start = now();
                    let state = live.snapshot();
                    team.advance(&state);
                    std::hint::black_box(team.values_to(state.graph(), *target));
                    times.push(start.elapsed().as_secs_f64() * 1e6);
                }
            }
        }
        percentile(&mut times, 0.99)
    };
    let idle = measure();
    let done = AtomicBool::new(false);
    let mut walk = Walk(11);
    let work: Vec<_> = (0..200).map(|_| walk.changes(graph, UPDATE_BATCH, &ends)).collect();
    let busy = std::thread::scope(|scope| {
        scope.spawn(|| {
            let pause = Duration::from_secs_f64(UPDATE_BATCH as f64 / UPDATES_PER_SECOND as f64);
            let mut next = now();
            for changes in work.iter().cycle() {
                if done.load(Ordering::Relaxed) {
                    break;
                }
                live.apply(changes);
                next += pause;
                std::thread::sleep(next.saturating_duration_since(now()));
            }
        });
        let busy = measure();
        done.store(true, Ordering::Relaxed);
        busy
    });
    (idle, busy)
}
