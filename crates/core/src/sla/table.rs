//! The states of a clock as a table, from which the diagram is drawn.

use serde::Serialize;

use super::Phase;

/// What a clock is told, without its contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CommandKind {
    /// Begin to count.
    Start,
    /// Stop counting.
    Pause,
    /// Count again.
    Resume,
    /// The work is done.
    Finish,
    /// The due time has passed.
    FallDue,
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Transition {
    /// Before; `None` is the clock that does not exist yet.
    pub from: Option<Phase>,
    /// What it is told.
    pub command: CommandKind,
    /// After.
    pub to: Phase,
}

const fn row(from: Option<Phase>, command: CommandKind, to: Phase) -> Transition {
    Transition { from, command, to }
}

/// Every transition there is; anything else is refused. A breached clock may be paused and
/// resumed and stays breached; once finished, nothing more happens to a clock.
pub const TRANSITIONS: [Transition; 10] = [
    row(None, CommandKind::Start, Phase::Running),
    row(Some(Phase::Running), CommandKind::Pause, Phase::Paused),
    row(Some(Phase::Running), CommandKind::Finish, Phase::Met),
    row(Some(Phase::Running), CommandKind::FallDue, Phase::Breached),
    row(Some(Phase::Paused), CommandKind::Resume, Phase::Running),
    row(Some(Phase::Paused), CommandKind::Finish, Phase::Met),
    row(Some(Phase::Breached), CommandKind::Pause, Phase::Breached),
    row(Some(Phase::Breached), CommandKind::Resume, Phase::Breached),
    row(Some(Phase::Breached), CommandKind::Finish, Phase::Breached),
    row(Some(Phase::Breached), CommandKind::FallDue, Phase::Breached),
];

/// The table as a Mermaid state diagram.
#[must_use]
pub fn diagram() -> String {
    let mut text = String::from("stateDiagram-v2\n");
    for Transition { from, command, to } in TRANSITIONS {
        let from = from.map_or("[*]", name);
        let command = match command {
            CommandKind::Start => "start",
            CommandKind::Pause => "pause",
            CommandKind::Resume => "resume",
            CommandKind::Finish => "finish",
            CommandKind::FallDue => "fall due",
        };
        text.push_str(&format!("    {from} --> {}: {command}\n", name(to)));
    }
    text
}

const fn name(phase: Phase) -> &'static str {
    match phase {
        Phase::Running => "running",
        Phase::Paused => "paused",
        Phase::Met => "met",
        Phase::Breached => "breached",
    }
}
