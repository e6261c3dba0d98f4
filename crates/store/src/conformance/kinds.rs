//! Every row type, in a form that the cases can go through one by one.

use std::future::Future;
use std::pin::Pin;

use crate::change::Write;
use crate::conformance::Source;
use crate::engine::{Engine, Row, StoreError, Value};
use crate::table::{
    access, account, authority, bulletin, clock, connector, consent, group, identity, import,
    introduction, job, ledger, mail, network, pathway, person, profile, recruit, referral,
    register, source, sweep, webhook, workspace,
};

type Stored<'a> = Pin<Box<dyn Future<Output = Result<Option<Vec<Value>>, StoreError>> + Send + 'a>>;

/// One row type; a row is given as its values, key first.
pub(super) struct Kind {
    pub(super) table: &'static str,
    pub(super) key: &'static [&'static str],
    pub(super) fields: &'static [&'static str],
    pub(super) sample: fn(&mut Source) -> Vec<Value>,
    pub(super) insert: fn(Vec<Value>) -> Result<Write, StoreError>,
    pub(super) save: fn(Vec<Value>) -> Result<Write, StoreError>,
    pub(super) put: fn(Vec<Value>) -> Result<Write, StoreError>,
    pub(super) delete: fn(Vec<Value>) -> Result<Write, StoreError>,
    pub(super) stored: for<'a> fn(&'a dyn Engine, Vec<Value>) -> Stored<'a>,
}

impl Kind {
    /// Gives the row this version, if the table has one.
    pub(super) fn set_version(&self, row: &mut [Value], version: i64) {
        if let Some(place) = self.fields.iter().position(|field| *field == "version") {
            row[self.key.len() + place] = Value::Int(version);
        }
    }

    /// Whether rows of this table are never changed nor deleted by their key.
    pub(super) fn only_grows(&self) -> bool {
        ["ledger_entry", "ledger_node", "ledger_checkpoint"].contains(&self.table)
    }
}

macro_rules! kind {
    ($module:ident::$name:ident) => {
        Kind {
            table: $module::$name::TABLE,
            key: $module::$name::KEY,
            fields: $module::$name::FIELDS,
            sample: |source| $module::$name::sample(source).values(),
            insert: |row| Ok($module::$name::read(Row(row))?.insert()),
            save: |row| Ok($module::$name::read(Row(row))?.save()),
            put: |row| Ok($module::$name::read(Row(row))?.put()),
            delete: |row| Ok($module::$name::read(Row(row))?.delete()),
            stored: |db, row| {
                Box::pin(async move {
                    let row = $module::$name::read(Row(row))?;
                    Ok(row.stored(db).await?.map(|found| found.values()))
                })
            },
        }
    };
}

/// Every row type.
pub(super) fn kinds() -> Vec<Kind> {
    vec![
        kind!(access::SessionRow),
        kind!(access::LinkRow),
        kind!(access::ApiKeyRow),
        kind!(access::IdempotencyRow),
        kind!(account::AccountRow),
        kind!(account::AccountDomainRow),
        kind!(account::OpportunityRow),
        kind!(clock::ClockRow),
        kind!(clock::AcknowledgementRow),
        kind!(connector::ConnectorRow),
        kind!(connector::GoodwillRow),
        kind!(consent::ConsentRow),
        kind!(identity::MatchKeyRow),
        kind!(identity::AccountKeyRow),
        kind!(identity::DuplicateRow),
        kind!(identity::MergeRow),
        kind!(sweep::SweepRow),
        kind!(authority::AuthorityRow),
        kind!(authority::CommitteeSeatRow),
        kind!(bulletin::BulletinRow),
        kind!(bulletin::BulletinAnswerRow),
        kind!(bulletin::OfferRow),
        kind!(group::GroupRow),
        kind!(group::GroupSeatRow),
        kind!(group::GatheringRow),
        kind!(recruit::RecruitRow),
        kind!(recruit::AgreementRow),
        kind!(recruit::SharedSignalRow),
        kind!(import::ImportRow),
        kind!(import::ImportFileRow),
        kind!(import::RefusedRow),
        kind!(introduction::IntroductionRow),
        kind!(introduction::IntroductionTextRow),
        kind!(introduction::IntroductionConsentRow),
        kind!(introduction::IntroductionMailRow),
        kind!(introduction::TargetLockRow),
        kind!(job::JobRow),
        kind!(ledger::EntryRow),
        kind!(ledger::NodeRow),
        kind!(ledger::HeadRow),
        kind!(ledger::CheckpointRow),
        kind!(ledger::SealedRow),
        kind!(mail::MailRow),
        kind!(network::MappedRow),
        kind!(network::SeatRow),
        kind!(network::BlockRow),
        kind!(network::TieEventRow),
        kind!(network::ConfirmationRow),
        kind!(network::ConnectorRecordRow),
        kind!(network::ActivationRow),
        kind!(network::BriefRow),
        kind!(network::NetworkHeadRow),
        kind!(pathway::PathwayRow),
        kind!(pathway::PathwayVersionRow),
        kind!(person::PersonRow),
        kind!(person::ContactPointRow),
        kind!(person::IdentityKeyRow),
        kind!(person::SourceRecordRow),
        kind!(person::EvidenceRow),
        kind!(person::SuppressionRow),
        kind!(person::SubjectRequestRow),
        kind!(person::SubjectKeyRow),
        kind!(profile::ProfileRow),
        kind!(profile::ProfileVersionRow),
        kind!(profile::ProfileOutcomeRow),
        kind!(referral::ReferralRow),
        kind!(referral::TextRow),
        kind!(referral::HopRow),
        kind!(referral::DecisionRow),
        kind!(referral::CreditRow),
        kind!(referral::CommentRow),
        kind!(register::CompanyRow),
        kind!(register::SignalRow),
        kind!(register::RegisterFileRow),
        kind!(source::SystemRow),
        kind!(source::PrecedenceRow),
        kind!(source::ParentRow),
        kind!(webhook::EndpointRow),
        kind!(webhook::DeliveryRow),
        kind!(workspace::WorkspaceRow),
        kind!(workspace::MemberRow),
        kind!(workspace::PoolRow),
        kind!(workspace::PoolMemberRow),
        kind!(workspace::AbsenceRow),
        kind!(workspace::HolidayRow),
        kind!(workspace::PartnerRow),
        kind!(workspace::SettingRow),
    ]
}
