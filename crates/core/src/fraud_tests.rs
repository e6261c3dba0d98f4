//! Every sign, and honest referrals that show none.

use super::*;
use proptest::prelude::*;

fn party(emails: &[&str], phones: &[&str]) -> Party {
    Party {
        emails: emails.iter().map(|text| Email::parse(text).unwrap()).collect(),
        phones: phones.iter().map(|text| Phone::parse(text, None).unwrap()).collect(),
    }
}

fn at(day: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * day)
}

fn edge(from: &'static str, to: &'static str, day: i64) -> ReferralEdge<&'static str> {
    ReferralEdge { from, to, at: at(day) }
}

#[test]
fn what_two_sides_share_is_named() {
    let kim = party(&["kim@partner.example"], &["+4915112345"]);
    let signals = |emails: &[&str], phones: &[&str]| self_referral(&kim, &party(emails, phones));
    assert_eq!(signals(&["KIM@partner.example"], &[]), [Signal::SameMailbox, Signal::SameDomain]);
    assert_eq!(signals(&["boss@eu.partner.example"], &[]), [Signal::SameDomain]);
    assert_eq!(signals(&["k@new.example"], &["+49 151 12345"]), [Signal::SamePhone]);
    assert_eq!(signals(&["k@new.example"], &[]), []);
    let gmail = party(&["kim.lee@gmail.com"], &[]);
    let dotted = party(&["kimlee+x@googlemail.com"], &[]);
    assert_eq!(self_referral(&gmail, &dotted), [Signal::SameFoldedMailbox]);
    assert_eq!(self_referral(&gmail, &party(&["pat@gmail.com"], &[])), []);
}

#[test]
fn imitations_of_known_accounts_are_named() {
    let known = ["acme-corp.example".to_owned(), "other.example".to_owned()];
    let email = Email::parse("cfo@acme-c0rp.example").unwrap();
    let found = look_alikes(&email, &known);
    assert!(matches!(&found[..], [Signal::LookAlikeDomain { known, .. }]
        if known == "acme-corp.example"));
    assert_eq!(look_alikes(&Email::parse("cfo@acme-corp.example").unwrap(), &known), []);
}

#[test]
fn a_circle_is_found_within_ninety_days_only() {
    let earlier = [edge("a", "b", 0), edge("b", "c", 40), edge("b", "d", 41)];
    assert_eq!(circle(&edge("c", "a", 90), &earlier), Some(vec!["c", "a", "b"]));
    assert_eq!(circle(&edge("c", "a", 91), &earlier), None);
    assert_eq!(circle(&edge("d", "e", 60), &earlier), None);
    assert_eq!(circle(&edge("x", "x", 60), &earlier), Some(vec!["x"]));
    assert_eq!(circle(&edge("b", "a", 1), &earlier), Some(vec!["b", "a"]));
    // What comes later does not count.
    assert_eq!(circle(&edge("c", "a", 20), &earlier), None);
}

#[test]
fn a_burst_counts_the_last_minutes() {
    let now = at(1);
    let times: Vec<_> = (0..60).map(|s| now - SignedDuration::from_secs(s * 10)).collect();
    assert_eq!(burst(&times, now), Some(Signal::Burst { referrals: 60 }));
    assert_eq!(burst(&times, now + SignedDuration::from_mins(8)), None);
}

#[test]
fn account_and_payout_have_their_signs() {
    let facts = AccountFacts {
        referrer_owns_account: true,
        opportunity_opened_at: Some(at(1)),
        referred_at: at(2),
        payout_changed_at: Some(at(8)),
        payout_due_at: Some(at(10)),
    };
    let expected =
        [Signal::OwnAccount, Signal::OpportunityOpenBefore, Signal::PayoutAccountChanged];
    assert_eq!(account_signals(&facts), expected);
    assert!(expected.iter().all(|signal| signal.why().ends_with('.')));
    let honest = AccountFacts {
        referrer_owns_account: false,
        opportunity_opened_at: Some(at(3)),
        payout_due_at: Some(at(11)),
        ..facts
    };
    assert_eq!(account_signals(&honest), []);
}

proptest! {
    #[test]
    fn every_circle_found_is_made_of_referrals(
        pairs in prop::collection::vec((0_u8..8, 0_u8..8, 0_i64..120), 0..24),
        from in 0_u8..8, to in 0_u8..8,
    ) {
        let edges: Vec<_> = pairs
            .into_iter()
            .map(|(from, to, day)| ReferralEdge { from, to, at: at(day) })
            .collect();
        let new = ReferralEdge { from, to, at: at(120) };
        if let Some(people) = circle(&new, &edges) {
            prop_assert_eq!(people[0], from);
            let mut hops = people.clone();
            hops.push(from);
            prop_assert_eq!(hops[1], to);
            for hop in hops.windows(2).skip(1) {
                let known = edges.iter().any(|edge| {
                    edge.from == hop[0] && edge.to == hop[1] && edge.at >= at(30)
                });
                prop_assert!(known);
            }
        }
    }
}
