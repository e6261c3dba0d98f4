//! A lead gets what vendors know, within budget, and nothing a vendor made up.

use std::{collections::BTreeSet, sync::Arc};

use jiff::Timestamp;
use proptest::prelude::*;
use warmpath_integrations::{
    dns::FakeResolver,
    enrich::{
        Answer, AnswerItem, DayBudget, FAULTS_TO_OPEN, Field, MailServerCheck, MailboxClass,
        MailboxClassCheck, MailboxSyntax, OPEN_SECONDS, PhoneKind, PhoneShape, PhoneShapeCheck,
        Question, Report, StepOutcome, Vendor, Verification, Waterfall,
        fake::{FakeVendor, Script},
    },
};

const NOW: i64 = 1_790_000_000;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn item(field: Field, value: &str) -> AnswerItem {
    AnswerItem {
        field,
        value: value.to_owned(),
        verification: Verification::Vendor,
        confidence: Some(0.9),
    }
}

fn says(items: &[AnswerItem], cost_e4: u64) -> Script {
    Script::Answers(Answer::Match { items: items.to_vec(), cost_e4 })
}

fn wants(fields: &[Field]) -> Question {
    Question { wanted: fields.iter().copied().collect(), ..Question::default() }
}

fn vendor(name: &str, cost_e4: u64, offers: &[Field], script: Script) -> Arc<FakeVendor> {
    Arc::new(FakeVendor::new(name, cost_e4, offers, script))
}

fn waterfall(vendors: &[Arc<FakeVendor>], call_e4: u64, day_e4: u64) -> Waterfall {
    let day = Arc::new(DayBudget::new(day_e4, 0, at(NOW)));
    let vendors = vendors.iter().map(|v| Arc::clone(v) as Arc<dyn Vendor>).collect();
    Waterfall::new(vendors, call_e4, day).with_answer_ms(50)
}

fn outcomes(report: &Report) -> Vec<(&str, &StepOutcome)> {
    report.steps.iter().map(|step| (step.vendor.as_str(), &step.outcome)).collect()
}

#[tokio::test]
async fn the_chain_stops_when_nothing_is_missing() {
    let both = [Field::JobTitle, Field::Company];
    let one = vendor("one", 10, &both, says(&[item(Field::JobTitle, "CFO")], 10));
    let two = vendor("two", 10, &both, says(&[item(Field::Company, "Acme")], 10));
    let three = vendor("three", 10, &both, says(&[item(Field::JobTitle, "CEO")], 10));
    let all = [one, two, Arc::clone(&three)];
    let report = waterfall(&all, 1_000, 1_000).run(&wants(&both), at(NOW)).await;
    assert_eq!(report.missing, BTreeSet::new());
    assert_eq!(three.calls(), 0);
    let kept: Vec<(Field, &str, &str)> =
        report.findings.iter().map(|f| (f.field, f.value.as_str(), f.source.as_str())).collect();
    assert_eq!(kept, [(Field::JobTitle, "CFO", "one"), (Field::Company, "Acme", "two")]);
    assert!(report.findings.iter().all(|f| f.observed_at == at(NOW)));
}

#[tokio::test]
async fn a_person_who_said_no_ends_the_chain() {
    let wanted = [Field::JobTitle, Field::Company];
    let one = vendor("one", 0, &wanted, says(&[item(Field::Company, "Acme")], 0));
    let two = vendor("two", 0, &wanted, Script::Answers(Answer::Suppressed));
    let three = vendor("three", 0, &wanted, says(&[item(Field::JobTitle, "CEO")], 0));
    let all = [one, two, Arc::clone(&three)];
    let report = waterfall(&all, 1_000, 1_000).run(&wants(&wanted), at(NOW)).await;
    assert!(report.is_suppressed);
    assert!(report.findings.is_empty());
    assert_eq!(report.missing.len(), 2);
    assert_eq!(three.calls(), 0);
}

#[tokio::test]
async fn silence_and_rubbish_are_faults_and_the_next_vendor_is_asked() {
    let wanted =
        [Field::Email, Field::Company, Field::CompanyDomain, Field::JobTitle, Field::Country];
    let silent = vendor("silent", 5, &wanted, Script::Silent);
    let rubbish = vendor("rubbish", 5, &wanted, Script::Rubbish);
    let good = vendor("good", 5, &wanted, says(&[item(Field::Company, "Acme")], 5));
    let report = waterfall(&[silent, rubbish, good], 100, 100).run(&wants(&wanted), at(NOW)).await;
    assert_eq!(
        outcomes(&report),
        [
            ("silent", &StepOutcome::Fault),
            ("rubbish", &StepOutcome::Fault),
            ("good", &StepOutcome::Filled(vec![Field::Company])),
        ]
    );
    assert_eq!(report.findings.len(), 1);
    // The rubbish vendor claimed an endless price; our books hold the stated one.
    assert_eq!(report.steps.iter().map(|step| step.cost_e4).sum::<u64>(), 15);
}

#[tokio::test]
async fn five_faults_rest_a_vendor_and_an_answer_brings_it_back() {
    let wanted = [Field::Company];
    let down = vendor("down", 0, &wanted, Script::Answers(Answer::VendorDown));
    let chain = waterfall(&[Arc::clone(&down)], 100, 100);
    for _ in 0..20 {
        chain.run(&wants(&wanted), at(NOW)).await;
    }
    assert_eq!(down.calls(), u64::from(FAULTS_TO_OPEN));
    let report = chain.run(&wants(&wanted), at(NOW)).await;
    assert_eq!(outcomes(&report), [("down", &StepOutcome::Resting)]);
    // After the pause it is tried; one more fault and it rests again.
    for _ in 0..3 {
        chain.run(&wants(&wanted), at(NOW + OPEN_SECONDS)).await;
    }
    assert_eq!(down.calls(), u64::from(FAULTS_TO_OPEN) + 1);
    chain.reset("down");
    chain.run(&wants(&wanted), at(NOW + OPEN_SECONDS)).await;
    assert_eq!(down.calls(), u64::from(FAULTS_TO_OPEN) + 2);
}

#[tokio::test]
async fn refusals_take_a_vendor_out_for_as_long_as_they_say() {
    let wanted = [Field::Company];
    let until = at(NOW + 60);
    let limited = vendor("limited", 0, &wanted, Script::Answers(Answer::RateLimited { until }));
    let empty = vendor("empty", 0, &wanted, Script::Answers(Answer::OutOfCredits));
    let all = [Arc::clone(&limited), Arc::clone(&empty)];
    let chain = waterfall(&all, 100, 100);
    let report = chain.run(&wants(&wanted), at(NOW)).await;
    assert_eq!(
        outcomes(&report),
        [("limited", &StepOutcome::RateLimited(until)), ("empty", &StepOutcome::NeedsOperator)]
    );
    chain.run(&wants(&wanted), at(NOW + 59)).await;
    assert_eq!((limited.calls(), empty.calls()), (1, 1));
    chain.run(&wants(&wanted), at(NOW + 60)).await;
    chain.run(&wants(&wanted), at(NOW + 1_000_000)).await;
    assert_eq!((limited.calls(), empty.calls()), (3, 1));
    assert!(chain.breaker("empty").is_out_of_order());
}

#[tokio::test]
async fn ten_thousand_submissions_stay_within_the_day() {
    let wanted = [Field::Company];
    let dear = vendor("dear", 300, &wanted, Script::Answers(Answer::Miss { cost_e4: 300 }));
    let chain = waterfall(&[Arc::clone(&dear)], 500, 100_000);
    for _ in 0..10_000 {
        chain.run(&wants(&wanted), at(NOW)).await;
    }
    assert_eq!(dear.calls(), 333);
    // A new day opens the purse again.
    chain.run(&wants(&wanted), at(NOW + 86_400)).await;
    assert_eq!(dear.calls(), 334);
}

#[tokio::test]
async fn a_quote_asks_nobody_and_bounds_the_price() {
    let wanted = [Field::Company];
    let miss = || Script::Answers(Answer::Miss { cost_e4: 1 });
    let all = [
        vendor("a", 40, &wanted, miss()),
        vendor("other", 40, &[Field::Phone], miss()),
        vendor("b", 50, &wanted, miss()),
        vendor("c", 20, &wanted, miss()),
    ];
    let quote = waterfall(&all, 100, 1_000).quote(&wants(&wanted), at(NOW));
    assert_eq!(quote.vendors, ["a", "b"]);
    assert_eq!(quote.cost_e4_max, 90);
    assert!(all.iter().all(|vendor| vendor.calls() == 0));
}

fn free(resolver: FakeResolver) -> Waterfall {
    let vendors: Vec<Arc<dyn Vendor>> = vec![
        Arc::new(MailboxSyntax),
        Arc::new(MailServerCheck::new(Arc::new(resolver))),
        Arc::new(MailboxClassCheck),
        Arc::new(PhoneShapeCheck),
    ];
    Waterfall::new(vendors, 0, Arc::new(DayBudget::new(0, 0, at(NOW))))
}

fn about(email: &str) -> Question {
    Question {
        email: Some(email.to_owned()),
        email_class: Some(MailboxClass::Corporate),
        phone: Some(PhoneShape {
            e164: "+442079460018".to_owned(),
            kind: PhoneKind::FixedLine,
            country: Some("GB".to_owned()),
        }),
        ..wants(&[
            Field::Email,
            Field::EmailDomainTakesMail,
            Field::EmailClass,
            Field::Phone,
            Field::PhoneKind,
            Field::PhoneCountry,
        ])
    }
}

#[tokio::test]
async fn the_free_sources_say_what_form_and_name_service_show() {
    let resolver = FakeResolver::new().mail("acme.example", &[(10, "mx.acme.example")]);
    let report = free(resolver).run(&about("Kim@ACME.example"), at(NOW)).await;
    let kept: Vec<(Field, &str, Verification)> =
        report.findings.iter().map(|f| (f.field, f.value.as_str(), f.verification)).collect();
    assert_eq!(
        kept,
        [
            (Field::Email, "Kim@acme.example", Verification::Form),
            (Field::EmailDomainTakesMail, "yes", Verification::Domain),
            (Field::EmailClass, "corporate", Verification::Domain),
            (Field::Phone, "+442079460018", Verification::Form),
            (Field::PhoneKind, "fixed_line", Verification::Domain),
            (Field::PhoneCountry, "GB", Verification::Domain),
        ]
    );
}

#[tokio::test]
async fn no_answer_is_not_a_dead_domain() {
    let own_address = ["93.184.215.14".parse().unwrap()];
    let resolver = || {
        FakeResolver::new()
            .mail("null.example", &[(0, "")])
            .host("a-only.example", &own_address)
            .silent("silent.example")
    };
    for (domain, expected) in [
        ("null.example", Some("null_mx")),
        ("a-only.example", Some("yes")),
        ("dead.example", Some("no")),
        ("silent.example", None),
    ] {
        let report = free(resolver()).run(&about(&format!("kim@{domain}")), at(NOW)).await;
        let field = Field::EmailDomainTakesMail;
        let value = report.findings.iter().find(|f| f.field == field).map(|f| f.value.as_str());
        assert_eq!(value, expected, "{domain}");
        assert_eq!(report.missing.contains(&field), expected.is_none(), "{domain}");
    }
}

proptest! {
    #[test]
    fn the_day_never_spends_more_than_its_ceiling(
        ceiling in 0..1_000_u64,
        asks in proptest::collection::vec((0..400_u64, 0..400_u64, any::<bool>()), 0..60),
    ) {
        let day = DayBudget::new(ceiling, 0, at(NOW));
        let mut open = Vec::new();
        for (price, charged, settle) in asks {
            if let Some(reserved) = day.reserve(price, at(NOW)) {
                open.push((reserved, charged.min(price)));
            }
            prop_assert!(day.spent_e4() <= ceiling);
            if settle && let Some((reserved, charged)) = open.pop() {
                day.settle(reserved, charged);
                prop_assert!(day.spent_e4() <= ceiling);
            }
        }
    }
}
