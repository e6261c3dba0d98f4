//! How fast a warm index of a million people answers, and how much memory it takes.
//!
//! `cargo bench -p warmpath-profile --bench million -- [PEOPLE] [COMPANIES]`

#![expect(clippy::print_stdout, reason = "a benchmark speaks to its user")]
#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

use std::time::Instant;

use warmpath_profile::matching::{Day, IndexBuilder, MatchOptions};
use warmpath_profile::synthetic::Universe;
use warmpath_profile::{TitleResolver, parse_brief};

const BRIEFS: [&str; 16] = [
    "CFO or VP Finance at manufacturers with $50M-$500M revenue in the US who controls vendor selection, not agencies, after a funding round",
    "CEOs at software companies with 50 to 500 employees in Germany, Austria or Switzerland",
    "Founders of fintech startups in the United States, under 200 employees, who recently raised",
    "Heads of procurement at retailers in France or Spain with more than 500 employees",
    "Plant managers at food manufacturers in Texas, Ohio or Illinois, 100-2000 employees, after a safety incident",
    "CHRO or head of people at hospitals in California with 500 to 10,000 staff, hiring",
    "CISOs at banks and insurers in the EU with over 1,000 people preparing for DORA",
    "CIO or IT director at utilities in Canada, 500 to 5,000 staff, budget holders for grid software",
    "VP Sales at SaaS companies, Series B or later, US, 100-800 employees, not founders, no resellers",
    "General counsel at listed telecoms in the UK or Ireland with revenue above $100M",
    "Head of logistics at grocery chains in New York or Florida, opening new sites in the last 6 months",
    "Managing partners at law firms in the US with 20-150 people",
    "Leiter Einkauf bei Maschinenbauern in Bayern, 250 bis 2.500 Mitarbeiter, die gerade ihr ERP umstellen. Keine Händler.",
    "Directores financieros de cadenas hoteleras en España con ingresos de 20 a 200 millones de dólares",
    "Owners of construction companies in Michigan, Indiana or Georgia, family-owned, revenue 5-40 million dollars",
    "CMOs or heads of marketing at consumer e-commerce brands in the US, 50-1000 employees, product launch",
];

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|arg| arg.parse::<u32>().ok());
    let people = numbers.next().unwrap_or(1_000_000);
    let companies = numbers.next().unwrap_or(170_000);
    let newest = Day(20_727);
    let started = Instant::now();
    let mut universe = Universe::new(7, companies, newest);
    let mut builder = IndexBuilder::new();
    for number in 0..companies {
        builder.company(&universe.company(number));
    }
    for number in 0..people {
        builder.person(&universe.person(number));
    }
    let made = started.elapsed();
    let index = builder.build();
    println!(
        "{people} people, {companies} companies, {} distinct titles: taken in {made:.1?}, built {:.1?}",
        index.titles_len(),
        started.elapsed() - made,
    );
    measure_search(&index, newest);
    measure_small();
    println!("peak memory {}", peak_memory());
}

fn measure_search(index: &warmpath_profile::matching::Index, newest: Day) {
    let options = MatchOptions { as_of: newest, limit: 1_000 };
    let mut times = Vec::new();
    let mut returned = 0;
    let mut explained = 0;
    for round in 0..12 {
        for brief in BRIEFS {
            let started = Instant::now();
            let Ok(parsed) = parse_brief(brief) else { continue };
            let found = index.search(&parsed.criteria, options);
            let took = started.elapsed();
            if round > 1 {
                times.push(took);
            }
            for hit in found.certain.iter().chain(&found.possible) {
                returned += 1;
                explained += usize::from(!hit.checks.is_empty());
            }
            if round == 0 {
                println!(
                    "{:>7} certain {:>7} possible  {took:>9.2?}  {brief:.60}",
                    found.certain_total, found.possible_total
                );
            }
        }
    }
    times.sort();
    let at = |share: usize| times[(times.len() - 1) * share / 100];
    println!(
        "match, brief to explained people, warm: p50 {:.2?} p95 {:.2?} max {:.2?}; explained {explained} of {returned}",
        at(50),
        at(95),
        at(100),
    );
}

fn measure_small() {
    let mut times = Vec::new();
    for _ in 0..200 {
        for brief in BRIEFS {
            let started = Instant::now();
            let parsed = parse_brief(brief);
            times.push(started.elapsed());
            assert!(parsed.is_ok());
        }
    }
    times.sort();
    let at = |share: usize| times[(times.len() - 1) * share / 1000];
    println!("parse: p50 {:.1?} p99 {:.1?} max {:.1?}", at(500), at(990), at(1000));
    let endless = "CFO or VP Finance not agencies, over 5 million, ".repeat(220);
    let started = Instant::now();
    let parsed = parse_brief(&endless[..10_240]);
    println!("parse of 10,240 bytes: {:.2?} ({})", started.elapsed(), parsed.is_ok());
    let resolver = TitleResolver::new();
    let titles = [
        "Vice Pres., Finance",
        "Cheif Fin. Officer",
        "Director, Transportation & Logistics",
        "Barista",
    ];
    let started = Instant::now();
    let mut found = 0;
    for _ in 0..1_000 {
        found += titles.iter().filter(|title| resolver.resolve(title).is_some()).count();
    }
    println!("titles: {:.1?} each ({found} resolved)", started.elapsed() / 4_000);
}

fn peak_memory() -> String {
    std::fs::read_to_string("/proc/self/status")
        .ok()
        .and_then(|status| status.lines().find(|line| line.starts_with("VmHWM")).map(str::to_owned))
        .unwrap_or_else(|| "unknown here".to_owned())
}
