//! What SQLite is told of how much stands in its tables: always the same, so that it goes the same way to the same rows everywhere.
//!
//! It plans by a table's statistics, and without any takes "the rows of a company" for few, whatever else a statement names. Told here: there are
//! many companies, and any of them may have all there is of what grows with its trade. PostgreSQL gathers its own.

use super::DbError;
use sqlx::SqlitePool;

/// Rows of any table.
const ROWS: u64 = 1_000_000;
/// Of these a company has a thousand; of the others, all.
const FEW: &[&str] =
    &["company", "shop", "register", "log", "device", "device_standing", "enrolment", "enrolment_code", "server", "seal", "account"];

/// Each column of each index, in the index's order.
const INDEXES: &str = "SELECT t.name, CASE WHEN t.wr AND i.origin = 'pk' THEN t.name ELSE i.name END, i.\"unique\", COALESCE(c.name, '') \
    FROM pragma_table_list AS t JOIN pragma_index_list(t.name) AS i JOIN pragma_index_xinfo(i.name) AS c \
    WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND c.key = 1 ORDER BY t.name, i.name, c.seqno";

/// An index, with the rows that are left when its first columns are known: of none, one, two …
struct Index {
    table: String,
    name: String,
    unique: bool,
    left: Vec<u64>,
}

impl Index {
    fn column(&mut self, column: &str) {
        let of_company = if FEW.contains(&self.table.as_str()) { 1_000 } else { ROWS };
        let left = match column {
            "company" => of_company,
            "shop" | "scope" => of_company / 10,
            "device" | "log" | "register" | "writer" => of_company / 100,
            "record" | "product" | "receipt" => 4,
            _ => 100,
        };
        self.left.push(self.left.last().map_or(left, |before| left.min(*before)));
    }

    fn row(mut self) -> (String, String, String) {
        if self.unique
            && let Some(last) = self.left.last_mut()
        {
            *last = 1;
        }
        let numbers: Vec<String> = self.left.iter().map(u64::to_string).collect();
        (self.table, self.name, numbers.join(" "))
    }
}

/// Writes the statistics, unless they are there. Connections that are opened later go by them.
pub(super) async fn tell(write: &SqlitePool) -> Result<(), DbError> {
    let mut indexes: Vec<Index> = Vec::new();
    for (table, name, unique, column) in sqlx::query_as::<_, (String, String, bool, String)>(INDEXES).fetch_all(write).await? {
        if indexes.last().is_none_or(|index| index.name != name) {
            indexes.push(Index { table, name, unique, left: vec![ROWS] });
        }
        if let Some(index) = indexes.last_mut() {
            index.column(&column);
        }
    }
    let told: Vec<(String, String, String)> = indexes.into_iter().map(Index::row).collect();
    // Makes the table of statistics, and reads none.
    sqlx::query("ANALYZE sqlite_schema").execute(write).await?;
    let known: Vec<(String, String, String)> =
        sqlx::query_as("SELECT tbl, idx, stat FROM sqlite_stat1 ORDER BY tbl, idx").fetch_all(write).await?;
    if known == told {
        return Ok(());
    }
    let mut tx = write.begin().await?;
    sqlx::query("DELETE FROM sqlite_stat1").execute(&mut *tx).await?;
    for (table, index, stat) in told {
        sqlx::query("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)")
            .bind(table)
            .bind(index)
            .bind(stat)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    sqlx::query("ANALYZE sqlite_schema").execute(write).await?;
    Ok(())
}
