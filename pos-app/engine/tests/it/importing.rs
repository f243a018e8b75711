use crate::world::{Server, Shop, money};
use duka_api::till::{ImportReport, ProductSearch};
use duka_core::{Currency, NumberForm};
use duka_pos::import::{self, FileForm, Prepared};

fn prepare(file: &[u8]) -> Result<Prepared, ImportReport> {
    import::prepare(file, Currency::try_new("GBP").unwrap(), FileForm::Shop(NumberForm::Point))
}

fn run(shop: &mut Shop, file: &Prepared) -> ImportReport {
    shop.till().import_begin(file).unwrap();
    while shop.till().import_step().unwrap().is_some() {}
    shop.till().reader().import_report().unwrap().unwrap()
}

fn faults(file: &[u8]) -> Vec<(u64, String)> {
    let report = prepare(file).unwrap_err();
    assert_eq!(report.fault_count, report.faults.len() as u64);
    report.faults.into_iter().map(|fault| (fault.row, fault.column)).collect()
}

#[test]
fn every_wrong_row_is_named_by_line_and_column_and_nothing_is_imported() {
    let file = "Description,Unit Price,VAT,EAN,SKU,Active\n\
                Tea,2.95,20,8714100791325,T1,yes\n\
                ,2.95,20,,T2,yes\n\
                Milk,two,x,,M1,maybe\n\
                Soap,1,0,8714100791326,S1,no\n\
                \"Jam, \"\"red\"\"\",1.00,0,,J 1,\n\
                Short,1\n\
                Tea again,1,0,8714100791325,T1,yes\n";
    let expected =
        [(3, "Description"), (4, "Unit Price"), (4, "VAT"), (4, "Active"), (5, "EAN"), (6, "SKU"), (7, ""), (8, "EAN"), (8, "SKU")];
    assert_eq!(faults(file.as_bytes()), expected.map(|(row, column)| (row, column.to_owned())));
    assert_eq!(prepare(file.as_bytes()).unwrap_err().rows, 7);
    assert_eq!(faults(b"price\n1\n"), [(1, "name".to_owned())]);
    assert_eq!(faults(b"name,price,cost,price\n"), [(1, "price".to_owned())]);
    assert_eq!(faults(b"name,price\nDear,1.005\n"), [(2, "price".to_owned())]);
    assert_eq!(faults(b""), [(1, String::new())]);
}

#[test]
fn a_file_in_any_usual_encoding_and_form_reads_the_same() {
    let text = "Name;Price;Barcodes;Unit;Stock\r\nCrème;2,50;8714100791325|96385074;;3\r\nKäse;1.234,5;;kg;0,5\r\n";
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bom: Vec<u8> = [0xff, 0xfe].into_iter().chain(utf16.iter().copied()).collect();
    let windows: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let files = [text.into(), format!("\u{feff}{text}").into_bytes(), utf16, bom, windows];
    let first = prepare(&files[0]).unwrap();
    for file in &files {
        assert_eq!(prepare(file).unwrap(), first);
    }
    let mut shop = Shop::enrolled(&Server::new(), "A1");
    let report = run(&mut shop, &first);
    assert_eq!((report.added, report.fault_count), (2, 0));
    let found = shop.till().reader().product_search(&ProductSearch { text: "kase".into(), limit: 1 }).unwrap();
    assert_eq!((found[0].fields.price, found[0].stock.to_string().as_str()), (money(123_450), "0.5 kg"));
    assert_eq!(shop.stock("8714100791325"), 3_000);
}

#[test]
fn a_file_that_is_no_text_says_so() {
    for bytes in
        [&b"name,price\n\x81\x8d,1\n"[..], b"name,price\nx\0y,1\n", b"\xff\xfe\x00\xd8\x00", b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00"]
    {
        let report = prepare(bytes).unwrap_err();
        assert!(report.fault_count > 0, "{bytes:?}");
        assert!(!report.faults[0].detail.is_empty());
    }
}

#[test]
fn importing_again_changes_only_what_differs() {
    let mut shop = Shop::open(&Server::new(), "A1");
    let file = |price: &str| format!("code,name,price,barcode\nT1,Tea,{price},\nN1,New,1.00,73513537\n,Loose,0.50,\n");
    let first = run(&mut shop, &prepare(file("2.95").as_bytes()).unwrap());
    assert_eq!((first.rows, first.added, first.changed, first.unchanged), (3, 2, 0, 1));
    let facts = shop.till().reader().unsynced().unwrap();
    let second = run(&mut shop, &prepare(file("2.95").as_bytes()).unwrap());
    assert_eq!((second.added, second.changed, second.unchanged), (0, 0, 3));
    assert_eq!(shop.till().reader().unsynced().unwrap(), facts);
    let third = run(&mut shop, &prepare(file("3.00").as_bytes()).unwrap());
    assert_eq!((third.added, third.changed, third.unchanged), (0, 1, 2));
    let tea = shop.till().reader().product_search(&ProductSearch { text: "T1".into(), limit: 1 }).unwrap().remove(0);
    assert_eq!((tea.fields.price, tea.fields.rate.ppm(), tea.fields.barcodes.len()), (money(300), 200_000, 1));
    shop.assert_rebuilds();
}

#[test]
fn a_row_that_fits_two_products_is_a_fault_and_nothing_is_imported() {
    let mut shop = Shop::open(&Server::new(), "A1");
    shop.product("Jam", "J1", 100, 0, "73513537");
    let file = "name,price,barcode,code\nNew,1,,N1\nBoth,1,8714100791325 96385074,\nMixed,1,73513537,M1\n";
    let report = run(&mut shop, &prepare(file.as_bytes()).unwrap());
    let told: Vec<_> = report.faults.iter().map(|fault| (fault.row, fault.column.as_str())).collect();
    assert_eq!(told, [(3, "barcode"), (4, "code")]);
    assert_eq!((report.added, report.changed), (0, 0));
    assert!(shop.till().reader().product_search(&ProductSearch { text: "N1".into(), limit: 1 }).unwrap().is_empty());
    let twice = "name,price,barcode,code\nA,1,8714100791325,\nB,1,,T1\n";
    let report = run(&mut shop, &prepare(twice.as_bytes()).unwrap());
    assert_eq!((report.fault_count, report.faults[0].row), (1, 3));
}

/// A file of products P0, P1 …
fn many(count: u32) -> Prepared {
    let rows: String = (0..count).map(|n| format!("P{n},Product {n},1.00\n")).collect();
    prepare(format!("code,name,price\n{rows}").as_bytes()).unwrap()
}

#[test]
fn an_import_that_was_cut_off_goes_on_where_it_was_and_sales_fit_between() {
    let mut shop = Shop::open(&Server::new(), "A1");
    let file = many(1_700);
    shop.till().import_begin(&file).unwrap();
    assert!(shop.till().import_begin(&file).is_err(), "one at a time");
    // Cut off while it was checked: nothing is there yet, and it checks again.
    shop.till().import_step().unwrap();
    shop.reopen();
    assert!(shop.till().reader().import_pending().unwrap());
    assert!(matches!(shop.scan("P0"), duka_api::till::Scanned::Unknown { .. }));
    while shop.till().import_step().unwrap().unwrap().done == 0 {}
    // Cut off after each chunk.
    let mut done = Vec::new();
    loop {
        shop.reopen();
        shop.sell(&["T1"]);
        let Some(progress) = shop.till().import_step().unwrap() else { break };
        done.push(progress.done);
    }
    let step = u64::try_from(duka_pos::import::STEP_ROWS).unwrap();
    assert!(done.windows(2).all(|pair| pair[1] - pair[0] <= step) && done.last() == Some(&1_700), "{done:?}");
    let report = shop.till().reader().import_report().unwrap().unwrap();
    assert_eq!((report.rows, report.added, report.unchanged), (1_700, 1_700, 0));
    assert!(matches!(shop.scan("P1699"), duka_api::till::Scanned::Added { .. }));
    shop.assert_rebuilds();
}

#[test]
fn the_engine_goes_on_with_an_import_that_was_cut_off() {
    let mut shop = Shop::open(&Server::new(), "A1");
    shop.till().import_begin(&many(1_200)).unwrap();
    shop.till().import_step().unwrap();
    shop.reopen();
    let engine = duka_pos::Engine::start(shop.till.take().unwrap()).unwrap();
    let report = loop {
        if let Some(report) = engine.read(duka_pos::Reader::import_report).unwrap() {
            break report;
        }
    };
    assert_eq!(report.added, 1_200);
}

/// An import whose step fails every time must not stay for ever.
#[test]
fn an_import_that_cannot_go_on_can_be_cancelled_and_another_begun() {
    let mut shop = Shop::open(&Server::new(), "A1");
    shop.till().import_begin(&many(600)).unwrap();
    while shop.till().import_step().unwrap().unwrap().done == 0 {}
    shop.raw().execute("update import_chunk set rows = x'ff'", []).unwrap();
    assert!(shop.till().import_step().is_err());
    assert!(shop.till().import_step().is_err(), "it fails again");
    let report = shop.till().import_cancel().unwrap();
    assert_eq!(report.added, u64::try_from(duka_pos::import::STEP_ROWS).unwrap(), "what was done is told and stays");
    assert_eq!(shop.till().import_step().unwrap(), None);
    shop.till().import_begin(&many(3)).unwrap();
    while shop.till().import_step().unwrap().is_some() {}
    assert_eq!(shop.till().reader().import_report().unwrap().unwrap().unchanged, 3);
    shop.assert_rebuilds();
}

#[test]
fn a_file_whose_amounts_can_be_read_in_two_ways_is_asked_about() {
    let file = b"name,price\nTea,2.500\nMilk,25.000\n";
    let asked = prepare(file).unwrap_err();
    assert!(asked.ask_number_form && asked.fault_count == 1, "{asked:?}");
    let gbp = Currency::try_new("GBP").unwrap();
    let price = |form| {
        let mut shop = Shop::open(&Server::new(), "A1");
        run(&mut shop, &import::prepare(file, gbp, FileForm::Chosen(form)).unwrap());
        let found = shop.till().reader().product_search(&ProductSearch { text: "milk".into(), limit: 9 }).unwrap();
        found.iter().map(|product| product.fields.price.minor()).max().unwrap()
    };
    assert_eq!((price(NumberForm::Point), price(NumberForm::Comma)), (2_500, 2_500_000));
    assert!(prepare(b"name,price\nTea,2.500\nMilk,\"1,20\"\n").is_ok(), "another row tells");
}

#[test]
fn a_row_finds_its_product_by_either_form_of_a_upc_e() {
    for (there, given) in [("01234565", "012345000065"), ("012345000065", "01234565")] {
        let mut shop = Shop::open(&Server::new(), "A1");
        shop.product("Gum", "", 80, 0, there);
        let report = run(&mut shop, &prepare(format!("name,price,barcode\nGum,0.90,{given}\n").as_bytes()).unwrap());
        assert_eq!((report.added, report.changed), (0, 1), "{given}");
        let gum = shop.till().reader().product_search(&ProductSearch { text: "gum".into(), limit: 9 }).unwrap();
        assert_eq!((gum.len(), gum[0].fields.price), (1, money(90)));
    }
    assert_eq!(faults(b"name,price,barcode\nGum,1,01234565\nGum,1,012345000065\n"), [(3, "barcode".to_owned())]);
}
