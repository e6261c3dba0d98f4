//! A person of the CRM.

use warmpath_core::contact::{Email, PersonName, Phone};
use warmpath_store::table::person;

use crate::find_person::{self, Described};
use crate::import::desk::{self, Desk, Outcome, Stop};
use crate::import::line::Line;

pub(super) async fn take(
    desk: &mut Desk<'_, '_>,
    line: &Line,
    identity: &str,
) -> Result<Outcome, Stop> {
    let described = read(desk, line)?;
    let (email, phone) = (described.email.as_ref(), described.phone.as_ref());
    desk.check_suppressed(line, email, phone).await?;
    let known = desk.known("contact", identity).await?;
    let body = line.body();
    if known.as_ref().is_some_and(|known| known.body == body) {
        return Ok(Outcome::Unchanged);
    }
    let (app, workspace) = (desk.app, desk.unit.workspace);
    let before = match known.as_ref().and_then(|known| known.person) {
        Some(id) => person::person(app.db(), workspace, id).await?,
        None => None,
    };
    let found = match before.filter(|p| p.erased_at.is_none()) {
        Some(mut person) => {
            correct(&mut person, known.as_ref().map_or("", |k| k.body.as_str()), &described);
            find_person::attach_to(app, desk.unit, &described, person).await?
        }
        None => find_person::run(app, desk.unit, &described).await?,
    };
    let account = found.account.as_ref().map(|a| a.id).or(found.person.account);
    let fresh = known.is_none();
    let kept = desk.keep("contact", identity, known, body, (Some(found.person.id), account));
    Ok(match kept {
        _ if fresh && found.known => Outcome::Joined,
        _ if found.questions > 0 => Outcome::Asked,
        kept => kept,
    })
}

/// The source that said something first may correct it; what another source said stays.
fn correct(person: &mut person::PersonRow, before: &str, now: &Described) {
    let said_before = |value: &str| !value.is_empty() && before.contains(&format!("\"{value}\""));
    if said_before(&person.title) && !now.title.is_empty() && person.title != now.title {
        // Emptied here, filled by what attaches.
        person.title = String::new();
    }
    if said_before(&person.company) && !now.company.is_empty() && person.company != now.company {
        person.company = String::new();
    }
}

/// The further mailboxes or phones of a row. A wrong one is left out: the row is right without it.
fn further<T>(line: &Line, kind: &str, read: impl Fn(&str) -> Option<T>) -> Vec<T> {
    ["_2", "_3"].iter().filter_map(|place| read(line.get(&format!("{kind}{place}")))).collect()
}

fn read(desk: &Desk<'_, '_>, line: &Line) -> Result<Described, Stop> {
    let country = desk::country(line, "country")?;
    let email = desk::email(line, "email")?;
    let phone = desk::phone(line, "phone", country.or(desk.house.home))?;
    let mut name = line.person_name();
    if name.is_empty()
        && let Some(email) = &email
    {
        name = email.local().to_owned();
    }
    PersonName::parse(&name)
        .map_err(|refusal| line.wrong("name", "name_invalid", refusal.to_string()))?;
    let profile = desk::short(line, "profile")?;
    let known_again = email.is_some() || phone.is_some() || !profile.is_empty();
    if !known_again && !line.has("external_id") {
        let message = "Add an e-mail, a phone, a profile or the record's id, so that the person is \
                       known again.";
        return Err(line.wrong("email", "contact_no_identity", message).into());
    }
    Ok(Described {
        name,
        email,
        phone,
        title: desk::short(line, "title")?,
        company: desk::short(line, "company")?,
        country,
        profile,
        more_emails: further(line, "email", |text| Email::parse(text).ok()),
        more_phones: further(line, "phone", |text| {
            Phone::parse(text, country.or(desk.house.home)).ok()
        }),
        source: "import".to_owned(),
    })
}
