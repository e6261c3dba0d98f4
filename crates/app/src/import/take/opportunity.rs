//! A deal of the CRM, of any lead source: for collisions, and as the base that referrals are compared
//! with.

use warmpath_core::contact::CompanyName;
use warmpath_core::id::{AccountId, OpportunityId, PersonId};
use warmpath_core::text::fold_key;
use warmpath_store::table::account::{self, OpportunityRow};

use crate::find_person::{self, Described, as_domain};
use crate::import::desk::{self, Desk, Outcome, Stop};
use crate::import::line::Line;
use crate::import::value;

pub(super) async fn take(
    desk: &mut Desk<'_, '_>,
    line: &Line,
    identity: &str,
) -> Result<Outcome, Stop> {
    let mut row = read(desk, line, identity)?;
    let contact = person(desk, line, "contact_name", "contact_email").await?;
    let referrer = person(desk, line, "referrer_name", "referrer_email").await?;
    let known = desk.known("opportunity", identity).await?;
    let body = line.body();
    if known.as_ref().is_some_and(|known| known.body == body) {
        return Ok(Outcome::Unchanged);
    }
    row.account = company(desk, line).await?;
    let same = match (&contact, &referrer) {
        (Some(a), Some(b)) => a.email.is_some() && a.email == b.email,
        _ => false,
    };
    if let Some(described) = contact {
        row.person = Some(find_person::run(desk.app, desk.unit, &described).await?.person.id);
    }
    // The same mailbox twice in one row is one person, who cannot be made twice in one batch.
    row.referrer = match referrer {
        Some(_) if same => row.person,
        Some(described) => Some(find_person::run(desk.app, desk.unit, &described).await?.person.id),
        None => None,
    };
    let db = desk.app.db();
    let old = account::opportunity_by_external_id(db, row.workspace, &row.external_id).await?;
    match old {
        Some(old) => {
            row.id = old.id;
            desk.unit.push(row.save());
        }
        None => {
            desk.unit.push(row.insert());
        }
    }
    let attached: (Option<PersonId>, Option<AccountId>) = (row.person, row.account);
    Ok(desk.keep("opportunity", identity, known, body, attached))
}

fn read(desk: &Desk<'_, '_>, line: &Line, identity: &str) -> Result<OpportunityRow, Stop> {
    let day = "Write a day that exists: 2026-05-18, 18.05.2026 or 05/18/2026.";
    let moment = |field: &str| {
        desk::read(line, field, "date_invalid", day, |text| value::moment(text, &desk.house.zone))
    };
    let name = desk::short(line, "name")?;
    if name.is_empty() {
        return Err(line.wrong("name", "name_missing", "A deal has a name.").into());
    }
    let opened_at = moment("opened_at")?
        .ok_or_else(|| line.wrong("opened_at", "date_missing", "Say when it was created."))?;
    let won = outcome(line)?;
    let amount = "Write an amount such as 12500.00.";
    let amount = desk::read(line, "amount", "amount_invalid", amount, value::money)?;
    let currency = line.get("currency").to_uppercase();
    if !currency.is_empty()
        && (currency.len() != 3 || !currency.chars().all(|c| c.is_ascii_alphabetic()))
    {
        let message = "Write the three letters of ISO 4217, such as EUR.";
        return Err(line.wrong("currency", "currency_invalid", message).into());
    }
    let closed_at = moment("closed_at")?.filter(|_| won.is_some());
    if closed_at.is_some_and(|closed| closed < opened_at - jiff::SignedDuration::from_hours(24)) {
        let message = "It was closed before it was created. One of the two days is wrong.";
        return Err(line.wrong("closed_at", "closed_before_created", message).into());
    }
    Ok(OpportunityRow {
        workspace: desk.unit.workspace,
        id: desk.app.id::<OpportunityId>(),
        external_id: identity.strip_prefix("id:").unwrap_or(identity).to_owned(),
        name,
        account: None,
        person: None,
        referrer: None,
        unit: desk::short(line, "unit")?,
        owner: desk.house.member(line.get("owner")),
        owner_name: desk::short(line, "owner")?,
        stage: desk::short(line, "stage")?,
        lead_source: desk::short(line, "lead_source")?,
        amount,
        currency,
        opened_at,
        contacted_at: moment("contacted_at")?,
        closed_at,
        won,
    })
}

/// Won, lost or open: by the columns that say so, else by the stage's name.
fn outcome(line: &Line) -> Result<Option<bool>, Stop> {
    let yes_no = "Write true or false.";
    let won = desk::read(line, "won", "flag_invalid", yes_no, value::flag)?;
    let closed = desk::read(line, "closed", "flag_invalid", yes_no, value::flag)?;
    let stage = line.get("stage").to_lowercase();
    Ok(match (won, closed) {
        (Some(true), _) => Some(true),
        (_, Some(false)) => None,
        (Some(false), Some(true)) => Some(false),
        _ if stage.contains("won") => Some(true),
        _ if stage.contains("lost") => Some(false),
        _ => None,
    })
}

/// The company: by its id in the CRM, its web address or its name; two of one name are not guessed.
async fn company(desk: &Desk<'_, '_>, line: &Line) -> Result<Option<AccountId>, Stop> {
    let (db, workspace) = (desk.app.db(), desk.unit.workspace);
    if line.has("account_id")
        && let Some(found) = account::by_external_id(db, workspace, line.get("account_id")).await?
    {
        return Ok(Some(found.id));
    }
    if let Some(domain) = as_domain(line.get("account")) {
        return Ok(account::by_domain(db, workspace, &domain).await?.map(|a| a.id));
    }
    let Ok(name) = CompanyName::parse(line.get("account")) else { return Ok(None) };
    let found = account::by_name(db, workspace, fold_key(&name.normal())).await?;
    Ok(if found.len() == 1 { found.first().map(|a| a.id) } else { None })
}

/// A person named beside the deal; without a mailbox a name alone finds nobody.
async fn person(
    desk: &Desk<'_, '_>,
    line: &Line,
    name: &str,
    email_field: &str,
) -> Result<Option<Described>, Stop> {
    let Some(email) = desk::email(line, email_field)? else { return Ok(None) };
    desk.check_suppressed(line, Some(&email), None).await?;
    let name = match desk::short(line, name)? {
        empty if empty.is_empty() => email.local().to_owned(),
        name => name,
    };
    let source = "import".to_owned();
    Ok(Some(Described { name, email: Some(email), source, ..Described::default() }))
}
