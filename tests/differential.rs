//! Random programs over random arrays: every way to compute them gives the same bits.
//!
//! A failure names its seed; `NUMJIT_SEED=12345 cargo test --test differential` runs that case alone, and
//! `NUMJIT_CASES=100000` runs more than the usual number.
#![expect(unsafe_code, reason = "arrays that overlap are made of raw memory")]

use std::collections::HashMap;

use numjit::testing::{self, Case, Generator, Placed, Random, Stage, Values};
use numjit::{
    Array, ArrayMut, ArrayRef, Codegen, Complex, DType, Dialect, Engine, Error, ErrorKind, Kernel,
    Limits, Outputs, RunOptions, Threads,
};

/// Runs a check on each seed. It returns whether the case was of use; most are, or the test would test
/// nothing.
fn for_each_seed(cases: u64, check: impl Fn(u64) -> bool) {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let check = |seed| {
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(seed)))
            .unwrap_or_else(|_| panic!("seed {seed} goes wrong"))
    };
    if let Some(seed) = number("NUMJIT_SEED") {
        check(seed);
        return;
    }
    let cases = number("NUMJIT_CASES").unwrap_or(cases);
    let useful = (0..cases).filter(|&seed| check(seed)).count() as u64;
    assert!(useful * 10 >= cases * 4, "only {useful} of {cases} cases are of use");
}

fn schema(case: &Case) -> Vec<(&str, DType)> {
    case.inputs.iter().map(|(name, values)| (name.as_str(), values.dtype())).collect()
}

fn arrays(case: &Case) -> Vec<(&str, Array)> {
    case.inputs.iter().map(|(name, values)| (name.as_str(), values.to_array())).collect()
}

fn vars<'a>(arrays: &'a [(&'a str, Array)]) -> Vec<(&'a str, ArrayRef<'a>)> {
    arrays.iter().map(|(name, array)| (*name, given(array))).collect()
}

/// An array as an input; without axes, a single value.
fn given(array: &Array) -> ArrayRef<'_> {
    match (array.shape(), array.dtype()) {
        ([], DType::C64) => array.to_vec::<Complex<f32>>().expect("it is c64")[0].into(),
        ([], DType::C128) => array.to_vec::<Complex<f64>>().expect("it is c128")[0].into(),
        ([], dtype @ (DType::Datetime(_) | DType::Timedelta(_))) => {
            let count = array.get(0).expect("it has one");
            ArrayRef::single(dtype, count).expect("the count has the size")
        }
        _ => array.into(), // tidy: arrays and real numbers
    }
}

fn place(case: &Case, random: &mut Random) -> Vec<Placed> {
    case.inputs.iter().map(|(_, values)| Placed::new(values, random)).collect()
}

fn placed_vars<'a>(case: &'a Case, placed: &'a [Placed]) -> Vec<(&'a str, ArrayRef<'a>)> {
    case.inputs
        .iter()
        .zip(placed)
        .map(|((name, _), placed)| (name.as_str(), placed.input()))
        .collect()
}

fn describe(seed: u64, case: &Case) -> String {
    let inputs: Vec<String> =
        case.inputs.iter().map(|(name, values)| format!("{name} = {values:?}")).collect();
    format!("seed {seed}:\n{}\n{}", case.text, inputs.join("\n"))
}

fn values(outputs: Outputs) -> Vec<Values> {
    outputs.into_arrays().iter().map(Values::of).collect()
}

fn engine(codegen: Codegen, threads: usize) -> Engine {
    let builder = Engine::builder().codegen(codegen).threads(Threads::Fixed(threads));
    builder.cache_capacity(0).build().expect("the options are possible")
}

/// The engines, made once: threads are not started for every case.
fn engines() -> Vec<(&'static str, Engine)> {
    vec![
        ("machine code", engine(Codegen::Native, 1)),
        ("portable machine code", engine(Codegen::Portable, 1)),
        ("scalar machine code", engine(Codegen::Scalar, 1)),
        ("interpreter", engine(Codegen::Interpreter, 1)),
    ]
}

/// The oracle computes powers as powers, unless it computes what the passes have left.
fn expected(case: &Case) -> Option<Vec<Values>> {
    let powers = case.text.contains("**") || case.text.contains("pow");
    let stage = if powers { Stage::Optimized } else { Stage::Built };
    let inputs: Vec<(&str, &Values)> =
        case.inputs.iter().map(|(name, values)| (name.as_str(), values)).collect();
    testing::oracle(&case.text, &inputs, stage).expect("the generator knows the language")
}

fn assert_same(
    got: &Result<Vec<Values>, Error>,
    expected: &Option<Vec<Values>>,
    what: impl Fn() -> String,
) {
    let same = match (got, expected) {
        (Ok(got), Some(expected)) => {
            got.len() == expected.len() && got.iter().zip(expected).all(|(x, y)| x.same(y))
        }
        // Shapes that do not fit, or an extreme of nothing.
        (Err(error), None) => error.kind() == ErrorKind::Shape,
        (Ok(_), None) | (Err(_), Some(_)) => false,
    };
    assert!(
        same,
        "{}\ngot      {got:?}\nexpected {expected:?}{}",
        what(),
        first_difference(got, expected)
    );
}

fn first_difference(got: &Result<Vec<Values>, Error>, expected: &Option<Vec<Values>>) -> String {
    let (Ok(got), Some(expected)) = (got, expected) else { return String::new() };
    for (number, (x, y)) in got.iter().zip(expected).enumerate() {
        if x.shape() != y.shape() || x.dtype() != y.dtype() {
            return format!("\nresult {number} differs in shape or dtype");
        }
        let single =
            |values: &Values, at| Values::new(values.dtype(), &[], values.element(at).to_vec());
        if let Some(at) = (0..x.len()).find(|&at| !single(x, at).same(&single(y, at))) {
            let (x, y) = (single(x, at), single(y, at));
            return format!("\nresult {number} differs at element {at}: {x:?}, expected {y:?}");
        }
    }
    String::new()
}

fn agree(seed: u64, case: &Case, engines: &[(&str, Engine)]) {
    let expected = expected(case);
    let mut random = Random::new(seed);
    let arrays = arrays(case);
    for (name, engine) in engines {
        let placed = place(case, &mut random);
        let kernel = match engine.compile(&case.text, &schema(case)) {
            Ok(kernel) => kernel,
            Err(error) => panic!("{}\n{name}: {error}", describe(seed, case)),
        };
        let what = |how: &str| format!("{}\n{name}, {how}", describe(seed, case));
        let got = kernel.run_all(vars(&arrays)).map(values);
        assert_same(&got, &expected, || what("contiguous"));
        let got = kernel.run_all(placed_vars(case, &placed)).map(values);
        let layouts = || placed.iter().map(Placed::describe).collect::<Vec<_>>().join("\n");
        assert_same(&got, &expected, || what(&layouts()));
        if *name == "machine code" && random.once_in(3) {
            // Single values are known when this compiles.
            let got = engine.evaluate_all(&case.text, vars(&arrays)).map(values);
            assert_same(&got, &expected, || what("in one call"));
        }
    }
}

#[test]
fn every_code_generator_gives_the_bits_of_the_oracle() {
    let engines = engines();
    for_each_seed(2000, |seed| {
        let mut generator = Generator::new(seed);
        if seed % 3 > 0 {
            generator = generator.without_float_powers();
        }
        agree(seed, &generator.case(), &engines);
        true
    });
}

/// Enough for several chunks of a reduction and for work on two threads.
#[test]
fn large_arrays_give_the_bits_of_the_oracle() {
    const SHAPES: &[&[usize]] = &[
        &[140_001],
        &[300, 257],
        &[3, 50_001],
        &[70_001, 2],
        &[41, 3, 601],
        &[1, 66_000],
        &[129, 513],
    ];
    let mut engines = engines();
    engines[2] = ("machine code on 2 threads", engine(Codegen::Native, 2));
    for_each_seed(42, |seed| {
        let shape = SHAPES[seed as usize % SHAPES.len()];
        let generator = Generator::new(seed ^ 0x5EED_0002).without_float_powers();
        agree(seed, &generator.nodes(5).shape(shape).case(), &engines);
        true
    });
}

/// Every operator and function on every pair of values at which something may go wrong, for every pair of
/// dtypes: random programs seldom have two zeros of different sign meet where it shows.
fn every_operation_on_every_pair_of_edges(part: usize) {
    let engines = engines();
    let infix = [
        "+", "-", "*", "/", "//", "%", "**", "&", "|", "^", "<<", ">>", "<", "<=", "==", "!=",
        "and", "or",
    ];
    let mut binary: Vec<String> = infix.iter().map(|op| format!("x {op} y")).collect();
    binary.extend(["x if y else x", "where(y, x, y)"].map(str::to_owned));
    let mut unary: Vec<String> = [
        "-x",
        "~x",
        "not x",
        "x + 1",
        "x * 0.1",
        "x // 8",
        "x % 8",
        "x**3",
        "x.real",
        "x < 0.5",
        "x == -1",
        "sum(x)",
        "prod(x)",
        "min(x)",
        "max(x)",
        "mean(x)",
        "var(x)",
        "argmin(x)",
        "argmax(x)",
        "any(x)",
        "nansum(x)",
        "nanmin(x)",
        "nanmax(x)",
        "count_nonzero(x)",
        "round(x, 1)",
        "round(x, -1)",
        "x in [0, 1, 2.5]",
    ]
    .map(str::to_owned)
    .into();
    for function in numjit::functions().filter(|function| !function.is_reduction) {
        match function.min_args {
            1 => unary.push(format!("{}(x)", function.name)),
            2 => binary.push(format!("{}(x, y)", function.name)),
            _ => {} // tidy: a number
        }
    }
    let mut useful = 0;
    for (number, first) in DType::NUMERIC.into_iter().enumerate().filter(|(n, _)| n % 2 == part) {
        let xs = testing::edges(first);
        let x = Values::new(first, &[xs.len()], xs.concat());
        useful += operations(&unary, vec![("x".to_owned(), x)], &engines);
        for (other, second) in DType::NUMERIC.into_iter().enumerate() {
            // Functions convert to the common dtype, as the operators do.
            let texts = if number == other { &binary[..] } else { &binary[..infix.len() + 2] };
            let ys = testing::edges(second);
            let xs =
                Values::new(first, &[xs.len(), 1], xs.concat()).stretched(&[xs.len(), ys.len()]);
            let ys = Values::new(second, &[ys.len()], ys.concat());
            let inputs = vec![("x".to_owned(), xs), ("y".to_owned(), ys)];
            useful += operations(texts, inputs, &engines);
        }
    }
    assert!(useful > 400, "only {useful} operations have no mistake");
}

#[test]
fn every_operation_on_pairs_of_edges_of_one_half_of_the_dtypes() {
    every_operation_on_every_pair_of_edges(0);
}

#[test]
fn every_operation_on_pairs_of_edges_of_the_other_half() {
    every_operation_on_every_pair_of_edges(1);
}

/// Computes those of the texts that have no mistake, several at once. Returns how many there are.
fn operations(
    texts: &[String],
    inputs: Vec<(String, Values)>,
    engines: &[(&str, Engine)],
) -> usize {
    let schema: Vec<(&str, DType)> = inputs.iter().map(|(n, v)| (n.as_str(), v.dtype())).collect();
    let sound: Vec<&str> = (texts.iter().map(String::as_str))
        .filter(|text| {
            testing::mistakes(text, &schema, &Limits::default(), Dialect::NumPy).is_empty()
        })
        .collect();
    // The sign of a computed NaN is unspecified.
    let (powers, others): (Vec<&str>, Vec<&str>) =
        sound.iter().partition(|text| text.contains("**") || text.contains("pow"));
    for texts in others.chunks(6).chain(powers.chunks(6)) {
        let text = texts.join(", ");
        let names = numjit::variables(&text).expect("they have no mistake");
        let inputs = inputs.iter().filter(|(name, _)| names.contains(name)).cloned().collect();
        let case = Case { inlined: text.clone(), text, inputs };
        agree(0, &case, engines);
    }
    sound.len()
}

#[test]
fn outputs_of_any_layout_are_filled() {
    let native = engine(Codegen::Native, 1);
    for_each_seed(500, |seed| {
        let mut generator = Generator::new(seed ^ 0x5EED_0004);
        let case = generator.case();
        let kernel = native.compile(&case.text, &schema(&case)).expect("the checker has taken it");
        let Ok(fresh) = kernel.run_all(vars(&arrays(&case))).map(values) else { return false };
        let random = generator.random();
        let placed = place(&case, random);
        let expected: Vec<Values> = (fresh.iter())
            .map(|values| {
                let mut shape = values.shape().to_vec();
                if random.once_in(3) {
                    shape.iter_mut().filter(|len| **len == 1).for_each(|len| *len = 3);
                    shape.insert(0, 2);
                }
                values.stretched(&shape)
            })
            .collect();
        let before: Vec<Placed> =
            expected.iter().map(|v| Placed::blank(v.dtype(), v.shape(), random)).collect();
        let mut outs = before.clone();
        let done = kernel.run_all_into(
            placed_vars(&case, &placed),
            outs.iter_mut().map(Placed::output),
            &RunOptions::new(),
        );
        let layouts = || outs.iter().map(Placed::describe).collect::<Vec<_>>().join("\n");
        let got = done.map(|()| outs.iter().map(Placed::read).collect());
        assert_same(&got, &Some(expected), || format!("{}\n{}", describe(seed, &case), layouts()));
        for (out, before) in outs.iter().zip(&before) {
            assert!(
                out.has_same_gaps(before),
                "{}\nwrites beside\n{}",
                describe(seed, &case),
                layouts()
            );
        }
        true
    });
}

#[test]
fn outputs_may_overlap_inputs() {
    let native = [engine(Codegen::Native, 1), engine(Codegen::Native, 2)];
    for_each_seed(500, |seed| {
        let large: &[&[usize]] = &[&[70_001], &[200, 301]];
        let mut generator = Generator::new(seed ^ 0x5EED_0005).expressions();
        if seed % 25 == 0 {
            generator = generator.nodes(3).shape(large[seed as usize / 25 % 2]);
        }
        let case = generator.case();
        let kernel = native[seed as usize % 2].compile(&case.text, &schema(&case));
        let kernel = kernel.expect("the checker has taken it");
        let Ok(fresh) = kernel.run(vars(&arrays(&case))) else { return false };
        let fresh = Values::of(&fresh);
        let random = generator.random();
        let mut placed = place(&case, random);
        if placed.is_empty() || fresh.dtype() == DType::Bool {
            return false;
        }
        let chosen = random.below(placed.len());
        if placed[chosen].read().dtype() == DType::Bool {
            // What is written may be no truth value.
            return false;
        }
        let out = Placed::blank(fresh.dtype(), fresh.shape(), random);
        let mut memory = placed[chosen].memory().to_vec();
        memory.resize(memory.len().max(out.memory().len()), 0);
        let shared = placed.remove(chosen);
        let ptr = memory.as_mut_ptr();
        let (dtype, shape) = (shared.read().dtype(), shared.read().shape().to_vec());
        let (offset, strides, order) = shared.layout_parts();
        // SAFETY: the layout is inside the memory, which only the run below writes to.
        let input = unsafe {
            ArrayRef::from_raw_parts(ptr.wrapping_add(offset), dtype, &shape, strides, order)
        };
        let (offset, strides, order) = out.layout_parts();
        // SAFETY: as above; no two elements of the output overlap.
        let output = unsafe {
            let ptr = ptr.wrapping_add(offset);
            ArrayMut::from_raw_parts(ptr, fresh.dtype(), fresh.shape(), strides, order)
        };
        let (Ok(input), Ok(output)) = (input, output) else { return false };
        let mut others = placed.iter();
        let vars: Vec<(&str, ArrayRef<'_>)> = (case.inputs.iter().enumerate())
            .map(|(at, (name, _))| {
                let other = |placed: &mut std::slice::Iter<'_, Placed>| -> *const Placed {
                    placed.next().expect("one for each other input")
                };
                if at == chosen {
                    (name.as_str(), input.clone())
                } else {
                    // SAFETY: the arrays outlive the run.
                    (name.as_str(), unsafe { &*other(&mut others) }.input())
                }
            })
            .collect();
        let done = kernel.run_into(vars, output);
        let layouts = format!("{} over {}", out.describe(), shared.describe());
        let got = done.map(|()| vec![out.with_memory(memory).read()]);
        assert_same(&got, &Some(vec![fresh]), || format!("{}\n{layouts}", describe(seed, &case)));
        true
    });
}

#[test]
fn permuted_inputs_give_permuted_results() {
    let native = engine(Codegen::Native, 1);
    for_each_seed(300, |seed| {
        let mut generator = Generator::new(seed ^ 0x5EED_0006).elementwise().same_ndim();
        let case = generator.case();
        let ndim = case.inputs.iter().map(|(_, values)| values.shape().len()).max().unwrap_or(0);
        let axes = generator.random().permutation(ndim);
        let mut permuted = case.clone();
        permuted.inputs.iter_mut().for_each(|(_, values)| *values = values.permuted(&axes));
        let kernel = native.compile(&case.text, &schema(&case)).expect("the checker has taken it");
        let result = kernel.run_all(vars(&arrays(&case))).map(values).expect("the shapes fit");
        let wanted =
            (result.iter())
                .map(|values| {
                    if values.shape().is_empty() { values.clone() } else { values.permuted(&axes) }
                })
                .collect();
        let got = kernel.run_all(vars(&arrays(&permuted))).map(values);
        assert_same(&got, &Some(wanted), || format!("{}\n{axes:?}", describe(seed, &case)));
        ndim > 0
    });
}

#[test]
fn programs_are_what_they_are_in_one_statement() {
    let native = engine(Codegen::Native, 1);
    for_each_seed(300, |seed| {
        let case = Generator::new(seed ^ 0x5EED_0007).nodes(16).case();
        if case.text == case.inlined {
            return true;
        }
        let names = numjit::variables(&case.inlined).expect("the generator knows the grammar");
        let arrays = arrays(&case);
        let used =
            vars(&arrays).into_iter().filter(|(name, _)| names.iter().any(|used| used == name));
        let inlined = native.evaluate_all(&case.inlined, used.collect::<Vec<_>>()).map(values);
        if inlined.as_ref().is_err_and(|error| error.kind() == ErrorKind::Limit) {
            return true;
        }
        let program = native.evaluate_all(&case.text, vars(&arrays)).map(values);
        match (&program, inlined) {
            // The extreme of nothing may be a value that is not used.
            (Err(error), _) if error.kind() == ErrorKind::Shape => {}
            (_, inlined) => {
                let what = || format!("{}\n{}", describe(seed, &case), case.inlined);
                let inlined = inlined.unwrap_or_else(|error| panic!("{}\n{error}", what()));
                assert_same(&program, &Some(inlined), what);
            }
        }
        true
    });
}

#[test]
fn streams_give_what_a_run_gives() {
    let native = engine(Codegen::Native, 1);
    for_each_seed(500, |seed| {
        let mut generator = Generator::new(seed ^ 0x5EED_0003).expressions().columns();
        let len = generator.random().pick(&[0, 1, 5, 129, 1000, 1000, 66_000]);
        let case = generator.nodes(if len > 1000 { 4 } else { 10 }).shape(&[len]).case();
        let kernel = native.compile(&case.text, &schema(&case)).expect("the checker has taken it");
        if kernel.stream().is_err() || case.inputs.iter().all(|(_, v)| v.shape().is_empty()) {
            return false;
        }
        // Strings in all rows are an array.
        if case.inputs.iter().any(|(_, v)| v.shape().is_empty() && v.dtype().is_string()) {
            return false;
        }
        let mut random = Random::new(seed);
        let largest = (len / 3).max(3);
        let mut cuts = vec![0];
        while *cuts.last().expect("it begins with one") < len {
            cuts.push(len.min(cuts[cuts.len() - 1] + random.below(largest + 1)));
        }
        if len == 0 {
            cuts.push(0);
        }
        let streamed = stream(&kernel, &case, &cuts);
        match (kernel.run(vars(&arrays(&case))), streamed) {
            (Ok(whole), streamed) => {
                let what = || format!("{}\nin rows {cuts:?}", describe(seed, &case));
                assert_same(&streamed.map(|v| vec![v]), &Some(vec![Values::of(&whole)]), what);
            }
            (Err(error), streamed) => {
                assert!(streamed.is_err(), "{}\n{error}", describe(seed, &case))
            }
        }
        true
    });
}

/// Runs over rows in pieces between these cuts.
fn stream(kernel: &Kernel, case: &Case, cuts: &[usize]) -> Result<Values, Error> {
    let mut stream = kernel.stream()?;
    let mut bytes = Vec::new();
    loop {
        for cut in cuts.windows(2) {
            let batch: Vec<(&str, Array)> = (case.inputs.iter())
                .map(|(name, values)| {
                    let is_single = values.shape().is_empty();
                    let rows = if is_single { values.clone() } else { values.rows(cut[0], cut[1]) };
                    (name.as_str(), rows.to_array())
                })
                .collect();
            if let Some(part) = stream.push(vars(&batch))? {
                bytes.extend(part.to_bytes());
            }
        }
        if !stream.next_pass()? {
            break;
        }
    }
    let rows = cuts[cuts.len() - 1];
    Ok(match stream.finish()? {
        Some(value) => Values::of(&value),
        None => Values::new(kernel.dtype(), &[rows], bytes),
    })
}

#[test]
fn printing_and_parsing_is_the_identity() {
    let limits = Limits::default();
    for_each_seed(600, |seed| {
        let text = Generator::new(seed).nodes(20).shape(&[2, 3]).case().text;
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
    for_each_seed(600, |seed| {
        let case = Generator::new(seed ^ 0x5EED_0008).nodes(20).shape(&[2, 3]).case();
        let (once, twice) =
            testing::optimized_twice(&case.text, &schema(&case)).expect("it is well typed");
        assert_eq!(once, twice, "{}", describe(seed, &case));
        true
    });
}

#[test]
fn the_generator_reaches_every_function() {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let names: Vec<&str> = numjit::functions().map(|function| function.name).collect();
    for seed in 0..3000 {
        let text = Generator::new(seed).shape(&[3]).case().text;
        for name in &names {
            if text.contains(&format!("{name}(")) {
                *seen.entry(name).or_default() += 1;
            }
        }
    }
    let missing: Vec<&&str> = names.iter().filter(|name| !seen.contains_key(**name)).collect();
    assert!(missing.is_empty(), "never generated: {missing:?}");
}
