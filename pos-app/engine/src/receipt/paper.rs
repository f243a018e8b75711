//! What stands on a receipt. Pure: values in, a document out; the device lays it out.

use crate::print::blocks::{CENTRE, LARGE, PLAIN, STRONG, TITLE, columns, shown, text};
use duka_api::print::{Block, Direction, Document};
use duka_core::{LocalTime, Money};
use duka_ledger::{ReceiptLine, Sale, TaxTotal, shown_number};

/// What a receipt is printed from.
pub(super) struct Paper<'p> {
    pub(super) shop: &'p str,
    pub(super) operator: &'p str,
    pub(super) sale: &'p Sale,
    pub(super) at: LocalTime,
    /// The reason, for a refund.
    pub(super) refund: Option<&'p str>,
    /// The signed code.
    pub(super) code: Option<&'p str>,
    pub(super) copy: bool,
    pub(super) direction: Direction,
}

/// A sale's receipt, a refund's, or a copy of either. The drawer opens for the original only.
pub(super) fn receipt(paper: &Paper<'_>) -> Document {
    let sale = paper.sale;
    let amount = |minor: i64| shown(Money::try_new(minor, sale.currency));
    let mut blocks = vec![text(paper.shop, TITLE)];
    if paper.copy {
        blocks.push(text("COPY", TITLE));
    }
    if paper.refund.is_some() {
        blocks.push(text("REFUND", TITLE));
    }
    blocks.push(columns(shown_number(&sale.series, sale.number), paper.at.date_time(), PLAIN));
    if let Some(printed) = &sale.printed {
        blocks.push(text(format!("First printed as {}", shown_number(&printed.series, printed.number)), PLAIN));
    }
    blocks.push(columns(format!("Register {}", sale.series), paper.operator, PLAIN));
    blocks.push(Block::Rule);
    for line in &sale.lines {
        line_blocks(line, &amount, &mut blocks);
    }
    blocks.push(Block::Rule);
    paid_blocks(paper, &amount, &mut blocks);
    blocks.push(Block::Rule);
    blocks.extend(sale.taxes.iter().map(|total| tax_block(total, &amount)));
    if let Some(code) = paper.code {
        blocks.push(Block::Feed { lines: 1 });
        blocks.push(Block::Qr { data: code.to_owned() });
    } else if !paper.copy {
        // The key could not be had at that moment: the receipt counts, and a copy has the code.
        blocks.push(text("No signed code now: ask for a copy", CENTRE));
    }
    if paper.refund.is_none() {
        blocks.push(text("Thank you", CENTRE));
    }
    Document { blocks, direction: paper.direction, kick_drawer: !paper.copy }
}

fn paid_blocks(paper: &Paper<'_>, amount: &impl Fn(i64) -> String, blocks: &mut Vec<Block>) {
    let sale = paper.sale;
    if let Some(reason) = paper.refund {
        blocks.push(columns("Refunded", amount(sale.gross), LARGE));
        blocks.push(columns("Cash", amount(sale.gross), PLAIN));
        if !reason.is_empty() {
            blocks.push(text(format!("Reason: {reason}"), PLAIN));
        }
        return;
    }
    // The rules bound what is tendered for one receipt.
    let tendered = sale.payments.iter().fold(0_i64, |sum, payment| sum.saturating_add(payment.tendered));
    blocks.push(columns("Total", amount(sale.gross), LARGE));
    blocks.push(columns("Cash", amount(tendered), PLAIN));
    blocks.push(columns("Change", amount(tendered.saturating_sub(sale.gross)), STRONG));
}

fn line_blocks(line: &ReceiptLine, amount: &impl Fn(i64) -> String, blocks: &mut Vec<Block>) {
    let before = line.gross.saturating_add(line.discount);
    let single = line.quantity == duka_core::Quantity::ONE;
    if single && line.discount == 0 {
        blocks.push(columns(line.name.as_str(), amount(line.gross), PLAIN));
    } else {
        blocks.push(text(line.name.as_str(), PLAIN));
        blocks.push(columns(format!("  {} × {}", line.quantity, amount(line.unit_price)), amount(before), PLAIN));
    }
    if line.discount != 0 {
        blocks.push(columns("  Discount", amount(line.discount.saturating_neg()), PLAIN));
    }
    if let Some(note) = &line.note {
        blocks.push(text(format!("  {note}"), PLAIN));
    }
}

fn tax_block(total: &TaxTotal, amount: &impl Fn(i64) -> String) -> Block {
    columns(format!("Tax {} of {}", total.rate, amount(total.net)), amount(total.tax), PLAIN)
}
