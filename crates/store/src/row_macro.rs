//! Makes a row type out of a list of columns: the struct, its insert, its guarded update, its
//! delete and its readers, so that a column is named once.

/// Defines a row type. The columns before the semicolon are the primary key, `workspace` first.
/// A type marked `versioned` carries `version`, which every save checks and raises.
#[macro_export]
macro_rules! row {
    (
        $(#[$meta:meta])*
        pub struct $name:ident in $table:literal {
            $($(#[$kdoc:meta])* $key:ident: $ktype:ty,)+;
            $($(#[$doc:meta])* $field:ident: $type:ty,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name {
            $($(#[$kdoc])* pub $key: $ktype,)+
            $($(#[$doc])* pub $field: $type,)*
        }

        impl $name {
            /// The table.
            pub const TABLE: &'static str = $table;
            /// The primary key.
            pub const KEY: &'static [&'static str] = &[$(stringify!($key),)+];
            /// The other columns.
            pub const FIELDS: &'static [&'static str] = &[$(stringify!($field),)*];

            /// All values, key first.
            pub fn values(&self) -> Vec<$crate::engine::Value> {
                vec![
                    $($crate::field::Field::to_value(&self.$key),)+
                    $($crate::field::Field::to_value(&self.$field),)*
                ]
            }

            /// A row from a select of all columns.
            ///
            /// # Errors
            /// When a column does not hold what it should.
            pub fn read(row: $crate::engine::Row) -> Result<Self, $crate::engine::StoreError> {
                let mut reader = $crate::field::Reader::new(row);
                Ok(Self {
                    $($key: reader.take()?,)+
                    $($field: reader.take()?,)*
                })
            }

            /// Inserts it; a row with the same key is a conflict.
            pub fn insert(&self) -> $crate::change::Write {
                static SQL: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
                    $crate::table::insert_sql($name::TABLE, $name::KEY, $name::FIELDS)
                });
                $crate::change::Write::one($table, SQL.as_str(), self.values())
            }

            /// Writes every column over the row with the same key, which must exist.
            pub fn save(&self) -> $crate::change::Write {
                static SQL: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
                    $crate::table::update_sql($name::TABLE, $name::KEY, $name::FIELDS)
                });
                $crate::change::Write::one($table, SQL.as_str(), self.values())
            }

            /// Inserts it, or writes over the row with the same key.
            pub fn put(&self) -> $crate::change::Write {
                static SQL: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
                    $crate::table::upsert_sql($name::TABLE, $name::KEY, $name::FIELDS)
                });
                $crate::change::Write::one($table, SQL.as_str(), self.values())
            }

            /// Deletes it, if it is there.
            pub fn delete(&self) -> $crate::change::Write {
                static SQL: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
                    $crate::table::delete_sql($name::TABLE, $name::KEY)
                });
                $crate::change::Write::any(
                    $table,
                    SQL.as_str(),
                    vec![$($crate::field::Field::to_value(&self.$key),)+],
                )
            }

            /// The row with this row's key.
            ///
            /// # Errors
            /// When the database cannot be read.
            pub(crate) async fn stored(
                &self,
                db: &dyn $crate::engine::Engine,
            ) -> Result<Option<Self>, $crate::engine::StoreError> {
                let tail = format!("WHERE {}", $crate::table::key_is(Self::KEY));
                Self::first(db, &tail, vec![$($crate::field::Field::to_value(&self.$key),)+]).await
            }

            /// Rows by the rest of a select: `WHERE … ORDER BY … LIMIT …`.
            ///
            /// # Errors
            /// When the database cannot be read.
            pub async fn select(
                db: &dyn $crate::engine::Engine,
                tail: &str,
                values: Vec<$crate::engine::Value>,
            ) -> Result<Vec<Self>, $crate::engine::StoreError> {
                let sql = $crate::table::select_sql(Self::TABLE, Self::KEY, Self::FIELDS, tail);
                let rows = db.query($crate::engine::Statement::new(sql, values)).await?;
                rows.into_iter().map(Self::read).collect()
            }

            /// Rows of all workspaces by the rest of a select: for the worker and the sign-in.
            ///
            /// # Errors
            /// When the database cannot be read.
            pub async fn select_across(
                db: &dyn $crate::engine::Engine,
                tail: &str,
                values: Vec<$crate::engine::Value>,
            ) -> Result<Vec<Self>, $crate::engine::StoreError> {
                let sql = $crate::table::select_sql(Self::TABLE, Self::KEY, Self::FIELDS, tail);
                let statement = $crate::engine::Statement::new(sql, values).across_workspaces();
                let rows = db.query(statement).await?;
                rows.into_iter().map(Self::read).collect()
            }

            /// A row made up for the conformance suite.
            pub(crate) fn sample(source: &mut $crate::conformance::Source) -> Self {
                let mut made = Self {
                    $($key: $crate::conformance::Sample::sample(source),)+
                    $($field: $crate::conformance::Sample::sample(source),)*
                };
                made.workspace = source.workspace();
                made
            }

            /// The first row by the rest of a select, if there is one.
            ///
            /// # Errors
            /// When the database cannot be read.
            pub async fn first(
                db: &dyn $crate::engine::Engine,
                tail: &str,
                values: Vec<$crate::engine::Value>,
            ) -> Result<Option<Self>, $crate::engine::StoreError> {
                Ok(Self::select(db, tail, values).await?.into_iter().next())
            }
        }
    };
}
