//! The embedded default: mail goes into a folder of `.eml` files that a page can show.
//!
//! A file is named `<time>-<id>.eml`, so that names sort by time. It appears whole or not at
//! all: temporary file, fsync, rename, fsync of the folder. One process writes a folder.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use jiff::{Timestamp, tz::TimeZone};
use mail_parser::MessageParser;

use super::{Delivery, Failure, Mailer, Message};

/// Most entries one call of [`OutboxFolder::list`] gives.
pub const LIST_MAX: usize = 200;
/// Largest file that [`OutboxFolder::read`] opens; above every mail that [`Message`] can render.
pub const READ_BYTES_MAX: u64 = 4 * 1024 * 1024;
const TIME_FORMAT: &str = "%Y%m%dT%H%M%S%6fZ";
const TIME_BYTES: usize = "20261121T095316123456Z".len();
const SUFFIX: &str = ".eml";

/// A folder that takes every mail. Cheap to clone.
#[derive(Debug, Clone)]
pub struct OutboxFolder {
    folder: PathBuf,
    written: Arc<Mutex<BTreeSet<String>>>,
}

/// One mail in the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxEntry {
    /// File name, the handle for [`OutboxFolder::read`].
    pub name: String,
    /// The key of the mail, [`super::MessageId::local`].
    pub id: String,
    /// When the mail was decided, `YYYYMMDDThhmmssffffffZ` in UTC.
    pub time: String,
}

/// One mail, decoded for a page. Every text is foreign: escape it.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredMail {
    /// `From`, address only.
    pub from: String,
    /// `To`, address only.
    pub to: String,
    /// Decoded subject.
    pub subject: String,
    /// Decoded plain text.
    pub text: String,
    /// Decoded HTML, if the mail has an HTML part.
    pub html: Option<String>,
    /// The file as it stands, for download.
    pub raw: Vec<u8>,
}

/// Prints only the size.
impl std::fmt::Debug for StoredMail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StoredMail({} bytes)", self.raw.len())
    }
}

/// What can go wrong with the folder.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// Create or look through the folder.
    #[error("the outbox folder cannot be read: {0}")]
    Folder(#[source] io::Error),
    /// No such mail, or a name that is not one of ours.
    #[error("there is no such mail in the outbox")]
    NotFound,
    /// The file is not a mail, or too large.
    #[error("the file in the outbox is no mail that we wrote")]
    NotMail,
}

impl OutboxFolder {
    /// Opens the folder, creates it if needed (readable by its owner alone where the system has
    /// permissions), removes what a crash left half-written, and learns which mails are there.
    ///
    /// # Errors
    /// [`OutboxError::Folder`].
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, OutboxError> {
        let folder = folder.into();
        create_private(&folder).map_err(OutboxError::Folder)?;
        let mut written = BTreeSet::new();
        for item in fs::read_dir(&folder).map_err(OutboxError::Folder)? {
            let name = item.map_err(OutboxError::Folder)?.file_name();
            let Some(name) = name.to_str() else { continue };
            if name.starts_with(".tmp-") {
                fs::remove_file(folder.join(name)).map_err(OutboxError::Folder)?;
            } else if let Some(entry) = entry(name) {
                written.insert(entry.id);
            }
        }
        Ok(Self { folder, written: Arc::new(Mutex::new(written)) })
    }

    /// Entries newest first, at most `limit` (bounded by [`LIST_MAX`]), older than the entry
    /// named `before` if given.
    ///
    /// # Errors
    /// [`OutboxError::Folder`].
    pub fn list(
        &self,
        before: Option<&str>,
        limit: usize,
    ) -> Result<Vec<OutboxEntry>, OutboxError> {
        let mut entries = Vec::new();
        for item in fs::read_dir(&self.folder).map_err(OutboxError::Folder)? {
            let name = item.map_err(OutboxError::Folder)?.file_name();
            let Some(entry) = name.to_str().and_then(entry) else { continue };
            if before.is_none_or(|before| entry.name.as_str() < before) {
                entries.push(entry);
            }
        }
        entries.sort_by(|a, b| b.name.cmp(&a.name));
        entries.truncate(limit.min(LIST_MAX));
        Ok(entries)
    }

    /// One mail, decoded.
    ///
    /// # Errors
    /// [`OutboxError::NotFound`] for any name that [`OutboxFolder::list`] would not give;
    /// [`OutboxError::NotMail`] for a file that is too large or no mail.
    pub fn read(&self, name: &str) -> Result<StoredMail, OutboxError> {
        let entry = entry(name).ok_or(OutboxError::NotFound)?;
        let file = File::open(self.folder.join(&entry.name)).map_err(|_| OutboxError::NotFound)?;
        let mut raw = Vec::new();
        file.take(READ_BYTES_MAX + 1).read_to_end(&mut raw).map_err(OutboxError::Folder)?;
        if raw.len() as u64 > READ_BYTES_MAX {
            return Err(OutboxError::NotMail);
        }
        let mail = MessageParser::default().parse(&raw).ok_or(OutboxError::NotMail)?;
        let address = |list: Option<&mail_parser::Address<'_>>| {
            let first = list.and_then(|list| list.first()).and_then(|one| one.address());
            first.unwrap_or_default().to_owned()
        };
        let has_html = mail.html_body.iter().any(|part| {
            mail.parts
                .get(*part as usize)
                .is_some_and(|part| matches!(part.body, mail_parser::PartType::Html(_)))
        });
        Ok(StoredMail {
            from: address(mail.from()),
            to: address(mail.to()),
            subject: mail.subject().unwrap_or_default().to_owned(),
            text: mail.body_text(0).unwrap_or_default().into_owned(),
            html: has_html.then(|| mail.body_html(0).unwrap_or_default().into_owned()),
            raw: raw.clone(),
        })
    }

    /// Writes the mail unless one with the same id is there already.
    fn store(&self, id: &str, date: Timestamp, bytes: &[u8]) -> io::Result<()> {
        // Held over the write, so that two tasks with one id cannot both write.
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        if written.contains(id) {
            return Ok(());
        }
        let temporary = self.folder.join(format!(".tmp-{id}"));
        let mut file = File::create(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, self.folder.join(file_name(id, date)))?;
        File::open(&self.folder)?.sync_all()?;
        written.insert(id.to_owned());
        Ok(())
    }

    /// Deletes every file of this id. From then on the id is taken, so that an attempt under way
    /// does not bring the mail back.
    fn remove(&self, id: &str) -> io::Result<()> {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        for item in fs::read_dir(&self.folder)? {
            let name = item?.file_name();
            let Some(found) = name.to_str().and_then(entry) else { continue };
            if found.id == id {
                fs::remove_file(self.folder.join(&found.name))?;
            }
        }
        File::open(&self.folder)?.sync_all()?;
        written.insert(id.to_owned());
        Ok(())
    }
}

#[async_trait::async_trait]
impl Mailer for OutboxFolder {
    async fn send(&self, message: &Message) -> Delivery {
        let (folder, id, date) = (self.clone(), message.id().local().to_owned(), message.date());
        let bytes = message.bytes().to_vec();
        let storing = tokio::task::spawn_blocking(move || folder.store(&id, date, &bytes));
        match storing.await {
            Ok(Ok(())) => Delivery::Sent,
            // A retry is safe: the id keeps a second copy out.
            Ok(Err(error)) => failed(format!("outbox folder: {}", error.kind())),
            Err(_) => failed("outbox folder: the task was stopped".to_owned()),
        }
    }

    async fn forget(&self, id: &str) -> io::Result<()> {
        let (folder, id) = (self.clone(), id.to_owned());
        let removing = tokio::task::spawn_blocking(move || folder.remove(&id));
        removing.await.unwrap_or_else(|_| Err(io::Error::other("the task was stopped")))
    }
}

fn failed(detail: String) -> Delivery {
    Delivery::Failed(Failure::Temporary { code: None, detail })
}

fn file_name(id: &str, date: Timestamp) -> String {
    let time = date.to_zoned(TimeZone::UTC).strftime(TIME_FORMAT);
    format!("{time}-{id}{SUFFIX}")
}

/// Reads a file name back; nothing for a name that [`file_name`] could not have made.
fn entry(name: &str) -> Option<OutboxEntry> {
    let (time, rest) = name.split_at_checked(TIME_BYTES)?;
    let id = rest.strip_prefix('-')?.strip_suffix(SUFFIX)?;
    let is_time = time.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'T' | b'Z'));
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let is_id = id.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_plain));
    (is_time && is_id).then(|| OutboxEntry {
        name: name.to_owned(),
        id: id.to_owned(),
        time: time.to_owned(),
    })
}

#[cfg(unix)]
fn create_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn create_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}
