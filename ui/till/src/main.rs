//! The till's screens. They draw what the engine says and pass on what is pressed; no rule of the business lives here.
//!
//! A folder per noun, spelled as in the other crates; in each the state (what is fetched, what is being typed) apart from what draws it.
//! Around them: [`app`] (which screen), [`till`] (what they share), [`backend`] (every call), [`keys`] and [`scanner`], [`text`].
//!
//! Window tests find controls and figures by `data-test`:
//!
//! | name | what |
//! |---|---|
//! | `enrol-server`, `enrol-code`, `enrol-submit`, `enrol-problem`, `enrol-joined`, `enrol-begin` | first run |
//! | `trouble`, `restore-server`, `restore-path`, `restore-browse`, `restore-backup`, `trouble-retry` | a database that cannot be used |
//! | `shop`, `register`, `operator`, `link-state`, `device-state`, `printer-state`, `clock`, `import-state` | the strip; the states open sheets |
//! | `shift-operator`, `shift-float`, `shift-open` | opening a shift |
//! | `search`, `finder-products`, `finder-keypad`, `pad-0` … `pad-9`, `pad-00`, `pad-point`, `pad-back`, `pad-enter`, `tile`, `result` | the finder |
//! | `line` (its number in `data-line`), `line-quantity`, `line-name`, `line-sum`, `total`, `item-count`, `saved`, `tax`, `cancel-sale` | the basket |
//! | `notice`, `add-unknown`, `banner-close`, `toast` | messages |
//! | `act-quantity`, `act-discount`, `act-note`, `act-remove`, `act-receipts`, `act-refund`, `act-products`, `act-shift`, `act-more`, `pay` | the bottom row |
//! | `quantity-field`, `discount-percent`, `discount-amount`, `discount-field`, `note-field`, `line-apply`, `line-preview`, `cancel-confirm` | sheets of a line |
//! | `tender`, `tender-due`, `tender-exact` (completes at once), `tender-quick` (its amount in `data-minor`), `tender-amount`, `tender-change`, `tender-done`, `tender-problem`, `tender-changed` (the total did) | paying |
//! | `reading-1`, `reading-2` | what a number can mean, under its field |
//! | `done`, `done-number`, `change`, `done-total`, `done-tendered`, `done-print`, `done-next` | after paying |
//! | `report-sales`, `report-refunds`, `report-expected`, `report-counted`, `report-difference`, `report-float`, `difference` (in words), `z-number`, `shift-counted`, `shift-close`, `shift-close-confirm`, `shift-next` | the shift |
//! | `receipts-find`, `receipt-row`, `receipt-number`, `receipt-reprint`, `receipt-refund`, `refund-unlinked` | receipts |
//! | `refund-line-N`, `refund-line-N-less`, `refund-line-N-more`, `refund-all`, `refund-reason`, `refund-total`, `refund-confirm`, `refund-done`, `refund-number`, `refund-gross`, `refund-next` | refunds by receipt, N is the line's number |
//! | `refund-find`, `refund-result`, `refund-quantity`, `refund-price`, `refund-remove` | refunds without one |
//! | `products-find`, `products-inactive`, `product-row`, `product-new`, `products-import` | products |
//! | `load-more`, `load-again`, `empty` | any list |
//! | `product-name`, `product-code`, `product-price`, `product-rate`, `unit-each` …, `product-barcode`, `barcode-add`, `barcode-chip`, `product-active`, `product-save`, `product-discard`, `product-problem` | the product sheet |
//! | `product-stock`, `stock-quantity`, `reason-received` …, `stock-note`, `stock-book` | its stock |
//! | `import-path`, `import-browse`, `import-start`, `import-progress`, `import-cancel`, `import-form-point`, `import-form-comma`, `import-report`, `import-fault` | import |
//! | `theme-system` …, `language-en`, `language-ar`, `sounds`, `settings-printer`, `settings-link`, `set-up-again`, `open-logs`, `version`, `aside-flagged`, `aside-waiting`, `aside-entry` | settings |
//! | `link-set-up-again`, `link-device`, `link-stranded`, `again-shift`, `again-confirm`, with the fields of the first run | setting a till up again |
//! | `leave-stay`, `leave-discard` | leaving a screen with something entered |
//! | `printer-address`, `paper-58`, `paper-80`, `printer-save`, `stuck-job`, `stuck-again`, `stuck-leave`, `sync-now`, `sheet-close`, `back` | sheets and pages |
//!
//! Marks for `performance.getEntriesByName`: `duka-ready` when the sell screen first has the keyboard; measures `duka-key-to-paint`
//! (a key on the sell screen) and `duka-scan-to-paint` (a scan until its line is drawn).
#![allow(clippy::needless_pass_by_value, reason = "a component owns what it shows")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may fail by panicking"))]

mod app;
mod backend;
mod basket;
mod device;
mod identity;
mod import;
mod journal;
mod keys;
mod limit;
mod page;
mod print;
mod problem;
mod product;
mod receipt;
mod refund;
mod request;
mod sale;
mod scanner;
mod shift;
mod stock;
mod strip;
mod sync;
mod text;
mod till;
mod timing;
mod typed;

fn main() {
    app::start();
}
