//! Draws a receipt in several scripts, from left to right and from right to left, as both paper widths print it: `cargo run -p duka-devices --example receipt -- FOLDER`.

use std::path::PathBuf;

use anyhow::{Context, Result};
use duka_api::print::{Align, Block, Direction, Document, Style};
use duka_devices::simulator::decode;
use duka_devices::{PaperWidth, render};

fn main() -> Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).context("say into which folder")?);
    for (direction, way) in [(Direction::LeftToRight, "left-to-right"), (Direction::RightToLeft, "right-to-left")] {
        for (width, size) in [(PaperWidth::Mm58, "58mm"), (PaperWidth::Mm80, "80mm")] {
            let papers = decode(&render(&receipt(direction), width)?, width);
            let paper = papers.first().context("nothing was printed")?;
            let path = folder.join(format!("receipt-{way}-{size}.png"));
            std::fs::write(&path, paper.png()?).with_context(|| format!("writing {}", path.display()))?;
            println!("{}\n{}", path.display(), paper.text());
        }
    }
    Ok(())
}

fn receipt(direction: Direction) -> Document {
    let centred = Style { align: Align::Centre, ..Style::default() };
    let heading = Style { strong: true, large: true, ..centred };
    let total = Style { strong: true, large: true, ..Style::default() };
    let strong = Style { strong: true, ..Style::default() };
    let text = |text: &str, style| Block::Text { text: text.to_owned(), style };
    let item = |start: &str, end: &str, style| Block::Columns { start: start.to_owned(), end: end.to_owned(), style };
    Document {
        kick_drawer: true,
        direction,
        blocks: vec![
            text("Duka Ndogo", heading),
            text("متجر أحمد", heading),
            text("12 Market Street, Mombasa", centred),
            Block::Rule,
            item("Whole wheat bread, sliced, 400 g", "£1.35", Style::default()),
            item("Crème fraîche", "€12.00", Style::default()),
            item("شاي أخضر بالنعناع 250 غرام", "€12.00", Style::default()),
            item("\u{202E}أحمد\u{202C} (guest)", "€1.00", Style::default()),
            text("شاي أخضر Lipton Green Tea, 100 bags of two grams", Style::default()),
            item("  3 × €2.50", "€7.50", Style::default()),
            item("  خصم", "-€0.50", Style::default()),
            item("  Discount", "-€0.50", Style::default()),
            item("Зелёный чай", "€3.50", Style::default()),
            item("Зелёный чай", "€3.50", strong),
            item("ชาเขียว น้ำผึ้ง ที่ปั่น", "€4.50", Style::default()),
            item("हरी चाय और इलायची क्षत्रिय", "€2.50", Style::default()),
            item("תה ירוק 100 שקיות", "€2.10", Style::default()),
            item("有机绿茶礼盒装", "€9.50", Style::default()),
            item("Tea 🍵 for two", "€5.00", Style::default()),
            item("Basmati rice, long grain, aged for two years, 5 kg sack", "TZS 1,234,567.00", Style::default()),
            Block::Rule,
            item("Total", "£16.85", total),
            item("المجموع", "£16.85", total),
            item("المجموع", "-د.ك 1.500", strong),
            item("Paid in cash", "£20.00", Style::default()),
            item("Change due", "£3.15", strong),
            Block::Feed { lines: 1 },
            Block::Qr { data: format!("duka:r:0190a5f0-1c2b-7def-8123-456789abcdef:{}", "k".repeat(88)) },
            text("Asante sana!", centred),
            text("شكرا جزيلا", centred),
        ],
    }
}
