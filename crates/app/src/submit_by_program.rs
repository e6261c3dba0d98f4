//! A program hands over a person: checks what was sent, names every wrong field by its path, and
//! hands over under the program's idempotency key.

use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;
use warmpath_core::contact::{CompanyName, Country, Email, PersonName, Phone};
use warmpath_core::limits;
use warmpath_core::referral::{Door, Origin, ReferralKind};
use warmpath_core::text::Line;
use warmpath_store::table::workspace::MemberRow;

use crate::context::App;
use crate::currency;
use crate::error::{Failure, Problem};
use crate::find_person::{Described, as_domain};
use crate::hand_over::{RELATIONSHIPS, optional_email, paragraphs, short};
use crate::policy::{Grant, SubmitReferral};
use crate::submit_referral::{self, Hop, IdempotencyKey, Receipt, Referrer, Submission};

/// A referral as a program sends it. What only the house may set is no field here, so it is refused
/// as unknown.
#[derive(Debug, Clone, Default, Deserialize, serde::Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Given {
    /// Who is referred.
    #[schema(required)]
    pub contact: Contact,
    /// Their company, when more is known than its name.
    pub company: Company,
    /// Who refers; the member behind the key when left out.
    pub referrer: Option<GivenReferrer>,
    /// Who the referrer is to us: `colleague` (also written `csm`, `ae`, `sdr`, `seller`,
    /// `employee`), `customer`, `partner`, `vendor` or `community`.
    #[schema(example = "csm")]
    pub source: String,
    /// `direct` (the default), `implied`, `tangible` or `community`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Evidence of the type: where mentioned, which asset, which group.
    pub evidence: String,
    /// Why they should talk, in the referrer's words. Kept exactly as sent.
    #[schema(required, max_length = 5000)]
    pub context: String,
    /// Need.
    pub need: String,
    /// Budget.
    pub budget: String,
    /// Authority.
    pub authority: String,
    /// Timing.
    pub timing: String,
    /// `worked_together`, `business`, `met` or `by_name`.
    pub relationship: String,
    /// `strong`, `medium` or `weak`: the referrer's own word for the tie.
    pub rating: String,
    /// The person was asked before.
    pub expects: bool,
    /// The day on which they met; a real day, not in the future.
    #[schema(example = "2024-05-17")]
    pub met_on: Option<String>,
    /// Who referred the referrer, nearest first; at most six.
    #[schema(max_items = 6)]
    pub hops: Vec<GivenHop>,
    /// Value, when known.
    pub deal_size: Option<Money>,
    /// At most twenty words.
    #[schema(max_items = 20)]
    pub tags: Vec<String>,
    /// Language of the texts for the person: `en` or `de`.
    pub language: String,
}

/// A person as a program describes them.
#[derive(Debug, Clone, Default, Deserialize, serde::Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Contact {
    /// Name.
    #[schema(required, max_length = 200)]
    pub name: String,
    /// Work e-mail.
    #[schema(required)]
    pub email: String,
    /// Phone, best with a country code.
    pub phone: String,
    /// Role in the company.
    pub title: String,
    /// Company, by name.
    pub company: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

/// A company.
#[derive(Debug, Clone, Default, Deserialize, serde::Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Company {
    /// Name; not together with `contact.company`.
    pub name: String,
    /// `http` or `https` address of a host.
    pub website: String,
}

/// Who refers.
#[derive(Debug, Clone, Default, Deserialize, serde::Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GivenReferrer {
    /// Name.
    #[schema(required)]
    pub name: String,
    /// E-mail.
    #[schema(required)]
    pub email: String,
    /// Role.
    pub title: String,
    /// Company.
    pub company: String,
}

/// An earlier hop.
#[derive(Debug, Clone, Default, Deserialize, serde::Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GivenHop {
    /// Name.
    #[schema(required)]
    pub name: String,
    /// E-mail.
    pub email: String,
    /// `introduced` (the default), `mentioned` or `worked_together`.
    pub relation: String,
    /// The year.
    pub since: String,
}

/// An amount of money.
#[derive(Debug, Clone, Deserialize, serde::Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// In minor units (cents); never negative.
    #[schema(minimum = 0)]
    pub amount: i64,
    /// ISO 4217.
    #[schema(example = "EUR")]
    pub currency: String,
}

/// Hands over.
///
/// # Errors
/// [`Failure::Invalid`] with one problem per wrong field, and as [`submit_referral::run`].
pub async fn run(
    app: &App,
    grant: &Grant<SubmitReferral>,
    member: &MemberRow,
    given: &Given,
    key: Option<&IdempotencyKey>,
) -> Result<Receipt, Failure> {
    let mut problems = Vec::new();
    let submission = submission(grant, member, given, &mut problems);
    let met_on = met_on(app, given, &mut problems);
    let tags = tags(given, &mut problems);
    if !problems.is_empty() {
        return Err(Failure::Invalid(problems));
    }
    let website = given.company.website.clone();
    let more = [("met_on", met_on), ("tags", tags), ("website", website)];
    submit_referral::run_with(app, grant.workspace(), &submission, key, &more).await
}

/// The program's key, bound to the member it acts for and to what was sent.
///
/// # Errors
/// [`Failure::Invalid`] when it is empty, too long or not plain ASCII.
pub fn idempotency_key(
    member: &MemberRow,
    text: &str,
    fingerprint: Vec<u8>,
) -> Result<IdempotencyKey, Failure> {
    let max = limits::IDEMPOTENCY_KEY_BYTES_MAX;
    let good = (1..=max).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    if !good {
        let sentence = format!("Send 1 to {max} visible ASCII characters.");
        return Err(Failure::invalid("Idempotency-Key", "idempotency_key_invalid", sentence));
    }
    Ok(IdempotencyKey { key: format!("api/{}/{text}", member.id), fingerprint })
}

fn submission(
    grant: &Grant<SubmitReferral>,
    member: &MemberRow,
    given: &Given,
    problems: &mut Vec<Problem>,
) -> Submission {
    let prospect = prospect(given, problems);
    let origin = origin(given, problems);
    let referrer = Referrer {
        described: referrer(given, member, origin, problems),
        evidence: evidence(given),
        channel_level: 3,
        actor: Some(grant.principal().actor()),
        member: Some(member.id),
        partner: None,
    };
    let context = paragraphs(problems, "context", &given.context);
    if given.context.trim().is_empty() {
        problems.push(Problem::new("context", "context_missing", "Say why they should talk."));
    }
    let (amount, currency) = money(given, problems);
    let kind = kind(given, problems);
    one_of(problems, "relationship", &given.relationship, RELATIONSHIPS);
    one_of(problems, "rating", &given.rating, &["strong", "medium", "weak"]);
    one_of(problems, "language", &given.language, &["en", "de"]);
    let met = given.relationship.is_empty() && given.met_on.is_some();
    Submission {
        door: Door::Api,
        origin,
        kind,
        prospect,
        referrer,
        context,
        evidence: short(problems, "evidence", &given.evidence),
        need: short(problems, "need", &given.need),
        budget: short(problems, "budget", &given.budget),
        authority: short(problems, "authority", &given.authority),
        timing: short(problems, "timing", &given.timing),
        relationship: if met { "met".to_owned() } else { given.relationship.clone() },
        rating: given.rating.clone(),
        expects: given.expects,
        hops: hops(given, problems),
        amount,
        currency,
        language: if given.language == "de" { "de" } else { "en" }.to_owned(),
    }
}

fn one_of(problems: &mut Vec<Problem>, field: &str, value: &str, words: &[&str]) {
    if !value.is_empty() && !words.contains(&value) {
        let sentence = format!("Send one of: {}.", words.join(", "));
        problems.push(Problem::new(field, "word_unknown", sentence));
    }
}

fn prospect(given: &Given, problems: &mut Vec<Problem>) -> Described {
    let contact = &given.contact;
    name(problems, "contact.name", &contact.name);
    if contact.email.is_empty() {
        problems.push(Problem::new("contact.email", "email_missing", "Send the work e-mail."));
    }
    let email = optional_email(problems, "contact.email", &contact.email);
    let country = country(problems, &contact.country);
    let phone = match contact.phone.as_str() {
        "" => None,
        text => match Phone::parse(text, country) {
            Ok(phone) => Some(phone),
            Err(refusal) => {
                problems.push(Problem::new("contact.phone", "phone_invalid", refusal.to_string()));
                None
            }
        },
    };
    Described {
        name: contact.name.clone(),
        email,
        phone,
        title: short(problems, "contact.title", &contact.title),
        company: company(given, problems),
        country,
        source: "referrer".to_owned(),
        ..Described::default()
    }
}

fn name(problems: &mut Vec<Problem>, field: &str, text: &str) {
    if let Err(refusal) = PersonName::parse(text) {
        problems.push(Problem::new(field, "name_invalid", refusal.to_string()));
    }
}

fn country(problems: &mut Vec<Problem>, code: &str) -> Option<Country> {
    if code.is_empty() {
        return None;
    }
    let found = code.parse().ok();
    if found.is_none() {
        let sentence = "Send two letters of ISO 3166-1.";
        problems.push(Problem::new("contact.country", "country_unknown", sentence));
    }
    found
}

fn company(given: &Given, problems: &mut Vec<Problem>) -> String {
    let (short_form, long_form) = (&given.contact.company, &given.company.name);
    if !short_form.is_empty() && !long_form.is_empty() {
        let sentence = "Send the name once: here or as contact.company.";
        problems.push(Problem::new("company.name", "company_twice", sentence));
    }
    let website = &given.company.website;
    let host = if website.is_empty() { None } else { website_host(website) };
    if !website.is_empty() && host.is_none() {
        let sentence = "Send an http or https address with a host and nothing else of note.";
        problems.push(Problem::new("company.website", "website_invalid", sentence));
    }
    let (field, text) = if long_form.is_empty() {
        ("contact.company", short_form)
    } else {
        ("company.name", long_form)
    };
    if text.is_empty() {
        return host.unwrap_or_default();
    }
    if let Err(refusal) = CompanyName::parse(text) {
        problems.push(Problem::new(field, "company_invalid", refusal.to_string()));
    }
    text.clone()
}

/// The host of a web address that every reader splits alike: no user, no port, no odd characters.
fn website_host(text: &str) -> Option<String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let plain = |c: char| !c.is_control() && !c.is_whitespace() && !"\\<>\"`{}|^@".contains(c);
    if text.len() > limits::URL_BYTES_MAX || !rest.chars().all(plain) {
        return None;
    }
    let host = rest.split(['/', '?', '#']).next()?;
    if host.contains([':', '%', '[']) {
        return None;
    }
    as_domain(host).map(|_| host.to_lowercase())
}

fn origin(given: &Given, problems: &mut Vec<Problem>) -> Origin {
    match given.source.as_str() {
        "" | "csm" | "ae" | "sdr" | "seller" | "employee" => Origin::Colleague,
        word => word.parse().unwrap_or_else(|_| {
            let sentence = "Send colleague, customer, partner, vendor or community.";
            problems.push(Problem::new("source", "source_unknown", sentence));
            Origin::Colleague
        }),
    }
}

fn referrer(
    given: &Given,
    member: &MemberRow,
    origin: Origin,
    problems: &mut Vec<Problem>,
) -> Described {
    let Some(sent) = &given.referrer else {
        if origin != Origin::Colleague {
            let sentence = "Say who refers; without it the member behind the key does.";
            problems.push(Problem::new("referrer", "referrer_missing", sentence));
        }
        return Described {
            name: member.name.clone(),
            email: Email::parse(&member.email).ok(),
            title: member.title.clone(),
            source: "member".to_owned(),
            ..Described::default()
        };
    };
    name(problems, "referrer.name", &sent.name);
    if sent.email.is_empty() {
        problems.push(Problem::new("referrer.email", "email_missing", "Send their e-mail."));
    }
    Described {
        name: sent.name.clone(),
        email: optional_email(problems, "referrer.email", &sent.email),
        title: short(problems, "referrer.title", &sent.title),
        company: short(problems, "referrer.company", &sent.company),
        source: "member".to_owned(),
        ..Described::default()
    }
}

/// What a request with a key shows. For the member behind it: their mailbox was proved when they
/// signed in, and the domain is ours. For anybody else the key says only that a program of ours
/// vouches for the message.
fn evidence(given: &Given) -> Vec<(&'static str, &'static str, Option<jiff::SignedDuration>)> {
    let mut found = if given.referrer.is_none() {
        crate::hand_over::member_evidence()
    } else {
        vec![("R", "a program of this workspace stated how they know each other", None)]
    };
    found.retain(|(class, ..)| *class != "S");
    found.push(("S", "sent with a key of this workspace", None));
    found
}

fn kind(given: &Given, problems: &mut Vec<Problem>) -> ReferralKind {
    if given.kind.is_empty() {
        return ReferralKind::Direct;
    }
    let Ok(kind) = given.kind.parse() else {
        let sentence = "Send direct, implied, tangible or community.";
        problems.push(Problem::new("type", "type_unknown", sentence));
        return ReferralKind::Direct;
    };
    if kind != ReferralKind::Direct && given.evidence.is_empty() {
        let sentence = "Send where, which or what group.";
        problems.push(Problem::new("evidence", "evidence_missing", sentence));
    }
    kind
}

fn money(given: &Given, problems: &mut Vec<Problem>) -> (Option<i64>, String) {
    let Some(money) = &given.deal_size else { return (None, String::new()) };
    if money.amount < 0 {
        let sentence = "An amount is not negative.";
        problems.push(Problem::new("deal_size.amount", "amount_negative", sentence));
    }
    if !currency::is_known(&money.currency) {
        let sentence = "Send three letters of ISO 4217.";
        problems.push(Problem::new("deal_size.currency", "currency_unknown", sentence));
    }
    (Some(money.amount), money.currency.clone())
}

fn hops(given: &Given, problems: &mut Vec<Problem>) -> Vec<Hop> {
    let max = limits::CHAIN_HOPS_MAX;
    if given.hops.len() > max {
        let sentence = format!("At most {max} hops.");
        problems.push(Problem::new("hops", "too_many", sentence));
        return Vec::new();
    }
    let mut found = Vec::new();
    for (place, hop) in given.hops.iter().enumerate() {
        let path = |field: &str| format!("hops[{place}].{field}");
        name(problems, &path("name"), &hop.name);
        one_of(
            problems,
            &path("relation"),
            &hop.relation,
            &["introduced", "mentioned", "worked_together"],
        );
        let year = hop.since.len() == 4 && hop.since.bytes().all(|b| b.is_ascii_digit());
        if !hop.since.is_empty() && !year {
            problems.push(Problem::new(&path("since"), "year_invalid", "Send a year."));
        }
        let email = optional_email(problems, &path("email"), &hop.email);
        let relation = if hop.relation.is_empty() { "introduced" } else { &hop.relation };
        found.push(Hop {
            described: Described {
                name: hop.name.clone(),
                email,
                source: "referrer".to_owned(),
                ..Described::default()
            },
            relation: relation.to_owned(),
            since: hop.since.clone(),
        });
    }
    found
}

fn met_on(app: &App, given: &Given, problems: &mut Vec<Problem>) -> String {
    let Some(text) = &given.met_on else { return String::new() };
    let shape = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let Some(day) = text.parse::<Date>().ok().filter(|_| shape) else {
        let sentence = "Send a real day as YYYY-MM-DD.";
        problems.push(Problem::new("met_on", "date_invalid", sentence));
        return String::new();
    };
    // Somewhere it is tomorrow already.
    let latest = app.now().to_zoned(jiff::tz::TimeZone::UTC).date().tomorrow();
    if latest.is_ok_and(|latest| day > latest) {
        let sentence = "They cannot have met in the future.";
        problems.push(Problem::new("met_on", "date_in_future", sentence));
    }
    text.clone()
}

fn tags(given: &Given, problems: &mut Vec<Problem>) -> String {
    let max = limits::TAGS_MAX;
    if given.tags.len() > max {
        problems.push(Problem::new("tags", "too_many", format!("At most {max} tags.")));
        return String::new();
    }
    for (place, tag) in given.tags.iter().enumerate() {
        if let Err(refusal) = Line::<{ limits::TAG_CHARACTERS_MAX }>::parse(tag) {
            let path = format!("tags[{place}]");
            problems.push(Problem::new(&path, "text_invalid", refusal.to_string()));
        }
    }
    given.tags.join("\n")
}
