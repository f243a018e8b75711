use std::io;
use std::path::PathBuf;

/// Why a document was not, or perhaps not, printed.
#[derive(Debug, thiserror::Error)]
pub enum PrinterError {
    /// It is off, unplugged or elsewhere; nothing was sent.
    #[error("the printer {address} cannot be reached ({reason}); nothing was printed: switch it on, check its cable and its address")]
    Unreachable {
        /// Where it was looked for.
        address: String,
        /// What the network said.
        reason: io::Error,
    },
    /// It has no paper; nothing was sent.
    #[error("the printer {address} is out of paper; nothing was printed: put in a new roll")]
    OutOfPaper {
        /// Where it is.
        address: String,
    },
    /// Its cover is open; nothing was sent.
    #[error("the cover of the printer {address} is open; nothing was printed: close it")]
    CoverOpen {
        /// Where it is.
        address: String,
    },
    /// It says that it cannot print, for another reason (a jammed cutter, a feed button held down); nothing was sent.
    #[error("the printer {address} reports a fault; nothing was printed: look at its lamps, clear the cutter, switch it off and on")]
    NotReady {
        /// Where it is.
        address: String,
    },
    /// It was sent at least in part and the printer did not say that it is done: look at the paper before it is sent again.
    #[error("the printer {address} was sent the document but did not confirm it ({doubt}); look at the paper before printing it again")]
    Unconfirmed {
        /// Where it is.
        address: String,
        /// What is known about why.
        doubt: Doubt,
    },
    /// The file could not be written; what it holds of the document is unknown.
    #[error("the printer file {} could not be written ({reason}); check that its folder exists and has room", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// The document asks for what no printer can do; sending it again will not help.
    #[error(transparent)]
    Document(#[from] RenderError),
}

impl PrinterError {
    /// Whether the document may already be on paper, so that only a person may decide to print it again.
    pub fn may_be_on_paper(&self) -> bool {
        match self {
            Self::Unconfirmed { .. } => true,
            Self::Unreachable { .. }
            | Self::OutOfPaper { .. }
            | Self::CoverOpen { .. }
            | Self::NotReady { .. }
            | Self::File { .. }
            | Self::Document(_) => false,
        }
    }
}

/// What is known about a printer that did not confirm a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// It took all of it and then said nothing in time.
    NoAnswer,
    /// The connection broke.
    ConnectionLost,
    /// The paper ran out on the way; most printers go on by themselves when they get a new roll.
    OutOfPaper,
    /// The cover was opened on the way; most printers go on by themselves when it is closed.
    CoverOpen,
    /// It reports a fault.
    Fault,
}

impl std::fmt::Display for Doubt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NoAnswer => "it did not answer in time",
            Self::ConnectionLost => "the connection broke",
            Self::OutOfPaper => "its paper ran out: put in a new roll, it may go on by itself",
            Self::CoverOpen => "its cover is open: close it, it may go on by itself",
            Self::Fault => "it reports a fault",
        })
    }
}

/// What in a document cannot be printed at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// A QR code longer than the 700 bytes that fit on the narrow paper.
    #[error("a QR code of {bytes} bytes does not fit on the paper; 700 is the most")]
    QrTooLong {
        /// How long it is.
        bytes: usize,
    },
    /// A QR code without data.
    #[error("a QR code must hold something")]
    QrEmpty,
    /// The command could not be put into bytes.
    #[error("the document cannot be put into printer commands: {reason}")]
    Command {
        /// What the encoder said.
        reason: String,
    },
}
