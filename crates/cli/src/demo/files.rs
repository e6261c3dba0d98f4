//! The sample files: every day in them moved so that the newest is yesterday, then imported by the use
//! cases that a customer's files go through.

use anyhow::ensure;
use jiff::civil::Date;
use jiff::{Span, Timestamp};
use warmpath_app::import::Kind;
use warmpath_app::manage_sources::{self, Named};
use warmpath_app::policy::{Import, Principal, grant};
use warmpath_app::upload_import::{self, Unknown, Upload};
use warmpath_app::{read_workspace, run_import};
use warmpath_core::id::WorkspaceId;
use warmpath_core::role::Role;

use super::history::Past;
use crate::import::principal_of;

/// The newest day in the files.
const BASE: (i16, i8, i8) = (2026, 11, 20);

/// The systems of the sample workspace, the most believed first.
const SYSTEMS: [(&str, &str); 4] =
    [("Salesforce", "crm"), ("HubSpot", "marketing"), ("ERP", "erp"), ("LinkedIn", "contacts")];

const FILES: [(Kind, &str, &str); 7] = [
    (Kind::Partners, "partners.csv", include_str!("../../../../samples/partners.csv")),
    (Kind::Members, "members.csv", include_str!("../../../../samples/members.csv")),
    (
        Kind::Accounts,
        "salesforce-accounts.csv",
        include_str!("../../../../samples/salesforce-accounts.csv"),
    ),
    (
        Kind::Contacts,
        "hubspot-contacts.csv",
        include_str!("../../../../samples/hubspot-contacts.csv"),
    ),
    (Kind::Accounts, "erp-customers.csv", include_str!("../../../../samples/erp-customers.csv")),
    (
        Kind::Contacts,
        "linkedin-connections.csv",
        include_str!("../../../../samples/linkedin-connections.csv"),
    ),
    (
        Kind::Opportunities,
        "salesforce-opportunities.csv",
        include_str!("../../../../samples/salesforce-opportunities.csv"),
    ),
];

/// The referrals that come in by file, in the middle of the history.
pub(super) const REFERRALS: &str = include_str!("../../../../samples/referrals.csv");

/// Imports all of them.
pub(super) async fn import_all(past: &Past, workspace: WorkspaceId) -> anyhow::Result<()> {
    let may = grant::<Import>(&revops(past, workspace).await?)?;
    for (name, kind) in SYSTEMS {
        let named = Named { name: name.to_owned(), kind: kind.to_owned() };
        manage_sources::name(&past.house.app, &may, &named).await?;
    }
    for (kind, name, text) in FILES {
        let moved = moved(text, past.now)?;
        import(past, workspace, kind, name, moved.into_bytes()).await?;
    }
    Ok(())
}

/// Imports one file, as revenue operations.
pub(super) async fn import(
    past: &Past,
    workspace: WorkspaceId,
    kind: Kind,
    name: &str,
    bytes: Vec<u8>,
) -> anyhow::Result<()> {
    let app = &past.house.app;
    let may = grant::<Import>(&revops(past, workspace).await?)?;
    // The ERP's file does not say where it comes from.
    let source = if name.starts_with("erp") { "erp" } else { "" }.to_owned();
    let upload = Upload { kind, file_name: name.to_owned(), source, bytes };
    let taken = upload_import::run(app, &may, &upload, &Unknown::Refuse(Vec::new())).await?;
    run_import::start(app, &may, taken.row.id).await?;
    past.house.worker.until_idle().await?;
    Ok(())
}

/// Whoever imports in this story.
async fn revops(past: &Past, workspace: WorkspaceId) -> anyhow::Result<Principal> {
    let members = read_workspace::members(&past.house.app, workspace).await?;
    match members.iter().find(|m| m.role == Role::Revops) {
        Some(revops) => Ok(principal_of(revops)),
        None => anyhow::bail!("the sample has nobody of revenue operations"),
    }
}

/// The file with every cell that is a day moved by the same number of days.
fn moved(text: &str, now: Timestamp) -> anyhow::Result<String> {
    let base = Date::new(BASE.0, BASE.1, BASE.2)?;
    let yesterday = now.to_zoned(jiff::tz::TimeZone::UTC).date().yesterday()?;
    let days = Span::new().days(base.until(yesterday)?.get_days());
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for record in reader.records() {
        let record = record?;
        writer.write_record(record.iter().map(|cell| move_cell(cell, days)))?;
    }
    let bytes = writer.into_inner().map_err(|e| anyhow::anyhow!("{e}"))?;
    ensure!(!bytes.is_empty(), "a sample file is empty");
    Ok(String::from_utf8(bytes)?)
}

fn move_cell(cell: &str, days: Span) -> String {
    if let Ok(at) = jiff::civil::DateTime::strptime("%Y-%m-%d %H:%M", cell)
        && let Ok(later) = at.checked_add(days)
    {
        return later.strftime("%Y-%m-%d %H:%M").to_string();
    }
    if let Ok(day) = Date::strptime("%m/%d/%Y", cell)
        && let Ok(later) = day.checked_add(days)
    {
        return format!("{}/{}/{}", later.month(), later.day(), later.year());
    }
    cell.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_moves_and_nothing_else_does() {
        let now: Timestamp = "2027-01-01T08:00:00Z".parse().unwrap();
        let text = "A,B,C\n11/20/2026,2026-11-20 09:30,\"12,500.00\"\nx,,1/5\n";
        let wanted = "A,B,C\n12/31/2026,2026-12-31 09:30,\"12,500.00\"\nx,,1/5\n";
        assert_eq!(moved(text, now).unwrap(), wanted);
    }
}
