//! E-mail addresses and web domains.

use std::sync::OnceLock;

use rustc_hash::FxHashSet;

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
    let inner = match (text.rfind('<'), text.rfind('>')) {
        (Some(open), Some(close)) if open < close => &text[open + 1..close],
        _ => text,
    };
    let lower: String = inner.trim().chars().flat_map(char::to_lowercase).take(254).collect();
    let lower = lower.trim_start_matches("mailto:");
    let Some((local, host)) = lower.rsplit_once('@') else { return broken(lower) };
    let local = local.split('+').next().unwrap_or(local);
    let domain = domain(host);
    if local.is_empty() || host.is_empty() || is_junk(local, &domain) {
        return Address::default();
    }
    let free = is_free(&domain);
    let dotless = matches!(domain.as_str(), "gmail.com" | "googlemail.com");
    let local = if dotless { local.replace('.', "") } else { local.to_owned() };
    let letters: String = local.chars().filter(char::is_ascii_lowercase).collect();
    let role = !free && ROLES.contains(&letters.as_str());
    Address { full: format!("{local}@{}", host.trim()), local, domain, free, role }
}

/// An address that lost its at sign still tells people apart.
fn broken(lower: &str) -> Address {
    let shaped = lower.len() >= 6 && lower.contains('.') && !lower.contains(' ');
    Address { full: if shaped { lower.to_owned() } else { String::new() }, ..Address::default() }
}

fn is_junk(local: &str, domain: &str) -> bool {
    let letters: String = local.chars().filter(char::is_ascii_alphabetic).collect();
    let stem = stem(domain);
    JUNK.contains(&letters.as_str()) && (JUNK.contains(&stem) || letters == stem)
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
