//! What cashiers do: sell, give back, count, edit, open and close, ask twice, and ask again what they never heard the end of.

use super::{promises::Promise, schedule::Happening, world::World};
use anyhow::Result;
use duka_api::{
    Problem,
    till::{
        AddProduct, AdjustStock, CloseShift, OpenShift, Product, ProductFields, ProductQuery, ReceiptKind, ReceiptQuery, ReceiptRef,
        ReceiptSummary, Refund, RefundLines, RefundedLine, SaveProduct, StockReason, Tender, UnlinkedLine,
    },
};
use duka_core::{ErrorCode, Money, ProductId, Quantity, ReceiptId, TaxRate, Unit};
use duka_ledger::{Account, AdjustmentReason};
use duka_pos::{SaleLineInput, Till};
use duka_pricing::Discount;

/// Numbers of kinds of facts that an older version may not know, and so does not write.
const STOCK_MOVED: u16 = 6;
const ACCOUNT_ADJUSTED: u16 = 7;
const RECEIPT_REPRINTED: u16 = 10;

impl World {
    /// A cashier does something, the link hears of it, and some minutes later there is something to do again.
    pub fn trade_and_go_on(&mut self, place: usize) -> Result<()> {
        let pause = 30_000 + self.chance.below(900_000);
        self.schedule.at(self.now + pause, Happening::Trade(place));
        if !self.places[place].is_up() {
            return Ok(());
        }
        for _ in 0..=self.chance.below(3) {
            self.trade(place)?;
        }
        if self.chance.chance(300) {
            self.at(place, |till| {
                till.tidy_up();
                till.marking().into_iter().for_each(|marking| marking());
            })?;
        }
        self.grew(place)
    }

    /// One thing that a cashier does.
    pub fn trade(&mut self, place: usize) -> Result<()> {
        let Some(shift) = self.at_till(place, "state", &[], |till| Ok(till.state()?.shift.is_some())) else { return Ok(()) };
        if !shift {
            let open = OpenShift { operator: format!("Cashier {place}"), float: self.money(place, 5_000)? };
            self.at_till(place, "open a shift", &[], |till| Ok(till.shift_open(&open)?));
            return Ok(());
        }
        match self.chance.below(100) {
            0..=2 => self.close_shift(place)?,
            3..=52 => self.sell(place)?,
            53..=62 => self.sell_basket(place)?,
            63..=72 => self.refund_receipt(place)?,
            73..=76 => self.refund_goods(place)?,
            77..=82 => self.adjust_stock(place)?,
            83..=90 => self.edit_product(place)?,
            91..=93 => self.make_product(place, &format!("Thing {}", self.chance.below(1_000_000))),
            94..=96 => self.reprint(place),
            97 => self.adjust_account(place)?,
            _ => drop(self.at_till(place, "give the basket up", &[], |till| Ok(till.basket_abort()?))),
        }
        Ok(())
    }

    /// Asks a till for something. What it refuses although it should not is a fault; if it refuses because of its clock, of I8.
    pub fn at_till<T>(
        &mut self,
        place: usize,
        what: &str,
        allowed: &[ErrorCode],
        ask: impl Fn(&mut Till) -> Result<T, Problem>,
    ) -> Option<T> {
        let problem = match self.at(place, &ask).ok()?? {
            Ok(done) => return Some(done),
            Err(problem) => problem,
        };
        let at = &mut self.places[place];
        // With its release counts again what it wrote without knowing: a Z that it does not show yet, for one.
        let of_revoked = [ErrorCode::DeviceRevoked, ErrorCode::NoShift, ErrorCode::ShiftOpen];
        let revoked = at.revoked && of_revoked.contains(&problem.code);
        if revoked || allowed.contains(&problem.code) || at.full && problem.code == ErrorCode::DiskFull {
            return None;
        }
        let off_by = at.clock.set_right();
        let by_clock = off_by != 0 && matches!(at.work(&ask), Some(Ok(_)));
        at.clock.set_wrong(off_by);
        let invariant = if by_clock { "I8" } else { "unexpected" };
        self.violate(invariant, format!("till {place} refuses to {what}: {problem}"));
        None
    }

    fn line(&self, place: usize) -> Result<Option<SaleLineInput>> {
        let products = &self.companies[self.places[place].company].products;
        let Some(product) = products.get(self.pick(products.len())).copied() else { return Ok(None) };
        let quantity = Quantity::whole(1 + i64::try_from(self.chance.below(4))?, Unit::Each)?;
        let unit_price = self.money(place, i64::try_from(self.chance.below(2_000))?)?;
        Ok(Some(SaleLineInput { product, quantity, unit_price, discount: Discount::None, note: None }))
    }

    fn sell(&mut self, place: usize) -> Result<()> {
        let (receipt, lines) = match self.places[place].unsure.pop() {
            Some(unsure) => unsure,
            None => {
                let mut lines = Vec::new();
                for _ in 0..=self.chance.below(3) {
                    lines.extend(self.line(place)?);
                }
                (self.fresh_receipt(), lines)
            }
        };
        if lines.is_empty() {
            return Ok(());
        }
        self.promises.ask(self.shop_of(place), self.disk(place), receipt);
        self.places[place].unsure.push((receipt, lines.clone()));
        // Who presses twice, or asks again after a time-out, sells once (I2).
        for _ in 0..=self.chance.below(2) {
            let done = self.at_till(place, "sell", &[ErrorCode::NotFound], |till| Ok(till.sale_complete_lines(receipt, &lines)?));
            match done {
                Some(done) => self.promised(place, receipt, &done.number, done.gross),
                None if self.places[place].is_up() && !self.places[place].full => break,
                // Nobody knows whether it was sold; the cashier asks again later.
                None => return Ok(()),
            }
        }
        self.places[place].unsure.retain(|(unsure, _)| *unsure != receipt);
        Ok(())
    }

    fn sell_basket(&mut self, place: usize) -> Result<()> {
        let Some(line) = self.line(place)? else { return Ok(()) };
        let add = AddProduct { product: line.product, quantity: Some(line.quantity) };
        let Some(basket) = self.at_till(place, "fill the basket", &[ErrorCode::NotFound], |till| Ok(till.basket_add(&add)?)) else {
            return Ok(());
        };
        if self.chance.chance(500) && self.at_till(place, "keep the basket", &[], |till| Ok(till.keep_basket()?)).is_none() {
            return Ok(());
        }
        let tender = Tender { receipt: basket.receipt, tendered: None, shown: basket.gross };
        self.promises.ask(self.shop_of(place), self.disk(place), basket.receipt);
        if let Some(done) = self.at_till(place, "take the money", &[], |till| Ok(till.sale_complete(&tender)?)) {
            self.promised(place, done.receipt, &done.number, done.gross);
        }
        Ok(())
    }

    fn promised(&mut self, place: usize, receipt: ReceiptId, number: &str, gross: Money) {
        let promise = Promise { number: number.to_owned(), gross: gross.minor() };
        if let Some(before) = self.promises.promise(receipt, self.disk(place), &promise) {
            self.violate("I2", format!("{receipt} was confirmed as {before:?} and as {promise:?}"));
        }
    }

    fn close_shift(&mut self, place: usize) -> Result<()> {
        self.at_till(place, "give the basket up", &[], |till| Ok(till.basket_abort()?));
        let close = CloseShift { counted: self.money(place, i64::try_from(self.chance.below(20_000))?)? };
        self.at_till(place, "close the shift", &[ErrorCode::Conflict], |till| Ok(till.shift_close(&close)?));
        Ok(())
    }

    /// A receipt of the shop that this till holds, its own or another's.
    pub fn some_receipt(&mut self, place: usize) -> Option<ReceiptSummary> {
        let page = self.at_till(place, "list receipts", &[], |till| Ok(till.reader().receipt_list(&ReceiptQuery::default())?))?;
        let count = page.rows.len();
        let at = self.pick(count);
        page.rows.into_iter().nth(at)
    }

    fn refund_receipt(&mut self, place: usize) -> Result<()> {
        match self.some_receipt(place) {
            Some(sale) if sale.kind == ReceiptKind::Sale => self.refund_line(place, sale.receipt).map(drop),
            _ => Ok(()),
        }
    }

    /// Gives the first piece of a sale's first line back; whether it was done.
    pub fn refund_line(&mut self, place: usize, sale: ReceiptId) -> Result<bool> {
        let refund = self.fresh_receipt();
        let lines = RefundLines::Receipt { receipt: sale, lines: vec![RefundedLine { line: 1, quantity: Quantity::ONE }] };
        self.give_back(place, &Refund { refund, lines, reason: String::new() })
    }

    fn refund_goods(&mut self, place: usize) -> Result<()> {
        let Some(line) = self.line(place)? else { return Ok(()) };
        let lines = vec![UnlinkedLine { product: line.product, quantity: Quantity::ONE, unit_price: Some(line.unit_price) }];
        let refund = Refund { refund: self.fresh_receipt(), lines: RefundLines::Unlinked { lines }, reason: "brought back".into() };
        self.give_back(place, &refund).map(drop)
    }

    fn give_back(&mut self, place: usize, refund: &Refund) -> Result<bool> {
        self.promises.ask(self.shop_of(place), self.disk(place), refund.refund);
        // The product or receipt has not come yet, or all of it was given back before.
        let refused = [ErrorCode::NotFound, ErrorCode::AlreadyRefunded, ErrorCode::NoShift];
        let done = self.at_till(place, "give money back", &refused, |till| Ok(till.refund_complete(refund)?));
        if let Some(done) = &done {
            self.promised(place, done.receipt, &done.number, done.gross);
        }
        Ok(done.is_some())
    }

    fn adjust_stock(&mut self, place: usize) -> Result<()> {
        let knows = self.places[place].version.unknown != Some(STOCK_MOVED);
        let (Some(line), true) = (self.line(place)?, knows) else { return Ok(()) };
        let adjust = AdjustStock { product: line.product, quantity: line.quantity, reason: StockReason::Received, note: String::new() };
        self.at_till(place, "count stock", &[ErrorCode::NotFound], |till| Ok(till.stock_adjust(&adjust)?));
        Ok(())
    }

    fn adjust_account(&mut self, place: usize) -> Result<()> {
        if self.places[place].version.unknown == Some(ACCOUNT_ADJUSTED) {
            return Ok(());
        }
        let amount = self.money(place, 1 + i64::try_from(self.chance.below(900))?)?;
        self.at_till(place, "move an amount", &[], |till| {
            Ok(till.account_adjust(Account::BadDebt, Account::Receivable, amount, AdjustmentReason::BadDebt, "")?)
        });
        Ok(())
    }

    fn reprint(&mut self, place: usize) {
        if self.places[place].version.unknown == Some(RECEIPT_REPRINTED) {
            return;
        }
        if let Some(receipt) = self.some_receipt(place) {
            let which = ReceiptRef { receipt: receipt.receipt };
            self.at_till(place, "print a copy", &[], |till| Ok(till.receipt_reprint(&which)?));
        }
    }

    /// A new product, as a cashier makes one.
    pub fn make_product(&mut self, place: usize, name: &str) {
        let Ok(price) = self.money(place, 250) else { return };
        let fields = ProductFields {
            name: name.to_owned(),
            code: String::new(),
            price,
            rate: TaxRate::try_from_ppm(200_000).unwrap_or(TaxRate::ZERO),
            unit: Unit::Each,
            active: true,
            barcodes: vec![],
        };
        let save = SaveProduct { product: None, before: None, fields };
        if let Some(made) = self.at_till(place, "make a product", &[], |till| Ok(till.product_save(&save)?)) {
            let company = self.places[place].company;
            self.companies[company].products.push(made.product);
        }
    }

    fn edit_product(&mut self, place: usize) -> Result<()> {
        let listed = self.at_till(place, "list products", &[], |till| Ok(till.reader().product_list(&ProductQuery::default())?));
        let rows: Vec<Product> = listed.map(|page| page.rows).unwrap_or_default();
        let Some(product) = rows.get(self.pick(rows.len())) else { return Ok(()) };
        let mut fields = product.fields.clone();
        match self.chance.below(3) {
            0 => fields.name = format!("Thing {}", self.chance.below(1_000)),
            1 => fields.price = self.money(place, i64::try_from(self.chance.below(900))?)?,
            _ => fields.rate = TaxRate::try_from_ppm(if self.chance.chance(500) { 50_000 } else { 200_000 })?,
        }
        let save = SaveProduct { product: Some(product.product), before: Some(product.fields.clone()), fields };
        self.at_till(place, "edit a product", &[], |till| Ok(till.product_save(&save)?));
        Ok(())
    }

    /// A product of a company.
    pub fn some_product(&self, company: usize) -> Option<ProductId> {
        let products = &self.companies[company].products;
        products.get(self.pick(products.len())).copied()
    }
}
