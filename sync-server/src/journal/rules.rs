//! What a device may write: the right kinds, in the right log, with sums that add up and numbers without a gap.
//!
//! Nothing here looks at a clock (I8), and nothing at tables: what two devices may both do while apart cannot be refused later.

use duka_core::{Currency, Money, Quantity, RegisterId, TaxRate};
use duka_ledger::{Account, Fact, ReceiptLine, Sale, Scope, ShiftClosed, ShiftOpened, TaxTotal, postings};

/// Who writes, and where its numbers stand.
pub(super) struct Writer {
    pub(super) scope: Scope,
    pub(super) register: Option<RegisterId>,
    pub(super) series: String,
    pub(super) currency: Currency,
    /// The last receipt number of its series; sales and refunds share them.
    pub(super) receipt_number: u64,
    /// The last Z number.
    pub(super) z_number: u64,
}

type Checked = Result<(), String>;

fn must(holds: bool, otherwise: impl Into<String>) -> Checked {
    if holds { Ok(()) } else { Err(otherwise.into()) }
}

/// Amounts that Duka can hold.
fn amount(minor: i64) -> bool {
    minor.unsigned_abs() <= Money::MAX_MINOR.unsigned_abs()
}

fn positive_amount(minor: i64) -> bool {
    minor >= 0 && amount(minor)
}

impl Writer {
    /// Checks the next fact of the log, and takes its numbers as the last ones.
    pub(super) fn check(&mut self, fact: &Fact) -> Checked {
        let of_company = matches!(fact, Fact::RecordChanged(_) | Fact::DeviceCertified(_));
        must(
            of_company == matches!(self.scope, Scope::Company(_)),
            format!("{} does not belong into a log of this scope", fact.kind().name()),
        )?;
        match fact {
            Fact::DeviceCertified(_) => return Err("only the company's server certifies devices".to_owned()),
            Fact::RecordChanged(_) | Fact::TechnicalEvent(_) => {}
            Fact::SaleCompleted(sale) => {
                must(sale.lines.iter().all(|line| line.refunds.is_none()), "a line of a sale refunds nothing")?;
                self.sale(sale)?;
            }
            Fact::RefundCompleted(refund) => self.sale(&refund.refund)?,
            Fact::SaleAborted(aborted) => {
                self.place(aborted.register, aborted.currency)?;
                must(amount(aborted.gross), "the amount is out of range")?;
            }
            Fact::ReceiptReprinted(copy) => self.register(copy.register)?,
            Fact::StockMoved(moved) => {
                let thousandths = moved.quantity.thousandths();
                must(
                    thousandths != 0 && thousandths.unsigned_abs() <= Quantity::MAX_THOUSANDTHS.unsigned_abs(),
                    "a stock move is never 0",
                )?;
            }
            Fact::AccountAdjusted(moved) => {
                must(moved.currency == self.currency, "the currency is not the company's")?;
                must(moved.amount != 0 && amount(moved.amount), "an adjustment is never 0")?;
                for account in [moved.debit, moved.credit] {
                    if let Account::Drawer(register) = account {
                        self.register(register)?;
                    }
                }
            }
            Fact::ShiftOpened(shift) => self.opened(shift)?,
            Fact::ShiftClosed(shift) => self.closed(shift)?,
        }
        // I5: by construction of the postings, and asserted here.
        let sum = postings(fact).iter().fold(0_i128, |sum, posting| sum + i128::from(posting.amount));
        must(sum == 0, "the postings do not sum to zero")
    }

    fn register(&self, register: RegisterId) -> Checked {
        must(Some(register) == self.register, "the register is not the device's own")
    }

    fn place(&self, register: RegisterId, currency: Currency) -> Checked {
        self.register(register)?;
        must(currency == self.currency, "the currency is not the company's")
    }

    fn opened(&self, shift: &ShiftOpened) -> Checked {
        self.place(shift.register, shift.currency)?;
        must(positive_amount(shift.float), "a float is never below zero")
    }

    fn closed(&mut self, shift: &ShiftClosed) -> Checked {
        self.place(shift.register, shift.currency)?;
        must(positive_amount(shift.counted_cash) && positive_amount(shift.float), "counted cash is never below zero")?;
        must(amount(shift.expected_cash), "the amount is out of range")?;
        // I7
        must(
            self.z_number.checked_add(1) == Some(shift.z_number),
            format!("Z number {} does not follow {}", shift.z_number, self.z_number),
        )?;
        self.z_number = shift.z_number;
        Ok(())
    }

    fn sale(&mut self, sale: &Sale) -> Checked {
        self.place(sale.register, sale.currency)?;
        must(sale.series == self.series, format!("the series '{}' is not the device's own", sale.series))?;
        // I7
        must(
            self.receipt_number.checked_add(1) == Some(sale.number),
            format!("receipt number {} does not follow {}", sale.number, self.receipt_number),
        )?;
        must(!sale.lines.is_empty(), "a receipt has at least one line")?;
        for (number, line) in (1_u32..).zip(&sale.lines) {
            must(line.line == number, format!("line {number} is numbered {}", line.line))?;
            check_line(line)?;
        }
        let gross: i128 = sale.lines.iter().map(|line| i128::from(line.gross)).sum();
        must(positive_amount(sale.gross) && gross == i128::from(sale.gross), "the lines do not add up to the total")?;
        check_taxes(&sale.lines, &sale.taxes)?;
        must(
            sale.payments
                .iter()
                .all(|payment| positive_amount(payment.amount) && amount(payment.tendered) && payment.tendered >= payment.amount),
            "less was tendered than paid",
        )?;
        let paid: i128 = sale.payments.iter().map(|payment| i128::from(payment.amount)).sum();
        let tendered: i128 = sale.payments.iter().map(|payment| i128::from(payment.tendered)).sum();
        must(paid == gross && tendered <= i128::from(Money::MAX_MINOR), "the payments do not add up to the total")?;
        self.receipt_number = sale.number;
        Ok(())
    }
}

fn check_line(line: &ReceiptLine) -> Checked {
    let number = line.line;
    must(
        line.quantity.is_positive() && line.quantity.thousandths() <= Quantity::MAX_THOUSANDTHS,
        format!("line {number}: a quantity is above zero"),
    )?;
    must(
        [line.unit_price, line.discount, line.gross, line.tax].into_iter().all(positive_amount) && line.tax <= line.gross,
        format!("line {number}: an amount is out of range"),
    )?;
    must(line.rate <= TaxRate::MAX, format!("line {number}: the tax rate is out of range"))
}

/// The totals per rate are the sums of the lines, by rising rate.
fn check_taxes(lines: &[ReceiptLine], totals: &[TaxTotal]) -> Checked {
    let mut sums = std::collections::BTreeMap::<TaxRate, (i128, i128)>::new();
    for line in lines {
        let (net, tax) = sums.entry(line.rate).or_default();
        *net += i128::from(line.gross) - i128::from(line.tax);
        *tax += i128::from(line.tax);
    }
    let told = totals.iter().map(|total| (total.rate, (i128::from(total.net), i128::from(total.tax))));
    must(told.eq(sums), "the taxes are not the sums of the lines")
}

#[cfg(test)]
mod tests {
    use super::*;
    use duka_core::{CompanyId, ProductId, ReceiptId, ShiftId, ShopId};
    use duka_ledger::{Payment, RecordChanged, RecordKind, TenderKind};

    const REGISTER: RegisterId = RegisterId::from_bytes([3; 16]);

    fn currency() -> Currency {
        Currency::try_new("GBP").unwrap()
    }

    fn writer() -> Writer {
        let scope = Scope::Shop(ShopId::from_bytes([2; 16]));
        Writer { scope, register: Some(REGISTER), series: "A".into(), currency: currency(), receipt_number: 4, z_number: 0 }
    }

    fn sale() -> Sale {
        let rate = TaxRate::try_from_ppm(200_000).unwrap();
        let line = |line, gross, tax| ReceiptLine {
            line,
            product: ProductId::from_bytes([4; 16]),
            code: String::new(),
            name: "Tea".into(),
            quantity: Quantity::ONE,
            unit_price: gross,
            discount: 0,
            gross,
            tax,
            rate,
            note: None,
            refunds: None,
        };
        Sale {
            receipt: ReceiptId::from_bytes([5; 16]),
            register: REGISTER,
            shift: ShiftId::from_bytes([6; 16]),
            series: "A".into(),
            number: 5,
            currency: currency(),
            lines: vec![line(1, 120, 20), line(2, 60, 10)],
            taxes: vec![TaxTotal { rate, net: 150, tax: 30 }],
            gross: 180,
            payments: vec![Payment { tender: TenderKind::Cash, amount: 180, tendered: 200 }],
        }
    }

    #[test]
    fn a_sale_that_adds_up_is_taken_and_its_number_counts() {
        let mut writer = writer();
        writer.check(&Fact::SaleCompleted(sale())).unwrap();
        assert!(writer.check(&Fact::SaleCompleted(sale())).unwrap_err().contains("does not follow"));
        writer.check(&Fact::SaleCompleted(Sale { number: 6, ..sale() })).unwrap();
    }

    #[test]
    fn a_sale_that_does_not_is_refused_with_its_reason() {
        type Spoil = fn(&mut Sale);
        let cases: [(&str, Spoil); 13] = [
            ("register", |sale| sale.register = RegisterId::from_bytes([9; 16])),
            ("series", |sale| sale.series = "B".into()),
            ("does not follow", |sale| sale.number = 7),
            ("currency", |sale| sale.currency = Currency::try_new("EUR").unwrap()),
            ("at least one", |sale| sale.lines.clear()),
            ("numbered", |sale| sale.lines[1].line = 1),
            ("add up", |sale| sale.gross = 181),
            ("taxes", |sale| sale.taxes[0].tax = 31),
            ("taxes", |sale| sale.taxes.push(TaxTotal { rate: TaxRate::ZERO, net: 0, tax: 0 })),
            ("payments", |sale| sale.payments[0].amount = 179),
            ("tendered", |sale| sale.payments[0].tendered = 179),
            ("out of range", |sale| sale.lines[0].tax = 121),
            ("above zero", |sale| sale.lines[0].quantity = Quantity::ONE.negated()),
        ];
        for (reason, spoil) in cases {
            let mut sale = sale();
            spoil(&mut sale);
            let told = writer().check(&Fact::SaleCompleted(sale)).unwrap_err();
            assert!(told.contains(reason), "{told} should tell of {reason}");
        }
    }

    #[test]
    fn each_kind_belongs_into_logs_of_its_scope() {
        let record =
            Fact::RecordChanged(RecordChanged { kind: RecordKind::Product, record: ProductId::from_bytes([4; 16]), change: vec![].into() });
        let mut company = Writer { scope: Scope::Company(CompanyId::from_bytes([1; 16])), ..writer() };
        company.check(&record).unwrap();
        assert!(company.check(&Fact::SaleCompleted(sale())).is_err());
        assert!(writer().check(&record).is_err());
    }
}
