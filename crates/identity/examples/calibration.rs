//! Holds stated probabilities against labelled data.
//!
//! `cargo run --release --example calibration -- DATA.csv TRUTH_COLUMN [LINK_COLUMN]`
//!
//! The truth column is taken out before the engine sees the table. Printed are the precision of every
//! band of stated odds, the share of true pairs that blocking reached, and the worst mistakes.
#![expect(clippy::print_stdout, reason = "a report on the terminal is what this program is for")]
#![expect(clippy::expect_used, reason = "a wrong call of a measuring program may stop it")]

use std::collections::BTreeMap;
use std::fs::File;

use warmpath_identity::cluster::Link;
use warmpath_identity::compare::Outcome;
use warmpath_identity::model::probability;
use warmpath_identity::{Options, Resolution, Table, kind, resolve};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().expect("a CSV file");
    let truth_name = arguments.next().expect("the name of the truth column");
    let mut table = Table::read(File::open(path).expect("a readable file")).expect("a table");
    let at = table.columns.iter().position(|c| c.name == truth_name).expect("the truth column");
    let truth = table.columns.remove(at).values;
    table.columns.retain(|c| !matches!(c.name.as_str(), "company_id" | "group_id"));
    let kinds = kind::infer(&table);
    let options = Options { threads: 2, link_column: arguments.next(), ..Options::default() };
    let resolution = resolve(&table, &kinds, &options, &mut |_| {}).expect("a resolution");
    for (column, kind) in table.columns.iter().zip(&kinds) {
        println!("{:28} {kind:?}", column.name);
    }
    print_model(&resolution);
    for rule in &resolution.rules {
        println!("{rule:?}");
    }
    print_reach(&resolution, &truth);
    print_bands(&resolution, &truth);
    print_mistakes(&table, &resolution, &truth);
}

fn print_model(resolution: &Resolution) {
    println!("prior {:.3e}", resolution.model.prior);
    for comparison in &resolution.model.comparisons {
        println!("{}", comparison.name);
        for level in &comparison.levels {
            let bits = (level.m / level.u).log2();
            println!("    {:45} m {:.5} u {:.2e} bits {bits:6.2}", level.label, level.m, level.u);
        }
    }
}

fn pairs_of(groups: &[u32]) -> u64 {
    let mut sizes: BTreeMap<u32, u64> = BTreeMap::new();
    for group in groups {
        *sizes.entry(*group).or_default() += 1;
    }
    sizes.values().map(|n| n * (n - 1) / 2).sum()
}

fn print_reach(resolution: &Resolution, truth: &[u32]) {
    let same = |l: &&Link| truth[l.left as usize] == truth[l.right as usize];
    let kept = resolution.links.iter().filter(same).count();
    let true_pairs = pairs_of(truth);
    println!("true pairs {true_pairs}, kept by scoring {:.4}", kept as f64 / true_pairs as f64);
    println!(
        "compared {} refused {}",
        resolution.summary.pairs_compared, resolution.summary.refused
    );
}

fn print_bands(resolution: &Resolution, truth: &[u32]) {
    let mut bands: BTreeMap<i32, (f64, f64, f64)> = BTreeMap::new();
    let (mut stated, mut right, mut count) = (0.0, 0.0, 0.0);
    for link in &resolution.links {
        let hit = f64::from(u8::from(truth[link.left as usize] == truth[link.right as usize]));
        let p = probability(f64::from(link.bits));
        let band = bands.entry((link.bits / 2.0).floor() as i32 * 2).or_default();
        band.0 += 1.0;
        band.1 += hit;
        band.2 += p;
        if p >= 0.95 {
            stated += p;
            right += hit;
            count += 1.0;
        }
    }
    println!("bits   pairs   precision  stated");
    for (bits, (n, hits, p)) in &bands {
        println!("{bits:4} {n:8} {:9.4} {:9.4}", hits / n, p / n);
    }
    println!(
        "called 0.95 or more: {count} stated {:.4} precision {:.4}",
        stated / count,
        right / count
    );
}

fn print_mistakes(table: &Table, resolution: &Resolution, truth: &[u32]) {
    let mut shown = [0; 2];
    let step = (truth.len() / 400).max(1);
    for link in &resolution.links {
        let same = truth[link.left as usize] == truth[link.right as usize];
        let bits = link.bits;
        let wrong = usize::from(same);
        let worst = if same { bits < 0.0 } else { bits > 3.0 };
        let pick = (link.left as usize * 31 + link.right as usize).is_multiple_of(step);
        if worst && pick && shown[wrong] < 14 {
            shown[wrong] += 1;
            println!("{} {bits:.1}", if same { "MISSED" } else { "FALSE" });
            print_pair(table, resolution, link);
        }
    }
}

fn print_pair(table: &Table, resolution: &Resolution, link: &Link) {
    for record in [link.left, link.right] {
        let texts: Vec<&str> = table.columns.iter().map(|c| c.text(record as usize)).collect();
        println!("   {}", texts.join(" | "));
    }
    let outcome: Outcome = resolution.plan.compare(&resolution.features, link.left, link.right);
    let parts: Vec<String> = resolution
        .plan
        .comparisons
        .iter()
        .enumerate()
        .filter(|(c, _)| outcome.levels[*c] > 0)
        .map(|(c, comparison)| {
            let label = comparison.levels[outcome.levels[c] as usize - 1].label;
            format!("{}: {label} {:+.1}", comparison.name, resolution.weights.part(&outcome, c))
        })
        .collect();
    println!("   prior {:.1}; {}", resolution.weights.prior, parts.join("; "));
}
