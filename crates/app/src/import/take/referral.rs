//! A person handed over in a file: the same use case as behind every other door. A consent cannot
//! come in a file, because it is the person's own act.

use warmpath_core::contact::PersonName;
use warmpath_core::referral::{Door, Origin, ReferralKind};
use warmpath_core::role::Actor;
use warmpath_core::text::Paragraphs;

use crate::find_person::Described;
use crate::hand_over::{CONTEXT_MAX, RELATIONSHIPS, member_evidence};
use crate::import::desk::{self, Desk, Outcome, Stop};
use crate::import::line::Line;
use crate::import::value;
use crate::submit_referral::{self, Referrer, Submission};

pub(super) async fn take(
    desk: &mut Desk<'_, '_>,
    line: &Line,
    identity: &str,
) -> Result<Outcome, Stop> {
    let submission = read(desk, line)?;
    let (email, phone) = (submission.prospect.email.as_ref(), submission.prospect.phone.as_ref());
    desk.check_suppressed(line, email, phone).await?;
    // What is kept of the row is a keyed hash: the words stand in the referral, and are deleted there.
    let hash = desk.app.keys.blind(desk.unit.workspace, "imported row", &line.body());
    let body: String = hash.iter().map(|b| format!("{b:02x}")).collect();
    let hidden = match identity.strip_prefix("row:") {
        Some(_) => format!("row:{body}"),
        None => identity.to_owned(),
    };
    let known = desk.known("referral", &hidden).await?;
    if let Some(known) = known {
        if known.body == body {
            return Ok(Outcome::Unchanged);
        }
        let message =
            "This referral is in already. What was handed over is frozen: change it on its page.";
        return Err(line.wrong("external_id", "referral_frozen", message).into());
    }
    submit_referral::gather(desk.app, desk.unit, &submission, None).await?;
    Ok(desk.keep("referral", &hidden, None, body, (None, None)))
}

fn read(desk: &Desk<'_, '_>, line: &Line) -> Result<Submission, Stop> {
    if line.has("consent") {
        let message =
            "A consent cannot be imported: the person gives it on our page. Leave this column out.";
        return Err(line.wrong("consent", "consent_not_importable", message).into());
    }
    let context = match Paragraphs::<CONTEXT_MAX>::parse(line.get("context")) {
        Ok(text) => text.into_string(),
        Err(refusal) => {
            return Err(line.wrong("context", "context_invalid", refusal.to_string()).into());
        }
    };
    let referrer = referrer(desk, line)?;
    let prospect = prospect(desk, line)?;
    if prospect.email.is_some() && prospect.email == referrer.1.described.email {
        let message = "Somebody cannot refer themselves.";
        return Err(line.wrong("email", "self_referral", message).into());
    }
    let kind = word(line, "kind", "direct")?;
    let evidence = desk::short(line, "evidence")?;
    if kind != ReferralKind::Direct && evidence.is_empty() {
        let message = "Say where the person came up, which thing of ours it was, or which group.";
        return Err(line.wrong("evidence", "evidence_missing", message).into());
    }
    let amount = "Write an amount such as 12500.00.";
    Ok(Submission {
        door: Door::Import,
        origin: referrer.0,
        kind,
        prospect,
        referrer: referrer.1,
        context,
        evidence,
        need: desk::short(line, "need")?,
        budget: desk::short(line, "budget")?,
        authority: desk::short(line, "authority")?,
        timing: desk::short(line, "timing")?,
        relationship: one_of(line, "relationship", RELATIONSHIPS, "by_name")?,
        rating: one_of(line, "rating", &["strong", "medium", "weak"], "")?,
        expects: false,
        hops: Vec::new(),
        amount: desk::read(line, "amount", "amount_invalid", amount, value::money)?,
        currency: line.get("currency").to_uppercase(),
        language: if line.get("language") == "de" { "de" } else { "en" }.to_owned(),
    })
}

/// A value out of a fixed list, written with blanks or underscores, in any case.
fn one_of(line: &Line, field: &str, list: &[&str], default: &str) -> Result<String, Stop> {
    let text = line.get(field).to_lowercase().replace([' ', '-'], "_");
    if text.is_empty() {
        return Ok(default.to_owned());
    }
    if list.contains(&text.as_str()) {
        return Ok(text);
    }
    let message = format!("Write one of: {}.", list.join(", "));
    Err(line.wrong(field, "word_unknown", message).into())
}

fn word<T: std::str::FromStr>(line: &Line, field: &str, default: &str) -> Result<T, Stop> {
    let text = line.get(field).to_lowercase();
    let text = if text.is_empty() { default.to_owned() } else { text };
    text.parse()
        .map_err(|_| line.wrong(field, "word_unknown", "This word is not known here.").into())
}

/// Who refers: the row's referrer, else whoever imports.
fn referrer(desk: &Desk<'_, '_>, line: &Line) -> Result<(Origin, Referrer), Stop> {
    let actor = desk.run.member.map(Actor::Member);
    let member = desk.house.members.iter().find(|m| Some(m.id) == desk.run.member);
    let email = desk::email(line, "referrer_email")?;
    let name = line.get("referrer_name");
    let itself = name.is_empty() && email.is_none() && member.is_some();
    let (described, default) = match (name, member) {
        ("", Some(member)) if email.is_none() => {
            let email = warmpath_core::contact::Email::parse(&member.email).ok();
            let source = "member".to_owned();
            let name = member.name.clone();
            (Described { name, email, source, ..Described::default() }, "colleague")
        }
        _ => {
            let name = match (name, &email) {
                ("", Some(email)) => email.local(),
                (name, _) => name,
            };
            PersonName::parse(name).map_err(|refusal| {
                line.wrong("referrer_name", "name_invalid", refusal.to_string())
            })?;
            let described = Described {
                name: name.to_owned(),
                email,
                company: desk::short(line, "referrer_company")?,
                source: "import".to_owned(),
                ..Described::default()
            };
            (described, "customer")
        }
    };
    let referrer = Referrer {
        described,
        evidence: if itself { member_evidence() } else { stated() },
        channel_level: 2,
        actor,
        member: desk.run.member,
        partner: None,
    };
    Ok((word(line, "origin", default)?, referrer))
}

/// A file shows nothing about a referrer but that whoever imports it says so: without other evidence
/// the referral is held for somebody to look at.
fn stated() -> Vec<(&'static str, &'static str, Option<jiff::SignedDuration>)> {
    vec![("R", "stated in an imported file", None)]
}

fn prospect(desk: &Desk<'_, '_>, line: &Line) -> Result<Described, Stop> {
    let country = desk::country(line, "country")?;
    let name = line.person_name();
    PersonName::parse(&name)
        .map_err(|refusal| line.wrong("name", "name_invalid", refusal.to_string()))?;
    let email = desk::email(line, "email")?;
    let company = desk::short(line, "company")?;
    if email.is_none() && company.is_empty() {
        let message = "Add a company or a work e-mail.";
        return Err(line.wrong("company", "company_missing", message).into());
    }
    Ok(Described {
        name,
        phone: desk::phone(line, "phone", country.or(desk.house.home))?,
        email,
        title: desk::short(line, "title")?,
        company,
        country,
        source: "referrer".to_owned(),
        ..Described::default()
    })
}
