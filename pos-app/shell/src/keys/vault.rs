//! The operating system's key store behind a thread and a time limit: it may be absent, and a locked one may never answer.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel},
    },
    time::Duration,
};

/// Named secrets. Every call may block for as long as it likes.
pub(super) trait Vault: Send + 'static {
    /// The secret called `name`, if it is there.
    fn get(&self, name: &str) -> Result<Option<Vec<u8>>, String>;
    /// Keeps a secret.
    fn set(&self, name: &str, secret: &[u8]) -> Result<(), String>;
    /// Forgets it.
    fn delete(&self, name: &str) -> Result<(), String>;
}

/// Secret Service, Keychain or Credential Manager.
pub(super) struct SystemVault;

const SERVICE: &str = "org.duka.till";

impl SystemVault {
    fn entry(name: &str) -> Result<keyring::Entry, String> {
        keyring::Entry::new(SERVICE, name).map_err(|fault| match keyring::Entry::store_status() {
            Err(cause) => cause.to_string(),
            Ok(()) => fault.to_string(),
        })
    }
}

impl Vault for SystemVault {
    fn get(&self, name: &str) -> Result<Option<Vec<u8>>, String> {
        match Self::entry(name)?.get_secret() {
            Ok(secret) => Ok(Some(secret)),
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(fault) => Err(fault.to_string()),
        }
    }

    fn set(&self, name: &str, secret: &[u8]) -> Result<(), String> {
        Self::entry(name)?.set_secret(secret).map_err(|fault| fault.to_string())
    }

    fn delete(&self, name: &str) -> Result<(), String> {
        Self::entry(name)?.delete_credential().map_err(|fault| fault.to_string())
    }
}

enum Call {
    Get(String, SyncSender<Result<Option<Vec<u8>>, String>>),
    Set(String, Vec<u8>, SyncSender<Result<(), String>>),
    /// Writes, reads and deletes a secret that means nothing.
    Probe(String, SyncSender<Result<(), String>>),
}

/// A [`Vault`] that always answers in time. Once it did not, nobody waits for it until it has answered that call, which may be never: its thread
/// hangs.
pub(super) struct TimedVault {
    calls: Sender<Call>,
    limit: Duration,
    hangs: Arc<AtomicBool>,
}

impl TimedVault {
    pub(super) fn new(vault: impl Vault, limit: Duration) -> Self {
        let (calls, inbox) = channel();
        let hangs = Arc::new(AtomicBool::new(false));
        let answered = Arc::clone(&hangs);
        if let Err(error) = std::thread::Builder::new().name("key store".to_owned()).spawn(move || serve(&vault, &inbox, &answered)) {
            tracing::error!(%error, "the key store's thread cannot be started");
        }
        Self { calls, limit, hangs }
    }

    pub(super) fn get(&self, name: &str) -> Result<Option<Vec<u8>>, String> {
        self.ask(|reply| Call::Get(name.to_owned(), reply))
    }

    pub(super) fn set(&self, name: &str, secret: &[u8]) -> Result<(), String> {
        self.ask(|reply| Call::Set(name.to_owned(), secret.to_vec(), reply))
    }

    pub(super) fn probe(&self, name: &str) -> Result<(), String> {
        self.ask(|reply| Call::Probe(name.to_owned(), reply))
    }

    fn ask<T>(&self, call: impl FnOnce(SyncSender<Result<T, String>>) -> Call) -> Result<T, String> {
        let no_answer = || "it does not answer; it may be locked".to_owned();
        if self.hangs.load(Ordering::SeqCst) {
            return Err(no_answer());
        }
        let (reply, answer) = sync_channel(1);
        self.calls.send(call(reply)).map_err(|_| "it cannot be started".to_owned())?;
        answer.recv_timeout(self.limit).unwrap_or_else(|fault| match fault {
            RecvTimeoutError::Timeout => {
                self.hangs.store(true, Ordering::SeqCst);
                // It may have answered just now, and taken the mark away before it was set.
                if answer.try_recv().is_ok() {
                    self.hangs.store(false, Ordering::SeqCst);
                }
                Err(no_answer())
            }
            RecvTimeoutError::Disconnected => Err("it failed".to_owned()),
        })
    }
}

fn serve(vault: &impl Vault, inbox: &Receiver<Call>, hangs: &AtomicBool) {
    // Whoever asked may have stopped waiting: then nobody takes the reply.
    for call in inbox {
        match call {
            Call::Get(name, reply) => drop(reply.send(vault.get(&name))),
            Call::Set(name, secret, reply) => drop(reply.send(vault.set(&name, &secret))),
            Call::Probe(name, reply) => drop(reply.send(probe(vault, &name))),
        }
        hangs.store(false, Ordering::SeqCst);
    }
}

fn probe(vault: &impl Vault, name: &str) -> Result<(), String> {
    const SECRET: [u8; 4] = *b"Duka";
    vault.set(name, &SECRET)?;
    let read = vault.get(name);
    vault.delete(name)?;
    match read? {
        Some(read) if read == SECRET => Ok(()),
        _ => Err("it does not keep what it is given".to_owned()),
    }
}
