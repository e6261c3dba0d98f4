//! What a connector can be asked, and what each refusal says.

use jiff::Timestamp;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use proptest::sample::select;

use super::goodwill::*;
use super::policy::days_after;

fn monday() -> Timestamp {
    "2026-05-18T09:00:00Z".parse().unwrap()
}

fn step(kind: GoodwillKind, days_ago: i64) -> Step {
    Step { kind, at: days_after(monday(), -days_ago) }
}

fn given() -> Vec<Step> {
    vec![step(GoodwillKind::Opening, 100), step(GoodwillKind::GiveIntroduction, 60)]
}

fn check(rules: &Rules, steps: &[Step], open: &[Timestamp], company: &str) -> Result<(), Refused> {
    let situation = Situation {
        stage: ConnectorStage::Active,
        rules,
        steps,
        open,
        company,
        deal: None,
        zone: &TimeZone::UTC,
    };
    may_ask(&situation, monday())
}

#[test]
fn the_picture_of_a_balance_adds_up() {
    use GoodwillKind::{Ask, GiveIntroduction, Opening, Thanks, Told};
    let kinds = [Opening, Told, Ask, Thanks, Told, GiveIntroduction, Ask, Thanks, Ask, Told, Ask];
    let steps: Vec<Step> =
        kinds.iter().zip((0..).map(|n| 100 - n * 8)).map(|(&k, d)| step(k, d)).collect();
    let balances: Vec<i64> = line(&steps).iter().map(|b| b.balance).collect();
    assert_eq!(balances, [20, 30, 15, 20, 30, 50, 35, 40, 25, 35, 20]);
}

#[test]
fn nothing_is_asked_before_something_was_given() {
    let refused =
        check(&Rules::default(), &[step(GoodwillKind::Opening, 100)], &[], "").unwrap_err();
    assert_eq!(refused.why, [NotNow::GiveFirst]);
    assert!(refused.needs_give);
    assert_eq!(refused.from, Some(monday()), "from today, once something was given");
    assert_eq!(check(&Rules::default(), &given(), &[], ""), Ok(()));
}

#[test]
fn an_ask_a_fortnight_and_two_open() {
    let mut steps = given();
    steps.push(step(GoodwillKind::Ask, 4));
    let refused = check(&Rules::default(), &steps, &[], "").unwrap_err();
    assert_eq!(refused.why, [NotNow::TooSoon { days: 14 }]);
    assert_eq!(refused.from, Some(days_after(monday(), 10)));
    let ends = [days_after(monday(), 3), days_after(monday(), 2)];
    let refused = check(&Rules::default(), &given(), &ends, "").unwrap_err();
    assert_eq!(refused.why, [NotNow::OverCap { open: 2, cap: 2 }]);
    assert_eq!(refused.from, Some(ends[1]), "when the first of the two ends");
}

#[test]
fn the_floor_is_kept_and_a_give_lifts_it() {
    let mut steps = given();
    steps.extend([step(GoodwillKind::Ask, 50), step(GoodwillKind::Ask, 20)]);
    let refused = check(&Rules::default(), &steps, &[], "").unwrap_err();
    assert_eq!(refused.why, [NotNow::BelowFloor { balance: 10, floor: 10 }]);
    assert!(refused.needs_give);
    steps.push(step(GoodwillKind::GiveIntroduction, 1));
    assert_eq!(check(&Rules::default(), &steps, &[], ""), Ok(()));
}

#[test]
fn a_no_go_company_is_never_asked_for() {
    let rules = Rules { no_go: vec!["Statvind AS".into()], ..Rules::default() };
    let refused = check(&rules, &given(), &[], "STATVIND as").unwrap_err();
    assert_eq!((refused.why, refused.from), (vec![NotNow::NoGo], None));
    assert_eq!(check(&rules, &given(), &[], "Statkraft"), Ok(()));
}

#[test]
fn asks_come_in_the_window_only() {
    let rules = Rules { weekdays: vec![Weekday::Thursday], ..Rules::default() };
    let refused = check(&rules, &given(), &[], "").unwrap_err();
    assert_eq!(refused.why, [NotNow::OtherDays]);
    assert_eq!(refused.from, Some("2026-05-21T00:00:00Z".parse().unwrap()));
    let open = Rules { weekdays: vec![Weekday::Monday], ..Rules::default() };
    assert_eq!(check(&open, &given(), &[], ""), Ok(()));
}

#[test]
fn an_unknown_deal_is_not_a_large_one() {
    let rules = Rules { deal_min: Some(50_000), ..Rules::default() };
    let refused = check(&rules, &given(), &[], "").unwrap_err();
    assert_eq!(refused.why, [NotNow::DealTooSmall { min: 50_000 }]);
}

#[test]
fn touching_every_day_counts_once_a_week() {
    let steps: Vec<Step> = (0..28).rev().map(|day| step(GoodwillKind::Touch, day)).collect();
    assert_eq!(balance(&steps), 4 * GoodwillKind::Touch.tenths());
}

proptest! {
    #[test]
    fn nothing_but_an_ask_lowers_the_balance_and_the_ceiling_holds(
        kinds in proptest::collection::vec(select(GoodwillKind::ALL), 0..60),
    ) {
        let steps: Vec<Step> =
            kinds.iter().zip((0..).map(|n| 60 - n)).map(|(&k, d)| step(k, d)).collect();
        for found in line(&steps) {
            prop_assert!(found.balance <= CEILING);
            prop_assert_eq!(found.moved < 0, found.step.kind == GoodwillKind::Ask);
        }
    }

    #[test]
    fn a_refusal_for_the_calendar_alone_ends_at_its_date(
        ask_days in 0_i64..14,
        weekday in select(vec![Weekday::Monday, Weekday::Wednesday, Weekday::Sunday]),
    ) {
        let mut steps = given();
        steps.push(step(GoodwillKind::Ask, ask_days));
        steps.push(step(GoodwillKind::GiveIntroduction, 0));
        let rules = Rules { weekdays: vec![weekday], ..Rules::default() };
        if let Err(refused) = check(&rules, &steps, &[], "") {
            let from = refused.from.unwrap();
            let situation = Situation {
                stage: ConnectorStage::Active, rules: &rules, steps: &steps, open: &[],
                company: "", deal: None, zone: &TimeZone::UTC,
            };
            prop_assert_eq!(may_ask(&situation, from), Ok(()));
        }
    }
}
