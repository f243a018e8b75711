//! Drives a real window as a person would: a virtual display, the desktop program, keys, clicks and pictures, over WebDriver.

mod driver;
mod keys;
mod program;

use crate::process::Group;
use anyhow::{Context, Result};
use driver::Driver;
use program::Program;
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
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
        command.args(["-displayfd", "1", "-screen", "0", &screen, "-nolisten", "tcp"]);
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
    driver: Driver,
    program: Program,
}

impl Window {
    /// Starts the program and waits until its window answers.
    pub fn open(options: &WindowOptions) -> Result<Self> {
        let (driver, program) = Driver::open(options)?;
        Ok(Self { driver, program })
    }

    /// When the program was asked for, in milliseconds since 1970 (to compare with the page's own clock).
    pub fn started_at(&self) -> f64 {
        self.driver.started_at
    }

    /// Runs a script in the page and gives what it returns.
    pub fn run(&self, script: &str) -> Result<Value> {
        self.driver.post("/execute/sync", &json!({"script": script, "args": []}))
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
        self.driver.post("/actions", &keys::actions(keys, pause)?).map(drop)
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

    /// Ends the program as a power cut does.
    pub fn kill(self) -> Result<()> {
        self.program.kill()
    }

    /// The text of what carries this `data-test` name; none while there is nothing.
    pub fn text(&self, name: &str) -> Result<Option<String>> {
        Ok(self.run(&format!("{}; return text()", text_of(name)))?.as_str().map(str::to_owned))
    }

    /// Waits until something carries this `data-test` name.
    pub fn wait_for(&self, name: &str) -> Result<()> {
        self.wait(&format!("{name} is there"), &format!("{}; return text() === null ? null : true", text_of(name))).map(drop)
    }

    /// Waits until nothing carries it any more.
    pub fn wait_gone(&self, name: &str) -> Result<()> {
        self.wait(&format!("{name} is gone"), &format!("{}; return text() === null ? true : null", text_of(name))).map(drop)
    }

    /// Waits until the text of `name` contains `part`.
    pub fn wait_text(&self, name: &str, part: &str) -> Result<String> {
        let script = format!("{}; return text()?.includes({}) ? text() : null", text_of(name), json!(part));
        let text = self.wait(&format!("{name} says '{part}'"), &script).with_context(|| format!("it says {:?}", self.text(name)))?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Waits, within the page, until a script returns something, and gives that; it is run whenever the page changes.
    pub fn wait(&self, what: &str, script: &str) -> Result<Value> {
        let script = AWAIT.replace("LOOK", script);
        let answer = self.driver.post("/execute/async", &json!({"script": script, "args": [PATIENCE.as_millis()]}))?;
        answer.get("found").cloned().with_context(|| format!("in vain waited that {what}"))
    }

    /// A picture of the window, as PNG, once what was changing has come to rest.
    pub fn picture(&self) -> Result<Vec<u8>> {
        self.wait("nothing changes colour or place", AT_REST)?;
        // The driver takes what is painted next, and a page at rest paints nothing: something that nobody sees has to move.
        self.run(MOVE)?;
        let answer = self.driver.get("/screenshot")?;
        self.run(STAND)?;
        let text = answer.as_str().with_context(|| format!("no picture: {answer}"))?;
        Ok(data_encoding::BASE64.decode(text.as_bytes())?)
    }

    /// Saves a picture in `folder`.
    pub fn save_picture(&self, folder: &Path, name: &str) -> Result<PathBuf> {
        let path = folder.join(format!("{name}.png"));
        std::fs::write(&path, self.picture()?)?;
        Ok(path)
    }
}

impl Drop for Window {
    /// Closes the window and waits until its program has let go of its files.
    fn drop(&mut self) {
        if self.driver.end_session().and_then(|()| self.program.wait(PATIENCE)).is_err() {
            let _ = self.program.kill();
        }
    }
}

/// Looks at once and whenever the page changes, until there is something or patience is at its end.
const AWAIT: &str = "
const [patience, done] = arguments;
const look = () => { LOOK };
const end = answer => { changes.disconnect(); clearInterval(unseen); clearTimeout(late); done(answer) };
const check = () => { const found = look(); if (found !== null && found !== undefined) end({found}) };
const changes = new MutationObserver(check);
changes.observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
// What stands in a field, and what was measured, changes without a mutation.
const unseen = setInterval(check, 50);
const late = setTimeout(() => end({}), patience);
check();
";

/// Whether no transition or animation is under way. One that has no end, such as the bar while something is awaited, is none.
const AT_REST: &str = "return document.getAnimations().every(it => it.playState === 'finished' || it.playState === 'idle'
    || it.effect.getComputedTiming().endTime === Infinity) || null";

/// Has the page paint, and lets it be again.
const MOVE: &str =
    "window.dukaMoves = document.documentElement.animate([{ opacity: 0.999 }, { opacity: 1 }], { duration: 500, iterations: Infinity })";
const STAND: &str = "window.dukaMoves.cancel()";

/// Defines `text()`: what the element with this `data-test` name says, with single spaces; null without one.
fn text_of(name: &str) -> String {
    format!(
        "const text = () => {{
            const e = document.querySelector('[data-test=\"{name}\"]');
            return e && (e.matches('input, textarea') ? e.value : e.innerText).trim().split(/\\s+/).join(' ')
        }}"
    )
}
