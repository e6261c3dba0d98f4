//! Weighs two descriptions of people, and says what may be done with them.
//!
//! The weighing is Fellegi and Sunter's, by the engine's comparison under the shipped model. What may
//! be done does not follow from the weight alone: a likeness however strong joins nobody by machine
//! unless the mailbox is the same, personal, and not carried by people of other names.

use std::sync::LazyLock;

use warmpath_core::contact::{Email, MailboxTraits};
use warmpath_identity::compare::Plan;
use warmpath_identity::explain::{Explanation, explain};
use warmpath_identity::features::{Features, TextRow};
use warmpath_identity::kind::ColumnKind;
use warmpath_identity::model::{Model, Weights};
use warmpath_identity::normal::email;

use crate::resolve::trace::{Step, Trace};

/// A description of a person, from one record or gathered from several.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// Name as written.
    pub name: String,
    /// Mailboxes in their match form; of a fresh record the first is the one it is known by.
    pub mailboxes: Vec<String>,
    /// Phones, E.164.
    pub phones: Vec<String>,
    /// Company or website.
    pub company: String,
    /// Role.
    pub title: String,
    /// Country, ISO 3166-1 alpha-2.
    pub country: String,
    /// Address of a public profile.
    pub profile: String,
}

/// What may be done with a fresh record and a known person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// They are one; the proof is the mailbox.
    Join,
    /// A person has to look, because of this.
    Ask(Why),
    /// They are two.
    New,
}

/// Why a person has to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The weight lies between the lines.
    Between,
    /// The weight is above the upper line, but nothing proves it.
    NoProof,
    /// One mailbox, two names.
    NamesDiffer,
    /// The mailbox is read by several people.
    SharedMailbox,
    /// Two companies of one domain or name under other legal forms.
    LegalForm,
}

impl Why {
    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Between => "between",
            Self::NoProof => "no_proof",
            Self::NamesDiffer => "names_differ",
            Self::SharedMailbox => "shared_mailbox",
            Self::LegalForm => "legal_form",
        }
    }
}

/// Two records, weighed.
#[derive(Debug, Clone)]
pub struct Judged {
    /// What may be done.
    pub answer: Answer,
    /// The waterfall.
    pub trace: Trace,
}

/// The shipped model, as its file has it.
#[derive(serde::Deserialize, serde::Serialize)]
pub struct Shipped {
    /// Its name and number.
    pub version: String,
    /// When it was made.
    pub made: String,
    /// Below this probability two records are two.
    pub review_from: f64,
    /// From this probability on only a proof is missing.
    pub match_from: f64,
    /// m, u and the prior.
    pub model: Model,
}

struct Scale {
    shipped: Shipped,
    plan: Plan,
    weights: Weights,
}

/// The file of the shipped model.
const FILE: &str = include_str!("people-model.json");

static SCALE: LazyLock<Result<Scale, String>> = LazyLock::new(|| {
    let shipped: Shipped = serde_json::from_str(FILE).map_err(|e| e.to_string())?;
    let plan = Plan::new(&primed());
    shipped.model.check(&plan).map_err(|e| e.to_string())?;
    let weights = Weights::new(&plan, &shipped.model);
    Ok(Scale { shipped, plan, weights })
});

/// The columns under which people are compared.
pub(crate) const COLUMNS: [(&str, ColumnKind); 8] = [
    ("name", ColumnKind::FullName),
    ("mailbox", ColumnKind::Email),
    ("phone", ColumnKind::Phone),
    ("company", ColumnKind::Company),
    ("website", ColumnKind::Domain),
    ("role", ColumnKind::Title),
    ("country", ColumnKind::Country),
    ("profile", ColumnKind::Identifier),
];

/// A record with a value in every column, so that every comparison is planned.
pub(crate) const PRIMER: [&str; 8] = [
    "Quirin Q. Zzyzx Jr",
    "quirin@zzyzx.example",
    "+999 1234567",
    "Zzyzx Ltd",
    "zzyzx.example",
    "Keeper",
    "AQ",
    "people.example/zzyzx",
];

fn primed() -> Features {
    let headers: Vec<String> = COLUMNS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let kinds = COLUMNS.iter().map(|(_, kind)| *kind).collect();
    let mut features = Features::new(&headers, &kinds);
    features.push(&TextRow(&PRIMER));
    features
}

/// The name and number of the model, and its two lines: new below the first, proof wanted above the
/// second.
pub fn model() -> (&'static str, f64, f64) {
    match &*SCALE {
        Ok(scale) => (&scale.shipped.version, scale.shipped.review_from, scale.shipped.match_from),
        Err(_) => ("none", 1.0, 1.0),
    }
}

/// Weighs a fresh record against what is known of a person. A mailbox or phone in `common` is carried
/// by people of several names and says nothing.
pub fn weigh(known: &Record, fresh: &Record, common: &[String]) -> Judged {
    let (version, review_from, match_from) = model();
    let Ok(scale) = &*SCALE else {
        // The shipped file is checked by a test; without it nothing is joined and nothing asked.
        return Judged { answer: Answer::New, trace: Trace::default() };
    };
    let telling = |values: &[String]| -> Vec<String> {
        values.iter().filter(|v| !common.contains(v)).cloned().collect()
    };
    let pair = |of: fn(&Record) -> &Vec<String>, near: fn(&str, &str) -> u8| {
        nearest(&telling(of(known)), &telling(of(fresh)), near)
    };
    let (left_mail, right_mail) = pair(|r| &r.mailboxes, mailbox_likeness);
    let (left_phone, right_phone) = pair(|r| &r.phones, |a, b| u8::from(a == b));
    let mut features = primed();
    for texts in [cells(known, &left_mail, &left_phone), cells(fresh, &right_mail, &right_phone)] {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        features.push_uncounted(&TextRow(&texts));
    }
    let found = explain(&features, &scale.plan, &scale.shipped.model, &scale.weights, 1, 2);
    let same_mailbox = fresh.mailboxes.first().is_some_and(|first| {
        known.mailboxes.contains(first) && !common.contains(first) && is_mailbox(first)
    });
    let answer = if same_mailbox {
        proven(fresh, &found)
    } else if found.probability >= match_from {
        Answer::Ask(Why::NoProof)
    } else if found.probability >= review_from {
        Answer::Ask(Why::Between)
    } else {
        Answer::New
    };
    // Names are what two people are told apart by; without one on either side nothing is asked.
    let nameless = known.name.trim().is_empty() || fresh.name.trim().is_empty();
    let answer = if nameless && !same_mailbox { Answer::New } else { answer };
    Judged { answer, trace: trace_of(&found, version) }
}

/// A record as one row of [`COLUMNS`], with its first mailbox and line.
pub(crate) fn texts(record: &Record) -> [String; 8] {
    let first = |values: &[String]| values.first().cloned().unwrap_or_default();
    cells(record, &first(&record.mailboxes), &first(&record.phones))
}

fn cells(record: &Record, mail: &str, phone: &str) -> [String; 8] {
    let (company, site) = match crate::find_person::as_domain(&record.company) {
        Some(domain) => (String::new(), domain),
        None => (record.company.clone(), String::new()),
    };
    [
        record.name.clone(),
        mail.to_owned(),
        phone.to_owned(),
        company,
        site,
        record.title.clone(),
        record.country.clone(),
        profile_form(&record.profile),
    ]
}

/// The mailbox is the same: who reads it?
fn proven(fresh: &Record, found: &Explanation) -> Answer {
    let first = fresh.mailboxes.first().map(String::as_str).unwrap_or_default();
    let shared = Email::parse(first).is_ok_and(|e| MailboxTraits::of(&e).role);
    match (names_differ(found), shared) {
        (true, true) => Answer::New,
        (true, false) => Answer::Ask(Why::NamesDiffer),
        (false, true) => Answer::Ask(Why::SharedMailbox),
        (false, false) => Answer::Join,
    }
}

/// Given names, or generations, that one person cannot have both.
fn names_differ(found: &Explanation) -> bool {
    let level = |name: &str| found.parts.iter().find(|part| part.comparison == name);
    let differs = |name: &str| level(name).is_some_and(|part| part.level.starts_with("different"));
    differs("generation") || differs("given name")
}

/// Whether a text is a mailbox that somebody may read, and no stand-in such as `none@none`.
pub fn is_mailbox(text: &str) -> bool {
    !email::parse(text).full.is_empty()
}

/// The pair that has most in common; the first of each where nothing has.
fn nearest(left: &[String], right: &[String], near: fn(&str, &str) -> u8) -> (String, String) {
    let pairs = left.iter().flat_map(|a| right.iter().map(move |b| (a, b)));
    // `rev`, because the last of equals wins.
    let pairs: Vec<(&String, &String)> = pairs.collect();
    let best = pairs.into_iter().rev().max_by_key(|(a, b)| near(a, b));
    match best {
        Some((a, b)) => (a.clone(), b.clone()),
        None => {
            let first = |list: &[String]| list.first().cloned().unwrap_or_default();
            (first(left), first(right))
        }
    }
}

fn mailbox_likeness(left: &str, right: &str) -> u8 {
    let (a, b) = (email::parse(left), email::parse(right));
    if left == right {
        4
    } else if !a.full.is_empty() && a.full == b.full {
        3
    } else if !a.domain.is_empty() && a.domain == b.domain {
        2
    } else {
        u8::from(!a.local.is_empty() && a.local == b.local)
    }
}

/// An address of a profile without scheme, `www.`, query and closing slash.
pub fn profile_form(text: &str) -> String {
    let text = text.trim().to_lowercase();
    let text = text.split(['?', '#']).next().unwrap_or_default();
    let text = text.strip_prefix("https://").or(text.strip_prefix("http://")).unwrap_or(text);
    text.strip_prefix("www.").unwrap_or(text).trim_end_matches('/').to_owned()
}

/// A waterfall as it is kept, under the name of its model.
pub(crate) fn trace_of(found: &Explanation, model: &str) -> Trace {
    Trace {
        model: model.to_owned(),
        prior_bits: found.prior_bits,
        steps: found
            .parts
            .iter()
            .map(|part| Step {
                comparison: part.comparison.clone(),
                level: part.level.clone(),
                m: part.m,
                u: part.u,
                rarity: part.rarity,
                bits: part.bits,
            })
            .collect(),
        total_bits: found.total_bits,
        probability: found.probability,
    }
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
