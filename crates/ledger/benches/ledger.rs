//! Speed of writing, verifying and proving. `cargo bench -p warmpath-ledger [-- ENTRIES]` prints a
//! table and one JSON line; the default is a log of 1,000,000 entries.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::collections::HashMap;
use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use warmpath_ledger::{
    BundleHeader, BundleWriter, Checkpoint, Commitment, Draft, Fields, Hash, NodeId, Options,
    SigningKey, Tree, consistency_plan, inclusion_plan, verify,
};

const ORIGIN: &str = "warmpath.example/ws_1";
const PROOFS: u64 = 10_000;

fn main() -> Result<(), Box<dyn Error>> {
    // The bench runner passes a flag of its own.
    let size = std::env::args().skip(1).find_map(|text| text.parse().ok()).unwrap_or(1_000_000);
    let key = SigningKey::from_seed(ORIGIN, &[1; 32])?;

    let (write_s, bundle) = timed(|| write(size, &key));
    let (bundle, leaves) = bundle?;
    let options = Options { keys: vec![key.public_key()], kept: Vec::new() };
    let (verify_s, report) = timed(|| verify(&bundle[..], &options));
    if !report?.ok {
        return Err("the bundle written does not verify".into());
    }
    let (append_s, (tree, table)) = timed(|| grow(&leaves));
    let (inclusion_s, proved) = timed(|| prove_inclusion(&leaves, &tree, &table));
    proved?;
    let (consistency_s, proved) = timed(|| prove_consistency(size, &table));
    proved?;

    #[expect(clippy::cast_precision_loss, reason = "figures are read by people")]
    let (entries, proofs, mib) = (size as f64, PROOFS as f64, bundle.len() as f64 / 1_048_576.0);
    println!("log of {size} entries, {mib:.0} MiB as a bundle, nodes in memory, one core");
    println!(
        "{:<42}{write_s:>10.3} s {:>12.0} /s",
        "draft, number, write bundle",
        entries / write_s
    );
    println!("{:<42}{verify_s:>10.3} s {:>12.0} /s", "verify bundle", entries / verify_s);
    println!(
        "{:<42}{append_s:>10.3} s {:>12.0} /s",
        "append to tree, keep nodes",
        entries / append_s
    );
    let (inclusion_us, consistency_us) = (inclusion_s * 1e6 / proofs, consistency_s * 1e6 / proofs);
    println!("{:<42}{inclusion_us:>10.2} us each", "inclusion proof, made and checked");
    println!("{:<42}{consistency_us:>10.2} us each", "consistency proof, made");
    println!(
        "{{\"bench\":\"ledger\",\"entries\":{size},\"write_s\":{write_s:.3},\
         \"verify_s\":{verify_s:.3},\
         \"append_s\":{append_s:.3},\"inclusion_us\":{inclusion_us:.2},\
         \"consistency_us\":{consistency_us:.2}}}"
    );
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let result = work();
    (start.elapsed().as_secs_f64(), result)
}

/// A bundle with a checkpoint every 1,000 entries, and the leaf hashes.
fn write(size: u64, key: &SigningKey) -> Result<(Vec<u8>, Vec<Hash>), Box<dyn Error>> {
    let header = BundleHeader {
        workspace: "ws_1".to_owned(),
        origin: ORIGIN.to_owned(),
        keys: vec![key.public_key().to_string()],
    };
    let mut writer = BundleWriter::new(Vec::new(), header)?;
    let mut leaves = Vec::new();
    let mut prev = Hash::ZERO;
    for seq in 1..=size {
        let at_us = 1_700_000_000_000_000 + i64::try_from(seq)? * 1_000;
        let mut fields = Fields::new("ws_1", "referral.routed", "member/7", at_us);
        fields.subject = Some(format!("person/{}", seq % 50_000));
        fields.reference = Some(format!("referral/{seq}"));
        fields.ruleset = Some("inbound/3".to_owned());
        fields.data.insert("owner".to_owned(), "member/12".into());
        fields.data.insert("score".to_owned(), (seq % 100).into());
        fields.enc = Some(format!("text/{seq}"));
        fields.commit = Some(Commitment([7; 32]));
        let entry = Draft::new(fields)?.number(seq, prev);
        writer.entry(&entry)?;
        prev = entry.leaf_hash();
        leaves.push(prev);
        if seq % 1_000 == 0 || seq == size {
            let (origin, root) = (ORIGIN.to_owned(), writer.tree().root());
            writer.checkpoint(&Checkpoint { origin, size: seq, root }.sign(key)?)?;
        }
    }
    Ok((writer.finish()?, leaves))
}

fn grow(leaves: &[Hash]) -> (Tree, HashMap<NodeId, Hash>) {
    let (mut tree, mut table) = (Tree::new(), HashMap::new());
    for leaf in leaves {
        table.extend(tree.append(*leaf).into_iter().map(|node| (node.id, node.hash)));
    }
    (tree, table)
}

fn fetch(table: &HashMap<NodeId, Hash>, nodes: &[NodeId]) -> Vec<Hash> {
    nodes.iter().filter_map(|id| table.get(id).copied()).collect()
}

fn prove_inclusion(
    leaves: &[Hash],
    tree: &Tree,
    table: &HashMap<NodeId, Hash>,
) -> Result<(), Box<dyn Error>> {
    let root = tree.root();
    for number in 0..PROOFS {
        let index = number.wrapping_mul(7_919) % tree.size();
        let plan = inclusion_plan(index, tree.size())?;
        let proof = plan.finish(&fetch(table, &plan.nodes()))?;
        proof.check(&leaves[usize::try_from(index)?], &root)?;
    }
    Ok(())
}

fn prove_consistency(size: u64, table: &HashMap<NodeId, Hash>) -> Result<(), Box<dyn Error>> {
    for number in 0..PROOFS {
        let plan = consistency_plan(number.wrapping_mul(7_919) % size + 1, size)?;
        black_box(plan.finish(&fetch(table, &plan.nodes()))?);
    }
    Ok(())
}
