//! The ledger page, and the page of one entry with its proof.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use warmpath_app::policy::{ReadLedger, grant};
use warmpath_app::prove_entry::{self, Proven};
use warmpath_app::read_ledger::{self, Page, Standing, Wanted};
use warmpath_app::sign_in::SignedIn;
use warmpath_app::verify_ledger::{self, Verdict};
use warmpath_app::{Failure, rows::EntryRow};

use crate::pages::card;
use crate::refuse::render;
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::shell;
use crate::view::desk::DeskPage;
use crate::view::part::{
    Action, Block, Cell, Column, Fact, Facts, Field, FieldKind, FilterBar, Note, Pill, Row, Seal,
    Section, TableView, Tone,
};
use crate::words::{Words, sentence, thousands};

/// What stands in the address.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Look {
    #[serde(default)]
    about: String,
    #[serde(default)]
    kind: String,
    before: Option<i64>,
}

/// The list.
pub(super) async fn show(
    State(face): State<Face>,
    Reader(who): Reader,
    Query(look): Query<Look>,
) -> Response {
    match load(&face, &who, &look).await {
        Ok((page, standing)) => list(&face, &who, &look, &page, &standing).await,
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}

async fn load(face: &Face, who: &SignedIn, look: &Look) -> Result<(Page, Standing), Failure> {
    let grant = grant::<ReadLedger>(&who.principal)?;
    let wanted = Wanted {
        about: look.about.clone(),
        kind: look.kind.clone(),
        before: look.before,
        limit: None,
    };
    let page = read_ledger::list(&face.app, &grant, &wanted).await?;
    Ok((page, read_ledger::standing(&face.app, &grant).await?))
}

async fn list(
    face: &Face,
    who: &SignedIn,
    look: &Look,
    page: &Page,
    standing: &Standing,
) -> Response {
    let words = card::words(face, who);
    let frame = card::frame(face, who, "Ledger", "/ledger").await;
    let running = matches!(&standing.check, Some(c) if c.verdict == Verdict::Running);
    let narrowed = !look.about.is_empty() || !look.kind.is_empty();
    let filters = FilterBar {
        action: "/ledger".to_owned(),
        fields: vec![
            Field::of(FieldKind::Search, "about", "Record id", &look.about),
            Field::text("kind", "Kind, like referral.won", &look.kind),
        ],
        clear_href: if narrowed { "/ledger".to_owned() } else { String::new() },
    };
    render(&DeskPage {
        shell: frame,
        title: "Ledger".to_owned(),
        lead: "Every step, in order, under a tree that cannot be bent unseen.".to_owned(),
        actions: vec![
            Action::link("Export", "/ledger/export").icon("download"),
            Action::post("Verify now", "/ledger/verify").primary(),
        ],
        note: Some(verdict(&words, standing)),
        filters: Some(filters),
        main: vec![entries(&words, look, page, standing)],
        rail: rail(&words, standing),
        refresh_href: if running { "/ledger".to_owned() } else { String::new() },
        ..DeskPage::default()
    })
}

/// What the last check of the whole log found, in a sentence.
fn verdict(words: &Words, standing: &Standing) -> Note {
    let Some(check) = &standing.check else {
        let text = "The first check begins with the first entry.";
        return Note::new(Tone::Neutral, "Not checked yet.", text);
    };
    let when = words.within(check.at);
    match &check.verdict {
        Verdict::Running => {
            let done = thousands(check.done as i64);
            let text = format!("{done} of {} so far.", thousands(check.total as i64));
            Note::new(Tone::Accent, "Being checked.", text)
        }
        Verdict::Holds => {
            let lead = format!("All {} entries verify.", thousands(check.done as i64));
            let checkpoints = thousands(check.checkpoints as i64);
            let text = format!("Checked {when}, with {checkpoints} signed checkpoints.");
            Note::new(Tone::Positive, lead, text)
        }
        Verdict::Broken { message, entry } => {
            let lead = match entry {
                Some(entry) => format!("Entry {} does not verify.", thousands(*entry as i64)),
                None => "The ledger does not verify.".to_owned(),
            };
            let text = format!(
                "Found {when}: {message}. Nothing was changed by this check. Compare the log with \
                 a checkpoint kept elsewhere."
            );
            Note::new(Tone::Negative, lead, text)
        }
    }
}

fn entries(words: &Words, look: &Look, page: &Page, standing: &Standing) -> Section {
    let next = page.next.map(|before| {
        let before = before.to_string();
        let pairs = [("about", look.about.as_str()), ("kind", &look.kind), ("before", &before)];
        format!("/ledger?{}", card::query(&pairs))
    });
    let table = TableView {
        caption: "Ledger entries, newest first".to_owned(),
        columns: vec![
            Column::name("Entry"),
            Column::new("What"),
            Column::new("Who"),
            Column::new("When"),
            Column::new("Leaf hash"),
        ],
        rows: page.entries.iter().map(|e| line(words, e, standing)).collect(),
        foot: "An erased person leaves entries that verify and say nothing.".to_owned(),
        next_href: next.unwrap_or_default(),
        empty: "No entry is like that. Look for another record or kind.".to_owned(),
        ..TableView::default()
    };
    Section::new("entries", "Entries", vec![Block::Table(table)])
}

fn line(words: &Words, entry: &EntryRow, standing: &Standing) -> Row {
    let seq = entry.seq.unwrap_or_default();
    let seal = Seal {
        entry: thousands(seq),
        hash: String::new(),
        href: format!("/ledger/{seq}"),
        broken: false,
    };
    vec![
        Cell::Seal(seal),
        Cell::lines(kind_words(&entry.kind), entry.about.clone()),
        Cell::text(standing.actor_words(entry)),
        Cell::Time(words.moment(entry.at), entry.at.to_string()),
        Cell::proof(short(&entry.leaf)),
    ]
    .into()
}

/// "referral.meeting_held" as people read it: "Referral: meeting held".
fn kind_words(kind: &str) -> String {
    sentence(&kind.replace('.', ": ").replace('_', " "))
}

/// The first and last bytes of a hash.
fn short(hash: &[u8]) -> String {
    let hex: String = hash.iter().map(|b| format!("{b:02x}")).collect();
    match (hex.get(..8), hex.get(hex.len().saturating_sub(4)..)) {
        (Some(start), Some(end)) => format!("{start}…{end}"),
        _ => hex,
    }
}

fn proof_fact(name: &str, value: impl Into<String>) -> Fact {
    Fact { proof: true, ..Fact::new(name, value) }
}

fn rail(words: &Words, standing: &Standing) -> Vec<Section> {
    let mut facts = vec![
        proof_fact("Entries", thousands(standing.size)),
        proof_fact("Waiting for a number", thousands(standing.waiting)),
    ];
    let mut blocks = Vec::new();
    if let Some(checkpoint) = &standing.checkpoint {
        facts.push(proof_fact("Signed size", thousands(checkpoint.size)));
        facts.push(Fact::new("Signed", words.moment(checkpoint.at)));
        blocks.push(Block::Copy { id: "note".to_owned(), text: checkpoint.note.clone() });
        let file = Action::link("Signed note", "/ledger/checkpoint").small().icon("download");
        blocks.push(Block::Buttons(vec![file]));
    }
    blocks.insert(0, Block::Facts(Facts { facts, pair: false, lined: true }));
    vec![
        Section::new("checkpoint", "Last checkpoint", blocks)
            .foot("Keep the note elsewhere: it finds a log that was rolled back or rewritten."),
        Section::new(
            "offline",
            "Check it without us",
            vec![
                Block::Text("Export, then run this anywhere. It needs no database.".to_owned()),
                Block::Copy {
                    id: "verify-line".to_owned(),
                    text: format!(
                        "warmpath ledger verify ledger.jsonl --key {}",
                        standing.public_key
                    ),
                },
            ],
        ),
    ]
}

/// Asks for a check of the whole log.
pub(super) async fn verify(State(face): State<Face>, writer: Writer) -> Response {
    let who = writer.signed_in;
    let asked = match grant::<ReadLedger>(&who.principal) {
        Ok(grant) => verify_ledger::ask(&face.app, &grant).await,
        Err(failure) => Err(failure),
    };
    card::after(&face, &who, asked, "/ledger").await
}

/// One entry with its proof.
pub(super) async fn entry(
    State(face): State<Face>,
    Reader(who): Reader,
    Path(seq): Path<String>,
) -> Response {
    let found = match (grant::<ReadLedger>(&who.principal), seq.parse()) {
        (Ok(grant), Ok(seq)) => match prove_entry::run(&face.app, &grant, seq).await {
            Ok(proven) => {
                read_ledger::standing(&face.app, &grant).await.map(|standing| (proven, standing))
            }
            Err(failure) => Err(failure),
        },
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    match found {
        Ok((proven, standing)) => proven_page(&face, &who, &proven, &standing).await,
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}

async fn proven_page(
    face: &Face,
    who: &SignedIn,
    proven: &Proven,
    standing: &Standing,
) -> Response {
    let words = card::words(face, who);
    let seq = proven.entry.seq.unwrap_or_default();
    let title = format!("Entry {}", thousands(seq));
    let frame = card::frame(face, who, &title, "/ledger").await;
    let about = &proven.entry.about;
    let record =
        if about.starts_with("ref_") { format!("/referrals/{about}") } else { String::new() };
    let facts = vec![
        Fact { href: record, proof: true, ..Fact::new("Record", about.clone()) },
        Fact::new("By", standing.actor_words(&proven.entry)),
        Fact::new("When", words.moment(proven.entry.at)),
        proof_fact("Leaf", short(&proven.entry.leaf)),
    ];
    let all = format!("/ledger?{}", card::query(&[("about", about)]));
    render(&DeskPage {
        shell: shell::under(frame, "Ledger", "/ledger"),
        title,
        pill: Some(pill(proven)),
        lead: kind_words(&proven.entry.kind),
        actions: vec![
            Action::link("Proof as JSON", format!("/ledger/{seq}/proof.json")).icon("download"),
        ],
        main: vec![
            proof_section(&words, proven),
            Section::new(
                "bytes",
                "What was written",
                vec![Block::Letter(proven.entry.body.clone())],
            )
            .aside("Personal data stands as keyed commitments"),
        ],
        rail: vec![
            Section::new(
                "about",
                "About",
                vec![Block::Facts(Facts { facts, pair: false, lined: true })],
            )
            .action(Action::link("All of this record", all).small()),
        ],
        ..DeskPage::default()
    })
}

fn pill(proven: &Proven) -> Pill {
    match &proven.proof {
        None => Pill::new("Not signed yet", Tone::Neutral),
        Some(proof) if proof.fault.is_none() => Pill::new("Verified", Tone::Positive),
        Some(_) => Pill::new("Does not verify", Tone::Negative),
    }
}

fn proof_section(words: &Words, proven: &Proven) -> Section {
    let Some(proof) = &proven.proof else {
        let text = "The next checkpoint covers it, at the latest ten minutes after the last one.";
        return Section::new(
            "proof",
            "Its proof is on the way",
            vec![Block::Text(text.to_owned())],
        );
    };
    let size = thousands(proof.inclusion.tree_size as i64);
    let signed = words.within(proof.signed_at);
    let foot = format!("RFC 9162 inclusion proof, SHA-256, tree size {size}.");
    if let Some(fault) = &proof.fault {
        let note = Note::new(Tone::Negative, "It does not hold.", format!("{fault}."));
        let section = Section::new(
            "proof",
            "It does not stand in the signed checkpoint",
            vec![Block::Note(note)],
        );
        return section.foot(foot);
    }
    let mut path: Vec<(String, String)> = vec![("leaf".to_owned(), short(&proven.entry.leaf))];
    let hashes = proof.inclusion.path.iter().enumerate();
    path.extend(hashes.map(|(n, hash)| (format!("level {}", n + 1), short(&hash.0))));
    path.push(("root".to_owned(), short(&proof.root.0)));
    let count = proof.inclusion.path.len();
    let text = format!("{count} hashes lead from this entry to the root that was signed {signed}.");
    let title = "It stands in the signed checkpoint";
    Section::new("proof", title, vec![Block::Text(text), Block::Proof(path)]).foot(foot)
}
