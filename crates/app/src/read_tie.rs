//! One tie, with its evidence and its formula for whoever owns it; for everybody else its tier and
//! the kinds of evidence.

use jiff::Timestamp;
use warmpath_core::id::PersonId;
use warmpath_network::{Calibration, Kind, evidence};

use crate::context::App;
use crate::error::Failure;
use crate::network::{PersonFacts, TieSeen};
use crate::policy::{Grant, ReadNetwork};

/// One event that carries the tie.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighed {
    /// What it was.
    pub kind: Kind,
    /// They wrote, or the owner did.
    pub theirs: bool,
    /// To how many people it went.
    pub recipients: u16,
    /// When.
    pub at: Timestamp,
    /// How much lower P(answers within 7 days) would be without it.
    pub adds: f64,
}

/// One term of the formula.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// What is read, in words.
    pub name: &'static str,
    /// Its value for this tie.
    pub input: f64,
    /// The weight of the formula.
    pub weight: f64,
    /// Their product, in log-odds.
    pub adds: f64,
}

/// Why a tie is as strong as it is said to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Why {
    /// Where the sum starts, in log-odds.
    pub intercept: f64,
    /// Its terms.
    pub terms: Vec<Term>,
    /// The sum, in log-odds.
    pub log_odds: f64,
    /// P(answers within 7 days) of the prior, `0..=1`.
    pub probability: f64,
    /// How the workspace's own past bends it.
    pub own: Calibration,
    /// The events that add most.
    pub events: Vec<Weighed>,
    /// How many there are in all.
    pub events_count: usize,
}

/// A tie as one reader sees it.
#[derive(Debug, Clone)]
pub struct Tie {
    /// Who asks.
    pub from: PersonFacts,
    /// Who answers.
    pub to: PersonFacts,
    /// The tie.
    pub seen: TieSeen,
    /// The other way round, where there is one.
    pub back: Option<TieSeen>,
    /// The formula and the events, for the owner alone.
    pub why: Option<Why>,
    /// When it was read.
    pub as_of: Timestamp,
    /// The ledger entries there were then.
    pub entry: i64,
}

/// Reads it.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such tie, or one of the two left.
pub async fn run(
    app: &App,
    grant: &Grant<ReadNetwork>,
    from: PersonId,
    to: PersonId,
) -> Result<Tie, Failure> {
    let network = app.network(grant.workspace()).await?;
    let place = network.seat(grant.member());
    let (asks, answers) = network.person(from).zip(network.person(to)).ok_or(Failure::NotFound)?;
    let tie = network.tie(from, to).ok_or(Failure::NotFound)?;
    let (log, numbers) = network.log();
    let own = place == Some(from);
    let ends = numbers.get(&from).copied().zip(numbers.get(&to).copied()).filter(|_| own);
    let now = network.as_of.as_second() + 1;
    let why = ends.and_then(|(a, b)| evidence(log, now, a, b).map(|found| (a, found)));
    let why = why.map(|(asker, found)| Why {
        intercept: found.formula.intercept,
        terms: found
            .terms
            .iter()
            .map(|term| Term {
                name: term.name,
                input: term.input,
                weight: term.weight,
                adds: term.adds,
            })
            .collect(),
        log_odds: found.log_odds,
        probability: found.probability,
        own: network.levels.in_7_days,
        events: found
            .events
            .iter()
            .map(|(event, adds)| Weighed {
                kind: event.kind,
                theirs: event.from != asker,
                recipients: event.recipients,
                at: Timestamp::from_second(event.at).unwrap_or(Timestamp::UNIX_EPOCH),
                adds: *adds,
            })
            .collect(),
        events_count: found.events_count,
    });
    Ok(Tie {
        from: asks.clone(),
        to: answers.clone(),
        seen: network.see((from, to), tie, place),
        back: network.tie(to, from).map(|tie| network.see((to, from), tie, place)),
        why,
        as_of: network.as_of,
        entry: network.entry,
    })
}
