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
//! - `# compile: a f64, b i32`: what the kernel is compiled for, if not for the inputs.
//! - `# out: f64 [3]`: run into an output like this one.
//! - `# threads: 1 2` and `# codegen: native scalar interpreter`: what it runs on. These are the defaults;
//!   the results of all combinations, of `run_into` and of a stream must have the same bits.
//! - `# digits: 12`: print that many digits of floats, for functions whose last bits are the platform's.
//! - `# limits: length=10 nesting=2 nodes=3`: other limits on the text.
//! - `# escaped: yes`: `\n`, `\t`, `\\` and `\u{…}` in the expression stand for characters.
//!
//! Sections: `parse` (canonical text), `type`, `ir` and `opt` (before and after the passes), `plan`
//! (without the generator), `clif`, `run`, `error`. Only those in the file are checked. In `run` a single
//! value follows the word `scalar`; of more than 100 elements the first and last 20 are printed. Other
//! stages are those of the first code generator.

mod common;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use common::golden_file::{Header, Input, read};
use libtest_mimic::{Arguments, Failed, Trial};
use numjit::{Array, ArrayMut, DType, Engine, Error, Kernel, Scalar, Threads, testing};

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
        None => header.inputs.iter().map(|i| (i.name.as_str(), i.array.dtype())).collect(),
    };
    let engine = |codegen, threads| {
        Engine::builder()
            .codegen(codegen)
            .threads(Threads::Fixed(threads))
            .limits(header.limits)
            .build()
            .expect("the options are possible")
    };
    let kernel = engine(header.codegen[0], 1).compile(expression, &schema);
    let mut results: Vec<(String, Result<Array, Error>)> = Vec::new();
    for &codegen in &header.codegen {
        for &threads in &header.threads {
            let kernel = engine(codegen, threads).compile(expression, &schema);
            let label = format!("{codegen:?} on {threads} threads");
            results.push((label, kernel.and_then(|kernel| run(&kernel, header))));
        }
    }
    let run = agreement(&results, header);
    Outcome { header, canonical, kernel, run }
}

/// Runs a kernel in every way there is, and checks that all agree.
fn run(kernel: &Kernel, header: &Header) -> Result<Array, Error> {
    let vars: Vec<_> = header.inputs.iter().map(Input::operand).collect();
    if let Some((dtype, len)) = header.out {
        let mut out = zeros(dtype, len);
        kernel.run_into(&vars, out.borrow())?;
        return Ok(out.into_array());
    }
    let result = kernel.run(&vars)?;
    let mut out = zeros(result.dtype(), result.len());
    kernel.run_into(&vars, out.borrow())?;
    let filled = out.into_array();
    let expected = testing::elements(&result);
    let unlike = |x: &[Scalar]| {
        !(x.iter().zip(&expected))
            .all(|(x, y)| x == y || x.to_f64().is_nan() && y.to_f64().is_nan())
    };
    assert!(!unlike(&testing::elements(&filled)), "run_into gives {filled:?}, run {result:?}");
    let longest = header.inputs.iter().map(|input| input.array.len()).max().unwrap_or(0);
    let batch = 3.max(longest / 7);
    if let Some(streamed) = common::stream::in_batches(kernel, &header.arrays(), batch) {
        let streamed = streamed?;
        assert!(
            !unlike(&streamed) && streamed.len() == expected.len(),
            "a stream gives {streamed:?}"
        );
    }
    Ok(result)
}

/// Returns the one result that all have, printed, or else what they say.
fn agreement(
    results: &[(String, Result<Array, Error>)],
    header: &Header,
) -> Result<String, String> {
    let (_, first) = results.first().expect("there is a code generator and a number of threads");
    for (label, other) in results {
        let same = match (first, other) {
            (Ok(x), Ok(y)) => testing::same(x, y),
            (Err(x), Err(y)) => x.render() == y.render(),
            (Ok(_), Err(_)) | (Err(_), Ok(_)) => false,
        };
        if !same {
            return Err(format!("{label} gives {other:?}, {} {first:?}", results[0].0));
        }
    }
    match first {
        Ok(array) => Ok(print(array, header.digits)),
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
            "type" => Some(kernel()?.dtype().to_string()),
            "ir" => Some(kernel()?.explain().ir().to_owned()),
            "opt" => Some(kernel()?.explain().optimized().to_owned()),
            "plan" => {
                let plan = kernel()?.explain().to_string();
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

/// Prints the elements, wrapped at 100 columns, the middle left out when there are many.
fn print(array: &Array, digits: Option<usize>) -> String {
    let len = array.len();
    let is_shown = |index: &usize| len <= 100 || !(20..len - 20).contains(index);
    let words = (0..len).filter(|index| is_shown(index) || *index == 20).map(|index| {
        let element = array.get(index).expect("the index is below the length");
        if is_shown(&index) { word(element, digits) } else { "…".to_owned() }
    });
    let mut text = if array.is_scalar() { "scalar".to_owned() } else { String::new() };
    let mut column = text.len();
    for word in words {
        if column + 1 + word.len() > 100 {
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

fn word(element: Scalar, digits: Option<usize>) -> String {
    match (element, digits) {
        (Scalar::F64(x), Some(digits)) if x.is_finite() => float(rounded(x, digits)),
        (Scalar::F32(x), Some(digits)) if x.is_finite() => float(rounded(x.into(), digits)),
        (Scalar::F64(x), _) => float(x),
        (Scalar::F32(x), _) => float(x),
        (other, _) => other.to_string(), // tidy: `Scalar` is open to new variants
    }
}

fn rounded(x: f64, digits: usize) -> f64 {
    format!("{x:.*e}", digits - 1).parse().expect("a printed float is a float")
}

/// The shortest text that reads back, without `.0`; exponents where that has many zeros.
fn float<T: std::fmt::Display + std::fmt::LowerExp + Into<f64> + Copy>(x: T) -> String {
    let size = x.into().abs();
    match size {
        _ if x.into().is_nan() => "nan".to_owned(),
        _ if size != 0.0 && size.is_finite() && !(1e-5..1e16).contains(&size) => format!("{x:e}"),
        _ => format!("{x}"),
    }
}

/// An output of some dtype.
enum Out {
    Bool(Vec<bool>),
    I32(Vec<i32>),
    I64(Vec<i64>),
    F32(Vec<f32>),
    F64(Vec<f64>),
}

fn zeros(dtype: DType, len: usize) -> Out {
    match dtype {
        DType::Bool => Out::Bool(vec![false; len]),
        DType::I32 => Out::I32(vec![0; len]),
        DType::I64 => Out::I64(vec![0; len]),
        DType::F32 => Out::F32(vec![0.0; len]),
        DType::F64 => Out::F64(vec![0.0; len]),
        other => panic!("the harness does not know {other}"),
    }
}

impl Out {
    fn borrow(&mut self) -> ArrayMut<'_> {
        match self {
            Out::Bool(vec) => vec.into(),
            Out::I32(vec) => vec.into(),
            Out::I64(vec) => vec.into(),
            Out::F32(vec) => vec.into(),
            Out::F64(vec) => vec.into(),
        }
    }

    fn into_array(self) -> Array {
        fn scalars<T: numjit::Element>(vec: Vec<T>) -> Array {
            let all: Vec<Scalar> = vec.into_iter().map(T::to_scalar).collect();
            testing::array(T::DTYPE, &all)
        }
        match self {
            Out::Bool(vec) => scalars(vec),
            Out::I32(vec) => scalars(vec),
            Out::I64(vec) => scalars(vec),
            Out::F32(vec) => scalars(vec),
            Out::F64(vec) => scalars(vec),
        }
    }
}

/// Every variant of the errors about the text, and of what they distinguish, is in some golden file.
fn every_mistake() -> Result<(), Failed> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seen: Vec<String> = Vec::new();
    for path in common::files(&root.join("tests/golden"), "nj") {
        let text = std::fs::read_to_string(path)?;
        let file = read(&text)?;
        let schema: Vec<(&str, DType)> =
            file.header.inputs.iter().map(|i| (i.name.as_str(), i.array.dtype())).collect();
        seen.extend(testing::mistakes(&file.expression, &schema, &file.header.limits));
    }
    let mut missing = Vec::new();
    for (path, name) in [("src/syntax/error.rs", "ParseError"), ("src/types/error.rs", "TypeError")]
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
