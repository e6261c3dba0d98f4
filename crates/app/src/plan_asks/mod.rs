//! The plan of asks: whom to ask for whom, so that the most introductions happen on average.
//!
//! One ask per target under each connector's cap, the exact optimum of `warmpath_network::assign`;
//! its dual prices say what one more ask of a connector would be worth. On wish, second and third
//! ways to the same target by what they add. Asks that are open are fixed: they use up room, and
//! their targets are not asked for again. The plan is made anew with every look and kept nowhere; it
//! proposes, and a person asks, one ask at a time, through the form of an introduction.
//!
//! [`run`] gathers, `problem.rs` turns it into numbers and back.

mod problem;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use warmpath_core::id::{MemberId, PersonId, ProfileId};
use warmpath_core::introduction::ConnectorState;
use warmpath_core::limits::PLAN_TARGETS_MAX;
use warmpath_network::ASKS_PER_TARGET_MAX;
use warmpath_store::table::introduction::{self, IntroductionRow};

use crate::context::App;
use crate::error::Failure;
use crate::find_paths::WarmPath;
use crate::introduce::{goodwill, request};
use crate::network::{Network, PersonFacts, Whom};
use crate::policy::{Grant, ReadNetwork, ReadProfiles};
use crate::read_matches;

/// Introductions looked at, latest first, for what is open and who said no.
const INTRODUCTIONS_MAX: i64 = 5_000;

/// Whom the plan is for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wish {
    /// People picked one by one.
    pub people: Vec<PersonId>,
    /// Everybody whose name, role or company holds these words; empty for nobody.
    pub words: String,
    /// Left out, whoever named them.
    pub without: Vec<PersonId>,
    /// Asks for one target at most, 1 to 3.
    pub ways: usize,
}

/// When a proposed ask may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Now.
    Now,
    /// The connector rests until then, or carries all they take.
    From(Timestamp),
    /// They had nothing from us yet, or less than they gave.
    GiveFirst,
    /// The tie to them is too weak to ask over.
    WarmFirst,
    /// The last tie is only said: ask whether it holds.
    Confirm,
}

impl When {
    /// The fixed word, for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::From(_) => "from",
            Self::GiveFirst => "give_first",
            Self::WarmFirst => "warm_first",
            Self::Confirm => "confirm",
        }
    }
}

/// One ask the plan proposes.
#[derive(Debug, Clone)]
pub struct Proposed {
    /// Whom to ask.
    pub connector: PersonFacts,
    /// For whom.
    pub target: PersonFacts,
    /// The way, with its ties; its chance is the chance of this ask alone.
    pub path: WarmPath,
    /// Introductions it adds on average to the asks for the same target before it, `0..=1`.
    pub adds: f64,
    /// Which ask for this target it is, from 1.
    pub way: usize,
    /// When it may be made.
    pub when: When,
    /// Who could be asked instead.
    pub next_best: Option<PersonId>,
}

/// How scarce a connector's asks are.
#[derive(Debug, Clone)]
pub struct Scarce {
    /// The connector.
    pub connector: PersonFacts,
    /// Open asks they carry at most.
    pub cap: u32,
    /// Open now; fixed.
    pub open: u32,
    /// Asks of the plan.
    pub planned: u32,
    /// What one more ask of theirs would add to the introductions expected, `0..=1`; zero where there
    /// is room.
    pub price: f64,
}

/// An ask that is open: the plan keeps it.
#[derive(Debug, Clone)]
pub struct Committed {
    /// The introduction.
    pub id: warmpath_core::id::IntroductionId,
    /// Who was asked.
    pub connector: Option<PersonFacts>,
    /// For whom.
    pub target: PersonFacts,
    /// Who asked.
    pub requester: MemberId,
}

/// Why nobody is asked for a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unasked {
    /// They are one of us.
    Member,
    /// A member knows them: no connector is needed.
    Known(MemberId),
    /// No way with evidence.
    NoPath,
    /// The ways there are carry too little to spend an ask on.
    LowConfidence,
    /// Whoever could be asked is worth more elsewhere, carries all they take, or excluded it.
    NoRoom,
    /// Not possible at the moment; why is not told.
    NotPossible,
}

impl Unasked {
    /// The fixed word, for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Known(_) => "known",
            Self::NoPath => "no_verified_path",
            Self::LowConfidence => "low_confidence",
            Self::NoRoom => "no_room",
            Self::NotPossible => "not_possible",
        }
    }
}

/// The plan.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Targets looked at.
    pub targets: usize,
    /// Targets that were more than one plan holds.
    pub left_out: usize,
    /// The asks: what adds most first.
    pub asks: Vec<Proposed>,
    /// Connectors of the plan, the scarcest first.
    pub scarce: Vec<Scarce>,
    /// Asks that are open already.
    pub committed: Vec<Committed>,
    /// Targets without an ask, and why.
    pub unasked: Vec<(PersonFacts, Unasked)>,
    /// Introductions the plan makes happen on average.
    pub expected: f64,
    /// When the network was read.
    pub as_of: Timestamp,
    /// The ledger entries there were then.
    pub entry: i64,
}

/// Makes it. A profile brings everybody who certainly fits it.
///
/// # Errors
/// [`Failure::NotFound`] for a profile that is not here.
pub async fn run(
    app: &App,
    grant: &Grant<ReadNetwork>,
    wish: &Wish,
    profile: Option<(&Grant<ReadProfiles>, ProfileId)>,
) -> Result<Plan, Failure> {
    let network = app.network(grant.workspace()).await?;
    let mut wanted: Vec<PersonId> = wish.people.clone();
    let mut left_out = 0;
    if let Some((may, id)) = profile {
        let ask = read_matches::Ask { certain: true, from: 0, limit: PLAN_TARGETS_MAX };
        let page = read_matches::page(app, may, id, ask).await?;
        left_out = page.certain_total.saturating_sub(PLAN_TARGETS_MAX);
        wanted.extend(page.people.iter().map(|found| found.person));
    }
    wanted.extend(by_words(&network, &wish.words));
    let without: BTreeSet<PersonId> = wish.without.iter().copied().collect();
    let mut seen = BTreeSet::new();
    wanted.retain(|id| !without.contains(id) && network.person(*id).is_some() && seen.insert(*id));
    left_out += wanted.len().saturating_sub(PLAN_TARGETS_MAX);
    wanted.truncate(PLAN_TARGETS_MAX);

    let rows = introduction::list(app.db(), network.workspace, None, None, INTRODUCTIONS_MAX);
    let rows = rows.await?;
    let mut plan = Plan {
        targets: wanted.len(),
        left_out,
        as_of: network.as_of,
        entry: network.entry,
        ..Plan::default()
    };
    let open = take_committed(&network, &rows, &mut wanted, &mut plan);
    refuse_impossible(app, &network, &rows, &mut wanted, &mut plan).await?;
    let rules = rules(app, &network).await?;
    let ways = wish.ways.clamp(1, ASKS_PER_TARGET_MAX);
    let house = problem::House {
        network: &network,
        reader: grant.member(),
        rules: &rules,
        zone: &app.config.zone,
    };
    house.plan(&wanted, &open, ways, app.now(), &mut plan);
    Ok(plan)
}

/// Whoever fits the words, best reached first, then those nobody reaches.
fn by_words(network: &Network, words: &str) -> Vec<PersonId> {
    let fit: Vec<PersonId> =
        network.search(words, usize::MAX).iter().map(|facts| facts.id).collect();
    let nodes: Vec<_> = fit.iter().filter_map(|id| network.node(*id)).collect();
    let team = network.team(&Whom::Team);
    let reached = team.matches(network.graph(), &nodes, PLAN_TARGETS_MAX);
    let best = reached.iter().filter_map(|found| network.person_at(found.person));
    best.chain(fit.iter().copied()).collect()
}

/// Targets somebody asks for already leave the list; every ask that is open or about to be made comes
/// back as (connector, target), whosever target it is.
fn take_committed(
    network: &Network,
    rows: &[IntroductionRow],
    wanted: &mut Vec<PersonId>,
    plan: &mut Plan,
) -> Vec<(PersonId, PersonId)> {
    let live = || rows.iter().filter(|row| row.request.is_before_delivery());
    let by_target: BTreeMap<PersonId, &IntroductionRow> =
        live().map(|row| (row.target, row)).collect();
    wanted.retain(|id| {
        let Some((row, target)) = by_target.get(id).copied().zip(network.person(*id)) else {
            return true;
        };
        plan.committed.push(Committed {
            id: row.id,
            connector: network.person(row.connector).cloned(),
            target: target.clone(),
            requester: row.requester,
        });
        false
    });
    // Whoever is about to be asked has no more room than whoever was asked.
    let uses_room = |row: &&IntroductionRow| {
        row.connector_state.is_open_ask() || row.connector_state == ConnectorState::Unasked
    };
    live().filter(uses_room).map(|row| (row.connector, row.target)).collect()
}

/// Who objected, or said no not long ago, is not proposed; which of the two is not told.
async fn refuse_impossible(
    app: &App,
    network: &Network,
    rows: &[IntroductionRow],
    wanted: &mut Vec<PersonId>,
    plan: &mut Plan,
) -> Result<(), Failure> {
    let mut not_possible = read_matches::suppressed(app, network.workspace, wanted).await?;
    let now = app.now();
    let said_no = rows.iter().filter(|row| request::is_answered_for_good(row, now));
    not_possible.extend(said_no.map(|row| row.target));
    wanted.retain(|id| {
        let kept = !not_possible.contains(id);
        if let Some(facts) = network.person(*id).filter(|_| !kept) {
            plan.unasked.push((facts.clone(), Unasked::NotPossible));
        }
        kept
    });
    Ok(())
}

/// The rules and goodwill of everybody who is a connector; whoever is none yet has the defaults.
async fn rules(
    app: &App,
    network: &Network,
) -> Result<BTreeMap<PersonId, goodwill::Account>, Failure> {
    let known = warmpath_store::table::connector::connectors(app.db(), network.workspace).await?;
    let mut accounts = BTreeMap::new();
    for row in known {
        let account = goodwill::account(app, network.workspace, row.person).await?;
        accounts.insert(row.person, account);
    }
    Ok(accounts)
}
