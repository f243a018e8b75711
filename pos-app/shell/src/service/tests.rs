use super::*;
use duka_pos::FileKeyStore;
use std::{
    fs,
    io::{Seek, SeekFrom, Write},
};

struct Fixture {
    folder: tempfile::TempDir,
}

impl Fixture {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn place(&self) -> Place {
        Place::prepare(Some(self.folder.path())).unwrap()
    }

    fn service(&self) -> TillService {
        let place = self.place();
        let settings = Settings::system(Arc::new(FileKeyStore::new(place.keys())));
        let service = TillService::new(place, settings, Trust::default(), Arc::new(|_| {}));
        service.open();
        service
    }

    /// A database that was made and closed properly.
    fn with_database() -> Self {
        let fixture = Self::new();
        fixture.service().close();
        fixture
    }
}

#[test]
fn a_fresh_folder_becomes_an_open_till_that_belongs_to_nobody() {
    let fixture = Fixture::new();
    let service = fixture.service();
    let state = service.state().unwrap();
    assert_eq!((state.database, state.enrolment, state.status.link.state), (Database::Open, None, LinkState::None));
    assert_eq!(service.sync_now().unwrap_err().code, ErrorCode::NotEnrolled);
    service.close();
    assert_eq!(service.state().unwrap_err().code, ErrorCode::Unavailable);
}

#[test]
fn a_second_program_on_the_same_folder_says_so_and_goes_on_when_the_first_has_ended() {
    let fixture = Fixture::new();
    let first = fixture.service();
    let second = fixture.service();
    assert_eq!(second.state().unwrap().database, Database::InUse);
    assert_eq!(second.engine().err().unwrap().code, ErrorCode::DatabaseInUse);
    first.close();
    assert_eq!(second.state().unwrap().database, Database::Open);
    second.close();
}

#[test]
fn a_damaged_database_is_kept_and_asked_about_until_a_restore_is_chosen() {
    let fixture = Fixture::new();
    fs::write(fixture.place().database(), "this is no database at all").unwrap();
    let state = fixture.service().state().unwrap();
    let Database::Corrupt { kept_as, .. } = state.database else { panic!("{state:?}") };
    assert_eq!(fs::read_to_string(&kept_as).unwrap(), "this is no database at all");

    // Closed without a choice, started again: the question stays.
    let service = fixture.service();
    assert!(matches!(service.state().unwrap().database, Database::Corrupt { kept_as: again, .. } if again == kept_as));
    let missing = Restore::FromBackup { path: fixture.folder.path().join("none.sqlite").to_string_lossy().into_owned() };
    assert!(service.restore(&missing).is_err());
    assert!(matches!(service.state().unwrap().database, Database::Corrupt { .. }));

    assert_eq!(service.restore(&Restore::FromServer).unwrap().database, Database::Open);
    assert_eq!(service.restore(&Restore::FromServer).unwrap_err().code, ErrorCode::Conflict);
    assert!(fs::exists(&kept_as).unwrap());
    service.close();
    assert_eq!(fixture.service().state().unwrap().database, Database::Open);
}

#[test]
fn a_backup_takes_the_place_of_a_damaged_database() {
    let backup = Fixture::with_database();
    let fixture = Fixture::new();
    fs::write(fixture.place().database(), "this is no database at all").unwrap();
    let service = fixture.service();
    let path = backup.place().database().to_string_lossy().into_owned();
    assert_eq!(service.restore(&Restore::FromBackup { path }).unwrap().database, Database::Open);
    service.close();
}

#[test]
fn a_database_of_a_newer_version_is_left_alone() {
    let fixture = Fixture::with_database();
    let path = fixture.place().database();
    // The schema version stands at byte 60 of an SQLite file.
    let mut file = fs::File::options().write(true).open(&path).unwrap();
    file.seek(SeekFrom::Start(60)).unwrap();
    file.write_all(&9_999_u32.to_be_bytes()).unwrap();
    drop(file);
    let before = fs::read(&path).unwrap();
    let service = fixture.service();
    assert!(matches!(service.state().unwrap().database, Database::Newer { found: 9_999, .. }));
    assert_eq!(service.engine().err().unwrap().code, ErrorCode::NewerDatabase);
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_restore_of_a_sound_till_is_refused() {
    let fixture = Fixture::new();
    let service = fixture.service();
    assert_eq!(service.restore(&Restore::FromServer).unwrap_err().code, ErrorCode::Conflict);
    service.close();
}
