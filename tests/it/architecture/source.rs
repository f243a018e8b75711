//! The sources of the workspace, as text.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The sources of every crate of the workspace.
pub const CRATES: &[&str] = &[
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

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package stands in the workspace").to_owned()
}

/// A path as it is told: from `folder` on.
pub fn shown(path: &Path, folder: &Path) -> String {
    path.strip_prefix(folder).expect("it stands there").to_string_lossy().into_owned()
}

/// Every Rust file below `folder`.
pub fn sources(folder: &Path) -> Vec<PathBuf> {
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
pub fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a source file is text");
    text.split("#[cfg(test)]").next().unwrap_or_default().to_owned()
}

/// The texts in a piece of code, each with the line on which it begins. Comments and characters are none.
pub fn texts(code: &str) -> Vec<(usize, String)> {
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
