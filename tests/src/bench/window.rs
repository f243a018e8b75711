//! The till's window: from process start to a focused sell screen, and from a key to its paint.

use super::{
    Options,
    fixture::till_with_products,
    measure::{Figure, Times},
};
use crate::webdriver::{Display, Window, WindowOptions};
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::PathBuf;

/// With 100,000 products.
pub(super) fn window(_: &Options, found: &mut dyn FnMut(Figure)) -> Result<()> {
    let program = std::env::var_os("DUKA_TILL")
        .map(PathBuf::from)
        .context("DUKA_TILL names the till's program; start this with `cargo xtask bench`")?;
    let folder = till_with_products(100_000)?.folder().to_owned();
    let display = Display::start(1280, 800)?;
    let (mut ready, mut paints) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        let window = Window::open(&WindowOptions { program: &program, data: &folder, display: &display.name, size: (1280, 800) })?;
        let script = "const m = performance.getEntriesByName('duka-ready')[0]; return m ? performance.timeOrigin + m.startTime : null";
        let at = window.wait("the sell screen is ready", script)?.as_f64().context("a time")?;
        ready.push((at - window.started_at()) * 1e3);
        window.keys("chocolate{Escape}bread{Escape}milk{Escape}")?;
        let measures = window.run("return performance.getEntriesByName('duka-key-to-paint').map(m => m.duration)")?;
        paints.extend(measures.as_array().into_iter().flatten().filter_map(Value::as_f64).map(|milliseconds| milliseconds * 1e3));
    }
    for (name, times, target) in
        [("window_ready_100000", Times::from_micros(ready), 500_000.0), ("window_key_to_paint", Times::from_micros(paints), 16_000.0)]
    {
        found(Figure::new(name, "µs", &times).asked(format!("≤ {target:.0} µs"), times.n() > 0 && times.p99() <= target));
    }
    Ok(())
}
