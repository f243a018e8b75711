//! The simulated printer on its network port, and the ways in which it can fail.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::command::Command;
use super::machine::{Effect, Machine};
use super::receipt::SimReceipt;
use crate::printer::PaperWidth;

/// What is wrong with the simulated printer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// Nothing; what it held back because of an earlier fault it now does.
    #[default]
    None,
    /// It is off: every connection is closed at once.
    Off,
    /// It has no paper: it answers for its status at once and keeps everything else for later.
    PaperOut,
    /// The same for an open cover.
    CoverOpen,
    /// The paper runs out after so many more lines.
    PaperOutAfter {
        /// Lines and images still printed.
        lines: usize,
    },
    /// It prints but keeps its answers until there is no fault any more.
    AnswersLate,
    /// It loses its power after so many more lines, and is then [`Fault::Off`].
    DiesAfter {
        /// Lines and images still printed.
        lines: usize,
    },
}

/// A printer on 127.0.0.1, on a port that the system chose; dropping it ends it.
pub struct PrinterSimulator {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    machine: Machine,
    fault: Fault,
    /// How many rows were printed when the fault was set.
    rows_before: usize,
    /// Commands that wait for paper.
    held: VecDeque<Command>,
    /// Answers that are late.
    late: Vec<u8>,
    receipts: Vec<SimReceipt>,
    drawer_kicks: usize,
    connection: Option<TcpStream>,
    stopping: bool,
}

impl PrinterSimulator {
    /// Switches one on, with paper of this width.
    ///
    /// # Errors
    /// When the system gives it no port or no thread.
    pub fn start(width: PaperWidth) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let state = State {
            machine: Machine::new(width),
            fault: Fault::None,
            rows_before: 0,
            held: VecDeque::new(),
            late: Vec::new(),
            receipts: Vec::new(),
            drawer_kicks: 0,
            connection: None,
            stopping: false,
        };
        let shared = Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new() });
        let serving = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("printer-simulator".to_owned()).spawn(move || serving.serve(&listener))?;
        Ok(Self { address, shared, thread: Some(thread) })
    }

    /// Where it listens, as a printer setting takes it.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// The receipts it has cut off, oldest first.
    pub fn receipts(&self) -> Vec<SimReceipt> {
        self.shared.lock().receipts.clone()
    }

    /// What hangs out of it, not cut off.
    pub fn uncut(&self) -> SimReceipt {
        self.shared.lock().machine.uncut()
    }

    /// How often the drawer was opened.
    pub fn drawer_kicks(&self) -> usize {
        self.shared.lock().drawer_kicks
    }

    /// Breaks or mends it.
    pub fn set_fault(&self, fault: Fault) {
        self.shared.set_fault(fault);
    }

    /// Waits until it has cut off `receipts` in all; whether it did so in time.
    pub fn wait_for(&self, receipts: usize, timeout: Duration) -> bool {
        let waiting = |state: &mut State| state.receipts.len() < receipts;
        let (_guard, waited) =
            self.shared.changed.wait_timeout_while(self.shared.lock(), timeout, waiting).unwrap_or_else(PoisonError::into_inner);
        !waited.timed_out()
    }
}

impl Drop for PrinterSimulator {
    fn drop(&mut self) {
        {
            let mut state = self.shared.lock();
            state.stopping = true;
            state.hang_up();
        }
        // Wakes the thread where it waits for a connection; if nothing listens any more, it has ended.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Serves one connection after another, as printers do.
    fn serve(&self, listener: &TcpListener) {
        for stream in listener.incoming() {
            if self.lock().stopping {
                return;
            }
            // A connection that breaks is the other side's loss.
            if let Ok(stream) = stream {
                let _ = self.serve_connection(stream);
            }
            let mut state = self.lock();
            state.connection = None;
            state.machine.end_of_input();
        }
    }

    fn serve_connection(&self, mut stream: TcpStream) -> io::Result<()> {
        {
            let mut state = self.lock();
            if state.stopping || state.fault == Fault::Off {
                return Ok(());
            }
            state.connection = Some(stream.try_clone()?);
        }
        let mut buffer = [0; 4096];
        loop {
            let read = stream.read(&mut buffer)?;
            let mut state = self.lock();
            if read == 0 || state.stopping || state.fault == Fault::Off {
                return Ok(());
            }
            state.machine.receive(&buffer[..read]);
            let answers = state.work();
            self.changed.notify_all();
            drop(state);
            stream.write_all(&answers)?;
        }
    }

    fn set_fault(&self, fault: Fault) {
        let mut state = self.lock();
        state.fault = fault;
        state.rows_before = state.machine.printed_rows;
        if fault == Fault::Off {
            state.hang_up();
        }
        if fault == Fault::None {
            let mut answers = std::mem::take(&mut state.late);
            answers.extend(state.work());
            if let Some(mut stream) = state.connection.as_ref().and_then(|stream| stream.try_clone().ok()) {
                // Who asked may be gone.
                let _ = stream.write_all(&answers);
            }
        }
        self.changed.notify_all();
    }
}

impl State {
    fn hang_up(&mut self) {
        if let Some(stream) = self.connection.take() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Does what can be done of what came, and gives the answers to send.
    fn work(&mut self) -> Vec<u8> {
        let mut answers = Vec::new();
        while !self.is_held_up()
            && let Some(command) = self.held.pop_front()
        {
            self.execute(command, &mut answers);
        }
        while let Some(command) = self.machine.next_command() {
            if self.is_held_up() && !matches!(command, Command::StatusNow(_)) {
                self.held.push_back(command);
            } else {
                self.execute(command, &mut answers);
            }
            if self.fault == Fault::Off {
                return Vec::new();
            }
        }
        if self.fault == Fault::AnswersLate {
            self.late.append(&mut answers);
        }
        answers
    }

    fn is_held_up(&self) -> bool {
        matches!(self.fault, Fault::PaperOut | Fault::CoverOpen)
    }

    fn execute(&mut self, command: Command, answers: &mut Vec<u8>) {
        match self.machine.execute(command) {
            Effect::Nothing => {}
            Effect::Cut(receipt) => self.receipts.push(receipt),
            Effect::Kick => self.drawer_kicks += 1,
            Effect::AskNow(n) => answers.push(self.status_now(n)),
            Effect::AskInTurn(_) => answers.push(0),
        }
        let rows = self.machine.printed_rows - self.rows_before;
        match self.fault {
            Fault::PaperOutAfter { lines } if rows >= lines => self.fault = Fault::PaperOut,
            Fault::DiesAfter { lines } if rows >= lines => {
                self.fault = Fault::Off;
                self.machine.lose_power();
                self.held.clear();
                self.hang_up();
            }
            _ => {}
        }
    }

    /// The answer to `DLE EOT n`.
    fn status_now(&self, n: u8) -> u8 {
        const ALWAYS: u8 = 0x12;
        let bits = match (self.fault, n) {
            (Fault::PaperOut | Fault::CoverOpen, 1) => 0x08,
            (Fault::PaperOut, 2) => 0x20,
            (Fault::CoverOpen, 2) => 0x04,
            (Fault::PaperOut, 4) => 0x6C,
            _ => 0,
        };
        ALWAYS | bits
    }
}
