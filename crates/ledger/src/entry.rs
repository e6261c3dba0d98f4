//! What is recorded: a draft without a number, and the numbered entry made from it.
//!
//! A change writes drafts in its own commit; a sequencer numbers them afterwards, in one order for
//! the whole workspace. Everything but `seq` and `prev` is therefore fixed and checked in the
//! draft, and numbering cannot fail.
//!
//! ```
//! use warmpath_ledger::{Draft, Fields, Hash};
//!
//! let mut fields = Fields::new("ws_1", "referral.received", "member/7", 1_700_000_000_000_000);
//! fields.reference = Some("referral/42".to_owned());
//! let entry = Draft::new(fields)?.number(1, Hash::ZERO);
//! assert_eq!(entry.seq(), 1);
//! # Ok::<(), warmpath_ledger::EntryError>(())
//! ```

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::canonical::{data_bytes, is_token, push_optional, push_quoted, push_quoted_hex};
use crate::hash::{Commitment, Hash};
use crate::moment;

/// The type of the entry that records the destruction of one subject's key: a tombstone.
pub const SUBJECT_SHREDDED: &str = "subject.shredded";

/// The version of the entry format, field `v`.
pub const ENTRY_VERSION: u64 = 1;

/// Everything in an entry but its number and the hash of its predecessor. Each text is a token:
/// 1 to 200 bytes of visible ASCII without space, quote, backslash and `@`.
#[derive(Debug, Clone, PartialEq)]
pub struct Fields {
    /// When it happened, microseconds since 1970-01-01T00:00:00Z, not negative. Field `ts`.
    pub at_us: i64,
    /// The workspace whose log this is.
    pub workspace: String,
    /// What happened, such as `referral.received`. Field `type`.
    pub kind: String,
    /// Who did it: an id, never a name.
    pub actor: String,
    /// Pseudonym of the person the entry is about.
    pub subject: Option<String>,
    /// The record the entry is about. Field `ref`.
    pub reference: Option<String>,
    /// The version of the pathway or wording that applied.
    pub ruleset: Option<String>,
    /// A few ids, codes and whole numbers; see [`crate::DATA_BYTES_MAX`].
    pub data: Map<String, Value>,
    /// Keyed commitment to the sealed text.
    pub commit: Option<Commitment>,
    /// Id of the sealed text in its side table.
    pub enc: Option<String>,
}

impl Fields {
    /// The fields every entry must have; the others start empty.
    #[must_use]
    pub fn new(workspace: &str, kind: &str, actor: &str, at_us: i64) -> Fields {
        Fields {
            at_us,
            workspace: workspace.to_owned(),
            kind: kind.to_owned(),
            actor: actor.to_owned(),
            subject: None,
            reference: None,
            ruleset: None,
            data: Map::new(),
            commit: None,
            enc: None,
        }
    }
}

/// Why fields or bytes are not an entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// A text is empty, too long, or holds a space, quote, backslash, `@` or non-ASCII character.
    #[error("`{field}` holds text that is not an id or code")]
    NotAToken {
        /// Name of the field in the entry.
        field: &'static str,
    },
    /// The time lies before 1970 or after 9999, or its text is not in the one allowed form.
    #[error("the time is outside 1970 to 9999 or not written with six decimals and Z")]
    BadTime,
    /// A number in `data` has decimals or is beyond ±(2^53 − 1).
    #[error("`data` holds a number that is not whole or too large")]
    NotWhole,
    /// `data` is nested too deep.
    #[error("`data` is nested too deep")]
    DataTooDeep,
    /// `data` is too large.
    #[error("`data` has {bytes} bytes, more than allowed")]
    DataTooLarge {
        /// Its canonical size.
        bytes: usize,
    },
    /// The bytes are not JSON with exactly the fields of an entry.
    #[error("not an entry: {detail}")]
    Unreadable {
        /// What the JSON reader says.
        detail: String,
    },
    /// The version is unknown to this program.
    #[error("entry version {version} is not known")]
    UnknownVersion {
        /// The version found.
        version: u64,
    },
    /// Numbers of entries start at 1.
    #[error("entry number 0 does not exist")]
    NumberZero,
    /// The bytes say the right thing in another spelling.
    #[error("not in canonical form")]
    NotCanonical,
}

/// A checked entry that has no number yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    fields: Fields,
    time_text: String,
    data_bytes: Vec<u8>,
}

impl Draft {
    /// Checks the fields.
    ///
    /// # Errors
    /// When a text is not a token, the time has no text, or `data` holds what it must not.
    pub fn new(fields: Fields) -> Result<Draft, EntryError> {
        let required =
            [("workspace", &fields.workspace), ("type", &fields.kind), ("actor", &fields.actor)];
        let optional = [
            ("subject", &fields.subject),
            ("ref", &fields.reference),
            ("ruleset", &fields.ruleset),
            ("enc", &fields.enc),
        ];
        let given = optional.into_iter().filter_map(|(field, text)| Some((field, text.as_ref()?)));
        for (field, text) in required.into_iter().chain(given) {
            if !is_token(text) {
                return Err(EntryError::NotAToken { field });
            }
        }
        let time_text = moment::to_text(fields.at_us).ok_or(EntryError::BadTime)?;
        let data_bytes = data_bytes(&fields.data)?;
        Ok(Draft { fields, time_text, data_bytes })
    }

    /// What the draft says.
    #[must_use]
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// The canonical bytes without `seq` and `prev`, for the table of unnumbered drafts.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.write(None)
    }

    /// Reads what [`Draft::bytes`] wrote.
    ///
    /// # Errors
    /// When the bytes are not exactly those of a draft.
    pub fn parse(bytes: &[u8]) -> Result<Draft, EntryError> {
        let (draft, position) = parse_wire(bytes)?;
        if position != (None, None) || draft.bytes() != bytes {
            return Err(EntryError::NotCanonical);
        }
        Ok(draft)
    }

    /// Gives the draft its place: `seq` counts from 1, `prev` is the leaf hash of entry `seq - 1`,
    /// or [`Hash::ZERO`] for the first.
    #[must_use]
    pub fn number(self, seq: u64, prev: Hash) -> Entry {
        let bytes = self.write(Some((seq, &prev)));
        Entry { draft: self, seq, prev, bytes }
    }

    /// Fields in the order of their names, which is the canonical order.
    fn write(&self, position: Option<(u64, &Hash)>) -> Vec<u8> {
        let fields = &self.fields;
        let mut out = Vec::with_capacity(384 + self.data_bytes.len());
        out.extend_from_slice(b"{\"actor\":");
        push_quoted(&mut out, &fields.actor);
        out.extend_from_slice(b",\"commit\":");
        match &fields.commit {
            Some(commit) => push_quoted_hex(&mut out, &commit.0),
            None => out.extend_from_slice(b"null"),
        }
        out.extend_from_slice(b",\"data\":");
        out.extend_from_slice(&self.data_bytes);
        out.extend_from_slice(b",\"enc\":");
        push_optional(&mut out, fields.enc.as_deref());
        if let Some((_, prev)) = position {
            out.extend_from_slice(b",\"prev\":");
            push_quoted_hex(&mut out, &prev.0);
        }
        out.extend_from_slice(b",\"ref\":");
        push_optional(&mut out, fields.reference.as_deref());
        out.extend_from_slice(b",\"ruleset\":");
        push_optional(&mut out, fields.ruleset.as_deref());
        if let Some((seq, _)) = position {
            out.extend_from_slice(b",\"seq\":");
            out.extend_from_slice(seq.to_string().as_bytes());
        }
        out.extend_from_slice(b",\"subject\":");
        push_optional(&mut out, fields.subject.as_deref());
        out.extend_from_slice(b",\"ts\":");
        push_quoted(&mut out, &self.time_text);
        out.extend_from_slice(b",\"type\":");
        push_quoted(&mut out, &fields.kind);
        out.extend_from_slice(b",\"v\":1,\"workspace\":");
        push_quoted(&mut out, &fields.workspace);
        out.push(b'}');
        out
    }
}

/// A numbered entry with its canonical bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    draft: Draft,
    seq: u64,
    prev: Hash,
    bytes: Vec<u8>,
}

impl Entry {
    /// Reads an entry and insists on its canonical spelling.
    ///
    /// # Errors
    /// When the bytes are not exactly those of an entry.
    pub fn parse(bytes: &[u8]) -> Result<Entry, EntryError> {
        let (draft, position) = parse_wire(bytes)?;
        let (Some(seq), Some(prev)) = position else {
            return Err(EntryError::Unreadable { detail: "`seq` or `prev` is missing".to_owned() });
        };
        if seq == 0 {
            return Err(EntryError::NumberZero);
        }
        let entry = draft.number(seq, prev);
        if entry.bytes != bytes {
            return Err(EntryError::NotCanonical);
        }
        Ok(entry)
    }

    /// What the entry says.
    #[must_use]
    pub fn fields(&self) -> &Fields {
        &self.draft.fields
    }

    /// Its number in the log of its workspace, from 1. A log of size n ends with entry n.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// Its position as a leaf of the Merkle tree: `seq - 1`.
    #[must_use]
    pub fn leaf_index(&self) -> u64 {
        self.seq.saturating_sub(1)
    }

    /// The leaf hash of its predecessor, or zeros.
    #[must_use]
    pub fn prev(&self) -> Hash {
        self.prev
    }

    /// Its canonical bytes: what is stored, hashed and exported.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The hash of its bytes as a leaf: what goes into the tree and into the `prev` of the next.
    #[must_use]
    pub fn leaf_hash(&self) -> Hash {
        Hash::leaf(&self.bytes)
    }

    /// Whether the entry refers to a text sealed under a person's key.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        self.draft.fields.enc.is_some()
    }
}

/// The fields as JSON has them. Optional fields must be present, as text or null.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    actor: String,
    commit: Option<Commitment>,
    data: Map<String, Value>,
    enc: Option<String>,
    prev: Option<Hash>,
    #[serde(rename = "ref")]
    reference: Option<String>,
    ruleset: Option<String>,
    seq: Option<u64>,
    subject: Option<String>,
    ts: String,
    #[serde(rename = "type")]
    kind: String,
    v: u64,
    workspace: String,
}

/// `seq` and `prev`; a draft has neither.
type Position = (Option<u64>, Option<Hash>);

fn parse_wire(bytes: &[u8]) -> Result<(Draft, Position), EntryError> {
    let wire: Wire = serde_json::from_slice(bytes)
        .map_err(|error| EntryError::Unreadable { detail: error.to_string() })?;
    if wire.v != ENTRY_VERSION {
        return Err(EntryError::UnknownVersion { version: wire.v });
    }
    let draft = Draft::new(Fields {
        at_us: moment::from_text(&wire.ts).ok_or(EntryError::BadTime)?,
        workspace: wire.workspace,
        kind: wire.kind,
        actor: wire.actor,
        subject: wire.subject,
        reference: wire.reference,
        ruleset: wire.ruleset,
        data: wire.data,
        commit: wire.commit,
        enc: wire.enc,
    })?;
    Ok((draft, (wire.seq, wire.prev)))
}
