//! What only a checkpoint kept elsewhere can find: deeds of somebody who holds the signing key.

use warmpath_ledger::{Failure, Options, Report, SignedCheckpoint, Unusable, verify};

use crate::build::{bundle, checkpoint, key, log, rewritten, root};

fn against(bundle: &[u8], kept: Vec<SignedCheckpoint>) -> Report {
    verify(bundle, &Options { keys: vec![key(1).public_key()], kept }).unwrap()
}

#[test]
fn a_log_that_grew_agrees_with_all_it_said_before() {
    let whole = log(10);
    let kept = [10, 4, 0, 7].map(|size| checkpoint(&whole[..size], &key(1)));
    let report = against(&bundle(&whole, &[10], &key(1)), kept.to_vec());
    assert!(report.ok, "{report}");
    assert_eq!(report.kept_checked, 4);
}

#[test]
fn a_restored_old_copy_is_a_roll_back() {
    let old = bundle(&log(6), &[6], &key(1));
    let report = against(&old, vec![checkpoint(&log(10), &key(1))]);
    assert_eq!(report.failure, Some(Failure::RolledBack { kept: 10, entries: 6 }));
    assert_eq!(report.first_bad_entry, Some(7));
}

#[test]
fn a_rewrite_signed_with_the_right_key_is_found() {
    let forged = bundle(&rewritten(10, 6), &[10], &key(1));
    let kept = vec![checkpoint(&log(4), &key(1)), checkpoint(&log(8), &key(1))];
    let report = against(&forged, kept);
    assert_eq!(report.failure, Some(Failure::Rewritten { from: 5, through: 8 }));
    assert_eq!(report.kept_checked, 1);
}

#[test]
fn two_signed_logs_of_one_size_are_a_fork() {
    let forged = rewritten(10, 6);
    let kept = checkpoint(&log(10), &key(1));
    let report = against(&bundle(&forged, &[4, 10], &key(1)), vec![kept]);
    let (kept, found) = (root(&log(10)), root(&forged));
    assert_eq!(report.failure, Some(Failure::Forked { size: 10, from: 1, kept, found }));
}

#[test]
fn a_bundle_that_names_another_key_than_the_kept_checkpoint_is_broken() {
    let forged = bundle(&rewritten(10, 6), &[10], &key(2));
    let kept = vec![checkpoint(&log(4), &key(1))];
    let report = verify(&forged[..], &Options { keys: Vec::new(), kept }).unwrap();
    assert!(matches!(report.failure, Some(Failure::OtherKey { size: 4, .. })), "{report}");
}

#[test]
fn a_kept_checkpoint_the_given_key_did_not_sign_is_a_mistake_of_the_caller() {
    let options =
        Options { keys: vec![key(1).public_key()], kept: vec![checkpoint(&log(4), &key(2))] };
    let answer = verify(&bundle(&log(10), &[10], &key(1))[..], &options);
    assert!(matches!(answer, Err(Unusable::Kept(_))));
}

#[test]
fn an_altered_entry_is_named_even_where_a_kept_checkpoint_ends() {
    let text = String::from_utf8(bundle(&log(10), &[], &key(1))).unwrap();
    let bad = text.replacen("referral/8", "referral/9", 1);
    let report = against(bad.as_bytes(), vec![checkpoint(&log(8), &key(1))]);
    assert_eq!(report.failure, Some(Failure::Altered { seq: 8 }));
}
