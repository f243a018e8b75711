//! A job over the network: ask whether it can print, send, and wait for the answer that says it did.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::address::resolve;
use super::status::{ASK_IN_TURN, Answer, Answers, CAUSE, Condition, ONLINE, ROLL, ask_now, condition, roll_after_job};
use super::{Doubt, Printed, PrinterError, Timeouts};

/// Prints a job, or says how far it came.
pub(super) fn print(address: &str, job: &[u8], timeouts: Timeouts) -> Result<Printed, PrinterError> {
    let mut link = Link::connect(address, timeouts)?;
    let known = link.condition_before_job()?;
    link.refuse_unless_ready(known)?;
    link.send(&[job, &ASK_IN_TURN].concat())?;
    match link.wait_for(timeouts.finish, |answer| matches!(answer, Answer::InTurn(_))) {
        Heard::Answer(answer) => match roll_after_job(answer) {
            (true, _) => Err(link.unconfirmed(Doubt::OutOfPaper)),
            (false, paper_low) => Ok(Printed { paper_low }),
        },
        Heard::Lost(_) => Err(link.unconfirmed(Doubt::ConnectionLost)),
        // Only a printer that told its status before can be trusted to tell it now and not to answer the earlier question.
        Heard::Silence => Err(link.doubt(known.is_some())),
    }
}

/// Asks whether a printer could print.
pub(super) fn check(address: &str, timeouts: Timeouts) -> Result<(), PrinterError> {
    let mut link = Link::connect(address, timeouts)?;
    let known = link.condition_before_job()?;
    link.refuse_unless_ready(known)?;
    if known.is_none() { Err(link.unconfirmed(Doubt::NoAnswer)) } else { Ok(()) }
}

struct Link<'a> {
    address: &'a str,
    timeouts: Timeouts,
    stream: TcpStream,
    answers: Answers,
}

enum Heard {
    Answer(u8),
    Silence,
    Lost(io::Error),
}

impl<'a> Link<'a> {
    fn connect(address: &'a str, timeouts: Timeouts) -> Result<Self, PrinterError> {
        let stream = connect(address, timeouts).map_err(|reason| PrinterError::Unreachable { address: address.to_owned(), reason })?;
        Ok(Self { address, timeouts, stream, answers: Answers::default() })
    }

    /// How the printer is, or nothing if it does not say.
    fn condition_before_job(&mut self) -> Result<Option<Condition>, PrinterError> {
        self.condition().map_err(|reason| self.unreachable(reason))
    }

    fn condition(&mut self) -> io::Result<Option<Condition>> {
        let mut said = [0; 3];
        for (answer, question) in said.iter_mut().zip([ONLINE, CAUSE, ROLL]) {
            self.stream.write_all(&ask_now(question))?;
            match self.wait_for(self.timeouts.status, |answer| matches!(answer, Answer::Now(_))) {
                Heard::Answer(byte) => *answer = byte,
                Heard::Silence => return Ok(None),
                Heard::Lost(reason) => return Err(reason),
            }
        }
        let [online, cause, roll] = said;
        Ok(Some(condition(online, cause, roll)))
    }

    fn refuse_unless_ready(&self, known: Option<Condition>) -> Result<(), PrinterError> {
        let address = self.address.to_owned();
        match known {
            None | Some(Condition::Ready) => Ok(()),
            Some(Condition::CoverOpen) => Err(PrinterError::CoverOpen { address }),
            Some(Condition::OutOfPaper) => Err(PrinterError::OutOfPaper { address }),
            Some(Condition::Fault) => Err(PrinterError::NotReady { address }),
        }
    }

    /// Sends all of it. Once a byte has left, only the printer knows what became of it.
    fn send(&mut self, bytes: &[u8]) -> Result<(), PrinterError> {
        let mut sent = 0;
        while sent < bytes.len() {
            match self.stream.write(&bytes[sent..]) {
                Ok(0) => return Err(self.broken(sent, io::ErrorKind::WriteZero.into())),
                Ok(more) => sent += more,
                Err(reason) if reason.kind() == io::ErrorKind::Interrupted => {}
                Err(reason) => return Err(self.broken(sent, reason)),
            }
        }
        Ok(())
    }

    fn broken(&mut self, sent: usize, reason: io::Error) -> PrinterError {
        match (sent, is_timeout(&reason)) {
            (0, _) => self.unreachable(reason),
            (_, true) => self.doubt(true),
            (_, false) => self.unconfirmed(Doubt::ConnectionLost),
        }
    }

    /// What can still be learned of a printer that stopped answering in the middle of a job.
    fn doubt(&mut self, talks: bool) -> PrinterError {
        let doubt = match if talks { self.condition() } else { Ok(None) } {
            Ok(None | Some(Condition::Ready)) => Doubt::NoAnswer,
            Ok(Some(Condition::OutOfPaper)) => Doubt::OutOfPaper,
            Ok(Some(Condition::CoverOpen)) => Doubt::CoverOpen,
            Ok(Some(Condition::Fault)) => Doubt::Fault,
            Err(reason) if is_timeout(&reason) => Doubt::NoAnswer,
            Err(_) => Doubt::ConnectionLost,
        };
        self.unconfirmed(doubt)
    }

    /// Reads until the answer that is waited for, leaving out all others.
    fn wait_for(&mut self, patience: Duration, wanted: impl Fn(Answer) -> bool) -> Heard {
        let until = Instant::now() + patience;
        let mut byte = [0];
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Heard::Silence;
            }
            match self.stream.set_read_timeout(Some(left)).and_then(|()| self.stream.read(&mut byte)) {
                Ok(0) => return Heard::Lost(io::Error::new(io::ErrorKind::ConnectionAborted, "it closed the connection")),
                Ok(_) => match self.answers.read(byte[0]) {
                    Some(answer @ (Answer::Now(said) | Answer::InTurn(said))) if wanted(answer) => return Heard::Answer(said),
                    Some(_) | None => {}
                },
                Err(reason) if is_timeout(&reason) || reason.kind() == io::ErrorKind::Interrupted => {}
                Err(reason) => return Heard::Lost(reason),
            }
        }
    }

    fn unreachable(&self, reason: io::Error) -> PrinterError {
        PrinterError::Unreachable { address: self.address.to_owned(), reason }
    }

    fn unconfirmed(&self, doubt: Doubt) -> PrinterError {
        PrinterError::Unconfirmed { address: self.address.to_owned(), doubt }
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

/// The first of its addresses that accepts a connection, or what the last one said.
fn connect(address: &str, timeouts: Timeouts) -> io::Result<TcpStream> {
    let mut failed = io::Error::new(io::ErrorKind::NotFound, "its name stands for no address");
    for socket in resolve(address)? {
        match TcpStream::connect_timeout(&socket, timeouts.connect) {
            Ok(stream) => {
                stream.set_write_timeout(Some(timeouts.write))?;
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Err(reason) => failed = reason,
        }
    }
    Err(failed)
}
