//! Draws the lines that the printer's own letters cannot print: any script, shaped, in the fonts that the system has.

use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use cosmic_text::{
    Align, Attrs, Buffer, Family, FontSystem, Hinting, Metrics, PhysicalGlyph, Shaping, SwashCache, SwashContent, SwashImage, Wrap,
};
use duka_api::print::{Align as Place, Direction};
use unicode_segmentation::UnicodeSegmentation;

use super::bitmap::Bitmap;
use super::clean::is_invisible;
use super::layout::Line;
use super::paper::{CELL_HEIGHT, CELL_WIDTH, LINE_HEIGHT};

/// As high as the printer's own letters look, in dots an em.
const SIZE: f32 = 22.0;
/// Monospaced letters are about 0.6 em wide: at this size they fill a cell.
const CELL_SIZE: f32 = 19.5;
/// Where letters stand in a line and in a cell, in dots from its top.
const LINE_BASELINE: usize = 20;
const CELL_BASELINE: usize = 19;
/// Marks that give a text a direction without showing.
const LEFT_TO_RIGHT: char = '\u{200E}';
const RIGHT_TO_LEFT: char = '\u{200F}';

/// The system's fonts, read once: that takes a good part of a second.
static TYPESETTER: LazyLock<Mutex<Typesetter>> = LazyLock::new(|| Mutex::new(Typesetter::new(FontSystem::new())));

pub(super) struct Typesetter {
    fonts: FontSystem,
    glyphs: SwashCache,
    /// Shaping needs at least one font; without any, every character is a box.
    usable: bool,
}

/// A text ready to draw, its start at 0.
struct Shaped {
    glyphs: Vec<Glyph>,
    width: f32,
    size: f32,
}

enum Glyph {
    InFont(PhysicalGlyph),
    /// In no font.
    Missing {
        x: f32,
        width: f32,
    },
}

impl Typesetter {
    /// The process's one; nothing it keeps can be left half done by a panic.
    pub(super) fn shared() -> MutexGuard<'static, Self> {
        TYPESETTER.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn new(mut fonts: FontSystem) -> Self {
        let faces: Vec<_> = fonts.db().faces().map(|face| (face.id, face.weight)).collect();
        let usable = faces.into_iter().any(|(id, weight)| fonts.get_font(id, weight).is_some());
        Self { fonts, glyphs: SwashCache::new(), usable }
    }

    /// A line as wide as the paper and as high as it needs; made narrower as a whole when its letters are wider than its columns.
    ///
    /// Start and end are set apart from each other, so that neither a script nor a mark in the one can move the other.
    pub(super) fn line(&mut self, line: &Line, dots: usize) -> Bitmap {
        let scale = if line.style.large { 2 } else { 1 };
        let strong = usize::from(line.style.strong) * scale;
        let gap = if line.start.is_empty() || line.end.is_empty() { 0 } else { CELL_WIDTH * scale };
        let indent = line.indent() * CELL_WIDTH * scale;
        let room = to_f32(dots.saturating_sub(gap + indent + 2 * strong));
        let mut size = SIZE * to_f32(scale);
        let (start, end) = loop {
            let (start, end) = (self.shape(line.words(), size, line.reads), self.shape(&line.end, size, line.end_reads()));
            let width = start.width + end.width;
            if width <= room || size <= 1.0 {
                break (start, end);
            }
            // Widths do not shrink quite in proportion; a little more than needed ends it in a step or two.
            size = (size * room / width * 0.98).max(1.0);
        };
        let (start_at, end_at) = places(line, dots, indent, to_dots(start.width) + strong, to_dots(end.width) + strong);
        let mut canvas = Canvas::new(dots, scale, strong);
        self.draw(&start, start_at, &mut canvas);
        self.draw(&end, end_at, &mut canvas);
        canvas.into_line()
    }

    /// One character in the cell that the printer's own letters fill, for a picture of the paper.
    pub(super) fn cell(&mut self, c: char) -> Bitmap {
        let shaped = self.shape_in(Family::Monospace, &c.to_string(), CELL_SIZE, Direction::LeftToRight);
        let mut canvas = Canvas { bitmap: Bitmap::new(CELL_WIDTH, CELL_HEIGHT), baseline: CELL_BASELINE, scale: 1, strong: 0 };
        self.draw(&shaped, CELL_WIDTH.saturating_sub(to_dots(shaped.width)) / 2, &mut canvas);
        canvas.bitmap
    }

    fn shape(&mut self, text: &str, size: f32, reads: Direction) -> Shaped {
        self.shape_in(Family::SansSerif, text, size, reads)
    }

    fn shape_in(&mut self, family: Family<'_>, text: &str, size: f32, reads: Direction) -> Shaped {
        if !self.usable {
            return boxes(text, size);
        }
        let mark = if reads == Direction::RightToLeft { RIGHT_TO_LEFT } else { LEFT_TO_RIGHT };
        let directed = format!("{mark}{text}");
        let mut buffer = Buffer::new_empty(Metrics::new(size, size * 1.5));
        buffer.set_wrap(Wrap::None);
        buffer.set_hinting(Hinting::Enabled);
        buffer.set_text(&directed, &Attrs::new().family(family), Shaping::Advanced, Some(Align::Left));
        buffer.shape_until_scroll(&mut self.fonts, false);
        let glyphs: Vec<_> = buffer.layout_runs().flat_map(|run| run.glyphs.to_vec()).collect();
        // The run's own width does not count that each glyph was moved to a whole dot: so a long text would leave the paper.
        let left = glyphs.iter().map(|glyph| glyph.x).reduce(f32::min).unwrap_or(0.0);
        let right = glyphs.iter().map(|glyph| glyph.x + glyph.w).reduce(f32::max).unwrap_or(0.0);
        let placed = glyphs.iter().map(|glyph| {
            let shown = directed[glyph.start..glyph.end].chars().any(|c| !is_invisible(c) && !c.is_whitespace());
            if glyph.glyph_id == 0 && shown {
                return Glyph::Missing { x: glyph.x - left, width: glyph.w };
            }
            Glyph::InFont(glyph.physical((-left, 0.0), 1.0))
        });
        Shaped { glyphs: placed.collect(), width: right - left, size }
    }

    fn draw(&mut self, text: &Shaped, at: usize, canvas: &mut Canvas) {
        for glyph in &text.glyphs {
            match glyph {
                Glyph::Missing { x, width } => canvas.draw_box(to_i32(at) + floor(*x), *width, text.size),
                Glyph::InFont(glyph) => {
                    if let Some(image) = self.glyphs.get_image(&mut self.fonts, glyph.cache_key) {
                        canvas.draw_image(image, to_i32(at) + glyph.x, glyph.y);
                    }
                }
            }
        }
    }
}

/// Where start and end begin, in dots from the left.
fn places(line: &Line, dots: usize, indent: usize, start: usize, end: usize) -> (usize, usize) {
    let right = |width| dots.saturating_sub(width);
    match (line.style.align, line.direction) {
        (Place::Centre, _) => (right(start) / 2, right(end) / 2),
        (Place::Start, Direction::LeftToRight) => (indent, right(end)),
        (Place::Start, Direction::RightToLeft) => (right(indent + start), 0),
    }
}

/// A drawing area with room above and below the line, for the marks of scripts that need it.
struct Canvas {
    bitmap: Bitmap,
    baseline: usize,
    scale: usize,
    strong: usize,
}

impl Canvas {
    fn new(dots: usize, scale: usize, strong: usize) -> Self {
        let line = LINE_HEIGHT * scale;
        Self { bitmap: Bitmap::new(dots, line * 3), baseline: line + LINE_BASELINE * scale, scale, strong }
    }

    fn draw_image(&mut self, image: &SwashImage, x: i32, y: i32) {
        let (left, top) = (x + image.placement.left, y - image.placement.top);
        let pixels: Box<dyn Iterator<Item = u8>> = match image.content {
            SwashContent::Mask => Box::new(image.data.iter().map(|cover| if *cover >= MASK_INK { 255 } else { 0 })),
            SwashContent::Color | SwashContent::SubpixelMask => Box::new(image.data.chunks_exact(4).map(darkness)),
        };
        let width = image.placement.width.max(1);
        for (at, ink) in (0_u32..).zip(pixels) {
            let (dx, dy) = (at % width, at / width);
            if ink > threshold(dx, dy) {
                self.blacken(left.saturating_add_unsigned(dx), top.saturating_add_unsigned(dy));
            }
        }
    }

    /// A glyph that no font has: an empty box, so that the reader sees that something stands there.
    fn draw_box(&mut self, x: i32, advance: f32, size: f32) {
        let (width, height) = (floor(advance.max(size * 0.4)) - 3, floor(size * 0.75));
        for thick in 0..2 {
            for dx in 0..=width {
                self.blacken(x + 1 + dx, -thick);
                self.blacken(x + 1 + dx, thick - height);
            }
            for dy in 0..=height {
                self.blacken(x + 1 + thick, -dy);
                self.blacken(x + 1 + width - thick, -dy);
            }
        }
    }

    /// Blackens a dot `y` below the baseline; bold is drawn by drawing everything again a dot further.
    fn blacken(&mut self, x: i32, y: i32) {
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(to_i32(self.baseline) + y)) else { return };
        for shift in 0..=self.strong {
            self.bitmap.blacken(x + shift, y);
        }
    }

    /// The line itself, with what stands out above and below it.
    fn into_line(self) -> Bitmap {
        let line = LINE_HEIGHT * self.scale;
        let top = self.bitmap.black().next().map_or(line, |(_, y)| y.min(line));
        let bottom = self.bitmap.black().last().map_or(line * 2, |(_, y)| (y + 1).max(line * 2));
        self.bitmap.rows(top..bottom)
    }
}

/// How much of a dot a letter must cover to print it; under one half, because thin strokes must not break.
const MASK_INK: u8 = 110;

/// How dark a pixel of a coloured glyph (an emoji) is on white paper.
fn darkness(rgba: &[u8]) -> u8 {
    let [red, green, blue, alpha] = [0, 1, 2, 3].map(|at| u32::from(rgba.get(at).copied().unwrap_or(0)));
    let light = (red * 299 + green * 587 + blue * 114) / 1000;
    u8::try_from((255 - light) * alpha / 255).unwrap_or(u8::MAX)
}

/// Ordered dither (Bayer, 4 by 4): how dark a pixel must be to print as black at this place.
fn threshold(x: u32, y: u32) -> u8 {
    const BAYER: [[u8; 4]; 4] = [[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]];
    let at = |value: u32| usize::try_from(value % 4).unwrap_or(0);
    BAYER[at(y)][at(x)] * 16 + 8
}

/// A box for each character, for a machine without a single font.
fn boxes(text: &str, size: f32) -> Shaped {
    let width = size * 0.6;
    let shown = |grapheme: &&str| grapheme.chars().any(|c| !is_invisible(c));
    let graphemes: Vec<_> = text.graphemes(true).filter(shown).collect();
    let boxed = |(at, grapheme): (usize, &&str)| (*grapheme != " ").then_some(Glyph::Missing { x: to_f32(at) * width, width });
    let glyphs = graphemes.iter().enumerate().filter_map(boxed).collect();
    Shaped { glyphs, width: to_f32(graphemes.len()) * width, size }
}

// Dots are at most a few thousand; fonts measure in floats.

#[allow(clippy::cast_precision_loss, reason = "a count of dots or letters on a line is far below 2^24")]
fn to_f32(dots: usize) -> f32 {
    dots as f32
}

#[allow(clippy::cast_possible_truncation, reason = "a cast from a float saturates, which is what drawing outside needs")]
fn floor(dots: f32) -> i32 {
    dots.floor() as i32
}

fn to_dots(width: f32) -> usize {
    usize::try_from(floor(width.ceil())).unwrap_or(0)
}

fn to_i32(dots: usize) -> i32 {
    i32::try_from(dots).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests;
