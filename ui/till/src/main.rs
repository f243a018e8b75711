//! The till's screens. They draw what the engine says and pass on what is pressed; no rule of the business lives here.
//!
//! Window tests find controls and figures by `data-test`:
//!
//! | name | what |
//! |---|---|
//! | `enrol-server`, `enrol-code`, `enrol-submit`, `enrol-problem` | first run |
//! | `trouble`, `restore-server`, `restore-path`, `restore-browse`, `restore-backup`, `trouble-retry` | a database that cannot be used |
//! | `shop`, `register`, `operator`, `link-state`, `printer-state`, `clock`, `import-state` | the strip; the two states open sheets |
//! | `shift-operator`, `shift-float`, `shift-open` | opening a shift |
//! | `search`, `finder-products`, `finder-keypad`, `pad-0` … `pad-9`, `pad-00`, `pad-point`, `pad-back`, `pad-enter`, `tile`, `result` | the finder |
//! | `line` (its number in `data-line`), `line-quantity`, `line-name`, `line-sum`, `total`, `item-count`, `saved`, `tax`, `cancel-sale` | the basket |
//! | `notice`, `add-unknown`, `banner-close`, `toast` | messages |
//! | `act-quantity`, `act-discount`, `act-note`, `act-remove`, `act-receipts`, `act-refund`, `act-products`, `act-shift`, `act-more`, `pay` | the bottom row |
//! | `quantity-field`, `discount-percent`, `discount-amount`, `discount-field`, `note-field`, `line-apply`, `line-preview`, `cancel-confirm` | sheets of a line |
//! | `tender`, `tender-due`, `tender-exact` (completes at once), `tender-quick` (its amount in `data-minor`), `tender-amount`, `tender-change`, `tender-done`, `tender-problem` | paying |
//! | `done`, `done-number`, `change`, `done-total`, `done-tendered`, `done-print`, `done-next` | after paying |
//! | `report-sales`, `report-refunds`, `report-expected`, `report-counted`, `report-difference`, `z-number`, `shift-counted`, `shift-close`, `shift-close-confirm`, `shift-next` | the shift |
//! | `receipts-find`, `receipt-row`, `receipt-number`, `receipt-reprint`, `receipt-refund`, `refund-unlinked` | receipts |
//! | `refund-line-N`, `refund-line-N-less`, `refund-line-N-more`, `refund-all`, `refund-reason`, `refund-total`, `refund-confirm`, `refund-done`, `refund-number`, `refund-gross`, `refund-next` | refunds by receipt, N is the line's number |
//! | `refund-find`, `refund-result`, `refund-quantity`, `refund-price`, `refund-remove` | refunds without one |
//! | `products-find`, `products-inactive`, `product-row`, `product-new`, `products-import`, `load-more`, `empty` | products |
//! | `product-name`, `product-code`, `product-price`, `product-rate`, `unit-each` …, `product-barcode`, `barcode-add`, `barcode-chip`, `product-active`, `product-save`, `product-discard`, `product-problem` | the product sheet |
//! | `product-stock`, `stock-quantity`, `reason-received` …, `stock-note`, `stock-book` | its stock |
//! | `import-path`, `import-browse`, `import-start`, `import-progress`, `import-report`, `import-fault` | import |
//! | `theme-system` …, `language-en`, `language-ar`, `sounds`, `settings-printer`, `settings-link`, `open-logs`, `version` | settings |
//! | `leave-stay`, `leave-discard` | leaving a screen with something entered |
//! | `printer-address`, `paper-58`, `paper-80`, `printer-save`, `stuck-job`, `stuck-again`, `stuck-leave`, `sync-now`, `sheet-close`, `back` | sheets and pages |
//!
//! Marks for `performance.getEntriesByName`: `duka-ready` when the sell screen first has the keyboard; measures `duka-key-to-paint`
//! (a key on the sell screen) and `duka-scan-to-paint` (a scan until its line is drawn).
#![allow(clippy::needless_pass_by_value, reason = "a component owns what it shows")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may fail by panicking"))]

mod app;
mod backend;
mod done;
mod enrol;
mod fault;
mod identity;
mod import;
mod jobs;
mod keys;
mod link;
mod page;
mod printer;
mod product_sheet;
mod products;
mod receipt;
mod receipts;
mod refund;
mod refund_unlinked;
mod sell;
mod settings;
mod shift;
mod shift_report;
mod stock;
mod strip;
mod stuck;
mod tender;
mod text;
mod till;
mod timing;
mod trouble;

fn main() {
    app::start();
}
