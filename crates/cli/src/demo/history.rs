//! Lives through 90 days with a clock that is moved from event to event: every step runs the use case
//! that a person or a link would, and the worker does its rounds in between. Nothing is written past
//! the use cases, so the ledger, clocks and consents are those of real work.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use warmpath_app::Failure;
use warmpath_app::answer_opt_in::{self, Answered};
use warmpath_app::import::Kind;
use warmpath_app::move_referral::{self, Wish};
use warmpath_app::policy::{MoveReferral, grant};
use warmpath_app::read_workspace;
use warmpath_app::rows::{MailRow, MemberRow, ReferralRow};
use warmpath_app::run_job::{Posted, Postman};
use warmpath_core::consent::Channel;
use warmpath_core::id::{ReferralId, WorkspaceId};
use warmpath_core::referral::{Action, ReferralState};
use warmpath_core::role::Role;
use warmpath_core::source::Clock as _;
use warmpath_integrations::mail::OutboxFolder;
use warmpath_store::table::referral;

use super::clock::{Chance, SetClock};
use super::office::{self, Errand, Thanks};
use super::story::{self, Hand, Step};
use super::{cast, files};
use crate::house::{self, House};
use crate::import::principal_of;
use crate::postman::Post;

/// So long is the history.
pub(super) const DAYS: i64 = 90;

/// Mails of the last days land in the outbox; older ones were sent long ago.
const OUTBOX_DAYS: i64 = 4;

/// Which history it is: the same every time.
const SEED: u64 = 20_261_120;

/// The day on which referrals come in by file.
const FILE_DAY: i64 = 34;

/// The past of a sample workspace.
pub(super) struct Past {
    /// The house under the clock below.
    pub(super) house: House,
    /// The moment at which the history ends.
    pub(super) now: Timestamp,
    /// Where in the history it is.
    pub(super) clock: Arc<SetClock>,
    /// What happens next.
    pub(super) chance: Chance,
}

impl Past {
    /// Goes back to the first day.
    pub(super) fn open(house: &House, folder: &Path) -> anyhow::Result<Self> {
        let now = house.app.now();
        let start = now - SignedDuration::from_hours(24 * DAYS);
        let clock = Arc::new(SetClock::at(start));
        let outbox = Arc::new(OutboxFolder::open(folder.join("outbox"))?);
        let postman = Arc::new(LatePost {
            clock: Arc::clone(&clock),
            from: now - SignedDuration::from_hours(24 * OUTBOX_DAYS),
            post: Post { mailer: outbox, resolver: None, sender: None },
        });
        let house = house::under(house, folder, clock.clone(), postman)?;
        Ok(Self { house, now, clock, chance: Chance::new(SEED) })
    }

    fn start(&self) -> Timestamp {
        self.now - SignedDuration::from_hours(24 * DAYS)
    }
}

/// A postman who keeps only the mails of the last days.
struct LatePost {
    clock: Arc<SetClock>,
    from: Timestamp,
    post: Post,
}

#[async_trait]
impl Postman for LatePost {
    async fn send(&self, mail: &MailRow, from: &str) -> Posted {
        if self.clock.now() < self.from { Posted::Sent } else { self.post.send(mail, from).await }
    }

    /// Every domain of the sample is invented, and takes mail in this story.
    async fn takes_mail(&self, _: &str) -> Option<bool> {
        Some(true)
    }
}

/// What happens at a moment.
enum Event {
    /// The n-th referral is handed over.
    HandOver(usize),
    /// The next step of a story.
    Step(Told),
    /// The file of referrals is imported.
    File,
    /// Revenue operations look at what is held.
    Review,
    /// Something the office does beside the referrals.
    Errand(Errand),
    /// The worker does a round, and thanks are written.
    Round,
}

/// A story on its way.
struct Told {
    referral: ReferralId,
    answer: String,
    withdraw: String,
    steps: std::vec::IntoIter<Step>,
    /// One of the last days, told at a quicker pace and at any hour.
    fresh: bool,
}

/// Everything that is still to happen, in order of time.
#[derive(Default)]
struct Ahead {
    events: BTreeMap<(Timestamp, u64), Event>,
    next: u64,
}

impl Ahead {
    fn add(&mut self, at: Timestamp, event: Event) {
        self.next += 1;
        self.events.insert((at, self.next), event);
    }
}

/// Lives through the days, until now.
pub(super) async fn live(past: &Past, workspace: WorkspaceId) -> anyhow::Result<()> {
    let mut ahead = Ahead::default();
    for (n, day) in story::days(&past.chance).into_iter().enumerate() {
        let at = working(past.start() + SignedDuration::from_hours(24 * day), &past.chance);
        ahead.add(at, Event::HandOver(n));
    }
    for (place, (hours, _)) in story::fresh().into_iter().enumerate() {
        let at = past.now - SignedDuration::from_hours(hours);
        ahead.add(at, Event::HandOver(story::REFERRALS + place));
    }
    let noon = past.start() + SignedDuration::from_hours(24 * FILE_DAY);
    ahead.add(working(noon, &past.chance), Event::File);
    for hour in 1..=24 * DAYS {
        let at = past.start() + SignedDuration::from_hours(hour);
        ahead.add(at, if hour % 60 == 0 { Event::Review } else { Event::Round });
    }
    for (days, errand) in office::ERRANDS {
        let at = past.now - SignedDuration::from_hours(24 * days);
        ahead.add(working(at, &past.chance), Event::Errand(*errand));
    }
    let members = read_workspace::members(&past.house.app, workspace).await?;
    let thanks = Thanks::default();
    let mut teller = Teller { past, workspace, members, ahead, thanks };
    while let Some(((at, _), event)) = teller.ahead.events.pop_first() {
        if at > past.now {
            break;
        }
        past.clock.forward(at);
        teller.happen(event).await?;
        past.house.worker.until_idle().await?;
    }
    past.clock.forward(past.now);
    past.house.worker.until_idle().await?;
    Ok(())
}

/// A moment in office hours on or after this day.
fn working(at: Timestamp, chance: &Chance) -> Timestamp {
    let zone = jiff::tz::TimeZone::get("Europe/Berlin").unwrap_or(jiff::tz::TimeZone::UTC);
    let mut day = at.to_zoned(zone).date();
    while day.weekday().to_monday_zero_offset() > 4 {
        day = day.tomorrow().unwrap_or(day);
    }
    let (hour, minute) = (chance.between(8, 14), chance.between(0, 59));
    let time = day.at(i8::try_from(hour).unwrap_or(9), i8::try_from(minute).unwrap_or(0), 0, 0);
    time.in_tz("UTC").map_or(at, |zoned| zoned.timestamp().max(at))
}

/// The beginning of the next working day: what waited over night is done first.
fn next_morning(at: Timestamp, chance: &Chance) -> Timestamp {
    let zone = jiff::tz::TimeZone::get("Europe/Berlin").unwrap_or(jiff::tz::TimeZone::UTC);
    let local = at.to_zoned(zone);
    let mut day = local.date();
    if local.hour() >= 8 {
        day = day.tomorrow().unwrap_or(day);
    }
    while day.weekday().to_monday_zero_offset() > 4 {
        day = day.tomorrow().unwrap_or(day);
    }
    let minute = i8::try_from(chance.between(2, 58)).unwrap_or(5);
    let morning = day.at(8, minute, 0, 0).to_zoned(local.time_zone().clone());
    morning.map_or(at, |zoned| zoned.timestamp().max(at))
}

struct Teller<'p> {
    past: &'p Past,
    workspace: WorkspaceId,
    members: Vec<MemberRow>,
    ahead: Ahead,
    thanks: Thanks,
}

impl Teller<'_> {
    async fn happen(&mut self, event: Event) -> anyhow::Result<()> {
        match event {
            Event::Round => {
                self.thanks.round(self.past, self.workspace, &self.members).await?;
            }
            Event::Errand(errand) => office::run(self.past, &self.members, errand).await?,
            Event::HandOver(n) => self.hand_over(n).await?,
            Event::Step(told) => self.step(told).await?,
            Event::Review => self.review().await?,
            Event::File => {
                let bytes = files::REFERRALS.as_bytes().to_vec();
                let (kind, name) = (Kind::Referrals, "referrals.csv");
                files::import(self.past, self.workspace, kind, name, bytes).await?;
            }
        }
        Ok(())
    }

    async fn hand_over(&mut self, n: usize) -> anyhow::Result<()> {
        let chance = &self.past.chance;
        let hand = Hand { n, members: &self.members, chance };
        let receipt = story::hand_over(&self.past.house.app, self.workspace, &hand).await?;
        let token = receipt.answer_url.rsplit('/').next().unwrap_or_default().to_owned();
        let fresh = n.checked_sub(story::REFERRALS);
        let steps = match fresh.and_then(|place| story::fresh().into_iter().nth(place)) {
            Some((_, steps)) => steps,
            None => story::steps(n, chance),
        };
        let told = Told {
            referral: receipt.id,
            answer: token,
            withdraw: String::new(),
            steps: steps.into_iter(),
            fresh: fresh.is_some(),
        };
        self.next(told);
        Ok(())
    }

    /// Puts the next step of a story where it belongs in time.
    fn next(&mut self, told: Told) {
        let Some(step) = told.steps.as_slice().first() else { return };
        let chance = &self.past.chance;
        let (low, high) = if told.fresh { (0, 1) } else { step.hours() };
        let after = self.past.clock.now() + SignedDuration::from_hours(chance.between(low, high));
        let after = after + SignedDuration::from_mins(chance.between(1, 59));
        let at = if step.is_office_work() && !told.fresh && !in_office(after) {
            next_morning(after, chance)
        } else {
            after
        };
        self.ahead.add(at, Event::Step(told));
    }

    async fn step(&mut self, mut told: Told) -> anyhow::Result<()> {
        let Some(step) = told.steps.next() else { return Ok(()) };
        let went_on = match step {
            Step::Answer(answer) => self.answer(&mut told, answer).await?,
            Step::Withdraw => {
                answer_opt_in::withdraw(&self.past.house.app, &told.withdraw).await?;
                true
            }
            Step::Move(action, reason) => self.act(told.referral, action, reason).await?,
            Step::Wait(_) => true,
        };
        if went_on {
            self.next(told);
        }
        Ok(())
    }

    /// The prospect opens the page and answers; a link that was taken back ends the story.
    async fn answer(
        &self,
        told: &mut Told,
        answer: warmpath_core::consent::Answer,
    ) -> anyhow::Result<bool> {
        let app = &self.past.house.app;
        let page = match answer_opt_in::page(app, &told.answer).await {
            Ok(page) => page,
            Err(Failure::Link(_)) => return Ok(false),
            Err(other) => return Err(other.into()),
        };
        let mut channels = vec![Channel::Email];
        if page.phone_known {
            channels.push(Channel::Phone);
        }
        let answered = Answered {
            nonce: page.nonce,
            answer,
            channels,
            email: None,
            phone: None,
            share_milestones: self.past.chance.below(3) > 0,
            origin: "192.0.2.0/24, sample browser".to_owned(),
        };
        let outcome = answer_opt_in::answer(app, &told.answer, &answered).await?;
        let withdraw = outcome.withdraw_url.unwrap_or_default();
        withdraw.rsplit('/').next().unwrap_or_default().clone_into(&mut told.withdraw);
        Ok(true)
    }

    async fn row(&self, id: ReferralId) -> anyhow::Result<Option<ReferralRow>> {
        Ok(referral::referral(self.past.house.app.db(), self.workspace, id).await?)
    }

    /// The owner acts; where the owner may not, whoever may. What cannot be done now ends the story.
    async fn act(&self, id: ReferralId, action: Action, reason: &str) -> anyhow::Result<bool> {
        let Some(row) = self.row(id).await? else { return Ok(false) };
        let by_rank = |m: &&MemberRow| match m.role {
            _ if Some(m.id) == row.owner => 0,
            Role::Manager => 1,
            Role::Revops => 2,
            _ => 3,
        };
        let mut members: Vec<&MemberRow> = self.members.iter().filter(|m| m.active).collect();
        members.sort_by_key(by_rank);
        for member in members {
            let principal = principal_of(member);
            if !move_referral::allowed_now(&principal, &row, &self.members).contains(&action) {
                continue;
            }
            let Ok(may) = grant::<MoveReferral>(&principal) else { continue };
            let mut wish = Wish::new(action);
            wish.reason = (!reason.is_empty()).then(|| reason.to_owned());
            if action == Action::Nurture {
                let days = self.past.chance.between(20, 60);
                wish.until = Some(self.past.clock.now() + SignedDuration::from_hours(24 * days));
            }
            if action == Action::Reassign {
                wish.owner = self.colleague(&row);
            }
            return match move_referral::run(&self.past.house.app, &may, id, &wish).await {
                Ok(_) => {
                    if action == Action::LogContact && self.past.chance.below(3) == 0 {
                        office::comment(self.past, member, id).await?;
                    }
                    Ok(true)
                }
                Err(Failure::Refused(_) | Failure::Conflict(_)) => Ok(false),
                Err(other) => Err(other.into()),
            };
        }
        Ok(false)
    }

    fn colleague(&self, row: &ReferralRow) -> Option<warmpath_core::id::MemberId> {
        let sellers = self.members.iter().filter(|m| m.role == Role::Seller && m.active);
        sellers.map(|m| m.id).find(|id| Some(*id) != row.owner)
    }

    /// Every few days most of what is held is released; some of it stays for the visitor.
    async fn review(&self) -> anyhow::Result<()> {
        let filter = referral::Filter {
            states: vec![ReferralState::Held],
            limit: 50,
            ..referral::Filter::default()
        };
        let held = referral::list(self.past.house.app.db(), self.workspace, &filter).await?;
        let fresh = self.past.clock.now() - SignedDuration::from_hours(30);
        let last_days = self.past.now - SignedDuration::from_hours(24 * 6);
        let held = held.into_iter().filter(|row| row.state_since < fresh.min(last_days));
        for row in held {
            if self.past.chance.below(3) > 0 {
                self.act(row.id, Action::Release, "looked_at").await?;
            }
        }
        Ok(())
    }
}

fn in_office(at: Timestamp) -> bool {
    let zoned = at.in_tz("Europe/Berlin").ok();
    zoned.is_some_and(|z| z.weekday().to_monday_zero_offset() < 5 && (8..17).contains(&z.hour()))
}

/// What the person of a story is worth, for those that reach an amount.
pub(super) fn amount(n: usize) -> Option<i64> {
    (!n.is_multiple_of(3)).then(|| cast::AMOUNTS[n % cast::AMOUNTS.len()])
}
