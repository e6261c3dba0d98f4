//! Tenders: release packages of the Open Contracting Data Standard 1.1.

use serde::Deserialize;

use super::{Imported, RegisterError, Skipped, date_of, event};
use crate::matching::{Company, Event, Provenance};

#[derive(Deserialize)]
struct Package {
    #[serde(default)]
    license: Option<String>,
    #[serde(default)]
    publisher: Publisher,
    releases: Vec<Release>,
}

#[derive(Deserialize, Default)]
struct Publisher {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct Release {
    #[serde(default)]
    ocid: String,
    #[serde(default)]
    date: String,
    #[serde(default)]
    tag: Vec<String>,
    #[serde(default)]
    tender: Tender,
    #[serde(default)]
    buyer: Organisation,
    #[serde(default)]
    parties: Vec<Party>,
}

#[derive(Deserialize, Default)]
struct Tender {
    #[serde(default)]
    title: String,
}

#[derive(Deserialize, Default)]
struct Organisation {
    #[serde(default)]
    id: String,
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Party {
    #[serde(default)]
    id: String,
    #[serde(default)]
    address: PartyAddress,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct PartyAddress {
    locality: Option<String>,
    /// By the standard a name; many publishers put an ISO code here.
    country_name: Option<String>,
}

/// Reads a release package. Each buyer becomes a company once, with an event for each tender.
///
/// # Errors
///
/// [`RegisterError::Json`] where the text is no such package.
pub fn read_ocds(text: &str) -> Result<Imported, RegisterError> {
    let package: Package = serde_json::from_str(text)?;
    let licence = package.license.unwrap_or_else(|| "not stated".to_owned());
    let mut imported = Imported::default();
    for (number, release) in package.releases.iter().enumerate() {
        if release.buyer.id.trim().is_empty() {
            imported.skipped.push((number + 1, Skipped::NoId));
            continue;
        }
        if release.buyer.name.trim().is_empty() {
            imported.skipped.push((number + 1, Skipped::NoName));
            continue;
        }
        let Some(date) = date_of(&release.date) else {
            let problem = format!("the date {:?} is none", release.date);
            imported.skipped.push((number + 1, Skipped::Malformed(problem)));
            continue;
        };
        let known = imported.companies.iter().position(|c| c.id == release.buyer.id);
        let at = known.unwrap_or_else(|| {
            imported.companies.push(buyer(release, &package.publisher.name, &licence, &date));
            imported.companies.len() - 1
        });
        let company = &mut imported.companies[at];
        if let Some(event) = tender_event(release, date.clone()) {
            company.events.get_or_insert_default().push(event);
        }
        if let Some(provenance) = &mut company.provenance {
            provenance.as_of = provenance.as_of.take().max(Some(date));
        }
    }
    Ok(imported)
}

fn buyer(release: &Release, publisher: &str, licence: &str, date: &str) -> Company {
    let address = release.parties.iter().find(|p| p.id == release.buyer.id).map(|p| &p.address);
    let country =
        address.and_then(|a| a.country_name.as_deref()).and_then(crate::lexicon::country_code);
    Company {
        id: release.buyer.id.clone(),
        name: release.buyer.name.clone(),
        country: country.map(str::to_owned),
        city: address.and_then(|a| a.locality.clone()),
        events: Some(Vec::new()),
        provenance: Some(Provenance {
            source: format!("Open Contracting, {publisher}"),
            record: release.ocid.clone(),
            licence: licence.to_owned(),
            as_of: Some(date.to_owned()),
        }),
        ..Company::default()
    }
}

fn tender_event(release: &Release, date: String) -> Option<Event> {
    let is_tender = release
        .tag
        .iter()
        .any(|tag| matches!(tag.as_str(), "tender" | "tenderUpdate" | "planning"));
    let text = if release.tender.title.is_empty() {
        format!("tender {}", release.ocid)
    } else {
        release.tender.title.clone()
    };
    is_tender.then(|| event("contract_renewal", date, text))
}
