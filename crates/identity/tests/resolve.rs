//! The engine end to end, on small files written for it.
#![expect(clippy::expect_used, reason = "a test stops where its ground gives way")]

use proptest::prelude::*;
use warmpath_identity::explain::explain;
use warmpath_identity::labels::Label;
use warmpath_identity::model::Model;
use warmpath_identity::online::Index;
use warmpath_identity::{Error, Options, Resolution, Table, kind, resolve};

/// People with one to three records each, in different spellings; deterministic.
fn people(count: usize) -> Vec<String> {
    const GIVEN: [&str; 12] = [
        "Robert", "Jane", "Ahmed", "Sofia", "Dmitri", "Ling", "Pedro", "Anna", "Kofi", "Maria",
        "Tom", "Yuki",
    ];
    let syllables =
        ["ba", "ker", "son", "lo", "pez", "mül", "ler", "iva", "nov", "chen", "da", "sil"];
    let mut rows = Vec::new();
    for i in 0..count {
        let given = GIVEN[i * 7 % 12];
        let pick = |n: usize| syllables[(i * 31 + n * 17 + i / 12) % 12];
        let family = format!("{}{}{}", pick(1), pick(2 + i % 5), pick(3 + i % 7));
        let company = format!("{}{} {}", pick(4), pick(5 + i % 3), ["Foods", "Systems"][i % 2]);
        let host = company.to_lowercase().replace([' ', 'ü'], "");
        let phone = format!("+49 30 {:07}", 1_000_003 + i * 7919);
        rows.push(format!("{given},{family},{company} GmbH,{given}.{family}@{host}.de,{phone}"));
        if i % 2 == 0 {
            rows.push(format!("{given},{},{company},,{phone}", family.to_uppercase()));
        }
        if i % 3 == 0 {
            rows.push(format!(",\"{family}, {given}\",,{given}.{family}@{host}.de,"));
        }
    }
    rows
}

fn table(rows: &[String]) -> Table {
    let mut csv = "record_id,first_name,last_name,company,email,phone\n".to_owned();
    for (i, row) in rows.iter().enumerate() {
        csv.push_str(&format!("r{i},{row}\n"));
    }
    Table::read(csv.as_bytes()).expect("a table")
}

fn run(table: &Table, threads: usize) -> Resolution {
    let options = Options { threads, ..Options::default() };
    resolve(table, &kind::infer(table), &options, &mut |_| {}).expect("a resolution")
}

/// Share of pairs on which two groupings agree, as F1.
fn agreement(one: &[u32], two: &[u32]) -> f64 {
    let (mut both, mut first, mut second) = (0.0, 0.0, 0.0);
    for i in 0..one.len() {
        for j in i + 1..one.len() {
            let (a, b) = (one[i] == one[j], two[i] == two[j]);
            both += f64::from(u8::from(a && b));
            first += f64::from(u8::from(a));
            second += f64::from(u8::from(b));
        }
    }
    2.0 * both / f64::max(first + second, 1.0)
}

#[test]
fn one_thread_and_two_give_the_same_result() {
    let table = table(&people(1500));
    let (one, two) = (run(&table, 1), run(&table, 2));
    assert_eq!(one.entity_of, two.entity_of);
    assert_eq!(one.model, two.model);
    assert_eq!(one.links, two.links);
}

#[test]
fn the_same_run_twice_is_the_same_and_a_saved_model_gives_it_again() {
    let table = table(&people(300));
    let first = run(&table, 2);
    let text = first.model.to_json();
    let model = Model::from_json(&text).expect("a model");
    let options = Options { model: Some(model), ..Options::default() };
    let again = resolve(&table, &kind::infer(&table), &options, &mut |_| {}).expect("a resolution");
    assert_eq!(first.entity_of, again.entity_of);
    assert_eq!(text, again.model.to_json());
}

#[test]
fn people_are_found_and_strangers_stay_apart() {
    let rows = people(300);
    let resolution = run(&table(&rows), 2);
    // Row numbers of the first three people: three, one and two records.
    let entity = &resolution.entity_of;
    assert_eq!((entity[0], entity[1], entity[2]), (entity[0], entity[0], entity[0]));
    assert_ne!(entity[0], entity[3]);
    assert_eq!(entity[4], entity[5]);
    assert!(resolution.summary.largest <= 6, "{:?}", resolution.summary);
}

#[test]
fn the_parts_of_every_explanation_sum_to_its_total() {
    let rows = people(200);
    let Resolution { features, plan, model, weights, .. } = run(&table(&rows), 1);
    for i in 0..10_000u32 {
        let (a, b) = (i * 7919 % features.records as u32, i * 104_729 % features.records as u32);
        if a == b {
            continue;
        }
        let there = explain(&features, &plan, &model, &weights, a, b);
        let sum = there.prior_bits + there.parts.iter().map(|part| part.bits).sum::<f64>();
        assert!((sum - there.total_bits).abs() < 1e-6, "{there:?}");
        let back = explain(&features, &plan, &model, &weights, b, a);
        assert!((back.total_bits - there.total_bits).abs() < 1e-6, "{there:?} {back:?}");
    }
}

#[test]
fn a_person_overrules_the_engine() {
    let rows = people(60);
    let table = table(&rows);
    let options =
        Options { must_not_link: vec![(0, 1)], must_link: vec![(3, 4)], ..Options::default() };
    let result =
        resolve(&table, &kind::infer(&table), &options, &mut |_| {}).expect("a resolution");
    assert_ne!(result.entity_of[0], result.entity_of[1]);
    assert_eq!(result.entity_of[3], result.entity_of[4]);
}

#[test]
fn answers_hold_for_their_pairs_and_correct_the_weights() {
    let rows = people(120);
    let table = table(&rows);
    let kinds = kind::infer(&table);
    let before = run(&table, 1);
    let links: Vec<_> = before.links.iter().filter(|link| link.bits > 4.0).take(40).collect();
    let labels: Vec<Label> = links
        .iter()
        .map(|link| Label { left: link.left, right: link.right, same: false })
        .collect();
    let options = Options { labels: labels.clone(), ..Options::default() };
    let after = resolve(&table, &kinds, &options, &mut |_| {}).expect("a resolution");
    for label in &labels {
        let entity = |record: u32| after.entity_of[record as usize];
        assert_ne!(entity(label.left), entity(label.right));
    }
    let (left, right) = (labels[0].left, labels[0].right);
    let why = |r: &Resolution| explain(&r.features, &r.plan, &r.model, &r.weights, left, right);
    assert!(why(&after).total_bits < why(&before).total_bits - 1.0);
    assert_eq!(after.model.labels, 40);
    // The corrected model is a file like any other.
    let text = after.model.to_json();
    assert_eq!(Model::from_json(&text).expect("a model"), after.model);
    // Answers that agree with the model hardly move it.
    let agree: Vec<Label> = labels.iter().map(|label| Label { same: true, ..*label }).collect();
    let options = Options { labels: agree, ..Options::default() };
    let kept = resolve(&table, &kinds, &options, &mut |_| {}).expect("a resolution");
    assert!((why(&kept).total_bits - why(&before).total_bits).abs() < 1.0);
    let strange = vec![Label { left: 0, right: 9999, same: true }];
    let options = Options { labels: strange, ..Options::default() };
    let refused = resolve(&table, &kinds, &options, &mut |_| {});
    assert!(matches!(refused, Err(Error::Labels(_))));
}

#[test]
fn sources_without_duplicates_are_respected() {
    let csv = "source,first_name,last_name,email\n\
        a,Jane,Doe,jane@acme.com\na,Jane,Doe,jane@acme.com\nb,Jane,Doe,jane@acme.com\n\
        b,Tom,Roe,tom@beta.com\n";
    let table = Table::read(csv.as_bytes()).expect("a table");
    let options = Options { link_column: Some("source".to_owned()), ..Options::default() };
    let result =
        resolve(&table, &kind::infer(&table), &options, &mut |_| {}).expect("a resolution");
    assert_ne!(result.entity_of[0], result.entity_of[1]);
}

#[test]
fn useless_input_is_refused_or_bounded() {
    let refuse = |csv: &str| {
        let table = Table::read(csv.as_bytes()).expect("a table");
        resolve(&table, &kind::infer(&table), &Options::default(), &mut |_| {}).err()
    };
    assert!(matches!(refuse("a,b\n,\n,\n1,\n"), Some(Error::NoUsableColumn)));
    let equal = refuse("first_name,last_name\nJane,Doe\nJane,Doe\n");
    assert!(matches!(equal, Some(Error::NoUsableColumn)));
    let giant = (0..4000).map(|i| format!("{},Doe,Acme,,", ["Jane", "Tom"][i % 2]));
    let result = run(&table(&giant.collect::<Vec<_>>()), 2);
    let dropped: usize = result.rules.iter().map(|rule| rule.dropped_records).sum();
    assert!(dropped > 0, "{:?}", result.rules);
    assert!(result.summary.pairs_compared <= 4_000_000, "{:?}", result.summary);
}

#[test]
fn the_order_of_adding_hardly_matters() {
    let rows = people(240);
    let whole = table(&rows);
    let batch = run(&whole, 2).entity_of;
    let half = rows.len() / 2;
    let base = table(&rows[..half]);
    for order in 0..3 {
        let mut index =
            Index::build(&base, &kind::infer(&base), &Options::default()).expect("an index");
        let mut later: Vec<usize> = (half..rows.len()).collect();
        match order {
            0 => {}
            1 => later.reverse(),
            _ => later.sort_by_key(|row| row * 7919 % 1009),
        }
        let mut place: Vec<u32> = (0..rows.len() as u32).collect();
        for row in later {
            let texts: Vec<&str> = whole.columns.iter().map(|column| column.text(row)).collect();
            place[row] = index.add(&texts);
        }
        let ids: Vec<u32> = place.iter().map(|at| index.entity_of(*at) as u32).collect();
        let score = agreement(&ids, &batch);
        assert!(score >= 0.98, "order {order}: {score}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn any_undo_restores_the_entities(steps in proptest::collection::vec((0u32..40, 0u32..40, any::<bool>()), 1..8)) {
        let rows = people(40);
        let table = table(&rows);
        let mut index = Index::build(&table, &kind::infer(&table), &Options::default()).expect("an index");
        for (left, right, same) in steps {
            if left == right {
                continue;
            }
            let entities = |index: &Index| (0..index.records() as u32).map(|r| index.entity_of(r)).collect::<Vec<_>>();
            let before = (entities(&index), index.log().len());
            index.decide(left, right, same);
            if index.log().len() > before.1 {
                prop_assert!(index.undo());
                prop_assert_eq!(entities(&index), before.0);
            }
        }
    }

    #[test]
    fn any_text_is_read_without_panic(text in "\\PC{0,300}") {
        if let Ok(table) = Table::read(text.as_bytes()) {
            let kinds = kind::infer(&table);
            let _ = resolve(&table, &kinds, &Options::default(), &mut |_| {});
        }
    }
}

#[test]
fn names_that_trade_places_tell_no_more_than_the_names() {
    let mut rows = people(1500);
    let first = rows.len() as u32;
    let more = ["Robert,Bakerson,,,", "Robert,Bakerson,,,", "Bakerson,Robert,,,"];
    rows.extend(more.map(str::to_owned));
    let Resolution { features, plan, model, weights, .. } = run(&table(&rows), 1);
    let part = |a: u32, b: u32, name: &str| {
        let why = explain(&features, &plan, &model, &weights, a, b);
        why.parts.into_iter().find(|part| part.comparison == name).expect("a part")
    };
    let (plain, traded) = (first, first + 2);
    for (a, b) in [(plain, traded), (traded, plain)] {
        let given = part(a, b, "given name");
        assert_eq!(given.level, "swapped with family name");
        assert!(given.bits <= part(plain, plain + 1, "given name").rarity, "{given:?}");
        let family = part(a, b, "family name");
        assert_eq!(family.rarity, part(plain, plain + 1, "family name").rarity);
    }
}
