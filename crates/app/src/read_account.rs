//! One company over all systems that know it: every field with the value that is believed, who says it,
//! and who says otherwise; the companies that belong to it; what goes on in the whole group.

use std::collections::BTreeMap;

use warmpath_core::id::{AccountId, RecordId as _};
use warmpath_core::referral::ReferralState;
use warmpath_store::table::account::{self, AccountRow, OpportunityRow};
use warmpath_store::table::person::SourceRecordRow;
use warmpath_store::table::referral::{self, ReferralRow};
use warmpath_store::table::source::{self, ParentRow};

use crate::context::App;
use crate::error::Failure;
use crate::import::{Kind, column};
use crate::manage_sources::{self, Belief, FIELDS};
use crate::policy::{Grant, ReadDuplicates};
use crate::resolve::cluster;

/// Most companies of a group that are shown, and how deep the tree is followed.
const GROUP_MAX: usize = 60;
const DEPTH_MAX: usize = 6;

/// Companies on a page of the list.
pub const LISTED: i64 = 100;

/// What one system says about a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saying {
    /// The system's short name.
    pub system: String,
    /// Its id there.
    pub external_id: String,
    /// What it says.
    pub value: String,
}

/// One field over all systems.
#[derive(Debug, Clone)]
pub struct Field {
    /// The field.
    pub field: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// What every system says, the most believed first; the first one holds.
    pub sayings: Vec<Saying>,
    /// At least two say different things.
    pub disagree: bool,
}

/// A company of the group.
#[derive(Debug, Clone)]
pub struct Company {
    /// Its row.
    pub account: AccountRow,
    /// The company it belongs to; none at the top.
    pub parent: Option<ParentRow>,
    /// How deep it stands under the one shown.
    pub depth: usize,
    /// Its fields.
    pub fields: Vec<Field>,
    /// Its records: system and id there.
    pub records: Vec<(String, String)>,
    /// Open and closed deals.
    pub deals: Vec<OpportunityRow>,
    /// Referrals on their way.
    pub referrals: Vec<ReferralRow>,
}

/// The view.
#[derive(Debug, Clone)]
pub struct View {
    /// The company asked for, then those that belong to it.
    pub group: Vec<Company>,
    /// The company it belongs to.
    pub above: Option<AccountRow>,
    /// Who says so, or that there is none: a system, or `member`.
    pub said_by: Option<String>,
    /// Whom to believe.
    pub belief: Belief,
}

/// Companies whose name begins like this, by name.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(
    app: &App,
    grant: &Grant<ReadDuplicates>,
    text: &str,
) -> Result<Vec<AccountRow>, Failure> {
    let key = warmpath_core::text::fold_key(text.trim());
    Ok(account::starting(app.db(), grant.workspace(), &key, LISTED).await?)
}

/// One company with its group.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such company here.
pub async fn one(app: &App, grant: &Grant<ReadDuplicates>, id: AccountId) -> Result<View, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let belief = manage_sources::read(app, grant).await?;
    account::account(db, ws, id).await?.ok_or(Failure::NotFound)?;
    let top = cluster::root(db, ws, id).await?;
    let mut group: Vec<Company> = Vec::new();
    let mut ahead = vec![(top, None, 0)];
    while let Some((id, parent, depth)) = ahead.pop() {
        if group.len() >= GROUP_MAX || group.iter().any(|c| c.account.id == id) {
            continue;
        }
        let members = cluster::whole(db, ws, id).await?;
        let Some(company) = company(app, grant, &members, parent, depth, &belief).await? else {
            continue;
        };
        if depth < DEPTH_MAX {
            for member in &members {
                for child in source::children(db, ws, *member).await? {
                    let child_root = cluster::root(db, ws, child.account).await?;
                    ahead.push((child_root, Some(child), depth + 1));
                }
            }
        }
        group.push(company);
    }
    let (mut above, mut said_by) = (None, None);
    for member in cluster::whole(db, ws, top).await? {
        if let Some(said) = source::parent_said(db, ws, member).await? {
            above = account::account(db, ws, cluster::root(db, ws, said.parent).await?).await?;
            said_by = Some(said.source);
        }
    }
    Ok(View { group, above: above.filter(|a| a.id != top), said_by, belief })
}

async fn company(
    app: &App,
    grant: &Grant<ReadDuplicates>,
    members: &[AccountId],
    parent: Option<ParentRow>,
    depth: usize,
    belief: &Belief,
) -> Result<Option<Company>, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let Some(first) = members.first() else { return Ok(None) };
    let Some(row) = account::account(db, ws, *first).await? else { return Ok(None) };
    let mut company = Company {
        account: row,
        parent,
        depth,
        fields: Vec::new(),
        records: Vec::new(),
        deals: Vec::new(),
        referrals: Vec::new(),
    };
    let mut records = Vec::new();
    for id in members {
        records.extend(source::records_of_account(db, ws, *id, "account").await?);
        company.deals.extend(account::opportunities_of(db, ws, *id).await?);
        let referrals = referral::of_account(db, ws, *id).await?;
        let on_their_way =
            |r: &ReferralRow| !r.state.is_final() && r.state != ReferralState::Received;
        company.referrals.extend(referrals.into_iter().filter(on_their_way));
    }
    company.records = records
        .iter()
        .map(|record| (record.source.clone(), plain_id(&record.external_id).to_owned()))
        .collect();
    company.fields = fields(&records, belief);
    Ok(Some(company))
}

/// An id as its system writes it.
fn plain_id(identity: &str) -> &str {
    identity.split_once(':').map_or(identity, |(_, id)| id)
}

/// What a record says by field of ours, read by its own column names.
pub fn said(record: &SourceRecordRow) -> BTreeMap<&'static str, String> {
    let body: BTreeMap<String, String> = serde_json::from_str(&record.body).unwrap_or_default();
    let mut said = BTreeMap::new();
    for (header, value) in body {
        if let Some(field) = column::recognise(Kind::Accounts, &header).filter(|f| !f.is_empty()) {
            said.entry(field).or_insert(value);
        }
    }
    said
}

/// All fields over all records, the most believed saying first.
pub fn fields(records: &[SourceRecordRow], belief: &Belief) -> Vec<Field> {
    let read: Vec<(&SourceRecordRow, BTreeMap<&'static str, String>)> =
        records.iter().map(|record| (record, said(record))).collect();
    let mut fields = Vec::new();
    for (field, label) in FIELDS {
        let mut sayings: Vec<(usize, &SourceRecordRow, &String)> = read
            .iter()
            .filter_map(|(record, said)| {
                let value = said.get(field)?;
                Some((belief.place(field, &record.source), *record, value))
            })
            .collect();
        // Among equally believed ones the system that brought the company in holds.
        sayings.sort_by_key(|(place, record, _)| (*place, record.created_at, record.id.bytes()));
        let first = sayings.first().map(|(_, _, value)| comparable(field, value));
        let disagree = sayings.iter().any(|(_, _, value)| Some(comparable(field, value)) != first);
        let sayings = sayings
            .into_iter()
            .map(|(_, record, value)| Saying {
                system: record.source.clone(),
                external_id: plain_id(&record.external_id).to_owned(),
                value: value.clone(),
            })
            .collect();
        fields.push(Field { field, label, sayings, disagree });
    }
    fields
}

/// What two sayings are compared by: spelling that says nothing is left out.
fn comparable(field: &str, value: &str) -> String {
    match field {
        "domain" => crate::find_person::as_domain(value).unwrap_or_else(|| value.to_lowercase()),
        "country" => crate::import::value::country(value)
            .map_or_else(|| value.to_lowercase(), |c| c.code().to_owned()),
        "headcount" => {
            crate::import::value::count(value).map_or_else(String::new, |n| n.to_string())
        }
        // A legal form that one system leaves out is no disagreement.
        "name" | "parent" => warmpath_core::contact::CompanyName::parse(value)
            .map_or_else(|_| value.to_lowercase(), |name| name.normal()),
        _ => warmpath_core::text::fold(value.trim()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use warmpath_core::id::{SourceRecordId, WorkspaceId};
    use warmpath_store::table::source::{PrecedenceRow, SystemRow};

    fn record(source: &str, body: &str) -> SourceRecordRow {
        SourceRecordRow {
            workspace: WorkspaceId::from_bytes([1; 16]),
            id: SourceRecordId::from_bytes([2; 16]),
            kind: "account".into(),
            source: source.into(),
            external_id: "id:7".into(),
            body: body.into(),
            person: None,
            account: None,
            import: None,
            created_at: jiff::Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn belief_orders_what_systems_say_and_a_field_can_differ() {
        let workspace = WorkspaceId::from_bytes([1; 16]);
        let system = |slug: &str, place| SystemRow {
            workspace,
            slug: slug.into(),
            name: slug.into(),
            kind: "crm".into(),
            place,
            created_at: jiff::Timestamp::UNIX_EPOCH,
            version: 1,
        };
        let first = PrecedenceRow {
            workspace,
            field: "headcount".into(),
            system: "erp".into(),
            version: 1,
        };
        let belief =
            Belief { systems: vec![system("crm", 0), system("erp", 1)], fields: vec![first] };
        let records = [
            record("erp", r#"{"Company": "Acme", "Employees": "1,200", "Country": "DE"}"#),
            record("crm", r#"{"Account Name": "ACME", "Employees": "900", "Country": "Germany"}"#),
        ];
        let found = fields(&records, &belief);
        let field = |name: &str| found.iter().find(|f| f.field == name).unwrap();
        assert_eq!(field("name").sayings[0].value, "ACME");
        assert!(!field("name").disagree, "case apart they say the same");
        assert_eq!(field("headcount").sayings[0].value, "1,200");
        assert!(field("headcount").disagree);
        assert!(!field("country").disagree, "one country, two spellings");
        assert_eq!(field("headcount").sayings[0].external_id, "7");
    }
}
