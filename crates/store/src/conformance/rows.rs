//! Every row type is inserted, read, saved, put and deleted with odd values.

use crate::conformance::kinds::{Kind, kinds};
use crate::conformance::sample::{FLAVOURS, Source};
use crate::conformance::{Outcome, Wrong, applied, conflict, ensure, same, workspace};
use crate::engine::{Engine, Value};
use crate::field::Field as _;
use crate::migration::MIGRATIONS;
use crate::table::mail::MailRow;
use crate::table::referral::TextRow;

pub(super) async fn every_table_has_a_row_type(_: &dyn Engine) -> Outcome {
    let known: Vec<&str> = kinds().iter().map(|kind| kind.table).collect();
    for migration in MIGRATIONS {
        for line in migration.sql.lines() {
            let Some(rest) = line.strip_prefix("CREATE TABLE ") else { continue };
            let table = rest.split(' ').next().unwrap_or_default();
            ensure(known.contains(&table), || format!("{table} is not tried by this suite"))?;
        }
    }
    Ok(())
}

pub(super) async fn every_row_keeps_odd_values(engine: &dyn Engine) -> Outcome {
    for (number, kind) in kinds().iter().enumerate() {
        for flavour in 0..FLAVOURS {
            live_and_die(engine, kind, number as u16, flavour)
                .await
                .map_err(|wrong| Wrong(format!("{} {flavour}: {}", kind.table, wrong.0)))?;
        }
    }
    Ok(())
}

async fn live_and_die(engine: &dyn Engine, kind: &Kind, number: u16, flavour: u8) -> Outcome {
    let here = workspace(1, number * u16::from(FLAVOURS) + u16::from(flavour));
    let mut first = (kind.sample)(&mut Source::new(here, flavour));
    kind.set_version(&mut first, 1);
    applied(engine, vec![(kind.insert)(first.clone())?]).await?;
    same("inserted", &(kind.stored)(engine, first.clone()).await?, &Some(first.clone()))?;
    conflict(engine, vec![(kind.insert)(first.clone())?], kind.table).await?;
    if kind.only_grows() {
        return Ok(());
    }
    let second = other_values(kind, &first, flavour + 1, 2);
    if !kind.fields.is_empty() {
        applied(engine, vec![(kind.save)(second.clone())?]).await?;
        same("saved", &(kind.stored)(engine, first.clone()).await?, &Some(second.clone()))?;
    }
    let third = other_values(kind, &first, flavour + 2, 9);
    applied(engine, vec![(kind.put)(third.clone())?]).await?;
    same("put", &(kind.stored)(engine, first.clone()).await?, &Some(third))?;
    applied(engine, vec![(kind.delete)(first.clone())?]).await?;
    same("deleted", &(kind.stored)(engine, first.clone()).await?, &None)?;
    // A delete of what is gone is no conflict; a save of it is.
    applied(engine, vec![(kind.delete)(first)?]).await?;
    conflict(engine, vec![(kind.save)(second)?], kind.table).await
}

/// A row with the same key and other values.
fn other_values(kind: &Kind, row: &[Value], flavour: u8, version: i64) -> Vec<Value> {
    let here = workspace(1, 0);
    let mut other = (kind.sample)(&mut Source::new(here, flavour % FLAVOURS));
    other[..kind.key.len()].clone_from_slice(&row[..kind.key.len()]);
    kind.set_version(&mut other, version);
    other
}

pub(super) async fn a_megabyte_of_text_is_kept(engine: &dyn Engine) -> Outcome {
    let here = workspace(2, 0);
    let long = "ä'\"\\漢".repeat(1 << 17);
    let mut mail = MailRow::sample(&mut Source::new(here, 0));
    mail.body.clone_from(&long);
    let mut text = TextRow::sample(&mut Source::new(here, 0));
    text.body.clone_from(&long);
    applied(engine, vec![mail.insert(), text.insert()]).await?;
    let stored = mail.stored(engine).await?.map(|row| row.body.len());
    same("length of the mail", &stored, &Some(long.len()))?;
    let stored = text.stored(engine).await?.map(|row| row.body.to_value());
    ensure(stored == Some(Value::Text(long)), || "a long text came back otherwise".into())
}
