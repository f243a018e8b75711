//! Measures the numbers Duka promises, each against a floor measured in the same run on the same machine.

mod exchanging;
mod fixture;
mod ingest;
mod ingest_floor;
mod journal;
mod measure;
mod messages;
mod selling;
mod starting;
mod window;

use anyhow::{Result, bail};
use measure::Figure;

/// What to measure.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// scan, search, start, commit, import, verify, rebuild, salvage, take-in, in-step, news, ingest, window; all when none is named
    names: Vec<String>,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    /// How many products the large till has
    #[arg(long, default_value_t = 1_000_000)]
    products: usize,
    /// Part of a measurement that needs a process of its own; for this program itself
    #[arg(long, hide = true, value_name = "WHAT")]
    child: Option<String>,
}

/// Names, in the order they run, and what measures them.
type Bench = fn(&Options, &mut dyn FnMut(Figure)) -> Result<()>;
const ALL: [(&str, Bench); 13] = [
    ("scan", selling::scan),
    ("search", selling::search),
    ("start", starting::start),
    ("commit", selling::commit),
    ("import", selling::import),
    ("verify", journal::verify),
    ("rebuild", journal::rebuild),
    ("salvage", journal::salvage),
    ("take-in", exchanging::take_in),
    ("in-step", exchanging::in_step),
    ("news", exchanging::news),
    ("ingest", ingest::ingest),
    ("window", window::window),
];

/// Measures; true when every target was met.
pub fn run(options: &Options) -> Result<bool> {
    if let Some(child) = &options.child {
        return match child.as_str() {
            "start" => starting::child(),
            "commit" => selling::commit_child(),
            other => bail!("no part is called {other}"),
        }
        .map(|()| true);
    }
    let unknown: Vec<_> = options.names.iter().filter(|name| !ALL.iter().any(|(known, _)| known == name)).collect();
    if !unknown.is_empty() {
        let known: Vec<_> = ALL.iter().map(|(name, _)| *name).collect();
        bail!("{unknown:?} cannot be measured; there are {}", known.join(", "));
    }
    let mut met = true;
    for (name, bench) in ALL {
        if options.names.is_empty() || options.names.iter().any(|wanted| wanted == name) {
            eprintln!("measuring {name} …");
            bench(options, &mut |figure| {
                met &= figure.ok;
                match serde_json::to_string(&figure) {
                    Ok(line) if options.json => println!("{line}"),
                    _ => println!("{}", measure::shown(&figure)),
                }
            })?;
        }
    }
    Ok(met)
}
