//! What everybody who takes a row works with: the unit it goes into, and what was looked up once.

use jiff::tz::TimeZone;
use warmpath_core::contact::{Country, Email, Phone};
use warmpath_core::id::{AccountId, MemberId, PersonId, SourceRecordId};
use warmpath_core::role::Role;
use warmpath_store::table::import::ImportRow;
use warmpath_store::table::person::{self, SourceRecordRow};
use warmpath_store::table::workspace::{self, MemberRow, PartnerRow};

use super::line::Line;
use super::value;
use crate::believe_account::member_called;
use crate::context::App;
use crate::error::{Failure, Problem};
use crate::manage_sources::Belief;
use crate::unit::Unit;

/// What a row did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A new record.
    Created,
    /// A known record says something new.
    Updated,
    /// A new record of somebody known.
    Joined,
    /// A new record that may be of somebody known: a person has to look.
    Asked,
    /// Nothing new.
    Unchanged,
}

/// Why a row did nothing.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The row is wrong; the next one may be right.
    Row(Problem),
    /// The database is away, or worse.
    Run(Failure),
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Row(problem)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Run(failure)
    }
}

impl From<warmpath_store::StoreError> for Stop {
    fn from(error: warmpath_store::StoreError) -> Self {
        Self::Run(Failure::Store(error))
    }
}

/// What stays the same through a run.
pub(crate) struct House {
    /// Members, for owners.
    pub(crate) members: Vec<MemberRow>,
    /// Partners.
    pub(crate) partners: Vec<PartnerRow>,
    /// The workspace's zone, for days without one.
    pub(crate) zone: TimeZone,
    /// Its name, for those who belong to it.
    pub(crate) zone_name: String,
    /// Its country, for phone numbers without a prefix.
    pub(crate) home: Option<Country>,
    /// Whom to believe about what.
    pub(crate) belief: Belief,
    /// The system the file came from, by its short name: `hubspot`, `salesforce`, `file`.
    pub(crate) source: String,
    /// The role of whoever imports.
    pub(crate) role: Role,
}

impl House {
    /// Looks everything up.
    pub(crate) async fn of(app: &App, row: &ImportRow, source: String) -> Result<Self, Failure> {
        let workspace = workspace::workspace(app.db(), row.workspace).await?;
        let workspace = workspace.ok_or(Failure::NotFound)?;
        let members = workspace::members(app.db(), row.workspace).await?;
        let role =
            members.iter().find(|m| Some(m.id) == row.member).map_or(Role::Revops, |m| m.role);
        Ok(Self {
            partners: workspace::partners(app.db(), row.workspace).await?,
            belief: Belief::of(app.db(), row.workspace).await?,
            zone: TimeZone::get(&workspace.zone).unwrap_or(TimeZone::UTC),
            zone_name: workspace.zone,
            home: workspace.country.parse().ok(),
            members,
            source,
            role,
        })
    }

    /// The member whom a CRM calls this: by mailbox, or by full name.
    pub(crate) fn member(&self, text: &str) -> Option<MemberId> {
        member_called(&self.members, text)
    }
}

/// Where one row is taken.
pub(crate) struct Desk<'d, 'a> {
    /// The use cases' needs.
    pub(crate) app: &'a App,
    /// Where the writes of the batch gather.
    pub(crate) unit: &'d mut Unit<'a>,
    /// The run.
    pub(crate) run: &'d ImportRow,
    /// What was looked up once.
    pub(crate) house: &'d House,
}

impl Desk<'_, '_> {
    /// The record of this identity, as it was imported last.
    pub(crate) async fn known(
        &self,
        kind: &str,
        identity: &str,
    ) -> Result<Option<SourceRecordRow>, Stop> {
        let db = self.app.db();
        Ok(person::source_record(db, self.unit.workspace, kind, &self.house.source, identity)
            .await?)
    }

    /// Keeps the record as it came.
    pub(crate) fn keep(
        &mut self,
        kind: &str,
        identity: &str,
        known: Option<SourceRecordRow>,
        body: String,
        (person, account): (Option<PersonId>, Option<AccountId>),
    ) -> Outcome {
        let import = Some(self.run.id);
        match known {
            Some(mut row) => {
                row.body = body;
                row.import = import;
                row.person = person.or(row.person);
                row.account = account.or(row.account);
                self.unit.push(row.save());
                Outcome::Updated
            }
            None => {
                let row = SourceRecordRow {
                    workspace: self.unit.workspace,
                    id: self.app.id::<SourceRecordId>(),
                    kind: kind.to_owned(),
                    source: self.house.source.clone(),
                    external_id: identity.to_owned(),
                    body,
                    person,
                    account,
                    import,
                    created_at: self.unit.at,
                };
                self.unit.push(row.insert());
                Outcome::Created
            }
        }
    }

    /// Refuses whoever asked to be left alone: their row is dropped, found by keyed hash.
    pub(crate) async fn check_suppressed(
        &self,
        line: &Line,
        email: Option<&Email>,
        phone: Option<&Phone>,
    ) -> Result<(), Stop> {
        let blind =
            |kind: &str, normal: &str| self.app.keys.blind(self.unit.workspace, kind, normal);
        let mut keys = Vec::new();
        keys.extend(email.map(|e| blind("mailbox", &e.folded())));
        keys.extend(phone.map(|p| blind("phone", p.e164())));
        if person::suppressed(self.app.db(), self.unit.workspace, &keys).await?.is_some() {
            let message = "This person asked not to be held. Leave the row out.";
            return Err(line.wrong("", "suppressed", message).into());
        }
        Ok(())
    }
}

/// Google writes several values into one cell with three colons between them.
fn first_of(text: &str) -> &str {
    text.split(" ::: ").next().unwrap_or_default().trim()
}

/// The mailbox of a field, if it has one.
pub(crate) fn email(line: &Line, field: &str) -> Result<Option<Email>, Problem> {
    match first_of(line.get(field)) {
        "" => Ok(None),
        text => Email::parse(text)
            .map(Some)
            .map_err(|refusal| line.wrong(field, "email_invalid", refusal.to_string())),
    }
}

/// The phone of a field, if it has one.
pub(crate) fn phone(
    line: &Line,
    field: &str,
    country: Option<Country>,
) -> Result<Option<Phone>, Problem> {
    match first_of(line.get(field)) {
        "" => Ok(None),
        text => Phone::parse(text, country)
            .map(Some)
            .map_err(|refusal| line.wrong(field, "phone_invalid", refusal.to_string())),
    }
}

/// The country of a field, if it has one.
pub(crate) fn country(line: &Line, field: &str) -> Result<Option<Country>, Problem> {
    match line.get(field) {
        "" => Ok(None),
        text => value::country(text).map(Some).ok_or_else(|| {
            line.wrong(
                field,
                "country_unknown",
                "Write a country's English name or its two letters.",
            )
        }),
    }
}

/// A value by one of the readers above, or a problem that says what helps.
pub(crate) fn read<T>(
    line: &Line,
    field: &str,
    code: &str,
    help: &str,
    reader: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Problem> {
    match line.get(field) {
        "" => Ok(None),
        text => reader(text).map(Some).ok_or_else(|| line.wrong(field, code, help)),
    }
}

/// One line of text of bounded length.
pub(crate) fn short(line: &Line, field: &str) -> Result<String, Problem> {
    use warmpath_core::text::Line as Text;
    match line.get(field) {
        "" => Ok(String::new()),
        text => Text::<500>::parse(text)
            .map(Text::into_string)
            .map_err(|refusal| line.wrong(field, "text_invalid", refusal.to_string())),
    }
}
