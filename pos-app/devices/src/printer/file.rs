use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use super::{Printed, PrinterError};

/// Adds a job to the end of a printer file and returns when it is on the disk.
pub(super) fn append(path: &Path, job: &[u8]) -> Result<Printed, PrinterError> {
    write(path, job).map_err(|reason| PrinterError::File { path: path.to_owned(), reason })?;
    Ok(Printed { paper_low: false })
}

fn write(path: &Path, job: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).open(path)?;
    let before = file.metadata()?.len();
    // A job is in the file whole or not at all, so that it can be written again.
    file.write_all(job).and_then(|()| file.sync_all()).inspect_err(|_| {
        let _ = file.set_len(before);
    })
}
