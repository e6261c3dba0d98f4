//! Every level, every limit, every expiry.

use proptest::prelude::*;

use super::*;

const SUBJECT: Subject<'static> = Subject { message: Some("m1"), referral: Some("r1") };

fn now() -> Timestamp {
    "2026-06-01T12:00Z".parse().unwrap()
}

fn evidence(class: EvidenceClass) -> Evidence {
    Evidence {
        class,
        method: "test".to_owned(),
        passed: true,
        detail_hash: String::new(),
        observed_at: now() - SignedDuration::from_hours(1),
        expires_at: None,
        given_for: match class {
            EvidenceClass::MessageAuthenticated => Some("m1".to_owned()),
            EvidenceClass::Relationship => Some("r1".to_owned()),
            _ => None,
        },
        confirmed: if class == EvidenceClass::TrackRecord { 3 } else { 0 },
        disputed: 0,
        verifier_version: "1".to_owned(),
        raw_evidence_ref: None,
    }
}

fn from_letters(letters: &str) -> Vec<Evidence> {
    let class = |letter| EvidenceClass::ALL["CSDFRTX".find(letter).unwrap()];
    letters.chars().map(|letter| evidence(class(letter))).collect()
}

fn level(letters: &str, facts: &CapFacts) -> ReferrerLevel {
    referrer_level(&from_letters(letters), facts, &SUBJECT, now())
}

#[test]
fn levels_are_conjunctions() {
    for (letters, expected) in [
        ("", 0),
        ("SDFRTX", 0),
        ("C", 1),
        ("CDRTX", 1),
        ("CS", 2),
        ("CF", 2),
        ("CSD", 2),
        ("CSFRTX", 2),
        ("CDSR", 3),
        ("CDFR", 3),
        ("CDSRTX", 3),
        ("CDFRT", 4),
        ("CDFRX", 4),
    ] {
        assert_eq!(level(letters, &CapFacts::default()).level, expected, "{letters}");
    }
}

#[test]
fn each_limit_holds_against_all_the_evidence_there_is() {
    let mailbox = |disposable, free, role| CapFacts {
        mailbox: MailboxTraits { disposable, free, role },
        ..CapFacts::default()
    };
    let plain = CapFacts::default();
    for (facts, expected) in [
        (plain, 4),
        (mailbox(true, false, false), 0),
        (mailbox(false, true, false), 2),
        (mailbox(false, false, true), 1),
        (CapFacts { look_alike_domain: true, ..plain }, 0),
        (CapFacts { dmarc_failed: true, ..plain }, 0),
        (CapFacts { unresolved_complaint: true, ..plain }, 1),
    ] {
        let found = level("CSDFRTX", &facts);
        assert_eq!(found.level, expected);
        if let Some(cap) = found.caps.first() {
            assert!(found.missing.contains(&Missing::Lift(*cap)));
        }
    }
    assert!(
        !level("CSD", &mailbox(false, true, false)).held.contains(&EvidenceClass::DomainOfCompany)
    );
}

#[test]
fn evidence_runs_out() {
    let days = |count: i64| SignedDuration::from_hours(24 * count);
    for (letter, lifetime) in [("C", 90), ("D", 180), ("F", 30)] {
        let mut item = from_letters(letter).remove(0);
        item.observed_at = now() - days(lifetime);
        assert!(!item.holds(&SUBJECT, now()), "{letter}");
        assert!(item.holds(&SUBJECT, now() - SignedDuration::from_secs(1)), "{letter}");
        assert!(!item.holds(&SUBJECT, item.observed_at - SignedDuration::from_secs(1)));
    }
    let mut session = evidence(EvidenceClass::FederatedLogin);
    session.expires_at = Some(session.observed_at + SignedDuration::from_hours(12));
    assert!(session.holds(&SUBJECT, now()));
    assert!(!session.holds(&SUBJECT, now() + SignedDuration::from_hours(12)));
}

#[test]
fn some_evidence_is_for_one_message_or_referral_only() {
    let other = Subject { message: Some("m2"), referral: Some("r2") };
    for letter in ["S", "R"] {
        let mut item = from_letters(letter).remove(0);
        assert!(item.holds(&SUBJECT, now()));
        assert!(!item.holds(&other, now()));
        item.given_for = None;
        assert!(!item.holds(&Subject::default(), now()), "unbound evidence binds nothing");
    }
}

#[test]
fn failed_checks_and_thin_track_records_do_not_count() {
    let mut item = evidence(EvidenceClass::AddressControl);
    item.passed = false;
    assert!(!item.holds(&SUBJECT, now()));
    let mut record = evidence(EvidenceClass::TrackRecord);
    record.confirmed = 2;
    assert!(!record.holds(&SUBJECT, now()));
    record.confirmed = 9;
    record.disputed = 1;
    assert!(!record.holds(&SUBJECT, now()));
}

#[test]
fn what_is_missing_leads_to_the_next_level() {
    use EvidenceClass as E;
    let found = level("CS", &CapFacts::default());
    let single = |class| Missing::OneOf(vec![class]);
    assert_eq!(found.missing, [single(E::DomainOfCompany), single(E::Relationship)]);
    assert_eq!(found.sort_score, 20);
    assert_eq!(level("CSDFRTX", &CapFacts::default()).sort_score, 95);
    assert!(level("CDFRX", &CapFacts::default()).missing.is_empty());
}

#[test]
fn a_gate_uses_the_lower_of_referrer_and_channel() {
    let strong = level("CDFRX", &CapFacts::default());
    assert_eq!(gate_level(&strong, ChannelProof::OpenForm), 0);
    assert_eq!(gate_level(&strong, ChannelProof::AlignedMail), 2);
    assert_eq!(gate_level(&strong, ChannelProof::Passkey), 4);
    assert_eq!(gate_level(&level("C", &CapFacts::default()), ChannelProof::Passkey), 1);
}

fn letters() -> impl Strategy<Value = String> {
    prop::sample::subsequence("CSDFRTX".chars().collect::<Vec<_>>(), 0..=7)
        .prop_map(|letters| letters.into_iter().collect())
}

proptest! {
    #[test]
    fn more_evidence_never_lowers_and_a_limit_never_lifts(
        fewer in letters(), more in letters(), flags in prop::array::uniform6(any::<bool>()),
    ) {
        let [disposable, free, role, look_alike_domain, dmarc_failed, unresolved_complaint] = flags;
        let mailbox = MailboxTraits { disposable, free, role };
        let facts = CapFacts { mailbox, look_alike_domain, dmarc_failed, unresolved_complaint };
        let both = format!("{fewer}{more}");
        prop_assert!(level(&both, &facts).level >= level(&fewer, &facts).level);
        prop_assert!(level(&fewer, &facts).level <= level(&fewer, &CapFacts::default()).level);
        let found = level(&fewer, &facts);
        prop_assert_eq!(found.missing.is_empty(), found.level == 4);
    }
}
