//! Every way to bend a log is found, named, and told apart from the others.

use proptest::prelude::*;
use warmpath_ledger::{BundleHeader, BundleWriter, Draft, Entry, Failure, Fields, Options, verify};

use crate::build::{
    ORIGIN, bundle, chain, checkpoint, draft, failure, joined, key, lines, log, report, rewritten,
};

/// Ten entries with checkpoints after 4 and 10. Line 0 is the header, entries 1 to 4 are lines 1 to
/// 4, line 5 is a checkpoint, entries 5 to 10 are lines 6 to 11, then checkpoint and end.
fn good() -> Vec<String> {
    lines(&bundle(&log(10), &[4, 10], &key(1)))
}

fn check(lines: &[String], expected: &Failure, first_bad: Option<u64>) {
    let report = report(&joined(lines));
    assert_eq!(report.failure.as_ref(), Some(expected));
    assert_eq!(report.first_bad_entry, first_bad);
    assert_eq!(report.message, Some(expected.to_string()));
    assert!(!report.ok);
}

fn change(seq: u64, line: &str, edit: impl FnOnce(&mut Fields)) -> String {
    let entry = Entry::parse(line.as_bytes()).unwrap();
    let mut fields = entry.fields().clone();
    edit(&mut fields);
    let entry = Draft::new(fields).unwrap().number(seq, entry.prev());
    String::from_utf8(entry.bytes().to_vec()).unwrap()
}

#[test]
fn an_untouched_log_verifies_and_names_what_erasure_made_unreadable() {
    let report = report(&joined(&good()));
    assert!(report.ok, "{report}");
    assert_eq!((report.entries, report.checkpoints, report.covered), (10, 2, 10));
    assert_eq!((report.erasure.tombstones, report.erasure.unreadable_entries), (1, 2));
    let erased = &report.erasure.subjects[0];
    assert_eq!((erased.subject.as_str(), erased.tombstone), ("person/1", 7));
    assert!(report.to_string().contains("2 entries unreadable by erasure"));
}

#[test]
fn a_changed_payload_is_found_at_its_entry_wherever_it_stands() {
    for (line, seq) in [(1, 1), (4, 4), (6, 5), (8, 7), (11, 10)] {
        let mut lines = good();
        lines[line] = change(seq, &lines[line], |fields| "member/8".clone_into(&mut fields.actor));
        check(&lines, &Failure::Altered { seq }, Some(seq));
    }
}

#[test]
fn a_changed_hash_a_changed_time_and_a_changed_number_are_found() {
    let mut lines = good();
    let prev = Entry::parse(lines[7].as_bytes()).unwrap().prev().to_string();
    let flipped = if prev.starts_with('0') { "1" } else { "0" };
    lines[7] = lines[7].replace(&prev, &format!("{flipped}{}", &prev[1..]));
    check(&lines, &Failure::Altered { seq: 6 }, Some(6));

    let mut lines = good();
    lines[7] = change(6, &lines[7], |fields| fields.at_us -= 31_536_000_000_000);
    check(&lines, &Failure::Altered { seq: 6 }, Some(6));

    for line in [7, 11] {
        let mut lines = good();
        let seq = line - 1;
        lines[line] = change(99, &lines[line], |_| ());
        check(&lines, &Failure::Altered { seq: seq as u64 }, Some(seq as u64));
    }
}

#[test]
fn a_missing_entry_is_a_gap_and_renumbering_does_not_hide_it() {
    let mut lines = good();
    lines.remove(7);
    check(&lines, &Failure::SequenceGap { expected: 6, found: 7 }, Some(6));

    for (line, seq) in (7..=10).zip(6..) {
        lines[line] = change(seq, &lines[line], |_| ());
    }
    check(&lines, &Failure::Altered { seq: 6 }, Some(6));
}

#[test]
fn swapped_entries_are_found_with_and_without_their_numbers() {
    let mut lines = good();
    lines.swap(7, 8);
    check(&lines, &Failure::Swapped { first: 6, second: 7 }, Some(6));

    lines[7] = change(6, &lines[7], |_| ());
    lines[8] = change(7, &lines[8], |_| ());
    check(&lines, &Failure::Swapped { first: 6, second: 7 }, Some(6));
}

#[test]
fn the_last_entries_cannot_be_dropped() {
    let mut lines = good();
    lines.remove(11);
    check(&lines, &Failure::Truncated { entries: 9, stated: 10 }, Some(10));

    // Without the last checkpoint the end line still tells; without that, its absence does.
    lines.remove(11);
    check(&lines, &Failure::Truncated { entries: 9, stated: 10 }, Some(10));
    lines.pop();
    check(&lines, &Failure::CutOff { entries: 9 }, Some(10));
}

#[test]
fn an_inserted_entry_is_found_with_and_without_renumbering() {
    let mut lines = good();
    let forged = change(6, &lines[7], |fields| "member/8".clone_into(&mut fields.actor));
    lines.insert(7, forged);
    check(&lines, &Failure::Inserted { seq: 6 }, Some(6));

    for (line, seq) in (8..=12).zip(7..) {
        lines[line] = change(seq, &lines[line], |_| ());
    }
    check(&lines, &Failure::Inserted { seq: 6 }, Some(6));
}

#[test]
fn an_entry_of_another_workspace_is_found() {
    let mut lines = good();
    lines[7] = change(6, &lines[7], |fields| "ws_2".clone_into(&mut fields.workspace));
    let (expected, found) = ("ws_1".to_owned(), "ws_2".to_owned());
    check(&lines, &Failure::OtherWorkspace { seq: 6, expected, found }, Some(6));
}

#[test]
fn rehashing_from_an_entry_on_fails_at_the_signed_root() {
    let mut lines = good();
    let forged = super::build::lines(&bundle(&rewritten(10, 6), &[4, 10], &key(1)));
    lines[6..=11].clone_from_slice(&forged[6..=11]);
    lines[13].clone_from(&forged[13]);
    check(&lines, &Failure::Rehashed { from: 5, through: 10 }, Some(5));
}

#[test]
fn another_key_does_not_pass_for_the_expected_one() {
    let found = failure(&bundle(&rewritten(10, 6), &[10], &key(2)));
    assert!(matches!(found, Failure::OtherKey { size: 10, .. }), "{found}");
    // Without the expected key it is only as good as what the file says of itself, and says so.
    let report = verify(&bundle(&log(3), &[3], &key(2))[..], &Options::default()).unwrap();
    assert!(report.ok && !report.key_given);
    assert!(report.to_string().contains("no key was given"));
}

#[test]
fn a_log_signed_before_and_after_a_change_of_keys_needs_both_keys() {
    let keys = [key(1), key(2)];
    let header = BundleHeader {
        workspace: "ws_1".to_owned(),
        origin: ORIGIN.to_owned(),
        keys: keys.iter().map(|key| key.public_key().to_string()).collect(),
    };
    let (entries, mut writer) = (log(10), BundleWriter::new(Vec::new(), header).unwrap());
    for (entry, seq) in entries.iter().zip(1..) {
        writer.entry(entry).unwrap();
        if seq % 5 == 0 {
            writer.checkpoint(&checkpoint(&entries[..seq], &keys[seq / 5 - 1])).unwrap();
        }
    }
    let bundle = writer.finish().unwrap();
    let options = Options { keys: keys.map(|key| key.public_key()).to_vec(), kept: vec![] };
    let report = verify(&bundle[..], &options).unwrap();
    assert!(report.ok && report.checkpoints == 2, "{report}");
    assert!(matches!(failure(&bundle), Failure::OtherKey { size: 10, .. }));
}

#[test]
fn what_a_hostile_file_says_cannot_drive_the_terminal() {
    let mut lines = good();
    lines[7] = lines[7].replacen("\"actor\"", "\"\\u001b[2J\"", 1);
    let message = report(&joined(&lines)).message.unwrap();
    assert!(message.contains("[2J") && !message.contains('\u{1b}'), "{message:?}");
    let mut lines = good();
    lines[0] = lines[0].replacen("\"ws_1\"", "\"\\u001b[2J\"", 1);
    assert!(verify(&joined(&lines)[..], &Options::default()).is_err());
}

#[test]
fn a_false_signature_an_old_checkpoint_and_a_foreign_one_are_told_apart() {
    let mut lines = good();
    let moved = lines[5].clone();
    lines[12].clone_from(&moved);
    check(&lines, &Failure::CheckpointReplayed { size: 4, after: 10 }, None);

    let mut lines = good();
    let size_four = checkpoint(&log(4), &key(1));
    let root = size_four.text().lines().nth(2).unwrap().to_owned();
    let ten = checkpoint(&log(10), &key(1));
    let other = ten.text().lines().nth(2).unwrap().to_owned();
    lines[5] = lines[5].replace(&root, &other);
    let found = failure(&joined(&lines));
    assert!(matches!(found, Failure::BadSignature { size: 4, .. }), "{found}");
}

#[test]
fn lines_that_are_no_entries_are_named_by_their_place() {
    let spaced = good()[7].replacen(':', ": ", 1);
    let renamed = good()[7].replacen("actor", "agent", 1);
    for damaged in [spaced, renamed, String::new(), "x".repeat(70_000)] {
        let mut lines = good();
        lines[7] = damaged;
        let found = failure(&joined(&lines));
        assert!(matches!(found, Failure::UnreadableEntry { seq: 6, .. }), "{found}");
    }
    let mut lines = good();
    lines.push("more".to_owned());
    check(&lines, &Failure::TrailingData, None);
}

/// A bundle without any checkpoint has only its own hashes, and those must catch every flip too.
#[test]
fn every_single_bit_flip_is_found() {
    for at in [&[2, 4][..], &[]] {
        let good = bundle(&chain((5..=8).map(|seq| draft(seq, "ws_1"))), at, &key(1));
        for with_key in [true, false] {
            let keys = if with_key { vec![key(1).public_key()] } else { Vec::new() };
            let options = Options { keys, kept: Vec::new() };
            assert!(verify(&good[..], &options).unwrap().ok);
            for bit in 0..good.len() * 8 {
                let mut bad = good.clone();
                bad[bit / 8] ^= 1 << (bit % 8);
                let passed = verify(&bad[..], &options).is_ok_and(|report| report.ok);
                assert!(!passed, "bit {} of byte {} is not covered", bit % 8, bit / 8);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_cut_and_any_removed_or_doubled_line_is_found(
        size in 1_u64..30,
        cut in any::<prop::sample::Index>(),
        line in any::<prop::sample::Index>(),
    ) {
        let whole = bundle(&log(size), &[usize::try_from(size).unwrap()], &key(1));
        let options = Options { keys: vec![key(1).public_key()], kept: Vec::new() };
        let passes = |bytes: &[u8]| verify(bytes, &options).is_ok_and(|report| report.ok);
        prop_assert!(passes(&whole));
        prop_assert!(!passes(&whole[..cut.index(whole.len())]));
        let all = lines(&whole);
        let at = line.index(all.len());
        let mut without = all.clone();
        without.remove(at);
        prop_assert!(!passes(&joined(&without)));
        let mut doubled = all.clone();
        doubled.insert(at, all[at].clone());
        // A checkpoint may be stated twice; the frame hash still notices that the file was changed.
        prop_assert!(!passes(&joined(&doubled)));
    }
}
