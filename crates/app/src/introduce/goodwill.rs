//! What may be asked of a connector now: their rules, every step of their goodwill, what is open.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use warmpath_core::id::{PersonId, WorkspaceId};
use warmpath_core::introduction::allowance::{self, Allowance};
use warmpath_core::introduction::goodwill::{
    self, AskChannel, ConnectorStage, DORMANT_DAYS, GoodwillKind, NotNow, Refused, Rules,
    Situation, Step,
};
use warmpath_core::introduction::policy::{CONNECTOR_DAYS, days_after};
use warmpath_store::field::Json;
use warmpath_store::table::connector::{self, ConnectorRow, GoodwillRow};
use warmpath_store::table::introduction::{self, IntroductionRow};

use crate::context::App;
use crate::error::{Failure, NotPossible};

/// A connector with everything that decides about an ask.
#[derive(Debug, Clone)]
pub struct Account {
    /// Rules and stage; made up of defaults for somebody who is no connector yet.
    pub row: ConnectorRow,
    /// Every step, oldest first.
    pub steps: Vec<GoodwillRow>,
    /// What they were asked for, latest first.
    pub asked: Vec<IntroductionRow>,
}

/// Somebody who is no connector yet.
pub fn candidate(ws: WorkspaceId, person: PersonId, at: Timestamp) -> ConnectorRow {
    let rules = Rules::default();
    ConnectorRow {
        workspace: ws,
        person,
        member: None,
        stage: ConnectorStage::Candidate,
        floor: rules.floor,
        open_max: i64::try_from(rules.open_max).unwrap_or(2),
        rest_days: rules.rest_days,
        no_go: Json(Vec::new()),
        weekdays: Json(Vec::new()),
        channel: AskChannel::Email,
        deal_min: None,
        agreed_at: None,
        rules_at: None,
        created_at: at,
        version: 0,
    }
}

/// Loads it.
///
/// # Errors
/// When the database cannot be read.
pub async fn account(app: &App, ws: WorkspaceId, person: PersonId) -> Result<Account, Failure> {
    let db = app.db();
    let row = connector::connector(db, ws, person).await?;
    Ok(Account {
        row: row.unwrap_or_else(|| candidate(ws, person, app.now())),
        steps: connector::goodwill_of(db, ws, person).await?,
        asked: introduction::of_connector(db, ws, person).await?,
    })
}

impl Account {
    /// The steps as the balance counts them.
    pub fn counted(&self) -> Vec<Step> {
        self.steps.iter().map(|row| Step { kind: row.kind, at: row.at }).collect()
    }

    /// The balance, in tenths.
    pub fn balance(&self) -> i64 {
        goodwill::balance(&self.counted())
    }

    /// The connector's own rules.
    pub fn rules(&self) -> Rules {
        rules(&self.row)
    }

    /// When each open ask ends at the latest.
    pub fn open(&self) -> Vec<Timestamp> {
        self.asked
            .iter()
            .filter(|row| row.connector_state.is_open_ask() && row.request.is_before_delivery())
            .map(|row| row.due_at.unwrap_or_else(|| days_after(row.state_since, CONNECTOR_DAYS)))
            .collect()
    }

    /// Where they stand now: who was silent for 90 days is dormant, whatever is stored.
    pub fn stage(&self, at: Timestamp) -> ConnectorStage {
        let last = self.steps.last().map_or(self.row.created_at, |step| step.at);
        let silent = at.duration_since(last) > SignedDuration::from_hours(24 * DORMANT_DAYS);
        match self.row.stage {
            ConnectorStage::Active | ConnectorStage::Agreed if silent => ConnectorStage::Dormant,
            stage => stage,
        }
    }

    /// Whether they may be asked for this company now.
    ///
    /// # Errors
    /// Every reason, and the date.
    pub fn may_ask(
        &self,
        company: &str,
        deal: Option<i64>,
        zone: &str,
        at: Timestamp,
    ) -> Result<(), Refused> {
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        let (rules, steps, open) = (self.rules(), self.counted(), self.open());
        let situation = Situation {
            stage: self.stage(at),
            rules: &rules,
            steps: &steps,
            open: &open,
            company,
            deal,
            zone: &zone,
        };
        goodwill::may_ask(&situation, at)
    }
}

/// The rules of a row.
pub fn rules(row: &ConnectorRow) -> Rules {
    Rules {
        floor: row.floor,
        open_max: usize::try_from(row.open_max).unwrap_or(0),
        rest_days: row.rest_days,
        no_go: row.no_go.0.clone(),
        weekdays: row.weekdays.0.iter().filter_map(|&day| weekday(day)).collect(),
        channel: row.channel,
        deal_min: row.deal_min,
    }
}

fn weekday(number: i64) -> Option<Weekday> {
    i8::try_from(number).ok().and_then(|day| Weekday::from_monday_one_offset(day).ok())
}

/// A refusal in one sentence or two: what stands in the way, from when, and what instead.
pub fn refusal(name: &str, refused: &Refused, zone: &str, instead: Option<&str>) -> Failure {
    let first = crate::fill_text::first_name(name);
    let day = refused.from.map(|from| day(from, zone));
    let from = |lead: &str| day.as_ref().map_or(String::new(), |day| format!(" {lead} {day}."));
    let (code, mut sentence) = match refused.why.first() {
        Some(NotNow::NoGo) => {
            ("no_go", format!("Refused: on {first}'s no-go list. Nobody can override it."))
        }
        Some(NotNow::DealTooSmall { min }) => (
            "deal_too_small",
            format!("Refused: {first} takes deals from {min} on. Say the size, or ask another."),
        ),
        Some(NotNow::NotActive { stage }) => {
            ("not_active", format!("{first} is {stage} and takes no asks."))
        }
        Some(NotNow::GiveFirst) => (
            "give_first",
            format!(
                "Give first. {first} has had no give yet. Send something useful,{}",
                day.as_ref().map_or(" then ask.".into(), |day| format!(" then ask from {day}."))
            ),
        ),
        Some(NotNow::BelowFloor { balance, floor }) => (
            "below_floor",
            format!(
                "Refused: the ask would leave {first}'s goodwill below the floor ({} now, floor \
                 {}). Give something, then ask{}",
                tenths(*balance),
                tenths(*floor),
                day.as_ref().map_or(".".into(), |day| format!(" from {day}."))
            ),
        ),
        Some(NotNow::OverCap { cap, .. }) => (
            "over_cap",
            format!(
                "Refused: over the cap. {first} takes {cap} open asks.{}",
                from("The next is possible on")
            ),
        ),
        Some(NotNow::TooSoon { days }) => (
            "too_soon",
            format!(
                "Refused: {first} takes one ask in {days} days.{}",
                from("The next is possible on")
            ),
        ),
        Some(NotNow::OtherDays) | None => (
            "other_days",
            format!("{first} takes asks on other days.{}", from("The next is possible on")),
        ),
    };
    if let Some(instead) = instead {
        sentence.push_str(&format!(" Offer to {instead} instead."));
    }
    NotPossible { from: refused.from, ..NotPossible::new(code, sentence) }.into()
}

/// Tenths as a figure: 15 is "1.5".
pub fn tenths(value: i64) -> String {
    let sign = if value < 0 { "\u{2212}" } else { "" };
    format!("{sign}{}.{}", value.abs() / 10, value.abs() % 10)
}

fn day(at: Timestamp, zone: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    at.to_zoned(zone).strftime("%-d %B").to_string()
}

/// What a requester may have under way, after the complaints of targets.
///
/// # Errors
/// When the database cannot be read.
pub async fn allowance_of(
    app: &App,
    ws: WorkspaceId,
    requester: warmpath_core::id::MemberId,
) -> Result<(Allowance, usize), Failure> {
    let rows = introduction::list(app.db(), ws, Some(requester), None, 500).await?;
    let complaints: Vec<Timestamp> = rows.iter().filter_map(|row| row.complained_at).collect();
    let open = rows.iter().filter(|row| row.request.is_before_delivery()).count();
    Ok((allowance::allowance(&complaints, app.now()), open))
}

/// Whether something useful was given since the last ask.
pub fn gave_since_ask(steps: &[GoodwillRow]) -> bool {
    let last_ask = steps.iter().rposition(|step| step.kind == GoodwillKind::Ask);
    steps[last_ask.map_or(0, |place| place + 1)..].iter().any(|step| step.kind.is_give())
}
