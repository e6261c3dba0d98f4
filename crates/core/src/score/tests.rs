//! The formula, its gates and its waterfall.

use super::*;
use proptest::prelude::*;

const OPEN: GateFacts = GateFacts {
    basis_is_live: true,
    excluded: false,
    opportunity_open: false,
    connector_open_asks: 0,
    connector_open_asks_max: 2,
    compliance_hold: false,
};

fn inputs(values: [f64; 5]) -> Inputs {
    let [depth, fit, connector, timing, quality] = values.map(|value| Input {
        value,
        basis: Basis::Observed,
        evidence: "three meetings this year".to_owned(),
    });
    Inputs { depth, fit, connector, timing, quality }
}

fn scored(values: [f64; 5]) -> Score {
    score(&OPEN, &inputs(values), &Exponents::default()).unwrap()
}

#[test]
fn the_formula_gives_what_a_pocket_calculator_gives() {
    assert_eq!(scored([1.0; 5]).total_tenths, 1_000);
    assert_eq!(scored([0.0; 5]).total_tenths, 50);
    // 100 · 0.9^0.35 · 0.8^0.3 · 0.6^0.15 · 0.4^0.1 · 1
    assert_eq!(scored([0.9, 0.8, 0.6, 0.4, 1.0]).total_tenths, 762);
    let poor = scored([0.05, 1.0, 1.0, 1.0, 1.0]);
    assert_eq!((poor.total_tenths, poor.factors[0].points_tenths), (350, -650));
}

#[test]
fn gates_come_first_and_each_has_its_reason() {
    let shut = GateFacts {
        basis_is_live: false,
        excluded: true,
        opportunity_open: true,
        connector_open_asks: 2,
        connector_open_asks_max: 2,
        compliance_hold: true,
    };
    let failed = score(&shut, &inputs([1.0; 5]), &Exponents::default()).unwrap_err();
    assert_eq!(failed.len(), 5);
    assert!(failed.iter().all(|gate| gate.why().ends_with('.')));
}

#[test]
fn the_parts_follow_their_definitions() {
    assert!((depth(&[(Interaction::Meeting, 180.0)], 3, 3) - 0.221_199).abs() < 1e-5);
    assert!((depth(&[(Interaction::Meeting, 0.0)], 4, 0) - 0.196_735).abs() < 1e-5);
    assert!((connector_record(0, 0) - 0.6).abs() < 1e-12);
    assert!((connector_record(9, 2) - 1.0).abs() < 1e-12);
    assert!((timing(Some(90.0)) - 0.5).abs() < 1e-12);
    assert!((timing(None) - 0.4).abs() < 1e-12);
    assert!((quality(1, 4) - 0.25).abs() < 1e-12);
    assert!(quality(1, 0) == 0.0);
}

#[test]
fn exponents_that_make_no_sense_are_refused() {
    assert!(Exponents::new([0.0; 5]).is_err());
    assert!(Exponents::new([-0.1, 1.0, 1.0, 1.0, 1.0]).is_err());
    assert!(serde_json::from_str::<Exponents>("[0.2,0.2,0.2,0.2,0.2]").is_ok());
    assert!(serde_json::from_str::<Exponents>("[0,0,0,0,0]").is_err());
}

proptest! {
    #[test]
    fn the_rows_add_up_to_the_total(
        values in prop::array::uniform5(-0.5_f64..1.5),
        exponents in prop::array::uniform5(0.01_f64..2.0),
    ) {
        let exponents = Exponents::new(exponents).unwrap();
        let score = score(&OPEN, &inputs(values), &exponents).unwrap();
        let rows: i32 = score.factors.iter().map(|factor| factor.points_tenths).sum();
        prop_assert_eq!(1_000 + rows, score.total_tenths);
        prop_assert!(score.factors.iter().all(|factor| factor.points_tenths <= 0));
        let ln: f64 = score.factors.iter().map(|factor| factor.ln_contribution).sum();
        prop_assert!((100.0 * ln.exp() - score.exact).abs() < 1e-9);
        prop_assert!((0..=1_000).contains(&score.total_tenths));
    }

    #[test]
    fn a_better_factor_never_lowers_the_score(
        values in prop::array::uniform5(0.0_f64..1.0), index in 0_usize..5, more in 0.0_f64..1.0,
    ) {
        let mut better = values;
        better[index] = (better[index] + more).min(1.0);
        prop_assert!(scored(better).exact >= scored(values).exact - 1e-12);
    }
}
