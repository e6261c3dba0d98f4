//! Files of open registers, and people out of one's own files, into the universe. Every record
//! keeps where it comes from and under which licence; what was not read is said with its reason.

use std::collections::HashMap;

use serde_json::json;
use warmpath_core::contact::{CompanyName, PersonName};
use warmpath_core::id::{AccountId, CompanyId, ImportId, PersonId, SignalId, SourceRecordId};
use warmpath_core::limits;
use warmpath_core::text::fold_key;
use warmpath_profile::matching::Company;
use warmpath_profile::register::{
    Imported, PersonRow as Listed, RegisterError, Skipped, read_companies_house,
    read_edgar_submissions, read_lei_csv, read_ocds, read_people_csv,
};
use warmpath_store::table::person::{self, PersonRow, SourceRecordRow};
use warmpath_store::table::register::{self, CompanyRow, PERSON_KIND, RegisterFileRow, SignalRow};

use crate::bring_signals;
use crate::context::App;
use crate::error::Failure;
use crate::keys::sha256;
use crate::policy::{Grant, ImportRegisters, ReadProfiles};
use crate::unit::{Happening, Unit};
use crate::universe::PersonPlace;

/// Records written in one commit.
const BATCH: usize = 500;
/// Reasons that are kept of a file.
const REASONS_MAX: usize = 50;

/// A format that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The LEI golden copy, CSV.
    Lei,
    /// British companies, BasicCompanyData CSV.
    CompaniesHouse,
    /// EDGAR submissions of one filer, JSON.
    Edgar,
    /// Tenders, OCDS release package, JSON.
    Ocds,
    /// People of one's own files, CSV.
    People,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Lei, Self::CompaniesHouse, Self::Edgar, Self::Ocds, Self::People];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lei => "lei",
            Self::CompaniesHouse => "companies_house",
            Self::Edgar => "edgar",
            Self::Ocds => "ocds",
            Self::People => "people",
        }
    }

    /// What it is, for a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::Lei => "Legal entities: LEI golden copy (CSV)",
            Self::CompaniesHouse => "British companies: BasicCompanyData (CSV)",
            Self::Edgar => "US filings: EDGAR submissions (JSON)",
            Self::Ocds => "Tenders: OCDS release package (JSON)",
            Self::People => "People of your own files: id, name, title, company (CSV)",
        }
    }

    /// The format with this word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == word)
    }
}

/// The files read so far.
///
/// # Errors
/// When the database cannot be read.
pub async fn files(
    app: &App,
    grant: &Grant<ReadProfiles>,
) -> Result<Vec<RegisterFileRow>, Failure> {
    Ok(register::files(app.db(), grant.workspace()).await?)
}

/// Reads a file in.
///
/// # Errors
/// [`Failure::Invalid`] when the file is not of the format, or too large.
pub async fn run(
    app: &App,
    grant: &Grant<ImportRegisters>,
    format: Format,
    file_name: &str,
    bytes: &[u8],
) -> Result<RegisterFileRow, Failure> {
    if bytes.len() > limits::IMPORT_BYTES_MAX {
        let message = format!("A file holds at most {} MB.", limits::IMPORT_BYTES_MAX >> 20);
        return Err(Failure::invalid("file", "file_too_large", message));
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Failure::invalid("file", "file_not_utf8", "The file is not UTF-8."))?;
    let mut file = RegisterFileRow {
        workspace: grant.workspace(),
        id: app.id::<ImportId>(),
        format: format.as_str().to_owned(),
        file_name: file_name.chars().take(200).collect(),
        digest: sha256(bytes),
        source: String::new(),
        licence: String::new(),
        created: 0,
        updated: 0,
        skipped: 0,
        reasons: "[]".to_owned(),
        member: Some(grant.member()),
        at: app.now(),
    };
    let skipped = match format {
        Format::People => people(app, &mut file, text).await?,
        _ => companies(app, &mut file, read_as(format, text)?).await?,
    };
    file.skipped = i64::try_from(skipped.len()).unwrap_or(i64::MAX);
    let reasons: Vec<_> = skipped
        .iter()
        .take(REASONS_MAX)
        .map(|(at, why)| json!({ "record": at, "reason": why.to_string() }))
        .collect();
    file.reasons = json!(reasons).to_string();
    let mut unit = Unit::new(app, grant.workspace());
    unit.push(file.insert());
    let happening = Happening::new("register.imported", grant.principal().actor(), file.id)
        .with("format", format.as_str())
        .with("created", file.created)
        .with("updated", file.updated)
        .with("skipped", file.skipped);
    unit.record(happening).await?;
    unit.commit("The file was read this moment by somebody else.").await?;
    app.universes.forget(grant.workspace());
    Ok(file)
}

fn read_as(format: Format, text: &str) -> Result<Imported, Failure> {
    let read = match format {
        Format::Lei => read_lei_csv(text),
        Format::CompaniesHouse => read_companies_house(text),
        Format::Edgar => read_edgar_submissions(text),
        Format::Ocds | Format::People => read_ocds(text),
    };
    read.map_err(|error| unreadable(&error))
}

fn unreadable(error: &RegisterError) -> Failure {
    Failure::invalid("file", "file_unreadable", format!("Not read: {error}."))
}

async fn companies(
    app: &App,
    file: &mut RegisterFileRow,
    read: Imported,
) -> Result<Vec<(usize, Skipped)>, Failure> {
    let workspace = file.workspace;
    let mut known: HashMap<(String, String), CompanyRow> = HashMap::new();
    for row in register::companies(app.db(), workspace).await? {
        known.insert((row.source.clone(), row.record.clone()), row);
    }
    let accounts = accounts_by_name(app, file).await?;
    let mut told: std::collections::BTreeSet<(CompanyId, String, String)> =
        register::signals(app.db(), workspace, register::UNIVERSE_ROWS_MAX)
            .await?
            .into_iter()
            .filter_map(|s| Some((s.company?, s.kind, s.day)))
            .collect();
    let mut unit = Unit::new(app, workspace);
    for company in read.companies {
        let from = company.provenance.clone().unwrap_or_default();
        file.source.clone_from(&from.source);
        file.licence.clone_from(&from.licence);
        let old = known.get(&(from.source.clone(), company.id.clone()));
        let row = company_row(app, file, &company, old, &accounts);
        match old {
            Some(old) if *old == row => {}
            Some(_) => {
                file.updated += 1;
                unit.push(row.put());
            }
            None => {
                file.created += 1;
                unit.push(row.insert());
            }
        }
        for event in company.events.iter().flatten() {
            if told.insert((row.id, event.kind.clone(), event.date.clone())) {
                unit.push(signal_row(app, file, &row, event).insert());
            }
        }
        known.insert((row.source.clone(), row.record.clone()), row);
        if unit.len() >= BATCH {
            let full = std::mem::replace(&mut unit, Unit::new(app, workspace));
            full.commit("Somebody else is reading the same register. Try again.").await?;
        }
    }
    unit.commit("Somebody else is reading the same register. Try again.").await?;
    Ok(read.skipped)
}

/// Accounts that alone have their folded name.
async fn accounts_by_name(
    app: &App,
    file: &RegisterFileRow,
) -> Result<HashMap<Vec<u8>, Option<AccountId>>, Failure> {
    let mut by_name = HashMap::new();
    for row in register::accounts(app.db(), file.workspace).await? {
        by_name.entry(row.name_key).and_modify(|id| *id = None).or_insert(Some(row.id));
    }
    Ok(by_name)
}

fn name_key(name: &str) -> Vec<u8> {
    CompanyName::parse(name).map_or_else(|_| fold_key(name), |name| fold_key(&name.normal()))
}

#[expect(clippy::cast_possible_truncation, reason = "headcounts and revenues are far below 2^63")]
fn company_row(
    app: &App,
    file: &RegisterFileRow,
    company: &Company,
    old: Option<&CompanyRow>,
    accounts: &HashMap<Vec<u8>, Option<AccountId>>,
) -> CompanyRow {
    let from = company.provenance.clone().unwrap_or_default();
    let name_key = name_key(&company.name);
    CompanyRow {
        workspace: file.workspace,
        id: old.map_or_else(|| app.id(), |old| old.id),
        source: from.source,
        record: company.id.clone(),
        licence: from.licence,
        as_of: from.as_of,
        name: company.name.clone(),
        account: accounts.get(&name_key).copied().flatten(),
        name_key,
        industry: company.industry.clone(),
        naics: company.naics.clone(),
        employees: company.employees.map(|n| n as i64),
        revenue_usd: company.revenue_usd.map(|n| n as i64),
        country: company.country.clone(),
        subdivision: company.subdivision.clone(),
        city: company.city.clone(),
        ownership: company.ownership.clone(),
        stage: company.stage.clone(),
        company_type: company.company_type.clone(),
        created_at: old.map_or(file.at, |old| old.created_at),
    }
}

fn signal_row(
    app: &App,
    file: &RegisterFileRow,
    company: &CompanyRow,
    event: &warmpath_profile::matching::Event,
) -> SignalRow {
    SignalRow {
        workspace: file.workspace,
        id: app.id::<SignalId>(),
        company: Some(company.id),
        account: company.account,
        kind: event.kind.clone(),
        day: event.date.clone(),
        text: event.text.clone(),
        source: company.source.clone(),
        member: file.member,
        created_at: file.at,
    }
}

/// Names stand in the person's own row, what else is said in the source record, which goes with
/// the person when they are erased.
async fn people(
    app: &App,
    file: &mut RegisterFileRow,
    text: &str,
) -> Result<Vec<(usize, Skipped)>, Failure> {
    let read = read_people_csv(text).map_err(|error| unreadable(&error))?;
    "Own file".clone_into(&mut file.source);
    "The workspace's own".clone_into(&mut file.licence);
    let mut skipped = read.skipped;
    let mut unit = Unit::new(app, file.workspace);
    for (number, listed) in read.rows.iter().enumerate() {
        if PersonName::parse(&listed.name).is_err() {
            skipped.push((number + 1, Skipped::NoName));
            continue;
        }
        person_of(app, file, &mut unit, listed).await?;
        if unit.len() >= BATCH {
            let full = std::mem::replace(&mut unit, Unit::new(app, file.workspace));
            full.commit("Somebody else is reading the same file. Try again.").await?;
        }
    }
    unit.commit("Somebody else is reading the same file. Try again.").await?;
    Ok(skipped)
}

async fn person_of(
    app: &App,
    file: &mut RegisterFileRow,
    unit: &mut Unit<'_>,
    listed: &Listed,
) -> Result<(), Failure> {
    let db = app.db();
    let workspace = file.workspace;
    let known = person::source_record(db, workspace, PERSON_KIND, &file.source, &listed.id).await?;
    let (company, account) = bring_signals::find(app, workspace, &listed.company).await?;
    let place = PersonPlace {
        company,
        subdivision: listed.subdivision.clone(),
        notes: listed.notes.clone(),
    };
    let body = json!(place).to_string();
    let before = match known.as_ref().and_then(|record| record.person) {
        Some(id) => person::person(db, workspace, id).await?,
        None => None,
    };
    let row = PersonRow {
        workspace,
        id: before.as_ref().map_or_else(|| app.id::<PersonId>(), |row| row.id),
        name: listed.name.clone(),
        name_key: fold_key(&listed.name),
        title: listed.title.clone(),
        company: if company.is_none() && account.is_none() {
            listed.company.clone()
        } else {
            String::new()
        },
        account,
        country: listed.country.clone(),
        language: before.as_ref().map_or_else(String::new, |row| row.language.clone()),
        erased_at: None,
        created_at: before.as_ref().map_or(unit.at, |row| row.created_at),
        version: before.as_ref().map_or(1, |row| row.version + 1),
    };
    match before {
        Some(before) if before.erased_at.is_some() => return Ok(()),
        Some(before) => {
            let same = PersonRow { version: before.version, ..row.clone() } == before;
            if same && known.as_ref().is_some_and(|record| record.body == body) {
                return Ok(());
            }
            file.updated += 1;
            unit.push(row.save());
        }
        None => {
            file.created += 1;
            unit.push(row.insert());
        }
    }
    let record = SourceRecordRow {
        workspace,
        id: known.map_or_else(|| app.id::<SourceRecordId>(), |record| record.id),
        kind: PERSON_KIND.to_owned(),
        source: file.source.clone(),
        external_id: listed.id.clone(),
        body,
        person: Some(row.id),
        account,
        import: Some(file.id),
        created_at: unit.at,
    };
    unit.push(record.put());
    Ok(())
}
