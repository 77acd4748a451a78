//! `numjit eval`: a formula over the columns of files, batch by batch where it is one over rows.

use std::path::Path;

use numjit::{Array, ArrayRef, DType, Engine, ErrorKind, Kernel, Stream, Threads};

use crate::args::{EvalArgs, RulesArgs};
use crate::exit::Failure;
use crate::input::{Batch, Dataset};
use crate::output;
use crate::progress::Progress;
use crate::report::Report;
use crate::setting::Setting;

/// Columns that an error lists at most.
const LISTED: usize = 40;

pub(crate) fn run(args: &EvalArgs) -> anyhow::Result<()> {
    let engine = engine(args.threads, args.rules)?;
    let names = engine.variables(&args.expr)?;
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
    schema.extend(args.set.iter().map(|set| (set.name.as_str(), set.array().dtype())));
    let kernel = compile(&engine, &args.expr, &schema, &dataset)?;
    over_files(&Job { args, dataset, kernel, columns })
}

/// Makes an engine with so many threads, or as many as there are processors.
pub(crate) fn engine(threads: Option<u32>, rules: RulesArgs) -> anyhow::Result<Engine> {
    let threads = threads.map_or(Threads::Auto, |n| Threads::Fixed(n as usize));
    Ok(Engine::builder().threads(threads).dialect(rules.dialect()).math(rules.math()).build()?)
}

/// Compiles a formula over the columns of a table; where it names others, the error lists the columns.
pub(crate) fn compile(
    engine: &Engine,
    expr: &str,
    schema: &[(&str, DType)],
    dataset: &Dataset,
) -> anyhow::Result<Kernel> {
    engine.compile_with_schema(expr, schema).map_err(|error| {
        let unknown = |what: &'static str| {
            let all = error.diagnostics().iter();
            all.filter(move |d| d.kind == ErrorKind::UnknownName && d.message.starts_with(what))
        };
        let variable = unknown("unknown variable").next().is_some();
        let function = unknown("unknown function").any(|d| d.help.is_empty());
        if !function && !variable {
            return error.into();
        }
        let failure = Failure::from_library(&error);
        let failure = match function {
            true => failure.help("`numjit functions` lists the functions"),
            false => failure,
        };
        // Few inputs are listed by the message itself.
        if !variable || error.diagnostics().iter().any(|d| !d.notes.is_empty()) {
            return failure.into();
        }
        let names: Vec<&str> = dataset.fields().iter().map(|field| field.name.as_str()).collect();
        let more = match names.len().saturating_sub(LISTED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let list = names[..names.len().min(LISTED)].join(", ");
        let file = dataset.files()[0].display();
        failure.help(format!("`{file}` has the columns {list}{more}")).into()
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
    let settings: Vec<(&str, ArrayRef)> = args.set.iter().map(Setting::pair).collect();
    let schema: Vec<(&str, DType)> =
        settings.iter().map(|(name, value)| (*name, value.dtype())).collect();
    let kernel = engine.compile(&args.expr, &schema)?;
    let mut report = Report::new(args, &kernel)?;
    report.take(kernel.run_all(settings)?.into_arrays())?;
    report.print(|_| Ok(()))
}

/// Everything that is known before the first batch is read.
struct Job<'a> {
    args: &'a EvalArgs,
    dataset: Dataset,
    kernel: Kernel,
    /// The names in the formula that are columns.
    columns: Vec<String>,
}

fn over_files(job: &Job) -> anyhow::Result<()> {
    let args = job.args;
    let targets: Vec<&Path> = args.output.iter().chain(&args.plot).map(AsRef::as_ref).collect();
    output::check_targets(&targets, job.dataset.files())?;
    let mut report = Report::new(args, &job.kernel)?;
    let mut progress = Progress::new(job.dataset.rows());
    progress.start_pass("computing");
    // A program over rows needs no more memory than for some of them.
    let has_text = args.set.iter().any(Setting::is_text);
    let is_over_rows = !job.dataset.is_arrays() && !has_text && job.kernel.stream().is_ok();
    if is_over_rows {
        job.stream(&mut progress, &mut |parts| report.take(parts))?;
    } else {
        let arrays = job.at_once(&mut progress)?;
        report.take(arrays)?;
    }
    report.print(|take| {
        progress.start_pass("counting");
        if is_over_rows {
            job.stream(&mut progress, take)
        } else {
            take(job.at_once(&mut progress)?)
        }
    })
}

impl Job<'_> {
    /// Computes the formula over all rows and hands the result on part by part; as one part if it is a
    /// single value.
    fn stream(
        &self,
        progress: &mut Progress,
        take: &mut dyn FnMut(Vec<Array>) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut stream: Stream = self.kernel.stream()?;
        loop {
            self.each_batch(|batch, variables| {
                if let Some(part) = stream.push(variables)? {
                    take(vec![part])?;
                }
                progress.advance(batch.rows);
                Ok(())
            })?;
            if !stream.next_pass()? {
                progress.finish();
                return stream.finish()?.map_or(Ok(()), |value| take(vec![value]));
            }
            progress.start_pass("next pass");
        }
    }

    fn each_batch(
        &self,
        mut run: impl FnMut(&Batch, &[(&str, ArrayRef<'_>)]) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let columns: Vec<&str> = self.columns.iter().map(String::as_str).collect();
        self.dataset.for_each_batch(&columns, self.args.batch_rows as usize, |batch| {
            let views = batch.columns.iter().map(|column| column.view());
            let settings = self.args.set.iter().map(Setting::pair);
            let variables: Vec<_> = columns.iter().copied().zip(views).chain(settings).collect();
            run(&batch, &variables)
        })
    }

    /// Computes all results of the program over whole columns.
    fn at_once(&self, progress: &mut Progress) -> anyhow::Result<Vec<Array>> {
        let columns: Vec<&str> = self.columns.iter().map(String::as_str).collect();
        let rows = self.args.batch_rows as usize;
        let loaded = self.dataset.load(&columns, rows, |rows| progress.advance(rows))?;
        let views = loaded.iter().map(|column| column.view());
        let settings = self.args.set.iter().map(Setting::pair);
        let variables: Vec<_> = columns.into_iter().zip(views).chain(settings).collect();
        let outputs = self.kernel.run_all(variables)?;
        progress.finish();
        Ok(outputs.into_arrays())
    }
}

/// Returns the width of the terminal, or 80 where there is none.
pub(crate) fn terminal_width() -> usize {
    terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0).clamp(20, 160))
}
