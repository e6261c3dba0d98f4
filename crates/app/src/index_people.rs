//! Gives keys to people and companies that have none yet: those who came before keys were kept. Runs
//! beside retention, in batches, until nobody is left without.

use warmpath_core::id::{AccountId, PersonId};
use warmpath_store::table::account::{self, AccountRow};
use warmpath_store::table::identity::{AccountKeyRow, MatchKeyRow};
use warmpath_store::table::person;

use crate::context::App;
use crate::error::Failure;
use crate::resolve::{candidates, keys};
use crate::unit::Unit;

/// People, and companies, in one commit.
const BATCH: i64 = 200;

/// The next batch; says whether there may be more.
///
/// # Errors
/// When the database cannot be read.
pub async fn advance(app: &App, unit: &mut Unit<'_>) -> Result<bool, Failure> {
    let (db, ws) = (app.db(), unit.workspace);
    let people: Vec<PersonId> = person::without_keys(db, ws, BATCH).await?;
    for known in candidates::known(app.db(), unit.workspace, &people).await? {
        for key in keys::of_person(&app.keys, ws, &known.record) {
            let row = MatchKeyRow { workspace: ws, key, person: known.person.id, made_at: unit.at };
            unit.push(row.remember());
        }
    }
    let accounts: Vec<AccountRow> = account::without_keys(db, ws, BATCH).await?;
    for row in &accounts {
        let id: AccountId = row.id;
        let domains = account::domains(db, ws, id).await?;
        for key in keys::of_account(&app.keys, ws, &row.name, &domains) {
            let row = AccountKeyRow { workspace: ws, key, account: id, made_at: unit.at };
            unit.push(row.remember());
        }
    }
    Ok(people.len().max(accounts.len()) as i64 >= BATCH)
}
