//! Makes a workspace from one document: its name and address, its members, pools, partners and the
//! pathways it starts with. Used by `demo` and by the first start of a new installation.

use std::collections::BTreeMap;

use serde::Deserialize;
use warmpath_core::contact::{Country, Email};
use warmpath_core::id::{MemberId, PartnerId, PathwayId, PoolId, WorkspaceId};
use warmpath_core::role::{Actor, Role};
use warmpath_store::field::Json;
use warmpath_store::table::pathway::{PathwayRow, PathwayVersionRow};
use warmpath_store::table::workspace::{
    HolidayRow, MemberRow, PartnerRow, PoolMemberRow, PoolRow, WorkspaceRow,
};

use crate::context::App;
use crate::error::{Failure, Problem};
use crate::route_referral::handle;
use crate::unit::{Happening, Unit};

/// The document.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// The workspace.
    pub workspace: About,
    /// Its members; at least one admin.
    #[serde(default, rename = "member")]
    pub members: Vec<Member>,
    /// Its pools.
    #[serde(default, rename = "pool")]
    pub pools: Vec<Pool>,
    /// Its partners.
    #[serde(default, rename = "partner")]
    pub partners: Vec<Partner>,
    /// Holidays: region to days (ISO 8601) with names.
    #[serde(default)]
    pub holidays: BTreeMap<String, BTreeMap<String, String>>,
}

/// The workspace itself.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
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
    #[serde(default = "english")]
    pub language: String,
    /// Where its prospects are.
    #[serde(default)]
    pub prospect_countries: Vec<String>,
}

fn english() -> String {
    "en".to_owned()
}

/// A member.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Name.
    pub name: String,
    /// Mailbox.
    pub email: String,
    /// Role.
    pub role: Role,
    /// Short text under the name.
    #[serde(default)]
    pub title: String,
    /// Team.
    #[serde(default)]
    pub team: String,
    /// Partner organisation, by its name.
    #[serde(default)]
    pub partner: String,
    /// IANA time zone; the workspace's when empty.
    #[serde(default)]
    pub zone: String,
    /// Region whose holidays apply.
    #[serde(default)]
    pub region: String,
}

/// A pool.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pool {
    /// The word pathways use.
    pub slug: String,
    /// Name.
    pub name: String,
    /// Who gets a lead when nobody is eligible, by handle.
    pub fallback: String,
    /// Handles with weight and cap.
    pub seats: Vec<Seat>,
}

/// A seat in a pool.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seat {
    /// Handle.
    pub member: String,
    /// Share of the work.
    #[serde(default = "one")]
    pub weight: i64,
    /// Most open leads.
    pub cap: Option<i64>,
}

fn one() -> i64 {
    1
}

/// A partner.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partner {
    /// Name.
    pub name: String,
    /// Mail domain.
    pub domain: String,
}

/// Office hours, Monday to Friday.
pub fn office_week() -> Vec<Vec<(i64, i64)>> {
    (0..7).map(|day| if day < 5 { vec![(9 * 60, 17 * 60)] } else { Vec::new() }).collect()
}

/// Makes the workspace and its first pathways, which start live: there is nobody yet who could
/// approve them, and the ledger says so.
///
/// # Errors
/// [`Failure::Invalid`] with one problem per wrong value.
pub async fn run(app: &App, setup: &Setup, pathways: &[String]) -> Result<WorkspaceId, Failure> {
    let id: WorkspaceId = app.id();
    let mut unit = Unit::new(app, id);
    let mut problems = Vec::new();
    about(&mut unit, setup, &mut problems);
    let partners = partners(app, &mut unit, setup);
    let members = members(app, &mut unit, setup, &partners, &mut problems);
    pools(app, &mut unit, setup, &members, &mut problems);
    for (region, days) in &setup.holidays {
        for (day, name) in days {
            let row = HolidayRow {
                workspace: id,
                region: region.clone(),
                day: day.clone(),
                name: name.clone(),
            };
            unit.push(row.put());
        }
    }
    for text in pathways {
        first_pathway(app, &mut unit, text, &mut problems).await?;
    }
    if !problems.is_empty() {
        return Err(Failure::Invalid(problems));
    }
    unit.record(Happening::new("workspace.created", Actor::System, id)).await?;
    unit.commit("There is such a workspace already.").await?;
    Ok(id)
}

fn about(unit: &mut Unit<'_>, setup: &Setup, problems: &mut Vec<Problem>) {
    let about = &setup.workspace;
    if about.country.parse::<Country>().is_err() {
        problems.push(Problem::new("workspace.country", "country_unknown", "No such country."));
    }
    if warmpath_core::calendar::zone_named(&about.zone).is_err() {
        problems.push(Problem::new("workspace.zone", "zone_unknown", "No such time zone."));
    }
    let row = WorkspaceRow {
        workspace: unit.workspace,
        name: about.name.clone(),
        legal_name: about.legal_name.clone(),
        address: about.address.clone(),
        privacy_contact: about.privacy_contact.clone(),
        trade: about.trade.clone(),
        country: about.country.clone(),
        zone: about.zone.clone(),
        language: about.language.clone(),
        prospect_countries: Json(about.prospect_countries.clone()),
        created_at: unit.at,
        version: 1,
    };
    unit.push(row.insert());
}

fn partners(app: &App, unit: &mut Unit<'_>, setup: &Setup) -> BTreeMap<String, PartnerId> {
    let mut found = BTreeMap::new();
    for partner in &setup.partners {
        let row = PartnerRow {
            workspace: unit.workspace,
            id: app.id::<PartnerId>(),
            name: partner.name.clone(),
            domain: partner.domain.clone(),
            active: true,
            created_at: unit.at,
        };
        found.insert(partner.name.clone(), row.id);
        unit.push(row.insert());
    }
    found
}

fn members(
    app: &App,
    unit: &mut Unit<'_>,
    setup: &Setup,
    partners: &BTreeMap<String, PartnerId>,
    problems: &mut Vec<Problem>,
) -> BTreeMap<String, MemberId> {
    let mut found = BTreeMap::new();
    for member in &setup.members {
        let Ok(email) = Email::parse(&member.email) else {
            let message = format!("{} is not an address.", member.email);
            problems.push(Problem::new("member.email", "email_invalid", message));
            continue;
        };
        let zone = if member.zone.is_empty() { &setup.workspace.zone } else { &member.zone };
        let row = MemberRow {
            workspace: unit.workspace,
            id: app.id::<MemberId>(),
            name: member.name.clone(),
            email: email.normal(),
            role: member.role,
            title: member.title.clone(),
            team: member.team.clone(),
            partner: partners.get(&member.partner).copied(),
            zone: zone.clone(),
            region: member.region.clone(),
            hours: Json(office_week()),
            active: true,
            last_choices: Json(BTreeMap::new()),
            created_at: unit.at,
            version: 1,
        };
        found.insert(handle(&row), row.id);
        unit.push(row.insert());
    }
    if !setup.members.iter().any(|m| m.role == Role::Admin) {
        problems.push(Problem::new("member", "no_admin", "Name at least one admin."));
    }
    found
}

fn pools(
    app: &App,
    unit: &mut Unit<'_>,
    setup: &Setup,
    members: &BTreeMap<String, MemberId>,
    problems: &mut Vec<Problem>,
) {
    for pool in &setup.pools {
        let Some(fallback) = members.get(&pool.fallback) else {
            let message = format!("{} is not a member.", pool.fallback);
            problems.push(Problem::new("pool.fallback", "member_unknown", message));
            continue;
        };
        let row = PoolRow {
            workspace: unit.workspace,
            id: app.id::<PoolId>(),
            slug: pool.slug.clone(),
            name: pool.name.clone(),
            fallback: *fallback,
            state: "null".to_owned(),
            version: 1,
        };
        unit.push(row.insert());
        for seat in &pool.seats {
            let Some(member) = members.get(&seat.member) else {
                let message = format!("{} is not a member.", seat.member);
                problems.push(Problem::new("pool.seats", "member_unknown", message));
                continue;
            };
            let seat = PoolMemberRow {
                workspace: unit.workspace,
                pool: row.id,
                member: *member,
                weight: seat.weight,
                cap: seat.cap,
            };
            unit.push(seat.insert());
        }
    }
}

async fn first_pathway(
    app: &App,
    unit: &mut Unit<'_>,
    text: &str,
    problems: &mut Vec<Problem>,
) -> Result<(), Failure> {
    let document = match warmpath_pathway::parse(text) {
        Ok(document) => document,
        Err(findings) => {
            for f in findings {
                let message = format!("{}:{}: {}", f.line, f.column, f.message);
                problems.push(Problem::new("pathway", "pathway_broken", message));
            }
            return Ok(());
        }
    };
    let pathway: PathwayId = app.id();
    let row = PathwayRow {
        workspace: unit.workspace,
        id: pathway,
        slug: document.header.id.value.clone(),
        name: document.header.name.clone(),
        live_version: Some(1),
        pilot_version: None,
        pilot_door: String::new(),
        pilot_since: None,
        version: 1,
    };
    unit.push(row.insert());
    let version = PathwayVersionRow {
        workspace: unit.workspace,
        pathway,
        number: 1,
        text: text.to_owned(),
        state: "live".to_owned(),
        note: "First version".to_owned(),
        author: None,
        approved_by: None,
        approved_at: Some(unit.at),
        simulation: String::new(),
        created_at: unit.at,
        version: 1,
    };
    unit.push(version.insert());
    let happening = Happening::new("pathway.live", Actor::System, pathway)
        .with("version", 1)
        .with("approved", "at_setup");
    unit.record(happening).await?;
    Ok(())
}
