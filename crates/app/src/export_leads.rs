//! Leads ready for a CRM: only people who may be contacted now, with our id to come back to.

use warmpath_core::consent::Channel;
use warmpath_core::export::Cell;
use warmpath_core::referral::ReferralState;
use warmpath_store::table::person;
use warmpath_store::table::referral::Filter;

use crate::advance_referral::live_consent;
use crate::context::App;
use crate::error::Failure;
use crate::policy::{Grant, ReadReferrals};
use crate::read_referrals;
use crate::unit::Unit;

/// Names of the columns.
pub const COLUMNS: &[&str] = &[
    "warmpath_id",
    "state",
    "name",
    "title",
    "company",
    "country",
    "email",
    "phone",
    "owner",
    "referred_by",
    "score",
    "lead_source",
    "received_at",
    "cleared_at",
    "contact_basis",
];

/// Most leads of one file.
pub const LEADS_MAX: usize = 10_000;

const OPEN: &[ReferralState] = &[
    ReferralState::Routed,
    ReferralState::Accepted,
    ReferralState::Contacted,
    ReferralState::MeetingScheduled,
    ReferralState::MeetingHeld,
    ReferralState::Qualified,
    ReferralState::Opportunity,
    ReferralState::NoShow,
];

/// The rows, cells already guarded against being read as formulas.
///
/// # Errors
/// When the database cannot be read.
pub async fn run(app: &App, grant: &Grant<ReadReferrals>) -> Result<Vec<Vec<String>>, Failure> {
    let ws = grant.workspace();
    let unit = Unit::new(app, ws);
    let members = crate::read_workspace::members(app, ws).await?;
    let mut rows = Vec::new();
    let mut before = None;
    loop {
        let filter = Filter { states: OPEN.to_vec(), before, limit: 200, ..Filter::default() };
        let found = warmpath_store::table::referral::list(app.db(), ws, &filter).await?;
        let Some(last) = found.last().map(|r| r.id) else { return Ok(rows) };
        for line in read_referrals::list(app, grant, &filter).await? {
            let Some(reach) = reach(app, &unit, &line).await? else { continue };
            let owner = members.iter().find(|m| Some(m.id) == line.referral.owner);
            rows.push(row(&line, &reach, owner.map_or("", |m| m.name.as_str())));
            if rows.len() >= LEADS_MAX {
                return Ok(rows);
            }
        }
        before = Some(last);
    }
}

/// The ways that are open to this person now; none when there is none.
struct Reach {
    email: String,
    phone: String,
    basis: String,
}

async fn reach(
    app: &App,
    unit: &Unit<'_>,
    line: &read_referrals::Line,
) -> Result<Option<Reach>, Failure> {
    let ws = unit.workspace;
    let consent = live_consent(app, unit, &line.referral).await?;
    let rule = (!line.referral.basis.is_empty() && line.referral.basis != "opt_in")
        .then(|| line.referral.basis.clone());
    let allows = |channel: Channel| {
        rule.is_some() || consent.as_ref().is_some_and(|c| c.channels.0.contains(&channel))
    };
    let mut reach = Reach {
        email: String::new(),
        phone: String::new(),
        basis: rule.clone().unwrap_or_default(),
    };
    if reach.basis.is_empty() {
        reach.basis = "opt_in".to_owned();
    }
    for point in person::contact_points(app.db(), ws, line.person.id).await? {
        let (kind, channel) = match point.kind.as_str() {
            "email" => ("mailbox", Channel::Email),
            _ => ("phone", Channel::Phone),
        };
        let key = app.keys.blind(ws, kind, &point.normal);
        if person::suppressed(app.db(), ws, &[key]).await?.is_some() {
            return Ok(None);
        }
        let slot = if kind == "mailbox" { &mut reach.email } else { &mut reach.phone };
        if allows(channel) && slot.is_empty() {
            *slot = point.value;
        }
    }
    let open = !reach.email.is_empty() || !reach.phone.is_empty();
    Ok(open.then_some(reach))
}

fn row(line: &read_referrals::Line, reach: &Reach, owner: &str) -> Vec<String> {
    let (lead, person) = (&line.referral, &line.person);
    let company = line.account.as_ref().map_or(person.company.as_str(), |a| a.name.as_str());
    let text = |text: &str| Cell::Text(text).render().into_owned();
    let time =
        |at: Option<jiff::Timestamp>| at.map_or(Cell::Empty, Cell::Instant).render().into_owned();
    vec![
        text(&lead.id.to_string()),
        text(lead.state.as_str()),
        text(&person.name),
        text(&person.title),
        text(company),
        text(person.country.as_deref().unwrap_or_default()),
        text(&reach.email),
        // A number in international form begins with a plus and is guarded like any text.
        text(&reach.phone),
        text(owner),
        text(&line.referrer.name),
        lead.score.map_or(Cell::Empty, Cell::Real).render().into_owned(),
        text(lead.origin.as_str()),
        time(Some(lead.received_at)),
        time(lead.cleared_at),
        text(&reach.basis),
    ]
}
