//! How a typed field becomes a column value and back.

use jiff::Timestamp;
use warmpath_core::id::RecordId;

use crate::conformance::{Sample, Source};
use crate::engine::{Row, StoreError, Value};

/// A type that one column can hold.
pub trait Field: Sized {
    /// The column value.
    fn to_value(&self) -> Value;
    /// The typed value.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the column holds something else.
    fn from_value(value: Value) -> Result<Self, StoreError>;
}

fn misfit(wanted: &str, value: &Value) -> StoreError {
    let found = match value {
        Value::Null => "null",
        Value::Int(_) => "an integer",
        Value::Text(_) => "text",
        Value::Bytes(_) => "bytes",
        Value::Double(_) => "a double",
    };
    StoreError::Corrupt(format!("wanted {wanted}, found {found}"))
}

impl Field for i64 {
    fn to_value(&self) -> Value {
        Value::Int(*self)
    }
    fn from_value(value: Value) -> Result<Self, StoreError> {
        match value {
            Value::Int(v) => Ok(v),
            other => Err(misfit("an integer", &other)),
        }
    }
}

impl Field for bool {
    fn to_value(&self) -> Value {
        Value::Int(i64::from(*self))
    }
    fn from_value(value: Value) -> Result<Self, StoreError> {
        Ok(i64::from_value(value)? != 0)
    }
}

impl Field for f64 {
    fn to_value(&self) -> Value {
        Value::Double(*self)
    }
    fn from_value(value: Value) -> Result<Self, StoreError> {
        match value {
            Value::Double(v) => Ok(v),
            Value::Int(v) => Ok(v as f64),
            other => Err(misfit("a double", &other)),
        }
    }
}

impl Field for String {
    fn to_value(&self) -> Value {
        Value::Text(self.clone())
    }
    fn from_value(value: Value) -> Result<Self, StoreError> {
        match value {
            Value::Text(v) => Ok(v),
            other => Err(misfit("text", &other)),
        }
    }
}

impl Field for Vec<u8> {
    fn to_value(&self) -> Value {
        Value::Bytes(self.clone())
    }
    fn from_value(value: Value) -> Result<Self, StoreError> {
        match value {
            Value::Bytes(v) => Ok(v),
            other => Err(misfit("bytes", &other)),
        }
    }
}

impl Field for Timestamp {
    fn to_value(&self) -> Value {
        Value::Int(self.as_microsecond())
    }
    fn from_value(value: Value) -> Result<Self, StoreError> {
        Timestamp::from_microsecond(i64::from_value(value)?)
            .map_err(|e| StoreError::Corrupt(e.to_string()))
    }
}

impl<T: Field> Field for Option<T> {
    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, Field::to_value)
    }
    fn from_value(value: Value) -> Result<Self, StoreError> {
        match value {
            Value::Null => Ok(None),
            other => T::from_value(other).map(Some),
        }
    }
}

/// An id as 16 bytes.
pub fn id_value<I: RecordId>(id: I) -> Value {
    Value::Bytes(id.bytes().to_vec())
}

/// An id from 16 bytes.
///
/// # Errors
/// [`StoreError::Corrupt`] when it is not 16 bytes.
pub fn id_from<I: RecordId>(value: Value) -> Result<I, StoreError> {
    let bytes = Vec::<u8>::from_value(value)?;
    let bytes: [u8; 16] =
        bytes.try_into().map_err(|_| StoreError::Corrupt("an id is 16 bytes".into()))?;
    Ok(I::from_bytes(bytes))
}

macro_rules! id_fields {
    ($($name:ident),* $(,)?) => {$(
        impl Field for warmpath_core::id::$name {
            fn to_value(&self) -> Value {
                id_value(*self)
            }
            fn from_value(value: Value) -> Result<Self, StoreError> {
                id_from(value)
            }
        }

        impl Sample for warmpath_core::id::$name {
            fn sample(source: &mut Source) -> Self {
                <Self as RecordId>::from_bytes(source.id())
            }
        }
    )*};
}

id_fields!(
    WorkspaceId,
    MemberId,
    PoolId,
    PartnerId,
    PersonId,
    ContactPointId,
    AccountId,
    SourceRecordId,
    OpportunityId,
    ReferralId,
    ConsentId,
    LinkId,
    JobId,
    EntryId,
    MailId,
    SessionId,
    ApiKeyId,
    EndpointId,
    DeliveryId,
    ImportId,
    PathwayId,
    CommentId,
    AcknowledgementId,
    ClockId,
    DecisionId,
    SuppressionId,
    ReferrerLinkId,
    EvidenceId,
    AbsenceId,
    SubjectRequestId,
    ProfileId,
    CompanyId,
    SignalId,
    RecruitingBriefId,
    IntroductionId,
    GoodwillId,
    DuplicateId,
    MergeId,
    SweepId,
    AuthorityId,
    BulletinId,
    OfferId,
    GroupId,
    SeatId,
    GatheringId,
);

macro_rules! word_fields {
    ($($name:ty),* $(,)?) => {$(
        impl Field for $name {
            fn to_value(&self) -> Value {
                Value::Text(self.as_str().to_owned())
            }
            fn from_value(value: Value) -> Result<Self, StoreError> {
                let text = String::from_value(value)?;
                text.parse().map_err(|_| {
                    StoreError::Corrupt(format!("unknown word for {}", stringify!($name)))
                })
            }
        }

        impl Sample for $name {
            fn sample(source: &mut Source) -> Self {
                source.one_of(<$name>::ALL)
            }
        }
    )*};
}

word_fields!(
    warmpath_core::role::Role,
    warmpath_core::referral::ReferralKind,
    warmpath_core::referral::Origin,
    warmpath_core::referral::Door,
    warmpath_core::referral::ReferralState,
    warmpath_core::referral::Action,
    warmpath_core::consent::ConsentState,
    warmpath_core::consent::Answer,
    warmpath_core::consent::Channel,
    warmpath_core::introduction::RequestState,
    warmpath_core::introduction::ConnectorState,
    warmpath_core::introduction::TargetState,
    warmpath_core::introduction::Outcome,
    warmpath_core::introduction::Reveal,
    warmpath_core::introduction::Side,
    warmpath_core::introduction::goodwill::GoodwillKind,
    warmpath_core::introduction::goodwill::AskChannel,
    warmpath_core::introduction::goodwill::ConnectorStage,
);

/// A structure kept as JSON in a text column; checked when it is written, because it is written
/// from a typed value only.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Json<T>(pub T);

impl<T: serde::Serialize + serde::de::DeserializeOwned> Field for Json<T> {
    fn to_value(&self) -> Value {
        Value::Text(serde_json::to_string(&self.0).unwrap_or_else(|_| "null".to_owned()))
    }
    fn from_value(value: Value) -> Result<Self, StoreError> {
        serde_json::from_str(&String::from_value(value)?)
            .map(Json)
            .map_err(|e| StoreError::Corrupt(e.to_string()))
    }
}

/// Reads a row from left to right.
pub struct Reader(std::vec::IntoIter<Value>);

impl Reader {
    /// Starts at the first column.
    pub fn new(row: Row) -> Self {
        Self(row.0.into_iter())
    }

    /// The next column.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when there is none or it does not fit.
    pub fn take<T: Field>(&mut self) -> Result<T, StoreError> {
        let value = self.0.next().ok_or_else(|| StoreError::Corrupt("row too short".into()))?;
        T::from_value(value)
    }
}

/// Column values from typed values: `values![workspace, id]`.
#[macro_export]
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::field::Field::to_value(&$value)),*] };
}
