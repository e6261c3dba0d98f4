//! An ask to all connectors who might know somebody, in words that name nobody. Connectors answer for
//! themselves; an answer is no ask yet: it costs no goodwill, and who keeps silent is not counted. From an
//! answer a member goes on to a directed ask, with every check that an ask has.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use warmpath_core::id::{BulletinId, IntroductionId, PersonId, WorkspaceId};
use warmpath_core::introduction::goodwill::{ConnectorStage, is_no_go};
use warmpath_core::role::Actor;
use warmpath_store::table::bulletin::{self, BulletinAnswerRow, BulletinRow};
use warmpath_store::table::person::{self, PersonRow};
use warmpath_store::table::{connector, network};

use super::{BlindWords, Problems, known};
use crate::context::App;
use crate::error::{Failure, NotPossible};
use crate::introduce::{goodwill, seal};
use crate::policy::{AskIntroduction, Grant, OwnRules, ReadIntroductions};
use crate::unit::{Happening, Unit};

/// Longest time that one is open, in days.
pub const DAYS_MAX: i64 = 60;

/// Open bulletins of one member at once: an ask to everybody is rare, or nobody reads it.
pub const OPEN_MAX: usize = 3;

/// How well: word, and its name for people.
pub const HOW_WELL: [(&str, &str); 2] =
    [("well", "Well: they would answer me"), ("a_little", "A little")];

/// A bulletin as typed.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// Words that name nobody.
    pub words: BlindWords,
    /// What is in it for the person met.
    pub benefit: String,
    /// Whom one has in mind; shown to nobody.
    pub target: Option<PersonId>,
    /// The profile it came from.
    pub profile: String,
    /// Open for so many days.
    pub days: i64,
}

/// The words of a bulletin.
pub fn words(row: &BulletinRow) -> BlindWords {
    BlindWords {
        role: row.role.clone(),
        industry: row.industry.clone(),
        size: row.size.clone(),
        topic: row.topic.clone(),
    }
}

/// Asks all.
///
/// # Errors
/// [`Failure::Invalid`] with what is wrong, a name before consent among it; [`Failure::NotPossible`] when
/// the member has as many open as they may.
pub async fn ask(
    app: &App,
    grant: &Grant<AskIntroduction>,
    typed: &Typed,
) -> Result<BulletinId, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let mut problems = Problems::default();
    typed.words.check(&mut problems);
    problems.text("benefit", &typed.benefit, "Say what they have of it");
    if !(1..=DAYS_MAX).contains(&typed.days) {
        problems.say("days", "days_invalid", format!("Open between 1 and {DAYS_MAX} days."));
    }
    if let Some(target) = typed.target {
        let row = known(app, ws, target).await?;
        let sealed = seal::person_sealed(app, ws, &row).await?;
        let w = &typed.words;
        for (field, text) in [
            ("role", &w.role),
            ("industry", &w.industry),
            ("size", &w.size),
            ("topic", &w.topic),
            ("benefit", &typed.benefit),
        ] {
            if let Some(span) = sealed.found_in(text).into_iter().next() {
                let message =
                    format!("Take out “{}”: nobody is named before they agreed.", &text[span]);
                problems.say(field, "naming_before_consent", message);
            }
        }
    }
    problems.done()?;
    let open = bulletin::bulletins(db, ws).await?;
    let mine = open.iter().filter(|b| b.requester == grant.member() && is_open(b, app.now()));
    if mine.count() >= OPEN_MAX {
        let sentence = format!("You have {OPEN_MAX} asks to all open. Close one first.");
        return Err(NotPossible::new("bulletins_open", sentence).into());
    }
    let mut unit = Unit::new(app, ws);
    let trimmed = |text: &str| text.trim().to_owned();
    let row = BulletinRow {
        workspace: ws,
        id: app.id::<BulletinId>(),
        requester: grant.member(),
        target: typed.target,
        role: trimmed(&typed.words.role),
        industry: trimmed(&typed.words.industry),
        size: trimmed(&typed.words.size),
        topic: trimmed(&typed.words.topic),
        benefit: trimmed(&typed.benefit),
        profile: typed.profile.clone(),
        until: unit.at + SignedDuration::from_hours(24 * typed.days),
        state: "open".to_owned(),
        created_at: unit.at,
        version: 1,
    };
    unit.push(row.insert());
    let happening = Happening::new("bulletin.asked", grant.principal().actor(), row.id)
        .with("days", typed.days);
    unit.record(happening).await?;
    unit.commit("Press again.").await?;
    Ok(row.id)
}

/// Whether it takes answers.
pub fn is_open(row: &BulletinRow, at: jiff::Timestamp) -> bool {
    row.state == "open" && row.until > at
}

/// An answer with who gave it.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The answer.
    pub row: BulletinAnswerRow,
    /// Who.
    pub connector: PersonRow,
}

/// A bulletin as the team sees it.
#[derive(Debug, Clone)]
pub struct Bulletin {
    /// The row.
    pub row: BulletinRow,
    /// Who may know somebody, best first. Who passed is counted and not named.
    pub may_know: Vec<Answer>,
    /// How many passed.
    pub passed: usize,
}

/// Bulletins, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn all(app: &App, grant: &Grant<ReadIntroductions>) -> Result<Vec<Bulletin>, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let mut found = Vec::new();
    for row in bulletin::bulletins(db, ws).await? {
        let answers = bulletin::answers(db, ws, row.id).await?;
        let passed = answers.iter().filter(|a| a.answer == "pass").count();
        let ids: Vec<PersonId> = answers.iter().map(|a| a.connector).collect();
        let people = person::many(db, ws, &ids).await?;
        let may = answers.into_iter().filter(|a| a.answer == "may_know");
        let mut may_know: Vec<Answer> = may
            .filter_map(|row| {
                let connector = people.get(&row.connector)?.clone();
                connector.erased_at.is_none().then_some(Answer { row, connector })
            })
            .collect();
        may_know.sort_by_key(|a| (a.row.how_well != "well", a.row.at));
        found.push(Bulletin { row, may_know, passed });
    }
    Ok(found)
}

/// Closes one's own, or any as a programme manager.
///
/// # Errors
/// [`Failure::NotFound`]; [`Failure::Conflict`] when it is closed.
pub async fn close(
    app: &App,
    grant: &Grant<AskIntroduction>,
    id: BulletinId,
) -> Result<(), Failure> {
    let ws = grant.workspace();
    let mut row = own(app, grant, id).await?;
    if row.state != "open" {
        return Err(Failure::Conflict("It is closed already.".into()));
    }
    let mut unit = Unit::new(app, ws);
    "closed".clone_into(&mut row.state);
    row.version += 1;
    unit.push(row.save());
    unit.record(Happening::new("bulletin.closed", grant.principal().actor(), id)).await?;
    unit.commit("Look again.").await
}

/// A bulletin that the caller may act on.
async fn own(
    app: &App,
    grant: &Grant<AskIntroduction>,
    id: BulletinId,
) -> Result<BulletinRow, Failure> {
    use warmpath_core::role::Role;
    let row = bulletin::bulletin(app.db(), grant.workspace(), id).await?;
    let leads = matches!(grant.principal().role, Role::Admin | Role::Revops | Role::Manager);
    row.filter(|row| leads || row.requester == grant.member()).ok_or(Failure::NotFound)
}

/// Notes the introduction that an answer became.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such answer.
pub async fn became(
    app: &App,
    grant: &Grant<AskIntroduction>,
    (id, connector): (BulletinId, PersonId),
    introduction: IntroductionId,
) -> Result<(), Failure> {
    let ws = grant.workspace();
    own(app, grant, id).await?;
    let answers = bulletin::answers(app.db(), ws, id).await?;
    let answer = answers.into_iter().find(|a| a.connector == connector && a.answer == "may_know");
    let mut answer = answer.ok_or(Failure::NotFound)?;
    let mut unit = Unit::new(app, ws);
    answer.introduction = Some(introduction);
    answer.version += 1;
    unit.push(answer.save());
    let happening = Happening::new("bulletin.became", grant.principal().actor(), id)
        .with("introduction", introduction);
    unit.record(happening).await?;
    unit.commit("Look again.").await
}

/// A bulletin as a connector sees it: words, and what they answered.
#[derive(Debug, Clone)]
pub struct ForConnector {
    /// Its id.
    pub id: BulletinId,
    /// The words.
    pub words: BlindWords,
    /// What is in it for the person met.
    pub benefit: String,
    /// Open until then.
    pub until: jiff::Timestamp,
    /// What they answered; empty while they did not.
    pub answered: String,
}

/// What a connector may see: open bulletins that break no rule of theirs, and are not about themselves.
///
/// # Errors
/// When the database cannot be read.
pub async fn for_connector(
    app: &App,
    ws: WorkspaceId,
    connector: PersonId,
) -> Result<Vec<ForConnector>, Failure> {
    let db = app.db();
    if !takes_asks(app, ws, connector).await? {
        return Ok(Vec::new());
    }
    let account = goodwill::account(app, ws, connector).await?;
    let answers = bulletin::answers_of(db, ws, connector).await?;
    let mut found = Vec::new();
    for row in bulletin::bulletins(db, ws).await? {
        if !is_open(&row, app.now()) || row.target == Some(connector) {
            continue;
        }
        if let Some(target) = row.target {
            let company = person::person(db, ws, target).await?.map(|p| p.company);
            if company.is_some_and(|company| is_no_go(&account.row.no_go.0, &company)) {
                continue;
            }
        }
        let answered = answers.iter().find(|a| a.bulletin == row.id);
        found.push(ForConnector {
            id: row.id,
            words: words(&row),
            benefit: row.benefit,
            until: row.until,
            answered: answered.map(|a| a.answer.clone()).unwrap_or_default(),
        });
    }
    Ok(found)
}

/// Who left, rests, or wants no asks, is asked nothing, not even with everybody.
async fn takes_asks(app: &App, ws: WorkspaceId, connector: PersonId) -> Result<bool, Failure> {
    let Some(row) = connector::connector(app.db(), ws, connector).await? else { return Ok(false) };
    let refuses = network::connector(app.db(), ws, connector).await?.is_some_and(|r| r.refuses);
    Ok(!refuses && !matches!(row.stage, ConnectorStage::Left | ConnectorStage::Resting))
}

/// A connector with an account answers.
///
/// # Errors
/// As [`answer_as`].
pub async fn answer(
    app: &App,
    grant: &Grant<OwnRules>,
    id: BulletinId,
    (answer, how_well): (&str, &str),
) -> Result<(), Failure> {
    let ws = grant.workspace();
    let row = connector::of_member(app.db(), ws, grant.member()).await?;
    let me = row.ok_or(Failure::NotFound)?.person;
    answer_as(app, (ws, me), id, (answer, how_well), grant.principal().actor()).await
}

/// A connector answers, with or without an account. The last answer before the end counts.
///
/// # Errors
/// [`Failure::NotFound`] when they are not asked this; [`Failure::NotPossible`] when it is over;
/// [`Failure::Invalid`] for an answer that is none.
pub async fn answer_as(
    app: &App,
    (ws, connector): (WorkspaceId, PersonId),
    id: BulletinId,
    (answer, how_well): (&str, &str),
    actor: Actor,
) -> Result<(), Failure> {
    let db = app.db();
    let row = bulletin::bulletin(db, ws, id).await?.ok_or(Failure::NotFound)?;
    if !is_open(&row, app.now()) {
        return Err(NotPossible::new("bulletin_over", "This ask is over. Nothing was kept.").into());
    }
    let seen = for_connector(app, ws, connector).await?;
    if !seen.iter().any(|b| b.id == id) {
        return Err(Failure::NotFound);
    }
    let knows = answer == "may_know";
    let mut problems = Problems::default();
    if !knows && answer != "pass" {
        problems.say("answer", "answer_unknown", "Say whether you may know somebody.");
    }
    if knows && !HOW_WELL.iter().any(|(word, _)| *word == how_well) {
        problems.say("how_well", "how_well_unknown", "Say how well.");
    }
    problems.done()?;
    let before = bulletin::answers_of(db, ws, connector).await?;
    let before = before.into_iter().find(|a| a.bulletin == id);
    if before.as_ref().is_some_and(|a| a.introduction.is_some()) {
        let sentence = "An introduction came of your answer already. Answer on its page.";
        return Err(NotPossible::new("bulletin_became", sentence).into());
    }
    let mut unit = Unit::new(app, ws);
    let made = BulletinAnswerRow {
        workspace: ws,
        bulletin: id,
        connector,
        answer: answer.to_owned(),
        how_well: if knows { how_well.to_owned() } else { String::new() },
        introduction: None,
        at: unit.at,
        version: before.as_ref().map_or(0, |a| a.version) + 1,
    };
    unit.push(if before.is_some() { made.save() } else { made.insert() });
    unit.record(Happening::new("bulletin.answered", actor, id).with("answer", answer)).await?;
    unit.commit("You answered this moment already. Look again.").await
}

/// Connectors who would see a bulletin about this target now: how many there are.
///
/// # Errors
/// When the database cannot be read.
pub async fn reach(app: &App, grant: &Grant<ReadIntroductions>) -> Result<usize, Failure> {
    let ws = grant.workspace();
    let mut found = BTreeSet::new();
    for row in connector::connectors(app.db(), ws).await? {
        if takes_asks(app, ws, row.person).await? {
            found.insert(row.person);
        }
    }
    Ok(found.len())
}
