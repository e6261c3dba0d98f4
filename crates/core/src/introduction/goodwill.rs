//! Goodwill: what may be asked of a connector, and when.
//!
//! A balance in tenths. Asks withdraw from it; thanks within 24 hours, told outcomes, gives and useful
//! touches refill it. The connector's own rules are hard limits that nobody in the team overrides.
//! Before a first give nothing is asked. Every refusal says from when the ask is possible, and what
//! has to happen first. Counters cannot be raised by volume: touches count once a week, thanks and
//! told outcomes once for each introduction, and the balance has a ceiling.

use jiff::civil::Weekday;
use jiff::{Timestamp, Zoned, tz::TimeZone};

use super::policy::days_after;
use crate::text_enum;

text_enum! {
    /// What moves the balance.
    pub enum GoodwillKind {
        /// Agreed to be a connector.
        Opening = "opening",
        /// Asked for an introduction.
        Ask = "ask",
        /// Thanked within 24 hours.
        Thanks = "thanks",
        /// Told what became of it.
        Told = "told",
        /// Gave them an introduction.
        GiveIntroduction = "give_introduction",
        /// Gave help: a review, an answer, an hour.
        GiveHelp = "give_help",
        /// Shared something useful about their market.
        Intelligence = "intelligence",
        /// A call, a dinner, an event, without an ask.
        Touch = "touch",
    }
}

text_enum! {
    /// How a connector wants to be asked.
    pub enum AskChannel {
        /// By e-mail.
        Email = "email",
        /// By phone.
        Phone = "phone",
        /// In person.
        InPerson = "in_person",
        /// By chat.
        Chat = "chat",
    }
}

text_enum! {
    /// Where a connector stands with us.
    pub enum ConnectorStage {
        /// Thought of.
        Candidate = "candidate",
        /// We gave before we asked.
        GaveFirst = "gave_first",
        /// Knows what, how often and what in return.
        Agreed = "agreed",
        /// Introduces.
        Active = "active",
        /// Takes a break.
        Resting = "resting",
        /// Silent for 90 days.
        Dormant = "dormant",
        /// Being won back.
        Reactivating = "reactivating",
        /// Left.
        Left = "left",
    }
}

impl GoodwillKind {
    /// What it moves the balance by, in tenths.
    pub const fn tenths(self) -> i64 {
        match self {
            Self::Opening | Self::GiveIntroduction => 20,
            Self::Ask => -15,
            Self::Thanks => 5,
            Self::Told | Self::GiveHelp => 10,
            Self::Intelligence | Self::Touch => 2,
        }
    }

    /// Something of worth that was not asked for.
    pub const fn is_give(self) -> bool {
        matches!(self, Self::GiveIntroduction | Self::GiveHelp)
    }
}

/// The most a balance counts, in tenths.
pub const CEILING: i64 = 60;
/// The balance below which nothing is asked, unless the connector set another, in tenths.
pub const FLOOR_DEFAULT: i64 = 10;
/// Days between two asks, unless the connector set another.
pub const REST_DAYS_DEFAULT: i64 = 14;
/// Thanks count within this time.
pub const THANKS_HOURS: i64 = 24;
/// A touch counts once in this time.
pub const TOUCH_DAYS: i64 = 7;
/// A connector who did nothing for this long is dormant.
pub const DORMANT_DAYS: i64 = 90;

/// The connector's own rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// The balance after an ask must not be below, in tenths.
    pub floor: i64,
    /// Asks open at the same time.
    pub open_max: usize,
    /// Days between two asks.
    pub rest_days: i64,
    /// Companies that are never asked for.
    pub no_go: Vec<String>,
    /// Days of the week on which an ask may come; empty for any.
    pub weekdays: Vec<Weekday>,
    /// How they want to be asked.
    pub channel: AskChannel,
    /// Only deals of at least this size, in whole units of the workspace's currency.
    pub deal_min: Option<i64>,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            floor: FLOOR_DEFAULT,
            open_max: crate::limits::CONNECTOR_OPEN_ASKS_MAX,
            rest_days: REST_DAYS_DEFAULT,
            no_go: Vec::new(),
            weekdays: Vec::new(),
            channel: AskChannel::Email,
            deal_min: None,
        }
    }
}

/// One step of the balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// What happened.
    pub kind: GoodwillKind,
    /// When.
    pub at: Timestamp,
}

/// A step with what it really moved, and the balance after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balanced {
    /// The step.
    pub step: Step,
    /// What it moved, in tenths; less than its worth at the ceiling or too soon after the last.
    pub moved: i64,
    /// The balance after it, in tenths.
    pub balance: i64,
}

/// The balance, step by step. The steps come oldest first.
pub fn line(steps: &[Step]) -> Vec<Balanced> {
    let mut balance = 0;
    let mut last_touch: Option<Timestamp> = None;
    let mut found = Vec::with_capacity(steps.len());
    for &step in steps {
        let touches = matches!(step.kind, GoodwillKind::Touch | GoodwillKind::Intelligence);
        let too_soon =
            touches && last_touch.is_some_and(|last| step.at < days_after(last, TOUCH_DAYS));
        let worth = if too_soon { 0 } else { step.kind.tenths() };
        if touches && !too_soon {
            last_touch = Some(step.at);
        }
        let after = (balance + worth).min(CEILING.max(balance));
        found.push(Balanced { step, moved: after - balance, balance: after });
        balance = after;
    }
    found
}

/// The balance now, in tenths.
pub fn balance(steps: &[Step]) -> i64 {
    line(steps).last().map_or(0, |last| last.balance)
}

/// What is known when an ask is thought of.
#[derive(Debug, Clone)]
pub struct Situation<'a> {
    /// Where the connector stands.
    pub stage: ConnectorStage,
    /// Their rules.
    pub rules: &'a Rules,
    /// Every step so far, oldest first.
    pub steps: &'a [Step],
    /// When each open ask ends at the latest.
    pub open: &'a [Timestamp],
    /// The company of the target.
    pub company: &'a str,
    /// Size of the deal, if it is known.
    pub deal: Option<i64>,
    /// The connector's time zone.
    pub zone: &'a TimeZone,
}

/// Why an ask is not made now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotNow {
    /// Nothing was given yet.
    #[error("give first")]
    GiveFirst,
    /// The ask would leave the balance below the floor.
    #[error("the balance is {balance} tenths, the floor {floor}")]
    BelowFloor {
        /// The balance.
        balance: i64,
        /// The floor.
        floor: i64,
    },
    /// Enough lies with them.
    #[error("{open} of {cap} asks are open")]
    OverCap {
        /// Open now.
        open: usize,
        /// The cap.
        cap: usize,
    },
    /// The last ask is too young.
    #[error("the last ask is less than {days} days ago")]
    TooSoon {
        /// Days between two asks.
        days: i64,
    },
    /// The company is on their no-go list.
    #[error("the company is on the no-go list")]
    NoGo,
    /// Asks come on other days.
    #[error("asks come on other days")]
    OtherDays,
    /// The deal is smaller than they want, or its size is not known.
    #[error("only deals from {min} on")]
    DealTooSmall {
        /// From this size on.
        min: i64,
    },
    /// They take a break, are not asked yet, or left.
    #[error("the connector is {stage}")]
    NotActive {
        /// Where they stand.
        stage: ConnectorStage,
    },
}

/// A refusal: every reason, and from when the ask is possible if nothing else changes. `None` when
/// waiting alone never makes it possible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Why, most telling first.
    pub why: Vec<NotNow>,
    /// The first day on which the calendar's reasons are gone.
    pub from: Option<Timestamp>,
    /// What must happen besides waiting: a give.
    pub needs_give: bool,
}

/// Whether an ask is possible now.
///
/// # Errors
/// [`Refused`] with every reason and the date.
pub fn may_ask(situation: &Situation<'_>, at: Timestamp) -> Result<(), Refused> {
    let rules = situation.rules;
    let mut why = Vec::new();
    if matches!(situation.stage, ConnectorStage::Resting | ConnectorStage::Left) {
        why.push(NotNow::NotActive { stage: situation.stage });
    }
    if is_no_go(&rules.no_go, situation.company) {
        why.push(NotNow::NoGo);
    }
    if let Some(min) = rules.deal_min.filter(|&min| situation.deal.is_none_or(|deal| deal < min)) {
        why.push(NotNow::DealTooSmall { min });
    }
    let never = !why.is_empty();
    let gave = situation.steps.iter().any(|step| step.kind.is_give());
    if !gave {
        why.push(NotNow::GiveFirst);
    }
    let balance = balance(situation.steps);
    let short = balance + GoodwillKind::Ask.tenths() < rules.floor;
    if short && gave {
        why.push(NotNow::BelowFloor { balance, floor: rules.floor });
    }
    let mut from = at;
    if situation.open.len() >= rules.open_max.max(1) || rules.open_max == 0 {
        why.push(NotNow::OverCap { open: situation.open.len(), cap: rules.open_max });
        let mut ends = situation.open.to_vec();
        ends.sort_unstable();
        let spare = situation.open.len().saturating_sub(rules.open_max);
        from = from.max(ends.get(spare).copied().unwrap_or(at));
    }
    let asks = situation.steps.iter().filter(|step| step.kind == GoodwillKind::Ask);
    if let Some(rested) = asks.map(|ask| days_after(ask.at, rules.rest_days)).max()
        && rested > at
    {
        why.push(NotNow::TooSoon { days: rules.rest_days });
        from = from.max(rested);
    }
    let day = first_day(&rules.weekdays, from, situation.zone);
    if day > at && day > from {
        why.push(NotNow::OtherDays);
    }
    if why.is_empty() {
        return Ok(());
    }
    let from = (!never && rules.open_max > 0).then_some(day.max(from));
    Err(Refused { why, from, needs_give: !gave || short })
}

/// Whether a company is on a no-go list: by name, whatever its case, accents and legal form. A company
/// nobody knows may be any of them.
pub fn is_no_go(list: &[String], company: &str) -> bool {
    use crate::contact::CompanyName;
    let normal = |name: &str| {
        let plain = CompanyName::parse(name).map_or_else(|_| name.to_owned(), |n| n.normal());
        crate::text::fold(&plain)
    };
    let company = normal(company);
    list.iter().any(|entry| company.is_empty() || normal(entry) == company)
}

/// The first moment from this one on that falls on one of these days.
fn first_day(weekdays: &[Weekday], from: Timestamp, zone: &TimeZone) -> Timestamp {
    if weekdays.is_empty() {
        return from;
    }
    let mut day: Zoned = from.to_zoned(zone.clone());
    for _ in 0..7 {
        if weekdays.contains(&day.weekday()) {
            return day.timestamp();
        }
        let Ok(next) = day.tomorrow().and_then(|next| next.start_of_day()) else { return from };
        day = next;
    }
    from
}

/// Given and asked between two companies or people: at least one to one is healthy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reciprocity {
    /// What they gave us: introductions that were delivered.
    pub given: usize,
    /// What we gave them.
    pub returned: usize,
}

impl Reciprocity {
    /// We took more than we gave.
    pub const fn is_net_negative(self) -> bool {
        self.returned < self.given
    }
}
