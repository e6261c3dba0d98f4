//! How long each kind of record is kept, typed, from `data/retention_rules.json`.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::rules::Confidence;
use crate::contact::Country;

/// The kind of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetentionClass {
    /// A referral to which the referred person has not answered.
    ReferralUnconfirmed,
    /// A referral which the referred person declined.
    ReferralDeclined,
    /// A prospect.
    Prospect,
    /// The proof of an agreement.
    ConsentProof,
    /// The entry that keeps somebody from being contacted.
    SuppressionHash,
    /// Canada: agreement implied by a purchase.
    #[serde(rename = "implied_consent_CA_purchase")]
    ImpliedConsentCanadaPurchase,
    /// Canada: agreement implied by an inquiry.
    #[serde(rename = "implied_consent_CA_inquiry")]
    ImpliedConsentCanadaInquiry,
    /// The record of a reward.
    RewardRecord,
    /// Advertising records of an adviser registered in the United States.
    #[serde(rename = "advertising_records_SEC_adviser")]
    AdvertisingRecordsSecAdviser,
    /// Records of a broker-dealer in the United States.
    BrokerDealerRecords,
    /// Hashes and checkpoints of the ledger.
    AuditLeafHashAndCheckpoint,
}

/// Unit of a retention period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeepUnit {
    /// Calendar days.
    Days,
    /// Calendar months.
    Months,
    /// Until the person agrees anew.
    UntilSupersededByNewOptin,
    /// For ever.
    Permanent,
}

/// How long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keep {
    /// How many units; `None` where the unit says it all.
    pub n: Option<u32>,
    /// Of which.
    pub unit: KeepUnit,
    /// The law sets a least, not a greatest, term.
    #[serde(default)]
    pub min_of_law: bool,
}

impl Keep {
    /// The term in months, where it is one.
    #[must_use]
    pub fn months(&self) -> Option<u32> {
        self.n.filter(|_| self.unit == KeepUnit::Months)
    }
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionRule {
    /// The kind of record.
    pub class: RetentionClass,
    /// What it is, in words.
    pub desc: Option<String>,
    /// An alpha-2 code, `EEA`, `*` for everywhere, or a special case in words.
    #[serde(default = "everywhere")]
    pub region: String,
    /// How long.
    pub keep: Keep,
    /// From when, in words.
    pub start: Option<String>,
    /// What happens then, as a stable word.
    pub then: Option<String>,
    /// Law or reason.
    pub basis: String,
    /// How far it was checked.
    pub conf: Confidence,
}

fn everywhere() -> String {
    "*".to_owned()
}

#[derive(Deserialize)]
struct File {
    rules: Vec<RetentionRule>,
}

static RULES: LazyLock<Vec<RetentionRule>> = LazyLock::new(|| {
    let text = include_str!("../../data/retention_rules.json");
    #[expect(clippy::expect_used, reason = "the text is compiled in and read by a test")]
    let file: File = serde_json::from_str(text).expect(super::RULES_BROKEN);
    file.rules
});

/// Every rule, in the order of the file.
#[must_use]
pub fn retention_rules() -> &'static [RetentionRule] {
    &RULES
}

/// The rule for a kind of record: the country's own, else the EEA's for a member, else the
/// general one.
#[must_use]
pub fn retention_for(
    class: RetentionClass,
    country: Option<Country>,
) -> Option<&'static RetentionRule> {
    let find = |region: &str| RULES.iter().find(|r| r.class == class && r.region == region);
    country
        .and_then(|country| find(country.code()))
        .or_else(|| country.filter(|country| country.is_eea()).and_then(|_| find("EEA")))
        .or_else(|| find("*"))
}
