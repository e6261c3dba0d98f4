//! Takes the files of a member's own tools: mailboxes, messages, calendars, cards, contact lists and
//! tables of events. They are read at once, and only what may be stored is kept: no body, no
//! subject, nobody hidden, blocked, excluded or out of scope. The worker then takes it as any import.

use std::collections::{BTreeMap, BTreeSet};

use warmpath_core::contact::{Email, is_free_domain};
use warmpath_core::id::{ImportId, PersonId, RecordId, WorkspaceId};
use warmpath_core::limits;
use warmpath_core::role::Role;
use warmpath_network::import::{Policy, ScopeRule};
use warmpath_store::field::Json;
use warmpath_store::table::import::{self as imports, ImportFileRow, ImportRow};
use warmpath_store::table::network::{self, SeatRow};
use warmpath_store::table::workspace::{self, MemberRow, SettingRow};

use crate::context::App;
use crate::error::{Failure, Problem};
use crate::find_person::{self, Described};
use crate::import::State;
use crate::keys::sha256;
use crate::network::harvest::{self, Harvest};
use crate::network::{Network, NetworkFile};
use crate::policy::{Grant, ManageNetwork, OwnNetwork, Principal};
use crate::stop_import;
use crate::unit::{Happening, Unit};

/// The kind of these imports.
pub const KIND: &str = "network";

const SCOPE_SETTING: &str = "network_scope";

/// Who is in scope in this workspace: at least so many messages in so many years.
///
/// # Errors
/// When the database cannot be read.
pub async fn scope(app: &App, workspace: WorkspaceId) -> Result<ScopeRule, Failure> {
    let stored = workspace::setting(app.db(), workspace, SCOPE_SETTING).await?;
    let pair: Option<(u32, u32)> = stored.and_then(|text| serde_json::from_str(&text).ok());
    Ok(pair
        .map_or_else(ScopeRule::default, |(messages_min, years)| ScopeRule { messages_min, years }))
}

/// Sets who is in scope, for imports from now on; what is older than the years is forgotten by night.
///
/// # Errors
/// [`Failure::Invalid`] when a number makes no sense.
pub async fn set_scope(
    app: &App,
    grant: &Grant<ManageNetwork>,
    rule: ScopeRule,
) -> Result<(), Failure> {
    if !(1..=20).contains(&rule.messages_min) || !(1..=10).contains(&rule.years) {
        let message = "Write 1 to 20 messages in 1 to 10 years.";
        return Err(Failure::invalid("messages_min", "number_invalid", message));
    }
    let mut unit = Unit::new(app, grant.workspace());
    let value = serde_json::to_string(&(rule.messages_min, rule.years)).unwrap_or_default();
    let (workspace, name) = (unit.workspace, SCOPE_SETTING.to_owned());
    unit.push(SettingRow { workspace, name, value }.put());
    let happening = Happening::new("network.scope", grant.principal().actor(), workspace)
        .with("messages_min", rule.messages_min)
        .with("years", rule.years);
    unit.record(happening).await?;
    unit.commit("Somebody set this meanwhile. Look again.").await
}

/// Reads the files and keeps what may be stored, for a look before it goes in.
///
/// # Errors
/// [`Failure::Invalid`] when a file is too large, of no known kind, or cannot be read.
pub async fn upload(
    app: &App,
    grant: &Grant<OwnNetwork>,
    files: &[NetworkFile],
) -> Result<ImportRow, Failure> {
    check_size(files)?;
    let workspace = grant.workspace();
    let me = workspace::member(app.db(), workspace, grant.member()).await?;
    let me = me.ok_or(Failure::NotFound)?;
    let rules = Rules::of(app, &me).await?;
    if rules.hides(&me) {
        let message = "You chose to be hidden, so nothing of your data may be held. Choose again \
                       under what is held of you.";
        return Err(Failure::invalid("file", "hidden", message));
    }
    let (network, ids) = known_people(app, workspace).await?;
    let tied = |a: &str, b: &str| {
        let id = |address: &str| ids.get(&rules.blind(app, "email", address)).copied();
        id(a).zip(id(b)).is_some_and(|(a, b)| network.tie(a, b).is_some())
    };
    let marked = |address: &str| rules.refuses(app, address);
    let read = harvest::read(files, &rules.policy, rules.scope, &marked, me.id, &tied);
    let (harvest, left_out) = read.map_err(Failure::Invalid)?;
    if harvest.people.is_empty() && harvest.events.is_empty() {
        let why: Vec<String> =
            left_out.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
        let message = format!("Nothing in it may be stored. Left out: {}.", why.join("; "));
        return Err(Failure::invalid("file", "nothing_left", message));
    }
    keep(app, grant, &me, files, &harvest, left_out).await
}

fn check_size(files: &[NetworkFile]) -> Result<(), Failure> {
    let bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
    let problem = |code: &str, message: String| Failure::invalid("file", code, message);
    if files.is_empty() || bytes == 0 {
        return Err(problem("file_missing", "Choose one or more files.".to_owned()));
    }
    if files.len() > limits::NETWORK_FILES_MAX {
        let most = limits::NETWORK_FILES_MAX;
        return Err(problem("files_too_many", format!("Choose at most {most} files at once.")));
    }
    if bytes > limits::NETWORK_BYTES_MAX {
        let most = limits::NETWORK_BYTES_MAX >> 20;
        return Err(problem(
            "file_too_large",
            format!(
                "At most {most} MB at once. For more, run “warmpath network import” on your own \
                 computer: it makes a small table of events, without any words of a message."
            ),
        ));
    }
    Ok(())
}

/// What may be held, as everybody concerned chose.
struct Rules {
    workspace: WorkspaceId,
    policy: Policy,
    scope: ScopeRule,
    hidden: BTreeSet<String>,
    /// Keyed marks and whether they say left, excluded or blocked.
    marks: BTreeMap<Vec<u8>, &'static str>,
}

impl Rules {
    async fn of(app: &App, me: &MemberRow) -> Result<Self, Failure> {
        let workspace = me.workspace;
        let members = workspace::members(app.db(), workspace).await?;
        let seats = network::seats(app.db(), workspace).await?;
        let hides = |member: &&MemberRow| {
            seats.iter().any(|seat| seat.member == member.id && seat.privacy == "hide")
        };
        let inside = members.iter().filter(|member| member.role != Role::Partner);
        let own_domains = inside
            .filter_map(|member| Email::parse(&member.email).ok())
            .filter(|email| !is_free_domain(email.registrable_domain()))
            .map(|email| email.domain().to_owned())
            .collect();
        let mine = me.id.bytes().to_vec();
        let everybody = workspace.bytes().to_vec();
        let mut marks = BTreeMap::new();
        for block in network::blocks(app.db(), workspace).await? {
            if block.owner == mine {
                marks.entry(block.mark).or_insert("blocked by you");
            } else if block.owner == everybody {
                let left = block.kind == "left";
                marks.insert(block.mark, if left { "left the map" } else { "excluded" });
            }
        }
        let scope = scope(app, workspace).await?;
        let as_of = app.now().as_second();
        let policy = Policy {
            owner: me.email.clone(),
            as_of,
            earliest: scope.earliest(as_of),
            own_domains,
            ..Policy::default()
        };
        let hidden = members.iter().filter(hides).map(|member| member.email.clone()).collect();
        Ok(Self { workspace, policy, scope, hidden, marks })
    }

    fn hides(&self, member: &MemberRow) -> bool {
        self.hidden.contains(&member.email)
    }

    fn blind(&self, app: &App, kind: &str, text: &str) -> Vec<u8> {
        key_of(app, self.workspace, kind, text)
    }

    fn refuses(&self, app: &App, address: &str) -> Option<&'static str> {
        if self.hidden.contains(address) {
            return Some("hidden by the person");
        }
        let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
        let mark = |kind: &str, text: &str| self.marks.get(&self.blind(app, kind, text)).copied();
        mark("email", address).or_else(|| mark("domain", domain))
    }
}

/// The keyed mark of an address, a mail domain or a page.
pub(crate) fn key_of(app: &App, workspace: WorkspaceId, kind: &str, text: &str) -> Vec<u8> {
    let folded = match Email::parse(text) {
        Ok(email) if kind == "email" => email.folded(),
        _ => text.to_lowercase(),
    };
    app.keys.blind(workspace, kind, &folded)
}

/// The network, and everybody in it by keyed address.
async fn known_people(
    app: &App,
    workspace: WorkspaceId,
) -> Result<(std::sync::Arc<Network>, BTreeMap<Vec<u8>, PersonId>), Failure> {
    let network = app.network(workspace).await?;
    let reachable = network::reachable_at(app.db(), workspace).await?;
    let ids = reachable
        .into_iter()
        .filter(|(_, kind, _)| kind == "email")
        .map(|(person, _, normal)| (app.keys.blind(workspace, "email", &normal), person))
        .collect();
    Ok((network, ids))
}

async fn keep(
    app: &App,
    grant: &Grant<OwnNetwork>,
    me: &MemberRow,
    files: &[NetworkFile],
    harvest: &Harvest,
    left_out: Vec<(String, u64)>,
) -> Result<ImportRow, Failure> {
    let content = serde_json::to_vec(harvest).map_err(|e| Failure::Defect(e.to_string()))?;
    let digest = files
        .iter()
        .fold(Vec::new(), |seen: Vec<u8>, file| sha256(&[seen, sha256(&file.bytes)].concat()));
    let mut unit = Unit::new(app, grant.workspace());
    seat(app, &mut unit, me).await?;
    let total = harvest.people.len() + harvest.events.len();
    let mut left_out: Vec<(String, String)> =
        left_out.into_iter().map(|(reason, count)| (reason, count.to_string())).collect();
    left_out.insert(0, (PEOPLE.to_owned(), harvest.people.len().to_string()));
    let row = ImportRow {
        workspace: unit.workspace,
        id: app.id::<ImportId>(),
        kind: KIND.to_owned(),
        source: String::new(),
        file_name: names(files),
        state: State::Mapped.as_str().to_owned(),
        mapping: Json(left_out),
        total: i64::try_from(total).unwrap_or(i64::MAX),
        done: 0,
        created: 0,
        updated: 0,
        unchanged: 0,
        joined: 0,
        to_review: 0,
        refused: 0,
        encoding: "headers".to_owned(),
        digest,
        member: Some(me.id),
        created_at: unit.at,
        finished_at: None,
        version: 1,
    };
    unit.push(row.insert());
    unit.push(ImportFileRow { workspace: row.workspace, import: row.id, content }.insert());
    let happening = Happening::new("import.uploaded", grant.principal().actor(), row.id)
        .with("kind", KIND)
        .with("rows", row.total);
    unit.record(happening).await?;
    unit.commit("Try again.").await?;
    Ok(row)
}

/// The first pair of an import's counts says how many people there are, the others what was left out.
const PEOPLE: &str = "people";

/// How many people an import holds, and what was left out, as (reason, count).
pub fn counts(row: &ImportRow) -> (i64, Vec<(String, i64)>) {
    let number = |text: &String| text.parse().unwrap_or(0);
    let all = || row.mapping.0.iter();
    let people = all().find(|(name, _)| name == PEOPLE).map_or(0, |(_, count)| number(count));
    let rest = all().filter(|(name, _)| name != PEOPLE);
    (people, rest.map(|(reason, count)| (reason.clone(), number(count))).collect())
}

fn names(files: &[NetworkFile]) -> String {
    let first = files.first().map_or("", |file| file.name.as_str());
    let last = first.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control()).take(120).collect();
    let clean = if clean.trim().is_empty() { "file".to_owned() } else { clean };
    match files.len() {
        0 | 1 => clean,
        n => format!("{clean} and {} more", n - 1),
    }
}

/// The member's place on the map, made when there is none.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn seat(
    app: &App,
    unit: &mut Unit<'_>,
    member: &MemberRow,
) -> Result<PersonId, Failure> {
    let seats = network::seats(app.db(), unit.workspace).await?;
    if let Some(seat) = seats.into_iter().find(|seat| seat.member == member.id) {
        return Ok(seat.person);
    }
    let house = workspace::workspace(app.db(), unit.workspace).await?;
    let described = Described {
        name: member.name.clone(),
        email: Email::parse(&member.email).ok(),
        title: member.title.clone(),
        company: house.map(|house| house.name).unwrap_or_default(),
        source: "member".to_owned(),
        ..Described::default()
    };
    let person = find_person::run(app, unit, &described).await?.person.id;
    let row = SeatRow {
        workspace: unit.workspace,
        member: member.id,
        person,
        privacy: "subjects_never".to_owned(),
        changed_at: unit.at,
    };
    unit.push(row.insert());
    unit.push(network::map_person(unit.workspace, person, unit.at));
    unit.push(network::choices_changed(unit.workspace));
    Ok(person)
}

/// An import of the network, if this member may see it: their own, or any for revenue operations.
///
/// # Errors
/// [`Failure::NotFound`] when there is none, or it is somebody else's.
pub async fn one(app: &App, grant: &Grant<OwnNetwork>, id: ImportId) -> Result<ImportRow, Failure> {
    let row = imports::import(app.db(), grant.workspace(), id).await?;
    row.filter(|row| row.kind == KIND && sees(grant.principal(), row)).ok_or(Failure::NotFound)
}

fn sees(by: &Principal, row: &ImportRow) -> bool {
    row.member == Some(by.member) || matches!(by.role, Role::Admin | Role::Revops)
}

/// The member's own imports, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn mine(app: &App, grant: &Grant<OwnNetwork>) -> Result<Vec<ImportRow>, Failure> {
    let rows = imports::imports(app.db(), grant.workspace()).await?;
    Ok(rows.into_iter().filter(|r| r.kind == KIND && r.member == Some(grant.member())).collect())
}

/// Starts it: from here on the worker takes it. Only whose data it is may start it.
///
/// # Errors
/// [`Failure::Conflict`] when it was started before.
pub async fn start(
    app: &App,
    grant: &Grant<OwnNetwork>,
    id: ImportId,
) -> Result<ImportRow, Failure> {
    let mut row = one(app, grant, id).await?;
    if row.member != Some(grant.member()) {
        return Err(Failure::NotFound);
    }
    if row.state != State::Mapped.as_str() {
        return Err(Failure::Conflict(format!("This import is {} already.", row.state)));
    }
    let mut unit = Unit::new(app, grant.workspace());
    State::Running.as_str().clone_into(&mut row.state);
    row.version += 1;
    unit.push(row.save());
    let (key, due) = (format!("import.run/{id}/0"), unit.at);
    unit.job("import.run", id, key, due, &serde_json::json!({}));
    let happening = Happening::new("import.started", grant.principal().actor(), id)
        .with("kind", KIND)
        .with("rows", row.total);
    unit.record(happening).await?;
    unit.commit("Somebody started this import already.").await?;
    Ok(row)
}

/// Stops it; what is in stays.
///
/// # Errors
/// [`Failure::Conflict`] when it has ended already.
pub async fn stop(
    app: &App,
    grant: &Grant<OwnNetwork>,
    id: ImportId,
) -> Result<ImportRow, Failure> {
    one(app, grant, id).await?;
    stop_import::any(app, grant.principal(), id).await
}

/// Reads back what was kept of an upload.
pub(crate) fn read_back(content: &[u8]) -> Result<Harvest, Failure> {
    serde_json::from_slice(content).map_err(|e| Failure::Defect(e.to_string()))
}

/// A problem about an address somebody typed.
pub(crate) fn not_an_address(field: &str) -> Problem {
    Problem::new(
        field,
        "email_invalid",
        "Write a mail address, or a domain such as clinic.example.",
    )
}
