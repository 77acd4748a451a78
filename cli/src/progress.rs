//! A progress bar on the terminal, for work that takes longer than a moment.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shorter work would only flash a bar.
const PATIENCE: Duration = Duration::from_millis(500);

/// Counts rows; shown when [`PATIENCE`] is over, if stderr is a terminal.
pub(crate) struct Progress {
    bar: ProgressBar,
    started: Instant,
    is_shown: bool,
}

impl Progress {
    pub(crate) fn new(rows: Option<u64>) -> Progress {
        let bar = ProgressBar::with_draw_target(rows, ProgressDrawTarget::hidden());
        let template = match rows {
            Some(_) => "{msg:8} {wide_bar:.cyan/dim} {human_pos} of {human_len} rows, {eta} left",
            None => "{msg:8} {spinner} {human_pos} rows, {per_sec}",
        };
        bar.set_style(ProgressStyle::with_template(template).expect("the template is well-formed"));
        Progress { bar, started: Instant::now(), is_shown: false }
    }

    /// Begins the next time through the rows; `what` says what for.
    pub(crate) fn start_pass(&self, what: &'static str) {
        self.bar.set_message(what);
        self.bar.reset();
    }

    pub(crate) fn advance(&mut self, rows: usize) {
        self.bar.inc(rows as u64);
        if !self.is_shown && self.started.elapsed() > PATIENCE {
            self.is_shown = true;
            // The target hides the bar by itself when stderr is not a terminal.
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    /// Takes the bar off the terminal.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}
