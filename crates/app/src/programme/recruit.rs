//! Recruiting connectors: who could become one, led with an offer, on a way from candidate to active.
//! Fifteen who answer are worth more than a hundred and fifty who do not, so the first fifteen are won
//! before the list grows.

use warmpath_core::id::{PersonId, RecruitingBriefId};
use warmpath_core::introduction::goodwill::ConnectorStage;
use warmpath_store::table::connector;
use warmpath_store::table::network;
use warmpath_store::table::person::{self, PersonRow};
use warmpath_store::table::recruit::{self, AgreementRow, RecruitRow};

use super::{Problems, known};
use crate::context::App;
use crate::error::{Failure, NotPossible};
use crate::introduce::{goodwill, keep_goodwill};
use crate::policy::{Grant, ReadIntroductions, RecruitConnectors, RunIntroductions};
use crate::resolve::cluster;
use crate::unit::{Happening, Unit};

/// Active connectors that a programme wins before it looks for more.
pub const ACTIVE_WANTED: usize = 15;

/// With so many who do not answer, the list is long enough whatever happens.
pub const PASSIVE_MANY: usize = 150;

/// The steps, in order: word, and its name for people.
pub const STEPS: [(&str, &str); 6] = [
    ("candidate", "Candidate"),
    ("approached", "Offered something"),
    ("talking", "In conversation"),
    ("agreed", "Agreed"),
    ("active", "Active"),
    ("declined", "Declined"),
];

/// Why somebody declined: code, and its words.
pub const REASONS: [(&str, &str); 4] = [
    ("no_time", "No time"),
    ("no_fit", "Their clients are others"),
    ("conflict", "They work with somebody who competes with us"),
    ("no_answer", "No answer"),
];

/// A candidate as typed.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// Who.
    pub person: Option<PersonId>,
    /// Their trade.
    pub trade: String,
    /// Which deciders they serve as well.
    pub serves: String,
    /// They compete with us.
    pub competing: bool,
    /// The gap they would close.
    pub brief: Option<RecruitingBriefId>,
}

/// Puts somebody on the way.
///
/// # Errors
/// [`Failure::Invalid`] with what is wrong; [`Failure::NotPossible`] for a competitor, or somebody who
/// wants no asks; [`Failure::Conflict`] when they are on the way already.
pub async fn add(
    app: &App,
    grant: &Grant<RecruitConnectors>,
    typed: &Typed,
) -> Result<PersonId, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let mut problems = Problems::default();
    problems.line("trade", &typed.trade, "Say their trade");
    problems.line("serves", &typed.serves, "Say whom they serve as well");
    let person = match typed.person {
        Some(person) => known(app, ws, cluster::root(db, ws, person).await?).await.ok(),
        None => None,
    };
    if person.is_none() {
        problems.say("person", "person_unknown", "Choose somebody who is known here.");
    }
    problems.done()?;
    let person = person.ok_or(Failure::NotFound)?;
    if typed.competing {
        let sentence = "They compete with us: an introduction would cost them a client. Look for an \
                        adjacent trade.";
        return Err(NotPossible::new("competes", sentence).into());
    }
    if network::connector(db, ws, person.id).await?.is_some_and(|row| row.refuses) {
        let sentence = format!("{} does not want to be asked.", person.name);
        return Err(NotPossible::new("refuses", sentence).into());
    }
    if recruit::recruit(db, ws, person.id).await?.is_some() {
        return Err(Failure::Conflict("They are on the way already.".into()));
    }
    let mut unit = Unit::new(app, ws);
    let row = RecruitRow {
        workspace: ws,
        person: person.id,
        trade: typed.trade.trim().to_owned(),
        serves: typed.serves.trim().to_owned(),
        competing: false,
        offer: String::new(),
        offered_at: None,
        step: "candidate".to_owned(),
        reason: String::new(),
        brief: typed.brief,
        owner: grant.member(),
        since: unit.at,
        version: 1,
    };
    unit.push(row.insert());
    if connector::connector(db, ws, person.id).await?.is_none() {
        let made = warmpath_store::table::connector::ConnectorRow {
            version: 1,
            ..goodwill::candidate(ws, person.id, unit.at)
        };
        unit.push(made.insert());
    }
    let happening = Happening::new("recruit.added", grant.principal().actor(), person.id);
    unit.record(happening.of(person.id)).await?;
    unit.commit("Somebody added them this moment. Look again.").await?;
    Ok(person.id)
}

/// One step on, or an end.
#[derive(Debug, Clone, Default)]
pub struct Move {
    /// A word of [`STEPS`].
    pub to: String,
    /// What we offer first; needed to approach them.
    pub offer: String,
    /// Coded reason; needed for a decline.
    pub reason: String,
}

/// Moves somebody along.
///
/// # Errors
/// [`Failure::NotFound`]; [`Failure::Invalid`] without the offer or the reason; [`Failure::NotPossible`]
/// for a step that skips one, or before an agreement is written down.
pub async fn advance(
    app: &App,
    grant: &Grant<RunIntroductions>,
    id: PersonId,
    wanted: &Move,
) -> Result<RecruitRow, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    known(app, ws, id).await?;
    let mut row = recruit::recruit(db, ws, id).await?.ok_or(Failure::NotFound)?;
    let mut problems = Problems::default();
    let place = |word: &str| STEPS.iter().position(|(step, _)| *step == word);
    let (Some(now), Some(next)) = (place(&row.step), place(&wanted.to)) else {
        return Err(Failure::invalid("to", "step_unknown", "Choose a step."));
    };
    match wanted.to.as_str() {
        "approached" => problems.text("offer", &wanted.offer, "Lead with an offer: say what it is"),
        "declined" if !REASONS.iter().any(|(code, _)| *code == wanted.reason) => {
            problems.say("reason", "reason_needed", "Choose why. It sharpens the next search.");
        }
        _ => {}
    }
    problems.done()?;
    let ends = wanted.to == "declined";
    let again = row.step == "declined" && wanted.to == "candidate";
    if !ends && !again && next != now + 1 {
        let sentence = "One step after the other: an offer, a conversation, an agreement.";
        return Err(NotPossible::new("step_skipped", sentence).into());
    }
    if ends && row.step == "active" {
        let sentence = "They are active. Let them rest or leave on their own page.";
        return Err(NotPossible::new("already_active", sentence).into());
    }
    let agreed = wanted.to == "agreed";
    if agreed && recruit::agreements(db, ws, id).await?.is_empty() {
        let sentence = "Write down what they agreed to first: what, how often, what in return.";
        return Err(NotPossible::new("agreement_missing", sentence).into());
    }
    let mut unit = Unit::new(app, ws);
    wanted.to.clone_into(&mut row.step);
    row.reason = if ends { wanted.reason.clone() } else { String::new() };
    if wanted.to == "approached" {
        row.offer = wanted.offer.trim().to_owned();
        row.offered_at = Some(unit.at);
    }
    row.since = unit.at;
    row.version += 1;
    unit.push(row.save());
    let stage = match wanted.to.as_str() {
        "agreed" => Some(ConnectorStage::Agreed),
        "active" => Some(ConnectorStage::Active),
        _ => None,
    };
    if let Some(stage) = stage {
        let account = goodwill::account(app, ws, id).await?;
        keep_goodwill::into_stage(app, &mut unit, grant.principal(), account.row, stage).await?;
    }
    let happening = Happening::new("recruit.moved", grant.principal().actor(), id)
        .of(id)
        .with("to", &wanted.to);
    unit.record(happening).await?;
    unit.commit("Somebody moved them this moment. Look again.").await?;
    Ok(row)
}

/// What a connector agreed to, as typed.
#[derive(Debug, Clone, Default)]
pub struct Agreement {
    /// What they do.
    pub what: String,
    /// How often at most.
    pub how_often: String,
    /// What they have of it.
    pub in_return: String,
}

/// Writes down an agreement; a later one replaces it, and both are kept.
///
/// # Errors
/// [`Failure::NotFound`]; [`Failure::Invalid`] when a part is missing.
pub async fn agree(
    app: &App,
    grant: &Grant<RunIntroductions>,
    id: PersonId,
    typed: &Agreement,
) -> Result<i64, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    known(app, ws, id).await?;
    connector::connector(db, ws, id).await?.ok_or(Failure::NotFound)?;
    let mut problems = Problems::default();
    problems.text("what", &typed.what, "Say what they do");
    problems.line("how_often", &typed.how_often, "Say how often at most");
    problems.text("in_return", &typed.in_return, "Say what they have of it");
    problems.done()?;
    let before = recruit::agreements(db, ws, id).await?;
    let mut unit = Unit::new(app, ws);
    let row = AgreementRow {
        workspace: ws,
        person: id,
        edition: before.first().map_or(0, |row| row.edition) + 1,
        what: typed.what.trim().to_owned(),
        how_often: typed.how_often.trim().to_owned(),
        in_return: typed.in_return.trim().to_owned(),
        member: grant.member(),
        at: unit.at,
    };
    unit.push(row.insert());
    let happening = Happening::new("connector.agreed", grant.principal().actor(), id)
        .of(id)
        .with("edition", row.edition);
    unit.record(happening).await?;
    unit.commit("Somebody wrote one down this moment. Look again.").await?;
    Ok(row.edition)
}

/// What a connector agreed to, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn agreements(
    app: &App,
    grant: &Grant<ReadIntroductions>,
    id: PersonId,
) -> Result<Vec<AgreementRow>, Failure> {
    Ok(recruit::agreements(app.db(), grant.workspace(), id).await?)
}

/// Everybody on the way.
#[derive(Debug, Clone)]
pub struct Pipeline {
    /// Candidates with who they are, in the order of the steps.
    pub list: Vec<(RecruitRow, PersonRow)>,
    /// Active connectors, however they became one.
    pub active: usize,
    /// Connectors and candidates who are not active.
    pub passive: usize,
}

impl Pipeline {
    /// What the figures advise.
    pub fn advice(&self) -> &'static str {
        match (self.active >= ACTIVE_WANTED, self.passive >= PASSIVE_MANY) {
            (true, _) => "The first fifteen answer. Now the list may grow.",
            (false, true) => {
                "The list is long and few answer. Add nobody; win those who are there."
            }
            (false, false) => "Win fifteen who answer before the list grows.",
        }
    }
}

/// Everybody on the way, and how many answer.
///
/// # Errors
/// When the database cannot be read.
pub async fn pipeline(app: &App, grant: &Grant<ReadIntroductions>) -> Result<Pipeline, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let rows = recruit::recruits(db, ws).await?;
    let ids: Vec<PersonId> = rows.iter().map(|row| row.person).collect();
    let people = person::many(db, ws, &ids).await?;
    let mut list: Vec<(RecruitRow, PersonRow)> = rows
        .into_iter()
        .filter_map(|row| {
            let who = people.get(&row.person)?.clone();
            who.erased_at.is_none().then_some((row, who))
        })
        .collect();
    let place = |row: &RecruitRow| STEPS.iter().position(|(word, _)| *word == row.step);
    list.sort_by_key(|(row, _)| place(row));
    let connectors = connector::connectors(db, ws).await?;
    let active = connectors.iter().filter(|row| row.stage == ConnectorStage::Active).count();
    let left = connectors.iter().filter(|row| row.stage == ConnectorStage::Left).count();
    Ok(Pipeline { list, active, passive: connectors.len() - active - left })
}

/// Somebody who could be won: well placed in the network, never asked, not on the way.
#[derive(Debug, Clone)]
pub struct Suggestion {
    /// Who.
    pub person: crate::network::PersonFacts,
    /// People whose best path begins with them.
    pub best_for: usize,
}

/// Who could be won, best placed first. It proposes; a person decides and looks whether they compete.
///
/// # Errors
/// When the database cannot be read.
pub async fn suggestions(
    app: &App,
    grant: &Grant<crate::policy::ReadNetwork>,
) -> Result<Vec<Suggestion>, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let taken: std::collections::BTreeSet<PersonId> = connector::connectors(db, ws)
        .await?
        .into_iter()
        .map(|row| row.person)
        .chain(recruit::recruits(db, ws).await?.into_iter().map(|row| row.person))
        .collect();
    let found = crate::read_connectors::run(app, grant).await?;
    let free = found.under_used.into_iter().filter(|one| !taken.contains(&one.person.id));
    Ok(free
        .filter(|one| one.person.member.is_none() && !one.closed)
        .take(10)
        .map(|one| Suggestion { best_for: one.reach.best_for, person: one.person })
        .collect())
}
