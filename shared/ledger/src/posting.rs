//! Double entry: what a fact adds to the accounts of its shop. Debits are positive, credits negative; they sum to zero (I5).

use crate::{
    account::Account,
    fact::{Fact, Sale},
};
use duka_core::Currency;

/// An amount added to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting {
    /// Where.
    pub account: Account,
    /// In what currency.
    pub currency: Currency,
    /// Minor units; debit positive, credit negative.
    pub amount: i64,
}

/// What `fact` posts; empty for facts that move no money. The amounts always sum to zero (I5).
pub fn postings(fact: &Fact) -> Vec<Posting> {
    match fact {
        Fact::SaleCompleted(sale) => of_sale(sale),
        Fact::RefundCompleted(refund) => {
            let mut reversed = of_sale(&refund.refund);
            reversed.iter_mut().for_each(|posting| posting.amount = posting.amount.saturating_neg());
            reversed
        }
        Fact::ShiftOpened(shift) => transfer(Account::Drawer(shift.register), Account::Safe, shift.currency, shift.float),
        Fact::ShiftClosed(shift) => {
            let drawer = Account::Drawer(shift.register);
            let short = shift.expected_cash.saturating_sub(shift.counted_cash);
            let mut all = transfer(Account::Safe, drawer, shift.currency, shift.counted_cash);
            all.extend(transfer(Account::CashDifference, drawer, shift.currency, short));
            all
        }
        Fact::AccountAdjusted(moved) => transfer(moved.debit, moved.credit, moved.currency, moved.amount),
        Fact::DeviceCertified(_)
        | Fact::SaleAborted(_)
        | Fact::StockMoved(_)
        | Fact::RecordChanged(_)
        | Fact::ReceiptReprinted(_)
        | Fact::TechnicalEvent(_) => Vec::new(),
    }
}

fn transfer(debit: Account, credit: Account, currency: Currency, amount: i64) -> Vec<Posting> {
    if amount == 0 {
        return Vec::new();
    }
    vec![Posting { account: debit, currency, amount }, Posting { account: credit, currency, amount: amount.saturating_neg() }]
}

fn of_sale(sale: &Sale) -> Vec<Posting> {
    let currency = sale.currency;
    let mut all = Vec::with_capacity(sale.taxes.len().saturating_add(2));
    let mut credited = 0_i64;
    for total in &sale.taxes {
        if total.tax != 0 {
            all.push(Posting { account: Account::Tax(total.rate), currency, amount: total.tax.saturating_neg() });
            credited = credited.saturating_add(total.tax);
        }
    }
    let net = sale.gross.saturating_sub(credited);
    all.push(Posting { account: Account::Sales, currency, amount: net.saturating_neg() });
    all.push(Posting { account: Account::Drawer(sale.register), currency, amount: sale.gross });
    all.retain(|posting| posting.amount != 0);
    all
}
