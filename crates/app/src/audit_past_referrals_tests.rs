use warmpath_core::id::{OpportunityId, RecordId, WorkspaceId};

use super::*;

fn day(text: &str) -> Timestamp {
    format!("{text}T12:00:00Z").parse().unwrap()
}

fn person(n: u8) -> PersonId {
    PersonId::from_bytes([n; 16])
}

/// A deal: source, opened, first contact, outcome, owner, contact, referrer.
fn deal(
    source: &str,
    opened: &str,
    first: Option<&str>,
    won: Option<bool>,
    owner: &str,
    (contact, referrer): (u8, u8),
) -> OpportunityRow {
    OpportunityRow {
        workspace: WorkspaceId::from_bytes([1; 16]),
        id: OpportunityId::from_bytes([contact; 16]),
        external_id: String::new(),
        name: "deal".into(),
        account: None,
        person: Some(person(contact)),
        referrer: (referrer > 0).then(|| person(referrer)),
        unit: String::new(),
        owner: None,
        owner_name: owner.into(),
        stage: String::new(),
        lead_source: source.into(),
        amount: Some(100_000),
        currency: "EUR".into(),
        opened_at: day(opened),
        contacted_at: first.map(day),
        closed_at: None,
        won,
    }
}

fn by_hand() -> Vec<OpportunityRow> {
    vec![
        // In time, won; the referrer was quiet since.
        deal("Referral", "2025-06-01", Some("2025-06-03"), Some(true), "Maya", (10, 1)),
        // On the third day to the minute is in time; lost.
        deal("Referral", "2026-03-01", Some("2026-03-04"), Some(false), "Maya", (11, 2)),
        // Too late, won, the same person a second time, by somebody who refers still.
        deal("Referral", "2026-06-01", Some("2026-06-09"), Some(true), "", (10, 3)),
        // Never, and nobody's.
        deal("Customer referral", "2026-07-01", None, Some(false), "", (12, 3)),
        // Two days old: it may still be in time.
        deal("Referral", "2026-11-18", None, None, "Jonas", (13, 2)),
        deal("Web", "2026-07-01", None, Some(false), "Jonas", (14, 0)),
        deal("Web", "2026-07-02", Some("2026-07-02"), Some(true), "", (15, 0)),
    ]
}

#[test]
fn the_figures_are_those_counted_by_hand() {
    let audit = look(&by_hand(), &BTreeSet::new(), day("2026-11-20"));
    assert_eq!((audit.deals, audit.referrals), (7, 5));
    assert_eq!((audit.not_contacted.hits, audit.not_contacted.n), (2, 4));
    assert_eq!(audit.never_contacted, 1);
    assert_eq!((audit.unassigned.hits, audit.unassigned.n), (2, 5));
    assert_eq!((audit.referred_twice.hits, audit.referred_twice.n), (1, 4));
    let referral = &audit.sources[0];
    assert_eq!((referral.name.as_str(), referral.deals), ("Referral", 4));
    assert_eq!((referral.won, referral.lost, referral.win_rate.n), (2, 1, 3));
    assert_eq!(referral.won_amount["EUR"], 200_000);
    assert_eq!(audit.unassigned.percent(), Some(40));
}

#[test]
fn a_connector_is_under_used_only_when_won_and_quiet() {
    let at = day("2026-11-20");
    let audit = look(&by_hand(), &BTreeSet::new(), at);
    let named: Vec<PersonId> = audit.connectors.iter().map(|c| c.person).collect();
    assert_eq!(named, [person(1)]);
    let refers_here = BTreeSet::from([person(1)]);
    assert!(look(&by_hand(), &refers_here, at).connectors.is_empty());
}

#[test]
fn nothing_imported_claims_nothing() {
    let audit = look(&[], &BTreeSet::new(), day("2026-11-20"));
    assert_eq!(audit.not_contacted, Share { hits: 0, n: 0, interval: None });
    assert_eq!(audit.unassigned.percent(), None);
    assert!(audit.span.is_none() && audit.sources.is_empty());
}
