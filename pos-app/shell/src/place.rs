//! Where a till keeps its files.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The data folder and the names in it.
#[derive(Clone, Debug)]
pub struct Place(PathBuf);

impl Place {
    /// Makes the folder `data`, or this user's own when there is none.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn prepare(data: Option<&Path>) -> io::Result<Self> {
        let none = || io::Error::new(io::ErrorKind::NotFound, "this computer has no folder for application data: start with --data DIR");
        let folder = match data {
            Some(data) => data.to_owned(),
            None => dirs::data_dir().ok_or_else(none)?.join("org.duka.till"),
        };
        duka_pos::make_folder(&folder)?;
        Ok(Self(fs::canonicalize(folder)?))
    }

    /// The till's database.
    pub fn database(&self) -> PathBuf {
        self.0.join("till.sqlite")
    }

    /// Keys, where this computer has no key store.
    pub fn keys(&self) -> PathBuf {
        self.0.join("keys")
    }

    /// The log files.
    pub fn logs(&self) -> PathBuf {
        self.0.join("logs")
    }

    pub(crate) fn window_state(&self) -> PathBuf {
        self.0.join("window.json")
    }

    pub(crate) fn webview(&self) -> PathBuf {
        self.0.join("webview")
    }

    /// The newest database that was kept because it could not be read, while there is no other: whoever closed the window before choosing a
    /// restore is asked again instead of finding an empty till (I10).
    pub fn kept(&self) -> io::Result<Option<PathBuf>> {
        let database = self.database();
        if database.exists() || duka_pos::is_mended(&database)? {
            return Ok(None);
        }
        let mut newest = None;
        for entry in fs::read_dir(&self.0)? {
            let path = entry?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let is_kept = name.starts_with("till.sqlite.corrupt-")
                && !name.ends_with("-wal")
                && !name.ends_with("-shm")
                && !name.ends_with(".sales.jsonl")
                && !name.ends_with(".damaged");
            if is_kept && newest.as_ref() < Some(&path) {
                newest = Some(path);
            }
        }
        Ok(newest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_database_is_found_again_until_there_is_a_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::prepare(Some(folder.path())).unwrap();
        assert_eq!(place.kept().unwrap(), None);
        for name in ["corrupt-1", "corrupt-2", "corrupt-2-wal", "corrupt-2.damaged", "corrupt-2.sales.jsonl"] {
            fs::write(folder.path().join(format!("till.sqlite.{name}")), "").unwrap();
        }
        assert_eq!(place.kept().unwrap().unwrap().file_name().unwrap(), "till.sqlite.corrupt-2");
        fs::write(place.database(), "").unwrap();
        assert_eq!(place.kept().unwrap(), None);
    }

    #[test]
    fn the_data_folder_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::prepare(Some(&folder.path().join("a/b"))).unwrap();
        assert!(place.database().parent().unwrap().is_dir());
    }
}
