use super::*;
use crate::member::{join, money};
use duka_api::till::OpenShift;
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
fn a_till_whose_tables_are_found_damaged_mends_itself_while_its_window_is_open() {
    let fixture = Fixture::new();
    let service = fixture.service();
    let joined = service.engine().unwrap().run(|till| {
        join(till);
        till.shift_open(&OpenShift { operator: "Zebediah".to_owned(), float: money(0) })
    });
    joined.unwrap();
    service.close();
    let path = fixture.place().database();
    let mut bytes = fs::read(&path).unwrap();
    // The table of shifts: a leaf of a table without row ids that names who works.
    let shifts = |page: &[u8]| page.first() == Some(&0x0a) && page.windows(8).any(|part| part == b"Zebediah");
    bytes.chunks_mut(4_096).filter(|page| shifts(page)).for_each(|page| page.fill(0xa5));
    fs::write(&path, &bytes).unwrap();

    let service = fixture.service();
    let engine = service.engine().unwrap();
    let (tell, told) = std::sync::mpsc::channel();
    engine.subscribe_growth(move |growth| tell.send(growth).unwrap_or_default());
    assert_eq!(engine.read(duka_pos::Reader::digests).unwrap_err().code, ErrorCode::CorruptDatabase);
    assert!(told.iter().any(|growth| growth == Growth::Damage));
    // Whoever is at it lets go, and then it is mended.
    drop(engine);
    let state = loop {
        match service.state().unwrap() {
            state if state.salvaged.is_some() => break state,
            _ => std::thread::yield_now(),
        }
    };
    let salvaged = state.salvaged.unwrap();
    assert!(salvaged.is_whole() && !salvaged.new_device && state.enrolment.is_some(), "{salvaged:?}");
    assert!(fs::exists(&salvaged.kept_as).unwrap());
    assert_eq!(service.salvage_seen().unwrap().salvaged, None);
    service.close();
}

#[test]
fn a_restore_of_a_sound_till_is_refused() {
    let fixture = Fixture::new();
    let service = fixture.service();
    assert_eq!(service.restore(&Restore::FromServer).unwrap_err().code, ErrorCode::Conflict);
    service.close();
}
