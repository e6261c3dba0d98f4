//! Values between the port and PostgreSQL, in the binary form.

use std::error::Error;

use bytes::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use warmpath_store::{Row, StoreError, Value};

use crate::number::Number;

/// A value bound to a parameter, whose type the server names.
#[derive(Debug)]
pub(crate) struct Bound<'a>(pub(crate) &'a Value);

impl ToSql for Bound<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self.0 {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(v) => match *ty {
                Type::INT2 => i16::try_from(*v)?.to_sql(ty, out),
                Type::INT4 => i32::try_from(*v)?.to_sql(ty, out),
                Type::FLOAT8 => (*v as f64).to_sql(ty, out),
                _ => v.to_sql(ty, out),
            },
            Value::Double(v) => v.to_sql(ty, out),
            Value::Text(v) => v.to_sql(ty, out),
            Value::Bytes(v) => v.to_sql(ty, out),
        }
    }

    /// The types were compared by [`check`], which can say which value is wrong.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// Whether these values fit these parameters. A value that did not fit would be found while a
/// pipeline is being sent, and the statements behind it would run without it.
pub(crate) fn check(types: &[Type], values: &[Value]) -> Result<(), StoreError> {
    if types.len() != values.len() {
        return Err(StoreError::Statement(format!(
            "{} parameters and {} values",
            types.len(),
            values.len()
        )));
    }
    for (place, (ty, value)) in types.iter().zip(values).enumerate() {
        if !fits(ty, value) {
            let place = place + 1;
            return Err(StoreError::Statement(format!("value {place} does not fit type {ty}")));
        }
    }
    Ok(())
}

fn fits(ty: &Type, value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Int(v) => match *ty {
            Type::INT8 | Type::FLOAT8 => true,
            Type::INT4 => i32::try_from(*v).is_ok(),
            Type::INT2 => i16::try_from(*v).is_ok(),
            _ => false,
        },
        Value::Double(_) => *ty == Type::FLOAT8,
        Value::Text(v) => is_text(ty) && !v.contains('\0'),
        Value::Bytes(_) => *ty == Type::BYTEA,
    }
}

fn is_text(ty: &Type) -> bool {
    matches!(*ty, Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN)
}

/// A row of the port from a row of the driver library.
pub(crate) fn read_row(row: &tokio_postgres::Row) -> Result<Row, StoreError> {
    let values = (0..row.len()).map(|place| read_value(row, place)).collect::<Result<_, _>>()?;
    Ok(Row(values))
}

fn read_value(row: &tokio_postgres::Row, place: usize) -> Result<Value, StoreError> {
    let ty = row.columns()[place].type_();
    match *ty {
        Type::INT8 => get(row, place, Value::Int),
        Type::INT4 => get(row, place, |v: i32| Value::Int(v.into())),
        Type::INT2 => get(row, place, |v: i16| Value::Int(v.into())),
        Type::BOOL => get(row, place, |v: bool| Value::Int(v.into())),
        Type::FLOAT8 => get(row, place, Value::Double),
        Type::FLOAT4 => get(row, place, |v: f32| Value::Double(v.into())),
        Type::BYTEA => get(row, place, Value::Bytes),
        Type::NUMERIC => get(row, place, |v: Number| v.0),
        _ if is_text(ty) => get(row, place, Value::Text),
        _ => Err(StoreError::Statement(format!("column {} has type {ty}", place + 1))),
    }
}

fn get<'a, T: FromSql<'a>>(
    row: &'a tokio_postgres::Row,
    place: usize,
    value: impl FnOnce(T) -> Value,
) -> Result<Value, StoreError> {
    row.try_get::<_, Option<T>>(place)
        .map(|found| found.map_or(Value::Null, value))
        .map_err(|e| StoreError::Corrupt(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_must_fit_the_parameter() {
        let check_one = |ty: Type, value: Value| check(&[ty], &[value]).is_ok();
        assert!(check_one(Type::INT8, Value::Int(i64::MIN)));
        assert!(check_one(Type::INT4, Value::Int(7)));
        assert!(!check_one(Type::INT4, Value::Int(i64::MAX)));
        assert!(check_one(Type::FLOAT8, Value::Int(7)));
        assert!(!check_one(Type::INT8, Value::Double(1.0)));
        assert!(check_one(Type::BYTEA, Value::Null));
        assert!(!check_one(Type::TEXT, Value::Bytes(vec![])));
        assert!(!check_one(Type::TEXT, Value::Text("a\0b".into())));
        assert!(check(&[Type::INT8], &[]).is_err());
    }
}
