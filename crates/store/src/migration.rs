//! The numbered list of migrations. One that has landed is never edited: expand first, contract in
//! a later release.

use jiff::Timestamp;

use crate::engine::{Dialect, Engine, Statement, StoreError};
use crate::field::Reader;
use crate::values;

/// One step of the schema.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Its number, rising.
    pub number: i64,
    /// What it does.
    pub name: &'static str,
    /// The script; `{bytes}` stands for the engine's bytes type.
    pub sql: &'static str,
    /// What only PostgreSQL needs: row security.
    pub postgres: &'static str,
}

/// All of them, in order.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        name: "house",
        sql: include_str!("migrations/001_house.sql"),
        postgres: include_str!("migrations/001_house_postgres.sql"),
    },
    Migration {
        number: 2,
        name: "identity",
        sql: include_str!("migrations/002_identity.sql"),
        postgres: include_str!("migrations/002_identity_postgres.sql"),
    },
    Migration {
        number: 3,
        name: "network",
        sql: include_str!("migrations/003_network.sql"),
        postgres: "SELECT warmpath_protect_tables();",
    },
    Migration {
        number: 4,
        name: "profiles",
        sql: include_str!("migrations/004_profiles.sql"),
        postgres: "SELECT warmpath_protect_tables();",
    },
    Migration {
        number: 5,
        name: "introductions",
        sql: include_str!("migrations/005_introductions.sql"),
        postgres: include_str!("migrations/005_introductions_postgres.sql"),
    },
    Migration {
        number: 6,
        name: "reads",
        sql: include_str!("migrations/006_reads.sql"),
        postgres: "",
    },
    Migration {
        number: 7,
        name: "order",
        sql: include_str!("migrations/007_order.sql"),
        postgres: "",
    },
    Migration {
        number: 8,
        name: "lists",
        sql: include_str!("migrations/008_lists.sql"),
        postgres: "",
    },
    Migration {
        number: 9,
        name: "sweeps",
        sql: include_str!("migrations/009_sweeps.sql"),
        postgres: "SELECT warmpath_protect_tables();",
    },
    Migration {
        number: 10,
        name: "programme",
        sql: include_str!("migrations/010_programme.sql"),
        postgres: "SELECT warmpath_protect_tables();",
    },
];

/// The role under which the application works on PostgreSQL; it owns nothing.
pub const POSTGRES_APP_ROLE: &str = "warmpath_app";

/// Makes the application's role on PostgreSQL, if it is missing. Run by the owner, before the first
/// connection of the application.
pub const POSTGRES_ROLE: &str = include_str!("migrations/000_role_postgres.sql");

/// Brings the schema up to date, step by step; each step and its record are one script. Two nodes
/// that start at the same moment both end well: the slower finds the step done.
///
/// # Errors
/// When a step fails, or when the database is newer than this program.
pub async fn migrate(engine: &dyn Engine, at: Timestamp) -> Result<i64, StoreError> {
    if let Err(error) = engine.script(record_table(engine.dialect())).await {
        // Another node may have made it this very moment.
        version(engine).await.map_err(|_| error)?;
    }
    let done = version(engine).await?;
    let newest = MIGRATIONS.last().map_or(0, |m| m.number);
    if done > newest {
        return Err(StoreError::Statement(format!(
            "the database has schema {done}, this program knows up to {newest}; use a newer program"
        )));
    }
    for migration in MIGRATIONS.iter().filter(|m| m.number > done) {
        if let Err(error) = engine.script(&script(migration, engine.dialect(), at)).await
            && version(engine).await? < migration.number
        {
            return Err(error);
        }
    }
    Ok(newest)
}

/// The number of the last migration applied; 0 for an empty database.
///
/// # Errors
/// When the database cannot be read.
pub async fn version(engine: &dyn Engine) -> Result<i64, StoreError> {
    let sql = "SELECT COALESCE(MAX(number), 0) FROM schema_migration";
    let rows = engine.query(Statement::new(sql, values![])).await?;
    rows.into_iter().next().map_or(Ok(0), |row| Reader::new(row).take())
}

fn record_table(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => {
            "CREATE TABLE IF NOT EXISTS schema_migration \
             (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, at BIGINT NOT NULL);"
        }
        Dialect::Postgres => {
            "CREATE TABLE IF NOT EXISTS schema_migration \
             (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, at BIGINT NOT NULL); \
             GRANT SELECT ON schema_migration TO warmpath_app;"
        }
    }
}

fn script(migration: &Migration, dialect: Dialect, at: Timestamp) -> String {
    let bytes = match dialect {
        Dialect::Sqlite => "BLOB",
        Dialect::Postgres => "BYTEA",
    };
    let annex = match dialect {
        Dialect::Sqlite => "",
        Dialect::Postgres => migration.postgres,
    };
    format!(
        "BEGIN;\n{}\n{annex}\nINSERT INTO schema_migration (number, name, at) \
         VALUES ({}, '{}', {});\nCOMMIT;",
        migration.sql.replace("{bytes}", bytes),
        migration.number,
        migration.name,
        at.as_microsecond()
    )
}
