//! Child processes that end with their owner, together with all that they started, and whose death is noticed when it happens.

use anyhow::{Context, Result, anyhow, ensure};
use rustix::{
    io::retry_on_intr,
    process::{Pid, Signal, WaitId, WaitIdOptions, WaitIdStatus, kill_process_group, waitid},
};
use std::{
    collections::VecDeque,
    fs::File,
    io::{BufRead, BufReader, Read, Write},
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread,
    time::Duration,
};

/// How many of a child's lines are kept to be told should it die.
const LAST_WORDS: usize = 12;
/// How long a dead child's pipes are read on, should something that it started hold them open.
const LAST_BREATH: Duration = Duration::from_secs(1);
/// How long a child that was asked to end may take.
const FAREWELL: Duration = Duration::from_secs(20);

/// A child process with all that it started.
pub struct Group {
    child: Child,
    named: String,
    watch: Arc<Watch>,
}

impl Group {
    /// Starts it.
    pub fn spawn(command: &mut Command) -> Result<Self> {
        Self::start(command, None, false)
    }

    /// Starts it and gives the first line of its output that `wanted` takes; a fault at once if it ends before.
    pub fn spawn_until<T>(command: &mut Command, wanted: impl FnMut(&str) -> Option<T>) -> Result<(Self, T)> {
        Self::start(command, None, true)?.heard(wanted)
    }

    /// The same for a child whose errors go to a log of its own.
    pub fn spawn_logged_until<T>(command: &mut Command, log: File, wanted: impl FnMut(&str) -> Option<T>) -> Result<(Self, T)> {
        Self::start(command, Some(log), true)?.heard(wanted)
    }

    fn start(command: &mut Command, log: Option<File>, listen: bool) -> Result<Self> {
        let named = command.get_program().to_string_lossy().into_owned();
        let mut child = command
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("{named} cannot be started; `cargo xtask setup` installs it"))?;
        let (output, errors) = (child.stdout.take().context("it is piped")?, child.stderr.take().context("it is piped")?);
        let watch = Watch::new(listen);
        Watch::read(&watch, output, None, true);
        Watch::read(&watch, errors, log, false);
        Watch::await_end(&watch, Pid::from_child(&child));
        Ok(Self { child, named, watch })
    }

    fn heard<T>(self, mut wanted: impl FnMut(&str) -> Option<T>) -> Result<(Self, T)> {
        while let Some(line) = self.watch.next_line() {
            if let Some(found) = wanted(&line) {
                self.watch.stop_listening();
                return Ok((self, found));
            }
        }
        Err(self.obituary("before it was ready"))
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// A fault as soon as it ends within this time, with what it said last.
    pub fn lives_for(&self, time: Duration) -> Result<()> {
        if self.watch.ends_within(time) { Err(self.obituary("too early")) } else { Ok(()) }
    }

    /// What it said last.
    pub fn last_words(&self) -> String {
        self.watch.last_words()
    }

    /// Ends it as a power cut does.
    pub fn kill(self) -> Result<()> {
        self.signal(Signal::KILL);
        self.gone()
    }

    /// Asks it to end, and waits.
    pub fn end(self) -> Result<()> {
        self.signal(Signal::TERM);
        self.gone()
    }

    fn gone(&self) -> Result<()> {
        ensure!(self.watch.ends_within(FAREWELL), "{} does not end; it said last:\n{}", self.named, self.last_words());
        Ok(())
    }

    fn signal(&self, signal: Signal) {
        // The child is reaped last of all, so the group's number is still its own; a fault means that all have ended.
        let _ = kill_process_group(Pid::from_child(&self.child), signal);
    }

    /// Tells of its death; called when it ended or its output did.
    fn obituary(&self, when: &str) -> anyhow::Error {
        self.watch.let_finish();
        let ended = self.watch.change(|state| state.ended.clone()).unwrap_or_else(|| "its output ended".to_owned());
        anyhow!("{} ended {when} ({ended}); it said last:\n{}", self.named, self.last_words())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.signal(Signal::TERM);
        if !self.watch.ends_within(FAREWELL) {
            self.signal(Signal::KILL);
        }
        let _ = self.child.wait();
    }
}

/// What is known of a child: threads that block on its pipes and on its end write it down and wake who waits.
struct Watch {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    /// Lines of its output that nobody took yet; none are kept once nobody listens.
    lines: VecDeque<String>,
    listening: bool,
    last: VecDeque<String>,
    open_pipes: u8,
    /// How it ended.
    ended: Option<String>,
}

impl Watch {
    fn new(listening: bool) -> Arc<Self> {
        let state = State { lines: VecDeque::new(), listening, last: VecDeque::new(), open_pipes: 0, ended: None };
        Arc::new(Self { state: Mutex::new(state), changed: Condvar::new() })
    }

    /// Reads a pipe to its end, so that the child never stands before a full one.
    fn read(watch: &Arc<Self>, pipe: impl Read + Send + 'static, mut log: Option<File>, output: bool) {
        watch.change(|state| state.open_pipes += 1);
        let watch = Arc::clone(watch);
        thread::spawn(move || {
            // Not every program speaks UTF-8.
            for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line).into_owned();
                if let Some(log) = &mut log {
                    let _ = writeln!(log, "{line}");
                }
                watch.change(|state| state.hear(line, output));
            }
            watch.change(|state| state.open_pipes -= 1);
        });
    }

    fn await_end(watch: &Arc<Self>, child: Pid) {
        let watch = Arc::clone(watch);
        thread::spawn(move || {
            // It is left to its owner to reap.
            let ended = retry_on_intr(|| waitid(WaitId::Pid(child), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT));
            watch.change(|state| state.ended = Some(described(ended.ok().flatten().as_ref())));
        });
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_all();
        result
    }

    /// Waits for something, at most so long; gives what it was.
    fn wait<T>(&self, at_most: Duration, mut wanted: impl FnMut(&mut State) -> Option<T>) -> Option<T> {
        let mut found = None;
        let nothing = |state: &mut State| {
            found = wanted(state);
            found.is_none()
        };
        let guard = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = self.changed.wait_timeout_while(guard, at_most, nothing).unwrap_or_else(PoisonError::into_inner);
        found
    }

    /// The next line of its output; none when there will be no more.
    fn next_line(&self) -> Option<String> {
        self.wait(Duration::MAX, |state| (!state.lines.is_empty() || state.ended.is_some()).then_some(()));
        if self.ends_within(Duration::ZERO) {
            self.let_finish();
        }
        self.wait(Duration::ZERO, |state| state.lines.pop_front())
    }

    fn stop_listening(&self) {
        self.change(|state| {
            state.listening = false;
            state.lines.clear();
        });
    }

    fn ends_within(&self, time: Duration) -> bool {
        self.wait(time, |state| state.ended.is_some().then_some(())).is_some()
    }

    /// Lets what a dead child said arrive.
    fn let_finish(&self) {
        self.wait(LAST_BREATH, |state| (state.ended.is_some() && state.open_pipes == 0).then_some(()));
    }

    fn last_words(&self) -> String {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.last.is_empty() { "(nothing)".to_owned() } else { state.last.iter().cloned().collect::<Vec<_>>().join("\n") }
    }
}

/// As the standard library says it.
fn described(ended: Option<&WaitIdStatus>) -> String {
    match ended.map(|status| (status.exit_status(), status.terminating_signal())) {
        Some((Some(status), _)) => format!("exit status: {status}"),
        Some((None, Some(signal))) => format!("signal: {signal}"),
        _ => "how, is not known".to_owned(),
    }
}

impl State {
    fn hear(&mut self, line: String, output: bool) {
        if self.last.len() == LAST_WORDS {
            self.last.pop_front();
        }
        self.last.push_back(line.clone());
        if output && self.listening {
            self.lines.push_back(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    /// What is told of a child that never gets ready.
    fn told(script: &str) -> String {
        Group::spawn_until(&mut shell(script), |line| (line == "ready").then_some(())).err().expect("it is never ready").to_string()
    }

    #[test]
    fn a_child_that_dies_before_it_is_ready_is_told_with_its_status_and_its_last_words() {
        let told = told("echo starting; echo no such display >&2; exit 3");
        assert!(told.contains("sh ended before it was ready (exit status: 3)"), "{told}");
        assert!(told.contains("starting") && told.contains("no such display"), "{told}");
    }

    #[test]
    fn a_death_is_noticed_even_while_something_that_the_child_started_holds_its_pipes() {
        let told = told("sleep 1000 & echo gone >&2; exit 1");
        assert!(told.contains("exit status: 1") && told.contains("gone"), "{told}");
    }

    #[test]
    fn a_driver_that_dies_while_it_is_waited_for_is_a_fault_and_no_timeout() {
        let group = Group::spawn(&mut shell("echo cannot listen >&2; exit 1")).expect("a shell");
        let told = group.lives_for(Duration::MAX).expect_err("it died").to_string();
        assert!(told.contains("cannot listen"), "{told}");
    }

    #[test]
    fn a_child_that_says_more_than_anybody_hears_is_not_held_up_and_ends_with_all_it_started() {
        let (group, ()) = Group::spawn_until(&mut shell("echo ready; seq 100000; exec sleep 1000"), |line| (line == "ready").then_some(()))
            .expect("it gets ready");
        group.watch.wait(Duration::MAX, |state| state.last.contains(&"100000".to_owned()).then_some(()));
        group.end().expect("it ends");
    }
}
