//! E-mail addresses and web domains.

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::fold::{fold, squash};

/// A mailbox in comparable parts. All parts are empty for junk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// Lower-case address without tag.
    pub full: String,
    /// Part before the at sign.
    pub local: String,
    /// Registrable domain; empty where the address has none.
    pub domain: String,
    /// The domain hands out mailboxes to anyone.
    pub free: bool,
    /// The mailbox belongs to a function (`info@`), not to a person.
    pub role: bool,
}

const ROLES: [&str; 46] = [
    "info",
    "sales",
    "office",
    "contact",
    "hello",
    "admin",
    "support",
    "mail",
    "team",
    "help",
    "service",
    "services",
    "billing",
    "accounts",
    "accounting",
    "finance",
    "marketing",
    "hr",
    "jobs",
    "careers",
    "press",
    "media",
    "post",
    "postmaster",
    "webmaster",
    "hostmaster",
    "abuse",
    "noreply",
    "donotreply",
    "enquiries",
    "inquiries",
    "enquiry",
    "orders",
    "order",
    "reception",
    "kontakt",
    "contacto",
    "contatti",
    "vertrieb",
    "buchhaltung",
    "bewerbung",
    "customerservice",
    "general",
    "legal",
    "privacy",
    "security",
];
const JUNK: [&str; 18] = [
    "none",
    "test",
    "na",
    "noemail",
    "nomail",
    "null",
    "nobody",
    "no",
    "unknown",
    "example",
    "abc",
    "asdf",
    "x",
    "xx",
    "xxx",
    "donotreply",
    "noreply",
    "notprovided",
];

/// Reads an address, with or without a display name around it.
pub fn parse(text: &str) -> Address {
    let mut reader = Reader::default();
    let mailbox = reader.read(text);
    let host = reader.host(mailbox.host);
    Address {
        full: reader.full.clone(),
        local: reader.full[..mailbox.local].to_owned(),
        domain: host.map_or_else(String::new, |host| host.domain.clone()),
        free: host.is_some_and(|host| host.free),
        role: mailbox.role,
    }
}

/// Reads many addresses; remembers their hosts.
#[derive(Default)]
pub struct Reader {
    /// Lower-case address without tag of the mailbox read last; empty for junk.
    pub full: String,
    known: FxHashMap<String, u32>,
    hosts: Vec<Host>,
    /// Kept to save their memory: the address in lower case, and the letters of its mailbox.
    lower: String,
    letters: String,
}

/// What stands behind the at sign.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Host {
    /// Registrable domain; empty where there is none.
    pub domain: String,
    /// The domain hands out mailboxes to anyone.
    pub free: bool,
}

/// A mailbox whose address stands in [`Reader::full`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mailbox {
    /// Bytes of the address before the at sign; 0 where it lost its at sign.
    pub local: usize,
    /// Number of the host, from 1; 0 where there is none.
    pub host: u32,
    /// The mailbox belongs to a function (`info@`), not to a person.
    pub role: bool,
}

impl Reader {
    /// A host by its number.
    pub fn host(&self, number: u32) -> Option<&Host> {
        self.hosts.get((number as usize).wrapping_sub(1))
    }

    /// Hosts in the order of their numbers.
    pub fn hosts(&self) -> &[Host] {
        &self.hosts
    }

    /// Reads one address.
    pub fn read(&mut self, text: &str) -> Mailbox {
        self.full.clear();
        let inner = match text.rfind('<').map(|open| (open, text.rfind('>'))) {
            Some((open, Some(close))) if open < close => &text[open + 1..close],
            _ => text,
        };
        let mut lower = std::mem::take(&mut self.lower);
        lower.clear();
        if inner.is_ascii() {
            let inner = inner.trim();
            lower.push_str(&inner[..inner.len().min(254)]);
            lower.make_ascii_lowercase();
        } else {
            lower.extend(inner.trim().chars().flat_map(char::to_lowercase).take(254));
        }
        let mailbox = self.read_lower(lower.trim_start_matches("mailto:"));
        self.lower = lower;
        mailbox
    }

    fn read_lower(&mut self, lower: &str) -> Mailbox {
        let Some((local, host)) = lower.rsplit_once('@') else {
            self.read_broken(lower);
            return Mailbox::default();
        };
        let local = local.split('+').next().unwrap_or(local);
        if local.is_empty() || host.is_empty() {
            return Mailbox::default();
        }
        let number = self.number_of(host);
        let Host { domain, free } = &self.hosts[number as usize - 1];
        self.letters.clear();
        self.letters.extend(local.chars().filter(char::is_ascii_lowercase));
        let letters = self.letters.as_str();
        let stem = stem(domain);
        if JUNK.contains(&letters) && (JUNK.contains(&stem) || letters == stem) {
            return Mailbox::default();
        }
        let role = !free && ROLES.contains(&letters);
        if matches!(domain.as_str(), "gmail.com" | "googlemail.com") {
            self.full.extend(local.chars().filter(|c| *c != '.'));
        } else {
            self.full.push_str(local);
        }
        let local = self.full.len();
        self.full.push('@');
        self.full.push_str(host.trim());
        Mailbox { local, host: number, role }
    }

    /// An address that lost its at sign still tells people apart.
    fn read_broken(&mut self, lower: &str) {
        if lower.len() >= 6 && lower.contains('.') && !lower.contains(' ') {
            self.full.push_str(lower);
        }
    }

    fn number_of(&mut self, text: &str) -> u32 {
        if let Some(known) = self.known.get(text) {
            return *known;
        }
        let domain = domain(text);
        let free = is_free(&domain);
        self.hosts.push(Host { domain, free });
        let number = self.hosts.len() as u32;
        self.known.insert(text.to_owned(), number);
        number
    }
}

/// Registrable domain of a host or URL, lower case; empty when there is none.
pub fn domain(text: &str) -> String {
    let lower = text.trim().to_lowercase();
    let host = lower.split("//").last().unwrap_or_default();
    let host = host.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let host = host.trim_start_matches("www.").trim_end_matches('.');
    if !host.contains('.') || host.contains([' ', '@']) {
        return String::new();
    }
    psl::domain_str(host).unwrap_or(host).to_owned()
}

/// First label of a registrable domain: the part a company chose.
pub fn stem(domain: &str) -> &str {
    domain.split('.').next().unwrap_or_default()
}

/// Stem in the letters a company name would be written in.
pub fn folded_stem(domain: &str) -> String {
    squash(&fold(stem(domain)))
}

/// Whether a registrable domain is on the list of free mailbox providers.
pub fn is_free(domain: &str) -> bool {
    static TABLE: OnceLock<FxHashSet<&'static str>> = OnceLock::new();
    TABLE
        .get_or_init(|| {
            let listed = include_str!("../../data/free_mail_domains.txt").lines().map(str::trim);
            listed.chain(["proton.me", "pm.me", "orange.fr", "icloud.com"]).collect()
        })
        .contains(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_addresses() {
        let plain = parse("\"Jane Doe\" <Jane.Doe+news@Mail.Example.co.uk>");
        assert_eq!(plain.local, "jane.doe");
        assert_eq!(plain.domain, "example.co.uk");
        assert!(!plain.role && !plain.free);
        assert_eq!(parse("j.a.ne@gmail.com").full, "jane@gmail.com");
        assert!(parse("info@acme.de").role);
        for junk in ["none@none.com", "test@test.com", "na@na.com", "noemail@example.com", ""] {
            assert_eq!(parse(junk), Address::default(), "{junk}");
        }
        assert_eq!(parse("jamesd75collins.biz").full, "jamesd75collins.biz");
        assert_eq!(domain("https://www.Acme.com/about?x"), "acme.com");
        assert_eq!(folded_stem("acme-group.com"), "acmegroup");
    }
}
