//! What the fuzz targets do with their input. The test `fuzz_corpus` of the library runs the same
//! functions over the committed inputs.

mod values;

use std::sync::LazyLock;

use numjit::testing::{Placed, Random, Stage, Values, canonical, oracle, same_tree};
use numjit::{
    ArrayRef, Codegen, DType, Engine, Error, Kernel, Limits, Outputs, Result, RunOptions, Threads,
};

use self::values::Inputs;

/// The whole input is the text of an expression: parsing ends, and what is printed parses back to the
/// same tree.
pub fn parse(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    // Tighter than the defaults, which `same_tree` uses: canonical text has blanks, and brackets around
    // tuples, that the text may do without.
    let limits = Limits::default().with_length(20_000).with_nesting(50);
    match canonical(text, &limits) {
        Err(error) => check_error(text, &error),
        Ok(printed) => {
            assert!(same_tree(text, &printed), "{text:?} is printed as {printed:?}");
            let again = canonical(&printed, &Limits::default()).expect("canonical text parses");
            assert_eq!(again, printed, "canonical text is printed as it is");
        }
    }
    if let Err(error) = canonical(text, &Limits::default().with_nesting(Limits::MAX_NESTING)) {
        check_error(text, &error);
    }
}

/// The first line of the input says what the variables are (see [`values`]), the rest is an
/// program: every way to compute it comes to the same result, to the last bit, or to the same
/// mistake.
pub fn evaluate(data: &[u8]) {
    let (header, text) = match data.iter().position(|&byte| byte == b'\n') {
        Some(end) => (&data[..end], &data[end + 1..]),
        None => (&b""[..], data),
    };
    let Ok(text) = str::from_utf8(text) else { return };
    let names = match ENGINES.native.variables(text) {
        Ok(names) => names,
        Err(error) => return check_error(text, &error),
    };
    let inputs = Inputs::new(header, &names);
    let vars = inputs.vars();
    let dtypes: Vec<(&str, DType)> = vars.iter().map(|(name, a)| (*name, a.dtype())).collect();

    let kernel = match ENGINES.native.compile(text, &dtypes) {
        Ok(kernel) => kernel,
        Err(error) => {
            check_error(text, &error);
            let other = ENGINES.scalar.evaluate(text, &vars);
            let other = other.expect_err("what does not compile does not run");
            assert_eq!(other.render(), error.render());
            return;
        }
    };
    let expected = kernel.run_all(&vars).map(values);
    match &expected {
        Ok(results) => {
            let dtypes: Vec<DType> = results.iter().map(Values::dtype).collect();
            let said: Vec<DType> = kernel.outputs().into_iter().map(|(_, dtype)| dtype).collect();
            assert_eq!(dtypes, said);
        }
        Err(error) => assert!(!error.render().is_empty()),
    }
    let evaluate = |engine: &Engine| engine.evaluate_all(text, &vars).map(values);
    check(text, "scalar code", &expected, &evaluate(&ENGINES.scalar));
    // A kernel for these numbers and arrays, not for arrays first.
    check(text, "one call", &expected, &evaluate(&ENGINES.native));
    if inputs.is_short() {
        check(text, "the interpreter", &expected, &evaluate(&ENGINES.interpreter));
        // The oracle computes powers as powers, the kernel small ones as products.
        let powers = text.contains("**") || text.contains("pow");
        let stage = if powers { Stage::Optimized } else { Stage::Built };
        let simple = oracle(text, &inputs.values(), stage).expect("it compiles");
        match (&expected, simple) {
            (Ok(expected), Some(simple)) => check_same(text, "the oracle", expected, &simple),
            (Err(_), None) => {}
            (expected, simple) => panic!("{text}\nnative: {expected:?}\noracle: {simple:?}"),
        }
    } else {
        check(text, "two threads", &expected, &evaluate(&ENGINES.parallel));
        check(text, "the portable generator", &expected, &evaluate(&ENGINES.portable));
    }
    if let Ok(results) = &expected {
        check(text, "outputs given", &expected, &run_into(&kernel, &vars, results));
    }
    if inputs.are_rows() && kernel.stream().is_ok() {
        let streamed = streamed(&kernel, &inputs).map(|result| vec![result]);
        check(text, "a stream", &expected, &streamed);
    }
}

fn values(outputs: Outputs) -> Vec<Values> {
    outputs.into_arrays().iter().map(Values::of).collect()
}

/// Runs the kernel into arrays like the results, of some layout and full of something else.
fn run_into(
    kernel: &Kernel,
    vars: &[(&str, ArrayRef<'_>)],
    results: &[Values],
) -> Result<Vec<Values>> {
    let mut random = Random::new(results[0].len() as u64);
    let before: Vec<Placed> =
        results.iter().map(|x| Placed::blank(x.dtype(), x.shape(), &mut random)).collect();
    let mut outs = before.clone();
    kernel.run_all_into(vars, outs.iter_mut().map(Placed::output), &RunOptions::new())?;
    for (out, before) in outs.iter().zip(&before) {
        assert!(out.has_same_gaps(before), "something is written beside {}", out.describe());
    }
    Ok(outs.iter().map(Placed::read).collect())
}

struct Engines {
    native: Engine,
    parallel: Engine,
    portable: Engine,
    scalar: Engine,
    interpreter: Engine,
}

// Without caches: what an input does must not depend on the inputs before it.
static ENGINES: LazyLock<Engines> = LazyLock::new(|| {
    let engine = |codegen, threads| {
        let limits = Limits::default().with_nodes(400);
        let builder = Engine::builder().codegen(codegen).threads(Threads::Fixed(threads));
        builder.limits(limits).cache_capacity(0).build().expect("the options are possible")
    };
    Engines {
        native: engine(Codegen::Native, 1),
        parallel: engine(Codegen::Native, 2),
        portable: engine(Codegen::Portable, 1),
        scalar: engine(Codegen::Scalar, 1),
        interpreter: engine(Codegen::Interpreter, 1),
    }
});

/// Runs over the rows in three batches.
fn streamed(kernel: &Kernel, inputs: &Inputs<'_>) -> Result<Values> {
    let mut bytes = Vec::new();
    let mut stream = kernel.stream()?;
    loop {
        for batch in inputs.batches() {
            let vars: Vec<(&str, ArrayRef<'_>)> =
                batch.iter().map(|(name, array)| (*name, values::single_or_array(array))).collect();
            if let Some(part) = stream.push(&vars)? {
                bytes.extend(part.to_bytes());
            }
        }
        if !stream.next_pass()? {
            break;
        }
    }
    Ok(match stream.finish()? {
        Some(result) => Values::of(&result),
        None => Values::new(kernel.dtype(), &[inputs.rows()], bytes),
    })
}

fn check(text: &str, how: &str, expected: &Result<Vec<Values>>, got: &Result<Vec<Values>>) {
    match (expected, got) {
        (Ok(expected), Ok(got)) => check_same(text, how, expected, got),
        (Err(expected), Err(got)) => assert_eq!(expected.kind(), got.kind(), "{text}: {how}"),
        (Ok(_), Err(error)) => panic!("{text}: only {how} fails: {error}"),
        (Err(error), Ok(_)) => panic!("{text}: {how} works, native code says {error}"),
    }
}

fn check_same(text: &str, how: &str, expected: &[Values], got: &[Values]) {
    assert_eq!(expected.len(), got.len(), "{text}: {how}");
    for (expected, got) in expected.iter().zip(got) {
        // The sign of a computed NaN is not specified, and these two show it.
        if ["signbit", "copysign"].iter().any(|name| text.contains(name)) {
            let (x, y) = ((expected.dtype(), expected.shape()), (got.dtype(), got.shape()));
            assert_eq!(x, y, "{text}: {how}");
        } else {
            assert!(expected.same(got), "{text}\nnative: {expected:?}\n{how}: {got:?}");
        }
    }
}

/// A mistake in the text has a message of one line, places that are in the text, and a picture.
fn check_error(text: &str, error: &Error) {
    for diagnostic in error.diagnostics() {
        assert!(!diagnostic.message.is_empty());
        for label in &diagnostic.labels {
            assert!(text.get(label.span.range()).is_some(), "{:?} in {text:?}", label.span);
        }
    }
    assert!(!error.render().is_empty());
}
