//! Running other programs: progress on standard error, exit codes passed on, programs found in cargo's own words.

use std::fmt;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// A step says how long it took when a person would have noticed.
const NOTICEABLE: Duration = Duration::from_secs(2);

/// A program that we started and that failed; its exit code becomes ours.
#[derive(Debug)]
pub struct ChildFailed {
    program: String,
    status: ExitStatus,
}

impl ChildFailed {
    /// The child's exit code; 128 + signal when it was killed, as shells do.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(
            self.status.code().or_else(|| signal(self.status).map(|it| 128 + it)).and_then(|it| u8::try_from(it).ok()).unwrap_or(1),
        )
    }
}

impl fmt::Display for ChildFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` failed ({})", self.program, self.status)
    }
}

impl std::error::Error for ChildFailed {}

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_: ExitStatus) -> Option<i32> {
    None
}

/// Says what is being done, does it, and says how long it took if it took long.
pub fn step<T>(title: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("» {title} …");
    let start = Instant::now();
    let done = work()?;
    let took = start.elapsed();
    if took > NOTICEABLE {
        eprintln!("» {title}: {} s", took.as_secs());
    }
    Ok(done)
}

/// The workspace's folder.
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The cargo that runs us, started in the workspace, without what `cargo run` told this program about itself.
///
/// Some build scripts watch those variables: left in place, a build from here and one from the command line would each
/// undo the other's cache.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|it| it.starts_with("CARGO_PKG_") || it.starts_with("CARGO_MANIFEST_")) {
            command.env_remove(name);
        }
    }
    command
}

/// Runs a program to its end; its output is ours.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("could not start `{}`: is it installed?", spell(command)))?;
    succeeded(command, status)
}

/// Runs a program whose chatter must not reach our standard output, which belongs to the workload's result.
pub fn run_aside(command: &mut Command) -> Result<()> {
    run(command.stdout(Stdio::from(io::stderr())))
}

/// Runs a program and returns its standard output, even if it failed; `None` if it could not be started.
pub fn ask(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a program to its end, tells its output on standard error as it comes, and returns it.
pub fn listen(command: &mut Command) -> Result<String> {
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("could not start `{}`", spell(command)))?;
    let mut said = String::new();
    for line in child.stdout.take().into_iter().flat_map(|output| BufReader::new(output).lines()) {
        let line = line?;
        eprintln!("{line}");
        said += &line;
        said.push('\n');
    }
    let status = child.wait()?;
    succeeded(command, status).map(|()| said)
}

/// Becomes another program where the system can, so that a signal sent to us reaches it; elsewhere runs it to its end.
pub fn become_program(command: &mut Command) -> Result<()> {
    #[cfg(unix)]
    {
        let error = std::os::unix::process::CommandExt::exec(command);
        Err(error).with_context(|| format!("could not start `{}`", spell(command)))
    }
    #[cfg(not(unix))]
    run(command)
}

/// Builds with `cargo build ARGS` and returns the files it made or found fresh.
pub fn build(args: &[&str]) -> Result<Built> {
    let mut command = cargo();
    command.arg("build").args(args).arg("--message-format=json-render-diagnostics");
    let child = command.stdout(Stdio::piped()).spawn().context("could not start cargo: is Rust installed? See https://rustup.rs")?;
    let output = child.wait_with_output()?;
    succeeded(&command, output.status)?;
    Ok(Built { messages: String::from_utf8(output.stdout)?.lines().filter_map(|it| serde_json::from_str(it).ok()).collect() })
}

/// What a build made, in cargo's own messages: where its files are depends on profile, target and configuration.
pub struct Built {
    messages: Vec<Value>,
}

impl Built {
    /// The program with this name.
    pub fn program(&self, name: &str) -> Result<PathBuf> {
        let is_it = |it: &&Value| it["target"]["name"] == name && it["profile"]["test"] == false;
        let found = self.messages.iter().filter(is_it).find_map(|it| it["executable"].as_str());
        found.map(PathBuf::from).with_context(|| format!("the build made no program `{name}`: is there a [[bin]] with that name?"))
    }

    /// The wasm module of this package, be it a program or a library.
    pub fn wasm(&self, package: &str) -> Result<PathBuf> {
        let library = package.replace('-', "_");
        let made = self.messages.iter().filter(|it| it["target"]["name"] == package || it["target"]["name"] == library.as_str());
        let mut files = made.filter_map(|it| it["filenames"].as_array()).flatten().filter_map(Value::as_str);
        let found = files.find(|it| it.ends_with(".wasm"));
        found.map(PathBuf::from).with_context(|| format!("the build of {package} made no .wasm file: it needs a src/main.rs"))
    }
}

fn succeeded(command: &Command, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!(ChildFailed { program: spell(command), status });
    }
    Ok(())
}

/// The command as a person would type it, cut where it becomes long.
fn spell(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_stem().unwrap_or(command.get_program()).to_string_lossy();
    let words = command.get_args().map(|it| it.to_string_lossy());
    std::iter::once(program).chain(words).take(12).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(messages: &[Value]) -> Built {
        Built { messages: messages.to_vec() }
    }

    #[test]
    fn a_program_is_found_and_its_test_build_is_not_mistaken_for_it() {
        let built = built(&[
            serde_json::json!({"target": {"name": "duka-till"}, "profile": {"test": true}, "executable": "/t/deps/duka_till-1"}),
            serde_json::json!({"target": {"name": "duka-till"}, "profile": {"test": false}, "executable": null}),
            serde_json::json!({"target": {"name": "duka-till"}, "profile": {"test": false}, "executable": "/t/duka-till"}),
        ]);
        assert_eq!(built.program("duka-till").unwrap(), Path::new("/t/duka-till"));
        assert!(built.program("duka-server").unwrap_err().to_string().contains("duka-server"));
    }

    #[test]
    fn a_wasm_module_is_found_whether_it_is_a_program_or_a_library() {
        let program = built(&[serde_json::json!({"target": {"name": "duka-ui-till"}, "filenames": ["/t/x.d", "/t/duka-ui-till.wasm"]})]);
        let library = built(&[serde_json::json!({"target": {"name": "duka_ui_till"}, "filenames": ["/t/duka_ui_till.wasm"]})]);
        assert_eq!(program.wasm("duka-ui-till").unwrap(), Path::new("/t/duka-ui-till.wasm"));
        assert_eq!(library.wasm("duka-ui-till").unwrap(), Path::new("/t/duka_ui_till.wasm"));
        assert!(built(&[]).wasm("duka-ui-till").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_failing_program_passes_its_exit_code_on() {
        let error = run(Command::new("sh").args(["-c", "exit 7"])).unwrap_err();
        let failed = error.downcast_ref::<ChildFailed>().unwrap();
        assert_eq!(format!("{:?}", failed.exit_code()), format!("{:?}", ExitCode::from(7)));
        assert_eq!(failed.to_string(), "`sh -c exit 7` failed (exit status: 7)");
    }
}
