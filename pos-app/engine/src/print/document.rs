//! What stands on paper. Pure: values in, a document out; the device lays it out.

use crate::receipt::shown_number;
use duka_api::{
    print::{Align, Block, Direction, Document, Style},
    till::ShiftReport,
};
use duka_core::{LocalTime, Money, MoneyError, Timestamp};
use duka_ledger::{ReceiptLine, Sale, TaxTotal};

/// What a receipt is printed from.
pub(crate) struct Paper<'p> {
    pub(crate) shop: &'p str,
    pub(crate) operator: &'p str,
    pub(crate) sale: &'p Sale,
    pub(crate) at: LocalTime,
    /// The reason, for a refund.
    pub(crate) refund: Option<&'p str>,
    /// The signed code.
    pub(crate) code: Option<&'p str>,
    pub(crate) copy: bool,
}

const PLAIN: Style = Style { align: Align::Start, strong: false, large: false };
const STRONG: Style = Style { align: Align::Start, strong: true, large: false };
const CENTRE: Style = Style { align: Align::Centre, strong: false, large: false };
const TITLE: Style = Style { align: Align::Centre, strong: true, large: true };
const LARGE: Style = Style { align: Align::Start, strong: true, large: true };

/// Begins the first line below the title of every paper that has no number of its own there.
const REGISTER: &str = "Register";

/// What a paper is told by, as it stands below the shop's name: `A1-000012`, `COPY A1-000012`, `Z report 0007`.
pub(crate) fn heading(document: &Document) -> String {
    let mut words: Vec<&str> = Vec::new();
    for block in document.blocks.iter().skip(1) {
        match block {
            Block::Text { text, .. } => words.push(text),
            Block::Columns { start, .. } if start != REGISTER => {
                words.push(start);
                break;
            }
            Block::Columns { .. } | Block::Rule | Block::Feed { .. } | Block::Qr { .. } => break,
        }
    }
    words.join(" ")
}

fn text(text: impl Into<String>, style: Style) -> Block {
    Block::Text { text: text.into(), style }
}

fn columns(start: impl Into<String>, end: impl Into<String>, style: Style) -> Block {
    Block::Columns { start: start.into(), end: end.into(), style }
}

/// A sale's receipt, a refund's, or a copy of either. The drawer opens for the original only.
pub(crate) fn receipt(paper: &Paper<'_>) -> Document {
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
    blocks.push(columns(format!("Register {}", sale.series), paper.operator, PLAIN));
    blocks.push(Block::Rule);
    for line in &sale.lines {
        line_blocks(line, &amount, &mut blocks);
    }
    blocks.push(Block::Rule);
    let paid = sale.payments.iter().fold(0_i64, |sum, payment| sum.saturating_add(payment.tendered));
    if let Some(reason) = paper.refund {
        blocks.push(columns("Refunded", amount(sale.gross), LARGE));
        blocks.push(columns("Cash", amount(sale.gross), PLAIN));
        if !reason.is_empty() {
            blocks.push(text(format!("Reason: {reason}"), PLAIN));
        }
    } else {
        blocks.push(columns("Total", amount(sale.gross), LARGE));
        blocks.push(columns("Cash", amount(paid), PLAIN));
        blocks.push(columns("Change", amount(paid.saturating_sub(sale.gross)), STRONG));
    }
    blocks.push(Block::Rule);
    blocks.extend(sale.taxes.iter().map(|total| tax_block(total, &amount)));
    if let Some(code) = paper.code {
        blocks.push(Block::Feed { lines: 1 });
        blocks.push(Block::Qr { data: code.to_owned() });
    }
    if paper.refund.is_none() {
        blocks.push(text("Thank you", CENTRE));
    }
    Document { blocks, direction: Direction::default(), kick_drawer: !paper.copy }
}

fn shown(amount: Result<Money, MoneyError>) -> String {
    amount.map_or_else(|_| "?".to_owned(), |amount| amount.to_string())
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

/// The Z report of a closed shift.
pub(crate) fn z_report(shop: &str, series: &str, offset_minutes: i16, report: &ShiftReport) -> Document {
    let at = |at: Timestamp| LocalTime { at, offset_minutes }.date_time();
    let mut blocks = vec![
        text(shop, TITLE),
        text(report.z_number.map_or_else(|| "X report".to_owned(), |number| format!("Z report {number:04}")), TITLE),
        columns(REGISTER, series, PLAIN),
        columns("Operator", report.shift.operator.as_str(), PLAIN),
        columns("Opened", at(report.shift.opened_at), PLAIN),
    ];
    blocks.extend(report.closed_at.map(|closed| columns("Closed", at(closed), PLAIN)));
    blocks.push(Block::Rule);
    blocks.push(columns(format!("Sales ({})", report.sales), report.sales_gross.to_string(), PLAIN));
    blocks.push(columns(format!("Refunds ({})", report.refunds), report.refunds_gross.negated().to_string(), PLAIN));
    blocks.push(columns("Takings", shown(report.sales_gross.checked_sub(report.refunds_gross)), STRONG));
    blocks.push(columns("Baskets given up", report.aborted.to_string(), PLAIN));
    blocks.push(columns("Receipts printed again", report.reprints.to_string(), PLAIN));
    blocks.push(Block::Rule);
    blocks.extend(report.taxes.iter().map(|total| columns(format!("Tax {} of {}", total.rate, total.net), total.tax.to_string(), PLAIN)));
    blocks.push(Block::Rule);
    blocks.push(columns("Float", report.shift.float.to_string(), PLAIN));
    blocks.push(columns("Expected in drawer", report.expected_cash.to_string(), PLAIN));
    blocks.extend(report.counted_cash.map(|counted| columns("Counted", counted.to_string(), PLAIN)));
    blocks.extend(report.difference.map(|difference| columns("Difference", difference.to_string(), STRONG)));
    blocks.push(Block::Rule);
    blocks.push(columns("Total since the beginning", report.perpetual_gross.to_string(), PLAIN));
    Document { blocks, direction: Direction::default(), kick_drawer: false }
}
