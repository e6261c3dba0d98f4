//! Golden cases counted minute by minute by another program, and the laws of the calendar.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Golden {
    weeks: BTreeMap<String, [Vec<(u16, u16)>; 7]>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    zone: String,
    week: String,
    start: Timestamp,
    holidays: Vec<jiff::civil::Date>,
    absences: Vec<(Timestamp, Timestamp)>,
    minutes: Option<u32>,
    due: Option<Timestamp>,
    end: Option<Timestamp>,
    working_minutes: Option<i64>,
}

fn week(blocks: &[Vec<(u16, u16)>; 7]) -> [Vec<Block>; 7] {
    blocks.clone().map(|day| day.into_iter().map(|(from, to)| Block { from, to }).collect())
}

fn hours(case: &Case, golden: &Golden) -> WorkingHours {
    let absences = case.absences.iter().map(|(from, to)| Absence { from: *from, to: *to });
    WorkingHours::new(&case.zone, week(&golden.weeks[&case.week]))
        .unwrap()
        .with_holidays(case.holidays.clone())
        .with_absences(absences)
        .unwrap()
}

/// Cases made by `tests/data/calendar_golden.py`.
#[test]
fn every_golden_case_agrees_to_the_minute() {
    let golden: Golden =
        serde_json::from_str(include_str!("../../tests/data/calendar_golden.json")).unwrap();
    assert!(golden.cases.len() >= 60);
    for case in &golden.cases {
        let hours = hours(case, &golden);
        let Some(minutes) = case.minutes else {
            let between = hours.working_between(case.start, case.end.unwrap()).unwrap();
            assert_eq!(Some(between.as_mins()), case.working_minutes, "{}", case.name);
            continue;
        };
        let due = hours.add_working(case.start, minutes).unwrap();
        assert_eq!(Some(due), case.due, "{}", case.name);
    }
}

#[test]
fn a_calendar_that_never_works_is_refused() {
    let none: [Vec<Block>; 7] = Default::default();
    assert_eq!(WorkingHours::new("UTC", none).unwrap_err(), CalendarRefusal::NoHours);
    let always_away = WorkingHours::office("UTC")
        .unwrap()
        .with_absences([Absence { from: Timestamp::MIN, to: Timestamp::MAX }])
        .unwrap();
    let start = Timestamp::UNIX_EPOCH;
    assert_eq!(always_away.add_working(start, 1), Err(CalendarRefusal::Unreachable));
    assert_eq!(always_away.add_working(start, 0), Ok(start));
    assert!(!always_away.is_working(start));
}

#[test]
fn bad_parts_are_refused_by_name() {
    let with = |day: Vec<Block>| {
        let mut week: [Vec<Block>; 7] = Default::default();
        week[0] = day;
        WorkingHours::new("Europe/Berlin", week).unwrap_err()
    };
    assert_eq!(with(vec![Block { from: 60, to: 60 }]), CalendarRefusal::BadBlock);
    assert_eq!(with(vec![Block { from: 0, to: 1441 }]), CalendarRefusal::BadBlock);
    let overlapping = vec![Block { from: 60, to: 120 }, Block { from: 119, to: 130 }];
    assert_eq!(with(overlapping), CalendarRefusal::OverlappingBlocks);
    assert_eq!(WorkingHours::office("Mars/Olympus").unwrap_err(), CalendarRefusal::UnknownZone);
    let at = Timestamp::UNIX_EPOCH;
    let backwards =
        WorkingHours::office("UTC").unwrap().with_absences([Absence { from: at, to: at }]);
    assert_eq!(backwards.unwrap_err(), CalendarRefusal::BadAbsence);
}

#[test]
fn the_edges_of_time_are_answered_without_a_panic() {
    let hours = WorkingHours::office("Pacific/Apia").unwrap();
    for at in [Timestamp::MIN, Timestamp::MAX] {
        let _ = hours.is_working(at);
        assert!(hours.working_between(at, at).is_ok());
    }
    assert_eq!(hours.add_working(Timestamp::MAX, 60), Err(CalendarRefusal::Unreachable));
    let all = hours.working_between(Timestamp::MIN, Timestamp::MAX);
    assert_eq!(all, Err(CalendarRefusal::Unreachable));
}

fn instants() -> impl Strategy<Value = Timestamp> {
    // 2025 to 2031, by the second, so that every change of clocks is met.
    (1_735_689_600_i64..1_924_991_999).prop_map(|second| Timestamp::from_second(second).unwrap())
}

fn calendars() -> impl Strategy<Value = WorkingHours> {
    let zone = prop::sample::select(vec![
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "America/Santiago",
        "Asia/Kolkata",
        "UTC",
    ]);
    let day = prop::collection::btree_set(0_u16..=1440, 0..6).prop_map(|bounds| {
        let bounds: Vec<u16> = bounds.into_iter().collect();
        bounds.chunks_exact(2).map(|pair| Block { from: pair[0], to: pair[1] }).collect()
    });
    let week = prop::array::uniform7(day).prop_filter(
        "hours that reach 20,000 minutes within fifty years",
        |week: &[Vec<Block>; 7]| {
            week.iter().flatten().map(|block| block.to - block.from).sum::<u16>() >= 10
        },
    );
    let absences = prop::collection::vec((instants(), 1_i64..4_000_000), 0..4);
    (zone, week, absences).prop_map(|(zone, week, absences)| {
        let absences = absences
            .into_iter()
            .map(|(from, seconds)| Absence { from, to: from + SignedDuration::from_secs(seconds) });
        WorkingHours::new(zone, week).unwrap().with_absences(absences).unwrap()
    })
}

/// Zone and blocks read off the wall clock, one instant at a time.
fn works_by_the_wall(hours: &WorkingHours, at: Timestamp) -> bool {
    let wall = at.to_zoned(hours.zone().clone()).datetime();
    let minute = u16::try_from(i32::from(wall.hour()) * 60 + i32::from(wall.minute())).unwrap();
    let index = usize::try_from(wall.weekday().to_monday_zero_offset()).unwrap();
    let in_block = |block: &Block| (block.from..block.to).contains(&minute);
    let away = hours.absences_after(at).first().is_some_and(|absence| absence.from <= at);
    hours.week()[index].iter().any(in_block) && !away
}

proptest! {
    #[test]
    fn what_is_added_is_what_lies_between(
        hours in calendars(), start in instants(), minutes in 0_u32..20_000,
    ) {
        let due = hours.add_working(start, minutes).unwrap();
        let between = hours.working_between(start, due).unwrap();
        prop_assert_eq!(between, SignedDuration::from_mins(i64::from(minutes)));
    }

    #[test]
    fn the_due_time_is_the_earliest_one(
        hours in calendars(), start in instants(), minutes in 1_u32..5_000,
    ) {
        let due = hours.add_working(start, minutes).unwrap();
        let second = SignedDuration::from_secs(1);
        let before = hours.working_between(start, due - second).unwrap();
        prop_assert_eq!(before + second, SignedDuration::from_mins(i64::from(minutes)));
    }

    #[test]
    fn adding_in_two_steps_is_adding_at_once(
        hours in calendars(), start in instants(), first in 0_u32..5_000, second in 0_u32..5_000,
    ) {
        let step = hours.add_working(start, first).unwrap();
        let due = hours.add_working(start, first + second).unwrap();
        prop_assert_eq!(hours.add_working(step, second).unwrap(), due);
    }

    #[test]
    fn more_work_and_a_later_start_are_never_due_earlier(
        hours in calendars(), start in instants(), later in 0_i64..2_000_000,
        minutes in 0_u32..5_000, more in 0_u32..5_000,
    ) {
        let due = hours.add_working(start, minutes).unwrap();
        prop_assert!(hours.add_working(start, minutes + more).unwrap() >= due);
        let later = start + SignedDuration::from_secs(later);
        prop_assert!(hours.add_working(later, minutes).unwrap() >= due);
    }

    #[test]
    fn working_time_adds_up(hours in calendars(), mut at in prop::array::uniform3(instants())) {
        at.sort();
        let [a, b, c] = at;
        let sum = hours.working_between(a, b).unwrap() + hours.working_between(b, c).unwrap();
        prop_assert_eq!(hours.working_between(a, c).unwrap(), sum);
        prop_assert!(hours.working_between(a, c).unwrap() <= c.duration_since(a));
    }

    #[test]
    fn at_work_is_what_the_wall_clock_says(hours in calendars(), at in instants()) {
        prop_assert_eq!(hours.is_working(at), works_by_the_wall(&hours, at));
    }
}
