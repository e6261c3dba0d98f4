//! The facts of one referral, as the pathway's catalogue names them. What is not known stays
//! unknown.

use jiff::SignedDuration;
use warmpath_core::contact::{Email, MailboxTraits};
use warmpath_core::referral::ReferralState;
use warmpath_pathway::fact::{Decimal, FactError, Facts};
use warmpath_store::table::account::{self, AccountRow};
use warmpath_store::table::person::{self, ContactPointRow, PersonRow};
use warmpath_store::table::referral::{self, ReferralRow};
use warmpath_store::table::workspace;

use crate::advance_referral;
use crate::context::App;
use crate::error::Failure;
use crate::resolve::cluster;
use crate::route_referral::{door_word, handle};
use crate::unit::Unit;

/// A verification counts this long.
const FRESH_DAYS: i64 = 180;

/// Gathers them.
///
/// # Errors
/// When the database cannot be read.
pub async fn run(app: &App, unit: &Unit<'_>, row: &ReferralRow) -> Result<Facts, Failure> {
    let mut facts = Facts::new();
    from_referral(&mut facts, row).map_err(defect)?;
    let person = person::person(app.db(), unit.workspace, row.person).await?;
    if let Some(person) = &person {
        from_person(&mut facts, person).map_err(defect)?;
    }
    let points = person::contact_points(app.db(), unit.workspace, row.person).await?;
    from_contacts(&mut facts, unit, &points).map_err(defect)?;
    // Suppression wins, whichever of the person's records it came with.
    let all = cluster::contact_points(app.db(), unit.workspace, row.person).await?;
    let suppressed = is_suppressed(app, unit, &all).await?;
    facts.set("suppressed", suppressed, "suppression list").map_err(defect)?;
    from_account(app, &mut facts, unit, row).await?;
    from_history(app, &mut facts, unit, row).await?;
    from_words(app, &mut facts, unit, row).await?;
    Ok(facts)
}

fn defect(error: FactError) -> Failure {
    Failure::Defect(error.to_string())
}

fn from_referral(facts: &mut Facts, row: &ReferralRow) -> Result<(), FactError> {
    let given = "the referral as submitted";
    facts.set("source", row.origin.as_str(), given)?;
    facts.set("type", row.kind.as_str(), given)?;
    facts.set("door", door_word(row.door), given)?;
    facts.set("referrer_level", row.referrer_level, "verification")?;
    let basis = match row.basis.as_str() {
        "opt_in" => "opt-in",
        "" => "none",
        _ => "jurisdiction-rule",
    };
    facts.set("basis", basis, "consent and jurisdiction rules")?;
    let rating = match (row.rating.as_str(), row.relationship.as_str()) {
        ("", "worked_together") => "strong",
        ("", "business" | "met") => "medium",
        ("", "by_name") => "weak",
        ("", _) => "",
        (rating, _) => rating,
    };
    if !rating.is_empty() {
        facts.set("rating", rating, "the referrer's own word")?;
    }
    Ok(())
}

fn from_person(facts: &mut Facts, person: &PersonRow) -> Result<(), FactError> {
    if !person.title.is_empty() {
        facts.set("title", person.title.as_str(), "contact data")?;
        if let Some(seniority) = seniority(&person.title) {
            facts.set("seniority", seniority, "read from the title")?;
        }
    }
    if let Some(country) = &person.country {
        facts.set("country", country.as_str(), "contact data")?;
    }
    facts.set("language", person.language.as_str(), "contact data")
}

/// A rank read from the words of a title; nothing when they say none.
pub fn seniority(title: &str) -> Option<&'static str> {
    let title = title.to_lowercase();
    let has = |words: &[&str]| {
        words.iter().any(|w| title.split(|c: char| !c.is_alphanumeric()).any(|t| t == *w))
    };
    if has(&["owner", "founder", "inhaber"]) {
        Some("owner")
    } else if has(&["cfo", "ceo", "cto", "coo", "cio", "cmo", "cro", "chief", "geschäftsführer"])
    {
        Some("c-level")
    } else if has(&["vp", "svp", "evp"]) || title.contains("vice president") {
        Some("vice-president")
    } else if has(&["director", "head", "leiter", "leiterin"]) {
        Some("director")
    } else if has(&["manager", "lead", "controller"]) {
        Some("manager")
    } else {
        None
    }
}

fn from_contacts(
    facts: &mut Facts,
    unit: &Unit<'_>,
    points: &[ContactPointRow],
) -> Result<(), FactError> {
    let Some(first) = points.iter().find(|p| p.kind == "email") else { return Ok(()) };
    if let Ok(email) = Email::parse(&first.value) {
        let traits = MailboxTraits::of(&email);
        facts.set("free_mail", traits.free, "mail check")?;
        facts.set("role_mailbox", traits.role, "mail check")?;
        facts.set("disposable_mail", traits.disposable, "mail check")?;
    }
    let fresh = unit.at - SignedDuration::from_hours(24 * FRESH_DAYS);
    let counts = |p: &&ContactPointRow| {
        p.observed_at >= fresh && matches!(p.verification.as_str(), "mx" | "control" | "syntax")
    };
    let verified = points.iter().filter(counts).count() as i64;
    let share = Decimal::from_f64(verified as f64 / points.len() as f64);
    if let Some(share) = share {
        facts.set("verified_share", share, "enrichment")?;
    }
    Ok(())
}

/// Whether the person or their company asked to be left alone. The person's own yes, in this very
/// change, ends their own entry; it cannot speak for their company.
async fn is_suppressed(
    app: &App,
    unit: &Unit<'_>,
    points: &[ContactPointRow],
) -> Result<bool, Failure> {
    let mut keys = Vec::new();
    for point in points {
        let kind = crate::resolve::keys::suppressed_as(&point.kind);
        if !unit.lifts_suppression {
            keys.push(app.keys.blind(unit.workspace, kind, &point.normal));
        }
        if let Some((_, domain)) = point.normal.rsplit_once('@') {
            keys.push(app.keys.blind(unit.workspace, "domain", domain));
        }
    }
    Ok(person::suppressed(app.db(), unit.workspace, &keys).await?.is_some())
}

async fn from_account(
    app: &App,
    facts: &mut Facts,
    unit: &Unit<'_>,
    row: &ReferralRow,
) -> Result<(), Failure> {
    let deal = advance_referral::open_deal(app, unit, row).await?;
    let account = match row.account {
        Some(id) => account::account(app.db(), unit.workspace, id).await?,
        None => None,
    };
    let look = "first look at accounts and opportunities";
    let here = deal.as_ref().is_some_and(|(_, here)| *here);
    facts.set("open_opportunity", here, look).map_err(defect)?;
    facts.set("group_opportunity", deal.is_some() && !here, look).map_err(defect)?;
    let status = account.as_ref().map(|a| a.status.as_str()).unwrap_or_default();
    facts.set("customer", status == "customer", look).map_err(defect)?;
    facts.set("former_customer", status == "former", look).map_err(defect)?;
    let Some(account) = account else { return Ok(()) };
    from_company(facts, &account).map_err(defect)?;
    if let Some(owner) = account.owner
        && let Some(member) = workspace::member(app.db(), unit.workspace, owner).await?
        && member.active
    {
        facts.set("account_owner", handle(&member).as_str(), "CRM accounts").map_err(defect)?;
    }
    Ok(())
}

fn from_company(facts: &mut Facts, account: &AccountRow) -> Result<(), FactError> {
    if let Some(country) = &account.country {
        facts.set("country", country.as_str(), "account data")?;
    }
    if let Some(headcount) = account.headcount {
        facts.set("headcount", headcount.clamp(0, 10_000_000), "account data")?;
    }
    if !account.industry.is_empty() {
        facts.set("industry", account.industry.as_str(), "account data")?;
    }
    Ok(())
}

async fn from_history(
    app: &App,
    facts: &mut Facts,
    unit: &Unit<'_>,
    row: &ReferralRow,
) -> Result<(), Failure> {
    let since = unit.at - SignedDuration::from_hours(24 * 730);
    let earlier = referral::by_referrer(app.db(), unit.workspace, row.referrer).await?;
    let counted: Vec<_> =
        earlier.iter().filter(|r| r.id != row.id && r.received_at >= since).collect();
    let accepted = counted.iter().filter(|r| r.accepted_at.is_some()).count() as i64;
    let asked = counted.len() as i64;
    facts.set("asked", asked, "referral history").map_err(defect)?;
    facts.set("accepted", accepted, "referral history").map_err(defect)?;
    let live = cluster::referrals(app.db(), unit.workspace, row.person).await?;
    let live = live.iter().any(|r| {
        r.id != row.id
            && !r.state.is_final()
            && r.state != ReferralState::Received
            && r.cleared_at.is_some()
    });
    facts.set("live_referral", live, "first look at referrals").map_err(defect)?;
    let hops = referral::hops(app.db(), unit.workspace, row.id).await?.len() as i64 + 1;
    facts.set("hops", hops, "the referral as submitted").map_err(defect)
}

async fn from_words(
    app: &App,
    facts: &mut Facts,
    unit: &Unit<'_>,
    row: &ReferralRow,
) -> Result<(), Failure> {
    let given = "the referral as submitted";
    for text in referral::texts(app.db(), unit.workspace, row.id).await? {
        let set = match text.slot.as_str() {
            "need" => facts.set("need", "stated", given),
            // A stated time is the trigger of a referral: the window is open now.
            "timing" => facts.set("trigger_age", 0, given),
            _ => Ok(()),
        };
        set.map_err(defect)?;
    }
    Ok(())
}
