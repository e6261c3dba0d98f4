//! The Merkle tree of RFC 9162 section 2.1, grown one leaf at a time.
//!
//! Only *complete* nodes are ever kept: node (level, index) covers the leaves
//! `index·2^level .. (index+1)·2^level`, and once all of them exist its hash never changes. A table
//! of complete nodes therefore only grows, and every root and proof can be folded from it.

use serde::{Deserialize, Serialize};

use crate::hash::Hash;

/// The address of a complete node. Level 0 are the leaves; index counts from the left, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NodeId {
    /// Height above the leaves, 0..=63.
    pub level: u8,
    /// Position within the level, from 0.
    pub index: u64,
}

/// A complete node with its hash: one row of a node table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// Where the node stands.
    pub id: NodeId,
    /// Its hash.
    pub hash: Hash,
}

/// The right edge of a tree: its size and the roots of its complete subtrees, largest first.
/// Holds at most 64 hashes, whatever the size.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    size: u64,
    peaks: Vec<Hash>,
}

/// The stored nodes do not fit the stored size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a tree of {size} leaves restarts from {needed} nodes, {given} were given")]
pub struct RestartError {
    /// Size asked for.
    pub size: u64,
    /// How many nodes [`Tree::restart_plan`] names for it.
    pub needed: usize,
    /// How many were given.
    pub given: usize,
}

impl Tree {
    /// A tree without leaves.
    #[must_use]
    pub fn new() -> Tree {
        Tree::default()
    }

    /// The complete nodes from which a tree of `size` leaves can go on growing.
    #[must_use]
    pub fn restart_plan(size: u64) -> Vec<NodeId> {
        complete_nodes(0, size)
    }

    /// Goes on where a tree of `size` leaves stopped; `nodes` are those of
    /// [`Tree::restart_plan`], in its order.
    ///
    /// # Errors
    /// When the number of nodes is not the one the plan names.
    pub fn restart(size: u64, nodes: &[Hash]) -> Result<Tree, RestartError> {
        let needed = size.count_ones() as usize;
        if nodes.len() != needed {
            return Err(RestartError { size, needed, given: nodes.len() });
        }
        Ok(Tree { size, peaks: nodes.to_vec() })
    }

    /// Number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf hash and returns every node that became complete by it, lowest first: the leaf
    /// itself, and one parent for each level it closes.
    pub fn append(&mut self, leaf: Hash) -> Vec<Node> {
        let mut index = self.size;
        let mut node = Node { id: NodeId { level: 0, index }, hash: leaf };
        let mut completed = vec![node];
        while index & 1 == 1 {
            let Some(left) = self.peaks.pop() else { break };
            index >>= 1;
            let id = NodeId { level: node.id.level + 1, index };
            node = Node { id, hash: Hash::node(&left, &node.hash) };
            completed.push(node);
        }
        self.peaks.push(node.hash);
        self.size += 1;
        completed
    }

    /// Adds a leaf hash without listing the completed nodes: what a verifier needs, and faster.
    pub fn extend(&mut self, leaf: Hash) {
        let mut hash = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                hash = Hash::node(&left, &hash);
            }
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// The root hash of all leaves so far.
    #[must_use]
    pub fn root(&self) -> Hash {
        fold_peaks(&self.peaks).unwrap_or_else(Hash::empty_tree)
    }
}

/// The hash of a run of leaves from the roots of its complete subtrees, largest first.
pub(crate) fn fold_peaks(peaks: &[Hash]) -> Option<Hash> {
    peaks.iter().rev().copied().reduce(|right, left| Hash::node(&left, &right))
}

/// The complete nodes that tile the leaves `start..end`, largest first. `start` must be a multiple
/// of a power of two not below the length, which holds for every run inside a tree.
pub(crate) fn complete_nodes(start: u64, end: u64) -> Vec<NodeId> {
    let mut nodes = Vec::new();
    let mut at = start;
    while at < end {
        let level = (end - at).ilog2();
        #[expect(clippy::cast_possible_truncation, reason = "the logarithm of a u64 is below 64")]
        nodes.push(NodeId { level: level as u8, index: at >> level });
        at += 1 << level;
    }
    nodes
}
