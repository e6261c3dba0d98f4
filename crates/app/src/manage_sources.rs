//! The systems that records come from: named, put in an order of belief, and one believed first about a
//! single field where that differs.

use warmpath_core::id::WorkspaceId;
use warmpath_core::limits;
use warmpath_core::text::Line;
use warmpath_store::table::source::{self, PrecedenceRow, SystemRow};
use warmpath_store::{Engine, StoreError};

use crate::believe_account;
use crate::context::App;
use crate::error::Failure;
use crate::policy::{Grant, Import, ReadDuplicates};
use crate::unit::{Happening, Unit};

/// Most systems of a workspace.
pub const SYSTEMS_MAX: usize = 20;

/// What a system is for: word, and its name for people.
pub const KINDS: [(&str, &str); 5] = [
    ("crm", "CRM"),
    ("marketing", "Marketing automation"),
    ("erp", "ERP"),
    ("contacts", "Address book"),
    ("other", "Something else"),
];

/// Fields of a company whose belief can be set: field, and its name for people.
pub const FIELDS: [(&str, &str); 9] = [
    ("name", "Name"),
    ("domain", "Website"),
    ("status", "Status"),
    ("industry", "Industry"),
    ("headcount", "People employed"),
    ("country", "Country"),
    ("owner", "Owner"),
    ("unit", "Business unit"),
    ("parent", "Parent company"),
];

/// A system to be.
#[derive(Debug, Clone, Default)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub kind: String,
}

/// The systems and whom to believe.
#[derive(Debug, Clone)]
pub struct Belief {
    /// The systems, the most believed first.
    pub systems: Vec<SystemRow>,
    /// One system first, about single fields.
    pub fields: Vec<PrecedenceRow>,
}

impl Belief {
    /// As it is now.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn of(db: &dyn Engine, workspace: WorkspaceId) -> Result<Self, StoreError> {
        Ok(Self {
            systems: source::systems(db, workspace).await?,
            fields: source::precedences(db, workspace).await?,
        })
    }

    /// How much a system is believed about a field: the lowest first.
    pub fn place(&self, field: &str, system: &str) -> usize {
        let first = self.fields.iter().any(|p| p.field == field && p.system == system);
        let place = self.systems.iter().position(|s| s.slug == system);
        if first { 0 } else { place.map_or(usize::MAX, |place| place + 1) }
    }

    /// The name of a system.
    pub fn name(&self, slug: &str) -> String {
        let known = self.systems.iter().find(|s| s.slug == slug);
        known.map_or_else(|| plain_name(slug), |system| system.name.clone())
    }
}

/// A name for what was never named.
pub fn plain_name(slug: &str) -> String {
    match slug {
        "hubspot" => "HubSpot".to_owned(),
        "salesforce" => "Salesforce".to_owned(),
        "linkedin" => "LinkedIn".to_owned(),
        "google" => "Google contacts".to_owned(),
        "outlook" => "Outlook".to_owned(),
        "vcard" => "Contact cards".to_owned(),
        "file" => "A file".to_owned(),
        "referrer" => "A referral".to_owned(),
        "prospect" => "The person".to_owned(),
        other => other.to_owned(),
    }
}

/// Reads them.
///
/// # Errors
/// When the database cannot be read.
pub async fn read(app: &App, grant: &Grant<ReadDuplicates>) -> Result<Belief, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    Ok(Belief::of(db, ws).await?)
}

/// Names a system, believed after all others; one of that name gets the new kind.
///
/// # Errors
/// [`Failure::Invalid`] when the name says nothing or there are too many.
pub async fn name(app: &App, grant: &Grant<Import>, named: &Named) -> Result<SystemRow, Failure> {
    let ws = grant.workspace();
    let name = Line::<{ limits::TITLE_CHARACTERS_MAX }>::parse(&named.name)
        .map_err(|refusal| Failure::invalid("name", "name_invalid", refusal.to_string()))?;
    let slug = slug(name.as_str());
    if slug.is_empty() {
        return Err(Failure::invalid("name", "name_invalid", "Use letters or digits."));
    }
    if !KINDS.iter().any(|(word, _)| *word == named.kind) {
        return Err(Failure::invalid("kind", "kind_unknown", "Say what the system is for."));
    }
    let systems = source::systems(app.db(), ws).await?;
    let known = systems.iter().find(|s| s.slug == slug).cloned();
    if known.is_none() && systems.len() >= SYSTEMS_MAX {
        let message = format!("A workspace has at most {SYSTEMS_MAX} systems.");
        return Err(Failure::invalid("name", "too_many", message));
    }
    let mut unit = Unit::new(app, ws);
    let row = match known {
        Some(mut row) => {
            row.name = name.as_str().to_owned();
            row.kind.clone_from(&named.kind);
            row.version += 1;
            unit.push(row.save());
            row
        }
        None => {
            let row = SystemRow {
                workspace: ws,
                slug,
                name: name.as_str().to_owned(),
                kind: named.kind.clone(),
                place: systems.iter().map(|s| s.place + 1).max().unwrap_or(0),
                created_at: unit.at,
                version: 1,
            };
            unit.push(row.insert());
            row
        }
    };
    let happening = Happening::new("source.named", grant.principal().actor(), &row.slug)
        .with("kind", &row.kind)
        .with("place", row.place);
    unit.record(happening).await?;
    unit.commit("Somebody named a system meanwhile. Look again.").await?;
    Ok(row)
}

/// Believes one system more than the one above it.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such system.
pub async fn raise(app: &App, grant: &Grant<Import>, slug: &str) -> Result<(), Failure> {
    let systems = source::systems(app.db(), grant.workspace()).await?;
    let at = systems.iter().position(|s| s.slug == slug).ok_or(Failure::NotFound)?;
    let Some(above) = at.checked_sub(1) else { return Ok(()) };
    let mut unit = Unit::new(app, grant.workspace());
    let places = (systems[above].place, systems[at].place);
    for (place, system) in [(places.1, &systems[above]), (places.0, &systems[at])] {
        let row = SystemRow { place, version: system.version + 1, ..system.clone() };
        unit.push(row.save());
    }
    let happening =
        Happening::new("source.believed", grant.principal().actor(), slug).with("place", places.0);
    unit.record(happening).await?;
    believe_account::again(&mut unit);
    unit.commit("Somebody changed the order meanwhile. Look again.").await
}

/// Believes a system first about one field; an empty one goes back to the order of all.
///
/// # Errors
/// [`Failure::Invalid`] when there is no such field or system.
pub async fn believe(
    app: &App,
    grant: &Grant<Import>,
    field: &str,
    system: &str,
) -> Result<(), Failure> {
    let ws = grant.workspace();
    if !FIELDS.iter().any(|(name, _)| *name == field) {
        return Err(Failure::invalid("field", "field_unknown", "Choose one of the fields."));
    }
    let known = source::systems(app.db(), ws).await?;
    if !system.is_empty() && !known.iter().any(|s| s.slug == system) {
        return Err(Failure::invalid("system", "system_unknown", "Choose one of the systems."));
    }
    let row = PrecedenceRow {
        workspace: ws,
        field: field.to_owned(),
        system: system.to_owned(),
        version: 1,
    };
    let mut unit = Unit::new(app, ws);
    unit.push(if system.is_empty() { row.delete() } else { row.put() });
    let first = if system.is_empty() { "in_order" } else { system };
    let happening =
        Happening::new("source.believed", grant.principal().actor(), field).with("system", first);
    unit.record(happening).await?;
    believe_account::again(&mut unit);
    unit.commit("Somebody changed it meanwhile. Look again.").await
}

/// A short name: letters and digits of the name, joined by hyphens.
fn slug(name: &str) -> String {
    let folded = warmpath_core::text::fold(name);
    let words = folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty());
    words.collect::<Vec<_>>().join("-").chars().take(40).collect()
}
