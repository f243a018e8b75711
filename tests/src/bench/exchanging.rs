//! What an exchange costs: in step at the server, while selling at a till, and until news is where it is waited for.

use super::{
    Options,
    fixture::open_shift,
    measure::{Figure, Times, micros},
};
use crate::{
    company::TestCompany,
    server::{Storage, TestServer},
    till::{Seeded, TestTill, line_of, morning},
};
use anyhow::{Context, Result, ensure};
use duka_api::till::ReceiptRef;
use duka_core::{Currency, Money, ProductId, Quantity, ReceiptId};
use duka_link::{Background, Trust};
use duka_sync::{Event, Phase};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

const DEVICES: usize = 100;
const LOOKS: usize = 500;
const FOREIGN: usize = 20_000;
const NEWS: usize = 20;

fn price() -> Result<Money> {
    Ok(Money::try_new(295, Currency::try_new("GBP")?)?)
}

struct Shop {
    server: TestServer,
    company: TestCompany,
    folder: tempfile::TempDir,
    product: Option<ProductId>,
}

impl Shop {
    fn open() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let server = TestServer::start(Storage::Sqlite, folder.path())?;
        let company = TestCompany::found(server.admin(), "Bench", "Shop", Currency::try_new("GBP")?)?;
        Ok(Self { server, company, folder, product: None })
    }

    /// A till in step, with an open shift and something to sell.
    fn till(&mut self, number: usize) -> Result<TestTill> {
        let folder: &Path = self.folder.path();
        let till = TestTill::open(&folder.join(format!("till-{number}")), u64::try_from(number)? + 1, morning()?)?;
        till.enrol(&self.server.address(), &self.company.register(&format!("B{number}"))?.code, "Bench")?;
        open_shift(&till)?;
        if self.product.is_none() {
            self.product = Some(till.save_goods("Tea", "", price()?)?);
        }
        self.bring(&till)?;
        Ok(till)
    }

    fn bring(&self, till: &TestTill) -> Result<()> {
        let mut session = till.session(&self.server.address())?;
        session.drive(Event::Asked, &mut |_| ());
        ensure!(*session.phase() == Phase::InStep, "the till is not in step: {:?} {:?}", session.phase(), session.trouble());
        Ok(())
    }

    /// Sells one thing; gives how long the cashier waits.
    fn sell(&self, till: &TestTill, seed: u64) -> Result<(ReceiptId, f64)> {
        let receipt = ReceiptId::new(till.now(), &Seeded::new(seed));
        let line = line_of(self.product.context("a product")?, Quantity::ONE, price()?);
        let begun = Instant::now();
        till.engine.run(move |till| till.sale_complete_lines(receipt, &[line]))?;
        Ok((receipt, micros(begun.elapsed())))
    }
}

/// A look of one of a hundred devices that are in step: bytes both ways, and the server's processor time.
pub(super) fn in_step(_: &Options, found: &mut dyn FnMut(Figure)) -> Result<()> {
    let mut shop = Shop::open()?;
    let tills = (0..DEVICES).map(|number| shop.till(number)).collect::<Result<Vec<_>>>()?;
    let last = tills.last().context("a till")?;
    shop.bring(last)?;
    let (mut bytes, mut requests) = (Vec::new(), Vec::new());
    for _ in 0..LOOKS {
        requests.push(last.engine.read(duka_pos::Reader::look)?.bytes);
    }
    let before = processor_time()?;
    for request in &requests {
        bytes.push((request.len() + shop.server.exchange(request)?.len()) as f64);
    }
    let each = (processor_time()? - before) / LOOKS as f64;
    let size = Times::from_micros(bytes);
    found(Figure::new(format!("in_step_{DEVICES}_bytes"), "bytes", &size).asked("≤ 1024", size.p99() <= 1_024.0));
    found(Figure::single(format!("in_step_{DEVICES}_server_cpu"), "µs", LOOKS, each).asked("≤ 5000 µs", each <= 5_000.0));
    Ok(())
}

/// Microseconds that all threads of this process have computed.
fn processor_time() -> Result<f64> {
    let text = std::fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |index: usize| -> Result<f64> { Ok(fields.get(index).context("a field of /proc/self/stat")?.parse::<f64>()?) };
    // Times in this file are in hundredths of a second, whatever the kernel ticks in.
    Ok((ticks(11)? + ticks(12)?) * 10_000.0)
}

/// A sale's commit while facts of others are taken in, against the same till at rest.
pub(super) fn take_in(_: &Options, found: &mut dyn FnMut(Figure)) -> Result<()> {
    let mut shop = Shop::open()?;
    let (busy, other) = (shop.till(0)?, shop.till(1)?);
    for sale in 0..FOREIGN {
        shop.sell(&other, u64::try_from(sale)?)?;
    }
    shop.bring(&other)?;
    let mut seed = 1_000_000_u64;
    let mut next = || {
        seed += 1;
        seed
    };
    let mut sell = |times: &mut Vec<f64>| -> Result<()> {
        times.push(shop.sell(&busy, next())?.1);
        // A cashier is slower than this; back to back, only the disk would be measured.
        std::thread::sleep(Duration::from_millis(5));
        Ok(())
    };
    let (mut idle, mut taking) = (Vec::new(), Vec::new());
    for _ in 0..500 {
        sell(&mut idle)?;
    }
    let done = Arc::new(AtomicBool::new(false));
    let mut session = busy.session(&shop.server.address())?;
    let (begun, over) = (Instant::now(), Arc::clone(&done));
    let link = std::thread::spawn(move || {
        session.drive(Event::Asked, &mut |_| ());
        over.store(true, Ordering::Relaxed);
        session.phase().clone()
    });
    while !done.load(Ordering::Relaxed) {
        sell(&mut taking)?;
    }
    let seconds = begun.elapsed().as_secs_f64();
    let phase = link.join().map_err(|_| anyhow::anyhow!("the link panicked"))?;
    ensure!(phase == Phase::InStep, "the till is not in step: {phase:?}");
    let (idle, taking) = (Times::from_micros(idle), Times::from_micros(taking));
    let ratio = taking.p99() / idle.p99();
    eprintln!("{FOREIGN} facts of others were taken in within {seconds:.1} s, while {} sales were made", taking.n());
    // Compared are the slowest, not the middle.
    let figure = Figure { floor: idle.p99(), ratio, ..Figure::new(format!("commit_while_{FOREIGN}_come"), "µs", &taking) };
    found(figure.asked("p99 ≤ 2 × of idle", ratio <= 2.0));
    let (longest, of_idle) = (taking.quantile(1_000), idle.quantile(1_000));
    let figure = Figure::single("commit_longest_wait", "µs", taking.n(), longest).against(of_idle);
    found(figure.asked("≤ 20000 µs above the longest of idle", longest <= of_idle + 20_000.0));
    Ok(())
}

/// From a confirmed sale at one till until another has it.
pub(super) fn news(_: &Options, found: &mut dyn FnMut(Figure)) -> Result<()> {
    let mut shop = Shop::open()?;
    let (one, two) = (shop.till(0)?, shop.till(1)?);
    shop.bring(&one)?;
    let address = shop.server.address();
    let link = |till: &TestTill| Background::start(till.engine.clone(), &address, &Trust::default(), |_| ());
    let (sender, receiver) = (link(&one)?, link(&two)?);
    std::thread::sleep(Duration::from_secs(2));
    let mut times = Vec::new();
    for sale in 0..NEWS {
        let (receipt, _) = shop.sell(&one, u64::try_from(sale)?)?;
        let begun = Instant::now();
        sender.grew();
        let limit = begun + Duration::from_secs(30);
        while two.engine.read(move |reader| reader.receipt_get(&ReceiptRef { receipt })).is_err() {
            ensure!(Instant::now() < limit, "the news never came");
            std::thread::sleep(Duration::from_millis(2));
        }
        times.push(micros(begun.elapsed()));
        // Time enough to wait at the server again.
        std::thread::sleep(Duration::from_millis(700));
    }
    drop((sender, receiver));
    let times = Times::from_micros(times);
    found(Figure::new("news_of_a_sale", "µs", &times).asked("p99 ≤ 1000000 µs", times.p99() <= 1_000_000.0));
    Ok(())
}
