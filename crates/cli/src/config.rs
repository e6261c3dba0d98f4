//! The configuration of an installation: one TOML file, with environment variables over it.
//!
//! Whatever is wrong is said in one line that names the key and never its secret value, and the
//! program does not start. A key that is not known is refused: a typo must not be lost in silence.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use toml::{Table, Value};
use warmpath_integrations::language_model::Endpoint;

/// A checked configuration.
#[derive(Debug)]
pub(crate) struct Config {
    /// Where the outside reaches us.
    pub(crate) public_url: String,
    /// Where we listen.
    pub(crate) listen: SocketAddr,
    /// Folder of the database, the key and the outbox.
    pub(crate) data: PathBuf,
    /// The database.
    pub(crate) database: Database,
    /// Where the master secret comes from.
    pub(crate) secret: Secret,
    /// Networks whose forwarded headers are believed.
    pub(crate) trusted_proxies: Vec<(IpAddr, u8)>,
    /// How mails leave.
    pub(crate) mail: Mail,
    /// The address mails come from.
    pub(crate) mail_from: String,
    /// Ask name servers about mailboxes.
    pub(crate) dns: bool,
    /// Minutes of working time for the first contact, where a pathway names none.
    pub(crate) first_contact_minutes: Option<u32>,
    /// Zone of office hours, where a member has none.
    pub(crate) zone: String,
    /// What is logged; `info` where it is left out.
    pub(crate) log: Option<String>,
    /// Memory for relationship networks, in mebibytes.
    pub(crate) engine_memory_mib_max: usize,
    /// A language model that may propose criteria; none where it is left out.
    pub(crate) language_model: Option<Endpoint>,
}

/// The database.
#[derive(Debug)]
pub(crate) enum Database {
    /// A file of our own.
    Sqlite(PathBuf),
    /// A server: its address holds a password and is never printed.
    Postgres(Hidden),
}

/// Where the master secret comes from.
#[derive(Debug)]
pub(crate) enum Secret {
    /// `master.key` in the data folder; made when it is missing.
    DataFolder,
    /// Another file.
    File(PathBuf),
    /// Given in the configuration or the environment.
    Given([u8; 32]),
}

/// How mails leave.
#[derive(Debug)]
pub(crate) enum Mail {
    /// A folder of `.eml` files.
    Outbox,
    /// A submission server.
    Smtp {
        /// Host name.
        host: String,
        /// Port.
        port: u16,
        /// User, when it asks for one.
        user: Option<String>,
        /// Password.
        password: Option<Hidden>,
    },
}

/// A text that is never printed.
pub(crate) struct Hidden(pub(crate) String);

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(hidden)")
    }
}

/// Why the program does not start: one line.
#[derive(Debug, thiserror::Error)]
#[error("configuration: {key}: {problem}")]
pub(crate) struct Refused {
    key: String,
    problem: String,
}

fn refuse<T>(key: &str, problem: impl Into<String>) -> Result<T, Refused> {
    Err(Refused { key: key.to_owned(), problem: problem.into() })
}

/// Every key there is.
const KEYS: &[&str] = &[
    "public_url",
    "allow_http",
    "listen",
    "data",
    "database",
    "postgres",
    "secret_key",
    "secret_key_file",
    "trusted_proxies",
    "cors_origins",
    "mail_from",
    "dns",
    "log",
    "engine_memory_mib_max",
    "mail.host",
    "mail.port",
    "mail.user",
    "mail.password",
    "mail.password_file",
    "language_model.url",
    "language_model.name",
    "language_model.key",
    "language_model.allow_remote",
    "sla.first_contact",
    "business_hours.timezone",
];

/// Secrets that everybody knows.
const WELL_KNOWN: &[&str] = &["changeme", "secret", "password", "default", "insecure", "example"];

/// Reads and checks a file, with `WARMPATH_…` variables over it.
pub(crate) fn read(
    path: &Path,
    environment: impl Iterator<Item = (String, String)>,
) -> Result<Config, Refused> {
    let name = path.display().to_string();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => return refuse(&name, format!("cannot be read: {error}")),
    };
    let mut table: Table = match text.parse() {
        Ok(table) => table,
        // The parser's own text may quote a line with a secret in it.
        Err(_) => return refuse(&name, "is not a TOML document"),
    };
    for (variable, value) in environment {
        let Some(key) = variable.strip_prefix("WARMPATH_") else { continue };
        let key = key.to_lowercase().replace("__", ".");
        if KEYS.contains(&key.as_str()) {
            set(&mut table, &key, value);
        }
    }
    check(&table)
}

fn set(table: &mut Table, key: &str, value: String) {
    let value = match value.as_str() {
        "true" => Value::Boolean(true),
        "false" => Value::Boolean(false),
        number if number.parse::<i64>().is_ok() => Value::Integer(number.parse().unwrap_or(0)),
        _ => Value::String(value),
    };
    match key.split_once('.') {
        None => {
            table.insert(key.to_owned(), value);
        }
        Some((section, name)) => {
            let inner = table.entry(section).or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(inner) = inner {
                inner.insert(name.to_owned(), value);
            }
        }
    }
}

fn check(table: &Table) -> Result<Config, Refused> {
    known_keys(table)?;
    let public_url = public_url(table)?;
    if let Some(origins) = texts(table, "cors_origins")? {
        if origins.iter().any(|o| o == "*") {
            return refuse(
                "cors_origins",
                "`*` with cookies would let every site act for a member",
            );
        }
        if !origins.is_empty() {
            return refuse("cors_origins", "other origins are not served; leave it out");
        }
    }
    let data = PathBuf::from(text(table, "data")?.unwrap_or("warmpath-data"));
    let listen = text(table, "listen")?.unwrap_or("127.0.0.1:8080");
    let Ok(listen) = listen.parse() else {
        return refuse("listen", "write an address and a port, such as 127.0.0.1:8080");
    };
    let mail_from = text(table, "mail_from")?.unwrap_or("warmpath@localhost.example");
    if !mail_from.contains('@') {
        return refuse("mail_from", "write a mail address");
    }
    Ok(Config {
        public_url,
        listen,
        database: database(table, &data)?,
        secret: secret(table)?,
        trusted_proxies: proxies(table)?,
        mail: mail(table)?,
        mail_from: mail_from.to_owned(),
        dns: flag(table, "dns")?.unwrap_or(true),
        first_contact_minutes: minutes(table, "sla.first_contact")?,
        zone: zone(table)?,
        log: log(table)?,
        engine_memory_mib_max: engine_memory(table)?,
        language_model: language_model(table)?,
        data,
    })
}

/// Memory for relationship networks: 512 MiB, unless set.
fn engine_memory(table: &Table) -> Result<usize, Refused> {
    match table.get("engine_memory_mib_max") {
        None => Ok(512),
        Some(Value::Integer(mib @ 16..=1_048_576)) => Ok(usize::try_from(*mib).unwrap_or(512)),
        Some(_) => refuse("engine_memory_mib_max", "write mebibytes, from 16 to 1048576"),
    }
}

/// Off where no address is given; on this machine only, unless more is allowed.
fn language_model(table: &Table) -> Result<Option<Endpoint>, Refused> {
    let Some(url) = text(table, "language_model.url")? else { return Ok(None) };
    let Some(name) = text(table, "language_model.name")? else {
        return refuse("language_model.name", "name the model that the address serves");
    };
    let key = text(table, "language_model.key")?.map(str::to_owned);
    let remote = flag(table, "language_model.allow_remote")?.unwrap_or(false);
    match Endpoint::new(url, name, key, remote) {
        Ok(endpoint) => Ok(Some(endpoint)),
        Err(error) => refuse("language_model.url", error.to_string()),
    }
}

fn known_keys(table: &Table) -> Result<(), Refused> {
    for (key, value) in table {
        let section = KEYS.iter().any(|k| k.starts_with(&format!("{key}.")));
        match value {
            Value::Table(inner) if section => {
                for name in inner.keys() {
                    known(&format!("{key}.{name}"))?;
                }
            }
            _ => known(key)?,
        }
    }
    Ok(())
}

fn known(key: &str) -> Result<(), Refused> {
    if KEYS.contains(&key) {
        return Ok(());
    }
    let near = KEYS.iter().min_by_key(|k| distance(k, key)).filter(|k| distance(k, key) <= 3);
    match near {
        Some(near) => refuse(key, format!("no such key; did you mean `{near}`?")),
        None => refuse(key, "no such key"),
    }
}

/// Levenshtein distance, for suggestions.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut before = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let next = (before + usize::from(x != *y)).min(row[j] + 1).min(row[j + 1] + 1);
            before = row[j + 1];
            row[j + 1] = next;
        }
    }
    row.last().copied().unwrap_or(0)
}

fn find<'a>(table: &'a Table, key: &str) -> Option<&'a Value> {
    match key.split_once('.') {
        None => table.get(key),
        Some((section, name)) => table.get(section)?.as_table()?.get(name),
    }
}

fn text<'a>(table: &'a Table, key: &str) -> Result<Option<&'a str>, Refused> {
    match find(table, key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => refuse(key, "write a text in quotes"),
    }
}

fn flag(table: &Table, key: &str) -> Result<Option<bool>, Refused> {
    match find(table, key) {
        None => Ok(None),
        Some(Value::Boolean(flag)) => Ok(Some(*flag)),
        Some(_) => refuse(key, "write true or false"),
    }
}

fn texts(table: &Table, key: &str) -> Result<Option<Vec<String>>, Refused> {
    let Some(value) = find(table, key) else { return Ok(None) };
    let list = value
        .as_array()
        .map(|list| list.iter().map(|v| v.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>());
    match list.flatten() {
        Some(list) => Ok(Some(list)),
        None => refuse(key, "write a list of texts"),
    }
}

fn public_url(table: &Table) -> Result<String, Refused> {
    let key = "public_url";
    let Some(url) = text(table, key)? else {
        return refuse(key, "say where the outside reaches us, such as https://leads.example");
    };
    let url = url.trim_end_matches('/');
    let secure = url.strip_prefix("https://");
    let plain = url.strip_prefix("http://");
    let Some(rest) = secure.or(plain) else { return refuse(key, "must start with https://") };
    let host = rest.split([':', '/']).next().unwrap_or_default();
    if host.is_empty() || rest.contains(['/', '?', '#', '@', ' ']) {
        return refuse(key, "write scheme and host only, such as https://leads.example");
    }
    let loopback = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    if plain.is_some() && !loopback && flag(table, "allow_http")? != Some(true) {
        return refuse(key, "plain http outside loopback needs `allow_http = true`");
    }
    Ok(url.to_owned())
}

fn database(table: &Table, data: &Path) -> Result<Database, Refused> {
    let (one, other) = (text(table, "database")?, text(table, "postgres")?);
    let url = match (one, other) {
        (Some(_), Some(_)) => {
            return refuse("postgres", "there is a `database` already; name one of the two");
        }
        (None, None) => return Ok(Database::Sqlite(data.join("warmpath.db"))),
        (Some(url), None) | (None, Some(url)) => url,
    };
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok(Database::Postgres(Hidden(url.to_owned())));
    }
    match url.strip_prefix("sqlite:") {
        Some(path) if !path.is_empty() => Ok(Database::Sqlite(PathBuf::from(path))),
        _ => refuse("database", "write sqlite:PATH or postgres://…"),
    }
}

fn secret(table: &Table) -> Result<Secret, Refused> {
    match (text(table, "secret_key")?, text(table, "secret_key_file")?) {
        (Some(_), Some(_)) => {
            refuse("secret_key_file", "there is a `secret_key` already; name one of the two")
        }
        (None, None) => Ok(Secret::DataFolder),
        (None, Some(path)) => {
            let path = PathBuf::from(path);
            check_private("secret_key_file", &path)?;
            Ok(Secret::File(path))
        }
        (Some(given), None) => {
            let lower = given.to_lowercase();
            if WELL_KNOWN.iter().any(|known| lower.contains(known)) {
                return refuse("secret_key", "is one that everybody knows");
            }
            match unhex(given) {
                Some(bytes) if !is_monotone(&bytes) => Ok(Secret::Given(bytes)),
                Some(_) => refuse("secret_key", "is too regular to be random"),
                None => refuse("secret_key", "must be 64 hexadecimal digits of random bytes"),
            }
        }
    }
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (n, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * n..2 * n + 2)?, 16).ok()?;
    }
    Some(bytes)
}

fn is_monotone(bytes: &[u8; 32]) -> bool {
    let mut kinds = *bytes;
    kinds.sort_unstable();
    let different = 1 + kinds.windows(2).filter(|pair| pair[0] != pair[1]).count();
    different < 8
}

/// A file with a secret must not be readable by others.
pub(crate) fn check_private(key: &str, path: &Path) -> Result<(), Refused> {
    let Ok(data) = std::fs::metadata(path) else {
        return refuse(key, "names a file that cannot be read");
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if data.permissions().mode() & 0o077 != 0 {
            return refuse(key, "names a file that others can read; chmod 600 it");
        }
    }
    let _ = data;
    Ok(())
}

/// Networks in CIDR form: address and leading bits.
fn proxies(table: &Table) -> Result<Vec<(IpAddr, u8)>, Refused> {
    let key = "trusted_proxies";
    let mut found = Vec::new();
    for text in texts(table, key)?.unwrap_or_default() {
        let (address, bits) = text.split_once('/').unwrap_or((&text, ""));
        let Ok(address) = address.parse::<IpAddr>() else {
            return refuse(key, format!("{text} is not a network"));
        };
        let most: u8 = if address.is_ipv4() { 32 } else { 128 };
        let bits = if bits.is_empty() { Ok(most) } else { bits.parse::<u8>() };
        match bits {
            Ok(bits) if bits <= most => found.push((address, bits)),
            _ => return refuse(key, format!("{text} is not a network")),
        }
    }
    Ok(found)
}

fn mail(table: &Table) -> Result<Mail, Refused> {
    let Some(host) = text(table, "mail.host")? else { return Ok(Mail::Outbox) };
    let port = match find(table, "mail.port") {
        None => 587,
        Some(Value::Integer(port)) => match u16::try_from(*port) {
            Ok(port) if port > 0 => port,
            _ => return refuse("mail.port", "write a port from 1 to 65535"),
        },
        Some(_) => return refuse("mail.port", "write a number"),
    };
    let password = match (text(table, "mail.password")?, text(table, "mail.password_file")?) {
        (Some(_), Some(_)) => {
            return refuse("mail.password_file", "there is a `mail.password` already");
        }
        (Some(password), None) => Some(Hidden(password.to_owned())),
        (None, Some(path)) => {
            check_private("mail.password_file", Path::new(path))?;
            match std::fs::read_to_string(path) {
                Ok(text) => Some(Hidden(text.trim_end().to_owned())),
                Err(_) => return refuse("mail.password_file", "cannot be read"),
            }
        }
        (None, None) => None,
    };
    let user = text(table, "mail.user")?.map(str::to_owned);
    Ok(Mail::Smtp { host: host.to_owned(), port, user, password })
}

fn minutes(table: &Table, key: &str) -> Result<Option<u32>, Refused> {
    let Some(text) = text(table, key)? else { return Ok(None) };
    let unit = text.chars().last().unwrap_or(' ');
    let factor = match unit {
        'm' => 1,
        'h' => 60,
        'd' => 8 * 60,
        _ => return refuse(key, "write a length such as 30m, 4h or 1d"),
    };
    let number = text.trim_end_matches(unit).trim().parse::<u32>();
    match number.ok().and_then(|n| n.checked_mul(factor)) {
        Some(minutes) if (1..=90 * 24 * 60).contains(&minutes) => Ok(Some(minutes)),
        _ => refuse(key, "must be from a minute to 90 days"),
    }
}

fn log(table: &Table) -> Result<Option<String>, Refused> {
    let levels = ["error", "warn", "info", "debug", "trace"];
    match text(table, "log")? {
        Some(level) if !levels.contains(&level) => {
            refuse("log", "write error, warn, info, debug or trace")
        }
        level => Ok(level.map(str::to_owned)),
    }
}

fn zone(table: &Table) -> Result<String, Refused> {
    let key = "business_hours.timezone";
    let zone = text(table, key)?.unwrap_or("UTC");
    match warmpath_core::calendar::zone_named(zone) {
        Ok(_) => Ok(zone.to_owned()),
        Err(_) => refuse(key, format!("there is no zone `{zone}`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        let table: Table = text.parse().unwrap();
        check(&table).unwrap_err().to_string()
    }

    #[test]
    fn each_mistake_names_its_key() {
        let cases = [
            ("listen = '127.0.0.1:0'", "public_url"),
            ("public_url = 'https://a.example'\ndatabse = 'sqlite:x'", "did you mean `database`"),
            ("public_url = 'https://a.example'\nsecret_key = 'changeme'", "secret_key"),
            ("public_url = 'http://a.example'", "allow_http"),
            ("public_url = 'https://a.example'\ntrusted_proxies = ['10.0.0.0/99']", "proxies"),
            ("public_url = 'https://a.example'\n[sla]\nfirst_contact = '-4h'", "sla.first_contact"),
            (
                "public_url = 'https://a.example'\nengine_memory_mib_max = 1",
                "engine_memory_mib_max",
            ),
            ("public_url = 'https://a.example'\n[business_hours]\ntimezone = 'X/Y'", "timezone"),
            ("public_url = 'https://a.example'\ncors_origins = ['*']", "cors_origins"),
            ("public_url = 'https://a.example'\nlisten = 'here'", "listen"),
        ];
        for (text, wanted) in cases {
            let said = refusal(text);
            assert!(said.contains(wanted), "{text}: {said}");
            assert!(!said.contains('\n'), "one line: {said}");
        }
    }

    #[test]
    fn two_databases_are_refused_without_a_password() {
        let said = refusal(
            "public_url = 'https://a.example'\ndatabase = 'sqlite:x'\n\
             postgres = 'postgres://u:hunter2@127.0.0.1/x'",
        );
        assert!(said.contains("postgres"));
        assert!(!said.contains("hunter2"));
    }

    #[test]
    fn a_good_file_is_taken() {
        let table: Table =
            "public_url = 'https://a.example/'\nlisten = '127.0.0.1:0'".parse().unwrap();
        let config = check(&table).unwrap();
        assert_eq!(config.public_url, "https://a.example");
        assert!(matches!(config.database, Database::Sqlite(_)));
    }
}
