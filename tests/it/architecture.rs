//! The walls of the workspace: which crate may use which, and where SQL may stand.

use duka_ledger::table::Table;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Crate, what of the workspace it may use, what of the outside it must never use.
const ALLOWED: &[(&str, &[&str], &[&str])] = &[
    ("duka-core", &[], &["tokio", "rusqlite", "sqlx", "automerge", "getrandom", "reqwest"]),
    ("duka-pricing", &["duka-core"], &["tokio", "rusqlite", "sqlx", "automerge", "getrandom", "reqwest"]),
    ("duka-ledger", &["duka-core"], &["tokio", "rusqlite", "sqlx", "automerge", "getrandom", "reqwest"]),
    ("duka-records", &["duka-core"], &["tokio", "rusqlite", "sqlx", "getrandom", "reqwest"]),
    ("duka-sync", &["duka-core", "duka-ledger"], &["tokio", "rusqlite", "sqlx", "automerge", "getrandom", "reqwest"]),
    ("duka-api", &["duka-core", "duka-pricing"], &["tokio", "rusqlite", "sqlx", "automerge", "duka-pos", "duka-server"]),
    (
        "duka-pos",
        &["duka-core", "duka-pricing", "duka-ledger", "duka-records", "duka-sync", "duka-api"],
        &["tauri", "leptos", "axum", "sqlx", "automerge", "reqwest"],
    ),
    ("duka-devices", &["duka-core", "duka-api"], &["tauri", "leptos", "axum", "sqlx", "rusqlite", "automerge"]),
    (
        "duka-link",
        &["duka-core", "duka-ledger", "duka-sync", "duka-api", "duka-pos", "duka-devices"],
        &["tauri", "leptos", "axum", "sqlx", "rusqlite", "automerge"],
    ),
    (
        "duka-till",
        &["duka-core", "duka-ledger", "duka-sync", "duka-api", "duka-pos", "duka-devices", "duka-link"],
        &["leptos", "axum", "sqlx", "rusqlite", "automerge"],
    ),
    (
        "duka-server",
        &["duka-core", "duka-pricing", "duka-ledger", "duka-records", "duka-sync", "duka-api"],
        &["tauri", "leptos", "rusqlite", "automerge"],
    ),
    ("duka-ui-kit", &["duka-core", "duka-pricing", "duka-api"], &["automerge", "rusqlite", "sqlx", "tokio", "tauri"]),
    ("duka-ui-till", &["duka-core", "duka-pricing", "duka-api", "duka-ui-kit"], &["automerge", "rusqlite", "sqlx", "tokio", "tauri"]),
    ("xtask", &[], &["tauri", "leptos", "axum", "sqlx", "rusqlite"]),
    (
        "duka-tests",
        &[
            "duka-core",
            "duka-pricing",
            "duka-ledger",
            "duka-records",
            "duka-sync",
            "duka-api",
            "duka-pos",
            "duka-devices",
            "duka-link",
            "duka-server",
        ],
        &["tauri", "leptos", "automerge"],
    ),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package stands in the workspace").to_owned()
}

#[test]
fn crates_use_only_what_the_table_of_arrows_allows() {
    let metadata =
        cargo_metadata::MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().expect("cargo metadata runs");
    let table: BTreeMap<_, _> = ALLOWED.iter().map(|(name, inside, never)| (*name, (*inside, *never))).collect();
    let mut faults = Vec::new();
    for package in &metadata.packages {
        let Some((inside, never)) = table.get(package.name.as_str()) else {
            faults.push(format!("{} is not in the table of arrows", package.name));
            continue;
        };
        for dependency in package.dependencies.iter().filter(|dependency| dependency.kind == cargo_metadata::DependencyKind::Normal) {
            let name = dependency.name.as_str();
            if name.starts_with("duka-") && !inside.contains(&name) || never.contains(&name) {
                faults.push(format!("{} must not use {name}", package.name));
            }
        }
    }
    let sources = metadata
        .packages
        .iter()
        .filter_map(|package| package.manifest_path.parent()?.join("src").strip_prefix(root()).ok().map(ToString::to_string));
    faults.extend(
        sources
            .filter(|source| !CRATES.contains(&source.as_str()))
            .map(|source| format!("{source} is not among the crates whose modules are looked at")),
    );
    let members: BTreeSet<&str> = metadata.packages.iter().map(|package| package.name.as_str()).collect();
    faults.extend(table.keys().filter(|name| !members.contains(*name)).map(|name| format!("the table names {name}, which is no crate")));
    assert!(faults.is_empty(), "{faults:#?}");
}

/// Every Rust file below `folder`.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a source folder is readable").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The code of a file: what stands before its tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a source file is text");
    text.split("#[cfg(test)]").next().unwrap_or_default().to_owned()
}

/// The texts in a piece of code, each with the line on which it begins. Comments and characters are none.
fn texts(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let (mut rest, mut line) = (code, 1);
    while let Some(first) = rest.chars().next() {
        let before = rest;
        let after = &rest[first.len_utf8()..];
        rest = match first {
            '/' if after.starts_with('/') => after.split_once('\n').map_or("", |(_, rest)| rest),
            'r' if after.starts_with("#\"") => {
                let (text, rest) = after[2..].split_once("\"#").unwrap_or((&after[2..], ""));
                found.push((line, text.to_owned()));
                rest
            }
            '"' => {
                let mut escaped = false;
                let end = after.find(|c| {
                    let ends = c == '"' && !escaped;
                    escaped = c == '\\' && !escaped;
                    ends
                });
                let end = end.unwrap_or(after.len());
                found.push((line, after[..end].to_owned()));
                after.get(end + 1..).unwrap_or("")
            }
            // A character, not a lifetime.
            '\'' if after.starts_with('\\') => after[2..].split_once('\'').map_or("", |(_, rest)| rest),
            '\'' if after.chars().nth(1) == Some('\'') => &after[after.char_indices().nth(2).map_or(after.len(), |(at, _)| at)..],
            _ => after,
        };
        line += before[..before.len() - rest.len()].matches('\n').count();
    }
    found
}

/// Whether a text is a statement, or a part of one.
fn is_sql(text: &str) -> bool {
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
            let shown = path.strip_prefix(root()).expect("below the root").to_string_lossy().into_owned();
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
        let shown = path.strip_prefix(root()).expect("below the root").to_string_lossy().into_owned();
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

/// The nouns of the business, spelled alike wherever they have a folder.
const NOUNS: &[&str] = &[
    "account",
    "basket",
    "company",
    "device",
    "enrolment",
    "import",
    "journal",
    "print",
    "product",
    "receipt",
    "record",
    "refund",
    "sale",
    "shift",
    "stock",
    "sync",
];

/// Where nouns have folders, and what else has one there: the layers around them.
const ROOMS: &[(&str, &[&str])] = &[
    ("shared/ledger/src", &["fold", "rule", "table"]),
    ("pos-app/engine/src", &["platform", "tables", "till", "writer"]),
    ("sync-server/src", &["platform"]),
    ("ui/till/src", &["app", "frame", "text"]),
];

#[test]
fn a_folder_is_a_noun_of_the_one_list_or_a_named_layer() {
    let mut faults = Vec::new();
    for (room, layers) in ROOMS {
        for entry in fs::read_dir(root().join(room)).expect("a source folder is readable").flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.path().is_dir() && !NOUNS.contains(&name.as_str()) && !layers.contains(&name.as_str()) {
                faults.push(format!("{room}/{name} is neither a noun of the list nor a layer"));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// The first name of every path that begins with `crate::` in a piece of code, grouped or not.
fn modules_used(code: &str) -> BTreeSet<String> {
    let ident = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut used = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        let Some(group) = rest.strip_prefix('{') else {
            used.insert(ident(rest));
            continue;
        };
        let (mut depth, mut at_start) = (1, true);
        let mut name = String::new();
        for c in group.chars() {
            match c {
                c if depth == 1 && at_start && (c.is_alphanumeric() || c == '_') => {
                    name.push(c);
                    continue;
                }
                '{' => depth += 1,
                '}' if depth == 1 => break,
                '}' => depth -= 1,
                _ => {}
            }
            if !name.is_empty() {
                used.insert(std::mem::take(&mut name));
                at_start = false;
            }
            at_start |= c == ',' && depth == 1;
        }
        used.extend(Some(name).filter(|name| !name.is_empty()));
    }
    used
}

/// Which top-level modules of a crate each of them uses. Tests do not count, nor what stands only at the crate's root.
fn modules(source: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let mut graph = BTreeMap::<String, BTreeSet<String>>::new();
    for path in sources(source) {
        let shown = path.strip_prefix(source).expect("below the crate").to_string_lossy().into_owned();
        if shown.ends_with("tests.rs") || ["lib.rs", "main.rs"].contains(&shown.as_str()) {
            continue;
        }
        let module = shown.split('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned();
        let text = fs::read_to_string(&path).expect("a source file is text");
        let code: String = text
            .split("#[cfg(test)]")
            .next()
            .unwrap_or_default()
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .map(|line| format!("{line}\n"))
            .collect();
        graph.entry(module.clone()).or_default().extend(modules_used(&code).into_iter().filter(|used| *used != module));
    }
    let known: BTreeSet<String> = graph.keys().cloned().collect();
    graph.values_mut().for_each(|used| used.retain(|name| known.contains(name)));
    graph
}

/// A way from a module back to itself.
fn circle(graph: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    fn walk(graph: &BTreeMap<String, BTreeSet<String>>, way: &mut Vec<String>, done: &mut BTreeSet<String>) -> Option<Vec<String>> {
        let here = way.last()?.clone();
        for next in graph.get(&here).into_iter().flatten() {
            if let Some(at) = way.iter().position(|name| name == next) {
                return Some(way.iter().skip(at).cloned().chain([next.clone()]).collect());
            }
            if !done.contains(next) {
                way.push(next.clone());
                if let Some(found) = walk(graph, way, done) {
                    return Some(found);
                }
                way.pop();
            }
        }
        done.insert(here);
        None
    }
    let mut done = BTreeSet::new();
    graph.keys().find_map(|start| walk(graph, &mut vec![start.clone()], &mut done))
}

/// The sources of every crate of the workspace.
const CRATES: &[&str] = &[
    "shared/core/src",
    "shared/pricing/src",
    "shared/ledger/src",
    "shared/records/src",
    "shared/sync/src",
    "shared/api/src",
    "pos-app/engine/src",
    "pos-app/devices/src",
    "pos-app/link/src",
    "pos-app/shell/src",
    "sync-server/src",
    "ui/kit/src",
    "ui/till/src",
    "installers/xtask/src",
    "tests/src",
];

#[test]
fn modules_form_no_circle() {
    let mut faults = Vec::new();
    for crate_root in CRATES {
        if let Some(way) = circle(&modules(&root().join(crate_root))) {
            faults.push(format!("{crate_root}: {}", way.join(" -> ")));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn a_circle_is_found_however_a_module_is_imported() {
    let used = |code: &str| modules_used(code).into_iter().collect::<Vec<_>>();
    assert_eq!(used("use crate::journal::{self, Place};"), ["journal"]);
    assert_eq!(used("use crate::{\n    journal::{self, store::X},\n    sale, shift as work,\n};"), ["journal", "sale", "shift"]);
    assert_eq!(used("let held = crate::receipt::load(db)?; crate::sale::x()"), ["receipt", "sale"]);
    let graph = |arrows: &[(&str, &str)]| {
        let mut graph = BTreeMap::<String, BTreeSet<String>>::new();
        for (from, to) in arrows {
            graph.entry((*from).to_owned()).or_default().insert((*to).to_owned());
        }
        graph
    };
    assert_eq!(circle(&graph(&[("a", "b"), ("b", "c"), ("a", "c")])), None);
    assert_eq!(circle(&graph(&[("a", "b"), ("b", "c"), ("c", "b")])), Some(vec!["b".into(), "c".into(), "b".into()]));
}

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
            let shown = path.strip_prefix(root().join(crate_root)).expect("below the crate").to_string_lossy().into_owned();
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

/// The layers of the till's engine, as its front page says, from the lowest; nouns that no layer names are one between `books` and `writer`.
const LAYERS: &[&[&str]] = &[
    &["platform"],
    &["journal", "tables"],
    &["enrolment", "record"],
    &["books", "identity"],
    &[],
    &["writer"],
    &["reader", "till"],
    &["engine"],
];

#[test]
fn the_layers_of_the_engine_look_one_way() {
    let graph = modules(&root().join("pos-app/engine/src"));
    let nouns = LAYERS.iter().position(|layer| layer.is_empty()).expect("the nouns have their place");
    let layer = |module: &str| LAYERS.iter().position(|layer| layer.contains(&module)).unwrap_or(nouns);
    let mut faults = Vec::new();
    for (module, used) in &graph {
        assert!(LAYERS.iter().any(|layer| layer.contains(&module.as_str())) || NOUNS.contains(&module.as_str()), "{module} has no layer");
        faults.extend(used.iter().filter(|used| layer(used) > layer(module)).map(|used| format!("{module} -> {used}")));
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// A noun calls another noun's public face, never its store.
#[test]
fn no_noun_reaches_into_the_store_of_another() {
    let mut faults = Vec::new();
    for crate_root in ["pos-app/engine/src", "sync-server/src"] {
        for path in sources(&root().join(crate_root)) {
            let shown = path.strip_prefix(root().join(crate_root)).expect("below the crate").to_string_lossy().into_owned();
            let own = shown.split('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned();
            let text = fs::read_to_string(&path).expect("a source file is text");
            for noun in NOUNS.iter().filter(|noun| **noun != own) {
                // As a path of its own, and as a part of a group.
                for into in [format!("crate::{noun}::store"), format!("    {noun}::store"), format!("    {noun}::{{store")] {
                    if text.contains(&into) {
                        faults.push(format!("{shown}: {into}"));
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "a store is used from outside its noun:\n{}", faults.join("\n"));
}

/// What the simulation breaks on purpose is in the simulation's own build alone: no dependency and no other feature asks for it, and with it
/// a release, which has no debug assertions, does not compile.
#[test]
fn no_build_but_a_simulation_has_planted_bugs() {
    let metadata =
        cargo_metadata::MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().expect("cargo metadata runs");
    let mut asking = Vec::new();
    for package in &metadata.packages {
        let features = package.features.iter().filter(|(_, asks)| asks.iter().any(|asked| asked.contains("planted")));
        asking.extend(features.map(|(feature, _)| format!("{}/{feature}", package.name)));
        let dependencies = package.dependencies.iter().filter(|dependency| dependency.features.iter().any(|asked| asked == "planted"));
        asking.extend(dependencies.map(|dependency| format!("{} of {}", package.name, dependency.name)));
    }
    assert_eq!(asking, ["duka-tests/planted"]);
    let guard = fs::read_to_string(root().join("shared/core/src/planted.rs")).expect("a source file is text");
    assert!(guard.contains("#[cfg(all(feature = \"planted\", not(debug_assertions)))]\ncompile_error!"), "the guard stands");
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("a manifest is text");
    let release = manifest.split("[profile.release]").nth(1).and_then(|rest| rest.split("\n[").next()).expect("a release has a profile");
    assert!(!release.contains("debug-assertions"), "a release has no debug assertions");
}
