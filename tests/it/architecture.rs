//! The walls of the workspace: which crate may use which, and where SQL may stand.

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

/// SQL stands in stores (`store.rs`, `store/`), in the projections of a noun and in `platform`; nowhere else.
#[test]
fn sql_stands_only_in_stores() {
    let mut faults = Vec::new();
    for crate_root in ["pos-app/engine/src", "sync-server/src"] {
        for path in sources(&root().join(crate_root)) {
            let shown = path.strip_prefix(root()).expect("below the root").to_string_lossy().into_owned();
            if ["/store", "/platform/", "/testing"].iter().any(|allowed| shown.contains(allowed)) {
                continue;
            }
            let text = fs::read_to_string(&path).expect("a source file is text");
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for (number, line) in code.lines().enumerate() {
                let line = line.trim_start();
                let sql = ["\"select ", "\"insert into ", "\"update ", "\"delete from ", "\"create table "]
                    .iter()
                    .any(|word| line.to_lowercase().contains(word));
                if sql && !line.starts_with("//") {
                    faults.push(format!("{shown}:{}: {line}", number + 1));
                }
            }
        }
    }
    assert!(faults.is_empty(), "SQL outside a store:\n{}", faults.join("\n"));
}

/// A noun calls another noun's public face, never its store.
#[test]
fn no_noun_reaches_into_the_store_of_another() {
    let mut faults = Vec::new();
    for crate_root in ["pos-app/engine/src", "sync-server/src"] {
        for path in sources(&root().join(crate_root)) {
            let shown = path.strip_prefix(root().join(crate_root)).expect("below the crate").to_string_lossy().into_owned();
            let own = shown.split('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned();
            for (number, line) in fs::read_to_string(&path).expect("a source file is text").lines().enumerate() {
                let Some(rest) = line.split("crate::").nth(1) else { continue };
                let mut parts = rest.split("::");
                let (noun, next) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
                let into_store = next.starts_with("store");
                if into_store && noun != own && noun != "platform" {
                    faults.push(format!("{shown}:{}: {}", number + 1, line.trim()));
                }
            }
        }
    }
    assert!(faults.is_empty(), "a store is used from outside its noun:\n{}", faults.join("\n"));
}
