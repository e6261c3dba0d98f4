//! "Where are your prospects?": the countries of a workspace, what each allows, and the exemptions
//! that its counsel decided to use. All exemptions are off until somebody switches one on.

use warmpath_core::compliance::{Exemptions, Summary, summary_for};
use warmpath_core::contact::Country;
use warmpath_core::id::WorkspaceId;
use warmpath_store::field::Json;
use warmpath_store::table::workspace::{self, SettingRow};

use crate::context::App;
use crate::error::{Failure, Problem};
use crate::policy::{Grant, ManageCompliance, ReadCompliance};
use crate::unit::{Happening, Unit};

const SETTING: &str = "exemptions";

/// The answer as it stands, and what follows from it.
#[derive(Debug, Clone)]
pub struct Places {
    /// The countries.
    pub countries: Vec<Country>,
    /// Exemptions switched on.
    pub exemptions: Exemptions,
    /// What each country allows.
    pub summary: Summary,
}

/// The exemptions a workspace has switched on, for the verdict whether somebody may be contacted.
///
/// # Errors
/// When the database cannot be read. What cannot be understood is no exemption.
pub async fn exemptions(app: &App, id: WorkspaceId) -> Result<Exemptions, Failure> {
    let text = workspace::setting(app.db(), id, SETTING).await?;
    Ok(text.and_then(|t| serde_json::from_str(&t).ok()).unwrap_or_default())
}

/// The answer as it stands.
///
/// # Errors
/// When the database cannot be read.
pub async fn read(app: &App, grant: &Grant<ReadCompliance>) -> Result<Places, Failure> {
    let ws = grant.workspace();
    let row = workspace::workspace(app.db(), ws).await?.ok_or(Failure::NotFound)?;
    let exemptions = exemptions(app, ws).await?;
    let countries: Vec<Country> =
        row.prospect_countries.0.iter().filter_map(|c| c.parse().ok()).collect();
    let summary = summary_for(&countries, exemptions);
    Ok(Places { countries, exemptions, summary })
}

/// Answers the question. Referrals that are cleared keep the rule they were cleared under.
///
/// # Errors
/// [`Failure::Invalid`] when a country is none.
pub async fn choose(
    app: &App,
    grant: &Grant<ManageCompliance>,
    countries: &[String],
    exemptions: Exemptions,
) -> Result<(), Failure> {
    let mut codes = Vec::new();
    let mut problems = Vec::new();
    for text in countries.iter().map(|c| c.trim()).filter(|c| !c.is_empty()) {
        match text.to_uppercase().parse::<Country>() {
            Ok(country) => codes.push(country.code().to_owned()),
            Err(_) => {
                let message = format!("{text} is no country code. Write DE, FR, US.");
                problems.push(Problem::new("countries", "country_unknown", message));
            }
        }
    }
    if !problems.is_empty() {
        return Err(Failure::Invalid(problems));
    }
    codes.sort();
    codes.dedup();
    let mut unit = Unit::new(app, grant.workspace());
    let row = workspace::workspace(app.db(), unit.workspace).await?;
    let mut row = row.ok_or(Failure::NotFound)?;
    row.prospect_countries = Json(codes);
    row.version += 1;
    unit.push(row.save());
    let value = serde_json::to_string(&exemptions).map_err(|e| Failure::Defect(e.to_string()))?;
    let name = SETTING.to_owned();
    unit.push(SettingRow { workspace: unit.workspace, name, value }.put());
    let about = unit.workspace;
    let happening = Happening::new("compliance.places", grant.principal().actor(), about)
        .with("countries", &row.prospect_countries.0)
        .with("exemptions", exemptions);
    unit.record(happening).await?;
    unit.commit("Somebody changed the settings meanwhile. Look again.").await
}
