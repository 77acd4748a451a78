//! Random expressions over random arrays: every way to compute them gives the same bits.
//!
//! A failure names its seed; `NUMJIT_SEED=12345 cargo test --test differential` runs that case alone, and
//! `NUMJIT_CASES=100000` runs more than the usual number.

mod common;

use std::collections::HashMap;

use common::stream;
use numjit::testing::{self, Case, Generator, Random};
use numjit::{Array, ArrayRef, Codegen, DType, Engine, Error, ErrorKind, Limits, Threads};

/// Runs a check on each seed and reports the ones that fail.
///
/// The check returns whether the case was of use: a random expression may have a mistake. Most have none,
/// or the test would test nothing.
fn for_each_seed(cases: u64, check: impl Fn(u64) -> bool) {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    if let Some(seed) = number("NUMJIT_SEED") {
        check(seed);
        return;
    }
    let cases = number("NUMJIT_CASES").unwrap_or(cases);
    let useful = (0..cases).filter(|&seed| check(seed)).count() as u64;
    assert!(useful * 10 >= cases * 7, "only {useful} of {cases} expressions have no mistake");
}

fn vars(case: &Case) -> Vec<(&str, ArrayRef<'_>)> {
    case.inputs.iter().map(|(name, array)| (name.as_str(), array.into())).collect()
}

fn schema(case: &Case) -> Vec<(&str, DType)> {
    case.inputs.iter().map(|(name, array)| (name.as_str(), array.dtype())).collect()
}

fn columns(case: &Case) -> Vec<(&str, &Array)> {
    case.inputs.iter().map(|(name, array)| (name.as_str(), array)).collect()
}

/// Whether a result of the checker is a mistake in the text, not in the arrays.
fn is_mistake(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Type | ErrorKind::Unsupported)
}

fn describe(seed: u64, case: &Case) -> String {
    let inputs: Vec<String> =
        case.inputs.iter().map(|(name, array)| format!("{name} = {array:?}")).collect();
    format!("seed {seed}: {}\n{}", case.text, inputs.join("\n"))
}

/// The engines, made once: threads are not started for every case.
fn engines() -> Vec<(&'static str, Engine)> {
    let engine = |codegen, threads| {
        let builder = Engine::builder().codegen(codegen).threads(Threads::Fixed(threads));
        builder.cache_capacity(0).build().expect("the options are possible")
    };
    vec![
        ("machine code", engine(Codegen::Native, 1)),
        ("machine code on 2 threads", engine(Codegen::Native, 2)),
        ("scalar machine code", engine(Codegen::Scalar, 1)),
        ("interpreter", engine(Codegen::Interpreter, 1)),
    ]
}

/// Lengths at which something changes: vectors, unrolled loops, blocks of reductions, tiles of calls.
const LENGTHS: &[usize] = &[0, 1, 2, 3, 7, 8, 9, 16, 31, 127, 128, 129, 130, 511, 512, 513, 1000];

fn agree(seed: u64, case: &Case, engines: &[(&str, Engine)]) -> bool {
    let results: Vec<Result<Array, Error>> =
        engines.iter().map(|(_, engine)| engine.evaluate(&case.text, vars(case))).collect();
    if results[0].as_ref().is_err_and(is_mistake) {
        return false;
    }
    let oracle = testing::oracle(&case.text, &columns(case)).expect("the checker has accepted it");
    for (result, (name, _)) in results.iter().zip(engines) {
        let same = match (result, &oracle) {
            (Ok(x), Some(y)) => testing::same(x, y),
            // Lengths that do not fit, or an extreme of nothing.
            (Err(error), None) => error.kind() == ErrorKind::Shape,
            (Ok(_), None) | (Err(_), Some(_)) => false,
        };
        assert!(same, "{}\n{name} gives {result:?}\nthe oracle {oracle:?}", describe(seed, case));
    }
    true
}

#[test]
fn every_code_generator_gives_the_bits_of_the_oracle() {
    let engines = engines();
    for_each_seed(3000, |seed| {
        let mut generator = Generator::new(seed).without_float_powers();
        let len = generator.random().pick(LENGTHS);
        agree(seed, &generator.case(len), &engines)
    });
}

/// Every operator and function on every pair of values at which something may go wrong, for every pair of
/// dtypes: random expressions seldom have two zeros of different sign meet where it shows.
#[test]
fn every_operation_on_every_pair_of_edges() {
    let engines = engines();
    let infix = [
        "+", "-", "*", "/", "//", "%", "**", "&", "|", "^", "<<", ">>", "<", "<=", "==", "!=",
        "and", "or",
    ];
    let mut texts: Vec<String> = infix.iter().map(|op| format!("x {op} y")).collect();
    texts.extend(
        ["x if y else x * x", "-x", "~x", "not x", "x + 1", "x * 0.1", "x // 8", "x % 8"]
            .map(str::to_owned),
    );
    for function in numjit::functions().filter(|function| !function.is_reduction) {
        let arguments = ["x", "y", "x"];
        texts.push(format!("{}({})", function.name, arguments[..function.arity].join(", ")));
    }
    let mut useful = 0;
    for text in &texts {
        let is_binary =
            text.contains('y') && numjit::variables(text).is_ok_and(|names| names.len() == 2);
        for dtype in DType::ALL {
            let others = if is_binary { &DType::ALL[..] } else { &DType::ALL[..1] };
            for &other in others {
                let pairs: Vec<_> = (testing::edges(dtype).into_iter())
                    .flat_map(|x| testing::edges(other).into_iter().map(move |y| (x, y)))
                    .collect();
                let column = |dtype, all: Vec<_>| testing::array(dtype, &all);
                let mut inputs =
                    vec![("x".to_owned(), column(dtype, pairs.iter().map(|p| p.0).collect()))];
                if is_binary {
                    inputs
                        .push(("y".to_owned(), column(other, pairs.iter().map(|p| p.1).collect())));
                }
                useful += usize::from(agree(0, &Case { text: text.clone(), inputs }, &engines));
            }
        }
    }
    assert!(useful > 500, "only {useful} operations have no mistake");
}

#[test]
fn code_generators_agree_on_powers() {
    let engines = engines();
    for_each_seed(1500, |seed| {
        let mut generator = Generator::new(seed ^ 0x5EED_0001);
        let len = generator.random().pick(LENGTHS);
        let case = generator.case(len);
        let result = |engine: &Engine| engine.evaluate(&case.text, vars(&case));
        let expected = result(&engines[3].1);
        if expected.as_ref().is_err_and(is_mistake) {
            return false;
        }
        for (name, engine) in &engines[..3] {
            let same = match (result(engine), &expected) {
                (Ok(x), Ok(y)) => testing::same(&x, y),
                (Err(x), Err(y)) => x.render() == y.render(),
                (Ok(_), Err(_)) | (Err(_), Ok(_)) => false,
            };
            assert!(same, "{}\n{name} disagrees", describe(seed, &case));
        }
        true
    });
}

#[test]
fn large_arrays_give_the_bits_of_the_oracle() {
    // Enough for two chunks of a reduction and for work on two threads.
    let engines = engines();
    for_each_seed(20, |seed| {
        let mut generator = Generator::new(seed ^ 0x5EED_0002).without_float_powers().nodes(12);
        agree(seed, &generator.case(70_001), &engines)
    });
}

#[test]
fn streams_give_what_a_run_gives() {
    let engine = engines().swap_remove(0).1;
    for_each_seed(800, |seed| {
        let mut generator = Generator::new(seed ^ 0x5EED_0003);
        let len = generator.random().pick(&[0, 1, 5, 129, 1000, 66_000]);
        let case = generator.nodes(if len > 1000 { 8 } else { 24 }).case(len);
        let kernel = match engine.compile(&case.text, &schema(&case)) {
            Ok(kernel) => kernel,
            Err(error) => {
                assert!(is_mistake(&error), "{}\n{error}", describe(seed, &case));
                return false;
            }
        };
        let mut random = Random::new(seed);
        let largest = (len / 3).max(3);
        let sizes: Vec<usize> = (0..64).map(|_| 1 + random.below(largest)).collect();
        let sizes = sizes.iter().copied().cycle();
        let Some(streamed) = stream::in_uneven_batches(&kernel, &columns(&case), sizes) else {
            return true;
        };
        let same = match (kernel.run(vars(&case)), streamed) {
            (Ok(whole), Ok(parts)) => {
                let is_nan = |x: &numjit::Scalar| x.to_f64().is_nan();
                let whole = testing::elements(&whole);
                whole.len() == parts.len()
                    && whole.iter().zip(&parts).all(|(x, y)| x == y || is_nan(x) && is_nan(y))
            }
            (Err(x), Err(y)) => x.render() == y.render(),
            (Ok(_), Err(_)) | (Err(_), Ok(_)) => false,
        };
        assert!(same, "{}\na stream gives something else", describe(seed, &case));
        true
    });
}

#[test]
fn printing_and_parsing_is_the_identity() {
    let limits = Limits::default();
    for_each_seed(3000, |seed| {
        let text = Generator::new(seed).nodes(60).case(0).text;
        let canonical =
            testing::canonical(&text, &limits).expect("the generator knows the grammar");
        assert!(testing::same_tree(&text, &canonical), "seed {seed}\n{text}\n{canonical}");
        let again = testing::canonical(&canonical, &limits).expect("it was printed");
        assert_eq!(canonical, again, "seed {seed}");
        true
    });
}

#[test]
fn passes_are_idempotent() {
    for_each_seed(2000, |seed| {
        let case = Generator::new(seed).nodes(40).case(0);
        match testing::optimized_twice(&case.text, &schema(&case)) {
            Ok((once, twice)) => {
                assert_eq!(once, twice, "{}", describe(seed, &case));
                true
            }
            Err(error) => {
                assert!(is_mistake(&error), "{}\n{error}", describe(seed, &case));
                false
            }
        }
    });
}

#[test]
fn the_generator_reaches_every_function() {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let names: Vec<&str> = numjit::functions().map(|function| function.name).collect();
    for seed in 0..2000 {
        let text = Generator::new(seed).case(0).text;
        for name in &names {
            if text.contains(&format!("{name}(")) {
                *seen.entry(name).or_default() += 1;
            }
        }
    }
    // The sign of a computed NaN is unspecified, so nobody asks for it.
    let missing: Vec<&&str> =
        names.iter().filter(|name| !seen.contains_key(**name) && **name != "signbit").collect();
    assert!(missing.is_empty(), "never generated: {missing:?}");
}
