//! Vendors for tests: they answer by script, late, never, or with rubbish.

use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;

use super::{Answer, AnswerItem, Field, Question, Vendor, Verification};

/// How a fake vendor answers.
#[derive(Debug, Clone)]
pub enum Script {
    /// Always with this answer.
    Answers(Answer),
    /// Never.
    Silent,
    /// With things that were not asked for, too long, or not printable.
    Rubbish,
}

/// A vendor that follows a script and counts the questions.
#[derive(Debug)]
pub struct FakeVendor {
    name: String,
    cost_e4: u64,
    offers: Vec<Field>,
    script: Script,
    calls: AtomicU64,
}

impl FakeVendor {
    /// A vendor that offers `offers` for `cost_e4`.
    pub fn new(name: &str, cost_e4: u64, offers: &[Field], script: Script) -> Self {
        let calls = AtomicU64::new(0);
        Self { name: name.to_owned(), cost_e4, offers: offers.to_vec(), script, calls }
    }

    /// Questions so far.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::SeqCst)
    }
}

#[async_trait::async_trait]
impl Vendor for FakeVendor {
    fn name(&self) -> &str {
        &self.name
    }

    fn cost_e4(&self) -> u64 {
        self.cost_e4
    }

    fn offers(&self) -> &[Field] {
        &self.offers
    }

    fn can_ask(&self, _question: &Question) -> bool {
        true
    }

    async fn lookup(&self, _question: &Question, _at: Timestamp) -> Answer {
        self.calls.fetch_add(1, Ordering::SeqCst);
        match &self.script {
            Script::Answers(answer) => answer.clone(),
            Script::Silent => std::future::pending().await,
            Script::Rubbish => Answer::Match { items: rubbish(), cost_e4: u64::MAX },
        }
    }
}

fn rubbish() -> Vec<AnswerItem> {
    let item = |field, value: &str| AnswerItem {
        field,
        value: value.to_owned(),
        verification: Verification::Vendor,
        confidence: None,
    };
    vec![
        item(Field::Email, "a@b@c\r\nBcc: d@e.example"),
        item(Field::CompanyDomain, "http://169.254.169.254/"),
        item(Field::JobTitle, &"x".repeat(100_000)),
        item(Field::Company, "\u{0}"),
        AnswerItem { confidence: Some(f64::NAN), ..item(Field::Country, "DE") },
    ]
}
