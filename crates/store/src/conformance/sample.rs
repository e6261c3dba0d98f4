//! Values made up for a row of any type, plain or odd, always the same for the same source.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use warmpath_core::id::WorkspaceId;
use warmpath_core::sla::{Clock, ClockKind, Phase, Policy};

use crate::field::Json;

/// The flavours of values that a column must keep as they are.
pub(super) const FLAVOURS: u8 = 6;

const TEXTS: [&str; FLAVOURS as usize] = [
    "same",
    "",
    "Zoë Åström 東京 👩\u{200d}👩\u{200d}👧 ﬁ e\u{301}",
    "O'Brien \"x\" `y` ?1 $1 $$ -- ; \\ %_ \r\n\t",
    "שלום مرحبا \u{202e}abc\u{202c} \u{feff}",
    "\u{1}\u{7f}\u{fffd}\u{10ffff}",
];

/// Makes values.
pub struct Source {
    workspace: WorkspaceId,
    flavour: u8,
    ids_differ: bool,
    count: u64,
}

impl Source {
    /// Values of one flavour (0 is plain, 1 to 5 are odd); every id is another.
    pub fn new(workspace: WorkspaceId, flavour: u8) -> Self {
        Self { workspace, flavour, ids_differ: true, count: 0 }
    }

    /// Values that are all alike, ids too: every row is about every other.
    pub fn alike(workspace: WorkspaceId) -> Self {
        Self { workspace, flavour: 0, ids_differ: false, count: 0 }
    }

    /// The workspace of its rows.
    pub fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// The next id.
    pub fn id(&mut self) -> [u8; 16] {
        self.count += 1;
        let mut id = [7; 16];
        if self.ids_differ {
            id[0] = self.flavour;
            id[8..].copy_from_slice(&self.count.to_be_bytes());
        }
        id
    }

    /// One of a list, another each time.
    pub fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        self.count += 1;
        all[self.count as usize % all.len()]
    }
}

/// A type of which a source can make a value.
pub trait Sample: Sized {
    /// Makes one.
    fn sample(source: &mut Source) -> Self;
}

impl Sample for i64 {
    fn sample(source: &mut Source) -> Self {
        [1, 0, -1, i64::MIN, i64::MAX, 1 << 53 | 1][usize::from(source.flavour)]
    }
}

impl Sample for f64 {
    fn sample(source: &mut Source) -> Self {
        [0.5, 0.0, f64::MAX, f64::MIN_POSITIVE / 8.0, -1.0e-300, 0.1 + 0.2]
            [usize::from(source.flavour)]
    }
}

impl Sample for bool {
    fn sample(source: &mut Source) -> Self {
        source.flavour.is_multiple_of(2)
    }
}

impl Sample for u8 {
    fn sample(source: &mut Source) -> Self {
        [1, 0, 0xFF, b'\'', b'\\', 0x80][usize::from(source.flavour)]
    }
}

impl Sample for String {
    fn sample(source: &mut Source) -> Self {
        TEXTS[usize::from(source.flavour)].to_owned()
    }
}

impl Sample for Timestamp {
    /// Year 1 and year 9999 are the ends.
    fn sample(source: &mut Source) -> Self {
        let seconds = [1_700_000_000, 0, -1, -62_135_596_800, 253_402_207_200, 1]
            [usize::from(source.flavour)];
        Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

impl<T: Sample> Sample for Option<T> {
    fn sample(source: &mut Source) -> Self {
        (source.flavour != 1).then(|| T::sample(source))
    }
}

impl<T: Sample> Sample for Vec<T> {
    fn sample(source: &mut Source) -> Self {
        let length = if source.flavour == 1 { 0 } else { 3 };
        (0..length).map(|_| T::sample(source)).collect()
    }
}

impl<A: Sample, B: Sample> Sample for (A, B) {
    fn sample(source: &mut Source) -> Self {
        (A::sample(source), B::sample(source))
    }
}

impl<K: Sample + Ord, V: Sample> Sample for BTreeMap<K, V> {
    fn sample(source: &mut Source) -> Self {
        Vec::<(K, V)>::sample(source).into_iter().collect()
    }
}

impl<T: Sample> Sample for Json<T> {
    fn sample(source: &mut Source) -> Self {
        Json(T::sample(source))
    }
}

impl Sample for Clock {
    fn sample(source: &mut Source) -> Self {
        Self {
            policy: Policy::default_for(ClockKind::Accept),
            phase: Phase::Running,
            counted: SignedDuration::from_secs(90),
            counting_since: Option::sample(source),
            due: Timestamp::sample(source),
            remind_at: Option::sample(source),
            step_at: Option::sample(source),
            steps_taken: 1,
            finished_at: None,
            seen_at: Timestamp::sample(source),
        }
    }
}
