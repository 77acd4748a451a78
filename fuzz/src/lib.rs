//! What the fuzz targets do with their input. The test `fuzz_corpus` of the library runs the same
//! functions over the committed inputs.

mod values;

use std::sync::LazyLock;

use numjit::testing::{canonical, oracle, same, same_tree};
use numjit::{Array, ArrayRef, Codegen, DType, Engine, Error, Limits, Result, Threads};

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
/// expression: every way to compute it comes to the same result, to the last bit, or to the same
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
    let expected = kernel.run(&vars);
    match &expected {
        Ok(array) => assert_eq!(array.dtype(), kernel.dtype()),
        Err(error) => assert!(!error.render().is_empty()),
    }
    check(text, "scalar code", &expected, &ENGINES.scalar.evaluate(text, &vars));
    if !inputs.have_one_length() {
        // A kernel for these numbers and arrays, not for arrays first.
        check(text, "one call", &expected, &ENGINES.native.evaluate(text, &vars));
    }
    if !inputs.is_short() {
        check(text, "two threads", &expected, &ENGINES.parallel.evaluate(text, &vars));
    }
    if inputs.is_short() {
        check(text, "the interpreter", &expected, &ENGINES.interpreter.evaluate(text, &vars));
        // The oracle computes powers as powers, the kernel small ones as products.
        let simple = oracle(text, &inputs.columns()).expect("it compiles");
        match (&expected, simple) {
            (Ok(_), Some(_)) if text.contains("**") => {}
            (Ok(expected), Some(simple)) => check_same(text, "the oracle", expected, &simple),
            (Err(_), None) => {}
            (expected, simple) => panic!("{text}\nnative: {expected:?}\noracle: {simple:?}"),
        }
    }
    if let Ok(array) = &expected {
        check(text, "an output given", &expected, &values::run_into(&kernel, &vars, array));
    }
    if inputs.have_one_length() {
        check(text, "a stream", &expected, &streamed(&kernel, &inputs));
    }
}

struct Engines {
    native: Engine,
    parallel: Engine,
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
        scalar: engine(Codegen::Scalar, 1),
        interpreter: engine(Codegen::Interpreter, 1),
    }
});

/// Runs over the rows in three batches.
fn streamed(kernel: &numjit::Kernel, inputs: &Inputs) -> Result<Array> {
    let mut parts = Vec::new();
    let mut stream = kernel.stream();
    loop {
        for batch in inputs.batches() {
            let vars: Vec<(&str, ArrayRef<'_>)> =
                batch.iter().map(|(name, array)| (*name, ArrayRef::from(array))).collect();
            parts.extend(stream.push(&vars)?);
        }
        if !stream.next_pass()? {
            break;
        }
    }
    Ok(stream.finish().unwrap_or_else(|| values::concat(kernel.dtype(), &parts)))
}

fn check(text: &str, how: &str, expected: &Result<Array>, got: &Result<Array>) {
    match (expected, got) {
        (Ok(expected), Ok(got)) => check_same(text, how, expected, got),
        (Err(expected), Err(got)) => assert_eq!(expected.kind(), got.kind(), "{text}: {how}"),
        (Ok(_), Err(error)) => panic!("{text}: only {how} fails: {error}"),
        (Err(error), Ok(_)) => panic!("{text}: {how} works, native code says {error}"),
    }
}

fn check_same(text: &str, how: &str, expected: &Array, got: &Array) {
    // The sign of a computed NaN is not specified, and these two show it.
    if text.contains("signbit") || text.contains("copysign") {
        assert_eq!(
            (expected.dtype(), expected.shape()),
            (got.dtype(), got.shape()),
            "{text}: {how}"
        );
    } else {
        assert!(same(expected, got), "{text}\nnative: {expected:?}\n{how}: {got:?}");
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
