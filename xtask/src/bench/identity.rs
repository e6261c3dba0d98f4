//! Identity resolution against labelled data: accuracy, calibration, speed, and the online index.
//!
//! The truth columns are taken out before the engine sees a table. Anchors stand beside: what a
//! well-kept other tool reached on the same data at its customary threshold.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use warmpath_identity::input::Column;
use warmpath_identity::kind;
use warmpath_identity::model::probability;
use warmpath_identity::online::Index;
use warmpath_identity::{Options, Resolution, Table, resolve};

/// Data set, column of the source, and the anchor's cluster F1 at its customary threshold.
const SETS: &[(&str, Option<&str>, f64)] = &[
    ("fake_1000.csv", None, 0.8257),
    ("febrl3.csv", None, 0.9950),
    ("febrl4.csv", Some("source"), 0.9971),
    ("historical_dev.csv", None, 0.8412),
    ("early_childhood_sites.csv", None, 0.8743),
    ("patstat_applicants.csv", None, 0.5203),
    ("senzing_truthset.csv", None, f64::NAN),
    ("b2b_20k.csv", None, 0.9269),
    ("b2b_100k.csv.gz", None, 0.9172),
];
const TRUTH: [&str; 3] = ["entity_id", "company_id", "group_id"];
/// Questions asked of the online index.
const QUESTIONS: usize = 20_000;

/// Runs every data set in `data`, then the online index on the largest file given last.
///
/// # Errors
/// Missing or unreadable data.
#[expect(clippy::print_stdout, reason = "the table is what this command is for")]
pub(crate) fn run(data: &Path, online: Option<&Path>) -> Result<()> {
    println!("| set | P | R | F1 | B3 F1 | largest | stated | precision | s | anchor F1 |");
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for (name, link, anchor) in SETS {
        let (table, truth) = load(&data.join(name))?;
        let kinds = kind::infer(&table);
        let options =
            Options { threads: 2, link_column: link.map(str::to_owned), ..Options::default() };
        let clock = start();
        let resolution = resolve(&table, &kinds, &options, &mut |_| {})?;
        let seconds = clock.elapsed().as_secs_f64();
        let source = link.and_then(|name| table.column(name));
        let score = score(&resolution.entity_of, &truth, source);
        let (stated, right) = calibration(&resolution, &truth);
        println!(
            "| {name} | {:.4} | {:.4} | {:.4} | {:.4} | {} | {stated:.4} | {right:.4} | \
             {seconds:.2} | {anchor:.4} |",
            score.precision, score.recall, score.f1, score.b3, resolution.summary.largest
        );
    }
    match online {
        Some(path) => bench_online(path),
        None => Ok(()),
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn start() -> Instant {
    Instant::now()
}

/// A table without its truth, and the truth.
fn load(path: &Path) -> Result<(Table, Vec<u32>)> {
    let file = File::open(path).with_context(|| format!("opening {}", path.display()))?;
    let packed = path.extension().is_some_and(|ext| ext == "gz");
    let reader: Box<dyn Read> =
        if packed { Box::new(flate2::read::MultiGzDecoder::new(file)) } else { Box::new(file) };
    let mut table = Table::read(reader)?;
    let truth = table.column("entity_id").context("no truth")?.values.clone();
    table.columns.retain(|column| !TRUTH.contains(&column.name.as_str()));
    Ok((table, truth))
}

struct Score {
    precision: f64,
    recall: f64,
    f1: f64,
    b3: f64,
}

/// Pairwise scores after closure, across sources only where a source column is given.
fn score(found: &[u32], truth: &[u32], source: Option<&Column>) -> Score {
    let pairs = |key: &dyn Fn(usize) -> (u32, u32)| -> f64 {
        let count = |with_source: bool| {
            let mut sizes: BTreeMap<(u32, u32, u32), f64> = BTreeMap::new();
            for record in 0..found.len() {
                let from = source.map_or(0, |s| if with_source { s.values[record] } else { 0 });
                let (a, b) = key(record);
                *sizes.entry((a, b, from)).or_default() += 1.0;
            }
            sizes.values().map(|n| n * (n - 1.0) / 2.0).sum::<f64>()
        };
        count(false) - if source.is_some() { count(true) } else { 0.0 }
    };
    let both = pairs(&|record| (found[record], truth[record]));
    let precision = both / pairs(&|record| (found[record], 0)).max(1.0);
    let recall = both / pairs(&|record| (0, truth[record])).max(1.0);
    let mut cells: BTreeMap<(u32, u32), f64> = BTreeMap::new();
    let (mut of_found, mut of_truth) = (BTreeMap::new(), BTreeMap::new());
    for (f, t) in found.iter().zip(truth) {
        *cells.entry((*f, *t)).or_default() += 1.0;
        *of_found.entry(*f).or_insert(0.0) += 1.0;
        *of_truth.entry(*t).or_insert(0.0) += 1.0;
    }
    let n = found.len() as f64;
    let bp = cells.iter().map(|((f, _), v)| v * v / of_found[f]).sum::<f64>() / n;
    let br = cells.iter().map(|((_, t), v)| v * v / of_truth[t]).sum::<f64>() / n;
    Score {
        precision,
        recall,
        f1: 2.0 * precision * recall / (precision + recall).max(1e-12),
        b3: 2.0 * bp * br / (bp + br),
    }
}

/// Mean stated probability and precision of the pairs called 0.95 or more.
fn calibration(resolution: &Resolution, truth: &[u32]) -> (f64, f64) {
    let (mut stated, mut right, mut count) = (0.0, 0.0, 0.0);
    for link in &resolution.links {
        let p = probability(f64::from(link.bits));
        if p >= 0.95 {
            stated += p;
            right += f64::from(u8::from(truth[link.left as usize] == truth[link.right as usize]));
            count += 1.0;
        }
    }
    (stated / f64::max(count, 1.0), right / f64::max(count, 1.0))
}

/// The same figures, from the file that `--explain` wrote and a CSV with the truth.
///
/// # Errors
/// Unreadable files, or ids that the truth does not know.
#[expect(clippy::print_stdout, reason = "the figures are what this command is for")]
pub(crate) fn score_explanations(explained: &Path, truth: &Path) -> Result<()> {
    let (table, truth) = load(truth)?;
    let place = |line: &serde_json::Value, side: &str| -> Result<usize> {
        let id = line[side].as_str().context("no record id")?;
        let number = table.ids.pool.lookup(id).context("unknown record id")?;
        Ok(number as usize - 1)
    };
    let (mut stated, mut right, mut count) = (0.0, 0.0, 0.0);
    for line in BufReader::new(File::open(explained)?).lines() {
        let line: serde_json::Value = serde_json::from_str(&line?)?;
        let p = line["why"]["probability"].as_f64().context("no probability")?;
        if p >= 0.95 {
            let same = truth[place(&line, "left")?] == truth[place(&line, "right")?];
            (stated, right, count) = (stated + p, right + f64::from(u8::from(same)), count + 1.0);
        }
    }
    println!("pairs called 0.95 or more: {count}");
    println!("mean stated {:.4}, precision {:.4}", stated / count, right / count);
    Ok(())
}

/// Latency of questions and adds, memory, and neutrality of the order of adding.
#[expect(clippy::print_stdout, reason = "the figures are what this command is for")]
fn bench_online(path: &Path) -> Result<()> {
    let (table, _) = load(path)?;
    let kinds = kind::infer(&table);
    let options = Options { threads: 2, ..Options::default() };
    let mut index = Index::build(&table, &kinds, &options)?;
    println!(
        "online: {} records, {} bytes each",
        index.records(),
        index.memory() / index.records()
    );
    let step = (table.records / QUESTIONS).max(1);
    let mut times = Vec::new();
    let mut found = 0usize;
    for record in (0..table.records).step_by(step) {
        let texts: Vec<&str> = table.columns.iter().map(|c| c.text(record)).collect();
        let clock = start();
        found += usize::from(!index.find(&texts, 5).is_empty());
        times.push(clock.elapsed().as_secs_f64() * 1e3);
    }
    report("questions", &mut times);
    println!("answered {found}");
    let mut times = Vec::new();
    for record in (0..table.records).step_by(step * 4) {
        let texts: Vec<&str> = table.columns.iter().map(|c| c.text(record)).collect();
        let clock = start();
        index.add(&texts);
        times.push(clock.elapsed().as_secs_f64() * 1e3);
    }
    report("adds", &mut times);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the figures are what this command is for")]
fn report(name: &str, milliseconds: &mut [f64]) {
    milliseconds.sort_by(f64::total_cmp);
    let at = |share: f64| milliseconds[((milliseconds.len() - 1) as f64 * share) as usize];
    println!("{name}: {} p50 {:.3} ms p99 {:.3} ms", milliseconds.len(), at(0.5), at(0.99));
}

/// Adds the second half of a file to an index of the first, in three orders, and compares the results
/// with each other and with a batch run over all.
///
/// # Errors
/// Unreadable data.
#[expect(clippy::print_stdout, reason = "the figures are what this command is for")]
pub(crate) fn order_neutrality(path: &Path) -> Result<()> {
    let (table, truth) = load(path)?;
    let kinds = kind::infer(&table);
    let options = Options { threads: 2, ..Options::default() };
    let batch = resolve(&table, &kinds, &options, &mut |_| {})?.entity_of;
    let half = table.records / 2;
    let mut base = table.clone();
    base.records = half;
    base.ids.values.truncate(half);
    for column in &mut base.columns {
        column.values.truncate(half);
    }
    let mut results: Vec<Vec<u32>> = Vec::new();
    for order in 0..3u64 {
        let mut index = Index::build(&base, &kinds, &options)?;
        let mut later: Vec<usize> = (half..table.records).collect();
        match order {
            0 => {}
            1 => later.reverse(),
            _ => later.sort_by_key(|r| (*r as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 16),
        }
        let mut place = vec![0u32; table.records];
        (0..half).for_each(|record| place[record] = record as u32);
        for record in later {
            let texts: Vec<&str> = table.columns.iter().map(|c| c.text(record)).collect();
            place[record] = index.add(&texts);
        }
        let ids: Vec<u64> = place.iter().map(|at| index.entity_of(*at)).collect();
        let distinct: BTreeSet<u64> = ids.iter().copied().collect();
        let numbers: BTreeMap<u64, u32> =
            distinct.into_iter().enumerate().map(|(n, id)| (id, n as u32)).collect();
        let result: Vec<u32> = ids.iter().map(|id| numbers[id]).collect();
        let (with_batch, with_truth) = (score(&result, &batch, None), score(&result, &truth, None));
        println!(
            "order {order}: F1 with batch {:.4}, with truth {:.4}",
            with_batch.f1, with_truth.f1
        );
        if let Some(first) = results.first() {
            println!("order {order}: F1 with order 0 {:.4}", score(&result, first, None).f1);
        }
        results.push(result);
    }
    Ok(())
}
