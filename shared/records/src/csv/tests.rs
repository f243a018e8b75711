use super::*;
use duka_core::NumberForm;

fn read(bytes: &[u8]) -> Result<ProductFile, FileFaults> {
    parse_products(bytes, Currency::try_new("GBP").unwrap(), FileForm::Shop(NumberForm::Point)).map_err(Refusal::into_faults)
}

fn places(bytes: &[u8]) -> Vec<(u64, String)> {
    read(bytes).unwrap_err().first.into_iter().map(|fault| (fault.row, fault.column)).collect()
}

#[test]
fn columns_are_found_by_their_usual_names_in_any_order() {
    let file = read("Unit Price (GBP);EAN-13;StockCode;Description;VAT %;Colour;Active;Qty\n2,55;8714100791325|96385074;T1;\"Thé; vert\";20;green;no;-3\n".as_bytes()).unwrap();
    let row = &file.rows[0];
    assert_eq!((row.row, row.product.name.as_str(), row.product.price.minor()), (2, "Thé; vert", 255));
    assert_eq!((row.product.rate.ppm(), row.product.active, row.product.barcodes.len()), (200_000, false, 2));
    assert_eq!(row.stock.unwrap().thousandths(), -3_000);
    assert_eq!((file.ignored, file.columns.len()), (vec!["Colour".to_owned()], 7));
}

#[test]
fn empty_cells_and_missing_columns_leave_a_product_as_it_is() {
    let row = read(b"code,name,price,tax,barcode\nT1,Tea,3,,96385074\n").unwrap().rows.remove(0);
    let there = Product { rate: duka_core::TaxRate::try_from_ppm(50_000).unwrap(), active: false, ..row.product.clone() };
    assert_eq!(row.edit_of(&there), ProductEdit::default());
    let dearer = Product { price: duka_core::Money::zero(there.price.currency()), barcodes: Default::default(), ..there };
    assert_eq!(
        row.edit_of(&dearer),
        ProductEdit { price: Some(row.product.price), add_barcodes: row.product.barcodes, ..Default::default() }
    );
}

#[test]
fn any_usual_header_means_its_column_and_a_price_without_tax_does_not() {
    for title in ["Tax %", "VAT%", "gst %", "tax_rate", "VAT (%)", "Tax.Rate"] {
        let file = read(format!("name,price,{title}\nTea,1,20\n").as_bytes()).unwrap();
        assert_eq!((file.rows[0].rate.unwrap().ppm(), file.title(Column::Rate)), (200_000, title));
    }
    for said in ["yes", "X", "Active", "1"] {
        assert_eq!(read(format!("name,price,Available\nTea,1,{said}\n").as_bytes()).unwrap().rows[0].active, Some(true), "{said}");
    }
    let file = read(b"name,Price (excl. VAT),Price (incl. VAT)\nTea,2.00,2.40\n").unwrap();
    assert_eq!((file.rows[0].product.price.minor(), file.ignored.len()), (240, 1));
    assert_eq!(places(b"name,Price (ex VAT)\nTea,2.00\n"), [(1, "price".to_owned())]);
    let file = read(b"name,price,EAN,UPC\nTea,1,96385074,73513537\n").unwrap();
    assert_eq!((file.rows[0].product.barcodes.len(), file.title(Column::Barcode)), (2, "EAN"));
}

#[test]
fn comma_semicolon_and_tab_separate_whatever_stands_before_the_header() {
    for file in ["name,price,code\nTea,2.50,T\n", "\r\n\r\nname;price;code\r\nTea;2,50;T\r\n", "name\tprice\tcode\nTea\t2,50\tT"] {
        let row = read(file.as_bytes()).unwrap().rows.remove(0);
        assert_eq!((row.product.price.minor(), row.product.code.as_str()), (250, "T"), "{file:?}");
    }
}

#[test]
fn a_fault_names_the_line_that_an_editor_shows() {
    for end in ["\n", "\r\n", "\r"] {
        let file = ["name,price,code", "Tea,1,A", "", "", ",1,B", "\"a", "b\",1,C", ",,", ",1,D", ""].join(end);
        assert_eq!(places(file.as_bytes()), [(5, "name".to_owned()), (9, "name".to_owned())], "{end:?}");
        assert_eq!(places(format!("{end}{end}name,cost{end}").as_bytes()), [(3, "price".to_owned())], "{end:?}");
    }
}

#[test]
fn control_characters_in_names_are_mended_and_a_name_of_nothing_else_is_a_fault() {
    let row = read("name,price,code\nB\u{9c}uf\u{81},1,T\n".as_bytes()).unwrap().rows.remove(0);
    assert_eq!(row.product.name, "Bœuf");
    assert_eq!(places("name,price,code\n\u{81},1,T\n".as_bytes()), [(2, "name".to_owned())]);
}

#[test]
fn a_stock_is_read_in_its_unit_wherever_that_stands() {
    let file = read(b"name;price;stock;unit\nFlour;1;1.234,5;kg\nTea;1;;\n").unwrap();
    let stock = file.rows[0].stock.unwrap();
    assert_eq!((stock.thousandths(), stock.unit(), file.rows[1].stock), (1_234_500, Unit::Kilogram, None));
}

#[test]
fn a_product_without_code_and_barcode_is_known_by_its_name_where_the_caller_finds_it_so() {
    let file = read(b"name,price,code\nLoose,1,\nTea,1,T\nBroken,1,\n").unwrap();
    let faults = file.with_codes_only().unwrap_err();
    assert_eq!((faults.rows, faults.first.iter().map(|fault| fault.row).collect::<Vec<_>>()), (3, vec![2, 4]));
    assert_eq!(places(b"name,price,code\nLoose,1,\nLoose,1,T\nLoose,2,\n"), [(4, "name".to_owned())]);
    assert_eq!(read(b"name,price\nTea,1\n").unwrap().with_codes_only().unwrap_err().first[0].row, 1);
    assert!(read(b"name,price,code\nTea,1,T\n").unwrap().with_codes_only().is_ok());
}

#[test]
fn a_file_that_is_too_large_is_refused_unread() {
    assert_eq!(places(&vec![b' '; MAX_BYTES + 1]), [(1, String::new())]);
}

#[test]
fn every_encoding_that_spreadsheets_write_is_read() {
    let text = "name,price,code\nThé 茶,1,T\n";
    let utf16: Vec<u8> = std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let utf16_bare: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [text.as_bytes(), &[b"\xEF\xBB\xBF", text.as_bytes()].concat(), &utf16, &utf16_bare, &utf16[2..]] {
        assert_eq!(read(bytes).unwrap().rows[0].product.name, "Thé 茶");
    }
    assert_eq!(read(b"name,price,code\nTh\xE9 \x80,1,T\n").unwrap().rows[0].product.name, "Thé €");
}

#[test]
fn a_file_in_the_wrong_encoding_is_refused_with_its_line() {
    assert_eq!(
        places("name,price,code\nThé,1,A\nTh\u{e9}\n".as_bytes().iter().copied().chain(*b"\xE9,1,B\n").collect::<Vec<_>>().as_slice())[0].0,
        4
    );
    assert_eq!(places(b"PK\x03\x04rest")[0].0, 1);
    assert_eq!(places(b"name,price,code\nA\0B,1,A\n")[0].0, 2);
    assert_eq!(places(b"name,price,code\nA\x81B,1,A\n")[0].0, 2);
    assert_eq!(places(b"name,price\n\x81\x8d,1\n")[0].0, 2);
    assert_eq!(places(b"\xff\xfe\x00\xd8\x00")[0].0, 1);
    assert_eq!(places(b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00")[0].0, 1);
}

#[test]
fn each_fault_names_its_row_and_column_and_nothing_is_taken() {
    let file = b"Name,Price,Code,EAN\nTea,1.00,A,\n,1,B,\nTea,x,C,\nTea,1,D,4006381333932\nTea,1,A,\nTea,1\nTea,-1,E,\nTea,1,,\nTea,1,F,4.00638E+12\n";
    let expected = [(3, "Name"), (4, "Price"), (5, "EAN"), (6, "Code"), (7, ""), (8, "Price"), (10, "EAN")];
    assert_eq!(places(file), expected.map(|(row, column)| (row, column.to_owned())));
    assert_eq!(places(b"Name,Price,EAN\na,1,96385074\nb,1,96385074\n"), [(3, "EAN".to_owned())]);
    let all_at_once = format!("Name,Price,Code\n{},-1,J 1\n", "x".repeat(201));
    assert_eq!(places(all_at_once.as_bytes()), ["Name", "Code", "Price"].map(|column| (2, column.to_owned())));
}

#[test]
fn a_header_that_lacks_or_doubles_a_column_is_refused() {
    for file in ["", "name,code\n", "price,code\n", "name,price,code,sku\n", "name,price,cost,price\n", "\n\n"] {
        assert_eq!(places(file.as_bytes())[0].0, 1, "{file:?}");
    }
}

#[test]
fn a_quote_that_never_closes_is_a_fault_not_a_crash() {
    assert!(read(b"name,price,code\n\"Tea,1,A\nMilk,2,B\n").is_err());
}

#[test]
fn faults_are_counted_but_kept_only_up_to_a_limit() {
    let file = format!("name,price,code\n{}", ",,\u{20}x\n".repeat(200));
    let faults = read(file.as_bytes()).unwrap_err();
    assert_eq!((faults.first.len(), faults.count), (MAX_FAULTS, 400));
}
