//! No expression overflows the stack or takes forever, through the whole way from text to numbers.

use numjit::{
    ArrayMut, ArrayRef, ByteOrder, Codegen, DType, Engine, Error, ErrorKind, Limits, Threads, vars,
};

/// Runs `f` on a thread with a stack of 1 MiB, what a main thread has on Windows.
fn on_a_small_stack(f: impl FnOnce() -> Result<(), Error> + Send + 'static) -> Result<(), Error> {
    let thread =
        std::thread::Builder::new().stack_size(1 << 20).spawn(f).expect("a thread can start");
    thread.join().expect("no expression panics")
}

/// Compiles and runs an expression over `a` and `n` with each code generator; all results must agree.
fn run_everywhere(expr: &str, limits: &Limits) -> Result<(), Error> {
    let mut results = Vec::new();
    for codegen in [Codegen::Native, Codegen::Portable, Codegen::Scalar, Codegen::Interpreter] {
        let builder = Engine::builder().codegen(codegen).threads(Threads::Fixed(1));
        let engine = builder.limits(*limits).build()?;
        let kernel = engine.compile_with_schema(expr, &[("a", DType::F64), ("n", DType::I64)])?;
        assert!(!kernel.explain().to_string().is_empty());
        let (a, n) = ([0.5, -0.25, 1e-3], [3_i64, -1, 0]);
        let all = vars! { a, n };
        let used: Vec<_> = all
            .into_iter()
            .filter(|(name, _)| kernel.inputs().iter().any(|(n, _)| n == name))
            .collect();
        results.push(kernel.run(&used)?);
    }
    assert!(results.iter().all(|result| numjit::testing::same(result, &results[0])), "{results:?}");
    Ok(())
}

fn repeat(open: &str, inner: &str, close: &str, times: usize) -> String {
    format!("{}{inner}{}", open.repeat(times), close.repeat(times))
}

#[test]
fn brackets_nest_as_deep_as_the_limit() -> Result<(), Error> {
    on_a_small_stack(|| {
        let limits = Limits::default();
        let depth = limits.nesting;
        for (open, close) in
            [("(", ")"), ("(1 + ", ")"), ("abs(", ")"), ("sqrt(1 + ", ")"), ("-(", ")")]
        {
            run_everywhere(&repeat(open, "a", close, depth), &limits)?;
            let text = repeat(open, "a", close, depth + 1);
            assert_eq!(run_everywhere(&text, &limits).unwrap_err().kind(), ErrorKind::Limit);
        }
        Ok(())
    })
}

#[test]
fn brackets_nest_deeper_where_the_caller_wants() -> Result<(), Error> {
    on_a_small_stack(|| {
        let limits = Limits::default().with_nesting(Limits::MAX_NESTING);
        run_everywhere(&repeat("(1 + ", "a", ")", Limits::MAX_NESTING), &limits)?;
        let text = repeat("[", "a", "]", 100_000);
        let most = limits.with_length(1 << 20).with_nesting(usize::MAX);
        assert_eq!(run_everywhere(&text, &most).unwrap_err().kind(), ErrorKind::Limit);
        Ok(())
    })
}

#[test]
fn chains_are_as_long_as_the_limit_on_nodes() -> Result<(), Error> {
    on_a_small_stack(|| {
        let limits = Limits::default();
        // 20 000 operands and operators.
        for text in [
            vec!["a"; 10_000].join("+"),
            vec!["n"; 10_000].join("*"),
            format!("{}a", "-".repeat(15_000)),
        ] {
            run_everywhere(&text, &limits)?;
        }
        let text = vec!["a"; 10_001].join("+");
        assert_eq!(run_everywhere(&text, &limits).unwrap_err().kind(), ErrorKind::Limit);
        Ok(())
    })
}

#[test]
fn long_chains_of_every_kind() -> Result<(), Error> {
    on_a_small_stack(|| {
        let limits = Limits::default();
        let different: Vec<String> = (0..2000).map(|i| format!("a*{i}.5")).collect();
        let choices: String = (0..1000).map(|i| format!("a if n == {i} else ")).collect();
        for text in [
            different.join(" - "),
            format!("{choices}a"),
            vec!["n"; 3000].join(" < "),
            vec!["n"; 3000].join(" and "),
            format!("{}n", "not ".repeat(10_000)),
            vec!["a"; 300].join(" ** "),
            vec!["sin(a)"; 1000].join("+"),
            (0..300).map(|i| format!("exp(a*{i})")).collect::<Vec<_>>().join("+"),
            (0..100).map(|i| format!("sum(a*{i})")).collect::<Vec<_>>().join("+"),
        ] {
            run_everywhere(&text, &limits)?;
        }
        Ok(())
    })
}

#[test]
fn many_inputs_are_no_problem() -> Result<(), Error> {
    on_a_small_stack(|| {
        let names: Vec<String> = (0..1000).map(|i| format!("x{i}")).collect();
        let inputs: Vec<(&str, DType)> =
            names.iter().map(|name| (name.as_str(), DType::F64)).collect();
        let kernel = Engine::default().compile(&names.join(" + "), &inputs)?;
        let column = [1.0, 2.0];
        let vars: Vec<(&String, _)> = names.iter().map(|name| (name, (&column).into())).collect();
        assert_eq!(kernel.run(&vars)?.as_slice::<f64>(), Some(&[1000.0, 2000.0][..]));
        Ok(())
    })
}

#[test]
fn hopeless_texts_fail_in_linear_time() {
    let engine = Engine::default();
    let most = 60_000;
    for text in [
        "(".repeat(most),
        ")".repeat(most),
        "[(".repeat(most / 2),
        "a ".repeat(most / 2),
        "-".repeat(most),
    ]
    .into_iter()
    .chain(
        ["not ", "a if ", "'", "f(x=", "0x", "1_", "…", "#", "a.", "a[", "\\\n", "u+"]
            .map(|s| s.repeat(most / s.len())),
    ) {
        let error = engine.compile::<&str>(&text, &[]).unwrap_err();
        assert!(!error.render().is_empty());
    }
}

#[test]
fn thousands_of_mistakes_are_reported_without_trouble() {
    let text: Vec<String> = (0..3000).map(|i| format!("unknown_{i}(x{i})")).collect();
    let error = Engine::default().compile(&text.join("+"), &[("a", DType::F64)]).unwrap_err();
    assert!(error.diagnostics().len() >= 1000, "{}", error.diagnostics().len());
}

#[test]
fn thousands_of_values_that_are_needed_twice_fit_the_stack() -> Result<(), Error> {
    on_a_small_stack(|| {
        let terms: Vec<String> = (0..2000).map(|k| format!("(a + {k}.5)")).collect();
        let text = format!("{} + {}", terms.join(" * "), terms.join(" / "));
        run_everywhere(&text, &Limits::default().with_length(1 << 20))
    })
}

#[test]
fn values_that_overflow_the_stack_are_an_error() -> Result<(), Error> {
    on_a_small_stack(|| {
        let terms: Vec<String> = (0..30_000).map(|k| format!("(a + {k}.5)")).collect();
        let text = format!("{} + {}", terms.join(" * "), terms.join(" / "));
        let limits = Limits::default().with_length(1 << 24).with_nodes(1 << 20);
        let engine = Engine::builder().limits(limits).build()?;
        match engine.compile(&text, &[("a", DType::F64)]) {
            Ok(kernel) => {
                kernel.run(vars! { a: &[0.5; 9] })?;
            }
            Err(error) => assert_eq!(error.kind(), ErrorKind::Limit),
        }
        Ok(())
    })
}

/// A program that inserts axes in as many ways as there are.
fn inserted_axes(levels: usize, end: &str) -> String {
    let step = |k: usize| format!("y{} = y{k}[None] + y{k}[:, None]\n", k + 1);
    let steps: String = (0..levels).map(step).collect();
    format!("y0 = a\n{steps}{}", end.replace('y', &format!("y{levels}")))
}

#[test]
fn axes_inserted_in_all_ways_take_no_longer() -> Result<(), Error> {
    let engine = Engine::default();
    let result = engine.evaluate(&inserted_axes(62, "y"), vars! { a: &[1.0] })?;
    assert_eq!((result.ndim(), result.to_vec()), (63, Some(vec![2.0_f64.powi(62)])));
    let none: [f64; 0] = [];
    assert_eq!(engine.evaluate(&inserted_axes(62, "y"), vars! { a: &none })?.len(), 0);
    let result = engine.evaluate(&inserted_axes(14, "y + 0"), vars! { a: &[1.0, 2.0] })?;
    assert_eq!((result.ndim(), result.len()), (15, 1 << 15));
    Ok(())
}

/// One element in as many places as the shape has.
fn repeated(shape: &[usize]) -> Result<ArrayRef<'static>, Error> {
    ArrayRef::from_bytes(&[7], DType::U8, 0, shape, &vec![0; shape.len()], ByteOrder::Native)
}

#[test]
fn more_elements_than_there_can_be_are_an_error() -> Result<(), Error> {
    let engine = Engine::default();
    let (a, b) = (repeated(&[1 << 32, 1])?, repeated(&[1, 1 << 32])?);
    for expr in ["a + b", "sum(a + b)", "sum(a + b, axis=0)", "a * 0.5 + b"] {
        let error = engine.evaluate(expr, vars! { a, b }).expect_err("there is no such array");
        assert_eq!(error.kind(), ErrorKind::Shape, "{expr}");
    }
    let large = repeated(&[1 << 62])?;
    let error = engine.evaluate("a + 0.5", vars! { a: large }).expect_err("there is no memory");
    assert_eq!(error.kind(), ErrorKind::Config);
    let rows = repeated(&[1 << 50, 0])?;
    let sums = engine.evaluate("sum(sum(a, axis=1))", vars! { a: rows });
    assert_eq!(sums.expect_err("there is no memory").kind(), ErrorKind::Config);
    assert_eq!(engine.evaluate("a + 0.5", vars! { a: repeated(&[0, 1 << 62])? })?.len(), 0);
    Ok(())
}

#[test]
fn strings_without_length_cost_nothing() -> Result<(), Error> {
    let none = ArrayRef::from_bytes(&[], DType::Bytes(0), 0, &[1 << 60], &[0], ByteOrder::Native)?;
    let result = Engine::default().evaluate("a", vars! { a: none })?;
    assert_eq!((result.len(), result.memory().len()), (1 << 60, 0));
    Ok(())
}

#[test]
fn places_beyond_the_address_space_are_outside() {
    let (mut memory, native) = ([0; 64], ByteOrder::Native);
    for offset in [usize::MAX, usize::MAX - 7, usize::MAX / 2] {
        for stride in [isize::MIN, isize::MAX, -8, 8] {
            let place = (offset, &[2], &[stride]);
            let (offset, shape, strides) = place;
            let read = ArrayRef::from_bytes(&memory, DType::F64, offset, shape, strides, native);
            assert!(read.is_err(), "{place:?}");
            let memory = &mut memory;
            let write = ArrayMut::from_bytes(memory, DType::F64, offset, shape, strides, native);
            assert!(write.is_err(), "{place:?}");
        }
    }
}

#[test]
fn strides_of_nothing_may_be_anything() -> Result<(), Error> {
    let engine = Engine::default();
    for stride in [isize::MIN, isize::MIN + 1, isize::MAX, -1] {
        for (shape, sums) in [([0, 5], 5), ([5, 0], 0)] {
            let strides = [stride; 2];
            let a = ArrayRef::from_bytes(&[], DType::I64, 0, &shape, &strides, ByteOrder::Native)?;
            assert_eq!(engine.evaluate("sum(a)", vars! { a })?.to_vec(), Some(vec![0_i64]));
            assert_eq!(engine.evaluate("sum(a, axis=0)", vars! { a })?.len(), sums);
            assert_eq!(engine.evaluate("a + 1", vars! { a })?.shape(), shape);
        }
    }
    Ok(())
}
