//! A till in a process of its own that trades a short day, and says each thing it confirms in the moment it does: for tests that cut its power.

use crate::{
    till::{TestTill, morning},
    watch::Watch,
};
use anyhow::{Context, Result};
use duka_api::till::{CloseShift, OpenShift, PrinterSettings, Refund, RefundLines, RefundedLine, Scan, Scanned, Tender};
use duka_core::{Currency, DeviceId, Money, Quantity, ReceiptId};
use duka_pos::{PrintOutcome, Till};
use serde::{Deserialize, Serialize};
use std::{fmt, io::Write, path::PathBuf};

/// The code of the product that is sold all day.
pub const BREAD: &str = "BREAD";

/// Which till.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Its folder
    #[arg(long)]
    folder: PathBuf,
    /// Make the till and open its first shift, and leave it so
    #[arg(long)]
    begin: bool,
}

/// What a till told a person that it is so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "confirmed")]
pub enum Confirmed {
    /// It belongs to a company.
    Enrolled {
        /// As this device.
        device: DeviceId,
    },
    /// A product is on sale under this code.
    Product {
        /// Its code.
        code: String,
    },
    /// Goods went out, or came back.
    Receipt {
        /// Its id.
        receipt: ReceiptId,
        /// Its number.
        number: String,
        /// Its sum, ≥ 0.
        gross: Money,
        /// Money went out.
        refund: bool,
    },
    /// A shift was opened, or closed.
    Shift {
        /// Whether one is open now.
        open: bool,
    },
}

/// A confirmation, and where the till's journal stood when it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// What.
    pub what: Confirmed,
    /// The last entry of each log.
    pub stood: Vec<Place>,
}

/// An entry of a log.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// Which log.
    pub log: String,
    /// Its place there.
    pub seq: u64,
    /// Its hash.
    pub hash: String,
}

impl Place {
    /// Where the logs of a till stand.
    pub fn all(till: &TestTill) -> Result<Vec<Self>> {
        let heads = till.engine.read(duka_pos::Reader::heads)?;
        Ok(heads.iter().map(|head| Self { log: head.log.to_string(), seq: head.seq, hash: head.hash.to_string() }).collect())
    }
}

impl fmt::Display for Confirmed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Enrolled { device } => write!(f, "the confirmed enrolment as device {device}"),
            Self::Product { code } => write!(f, "the confirmed product {code}"),
            Self::Receipt { number, gross, refund: false, .. } => write!(f, "the confirmed sale {number} of {gross}"),
            Self::Receipt { number, gross, refund: true, .. } => write!(f, "the confirmed refund {number} of {gross}"),
            Self::Shift { open: true } => f.write_str("the confirmed opening of a shift"),
            Self::Shift { open: false } => f.write_str("the confirmed closing of a shift"),
        }
    }
}

/// Trades the day, or begins it: what is confirmed goes to standard output, a line of JSON each. It is over when the till is closed.
pub fn run(options: &Options) -> Result<bool> {
    let day = Day { till: TestTill::open(&options.folder, 18, morning()?)?, database: options.folder.join("till.sqlite") };
    if options.begin {
        day.begin()?;
        return Ok(true);
    }
    day.sell(1)?;
    let returned = day.sell(2)?;
    // The write-ahead log goes into the database in an idle moment, and nothing else does; the next sale begins it anew.
    let tidied = Watch::begin(&day.database)?;
    day.sell(3)?;
    tidied.written()?;
    day.sell(1)?;
    day.print()?;
    day.refund(returned)?;

    // Closed, and opened again as on the next morning.
    let day = Day { till: day.till.restart()?, ..day };
    day.sell(2)?;
    day.shift(false)?;
    day.shift(true)?;
    day.sell(1)?;
    Ok(true)
}

struct Day {
    till: TestTill,
    database: PathBuf,
}

impl Day {
    fn begin(&self) -> Result<()> {
        self.till.enrol_alone("Short")?;
        let device = self.till.engine.read(|reader| Ok::<_, duka_api::Problem>(reader.device()))?.context("it is enrolled")?;
        self.say(Confirmed::Enrolled { device })?;
        let printer = PrinterSettings { address: "127.0.0.1:9".to_owned(), paper_mm: 80 };
        self.till.engine.run(move |till| till.printer_set(&printer))?;
        save_bread(&self.till)?;
        self.say(Confirmed::Product { code: BREAD.to_owned() })?;
        self.shift(true)
    }

    fn shift(&self, open: bool) -> Result<()> {
        if open {
            open_shift(&self.till)?;
        } else {
            let counted = pounds(5_000)?;
            self.till.engine.run(move |till| till.shift_close(&CloseShift { counted }))?;
        }
        self.say(Confirmed::Shift { open })
    }

    fn sell(&self, scans: usize) -> Result<ReceiptId> {
        let sold = sell_bread(&self.till, scans)?;
        let Confirmed::Receipt { receipt, .. } = sold else { anyhow::bail!("a sale is a receipt") };
        self.say(sold)?;
        Ok(receipt)
    }

    fn refund(&self, receipt: ReceiptId) -> Result<()> {
        let refund = self.till.engine.run(|till| till.state())?.basket.context("a basket is open")?.receipt;
        let lines = RefundLines::Receipt { receipt, lines: vec![RefundedLine { line: 1, quantity: Quantity::ONE }] };
        let asked = Refund { refund, lines, reason: "stale".to_owned() };
        let done = self.till.engine.run(move |till| till.refund_complete(&asked))?;
        self.say(Confirmed::Receipt { receipt: done.receipt, number: done.number, gross: done.gross, refund: true })
    }

    /// What waits for the printer comes out, as the print worker does it.
    fn print(&self) -> Result<()> {
        while let Some((job, _)) = self.till.engine.run(Till::print_next)? {
            self.till.engine.run(move |till| till.print_result(job, &PrintOutcome::Printed))?;
        }
        Ok(())
    }

    /// One line, in one system call.
    fn say(&self, what: Confirmed) -> Result<()> {
        let line = serde_json::to_string(&Said { what, stood: Place::all(&self.till)? })? + "\n";
        let mut out = std::io::stdout().lock();
        out.write_all(line.as_bytes())?;
        Ok(out.flush()?)
    }
}

/// Puts bread on sale.
pub fn save_bread(till: &TestTill) -> Result<()> {
    till.save_goods("Bread", BREAD, pounds(250)?).map(drop)
}

/// Opens a shift.
pub fn open_shift(till: &TestTill) -> Result<()> {
    let float = pounds(5_000)?;
    till.engine.run(move |till| till.shift_open(&OpenShift { operator: "Amina".to_owned(), float }))?;
    Ok(())
}

/// Scans bread so often and takes the money; what was in the basket before is sold with it.
pub fn sell_bread(till: &TestTill, scans: usize) -> Result<Confirmed> {
    let mut basket = None;
    for _ in 0..scans {
        match till.engine.run(|till| till.basket_scan(&Scan { code: BREAD.to_owned() }))? {
            Scanned::Added { basket: now } => basket = Some(now),
            other => anyhow::bail!("bread cannot be scanned: {other:?}"),
        }
    }
    let basket = basket.context("nothing was scanned")?;
    let tender = Tender { receipt: basket.receipt, tendered: None, shown: basket.gross };
    let done = till.engine.run(move |till| till.sale_complete(&tender))?;
    Ok(Confirmed::Receipt { receipt: done.receipt, number: done.number, gross: done.gross, refund: false })
}

fn pounds(pence: i64) -> Result<Money> {
    Ok(Money::try_new(pence, Currency::try_new("GBP")?)?)
}
