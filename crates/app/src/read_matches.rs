//! The people a profile finds, each with what is known about every criterion; and what an
//! introduction may be asked with.
//!
//! Unknown is neither yes nor no: who is certain and who is possible stand apart.

use std::collections::BTreeSet;

use jiff::Timestamp;
use warmpath_core::id::{MemberId, PersonId, ProfileId, WorkspaceId};
use warmpath_profile::lifecycle::{Automation, State};
use warmpath_profile::matching::{Check, Hit, MatchOptions, size_band};
use warmpath_profile::meter::{self, Specificity};
use warmpath_profile::{Criteria, ParsedBrief};
use warmpath_store::table::person;

use crate::context::App;
use crate::error::Failure;
use crate::manage_profiles::{self, Whole, criteria_of};
use crate::policy::{Grant, ReadProfiles};
use crate::universe::{self, Universe};

/// Most people of one profile that can be paged through or exported.
pub const MATCHES_MAX: usize = 10_000;

/// One person found.
#[derive(Debug, Clone)]
pub struct Match {
    /// Who.
    pub person: PersonId,
    /// Their name; only for the workspace's own eyes.
    pub name: String,
    /// Their title, as their record has it.
    pub title: String,
    /// Their company.
    pub company: String,
    /// Code of the place.
    pub place: String,
    /// Where the company's record comes from; empty for the workspace's own data.
    pub source: String,
    /// Fit, 0 to 1.
    pub fit: f64,
    /// Everything holds for certain.
    pub certain: bool,
    /// Every criterion, the value it was judged on, and where from.
    pub checks: Vec<Check>,
    /// What may be said of them before they agreed.
    pub blind: Blind,
}

/// What may be said of a person before they agreed to be named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Blind {
    /// "VP of Finance".
    pub role: String,
    /// "food manufacturers".
    pub industry: String,
    /// "200 to 500 people"; empty where unknown.
    pub size: String,
}

/// A page of people.
#[derive(Debug, Clone)]
pub struct Page {
    /// The people, best first.
    pub people: Vec<Match>,
    /// Whether they are certain or possible.
    pub certain: bool,
    /// How many are certain.
    pub certain_total: usize,
    /// For how many something is unknown.
    pub possible_total: usize,
    /// People in the universe.
    pub universe: usize,
    /// Where the next page starts; none on the last.
    pub next: Option<usize>,
    /// The universe is as of then.
    pub as_of: Timestamp,
}

/// Which page.
#[derive(Debug, Clone, Copy)]
pub struct Ask {
    /// The certain ones, or those for whom something is unknown.
    pub certain: bool,
    /// How many to pass over.
    pub from: usize,
    /// How many to show.
    pub limit: usize,
}

/// A page of the people that the newest version of a profile finds.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such profile here.
pub async fn page(
    app: &App,
    grant: &Grant<ReadProfiles>,
    id: ProfileId,
    ask: Ask,
) -> Result<Page, Failure> {
    let whole = manage_profiles::load(app, grant.workspace(), id).await?;
    let criteria = criteria_to_match(&whole);
    let universe = universe::of(app, grant.workspace()).await?;
    let from = ask.from.min(MATCHES_MAX);
    let limit = (from + ask.limit).min(MATCHES_MAX);
    let options = MatchOptions { as_of: universe::today(app), limit };
    let found = universe.index.search(&criteria, options);
    let (hits, total) = if ask.certain {
        (found.certain, found.certain_total)
    } else {
        (found.possible, found.possible_total)
    };
    let more = total.min(MATCHES_MAX) > limit;
    let hits: Vec<Hit> = hits.into_iter().skip(from).collect();
    Ok(Page {
        people: named(app, grant.workspace(), &universe, hits, ask.certain).await?,
        certain: ask.certain,
        certain_total: found.certain_total,
        possible_total: found.possible_total,
        universe: universe.index.people_len(),
        next: more.then_some(limit),
        as_of: universe.as_of,
    })
}

/// The first of those whom these criteria find, certain ones before possible ones, and how many there
/// are.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn of_criteria(
    app: &App,
    workspace: WorkspaceId,
    criteria: &Criteria,
    limit: usize,
) -> Result<(Vec<Match>, usize), Failure> {
    let universe = universe::of(app, workspace).await?;
    let options = MatchOptions { as_of: universe::today(app), limit };
    let found = universe.index.search(criteria, options);
    let total = found.certain_total + found.possible_total;
    let mut people = named(app, workspace, &universe, found.certain, true).await?;
    people.extend(named(app, workspace, &universe, found.possible, false).await?);
    people.truncate(limit);
    Ok((people, total))
}

/// Vague and contradictory versions match nobody; the one in force is preferred to a refused one.
fn criteria_to_match(whole: &Whole) -> Criteria {
    whole.versions.iter().find(|v| v.verdict == "specific").map(criteria_of).unwrap_or_default()
}

/// One person against the version in force.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such profile or the person does not fit it.
pub async fn one(
    app: &App,
    grant: &Grant<ReadProfiles>,
    id: ProfileId,
    person: PersonId,
) -> Result<Match, Failure> {
    let whole = manage_profiles::load(app, grant.workspace(), id).await?;
    let criteria = whole.live().map_or_else(|| criteria_to_match(&whole), criteria_of);
    let universe = universe::of(app, grant.workspace()).await?;
    let today = universe::today(app);
    let found = universe.index.explain(&criteria, today, &person.to_string());
    let (hit, certain) = found.ok_or(Failure::NotFound)?;
    let mut named = named(app, grant.workspace(), &universe, vec![hit], certain).await?;
    named.pop().ok_or(Failure::NotFound)
}

async fn named(
    app: &App,
    workspace: WorkspaceId,
    universe: &Universe,
    hits: Vec<Hit>,
    certain: bool,
) -> Result<Vec<Match>, Failure> {
    let ids: Vec<PersonId> =
        hits.iter().filter_map(|hit| universe.index.person_id(hit.person).parse().ok()).collect();
    let rows = person::many(app.db(), workspace, &ids).await?;
    let silent = suppressed(app, workspace, &ids).await?;
    let mut found = Vec::with_capacity(hits.len());
    for hit in hits {
        let Ok(id) = universe.index.person_id(hit.person).parse::<PersonId>() else { continue };
        // Erased or suppressed since the universe was built: they are not there.
        let row = rows.get(&id).filter(|row| row.erased_at.is_none() && !silent.contains(&id));
        let Some(row) = row else { continue };
        let said = universe.index.describe(hit.person);
        found.push(Match {
            person: id,
            name: row.name.clone(),
            title: row.title.clone(),
            company: if said.company.is_empty() {
                row.company.clone()
            } else {
                said.company.into()
            },
            place: said.place.to_owned(),
            source: said.source.to_owned(),
            fit: hit.fit,
            certain,
            checks: hit.checks,
            blind: Blind {
                role: said.role.map(|role| role.label.to_owned()).unwrap_or_default(),
                industry: said.industry.to_owned(),
                size: said.employees.map(size_band).unwrap_or_default().to_owned(),
            },
        });
    }
    Ok(found)
}

/// Those of them who are never to be contacted.
pub(crate) async fn suppressed(
    app: &App,
    workspace: WorkspaceId,
    ids: &[PersonId],
) -> Result<BTreeSet<PersonId>, Failure> {
    let mut silent = BTreeSet::new();
    if person::suppressions(app.db(), workspace).await?.is_empty() {
        return Ok(silent);
    }
    for id in ids {
        let mut keys = Vec::new();
        for point in person::contact_points(app.db(), workspace, *id).await? {
            let kind = if point.kind == "email" { "mailbox" } else { "phone" };
            keys.push(app.keys.blind(workspace, kind, &point.normal));
        }
        if !keys.is_empty() && person::suppressed(app.db(), workspace, &keys).await?.is_some() {
            silent.insert(*id);
        }
    }
    Ok(silent)
}

/// The meter of a brief on the workspace's own universe.
///
/// # Errors
/// When the database cannot be read.
pub async fn measure(
    app: &App,
    grant: &Grant<ReadProfiles>,
    parsed: &ParsedBrief,
) -> Result<Measured, Failure> {
    let universe = universe::of(app, grant.workspace()).await?;
    let today = universe::today(app);
    let criteria = &parsed.criteria;
    let specificity =
        meter::measure_judged(criteria, parsed.judgement.clone(), Some((&universe.index, today)));
    let possible =
        universe.index.search(criteria, MatchOptions { as_of: today, limit: 0 }).possible_total;
    let funnel = funnel(criteria)
        .into_iter()
        .map(|(label, criteria)| (label, universe.index.count(&criteria, today)))
        .collect();
    Ok(Measured { specificity, possible, funnel, universe: universe.index.people_len() })
}

/// What the meter shows.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Verdict, parts, advice.
    pub specificity: Specificity,
    /// People for whom something is unknown.
    pub possible: usize,
    /// How many are left after each criterion, in words and figures.
    pub funnel: Vec<(&'static str, usize)>,
    /// People in the universe.
    pub universe: usize,
}

/// The criteria added one after the other.
fn funnel(all: &Criteria) -> Vec<(&'static str, Criteria)> {
    let mut steps: Vec<(&'static str, Criteria)> = Vec::new();
    let mut so_far = Criteria {
        roles: all.roles.clone(),
        functions: all.functions.clone(),
        seniority: all.seniority.clone(),
        ..Criteria::default()
    };
    let mut push = |label, asked: bool, criteria: &Criteria| {
        if asked {
            steps.push((label, criteria.clone()));
        }
    };
    push("Role fits", true, &so_far);
    so_far.industry_keys.clone_from(&all.industry_keys);
    so_far.industries.clone_from(&all.industries);
    so_far.companies.clone_from(&all.companies);
    push("Industry", !all.industry_keys.is_empty() || !all.companies.is_empty(), &so_far);
    so_far.employees = all.employees;
    so_far.revenue_usd = all.revenue_usd;
    so_far.size_word.clone_from(&all.size_word);
    let sized = all.employees.is_some() || all.revenue_usd.is_some() || all.size_word.is_some();
    push("Size", sized, &so_far);
    so_far.geos.clone_from(&all.geos);
    push("Place", !all.geos.is_empty(), &so_far);
    so_far.exclude = all.exclude.clone();
    push("Not excluded", !all.exclude.is_empty(), &so_far);
    push("Everything holds", true, all);
    steps
}

/// What an introduction is asked with: the version in force.
#[derive(Debug, Clone)]
pub struct ForAsking {
    /// The profile.
    pub profile: ProfileId,
    /// Its name.
    pub name: String,
    /// The version in force.
    pub number: i64,
    /// Where the profile stands.
    pub state: State,
    /// The lock on automation.
    pub automation: Automation,
    /// The criteria.
    pub criteria: Criteria,
    /// Two sentences a connector can say.
    pub script: String,
    /// One line to repeat.
    pub value_line: String,
    /// What is in it for the person asked.
    pub benefit: String,
    /// The member who asks with it.
    pub owner: Option<MemberId>,
}

/// What an introduction is asked with.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such profile here, [`Failure::Conflict`] when none of its
/// versions is in force.
pub async fn for_asking(
    app: &App,
    grant: &Grant<ReadProfiles>,
    id: ProfileId,
) -> Result<ForAsking, Failure> {
    let whole = manage_profiles::load(app, grant.workspace(), id).await?;
    let in_force = whole.live().filter(|_| whole.state() != State::Retired);
    let row = in_force
        .ok_or_else(|| Failure::Conflict("No version of this profile is in force.".to_owned()))?;
    Ok(ForAsking {
        profile: whole.profile.id,
        name: whole.profile.name.clone(),
        number: row.number,
        state: whole.state(),
        automation: whole.automation(),
        criteria: criteria_of(row),
        script: row.script.clone(),
        value_line: row.value_line.clone(),
        benefit: row.benefit.clone(),
        owner: whole.profile.owner,
    })
}
