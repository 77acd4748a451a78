//! A histogram as text: bars of block characters over an axis.

use std::io::{self, Write};

use crate::hist::Histogram;
use crate::number;
use crate::style::{BAR, FAINT, LABEL, paint};

/// Eighths of a character cell, from the bottom.
const BLOCKS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const HEIGHT: usize = 12;

/// Prints the histogram, at most `width` characters wide.
///
/// Where there are more bins than characters, a column stands for the mean of neighboring bins; where
/// there are few, a bin is several characters wide.
pub(crate) fn print(histogram: &Histogram, width: usize, out: &mut impl Write) -> io::Result<()> {
    let top = histogram.counts()[histogram.peak()];
    let margin = number::count(top).len();
    let room = width.saturating_sub(margin + 4).max(10);
    let columns = Columns::new(histogram.counts(), room);
    // The mean of several bins may stay below the fullest one.
    let highest = columns.heights.iter().copied().fold(0.0, f64::max);
    let scale = if highest > 0.0 { 8.0 * HEIGHT as f64 / highest } else { 0.0 };
    for row in (0..HEIGHT).rev() {
        let label = match row + 1 {
            HEIGHT => number::short(highest.round(), 15),
            _ if row == HEIGHT / 2 - 1 => number::short((highest / 2.0).round(), 15),
            _ => String::new(),
        };
        let tick = if label.is_empty() { '│' } else { '┤' };
        let bars: String =
            columns.heights.iter().map(|height| block(height * scale, row)).collect();
        let bars = bars.trim_end();
        writeln!(out, " {label:>margin$} {tick}{}", paint(BAR, bars))?;
    }
    let (axis, labels) = axis(histogram, &columns);
    writeln!(out, " {:>margin$} ┼{axis}", 0)?;
    writeln!(out, " {:>margin$} {labels}", "")?;
    print_facts(histogram, &columns, out)
}

fn print_facts(histogram: &Histogram, columns: &Columns, out: &mut impl Write) -> io::Result<()> {
    let (lo, hi) = histogram.range();
    let short = |x| number::short(x, 7);
    let bins = histogram.counts().len();
    let peak = histogram.peak();
    let mut line = |label: &str, text: String| {
        writeln!(out, "  {} {text}", paint(LABEL, format_args!("{label:<7}")))
    };
    let grouped = match columns.bins_each {
        1 => String::new(),
        n => paint(FAINT, format_args!("; a column of the picture is the mean of {n}")),
    };
    let width = short((hi - lo) / bins as f64);
    line(
        "bins",
        format!("{bins} from {} to {}, each {width} wide{grouped}", short(lo), short(hi)),
    )?;
    line("inside", number::count(histogram.inside()))?;
    let counted = [
        ("below", histogram.below, format!(" (less than {})", short(lo))),
        ("above", histogram.above, format!(" (more than {})", short(hi))),
        ("nan", histogram.nan, String::new()),
    ];
    for (label, count, note) in counted {
        if count > 0 {
            line(label, format!("{}{note}", number::count(count)))?;
        }
    }
    if histogram.inside() > 0 {
        let (from, to) = (short(histogram.edge(peak)), short(histogram.edge(peak + 1)));
        line("peak", format!("{} from {from} to {to}", number::count(histogram.counts()[peak])))?;
    }
    Ok(())
}

/// What each character column of the picture shows.
struct Columns {
    /// Counts, or means of counts.
    heights: Vec<f64>,
    /// The number of bins behind a column, one if a bin has one or more columns.
    bins_each: usize,
    /// Where the upper end of the range lies; the last column may stand for fewer bins than the others.
    end: f64,
}

impl Columns {
    fn new(counts: &[u64], room: usize) -> Columns {
        let bins_each = counts.len().div_ceil(room);
        let mean = |bins: &[u64]| bins.iter().sum::<u64>() as f64 / bins.len() as f64;
        let repeat = if bins_each == 1 { (room / counts.len()).clamp(1, 8) } else { 1 };
        let end = (counts.len() * repeat) as f64 / bins_each as f64;
        let heights = counts.chunks(bins_each).map(mean);
        let heights = heights.flat_map(|height| std::iter::repeat_n(height, repeat)).collect();
        Columns { heights, bins_each, end }
    }
}

/// Returns the piece of a bar, `eighths` of a cell high, that lies in a row counted from the bottom.
fn block(eighths: f64, row: usize) -> char {
    // A bar that is not empty is seen, however low.
    let eighths = if eighths > 0.0 { eighths.round().max(1.0) as usize } else { 0 };
    BLOCKS[eighths.saturating_sub(8 * row).min(8)]
}

/// Returns the line under the bars with its ticks, and the line of numbers below it.
fn axis(histogram: &Histogram, columns: &Columns) -> (String, String) {
    let (lo, hi) = histogram.range();
    let step = nice_step((hi - lo) / (columns.end / 8.0).max(1.0));
    let mut line: Vec<char> = vec!['─'; columns.heights.len() + 1];
    let mut labels: Vec<char> = Vec::new();
    let mut tick = (lo / step).ceil();
    while tick * step <= hi + step * 1e-9 {
        // `+ 0.0` turns -0 into 0.
        let value = tick * step + 0.0;
        let at = ((value - lo) / (hi - lo) * columns.end).round() as usize;
        let text = number::short(value, 6);
        let start = (at + 1).saturating_sub(text.chars().count() / 2);
        tick += 1.0;
        if at >= line.len() || (start <= labels.len() && !labels.is_empty()) {
            continue;
        }
        line[at] = '┬';
        labels.resize(start, ' ');
        labels.extend(text.chars());
    }
    (line.into_iter().collect(), labels.into_iter().collect())
}

/// Returns the step of 1, 2 or 5 times a power of ten that is at least `step`.
fn nice_step(step: f64) -> f64 {
    let power = 10f64.powf(step.log10().floor());
    [1.0, 2.0, 5.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|&nice| nice >= step)
        .unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hist::filled;

    fn picture(histogram: &Histogram, width: usize) -> String {
        let mut out = Vec::new();
        print(histogram, width, &mut out).expect("a vector takes everything");
        anstream::adapter::strip_str(&String::from_utf8(out).expect("it is text")).to_string()
    }

    #[test]
    fn bars_are_as_high_as_their_counts() {
        let histogram = filled(4, 0.0, 4.0, &[0.5, 1.5, 1.5, 3.5, 3.5, 3.5, 3.5]);
        let text = picture(&histogram, 40);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], " 4 ┤                        ████████");
        assert_eq!(lines[HEIGHT - 6], " 2 ┤        ████████        ████████");
        assert_eq!(lines[HEIGHT - 1], "   │████████████████        ████████");
        assert_eq!(lines[HEIGHT], " 0 ┼┬───────┬───────┬───────┬───────┬");
        assert_eq!(lines[HEIGHT + 1].trim_end(), "    0       1       2       3       4");
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        for bins in [1, 2, 3, 10, 59, 60, 61, 100, 121, 1000] {
            for width in [20, 40, 80, 200] {
                let values: Vec<f64> = (0..1000).map(|i| f64::from(i * i % 997)).collect();
                let text = picture(&filled(bins, -3.0, 997.0, &values), width);
                let bars = text.lines().take(HEIGHT + 1);
                assert!(
                    bars.into_iter().all(|line| line.chars().count() <= width),
                    "{bins} {width}\n{text}"
                );
            }
        }
    }

    #[test]
    fn an_empty_histogram_has_no_bars() {
        let text = picture(&filled(10, 0.0, 1.0, &[]), 80);
        assert!(!text.contains('█'));
        assert!(!text.contains("peak"));
    }

    #[test]
    fn ticks_are_round_numbers() {
        for (step, nice) in [(0.9, 1.0), (1.1, 2.0), (3.0, 5.0), (7.0, 10.0), (0.03, 0.05)] {
            assert!((nice_step(step) - nice).abs() < 1e-12);
        }
    }
}
