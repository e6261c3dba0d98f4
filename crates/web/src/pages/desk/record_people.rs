//! The people of a record: the chain they came by, what is known of the referrer, and whether the
//! person may be contacted.

use warmpath_app::may_contact::{self, Contact};
use warmpath_app::policy::{Grant, ReadReferrals};
use warmpath_app::read_referrals::{self, Dossier};
use warmpath_app::sign_in::SignedIn;
use warmpath_app::{App, Failure, opening_text};
use warmpath_core::compliance::{Channel as Way, May, Verdict as Answer, rules};
use warmpath_core::id::ReferralId;

use super::bits::{button, first, human_words, join, name_of, opening, role_of, tier};
use super::record::context_of;
use super::record_proof::seal_of;
use crate::view::inbox::Peek;
use crate::view::part::{
    Avatar, AvatarSize, Chain, ChainStep, Channel, EvidenceChip, Hop, MayContact, PersonRole,
    Standing, Verdict,
};
use crate::words::{Words, sentence as sentence_of};

/// The panel beside the inbox.
pub(super) async fn peek(
    app: &App,
    grant: &Grant<ReadReferrals>,
    me: &SignedIn,
    id: ReferralId,
    words: &Words,
) -> Result<Peek, Failure> {
    let dossier = read_referrals::one(app, grant, id).await?;
    let may = may_contact::run(app, grant.workspace(), &dossier).await?;
    let text = opening_text::run(app, grant.workspace(), &dossier).await?;
    let next = warmpath_app::read_inbox::next_action(&dossier.allowed);
    let mut contact = contact_card(&dossier, &may, me, words);
    contact.band_only = true;
    let name = name_of(&dossier.person);
    let mut actions: Vec<_> =
        next.into_iter().map(|next| button(&dossier.referral, next).primary()).collect();
    let beside = dossier.allowed.iter().filter(|a| {
        use warmpath_core::referral::Action as Move;
        matches!(a, Move::Decline | Move::Nurture)
    });
    actions.extend(beside.map(|action| button(&dossier.referral, *action)));
    Ok(Peek {
        avatar: Avatar::of(&name, &dossier.person.id.to_string()).sized(AvatarSize::Large),
        role: role_of(&dossier.person, dossier.account.as_ref()),
        href: format!("/referrals/{id}"),
        contact,
        chain: chain(&dossier, words, true),
        words_title: format!("In {}’s words", first(&dossier.referrer)),
        words: human_words(&context_of(&dossier), words),
        opening: text.map(|t| opening("Opening text", &t.playbook, &t.pieces, "")),
        chips: chips(&dossier, words),
        actions,
        clock: dossier
            .clocks
            .iter()
            .filter(|c| c.met_at.is_none() && c.state != "dropped")
            .min_by_key(|c| (c.state == "paused", c.due_at))
            .map(|c| words.clock(c)),
        name,
    })
}

/// How they came: earlier hops, referrer, prospect, owner.
pub(super) fn chain(dossier: &Dossier, words: &Words, as_line: bool) -> Chain {
    let row = &dossier.referral;
    let mut steps: Vec<ChainStep> = Vec::new();
    for (hop, person) in dossier.hops.iter().rev() {
        let below = join(&[&hop.relation.replace('_', " "), &hop.since]);
        steps.push(step(person, "", arrives(&steps, None, "", &below), PersonRole::Referrer));
    }
    let below = if steps.is_empty() { String::new() } else { "Stated".to_owned() };
    let role = super::bits::origin_word(row.origin);
    steps.push(step(
        &dossier.referrer,
        role,
        arrives(&steps, None, "", &below),
        PersonRole::Referrer,
    ));
    let below = format!("Referred, {}", words.day(row.received_at));
    let hop = arrives(&steps, Some(tier(row)), "", &below);
    steps.push(step(&dossier.person, "", hop, PersonRole::Prospect));
    if let Some(owner) = dossier.members.iter().find(|m| Some(m.id) == row.owner) {
        let below = row.routed_at.map(|at| format!("Routed, {}", words.day(at)));
        steps.push(ChainStep {
            hop: arrives(&steps, None, "Pathway", &below.unwrap_or_default()),
            avatar: Avatar::of(&owner.name, &owner.id.to_string()).sized(AvatarSize::Large),
            name: owner.name.clone(),
            lines: vec![owner.title.clone()],
            role: PersonRole::Owner,
        });
    }
    Chain {
        label: format!("How {} came to you", first(&dossier.person)),
        always_lies: steps.len() <= 2,
        steps: if as_line { small(steps) } else { steps },
        as_line,
    }
}

/// In a line of text the people are small.
fn small(mut steps: Vec<ChainStep>) -> Vec<ChainStep> {
    for step in &mut steps {
        step.avatar.size = AvatarSize::Small;
    }
    steps
}

fn arrives(
    before: &[ChainStep],
    tier: Option<crate::view::part::TierKind>,
    above: &str,
    below: &str,
) -> Option<Hop> {
    (!before.is_empty()).then(|| Hop {
        tier,
        above: above.to_owned(),
        below: below.to_owned(),
        weakest: false,
    })
}

fn step(
    person: &warmpath_app::rows::PersonRow,
    what: &str,
    hop: Option<Hop>,
    role: PersonRole,
) -> ChainStep {
    let name = name_of(person);
    let lines = [role_of(person, None), what.to_owned()];
    ChainStep {
        hop,
        avatar: Avatar::of(&name, &person.id.to_string()).sized(AvatarSize::Large),
        name,
        lines: lines.into_iter().filter(|l| !l.is_empty()).collect(),
        role,
    }
}

/// What is known of referrer and referral, each with its source.
pub(super) fn chips(dossier: &Dossier, words: &Words) -> Vec<EvidenceChip> {
    let row = &dossier.referral;
    let chip = |icon: &str, fact: String, source: String, standing| EvidenceChip {
        icon: icon.to_owned(),
        fact,
        source,
        standing,
        href: String::new(),
    };
    let level = row.referrer_level.min(row.channel_level);
    let name = first(&dossier.referrer);
    let verified = match level {
        0 => chip(
            "shield-alert",
            format!("{name} not verified"),
            "no evidence yet".to_owned(),
            Standing::Weak,
        ),
        level => chip(
            "shield-check",
            format!("{name} verified"),
            format!("level {level} of 4, channel {}", row.channel_level),
            Standing::Holds,
        ),
    };
    let mut found = vec![verified];
    let kind = match row.kind.as_str() {
        "direct" => "Direct referral",
        "implied" => "Implied referral",
        "tangible" => "Tangible referral",
        _ => "Community referral",
    };
    let source = dossier.words("evidence").map_or("own statement".to_owned(), |t| t.body.clone());
    found.push(chip("message-square-quote", kind.to_owned(), source, Standing::Holds));
    let tie = match row.relationship.as_str() {
        "worked_together" => "Worked together",
        "business" => "Customer and supplier",
        "met" => "Met a few times",
        "by_name" => "Known by name only",
        _ => "Tie not stated",
    };
    let standing = if row.relationship.is_empty() { Standing::Unknown } else { Standing::Holds };
    found.push(chip("handshake", tie.to_owned(), "stated, not observed".to_owned(), standing));
    for evidence in dossier.evidence.iter().filter(|e| e.holds).take(4) {
        let over = evidence.expires_at.is_some_and(|end| end <= words.now);
        found.push(chip(
            "fingerprint",
            sentence_of(&evidence.method),
            words.day(evidence.observed_at),
            if over { Standing::Weak } else { Standing::Holds },
        ));
    }
    found
}

/// May I contact, and why.
pub(super) fn contact_card(
    dossier: &Dossier,
    may: &Contact,
    me: &SignedIn,
    words: &Words,
) -> MayContact {
    let best = may.channels.iter().find(|v| v.may == May::Yes).or(may.channels.first());
    let Some(best) = best else { return MayContact::default() };
    let name = first(&dossier.person);
    let open: Vec<&str> =
        may.channels.iter().filter(|v| v.may == May::Yes).map(|v| verb(v.channel)).collect();
    let (verdict, headline) = match best.may {
        May::Yes => (Verdict::Yes, format!("Yes, you may {}", open.join(" and "))),
        May::NotYet => (Verdict::NotYet, format!("Not yet: {name} has not agreed")),
        May::No => (Verdict::No, format!("No. {name} said so")),
    };
    let consent = dossier.consent.as_ref();
    let answered = dossier.entries.iter().find(|e| e.kind == "consent.answered");
    let received = consent.is_some_and(|c| c.answered_at.is_some());
    MayContact {
        verdict,
        headline,
        sentence: sentence(dossier, best, words),
        channels: may
            .channels
            .iter()
            .zip(&may.addresses)
            .map(|(verdict, address)| channel(verdict, address))
            .collect(),
        why: best.why.clone(),
        citation: citation(best, consent.map(|c| (c.wording_version, c.language.as_str()))),
        say: say(&best.disclose),
        seal: answered.and_then(|entry| seal_of(entry, me)),
        receipt_href: if received {
            format!("/referrals/{}/receipt", dossier.referral.id)
        } else {
            String::new()
        },
        ..MayContact::default()
    }
}

/// What the law wants said, as a colleague would say it.
fn say(codes: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for code in codes {
        let line = match code.as_str() {
            "who sends this" => "Who you are and for whom you write",
            "how to opt out" | "opt-out address or URL" | "opt-out explanation" => {
                "That one click ends it"
            }
            "controller identity" => "Your company by its full name",
            "valid physical postal address" => "Your postal address",
            "purpose and basis" => "What it is about, and why you may write",
            "source of data (the referrer or category)" => "Who passed on the link",
            "categories of data" => "Which details you hold",
            "recipients" => "Who else sees them",
            "retention" => "How long you keep them",
            "rights incl. objection (separately, first message)" => {
                "Their rights, and the right to object in a line of its own"
            }
            "complaint right" => "Where they can complain",
            "transfer safeguards" => "What protects details that leave the country",
            "message is an advertisement" => "That it is an advertisement",
            "accurate header and subject" => "A sender and subject that are true",
            "contact for inquiries" => "Whom they can ask",
            "name of person responsible" => "Who is responsible",
            other => other,
        };
        if !lines.iter().any(|said| said == line) {
            lines.push(sentence_of(line));
        }
    }
    lines
}

fn verb(way: Way) -> &'static str {
    match way {
        Way::Email => "write",
        Way::Phone => "call",
        Way::Message | Way::SocialNetwork => "text",
    }
}

fn channel(verdict: &Answer, address: &str) -> Channel {
    let name = match verdict.channel {
        Way::Email => "E-mail",
        Way::Phone => "Phone",
        Way::Message | Way::SocialNetwork => "Text",
    };
    let open = verdict.may == May::Yes;
    let value = match (verdict.may, address) {
        (May::Yes, "") => "Allowed, no address known".to_owned(),
        (May::Yes, address) => address.to_owned(),
        (May::NotYet, _) => "Not asked for, so no".to_owned(),
        (May::No, _) => "No".to_owned(),
    };
    Channel { name: name.to_owned(), value, open }
}

fn sentence(dossier: &Dossier, verdict: &Answer, words: &Words) -> String {
    let Some(consent) = &dossier.consent else { return String::new() };
    match verdict.may {
        May::Yes => {
            let until = consent.expires_at.map(|end| words.day(end));
            let until =
                until.map_or("Until they withdraw".to_owned(), |end| format!("Until {end}"));
            format!("{until}, or earlier if they withdraw. Purpose: {}.", consent.purpose)
        }
        May::NotYet if consent.answered_at.is_none() => format!(
            "{} has had the link since {} and has not answered.",
            first(&dossier.referrer),
            words.day(consent.asked_at)
        ),
        _ => String::new(),
    }
}

fn citation(verdict: &Answer, wording: Option<(i64, &str)>) -> String {
    let law = verdict.citations.iter().take(3).cloned().collect::<Vec<_>>().join("; ");
    let ids = verdict.rule_ids.join(", ");
    let wording = wording.map(|(v, language)| format!(" Wording {v}, {language}."));
    format!(
        "{}Rules {ids}, as of {}.{}",
        if law.is_empty() { String::new() } else { format!("{law}. ") },
        rules().as_of,
        wording.unwrap_or_default()
    )
}
