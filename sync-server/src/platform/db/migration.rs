//! Migrations: one text for both engines, with each engine's types filled in. Forward only.

use super::Engine;
use sqlx::{
    AssertSqlSafe, SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
};

/// Number, name and text of each, oldest first. What was released never changes: the database knows its checksum.
const MIGRATIONS: &[(i64, &str, &str)] = &[(1, "initial", include_str!("../../../../migrations/server/0001_initial.sql"))];

/// The migrations as an engine takes them.
pub(super) fn migrator(engine: Engine) -> Migrator {
    let migration = |(number, name, text): &(i64, &'static str, &str)| {
        Migration::new(*number, (*name).into(), MigrationType::Simple, AssertSqlSafe(filled(engine, text)).into_sql_str(), false)
    };
    Migrator::with_migrations(MIGRATIONS.iter().map(migration).collect())
}

/// A text with its words in braces filled in. A word that is none stays, and the database refuses the text.
fn filled(engine: Engine, text: &str) -> String {
    let mut parts = text.split('{');
    let mut sql = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let column = sql.split_whitespace().next_back().unwrap_or_default();
        let meant = part.split_once('}').and_then(|(word, rest)| Some((meaning(engine, word, column)?, rest)));
        match meant {
            Some((meant, rest)) => sql.extend([meant.as_str(), rest]),
            None => sql.extend(["{", part]),
        }
    }
    sql
}

/// What a word means for a column: its type, and on either engine the same bounds.
fn meaning(engine: Engine, word: &str, column: &str) -> Option<String> {
    let sqlite = engine == Engine::Sqlite;
    let (whole, bytes) = if sqlite { ("INTEGER", "BLOB") } else { ("BIGINT", "BYTEA") };
    let sized = |kind: &str, length: u8| format!("{kind} CHECK (length({column}) = {length})");
    Some(match word {
        "id" if sqlite => sized(bytes, 16),
        "id" => "UUID".to_owned(),
        "hash" | "key" => sized(bytes, 32),
        "signature" => sized(bytes, 64),
        "bytes" => bytes.to_owned(),
        "int" => whole.to_owned(),
        "bool" if sqlite => format!("{whole} CHECK ({column} IN (0, 1))"),
        "bool" => "BOOLEAN".to_owned(),
        "text" => "TEXT".to_owned(),
        // By bytes, not by the rules of a language: both engines page alike.
        "ordered" => if sqlite { "TEXT" } else { "TEXT COLLATE \"C\"" }.to_owned(),
        "currency" => sized("TEXT", 3),
        "counter" if sqlite => "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT".to_owned(),
        "counter" => "BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY".to_owned(),
        "table" => if sqlite { "STRICT" } else { "" }.to_owned(),
        // Few bytes a row, and read by their key.
        "keyed" => if sqlite { "STRICT, WITHOUT ROWID" } else { "" }.to_owned(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn one_text_becomes_each_engines_own() {
        let text = "CREATE TABLE t ( a {id} NOT NULL, b {bool}, c {colour} ) {keyed};";
        assert_eq!(filled(Engine::Postgres, text), "CREATE TABLE t ( a UUID NOT NULL, b BOOLEAN, c {colour} ) ;");
        assert_eq!(
            filled(Engine::Sqlite, text),
            "CREATE TABLE t ( a BLOB CHECK (length(a) = 16) NOT NULL, b INTEGER CHECK (b IN (0, 1)), c {colour} ) STRICT, WITHOUT ROWID;"
        );
    }

    #[test]
    fn every_file_of_the_folder_is_a_migration_in_its_order() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations/server");
        let files: BTreeSet<String> =
            std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        let known: BTreeSet<String> = MIGRATIONS.iter().map(|(number, name, _)| format!("{number:04}_{name}.sql")).collect();
        assert_eq!(files, known);
    }
}
