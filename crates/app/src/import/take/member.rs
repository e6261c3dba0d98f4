//! A user of the workspace. Nobody gives a role above their own by a file, and nobody is switched off
//! by being left out.

use std::collections::BTreeMap;

use warmpath_core::contact::PersonName;
use warmpath_core::id::MemberId;
use warmpath_core::role::Role;
use warmpath_store::field::Json;
use warmpath_store::table::workspace::MemberRow;

use crate::import::desk::{self, Desk, Outcome, Stop};
use crate::import::line::Line;
use crate::setup_workspace::office_week;

pub(super) fn take(desk: &mut Desk<'_, '_>, line: &Line) -> Result<Outcome, Stop> {
    let name = PersonName::parse(line.get("name"))
        .map_err(|refusal| line.wrong("name", "name_invalid", refusal.to_string()))?;
    let email = desk::email(line, "email")?
        .ok_or_else(|| line.wrong("email", "email_missing", "A member signs in by e-mail."))?;
    let role: Role = line.get("role").to_lowercase().parse().map_err(|_| {
        let list: Vec<&str> = Role::ALL.iter().map(|r| r.as_str()).collect();
        line.wrong("role", "role_unknown", format!("Write one of: {}.", list.join(", ")))
    })?;
    let known = desk.house.members.iter().find(|m| m.email == email.normal());
    let touches_admin = role == Role::Admin || known.is_some_and(|m| m.role == Role::Admin);
    if touches_admin && desk.house.role != Role::Admin && known.is_none_or(|m| m.role != role) {
        let message = "Only an admin makes or unmakes an admin.";
        return Err(line.wrong("role", "role_not_yours", message).into());
    }
    let zone = match line.get("zone") {
        "" => desk.house.zone_name.as_str(),
        zone => zone,
    };
    if warmpath_core::calendar::zone_named(zone).is_err() {
        let message = "Write a time zone such as Europe/Berlin.";
        return Err(line.wrong("zone", "zone_unknown", message).into());
    }
    let partner = match line.get("partner") {
        "" => None,
        wanted => {
            let found = desk.house.partners.iter().find(|p| p.name == wanted);
            Some(found.ok_or_else(|| {
                line.wrong("partner", "partner_unknown", "Import or add this partner first.")
            })?)
        }
    };
    if (role == Role::Partner) != partner.is_some() {
        let message = "A partner's member has the role partner and names the organisation.";
        return Err(line.wrong("partner", "partner_mismatch", message).into());
    }
    let said = MemberRow {
        workspace: desk.unit.workspace,
        id: known.map_or_else(|| desk.app.id::<MemberId>(), |m| m.id),
        name: name.as_str().to_owned(),
        email: email.normal(),
        role,
        title: desk::short(line, "title")?,
        team: desk::short(line, "team")?,
        partner: partner.map(|p| p.id),
        zone: zone.to_owned(),
        region: desk::short(line, "region")?,
        hours: known.map_or_else(|| Json(office_week()), |m| m.hours.clone()),
        active: known.is_none_or(|m| m.active),
        last_choices: known.map_or_else(|| Json(BTreeMap::new()), |m| m.last_choices.clone()),
        created_at: known.map_or(desk.unit.at, |m| m.created_at),
        version: known.map_or(1, |m| m.version),
    };
    Ok(save(desk, said))
}

fn save(desk: &mut Desk<'_, '_>, mut said: MemberRow) -> Outcome {
    match desk.house.members.iter().find(|m| m.id == said.id) {
        None => {
            desk.unit.push(said.insert());
            Outcome::Created
        }
        Some(known) if *known == said => Outcome::Unchanged,
        Some(_) => {
            said.version += 1;
            desk.unit.push(said.save());
            Outcome::Updated
        }
    }
}
