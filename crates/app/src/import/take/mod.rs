//! Takes one row of each kind. Everything that can be wrong with the row is found before the first
//! write, so that a refused row leaves nothing behind in the batch.

mod account;
mod contact;
mod member;
mod opportunity;
mod partner;
mod referral;

use super::Kind;
use super::desk::{Desk, Outcome, Stop};
use super::line::Line;

/// What a row is the record of: the same identity twice in a file is one record.
pub(crate) fn identity(kind: Kind, line: &Line) -> String {
    if line.has("external_id") {
        return format!("id:{}", line.get("external_id"));
    }
    let mailbox = || {
        let folded = warmpath_core::contact::Email::parse(line.get("email")).map(|e| e.folded());
        match (folded, line.get("profile")) {
            (Ok(folded), _) => format!("mailbox:{folded}"),
            (Err(_), "") => content(line),
            (Err(_), profile) => {
                format!("profile:{}", crate::resolve::judge::profile_form(profile))
            }
        }
    };
    match kind {
        Kind::Contacts | Kind::Members => mailbox(),
        Kind::Accounts | Kind::Partners => {
            let name = warmpath_core::text::fold(line.get("name"));
            match crate::find_person::as_domain(line.get("domain")) {
                // Two legal forms at one domain may be two companies.
                Some(domain) if kind == Kind::Accounts => format!("domain:{domain}/{name}"),
                Some(domain) => format!("domain:{domain}"),
                None => format!("name:{name}"),
            }
        }
        Kind::Opportunities | Kind::Referrals => content(line),
    }
}

/// A row without any identity is known by its content alone.
fn content(line: &Line) -> String {
    let hash = crate::keys::sha256(line.body().as_bytes());
    format!("row:{}", hash.iter().map(|b| format!("{b:02x}")).collect::<String>())
}

/// What a row may write to. Two rows that touch the same thing never share a change set, because
/// the second must see what the first wrote.
pub(crate) fn touches(kind: Kind, line: &Line) -> Vec<String> {
    let mailbox = |field: &str| {
        let folded = warmpath_core::contact::Email::parse(line.get(field)).map(|e| e.folded());
        folded.ok().map(|folded| format!("mailbox:{folded}"))
    };
    let phone = || {
        let digits: String = line.get("phone").chars().filter(char::is_ascii_digit).collect();
        let last = digits.len().saturating_sub(7);
        (!digits.is_empty()).then(|| format!("phone:{}", &digits[last..]))
    };
    let mut touched = vec![identity(kind, line)];
    match kind {
        Kind::Contacts | Kind::Members => touched.extend(mailbox("email").or_else(phone)),
        Kind::Opportunities => {
            touched.extend(mailbox("contact_email"));
            touched.extend(mailbox("referrer_email"));
        }
        Kind::Accounts | Kind::Partners => {
            let domain = crate::find_person::as_domain(line.get("domain"));
            touched.extend(domain.map(|d| format!("domain:{d}")));
            let name = warmpath_core::contact::CompanyName::parse(line.get("name"));
            touched.extend(name.ok().map(|n| format!("name:{}", n.normal())));
            if line.has("parent_id") {
                touched.push(format!("id:{}", line.get("parent_id")));
            }
        }
        // A referral takes a turn in a pool, which is one row for all.
        Kind::Referrals => touched.push("turn".to_owned()),
    }
    touched
}

/// Takes one row.
pub(crate) async fn take(
    desk: &mut Desk<'_, '_>,
    kind: Kind,
    line: &Line,
    identity: &str,
) -> Result<Outcome, Stop> {
    match kind {
        Kind::Accounts => account::take(desk, line, identity).await,
        Kind::Contacts => contact::take(desk, line, identity).await,
        Kind::Opportunities => opportunity::take(desk, line, identity).await,
        Kind::Referrals => referral::take(desk, line, identity).await,
        Kind::Members => member::take(desk, line),
        Kind::Partners => partner::take(desk, line),
    }
}
