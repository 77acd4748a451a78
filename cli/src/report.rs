//! What is made of results: a summary or a value on the screen, a file, a histogram.

use std::io::Write;
use std::path::Path;

use numjit::{Array, Kernel};

use crate::args::{EvalArgs, HistSpec};
use crate::cell::Cells;
use crate::eval::terminal_width;
use crate::exit::Failure;
use crate::hist::Histogram;
use crate::output::Output;
use crate::picture;
use crate::plot::Plot;
use crate::style::{HEADING, LABEL, paint};
use crate::summary::Summary;

/// Bins of a plot when nobody says how many.
const PLOT_BINS: usize = 100;

/// Takes results part by part, then prints.
pub(crate) struct Report<'a> {
    args: &'a EvalArgs,
    /// The program in canonical spelling.
    title: String,
    results: Vec<Shown>,
    output: Option<Output>,
    plot: Option<Plot>,
    spec: Option<HistSpec>,
    histogram: Option<Histogram>,
}

/// One result on the screen.
struct Shown {
    name: String,
    summary: Summary,
    /// The text of a single value.
    value: Option<String>,
}

impl<'a> Report<'a> {
    /// Begins the files that are wanted.
    ///
    /// # Errors
    /// Files that cannot be written, and pictures of what has none.
    pub(crate) fn new(args: &'a EvalArgs, kernel: &Kernel) -> anyhow::Result<Report<'a>> {
        let columns = names(args, kernel)?;
        if args.hist.is_some() || args.plot.is_some() {
            check_histogram(kernel)?;
        }
        let plot = args.plot.as_deref().map(Plot::create).transpose()?;
        let output =
            args.output.as_deref().map(|path| Output::create(path, &columns)).transpose()?;
        let spec = args.hist.or(plot.as_ref().map(|_| HistSpec { bins: PLOT_BINS, range: None }));
        let range = spec.and_then(|spec| spec.range);
        let histogram = spec.zip(range).map(|(spec, (lo, hi))| Histogram::new(spec.bins, lo, hi));
        let results = columns.into_iter().map(|(name, dtype)| Shown {
            name,
            summary: Summary::new(dtype),
            value: None,
        });
        let title = kernel.expression().to_owned();
        Ok(Report { args, title, results: results.collect(), output, plot, spec, histogram })
    }

    /// Takes the next rows of every result, or all of them.
    pub(crate) fn take(&mut self, parts: Vec<Array>) -> anyhow::Result<()> {
        for (part, shown) in parts.iter().zip(&mut self.results) {
            if part.is_scalar() {
                shown.value = Some(Cells::new(part).exact(0));
            } else {
                shown.summary.add(part);
            }
        }
        if self.spec.is_some() && parts.iter().any(Array::is_scalar) {
            return Err(one_value().into());
        }
        if let Some(histogram) = &mut self.histogram {
            parts.iter().for_each(|part| histogram.add(part));
        }
        self.output.as_mut().map_or(Ok(()), |output| output.write(parts))
    }

    /// Prints everything. `again` computes the results once more and hands them on, for a histogram whose
    /// range is known only when all values are.
    pub(crate) fn print(
        mut self,
        again: impl FnOnce(&mut dyn FnMut(Vec<Array>) -> anyhow::Result<()>) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        self.output.take().map_or(Ok(()), Output::finish)?;
        if let (Some(spec), None) = (self.spec, &self.histogram) {
            let range = self.results[0].summary.finite_range();
            self.histogram = Histogram::spanning(spec.bins, range);
            if let Some(histogram) = &mut self.histogram {
                again(&mut |parts| {
                    parts.iter().for_each(|part| histogram.add(part));
                    Ok(())
                })?;
            }
        }
        let mut out = anstream::stdout().lock();
        self.print_results(&mut out)?;
        if let Some(path) = &self.args.output {
            print_written(path, &mut out)?;
        }
        let Some(spec) = self.spec else { return Ok(()) };
        let Some(histogram) = self.histogram else {
            return Err(Failure::new("there are no finite values to draw a histogram of")
                .help(format!("give it a range: --hist {},0,1", spec.bins))
                .into());
        };
        if self.args.hist.is_some() {
            writeln!(out)?;
            picture::print(&histogram, terminal_width(), &mut out)?;
        }
        if let (Some(plot), Some(path)) = (self.plot, &self.args.plot) {
            plot.write(&histogram, &self.title)?;
            print_written(path, &mut out)?;
        }
        Ok(())
    }

    fn print_results(&self, out: &mut impl Write) -> anyhow::Result<()> {
        if let [only] = &self.results[..] {
            match &only.value {
                Some(value) => writeln!(out, "{value}")?,
                None => only.summary.print(&self.title, out)?,
            }
            return Ok(());
        }
        let width = self.results.iter().map(|shown| shown.name.chars().count()).max().unwrap_or(0);
        for (at, shown) in self.results.iter().enumerate() {
            match &shown.value {
                Some(value) => {
                    let name = format!("{:<width$}", shown.name);
                    writeln!(out, "{}  {value}", paint(HEADING, name))?;
                }
                None => {
                    shown.summary.print(&shown.name, out)?;
                    if at + 1 < self.results.len() {
                        writeln!(out)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Returns the names of the columns and their dtypes: those of the formula, where it gives any.
fn names(args: &EvalArgs, kernel: &Kernel) -> Result<Vec<(String, numjit::DType)>, Failure> {
    let outputs = kernel.outputs();
    let mut columns: Vec<(String, numjit::DType)> = Vec::new();
    if let (Some(name), [(_, dtype)]) = (&args.name, &outputs[..]) {
        return Ok(vec![(name.clone(), *dtype)]);
    }
    if args.name.is_some() {
        let message = format!("--name names one column, and there are {} results", outputs.len());
        return Err(
            Failure::new(message).help("give them names in the formula: `r = …; phi = …; r, phi`")
        );
    }
    let is_single = outputs.len() == 1 && !kernel.is_tuple();
    for (at, (name, dtype)) in outputs.into_iter().enumerate() {
        let unnamed = || if is_single { "result".to_owned() } else { format!("out{at}") };
        let is_free = |name: &String| columns.iter().all(|(taken, _)| taken != name);
        let name = name.filter(|name| !is_single || *name != kernel.expression());
        let name = name.filter(is_free).unwrap_or_else(unnamed);
        columns.push((name, dtype));
    }
    Ok(columns)
}

fn check_histogram(kernel: &Kernel) -> Result<(), Failure> {
    let outputs = kernel.outputs();
    let [(_, dtype)] = &outputs[..] else {
        let message = format!("a histogram is of one result, and there are {}", outputs.len());
        return Err(Failure::new(message).help("end the formula with one of them"));
    };
    if kernel.is_scalar() {
        return Err(one_value());
    }
    if !dtype.is_numeric() || dtype.is_complex() {
        return Err(Failure::new(format!(
            "the formula gives {dtype}, and a histogram needs real numbers"
        )));
    }
    Ok(())
}

fn one_value() -> Failure {
    Failure::new("the formula gives a single value, and a histogram needs a column")
}

fn print_written(path: &Path, out: &mut impl Write) -> anyhow::Result<()> {
    writeln!(out, "  {} {}", paint(LABEL, format_args!("{:<7}", "wrote")), path.display())?;
    Ok(())
}
