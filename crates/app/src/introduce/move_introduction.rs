//! A member moves an introduction: screens it, takes it back, and says what became of it.

use warmpath_core::id::IntroductionId;
use warmpath_core::introduction::{Action, Command};
use warmpath_store::Applied;

use super::dossier::{self, standings};
use super::{Dossier, advance};
use crate::context::App;
use crate::error::{Failure, NotPossible};
use crate::policy::{AskIntroduction, Grant};
use crate::unit::Unit;

/// The actions that need nothing but a reason at most. The others have use cases of their own,
/// because a text or a time goes with them.
pub const PLAIN: &[Action] = &[
    Action::Screen,
    Action::Reject,
    Action::Withdraw,
    Action::LogNoShow,
    Action::LogMeeting,
    Action::OpenOpportunity,
    Action::Win,
    Action::Lose,
    Action::NothingCame,
];

/// Coded reasons by action.
pub fn reasons(action: Action) -> &'static [(&'static str, &'static str)] {
    match action {
        Action::Reject => &[
            ("too_vague", "Too vague to ask for"),
            ("no_benefit", "No benefit for the target"),
            ("wrong_connector", "Another connector is better"),
            ("wrong_time", "Not now"),
        ],
        Action::Withdraw => &[
            ("not_needed", "Not needed any more"),
            ("other_way", "Found another way"),
            ("mistake", "Asked by mistake"),
        ],
        Action::Lose => &[
            ("no_budget", "No budget"),
            ("other_vendor", "Chose another vendor"),
            ("no_decision", "No decision"),
        ],
        Action::NothingCame => &[
            ("no_answer", "No answer after the introduction"),
            ("no_fit", "It did not fit"),
            ("wrong_time", "Not the right time"),
        ],
        _ => &[],
    }
}

/// Moves it.
///
/// # Errors
/// [`Failure::NotPossible`] with what is allowed instead, [`Failure::Invalid`] for an unknown reason.
pub async fn run(
    app: &App,
    grant: &Grant<AskIntroduction>,
    id: IntroductionId,
    action: Action,
    reason: Option<&str>,
) -> Result<Dossier, Failure> {
    if !PLAIN.contains(&action) {
        let sentence = "This step goes with a text or a time. Use its own page.";
        return Err(NotPossible::new("not_plain", sentence).into());
    }
    let known = reasons(action);
    if !known.is_empty() && !known.iter().any(|(code, _)| Some(*code) == reason) {
        let codes = known.iter().map(|(code, _)| *code).collect::<Vec<_>>().join(", ");
        return Err(Failure::invalid("reason", "reason_needed", format!("One of: {codes}.")));
    }
    for _ in 0..5 {
        let mut dossier = dossier::load(app, grant.workspace(), id).await?;
        let standings = standings(grant.principal(), &dossier.row);
        if standings.is_empty() {
            return Err(Failure::NotFound);
        }
        let mut unit = Unit::new(app, grant.workspace());
        let mut command = Command::by(action, standings);
        command.reason = reason.filter(|_| !known.is_empty()).map(str::to_owned);
        let actor = grant.principal().actor();
        advance::step(app, &mut unit, &mut dossier, &command, actor).await?;
        if unit.apply().await? == Applied::Applied {
            return Ok(dossier);
        }
    }
    Err(Failure::Conflict("Others are working on this introduction. Look again.".into()))
}
