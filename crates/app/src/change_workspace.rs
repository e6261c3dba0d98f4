//! The workspace's own words: name, legal sender, address, trade, country, zone, language.

use warmpath_core::calendar::zone_named;
use warmpath_core::contact::{Country, Email};
use warmpath_store::table::workspace::{self, WorkspaceRow};

use crate::context::App;
use crate::error::{Failure, Problem};
use crate::policy::{Grant, ManageSettings};
use crate::unit::{Happening, Unit};

/// Languages in which outsiders are written to.
pub const LANGUAGES: &[(&str, &str)] = &[
    ("en", "English"),
    ("de", "German"),
    ("fr", "French"),
    ("es", "Spanish"),
    ("pt", "Portuguese"),
];

/// What a form says.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// Short name.
    pub name: String,
    /// Legal name.
    pub legal_name: String,
    /// Postal address.
    pub address: String,
    /// Where people write about their data.
    pub privacy_contact: String,
    /// What it does, in a few words.
    pub trade: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// IANA time zone.
    pub zone: String,
    /// BCP 47.
    pub language: String,
}

/// The workspace as it stands.
///
/// # Errors
/// When the database cannot be read.
pub async fn read(app: &App, grant: &Grant<ManageSettings>) -> Result<WorkspaceRow, Failure> {
    workspace::workspace(app.db(), grant.workspace()).await?.ok_or(Failure::NotFound)
}

/// Changes it. Pages and mails made from now on use the new words; a wording that was answered
/// stays as it was.
///
/// # Errors
/// [`Failure::Invalid`] with one problem per wrong field.
pub async fn run(app: &App, grant: &Grant<ManageSettings>, typed: &Typed) -> Result<(), Failure> {
    let mut row = read(app, grant).await?;
    let mut problems = Vec::new();
    let mut need = |field: &str, text: &str, most: usize| {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > most {
            let message = format!("Write something of up to {most} letters.");
            problems.push(Problem::new(field, "text_missing", message));
        }
        text.to_owned()
    };
    row.name = need("name", &typed.name, 100);
    row.legal_name = need("legal_name", &typed.legal_name, 200);
    row.address = need("address", &typed.address, 300);
    row.trade = need("trade", &typed.trade, 200);
    match Email::parse(&typed.privacy_contact) {
        Ok(email) => row.privacy_contact = email.as_written().to_owned(),
        Err(_) => {
            let message = "People must be able to write to you about their data.";
            problems.push(Problem::new("privacy_contact", "email_invalid", message));
        }
    }
    match typed.country.trim().parse::<Country>() {
        Ok(country) => row.country = country.code().to_owned(),
        Err(_) => problems.push(Problem::new("country", "country_unknown", "Choose a country.")),
    }
    if zone_named(typed.zone.trim()).is_err() {
        let message = "No such time zone. Write it like Europe/Lisbon.";
        problems.push(Problem::new("zone", "zone_unknown", message));
    }
    if !LANGUAGES.iter().any(|(code, _)| *code == typed.language) {
        problems.push(Problem::new("language", "language_unknown", "Choose a language."));
    }
    if !problems.is_empty() {
        return Err(Failure::Invalid(problems));
    }
    typed.zone.trim().clone_into(&mut row.zone);
    row.language.clone_from(&typed.language);
    row.version += 1;
    let mut unit = Unit::new(app, grant.workspace());
    unit.push(row.save());
    let about = unit.workspace;
    unit.record(Happening::new("workspace.changed", grant.principal().actor(), about)).await?;
    unit.commit("Somebody changed the settings meanwhile. Look again.").await
}
