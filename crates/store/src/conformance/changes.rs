//! A change set is applied whole or not at all, and says at which write it was refused.

use std::future::Future;
use std::pin::Pin;

use crate::change::{Applied, Write};
use crate::conformance::join::join;
use crate::conformance::sample::Source;
use crate::conformance::{Outcome, applied, conflict, ensure, moment, same, workspace};
use crate::engine::{Engine, StoreError};
use crate::table::access::{self, IdempotencyRow};
use crate::table::account::{AccountDomainRow, AccountRow};
use crate::table::person::{IdentityKeyRow, PersonRow};
use crate::table::referral::CommentRow;
use crate::table::workspace::{PoolRow, SettingRow};
use crate::values;

type Applying<'a> = Pin<Box<dyn Future<Output = Result<Applied, StoreError>> + Send + 'a>>;

fn pool(source: &mut Source) -> PoolRow {
    PoolRow { version: 1, ..PoolRow::sample(source) }
}

pub(super) async fn a_save_meets_its_version(engine: &dyn Engine) -> Outcome {
    let mut row = pool(&mut Source::new(workspace(10, 0), 0));
    applied(engine, vec![row.insert()]).await?;
    conflict(engine, vec![row.save()], "pool").await?;
    row.version = 2;
    applied(engine, vec![row.save()]).await?;
    conflict(engine, vec![row.save()], "pool").await?;
    row.version = 4;
    conflict(engine, vec![row.save()], "pool").await?;
    let stored = row.stored(engine).await?.map(|stored| stored.version);
    same("version", &stored, &Some(2))
}

pub(super) async fn a_taken_key_conflicts(engine: &dyn Engine) -> Outcome {
    let mut source = Source::new(workspace(11, 0), 0);
    let (first, second) = (pool(&mut source), pool(&mut source));
    ensure(first.id != second.id && first.slug == second.slug, || "the samples are wrong".into())?;
    applied(engine, vec![first.insert()]).await?;
    // Another primary key, but the same natural identity.
    conflict(engine, vec![second.insert()], "pool").await?;
    same("second pool", &second.stored(engine).await?, &None)?;
    // The same identity in another workspace is free.
    let elsewhere = pool(&mut Source::new(workspace(11, 1), 0));
    applied(engine, vec![elsewhere.insert()]).await
}

pub(super) async fn a_put_writes_over(engine: &dyn Engine) -> Outcome {
    let workspace = workspace(12, 0);
    for value in ["1", "2"] {
        let row = SettingRow { workspace, name: "n".into(), value: value.into() };
        applied(engine, vec![row.put()]).await?;
        same("stored", &row.stored(engine).await?, &Some(row.clone()))?;
    }
    Ok(())
}

pub(super) async fn a_change_set_is_whole_or_nothing(engine: &dyn Engine) -> Outcome {
    let mut source = Source::new(workspace(13, 0), 0);
    let taken = IdentityKeyRow::sample(&mut source);
    applied(engine, vec![taken.insert()]).await?;
    let person = PersonRow::sample(&mut source);
    let account = AccountRow::sample(&mut source);
    let comment = CommentRow::sample(&mut source);
    let others = || vec![person.insert(), account.insert(), comment.insert()];
    let missing = AccountRow { version: 5, ..AccountRow::sample(&mut source) };
    let last_writes = [(taken.insert(), "identity_key"), (missing.save(), "account")];
    for (last, label) in last_writes {
        for place in [0, 2, 3] {
            let mut writes = others();
            writes.insert(place, last.clone());
            conflict(engine, writes, label).await?;
            same("person", &person.stored(engine).await?, &None)?;
            same("account", &account.stored(engine).await?, &None)?;
            same("comment", &comment.stored(engine).await?, &None)?;
        }
    }
    applied(engine, others()).await?;
    same("person", &person.stored(engine).await?, &Some(person.clone()))
}

pub(super) async fn the_first_wrong_write_is_named(engine: &dyn Engine) -> Outcome {
    let mut source = Source::new(workspace(14, 0), 0);
    let key = IdentityKeyRow::sample(&mut source);
    let domain = AccountDomainRow::sample(&mut source);
    let missing = pool(&mut source);
    applied(engine, vec![key.insert(), domain.insert()]).await?;
    let (key, domain, missing) = (key.insert(), domain.insert(), missing.save());
    let check = async |writes: [&Write; 3], label| {
        conflict(engine, writes.into_iter().cloned().collect(), label).await
    };
    check([&key, &domain, &missing], "identity_key").await?;
    check([&domain, &key, &missing], "account_domain").await?;
    check([&missing, &key, &domain], "pool").await?;
    check([&missing, &domain, &missing], "pool").await
}

pub(super) async fn one_of_many_writers_wins(engine: &dyn Engine) -> Outcome {
    const WRITERS: usize = 64;
    let mut row = pool(&mut Source::new(workspace(15, 0), 0));
    applied(engine, vec![row.insert()]).await?;
    for version in 2..=4 {
        row.version = version;
        let writers = (0..WRITERS).map(|writer| {
            let row = PoolRow { state: writer.to_string(), ..row.clone() };
            Box::pin(async move { engine.apply(vec![row.save()]).await }) as Applying<'_>
        });
        let outcomes = join(writers.collect()).await.into_iter().collect::<Result<Vec<_>, _>>()?;
        let winners: Vec<usize> =
            (0..WRITERS).filter(|writer| outcomes[*writer] == Applied::Applied).collect();
        same("number of winners", &winners.len(), &1)?;
        let stored = row.stored(engine).await?.map(|stored| (stored.version, stored.state));
        same("stored", &stored, &Some((version, winners[0].to_string())))?;
    }
    Ok(())
}

pub(super) async fn an_idempotency_key_is_taken_once(engine: &dyn Engine) -> Outcome {
    let workspace = workspace(16, 0);
    let record = |body: &str| IdempotencyRow {
        workspace,
        key: "caller:key".into(),
        fingerprint: vec![1; 32],
        status: 202,
        body: body.into(),
        created_at: moment(0),
        expires_at: moment(100),
    };
    let requests = (0..16).map(|request: u32| {
        let writes = vec![record(&request.to_string()).insert()];
        Box::pin(async move { engine.apply(writes).await }) as Applying<'_>
    });
    let outcomes = join(requests.collect()).await.into_iter().collect::<Result<Vec<_>, _>>()?;
    let winner = outcomes.iter().position(|outcome| *outcome == Applied::Applied);
    let refused = outcomes.iter().filter(|o| **o == Applied::Conflict("idempotency")).count();
    same("refused", &refused, &15)?;
    let kept = access::idempotency(engine, workspace, "caller:key", moment(1)).await?;
    same("answer", &kept.map(|row| row.body), &winner.map(|w| w.to_string()))?;
    let over = access::idempotency(engine, workspace, "caller:key", moment(100)).await?;
    same("answer after its time", &over, &None)?;
    applied(engine, access::sweep(workspace, moment(100), moment(0)).into()).await?;
    applied(engine, vec![record("again").insert()]).await
}

pub(super) async fn a_large_change_set_is_applied(engine: &dyn Engine) -> Outcome {
    let mut source = Source::new(workspace(17, 0), 0);
    let rows: Vec<PersonRow> = (0..2000).map(|_| PersonRow::sample(&mut source)).collect();
    applied(engine, rows.iter().map(PersonRow::insert).collect()).await?;
    let count = PersonRow::select(engine, "WHERE workspace = ?1", values![source.workspace()]);
    same("people", &count.await?.len(), &rows.len())
}

pub(super) async fn a_wrong_statement_changes_nothing(engine: &dyn Engine) -> Outcome {
    let workspace = workspace(18, 0);
    let row = SettingRow { workspace, name: "n".into(), value: "v".into() };
    let wrong = Write::any("setting", "DELETE FROM no_such_table", values![workspace]);
    let outcome = engine.apply(vec![row.insert(), wrong]).await;
    ensure(matches!(outcome, Err(StoreError::Statement(_))), || format!("{outcome:?}"))?;
    same("setting", &row.stored(engine).await?, &None)?;
    applied(engine, vec![row.insert()]).await
}

pub(super) async fn an_empty_change_set_is_applied(engine: &dyn Engine) -> Outcome {
    applied(engine, Vec::new()).await
}
