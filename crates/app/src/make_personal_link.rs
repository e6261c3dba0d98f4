//! A member makes a personal referral link for a customer, vendor or anyone without an account. The
//! link is bound to that person's mailbox, which is proved each time by a one-time code.

use jiff::SignedDuration;
use warmpath_core::contact::{Email, PersonName};
use warmpath_core::id::{LinkId, PersonId};
use warmpath_core::referral::Origin;
use warmpath_store::Applied;
use warmpath_store::table::access::{self, LinkRow};
use warmpath_store::table::person::{self, PersonRow};

use crate::context::App;
use crate::error::{Failure, Problem};
use crate::find_person::{self, Described};
use crate::link::{self, Purpose, Subject};
use crate::policy::{Grant, ManageReferrers};
use crate::unit::{Happening, Unit};

/// A personal link lives this long.
pub const LIFE_DAYS: i64 = 365;

/// Whom it is for.
#[derive(Debug, Clone, Default)]
pub struct For {
    /// Name.
    pub name: String,
    /// Mailbox.
    pub email: String,
    /// Company.
    pub company: String,
    /// `customer`, `vendor`, `community`.
    pub origin: String,
}

/// A personal link as members see it.
#[derive(Debug, Clone)]
pub struct Personal {
    /// Its id.
    pub id: LinkId,
    /// Whose.
    pub person: PersonRow,
    /// The address.
    pub url: String,
    /// The link itself.
    pub link: LinkRow,
}

/// Makes it; the person gets no mail from us, the member hands it over.
///
/// # Errors
/// [`Failure::Invalid`] with one problem per wrong field.
pub async fn run(
    app: &App,
    grant: &Grant<ManageReferrers>,
    whom: &For,
) -> Result<Personal, Failure> {
    let (email, origin) = check(whom)?;
    for _ in 0..5 {
        let mut unit = Unit::new(app, grant.workspace());
        let described = Described {
            name: whom.name.clone(),
            email: Some(email.clone()),
            company: whom.company.clone(),
            source: "member".to_owned(),
            ..Described::default()
        };
        let found = find_person::run(app, &mut unit, &described).await?;
        let subject = Subject {
            person: Some(found.person.id),
            member: Some(grant.member()),
            ..Subject::default()
        };
        let ends = unit.at + SignedDuration::from_hours(24 * LIFE_DAYS);
        let mut made = link::make(app, unit.workspace, Purpose::Personal, subject, ends);
        // The page needs no nonce of its own; who the person is to us stands there.
        made.row.nonce = origin.as_str().to_owned();
        unit.push(made.row.insert());
        let happening =
            Happening::new("referrer.link_made", grant.principal().actor(), made.row.id)
                .of(found.person.id)
                .with("origin", origin);
        unit.record(happening).await?;
        if unit.apply().await? == Applied::Applied {
            let url = format!("{}/r/{}", app.config.public_url, made.token);
            return Ok(Personal { id: made.row.id, person: found.person, url, link: made.row });
        }
    }
    Err(Failure::Conflict("Somebody is making the same link. Look again.".into()))
}

fn check(whom: &For) -> Result<(Email, Origin), Failure> {
    let mut problems = Vec::new();
    if PersonName::parse(&whom.name).is_err() {
        problems.push(Problem::new("name", "name_invalid", "Write the person's name."));
    }
    let email = Email::parse(&whom.email);
    if let Err(refusal) = &email {
        problems.push(Problem::new("email", "email_invalid", refusal.to_string()));
    }
    let origin = whom.origin.parse::<Origin>().ok().filter(|o| ORIGINS.contains(o));
    if origin.is_none() {
        problems.push(Problem::new("origin", "origin_unknown", "Say who they are to us."));
    }
    match (email, origin) {
        (Ok(email), Some(origin)) if problems.is_empty() => Ok((email, origin)),
        _ => Err(Failure::Invalid(problems)),
    }
}

/// Who may have a personal link. Partners have the portal, colleagues the form.
pub const ORIGINS: &[Origin] = &[Origin::Customer, Origin::Vendor, Origin::Community];

/// The live personal links, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(app: &App, grant: &Grant<ManageReferrers>) -> Result<Vec<Personal>, Failure> {
    let ws = grant.workspace();
    let links = access::personal_links(app.db(), ws, app.now()).await?;
    let ids: Vec<PersonId> = links.iter().filter_map(|l| l.person).collect();
    let people = person::many(app.db(), ws, &ids).await?;
    let shown = links.into_iter().filter_map(|link| {
        let person = people.get(&link.person?)?.clone();
        let token = link::token_of(app, ws, link.id);
        let url = format!("{}/r/{token}", app.config.public_url);
        Some(Personal { id: link.id, person, url, link })
    });
    Ok(shown.collect())
}

/// Takes one back: it looks at once as if it had never been.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such live link here.
pub async fn revoke(app: &App, grant: &Grant<ManageReferrers>, id: LinkId) -> Result<(), Failure> {
    let found = list(app, grant).await?.into_iter().find(|p| p.id == id);
    let mut row = found.ok_or(Failure::NotFound)?.link;
    let mut unit = Unit::new(app, grant.workspace());
    row.revoked_at = Some(unit.at);
    row.version += 1;
    unit.push(row.save());
    let actor = grant.principal().actor();
    unit.record(Happening::new("referrer.link_revoked", actor, id)).await?;
    unit.commit("Somebody changed it just now. Look again.").await
}
