//! Builds logs and bundles, whole or tampered with.

use warmpath_ledger::{
    BundleHeader, BundleWriter, Checkpoint, Commitment, Draft, Entry, Failure, Fields, Hash,
    Options, Report, SUBJECT_SHREDDED, SignedCheckpoint, SigningKey, Tree, verify,
};

pub(crate) const ORIGIN: &str = "warmpath.example/ws_1";

pub(crate) fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(ORIGIN, &[seed; 32]).unwrap()
}

/// Entry `seq` as it would be drafted: every third is sealed, entry 7 is a tombstone.
pub(crate) fn draft(seq: u64, workspace: &str) -> Fields {
    let at_us = 1_700_000_000_000_000 + i64::try_from(seq).unwrap() * 1_000_001;
    let mut fields = Fields::new(workspace, "referral.received", "member/7", at_us);
    fields.reference = Some(format!("referral/{seq}"));
    fields.data.insert("stage".to_owned(), "received".into());
    fields.data.insert("attempt".to_owned(), seq.into());
    if seq.is_multiple_of(3) {
        fields.subject = Some(format!("person/{}", seq % 2));
        fields.enc = Some(format!("text/{seq}"));
        fields.commit = Some(Commitment([9; 32]));
    }
    if seq == 7 {
        SUBJECT_SHREDDED.clone_into(&mut fields.kind);
        fields.subject = Some("person/1".to_owned());
    }
    fields
}

/// Chains fields into entries.
pub(crate) fn chain(all: impl IntoIterator<Item = Fields>) -> Vec<Entry> {
    let mut prev = Hash::ZERO;
    let mut entries = Vec::new();
    for (fields, seq) in all.into_iter().zip(1..) {
        let entry = Draft::new(fields).unwrap().number(seq, prev);
        prev = entry.leaf_hash();
        entries.push(entry);
    }
    entries
}

pub(crate) fn log(size: u64) -> Vec<Entry> {
    chain((1..=size).map(|seq| draft(seq, "ws_1")))
}

/// The same log with entry `at` changed and everything after it chained anew.
pub(crate) fn rewritten(size: u64, at: u64) -> Vec<Entry> {
    chain((1..=size).map(|seq| {
        let mut fields = draft(seq, "ws_1");
        if seq == at {
            "member/8".clone_into(&mut fields.actor);
        }
        fields
    }))
}

pub(crate) fn root(entries: &[Entry]) -> Hash {
    let mut tree = Tree::new();
    entries.iter().for_each(|entry| tree.extend(entry.leaf_hash()));
    tree.root()
}

/// A signed checkpoint over all of `entries`.
pub(crate) fn checkpoint(entries: &[Entry], key: &SigningKey) -> SignedCheckpoint {
    let size = entries.len() as u64;
    let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size, root: root(entries) };
    checkpoint.sign(key).unwrap()
}

/// A bundle with checkpoints after the entries numbered in `at`.
pub(crate) fn bundle(entries: &[Entry], at: &[usize], key: &SigningKey) -> Vec<u8> {
    let header = BundleHeader {
        workspace: "ws_1".to_owned(),
        origin: ORIGIN.to_owned(),
        keys: vec![key.public_key().to_string()],
    };
    let mut writer = BundleWriter::new(Vec::new(), header).unwrap();
    for (entry, seq) in entries.iter().zip(1..) {
        writer.entry(entry).unwrap();
        if at.contains(&seq) {
            writer.checkpoint(&checkpoint(&entries[..seq], key)).unwrap();
        }
    }
    writer.finish().unwrap()
}

/// Lines of a bundle, without line ends.
pub(crate) fn lines(bundle: &[u8]) -> Vec<String> {
    String::from_utf8(bundle.to_vec()).unwrap().lines().map(str::to_owned).collect()
}

pub(crate) fn joined(lines: &[String]) -> Vec<u8> {
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect::<String>().into_bytes()
}

/// Verifies with the right key at hand.
pub(crate) fn report(bundle: &[u8]) -> Report {
    let options = Options { keys: vec![key(1).public_key()], kept: Vec::new() };
    verify(bundle, &options).unwrap()
}

/// The failure found with the right key at hand.
pub(crate) fn failure(bundle: &[u8]) -> Failure {
    report(bundle).failure.unwrap_or_else(|| panic!("the tampering went unseen"))
}
