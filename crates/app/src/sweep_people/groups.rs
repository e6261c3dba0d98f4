//! Who is one with whom, as it grows, and which of them are more than a record of a source.

use std::collections::{HashMap, HashSet};

use warmpath_core::id::{PersonId, WorkspaceId};
use warmpath_store::table::sweep;
use warmpath_store::{Engine, StoreError};

use super::gather::Everybody;

/// The groups; everybody is named by their row.
pub(super) struct Groups {
    parent: Vec<u32>,
    size: Vec<u32>,
    /// Roots of groups of which somebody has a history.
    history: HashSet<u32>,
}

impl Groups {
    /// As merges have it, with the histories of those who stand in these pairs.
    pub(super) async fn read(
        db: &dyn Engine,
        ws: WorkspaceId,
        everybody: &Everybody,
        pairs: impl Iterator<Item = (u32, u32)>,
    ) -> Result<Self, StoreError> {
        let count = everybody.people.len() as u32;
        let (parent, size) = ((0..count).collect(), vec![1; count as usize]);
        let mut groups = Self { parent, size, history: HashSet::new() };
        for (kept, gone) in &everybody.merged {
            groups.parent[*gone as usize] = *kept;
        }
        let mut members: HashMap<u32, Vec<u32>> = HashMap::new();
        for (_, gone) in &everybody.merged {
            members.entry(groups.root(*gone)).or_default().push(*gone);
        }
        for (root, gone) in &members {
            groups.size[*root as usize] += gone.len() as u32;
        }
        let mut looked: HashSet<u32> = pairs.flat_map(|(a, b)| [a, b]).collect();
        for row in looked.clone() {
            let root = groups.root(row);
            looked.insert(root);
            looked.extend(members.get(&root).into_iter().flatten());
        }
        let ids: Vec<PersonId> = looked.iter().map(|row| everybody.people[*row as usize]).collect();
        for person in sweep::with_a_history(db, ws, &ids).await? {
            if let Some(row) = everybody.rows.get(&person) {
                groups.history.insert(groups.root(*row));
            }
        }
        Ok(groups)
    }

    /// The row that stands for this one.
    pub(super) fn root(&self, row: u32) -> u32 {
        let mut at = row;
        while self.parent[at as usize] != at {
            at = self.parent[at as usize];
        }
        at
    }

    /// The two rows, that of the group that would stand for both first: the one with a history, then
    /// the larger, then the older.
    pub(super) fn in_order(&self, left: u32, right: u32) -> (u32, u32) {
        let rank = |row: u32| {
            let root = self.root(row);
            let size = std::cmp::Reverse(self.size[root as usize]);
            (!self.history.contains(&root), size, root)
        };
        if rank(left) <= rank(right) { (left, right) } else { (right, left) }
    }

    /// Whether both are more than records of a source.
    pub(super) fn both_have_a_history(&self, left: u32, right: u32) -> bool {
        [left, right].iter().all(|row| self.history.contains(&self.root(*row)))
    }

    /// Lets the first group stand for the second; gives the rows that stand for each.
    pub(super) fn join(&mut self, first: u32, second: u32) -> (u32, u32) {
        let (kept, gone) = (self.root(first), self.root(second));
        self.parent[gone as usize] = kept;
        self.size[kept as usize] += self.size[gone as usize];
        if self.history.contains(&gone) {
            self.history.insert(kept);
        }
        (kept, gone)
    }
}
