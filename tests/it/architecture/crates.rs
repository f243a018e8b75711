//! Which crate may use which.

use super::source::{CRATES, root};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
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
    ("duka-server", &["duka-core", "duka-ledger", "duka-records", "duka-sync", "duka-api"], &["tauri", "leptos", "rusqlite", "automerge"]),
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

fn metadata() -> Metadata {
    MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().expect("cargo metadata runs")
}

#[test]
fn crates_use_only_what_the_table_of_arrows_allows() {
    let metadata = metadata();
    let table: BTreeMap<_, _> = ALLOWED.iter().map(|(name, inside, never)| (*name, (*inside, *never))).collect();
    let mut faults = Vec::new();
    for package in &metadata.packages {
        let Some((inside, never)) = table.get(package.name.as_str()) else {
            faults.push(format!("{} is not in the table of arrows", package.name));
            continue;
        };
        for dependency in package.dependencies.iter().filter(|dependency| dependency.kind == DependencyKind::Normal) {
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

/// What the simulation breaks on purpose is in the simulation's own build alone: no dependency and no other feature asks for it, and with it
/// a release, which has no debug assertions, does not compile.
#[test]
fn no_build_but_a_simulation_has_planted_bugs() {
    let metadata = metadata();
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
