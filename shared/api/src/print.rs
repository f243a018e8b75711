//! What is to be printed, without saying on what: a device driver lays it out for the width it has.

/// A whole document, from the first line to the cut.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Document {
    /// From top to bottom.
    pub blocks: Vec<Block>,
    /// At which side its lines begin. One decision for all of it, whatever script a name on it is in, so that amounts keep their column.
    #[serde(default)]
    pub direction: Direction,
    /// Whether the drawer opens (before anything is printed, so that the cashier need not wait).
    pub kick_drawer: bool,
}

/// At which side of the paper lines begin; what stands at their end stands at the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// At the left, as for English.
    #[default]
    LeftToRight,
    /// At the right, as for Arabic.
    RightToLeft,
}

/// One piece of a document. Texts may be in any script.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case", tag = "block")]
pub enum Block {
    /// A line or paragraph; wrapped at words to the width of the paper.
    Text {
        /// What it says.
        text: String,
        /// How it looks.
        #[serde(default)]
        style: Style,
    },
    /// Text at the start of the line and an amount at its end; a long text wraps and leaves the amount on its last line.
    Columns {
        /// At the start.
        start: String,
        /// At the end; never wrapped or cut.
        end: String,
        /// How both look.
        #[serde(default)]
        style: Style,
    },
    /// A line across the paper.
    Rule,
    /// Empty space of so many lines.
    Feed {
        /// How many.
        lines: u8,
    },
    /// A QR code, centred.
    Qr {
        /// What it holds, at most 700 bytes.
        data: String,
    },
}

/// How a line looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Style {
    /// Where it stands.
    #[serde(default)]
    pub align: Align,
    /// Bold.
    #[serde(default)]
    pub strong: bool,
    /// Twice as wide and high.
    #[serde(default)]
    pub large: bool,
}

/// Where a line stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// At the start: the left, or the right in a document from right to left.
    #[default]
    Start,
    /// In the middle.
    Centre,
}
