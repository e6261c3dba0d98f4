//! Small marks: pill, avatar, clock, tier, evidence chip, seal.

use super::super::filters;
use super::renders_itself;
use askama::Template;

/// The meaning a colour carries. A word always stands beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Received, verified, declined, expired, draft.
    #[default]
    Neutral,
    /// In progress.
    Accent,
    /// Yes, verified, met, won.
    Positive,
    /// Soon, weakest link, remark.
    Warning,
    /// Breached, refused, error, no.
    Negative,
    /// A person must decide.
    Hold,
}

impl Tone {
    /// The class name of the tone; empty for neutral.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Neutral => "",
            Self::Accent => "accent",
            Self::Positive => "pos",
            Self::Warning => "warn",
            Self::Negative => "neg",
            Self::Hold => "hold",
        }
    }
}

/// A state in one word.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/pill.html")]
pub struct Pill {
    /// The state as a word: "Held".
    pub word: String,
    /// Its tone.
    pub tone: Tone,
}

impl Pill {
    /// A pill of a word in a tone.
    #[must_use]
    pub fn new(word: impl Into<String>, tone: Tone) -> Self {
        Self { word: word.into(), tone }
    }
}

/// How large a person's initials stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AvatarSize {
    /// 20 px, in a line of text.
    Small,
    /// 26 px, in rows.
    #[default]
    Row,
    /// 40 px, in cards.
    Large,
    /// 48 px, heads of records.
    Head,
}

/// Initials on a muted tint.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/avatar.html")]
pub struct Avatar {
    /// One or two letters.
    pub initials: String,
    /// Which of the six tints, `0..6`.
    pub tint: u8,
    /// How large.
    pub size: AvatarSize,
}

impl Avatar {
    /// Initials of a name; the tint follows from the id, so that it stays when a name changes.
    #[must_use]
    pub fn of(name: &str, id: &str) -> Self {
        let mut words = name.split_whitespace().filter_map(|word| word.chars().next());
        let first = words.next();
        let last = words.next_back();
        let initials = first.into_iter().chain(last).flat_map(char::to_uppercase).collect();
        let hash = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let tint = u8::try_from((hash >> 32) % 6).unwrap_or(0);
        Self { initials, tint, size: AvatarSize::Row }
    }

    /// The same in another size.
    #[must_use]
    pub fn sized(mut self, size: AvatarSize) -> Self {
        self.size = size;
        self
    }

    fn class(&self) -> &'static str {
        match self.size {
            AvatarSize::Small => "s",
            AvatarSize::Row => "m",
            AvatarSize::Large => "l",
            AvatarSize::Head => "xl",
        }
    }
}

/// A person who has not agreed to be named: what may be said, and no name anywhere.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/sealed_person.html")]
pub struct SealedPerson {
    /// Role, industry, size and topic, in one line each.
    pub lines: Vec<String>,
}

/// How a clock stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClockKind {
    /// More than a quarter of the time left.
    #[default]
    Fine,
    /// A quarter or less.
    Soon,
    /// Late, and counting on.
    Breached,
    /// Waits for somebody else.
    Paused,
    /// Met.
    Met,
}

/// A clock: a ring for the share left, and words.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/clock.html")]
pub struct Clock {
    /// "52 min left", "3 h 10 late", "Paused: Priya decides".
    pub words: String,
    /// The instant it speaks of, RFC 3339; empty when there is none.
    pub datetime: String,
    /// How it stands.
    pub kind: ClockKind,
    /// Share of the time left in percent, `0..=100`.
    pub share_left: u8,
}

impl Clock {
    fn class(&self) -> &'static str {
        match self.kind {
            ClockKind::Fine => "fine",
            ClockKind::Soon => "soon",
            ClockKind::Breached => "breached",
            ClockKind::Paused => "paused",
            ClockKind::Met => "met",
        }
    }
}

/// How strong a tie is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TierKind {
    /// Answers within 24 hours.
    Strong,
    /// Within a week.
    Medium,
    /// Needs re-introduction.
    #[default]
    Weak,
    /// No tie.
    Gap,
}

/// Three bars and a word.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/tier.html")]
pub struct Tier {
    /// Which tier.
    pub kind: TierKind,
    /// Whether the word is seen, or only read aloud (dense rows).
    pub word_shown: bool,
}

impl Tier {
    /// The tier's word.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self.kind {
            TierKind::Strong => "Strong",
            TierKind::Medium => "Medium",
            TierKind::Weak => "Weak",
            TierKind::Gap => "Gap",
        }
    }

    fn bars(&self) -> u8 {
        match self.kind {
            TierKind::Strong => 3,
            TierKind::Medium => 2,
            TierKind::Weak => 1,
            TierKind::Gap => 0,
        }
    }
}

/// How well a piece of evidence stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// It holds.
    #[default]
    Holds,
    /// Not known: neither yes nor no.
    Unknown,
    /// Thin or old.
    Weak,
    /// It speaks against.
    Against,
}

/// One fact with its source.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/chip.html")]
pub struct EvidenceChip {
    /// Icon name.
    pub icon: String,
    /// The fact: "E-mail delivers".
    pub fact: String,
    /// Source or time: "today". Never empty.
    pub source: String,
    /// How it stands.
    pub standing: Standing,
    /// Where the evidence can be read; empty when it stands on this page.
    pub href: String,
}

impl EvidenceChip {
    fn class(&self) -> &'static str {
        match self.standing {
            Standing::Holds => "holds",
            Standing::Unknown => "unknown",
            Standing::Weak => "weak",
            Standing::Against => "bad",
        }
    }
}

/// An entry of the ledger that proves something.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/seal.html")]
pub struct Seal {
    /// Entry number in words: "48,209".
    pub entry: String,
    /// Short hash: "9f2c…e1"; empty when only the number is shown.
    pub hash: String,
    /// The proof's page; empty where the reader may not open it.
    pub href: String,
    /// Whether the entry does *not* verify.
    pub broken: bool,
}

renders_itself!(Pill, Avatar, SealedPerson, Clock, Tier, EvidenceChip, Seal);
