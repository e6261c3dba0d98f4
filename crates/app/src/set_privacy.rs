//! What a member lets the network hold: their level, and whom they never share; and whom the
//! workspace excludes for everybody. Marks are keyed, so that the list itself holds no address.

use warmpath_core::contact::Email;
use warmpath_core::id::{PersonId, RecordId, WorkspaceId};
use warmpath_network::import::address;
use warmpath_store::table::network::{self, BlockRow, SeatRow};
use warmpath_store::table::workspace;

use crate::context::App;
use crate::error::Failure;
use crate::find_person::as_domain;
use crate::import_network::{key_of, not_an_address, seat};
use crate::policy::{Grant, ManageNetwork, OwnNetwork, Principal};
use crate::unit::{Happening, Unit};

/// The levels, as (stored word, name, what it means).
pub const LEVELS: [(&str, &str, &str); 3] = [
    ("share_all", "Share all", "Who wrote when, and to how many. No word of any message."),
    (
        "subjects_never",
        "Subjects never",
        "The same, with a promise that subjects are never read either. This is where everybody starts.",
    ),
    (
        "hide",
        "Hide me",
        "Nothing of your data is held, and you stand on no map and no path. What is held is deleted.",
    ),
];

/// What a member chose.
#[derive(Debug, Clone)]
pub struct Choices {
    /// Their place and level; none before they are on the map.
    pub seat: Option<SeatRow>,
    /// Whom they never share.
    pub blocks: Vec<BlockRow>,
}

/// Reads what the caller chose.
///
/// # Errors
/// When the database cannot be read.
pub async fn read(app: &App, grant: &Grant<OwnNetwork>) -> Result<Choices, Failure> {
    let seats = network::seats(app.db(), grant.workspace()).await?;
    let mine = grant.member().bytes().to_vec();
    let blocks = network::blocks(app.db(), grant.workspace()).await?;
    Ok(Choices {
        seat: seats.into_iter().find(|seat| seat.member == grant.member()),
        blocks: blocks.into_iter().filter(|block| block.owner == mine).collect(),
    })
}

/// Chooses a level. Hiding deletes at once what was found in the member's data.
///
/// # Errors
/// [`Failure::Invalid`] for a word that is no level.
pub async fn choose(app: &App, grant: &Grant<OwnNetwork>, level: &str) -> Result<(), Failure> {
    if !LEVELS.iter().any(|(word, ..)| *word == level) {
        return Err(Failure::invalid("level", "level_unknown", "Choose one of the three."));
    }
    let me = workspace::member(app.db(), grant.workspace(), grant.member()).await?;
    let me = me.ok_or(Failure::NotFound)?;
    let mut unit = Unit::new(app, grant.workspace());
    let person = seat(app, &mut unit, &me).await?;
    let row = SeatRow {
        workspace: unit.workspace,
        member: me.id,
        person,
        privacy: level.to_owned(),
        changed_at: unit.at,
    };
    unit.push(row.put());
    if level == "hide" {
        unit.push(network::forget_data_of(unit.workspace, me.id));
        unit.extend(network::forget_ties_of(unit.workspace, person));
    }
    unit.push(network::choices_changed(unit.workspace));
    let happening =
        Happening::new("network.privacy", grant.principal().actor(), me.id).with("level", level);
    unit.record(happening).await?;
    unit.commit("You chose in another window. Look again.").await
}

/// Never share an address or a domain: nothing of it is stored from now on, and what was found in
/// this member's data is deleted.
///
/// # Errors
/// [`Failure::Invalid`] when the text is neither.
pub async fn block(app: &App, grant: &Grant<OwnNetwork>, text: &str) -> Result<(), Failure> {
    mark(app, grant.principal(), grant.member().bytes().to_vec(), text).await
}

/// Excludes an address or a domain from everybody's data: executives, groups, whoever must not be
/// mapped.
///
/// # Errors
/// As [`block`].
pub async fn exclude(app: &App, grant: &Grant<ManageNetwork>, text: &str) -> Result<(), Failure> {
    mark(app, grant.principal(), grant.workspace().bytes().to_vec(), text).await
}

/// Whom the workspace excludes for everybody; those who left by themselves are counted only.
///
/// # Errors
/// When the database cannot be read.
pub async fn excluded(
    app: &App,
    grant: &Grant<ManageNetwork>,
) -> Result<(Vec<BlockRow>, usize), Failure> {
    let everybody = grant.workspace().bytes().to_vec();
    let blocks = network::blocks(app.db(), grant.workspace()).await?;
    let all: Vec<BlockRow> = blocks.into_iter().filter(|b| b.owner == everybody).collect();
    let left = all.iter().filter(|block| block.kind == "left").count();
    Ok((all.into_iter().filter(|block| block.kind != "left").collect(), left))
}

/// Takes a mark of the caller's own list back. Nothing returns by itself; the next import may hold it.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such mark of theirs.
pub async fn unblock(app: &App, grant: &Grant<OwnNetwork>, mark: &str) -> Result<(), Failure> {
    unmark(app, grant.principal(), grant.member().bytes().to_vec(), mark).await
}

/// Takes an exclusion back.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such mark, or the person left by themselves.
pub async fn include(app: &App, grant: &Grant<ManageNetwork>, mark: &str) -> Result<(), Failure> {
    unmark(app, grant.principal(), grant.workspace().bytes().to_vec(), mark).await
}

/// The text form of a mark, for forms.
pub fn mark_text(row: &BlockRow) -> String {
    row.mark.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn mark(app: &App, by: &Principal, owner: Vec<u8>, text: &str) -> Result<(), Failure> {
    let text = text.trim().trim_start_matches('@');
    let (kind, normal, hint) = match (address(text), as_domain(text)) {
        (Some(mailbox), _) => {
            let domain = mailbox.rsplit_once('@').map_or("", |(_, domain)| domain).to_owned();
            ("address", mailbox, format!("one address at {domain}"))
        }
        (None, Some(_)) => ("domain", text.to_lowercase(), text.to_lowercase()),
        (None, None) => return Err(Failure::Invalid(vec![not_an_address("who")])),
    };
    let mut unit = Unit::new(app, by.workspace);
    let everybody = owner == by.workspace.bytes();
    let row = BlockRow {
        workspace: unit.workspace,
        mark: key_of(app, unit.workspace, if kind == "address" { "email" } else { kind }, &normal),
        owner,
        kind: kind.to_owned(),
        hint,
        created_at: unit.at,
    };
    for person in people_of(app, unit.workspace, kind, &normal).await? {
        if everybody {
            unit.extend(network::forget_ties_of(unit.workspace, person));
        } else {
            unit.push(network::forget_between(unit.workspace, by.member, person));
        }
    }
    unit.push(row.put());
    unit.push(network::choices_changed(unit.workspace));
    let kind = if everybody { "network.excluded" } else { "network.blocked" };
    let about = unit.workspace;
    unit.record(Happening::new(kind, by.actor(), about).with("kind", &row.kind)).await?;
    unit.commit("Try again.").await
}

/// Whom a new mark hits among those already held.
async fn people_of(
    app: &App,
    workspace: WorkspaceId,
    kind: &str,
    normal: &str,
) -> Result<Vec<PersonId>, Failure> {
    let folded = Email::parse(normal).map(|email| email.folded());
    let reachable = network::reachable_at(app.db(), workspace).await?;
    let ending = format!("@{normal}");
    let hit = |mailbox: &String| match (kind, &folded) {
        ("address", Ok(folded)) => mailbox == folded,
        ("address", Err(_)) => mailbox == normal,
        _ => mailbox.ends_with(&ending),
    };
    Ok(reachable
        .into_iter()
        .filter(|(_, of, mailbox)| of == "email" && hit(mailbox))
        .map(|(person, ..)| person)
        .collect())
}

async fn unmark(app: &App, by: &Principal, owner: Vec<u8>, mark: &str) -> Result<(), Failure> {
    let blocks = network::blocks(app.db(), by.workspace).await?;
    let found = blocks
        .into_iter()
        .find(|row| row.owner == owner && row.kind != "left" && mark_text(row) == mark);
    let row = found.ok_or(Failure::NotFound)?;
    let mut unit = Unit::new(app, by.workspace);
    unit.push(row.delete());
    let about = unit.workspace;
    let kind =
        if row.owner == by.workspace.bytes() { "network.included" } else { "network.unblocked" };
    unit.record(Happening::new(kind, by.actor(), about).with("kind", &row.kind)).await?;
    unit.commit("Try again.").await
}
