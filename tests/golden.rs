//! Golden files: an expression in, what every stage makes of it out.
//!
//! Each `tests/golden/**/*.nj` is a test of its own: `cargo test --test golden floor_division` runs those
//! whose path contains that. `NUMJIT_BLESS=1 cargo test --test golden` rewrites the sections of the files
//! with what came out; read the diff.
//!
//! ```text
//! # The fact, in a sentence.
//! # in: a i32 [3] = 7 -7 0
//! a // 2
//! ---- type
//! i32
//! ---- run
//! 3 -4 0
//! ```
//!
//! Comment lines open the file; those with a colon after a word below say how to run it:
//!
//! - `# in: a f64 [5] = 1 2`: an array; the values repeat to fill it. `# in: k f64 = 2`: a single number.
//!   Elements are `1.5`, `true`, `1+2j`, `'text'`; times are counts of their unit or `NaT`. The shape may
//!   have any number of axes, `[2,3]`, `[]`; after it words say how the array lies in memory, whose
//!   elements are given in the order of their indices: `F`, `reversed`, `step`, `unaligned`, `swapped`.
//!   `# in: k weak = 2`, `2.0` or `2j`: a number without a dtype.
//! - `# compile: a f64, b i32`: what the kernel is compiled for, if not for the inputs.
//! - `# out: f64 [2,3]`: run into an output like this one, under the rule of `# casting: unsafe`.
//! - `# dialect: numexpr`, `# order: F`: other rules, and another order of fresh results.
//! - `# threads: 1 2` and `# codegen: native portable scalar interpreter`: what it runs on. These are the defaults;
//!   the results of all combinations, of outputs given and of a stream must have the same bits.
//! - `# digits: 12`: print that many digits of floats, for functions whose last bits are the platform's.
//! - `# limits: length=10 nesting=2 nodes=3`: other limits on the text.
//! - `# escaped: yes`: `\n`, `\t`, `\\` and `\u{…}` in the expression stand for characters.
//!
//! Sections: `parse` (canonical text), `type`, `ir` and `opt` (before and after the passes), `plan`
//! (without the generator), `clif`, `run`, `error`. Only those in the file are checked. In `run` a single
//! value follows the word `scalar`; of more than 100 elements the first and last 20 are printed; an array
//! of several axes is printed by its last one, below its shape. Several results follow their names.
//! Other stages are those of the first code generator.

mod common;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use common::element;
use common::golden_file::{Header, read};
use common::input::Input;
use libtest_mimic::{Arguments, Failed, Trial};
use numjit::testing::{self, Values};
use numjit::{ArrayMut, ByteOrder, Codegen, DType, Engine, Error, Kernel, RunOptions, Threads};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let bless = std::env::var_os("NUMJIT_BLESS").is_some();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let trials = common::files(&root, "nj").into_iter().map(|path| {
        let name = path.strip_prefix(&root).expect("it was found there").display().to_string();
        Trial::test(name.trim_end_matches(".nj").replace('\\', "/"), move || check(&path, bless))
    });
    let mut trials: Vec<Trial> = trials.collect();
    trials.push(Trial::test("every_mistake_has_a_golden_file", every_mistake));
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn check(path: &PathBuf, bless: bool) -> Result<(), Failed> {
    let text = std::fs::read_to_string(path)?;
    let file = read(&text)?;
    if file.sections.is_empty() {
        return Err("the file checks nothing: add a section".into());
    }
    let outcome = outcome(&file.header, &file.expression);
    let mut new = file.head.clone();
    for (name, old) in &file.sections {
        let body = match outcome.section(name)? {
            Some(body) => body,
            None => old.clone(), // not on this machine
        };
        let separator = if body.is_empty() || body.ends_with('\n') { "" } else { "\n" };
        write!(new, "---- {name}\n{body}{separator}")?;
    }
    if new == text {
        return Ok(());
    }
    if bless {
        return Ok(std::fs::write(path, new)?);
    }
    let diff = similar::TextDiff::from_lines(&text, &new);
    Err(format!("{}", diff.unified_diff().header("in the file", "what came out")).into())
}

/// What came out of a file.
struct Outcome<'a> {
    header: &'a Header,
    canonical: Result<String, Error>,
    kernel: Result<Kernel, Error>,
    run: Result<String, String>,
}

fn outcome<'a>(header: &'a Header, expression: &str) -> Outcome<'a> {
    let canonical = testing::canonical(expression, &header.limits);
    let schema: Vec<(&str, DType)> = match &header.compile {
        Some(schema) => schema.iter().map(|(name, dtype)| (name.as_str(), *dtype)).collect(),
        None => header.inputs.iter().map(|i| (i.name.as_str(), i.dtype())).collect(),
    };
    let engine = |codegen, threads| {
        Engine::builder()
            .codegen(codegen)
            .threads(Threads::Fixed(threads))
            .limits(header.limits)
            .dialect(header.dialect)
            .build()
            .expect("the options are possible")
    };
    // What is explained must not depend on the vectors of this machine.
    let explained = match header.codegen[0] {
        Codegen::Native => Codegen::Portable,
        other => other,
    };
    let compile = |engine: Engine| {
        if header.inputs.iter().any(|input| input.weak.is_some()) {
            let vars: Vec<_> = header.inputs.iter().map(Input::operand).collect();
            return engine.compile_for(expression, &vars);
        }
        engine.compile(expression, &schema)
    };
    let kernel = compile(engine(explained, 1));
    let mut results: Vec<(String, Result<Vec<Values>, Error>)> = Vec::new();
    for &codegen in &header.codegen {
        for &threads in &header.threads {
            let kernel = compile(engine(codegen, threads));
            let label = format!("{codegen:?} on {threads} threads");
            results.push((label, kernel.and_then(|kernel| run(&kernel, header))));
        }
    }
    let outputs = kernel.as_ref().map(Kernel::outputs).unwrap_or_default();
    let names: Vec<Option<String>> = outputs.into_iter().map(|(name, _)| name).collect();
    let run = agreement(&results, &names, header);
    Outcome { header, canonical, kernel, run }
}

/// Runs a kernel in every way there is, and checks that all agree.
fn run(kernel: &Kernel, header: &Header) -> Result<Vec<Values>, Error> {
    let vars: Vec<_> = header.inputs.iter().map(Input::operand).collect();
    let options = RunOptions::new().order(header.order).casting(header.casting);
    if let Some((dtype, shape)) = &header.out {
        let count: usize = shape.iter().product();
        let zeros = vec![0; count * dtype.size()];
        return run_into(kernel, header, &options, vec![Values::new(*dtype, shape, zeros)]);
    }
    let results: Vec<Values> = match kernel.outputs().len() {
        1 => vec![Values::of(&kernel.run_with(&vars, &options)?)],
        _ => kernel.run_all(&vars)?.into_arrays().iter().map(Values::of).collect(),
    };
    let blank = |values: &Values| {
        let zeros = vec![0; values.len() * values.dtype().size()];
        Values::new(values.dtype(), values.shape(), zeros)
    };
    let outs = results.iter().map(blank).collect();
    let filled = run_into(kernel, header, &options, outs)?;
    let same = |others: &[Values]| others.iter().zip(&results).all(|(x, y)| x.same(y));
    assert!(same(&filled), "outputs become {filled:?}, results are {results:?}");
    let longest = header.inputs.iter().map(|input| input.values.len()).max().unwrap_or(0);
    let batch = 3.max(longest / 7);
    let columns: Vec<_> = (header.inputs.iter())
        .map(|input| (input.name.as_str(), &input.values, input.is_single))
        .collect();
    if let Some(streamed) = common::stream::in_batches(kernel, &columns, batch) {
        let (dtype, shape) = (results[0].dtype(), results[0].shape());
        let streamed = Values::new(dtype, shape, streamed?);
        assert!(streamed.same(&results[0]), "a stream gives {streamed:?}");
    }
    Ok(results)
}

/// Runs a kernel into outputs, which begin as `outs`.
fn run_into(
    kernel: &Kernel,
    header: &Header,
    options: &RunOptions,
    outs: Vec<Values>,
) -> Result<Vec<Values>, Error> {
    let vars: Vec<_> = header.inputs.iter().map(Input::operand).collect();
    let mut memory: Vec<Vec<u8>> =
        outs.iter().map(|out| vec![0; out.len() * out.dtype().size()]).collect();
    let views = outs.iter().zip(&mut memory).map(|(out, bytes)| {
        let mut stride = out.dtype().size().cast_signed();
        let mut strides = vec![0; out.shape().len()];
        for (at, &len) in strides.iter_mut().zip(out.shape()).rev() {
            *at = stride;
            stride *= len.cast_signed();
        }
        ArrayMut::from_bytes(bytes, out.dtype(), 0, out.shape(), &strides, ByteOrder::Native)
            .expect("there is room for the result")
    });
    kernel.run_all_into(&vars, views.collect::<Vec<_>>(), options)?;
    let filled = outs.iter().zip(memory);
    Ok(filled.map(|(out, bytes)| Values::new(out.dtype(), out.shape(), bytes)).collect())
}

/// Returns the results that all have, printed, or else what they say.
fn agreement(
    results: &[(String, Result<Vec<Values>, Error>)],
    names: &[Option<String>],
    header: &Header,
) -> Result<String, String> {
    let (_, first) = results.first().expect("there is a code generator and a number of threads");
    for (label, other) in results {
        let same = match (first, other) {
            (Ok(x), Ok(y)) => x.iter().zip(y).all(|(x, y)| x.same(y)),
            (Err(x), Err(y)) => x.render() == y.render(),
            (Ok(_), Err(_)) | (Err(_), Ok(_)) => false,
        };
        if !same {
            return Err(format!("{label} gives {other:?}, {} {first:?}", results[0].0));
        }
    }
    match first {
        Ok(values) => Ok(print_all(values, names, header.digits)),
        Err(error) => Err(error.render()),
    }
}

impl Outcome<'_> {
    /// Returns what a section should contain, or `None` if this machine cannot say.
    fn section(&self, name: &str) -> Result<Option<String>, Failed> {
        let canonical = || self.canonical.as_ref().map_err(|error| Failed::from(error.render()));
        let kernel = || self.kernel.as_ref().map_err(|error| Failed::from(error.render()));
        Ok(match name {
            "parse" => Some(canonical()?.clone()),
            "type" => {
                let outputs = kernel()?.outputs();
                let dtypes: Vec<String> =
                    outputs.iter().map(|(_, dtype)| dtype.to_string()).collect();
                Some(dtypes.join(", "))
            }
            "ir" => Some(kernel()?.explain().ir().to_owned()),
            "opt" => Some(kernel()?.explain().optimized().to_owned()),
            "plan" => {
                let vars: Vec<_> = self.header.inputs.iter().map(Input::operand).collect();
                let plan =
                    kernel()?.explain_for(&vars).map_err(|error| error.render())?.to_string();
                let is_generator = |line: &&str| line.starts_with("generator ");
                let known =
                    plan.lines().any(|line| is_generator(&line) && line.contains("cranelift"));
                let kept: Vec<&str> = plan.lines().filter(|line| !is_generator(line)).collect();
                known.then(|| kept.join("\n"))
            }
            // The calling convention is in it.
            "clif" if cfg!(all(target_arch = "x86_64", target_os = "linux")) => {
                Some(kernel()?.explain().clif().to_owned())
            }
            "clif" => None,
            "run" => Some(self.run.clone()?),
            "error" => match &self.run {
                Ok(result) => {
                    let inputs = self.header.inputs.len();
                    return Err(format!("no error; {inputs} inputs give {result}").into());
                }
                Err(error) => Some(error.clone()),
            },
            other => return Err(format!("no stage is called `{other}`").into()),
        })
    }
}

/// Prints results; several follow their names.
fn print_all(values: &[Values], names: &[Option<String>], digits: Option<usize>) -> String {
    if let [only] = values {
        return print(only, digits);
    }
    let mut text = String::new();
    for (at, (values, name)) in values.iter().zip(names).enumerate() {
        let name = name.clone().unwrap_or_else(|| format!("out{at}"));
        let separator = if values.shape().len() > 1 { '\n' } else { ' ' };
        text += &format!("{name}:{separator}{}\n", print(values, digits));
    }
    text
}

/// Prints the elements, wrapped at 100 columns, the middle left out when there are many.
fn print(values: &Values, digits: Option<usize>) -> String {
    let (len, shape) = (values.len(), values.shape());
    let is_shown = |index: &usize| len <= 100 || !(20..len - 20).contains(index);
    let mut text = match shape {
        [] => "scalar".to_owned(),
        [_] => String::new(),
        _ => format!("{shape:?}\n").replace('[', "(").replace(']', ")"),
    };
    let row = if shape.len() > 1 { shape[shape.len() - 1] } else { usize::MAX };
    let mut column = if shape.is_empty() { text.len() } else { 0 };
    for index in (0..len).filter(|index| is_shown(index) || *index == 20) {
        let word = if is_shown(&index) {
            element::print(values.dtype(), values.element(index), digits)
        } else {
            "…".to_owned()
        };
        if column + 1 + word.len() > 100 || (index > 0 && index % row == 0) {
            text.push('\n');
            column = 0;
        } else if column > 0 {
            text.push(' ');
            column += 1;
        }
        column += word.len();
        text.push_str(&word);
    }
    text
}

/// Every variant of the errors about the text, and of what they distinguish, is in some golden file.
fn every_mistake() -> Result<(), Failed> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seen: Vec<String> = Vec::new();
    for path in common::files(&root.join("tests/golden"), "nj") {
        let text = std::fs::read_to_string(path)?;
        let file = read(&text)?;
        let schema: Vec<(&str, DType)> =
            file.header.inputs.iter().map(|i| (i.name.as_str(), i.dtype())).collect();
        let (limits, dialect) = (&file.header.limits, file.header.dialect);
        seen.extend(testing::mistakes(&file.expression, &schema, limits, dialect));
    }
    let mut missing = Vec::new();
    for (path, name) in
        [("src/syntax/error.rs", "ParseError"), ("src/types/error/mod.rs", "TypeError")]
    {
        let source = std::fs::read_to_string(root.join(path))?;
        for variant in common::source::variants(&source, name) {
            // Only a thread that is nearly out of stack meets this one.
            if variant != "OutOfStack" && !seen.contains(&variant) {
                missing.push(format!("{name}::{variant}"));
            }
        }
    }
    if missing.is_empty() { Ok(()) } else { Err(format!("no golden file has {missing:?}").into()) }
}
