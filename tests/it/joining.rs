//! A till joins over the wire: whom it speaks to, what it believes, and what it never sends.

use duka_api::{
    Problem,
    http::Company,
    till::{OwnDevice, Page, State},
};
use duka_core::{Currency, EnrolCode, ErrorCode, Timestamp};
use duka_link::{Trust, Wire};
use duka_server::platform::tls::TlsFiles;
use duka_sync::{Event, FailureKind, Phase};
use duka_tests::{
    company::TestCompany,
    server::{Storage, TestServer},
    till::TestTill,
};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use std::{
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    thread,
};
use tempfile::TempDir;

/// An authority of a shop's own.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: PathBuf,
}

impl Authority {
    fn new(folder: &Path, name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let pem = folder.join(format!("{name}.pem"));
        fs::write(&pem, params.self_signed(&key).unwrap().pem()).unwrap();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// Writes a certificate for `host` and its key where the server looks for them.
    fn certify(&self, host: &str, files: &TlsFiles) {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(vec![host.to_owned()]).unwrap().signed_by(&key, &self.issuer).unwrap();
        fs::write(&files.certificate, certificate.pem()).unwrap();
        fs::write(&files.key, key.serialize_pem()).unwrap();
    }

    fn trust(&self) -> Trust {
        Trust { plain_http: Vec::new(), authority: Some(self.pem.clone()) }
    }
}

/// A company's server, and tills that have not joined yet.
struct Shop {
    folder: TempDir,
    server: TestServer,
    codes: Vec<String>,
}

impl Shop {
    /// Speaks plain HTTP; with a code for each of some tills.
    fn open(tills: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = TestServer::start(Storage::Sqlite, folder.path()).unwrap();
        let company = TestCompany::found(server.admin(), "Tea & Sons", "High Street", Currency::try_new("GBP").unwrap()).unwrap();
        let codes = (1..=tills).map(|number| company.register(&format!("J{number}")).unwrap().code).collect();
        Self { folder, server, codes }
    }

    fn files(&self) -> TlsFiles {
        TlsFiles { certificate: self.folder.path().join("server.pem"), key: self.folder.path().join("server-key.pem") }
    }

    /// Speaks TLS, with a certificate for `host`.
    fn with_tls(self, authority: &Authority, host: &str) -> Self {
        let files = self.files();
        authority.certify(host, &files);
        Self { server: self.server.restart_with_tls(files).unwrap(), ..self }
    }

    fn authority(&self, name: &str) -> Authority {
        Authority::new(self.folder.path(), name)
    }

    fn till(&self, number: u64) -> TestTill {
        let folder = self.folder.path().join(format!("till-{number}"));
        TestTill::open(&folder, number, Timestamp::from_micros(1_700_000_000_000_000)).unwrap()
    }

    fn port(&self) -> u16 {
        self.server.address().rsplit(':').next().unwrap().parse().unwrap()
    }
}

fn state(till: &TestTill) -> State {
    till.engine.run(|till| till.state()).unwrap()
}

fn refused(till: &TestTill, trust: &Trust, server: &str, code: &str) -> Problem {
    let problem = till.enrol_trusting(trust, server, code, "Till").unwrap_err();
    assert_eq!(state(till).enrolment, None, "nothing was stored");
    problem
}

#[test]
fn a_till_joins_over_tls_with_a_server_of_the_authority_that_it_was_told() {
    let shop = Shop::open(1);
    let authority = shop.authority("shop");
    let shop = shop.with_tls(&authority, "127.0.0.1");
    assert!(shop.server.address().starts_with("https://"));
    let till = shop.till(1);
    till.enrol_trusting(&authority.trust(), &shop.server.address(), &shop.codes[0].to_lowercase(), "Till").unwrap();
    let joined = state(&till).enrolment.unwrap();
    assert_eq!((joined.company.as_str(), joined.shop.as_str(), joined.register.as_str()), ("Tea & Sons", "High Street", "J1"));
}

#[test]
fn a_server_whose_certificate_is_not_trusted_is_refused_and_learns_no_code() {
    let shop = Shop::open(1);
    let (authority, another) = (shop.authority("shop"), shop.authority("another"));
    let shop = shop.with_tls(&authority, "127.0.0.1");
    let till = shop.till(1);
    for trust in [Trust::default(), another.trust()] {
        let problem = refused(&till, &trust, &shop.server.address(), &shop.codes[0]);
        assert_eq!(problem.code, ErrorCode::UntrustedServer, "{problem}");
        let fault = Wire::try_new(&shop.server.address(), &trust).unwrap().exchange(b"").unwrap_err();
        assert_eq!(fault.kind(), FailureKind::Untrusted, "{fault}");
    }
    let plain = Shop::open(1);
    let unspoken = refused(&till, &authority.trust(), &plain.server.address().replace("http://", ""), &shop.codes[0]);
    assert!(unspoken.code == ErrorCode::Unavailable && unspoken.detail.contains("does not speak TLS"), "{unspoken}");
    // Certified, but for another name.
    let elsewhere = format!("https://localhost:{}", shop.port());
    assert_eq!(refused(&till, &authority.trust(), &elsewhere, &shop.codes[0]).code, ErrorCode::UntrustedServer);
    till.enrol_trusting(&authority.trust(), &shop.server.address(), &shop.codes[0], "Till").unwrap();
}

/// The server admitted the till, the answer was lost, and the next code is one of another register.
#[test]
fn a_till_whose_answer_was_lost_joins_with_whatever_code_comes_next() {
    let shop = Shop::open(2);
    let till = shop.till(1);
    let code = shop.codes[0].parse::<EnrolCode>().unwrap();
    let asked = till.engine.run(move |till| till.enrol_request(code, "Till")).unwrap();
    let lost = Wire::try_new(&shop.server.address(), &Trust::default()).unwrap().enrol(asked.bytes).unwrap();
    drop(lost);
    till.enrol(&shop.server.address(), &shop.codes[1], "Till").unwrap();
    assert_eq!(state(&till).enrolment.unwrap().register, "J2");
}

#[test]
fn a_till_that_was_revoked_is_set_up_again_over_the_wire_and_exchanges_as_a_new_device() {
    let shop = Shop::open(2);
    let (till, server) = (shop.till(1), shop.server.address());
    till.enrol(&server, &shop.codes[0], "Till").unwrap();
    let in_step = |till: &TestTill| {
        let mut link = till.session(&server).unwrap();
        link.drive(Event::Asked, &mut |_| ());
        link.phase().clone()
    };
    assert_eq!(in_step(&till), Phase::InStep);
    let old = till.engine.read(|reader| Ok::<_, Problem>(reader.device().unwrap())).unwrap();
    let company: Page<Company> = shop.server.admin().get("/companies").unwrap();
    let path = format!("/companies/{}/devices/{old}/revoke", company.rows[0].company);
    shop.server.admin().post::<()>(&path, &serde_json::json!({ "reason": "lost" })).unwrap();
    in_step(&till);
    assert_eq!(state(&till).status.link.device, OwnDevice::Revoked { reason: "lost".to_owned() });
    assert_eq!(till.enrol_trusting(&Trust::default(), &server, &shop.codes[1], "Till").unwrap_err().code, ErrorCode::Conflict);
    till.engine.run(duka_pos::Till::enrol_anew).unwrap();
    till.enrol(&server, &shop.codes[1], "Till").unwrap();
    assert_eq!(state(&till).enrolment.unwrap().register, "J2");
    assert_eq!((in_step(&till), state(&till).status.link.device), (Phase::InStep, OwnDevice::Same));
}

#[test]
fn a_renewed_certificate_is_used_without_a_restart_and_a_half_written_one_is_not() {
    let shop = Shop::open(2);
    let (former, renewed) = (shop.authority("former"), shop.authority("renewed"));
    let shop = shop.with_tls(&former, "127.0.0.1");
    let files = shop.files();
    renewed.certify("127.0.0.1", &files);
    shop.till(1).enrol_trusting(&renewed.trust(), &shop.server.address(), &shop.codes[0], "Till").unwrap();
    fs::write(&files.key, KeyPair::generate().unwrap().serialize_pem()).unwrap();
    shop.till(2).enrol_trusting(&renewed.trust(), &shop.server.address(), &shop.codes[1], "Till").unwrap();
}

#[test]
fn who_never_finishes_a_handshake_holds_nobody_up() {
    let shop = Shop::open(1);
    let authority = shop.authority("shop");
    let shop = shop.with_tls(&authority, "127.0.0.1");
    let silent: Vec<TcpStream> = (0..50).map(|_| TcpStream::connect(("127.0.0.1", shop.port())).unwrap()).collect();
    shop.till(1).enrol_trusting(&authority.trust(), &shop.server.address(), &shop.codes[0], "Till").unwrap();
    // Nor the server's end.
    shop.server.stop().unwrap();
    drop(silent);
}

/// On this system the address 0.0.0.0 reaches this computer, and is not known to.
#[test]
#[cfg(target_os = "linux")]
fn plain_http_to_another_computer_is_refused_before_anything_is_sent_and_goes_when_it_is_named() {
    let shop = Shop::open(1);
    let till = shop.till(1);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let problem = refused(&till, &Trust::default(), &format!("http://0.0.0.0:{}", listener.local_addr().unwrap().port()), &shop.codes[0]);
    assert_eq!(problem.code, ErrorCode::InsecureServer);
    assert!(problem.detail.contains("https://") && problem.detail.contains("--plain-http 0.0.0.0"), "{problem}");
    assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock, "nobody connected");

    let named = Trust { plain_http: vec!["0.0.0.0".to_owned()], authority: None };
    till.enrol_trusting(&named, &format!("http://0.0.0.0:{}", shop.port()), &shop.codes[0], "Till").unwrap();
}

#[test]
fn an_answer_that_points_elsewhere_is_not_followed() {
    let shop = Shop::open(1);
    let (listener, elsewhere) = (TcpListener::bind("127.0.0.1:0").unwrap(), TcpListener::bind("127.0.0.1:0").unwrap());
    let (here, there) = (listener.local_addr().unwrap(), elsewhere.local_addr().unwrap());
    let pointing = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4_096]).unwrap();
        write!(stream, "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://{there}/\r\ncontent-length: 0\r\n\r\n").unwrap();
    });
    let problem = refused(&shop.till(1), &Trust::default(), &format!("http://{here}"), &shop.codes[0]);
    pointing.join().unwrap();
    assert!(problem.detail.contains("is not followed"), "{problem}");
    elsewhere.set_nonblocking(true).unwrap();
    assert_eq!(elsewhere.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock, "nobody was sent there");
}

#[test]
fn a_mistyped_code_and_one_of_another_server_are_told() {
    let (shop, another) = (Shop::open(1), Shop::open(1));
    let till = shop.till(1);
    let mut mistyped = shop.codes[0].clone();
    mistyped.replace_range(7..8, if mistyped.as_bytes()[7] == b'7' { "8" } else { "7" });
    let problem = refused(&till, &Trust::default(), "http://127.0.0.1:1", &mistyped);
    assert_eq!(problem.code, ErrorCode::EnrolmentCode, "told before the server, which is not there, is asked");
    assert!(problem.detail.contains("group 2"), "{problem}");
    let theirs = refused(&till, &Trust::default(), &shop.server.address(), &another.codes[0]);
    assert_eq!(theirs.code, ErrorCode::EnrolmentCode);
    // The one-time part of this server, the fingerprint of another: whoever stands between both has no use for it.
    let once = *shop.codes[0].parse::<EnrolCode>().unwrap().once();
    let forged = EnrolCode::new(once, &[9; 32]).to_string();
    assert_eq!(refused(&till, &Trust::default(), &shop.server.address(), &forged).code, ErrorCode::Unauthenticated);
    till.enrol(&shop.server.address(), &shop.codes[0], "Till").unwrap();
}
