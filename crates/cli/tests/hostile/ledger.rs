//! A stored ledger that somebody with the database file bends, and what finds it: the check that runs
//! inside, or the export verified by the ledger's own library against a checkpoint kept elsewhere.
//!
//! The sentences of the cases are played by their words; the number they name is the entry.

use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, params};
use serde_json::Value;
use tokio::sync::OnceCell;
use warmpath_app::setup_workspace::{self, Setup};
use warmpath_app::unit::{Happening, Unit};
use warmpath_app::verify_ledger::{self, Found, Place};
use warmpath_app::{App, erase_person, export_ledger, read_ledger, sequence_ledger};
use warmpath_core::id::{MemberId, PersonId, RecordId as _, WorkspaceId};
use warmpath_core::role::{Actor, Role};
use warmpath_ledger::{
    Checkpoint, Draft, Entry, Hash, Options, PublicKey, SignedCheckpoint, Tree, verify,
};
use warmpath_store::Engine;
use warmpath_store::table::{ledger, referral, workspace};
use warmpath_store_sqlite::Sqlite;
use warmpath_testkit::hostile::{Case, Gap, Verdict};

use crate::{house, seed, state};

/// Entries of the first workspace, and how many the copy of yesterday held.
const ENTRIES: usize = 10_000;
const YESTERDAY: usize = 9_000;

/// The ledger as it was before anybody touched it.
struct Kept {
    folder: tempfile::TempDir,
    a: WorkspaceId,
    b: WorkspaceId,
    /// A checkpoint of the whole ledger of A, held outside.
    outside: SignedCheckpoint,
}

static KEPT: OnceCell<Kept> = OnceCell::const_new();

impl Kept {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("making.db");
        let db: Arc<dyn Engine> = Arc::new(Sqlite::open(&path).unwrap());
        warmpath_store::migration::migrate(&*db, house::start()).await.unwrap();
        let app = house::app(Arc::clone(&db), "http://127.0.0.1:1".to_owned(), 5);
        let mut ids = Vec::new();
        for _ in 0..3 {
            let text = include_str!("../../../../samples/workspace.toml");
            let setup: Setup = toml::from_str(text).unwrap();
            ids.push(setup_workspace::run(&app, &setup, &[]).await.unwrap());
        }
        for id in &ids[1..] {
            grow(&app, *id, 50).await;
        }
        grow(&app, ids[0], YESTERDAY).await;
        db.copy_to(&folder.path().join("yesterday.db")).await.unwrap();
        grow(&app, ids[0], ENTRIES).await;
        assert_eq!(inside(&app, ids[0]).await.unwrap(), None, "it holds before anybody bends it");
        let note = sequence_ledger::sign_now(&app, ids[0]).await.unwrap().unwrap();
        db.copy_to(&folder.path().join("kept.db")).await.unwrap();
        Self { folder, a: ids[0], b: ids[1], outside: note.parse().unwrap() }
    }
}

/// Writes entries until there are so many, and numbers them.
async fn grow(app: &App, id: WorkspaceId, until: usize) {
    sequence_ledger::run(app, id).await.unwrap();
    let mut size = ledger::head(app.db(), id).await.unwrap().map_or(0, |head| head.size as usize);
    while size < until {
        let count = (until - size).min(500);
        let mut unit = Unit::new(app, id);
        for _ in 0..count {
            let about = app.id::<MemberId>();
            unit.record(Happening::new("session.opened", Actor::System, about)).await.unwrap();
        }
        unit.commit("twice").await.unwrap();
        sequence_ledger::run(app, id).await.unwrap();
        size += count;
    }
}

/// A copy that may be bent.
struct Copy {
    kept: &'static Kept,
    app: Arc<App>,
    file: std::path::PathBuf,
    _folder: tempfile::TempDir,
}

impl Copy {
    fn of(kept: &'static Kept, name: &str) -> Self {
        Self::by(kept, name, 17)
    }

    /// A copy whose ids come from this seed.
    fn by(kept: &'static Kept, name: &str, seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("warmpath.db");
        std::fs::copy(kept.folder.path().join(name), &file).unwrap();
        let db = Arc::new(Sqlite::open(&file).unwrap());
        let app = house::app(db, "http://127.0.0.1:1".to_owned(), seed);
        Self { kept, app, file, _folder: folder }
    }

    fn sql(&self) -> Connection {
        state::open(&self.file)
    }
}

/// Plays one case, on a thread of its own: it holds a database in its hand.
pub(crate) async fn play(case: &Case, input: &Value) -> Result<Verdict, Gap> {
    let (case, input) = (case.clone(), input.clone());
    let here = tokio::runtime::Handle::current();
    let played = tokio::task::spawn_blocking(move || here.block_on(play_here(&case, &input)));
    played.await.map_err(|error| error.to_string())?
}

async fn play_here(case: &Case, input: &Value) -> Result<Verdict, Gap> {
    let kept = KEPT.get_or_init(Kept::new).await;
    if input["op"].is_string() {
        return erasure(Copy::of(kept, "kept.db")).await;
    }
    let sentence = input["sql"].as_str().ok_or("no sentence")?;
    if sentence.contains("nodes") {
        return fork(kept).await;
    }
    if sentence.contains("yesterday") {
        return judge(&Copy::of(kept, "yesterday.db"), kept.a, true).await;
    }
    let copy = Copy::of(kept, "kept.db");
    let number = sentence.split(|c: char| !c.is_ascii_digit()).find_map(|n| n.parse().ok());
    bend(&copy, sentence, number.unwrap_or(5_000)).await?;
    // Only a checkpoint held elsewhere shows what looks whole inside.
    let needs_outside =
        ["delete the last", "signing key"].iter().any(|part| sentence.contains(part));
    let found = judge(&copy, kept.a, needs_outside).await?;
    let moved = sentence.contains("tenant B");
    match (moved, found) {
        (true, Verdict::Held) => judge(&copy, kept.b, false).await,
        (_, found) => Ok(match found {
            Verdict::Broken(why) => Verdict::Broken(format!("{}: {why}", case.id)),
            held => held,
        }),
    }
}

/// Held when something is found, and the words say where.
async fn judge(copy: &Copy, id: WorkspaceId, outside: bool) -> Result<Verdict, Gap> {
    let inside = inside(&copy.app, id).await?;
    let kept = if outside { vec![copy.kept.outside.clone()] } else { Vec::new() };
    let exported = exported(&copy.app, id, kept).await?;
    let said = [inside.clone(), exported.clone()].into_iter().flatten().next();
    // Without the checkpoint held outside, the check inside has to find it by itself.
    let found = if outside { exported.is_some() } else { inside.is_some() };
    let words = said.clone().unwrap_or_default().to_lowercase();
    let names = ["entry", "entries", "checkpoint"].iter().any(|word| words.contains(word));
    Ok(Verdict::when(found && names, format!("inside: {inside:?}, exported: {exported:?}")))
}

/// What the check inside says of the stored log.
async fn inside(app: &App, id: WorkspaceId) -> Result<Option<String>, Gap> {
    let found = verify_ledger::slice(app, id, Place::default(), 1_000_000).await;
    Ok(match found {
        Ok(Found::Broken(fault, _)) => Some(fault.to_string()),
        Ok(_) => None,
        Err(failure) => Some(format!("the entries cannot be read: {failure}")),
    })
}

/// What the offline verifier says of an export, or why there is none.
async fn exported(
    app: &App,
    id: WorkspaceId,
    kept: Vec<SignedCheckpoint>,
) -> Result<Option<String>, Gap> {
    let key: PublicKey =
        read_ledger::public_key(app, id).map_err(|e| e.to_string())?.parse().unwrap();
    let mut export = match export_ledger::of_workspace(app, id).await {
        Ok(export) => export,
        Err(failure) => return Ok(Some(format!("the entries cannot be exported: {failure}"))),
    };
    let mut bundle = Vec::new();
    loop {
        match export.next(app).await {
            Ok(Some(piece)) => bundle.extend(piece),
            Ok(None) => break,
            Err(failure) => return Ok(Some(failure.to_string())),
        }
    }
    let options = Options { keys: vec![key], kept };
    let report = verify(bundle.as_slice(), &options).map_err(|error| error.to_string())?;
    Ok((!report.ok).then(|| report.to_string()))
}

/// Bends the stored ledger of A as the sentence says.
async fn bend(copy: &Copy, sentence: &str, n: i64) -> Result<(), Gap> {
    let sql = copy.sql();
    let a = copy.kept.a.bytes().to_vec();
    let one = |text: &str| sql.execute(text, params![a, n]).unwrap();
    let says = |part: &str| sentence.contains(part);
    if says("character of the payload") {
        one("UPDATE ledger_entry SET body = replace(body, 'session.opened', 'session.openef') \
             WHERE workspace = ?1 AND seq = ?2");
    } else if says("bit of the stored hash") {
        let leaf: Vec<u8> = sql
            .query_row(
                "SELECT leaf FROM ledger_entry WHERE workspace = ?1 AND seq = ?2",
                params![a, n],
                |r| r.get(0),
            )
            .unwrap();
        let mut bent = leaf;
        bent[0] ^= 1;
        let text = "UPDATE ledger_entry SET leaf = ?3 WHERE workspace = ?1 AND seq = ?2";
        sql.execute(text, params![a, n, bent]).unwrap();
    } else if says("renumber") {
        one("DELETE FROM ledger_entry WHERE workspace = ?1 AND seq = ?2");
        shift(&sql, &a, n, -1);
    } else if says("delete the last") {
        truncate(copy, &sql, &a, ENTRIES as i64 - n).await;
    } else if says("delete entry") {
        one("DELETE FROM ledger_entry WHERE workspace = ?1 AND seq = ?2");
    } else if says("swap") {
        for text in [
            "UPDATE ledger_entry SET seq = -1 WHERE workspace = ?1 AND seq = ?2",
            "UPDATE ledger_entry SET seq = ?2 WHERE workspace = ?1 AND seq = ?2 + 1",
            "UPDATE ledger_entry SET seq = ?2 + 1 WHERE workspace = ?1 AND seq = -1",
        ] {
            one(text);
        }
    } else if says("recompute") || says("as before") {
        rewrite(copy, &sql, n, says("with the current signing key")).await;
    } else if says("insert an entry") {
        shift(&sql, &a, n, 1);
        forge(copy, &sql, n).await;
    } else if says("one year back") {
        backdate(copy, &sql, n).await;
    } else if says("tenant B") {
        let b = copy.kept.b.bytes().to_vec();
        let size: i64 = sql
            .query_row("SELECT size FROM ledger_head WHERE workspace = ?1", params![b], |r| {
                r.get(0)
            })
            .unwrap();
        let text = "UPDATE ledger_entry SET workspace = ?3, seq = ?4 \
                    WHERE workspace = ?1 AND seq = ?2";
        sql.execute(text, params![a, n, b, size + 1]).unwrap();
        let head = "UPDATE ledger_head SET size = size + 1 WHERE workspace = ?1";
        sql.execute(head, params![b]).unwrap();
    } else if says("UPDATE/DELETE") {
        // SQLite has no roles: the file's owner may write, and the check finds what was written.
        one("UPDATE ledger_entry SET body = replace(body, 'system', 'sistem') \
             WHERE workspace = ?1 AND seq = ?2");
        one("DELETE FROM ledger_entry WHERE workspace = ?1 AND seq = ?2 + 1");
    } else {
        return Err(format!("nobody knows how to {sentence}"));
    }
    Ok(())
}

/// Moves the numbers of all later entries, which are unique at every moment.
fn shift(sql: &Connection, a: &[u8], after: i64, by: i64) {
    let away = "UPDATE ledger_entry SET seq = -seq WHERE workspace = ?1 AND seq > ?2";
    sql.execute(away, params![a, after]).unwrap();
    let back = "UPDATE ledger_entry SET seq = -seq + ?2 WHERE workspace = ?1 AND seq < 0";
    sql.execute(back, params![a, by]).unwrap();
}

async fn entry(copy: &Copy, n: i64) -> (ledger::EntryRow, Entry) {
    let row = ledger::entry(copy.app.db(), copy.kept.a, n).await.unwrap().unwrap();
    let entry = Entry::parse(row.body.as_bytes()).unwrap();
    (row, entry)
}

/// Writes text and hash of an entry as if they had always been so.
fn write(sql: &Connection, id: &[u8], entry: &Entry) {
    let body = String::from_utf8_lossy(entry.bytes()).into_owned();
    let text = "UPDATE ledger_entry SET body = ?2, leaf = ?3 WHERE id = ?1";
    sql.execute(text, params![id, body, entry.leaf_hash().0.to_vec()]).unwrap();
}

/// Cuts the end off and takes back everything that tells of it.
async fn truncate(copy: &Copy, sql: &Connection, a: &[u8], size: i64) {
    let (row, _) = entry(copy, size).await;
    sql.execute("DELETE FROM ledger_entry WHERE workspace = ?1 AND seq > ?2", params![a, size])
        .unwrap();
    sql.execute(
        "DELETE FROM ledger_checkpoint WHERE workspace = ?1 AND size > ?2",
        params![a, size],
    )
    .unwrap();
    let head =
        "UPDATE ledger_head SET size = ?2, prev = ?3, checkpoint_size = ?2 WHERE workspace = ?1";
    sql.execute(head, params![a, size, row.leaf]).unwrap();
    plant(copy, sql, a, size).await;
}

/// Changes an entry and recomputes everything after it, as the public algorithm says.
async fn rewrite(copy: &Copy, sql: &Connection, n: i64, with_key: bool) {
    let a = copy.kept.a.bytes().to_vec();
    let rows = ledger::feed(copy.app.db(), copy.kept.a, n, ENTRIES as i64).await.unwrap();
    let mut prev = entry(copy, n - 1).await.1.leaf_hash();
    sql.execute_batch("BEGIN").unwrap();
    for (place, row) in rows.iter().enumerate() {
        let old = Entry::parse(row.body.as_bytes()).unwrap();
        let mut fields = old.fields().clone();
        if place == 0 {
            fields.kind = "session.closed".to_owned();
        }
        let new = Draft::new(fields).unwrap().number(old.seq(), prev);
        prev = new.leaf_hash();
        write(sql, &row.id.bytes(), &new);
    }
    let head = "UPDATE ledger_head SET prev = ?2 WHERE workspace = ?1";
    sql.execute(head, params![a, prev.0.to_vec()]).unwrap();
    sql.execute_batch("COMMIT").unwrap();
    let root = plant(copy, sql, &a, ENTRIES as i64).await;
    if with_key {
        let key = copy.app.keys.signing(copy.kept.a).unwrap();
        let origin = warmpath_app::keys::ledger_origin(copy.kept.a);
        let signed = Checkpoint { origin, size: ENTRIES as u64, root }.sign(&key).unwrap();
        let old = "DELETE FROM ledger_checkpoint WHERE workspace = ?1 AND size >= ?2";
        sql.execute(old, params![a, n]).unwrap();
        let text =
            "INSERT INTO ledger_checkpoint (workspace, size, note, at) VALUES (?1, ?2, ?3, 0)";
        sql.execute(text, params![a, ENTRIES as i64, signed.text()]).unwrap();
    }
}

/// Grows the stored tree anew over the leaves as they stand; its root.
async fn plant(copy: &Copy, sql: &Connection, a: &[u8], size: i64) -> Hash {
    let rows = ledger::feed(copy.app.db(), copy.kept.a, 1, size).await.unwrap();
    let mut tree = Tree::new();
    sql.execute_batch("BEGIN").unwrap();
    sql.execute("DELETE FROM ledger_node WHERE workspace = ?1", params![a]).unwrap();
    let text = "INSERT INTO ledger_node (workspace, level, place, hash) VALUES (?1, ?2, ?3, ?4)";
    let mut insert = sql.prepare(text).unwrap();
    for row in rows.iter().take(usize::try_from(size).unwrap()) {
        let leaf = Hash(row.leaf.clone().try_into().unwrap());
        for node in tree.append(leaf).into_iter().filter(|node| node.id.level > 0) {
            let (level, place) = (i64::from(node.id.level), node.id.index as i64);
            insert.execute(params![a, level, place, node.hash.0.to_vec()]).unwrap();
        }
    }
    sql.execute_batch("COMMIT").unwrap();
    tree.root()
}

/// Puts an entry between two that fits the one before it.
async fn forge(copy: &Copy, sql: &Connection, n: i64) {
    let (row, before) = entry(copy, n).await;
    let draft = Draft::new(before.fields().clone()).unwrap();
    let forged = draft.number(before.seq() + 1, before.leaf_hash());
    let text = "INSERT INTO ledger_entry (workspace, id, seq, at, kind, about, body, leaf) \
                SELECT workspace, ?2, ?3, at, kind, about, body, leaf FROM ledger_entry WHERE id = ?1";
    let id = [7_u8; 16];
    sql.execute(text, params![row.id.bytes().to_vec(), id.to_vec(), n + 1]).unwrap();
    write(sql, &id, &forged);
}

async fn backdate(copy: &Copy, sql: &Connection, n: i64) {
    let (row, old) = entry(copy, n).await;
    let mut fields = old.fields().clone();
    fields.at_us -= 365 * 86_400 * 1_000_000;
    let at = fields.at_us;
    let new = Draft::new(fields).unwrap().number(old.seq(), old.prev());
    write(sql, &row.id.bytes(), &new);
    let text = "UPDATE ledger_entry SET at = ?2 WHERE id = ?1";
    sql.execute(text, params![row.id.bytes().to_vec(), at]).unwrap();
}

/// Two nodes number from the same head: the second one's commit finds nothing to write over. And
/// where two copies went on apart, the checkpoint of one does not fit the other.
async fn fork(kept: &'static Kept) -> Result<Verdict, Gap> {
    let (one, other) = (Copy::of(kept, "kept.db"), Copy::by(kept, "kept.db", 23));
    let mut unit = Unit::new(&one.app, kept.a);
    for _ in 0..40 {
        let about = one.app.id::<MemberId>();
        unit.record(Happening::new("session.opened", Actor::System, about)).await.unwrap();
    }
    unit.commit("twice").await.unwrap();
    let db: Arc<dyn Engine> = Arc::new(Sqlite::open(&one.file).unwrap());
    let second = house::app(db, "http://127.0.0.1:1".to_owned(), 19);
    let (first, second) =
        tokio::join!(sequence_ledger::run(&one.app, kept.a), sequence_ledger::run(&second, kept.a));
    first.map_err(|error| error.to_string())?;
    second.map_err(|error| error.to_string())?;
    if let Some(fault) = inside(&one.app, kept.a).await? {
        return Ok(Verdict::Broken(format!("two nodes bent it: {fault}")));
    }
    let note = sequence_ledger::sign_now(&one.app, kept.a).await.unwrap().unwrap();
    grow(&other.app, kept.a, ENTRIES + 40).await;
    let found = exported(&other.app, kept.a, vec![note.parse().unwrap()]).await?;
    Ok(Verdict::when(found.is_some(), "two ledgers fit one checkpoint"))
}

/// A person is erased: the chain holds, and what was sealed for them is noise.
async fn erasure(copy: Copy) -> Result<Verdict, Gap> {
    let (app, a) = (&copy.app, copy.kept.a);
    let members = workspace::members(app.db(), a).await.unwrap();
    let member = |role| members.iter().find(|m| m.role == role).unwrap();
    let receipt =
        seed::hand_over(app, member(Role::Revops), "Priya Raman", "p.raman@northmere.example")
            .await;
    seed::answer(app, &receipt, "p.raman@northmere.example").await;
    let row = referral::referral(app.db(), a, receipt.id).await.unwrap().unwrap();
    sequence_ledger::run(app, a).await.unwrap();
    let before = wrapped(&copy.file, row.person);
    let grant = seed::grant(member(Role::Revops));
    erase_person::run(app, &grant, row.person, false).await.map_err(|error| error.to_string())?;
    let after = wrapped(&copy.file, row.person);
    let inside = inside(app, a).await?;
    let exported = exported(app, a, vec![copy.kept.outside.clone()]).await?;
    let gone = !before.is_empty() && after.is_empty();
    let good = gone && inside.is_none() && exported.is_none();
    Ok(Verdict::when(good, format!("key gone: {gone}, {inside:?}, {exported:?}")))
}

/// The wrapped key of a person, as it is stored; none when it was destroyed.
fn wrapped(file: &Path, person: PersonId) -> Vec<u8> {
    let text = "SELECT wrapped FROM subject_key WHERE person = ?1";
    state::open(file).query_row(text, params![person.bytes().to_vec()], |row| row.get(0)).unwrap()
}
