//! `numjit eval`: a formula over the columns of files, batch by batch.

use std::io::Write;
use std::path::Path;

use numjit::{Array, ArrayRef, DType, Engine, ErrorKind, Kernel, Scalar, Threads};

use crate::args::{EvalArgs, HistSpec};
use crate::exit::Failure;
use crate::hist::Histogram;
use crate::input::{Batch, Dataset};
use crate::output::{self, Output};
use crate::picture;
use crate::plot::Plot;
use crate::progress::Progress;
use crate::style::{LABEL, paint};
use crate::summary::Summary;

/// Bins of a plot when nobody says how many.
const PLOT_BINS: usize = 100;
/// Columns that an error lists at most.
const LISTED: usize = 40;

pub(crate) fn run(args: &EvalArgs) -> anyhow::Result<()> {
    let engine = engine(args.threads)?;
    let names = numjit::variables(&args.expr)?;
    check_settings(args, &names)?;
    let is_set = |name: &String| args.set.iter().any(|setting| setting.name == *name);
    let columns: Vec<String> = names.into_iter().filter(|name| !is_set(name)).collect();
    if columns.is_empty() {
        return without_files(&engine, args);
    }
    if args.files.is_empty() {
        return Err(no_file(&columns).into());
    }
    let dataset = Dataset::open(&args.files, &columns)?;
    let mut schema = dataset.schema(&columns)?;
    schema.retain(|(name, _)| !args.set.iter().any(|setting| setting.name == *name));
    schema.extend(args.set.iter().map(|setting| (setting.name.as_str(), setting.value.dtype())));
    let kernel = compile(&engine, &args.expr, &schema, &dataset)?;
    over_files(&Job { args, dataset, kernel, columns })
}

/// Makes an engine with so many threads, or as many as there are processors.
pub(crate) fn engine(threads: Option<u32>) -> anyhow::Result<Engine> {
    let threads = threads.map_or(Threads::Auto, |n| Threads::Fixed(n as usize));
    Ok(Engine::builder().threads(threads).build()?)
}

/// Compiles a formula over the columns of a table; where it names others, the error lists the columns.
pub(crate) fn compile(
    engine: &Engine,
    expr: &str,
    schema: &[(&str, DType)],
    dataset: &Dataset,
) -> anyhow::Result<Kernel> {
    engine.compile_with_schema(expr, schema).map_err(|error| {
        if error.kind() != ErrorKind::UnknownName {
            return error.into();
        }
        let names: Vec<&str> = dataset.fields().iter().map(|field| field.name.as_str()).collect();
        let more = match names.len().saturating_sub(LISTED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let list = names[..names.len().min(LISTED)].join(", ");
        let file = dataset.files()[0].display();
        Failure::from_library(&error).help(format!("`{file}` has the columns {list}{more}")).into()
    })
}

/// Settings of names that are not in the formula are slips.
fn check_settings(args: &EvalArgs, names: &[String]) -> Result<(), Failure> {
    for (at, setting) in args.set.iter().enumerate() {
        let name = &setting.name;
        if !names.contains(name) {
            return Err(Failure::new(format!(
                "--set gives `{name}` a value, but the formula does not use it"
            )));
        }
        if args.set[..at].iter().any(|earlier| earlier.name == *name) {
            return Err(Failure::new(format!("--set gives `{name}` a value twice")));
        }
    }
    Ok(())
}

fn no_file(columns: &[String]) -> Failure {
    let list: Vec<String> = columns.iter().map(|name| format!("`{name}`")).collect();
    let (are, first) = (if columns.len() == 1 { "is" } else { "are" }, &columns[0]);
    Failure::new(format!("no file is given, but {} {are} not known", list.join(", ")))
        .help(format!("name files with these columns, or give a value: --set {first}=1.5"))
}

/// Computes a formula of numbers and settings only.
fn without_files(engine: &Engine, args: &EvalArgs) -> anyhow::Result<()> {
    let settings: Vec<(&str, ArrayRef)> = settings(args).collect();
    let schema: Vec<(&str, DType)> =
        settings.iter().map(|(name, value)| (*name, value.dtype())).collect();
    let kernel = engine.compile(&args.expr, &schema)?;
    if args.hist.is_some() || args.plot.is_some() {
        return Err(one_value().into());
    }
    let output = create_output(args, &kernel)?;
    print_value(kernel.run(settings)?, output, args.output.as_deref())
}

fn settings(args: &EvalArgs) -> impl Iterator<Item = (&str, ArrayRef<'static>)> {
    args.set.iter().map(|setting| {
        let value = match setting.value {
            Scalar::Bool(x) => ArrayRef::from(x),
            Scalar::I32(x) => ArrayRef::from(x),
            Scalar::I64(x) => ArrayRef::from(x),
            Scalar::F32(x) => ArrayRef::from(x),
            Scalar::F64(x) => ArrayRef::from(x),
            other => unreachable!("settings are not parsed to {other}"),
        };
        (setting.name.as_str(), value)
    })
}

/// Everything that is known before the first batch is read.
struct Job<'a> {
    args: &'a EvalArgs,
    dataset: Dataset,
    kernel: Kernel,
    /// The names in the formula that are columns.
    columns: Vec<String>,
}

impl Job<'_> {
    /// Computes the formula over all rows and hands the result on part by part.
    ///
    /// Returns the value when the formula reduces the rows to one.
    fn compute(
        &self,
        progress: &mut Progress,
        mut take: impl FnMut(Array) -> anyhow::Result<()>,
    ) -> anyhow::Result<Option<Array>> {
        let columns: Vec<&str> = self.columns.iter().map(String::as_str).collect();
        let settings: Vec<(&str, ArrayRef)> = settings(self.args).collect();
        let mut stream = self.kernel.stream();
        loop {
            self.dataset.for_each_batch(&columns, self.args.batch_rows as usize, |batch| {
                if let Some(part) = stream.push(variables(&columns, &batch, &settings))? {
                    take(part)?;
                }
                progress.advance(batch.rows);
                Ok(())
            })?;
            if !stream.next_pass()? {
                return Ok(stream.finish());
            }
            progress.start_pass("next pass");
        }
    }
}

fn variables<'a>(
    columns: &[&'a str],
    batch: &'a Batch,
    settings: &[(&'a str, ArrayRef<'a>)],
) -> Vec<(&'a str, ArrayRef<'a>)> {
    let columns = columns.iter().zip(&batch.columns).map(|(name, column)| (*name, column.view()));
    columns.chain(settings.iter().cloned()).collect()
}

fn over_files(job: &Job) -> anyhow::Result<()> {
    let args = job.args;
    let targets: Vec<&Path> = args.output.iter().chain(&args.plot).map(AsRef::as_ref).collect();
    output::check_targets(&targets, job.dataset.files())?;
    if job.kernel.is_scalar() && (args.hist.is_some() || args.plot.is_some()) {
        return Err(one_value().into());
    }
    let plot = args.plot.as_deref().map(Plot::create).transpose()?;
    let mut output = create_output(args, &job.kernel)?;
    let spec = args.hist.or(plot.as_ref().map(|_| HistSpec { bins: PLOT_BINS, range: None }));
    let range = spec.and_then(|spec| spec.range);
    let mut histogram = spec.zip(range).map(|(spec, (lo, hi))| Histogram::new(spec.bins, lo, hi));

    let mut progress = Progress::new(job.dataset.rows());
    progress.start_pass("computing");
    let mut summary = Summary::new(job.kernel.dtype());
    let value = job.compute(&mut progress, |part| {
        summary.add(&part);
        if let Some(histogram) = &mut histogram {
            histogram.add(&part);
        }
        output.as_mut().map_or(Ok(()), |output| output.write(part))
    })?;
    if let Some(value) = value {
        progress.finish();
        return print_value(value, output, args.output.as_deref());
    }
    output.map_or(Ok(()), Output::finish)?;
    if let (Some(spec), None) = (spec, &histogram) {
        histogram = Histogram::spanning(spec.bins, summary.finite_range());
        if let Some(histogram) = &mut histogram {
            progress.start_pass("counting");
            job.compute(&mut progress, |part| {
                histogram.add(&part);
                Ok(())
            })?;
        }
    }
    progress.finish();

    let mut out = anstream::stdout().lock();
    summary.print(job.kernel.expression(), &mut out)?;
    if let Some(path) = &args.output {
        print_written(path, &mut out)?;
    }
    let Some(spec) = spec else { return Ok(()) };
    let Some(histogram) = histogram else {
        return Err(Failure::new("there are no finite values to draw a histogram of")
            .help(format!("give it a range: --hist {},0,1", spec.bins))
            .into());
    };
    if args.hist.is_some() {
        writeln!(out)?;
        picture::print(&histogram, terminal_width(), &mut out)?;
    }
    if let (Some(plot), Some(path)) = (plot, &args.plot) {
        plot.write(&histogram, job.kernel.expression())?;
        print_written(path, &mut out)?;
    }
    Ok(())
}

fn create_output(args: &EvalArgs, kernel: &Kernel) -> anyhow::Result<Option<Output>> {
    let create = |path| Output::create(path, &args.name, kernel.dtype());
    args.output.as_deref().map(create).transpose()
}

/// Prints a single value with all its digits, and writes it if a file is wanted.
fn print_value(value: Array, output: Option<Output>, path: Option<&Path>) -> anyhow::Result<()> {
    let text = value.get(0).map(|value| value.to_string()).unwrap_or_default();
    if let Some(mut output) = output {
        output.write(value)?;
        output.finish()?;
    }
    let mut out = anstream::stdout().lock();
    writeln!(out, "{text}")?;
    path.map_or(Ok(()), |path| print_written(path, &mut out))
}

fn print_written(path: &Path, out: &mut impl Write) -> anyhow::Result<()> {
    writeln!(out, "  {} {}", paint(LABEL, format_args!("{:<7}", "wrote")), path.display())?;
    Ok(())
}

fn one_value() -> Failure {
    Failure::new("the formula gives a single value, and a histogram needs a column")
}

/// Returns the width of the terminal, or 80 where there is none.
pub(crate) fn terminal_width() -> usize {
    terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0).clamp(20, 160))
}
