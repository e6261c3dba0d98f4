//! Finds the person a description means, or makes a new one.
//!
//! The same personal mailbox under a name that fits joins. Everybody else who is like enough is weighed
//! (`resolve::judge`): between the lines a person is asked, and until they answered the record stands
//! alone. Unique keys in the commit stop two nodes from making one person twice; the loser's change
//! set is a conflict and is tried again. What was said stays as it was said, with who said it.

use futures_util::future::{join, join3, join4};
use warmpath_core::contact::{CompanyName, Country, Email, MailboxTraits, Phone};
use warmpath_core::id::{
    AccountId, ContactPointId, DuplicateId, PersonId, RecordId, SourceRecordId,
};
use warmpath_core::limits;
use warmpath_core::role::Actor;
use warmpath_core::text::{fold, fold_key};
use warmpath_store::table::account::{self, AccountRow};
use warmpath_store::table::identity::{self, DuplicateRow, MatchKeyRow};
use warmpath_store::table::person::{
    self, ContactPointRow, IdentityKeyRow, PersonRow, SourceRecordRow,
};

use crate::context::App;
use crate::error::Failure;
use crate::resolve::candidates::{self, Candidate};
use crate::resolve::judge::{self, Answer, Judged, Record, Why};
use crate::resolve::{cluster, keys};
use crate::unit::{Happening, Unit};

/// Most questions that one record raises, the likeliest.
const QUESTIONS_MAX: usize = 3;

/// A person as somebody described them.
#[derive(Debug, Clone, Default)]
pub struct Described {
    /// Name.
    pub name: String,
    /// The mailbox they are known by.
    pub email: Option<Email>,
    /// Phone.
    pub phone: Option<Phone>,
    /// Role in the company.
    pub title: String,
    /// Company name or website.
    pub company: String,
    /// Country.
    pub country: Option<Country>,
    /// Address of a public profile.
    pub profile: String,
    /// Further mailboxes. They are kept and can raise a question; they join nobody.
    pub more_emails: Vec<Email>,
    /// Further phones, likewise.
    pub more_phones: Vec<Phone>,
    /// Who says so: `referrer`, `prospect`, `member`, `import`.
    pub source: String,
}

/// The person found or made, with the account they belong to.
#[derive(Debug, Clone)]
pub struct Found {
    /// The person's row, as it will be after this unit.
    pub person: PersonRow,
    /// Known before this unit.
    pub known: bool,
    /// Questions raised: the person may be somebody known.
    pub questions: usize,
    /// The account, when known.
    pub account: Option<AccountRow>,
    /// The mailbox they can be reached by: the first that is stored, else the one described.
    pub mailbox: Option<Email>,
}

/// Finds or makes the person; what is new is added to the unit.
///
/// # Errors
/// When the database cannot be read.
pub async fn run(app: &App, unit: &mut Unit<'_>, described: &Described) -> Result<Found, Failure> {
    let account = find_account(unit, described).await?;
    let record = record_of(described);
    if let Some((known, points)) = by_mailbox(app, unit, described, &record).await? {
        return attach(app, unit, described, (known, points), account).await;
    }
    let keys = keys::of_person(&app.keys, unit.workspace, &record);
    let found = candidates::find(unit, &record, &keys).await?;
    let mut weighed = weigh_all(&found, &record);
    if let Some(place) = weighed.iter().position(|(_, j)| j.answer == Answer::Join) {
        let (candidate, judged) = weighed.swap_remove(place);
        note_joined(unit, &candidate, &judged).await?;
        let known = standing(unit, candidate.person, candidate.points).await?;
        return attach(app, unit, described, known, account).await;
    }
    let row = make(app, unit, described, account.as_ref().map(|a| a.id));
    hold_keys(app, unit, described, row.id).await?;
    remember(unit, &keys, row.id);
    unit.push(row.insert());
    add_contact_points(app, unit, described, row.id, &[]);
    keep_claim(app, unit, described, row.id);
    let mut questions = 0;
    for (candidate, judged) in weighed.iter().take(QUESTIONS_MAX) {
        if let Answer::Ask(why) = judged.answer {
            ask(app, unit, (candidate.person.id, row.id), (why, judged), &described.source);
            questions += 1;
        }
    }
    let fresh = Candidate { person: row.clone(), record, points: Vec::new() };
    unit.new_people.push((keys, fresh));
    let mailbox = described.email.clone();
    Ok(Found { person: row, known: false, questions, account, mailbox })
}

/// Reads what [`run`] and the unit around it will read, where the person is likely known: by their
/// mailbox, with what was shown of them so far.
pub async fn expect_known(app: &App, unit: &Unit<'_>, described: &Described) {
    let (db, ws) = (unit.db(), unit.workspace);
    let whoever = async {
        let Ok(Some(id)) = holder(app, unit, described).await else { return };
        let known = [id];
        let _ = join3(
            candidates::known(db, ws, &known),
            cluster::root(db, ws, id),
            person::standing_evidence(db, ws, id),
        )
        .await;
    };
    let _ = join(find_account(unit, described), whoever).await;
}

/// Reads what [`run`] will read, where the person is likely new.
pub async fn expect_new(app: &App, unit: &Unit<'_>, described: &Described) {
    let (db, ws) = (unit.db(), unit.workspace);
    let keys = keys::of_person(&app.keys, ws, &record_of(described));
    let unique = unique_keys(app, unit, described);
    let _ = join4(
        find_account(unit, described),
        holder(app, unit, described),
        identity::people_of_keys(db, ws, &keys),
        person::taken_keys(db, ws, &unique),
    )
    .await;
}

/// Attaches what a source says to a person who is known by other means than the mailbox: the record's
/// id in that source. A mailbox that finds nobody yet finds them from now on.
///
/// # Errors
/// When the database cannot be read.
pub async fn attach_to(
    app: &App,
    unit: &mut Unit<'_>,
    described: &Described,
    known: PersonRow,
) -> Result<Found, Failure> {
    let account = find_account(unit, described).await?;
    hold_keys(app, unit, described, known.id).await?;
    let points = person::contact_points(unit.db(), unit.workspace, known.id).await?;
    attach(app, unit, described, (known, points), account).await
}

/// A description as the judge reads it. Further mailboxes and phones count when a system of our own
/// says them; from anybody else they are claims about somebody, and compared with nothing.
pub fn record_of(described: &Described) -> Record {
    let ours = described.source == "import";
    let mailboxes = described.email.iter().chain(described.more_emails.iter().filter(|_| ours));
    let phones = described.phone.iter().chain(described.more_phones.iter().filter(|_| ours));
    Record {
        name: described.name.clone(),
        mailboxes: mailboxes.map(Email::folded).collect(),
        phones: phones.map(|phone| phone.e164().to_owned()).collect(),
        company: described.company.clone(),
        title: described.title.clone(),
        country: described.country.map(|c| c.code().to_owned()).unwrap_or_default(),
        profile: judge::profile_form(&described.profile),
    }
}

/// A mailbox that one person reads, as far as its address tells.
fn personal(email: &Email) -> bool {
    !MailboxTraits::of(email).role && judge::is_mailbox(&email.folded())
}

/// A person with how to reach them, as stored.
type Known = (PersonRow, Vec<ContactPointRow>);

/// The person who holds the mailbox, where the names allow that it is them.
async fn by_mailbox(
    app: &App,
    unit: &mut Unit<'_>,
    described: &Described,
    record: &Record,
) -> Result<Option<Known>, Failure> {
    let Some(id) = holder(app, unit, described).await? else { return Ok(None) };
    let Some(known) = candidates::known(unit.db(), unit.workspace, &[id]).await?.into_iter().next()
    else {
        return Ok(None);
    };
    // The same name needs no weighing, and is what comes most often; no name speaks against nobody.
    let named = !known.record.name.is_empty() && !record.name.is_empty();
    if named && fold(&known.record.name) != fold(&record.name) {
        let judged = judge::weigh(&known.record, record, &[]);
        if judged.answer != Answer::Join {
            return Ok(None);
        }
        note_joined(unit, &known, &judged).await?;
    }
    Ok(Some(standing(unit, known.person, known.points).await?))
}

/// Who holds the personal mailbox described.
async fn holder(
    app: &App,
    unit: &Unit<'_>,
    described: &Described,
) -> Result<Option<PersonId>, Failure> {
    let Some(email) = described.email.as_ref().filter(|e| personal(e)) else { return Ok(None) };
    let key = app.keys.blind(unit.workspace, "email", &email.folded());
    Ok(person::by_key(unit.db(), unit.workspace, key).await?)
}

/// The row that stands for a person: another one, where records were decided to be one.
async fn standing(
    unit: &Unit<'_>,
    row: PersonRow,
    points: Vec<ContactPointRow>,
) -> Result<Known, Failure> {
    let id = cluster::root(unit.db(), unit.workspace, row.id).await?;
    if id == row.id {
        return Ok((row, points));
    }
    let kept = person::person(unit.db(), unit.workspace, id).await?;
    let Some(kept) = kept.filter(|kept| kept.erased_at.is_none()) else {
        return Ok((row, points));
    };
    let points = person::contact_points(unit.db(), unit.workspace, kept.id).await?;
    Ok((kept, points))
}

/// Every candidate with its weight, the heaviest first.
fn weigh_all(found: &candidates::Found, record: &Record) -> Vec<(Candidate, Judged)> {
    let mut weighed: Vec<(Candidate, Judged)> = found
        .candidates
        .iter()
        .map(|c| (c.clone(), judge::weigh(&c.record, record, &found.common)))
        .filter(|(_, judged)| judged.answer != Answer::New)
        .collect();
    weighed.sort_by(|(a, x), (b, y)| {
        y.trace.total_bits.total_cmp(&x.trace.total_bits).then(a.person.id.cmp(&b.person.id))
    });
    weighed
}

/// The decision to join, with its steps. Ids and figures only.
async fn note_joined(
    unit: &mut Unit<'_>,
    known: &Candidate,
    judged: &Judged,
) -> Result<(), Failure> {
    let happening = Happening::new("person.matched", Actor::System, known.person.id)
        .of(known.person.id)
        .under(ruleset(&judged.trace.model))
        .with("by", "mailbox")
        .with("tenths_of_bits", tenths(judged.trace.total_bits))
        .with("steps", judged.trace.codes());
    unit.record(happening).await?;
    Ok(())
}

fn ruleset(model: &str) -> String {
    format!("identity/{}", model.replace(' ', "-"))
}

/// Whole tenths, as the ledger takes whole numbers only.
pub(crate) fn tenths(bits: f64) -> i64 {
    (bits * 10.0).round() as i64
}

/// Puts a question on the list. It holds why it was asked; the ledger has only what came of it, so
/// that its entries do not tell whether somebody who was handed over was known.
fn ask(
    app: &App,
    unit: &mut Unit<'_>,
    (known, fresh): (PersonId, PersonId),
    (why, judged): (Why, &Judged),
    source: &str,
) {
    let pair = ("person", known.bytes().to_vec(), fresh.bytes().to_vec());
    let row = question(app, unit, pair, (why, judged), source);
    unit.push(row.ask());
}

/// A question to be.
pub(crate) fn question(
    app: &App,
    unit: &Unit<'_>,
    (kind, known, fresh): (&str, Vec<u8>, Vec<u8>),
    (why, judged): (Why, &Judged),
    source: &str,
) -> DuplicateRow {
    DuplicateRow {
        workspace: unit.workspace,
        id: app.id::<DuplicateId>(),
        kind: kind.to_owned(),
        known,
        fresh,
        state: "open".to_owned(),
        reason: why.as_str().to_owned(),
        bits: judged.trace.total_bits,
        probability: judged.trace.probability,
        model: judged.trace.model.clone(),
        trace: judged.trace.to_json(),
        source: source.to_owned(),
        import: None,
        found_at: unit.at,
        until: None,
        decided_by: None,
        decided_at: None,
        sweep: None,
        version: 1,
    }
}

/// The unique keys of a new person: the mailbox alone where it is personal and free, else mailbox or
/// line with the name. They stop two nodes from making one person twice.
async fn hold_keys(
    app: &App,
    unit: &mut Unit<'_>,
    described: &Described,
    id: PersonId,
) -> Result<(), Failure> {
    let workspace = unit.workspace;
    let wanted = unique_keys(app, unit, described);
    let taken = person::taken_keys(unit.db(), workspace, &wanted).await?;
    for key in wanted {
        if !taken.contains(&key) && unit.held_keys.insert(key.clone()) {
            unit.push(IdentityKeyRow { workspace, key, person: id }.insert());
        }
    }
    Ok(())
}

fn unique_keys(app: &App, unit: &Unit<'_>, described: &Described) -> Vec<Vec<u8>> {
    let ws = unit.workspace;
    let with_name = |value: &str| keys::with_name(&app.keys, ws, value, &described.name);
    let mut wanted = Vec::new();
    if let Some(email) = &described.email {
        if personal(email) {
            wanted.push(app.keys.blind(ws, "email", &email.folded()));
        }
        wanted.push(with_name(&email.folded()));
    } else if let Some(phone) = &described.phone {
        wanted.push(with_name(phone.e164()));
    }
    wanted
}

fn remember(unit: &mut Unit<'_>, keys: &[Vec<u8>], id: PersonId) {
    for key in keys {
        let row = MatchKeyRow {
            workspace: unit.workspace,
            key: key.clone(),
            person: id,
            made_at: unit.at,
        };
        unit.push(row.remember());
    }
}

/// Keeps what somebody said of a person as they said it. Records of a source are kept by their import.
fn keep_claim(app: &App, unit: &mut Unit<'_>, described: &Described, id: PersonId) {
    if described.source == "import" || described.source == "member" {
        return;
    }
    let body = serde_json::json!({
        "name": described.name,
        "email": described.email.as_ref().map(Email::as_written),
        "phone": described.phone.as_ref().map(Phone::international),
        "title": described.title,
        "company": described.company,
        "country": described.country.map(|c| c.code()),
        "profile": described.profile,
    });
    let record: SourceRecordId = app.id();
    let row = SourceRecordRow {
        workspace: unit.workspace,
        id: record,
        kind: "claim".to_owned(),
        source: described.source.clone(),
        external_id: record.to_string(),
        body: body.to_string(),
        person: Some(id),
        account: None,
        import: None,
        created_at: unit.at,
    };
    unit.push(row.insert());
}

/// The account behind a mail domain, a website or a company name.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_account(
    unit: &Unit<'_>,
    described: &Described,
) -> Result<Option<AccountRow>, Failure> {
    if let Some(email) = &described.email
        && !warmpath_core::contact::is_free_domain(email.registrable_domain())
        && let Some(found) =
            account::by_domain(unit.db(), unit.workspace, email.registrable_domain()).await?
    {
        return Ok(Some(found));
    }
    if let Some(domain) = as_domain(&described.company) {
        return Ok(account::by_domain(unit.db(), unit.workspace, &domain).await?);
    }
    let Ok(name) = CompanyName::parse(&described.company) else { return Ok(None) };
    let key = fold_key(&name.normal());
    let found = account::by_name(unit.db(), unit.workspace, key).await?;
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
    (mut known, points): Known,
    account: Option<AccountRow>,
) -> Result<Found, Failure> {
    let before = known.clone();
    let says_new = known.name != described.name
        || !described.title.is_empty() && known.title != described.title
        || !described.company.is_empty() && known.company != described.company;
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
    let added = add_contact_points(app, unit, described, known.id, &points);
    if says_new || added {
        keep_claim(app, unit, described, known.id);
        let keys = keys::of_person(&app.keys, unit.workspace, &record_of(described));
        remember(unit, &keys, known.id);
    }
    let account = match (account, known.account) {
        (None, Some(id)) => account::account(unit.db(), unit.workspace, id).await?,
        (account, _) => account,
    };
    let stored =
        points.iter().filter(|p| p.kind == "email").find_map(|p| Email::parse(&p.value).ok());
    let mailbox = stored.or_else(|| described.email.clone());
    Ok(Found { person: known, known: true, questions: 0, account, mailbox })
}

fn fill(slot: &mut String, value: &str) {
    if slot.is_empty() {
        value.clone_into(slot);
    }
}

/// Adds the mailboxes, lines and the profile that are not there yet; says whether there was one.
fn add_contact_points(
    app: &App,
    unit: &mut Unit<'_>,
    described: &Described,
    person: PersonId,
    known: &[ContactPointRow],
) -> bool {
    let mut added: Vec<(&str, String)> = Vec::new();
    let mut add = |kind: &'static str, value: &str, normal: String, class: String| {
        let again = known.iter().any(|p| p.kind == kind && p.normal == normal)
            || added.iter().any(|(k, n)| *k == kind && *n == normal);
        if again || known.len() + added.len() >= limits::CONTACT_POINTS_MAX {
            return;
        }
        let row = ContactPointRow {
            workspace: unit.workspace,
            id: app.id::<ContactPointId>(),
            person,
            kind: kind.to_owned(),
            value: value.to_owned(),
            normal: normal.clone(),
            verification: "syntax".to_owned(),
            class,
            source: described.source.clone(),
            observed_at: unit.at,
        };
        unit.push(row.insert());
        added.push((kind, normal));
    };
    for email in described.email.iter().chain(&described.more_emails) {
        let class = MailboxTraits::of(email).class();
        add("email", email.as_written(), email.folded(), word(&class));
    }
    for phone in described.phone.iter().chain(&described.more_phones) {
        add("phone", &phone.international(), phone.e164().to_owned(), word(&phone.kind()));
    }
    let profile = judge::profile_form(&described.profile);
    if !profile.is_empty() {
        add("profile", &described.profile, profile, String::new());
    }
    !added.is_empty()
}

/// The fixed word of a unit variant, as it is serialised everywhere else.
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
