//! Two sample profiles, the signals they are bound to, and a register's file, through the use cases
//! that a customer goes through.

use warmpath_app::bring_signals::{self, SignalIn};
use warmpath_app::import_register::{self, Format};
use warmpath_app::manage_profiles::{self, Written};
use warmpath_app::policy::grant;
use warmpath_app::profile::Move;
use warmpath_app::{App, read_workspace};
use warmpath_core::id::WorkspaceId;
use warmpath_core::role::Role;

use crate::import::principal_of;

const REGISTER: &str = include_str!("../../../../samples/lei-golden-copy.csv");

const VAGUE: &str = "senior finance people at good companies";
const SHARP: &str = "CFO, treasurer or controller at food manufacturers or utilities in Germany or \
    the UK with 100 to 1,000 employees, after a leadership change in the last 12 months, not \
    consultancies, somebody with bite";
const SECOND: &str = "Finance director or head of finance at logistics companies in Germany, 100 to \
    500 people, who owns the budget for finance software, not agencies";

const SCRIPT: &str = "You said the close is still slow after the handover. A plant group your size \
    went from nine days to four.";

/// Brings everything in, as revenue operations.
pub(super) async fn load(app: &App, workspace: WorkspaceId) -> anyhow::Result<()> {
    let members = read_workspace::members(app, workspace).await?;
    let Some(member) = members.iter().find(|m| m.role == Role::Revops) else { return Ok(()) };
    let principal = principal_of(member);
    let may = grant(&principal)?;
    import_register::run(app, &may, Format::Lei, "lei-golden-copy.csv", REGISTER.as_bytes())
        .await?;
    let day = app.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let told = |days: i64| day.saturating_sub(jiff::Span::new().days(days)).to_string();
    let signal = |company: &str, text: &str, days: i64| SignalIn {
        company: company.to_owned(),
        day: told(days),
        text: text.to_owned(),
        source: "Trade press".to_owned(),
        ..SignalIn::default()
    };
    let signals = [
        signal("Northmere Foods", "new CFO joined from a dairy group", 41),
        signal("Stadtwerke Ebenau", "new CEO, the predecessor retired", 96),
        signal("Grupo Almar", "ERP migration announced", 23),
    ];
    bring_signals::run(app, &grant(&principal)?, &signals).await?;
    let may = grant(&principal)?;
    let first = Written {
        name: "Finance leads, food and utilities".into(),
        brief: VAGUE.into(),
        ..Written::default()
    };
    let saved = manage_profiles::save(app, &may, None, &first).await?;
    let sharp = Written {
        brief: SHARP.into(),
        script: SCRIPT.into(),
        value_line: "They close the month in four days.".into(),
        benefit: "Twenty minutes with the controller who did it, and the task list they used."
            .into(),
        ..first
    };
    manage_profiles::save(app, &may, Some(saved.id), &sharp).await?;
    manage_profiles::step(app, &may, saved.id, Move::StartTrial).await?;
    let second = Written {
        name: "Logistics, Germany".into(),
        brief: SECOND.into(),
        value_line: "They close the month in four days.".into(),
        ..Written::default()
    };
    manage_profiles::save(app, &may, None, &second).await?;
    Ok(())
}
