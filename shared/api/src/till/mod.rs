//! What the till's screens ask of its engine: one function of the engine, one command of the shell and one call of the screens each.
//!
//! | command | takes | gives |
//! |---|---|---|
//! | `state` | nothing | [`State`] |
//! | `enrol` | [`Enrol`] | [`State`]; also makes a till that has joined a new device, where that is said |
//! | `restore` | [`Restore`] | [`State`] |
//! | `salvage_seen` | nothing | [`State`] without the news of a damaged database; refused while something of it is not sent |
//! | `basket_scan` | [`Scan`] | [`Scanned`] |
//! | `basket_add` | [`AddProduct`] | [`Basket`] |
//! | `basket_change` | [`ChangeLine`] | [`Basket`] |
//! | `basket_abort` | nothing | [`Basket`] |
//! | `sale_complete` | [`Tender`] | [`SaleDone`] |
//! | `shift_open` | [`OpenShift`] | [`State`] |
//! | `shift_report` | nothing | [`ShiftReport`] (X) |
//! | `shift_close` | [`CloseShift`] | [`ShiftReport`] (Z) |
//! | `receipt_list` | [`ReceiptQuery`] | [`Page`] of [`ReceiptSummary`] |
//! | `receipt_get` | [`ReceiptRef`] | [`Receipt`] |
//! | `receipt_reprint` | [`ReceiptRef`] | nothing |
//! | `refund_complete` | [`Refund`] | [`RefundDone`] |
//! | `product_search` | [`ProductSearch`] | list of [`Product`] |
//! | `product_list` | [`ProductQuery`] | [`Page`] of [`Product`] |
//! | `product_save` | [`SaveProduct`] | [`Product`] |
//! | `product_import` | [`ImportFile`] | [`ImportReport`]; meanwhile events `import` carry [`ImportProgress`] |
//! | `import_state` | nothing | [`ImportProgress`] of the import under way, if any; one that the last end interrupted goes on by itself |
//! | `import_cancel` | nothing | [`ImportReport`] of what was done until then |
//! | `stock_adjust` | [`AdjustStock`] | [`Product`] |
//! | `journal_aside` | nothing | [`Aside`]: what counts for nothing here, and why |
//! | `sync_now` | nothing | [`Link`] |
//! | `printer_set` | [`PrinterSettings`] | [`Printer`] |
//! | `print_stuck` | nothing | list of [`StuckPrint`], oldest first, at most 100 |
//! | `print_decide` | [`PrintDecision`] | list of [`StuckPrint`] that are left |
//! | `pick_file` | nothing | path of the file that the person chose, if any (the computer's own dialog) |
//! | `open_log_folder` | nothing | nothing; the computer shows the folder |
//!
//! The event `status` carries a [`Status`] whenever the link, the printer or the count of waiting sales changes.

mod aside;
mod basket;
mod product;
mod receipt;
mod shift;
mod state;
mod stuck;

pub use aside::{Aside, AsideEntry};
pub use basket::{AddProduct, Basket, BasketLine, ChangeLine, LineChange, SaleDone, Scan, Scanned, Tender};
pub use product::{
    AdjustStock, ImportFile, ImportProgress, ImportReport, Product, ProductFields, ProductQuery, ProductSearch, RowFault, SaveProduct,
    StockReason,
};
pub use receipt::{
    Page, Receipt, ReceiptKind, ReceiptLine, ReceiptQuery, ReceiptRef, ReceiptSummary, Refund, RefundDone, RefundLines, RefundedLine,
    UnlinkedLine,
};
pub use shift::{CloseShift, OpenShift, Shift, ShiftReport, TaxLine};
pub use state::{
    Database, Enrol, Enrolment, Link, LinkState, OwnDevice, Printer, PrinterSettings, PrinterState, Restore, Salvaged, State, Status,
};
pub use stuck::{PrintDecision, PrintDeed, StuckPrint};
