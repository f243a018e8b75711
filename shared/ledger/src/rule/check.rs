//! What a fact must be by itself, whatever its log says: in the right log, by the right device, within limits.

use super::{CheckRecord, Flag, Home, MAX_TEXT, Writer, flag::quoted, home, receipt};
use crate::{
    account::{Account, AccountAdjusted},
    device::{DeviceCertified, DeviceRole},
    fact::Fact,
    journal::{Entry, Scope},
    receipt::Sale,
};
use duka_core::{Currency, Money, Quantity, RegisterId};

/// An amount that Duka can hold.
pub(super) fn held(minor: i64) -> Result<(), Flag> {
    if minor.unsigned_abs() <= Money::MAX_MINOR.unsigned_abs() { Ok(()) } else { Err(Flag::Amount) }
}

/// The same, not below zero.
pub(super) fn positive(minor: i64) -> Result<(), Flag> {
    if minor < 0 { Err(Flag::Amount) } else { held(minor) }
}

/// A number that a column can hold.
pub(super) fn count(number: u64) -> Result<(), Flag> {
    i64::try_from(number).map(drop).map_err(|_| Flag::Amount)
}

/// A text that every database can store (PostgreSQL refuses NUL).
pub(super) fn text(text: &str) -> Result<(), Flag> {
    if text.len() <= MAX_TEXT && !text.contains('\0') { Ok(()) } else { Err(Flag::Text) }
}

/// Checks a fact by itself.
pub(super) fn fact(writer: &Writer, entry: &Entry, fact: &Fact, check: CheckRecord<'_>) -> Result<(), Flag> {
    scope_and_role(writer, entry, fact)?;
    let server = entry.log.device;
    match fact {
        // A company has one server: no two writers certify the same device (I4).
        Fact::DeviceCertified(certified) if certified.role == DeviceRole::Server && certified.device != server => {
            Err(Flag::Role(fact.kind()))
        }
        Fact::DeviceCertified(certified) if certified.role == DeviceRole::Till && !DeviceCertified::is_series(&certified.series) => {
            Err(Flag::NoSeries(quoted(&certified.series)))
        }
        Fact::DeviceCertified(certified) => [&certified.name, &certified.series].into_iter().try_for_each(|it| text(it)),
        // It would undo itself.
        Fact::DeviceStandingChanged(changed) if changed.device == server => Err(Flag::Role(fact.kind())),
        Fact::DeviceStandingChanged(changed) => {
            count(changed.company_seq)?;
            count(changed.shop_seq)?;
            text(&changed.reason)
        }
        Fact::RecordChanged(changed) => {
            count(changed.number)?;
            check(changed, entry.log.device).map_err(|fault| Flag::Record(quoted(&fault)))
        }
        Fact::TechnicalEvent(event) => text(&event.detail),
        Fact::SaleCompleted(sale) => {
            if sale.lines.iter().any(|line| line.refunds.is_some()) {
                return Err(Flag::Sum("a line of a sale refunds nothing"));
            }
            sale_itself(writer, sale)
        }
        Fact::RefundCompleted(refund) => {
            text(&refund.reason)?;
            sale_itself(writer, &refund.refund)?;
            receipt::without_change(&refund.refund)
        }
        Fact::SaleAborted(aborted) => {
            place(writer, aborted.register, aborted.currency)?;
            held(aborted.gross)
        }
        Fact::ReceiptReprinted(copy) => register(writer, copy.register),
        Fact::StockMoved(moved) => {
            let size = moved.quantity.thousandths().unsigned_abs();
            if size == 0 || size > Quantity::MAX_THOUSANDTHS.unsigned_abs() { Err(Flag::Amount) } else { text(&moved.note) }
        }
        Fact::AccountAdjusted(moved) => adjusted(writer, moved),
        Fact::ShiftOpened(opened) => {
            place(writer, opened.register, opened.currency)?;
            text(&opened.operator_name)?;
            positive(opened.float)?;
            opened.continues.as_ref().map_or(Ok(()), |before| super::shift::continued(writer, opened.number, before))
        }
        Fact::ShiftClosed(closed) => {
            place(writer, closed.register, closed.currency)?;
            positive(closed.counted_cash)?;
            held(closed.expected_cash)
        }
    }
}

fn scope_and_role(writer: &Writer, entry: &Entry, fact: &Fact) -> Result<(), Flag> {
    let kind = fact.kind();
    let fits = match (home(kind, writer.certificate.role).ok_or(Flag::Role(kind))?, entry.log.scope) {
        (Home::Company, Scope::Company(_)) => true,
        (Home::Shop, Scope::Shop(shop)) => writer.certificate.shop == Some(shop),
        (Home::Company, Scope::Shop(_)) | (Home::Shop, Scope::Company(_)) => false,
    };
    if fits { Ok(()) } else { Err(Flag::Scope(kind)) }
}

fn register(writer: &Writer, register: RegisterId) -> Result<(), Flag> {
    if writer.certificate.register == Some(register) { Ok(()) } else { Err(Flag::Register) }
}

fn currency(writer: &Writer, currency: Currency) -> Result<(), Flag> {
    if writer.certificate.currency == currency { Ok(()) } else { Err(Flag::Currency) }
}

fn place(writer: &Writer, at: RegisterId, of: Currency) -> Result<(), Flag> {
    register(writer, at)?;
    currency(writer, of)
}

fn adjusted(writer: &Writer, moved: &AccountAdjusted) -> Result<(), Flag> {
    currency(writer, moved.currency)?;
    held(moved.amount)?;
    for account in [moved.debit, moved.credit] {
        if let Account::Drawer(drawer) = account {
            register(writer, drawer)?;
        }
    }
    if moved.amount == 0 { Err(Flag::Amount) } else { text(&moved.note) }
}

fn sale_itself(writer: &Writer, sale: &Sale) -> Result<(), Flag> {
    place(writer, sale.register, sale.currency)?;
    if sale.series != writer.certificate.series {
        return Err(Flag::Series(quoted(&sale.series)));
    }
    if let Some(printed) = &sale.printed {
        text(&printed.series)?;
        count(printed.number)?;
    }
    receipt::sums(sale)
}
