//! Folders that still list what they hold after a power cut: syncing a file keeps its content, and its name only where its folder is synced too.

use std::{
    fs,
    io::{self, ErrorKind},
    path::Path,
};

/// Makes a folder, and those above it that are missing, so that it is there after a power cut.
pub fn make_folder(path: &Path) -> io::Result<()> {
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(());
    }
    let above = path.parent().unwrap_or(Path::new(""));
    make_folder(above)?;
    match fs::create_dir(path) {
        Err(fault) if fault.kind() == ErrorKind::AlreadyExists => {}
        made => made?,
    }
    keep_names(above)
}

/// Makes what was made, renamed or removed in a folder outlive a power cut.
pub fn keep_names(folder: &Path) -> io::Result<()> {
    // Elsewhere a folder cannot be opened to be synced, and the file system does by itself what it does.
    if cfg!(unix) {
        let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        match fs::File::open(here).and_then(|folder| folder.sync_all()) {
            // A file system that cannot, such as some over a network.
            Err(fault) if matches!(fault.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => {}
            synced => synced?,
        }
    }
    Ok(())
}
