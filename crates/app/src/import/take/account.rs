//! A company of the CRM.

use warmpath_core::contact::{CompanyName, is_free_domain};
use warmpath_core::id::AccountId;
use warmpath_core::text::fold_key;
use warmpath_store::table::account::{self, AccountDomainRow, AccountRow};

use crate::find_person::as_domain;
use crate::import::desk::{self, Desk, Outcome, Stop};
use crate::import::line::Line;
use crate::import::value;

pub(super) async fn take(
    desk: &mut Desk<'_, '_>,
    line: &Line,
    identity: &str,
) -> Result<Outcome, Stop> {
    let said = read(desk, line)?;
    let known = desk.known("account", identity).await?;
    let body = line.body();
    if known.as_ref().is_some_and(|known| known.body == body) {
        return Ok(Outcome::Unchanged);
    }
    let (app, workspace) = (desk.app, desk.unit.workspace);
    let mut found = match known.as_ref().and_then(|known| known.account) {
        Some(id) => account::account(app.db(), workspace, id).await?,
        None => None,
    };
    if found.is_none()
        && let Some(domain) = &said.domain
    {
        found = account::by_domain(app.db(), workspace, domain).await?;
    }
    let row = match found {
        Some(old) => {
            let row = said.over(old);
            desk.unit.push(row.save());
            row
        }
        None => {
            let row = said.over(blank(desk));
            desk.unit.push(row.insert());
            row
        }
    };
    if let Some(domain) = said.domain
        && account::by_domain(app.db(), workspace, &domain).await?.is_none()
    {
        desk.unit.push(AccountDomainRow { workspace, domain, account: row.id }.insert());
    }
    Ok(desk.keep("account", identity, known, body, (None, Some(row.id))))
}

/// What the row says.
struct Said {
    name: String,
    name_key: Vec<u8>,
    external_id: String,
    domain: Option<String>,
    status: String,
    unit: String,
    owner: Option<warmpath_core::id::MemberId>,
    owner_name: String,
    country: Option<String>,
    industry: String,
    headcount: Option<i64>,
}

fn read(desk: &Desk<'_, '_>, line: &Line) -> Result<Said, Stop> {
    let name = CompanyName::parse(line.get("name"))
        .map_err(|refusal| line.wrong("name", "name_invalid", refusal.to_string()))?;
    let domain = match line.get("domain") {
        "" => None,
        text => {
            let domain = as_domain(text).ok_or_else(|| {
                line.wrong("domain", "domain_invalid", "Write a web address or a mail domain.")
            })?;
            // A free mail provider's domain says nothing about a company.
            (!is_free_domain(&domain)).then_some(domain)
        }
    };
    let number = "Write a whole number.";
    Ok(Said {
        name_key: fold_key(&name.normal()),
        name: name.as_str().to_owned(),
        external_id: line.get("external_id").to_owned(),
        domain,
        status: status(line.get("status")).to_owned(),
        unit: desk::short(line, "unit")?,
        owner: desk.house.member(line.get("owner")),
        owner_name: desk::short(line, "owner")?,
        country: desk::country(line, "country")?.map(|c| c.code().to_owned()),
        industry: desk::short(line, "industry")?,
        headcount: desk::read(line, "headcount", "number_invalid", number, value::count)?,
    })
}

/// The CRM's word for how a company stands to us, as one of ours.
fn status(text: &str) -> &'static str {
    let text = text.to_lowercase();
    if text.contains("former") || text.contains("churn") {
        "former"
    } else if text.contains("customer") || text.contains("client") {
        "customer"
    } else {
        "prospect"
    }
}

impl Said {
    /// The CRM is the master of an account: what it says holds, what it leaves out stays.
    fn over(&self, old: AccountRow) -> AccountRow {
        let text = |new: &String, old: String| if new.is_empty() { old } else { new.clone() };
        AccountRow {
            name: self.name.clone(),
            name_key: self.name_key.clone(),
            external_id: text(&self.external_id, old.external_id),
            status: self.status.clone(),
            unit: text(&self.unit, old.unit),
            owner: self.owner.or(old.owner),
            owner_name: text(&self.owner_name, old.owner_name),
            country: self.country.clone().or(old.country),
            industry: text(&self.industry, old.industry),
            headcount: self.headcount.or(old.headcount),
            version: old.version + 1,
            ..old
        }
    }
}

fn blank(desk: &Desk<'_, '_>) -> AccountRow {
    AccountRow {
        workspace: desk.unit.workspace,
        id: desk.app.id::<AccountId>(),
        name: String::new(),
        name_key: Vec::new(),
        external_id: String::new(),
        status: String::new(),
        unit: String::new(),
        owner: None,
        owner_name: String::new(),
        country: None,
        industry: String::new(),
        headcount: None,
        created_at: desk.unit.at,
        version: 0,
    }
}
