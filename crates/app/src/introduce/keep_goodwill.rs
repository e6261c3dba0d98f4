//! Somebody of the team gave a connector something: noted, because it counts before any ask.

use warmpath_core::id::{GoodwillId, PersonId};
use warmpath_core::introduction::goodwill::{ConnectorStage, GoodwillKind};
use warmpath_store::table::connector::{ConnectorRow, GoodwillRow};
use warmpath_store::table::person;

use super::goodwill;
use crate::context::App;
use crate::count_asks;
use crate::error::Failure;
use crate::policy::{Grant, KeepGoodwill, Principal, RunIntroductions};
use crate::unit::{Happening, Unit};

/// What a member may note by hand. Asks, thanks and told outcomes come from introductions only.
pub const NOTED: &[(GoodwillKind, &str)] = &[
    (GoodwillKind::GiveIntroduction, "Gave them an introduction"),
    (GoodwillKind::GiveHelp, "Gave them help"),
    (GoodwillKind::Intelligence, "Shared something about their market"),
    (GoodwillKind::Touch, "Spoke or met, without an ask"),
];

/// Notes it. Somebody who is no connector yet becomes a candidate, and with a first give one whom we
/// gave first.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such person, [`Failure::Invalid`] for a kind that is not
/// noted by hand.
pub async fn run(
    app: &App,
    grant: &Grant<KeepGoodwill>,
    connector: PersonId,
    kind: GoodwillKind,
) -> Result<(), Failure> {
    let ws = grant.workspace();
    if !NOTED.iter().any(|(known, _)| *known == kind) {
        return Err(Failure::invalid("kind", "kind_unknown", "Choose what was given."));
    }
    let person = person::person(app.db(), ws, connector).await?;
    person.filter(|row| row.erased_at.is_none()).ok_or(Failure::NotFound)?;
    let account = goodwill::account(app, ws, connector).await?;
    let mut unit = Unit::new(app, ws);
    let mut row = account.row;
    row.stage = match row.stage {
        ConnectorStage::Candidate if kind.is_give() => ConnectorStage::GaveFirst,
        ConnectorStage::Dormant => ConnectorStage::Reactivating,
        stage => stage,
    };
    row.version += 1;
    unit.push(if row.version == 1 { row.insert() } else { row.save() });
    let step = GoodwillRow {
        workspace: ws,
        id: app.id::<GoodwillId>(),
        connector,
        kind,
        introduction: None,
        member: Some(grant.member()),
        at: unit.at,
    };
    unit.push(step.insert());
    if kind.is_give() {
        count_asks::gave(&mut unit, connector);
    }
    let happening = Happening::new("goodwill.noted", grant.principal().actor(), connector)
        .of(connector)
        .with("kind", kind);
    unit.record(happening).await?;
    unit.commit("Somebody noted something at the same moment. Press again.").await
}

/// The pipeline of recruiting: moves a connector one stage on, or back.
///
/// # Errors
/// [`Failure::NotFound`] when they are no connector.
pub async fn stage(
    app: &App,
    grant: &Grant<RunIntroductions>,
    connector: PersonId,
    stage: ConnectorStage,
) -> Result<(), Failure> {
    let ws = grant.workspace();
    let person = person::person(app.db(), ws, connector).await?;
    person.filter(|row| row.erased_at.is_none()).ok_or(Failure::NotFound)?;
    let row = goodwill::account(app, ws, connector).await?.row;
    let mut unit = Unit::new(app, ws);
    into_stage(app, &mut unit, grant.principal(), row, stage).await?;
    unit.commit("Somebody moved them at the same moment. Press again.").await
}

/// The step itself: who agrees for the first time has their goodwill opened.
pub(crate) async fn into_stage(
    app: &App,
    unit: &mut Unit<'_>,
    by: &Principal,
    mut row: ConnectorRow,
    stage: ConnectorStage,
) -> Result<(), Failure> {
    let connector = row.person;
    let opens =
        matches!(stage, ConnectorStage::Agreed | ConnectorStage::Active) && row.agreed_at.is_none();
    if opens {
        row.agreed_at = Some(unit.at);
        let opening = GoodwillRow {
            workspace: unit.workspace,
            id: app.id::<GoodwillId>(),
            connector,
            kind: GoodwillKind::Opening,
            introduction: None,
            member: Some(by.member),
            at: unit.at,
        };
        unit.push(opening.insert());
    }
    row.stage = stage;
    row.version += 1;
    unit.push(if row.version == 1 { row.insert() } else { row.save() });
    let happening =
        Happening::new("connector.stage", by.actor(), connector).of(connector).with("stage", stage);
    unit.record(happening).await?;
    Ok(())
}
