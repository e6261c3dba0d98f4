//! A company of the CRM.

use warmpath_core::contact::{CompanyName, is_free_domain};
use warmpath_core::id::{AccountId, RecordId as _};
use warmpath_core::text::fold_key;
use warmpath_store::table::account::{self, AccountDomainRow, AccountRow};
use warmpath_store::table::identity::{self, AccountKeyRow, DuplicateRow};
use warmpath_store::table::person::SourceRecordRow;
use warmpath_store::table::source::{self, ParentRow};

use crate::believe_account::{self, Said, Saying, standing};
use crate::find_person::{self, as_domain};
use crate::import::desk::{self, Desk, Outcome, Stop};
use crate::import::line::Line;
use crate::import::value;
use crate::place_company;
use crate::resolve::company::{self, Company};
use crate::resolve::judge::{Answer, Judged, Why};
use crate::resolve::{cluster, keys};

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
    let found = match known.as_ref().and_then(|known| known.account) {
        Some(id) => account::account(app.db(), workspace, id).await?,
        None => None,
    };
    let ours = found.is_some();
    let (found, questions) = match found {
        Some(found) => (Some(found), Vec::new()),
        None => look_for(desk, &said).await?,
    };
    let old = found.clone().unwrap_or_else(|| blank(desk));
    let row = settle(desk, old, &said, known.as_ref()).await?;
    desk.unit.push(if found.is_some() { row.save() } else { row.insert() });
    if let Some(domain) = &said.domain
        && account::by_domain(app.db(), workspace, domain).await?.is_none()
    {
        let domain = domain.clone();
        desk.unit.push(AccountDomainRow { workspace, domain, account: row.id }.insert());
    }
    remember(desk, &said, row.id);
    find_parent(desk, line, row.id).await?;
    let asked = !questions.is_empty();
    for (known, why, judged) in questions {
        ask(desk, (known, row.id), (why, &judged));
    }
    let (fresh, joined) = (known.is_none(), row.version > 1 && !ours);
    let kept = desk.keep("account", identity, known, body, (None, Some(row.id)));
    Ok(match kept {
        _ if fresh && joined => Outcome::Joined,
        _ if asked => Outcome::Asked,
        kept => kept,
    })
}

type Questions = Vec<(AccountId, Why, Judged)>;

/// Most questions that one company raises.
const QUESTIONS_MAX: usize = 3;

/// The company that the row means, if a domain and name prove it; else those it may be.
async fn look_for(
    desk: &Desk<'_, '_>,
    said: &Said,
) -> Result<(Option<AccountRow>, Questions), Stop> {
    let (app, workspace) = (desk.app, desk.unit.workspace);
    let mut ids: Vec<AccountId> = Vec::new();
    for key in keys_of(desk, said) {
        let rows = identity::accounts_of_key(app.db(), workspace, &key).await?;
        if rows.len() as i64 <= identity::KEY_PEOPLE_MAX {
            ids.extend(rows.iter().map(|row| row.account));
        }
    }
    if let Some(domain) = &said.domain {
        ids.extend(account::by_domain(app.db(), workspace, domain).await?.map(|row| row.id));
    }
    ids.sort_unstable();
    ids.dedup();
    let fresh = company_of(said);
    let mut questions: Questions = Vec::new();
    for (id, row) in account::many(app.db(), workspace, &ids).await? {
        let known = Company {
            name: row.name.clone(),
            domains: account::domains(app.db(), workspace, id).await?,
            country: row.country.clone().unwrap_or_default(),
        };
        let judged = company::weigh(&known, &fresh);
        match judged.answer {
            Answer::Join => {
                let kept = cluster::root(app.db(), workspace, id).await?;
                let kept = account::account(app.db(), workspace, kept).await?.unwrap_or(row);
                return Ok((Some(kept), Vec::new()));
            }
            Answer::Ask(why) => questions.push((id, why, judged)),
            Answer::New => {}
        }
    }
    questions.sort_by(|a, b| b.2.trace.total_bits.total_cmp(&a.2.trace.total_bits));
    questions.truncate(QUESTIONS_MAX);
    Ok((None, questions))
}

fn ask(
    desk: &mut Desk<'_, '_>,
    (known, fresh): (AccountId, AccountId),
    (why, judged): (Why, &Judged),
) {
    let pair = ("account", known.bytes().to_vec(), fresh.bytes().to_vec());
    let row = find_person::question(desk.app, desk.unit, pair, (why, judged), &desk.house.source);
    let row = DuplicateRow { import: Some(desk.run.id), ..row };
    desk.unit.push(row.ask());
}

fn remember(desk: &mut Desk<'_, '_>, said: &Said, id: AccountId) {
    for key in keys_of(desk, said) {
        let row = AccountKeyRow {
            workspace: desk.unit.workspace,
            key,
            account: id,
            made_at: desk.unit.at,
        };
        desk.unit.push(row.remember());
    }
}

/// The company this one belongs to, where the row names one that is known.
async fn find_parent(desk: &mut Desk<'_, '_>, line: &Line, id: AccountId) -> Result<(), Stop> {
    let (app, workspace) = (desk.app, desk.unit.workspace);
    let said = source::parent_said(app.db(), workspace, id).await?;
    if said.is_some_and(|said| said.source == place_company::MEMBER) {
        return Ok(());
    }
    let mut parent = None;
    if line.has("parent_id") {
        let identity = format!("id:{}", line.get("parent_id"));
        parent = desk.known("account", &identity).await?.and_then(|record| record.account);
    }
    if parent.is_none()
        && let Ok(name) = CompanyName::parse(line.get("parent"))
    {
        let named = account::by_name(app.db(), workspace, fold_key(&name.normal())).await?;
        // Two companies of one name: nobody is guessed.
        parent = if named.len() == 1 { named.first().map(|row| row.id) } else { None };
    }
    if let Some(parent) = parent.filter(|parent| *parent != id) {
        let source = desk.house.source.clone();
        desk.unit.push(ParentRow { workspace, account: id, parent, source }.put());
    }
    Ok(())
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
        name: name.as_str().to_owned(),
        external_id: line.get("external_id").to_owned(),
        domain,
        status: match line.get("status") {
            "" => String::new(),
            word => standing(word).to_owned(),
        },
        unit: desk::short(line, "unit")?,
        owner: desk.house.member(line.get("owner")),
        owner_name: desk::short(line, "owner")?,
        country: desk::country(line, "country")?.map(|c| c.code().to_owned()),
        industry: desk::short(line, "industry")?,
        headcount: desk::read(line, "headcount", "number_invalid", number, value::count)?,
    })
}

fn company_of(said: &Said) -> Company {
    Company {
        name: said.name.clone(),
        domains: said.domain.iter().cloned().collect(),
        country: said.country.clone().unwrap_or_default(),
    }
}

fn keys_of(desk: &Desk<'_, '_>, said: &Said) -> Vec<Vec<u8>> {
    let domains: Vec<String> = said.domain.iter().cloned().collect();
    keys::of_account(&desk.app.keys, desk.unit.workspace, &said.name, &domains)
}

/// The row as all records of the company and this one make it.
async fn settle(
    desk: &Desk<'_, '_>,
    old: AccountRow,
    said: &Said,
    known: Option<&SourceRecordRow>,
) -> Result<AccountRow, Stop> {
    let (db, workspace) = (desk.app.db(), desk.unit.workspace);
    let records = source::records_of_account(db, workspace, old.id, "account").await?;
    let place = records.iter().position(|r| known.is_some_and(|known| known.id == r.id));
    let mut sayings = believe_account::sayings(&records, &desk.house.members);
    let now = Saying { system: desk.house.source.clone(), said: said.clone() };
    match place {
        Some(place) => sayings[place] = now,
        None => sayings.push(now),
    }
    let external_id = match old.external_id.as_str() {
        "" => said.external_id.clone(),
        kept => kept.to_owned(),
    };
    let row = believe_account::settled(&old, &sayings, &desk.house.belief);
    Ok(AccountRow { external_id, version: old.version + 1, ..row })
}

fn blank(desk: &Desk<'_, '_>) -> AccountRow {
    AccountRow {
        workspace: desk.unit.workspace,
        id: desk.app.id::<AccountId>(),
        name: String::new(),
        name_key: Vec::new(),
        external_id: String::new(),
        status: standing("").to_owned(),
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
