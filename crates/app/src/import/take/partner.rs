//! An outside organisation with portal access.

use warmpath_core::contact::{CompanyName, is_free_domain};
use warmpath_core::id::PartnerId;
use warmpath_store::table::workspace::PartnerRow;

use crate::find_person::as_domain;
use crate::import::desk::{Desk, Outcome, Stop};
use crate::import::line::Line;

pub(super) fn take(desk: &mut Desk<'_, '_>, line: &Line) -> Result<Outcome, Stop> {
    let name = CompanyName::parse(line.get("name"))
        .map_err(|refusal| line.wrong("name", "name_invalid", refusal.to_string()))?;
    let domain = as_domain(line.get("domain")).filter(|d| !is_free_domain(d)).ok_or_else(|| {
        line.wrong("domain", "domain_invalid", "Write the organisation's own mail domain.")
    })?;
    let known = desk.house.partners.iter().find(|p| p.domain == domain || p.name == name.as_str());
    let said = PartnerRow {
        workspace: desk.unit.workspace,
        id: known.map_or_else(|| desk.app.id::<PartnerId>(), |p| p.id),
        name: name.as_str().to_owned(),
        domain,
        active: known.is_none_or(|p| p.active),
        created_at: known.map_or(desk.unit.at, |p| p.created_at),
    };
    Ok(match known {
        None => {
            desk.unit.push(said.insert());
            Outcome::Created
        }
        Some(known) if *known == said => Outcome::Unchanged,
        Some(_) => {
            desk.unit.push(said.save());
            Outcome::Updated
        }
    })
}
