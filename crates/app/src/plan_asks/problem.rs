//! From people and their rules to the engine's numbers, and from its answer back to people.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use warmpath_core::id::{MemberId, PersonId};
use warmpath_core::introduction::goodwill::{ConnectorStage, REST_DAYS_DEFAULT, is_no_go};
use warmpath_network::{AskOption, AskProblem, Assignment, assign, extend};

use super::{Plan, Proposed, Scarce, Unasked, When};
use crate::find_paths::{self, Answer, Next, Said, WarmPath};
use crate::introduce::goodwill::{Account, candidate};
use crate::network::{Network, Whom};

/// What a plan is made from.
pub(super) struct House<'a> {
    pub(super) network: &'a Network,
    pub(super) reader: MemberId,
    pub(super) rules: &'a BTreeMap<PersonId, Account>,
    pub(super) zone: &'a str,
}

/// Dense numbers of connectors, what each carries, and the ways by (connector, target).
#[derive(Default)]
struct Numbered {
    connectors: Vec<PersonId>,
    number: BTreeMap<PersonId, u32>,
    caps: Vec<(u32, u32)>,
    options: Vec<AskOption>,
    ways: BTreeMap<(u32, u32), WarmPath>,
}

impl House<'_> {
    /// Fills in the asks, the prices, and the targets without an ask. `open` holds every open ask as
    /// (connector, target).
    pub(super) fn plan(
        &self,
        wanted: &[PersonId],
        open: &[(PersonId, PersonId)],
        ways: usize,
        now: Timestamp,
        plan: &mut Plan,
    ) {
        let mut numbered = Numbered::default();
        let reasons: Vec<Option<Unasked>> = (0_u32..)
            .zip(wanted)
            .map(|(number, target)| self.options(*target, number, &mut numbered).err())
            .collect();
        let mut problem = AskProblem {
            caps: numbered.caps.iter().map(|(cap, _)| *cap).collect(),
            targets: u32::try_from(wanted.len()).unwrap_or(0),
            options: numbered.options.clone(),
        };
        // Open asks use up room; what the record counts beyond them does too.
        let made: Vec<(u32, u32)> = open
            .iter()
            .filter_map(|(connector, _)| Some((*numbered.number.get(connector)?, u32::MAX)))
            .collect();
        problem.commit(&made);
        for (left, (cap, open)) in problem.caps.iter_mut().zip(&mut numbered.caps) {
            *left = (*left).min(cap.saturating_sub(*open));
            *open = cap.saturating_sub(*left);
        }
        let best = assign(&problem);
        let asks = if ways > 1 { extend(&problem, &best.asks, ways).0 } else { best.asks.clone() };
        self.propose(wanted, &asks, &numbered, now, plan);
        self.price(&numbered, &best, plan);
        for (number, (target, reason)) in (0_u32..).zip(wanted.iter().zip(reasons)) {
            let asked = asks.iter().any(|ask| ask.target == number);
            if let Some(facts) = self.network.person(*target).filter(|_| !asked) {
                plan.unasked.push((facts.clone(), reason.unwrap_or(Unasked::NoRoom)));
            }
        }
    }

    /// Every way to a target that could be asked for, or why there is none.
    fn options(&self, target: PersonId, number: u32, all: &mut Numbered) -> Result<(), Unasked> {
        let Answer { said, paths, .. } =
            find_paths::in_network(self.network, self.reader, target, &Whom::Team);
        if said == Said::Member {
            return Err(Unasked::Member);
        }
        match paths.first() {
            None => return Err(Unasked::NoPath),
            Some(best) if best.low_confidence => return Err(Unasked::LowConfidence),
            Some(best) if best.connector.is_none() => return Err(Unasked::Known(best.member)),
            Some(_) => {}
        }
        let company = self.network.person(target).map_or("", |facts| facts.company.as_str());
        for path in paths.into_iter().filter(|path| !path.low_confidence) {
            let Some(connector) = path.connector else { continue };
            let rules = self.rules.get(&connector).map(Account::rules);
            if rules.is_some_and(|rules| is_no_go(&rules.no_go, company)) {
                continue;
            }
            let place = self.number(connector, all);
            all.options.push(AskOption {
                connector: place,
                target: number,
                probability: path.chance,
            });
            all.ways.insert((place, number), path);
        }
        Ok(())
    }

    fn number(&self, connector: PersonId, all: &mut Numbered) -> u32 {
        if let Some(number) = all.number.get(&connector) {
            return *number;
        }
        let number = u32::try_from(all.connectors.len()).unwrap_or(u32::MAX);
        all.connectors.push(connector);
        all.caps.push(self.cap(connector));
        all.number.insert(connector, number);
        number
    }

    /// Open asks a connector carries at most, and how many are open.
    fn cap(&self, connector: PersonId) -> (u32, u32) {
        let count = |n: i64| u32::try_from(n.max(0)).unwrap_or(0);
        let record = self.network.record(connector);
        let Some(account) = self.rules.get(&connector) else {
            return (count(record.budget), count(record.open_asks));
        };
        let takes = !matches!(account.row.stage, ConnectorStage::Resting | ConnectorStage::Left);
        let cap = record.budget.min(account.row.open_max);
        let open = count(record.open_asks).max(u32::try_from(account.open().len()).unwrap_or(0));
        (if takes { count(cap) } else { 0 }, open)
    }

    fn propose(
        &self,
        wanted: &[PersonId],
        asks: &[warmpath_network::Ask],
        numbered: &Numbered,
        now: Timestamp,
        plan: &mut Plan,
    ) {
        let mut likeliest_first = asks.to_vec();
        likeliest_first.sort_by(|a, b| {
            let order = (a.target, a.connector).cmp(&(b.target, b.connector));
            b.probability.total_cmp(&a.probability).then(order)
        });
        let (mut fails, mut asked) = (BTreeMap::new(), BTreeMap::new());
        for ask in likeliest_first {
            let (open, way) = fails.entry(ask.target).or_insert((1.0, 0_usize));
            let adds = *open * ask.probability;
            (*open, *way) = (*open * (1.0 - ask.probability), *way + 1);
            let nth = asked.entry(ask.connector).or_insert(0_i64);
            let key = (ask.connector, ask.target);
            let target = wanted.get(ask.target as usize).and_then(|id| self.network.person(*id));
            let connector = numbered.connectors.get(ask.connector as usize);
            let connector = connector.and_then(|id| self.network.person(*id));
            let (Some(path), Some(target), Some(connector)) =
                (numbered.ways.get(&key), target, connector)
            else {
                continue;
            };
            let next_best = numbered
                .options
                .iter()
                .filter(|other| other.target == ask.target && other.connector != ask.connector)
                .max_by(|a, b| a.probability.total_cmp(&b.probability))
                .and_then(|other| numbered.connectors.get(other.connector as usize).copied());
            plan.expected += adds;
            plan.asks.push(Proposed {
                when: self.when(connector.id, path, &target.company, *nth, now),
                connector: connector.clone(),
                target: target.clone(),
                path: path.clone(),
                adds,
                way: *way,
                next_best,
            });
            *nth += 1;
        }
        plan.asks.sort_by(|a, b| {
            let order = (a.target.id, a.connector.id).cmp(&(b.target.id, b.connector.id));
            b.adds.total_cmp(&a.adds).then(order)
        });
    }

    /// When the n-th ask of a connector in this plan, from 0, may be made.
    fn when(
        &self,
        connector: PersonId,
        path: &WarmPath,
        company: &str,
        nth: i64,
        now: Timestamp,
    ) -> When {
        match path.next {
            Next::WarmFirst => return When::WarmFirst,
            Next::Confirm => return When::Confirm,
            _ => {}
        }
        let nobody_yet = || Account {
            row: candidate(self.network.workspace, connector, now),
            steps: Vec::new(),
            asked: Vec::new(),
        };
        let account = self.rules.get(&connector).cloned().unwrap_or_else(nobody_yet);
        // The size of a deal is asked for in the form.
        let may = account.may_ask(company, account.row.deal_min, self.zone, now);
        if may.as_ref().is_err_and(|refused| refused.needs_give) {
            return When::GiveFirst;
        }
        let rest_days = self.rules.get(&connector).map_or(REST_DAYS_DEFAULT, |a| a.row.rest_days);
        let after_the_others = now + SignedDuration::from_hours(24 * rest_days.max(0) * nth);
        let by_rules = may.err().and_then(|refused| refused.from).unwrap_or(now);
        let by_record = match path.next {
            Next::From(at) => at,
            _ => now,
        };
        let at = after_the_others.max(by_rules).max(by_record);
        if at > now { When::From(at) } else { When::Now }
    }

    fn price(&self, numbered: &Numbered, best: &Assignment, plan: &mut Plan) {
        for (at, id) in numbered.connectors.iter().enumerate() {
            let Some(facts) = self.network.person(*id) else { continue };
            let planned = plan.asks.iter().filter(|ask| ask.connector.id == *id).count();
            let (cap, open) = numbered.caps[at];
            let mut price = best.prices.get(at).copied().unwrap_or(0.0);
            if cap <= open {
                price = what_one_ask_would_add(at, numbered, best);
            }
            plan.scarce.push(Scarce {
                connector: facts.clone(),
                cap,
                open,
                planned: u32::try_from(planned).unwrap_or(u32::MAX),
                price,
            });
        }
        plan.scarce.sort_by(|a, b| {
            let asks = b.planned.cmp(&a.planned).then(a.connector.id.cmp(&b.connector.id));
            b.price.total_cmp(&a.price).then(asks)
        });
    }
}

/// The least dual price of a connector without room, whom the plan therefore leaves out: the most
/// that one of their ways is worth beyond what its target has without it.
fn what_one_ask_would_add(connector: usize, numbered: &Numbered, best: &Assignment) -> f64 {
    let theirs = numbered.options.iter().filter(|option| option.connector as usize == connector);
    let beyond = theirs.map(|option| {
        let held = best.profits.get(option.target as usize).copied().unwrap_or(0.0);
        option.probability - held
    });
    beyond.fold(0.0, f64::max)
}
