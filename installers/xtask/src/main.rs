//! The project's one tool. Every command first installs and builds what it needs, so that a fresh machine with Rust,
//! git and a C compiler needs nothing else.

mod check;
mod drive;
mod newcomer;
mod packages;
mod purpose;
mod readme;
mod run;
mod setup;
mod test;
mod ui;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use drive::Workload;
use purpose::Purpose;
use run::ChildFailed;

/// Builds, checks, tests and shows Duka.
///
/// Every command first sees to what it needs: Debian packages, the wasm target, the built screens and programs.
/// Progress goes to standard error; standard output belongs to the program that is run.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", arg_required_else_help = true, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install everything that building, testing and showing Duka needs, and that is missing
    ///
    /// With apt and root (or sudo): Debian packages. Everywhere: the wasm32 target, rustfmt and clippy.
    /// On other systems it prints exactly what to install. It does nothing, quickly, when all is there.
    Setup,
    /// Build the till's screens into target/ui/till, from where the till program embeds them
    Ui {
        /// Build quickly, as they are tested and shown: for work on the screens
        #[arg(long)]
        dev: bool,
    },
    /// Check format, lints, licences and sources of dependencies, and the wasm build
    Check(check::Options),
    /// Build everything and run all tests; what follows is passed to `cargo test`
    ///
    /// One test: `cargo xtask test NAME`; those of a package: `cargo xtask test -p duka-core`, which compiles dependencies with
    /// the features of that package alone;
    /// options of the test programs after a second `--`: `cargo xtask test -- --nocapture`.
    Test(PassedOn),
    /// Show a shop at work: a server and tills, to click through (`--help` lists its options)
    ///
    /// Without a display, or with `--drive`, a short day is driven on a virtual one.
    #[command(disable_help_flag = true)]
    Demo(PassedOn),
    /// Replay real trading data through the system and add it up (`--help` lists its options)
    ///
    /// `--engine postgres` installs PostgreSQL where it is missing.
    #[command(disable_help_flag = true)]
    Replay(PassedOn),
    /// Run tills and server through all that can go wrong, from seeds, and look at each invariant (`--help` lists its options)
    ///
    /// A seed that fails says how to run it again. `--planted` breaks things on purpose and looks whether each is found.
    #[command(disable_help_flag = true)]
    Sim(PassedOn),
    /// Measure speed, size and flushes to disk (`--help` lists its options)
    #[command(disable_help_flag = true)]
    Bench(PassedOn),
    /// Try the README's commands on a bare Debian, as somebody does who finds Duka today (Linux, as root; an hour)
    ///
    /// A Debian is made by debootstrap from this machine's own mirror, with git, a C compiler and this machine's Rust; the committed
    /// tree is cloned into it, the README's commands are run as they stand there, and what they leave is looked at.
    Newcomer(newcomer::Options),
}

/// What the command hands on as it stands. Only shown in the help: `passed_on` reads it, since clap swallows a leading `--`.
#[derive(Args)]
struct PassedOn {
    /// Arguments passed on as they stand
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGS")]
    _rest: Vec<OsString>,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let Err(error) = execute(cli.command) else { return ExitCode::SUCCESS };
    // A child has said itself what went wrong; everything else is told here.
    eprintln!("xtask: {error:#}");
    error.downcast_ref::<ChildFailed>().map_or(ExitCode::FAILURE, ChildFailed::exit_code)
}

fn execute(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Setup => setup::ensure(Purpose::Everything),
        Command::Ui { dev } => setup::ensure(Purpose::Ui).and_then(|()| ui::build(if dev { ui::Mode::Dev } else { ui::Mode::Release })),
        Command::Check(options) => check::check(&options),
        Command::Test(_) => test::test(&passed_on()),
        Command::Demo(_) => drive::drive(Workload::Demo, &passed_on()),
        Command::Replay(_) => drive::drive(Workload::Replay, &passed_on()),
        Command::Sim(_) => drive::drive(Workload::Sim, &passed_on()),
        Command::Bench(_) => drive::drive(Workload::Bench, &passed_on()),
        Command::Newcomer(options) => newcomer::newcomer(&options),
    }
}

/// Everything after the command's name.
fn passed_on() -> Vec<OsString> {
    std::env::args_os().skip(2).collect()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn workloads_answer_for_their_own_help_and_options() {
        assert!(Cli::try_parse_from(["xtask", "replay", "--help"]).is_ok());
        assert!(Cli::try_parse_from(["xtask", "bench", "--json", "-n", "3"]).is_ok());
        assert!(Cli::try_parse_from(["xtask", "test", "--", "--nocapture"]).is_ok());
        assert!(Cli::try_parse_from(["xtask", "nonsense"]).is_err());
    }
}
