//! Walking the people whose role fits, and ranking who is left.

use serde::Serialize;

use super::explain::{self, Check};
use super::index::{CompanyRow, Index, NONE, PersonRow};
use super::plan::{Plan, both, company_key, in_range};
use super::{Day, Truth};
use crate::criteria::{Criteria, Range};

/// How to search.
#[derive(Debug, Clone, Copy)]
pub struct MatchOptions {
    /// The day on which the criteria are judged.
    pub as_of: Day,
    /// Most people to return in each of the two lists.
    pub limit: usize,
}

/// One person found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    /// Position in the index; [`Index::person_id`] gives the id.
    pub person: u32,
    /// Fit, 0 to 1: weights of the criteria that hold, 0.35 of those unknown, over all weights.
    pub fit: f64,
    /// Every criterion with what is known about it.
    pub checks: Vec<Check>,
}

/// The people found, best first.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Matches {
    /// Everything asked for holds.
    pub certain: Vec<Hit>,
    /// Nothing fails, something is unknown.
    pub possible: Vec<Hit>,
    /// Number of people for whom everything holds, before the limit.
    pub certain_total: usize,
    /// Number of people for whom something is unknown, before the limit.
    pub possible_total: usize,
}

/// Criteria in a fixed order; the weight is that of the rubric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Criterion {
    Role,
    Industry,
    Employees,
    Revenue,
    SizeWord,
    Place,
    Authority,
    Trigger,
    Stage,
    Ownership,
    Companies,
    NotRole,
    NotIndustry,
    NotType,
    NotPlace,
    NotCompany,
}

impl Criterion {
    pub(crate) const ALL: [Self; 16] = [
        Self::Role,
        Self::Industry,
        Self::Employees,
        Self::Revenue,
        Self::SizeWord,
        Self::Place,
        Self::Authority,
        Self::Trigger,
        Self::Stage,
        Self::Ownership,
        Self::Companies,
        Self::NotRole,
        Self::NotIndustry,
        Self::NotType,
        Self::NotPlace,
        Self::NotCompany,
    ];

    fn weight(self) -> f64 {
        match self {
            Self::Role => 30.0,
            Self::Industry | Self::Companies => 20.0,
            Self::Employees | Self::Revenue | Self::Trigger => 15.0,
            Self::Place => 10.0,
            Self::Stage | Self::Ownership => 7.5,
            Self::SizeWord => 6.0,
            _ => 5.0,
        }
    }
}

/// Share of its weight that an unknown criterion brings.
const UNKNOWN_SHARE: f64 = 0.35;

/// One person under judgement.
pub(crate) struct Candidate<'a> {
    pub(crate) index: &'a Index,
    pub(crate) person: &'a PersonRow,
    pub(crate) company: Option<&'a CompanyRow>,
}

impl Index {
    /// The people who meet the criteria, best first, each explained.
    ///
    /// Criteria that name no role, function or seniority find nobody: they are no profile.
    #[must_use]
    pub fn search(&self, criteria: &Criteria, options: MatchOptions) -> Matches {
        let no_people = criteria.roles.is_empty()
            && criteria.functions.is_empty()
            && criteria.seniority.is_empty();
        if no_people {
            return Matches::default();
        }
        let plan = Plan::new(self, criteria, options.as_of);
        let mut certain: Vec<Ranked> = Vec::new();
        let mut possible: Vec<Ranked> = Vec::new();
        let lists = self.by_role.iter().map(|(_, people)| people).chain([&self.untitled]);
        for list in lists {
            let fits = list
                .first()
                .is_some_and(|p| plan.titles.get(self.people[*p as usize].title) != Truth::Fails);
            if !fits {
                continue;
            }
            for person in list {
                if let Some((ranked, all_hold)) = self.judge(&plan, *person) {
                    if all_hold { certain.push(ranked) } else { possible.push(ranked) }
                }
            }
        }
        Matches {
            certain_total: certain.len(),
            possible_total: possible.len(),
            certain: self.finish(&plan, certain, options.limit),
            possible: self.finish(&plan, possible, options.limit),
        }
    }

    /// How many people meet the criteria for certain, without ranking them.
    #[must_use]
    pub fn count(&self, criteria: &Criteria, as_of: Day) -> usize {
        self.search(criteria, MatchOptions { as_of, limit: 0 }).certain_total
    }

    /// One person against the criteria: their explanation and whether all holds for certain;
    /// `None` where something fails, or nobody has this id.
    #[must_use]
    pub fn explain(&self, criteria: &Criteria, as_of: Day, person_id: &str) -> Option<(Hit, bool)> {
        let at = (0..self.people.len()).find(|at| self.person_ids.get(*at) == person_id)?;
        let plan = Plan::new(self, criteria, as_of);
        let (ranked, all_hold) = self.judge(&plan, u32::try_from(at).ok()?)?;
        self.finish(&plan, vec![ranked], 1).pop().map(|hit| (hit, all_hold))
    }

    fn judge(&self, plan: &Plan<'_>, at: u32) -> Option<(Ranked, bool)> {
        let person = &self.people[at as usize];
        let company = (person.company != NONE).then(|| &self.companies[person.company as usize]);
        let candidate = Candidate { index: self, person, company };
        let (mut got, mut all, mut all_hold) = (0.0, 0.0, true);
        for criterion in Criterion::ALL {
            let Some(truth) = candidate.truth(plan, criterion) else { continue };
            let weight = criterion.weight();
            all += weight;
            match truth {
                Truth::Fails => return None,
                Truth::Unknown => {
                    all_hold = false;
                    got += UNKNOWN_SHARE * weight;
                }
                Truth::Holds if criterion == Criterion::Role => {
                    got += weight * candidate.title_confidence();
                }
                Truth::Holds => got += weight,
            }
        }
        let fit = if all > 0.0 { got / all } else { 0.0 };
        Some((Ranked { fit, closeness: candidate.closeness(plan), person: at }, all_hold))
    }

    fn finish(&self, plan: &Plan<'_>, mut ranked: Vec<Ranked>, limit: usize) -> Vec<Hit> {
        let order = |a: &Ranked, b: &Ranked| {
            b.fit
                .total_cmp(&a.fit)
                .then(b.closeness.total_cmp(&a.closeness))
                .then_with(|| self.person_id(a.person).cmp(self.person_id(b.person)))
        };
        if ranked.len() > limit && limit > 0 {
            ranked.select_nth_unstable_by(limit - 1, order);
        }
        ranked.truncate(limit);
        ranked.sort_by(order);
        ranked
            .into_iter()
            .map(|found| {
                let person = &self.people[found.person as usize];
                let company =
                    (person.company != NONE).then(|| &self.companies[person.company as usize]);
                let candidate = Candidate { index: self, person, company };
                let checks = explain::checks(plan, &candidate);
                Hit { person: found.person, fit: found.fit, checks }
            })
            .collect()
    }
}

struct Ranked {
    fit: f64,
    closeness: f64,
    person: u32,
}

impl Candidate<'_> {
    fn title_confidence(&self) -> f64 {
        self.index
            .title_roles
            .get(self.person.title as usize)
            .copied()
            .flatten()
            .map_or(1.0, |found| found.confidence)
    }

    /// What is known about one criterion; `None` where it was not asked for.
    pub(crate) fn truth(&self, plan: &Plan<'_>, criterion: Criterion) -> Option<Truth> {
        let unknown = Truth::Unknown;
        let company = self.company;
        Some(match criterion {
            Criterion::Role => plan.titles.get(self.person.title),
            Criterion::NotRole => plan.titles_excluded.as_ref()?.get(self.person.title).negated(),
            Criterion::Industry => {
                let (phrases, codes) =
                    (plan.industry_phrases.as_ref()?, plan.industry_codes.as_ref()?);
                company.map_or(unknown, |c| both(phrases.get(c.industry), codes.get(c.naics)))
            }
            Criterion::NotIndustry => {
                let (phrases, codes) =
                    (plan.excluded_phrases.as_ref()?, plan.excluded_codes.as_ref()?);
                company.map_or(unknown, |c| {
                    both(phrases.get(c.industry), codes.get(c.naics)).negated()
                })
            }
            Criterion::Employees => {
                let range = plan.criteria.employees?;
                company.map_or(unknown, |c| in_range(range, f64::from(c.employees)))
            }
            Criterion::Revenue => {
                let range = plan.criteria.revenue_usd?;
                company.map_or(unknown, |c| in_range(range, c.revenue_usd))
            }
            Criterion::SizeWord => {
                let band = plan.size?;
                company.map_or(unknown, |c| in_band(band, c))
            }
            Criterion::Place => {
                let places = plan.places.as_ref()?;
                self.place_truth(|place| places.get(place))
            }
            Criterion::NotPlace => {
                let places = plan.places_excluded.as_ref()?;
                self.place_truth(|place| places.get(place)).negated()
            }
            Criterion::Authority => plan.notes.as_ref()?.get(self.person.note),
            Criterion::Trigger => {
                if plan.criteria.triggers.is_empty() {
                    return None;
                }
                company.map_or(unknown, |c| self.event_truth(plan, c))
            }
            Criterion::Stage => {
                let column = plan.stage.as_ref()?;
                company.map_or(unknown, |c| column.get(c.stage))
            }
            Criterion::Ownership => {
                let column = plan.ownership.as_ref()?;
                company.map_or(unknown, |c| column.get(c.ownership))
            }
            Criterion::NotType => {
                let column = plan.types_excluded.as_ref()?;
                // Records name a kind only where there is something to name: none is no agency.
                company.map_or(unknown, |c| {
                    if c.company_type == NONE {
                        Truth::Holds
                    } else {
                        column.get(c.company_type).negated()
                    }
                })
            }
            Criterion::Companies => self.named(&plan.company_names)?,
            Criterion::NotCompany => self.named(&plan.company_names_excluded)?.negated(),
        })
    }

    /// The company's place; the person's where the company's says nothing.
    fn place_truth(&self, judge: impl Fn(u32) -> Truth) -> Truth {
        let company = self.company.map_or(Truth::Unknown, |c| judge(c.place));
        if company == Truth::Unknown { judge(self.person.place) } else { company }
    }

    fn event_truth(&self, plan: &Plan<'_>, company: &CompanyRow) -> Truth {
        let hit = self.event(plan, company).is_some();
        match (hit, company.events_known) {
            (true, _) => Truth::Holds,
            (false, true) => Truth::Fails,
            (false, false) => Truth::Unknown,
        }
    }

    /// The newest event of a wanted kind inside the window: its text and day.
    pub(crate) fn event(&self, plan: &Plan<'_>, company: &CompanyRow) -> Option<(u32, Day)> {
        self.index
            .events_of(company)
            .iter()
            .filter(|event| plan.event_kinds.contains(&event.kind))
            .filter(|event| (plan.since.0..=plan.as_of.0).contains(&event.day))
            .max_by_key(|event| event.day)
            .map(|event| (event.text, Day(event.day)))
    }

    fn named(&self, names: &[String]) -> Option<Truth> {
        if names.is_empty() {
            return None;
        }
        let at = self.person.company;
        if at == NONE {
            return Some(Truth::Unknown);
        }
        let key = company_key(self.index.company_names.get(at as usize));
        Some(Truth::of(Some(names.contains(&key))))
    }

    /// Tie-break, 0 to 1: how near headcount and revenue lie to the middle of what was asked for.
    fn closeness(&self, plan: &Plan<'_>) -> f64 {
        let Some(company) = self.company else { return 0.0 };
        let near = |range: Option<Range>, value: f64| match range {
            Some(Range { min: Some(min), max: Some(max) }) if !value.is_nan() && min > 0.0 => {
                let (low, high, value) = (min.ln(), max.ln(), value.max(1.0).ln());
                let half = ((high - low) / 2.0).max(1e-9);
                (1.0 - ((value - (low + high) / 2.0) / half).abs()).max(0.0)
            }
            _ => 0.0,
        };
        let fresh = self.event(plan, company).map_or(0.0, |(_, day)| {
            let span = f64::from((plan.as_of.0 - plan.since.0).max(1));
            1.0 - f64::from(plan.as_of.0 - day.0) / span
        });
        (near(plan.criteria.employees, f64::from(company.employees))
            + near(plan.criteria.revenue_usd, company.revenue_usd)
            + fresh)
            / 3.0
    }
}

/// A size word against what is known of the size: nothing known may contradict it.
fn in_band(band: crate::lexicon::SizeBand, company: &CompanyRow) -> Truth {
    let end = |(min, max): (Option<f64>, Option<f64>), value: f64| {
        let asked = min.is_some() || max.is_some();
        (asked && !value.is_nan()).then(|| Range { min, max }.contains(value))
    };
    let known = [
        end(band.employees, f64::from(company.employees)),
        end(band.revenue_usd, company.revenue_usd),
    ];
    match (known.contains(&Some(false)), known.contains(&Some(true))) {
        (true, _) => Truth::Fails,
        (false, true) => Truth::Holds,
        (false, false) => Truth::Unknown,
    }
}
