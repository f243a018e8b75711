//! What stands on a report. Pure: values in, a document out.

use crate::print::blocks::{PLAIN, REGISTER, STRONG, TITLE, columns, shown, text};
use duka_api::{
    print::{Block, Direction, Document},
    till::ShiftReport,
};
use duka_core::{LocalTime, Timestamp};

/// Where and how a report is printed.
pub(super) struct Head {
    pub(super) shop: String,
    pub(super) series: String,
    /// Minutes east of UTC.
    pub(super) offset_minutes: i16,
    pub(super) direction: Direction,
}

/// The Z report of a closed shift.
pub(super) fn z_report(head: &Head, report: &ShiftReport) -> Document {
    let at = |at: Timestamp| LocalTime { at, offset_minutes: head.offset_minutes }.date_time();
    let mut blocks = vec![
        text(head.shop.as_str(), TITLE),
        text(report.z_number.map_or_else(|| "X report".to_owned(), |number| format!("Z report {number:04}")), TITLE),
        columns(REGISTER, head.series.as_str(), PLAIN),
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
    Document { blocks, direction: head.direction, kick_drawer: false }
}
