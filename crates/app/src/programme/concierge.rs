//! "Whom do you want to meet next?": a brief in, and only what fits out. For somebody senior, who does
//! not want to learn where things stand in the menu. Nothing is kept of the brief.

use warmpath_core::id::PersonId;
use warmpath_profile::ParsedBrief;
use warmpath_profile::Verdict;
use warmpath_profile::meter::Specificity;

use crate::context::App;
use crate::error::Failure;
use crate::find_paths::{self, WarmPath};
use crate::manage_profiles::read_brief;
use crate::network::Whom;
use crate::policy::{Grant, ReadNetwork, ReadProfiles};
use crate::read_matches::{self, Match};

/// People that are shown: few enough to choose from.
pub const SHOWN: usize = 6;

/// People whose ways are looked at to find those.
const LOOKED_AT: usize = 60;

/// Somebody who fits, with the best way to them.
#[derive(Debug, Clone)]
pub struct Fit {
    /// Who, and why they fit.
    pub found: Match,
    /// The best way, if one is known.
    pub way: Option<WarmPath>,
}

/// The answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The brief as it was read.
    pub parsed: ParsedBrief,
    /// Whether it is sharp enough, and what is missing.
    pub specificity: Specificity,
    /// Those who fit, whoever can be reached best first.
    pub fits: Vec<Fit>,
    /// How many fit in all.
    pub total: usize,
}

/// Looks.
///
/// # Errors
/// [`Failure::Invalid`] when the brief is too long.
pub async fn run(
    app: &App,
    (profiles, network): (&Grant<ReadProfiles>, &Grant<ReadNetwork>),
    brief: &str,
) -> Result<Answer, Failure> {
    let parsed = read_brief(brief)?;
    let measured = read_matches::measure(app, profiles, &parsed).await?;
    let specificity = measured.specificity;
    if specificity.judgement.verdict != Verdict::Specific || specificity.too_broad {
        return Ok(Answer { parsed, specificity, fits: Vec::new(), total: 0 });
    }
    let (people, total) =
        read_matches::of_criteria(app, profiles.workspace(), &parsed.criteria, LOOKED_AT).await?;
    let mut fits = Vec::new();
    for found in people {
        let way = best_way(app, network, found.person).await?;
        fits.push(Fit { found, way });
    }
    // A way first, then the better one; among equals the better fit.
    let chance = |fit: &Fit| fit.way.as_ref().map_or(-1.0, |way| way.chance);
    fits.sort_by(|a, b| chance(b).total_cmp(&chance(a)).then(b.found.fit.total_cmp(&a.found.fit)));
    fits.truncate(SHOWN);
    Ok(Answer { parsed, specificity, fits, total })
}

async fn best_way(
    app: &App,
    grant: &Grant<ReadNetwork>,
    target: PersonId,
) -> Result<Option<WarmPath>, Failure> {
    match find_paths::to_person(app, grant, target, &Whom::Team).await {
        Ok(answer) => Ok(answer.paths.into_iter().next()),
        Err(Failure::NotFound) => Ok(None),
        Err(other) => Err(other),
    }
}
