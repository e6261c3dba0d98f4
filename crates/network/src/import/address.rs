//! Addresses as identities, and senders that are not people.

/// The longest address a mail path can carry (RFC 5321, 4.5.3.1.3, less the angle brackets).
const ADDRESS_CHARS_MAX: usize = 254;

/// The normal form of an address: lower case, without surrounding space or `mailto:`. `None` when
/// it cannot be one person's address.
#[must_use]
pub fn address(text: &str) -> Option<String> {
    let text = text.trim().trim_matches(|c| matches!(c, '<' | '>' | '"' | '\''));
    let bare = match text.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => &text[7..],
        _ => text,
    };
    let plain = |c: char| !c.is_control() && !c.is_whitespace() && !",;<>\"()[]\\".contains(c);
    let (local, domain) = bare.rsplit_once('@')?;
    let domain_fits = domain.contains('.')
        && domain.split('.').all(|label| !label.is_empty())
        && domain.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'));
    let fits = !local.is_empty()
        && bare.len() <= ADDRESS_CHARS_MAX
        && bare.chars().all(plain)
        && !local.contains('@')
        && domain_fits;
    fits.then(|| bare.to_lowercase())
}

/// The part after the `@`.
pub(super) fn domain(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}

/// Local parts that belong to programs, whole or as a word of the local part.
const PROGRAM_WORDS: [&str; 22] = [
    "noreply",
    "donotreply",
    "mailerdaemon",
    "postmaster",
    "bounce",
    "bounces",
    "daemon",
    "notification",
    "notifications",
    "notify",
    "newsletter",
    "newsletters",
    "news",
    "alerts",
    "mailer",
    "automated",
    "auto",
    "robot",
    "bot",
    "unsubscribe",
    "listserv",
    "majordomo",
];
/// Endings of the addresses by which mailing lists are run.
const LIST_ENDINGS: [&str; 6] =
    ["-request", "-bounces", "-owner", "-subscribe", "-unsubscribe", "-admin"];

/// Whether an address is a program's or a list's by its looks.
#[must_use]
pub fn is_automatic(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or("").to_lowercase();
    let squeezed: String = local.chars().filter(|c| c.is_alphanumeric()).collect();
    let starts = ["noreply", "donotreply", "mailerdaemon"];
    let mut words = local.split(|c: char| !c.is_alphanumeric());
    starts.iter().any(|start| squeezed.starts_with(start))
        || local.starts_with("owner-")
        || LIST_ENDINGS.iter().any(|ending| local.ends_with(ending))
        || words.any(|word| PROGRAM_WORDS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_has_one_form() {
        for (text, form) in [
            (" MAILTO:Kim.Rey@Partner.Example ", Some("kim.rey@partner.example")),
            ("<kim@partner.example>", Some("kim@partner.example")),
            ("kim@localhost", None),
            ("kim@@partner.example", None),
            ("a b@partner.example", None),
            ("kim@partner.example\r\nbcc:v@other.example", None),
            ("@partner.example", None),
            ("kim@partner..example", None),
        ] {
            assert_eq!(address(text).as_deref(), form, "{text:?}");
        }
        assert_eq!(address(&format!("{}@x.example", "a".repeat(250))), None);
    }

    #[test]
    fn programs_are_told_from_people() {
        for address in [
            "no-reply@x.example",
            "noreply+17@x.example",
            "MAILER-DAEMON@x.example",
            "jira-notifications@x.example",
            "users-request@x.example",
            "owner-list@x.example",
        ] {
            assert!(is_automatic(address), "{address}");
        }
        for address in ["reply@x.example", "abbott@x.example", "newsom@x.example", "otto@x.example"]
        {
            assert!(!is_automatic(address), "{address}");
        }
    }
}
