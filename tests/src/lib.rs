//! The harness for the whole system, and the workloads that are driven through it: [`replay`], [`bench`], [`demo`] and
//! [`simulation`].

pub mod bench;
pub mod company;
pub mod demo;
#[cfg(target_os = "linux")]
pub mod fixture;
pub mod postgres;
pub mod process;
pub mod replay;
pub mod selling;
pub mod server;
pub mod server_process;
#[cfg(target_os = "linux")]
pub mod short_day;
pub mod simulation;
pub mod till;
#[cfg(target_os = "linux")]
pub mod watch;
pub mod webdriver;

/// A client of HTTP for whoever waits.
pub fn http_client() -> reqwest::blocking::ClientBuilder {
    duka_link::choose_cryptography();
    reqwest::blocking::Client::builder()
}
