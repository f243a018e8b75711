//! Where SQL may stand, and what may write.

use super::source::{code, root, shown, sources, texts};

/// Whether a text is a statement, or a part of one.
pub fn is_sql(text: &str) -> bool {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let begins = ["select ", "insert into ", "insert or ", "delete from ", "create table ", "order by ", "limit ?", "limit $"];
    let compares = [" = ", " <", " >", " in (", " is null", " is not null", " like ", " match "].iter().any(|sign| text.contains(sign));
    begins.iter().any(|word| text.starts_with(word))
        || text.starts_with("update ") && text.contains(" set ")
        || (text.starts_with("where ") || text.contains(" where ")) && compares
        || text.contains(" order by ") && (compares || text.contains(" limit "))
}

#[test]
fn sql_is_told_from_words() {
    let code =
        "// \"select 1\"\nlet c = '\"'; let d = '\\''; fn f<'a>() { q(\"where a = ?1\"); r(\"x\\\"y\") }\nlet s = r#\"select \"a\"\"#;";
    assert_eq!(texts(code), [(2, "where a = ?1".to_owned()), (2, "x\\\"y".to_owned()), (3, "select \"a\"".to_owned())]);
    for sql in ["select 1", "  SELECT a\n FROM b", "where a = ?1", "order by n", "update t set a = 1", "insert or ignore into t values (1)"]
    {
        assert!(is_sql(sql), "{sql}");
    }
    for words in ["update this version of Duka", "Where the money is", "a list where each has one owner"] {
        assert!(!is_sql(words), "{words}");
    }
}

/// SQL stands in stores (`store.rs`, `store/`), where tables are written from their descriptions (`tables`, `platform/table`), and where a database is
/// opened and mended (`platform`); nowhere else, not even a condition.
#[test]
fn sql_stands_only_in_stores() {
    let mut faults = Vec::new();
    for crate_root in ["pos-app/engine/src", "sync-server/src"] {
        for path in sources(&root().join(crate_root)) {
            let shown = shown(&path, &root());
            if ["/store", "/platform/", "/testing"].iter().any(|allowed| shown.contains(allowed)) {
                continue;
            }
            let found = texts(&code(&path)).into_iter().filter(|(_, text)| is_sql(text));
            faults.extend(found.map(|(line, text)| format!("{shown}:{line}: {text}")));
        }
    }
    assert!(faults.is_empty(), "SQL outside a store:\n{}", faults.join("\n"));
}

/// Only what is called `tx` is written through: the writer begins it, and functions that take it say so in their names. What reads is called `db`.
#[test]
fn what_only_looks_at_a_tills_database_does_not_write_to_it() {
    let mut faults = Vec::new();
    for path in sources(&root().join("pos-app/engine/src")) {
        let shown = shown(&path, &root());
        if shown.contains("/platform/") {
            continue;
        }
        for statement in code(&path).split(';') {
            let flat: String = statement.split_whitespace().collect();
            let writes =
                [".execute(", ".execute_batch(", ".execute_named("].iter().any(|call| flat.contains(call)) && !flat.contains("tx.");
            let through_reading = ["_in_tx(db", "_in_tx(books.db", "_in_tx(self.writer.reading()", "_in_tx(self.reading()"];
            if (writes && (flat.contains("db.") || flat.contains("reading()."))) || through_reading.iter().any(|call| flat.contains(call)) {
                faults.push(format!("{shown}: {}", statement.trim()));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
