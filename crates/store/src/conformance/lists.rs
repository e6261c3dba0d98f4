//! Lists are paged by key, sorted by bytes, and counted in integers.

use warmpath_core::id::{ReferralId, WorkspaceId};
use warmpath_core::referral::{Origin, ReferralState};

use crate::conformance::sample::Source;
use crate::conformance::{Outcome, applied, ensure, same, workspace};
use crate::engine::{Engine, Row, Statement, Value};
use crate::table::person::PersonRow;
use crate::table::referral::{self, Filter, ReferralRow};
use crate::values;

async fn referrals(
    engine: &dyn Engine,
    case: u8,
    count: i64,
) -> Result<Vec<ReferralRow>, super::Wrong> {
    let mut source = Source::new(workspace(case, 0), 0);
    let rows: Vec<ReferralRow> = (0..count)
        .map(|number| ReferralRow {
            state: if number % 3 == 0 { ReferralState::Routed } else { ReferralState::Received },
            origin: Origin::ALL[0],
            amount: Some(number),
            partner: None,
            ..ReferralRow::sample(&mut source)
        })
        .collect();
    applied(engine, rows.iter().map(ReferralRow::insert).collect()).await?;
    Ok(rows)
}

pub(super) async fn pages_follow_the_last_id(engine: &dyn Engine) -> Outcome {
    let rows = referrals(engine, 40, 25).await?;
    let mut wanted: Vec<ReferralId> = rows.iter().map(|row| row.id).collect();
    wanted.sort();
    wanted.reverse();
    for oldest_first in [false, true] {
        let mut found = Vec::new();
        let mut filter = Filter { limit: 10, oldest_first, ..Filter::default() };
        loop {
            let page = referral::list(engine, workspace(40, 0), &filter).await?;
            let Some(last) = page.last() else { break };
            filter.before = Some(last.id);
            found.extend(page.iter().map(|row| row.id));
        }
        same("pages", &found, &wanted)?;
        wanted.reverse();
    }
    Ok(())
}

pub(super) async fn what_is_asked_together_is_answered_in_order(engine: &dyn Engine) -> Outcome {
    let ours = referrals(engine, 44, 5).await?;
    let (here, there) = (workspace(44, 0), workspace(44, 1));
    let one = |at: WorkspaceId, id: ReferralId| {
        let sql = "SELECT amount FROM referral WHERE workspace = ?1 AND id = ?2";
        Statement::new(sql, values![at, id])
    };
    let jobs = "SELECT COUNT(*) FROM job WHERE state = 'none of these'";
    let asked = vec![
        one(here, ours[3].id),
        one(there, ours[3].id),
        Statement::new(jobs, vec![]).across_workspaces(),
        one(here, ours[1].id),
    ];
    let number = |number| vec![Row(vec![Value::Int(number)])];
    let wanted = vec![number(3), Vec::new(), number(0), number(1)];
    same("answers", &engine.query_together(asked.clone()).await?, &wanted)?;
    same("nothing asked", &engine.query_together(Vec::new()).await?, &Vec::new())?;
    let mut wrong = asked.clone();
    wrong.push(Statement::new("SELECT nothing FROM nowhere", values![here]));
    ensure(engine.query_together(wrong).await.is_err(), || "a wrong one went unnoticed".into())?;
    same("afterwards", &engine.query_together(asked).await?, &wanted)
}

pub(super) async fn a_filter_narrows(engine: &dyn Engine) -> Outcome {
    let rows = referrals(engine, 41, 9).await?;
    let here = workspace(41, 0);
    let all = Filter { limit: 100, ..Filter::default() };
    let check = async |filter: Filter, wanted: usize| {
        let found = referral::list(engine, here, &filter).await?;
        same(&format!("{filter:?}"), &found.len(), &wanted)
    };
    check(all.clone(), 9).await?;
    check(Filter { states: vec![ReferralState::Routed], ..all.clone() }, 3).await?;
    let states = vec![ReferralState::Routed, ReferralState::Received];
    check(Filter { states, ..all.clone() }, 9).await?;
    let owners: Vec<_> = rows.iter().take(2).filter_map(|row| row.owner).collect();
    check(Filter { owners: owners.clone(), ..all.clone() }, 2).await?;
    let both = Filter { owners, states: vec![ReferralState::Routed], ..all.clone() };
    check(both, 1).await?;
    check(Filter { people: Some(vec![rows[4].person]), ..all.clone() }, 1).await?;
    check(Filter { people: Some(vec![]), ..all.clone() }, 0).await?;
    check(Filter { submitted_by: rows[3].submitted_by, ..all.clone() }, 1).await?;
    check(Filter { origin: Some(Origin::ALL[0]), ..all.clone() }, 9).await?;
    check(Filter { origin: Some(Origin::ALL[1]), ..all }, 0).await
}

pub(super) async fn names_sort_by_their_folded_bytes(engine: &dyn Engine) -> Outcome {
    let here = workspace(42, 0);
    let mut source = Source::new(here, 0);
    let keys: [&[u8]; 7] = [b"", b"\0", b"B", b"a", b"a\0", b"ab", b"\xc3\xa9"];
    // Inserted in another order than they sort.
    let rows = [3, 6, 0, 5, 1, 4, 2].map(|place: usize| PersonRow {
        name_key: keys[place].to_vec(),
        ..PersonRow::sample(&mut source)
    });
    applied(engine, rows.iter().map(PersonRow::insert).collect()).await?;
    let found = PersonRow::select(engine, "WHERE workspace = ?1 ORDER BY name_key", values![here]);
    let found: Vec<Vec<u8>> = found.await?.into_iter().map(|row| row.name_key).collect();
    same("order", &found, &keys.map(<[u8]>::to_vec).to_vec())
}

pub(super) async fn counts_and_sums_are_integers(engine: &dyn Engine) -> Outcome {
    referrals(engine, 43, 9).await?;
    let here = workspace(43, 0);
    let mut counts = referral::count_by_state(engine, here).await?;
    counts.sort();
    let mut wanted = vec![(ReferralState::Received, 6), (ReferralState::Routed, 3)];
    wanted.sort();
    same("by state", &counts, &wanted)?;
    let load = referral::open_load(engine, here).await?;
    same("load", &load.iter().map(|(_, open)| *open).collect::<Vec<_>>(), &vec![1, 1, 1])?;
    let sql = "SELECT COUNT(*), SUM(amount), MIN(amount), MAX(score), SUM(score), 1 \
               FROM referral WHERE workspace = ?1";
    let rows = engine.query(Statement::new(sql, values![here])).await?;
    let wanted = Row(vec![
        Value::Int(9),
        Value::Int(36),
        Value::Int(0),
        Value::Double(0.5),
        Value::Double(4.5),
        Value::Int(1),
    ]);
    same("figures", &rows, &vec![wanted])?;
    let sql = "SELECT SUM(amount) FROM referral WHERE workspace = ?1 AND id < ?2";
    let rows =
        engine.query(Statement::new(sql, vec![values![here].remove(0), Value::Bytes(vec![])]));
    same("sum of nothing", &rows.await?, &vec![Row(vec![Value::Null])])
}
