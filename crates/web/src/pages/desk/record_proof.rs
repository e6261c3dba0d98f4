//! What a record proves: its timeline from the ledger, who may do what, and what is known with its
//! source.

use warmpath_app::move_referral::field_of;
use warmpath_app::read_referrals::Dossier;
use warmpath_app::rows::EntryRow;
use warmpath_app::sign_in::SignedIn;
use warmpath_app::verify_entries;
use warmpath_core::referral::{Standing, allowed};
use warmpath_core::role::Role;

use super::bits::{first, join, name_of};
use super::reasons;
use crate::view::part::{Fact, RightsLine, Seal, Timeline, TimelineEntry, Tone};
use crate::words::{Words, action_word, thousands};

/// Entries on the record page.
const ENTRIES_MAX: usize = 20;

/// The seal of an entry; none while it waits for its number.
pub(super) fn seal_of(entry: &EntryRow, me: &SignedIn) -> Option<Seal> {
    seal(entry, me.principal.role)
}

/// The seal of the latest entry of a kind.
pub(super) fn seal_of_kind(dossier: &Dossier, kind: &str, role: Role) -> Option<Seal> {
    dossier.entries.iter().find(|e| e.kind == kind).and_then(|entry| seal(entry, role))
}

fn seal(entry: &EntryRow, role: Role) -> Option<Seal> {
    let seq = entry.seq?;
    let hex: String = entry.leaf.iter().map(|b| format!("{b:02x}")).collect();
    let reads = matches!(role, Role::Admin | Role::Revops | Role::Auditor);
    Some(Seal {
        entry: thousands(seq),
        hash: match (hex.get(..4), hex.get(hex.len().saturating_sub(2)..)) {
            (Some(start), Some(end)) => format!("{start}…{end}"),
            _ => String::new(),
        },
        href: if reads { format!("/ledger/{seq}") } else { String::new() },
        broken: !verify_entries::holds(entry),
    })
}

/// What happened, latest first.
pub(super) fn timeline(dossier: &Dossier, me: &SignedIn, words: &Words) -> Timeline {
    let verified = verify_entries::run(&dossier.entries);
    let mut line = format!("{} of {} entries verified", verified.holds, verified.numbered);
    if verified.waiting > 0 {
        line.push_str(&format!(", {} being numbered", verified.waiting));
    }
    Timeline {
        title: "Timeline".to_owned(),
        verified: line,
        entries: dossier
            .entries
            .iter()
            .take(ENTRIES_MAX)
            .map(|entry| happened(entry, dossier, me, words))
            .collect(),
        older_href: String::new(),
    }
}

fn happened(entry: &EntryRow, dossier: &Dossier, me: &SignedIn, words: &Words) -> TimelineEntry {
    let (icon, tone, what) = sentence(&entry.kind);
    TimelineEntry {
        icon: icon.to_owned(),
        tone,
        actor: actor(entry, dossier),
        sentence: told(entry, dossier, what),
        when: words.moment(entry.at),
        datetime: entry.at.to_string(),
        detail: String::new(),
        seal: seal_of(entry, me),
    }
}

/// What was done, with names and doors in place of codes.
fn told(entry: &EntryRow, dossier: &Dossier, what: &str) -> String {
    let field = |name: &str| field_of(&entry.body, name);
    let (person, referrer) = (first(&dossier.person), first(&dossier.referrer));
    match entry.kind.as_str() {
        "referral.received" => format!("handed over {person} {}", door_words(&field("door"))),
        "consent.answered" => match field("answer").as_str() {
            "yes" => "said yes".to_owned(),
            "no" => "said no".to_owned(),
            "later" => "said: later".to_owned(),
            _ => "said it is somebody else".to_owned(),
        },
        "thanks.sent" => format!("thanked {referrer} by {}", field("how")),
        "referral.verified" => format!("verified {referrer} at level {} of 4", field("level")),
        _ => join(&[what, &extra(entry, dossier)]),
    }
}

/// A door as it is said.
fn door_words(door: &str) -> &'static str {
    match door {
        "form" => "through the form",
        "portal" => "through the partner portal",
        "link" => "by personal link",
        "api" => "through a program",
        "import" => "in a file",
        _ => "",
    }
}

/// Who did it, by name where the reader knows them.
fn actor(entry: &EntryRow, dossier: &Dossier) -> String {
    let token = field_of(&entry.body, "actor");
    if let Some(member) = dossier.members.iter().find(|m| m.id.to_string() == token) {
        return member.name.clone();
    }
    if token.starts_with("prospect:") {
        return first(&dossier.person);
    }
    if token.starts_with("referrer:") {
        return first(&dossier.referrer);
    }
    if token == "system" { "Warmpath".to_owned() } else { "A program".to_owned() }
}

/// Icon, tone and words of a kind of entry.
fn sentence(kind: &str) -> (&'static str, Tone, &'static str) {
    match kind {
        "referral.received" => ("inbox", Tone::Accent, "received the referral"),
        "referral.verified" => ("shield-check", Tone::Positive, "verified the referrer"),
        "referral.cleared" => ("circle-check", Tone::Positive, "cleared it for contact"),
        "referral.resolved" => ("building", Tone::Neutral, "matched person and company"),
        "referral.enriched" => ("scan-search", Tone::Neutral, "checked the contact data"),
        "referral.scored" => ("gauge", Tone::Neutral, "scored it"),
        "referral.routed" => ("route", Tone::Accent, "routed it"),
        "referral.accepted" => ("check", Tone::Positive, "accepted it"),
        "referral.declined" => ("circle-slash", Tone::Neutral, "declined it"),
        "referral.contacted" => ("message-square", Tone::Accent, "logged the first contact"),
        "referral.meeting_scheduled" => ("calendar", Tone::Accent, "planned a meeting"),
        "referral.no_show" => ("alarm-clock", Tone::Warning, "recorded a no-show"),
        "referral.meeting_held" => ("calendar-check", Tone::Positive, "logged the meeting"),
        "referral.qualified" => ("flag", Tone::Positive, "qualified it"),
        "referral.opportunity" => ("sprout", Tone::Positive, "opened an opportunity"),
        "referral.won" => ("trophy", Tone::Positive, "won it"),
        "referral.lost" => ("minus", Tone::Negative, "lost it"),
        "referral.failed" => ("circle-x", Tone::Negative, "found it not possible"),
        "referral.nurtured" => ("hourglass", Tone::Neutral, "put it off"),
        "referral.returned" => ("rotate-ccw", Tone::Accent, "brought it back"),
        "referral.held" => ("circle-pause", Tone::Hold, "held it"),
        "referral.released" => ("play", Tone::Positive, "released it"),
        "referral.joined" => ("git-compare", Tone::Neutral, "joined it with another"),
        "referral.reassigned" => ("forward", Tone::Accent, "gave it to another owner"),
        "referral.cancel_requested" => ("ban", Tone::Warning, "asked to cancel it"),
        "referral.cancelled" => ("ban", Tone::Neutral, "cancelled it"),
        "referral.kept" => ("play", Tone::Accent, "kept it going"),
        "referral.withdrawn" => ("shield-ban", Tone::Negative, "stopped everything"),
        "referral.expired" => ("hourglass", Tone::Neutral, "ended it unanswered"),
        "referral.link_renewed" => ("link", Tone::Neutral, "made a fresh link"),
        "referral.commented" => ("message-square", Tone::Neutral, "wrote a comment"),
        "referral.words_added" => ("pencil", Tone::Neutral, "added words"),
        "consent.answered" => ("mail-check", Tone::Positive, "answered"),
        "consent.withdrawn" => ("shield-ban", Tone::Negative, "took the consent back"),
        "thanks.sent" => ("heart", Tone::Positive, "thanked the referrer"),
        "thanks.breached" => ("alarm-clock", Tone::Negative, "noted that thanks are late"),
        "clock.breached" => ("alarm-clock", Tone::Negative, "noted a late clock"),
        "clock.escalated" => ("bell", Tone::Warning, "told the lead of the team"),
        _ => ("circle-plus", Tone::Neutral, "noted something"),
    }
}

/// What the entry's codes add: reason, answer, owner.
fn extra(entry: &EntryRow, dossier: &Dossier) -> String {
    let field = |name: &str| field_of(&entry.body, name);
    let owner = field("owner");
    let owner = dossier.members.iter().find(|m| m.id.to_string() == owner);
    let reason = match field("reason") {
        code if code.is_empty() => String::new(),
        code => reasons::words(&code).to_lowercase(),
    };
    join(&[&owner.map(|m| format!("to {}", m.name)).unwrap_or_default(), &reason])
}

/// Who may do what now.
pub(super) fn rights(dossier: &Dossier, me: &SignedIn) -> Vec<RightsLine> {
    let row = &dossier.referral;
    let mut lines = Vec::new();
    let mut push = |who: String, actions: &[warmpath_core::referral::Action]| {
        let words: Vec<&str> =
            actions.iter().map(|a| action_word(*a).0).filter(|w| !w.is_empty()).collect();
        if !words.is_empty() {
            let mut what = words.join(", ").to_lowercase();
            if let Some(letter) = what.get_mut(0..1) {
                letter.make_ascii_uppercase();
            }
            lines.push(RightsLine { who, what });
        }
    };
    push("You".to_owned(), &dossier.allowed);
    if row.owner.is_some() && row.owner != Some(me.member.id) {
        let owner = dossier.member_name(row.owner).unwrap_or("The owner");
        push(owner.to_owned(), &allowed(row.state, &[Standing::Owner]));
    }
    push("The team’s lead".to_owned(), &allowed(row.state, &[Standing::Manager]));
    push("Revenue operations".to_owned(), &allowed(row.state, &[Standing::Revops]));
    push(name_of(&dossier.referrer), &allowed(row.state, &[Standing::Referrer]));
    if !row.state.is_final() {
        lines.push(RightsLine {
            who: name_of(&dossier.person),
            what: "Withdraw, which stops everything".to_owned(),
        });
    }
    lines
}

/// What is known, each with source, time and verification.
pub(super) fn known(dossier: &Dossier, words: &Words) -> Vec<Fact> {
    let mut facts: Vec<Fact> = dossier
        .contacts
        .iter()
        .map(|point| {
            let name = match point.kind.as_str() {
                "email" => "E-mail",
                "profile" => "Profile",
                _ => "Phone",
            };
            let who = match point.source.as_str() {
                "prospect" => first(&dossier.person),
                "referrer" => first(&dossier.referrer),
                other => other.to_owned(),
            };
            let checked = match point.verification.as_str() {
                "mx" => "mail server answers",
                "no_mx" => "no mail server",
                "control" => "proved by them",
                "syntax" | "shape" => "well formed, not confirmed",
                _ => "not checked",
            };
            Fact {
                source: format!("{who}, {}. {checked}", words.day(point.observed_at)),
                ..Fact::new(name, &point.value)
            }
        })
        .collect();
    if let Some(account) = &dossier.account {
        let people = account.headcount.map(|n| format!("{} people", thousands(n)));
        facts.push(Fact {
            source: join(&["CRM account", &account.industry, &account.status]),
            ..Fact::new("Company", join(&[&account.name, &people.unwrap_or_default()]))
        });
    } else if !dossier.person.company.is_empty() {
        facts.push(Fact {
            source: "As stated; no account is known".to_owned(),
            ..Fact::new("Company", &dossier.person.company)
        });
    }
    facts
}
