//! The basket: filled and changed in memory, kept on disk beside, paid or given up in the journal.

use super::Till;
use crate::{
    basket::{self, BasketError, Open},
    journal::JournalError,
    platform::StoreError,
    product,
    sale::{self, SaleError, SaleLineInput},
};
use duka_api::till::{AddProduct, Basket, ChangeLine, SaleDone, Scan, Scanned, Tender};
use duka_core::ReceiptId;
use duka_ledger::Sale;
use rusqlite::Connection;

impl Till {
    /// Adds what a scanned or typed code stands for.
    pub fn basket_scan(&mut self, scan: &Scan) -> Result<Scanned, BasketError> {
        let (found, code) = match product::scan(self.writer.reading(), &scan.code)? {
            product::Scanned::Found(found, code) => (found, code),
            product::Scanned::Unknown(code) => return Ok(Scanned::Unknown { code }),
            product::Scanned::Misread(code) => return Ok(Scanned::Misread { code }),
        };
        if !found.active {
            return Ok(Scanned::Inactive { name: found.name });
        }
        let basket = self.basket_mut()?;
        basket.add(found, &code, None)?;
        Ok(Scanned::Added { basket: basket.view()? })
    }

    /// Adds a product that was picked.
    pub fn basket_add(&mut self, add: &AddProduct) -> Result<Basket, BasketError> {
        let found = product::sellable(self.writer.reading(), add.product)?.ok_or(BasketError::NotFound(add.product))?;
        if !found.active {
            return Err(BasketError::Inactive(found.name));
        }
        let code = found.code.clone();
        let basket = self.basket_mut()?;
        basket.add(found, &code, add.quantity)?;
        basket.view()
    }

    /// Changes or removes a line. What cannot be priced leaves the basket as it was.
    pub fn basket_change(&mut self, change: &ChangeLine) -> Result<Basket, BasketError> {
        let basket = self.basket_mut()?;
        basket.change_line(change)?;
        basket.view()
    }

    /// Gives the basket up; the journal says so when it had lines. Gives the next, empty one.
    pub fn basket_abort(&mut self) -> Result<Basket, BasketError> {
        let open = self.basket_mut()?.clone();
        if !open.lines.is_empty() {
            self.writer.commit(|books| basket::aborted(books, &open), |tx, ()| basket::clear_in_tx(tx))?;
        }
        self.next_basket();
        self.basket()
    }

    /// The basket now.
    pub fn basket(&self) -> Result<Basket, BasketError> {
        self.basket.as_ref().ok_or(JournalError::NotEnrolled)?.view()
    }

    /// Keeps the basket on disk, if that does not know it yet; not part of a scan, so that none waits for it.
    pub fn keep_basket(&mut self) -> Result<(), StoreError> {
        let Some(open) = self.basket.as_mut().filter(|open| open.is_unkept()) else { return Ok(()) };
        self.writer.keep_lightly(|tx| basket::keep_in_tx(tx, open.receipt, &open.lines))?;
        open.kept();
        Ok(())
    }

    /// Pays the basket in cash. Asking again for the same receipt gives the same answer and sells nothing more (I2).
    pub fn sale_complete(&mut self, tender: &Tender) -> Result<SaleDone, SaleError> {
        let tender = &Tender { receipt: self.meant(tender.receipt), ..tender.clone() };
        let open = self.basket_mut()?.clone();
        let key = self.shared.key();
        let paid_now = open.receipt == tender.receipt;
        let clear = |tx: &Connection, _: &Sale| if paid_now { basket::clear_in_tx(tx) } else { Ok(()) };
        let sale = self.writer.commit(|books| sale::pay(books, &open, tender, key), clear)?;
        if paid_now {
            self.next_basket();
        }
        self.sold(&sale)
    }

    /// Sells lines that come ready, for exact cash: the same as filling a basket with them and paying it. The basket is left alone.
    pub fn sale_complete_lines(&mut self, receipt: ReceiptId, lines: &[SaleLineInput]) -> Result<SaleDone, SaleError> {
        let key = self.shared.key();
        let sale = self.commit(|books| sale::sell(books, receipt, lines, key))?;
        if self.basket.as_ref().is_some_and(|basket| basket.receipt == receipt) {
            self.next_basket();
        }
        self.sold(&sale)
    }

    fn sold(&self, sale: &Sale) -> Result<SaleDone, SaleError> {
        let (gross, tendered, change) = sale::paid(sale)?;
        let number = sale.paper_number();
        Ok(SaleDone { receipt: sale.receipt, number, gross, tendered, change, basket: self.basket()? })
    }

    fn basket_mut(&mut self) -> Result<&mut Open, BasketError> {
        self.basket.as_mut().ok_or(BasketError::Journal(JournalError::NotEnrolled))
    }

    /// Begins the next basket under a fresh receipt id.
    pub(super) fn next_basket(&mut self) {
        let receipt = self.fresh_receipt();
        self.basket = self.shared.member().map(|me| Open::new(receipt, me.currency()));
    }

    /// Takes up the basket that the last run left; one that was paid meanwhile is not offered again.
    pub(super) fn resume_basket(&mut self) -> Result<(), StoreError> {
        self.next_basket();
        let (Some(me), Some((receipt, lines))) = (self.shared.member(), basket::load(self.writer.reading())?) else { return Ok(()) };
        if crate::receipt::load(self.writer.reading(), me.device(), receipt)?.is_none() {
            self.basket = Some(Open::resume(receipt, me.currency(), lines));
        }
        Ok(())
    }
}
