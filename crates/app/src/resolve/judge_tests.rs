//! The shipped model judges known cases as people would.

use super::*;

fn person(name: &str, mailbox: &str, phone: &str, company: &str) -> Record {
    let list = |text: &str| if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
    Record {
        name: name.to_owned(),
        mailboxes: list(mailbox),
        phones: list(phone),
        company: company.to_owned(),
        ..Record::default()
    }
}

fn check(known: &Record, fresh: &Record, wanted: Answer) {
    let judged = weigh(known, fresh, &[]);
    let trace = &judged.trace;
    assert_eq!(judged.answer, wanted, "{known:?}\n{fresh:?}\n{trace:#?}");
    let sum = trace.prior_bits + trace.steps.iter().map(|s| s.bits).sum::<f64>();
    assert!((sum - trace.total_bits).abs() < 1e-6, "parts sum to the total");
}

/// What general experience says. Roles and countries have few values, and two records alone cannot show
/// how common one is: their agreement weighs what the ladder says, not what the rarity would.
fn experience() -> Model {
    let plan = Plan::new(&primed());
    let mut model = Model::untrained(&plan, 8_000);
    for (planned, comparison) in plan.comparisons.iter().zip(&mut model.comparisons) {
        if matches!(comparison.name.as_str(), "role" | "country") {
            for (level, known) in planned.levels.iter().zip(&mut comparison.levels) {
                known.rarity_discount = if level.rarity { known.u.log2() } else { 0.0 };
            }
        }
    }
    model
}

#[test]
fn the_shipped_model_is_what_the_ladders_say() {
    let wanted = Shipped {
        version: "people 1".to_owned(),
        made: "2026-11-30".to_owned(),
        review_from: 0.6,
        match_from: 0.995,
        model: experience(),
    };
    let text = serde_json::to_string_pretty(&wanted).unwrap() + "\n";
    if std::env::var_os("WARMPATH_BLESS").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/src/resolve/people-model.json"), text)
            .unwrap();
    } else {
        assert_eq!(FILE, text, "run with WARMPATH_BLESS=1 after a look at what changed");
    }
}

#[test]
fn the_same_mailbox_joins_where_the_names_allow_it() {
    let pat = person("Pat Lee", "pat.lee@prospect.example", "", "");
    check(&pat, &person("P. Lee", "pat.lee@prospect.example", "", ""), Answer::Join);
    check(&pat, &person("Lee, Pat", "pat.lee@prospect.example", "", ""), Answer::Join);
    let other = person("Sam Roe", "pat.lee@prospect.example", "", "");
    check(&pat, &other, Answer::Ask(Why::NamesDiffer));
    let tagged = person("Pat Lee", "pat.lee+x@prospect.example", "", "");
    check(&tagged, &pat, Answer::Ask(Why::NoProof));
}

#[test]
fn shared_and_invented_mailboxes_prove_nothing() {
    let pat = person("Pat Lee", "info@prospect.example", "", "");
    check(&pat, &person("Sam Roe", "info@prospect.example", "", ""), Answer::New);
    check(&pat, &pat, Answer::Ask(Why::SharedMailbox));
    let nobody = |name| person(name, "none@none.example", "", "");
    check(&nobody("Ada Berg"), &nobody("Bo Cole"), Answer::New);
    check(&Record::default(), &Record::default(), Answer::New);
}

#[test]
fn likeness_without_proof_is_asked() {
    let weiss = Record {
        title: "Head of Group Controlling".to_owned(),
        ..person(
            "Katherine Weiß",
            "k.weiss@tessera-optics.example",
            "+4936415550132",
            "Tessera Optics GmbH",
        )
    };
    let kati = Record {
        title: "Leiterin Konzerncontrolling".to_owned(),
        ..person("Kate Weiss", "kweiss@tessera-optics.example", "+4936415550100", "Tessera Optics")
    };
    let judged = weigh(&weiss, &kati, &[]);
    assert!(matches!(judged.answer, Answer::Ask(_)), "{:#?}", judged.trace);
    let profile = |mut record: Record| {
        record.profile = "https://people.example/mia-ortiz-77".to_owned();
        record
    };
    let old = profile(person("Mia Ortiz", "m.ortiz@old.example", "", ""));
    let new = profile(person("Mia Ortiz", "mia@new.example", "", ""));
    assert!(matches!(weigh(&old, &new, &[]).answer, Answer::Ask(_)));
}

#[test]
fn namesakes_colleagues_and_families_stay_apart() {
    let kim = |mailbox| person("Ji Kim", mailbox, "", "");
    check(&kim("j.kim@one.example"), &kim("j.kim@two.example"), Answer::New);
    let line = "+49301234560";
    let ana = person("Ana Ruiz", "", line, "Big GmbH");
    check(&ana, &person("Leo Haas", "", line, "Big GmbH"), Answer::New);
    let hale = |name, mailbox| person(name, mailbox, "", "");
    let senior = hale("Robert Hale Sr", "r.hale@hale.example");
    check(&senior, &hale("Robert Hale Jr", "r.hale2@hale.example"), Answer::New);
}

#[test]
fn an_agreement_never_speaks_against() {
    let record = |name: &str| Record {
        title: "Treasurer".to_owned(),
        country: "SE".to_owned(),
        ..person(name, "", "", "Nordlys Energi")
    };
    let judged = weigh(&record("Lotte Sorensen"), &record("Lotte S\u{f8}rensen"), &[]);
    let same = judged.trace.steps.iter().filter(|step| step.level.starts_with("same"));
    for step in same {
        assert!(step.bits > 0.0, "{step:?}");
    }
}

#[test]
fn a_value_of_many_weighs_nothing() {
    let line = "+49301234567".to_owned();
    let ana = person("Ana Ruiz", "", &line, "");
    let again = person("Anna Ruiz", "", &line, "");
    let alone = weigh(&ana, &again, &[]).trace.total_bits;
    let common = weigh(&ana, &again, &[line]).trace.total_bits;
    assert!(common < alone);
}
