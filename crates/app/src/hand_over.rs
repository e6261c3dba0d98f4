//! Turns what was typed into a form into a submission: one sentence per wrong field, nothing stored
//! when there is one. Used by the internal form, the partner portal and the personal link.

use jiff::SignedDuration;
use warmpath_core::contact::{CompanyName, Country, Email, PersonName, Phone};
use warmpath_core::limits;
use warmpath_core::referral::{Door, Origin, ReferralKind};
use warmpath_core::text::{Line, Paragraphs};
use warmpath_store::table::workspace::MemberRow;

use crate::context::App;
use crate::error::{Failure, Problem};
use crate::find_person::Described;
use crate::keys::sha256;
use crate::policy::{Grant, SubmitReferral};
use crate::submit_referral::{self, Hop, IdempotencyKey, Receipt, Referrer, Submission};

/// What was typed, as it was typed.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// Made with the page: a second press does nothing new.
    pub idempotency_key: String,
    /// Name.
    pub name: String,
    /// Company or website.
    pub company: String,
    /// Role in the company.
    pub title: String,
    /// Work e-mail.
    pub email: String,
    /// Phone.
    pub phone: String,
    /// Who referred them, when it is not the one who types.
    pub referrer_name: String,
    /// Their e-mail.
    pub referrer_email: String,
    /// How they know each other.
    pub relationship: String,
    /// Why they should talk.
    pub context: String,
    /// Type of referral.
    pub kind: String,
    /// Evidence of the type.
    pub evidence: String,
    /// The person was asked.
    pub expects: bool,
    /// Budget.
    pub budget: String,
    /// Authority.
    pub authority: String,
    /// Need.
    pub need: String,
    /// Timing.
    pub timing: String,
    /// Who introduced the referrer to the person.
    pub earlier: String,
    /// Language of the texts.
    pub language: String,
}

/// Longest short answer, in characters.
const LINE_MAX: usize = 500;

/// Longest context, in characters.
pub const CONTEXT_MAX: usize = limits::CONTEXT_CHARACTERS_MAX;

/// Checks what was typed.
///
/// # Errors
/// [`Failure::Invalid`] with one problem per wrong field.
pub fn check(
    typed: &Typed,
    door: Door,
    origin: Origin,
    referrer: Referrer,
    home: Option<Country>,
) -> Result<Submission, Failure> {
    let mut problems = Vec::new();
    let prospect = prospect(typed, home, &mut problems);
    let context = paragraphs(&mut problems, "words", &typed.context);
    if context.is_empty() {
        problems.push(Problem::new(
            "words",
            "context_missing",
            "Say in a sentence why they should talk.",
        ));
    }
    let kind = kind(typed, &mut problems);
    if !RELATIONSHIPS.contains(&typed.relationship.as_str()) {
        problems.push(Problem::new(
            "relation",
            "relationship_missing",
            "Say how you know each other.",
        ));
    }
    let line = |problems: &mut Vec<Problem>, name: &str, text: &str| short(problems, name, text);
    let submission = Submission {
        door,
        origin,
        kind,
        prospect,
        referrer,
        context,
        evidence: line(&mut problems, "evidence", &typed.evidence),
        need: line(&mut problems, "need", &typed.need),
        budget: line(&mut problems, "budget", &typed.budget),
        authority: line(&mut problems, "authority", &typed.authority),
        timing: line(&mut problems, "timing", &typed.timing),
        relationship: typed.relationship.clone(),
        rating: String::new(),
        expects: typed.expects,
        hops: hops(typed, &mut problems),
        amount: None,
        currency: String::new(),
        language: if typed.language == "de" { "de" } else { "en" }.to_owned(),
    };
    if problems.is_empty() { Ok(submission) } else { Err(Failure::Invalid(problems)) }
}

/// How a referrer may know a person.
pub const RELATIONSHIPS: &[&str] = &["worked_together", "business", "met", "by_name"];

fn prospect(typed: &Typed, home: Option<Country>, problems: &mut Vec<Problem>) -> Described {
    if PersonName::parse(&typed.name).is_err() {
        problems.push(Problem::new("name", "name_invalid", "Write the person's name."));
    }
    let email = optional_email(problems, "email", &typed.email);
    let phone = if typed.phone.is_empty() {
        None
    } else {
        match Phone::parse(&typed.phone, home) {
            Ok(phone) => Some(phone),
            Err(refusal) => {
                problems.push(Problem::new("phone", "phone_invalid", refusal.to_string()));
                None
            }
        }
    };
    if typed.company.is_empty() && email.is_none() {
        problems.push(Problem::new(
            "company",
            "company_missing",
            "Add a company or a work e-mail.",
        ));
    } else if !typed.company.is_empty() && CompanyName::parse(&typed.company).is_err() {
        problems.push(Problem::new("company", "company_invalid", "Write the company's name."));
    }
    let title = short(problems, "role", &typed.title);
    Described {
        name: typed.name.clone(),
        email,
        phone,
        title,
        company: typed.company.clone(),
        country: None,
        source: "referrer".to_owned(),
        ..Described::default()
    }
}

/// An e-mail that may be left empty.
pub fn optional_email(problems: &mut Vec<Problem>, field: &str, text: &str) -> Option<Email> {
    if text.is_empty() {
        return None;
    }
    match Email::parse(text) {
        Ok(email) => Some(email),
        Err(refusal) => {
            problems.push(Problem::new(field, "email_invalid", refusal.to_string()));
            None
        }
    }
}

fn kind(typed: &Typed, problems: &mut Vec<Problem>) -> ReferralKind {
    let kind = if typed.kind.is_empty() { "direct" } else { &typed.kind };
    match kind.parse() {
        Ok(kind) => {
            if kind != ReferralKind::Direct && typed.evidence.is_empty() {
                let ask = match kind {
                    ReferralKind::Implied => "Say where the person came up.",
                    ReferralKind::Tangible => "Say which thing of ours it was.",
                    _ => "Say which group it was.",
                };
                problems.push(Problem::new("evidence", "evidence_missing", ask));
            }
            kind
        }
        Err(_) => {
            problems.push(Problem::new("kind", "kind_unknown", "Choose one of the four kinds."));
            ReferralKind::Direct
        }
    }
}

fn hops(typed: &Typed, problems: &mut Vec<Problem>) -> Vec<Hop> {
    if typed.earlier.is_empty() {
        return Vec::new();
    }
    if PersonName::parse(&typed.earlier).is_err() {
        problems.push(Problem::new("earlier", "name_invalid", "Write that person's name."));
        return Vec::new();
    }
    let described = Described {
        name: typed.earlier.clone(),
        source: "referrer".to_owned(),
        ..Described::default()
    };
    vec![Hop { described, relation: "introduced".to_owned(), since: String::new() }]
}

/// A short text of one line.
pub fn short(problems: &mut Vec<Problem>, field: &str, text: &str) -> String {
    match Line::<LINE_MAX>::parse(text) {
        Ok(line) => line.into_string(),
        Err(_) if text.is_empty() => String::new(),
        Err(refusal) => {
            problems.push(Problem::new(field, "text_invalid", refusal.to_string()));
            String::new()
        }
    }
}

/// A text of several lines.
pub fn paragraphs(problems: &mut Vec<Problem>, field: &str, text: &str) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    match Paragraphs::<CONTEXT_MAX>::parse(text) {
        Ok(text) => text.into_string(),
        Err(refusal) => {
            problems.push(Problem::new(field, "text_invalid", refusal.to_string()));
            String::new()
        }
    }
}

/// A member hands over, for themselves or for somebody who told them.
///
/// # Errors
/// As [`check`] and [`submit_referral::run`].
pub async fn by_member(
    app: &App,
    grant: &Grant<SubmitReferral>,
    member: &MemberRow,
    typed: &Typed,
) -> Result<Receipt, Failure> {
    // The member vouches with their own name. Who told them is an earlier hop of the chain, for whom
    // nothing is proved here.
    let described = Described {
        name: member.name.clone(),
        email: Email::parse(&member.email).ok(),
        title: member.title.clone(),
        source: "member".to_owned(),
        ..Described::default()
    };
    let referrer = Referrer {
        described,
        evidence: member_evidence(),
        channel_level: 3,
        actor: Some(grant.principal().actor()),
        member: Some(grant.member()),
        partner: None,
    };
    let mut submission = check(typed, Door::Form, Origin::Colleague, referrer, None)?;
    if let Some(told) = told_by(typed)? {
        submission.hops.insert(0, told);
    }
    let key = form_key(&typed.idempotency_key, member, typed);
    submit_referral::run(app, grant.workspace(), &submission, key.as_ref()).await
}

/// Who told the member, as the hop next to them.
fn told_by(typed: &Typed) -> Result<Option<Hop>, Failure> {
    if typed.referrer_name.is_empty() {
        return Ok(None);
    }
    let mut problems = Vec::new();
    if PersonName::parse(&typed.referrer_name).is_err() {
        problems.push(Problem::new("referrer", "name_invalid", "Write that person's name."));
    }
    let email = optional_email(&mut problems, "referrer_email", &typed.referrer_email);
    if !problems.is_empty() {
        return Err(Failure::Invalid(problems));
    }
    let described = Described {
        name: typed.referrer_name.clone(),
        email,
        source: "member".to_owned(),
        ..Described::default()
    };
    Ok(Some(Hop { described, relation: "mentioned".to_owned(), since: String::new() }))
}

/// What a session shows about a colleague: their mailbox was proved by the sign-in link, the
/// request came in their session, our own domain is theirs, and they state the tie.
pub fn member_evidence() -> Vec<(&'static str, &'static str, Option<SignedDuration>)> {
    let days = |n: i64| Some(SignedDuration::from_hours(24 * n));
    vec![
        ("C", "signed in by a link to the mailbox", days(90)),
        ("S", "handed over in a signed-in session", None),
        ("D", "member of this workspace", days(180)),
        ("R", "stated how they know each other", None),
    ]
}

/// The key of a form: made with the page, bound to who sent it and what was typed.
pub fn form_key(key: &str, member: &MemberRow, typed: &Typed) -> Option<IdempotencyKey> {
    let good = (16..=255).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
    good.then(|| IdempotencyKey {
        key: format!("form/{}/{key}", member.id),
        fingerprint: sha256(format!("{typed:?}").as_bytes()),
    })
}
