//! The connector's own rules. They are hard limits; an ask that is open and breaks a new no-go ends
//! silently.

use warmpath_core::id::PersonId;
use warmpath_core::introduction::goodwill::{AskChannel, is_no_go};
use warmpath_core::introduction::{Action, Command, Standing};
use warmpath_core::role::Actor;
use warmpath_core::text::Line;
use warmpath_store::field::Json;
use warmpath_store::table::connector::{self, ConnectorRow};
use warmpath_store::table::person;

use super::{advance, dossier, goodwill};
use crate::context::App;
use crate::error::{Failure, NotPossible, Problem};
use crate::policy::{Grant, OwnRules, RunIntroductions};
use crate::unit::{Happening, Unit};

/// Longest no-go list.
pub const NO_GO_MAX: usize = 100;

/// The rules as they are typed.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// Lowest balance after an ask, in tenths.
    pub floor: i64,
    /// Asks open at the same time.
    pub open_max: i64,
    /// Days between two asks.
    pub rest_days: i64,
    /// Companies never asked for.
    pub no_go: Vec<String>,
    /// Days on which an ask may come, 1 is Monday.
    pub weekdays: Vec<i64>,
    /// How they want to be asked.
    pub channel: Option<AskChannel>,
    /// Only deals of at least this size.
    pub deal_min: Option<i64>,
}

fn check(typed: &Typed) -> Result<(), Failure> {
    let mut problems = Vec::new();
    let mut say = |field: &str, code: &str, message: &str| {
        problems.push(Problem::new(field, code, message));
    };
    if !(0..=60).contains(&typed.floor) {
        say("floor", "floor_invalid", "The floor lies between 0 and 6.");
    }
    if !(0..=20).contains(&typed.open_max) {
        say("open_max", "open_max_invalid", "Between 0 and 20 open asks.");
    }
    if !(1..=365).contains(&typed.rest_days) {
        say("rest_days", "rest_days_invalid", "Between 1 and 365 days between two asks.");
    }
    if typed.weekdays.iter().any(|day| !(1..=7).contains(day)) {
        say("weekdays", "weekday_invalid", "Days are 1, Monday, to 7, Sunday.");
    }
    if typed.deal_min.is_some_and(|min| min < 0) {
        say("deal_min", "deal_min_invalid", "A size is not below zero.");
    }
    if typed.no_go.len() > NO_GO_MAX {
        say("no_go", "no_go_too_long", "At most 100 companies.");
    }
    if typed.no_go.iter().any(|name| Line::<200>::parse(name).is_err()) {
        say("no_go", "no_go_invalid", "One company a line, at most 200 characters.");
    }
    if problems.is_empty() { Ok(()) } else { Err(Failure::Invalid(problems)) }
}

/// A connector with an account sets their own rules.
///
/// # Errors
/// [`Failure::NotFound`] when the caller is no connector, [`Failure::Invalid`] for what is no rule.
pub async fn own(app: &App, grant: &Grant<OwnRules>, typed: &Typed) -> Result<(), Failure> {
    let row = connector::of_member(app.db(), grant.workspace(), grant.member()).await?;
    let row = row.ok_or(Failure::NotFound)?;
    set(app, row, typed, grant.principal().actor(), true).await
}

/// A programme manager writes down what a connector said.
///
/// # Errors
/// As [`own`].
pub async fn for_connector(
    app: &App,
    grant: &Grant<RunIntroductions>,
    person: PersonId,
    typed: &Typed,
) -> Result<(), Failure> {
    let ws = grant.workspace();
    let known = person::person(app.db(), ws, person).await?;
    known.filter(|row| row.erased_at.is_none()).ok_or(Failure::NotFound)?;
    let row = goodwill::account(app, ws, person).await?.row;
    if row.rules_at.is_some() && loosens(&row, typed) {
        let sentence = "They set these rules themselves. Others may only make them stricter.";
        return Err(NotPossible::new("rules_are_theirs", sentence).into());
    }
    set(app, row, typed, grant.principal().actor(), false).await
}

/// Whether something would be allowed that was not.
fn loosens(row: &ConnectorRow, typed: &Typed) -> bool {
    let days = &row.weekdays.0;
    let more_days = match (days.is_empty(), typed.weekdays.is_empty()) {
        (true, _) => false,
        (false, true) => true,
        (false, false) => typed.weekdays.iter().any(|day| !days.contains(day)),
    };
    typed.floor < row.floor
        || typed.open_max > row.open_max
        || typed.rest_days < row.rest_days
        || typed.deal_min.unwrap_or_default() < row.deal_min.unwrap_or_default()
        || typed.channel.is_some_and(|channel| channel != row.channel)
        || row.no_go.0.iter().any(|name| !typed.no_go.contains(name))
        || more_days
}

async fn set(
    app: &App,
    mut row: ConnectorRow,
    typed: &Typed,
    actor: Actor,
    by_themselves: bool,
) -> Result<(), Failure> {
    check(typed)?;
    let mut unit = Unit::new(app, row.workspace);
    (row.floor, row.open_max, row.rest_days) = (typed.floor, typed.open_max, typed.rest_days);
    row.no_go = Json(typed.no_go.clone());
    row.weekdays = Json(typed.weekdays.clone());
    row.channel = typed.channel.unwrap_or(row.channel);
    row.deal_min = typed.deal_min;
    if by_themselves {
        row.rules_at = Some(unit.at);
    }
    row.version += 1;
    unit.push(if row.version == 1 { row.insert() } else { row.save() });
    let account = goodwill::account(app, row.workspace, row.person).await?;
    for asked in account.asked {
        let open = asked.connector_state.is_open_ask() || !asked.request.is_before_delivery();
        let waits = asked.request.is_before_delivery() && (open || !asked.named);
        if !waits {
            continue;
        }
        let mut dossier = dossier::load(app, row.workspace, asked.id).await?;
        if is_no_go(&typed.no_go, &dossier.target.company) {
            let command = Command::new(Action::Withdraw, Standing::System).because("rules_changed");
            advance::step(app, &mut unit, &mut dossier, &command, Actor::System).await?;
        }
    }
    let happening = Happening::new("connector.rules", actor, row.person)
        .of(row.person)
        .with("open_max", row.open_max)
        .with("rest_days", row.rest_days)
        .with("floor", row.floor);
    unit.record(happening).await?;
    unit.commit("The rules were changed at the same moment. Look again.").await
}
