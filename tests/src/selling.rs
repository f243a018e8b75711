//! A till in a process of its own that sells without end, for tests that pull its plug.

use crate::till::{Seeded, TestTill, line_of, morning};
use anyhow::Result;
use duka_api::till::OpenShift;
use duka_core::{Currency, Money, Quantity, ReceiptId};
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
    let now = morning()?;
    let till = TestTill::open(&options.folder, seed, now)?;
    let price = Money::try_new(250, Currency::try_new("GBP")?)?;
    let product = till.save_goods("Bread", "", price)?;
    if till.engine.run(|till| till.state())?.shift.is_none() {
        till.engine.run(move |till| till.shift_open(&OpenShift { operator: "Amina".to_owned(), float: price }))?;
    }
    let mut session = options.server.as_deref().map(|server| till.session(server)).transpose()?;
    let entropy = Seeded::new(seed);
    let mut out = std::io::stdout();
    loop {
        let receipt = ReceiptId::new(now, &entropy);
        let line = line_of(product, Quantity::ONE, price);
        till.engine.run(move |till| till.sale_complete_lines(receipt, &[line]))?;
        writeln!(out, "{receipt}")?;
        out.flush()?;
        if let Some(session) = &mut session {
            session.drive(Event::Grew, &mut |_| ());
        }
    }
}
