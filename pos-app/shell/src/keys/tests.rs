use super::*;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

const DEVICE: DeviceId = DeviceId::from_bytes([7; 16]);
const SECRET: [u8; 32] = [42; 32];

/// A key store in memory that outlives the [`Keys`] before it.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<HashMap<String, Vec<u8>>>>);

impl Vault for Memory {
    fn get(&self, name: &str) -> Result<Option<Vec<u8>>, String> {
        Ok(self.0.lock().unwrap().get(name).cloned())
    }

    fn set(&self, name: &str, secret: &[u8]) -> Result<(), String> {
        self.0.lock().unwrap().insert(name.to_owned(), secret.to_vec());
        Ok(())
    }

    fn delete(&self, name: &str) -> Result<(), String> {
        self.0.lock().unwrap().remove(name);
        Ok(())
    }
}

/// A computer without a key store.
struct Absent;

impl Vault for Absent {
    fn get(&self, _: &str) -> Result<Option<Vec<u8>>, String> {
        Err("there is none".to_owned())
    }

    fn set(&self, _: &str, _: &[u8]) -> Result<(), String> {
        Err("there is none".to_owned())
    }

    fn delete(&self, _: &str) -> Result<(), String> {
        Err("there is none".to_owned())
    }
}

/// A locked key store: it waits for a person who never comes.
struct Locked;

impl Vault for Locked {
    fn get(&self, _: &str) -> Result<Option<Vec<u8>>, String> {
        loop {
            std::thread::park();
        }
    }

    fn set(&self, name: &str, _: &[u8]) -> Result<(), String> {
        self.get(name).map(drop)
    }

    fn delete(&self, name: &str) -> Result<(), String> {
        self.get(name).map(drop)
    }
}

fn keys(vault: impl Vault, folder: &Path) -> Keys {
    Keys::new(vault, folder, Duration::from_secs(5))
}

fn impatient(vault: impl Vault, folder: &Path) -> Keys {
    Keys::new(vault, folder, Duration::from_millis(1))
}

#[test]
fn a_key_goes_to_the_computers_key_store_and_leaves_no_file_and_no_probe() {
    let (memory, folder) = (Memory::default(), tempfile::tempdir().unwrap());
    let first = keys(memory.clone(), folder.path());
    first.save(DEVICE, &SECRET).unwrap();
    assert!(!first.weak());
    assert_eq!(memory.0.lock().unwrap().keys().collect::<Vec<_>>(), [&name(DEVICE)]);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    let again = keys(memory, folder.path());
    assert_eq!(again.load(DEVICE).unwrap(), Some(SECRET));
    assert!(!again.weak());
}

#[test]
fn without_a_key_store_the_key_goes_to_a_file_and_is_shown_as_weak() {
    let folder = tempfile::tempdir().unwrap();
    let first = keys(Absent, folder.path());
    first.save(DEVICE, &SECRET).unwrap();
    assert!(first.weak());
    let again = keys(Absent, folder.path());
    assert_eq!(again.load(DEVICE).unwrap(), Some(SECRET));
    assert!(again.weak());
}

#[test]
fn a_key_store_that_never_answers_is_given_up_and_the_key_goes_to_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let keys = impatient(Locked, folder.path());
    keys.save(DEVICE, &SECRET).unwrap();
    assert!(keys.weak());
    assert_eq!(keys.load(DEVICE).unwrap(), Some(SECRET));
}

#[test]
fn a_key_in_a_file_is_found_when_the_computer_has_got_a_key_store_since() {
    let folder = tempfile::tempdir().unwrap();
    keys(Absent, folder.path()).save(DEVICE, &SECRET).unwrap();
    let later = keys(Memory::default(), folder.path());
    assert_eq!(later.load(DEVICE).unwrap(), Some(SECRET));
    assert!(later.weak());
}

#[test]
fn a_key_that_may_be_in_a_locked_store_is_not_taken_for_missing() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(impatient(Locked, folder.path()).load(DEVICE), Err(KeyError::Unavailable(_))));
    assert!(matches!(keys(Absent, folder.path()).load(DEVICE), Err(KeyError::Unavailable(_))));
    assert_eq!(keys(Memory::default(), folder.path()).load(DEVICE).unwrap(), None);
}

/// A key store that is locked until somebody opens it.
struct Opened {
    memory: Memory,
    lock: Mutex<std::sync::mpsc::Receiver<()>>,
    answered: std::sync::mpsc::Sender<()>,
}

impl Vault for Opened {
    fn get(&self, name: &str) -> Result<Option<Vec<u8>>, String> {
        let opened = self.lock.lock().unwrap().recv().is_ok();
        let found = self.memory.get(name);
        if opened {
            self.answered.send(()).unwrap();
        }
        found
    }

    fn set(&self, name: &str, secret: &[u8]) -> Result<(), String> {
        self.memory.set(name, secret)
    }

    fn delete(&self, name: &str) -> Result<(), String> {
        self.memory.delete(name)
    }
}

#[test]
fn a_key_store_that_was_locked_for_a_while_is_asked_again_once_it_is_open() {
    let folder = tempfile::tempdir().unwrap();
    let memory = Memory::default();
    memory.set(&name(DEVICE), &SECRET).unwrap();
    let (open, lock) = std::sync::mpsc::channel();
    let (answered, has_answered) = std::sync::mpsc::channel();
    let keys = impatient(Opened { memory, lock: Mutex::new(lock), answered }, folder.path());
    assert!(matches!(keys.load(DEVICE), Err(KeyError::Unavailable(_))), "locked: not to be had now, and not gone");
    assert!(matches!(keys.load(DEVICE), Err(KeyError::Unavailable(_))), "and nobody waits for it a second time");
    open.send(()).unwrap();
    has_answered.recv().unwrap();
    // From here on it answers at once.
    drop(open);
    let found = loop {
        match keys.load(DEVICE) {
            Ok(found) => break found,
            Err(_) => std::thread::yield_now(),
        }
    };
    assert_eq!(found, Some(SECRET));
}

#[test]
fn starts_are_noted_where_the_key_is_and_are_there_at_the_next_start() {
    let (memory, folder) = (Memory::default(), tempfile::tempdir().unwrap());
    for (store, again) in [
        (keys(memory.clone(), folder.path()), keys(memory.clone(), folder.path())),
        (keys(Absent, &folder.path().join("files")), keys(Absent, &folder.path().join("files"))),
    ] {
        store.save(DEVICE, &SECRET).unwrap();
        assert_eq!(store.mark(DEVICE).unwrap(), None);
        store.set_mark(DEVICE, 41).unwrap();
        // Before the key is asked for, as at a start.
        assert_eq!(again.mark(DEVICE).unwrap(), Some(41));
        again.set_mark(DEVICE, 42).unwrap();
        assert_eq!((store.mark(DEVICE).unwrap(), store.load(DEVICE).unwrap()), (Some(42), Some(SECRET)));
    }
    assert_eq!(memory.0.lock().unwrap().len(), 2);
}
