//! Writes a small but complete bundle, its public key and a checkpoint to keep elsewhere.
//!
//! `cargo run -p warmpath-ledger --example write_bundle -- FOLDER [ENTRIES]` writes
//! `ledger.jsonl`, `ledger.pub` and `kept.checkpoint` there. The key comes from a fixed seed, so
//! the files are the same on every machine; never do that with a real log.

use std::error::Error;
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::Path;

use warmpath_ledger::{
    BundleHeader, BundleWriter, Checkpoint, Context, Draft, Fields, Hash, SUBJECT_SHREDDED,
    SigningKey, SubjectKey, seal,
};

const ORIGIN: &str = "warmpath.example/ws_1";

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("usage: write_bundle FOLDER [ENTRIES]")?;
    let entries = arguments.next().map_or(Ok(100), |text| text.parse())?;
    write(Path::new(&folder), entries)
}

fn write(folder: &Path, entries: u64) -> Result<(), Box<dyn Error>> {
    let key = SigningKey::from_seed(ORIGIN, &[1; 32])?;
    let public_key = key.public_key().to_string();
    let header = BundleHeader {
        workspace: "ws_1".to_owned(),
        origin: ORIGIN.to_owned(),
        keys: vec![public_key.clone()],
    };
    fs::create_dir_all(folder)?;
    fs::write(folder.join("ledger.pub"), format!("{public_key}\n"))?;
    let out = BufWriter::new(File::create(folder.join("ledger.jsonl"))?);
    let mut writer = BundleWriter::new(out, header)?;
    let mut prev = Hash::ZERO;
    for seq in 1..=entries {
        let entry = Draft::new(fields(seq)?)?.number(seq, prev);
        prev = entry.leaf_hash();
        writer.entry(&entry)?;
        if seq % 1_000 == 0 || seq == entries || seq == entries / 2 {
            let (origin, root) = (ORIGIN.to_owned(), writer.tree().root());
            let signed = Checkpoint { origin, size: seq, root }.sign(&key)?;
            writer.checkpoint(&signed)?;
            if seq == entries / 2 {
                fs::write(folder.join("kept.checkpoint"), signed.text())?;
            }
        }
    }
    writer.finish()?;
    Ok(())
}

/// Every fifth entry carries a sealed text; the last of each hundred erases a person.
fn fields(seq: u64) -> Result<Fields, Box<dyn Error>> {
    let at_us = 1_700_000_000_000_000 + i64::try_from(seq)? * 1_500_000;
    let mut fields = Fields::new("ws_1", "referral.received", "member/7", at_us);
    fields.reference = Some(format!("referral/{seq}"));
    fields.ruleset = Some("inbound/3".to_owned());
    fields.data.insert("attempt".to_owned(), seq.into());
    fields.data.insert("door".to_owned(), "form".into());
    let subject = format!("person/{}", seq % 10);
    if seq.is_multiple_of(100) {
        SUBJECT_SHREDDED.clone_into(&mut fields.kind);
    } else if seq.is_multiple_of(5) {
        let id = format!("text/{seq}");
        let context = Context { workspace: "ws_1", subject: &subject, id: &id };
        let sealed = seal(&SubjectKey::new([2; 32]), [3; 24], [4; 32], &context, b"a name")?;
        fields.commit = Some(sealed.commit);
        fields.enc = Some(id);
    }
    fields.subject = Some(subject);
    Ok(fields)
}
