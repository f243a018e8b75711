//! For tests: a till that has joined a company whose server cannot be reached, with an open shift and one product.

use duka_api::{
    http::EnrolAnswer,
    till::{OpenShift, ProductFields, SaveProduct, Scan, Tender},
};
use duka_core::{
    CompanyId, Currency, DeviceId, EnrolCode, Money, OneTimeCode, OperatorId, ReceiptId, RegisterId, ShopId, TaxRate, Timestamp, Unit,
};
use duka_ledger::DeviceKey;
use duka_pos::{Engine, FileKeyStore, Settings, SystemEntropy, Till};
use duka_sync::EnrolKnock;
use std::sync::Arc;

const BARCODE: &str = "4006381333931";

pub(crate) struct Member {
    pub(crate) engine: Engine,
    _folder: tempfile::TempDir,
}

pub(crate) fn money(minor: i64) -> Money {
    Money::try_new(minor, Currency::try_new("GBP").unwrap()).unwrap()
}

impl Member {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings::system(Arc::new(FileKeyStore::new(folder.path().join("keys"))));
        let mut till = Till::open(&folder.path().join("till.sqlite"), settings).unwrap();
        join(&mut till);
        till.shift_open(&OpenShift { operator: "Ada".to_owned(), float: money(0) }).unwrap();
        let fields = ProductFields {
            name: "Pen".to_owned(),
            code: String::new(),
            price: money(150),
            rate: TaxRate::default(),
            unit: Unit::default(),
            active: true,
            barcodes: vec![BARCODE.to_owned()],
        };
        till.product_save(&SaveProduct { product: None, before: None, fields }).unwrap();
        Self { engine: Engine::start(till).unwrap(), _folder: folder }
    }

    /// Sells one pen.
    pub(crate) fn sell(&self) -> ReceiptId {
        self.engine.run(|till| till.basket_scan(&Scan { code: BARCODE.to_owned() })).unwrap();
        let basket = self.engine.run(|till| till.basket()).unwrap();
        let tender = Tender { receipt: basket.receipt, tendered: None, shown: basket.gross };
        self.engine.run(move |till| till.sale_complete(&tender)).unwrap().receipt
    }
}

/// Has a till join a company whose server cannot be reached.
pub(crate) fn join(till: &mut Till) {
    let server = DeviceKey::from_secret([7; 32]);
    let code = EnrolCode::new(OneTimeCode::new(&SystemEntropy), server.public().as_bytes());
    let asked = till.enrol_request(code, "test").unwrap();
    let received = EnrolKnock::read(&asked.bytes).unwrap().open(&server.public()).unwrap();
    let answer = answer(&server);
    let sealed = received.answer(answer.server_device, &server, Timestamp::from_micros(1), answer).unwrap();
    till.enrol_complete("http://127.0.0.1:9", &asked.ticket, &sealed).unwrap();
}

fn answer(server: &DeviceKey) -> EnrolAnswer {
    let key = server.public();
    EnrolAnswer {
        company: CompanyId::from_bytes([1; 16]),
        company_name: "Acme".to_owned(),
        shop: ShopId::from_bytes([2; 16]),
        shop_name: "Corner".to_owned(),
        register: RegisterId::from_bytes([3; 16]),
        register_name: "A1".to_owned(),
        series: "A1".to_owned(),
        currency: Currency::try_new("GBP").unwrap(),
        language: Default::default(),
        number_form: Default::default(),
        operator: OperatorId::from_bytes([4; 16]),
        server_device: DeviceId::from_bytes([5; 16]),
        server_key: key.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect(),
        succeeds: None,
    }
}
