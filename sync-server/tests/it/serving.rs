//! The server with its sockets: in this process and as a program.

use crate::{
    postgres,
    talk::said,
    world::{Reply, World},
};
use axum::http::StatusCode;
use duka_server::{Config, platform::db::Connection, serve};
use duka_sync::{Ask, Difference};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    process::{Command, Stdio},
    time::Duration,
};

/// One request, as plain as it can be.
fn ask(address: SocketAddr, request: &str) -> Reply {
    ask_raw(address, request.replace('\n', "\r\n").as_bytes())
}

fn ask_raw(address: SocketAddr, request: &[u8]) -> Reply {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request).unwrap();
    let mut text = Vec::new();
    stream.read_to_end(&mut text).unwrap();
    let split = text.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(text[..split].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse::<u16>().unwrap();
    let kind = head.lines().find_map(|line| line.strip_prefix("content-type: ")).unwrap_or_default().to_owned();
    Reply { status: StatusCode::from_u16(status).unwrap(), kind, body: text[split + 4..].to_vec(), retry_after: None }
}

#[test]
fn a_server_runs_in_this_process_on_either_engine_and_keeps_its_secrets() {
    for url in [None, Some(postgres::fresh_database())] {
        let directory = tempfile::tempdir().unwrap();
        let mut config = Config::in_directory(directory.path());
        if let Some(url) = url {
            config.database = Connection::Postgres { url, connections: 4 };
        }
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let running = runtime.block_on(serve(config.clone())).unwrap();
        let token = running.admin_token().to_owned();
        let company = r#"{"name":"Tea","currency":"GBP"}"#;
        let head = format!("host: x\nconnection: close\nauthorization: Bearer {token}\ncontent-type: application/json");
        let post = format!("POST /api/admin/v1/companies HTTP/1.1\n{head}\ncontent-length: {}\n\n{company}", company.len());
        let made = ask(running.address(), &post);
        assert_eq!(made.status.as_u16(), 201, "{}", String::from_utf8_lossy(&made.body));
        let huge = "POST /api/sync/v1/exchange HTTP/1.1\nhost: x\nconnection: close\ncontent-length: 1073741824\n\n";
        assert_eq!(ask(running.address(), huge).problem(), (413, "too_large".to_owned()));
        runtime.block_on(running.shutdown());

        let running = runtime.block_on(serve(config)).unwrap();
        assert_eq!(running.admin_token(), token);
        let get = format!("GET /api/admin/v1/companies HTTP/1.1\nhost: x\nconnection: close\nauthorization: Bearer {token}\n\n");
        assert!(String::from_utf8(ask(running.address(), &get).body).unwrap().contains("\"Tea\""));
        runtime.block_on(running.shutdown());
    }
}

#[test]
fn a_message_that_stops_coming_or_is_too_large_is_given_up() {
    let directory = tempfile::tempdir().unwrap();
    let mut config = Config::in_directory(directory.path());
    config.request_timeout = Duration::from_secs(1);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let running = runtime.block_on(serve(config)).unwrap();
    let head = "POST /api/sync/v1/exchange HTTP/1.1\nhost: x\nconnection: close\n";
    let stalled = ask(running.address(), &format!("{head}content-length: 1000\n\nhalf"));
    assert_eq!((stalled.status.as_u16(), stalled.problem().1), (408, "unavailable".to_owned()));
    let whole = ask(running.address(), &format!("{head}content-length: 4\n\nhalf"));
    assert_eq!(whole.problem(), (422, "invalid_input".to_owned()));
    // More than a message may be, whether or not that is said before.
    let said = format!("{head}content-length: {}\n\n", (4 << 20) + (64 << 10));
    assert_eq!(ask(running.address(), &said).problem(), (413, "too_large".to_owned()));
    runtime.block_on(running.shutdown());
}

#[test]
fn a_stranger_gets_no_more_into_memory_than_the_largest_thing_that_may_be_asked() {
    let directory = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let running = runtime.block_on(serve(Config::in_directory(directory.path()))).unwrap();
    for (path, bytes) in [("/api/sync/v1/enrol", 5 << 10), ("/api/sync/v1/succeed", 5 << 20), ("/healthz", 1)] {
        let head = format!("POST {path} HTTP/1.1\nhost: x\nconnection: close\ncontent-length: {bytes}\n\n");
        assert_eq!(ask(running.address(), &head).problem(), (413, "too_large".to_owned()), "{path}");
    }
    runtime.block_on(running.shutdown());
}

#[test]
fn a_server_that_is_told_to_stop_lets_no_look_hold_it_up() {
    let directory = tempfile::tempdir().unwrap();
    let mut config = Config::in_directory(directory.path());
    // A look that went on waiting would be cut off long before its fifty seconds are over.
    config.request_timeout = Duration::from_secs(1);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let running = runtime.block_on(serve(config)).unwrap();
    let (till, envelope, ticket) = runtime.block_on(async {
        let world = World::around(running.state().clone());
        let (_, _, mut till) = world.shop_with_till().await;
        till.sync(&world).await;
        let (envelope, ticket) = till.request(Ask::Look).seal(&till.signer()).unwrap();
        (till, zstd::encode_all(envelope.as_slice(), 3).unwrap(), ticket)
    });
    let address = running.address();
    let waiting = std::thread::spawn(move || {
        let head = "POST /api/sync/v1/exchange?wait=50 HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: ";
        ask_raw(address, &[head.as_bytes(), format!("{}\r\n\r\n", envelope.len()).as_bytes(), &envelope].concat())
    });
    while running.state().db.news().waiting() == 0 && !waiting.is_finished() {
        std::thread::yield_now();
    }
    runtime.block_on(running.shutdown());
    let reply = waiting.join().unwrap();
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(said(till.open(ticket, &zstd::decode_all(reply.body.as_slice()).unwrap())).difference, Difference::None);
}

#[test]
fn the_program_says_where_it_listens_and_stops_when_it_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let mut server = Command::new(env!("CARGO_BIN_EXE_duka-server"))
        .args(["--listen", "127.0.0.1:0", "--log-format", "json", "--data-dir"])
        .arg(directory.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let address: SocketAddr = first.trim().strip_prefix("listening on http://").unwrap().parse().unwrap();
    let alive = ask(address, "GET /healthz HTTP/1.1\nhost: x\nconnection: close\n\n");
    assert_eq!(alive.status.as_u16(), 200);
    assert!(Command::new("kill").args(["-TERM", &server.id().to_string()]).status().unwrap().success());
    let output = server.wait_with_output().unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{log}");
    assert!(log.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()), "{log}");
    assert!(log.contains("\"trace_id\"") && log.lines().last().unwrap().contains("stopped"), "{log}");
    // The token is named by its file, never told.
    let token = std::fs::read_to_string(directory.path().join("admin-token")).unwrap();
    assert!(log.contains("admin-token") && !log.contains(&token));
}
