/// A picture of black dots on white paper, packed as printers take it: eight dots a byte, the leftmost in the highest bit.
#[derive(Clone, PartialEq, Eq)]
pub struct Bitmap {
    width: usize,
    height: usize,
    bytes: Vec<u8>,
}

impl Bitmap {
    /// A white one.
    pub fn new(width: usize, height: usize) -> Self {
        Self { width, height, bytes: vec![0; width.div_ceil(8) * height] }
    }

    /// One from packed rows, or nothing when there are not as many bytes as its size asks for.
    pub fn try_from_bytes(width: usize, height: usize, bytes: Vec<u8>) -> Option<Self> {
        (bytes.len() == width.div_ceil(8) * height).then_some(Self { width, height, bytes })
    }

    /// Dots across.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Dots down.
    pub const fn height(&self) -> usize {
        self.height
    }

    /// The packed rows.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether a dot is black; outside all is white.
    pub fn is_black(&self, x: usize, y: usize) -> bool {
        x < self.width && y < self.height && self.bytes[self.byte(x, y)] & (0x80 >> (x % 8)) != 0
    }

    /// Makes a dot black; outside nothing happens.
    pub fn blacken(&mut self, x: usize, y: usize) {
        if x < self.width && y < self.height {
            let byte = self.byte(x, y);
            self.bytes[byte] |= 0x80 >> (x % 8);
        }
    }

    /// How many dots are black.
    pub fn ink(&self) -> usize {
        self.black().count()
    }

    /// Where the black dots are, row by row.
    pub fn black(&self) -> impl Iterator<Item = (usize, usize)> {
        (0..self.height).flat_map(move |y| (0..self.width).filter(move |x| self.is_black(*x, y)).map(move |x| (x, y)))
    }

    /// Puts the black dots of another picture on this one, each `across` times as wide and `down` times as high.
    pub(crate) fn stamp(&mut self, other: &Self, at: (usize, usize), across: usize, down: usize) {
        for (x, y) in other.black() {
            for (dx, dy) in (0..down).flat_map(|dy| (0..across).map(move |dx| (dx, dy))) {
                self.blacken(at.0 + x * across + dx, at.1 + y * down + dy);
            }
        }
    }

    /// The rows from one to before another.
    pub(crate) fn rows(&self, rows: std::ops::Range<usize>) -> Self {
        let row = self.width.div_ceil(8);
        let bytes = self.bytes[rows.start * row..rows.end * row].to_vec();
        Self { width: self.width, height: rows.len(), bytes }
    }

    fn byte(&self, x: usize, y: usize) -> usize {
        y * self.width.div_ceil(8) + x / 8
    }
}

impl std::fmt::Debug for Bitmap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bitmap {}x{} with {} black dots", self.width, self.height, self.ink())
    }
}
