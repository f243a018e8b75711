//! That each table has one owner.

use super::{
    source::{code, root, shown, sources, texts},
    sql::is_sql,
};
use duka_ledger::table::Table;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// The tables that a migration makes.
fn tables(migrations: &Path) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(migrations).expect("migrations are readable").flatten().filter(|entry| entry.path().is_file()) {
        let text = fs::read_to_string(entry.path()).expect("a migration is text").to_lowercase();
        let made =
            text.lines().filter_map(|line| line.strip_prefix("create table ").or_else(|| line.strip_prefix("create virtual table ")));
        names.extend(made.filter_map(|rest| rest.split([' ', '(']).next().map(ToOwned::to_owned)));
    }
    names
}

/// The names of the types of rows that the ledger describes, each with its table.
fn described_rows() -> BTreeMap<String, String> {
    let mut rows = BTreeMap::new();
    for path in sources(&root().join("shared/ledger/src")) {
        for (line, table) in texts(&code(&path)).iter().filter(|(_, text)| Table::ALL.iter().any(|table| table.name == text)) {
            let text = fs::read_to_string(&path).expect("a source file is text");
            let declared = text.lines().nth(line - 1).and_then(|line| line.trim().split_once(" = "));
            rows.extend(declared.filter(|(row, _)| row.ends_with("Row")).map(|(row, _)| (row.to_owned(), table.clone())));
        }
    }
    assert_eq!(rows.len(), Table::ALL.len(), "{rows:?}");
    rows
}

/// Who reads or writes a table, wherever that stands. What follows from facts is written by its description, for the journal; that also asks what a
/// fact repeats.
#[test]
fn each_table_has_one_owner() {
    let (mut faults, rows) = (Vec::new(), described_rows());
    for (crate_root, migrations) in [("pos-app/engine/src", "migrations/pos"), ("sync-server/src", "migrations/server")] {
        let tables = tables(&root().join(migrations));
        assert!(tables.len() > 10, "{migrations} makes tables");
        let mut owners = BTreeMap::<String, BTreeSet<String>>::new();
        for path in sources(&root().join(crate_root)) {
            let shown = shown(&path, &root().join(crate_root));
            let noun = shown.split('/').next().unwrap_or_default().to_owned();
            let mut used = BTreeSet::new();
            for (_, text) in texts(&code(&path)) {
                let text = text.to_lowercase();
                let words: Vec<&str> = text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty()).collect();
                for pair in words.windows(2) {
                    let [verb, table] = pair else { continue };
                    let asks = noun == "journal" && ["from", "join"].contains(verb) && rows.values().any(|described| described == table);
                    if ["into", "update", "from", "join"].contains(verb) && tables.contains(*table) && is_sql(&text) && !asks {
                        used.insert((*table).to_owned());
                    }
                }
            }
            let code = code(&path);
            if ["tables::select", "tables::first"].iter().any(|read| code.contains(read)) {
                let names = code.split(|c: char| !c.is_alphanumeric());
                used.extend(names.filter_map(|name| rows.get(name).cloned()));
            }
            used.into_iter().for_each(|table| {
                owners.entry(table).or_default().insert(noun.clone());
            });
        }
        let more = owners.into_iter().filter(|(_, nouns)| nouns.len() > 1);
        faults.extend(more.map(|(table, nouns)| format!("{crate_root}: {table} is used by {nouns:?}")));
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
