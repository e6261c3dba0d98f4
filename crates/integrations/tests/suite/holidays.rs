//! A revenue-operations person loads the holidays of a region, or learns which line is wrong.

use jiff::civil::{Date, date};
use proptest::prelude::*;
use warmpath_integrations::holidays::{
    EVENTS_MAX, INPUT_BYTES_MAX, Problem, Years, parse_ics, parse_list,
};

fn calendar(events: &[&str]) -> String {
    let events: String =
        events.iter().map(|event| format!("BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n")).collect();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n")
}

fn years(first: i16, last: i16) -> Years {
    Years::new(first, last).unwrap()
}

fn dates(event: &str, first: i16, last: i16) -> Vec<Date> {
    let days = parse_ics(calendar(&[event]).as_bytes(), years(first, last)).unwrap();
    days.into_iter().map(|day| day.date).collect()
}

fn refusal(event: &str) -> (usize, Problem) {
    let error = parse_ics(calendar(&[event]).as_bytes(), years(2026, 2028)).unwrap_err();
    (error.line, error.problem)
}

#[test]
fn whole_days_and_their_names_are_read() {
    let text = calendar(&[
        "DTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261227\r\n\
         SUMMARY:Christmas\\, both\r\n  days",
        "DTSTART;VALUE=DATE:20260101\r\nSUMMARY:New Year",
        "DTSTART;VALUE=DATE:20260501\r\nSTATUS:CANCELLED",
        "DTSTART;VALUE=DATE:20260601\r\nDURATION:P2D\r\nBEGIN:VALARM\r\nTRIGGER:-P1D\r\nEND:VALARM",
    ]);
    let days = parse_ics(text.as_bytes(), years(2026, 2026)).unwrap();
    let read: Vec<(String, &str)> =
        days.iter().map(|day| (day.date.to_string(), day.name.as_str())).collect();
    assert_eq!(
        read,
        [
            ("2026-01-01".to_owned(), "New Year"),
            ("2026-06-01".to_owned(), ""),
            ("2026-06-02".to_owned(), ""),
            ("2026-12-25".to_owned(), "Christmas, both days"),
            ("2026-12-26".to_owned(), "Christmas, both days"),
        ]
    );
}

#[test]
fn yearly_repetition_is_computed() {
    let start = "DTSTART;VALUE=DATE:20200704\r\nRRULE:FREQ=YEARLY";
    assert_eq!(dates(start, 2026, 2027), [date(2026, 7, 4), date(2027, 7, 4)]);
    let third_monday = "DTSTART;VALUE=DATE:20260119\r\nRRULE:FREQ=YEARLY;BYMONTH=1;BYDAY=3MO";
    assert_eq!(
        dates(third_monday, 2026, 2028),
        [date(2026, 1, 19), date(2027, 1, 18), date(2028, 1, 17)]
    );
    let last_monday = "DTSTART;VALUE=DATE:20260525\r\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO";
    assert_eq!(dates(last_monday, 2027, 2027), [date(2027, 5, 31)]);
    let leap = "DTSTART;VALUE=DATE:20240229\r\nRRULE:FREQ=YEARLY;COUNT=2";
    assert_eq!(dates(leap, 2024, 2040), [date(2024, 2, 29), date(2028, 2, 29)]);
    let until = "DTSTART;VALUE=DATE:20250101\r\nRRULE:FREQ=YEARLY;UNTIL=20270101\r\n\
        EXDATE;VALUE=DATE:20260101";
    assert_eq!(dates(until, 2025, 2030), [date(2025, 1, 1), date(2027, 1, 1)]);
    let over_new_year =
        "DTSTART;VALUE=DATE:20241231\r\nDTEND;VALUE=DATE:20250102\r\nRRULE:FREQ=YEARLY";
    assert_eq!(dates(over_new_year, 2026, 2026), [date(2026, 1, 1), date(2026, 12, 31)]);
}

#[test]
fn every_refusal_names_its_line() {
    let day = "DTSTART;VALUE=DATE:20261225";
    let rule = |rule: &str| format!("{day}\r\nRRULE:{rule}");
    for bomb in [
        "FREQ=SECONDLY;UNTIL=99991231T235959Z",
        "FREQ=DAILY",
        "FREQ=YEARLY;INTERVAL=0",
        "FREQ=YEARLY;COUNT=999999999",
        "FREQ=YEARLY;BYSETPOS=1",
        "FREQ=YEARLY;BYDAY=MO",
        "FREQ=YEARLY;BYDAY=1MO",
        "FREQ=YEARLY;BYMONTH=13",
        "FREQ=YEARLY;FREQ=YEARLY",
        "FREQ=YEARLY;BYHOUR=1,2,3,4",
        "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24",
        "",
    ] {
        assert_eq!(refusal(&rule(bomb)), (5, Problem::Recurrence), "{bomb}");
    }
    assert_eq!(refusal("SUMMARY:x"), (3, Problem::NoStart));
    assert_eq!(refusal("DTSTART:20261225T100000Z"), (4, Problem::TimeOfDay));
    assert_eq!(refusal("DTSTART;VALUE=DATE:20261332"), (4, Problem::Date));
    assert_eq!(
        refusal(&format!("{day}\r\nDTEND;VALUE=DATE:20251225")),
        (5, Problem::EndBeforeStart)
    );
    assert_eq!(refusal(&format!("{day}\r\nDTEND;VALUE=DATE:20271225")), (5, Problem::TooLong));
    assert_eq!(refusal(&format!("{day}\r\nnonsense")), (5, Problem::Line));
    assert_eq!(refusal(&format!("{day}\r\nRDATE:20270101")), (5, Problem::Recurrence));
}

#[test]
fn broken_and_oversized_files_are_refused() {
    let read = |bytes: &[u8]| {
        let error = parse_ics(bytes, years(2026, 2026)).unwrap_err();
        (error.line, error.problem)
    };
    assert_eq!(read(b""), (1, Problem::NotCalendar));
    assert_eq!(read(b"PK\x03\x04"), (1, Problem::NotCalendar));
    assert_eq!(read(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"), (2, Problem::Nesting));
    assert_eq!(read(b"BEGIN:VCALENDAR\r\nEND:VEVENT\r\n"), (2, Problem::Nesting));
    assert_eq!(read(b"BEGIN:VCALENDAR\r\nX:\xff\r\n"), (2, Problem::NotText));
    assert_eq!(read(&vec![b'x'; INPUT_BYTES_MAX + 1]), (1, Problem::TooLarge));
    assert_eq!(read("BEGIN:VCALENDAR\r\n".repeat(10).as_bytes()), (5, Problem::Nesting));
    let many = vec!["DTSTART;VALUE=DATE:20261225"; EVENTS_MAX + 1];
    assert_eq!(read(calendar(&many).as_bytes()).1, Problem::TooMany);
    let wide = vec!["DTSTART;VALUE=DATE:19000101\r\nDURATION:P60D\r\nRRULE:FREQ=YEARLY"; 300];
    let error = parse_ics(calendar(&wide).as_bytes(), years(2000, 2029)).unwrap_err();
    assert_eq!(error.problem, Problem::TooMany);
    assert!(Years::new(2026, 2025).is_none() && Years::new(2000, 2100).is_none());
    assert!(Years::new(i16::MIN, i16::MAX).is_none());
}

#[test]
fn hostile_calendar_files_hold_no_holidays() {
    // All of them carry times of day or worse; none may be read as a day off, and a local file
    // named inside is never opened.
    for file in [
        include_str!("../data/hostile/ics/001-good-control.ics"),
        include_str!("../data/hostile/ics/002-rrule-bomb.ics"),
        include_str!("../data/hostile/ics/003-end-before-start.ics"),
        include_str!("../data/hostile/ics/004-tz-unknown.ics"),
        include_str!("../data/hostile/ics/005-dst-gap.ics"),
        include_str!("../data/hostile/ics/006-attach-file.ics"),
        include_str!("../data/hostile/ics/007-organizer-spoof.ics"),
    ] {
        let error = parse_ics(file.as_bytes(), years(2026, 2027)).unwrap_err();
        assert_eq!((error.line, error.problem), (7, Problem::TimeOfDay));
    }
}

#[test]
fn a_plain_list_is_enough() {
    let text = "\u{feff}# Bavaria\n2026-12-25 Christmas Day\n\n2026-01-06,Epiphany\n\
        2026-08-15\r\n2026-08-15 twice\n";
    let days = parse_list(text.as_bytes()).unwrap();
    let read: Vec<(String, &str)> =
        days.iter().map(|day| (day.date.to_string(), day.name.as_str())).collect();
    assert_eq!(
        read,
        [
            ("2026-01-06".to_owned(), "Epiphany"),
            ("2026-08-15".to_owned(), ""),
            ("2026-12-25".to_owned(), "Christmas Day"),
        ]
    );
    for bad in ["2026-02-30", "25.12.2026", "2026-12-25T00:00", "+002026-12-25", "x"] {
        let error = parse_list(format!("# a\n{bad}\n").as_bytes()).unwrap_err();
        assert_eq!((error.line, error.problem), (2, Problem::Date), "{bad}");
        assert!(error.to_string().starts_with("line 2: this is no date"));
    }
}

proptest! {
    #[test]
    fn no_input_is_too_strange(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = parse_list(&bytes);
        let _ = parse_ics(&bytes, years(2026, 2028));
        let inside = calendar(&[&String::from_utf8_lossy(&bytes)]);
        if let Ok(days) = parse_ics(inside.as_bytes(), years(2026, 2028)) {
            prop_assert!(days.is_sorted_by(|a, b| a.date < b.date));
        }
    }

    #[test]
    fn any_rule_answers_within_its_years(
        start in (1900_i16..2190, 1_i8..=12, 1_i8..=28),
        rule in "(FREQ=YEARLY;)(INTERVAL=[1-9];)?(COUNT=[1-9][0-9]?;)?",
        first in 1900_i16..2170,
    ) {
        let start = date(start.0, start.1, start.2);
        let event = format!("DTSTART;VALUE=DATE:{}\r\nRRULE:{rule}", start.strftime("%Y%m%d"));
        let days = dates(&event, first, first + 29);
        prop_assert!(days.len() <= 30);
        for day in days {
            prop_assert!(day >= start && (first..first + 30).contains(&day.year()));
            prop_assert_eq!((day.month(), day.day()), (start.month(), start.day()));
        }
    }
}
