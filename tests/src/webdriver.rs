//! Drives a real window as a person would: a virtual display, the desktop program, keys, clicks and pictures, over WebDriver.

use crate::process::Group;
use anyhow::{Context, Result, bail};
use reqwest::blocking::Client;
use serde_json::{Value, json};
use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// How long a person would wait before calling the program broken.
const PATIENCE: Duration = Duration::from_secs(20);

/// A virtual display.
pub struct Display {
    _server: Group,
    /// Such as `:99`.
    pub name: String,
}

impl Display {
    /// Starts one of this size.
    pub fn start(width: u32, height: u32) -> Result<Self> {
        let screen = format!("{width}x{height}x24");
        let mut command = Command::new("Xvfb");
        command.args(["-displayfd", "1", "-screen", "0", &screen, "-nolisten", "tcp"]).stderr(Stdio::null());
        let (server, number) = Group::spawn_until(&mut command, |line| line.trim().parse::<u32>().ok())?;
        Ok(Self { _server: server, name: format!(":{number}") })
    }
}

/// How a till's window is to be opened.
pub struct WindowOptions<'a> {
    /// The till program.
    pub program: &'a Path,
    /// Its data folder.
    pub data: &'a Path,
    /// On which display.
    pub display: &'a str,
    /// Width and height.
    pub size: (u32, u32),
}

/// An open window of the till.
pub struct Window {
    client: Client,
    session: String,
    _driver: Group,
    /// When the program was asked for, in milliseconds since 1970 (to compare with the page's own clock).
    pub started_at: f64,
}

impl Window {
    /// Starts the program and waits until its window answers.
    pub fn open(options: &WindowOptions) -> Result<Self> {
        let (port, native_port) = (free_port()?, free_port()?);
        let mut command = Command::new("dbus-run-session");
        command
            .args(["--", "tauri-driver", "--native-driver", "/usr/bin/WebKitWebDriver"])
            .args(["--port", &port.to_string(), "--native-port", &native_port.to_string()])
            .env("DISPLAY", options.display)
            .env("WEBKIT_DISABLE_COMPOSITING_MODE", "1")
            .env("DUKA_TILL_WINDOW_SIZE", format!("{}x{}", options.size.0, options.size.1))
            .env_remove("WAYLAND_DISPLAY")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let driver = Group::spawn(&mut command)?;
        let client = Client::builder().timeout(Duration::from_secs(60)).build()?;
        let base = format!("http://127.0.0.1:{port}");
        until(PATIENCE, "the window's driver answers", || Ok(client.get(format!("{base}/status")).send().is_ok().then_some(())))?;
        let wanted =
            json!({"capabilities": {"alwaysMatch": {"tauri:options": {"application": options.program, "args": ["--data", options.data]}}}});
        let started_at = wall_clock_ms();
        let answer: Value = client.post(format!("{base}/session")).json(&wanted).send()?.json()?;
        let id = answer.pointer("/value/sessionId").and_then(Value::as_str).with_context(|| format!("no window opened: {answer}"))?;
        Ok(Self { session: format!("{base}/session/{id}"), client, _driver: driver, started_at })
    }

    /// Runs a script in the page and gives what it returns.
    pub fn run(&self, script: &str) -> Result<Value> {
        self.command("execute/sync", &json!({"script": script, "args": []}))
    }

    /// Presses keys one after the other, as typed by a person; names in braces such as `{F12}`, `{Enter}`.
    pub fn keys(&self, keys: &str) -> Result<()> {
        self.press(keys, 40)
    }

    /// Sends a code as a keyboard-wedge scanner does: fast, with Enter at the end.
    pub fn scan(&self, code: &str) -> Result<()> {
        self.press(&format!("{code}{{Enter}}"), 2)
    }

    fn press(&self, keys: &str, pause: u64) -> Result<()> {
        let mut actions = Vec::new();
        let mut rest = keys;
        while let Some(first) = rest.chars().next() {
            let (key, length) = match rest.strip_prefix('{').and_then(|name| name.split_once('}')) {
                Some((name, _)) => (special(name)?, name.len() + 2),
                None => (first, first.len_utf8()),
            };
            actions.push(json!({"type": "keyDown", "value": key.to_string()}));
            actions.push(json!({"type": "keyUp", "value": key.to_string()}));
            actions.push(json!({"type": "pause", "duration": pause}));
            rest = rest.split_at(length).1;
        }
        self.command("actions", &json!({"actions": [{"type": "key", "id": "keyboard", "actions": actions}]}))?;
        Ok(())
    }

    /// Clicks what carries this `data-test` name.
    pub fn click(&self, name: &str) -> Result<()> {
        self.wait_for(name)?;
        self.run(&format!("document.querySelector('[data-test=\"{name}\"]').click()"))?;
        Ok(())
    }

    /// Puts the keyboard into the field with this `data-test` name and types.
    pub fn fill(&self, name: &str, text: &str) -> Result<()> {
        self.wait_for(name)?;
        self.run(&format!("const e = document.querySelector('[data-test=\"{name}\"]'); e.focus(); e.select();"))?;
        self.keys(text)
    }

    /// Ends the program whose data folder is `data` as a power cut does.
    pub fn kill(self, data: &Path) -> Result<()> {
        let listed = Command::new("pgrep").args(["-f", "--", &format!("--data {}", data.display())]).output()?;
        let ids = String::from_utf8(listed.stdout)?;
        let ids: Vec<&str> = ids.split_whitespace().collect();
        if ids.is_empty() {
            bail!("no program runs on {}", data.display());
        }
        Command::new("kill").arg("-KILL").args(ids).status()?;
        Ok(())
    }

    /// The text of what carries this `data-test` name; none while there is nothing.
    pub fn text(&self, name: &str) -> Result<Option<String>> {
        let found = self.run(&format!("const e = document.querySelector('[data-test=\"{name}\"]'); return e ? (e.matches('input, textarea') ? e.value : e.innerText) : null"))?;
        Ok(found.as_str().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")))
    }

    /// Waits until something carries this `data-test` name.
    pub fn wait_for(&self, name: &str) -> Result<()> {
        until(PATIENCE, &format!("{name} is there"), || Ok(self.text(name)?.map(|_| ())))
    }

    /// Waits until nothing carries it any more.
    pub fn wait_gone(&self, name: &str) -> Result<()> {
        until(PATIENCE, &format!("{name} is gone"), || Ok(self.text(name)?.is_none().then_some(())))
    }

    /// Waits until the text of `name` contains `part`.
    pub fn wait_text(&self, name: &str, part: &str) -> Result<String> {
        let mut last = None;
        until(PATIENCE, &format!("{name} says '{part}'"), || {
            last = self.text(name)?;
            Ok(last.clone().filter(|text| text.contains(part)))
        })
        .with_context(|| format!("it says {last:?}"))
    }

    /// A picture of the window, as PNG.
    pub fn picture(&self) -> Result<Vec<u8>> {
        let answer: Value = self.client.get(format!("{}/screenshot", self.session)).send()?.json()?;
        let text = answer.get("value").and_then(Value::as_str).with_context(|| format!("no picture: {answer}"))?;
        Ok(data_encoding::BASE64.decode(text.as_bytes())?)
    }

    /// Saves a picture in `folder`.
    pub fn save_picture(&self, folder: &Path, name: &str) -> Result<PathBuf> {
        let path = folder.join(format!("{name}.png"));
        std::fs::write(&path, self.picture()?)?;
        Ok(path)
    }

    fn command(&self, what: &str, body: &Value) -> Result<Value> {
        let mut answer: Value = self.client.post(format!("{}/{what}", self.session)).json(body).send()?.json()?;
        let value = answer.get_mut("value").map(Value::take).unwrap_or_default();
        match value.get("error") {
            Some(error) => bail!("{what}: {error}: {}", value.get("message").and_then(Value::as_str).unwrap_or_default()),
            None => Ok(value),
        }
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        let _ = self.client.delete(&self.session).send();
    }
}

/// Asks again and again until there is an answer; a fault only after a patience that no working program needs.
pub fn until<T>(patience: Duration, what: &str, mut ask: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask()? {
            return Ok(answer);
        }
        if begun.elapsed() > patience {
            bail!("in vain waited that {what}");
        }
        std::thread::yield_now();
    }
}

#[allow(clippy::disallowed_methods, reason = "the page's own clock is the wall clock; nothing is decided by it")]
fn wall_clock_ms() -> f64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64() * 1e3)
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// The code points that WebDriver gives to keys without a character.
fn special(name: &str) -> Result<char> {
    Ok(match name {
        "Enter" => '\u{e007}',
        "Escape" => '\u{e00c}',
        "Tab" => '\u{e004}',
        "Delete" => '\u{e017}',
        "Backspace" => '\u{e003}',
        "Up" => '\u{e013}',
        "Down" => '\u{e015}',
        "F1" => '\u{e031}',
        "F2" => '\u{e032}',
        "F3" => '\u{e033}',
        "F4" => '\u{e034}',
        "F5" => '\u{e035}',
        "F6" => '\u{e036}',
        "F7" => '\u{e037}',
        "F8" => '\u{e038}',
        "F9" => '\u{e039}',
        "F12" => '\u{e03c}',
        other => bail!("no key is called {other}"),
    })
}
