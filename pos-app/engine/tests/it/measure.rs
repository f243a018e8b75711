use crate::world::{Server, Shop, each, money};
use duka_api::till::{ProductSearch, Tender};
use duka_pos::{SaleLineInput, Till, import::prepare};
use std::time::Instant;
fn rss() -> u64 {
    std::fs::read_to_string("/proc/self/statm").unwrap().split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4 / 1024
}
fn pct(mut v: Vec<u128>, name: &str) {
    v.sort();
    println!(
        "{name}: p50 {} us p99 {} us max {}",
        v[v.len() / 2] as f64 / 1e3,
        v[v.len() * 99 / 100] as f64 / 1e3,
        v[v.len() - 1] as f64 / 1e3
    );
}
fn import(shop: &mut Shop, csv: String) {
    let t = Instant::now();
    let file = prepare(csv.as_bytes()).unwrap_or_else(|r| panic!("{:?}", &r.faults));
    let p = t.elapsed();
    shop.till().import_begin(&file).unwrap();
    let b = t.elapsed();
    let mut steps = vec![];
    loop {
        let s = Instant::now();
        if shop.till().import_step().unwrap().is_none() {
            break;
        }
        steps.push(s.elapsed().as_nanos());
    }
    println!("import {} rows: prepare {p:?} begin {:?} all {:?} rss {} MB", file.rows(), b - p, t.elapsed(), rss());
    pct(steps, "  step");
    assert_eq!(shop.till().import_report().unwrap().unwrap().fault_count, 0);
}
fn measure(shop: &mut Shop, codes: &[String], names: &[String]) {
    let mut rnd = 1_u64;
    let mut next = |n: usize| {
        rnd = rnd.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (rnd >> 33) as usize % n
    };
    let db = shop.raw();
    let mut st = db.prepare("select product from barcode where code = ?1").unwrap();
    let mut floor = vec![];
    for _ in 0..20000 {
        let c = &codes[next(codes.len())];
        let t = Instant::now();
        let _: Option<i64> = st.query_row([c], |r| r.get(0)).ok();
        floor.push(t.elapsed().as_nanos());
    }
    pct(floor, "bare select");
    drop(st);
    drop(db);
    let mut scans = vec![];
    for _ in 0..500 {
        for n in 0..20 {
            let c = codes[next(codes.len())].clone();
            let t = Instant::now();
            shop.scan(&c);
            if n == 19 {
                scans.push(t.elapsed().as_nanos());
            }
        }
        shop.till().basket_abort().unwrap();
    }
    pct(scans, "scan -> 20 lines");
    let mut sales = vec![];
    let mut jobs = 0;
    for _ in 0..2000 {
        for _ in 0..10 {
            let c = codes[next(codes.len())].clone();
            shop.scan(&c);
        }
        let receipt = shop.till().basket().unwrap().receipt;
        let t = Instant::now();
        shop.till().sale_complete(&Tender { receipt, tendered: None }).unwrap();
        sales.push(t.elapsed().as_nanos());
        if let Some((job, _)) = shop.till().print_next().unwrap() {
            jobs += 1;
            shop.till().print_result(job, &duka_pos::PrintOutcome::Printed).unwrap();
        }
    }
    pct(sales, "commit 10 lines");
    assert!(jobs > 0);
    #[allow(clippy::disallowed_methods, reason = "m")]
    let bare = rusqlite::Connection::open(shop.folder.path().join("bare.db")).unwrap();
    bare.execute_batch("pragma journal_mode=wal; pragma synchronous=full; create table if not exists t(n integer primary key, b blob)")
        .unwrap();
    let mut st = bare.prepare("insert into t(b) values (?1)").unwrap();
    let mut floor = vec![];
    let body = vec![7_u8; 1400];
    for _ in 0..2000 {
        let t = Instant::now();
        st.execute([&body]).unwrap();
        floor.push(t.elapsed().as_nanos());
    }
    pct(floor, "bare durable insert 1400 B");
    for len in 1..=7 {
        let mut v = vec![];
        for _ in 0..300 {
            let name = &names[next(names.len())];
            let text: String = name.split_whitespace().last().unwrap_or("a").chars().take(len).collect();
            let t = Instant::now();
            shop.till().product_search(&ProductSearch { text, limit: 20 }).unwrap();
            v.push(t.elapsed().as_nanos());
        }
        pct(v, &format!("search {len} letters"));
    }
    let mut v = vec![];
    for _ in 0..300 {
        let name = &names[next(names.len())];
        let text: String = name.split_whitespace().take(2).map(|w| w.chars().take(3).collect::<String>()).collect::<Vec<_>>().join(" ");
        let t = Instant::now();
        shop.till().product_search(&ProductSearch { text, limit: 20 }).unwrap();
        v.push(t.elapsed().as_nanos());
    }
    pct(v, "search two words");
    let _ = (each(1), money(1));
    let _: Option<SaleLineInput> = None;
}
#[test]
#[ignore = "a measurement"]
fn measure_all() {
    let path = std::env::var("OFF").unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<(String, String)> = reader
        .records()
        .map(|r| {
            let r = r.unwrap();
            (r[0].to_owned(), r[1].to_owned())
        })
        .collect();
    let mut seen = std::collections::HashSet::new();
    let rows: Vec<(String, String)> = rows.into_iter().filter(|(c, _)| seen.insert(duka_core::Barcode::parse(c).unwrap())).collect();
    let mut csv = String::from("barcode,name,price\n");
    for (code, name) in &rows {
        csv.push_str(&format!(
            "{code},\"{}\",{}.{:02}\n",
            name.replace('"', "\"\"").chars().take(200).collect::<String>(),
            code.len() % 7 + 1,
            code.as_bytes()[5] % 100
        ));
    }
    let mut shop = Shop::open(&Server::new(), "A1");
    import(&mut shop, csv);
    let names: Vec<String> = rows.iter().map(|r| r.1.clone()).collect();
    let codes: Vec<String> = rows.iter().map(|r| String::from(duka_core::Barcode::parse(&r.0).unwrap())).collect();
    measure(&mut shop, &codes, &names);
    println!("file {} MB rss {}", std::fs::metadata(shop.path()).unwrap().len() >> 20, rss());
    let t = Instant::now();
    shop.assert_rebuilds();
    println!("rebuild {:?}", t.elapsed());
    for k in 1..10 {
        let mut csv = String::from("code,name,price\n");
        for (n, (_, name)) in rows.iter().enumerate() {
            csv.push_str(&format!("K{k}X{n},\"{}\",1.50\n", name.replace('"', "\"\"").chars().take(190).collect::<String>()));
        }
        import(&mut shop, csv);
    }
    measure(&mut shop, &codes, &names);
    println!("file {} MB rss {}", std::fs::metadata(shop.path()).unwrap().len() >> 20, rss());
    let t = Instant::now();
    let d = shop.till().digests().unwrap();
    println!("digests {:?} {:?}", t.elapsed(), d.last());
    shop.till = None;
    let keep = std::env::var("KEEP").unwrap();
    std::fs::copy(shop.path(), &keep).unwrap();
    let t = Instant::now();
    shop.till = Some(Till::open(&shop.path(), shop.settings.clone()).unwrap());
    println!("open {:?}", t.elapsed());
    let t = Instant::now();
    shop.scan("8714100791325");
    println!("first scan {:?}", t.elapsed());
}
#[test]
#[ignore = "a measurement"]
fn measure_open() {
    let shop = Shop::fresh(5);
    let before = rss();
    let t = Instant::now();
    let mut till = Till::open(std::path::Path::new("/tmp/million.db"), shop.settings.clone()).unwrap();
    let open = t.elapsed();
    let idle = rss();
    let codes: Vec<String> = std::fs::read_to_string("/tmp/off.csv").unwrap().lines().skip(1).step_by(20).map(|l| l.split(',').next().unwrap().to_owned()).collect();
    for code in &codes { let _ = till.basket_scan(&duka_api::till::Scan { code: code.clone() }).unwrap(); if till.basket().unwrap().lines.len() > 19 { till.basket_abort().ok(); } }
    for c in 'a'..='z' { till.product_search(&ProductSearch { text: c.into(), limit: 20 }).unwrap(); }
    println!("open {open:?}, rss before {before} MB, open {idle} MB, after {} scans {} MB, state {:?}", codes.len(), rss(), till.state().unwrap().shift.is_some());
}
