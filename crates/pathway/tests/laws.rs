//! Laws: reading never panics, conditions survive writing and reading, assignment keeps its bound.

#![expect(clippy::unwrap_used, reason = "a helper of a test may stop it")]

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use warmpath_pathway::assign::{Availability, Cap, CapWindow, OnReturn, Reason, Refused};
use warmpath_pathway::when::{
    Comparison, Condition, Expression, Literal, Span, Test, Written, parse_when,
};
use warmpath_pathway::{Candidate, PoolState, Roster, Target, assign, check, fact::Decimal};

const GOOD: &str = include_str!("../samples/customer-referrals.toml");

fn start() -> Timestamp {
    "2026-05-18T08:00:00Z".parse().unwrap()
}

fn written() -> impl Strategy<Value = Written> {
    prop_oneof![
        (-1_000_000_000_i64..1_000_000_000).prop_map(|u| Written::Number(Decimal::from_units(u))),
        "[a-zA-ZäöüÅ_][a-z0-9_.-]{2,8}x".prop_map(Written::Word),
        "\\PC{0,12}".prop_map(Written::Quoted),
    ]
}

fn literal() -> impl Strategy<Value = Literal> {
    written().prop_map(|written| Literal { written, span: Span::default() })
}

fn condition() -> impl Strategy<Value = Expression> {
    let comparison = prop_oneof![
        Just(Comparison::Equal),
        Just(Comparison::NotEqual),
        Just(Comparison::Less),
        Just(Comparison::AtMost),
        Just(Comparison::More),
        Just(Comparison::AtLeast),
    ];
    let list = || prop::collection::vec(literal(), 0..4);
    let test = prop_oneof![
        Just(Test::Holds),
        Just(Test::Known),
        Just(Test::Unknown),
        (comparison, literal()).prop_map(|(sign, value)| Test::Compare(sign, value)),
        (literal(), literal()).prop_map(|(low, high)| Test::Between(low, high)),
        list().prop_map(Test::In),
        list().prop_map(Test::NotIn),
        literal().prop_map(Test::Contains),
        literal().prop_map(Test::StartsWith),
        literal().prop_map(Test::EndsWith),
        literal().prop_map(Test::Has),
        list().prop_map(Test::HasAny),
    ];
    ("[a-z_]{3,8}_x", test).prop_map(|(fact, test)| {
        let span = Span::default();
        Expression::Condition(Condition { fact, fact_span: span, test, span })
    })
}

fn expression() -> impl Strategy<Value = Expression> {
    condition().prop_recursive(4, 24, 3, |inner| {
        let parts = prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            inner.prop_map(|one| Expression::Not(Box::new(one))),
            parts.clone().prop_map(Expression::All),
            parts.prop_map(Expression::Any),
        ]
    })
}

proptest! {
    #[test]
    fn a_condition_survives_writing_and_reading(tree in expression()) {
        let line = tree.to_string();
        let read = parse_when(&line).expect(&line);
        prop_assert_eq!(read.without_spans(), tree);
        prop_assert_eq!(read.to_string(), line);
    }

    #[test]
    fn no_bytes_make_the_checker_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let text = String::from_utf8_lossy(&bytes);
        let findings = check(&text, &Roster::default());
        prop_assert!(!findings.is_empty());
    }

    #[test]
    fn no_mutation_makes_the_checker_panic(
        cut in 0..GOOD.len(), length in 0_usize..60, other in 0..GOOD.len(), noise in "\\PC{0,6}",
    ) {
        let mut bytes = GOOD.as_bytes().to_vec();
        let end = (cut + length).min(bytes.len());
        let piece: Vec<u8> = GOOD.bytes().skip(other).take(length).chain(noise.bytes()).collect();
        bytes.splice(cut..end, piece);
        let text = String::from_utf8_lossy(&bytes);
        for finding in check(&text, &Roster::default()) {
            prop_assert!(finding.line >= 1 && finding.column >= 1);
            if let Some(fix) = &finding.fix {
                prop_assert!(text.get(fix.start..fix.end).is_some());
            }
        }
    }

    #[test]
    fn nobody_is_further_from_their_share_than_the_theorem_allows(
        weights in prop::collection::vec(1_u32..=50, 2..12), turns in 1_usize..300,
    ) {
        let pool: Vec<_> = weights.iter().enumerate()
            .map(|(n, weight)| Candidate::new(&format!("m{n}"), *weight)).collect();
        let (total, spread) = (weights.iter().map(|w| i128::from(*w)).sum::<i128>(), 2 * weights.len() as i128 - 2);
        let mut taken = vec![0_i128; weights.len()];
        let mut state = PoolState::default();
        for turn in 1..=turns {
            let given = assign(&state, &pool, None, start()).unwrap();
            let member = given.chosen.clone().unwrap();
            taken[pool.iter().position(|c| c.member == member).unwrap()] += 1;
            for (count, weight) in taken.iter().zip(&weights) {
                let distance = (count * total - turn as i128 * i128::from(*weight)).abs();
                prop_assert!(distance * spread <= total * (spread - 1));
            }
            state = given.state;
        }
    }

    /// Each stretch of constant eligibility, with what the pool carried into it.
    #[test]
    fn the_bound_holds_in_every_stretch_and_caps_are_never_passed(
        weights in prop::collection::vec(1_u32..=9, 2..6),
        stretches in prop::collection::vec((any::<u8>(), 1_usize..20), 1..12),
        cap in 1_u32..30,
    ) {
        let mut state = PoolState::default();
        let mut at = start();
        for (mask, turns) in stretches {
            let mut begun: Option<(Vec<String>, Vec<i64>)> = None;
            let mut taken = vec![0_i64; weights.len()];
            for _ in 0..turns {
                at += SignedDuration::from_mins(7);
                let pool: Vec<_> = weights.iter().enumerate().map(|(n, weight)| {
                    let mut one = Candidate::new(&format!("m{n}"), *weight);
                    if mask & (1 << n) != 0 {
                        one.availability = Availability::Away { reason: "holiday".into(), until: None };
                    }
                    one.caps.push(Cap { limit: cap, window: CapWindow::Rolling { minutes: 240 } });
                    one
                }).collect();
                let fallback = Target::Member("lena".into());
                let given = assign(&state, &pool, Some(&fallback), at).unwrap();
                prop_assert_eq!(&given, &assign(&state, &pool, Some(&fallback), at).unwrap());
                prop_assert!(given.owner().is_some());
                let eligible: Vec<String> = given.candidates.iter()
                    .filter(|c| matches!(c.refused, None | Some(Refused::NotTheirTurn)))
                    .map(|c| c.member.clone()).collect();
                let behind = given.candidates.iter().map(|c| c.behind.units()).collect();
                if begun.as_ref().is_none_or(|(before, _)| *before != eligible) {
                    begun = Some((eligible.clone(), behind));
                    taken.fill(0);
                }
                for (place, candidate) in given.candidates.iter().enumerate() {
                    if candidate.refused.is_none() {
                        taken[place] += 1;
                        let recent = given.state.standing(&candidate.member).unwrap();
                        let from = at - SignedDuration::from_mins(240);
                        let count = recent.turns.iter().filter(|turn| **turn > from).count();
                        prop_assert!(count as u32 <= cap);
                    }
                    // The claim itself, with all that was carried over, stays within the bound.
                    if eligible.contains(&candidate.member) {
                        let k = eligible.len().max(2) as i64;
                        let limit = 10_000 - 10_000 / (2 * k - 2) + 1;
                        prop_assert!(candidate.behind.units().abs() <= limit);
                    }
                }
                state = given.state;
            }
        }
    }
}

#[test]
fn a_turn_given_back_is_paid_first_and_a_returner_catches_up_to_the_bound() {
    let mut pool = vec![Candidate::new("maya", 1), Candidate::new("jonas", 1)];
    let mut state = assign(&PoolState::default(), &pool, None, start()).unwrap().state;
    state = state.credit_back("jonas");
    let given = assign(&state, &pool, None, start()).unwrap();
    assert_eq!(
        (given.chosen.as_deref(), &given.reason),
        (Some("jonas"), &Reason::Owed { left: 0 })
    );
    state = given.state;
    pool[1].on_return = OnReturn::CatchUp { turns_max: 2 };
    pool[1].availability = Availability::Away { reason: "holiday".into(), until: None };
    for _ in 0..10 {
        let given = assign(&state, &pool, None, start()).unwrap();
        assert_eq!(given.chosen.as_deref(), Some("maya"));
        assert!(matches!(given.candidates[1].refused, Some(Refused::Away { .. })));
        state = given.state;
    }
    pool[1].availability = Availability::Available;
    let mut owed = 0;
    for _ in 0..6 {
        let given = assign(&state, &pool, None, start()).unwrap();
        owed += u32::from(matches!(given.reason, Reason::Owed { .. }));
        state = given.state;
    }
    assert_eq!(owed, 2, "ten turns were missed, two are made up for");
}

#[test]
fn nobody_there_means_the_fallback() {
    let mut away = Candidate::new("maya", 1);
    away.availability = Availability::Away { reason: "on leave".into(), until: None };
    let fallback = Target::Member("lena".into());
    let given = assign(&PoolState::default(), &[away], Some(&fallback), start()).unwrap();
    assert_eq!((given.chosen.clone(), given.owner()), (None, Some(fallback)));
    let json = serde_json::to_string(&given.state).unwrap();
    assert_eq!(serde_json::from_str::<PoolState>(&json).unwrap(), given.state);
}
