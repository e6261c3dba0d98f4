//! The tree and its proofs against the definitions of RFC 9162, written out naively.

use std::collections::BTreeMap;

use proptest::prelude::*;
use warmpath_ledger::{Hash, NodeId, ProofError, Tree, consistency_plan, inclusion_plan};

const SIZE_MAX: usize = 65;

/// Section 2.1.1.
fn naive_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::empty_tree(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(naive_split(leaves.len()));
            Hash::node(&naive_root(left), &naive_root(right))
        }
    }
}

/// Section 2.1.3.1.
fn naive_path(m: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(naive_split(leaves.len()));
    let (mut path, sibling) = if m < left.len() {
        (naive_path(m, left), naive_root(right))
    } else {
        (naive_path(m - left.len(), right), naive_root(left))
    };
    path.push(sibling);
    path
}

/// Section 2.1.4.1.
fn naive_subproof(m: usize, leaves: &[Hash], is_whole: bool) -> Vec<Hash> {
    if m == leaves.len() {
        return if is_whole { Vec::new() } else { vec![naive_root(leaves)] };
    }
    let (left, right) = leaves.split_at(naive_split(leaves.len()));
    let (mut path, sibling) = if m <= left.len() {
        (naive_subproof(m, left, is_whole), naive_root(right))
    } else {
        (naive_subproof(m - left.len(), right, false), naive_root(left))
    };
    path.push(sibling);
    path
}

fn naive_split(length: usize) -> usize {
    let mut half = 1;
    while half * 2 < length {
        half *= 2;
    }
    half
}

fn leaves(count: usize) -> Vec<Hash> {
    (0..count).map(|number| Hash::leaf(&number.to_be_bytes())).collect()
}

/// A node table as a store would keep it.
fn table(leaves: &[Hash]) -> (Tree, BTreeMap<NodeId, Hash>) {
    let (mut tree, mut table) = (Tree::new(), BTreeMap::new());
    for leaf in leaves {
        for node in tree.append(*leaf) {
            assert_eq!(table.insert(node.id, node.hash), None, "a node never changes");
        }
    }
    (tree, table)
}

fn fetch(table: &BTreeMap<NodeId, Hash>, nodes: &[NodeId]) -> Vec<Hash> {
    nodes.iter().map(|id| table[id]).collect()
}

#[test]
fn the_root_of_the_published_eight_leaves_is_the_published_one() {
    let leaves: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    let mut tree = Tree::new();
    leaves.iter().for_each(|leaf| tree.extend(Hash::leaf(leaf)));
    let known = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328";
    assert_eq!(tree.root().to_string(), known);
}

#[test]
fn every_root_and_every_restart_up_to_65_leaves() {
    let leaves = leaves(SIZE_MAX + 3);
    let (_, table) = table(&leaves);
    for size in 0..=SIZE_MAX {
        let nodes = fetch(&table, &Tree::restart_plan(size as u64));
        let mut tree = Tree::restart(size as u64, &nodes).unwrap();
        assert_eq!(tree.root(), naive_root(&leaves[..size]), "size {size}");
        let appended = tree.append(leaves[size]);
        assert!(appended.iter().all(|node| table[&node.id] == node.hash));
        tree.extend(leaves[size + 1]);
        assert_eq!(tree.root(), naive_root(&leaves[..size + 2]));
        assert!(Tree::restart(size as u64, &[Hash::ZERO; 8]).is_err());
    }
}

#[test]
fn every_inclusion_proof_up_to_65_leaves() {
    let leaves = leaves(SIZE_MAX);
    let (_, table) = table(&leaves);
    for size in 1..=SIZE_MAX {
        let root = naive_root(&leaves[..size]);
        for index in 0..size {
            let plan = inclusion_plan(index as u64, size as u64).unwrap();
            let proof = plan.finish(&fetch(&table, &plan.nodes())).unwrap();
            assert_eq!(proof.path, naive_path(index, &leaves[..size]), "{index} of {size}");
            assert_eq!(proof.check(&leaves[index], &root), Ok(()));
            for other in (0..size).filter(|other| *other != index) {
                assert!(proof.check(&leaves[other], &root).is_err());
            }
            let mut short = proof.clone();
            if short.path.pop().is_some() {
                assert!(short.check(&leaves[index], &root).is_err());
            }
            let mut long = proof.clone();
            long.path.push(Hash::ZERO);
            assert_eq!(long.check(&leaves[index], &root), Err(ProofError::WrongLength));
        }
    }
}

#[test]
fn every_consistency_proof_up_to_65_leaves() {
    let leaves = leaves(SIZE_MAX);
    let (_, table) = table(&leaves);
    let roots: Vec<Hash> = (0..=SIZE_MAX).map(|size| naive_root(&leaves[..size])).collect();
    for new in 0..=SIZE_MAX {
        for old in 0..=new {
            let plan = consistency_plan(old as u64, new as u64).unwrap();
            let proof = plan.finish(&fetch(&table, &plan.nodes())).unwrap();
            let naive =
                if old == 0 { Vec::new() } else { naive_subproof(old, &leaves[..new], true) };
            assert_eq!(proof.path, naive, "{old} to {new}");
            assert_eq!(proof.check(&roots[old], &roots[new]), Ok(()));
            assert!(proof.check(&Hash::ZERO, &roots[new]).is_err());
            // From the empty log to any other there is nothing to prove.
            let needs_new = old > 0 || new == 0;
            assert_eq!(proof.check(&roots[old], &Hash::ZERO).is_err(), needs_new);
            let mut long = proof.clone();
            long.path.push(Hash::ZERO);
            assert_eq!(long.check(&roots[old], &roots[new]), Err(ProofError::WrongLength));
        }
    }
}

#[test]
fn impossible_sizes_are_refused() {
    let (leaf_index, tree_size) = (3, 3);
    assert_eq!(inclusion_plan(3, 3), Err(ProofError::NoSuchLeaf { leaf_index, tree_size }));
    assert!(matches!(consistency_plan(4, 3), Err(ProofError::Shrinks { .. })));
    let plan = inclusion_plan(u64::MAX - 1, u64::MAX).unwrap();
    let (needed, given) = (plan.nodes().len(), 0);
    assert_eq!(plan.finish(&[]), Err(ProofError::WrongNodeCount { needed, given }));
}

proptest! {
    #[test]
    fn a_flipped_bit_anywhere_in_a_proof_is_found(
        size in 2_usize..300, at in any::<prop::sample::Index>(),
        hash in any::<prop::sample::Index>(), bit in 0_usize..256,
    ) {
        let leaves = leaves(size);
        let (tree, table) = table(&leaves);
        let index = at.index(size);
        let plan = inclusion_plan(index as u64, size as u64).unwrap();
        let mut proof = plan.finish(&fetch(&table, &plan.nodes())).unwrap();
        prop_assert_eq!(proof.check(&leaves[index], &tree.root()), Ok(()));
        let bad = hash.index(proof.path.len());
        proof.path[bad].0[bit / 8] ^= 1 << (bit % 8);
        prop_assert_eq!(
            proof.check(&leaves[index], &tree.root()), Err(ProofError::RootMismatch)
        );
    }

    #[test]
    fn the_order_of_entries_is_part_of_the_root(
        size in 2_usize..100, first in any::<prop::sample::Index>(),
        second in any::<prop::sample::Index>(),
    ) {
        let leaves = leaves(size);
        let mut swapped = leaves.clone();
        let (first, second) = (first.index(size), second.index(size));
        swapped.swap(first, second);
        let (root, other) = (table(&leaves).0.root(), table(&swapped).0.root());
        prop_assert_eq!(root == other, first == second);
    }
}
