//! A real PostgreSQL for tests: started once per process from the system's programs, gone when the process ends, however it ends.
//!
//! It listens on a socket in its own temporary directory, so no port can be taken. Tests use one that does not wait for its disk, since what they
//! write need not survive the machine; measurements one that does.

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
};

/// The superuser of the database, and the system's user that runs it when we are root: PostgreSQL refuses to run as root.
const USER: &str = "postgres";

/// Ends the server when its standard input ends, which it does with this process, even if that is killed; takes the files away when the
/// server has ended. The server's log ends with it: what waits for this process holds no end of it.
const WATCHDOG: &str = r#"
exec 3<&0
"$0" -D "$1/data" -k "$1" -c listen_addresses= -c fsync=$2 -c synchronous_commit=$2 -c full_page_writes=$2 \
    -c max_connections=400 -c shared_buffers=64MB -c max_wal_size=4GB 3<&- &
server=$!
{ cat <&3; kill -INT $server; } >/dev/null 2>&1 &
exec 3<&-
wait $server
rm -rf "$1"
"#;

struct Server {
    programs: PathBuf,
    directory: String,
    // Held, not used: the server lives as long as the watchdog's standard input.
    _watchdog: Child,
}

/// Whether a server waits for its disk, in its own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Disk {
    Waits,
    DoesNotWait,
}

impl Disk {
    const fn setting(self) -> &'static str {
        match self {
            Self::Waits => "on",
            Self::DoesNotWait => "off",
        }
    }
}

static SERVER: OnceLock<Server> = OnceLock::new();
static DURABLE: OnceLock<Server> = OnceLock::new();
static DATABASES: AtomicU32 = AtomicU32::new(1);

/// A new, empty database of the server that runs with this process: its `postgres://` URL.
///
/// # Panics
/// When PostgreSQL is not installed or does not start: the text says what to install or what it said.
pub fn fresh_database() -> String {
    database_of(&SERVER, Disk::DoesNotWait, None)
}

/// The same of a server that waits for its disk, as one that is trusted with a shop's books does.
///
/// # Panics
/// As [`fresh_database`].
pub fn durable_database() -> String {
    database_of(&DURABLE, Disk::Waits, None)
}

/// A new database with what is in another, to which nobody may be connected: its URL.
///
/// # Panics
/// When it cannot be copied: the text says why.
pub fn copy_of(url: &str) -> String {
    let original = url.split('?').next().and_then(|url| url.rsplit('/').next());
    database_of(&SERVER, Disk::DoesNotWait, original)
}

/// A new database of a server, empty or a copy of another of it.
#[allow(clippy::panic, reason = "without a database no test of it can run")]
fn database_of(server: &OnceLock<Server>, disk: Disk, original: Option<&str>) -> String {
    let server = server.get_or_init(|| start(disk).unwrap_or_else(|fault| panic!("PostgreSQL does not start: {fault}")));
    let name = format!("duka_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    let template = original.map(|original| ["-T", original]);
    run(Command::new(server.programs.join("createdb"))
        .args(["-h", &server.directory, "-U", USER])
        .args(template.iter().flatten())
        .arg(&name))
    .unwrap_or_else(|fault| panic!("the database {name} cannot be made: {fault}"));
    format!("postgres://{USER}@localhost/{name}?host={}", server.directory)
}

/// All that stands in a database, as SQL.
pub fn dump(url: &str) -> Result<String, String> {
    run(Command::new(programs()?.join("pg_dump")).args(["--no-owner", "--no-privileges", "--inserts", "--dbname", url]))
}

/// A fresh database with what [`dump`] gave.
pub fn restored(sql: &Path) -> Result<String, String> {
    let url = fresh_database();
    run(Command::new(programs()?.join("psql")).args(["--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", &url, "--file"]).arg(sql))?;
    Ok(url)
}

fn start(disk: Disk) -> Result<Server, String> {
    let programs = programs()?;
    let directory = run(as_server("mktemp").args(["-d", "-t", "duka-postgres-XXXXXXXX"]))?.trim().to_owned();
    // A collation other than the bytes' own, so that an order which relies on the database's default shows.
    let locale = ["--locale-provider=icu", "--icu-locale=en", "--locale=C.UTF-8"];
    run(as_server(&programs.join("initdb").to_string_lossy())
        .args(["-D", &format!("{directory}/data"), "-U", USER, "--auth=trust", "--no-sync", "--encoding=UTF8"])
        .args(locale))?;
    let watchdog = serve(&programs.join("postgres"), &directory, disk)?;
    Ok(Server { programs, directory, _watchdog: watchdog })
}

/// Starts the server on its files and waits until it takes connections; a fault is what it said before it ended.
fn serve(postgres: &Path, directory: &str, disk: Disk) -> Result<Child, String> {
    let mut watchdog = as_server("sh")
        .args(["-c", WATCHDOG])
        .arg(postgres)
        .arg(directory)
        .arg(disk.setting())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|fault| fault.to_string())?;
    let mut log = BufReader::new(watchdog.stderr.take().ok_or("it has no log")?);
    let mut said = String::new();
    while !said.contains("ready to accept connections") {
        if log.read_line(&mut said).map_err(|fault| fault.to_string())? == 0 {
            return Err(said);
        }
    }
    // A log that nobody reads would stop the server once the pipe is full.
    thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
    Ok(watchdog)
}

/// The newest of the installed versions; Debian keeps them off the path.
fn programs() -> Result<PathBuf, String> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|version| Some((version.file_name().to_str()?.parse().ok()?, version.path().join("bin"))))
        .filter(|(_, programs)| programs.join("initdb").exists())
        .collect();
    found.sort();
    if let Some((_, programs)) = found.pop() {
        return Ok(programs);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .find(|programs| programs.join("initdb").exists())
        .ok_or_else(|| "it is not installed; `cargo xtask setup` installs it".to_owned())
}

/// A program run as the user who may run the server.
fn as_server(program: &str) -> Command {
    // The owner of our own process, without asking the C library.
    let root = fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
    let mut command = if root { Command::new("runuser") } else { Command::new(program) };
    if root {
        command.args(["-u", USER, "--", program]);
    }
    // The user may not be allowed into the directory we are in.
    command.current_dir("/");
    command
}

fn run(command: &mut Command) -> Result<String, String> {
    let output = command.stdin(Stdio::null()).output().map_err(|fault| format!("{command:?}: {fault}"))?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)));
    }
    String::from_utf8(output.stdout).map_err(|fault| fault.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_dies_at_its_start_is_told_with_what_it_said() {
        // Any program that refuses PostgreSQL's options.
        let fault = serve(Path::new("/bin/cat"), "/nowhere", Disk::DoesNotWait).expect_err("it is no PostgreSQL");
        assert!(fault.contains("invalid option"), "{fault}");
    }
}
