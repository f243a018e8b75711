//! Statements whose length depends on how many rows or keys there are.
//!
//! SQLite keeps each numbered placeholder (`$1`, `?1`) as a name that the driver looks up one by one for every value, which is quadratic in
//! a wide insert. So what is made here has anonymous ones (`?`) there; statements written out keep their few `$1`.

use super::Engine;
use std::fmt::Write;

/// An insert of many rows: the table, its columns and what follows the values.
///
/// A balance is added to by `ON CONFLICT (…) DO UPDATE SET balance = account.balance + excluded.balance`.
#[derive(Clone, Copy, Debug)]
pub struct Insert<'t> {
    /// The table.
    pub into: &'t str,
    /// The columns that get values.
    pub columns: &'t [&'t str],
    /// `ON CONFLICT …`, or nothing.
    pub tail: &'t str,
}

/// The text of an insert of some rows.
pub(super) fn insert(engine: Engine, insert: Insert<'_>, rows: usize) -> String {
    let Insert { into, columns, tail } = insert;
    let mut text = format!("INSERT INTO {into} ({}) VALUES ", columns.join(", "));
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ",(" });
        placeholders(engine, &mut text, row * columns.len() + 1, columns.len());
        text.push(')');
    }
    text.push(' ');
    text.push_str(tail);
    text
}

/// What stands before a list of keys, and which of the fixed values its placeholders take, in order.
pub(super) struct Head {
    text: String,
    pub(super) order: Vec<usize>,
}

/// A written text with its `$1` to `$fixed` as the engine takes them; it may use one of them more than once.
pub(super) fn head(engine: Engine, sql: &str, fixed: usize) -> Head {
    if engine == Engine::Postgres {
        return Head { text: sql.to_owned(), order: (0..fixed).collect() };
    }
    let mut parts = sql.split('$');
    let mut head = Head { text: parts.next().unwrap_or_default().to_owned(), order: Vec::new() };
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
        let number = part.strip_suffix(rest).and_then(|digits| digits.parse::<usize>().ok()).unwrap_or_default();
        head.order.push(number.saturating_sub(1));
        head.text.push('?');
        head.text.push_str(rest);
    }
    head
}

/// A text that ends in a list of keys.
pub(super) fn list(engine: Engine, head: &Head, keys: usize) -> String {
    let mut text = format!("{} (", head.text);
    placeholders(engine, &mut text, head.order.len() + 1, keys);
    text.push(')');
    text
}

fn placeholders(engine: Engine, text: &mut String, first: usize, count: usize) {
    for number in first..first + count {
        if number > first {
            text.push(',');
        }
        match engine {
            Engine::Sqlite => text.push('?'),
            // Writing into a String cannot fail.
            Engine::Postgres => drop(write!(text, "${number}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_insert_on_sqlite_names_none_of_its_placeholders() {
        let rows = Insert { into: "t", columns: &["a", "b"], tail: "ON CONFLICT DO NOTHING" };
        assert_eq!(insert(Engine::Postgres, rows, 2), "INSERT INTO t (a, b) VALUES ($1,$2),($3,$4) ON CONFLICT DO NOTHING");
        assert_eq!(insert(Engine::Sqlite, rows, 2), "INSERT INTO t (a, b) VALUES (?,?),(?,?) ON CONFLICT DO NOTHING");
    }

    #[test]
    fn a_list_goes_on_where_the_fixed_values_end() {
        let sql = "SELECT a FROM t WHERE b = $1 AND (c = $2 OR d = $1) AND a IN";
        let text = |engine| {
            let head = head(engine, sql, 2);
            (list(engine, &head, 2), head.order)
        };
        assert_eq!(text(Engine::Postgres), ("SELECT a FROM t WHERE b = $1 AND (c = $2 OR d = $1) AND a IN ($3,$4)".to_owned(), vec![0, 1]));
        assert_eq!(text(Engine::Sqlite), ("SELECT a FROM t WHERE b = ? AND (c = ? OR d = ?) AND a IN (?,?)".to_owned(), vec![0, 1, 0]));
    }
}
