//! The system's own driver of web views: a program of its own, spoken to over HTTP.

use super::{PATIENCE, WindowOptions, program::Program};
use crate::process::Group;
use anyhow::{Context, Result, bail};
use reqwest::blocking::Client;
use serde_json::{Value, json};
use std::{
    net::{SocketAddr, TcpListener, TcpStream},
    process::Command,
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

/// Longer than any script of ours waits, so that the page answers first and says for what it waited.
const SCRIPT_LIMIT: Duration = Duration::from_secs(2 * PATIENCE.as_secs());
const ANSWER_LIMIT: Duration = Duration::from_secs(3 * PATIENCE.as_secs());
/// How long the driver may take to start the program.
const START: Duration = Duration::from_secs(10);
/// Between two looks at what gives no sign when it changes.
const BREATH: Duration = Duration::from_millis(20);

/// A driver with the one session that it has.
pub(super) struct Driver {
    client: Client,
    session: String,
    group: Group,
    /// When the program was asked for, in milliseconds since 1970.
    pub(super) started_at: f64,
}

impl Driver {
    /// Starts a driver and lets it open the window of the program on this data folder.
    pub(super) fn open(options: &WindowOptions) -> Result<(Self, Program)> {
        let address = free_address()?;
        let mut command = Command::new("dbus-run-session");
        command
            .args(["--", "WebKitWebDriver", "--host=127.0.0.1", &format!("--port={}", address.port())])
            .env("DISPLAY", options.display)
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("WEBKIT_DISABLE_COMPOSITING_MODE", "1")
            .env("DUKA_TILL_WINDOW_SIZE", format!("{}x{}", options.size.0, options.size.1))
            .env_remove("WAYLAND_DISPLAY");
        let group = Group::spawn(&mut command)?;
        answers(&group, address)?;
        let client = crate::http_client().timeout(ANSWER_LIMIT).build()?;
        let mut driver = Self { client, session: format!("http://{address}/session"), group, started_at: wall_clock_ms() };
        let (opened, program) = driver.open_session(options)?;
        let id = opened.get("sessionId").and_then(Value::as_str).with_context(|| format!("no window opened: {opened}"))?;
        driver.session = format!("{}/{id}", driver.session);
        Ok((driver, program))
    }

    /// Asks for a session. The program is the driver's child: it comes, and may go, without a word to us or to the driver, so it is looked
    /// for until the driver answers.
    fn open_session(&self, options: &WindowOptions) -> Result<(Value, Program)> {
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "webkitgtk:browserOptions": {"binary": options.program, "args": ["--data", options.data]},
            "timeouts": {"script": SCRIPT_LIMIT.as_millis()},
        }}});
        let (answered, answer) = mpsc::channel();
        let request = self.client.post(&self.session).json(&wanted);
        thread::spawn(move || {
            answered.send(request.send()).ok();
        });
        let begun = Instant::now();
        let mut program = None;
        loop {
            match answer.recv_timeout(BREATH) {
                Ok(answer) => return Ok((self.value("no window opened", answer)?, program.map_or_else(|| Program::on(options.data), Ok)?)),
                Err(RecvTimeoutError::Disconnected) => bail!("the request for a window was not sent"),
                Err(RecvTimeoutError::Timeout) => {}
            }
            match &program {
                Some(program) if program.has_ended()? => bail!("the till ended before its window opened; {}", self.said()),
                None if begun.elapsed() > START => bail!("the till did not start, or ended at once; {}", self.said()),
                Some(_) => {}
                None => program = Program::on(options.data).ok(),
            }
        }
    }

    /// Sends a command of the session and gives its value.
    pub(super) fn post(&self, what: &str, body: &Value) -> Result<Value> {
        self.value(what, self.client.post(format!("{}{what}", self.session)).json(body).send())
    }

    /// Asks for something of the session.
    pub(super) fn get(&self, what: &str) -> Result<Value> {
        self.value(what, self.client.get(format!("{}{what}", self.session)).send())
    }

    /// Ends the session, and with it the program.
    pub(super) fn end_session(&self) -> Result<()> {
        self.value("", self.client.delete(&self.session).send()).map(drop)
    }

    fn value(&self, what: &str, answer: reqwest::Result<reqwest::blocking::Response>) -> Result<Value> {
        let mut answer: Value = answer.and_then(reqwest::blocking::Response::json).with_context(|| self.said())?;
        let value = answer.get_mut("value").map(Value::take).unwrap_or_default();
        match value.get("error") {
            Some(error) => bail!("{what}: {error}: {}; {}", value.get("message").and_then(Value::as_str).unwrap_or_default(), self.said()),
            None => Ok(value),
        }
    }

    fn said(&self) -> String {
        format!("the window's driver and the till said last:\n{}", self.group.last_words())
    }
}

/// Waits until the driver takes connections. It says nothing when it does, so its port is tried; its death ends the waiting at once.
fn answers(driver: &Group, address: SocketAddr) -> Result<()> {
    let begun = Instant::now();
    while TcpStream::connect(address).is_err() {
        if begun.elapsed() > PATIENCE {
            bail!("the window's driver does not answer; it said last:\n{}", driver.last_words());
        }
        driver.lives_for(BREATH)?;
    }
    Ok(())
}

fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

#[allow(clippy::disallowed_methods, reason = "the page's own clock is the wall clock; nothing is decided by it")]
fn wall_clock_ms() -> f64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64() * 1e3)
}
