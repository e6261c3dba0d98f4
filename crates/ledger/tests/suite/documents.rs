//! Single documents: entries, sealed texts, keys, checkpoints, proofs handed to an auditor.

use proptest::prelude::*;
use warmpath_ledger::audit::DisclosureError;
use warmpath_ledger::{
    Checkpoint, CheckpointError, Context, Draft, Entry, EntryError, Fields, Hash, KeyError,
    MasterKey, ProofError, PublicKey, SealError, SignedCheckpoint, SigningKey, SubjectKey, Tree,
    consistency_plan, inclusion_plan, open, seal, unwrap_key, verify_disclosure, verify_entry,
    verify_extends, wrap_key,
};

use crate::build::{ORIGIN, checkpoint, draft, key, log};

const CONTEXT: Context<'_> = Context { workspace: "ws_1", subject: "person/1", id: "text/1" };

#[test]
fn an_entry_has_these_bytes_and_no_others() {
    let mut fields = Fields::new("ws_1", "consent.given", "person/1", 1_700_000_000_000_001);
    fields.ruleset = Some("wording/en-3".to_owned());
    fields.data.insert("purpose".to_owned(), "contact".into());
    let entry = Draft::new(fields).unwrap().number(1, Hash::ZERO);
    let zeros = "0".repeat(64);
    let expected = format!(
        "{{\"actor\":\"person/1\",\"commit\":null,\"data\":{{\"purpose\":\"contact\"}},\
         \"enc\":null,\"prev\":\"{zeros}\",\"ref\":null,\"ruleset\":\"wording/en-3\",\"seq\":1,\
         \"subject\":null,\"ts\":\"2023-11-14T22:13:20.000001Z\",\"type\":\"consent.given\",\
         \"v\":1,\"workspace\":\"ws_1\"}}"
    );
    assert_eq!(std::str::from_utf8(entry.bytes()).unwrap(), expected);
    assert_eq!(Entry::parse(entry.bytes()), Ok(entry));
    let later = expected.replace("\"v\":1", "\"v\":2");
    let unknown = Err(EntryError::UnknownVersion { version: 2 });
    assert_eq!(Entry::parse(later.as_bytes()), unknown);
    let none = expected.replace("\"seq\":1,", "\"seq\":0,");
    assert_eq!(Entry::parse(none.as_bytes()), Err(EntryError::NumberZero));
}

#[test]
fn a_draft_survives_storage_and_cannot_be_taken_for_an_entry() {
    let draft = Draft::new(draft(3, "ws_1")).unwrap();
    let stored = draft.bytes();
    assert_eq!(Draft::parse(&stored), Ok(draft.clone()));
    assert!(Entry::parse(&stored).is_err());
    let entry = draft.number(3, Hash::ZERO);
    assert_eq!(Draft::parse(entry.bytes()), Err(EntryError::NotCanonical));
}

#[test]
fn no_field_takes_a_name_or_an_address() {
    for text in ["Ada Example", "ada@example.org", "", "Zoë"] {
        let refused = |field| Err(EntryError::NotAToken { field });
        let fields = Fields::new("ws_1", "x", text, 0);
        assert_eq!(Draft::new(fields), refused("actor"));
        let mut fields = Fields::new("ws_1", "x", "y", 0);
        fields.subject = Some(text.to_owned());
        assert_eq!(Draft::new(fields), refused("subject"));
    }
    assert_eq!(Draft::new(Fields::new("w", "x", "y", -1)), Err(EntryError::BadTime));
}

#[test]
fn a_sealed_text_opens_only_with_its_key_at_its_place() {
    let subject_key = SubjectKey::new([1; 32]);
    let sealed = seal(&subject_key, [2; 24], [3; 32], &CONTEXT, b"Ada Example").unwrap();
    let opened = open(&subject_key, &CONTEXT, &sealed.bytes, &sealed.commit).unwrap();
    assert_eq!((opened.plaintext.as_slice(), opened.salt), (b"Ada Example".as_slice(), [3; 32]));

    let closed = |key: [u8; 32], context: &Context<'_>, bytes: &[u8]| {
        open(&SubjectKey::new(key), context, bytes, &sealed.commit).err()
    };
    assert_eq!(closed([9; 32], &CONTEXT, &sealed.bytes), Some(SealError::DoesNotOpen));
    for other in [
        Context { workspace: "ws_2", ..CONTEXT },
        Context { subject: "person/2", ..CONTEXT },
        Context { id: "text/2", ..CONTEXT },
        Context { workspace: "ws_1p", subject: "erson/1", ..CONTEXT },
    ] {
        assert_eq!(closed([1; 32], &other, &sealed.bytes), Some(SealError::DoesNotOpen));
    }
    assert_eq!(closed([1; 32], &CONTEXT, &sealed.bytes[..23]), Some(SealError::TooShort));
    let other = seal(&subject_key, [2; 24], [3; 32], &CONTEXT, b"Bob Example").unwrap();
    let mismatch = Some(SealError::CommitmentMismatch);
    assert_eq!(closed([1; 32], &CONTEXT, &other.bytes), mismatch);
}

#[test]
fn a_wrapped_key_unwraps_only_for_its_person() {
    let master = MasterKey::new([7; 32]);
    let subject_key = SubjectKey::new([1; 32]);
    let wrapped = wrap_key(&master, [2; 24], "ws_1", "person/1", &subject_key).unwrap();
    assert_eq!(wrapped.len(), warmpath_ledger::seal::WRAPPED_KEY_BYTES);
    let again = unwrap_key(&master, "ws_1", "person/1", &wrapped).unwrap();
    let sealed = seal(&subject_key, [2; 24], [3; 32], &CONTEXT, b"x").unwrap();
    assert!(open(&again, &CONTEXT, &sealed.bytes, &sealed.commit).is_ok());
    assert!(unwrap_key(&master, "ws_1", "person/2", &wrapped).is_err());
    assert!(unwrap_key(&master, "ws_2", "person/1", &wrapped).is_err());
    assert!(unwrap_key(&MasterKey::new([8; 32]), "ws_1", "person/1", &wrapped).is_err());
    assert_eq!(format!("{master:?}{again:?}"), "MasterKey(…)SubjectKey(…)");
}

#[test]
fn a_disclosed_text_is_tied_to_its_entry_without_any_key() {
    let sealed = seal(&SubjectKey::new([1; 32]), [2; 24], [3; 32], &CONTEXT, b"text").unwrap();
    let mut fields = draft(1, "ws_1");
    fields.commit = Some(sealed.commit);
    let entry = Draft::new(fields).unwrap().number(1, Hash::ZERO);
    assert_eq!(verify_disclosure(&entry, b"text", &[3; 32]), Ok(()));
    assert_eq!(verify_disclosure(&entry, b"texT", &[3; 32]), Err(DisclosureError::Mismatch));
    assert_eq!(verify_disclosure(&entry, b"text", &[4; 32]), Err(DisclosureError::Mismatch));
    let plain = &log(1)[0];
    let nothing = Err(DisclosureError::NothingCommitted);
    assert_eq!(verify_disclosure(plain, b"text", &[3; 32]), nothing);
}

/// Name, id and key of this public key were published by another implementation.
#[test]
fn key_ids_are_those_of_other_note_implementations() {
    let text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    let key: PublicKey = text.parse().unwrap();
    assert_eq!((key.name(), key.id_text().as_str()), ("PeterNeumann", "c74f20a3"));
    assert_eq!(key.to_string(), text);
    let renamed = text.replace("Peter", "Petra");
    assert_eq!(renamed.parse::<PublicKey>(), Err(KeyError::WrongId));
    assert_eq!("a+b".parse::<PublicKey>(), Err(KeyError::BadForm));
    assert!(SigningKey::from_seed("a b", &[0; 32]).is_err());
}

#[test]
fn a_checkpoint_is_trusted_only_with_its_key_and_its_words() {
    let signed = checkpoint(&log(5), &key(1));
    let read: SignedCheckpoint = signed.text().parse().unwrap();
    assert_eq!(read.verify(&key(1).public_key()).unwrap().size, 5);
    let other = read.verify(&key(2).public_key());
    assert!(matches!(other, Err(CheckpointError::UnknownKey { .. })), "{other:?}");

    let larger: SignedCheckpoint = signed.text().replacen("\n5\n", "\n6\n", 1).parse().unwrap();
    let altered = larger.verify(&key(1).public_key());
    assert!(matches!(altered, Err(CheckpointError::BadSignature { .. })), "{altered:?}");

    let elsewhere = SigningKey::from_seed("elsewhere.example", &[1; 32]).unwrap();
    let foreign = read.verify(&elsewhere.public_key());
    assert!(matches!(foreign, Err(CheckpointError::OtherLog { .. })), "{foreign:?}");
    let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size: 0, root: Hash::empty_tree() };
    assert!(checkpoint.sign(&elsewhere).is_err());
    for text in [signed.text().replacen("\n5\n", "\n05\n", 1), signed.text().replace("\n\n", "\n")]
    {
        assert!(text.parse::<SignedCheckpoint>().is_err(), "{text}");
    }
}

#[test]
fn a_witness_may_sign_below_us() {
    let signed = checkpoint(&log(5), &key(1));
    let text = format!("{}\u{2014} witness.example AAAAAAAAAAAA\n", signed.text());
    let read: SignedCheckpoint = text.parse().unwrap();
    assert!(read.verify(&key(1).public_key()).is_ok());
}

#[test]
fn an_auditor_with_three_documents_can_check_them() {
    let entries = log(10);
    let (mut tree, mut nodes) = (Tree::new(), std::collections::BTreeMap::new());
    for entry in &entries {
        nodes.extend(tree.append(entry.leaf_hash()).into_iter().map(|node| (node.id, node.hash)));
    }
    let old = checkpoint(&entries[..6], &key(1)).unverified().clone();
    let new = checkpoint(&entries, &key(1)).unverified().clone();

    let plan = inclusion_plan(3, 10).unwrap();
    let hashes: Vec<Hash> = plan.nodes().iter().map(|id| nodes[id]).collect();
    let proof = plan.finish(&hashes).unwrap();
    assert_eq!(verify_entry(&entries[3], &proof, &new), Ok(()));
    assert_eq!(verify_entry(&entries[4], &proof, &new), Err(ProofError::NotAboutThis));
    assert_eq!(verify_entry(&entries[3], &proof, &old), Err(ProofError::NotAboutThis));

    let plan = consistency_plan(6, 10).unwrap();
    let hashes: Vec<Hash> = plan.nodes().iter().map(|id| nodes[id]).collect();
    let proof = plan.finish(&hashes).unwrap();
    assert_eq!(verify_extends(&old, &new, &proof), Ok(()));
    let forked = Checkpoint { root: Hash::ZERO, ..old };
    assert_eq!(verify_extends(&forked, &new, &proof), Err(ProofError::OldRootMismatch));
    assert_eq!(verify_extends(&new, &new, &proof), Err(ProofError::NotAboutThis));
}

proptest! {
    #[test]
    fn every_flipped_bit_of_a_sealed_text_is_found(
        plaintext in prop::collection::vec(any::<u8>(), 0..200), at in any::<prop::sample::Index>(),
    ) {
        let subject_key = SubjectKey::new([1; 32]);
        let sealed = seal(&subject_key, [2; 24], [3; 32], &CONTEXT, &plaintext).unwrap();
        let mut bad = sealed.bytes.clone();
        let bit = at.index(bad.len() * 8);
        bad[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(open(&subject_key, &CONTEXT, &bad, &sealed.commit).is_err());
    }

    #[test]
    fn reading_arbitrary_bytes_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let text = String::from_utf8_lossy(&bytes);
        prop_assert!(Entry::parse(&bytes).is_err());
        prop_assert!(text.parse::<PublicKey>().is_err());
        prop_assert!(text.parse::<SignedCheckpoint>().is_err());
    }
}
