//! Taking times and saying them.

use std::time::{Duration, Instant};

/// One figure with its floor.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Figure {
    /// What was measured.
    pub name: String,
    /// How many times.
    pub n: usize,
    /// The unit of `p50`, `p99` and `floor`.
    pub unit: &'static str,
    /// Half of all were at most this.
    pub p50: f64,
    /// Of a hundred, ninety-nine were at most this.
    pub p99: f64,
    /// The p50 of the floor, measured in the same run.
    pub floor: f64,
    /// `p50 ÷ floor` (for rates: the rate ÷ the floor's rate).
    pub ratio: f64,
    /// What is asked.
    pub target: String,
    /// Whether it was met.
    pub ok: bool,
}

impl Figure {
    /// What was measured in `unit`, so far with no floor and nothing asked of it.
    pub fn new(name: impl Into<String>, unit: &'static str, times: &Times) -> Self {
        let name = name.into();
        Self { name, n: times.n(), unit, p50: times.p50(), p99: times.p99(), floor: 0.0, ratio: 0.0, target: String::new(), ok: true }
    }

    /// A single number that `n` of something came to.
    pub fn single(name: impl Into<String>, unit: &'static str, n: usize, number: f64) -> Self {
        Self { n, ..Self::new(name, unit, &Times::from_micros(vec![number])) }
    }

    /// Against a floor, in the same unit.
    pub fn against(self, floor: f64) -> Self {
        Self { floor, ratio: self.p50 / floor, ..self }
    }

    /// What is asked of it, and whether it was met.
    pub fn asked(self, target: impl Into<String>, ok: bool) -> Self {
        Self { target: target.into(), ok, ..self }
    }
}

/// Times in microseconds, sorted.
#[derive(Clone, Debug)]
pub struct Times(Vec<f64>);

impl Times {
    /// Runs `work` for each of `items` and takes the time of each run.
    pub fn of<I>(items: impl IntoIterator<Item = I>, mut work: impl FnMut(I) -> anyhow::Result<()>) -> anyhow::Result<Self> {
        let mut times = Vec::new();
        for item in items {
            let begun = Instant::now();
            work(item)?;
            times.push(micros(begun.elapsed()));
        }
        Ok(Self::from_micros(times))
    }

    /// From times taken elsewhere.
    pub fn from_micros(mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        Self(times)
    }

    /// How many.
    pub fn n(&self) -> usize {
        self.0.len()
    }

    /// The time that `per_mille` of a thousand do not pass.
    pub fn quantile(&self, per_mille: usize) -> f64 {
        let last = self.0.len().saturating_sub(1);
        self.0.get((self.0.len() * per_mille / 1_000).min(last)).copied().unwrap_or(0.0)
    }

    /// The median.
    pub fn p50(&self) -> f64 {
        self.quantile(500)
    }

    /// The 99th percentile.
    pub fn p99(&self) -> f64 {
        self.quantile(990)
    }
}

/// In microseconds.
pub fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// For people: one line a figure.
pub fn shown(figure: &Figure) -> String {
    let mark = if figure.ok { "ok  " } else { "MISS" };
    format!(
        "{mark} {:<22} n={:<8} p50 {:>12.1} {u}  p99 {:>12.1} {u}  floor {:>12.1} {u}  ratio {:>7.2}  target {}",
        figure.name,
        figure.n,
        figure.p50,
        figure.p99,
        figure.floor,
        figure.ratio,
        figure.target,
        u = figure.unit,
    )
}
