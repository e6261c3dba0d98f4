//! Inclusion and consistency proofs of RFC 9162 sections 2.1.3 and 2.1.4.
//!
//! Making a proof has two steps, so that the nodes can live in any table: a *plan* says which
//! complete nodes to fetch, and `finish` folds their hashes into the proof. Checking a proof needs
//! neither the table nor the plan.

use serde::{Deserialize, Serialize};

use crate::hash::Hash;
use crate::tree::{NodeId, complete_nodes, fold_peaks};

/// Proof that one leaf stands in a tree of a given size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InclusionProof {
    /// Position of the leaf, from 0.
    pub leaf_index: u64,
    /// Size of the tree the proof is for.
    pub tree_size: u64,
    /// Sibling hashes from the leaf upwards.
    pub path: Vec<Hash>,
}

/// Proof that a tree is the beginning of a larger one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsistencyProof {
    /// Size of the older tree.
    pub old_size: u64,
    /// Size of the newer tree.
    pub new_size: u64,
    /// Hashes in the order of RFC 9162. Empty when the sizes are equal or the older tree is empty.
    pub path: Vec<Hash>,
}

/// Why a proof could not be made or does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The leaf lies outside the tree.
    #[error("leaf {leaf_index} does not exist in a tree of {tree_size}")]
    NoSuchLeaf {
        /// Position asked for.
        leaf_index: u64,
        /// Size of the tree.
        tree_size: u64,
    },
    /// The older tree is larger than the newer one.
    #[error("a tree of {new_size} cannot extend a tree of {old_size}")]
    Shrinks {
        /// Size of the older tree.
        old_size: u64,
        /// Size of the newer tree.
        new_size: u64,
    },
    /// The hashes handed to `finish` are not as many as the plan names.
    #[error("the plan names {needed} nodes, {given} were given")]
    WrongNodeCount {
        /// Nodes the plan names.
        needed: usize,
        /// Nodes given.
        given: usize,
    },
    /// The proof is longer or shorter than sizes and position demand.
    #[error("the proof has the wrong length")]
    WrongLength,
    /// The proof does not lead to the root.
    #[error("the proof does not lead to the root hash")]
    RootMismatch,
    /// The proof does not lead to the older root.
    #[error("the proof does not lead to the older root hash: history was rewritten")]
    OldRootMismatch,
    /// Proof, entry and checkpoint speak of different sizes, positions or logs.
    #[error("the proof is about another position, size or log than the documents beside it")]
    NotAboutThis,
}

/// The nodes an inclusion proof is folded from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InclusionPlan {
    leaf_index: u64,
    tree_size: u64,
    runs: Vec<Run>,
}

/// The nodes a consistency proof is folded from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsistencyPlan {
    old_size: u64,
    new_size: u64,
    runs: Vec<Run>,
}

/// Leaves `start..end`: one hash of a proof.
type Run = (u64, u64);

/// Names the nodes that prove leaf `leaf_index` in a tree of `tree_size` leaves.
///
/// # Errors
/// When the leaf lies outside the tree.
pub fn inclusion_plan(leaf_index: u64, tree_size: u64) -> Result<InclusionPlan, ProofError> {
    if leaf_index >= tree_size {
        return Err(ProofError::NoSuchLeaf { leaf_index, tree_size });
    }
    let mut runs = Vec::new();
    let (mut start, mut end) = (0, tree_size);
    while end - start > 1 {
        let middle = start + split(end - start);
        if leaf_index < middle {
            runs.push((middle, end));
            end = middle;
        } else {
            runs.push((start, middle));
            start = middle;
        }
    }
    runs.reverse();
    Ok(InclusionPlan { leaf_index, tree_size, runs })
}

/// Names the nodes that prove that the tree of `new_size` leaves begins with that of `old_size`.
///
/// # Errors
/// When the older tree is the larger one.
pub fn consistency_plan(old_size: u64, new_size: u64) -> Result<ConsistencyPlan, ProofError> {
    if old_size > new_size {
        return Err(ProofError::Shrinks { old_size, new_size });
    }
    let mut runs = Vec::new();
    if old_size > 0 {
        let (mut start, mut end) = (0, new_size);
        while end != old_size {
            let middle = start + split(end - start);
            if old_size <= middle {
                runs.push((middle, end));
                end = middle;
            } else {
                runs.push((start, middle));
                start = middle;
            }
        }
        // The verifier knows the older root already when it is itself a complete node of the tree.
        if start != 0 {
            runs.push((start, end));
        }
    }
    runs.reverse();
    Ok(ConsistencyPlan { old_size, new_size, runs })
}

impl InclusionPlan {
    /// The complete nodes to fetch, in the order `finish` wants their hashes. At most about
    /// 2·log2(size).
    #[must_use]
    pub fn nodes(&self) -> Vec<NodeId> {
        nodes(&self.runs)
    }

    /// Folds the hashes of [`InclusionPlan::nodes`] into the proof.
    ///
    /// # Errors
    /// When the number of hashes is not the number of nodes.
    pub fn finish(&self, hashes: &[Hash]) -> Result<InclusionProof, ProofError> {
        let path = fold(&self.runs, hashes)?;
        Ok(InclusionProof { leaf_index: self.leaf_index, tree_size: self.tree_size, path })
    }
}

impl ConsistencyPlan {
    /// The complete nodes to fetch, in the order `finish` wants their hashes.
    #[must_use]
    pub fn nodes(&self) -> Vec<NodeId> {
        nodes(&self.runs)
    }

    /// Folds the hashes of [`ConsistencyPlan::nodes`] into the proof.
    ///
    /// # Errors
    /// When the number of hashes is not the number of nodes.
    pub fn finish(&self, hashes: &[Hash]) -> Result<ConsistencyProof, ProofError> {
        let path = fold(&self.runs, hashes)?;
        Ok(ConsistencyProof { old_size: self.old_size, new_size: self.new_size, path })
    }
}

impl InclusionProof {
    /// Checks the proof for a leaf hash and a root (RFC 9162 section 2.1.3.2).
    ///
    /// # Errors
    /// When position or length are impossible, or the path does not lead to the root.
    pub fn check(&self, leaf: &Hash, root: &Hash) -> Result<(), ProofError> {
        let (leaf_index, tree_size) = (self.leaf_index, self.tree_size);
        if leaf_index >= tree_size {
            return Err(ProofError::NoSuchLeaf { leaf_index, tree_size });
        }
        let (mut at, mut last) = (leaf_index, tree_size - 1);
        let mut hash = *leaf;
        for sibling in &self.path {
            if last == 0 {
                return Err(ProofError::WrongLength);
            }
            if at & 1 == 1 || at == last {
                hash = Hash::node(sibling, &hash);
                climb_to_left_turn(&mut at, &mut last);
            } else {
                hash = Hash::node(&hash, sibling);
            }
            at >>= 1;
            last >>= 1;
        }
        match (last, hash == *root) {
            (0, true) => Ok(()),
            (0, false) => Err(ProofError::RootMismatch),
            _ => Err(ProofError::WrongLength),
        }
    }
}

impl ConsistencyProof {
    /// Checks that the tree with root `new` begins with the tree with root `old` (RFC 9162
    /// section 2.1.4.2). An empty older tree is the beginning of every tree.
    ///
    /// # Errors
    /// When sizes or length are impossible, or the path does not lead to both roots.
    pub fn check(&self, old: &Hash, new: &Hash) -> Result<(), ProofError> {
        let (old_size, new_size) = (self.old_size, self.new_size);
        if old_size > new_size {
            return Err(ProofError::Shrinks { old_size, new_size });
        }
        if old_size == 0 || old_size == new_size {
            return self.check_without_path(old, new);
        }
        let (mut at, mut last) = (old_size - 1, new_size - 1);
        let mut path = self.path.iter();
        while at & 1 == 1 {
            at >>= 1;
            last >>= 1;
        }
        // A power of two is a complete node of the newer tree: its own root opens the proof.
        let first = if old_size.is_power_of_two() { Some(old) } else { path.next() };
        let mut old_hash = *first.ok_or(ProofError::WrongLength)?;
        let mut new_hash = old_hash;
        for sibling in path {
            if last == 0 {
                return Err(ProofError::WrongLength);
            }
            if at & 1 == 1 || at == last {
                old_hash = Hash::node(sibling, &old_hash);
                new_hash = Hash::node(sibling, &new_hash);
                climb_to_left_turn(&mut at, &mut last);
            } else {
                new_hash = Hash::node(&new_hash, sibling);
            }
            at >>= 1;
            last >>= 1;
        }
        match (last, old_hash == *old, new_hash == *new) {
            (0, true, true) => Ok(()),
            (0, false, _) => Err(ProofError::OldRootMismatch),
            (0, true, false) => Err(ProofError::RootMismatch),
            _ => Err(ProofError::WrongLength),
        }
    }

    fn check_without_path(&self, old: &Hash, new: &Hash) -> Result<(), ProofError> {
        if !self.path.is_empty() {
            return Err(ProofError::WrongLength);
        }
        let expected = if self.old_size == 0 { Hash::empty_tree() } else { *new };
        if *old != expected {
            return Err(ProofError::OldRootMismatch);
        }
        if self.new_size == 0 && *new != Hash::empty_tree() {
            return Err(ProofError::RootMismatch);
        }
        Ok(())
    }
}

/// At the right edge a node has no sibling on the levels where it is a left child: skip them.
fn climb_to_left_turn(at: &mut u64, last: &mut u64) {
    while *at & 1 == 0 && *at != 0 {
        *at >>= 1;
        *last >>= 1;
    }
}

/// The largest power of two below `length`, which is at least 2.
fn split(length: u64) -> u64 {
    1 << (length - 1).ilog2()
}

fn nodes(runs: &[Run]) -> Vec<NodeId> {
    runs.iter().flat_map(|&(start, end)| complete_nodes(start, end)).collect()
}

fn fold(runs: &[Run], hashes: &[Hash]) -> Result<Vec<Hash>, ProofError> {
    let needed = runs.iter().map(|(start, end)| (end - start).count_ones() as usize).sum();
    let wrong = ProofError::WrongNodeCount { needed, given: hashes.len() };
    if hashes.len() != needed {
        return Err(wrong);
    }
    let mut rest = hashes;
    runs.iter()
        .map(|(start, end)| {
            let (run, others) = rest.split_at((end - start).count_ones() as usize);
            rest = others;
            fold_peaks(run).ok_or(wrong)
        })
        .collect()
}
