//! Every statement of the stores finds its rows by an index, and by more of it than whose rows they are: what a company has grows for ever.

use crate::{
    exchange::tea,
    till::new_product,
    world::{World, on_both_engines},
};
use duka_server::platform::db::{Db, Engine};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Tables of which a company has few rows: as many as it has shops, registers, devices and tax rates.
const FEW: &[&str] =
    &["company", "shop", "register", "log", "device", "device_standing", "enrolment", "enrolment_code", "server", "account"];

/// Statements that may go over all rows of a place or more, and why.
const MAY: &[(&str, &str)] = &[
    ("SELECT 1", "no table"),
    ("_sqlx_migrations", "at the start"),
    ("FROM seal", "one row"),
    ("FROM log WHERE folded <> ", "at the start, and once a minute"),
    (
        "FROM entry WHERE state <> 0 AND state = 1 AND (company, log, seq) > ",
        "at the start, of all companies, by an index of what does not count",
    ),
    ("LIMIT 5000", "the first page of a digest, in the order of the key"),
];

/// The statements written out in the stores: all literals that begin as one.
fn written() -> BTreeSet<String> {
    let mut files = Vec::new();
    find_stores(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    assert!(files.len() > 8, "{files:?}");
    let literals = files.iter().flat_map(|file| literals(&fs::read_to_string(file).unwrap()));
    let statements =
        literals.filter(|text| ["SELECT ", "UPDATE ", "DELETE "].iter().any(|verb| text.starts_with(verb)) && !text.contains('{'));
    statements.map(|text| if text.ends_with(" IN") { format!("{text} (${})", places(&text) + 1) } else { text }).collect()
}

fn find_stores(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find_stores(&path, files);
        } else if path.to_string_lossy().contains("store") {
            files.push(path);
        }
    }
}

/// The string literals of a source text, comments left out.
fn literals(source: &str) -> Vec<String> {
    let code: String = source.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect();
    let (mut literals, mut rest) = (Vec::new(), code.as_str());
    while let Some((_, after)) = rest.split_once('"') {
        let (mut text, mut characters) = (String::new(), after.char_indices());
        while let Some((place, character)) = characters.next() {
            match character {
                '"' => {
                    rest = &after[place + 1..];
                    break;
                }
                '\\' => match characters.next() {
                    // A line that goes on.
                    Some((_, '\n')) => text.push(' '),
                    Some((_, escaped)) => text.push(escaped),
                    None => break,
                },
                _ => text.push(character),
            }
        }
        literals.push(text.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    literals
}

/// The highest number of a placeholder.
fn places(sql: &str) -> usize {
    let number = |part: &str| part.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0);
    sql.split('$').skip(1).map(number).max().unwrap_or(0)
}

/// Statements that a server on PostgreSQL has run, made ones included: its one connection remembers them.
async fn run(db: &Db) -> BTreeSet<String> {
    let rows: Vec<(String,)> = db.query("SELECT statement FROM pg_prepared_statements").fetch_all().await.unwrap();
    let verbs = ["SELECT ", "UPDATE ", "DELETE "];
    let texts = rows.into_iter().map(|(text,)| text.split_whitespace().collect::<Vec<_>>().join(" "));
    texts
        .filter(|text| verbs.iter().any(|verb| text.starts_with(verb)) && !["pg_", "current_"].iter().any(|own| text.contains(own)))
        .collect()
}

/// What an engine does for a statement: its plan, a step a line.
async fn plan(db: &Db, sql: &str) -> Vec<String> {
    if db.engine() == Engine::Sqlite {
        let sql = sql.trim_end_matches(" FOR UPDATE");
        let rows = db.query_made(format!("EXPLAIN QUERY PLAN {sql}")).fetch_rows().await;
        return rows.unwrap_or_else(|fault| panic!("{sql}: {fault}")).iter().map(|row| row.get::<String>(3).unwrap()).collect();
    }
    let mut tx = db.begin().await.unwrap();
    for setting in ["plan_cache_mode = force_generic_plan", "enable_seqscan = off"] {
        tx.query_made(format!("SET LOCAL {setting}")).execute().await.unwrap();
    }
    tx.query_made(format!("PREPARE explained AS {sql}")).execute().await.unwrap_or_else(|fault| panic!("{sql}: {fault}"));
    let nothing = vec!["NULL"; places(sql)].join(", ");
    let values = if nothing.is_empty() { nothing } else { format!("({nothing})") };
    let rows: Vec<(String,)> = tx.query_made(format!("EXPLAIN EXECUTE explained{values}")).fetch_all().await.unwrap();
    tx.query("DEALLOCATE explained").execute().await.unwrap();
    rows.into_iter().map(|(step,)| step).collect()
}

/// What is wrong with a plan, if anything is.
fn fault(engine: Engine, plan: &[String]) -> Option<String> {
    let mut steps = plan.iter().map(|step| step.trim().trim_start_matches("-> ").trim()).peekable();
    while let Some(step) = steps.next() {
        let (table, whole, columns) = if engine == Engine::Sqlite {
            let Some(told) = step.strip_prefix("SCAN ").or_else(|| step.strip_prefix("SEARCH ")) else { continue };
            if told.contains("CONSTANT ROW") || told.starts_with('(') {
                continue;
            }
            let columns = told.rsplit_once(" (").map(|(_, columns)| columns).unwrap_or_default();
            (told.split(' ').next().unwrap_or_default(), step.starts_with("SCAN") || columns.contains("ANY("), columns)
        } else {
            let Some((_, told)) = step.split_once(" on ").filter(|(node, _)| node.contains("Scan")) else { continue };
            // What a bitmap is of is told by the step below it.
            if step.starts_with("Bitmap Heap") {
                continue;
            }
            let columns = steps.next_if(|next| next.starts_with("Index Cond:")).unwrap_or_default();
            (told.split(' ').next().unwrap_or_default(), columns.is_empty(), columns)
        };
        let few = FEW.iter().any(|few| table == *few || table.starts_with(&format!("{few}_")) && engine == Engine::Postgres);
        let only_whose = words(columns).iter().all(|word| ["company", "shop", "rowid"].contains(word));
        if !few && (whole || only_whose) {
            return Some(step.to_owned());
        }
    }
    None
}

/// The columns that a condition names.
fn words(condition: &str) -> Vec<&str> {
    let words = condition.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.chars().next().is_some_and(|c| c.is_ascii_lowercase()) && *word != "uuid").collect()
}

async fn faults(db: &Db, statements: &BTreeSet<String>) -> Vec<String> {
    let mut faults = Vec::new();
    for sql in statements.iter().filter(|sql| !MAY.iter().any(|(text, _)| sql.contains(text))) {
        let plan = plan(db, sql).await;
        if let Some(step) = fault(db.engine(), &plan) {
            faults.push(format!("{:?}: {sql}\n    {step}", db.engine()));
        }
    }
    faults
}

/// Does what makes the server run the statements that are made of descriptions.
async fn work(world: &World) {
    let (company, shop, mut till) = world.shop_with_till().await;
    till.open_shift(0);
    let product = new_product();
    till.record(product, &duka_records::create(till.device, &tea("Tea")).unwrap());
    till.receive(product, 9);
    let receipt = till.sell(product, 2);
    till.sync(world).await;
    for path in [
        format!("/companies/{company}/products?find=tea"),
        format!("/companies/{company}/products/{product}"),
        format!("/companies/{company}/devices"),
        format!("/companies/{company}/shops/{shop}/sales"),
        format!("/companies/{company}/shops/{shop}/sales/{receipt}"),
        format!("/companies/{company}/shops/{shop}/accounts"),
        format!("/companies/{company}/shops/{shop}/stock"),
        format!("/companies/{company}/shops/{shop}/digests"),
    ] {
        assert!(world.get(&path).await.status.is_success(), "{path}");
    }
    let mut tx = world.state.db.begin().await.unwrap();
    tx.query("DELETE FROM receipt WHERE company = $1 AND shop = $2 AND device = $3 AND number = $4")
        .bind(company.uuid())
        .bind(shop.uuid())
        .bind(till.device.uuid())
        .bind(1_i64)
        .execute()
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(!duka_server::sync::rebuild(&world.state, company).await.unwrap().equal);
}

/// PostgreSQL plans by what is there: where nothing is, one index is as good as the other.
async fn fill_receipts(db: &Db) {
    let id = "CAST(md5(CAST(n AS TEXT)) AS UUID)";
    let mut tx = db.begin().await.unwrap();
    tx.query_made(format!(
        "INSERT INTO receipt (company, shop, device, number, receipt, refund, register, shift, series, seq, lamport, at, offset_minutes, currency, \
         gross, tax, reason) SELECT uuid_nil, uuid_nil, uuid_nil, n, {id}, FALSE, uuid_nil, uuid_nil, 'A', n, n, n, 0, 'GBP', 0, 0, '' \
         FROM generate_series(1, 5000) AS n, (SELECT CAST('00000000-0000-0000-0000-000000000000' AS UUID) AS uuid_nil) AS nil"
    ))
    .execute()
    .await
    .unwrap();
    tx.query("ANALYZE receipt").execute().await.unwrap();
    tx.commit().await.unwrap();
}

#[test]
fn every_statement_of_the_stores_finds_its_rows_by_an_index() {
    let written = written();
    assert!(written.len() > 40, "{}", written.len());
    let mut all = written.clone();
    World::with_connections(Engine::Postgres, 1, |world| {
        let all = &mut all;
        async move {
            work(&world).await;
            let run = run(&world.state.db).await;
            assert!(run.len() > 30, "{}", run.len());
            all.extend(run);
        }
    });
    on_both_engines(|world| {
        let all = &all;
        async move {
            if world.state.db.engine() == Engine::Postgres {
                fill_receipts(&world.state.db).await;
            }
            let faults = faults(&world.state.db, all).await;
            assert!(faults.is_empty(), "{}", faults.join("\n"));
        }
    });
}

#[test]
fn a_plan_that_goes_over_all_that_a_company_has_is_found_out() {
    let sqlite = |step: &str| fault(Engine::Sqlite, &[step.to_owned()]).is_some();
    assert!(sqlite("SCAN entry") && sqlite("SEARCH entry USING INDEX sqlite_autoindex_entry_1 (company=?)"));
    assert!(sqlite("SEARCH receipt USING PRIMARY KEY (company=? AND shop=?)"));
    assert!(sqlite("SEARCH receipt USING INDEX receipt_by_id (ANY(company) AND ANY(shop) AND receipt=?)"));
    assert!(!sqlite("SEARCH receipt USING INDEX receipt_by_id (company=? AND shop=? AND receipt=?)") && !sqlite("SCAN 2 CONSTANT ROWS"));
    let postgres = |steps: &[&str]| fault(Engine::Postgres, &steps.iter().map(|step| (*step).to_owned()).collect::<Vec<_>>()).is_some();
    assert!(postgres(&["Limit  (cost=0.00)", "  ->  Seq Scan on entry  (cost=1)", "        Filter: (state = 2)"]));
    assert!(postgres(&["Index Scan using receipt_pkey on receipt  (cost=1)", "  Index Cond: ((company = $1) AND (shop = $2))"]));
    assert!(!postgres(&["Index Scan using receipt_by_id on receipt  (cost=1)", "  Index Cond: ((company = $1) AND (receipt = $3))"]));
}
