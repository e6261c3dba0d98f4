//! Lists that changed since the graph was built: a persistent radix tree from person to list.
//!
//! A clone shares everything with its original; a change copies only the few nodes on its way, and
//! not even those when nobody else holds them. That is what lets readers keep a snapshot while the
//! writer goes on.

use std::sync::Arc;

use super::Tie;

/// Children per node, as a power of two. Narrow nodes are cheap to copy, and copying is what a
/// writer mostly does: 16 took changes faster than 32 and no slower to read.
const BITS: u32 = 4;
const FAN: usize = 1 << BITS;

#[derive(Clone, Debug, Default)]
pub(crate) struct Overlay {
    root: Option<Arc<Node>>,
    /// Levels of branches above the leaves.
    height: u32,
    /// Lists held.
    lists: usize,
}

#[derive(Clone, Debug)]
enum Node {
    Branch([Option<Arc<Node>>; FAN]),
    Leaf([Option<Arc<[Tie]>>; FAN]),
}

fn slot(person: u32, level: u32) -> usize {
    (person >> (BITS * level)) as usize % FAN
}

impl Overlay {
    /// The changed list of a person, if it changed.
    #[inline]
    pub(crate) fn get(&self, person: u32) -> Option<&[Tie]> {
        let mut node = self.root.as_deref()?;
        if u64::from(person) >> (BITS * (self.height + 1)) != 0 {
            return None;
        }
        let mut level = self.height;
        loop {
            match node {
                Node::Branch(children) => node = children[slot(person, level)].as_deref()?,
                Node::Leaf(lists) => return lists[slot(person, 0)].as_deref(),
            }
            level -= 1;
        }
    }

    /// The list of a person for change, begun from `original` when it has not changed before. It may
    /// be shared with a clone.
    pub(crate) fn edit(&mut self, person: u32, original: &[Tie]) -> &mut Arc<[Tie]> {
        self.grow_to(person);
        let height = self.height;
        let root = self.root.get_or_insert_with(|| Arc::new(empty(height)));
        let (mut node, mut level) = (Arc::make_mut(root), height);
        loop {
            match node {
                Node::Branch(children) => {
                    let child = &mut children[slot(person, level)];
                    let child = child.get_or_insert_with(|| Arc::new(empty(level - 1)));
                    node = Arc::make_mut(child);
                }
                Node::Leaf(lists) => {
                    let list = &mut lists[slot(person, 0)];
                    self.lists += usize::from(list.is_none());
                    return list.get_or_insert_with(|| Arc::from(original));
                }
            }
            level -= 1;
        }
    }

    /// Lists held.
    pub(crate) fn len(&self) -> usize {
        self.lists
    }

    fn grow_to(&mut self, person: u32) {
        while u64::from(person) >> (BITS * (self.height + 1)) != 0 {
            if let Some(old) = self.root.take() {
                let mut children = [const { None }; FAN];
                children[0] = Some(old);
                self.root = Some(Arc::new(Node::Branch(children)));
            }
            self.height += 1;
        }
    }
}

fn empty(level: u32) -> Node {
    if level == 0 { Node::Leaf([const { None }; FAN]) } else { Node::Branch([const { None }; FAN]) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    use super::*;

    proptest! {
        #[test]
        fn behaves_as_a_map_and_clones_stay_as_they_were(
            steps in prop::collection::vec((0_u32..5_000, any::<u16>(), any::<bool>()), 1..80)
        ) {
            let mut overlay = Overlay::default();
            let mut model: BTreeMap<u32, Vec<Tie>> = BTreeMap::new();
            let mut kept = Vec::new();
            for (person, strength, keep) in steps {
                let list = overlay.edit(person, &[]);
                *list = list.iter().copied().chain([Tie::new(1, strength)]).collect();
                model.entry(person).or_default().push(Tie::new(1, strength));
                if keep {
                    kept.push((overlay.clone(), model.clone()));
                }
            }
            kept.push((overlay, model));
            for (overlay, model) in kept {
                prop_assert_eq!(overlay.len(), model.len());
                for person in 0..5_000 {
                    prop_assert_eq!(overlay.get(person), model.get(&person).map(Vec::as_slice));
                }
            }
        }
    }
}
