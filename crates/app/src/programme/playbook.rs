//! Messages that were approved and sent, by what came of them. Names, addresses and figures are taken
//! out, so that what is left is the way of saying it; the same way counts together. Under ten there is
//! too little to say.

use std::collections::BTreeMap;

use warmpath_core::id::IntroductionId;
use warmpath_core::introduction::{Outcome, TargetState};
use warmpath_insight::Rate;
use warmpath_store::table::introduction::{self, IntroductionRow};
use warmpath_store::table::person;
use warmpath_store::table::workspace;

use crate::context::App;
use crate::error::Failure;
use crate::introduce::texts;
use crate::policy::{Grant, ReadIntroductions};

/// Introductions that are read, latest first.
const READ_MAX: i64 = 2_000;

/// Fewer than this say nothing.
pub const ENOUGH: usize = 10;

/// Where a name, an address or a figure stood.
pub const HOLE: &str = "[…]";

/// Where the line of one's own stood.
pub const OWN_LINE_HOLE: &str = "[a line of your own]";

/// One way of asking a target, with what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Play {
    /// The text, without anything that names somebody.
    pub text: String,
    /// The profile it was used for most; empty for none.
    pub profile: String,
    /// How often it was sent.
    pub sent: usize,
    /// Targets who said yes.
    pub yes: usize,
    /// Who said no.
    pub no: usize,
    /// Who did not answer.
    pub silent: usize,
    /// Meetings that were held.
    pub held: usize,
    /// That became an opportunity.
    pub opportunities: usize,
}

impl Play {
    /// The share of yes among those who had their time to answer, with its interval of 95 %; none while
    /// there are too few.
    pub fn yes_share(&self) -> Option<(f64, f64, f64)> {
        let answered = self.yes + self.no + self.silent;
        let rate = Rate::new(self.yes as u64, answered as u64);
        let (low, high) = rate.interval().filter(|_| answered >= ENOUGH)?;
        Some((rate.share()?, low, high))
    }
}

/// The playbook: ways that are proven first, then by how often they were sent.
///
/// # Errors
/// When the database cannot be read.
pub async fn run(app: &App, grant: &Grant<ReadIntroductions>) -> Result<Vec<Play>, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let rows = introduction::list(db, ws, None, None, READ_MAX).await?;
    let asked = |row: &&IntroductionRow| row.target_state != TargetState::Unasked;
    let rows: BTreeMap<IntroductionId, &IntroductionRow> =
        rows.iter().filter(asked).map(|row| (row.id, row)).collect();
    let ours = workspace::workspace(db, ws).await?.ok_or(Failure::NotFound)?;
    let members = workspace::members(db, ws).await?;
    let ids: Vec<IntroductionId> = rows.keys().copied().collect();
    let mut by_way: BTreeMap<String, Play> = BTreeMap::new();
    for some in ids.chunks(200) {
        let mut written = BTreeMap::<IntroductionId, Vec<_>>::new();
        for text in introduction::texts_of_many(db, ws, some).await? {
            written.entry(text.introduction).or_default().push(text);
        }
        for (id, written) in written {
            let Some(row) = rows.get(&id) else { continue };
            let latest = texts::latest(written);
            let Some(sent) = latest.get("target").filter(|text| text.approved.is_some()) else {
                continue;
            };
            let mut names = vec![ours.name.clone(), ours.legal_name.clone()];
            names.extend(members.iter().map(|m| m.name.clone()));
            let both = person::many(db, ws, &[row.target, row.connector]).await?;
            for who in both.values() {
                names.extend([who.name.clone(), who.company.clone()]);
            }
            // Words of the occasion stand in the text as they were given: they are its places.
            for slot in ["role", "industry", "size", "topic", "benefit", "problem", "proof"] {
                names.extend(latest.get(slot).map(|text| text.body.clone()));
            }
            let way = without_names(&sent.body, &names);
            let play = by_way.entry(way.clone()).or_insert_with(|| empty(way, row));
            count(play, row);
        }
    }
    let mut plays: Vec<Play> = by_way.into_values().collect();
    let low = |play: &Play| play.yes_share().map_or(-1.0, |(_, low, _)| low);
    plays.sort_by(|a, b| low(b).total_cmp(&low(a)).then(b.sent.cmp(&a.sent)));
    plays.truncate(50);
    Ok(plays)
}

fn empty(text: String, row: &IntroductionRow) -> Play {
    Play {
        text,
        profile: row.profile.clone(),
        sent: 0,
        yes: 0,
        no: 0,
        silent: 0,
        held: 0,
        opportunities: 0,
    }
}

fn count(play: &mut Play, row: &IntroductionRow) {
    play.sent += 1;
    let yes = row.target_state == TargetState::Yes || row.delivered_at.is_some();
    play.yes += usize::from(yes);
    play.no += usize::from(!yes && row.target_state == TargetState::No);
    play.silent += usize::from(!yes && row.target_state == TargetState::Silent);
    let deal = matches!(row.outcome, Outcome::Opportunity | Outcome::Won | Outcome::Lost);
    play.held += usize::from(deal || row.outcome == Outcome::MeetingHeld);
    play.opportunities += usize::from(deal);
}

/// The text with a hole wherever somebody is named, reached or counted.
fn without_names(text: &str, names: &[String]) -> String {
    let mut text = text.to_owned();
    let mut parts: Vec<&str> = names.iter().map(|name| name.trim().trim_end_matches('.')).collect();
    let words: Vec<&str> = names
        .iter()
        .filter(|name| name.split_whitespace().count() <= 3)
        .flat_map(|name| name.split_whitespace())
        .filter(|word| word.chars().count() > 2)
        .collect();
    parts.extend(words);
    parts.retain(|part| part.chars().count() > 2);
    // The longest first: a name before its parts.
    parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
    parts.dedup();
    for part in parts {
        text = text.replace(part, HOLE);
    }
    let plain = |word: &str| {
        let open = word.contains('@') || word.contains("://");
        if open || word.chars().any(|c| c.is_ascii_digit()) {
            HOLE.to_owned()
        } else {
            word.to_owned()
        }
    };
    let lines = text.lines().map(|line| {
        let mut words: Vec<String> = line.split(' ').map(plain).collect();
        words.dedup_by(|a, b| a == HOLE && b == HOLE);
        words.join(" ")
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    // The line of one's own, behind the greeting, is between two people.
    let mut paragraphs: Vec<&str> = text.trim().split("\n\n").collect();
    if paragraphs.len() > 2 {
        paragraphs[1] = OWN_LINE_HOLE;
    }
    paragraphs.join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_named_in_what_is_left() {
        let names = ["Ottmar Graf", "Weidenau Guss", "Maya Okafor"].map(str::to_owned);
        let text = "Hello Ottmar,\n\nMaya Okafor cut it from 12 days to 5 at Weidenau Guss: \
                    https://a.example/t/abc";
        let left = without_names(text, &names);
        for name in ["Ottmar", "Graf", "Weidenau", "Maya", "12", "a.example"] {
            assert!(!left.contains(name), "{name} in {left}");
        }
        assert!(left.contains("cut it from"));
    }

    #[test]
    fn few_say_nothing_and_many_say_it_with_an_interval() {
        let mut play = Play { yes: 5, no: 4, ..empty_play() };
        assert_eq!(play.yes_share(), None);
        play.silent = 1;
        let (share, low, high) = play.yes_share().unwrap_or_default();
        assert!((share - 0.5).abs() < 1e-9 && low > 0.2 && high < 0.8, "{low} {high}");
    }

    fn empty_play() -> Play {
        Play {
            text: String::new(),
            profile: String::new(),
            sent: 0,
            yes: 0,
            no: 0,
            silent: 0,
            held: 0,
            opportunities: 0,
        }
    }
}
