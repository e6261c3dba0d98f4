//! Walking the candidate pairs of all blocks, each pair once.

use crate::features::join;

use super::Blocks;

impl Blocks {
    /// Walks all candidate pairs, each once, on up to `threads` threads.
    ///
    /// `start` makes the state of a piece of work and `visit` sees its pairs, some at a time, smaller
    /// record first. The states come back in an order that does not depend on the number of threads.
    /// Pairs whose smaller record `wanted` turns down are passed over cheaply.
    pub fn walk<S: Send>(
        &self,
        threads: usize,
        wanted: impl Fn(u32) -> bool + Sync,
        start: impl Fn() -> S + Sync,
        visit: impl Fn(&mut S, &[(u32, u32)]) + Sync,
    ) -> Vec<S> {
        let pieces = self.pieces();
        let run = |piece: &Piece| {
            let mut state = start();
            self.walk_piece(piece, &wanted, &mut |pairs| visit(&mut state, pairs));
            state
        };
        if threads <= 1 || pieces.len() < 2 {
            return pieces.iter().map(run).collect();
        }
        let next = std::sync::atomic::AtomicUsize::new(0);
        let work = || {
            let mut done = Vec::new();
            loop {
                let i = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                match pieces.get(i) {
                    Some(piece) => done.push((i, run(piece))),
                    None => return done,
                }
            }
        };
        let mut all = std::thread::scope(|scope| {
            let handles: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
            let mut all = work();
            all.extend(handles.into_iter().flat_map(join));
            all
        });
        all.sort_by_key(|(i, _)| *i);
        all.into_iter().map(|(_, state)| state).collect()
    }

    /// Ranges of blocks of about equal cost; independent of the number of threads.
    fn pieces(&self) -> Vec<Piece> {
        const COST: u64 = 200_000;
        let mut pieces = Vec::new();
        for (pass, sorted) in self.sorted.iter().enumerate() {
            let (mut from, mut cost) = (0, 0);
            for (i, (start, end)) in sorted.blocks.iter().enumerate() {
                let size = u64::from(end - start);
                cost += size * (size - 1) / 2;
                if cost >= COST || i + 1 == sorted.blocks.len() {
                    pieces.push(Piece { pass, from, to: i + 1 });
                    (from, cost) = (i + 1, 0);
                }
            }
        }
        pieces
    }

    fn walk_piece(
        &self,
        piece: &Piece,
        wanted: &impl Fn(u32) -> bool,
        visit: &mut impl FnMut(&[(u32, u32)]),
    ) {
        let sorted = &self.sorted[piece.pass];
        let mut group = Group::default();
        for (start, end) in &sorted.blocks[piece.from..piece.to] {
            let members = &sorted.records[*start as usize..*end as usize];
            if members.iter().any(|left| wanted(*left)) {
                group.add(members);
            }
            if group.members.len() >= GROUP_MEMBERS {
                group.hand_over(self, piece.pass, wanted, visit);
            }
        }
        group.hand_over(self, piece.pass, wanted, visit);
    }
}

struct Piece {
    pass: usize,
    from: usize,
    to: usize,
}

/// Records of a group, about.
const GROUP_MEMBERS: usize = 256;

/// Some blocks of a pass, whose keys are fetched together.
///
/// The records of a block lie all over the memory. Fetching what is needed of many of them before any
/// is looked at lets the processor wait for all at once and not for one after the other.
#[derive(Default)]
struct Group {
    members: Vec<u32>,
    /// End of each block among the members.
    ends: Vec<usize>,
    /// Keys of the members under the passes before this one.
    keys: Vec<u32>,
    pairs: Vec<(u32, u32)>,
}

impl Group {
    fn add(&mut self, members: &[u32]) {
        self.members.extend_from_slice(members);
        self.ends.push(self.members.len());
    }

    /// Hands over the pairs that no earlier pass brings, and empties the group.
    fn hand_over(
        &mut self,
        blocks: &Blocks,
        passes: usize,
        wanted: &impl Fn(u32) -> bool,
        visit: &mut impl FnMut(&[(u32, u32)]),
    ) {
        let Self { members, ends, keys, pairs } = self;
        keys.clear();
        for record in &*members {
            let start = *record as usize * blocks.passes;
            keys.extend_from_slice(&blocks.keys[start..start + passes]);
        }
        let keys_of = |i: usize| &keys[i * passes..(i + 1) * passes];
        let mut start = 0;
        for end in ends.drain(..) {
            for left in (start..end).filter(|left| wanted(members[*left])) {
                for right in left + 1..end {
                    if !any_shared(keys_of(left), keys_of(right)) {
                        pairs.push((members[left], members[right]));
                    }
                }
            }
            start = end;
        }
        visit(pairs);
        pairs.clear();
        members.clear();
    }
}

/// Whether two records have a key in common. All are looked at: that is quicker than to stop early.
fn any_shared(left: &[u32], right: &[u32]) -> bool {
    left.iter().zip(right).fold(false, |seen, (a, b)| seen | ((*a == *b) & (*a != 0)))
}
