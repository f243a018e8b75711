//! `duka-server`: reads its configuration, serves until it is told to stop.

use anyhow::Context;
use clap::Parser;
use duka_server::{
    Config,
    platform::{config::Layer, log},
    serve,
};
use std::{io::Write, path::PathBuf};

/// The sync server of Duka: tills enrol with it and exchange their journals through it.
///
/// A setting is taken from its flag, else from its environment variable, else from the configuration file, else from its default.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Configuration file in TOML; every setting below may stand in it, as in: listen = "0.0.0.0:8700"
    #[arg(long, env = "DUKA_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print the settings as they result, without secrets, and stop
    #[arg(long)]
    show_config: bool,
    #[command(flatten)]
    settings: Layer,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let file = arguments.config.as_deref().map(Layer::read).transpose()?.unwrap_or_default();
    let config = Config::resolve([arguments.settings, file])?;
    if arguments.show_config {
        print!("{config}");
        return Ok(());
    }
    log::start(config.log_format, &config.log_filter);
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("the runtime does not start")?.block_on(run(config))
}

async fn run(config: Config) -> anyhow::Result<()> {
    // Listened for before anything is started, so that no signal is missed.
    let stop = stop_signal()?;
    let running = serve(config).await?;
    let mut out = std::io::stdout();
    writeln!(out, "listening on {}", running.url()).and_then(|()| out.flush()).context("standard output is closed")?;
    stop.await;
    tracing::info!("stopping; running requests are finished");
    running.shutdown().await;
    Ok(())
}

#[cfg(unix)]
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be listened for")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT cannot be listened for")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
