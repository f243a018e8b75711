//! The screens: Leptos programs compiled to wasm, with their page and styles, in `target/ui/<face>`.
//!
//! Always in the workspace's own `target`, whatever `CARGO_TARGET_DIR` says: `tauri.conf.json` names the folder by a
//! path relative to itself. Files whose content did not change are not written again, since the till program embeds the
//! folder and would be compiled again for nothing.

use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::run::{build as cargo_build, root, step};

/// The programs of `ui/`, by folder; the package is `duka-ui-<folder>`.
const FACES: [&str; 1] = ["till"];

/// The programs' own profile, so that what both run at compile time is compiled once; but line tables would treble the file.
pub const DEV: [&str; 2] = ["--config", "profile.dev.debug=false"];

/// How the screens are compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Small and fast, with the profile `wasm`, as they are shipped and measured.
    Release,
    /// Quickly compiled, as they are tested, shown and worked on.
    Dev,
}

/// Builds every face's screens.
pub fn build(mode: Mode) -> Result<()> {
    FACES.iter().try_for_each(|face| step(&format!("building the screens of the {face}"), || build_face(face, mode)))
}

fn build_face(face: &str, mode: Mode) -> Result<()> {
    let package = format!("duka-ui-{face}");
    let profile: &[&str] = match mode {
        Mode::Release => &["--profile", "wasm"],
        Mode::Dev => &DEV,
    };
    let args = [profile, &["--target", "wasm32-unknown-unknown", "-p", &package]].concat();
    let wasm = cargo_build(&args)?.wasm(&package)?;

    let stage = root().join("target/ui").join(format!(".{face}"));
    empty(&stage)?;
    Bindgen::new().input_path(&wasm).out_name(&package).web(true)?.typescript(false).generate(&stage)?;
    stage_sources(&root().join("ui"), face, &stage)?;
    let changed = mirror(&stage, &root().join("target/ui").join(face))?;
    fs::remove_dir_all(&stage)?;
    if changed > 0 {
        eprintln!("» target/ui/{face}: {changed} files changed");
    }
    Ok(())
}

/// Copies a face's page and scripts, styles and fonts beside its program.
fn stage_sources(ui: &Path, face: &str, stage: &Path) -> Result<()> {
    let folder = ui.join(face);
    ensure!(folder.join("index.html").is_file(), "ui/{face}/index.html is missing: it is the page that loads the screens");
    // Only those at the top: below are the program's sources and the style sheets.
    for name in files(&folder)?.iter().filter(|it| it.components().count() == 1 && has_extension(it, &["html", "js"])) {
        fs::copy(folder.join(name), stage.join(name))?;
    }
    fs::write(stage.join("kit.css"), styles(&ui.join("kit/css"))?)?;
    fs::write(stage.join(format!("{face}.css")), styles(&ui.join(face).join("css"))?)?;
    let fonts = ui.join("kit/fonts");
    for font in files(&fonts)? {
        let to = stage.join("fonts").join(&font);
        fs::create_dir_all(to.parent().unwrap_or(stage))?;
        fs::copy(fonts.join(&font), to)?;
    }
    Ok(())
}

/// All style sheets of a folder as one, in the order of their names.
fn styles(folder: &Path) -> Result<String> {
    let mut all = String::new();
    for name in files(folder)?.iter().filter(|it| has_extension(it, &["css"])) {
        let path = folder.join(name);
        all += &fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        all.push('\n');
    }
    Ok(all)
}

fn has_extension(file: &Path, wanted: &[&str]) -> bool {
    file.extension().and_then(OsStr::to_str).is_some_and(|it| wanted.contains(&it))
}

/// Makes `to` hold exactly the files of `from`; returns how many it wrote or removed.
fn mirror(from: &Path, to: &Path) -> Result<usize> {
    let wanted = files(from)?;
    let mut changed = 0;
    for name in &wanted {
        let (content, target) = (fs::read(from.join(name))?, to.join(name));
        if fs::read(&target).is_ok_and(|it| it == content) {
            continue;
        }
        fs::create_dir_all(target.parent().unwrap_or(to))?;
        fs::write(&target, content).with_context(|| format!("writing {}", target.display()))?;
        changed += 1;
    }
    for name in files(to)?.iter().filter(|it| !wanted.contains(it)) {
        fs::remove_file(to.join(name))?;
        changed += 1;
    }
    Ok(changed)
}

/// The files under a folder, by path relative to it, sorted; none if there is no such folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(below) = open.pop() {
        let entries = match fs::read_dir(folder.join(&below)) {
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            entries => entries.with_context(|| format!("reading {}", folder.join(&below).display()))?,
        };
        for entry in entries {
            let entry = entry?;
            let name = below.join(entry.file_name());
            if entry.file_type()?.is_dir() { open.push(name) } else { found.push(name) }
        }
    }
    found.sort();
    Ok(found)
}

fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    ensure!(folder.is_dir(), "{} cannot be made", folder.display());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, files: &[(&str, &str)]) {
        for (name, text) in files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    #[test]
    fn only_changed_files_are_written_and_vanished_ones_are_removed() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        write(from.path(), &[("index.html", "page"), ("fonts/a.woff2", "a"), ("new.js", "js")]);
        write(to.path(), &[("index.html", "page"), ("fonts/a.woff2", "old"), ("snippets/gone.js", "x")]);
        let untouched = fs::metadata(to.path().join("index.html")).unwrap().modified().unwrap();

        assert_eq!(mirror(from.path(), to.path()).unwrap(), 3);
        assert_eq!(files(to.path()).unwrap(), files(from.path()).unwrap());
        assert_eq!(fs::read_to_string(to.path().join("fonts/a.woff2")).unwrap(), "a");
        assert_eq!(fs::metadata(to.path().join("index.html")).unwrap().modified().unwrap(), untouched);
        assert_eq!(mirror(from.path(), to.path()).unwrap(), 0);
    }

    #[test]
    fn page_scripts_and_fonts_are_copied_and_style_sheets_joined_in_the_order_of_their_names() {
        let ui = tempfile::tempdir().unwrap();
        write(ui.path(), &[("kit/css/20-button.css", "b"), ("kit/css/10-tokens.css", "a"), ("kit/css/notes.md", "no")]);
        write(
            ui.path(),
            &[("till/index.html", "page"), ("till/boot.js", "boot"), ("till/src/x.js", "no"), ("kit/fonts/inter.woff2", "font")],
        );
        let stage = tempfile::tempdir().unwrap();

        stage_sources(ui.path(), "till", stage.path()).unwrap();
        let expected = ["boot.js", "fonts/inter.woff2", "index.html", "kit.css", "till.css"];
        assert_eq!(files(stage.path()).unwrap(), expected.map(PathBuf::from));
        assert_eq!(fs::read_to_string(stage.path().join("kit.css")).unwrap(), "a\nb\n");
    }

    #[test]
    fn a_missing_page_is_named() {
        let (ui, stage) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let error = stage_sources(ui.path(), "till", stage.path()).unwrap_err();
        assert!(error.to_string().contains("index.html"), "{error}");
    }
}
