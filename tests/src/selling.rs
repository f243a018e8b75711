//! A till in a process of its own that sells without end, for tests that pull its plug.

use crate::till::TestTill;
use anyhow::{Context, Result};
use duka_api::till::{OpenShift, ProductFields, SaveProduct};
use duka_core::{Currency, Money, Quantity, ReceiptId, TaxRate, Timestamp, Unit};
use duka_pos::SaleLineInput;
use duka_sync::Event;
use std::{io::Write, path::PathBuf};

/// Which till.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Its folder, enrolled
    #[arg(long)]
    folder: PathBuf,
    /// The server to exchange with after each sale; none: stay offline
    #[arg(long)]
    server: Option<String>,
}

/// Sells, and prints the id of each receipt once it is confirmed. Ends only by force.
pub fn run(options: &Options) -> Result<bool> {
    let seed = u64::from(std::process::id());
    let now = Timestamp::parse_utc("2026-01-05 08:00:00").context("a date")?;
    let till = TestTill::open(&options.folder, seed, now)?;
    let price = Money::try_new(250, Currency::try_new("GBP")?)?;
    let fields = ProductFields {
        name: "Bread".to_owned(),
        code: String::new(),
        price,
        rate: TaxRate::try_from_ppm(200_000)?,
        unit: Unit::Each,
        active: true,
        barcodes: vec![],
    };
    let product = till.engine.run(move |till| till.product_save(&SaveProduct { product: None, before: None, fields }))?.product;
    if till.engine.run(|till| till.state())?.shift.is_none() {
        till.engine.run(move |till| till.shift_open(&OpenShift { operator: "Amina".to_owned(), float: price }))?;
    }
    let mut session = options.server.as_deref().map(|server| till.session(server)).transpose()?;
    let entropy = crate::till::Seeded::new(seed);
    let mut out = std::io::stdout();
    loop {
        let receipt = ReceiptId::new(now, &entropy);
        let line =
            SaleLineInput { product, quantity: Quantity::ONE, unit_price: price, discount: duka_pricing::Discount::None, note: None };
        till.engine.run(move |till| till.sale_complete_lines(receipt, &[line]))?;
        writeln!(out, "{receipt}")?;
        out.flush()?;
        if let Some(session) = &mut session {
            session.drive(Event::Grew, &mut |_| ());
        }
    }
}
