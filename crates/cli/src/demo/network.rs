//! The network of the sample workspace: who wrote to whom, brought in by each member as their own
//! data; what they say of their ties; and what became of asks. The events stand in
//! `samples/network-events.csv`, made by the test below and the same every time; every domain is invented.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use warmpath_app::network::NetworkFile;
use warmpath_app::policy::{OwnNetwork, ReadNetwork, RecruitConnectors, grant};
use warmpath_app::rows::MemberRow;
use warmpath_app::tie::Tier;
use warmpath_app::unit::Unit;
use warmpath_app::{
    Failure, count_asks, import_network, keep_brief, rate_tie, read_connectors, read_network,
    read_tiers, read_workspace,
};
use warmpath_core::id::WorkspaceId;
use warmpath_core::role::Role;

use super::clock::Chance;
use super::history::Past;
use crate::import::principal_of;

/// The events, relative to [`BASE`].
const EVENTS: &str = include_str!("../../../../samples/network-events.csv");

/// The last moment in the file: 20 November 2026, 09:00 UTC.
const BASE: i64 = 1_795_165_200;

const DAY: i64 = 86_400;

/// Asks of the past months: enough for the rate of one tier, not for the others.
const ASKS: usize = 34;

/// Brings all of it in, at the end of the history.
pub(super) async fn live(past: &Past, workspace: WorkspaceId) -> anyhow::Result<()> {
    let members = read_workspace::members(&past.house.app, workspace).await?;
    let inside: Vec<&MemberRow> =
        members.iter().filter(|m| m.active && m.role != Role::Partner).collect();
    for (who, text) in by_member(past.now.as_second()) {
        let Some(member) = inside.iter().find(|m| m.email == who) else { continue };
        bring_in(past, member, text).await?;
    }
    ask(past, workspace, &inside).await?;
    for member in &inside {
        say(past, member).await?;
    }
    recruit(past, &inside).await
}

/// The part of each member: what they took part in; what others did among themselves stands in the
/// copies that revenue operations got. Moved so that the newest is of this morning.
fn by_member(now: i64) -> BTreeMap<&'static str, String> {
    let later = (now - BASE).div_euclid(DAY) * DAY;
    let mut parts: BTreeMap<&'static str, String> = BTreeMap::new();
    for line in EVENTS.lines().skip(1) {
        let mut cells = line.splitn(4, ',');
        let (Some(at), Some(from), Some(to), Some(rest)) =
            (cells.next(), cells.next(), cells.next(), cells.next())
        else {
            continue;
        };
        let Ok(at) = at.parse::<i64>() else { continue };
        let owner = MEMBERS.iter().find(|who| **who == from || **who == to);
        let part = parts.entry(owner.copied().unwrap_or(MEMBERS[0])).or_default();
        if part.is_empty() {
            part.push_str(HEADER);
        }
        part.push_str(&format!("{},{from},{to},{rest}\n", at + later));
    }
    parts
}

async fn bring_in(past: &Past, member: &MemberRow, text: String) -> anyhow::Result<()> {
    let app = &past.house.app;
    let may = grant::<OwnNetwork>(&principal_of(member))?;
    let file = NetworkFile { name: "mail-headers.csv".to_owned(), bytes: text.into_bytes() };
    let row = import_network::upload(app, &may, &[file]).await?;
    import_network::start(app, &may, row.id).await?;
    past.house.worker.until_idle().await?;
    Ok(())
}

/// What became of asks over the past months. The first connectors were asked more than once.
async fn ask(past: &Past, workspace: WorkspaceId, inside: &[&MemberRow]) -> anyhow::Result<()> {
    let app = &past.house.app;
    let Some(revops) = inside.iter().find(|m| m.role == Role::Revops) else { return Ok(()) };
    let may = grant::<ReadNetwork>(&principal_of(revops))?;
    let all = read_connectors::run(app, &may).await?.list;
    let asked: Vec<_> =
        all.iter().filter_map(|c| Some((c.person.id, c.best.as_ref()?.1.tier))).take(14).collect();
    let chance = Chance::new(7);
    for n in 0..ASKS.min(asked.len() * 4) {
        let (person, tier) = asked[n % asked.len()];
        let ago = 24 * (20 + 4 * i64::try_from(n)?);
        let about = format!("sample-ask-{n}");
        let mut unit = Unit::new(app, workspace);
        unit.at = past.now - SignedDuration::from_hours(ago);
        count_asks::asked(&mut unit, person, &about, tier);
        unit.apply().await?;
        let (hours, yes) = match tier {
            Tier::Strong => (chance.between(4, 60), chance.below(10) < 8),
            Tier::Medium => (chance.between(24, 220), chance.below(10) < 6),
            _ => (chance.between(200, 900), chance.below(10) < 4),
        };
        if hours >= ago {
            continue;
        }
        let mut unit = Unit::new(app, workspace);
        unit.at = past.now - SignedDuration::from_hours(ago - hours);
        count_asks::answered(&mut unit, person, &about, yes);
        if yes {
            count_asks::received(&mut unit, person);
        }
        if n % 2 == 0 {
            count_asks::gave(&mut unit, person);
        }
        unit.apply().await?;
    }
    Ok(())
}

/// Everybody said something of the first of the ties they were asked about.
async fn say(past: &Past, member: &MemberRow) -> anyhow::Result<()> {
    let app = &past.house.app;
    let by = principal_of(member);
    let Ok(may) = grant::<ReadNetwork>(&by) else { return Ok(()) };
    let mine = read_network::mine(app, &may, "", 0).await?;
    for (n, (facts, _)) in mine.to_rate.iter().take(2).enumerate() {
        let rating = if n == 0 { "well" } else { "somewhat" };
        match rate_tie::run(app, &grant::<OwnNetwork>(&by)?, facts.id, rating).await {
            Ok(()) | Err(Failure::NotFound) => {}
            Err(other) => return Err(other.into()),
        }
    }
    Ok(())
}

/// Somebody set out to close the widest gap.
async fn recruit(past: &Past, inside: &[&MemberRow]) -> anyhow::Result<()> {
    let app = &past.house.app;
    let Some(revops) = inside.iter().find(|m| m.role == Role::Revops) else { return Ok(()) };
    let by = principal_of(revops);
    let tiers = read_tiers::run(app, &grant::<ReadNetwork>(&by)?, "").await?;
    let Some(gap) = tiers.gaps.first() else { return Ok(()) };
    let wanted = keep_brief::Wanted {
        industry: gap.industry.clone(),
        seniority: gap.seniority.as_str().to_owned(),
        region: String::new(),
    };
    keep_brief::open(app, &grant::<RecruitConnectors>(&by)?, &wanted).await?;
    Ok(())
}

const HEADER: &str = "ts,from,to,msg,kind,recipients,provenance\n";

/// Revenue operations first: their part holds what others did among themselves.
const MEMBERS: [&str; 6] = [
    "lena@corvane.example",
    "petra@corvane.example",
    "maya@corvane.example",
    "jonas@corvane.example",
    "tomas@corvane.example",
    "rosa@corvane.example",
];

#[cfg(test)]
mod tests {
    use super::*;

    const CONTACTS: &str = include_str!("../../../../samples/hubspot-contacts.csv");

    /// How a tie goes: messages each way, days between, hours to an answer, days since the last.
    struct Course {
        times: i64,
        gap_days: (i64, i64),
        answer_hours: (i64, i64),
        last_days: (i64, i64),
    }

    const COURSES: [Course; 5] = [
        Course { times: 16, gap_days: (3, 12), answer_hours: (1, 9), last_days: (1, 6) },
        Course { times: 9, gap_days: (8, 25), answer_hours: (12, 70), last_days: (4, 25) },
        Course { times: 5, gap_days: (15, 45), answer_hours: (30, 150), last_days: (20, 90) },
        Course { times: 2, gap_days: (20, 90), answer_hours: (100, 400), last_days: (90, 250) },
        Course { times: 4, gap_days: (10, 30), answer_hours: (10, 60), last_days: (400, 700) },
    ];

    struct Maker {
        chance: Chance,
        rows: Vec<(i64, String)>,
        message: u64,
    }

    impl Maker {
        fn row(&mut self, at: i64, from: &str, to: &str, kind: &str) {
            let message = self.message;
            self.rows.push((at, format!("{at},{from},{to},{message},{kind},1,observed")));
        }

        fn tie(&mut self, a: &str, b: &str, course: &Course) {
            let between = |chance: &Chance, (low, high)| chance.between(low, high);
            let mut day = between(&self.chance, course.last_days);
            for n in 0..course.times {
                let at = BASE - day * DAY - self.chance.between(0, 9 * 3_600);
                let (from, to) = if self.chance.below(2) == 0 { (a, b) } else { (b, a) };
                self.message += 1;
                self.row(at, from, to, "message");
                let hours = between(&self.chance, course.answer_hours);
                self.message += 1;
                self.row(at + hours * 3_600, to, from, "message");
                if n % 7 == 3 {
                    self.message += 1;
                    self.row(at, a, b, "meeting");
                    self.row(at, b, a, "meeting");
                }
                day += between(&self.chance, course.gap_days);
            }
        }
    }

    /// The sample: six members with some twenty-five contacts each, and contacts who know each other.
    fn sample() -> String {
        let mut contacts: Vec<&str> = CONTACTS
            .lines()
            .skip(1)
            .filter_map(|line| line.split(',').find(|cell| cell.contains('@')))
            .filter(|address| !address.ends_with("@corvane.example"))
            .collect();
        contacts.sort_unstable();
        contacts.dedup();
        let mut maker = Maker { chance: Chance::new(20_261_120), rows: Vec::new(), message: 0 };
        for (m, member) in MEMBERS.iter().enumerate() {
            for n in 0..25 {
                // Each member keeps to a part of the list, with some overlap.
                let at = (m * 19 + maker.chance.below(40)) % contacts.len();
                let course = match n {
                    0..4 => 0,
                    4..10 => 1,
                    10..17 => 2,
                    17..22 => 3,
                    _ => 4,
                };
                maker.tie(member, contacts[at], &COURSES[course]);
            }
        }
        for at in 0..contacts.len() {
            let other = maker.chance.below(contacts.len());
            let course = maker.chance.below(3);
            if other != at {
                maker.tie(contacts[at], contacts[other], &COURSES[course]);
            }
        }
        maker.rows.retain(|(at, _)| *at <= BASE);
        maker.rows.sort();
        let lines: Vec<String> = maker.rows.into_iter().map(|(_, row)| row).collect();
        format!("{HEADER}{}\n", lines.join("\n"))
    }

    #[test]
    fn the_sample_file_is_what_is_made_here() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/network-events.csv");
        let made = sample();
        if std::env::var_os("WARMPATH_BLESS").is_some() {
            std::fs::write(path, &made).unwrap();
        }
        assert!(made == EVENTS, "run again with WARMPATH_BLESS=1 and look at the difference");
    }

    #[test]
    fn the_newest_event_is_of_today_and_none_of_tomorrow() {
        let now = BASE + 45 * DAY + 7_200;
        let parts = by_member(now);
        assert_eq!(parts.len(), MEMBERS.len());
        let newest = parts
            .values()
            .flat_map(|text| text.lines().skip(1))
            .filter_map(|line| line.split(',').next()?.parse::<i64>().ok())
            .max();
        assert!(newest.is_some_and(|at| at <= now && at > now - 30 * DAY), "{newest:?}");
    }
}
