//! The CSV reader, the inference of columns, and every normaliser, on bytes of any kind.
#![no_main]

use libfuzzer_sys::fuzz_target;
use warmpath_identity::name_pairs::{NameKind, match_probability};
use warmpath_identity::normal::{company, date, email, fold, person, phone, place, title};
use warmpath_identity::{Options, Table, kind, resolve};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(table) = Table::read(bytes)
        && table.records <= 64
    {
        let kinds = kind::infer(&table);
        let _ = resolve(&table, &kinds, &Options::default(), &mut |_| {});
    }
    let text = String::from_utf8_lossy(bytes);
    let folded = fold::fold(&text);
    assert_eq!(fold::fold(&folded), folded);
    let _ = (company::parse(&text), date::parse(&text), email::parse(&text));
    let _ = (person::parse("", &text, ""), phone::normalise(&text, "de"));
    let _ = (place::street(&text), place::city(&text), title::title(&text));
    let p = match_probability(NameKind::Person, &text, &folded);
    assert!((0.0..=1.0).contains(&p));
});
