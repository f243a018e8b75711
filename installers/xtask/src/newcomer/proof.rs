//! What a command of the README leaves when it did what it promises.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

/// The files of a folder, by name and size.
type Files = Vec<(String, u64)>;

/// Looks at what a command said and left; tells what was found, or what is missing.
pub fn of(command: &str, said: &str, files: impl Fn(&Path) -> Result<Files>) -> Result<String> {
    match command.split_whitespace().nth(2) {
        Some("demo") => demo(said, files),
        Some("test") => tests(said),
        _ => bail!("what `{command}` should leave is not known: tell it in {}", file!()),
    }
}

/// Pictures, and as many receipts as it says, each as text and as picture.
fn demo(said: &str, files: impl Fn(&Path) -> Result<Files>) -> Result<String> {
    let (receipts, receipt_folder) = said
        .lines()
        .find_map(|line| line.split_once(" receipts in "))
        .and_then(|(count, folder)| Some((count.trim().parse::<usize>().ok()?, folder.trim())))
        .context("the demo does not say where its receipts are")?;
    let picture_folder =
        said.lines().find_map(|line| line.strip_prefix("pictures in ")).context("the demo does not say where its pictures are")?;
    ensure!(receipts > 0, "the demo printed no receipt");
    let filled = |folder: &str, extension: &str| -> Result<usize> {
        let found = files(Path::new(folder)).with_context(|| format!("reading {folder}"))?;
        let empty = found.iter().find(|(_, size)| *size == 0);
        ensure!(empty.is_none(), "{folder} has an empty file: {empty:?}");
        Ok(found.iter().filter(|(name, _)| Path::new(name).extension().is_some_and(|it| it == extension)).count())
    };
    let (texts, images) = (filled(receipt_folder, "txt")?, filled(receipt_folder, "png")?);
    ensure!((texts, images) == (receipts, receipts), "{receipts} receipts are promised, {texts} texts and {images} pictures are there");
    let pictures = filled(picture_folder.trim(), "png")?;
    ensure!(pictures > 0, "there are no pictures of the window");
    Ok(format!("{receipts} receipts and {pictures} pictures"))
}

/// A closing line of each test program, none with a failure.
fn tests(said: &str) -> Result<String> {
    let mut passed = 0_u64;
    for line in said.lines().filter_map(|line| line.trim().strip_prefix("test result: ")) {
        let counts = line.strip_prefix("ok. ").with_context(|| format!("tests failed: {line}"))?;
        let count = counts.split_once(" passed").and_then(|(count, _)| count.parse::<u64>().ok());
        passed += count.with_context(|| format!("a closing line that is not understood: {line}"))?;
    }
    ensure!(passed > 0, "no test ran");
    Ok(format!("{passed} tests passed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: &str = "08:00  both tills open their shifts\n2 receipts in /d/receipts\npictures in /d/pictures\n";

    /// A demo's folders with these receipts.
    fn folders(receipts: &'static [(&'static str, u64)]) -> impl Fn(&Path) -> Result<Files> {
        move |folder| {
            let files = if folder.ends_with("receipts") { receipts } else { &[("01-ready.png", 9)] };
            Ok(files.iter().map(|(name, size)| ((*name).to_owned(), *size)).collect())
        }
    }

    #[test]
    fn a_demo_is_believed_when_its_pictures_and_all_its_receipts_are_there() {
        let all = folders(&[("1.txt", 1), ("1.png", 1), ("2.txt", 1), ("2.png", 1)]);
        assert_eq!(of("cargo xtask demo", DAY, all).unwrap(), "2 receipts and 1 pictures");
        let one_lost = folders(&[("1.txt", 1), ("1.png", 1), ("2.txt", 1)]);
        assert!(of("cargo xtask demo", DAY, one_lost).unwrap_err().to_string().contains("2 texts and 1 pictures"));
        let one_empty = folders(&[("1.txt", 1), ("1.png", 1), ("2.txt", 0), ("2.png", 1)]);
        assert!(of("cargo xtask demo", DAY, one_empty).unwrap_err().to_string().contains("empty"));
        assert!(of("cargo xtask demo", "08:00  a day\n", folders(&[])).is_err());
    }

    #[test]
    fn tests_are_believed_when_every_closing_line_is_without_failure() {
        let files = |_: &Path| Ok(vec![]);
        let closing = "test result: ok. 3 passed; 0 failed; 0 ignored\n\ntest result: ok. 4 passed; 0 failed; 1 ignored\n";
        assert_eq!(of("cargo xtask test", closing, files).unwrap(), "7 tests passed");
        assert!(of("cargo xtask test", "test result: FAILED. 3 passed; 1 failed\n", files).is_err());
        assert!(of("cargo xtask test", "error: could not compile\n", files).is_err());
        assert!(of("cargo xtask test", "test result: ok. 0 passed; 0 failed\n", files).is_err());
    }

    #[test]
    fn a_command_whose_result_nobody_knows_is_not_believed() {
        assert!(of("cargo xtask sing", "la", |_| Ok(vec![])).is_err());
    }
}
