#!/usr/bin/env python3
"""Makes calendar_golden.json: working time counted minute by minute off the wall clock.

It shares no method with the library. It walks the minutes of real time, asks the zone what the
wall clock shows, and counts a minute when the clock stands in a block on a working day. Slow and
plain on purpose. Every case starts and ends on a full minute.

Run: python3 calendar_golden.py > calendar_golden.json
"""
import json
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

OFFICE = [[[540, 1020]]] * 5 + [[], []]
LUNCH = [[[480, 720], [780, 1050]]] * 4 + [[[480, 780]]] + [[], []]
NIGHT = [[[0, 360], [1320, 1440]]] * 7
SMALL_HOURS = [[[60, 240]]] * 7
SPLIT = [[[90, 150], [150, 210]]] * 7
ALWAYS = [[[0, 1440]]] * 7
SUNDAY = [[]] * 5 + [[[600, 840]], [[600, 660], [720, 780]]]
WEEKS = {"office": OFFICE, "lunch": LUNCH, "night": NIGHT, "small_hours": SMALL_HOURS,
         "split": SPLIT, "always": ALWAYS, "sunday": SUNDAY}


def instant(text):
    return datetime.fromisoformat(text).astimezone(timezone.utc)


def is_working(case, moment):
    for start, end in case["absences"]:
        if instant(start) <= moment < instant(end):
            return False
    wall = moment.astimezone(ZoneInfo(case["zone"]))
    if wall.date().isoformat() in case["holidays"]:
        return False
    minute = wall.hour * 60 + wall.minute
    return any(a <= minute < b for a, b in WEEKS[case["week"]][wall.weekday()])


def due(case):
    moment, left = instant(case["start"]), case["minutes"]
    while left > 0:
        if is_working(case, moment):
            left -= 1
        moment += timedelta(minutes=1)
    return moment.isoformat().replace("+00:00", "Z")


def between(case):
    moment, end, sum_ = instant(case["start"]), instant(case["end"]), 0
    while moment < end:
        sum_ += is_working(case, moment)
        moment += timedelta(minutes=1)
    return sum_


def case(name, zone, week, start, minutes=None, end=None, holidays=(), absences=()):
    made = {"name": name, "zone": zone, "week": week, "start": start,
            "holidays": list(holidays), "absences": [list(pair) for pair in absences]}
    if minutes is not None:
        made["minutes"] = minutes
        made["due"] = due(made)
    else:
        made["end"] = end
        made["working_minutes"] = between(made)
    return made


B, N, L = "Europe/Berlin", "America/New_York", "Europe/London"
XMAS = ["2026-12-25", "2026-12-26", "2027-01-01"]
CASES = [
    # An ordinary week in Berlin.
    case("inside one morning", B, "office", "2026-06-01T09:00+02:00", 30),
    case("starts before opening", B, "office", "2026-06-01T06:15+02:00", 30),
    case("starts after closing", B, "office", "2026-06-01T19:00+02:00", 30),
    case("a whole day is due at its end", B, "office", "2026-06-01T09:00+02:00", 480),
    case("one minute over a whole day", B, "office", "2026-06-01T09:00+02:00", 481),
    case("over the week-end", B, "office", "2026-06-05T16:30+02:00", 60),
    case("starts on a Saturday", B, "office", "2026-06-06T11:00+02:00", 60),
    case("starts at the closing minute", B, "office", "2026-06-05T17:00+02:00", 1),
    case("zero minutes at night", B, "office", "2026-06-05T23:00+02:00", 0),
    case("two weeks of work", B, "office", "2026-06-01T09:00+02:00", 4800),
    case("lunch is no work", B, "lunch", "2026-06-01T11:30+02:00", 60),
    case("inside lunch", B, "lunch", "2026-06-01T12:20+02:00", 10),
    case("short Friday", B, "lunch", "2026-06-05T12:00+02:00", 120),
    case("Sunday in two halves", B, "sunday", "2026-06-07T10:30+02:00", 60),
    case("week-end workers wait for Saturday", B, "sunday", "2026-06-08T08:00+02:00", 240),
    case("a night shift over midnight", B, "night", "2026-06-01T23:00+02:00", 120),
    # Holidays and absences.
    case("a holiday is skipped", B, "office", "2026-12-24T16:00+01:00", 120, holidays=XMAS),
    case("New Year on a Friday", B, "office", "2026-12-31T16:30+01:00", 60, holidays=XMAS),
    case("a holiday stops the night at its midnights", B, "night", "2026-12-24T23:00+01:00", 180,
         holidays=XMAS),
    case("starts on a holiday", B, "office", "2026-12-25T10:00+01:00", 10, holidays=XMAS),
    case("away in the middle of a day", B, "office", "2026-06-01T10:00+02:00", 120,
         absences=[("2026-06-01T11:00+02:00", "2026-06-01T15:00+02:00")]),
    case("away for three weeks", B, "office", "2026-06-05T16:00+02:00", 120,
         absences=[("2026-06-06T00:00+02:00", "2026-06-27T00:00+02:00")]),
    case("starts while away", B, "office", "2026-06-10T10:00+02:00", 30,
         absences=[("2026-06-08T00:00+02:00", "2026-06-11T12:34+02:00")]),
    case("two absences that overlap", B, "office", "2026-06-01T09:00+02:00", 60,
         absences=[("2026-06-01T09:30+02:00", "2026-06-01T12:00+02:00"),
                   ("2026-06-01T11:00+02:00", "2026-06-01T13:00+02:00")]),
    case("absent over the change of clocks", B, "always", "2026-03-29T00:00+01:00", 60,
         absences=[("2026-03-29T01:30+01:00", "2026-03-29T03:30+02:00")]),
    # Clocks go forward: Berlin 2026-03-29, 02:00 becomes 03:00.
    case("forward: block over the gap", B, "small_hours", "2026-03-29T00:30+01:00", 60),
    case("forward: an hour is missing", B, "small_hours", "2026-03-29T00:30+01:00", 120),
    case("forward: into the next day", B, "small_hours", "2026-03-29T00:30+01:00", 121),
    case("forward: blocks inside the gap", B, "split", "2026-03-29T00:00+01:00", 45),
    case("forward: around the clock", B, "always", "2026-03-28T12:00+01:00", 1440),
    case("forward: office week", B, "office", "2026-03-27T16:00+01:00", 120),
    case("forward: night shift", B, "night", "2026-03-28T22:00+01:00", 480),
    case("forward: New York", N, "small_hours", "2026-03-08T00:30-05:00", 130),
    case("forward: London at one", L, "small_hours", "2026-03-29T00:30+00:00", 100),
    # Clocks go back: Berlin 2026-10-25, 03:00 becomes 02:00.
    case("back: the hour twice", B, "small_hours", "2026-10-25T00:30+02:00", 180),
    case("back: all four hours", B, "small_hours", "2026-10-25T00:30+02:00", 240),
    case("back: one minute more", B, "small_hours", "2026-10-25T00:30+02:00", 241),
    case("back: a block ends inside the hour", B, "split", "2026-10-25T00:00+02:00", 150),
    case("back: starts in the first pass", B, "small_hours", "2026-10-25T02:30+02:00", 60),
    case("back: starts in the second pass", B, "small_hours", "2026-10-25T02:30+01:00", 60),
    case("back: around the clock", B, "always", "2026-10-24T12:00+02:00", 1440),
    case("back: office week", B, "office", "2026-10-23T16:00+02:00", 120),
    case("back: night shift", B, "night", "2026-10-24T22:00+02:00", 500),
    case("back: New York", N, "small_hours", "2026-11-01T00:30-04:00", 240),
    case("back: London", L, "small_hours", "2026-10-25T00:30+01:00", 240),
    # Odd zones and odd days.
    case("leap day", B, "office", "2028-02-28T16:00+01:00", 540),
    case("no leap day", B, "office", "2027-02-26T16:00+01:00", 540),
    case("leap day as a holiday", B, "office", "2028-02-28T16:30+01:00", 60,
         holidays=["2028-02-29"]),
    case("half-hour zone", "Asia/Kolkata", "office", "2026-06-01T17:00+05:30", 90),
    case("quarter-hour zone", "Asia/Kathmandu", "office", "2026-06-01T16:50+05:45", 20),
    case("half-hour change, forward", "Australia/Lord_Howe", "small_hours",
         "2026-10-04T00:30+10:30", 170),
    case("half-hour change, back", "Australia/Lord_Howe", "small_hours",
         "2026-04-05T00:30+11:00", 200),
    case("change at midnight", "America/Santiago", "night", "2026-09-05T22:00-04:00", 300),
    case("back at midnight", "America/Santiago", "night", "2026-04-04T22:00-03:00", 300),
    case("a day that was left out", "Pacific/Apia", "office", "2011-12-29T16:00-10:00", 120),
    case("far east", "Pacific/Kiritimati", "office", "2026-06-01T16:00+14:00", 120),
    # Working time between two instants.
    case("between: nothing on a Sunday", B, "office", "2026-06-07T00:00+02:00",
         end="2026-06-08T00:00+02:00"),
    case("between: one week", B, "office", "2026-06-01T00:00+02:00",
         end="2026-06-08T00:00+02:00"),
    case("between: June", B, "lunch", "2026-06-01T00:00+02:00", end="2026-07-01T00:00+02:00"),
    case("between: half a morning", B, "office", "2026-06-01T08:11+02:00",
         end="2026-06-01T10:47+02:00"),
    case("between: a year of nights", B, "night", "2026-01-01T00:00+01:00",
         end="2027-01-01T00:00+01:00"),
    case("between: a year in the office", N, "office", "2026-01-01T00:00-05:00",
         end="2027-01-01T00:00-05:00", holidays=["2026-07-03", "2026-11-26", "2026-12-25"]),
    case("between: the long day", B, "always", "2026-10-25T00:00+02:00",
         end="2026-10-26T00:00+01:00"),
    case("between: the short day", B, "always", "2026-03-29T00:00+01:00",
         end="2026-03-30T00:00+02:00"),
    case("between: the doubled hour", B, "split", "2026-10-25T00:00+02:00",
         end="2026-10-26T00:00+01:00"),
    case("between: inside an absence", B, "always", "2026-06-01T10:00+02:00",
         end="2026-06-01T12:00+02:00",
         absences=[("2026-06-01T09:00+02:00", "2026-06-01T13:00+02:00")]),
    case("between: a leap year around the clock", B, "always", "2028-02-01T00:00+01:00",
         end="2028-03-01T00:00+01:00"),
    case("between: left-out day", "Pacific/Apia", "always", "2011-12-29T00:00-10:00",
         end="2012-01-01T00:00+14:00"),
]

print(json.dumps({"weeks": WEEKS, "cases": CASES}, indent=1))
