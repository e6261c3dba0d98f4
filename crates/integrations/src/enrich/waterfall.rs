//! Asks vendors in order until nothing is missing, the money is gone, or the person said no.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use tokio::time::timeout;

use super::{
    Answer, AnswerItem, Breaker, DayBudget, FINDINGS_MAX, Field, Finding, Question,
    VALUE_CHARS_MAX, Vendor,
};

/// Longest wait for one vendor.
pub const ANSWER_MS_MAX: u64 = 10_000;
/// Most vendors in one waterfall.
pub const VENDORS_MAX: usize = 16;

/// What happened with one vendor.
#[derive(Debug, Clone, PartialEq)]
pub enum StepOutcome {
    /// It filled these fields.
    Filled(Vec<Field>),
    /// It found nothing that was missing.
    Miss,
    /// It works on; ask again.
    Pending {
        /// The vendor's handle.
        handle: String,
        /// When to ask again.
        poll_after: Timestamp,
    },
    /// The person asked not to be processed; the chain ended here.
    Suppressed,
    /// Not asked: it needs something that the question does not hold, or fills nothing missing.
    NotApplicable,
    /// Not asked: it failed too often, asked us to wait, or waits for the operator.
    Resting,
    /// Not asked: the money of the call is gone.
    CallBudget,
    /// Not asked: the money of the day is gone.
    DayBudget,
    /// Asked without a usable answer; worth another try later.
    Fault,
    /// Too many questions; worth another try at this time.
    RateLimited(Timestamp),
    /// Asked and refused: no credit or a bad key. The operator must act.
    NeedsOperator,
    /// The vendor cannot work with this question.
    BadInput,
}

/// One vendor's part in a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Name of the vendor.
    pub vendor: String,
    /// What happened.
    pub outcome: StepOutcome,
    /// What it charged, ten-thousandths.
    pub cost_e4: u64,
}

/// The result of one run.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// What was found, one value a field, in the order of fields.
    pub findings: Vec<Finding>,
    /// What is still missing.
    pub missing: BTreeSet<Field>,
    /// Vendor by vendor, in order.
    pub steps: Vec<Step>,
    /// The person asked not to be processed: store a suppression.
    pub is_suppressed: bool,
}

/// What a run would do and cost at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// Vendors that would be asked if all before them found nothing, in order.
    pub vendors: Vec<String>,
    /// The highest possible price, ten-thousandths, within the call's ceiling.
    pub cost_e4_max: u64,
}

/// Vendors in order, with the memory of their faults.
pub struct Waterfall {
    vendors: Vec<Arc<dyn Vendor>>,
    call_e4: u64,
    day: Arc<DayBudget>,
    answer_ms: u64,
    breakers: Mutex<BTreeMap<String, Breaker>>,
}

impl Waterfall {
    /// Asks `vendors` in this order (those beyond [`VENDORS_MAX`] are dropped), spending at most
    /// `call_e4` in one run and what `day` has left.
    pub fn new(mut vendors: Vec<Arc<dyn Vendor>>, call_e4: u64, day: Arc<DayBudget>) -> Self {
        vendors.truncate(VENDORS_MAX);
        let breakers = Mutex::new(BTreeMap::new());
        Self { vendors, call_e4, day, answer_ms: ANSWER_MS_MAX, breakers }
    }

    /// The same waterfall with a shorter wait for each vendor.
    #[must_use]
    pub fn with_answer_ms(mut self, answer_ms: u64) -> Self {
        self.answer_ms = answer_ms.min(ANSWER_MS_MAX);
        self
    }

    /// What a run would cost at most. Asks nobody.
    pub fn quote(&self, question: &Question, at: Timestamp) -> Quote {
        let mut quote = Quote { vendors: Vec::new(), cost_e4_max: 0 };
        for vendor in &self.vendors {
            let after = quote.cost_e4_max.saturating_add(vendor.cost_e4());
            if applies(vendor.as_ref(), question, &question.wanted)
                && self.breaker(vendor.name()).lets_through(at)
                && after <= self.call_e4
            {
                quote.vendors.push(vendor.name().to_owned());
                quote.cost_e4_max = after;
            }
        }
        quote
    }

    /// The state of one vendor's breaker, for a page.
    pub fn breaker(&self, vendor: &str) -> Breaker {
        self.lock().get(vendor).copied().unwrap_or_default()
    }

    /// The operator mended a vendor: forget its faults.
    pub fn reset(&self, vendor: &str) {
        self.lock().remove(vendor);
    }

    /// Asks until nothing is missing.
    pub async fn run(&self, question: &Question, at: Timestamp) -> Report {
        let mut report = Report {
            findings: Vec::new(),
            missing: question.wanted.clone(),
            steps: Vec::new(),
            is_suppressed: false,
        };
        let mut left_e4 = self.call_e4;
        for vendor in &self.vendors {
            if report.missing.is_empty() || report.is_suppressed {
                break;
            }
            let (outcome, cost_e4) =
                self.step(vendor.as_ref(), question, at, left_e4, &mut report).await;
            left_e4 = left_e4.saturating_sub(cost_e4);
            if outcome == StepOutcome::Suppressed {
                // What others said before about this person is not kept either.
                report.is_suppressed = true;
                report.findings.clear();
                report.missing.clone_from(&question.wanted);
            }
            report.steps.push(Step { vendor: vendor.name().to_owned(), outcome, cost_e4 });
        }
        report.findings.sort_by_key(|finding| finding.field);
        report
    }

    async fn step(
        &self,
        vendor: &dyn Vendor,
        question: &Question,
        at: Timestamp,
        left_e4: u64,
        report: &mut Report,
    ) -> (StepOutcome, u64) {
        if !applies(vendor, question, &report.missing) {
            return (StepOutcome::NotApplicable, 0);
        }
        if !self.breaker(vendor.name()).lets_through(at) {
            return (StepOutcome::Resting, 0);
        }
        let price_e4 = vendor.cost_e4();
        if price_e4 > left_e4 {
            return (StepOutcome::CallBudget, 0);
        }
        let Some(reserved) = self.day.reserve(price_e4, at) else {
            return (StepOutcome::DayBudget, 0);
        };
        let mut asked = question.clone();
        asked.wanted.clone_from(&report.missing);
        let wait = Duration::from_millis(self.answer_ms);
        // A late answer is charged in full: nobody knows whether the vendor did the work.
        let answer = timeout(wait, vendor.lookup(&asked, at)).await;
        let charged_e4 = match &answer {
            Ok(Answer::Match { cost_e4, .. } | Answer::Miss { cost_e4 }) => *cost_e4,
            Ok(Answer::Pending { .. }) | Err(_) => price_e4,
            Ok(_) => 0,
        };
        // A price above the stated one is a lie or a bug; the ceiling holds in our books.
        let charged_e4 = charged_e4.min(price_e4);
        self.day.settle(reserved, charged_e4);
        let outcome = self.judge(vendor, answer.unwrap_or(Answer::VendorDown), at, report);
        (outcome, charged_e4)
    }

    fn judge(
        &self,
        vendor: &dyn Vendor,
        answer: Answer,
        at: Timestamp,
        report: &mut Report,
    ) -> StepOutcome {
        let mut breakers = self.lock();
        let breaker = breakers.entry(vendor.name().to_owned()).or_default();
        match answer {
            Answer::Match { items, .. } => {
                let said_something = !items.is_empty();
                let findings = usable(vendor, items, at, &report.missing);
                if findings.is_empty() && said_something {
                    breaker.faulted(at);
                    return StepOutcome::Fault;
                }
                breaker.answered();
                let filled: Vec<Field> = findings.iter().map(|finding| finding.field).collect();
                for field in &filled {
                    report.missing.remove(field);
                }
                report.findings.extend(findings);
                if filled.is_empty() { StepOutcome::Miss } else { StepOutcome::Filled(filled) }
            }
            Answer::Miss { .. } => {
                breaker.answered();
                StepOutcome::Miss
            }
            Answer::Pending { handle, poll_after } => {
                breaker.answered();
                StepOutcome::Pending { handle, poll_after }
            }
            Answer::Suppressed => {
                breaker.answered();
                StepOutcome::Suppressed
            }
            Answer::RateLimited { until } => {
                breaker.asked_to_wait(at, until);
                StepOutcome::RateLimited(until)
            }
            Answer::OutOfCredits | Answer::AuthFailed => {
                breaker.take_out();
                StepOutcome::NeedsOperator
            }
            Answer::BadInput => StepOutcome::BadInput,
            Answer::VendorDown => {
                breaker.faulted(at);
                StepOutcome::Fault
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Breaker>> {
        self.breakers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn applies(vendor: &dyn Vendor, question: &Question, missing: &BTreeSet<Field>) -> bool {
    vendor.offers().iter().any(|field| missing.contains(field)) && vendor.can_ask(question)
}

/// The values that we may keep: offered, missing, bounded, printable, one for each field (the
/// best verified, the first among equals).
fn usable(
    vendor: &dyn Vendor,
    items: Vec<AnswerItem>,
    at: Timestamp,
    missing: &BTreeSet<Field>,
) -> Vec<Finding> {
    let mut kept: BTreeMap<Field, Finding> = BTreeMap::new();
    for item in items.into_iter().take(FINDINGS_MAX) {
        let is_expected = vendor.offers().contains(&item.field) && missing.contains(&item.field);
        let is_probability = item.confidence.is_none_or(|p| (0.0..=1.0).contains(&p));
        if !is_expected || !is_probability || !is_plain(&item) {
            continue;
        }
        let is_better = |old: &Finding| item.verification > old.verification;
        if kept.get(&item.field).is_none_or(is_better) {
            let finding = Finding {
                field: item.field,
                value: item.value.trim().to_owned(),
                source: vendor.name().to_owned(),
                observed_at: at,
                verification: item.verification,
                confidence: item.confidence,
            };
            kept.insert(item.field, finding);
        }
    }
    kept.into_values().collect()
}

fn is_plain(item: &AnswerItem) -> bool {
    let value = item.value.trim();
    let has_form = match item.field {
        Field::Email => value.parse::<crate::mail::Address>().is_ok(),
        Field::CompanyDomain => crate::mail::ascii_host(value).is_some(),
        _ => true,
    };
    !value.is_empty()
        && value.chars().count() <= VALUE_CHARS_MAX
        && !value.chars().any(char::is_control)
        && has_form
}
