//! Finds the person behind a mailbox or phone, or makes a new one.
//!
//! This is the first version behind the identity port: exact normal forms only. A unique key in the
//! commit stops two nodes from making one person twice; the loser's change set is a conflict and is
//! tried again.

use warmpath_core::contact::{CompanyName, Country, Email, Phone};
use warmpath_core::id::{AccountId, ContactPointId, PersonId};
use warmpath_core::text::fold_key;
use warmpath_store::table::account::{self, AccountRow};
use warmpath_store::table::person::{self, ContactPointRow, IdentityKeyRow, PersonRow};

use crate::context::App;
use crate::error::Failure;
use crate::unit::Unit;

/// A person as somebody described them.
#[derive(Debug, Clone, Default)]
pub struct Described {
    /// Name.
    pub name: String,
    /// Mailbox.
    pub email: Option<Email>,
    /// Phone.
    pub phone: Option<Phone>,
    /// Role in the company.
    pub title: String,
    /// Company name or website.
    pub company: String,
    /// Country.
    pub country: Option<Country>,
    /// Who says so: `referrer`, `prospect`, `import`.
    pub source: String,
}

/// The person found or made, with the account they belong to.
#[derive(Debug, Clone)]
pub struct Found {
    /// The person's row, as it will be after this unit.
    pub person: PersonRow,
    /// Known before this unit.
    pub known: bool,
    /// The account, when known.
    pub account: Option<AccountRow>,
}

/// Finds or makes the person; what is new is added to the unit.
///
/// # Errors
/// When the database cannot be read.
pub async fn run(app: &App, unit: &mut Unit<'_>, described: &Described) -> Result<Found, Failure> {
    let account = find_account(app, unit, described).await?;
    let keys = blind_keys(app, unit, described);
    for key in &keys {
        if let Some(id) = person::by_key(app.db(), unit.workspace, key.clone()).await?
            && let Some(known) = person::person(app.db(), unit.workspace, id).await?
            && known.erased_at.is_none()
        {
            return attach(app, unit, described, known, account).await;
        }
    }
    let row = make(app, unit, described, account.as_ref().map(|a| a.id));
    for key in keys {
        let write = IdentityKeyRow { workspace: unit.workspace, key, person: row.id }.insert();
        unit.push(write);
    }
    unit.push(row.insert());
    add_contact_points(app, unit, described, row.id, &[]);
    Ok(Found { person: row, known: false, account })
}

/// Attaches what a source says to a person who is known by other means than mailbox or phone: the
/// record's id in that source. A mailbox that finds nobody yet finds them from now on.
///
/// # Errors
/// When the database cannot be read.
pub async fn attach_to(
    app: &App,
    unit: &mut Unit<'_>,
    described: &Described,
    known: PersonRow,
) -> Result<Found, Failure> {
    let account = find_account(app, unit, described).await?;
    for key in blind_keys(app, unit, described) {
        if person::by_key(app.db(), unit.workspace, key.clone()).await?.is_none() {
            unit.push(IdentityKeyRow { workspace: unit.workspace, key, person: known.id }.insert());
        }
    }
    attach(app, unit, described, known, account).await
}

/// The keyed hashes under which a person is found.
pub fn blind_keys(app: &App, unit: &Unit<'_>, described: &Described) -> Vec<Vec<u8>> {
    let mut keys = Vec::new();
    if let Some(email) = &described.email {
        keys.push(app.keys.blind(unit.workspace, "email", &email.folded()));
    }
    // A phone finds a person only when there is no mailbox: switchboards are shared.
    if let (None, Some(phone)) = (&described.email, &described.phone) {
        keys.push(app.keys.blind(unit.workspace, "phone", phone.e164()));
    }
    keys
}

/// The account behind a mail domain, a website or a company name.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_account(
    app: &App,
    unit: &Unit<'_>,
    described: &Described,
) -> Result<Option<AccountRow>, Failure> {
    if let Some(email) = &described.email
        && !warmpath_core::contact::is_free_domain(email.registrable_domain())
        && let Some(found) =
            account::by_domain(app.db(), unit.workspace, email.registrable_domain()).await?
    {
        return Ok(Some(found));
    }
    if let Some(domain) = as_domain(&described.company) {
        return Ok(account::by_domain(app.db(), unit.workspace, &domain).await?);
    }
    let Ok(name) = CompanyName::parse(&described.company) else { return Ok(None) };
    let key = fold_key(&name.normal());
    let found = account::by_name(app.db(), unit.workspace, key).await?;
    // Two companies of one name: nobody is guessed.
    Ok(if found.len() == 1 { found.into_iter().next() } else { None })
}

/// Reads `northmere.example`, `https://www.northmere.example/about` as a registrable domain.
pub fn as_domain(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host = host.unwrap_or(&text).split(['/', '?', '#', ':']).next()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    if !host.contains('.') || host.contains(char::is_whitespace) {
        return None;
    }
    let email = Email::parse(&format!("x@{host}")).ok()?;
    Some(email.registrable_domain().to_owned())
}

fn make(
    app: &App,
    unit: &Unit<'_>,
    described: &Described,
    account: Option<AccountId>,
) -> PersonRow {
    PersonRow {
        workspace: unit.workspace,
        id: app.id::<PersonId>(),
        name: described.name.clone(),
        name_key: fold_key(&described.name),
        title: described.title.clone(),
        company: described.company.clone(),
        account,
        country: described.country.map(|c| c.code().to_owned()),
        language: "en".to_owned(),
        erased_at: None,
        created_at: unit.at,
        version: 1,
    }
}

/// What a later source says fills gaps; it never writes over what is there.
async fn attach(
    app: &App,
    unit: &mut Unit<'_>,
    described: &Described,
    mut known: PersonRow,
    account: Option<AccountRow>,
) -> Result<Found, Failure> {
    let before = known.clone();
    if known.name.is_empty() && !described.name.is_empty() {
        known.name.clone_from(&described.name);
        known.name_key = fold_key(&described.name);
    }
    fill(&mut known.title, &described.title);
    fill(&mut known.company, &described.company);
    known.account = known.account.or(account.as_ref().map(|a| a.id));
    known.country = known.country.or(described.country.map(|c| c.code().to_owned()));
    if known != before {
        known.version += 1;
        unit.push(known.save());
    }
    let points = person::contact_points(app.db(), unit.workspace, known.id).await?;
    add_contact_points(app, unit, described, known.id, &points);
    let account = match (account, known.account) {
        (None, Some(id)) => account::account(app.db(), unit.workspace, id).await?,
        (account, _) => account,
    };
    Ok(Found { person: known, known: true, account })
}

fn fill(slot: &mut String, value: &str) {
    if slot.is_empty() {
        value.clone_into(slot);
    }
}

fn add_contact_points(
    app: &App,
    unit: &mut Unit<'_>,
    described: &Described,
    person: PersonId,
    known: &[ContactPointRow],
) {
    let mut add = |kind: &str, value: &str, normal: String, class: String| {
        if known.iter().any(|p| p.kind == kind && p.normal == normal) {
            return;
        }
        let row = ContactPointRow {
            workspace: unit.workspace,
            id: app.id::<ContactPointId>(),
            person,
            kind: kind.to_owned(),
            value: value.to_owned(),
            normal,
            verification: "syntax".to_owned(),
            class,
            source: described.source.clone(),
            observed_at: unit.at,
        };
        unit.push(row.insert());
    };
    if let Some(email) = &described.email {
        let class = warmpath_core::contact::MailboxTraits::of(email).class();
        add("email", email.as_written(), email.folded(), word(&class));
    }
    if let Some(phone) = &described.phone {
        add("phone", &phone.international(), phone.e164().to_owned(), word(&phone.kind()));
    }
}

/// The fixed word of a unit variant, as it is serialised everywhere else.
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
